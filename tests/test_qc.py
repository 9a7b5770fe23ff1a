"""Projects of qualitative-coding: lines of a corpus, codes of a YAML tree, coders of a database."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pandas as pd
import pytest

from helpers.errors import StudyError
from helpers.exchange import qc

MACBETH = "Tomorrow, and tomorrow,\r\nCreeps in this petty pace\n\nTo the last syllable 😀"
SETTINGS = """\
codebook: codebook.yaml
corpus_dir: corpus
database: qualitative_coding.sqlite3
editor: code
logs_dir: logs
memos_dir: memos
qc_version: 1.6.0
"""
CODEBOOK = """\
- time:
    - tomorrow
    - past
- pace   # how fast
- 2020
"""
SCHEMA = """
CREATE TABLE document (file_path VARCHAR NOT NULL PRIMARY KEY, file_hash VARCHAR NOT NULL);
CREATE TABLE document_index (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR, time_series BOOLEAN, document_id VARCHAR);
CREATE TABLE location (id INTEGER NOT NULL PRIMARY KEY, start_line INTEGER, end_line INTEGER,
    document_index_id VARCHAR);
CREATE TABLE code (name VARCHAR NOT NULL PRIMARY KEY);
CREATE TABLE coder (name VARCHAR NOT NULL PRIMARY KEY);
CREATE TABLE coded_line (id INTEGER NOT NULL PRIMARY KEY, line INTEGER, coder_id VARCHAR, code_id VARCHAR);
CREATE TABLE coded_line_location_association (coded_line_id INTEGER, location_id INTEGER,
    PRIMARY KEY (coded_line_id, location_id));
"""


@pytest.fixture
def project(tmp_path):
    """Write a project: the corpus, and (document, line, coder, code) for each coded line. Give its folder."""

    def write(*lines, corpus=None, settings=SETTINGS, codebook=CODEBOOK, hashes=None, more=()) -> Path:
        home = tmp_path / "macbeth"
        (home / "corpus" / "will").mkdir(parents=True)
        corpus = {"will/macbeth.txt": MACBETH.encode()} if corpus is None else corpus
        (home / "settings.yaml").write_text(settings)
        (home / "codebook.yaml").write_text(codebook)
        db = sqlite3.connect(home / "qualitative_coding.sqlite3")
        db.executescript(SCHEMA)
        for number, (name, data) in enumerate(corpus.items(), 1):
            if data is not None:
                (home / "corpus" / name).write_bytes(data)
            digest = (hashes or {}).get(name) or hashlib.sha1(data or b"").hexdigest()
            db.execute("INSERT INTO document VALUES (?, ?)", [name, digest])
            db.execute("INSERT INTO document_index VALUES (?, 'paragraphs', 0, ?)", [number, name])
            db.execute("INSERT INTO location VALUES (?, 0, 99, ?)", [number, number])
        for number, (name, line, coder, code) in enumerate(lines, 1):
            db.execute("INSERT OR IGNORE INTO coder VALUES (?)", [coder])
            db.execute("INSERT INTO coded_line VALUES (?, ?, ?, ?)", [number, line, coder, code])
            at = list(corpus).index(name) + 1
            db.execute("INSERT INTO coded_line_location_association VALUES (?, ?)", [number, at])
        for sql in more:
            db.execute(sql)
        db.commit()
        db.close()
        return home

    return write


def coded(study):
    frame = study.codings.astype({"coder": "str", "code": "str", "document": "str"})
    return frame[["coder", "document", "start", "end", "code", "quote"]].astype(object).to_numpy().tolist()


PLAY = "will/macbeth.txt"


def test_a_coded_line_is_a_coding_of_that_line(project):
    study = qc.read(
        project((PLAY, 0, "cp", "tomorrow"), (PLAY, 1, "cp", "pace"), (PLAY, 2, "ab", "past"), (PLAY, 3, "ab", "time"))
    )
    assert study.name == "macbeth"
    assert study.documents[["document", "name", "text"]].to_numpy().tolist() == [["will-macbeth", PLAY, MACBETH]]
    assert study.codes[["code", "name", "parent"]].astype("str").to_numpy().tolist() == [
        ["time", "time", ""],
        ["time/tomorrow", "tomorrow", "time"],
        ["time/past", "past", "time"],
        ["pace", "pace", ""],
        ["2020", "2020", ""],
    ]
    assert coded(study) == [
        ["cp", "will-macbeth", 0, 23, "time/tomorrow", "Tomorrow, and tomorrow,"],
        ["cp", "will-macbeth", 25, 50, "pace", "Creeps in this petty pace"],
        ["ab", "will-macbeth", 51, 51, "time/past", ""],
        ["ab", "will-macbeth", 52, 74, "time", "To the last syllable 😀"],
    ]
    assert study.about.imported[0] == (
        "macbeth: a project of qualitative-coding (qc 1.6.0): "
        "1 document, 1 participant, 5 codes, 4 codings by 2 coders."
    )


def test_the_settings_alone_are_the_same_project(project):
    home = project((PLAY, 0, "cp", "pace"))
    assert coded(qc.read(home / "settings.yaml")) == coded(qc.read(home))
    assert qc.recognises(home) and qc.recognises(home / "settings.yaml")
    assert not qc.recognises(home / "corpus") and not qc.recognises(home / "codebook.yaml")


def test_what_does_not_fit_together_is_told(project):
    home = project(
        (PLAY, 0, "cp", "new"),
        (PLAY, 40, "cp", "pace"),
        ("gone.txt", 3, "cp", "pace"),
        ("old.txt", 0, "cp", "pace"),
        corpus={PLAY: MACBETH.encode(), "gone.txt": None, "old.txt": "Müd\n".encode("cp1252")},
        codebook="- pace\n- time:\n  - pace\n",
        hashes={"old.txt": "0" * 40},
        more=["INSERT INTO coded_line VALUES (99, 1, 'cp', 'pace')", "INSERT INTO coder VALUES ('idle')"],
    )
    (home / "memos").mkdir()
    (home / "memos" / "day1.md").write_text("…")
    study = qc.read(home)
    assert study.documents["document"].tolist() == ["will-macbeth", "gone", "old"]
    assert study.codings.loc[:, "locator"].tolist() == ["", "line 41", "line 4", ""]
    assert coded(study)[3] == ["cp", "old", 0, 3, "pace", "Müd"]
    assert set(study.coders["coder"].astype("str")) == {"cp", "idle"}
    assert [note for note in study.about.imported if "participant" not in note and "quote" not in note][1:] == [
        "Inferred: 1 code ('pace') in several places of codebook.yaml: the first one counts.",
        "Inferred: 1 text ('old.txt') changed since qc read them: lines may have moved.",
        "Inferred: 1 text ('old.txt') not in UTF-8, read as Windows-1252: look at their accents.",
        "Inferred: 1 code ('new') used without being in the codebook, entered at its top.",
        "Not represented: 1 text ('gone.txt') not in the corpus; codings of them say the line, and speak of the whole.",
        "Not represented: 1 coded line beyond the end of 1 text ('will/macbeth.txt'); they speak of the whole text.",
        "Not represented: 1 coded line of no document.",
    ]


def test_all_that_is_broken_is_told_at_once(project):
    home = project(
        settings=SETTINGS.replace("database: q", "database: ../q").replace("corpus_dir: corpus", "corpus_dir: /etc"),
        codebook="- a\n- {b: [",
    )
    with pytest.raises(StudyError) as error:
        qc.read(home)
    title, *lines = str(error.value).split("\n  ")
    assert title == "macbeth: 3 problems"
    assert sorted(lines)[1:] == [
        "settings.yaml: corpus_dir is '/etc', outside the project's folder, and was not opened; "
        "move it into the folder",
        "settings.yaml: database is '../qualitative_coding.sqlite3', outside the project's folder, and was not opened; "
        "move it into the folder",
    ]
    assert sorted(lines)[0].startswith("codebook.yaml: cannot be read: while parsing a flow node")


def test_texts_outside_the_corpus_are_not_opened(project, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    home = project(("../../secret.txt", 0, "cp", "pace"), corpus={"../../secret.txt": None})
    assert qc.read(home).documents["text"].tolist() == [""]


@pytest.mark.parametrize(
    ("codebook", "why"),
    [
        ("a: &a [x, x]\nb: *a\n", "it refers to another place in itself"),
        ("- " * 3000 + "x", "nested too deeply"),
        ("- !!python/object:os.system x\n- \x07", "unacceptable character"),
        ("- x\n" * 400_000, "it is larger than 1 MB"),
    ],
)
def test_codebooks_made_to_harm(project, codebook, why):
    with pytest.raises(StudyError, match=rf"codebook\.yaml: cannot be read: .*{why}"):
        qc.read(project(codebook=codebook))


def test_a_tag_makes_no_object(project):
    study = qc.read(project(codebook="- !!python/name:os.system x\n"))
    assert study.codes["name"].tolist() == ["x"]


def test_early_and_unfinished_projects(project):
    home = project(settings="qc_version: 0.2.3\ncodes_dir: codes\ncorpus_dir: corpus\n")
    with pytest.raises(StudyError, match=r"is of a version before 1\.0; bring the project up to date: qc upgrade"):
        qc.read(home)
    (home / "settings.yaml").write_text("just words")
    with pytest.raises(StudyError, match=r"settings\.yaml: is not a list of settings and their values"):
        qc.read(home)
    (home / "settings.yaml").write_text(SETTINGS)
    (home / "qualitative_coding.sqlite3").unlink()
    with pytest.raises(StudyError, match=r"qualitative_coding\.sqlite3: is missing"):
        qc.read(home)


def test_the_database_in_the_project_s_folder_is_the_project(project):
    home = project((PLAY, 0, "anna", "past"))
    database = home / "qualitative_coding.sqlite3"
    assert qc.recognises(database)
    pd.testing.assert_frame_equal(qc.read(database).codings, qc.read(home).codings)
    alone = home.parent / "elsewhere.sqlite3"
    alone.write_bytes(database.read_bytes())
    assert not qc.recognises(alone)
