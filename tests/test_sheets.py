"""Tables as people and spreadsheets write them: what is read, row by row, exactly as it stands."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpers import store
from helpers.cells import ids, numbers
from helpers.sheets import as_csv, sheet

LOADS = {
    "a byte-order mark and semicolons": "\ufeffparticipant;age\nAnn;34,5\nBea;58\n",
    "tabs": "participant\tage\nAnn\t34.5\nBea\t58\n",
    "carriage returns and line feeds": "participant,age\r\nAnn,34.5\r\nBea,58\r\n",
    "carriage returns alone": "participant,age\rAnn,34.5\rBea,58\r",
    "a decimal comma in quotation marks": 'participant,age\nAnn,"34,5"\nBea,58\n',
    "blanks around cells": " participant , age \n Ann , 34.5 \n Bea ,58\n",
    "comments of any length": "participant,age\n# one\nAnn,34.5\n# one, two, three\nBea,58\n#,\n",
    "blank rows": "participant,age\n\nAnn,34.5\n,\n   \nBea,58\n\n\n",
    "empty columns without a name": "participant,age,,\nAnn,34.5,,\nBea,58,,\n",
    "a heading with a comma in it": '"participant";"age"\nAnn;34.5\nBea;58\n',
    "no end of the last line": "participant,age\nAnn,34.5\nBea,58",
}


@pytest.mark.parametrize("text", LOADS.values(), ids=LOADS)
def test_a_table_as_a_spreadsheet_may_write_it_is_read(folder, text):
    study = store.read(folder({"participants.csv": text}))
    assert study.participants.values.tolist() == [["Ann", 34.5], ["Bea", 58.0]]


def test_rows_are_counted_as_a_spreadsheet_counts_them(refused):
    documents = 'document,participant,round\n# a comment\n\nann-1,Ann,"two\nlines"\nann-2,Ann,\nbea-1,Bo,\ngroup,,\n'
    assert refused({"documents.csv": documents}) == [
        "documents.csv row 6: participant 'Bo' is not in participants.csv, which has 'Ann', 'Bea'."
    ]


NASTY = st.text(st.sampled_from("ab \"',;\t\r\n#=💛\u0301\ufeff\u2028\x85"), max_size=5)


def cells_of(text):
    """Read with the csv module alone, as an oracle: heading, then rows that hold something and are no comment."""
    heading, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    kept = [(n, row) for n, row in enumerate(rows, 2) if "".join(row).strip(" \t\r\n") and not row[0].startswith("#")]
    return heading, [row for _, row in kept], [n for n, _ in kept]


@given(st.lists(st.tuples(NASTY, NASTY, NASTY), max_size=6), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
@example([("", "a\r\nb", "#"), ("#", '"', ""), ("\n", "", ""), (" ", "\t", "")], "\n", False)
def test_every_cell_is_read_as_the_csv_module_reads_it(rows, end, every):
    stream = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if every else csv.QUOTE_NONNUMERIC
    writer = csv.writer(stream, lineterminator=end, quoting=quoting)
    writer.writerows([("x", "y", "z"), *rows])
    found = []
    frame = sheet(stream.getvalue().encode(), "t.csv", found)
    heading, kept, numbers = cells_of(stream.getvalue())
    assert not found
    assert frame[heading].values.tolist() == kept
    assert frame["_row"].tolist() == numbers


@given(st.text(st.sampled_from('ab",;\n\r #'), max_size=40))
def test_any_text_is_a_table_or_has_a_problem_and_no_row_is_lost(text):
    found = []
    frame = sheet(("x,y\n" + text).encode(), "t.csv", found)
    if frame is None:
        assert found
    else:
        _, kept, numbers = cells_of("x,y\n" + text)
        assert [row for row in kept if len(row) == 2] == frame[["x", "y"]].values.tolist()
        assert bool(found) == (len(numbers) != len(frame))


@given(st.lists(st.tuples(NASTY.filter(lambda cell: not cell.startswith("#")), NASTY), min_size=1, max_size=6))
def test_a_written_table_is_read_as_it_was(rows):
    frame = pd.DataFrame(rows, columns=["x", "y"], dtype="str")
    found = []
    again = sheet(as_csv(frame), "t.csv", found)
    assert not found
    assert again[["x", "y"]].values.tolist() == [list(row) for row in rows if "".join(row).strip(" \t\r\n")]


def test_parquet_is_read_like_csv(folder, tmp_path):
    pytest.importorskip("pyarrow")
    csv_study = store.read(folder())
    people = pd.DataFrame({"participant": ["Ann", "Bea"], "age": [34, 58], "job": ["nurse", None]})
    codings = csv_study.codings[csv_study.codings["coder"] == "x"].drop(columns="coder")
    stream = {"participants.parquet": people, "codings/x.parquet": codings}
    parquet = {name: table.to_parquet() for name, table in stream.items()}
    study = store.read(folder({**parquet, "participants.csv": None, "codings/x.csv": None}, name="again"))
    pd.testing.assert_frame_equal(study.participants, csv_study.participants)
    pd.testing.assert_frame_equal(study.codings, csv_study.codings)


@pytest.mark.parametrize(
    "cells",
    [("0", "12"), ("0", ""), ("0", "1.0"), (" 3", "4 "), ("+1", "-2"), ("007", "8"), ("x", "1"), ("1e3", "1"), ("9" * 25, "1")],
)  # fmt: skip
def test_a_column_read_as_numbers_says_what_it_says_as_text(cells):
    data = "document,start\n" + "".join(f"{name},{cell}\n" for name, cell in zip((" a", "b"), cells, strict=True))
    kinds, found = {"document": "id", "start": "position"}, []
    typed, plain = sheet(data.encode(), "x.csv", found, kinds), sheet(data.encode(), "x.csv", found)
    for one, other in zip(numbers(typed["start"]), numbers(plain["start"]), strict=True):
        assert np.array_equal(one, other, equal_nan=one.dtype == float)
    assert list(ids(typed["document"])) == list(ids(plain["document"])) == ["a", "b"]
    assert found == [] and (plain.dtypes[["document", "start"]] == "str").all()


def test_coders_files_of_different_make_are_one_table(folder):
    """One is read with its types, the other, with a blank position, as text."""
    codings = {
        "codings/x.csv": "document,code,start,end\nann-1,fear,0,2\n",
        "codings/y.csv": "document,code,start,end\nbea-1,hope,,\n",
    }
    study = store.read(folder(codings))
    assert study.codings[["coder", "document", "code"]].astype("str").values.tolist() == [
        ["x", "ann-1", "fear"],
        ["y", "bea-1", "hope"],
    ]
    assert study.codings["start"].isna().tolist() == [False, True]
