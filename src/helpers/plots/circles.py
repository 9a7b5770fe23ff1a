"""Packed circles: sub-themes inside themes, a circle's area the number of people who named it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import pandas as pd

from .key import BETWEEN, Entry, Key, Legend
from .marks import draw_mark, draw_ring
from .packing import Placed
from .page import Page, inside, nothing
from .plan import BELOW, Mark, Plan, planned
from .style import BLUE, PALETTE, WIDTH, Drawn, in_style
from .text import NORMAL, height_of
from .themes import Theme, describe, read

COLUMN = 150.0  # width of the legend and of a column of the key, in points
MARGIN = 16.0  # between circles, legend and key


@in_style
def packed_circles(prevalence: pd.DataFrame, *, title: str = "", label: str = "", width: float = WIDTH) -> Drawn:
    """Draw sub-themes inside themes; a circle's area is the number of participants who named it.

    All leaves share one scale, across parents and levels; a parent encloses its children and says how many
    people named any of them. Themes present with nobody named, and absent ones, have marks of a fixed size.

    Parameters
    ----------
    prevalence
        One row a code, parents before children: code, name, parent, state ("named", "unnamed", "absent"),
        participants, of, extent. No row: a figure that says so.
    title, label
        Printed above; the label (such as "Synthetic data") also stands in the alt text.
    width
        Largest width in millimetres. A codebook of many hundred codes may need more.

    Returns
    -------
    Drawn
        The figure and its alt text.
    """
    if prevalence.empty:
        return nothing("There are no codes to draw.", title, label, width)
    themes = read(prevalence)
    layout = Layout.of(themes, inside(width))
    page = Page(*layout.size, title, label)
    layout.legend.draw(page, *layout.legend_at)
    layout.key.draw(page, *layout.key_at)
    numbers = {entry.code: entry.number for entry in layout.key.entries}
    _draw(page, themes, layout.plan, layout.circles_at, numbers)
    return Drawn(page.figure, describe("Packed circles", themes, title, label))


@dataclass(frozen=True)
class Layout:
    """What stands on the page and where its corners are."""

    plan: Plan
    legend: Legend
    key: Key
    size: tuple[float, float]
    circles_at: tuple[float, float]
    legend_at: tuple[float, float]
    key_at: tuple[float, float]

    @classmethod
    def of(cls, themes: Mapping[str, Theme], room: float) -> Layout:
        """Share out the width: the legend beside the circles, or under them on a narrow page."""
        beside = room > 2 * COLUMN
        plan = planned(themes, room - (MARGIN + COLUMN if beside else 0.0))
        full = max(plan.size[0] + (MARGIN + COLUMN if beside else 0.0), min(room, inside(84)))
        legend = Legend(_sizes(themes, plan.scale), _kinds(themes), COLUMN if beside else full)
        entries = _entries(themes, plan)
        return (cls._beside if beside else cls._stacked)(plan, legend, entries, full)

    @classmethod
    def _beside(cls, plan: Plan, legend: Legend, entries: list[Entry], full: float) -> Layout:
        """Put the key under the legend where both are about as high as the circles, else under everything."""
        across, down = plan.size
        key = Key(entries, COLUMN)
        side = legend.height + (MARGIN / 2 + key.height if entries else 0.0)
        short = side <= max(1.15 * down, legend.height + 75)
        if not short:
            key, side = Key(entries, COLUMN, int((full + BETWEEN) // (COLUMN + BETWEEN))), legend.height
        top = max(down, side)
        left, middle = full - COLUMN, (top - side) / 2
        return cls(
            plan,
            legend,
            key,
            (full, top if short else top + MARGIN + key.height),
            ((left - MARGIN - across) / 2, (top - down) / 2),
            (left, middle),
            (left, middle + legend.height + MARGIN / 2) if short else (0.0, top + MARGIN),
        )

    @classmethod
    def _stacked(cls, plan: Plan, legend: Legend, entries: list[Entry], full: float) -> Layout:
        """Put the legend under the circles and the key under the legend."""
        across, down = plan.size
        key = Key(entries, full)
        top = down + MARGIN + legend.height
        return cls(
            plan,
            legend,
            key,
            (full, top + (MARGIN + key.height if entries else 0.0)),
            ((full - across) / 2, 0.0),
            (0.0, down + MARGIN),
            (0.0, top + MARGIN),
        )


def _kinds(themes: Mapping[str, Theme]) -> set[str]:
    """Return which kinds of mark the figure holds besides filled circles."""
    return {kind for t in themes.values() for kind in (t.state, "theme" if t.children else t.state)}


def _sizes(themes: Mapping[str, Theme], scale: float) -> list[tuple[int, float]]:
    """Return up to three numbers of participants that occur, with their radii."""
    found = sorted({t.n for t in themes.values() if not t.children and t.state == "named"})
    if len(found) > 3:
        halfway = sqrt(found[0] * found[-1])
        found = [found[0], min(found[1:-1], key=lambda n: abs(n - halfway)), found[-1]]
    return [(n, scale * sqrt(n)) for n in found]


def _entries(themes: Mapping[str, Theme], plan: Plan) -> list[Entry]:
    """Return the key in codebook order: numbered themes whose names do not fit, notes to those that do."""
    starred = {code for code, mark in plan.marks.items() if mark.starred}
    named = {code for code, mark in plan.marks.items() if mark.lines}
    named |= {code for code, (name, _) in plan.labels.items() if name}
    entries: list[Entry] = []
    number = 0
    for code, theme in themes.items():
        if code in starred:
            entries.append(Entry(code, "*", f"{theme.name}: {theme.reported}"))
        elif code not in named:
            number += 1
            words = filter(None, (f"{theme.name}: {theme.short}", theme.reported))
            entries.append(Entry(code, str(number), ", ".join(words)))
    return entries


def _draw(
    page: Page,
    themes: Mapping[str, Theme],
    plan: Plan,
    corner: tuple[float, float],
    numbers: Mapping[str, str],
) -> None:
    """Draw all circles and labels; parents come before their children, so they lie beneath them."""
    colours: dict[str, str] = {}
    depths: dict[str, int] = {}
    tops = 0
    for code, theme in themes.items():
        place = plan.places[code].moved(*corner)
        own = PALETTE[tops % len(PALETTE)] if theme.children else BLUE
        colours[code] = colours.get(theme.parent, own)
        depths[code] = depths.get(theme.parent, -1) + 1
        tops += bool(theme.children) and not theme.parent
        if theme.children:
            draw_ring(page, *place.circle, theme.state, colours[code], code, depths[code])
            name, rest = plan.labels[code]
            _write_label(page, place, name or [numbers[code]], rest)
        else:
            _draw_leaf(page, theme, place, colours[code], plan.marks[code], numbers.get(code, ""))


def _write_label(page: Page, place: Placed, name: list[str], rest: list[str]) -> None:
    x, y = place.label
    y -= (height_of(name, NORMAL) + height_of(rest)) / 2
    page.write(x, page.write(x, y, name, NORMAL, ha="center", weight="bold"), rest, ha="center")


def _draw_leaf(page: Page, theme: Theme, place: Placed, colour: str, mark: Mark, number: str) -> None:
    x, y = place.circle.x, place.circle.y - (BELOW / 2 if mark.below else 0.0)
    draw_mark(page, x, y, mark.radius, theme.state, colour, theme.code)
    if mark.lines:
        page.write(x, y, mark.lines, ha="center", va="middle")
    else:
        page.write(x, y + (mark.radius + BELOW / 2 if mark.below else 0.0), number, ha="center", va="middle")
