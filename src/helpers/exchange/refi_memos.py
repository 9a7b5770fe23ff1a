"""Memos, links and sets: what of a project belongs to something else in it, and what has no place in a study."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from ..errors import StudyError
from ..schema import TABLES
from .notes import Notes, counted, named
from .refi_coders import by_name, called, meant
from .refi_records import Project, Source
from .refi_sources import Texts

Memo = dict[str, Any]

SAID = 200_000_000  # characters of all memos
NAMED = 20_000_000  # characters of the names of sets, each at every source


class Memos:
    """The notes of a project as running text, and which of them found a place."""

    def __init__(self, project: Project, texts: Texts, own: bool = False, apart: frozenset[str] = frozenset()) -> None:
        self.project = project
        self.texts = texts
        self.own = own
        self.apart = apart  # memos of a file of ours that are kept in the note, and are no coding's
        self.signed = by_name(project.users)
        self.kept: list[Memo] = []
        self.by_guid = {memo.guid: memo for memo in project.memos}
        self.used: set[str] = set()
        self.read: dict[str, str] = {}
        self.linked: dict[str, list[str]] = {}
        links = [(origin, target) for _, origin, target in project.links]
        links += [(memo.guid, ref) for memo in project.memos for ref in memo.notes]
        for origin, target in links:
            for note, other in ((origin, target), (target, origin)):
                if note in self.by_guid and other not in self.by_guid:
                    self.linked.setdefault(other, []).append(note)

    def of(self, refs: tuple[str, ...], target: str, description: str = "") -> str:
        """Return a description with the notes that are referred to or linked, one below the other."""
        notes = (*refs, *self.linked.get(target, ())) if self.linked else refs
        if not (refs or description or self.linked):
            return ""
        if self.own:  # written by us, so one of the two, to the letter
            mine = (self.by_guid[note] for note in notes if note in self.by_guid and note not in self.apart)
            return description or next((memo.texts[0].inline or "" for memo in mine), "")
        if not notes:
            return description.strip()
        parts = [description.strip(), *(self.words(note) for note in notes if note in self.by_guid)]
        return "\n".join(dict.fromkeys(part for part in parts if part))

    def words(self, note: str) -> str:
        """Return a note's text, led by its title where that says more."""
        if note not in self.used:
            self.used.add(note)
            self.read[note] = self._words(note)
        return self.read[note]

    def _words(self, note: str) -> str:
        memo, content = self.by_guid[note], self._content(self.by_guid[note])
        return f"{memo.name}: {content}" if memo.name and content and memo.name not in content else content or memo.name

    def _content(self, memo: Source) -> str:
        """Return a note's text without its title."""
        words = (self.texts.words(memo.texts[0], memo.name) or "").strip()
        return "\n".join(dict.fromkeys(filter(None, (memo.memo, words))))

    def keep(self, text: str, *, title: str = "", by: str = "", at: str = "", **about: Any) -> None:
        """Keep a memo of its own; `about` says what it is on."""
        users = self.project.users
        author = called(users, meant(users, self.signed, by))
        self.kept.append({**about, "title": title, "text": text, "author": author, "created": at})

    def free(self, documents: set[str], notes: Notes) -> None:
        """Keep the notes that stand nowhere yet, the descriptions of cases that are people's, and those of sets."""
        free = [memo for memo in self.project.memos if memo.guid not in self.used | documents]
        for memo in free:
            self.keep(self._content(memo), title=memo.name, by=memo.by, at=memo.at)
        if free:
            notes.find(f"{named('memo', [m.name or 'untitled' for m in free])} on nothing in particular.")
        for chosen in self.project.sets:
            if chosen.memo:
                self.keep(chosen.memo, title=chosen.name)

    def table(self) -> pd.DataFrame:
        """Return the memos that are kept."""
        if sum(len(memo["text"]) for memo in self.kept) > SAID:
            raise StudyError(f"the memos are longer than {SAID // 1_000_000} MB, as no tool writes them")
        return pd.DataFrame(self.kept).reindex(columns=TABLES["memos"].names)

    def told(self, notes: Notes) -> None:
        """Note the links between other things than a memo and its object."""
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


def sets(project: Project, notes: Notes) -> dict[str, str]:
    """Return the sets that each source and each code is in, by guid; that a set holds memos is noted."""
    members: dict[str, list[str]] = {}
    if sum(len(chosen.name) * len((*chosen.sources, *chosen.codes)) for chosen in project.sets) > NAMED:
        raise StudyError(f"the names of the sets of all sources and codes are longer than {NAMED // 1_000_000} MB")
    for chosen in project.sets:
        for member in (*chosen.sources, *chosen.codes):
            members.setdefault(member, []).append(re.sub(r"\s*;\s*", ", ", chosen.name))
        if chosen.notes:
            notes.lose(f"the set {chosen.name!r} of {counted(len(chosen.notes), 'memo')}.")
        elif not (chosen.sources or chosen.codes):
            notes.lose(f"the set {chosen.name!r}, which is empty.")
    return {member: "; ".join(dict.fromkeys(filter(None, names))) for member, names in members.items()}
