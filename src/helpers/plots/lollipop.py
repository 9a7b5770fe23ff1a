"""Lollipops: themes in rows, people on an axis from 0 to N, intervals as whiskers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .marks import edge
from .page import Page, inside, nothing
from .style import BLUE, GRID, LINE, WIDTH, Drawn, in_style, toned
from .text import GREY, SMALL, height_of, widest, wrap
from .themes import Theme, describe, has_interval, read, roots

INDENT = 9.0
ROW = 13.0
GUTTER = 16.0  # left of the axis: the place of themes that have no number
AXIS = 24.0  # below the rows: numbers and the name of the axis
HALO: dict[str, Any] = {"edgecolor": "white", "linewidth": 0.6}


@dataclass(frozen=True)
class Row:
    """A theme with its lines of text, where it stands and how high it is."""

    theme: Theme
    depth: int
    name: list[str]
    value: list[str]
    y: float
    height: float


@dataclass(frozen=True)
class Scale:
    """Where people lie on the page: `left` is 0, `right` is everyone."""

    left: float
    right: float
    people: int

    def x(self, people: float) -> float:
        """Return the x of a number of people."""
        return self.left + (self.right - self.left) * people / self.people


@in_style
def lollipop(prevalence: pd.DataFrame, *, title: str = "", label: str = "", width: float = WIDTH) -> Drawn:
    """Draw how many participants named each theme, one row a code, on an axis of whole people from 0 to N.

    Codes are sorted within their theme by participants (the codebook's order breaks ties); themes keep the
    codebook's order. A theme present with nobody named stands left of the axis: it has no number, not 0.

    Parameters
    ----------
    prevalence
        One row a code, parents before children: code, name, parent, state ("named", "unnamed", "absent"),
        participants, of, extent; with low and high (bounds of the proportion) whiskers are drawn, a missing
        bound draws none. No row: a figure that says so.
    title, label
        Printed above; the label (such as "Synthetic data") also stands in the alt text.
    width
        Width in millimetres; the height follows from the rows.

    Returns
    -------
    Drawn
        The figure and its alt text.
    """
    if prevalence.empty:
        return nothing("There are no codes to draw.", title, label, width)
    themes = read(prevalence)
    full = inside(width)
    rows, left, right = _rows(themes, full)
    scale = Scale(left, right, max(max(theme.of for theme in themes.values()), 1))
    end = rows[-1].y + rows[-1].height
    notes = wrap(_notes(themes), full)
    page = Page(full, end + AXIS + (6 + height_of(notes) if notes else 0.0), title, label)
    _draw_axis(page, scale, end, one=len({theme.of for theme in themes.values()}) == 1)
    for row in rows:
        _draw_row(page, row, scale, full)
    page.write(0, end + AXIS + 6, notes, color=GREY)
    return Drawn(page.figure, describe("Lollipop chart", themes, title, label))


def _sorted(themes: Mapping[str, Theme]) -> list[tuple[Theme, int]]:
    """Return the themes with their depth, each above its children, siblings by state and participants."""

    def rank(theme: Theme) -> tuple[int, int]:
        return ("named", "unnamed", "absent").index(theme.state), -theme.n

    def below(theme: Theme, depth: int) -> list[tuple[Theme, int]]:
        children = sorted((themes[code] for code in theme.children), key=rank)
        return [(theme, depth), *(pair for child in children for pair in below(child, depth + 1))]

    tops = roots(themes)
    flat = not any(theme.children for theme in tops)
    return [pair for theme in (sorted(tops, key=rank) if flat else tops) for pair in below(theme, 0)]


def _rows(themes: Mapping[str, Theme], full: float) -> tuple[list[Row], float, float]:
    """Return the rows, and where the axis begins and ends between their names and their values."""
    ordered = _sorted(themes)
    names = max(widest([t.name], SMALL, _weight(t)) + INDENT * depth for t, depth in ordered) + 1
    names = min(names, 0.4 * full)
    values = min(max(widest([theme.spoken, theme.reported]) for theme in themes.values()) + 1, 0.26 * full)
    rows: list[Row] = []
    y = 0.0
    for theme, depth in ordered:
        name = wrap(theme.name, max(names - INDENT * depth, 40.0), SMALL, _weight(theme))
        value = [line for text in (theme.spoken, theme.reported) for line in wrap(text, values)]
        if rows and (theme.children or depth < rows[-1].depth):
            y += 5.0
        height = max(ROW, height_of(max(name, value, key=len)) + 4)
        rows.append(Row(theme, depth, name, value, y, height))
        y += height
    gutter = GUTTER if any(theme.state == "unnamed" for theme in themes.values()) else 4.0
    return rows, names + 6 + gutter, full - values - 12


def _weight(theme: Theme) -> str:
    return "bold" if theme.children else "normal"


def whole_ticks(people: int, most: int) -> list[int]:
    """Return about `most` whole numbers from 0 to everyone, both of them included.

    Examples
    --------
    >>> whole_ticks(14, 8), whole_ticks(1000, 6)
    ([0, 2, 4, 6, 8, 10, 12, 14], [0, 200, 400, 600, 800, 1000])
    """
    steps = (base * 10**power for power in range(12) for base in (1, 2, 5))
    step = next(step for step in steps if people / step <= max(most, 2))
    ticks = [tick for tick in range(0, people, step) if people - tick >= 0.7 * step]
    return [*ticks, people]


def _draw_axis(page: Page, scale: Scale, end: float, one: bool) -> None:
    room = scale.right - scale.left
    for tick in whole_ticks(scale.people, int(room / (8 + widest([str(scale.people)])))):
        x = scale.x(tick)
        page.line([x, x], [0, end + 3], color=LINE if tick == 0 else GRID, linewidth=0.7)
        page.write(x, end + 4, str(tick), ha="center")
    page.line([scale.left, scale.right], [end, end], color=LINE, linewidth=0.7)
    middle = (scale.left + scale.right) / 2
    page.write(middle, end + 14, f"Participants (of {scale.people})" if one else "Participants", ha="center")


def _draw_row(page: Page, row: Row, scale: Scale, full: float) -> None:
    theme, y = row.theme, row.y + row.height / 2
    page.write(INDENT * row.depth, y, row.name, va="middle", weight=_weight(theme))
    page.write(scale.right + 10, y, row.value, va="middle")
    if theme.state == "unnamed":
        page.disc(scale.left - GUTTER / 2 - 1, y, 4.0, label=theme.code, facecolor="white", **edge("unnamed"))
    elif theme.state == "absent":
        page.cross(scale.x(0), y, 2.6, color=GREY, linewidth=1.1)
    else:
        _draw_number(page, theme, scale, y)
    if theme.of < scale.people:  # fewer were asked than the axis is long: a tick where their N is
        page.line([scale.x(theme.of)] * 2, [y - 3, y + 3], color=GREY, linewidth=0.7)


def _draw_number(page: Page, theme: Theme, scale: Scale, y: float) -> None:
    """Draw stem, whisker and head; a theme with codes of its own has a square head, a code a round one."""
    page.line([scale.x(0), scale.x(theme.n)], [y, y], color=toned(BLUE, 0.8), linewidth=2.6)
    if has_interval(theme):
        low, high = scale.x(theme.low * theme.of), scale.x(theme.high * theme.of)
        page.line([low, high], [y, y], color=GREY, linewidth=0.8)
        for end in (low, high):
            page.line([end, end], [y - 2.2, y + 2.2], color=GREY, linewidth=0.8)
    x = scale.x(theme.n)
    if theme.children:
        page.box(x - 3, y - 3, 6, 6, label=theme.code, facecolor=toned(BLUE, 0.2), **HALO)
    else:
        page.disc(x, y, 3.3, label=theme.code, facecolor=BLUE, **HALO)


def _notes(themes: Mapping[str, Theme]) -> str:
    """Return what the marks mean that the rows do not say themselves."""
    known = max(theme.of for theme in themes.values())
    notes = [
        "Square: people with any code of the theme." if any(t.children for t in themes.values()) else "",
        "Whiskers: interval of the proportion, in people." if any(map(has_interval, themes.values())) else "",
        "Upright tick: fewer people were asked." if any(t.of < known for t in themes.values()) else "",
    ]
    return " ".join(filter(None, notes))
