"""Codes that stand together, as a matrix: every pair's value as shade and number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

from .page import Page, inside, nothing
from .squares import UNDEFINED, Square, describe, printed, read, shades_of
from .style import BLUE, GRID, LINE, WIDTH, Drawn, in_style, toned
from .swatches import Swatch, Swatches, shade
from .text import GREY, INK, clean, height_of, widest, width_of, wrap
from .ties import MEASURES

PITCH = 20.0  # the widest cell
NAMES = 0.2  # the least share of the width for names
HEAD = 12.0  # the numbers above the cells
BETWEEN = 12.0  # between blocks of columns


@in_style
def pair_matrix(
    square: pd.DataFrame,
    *,
    names: Mapping[str, str],
    measure: str = "pairs",
    order: Sequence[str] | None = None,
    title: str = "",
    label: str = "",
    width: float = WIDTH,
) -> Drawn:
    """Draw how often or how closely every two codes stand together, as shade and number.

    Rows and columns are the same codes, numbered; the order puts codes side by side that stand together. Codes
    without any pair are left out and listed. White is 0, hatching is undefined; a code has no pair with itself.

    Parameters
    ----------
    square
        Symmetric table of codes × codes, as `helpers.cooccurrence.square` returns it; NaN is undefined, and the
        diagonal is not looked at. No pair above 0: a figure that says so.
    names
        What the codes are called; a code without a name is called by its id.
    measure
        What the values are: "pairs", "participants", "jaccard", "c", or other words.
    order
        Codes in the order to draw them; by default they are seriated.
    title, label
        Printed above; the label (such as "Synthetic data") also stands in the alt text.
    width
        Largest width in millimetres. Columns without room follow in a further block below.

    Returns
    -------
    Drawn
        The figure and its alt text.
    """
    found = read(square, names, order)
    if not found.names:
        return nothing("No two codes stand together.", title, label, width)
    what = MEASURES.get(measure, clean(measure))
    grid = Grid.of(found, inside(width))
    full = max(grid.width, min(inside(84), inside(width)))
    legend = Swatches(_legend(found), full, what[:1].upper() + what[1:])
    alone = wrap(f"Without a pair: {', '.join(found.alone)}." if found.alone else "", full)
    page = Page(full, grid.height + 6 + legend.height + (4 + height_of(alone) if alone else 0.0), title, label)
    y = 0.0
    for start in range(0, len(found.names), grid.block):
        y = _draw_block(page, found, grid, start, y)
    y = legend.draw(page, 0, grid.height + 6)
    page.write(0, y + 4, alone, color=GREY)
    return Drawn(page.figure, describe(found, what, title, label))


@dataclass(frozen=True)
class Grid:
    """Where things are: cells begin at `left`, are `pitch` wide, and `block` of them stand side by side."""

    left: float
    number: float  # right edge of the rows' numbers
    pitch: float
    block: int
    rows: list[list[str]]
    heights: list[float]
    texts: list[list[str]]

    @classmethod
    def of(cls, square: Square, full: float) -> Grid:
        """Measure names and values, and share out the width."""
        size = len(square.names)
        texts = [[printed(value) for value in row] for row in square.values]
        number = width_of(str(size))
        least = max(widest(text for row in texts for text in row) + 2.5, number + 3)
        names = full - number - 10 - size * least  # if they can be so narrow, all columns stand side by side
        rows = [wrap(name, names if names >= NAMES * full else 0.3 * full) for name in square.names]
        left = number + 10 + max(map(widest, rows))
        pitch = max(min((full - left) / size, PITCH), least)
        blocks = ceil(size / max(int((full - left) / pitch + 1e-9), 1))
        heights = [max(min(pitch, 15.0), height_of(lines) + 2) for lines in rows]
        return cls(left, number, pitch, ceil(size / blocks), rows, heights, texts)

    @property
    def width(self) -> float:
        """Width of a block."""
        return self.left + self.block * self.pitch

    @property
    def height(self) -> float:
        """Height of all blocks with what lies between them."""
        blocks = ceil(len(self.rows) / self.block)
        return blocks * (HEAD + sum(self.heights) + BETWEEN) - BETWEEN


def _legend(square: Square) -> list[Swatch]:
    entries = [shade("0", facecolor="white")] if (square.values == 0).any() else []
    entries += [shade(text, facecolor=toned(BLUE, tone)) for _, text, tone in shades_of(square)]
    if square.undefined.any():
        entries.append(shade(UNDEFINED, facecolor="white", hatch="//////"))
    return entries


def _draw_block(page: Page, square: Square, grid: Grid, start: int, y: float) -> float:
    """Draw some columns with all rows; return where the next block begins."""
    stop = min(start + grid.block, len(square.names))
    ys = y + HEAD + np.concatenate([[0.0], np.cumsum(grid.heights)])
    xs = grid.left + grid.pitch * np.arange(stop - start + 1)
    for i, lines in enumerate(grid.rows):
        middle = (ys[i] + ys[i + 1]) / 2
        page.write(grid.number, middle, str(i + 1), ha="right", va="middle", color=GREY)
        page.write(grid.number + 5, middle, lines, va="middle")
    for column in range(start, stop):
        page.write(xs[column - start] + grid.pitch / 2, y + 1, str(column + 1), ha="center", color=GREY)
    part = square.values[:, start:stop]
    scale = shades_of(square)
    level = np.searchsorted([begin for begin, _, _ in scale], np.nan_to_num(part), side="right")
    for i, (_, text, tone) in enumerate(scale, start=1):
        page.boxes(_corners(level == i, xs, ys), linewidth=0, label=text, facecolor=toned(BLUE, tone))
    hatched = _corners(square.undefined[:, start:stop], xs, ys)
    page.boxes(hatched, linewidth=0, label=UNDEFINED, facecolor="white", edgecolor=LINE, hatch="//////")
    for x in xs:
        page.line([x, x], [ys[0], ys[-1]], color=GRID, linewidth=0.7)
    for edge in ys:
        page.line([xs[0], xs[-1]], [edge, edge], color=GRID, linewidth=0.7)
    page.line([*xs[:-1], xs[-1]], [*ys[start:stop], ys[stop]], color=LINE, linewidth=0.7)  # no code with itself
    for i, j in zip(*np.nonzero(level), strict=True):
        x, middle = (xs[j] + xs[j + 1]) / 2, (ys[i] + ys[i + 1]) / 2
        colour = "white" if scale[level[i, j] - 1][2] < 0.5 else INK
        page.write(x, middle, grid.texts[i][start + j], ha="center", va="middle", color=colour)
    return float(ys[-1]) + BETWEEN


def _corners(cells: np.ndarray, xs: np.ndarray, ys: np.ndarray) -> list[tuple[float, float, float, float]]:
    return [(xs[j], ys[i], xs[j + 1] - xs[j], ys[i + 1] - ys[i]) for i, j in zip(*np.nonzero(cells), strict=True)]
