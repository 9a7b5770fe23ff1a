"""Text in points: measuring it in the figures' font, breaking it into lines, fitting it into a circle."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from math import sqrt

from matplotlib.font_manager import FontProperties, findfont, get_font

FONT = "DejaVu Sans"  # comes with matplotlib: figures are laid out the same on every machine
SMALL, NORMAL, LARGE = 7.0, 8.0, 9.0  # points; nothing is printed smaller than 7
LEADING = 1.2  # height of a line, in sizes
INK, GREY = "#1a1a1a", "#595959"  # both are dark enough on white to be read (WCAG AA)


@lru_cache(maxsize=8192)
def clean(text: object) -> str:
    r"""Return the text as one line without characters that an SVG file may not hold.

    Examples
    --------
    >>> clean("a\n\tb\x00c")
    'a b c'
    """
    kept = (" " if unicodedata.category(c) in ("Cc", "Cs") or c in "\ufffe\uffff" else c for c in str(text))
    return " ".join("".join(kept).split())


@cache
def _advance(character: str, weight: str) -> float:
    """Return the width of a character at size 1; one that the font lacks (emoji, wide scripts) counts 1."""
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    font = get_font(findfont(FontProperties(family=FONT, weight=weight)))
    if not font.get_char_index(ord(character)):
        return 1.0
    font.set_size(100, 72)
    return font.load_char(ord(character)).linearHoriAdvance / 65536 / 100


@lru_cache(maxsize=32768)
def width_of(text: str, size: float = SMALL, weight: str = "normal") -> float:
    """Return the printed width of one line of text, in points (without kerning, so rather too wide)."""
    return size * sum(_advance(character, weight) for character in text)


def widest(lines: Iterable[str], size: float = SMALL, weight: str = "normal") -> float:
    """Return the width of the widest line, in points (0 for no lines)."""
    return max((width_of(line, size, weight) for line in lines), default=0.0)


def height_of(lines: Sequence[str], size: float = SMALL) -> float:
    """Return the height of a block of lines, in points."""
    return len(lines) * size * LEADING


def wrap(text: str, width: float, size: float = SMALL, weight: str = "normal") -> list[str]:
    """Break a text into as few lines as fit in `width` points, all about as long; words stay whole if they can.

    Examples
    --------
    >>> wrap("First use within an existing social circle", 120)
    ['First use within an', 'existing social circle']
    """
    text = clean(text)
    best = _greedy(text, width, size, weight)
    low, high = max(widest(text.split(), size, weight), width / max(len(best), 1)), width
    while len(best) > 1 and high - low > 3:  # the narrowest column that needs no more lines
        middle = (low + high) / 2
        lines = _greedy(text, middle, size, weight)
        if len(lines) == len(best):
            best, high = lines, middle
        else:
            low = middle
    return best


def _greedy(text: str, width: float, size: float, weight: str) -> list[str]:
    """Break a text where the next word does not fit any more."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width_of(longer, size, weight) <= width:
            line = longer
            continue
        lines += [line] if line else []
        *pieces, line = _broken(word, width, size, weight)
        lines += pieces
    return [*lines, line] if line else lines


def _broken(word: str, width: float, size: float, weight: str) -> list[str]:
    """Cut one word into pieces that fit; at least one character each."""
    pieces = [""]
    for character in word:
        if pieces[-1] and width_of(pieces[-1] + character, size, weight) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def fit_in_circle(parts: Sequence[str], radius: float, size: float = SMALL) -> list[str] | None:
    """Return the lines at which the parts, each from a new line, fit inside a circle; None if they do not.

    Each line may use the chord of the circle at its own height, so words fit wider in the middle.
    """
    words = [clean(part).split() for part in parts]
    for total in range(len(parts), min(sum(map(len, words)), 9) + 1):
        edges = [abs(i - (total - 1) / 2) * size * LEADING + 0.42 * size for i in range(total)]
        lines = _filled(words, [2 * sqrt(max((radius - 1.5) ** 2 - edge**2, 0.0)) for edge in edges], size)
        if lines:
            return lines
    return None


def _filled(parts: Sequence[Sequence[str]], rooms: Sequence[float], size: float) -> list[str] | None:
    """Return the parts on lines of the given widths, all of them used; None if a word is left or a line empty."""
    lines: list[str] = []
    for part in parts:
        left = list(part)
        while left:
            if len(lines) == len(rooms):
                return None
            line = ""
            while left and width_of(f"{line} {left[0]}".strip(), size) <= rooms[len(lines)]:
                line = f"{line} {left.pop(0)}".strip()
            if not line:
                return None
            lines.append(line)
    return lines if len(lines) == len(rooms) else None
