"""Archives and XML made to harm, or damaged on the way: one clear error each, and nothing outside is touched."""

from __future__ import annotations

import copy
import os
import random
import stat
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from helpers import make_study
from helpers.errors import StudyError
from helpers.exchange import container, refi, refi_import, refi_memos, refi_selections, refi_write, xml

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


@pytest.mark.skipif(not hasattr(stat, "S_IFLNK"), reason="needs symbolic links")
def test_links_in_an_archive(tmp_path):
    path = archive(tmp_path / "x.qdpx", {"project.qde": PROJECT.format(SOURCE.format("a.txt"))})
    link = zipfile.ZipInfo("Sources/a.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as out:
        out.writestr(link, "/etc/passwd")
    refused(path, "lead out of it", "Sources/a.txt")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name(tmp_path):
    path = archive(tmp_path / "x.qdpx", {"project.qde": PROJECT.format(SOURCE.format("a.txt")), "Sources/a.txt": "one"})
    with zipfile.ZipFile(path, "a") as out:
        out.writestr("Sources/a.txt", "one")
    assert refi.read(path).documents["text"].tolist() == ["one"]
    with zipfile.ZipFile(path, "a") as out:
        out.writestr("Sources/a.txt", "two")
    refused(path, "two files of one name, which differ: 'Sources/a.txt'")


def test_two_projects(tmp_path):
    one, two = (PROJECT.format(f"<Description>{n}</Description>") for n in (1, 2))
    refused(archive(tmp_path / "x.qdpx", {"a.qde": one, "b.qde": two}), "2 projects: 'a.qde', 'b.qde'")
    several = {
        "__MACOSX/project.qde": "no",
        "._project.qde": "no",
        "old/project.qde": one,
        "project.qde": two,
        "b.qde": one,
    }
    assert refi.read(archive(tmp_path / "y.qdpx", several)).about.notes == ("2",)
    folder = tmp_path / "loose"
    folder.mkdir()
    for name in ("a.qde", "._a.qde", "b.qde"):
        (folder / name).write_text(one)
    assert refi.recognises(folder)
    with pytest.raises(StudyError, match=r"loose: holds 2 projects: 'a\.qde', 'b\.qde'"):
        refi.read(folder)


def test_files_of_one_name_in_several_folders(tmp_path):
    sources = "".join(
        f'<TextSource guid="{n}" name="{n}" plainTextPath="internal://{n}/text.txt"/>' for n in ("one", "two")
    )
    members = {f"Sources/{n}/text.txt": n for n in ("two", "one")}
    path = archive(tmp_path / "x.qdpx", {"project.qde": PROJECT.format(f"<Sources>{sources}</Sources>"), **members})
    assert refi.read(path).documents["text"].tolist() == ["one", "two"]


def test_too_many_files(tmp_path, good, monkeypatch):
    monkeypatch.setattr(container, "MEMBERS", 1)
    refused(good, "holds 2 files")
    data = bytearray(good.read_bytes())
    struct.pack_into("<I", data, data.rindex(b"PK\x05\x06") + 12, 2**31)
    good.write_bytes(data)
    refused(good, "lists more than")


def test_packed_in_a_way_that_is_not_read(good):
    data = bytearray(good.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        struct.pack_into("<H", data, data.index(mark) + offset, 9)
    good.write_bytes(data)
    refused(good, "unpack it and open the project.qde")


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs symbolic links")
def test_a_folder_of_sources_that_is_a_link(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.txt").write_text("secret")
    (tmp_path / "loose").mkdir()
    (tmp_path / "loose" / "Sources").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "loose" / "project.qde").write_text(PROJECT.format(SOURCE.format("internal://a.txt")))
    assert refi.read(tmp_path / "loose").documents["text"].tolist() == [""]


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
    refused(path, "holds more elements", "than any project")


CODED = '<TextSource guid="1" plainTextPath="a.txt">{}</TextSource>'
SELECTION = '<PlainTextSelection startPosition="{}" endPosition="{}"><Coding><CodeRef targetGUID="c"/></Coding>{}'
SELECTION += "</PlainTextSelection>"


def coded(path: Path, inside: str, text: str = "hello world", more: str = "") -> Path:
    xml = PROJECT.format(f"<Sources>{CODED.format(inside)}</Sources>{more}")
    return archive(path, {"project.qde": xml, "Sources/a.txt": text})


@pytest.mark.parametrize(
    "inside",
    [
        '<Description x="{}"/>'.format("1234567" * 10),
        "<Description>{}</Description>".format("1234567 " * 10),
        "<!-- {} -->".format("1234567" * 10),
        "<Cases>{}</Cases>".format('<Case name="{}"/>'.format("n" * 70)),
        "<a/><b/><c/><d/>",
    ],
)
def test_tags_texts_and_names_beyond_reason(tmp_path, monkeypatch, inside):
    monkeypatch.setattr(container, "CHUNK", 16)
    for limit, value in (("TAG", 60), ("TEXT", 60), ("NAME", 60), ("NAMES", 3)):
        monkeypatch.setattr(xml, limit, value)
    refused(archive(tmp_path / "x.qdpx", {"project.qde": "<Project>" + inside + "</Project>"}), "as no tool writes it")


@pytest.mark.parametrize(
    "value", ["-1", "1e400", "NaN", "0x10", "9" * 5000, "1.5x", "", "inf", "2147483648", "&#x663;x"]
)
def test_positions_that_are_none(tmp_path, value):
    study = refi.read(coded(tmp_path / "x.qdpx", SELECTION.format(value, 5, "") + SELECTION.format(0, value, "")))
    assert study.codings["start"].isna().all() and len(study.codings) >= 1
    assert "the places of 2 selections outside the text" in "\n".join(study.about.imported)


def test_codes_in_a_circle(tmp_path):
    a, b = (f'<Code guid="{n}" name="{n}">{{}}</Code>' for n in "ab")
    circle = a.format(b.format(a.format(""))) + b.format(a.format(b.format("")))
    study = refi.read(archive(tmp_path / "x.qdpx", {"project.qde": PROJECT.format(f"<CodeBook>{circle}</CodeBook>")}))
    assert study.codes[["code", "parent"]].values.tolist() == [["a", ""], ["a/b", "a"]]


def test_memos_and_names_that_multiply(tmp_path, monkeypatch):
    memo = "<Description>{}</Description>".format("word " * 20)
    inside = "".join(SELECTION.format(n, n + 1, memo) for n in range(5))
    monkeypatch.setattr(refi_selections, "SAID", 400)
    with pytest.raises(StudyError, match="memos of all codings"):
        refi.read(coded(tmp_path / "x.qdpx", inside))
    sets = '<Sets><Set name="{}"><MemberSource targetGUID="1"/></Set></Sets>'.format("n" * 50)
    monkeypatch.setattr(refi_memos, "NAMED", 40)
    with pytest.raises(StudyError, match="names of the sets"):
        refi.read(coded(tmp_path / "y.qdpx", "", more=sets))
    values = "".join(
        f'<VariableValue><VariableRef targetGUID="{n}"/><TextValue>a</TextValue></VariableValue>' for n in "ab"
    )
    monkeypatch.setattr(refi_import, "VARIABLES", 1)
    with pytest.raises(StudyError, match="2 variables are more than 1"):
        refi.read(coded(tmp_path / "z.qdpx", values))


def test_quotes_are_kept_up_to_a_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(refi_selections, "QUOTED", 12)
    inside = "".join(SELECTION.format(n, n + 5, "") for n in range(5))
    study = refi.read(coded(tmp_path / "x.qdpx", inside))
    assert study.codings["start"].tolist() == [0, 1, 2, 3, 4]
    assert study.codings["quote"].tolist() == ["hello", "ello ", "", "", ""]


def test_memory_and_time_stay_within_bounds(tmp_path):
    """One hundred thousand long selections, packed into less than a megabyte; in a process of its own."""
    text = random.Random(2).randbytes(30_000).hex()
    inside = "".join(SELECTION.format(n % 20_000, n % 20_000 + 19_999 - n // 20_000, "") for n in range(100_000))
    path = coded(tmp_path / "x.qdpx", inside, text)
    assert path.stat().st_size < 1_000_000
    code = (
        "import resource, sys; from helpers.exchange import refi; limit = 3 * 2**30; "
        "resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)); print(len(refi.read(sys.argv[1]).codings))"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.strip() == "100000", done.stderr[-500:]


def test_no_such_file(tmp_path):
    for path in (tmp_path / "none.qdpx", tmp_path):
        with pytest.raises(StudyError, match="no such file"):
            refi.read(path)


ROUNDS = 50  # of each kind


def test_fuzz(good, tmp_path):
    """Bytes flipped, cut out, doubled, in the archive and in the XML: it opens, or it is a StudyError."""
    chance = random.Random(20240501)
    with zipfile.ZipFile(good) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    outside, path = {p for p in tmp_path.rglob("*")}, good.with_name("fuzzed.qdpx")
    opened = 0
    for n in range(2 * ROUNDS):
        if n % 2:
            path.write_bytes(_mutated(good.read_bytes(), chance))
        else:
            archive(path, {name: _mutated(data, chance) for name, data in members.items()})
        refi.recognises(path)
        opened += reads(path)
    path.unlink()
    assert 0 < opened < 2 * ROUNDS and set(tmp_path.rglob("*")) == outside


@pytest.mark.parametrize("change", ["structure", "attributes"])
def test_fuzz_of_the_xml(good, change):
    """Well-formed, and nothing that a tool writes: elements moved, doubled, dropped; attributes that mean nothing."""
    chance = random.Random(change)
    with zipfile.ZipFile(good) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    for _ in range(ROUNDS):
        root = ElementTree.fromstring(members["project.qde"])
        if chance.random() < 0.8:
            root.set("origin", chance.choice(["NVivo", "ATLAS.ti", "QualCoder", "", "Other"]))
        for _ in range(chance.randint(1, 8)):
            (_shuffled if change == "structure" else _renamed)(root, chance)
        reads(archive(good.with_name("fuzzed.qdpx"), members | {"project.qde": ElementTree.tostring(root)}))


def reads(path: Path) -> bool:
    """It opens, or it is one StudyError that says something; anything else is raised."""
    try:
        refi.read(path)
    except StudyError as error:
        assert str(error)
        return False
    return True


ODD = ["", " ", "0", "-1", "99999999999999999999", "1e9", "NaN", "{}", "{", "\n", "😀", "\u202e", "..", "internal://..",
       "internal://", "#", "a/b:c*?", "nul", "x" * 3000, "true", "2024-02-31T99:99:99", "=1+1", "<b>", "\\u0000"]  # fmt: skip


def _renamed(root: ElementTree.Element, chance: random.Random) -> None:
    nodes = [node for node in root.iter() if node.attrib]
    one, other = chance.choice(nodes), chance.choice(nodes)
    value = chance.choice([*ODD, *other.attrib.values()])
    name = chance.choice([*one.attrib, "name", "guid", "creatingUser", "startPosition", "plainTextPath"])
    one.set(name, value)
    if chance.random() < 0.3:
        one.text = value


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
