"""Archives and XML made to harm, or damaged on the way: one clear error each, and nothing outside is touched."""

from __future__ import annotations

import copy
import os
import random
import struct
import tracemalloc
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from helpers import make_study
from helpers.errors import StudyError
from helpers.exchange import container, refi, refi_write, xml

PROJECT = '<Project xmlns="urn:QDA-XML:project:1.0" name="x">{}</Project>'
SOURCE = '<Sources><TextSource guid="1" name="Ann" plainTextPath="{}"/></Sources>'


def archive(path: Path, members: dict[str, str | bytes], **how) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **how) as out:
        for name, data in members.items():
            out.writestr(name, data)
    return path


@pytest.fixture
def good(tmp_path) -> Path:
    """A small project with everything in it, away from where tests look for traces."""
    import pandas as pd

    study = make_study(
        "small",
        {
            "participants": pd.DataFrame({"participant": ["Ann"], "age": [34]}),
            "documents": pd.DataFrame({"document": ["d"], "participant": ["Ann"], "text": ["I hope so. 😀"]}),
            "codes": pd.DataFrame({"code": ["h", "i"], "name": ["Hope", "In"], "parent": ["", "h"]}),
            "codings": pd.DataFrame(
                {"coder": "x", "document": "d", "start": [2], "end": [6], "code": "i", "memo": "m"}
            ),
        },
    )
    folder = tmp_path / "good"
    return refi_write.write(study, folder / "small.qdpx")


def refused(path: Path, *words: str) -> None:
    """One StudyError that names the file and says what and what to do; recognising never raises."""
    refi.recognises(path)
    with pytest.raises(StudyError) as error:
        refi.read(path)
    for word in (path.name, *words):
        assert word in str(error.value), str(error.value)


@pytest.mark.parametrize("name", ["../evil.txt", "Sources/../../evil.txt", "/etc/evil", "C:\\evil.txt", "..\\evil.txt"])
def test_members_that_lead_out(tmp_path, name):
    folder = tmp_path / "in" / "side"
    folder.mkdir(parents=True)
    path = archive(folder / "x.qdpx", {"project.qde": PROJECT.format(""), name: "evil"})
    refused(path, "lead out of it", "nothing was written")
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["x.qdpx"]


@pytest.mark.parametrize("path", ["internal://../../secret.txt", "internal:///..\\secret.txt", "../secret.txt"])
def test_sources_that_lead_out(tmp_path, path):
    (tmp_path / "secret.txt").write_text("secret")
    refused(archive(tmp_path / "x.qdpx", {"project.qde": PROJECT.format(SOURCE.format(path))}), "outside the project")


@pytest.mark.parametrize(
    "path", ["absolute:///{}/secret.txt", "{}/secret.txt", "relative:///../secret.txt", "file://{}/secret.txt"]
)
def test_sources_elsewhere_are_not_followed(tmp_path, path):
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "loose"
    (folder / "Sources").mkdir(parents=True)
    (folder / "project.qde").write_text(PROJECT.format(SOURCE.format(path.format(tmp_path))))
    study = refi.read(folder)
    assert study.documents["text"].tolist() == [""]


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs symbolic links")
def test_links_out_of_a_loose_project_are_not_followed(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "loose"
    (folder / "Sources").mkdir(parents=True)
    (folder / "Sources" / "a.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "project.qde").write_text(PROJECT.format(SOURCE.format("internal://a.txt")))
    assert refi.read(folder).documents["text"].tolist() == [""]


def test_bomb_by_ratio(tmp_path):
    path = archive(
        tmp_path / "x.qdpx", {"project.qde": PROJECT.format(SOURCE.format("a.txt")), "Sources/a.txt": b"a" * 20_000_000}
    )
    refused(path, "'a.txt' unpacks to more than 250 times its size")


def test_bomb_by_size(tmp_path, monkeypatch):
    noise = random.Random(1).randbytes(200_000).hex()
    path = archive(tmp_path / "x.qdpx", {"project.qde": PROJECT.format(SOURCE.format("a.txt")), "Sources/a.txt": noise})
    monkeypatch.setattr(container, "MEMBER", 100_000)
    refused(path, "'a.txt' is larger than", "Split the project")


def test_bomb_by_total(tmp_path, monkeypatch):
    noise = random.Random(1).randbytes(40_000).hex()
    sources = "".join(f'<TextSource guid="{n}" plainTextPath="{n}.txt"/>' for n in range(3))
    members = {f"Sources/{n}.txt": noise for n in range(3)}
    path = archive(tmp_path / "x.qdpx", {"project.qde": PROJECT.format(f"<Sources>{sources}</Sources>"), **members})
    monkeypatch.setattr(container, "TOTAL", 200_000)
    refused(path, "larger than")


@pytest.mark.parametrize("size", [1, 2**31])
def test_a_size_that_lies(good, size):
    """The central directory may say anything about sizes: what is unpacked is what counts."""
    data = bytearray(good.read_bytes())
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, size)
    good.write_bytes(data)
    if size == 1:
        refused(good, "damaged")
    else:
        assert len(refi.read(good).codings) == 1


@pytest.mark.parametrize("size", [0, 1, 10, 100, 400, -30, -1])
def test_truncated(good, size):
    data = good.read_bytes()
    good.write_bytes(data[:size])
    refused(good)
    assert refi.recognises(good), "so that opening it says what is wrong"


@pytest.mark.parametrize("data", [b"no zip at all", b"PK\x03\x04" + b"x" * 50, b"\x00" * 100, b"SQLite format 3\x00"])
def test_not_an_archive(tmp_path, data):
    path = tmp_path / "x.qdpx"
    path.write_bytes(data)
    refused(path, "export")


def test_encrypted(good):
    data = bytearray(good.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark)
        data[at + offset] |= 1
    good.write_bytes(data)
    refused(good, "password")


def test_archive_of_something_else(tmp_path):
    refused(archive(tmp_path / "x.qdpx", {"word/document.xml": "<w/>"}), "no project.qde in it", "word/document.xml")


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE Project [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE Project [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Project SYSTEM "http://127.0.0.1/evil.dtd">',
        '<!DOCTYPE Project [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>',
    ],
)
def test_entities(tmp_path, head):
    text = head + PROJECT.format("<Description>&b;&x;</Description>")
    refused(archive(tmp_path / "x.qdpx", {"project.qde": text}), "document type or entities")
    loose = tmp_path / "x.qde"
    loose.write_text(text)
    refused(loose, "document type or entities")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (PROJECT.format("<Users>").encode(), "not well-formed"),
        ("<Project name='\u00e9'/>".encode("latin-1"), "not well-formed"),
        (b'<?xml version="1.0" encoding="no-such"?><Project/>', "encoding"),
        (b'<?xml version="1.0" encoding="utf-7"?><Project/>', "encoding"),
        (b'<?xml version="1.0" encoding="big5"?><Project/>', "encoding"),
        (b"<Project/><Project/>", "not well-formed"),
        (b"<html><body/></html>", "not a REFI-QDA project"),
    ],
)
def test_xml_that_is_none(tmp_path, data, word):
    refused(archive(tmp_path / "x.qdpx", {"project.qde": data}), word)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_other_encodings_are_read(tmp_path, encoding):
    text = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>' + PROJECT.format("").replace(
        '"x"', '"é"'
    )
    assert refi.read(archive(tmp_path / "x.qdpx", {"project.qde": text.encode(encoding)})).about.title == "é"


def test_200_megabytes_of_nested_codes(tmp_path):
    """Refused as soon as it goes too deep; what has been read until then is little."""
    path = tmp_path / "x.qdpx"
    chunk = b'<Code guid="00000000-0000-4000-8000-000000000001" name="x" isCodable="true">' * 13_000
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out,
        out.open("project.qde", "w") as stream,
    ):
        stream.write(b'<Project xmlns="urn:QDA-XML:project:1.0" name="x"><CodeBook><Codes>')
        for _ in range(200):
            stream.write(chunk)
    tracemalloc.start()
    refused(path, f"more than {xml.DEPTH} deep")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_too_many_codes_and_too_many_elements(tmp_path, monkeypatch):
    monkeypatch.setattr(refi.refi_codes, "CODES", 10)
    codes = "".join(f'<Code guid="{n}" name="x" isCodable="true"/>' for n in range(11))
    path = archive(tmp_path / "x.qdpx", {"project.qde": PROJECT.format(f"<CodeBook><Codes>{codes}</Codes></CodeBook>")})
    with pytest.raises(StudyError, match="more than a codebook can have"):
        refi.read(path)
    monkeypatch.setattr(xml, "KEPT", 10)
    refused(path, "more than 10 elements")


def test_no_such_file(tmp_path):
    for path in (tmp_path / "none.qdpx", tmp_path):
        with pytest.raises(StudyError, match="no such file"):
            refi.read(path)


ROUNDS = 200


def test_fuzz(good, tmp_path):
    """Bytes flipped, cut out, doubled, in the archive and in the XML: it opens, or it is a StudyError."""
    chance = random.Random(20240501)
    with zipfile.ZipFile(good) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    outside, path = {p for p in tmp_path.rglob("*")}, good.with_name("fuzzed.qdpx")
    opened = 0
    for n in range(ROUNDS):
        if n % 2:
            path.write_bytes(_mutated(good.read_bytes(), chance))
        else:
            archive(path, {name: _mutated(data, chance) for name, data in members.items()})
        refi.recognises(path)
        try:
            refi.read(path)
            opened += 1
        except StudyError as error:
            assert str(error)
    path.unlink()
    assert opened < ROUNDS and set(tmp_path.rglob("*")) == outside


def test_fuzz_of_the_structure(good, tmp_path):
    """Elements moved into one another, doubled, dropped; attributes swapped: well-formed, and nothing a tool writes."""
    chance = random.Random(20240502)
    with zipfile.ZipFile(good) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    for _ in range(ROUNDS // 2):
        root = ElementTree.fromstring(members["project.qde"])
        if chance.random() < 0.5:
            root.set("origin", chance.choice(["NVivo", "ATLAS.ti", "", "Other"]))
        for _ in range(chance.randint(1, 6)):
            _shuffled(root, chance)
        path = archive(good.with_name("fuzzed.qdpx"), members | {"project.qde": ElementTree.tostring(root)})
        try:
            refi.read(path)
        except StudyError as error:
            assert str(error)


def _shuffled(root: ElementTree.Element, chance: random.Random) -> None:
    nodes = list(root.iter())
    one, other = chance.choice(nodes), chance.choice(nodes)
    match chance.randrange(5):
        case 0:
            one.append(copy.deepcopy(other))
        case 1 if len(other):
            other.remove(other[chance.randrange(len(other))])
        case 2:
            one.tag = other.tag
        case 3 if one.attrib and other.attrib:
            one.set(chance.choice(list(one.attrib)), chance.choice(list(other.attrib.values())))
        case 4 if one.attrib:
            del one.attrib[chance.choice(list(one.attrib))]


def _mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(0, 4)):
        at = chance.randrange(len(changed) or 1)
        match chance.randrange(4):
            case 0:
                changed[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del changed[at : at + chance.randint(1, 40)]
            case 2:
                changed[at:at] = changed[max(0, at - 40) : at]
            case 3:
                changed[at:at] = chance.choice([b"0", b'"', b"<", b"-1", b"&", b"\xff", b"99999999999", b"null", b"[]"])
    return bytes(changed)
