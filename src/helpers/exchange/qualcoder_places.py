"""Where QualCoder's passages stand: its editor counts otherwise than the rest of it, in the same columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping

import numpy as np

from .notes import Notes, counted
from .refi_places import Begins, Reading, code_points, cut
from .sqlite import integer, string

Key = Hashable
Span = tuple[int, int]
Row = tuple[Key, object, object, object]

EDITOR = Reading(utf16=True, newline="one")  # and a mark of byte order at the beginning is no character


class Places:
    """
    The places of a project's passages, as code points.

    What is marked by hand is placed as the editor (Qt) counts: an emoji is two, CR LF is one. What QualCoder finds
    itself is placed by characters. The words kept beside a coding tell which; where both are right or none is, and
    where there are no words, what is right more often in that text, or else in all.

    Parameters
    ----------
    texts : mapping
        The texts, by their key.
    codings : iterable
        Key, beginning, end and words of the codings.

    Examples
    --------
    >>> places = Places({1: "😀 I hope.", 2: "I hope."}, [(1, 5, 9, "hope")])
    >>> places.at(1, (5, 9), "hope"), places.at(1, (3, 4)), places.at(2, (2, 6))
    ((4, 8), (2, 3), (2, 6))
    """

    def __init__(self, texts: Mapping[Key, str], codings: Iterable[Row]) -> None:
        self._texts = {key: text for key, text in texts.items() if _differs(text)}
        self._points = {key: code_points(text.removeprefix("\ufeff")) for key, text in self._texts.items()}
        self._begins = {key: Begins() for key in self._texts}
        self._votes: Counter[Key] = Counter()
        self.confirmed = self.assumed = 0
        for key, start, end, words in codings if self._texts else ():
            told = span(start, end)
            if key in self._texts and told:
                stored, edited = (self._holds(key, place, string(words)) for place in (told, self._edited(key, told)))
                self._votes[key] += edited - stored

    def at(self, key: Key, told: Span, words: str = "") -> Span:
        """Return the place of a passage that the file places so."""
        edited = self._edited(key, told) if key in self._texts else told
        if edited == told:
            return told
        votes = self._votes[key] or self._votes.total()
        ways = [edited, told] if votes > 0 and edited[0] >= 0 <= edited[1] else [told, edited]
        place = next((way for way in ways if self._holds(key, way, words)), ways[0])
        self.confirmed += place == edited and self._holds(key, place, words)
        self.assumed += place == edited and not words
        return place

    def part(self, key: Key, told: Span) -> Span:
        """Return the place of a passage of a case, which has no words; a whole text is linked by its characters."""
        whole = told[0] <= 0 and told[1] >= len(self._texts.get(key, "")) - 1
        return told if whole else self.at(key, told)

    def told(self, notes: Notes) -> None:
        """Note how many passages are placed as the editor counts."""
        way = "as QualCoder's editor counts, an emoji as two characters and CR LF as one"
        if self.confirmed:
            where = f"placed {way}: the words are there"
            notes.find(f"{counted(self.confirmed, 'passage')} {where}.")
        if self.assumed:
            notes.infer(f"{counted(self.assumed, 'passage')} without words beside the place: taken {way}.")

    def _edited(self, key: Key, told: Span) -> Span:
        """Return the place of what the editor counts so; -1 for what lies outside the text."""
        start, end = (np.array([position]) for position in told)
        first, last = (int(at[0]) for at in cut(self._points[key], start, end, EDITOR, self._begins[key]))
        shown = len(self._texts[key]) - len(self._points[key])  # the text shown begins so far inside the text
        return first + shown if first >= 0 else -1, last + shown if last >= 0 else -1

    def _holds(self, key: Key, place: Span, words: str) -> bool:
        start, end = place
        return 0 <= start < end and words.split() == self._texts[key][start:end].split() != []


def span(start: object, end: object) -> Span | None:
    """
    Return a beginning and an end as numbers, or None where one of them is none.

    >>> span(2, "6"), span(2, None)
    ((2, 6), None)
    """
    first, last = integer(start), integer(end)
    return (first, last) if first is not None and last is not None else None


def _differs(text: str) -> bool:
    return bool(text) and ("\r\n" in text or text[0] == "\ufeff" or max(text) > "\uffff")
