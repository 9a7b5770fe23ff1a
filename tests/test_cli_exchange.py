"""From one tool to another on the command line."""

import os
from dataclasses import replace

import pandas as pd
import pytest
from click.testing import CliRunner

from helpers import open_study, store
from helpers.cli import main


def run(*arguments, code=0):
    done = CliRunner().invoke(main, [str(a) for a in arguments])
    assert done.exit_code == code, done.output
    return done.output


def test_a_study_goes_to_a_refi_project_and_back_unchanged(tmp_path):
    run("convert", "synthetic-pilot", tmp_path / "pilot.qdpx")
    said = run("convert", tmp_path / "pilot.qdpx", tmp_path / "back")
    assert said.startswith(
        f"{tmp_path / 'back'} is written: 4 participants, 4 documents, 68 turns, 16 codes, 3 coders, "
    )
    before, after = open_study("synthetic-pilot"), open_study(tmp_path / "back")
    for name, table in before.tables().items():
        pd.testing.assert_frame_equal(table, after.tables()[name])
    assert before.about == after.about


def test_coders_folders_are_merged_into_one_study(tmp_path):
    whole = open_study("synthetic-pilot")
    for coder in ("anna", "bram"):
        part = whole.only(coders=[coder])
        run_part(part, tmp_path / coder)
    said = run("merge", tmp_path / "anna", tmp_path / "bram", "--out", tmp_path / "both")
    assert "note: Codings of 'anna': 64 in anna; 64 here." in said
    merged = open_study(tmp_path / "both")
    key = ["coder", "document", "start", "end", "code"]
    expected = whole.only(coders=["anna", "bram"]).codings[key].astype("str")
    assert set(map(tuple, merged.codings[key].astype("str").values)) == set(map(tuple, expected.values))


def run_part(study, folder):
    store.write(replace(study, about=replace(study.about, consensus="", coders={})), folder)


def test_what_cannot_be_read_or_written_is_said_and_nothing_is_written(tmp_path):
    (tmp_path / "old.nvp").write_bytes(b"\0" * 100)
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)))
    here = sorted(os.listdir(tmp_path))
    assert "In NVivo choose" in run("convert", tmp_path / "old.nvp", tmp_path / "out", code=1)
    assert "is nothing that can be read" in run("check", tmp_path / "noise.bin", code=1)
    assert "a target ends in .qdpx, .qdc, .csv or .xlsx" in run(
        "convert", "synthetic-pilot", tmp_path / "x.doc", code=1
    )
    assert "is there already" in run("convert", "synthetic-pilot", tmp_path, code=1)
    assert sorted(os.listdir(tmp_path)) == here


def test_a_table_with_headings_of_its_own_is_opened_with_a_column_map(tmp_path):
    (tmp_path / "mine.csv").write_text("wer,was,worte\nAnn,Hoffnung,ich hoffe\nBo,Angst,ich nicht\n", encoding="utf-8")
    (tmp_path / "map.toml").write_text('document = "wer"\ncode = "was"\ntext = "worte"\n', encoding="utf-8")
    assert "column map" in run("check", tmp_path / "mine.csv", code=1)
    said = run("check", tmp_path / "mine.csv", "--columns", tmp_path / "map.toml")
    assert "2 documents, 2 codes, 1 coder, 2 codings" in said


def test_one_person_under_two_names_becomes_one_on_the_way_in(tmp_path):
    whole = open_study("synthetic-pilot")
    run_part(whole.only(coders=["anna", "bram"]), tmp_path / "two")
    (tmp_path / "names.toml").write_text('[coders]\nbram = "anna"\n', encoding="utf-8")
    said = run("check", tmp_path / "two", "--alias", tmp_path / "names.toml")
    assert "1 coder, " in said and "note: Decided by alias: the coder 'bram' is 'anna'." in said
    run("convert", tmp_path / "two", tmp_path / "one", "--alias", tmp_path / "names.toml")
    key = ["document", "start", "end", "code"]
    before = whole.only(coders=["anna", "bram"]).codings[key].astype("str").drop_duplicates()
    after = open_study(tmp_path / "one").codings
    assert set(after["coder"]) == {"anna"} and len(after) == len(before)
    assert set(map(tuple, after[key].astype("str").values)) == set(map(tuple, before.values))
    (tmp_path / "names.toml").write_text('[coders]\nbramm = "anna"\n', encoding="utf-8")
    wrong = run("check", tmp_path / "two", "--alias", tmp_path / "names.toml", code=1)
    assert "the alias 'bramm' names no coder of these studies. The nearest is 'bram'." in wrong


def test_a_report_of_a_table_is_read_by_its_column_map_and_says_what_it_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text("wer,was,worte\nAnn,Hoffnung,ich hoffe\n", encoding="utf-8")
    (tmp_path / "map.toml").write_text('document = "wer"\ncode = "was"\ntext = "worte"\n', encoding="utf-8")
    said = run("report", "mine.csv", "--columns", "map.toml", "--coder", "ines", "-c", "07", "-o", "out")
    assert said.splitlines()[0].startswith("mine: 1 chapter")
    page = (tmp_path / "out" / "07_methods.html").read_text(encoding="utf-8")
    assert "a table read by a column map: 1 document" in page and "Read from mine.csv (SHA-256 " in page
    assert "ines" in page and str(tmp_path) not in page


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["convert", "pilot", "pilot/inside"], "pilot/inside is inside pilot, which is read and never changed"),
        (["convert", "pilot", "pilot/inside.csv"], "pilot/inside.csv is inside pilot, which is read"),
        (["convert", "pilot", "there.csv"], "there.csv is there already; nothing was written"),
        (["convert", "pilot", "there.csv/out"], "there.csv/out cannot be written: "),
        (["convert", "pilot", "out", "--crlf"], "--crlf is for a target that ends in .qdpx, and 'out' does not"),
        (["convert", "pilot", "o.csv", "--nvivo"], "--nvivo is for a target that ends in .qdpx, and 'o.csv' does not"),
        (["convert", "pilot", "out.qdpx", "--table", "units"], "--table and --unit are for a target that ends in .csv"),
        (["convert", "pilot", "out.csv", "--table", "quote"], "there is no table 'quote'; tables are 'quotes', "),
        (["convert", "pilot", "out.csv", "--unit", "word", "--table", "units"], "there is no unit 'word'; units are"),
        (["convert", "pilot", "out.pdf"], "out.pdf: a target ends in .qdpx, .qdc, .csv or .xlsx, or is a folder"),
        (["merge", "pilot", "--out", "pilot/inside"], "pilot/inside is inside pilot"),
        (["merge", "pilot", "there", "--out", "there"], "there is there already"),
        (["merge", "pilot", "there.csv", "--out", "both.qdpx"], "both.qdpx: merge writes a study folder, without an"),
        (["check", ""], "a study has a name or a place, and none was given; known studies: "),
        (["check", "pilot", "--coder", "x"], "'pilot' is a study folder, for which the option 'coder' says nothing"),
        (["check", "pilot", "--alias", "there.csv"], "there.csv is not valid TOML: "),
        (["convert", "pilot", "x" * 300], " cannot be written: File name too long"),
    ],
    ids=lambda words: " ".join(words)[:40] if isinstance(words, list) else "",
)
def test_a_wrong_use_says_in_one_line_what_is_wrong_and_touches_nothing(tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    run_part(open_study("synthetic-pilot").only(coders=["anna"]), tmp_path / "pilot")
    (tmp_path / "there.csv").write_text("document,code\n", encoding="utf-8")
    (tmp_path / "there").mkdir()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1 and said in done.stderr
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("command", ["report", "check", "convert", "merge", "new"])
def test_a_command_without_its_arguments_says_how_to_get_help(command):
    done = CliRunner().invoke(main, [command])
    assert done.exit_code == 2 and f"Try 'main {command} --help' for help." in done.stderr
    help_text = CliRunner().invoke(main, [command, "--help"]).stdout
    assert len(help_text) > 200 and (command == "new") == ("--alias" not in help_text)


def test_a_name_that_the_output_cannot_show_is_no_reason_to_stop(tmp_path):
    (tmp_path / "a.csv").write_text("document,code\nŐ,h\n", encoding="utf-8")
    done = CliRunner(charset="cp1252").invoke(main, ["check", str(tmp_path / "Ő.csv")])
    assert done.exit_code == 1 and r"'\u0150.csv'" in done.stderr
    done = CliRunner(charset="cp1252").invoke(main, ["convert", str(tmp_path / "a.csv"), str(tmp_path / "ű")])
    assert done.exit_code == 0 and r"\u0171 is written" in done.stdout
