"""The two published studies, held against what the papers print (Houghton et al. 2024; Havnes et al. 2013)."""

import pytest

from helpers import open_study, participant_table, prevalence, summary

NAMED = {
    "stereotypes": {"Duncan", "Nigel", "Kyle"},
    "peer-pressure": {"Luke", "Roger", "Bilal"},
    "rationale": {"Kyle", "Alec", "Roland"},
    "morality": {"Luke", "Roger", "Roland"},
    "invulnerability": set(),
    "unanimity": set(),
    "self-censorship": set(),
    "mind-guards": set(),
    "social-circle": {"Jack", "Alec", "Duncan", "Bilal"},
    "family-or-older": {"Roger"},
    "childhood-adversity": {"Geoff", "Bilal", "Luke", "Nigel", "Kyle"},
    "shared-to-solitary": {"Jack"},
}
HAVNES = {
    "helping": ({"Hugo", "Ståle"}, "several"),
    "selling": (set(), "one participant, regularly"),
    "not-selling": (set(), "several"),
    "control": ({"Hugo"}, "all"),
    "couples": ({"Erik", "Mona", "Simon"}, ""),
    "income": ({"Mona"}, ""),
}


@pytest.fixture(scope="module")
def houghton():
    return open_study("houghton-2024")


@pytest.fixture(scope="module")
def havnes():
    return open_study("havnes-2013")


def people(study, code):
    codings = study.codings[(study.codings["code"] == code) & (study.codings["document"] != "")]
    owner = dict(zip(study.documents["document"], study.documents["participant"], strict=True))
    return {owner[document] for document in codings["document"]}


def levels(study, attribute):
    table = summary(study, only=[attribute])
    return dict(zip(table["level"], table["n"], strict=True))


def test_the_sample_of_houghton_is_as_printed(houghton):
    assert len(houghton.participants) == 14
    assert levels(houghton, "ethnicity") == {"White British": 13, "Asian Pakistani": 1}
    assert levels(houghton, "employment") == {"Full-time employed": 2, "Unemployed": 4, "Sick >4wk": 8}
    assert levels(houghton, "opioid") == {"MTD": 13, "BUP": 1}
    assert levels(houghton, "diagnoses")["none"] == 3
    without = houghton.participants[houghton.participants["diagnoses"] == "none"]
    assert set(without["participant"]) == {"Kyle", "Sebastian", "Geoff"}


def test_ages_of_houghton_are_as_printed(houghton):
    [age] = summary(houghton, only=["age"]).to_dict("records")
    assert (age["min"], age["max"], age["median"], round(age["mean"], 2)) == (25, 59, 44.5, 44.43)


def test_doses_are_never_pooled_over_the_two_medicines(houghton):
    dose = summary(houghton, only=["dose"]).set_index("level")
    assert list(dose.index) == ["MTD", "BUP"]
    assert dose.loc["MTD", ["n", "min", "max", "median"]].tolist() == [13, 36, 100, 60]
    assert dose.loc["BUP", ["n", "min", "max"]].tolist() == [1, 14, 14]


TABLE_1 = """\
Luke|31|White British|Sick >4wk|MTD|100|Anxiety|Depression|
Kyle|43|White British|Full-time employed|MTD|90|none||
Jack|43|White British|Unemployed|MTD|50|Anxiety|Depression|
Martin|45|White British|Sick >4wk|MTD|50|Anxiety|Depression|
Roland|48|White British|Sick >4wk|MTD|60|Dissociative identity disorder||
Alec|52|White British|Sick >4wk|MTD|60|Anxiety||
Sebastian|25|White British|Full-time employed|MTD|45|none||
Ashley|59|White British|Unemployed|BUP|14|Bipolar|PTSD|
Nigel|47|White British|Sick >4wk|MTD|36|Anxiety|Depression|Bipolar
Roger|44|White British|Unemployed|MTD|70|Anxiety|Depression|Borderline personality disorder
Bilal|37|Asian Pakistani|Sick >4wk|MTD|50|Anxiety|Depression|
Dave|54|White British|Unemployed|MTD|60|Psychosis||
Geoff|54|White British|Sick >4wk|MTD|60|none||
Duncan|40|White British|Sick >4wk|MTD|70|Anxiety|Depression|Personality disorder (undefined)"""


def test_table_one_of_houghton_is_printed_person_by_person(houghton):
    assert participant_table(houghton).values.tolist() == [line.split("|") for line in TABLE_1.splitlines()]


def test_people_named_for_each_theme_of_houghton(houghton):
    leaves = [c for c in houghton.codes["code"] if c not in set(houghton.codes["parent"])]
    assert {code: people(houghton, code) for code in leaves} == NAMED


def test_the_three_states_of_houghton_are_kept_apart(houghton):
    state = prevalence(houghton).set_index("code")["state"]
    assert {c for c in NAMED if state[c] == "unnamed"} == {"invulnerability", "unanimity"}
    assert {c for c in NAMED if state[c] == "absent"} == {"self-censorship", "mind-guards"}
    assert {c for c in NAMED if state[c] == "named"} == {c for c, named in NAMED.items() if named}


def test_the_participant_flow_of_houghton_adds_up(houghton):
    first, last = houghton.about.recruitment
    assert (first.n, last.n, [loss.n for loss in last.lost]) == (24, 14, [8, 1, 1])


def test_what_is_known_of_the_interviews_of_houghton_only_as_a_whole(houghton):
    reported = {entry.about: entry.value for entry in houghton.about.reported}
    assert reported["Length of the interviews"] == "2 min 50 s to 30 min 30 s"
    assert reported["Period"] == "January 2021 to October 2022"
    assert reported["Services"].startswith("4 ")
    assert houghton.documents["minutes"].isna().all() and (houghton.documents["date"] == "").all()


def test_numbers_that_are_not_printed_are_unknown_and_not_0(houghton):
    table = prevalence(houghton, interval=True).set_index("code")
    assert table["words"].isna().all() and table["coverage"].isna().all()
    assert table.loc[["invulnerability", "unanimity"], ["low", "high"]].isna().all(axis=None)
    assert table.loc["peer-pressure", ["participants", "extent"]].tolist() == [3, "several, not named"]
    assert table["of"].unique().tolist() == [14]


def test_houghton_makes_no_claim_of_saturation(houghton):
    assert houghton.about.saturation.startswith("not claimed")


def test_the_sample_of_havnes_is_as_printed(havnes):
    assert len(havnes.participants) == 12
    assert levels(havnes, "gender") == {"man": 9, "woman": 3}
    gender = havnes.participants.set_index("participant")["gender"]
    assert gender["Mona"] == "woman"
    reported = {entry.about: entry.value for entry in havnes.about.reported}
    assert reported["Age"] == "22 to 50 years"
    assert reported["Interviews"].startswith("28")
    assert havnes.documents["minutes"].isna().all()


def test_seven_people_of_havnes_have_no_pseudonym_and_no_evidence(havnes):
    names = havnes.participants["participant"].tolist()
    assert names[:5] == ["Hugo", "Ståle", "Erik", "Mona", "Simon"]
    assert len(names) == 12 and all(name.startswith("Unnamed ") for name in names[5:])
    assert not {name for code in HAVNES for name in people(havnes, code)} & set(names[5:])


def test_people_named_and_groups_reported_in_havnes(havnes):
    table = prevalence(havnes).set_index("code")
    assert {code: (people(havnes, code), table.loc[code, "extent"]) for code in table.index} == HAVNES
    assert table["participants"].to_dict() == {code: len(named) for code, (named, _) in HAVNES.items()}


@pytest.mark.parametrize("name", ["houghton-2024", "havnes-2013"])
def test_what_is_shown_of_participants_is_paraphrase(name):
    study = open_study(name)
    assert study.about.kind == "published" and not study.has_texts
    assert (study.codings["quote"] == "").all() and (study.codings["memo"] != "").all()
