"""What a file holds twice: selections of a PDF by page and by character, and codings that it repeats."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd

from .notes import Notes, counted
from .refi_records import Selection


def once(selections: list[Selection]) -> list[Selection]:
    """
    Return a document's selections; one that a PDF and its text both hold is one, and lies in the text.

    The two are known by one GUID, by that of a coding of theirs, or (where a program gives out new ones at each
    export) by the same name, user, time and codes. ATLAS.ti writes what runs over two pages as two selections of the
    PDF, only one of them with the GUID of the one in the text: the other stays.
    """
    if not any(s.kind == "PDFSelection" for s in selections):
        return selections
    kept: list[Selection | None] = list(selections)
    met: set[int] = set()
    for sign in (_guid, _codings, _words):
        text = {
            sign(s): n
            for n, s in enumerate(kept)
            if s is not None and n not in met and s.kind == "PlainTextSelection" and sign(s)
        }
        for n, selection in enumerate(selections):
            at = text.get(sign(selection), n) if selection.kind == "PDFSelection" and kept[n] is not None else n
            twin = kept[at]
            if at != n and twin is not None and (at not in met or sign is _guid):
                kept[at], kept[n] = _united(twin, selection), None
                met.add(at)
    return [s for s in kept if s is not None]


def continued(places: list[tuple[int, Selection]], notes: Notes) -> None:
    """Note the selections on pages that look like the rest of one in the text: they count beside it."""
    pages = [(n, _words(s)) for n, s in places if s.kind == "PDFSelection" and _words(s)]
    text = {(n, _words(s)) for n, s in places if s.kind == "PlainTextSelection"} if pages else set()
    rest = sum(page in text for page in pages)
    if rest:
        notes.infer(
            f"{counted(rest, 'selection')} on pages with the name, user, time and codes of one in the text, as where "
            "that runs over two pages: codings of the second page count beside it."
        )


def _guid(selection: Selection) -> Hashable:
    return selection.guid


def _codings(selection: Selection) -> Hashable:
    return frozenset(coding.guid for coding in selection.codings if coding.guid)


def _words(selection: Selection) -> Hashable:
    if not (selection.name and selection.at and selection.codings):
        return ""
    codes = frozenset((coding.code, coding.by) for coding in selection.codings)
    return selection.name, selection.by, selection.at, codes


def _united(text: Selection, pdf: Selection) -> Selection:
    known = {(coding.code, coding.by) for coding in text.codings}
    more = tuple(coding for coding in pdf.codings if (coding.code, coding.by) not in known)
    return text._replace(locator=pdf.locator or text.locator, codings=text.codings + more)


def distinct(frame: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    """Count a coder's coding of a place with a code once, however often the file repeats it; keep all its memos."""
    key = [frame[c] for c in ("coder", "document", "start", "end", "code")]
    whole = frame["start"].isna()
    if whole.any():  # without a place, the words and where they were marked tell two codings apart
        key += [frame[c].where(whole, "") for c in ("locator", "quote")]
    again = pd.concat(key, axis=1, keys=range(len(key))).duplicated()
    if not again.any():
        return frame
    notes.find(f"{counted(int(again.sum()), 'coding')} repeated with the same place, code and coder, counted once.")
    every = pd.concat(key, axis=1, keys=range(len(key))).duplicated(keep=False)
    some = [cells[every] for cells in key]
    memos = frame["memo"][every].groupby(some, sort=False, dropna=False, observed=True).transform(_joined)
    return frame.assign(memo=frame["memo"].mask(every, memos))[~again]


def _joined(memos: pd.Series) -> str:
    return "\n".join(dict.fromkeys(memo for memo in memos if memo))
