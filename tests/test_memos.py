"""Memos: what was written down along the way, kept through folders, filters and merging."""

from __future__ import annotations

import xml.etree.ElementTree as ET
import zipfile

import pandas as pd
import pytest

from helpers import findings, make_study, store
from helpers.errors import StudyError
from helpers.exchange import open_study, refi_write
from helpers.exchange.merge import merge
from helpers.memos import memos
from helpers.study import Study

TEXT = "I hope so. Really."
MEMOS = pd.DataFrame(
    [
        ("", None, None, "", "", "Diary", "Begun.", "ann", "2024-05-01"),
        ("", None, None, "hope", "", "", "Split it?", "", ""),
        ("", None, None, "", "P1", "", "Tired that day.", "bob", ""),
        ("d", 2, 6, "", "", "Tone", "<b>Loud</b> & =1+1", "ann", ""),
    ],
    columns=["document", "start", "end", "code", "participant", "title", "text", "author", "created"],
)


def study(text: str = TEXT, rows: pd.DataFrame = MEMOS) -> Study:
    return make_study(
        "s",
        {
            "participants": pd.DataFrame({"participant": ["P1", "P2"]}),
            "documents": pd.DataFrame({"document": ["d", "e"], "participant": ["P1", "P2"], "text": [text, "No."]}),
            "codes": pd.DataFrame({"code": ["hope", "fear"], "name": ["Hope", "Fear"]}),
            "memos": rows,
        },
    )


def test_memos_come_back_from_a_folder_and_from_a_project(tmp_path):
    one = study()
    for path in (store.write(one, tmp_path / "s"), refi_write.write(one, tmp_path / "s.qdpx", crlf=True)):
        pd.testing.assert_frame_equal(open_study(path).memos, one.memos)


def test_other_programs_find_memos_where_they_look_for_them(tmp_path):
    """QualCoder: a journal is a note with a name and a file of its own; an annotation, a selection without a code."""
    path, space = refi_write.write(study(), tmp_path / "s.qdpx"), {"q": refi_write.PROJECT}
    with zipfile.ZipFile(path) as archive:
        root = ET.fromstring(archive.read("project.qde"))
        notes = {
            note.get("name"): archive.read(note.get("plainTextPath").replace("internal://", "sources/")).decode()
            for note in root.iterfind("q:Notes/q:Note[@plainTextPath]", space)
        }
    assert notes == {"Diary": "Begun.", "Memo": "Split it?"}
    names = {node.get("guid"): node.get("name") for node in root.iter() if node.get("name")}
    linked = [(names[k.get("originGUID")], names[k.get("targetGUID")]) for k in root.iterfind("q:Links/q:Link", space)]
    assert linked == [("Memo", "Hope")]
    # QualCoder's import leaves out a code with anything else in it, and what it codes.
    inside = {child.tag.split("}")[1] for code in root.iter(f"{{{refi_write.PROJECT}}}Code") for child in code}
    assert inside <= {"Description", "Code"}
    passages = root.findall("q:Sources/q:TextSource/q:PlainTextSelection", space)
    assert [
        (p.get("startPosition"), p.get("endPosition"), p.findtext("q:Description", "", space)) for p in passages
    ] == [("2", "6", "<b>Loud</b> & =1+1")]
    assert [case.findtext("q:Description", "", space) for case in root.iterfind("q:Cases/q:Case", space)] == [
        "Tired that day.",
        "",
    ]


def test_memos_of_one_name_or_on_one_passage_are_written_as_other_programs_can_tell_them_apart(tmp_path):
    rows = [("", None, None, "Diary", "One."), ("", None, None, "Diary", "Two."), ("", None, None, "", "Three.")]
    rows += [("d", 2, 6, "Tone", "Loud."), ("d", 2, 6, "", "Or not?"), ("d", 2, 6, "Idea", "Again.")]
    memo = pd.DataFrame(rows, columns=["document", "start", "end", "title", "text"])
    path, space = refi_write.write(study(rows=memo), tmp_path / "s.qdpx"), {"q": refi_write.PROJECT}
    with zipfile.ZipFile(path) as archive:
        root = ET.fromstring(archive.read("project.qde"))
    assert [n.get("name") for n in root.iterfind("q:Notes/q:Note[@plainTextPath]", space)] == [
        "Diary",
        "Diary-2",
        "Memo",
    ]
    passages = root.findall("q:Sources/q:TextSource/q:PlainTextSelection", space)
    assert [p.findtext("q:Description", "", space) for p in passages] == ["Loud.\nOr not?\nIdea: Again."]
    pd.testing.assert_frame_equal(open_study(path).memos, study(rows=memo).memos)


def test_each_memo_says_what_it_is_about():
    table = memos(study())
    assert table[["kind", "about", "passage"]].values.tolist() == [
        ["study", "", ""],
        ["code", "Hope", ""],
        ["participant", "P1", ""],
        ["passage", "d", "hope"],
    ]


def test_the_finding_counts_them_and_shows_text_as_text():
    found = findings.memos(study())
    assert found.sentence == (
        "4 memos are kept: 1 on the study as a whole, 1 on codes, 1 on participants and 1 on passages."
    )
    assert "&lt;b&gt;Loud&lt;/b&gt; &amp; =1+1" in found.to_html()
    assert findings.memos(study(rows=MEMOS[:0])).sentence == "No memos are kept beside those of single codings."


@pytest.mark.parametrize(
    ("part", "left"),
    [
        ({"participants": ["P2"]}, ["Begun.", "Split it?"]),
        ({"documents": ["d"]}, ["Begun.", "Split it?", "Tired that day.", "<b>Loud</b> & =1+1"]),
        ({"codes": ["fear"]}, ["Begun.", "Tired that day.", "<b>Loud</b> & =1+1"]),
    ],
)
def test_a_part_of_a_study_keeps_the_memos_on_it_and_on_nothing_in_particular(part, left):
    assert study().only(**part).memos["text"].tolist() == left


def test_a_memo_on_what_is_not_there_is_a_problem_with_its_row():
    rows = MEMOS.assign(code=["", "hop", "", ""], end=[None, None, None, 60])
    with pytest.raises(StudyError) as error:
        study(rows=rows)
    assert "memos row 2: code 'hop' is not in codes.csv, which has 'hope', 'fear'. The nearest is 'hope'." in str(
        error.value
    )
    assert "memos row 4: the span 2 to 60 lies outside the text, which has 18 characters" in str(error.value)


def test_merging_keeps_each_memo_once_at_its_words():
    edited = MEMOS.assign(start=[None, None, None, 6], end=[None, None, None, 10])
    other = study("Oh, I hope so. Really.", edited)
    merged = merge([study(), other], name="both").memos
    assert merged["text"].tolist() == MEMOS["text"].tolist()
    assert merged[["start", "end"]].iloc[3].tolist() == [2, 6]


def test_a_memo_on_words_that_the_merged_text_has_not_is_on_the_document_and_told():
    changed = make_study(
        "t", {**study("I hope so. Truly indeed.").tables(), "memos": MEMOS[3:].assign(start=11, end=16)}
    )
    merged = merge([study(), changed], name="both")
    assert merged.memos.iloc[-1][["document", "locator"]].tolist() == ["d", "characters 11-16 of t"]
    assert "the memo 'Tone' on 'd' speaks of the document as a whole now; it was on characters 11-16 of t." in (
        merged.about.imported
    )
