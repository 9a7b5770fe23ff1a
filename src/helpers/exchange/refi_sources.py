"""The sources of a project as documents: their texts, and which selections lie in which."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import StudyError
from .container import TOTAL, Files
from .encodings import is_text, of_text
from .notes import Notes, named
from .refi_records import Coded, Project, Selection, Source, Text, Value

MARK = "\ufeff"  # of the byte order
CODES = 20_000  # beyond this a codebook is an attack, and its tree costs its square


@dataclass
class Document:
    """A source with one text at most."""

    guid: str
    name: str
    kind: str
    text: str = ""
    missing: bool = False
    marked: bool = False  # its file began with the mark of the byte order, which is not in the text
    inline: bool = False
    owner: str = ""
    path: str = ""
    memo: str = ""
    notes: tuple[str, ...] = ()
    values: list[Value] = field(default_factory=list)
    selections: list[Selection] = field(default_factory=list)
    codings: tuple[Coded, ...] = ()


class Texts:
    """Reads the texts of a project, each once, and remembers what was odd about them."""

    def __init__(self, files: Files, notes: Notes, *, own: bool = False) -> None:
        self.own = own  # ours are UTF-8, whatever is in them
        self.files = files
        self.notes = notes
        self.odd: list[str] = []
        self.formatted: list[str] = []
        self.damaged: list[str] = []
        self.inline = TOTAL

    def words(self, text: Text, name: str) -> str | None:
        """Return a text without the mark of its byte order; None where its file is not there."""
        words = self.verbatim(text, name)
        return words if words is None else words.removeprefix(MARK)

    def verbatim(self, text: Text, name: str) -> str | None:
        """Return a text as it stands; None where its file is not there."""
        data = self.files.read(text.path) if text.path else None
        if data is None and text.guid and (text.path or text.inline is None):
            data = self.files.read(f"{text.guid}.txt")
        if data is not None and (self.own or is_text(data)):
            return self._decoded(data, name)
        if data is not None:
            self.formatted.append(name)
        if text.inline or (text.inline is not None and not text.path):
            self.inline -= len(text.inline)
            if self.inline < 0:
                raise StudyError(f"{self.files.name}: holds texts of more than {TOTAL // 1_000_000} MB; split it")
            return text.inline
        return None if text.path or text.rich or text.selections else ""

    def _decoded(self, data: bytes, name: str) -> str:
        encoding = "utf-8" if self.own else of_text(data)
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            loose = data.decode(encoding, "replace")
        if encoding != "utf-8" or 3 * loose.count("\ufffd") < len(loose) - len(loose.encode("ascii", "ignore")):
            self.damaged.append(name)
            return loose
        self.odd.append(name)
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError:
            return data.decode("latin-1")

    def told(self) -> None:
        """Note which texts were in another encoding than the standard's."""
        if self.formatted:
            what = "a file of a word processor or a PDF where plain text should be, and not read"
            self.notes.lose(f"{named('text', self.formatted)}: {what}.")
        if self.odd:
            self.notes.infer(f"{named('text', self.odd)} not in UTF-8, read as Windows-1252: look at their accents.")
        if self.damaged:
            self.notes.infer(f"{named('text', self.damaged)} with bytes that are no letters; they show as “\ufffd”.")


def documents(project: Project, texts: Texts, notes: Notes) -> list[Document]:
    """
    Return a document for each source that holds anything.

    A recording's first transcript is its text and a further one a document of its own; one that is also a text
    source is left to that. Memos that are coded become documents.
    """
    gathered = _Gathered(texts)
    coded_memos = [memo for memo in project.memos if _coded(memo)]
    for source in sorted([*project.sources, *coded_memos], key=lambda s: s.kind not in ("text", "note")):
        gathered.add(source)
    found = gathered.found.values()
    order = {source.guid: n for n, source in enumerate([*project.sources, *coded_memos])}
    listed_as = sorted(found, key=lambda d: order.get(d.guid or d.owner, order.get(d.owner, len(order))))
    _told(listed_as, project, coded_memos, notes)
    texts.told()
    return listed_as


class _Gathered:
    """Documents by their guid, and by the file of their text."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.found: dict[str, Document] = {}
        self.paths: dict[str, Document] = {}

    def add(self, source: Source) -> None:
        """Add a source; one that is there already, with the same text, gives its selections only."""
        again = self.found.get(source.guid)
        if again is not None and all(text.path in ("", again.path) for text in source.texts):
            again.selections += [*source.selections, *(s for text in source.texts for s in text.selections)]
            again.codings += source.codings
            return
        document = self._keep(_document(source))
        for number, text in enumerate(source.texts):
            holder = None if source.kind == "text" else self._twin(source, text)
            if holder is None:
                holder = document if number == 0 else self._keep(_beside(document, text, number))
                words = self.texts.verbatim(text, document.name)
                holder.missing, holder.inline = words is None, bool(text.inline)
                holder.text, holder.marked = (words or "").removeprefix(MARK), (words or "").startswith(MARK)
                self.paths.setdefault(text.path.casefold(), holder)
            holder.selections += text.selections

    def _keep(self, document: Document) -> Document:
        key = document.guid if document.guid not in self.found else ""
        return self.found.setdefault(key or f"document {len(self.found)}", document)

    def _twin(self, source: Source, text: Text) -> Document | None:
        """Return the source whose text this one is too."""
        by_path = self.paths.get(text.path.casefold()) if text.path else None
        return by_path or (self.found.get(text.guid) if text.guid and text.guid != source.guid else None)


def _document(source: Source) -> Document:
    name = source.name or next((t.name for t in source.texts if t.name), "") or source.guid or "document"
    return Document(
        guid=source.guid,
        name=name,
        kind=source.kind,
        memo=source.memo,
        notes=source.notes,
        path=source.texts[0].path if source.texts else "",
        values=source.values,
        selections=list(source.selections),
        codings=source.codings,
    )


def _beside(document: Document, text: Text, number: int) -> Document:
    name = text.name or f"{document.name} (transcript {number + 1})"
    return Document(guid=text.guid, name=name, kind="transcript", owner=document.guid)


def _coded(memo: Source) -> bool:
    return bool(memo.codings or any(s.codings for text in memo.texts for s in text.selections))


def _told(found: list[Document], project: Project, memos: list[Source], notes: Notes) -> None:
    missing = [d.name for d in found if d.missing]
    if missing:
        notes.lose(f"{named('text', missing)} not in the project; positions in them are kept as the file counts them.")
    if memos:
        notes.infer(f"{named('coded memo', [m.name or m.guid for m in memos])} stand as documents.")
