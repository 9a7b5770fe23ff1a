"""The tree of codes in reading order, and codings rolled up to every theme above them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import codebook, make_study, open_study

TREE = {
    "code": ["b2", "a", "b", "a1", "b1", "a1x"],
    "name": ["B two", "A", "B", "A one", "B one", "A one x"],
    "parent": ["b", "", "", "a", "b", "a1"],
    "order": [2, 2, 1, None, 1, None],
}


def test_the_tree_is_read_from_the_top_themes_before_their_parts(made):
    table = codebook.tree(made(codes=TREE))
    assert table[["code", "level", "path", "theme"]].values.tolist() == [
        ["b", 0, "B", "b"],
        ["b1", 1, "B > B one", "b"],
        ["b2", 1, "B > B two", "b"],
        ["a", 0, "A", "a"],
        ["a1", 1, "A > A one", "a"],
        ["a1x", 2, "A > A one > A one x", "a"],
    ]


def test_codes_without_an_order_come_after_those_with_one_as_they_stand(made):
    codes = {"code": ["x", "y", "z"], "name": list("XYZ"), "order": [None, None, 7]}
    assert codebook.tree(made(codes=codes))["code"].tolist() == ["z", "x", "y"]


def test_an_empty_codebook_is_an_empty_table(made):
    table = codebook.tree(made())
    assert table.empty
    assert [c for c in ("code", "level", "path", "theme") if c not in table] == []


def test_a_tree_may_be_deep(made):
    names = [f"c{n:03}" for n in range(200)]
    study = made(codes={"code": names, "name": names, "parent": ["", *names[:-1]]})
    assert codebook.tree(study)["level"].tolist() == list(range(200))
    assert np.array_equal(codebook.ancestry(study), np.tril(np.ones((200, 200), dtype=bool)))


def test_the_printed_codebook_has_what_a_reader_needs(made):
    codes = {**TREE, "origin": ["inductive"] * 6, "definition": ["what"] * 6}
    assert codebook.table(made(codes=codes)).iloc[1].to_dict() == {
        "path": "B > B one", "origin": "inductive", "definition": "what", "include": "", "exclude": "",
    }  # fmt: skip


@st.composite
def trees(draw):
    """A random forest: each code's parent is an earlier one, or none."""
    n = draw(st.integers(1, 7))
    return [draw(st.integers(-1, code - 1)) for code in range(n)]


@given(trees(), st.data())
@settings(max_examples=25)
def test_a_coding_counts_for_its_code_and_for_every_theme_above(parents, data):
    names = [f"c{n}" for n in range(len(parents))]
    codes = pd.DataFrame({"code": names, "name": names, "parent": [names[p] if p >= 0 else "" for p in parents]})
    study = make_study("s", {"codes": codes})
    codings = data.draw(st.lists(st.integers(0, len(parents) - 1), max_size=6))
    rows, found = codebook.rolled_up(study, np.array(codings, dtype=np.int64))

    def upward(code):
        return [code, *upward(parents[code])] if code >= 0 else []

    wanted = [(row, theme) for row, code in enumerate(codings) for theme in upward(code)]
    assert sorted(zip(rows.tolist(), found.tolist(), strict=True)) == sorted(wanted)


@pytest.mark.parametrize("name", ["houghton-2024", "havnes-2013", "synthetic-pilot"])
def test_reading_order_loses_no_code_of_a_shipped_study(name):
    study = open_study(name)
    assert sorted(codebook.tree(study)["code"]) == sorted(study.codes["code"])
