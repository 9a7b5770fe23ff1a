"""Tables that no tool's headings fit: read by a column map, or refused with one to start from."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import StudyError, listed, nearest
from .notes import named
from .tables_cells import Grid
from .tables_columns import INSTEAD, TITLES, Known, Tool, plain, tools
from .tables_rows import NO, YES

FIELDS = {
    "document": "the interview, file or answer that was coded",
    "participant": "who speaks in it",
    "coder": "who coded",
    "code": "the code; a list of columns when each holds one, or is one and says 1 or 0",
    "theme": "what the code is below; a list of columns from the broadest",
    "text": "the coded words",
    "start": "where they begin",
    "end": "where they end",
    "place": "where they stand, as printed",
    "memo": "the coder's note",
    "created": "when it was coded",
    "attributes": "columns that describe the participant; without this line, all that are left do",
}
SEVERAL = ("code", "theme", "attributes")
OPTIONS = {
    "sheet": "the sheet of the workbook; without it, the one with most of the headings",
    "separator": "between several codes in one cell",
    "rows": "of an NVivo matrix: rows are 'code' or 'document'; told by their names where nothing is said",
    "levels": "between the levels of a code",
    "texts": "a folder of the documents' texts (<document>.txt), in which start and end count characters from 0",
}


def column_map(given: Mapping[str, Any] | str | Path | None) -> dict[str, Any]:
    """
    Return a column map, read from its TOML file where it is given as one.

    Raises
    ------
    StudyError
        When the file is no TOML.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        name = str(given)
        try:
            given = tomllib.loads(Path(given).read_text(encoding="utf-8-sig").replace("\r\n", "\n"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise StudyError(f"{name}: is no column map: {error}") from error
    return dict(given)


def mapped(grids: Sequence[Grid], columns: Mapping[str, Any], file: str) -> Known:
    """
    Return a table with the columns that a column map names.

    Parameters
    ----------
    grids : sequence of Grid
        The sheets of the file.
    columns : mapping
        A heading (of `code` and `attributes`, perhaps a list of them) for each field, and options.
    file : str
        The file, for messages.

    Raises
    ------
    StudyError
        When a sheet or a heading is not there, or no code or no document is named; all of it is told at once.
    """
    names = {key: _list(columns[key]) for key in FIELDS if columns.get(key)}
    headed = [plain(name) for every in names.values() for name in every]
    named_sheets = [grid for grid in grids if grid.sheet == str(columns.get("sheet") or "")] or grids
    grid = max(named_sheets, key=lambda grid: _fitting(_top(grid, headed)[1], headed))
    top, row = _top(grid, headed)
    headings = [plain(cell) for cell in row]
    if wrong := _wrong(columns, names, grids, row):
        what = f"the column map does not fit {grid.place}, whose headings are {listed(filter(None, row), 40)}"
        raise StudyError("\n  ".join([what, *wrong]))
    at = {key: [headings.index(plain(name)) for name in every] for key, every in names.items()}
    used = {n for every in at.values() for n in every}
    assumed = _marked(grid, top, at)
    if "theme" in at:
        at["category"] = at.pop("theme")[::-1]
    spare = {n: cell.strip() for n, cell in enumerate(row) if cell.strip() and n not in used}
    if "attributes" in columns:  # then these and no others
        at, spare = at | {"unkept": sorted(spare)}, {}
    levels = tuple(_list(columns["levels"])) if columns.get("levels") else (" > ", "\\")
    options = {key: str(columns[key]) for key in ("separator", "texts") if columns.get(key)} | assumed
    return Known(grid, Tool("map", "a table read by a column map", (), (), {}, levels=levels), top, at, spare, options)


def _wrong(
    columns: Mapping[str, Any], names: Mapping[str, list[str]], grids: Sequence[Grid], row: Sequence[str]
) -> list[str]:
    """Return everything that is wrong with a column map for a table with these headings."""
    known, headings = [*FIELDS, *OPTIONS], [plain(cell) for cell in row]
    wrong = [f"{key!r} is not one of {listed(known, 20)}.{nearest(key, known)}" for key in columns if key not in known]
    sheets = [grid.sheet for grid in grids if grid.sheet]
    sheet = str(columns.get("sheet") or "")
    if sheet and sheet not in sheets:
        there = f"it has {listed(sheets)}.{nearest(sheet, sheets)}" if sheets else "a text has none, so leave it out"
        wrong.append(f"sheet = {sheet!r} is no sheet of it; {there}")
    for key, every in names.items():
        wrong += [
            f"{key} = {name!r} is no heading of it.{nearest(name, row)}"
            for name in every
            if plain(name) not in headings
        ]
        if len(every) > 1 and key not in SEVERAL:
            wrong.append(f"{key} = {listed(every)} are several headings; only {listed(SEVERAL)} may have more than one")
    if not names.get("document") and not names.get("participant"):
        wrong.append("neither a document nor a participant is named")
    return wrong if names.get("code") else [*wrong, "no code is named"]


def _marked(grid: Grid, top: int, at: dict[str, list[int]]) -> dict[str, str]:
    """Columns of marks, 1 or 0, are called like the codes that they are marks of; say so."""
    cells = {row[n].strip().casefold() for row in grid.rows[top + 1 :] for n in at["code"] if n < len(row)}
    names = {re.sub(r"[ #.]*\d+$", "", plain(grid.rows[top][n])) for n in at["code"]}
    # How often, or how much. In columns that a number alone tells apart, numbers are codes, and 0 may stand for none.
    if len(names) > 1 and "0" in cells:
        cells = {"1" if cell.isdecimal() and int(cell) else cell for cell in cells}
    if not cells & YES or cells - YES - NO:
        return {}
    at["applied"] = at.pop("code")
    told = named("column", [grid.rows[top][n].strip() for n in at["applied"]])
    return {"assumed": f"{told} of {grid.place} are codes, for the cells say whether and not which."}


def _list(value: Any) -> list[str]:
    return [str(entry) for entry in value] if isinstance(value, (list, tuple)) else [str(value)]


def _top(grid: Grid, wanted: Sequence[str]) -> tuple[int, list[str]]:
    """Return the row that has most of the wanted headings; the first one where none has any."""
    scores = [_fitting(row, wanted) for row in grid.rows[:TITLES]]
    top = scores.index(max(scores)) if scores else 0
    return top, grid.rows[top] if grid.rows else []


def _fitting(row: Sequence[str], wanted: Sequence[str]) -> int:
    return sum(plain(cell) in wanted for cell in row)


def unknown(grids: Sequence[Grid], file: str) -> StudyError:
    """Return the error for a table that no tool's headings fit: what it has, what was looked for, how to go on."""
    lines = [f"{file}: no column headings of a known export were found"]
    for grid in grids:
        where = f"the sheet {grid.sheet!r} has" if grid.sheet else "it has"
        lines.append(f"{where} {listed(_headings(grid), 30)}")
    wanted = [f"{tool.title} ({', '.join(map(repr, tool.example))})" for tool in tools() if not tool.only]
    lines.append(f"looked for: {'; '.join(wanted)}; an NVivo matrix ('A : case', '1 : code')")
    lines.append("Say in a column map, a TOML file, which column is what; leave out what there is not:")
    best = max(grids, key=lambda grid: sum(map(len, grid.rows)), default=None)
    guesses = _guesses(best) if best else {}
    lines += [f'  sheet = "{best.sheet}"'] if best and best.sheet else []
    lines += [f'  {key} = "{guesses.get(key, "")}"  # {what}' for key, what in FIELDS.items() if key != "attributes"]
    lines.append(f"  # attributes = []  # {FIELDS['attributes']}")
    return StudyError("\n  ".join(lines))


def _headings(grid: Grid) -> list[str]:
    """The first row that is as full as any near the top."""
    rows = [[cell.strip() for cell in row if cell.strip()] for row in grid.rows[:TITLES]]
    # The column of numbers that programs write before the others has no heading.
    full = max(map(len, rows), default=0)
    return next((row for row in rows if len(row) >= max(full - 1, min(full, 2))), [])


def _guesses(grid: Grid) -> dict[str, str]:
    """The heading that is, or holds as a word, what tools call each field; each heading is taken once."""
    found: dict[str, str] = {}
    left = _headings(grid)
    for key in FIELDS:
        fields = (key, INSTEAD.get(key, ""))
        words = {word for tool in tools() for name in fields for word in tool.patterns.get(name, ()) if "*" not in word}
        exact = [heading for heading in left if plain(heading) in words]
        alike = [heading for heading in left if set(plain(heading).split()) & words]
        if exact or alike:
            found[key] = (exact or alike)[0]
            left = [heading for heading in left if heading != found[key]]
    return found
