"""Quotations: in reading order, with what stands around them, said by those who said them."""

import pandas as pd
import pytest

from helpers import StudyError, quotes, store


def test_passages_come_in_reading_order_with_their_words(pilot):
    table = quotes(pilot, context=8)
    assert table[["document", "code", "coder", "attribution", "before", "quote", "after"]].values.tolist() == [
        ["ann-1", "wish", "x", "Ann", "I ", "hope to work", ". I fear…"],
        ["ann-1", "plan", "x", "Ann", "I hope ", "to work", ". I fear…"],
        ["ann-1", "plan", "y", "Ann", "I hope ", "to work", ". I fear…"],
        ["ann-1", "fear", "x", "Ann", "…work. I ", "fear the winter", "."],
        ["bea-1", "wish", "y", "Bea", "…to ", "hope", " for 💛."],
        ["group", "plan", "x", "Ann", "A: ", "We plan.", "\nB: I…"],
        ["group", "fear", "x", "Bea", "…B: ", "I fear it.", "\n"],
        ["", "luck", "y", "the sample as a whole; nobody named", "", "", ""],
    ]
    assert table["paraphrase"].tolist() == [False] * 7 + [True]
    assert table["participant"].tolist() == ["Ann"] * 4 + ["Bea", "Ann", "Bea", ""]


def test_a_theme_brings_its_sub_themes(pilot):
    assert quotes(pilot, codes=["hope"])["code"].tolist() == ["wish", "plan", "plan", "wish", "plan"]
    assert quotes(pilot, codes=["hope"])["path"].tolist()[0] == "Hope > Wishes"


def test_people_are_chosen_by_what_is_known_of_them_in_groups_too(pilot):
    table = quotes(pilot, where={"job": "nurse"})
    assert table["attribution"].tolist() == ["Ann"] * 5 + ["the sample as a whole; nobody named"]
    assert "I fear it." not in table["quote"].tolist()


def test_attributes_stand_beside_a_name_only_when_asked_for(pilot):
    table = quotes(pilot, codes=["wish"], attribution=["age", "job"])
    assert table["attribution"].tolist() == ["Ann, 34, nurse", "Bea, 58"]


def test_a_passage_of_two_people_names_both_and_one_of_nobody_its_document(folder):
    rows = "document,start,end,code\ngroup,3,25,fear\ngroup,0,2,fear\ngroup,,,luck\n"
    table = quotes(store.read(folder({"codings/x.csv": rows, "codings/y.csv": None})), attribution=["age"])
    assert table[["participant", "attribution"]].values.tolist() == [
        ["", "group"],
        ["", "Ann, 34; Bea, 58"],
        ["", "Ann, 34; Bea, 58"],
    ]


def test_where_there_is_no_text_the_coder_s_words_stand_and_are_marked(folder):
    rows = "document,code,quote,memo\nann-1,hope,,Is glad of work.\nann-2,hope,I go on,Said twice.\n"
    table = quotes(store.read(folder({"codings/x.csv": rows, "codings/y.csv": None})))
    assert table[["quote", "memo", "paraphrase"]].values.tolist() == [
        ["Is glad of work.", "Is glad of work.", True],
        ["I go on", "Said twice.", False],
    ]
    assert table[["start", "end"]].isna().all(axis=None)


@pytest.mark.parametrize("context", [-3, 0, 1, 5, 500])
def test_quote_and_context_are_as_they_stand_in_the_text(pilot, context):
    texts = dict(zip(pilot.documents["document"], pilot.documents["text"], strict=True))
    for row in quotes(pilot, context=context).query("not paraphrase").itertuples():
        assert row.quote == texts[row.document][row.start : row.end]
        assert row.before.lstrip("…") + row.quote + row.after.rstrip("…") in texts[row.document]
        assert len(row.before.lstrip("…")) <= max(context, 0) >= len(row.after.rstrip("…"))


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (
            {"codes": ["hoep"]},
            "no code 'hoep' in this study; it has 'hope', 'plan', 'wish', 'fear', 'luck'. The nearest is 'hope'.",
        ),
        ({"coder": "z"}, "there is no coder 'z'; coders are 'x', 'y'."),
        ({"where": {"job": "Nurse"}}, "nobody has job 'Nurse'; values are 'Missing', 'nurse'. The nearest is 'nurse'."),
        ({"where": {"jobs": "nurse"}}, "no attribute 'jobs'; participants.csv has 'age', 'job'. The nearest is 'job'."),
        ({"attribution": ["aeg"]}, "no attribute 'aeg'; participants.csv has 'age', 'job'. The nearest is 'age'."),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_not_the_study_s_is_refused(pilot, ask, said):
    with pytest.raises(StudyError) as error:
        quotes(pilot, **ask)
    assert str(error.value) == said


def test_nothing_coded_is_an_empty_table_with_its_columns(made):
    table = quotes(made())
    assert table.empty
    assert table.columns.tolist()[:6] == ["code", "path", "coder", "document", "participant", "attribution"]
    assert isinstance(table, pd.DataFrame)


def test_place_extent_and_date_of_a_coding_stand_beside_its_words(folder):
    rows = (
        "document,start,end,code,locator,extent,created\nann-1,2,6,hope,,,2024-03-01 10:00\n"
        "ann-2,,,hope,page 3,,\n,,,luck,,all,2024\n"
    )
    table = quotes(store.read(folder({"codings/x.csv": rows, "codings/y.csv": None})))
    assert table[["document", "locator", "extent", "created"]].values.tolist() == [
        ["ann-1", "", "", "2024-03-01 10:00"],
        ["ann-2", "page 3", "", ""],
        ["", "", "all", "2024"],
    ]
