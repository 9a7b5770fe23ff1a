"""From the cells of a table to typed columns, with everything that does not fit as a list of problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
import pandas as pd

from .errors import Problem, listed, nearest
from .schema import Column, Table

# Three digits behind a comma may be thousands, so 1,200 is not guessed at; 0,125 can only be a decimal.
DECIMAL_COMMA = r"[+-]?(0+,\d+|\d+,\d{1,2}|\d+,\d{4,})"
LARGEST = 2**53  # beyond it a float no longer tells whole numbers apart
DATE = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"


def place(frame: pd.DataFrame, table: str, position: int) -> tuple[str, int]:
    """Return the file and the row of a frame's line; readers leave both in `_file` and `_row`."""
    if "_file" in frame:
        return str(frame["_file"].iat[position]), int(frame["_row"].iat[position])
    return table, position + 1


def flag(
    frame: pd.DataFrame, table: str, wrong: np.ndarray, values: Iterable, say: Callable[[str], str]
) -> list[Problem]:
    """
    Make a problem of each distinct wrong value, at the first row that has it.

    A value that is wrong in a thousand rows is one problem with a count, so that others can still be seen.
    """
    at = np.flatnonzero(wrong)
    if not len(at):
        return []
    bad = pd.DataFrame({"value": np.asarray(values, dtype=object)[at].astype(str), "at": at})
    bad["file"] = frame["_file"].to_numpy()[at] if "_file" in frame else table
    problems = []
    for (_, value), group in bad.groupby(["file", "value"], sort=False):
        file, row = place(frame, table, int(group["at"].iat[0]))
        more = f" (and in {len(group) - 1} more rows)" if len(group) > 1 else ""
        problems.append(Problem(file, say(str(value)) + more, row))
    return problems


def text(cells: pd.Series) -> pd.Series:
    """Return cells as text, with nothing for a missing value."""
    if cells.dtype == "str" and not cells.hasnans:
        return cells
    if cells.dtype != "str" and cells.isna().all():  # a column that the file does not have
        return pd.Series("", index=cells.index, dtype="str", name=cells.name)
    return cells.astype("str").where(cells.notna(), "").astype("str")


def ids(cells: pd.Series) -> pd.Categorical:
    """Return ids without the blanks around them; each distinct one is looked at once."""
    if isinstance(cells.dtype, pd.CategoricalDtype) and not cells.hasnans:
        codes, unique = cells.cat.codes.to_numpy(), cells.cat.categories
    else:
        codes, unique = pd.factorize(text(cells))
    stripped = [str(i).strip() for i in unique]
    order = {name: at for at, name in enumerate(sorted(set(stripped)))}
    again = np.array([order[name] for name in stripped], dtype=np.int64)
    return pd.Categorical.from_codes(again[codes] if len(unique) else codes, pd.Index(list(order), dtype="str"))


def written(value: float) -> str:
    """
    Write a number as short as it can be.

    >>> written(34.0), written(0.1), written(1234567.0)
    ('34', '0.1', '1234567')
    """
    return repr(int(value)) if float(value).is_integer() else repr(float(value))


def numbers(cells: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """Return cells as floats (NaN for an empty one) and which of them are not numbers; a decimal comma is one."""
    if pd.api.types.is_numeric_dtype(cells):
        values = cells.astype("float64")
        return values.where(np.isfinite(values)), np.isinf(values).to_numpy()
    codes, unique = pd.factorize(text(cells))  # each distinct cell is looked at once
    plain = pd.Series(unique, dtype="str").str.strip()
    plain = plain.mask(plain.str.fullmatch(DECIMAL_COMMA), plain.str.replace(",", ".", regex=False))
    parsed = pd.to_numeric(plain.where(plain != ""), errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
    parsed = np.where(np.isfinite(parsed), parsed, np.nan)
    wrong = (plain != "").to_numpy() & np.isnan(parsed)
    return pd.Series(parsed[codes], index=cells.index, name=cells.name), wrong[codes]


def column(frame: pd.DataFrame, table: Table, spec: Column, problems: list[Problem]) -> pd.Series:
    """Return one declared column with its type; what does not fit is reported and left empty."""
    cells = frame[spec.name]
    if spec.kind == "position" and cells.dtype == "Int64" and cells.dropna().between(0, LARGEST).all():
        return cells
    if spec.kind in ("number", "position"):
        values, wrong = numbers(cells)
        problems += flag(frame, table.name, wrong, cells, lambda v: f"{spec.name} {v!r} is not a number")
        if spec.kind == "number":
            return values
        odd = ((values < 0) | (values % 1 != 0) | (values > LARGEST)).to_numpy() & values.notna().to_numpy()
        say = "{} {!r} is not a position: a whole number, counted from 0".format
        problems += flag(frame, table.name, odd, cells, lambda v: say(spec.name, v))
        return values.mask(odd).astype("Int64")
    if spec.kind == "id":
        return pd.Series(ids(cells), index=frame.index)
    values = text(cells)
    if spec.kind == "date":
        wrong = (~values.str.match(DATE) & (values != "")).to_numpy()
        problems += flag(frame, table.name, wrong, values, lambda v: f"{spec.name} {v!r} is not YYYY-MM-DD")
    return values.str.strip() if spec.kind == "label" else values


def columns(frame: pd.DataFrame | None, table: Table, problems: list[Problem]) -> pd.DataFrame:
    """Return a table with its declared columns in order, each with its type; absent ones are empty."""
    if frame is None:
        frame = pd.DataFrame(columns=table.names)
    else:
        frame = frame.rename(columns=str)
        problems += table.missing(frame.columns, table.name)
        if not frame.columns.is_unique:
            frame = frame.loc[:, ~frame.columns.duplicated()]
    if not table.open:
        if frame.empty:
            return _nothing(table).copy()
        frame = frame[[name for name in frame if name in table.names or name.startswith("_")]]
    return _typed(frame, table, problems)


@cache
def _nothing(table: Table) -> pd.DataFrame:
    """Return a table without rows: most studies have several, and each column takes its time."""
    return _typed(pd.DataFrame(columns=table.names), table, [])


def _typed(frame: pd.DataFrame, table: Table, problems: list[Problem]) -> pd.DataFrame:
    given, frame = set(frame), frame.reset_index(drop=True)
    typed = {
        spec.name: column(frame, table, spec, problems) if spec.name in given else _absent(spec, frame.index)
        for spec in table.columns
    }
    return pd.DataFrame(typed | {name: frame[name] for name in frame if name not in typed}, index=frame.index)


def _absent(spec: Column, index: pd.Index) -> pd.Series:
    """Return a column that the table does not have, with its type."""
    if spec.kind in ("number", "position"):
        return pd.Series(np.nan, index=index, dtype="float64" if spec.kind == "number" else "Int64")
    if spec.kind == "id":
        return pd.Series(pd.Categorical.from_codes(np.zeros(len(index), dtype=np.int8), [""]), index=index)
    return pd.Series("", index=index, dtype="str")


def references(
    frame: pd.DataFrame, table: Table, spec: Column, known: pd.CategoricalDtype, where: str, problems: list[Problem]
) -> pd.Series:
    """Return a column of references as a categorical over the known ids; what is none of them is reported."""
    values = frame[spec.name].cat
    codes = known.categories.get_indexer(values.categories)[values.codes.to_numpy()]
    wrong = codes < 0

    def say(value: str) -> str:
        if not value:
            return f"{spec.name} is empty"
        ids = [i for i in known.categories if i]
        return f"{spec.name} {value!r} is not in {where}, which has {listed(ids, 6)}.{nearest(value, ids)}"

    if wrong.any():
        problems += flag(frame, table.name, wrong, frame[spec.name].astype("str"), say)
    return pd.Series(pd.Categorical.from_codes(codes, dtype=known), index=frame.index)
