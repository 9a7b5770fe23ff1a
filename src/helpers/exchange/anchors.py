"""Codings that carry their words: is the quote where it should be, and where is it if not?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .notes import Notes, counted
from .refi_places import Reading, placed
from .word_bounds import code_points, whole

WITNESS = 20_000  # characters; a longer span keeps no quote beside it, or a text coded whole would be held twice
LOOSE = 5_000  # searches for changed quotes in one file; each costs a walk through the text
EDGE = 4  # words by which the beginning and the end of an edited passage are known

Span = tuple[int, int]
Other = Callable[[np.ndarray, np.ndarray], np.ndarray]


class Anchor(NamedTuple):
    """Where a coding stands; `start` is None where the text has no place for it. `how` says how it was found."""

    start: int | None
    end: int | None
    quote: str
    how: str


def anchor(text: str, start: int, end: int, quote: str, *, loose: bool = True) -> Anchor:
    """
    Place a coding in its text, with its quote as witness.

    Parameters
    ----------
    text : str
        The text as stored.
    start, end : int
        Code points, end exclusive, as the tool wrote them.
    quote : str
        The words that the tool kept beside them; empty when it kept none.
    loose : bool
        Search for a changed quote too: with other blanks, or by its first and last words.

    Returns
    -------
    Anchor
        `how` is "there" (the words stand where they should; blanks may differ), "moved" (they stand elsewhere, and
        the nearest place was taken), "edges" (only their beginning and end do), "kept" (they stand nowhere; the
        position is kept without quote) or "outside" (nowhere, and the position is not in the text).

    Examples
    --------
    >>> anchor("I hope so. We hope not.", 2, 6, "hope")
    Anchor(start=2, end=6, quote='hope', how='there')
    >>> anchor("Well. I hope so. We hope not.", 2, 6, "hope")
    Anchor(start=8, end=12, quote='hope', how='moved')
    >>> anchor("I hope so.", 2, 6, "fear").how, anchor("I hope so.", 7, 90, "fear").how
    ('kept', 'outside')
    """
    valid = 0 <= start <= end <= len(text)
    here = text[start:end] if valid else ""
    if valid and (not quote or here == quote or _squeezed(here) == _squeezed(quote)):
        return Anchor(start, end, here if quote else "", "there")
    how, found = "moved", _nearest(text, quote, start)
    if found is None and loose:
        how, found = _loosely(text, quote, start)
    if found is not None:
        return Anchor(found[0], found[1], text[found[0] : found[1]], how)
    return Anchor(start, end, "", "kept") if valid else Anchor(None, None, quote, "outside")


def _squeezed(words: str) -> str:
    """Line ends, paragraph marks and runs of blanks are one blank: tools differ in how they store them."""
    return " ".join(words.split())


def _nearest(text: str, quote: str, near: int) -> Span | None:
    if not quote.strip():
        return None
    near = min(max(near, 0), len(text))
    after, before = text.find(quote, near), text.rfind(quote, 0, near + len(quote))
    found = [at for at in (before, after) if at >= 0]
    at = min(found, key=lambda position: abs(position - near), default=None)
    return None if at is None else (at, at + len(quote))


def _loosely(text: str, quote: str, near: int) -> tuple[str, Span | None]:
    """Find the words with other blanks between them, or a passage that begins and ends with the same ones."""
    words = quote.split()
    if not words or len(quote) > WITNESS:
        return "", None
    same = matches(text, words)
    if same:
        return "moved", min(same, key=lambda span: abs(span[0] - near))
    if len(words) <= 2 * EDGE:
        return "", None
    starts, ends = matches(text, words[:EDGE]), matches(text, words[-EDGE:])
    spans = [(a, min((e for b, e in ends if b > a), default=-1)) for a, _ in starts]
    spans = [(a, e) for a, e in spans if e > a and e - a <= 2 * len(quote)]
    return "edges", min(spans, key=lambda span: abs(span[0] - near), default=None)


def matches(text: str, words: list[str]) -> list[Span]:
    """Return where words stand one after the other, whatever blanks are between them."""
    return [m.span() for m in re.finditer(r"\s+".join(map(re.escape, words)), text)]


class Anchors:
    """Places the codings of one file and tells what came of it."""

    def __init__(self, unit: str = "code points", other_unit: str = "UTF-16 units", other: Other | None = None) -> None:
        self.unit, self.other_unit = unit, other_unit
        self.other = other or (lambda points, told: placed(points, told, Reading(utf16=True)))
        self.outcomes: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = {}
        self.seen: dict[tuple[str, str, Span, str], Anchor] = {}
        self.spans: dict[str, list[tuple[int, int, int, int]]] = {}
        self.loose = LOOSE

    def place(self, document: str, text: str, span: Span, quote: str, told: Span) -> Anchor:
        """
        Place a selection, which counts once however many codes it carries.

        `told` are the numbers in the file, for the score of the other way to count them.
        """
        key = (document, text, told, quote)
        if key not in self.seen:
            self.seen[key] = self._place(document, text, span, quote, told)
        return self.seen[key]

    def _place(self, document: str, text: str, span: Span, quote: str, told: Span) -> Anchor:
        found = anchor(text, *span, quote, loose=self.loose > 0)
        self.loose -= found.how != "there"
        self.outcomes[found.how] += 1
        self.outcomes["witnessed"] += found.how == "there" and bool(quote)
        if found.how != "there" and len(self.examples.setdefault(found.how, [])) < 3:
            self.examples[found.how].append(f"{document!r} at {told[0]:,}: “{_short(quote)}”")
        if found.start is not None and found.end is not None:
            self.spans.setdefault(text, []).append((found.start, found.end, *told))
        return found if len(found.quote) <= WITNESS else found._replace(quote="")

    def told(self, notes: Notes) -> None:
        """Note how many quotes were confirmed and moved, and how many selections cut no word."""
        total = sum(len(spans) for spans in self.spans.values())
        if total:
            hits, others, differ = self._score()
            rest = f"; counted in {self.other_unit}, {others:,} would" if differ else ""
            notes.find(
                f"{hits:,} of {counted(total, 'text selection')} begin and end on word boundaries, "
                f"counted in {self.unit}{rest}."
            )
            if others > hits:
                more = f"positions are counted in {self.unit}, although {self.other_unit} would fit more"
                notes.infer(f"{more}: check some.")
        if witnessed := self.outcomes["witnessed"]:
            confirm = "confirms" if witnessed == 1 else "confirm"
            notes.find(f"{counted(witnessed, 'quote')} kept beside the positions {confirm} them.")
        for how, sentence in _SENTENCES.items():
            if self.outcomes[how]:
                which = "; ".join(self.examples[how]) + ("; …" if self.outcomes[how] > len(self.examples[how]) else "")
                kept = notes.lose if how == "outside" else notes.infer
                kept(f"{counted(self.outcomes[how], 'selection')} {sentence}: {which}.")

    def _score(self) -> tuple[int, int, bool]:
        hits = others = 0
        differ = False
        for text, spans in self.spans.items():
            points = code_points(text)
            start, end, first, last = np.array(spans, dtype=np.int64).T
            one, two = self.other(points, first), self.other(points, last)
            hits += int(whole(points, start, end).sum())
            others += int(whole(points, one, two).sum())
            differ = differ or bool((one != first).any() or (two != last).any() or self.unit != "code points")
        return hits, others, differ


_SENTENCES = {
    "moved": "whose words stand elsewhere in the edited text were moved to the nearest place of these words",
    "edges": "whose words were edited were placed by their first and last words",
    "kept": "whose words are not in the text any more stay at their positions, without quote",
    "outside": "lie outside their text and their words are not in it; they speak of the whole document",
}


def _short(quote: str, limit: int = 40) -> str:
    quote = _squeezed(quote)
    return quote if len(quote) <= limit else quote[: limit - 1] + "…"
