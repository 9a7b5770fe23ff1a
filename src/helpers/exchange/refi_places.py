"""Positions as files count them, to code points of the text as stored; and whether a way of counting is right."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from .notes import Notes, counted

Newline = Literal["stored", "one", "two"]

DECISIVE = 5  # selections more that the other way of counting places on words, before it is preferred on evidence


class Reading(NamedTuple):
    """A way of counting: UTF-16 units or code points; a line ending as stored, CR LF as one, or a lone LF as two."""

    utf16: bool = False
    newline: Newline = "stored"

    def __str__(self) -> str:
        """Name it in running text."""
        ends = {"stored": "", "one": ", CR LF as one", "two": ", each line ending as two"}
        return ("UTF-16 units" if self.utf16 else "code points") + ends[self.newline]


class Spans(NamedTuple):
    """Selections of one text, as the file counts them."""

    text: str
    start: np.ndarray
    end: np.ndarray


def rule(origin: str) -> Reading:
    """
    Return how a tool counts, from the name under which it signs its files.

    >>> str(rule("NVivo for Windows 20.1")), str(rule("ATLAS.ti 9")), str(rule("Magnolia"))
    ('UTF-16 units', 'code points, CR LF as one', 'code points')
    """
    tool = origin.casefold()
    return Reading(tool.startswith("nvivo"), "one" if tool.startswith("atlas") else "stored")


def code_points(text: str) -> np.ndarray:
    """Return a text's code points, as numbers."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def placed(points: np.ndarray, positions: np.ndarray, reading: Reading) -> np.ndarray:
    r"""
    Return positions as code points of the text as stored; -1 for those beyond its end.

    >>> text = code_points("a😀b\r\nc")
    >>> placed(text, np.array([0, 3, 4, 7, 8]), Reading(utf16=True)).tolist()
    [0, 2, 3, 6, -1]
    >>> placed(text, np.array([3, 4, 5]), Reading(newline="one")).tolist()
    [3, 5, 6]
    """
    begins = _begins(points, reading)
    if begins is None:
        return np.where((positions >= 0) & (positions <= len(points)), positions, -1)
    at = np.searchsorted(begins, positions, side="left")
    return np.where((positions >= 0) & (positions <= begins[-1]), at, -1)


def _begins(points: np.ndarray, reading: Reading) -> np.ndarray | None:
    """Where each code point begins, and the last one ends, in the reading's units; None where nothing differs."""
    width = np.ones(len(points), dtype=np.int8)
    if reading.utf16:
        width[points > 0xFFFF] = 2
    if reading.newline != "stored":
        feed = np.flatnonzero(points == 10)
        after = feed[(feed > 0) & (points[feed - 1] == 13)]
        if reading.newline == "one":
            width[after - 1] = 0
        else:
            width[np.setdiff1d(feed, after)] = 2
    if (width == 1).all():
        return None
    return np.concatenate([[0], np.cumsum(width, dtype=np.int32)])


def whole(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """
    Tell which spans cut no word, at their beginning and at their end; one outside the text counts as cutting.

    >>> whole(code_points("I hope so"), np.array([2, 3, 0]), np.array([6, 6, -1])).tolist()
    [True, False, False]
    """
    if not len(points):
        return np.zeros(len(start), dtype=bool)
    cuts = np.zeros(len(start), dtype=bool)
    for position in (start, end):
        inside = (position > 0) & (position < len(points))
        at = np.where(inside, position, 1 if len(points) > 1 else 0)
        cuts |= inside & _word(points[at - 1]) & _word(points[at])
    return ~cuts & (start >= 0) & (end >= 0)


def _word(points: np.ndarray) -> np.ndarray:
    """Letters, digits and the marks that combine with them."""
    unique, again = np.unique(points, return_inverse=True)
    letters = [chr(p).isalnum() or p == 95 or unicodedata.category(chr(p))[0] == "M" for p in unique]
    return np.array(letters, dtype=bool)[again]


def read_as(spans: Sequence[Spans], origin: str, inline: bool, notes: Notes) -> Reading:
    """
    Choose the way of counting: the rule for the file's origin, unless the texts themselves decide otherwise.

    Parameters
    ----------
    spans : sequence of Spans
        The selections, text by text.
    origin : str
        The tool's signature.
    inline : bool
        Some texts stand in the XML, whose parser makes one character of each line ending.
    notes : Notes
        Takes the score under the rule and under the best other way, and a warning where another fits better.
    """
    given, total = rule(origin), sum(len(s.start) for s in spans)
    if not total:
        return given
    flipped = Reading(not given.utf16, given.newline)
    ends: list[Newline] = ["stored", "one"] if any("\r\n" in s.text for s in spans) else ["stored"]
    ends += ["two"] if inline else []
    others = [flipped, *(Reading(unit, end) for unit in (given.utf16, flipped.utf16) for end in ends)]
    scores = {other: _score(spans, given, other) for other in dict.fromkeys(others) if other != given}
    best = max(scores, key=lambda other: scores[other].other)
    chosen = best if scores[best].decides() else given
    second = given if chosen == best else best if scores[best].other > scores[best].given else flipped
    hits = {given: scores[best].given} | {other: score.other for other, score in scores.items()}
    whom = "the standard's rule" if given == Reading() else f"the rule for {origin.split(' ')[0]}"
    why = whom if chosen == given else f"{whom} says {given}, but the texts decide"
    lie = "begins and ends" if total == 1 else "begin and end"
    notes.find(
        f"{hits[chosen]:,} of {counted(total, 'text selection')} {lie} "
        f"on word boundaries, counted in {chosen} ({why}); counted in {second}, {hits[second]:,} would."
    )
    if hits[second] > hits[chosen]:
        notes.infer(
            f"positions are counted in {given}, although {second} would fit more of the selections: check some."
        )
    return chosen


class _Scores(NamedTuple):
    given: int
    other: int
    differ: int
    given_differ: int
    other_differ: int

    def decides(self) -> bool:
        """The other way is right where they differ, and this one clearly less often."""
        better = self.other_differ - self.given_differ
        return self.other_differ >= 0.9 * self.differ and better >= max(DECISIVE, 0.2 * self.differ)


def _score(spans: Sequence[Spans], given: Reading, other: Reading) -> _Scores:
    sums = np.zeros(5, dtype=np.int64)
    for text, start, end in spans:
        points = code_points(text)
        one, two = ([placed(points, p, reading) for p in (start, end)] for reading in (given, other))
        right = [whole(points, *pair) for pair in (one, two)]
        differ = (one[0] != two[0]) | (one[1] != two[1])
        sums += [right[0].sum(), right[1].sum(), differ.sum(), (right[0] & differ).sum(), (right[1] & differ).sum()]
    return _Scores(*(int(n) for n in sums))
