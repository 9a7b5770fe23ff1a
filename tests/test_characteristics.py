"""Table 1: counted per person, numbers never pooled over scales, missing values shown and in no other figure."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import StudyError, make_study, participant_table, summary
from helpers.about import About, Attribute
from helpers.characteristics import attributes, levels, values

ABOUT = {
    "attributes": {
        "age": {"label": "Age (years)"},
        "job": {"levels": ["none yet", "nurse", "driver"], "none": "none yet"},
        "dose": {"label": "Dose", "within": "drug"},
        "ill": {"label": "Diagnoses", "multivalued": True, "none": "none"},
    }
}
PEOPLE = {
    "participant": ["Ann", "Bo", "Cy", "Di", "Ed"],
    "age": [20, 30, 40, 50, None],
    "job": ["nurse", "driver", "nurse", None, "none yet"],
    "drug": ["M", "M", "B", None, "M"],
    "dose": [60, 80, 8, 5, None],
    "ill": ["a; b", "b", "none", None, "b; b;a"],
}


@pytest.fixture
def study(made):
    return made(ABOUT, participants=PEOPLE)


def rows(table, attribute, *columns):
    return table.loc[table["attribute"] == attribute, list(columns)].values.tolist()


def test_categories_are_counted_in_their_order_and_missing_is_a_level(study):
    table = summary(study)
    assert rows(table, "job", "level", "n", "of") == [
        ["none yet", 1, 5], ["nurse", 2, 5], ["driver", 1, 5], ["Missing", 1, 5],
    ]  # fmt: skip


def test_several_values_count_once_a_person_each(study):
    assert rows(summary(study), "ill", "level", "n") == [["b", 3], ["a", 2], ["none", 1], ["Missing", 1]]


def test_a_number_is_described_and_its_missing_values_enter_no_figure(study):
    (described, missing) = summary(study).query("attribute == 'age'").to_dict("records")
    assert {k: described[k] for k in ("n", "mean", "median", "q1", "q3", "min", "max")} == {
        "n": 4, "mean": 35, "median": 35, "q1": 27.5, "q3": 42.5, "min": 20, "max": 50,
    }  # fmt: skip
    assert described["sd"] == pytest.approx(np.std([20, 30, 40, 50], ddof=1))
    assert (missing["level"], missing["n"], np.isnan(missing["mean"])) == ("Missing", 1, True)


def test_a_dose_is_described_within_each_drug_and_never_over_all(study):
    table = summary(study)
    assert rows(table, "dose", "level", "n", "median", "min", "max") == [
        ["M", 2, 70, 60, 80],
        ["B", 1, 8, 8, 8],
        ["Missing", 1, 5, 5, 5],
        [
            "Missing",
            1,
            pytest.approx(np.nan, nan_ok=True),
            pytest.approx(np.nan, nan_ok=True),
            pytest.approx(np.nan, nan_ok=True),
        ],
    ]
    assert table.loc[(table["attribute"] == "dose") & (table["level"] == "B"), "sd"].isna().all()


def test_groups_stand_beside_everyone_and_people_with_two_values_in_both(study):
    table = summary(study, by="ill", only=["age"])
    described = table[table["level"] == ""]
    assert described[["group", "n", "of", "mean"]].fillna(-1).values.tolist() == [
        ["All", 4, 5, 35], ["b", 2, 3, 25], ["a", 1, 2, 20], ["none", 1, 1, 40], ["Missing", 1, 1, 50],
    ]  # fmt: skip


def test_groups_have_the_same_levels_so_that_they_can_be_compared(study):
    table = summary(study, by="drug", only=["job"])
    assert {group: rows["level"].tolist() for group, rows in table.groupby("group")} == {
        group: ["none yet", "nurse", "driver", "Missing"] for group in ("All", "M", "B", "Missing")
    }


def test_the_participants_are_printed_one_by_one(study):
    table = participant_table(study)
    assert table.columns.tolist() == [
        "Participant",
        "Age (years)",
        "Job",
        "Drug",
        "Dose",
        "Diagnoses 1",
        "Diagnoses 2",
        "Diagnoses 3",
    ]
    assert table.values.tolist() == [
        ["Ann", "20", "nurse", "M", "60", "a", "b", ""],
        ["Bo", "30", "driver", "M", "80", "b", "", ""],
        ["Cy", "40", "nurse", "B", "8", "none", "", ""],
        ["Di", "50", "", "", "5", "", "", ""],
        ["Ed", "", "none yet", "M", "", "b", "b", "a"],
    ]


def test_numbers_are_printed_in_full(made):
    table = participant_table(made(participants={"participant": ["Ann", "Bo"], "income": [1234567, 0.1]}))
    assert table["Income"].tolist() == ["1234567", "0.1"]


def test_a_column_that_nobody_filled_in_is_all_missing(made):
    study = made(participants={"participant": ["Ann", "Bo"], "job": [None, None]})
    assert summary(study)[["level", "n", "of"]].values.tolist() == [["Missing", 2, 2]]


def test_nobody_gives_an_empty_table(made):
    assert summary(made()).empty
    assert participant_table(made()).columns.tolist() == ["Participant"]
    assert summary(made(ABOUT, participants={k: [] for k in PEOPLE})).query("n > 0").empty


@pytest.mark.parametrize(
    "ask", [lambda s: summary(s, by="jobb"), lambda s: summary(s, only=["jobb"]), lambda s: values(s, "jobb")]
)
def test_an_attribute_that_is_not_there_is_refused(study, ask):
    with pytest.raises(StudyError) as error:
        ask(study)
    assert str(error.value) == (
        "no attribute 'jobb'; participants.csv has 'age', 'job', 'drug', 'dose', 'ill'. The nearest is 'job'."
    )


def test_attributes_keep_the_order_of_their_columns(study):
    assert attributes(study) == ["age", "job", "drug", "dose", "ill"]
    assert levels(study, "drug") == ["M", "B", "Missing"]


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=3) | st.none(), min_size=1, max_size=6))
def test_every_person_is_counted_under_each_of_their_values_once(people):
    cells = [None if mine is None else ";".join(mine) for mine in people]
    frame = pd.DataFrame({"participant": [f"p{n}" for n in range(len(people))], "x": cells})
    study = make_study("s", {"participants": frame}, About(attributes={"x": Attribute(multivalued=True)}))
    wanted = {level: sum(level in (mine or []) for mine in people) for level in "abc"}
    wanted["Missing"] = sum(not mine for mine in people)
    found = dict(summary(study)[["level", "n"]].values.tolist())
    assert found == {level: n for level, n in wanted.items() if n}
