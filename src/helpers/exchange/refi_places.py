"""Positions as files count them, to code points of the text as stored; and which way of counting is right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from .notes import Notes, counted
from .word_bounds import SEEN, blankless, code_points, whole

Newline = Literal["stored", "one", "two"]

FITS = 0.9  # of a text's selections on words: the mark of the byte order was not counted in it
DECISIVE = 5  # selections more that the other way of counting places on words, before it is preferred on evidence


class Reading(NamedTuple):
    """
    A way of counting.

    UTF-16 units or code points; a line ending as stored, CR LF as one, or a lone LF as two; the end of a selection
    behind its last character, or (as the standard can be read) the last character itself; the mark of the byte order
    not at all, or as a character of the text, where a program kept it there.
    """

    utf16: bool = False
    newline: Newline = "stored"
    last: bool = False
    mark: bool = False

    def __str__(self) -> str:
        """Name it in running text."""
        ends = {"stored": "", "one": ", CR LF as one", "two": ", each line ending as two"}
        unit = "UTF-16 units" if self.utf16 else "code points"
        more = ", the end belonging to the selection" * self.last + ", the mark of the byte order as one" * self.mark
        return unit + ends[self.newline] + more


class Spans(NamedTuple):
    """Selections of one text, as the file counts them; `marked` where a mark of the byte order stood before it."""

    text: str
    start: np.ndarray
    end: np.ndarray
    marked: bool = False


def rule(origin: str) -> Reading:
    """
    Return how a tool counts, from the name under which it signs its files.

    >>> str(rule("NVivo for Windows 20.1")), str(rule("ATLAS.ti 9")), str(rule("Magnolia"))
    ('UTF-16 units', 'code points, CR LF as one', 'code points')
    """
    tool = origin.casefold()
    return Reading(tool.startswith("nvivo"), "one" if tool.startswith(("atlas", "qualcoder")) else "stored")


def placed(points: np.ndarray, positions: np.ndarray, reading: Reading) -> np.ndarray:
    r"""
    Return positions as code points of the text as stored; -1 for those beyond its end.

    >>> text = code_points("a😀b\r\nc")
    >>> placed(text, np.array([0, 3, 4, 7, 8]), Reading(utf16=True)).tolist()
    [0, 2, 3, 6, -1]
    >>> placed(text, np.array([3, 4, 5]), Reading(newline="one")).tolist()
    [3, 5, 6]
    """
    return _at(_odd(points, reading), len(points), positions)


class Odd(NamedTuple):
    """Code points of a text that are not one unit wide: where each begins in units, and what holds behind it."""

    begins: np.ndarray
    gained: np.ndarray  # units, before the first of them and behind each
    behind: np.ndarray  # the code point 0, and the one behind each


Odds = dict[Reading, Odd]  # of one text, by the way of counting


def cut(points: np.ndarray, spans: Spans, reading: Reading, known: Odds | None = None) -> tuple[np.ndarray, np.ndarray]:
    """
    Return where selections begin and end, as code points; `known` keeps what is worked out for the whole text.

    >>> cut(code_points("I hope"), Spans("I hope", np.array([2]), np.array([5])), Reading(last=True))
    (array([2]), array([6]))
    """
    known, way = {} if known is None else known, reading._replace(last=False, mark=False)
    if way not in known:
        known[way] = _odd(points, way)
    told = np.concatenate([spans.start, spans.end + reading.last])
    if reading.mark and spans.marked:
        told = np.maximum(told - 1, 0)
    places = _at(known[way], len(points), told)
    return places[: len(spans.start)], places[len(spans.start) :]


def _at(odd: Odd, length: int, positions: np.ndarray) -> np.ndarray:
    """Return the first code points that begin at or behind positions in units; -1 beyond the end."""
    before = np.searchsorted(odd.begins, positions, side="left")
    at = np.maximum(positions - odd.gained[before], odd.behind[before])  # within a code point of two units is behind it
    return np.where((positions >= 0) & (positions <= length + odd.gained[-1]), at, -1)


def _odd(points: np.ndarray, reading: Reading) -> Odd:
    """Find the code points that the reading counts as none or as two."""
    two = [np.flatnonzero(points > 0xFFFF)] if reading.utf16 else []
    none = []
    if reading.newline != "stored":
        feed = np.flatnonzero(points == 10)
        ends = (feed > 0) & (points[feed - 1] == 13)  # CR LF
        if reading.newline == "one":
            at = feed[ends] - 1
            while len(at):  # a text written twice as text has CR CR LF
                none.append(at)
                at = at[(at > 0) & (points[at - 1] == 13)] - 1
        else:
            two.append(feed[~ends])
    which = np.concatenate([*two, *none]) if two or none else np.zeros(0, dtype=np.int64)
    more = np.repeat([1, -1], [sum(map(len, two)), sum(map(len, none))])
    order = np.argsort(which, kind="stable")
    which, gained = which[order], np.concatenate([[0], np.cumsum(more[order])])
    return Odd(which + gained[:-1], gained, np.concatenate([[0], which + 1]))


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
    included = given._replace(last=True)
    others = [included, flipped, *(Reading(unit, end) for unit in (given.utf16, flipped.utf16) for end in ends)]
    others += [other._replace(mark=True) for other in (given, flipped) if any(s.marked for s in spans)]
    scores = _scores(spans, given, [other for other in dict.fromkeys(others) if other != given])
    if not scores[included].decides():  # it fits nearly as well where it is wrong, so it has to be clearly right
        del scores[included]
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
    seen = [blankless(code_points(s.text[:SEEN])) for s in spans]
    if 3 * sum(int(these.sum()) for these in seen) > sum(map(len, seen)):
        notes.infer("the texts put no blanks between words, so that these numbers say little of positions: check some.")
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


def _scores(spans: Sequence[Spans], given: Reading, others: Sequence[Reading]) -> dict[Reading, _Scores]:
    """Hold each way of counting against the given one: how many selections cut no word, where they differ too."""
    sums = {other: np.zeros(5, dtype=np.int64) for other in others}
    for these in spans:
        points, known = code_points(these.text), Odds()
        one = cut(points, these, given, known)
        right = whole(points, *one)
        fit = right.sum() >= FITS * len(right)
        for other in others:
            two = one if other.mark and fit else cut(points, these, other, known)
            differ = (one[0] != two[0]) | (one[1] != two[1])
            fits = whole(points, *two) if differ.any() else right
            sums[other] += [right.sum(), fits.sum(), differ.sum(), (right & differ).sum(), (fits & differ).sum()]
    return {other: _Scores(*(int(n) for n in counts)) for other, counts in sums.items()}
