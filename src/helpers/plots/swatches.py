"""Legends in lines: small marks with what they mean, on as many lines as the width asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .page import Page
from .style import LINE
from .text import height_of, widest, width_of, wrap

LEAD = 16.0  # height of a line of the legend
MARK = 13.0  # a mark and the space to its text
APART = 12.0  # between two entries


class Swatch(NamedTuple):
    """A mark's meaning, and how it is drawn from its left edge and middle, ten points wide."""

    text: str
    draw: Callable[[Page, float, float], None]


def shade(text: str, **look: Any) -> Swatch:
    """Return the swatch of an area that looks like this."""
    look = {"edgecolor": LINE, "linewidth": 0.6} | look

    def draw(page: Page, x: float, y: float) -> None:
        page.box(x, y - 4, 10, 8, **look)

    return Swatch(text, draw)


def stroke(text: str, **look: Any) -> Swatch:
    """Return the swatch of a line that looks like this."""

    def draw(page: Page, x: float, y: float) -> None:
        page.line([x, x + 5, x + 10], [y, y, y], markevery=[1], **look)

    return Swatch(text, draw)


@dataclass(frozen=True)
class Swatches:
    """A legend of a width, in points; `head` says what all entries are about."""

    entries: Sequence[Swatch]
    width: float
    head: str = ""

    @property
    def height(self) -> float:
        """Height of the legend; 0 without entries."""
        lines = self._lines()
        return sum(self._height(line) for line in lines)

    def draw(self, page: Page, x: float, y: float) -> float:
        """Draw the legend with its corner at (x, y); return the y below it."""
        lines = self._lines()
        if lines and self.head:
            page.write(x, y + self._height(lines[0]) / 2, self.head, va="middle")
        for line in lines:
            middle = y + self._height(line) / 2
            for left, entry, text in line:
                entry.draw(page, x + left, middle)
                page.write(x + left + MARK, middle, text, va="middle")
            y += self._height(line)
        return y

    @staticmethod
    def _height(line: Sequence[tuple[float, Swatch, list[str]]]) -> float:
        return max(LEAD, max(height_of(text) for _, _, text in line) + 3)

    def _lines(self) -> list[list[tuple[float, Swatch, list[str]]]]:
        """Return the entries line by line: where each begins, and the lines of its text."""
        start = width_of(self.head) + 10 if self.head else 0.0
        lines: list[list[tuple[float, Swatch, list[str]]]] = []
        left = self.width + 1
        for entry in self.entries:
            text = wrap(entry.text, self.width - start - MARK)
            step = MARK + widest(text)
            if left + step > self.width:
                lines.append([])
                left = start
            lines[-1].append((left, entry, text))
            left += step + APART
        return lines
