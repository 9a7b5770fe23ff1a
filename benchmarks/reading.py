"""Reading a project of another tool, beside parsing its XML; and a study folder, beside reading its files as text."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd

from helpers import store
from helpers.exchange import open_study
from helpers.study import Study

from .harness import Way, compare

DOCUMENTS, CODES, CODERS = 50, 200, 3
LENGTH = 50_000  # characters in a document
WORDS = ("the", "hope", "of", "people", "who", "wait", "😀", "for", "it", "is", "always", "óriási.\n")
LARGE = 1_000_000  # codings, from which on each way runs once
SPACE = "urn:QDA-XML:project:1.0"


def reading(n: int) -> dict[str, Any]:
    """All of a REFI-QDA project into a checked study; below some thousand codings, the rest outweighs its XML."""
    with tempfile.TemporaryDirectory() as folder:
        path = project(Path(folder) / "project.qdpx", n)

        def ours() -> int:
            return len(open_study(path).codings)

        def parsed() -> int:
            with zipfile.ZipFile(path) as archive, archive.open("project.qde") as stream:
                sources = ElementTree.parse(stream).getroot().find(f"{{{SPACE}}}Sources")
            return sum(map(len, sources if sources is not None else []))

        repeats = 3 if n < LARGE else 1
        row = compare(
            "reading REFI-QDA into a checked study (budget: 3 times the parse alone, so a ratio over 0.33)",
            n,
            Way("open_study", ours, repeats),
            Way("xml.etree parse of its XML alone", parsed, repeats),
            lambda mine, theirs: mine == theirs,
        )
    return row | {"ratio": round(row["other_seconds"] / row["seconds"], 2)}


def folder(data: Study, n: int) -> dict[str, Any]:
    """A study folder into a checked study; pandas reads its tables as text, as ids and empty cells need it."""
    with tempfile.TemporaryDirectory() as temporary:
        place = store.write(data, Path(temporary) / "study")
        tables, texts = sorted(place.rglob("*.csv")), sorted(place.rglob("*.txt"))

        def pandas_way() -> int:
            read = [len(text.read_text(encoding="utf-8")) for text in texts]
            frames = {path: pd.read_csv(path, dtype=str) for path in tables}
            return sum(len(frame) for path, frame in frames.items() if path.parent != place) if read else 0

        row = compare(
            "opening a study folder, checked (budget at 1,000,000: 3 times pandas alone, so a ratio over 0.33)",
            n,
            Way("store.read", lambda: len(store.read(place).codings)),
            Way("pandas read_csv as text, and the texts", pandas_way),
            lambda mine, theirs: mine == theirs,
        )
    return row | {"ratio": round(row["other_seconds"] / row["seconds"], 2)}


def project(path: Path, codings: int, seed: int = 3) -> Path:
    """Write a project to the letter as NVivo writes them: no two codings alike, three coders, emoji in the texts."""
    rng = np.random.default_rng(seed)
    text = " ".join(rng.choice(WORDS, LENGTH))[:LENGTH]
    units = len(text.encode("utf-16-le")) // 2
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("project.qde", "w", force_zip64=True) as stream:
            for piece in _xml(rng, codings, units):
                stream.write(piece.encode())
        for document in range(DOCUMENTS):
            archive.writestr(f"Sources/{_guid(3, document)}.txt", "\ufeff" + text)
    return path


def _xml(rng: np.random.Generator, codings: int, units: int) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield f'<Project name="Large" origin="NVivo for Windows 20.1" xmlns="{SPACE}">\n<Users>'
    yield from (f'<User guid="{_guid(1, n)}" name="Coder {n}"/>' for n in range(CODERS))
    yield "</Users>\n<CodeBook><Codes>"
    yield from (f'<Code guid="{_guid(2, n)}" name="Code {n}" isCodable="true"/>\n' for n in range(CODES))
    yield "</Codes></CodeBook>\n<Sources>\n"
    for document, share in enumerate(np.array_split(np.arange(codings), DOCUMENTS)):
        guid = _guid(3, document)
        yield f'<TextSource guid="{guid}" name="Interview {document}" plainTextPath="internal://{guid}.txt">\n'
        start = rng.integers(0, units - 300, len(share))
        end = start + rng.integers(5, 300, len(share))
        code, coder = rng.integers(0, CODES, len(share)), rng.integers(0, CODERS, len(share))
        rows = zip(*(column.tolist() for column in (share, start, end, code, coder)), strict=True)
        yield from (_selection(*row) for row in rows)
        yield "</TextSource>\n"
    yield "</Sources>\n</Project>\n"


def _selection(number: int, start: int, end: int, code: int, coder: int) -> str:
    user, owner, at = _guid(1, coder), _guid(1, 0), "2025-06-11T16:31:16Z"
    return (
        f'      <PlainTextSelection guid="{_guid(4, number)}" name="" startPosition="{start}" endPosition="{end}" '
        f'creatingUser="{user}" creationDateTime="{at}" modifyingUser="{user}" modifiedDateTime="{at}">\n'
        f'        <Description />\n        <Coding guid="{_guid(5, number)}" creatingUser="{owner}" '
        f'creationDateTime="{at}">\n          <CodeRef targetGUID="{_guid(2, code)}" />\n        </Coding>\n'
        "      </PlainTextSelection>\n"
    )


def _guid(kind: int, number: int) -> str:
    return f"{kind:08x}-0000-4000-8000-{number:012x}"
