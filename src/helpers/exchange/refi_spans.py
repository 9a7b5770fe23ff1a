"""The positions of a project's selections, from the file's way of counting to code points."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from .anchors import LOOSE, matches
from .notes import Notes, counted
from .refi_places import Reading, Spans, cut
from .refi_records import Selection
from .refi_sources import Document
from .word_bounds import code_points


class Placed:
    """The positions of selections, before and after they are placed in their texts."""

    def __init__(self, found: list[Document], places: list[tuple[int, Selection]]) -> None:
        self.found = found
        self.document = np.array([n for n, _ in places], dtype=np.int64)
        self.first = np.array([s.start for _, s in places], dtype=np.int64)
        self.last = np.array([s.end for _, s in places], dtype=np.int64)
        self.start = np.full(len(places), -1, dtype=np.int64)
        self.end = self.start.copy()
        text = np.array([s.kind in ("PlainTextSelection", "TranscriptSelection") for _, s in places], dtype=bool)
        self.spans = text & (self.first >= 0) & (self.last >= self.first)
        missing = np.array([d.missing for d in found] + [False], dtype=bool)
        self.absent = self.spans & missing[self.document]
        self.start[self.absent], self.end[self.absent] = self.first[self.absent], self.last[self.absent]
        self.odd = np.array([s.kind == "PlainTextSelection" for _, s in places], dtype=bool) & ~self.spans
        self.clipped = 0

    def groups(self) -> list[tuple[int, np.ndarray]]:
        """Return each document that has a text, with the selections in it."""
        at = np.flatnonzero(self.spans & ~self.absent)
        order = at[np.argsort(self.document[at], kind="stable")]
        cuts = np.flatnonzero(np.diff(self.document[order])) + 1
        return [(int(self.document[part[0]]), part) for part in np.split(order, cuts) if len(part)]

    def given(self, n: int, at: np.ndarray) -> Spans:
        """Return where some selections of a document begin and end, as the file counts."""
        return Spans(self.found[n].text, self.first[at], self.last[at], self.found[n].marked)

    def settle(self, n: int, at: np.ndarray, reading: Reading) -> None:
        """Place a document's selections; an end beyond the text is clipped, a beginning beyond it has no place."""
        points = code_points(self.found[n].text)
        start, end = cut(points, self.given(n, at), reading)
        outside = (start < 0) | (len(points) == 0)
        self.clipped += int(((end < 0) & ~outside).sum())
        self.start[at] = np.where(outside, -1, start)
        self.end[at] = np.where(outside, -1, np.where(end < 0, len(points), np.maximum(end, start)))
        self.odd[at[outside]] = True


def by_words(
    spans: Placed, places: list[tuple[int, Selection]], words: Callable[[Selection], str], notes: Notes
) -> None:
    """
    Place what was marked on a page where its words stand in the text, if they stand there once.

    Parameters
    ----------
    spans : Placed
        Takes the places.
    places : list of (int, Selection)
        Every selection, with the position of its document.
    words : function
        Gives the words of one as far as the file tells; empty for none, and where they may be cut short.
    notes : Notes
        Takes how many were placed.
    """
    nowhere = [
        at
        for at, (n, s) in enumerate(places)
        if s.kind == "PDFSelection" and spans.start[at] < 0 and words(s).strip() and not spans.found[n].missing
    ]
    if not nowhere:
        return
    taken = set(zip(spans.document.tolist(), spans.start.tolist(), spans.end.tolist(), strict=True))
    placed = 0
    for at in nowhere[:LOOSE]:  # each is a walk through the text
        n = places[at][0]
        text = spans.found[n].text
        same = matches(text, words(places[at][1]).split())
        # The rest of a selection that runs over two pages goes by the name of the whole, which has a place already.
        if len(same) == 1 and (n, *same[0]) not in taken and _apart(text, *same[0]):
            spans.start[at], spans.end[at] = same[0]
            placed += 1
    if placed:
        notes.infer(f"{counted(placed, 'selection')} on pages placed by their words, which stand in the text once.")


def _apart(text: str, start: int, end: int) -> bool:
    """Tell whether words stand alone, and are not a part of others."""
    around = (text[max(start - 1, 0) : start + 1], text[end - 1 : end + 1])
    return not any(len(two) == 2 and two.isalnum() for two in around)


def covering(found: list[Document], frame: pd.DataFrame) -> pd.Series:
    """Tell which passages cover their document: all but blanks (NVivo leaves out the last line's end), or 99 %."""
    texts = [document.text for document in found] + [""]
    lengths, first, last = (
        np.array([measure(text) for text in texts])[frame["document"]]
        for measure in (len, lambda text: len(text) - len(text.lstrip()), lambda text: len(text.rstrip()))
    )
    start, end = frame["start"], frame["end"]
    whole = ((start <= first) & (end >= last)) | (end - start >= 0.99 * lengths)
    return whole & (start >= 0) & (end > start)
