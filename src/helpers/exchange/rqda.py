"""RQDA projects (`.rqda`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..about import About
from ..study import Study
from .draft import UNKNOWN, Draft, Key
from .notes import counted, named
from .rqda_words import iso, plural, said
from .sqlite import Database, integer, opened, string, tables_of

TABLES = {"source", "freecode", "coding"}


def recognises(path: str | Path) -> bool:
    """Tell whether a file is an RQDA database."""
    return tables_of(Path(path)) >= TABLES


def read(path: str | Path, *, aliases: Mapping[str, str] | None = None) -> Study:
    """
    Read an RQDA project.

    Parameters
    ----------
    path : str or Path
        The `.rqda`.
    aliases : mapping of str to str, optional
        The coder that an owner stands for.

    Returns
    -------
    Study
        Without what was deleted in RQDA, which keeps it in the file (`status` other than 1). Where a text was edited
        under its codings, they stand where their words are now.

    Raises
    ------
    StudyError
        When it is no such project or is damaged.

    Notes
    -----
    Positions are code points, end exclusive; the schema is that of `RQDA:::new_proj` (versions 0.1.5 to 0.2.2).
    """
    path = Path(path)
    with opened(path, "RQDA") as data:
        draft = Draft(path.name, aliases or {})
        project = _Project(data, draft)
        project.codes()
        project.files()
        project.cases()
        project.codings()
        project.rest()
        version, memo = next(data.rows("project", "databaseversion", "memo"), ("", ""))
        about = About(notes=(string(memo).strip(),) if string(memo).strip() else ())
        what = f"an RQDA project{f' (schema {version})' if version else ''}"
        return draft.study(path.stem, about, data.inputs(), what)


class _Project:
    """One project on its way into a draft; what is deleted is counted and left out."""

    def __init__(self, data: Database, draft: Draft) -> None:
        self.data, self.draft = data, draft
        self.deleted: Counter[str] = Counter()
        self.nowhere = 0

    def live(self, table: str, noun: str, *columns: str) -> Iterator[tuple[Any, ...]]:
        """Give the rows that are not deleted. A row without a status is from before RQDA had one, and stands."""
        for status, *cells in self.data.rows(table, "status", *columns):
            if status is None or integer(status) == 1:
                yield tuple(cells)
            else:
                self.deleted[noun] += 1

    def codes(self) -> None:
        """Categories, then codes; a code in several categories goes to the first of them by name."""
        rows = self.live("codecat", "category", "catid", "name", "memo")
        categories = {number: (string(name), said(memo)) for number, name, memo in rows}
        for number, (name, memo) in categories.items():
            self.draft.code(("category", number), name, None, memo)
        inside: dict[int, list[int]] = {}
        for code, category in self.live("treecode", "place in a category", "cid", "catid"):
            if category in categories:
                inside.setdefault(code, []).append(category)
        several = []
        for number, name, memo, colour in self.live("freecode", "code", "id", "name", "memo", "color"):
            found = sorted(dict.fromkeys(inside.get(number, [])), key=lambda n: categories[n][0].casefold())
            if len(found) > 1:
                several.append(f"{string(name)} ({', '.join(categories[n][0] for n in found)})")
            parent = ("category", found[0]) if found else None
            self.draft.code(("code", number), string(name), parent, said(memo), string(colour))
        if categories:
            what = counted(len(categories), "category", "categories")
            self.draft.notes.infer(f"{what} became codes above the codes in them.")
        if several:
            self.draft.notes.infer(f"{named('code', several)} in several categories: under the first by name.")

    def files(self) -> None:
        """Texts, and the pictures that early versions could code; what is known of them."""
        for number, name, text, memo in self.live("source", "file", "id", "name", "file", "memo"):
            self.draft.document(number, string(name), string(text), memo=said(memo))
        for number, name in self.live("image", "picture", "id", "name"):
            self.draft.document(("image", number), string(name), kind="picture")
        if any(document.get("kind") for document in self.draft.documents.values()):
            for document in self.draft.documents.values():
                document.setdefault("kind", "text")
        groups = {}
        for number, name, *memo in self.live("filecat", "file category", "catid", "name", "memo", "owner", "date"):
            groups[number] = string(name)
            self.memo(*memo, title=string(name))
        for fid, group in self.live("treefile", "place in a file category", "fid", "catid"):
            if fid in self.draft.documents and group in groups:
                self.draft.variable(fid, "file category", groups[group])

    def cases(self) -> None:
        """Cases, the passages that are theirs, and what is known of them."""
        draft = self.draft
        for number, name, memo, owner, date in self.live("cases", "case", "id", "name", "memo", "owner", "date"):
            draft.participant(number, string(name))
            self.memo(memo, owner, date, participant=number)
        for case, fid, start, end in self.live("caselinkage", "link of a case", "caseid", "fid", "selfirst", "selend"):
            first, last = integer(start), integer(end)
            if case in draft.participants and fid in draft.documents:
                draft.links.add(fid, case, (first, last) if first is not None and last else None)
        for name, *memo in self.live("attributes", "attribute", "name", "memo", "owner", "date"):
            draft.traits.setdefault(string(name), {})
            self.memo(*memo, title=string(name))
        for name, value, case in self.values("caseAttr", "caseID"):
            if case in draft.participants:
                draft.trait(case, name, value)
        for name, value, fid in self.values("fileAttr", "fileID"):
            if fid in draft.documents:
                draft.variable(fid, name, value)
        for name in [name for name, held in draft.traits.items() if not held and name in draft.variables]:
            del draft.traits[name]

    def memo(self, words: object, owner: object, date: object, **about: Any) -> None:
        """Add what is said of a case, an attribute or a file category."""
        if said(words):
            self.draft.memos.add(said(words), author=string(owner), created=iso(string(date)), **about)

    def values(self, table: str, holder: str) -> Iterator[tuple[str, str, Any]]:
        """Give what is known; R writes NA for what is not, and early versions left the values of deleted attributes."""
        states = self.data.rows("attributes", "name", "status")
        gone = {string(name) for name, status in states if status is not None and integer(status) != 1}
        for name, value, of in self.live(table, "value", "variable", "value", holder):
            if string(name) in gone:
                self.deleted["value"] += 1
            elif string(value).strip() != "NA":
                yield string(name), string(value), of

    def codings(self) -> None:
        """Codings; those of deleted files and codes are deleted with them."""
        columns = ("cid", "fid", "owner", "date", "memo", "seltext", "selfirst", "selend")
        owners, again = set[str](), Counter[str]()
        for table in ("coding", "coding2"):
            for cid, fid, owner, date, memo, words, start, end in self.live(table, "coding", *columns):
                first, last, coder = integer(start), integer(end), string(owner).strip() or UNKNOWN
                span = (first, last) if first is not None and last is not None else None
                if table == "coding":
                    owners.add(coder)
                elif coder in owners:
                    again[coder] += 1
                    coder = f"{coder} (second coding)"
                self._add(cid, fid, coder, date, memo, span, self._witness(fid, span, string(words)))
        for coder, number in again.items():
            told = f"{counted(number, 'coding')} in the table of second codings by {coder!r}"
            self.draft.notes.infer(f"{told}, who coded in the first too: of a coder of their own; an alias joins them.")
        columns = ("cid", "iid", "owner", "date", "memo", "x1", "y1", "x2")
        for cid, iid, owner, date, memo, *area in self.live("imageCoding", "coding", *columns, "y2"):
            place = "rectangle from {}, {} to {}, {} pixels".format(*area)
            self._add(cid, ("image", iid), owner, date, memo, None, "", place)

    def _witness(self, document: Key, span: tuple[int, int] | None, words: str) -> str:
        """
        Return the words of a coding.

        Where a text was edited, RQDA wrote the words anew, from the character before them: R counts from 1.
        """
        text = self.draft.documents.get(document, {}).get("text", "")
        return words[1:] if span and span[0] > 0 and words == text[span[0] - 1 : span[1]] else words

    def _add(
        self,
        code: object,
        document: Key,
        owner: object,
        date: object,
        memo: object,
        span: tuple[int, int] | None,
        quote: str,
        place: str = "",
    ) -> None:
        if ("code", code) not in self.draft.codes or document not in self.draft.documents:
            self.deleted["coding of a deleted file or code"] += 1
            return
        self.nowhere += span is None and not place
        when = iso(string(date))
        key = ("code", code)
        self.draft.coding(document, key, string(owner), span, quote, memo=said(memo), created=when, locator=place)

    def rest(self) -> None:
        """The journal and the annotations, which are memos; and what was deleted."""
        for name, entry, owner, date in self.live("journal", "journal entry", "name", "journal", "owner", "date"):
            who, when = string(owner), iso(string(date))
            self.draft.memos.add(string(entry), title=string(name), author=who, created=when)
        columns = ("fid", "position", "annotation", "owner", "date")
        for fid, at, words, owner, date in self.live("annotation", "annotation", *columns):
            if said(words):
                text = self.draft.documents.get(fid, {}).get("text", "")
                span = (integer(at) or 0, integer(at) or 0)  # RQDA annotates a place, not a passage
                who, when = string(owner), iso(string(date))
                self.draft.memos.on(span, text, said(words), author=who, created=when, document=fid)
        gone = [counted(n, noun, plural(noun)) for noun, n in self.deleted.items() if n]
        if self.nowhere:
            what = f"the places of {counted(self.nowhere, 'coding')}, which the file does not say in numbers"
            self.draft.notes.lose(f"{what}: kept as codings of the whole document, with their words.")
        if gone:
            self.draft.notes.find(f"deleted in RQDA but still in the file, and left out: {', '.join(gone)}.")
        self.data.told(self.draft.notes, "RQDA", "project")
