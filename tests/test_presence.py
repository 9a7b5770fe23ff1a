"""Whose codings count, who could have been counted, and who is heard where."""

import numpy as np
import pytest

from helpers import StudyError, evidence, presence, store


def names(study, pairs):
    return [
        (study.documents["document"].iat[d], study.participants["participant"].iat[p])
        for d, p in zip(*pairs, strict=True)
    ]


def test_a_person_is_heard_in_their_documents_and_where_they_have_a_turn(pilot):
    assert names(pilot, evidence.speakers(pilot)) == [
        ("ann-1", "Ann"), ("ann-2", "Ann"), ("bea-1", "Bea"), ("group", "Ann"), ("group", "Bea"),
    ]  # fmt: skip


def test_words_in_a_group_are_those_of_whose_turns_they_touch(folder):
    spans = ["0,3", "3,4", "10,16", "11,15", "11,15", "25,26", ","]
    rows = "document,start,end,code\n" + "".join(f"group,{span},luck\n" for span in dict.fromkeys(spans))
    study = store.read(folder({"codings/x.csv": rows, "codings/y.csv": None}))
    coding, person = evidence.people_of(study, study.codings)
    said = {n: [] for n in range(len(study.codings))}
    for n, p in zip(coding.tolist(), person.tolist(), strict=True):
        said[n].append(study.participants["participant"].iat[p])
    # Interviewer, Ann, both, the line between them, after the last, and the document as a whole.
    assert list(said.values()) == [[], ["Ann"], ["Ann", "Bea"], [], [], ["Ann", "Bea"]]


def test_codings_of_groups_and_of_nobody_do_not_shift_those_of_others(folder):
    # As many pairs of a coding and a person as there are codings, in another order: two people here, nobody there.
    rows = "document,start,end,code\ngroup,,,fear\n,,,luck\nbea-1,,,plan\n"
    study = store.read(folder({"codings/x.csv": rows, "codings/y.csv": None}))
    assert presence.speaks(study, presence.evidence(study)).tolist() == [
        [False, True], [False, True], [False, False], [True, True], [False, False],
    ]  # fmt: skip


def test_a_group_without_turns_names_nobody(folder):
    study = store.read(folder({"turns.csv": None}))
    assert ("group", "Ann") not in names(study, evidence.speakers(study))
    table = presence.matrix(study, "x").set_index(["participant", "code"])["codings"]
    assert table[("Bea", "fear")] == 0


@pytest.mark.parametrize(
    ("toml", "coder", "why", "rows"),
    [
        ("", "", "codings of all coders together", 8),
        ("", "y", "codings of y", 3),
        ('[coders.y]\nname = "Yara"\n', "y", "codings of Yara", 3),
        ('consensus = "x"\n', "", "codings of x", 5),
        ('consensus = "x"\n', "y", "codings of y", 3),
    ],
)
def test_it_is_said_whose_codings_count(folder, toml, coder, why, rows):
    chosen = presence.evidence(store.read(folder({"study.toml": toml})), coder)
    assert (chosen.why, len(chosen.codings), chosen.assumed) == (why, rows, True)


def test_a_coder_who_is_not_there_is_refused(pilot):
    with pytest.raises(StudyError, match=r"there is no coder 'Y'; coders are 'x', 'y'\. The nearest is 'y'\."):
        presence.evidence(pilot, "Y")


def test_the_matrix_tells_not_asked_from_not_found(folder):
    study = store.read(
        folder(
            {"assignments.csv": "document,coder\nann-1,x\nann-2,x\n", "codings/x.csv": "document,code\nann-1,fear\n"}
        )
    )
    table = presence.matrix(study, "x")
    assert table[["participant", "code", "codings", "asked"]].values.tolist() == [
        ["Ann", "hope", 0, True], ["Ann", "plan", 0, True], ["Ann", "wish", 0, True], ["Ann", "fear", 1, True],
        ["Ann", "luck", 0, True], ["Bea", "hope", 0, False], ["Bea", "plan", 0, False], ["Bea", "wish", 0, False],
        ["Bea", "fear", 0, False], ["Bea", "luck", 0, False],
    ]  # fmt: skip


def test_two_sub_themes_of_one_passage_are_one_passage_of_the_theme(folder):
    rows = "document,start,end,code\nann-1,2,14,plan\nann-1,2,14,wish\nann-1,7,14,wish\nann-1,2,14,hope\n"
    study = store.read(folder({"codings/x.csv": rows, "codings/y.csv": None}))
    table = presence.matrix(study).set_index(["participant", "code"])["codings"]
    assert table[["Ann"]].tolist() == [2, 1, 2, 0, 0]


def test_a_document_coded_as_a_whole_is_one_passage_with_or_without_a_tree(folder):
    rows = "document,code,quote\nann-1,fear,one\nann-1,fear,two\nann-2,fear,\n"
    flat = "code,name\nhope,H\nplan,P\nwish,W\nfear,F\nluck,L\n"
    for codes in ({}, {"codes.csv": flat}):
        study = store.read(folder({"codings/x.csv": rows, "codings/y.csv": None, **codes}))
        assert presence.matrix(study).set_index(["participant", "code"])["codings"][("Ann", "fear")] == 2


@pytest.mark.parametrize("types", [(np.int64, np.int64), (np.int8, np.int16), (np.int8, np.int64)], ids=str)
@pytest.mark.parametrize("step", [3, 11, 1 << 16])
def test_who_meets_what_is_the_same_piece_by_piece(monkeypatch, types, step):
    monkeypatch.setattr(presence, "_STEP", step)
    code, item = np.array([0, 2, 2, 1, 0, 2, 0, 0, 1, 2, 0]), np.array([3, 0, 0, 2, 1, 3, 3, 0, 2, 1, 3])
    met = presence.bitmap(code.astype(types[0]), item.astype(types[1]), 3, 4)
    assert met.astype(int).tolist() == [[1, 1, 0, 1], [0, 0, 1, 0], [1, 1, 0, 1]]
    assert not presence.bitmap(code[:0], item[:0], 3, 4).any()
    with pytest.raises(IndexError):
        presence.bitmap(code + 1, item, 3, 4)
