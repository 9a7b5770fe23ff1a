"""Units cover their text and never overlap; what is coded of them is measured as if by colouring characters."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import StudyError, make_study, store, units
from helpers.units import UNITS, coded_length, word_starts


def of_text(text):
    return make_study("s", {"documents": pd.DataFrame({"document": ["d"], "participant": [""], "text": [text]})})


@pytest.mark.parametrize(
    ("kind", "pieces"),
    [
        ("document", ["Mr A. said no. Why?\n\n  “Never!” …\r\nSo it is  \nend"]),
        ("paragraph", ["Mr A. said no. Why?", "“Never!” …", "So it is", "end"]),
        ("sentence", ["Mr A.", "said no.", "Why?", "“Never!”", "…", "So it is", "end"]),
        ("window", ["Mr A. said no. Why?\n", "\n  “Never!” …\r\nSo it", " is  \nend"]),
    ],
)
def test_a_text_is_cut_into_units(kind, pieces):
    text = "Mr A. said no. Why?\n\n  “Never!” …\r\nSo it is  \nend"
    spans = units.units(of_text(text), kind, size=20)
    assert [text[start:end] for start, end in zip(spans["start"], spans["end"], strict=True)] == pieces
    assert spans["unit"].tolist() == list(range(1, len(pieces) + 1))


TEXT = st.text(st.sampled_from('ab .!?…"”)\n\r\té💛\u0301\ufeff\u00a0'), max_size=40)


@given(TEXT, st.sampled_from([kind for kind in UNITS if kind != "turn"]), st.integers(1, 9))
def test_units_hold_every_character_that_is_not_blank_once(text, kind, size):
    spans = units.units(of_text(text), kind, size=size)
    if not text:
        assert spans[["start", "end"]].isna().all(axis=None)
        return
    held = [place for start, end in zip(spans["start"], spans["end"], strict=True) for place in range(start, end)]
    assert len(held) == len(set(held))
    assert held == sorted(held)
    left = "".join(text[place] for place in sorted(set(range(len(text))) - set(held)))
    assert not left.strip()
    if kind in ("paragraph", "sentence"):
        pieces = [text[start:end] for start, end in zip(spans["start"], spans["end"], strict=True)]
        assert all(piece == piece.strip() and piece and "\n" not in piece for piece in pieces)


def test_turns_are_those_of_the_study_and_a_document_without_a_text_is_one_unit(pilot, made):
    assert units.units(pilot, "turn").values.tolist() == [[1, "group", 3, 11], [2, "group", 15, 25]]
    study = made(documents={"document": ["a"], "participant": [""]})
    assert units.units(study, "sentence")["document"].tolist() == ["a"]
    with pytest.raises(StudyError, match=r"the study has no turns.csv, so turns cannot be the unit"):
        units.units(study, "turn")


@pytest.mark.parametrize(
    ("kind", "size", "said"),
    [
        ("line", 5, "there is no unit 'line'; units are 'document', 'turn', 'paragraph', 'sentence', 'window'"),
        ("window", 0, "a window of 0 characters cannot be; size is at least 1"),
    ],
)
def test_units_that_cannot_be_are_refused(pilot, kind, size, said):
    with pytest.raises(StudyError) as error:
        units.units(pilot, kind, size=size)
    assert str(error.value) == said


def test_every_coder_stands_with_every_unit_that_was_theirs(pilot):
    table = units.matrix(pilot, "sentence").astype(int)
    assert table.columns.tolist() == ["hope", "plan", "wish", "fear", "luck"]
    assert dict(zip(table.index, table.values.tolist(), strict=True)) == {
        ("ann-1", 1, "x"): [0, 1, 1, 0, 0],
        ("ann-1", 1, "y"): [0, 1, 0, 0, 0],
        ("ann-1", 2, "x"): [0, 0, 0, 1, 0],
        ("ann-1", 2, "y"): [0, 0, 0, 0, 0],
        ("bea-1", 1, "y"): [0, 0, 1, 0, 0],
        ("group", 1, "x"): [0, 1, 0, 0, 0],
        ("group", 2, "x"): [0, 0, 0, 1, 0],
    }


def test_units_nobody_coded_stay_in_the_table_when_they_were_assigned(folder):
    files = {"assignments.csv": "document,coder\nann-1,x\nann-1,y\nann-2,x\nann-2,y\nbea-1,y\ngroup,x\n"}
    table = units.matrix(store.read(folder(files)), "document")
    assert table.index.tolist() == [
        ("ann-1", 1, "x"), ("ann-1", 1, "y"), ("ann-2", 1, "x"), ("ann-2", 1, "y"),
        ("bea-1", 1, "y"), ("group", 1, "x"),
    ]  # fmt: skip
    assert table.loc["ann-2"].to_numpy().sum() == 0


def test_what_was_coded_unasked_is_not_lost(folder):
    study = store.read(folder({"assignments.csv": "document,coder\nann-1,x\n"}))
    table = units.matrix(study, "document")
    assert table.index.tolist() == [("ann-1", 1, "x"), ("ann-1", 1, "y"), ("bea-1", 1, "y"), ("group", 1, "x")]
    assert table.loc[("bea-1", 1, "y")].tolist() == [False, False, True, False, False]


def test_a_coding_of_a_whole_document_is_in_each_of_its_units(made):
    study = made(
        documents={"document": ["d"], "participant": [""], "text": ["One. Two."]},
        codes={"code": ["c"], "name": ["C"]},
        codings={"coder": ["x"], "document": ["d"], "code": ["c"]},
    )
    assert units.matrix(study, "sentence")["c"].tolist() == [True, True]


def test_words_keep_apostrophes_and_hyphens(made):
    text = "It's a well-known “don’t” – 12 cafés 💛."
    assert [text[at:].split()[0] for at in word_starts(of_text(text))[0]] == [
        "It's", "a", "well-known", "don’t”", "12", "cafés",
    ]  # fmt: skip


@st.composite
def spans(draw):
    texts = draw(st.lists(TEXT, min_size=1, max_size=3))
    rows = []
    for document in draw(st.lists(st.integers(0, len(texts) - 1), max_size=8)):
        start = draw(st.integers(0, len(texts[document])))
        rows.append((draw(st.integers(0, 2)), document, start, draw(st.integers(start, len(texts[document])))))
    return texts, rows


@given(spans())
def test_coded_length_is_what_colouring_each_character_gives(drawn):
    texts, rows = drawn
    frame = pd.DataFrame({"document": [f"d{n}" for n in range(len(texts))], "participant": "", "text": texts})
    marks = word_starts(make_study("s", {"documents": frame}))
    columns = [np.array([row[n] for row in rows], dtype=np.int64) for n in range(4)]
    characters, marked = coded_length(np.array([len(t) for t in texts]), *columns, groups=3, marks=marks)
    coloured = [{(d, at) for g, d, start, end in rows if g == group for at in range(start, end)} for group in range(3)]
    starts = {(document, at) for document, places in enumerate(marks) for at in places}
    assert characters.tolist() == [len(places) for places in coloured]
    assert marked.tolist() == [len(places & starts) for places in coloured]


@pytest.mark.parametrize("longest", [100, 1 << 50], ids=["as one number", "too long for one number"])
def test_coded_length_sorts_spans_however_long_the_text_is(longest):
    start, end = np.array([40, longest // 2, 0]), np.array([60, longest, 50])
    none = np.zeros(3, dtype=np.int64)
    characters, _ = coded_length(np.array([longest]), none, none, start, end, groups=1, marks=[none[:0]])
    assert characters.tolist() == [60 + longest - max(longest // 2, 60)]
