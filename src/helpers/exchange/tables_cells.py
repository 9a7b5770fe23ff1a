"""Spreadsheets and delimited text as grids of text cells, whatever their encoding and separator."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

from .. import openpyxl_start  # noqa: F401

# isort: split
import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from ..errors import StudyError
from . import tables_merged, tables_xls
from .tables_merged import Merged

MEGABYTE = 1_000_000
FILE = 128 * MEGABYTE  # of text, and of what a workbook unpacks to
RATIO = 400  # unpacked to packed: a sheet of equal cells packs well, but not so well
CELLS = 20_000_000
COLUMNS = 16_384  # as many as a sheet of Excel has
HEAD = 262_144  # bytes that tell what a text file is
SEPARATORS = ",;\t|"

_ESCAPED = re.compile(r"_x(00[01][0-9A-F]|005F)_")  # how a workbook writes what XML has no mark for

_BROKEN: tuple[type[Exception], ...] = (zipfile.BadZipFile, zlib.error, InvalidFileException, SyntaxError, EOFError)
_BROKEN += (OSError, ValueError, LookupError, TypeError, AttributeError, AssertionError, OverflowError, RuntimeError)


@dataclass
class Grid:
    """A sheet's cells as text. `sheet` is empty for a text file; `how` says what was assumed to read it."""

    file: str
    sheet: str
    rows: list[list[str]]
    how: str = ""

    @property
    def place(self) -> str:
        """The file, and the sheet where there may be several."""
        return f"{self.file} [{self.sheet}]" if self.sheet else self.file


def grids(path: Path, limit: int | None = None) -> list[Grid]:
    """
    Read a file's cells.

    Parameters
    ----------
    path : Path
        A workbook (`.xlsx`, `.xls`) or text with `,`, `;`, tab or `|` between the cells.
    limit : int, optional
        Rows to read of each sheet.

    Returns
    -------
    list of Grid
        One a visible sheet; of text in no Unicode encoding, one for each encoding that it may be in.

    Raises
    ------
    StudyError
        When the file is none of these, is damaged or is beyond the limits.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
    except OSError as error:
        raise StudyError(f"{path}: cannot be read: {error.strerror}") from error
    if head[:2] == b"PK":
        return _workbook(path, limit)
    if head[:8] == tables_xls.MAGIC:
        return [_grid(path, name, rows, merged, limit) for name, rows, merged in tables_xls.sheets(path)]
    if len(head) == HEAD and path.stat().st_size > FILE:
        raise StudyError(f"{path.name}: is larger than {FILE // MEGABYTE} MB, the limit for a table; split it")
    data = head if limit is not None or len(head) < HEAD else path.read_bytes()
    found = []
    for text, how in _decoded(data, cut=len(data) == HEAD):
        rows = list(islice(_records(text, _separator(text, path.name), path.name), limit))
        found.append(Grid(path.name, "", rows, how))
    if not found:
        raise StudyError(f"{path.name}: is neither a workbook nor text, so there is no table in it")
    return found


def sha256(path: Path) -> str:
    """Return a file's SHA-256."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _decoded(data: bytes, *, cut: bool) -> Iterator[tuple[str, str]]:
    """
    Give the readings of a text; nothing for data that is no text.

    A byte-order mark decides, then UTF-8; in no Unicode encoding, it is Windows-1252, or 1250 as in Central Europe.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        choices = [("utf-16", "")]
    elif b"\0" in data[:4096]:
        most = "utf-16-le" if data[1:4096:2].count(0) > data[:4096:2].count(0) else "utf-16-be"
        choices = [(most, "UTF-16 without its mark")]
    else:
        choices = [("utf-8-sig", ""), ("cp1252", "Windows-1252"), ("cp1250", "Windows-1250"), ("latin-1", "Latin-1")]
    found = 0
    for encoding, how in choices:
        text = _legible(data, encoding, cut=cut)
        if text is not None and not (how == "Latin-1" and found):
            found += 1
            yield text, how
            if not how.startswith("Windows"):
                return


def _legible(data: bytes, encoding: str, *, cut: bool) -> str | None:
    """Return the text, or None where the data is not this encoding's, or no text at all."""
    try:
        # The first piece of a file may end within a character.
        text = codecs.getincrementaldecoder(encoding)().decode(data, final=not cut)
    except UnicodeDecodeError:
        return None
    odd = any(ord(mark) < 32 and mark not in "\t\r\n\f" for mark in set(text[:HEAD]))
    return None if odd or not text.strip() else text


def _separator(text: str, name: str) -> str:
    """Choose the mark that cuts most of the first lines into equally many cells."""
    first = text[:HEAD]
    if first[:4].casefold() == "sep=" and first[4:5] in SEPARATORS:
        return first[4]
    best = (0.0, 0, ",")
    for mark in SEPARATORS:
        widths = Counter(len(row) for row in islice(_records(first, mark, name, bounded=False), 40) if row)
        wide = [(number / widths.total(), width) for width, number in widths.items() if width > 1]
        best = max(best, (*max(wide, default=(0.0, 0)), mark), key=lambda score: score[:2])
    return best[2]


def _records(text: str, separator: str, name: str, *, bounded: bool = True) -> Iterator[list[str]]:
    limit = csv.field_size_limit(FILE)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        if text[:4].casefold() == "sep=":
            next(reader, None)
        yield from _within(reader, name) if bounded else reader
    except csv.Error as error:
        raise StudyError(f"{name}: is no table: {error}") from error
    finally:
        csv.field_size_limit(limit)


def _workbook(path: Path, limit: int | None) -> list[Grid]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            names = {info.filename for info in infos}
            declares = [name for name in names if name.endswith((".xml", ".rels")) and _declares(archive, name)]
        if "xl/workbook.xml" not in names:
            other = "a spreadsheet of another kind" if names & {"content.xml", "xl/workbook.bin"} else "no spreadsheet"
            raise StudyError(f"{path.name}: is {other}; save it as .xlsx in Excel or LibreOffice")
        size = sum(info.file_size for info in infos)
        if size > FILE or (size > MEGABYTE and size > RATIO * path.stat().st_size):
            what = f"unpacks to {size / MEGABYTE:,.0f} MB, more than a table of codings does"
            raise StudyError(f"{path.name}: {what}; it was not opened. Save it without pictures, or as CSV")
        if declares:
            what = f"{declares[0]!r} declares entities, as no spreadsheet does"
            raise StudyError(f"{path.name}: {what}; it was not opened. Save it again as .xlsx")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations that openpyxl does not know
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                return [_sheet(path, sheet, limit) for sheet in book.worksheets if sheet.sheet_state == "visible"]
            finally:
                book.close()
    except _BROKEN as error:
        raise StudyError(f"{path.name}: cannot be read as a workbook ({error}); save it again as .xlsx") from error


def _declares(archive: zipfile.ZipFile, name: str) -> bool:
    """Tell whether an XML file has a document type, by which few bytes can stand for many."""
    with archive.open(name) as stream:
        return b"<!DOCTYPE" in stream.read(4096).replace(b"\0", b"").upper()


def _sheet(path: Path, sheet: Any, limit: int | None) -> Grid:
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path) as stream:
        return _grid(path, sheet.title, sheet.iter_rows(values_only=True), tables_merged.in_xml(stream), limit)


def _grid(
    path: Path, sheet: str, values: Iterable[Iterable[object]], merged: Iterable[Merged], limit: int | None
) -> Grid:
    rows = list(islice(_within(([_cell(value) for value in row] for row in values), path.name), limit))
    if not tables_merged.fill(rows, merged, CELLS):
        raise _too_many(path.name)
    return Grid(path.name, sheet, rows)


def _within(rows: Iterable[list[str]], name: str) -> Iterator[list[str]]:
    """Give rows until they are more than any table of codings has."""
    cells = 0
    for row in rows:
        cells += len(row) + 1
        if len(row) > COLUMNS:
            what = f"has more than {COLUMNS:,} columns, as many as a sheet of Excel has"
            raise StudyError(f"{name}: {what}; keep those that a table of codings needs")
        if cells > CELLS:
            raise _too_many(name)
        yield row


def _too_many(name: str) -> StudyError:
    return StudyError(f"{name}: has more than {CELLS:,} cells, the limit; split it")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return str(value.date() if value.time() == time() else value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, str) and "_x00" in value:
        value = _ESCAPED.sub(_unescaped, value).replace("\r\n", "\n").replace("\r", "\n")
    return str(value)


def _unescaped(match: re.Match[str]) -> str:
    """Return what is written as `_x000D_`, unless it is no text."""
    mark = chr(int(match[1], 16))
    return mark if mark in "\t\n\r_" else ""
