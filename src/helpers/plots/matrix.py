"""Case by theme: who said what, and how often it was coded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.collections import PolyCollection

from .cases import Cases, describe, levels, tabled
from .page import Page, inside, nothing
from .style import BLUE, GRID, LINE, WIDTH, Drawn, in_style, toned
from .text import GREY, INK, LEADING, SMALL, height_of, widest, width_of, wrap
from .themes import NOBODY_NAMED

ROW = 12.0
HEAD = 120.0  # how long an upright name of a theme may be before it takes another line
LEGEND = 16.0
BETWEEN = 16.0  # between blocks of themes
ACROSS, DOWN = ("Themes", "Codings"), ("Participants", "Codings")  # totals of a participant, of a theme
LOOKS: dict[str, dict[str, Any]] = {
    NOBODY_NAMED: {"facecolor": "white", "hatch": "------"},
    "not asked": {"facecolor": "white", "hatch": "//////"},
}


@in_style
def case_matrix(matrix: pd.DataFrame, *, title: str = "", label: str = "", width: float = WIDTH) -> Drawn:
    """Draw participants in rows, themes in columns, and the number of codings as shade and figure.

    White is 0: asked, and not coded. Hatching is "not asked"; a pair without a row counts as not asked.
    Level lines fill the column of a theme present with nobody named: who spoke of it is unknown.
    Themes without room side by side follow in a further block below, with the participants repeated.

    Parameters
    ----------
    matrix
        One row a pair: participant, code, name, codings, asked; with `state`, themes that are "unnamed" are
        told apart from those with 0. The order of first appearance is kept. No row: a figure that says so.
    title, label
        Printed above; the label (such as "Synthetic data") also stands in the alt text.
    width
        Largest width in millimetres; the height follows from the participants.

    Returns
    -------
    Drawn
        The figure and its alt text.
    """
    if matrix.empty:
        return nothing("There are no cases to draw.", title, label, width)
    cases = tabled(matrix)
    grid = Grid.of(cases, inside(width))
    full = max(grid.width, min(inside(84), inside(width)))
    legend = _legend(cases, full)
    page = Page(full, grid.height + LEGEND * (1 + legend[-1][0]), title, label)
    y = 0.0
    for start in range(0, len(cases.themes), grid.block):
        y = _draw_block(page, cases, grid, start, y)
    _draw_legend(page, legend, grid.height + 4)
    return Drawn(page.figure, describe(cases, title, label))


@dataclass(frozen=True)
class Grid:
    """Where things are: cells begin at `left`, are `pitch` wide, and `block` of them stand side by side."""

    left: float
    pitch: float
    block: int
    upright: bool
    heads: list[list[str]]
    names: list[list[str]]
    heights: list[float]

    @classmethod
    def of(cls, cases: Cases, full: float) -> Grid:
        """Measure the names and share out the width."""
        left = max(min(widest(cases.participants), 0.25 * full), widest(DOWN)) + 6
        room = full - left - _beside()
        number = len(cases.themes)
        pitch = min(room / number, 64.0)
        heads = [wrap(name, pitch - 5) for name in cases.themes]
        words = [word for name in cases.themes for word in name.split()]
        upright = widest(words) > pitch - 5 or max(map(len, heads)) > 4
        if upright:
            heads = [wrap(name, HEAD) for name in cases.themes]
            pitch = max(min(pitch, 30.0), height_of(max(heads, key=len)) + 1.5)
        blocks = ceil(number / max(int(room / pitch), 1))
        names = [wrap(name, left - 6) for name in cases.participants]
        heights = [max(ROW, height_of(lines) + 3) for lines in names]
        return cls(left, pitch, ceil(number / blocks), upright, heads, names, heights)

    def head(self, start: int) -> float:
        """Return the height of the names above the block that begins with a theme."""
        heads = self.heads[start : start + self.block]
        return 5 + (max(map(widest, heads)) if self.upright else height_of(max(heads, key=len)))

    @property
    def width(self) -> float:
        """Width of a block with the totals beside it."""
        return self.left + self.block * self.pitch + _beside()

    @property
    def height(self) -> float:
        """Height of all blocks with what lies between them."""
        starts = range(0, len(self.heads), self.block)
        under = sum(self.heights) + 2 * ROW
        return sum(self.head(start) + under for start in starts) + BETWEEN * (len(starts) - 1)


def _beside() -> float:
    """Return the room that the totals of participants need beside the cells."""
    return sum(width_of(text) + 9 for text in ACROSS)


def _draw_block(page: Page, cases: Cases, grid: Grid, start: int, y: float) -> float:
    """Draw some themes with all participants; return where the next block begins."""
    stop = min(start + grid.block, len(cases.themes))
    top = y + grid.head(start)
    _draw_heads(page, grid, grid.heads[start:stop], top)
    edges = np.concatenate([[top], top + np.cumsum(grid.heights)])
    xs = grid.left + grid.pitch * np.arange(stop - start + 1)
    for lines, low, high in zip(grid.names, edges[:-1], edges[1:], strict=True):
        page.write(0, (low + high) / 2, lines, va="middle")
    part = slice(start, stop)
    unknown = cases.asked[:, part] & cases.unnamed[part] & (cases.codings[:, part] == 0)
    for text, which in ((NOBODY_NAMED, unknown), ("not asked", ~cases.asked[:, part])):
        _fill(page, which, xs, edges, label=text, edgecolor=LINE, **LOOKS[text])
    _draw_cells(page, cases.codings[:, part], int(cases.codings.max()), xs, edges)
    _draw_totals(page, cases, (start, stop), xs, edges)
    return float(edges[-1]) + 2 * ROW + BETWEEN


def _draw_heads(page: Page, grid: Grid, heads: Sequence[list[str]], bottom: float) -> None:
    for column, lines in enumerate(heads):
        middle = grid.left + grid.pitch * (column + 0.5)
        if not grid.upright:
            page.write(middle, bottom - 3 - height_of(lines), lines, ha="center")
            continue
        for i, line in enumerate(lines):
            x = middle + (i - (len(lines) - 1) / 2) * SMALL * LEADING
            page.upright(x, bottom - 3, line)


def _draw_cells(page: Page, codings: np.ndarray, most: int, xs: np.ndarray, ys: np.ndarray) -> None:
    """Draw shades (one collection a shade, for speed), lines between the cells, and the counts."""
    shades = levels(most)
    shade = np.searchsorted([level for level, _, _ in shades], codings, side="right")
    for i, (_, text, tone) in enumerate(shades, start=1):
        _fill(page, shade == i, xs, ys, label=text, facecolor=toned(BLUE, tone))
    for x in xs:
        page.line([x, x], [ys[0], ys[-1]], color=GRID, linewidth=0.7)
    for y in ys:
        page.line([xs[0], xs[-1]], [y, y], color=GRID, linewidth=0.7)
    if xs[1] - xs[0] < width_of(str(most)) + 2:
        return
    for row, column in zip(*np.nonzero(codings), strict=True):
        x, y = (xs[column] + xs[column + 1]) / 2, (ys[row] + ys[row + 1]) / 2
        colour = "white" if shades[shade[row, column] - 1][2] < 0.5 else INK
        page.write(x, y, str(codings[row, column]), ha="center", va="middle", color=colour)


def _fill(page: Page, cells: np.ndarray, xs: np.ndarray, ys: np.ndarray, **style: Any) -> None:
    corners = [
        [(xs[j], ys[i]), (xs[j + 1], ys[i]), (xs[j + 1], ys[i + 1]), (xs[j], ys[i + 1])]
        for i, j in zip(*np.nonzero(cells), strict=True)
    ]
    if corners:
        page.add(PolyCollection(corners, linewidth=0, **style))


def _draw_totals(page: Page, cases: Cases, span: tuple[int, int], xs: np.ndarray, ys: np.ndarray) -> None:
    """Write the totals of themes below, those of participants (of all themes) beside the last block."""
    said = cases.asked & (cases.codings > 0)
    part = slice(*span)
    for k, (name, totals) in enumerate(zip(DOWN, (said.sum(axis=0), cases.codings.sum(axis=0)), strict=True)):
        y = ys[-1] + (k + 0.5) * ROW + 1
        page.write(0, y, name, va="middle", color=GREY)
        for x, total, unnamed in zip((xs[:-1] + xs[1:]) / 2, totals[part], cases.unnamed[part], strict=True):
            page.write(x, y, "–" if unnamed and not total else str(total), ha="center", va="middle", color=GREY)
    if span[1] < len(cases.themes):
        return
    x = xs[-1]
    for name, totals in zip(ACROSS, (said.sum(axis=1), cases.codings.sum(axis=1)), strict=True):
        x += width_of(name) + 9
        page.write(x, ys[0] - 3 - SMALL * LEADING, name, ha="right", color=GREY)
        for y, total in zip((ys[:-1] + ys[1:]) / 2, totals, strict=True):
            page.write(x, y, str(total), ha="right", va="middle", color=GREY)
    page.write(x, ys[-1] + 1.5 * ROW + 1, str(cases.codings.sum()), ha="right", va="middle", color=GREY)


def _legend(cases: Cases, full: float) -> list[tuple[int, float, str, dict[str, Any]]]:
    """Return the entries of the legend: line, x, text and the look of the box."""
    items: list[tuple[str, dict[str, Any]]] = [("0", {"facecolor": "white"})]
    items += [(text, {"facecolor": toned(BLUE, tone)}) for _, text, tone in levels(int(cases.codings.max()))]
    present = {NOBODY_NAMED: cases.unnamed.any(), "not asked": not cases.asked.all()}
    items += [(text, LOOKS[text]) for text in LOOKS if present[text]]
    entries, line, x = [], 0, width_of("Codings") + 10
    for text, look in items:
        step = 13 + width_of(text) + 12
        if x + step > full + 12:
            line, x = line + 1, width_of("Codings") + 10
        entries.append((line, x, text, look))
        x += step
    return entries


def _draw_legend(page: Page, entries: list[tuple[int, float, str, dict[str, Any]]], y: float) -> None:
    page.write(0, y + LEGEND / 2, "Codings", va="middle")
    for line, x, text, look in entries:
        middle = y + LEGEND * (line + 0.5)
        page.box(x, middle - 4, 10, 8, edgecolor=LINE, linewidth=0.6, **look)
        page.write(x + 13, middle, text, va="middle")
