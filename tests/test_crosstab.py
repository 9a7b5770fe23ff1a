"""Themes by an attribute: participants of each group, with their base, and nobody spread over groups."""

import pytest

from helpers import StudyError, crosstab, open_study, prevalence

PEOPLE = {
    "participant": ["Ann", "Bo", "Cy", "Di"],
    "sector": ["state", "code", "state", None],
    "age": [30, 45, 44.9, None],
    "ill": ["a;b", "b", "none", None],
}
DOCUMENTS = {"document": ["a", "b", "c", "d"], "participant": ["Ann", "Bo", "Cy", "Di"]}
CODES = {"code": ["hope", "plan", "luck"], "name": ["Hope", "Plans", "Luck"], "parent": ["", "hope", ""]}
CODINGS = {"coder": ["x"] * 4, "document": ["a", "c", "d", ""], "code": ["plan", "hope", "plan", "luck"]}


@pytest.fixture
def study(made):
    about = {"attributes": {"ill": {"multivalued": True, "none": "none"}}}
    return made(about, participants=PEOPLE, documents=DOCUMENTS, codes=CODES, codings=CODINGS)


def cells(table):
    return {
        code: dict(zip(rows["level"], zip(rows["participants"], rows["of"], strict=True), strict=True))
        for code, rows in table.groupby("code")
    }


def test_each_group_is_counted_with_its_base_whatever_its_levels_are_called(study):
    table = crosstab(study, "sector")
    assert table.columns.tolist() == ["code", "name", "parent", "depth", "state", "level", "participants", "of"]
    assert cells(table) == {
        "hope": {"state": (2, 2), "code": (0, 1), "Missing": (1, 1)},
        "plan": {"state": (1, 2), "code": (0, 1), "Missing": (1, 1)},
        "luck": {"state": (0, 2), "code": (0, 1), "Missing": (0, 1)},
    }
    assert table.groupby("code", sort=False)["state"].first().to_dict() == {
        "hope": "named",
        "plan": "named",
        "luck": "unnamed",
    }


def test_a_person_with_two_values_is_in_both_groups(study):
    assert cells(crosstab(study, "ill"))["hope"] == {"b": (1, 2), "a": (1, 1), "none": (1, 1), "Missing": (1, 1)}


def test_a_number_is_cut_where_one_says(study):
    assert cells(crosstab(study, "age", bands=(45, 30, 30)))["hope"] == {
        "under 30": (0, 0), "30 to under 45": (2, 2), "45 and over": (0, 1), "Missing": (1, 1),
    }  # fmt: skip


def test_a_number_without_bands_is_refused(study):
    with pytest.raises(StudyError) as error:
        crosstab(study, "age")
    assert str(error.value) == "'age' is a number; say where to cut it, for example bands=(30, 45)"


def test_an_attribute_that_is_not_there_is_refused(study):
    with pytest.raises(StudyError, match=r"no attribute 'sektor'; participants.csv has .* The nearest is 'sector'\."):
        crosstab(study, "sektor")


def test_only_people_who_were_asked_are_in_a_base(made):
    asked = {"document": ["a"], "coder": ["x"]}
    study = made(participants=PEOPLE, documents=DOCUMENTS, codes=CODES, assignments=asked, coders={"coder": ["x"]})
    assert cells(crosstab(study, "sector", coder="x"))["hope"] == {"state": (0, 1), "code": (0, 0), "Missing": (0, 0)}


def test_groups_without_overlap_add_up_to_the_prevalence(study):
    table = crosstab(study, "sector").groupby("code", sort=False)[["participants", "of"]].sum()
    whole = prevalence(study).set_index("code")[["participants", "of"]]
    assert table.values.tolist() == whole.values.tolist()


def test_nothing_to_compare_is_an_empty_table(made):
    assert crosstab(made(participants={"participant": [], "job": []}), "job").empty


def test_doses_of_different_drugs_are_not_put_into_bands():
    with pytest.raises(
        StudyError, match=r"^'dose' means something else in each 'opioid': people are not grouped by it$"
    ):
        crosstab(open_study("houghton-2024"), "dose", bands=(50,))
