"""A parsed REFI-QDA project as records: the XML read, nothing concluded yet."""

from __future__ import annotations

from .refi_folds import time, whole
from .refi_records import Case, Code, Coded, Project, Selection, Source, Text, guid
from .xml import Node, plain

MEDIA = {
    "TextSource": "text",
    "PictureSource": "picture",
    "PDFSource": "pdf",
    "AudioSource": "audio",
    "VideoSource": "video",
}


def project(root: Node) -> Project:
    """Return what a parsed `Project`, or a `CodeBook` alone, says."""
    a = root.attrib
    books = root.below("CodeBook", "Codes") or root.below("Codes")
    codes: list[Code] = []
    for code in [child for book in books for child in book.all("Code")]:
        _codes(code, "", codes)
    sources = [child for place in root.all("Sources") for child in place.all(*MEDIA)]
    return Project(
        name=plain(a.get("name", "")).strip(),
        origin=a.get("origin", ""),
        creator=guid(a.get("creatingUserGUID")),
        memo=plain(root.of("Description")).strip(),
        notes=_refs(root, "NoteRef"),
        users={guid(u.attrib.get("guid")): _user(u) for u in root.below("Users", "User")},
        codes=codes,
        variables={guid(v.attrib.get("guid")): _variable(v) for v in root.below("Variables", "Variable")},
        cases=[_case(node) for node in root.below("Cases", "Case")],
        sources=[_source(node, MEDIA[node.tag]) for node in sources],
        memos=[_source(node, "note") for node in root.below("Notes", "Note")],
        links=[_link(node) for node in root.below("Links", "Link")],
        sets=[_set(node) for node in root.below("Sets", "Set")],
        graphs=[plain(node.attrib.get("name", "")) for node in root.below("Graphs", "Graph")],
    )


def _codes(node: Node, parent: str, codes: list[Code]) -> None:
    """Nesting is bounded by the parser, so this may call itself."""
    a, own = node.attrib, guid(node.attrib.get("guid")) or f"code {len(codes) + 1}"
    name = plain(a.get("name", ""))
    codes.append(Code(own, name, parent, a.get("color", ""), plain(node.of("Description")), _refs(node, "NoteRef")))
    for child in node.all("Code"):
        _codes(child, own, codes)


def _user(node: Node) -> tuple[str, str]:
    return plain(node.attrib.get("name", "")).strip(), plain(node.attrib.get("id", "")).strip()


def _variable(node: Node) -> tuple[str, str]:
    return plain(node.attrib.get("name", "")).strip(), node.attrib.get("typeOfVariable", "")


def _case(node: Node) -> Case:
    return Case(
        guid(node.attrib.get("guid")),
        plain(node.attrib.get("name", "")).strip(),
        plain(node.of("Description")).strip(),
        _refs(node, "CodeRef"),
        _refs(node, "SourceRef"),
        _refs(node, "SelectionRef"),
        _values(node),
    )


def _source(node: Node, kind: str) -> Source:
    if kind in ("text", "note"):
        texts = [_text(node)]
    else:
        texts = [_text(child) for child in node.all("Representation", "TextDescription", "Transcript")]
    return Source(
        guid=guid(node.attrib.get("guid")),
        name=plain(node.attrib.get("name", "")).strip(),
        kind=kind,
        memo=plain(node.of("Description")).strip(),
        texts=texts,
        selections=[] if kind in ("text", "note") else [s for s in node.children if type(s) is Selection],
        codings=tuple(c for c in node.children if type(c) is Coded),
        notes=_refs(node, "NoteRef"),
        values=_values(node),
    )


def _text(node: Node) -> Text:
    a = node.attrib
    inline = [plain(child.text) for child in node.all("PlainTextContent")]
    selections = [child for child in node.children if type(child) is Selection]
    if node.tag == "Transcript":
        selections = _synchronised(node, selections)
    return Text(
        guid(a.get("guid")),
        plain(a.get("name", "")).strip(),
        a.get("plainTextPath", ""),
        inline[0] if inline else None,
        a.get("richTextPath", ""),
        selections,
    )


def _synchronised(node: Node, selections: list[Selection]) -> list[Selection]:
    """A transcript's selections lie between points that know both the time and the place in the text."""
    points = {guid(p.attrib.get("guid")): p.attrib for p in node.all("SyncPoint")}
    placed = []
    for selection in selections:
        if selection.kind != "TranscriptSelection":
            placed.append(selection)
            continue
        first, last = (points.get(ref, {}) for ref in selection.locator.split(" ", 1))
        start, end = (whole(point.get("position")) for point in (first, last))
        times = [time(point["timeStamp"]) for point in (first, last) if point.get("timeStamp")]
        placed.append(selection._replace(start=start, end=end, locator="–".join(times)))
    return placed


def _values(node: Node) -> list[tuple[str, str]]:
    """Return the variables' guids with their values as text; an empty value is none."""
    found = []
    for value in node.all("VariableValue"):
        refs = _refs(value, "VariableRef")
        words = [plain(child.text) for child in value.children if type(child) is Node and child.tag.endswith("Value")]
        if refs and words and words[0].strip():
            found.append((refs[0], words[0]))
    return found


def _link(node: Node) -> tuple[str, str, str]:
    a = node.attrib
    return plain(a.get("name", "")), guid(a.get("originGUID")), guid(a.get("targetGUID"))


def _set(node: Node) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    codes = [guid(m.attrib.get("targetGUID") or m.attrib.get("guid")) for m in node.all("MemberCode")]
    return plain(node.attrib.get("name", "")).strip(), tuple(codes), _refs(node, "MemberSource")


def _refs(node: Node, tag: str) -> tuple[str, ...]:
    return tuple(guid(child.attrib.get("targetGUID")) for child in node.children if _is(child, tag))


def _is(child: object, tag: str) -> bool:
    return type(child) is Node and child.tag == tag
