"""Whether passages begin and end with words: how positions are held against a text."""

from __future__ import annotations

import unicodedata

import numpy as np


def code_points(text: str) -> np.ndarray:
    """Return a text's code points, as numbers."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


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
    found = points >= BLANKLESS[0][0]
    some = points[found]  # none, in most languages
    found[found] = np.any([(some >= first) & (some <= last) for first, last in BLANKLESS], axis=0)
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
