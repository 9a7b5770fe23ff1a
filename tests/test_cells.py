"""Cells to values: numbers as people write them, ids without the blanks around them."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import cells


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("34", 34.0),
        ("34,5", 34.5),
        ("-0,125", -0.125),
        ("0,125", 0.125),
        ("10,1234", 10.1234),
        ("1e3", 1000.0),
        ("1,200", None),  # twelve hundred, or one and a fifth: not guessed
        ("1.200,5", None),
        ("inf", None),
        ("nan", None),
        ("n/a", None),
    ],
)
def test_numbers_are_read_with_a_point_or_a_comma_and_never_guessed(cell, value):
    values, wrong = cells.numbers(pd.Series([cell, ""], dtype="str"))
    assert wrong.tolist() == [value is None, False]
    assert values.dropna().tolist() == ([] if value is None else [value])


@given(st.lists(st.sampled_from(["Ann", " Ann", "Bea ", "", "nan", "É", "0"]), max_size=6))
def test_ids_are_stripped_and_keep_their_rows(values):
    assert list(cells.ids(pd.Series(values, dtype="str"))) == [value.strip() for value in values]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_so_that_it_is_read_again(value):
    values, wrong = cells.numbers(pd.Series([cells.written(value)], dtype="str"))
    assert (values.tolist(), wrong.tolist()) == ([value], [False])


def test_a_value_that_is_wrong_in_many_rows_is_one_problem_at_its_first_row():
    frame = pd.DataFrame({"_file": ["a.csv", "a.csv", "b.csv"], "_row": [2, 5, 9]})
    wrong = pd.Series([True, True, True]).to_numpy()
    found = cells.flag(frame, "codes", wrong, ["x", "x", "x"], "{!r} is wrong".format)
    assert [str(problem) for problem in found] == [
        "a.csv row 2: 'x' is wrong (and in 1 more rows)",
        "b.csv row 9: 'x' is wrong",
    ]


def test_each_row_gets_the_number_of_its_own_cell():
    values, wrong = cells.numbers(pd.Series(["3", "", "3,5", "x", "3", "x"], dtype="str"))
    assert values.tolist()[:3] + values.tolist()[4:5] == pytest.approx([3.0, float("nan"), 3.5, 3.0], nan_ok=True)
    assert wrong.tolist() == [False, False, False, True, False, True]


@pytest.mark.parametrize("nothing", [[None, None], [float("nan")] * 2, [pd.NaT, pd.NaT]])
def test_a_column_of_nothing_is_text_without_a_letter(nothing):
    found = cells.text(pd.Series(nothing, index=[4, 7], name="memo"))
    assert (found.tolist(), list(found.index), str(found.dtype), found.name) == (["", ""], [4, 7], "str", "memo")
