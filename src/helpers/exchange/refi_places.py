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
    """
    A way of counting.

    UTF-16 units or code points; a line ending as stored, CR LF as one, or a lone LF as two; the end of a selection
    behind its last character, or (as the standard can be read) the last character itself.
    """

    utf16: bool = False
    newline: Newline = "stored"
    last: bool = False

    def __str__(self) -> str:
        """Name it in running text."""
        ends = {"stored": "", "one": ", CR LF as one", "two": ", each line ending as two"}
        unit = "UTF-16 units" if self.utf16 else "code points"
        return unit + ends[self.newline] + (", the end belonging to the selection" if self.last else "")


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
    return Reading(tool.startswith("nvivo"), "one" if tool.startswith(("atlas", "qualcoder")) else "stored")


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
    return _at(_begins(points, reading), len(points), positions)


Begins = dict[Reading, "np.ndarray | None"]  # of one text, by the way of counting


def cut(
    points: np.ndarray, start: np.ndarray, end: np.ndarray, reading: Reading, known: Begins | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """
    Return where selections begin and end, as code points; `known` keeps what is worked out for the whole text.

    >>> cut(code_points("I hope"), np.array([2]), np.array([5]), Reading(last=True))
    (array([2]), array([6]))
    """
    known, way = {} if known is None else known, reading._replace(last=False)
    if way not in known:
        known[way] = _begins(points, way)
    return _at(known[way], len(points), start), _at(known[way], len(points), end + reading.last)


def _at(begins: np.ndarray | None, length: int, positions: np.ndarray) -> np.ndarray:
    if begins is None:
        return np.where((positions >= 0) & (positions <= length), positions, -1)
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
            at = after - 1
            while len(at):  # a text written twice as text has CR CR LF
                width[at] = 0
                at = at[(at > 0) & (points[at - 1] == 13)] - 1
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


# Scripts that put no blanks between words: Thai and Lao, Burmese, Khmer, kana, Han with its rare characters.
BLANKLESS: tuple[tuple[int, int], ...] = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3005, 0x30FF),
    (0x3400, 0x4DBF),
)
BLANKLESS += ((0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9D), (0x20000, 0x323AF))
SEEN = 20_000  # characters of each text that tell its script


def blankless(points: np.ndarray) -> np.ndarray:
    """
    Tell which characters stand in words that no blank ends.

    >>> blankless(code_points("a望み")).tolist()
    [False, True, True]
    """
    found = np.zeros(len(points), dtype=bool)
    for first, last in BLANKLESS:
        found |= (points >= first) & (points <= last)
    return found


_LETTER = np.full(0x110000, -1, dtype=np.int8)  # of each code point, once it has been met: 1 in a word, 0 not


def _word(points: np.ndarray) -> np.ndarray:
    """Letters, digits and the marks that combine with them, where blanks part words."""
    known = _LETTER[points]
    if not (known < 0).any():
        return known == 1
    unmet = np.unique(points[known < 0])
    for point, parted in zip(unmet.tolist(), (~blankless(unmet)).tolist(), strict=True):
        letter = chr(point)
        _LETTER[point] = parted and (letter.isalnum() or letter == "_" or unicodedata.category(letter)[0] == "M")
    return _LETTER[points] == 1


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
    for text, start, end in spans:
        points, known = code_points(text), Begins()
        one = cut(points, start, end, given, known)
        right = whole(points, *one)
        for other in others:
            two = cut(points, start, end, other, known)
            differ = (one[0] != two[0]) | (one[1] != two[1])
            fits = whole(points, *two) if differ.any() else right
            sums[other] += [right.sum(), fits.sum(), differ.sum(), (right & differ).sum(), (fits & differ).sum()]
    return {other: _Scores(*(int(n) for n in counts)) for other, counts in sums.items()}
