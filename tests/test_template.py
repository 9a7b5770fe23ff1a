"""`themebook new`: an empty study that is sound as it stands, whose examples are right once they are uncommented."""

import pytest

from helpers import StudyError, store
from helpers.template import new_study


def test_a_new_study_is_sound_and_empty(tmp_path):
    study = store.read(new_study("my-study_2", tmp_path / "data"))
    assert {name: len(frame) for name, frame in study.tables().items() if name != "coders"} == dict.fromkeys(
        ["participants", "documents", "turns", "codes", "codings", "assignments", "memos"], 0
    )
    assert (study.about.title, study.about.kind) == ("My study 2", "own")
    assert study.coders["coder"].tolist() == ["coder-1"]


def test_every_example_row_fits_once_its_comment_mark_is_taken_away(tmp_path):
    path = new_study("s", tmp_path)
    for table in path.rglob("*.csv"):
        table.write_text(table.read_text().replace("\n# ", "\n"))
    toml = path / "study.toml"
    lines = [
        line.removeprefix("# ") if " = " in line or "[" in line else line for line in toml.read_text().splitlines()
    ]
    toml.write_text("\n".join(line for line in lines if not line.startswith("consensus")))
    participants = path / "participants.csv"
    participants.write_text(participants.read_text().replace("Ann (a pseudonym)", "Ann"))
    quote = "the words from character 120 to 158 of texts/ann-1.txt"
    (path / "codings" / "coder-1.csv").write_text(
        f"document,start,end,code,memo,quote\nann-1,120,{120 + len(quote)},hope,,{quote}\n"
    )
    (path / "texts" / "ann-1.txt").write_text("." * 120 + quote)
    study = store.read(path)
    assert study.participants.values.tolist() == [["Ann", 34.0, "Employed"]]
    assert study.codings["quote"].tolist() == [quote]
    assert [stage.n for stage in study.about.recruitment] == [24, 14]


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "", ".", "..", ".hidden", "-x", "x.", "con", "a\nb", "a:b", "x ", "~", "<b>"]
)
def test_a_name_that_is_none_is_refused_and_nothing_is_written(tmp_path, name):
    with pytest.raises(StudyError, match=r"is not a name for a study: use letters, digits, '-', '_' and '\.'"):
        new_study(name, tmp_path / "data")
    assert list(tmp_path.iterdir()) == []


def test_a_name_in_any_script_is_a_name(tmp_path):
    assert store.read(new_study("Ståle 2026", tmp_path)).name == "Ståle 2026"


def test_a_study_that_is_there_is_left_alone(folder):
    path = folder()
    with pytest.raises(StudyError) as error:
        new_study("pilot", path.parent)
    assert str(error.value) == f"{path} is there already; nothing was written"
    assert store.read(path).about.title == "Pilot"


def test_a_place_that_cannot_be_written_to_is_said(tmp_path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StudyError, match=r"data/s cannot be written: (Not a directory|File exists)$"):
        new_study("s", tmp_path / "data")
