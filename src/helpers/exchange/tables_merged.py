"""Cells of a workbook's sheet that were merged: the file has their words in the first of them alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import IO

PIECE = 1_000_000  # bytes
LONGEST = 1_000  # bytes of one mark
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*?ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')


Merged = tuple[int, int, int]  # the column of the first cell, its row, and the row behind the last, counted from 0


def fill(rows: list[list[str]], merged: Iterable[Merged], most: int) -> bool:
    """
    Write what a cell says into those below it that it was merged with.

    What was merged sideways, as titles are, stays where it is. A row without anything of its own stays empty: rows are
    merged as a whole to be higher, and one of them is no second row.

    Parameters
    ----------
    rows : list of list of str
        The cells of the sheet, which are changed.
    merged : iterable of tuple
        Which cells are merged.
    most : int
        Cells that a sheet may have.

    Returns
    -------
    bool
        False where there would be more cells than that; then not all of them are filled.
    """
    cells, own = sum(map(len, rows)), [any(map(str.strip, row)) for row in rows]
    for column, first, end in merged:
        said = rows[first][column] if 0 <= first < len(rows) and column < len(rows[first]) else ""
        for n in range(first + 1, min(end, len(rows))) if said else ():
            row, more = rows[n], max(0, column + 1 - len(rows[n])) if own[n] else 0
            cells += 1 + more
            if cells > most:
                return False
            if own[n]:
                row += [""] * more
                row[column] = said
    return True


def in_xml(stream: IO[bytes]) -> Iterator[Merged]:
    """Give the merged cells of a sheet from its XML, where they stand below the rows."""
    rest = b""
    while data := stream.read(PIECE):
        data, done = rest + data, 0
        for match in _MERGED.finditer(data):
            done = match.end()
            column = 0
            for letter in match[1]:
                column = 26 * column + letter - 64
            yield column - 1, int(match[2]) - 1, int(match[3])
        rest = data[max(done, len(data) - LONGEST) :]
