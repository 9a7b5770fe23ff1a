"""Taguette projects: the `.sqlite3` that a project exports, or the database of a server."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path

import numpy as np

from ..about import About
from ..errors import StudyError, listed, nearest
from ..study import Study
from .anchors import Anchors
from .draft import UNKNOWN, Draft
from .notes import Notes, counted, named
from .sqlite import Database, integer, opened, string, tables_of
from .taguette_collections import collections
from .taguette_log import Log, replayed

TABLES = {"projects", "documents", "tags", "highlights", "highlight_tags"}
EXPORTED_AS = "admin"  # an export puts every command under this one user


def recognises(path: str | Path) -> bool:
    """Tell whether a file is a Taguette database."""
    return tables_of(Path(path)) >= TABLES


def read(path: str | Path, *, project: str = "", aliases: Mapping[str, str] | None = None) -> Study:
    """
    Read a Taguette project.

    Parameters
    ----------
    path : str or Path
        The `.sqlite3`.
    project : str, optional
        The project's name, where a server's database holds several; with its number, where two are called alike.
    aliases : mapping of str to str, optional
        The coder that a log-in stands for.

    Returns
    -------
    Study
        Texts are the documents without their tags, as Taguette counts positions in them. A tag `a.b` is the code b
        under a. Coders come from the project's log of commands.

    Raises
    ------
    StudyError
        When it is no such database, is damaged, or holds several projects and none was chosen.

    Notes
    -----
    Highlights are placed by UTF-8 bytes of the text without tags (`taguette/extract.py`), and each keeps its words
    (`snippet`), which are the witness here.
    """
    path = Path(path)
    with opened(path, "Taguette") as data:
        number, name, description = _chosen(data, project)
        anchors = Anchors("UTF-8 bytes", "code points", lambda points, told: np.where(told <= len(points), told, -1))
        draft = Draft(path.name, aliases or {}, anchors=anchors)
        _documents(data, number, draft)
        _tags(data, number, draft)
        _highlights(data, draft, replayed(data, number, draft))
        data.told(draft.notes, "Taguette", "users|project_members|alembic_version|(document_)?groups|edigainidps")
        about = About(title=name, notes=(description,) if description else ())
        return draft.study(path.stem, about, data.inputs(), f"the Taguette project {name!r}")


def _chosen(data: Database, project: str) -> tuple[int, str, str]:
    table = data.rows("projects", "id", "name", "description")
    rows = [(number, string(name).strip(), string(said).strip()) for number, name, said in table]
    if not rows:
        raise StudyError(f"{data.name}: is a Taguette database without any project")
    often = Counter(name for _, name, _ in rows)
    names = [name if often[name] == 1 else f"{name} (no. {number})" for number, name, _ in rows]
    with_documents = {number for (number,) in data.rows("documents", "project_id")}
    full = [row for row in rows if row[0] in with_documents]
    if not project and 1 in (len(rows), len(full)):
        return rows[0] if len(rows) == 1 else full[0]
    if project not in names:
        what = f"has no project {project!r}; it has" if project else "holds several projects; choose one of"
        hint = nearest(project, names) if project else ""
        raise StudyError(f"{data.name}: {what} {listed(names)} (option project), or export one in Taguette.{hint}")
    return rows[names.index(project)]


class _Stripped(HTMLParser):
    """The text of an HTML fragment, every tag left out and every entity resolved, as a browser's textContent."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        """Keep what stands between tags."""
        self.parts.append(data)


def stripped(html: str) -> str:
    r"""
    Return a fragment's text, as Taguette counts positions in it: as a browser reads HTML.

    >>> stripped("<p>I <b>hope</b> so &amp; more.</p>\r\n<p>No.</p>"), stripped("<pre>\n kept</pre>")
    ('I hope so & more.\nNo.', ' kept')
    """
    parser = _Stripped()
    # In HTML a line end right behind <pre> is none.
    parser.feed(html.replace("\r\n", "\n").replace("\r", "\n").replace("<pre>\n", "<pre>"))
    parser.close()
    return "".join(parser.parts)


def from_bytes(text: str, offsets: Sequence[int]) -> list[int]:
    """
    Return positions in UTF-8 bytes as code points; one inside a character or beyond the end moves on by that.

    >>> from_bytes("née", [3, 2, 9])
    [2, 2, 8]
    """
    data = np.frombuffer(text.encode(), dtype=np.uint8)
    begins = np.flatnonzero((data & 0xC0) != 0x80)  # of each character; the bytes behind its first look otherwise
    beyond = np.maximum(np.array(offsets) - len(data), 0)
    found: list[int] = (np.searchsorted(begins, offsets) + beyond).tolist()
    return found


def _documents(data: Database, project: int, draft: Draft) -> None:
    for number, owner, name, description, html in data.rows(
        "documents", "id", "project_id", "name", "description", "contents"
    ):
        if owner == project:
            draft.document(number, string(name), stripped(string(html)), memo=string(description).strip())
    collections(data, project, draft)


def _tags(data: Database, project: int, draft: Draft) -> None:
    """
    A tag's path names the tags above it: `fear.of needles` is under `fear`, whether or not that is a tag.

    A dot between digits is punctuation, and so are all of a path where one stands beside a blank. LibreQDA points at
    the tag above instead; where any tag does, a dot is of the name.
    """
    table = data.rows("tags", "project_id", "id", "path", "description", "parent_id", "color")
    rows = [cells for owner, *cells in table if owner == project]
    known: dict[str, Hashable] = {string(path): ("tag", number) for number, path, *_ in rows}
    pointed = any(above for *_, above, _ in rows)
    for number, path, description, above, colour in rows:
        parts = [string(path)] if pointed else levels(string(path))
        parent: Hashable = ("tag", above) if above else None
        for depth in range(1, len(parts)):
            over = ".".join(parts[:depth])
            if over not in known:
                known[over] = ("path", over)
                draft.code(known[over], parts[depth - 1], parent)
            parent = known[over]
        draft.code(("tag", number), parts[-1], parent, string(description), string(colour))
    made = [key[1] for key in draft.codes if isinstance(key, tuple) and key[0] == "path"]
    if made:
        draft.notes.infer(f"{named('tag', made)} that only stand in the paths of others became codes.")


def levels(path: str) -> list[str]:
    """
    Return the parts of a tag's path.

    >>> levels("fear.of needles"), levels("e.g. this"), levels("v1.2")
    (['fear', 'of needles'], ['e.g. this'], ['v1.2'])
    """
    if re.search(r"\.\s|\s\.", path):
        return [path]
    return re.split(r"(?<=[^\s.\d])\.(?=[^\s.])|(?<=\d)\.(?=[^\s.\d])", path)


def _spans(data: Database, draft: Draft) -> dict[int, tuple[int, int]]:
    """Where each highlight of the project stands, worked out text by text."""
    told: dict[int, list[tuple[int, int, int]]] = {}
    for number, document, start, end in data.rows("highlights", "id", "document_id", "start_offset", "end_offset"):
        if document in draft.documents:
            told.setdefault(document, []).append((number, integer(start) or 0, integer(end) or 0))
    found: dict[int, tuple[int, int]] = {}
    for document, rows in told.items():
        numbers, starts, ends = zip(*rows, strict=True)
        text = draft.documents[document]["text"]
        found.update(zip(numbers, zip(from_bytes(text, starts), from_bytes(text, ends), strict=True), strict=True))
    return found


def _highlights(data: Database, draft: Draft, log: Log) -> None:
    spans = _spans(data, draft)
    tags: dict[int, list[int]] = {}
    for highlight, tag in data.rows("highlight_tags", "highlight_id", "tag_id"):
        tags.setdefault(highlight, []).append(tag)
    bare, longer, nobody, placed = [], 0, 0, set[int]()
    for number, document, start, end, snippet in data.rows(
        "highlights", "id", "document_id", "start_offset", "end_offset", "snippet"
    ):
        if document not in draft.documents:
            continue
        placed.add(number)
        told = (integer(start) or 0, integer(end) or 0)
        text = draft.documents[document]["text"]
        span = spans[number]
        words = stripped(string(snippet))
        if (here := text[slice(*span)]) and words != here and words.endswith(here):
            # Taguette up to 1.4.1, with an HTML library of 2023 or later, did not cut off what stands before it.
            longer, words = longer + 1, here
        mine = [tag for tag in tags.get(number, []) if ("tag", tag) in draft.codes]
        if not mine:
            bare.append(draft.documents[document]["name"])
        for tag in mine:
            who, when = log.coder(number, tag, mine)
            nobody += who == UNKNOWN
            draft.coding(document, ("tag", tag), who, span, words, told, created=when)
    if bare:
        draft.notes.lose(f"{counted(len(bare), 'highlight')} without a tag (in {listed(dict.fromkeys(bare))}).")
    # What has neither a document nor a tag here is another project's.
    known = {n: sum(("tag", tag) in draft.codes for tag in given) for n, given in tags.items()}
    loose = sum(len(tags[n]) - number if n in placed else number for n, number in known.items() if number)
    if loose:
        draft.notes.lose(f"{counted(loose, 'coding')} whose document or tag is not in the file.")
    _inferred(draft.notes, log, longer, nobody)


def _inferred(notes: Notes, log: Log, longer: int, nobody: int) -> None:
    if longer:
        what = f"{counted(longer, 'highlight')} whose kept words begin with what stands before it"
        notes.infer(f"{what}, a fault of some versions of Taguette: the position counts.")
    if nobody:
        what = f"{counted(nobody, 'coding')} that the log of commands does not mention"
        notes.infer(f"{what}: their coder is called {UNKNOWN!r}.")
    if log.importer:
        before = "what stood in it before is theirs here, whoever coded it"
        notes.infer(f"{log.importer!r} imported the project from an export, which hides who coded: {before}.")
    if log.users == {EXPORTED_AS}:
        notes.infer(
            f"the coder is {EXPORTED_AS!r}, as whom Taguette exports everybody's work: people cannot be told apart."
        )
