"""Dot strips: every value a dot, stacked where two would overlap, one axis a group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from .page import Page, inside, nothing
from .style import BLUE, LINE, WIDTH, Drawn, in_style, sentences, toned
from .text import GREY, INK, SMALL, clean, height_of, widest, wrap
from .themes import count

DOT = 5.5  # diameter of a dot, in points, where there is room
HIGHEST = 90.0  # how high a stack may be before all dots of its group become smaller
LEAST = 18.0  # height above an axis
UNDER = 12.0  # the numbers below an axis; its unit needs as much again
BETWEEN = 12.0
SPOKEN = 6  # groups that an alt text describes one by one


@dataclass(frozen=True)
class Group:
    """The known values of a group in order, how many are not known, and what is written beside them."""

    name: str
    values: np.ndarray
    missing: int
    lines: list[str]

    @property
    def facts(self) -> list[str]:
        """Say number and median, and how many are not known."""
        median = [f"median {_number(np.median(self.values))}"] if len(self.values) else []
        unknown = [f"{self.missing} not reported"] if self.missing else []
        return [f"n = {len(self.values)}", *median, *unknown]

    @property
    def spoken(self) -> str:
        """Say the group in one sentence."""
        many = len(self.values) > 1
        span = [f"range {_number(self.values[0])} to {_number(self.values[-1])}"] if many else []
        return f"{self.name}: {', '.join([*self.facts, *span])}"


@dataclass(frozen=True)
class Strip:
    """A group on its axis: where its dots lie (x, and levels above the axis), their diameter, ticks."""

    group: Group
    xs: np.ndarray
    levels: np.ndarray
    dot: float
    ticks: list[tuple[float, str]]
    median: float | None
    span: tuple[float, float]
    unit: str

    @property
    def above(self) -> float:
        """Height above the axis."""
        return max(self.dot * (self.levels.max(initial=0) + 1) + 8, LEAST)

    @property
    def height(self) -> float:
        """Height of the group with all its text."""
        text = height_of([*self.group.lines, *self.group.facts])
        return max(text, self.above + UNDER * (2 if self.unit else 1))


@in_style
def distribution_strip(
    frame: pd.DataFrame,
    *,
    title: str = "",
    unit: str = "",
    label: str = "",
    shared: bool = False,
    width: float = WIDTH,
) -> Drawn:
    """Draw every value as a dot over an axis, with a line at the median; one axis and one scale a group.

    Parameters
    ----------
    frame
        One row a value: value, group, participant. A missing value is not drawn but counted ("1 not
        reported"). Groups keep their order (of categories, else of first appearance). No value: a figure
        that says so.
    title, label
        Printed above; the label (such as "Synthetic data") also stands in the alt text.
    unit
        What the numbers are ("mg/day"), printed under the axes.
    shared
        Give all groups one scale. Only for values that compare: doses of different drugs do not.
    width
        Width in millimetres; the height follows from the groups.

    Returns
    -------
    Drawn
        The figure and its alt text.
    """
    full = inside(width)
    groups = _groups(frame, 0.26 * full)
    if not any(len(group.values) for group in groups):
        return nothing("There are no values to draw.", title, label, width)
    left = max(max(widest(g.lines, SMALL, "bold"), widest(g.facts)) for g in groups) + 14
    everything = np.concatenate([group.values for group in groups])
    strips = [_strip(g, everything if shared else g.values, (left, full), clean(unit)) for g in groups]
    note = "Line: median." + (" Each group has its own scale." if len(groups) > 1 and not shared else "")
    height = sum(strip.height + BETWEEN for strip in strips) - 5
    page = Page(full, height + height_of([note]), title, label)
    y = 0.0
    for strip in strips:
        _draw(page, strip, y)
        y += strip.height + BETWEEN
    page.write(left, height, note, color=GREY)
    return Drawn(page.figure, _describe(groups, clean(unit), title, label))


def _groups(frame: pd.DataFrame, width: float) -> list[Group]:
    """Return the groups in order, each with its values sorted."""
    ordered = isinstance(frame["group"].dtype, pd.CategoricalDtype)
    groups = []
    for key, part in frame.groupby("group", sort=ordered, observed=True, dropna=False):
        name = "not reported" if pd.isna(key) else clean(key)
        values = part["value"].to_numpy(dtype=float, na_value=np.nan)
        known = np.sort(values[np.isfinite(values)])
        groups.append(Group(name, known, len(values) - len(known), wrap(name, width, SMALL, "bold")))
    return groups


def _number(value: float) -> str:
    """Print a number as short as it can be ("44.5", "1200000")."""
    return f"{value:.10g}"


def _strip(group: Group, scale: np.ndarray, span: tuple[float, float], unit: str) -> Strip:
    """Place a group's values on an axis that spans the values of `scale`, between two points of the page."""
    low, high = (float(scale.min()), float(scale.max())) if len(scale) else (0.0, 0.0)
    ticks = _ticks(scale, low, high)
    if low == high:
        low, high = low - 1, high + 1
    margin = max(DOT, widest(map(_number, ticks)) / 2)
    left, right = span[0] + margin, span[1] - margin

    def x(value: Any) -> Any:
        return left + (value - low) / (high - low) * (right - left)

    xs, dot = x(group.values), DOT
    while dot > 1 and dot * (_stacked(xs, dot).max(initial=0) + 1) > HIGHEST:
        dot *= 0.85
    median = float(x(np.median(group.values))) if len(xs) else None
    named = [(float(x(tick)), _number(tick)) for tick in ticks]
    return Strip(group, xs, _stacked(xs, dot), dot, named, median, span, unit)


def _ticks(scale: np.ndarray, low: float, high: float) -> list[float]:
    """Return round numbers between the values; a single value is its own tick."""
    if low == high:
        return [low] if len(scale) else []
    whole = bool((scale == np.round(scale)).all())
    spots = MaxNLocator(nbins=6, steps=[1, 2, 5, 10], integer=whole).tick_values(low, high)
    return [float(tick) for tick in spots if low <= tick <= high]


def _stacked(xs: np.ndarray, dot: float) -> np.ndarray:
    """Return for each of the sorted places the lowest level at which its dot touches none before it.

    Examples
    --------
    >>> _stacked(np.array([0.0, 1.0, 1.5, 2.0, 5.0]), 2.0).tolist()
    [0, 1, 2, 0, 0]
    """
    last: list[float] = []
    levels = []
    for x in xs:
        free = (i for i, before in enumerate(last) if x - before >= dot)
        level = next(free, len(last))
        last[level : level + 1] = [x]
        levels.append(level)
    return np.array(levels, dtype=int)


def _draw(page: Page, strip: Strip, y: float) -> None:
    below = page.write(0, y, strip.group.lines, weight="bold")
    page.write(0, below, strip.group.facts)
    ground = y + strip.above
    page.line(strip.span, [ground, ground], color=LINE, linewidth=0.7)
    for x, text in strip.ticks:
        page.line([x, x], [ground, ground + 3], color=LINE, linewidth=0.7)
        page.write(x, ground + 3.5, text, ha="center")
    if strip.unit:
        page.write(sum(strip.span) / 2, ground + UNDER, strip.unit, ha="center", color=GREY)
    if strip.median is not None:
        page.line([strip.median] * 2, [y, ground], color=INK, linewidth=1.1)
    heights = ground - strip.dot * (strip.levels + 0.5) - 0.8
    page.line(
        strip.xs.tolist(),
        heights.tolist(),
        linestyle="none",
        marker="o",
        markersize=0.9 * strip.dot,
        label=strip.group.name,
        markerfacecolor=toned(BLUE, 0.66),
        markeredgewidth=0,
    )


def _describe(groups: list[Group], unit: str, title: str, label: str) -> str:
    """Return the alt text: number, median and range of each group."""
    number = sum(len(group.values) for group in groups)
    more = len(groups) - SPOKEN
    return sentences(
        title,
        f"Dot strip: {count(number, 'value')} in {count(len(groups), 'group')}{f', in {unit}' if unit else ''}",
        *(group.spoken for group in groups[:SPOKEN]),
        f"And {count(more, 'group')} more" if more > 0 else "",
        label,
    )
