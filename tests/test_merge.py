"""Coders' projects become one study: every coding once, none lost, none moved without a word."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import StudyError, make_study, open_study, store
from helpers.about import About, Attribute, CoderNote, about_from
from helpers.exchange.merge import Aliases, merge, read_aliases
from helpers.exchange.merge_one import aliased
from helpers.exchange.merge_texts import Copy

TEXT = "I hope to work. I fear the winter."


def study(name, spans=(), /, *, coder="ann", text=TEXT, about=None, **tables):
    """Build a study of one document and two codes: `spans` are (start, end, code) or (start, end, code, memo)."""
    cells = [dict(zip(("start", "end", "code", "memo"), row, strict=False)) for row in spans]
    base = {
        "participants": {"participant": ["Ann"]},
        "documents": {"document": ["d"], "participant": ["Ann"], "text": [text]},
        "codes": {"code": ["hope", "fear"], "name": ["Hope", "Fear"]},
        "codings": pd.DataFrame([{"coder": coder, "document": "d", **row} for row in cells]),
        "coders": {"coder": [coder]},
    } | tables
    record, problems = about_from(about or {})
    assert not problems
    if not cells and "codings" not in tables:
        del base["codings"]
    return make_study(name, {table: pd.DataFrame(columns) for table, columns in base.items()}, record)


def coded(merged, *columns):
    """Return the codings as tuples of coder, document, start, end, code and other columns; no position is None."""
    frame = merged.codings[["coder", "document", "start", "end", "code", *columns]]
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in frame.itertuples(index=False)]


def rows(frame):
    return frame.astype("str").fillna("").values.tolist()


def same(one, other):
    """Both studies hold the same tables; the order of the assignments says nothing."""
    for name, frame in one.tables().items():
        theirs = getattr(other, name)
        if name == "assignments":
            frame, theirs = (f.sort_values(list(f), ignore_index=True) for f in (frame, theirs))
        pd.testing.assert_frame_equal(frame, theirs, obj=name)


def told(merged, word):
    return [note for note in merged.about.imported if word in note]


def refused(*studies, aliases=None):
    """Return the problems for which the studies cannot be merged."""
    with pytest.raises(StudyError) as error:
        merge(studies, name="m", aliases=aliases)
    title, *problems = str(error.value).split("\n  merge: ")
    assert title.startswith("these studies cannot be merged into 'm' as they are: ")
    return problems


# --- codings ------------------------------------------------------------------------------------------------


def test_the_codings_of_two_coders_stand_side_by_side():
    merged = merge([study("a", [(2, 6, "hope")]), study("b", [(2, 14, "hope")], coder="bob")], name="both")
    assert merged.name == "both"
    assert coded(merged) == [("ann", "d", 2, 6, "hope"), ("bob", "d", 2, 14, "hope")]
    assert merged.about.imported == (
        "Merged from a (1 coding by 1 coder), b (1 coding by 1 coder); "
        "study.toml is that of a where it says something.",
        "Codings of 'ann': 1 in a; 1 here.",
        "Codings of 'bob': 1 in b; 1 here.",
    )


def test_one_coder_s_codings_from_two_projects_are_united_and_counted_once():
    one, two = study("a", [(2, 6, "hope"), (2, 6, "fear")]), study("b", [(2, 6, "hope"), (16, 22, "fear")])
    merged = merge([one, two], name="m")
    assert coded(merged) == [("ann", "d", 2, 6, "hope"), ("ann", "d", 2, 6, "fear"), ("ann", "d", 16, 22, "fear")]
    assert told(merged, "Codings") == ["Codings of 'ann': 2 in a and 2 in b, 1 of them there already; 3 here."]


def test_a_coding_twice_keeps_what_either_copy_knows():
    quoted = {"codings": {"coder": ["ann"], "document": ["d"], "start": [2], "end": [6], "code": ["hope"]}}
    quoted["codings"] |= {"quote": ["hope"], "created": ["2026-01-02"], "memo": ["why?"]}
    merged = merge([study("a", [(2, 6, "hope", "sure")]), study("b", **quoted)], name="m")
    assert coded(merged, "quote", "created", "memo") == [("ann", "d", 2, 6, "hope", "hope", "2026-01-02", "sure\nwhy?")]
    again = merge([merged, study("b", **quoted), merged], name="m")
    assert coded(again, "memo") == [("ann", "d", 2, 6, "hope", "sure\nwhy?")]


def test_evidence_without_positions_is_told_apart_by_its_words():
    def evidence(quote, document="d"):
        return {"codings": {"coder": ["ann"], "document": [document], "code": ["hope"], "quote": [quote]}}

    parts = [study("a", **evidence("one")), study("b", **evidence("two")), study("c", **evidence("one"))]
    merged = merge([*parts, study("d", **evidence("", ""))], name="m")
    assert coded(merged, "quote") == [
        ("ann", "d", None, None, "hope", "one"),
        ("ann", "d", None, None, "hope", "two"),
        ("ann", "", None, None, "hope", ""),
    ]


def test_a_coding_that_gets_lost_on_the_way_is_noticed(monkeypatch):
    def forgetful(name, tables, about, inputs):
        return make_study(name, {**tables, "codings": tables["codings"].head(1)}, about, inputs)

    monkeypatch.setattr("helpers.exchange.merge.make_study", forgetful)
    with pytest.raises(StudyError, match=r"^m: 1 codings got lost in merging and 0 came up; nothing was written$"):
        merge([study("a", [(2, 6, "hope"), (2, 6, "fear")])], name="m")


def test_nothing_to_merge_is_an_error():
    with pytest.raises(StudyError, match=r"^there is nothing to merge; name two studies or more$"):
        merge([], name="m")


# --- texts --------------------------------------------------------------------------------------------------


def test_texts_that_differ_in_line_endings_are_one_and_positions_are_counted_over():
    unix, windows = "A.\nI hope.\n\nB.", "A.\r\nI hope.\r\n\r\nB."
    second = study("b", [(0, 17, "hope"), (6, 10, "fear"), (15, 17, "fear")], coder="bob", text=windows)
    merged = merge([study("a", text=unix), second], name="m")
    spans = [(start, end) for _, _, start, end, _ in coded(merged)]
    assert [unix[a:b] for a, b in spans] == ["A.\nI hope.\n\nB.", "hope", "B."]
    assert told(merged, "Line endings") == [
        "Line endings differ in the text of 'd' in a and of 'd' in b; positions are counted over to those of a."
    ]
    back = merge([second, study("a", [(5, 9, "fear")], text=unix)], name="m")
    assert coded(back)[0] == ("ann", "d", 6, 10, "fear")


def test_a_quote_takes_the_line_endings_of_the_text_that_is_kept():
    quoted = {"coder": ["bob"], "document": ["d"], "start": [0], "end": [5], "code": ["hope"], "quote": ["a\r\nb."]}
    merged = merge(
        [study("a", text="a\nb. Yes."), study("b", text="a\r\nb. Yes.", coder="bob", codings=quoted)], name="m"
    )
    assert coded(merged, "quote") == [("bob", "d", 0, 4, "hope", "a\nb.")]


@pytest.mark.parametrize(("span", "there"), [((2, 3), (2, 3)), ((1, 2), (1, 2)), ((2, 2), (1, 1)), ((3, 3), (2, 2))])
def test_a_position_between_cr_and_lf_takes_the_whole_line_ending_in(span, there):
    assert Copy("a\nb", "a\r\nb").place(*span)[:2] == ((1, 2) if span == (2, 3) or span == (1, 2) else there)


def test_every_difference_of_two_texts_is_told_with_its_place():
    other = "Well: I hope to work.\nI fear the summer. Yes."
    first = study("a", text="I hope to work.\nI fear the winter. Yes.")
    merged = merge([first, study("b", text=other, coder="bob")], name="m")
    assert merged.documents["text"].tolist() == ["I hope to work.\nI fear the winter. Yes."]
    assert told(merged, "differ") == [
        "Texts differ: the text of 'd' in a and of 'd' in b in 2 places, and that of a is kept: "
        "at 0 (line 1): nothing in a, 'Well: ' in b; at 27 (line 2): 'winter' in a, 'summer' in b."
    ]


def test_where_texts_differ_a_coding_goes_with_its_words():
    base, other = "Yes. I hope. Yes. I fear the winter. Yes.", "Yes. I hope. Well. Yes. I fear the winter! Yes."
    codings = [(0, 3, "hope"), (19, 22, "hope"), (26, 41, "fear"), (43, 46, "fear")]
    merged = merge([study("a", text=base), study("b", codings, coder="bob", text=other)], name="m")
    assert [(base[start:end], start) for _, _, start, end, _ in coded(merged)] == [
        ("Yes", 0), ("Yes", 13), ("fear the winter", 20), ("Yes", 37),
    ]  # fmt: skip
    assert told(merged, "Moved") == []


def test_a_coding_whose_place_differs_moves_to_the_only_place_of_its_words_and_it_is_told():
    base = "They asked about the clinic. I like the nurses there. Nothing else."
    other = "I like the nurses there. They asked about the clinic. Nothing else."
    second = study("b", [(0, 24, "hope"), (25, 53, "fear")], coder="bob", text=other)
    merged = merge([study("a", text=base), second], name="m")
    words = [base[start:end] for _, _, start, end, _ in coded(merged)]
    assert words == ["I like the nurses there.", "They asked about the clinic."]
    moved = told(merged, "Moved")
    assert len(moved) == 1 and "by 'bob' in 'd' of b at" in moved[0] and "now, where its words" in moved[0]


def test_codings_whose_words_are_not_in_the_merged_text_are_all_listed_and_nothing_is_merged():
    base = "No. I fear the winter. I go on. No."
    other = "No! I fear the summer. I go on. Goodbye!"
    second = study("b", [(4, 21, "fear"), (23, 30, "hope"), (32, 39, "hope")], coder="bob", text=other)
    assert refused(study("a", text=base), second) == [
        "the coding 'fear' by 'bob' in 'd' of b at 4 to 21: its words 'I fear the summer' are not in the merged text. "
        "The most alike stands at 4 to 21. Or name b first, whose text is kept then",
        "the coding 'hope' by 'bob' in 'd' of b at 32 to 39: its words 'Goodbye' are not in the merged text. "
        "Nothing like it stands in the text. Or name b first, whose text is kept then",
    ]


def test_a_coding_around_a_mended_slip_stays_where_it_was_and_it_is_told():
    base = "They asked about the clinic. I like the nurses there. Nothing else."
    other = base.replace("clinic", "klinic")
    codings = {"coder": "bob", "document": "d", "start": [0, 21], "end": [53, 27], "code": "hope"}
    codings["quote"] = [other[:53], ""]
    merged = merge([study("a", text=base), study("b", coder="bob", text=other, codings=codings)], name="m")
    assert coded(merged, "quote") == [("bob", "d", 0, 53, "hope", base[:53]), ("bob", "d", 21, 27, "hope", "")]
    assert told(merged, "Edited") == [
        f"Edited: the coding 'hope' by 'bob' in 'd' of b at 0 to 53 is at 0 to 53 now, where {base[:53]!r} stands "
        f"for {other[:53]!r}.",
        "Edited: the coding 'hope' by 'bob' in 'd' of b at 21 to 27 is at 21 to 27 now, where 'clinic' stands "
        "for 'klinic'.",
    ]


def test_words_that_stand_elsewhere_more_than_once_are_not_guessed_at():
    second = study("b", [(8, 12, "hope")], coder="bob", text="I see a hope here. hope, hope. And so on.")
    assert refused(study("a", text="I see a wish here. hope, hope. And so on."), second) == [
        "the coding 'hope' by 'bob' in 'd' of b at 8 to 12: its words 'hope' "
        "stand elsewhere in the merged text, 2 times. Or name b first, whose text is kept then"
    ]


def test_a_place_without_words_inside_a_difference_is_an_error():
    second = study("b", [(9, 9, "hope")], coder="bob", text="I fear the winters here.")
    merged = merge([study("a", text="Well: I fear the winters here."), second], name="m")
    assert coded(merged) == [("bob", "d", 15, 15, "hope")]
    assert refused(study("a", text="I fright the winters here."), replace(study("b", [(4, 4, "hope")], text=TEXT)))[-1:]


def test_documents_of_one_id_that_are_no_copies_are_an_error():
    one = study("a", text="I hope to work again one day, perhaps in the old factory.")
    two = study("b", text="Nobody asked; we never spoke about it afterwards. Strange!")
    (problem,) = refused(one, two)
    assert problem.startswith("the text of 'd' in a and of 'd' in b are not copies of one: ")
    assert problem.endswith("is in both. Give one document another id")


def test_where_a_project_keeps_no_text_its_quotes_witness_the_positions():
    def withheld(*cells):
        columns = dict(zip(("start", "end", "quote"), zip(*cells, strict=True), strict=True))
        codings = {"coder": ["bob"] * len(cells), "document": "d", "code": "hope"} | columns
        return study("b", text="", coder="bob", about={"texts": "withheld"}, codings=pd.DataFrame(codings))

    merged = merge([withheld((2, 6, "hope"), (10, 14, "")), study("a")], name="m")
    assert coded(merged, "quote") == [("bob", "d", 2, 6, "hope", "hope"), ("bob", "d", 10, 14, "hope", "")]
    assert merged.documents["text"].tolist() == [TEXT]
    assert told(merged, "keeps neither") == [
        "b keeps neither the text of 'd' nor the words of 1 coding in it: their positions are taken as they are."
    ]
    moved = merge([study("a"), withheld((0, 4, "hope"))], name="m")
    assert coded(moved) == [("bob", "d", 2, 6, "hope")]
    assert len(told(moved, "Moved")) == 1
    assert refused(study("a"), withheld((0, 4, "hope"), (10, 14, ""))) == [
        "the coding 'hope' by 'bob' in 'd' of b at 10 to 14: "
        "its place differs between the copies of the text, and it has no words to find it by"
    ]


POSITIONED = st.text(st.sampled_from("ab \r\n💛e\u0301"), max_size=12)


@given(POSITIONED, st.data())
@settings(deadline=None)
def test_line_endings_never_change_what_is_coded(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    place = Copy(unix, text).place(start, end)
    words = unix[place.start : place.end]
    coded_words = text[start:end].replace("\r\n", "\n").replace("\r", "\n")
    # A span that begins or ends between CR and LF takes the line ending in once.
    assert words == coded_words or words.strip("\n") == coded_words.strip("\n")


WORDS = st.lists(st.sampled_from(["hope", "fear", "I", "the", "winter.", "\n", "💛"]), max_size=30).map(" ".join)


@given(WORDS, WORDS)
@settings(deadline=None)
def test_differences_are_all_that_tells_two_texts_apart(base, other):
    copy = Copy(base, other)
    parts, end = [], 0
    for a, b, c, d in copy.changes:
        parts += [other[end:a], base[c:d]]
        end = b
    assert "".join([*parts, other[end:]]) == base
    for start in range(len(other)):
        at = copy.start(start)
        assert at is None or start in {a for a, *_ in copy.changes} or base[at] == other[start]


def test_long_texts_are_compared_in_time():
    words = [f"word{n % 997} of{n % 89}" for n in range(30_000)]
    other = [f"EDIT{word[4:]}" if n % 500 == 7 else word for n, word in enumerate(words)]
    copy = Copy(" ".join(words), " ".join(other))
    assert len(copy.changes) == 60
    assert copy.place(*_span(" ".join(other), "EDIT507")) is None


def _span(text, words):
    return text.index(words), text.index(words) + len(words)


# --- documents, participants --------------------------------------------------------------------------------


LONG = " ".join(f"Sentence {n} says what number {n * n} is." for n in range(40))


def named(document, text, **more):
    return {"documents": {"document": [document], "participant": ["Ann"], "text": [text]}, **more}


def coding(document, coder="bob"):
    return {"codings": {"coder": [coder], "document": [document], "start": [0], "end": [8], "code": ["hope"]}}


def test_documents_are_matched_by_the_same_text():
    merged = merge(
        [study("a", **named("d", LONG)), study("b", **named("Interview 1", LONG), **coding("Interview 1"))], name="m"
    )
    assert rows(merged.documents) == [["d", "Ann", "", "", "", LONG]]
    assert coded(merged) == [("bob", "d", 0, 8, "hope")]
    assert told(merged, "taken for") == ["The document 'Interview 1' (b) is taken for 'd' (a): it has the same text."]


def test_documents_are_matched_by_a_very_similar_text():
    typo = LONG.replace("Sentence 7", "Sentnce 7")
    merged = merge([study("a", **named("d", LONG)), study("b", **named("e", typo), **coding("e"))], name="m")
    assert coded(merged) == [("bob", "d", 0, 8, "hope")]
    assert told(merged, "taken for") == [
        "The document 'e' (b) is taken for 'd' (a): "
        "it has a very similar text (98% of all runs of three words in both)."
    ]
    assert told(merged, "Texts differ")


def test_other_documents_stay_documents_of_their_own():
    merged = merge([study("a", **named("d", LONG)), study("b", **named("e", TEXT), **coding("e"))], name="m")
    assert merged.documents["document"].tolist() == ["d", "e"]
    assert coded(merged) == [("bob", "e", 0, 8, "hope")]


def test_two_documents_of_one_study_with_the_same_text_stay_two():
    twins = {"documents": {"document": ["x", "y"], "participant": ["", ""], "text": [LONG, LONG]}}
    merged = merge([study("a", **twins), study("b", **named("z", LONG), **coding("z"))], name="m")
    assert merged.documents["document"].tolist() == ["x", "y", "z"]


def test_similar_texts_that_one_study_tells_apart_are_left_to_decide():
    retold = {"document": ["x", "y"], "participant": ["", ""], "text": [LONG + " Yes.", LONG + " No."]}
    merged = merge([study("a", **named("d", LONG)), study("b", documents=retold)], name="m")
    assert merged.documents["document"].tolist() == ["d", "x", "y"]
    assert told(merged, "To decide") == [
        "To decide: the documents 'd (a)', 'x (b)', 'y (b)' have very similar texts and are kept apart."
    ]


def test_documents_are_matched_by_alias():
    merged = merge(
        [study("a"), study("b", **named("e", "I hope to work. I fear winter."), **coding("e"))],
        name="m",
        aliases=Aliases(documents={"e": "d"}),
    )
    assert coded(merged) == [("bob", "d", 0, 8, "hope")]
    assert told(merged, "alias") == ["Decided by alias: the document 'e' is 'd'."]


def test_what_one_study_knows_of_a_person_or_document_is_known():
    one = study("a", participants={"participant": ["Ann", "Bo"], "age": ["34", ""], "job": ["nurse", ""]})
    two = study(
        "b",
        participants={"participant": ["Cy", "Bo", "Ann"], "age": [58, 47, None], "site": ["x", "y", "z"]},
        documents={"document": ["d"], "participant": [""], "text": [TEXT], "date": ["2026-01"], "minutes": [12.5]},
    )
    merged = merge([one, two], name="m")
    assert rows(merged.participants) == [
        ["Ann", "34.0", "nurse", "z"],
        ["Bo", "47.0", "", "y"],
        ["Cy", "58.0", "", "x"],
    ]
    assert rows(merged.documents) == [["d", "Ann", "2026-01", "", "12.5", TEXT]]


def test_values_that_contradict_each_other_are_all_listed_with_both():
    one = study("a", participants={"participant": ["Ann"], "age": [34]})
    two = study(
        "b",
        participants={"participant": ["Ann", "P1"], "age": [35, 1]},
        documents={"document": ["d"], "participant": ["P1"], "text": [TEXT]},
    )
    assert refused(one, two) == [
        "age of participant 'Ann' is '34' in a and '35' in b; mend the wrong one",
        "participant of document 'd' is 'Ann' in a and 'P1' in b; mend the wrong one, "
        'or say in a table of aliases: [participants] "P1" = "Ann"',
    ]


def test_participants_are_matched_by_alias():
    two = study(
        "b",
        participants={"participant": ["P1"], "age": [34]},
        documents={"document": ["d"], "participant": ["P1"], "text": [TEXT]},
    )
    merged = merge([study("a"), two], name="m", aliases=Aliases(participants={"P1": "Ann"}))
    assert rows(merged.participants) == [["Ann", "34.0"]]


def test_several_values_in_another_order_are_the_same():
    about = {"attributes": {"ill": {"multivalued": True}}}
    one = study("a", participants={"participant": ["Ann"], "ill": ["b;a"]}, about=about)
    two = study("b", participants={"participant": ["Ann"], "ill": ["a; b"]}, about=about)
    assert rows(merge([one, two], name="m").participants) == [["Ann", "b; a"]]


def test_both_memos_of_a_document_are_kept():
    def memo(words):
        return {"documents": {"document": ["d"], "participant": ["Ann"], "text": [TEXT], "memo": [words]}}

    merged = merge([study("a", **memo("loud")), study("b", **memo("long")), study("c", **memo("loud"))], name="m")
    assert merged.documents["memo"].tolist() == ["loud\nlong"]


def test_participants_who_look_alike_are_listed_and_kept_apart():
    merged = merge([study("a"), study("b", participants={"participant": ["ann ", "Ann"]})], name="m")
    assert merged.participants["participant"].tolist() == ["Ann", "ann"]
    other = study("b", participants={"participant": ["ann"]}, documents={"document": ["e"], "participant": ["ann"]})
    assert told(merge([study("a"), other], name="m"), "To decide") == [
        "To decide: the participants 'Ann' (a) and 'ann' (b) differ only in case, accents, blanks and marks "
        'and are kept apart. Where they are one, say so in a table of aliases: [participants] "ann" = "Ann"'
    ]


# --- codes --------------------------------------------------------------------------------------------------


def codes(*rows, **more):
    """A codebook of (code, name, parent), and a coding of each code."""
    table = pd.DataFrame([(*row, "")[:3] for row in rows], columns=["code", "name", "parent"])
    spans = {"start": range(len(table)), "end": range(2, len(table) + 2), "code": table["code"]}
    return {"codes": table.assign(**more), "codings": pd.DataFrame({"coder": "ann", "document": "d", **spans})}


def book(merged):
    return rows(merged.codes[["code", "name", "parent"]])


def used(merged):
    return [(start, code) for _, _, start, _, code in coded(merged)]


def test_codes_of_one_path_are_one_whatever_their_ids():
    one = study("a", **codes(("h", "Hope"), ("p", "Plans", "h")))
    two = study("b", **codes(("1", "Hope"), ("2", "Plans", "1"), ("3", "Wishes", "1")))
    merged = merge([one, two], name="m")
    assert book(merged) == [["h", "Hope", ""], ["p", "Plans", "h"], ["3", "Wishes", "h"]]
    assert used(merged) == [(0, "h"), (1, "p"), (2, "3")]


def test_codes_of_one_id_are_one_and_what_they_are_called_is_told():
    one = study("a", **codes(("h", "Hope"), ("p", "Plans", "h")))
    two = study("b", **codes(("h", "Hoping"), ("p", "Plans")))
    merged = merge([one, two], name="m")
    assert book(merged) == [["h", "Hope", ""], ["p", "Plans", "h"]]
    assert told(merged, "The code") == [
        "The code 'h' is 'Hope' (a) and 'Hoping' (b): the first counts.",
        "The code 'p' is 'Hope > Plans' (a) and 'Plans' (b): the first counts.",
    ]


def test_codes_below_codes_that_are_one_are_one():
    one = study("a", **codes(("h", "Hope"), ("p", "Plans", "h")))
    two = study("b", **codes(("h", "Hoping"), ("q", "Plans", "h")))
    assert book(merge([one, two], name="m")) == [["h", "Hope", ""], ["p", "Plans", "h"]]


def test_two_codes_of_one_study_never_become_one_by_themselves():
    one = study("a", **codes(("1", "Hope"), ("2", "Fear")))
    two = study("b", **codes(("1", "Fear"), ("3", "Hope"), ("2", "Luck")))
    merged = merge([one, two], name="m")
    assert book(merged) == [["1", "Hope", ""], ["2", "Fear", ""], ["2-2", "Luck", ""]]
    assert used(merged) == [(0, "1"), (1, "2"), (0, "2"), (1, "1"), (2, "2-2")]
    assert told(merged, "another code") == [
        "The code '2' that is 'Luck' (b) is called '2-2' here: '2' is another code."
    ]


def test_codes_that_look_alike_are_listed_for_a_decision_and_kept_apart():
    one = study("a", **codes(("h", "Être aidé"), ("t", "Theme"), ("o", "Other", "t")))
    two = study("b", **codes(("x", "etre  AIDE"), ("y", "Other")))
    merged = merge([one, two], name="m")
    assert merged.codes["code"].tolist() == ["h", "t", "o", "x", "y"]
    say = "differ only in case, accents, blanks, marks or path and are kept apart. Where they are one, say so"
    say += " in a table of aliases: [codes]"
    assert told(merged, "To decide") == [
        f"To decide: the codes 'Être aidé' (a) and 'etre  AIDE' (b) {say} \"etre  AIDE\" = \"Être aidé\"",
        f"To decide: the codes 'Theme > Other' (a) and 'Other' (b) {say} \"Other\" = \"Theme > Other\"",
    ]


def test_codes_that_differ_by_the_code_above_them_are_decided_there():
    below = [("p", "Plans", "h"), ("q", "Small plans", "p"), ("w", "Wishes", "h")]
    one = study("a", **codes(("h", "Hope"), *below))
    two = study("b", **codes(("k", "1. Hope"), ("x", "Plans", "k"), ("y", "Small plans", "x"), ("z", "Wishes", "k")))
    assert told(merge([one, two], name="m"), "To decide") == [
        "To decide: the codes 'Hope' (a) and '1. Hope' (b) have codes of the same names below them, 'Plans', "
        "'Small plans', 'Wishes', and are kept apart. Where they are one, say so in a table of aliases: "
        '[codes] "1. Hope" = "Hope"'
    ]
    decided = merge([one, two], name="m", aliases=Aliases(codes={"1. Hope": "Hope"}))
    assert book(decided) == [["h", "Hope", ""], *map(list, below)]
    assert told(decided, "To decide") == []


def test_equal_names_that_one_study_tells_apart_are_nothing_to_decide():
    both = codes(("t", "Theme"), ("o", "Other", "t"), ("p", "Other"))
    assert told(merge([study("a", **both), study("b", **both)], name="m"), "To decide") == []


@pytest.mark.parametrize("alias", [{"Hoep": "hope"}, {"x": "Hope"}, {"Hoep": "Hope"}], ids=str)
def test_an_alias_makes_codes_one_by_id_path_or_name(alias):
    one = study("a", **codes(("x", "Hoep"), ("hope", "Hope")))
    two = study("b", **codes(("y", "Theme"), ("hope", "Hope", "y")))
    merged = merge([one, two], name="m", aliases=Aliases(codes=alias))
    assert book(merged) == [["hope", "Hope", ""], ["y", "Theme", ""]]
    assert used(merged) == [(0, "hope"), (1, "hope"), (0, "y")]
    assert told(merged, "alias") == ["Decided by alias: the code {!r} is {!r}.".format(*next(iter(alias.items())))]


def test_the_name_that_an_alias_chooses_counts_whoever_comes_first():
    parts = [study("a", **codes(("hoep", "Hoep"))), study("b", **codes(("hope", "Hope")))]
    for order in permutations(parts):
        assert book(merge(order, name="m", aliases=Aliases(codes={"hoep": "hope"}))) == [["hope", "Hope", ""]]


def test_a_code_that_an_alias_puts_into_the_one_above_it_leaves_no_circle():
    tree = study("a", **codes(("t", "Theme"), ("u", "Under", "t"), ("v", "Below", "u")))
    merged = merge([tree], name="m", aliases=Aliases(codes={"u": "t"}))
    assert book(merged) == [["t", "Theme", ""], ["v", "Below", "t"]]


def test_an_alias_that_names_nothing_or_too_much_is_an_error():
    one = study("a", **codes(("t", "Theme"), ("o", "Other", "t"), ("p", "Other", "o"), ("hope", "Hope")))
    assert refused(one, aliases=Aliases(codes={"Hoep": "Hope", "hope": "Other"}, coders={"bob": "ann"})) == [
        "the alias 'Hoep' names no code of these studies. The nearest is 'Hope'.",
        "the alias 'Other' names 2 codes of a; write the id instead",
        "the alias 'bob' names no coder of these studies.",
    ]


def test_definitions_that_differ_are_told_and_the_first_is_kept():
    one = study("a", **codes(("h", "Hope"), definition="Looks ahead.", colour="#111111"))
    two = study("b", **codes(("h", "Hope"), definition="Wishes.", include="Plans.", colour="#222222"))
    merged = merge([one, two], name="m")
    columns = ["code", "definition", "include", "colour"]
    assert rows(merged.codes[columns]) == [["h", "Looks ahead.", "Plans.", "#111111"]]
    assert told(merged, "Codes differ") == [
        "Codes differ: the definition of 'h' in a is kept; b says: “Wishes.”",
    ]


# --- coders, assignments, turns, study.toml -----------------------------------------------------------------


def test_coders_who_are_one_person_are_merged_by_alias():
    one, two = study("a", [(2, 6, "hope")], coder="Bob"), study("b", [(2, 6, "hope"), (2, 6, "fear")], coder="b.smith")
    merged = merge([one, two], name="m", aliases=Aliases(coders={"b.smith": "Bob"}))
    assert rows(merged.coders) == [["Bob", "Bob", "person"]]
    assert coded(merged) == [("Bob", "d", 2, 6, "hope"), ("Bob", "d", 2, 6, "fear")]
    assert told(merged, "Codings") == ["Codings of 'Bob': 1 in a and 2 in b, 1 of them there already; 2 here."]


def test_coders_who_may_be_one_person_are_listed():
    one, two = study("a", [(2, 6, "hope")], coder="Bob Smith"), study("b", [(2, 6, "hope")], coder="bsmith")
    merged = merge([one, two], name="m")
    assert merged.coders["coder"].tolist() == ["Bob Smith", "bsmith"]
    assert told(merged, "To decide") == [
        "To decide: the coders 'Bob Smith' (a) and 'bsmith' (b) may be one person and are kept apart. "
        'Where they are one, say so in a table of aliases: [coders] "bsmith" = "Bob Smith"'
    ]


def test_what_study_toml_says_of_coders_follows_the_alias():
    one = study("a", [(2, 6, "hope")], coder="bob", about={"coders": {"bob": {"name": "Bob"}}})
    two = study(
        "b", [(2, 6, "hope")], coder="agr", about={"consensus": "agr", "coders": {"agr": {"kind": "consensus"}}}
    )
    three = study("c", [(2, 6, "hope")], coder="agreed")
    merged = merge([one, two, three], name="m", aliases=Aliases(coders={"agr": "agreed"}))
    assert rows(merged.coders) == [["agreed", "agreed", "consensus"], ["bob", "Bob", "person"]]
    assert merged.about.consensus == "agreed"
    assert merged.about.coders == {"bob": CoderNote("Bob"), "agreed": CoderNote(kind="consensus")}


def test_assignments_are_united_and_a_study_without_any_gets_those_of_its_codings():
    asked = {"assignments": {"document": ["d"], "coder": ["ann"]}}
    merged = merge([study("a", **asked), study("b", [(2, 6, "hope")], coder="bob"), study("c", **asked)], name="m")
    assert rows(merged.assignments) == [["d", "ann"], ["d", "bob"]]
    assert told(merged, "assignments") == [
        "b has no assignments: its coders are taken to be asked for what they coded."
    ]
    assert merge([study("a"), study("b", [(2, 6, "hope")])], name="m").assignments.empty


def turns(*spans, text=TEXT, **more):
    table = pd.DataFrame([("d", *span) for span in spans], columns=["document", "start", "end", "speaker"])
    return study("b", text=text, turns=table.assign(participant="Ann"), **more)


def test_turns_of_any_study_are_kept_at_their_places():
    longer = turns((6, 21, "A"), (22, 40, "A"), text=f"Well: {TEXT}")
    merged = merge([study("a"), longer], name="m")
    assert rows(merged.turns) == [["d", "0", "15", "A", "Ann"], ["d", "16", "34", "A", "Ann"]]


def test_a_turn_that_begins_inside_a_difference_is_an_error():
    other = turns((0, 14, "A"), (18, 36, "A"), text="I hope to work, but I fear the winter.")
    assert refused(study("a"), other) == [
        "the turn at 18 of 'd' in b begins or ends inside a passage that differs; make the texts alike"
    ]


def test_turns_have_to_agree():
    one = replace(turns((0, 15, "A"), (16, 34, "A")), name="a")
    assert rows(merge([one, turns((16, 34, "A"), (0, 15, "A"))], name="m").turns) == rows(one.turns)
    assert refused(one, turns((0, 15, "A"), (16, 30, "B"))) == [
        "turns of 'd' differ: a or b alone has one at 16 to 34 by 'A' and 1 more"
    ]


def test_study_toml_is_the_first_one_s_and_others_fill_its_gaps():
    one = study(
        "a",
        about={"title": "One", "notes": ["n1"], "attributes": {"age": {"label": "Age"}}},
        participants={"participant": ["Ann"], "age": [1]},
    )
    two = study(
        "b",
        about={
            "title": "Two",
            "doi": "10/x",
            "notes": ["n2", "n1"],
            "imported": ["b.qdpx: 1 code."],
            "kind": "synthetic",
            "coreq": {"1": "Yes"},
            "recruitment": [{"label": "Asked", "n": 3}],
        },
    )
    about = merge([one, two], name="m").about
    assert (about.title, about.doi, about.notes, about.kind) == ("One", "10/x", ("n1", "n2"), "synthetic")
    assert (about.attributes, about.coreq) == ({"age": Attribute("Age")}, {"1": "Yes"})
    assert about.recruitment == two.about.recruitment
    assert about.imported[-1] == "b: b.qdpx: 1 code."
    assert "The studies are of several kinds: own (a), synthetic (b)." in about.imported


def test_the_first_consensus_counts_and_another_is_told():
    one = study("a", [(2, 6, "hope")], coder="x", about={"consensus": "x"})
    two = study("b", [(2, 6, "hope")], coder="y", about={"consensus": "y"})
    merged = merge([one, two], name="m")
    assert merged.about.consensus == "x"
    assert told(merged, "consensus") == [
        "The consensus is 'x'; other studies say 'y', who is a coder like others here."
    ]


def test_levels_that_only_one_study_knows_follow_the_others():
    def levelled(name, person, levels):
        about = {"attributes": {"g": {"levels": levels, "ordered": True}}}
        return study(name, about=about, participants={"participant": ["Ann", person], "g": ["", levels[-1]]})

    merged = merge([levelled("a", "Bo", ["low", "high"]), levelled("b", "Cy", ["low", "top"])], name="m")
    assert merged.participants["g"].cat.categories.tolist() == ["low", "high", "top"]
    assert told(merged, "Levels") == [
        "Levels of 'g' that only b knows follow the others: top; look whether their order still means something."
    ]


def test_a_number_that_becomes_words_is_told():
    one = study("a", participants={"participant": ["Ann"], "age": [34]})
    two = study(
        "b",
        participants={"participant": ["Bo"], "age": ["about 40"]},
        documents={"document": ["e"], "participant": [""]},
    )
    merged = merge([one, two], name="m")
    assert merged.participants["age"].tolist() == ["34", "about 40"]
    assert told(merged, "attribute") == ["The attribute 'age' is a number in a and words in b: it is words here."]


def test_studies_of_one_name_are_told_apart_in_messages():
    merged = merge([study("p", [(2, 6, "hope")]), study("p", [(2, 6, "hope")])], name="m")
    assert told(merged, "Codings") == ["Codings of 'ann': 1 in p (1) and 1 in p (2), 1 of them there already; 1 here."]


def test_where_the_files_came_from_is_kept():
    one, two = replace(study("a"), inputs={"codes.csv": "1f"}), replace(study("b"), inputs={"codes.csv": "2e"})
    assert merge([one, two], name="m").inputs == {"a/codes.csv": "1f", "b/codes.csv": "2e"}


# --- aliases as a file --------------------------------------------------------------------------------------


def test_aliases_are_read_from_toml(tmp_path):
    (tmp_path / "a.toml").write_text('[codes]\n"Hoep" = "hope"\n\n[coders]\n"b.smith" = "Bob"\n', encoding="utf-8")
    assert read_aliases(tmp_path / "a.toml") == Aliases(codes={"Hoep": "hope"}, coders={"b.smith": "Bob"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[codes\n", "a.toml is not valid TOML: "),
        ("[coder]\nx = 'y'\n", "a.toml: 1 problem\n  a.toml: [coder] is not one of 'codes', 'coders'"),
        ("[codes]\nx = 1\n", "a.toml: 1 problem\n  a.toml: codes.x is 1, not text in quotes"),
        ("[codes]\nb.smith = 'Bob'\n", "a.toml: 1 problem\n  a.toml: codes.b is {'smith': 'Bob'}, not text in quotes"),
        ("codes = 1\n", "a.toml: 1 problem\n  a.toml: codes is written as a [codes] block"),
    ],
)
def test_aliases_that_cannot_be_understood_are_refused(text, message, tmp_path):
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as error:
        read_aliases(tmp_path / "a.toml")
    assert str(error.value).startswith(message)


def test_a_table_of_aliases_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(StudyError, match=r"none\.toml cannot be read: No such file"):
        read_aliases(tmp_path / "none.toml")


# --- any study ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["houghton-2024", "havnes-2013", "synthetic-pilot"])
def test_a_shipped_study_split_by_coder_is_merged_as_it_was_and_written(name, tmp_path):
    whole = open_study(name)
    parts = [whole.only(coders=[coder]) for coder in whole.coders["coder"]]
    merged = merge(parts, name=name)
    same(whole, merged)
    assert replace(merged.about, imported=()) == replace(whole.about, imported=())
    same(merged, store.read(store.write(merged, tmp_path / name)))


CODES = [("a", "Hope", ""), ("b", "Plans", "a"), ("c", "plans", ""), ("d", "Hope", ""), ("e", "Fear", "b")]


@st.composite
def projects(draw):
    """Draw a study with several coders, several documents (blank and equal texts among them) and codes with twins."""
    texts = draw(st.lists(POSITIONED, min_size=1, max_size=3))
    documents = [f"d{n}" for n in range(len(texts))]
    held = []
    for coder in draw(st.lists(st.sampled_from(["ann", "bob", "Cy", "cy"]), min_size=1, max_size=3, unique=True)):
        for n in draw(st.lists(st.integers(0, len(texts)), max_size=5)):
            code, memo = draw(st.sampled_from([c for c, *_ in CODES])), draw(st.sampled_from(["", "m", "n"]))
            place = {"document": "", "extent": draw(st.sampled_from(["", "all"]))}
            if n < len(texts):
                start = draw(st.integers(0, len(texts[n])))
                end = draw(st.integers(start, len(texts[n])))
                quote = draw(st.sampled_from(["", texts[n][start:end]]))
                place = {"document": documents[n], "start": start, "end": end, "quote": quote}
                if not texts[n] or draw(st.booleans()):
                    place = {"document": documents[n], "quote": draw(st.sampled_from(["", "said"]))}
            held.append({"coder": coder, "code": code, "memo": memo, **place})
    pairs = sorted({(row["document"], row["coder"]) for row in held if row["document"]})
    tables = {
        "participants": pd.DataFrame(
            {"participant": ["Ann", "Bo"], "age": draw(st.sampled_from([[1, 2], [None, 2.5]]))}
        ),
        "documents": pd.DataFrame({"document": documents, "participant": "Ann", "text": texts}),
        "codes": pd.DataFrame(CODES, columns=["code", "name", "parent"]),
        "coders": pd.DataFrame({"coder": sorted({row["coder"] for row in held} | {"ann"})}),
    }
    if held:
        frame = pd.DataFrame(held).sort_values("coder", kind="stable")
        tables["codings"] = frame.reindex(
            columns=["coder", "document", "start", "end", "code", "memo", "quote", "extent"]
        )
    if draw(st.booleans()):
        tables["assignments"] = pd.DataFrame(pairs, columns=["document", "coder"])
    return make_study("p", tables, About(title="P"))


slow = settings(deadline=None, max_examples=10, suppress_health_check=list(HealthCheck))


@given(projects())
@slow
def test_the_parts_of_a_study_by_coder_merge_into_the_study(whole):
    parts = [whole.only(coders=[coder]) for coder in whole.coders["coder"]]
    same(whole, merge(parts, name="p"))


@given(projects())
@slow
def test_a_study_merged_with_itself_is_itself(whole):
    once = merge([whole], name="p")
    same(whole, once)
    same(whole, merge([whole, whole, once], name="p"))


@given(projects(), projects(), projects())
@settings(slow, max_examples=5)
def test_the_order_of_the_studies_changes_no_coding(one, two, three):
    """Documents are told apart by the study, so that their texts do not matter; codes and coders are shared."""
    parts = []
    for n, part in enumerate((one, two, three)):
        frames = {name: frame.copy() for name, frame in part.tables().items()}
        for name in ("documents", "codings", "turns", "assignments"):
            ids = frames[name]["document"].astype("str")
            frames[name]["document"] = ids.where(ids == "", f"{n}-" + ids)
        frames["documents"]["text"] = [
            f"{n} {d} " + t for d, t in zip(ids_of(frames), part.documents["text"], strict=True)
        ]
        shift = [len(f"{n} {n}-{d} ") if d else 0 for d in part.codings["document"]]
        for edge in ("start", "end"):
            frames["codings"][edge] = frames["codings"][edge] + shift
        frames["participants"] = frames["participants"].assign(age=[1.0, 2.0])
        parts.append(make_study(f"s{n}", frames, part.about))
    found = [sorted(map(repr, coded(merge(order, name="m"), "extent"))) for order in permutations(parts)]
    assert all(codings == found[0] for codings in found)


def ids_of(frames):
    return frames["documents"]["document"]


@given(st.permutations(range(4)))
@settings(slow, max_examples=5)
def test_what_comes_together_does_not_depend_on_the_order(order):
    books = [
        codes(("1", "Hope"), ("2", "Fear")),
        codes(("1", "Fear"), ("3", "Hope")),
        codes(("2", "Hope"), ("x", "Luck")),
        codes(("y", "Luck"), ("1", "Wish")),
    ]
    names = {n: dict(zip(b["codes"]["code"], b["codes"]["name"], strict=True)) for n, b in enumerate(books)}
    spread = []
    for n in order:
        frame = books[n]["codings"].assign(coder=f"c{n}")
        spread.append(study(f"s{n}", **{**books[n], "codings": frame, "coders": {"coder": [f"c{n}"]}}))
    merged = merge(spread, name="m")
    together: dict[str, set[str]] = {}
    for coder, _, start, _, code in coded(merged):
        n = int(coder[1])
        together.setdefault(code, set()).add(f"{n}: {list(names[n].values())[start]}")
    groups = sorted(map(sorted, together.values()))
    assert groups == [["0: Fear", "1: Fear"], ["0: Hope", "1: Hope", "2: Hope"], ["2: Luck", "3: Luck"], ["3: Wish"]]


SENTENCES = [f"{who} {verb} the {what} in {when}." for who, verb, what, when in zip(
    ("Ann", "Bo", "Cy", "Dee", "Eve", "Fay"), ("fears", "likes", "leaves", "paints", "sells", "finds"),
    ("winter", "nurses", "clinic", "garden", "bicycle", "letter"), ("March", "vain", "town", "secret", "June", "Łódź 😀"),
    strict=True,
)]  # fmt: skip


@given(st.lists(st.sampled_from(["same", "same", "typo", "gone", "more"]), min_size=6, max_size=6), st.booleans())
@slow
def test_codings_of_an_edited_copy_stay_with_their_words_or_are_all_listed(edits, windows):
    """Sentences of the second copy were mistyped, left out or put in; only what was put in has no place to go."""
    end = "\r\n" if windows else "\n"
    copy, spans, lost = "\ufeff" if windows else "", [], []
    for n, (sentence, edit) in enumerate(zip(SENTENCES, edits, strict=True)):
        new = f"Somebody else spoke here, number {n}." if edit == "more" else ""
        for words in (new, "" if edit == "gone" else sentence):
            if words:
                spans.append((len(copy), len(copy) + len(words), "hope"))
                lost += [words] if words == new else []
                copy += (words.replace(" the ", " teh ") if edit == "typo" else words) + end
    base = study("a", [(0, 3, "fear")], text="\n".join(SENTENCES) + "\n")
    other = study("b", spans, coder="bob", text=copy)
    typed = [n for n, edit in enumerate(edits) if edit == "typo"]
    if lost:
        problems = refused(base, other)
        assert [words for words in lost if not any(repr(words) in problem for problem in problems)] == []
        return
    merged = merge([base, other], name="m")
    text = merged.documents["text"][0]
    found = [text[start:end] for coder, _, start, end, _ in coded(merged) if coder == "bob"]
    assert found == [sentence for sentence, edit in zip(SENTENCES, edits, strict=True) if edit != "gone"]
    assert len(told(merged, "Texts differ")) == bool(typed or "gone" in edits or windows)


# --- whose document it is -------------------------------------------------------------------------------------


def whose(document, participant, **known):
    people = {"participant": [participant], **{name: [value] for name, value in known.items()}}
    row = {"document": [document], "participant": [participant], "text": [TEXT]}
    spans = pd.DataFrame({"document": [document], "start": [2], "end": [6], "code": ["hope"], "coder": ["ann"]})
    return {"participants": people, "documents": row, "codings": spans}


def test_a_participant_who_is_only_a_documents_name_gives_way_to_one_who_is_known():
    known, named = whose("ann-1", "Ann", age=34), whose("Interview 1", "Interview 1")
    for order in ([known, named], [named, known]):
        merged = merge([study(f"s{n}", **tables) for n, tables in enumerate(order)], name="m")
        assert merged.participants.to_dict("records") == [{"participant": "Ann", "age": 34}]
        assert merged.documents["participant"].tolist() == ["Ann"]
        assert told(merged, "was only the document's name")[0].endswith("'Interview 1' was only the document's name.")


def test_of_two_documents_names_the_first_stays():
    parts = [study("a", **whose("Interview 1", "Interview 1")), study("b", **whose("I 1", "I 1"))]
    merged = merge(parts, name="m")
    assert merged.participants["participant"].tolist() == merged.documents["participant"].tolist() == ["Interview 1"]


def test_there_is_nothing_to_decide_of_who_only_stands_in_for_a_document():
    parts = [study("a", **whose("Interview 1", "Interview 1")), study("b", **whose("INTERVIEW 1", "INTERVIEW 1"))]
    merged = merge(parts, name="m")
    assert merged.participants["participant"].tolist() == ["Interview 1"] and not told(merged, "To decide")


def test_somebody_of_whom_something_is_known_is_nobodys_stand_in():
    said = refused(study("a", **whose("ann-1", "Ann")), study("b", **whose("Interview 1", "Interview 1", age=3)))
    assert said[0].startswith(
        "participant of document 'ann-1' is 'Ann' in a and 'Interview 1' in b; mend the wrong one"
    )


# --- coders whom nobody has named ------------------------------------------------------------------------------


@pytest.mark.parametrize("coder", ["unknown", "admin"])
def test_two_whom_nobody_has_named_are_two_where_they_code_differently(coder):
    one, other = study("anna", [(2, 6, "hope")], coder=coder), study("bram", [(2, 6, "fear")], coder=coder)
    merged = merge([one, other], name="m")
    assert coded(merged) == [("anna", "d", 2, 6, "hope"), ("bram", "d", 2, 6, "fear")]
    assert told(merged, "Inferred") == [
        f"Inferred: {coder!r} is not one coder in 'anna', 'bram', for the same documents are coded differently there; "
        "they are called 'anna', 'bram'. Where two are one, say so in a table of aliases: "
        '[coders] "bram" = "anna"'
    ]
    assert merge([one, other], name="m", aliases=Aliases(coders={"bram": "anna"})).coders["coder"].tolist() == ["anna"]


def test_a_later_state_of_the_same_work_is_no_second_coder():
    parts = [study("mon", [(2, 6, "hope")], coder="unknown")]
    parts += [study("tue", [(2, 6, "hope"), (2, 6, "fear")], coder="unknown")]
    merged = merge(parts, name="m")
    assert merged.coders["coder"].tolist() == ["unknown"] and not told(merged, "Inferred")


# --- one study -------------------------------------------------------------------------------------------------


def test_two_names_of_one_coder_and_of_one_code_become_one_in_a_single_study():
    part = study("a", [(2, 6, "hope"), (16, 22, "fear")])
    frame = pd.concat([part.codings, part.codings.assign(coder="a.smith")]).astype({"coder": "str"})
    both = study("a", codings=frame, coders={"coder": ["ann", "a.smith"]})
    one = aliased(both, Aliases(coders={"a.smith": "ann"}, codes={"Fear": "Hope"}))
    assert coded(one) == [("ann", "d", 2, 6, "hope"), ("ann", "d", 16, 22, "hope")]
    assert one.codes["code"].tolist() == ["hope"] and one.coders["coder"].tolist() == ["ann"]
    assert one.about.imported == (
        "Decided by alias: the code 'Fear' is 'Hope'.",
        "The code 'hope' is 'Hope' (a) and 'Fear' (a): the first counts.",
        "Decided by alias: the coder 'a.smith' is 'ann'.",
        "Codings of 'ann': 4 in a, 2 of them there already; 2 here.",
    )
    with pytest.raises(
        StudyError, match=r"the alias 'a\.smit' names no coder of these studies\. The nearest is 'a\.smith'"
    ):
        aliased(both, Aliases(coders={"a.smit": "ann"}))


@given(projects())
@slow
def test_without_an_alias_a_study_stays_as_it_is(whole):
    same(whole, aliased(whole, Aliases()))
    assert aliased(whole, Aliases()).about == whole.about
