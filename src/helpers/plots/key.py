"""What stands beside packed circles: what sizes and outlines mean, and the names that do not fit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .marks import draw_mark, draw_ring, edge
from .page import Page
from .style import BLUE, LINE, toned
from .text import GREY, height_of, widest, wrap

GUTTER = 24.0  # room for a mark before its text
BETWEEN = 12.0  # between two columns of names
SPACE = 3.0
TEXTS = {
    "theme": "theme with its codes; n/N: people with any of them",
    "unnamed": "present, nobody named (size has no meaning)",
    "absent": "absent: looked for, not found",
}


@dataclass(frozen=True)
class Legend:
    """Sizes that occur (participants, radius) and kinds of mark in the figure, under or beside each other."""

    sizes: Sequence[tuple[int, float]]
    kinds: Collection[str]
    width: float

    @property
    def height(self) -> float:
        """Height of the whole legend, in points."""
        both = [self._sizes_height, sum(height + SPACE for _, _, height in self._texts)]
        return max(both) if self._aside else sum(both)

    @property
    def _sizes_height(self) -> float:
        return 14.0 + max(2 * self.sizes[-1][1], 9.0 * len(self.sizes)) + 10.0 if self.sizes else 0.0

    @property
    def _aside(self) -> float:
        """Where the kinds of mark start, if they have room beside the sizes; 0 if they go under them."""
        aside = 2 * self.sizes[-1][1] + 60.0 if self.sizes else 0.0
        return aside if self.width - aside >= 130 else 0.0

    @property
    def _texts(self) -> list[tuple[str, list[str], float]]:
        room = self.width - self._aside - GUTTER
        found = [(kind, wrap(text, room)) for kind, text in TEXTS.items() if kind in self.kinds]
        return [(kind, lines, max(height_of(lines), 14.0)) for kind, lines in found]

    def draw(self, page: Page, x: float, y: float) -> float:
        """Draw the legend with its corner at (x, y); return the y below it."""
        end = y + self.height
        if self.sizes:
            self._draw_sizes(page, x, y)
        x, y = (x + self._aside, y) if self._aside else (x, y + self._sizes_height)
        for kind, lines, height in self._texts:
            if kind == "theme":
                draw_ring(page, x + 8, y + height / 2, 6.5, "named")
            else:
                draw_mark(page, x + 8, y + height / 2, 6.0 if kind == "unnamed" else 5.5, kind)
            page.write(x + GUTTER, y + height / 2, lines, va="middle")
            y += height + SPACE
        return end

    def _draw_sizes(self, page: Page, x: float, y: float) -> None:
        """Draw the sizes inside each other on a common ground, as maps do, each with a line to its number."""
        page.write(x, y, "Area: participants", weight="bold")
        largest = self.sizes[-1][1]
        ground, middle = y + 14 + max(2 * largest, 9.0 * len(self.sizes)), x + largest + 1
        at = y + 14 - 9.0
        for number, r in reversed(self.sizes):
            page.disc(middle, ground - r, r, facecolor=toned(BLUE, 0.88), **edge("named"))
            top = ground - 2 * r
            at = max(top, at + 9.0)
            ends = [middle, x + 2 * largest + 6, x + 2 * largest + 12]
            page.line(ends, [top, top if at == top else at, at], color=LINE, linewidth=0.6)
            page.write(ends[-1] + 3, at, f"n = {number}", va="middle")


class Entry(NamedTuple):
    """One line of the key: the number in the figure, the theme and what is known of it."""

    code: str
    number: str
    text: str


@dataclass(frozen=True)
class Key:
    """Numbered names in columns of a width, read downwards."""

    entries: Sequence[Entry]
    width: float
    columns: int = 1

    @property
    def height(self) -> float:
        """Height of the highest column, in points."""
        return max((sum(height for _, _, height in column) for column in self._split()), default=0.0)

    def draw(self, page: Page, x: float, y: float) -> None:
        """Draw the key with its corner at (x, y)."""
        for i, column in enumerate(self._split()):
            left, top = x + i * (self.width + BETWEEN), y
            for entry, lines, height in column:
                page.write(left + self._indent - 5, top, entry.number, ha="right", color=GREY)
                page.write(left + self._indent, top, lines)
                top += height

    @property
    def _indent(self) -> float:
        return widest([entry.number for entry in self.entries]) + 5

    def _split(self) -> list[list[tuple[Entry, list[str], float]]]:
        """Return the entries with their lines and heights, as columns of about the same height."""
        rows = [(entry, wrap(entry.text, self.width - self._indent)) for entry in self.entries]
        sized = [(entry, lines, height_of(lines) + 1.5) for entry, lines in rows]
        share = sum(height for _, _, height in sized) / self.columns
        columns: list[list[tuple[Entry, list[str], float]]] = [[] for _ in range(self.columns)]
        done = 0.0
        for row in sized:
            columns[min(int((done + row[2] / 2) / share), self.columns - 1)].append(row)
            done += row[2]
        return columns
