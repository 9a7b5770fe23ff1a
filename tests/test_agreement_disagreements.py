"""The table of disagreements: its passages, who coded them, and what they cost."""

import numpy as np
import pandas as pd
import pytest

from helpers import make_study
from helpers.agreement import disagreements, per_code
from helpers.errors import StudyError

TEXTS = {"d1": "One two three four five.\nSix seven eight.\n", "d2": "Nine ten.", "d3": "Alone."}


def study_of(codings, asked, texts=TEXTS):
    return make_study(
        "s",
        {
            "documents": pd.DataFrame({"document": list(texts), "participant": "", "text": list(texts.values())}),
            "codes": pd.DataFrame({"code": ["t", "x", "y"], "name": ["T", "X", "Y"], "parent": ["", "t", ""]}),
            "codings": pd.DataFrame(codings, columns=["coder", "document", "start", "end", "code"]),
            "assignments": pd.DataFrame(asked, columns=["document", "coder"]),
        },
    )


CODINGS = [
    ("a", "d1", 0, 7, "x"), ("b", "d1", 4, 13, "x"), ("c", "d1", 0, 7, "x"), ("b", "d1", 0, 3, "y"),
    ("a", "d2", 0, 4, "y"), ("b", "d2", 0, 9, "y"), ("a", "d3", 0, 5, "x"),
]  # fmt: skip
ASKED = [("d1", "a"), ("d1", "b"), ("d1", "c"), ("d2", "a"), ("d2", "b"), ("d3", "a")]


def test_each_passage_says_who_coded_it_who_did_not_and_what_they_gave_instead():
    table = disagreements(study_of(CODINGS, ASKED)).set_index(["document", "start", "code"])
    row = table.loc[("d1", 0, "x")]
    assert row[["end", "text", "name", "characters"]].tolist() == [4, "One ", "X", 4]
    assert row[["coded_by", "not_coded_by", "instead"]].tolist() == ["a, c", "b", "b: Y"]
    assert table.loc[("d1", 7, "x"), ["end", "coded_by", "not_coded_by"]].tolist() == [13, "b", "a, c"]
    assert table.loc[("d2", 4, "y"), ["end", "coded_by", "not_coded_by"]].tolist() == [9, "b", "a"]


def test_passages_of_the_same_coders_with_uncoded_words_between_them_stay_apart():
    table = disagreements(study_of([("a", "d1", 0, 3, "x"), ("a", "d1", 8, 13, "x")], [("d1", "a"), ("d1", "b")]))
    assert table[["start", "end", "text", "units"]].values.tolist() == [[8, 13, "three", 5], [0, 3, "One", 3]]


def test_what_only_one_coder_was_asked_for_is_no_disagreement():
    assert "d3" not in set(disagreements(study_of(CODINGS, ASKED))["document"])


def test_what_somebody_coded_unasked_is_neither_for_nor_against():
    unasked = [("c", "d2", 0, 9, "y"), ("c", "d2", 0, 9, "x")]
    table, expected = (disagreements(study_of(codings, ASKED)) for codings in (CODINGS + unasked, CODINGS))
    pd.testing.assert_frame_equal(table, expected)


@pytest.mark.parametrize("unit", ["character", "sentence", "paragraph", "window", "document"])
@pytest.mark.parametrize("level", ["code", "theme", "all"])
def test_costs_add_up_to_what_alpha_lacks(unit, level):
    study = study_of(CODINGS, ASKED)
    found = disagreements(study, unit=unit, level=level, size=5)
    table = per_code(study, unit=unit, level=level, size=5).query("coders == 'a, b, c'").set_index("code")
    lacking = (1 - table["krippendorff_alpha"]).fillna(0)
    assert found.groupby("code")["cost"].sum().reindex(lacking.index).fillna(0).to_numpy() == pytest.approx(
        lacking.to_numpy()
    )
    differ = table["n_pairable"] - table["both"] - table["neither"]
    assert found.groupby("code")["units"].sum().reindex(differ.index).fillna(0).tolist() == differ.tolist()


def test_the_costliest_come_first():
    study = study_of(CODINGS, ASKED)
    table = disagreements(study)
    assert table["cost"].is_monotonic_decreasing
    pd.testing.assert_frame_equal(disagreements(study, most=2), table.head(2))


def test_units_are_given_as_places_in_the_text():
    row = disagreements(study_of(CODINGS, ASKED), unit="sentence").query("code == 'y' and document == 'd1'").iloc[0]
    assert row[["start", "end", "text", "units"]].tolist() == [0, 24, "One two three four five.", 1]


def test_a_document_without_a_text_has_no_place():
    codings = [("a", "d1", None, None, "x"), ("b", "d1", None, None, "y")]
    table = disagreements(study_of(codings, ASKED[:2], dict.fromkeys(TEXTS, "")), unit="document")
    assert table["start"].isna().all() and table["characters"].isna().all()
    assert table[["text", "coded_by", "instead"]].to_numpy().tolist() == [["", "a", "b: Y"], ["", "b", "a: X"]]


def test_pieces_of_one_span_are_one_passage():
    split = [("a", "d1", 0, 4, "x"), ("a", "d1", 2, 7, "x"), ("a", "d1", 7, 9, "x")]
    table = disagreements(study_of(split, ASKED[:2]))
    assert table[["start", "end", "coded_by"]].to_numpy().tolist() == [[0, 9, "a"]]


def test_nothing_to_talk_about():
    table = disagreements(study_of([("a", "d1", 0, 4, "x"), ("b", "d1", 0, 4, "x")], ASKED[:2]))
    assert table.empty
    assert "cost" in table


def test_fewer_than_none_cannot_be_listed():
    study = study_of(CODINGS, ASKED)
    assert disagreements(study, most=0).empty
    with pytest.raises(StudyError, match="at most -1 passages cannot be listed"):
        disagreements(study, most=-1)


def test_every_overlap_is_found_among_many_spans():
    random = np.random.default_rng(4)
    starts = random.integers(0, 900, 400)
    codings = [
        (c, "d", s, s + n, k)
        for c, s, n, k in zip(
            random.choice(list("abc"), 400), starts.tolist(), random.integers(1, 60, 400).tolist(),
            random.choice(["t", "x", "y"], 400), strict=True,
        )
    ]  # fmt: skip
    study = study_of(codings, [("d", c) for c in "abc"], {"d": "x" * 1000})
    names = {"t": "T", "x": "X", "y": "Y"}
    for row in disagreements(study, most=60).itertuples():
        expected = {
            (c, names[k])
            for c, _, s, e, k in codings
            if c in row.not_coded_by.split(", ") and s < row.end and e > row.start
        }
        told = {tuple([part.split(": ")[0], name]) for part in row.instead.split("; ") if part
                for name in part.split(": ")[1].split(", ")}  # fmt: skip
        assert told == expected
