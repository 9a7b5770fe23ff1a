"""NVivo's reports of nodes as text: the words, whose file they are from, and which code."""

from __future__ import annotations

import openpyxl
import pytest

from helpers.errors import StudyError
from helpers.exchange import nvivo_report, open_study

REPORT = """Name: Nodes\\\\Feelings\\\\Fear

<Files\\\\Town\\\\Ann> - § 2 references coded  [ 1.20% Coverage]

Reference 1 - 0.40% Coverage

Interviewer: and then?
Ann: I was afraid.

Reference 2 - 0.80% Coverage

Name: that is what I fear to say.
<Files\\\\Bo> - § 1 reference coded  [ 3,90 % Coverage]

Reference 1 - 3,90 % Coverage

Håp.

Name: Hope

<Files\\\\Bo> - § 1 reference coded  [ 2% Coverage]

Reference 1 - 2% Coverage

We hope.
"""


def coded(study):
    frame = study.codings.astype({"coder": "str", "code": "str", "document": "str"})
    return frame[["coder", "document", "code", "quote", "locator"]].to_numpy().tolist()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_references_by_file_and_node(tmp_path, encoding):
    path = tmp_path / "fears.txt"
    path.write_bytes(REPORT.replace("\n", "\r\n").encode(encoding))
    study = open_study(path)
    assert coded(study) == [
        ["unknown", "Ann", "feelings/fear", "Interviewer: and then?\nAnn: I was afraid.", "reference 1, 0.40%"],
        ["unknown", "Ann", "feelings/fear", "Name: that is what I fear to say.", "reference 2, 0.80%"],
        ["unknown", "Bo", "feelings/fear", "Håp.", "reference 1, 3,90 %"],
        ["unknown", "Bo", "hope", "We hope.", "reference 1, 2%"],
    ]
    assert study.about.imported == (
        "fears.txt: NVivo report of nodes: 2 documents, 2 participants, 3 codes, 4 codings by 1 coder.",
        "the report has the coded words and no texts: each coding speaks of its document as a whole.",
        "Inferred: the report does not say who coded: 'unknown', until the option coder does.",
        "Inferred: 2 participants of 2 documents: the project has no cases, so each document is one person; "
        "documents.csv says otherwise where that is wrong.",
        "Not represented: texts, coders, cases and places: a REFI-QDA project (.qdpx) exported from NVivo has them.",
    )


def test_a_folder_of_reports_that_are_called_like_their_nodes(tmp_path):
    for name in ("Fear", "Hope"):
        head = "Files\\\\Ann - § 2 references coded [ 1.20% Coverage]\nReference 1 - 1.20% Coverage\n"
        (tmp_path / f"{name}.txt").write_text(f"{head}I {name.lower()}.\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("Nothing coded here.", encoding="utf-8")
    study = open_study(tmp_path, coder="anna")
    assert [row[:4] for row in coded(study)] == [
        ["anna", "Ann", "fear", "I fear."],
        ["anna", "Ann", "hope", "I hope."],
    ]
    assert "Inferred: Fear.txt says that it has 2 references; 1 found." in study.about.imported


def test_reports_beside_a_list_of_nodes(tmp_path):
    """The list says which node is below which, by blanks before the names; a region of a page is no words."""
    said = "Files\\\\Ann - § 2 references coded [ 1.20% Coverage]\nReference 1 - 0.40% Coverage\nI fear.\n"
    region = "Reference 2 - 0.80% Coverage\nPage 1 : (62,108) - (486,203)\n"
    (tmp_path / "Fear.txt").write_text(said + region, encoding="utf-8")
    head = "Name\tMemo Link\tFiles\tReferences\tCreated By\n"
    nodes = "Feelings\t\t0\t0\tAB\n  Old\t\t1\t1\tAB\n    Fear\t\t1\t2\tAB\n\n  Joy\t\t0\t0\tAB\n\nHope\t\t0\t0\tAB\n"
    (tmp_path / "Nodes.txt").write_text(head + nodes, encoding="utf-8")
    (tmp_path / "people.csv").write_text("document,tag,content\nAnn,age,34\n", encoding="utf-8")
    study = open_study(tmp_path)
    assert coded(study) == [
        ["unknown", "Ann", "feelings/old/fear", "I fear.", "reference 1, 0.40%"],
        ["unknown", "Ann", "feelings/old/fear", "", "reference 2, 0.80%, Page 1 : (62,108) - (486,203)"],
    ]
    assert list(study.codes["code"]) == ["feelings", "feelings/old", "feelings/old/fear", "feelings/joy", "hope"]
    assert [note for note in study.about.imported if note.startswith("Not represented: ")][:2] == [
        "Not represented: 1 column ('Created By') of Nodes.txt.",
        "Not represented: 1 table ('people.csv') beside the reports.",
    ]


def test_sheets_beside_reports_are_not_said_to_be_read(tmp_path):
    said = "Files\\\\Ann - § 1 reference coded [ 1.20% Coverage]\nReference 1 - 0.40% Coverage\nI fear.\n"
    (tmp_path / "Fear.txt").write_text(said, encoding="utf-8")
    made = openpyxl.Workbook()
    for sheet in (made.active, made.create_sheet("Second")):
        sheet.append(["Participant", "Code"])
        sheet.append(["Ann", "Hope"])
    made.save(tmp_path / "codings.xlsx")
    notes = open_study(tmp_path).about.imported
    assert "Not represented: 1 table ('codings.xlsx') beside the reports." in notes
    assert not any("read as one" in note for note in notes)


def test_prose_is_no_report(tmp_path):
    path = tmp_path / "law.txt"
    path.write_text("See <the act> - § 3 of it [50% of cases] and\nReference 1 - 10% off\n", encoding="utf-8")
    assert not nvivo_report.recognises(path)
    with pytest.raises(StudyError, match="is nothing that can be read"):
        open_study(path)
