"""Archives of a project: opened like the project in it, and nothing is left behind or written elsewhere."""

from __future__ import annotations

import sqlite3
import tempfile
import zipfile

import pytest

from helpers.errors import StudyError
from helpers.exchange import open_study

TABLES = {
    "source": "name text, id integer, file text, status integer",
    "freecode": "name text, id integer, status integer",
    "coding": "cid integer, fid integer, seltext text, selfirst real, selend real, status integer, owner text",
}


@pytest.fixture
def rqda(tmp_path):
    """Give the bytes of an RQDA project with one coding."""
    db = sqlite3.connect(tmp_path / "made.rqda")
    for table, columns in TABLES.items():
        db.execute(f"CREATE TABLE {table} ({columns})")
    db.execute("INSERT INTO source VALUES ('Ann', 1, 'I hope so.', 1)")
    db.execute("INSERT INTO freecode VALUES ('Hope', 1, 1)")
    db.execute("INSERT INTO coding VALUES (1, 1, 'hope', 2, 6, 1, 'anna')")
    db.commit()
    db.close()
    return (tmp_path / "made.rqda").read_bytes()


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """Write an archive of files, with a folder of its own for what is temporary; give its path."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))

    def write(**members: bytes):
        path = tmp_path / "shared.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
            for name, data in members.items():
                made.writestr(name, data)
        return path

    return write


@pytest.mark.parametrize("name", ["pilot.rqda", "my study (2)/pilot.rqda", "../../pilot.rqda", "/etc/pilot.rqda"])
def test_the_project_in_an_archive_opens_wherever_it_lies_in_it(archive, rqda, tmp_path, name):
    path = archive(**{name: rqda, f"__MACOSX/._{name}": b"\0\5\x16\7", "readme.md": b"Interviews."})
    before = sorted(tmp_path.rglob("*"))
    study = open_study(path)
    assert study.name == "pilot"
    assert study.codings[["start", "end", "quote"]].astype("str").to_numpy().tolist() == [["2", "6", "hope"]]
    assert list(study.inputs) == ["shared.zip"]
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"a.rqda": 1, "b.rqda": 1}, r"^shared.zip: is an archive of several projects, 'a.rqda', 'b.rqda'; unpack it"),
        ({"photo.jpg": b"x"}, r"^'shared.zip' is an archive. Unpack it, and open the project, study folder or table"),
        (
            {"a.rqda": b"SQLite format 3\0" + b"\0" * 2_000_000},
            r"^shared.zip: 'a.rqda' unpacks to more than 1000 MB, or",
        ),
        (
            {"a.db": b"SQLite format 3\0" + bytes(range(256)) * 9},
            r"^shared.zip: 'a.db' in it is a database of no known",
        ),
    ],
)
def test_an_archive_that_cannot_be_opened_says_why(archive, rqda, members, said):
    path = archive(**{name: rqda if data == 1 else data for name, data in members.items()})
    with pytest.raises(StudyError, match=said):
        open_study(path)


def test_other_databases_of_a_qualcoder_project_are_no_projects(archive, rqda):
    path = archive(**{"pilot.qda/data.qda": rqda, "pilot.qda/ai_data/search.sqlite3": rqda})
    assert open_study(path).name == "data"  # here an RQDA project of that name


def test_a_damaged_archive_gives_one_clear_error(archive, rqda):
    path = archive(**{"a.rqda": rqda, "b.txt": b"x" * 100})
    data = path.read_bytes()
    for damaged in (data[: len(data) // 2], data[:80] + b"\xff" * 40 + data[120:]):
        path.write_bytes(damaged)
        with pytest.raises(StudyError, match=r"shared\.zip"):
            open_study(path)


def test_a_password_is_told(archive, rqda):
    path = archive(**{"a.rqda": rqda})
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(mark) + at] |= 1
    path.write_bytes(data)
    with pytest.raises(StudyError, match=r"shared.zip: is protected by a password; unpack it first"):
        open_study(path)
