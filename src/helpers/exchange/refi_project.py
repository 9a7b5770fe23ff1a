"""What a REFI-QDA project says, as plain records: the XML read, nothing concluded yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from .xml import Fold, Node, plain

MEDIA = {
    "TextSource": "text",
    "PictureSource": "picture",
    "PDFSource": "pdf",
    "AudioSource": "audio",
    "VideoSource": "video",
}


class Coded(NamedTuple):
    """A `Coding`: a code put on a selection, or on a whole source."""

    code: str
    guid: str
    by: str
    at: str
    notes: tuple[str, ...]


class Selection(NamedTuple):
    """A place in a source; `start` and `end` as the file counts them, -1 where it has none."""

    kind: str
    guid: str
    name: str
    start: int
    end: int
    locator: str
    by: str
    at: str
    memo: str
    notes: tuple[str, ...]
    codings: tuple[Coded, ...]
    quote: str = ""


@dataclass
class Code:
    """A code of the codebook; `parent` is the guid of the one above."""

    guid: str
    name: str
    parent: str
    colour: str
    memo: str
    notes: tuple[str, ...]


@dataclass
class Case:
    """A case, and what it points at."""

    guid: str
    name: str
    memo: str
    codes: tuple[str, ...]
    sources: tuple[str, ...]
    selections: tuple[str, ...]
    values: list[tuple[str, str]]


@dataclass
class Text:
    """A text as the file gives it: a path or the words themselves, and the selections in it."""

    guid: str
    name: str
    path: str
    inline: str | None
    rich: str
    selections: list[Selection]


@dataclass
class Source:
    """A source with its texts: a text source has one, a picture or a PDF at most one, a recording any number."""

    guid: str
    name: str
    kind: str
    memo: str
    texts: list[Text]
    selections: list[Selection]
    codings: tuple[Coded, ...]
    notes: tuple[str, ...]
    values: list[tuple[str, str]]


@dataclass
class Project:
    """All of a project file."""

    name: str
    origin: str
    creator: str
    memo: str
    notes: tuple[str, ...]
    users: dict[str, tuple[str, str]] = field(default_factory=dict)
    codes: list[Code] = field(default_factory=list)
    variables: dict[str, tuple[str, str]] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    memos: list[Source] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    sets: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)
    graphs: list[str] = field(default_factory=list)


def guid(value: str | None) -> str:
    """
    Return a GUID in one form, whatever its braces and case.

    >>> guid("{8EF5-AB}")
    '8ef5-ab'
    """
    return (value or "").strip("{} \t\r\n").lower()


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
        start, end = (_whole(point.get("position")) for point in (first, last))
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


def _whole(value: str | None) -> int:
    """Return a position, or -1 for what is none."""
    try:
        number = int(float(value or ""))
    except (ValueError, OverflowError):
        return -1
    return number if 0 <= number < 2**31 else -1


def time(milliseconds: str) -> str:
    """
    Return a time in a recording as people read it.

    >>> time("70000"), time("16176")
    ('00:01:10', '00:00:16.176')
    """
    number = _whole(milliseconds)
    if number < 0:
        return milliseconds
    seconds, rest = divmod(number, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}" + (f".{rest:03}" if rest else "")


def _locator(node: Node) -> str:
    a = node.attrib
    if node.tag == "TranscriptSelection":
        return f"{guid(a.get('fromSyncPoint'))} {guid(a.get('toSyncPoint'))}"
    if "begin" in a or "end" in a:
        return "–".join(time(a[key]) for key in ("begin", "end") if a.get(key))
    box = "{},{}–{},{}".format(*(a.get(key, "?") for key in ("firstX", "firstY", "secondX", "secondY")))
    # The standard counts pages from 0, readers from 1.
    page = _whole(a.get("page"))
    return f"page {page + 1}, {box}" if page >= 0 else box


def _coding(node: Node) -> Coded:
    a = node.attrib
    code, notes = "", []
    for child in node.children:
        if type(child) is not Node:
            continue
        if child.tag == "CodeRef":
            code = code or guid(child.attrib.get("targetGUID"))
        elif child.tag == "NoteRef":
            notes.append(guid(child.attrib.get("targetGUID")))
    return Coded(code, guid(a.get("guid")), guid(a.get("creatingUser")), a.get("creationDateTime", ""), tuple(notes))


def _selection(node: Node) -> Selection:
    a = node.attrib
    memo = quote = ""
    codings: list[Coded] = []
    notes: list[str] = []
    for child in node.children:
        if type(child) is Coded:
            codings.append(child)
        elif type(child) is Selection:
            codings += child.codings
        elif child.tag == "Description":
            memo = plain(child.text)
        elif child.tag == "NoteRef":
            notes.append(guid(child.attrib.get("targetGUID")))
        elif child.tag == "Representation":
            quote = plain(child.of("PlainTextContent"))
            codings += [c for s in child.children if type(s) is Selection for c in s.codings]
    text = node.tag == "PlainTextSelection"
    return Selection(
        node.tag,
        guid(a.get("guid")),
        plain(a.get("name", "")),
        _whole(a.get("startPosition")) if text else -1,
        _whole(a.get("endPosition")) if text else -1,
        "" if text else _locator(node),
        guid(a.get("creatingUser")),
        a.get("creationDateTime", ""),
        memo,
        tuple(notes),
        tuple(codings),
        quote,
    )


FOLDS: dict[str, Fold] = {"Coding": _coding, "PlainTextSelection": _selection, "PictureSelection": _selection}
FOLDS |= {"PDFSelection": _selection, "AudioSelection": _selection, "VideoSelection": _selection}
FOLDS |= {"TranscriptSelection": _selection}
