"""Real files of other people's tools, which are not part of the project: THEMEBOOK_SAMPLES says where they are."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from helpers import store
from helpers.exchange import refi, refi_write

SAMPLES = Path(os.environ.get("THEMEBOOK_SAMPLES") or "samples-are-not-given")

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="THEMEBOOK_SAMPLES names no folder of real files")


def words(study) -> float:
    """The share of passages that neither begin nor end inside a word, by their quotes and the texts around them."""
    texts = dict(zip(study.documents["document"], study.documents["text"], strict=True))
    spans = list(zip(study.codings["document"], study.codings["start"], study.codings["end"], strict=True))
    cut = [
        any(texts[d][max(at - 1, 0) : at + 1].isalnum() and 0 < at < len(texts[d]) for at in (s, e))
        for d, s, e in spans
    ]
    return 1 - sum(cut) / len(cut)


@pytest.mark.parametrize(
    ("file", "codes", "documents", "codings", "note"),
    [
        ("nvivo/oltas.qdpx", 60, 1, 97, "97 of 97 text selections begin and end on word boundaries, counted in UTF-16"),
        ("nvivo/OltasSzkepticizmus_17June.qdpx", 152, 2, 297, "294 of 297 text selections begin and end"),
        ("atlasti/TestProject.qdpx", 14, 12, 14, "12 sources (6 text, 1 picture, 2 pdf, 1 audio, 2 video)"),
        ("synthetic-refi/sample-import.qdpx", 4, 1, 3, "2 selections, 3 codings"),
    ],
)
def test_counts(file, codes, documents, codings, note):
    study = refi.read(SAMPLES / file)
    assert (len(study.codes), len(study.documents), len(study.codings)) == (codes, documents, codings)
    assert note in "\n".join(study.about.imported)
    assert refi.recognises(SAMPLES / file)


@pytest.mark.parametrize("file", ["nvivo/oltas.qdpx", "nvivo/OltasSzkepticizmus_17June.qdpx"])
def test_nvivo_selections_lie_on_words(file):
    study = refi.read(SAMPLES / file)
    assert words(study) >= 0.97
    assert (study.codings["quote"] != "").all()


@pytest.mark.parametrize("file", ["nvivo/oltas.qdpx", "nvivo/OltasSzkepticizmus_17June.qdpx"])
def test_positions_written_for_nvivo_are_those_that_nvivo_wrote(tmp_path, file):
    path = refi_write.write(refi.read(SAMPLES / file), tmp_path / "x.qdpx", utf16=True)
    assert positions(path) == positions(SAMPLES / file)


def positions(path) -> list[tuple[int, int]]:
    """Where the selections of a project stand, as its XML says."""
    with zipfile.ZipFile(path) as archive:
        nodes = ET.fromstring(archive.read("project.qde")).iter()
    selections = [node.attrib for node in nodes if node.tag.endswith("PlainTextSelection")]
    return sorted((int(s["startPosition"]), int(s["endPosition"])) for s in selections)


def test_nvivo_for_windows():
    study = refi.read(SAMPLES / "nvivo/oltas.qdpx")
    assert list(study.coders["coder"]) == ["Gergo"], "the user of the selections, not the one of the codings"
    assert "97 of 97 codings name another user on the coding" in "\n".join(study.about.imported)
    text = study.documents["text"].iat[0]
    assert "\r\n" in text and not text.startswith("\ufeff") and any(ord(c) > 0xFFFF for c in text)
    assert study.codes["code"].is_unique


def test_atlas_ti():
    study = refi.read(SAMPLES / "atlasti/TestProject.qdpx")
    located = study.codings.loc[study.codings["locator"] != "", ["locator", "code"]].values.tolist()
    assert ["267,1–992,720", "milk"] in located and ["00:00:14.706–00:00:17.706", "rushed"] in located
    assert sum(place.startswith("page ") for place, _ in located) == 4
    told = "\n".join(study.about.imported)
    assert study.about.texts == "withheld" and "8 texts" in told
    assert "Not represented: the set '<3', which is empty." in study.about.imported
    assert len(study.codes["sets"].str.split("; ").explode().loc[lambda names: names != ""].unique()) == 4
    assert study.memos["title"].tolist()[1:] == ["00:16.17 – 00:45.35", "Research Plan"]
    assert study.memos["document"].tolist()[1:] == ["1994 Diet Coke-Diet Coke Break.mp4", ""]
    assert study.memos[["start", "end"]].iloc[0].tolist() == [250, 412]
    groups = study.documents["sets"].str.split("; ").explode().dropna().unique()
    assert len(groups) == 16 - 5


@pytest.mark.parametrize("file", sorted(p.relative_to(SAMPLES).as_posix() for p in SAMPLES.rglob("*.qdpx")))
def test_there_and_back(tmp_path, file):
    """What was read can be kept as a folder and as a project of ours, and is the same."""
    study = refi.read(SAMPLES / file)
    folder = store.write(study, tmp_path / study.name)
    assert store.files(store.read(folder)) == store.files(study)
    assert store.files(refi.read(refi_write.write(study, tmp_path / "x.qdpx"))) == store.files(study)
