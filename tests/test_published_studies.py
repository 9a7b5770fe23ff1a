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


def test_table_one_of_houghton_is_printed_person_by_person(houghton):
    table = participant_table(houghton)
    assert table.shape == (14, 9)
    assert table.iloc[13].tolist() == [
        "Duncan", "40", "White British", "Sick >4wk", "MTD", "70", "Anxiety", "Depression",
        "Personality disorder (undefined)",
    ]  # fmt: skip


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


def test_people_named_and_groups_reported_in_havnes(havnes):
    table = prevalence(havnes).set_index("code")
    assert {code: (people(havnes, code), table.loc[code, "extent"]) for code in table.index} == HAVNES
    assert table["participants"].to_dict() == {code: len(named) for code, (named, _) in HAVNES.items()}


@pytest.mark.parametrize("name", ["houghton-2024", "havnes-2013"])
def test_what_is_shown_of_participants_is_paraphrase(name):
    study = open_study(name)
    assert study.about.kind == "published" and not study.has_texts
    assert (study.codings["quote"] == "").all() and (study.codings["memo"] != "").all()
