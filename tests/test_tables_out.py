"""CSV and XLSX: numbers stay numbers, text stays text, equal tables are equal bytes."""

import csv
import subprocess
import sys
import time
import zipfile

import openpyxl
import pandas as pd
import pytest

from helpers import spreadsheets
from helpers.errors import StudyError
from helpers.spreadsheets import Table, sheet_names, write_csv, write_xlsx

FORMULAS = ["=cmd()", "+SUM(A1)", "-no, never", "@home", "\tx", "\rx", "\n=x", "|cmd", "%0A=1", "=cmd|' /C calc'!A0"]
FORMULAS += ["＝1+1", "＋1", "－1", "＠home", "﹦1", "﹢1", "﹣1", "﹫home"]
PLAIN = ["007", "-5", "+3.2e4", "a=b", "$x$", "<script>", "**bold**", "it's", ""]


@pytest.fixture
def table():
    rows = [[text, 1, 0.5, True, None] for text in FORMULAS + PLAIN]
    return Table("risky", "Text that is not a formula", ["what", "n", "=share", "yes", "unknown"], rows)


def test_csv_keeps_formulas_as_text_and_numbers_as_numbers(table, tmp_path):
    write_csv(table, tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert header == ["what", "n", "'=share", "yes", "unknown"]
    assert [row[0] for row in rows] == [f"'{text}" for text in FORMULAS] + PLAIN
    assert rows[0][1:] == ["1", "0.5", "true", ""]


def test_csv_is_read_back_by_pandas(tmp_path):
    table = Table("t", "", ["theme", "n", "words"], [['Späti, "quoted"', 3, float("nan")], ["line\nbreak", -2, 1.25]])
    write_csv(table, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes().startswith(b"theme,n,words\n")
    frame = pd.read_csv(tmp_path / "t.csv")
    assert frame["theme"].tolist() == ['Späti, "quoted"', "line\nbreak"]
    assert frame["n"].tolist() == [3, -2]
    assert frame["words"].isna().tolist() == [True, False]


def test_xlsx_keeps_types(table, tmp_path):
    write_xlsx([table], tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["risky"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert [cell.value or "" for cell in cells] == [text.replace("\r", "\n") for text in FORMULAS + PLAIN]
    assert [bool(cell.quotePrefix) for cell in cells] == [
        text in [*FORMULAS, "-5", "+3.2e4"] for text in FORMULAS + PLAIN
    ]
    assert [cell.value for cell in sheet[2]][1:] == [1, 0.5, True, None]
    assert [cell.data_type for cell in sheet[2]][1:4] == ["n", "n", "b"]
    assert sheet["C1"].value == "=share" and sheet["C1"].data_type != "f"


def test_the_first_sheet_lists_the_tables(tmp_path):
    tables = [
        Table("theme_prevalence", "How many speak to each theme.", ["n"], [[1]], "Synthetic data"),
        Table("x" * 40, "Other.", ["n"], [[1]]),
    ]
    write_xlsx(tables, tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == ["Tables", "theme_prevalence", "x" * 31]
    assert [[cell.value for cell in row] for row in book["Tables"]] == [
        ["Sheet", "Table", "Caption", "Note"],
        ["theme_prevalence", "theme_prevalence", "How many speak to each theme.", "Synthetic data"],
        ["x" * 31, "x" * 40, "Other.", None],
    ]


def test_sheet_names_are_what_excel_accepts():
    names = sheet_names(["History", "a" * 31 + "b", "A" * 31 + "c", "x:[y]*?/\\z", "'quoted'", ""])
    assert names == ["History (2)", "a" * 31, "A" * 27 + " (2)", "x  y     z", "quoted", "table"]
    assert all(len(name) <= 31 for name in names)


def test_the_same_tables_are_the_same_bytes(table, tmp_path):
    write_xlsx([table], tmp_path / "one.xlsx")
    write_csv(table, tmp_path / "one.csv")
    time.sleep(2.1)  # the times in a ZIP file go by two seconds
    write_xlsx([table], tmp_path / "two.xlsx")
    write_csv(table, tmp_path / "two.csv")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.xlsx") as book:
        assert {entry.date_time[0] for entry in book.infolist()} == {1980}


def test_what_excel_cannot_hold_is_marked(tmp_path):
    table = Table("t", "", ["a", "b"], [["bell\x07", float("inf")], ["y" * 40_000, float("nan")]])
    write_xlsx([table], tmp_path / "t.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "t.xlsx")["t"].iter_rows(min_row=2, values_only=True))
    assert rows[0] == ("bell\ufffd", "inf")
    assert len(rows[1][0]) == 32_767 and rows[1][0].endswith("whole in the CSV file)") and rows[1][1] is None


def test_too_many_rows_for_a_sheet_are_refused(tmp_path):
    with pytest.raises(StudyError, match="table t: 1,048,576 rows are too many"):
        write_xlsx([Table("t", "", ["a"], [[1]] * 1_048_576)], tmp_path / "t.xlsx")


def test_as_many_rows_and_columns_as_a_sheet_has_are_written_and_no_more(tmp_path, monkeypatch):
    wide = [Table("wide", "", [f"c{n}" for n in range(16_385)], [])]
    with pytest.raises(
        StudyError, match=r"^table wide: 16,385 columns are too many for a sheet of Excel; write it as CSV$"
    ):
        write_xlsx(wide, tmp_path / "t.xlsx")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(spreadsheets, "SHEET_COLUMNS", 3)
    monkeypatch.setattr(spreadsheets, "SHEET_ROWS", 5)  # with the row of headings
    write_xlsx([Table("t", "", ["a", "b", "c"], [[1, 2, 3]] * 4)], tmp_path / "t.xlsx")
    assert openpyxl.load_workbook(tmp_path / "t.xlsx")["t"].dimensions == "A1:C5"
    with pytest.raises(StudyError, match="5 rows are too many"):
        write_xlsx([Table("t", "", ["a"], [[1]] * 5)], tmp_path / "u.xlsx")


@pytest.mark.parametrize("first", ["helpers.spreadsheets", "helpers.exchange.tables_cells"])
def test_a_workbook_is_the_same_with_and_without_lxml(first):
    """lxml comes with the tests (pyrefiqda needs it), so that openpyxl would take it if it were let."""
    program = f"import lxml, {first}; from openpyxl.xml import LXML; print(LXML)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
