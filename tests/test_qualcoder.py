"""QualCoder projects of every schema, in small: each test is one thing that a real project holds."""

from __future__ import annotations

import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import StudyError
from helpers.exchange import foreign, qualcoder, sqlite
from helpers.exchange.anchors import anchor
from helpers.exchange.opening import open_study
from helpers.exchange.qualcoder_places import Places

TEXT = "I hope so. 😀 Ann said yes.\nWe waited for an hour, in vain."

# The schema as it grew: a column or table after the version that brought it.
SCHEMA = {
    8: [
        "CREATE TABLE project (databaseversion text, date text, memo text, about text, bookmarkfile integer, "
        "bookmarkpos integer, codername text)",
        "CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text, owner text, "
        "date text, av_text_id integer, risid integer, unique(name))",
        "CREATE TABLE code_image (imid integer primary key, id integer, x1 integer, y1 integer, width integer, "
        "height integer, cid integer, memo text, date text, owner text, important integer)",
        "CREATE TABLE code_av (avid integer primary key, id integer, pos0 integer, pos1 integer, cid integer, "
        "memo text, date text, owner text, important integer)",
        "CREATE TABLE annotation (anid integer primary key, fid integer, pos0 integer, pos1 integer, memo text, "
        "owner text, date text, unique(fid,pos0,pos1,owner))",
        "CREATE TABLE attribute_type (name text primary key, date text, owner text, memo text, caseOrFile text, "
        "valuetype text)",
        "CREATE TABLE attribute (attrid integer primary key, name text, attr_type text, value text, id integer, "
        "date text, owner text, unique(name,attr_type,id))",
        "CREATE TABLE case_text (id integer primary key, caseid integer, fid integer, pos0 integer, pos1 integer, "
        "owner text, date text, memo text)",
        "CREATE TABLE cases (caseid integer primary key, name text, memo text, owner text, date text, unique(name))",
        "CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text, "
        "supercatid integer, unique(name))",
        "CREATE TABLE code_text (ctid integer primary key, cid integer, fid integer, seltext text, pos0 integer, "
        "pos1 integer, owner text, date text, memo text, avid integer, important integer, "
        "unique(cid,fid,pos0,pos1,owner))",
        "CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text, date text, "
        "color text, unique(name))",
        "CREATE TABLE journal (jid integer primary key, name text, jentry text, date text, owner text, unique(name))",
        "CREATE TABLE stored_sql (title text, description text, grouper text, ssql text, unique(title))",
        "CREATE TABLE ris (risid integer, tag text, longtag text, value text)",
    ],
    9: ["ALTER TABLE project ADD recently_used_codes text"],
    10: ["ALTER TABLE code_image ADD pdf_page integer"],
    14: [
        "CREATE TABLE coder_names (name TEXT UNIQUE NOT NULL, visibility INTEGER NOT NULL DEFAULT 1)",
        "CREATE VIEW code_text_visible AS SELECT t.* FROM code_text t LEFT JOIN coder_names c ON c.name = t.owner "
        "WHERE c.visibility = 1",
    ],
    16: ["ALTER TABLE code_name ADD supercid integer"],
}


def insert(db: sqlite3.Connection, table: str, **row: object) -> None:
    marks = ", ".join("?" * len(row))
    db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


@pytest.fixture
def qda(tmp_path):
    """Write a project of a schema version, filled by statements; give its folder."""

    def write(*rows, version=14, name="pilot.qda") -> Path:
        folder = tmp_path / name
        (folder / "documents").mkdir(parents=True)
        db = sqlite3.connect(folder / "data.qda")
        for number in sorted(n for n in SCHEMA if n <= version):
            for statement in SCHEMA[number]:
                db.execute(statement)
        insert(db, "project", databaseversion=f"v{version}", about="QualCoder 3.5", memo="")
        for table, row in rows:
            insert(db, table, **row)
        db.commit()
        db.close()
        return folder

    return write


def text(number=1, name="Ann.docx", fulltext=TEXT, **more):
    return "source", {"id": number, "name": name, "fulltext": fulltext, **more}


def code(number=1, name="Hope", **more):
    return "code_name", {"cid": number, "name": name, **more}


def coded(start, end, seltext=None, cid=1, fid=1, owner="anna", **more):
    words = TEXT[start:end] if seltext is None else seltext
    return "code_text", {"cid": cid, "fid": fid, "seltext": words, "pos0": start, "pos1": end, "owner": owner, **more}


def spans(study):
    frame = study.codings.astype({"document": "str", "code": "str", "coder": "str"})
    columns = ["coder", "document", "start", "end", "code", "quote"]
    return [tuple(row) for row in frame[columns].astype(object).itertuples(index=False)]


@pytest.mark.parametrize("version", [8, 9, 10, 14, 16, 17])
def test_every_schema_gives_the_same_study(qda, version):
    study = qualcoder.read(
        qda(
            text(),
            ("code_cat", {"catid": 1, "name": "Feelings", "memo": "What is felt"}),
            code(1, "Hope", catid=1, color="#1B9E77", memo="Looks forward"),
            code(2, "Waiting", color=""),
            coded(2, 6, memo="at once", date="2024-05-01 10:00:00"),
            coded(13, 16, cid=2, owner="bram"),
            version=version,
        )
    )
    assert study.name == "pilot"
    assert study.documents["document"].tolist() == ["Ann"]
    assert study.documents["name"].tolist() == ["Ann.docx"]
    assert study.documents["text"].tolist() == [TEXT]
    columns = ["code", "name", "parent", "definition", "colour"]
    assert study.codes[columns].astype("str").to_numpy().tolist() == [
        ["feelings", "Feelings", "", "What is felt", ""],
        ["feelings/hope", "Hope", "feelings", "Looks forward", "#1B9E77"],
        ["waiting", "Waiting", "", "", ""],
    ]
    assert spans(study) == [
        ("anna", "Ann", 2, 6, "feelings/hope", "hope"),
        ("bram", "Ann", 13, 16, "waiting", "Ann"),
    ]
    assert study.codings["memo"].tolist() == ["at once", ""]
    assert study.codings["created"].tolist() == ["2024-05-01 10:00:00", ""]
    assert study.coders["coder"].tolist() == ["anna", "bram"]
    assert study.about.imported == (
        f"pilot.qda: a QualCoder project (QualCoder 3.5, schema v{version}): "
        "1 document, 1 participant, 3 codes, 2 codings by 2 coders.",
        "2 of 2 text selections begin and end on word boundaries, counted in code points; "
        "counted in UTF-16 units, 1 would.",
        "2 quotes kept beside the positions confirm them.",
        "Inferred: 1 category became codes above the codes in them.",
        "Inferred: 1 participant of 1 document: the project has no cases, so each document is one person; "
        "documents.csv says otherwise where that is wrong.",
    )
    assert list(study.inputs) == ["data.qda"]


def test_the_database_alone_is_the_same_project(qda):
    folder = qda(text(), code(), coded(2, 6))
    assert spans(qualcoder.read(folder / "data.qda")) == spans(qualcoder.read(folder))
    assert qualcoder.recognises(folder) and qualcoder.recognises(folder / "data.qda")
    assert not qualcoder.recognises(folder.parent) and not qualcoder.recognises(folder / "nothing")


def test_reading_leaves_no_trace(qda):
    folder = qda(text(), code(), coded(2, 6))
    before = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}
    (folder / "data.qda").chmod(0o444)
    qualcoder.read(folder)
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == before


def test_nested_categories_and_sub_codes(qda):
    study = qualcoder.read(
        qda(
            ("code_cat", {"catid": 1, "name": "All"}),
            ("code_cat", {"catid": 2, "name": "Some", "supercatid": 1}),
            code(1, "Hope", catid=2),
            code(2, "Hope for luck", catid=2, supercid=1),
            code(3, "Stray", catid=99),
            version=16,
        )
    )
    paths = dict(zip(study.codes["code"], study.codes["parent"], strict=True))
    assert paths == {
        "all": "",
        "all/some": "all",
        "all/some/hope": "all/some",
        "all/some/hope/hope-for-luck": "all/some/hope",
        "stray": "",
    }
    assert "Inferred: 1 code ('Stray') under a category that is not there any more stand at the top." in (
        study.about.imported
    )


def test_categories_in_a_circle_are_told(qda):
    folder = qda(
        ("code_cat", {"catid": 1, "name": "A", "supercatid": 2}),
        ("code_cat", {"catid": 2, "name": "B", "supercatid": 1}),
    )
    with pytest.raises(StudyError, match="the tree of codes runs in a circle"):
        qualcoder.read(folder)


def test_a_category_and_a_code_of_one_name(qda):
    study = qualcoder.read(qda(("code_cat", {"catid": 1, "name": "Hope"}), code(1, "hope"), code(2, "Hope", catid=1)))
    assert study.codes["code"].tolist() == ["hope", "hope-2", "hope/hope"]
    assert any("1 code ('hope') with the path of another code" in note for note in study.about.imported)


def test_codings_follow_their_words_through_an_edited_text(qda):
    edited = "Well then: " + TEXT.replace("for an hour", "for a whole hour")
    study = qualcoder.read(
        qda(
            text(fulltext=edited),
            code(),
            coded(2, 6),
            coded(27, 58, seltext="We waited for an hour, in vain."),
            coded(30, 34, seltext="gone"),
            coded(500, 504, seltext="lost"),
        )
    )
    assert spans(study)[:3] == [
        ("anna", "Ann", 13, 17, "hope", "hope"),
        ("anna", "Ann", 27, 58, "hope", ""),
        ("anna", "Ann", 30, 34, "hope", ""),
    ]
    assert study.codings.loc[3, ["quote", "locator"]].tolist() == ["lost", "characters 500-504"]
    assert study.codings["start"].isna().tolist() == [False, False, False, True]
    notes = study.about.imported
    assert any(
        "1 selection whose words stand elsewhere in the edited text were moved" in n and "'Ann.docx' at 2: “hope”" in n
        for n in notes
    )
    assert any(n.startswith("Inferred: 2 selections whose words are not in the text any more stay") for n in notes)
    assert any(n.startswith("Not represented: 1 selection lie outside their text") for n in notes)


def test_a_passage_edited_in_the_middle_is_known_by_its_first_and_last_words(qda):
    long = "We waited for an hour in the rain and then we all went home again."
    edited = "So. " + long.replace("the rain", "pouring rain")
    study = qualcoder.read(qda(text(fulltext=edited), code(), coded(0, len(long), seltext=long)))
    assert spans(study) == [("anna", "Ann", 4, len(edited), "hope", edited[4:])]
    assert any("1 selection whose words were edited were placed by their first" in n for n in study.about.imported)


def test_line_ends_that_differ_are_no_difference(qda):
    """Qt stores the end of a paragraph as U+2029."""
    study = qualcoder.read(qda(text(), code(), coded(13, 36, seltext=TEXT[13:36].replace("\n", "\u2029"))))
    assert spans(study) == [("anna", "Ann", 13, 36, "hope", TEXT[13:36])]
    assert "1 quote kept beside the positions confirms them." in study.about.imported


def test_cases_own_documents_or_have_turns_in_them(qda):
    study = qualcoder.read(
        qda(
            text(1, "Ann.docx"),
            text(2, "Both.docx"),
            text(3, "Alone.docx"),
            text(4, "Rest.docx"),
            ("cases", {"caseid": 1, "name": "Ann", "memo": "met twice"}),
            ("cases", {"caseid": 2, "name": "Bo"}),
            ("case_text", {"caseid": 1, "fid": 1, "pos0": 0, "pos1": len(TEXT)}),
            ("case_text", {"caseid": 1, "fid": 2, "pos0": 0, "pos1": 10}),
            ("case_text", {"caseid": 2, "fid": 2, "pos0": 8, "pos1": 27}),
            ("case_text", {"caseid": 1, "fid": 4, "pos0": 0, "pos1": len(TEXT)}),
            ("case_text", {"caseid": 2, "fid": 4, "pos0": 13, "pos1": 26}),
            ("case_text", {"caseid": 9, "fid": 1, "pos0": 0, "pos1": 4}),
        )
    )
    assert dict(zip(study.documents["document"], study.documents["participant"].astype("str"), strict=True)) == {
        "Ann": "Ann", "Both": "", "Alone": "", "Rest": "",
    }  # fmt: skip
    turns = study.turns[["document", "start", "end", "participant"]].astype({"document": "str", "participant": "str"})
    assert turns.to_numpy().tolist() == [
        ["Both", 0, 10, "Ann"],
        ["Both", 10, 27, "Bo"],
        ["Rest", 0, 13, "Ann"],
        ["Rest", 13, 26, "Bo"],
        ["Rest", 26, len(TEXT), "Ann"],
    ]
    assert study.about.imported[1:] == (
        "Inferred: 2 documents ('Both.docx', 'Rest.docx') with passages of cases: no one participant's; "
        "they are turns.",
        "Inferred: 1 document ('Alone.docx') without a case: nobody's, until documents.csv says whose.",
        "Not represented: 1 link between a case and a file of which one was deleted.",
        "Not represented: 1 passage of a case, as far as they overlap another case's passage.",
    )


def test_two_cases_of_one_whole_document_are_told(qda):
    whole = {"fid": 1, "pos0": 0, "pos1": len(TEXT)}
    study = qualcoder.read(
        qda(
            text(),
            ("cases", {"caseid": 1, "name": "Ann"}),
            ("cases", {"caseid": 2, "name": "Bo"}),
            ("case_text", {"caseid": 1, **whole}),
            ("case_text", {"caseid": 2, **whole}),
        )
    )
    assert study.documents["participant"].tolist() == [""] and not len(study.turns)
    assert study.about.imported[-1] == (
        "Not represented: whose words are whose in 1 document ('Ann.docx') that several cases share as a whole."
    )


def test_attributes_of_cases_and_of_files(qda):
    """An age on the file is the person's where all their files agree; a date that differs stays with the file."""
    link = {"pos0": 0, "pos1": len(TEXT)}
    study = qualcoder.read(
        qda(
            text(1, "a.txt"),
            text(2, "b.txt"),
            ("cases", {"caseid": 1, "name": "Ann"}),
            ("case_text", {"caseid": 1, "fid": 1, **link}),
            ("case_text", {"caseid": 1, "fid": 2, **link}),
            ("attribute_type", {"name": "Job", "caseOrFile": "case", "valuetype": "character"}),
            ("attribute_type", {"name": "Age", "caseOrFile": "file", "valuetype": "numeric"}),
            ("attribute_type", {"name": "Day", "caseOrFile": "file", "valuetype": "character"}),
            ("attribute", {"name": "Job", "attr_type": "case", "id": 1, "value": "nurse"}),
            ("attribute", {"name": "Age", "attr_type": "file", "id": 1, "value": "34"}),
            ("attribute", {"name": "Age", "attr_type": "file", "id": 2, "value": "34"}),
            ("attribute", {"name": "Day", "attr_type": "file", "id": 1, "value": "Monday"}),
            ("attribute", {"name": "Day", "attr_type": "file", "id": 2, "value": "Friday"}),
            ("attribute", {"name": "Age", "attr_type": "file", "id": 7, "value": "12"}),
        )
    )
    assert study.participants.to_dict("records") == [{"participant": "Ann", "Job": "nurse", "Age": 34}]
    assert study.documents[["document", "Day"]].to_numpy().tolist() == [["a", "Monday"], ["b", "Friday"]]
    assert study.about.imported[-1] == (
        "Not represented: 1 attribute value of a case, file or reference that is no document here."
    )


def test_without_cases_the_files_attributes_are_peoples(qda):
    study = qualcoder.read(
        qda(
            text(1, "a.txt"),
            text(2, "b.txt"),
            ("attribute_type", {"name": "Age", "caseOrFile": "file", "valuetype": "numeric"}),
            ("attribute", {"name": "Age", "attr_type": "file", "id": 1, "value": "34"}),
            ("attribute", {"name": "Age", "attr_type": "file", "id": 2, "value": "58"}),
        )
    )
    assert study.participants.to_dict("records") == [{"participant": "a", "Age": 34}, {"participant": "b", "Age": 58}]


def test_pictures_pdf_areas_and_recordings_keep_a_locator(qda):
    study = qualcoder.read(
        qda(
            text(1, "Ann.docx", mediapath="docs:/home/x/Ann.docx"),
            text(2, "room.png", None, mediapath="/images/room.png"),
            text(3, "talk.mp3", None, mediapath="audio:/home/x/talk.mp3", av_text_id=1),
            text(4, "paper.pdf", TEXT, mediapath="/docs/paper.pdf"),
            code(),
            ("code_image", {"id": 2, "x1": 10, "y1": 20, "width": 30, "height": 40, "cid": 1, "owner": "anna"}),
            ("code_image", {"id": 2, "x1": 50, "y1": 20, "width": 30, "height": 40, "cid": 1, "owner": "anna"}),
            (
                "code_image",
                {"id": 4, "x1": 1, "y1": 2, "width": 3, "height": 4, "cid": 1, "owner": "anna", "pdf_page": 2},
            ),
            ("code_av", {"id": 3, "pos0": 3723450, "pos1": 3800000, "cid": 1, "owner": "bram", "memo": "sighs"}),
            ("code_av", {"id": 3, "pos0": 0, "pos1": 1, "cid": 7, "owner": "bram"}),
        )
    )
    assert study.documents["kind"].tolist() == ["text", "picture", "audio", "pdf"]
    assert study.codings[["document", "locator", "memo"]].astype("str").to_numpy().tolist() == [
        ["room", "rectangle at 10, 20, 30 by 40 pixels", ""],
        ["room", "rectangle at 50, 20, 30 by 40 pixels", ""],
        ["paper", "rectangle at 1, 2, 3 by 4 pixels, page 3", ""],
        ["talk", "1:02:03.450 to 1:03:20", "sighs"],
    ]
    assert study.codings["start"].isna().all()
    assert (
        "Not represented: 1 coding of a picture or recording, or with a code, that was deleted." in study.about.imported
    )
    assert (
        "Not represented: the link between 1 recording ('talk.mp3') and the transcript, two documents here."
        in study.about.imported
    )


def test_journals_and_annotations_are_memos_and_what_has_no_place_is_listed(qda):
    study = qualcoder.read(
        qda(
            text(memo="second visit"),
            code(),
            coded(2, 6, important=1),
            coded(2, 6, cid=5),
            coded(2, 6, fid=5),
            ("annotation", {"fid": 1, "pos0": 0, "pos1": 4, "memo": "look", "owner": "bram"}),
            ("annotation", {"fid": 1, "pos0": 0, "pos1": 4000, "memo": "beyond"}),
            ("annotation", {"fid": 1, "pos0": 5, "pos1": 6, "memo": ""}),
            ("journal", {"name": "Day 1", "jentry": "…"}),
            ("cases", {"caseid": 1, "name": "Ann", "memo": "met twice"}),
            ("stored_sql", {"title": "q"}),
            ("coder_names", {"name": "anna", "visibility": 0}),
        )
    )
    assert study.documents["memo"].tolist() == ["second visit"]
    assert len(study.codings) == 1
    columns = ["document", "start", "end", "participant", "title", "text", "author", "locator"]
    memos = study.memos.fillna({"start": -1, "end": -1})[columns].astype("str")
    assert memos.to_numpy().tolist() == [
        ["", "-1", "-1", "Ann", "", "met twice", "", ""],
        ["", "-1", "-1", "", "Day 1", "…", "", ""],
        ["Ann", "0", "4", "", "", "look", "bram", ""],
        ["Ann", "-1", "-1", "", "", "beyond", "", "characters 0-4000"],
    ]
    assert study.about.imported[-3:] == (
        "Not represented: 2 codings of a file or with a code that was deleted.",
        "Not represented: the mark 'important' on 1 coding.",
        "Not represented: 1 stored query.",
    )
    assert any("1 coder ('anna') hidden in QualCoder, whose codings are kept" in note for note in study.about.imported)


def test_names_that_cannot_be_files_are_changed_and_kept(qda):
    study = qualcoder.read(
        qda(
            text(1, "P1: first/second?"),
            text(2, "../etc/passwd"),
            code(),
            coded(2, 6, owner="a/b"),
            coded(2, 6, owner="A:B"),
        )
    )
    assert study.documents["document"].tolist() == ["P1- first-second-", "-etc-passwd"]
    assert study.documents["name"].tolist() == ["P1: first/second?", "../etc/passwd"]
    assert dict(zip(study.coders["coder"], study.coders["name"], strict=True)) == {"a-b": "a/b", "A-B-2": "A:B"}


def test_aliases_make_two_coders_one(qda):
    rows = (text(), code(), coded(2, 6, owner="Anna K."), coded(2, 6, owner="anna"))
    study = qualcoder.read(qda(*rows), aliases={"anna k.": "anna"})
    assert spans(study) == [("anna", "Ann", 2, 6, "hope", "hope")]


def test_texts_that_are_not_utf8(qda):
    folder = qda(code(), text())
    db = sqlite3.connect(folder / "data.qda")
    db.execute("UPDATE source SET fulltext = CAST(x'4DFC64' AS TEXT)")
    db.commit()
    db.close()
    study = qualcoder.read(folder)
    assert study.documents["text"].tolist() == ["Müd"]
    assert "Inferred: 1 text not in UTF-8, read as Windows-1252: look at their accents." in study.about.imported


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_a_project_that_was_not_closed_properly_is_read_as_its_tool_would_find_it(qda, tmp_path, mode):
    """The last coding stands in the journal alone; of a change that was not finished, the journal has what was before."""
    folder, crashed = qda(text(), code(), coded(2, 6)), tmp_path / "crashed.qda"
    db = sqlite3.connect(folder / "data.qda", isolation_level=None)
    db.execute(f"PRAGMA journal_mode = {mode}")
    db.execute("PRAGMA cache_size = 1")  # so that changes reach the file before they are finished
    if mode == "wal":
        insert(db, "code_text", **coded(13, 16, owner="bram")[1])
    else:
        db.execute("BEGIN")
        db.executemany("INSERT INTO journal (name) VALUES (?)", [(f"{n} {'x' * 4000}",) for n in range(50)])
        db.execute("DELETE FROM code_text")
    shutil.copytree(folder, crashed)
    db.close()
    before = {file.name: file.read_bytes() for file in crashed.iterdir() if file.is_file()}
    study = qualcoder.read(crashed)
    assert [row[0] for row in spans(study)] == (["anna", "bram"] if mode == "wal" else ["anna"])
    assert {file.name: file.read_bytes() for file in crashed.iterdir() if file.is_file()} == before
    name = next(name for name in before if name.endswith(("-wal", "-journal")))
    assert f"data.qda was not closed properly: what stands in {name} beside it counts too." in study.about.imported
    assert sorted(study.inputs) == ["data.qda", name]


def test_a_journal_too_large_to_copy_is_told(qda, monkeypatch):
    monkeypatch.setattr(sqlite, "COPIED", 10)
    folder = qda(text())
    (folder / "data.qda-wal").write_bytes(b"x")
    assert qualcoder.read(folder).about.imported[-1] == (
        "Not represented: what stands in data.qda-wal and not yet in data.qda: "
        "close the project in QualCoder, then read it again."
    )


def test_a_journal_of_something_else_changes_nothing(qda):
    folder = qda(text(), code(), coded(2, 6))
    (folder / "data.qda-wal").write_bytes(b"nonsense" * 100)
    (folder / "data.qda-journal").write_bytes(b"\0" * 600)
    assert spans(qualcoder.read(folder)) == [("anna", "Ann", 2, 6, "hope", "hope")]


def test_a_journal_deletes_no_file_that_it_names(qda, tmp_path):
    """A journal may name another one that stands above it, which SQLite deletes once it has rolled the change back."""
    folder, crashed, other = qda(text(), code(), coded(2, 6)), tmp_path / "crashed.qda", tmp_path / "interviews.txt"
    other.write_text("I hope so.")
    db = sqlite3.connect(folder / "data.qda", isolation_level=None)
    db.execute("PRAGMA cache_size = 1")
    db.execute("BEGIN")
    db.executemany("INSERT INTO journal (name) VALUES (?)", [(f"{n} {'x' * 4000}",) for n in range(50)])
    shutil.copytree(folder, crashed)
    db.close()
    journal, name = crashed / "data.qda-journal", str(other).encode()
    page = int.from_bytes(journal.read_bytes()[24:28], "big")
    numbers = [(0x40000000 // page + 1).to_bytes(4, "big"), len(name).to_bytes(4, "big"), sum(name).to_bytes(4, "big")]
    with journal.open("ab") as stream:
        stream.write(numbers[0] + name + numbers[1] + numbers[2] + bytes.fromhex("d9d505f920a163d7"))
    assert spans(qualcoder.read(crashed)) == [("anna", "Ann", 2, 6, "hope", "hope")]
    assert other.read_text() == "I hope so."


def test_what_is_no_database(tmp_path):
    folder = tmp_path / "x.qda"
    folder.mkdir()
    (folder / "data.qda").write_text("hello")
    assert qualcoder.recognises(folder) and not qualcoder.recognises(folder / "data.qda")
    with pytest.raises(StudyError, match=r"^data\.qda: is not a SQLite database, as a project of QualCoder is"):
        qualcoder.read(folder)
    other = tmp_path / "other.db"
    sqlite3.connect(other).execute("CREATE TABLE birds (name text)")
    assert str(foreign.unknown(other)) == (
        "other.db: is a SQLite database, but none of QualCoder, Taguette, RQDA and qualitative-coding; "
        "its tables are 'birds'. From the tool that was used for coding, export the project as REFI-QDA (.qdpx), or the "
        "coded segments as table (.csv, .xlsx), then open that."
    )


@pytest.mark.parametrize(
    ("tables", "what"),
    [
        (
            ("projects", "documents", "codes", "segments", "logs", "users"),
            "a project of requal. In requal open Analysis",
        ),
        (
            ("projects", "sources", "codebooks", "codes", "selections", "users"),
            "the database of an OpenQDA server. From",
        ),
        (("Series2", "Episodes2", "Keywords2", "ClipKeywords2"), "a Transana database. In Transana choose Project"),
    ],
)
def test_a_database_of_another_tool_says_what_it_is_and_what_to_export(tmp_path, tables, what):
    path = tmp_path / "pilot.sqlite"
    db = sqlite3.connect(path)
    for table in tables:
        db.execute(f"CREATE TABLE {table} (id integer)")
    db.close()
    with pytest.raises(StudyError, match=rf"^pilot\.sqlite: is {what}.*, then open .*\.$"):
        open_study(path)


def test_views_and_endless_computing_are_not_touched(qda):
    folder = qda(text(), code(), coded(2, 6))
    db = sqlite3.connect(folder / "data.qda")
    db.execute("DROP TABLE journal")
    db.execute("CREATE VIEW journal AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c")
    db.commit()
    db.close()
    assert len(qualcoder.read(folder).codings) == 1


def test_limits_are_told(qda, monkeypatch):
    folder = qda(text(), code(), coded(2, 6), coded(4, 6))
    monkeypatch.setattr(sqlite, "ROWS", 1)
    with pytest.raises(StudyError, match=r"data\.qda: 'code_text' brings it to more than 1 rows, the limit"):
        qualcoder.read(folder)
    monkeypatch.undo()
    monkeypatch.setattr(sqlite, "TOTAL", 30)
    with pytest.raises(StudyError, match=r"'source' brings it to more than 0 MB of text"):
        qualcoder.read(folder)


def test_damaged_databases_give_one_clear_error(qda, tmp_path):
    """A fixed number of rounds: cut short, or with bytes changed anywhere."""
    rows = [text(n, f"t{n}.txt", TEXT * 40) for n in range(1, 8)]
    whole = (qda(*rows, code(), *(coded(n, n + 5) for n in range(40))) / "data.qda").read_bytes()
    rng = random.Random(8)
    file = tmp_path / "broken.qda"
    outcomes = {"study": 0, "error": 0}
    for round in range(80):
        data = bytearray(whole[: rng.randrange(len(whole))] if round % 2 else whole)
        for _ in range(rng.randrange(1, 60) if len(data) > 16 else 0):
            data[rng.randrange(16, len(data))] = rng.randrange(256)
        file.write_bytes(data)
        try:
            qualcoder.read(file)
            outcomes["study"] += 1
        except StudyError as error:
            assert str(error)
            outcomes["error"] += 1
    assert min(outcomes.values()) > 5


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet="ab \n\u2029é😀", max_size=40),
    st.integers(-3, 45),
    st.integers(-3, 45),
    st.text("ab \n😀", max_size=8),
)
def test_an_anchor_is_in_the_text_or_nowhere(words, start, end, quote):
    found = anchor(words, start, end, quote)
    if found.start is None:
        assert found.quote == quote and found.how == "outside"
    else:
        assert 0 <= found.start <= found.end <= len(words)
        assert found.quote in ("", words[found.start : found.end])


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="abc d", min_size=1, max_size=60), st.data())
def test_a_quote_is_found_after_something_was_put_before_it(words, data):
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    quote = words[start:end]
    if quote.strip():
        found = anchor("Before. " + words, start, end, quote)
        assert found.quote == quote or found.quote.split() == quote.split()


def test_a_case_linked_to_all_but_the_last_character_has_the_whole_file(qda):
    """QualCoder's case manager ends the link of a whole file one character early."""
    link = {"caseid": 1, "fid": 1, "pos0": 0, "pos1": len(TEXT) - 1}
    study = qualcoder.read(
        qda(text(), code(), coded(2, 6), ("cases", {"caseid": 1, "name": "Ann"}), ("case_text", link))
    )
    assert study.documents["participant"].tolist() == ["Ann"]
    assert study.turns.empty


def test_a_passage_that_is_there_twice_counts_once_and_keeps_both_memos(qda):
    folder = qda(text(), code(), coded(2, 6, memo="sure"), version=8)
    db = sqlite3.connect(folder / "data.qda")
    db.executescript(
        "CREATE TABLE other AS SELECT * FROM code_text; DROP TABLE code_text; ALTER TABLE other RENAME TO code_text;"
    )
    assert "CREATE TABLE" in db.execute("SELECT sql FROM sqlite_master WHERE name = 'code_text'").fetchone()[0]
    insert(db, *coded(2, 6, memo="again?")[:1], **coded(2, 6, memo="again?")[1])
    db.commit()
    db.close()
    study = qualcoder.read(folder)
    assert study.codings["memo"].tolist() == ["sure\nagain?"]
    assert "1 coding that the file has twice counts once." in study.about.imported


def test_a_project_without_a_table_that_holds_codings_is_no_project(qda):
    """A view of that name holds nothing of its own, and is not asked."""
    folder = qda(text(), code(), coded(2, 6))
    db = sqlite3.connect(folder / "data.qda")
    db.executescript("ALTER TABLE code_text RENAME TO hidden; CREATE VIEW code_text AS SELECT * FROM hidden;")
    db.close()
    with pytest.raises(StudyError, match=r"^data\.qda: has no table 'code_text', which every QualCoder project has"):
        qualcoder.read(folder)


@pytest.mark.parametrize(
    ("number", "why"),
    [(201, "has codes more than 200 levels deep"), (20_001, "has more than 20,000 codes, more than a codebook can")],
)
def test_codes_without_end_are_refused_at_once(qda, number, why):
    rows = [("code_cat", {"catid": n, "name": f"c{n}", "supercatid": n - 1 or None}) for n in range(1, number + 1)]
    with pytest.raises(StudyError, match=why):
        qualcoder.read(qda(*rows))


def test_marks_of_who_speaks_are_turns_and_no_codings(qda):
    """QualCoder codes each speaker's words with the speaker's name, as a coder of its own."""
    said, marker = "I: Why?\nAnn: I hope so.\nBo: We fear it.\n", "📌 Speaker coding"
    mark = {"owner": marker, "fid": 1}
    study = qualcoder.read(
        qda(
            text(1, "Pair.txt", said),
            text(2, "Ann.txt", "I: So?\nAnn: I hope."),
            code(1, "Hope", catid=7),
            ("code_cat", {"catid": 7, "name": "Feelings"}),
            ("code_cat", {"catid": 8, "name": "📌 Speakers", "owner": marker}),
            *[code(n, name, catid=8, owner=marker) for n, name in ((11, "I"), (12, "Ann"), (13, "Bo"), (14, "Cy"))],
            coded(13, 23, said[13:23]),
            coded(0, 7, said[:7], cid=11, **mark),
            coded(8, 23, said[8:23], cid=12, **mark),
            coded(24, 39, said[24:39], cid=13, **mark),
            coded(24, 39, said[24:39], cid=14),
            coded(0, 6, "I: So?", cid=11, owner=marker, fid=2),
            coded(7, 19, "Ann: I hope.", cid=12, owner=marker, fid=2),
            ("cases", {"caseid": 1, "name": "ann"}),
            ("case_text", {"caseid": 1, "fid": 2, "pos0": 0, "pos1": 18}),
            ("coder_names", {"name": marker, "visibility": 0}),
        )
    )
    assert spans(study) == [
        ("anna", "Pair", 13, 23, "feelings/hope", "I hope so."),
        ("anna", "Pair", 24, 39, "speakers/cy", "Bo: We fear it."),
    ]
    assert study.codes["name"].tolist() == ["Feelings", "📌 Speakers", "Hope", "Cy"]
    assert study.coders["name"].tolist() == ["anna"]
    columns = ["document", "start", "end", "speaker", "participant"]
    assert study.turns[columns].astype("str").to_numpy().tolist() == [
        ["Pair", "0", "7", "I", ""],
        ["Pair", "8", "23", "Ann", "ann"],
        ["Pair", "24", "39", "Bo", ""],
        ["Ann", "0", "6", "I", ""],
        ["Ann", "7", "19", "Ann", "ann"],
    ]
    assert "Inferred: 5 marks of who speaks, made by QualCoder itself: turns, and no codings." in study.about.imported
    assert not any("hidden" in note for note in study.about.imported)


def test_where_cases_say_who_speaks_marks_do_not(qda):
    said, marker = "Ann: I hope so.\nBo: We fear it.\n", "📌 Speaker coding"
    study = qualcoder.read(
        qda(
            text(1, "Pair.txt", said),
            code(11, "Ann", owner=marker),
            coded(0, 15, said[:15], cid=11, owner=marker),
            ("cases", {"caseid": 1, "name": "Bo"}),
            ("case_text", {"caseid": 1, "fid": 1, "pos0": 16, "pos1": 31}),
        )
    )
    assert study.turns["speaker"].tolist() == ["Bo"]
    assert study.codes.empty
    assert (
        "Not represented: the marks of who speaks in 1 document ('Pair.txt'), where cases say it."
    ) in study.about.imported


def test_a_rectangle_may_have_fractions_of_pixels(qda):
    area = {"id": 1, "cid": 1, "x1": 1.5, "y1": 2, "width": 30.25, "height": 40, "owner": "anna"}
    study = qualcoder.read(qda(text(1, "a.jpg", None, mediapath="/images/a.jpg"), code(), ("code_image", area)))
    assert study.codings["locator"].tolist() == ["rectangle at 1.5, 2, 30.25 by 40 pixels"]


RECORDED = [
    text(1, "Talk one.mp3", None, mediapath="/audio/Talk one.mp3", av_text_id=2),
    text(2, "Talk one.mp3.txt"),
    text(3, "Talk two.mp3", None, mediapath="audio:/talks/Talk two.mp3", av_text_id=4),
    text(4, "Talk two.mp3.txt"),
]


def test_without_cases_a_recording_and_its_transcript_are_one_person_s(qda):
    study = qualcoder.read(qda(*RECORDED))
    assert len(study.participants) == 2
    owners = study.documents["participant"].astype("str").tolist()
    assert owners[0] == owners[1] != owners[2] == owners[3]
    assert any(note.startswith("Inferred: 2 participants of 2 documents") for note in study.about.imported)


def test_in_an_early_project_a_transcript_is_known_by_its_name(qda):
    recording = text(1, "Talk.mp3", None, mediapath="/audio/Talk.mp3")
    folder = qda(recording, text(2, "Talk.mp3.transcribed"), version=8)
    db = sqlite3.connect(folder / "data.qda")
    db.execute("ALTER TABLE source DROP COLUMN av_text_id")
    db.close()
    study = qualcoder.read(folder)
    assert len(study.participants) == 1
    assert any("the link between 1 recording ('Talk.mp3')" in note for note in study.about.imported)


def test_whose_recording_it_is_tells_whose_transcript_it_is(qda):
    cases = [("cases", {"caseid": n, "name": name}) for n, name in ((1, "Ann"), (2, "Bo"))]
    links = [
        ("case_text", {"caseid": 1, "fid": 1, "pos0": 0, "pos1": 0}),
        ("case_text", {"caseid": 2, "fid": 4, "pos0": 0, "pos1": 5}),
    ]
    study = qualcoder.read(qda(*RECORDED, *cases, *links))
    assert study.documents["participant"].astype("str").tolist() == ["Ann", "Ann", "", ""]
    assert study.turns["participant"].astype("str").tolist() == ["Bo"]  # a part of the transcript is not the recording


WINDOWS = "I: So? 😀 😀\r\nAnn: I hope.\r\nI: So?\r\nAnn: I hope.\r\n"


def by_hand(at, words, **more):
    """A coding of the words that begin at a character, as the editor counts: an emoji is two, CR LF is one."""
    start = sum(1 + (letter > "\uffff") - (letter == "\r") for letter in WINDOWS[:at])
    return coded(start, start + len(words.replace("\r\n", "\n")), words.replace("\r\n", "\u2029"), **more)


def test_what_was_marked_by_hand_is_placed_as_the_editor_counts(qda):
    """What QualCoder finds itself is placed by characters, in the same columns; the words tell which."""
    second = WINDOWS.rindex("I hope")
    rows = [
        by_hand(second, "I hope"),
        by_hand(WINDOWS.index("Ann"), "Ann: I hope.\r\nI: So?"),
        by_hand(second + 2, "hope", owner="bram"),
        by_hand(WINDOWS.rindex("So"), "So", owner="bram"),
        coded(second, second + 6, "I hope", owner="found"),
        coded(0, 2, "I:", owner="found"),
    ]
    study = qualcoder.read(qda(text(fulltext=WINDOWS), code(), *rows))
    first = WINDOWS.index("Ann")
    assert [row[0] for row in spans(study)] == ["anna", "anna", "bram", "bram", "found", "found"]
    assert [row[2:4] for row in spans(study)] == [
        (second, second + 6),
        (first, first + 20),
        (second + 2, second + 6),
        (WINDOWS.rindex("So"), WINDOWS.rindex("So") + 2),
        (second, second + 6),
        (0, 2),
    ]
    assert "6 quotes kept beside the positions confirm them." in study.about.imported
    assert (
        "3 passages placed as QualCoder's editor counts, an emoji as two characters and CR LF as one: the words are "
        "there."
    ) in study.about.imported


def test_what_has_no_words_is_placed_as_most_of_the_text_is(qda):
    second = WINDOWS.rindex("Ann")
    hand = by_hand(second, "Ann: I hope.")[1]
    place = {"fid": 1, "pos0": hand["pos0"], "pos1": hand["pos1"]}
    study = qualcoder.read(
        qda(
            text(fulltext=WINDOWS),
            text(2, "Bo.txt", WINDOWS),
            text(3, "Plain.txt", 9 * "Plain words. "),
            code(),
            by_hand(second, "Ann: I hope."),
            ("annotation", {**place, "memo": "look", "owner": "anna"}),
            ("annotation", {**place, "fid": 3, "memo": "look", "owner": "anna"}),
            ("cases", {"caseid": 1, "name": "Ann"}),
            ("cases", {"caseid": 2, "name": "Bo"}),
            ("case_text", {"caseid": 1, **place}),
            ("case_text", {"caseid": 2, "fid": 2, "pos0": 0, "pos1": len(WINDOWS)}),
        )
    )
    assert study.turns[["start", "end"]].to_numpy().tolist() == [[second, second + 12]]
    assert study.memos[["start", "end"]].astype(object).to_numpy().tolist() == [
        [second, second + 12],
        [place["pos0"], place["pos1"]],
    ]
    assert study.documents["participant"].astype("str").tolist() == ["", "Bo", ""]
    assert (
        "Inferred: 2 passages without words beside the place: taken as QualCoder's editor counts, an emoji as two "
        "characters and CR LF as one."
    ) in study.about.imported


def test_a_mark_of_byte_order_is_no_character_to_the_editor(qda):
    study = qualcoder.read(qda(text(fulltext="\ufeffHope, hope."), code(), coded(0, 4, "Hope"), coded(6, 10, "hope")))
    assert [row[2:4] for row in spans(study)] == [(1, 5), (7, 11)]


def test_attributes_of_journals_and_links_to_a_recording_are_told_and_memos_of_attributes_kept(qda):
    study = qualcoder.read(
        qda(
            text(),
            code(),
            coded(2, 6, avid=3),
            ("attribute_type", {"name": "Age", "caseOrFile": "file", "memo": "in years", "owner": "anna"}),
            ("attribute_type", {"name": "Mood", "caseOrFile": "journal", "memo": ""}),
            ("attribute", {"name": "Mood", "attr_type": "journal", "id": 1, "value": "calm"}),
            ("attribute", {"name": "Mood", "attr_type": "journal", "id": 2, "value": ""}),
            ("attribute", {"name": "Age", "attr_type": "file", "id": 1, "value": "34"}),
        )
    )
    assert study.participants.to_dict("records") == [{"participant": "Ann", "Age": 34}]
    assert study.memos[["title", "text", "author"]].to_numpy().tolist() == [["Age", "in years", "anna"]]
    assert "Not represented: 1 attribute ('Mood') of journals." in study.about.imported
    assert (
        "Not represented: the link of 1 coding of a transcript to a stretch of the recording." in study.about.imported
    )


def test_of_a_long_text_the_editor_shows_parts_and_counts_in_each_anew(qda):
    """A part begins at a character, and from there on the editor counts: the words are between the two countings."""
    lines = [f"Ann: day {number}, we hope.\r\n" for number in range(200)]
    long, begins = "".join(lines), len("".join(lines[:100]))

    def shown(words, line):
        at = long.index(words, len("".join(lines[:line])))
        start = begins + len(long[begins:at].replace("\r\n", "\n"))
        return at, coded(start, start + len(words), words, owner="anna")

    marked = [shown("day 140, we", 140), shown("day 171", 171), shown("hope", 150), shown("Ann", 199)]
    note = "annotation", {"fid": 1, "pos0": begins + 2, "pos1": begins + 5, "memo": "look", "owner": "anna"}
    study = qualcoder.read(qda(text(fulltext=long), code(), note, *[row for _, row in marked]))
    assert [row[2] for row in spans(study)] == [at for at, _ in marked]
    assert study.memos["start"].tolist() == [begins + 2]


def test_tables_that_qualcoder_does_not_write_are_named(qda):
    folder = qda(text(), code(), coded(2, 6))
    db = sqlite3.connect(folder / "data.qda")
    db.executescript(
        "CREATE TABLE r_script (id integer, script text); INSERT INTO r_script VALUES (1, 'x');"
        "CREATE TABLE link (id integer); CREATE TABLE gr_pix_item (id integer); INSERT INTO gr_pix_item VALUES (1)"
    )
    db.close()
    told = [note for note in qualcoder.read(folder).about.imported if "table" in note]
    assert told == ["Not represented: what 1 table ('r_script') holds, which QualCoder itself does not write."]


def test_words_made_to_be_compared_for_ever_end_soon():
    """A coding of millions of characters with words of a few, and words that are in thousands of places."""
    long = Places({1: 500_000 * "😀\r\n"}, [(1, number, 1_400_000, "hope so") for number in range(500)])
    assert long.at(1, (3, 1_400_000), "hope so") == (3, 1_400_000)
    rows = [(1, 9_000 + number, 9_003 + number, "a\u2029a") for number in range(500)]
    many = Places({1: 4_000 * "a " + 2_000 * "\r\n" + 6_000 * "a "}, rows)
    assert many.at(1, (9_000, 9_003), "a\u2029a") == (9_000, 9_003)


def in_browser(at, words, **more):
    """A coding of the words that begin at a character, as a browser counts: an emoji is two, and so is CR LF."""
    start, end = (len(WINDOWS[:place].encode("utf-16-le")) // 2 for place in (at, at + len(words)))
    return coded(start, end, words, **more)


def test_what_was_marked_in_a_browser_is_placed_as_a_browser_counts(qda):
    """As QCnext marks, in QualCoder's tables: short words stand in many a place nearby, and only one is meant."""
    second = WINDOWS.rindex("Ann")
    marked = [
        in_browser(second, "Ann: I hope.\r\n"),
        in_browser(second + 5, "I", owner="bram"),
        in_browser(WINDOWS.rindex("I:"), "I", owner="bram"),
        in_browser(WINDOWS.index("Ann"), "Ann", owner="bram"),
    ]
    place = {name: in_browser(second, "Ann: I hope.")[1][name] for name in ("pos0", "pos1")}
    by_editor = by_hand(second + 7, "hope", owner="carl")
    rows = [text(fulltext=WINDOWS), code(), *marked, by_editor, ("annotation", {"fid": 1, **place, "memo": "look"})]
    study = qualcoder.read(qda(*rows))
    assert [row[2:4] for row in spans(study)] == [
        (second, second + 14),
        (second + 5, second + 6),
        (WINDOWS.rindex("I:"), WINDOWS.rindex("I:") + 1),
        (WINDOWS.index("Ann"), WINDOWS.index("Ann") + 3),
        (second + 7, second + 11),
    ]
    assert study.memos[["start", "end"]].astype(object).to_numpy().tolist() == [[second, second + 12]]
    way = "as a browser counts, an emoji as two characters"
    assert study.about.imported[1:3] == (
        "1 passage placed as QualCoder's editor counts, an emoji as two characters and CR LF as one: the words are "
        "there.",
        f"4 passages placed {way}: the words are there.",
    )
    assert f"Inferred: 1 passage without words beside the place: taken {way}." in study.about.imported


def test_what_qualcoder_next_adds_is_kept_or_told(qda):
    folder = qda(text(), code(), coded(2, 6), ("cases", {"caseid": 4, "name": "Ann"}), version=16)
    db = sqlite3.connect(folder / "data.qda")
    db.executescript(
        "ALTER TABLE code_text ADD weight integer; ALTER TABLE attribute_type ADD value_labels text;"
        "CREATE TABLE comment (id integer primary key autoincrement, target_kind text, target_id integer, body text, "
        "owner TEXT, created text);"
        "CREATE TABLE audit_log (id integer primary key autoincrement, ts text, user text, action text);"
        "CREATE TABLE code_set (id integer primary key autoincrement, name text, owner text, created text);"
        "UPDATE code_text SET weight = 40; INSERT INTO audit_log (action) VALUES ('coding.create');"
        "INSERT INTO attribute_type (name, caseOrFile, value_labels) VALUES ('Job', 'case', '{\"1\": \"nurse\"}');"
        "INSERT INTO attribute_type (name, caseOrFile, value_labels) VALUES ('Age', 'case', '{}');"
        "INSERT INTO code_set (name) VALUES ('Good');"
    )
    for kind, target in (("source", 1), ("case", 4), ("code", 1), ("coding", 1), ("case", 9)):
        insert(db, "comment", target_kind=kind, target_id=target, body=f"on {kind}", owner="bram", created="2026-01-02")
    db.commit()
    db.close()
    study = qualcoder.read(folder)
    columns = ["document", "participant", "title", "text", "author", "created"]
    assert study.memos[columns].astype("str").to_numpy().tolist() == [
        ["Ann", "", "", "on source", "bram", "2026-01-02"],
        ["", "Ann", "", "on case", "bram", "2026-01-02"],
        ["", "", "Hope", "on code", "bram", "2026-01-02"],
        ["", "", "comment on coding 1", "on coding", "bram", "2026-01-02"],
        ["", "", "comment on case 9", "on case", "bram", "2026-01-02"],
    ]
    assert study.about.imported[-3:] == (
        "Not represented: the weight of 1 coding.",
        "Not represented: the labels of the values of 1 attribute ('Job'): the values stand as they are.",
        "Not represented: what 1 table ('code_set') holds, which QualCoder itself does not write.",
    )


def test_a_shared_project_may_be_older_than_its_coders_work(qda):
    folder = qda(text(), code(), coded(2, 6))
    assert not [note for note in qualcoder.read(folder).about.imported if "QCnext" in note]
    for name in ("anna", "bram"):
        (folder / "changes" / name).mkdir(parents=True)
        (folder / "changes" / name / "changes.jsonl").write_text("{}")
    assert [note for note in qualcoder.read(folder / "data.qda").about.imported if "QCnext" in note] == [
        "Inferred: what 2 coders who shared the project in QCnext (pilot.qda/changes) coded is taken from the project's "
        "database alone; it may be older than their work. Choose Refresh archive in QCnext, then read it again."
    ]


V2 = """
CREATE TABLE prj_settings (key VARCHAR(100) PRIMARY KEY, value TEXT, updated_at DATETIME);
CREATE TABLE src_folder (id INTEGER PRIMARY KEY, name VARCHAR(255), parent_id INTEGER, created_at DATETIME);
CREATE TABLE src_source (id INTEGER PRIMARY KEY, name VARCHAR(255), fulltext TEXT, mediapath VARCHAR(500), memo TEXT,
    owner VARCHAR(100), date VARCHAR(50), av_text_id INTEGER, risession INTEGER, source_type VARCHAR(20),
    status VARCHAR(20), file_size INTEGER, origin VARCHAR(255), folder_id INTEGER);
CREATE TABLE cod_category (catid INTEGER PRIMARY KEY, name VARCHAR(100), memo TEXT, owner VARCHAR(100),
    date VARCHAR(50), supercatid INTEGER);
CREATE TABLE cod_code (cid INTEGER PRIMARY KEY, name VARCHAR(100), color VARCHAR(7), memo TEXT, owner VARCHAR(100),
    date VARCHAR(50), catid INTEGER);
CREATE TABLE cod_segment (ctid INTEGER PRIMARY KEY, cid INTEGER, fid INTEGER, pos0 INTEGER, pos1 INTEGER, seltext TEXT,
    memo TEXT, owner VARCHAR(100), date VARCHAR(50), important INTEGER);
CREATE TABLE cas_case (id INTEGER PRIMARY KEY, name VARCHAR(255), description TEXT, memo TEXT, owner VARCHAR(100),
    created_at DATETIME, updated_at DATETIME);
CREATE TABLE cas_attribute (id INTEGER PRIMARY KEY, case_id INTEGER, name VARCHAR(100), attr_type VARCHAR(20),
    value_text TEXT, value_number INTEGER, value_date DATETIME);
CREATE TABLE cas_source_link (id INTEGER PRIMARY KEY, case_id INTEGER, source_id INTEGER, owner VARCHAR(100),
    date VARCHAR(50));
INSERT INTO prj_settings (key, value) VALUES ('project_name', 'Pilot'), ('project_memo', 'Our aim');
INSERT INTO src_folder (id, name) VALUES (1, 'Day one');
INSERT INTO src_source (id, name, fulltext, mediapath, source_type, folder_id) VALUES
    (1, 'Ann.docx', 'I hope so. 😀 We waited.', '/home/x/Ann.docx', 'text', 1),
    (2, 'Bo.txt', 'Yes.', '/home/x/Bo.txt', 'text', NULL), (3, 'room.png', NULL, '/home/x/room.png', 'image', NULL);
INSERT INTO cod_category (catid, name) VALUES (1, 'Feelings');
INSERT INTO cod_code (cid, name, color, memo, catid) VALUES (1, 'Hope', '#1B9E77', 'Looks forward', 1);
INSERT INTO cod_segment (cid, fid, pos0, pos1, seltext, owner, date) VALUES
    (1, 1, 2, 6, 'hope', 'anna', '2026-01-02T10:00:00'), (1, 1, 2, 6, 'hope', 'bram', ''),
    (1, 1, 2, 9, 'hope so', 'bram', ''), (1, 1, 17, 23, 'waited', NULL, ''), (7, 1, 0, 1, 'I', 'anna', '');
INSERT INTO cas_case (id, name, description, memo) VALUES (1, 'P1', 'A nurse', 'met twice'), (2, 'P2', '', '');
INSERT INTO cas_attribute (case_id, name, attr_type, value_text, value_number) VALUES
    (1, 'Age', 'number', NULL, 34), (2, 'Age', 'number', NULL, 58), (1, 'Job', 'text', 'nurse', NULL);
INSERT INTO cas_source_link (case_id, source_id) VALUES (1, 1), (2, 2), (1, 3);
"""
AT_FIRST = {
    "prj_settings": "project_settings",
    "src_": "",
    "cod_category": "code_cat",
    "cod_code": "code_name",
    "cod_segment": "code_text",
    "cas_case": "cases",
    "cas_": "case_",
    "case_source_link": "case_source",
}


@pytest.mark.parametrize("names", [{}, AT_FIRST, {"cas_case": "cas_case"}], ids=["now", "at first", "with views"])
def test_projects_of_qualcoder_v2_hold_the_same_under_other_names(tmp_path, names):
    """At first most tables were called as QualCoder's; later views are, which hold nothing of their own."""
    statements = V2
    for now, then in names.items():
        statements = statements.replace(now, then)
    if names and names is not AT_FIRST:
        statements += "CREATE VIEW source AS SELECT * FROM src_source; CREATE VIEW cases AS SELECT * FROM cas_case;"
    db = sqlite3.connect(tmp_path / "pilot.qda")
    db.executescript(statements)
    db.close()
    study = open_study(tmp_path / "pilot.qda")
    assert spans(study) == [
        ("anna", "Ann", 2, 6, "feelings/hope", "hope"),
        ("bram", "Ann", 2, 6, "feelings/hope", "hope"),
        ("bram", "Ann", 2, 9, "feelings/hope", "hope so"),
        ("unknown", "Ann", 16, 22, "feelings/hope", "waited"),
    ]
    assert study.participants.astype(object).fillna("").to_dict("records") == [
        {"participant": "P1", "Age": 34, "Job": "nurse", "folder": "Day one"},
        {"participant": "P2", "Age": 58, "Job": "", "folder": ""},
    ]
    assert study.documents[["document", "participant", "kind"]].astype("str").to_numpy().tolist() == [
        ["Ann", "P1", "text"],
        ["Bo", "P2", "text"],
        ["room", "P1", "picture"],
    ]
    assert study.memos[["participant", "text"]].astype("str").to_numpy().tolist() == [["P1", "A nurse\nmet twice"]]
    assert study.about.notes == ("Our aim",)
    assert study.about.imported[0].startswith("pilot.qda: a QualCoder v2 project: 3 documents, 2 participants, 2 codes")
    assert [note for note in study.about.imported if note.startswith("Not")] == [
        "Not represented: 1 coding of a file or with a code that was deleted."
    ]
