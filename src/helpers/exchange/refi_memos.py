"""Memos, links and sets: what of a project belongs to something else in it, and what has no place in a study."""

from __future__ import annotations

import re

from ..errors import StudyError
from .notes import Notes, counted, named
from .refi_records import Project
from .refi_sources import Texts

NAMED = 20_000_000  # characters of the names of sets, each at every source


class Memos:
    """The notes of a project as running text, and which of them found a place."""

    def __init__(self, project: Project, texts: Texts, own: bool = False) -> None:
        self.project = project
        self.texts = texts
        self.own = own
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
            return description or next((self.by_guid[n].texts[0].inline or "" for n in notes if n in self.by_guid), "")
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
    """Return the sets that each source is in, by guid; sets of codes or memos have no place and are noted."""
    members: dict[str, list[str]] = {}
    if sum(len(chosen.name) * len(chosen.sources) for chosen in project.sets) > NAMED:
        raise StudyError(f"the names of the sets of all sources are longer than {NAMED // 1_000_000} MB")
    for chosen in project.sets:
        for source in chosen.sources:
            members.setdefault(source, []).append(re.sub(r"\s*;\s*", ", ", chosen.name))
        what = [named("code", [ids.get(code, code) for code in chosen.codes])] if chosen.codes else []
        what += [counted(len(chosen.notes), "memo")] if chosen.notes else []
        if what:
            notes.lose(f"the set {chosen.name!r} of {' and '.join(what)}.")
        elif not chosen.sources:
            notes.lose(f"the set {chosen.name!r}, which is empty.")
        if chosen.memo:
            notes.lose(f"the description of the set {chosen.name!r}.")
    return {source: "; ".join(dict.fromkeys(filter(None, names))) for source, names in members.items()}
