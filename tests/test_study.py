"""A Study is frozen, and a part of it is a Study: `only` keeps what concerns the chosen, and edits nothing."""

from dataclasses import FrozenInstanceError

import pandas as pd
import pytest

from helpers import StudyError, prevalence
from helpers.schema import TABLES


def ids(study):
    return {
        "participants": study.participants["participant"].tolist(),
        "documents": study.documents["document"].tolist(),
        "turns": study.turns["document"].tolist(),
        "codes": study.codes["code"].tolist(),
        "coders": study.coders["coder"].tolist(),
        "codings": list(zip(study.codings["document"], study.codings["code"], strict=True)),
    }


def test_the_pilot_has_the_tables_that_its_files_say(pilot):
    assert ids(pilot) == {
        "participants": ["Ann", "Bea"],
        "documents": ["ann-1", "ann-2", "bea-1", "group"],
        "turns": ["group", "group"],
        "codes": ["hope", "plan", "wish", "fear", "luck"],
        "coders": ["x", "y"],
        "codings": [
            ("ann-1", "plan"), ("ann-1", "wish"), ("ann-1", "fear"), ("group", "plan"), ("group", "fear"),
            ("ann-1", "plan"), ("bea-1", "wish"), ("", "luck"),
        ],
    }  # fmt: skip
    assert pilot.participants.dtypes.astype(str).to_dict() == {"participant": "str", "age": "float64", "job": "str"}
    assert pilot.codings[["start", "end"]].dtypes.astype(str).tolist() == ["Int64", "Int64"]
    assert pilot.codings["document"].cat.categories.tolist() == ["", "ann-1", "ann-2", "bea-1", "group"]
    assert (pilot.name, pilot.has_texts, pilot.is_synthetic, pilot.label) == ("pilot", True, False, "")


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        (
            {"participants": ["Bea"]},
            {
                "participants": ["Bea"],
                "documents": ["bea-1", "group"],
                "turns": ["group", "group"],
                "codings": [("group", "fear"), ("bea-1", "wish"), ("", "luck")],
            },
        ),
        (
            {"documents": ["ann-2", "bea-1"]},
            {"documents": ["ann-2", "bea-1"], "turns": [], "codings": [("bea-1", "wish"), ("", "luck")]},
        ),
        (
            {"codes": ["wish"]},
            {"codes": ["hope", "wish"], "codings": [("ann-1", "wish"), ("bea-1", "wish")]},
        ),
        (
            {"codes": ["hope"]},
            {
                "codes": ["hope", "plan", "wish"],
                "codings": [
                    ("ann-1", "plan"),
                    ("ann-1", "wish"),
                    ("group", "plan"),
                    ("ann-1", "plan"),
                    ("bea-1", "wish"),
                ],
            },
        ),
        (
            {"coders": ["y"]},
            {"coders": ["y"], "codings": [("ann-1", "plan"), ("bea-1", "wish"), ("", "luck")]},
        ),
        (
            {"participants": ["Ann"], "codes": ["fear"], "coders": ["x"]},
            {
                "participants": ["Ann"],
                "documents": ["ann-1", "ann-2", "group"],
                "codes": ["fear"],
                "coders": ["x"],
                "codings": [("ann-1", "fear")],
            },
        ),
        ({"codes": []}, {"codes": [], "codings": []}),
        ({"participants": []}, {"participants": [], "documents": [], "turns": [], "codings": [("", "luck")]}),
    ],
    ids=str,
)
def test_only_keeps_what_concerns_the_chosen(pilot, choice, kept):
    before = {name: frame.copy() for name, frame in pilot.tables().items()}
    assert ids(pilot.only(**choice)) == {**ids(pilot), **kept}
    for name, frame in before.items():
        pd.testing.assert_frame_equal(getattr(pilot, name), frame)


def test_only_narrows_references_and_forgets_speakers_who_went(pilot):
    part = pilot.only(participants=["Bea"])
    assert part.turns["participant"].tolist() == ["", "Bea"]
    assert part.documents["participant"].cat.categories.tolist() == ["", "Bea"]
    assert part.codings["document"].cat.categories.tolist() == ["", "bea-1", "group"]


def test_choosing_twice_is_choosing_both(pilot):
    one = pilot.only(participants=["Ann"]).only(codes=["hope"])
    other = pilot.only(codes=["hope"], participants=["Ann"])
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_what_only_others_say_in_a_group_is_not_left_as_said_by_nobody(pilot):
    table = prevalence(pilot.only(participants=["Bea"])).set_index("code")
    assert table.loc[["plan", "fear"], ["participants", "of", "state"]].values.tolist() == [
        [0, 1, "absent"],
        [1, 1, "named"],
    ]


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (
            {"codes": ["hoep"]},
            "no code 'hoep' in this study; it has 'hope', 'plan', 'wish', 'fear', 'luck'. The nearest is 'hope'.",
        ),
        ({"participants": ["Zoe", "Bo"]}, "no participant 'Zoe', 'Bo' in this study; it has 'Ann', 'Bea'."),
        ({"documents": [1]}, "no document '1' in this study; it has 'ann-1', 'ann-2', 'bea-1', 'group'."),
        ({"coders": ["X"]}, "no coder 'X' in this study; it has 'x', 'y'. The nearest is 'x'."),
    ],
    ids=str,
)
def test_ids_that_are_not_there_are_refused_with_those_that_are(pilot, choice, said):
    with pytest.raises(StudyError) as error:
        pilot.only(**choice)
    assert str(error.value) == said


def test_a_study_cannot_be_assigned_to(pilot):
    with pytest.raises(FrozenInstanceError):
        pilot.name = "other"


def test_a_synthetic_study_is_labelled(made):
    study = made({"kind": "synthetic"})
    assert (study.is_synthetic, study.label, study.has_texts) == (True, "Synthetic data", False)
