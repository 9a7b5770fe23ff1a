"""Where two copies of a text differ, found in time that grows with their length and not with its square."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

Change = tuple[int, int, int, int]  # other[a:b] stands where base[c:d] stands
Point = tuple[int, int]  # a position in other, and the one in base that it is

RUNS = (4, 2, 1)  # words in a row that stand once in either copy are the same words
SMALL = 250_000  # pairs of pieces that difflib compares in an instant
_WORD = re.compile(r"\w+")
_PIECE = re.compile(r"\w+|\s+|.", re.DOTALL)


def changes(base: str, other: str) -> Iterator[Change]:
    """
    Give the passages that differ, in order: `other[a:b]` stands where `base[c:d]` does.

    Parameters
    ----------
    base, other : str
        The copies. What is in both at the same place is found by runs of words that occur once (as patience diff does
        with lines), what lies between by difflib.

    Examples
    --------
    >>> list(changes("I hope so. No.", "Well, I hoped so. No."))
    [(0, 6, 0, 0), (12, 13, 6, 6)]
    """
    return _between(base, other, (0, 0), (len(other), len(base)), RUNS)


def _between(base: str, other: str, first: Point, last: Point, runs: tuple[int, ...]) -> Iterator[Change]:
    (a, c), (b, d) = first, last
    ours, theirs = base[c:d], other[a:b]
    if ours == theirs:
        return
    pieces = _PIECE.findall(ours), _PIECE.findall(theirs)
    if not runs or len(pieces[0]) * len(pieces[1]) <= SMALL:
        for begin, end, to, until in _differing(*pieces):
            yield _trimmed(base, other, (a + begin, a + end, c + to, c + until))
        return
    points = [(a + x, c + y) for x, y in _shared(ours, theirs, runs[0])]
    for one, two in pairwise([first, *points, last]):
        yield from _between(base, other, one, two, runs[1:])


def _shared(base: str, other: str, run: int) -> Iterator[Point]:
    """Give where the words begin and end that both copies have once, in the order of both."""
    ours, theirs = _once(base, run), _once(other, run)
    pairs = [(at, ours[words]) for words, at in theirs.items() if words in ours]
    for (begin, end), (to, until) in _rising(pairs):
        yield begin, to
        yield end, until


def _once(text: str, run: int) -> dict[tuple[str, ...], Point]:
    """Return the runs of words that occur once, with the span of the first word."""
    words = [(match[0], match.span()) for match in _WORD.finditer(text)]
    found: dict[tuple[str, ...], Point] = {}
    twice = set()
    for n in range(len(words) - run + 1):
        key = tuple(word for word, _ in words[n : n + run])
        if key in found:
            twice.add(key)
        found[key] = words[n][1]
    return {key: at for key, at in found.items() if key not in twice}


def _rising(pairs: list[tuple[Point, Point]]) -> list[tuple[Point, Point]]:
    """Return the longest part of pairs, given in the order of the first, in which the second rises too."""
    tails: list[Point] = []
    chain: list[int] = []
    before: list[int] = []
    for n, (_, at) in enumerate(pairs):
        length = bisect_left(tails, at)
        before.append(chain[length - 1] if length else -1)
        tails[length : length + 1], chain[length : length + 1] = [at], [n]
    found, n = [], chain[-1] if chain else -1
    while n >= 0:
        found.append(pairs[n])
        n = before[n]
    return found[::-1]


def _differing(base: list[str], other: list[str]) -> Iterator[Change]:
    """Compare two lists of pieces; positions count characters."""
    ours, theirs = ([0, *accumulate(map(len, pieces))] for pieces in (base, other))
    for how, a, b, c, d in SequenceMatcher(None, other, base).get_opcodes():
        if how != "equal":
            yield theirs[a], theirs[b], ours[c], ours[d]


def _trimmed(base: str, other: str, change: Change) -> Change:
    """Leave out what a change begins and ends with in both copies."""
    a, b, c, d = change
    while a < b and c < d and other[a] == base[c]:
        a, c = a + 1, c + 1
    while a < b and c < d and other[b - 1] == base[d - 1]:
        b, d = b - 1, d - 1
    return a, b, c, d
