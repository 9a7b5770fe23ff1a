"""QDA Miner's coding retrieval as a table without headings: its columns are told by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .tables_cells import Grid
from .tables_columns import Known, Tool, tools

LEAST = 0.9  # of the rows have to be alike: a note below the table is none of them
_SHARE = re.compile(r"\d{1,3}(?:[.,]\d+)? ?%")
_DAY = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T].*)?")
_HEADINGS = {"category": "Category", "code": "Code", "text": "Text", "coder": "User", "created": "Date"}


def headless(grid: Grid) -> Known | None:
    """
    Return a retrieval of QDA Miner that was saved without its headings, or None for any other sheet.

    Category and code come first, then words and case; the coder, the day, the number of words and their share of the
    document stand side by side; variables follow, and the first of them is the document where no case is named.
    """
    rows = [[cell.strip() for cell in row] for row in grid.rows if any(row)]
    share = next((n for n in range(6, max(map(len, rows), default=0)) if _alike(rows, n)), None)
    if share is None:
        return None
    middle = range(2, share - 3)
    words = max(middle, key=lambda n: sum(map(len, _column(rows, n))), default=None)
    whose = [n for n in (*middle, share + 1) if n != words and any(_column(rows, n))]
    if words is None or not whose or not all(any(_column(rows, n)) for n in (1, words)):
        return None
    columns = {"category": [0], "code": [1], "text": [words], "coder": [share - 3], "created": [share - 2]}
    columns["participant" if whose[0] < share else "document"] = whose[:1]
    used = {n for at in columns.values() for n in at} | {share - 1, share}
    spare = {n: f"variable {n - share}" for n in range(share + 1, max(map(len, rows))) if n not in used}
    return Known(_headed(grid, columns, spare), _tool(), 0, columns, spare, {"assumed": _assumed(grid)})


def _alike(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Tell whether most rows have a share at a place, the number of words before it, and a day before that."""
    fits = [
        len(row) > at and row[at - 1].isdecimal() and _SHARE.fullmatch(row[at]) and _DAY.fullmatch(row[at - 2])
        for row in rows
    ]
    return sum(map(bool, fits)) >= LEAST * len(rows) > 0


def _column(rows: Sequence[Sequence[str]], at: int) -> list[str]:
    return [row[at] for row in rows if at < len(row)]


def _headed(grid: Grid, columns: dict[str, list[int]], spare: dict[int, str]) -> Grid:
    """Return the sheet with the headings that were left out, which messages refer to."""
    names = {at[0]: _HEADINGS.get(name, name.capitalize()) for name, at in columns.items()} | spare
    head = [names.get(n, "") for n in range(max(names) + 1)]
    return Grid(grid.file, grid.sheet, [head, *grid.rows], grid.how)


def _tool() -> Tool:
    return next(tool for tool in tools() if tool.key == "qdaminer")


def _assumed(grid: Grid) -> str:
    return f"{grid.place} has no headings; its columns are those of QDA Miner's coding retrieval."
