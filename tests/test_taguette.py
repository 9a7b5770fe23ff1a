"""Taguette databases: bytes for positions, coders from the log of commands, tags in levels."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import StudyError
from helpers.exchange import rqda, taguette
from helpers.exchange.taguette import from_bytes, levels, stripped
from helpers.exchange.taguette_log import Log

SAMPLE = Path(os.environ.get("THEMEBOOK_SAMPLES") or "samples-are-not-given") / "taguette/sample-project.sqlite3"
SCHEMA = """
CREATE TABLE users (login VARCHAR(30) NOT NULL PRIMARY KEY, created DATETIME, hashed_password VARCHAR(192));
CREATE TABLE projects (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL, description TEXT NOT NULL,
    created DATETIME);
CREATE TABLE project_members (project_id INTEGER, user_login VARCHAR(30), privileges VARCHAR(11));
CREATE TABLE documents (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL, description TEXT NOT NULL,
    filename VARCHAR(200), created DATETIME, project_id INTEGER NOT NULL, text_direction VARCHAR(13), contents TEXT);
CREATE TABLE commands (id INTEGER NOT NULL PRIMARY KEY, date DATETIME, user_login VARCHAR(30) NOT NULL,
    project_id INTEGER NOT NULL, document_id INTEGER, payload TEXT NOT NULL);
CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY, project_id INTEGER NOT NULL, path VARCHAR(200) NOT NULL,
    description TEXT NOT NULL);
CREATE TABLE highlights (id INTEGER NOT NULL PRIMARY KEY, document_id INTEGER NOT NULL, start_offset INTEGER NOT NULL,
    end_offset INTEGER NOT NULL, snippet TEXT NOT NULL);
CREATE TABLE highlight_tags (highlight_id INTEGER NOT NULL, tag_id INTEGER NOT NULL);
"""
HTML = "<p>Ça va, <b>señora</b>? 😀</p>\r\n<p>I hope &amp; wait.</p>"
WORDS = "Ça va, señora? 😀\nI hope & wait."


@pytest.fixture
def project(tmp_path):
    """Write a database with one project and one document, and what else is given; give its path."""

    def write(*statements, html=HTML, name="Pilot") -> Path:
        path = tmp_path / "export.sqlite3"
        db = sqlite3.connect(path)
        db.executescript(SCHEMA)
        db.execute("INSERT INTO projects VALUES (1, ?, 'What we ask', '2024-06-21')", [name])
        db.execute(
            "INSERT INTO documents VALUES (1, 'Ann', 'first visit', 'ann.docx', '', 1, 'LEFT_TO_RIGHT', ?)", [html]
        )
        for sql, *values in statements:
            db.execute(sql, values)
        db.commit()
        db.close()
        return path

    return write


def tag(number, path, description="", project=1):
    return "INSERT INTO tags VALUES (?, ?, ?, ?)", number, project, path, description


def highlight(number, words, *tags, snippet=None, shift=0):
    """A highlight of these words, in bytes, as Taguette stores it."""
    start = len(WORDS[: WORDS.index(words)].encode()) + shift
    row = (number, 1, start, start + len(words.encode()), f"<p>{snippet or words}</p>".replace("&", "&amp;"))
    yield "INSERT INTO highlights VALUES (?, ?, ?, ?, ?)", *row
    for one in tags:
        yield "INSERT INTO highlight_tags VALUES (?, ?)", number, one


def command(user, kind, date="2024-07-12 13:58:03.310065", document=1, **payload):
    sql = "INSERT INTO commands (date, user_login, project_id, document_id, payload) VALUES (?, ?, 1, ?, ?)"
    return sql, date, user, document, json.dumps({"type": kind, **payload})


def coded(study):
    frame = study.codings.astype({"coder": "str", "code": "str"})
    return frame[["coder", "start", "end", "code", "quote"]].astype(object).to_numpy().tolist()


def test_positions_are_bytes_of_the_text_without_tags(project):
    study = taguette.read(project(tag(1, "greets"), *highlight(1, "señora", 1), *highlight(2, "hope & wait", 1)))
    assert study.name == "export"
    assert (study.about.title, study.about.notes) == ("Pilot", ("What we ask",))
    assert study.documents["text"].tolist() == [WORDS]
    assert study.documents["memo"].tolist() == ["first visit"]
    assert coded(study) == [
        ["unknown", 7, 13, "greets", "señora"],
        ["unknown", 19, 30, "greets", "hope & wait"],
    ]
    assert study.about.imported == (
        "export.sqlite3: the Taguette project 'Pilot': 1 document, 1 participant, 1 code, 2 codings by 1 coder.",
        "2 of 2 text selections begin and end on word boundaries, counted in UTF-8 bytes; counted in code points, "
        "0 would.",
        "2 quotes kept beside the positions confirm them.",
        "Inferred: 2 codings that the log of commands does not mention: their coder is called 'unknown'.",
        "Inferred: 1 participant of 1 document: the project has no cases, so each document is one person; "
        "documents.csv says otherwise where that is wrong.",
    )


def test_the_coder_is_whoever_put_the_tag_there_first(project):
    """Bram adds a second tag to Anna's highlight; Carl merges a tag; a highlight made again is made anew."""
    path = project(
        tag(1, "hope"),
        tag(2, "plan"),
        *highlight(1, "hope", 1, 2),
        *highlight(2, "wait", 2),
        *highlight(3, "va", 1),
        command("anna", "highlight_add", highlight_id=1, start_offset=1, end_offset=2, tags=[1]),
        command("bram", "highlight_add", "2024-08-01 09:00:00", highlight_id=1, tags=[1, 2]),
        command("anna", "highlight_add", highlight_id=2, tags=[9]),
        command("carl", "tag_merge", src_tag_id=9, dest_tag_id=2),
        command("anna", "highlight_add", highlight_id=3, tags=[1]),
        command("anna", "highlight_delete", highlight_id=3),
        command("bram", "highlight_add", highlight_id=3, tags=[1]),
        ("INSERT INTO commands (date, user_login, project_id, payload) VALUES ('', 'x', 1, '{broken')",),
    )
    study = taguette.read(path)
    assert [(row[0], row[3], row[4]) for row in coded(study)] == [
        ("anna", "hope", "hope"),
        ("bram", "plan", "hope"),
        ("anna", "plan", "wait"),
        ("bram", "hope", "va"),
    ]
    assert study.codings["created"].tolist()[:2] == ["2024-07-12 13:58:03", "2024-08-01 09:00:00"]
    assert "Not represented: 1 command of the project's log that cannot be read." in study.about.imported


def test_a_number_that_came_again_says_nothing_of_who_had_it_before(project):
    """Before 1.0, what was deleted left its number to the next: a highlight with its document, and a tag."""
    study = taguette.read(
        project(
            tag(1, "hope"),
            tag(2, "plan"),
            *highlight(1, "hope", 1),
            *highlight(2, "wait", 1, 2),
            command("anna", "highlight_add", document=2, highlight_id=1, tags=[1]),
            command("anna", "highlight_add", highlight_id=2, tags=[1, 2]),
            command("anna", "document_delete", document=2),
            command("anna", "tag_delete", document=None, tag_id=2),
            command("bram", "highlight_add", highlight_id=1, tags=[1]),
            command("bram", "highlight_add", highlight_id=2, tags=[1, 2]),
        )
    )
    assert [(row[0], row[3], row[4]) for row in coded(study)] == [
        ("bram", "hope", "hope"),
        ("anna", "hope", "wait"),
        ("bram", "plan", "wait"),
    ]


def test_a_log_of_many_deletions_is_replayed_in_time():
    log, started = Log(), time.process_time()
    for number in range(20_000):
        log.replay("anna", "", {"type": "highlight_add", "highlight_id": number, "tags": [1, 2]}, 1)
    for number in range(20_000):
        log.replay("anna", "", {"type": "tag_delete", "tag_id": number + 2})
        log.replay("anna", "", {"type": "tag_merge", "src_tag_id": number + 2, "dest_tag_id": 1})
        log.replay("anna", "", {"type": "document_delete"}, number + 2)
    assert log.by[7] == {1: ("anna", "")}
    assert time.process_time() - started < 20


def test_words_that_begin_before_the_highlight_do_not_move_it(project):
    """Up to 1.4.1, beside a newer HTML library, the words kept began with all that stands before in the paragraph."""
    study = taguette.read(
        project(tag(1, "hope"), *highlight(1, "wait", 1, snippet="I hope & wait"), *highlight(2, "señora", 1))
    )
    assert [row[1:] for row in coded(study)] == [[26, 30, "hope", "wait"], [7, 13, "hope", "señora"]]
    assert study.about.imported[2:4] == (
        "2 quotes kept beside the positions confirm them.",
        "Inferred: 1 highlight whose kept words begin with what stands before it, a fault of some versions of "
        "Taguette: the position counts.",
    )


def test_an_export_keeps_the_coder_of_a_tag_that_was_merged_into_another(project):
    """The export renames every tag of its log but the one that others were merged into."""
    study = taguette.read(
        project(
            tag(2, "hope"),
            *highlight(1, "hope", 2),
            *highlight(2, "wait", 2),
            command("admin", "highlight_add", highlight_id=1, tags=[-9]),
            command("admin", "highlight_add", highlight_id=2, tags=[2]),
            command("admin", "tag_merge", src_tag_id=-9, dest_tag_id=14),
        )
    )
    assert study.coders["name"].tolist() == ["admin"]
    assert study.codings["created"].tolist() == ["2024-07-12 13:58:03"] * 2
    assert not any("does not mention" in note for note in study.about.imported)


def test_a_highlight_that_the_log_lost_is_nobody_s_where_several_coded(project):
    rows = (tag(2, "hope"), *highlight(1, "hope", 2), *highlight(2, "wait", 2), *highlight(3, "va", 2))
    log = [command(who, "highlight_add", highlight_id=n, tags=[2]) for n, who in ((2, "ann"), (3, "bo"))]
    assert [row[0] for row in coded(taguette.read(project(*rows, *log)))] == ["unknown", "ann", "bo"]


def test_who_imported_a_project_is_told(project):
    rows = (tag(2, "hope"), *highlight(1, "hope", 2), command("ann", "highlight_add", highlight_id=1, tags=[2]))
    study = taguette.read(project(*rows, command("ann", "project_import")))
    said = "Inferred: 'ann' imported the project from an export, which hides who coded: "
    assert said + "what stood in it before is theirs here, whoever coded it." in study.about.imported


def test_an_export_hides_who_coded(project):
    path = project(
        tag(1, "hope"), *highlight(1, "hope", 1), command("admin", "highlight_add", highlight_id=1, tags=[1])
    )
    assert (
        "Inferred: the coder is 'admin', as whom Taguette exports everybody's work: people cannot be told apart."
        in taguette.read(path).about.imported
    )
    assert coded(taguette.read(path, aliases={"admin": "anna"}))[0][0] == "anna"


def test_dotted_tags_are_levels(project):
    study = taguette.read(
        project(tag(1, "fear.needles", "of them"), tag(2, "fear.needles.own"), tag(3, "v1.2"), tag(4, "e.g. x"))
    )
    assert study.codes[["code", "name", "parent", "definition"]].astype("str").to_numpy().tolist() == [
        ["fear", "fear", "", ""],
        ["fear/needles", "needles", "fear", "of them"],
        ["fear/needles/own", "own", "fear/needles", ""],
        ["v1-2", "v1.2", "", ""],
        ["e-g-x", "e.g. x", "", ""],
    ]
    assert "Inferred: 1 tag ('fear') that only stand in the paths of others became codes." in study.about.imported


def test_tags_that_point_at_the_one_above(project):
    path = project(
        ("ALTER TABLE tags ADD parent_id INTEGER",),
        ("INSERT INTO tags VALUES (1, 1, 'fear', '', NULL), (2, 1, 'a.b', '', 1), (3, 1, 'St.Pauli', '', NULL)",),
    )
    codes = taguette.read(path).codes
    assert codes[["name", "parent"]].astype("str").to_numpy().tolist() == [
        ["fear", ""],
        ["a.b", "fear"],
        ["St.Pauli", ""],
    ]


def test_collections_of_documents_and_colours_of_tags_are_kept(project):
    """LibreQDA grew out of Taguette and adds both."""
    path = project(
        ("ALTER TABLE tags ADD color VARCHAR(20)",),
        ("INSERT INTO tags VALUES (1, 1, 'fear', '', '#1b9e77')",),
        ("INSERT INTO documents SELECT 2, 'Bo', '', '', '', 1, '', contents FROM documents",),
        ("CREATE TABLE collections (id INTEGER PRIMARY KEY, name VARCHAR(200), project_id INTEGER)",),
        ("CREATE TABLE collection_documents (collection_id INTEGER, document_id INTEGER)",),
        ("INSERT INTO collections VALUES (1, 'Lyon', 1), (2, 'Nice', 1)",),
        ("INSERT INTO collection_documents VALUES (1, 1), (1, 2), (2, 2), (9, 1)",),
    )
    study = taguette.read(path)
    assert study.codes["colour"].tolist() == ["#1b9e77"]
    assert study.participants[["participant", "collection"]].astype("str").to_numpy().tolist() == [
        ["Ann", "Lyon"],
        ["Bo", "Lyon; Nice"],
    ]


def test_collections_within_others_are_told_apart(project):
    path = project(
        ("ALTER TABLE documents ADD favorite BOOLEAN",),
        ("INSERT INTO documents SELECT 2, 'Bo', '', '', '', 1, '', contents, 1 FROM documents",),
        (
            "CREATE TABLE collections (id INTEGER PRIMARY KEY, name VARCHAR(200), description TEXT, "
            "owner_login VARCHAR(255), project_id INTEGER, parent_id INTEGER)",
        ),
        ("CREATE TABLE collection_documents (collection_id INTEGER, document_id INTEGER)",),
        ("INSERT INTO collections VALUES (1, 'Lyon', 'in May', 'anna', 1, NULL), (2, 'Nice', '', '', 1, NULL)",),
        ("INSERT INTO collections VALUES (3, 'wave 1', '', '', 1, 1), (4, 'wave 1', 'later', '', 1, 2)",),
        ("INSERT INTO collections VALUES (5, 'X', 'of another project', '', 2, 6), (6, 'Y', '', '', 2, 5)",),
        ("INSERT INTO collection_documents VALUES (3, 1), (4, 2)",),
    )
    study = taguette.read(path)
    assert study.participants["collection"].tolist() == ["Lyon > wave 1", "Nice > wave 1"]
    assert study.memos[["title", "text", "author"]].astype("str").to_numpy().tolist() == [
        ["Collection Lyon", "in May", "anna"],
        ["Collection Nice > wave 1", "later", ""],
    ]
    assert "Not represented: which documents are favourites: 1 document." in study.about.imported


def test_highlights_without_a_tag_are_told(project):
    study = taguette.read(project(tag(1, "hope"), *highlight(1, "hope"), *highlight(2, "wait", 7)))
    assert not len(study.codings)
    assert study.about.imported[-1] == "Not represented: 2 highlights without a tag (in 'Ann')."


def test_codings_without_their_document_or_tag_are_told(project):
    other = [tag(9, "fear", project=2), ("INSERT INTO highlight_tags VALUES (8, 9)",)]  # another project's
    lost = [("INSERT INTO highlights VALUES (5, 77, 0, 2, '')",), ("INSERT INTO highlight_tags VALUES (5, 1)",)]
    study = taguette.read(project(tag(1, "hope"), *highlight(1, "I hope", 1, 4), *other, *lost))
    assert len(study.codings) == 1
    assert "Not represented: 2 codings whose document or tag is not in the file." in study.about.imported


def test_a_highlight_that_slipped_is_found_by_its_words(project):
    study = taguette.read(project(tag(1, "hope"), *highlight(1, "hope", 1, shift=-3)))
    assert coded(study) == [["unknown", 19, 23, "hope", "hope"]]
    assert any("whose words stand elsewhere in the edited text" in note for note in study.about.imported)


def test_a_server_holds_several_projects(project):
    more = (
        ("INSERT INTO projects VALUES (2, 'Second', '', '')",),
        ("INSERT INTO documents VALUES (2, 'Bo', '', '', '', 2, '', '<p>No.</p>')",),
        tag(5, "other", project=2),
    )
    path = project(tag(1, "hope"), *highlight(1, "hope", 1), *more)
    with pytest.raises(StudyError) as error:
        taguette.read(path)
    assert str(error.value) == (
        "export.sqlite3: holds several projects; choose one of 'Pilot', 'Second' (option project), "
        "or export one in Taguette."
    )
    with pytest.raises(StudyError, match=r"has no project 'Secnd'.*The nearest is 'Second'"):
        taguette.read(path, project="Secnd")
    study = taguette.read(path, project="Second")
    assert (study.documents["document"].tolist(), study.codes["code"].tolist()) == (["Bo"], ["other"])
    assert not len(study.codings)


def test_two_projects_of_one_name_are_told_apart_by_their_numbers(project):
    more = (
        ("INSERT INTO projects VALUES (2, 'Pilot', '', '')",),
        ("INSERT INTO documents VALUES (2, 'Bo', '', '', '', 2, '', '<p>No.</p>')",),
    )
    path = project(*more)
    with pytest.raises(StudyError, match=r"has no project 'Pilot'; it has 'Pilot \(no. 1\)', 'Pilot \(no. 2\)'"):
        taguette.read(path, project="Pilot")
    assert taguette.read(path, project="Pilot (no. 2)").documents["document"].tolist() == ["Bo"]


def test_only_its_own_databases_are_recognised(project, tmp_path):
    path = project()
    assert taguette.recognises(path) and not rqda.recognises(path)
    (tmp_path / "x.sqlite3").write_bytes(path.read_bytes()[:100])
    (tmp_path / "y.sqlite3").write_text("no database")
    for name in ("x.sqlite3", "y.sqlite3", "z.sqlite3", ""):
        assert not taguette.recognises(tmp_path / name)
        with pytest.raises(StudyError):
            taguette.read(tmp_path / name)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=30), st.data())
def test_bytes_and_characters_agree(words, data):
    position = data.draw(st.integers(0, len(words)))
    assert from_bytes(words, [len(words[:position].encode())]) == [position]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="ab é&<>\n😀", max_size=10), max_size=5))
def test_a_text_comes_back_from_its_html(parts):
    escaped = [p.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for p in parts]
    assert stripped("".join(f"<p>{part}</p>" for part in escaped)) == "".join(parts)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab1. ", min_size=1, max_size=12))
def test_levels_lose_nothing(path):
    assert ".".join(levels(path)) == path and all(levels(path))


@pytest.mark.skipif(not SAMPLE.is_file(), reason="THEMEBOOK_SAMPLES names no folder of real files")
def test_a_real_project():
    assert taguette.recognises(SAMPLE)
    study = taguette.read(SAMPLE)
    assert (len(study.documents), len(study.codes), len(study.codings)) == (10, 6, 24)
    assert len(study.codings[["document", "start", "end"]].drop_duplicates()) == 18
    texts = dict(zip(study.documents["document"], study.documents["text"], strict=True))
    for row in study.codings.itertuples():
        assert texts[row.document][row.start : row.end] == row.quote
    assert study.about.imported[1:3] == (
        "18 of 18 text selections begin and end on word boundaries, counted in UTF-8 bytes; counted in code points, "
        "8 would.",
        "18 quotes kept beside the positions confirm them.",
    )


def test_the_log_is_read_by_the_names_of_its_fields_until_2021(project):
    path = project(
        tag(1, "hope"),
        *highlight(1, "hope", 1),
        *highlight(2, "wait", 1),
        *highlight(3, "va", 1),
        command("anna", "highlight_add", id=1, start_offset=1, end_offset=2, tags=[1]),
        command("bram", "highlight_add", id=2, start_offset=1, end_offset=2, tags=[5]),
        command("carl", "tag_merge", src=5, dest=1),
        command("anna", "highlight_add", id=3, start_offset=1, end_offset=2, tags=[1]),
        command("carl", "highlight_delete", id=3),
        command("bram", "highlight_add", id=3, start_offset=1, end_offset=2, tags=[1]),
    )
    assert [(row[0], row[4]) for row in coded(taguette.read(path))] == [
        ("anna", "hope"),
        ("bram", "wait"),
        ("bram", "va"),
    ]


def test_a_server_without_projects_is_told(project):
    path = project()
    db = sqlite3.connect(path)
    db.execute("DELETE FROM projects")
    db.commit()
    db.close()
    with pytest.raises(StudyError, match=r"^export\.sqlite3: is a Taguette database without any project$"):
        taguette.read(path)


def test_damaged_databases_give_a_study_or_one_clear_error(project):
    """A fixed number of rounds: cut short, or with bytes changed anywhere."""
    path = project(tag(1, "hope"), *highlight(1, "hope", 1), *highlight(2, "wait", 1))
    whole, dice = path.read_bytes(), random.Random(5)
    outcomes = {"study": 0, "error": 0}
    for number in range(60):
        data = bytearray(whole[: dice.randrange(len(whole))] if number % 3 == 0 else whole)
        for _ in range(dice.randrange(1, 25) if len(data) > 16 else 0):
            data[dice.randrange(16, len(data))] = dice.randrange(256)
        path.write_bytes(data)
        try:
            taguette.read(path)
            outcomes["study"] += 1
        except StudyError as error:
            assert str(error)
            outcomes["error"] += 1
    assert min(outcomes.values()) > 5


def test_of_several_projects_the_only_one_with_documents_is_meant(project):
    path = project(
        tag(1, "hope"), *highlight(1, "hope", 1), ("INSERT INTO projects VALUES (2, 'Empty', '', '2024-06-21')",)
    )
    assert taguette.read(path).about.title == "Pilot"
    assert len(taguette.read(path, project="Empty").documents) == 0
