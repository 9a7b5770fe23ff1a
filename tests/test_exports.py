"""Tables for other programs: every coding with who and where, absence as data, and nothing that runs as a formula."""

from __future__ import annotations

import csv

import openpyxl
import pandas as pd
import pytest

from helpers import StudyError, open_study, spreadsheets
from helpers.exchange import exports


@pytest.fixture
def small(made):
    """Two people, one of them in a group; two coders; a theme with a code below it, and one nobody is named for."""
    return made(
        {"consensus": "x"},
        participants={"participant": ["Ann", "Bea"], "age": [34, None], "code": ["=1+1", "b"]},
        documents={
            "document": ["ann-1", "both"],
            "participant": ["Ann", ""],
            "text": ["I hope to work.\n\nI fear it.", "We plan. Yes."],
        },
        turns={
            "document": ["both", "both"],
            "start": [0, 9],
            "end": [8, 13],
            "speaker": ["A", "B"],
            "participant": ["Ann", "Bea"],
        },
        codes={"code": ["hope", "plan", "luck"], "name": ["Hope", "Plans", "Luck"], "parent": ["", "hope", ""]},
        codings={
            "coder": ["x", "x", "y", "x"],
            "document": ["ann-1", "both", "ann-1", ""],
            "start": [2, 3, 17, None],
            "end": [6, 13, 18, None],
            "code": ["hope", "plan", "plan", "luck"],
            "memo": ["-no", "", "=cmd()", "many say so"],
            "locator": ["", "", "", "page 3"],
            "extent": ["", "", "", "many"],
            "created": ["2024-03-01", "", "", ""],
        },
    )


def cells(file):
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_quotes_carry_path_person_attributes_place_context_and_memo(small):
    table = exports.quote_table(small, context=8)
    assert list(table.columns) == [
        "path", "code", "coder", "document", "participant", "age", "code (attribute)", "speakers",
        "start", "end", "before", "quote", "after", "memo", "locator", "extent", "created",
    ]  # fmt: skip
    assert [row[14:] for row in table.rows] == [
        [None, None, "2024-03-01"],
        [None, None, None],
        [None, None, None],
        ["page 3", "many", None],
    ]
    assert [row[:14] for row in table.rows] == [
        ["Hope", "hope", "x", "ann-1", "Ann", 34, "=1+1", "Ann", 2, 6, "I ", "hope", " to…", "-no"],
        ["Hope > Plans", "plan", "y", "ann-1", "Ann", 34, "=1+1", "Ann", 17, 18, "…work.\n\n", "I", " fear…", "=cmd()"],
        ["Hope > Plans", "plan", "x", "both", None, None, None, "Ann; Bea", 3, 13, "We ", "plan. Yes.", None, None],
        ["Luck", "luck", "x", None, None, None, None, None, None, None, None, None, None, "many say so"],
    ]
    assert [row[2] for row in exports.quote_table(small, coder="y").rows] == ["y"]


def test_a_paraphrase_is_no_quote(made):
    study = made(
        participants={"participant": ["Ann"]},
        documents={"document": ["d", "e"], "participant": ["Ann", ""]},
        codes={"code": ["c"], "name": ["C"]},
        codings={"coder": "x", "document": ["d", "e"], "code": "c", "memo": ["said so", ""], "quote": ["", "Yes."]},
    )
    assert exports.quote_table(study).rows == [
        ["C", "c", "x", "d", "Ann", "Ann", None, None, None, None, None, "said so", None, None, None],
        ["C", "c", "x", "e", None, None, None, None, None, "Yes.", None, None, None, None, None],
    ]


def test_the_unit_matrix_has_a_row_for_every_unit_and_coder_and_0_where_nothing_is_coded(small):
    table = exports.unit_table(small, unit="paragraph")
    assert list(table.columns) == ["document", "participant", "unit", "start", "end", "coder", "hope", "plan", "luck"]
    assert table.rows == [
        ["ann-1", "Ann", 1, 0, 15, "x", 1, 0, 0],
        ["ann-1", "Ann", 1, 0, 15, "y", 0, 0, 0],
        ["ann-1", "Ann", 2, 17, 27, "x", 0, 0, 0],
        ["ann-1", "Ann", 2, 17, 27, "y", 0, 1, 0],
        ["both", None, 1, 0, 13, "x", 0, 1, 0],
    ]


def test_the_unit_matrix_leaves_out_no_coder_who_was_not_asked(small, made):
    tables = {name: frame for name, frame in small.tables().items() if name != "assignments"}
    study = made(**tables, assignments={"document": ["ann-1", "both"], "coder": ["x", "x"]})
    rows = [[row[0], *row[5:]] for row in exports.unit_table(study).rows]
    assert rows == [["ann-1", "x", 1, 0, 0], ["ann-1", "y", 0, 1, 0], ["both", "x", 0, 1, 0]]


def test_the_case_matrix_counts_passages_and_leaves_empty_what_is_not_known(small):
    table = exports.case_table(small)
    assert table.caption == "Passages of each code, by participant: codings of x."
    assert list(table.columns) == ["path", "code", "level", "state", "Ann", "Bea"]
    assert table.rows == [
        ["Hope", "hope", 0, "named", 2, 1],
        ["Hope > Plans", "plan", 1, "named", 1, 1],
        ["Luck", "luck", 0, "unnamed", None, None],
    ]
    assert [row[4:] for row in exports.case_table(small, coder="y").rows] == [[1, 0], [1, 0], [0, 0]]


def test_somebody_who_was_not_asked_is_empty_and_not_0(made):
    study = made(
        participants={"participant": ["Ann", "code"]},
        documents={"document": ["d"], "participant": ["Ann"], "text": ["Yes."]},
        codes={"code": ["c"], "name": ["C"]},
        coders={"coder": ["x"]},
    )
    table = exports.case_table(study)
    assert list(table.columns) == ["path", "code", "level", "state", "Ann", "code (participant)"]
    assert table.rows == [["C", "c", 0, "absent", 0, None]]


def test_the_codebook_says_how_often_each_code_was_used(small):
    table = exports.codebook_table(small)
    assert list(table.columns) == [
        "path", "code", "name", "parent", "level", "origin", "definition", "include", "exclude", "colour", "order", "sets",
        "codings", "coders", "documents",
    ]  # fmt: skip
    unknown = [None] * 7
    assert table.rows == [
        ["Hope", "hope", "Hope", None, 0, *unknown, 1, 1, 1],
        ["Hope > Plans", "plan", "Plans", "hope", 1, *unknown, 2, 2, 2],
        ["Luck", "luck", "Luck", None, 0, *unknown, 1, 1, 0],
    ]


@pytest.mark.parametrize("name", exports.TABLES)
def test_an_empty_study_has_empty_tables(name, made):
    study = made(documents={"document": [], "participant": []})
    assert exports.TABLES[name](study).rows == []


def test_csv_holds_the_quotes_and_no_formula(small, tmp_path):
    file = exports.write(small, tmp_path / "new" / "quotes.csv")
    assert file == tmp_path / "new" / "quotes.csv"
    heading, *rows = cells(file)
    assert heading == list(exports.quote_table(small).columns)
    assert [(row[6], row[13]) for row in rows] == [
        ("'=1+1", "'-no"),
        ("'=1+1", "'=cmd()"),
        ("", ""),
        ("", "many say so"),
    ]
    assert sorted(path.name for path in file.parent.iterdir()) == ["quotes.csv"]


def test_csv_holds_another_table_where_it_is_asked_for(small, tmp_path):
    file = exports.write(small, tmp_path / "units.csv", table="units", unit="window", size=10)
    assert [row[:6] for row in cells(file)][:3] == [
        ["document", "participant", "unit", "start", "end", "coder"],
        ["ann-1", "Ann", "1", "0", "10", "x"],
        ["ann-1", "Ann", "1", "0", "10", "y"],
    ]


def test_a_workbook_holds_all_tables_and_no_formula(small, tmp_path):
    book = openpyxl.load_workbook(exports.write(small, tmp_path / "study.xlsx"))
    assert book.sheetnames == ["Tables", "quotes", "units", "cases", "codebook"]
    assert [row[2] for row in book["Tables"].iter_rows(min_row=2, values_only=True)] == [
        "Coded passages of all coders.",
        "Which codes are in each document, by coder: 1 or 0.",
        "Passages of each code, by participant: codings of x.",
        "Codes and how often they were used.",
    ]
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds and kinds <= {"s", "inlineStr", "n"}
    assert book["quotes"]["G2"].value == "=1+1" and book["quotes"]["N3"].value == "=cmd()"
    assert [cell.value for cell in book["cases"][2]] == ["Hope", "hope", 0, "named", 2, 1]


def test_a_workbook_of_one_table(small, tmp_path):
    book = openpyxl.load_workbook(exports.write(small, tmp_path / "study.xlsx", table="cases"))
    assert book.sheetnames == ["Tables", "cases"]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_same_study_gives_the_same_bytes(small, ending, tmp_path):
    one, two = (exports.write(small, tmp_path / f"{n}.{ending}").read_bytes() for n in (1, 2))
    assert one == two


def test_invented_data_is_marked(tmp_path):
    study = open_study("synthetic-pilot")
    book = openpyxl.load_workbook(exports.write(study, tmp_path / "s.xlsx"))
    assert [row[3] for row in book["Tables"].iter_rows(min_row=2, values_only=True)] == ["Synthetic data"] * 4


@pytest.mark.parametrize("name", ["houghton-2024", "havnes-2013", "synthetic-pilot"])
def test_every_coding_of_a_shipped_study_is_among_the_quotes(name):
    study = open_study(name)
    frame = pd.DataFrame(exports.quote_table(study).rows, columns=exports.quote_table(study).columns)
    mine = frame[["coder", "document", "start", "end", "code"]].fillna("").astype(str)
    theirs = study.codings[["coder", "document", "start", "end", "code"]].astype(object).fillna("").astype(str)
    plain = (sorted(part.replace(r"\.0$", "", regex=True).values.tolist()) for part in (mine, theirs))
    assert next(plain) == next(plain)
    units = exports.unit_table(study)
    pairs = study.codings.loc[study.codings["document"] != "", ["document", "coder", "code"]].astype(str)
    coded = {(row[0], row[5], units.columns[n]) for row in units.rows for n in range(6, len(row)) if row[n]}
    assert coded == set(pairs.itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("file", "options", "message"),
    [
        ("s.ods", {}, r"^s\.ods: a table ends in \.csv, a workbook in \.xlsx$"),
        ("s.csv", {"table": "quote"}, r"^there is no table 'quote'; .* The nearest is 'quotes'\.$"),
        ("s.csv", {"table": "units", "unit": "line"}, r"^there is no unit 'line'; units are 'document', "),
        ("there.csv", {}, r"there\.csv is there already; nothing was written$"),
        ("there.csv/s.csv", {}, r"s\.csv cannot be written: "),
    ],
)
def test_what_cannot_be_written_is_refused_and_nothing_changes(file, options, message, small, tmp_path):
    (tmp_path / "there.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(StudyError, match=message):
        exports.write(small, tmp_path / file, **options)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"there.csv": "mine"}


def test_a_table_that_is_too_wide_for_excel_is_refused(small, tmp_path, monkeypatch):
    monkeypatch.setattr(spreadsheets, "SHEET_COLUMNS", 6)
    with pytest.raises(
        StudyError, match=r"^table quotes: 17 columns are too many for a sheet of Excel; write it as CSV$"
    ):
        exports.write(small, tmp_path / "s.xlsx")
    assert list(tmp_path.iterdir()) == []
