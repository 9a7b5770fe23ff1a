"""One table in a file, CSV or Parquet, to cells of text; and back to CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from .cells import written
from .errors import Problem

_TYPES = {"id": "category", "position": "int64"}
_SAID = {
    "unexpected end": "a quotation mark is opened here and not closed",
    "expected after": "text follows a closing quotation mark",
    "field larger": "a cell is longer than 131072 characters; is a quotation mark opened and not closed?",
}


def decoded(data: bytes, name: str, found: list[Problem]) -> str | None:
    """Decode UTF-8, with or without a byte-order mark; other encodings are named, never guessed."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        found.append(Problem(name, "is in UTF-16; save it as UTF-8 (in Excel: 'CSV UTF-8')"))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found.append(Problem(name, f"byte {data[error.start]:#x} in line {line} is not UTF-8; save it as UTF-8"))
        return None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        found.append(Problem(name, f"holds a NUL character in line {line}, so it is not plain text; save it as UTF-8"))
        return None
    return text


def sheet(data: bytes, name: str, found: list[Problem], kinds: Mapping[str, str] | None = None) -> pd.DataFrame | None:
    """
    Read a table's cells as they stand.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Its name, for messages; the ending says what it is.
    found : list of Problem
        Takes what is wrong.
    kinds : mapping of str to str, optional
        What columns hold, by their names: in a plain CSV, columns of kind "id" are categories and those of kind
        "position" whole numbers, if all of the latter are; which reads long tables three times as fast.

    Returns
    -------
    DataFrame or None
        Cells of text (of Parquet: of any type), `_file` and `_row` (as a spreadsheet counts). Comments, blank rows
        and empty columns without a name are left out. None where the file holds no table.
    """
    if name.lower().endswith(".parquet"):
        frame = _parquet(data, name, found)
    else:
        text = decoded(data, name, found)
        frame = None if text is None else _csv(text, name, found, kinds or {})
    if frame is None:
        return None
    frame.columns = [str(column).strip() for column in frame.columns]
    nameless = frame.columns == ""
    if (frame.loc[:, nameless] != "").any(axis=None):
        found.append(Problem(name, "a column without a name holds something", 1))
    return frame.loc[:, ~nameless].assign(_file=name)


def _csv(text: str, name: str, found: list[Problem], kinds: Mapping[str, str]) -> pd.DataFrame | None:
    head = re.split(r"[\r\n]", text, maxsplit=1)[0]
    if not head.strip():
        found.append(Problem(name, "is empty; the first line names the columns"))
        return None
    separator = max(",;\t", key=lambda mark: len(next(csv.reader([head], delimiter=mark))))
    shape = _shape(text, separator, name, found)
    if shape is None:
        return None
    heading, kept, left_out = shape
    names = range(len(heading))
    if left_out or not len(kept) or _mixed(text):
        # pandas has ways of its own with rows to skip and with mixed line ends.
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        skipped = {1, *left_out}
        cells = [row for number, row in enumerate(rows, 1) if number not in skipped]
        frame = pd.DataFrame(cells, columns=names, dtype="str")
    else:
        types = {n: _TYPES.get(kinds.get(column.strip(), ""), "str") for n, column in enumerate(heading)}
        frame = _plain(text, separator, types)
    return frame.set_axis(heading, axis=1).assign(_row=kept)


def _plain(text: str, separator: str, types: Mapping[int, str]) -> pd.DataFrame:
    """Read cells with their types; as text where some number is none."""
    try:
        return pd.read_csv(
            io.StringIO(text), sep=separator, dtype=types, na_filter=False, header=0, names=range(len(types))
        )
    except (ValueError, OverflowError):
        if "int64" not in types.values():
            raise
        return _plain(text, separator, {n: "str" for n in types})


def _shape(
    text: str, separator: str, name: str, found: list[Problem]
) -> tuple[list[str], np.ndarray, list[int]] | None:
    """
    Return the heading, the numbers of the rows to read, and of those to leave out.

    pandas fills up short rows and cuts long ones without a word, so their cells are counted here, which is cheap.
    """
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    if even := _even(text, separator):
        return next(rows), np.arange(2, even + 1), []
    left_out: list[int] = []
    odd: dict[int, list[int]] = {}
    number = 0
    try:
        heading = next(rows)
        number = 1
        for number, row in enumerate(rows, 2):
            if len(row) == len(heading) and row[0][:1] > "#":
                continue  # as nearly all do: no comment, and not blank
            comment = not "".join(row).strip(" \t\r\n") or row[0].startswith("#")
            if comment or len(row) != len(heading):
                left_out.append(number)
            if not comment and len(row) != len(heading):
                odd.setdefault(len(row), []).append(number)
    except csv.Error as error:
        what = next((said for sign, said in _SAID.items() if sign in str(error)), str(error))
        found.append(Problem(name, f"is not a table: {what}", number + 1))
        return None
    for width, where in odd.items():
        what = f"cells: {width}, but the heading has {len(heading)}"
        hint = f"; a cell that holds {separator!r} goes in double quotes" if width > len(heading) else ""
        more = f" (and in {len(where) - 1} more rows)" if len(where) > 1 else ""
        found.append(Problem(name, what + hint + more, where[0]))
    kept = np.ones(number + 1, dtype=bool)
    kept[[0, 1, *left_out]] = False
    return heading, np.flatnonzero(kept), left_out


def _mixed(text: str) -> bool:
    """Tell whether some carriage returns stand alone."""
    return "\r" in text and text.count("\r") != text.count("\r\n")


def _even(text: str, separator: str) -> int:
    """Count the rows of a table so plain that a line is a row and all are alike; 0 where cells must be looked at."""
    if '"' in text or _mixed(text):
        return 0
    data = np.frombuffer(text.removesuffix("\n").encode() + b"\n", dtype=np.uint8)
    ends = np.flatnonzero(data == ord("\n"))
    starts = np.append(0, ends[:-1] + 1)
    marks = np.flatnonzero(data == ord(separator))
    if len(marks) % len(ends):
        return 0
    # As many separators a line as on the average: then the first and the last of each such number lie in their line.
    by_line = marks.reshape(len(ends), -1)
    first = data[starts]
    odd = (first <= ord("#")) | (first == ord(separator)) | (ends - starts > csv.field_size_limit())
    if by_line.size:
        odd |= (by_line[:, 0] < starts) | (by_line[:, -1] > ends)
    return 0 if odd.any() else len(ends)


def _parquet(data: bytes, name: str, found: list[Problem]) -> pd.DataFrame | None:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        found.append(Problem(name, "reading Parquet needs pyarrow: pip install 'themebook[parquet]'"))
        return None
    try:
        frame = pyarrow.parquet.read_table(io.BytesIO(data)).to_pandas()
    except pyarrow.ArrowException as error:
        found.append(Problem(name, f"is not a Parquet table: {error}"))
        return None
    return frame.reset_index(drop=True).assign(_row=range(2, len(frame) + 2))


def as_csv(frame: pd.DataFrame) -> bytes:
    r"""
    Write a table: UTF-8, `\n` between rows, numbers as short as they can be.

    >>> as_csv(pd.DataFrame({"participant": ["Ann, B."], "age": [34.0]}))
    b'participant,age\n"Ann, B.",34\n'
    """
    text = frame.to_csv(index=False, lineterminator="\n", float_format=written)
    if "\r" in text:
        # Before Python 3.13, a cell with a lone carriage return is left without quotation marks.
        text = frame.to_csv(index=False, lineterminator="\n", float_format=written, quoting=csv.QUOTE_ALL)
    return text.encode()
