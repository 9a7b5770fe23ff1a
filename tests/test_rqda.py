"""RQDA projects: what is deleted stays out, drifted codings stand where their words are, coders are the owners."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from helpers.errors import StudyError
from helpers.exchange import rqda, taguette

TEXT = "I hope so. 😀 Ann said yes.\nWe waited for an hour."
COLUMNS = {
    "source": "name text, id integer, file text, memo text, owner text, date text, dateM text, status integer",
    "freecode": "name text, memo text, owner text, date text, dateM text, id integer, status integer, color text",
    "treecode": "cid integer, catid integer, date text, dateM text, memo text, status integer, owner text",
    "treefile": "fid integer, catid integer, date text, dateM text, memo text, status integer, owner text",
    "filecat": "name text, fid integer, catid integer, owner text, date text, dateM text, memo text, status integer",
    "codecat": "name text, cid integer, catid integer, owner text, date text, dateM text, memo text, status integer",
    "coding": "cid integer, fid integer, seltext text, selfirst real, selend real, status integer, owner text, "
    "date text, memo text",
    "coding2": "cid integer, fid integer, seltext text, selfirst real, selend real, status integer, owner text, "
    "date text, memo text",
    "project": "databaseversion text, date text, dateM text, memo text, about text, imageDir text",
    "cases": "name text, memo text, owner text, date text, dateM text, id integer, status integer",
    "caselinkage": "caseid integer, fid integer, selfirst real, selend real, status integer, owner text, date text, "
    "memo text",
    "attributes": "name text, status integer, date text, dateM text, owner text, memo text, class text",
    "caseAttr": "variable text, value text, caseID integer, date text, dateM text, owner text, status integer",
    "fileAttr": "variable text, value text, fileID integer, date text, dateM text, owner text, status integer",
    "journal": "name text, journal text, date text, dateM text, owner text, status integer",
    "annotation": "fid integer, position integer, annotation text, owner text, date text, dateM text, status integer",
    "image": "name text, id integer, date text, dateM text, owner text, status integer",
    "imageCoding": "cid integer, iid integer, x1 integer, y1 integer, x2 integer, y2 integer, memo text, date text, "
    "dateM text, owner text, status integer",
}


@pytest.fixture
def project(tmp_path):
    """Write a project of rows; every row has status 1 unless it says otherwise. Give its path."""

    def write(*rows, without=()) -> Path:
        path = tmp_path / "pilot.rqda"
        db = sqlite3.connect(path)
        for table, columns in COLUMNS.items():
            if table not in without:
                db.execute(f"CREATE TABLE {table} ({columns})")
        db.execute("INSERT INTO project (databaseversion, memo) VALUES ('0.2.2', 'Our aim')")
        for table, row in rows:
            row = {"status": 1} | row
            marks = ", ".join("?" * len(row))
            db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
        db.commit()
        db.close()
        return path

    return write


def file(number=1, name="Ann", text=TEXT, **more):
    return "source", {"id": number, "name": name, "file": text, **more}


def code(number=1, name="Hope", **more):
    return "freecode", {"id": number, "name": name, **more}


def coding(start, end, words=None, cid=1, fid=1, owner="anna", table="coding", **more):
    words = TEXT[start:end] if words is None else words
    row = {"cid": cid, "fid": fid, "seltext": words, "selfirst": float(start), "selend": float(end), "owner": owner}
    return table, row | more


def coded(study):
    frame = study.codings.astype({"coder": "str", "code": "str", "document": "str"})
    return frame[["coder", "document", "start", "end", "code", "quote"]].astype(object).to_numpy().tolist()


def test_two_coders_categories_and_what_was_deleted(project):
    study = rqda.read(
        project(
            file(),
            file(2, "Gone", status=0),
            code(1, "Hope", memo="Looks forward", color="#1b9e77"),
            code(2, "Waiting", color="antiquewhite4"),
            code(3, "Dropped", status=0),
            ("codecat", {"name": "Feelings", "catid": 1, "memo": "felt"}),
            ("codecat", {"name": "Acts", "catid": 2}),
            ("codecat", {"name": "Old", "catid": 3, "status": 0}),
            ("treecode", {"cid": 1, "catid": 1}),
            ("treecode", {"cid": 1, "catid": 2}),
            ("treecode", {"cid": 2, "catid": 3}),
            ("treecode", {"cid": 2, "catid": 1, "status": 0}),
            coding(2, 6, memo="at once", date="Mon Oct 28 08:11:36 2019"),
            coding(2, 6, owner="bram"),
            coding(13, 16, cid=2, status=0),
            coding(13, 16, cid=3),
            coding(0, 3, fid=2),
            coding(30, 36, cid=2),
        )
    )
    assert study.name == "pilot"
    assert study.about.notes == ("Our aim",)
    assert study.codes[["code", "parent", "definition", "colour"]].astype("str").to_numpy().tolist() == [
        ["feelings", "", "felt", ""],
        ["acts", "", "", ""],
        ["acts/hope", "acts", "Looks forward", "#1b9e77"],
        ["waiting", "", "", ""],
    ]
    assert coded(study) == [
        ["anna", "Ann", 2, 6, "acts/hope", "hope"],
        ["bram", "Ann", 2, 6, "acts/hope", "hope"],
        ["anna", "Ann", 30, 36, "waiting", "waited"],
    ]
    assert study.codings.loc[0, ["memo", "created"]].tolist() == ["at once", "2019-10-28 08:11:36"]
    assert study.about.imported == (
        "pilot.rqda: an RQDA project (schema 0.2.2): 1 document, 1 participant, 4 codes, 3 codings by 2 coders.",
        "deleted in RQDA but still in the file, and left out: 1 category, 1 place in a category, 1 code, 1 file, "
        "1 coding, 2 codings of a deleted file or code.",
        "2 of 2 text selections begin and end on word boundaries, counted in code points; "
        "counted in UTF-16 units, 1 would.",
        "2 quotes kept beside the positions confirm them.",
        "Inferred: 2 categories became codes above the codes in them.",
        "Inferred: 1 code ('Hope (Acts, Feelings)') in several categories: under the first by name.",
        "Inferred: 1 participant of 1 document: the project has no cases, so each document is one person; "
        "documents.csv says otherwise where that is wrong.",
        "Not represented: the colour of 1 code ('Waiting'), which is not of the form #1b9e77.",
    )


def test_a_coding_whose_place_cannot_be_read_is_kept_and_told(project):
    rows = [
        coding(2, 6),
        coding(2, 6, selfirst=None),
        coding(-3, 6, "fear"),
        coding(900, 950, "gone"),
        coding(6, 2, ""),
    ]
    study = rqda.read(project(file(), code(), *rows, coding(0, 1, selfirst="x", cid=9)))
    assert coded(study)[0] == ["anna", "Ann", 2, 6, "hope", "hope"]
    assert study.codings["start"].isna().tolist() == [False, True, True, True, True]
    assert study.codings["quote"].tolist() == ["hope", "hope", "fear", "gone", ""]
    told = "\n".join(study.about.imported)
    assert "Not represented: the places of 1 coding, which the file does not say in numbers: kept as codings" in told
    assert "they speak of the whole document: 'Ann' at -3: “fear”; 'Ann' at 900: “gone”; 'Ann' at 6: “”." in told


def test_a_row_from_before_there_was_a_status_stands(project):
    assert len(rqda.read(project(file(status=None), code(status=None), coding(2, 6, status=None))).codings) == 1


def test_drifted_codings_stand_where_their_words_are(project):
    study = rqda.read(project(file(), code(), coding(4, 8, "hope"), coding(40, 44, "Ann "), coding(1, 4, "never said")))
    assert [row[2:] for row in coded(study)] == [
        [2, 6, "hope", "hope"],
        [13, 17, "hope", "Ann "],
        [1, 4, "hope", ""],
    ]
    moved, kept = study.about.imported[-2:]
    assert moved == (
        "Inferred: 2 selections whose words stand elsewhere in the edited text were moved to the nearest place of "
        "these words: 'Ann' at 4: “hope”; 'Ann' at 40: “Ann”."
    )
    assert kept == (
        "Inferred: 1 selection whose words are not in the text any more stay at their positions, without quote: "
        "'Ann' at 1: “never said”."
    )


def test_cases_attributes_and_file_categories(project):
    study = rqda.read(
        project(
            file(1, "a"),
            file(2, "b"),
            file(3, "group"),
            ("cases", {"name": "Ann", "id": 1}),
            ("cases", {"name": "Bo", "id": 2}),
            ("cases", {"name": "Gone", "id": 3, "status": 0}),
            ("caselinkage", {"caseid": 1, "fid": 1, "selfirst": 0.0, "selend": float(len(TEXT))}),
            ("caselinkage", {"caseid": 2, "fid": 2, "selfirst": 0.0, "selend": float(len(TEXT))}),
            ("caselinkage", {"caseid": 1, "fid": 3, "selfirst": 0.0, "selend": 10.0}),
            ("caselinkage", {"caseid": 2, "fid": 3, "selfirst": 13.0, "selend": 26.0}),
            ("caselinkage", {"caseid": 2, "fid": 3, "selfirst": 27.0, "selend": 30.0, "status": 0}),
            ("attributes", {"name": "Age", "class": "numeric"}),
            ("caseAttr", {"variable": "Age", "value": "34", "caseID": 1}),
            ("caseAttr", {"variable": "Age", "value": "58", "caseID": 2}),
            ("caseAttr", {"variable": "Age", "value": "99", "caseID": 3}),
            ("fileAttr", {"variable": "Round", "value": "first", "fileID": 1}),
            ("fileAttr", {"variable": "Round", "value": "second", "fileID": 3}),
            ("filecat", {"name": "Town", "catid": 1}),
            ("treefile", {"fid": 1, "catid": 1}),
        )
    )
    assert study.participants.fillna("").to_dict("records") == [
        {"participant": "Ann", "Age": 34, "file category": "Town"},
        {"participant": "Bo", "Age": 58, "file category": ""},
    ]
    documents = study.documents[["document", "participant", "Round (variable)"]].fillna("").astype("str")
    assert documents.to_numpy().tolist() == [["a", "Ann", "first"], ["b", "Bo", ""], ["group", "", "second"]]
    turns = study.turns[["document", "start", "end", "participant"]].astype({"document": "str", "participant": "str"})
    assert turns.to_numpy().tolist() == [["group", 0, 10, "Ann"], ["group", 13, 26, "Bo"]]


def test_pictures_and_what_has_no_place(project):
    study = rqda.read(
        project(
            file(memo="heard twice"),
            code(),
            ("image", {"name": "room.png", "id": 1}),
            ("imageCoding", {"cid": 1, "iid": 1, "x1": 1, "y1": 2, "x2": 30, "y2": 40, "owner": "anna"}),
            ("annotation", {"fid": 1, "position": 3, "annotation": "look", "owner": "anna"}),
            ("journal", {"name": "Day 1", "journal": "…", "date": "Mon Oct 28 08:11:36 2019"}),
            ("journal", {"name": "Day 2", "journal": "…"}),
            ("cases", {"name": "Ann", "id": 1, "memo": "shy"}),
        )
    )
    assert study.documents[["document", "kind", "memo"]].fillna("").astype("str").to_numpy().tolist() == [
        ["Ann", "text", "heard twice"],
        ["room", "picture", ""],
    ]
    assert study.codings["locator"].tolist() == ["rectangle from 1, 2 to 30, 40 pixels"]
    memos = study.memos.fillna({"start": -1})[
        ["document", "start", "participant", "title", "text", "author", "created"]
    ]
    assert memos.astype("str").to_numpy().tolist() == [
        ["", "-1", "Ann", "", "shy", "", ""],
        ["", "-1", "", "Day 1", "…", "", "2019-10-28 08:11:36"],
        ["", "-1", "", "Day 2", "…", "", ""],
        ["Ann", "3", "", "", "look", "anna", ""],
    ]
    assert not any("Not represented" in note for note in study.about.imported)


def test_an_early_schema_has_fewer_tables(project):
    early = ("caseAttr", "fileAttr", "attributes", "journal", "annotation", "image", "imageCoding", "coding2")
    assert coded(rqda.read(project(file(), code(), coding(2, 6), without=early))) == [
        ["anna", "Ann", 2, 6, "hope", "hope"]
    ]


def test_files_of_one_name_are_kept_apart(project):
    other = "Nobody can hope here."
    study = rqda.read(project(file(), file(2, "Ann", other), code(), coding(2, 6), coding(2, 6, "hope", fid=2)))
    assert [row[1:4] for row in coded(study)] == [["Ann", 2, 6], ["Ann-2", 11, 15]]


def test_only_its_own_databases_are_recognised(project, tmp_path):
    path = project()
    assert rqda.recognises(path) and not taguette.recognises(path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(StudyError, match=r"^pilot\.rqda: cannot be read to its end .* Open it in RQDA"):
        rqda.read(path)
    (tmp_path / "text.rqda").write_text("text")
    assert not rqda.recognises(tmp_path / "text.rqda")


def test_damaged_databases_give_a_study_or_one_clear_error(project):
    """A fixed number of rounds: cut short, or with bytes changed anywhere."""
    path = project(file(), code(), coding(2, 6), coding(11, 14, owner="bram"))
    whole, dice = path.read_bytes(), random.Random(5)
    outcomes = {"study": 0, "error": 0}
    for number in range(60):
        data = bytearray(whole[: dice.randrange(len(whole))] if number % 3 == 0 else whole)
        for _ in range(dice.randrange(1, 25) if len(data) > 16 else 0):
            data[dice.randrange(16, len(data))] = dice.randrange(256)
        path.write_bytes(data)
        try:
            rqda.read(path)
            outcomes["study"] += 1
        except StudyError as error:
            assert str(error)
            outcomes["error"] += 1
    assert min(outcomes.values()) > 5


def test_two_coders_of_one_passage_are_two_codings_and_a_copy_of_one_is_not(project):
    again = [coding(2, 6, owner="bram", memo="sure"), coding(2, 6, owner="bram")]
    study = rqda.read(project(file(), code(), coding(2, 6), *again))
    assert study.codings[["coder", "start", "end", "memo"]].astype("str").to_numpy().tolist() == [
        ["anna", "2", "6", ""],
        ["bram", "2", "6", "sure"],
    ]
    assert "1 coding that the file has twice counts once." in study.about.imported


def test_what_r_does_not_know_and_what_was_deleted_with_its_attribute_is_unknown(project):
    study = rqda.read(
        project(
            file(),
            code(),
            coding(2, 6),
            ("cases", {"id": 1, "name": "Ann"}),
            ("caselinkage", {"caseid": 1, "fid": 1, "selfirst": 0, "selend": len(TEXT)}),
            ("attributes", {"name": "age"}),
            ("attributes", {"name": "sex"}),
            ("attributes", {"name": "old", "status": 0}),
            ("caseAttr", {"variable": "age", "value": "34", "caseID": 1}),
            ("caseAttr", {"variable": "sex", "value": "NA", "caseID": 1}),
            ("caseAttr", {"variable": "old", "value": "x", "caseID": 1}),
        )
    )
    assert study.participants.astype(object).fillna("").to_dict("records") == [
        {"participant": "Ann", "age": 34, "sex": ""}
    ]
    assert any("1 value" in note for note in study.about.imported if "deleted in RQDA" in note)


def test_who_coded_a_second_time_under_the_same_name_is_a_coder_of_their_own(project):
    """RQDA's second table is for coding again; its rows carry the log-in name, which may be that of the first coder."""
    path = project(
        file(),
        code(),
        code(2, "Waiting"),
        coding(2, 6),
        coding(2, 6, table="coding2"),
        coding(30, 36, cid=2, table="coding2"),
        coding(30, 36, cid=2, owner="bram", table="coding2"),
    )
    study = rqda.read(path)
    assert [row[0] for row in coded(study)] == ["anna", "anna (second coding)", "anna (second coding)", "bram"]
    assert (
        "Inferred: 2 codings in the table of second codings by 'anna', who coded in the first too: of a coder of their "
        "own; an alias joins them."
    ) in study.about.imported
    merged = rqda.read(path, aliases={"anna (second coding)": "anna"})
    assert [row[0] for row in coded(merged)] == ["anna", "anna", "bram"]


def test_the_character_before_a_passage_is_no_part_of_the_words_kept_when_a_text_was_edited(project):
    """RQDA counts from 0 and takes the words out of an edited text with a function that counts from 1."""
    text = "She said: “Hope (or fear) is all.”"
    rows = [coding(11, 15, "“Hope"), coding(17, 24, "(or fear"), coding(0, 3, "She"), coding(25, 33, "is all.”")]
    study = rqda.read(project(file(text=text), code(), *rows))
    assert [row[2:] for row in coded(study)] == [
        [11, 15, "hope", "Hope"],
        [17, 24, "hope", "or fear"],
        [0, 3, "hope", "She"],
        [26, 34, "hope", "is all.”"],
    ]
    assert "3 quotes kept beside the positions confirm them." in study.about.imported


def test_memos_that_r_wrote_for_none_are_none(project):
    """RQDA joins the memos of codings that it makes one, and R writes NA for each that is not there."""
    study = rqda.read(
        project(
            file(memo="NA"),
            code(memo="NA"),
            coding(2, 6, memo="NANA"),
            coding(13, 16, memo="NA\nsure?"),
            coding(30, 36, memo="NATO"),
            ("annotation", {"fid": 1, "position": 3, "annotation": "NA"}),
        )
    )
    assert study.codings["memo"].fillna("").tolist() == ["", "sure?", "NATO"]
    assert study.codes["definition"].tolist() == [""]
    assert "memo" not in study.documents
    assert not len(study.memos)


def test_what_is_said_of_attributes_and_file_categories_is_a_memo(project):
    when = "Mon Oct 28 08:11:36 2019"
    study = rqda.read(
        project(
            file(),
            ("attributes", {"name": "age", "memo": "in years", "owner": "anna", "date": when}),
            ("attributes", {"name": "sex"}),
            ("filecat", {"name": "Town", "catid": 1, "memo": "where we met"}),
        )
    )
    assert study.memos[["title", "text", "author", "created"]].fillna("").to_numpy().tolist() == [
        ["Town", "where we met", "", ""],
        ["age", "in years", "anna", "2019-10-28 08:11:36"],
    ]
