"""The rows of a table of segments: each as what it says of who, where, which words and which codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .sqlite import integer
from .tables_codes import Lists, clean
from .tables_columns import Known

NO = {"", "0", "false", "no", "falsch", "nein", "faux", "non", "falso", "não", "nao", "fałsz", "nie"}
GROUP = "document group"
_APPLIED = re.compile(r"\s*code:\s*(.*?)\s*applied\s*", re.IGNORECASE | re.DOTALL)
_PREFIX = re.compile(r"^(FileVar_|CaseVar_|Descriptor:\s*)", re.IGNORECASE)

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
    coder: str
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

    def all(self, name: str) -> list[str]:
        """Return the cells of a field."""
        return [self.at(n) for n in self.columns.get(name, ())]


def body(table: Known) -> Iterator[tuple[int, Cells]]:
    """Give the rows below the headings that hold anything, numbered as a spreadsheet counts."""
    for number, row in enumerate(table.grid.rows[table.top + 1 :], table.top + 2):
        if any(cell.strip() for cell in row):
            yield number, Cells(table, _padded(table, row) if "category" in table.columns else row)


def _padded(table: Known, row: list[str]) -> list[str]:
    """QualCoder leaves out empty categories, which moves the variables behind them to the left."""
    missing = len(table.grid.rows[table.top]) - len(row)
    last = table.columns["category"][-1] + 1
    return row[: last - missing] + [""] * missing + row[last - missing :] if 0 < missing < last else row


def lists_of(table: Known, known: dict[str, str]) -> Lists | None:
    """Return what splits the table's lists of codes; None where a cell holds one code."""
    listed = "codes" in table.columns and "applied" not in table.columns
    if not listed and "separator" not in table.options:
        return None
    key = "codes" if "codes" in table.columns else "code"
    rows = [cells for _, cells in body(table)]
    counts = [integer(cells.one("count")) for cells in rows]
    return Lists([cells.one(key) for cells in rows], counts, known, table.options.get("separator", ""))


def row(table: Known, line: int, cells: Cells, lists: Lists | None, coder: str) -> Row:
    """Return what a row says."""
    document, participant, group = cells.one("document"), cells.one("participant"), cells.one("group")
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
        coder=cells.one("coder") or coder,
        memo=cells.one("memo"),
        created=cells.one("created"),
        spare=spare | ({GROUP: group} if group else {}),
    )


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
    above = [clean(cell) for cell in reversed(cells.all("category")) if cell]
    return list(dict.fromkeys("\0".join([*above, code]) for code in found))


def _place(cells: Cells) -> str:
    """Where a segment stands, as printed."""
    if cells.one("place"):
        return " ".join(cells.one("place").split())
    start, end = cells.one("start"), cells.one("end")
    if start or end:
        return start if start == end or not end else f"{start}-{end}"
    number = cells.one("id") or cells.one("number")
    return f"no. {number}" if number.isdecimal() else number
