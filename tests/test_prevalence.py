"""Prevalence: counted by hand on the pilot, and equal to plain sets of people and characters on random studies."""

import math
from collections import defaultdict
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from helpers import StudyError, make_study, open_study, prevalence, store
from helpers.about import About
from helpers.presence import matrix
from helpers.prevalence import wilson
from helpers.units import word_starts


def test_a_theme_counts_a_person_once_and_keeps_codes_nobody_used(pilot):
    table = prevalence(pilot)
    columns = ["code", "level", "participants", "of", "documents", "codings", "words", "state", "extent"]
    assert table[columns].values.tolist() == [
        ["hope", 0, 2, 2, 3, 5, 6.0, "named", ""],
        ["plan", 1, 1, 2, 2, 3, 4.0, "named", ""],
        ["wish", 1, 2, 2, 2, 2, 4.0, "named", ""],
        ["fear", 0, 2, 2, 2, 2, 6.0, "named", ""],
        ["luck", 0, 0, 2, 0, 0, 0.0, "unnamed", "several"],
    ]  # fmt: skip
    total = 34 + 11 + 22 + 26
    assert (table["coverage"] * total).round(9).tolist() == [24, 15, 16, 25, 0]


def test_one_coder_s_codings_are_counted_on_their_own(pilot):
    table = prevalence(pilot, coder="y")
    assert table[["code", "participants", "of", "codings", "state"]].values.tolist() == [
        ["hope", 2, 2, 2, "named"],
        ["plan", 1, 2, 1, "named"],
        ["wish", 1, 2, 1, "named"],
        ["fear", 0, 2, 0, "absent"],
        ["luck", 0, 2, 0, "unnamed"],
    ]


def test_the_consensus_counts_when_there_is_one(folder):
    study = store.read(folder({"study.toml": 'consensus = "y"\n'}))
    pd.testing.assert_frame_equal(prevalence(study), prevalence(study, coder="y"))


def test_the_base_is_who_is_heard_in_what_the_coder_was_asked_to_code(folder):
    files = {
        "assignments.csv": "document,coder\nbea-1,x\nbea-1,y\nann-2,y\n",
        "codings/x.csv": "document,code\nbea-1,hope\n",
    }
    study = store.read(folder({**files, "codings/y.csv": "document,code\n"}))
    assert prevalence(study, coder="x").iloc[0][["participants", "of"]].tolist() == [1, 1]
    assert prevalence(study, coder="y").iloc[0][["participants", "of"]].tolist() == [0, 2]


def test_a_document_coded_without_being_assigned_is_in_the_base(folder):
    study = store.read(folder({"assignments.csv": "document,coder\nbea-1,x\n"}))
    assert prevalence(study, coder="x").iloc[1][["participants", "of"]].tolist() == [1, 2]


def test_words_are_unknown_where_only_whole_documents_are_coded(folder):
    files = {"codings/x.csv": "document,start,end,code\nann-1,,,hope\nann-1,2,6,fear\n", "codings/y.csv": None}
    table = prevalence(store.read(folder(files))).set_index("code")
    assert table.loc[["hope", "fear", "luck"], "words"].fillna(-1).tolist() == [-1, 1, 0]


def test_spans_in_a_withheld_text_measure_nothing_in_the_other_texts(made):
    study = made(
        {"texts": "withheld"},
        documents={"document": ["a", "b"], "participant": ["", ""], "text": ["", "0123456789"]},
        codes={"code": ["c"], "name": ["C"]},
        codings={"coder": ["x", "x"], "document": ["a", "b"], "start": [0, 0], "end": [8, 5], "code": ["c", "c"]},
    )
    assert prevalence(study)[["codings", "words", "coverage"]].values.tolist() == [[2, 1.0, 0.5]]


def test_an_interval_is_given_only_where_the_number_of_people_is_known(pilot):
    table = prevalence(pilot, interval=True).set_index("code")
    assert table.loc["luck", ["low", "high"]].isna().all()
    assert table.loc["hope", ["low", "high"]].round(4).tolist() == [0.3424, 1.0]
    narrow = prevalence(pilot, interval=True, level=0.5).set_index("code")
    assert narrow.loc["plan", "low"] > table.loc["plan", "low"]


# Newcombe (1998), Stat Med 17:857-872, table I, method 3: Wilson's score interval.
@pytest.mark.parametrize(
    ("n", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_wilson_s_interval_is_the_published_one(n, of, low, high):
    found = wilson(pd.Series([n]), pd.Series([of]))
    assert [round(float(bound[0]), 4) for bound in found] == [low, high]


def test_nobody_asked_has_no_interval():
    assert np.isnan(wilson(pd.Series([0]), pd.Series([0]))).all()


def test_a_coder_who_is_not_there_is_refused(pilot):
    with pytest.raises(StudyError) as error:
        prevalence(pilot, coder="xx")
    assert str(error.value) == "there is no coder 'xx'; coders are 'x', 'y'. The nearest is 'x'."


@pytest.mark.parametrize(
    "tables",
    [{}, {"codes": {"code": ["c"], "name": ["C"]}}, {"participants": {"participant": ["Ann"]}}],
    ids=["nothing", "codes alone", "people alone"],
)
def test_a_study_that_is_not_filled_in_yet_gives_a_table_of_nobody(made, tables):
    table = prevalence(made(**tables), interval=True)
    assert table["code"].tolist() == (["c"] if "codes" in tables else [])
    assert table["state"].tolist() == ["absent"] * len(table)


# The same counts, with nothing but sets.

PEOPLE = ["p", "q", "r"]
CODERS = ["x", "y"]


@st.composite
def studies(draw):
    """Tables as rows: a forest of codes, documents of one person or of a group with turns, two coders, assignments."""
    n = draw(st.integers(1, 5))
    parents = [draw(st.integers(-1, code - 1)) for code in range(n)]
    codes = [(f"c{code}", f"c{up}" if up >= 0 else "") for code, up in enumerate(parents)]
    documents, turns = [], []
    for name in "defg"[: draw(st.integers(1, 4))]:
        owner = draw(st.sampled_from([*PEOPLE, "", ""]))
        documents.append((name, owner, draw(st.text("ab .", max_size=12))))
        cuts = sorted(draw(st.sets(st.integers(0, 12), max_size=5)))
        for start, end in pairwise(cuts):
            turns.append((name, start, end, draw(st.sampled_from([*PEOPLE, ""]))))
    texts = {name: text for name, _, text in documents}
    turns = [turn for turn in turns if not texts[turn[0]] or turn[2] <= len(texts[turn[0]])]
    codings = []
    for document in draw(st.lists(st.sampled_from(["", *texts]), max_size=10)):
        limit = len(texts.get(document, "")) or 12
        start = draw(st.integers(0, limit))
        span = (start, draw(st.integers(start, limit))) if document and draw(st.integers(0, 3)) else (None, None)
        code = draw(st.sampled_from(codes))[0]
        codings.append(
            (draw(st.sampled_from(CODERS)), document, *span, code, draw(st.sampled_from(["", "all", "some"])))
        )
    pairs = st.tuples(st.sampled_from(list(texts)), st.sampled_from(CODERS))
    assignments = draw(st.lists(pairs, max_size=4, unique=True))
    return codes, documents, turns, codings, assignments, draw(st.sampled_from(["", "x"]))


def built(drawn):
    codes, documents, turns, codings, assignments, consensus = drawn
    frames = {
        "participants": pd.DataFrame({"participant": PEOPLE}),
        "codes": pd.DataFrame(codes, columns=["code", "parent"]).assign(name="N"),
        "documents": pd.DataFrame(documents, columns=["document", "participant", "text"]),
        "turns": pd.DataFrame(turns, columns=["document", "start", "end", "participant"]),
        "coders": pd.DataFrame({"coder": CODERS}),
        "codings": pd.DataFrame(codings, columns=["coder", "document", "start", "end", "code", "extent"]),
        "assignments": pd.DataFrame(assignments, columns=["document", "coder"]),
    }
    return make_study("random", frames, About(texts="withheld", consensus=consensus))


class Sets:
    """What the tables say, as sets; slow and plain."""

    def __init__(self, study, drawn, coder):
        codes, documents, turns, codings, assignments, consensus = drawn
        chosen = {coder or consensus} - {""} or set(CODERS)
        self.codings = {c for c in codings if c[0] in chosen}
        self.owner = {name: person for name, person, _ in documents}
        self.turns = [turn for turn in turns if turn[3]]
        asked = {document for document, name in assignments if name in chosen}
        self.asked = asked | {c[1] for c in self.codings if c[1]} if asked else set(self.owner)
        self.eligible = set().union(*(self.heard(document) for document in self.asked))
        up = dict(codes)
        self.above = {code: [code] for code in up}
        for code, path in self.above.items():
            while up[path[-1]]:
                path.append(up[path[-1]])
            assert code == path[0]
        self.texts = {name: text for name, _, text in documents if text}
        self.starts = {
            (name, at) for name, marks in zip(self.owner, word_starts(study), strict=True) for at in marks.tolist()
        }

    def heard(self, document):
        return {self.owner[document]} - {""} or {turn[3] for turn in self.turns if turn[0] == document}

    def people(self, coding):
        _, document, start, end, *_ = coding
        if not document:
            return set()
        if self.owner[document] or start is None:
            return self.heard(document)
        return {p for d, first, last, p in self.turns if d == document and start < last and end > first}

    def of(self, theme):
        return [coding for coding in self.codings if theme in self.above[coding[4]]]

    def row(self, theme):
        mine = self.of(theme)
        people = set().union(*(self.people(coding) for coding in mine))
        placed = [coding for coding in mine if coding[1]]
        spans = [coding for coding in placed if coding[2] is not None and coding[1] in self.texts]
        under = {(document, at) for _, document, start, end, *_ in spans for at in range(start, end)}
        total = sum(len(text) for document, text in self.texts.items() if document in self.asked)
        known = bool(total) and bool(spans or not placed)
        return {
            "participants": len(people),
            "of": len(self.eligible),
            "documents": len({coding[1] for coding in placed}),
            "codings": len({coding[:4] for coding in placed}),
            "state": "named" if people else "unnamed" if mine else "absent",
            "words": len(under & self.starts) if known else math.nan,
            "coverage": len(under) / total if known else math.nan,
            "extent": {c[5] or "the sample as a whole" for c in mine if not c[1] and c[4] == theme},
        }

    def cell(self, person, theme):
        return len({coding[:4] for coding in self.of(theme) if person in self.people(coding)})


# As many people heard in codings as there are codings, though not one each: once counted for the wrong codes.
SHIFTED = (
    [("c0", ""), ("c1", "c0")],
    [("d", "", "")],
    [("d", 0, 1, "p"), ("d", 1, 2, "q")],
    [
        ("x", "", None, None, "c0", ""),
        ("x", "", None, None, "c1", ""),
        *[("x", "d", None, None, "c0", s) for s in ("", "all")],
    ],
    [],
    "",
)


@given(studies(), st.sampled_from(["", *CODERS]))
@example(SHIFTED, "")
@settings(max_examples=120)
def test_counts_are_those_of_plain_sets(drawn, coder):
    study = built(drawn)
    sets = Sets(study, drawn, coder)
    table = prevalence(study, coder=coder)
    table["extent"] = [set(said.split("; ")) - {""} for said in table["extent"]]
    for row in table.to_dict("records"):
        wanted = sets.row(row["code"])
        assert {name: _plain(row[name]) for name in wanted} == {name: _plain(value) for name, value in wanted.items()}
    cells = matrix(study, coder)
    wanted_cells = defaultdict(int, {(p, c): sets.cell(p, c) for p in PEOPLE for c in sets.above})
    assert {(p, c): n for p, c, n in cells[["participant", "code", "codings"]].values.tolist()} == wanted_cells
    assert set(cells.loc[cells["asked"], "participant"]) == (sets.eligible if len(sets.above) else set())


def _plain(value):
    """Numbers to nine digits; undefined equals undefined."""
    return value if isinstance(value, str | set) else "undefined" if math.isnan(value) else round(float(value), 9)


@pytest.mark.parametrize("name", ["houghton-2024", "havnes-2013", "synthetic-pilot"])
def test_a_parent_never_counts_more_than_everyone_nor_less_than_its_parts(name):
    table = prevalence(open_study(name)).set_index("code")
    for code, row in table.iterrows():
        parts = table[table["parent"] == code]["participants"]
        assert parts.max() <= row["participants"] <= min(parts.sum(), row["of"]) if len(parts) else True
        assert row["participants"] <= row["of"]
