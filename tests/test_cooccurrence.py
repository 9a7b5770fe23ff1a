"""Codes that stand together: every relation against a slow way that looks at single characters, and what must not matter."""

import math
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import StudyError, make_study
from helpers.about import About
from helpers.cooccurrence import RELATIONS, cooccurrence, square

TEXT = "abc\nde\n\nfgh."  # paragraphs 0-3, 4-6 and 8-12
PARAGRAPHS = [range(3), range(4, 6), range(8, 12)]
OWNERS = {"ann-1": "Ann", "ann-2": "Ann", "bea-1": "Bea", "group": ""}
TURNS = [("ann-1", 0, 3, "Ann"), ("ann-1", 4, 6, ""), ("ann-1", 8, 12, "Ann"),
         ("group", 0, 3, "Ann"), ("group", 4, 6, "Bea"), ("group", 6, 9, "Ann"), ("group", 9, 12, "Bea")]  # fmt: skip
CODES = ["a", "b", "c"]
NUMBERS = ["pairs", "participants", "jaccard", "c"]


def study_of(spans, *, codes=CODES, owners=OWNERS, turns=TURNS, text=TEXT, **about):
    """Return a study of (coder, document, start, end, code)."""
    return make_study(
        "made",
        {
            "participants": pd.DataFrame({"participant": ["Ann", "Bea"]}),
            "documents": pd.DataFrame({"document": list(owners), "participant": list(owners.values()), "text": text}),
            "turns": pd.DataFrame(turns, columns=["document", "start", "end", "participant"]),
            "codes": pd.DataFrame({"code": codes, "name": codes}),
            "codings": pd.DataFrame(spans, columns=["coder", "document", "start", "end", "code"]),
        },
        About(**about),
    )


def one(spans, relation="overlap", **options):
    """Return how often a and b meet, and in how many people; spans of one coder in one document of Ann's."""
    rows = [("x", "ann-1", *span) for span in spans]
    row = cooccurrence(study_of(rows), relation, **options).iloc[0]
    assert (row["code_a"], row["code_b"]) == ("a", "b")
    return int(row["pairs"]), int(row["participants"])


# The slow way: sets of characters, sets of turns, sets of people.


def touches(start, end, place):
    """A passage of no length touches what it is inside of."""
    return bool(set(range(start, end)) & set(place)) or (start == end and start in place and start - 1 in place)


def meets(p, q, relation, within):
    (_, document, s, e, _), (_, _, t, f, _) = p, q
    one_, other = set(range(s, e)), set(range(t, f))
    overlap = bool(one_ & other) or touches(s, e, range(t, f)) or touches(t, f, range(s, e))
    if relation == "near":
        return overlap or len(range(min(e, f), max(s, t))) <= within
    if relation == "turns":
        turns = [range(start, end) for d, start, end, _ in TURNS if d == document]
        here, there = ([n for n, turn in enumerate(turns) if touches(*at, turn)] for at in ((s, e), (t, f)))
        return any(abs(n - m) <= within for n in here for m in there)
    contained = one_ <= other or other <= one_
    return overlap and {"overlap": True, "inclusion": contained, "exact": one_ == other}[relation]


def people(span):
    _, document, start, end, _ = span
    if OWNERS[document]:
        return {OWNERS[document]}
    return {who for d, s, e, who in TURNS if d == document and who and touches(start, end, range(s, e))}


def slowly(spans, relation, *, within=0, across=False):
    """Return, for each pair of codes, pairs, people who have one, people with either code, and codings of each code."""
    rows = []
    if relation == "turns":
        spans = [p for p in spans if any(d == p[1] and touches(p[2], p[3], range(s, e)) for d, s, e, _ in TURNS)]
    if relation == "unit":
        spans = [p for p in spans if any(touches(p[2], p[3], unit) for unit in PARAGRAPHS)]
    for a, b in combinations(CODES, 2):
        both = [(p, q) for p, q in combinations(spans, 2) if {p[4], q[4]} == {a, b} and p[1] == q[1]]
        both = [(p, q) for p, q in both if across or p[0] == q[0]]
        if relation == "unit":
            units = [(p[0] * (not across), p[1], n, people(p) & people(q)) for p, q in both
                     for n, unit in enumerate(PARAGRAPHS) if touches(*p[2:4], unit) and touches(*q[2:4], unit)]  # fmt: skip
            pairs, who = len({unit[:3] for unit in units}), set().union(*(unit[3] for unit in units))
            used = [len({(p[0] * (not across), p[1], n) for p in spans for n, unit in enumerate(PARAGRAPHS)
                         if p[4] == code and touches(*p[2:4], unit)}) for code in (a, b)]  # fmt: skip
        else:
            met = [(p, q) for p, q in both if meets(p, q, relation, within)]
            pairs, who = len(met), set().union(*(people(p) & people(q) for p, q in met))
            used = [sum(p[4] == code for p in spans) for code in (a, b)]
        either = set().union(*(people(p) for p in spans if p[4] in (a, b)))
        rest = sum(used) - pairs
        rows.append({
            "code_a": a, "code_b": b, "name_a": a, "name_b": b, "pairs": pairs, "participants": len(who),
            "jaccard": len(who) / len(either) if either else math.nan,
            "c": pairs / rest if rest and pairs <= min(used) else math.nan,
        })  # fmt: skip
    return pd.DataFrame(rows)


@st.composite
def codings(draw, documents=(*OWNERS, "group")):
    places = st.integers(0, len(TEXT))
    spans = st.tuples(st.sampled_from("xy"), st.sampled_from(documents), places, places, st.sampled_from(CODES))
    drawn = draw(st.lists(spans, max_size=25))
    return sorted({(k, d, min(s, e), max(s, e), c) for k, d, s, e, c in drawn})


def check(table, expected):
    pd.testing.assert_frame_equal(table, expected, check_dtype=False)


# A study takes long to make and to check: few examples, with much in each.
few = settings(max_examples=10)


@few
@given(spans=codings(), within=st.integers(0, 4), across=st.booleans())
def test_every_relation_is_what_single_characters_and_people_give(spans, within, across):
    study = study_of(spans)
    for relation in RELATIONS:
        table = cooccurrence(study, relation, within=within, across_coders=across)
        check(table, slowly(spans, relation, within=within, across=across))


@few
@given(spans=codings())
def test_each_relation_holds_wherever_a_narrower_one_does(spans):
    study = study_of(spans)
    chain = [("exact", 0), ("inclusion", 0), ("overlap", 0), ("near", 0), ("near", 1), ("near", 10**15)]
    pairs = [cooccurrence(study, name, within=within)["pairs"].to_numpy() for name, within in chain]
    assert all((less <= more).all() for less, more in pairwise(pairs))


@few
@given(spans=codings(), data=st.data())
def test_names_of_codes_and_coders_and_the_order_of_documents_and_rows_do_not_matter(spans, data):
    new = dict(zip(CODES, ["m", "z", "k"], strict=True))
    renamed = [({"x": "w", "y": "a"}[k], d, s, e, new[c]) for k, d, s, e, c in data.draw(st.permutations(spans))]
    owners = {document: OWNERS[document] for document in data.draw(st.permutations(list(OWNERS)))}
    first, second = study_of(spans), study_of(renamed, codes=list(new.values()), owners=owners)
    for relation in RELATIONS:
        one_, other = (cooccurrence(study, relation, within=1) for study in (first, second))
        pd.testing.assert_frame_equal(one_[NUMBERS], other[NUMBERS])


@few
@given(spans=codings(["ann-1", "bea-1"]), data=st.data())
def test_a_passage_coded_in_two_touching_pieces_leaves_people_and_units_as_they_are(spans, data):
    """In a group's document a piece need not be of all whose the whole was."""
    pieces = []
    for k, d, s, e, c in spans:
        cut = data.draw(st.integers(s + 1, e - 1)) if e - s > 1 else e
        pieces += [(k, d, s, cut, c), (k, d, cut, e, c)] if cut < e else [(k, d, s, e, c)]
    first, second = study_of(spans), study_of(pieces)
    for relation in ("overlap", "near", "turns", "unit"):
        whole, split = (cooccurrence(study, relation, within=1) for study in (first, second))
        same = NUMBERS if relation == "unit" else ["participants", "jaccard"]
        pd.testing.assert_frame_equal(split[same], whole[same])


@pytest.mark.parametrize(
    ("spans", "found"),
    [
        ([(0, 4, "a"), (3, 6, "b")], {"overlap": 1, "inclusion": 0, "exact": 0, "near": 1}),
        ([(0, 4, "a"), (4, 6, "b")], {"overlap": 0, "inclusion": 0, "exact": 0, "near": 1}),  # touching
        ([(0, 4, "a"), (5, 6, "b")], {"overlap": 0, "inclusion": 0, "exact": 0, "near": 0}),  # a character between
        ([(0, 6, "a"), (0, 4, "b")], {"overlap": 1, "inclusion": 1, "exact": 0, "near": 1}),
        ([(0, 6, "a"), (2, 6, "b")], {"overlap": 1, "inclusion": 1, "exact": 0, "near": 1}),
        ([(2, 6, "b"), (2, 6, "a")], {"overlap": 1, "inclusion": 1, "exact": 1, "near": 1}),
        ([(2, 2, "a"), (0, 6, "b")], {"overlap": 1, "inclusion": 1, "exact": 0, "near": 1}),  # no length, inside
        ([(2, 2, "a"), (2, 6, "b")], {"overlap": 0, "inclusion": 0, "exact": 0, "near": 1}),  # no length, at the edge
        ([(2, 6, "b"), (2, 2, "a")], {"overlap": 0, "inclusion": 0, "exact": 0, "near": 1}),  # in the other order
        ([(6, 6, "a"), (2, 6, "b")], {"overlap": 0, "inclusion": 0, "exact": 0, "near": 1}),
        ([(2, 2, "a"), (2, 2, "b")], {"overlap": 0, "inclusion": 0, "exact": 0, "near": 1}),
    ],
)
def test_the_edges_of_passages(spans, found):
    assert {relation: one(spans, relation)[0] for relation in found} == found


def test_near_counts_the_characters_that_lie_between():
    spans = [(0, 3, "a"), (8, 12, "b")]
    assert [one(spans, "near", within=within)[0] for within in (4, 5, 6)] == [0, 1, 1]


def test_turns_count_the_steps_from_one_to_the_other():
    spans = [(0, 3, "a"), (8, 12, "b")]  # the first and the third turn
    assert [one(spans, "turns", within=within)[0] for within in (0, 1, 2)] == [0, 0, 1]
    assert one([(0, 1, "a"), (2, 3, "b")], "turns") == (1, 1)  # far apart, in the same turn
    assert one([(3, 4, "a"), (4, 6, "b")], "turns", within=9) == (0, 0)  # what stands in no turn is not near one


def test_neighbouring_documents_and_coders_never_meet():
    spans = [("x", "ann-1", 8, 12, "a"), ("x", "ann-2", 0, 3, "b"), ("y", "ann-1", 8, 12, "b")]
    for relation in RELATIONS:
        table = cooccurrence(study_of(spans), relation, within=10**15, unit="document")
        assert table["pairs"].tolist() == [0, 0, 0], relation


def test_pairs_are_within_one_coder_unless_asked():
    spans = [("x", "ann-1", 0, 3, "a"), ("y", "ann-1", 0, 3, "a"), ("y", "ann-1", 0, 3, "b")]
    assert cooccurrence(study_of(spans)).loc[0, NUMBERS].tolist() == [1, 1, 1.0, 0.5]
    across = cooccurrence(study_of(spans), across_coders=True).loc[0, NUMBERS]
    assert across[:3].tolist() == [2, 1, 1.0] and np.isnan(across["c"])


def test_the_consensus_counts_where_there_is_one():
    spans = [("x", "ann-1", 0, 3, "a"), ("x", "ann-1", 0, 3, "b"), ("z", "ann-1", 0, 3, "a")]
    assert cooccurrence(study_of(spans))["pairs"].tolist() == [1, 0, 0]
    assert cooccurrence(study_of(spans, consensus="z"))["pairs"].tolist() == [0, 0, 0]
    assert cooccurrence(study_of(spans, consensus="z"), coder="x")["pairs"].tolist() == [1, 0, 0]


def test_in_a_group_both_passages_must_be_of_the_same_person():
    """Ann says 0-3 and 6-9, Bea 4-6 and 9-12."""
    together = [("x", "group", 0, 3, "a"), ("x", "group", 1, 7, "b")]  # Ann's; and Ann's, Bea's, Ann's
    apart = [("x", "group", 0, 3, "a"), ("x", "group", 4, 6, "b")]
    table = cooccurrence(study_of(together))
    assert table.loc[0, ["pairs", "participants", "jaccard"]].tolist() == [1, 1, 0.5]
    table = cooccurrence(study_of(apart), "near", within=1)
    assert table.loc[0, ["pairs", "participants", "jaccard"]].tolist() == [1, 0, 0.0]
    table = cooccurrence(study_of(apart), "unit", unit="document")
    assert table.loc[0, ["pairs", "participants", "jaccard"]].tolist() == [1, 0, 0.0]


def test_codings_of_whole_documents_count_by_document_only():
    rows = [("x", "ann-1", None, None, "a"), ("x", "ann-1", 0, 3, "b"), ("x", "bea-1", None, None, "a")]
    study = study_of(rows)
    for relation in ("overlap", "inclusion", "exact", "near", "turns", "unit"):
        first = cooccurrence(study, relation, within=99).iloc[0]
        assert (first["pairs"], first["participants"], first["jaccard"]) == (0, 0, 0.0), relation
    by_document = cooccurrence(study, "unit", unit="document").iloc[0]
    assert (by_document["pairs"], by_document["participants"]) == (1, 1)
    assert (by_document["jaccard"], by_document["c"]) == (0.5, 0.5)


def test_what_is_said_of_the_sample_as_a_whole_stands_with_nothing():
    rows = [("x", "", None, None, "a"), ("x", "", None, None, "b")]
    for relation in RELATIONS:
        table = cooccurrence(study_of(rows), relation, unit="document")
        assert table["pairs"].sum() == 0 and table["c"].isna().all() and table["jaccard"].isna().all()


def test_a_theme_and_its_sub_theme_are_two_codes():
    tables = study_of([("x", "ann-1", 0, 3, "a"), ("x", "ann-1", 0, 3, "b"), ("x", "ann-1", 2, 3, "c")]).tables()
    tables["codes"] = tables["codes"].assign(parent=["", "a", ""])
    table = cooccurrence(make_study("made", tables))
    assert table[["code_a", "code_b", "pairs"]].values.tolist() == [["a", "b", 1], ["a", "c", 1], ["b", "c", 1]]


def test_the_c_coefficient_of_disjoint_pairs_and_where_it_means_nothing():
    """Pairs over codings of either less pairs, as the manual of ATLAS.ti has it: 2 / (2 + 3 - 2)."""
    disjoint = [(0, 2, "a"), (0, 2, "b"), (4, 6, "a"), (4, 6, "b"), (8, 12, "b")]
    table = cooccurrence(study_of([("x", "ann-1", *span) for span in disjoint]))
    assert table["c"].round(4).tolist()[0] == 0.6667
    many = [("x", "ann-1", 0, 12, "a"), *(("x", "ann-1", n, n + 1, "b") for n in range(3))]
    row = cooccurrence(study_of(many)).iloc[0]
    assert row["pairs"] == 3 and np.isnan(row["c"])


@pytest.mark.parametrize(("unit", "found"), [("document", 1), ("turn", 1), ("paragraph", 0), ("sentence", 0)])
def test_units_hold_both_codes(unit, found):
    """One turn runs over two lines."""
    turns = [("ann-1", 0, 12, "Ann")]
    rows = [("x", "ann-1", 0, 3, "a"), ("x", "ann-1", 4, 6, "b")]
    assert cooccurrence(study_of(rows, turns=turns), "unit", unit=unit)["pairs"].tolist() == [found, 0, 0]


def test_positions_are_enough_where_texts_are_withheld():
    rows = [("x", "ann-1", 0, 300, "a"), ("x", "ann-1", 299, 400, "b")]
    study = study_of(rows, turns=[], text="", texts="withheld")
    assert cooccurrence(study)["pairs"].tolist() == [1, 0, 0]
    assert cooccurrence(study, "unit", unit="document")["pairs"].tolist() == [1, 0, 0]
    assert cooccurrence(study, "unit", unit="paragraph")["pairs"].tolist() == [0, 0, 0]


def test_positions_too_high_to_be_compared_are_refused():
    rows = [("x", "ann-1", n, 2**53, "a") for n in range(300)]
    with pytest.raises(StudyError, match="positions up to 9007199254740992 are too high to be compared"):
        cooccurrence(study_of(rows, turns=[], text="", texts="withheld"), "near", within=10**15)
    rows = [("x", "ann-1", 0, 2**53, "a"), ("x", "ann-1", 2**53 - 1, 2**53, "b")]
    assert cooccurrence(study_of(rows, turns=[], text="", texts="withheld"))["pairs"].tolist() == [1, 0, 0]


@pytest.mark.parametrize("relation", RELATIONS)
def test_studies_with_little_in_them(relation, made):
    assert cooccurrence(study_of([]), relation)[NUMBERS[:2]].to_numpy().sum() == 0
    turns = {"turns": {"document": ["d"], "start": [0], "end": [1]}}
    alone = made(
        participants={"participant": ["Ann"]}, documents={"document": ["d"], "participant": ["Ann"], "text": ["I."]},
        codes={"code": ["a"], "name": ["A"]}, codings={"coder": "x", "document": ["d"], "start": 0, "end": 1, "code": "a"},
        **turns,
    )  # fmt: skip
    table = cooccurrence(alone, relation)
    assert list(table) == ["code_a", "code_b", "name_a", "name_b", *NUMBERS] and table.empty
    nobody = made(documents={"document": ["d"], "participant": [""], "text": ["I."]}, **turns,
                  codes={"code": ["a", "b"], "name": ["A", "B"]},
                  codings={"coder": "x", "document": "d", "start": [0, 0], "end": [1, 1], "code": ["a", "b"]})  # fmt: skip
    assert cooccurrence(nobody, relation).loc[0, ["pairs", "participants"]].tolist() == [1, 0]
    if relation not in ("turns", "unit"):
        assert cooccurrence(made(), relation).empty


def test_errors_say_what_there_is():
    study = study_of([("x", "ann-1", 0, 3, "a")])
    with pytest.raises(
        StudyError, match=r"there is no relation 'overlaps'; relations are 'overlap', 'inclusion', 'exact'"
    ):
        cooccurrence(study, "overlaps")
    for within in (-1, 1.5, None, "3"):
        with pytest.raises(StudyError, match=f"within is {within!r}, but passages are at least 0 characters or turns"):
            cooccurrence(study, "near", within=within)
    with pytest.raises(StudyError, match="no coder \\['x'\\]; coders are 'x'"):
        cooccurrence(study, coder=["x"])
    with pytest.raises(StudyError, match="there is no coder 'z'; coders are 'x'"):
        cooccurrence(study, coder="z")
    with pytest.raises(StudyError, match=r"has no turns.csv, so turns cannot be the unit"):
        cooccurrence(study_of([("x", "ann-1", 0, 3, "a")], turns=[]), "turns")


def test_the_square_is_symmetric_with_an_empty_diagonal():
    table = cooccurrence(study_of([("x", "ann-1", 0, 3, "a"), ("x", "ann-1", 2, 3, "c")]))
    wide = square(table, "pairs")
    assert wide.index.tolist() == wide.columns.tolist() == CODES
    assert wide.fillna(-1).values.tolist() == [[-1, 0, 1], [0, -1, 0], [1, 0, -1]]
    assert square(table.head(0)).shape == (0, 0)
    with pytest.raises(StudyError, match=r"no column 'jacard'; there are .* The nearest is 'jaccard'"):
        square(table, "jacard")
