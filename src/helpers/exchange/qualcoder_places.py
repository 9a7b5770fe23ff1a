"""Where QualCoder's passages stand: its editor counts otherwise than the rest of it, in the same columns."""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping

import numpy as np

from .anchors import LOOSE, WITNESS, matches
from .notes import Notes, counted
from .sqlite import integer, string
from .word_bounds import code_points

Key = Hashable
Span = tuple[int, int]
Row = tuple[Key, object, object, object]

LINE_END = re.compile("\r\n|[\r\n\u2029]")  # the last is the editor's own
FAR = 50_000  # characters between two ways of counting, within which words are searched
MANY = 500  # places of the same words there; so many tell nothing
EDITOR = "as QualCoder's editor counts, an emoji as two characters and CR LF as one"
BROWSER = "as a browser counts, an emoji as two characters"  # and CR LF as two, like any two others


class Places:
    """
    The places of a project's passages, as code points.

    What is marked by hand is placed as the editor (Qt) counts: an emoji is two, CR LF is one. What QualCoder finds
    itself is placed by characters. QCnext, which writes the same tables, marks in a browser: there an emoji is
    two and so is CR LF. The words kept beside a coding tell which; where several are right or none is, and where there
    are no words, what is right more often in that text, or else in all.

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
        self._texts = {key: _Text(text) for key, text in texts.items() if _differs(text)}
        self._others = {key: _Text(text, BROWSER) for key, text in texts.items() if _ambiguous(text)}
        self._votes: Counter[Key] = Counter()
        self._browsed: Counter[Key] = Counter()
        self._searches = LOOSE
        self.confirmed, self.assumed = Counter[str](), Counter[str]()
        for key, start, end, words in codings if self._texts else ():
            if key in self._texts and (told := span(start, end)):
                self._votes[key] += self._vote(key, told, string(words))
        self._searches = LOOSE
        self._all, browsed = self._votes.total(), self._browsed.total()
        for key, other in self._others.items():
            if (self._browsed[key] or browsed) > 0:
                self._texts[key], self._others[key] = other, self._texts[key]
        for text in self._texts.values():
            text.shifts.sort()

    def at(self, key: Key, told: Span, words: str = "") -> Span:
        """Return the place of a passage that the file places so."""
        if key not in self._texts:
            return told
        text, by_hand = self._texts[key], (self._votes[key] or self._all) > 0
        nearby = text.shift(told)
        place, way = text.shown(told, nearby) if by_hand else told, text.way
        if words and not text.holds(place, words):
            other = self._others.get(key)
            if text.holds(told, words):
                place = told
            elif other and other.holds(other.shown(told), words):
                place, way = other.shown(told), other.way
            elif shifts := self._shifts(text, told, words):
                place = text.shown(told, min(shifts, key=lambda shift: (-text.known[shift], abs(shift - nearby))))
        self.confirmed[way] += place != told and text.holds(place, words)
        self.assumed[way] += place != told and not words
        return place

    def part(self, key: Key, told: Span) -> Span:
        """Return the place of a passage of a case, which has no words; a whole text is linked by its characters."""
        whole = key in self._texts and told[0] <= 0 and told[1] >= len(self._texts[key].text) - 1
        return told if whole else self.at(key, told)

    def told(self, notes: Notes) -> None:
        """Note how many passages are placed as the editor, or a browser, counts."""
        for way in (EDITOR, BROWSER):
            if self.confirmed[way]:
                where = f"placed {way}: the words are there"
                notes.find(f"{counted(self.confirmed[way], 'passage')} {where}.")
            if self.assumed[way]:
                notes.infer(f"{counted(self.assumed[way], 'passage')} without words beside the place: taken {way}.")

    def _vote(self, key: Key, told: Span, words: str) -> int:
        """Tell whether a coding is placed as the editor counts (1), by characters (-1), or may be both or neither."""
        text, other = self._texts[key], self._others.get(key)
        editor = text.holds(text.shown(told), words)
        browser = other is not None and other.holds(other.shown(told), words)
        if text.holds(told, words):
            return 0 if editor or browser else -1
        if other:
            self._browsed[key] += browser - editor
        if browser and not editor:
            return 1
        shifts = self._shifts(text, told, words)
        if len(shifts) == 1:
            text.shifts.append((told[0], shifts[0]))
            text.known[shifts[0]] += 1
        return int(bool(shifts))

    def _shifts(self, text: _Text, told: Span, words: str) -> list[int]:
        if text.holds(text.shown(told), words):
            return [0]
        self._searches -= 1
        return text.search(told, words) if self._searches >= 0 else []


class _Text:
    """
    A text that the editor counts otherwise.

    Of a long text the editor shows a part, and counts from its first character on, whose place it knows by
    characters: by that, all its positions in the part are shifted.
    """

    def __init__(self, text: str, way: str = EDITOR) -> None:
        points = code_points(text)
        width = np.ones(len(points), dtype=np.int8)
        width[points > 0xFFFF] = 2
        self._mark = int(way == EDITOR and text.startswith("\ufeff"))  # of byte order, which the editor drops
        if way == EDITOR:
            ends = np.flatnonzero(points[1:] == 10)
            width[ends[points[ends] == 13]] = 0
            width[: self._mark] = 0
        self.way = way
        self.text = text
        self._odd = np.flatnonzero(width != 1)  # characters that the editor does not count as one
        self._more = np.cumsum(width[self._odd] - 1, dtype=np.int32)  # what it has counted more behind each
        self._behind = self._odd + 1 + self._more  # the place behind each, as it counts
        self.shifts: list[tuple[int, int]] = []  # the beginning of a passage and its shift, where it is certain
        self.known: Counter[int] = Counter()  # how often a shift is certain

    def _units(self, at: int) -> int:
        """Return a place as the editor counts it."""
        before = int(np.searchsorted(self._odd, at))
        return at + (int(self._more[before - 1]) if before else 0)

    def _at(self, units: int) -> int:
        """Return the place of what the editor counts so, inside the text."""
        before = int(np.searchsorted(self._behind, units))
        at = units - (int(self._more[before - 1]) if before else 0)
        last = int(self._odd[before]) + 1 if before < len(self._odd) else len(self.text)
        return min(max(at, self._mark), last)

    def shown(self, told: Span, shift: int = 0) -> Span:
        """Return the place of what the editor counts so; what lies outside the text is placed by characters."""
        units = [position - shift for position in told]
        outside = min(units) < 0 or max(units) > self._units(len(self.text))
        return told if outside else (self._at(units[0]), self._at(units[1]))

    def holds(self, place: Span, words: str) -> bool:
        """Tell whether words stand at a place, whatever their line ends are."""
        start, end = place
        alike = 0 <= start < end <= start + 2 * len(words)  # as CR LF is two characters for one
        return alike and _plain(words) == _plain(self.text[start:end])

    def search(self, told: Span, words: str) -> list[int]:
        """Return the shifts by which the words stand where they should: the place lies between the two countings."""
        low, high = sorted((min(max(told[0], 0), len(self.text)), self._at(max(told[0], 0))))
        if not words.strip() or len(words) > WITNESS or high - low > FAR:
            return []
        before = told[0] + len(words) - len(words.lstrip())
        near = self.text[low : high + 2 * len(words)]
        shifts = [before - self._units(low + at) for at, _ in matches(near, words.split())[:MANY]]
        return [shift for shift in shifts if self.holds(self.shown(told, shift), words)]

    def shift(self, told: Span) -> int:
        """Return the shift of the nearest passage of which it is certain; none where there is no such passage."""
        at = bisect(self.shifts, (told[0], 0))
        return min(self.shifts[max(at - 1, 0) : at + 1], key=lambda known: abs(known[0] - told[0]), default=(0, 0))[1]


def span(start: object, end: object) -> Span | None:
    """
    Return a beginning and an end as numbers, or None where one of them is none.

    >>> span(2, "6"), span(2, None)
    ((2, 6), None)
    """
    first, last = integer(start), integer(end)
    return (first, last) if first is not None and last is not None else None


def _plain(words: str) -> str:
    return LINE_END.sub("\n", words).replace("\xa0", " ")


def _differs(text: str) -> bool:
    return bool(text) and ("\r\n" in text or text[0] == "\ufeff" or max(text) > "\uffff")


def _ambiguous(text: str) -> bool:
    """Tell whether a browser counts a text neither by characters nor as the editor does."""
    return bool(text) and max(text) > "\uffff" and ("\r\n" in text or text[0] == "\ufeff")
