"""A parsed REFI-QDA project as records: the XML read, nothing concluded yet."""

from __future__ import annotations

from .refi_folds import FOLDS, coded, time, whole
from .refi_records import Case, Code, Project, Selection, Set, Source, Text, Value, guid, moment, signed
from .xml import HOLD_TEXT, Node, Parsed

MEDIA = {
    "TextSource": "text",
    "PictureSource": "picture",
    "PDFSource": "pdf",
    "AudioSource": "audio",
    "VideoSource": "video",
}
TEXT = "PlainTextSelection"
WITHIN = "variable "  # before the name of a variable that stands in a source, and no list has
TEXTS = ("Representation", "TextDescription", "Transcript")
KNOWN = {*MEDIA, *TEXTS, *FOLDS, *HOLD_TEXT, "Project", "Users", "User", "CodeBook", "Codes", "SubCodes", "Code"}
KNOWN |= {"Variables", "Variable", "Cases", "Case", "Sources", "Notes", "Note", "Links", "Link", "Sets", "Set"}
KNOWN |= {"Graphs", "Graph", "Vertex", "Edge", "SyncPoint", "MemberCode", "MemberSource", "MemberNote"}
KNOWN |= {f"{kind}Ref" for kind in ("Code", "Source", "Selection", "Note", "Variable")}


def project(parsed: Parsed) -> Project:
    """Return what a parsed `Project`, or a `CodeBook` alone, says."""
    root: Node = parsed.root
    a = root.attrib
    books = root.below("CodeBook", "Codes") or root.below("CodeBook") or root.below("Codes")
    codes: list[Code] = []
    for code in [child for book in books for child in book.all("Code")]:
        _codes(code, "", codes)
    sources = [child for place in root.all("Sources") for child in place.all(*MEDIA)]
    parts = [part for source in sources for part in source.all(*TEXTS)]
    holders = [*sources, *parts, *root.below("Cases", "Case")]
    within = {f"{WITHIN}{_name(v)}": _variable(v) for holder in holders for v in holder.all("Variable")}
    return Project(
        name=_name(root),
        origin=a.get("origin", ""),
        memo=root.of("Description").strip(),
        notes=_refs(root, "NoteRef"),
        users={guid(u.attrib.get("guid")): _user(u) for u in root.below("Users", "User")},
        codes=codes,
        variables={guid(v.attrib.get("guid")): _variable(v) for v in root.below("Variables", "Variable")} | within,
        cases=[_case(node) for node in root.below("Cases", "Case")],
        sources=[_source(node, MEDIA[node.tag]) for node in sources],
        memos=[_source(node, "note") for node in root.below("Notes", "Note")],
        links=[_link(node) for node in root.below("Links", "Link")],
        sets=[_set(node) for node in root.below("Sets", "Set")],
        graphs=[_name(node) for node in root.below("Graphs", "Graph")],
        odd=tuple(sorted(parsed.tags - KNOWN)),
        codings=parsed.codings,
    )


def _codes(node: Node, parent: str, codes: list[Code]) -> None:
    """Nesting is bounded by the parser, so this may call itself."""
    a, own = node.attrib, guid(node.attrib.get("guid")) or f"code {len(codes) + 1}"
    codes.append(Code(own, _name(node), parent, a.get("color", ""), node.of("Description"), _refs(node, "NoteRef")))
    for child in [*node.all("Code"), *node.below("SubCodes", "Code")]:  # the latter by hand, and not of the standard
        _codes(child, own, codes)


def _name(node: Node) -> str:
    name: str = node.attrib.get("name", "")
    return name.strip()


def _user(node: Node) -> tuple[str, str]:
    return _name(node), node.attrib.get("id", "").strip()


def _variable(node: Node) -> tuple[str, str]:
    return _name(node), node.attrib.get("typeOfVariable", "")


def _case(node: Node) -> Case:
    return Case(
        guid(node.attrib.get("guid")),
        _name(node),
        node.of("Description").strip(),
        _refs(node, "CodeRef"),
        _refs(node, "SourceRef"),
        _refs(node, "SelectionRef"),
        _values(node),
    )


def _source(node: Node, kind: str) -> Source:
    """What is said of the text of a picture, a PDF or a recording is said of the source."""
    own = kind in ("text", "note")
    parts = [] if own else node.all(*TEXTS)
    texts = [_text(part) for part in ([node] if own else parts)]
    selections = [] if own else [s for s in node.children if type(s) is Selection]
    if not own and not parts and (node.all("PlainTextContent") or any(s.kind == TEXT for s in selections)):
        texts, selections = [_text(node)], []
    memos = (part.of("Description").strip() for part in (node, *parts))
    return Source(
        guid=guid(node.attrib.get("guid")),
        name=_name(node),
        kind=kind,
        memo="\n".join(filter(None, memos)),
        texts=texts,
        selections=selections,
        codings=tuple(c for part in (node, *parts) for c in coded(part.children)),
        notes=tuple(note for part in (node, *parts) for note in _refs(part, "NoteRef")),
        values=[value for part in (node, *parts) for value in _values(part)],
        by=signed(node.attrib.get("creatingUser")),
        at=moment(node.attrib.get("creationDateTime")),
    )


def _text(node: Node) -> Text:
    a = node.attrib
    inline = [child.text for child in node.all("PlainTextContent")]
    selections = [child for child in node.children if type(child) is Selection]
    if node.tag == "Transcript":
        selections = _synchronised(node, selections)
    return Text(
        guid(a.get("guid")),
        _name(node),
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


def _values(node: Node) -> list[Value]:
    """Return the values of variables; an empty value is none. Qualia writes each as a variable within the source."""
    own = [value for value in node.children if type(value) is Value and value.words]
    return own + [
        Value(f"{WITHIN}{_name(variable)}", value.words)
        for variable in node.all("Variable")
        for value in variable.children
        if type(value) is Value and value.words
    ]


def _link(node: Node) -> tuple[str, str, str]:
    a = node.attrib
    return _name(node), guid(a.get("originGUID")), guid(a.get("targetGUID"))


def _set(node: Node) -> Set:
    members = (
        tuple(guid(m.attrib.get("targetGUID") or m.attrib.get("guid")) for m in node.all(tag))
        for tag in ("MemberCode", "MemberSource", "MemberNote")
    )
    return Set(_name(node), node.of("Description").strip(), *members)


def _refs(node: Node, tag: str) -> tuple[str, ...]:
    return tuple(guid(child.attrib.get("targetGUID")) for child in node.all(tag))
