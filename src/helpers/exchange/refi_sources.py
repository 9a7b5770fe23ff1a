"""The sources of a project as documents: their texts, and which selections lie in which."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..errors import StudyError, listed
from .container import TOTAL, Files
from .notes import Notes, counted, named
from .refi_records import Coded, Project, Selection, Source, Text, guid

CODES = 20_000  # beyond this a codebook is an attack, and its tree costs its square


@dataclass
class Document:
    """A source with one text at most."""

    guid: str
    name: str
    kind: str
    text: str = ""
    missing: bool = False
    inline: bool = False
    owner: str = ""
    memo: str = ""
    notes: tuple[str, ...] = ()
    values: list[tuple[str, str]] = field(default_factory=list)
    selections: list[Selection] = field(default_factory=list)
    codings: tuple[Coded, ...] = ()


class Texts:
    """Reads the texts of a project, each once, and remembers what was odd about them."""

    def __init__(self, files: Files, notes: Notes) -> None:
        self.files = files
        self.notes = notes
        self.odd: list[str] = []
        self.inline = TOTAL

    def words(self, text: Text, name: str) -> str | None:
        """Return a text as it stands, without the mark of its byte order; None where its file is not there."""
        if text.inline is not None and not text.path:
            self.inline -= len(text.inline)
            if self.inline < 0:
                raise StudyError(f"{self.files.name}: holds texts of more than {TOTAL // 1_000_000} MB; split it")
            return text.inline.removeprefix("\ufeff")
        data = self.files.read(text.path) if text.path else None
        if data is None and text.guid and (text.path or text.rich):
            data = self.files.read(f"{text.guid}.txt")
        if data is None:
            return None if text.path or text.rich else ""
        return self._decoded(data, name)

    def _decoded(self, data: bytes, name: str) -> str:
        encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            self.odd.append(name)
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError:
            return data.decode("latin-1")

    def told(self) -> None:
        """Note which texts were in another encoding than the standard's."""
        if self.odd:
            self.notes.infer(f"{named('text', self.odd)} not in UTF-8, read as Windows-1252: look at their accents.")


def documents(project: Project, texts: Texts, notes: Notes) -> list[Document]:
    """
    Return a document for each source that holds anything.

    A recording's first transcript is its text and a further one a document of its own; one that is also a text
    source is left to that. Memos that are coded become documents.
    """
    found: dict[str, Document] = {}
    paths: dict[str, Document] = {}
    coded_memos = [memo for memo in project.memos if _coded(memo)]
    for source in sorted([*project.sources, *coded_memos], key=lambda s: s.kind not in ("text", "note")):
        document = _document(source)
        if source.guid in found:
            again = found[source.guid]
            again.selections += [*source.selections, *(s for text in source.texts for s in text.selections)]
            again.codings += source.codings
            continue
        found[source.guid or f"source {len(found)}"] = document
        for number, text in enumerate(source.texts):
            path = text.path.casefold()
            twin = paths.get(path) if path and source.kind != "text" else None
            holder = twin or _holder(document, source, text, number, found)
            holder.selections += text.selections
            if twin is None:
                words = texts.words(text, document.name)
                holder.text, holder.missing, holder.inline = words or "", words is None, bool(text.inline)
                paths.setdefault(path, holder)
    order = {source.guid: n for n, source in enumerate([*project.sources, *coded_memos])}
    listed_as = sorted(found.values(), key=lambda d: order.get(d.guid or d.owner, order.get(d.owner, len(order))))
    _told(listed_as, project, coded_memos, notes)
    texts.told()
    return listed_as


def _document(source: Source) -> Document:
    name = source.name or next((t.name for t in source.texts if t.name), "") or source.guid or "document"
    return Document(
        guid=source.guid,
        name=name,
        kind=source.kind,
        memo=source.memo,
        notes=source.notes,
        values=source.values,
        selections=list(source.selections),
        codings=source.codings,
    )


def _holder(document: Document, source: Source, text: Text, number: int, found: dict[str, Document]) -> Document:
    """The first text is the source's own; another is a document beside it."""
    if number == 0:
        return document
    name = text.name or f"{document.name} (transcript {number + 1})"
    beside = Document(guid=text.guid, name=name, kind="transcript", owner=source.guid)
    found[text.guid or f"text {len(found)}"] = beside
    return beside


def _coded(memo: Source) -> bool:
    return bool(memo.codings or any(s.codings for text in memo.texts for s in text.selections))


def _told(found: list[Document], project: Project, memos: list[Source], notes: Notes) -> None:
    missing = [d.name for d in found if d.missing]
    if missing:
        notes.lose(f"{named('text', missing)} not in the project; positions in them are kept as the file counts them.")
    if memos:
        notes.infer(f"{named('coded memo', [m.name or m.guid for m in memos])} stand as documents.")
    bare = [d.name for d in found for s in d.selections if not s.codings]
    if bare:
        where = listed(dict.fromkeys(bare))
        notes.lose(f"{counted(len(bare), 'selection')} without a code, as in annotations (in {where}).")


class Memos:
    """The notes of a project as running text, and which of them found a place."""

    def __init__(self, project: Project, texts: Texts, own: bool = False) -> None:
        self.project = project
        self.texts = texts
        self.own = own
        self.by_guid = {memo.guid: memo for memo in project.memos}
        self.used: set[str] = set()
        self.linked: dict[str, list[str]] = {}
        for _, origin, target in project.links:
            for note, other in ((origin, target), (target, origin)):
                if note in self.by_guid and other not in self.by_guid:
                    self.linked.setdefault(other, []).append(note)

    def of(self, refs: tuple[str, ...], target: str, description: str = "") -> str:
        """Return a description with the notes that are referred to or linked, one below the other."""
        notes = (*refs, *self.linked.get(target, ())) if self.linked else refs
        if not (refs or description or self.linked):
            return ""
        if self.own:  # written by us, so one of the two, to the letter
            return description or next((self.by_guid[n].texts[0].inline or "" for n in notes if n in self.by_guid), "")
        if not notes:
            return description.strip()
        parts = [description.strip(), *(self.words(note) for note in notes if note in self.by_guid)]
        return "\n".join(dict.fromkeys(part for part in parts if part))

    def words(self, note: str) -> str:
        """Return a note's text, led by its title where that says more."""
        self.used.add(note)
        memo = self.by_guid[note]
        content = "\n".join(filter(None, (memo.memo, (self.texts.words(memo.texts[0], memo.name) or "").strip())))
        return f"{memo.name}: {content}" if memo.name and content and memo.name not in content else content or memo.name

    def told(self, notes: Notes, kept: set[str]) -> None:
        """Note the memos that stand nowhere, and the links between other things than a memo and its object."""
        free = [m.name or "untitled" for m in self.project.memos if m.guid not in self.used | kept]
        if free:
            notes.lose(f"{named('memo', free)} on nothing that a study has a place for.")
        names = self._names()
        links = [
            f"{names.get(origin, 'something')} → {names.get(target, 'something')}" + (f" ({name})" if name else "")
            for name, origin, target in self.project.links
            if not ({origin, target} & self.used)
        ]
        if links:
            notes.lose(f"{named('link', links)}.")

    def _names(self) -> dict[str, str]:
        project = self.project
        selections = [s for source in project.sources for s in source.selections]
        selections += [s for source in project.sources for text in source.texts for s in text.selections]
        names = {s.guid: s.name or "a selection" for s in selections}
        names |= {code.guid: code.name for code in project.codes} | {case.guid: case.name for case in project.cases}
        return names | {source.guid: source.name for source in (*project.sources, *project.memos)}


def sets(project: Project, ids: dict[str, str], notes: Notes) -> dict[str, str]:
    """Return the sets that each source is in, by guid; sets of codes have no place and are noted."""
    members: dict[str, list[str]] = {}
    for name, codes, sources in project.sets:
        for source in sources:
            members.setdefault(source, []).append(re.sub(r"\s*;\s*", ", ", name))
        if codes:
            notes.lose(f"the set {name!r} of {named('code', [ids.get(guid(c), c) for c in codes])}.")
        elif not sources:
            notes.lose(f"the set {name!r}, which is empty.")
    return {source: "; ".join(dict.fromkeys(filter(None, names))) for source, names in members.items()}
