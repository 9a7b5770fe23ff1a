"""Tables as CSV and as one Excel workbook: the same bytes for the same table, and text never a formula."""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from . import openpyxl_start  # noqa: F401

# isort: split
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from .errors import StudyError

Cell = str | int | float | bool | None

# A spreadsheet takes a cell that begins so for a formula, whatever wrote it ("CSV injection", OWASP): the signs, their
# full-width and small forms, which are typed in East Asia, and what stands before another program's name (DDE).
_FORMULA = ("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
SHEET_ROWS, SHEET_COLUMNS = 1_048_576, 16_384  # of Excel
_CELL_CHARACTERS = 32_767
_CUT = " … (cut here; whole in the CSV file)"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP file can tell


@dataclass(frozen=True)
class Table:
    """A table of a report; cells are text, numbers, true or false, or None for nothing known."""

    name: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    label: str = ""


def write_csv(table: Table, file: Path) -> None:
    """
    Write a table as CSV: UTF-8, commas, Unix line ends, an empty cell for None and NaN.

    Text that a spreadsheet would take for a formula gets an apostrophe before it; text that is a number stays.
    """
    lines: list[str] = []
    # The csv module quotes a cell for the characters of its own line end only, so it has to hold both.
    writer = csv.writer(SimpleNamespace(write=lines.append), lineterminator="\r\n")
    writer.writerow([_csv_cell(name) for name in table.columns])
    writer.writerows([_csv_cell(cell) for cell in row] for row in table.rows)
    text = "".join(line.removesuffix("\r\n") + "\n" for line in lines)
    file.write_text(text, encoding="utf-8", newline="")


def write_xlsx(tables: Sequence[Table], file: Path) -> None:
    """
    Write tables as one workbook: a sheet that lists them, then one sheet each with the names of columns on top.

    Numbers stay numbers, text stays text whatever it begins with. Equal tables give equal bytes.

    Raises
    ------
    StudyError
        When a table has more rows or columns than a sheet; then nothing is written.
    """
    for table in tables:
        rows, columns = len(table.rows), len(table.columns)
        many = f"{rows:,} rows" if rows >= SHEET_ROWS else f"{columns:,} columns" if columns > SHEET_COLUMNS else ""
        if many:
            raise StudyError(f"table {table.name}: {many} are too many for a sheet of Excel; write it as CSV")
    book, styles = Workbook(write_only=True), _Styles()
    names = sheet_names([table.name for table in tables])
    contents = Table("Tables", "", ["Sheet", "Table", "Caption", "Note"], _contents(tables, names))
    for name, table in zip(["Tables", *names], [contents, *tables], strict=True):
        _fill(book.create_sheet(name), table, styles)
    buffer = io.BytesIO()
    book.save(buffer)
    file.write_bytes(_timeless(buffer))


def sheet_names(names: Sequence[str]) -> list[str]:
    """
    Return a name for each sheet that Excel accepts: at most 31 characters, none of them special, all different.

    >>> sheet_names(["theme_prevalence", "Tables", "a/b", "x" * 40, "x" * 35])[1:]
    ['Tables (2)', 'a b', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'xxxxxxxxxxxxxxxxxxxxxxxxxxx (2)']
    """
    taken = {"tables", "history"}  # ours, and one that Excel keeps for itself
    found = []
    for name in names:
        plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip("' ") or "table"
        candidate, n = plain[:31].strip(), 1
        while candidate.casefold() in taken:
            n += 1
            end = f" ({n})"
            candidate = plain[: 31 - len(end)].strip() + end
        taken.add(candidate.casefold())
        found.append(candidate)
    return found


def _csv_cell(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and math.isnan(cell):
        return None
    if isinstance(cell, str) and cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def _contents(tables: Sequence[Table], names: Sequence[str]) -> list[list[Cell]]:
    return [[sheet, table.name, table.caption, table.label] for sheet, table in zip(names, tables, strict=True)]


class _Styles(dict[tuple[bool, bool, bool], Any]):
    """The few looks that cells have: openpyxl works out each anew, which takes longer than all of the rest."""

    def dress(self, cell: Any, *, escaped: bool, wrapped: bool, bold: bool) -> None:
        """Give a cell its look: is a sign before it that it is text, do its lines break, is it bold."""
        look = (escaped, wrapped, bold)
        if look not in self:
            cell.quotePrefix = escaped
            cell.alignment = Alignment(vertical="top", wrap_text=wrapped)
            if bold:
                cell.font = Font(bold=True)
            self[look] = cell._style
        cell._style = self[look]


def _fill(sheet: Any, table: Table, styles: _Styles) -> None:
    sheet.freeze_panes = "A2"
    for n, width in enumerate(_widths(table), 1):
        sheet.column_dimensions[get_column_letter(n)].width = width
    sheet.append([_sheet_cell(sheet, name, styles, bold=True) for name in table.columns])
    for row in table.rows:
        sheet.append([_sheet_cell(sheet, cell, styles) for cell in row])


def _sheet_cell(sheet: Any, value: Cell, styles: _Styles, *, bold: bool = False) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        value = None if math.isnan(value) else str(value)
    if not isinstance(value, str):
        return value
    # A bare carriage return is read back as a line feed from some XML writers and not from others: always write that.
    text = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > _CELL_CHARACTERS:
        text = text[: _CELL_CHARACTERS - len(_CUT)] + _CUT
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # openpyxl makes a formula of text that begins with "="
    styles.dress(cell, escaped=value.startswith(_FORMULA), wrapped=len(value) > 40, bold=bold)
    return cell


def _widths(table: Table) -> Iterator[float]:
    """Fit the columns to the first rows, within reason."""
    for n, name in enumerate(table.columns):
        longest = max((len(str(row[n])) for row in table.rows[:200] if row[n] is not None), default=0)
        yield float(min(max(len(str(name)), longest, 6) + 2, 60))


def _timeless(workbook: io.BytesIO) -> bytes:
    """Return a workbook without the times at which it and the files within it were made."""
    result = io.BytesIO()
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # as on Unix, on every system
            new.writestr(entry, content)
    return result.getvalue()
