"""Workbooks of Excel before 2007 (`.xls`): an OLE2 file in which lies a workbook, whatever it is called."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path

import xlrd
from xlrd.compdoc import CompDocError
from xlrd.sheet import Sheet

from ..errors import StudyError
from .tables_merged import Merged

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LARGEST = 32_000_000  # bytes; a sheet of Excel then had 65,536 rows
_BROKEN: tuple[type[Exception], ...] = (xlrd.XLRDError, CompDocError, struct.error, ArithmeticError, LookupError)
_BROKEN += (OSError, ValueError, TypeError, AttributeError, AssertionError, RuntimeError)


def sheets(path: Path) -> Iterator[tuple[str, Iterator[list[object]], list[Merged]]]:
    """
    Give the visible sheets of a workbook of Excel before 2007, each with its rows of values and its merged cells.

    Raises
    ------
    StudyError
        When the file is another Office file, is damaged, is protected by a password or is larger than 32 MB.
    """
    if path.stat().st_size > LARGEST:
        raise StudyError(f"{path.name}: is larger than {LARGEST // 1_000_000} MB; save its table as .xlsx")
    data = path.read_bytes()
    if _named(data, "EncryptedPackage"):
        raise StudyError(f"{path.name}: is protected by a password; save it without one")
    if not _named(data, "Workbook") and not _named(data, "Book"):
        raise StudyError(f"{path.name}: is an older Office file and no workbook; save its table as .xlsx")
    try:
        with _opened(data) as book:
            for name in book.sheet_names():
                sheet = _sheet(book, data, name)
                if not sheet.visibility:
                    merged = [(column, first, end) for first, end, column, _ in sheet.merged_cells]
                    yield name, _rows(sheet, book.datemode), merged
                book.unload_sheet(name)
    except _BROKEN as error:
        why = "it is protected by a password" if "encrypted" in str(error).casefold() else str(error)
        raise StudyError(f"{path.name}: cannot be read as a workbook ({why}); save it as .xlsx") from error


def _opened(data: bytes) -> xlrd.Book:
    """Open a workbook with its merged cells, which xlrd reads with the formats alone; odd formats are left out."""
    try:
        return _book(data, formats=True)
    except _BROKEN:
        return _book(data, formats=False)


def _book(data: bytes, *, formats: bool) -> xlrd.Book:
    # xlrd tells of oddities on a log, which is the terminal unless it is given one.
    log = io.StringIO()
    return xlrd.open_workbook(
        file_contents=data, logfile=log, on_demand=True, ragged_rows=True, formatting_info=formats
    )


def _sheet(book: xlrd.Book, data: bytes, name: str) -> Sheet:
    """Read a sheet; one with formats of its own that are odd, without them."""
    try:
        return book.sheet_by_name(name)
    except _BROKEN:
        with _book(data, formats=False) as plain:
            return plain.sheet_by_name(name)


def _named(data: bytes, stream: str) -> bool:
    """Tell whether an OLE2 file has a stream of this name; its directory may be anywhere in it."""
    return stream.encode("utf-16-le") in data


def _rows(sheet: Sheet, datemode: int) -> Iterator[list[object]]:
    for n in range(sheet.nrows):
        yield [
            _value(kind, value, datemode) for kind, value in zip(sheet.row_types(n), sheet.row_values(n), strict=True)
        ]


def _value(kind: int, value: object, datemode: int) -> object:
    if kind == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(value, datemode)
        except (ValueError, OverflowError):
            return value
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    return xlrd.error_text_from_code.get(value, "") if kind == xlrd.XL_CELL_ERROR else value
