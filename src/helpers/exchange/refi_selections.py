"""The selections of all documents as arrays: who coded what, where, counted once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..errors import StudyError
from ..spans import AT_ONCE
from .notes import Notes, counted
from .refi_annotations import annotated
from .refi_memos import SAID, Memos
from .refi_places import Reading, read_as
from .refi_records import Coded, Selection
from .refi_sources import Document
from .refi_spans import Placed, by_words, covering
from .refi_twins import continued, once

WITNESS = 20_000  # characters; a longer span has no quote beside it, or a book coded whole would be held twice
QUOTED = 200_000_000  # characters of all quotes, which are left out beyond
WHOLE = 60  # characters; ATLAS.ti cuts a longer name short, and then it is not all of the words


@dataclass
class Rows:
    """
    Every coding of the file.

    Attributes
    ----------
    frame : DataFrame
        One row a coding: document (its position), start and end (code points; -1: the whole document), locator,
        memo, quote, created, by (the coder's guid), code (guid), guid, whole (it covers the whole document).
    withheld : bool
        Some positions lie in texts that are not in the file.
    spans : dict of str to (int, int, int)
        Document, start and end of the selections that cases point at, by guid.
    """

    frame: pd.DataFrame
    withheld: bool
    spans: dict[str, tuple[int, int, int]]


def rows(
    found: list[Document],
    origin: str,
    memos: Memos,
    notes: Notes,
    wanted: frozenset[str] = frozenset(),
    readings: dict[int, Reading] | None = None,
) -> Rows:
    """
    Flatten the documents' selections and place them in their texts.

    Parameters
    ----------
    found : list of Document
        The documents.
    origin : str
        The tool's signature, which says how it counts.
    memos : Memos
        Gives the texts of notes.
    notes : Notes
        Takes the scores and what did not fit.
    wanted : frozenset of str
        Guids of selections that are placed without being coded, for cases point at them.
    readings : dict, optional
        How each document counts, where the file is one of ours and says so.
    """
    _without_code(found, notes)
    places = [(n, s) for n, document in enumerate(found) for s in once(document.selections)]
    continued(places, notes)
    if readings is not None:  # one of ours, whose memos on passages are kept in its note
        places = [(n, s) for n, s in places if s.codings]
    spans = Placed(found, places)
    if readings is None:
        coded = np.array([bool(s.codings) or s.guid in wanted for _, s in places], dtype=bool)
        groups = [spans.given(n, at[coded[at]]) for n, at in spans.groups()]
        reading = read_as(groups, origin, any(found[n].inline for n, _ in spans.groups()), notes)
    for n, at in spans.groups():
        spans.settle(n, at, readings.get(n, Reading()) if readings is not None else reading)
    if readings is None:
        atlas = origin.casefold().startswith("atlas")
        by_words(spans, places, lambda s: _page_words(s, atlas), notes)
    _told(spans, found, notes, readings is not None)
    referred = {
        s.guid: (n, int(spans.start[at]), int(spans.end[at]))
        for at, (n, s) in enumerate(places)
        if s.guid in wanted and spans.start[at] >= 0
    }
    annotated(places, spans, found, memos, notes, wanted)
    quotes = _quotes(found, places, spans, origin, own=readings is not None)
    return Rows(_frame(found, places, spans, quotes, origin, memos, notes), bool(spans.absent.any()), referred)


def _without_code(found: list[Document], notes: Notes) -> None:
    """Leave out codings that name no code; there is nothing that they could say."""
    bare = 0
    for document in found:
        here = sum(
            not c.code for codings in (document.codings, *(s.codings for s in document.selections)) for c in codings
        )
        if here:
            whole = [s._replace(codings=tuple(c for c in s.codings if c.code)) for s in document.selections]
            document.selections, document.codings = whole, tuple(c for c in document.codings if c.code)
        bare += here
    if bare:
        notes.lose(f"{counted(bare, 'coding')} without a code.")


def _told(spans: Placed, found: list[Document], notes: Notes, own: bool) -> None:
    odd = int(spans.odd.sum())
    if odd:
        notes.lose(
            f"the places of {counted(odd, 'selection')} outside the text; kept as codings of the whole document."
        )
    if spans.clipped:
        notes.infer(f"{counted(spans.clipped, 'selection')} running past the end of the text end there.")
    empty = int(((spans.start == spans.end) & (spans.start >= 0)).sum())
    if empty and not own:
        notes.find(f"{counted(empty, 'selection')} of no length, kept as they are.")


def _frame(
    found: list[Document],
    places: list[tuple[int, Selection]],
    spans: Placed,
    quotes: pd.Series,
    origin: str,
    memos: Memos,
    notes: Notes,
) -> pd.DataFrame:
    """One row a coding: first those of selections, document by document, then those of whole documents."""
    sources = [n for n, document in enumerate(found) for _ in document.codings]
    whole = [c for document in found for c in document.codings]
    at = [n for n, (_, s) in enumerate(places) for _ in s.codings]
    coded = [c for _, s in places for c in s.codings]
    said = [(memos.of(s.notes, s.guid, s.memo), s.locator) for _, s in places]
    nowhere = np.full(len(whole), -1)
    for n in np.flatnonzero(spans.odd):
        memo, locator = said[n]
        place = f"characters {spans.first[n]}–{spans.last[n]} of the file"
        said[n] = memo, f"{locator}; {place}" if locator else place
    by_selection = prefer_selection(places, origin, notes)
    told = [*(_memo(said[n][0], c, memos) for n, c in zip(at, coded, strict=True)), *_memos(whole, memos)]
    if sum(map(len, told)) > SAID:
        raise StudyError(f"the memos of all codings are longer than {SAID // 1_000_000} MB, as no tool writes them")
    frame = pd.DataFrame(
        {
            "document": np.concatenate([spans.document[at], sources]).astype(np.int64),
            "start": np.concatenate([spans.start[at], nowhere]),
            "end": np.concatenate([spans.end[at], nowhere]),
            "locator": [*(said[n][1] for n in at), *[""] * len(whole)],
            "memo": told,
            "quote": pd.concat([quotes.iloc[at], pd.Series("", range(len(whole)), dtype="str")], ignore_index=True),
            **_who(places, at, coded, whole, by_selection),
            "code": _shared([c.code for c in (*coded, *whole)]),
            "guid": [c.guid for c in (*coded, *whole)] if memos.own else "",
        }
    )
    return frame.assign(whole=covering(found, frame) | (np.arange(len(frame)) >= len(at)))


def _shared(words: list[str]) -> pd.Categorical:
    """A column of few words that come often."""
    codes, unique = pd.factorize(np.array(words, dtype=object))
    return pd.Categorical.from_codes(codes, unique)


def _memo(selection: str, coding: Coded, memos: Memos) -> str:
    own = memos.of(coding.notes, coding.guid) if coding.notes or memos.linked else ""
    return "\n".join(dict.fromkeys(filter(None, (selection, own)))) if own else selection


def _memos(codings: list[Coded], memos: Memos) -> list[str]:
    return [memos.of(c.notes, c.guid) for c in codings]


def _who(
    places: list[tuple[int, Selection]], at: list[int], coded: list[Coded], whole: list[Coded], by_selection: bool
) -> dict[str, pd.Categorical]:
    """Who made each coding and when; the one that is not asked first answers where the other is silent."""
    pairs = [(places[n][1], c) if by_selection else (c, places[n][1]) for n, c in zip(at, coded, strict=True)]
    return {
        "by": _shared([*(one.by or two.by for one, two in pairs), *(c.by for c in whole)]),
        "created": _shared([*(one.at or two.at for one, two in pairs), *(c.at for c in whole)]),
    }


def prefer_selection(places: list[tuple[int, Selection]], origin: str, notes: Notes) -> bool:
    """
    Tell whether the selection says who coded, and not the coding.

    NVivo signs every coding with one user, and each selection with the one who made it. Where the codings of a file
    name several people, they are believed, unless NVivo wrote it and its selections name several too.
    """
    pairs = [(s.by, c.by) for _, s in places for c in s.codings if s.by and c.by]
    differ = sum(one != two for one, two in pairs)
    if not differ:
        return True
    marked, coded = (len(set(users)) for users in zip(*pairs, strict=True))
    several = coded > 1 and not (marked > 1 and origin.casefold().startswith("nvivo"))
    chosen, other = ("coding", "selection") if several else ("selection", "coding")
    notes.infer(
        f"the coder is the user of the {chosen}; {differ:,} of {counted(len(pairs), 'coding')} name another user "
        f"on the {other}" + ("." if several else ", who is usually whoever set the project up.")
    )
    return not several


def _quotes(
    found: list[Document], places: list[tuple[int, Selection]], spans: Placed, origin: str, *, own: bool
) -> pd.Series:
    """The words that were selected, as witness, or what the file tells of them."""
    parts, left = [pd.Series([], dtype="str")], QUOTED
    atlas = origin.casefold().startswith("atlas")
    start, end = spans.start.tolist(), spans.end.tolist()
    for first in range(0, len(places), AT_ONCE):  # as text of Python's, all of them would take several times the room
        words = []
        for at in range(first, min(first + AT_ONCE, len(places))):
            n, selection = places[at]
            if start[at] >= 0 and not found[n].missing:
                short = own or (end[at] - start[at] <= WITNESS and left > 0)
                quote = found[n].text[start[at] : end[at]] if short else ""
            else:
                quote = selection.quote or _named_quote(selection, atlas)
            left -= len(quote) * len(selection.codings)
            words.append(quote if own or left > 0 else "")
        parts.append(pd.Series(words, dtype="str"))
    return pd.concat(parts, ignore_index=True)


def _page_words(selection: Selection, atlas: bool) -> str:
    """All of the words that were marked on a page; nothing where they may be cut short."""
    name = _named_quote(selection, atlas) if selection.kind == "PDFSelection" else ""
    return selection.quote or (name if len(name) < WHOLE and not name.endswith("…") else "")


def _named_quote(selection: Selection, atlas: bool) -> str:
    """ATLAS.ti names a selection by its first words, whole where they are few; a name of another kind is no quote."""
    name, long = selection.name.strip(), selection.end - selection.start
    if selection.kind == "PlainTextSelection":
        return name if len(name) == long or (name.endswith("…") and len(name) <= long) else ""
    return name if atlas and selection.kind == "PDFSelection" and not name.startswith("Quotation ") else ""
