"""The documents of several studies: which are copies of one, and how their texts differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import pandas as pd

from ..errors import listed
from ..spans import whereabouts
from .merge_groups import Groups, Item, Sources, lead, named
from .merge_people import Ids, stand_ins, together
from .merge_texts import Copy, Place, shingles, snippet, unseen
from .notes import counted

CHARACTERS = 10  # a text without so many letters is no sign that two documents are one
SIMILAR = 0.8  # of all runs of three words, in both texts
UNLIKE = 0.3  # of the characters in both texts: documents with one id, but not one document
SEARCHED, SEARCHED_WORDS = 20, 2000  # codings, and their length, for which an error says what is most alike


@dataclass
class Documents:
    """
    The merged documents.

    Attributes
    ----------
    ids : mapping of item to str
        The merged id of each study's documents.
    table : DataFrame
        The merged rows, with texts.
    copies : mapping of item to Copy
        For each document whose text is not the merged one, how the two stand to each other.
    unseen : set of item
        Documents whose own copy of the text is not kept.
    replaced : set of str
        Participants who only stood in for a document, until another study said whose it is.
    """

    sources: Sources
    ids: Ids = field(default_factory=dict)
    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    texts: dict[str, str] = field(default_factory=dict)
    copies: dict[Item, Copy] = field(default_factory=dict)
    unseen: set[Item] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)

    def codings(self, n: int, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a study's codings with the positions that their words have in the merged texts."""
        moving = frame["document"].map(lambda d: (n, d) in self.copies or (n, d) in self.unseen).astype(bool)
        moving &= frame["start"].notna()
        if not moving.any():
            return frame
        astray = self._astray(n, frame[moving])
        cells = {name: list(frame[name]) for name in ("start", "end", "quote")}
        for at, row in zip(moving.to_numpy().nonzero()[0], frame[moving].itertuples(), strict=True):
            place = self._placed(n, row, certain=bool(row.quote) or row.document not in astray)
            if place:
                text = self.texts[self.ids[n, row.document]]
                cells["start"][at], cells["end"][at] = place.start, place.end
                cells["quote"][at] = text[place.start : place.end] if row.quote else ""
        return frame.assign(**cells).astype({"start": "Int64", "end": "Int64"})

    def _astray(self, n: int, frame: pd.DataFrame) -> set[str]:
        """Find the documents without a text of their own whose quotes show that positions mean another text."""
        found = set()
        rows = frame[frame["document"].map(lambda d: (n, d) in self.unseen).astype(bool)]
        for document, part in rows.groupby("document", sort=False):
            text = self.texts[self.ids[n, str(document)]]
            if any(row.quote and text[row.start : row.end] != row.quote for row in part.itertuples()):
                found.add(str(document))
            elif (part["quote"] == "").any():
                what = counted(int((part["quote"] == "").sum()), "coding")
                self.sources.note(
                    f"{self.sources.labels[n]} keeps neither the text of {document!r} nor the words of {what} in it: "
                    "their positions are taken as they are."
                )
        return found

    def turns(self, n: int, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a study's turns at their places in the merged texts."""
        places = []
        for row in frame.itertuples():
            copy = self.copies.get((n, row.document))
            place = copy.turn(int(row.start), int(row.end)) if copy else (int(row.start), int(row.end))
            if place is None:
                what = f"the turn at {row.start} of {row.document!r} in {self.sources.labels[n]}"
                self.sources.problem(f"{what} begins or ends inside a passage that differs; make the texts alike")
            places.append(place or (int(row.start), int(row.end)))
        return frame.assign(start=[start for start, _ in places], end=[end for _, end in places])

    def _placed(self, n: int, row: Any, *, certain: bool) -> Place | None:
        """Return where one coding stands in the merged text; none is lost or moved without a word."""
        item, start, end = (n, row.document), int(row.start), int(row.end)
        copy, text = self.copies.get(item), self.texts[self.ids[item]]
        place = copy.place(start, end) if copy else unseen(text, start, end, row.quote) if certain else None
        label = self.sources.labels[n]
        what = f"the coding {row.code!r} by {row.coder!r} in {row.document!r} of {label} at {start} to {end}"
        if place is None:
            words = copy.words(start, end) if copy else row.quote
            why = self._missing(text, words, start)
            first = f"{why.rstrip('.')}. Or name {label} first, whose text is kept then" if copy and words else why
            self.sources.problem(f"{what}: {first}")
        elif place.how == "elsewhere":
            words = snippet(text[place.start : place.end])
            self.sources.note(f"Moved: {what} is at {place.start} to {place.end} now, where its words {words} stand.")
        elif place.how == "edited" and copy:
            here, there = snippet(text[place.start : place.end]), snippet(copy.words(start, end))
            self.sources.note(
                f"Edited: {what} is at {place.start} to {place.end} now, where {here} stands for {there}."
            )
        return place

    def _missing(self, text: str, words: str, start: int) -> str:
        if not words:
            return "its place differs between the copies of the text, and it has no words to find it by"
        if words in text:
            return f"its words {snippet(words)} stand elsewhere in the merged text, {text.count(words)} times"
        few = len(self.sources.problems) < SEARCHED and len(words) < SEARCHED_WORDS
        hint = whereabouts(text, words, start, approximate=few)
        return f"its words {snippet(words)} are not in the merged text.{hint}"


def merged_documents(sources: Sources, people: Mapping[Item, str]) -> Documents:
    """
    Match the documents, unite what is known of them, and compare their texts.

    Parameters
    ----------
    sources : Sources
        The studies; takes notes and problems.
    people : mapping of item to str
        The merged ids of the participants.
    """
    rows = sources.rows("documents")
    for (n, _), row in rows.items():
        row["participant"] = people.get((n, row["participant"]), "")
    groups = Groups(rows)
    followers = sources.decide("documents", groups, {item: (item[1],) for item in rows})
    groups.unite((item, item[1]) for item in rows)
    texts = {item: row["text"] for item, row in rows.items()}
    _by_text(sources, groups, texts)
    done = [lead(group, followers) for group in groups.lists()]
    stand = {(n, name) for n, study in enumerate(sources.studies) for name in stand_ins(study)}
    found = Documents(sources, named(groups.lists(), followers))
    for group in done:
        written = [item for item in group if texts[item]]
        found.texts[found.ids[group[0]]] = texts[written[0]] if written else ""
        for item in group:
            rows[item]["text"] = ""
            if item not in written:
                found.unseen |= {item} if written else set()
            elif texts[item] != texts[written[0]]:
                found.copies[item] = _compared(sources, written[0], item, texts)
        found.replaced |= _named(sources, group, rows, stand)
    table = together(sources, "documents", done, rows, found.ids)
    found.table = table.assign(text=[found.texts[document] for document in table["document"]])
    sources.undecided("documents", groups.lists(), {item: item[1] for item in rows})
    return found


def _named(sources: Sources, group: list[Item], rows: dict[Item, dict[str, str]], stand: set[Item]) -> set[str]:
    """Let a study that knows whose document it is speak for those that call somebody by the document's name."""
    known = [item for item in group if rows[item]["participant"] and item not in stand]
    known = known or [item for item in group if item in stand][:1]
    gone = {rows[item]["participant"] for item in group if item in stand} - {rows[i]["participant"] for i in known}
    if not gone:
        return set()
    which = f"{rows[known[0]]['participant']!r} ({sources.labels[known[0][0]]})"
    sources.note(f"The document {group[0][1]!r} is that of {which}: {listed(gone)} was only the document's name.")
    for item in group:
        rows[item]["participant"] = "" if rows[item]["participant"] in gone else rows[item]["participant"]
    return gone


def _by_text(sources: Sources, groups: Groups, texts: Mapping[Item, str]) -> None:
    """Match documents that have other ids by the same text, then by a very similar one."""
    before = groups.lists()
    plain = {item: "\n".join(text.splitlines()) for item, text in texts.items() if len(text.strip()) >= CHARACTERS}
    groups.unite(plain.items())
    _told(sources, before, groups, {item: "has the same text" for item in plain})
    before = groups.lists()
    alone = [group for group in before if len({n for n, _ in group}) < len(sources.studies)]
    runs = {item: shingles(texts[item]) for group in alone for item in group if item in plain}
    keys, why = [], {}
    for one, other in combinations(runs, 2):
        share = _shared(runs[one], runs[other]) if one[0] != other[0] and groups.of[one] != groups.of[other] else 0.0
        if share >= SIMILAR:
            keys += [(one, (one, other)), (other, (one, other))]
            why[other] = f"has a very similar text ({share:.0%} of all runs of three words in both)"
    for group in groups.unite(keys):
        shown = listed(f"{d} ({sources.labels[n]})" for n, d in group)
        sources.note(f"To decide: the documents {shown} have very similar texts and are kept apart.")
    _told(sources, before, groups, why)


def _shared(one: frozenset, other: frozenset) -> float:
    if min(len(one), len(other)) < SIMILAR * max(len(one), len(other)) or not one:
        return 0.0
    both = len(one & other)
    return both / (len(one) + len(other) - both)


def _told(sources: Sources, before: list[list[Item]], groups: Groups, why: Mapping[Item, str]) -> None:
    """Note which documents a step has put together."""
    names = {group[0]: sources.called({group[0]: group[0][1]}, group[0]) for group in before}
    for group in groups.lists():
        for item in [item for item in group[1:] if item in names]:
            reason = why.get(item) or why.get(group[0], "")
            sources.note(f"The document {names[item]} is taken for {names[group[0]]}: it {reason}.")


def _compared(sources: Sources, first: Item, second: Item, texts: Mapping[Item, str]) -> Copy:
    """Compare two copies of a text, and tell of every difference."""
    copy = Copy(texts[first], texts[second])
    one, other = sources.labels[first[0]], sources.labels[second[0]]
    what = f"the text of {first[1]!r} in {one} and of {second[1]!r} in {other}"
    if not copy.changes:
        sources.note(f"Line endings differ in {what}; positions are counted over to those of {one}.")
        return copy
    if copy.alike() < UNLIKE:
        sources.problem(f"{what} are not copies of one: {copy.alike():.0%} is in both. Give one document another id")
    told = "; ".join(
        f"at {d.offset} (line {d.line}): {snippet(d.base)} in {one}, {snippet(d.other)} in {other}"
        for d in copy.differences()
    )
    places = counted(len(copy.changes), "place")
    sources.note(f"Texts differ: {what} in {places}, and that of {one} is kept: {told}.")
    return copy
