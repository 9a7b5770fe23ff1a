"""The framework matrix and the combinations of themes: whose words stand where, and who is in which combination."""

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import StudyError, make_study
from helpers.framework import TELLING, combination_counts, combinations, framework
from helpers.presence import matrix

LONG = "I went there because my sister had gone there before."
LONGER = "And they said to come back on another day, with a letter from somebody."
SHORT, TINY = "Nobody asked.", "No."
TEXT = "\n\n".join([LONG, LONGER, SHORT, TINY])
AT = {words: (TEXT.index(words), TEXT.index(words) + len(words)) for words in (LONG, LONGER, SHORT, TINY)}
GROUP = "Ann speaks.\nBea speaks.\nWho asks?"


@pytest.fixture
def cases(made):
    """Build a study of (coder, document, words or span, code, memo): Ann and Bea, a group of both, Cy without a text."""

    def build(rows, about=None, **tables):
        spans = [AT.get(row[2], row[2]) or (None, None) for row in rows]
        return made(
            about,
            participants={"participant": ["Ann", "Bea", "Cy"]},
            documents={"document": ["ann", "bea", "cy", "group"], "participant": ["Ann", "Bea", "Cy", ""],
                       "text": [TEXT, TEXT, "", GROUP]},
            turns={"document": ["group"] * 3, "start": [0, 12, 24], "end": [11, 23, 33], "participant": ["Ann", "Bea", ""]},
            codes={"code": ["top", "one", "two", "alone"], "name": ["Top", "One", "Two", "Alone"],
                   "parent": ["", "top", "top", ""]},
            codings={"coder": [row[0] for row in rows], "document": [row[1] for row in rows],
                     "start": [span[0] for span in spans], "end": [span[1] for span in spans],
                     "code": [row[3] for row in rows], "memo": [row[4] if len(row) > 4 else "" for row in rows]},
            **tables,
        )  # fmt: skip

    return build


def cell(table, person="Ann", theme="top"):
    row = table[(table["participant"] == person) & (table["theme"] == theme)].iloc[0]
    return int(row["passages"]), row["text"], row["kind"]


class TestFramework:
    def test_every_person_has_a_cell_for_every_theme_at_the_top(self, cases):
        table = framework(cases([("x", "ann", LONG, "one")]))
        assert table.values.tolist() == [
            ["Ann", "top", "Top", 1, LONG, "quote"], ["Ann", "alone", "Alone", 0, "", ""],
            ["Bea", "top", "Top", 0, "", ""], ["Bea", "alone", "Alone", 0, "", ""],
            ["Cy", "top", "Top", 0, "", ""], ["Cy", "alone", "Alone", 0, "", ""],
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("words", "cells", "said"),
        [
            ([LONGER, LONG, SHORT, TINY], 1, [LONG]),  # the shortest that is long enough
            ([LONGER, LONG, SHORT, TINY], 2, [LONG, LONGER]),
            ([LONGER, LONG, SHORT, TINY], 9, [LONG, LONGER]),
            ([TINY, SHORT], 1, [SHORT]),  # where all are short, the longest
            ([TINY, SHORT], 2, [SHORT, TINY]),
        ],
    )
    def test_the_shortest_telling_passage_speaks(self, cases, words, cells, said):
        assert len(LONG) >= TELLING > len(SHORT)
        table = framework(cases([("x", "ann", text, "one") for text in words]), cells=cells)
        assert cell(table) == (len(words), "\n\n".join(said), "quote")

    def test_a_passage_with_two_sub_themes_is_one_and_keeps_both_memos(self, cases):
        study = cases([("x", "ann", LONG, "one"), ("x", "ann", LONG, "two", "as she told it")])
        assert cell(framework(study, cells=2)) == (1, LONG, "quote")
        assert cell(framework(study, fill="memo")) == (1, "as she told it", "memo")
        assert cell(framework(study, themes=["one"], fill="memo"), theme="one") == (1, LONG, "quote")

    def test_what_two_coders_coded_is_told_once(self, cases):
        study = cases([("x", "ann", LONG, "one", "first"), ("y", "ann", LONG, "one", "second")])
        assert cell(framework(study, cells=2)) == (2, LONG, "quote")
        assert cell(framework(study, cells=2, fill="memo")) == (2, "first\n\nsecond", "memo")
        assert cell(framework(study, coder="y", fill="memo")) == (1, "second", "memo")

    def test_a_coders_words_never_pass_for_a_participants(self, cases):
        """A paraphrase, though shorter and telling, gives way to what can be quoted."""
        paraphrase = "She went where her sister had gone before her."
        assert TELLING <= len(paraphrase) < len(LONG)
        both = cases([("x", "ann", None, "one", paraphrase), ("x", "ann", LONG, "one")])
        assert cell(framework(both)) == (2, LONG, "quote")
        only = cases([("x", "ann", None, "one", paraphrase), ("x", "cy", None, "one", "Short.")])
        assert cell(framework(only)) == (1, paraphrase, "paraphrase")
        assert cell(framework(only), "Cy") == (1, "Short.", "paraphrase")

    def test_a_coding_without_words_is_counted_and_says_nothing(self, cases):
        study = cases([("x", "cy", None, "one"), ("x", "ann", (3, 3), "one")])
        assert cell(framework(study), "Cy") == cell(framework(study)) == (1, "", "")

    def test_what_is_said_in_a_group_belongs_to_those_whose_turns_it_touches(self, cases):
        study = cases([("x", "group", (0, 15), "one"), ("x", "group", (24, 33), "two"), ("x", "", None, "top", "all")])
        table = framework(study)
        assert cell(table) == cell(table, "Bea") == (1, GROUP[:15], "quote")
        assert cell(table, "Cy") == (0, "", "")

    def test_a_cell_has_as_many_passages_as_the_matrix_of_cases(self, cases):
        rows = [("x", "ann", LONG, "one"), ("x", "ann", LONG, "two"), ("y", "ann", LONG, "one"), ("x", "bea", TINY, "top"),
                ("x", "group", None, "one"), ("x", "group", (0, 15), "alone"), ("x", "cy", None, "two", "a"),
                ("x", "cy", None, "one", "b")]  # fmt: skip
        study = cases(rows)
        counted = matrix(study).set_index(["participant", "code"])["codings"]
        table = framework(study, themes=["top", "one", "two", "alone"]).set_index(["participant", "theme"])["passages"]
        assert table.to_dict() == counted.loc[table.index].to_dict()

    def test_empty_lines_part_the_texts_of_a_cell_and_nothing_else(self, cases):
        table = framework(cases([("x", "ann", (0, len(TEXT)), "one")]))
        assert cell(table)[1] == TEXT.replace("\n\n", "\n")

    def test_themes_are_chosen_in_order_and_once(self, cases):
        table = framework(cases([]), themes=["two", "top", "two"])
        assert table["theme"].tolist() == ["two", "top"] * 3

    def test_errors_say_what_there_is(self, cases, made):
        study = cases([])
        with pytest.raises(
            StudyError, match=r"no code 'tow'; codes.csv has 'top', 'one', 'two', 'alone'. The nearest is 'two'"
        ):
            framework(study, themes=["tow"])
        for wrong in ({"fill": "quotes"}, {"cells": 0}):
            with pytest.raises(StudyError, match="a cell holds at least 1 'quote' or 'memo', not"):
                framework(study, **wrong)
        assert framework(made()).empty


class TestCombinations:
    def test_themes_at_the_lowest_level_of_those_who_were_heard(self, cases):
        study = cases([("x", "ann", LONG, "one"), ("x", "ann", TINY, "top"), ("x", "bea", TINY, "alone")],
                      assignments={"document": ["ann", "bea"], "coder": ["x", "x"]})  # fmt: skip
        sets = combinations(study)
        assert sets.astype(int).to_dict("index") == {
            "Ann": {"one": 1, "two": 0, "alone": 0},
            "Bea": {"one": 0, "two": 0, "alone": 1},
        }

    def test_a_theme_asked_for_has_all_below_it(self, cases):
        sets = combinations(cases([("x", "ann", LONG, "one")]), themes=["alone", "top"])
        assert sets.loc["Ann"].to_dict() == {"alone": False, "top": True}

    def test_an_unknown_theme_is_an_error_and_not_another_theme(self, cases):
        with pytest.raises(StudyError, match=r"no code 'nope'; codes.csv has 'top', 'one', 'two', 'alone'"):
            combinations(cases([("x", "ann", LONG, "alone")]), themes=["nope"])

    def test_one_theme_by_its_id_is_not_a_list_of_letters(self, cases):
        study = cases([("x", "ann", LONG, "one")])
        assert list(combinations(study, themes="top")) == ["top"]
        assert set(framework(study, themes="top")["theme"]) == {"top"}
        with pytest.raises(StudyError, match=r"no code 'tops'; .* The nearest is 'top'"):
            combinations(study, themes="tops")

    def test_combinations_are_counted_exactly_in_a_fixed_order(self):
        sets = pd.DataFrame(
            {"a": [1, 1, 0, 0, 1], "b": [1, 1, 0, 1, 0], "c": [0, 0, 0, 0, 1]}, index=["Ann", "Bo", "Cy", "Di", "Ed"]
        ).astype(bool)
        assert combination_counts(sets).values.tolist() == [
            ["a + b", 2, 2, "Ann, Bo"], ["", 0, 1, "Cy"], ["b", 1, 1, "Di"], ["a + c", 2, 1, "Ed"],
        ]  # fmt: skip
        named = combination_counts(sets, {"a": "A", "b": "B"})["codes"]
        assert named.tolist() == ["A + B", "", "B", "A + c"]

    def test_codes_may_be_called_like_combinations(self):
        sets = pd.DataFrame([[1, 1, 0], [0, 0, 1]], columns=["a", "b", "a + b"], index=["Ann", "Bo"]).astype(bool)
        assert combination_counts(sets)[["codes", "themes", "who"]].values.tolist() == [
            ["a + b", 1, "Bo"],
            ["a + b", 2, "Ann"],
        ]

    def test_nobody_and_nothing(self):
        assert combination_counts(pd.DataFrame(columns=["a"], dtype=bool)).empty
        people = combination_counts(pd.DataFrame(index=["Ann", "Bo"]))
        assert people.values.tolist() == [["", 0, 2, "Ann, Bo"]]

    @given(st.lists(st.tuples(*[st.booleans()] * 3), max_size=12))
    def test_everybody_is_in_exactly_one_combination(self, rows):
        sets = pd.DataFrame(rows, columns=list("abc"), index=[f"p{n}" for n in range(len(rows))], dtype=bool)
        table = combination_counts(sets)
        counted = Counter(" + ".join(c for c, has in zip("abc", row, strict=True) if has) for row in rows)
        assert dict(zip(table["codes"], table["participants"], strict=True)) == counted
        assert sorted(", ".join(table["who"]).split(", ")) == sorted(sets.index) or not rows
        assert table["participants"].is_monotonic_decreasing


@settings(max_examples=12)
@given(st.permutations(["ann", "bea", "cy"]), st.permutations(range(4)))
def test_the_order_of_documents_and_codings_does_not_change_sets(documents, order):
    rows = [("ann", "one"), ("ann", "two"), ("bea", "one"), ("cy", "two")]
    rows = [rows[n] for n in order]
    tables = {
        "participants": pd.DataFrame({"participant": ["ann", "bea", "cy"]}),
        "documents": pd.DataFrame({"document": documents, "participant": documents}),
        "codes": pd.DataFrame({"code": ["one", "two"], "name": ["One", "Two"]}),
        "codings": pd.DataFrame({"coder": "x", "document": [d for d, _ in rows], "code": [c for _, c in rows]}),
    }
    sets = combinations(make_study("s", tables))
    assert sets.astype(int).values.tolist() == [[1, 1], [1, 0], [0, 1]]
    assert list(sets.index) == ["ann", "bea", "cy"]
