"""Matrices of NVivo, MAXQDA and ATLAS.ti: a row a code, a column a case (or the other way round), and how often."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from ..errors import Problem, StudyError
from .draft import UNKNOWN, Draft
from .notes import counted, named
from .refi_named import IN_NAME
from .tables_cells import Grid
from .tables_codes import clean
from .tables_columns import plain, tools

_COLUMN = re.compile(r"([A-Z]{1,3}) : (.+)", re.DOTALL)
_ROW = re.compile(r"(\d+) : (.+)", re.DOTALL)
_GROUNDED = re.compile(r"(.+?)\s*\bGr=\s*\d+(?:;\s*(GS)=\s*\d+)?", re.DOTALL)
_FOLDER = re.compile(r"(?:Files|Internals|Externals|Cases|Case Classifications)\\+(?:.*\\)?", re.IGNORECASE)
_INTERVIEW = re.compile(r"(?<![^\W\d_])(?:int|interview|transcript|focus ?group|fg)[ _-]*\d", re.IGNORECASE)
_SET = re.compile(r".+ = .+")  # "Gender = Woman": the attribute's value, not a case


@dataclass
class Matrix:
    """
    A matrix: `cells[n][m]` stands where row n meets column m.

    `rows_are` says what the rows are, where the headings tell; `spare` are other columns.
    """

    grid: Grid
    rows: list[str]
    columns: list[str]
    cells: list[list[str]]
    first: int
    title: str = "NVivo matrix"
    rows_are: str = ""
    spare: tuple[str, ...] = ()


def matrix(grid: Grid) -> Matrix | None:
    """Return a sheet as a matrix, or None where it is none."""
    return _of_nvivo(grid) or _of_maxqda(grid) or _of_atlas(grid)


def _of_atlas(grid: Grid) -> Matrix | None:
    """ATLAS.ti's codes by documents, `Hope Gr=12`: each with how often it is coded; a group of documents has GS."""
    for top, row in enumerate(grid.rows[:10]):
        columns = {n: match for n, cell in enumerate(row) if n and (match := _GROUNDED.fullmatch(cell.strip()))}
        body = [below for below in grid.rows[top + 1 :] if below and _GROUNDED.fullmatch(below[0].strip())]
        if not columns or not body or row[0].strip():
            continue
        rows = [match for below in body if (match := _GROUNDED.fullmatch(below[0].strip()))]
        names = [[clean(match[1]) for match in side] for side in (rows, columns.values())]
        if set(names[0]) == set(names[1]):
            return None  # codes by codes
        cells = [[below[n].strip().split("\n")[0] if n < len(below) else "" for n in columns] for below in body]
        kind = "document" if rows[0][2] and not any(match[2] for match in columns.values()) else "code"
        return Matrix(grid, names[0], names[1], cells, top + 2, "ATLAS.ti code-document table", kind)
    return None


def _of_maxqda(grid: Grid) -> Matrix | None:
    """MAXQDA's documents with a column a code, `Code: Fear > Needles`, and no words."""
    patterns = next(tool.patterns for tool in tools() if tool.key == "maxqda")
    for top, row in enumerate(grid.rows[:10]):
        heads = [plain(cell) for cell in row]
        codes = [n for n, head in enumerate(heads) if head.startswith("code: ")]
        name = next((n for n, head in enumerate(heads) if head in patterns["document"]), -1)
        if name < 0 or not codes or any(head in patterns[field] for field in ("text", "code") for head in heads):
            continue
        body = [[*below, *[""] * (len(row) - len(below))] for below in grid.rows[top + 1 :] if any(below)]
        cells = [[below[n].strip() for n in codes] for below in body]
        if not all(_number(cell) is not None for line in cells for cell in line):
            continue
        group = next((n for n, head in enumerate(heads) if head in patterns["group"]), name)
        names = [below[name].strip() for below in body]
        often = Counter(names)
        documents = [f"{b[group]} - {key}" if often[key] > 1 else key for b, key in zip(body, names, strict=True)]
        spare = tuple(cell for n, cell in enumerate(row) if cell.strip() and n not in (*codes, name))
        paths = ["\\".join(row[n].partition(":")[2].strip().split(" > ")) for n in codes]
        return Matrix(grid, documents, paths, cells, top + 2, "MAXQDA code matrix", "document", spare)
    return None


def _of_nvivo(grid: Grid) -> Matrix | None:
    for top, row in enumerate(grid.rows[:10]):
        names = [_COLUMN.fullmatch(cell.strip()) for cell in row[1:] if cell.strip()]
        if not row or row[0].strip() or not names or not all(names):
            continue
        body = [below for below in grid.rows[top + 1 :] if below and below[0].strip()]
        rows = [_ROW.fullmatch(below[0].strip()) for below in body]
        if rows and all(rows):
            width = len(names)
            return Matrix(
                grid,
                [match[2].strip() for match in rows if match],
                [match[2].strip() for match in names if match],
                [[*below[1 : width + 1], *[""] * (width + 1 - len(below))] for below in body],
                top + 2,
            )
    return None


def add(table: Matrix, draft: Draft, coder: str, rows_are: str) -> None:
    """
    Add a matrix to a study: what is found at least once in a case is a coding of it as a whole.

    Raises
    ------
    StudyError
        When the columns are values of an attribute and so no cases.
    """
    codes, cases, cells = table.rows, table.columns, table.cells
    if (rows_are or turned(table)) == "document":
        codes, cases, cells = cases, codes, [list(column) for column in zip(*cells, strict=True)]
    cases = [_FOLDER.sub("", case) or case for case in cases]
    if all(_SET.fullmatch(case) for case in cases):
        what = f"its columns are values of an attribute ({cases[0]!r}), so nobody is named"
        raise StudyError(f"{table.grid.place}: {what}; run the matrix query in NVivo with the cases themselves")
    for code in codes:
        if ("code", code) not in draft.codes:
            _code(code, draft)
    for case in cases:
        if ("case", case) not in draft.documents:
            draft.document(("case", case), case)
    words = [cell for line in cells for cell in line if _number(cell) is None]
    if words and 2 * len(words) > sum(map(len, cells)):
        what = f"its cells are words ({words[0]!r}), as in a classification sheet, which says nothing of codes"
        raise StudyError(f"{table.grid.place}: {what}; run a matrix coding query in NVivo, or export REFI-QDA (.qdpx)")
    for row, (code, line) in enumerate(zip(codes, cells, strict=True)):
        for case, cell in zip(cases, line, strict=True):
            number = _number(cell)
            if number is None:
                draft.problems.append(Problem(table.grid.place, f"{cell!r} is not a number", table.first + row))
            elif number:
                place = cell.strip() if "%" in cell else counted(int(number) or 1, "reference")
                draft.coding(("case", case), ("code", code), coder or UNKNOWN, locator=place)


def turned(table: Matrix) -> str:
    """Return what the rows are, by their names: 'document' where they are called like interviews, and columns not."""
    if table.rows_are:
        return table.rows_are

    def heard(name: str) -> bool:
        return bool(_FOLDER.match(name) or IN_NAME.search(name) or _INTERVIEW.search(name))

    rows, columns = all(map(heard, table.rows)), all(map(heard, table.columns))
    return "document" if rows and not columns else "code"


def _code(code: str, draft: Draft) -> None:
    r"""NVivo prints a code below another with its path: `Fear\Needles`."""
    parts = [part.strip() for part in code.split("\\")]
    for depth in range(1, len(parts) + 1):
        key = ("code", "\\".join(code.split("\\")[:depth]))
        if key not in draft.codes:
            above = ("code", "\\".join(code.split("\\")[: depth - 1])) if depth > 1 else None
            draft.code(key, parts[depth - 1], above)


def told(tables: list[Matrix], draft: Draft, rows_are: str) -> None:
    """Note what was assumed, and what a matrix has not."""
    for kind, rows, columns, other in (("code", "codes", "cases", "document"), ("document", "cases", "codes", "code")):
        names = [t.grid.file for t in tables if not t.rows_are and (rows_are or turned(t)) == kind]
        if names:
            which = named("NVivo matrix", names, "NVivo matrices")
            draft.notes.infer(
                f"in {which}, rows are {rows} and columns {columns}; the option rows = {other!r} turns them."
            )
    for title in dict.fromkeys(table.title for table in tables):
        article = "a" if title.startswith("M") else "an"
        draft.notes.lose(f"the words and places that {article} {title} counts: it has the numbers of references alone.")
    for table in tables:
        if table.spare:
            draft.notes.lose(f"{named('column', table.spare)} of {table.grid.place}.")


def _number(cell: str) -> float | None:
    plain = cell.replace("%", "").replace("\u00a0", "").replace(" ", "").replace(",", ".")
    try:
        return float(plain) if plain else 0.0
    except ValueError:
        return None
