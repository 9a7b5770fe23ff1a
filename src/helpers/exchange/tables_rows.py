"""The rows of a table of segments: each as what it says of who, where, which words and which codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from .sqlite import integer
from .tables_codes import Lists, clean
from .tables_columns import PLAIN, Known

NO = {"", "0", "false", "no", "falsch", "nein", "faux", "non", "falso", "não", "nao", "fałsz", "nie"}
NO |= {"na", "n/a", "nan"}  # as R and pandas write what is missing
YES = {"1", "x", "✓", "✔", "true", "yes", "wahr", "ja", "vrai", "oui", "verdadero", "sí", "verdadeiro", "sim", "tak"}
GROUP = "document group"
_APPLIED = re.compile(r"\s*code:\s*(.*?)\s*applied\s*", re.IGNORECASE | re.DOTALL)
_PREFIX = re.compile(r"^(FileVar_|CaseVar_|Descriptor:\s*)", re.IGNORECASE)
LONGEST = 10_000  # characters of a list in brackets
_QUOTED = re.compile(r"""\s*(?:"([^"]*)"|'((?:[^']|'(?!\s*(?:[,;]|$)))*)')\s*(?:[,;]|$)\s*""")
OWN = (PLAIN, "map")  # what people write themselves may have several codes, and several coders, in one cell
SEVERAL = "\n;|"

Key = tuple[str, str, str]


@dataclass
class Row:
    """A segment as its table gives it; a code with NUL in it is a path already."""

    line: int
    document: str
    participant: str
    codes: list[str]
    text: str
    place: str
    span: tuple[int, int] | None
    coders: list[str]
    memo: str
    created: str
    spare: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """What tells its document from others: the name, the group it is in, and who speaks."""
        return self.document, self.spare.get(GROUP, ""), self.participant


class Cells:
    """A row's cells by field."""

    def __init__(self, table: Known, row: list[str]) -> None:
        self.columns, self.row = table.columns, row

    def at(self, column: int) -> str:
        """Return a cell; a short row has empty ones."""
        return self.row[column].strip() if column < len(self.row) else ""

    def one(self, name: str) -> str:
        """Return the cell of a field that has one column."""
        at = self.columns.get(name)
        return self.at(at[0]) if at else ""

    def indent(self, name: str) -> int:
        """Return the level of a field's cell that is indented, by two blanks a level, as NVivo lists nodes."""
        at = self.columns.get(name)
        cell = self.row[at[0]] if at and at[0] < len(self.row) else ""
        return (len(cell) - len(cell.lstrip(" "))) // 2

    def all(self, name: str) -> list[str]:
        """Return the cells of a field."""
        return [self.at(n) for n in self.columns.get(name, ())]


def body(table: Known) -> Iterator[tuple[int, Cells]]:
    """Give the rows below the headings that hold anything, numbered as a spreadsheet counts."""
    for number, row in enumerate(table.grid.rows[table.top + 1 :], table.top + 2):
        if any(cell.strip() for cell in row):
            # A row of a workbook is short where its last cells are empty.
            shifted = "category" in table.columns and not table.grid.sheet and table.tool.key != PLAIN
            yield number, Cells(table, _padded(table, row) if shifted else row)


def _padded(table: Known, row: list[str]) -> list[str]:
    """As text, QualCoder leaves out empty categories, which moves the variables behind them to the left."""
    missing = len(table.grid.rows[table.top]) - len(row)
    last = table.columns["category"][-1] + 1
    return row[: last - missing] + [""] * missing + row[last - missing :] if 0 < missing < last else row


def unlisted(table: Known) -> Known:
    """
    Return a table whose lists of codes in brackets, `["Fear", "Hope"]`, are written line by line.

    Programs write them so, and an empty list is no code. They are lists where every cell of the column is one; the
    option separator is for what stands within the brackets.
    """
    at = [n for name in ("code", "codes") for n in table.columns.get(name, ())]
    cells = [cells.at(n) for _, cells in body(table) for n in at] if table.tool.key in OWN else []
    if not any(cells) or not all(map(_list, filter(None, cells))):
        return table
    top, mark = table.top + 1, table.options.get("separator", "")
    rows = [[_items(cell, mark) if n in at else cell for n, cell in enumerate(row)] for row in table.grid.rows[top:]]
    assumed = f"the codes of {table.grid.place} are the entries of lists in brackets, which are not of their names."
    grid = replace(table.grid, rows=[*table.grid.rows[:top], *rows])
    return replace(table, grid=grid, options=table.options | {"separator": "\n", "assumed": assumed})


def _list(cell: str) -> bool:
    return len(cell) <= LONGEST and cell[0] == "[" and cell[-1] == "]"


def _items(cell: str, mark: str) -> str:
    """Return a list in brackets, `['Fear', 'Hope']`, `[Fear, Hope]` or `[Fear][Hope]`, line by line."""
    inner = cell.strip()[1:-1]
    between = rf"\]\s*[,;]?\s*\[|{re.escape(mark) if mark else '[,;]'}"
    return "\n".join(name.strip() for name in _quoted(inner) or re.split(between, inner))


def _quoted(inner: str) -> list[str]:
    """Return the entries of a list of which each is in quotation marks; nothing for another."""
    found, at = list[str](), 0
    while at < len(inner):
        entry = _QUOTED.match(inner, at)
        if entry is None:
            return []
        found.append(entry[1] or entry[2] or "")
        at = entry.end()
    return found


def lists_of(table: Known, known: Iterable[str]) -> Lists | None:
    """Return what splits the table's lists of codes; None where a cell holds one code."""
    if "applied" in table.columns:
        return None
    key = "codes" if "codes" in table.columns else "code"
    rows = [cells for _, cells in body(table)]
    mark = table.options.get("separator", "")
    if key == "code" and not mark:
        mark = several(table, rows)
        if not mark:
            return None
    counts = [integer(cells.one("count")) for cells in rows]
    return Lists([cells.one(key) for cells in rows], counts, known, mark)


def several(table: Known, rows: list[Cells]) -> str:
    """Return what stands between several codes in cells that ought to hold one; nothing where they do."""
    if table.tool.key not in OWN:
        return ""
    every = [cell for cells in rows for cell in cells.all("code")]
    return next((mark for mark in SEVERAL if any(mark in cell for cell in every)), "")


def row(table: Known, line: int, cells: Cells, lists: Lists | None, coder: str) -> Row:
    """Return what a row says."""
    document, participant, group = cells.one("document"), cells.one("participant"), cells.one("group")
    if table.tool.key == "maxqda" and "group" not in table.columns and "\\" in document:
        group, _, document = document.rpartition("\\")  # older reports print the group before the name
    heads = table.grid.rows[table.top]
    described = {**table.spare, **{n: heads[n] for n in table.columns.get("attributes", ())}}
    spare = {_PREFIX.sub("", heading.strip()): cells.at(n) for n, heading in described.items()}
    start, end = integer(cells.one("start")), integer(cells.one("end"))
    return Row(
        line=line,
        document=document or participant,
        participant=participant,
        codes=_codes(table, cells, lists),
        text=cells.one("text") or cells.one("name"),
        place=_place(cells),
        span=(start, end) if "texts" in table.options and start is not None and end is not None else None,
        coders=_coders(table, cells.one(last_resort(table, "coder", "changer")), coder),
        memo=cells.one("memo"),
        created=cells.one(last_resort(table, "created", "changed")),
        spare=spare | ({GROUP: group} if group else {}),
    )


def last_resort(table: Known, field: str, other: str) -> str:
    """Return the field, or the other one where the table has no such column: who changed a segment, not who made it."""
    return other if field not in table.columns and other in table.columns else field


def _coders(table: Known, cell: str, coder: str) -> list[str]:
    """Several coders in one cell coded the same; a comma may stand inside a name, unless the heading is a plural."""
    marks = SEVERAL
    at = table.columns.get("coder")
    if at and re.search(r"(?:rs|ors|eurs|ores|rzy|nde)\s*$", table.grid.rows[table.top][at[0]], re.IGNORECASE):
        marks += ","
    pieces = re.split(f"[{re.escape(marks)}]", cell) if table.tool.key in OWN else [cell]
    return list(dict.fromkeys(" ".join(piece.split()) for piece in pieces if piece.strip())) or [coder]


def headed(table: Known) -> dict[int, str]:
    """Return the codes that have a column of their own, as in Dedoose, by column."""
    heads = table.grid.rows[table.top]
    return {n: clean(_APPLIED.sub(r"\1", heads[n])) for n in table.columns.get("applied", ())}


def _codes(table: Known, cells: Cells, lists: Lists | None) -> list[str]:
    if "applied" in table.columns:
        found = [code for n, code in headed(table).items() if cells.at(n).casefold() not in NO]
    elif lists is not None:
        count = integer(cells.one("count"))
        found = [code for cell in cells.all("codes") or cells.all("code") for code in lists.split(cell, count)]
    else:
        found = [clean(cell) for cell in cells.all("code") if cell]
    if cells.one("subcode") and len(found) < 2:
        found = ["\0".join([*found, clean(cells.one("subcode"))])]
    above = _above(cells)
    if not found and table.tool.key in OWN:  # a passage may have a theme alone
        found, above = above[-1:], above[:-1]
    return list(dict.fromkeys("\0".join([*above, code]) for code in found))


def _above(cells: Cells) -> list[str]:
    return [clean(cell) for cell in reversed(cells.all("category")) if cell]


def named_in(cells: Cells) -> str:
    """Return the code of a codebook's row, with what is above it."""
    names = [cells.one("code") or cells.one("codes"), cells.one("subcode")]
    return "\0".join([*_above(cells), *filter(None, map(clean, names))])


def _place(cells: Cells) -> str:
    """Where a segment stands, as printed."""
    if cells.one("place"):
        return " ".join(cells.one("place").split())
    start, end = cells.one("start"), cells.one("end")
    if start or end:
        return start if start == end or not end else f"{start}-{end}"
    number = cells.one("id") or cells.one("number")
    return f"no. {number}" if number.isdecimal() else number
