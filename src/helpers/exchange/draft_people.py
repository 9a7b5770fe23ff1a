"""Whose words a document holds: from a project's cases, or by inference; and what is known of these people."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from ..about import Attribute
from ..schema import TABLES
from .notes import Notes, counted, named
from .refi_ids import free
from .refi_named import IN_NAME, VARIABLE

Key = Hashable
Span = tuple[int, int]
Values = dict[str, dict[Key, list[str]]]  # of a variable, by what it is known of
Held = Mapping[Key, Mapping[str, str]]


@dataclass
class Links:
    """
    Which participant is heard where.

    A case that covers a whole document, and alone, owns it. Where cases share a document it is a group's, and their
    passages are turns.
    """

    spans: dict[Key, list[tuple[Key, Span | None]]] = field(default_factory=dict)
    parts: dict[Key, list[tuple[int, int, Key]]] = field(default_factory=dict)
    voices: dict[Key, list[tuple[int, int, Key]]] = field(default_factory=dict)
    twins: dict[Key, Key] = field(default_factory=dict)  # the recording of a transcript
    shared: list[Key] = field(default_factory=list)
    cut: int = 0

    def add(self, document: Key, participant: Key, span: Span | None = None) -> None:
        """Link a participant with a document, or with a span of its text."""
        self.spans.setdefault(document, []).append((participant, span))

    def say(self, document: Key, speaker: str, span: Span) -> None:
        """Tell who speaks in a span, a participant or not; where cases have passages in the document, these count."""
        self.voices.setdefault(document, []).append((*span, speaker))

    def alone(self, documents: Held) -> dict[Key, Mapping[str, str]]:
        """Return the documents without the transcripts of others, which are the same person's."""
        return {key: held for key, held in documents.items() if self.twins.get(key) not in documents}

    def _share(self, documents: Held) -> None:
        """Who alone has all of a recording has its transcript, and the other way round, unless that is linked too."""
        for pair in self.twins.items():
            for one, other in (pair, pair[::-1]):
                links = self.spans.get(one, []) if one in documents and other in documents else []
                who = list(dict.fromkeys(case for case, _ in links))
                whole = all(_whole(documents[one]["text"], span) for _, span in links)
                if len(who) == 1 and whole and other not in self.spans:
                    self.add(other, who[0])

    def owners(self, documents: Held) -> dict[Key, Key]:
        """Return the participant of each document that is one person's, and work out the turns of the others."""
        self._share(documents)
        found: dict[Key, Key] = {}
        for document, links in self.spans.items():
            text = documents[document]["text"]
            everywhere = list(dict.fromkeys(who for who, span in links if _whole(text, span)))
            partly = [(*span, who) for who, span in links if span and who not in everywhere]
            if len(everywhere) == 1 and not partly:
                found[document] = everywhere[0]
                continue
            if len(everywhere) > 1:
                self.shared.append(document)
            self.parts[document] = self._turns(partly, everywhere[0] if len(everywhere) == 1 else None, len(text))
        for document in [document for document in self.voices if not self.parts.get(document)]:
            self.voices[document] = self._turns(self.voices[document], None, len(documents[document]["text"]))
        return found

    def _turns(self, parts: list[tuple[int, int, Key]], rest: Key | None, length: int) -> list[tuple[int, int, Key]]:
        """Passages in order, none over another; what lies between them is the one's who has the whole document."""
        turns: list[tuple[int, int, Key]] = []
        for start, end, who in sorted(parts, key=lambda part: part[:2]):
            start, end = max(start, 0), min(end, length)
            if turns and start < turns[-1][1]:
                before, until, speaker = turns[-1]
                if speaker == who:
                    turns[-1] = (before, max(until, end), who)
                    continue
                self.cut += 1
                start = until
            if start < end:
                turns.append((start, end, who))
        if rest is None:
            return turns
        edges = [0, *(edge for start, end, _ in turns for edge in (start, end)), length]
        gaps = [(a, b, rest) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
        return sorted(turns + gaps, key=lambda turn: turn[:2])

    def turns(self, documents: Mapping[Key, str], people: Mapping[Key, str]) -> pd.DataFrame:
        """Return the passages as turns; a speaker who is called like a participant is that participant."""
        rows = [
            (documents[key], start, end, people[who], people[who])
            for key, parts in self.parts.items()
            for start, end, who in parts
        ]
        called = {name.casefold(): name for name in people.values()}
        rows += [
            (documents[key], start, end, str(who), called.get(str(who).casefold(), ""))
            for key, parts in self.voices.items()
            for start, end, who in parts
            if not self.parts.get(key)
        ]
        return pd.DataFrame(rows, columns=["document", "start", "end", "speaker", "participant"])

    def told(self, documents: Held, notes: Notes) -> None:
        """Note whose documents are a group's, and what could not be kept of it."""
        names = {key: document["name"] for key, document in documents.items()}
        grouped = [names[key] for key, parts in self.parts.items() if parts]
        if grouped:
            notes.infer(f"{named('document', grouped)} with passages of cases: no one participant's; they are turns.")
        unsaid = [names[key] for key in self.voices if self.parts.get(key)]
        if unsaid:
            notes.lose(f"the marks of who speaks in {named('document', unsaid)}, where cases say it.")
        if self.shared:
            which = named("document", [names[key] for key in self.shared])
            notes.lose(f"whose words are whose in {which} that several cases share as a whole.")
        if self.cut:
            notes.lose(f"{counted(self.cut, 'passage')} of a case, as far as they overlap another case's passage.")
        nobody = [names[key] for key in documents if key not in self.spans]
        if nobody:
            notes.infer(f"{named('document', nobody)} without a case: nobody's, until documents.csv says whose.")


def _whole(text: str, span: Span | None) -> bool:
    """
    A case that leaves out nothing but blanks covers the whole of a document; so does any of a recording's.

    QualCoder's case manager ends such a link one character early, so one may be left out at the end.
    """
    return span is None or not text or not (text[: max(span[0], 0)].strip() or text[span[1] + 1 :].strip())


def add(values: Values, holder: Key, name: str, value: str) -> None:
    """Add a value of a variable; several of one kind are kept side by side."""
    value = " ".join(value.split())
    held = values.setdefault(name, {}).setdefault(holder, [])
    if value and value not in held:
        held.append(value)


def share(variables: Values, traits: Values, owners: Mapping[Key, Key]) -> None:
    """Give a participant what is known alike of all their documents: an age is the person's, a date the document's."""
    for name in list(variables):
        theirs = {who: set(held) for who, held in traits.get(name, {}).items()}
        known = {key: held for key, held in variables[name].items() if held}
        if all(key in owners and theirs.setdefault(owners[key], set(h)) == set(h) for key, h in known.items()):
            del variables[name]
            for key, held in known.items():
                traits.setdefault(name, {}).setdefault(owners[key], held)


def without_cases(documents: Held, ids: Mapping[Key, str], variables: Values, notes: Notes) -> dict[Key, str]:
    """
    Return the participant's name for each document of a project that knows no cases: an inference, and noted as one.

    As for any tool's project: from a variable that names people, from numbered names of documents, or else one
    person a document.
    """
    names: dict[Key, str] = {}
    why = ""
    for variable, held in variables.items():
        if not names and VARIABLE.fullmatch(variable) and all(held.get(key) for key in documents):
            names, why = {key: held[key][0] for key in documents}, f"their variable {variable!r} names them"
    found = {key: IN_NAME.search(document["name"]) for key, document in documents.items()}
    if not names and all(found.values()):
        names = {key: " ".join(match[0].replace("_", " ").split()) for key, match in found.items() if match}
        why = "their names hold a participant's number"
    if not names:
        names, why = {key: ids[key] for key in documents}, "the project has no cases, so each document is one person"
    persons = counted(len(dict.fromkeys(names.values())), "participant")
    told = f"{persons} of {counted(len(documents), 'document')}: {why}"
    notes.infer(f"{told}; documents.csv says otherwise where that is wrong.")
    return names


def columns(
    given: Mapping[str, list[str]], keys: Mapping[Key, str], values: Values
) -> tuple[pd.DataFrame, dict[str, Attribute]]:
    """Return a table with a column for each variable, one named like ours told apart; and those of several values."""
    frame = pd.DataFrame(given)
    taken = {column.casefold(): 1 for column in (*frame, *TABLES["documents"].names, "name", "kind", "memo")}
    several = {}
    for name, held in values.items():
        column = " ".join(name.split()).lstrip("_# ") or "variable"
        column = free(f"{column} (variable)" if column.casefold() in taken else column, taken)
        frame[column] = ["; ".join(held.get(key, ())) for key in keys]
        if any(len(found) > 1 for found in held.values()):
            several[column] = Attribute(multivalued=True)
    return frame, several
