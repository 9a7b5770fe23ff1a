"""The commands check, new, studies and parameters, as they are typed: what they print, and how they end."""

import pytest
from click.testing import CliRunner

from helpers import __version__, studies
from helpers.cli import main


def typed(*words):
    done = CliRunner().invoke(main, [str(word) for word in words])
    return done.exit_code, done.stdout, done.stderr


def test_a_sound_study_is_summed_up_and_the_exit_code_is_0(folder):
    assert typed("check", folder()) == (
        0,
        "pilot is sound: 2 participants, 4 documents, 2 turns, 5 codes, 2 coders, 8 codings, 4 texts.\n"
        "  note: Without a definition: 5 of 5 codes, 'hope', 'plan', 'wish', 'fear', 'luck'.\n"
        "  note: There is no assignments.csv: who was asked to code what is assumed from the codings.\n",
        "",
    )


def test_what_a_careful_reader_would_ask_is_noted(folder):
    changes = {
        "participants.csv": "participant\nAnn\nBea\nCy\n",
        "turns.csv": None,
        "codings/y.csv": "document,code\n",
        "codings/x.csv": "document,code\nann-1,hope\n",
        "study.toml": '[[recruitment]]\nlabel = "Interviewed"\nn = 4\n',
        "assignments.csv": "document,coder\nann-1,x\nann-1,z\n",
    }
    code, out, err = typed("check", folder(changes))
    assert (code, err) == (0, "")
    assert out.splitlines()[2:] == [
        "  note: Never used, and kept with 0: 4 of 5 codes, 'plan', 'wish', 'fear', 'luck'.",
        "  note: Heard in no document, and in no base: 1 of 3 participants, 'Cy'.",
        "  note: Nobody is known to speak in 'group': what is coded there names no one.",
        "  note: Have coded nothing: 2 of 3 coders, 'y', 'z'.",
        "  note: The participant flow ends at 4, but there are 3 participants.",
    ]


def test_what_was_coded_without_an_assignment_is_noted(folder):
    assignments = "document,coder\nann-1,x\nann-2,y\nann-1,y\n"
    assert (
        "  note: Coded, though assignments.csv does not ask for it: 'group by x', 'bea-1 by y'.\n"
        in typed("check", folder({"assignments.csv": assignments}))[1]
    )


@pytest.mark.parametrize("name", ["houghton-2024", "havnes-2013", "synthetic-pilot"])
def test_the_shipped_studies_are_sound(name):
    code, out, err = typed("check", name)
    assert (code, err) == (0, "")
    assert out.startswith(f"{name} is sound: ")


def test_a_broken_study_is_listed_on_the_error_stream_and_the_exit_code_is_1(folder):
    code, out, err = typed("check", folder({"codings/y.csv": "document,code\nann-9,hoep\n"}))
    assert (code, out) == (1, "")
    assert err == (
        "error: pilot: 2 problems\n"
        "  codings/y.csv row 2: document 'ann-9' is not in documents.csv, which has 'ann-1', 'ann-2', 'bea-1', "
        "'group'. The nearest is 'ann-2'.\n"
        "  codings/y.csv row 2: code 'hoep' is not in codes.csv, which has 'hope', 'plan', 'wish', 'fear', 'luck'. "
        "The nearest is 'hope'.\n"
    )


@pytest.mark.parametrize("name", ["../../etc", "no-such-study", "~nobody-of-this-name", "x" * 300])
def test_a_study_that_is_not_there_is_an_error_without_a_traceback(name):
    code, out, err = typed("check", name)
    assert (code, out) == (1, "")
    assert err.startswith("error: ") and "known studies: " in err and "Traceback" not in err


def test_a_new_study_is_written_and_checks_out(tmp_path):
    code, out, err = typed("new", "mine", "--into", tmp_path)
    assert (code, err) == (0, "")
    path = tmp_path / "mine"
    assert out == f"{path} is ready to be filled in; `themebook check {path}` lists what does not fit yet.\n"
    assert typed("check", tmp_path / "mine")[:2] == (
        0,
        "mine is sound: 1 coder.\n  note: Have coded nothing: 1 of 1 coders, 'coder-1'.\n",
    )
    assert typed("new", "mine", "--into", tmp_path)[0] == 1


def test_a_new_study_goes_under_data_of_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert typed("new", "mine")[0] == 0
    assert (tmp_path / "data" / "mine" / "study.toml").is_file()
    assert typed("check", "mine")[0] == 0


@pytest.mark.parametrize("name", ["../x", "a/b", "", "con"])
def test_a_new_study_needs_a_name_that_is_one(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    code, out, err = typed("new", name)
    assert (code, out) == (1, "")
    assert err.startswith(f"error: {name!r} is not a name for a study")
    assert list(tmp_path.iterdir()) == []


def test_studies_are_listed_by_name():
    assert typed("studies") == (0, "".join(f"{name}\n" for name in studies()), "")


def test_parameters_are_listed_with_their_defaults_help_and_chapters():
    code, out, err = typed("parameters")
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert "percent_from = 20  the smallest group for which percentages are shown  (chapter 01)" in lines
    assert "coder = ''  whose codings count; empty: the consensus, else all coders together  (chapter 02)" in [
        line.split("(chapter 02")[0] + "(chapter 02)" for line in lines
    ]
    assert not [line for line in lines if line.startswith("study =")]


def test_the_version_and_help_are_there():
    assert typed("--version") == (0, f"themebook, version {__version__}\n", "")
    code, out, _ = typed("-h")
    assert code == 0
    assert {"check", "new", "parameters", "report", "studies"} <= {
        line.split()[0] for line in out.splitlines() if line.strip()
    }
    assert typed("chekc", "x")[0] == 2
