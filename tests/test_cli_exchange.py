"""From one tool to another on the command line."""

import os
from dataclasses import replace

import pandas as pd
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
