"""One document's text in two copies: where they differ, and where a passage of the one stands in the other."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import NamedTuple

import numpy as np

from ..spans import short
from .merge_changes import Change, changes
from .word_bounds import code_points

_WORD = re.compile(r"\w+")
EDITED = 0.8  # of the letters of a passage in both copies: the same passage, with a slip mended in it
SHINGLE = 3  # words; texts that share most of their runs of three are copies of one


class Difference(NamedTuple):
    """A place where two copies differ: its offset and line in the first, and what stands there in each."""

    offset: int
    line: int
    base: str
    other: str


class Place(NamedTuple):
    """Where a passage stands; `how` is "same", "shifted" (its words moved with the text), "elsewhere" or "edited"."""

    start: int
    end: int
    how: str


class Copy:
    r"""
    A second copy of a text, beside the first.

    Parameters
    ----------
    base, other : str
        The texts. Line endings do not make them differ.

    Attributes
    ----------
    changes : list
        The passages that differ, in order; empty where the copies agree but for line endings.

    Examples
    --------
    >>> copy = Copy("I hope so.\nNo.", "Well.\r\nI hope so.\r\nNo.")
    >>> copy.differences()
    [Difference(offset=0, line=1, base='', other='Well.\n')]
    >>> copy.place(9, 13), copy.place(19, 21)
    (Place(start=2, end=6, how='shifted'), Place(start=11, end=13, how='shifted'))
    >>> copy.place(0, 4) is None
    True
    """

    def __init__(self, base: str, other: str) -> None:
        self.base, self.other = _unix(base), _unix(other)
        self._base, self._other = _characters(base), _characters(other)
        self.changes = list(changes(self.base, self.other))
        self._starts = [change[0] for change in self.changes]

    def place(self, start: int, end: int, quote: str = "") -> Place | None:
        """
        Return where a passage of the other copy stands in the first.

        Where the same words stand at the same place of the text, they are the same passage. Else they have to occur
        exactly once; or the passage begins and ends outside every change, and most of its letters are in both copies:
        a slip of the pen was mended in it. Without any of this there is no telling which passage it was: None.
        """
        first, last = self._plain(start), self._plain(end, up=end > start)
        words = self.other[first:last]
        at, until = self.start(first), self.end(last)
        if at is None and until is not None:
            at = until - len(words)
        if at is not None and at >= 0 and self.base[at : at + len(words)] == words:
            return self._raw(at, at + len(words), "same" if at == first else "shifted")
        only = _only(self.base, words)
        if only is not None:
            return self._raw(only, only + len(words), "elsewhere")
        at = self.start(first)
        if at is None or until is None or at >= until or self.alike((first, last)) < EDITED:
            return None
        return self._raw(at, until, "edited")

    def words(self, start: int, end: int) -> str:
        """Return a passage of the other copy, with line endings as LF."""
        return self.other[self._plain(start) : self._plain(end, up=end > start)]

    def turn(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where a turn stands, whose words may differ; None where it begins or ends inside a change."""
        at, until = self.start(self._plain(start)), self.end(self._plain(end, up=True))
        if at is None or until is None or until < at:
            return None
        found = self._raw(at, until, "")
        return found.start, found.end

    def start(self, position: int) -> int | None:
        """Return where a character stands in the first copy; None inside a change."""
        n = bisect_right(self._starts, position) - 1
        if n < 0:
            return position
        begin, end, to, until = self.changes[n]
        return until + position - end if position >= end else to if position == begin else None

    def end(self, position: int) -> int | None:
        """Return where the place behind a character is in the first copy; None inside a change."""
        n = bisect_left(self._starts, position) - 1
        if n < 0:
            return position
        end, until = self.changes[n][1], self.changes[n][3]
        return until + position - end if position >= end else None

    def differences(self) -> list[Difference]:
        """List every place where the copies differ; offsets and lines are the first copy's."""
        return [
            Difference(int(self._base[c]), self.base.count("\n", 0, c) + 1, self.base[c:d], self.other[a:b])
            for a, b, c, d in map(self._whole_words, self.changes)
        ]

    def alike(self, span: tuple[int, int] | None = None) -> float:
        """Return the share of the copies' characters, blanks aside, that stand in both; or of a span of the other's."""
        first, last = span or (0, len(self.other))
        within = [change for change in self.changes if first <= change[0] and change[1] <= last]
        out = sum(_dense(self.other[a:b]) for a, b, _, _ in within)
        into = sum(_dense(self.base[c:d]) for _, _, c, d in within)
        total = 2 * (_dense(self.other[first:last]) - out) + out + into
        return 1 - (out + into) / total if total else 1.0

    def _whole_words(self, change: Change) -> Change:
        """Widen a change inside a word to the whole of it, for people to read."""
        a, b, c, d = change
        base, other = self.base, self.other
        if other[a:b][:1].isalnum() or base[c:d][:1].isalnum():
            while a and c and base[c - 1].isalnum() and other[a - 1] == base[c - 1]:
                a, c = a - 1, c - 1
        if other[a:b][-1:].isalnum() or base[c:d][-1:].isalnum():
            while b < len(other) and d < len(base) and base[d].isalnum() and other[b] == base[d]:
                b, d = b + 1, d + 1
        return a, b, c, d

    def _plain(self, position: int, *, up: bool = False) -> int:
        """Count a position of the other copy with line endings as one character; between CR and LF, before or after."""
        return int(np.searchsorted(self._other, position, "left" if up else "right")) - (0 if up else 1)

    def _raw(self, start: int, end: int, how: str) -> Place:
        return Place(int(self._base[start]), int(self._base[end]), how)


def unseen(base: str, start: int, end: int, quote: str) -> Place | None:
    """
    Return where a passage stands whose own copy of the text is not kept; its quote is the only witness.

    >>> unseen("I hope so.", 2, 6, "hope"), unseen("I hope so.", 0, 4, "hope"), unseen("I hope so.", 2, 6, "fear")
    (Place(start=2, end=6, how='same'), Place(start=2, end=6, how='elsewhere'), None)
    """
    if base[start:end] == quote or (not quote and end <= len(base)):
        return Place(start, end, "same")
    only = _only(base, quote)
    return None if only is None else Place(only, only + len(quote), "elsewhere")


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """
    Return the runs of three words in a text: copies of one text share most of them.

    >>> sorted(shingles("I hope so. I do"))
    [('hope', 'so', 'i'), ('i', 'hope', 'so'), ('so', 'i', 'do')]
    """
    words = _WORD.findall(text.casefold())
    return frozenset(zip(*(words[n:] for n in range(SHINGLE)), strict=False))


def snippet(words: str) -> str:
    """Return words for a message, on one line."""
    return repr(short(words, 60)) if words else "nothing"


def _unix(text: str) -> str:
    return re.sub("\r\n?", "\n", text)


def _characters(text: str) -> np.ndarray:
    """Return where each character begins when CR LF is one, and where the text ends."""
    points = code_points(text)
    second = np.zeros(len(points), dtype=bool)
    second[1:] = (points[1:] == ord("\n")) & (points[:-1] == ord("\r"))
    return np.append(np.flatnonzero(~second), len(points))


def _only(text: str, words: str) -> int | None:
    """Return where words stand that occur exactly once."""
    at = text.find(words) if words else -1
    return at if at >= 0 and text.find(words, at + 1) < 0 else None


def _dense(text: str) -> int:
    return sum(not c.isspace() for c in text)
