"""A study is found by path or by name, nearest first; anything else is refused with what there is instead."""

from pathlib import Path

import pytest

from helpers import Study, StudyError, open_study, studies
from helpers.exchange import data_folders, shipped
from helpers.exchange.opening import find

SHIPPED = ["havnes-2013", "houghton-2024", "synthetic-pilot"]


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A working directory far from any study."""
    monkeypatch.delenv("THEMEBOOK_DATA", raising=False)
    (tmp_path / "work" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work" / "deep")
    return tmp_path


def test_a_shipped_study_opens_by_name_from_anywhere(elsewhere):
    assert open_study("houghton-2024").name == "houghton-2024"
    assert [name for name in studies() if name in SHIPPED] == SHIPPED


def test_a_folder_opens_by_its_path(folder, elsewhere):
    path = folder()
    for way in (path, str(path), "../../pilot"):
        assert open_study(way).name == "pilot"


def test_a_study_is_returned_as_it_is(pilot):
    assert open_study(pilot) is pilot
    assert isinstance(pilot, Study)


def test_the_nearest_data_folder_comes_first(folder, elsewhere, monkeypatch):
    title = {"study.toml": 'title = "here"\n'}
    folder(title, name="work/data/houghton-2024")
    assert open_study("houghton-2024").about.title == "here"
    folder({"study.toml": 'title = "nearer"\n'}, name="work/deep/data/houghton-2024")
    assert open_study("houghton-2024").about.title == "nearer"
    folder({"study.toml": 'title = "named"\n'}, name="named/houghton-2024")
    monkeypatch.setenv("THEMEBOOK_DATA", str(elsewhere / "named"))
    assert open_study("houghton-2024").about.title == "named"
    assert data_folders()[0] == (elsewhere / "named").resolve()
    assert studies().count("houghton-2024") == 1


def test_a_data_folder_without_studies_is_passed_over(elsewhere, monkeypatch):
    (elsewhere / "work" / "data" / "raw").mkdir(parents=True)
    monkeypatch.setenv("THEMEBOOK_DATA", str(elsewhere / "not there"))
    assert data_folders() == [shipped("data").resolve()]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("houghton-2042", "there is no study 'houghton-2042'; known studies: {known}. The nearest is 'houghton-2024'."),
        (
            "Houghton-2024 ",
            "there is no study 'Houghton-2024 '; known studies: {known}. The nearest is 'houghton-2024'.",
        ),
        ("../../etc/passwd-", "there is no study '../../etc/passwd-'; known studies: {known}."),
        (
            "houghton-2024/../../etc",
            "there is no study 'houghton-2024/../../etc'; known studies: {known}. The nearest is 'houghton-2024'.",
        ),
        ("x\0y", "there is no study 'x\\x00y'; known studies: {known}."),
        ("~nobody-of-this-name", "there is no study '~nobody-of-this-name'; known studies: {known}."),
        ("n" * 300, "there is no study '" + "n" * 300 + "'; known studies: {known}."),
        (
            "/",
            "'/' is a folder without study.toml and no project of a tool that is known, so it is not a study; "
            "known studies: {known}",
        ),
        ("", "a study has a name or a place, and none was given; known studies: {known}"),
    ],
    ids=lambda text: repr(text)[:30],
)
def test_what_is_no_study_is_refused_with_those_that_are(elsewhere, name, said):
    with pytest.raises(StudyError) as error:
        open_study(name)
    known = ", ".join(repr(name) for name in studies())
    assert str(error.value) == said.format(known=known)


def test_a_path_out_of_the_data_folder_is_not_a_name(folder, elsewhere, monkeypatch):
    folder(name="secret")
    folder(name="data/pilot")
    monkeypatch.setenv("THEMEBOOK_DATA", str(elsewhere / "data"))
    assert find("pilot") == (elsewhere / "data" / "pilot").resolve()
    with pytest.raises(StudyError, match=r"there is no study '\.\./secret'"):
        find("../secret")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("olats.qdpx", "in the folder 'deep'; of .qdpx files it holds 'oltas.qdpx'. The nearest is 'oltas.qdpx'."),
        ("oltas.nvp", "in the folder 'deep'; of .nvp files it holds nothing. The nearest is 'oltas.qdpx'."),
        ("exports/a.csv", ", for there is no folder 'exports' to read"),
    ],
)
def test_a_file_that_is_not_there_is_told_with_those_that_are(elsewhere, name, said):
    Path("oltas.qdpx").write_bytes(b"")
    with pytest.raises(StudyError) as error:
        open_study(name)
    assert str(error.value) == f"there is no file {Path(name).name!r}" + (" " + said).replace(" ,", ",")


@pytest.mark.parametrize("name", ["a.qdpx", "a.csv", "a", "a.nvp"])
def test_an_empty_file_is_said_to_be_empty(elsewhere, name):
    Path(name).write_bytes(b"")
    with pytest.raises(StudyError, match=rf"^{name}: is empty; "):
        open_study(name)


def test_a_proprietary_file_under_the_name_of_a_project_is_not_taken_for_xml(elsewhere):
    Path("my.qdpx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 <NVivo>" * 9)
    with pytest.raises(StudyError, match=r"^my\.qdpx: is neither a zip archive nor XML"):
        open_study("my.qdpx")


def test_a_file_that_holds_nothing_known_is_refused(elsewhere):
    Path("notes.docx").write_bytes(b"PK\x03\x04 not a project")
    with pytest.raises(StudyError, match=r"notes\.docx"):
        open_study("notes.docx")


def test_a_folder_with_tables_and_no_toml_says_what_is_missing(folder):
    with pytest.raises(StudyError, match=r"study\.toml: is missing; `themebook new` writes one to start from"):
        open_study(folder({"study.toml": None}))


def test_an_option_that_would_say_nothing_is_refused(folder, elsewhere):
    folder()
    Path("mine.csv").write_text("document,code\nd,c\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"^'pilot' is a study folder, for which the option 'coder' says nothing"):
        open_study(elsewhere / "pilot", coder="anna")
    with pytest.raises(StudyError, match=r"^'mine\.csv' is a table, for which the option 'project' says nothing"):
        open_study("mine.csv", project="Pilot")
    assert open_study("mine.csv", coder="anna").codings["coder"].tolist() == ["anna"]


def test_a_folder_of_tables_is_called_by_its_name_from_inside(elsewhere, monkeypatch):
    place = elsewhere / "exports"
    place.mkdir()
    (place / "a.csv").write_text("id,document,tag,content\n1,Ann,hope,I hope\n", encoding="utf-8")
    (place / "read.py").write_text("id,document,tag,content\n2,Bo,hope,no table\n", encoding="utf-8")
    monkeypatch.chdir(place)
    study = open_study(".")
    assert study.name == "exports" and study.about.imported[0].startswith("exports: Taguette highlights")
    assert study.documents["document"].tolist() == ["Ann"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("codings.docx", "is a document, and codings stand nowhere in it for certain. From the tool"),
        ("all_tags.html", "is a document, and codings stand nowhere in it for certain. From the tool"),
        ("table.ods", "is a spreadsheet of another kind. Save its table as .xlsx or .csv"),
        ("talk.mp3", "is no table and no project. From the tool that was used for coding"),
        ("export.json", "is no table and no project. From the tool that was used for coding"),
    ],
)
def test_what_cannot_hold_codings_says_what_can(elsewhere, name, said):
    Path(name).write_bytes(b"<!DOCTYPE html>")
    with pytest.raises(StudyError, match=said):
        open_study(name)
