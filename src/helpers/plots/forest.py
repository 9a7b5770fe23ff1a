"""Forests: a coefficient of agreement for each code, with its interval and with what it must be read beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, isnan
from typing import Any

import pandas as pd

from .agreements import BESIDE, COEFFICIENTS, Column, Line, columns_of, describe, explain, number, read
from .lollipop import HALO, INDENT
from .page import Page, inside, nothing
from .style import BLUE, DASHED, GRID, LINE, WIDTH, Drawn, in_style, toned
from .text import GREY, INK, SMALL, clean, height_of, widest, width_of, wrap

ROW = 13.0
AXIS = 24.0  # below the rows: numbers and the name of the axis


@dataclass(frozen=True)
class Row:
    """A code with its lines of text, where it begins and ends, and the middle of its dot."""

    line: Line
    name: list[str]
    reason: list[str]
    top: float
    y: float
    end: float
    beside: bool  # the name stands beside the dot, and not above it


@dataclass(frozen=True)
class Mark:
    """A band: where its line stands, and what it is called."""

    x: float
    lines: list[str]


@dataclass(frozen=True)
class Scale:
    """Where values lie on the page: `left` is `low` (0 or less), `right` is 1; reasons may go on to `words`."""

    left: float
    right: float
    low: float
    words: float

    def x(self, value: float) -> float:
        """Return the x of a value."""
        return self.left + (self.right - self.left) * (value - self.low) / (1 - self.low)

    @property
    def ticks(self) -> list[float]:
        """Return round values, as close together as their numbers allow."""
        unit = (self.right - self.left) / (1 - self.low)
        step = next((step for step in (0.2, 0.5) if step * unit >= 24), 1.0)
        most = round(1 / step)
        return [n * step for n in range(-most, most + 1) if n * step > self.low - 1e-9]


@in_style
def forest(
    table: pd.DataFrame,
    *,
    title: str = "",
    label: str = "",
    coefficient: str = "cohen_kappa",
    interval: str = "",
    bands: Mapping[str, float] | None = None,
    width: float = WIDTH,
) -> Drawn:
    """Draw a coefficient of agreement for each code, with percent and positive agreement printed beside it.

    Where prevalence is known, codes are sorted by it within their theme; otherwise they keep their order. A code
    whose coefficient is undefined is grey and says why: it has no place on the axis.

    Parameters
    ----------
    table
        One row a code: code, name, n_units, n_pairable, percent (a share), positive, the coefficient (NaN:
        undefined), undefined (why). May be left out: low and high (a missing bound draws no whisker), prevalence
        (share of units coded), parent or else level (depth, parents first), unit. No row: a figure that says so.
    title, label
        Printed above; the label (such as "Synthetic data") also stands in the alt text.
    coefficient
        The column to draw.
    interval
        What the whiskers are, for the note ("95% interval, cluster bootstrap by document").
    bands
        Values to mark by name, such as {"reliable (Krippendorff)": 0.8}. None are marked by default.
    width
        Width in millimetres; the height follows from the rows.

    Returns
    -------
    Drawn
        The figure and its alt text.

    Raises
    ------
    StudyError
        When a code has several rows, as in a table of several pairs of coders.
    """
    if table.empty:
        return nothing("There are no codes to draw.", title, label, width)
    lines, full = read(table, coefficient), inside(width)
    other = clean(coefficient.replace("_", " "))
    name, short = COEFFICIENTS.get(coefficient, (other, other))
    columns = columns_of(lines, short if full < BESIDE else name, full)
    scale, names = _scale(lines, columns, full)
    marks = _marks(bands or {}, scale, full)
    top = max(height_of(column.head) for column in columns) + 3 + sum(height_of(mark.lines) for mark in marks)
    rows = _rows(lines, scale, names, top)
    end = rows[-1].end
    notes = wrap(explain(lines, table, interval), full)
    page = Page(full, end + AXIS + 6 + height_of(notes), title, label)
    _draw_axis(page, scale, rows, name, top)
    _draw_marks(page, rows, marks, top)
    for row in rows:
        _draw_row(page, row, scale)
    for column in columns:
        page.write(column.right, top - 3 - height_of(column.head), column.head, ha="right", color=GREY)
        for row, text in zip(rows, column.texts, strict=True):
            page.write(column.right, row.y, [text] if text else [], ha="right", va="middle", color=_ink(row.line))
    page.write(0, end + AXIS + 6, notes, color=GREY)
    return Drawn(page.figure, describe(lines, name, title, label))


def _scale(lines: Sequence[Line], columns: Sequence[Column], full: float) -> tuple[Scale, float]:
    """Return the axis between names and numbers, or under the names of a narrow page, and the names' room."""
    names = max(widest([line.name], SMALL, _weight(line)) + INDENT * line.depth for line in lines) + 1
    names = min(names, 0.32 * full) if full >= BESIDE else full
    ends = [end for line in lines if not line.reason for end in (line.value, line.low) if not isnan(end)]
    low = max(floor(min([0.0, *ends]) * 5 + 1e-9) / 5, -1.0)
    return Scale(names + 12 if full >= BESIDE else 12.0, columns[0].left - 12, low, columns[0].right), names


def _marks(bands: Mapping[str, float], scale: Scale, full: float) -> list[Mark]:
    """Return the bands from top to bottom: the lowest value has the longest line, so that none crosses a name."""
    ordered = sorted(bands.items(), key=lambda band: band[1])
    return [Mark(scale.x(value), wrap(f"{text}: {value:g}", full - scale.x(value) - 4)) for text, value in ordered]


def _rows(lines: Sequence[Line], scale: Scale, names: float, top: float) -> list[Row]:
    """Return the rows from `top` downwards."""
    beside = names < scale.left
    rows: list[Row] = []
    y = top
    for line in lines:
        indent = INDENT * line.depth
        name = wrap(line.name, max(names - indent, 40.0), SMALL, _weight(line))
        reason = wrap(line.reason, scale.words - scale.left - 6 if beside else names - indent)
        y += 5.0 if line.first else 0.0
        over = 0.0 if beside else height_of(name + reason) + 2
        height = max(ROW, height_of(max(name, reason, key=len)) + 4) if beside else ROW
        middle = y + over + height / 2
        rows.append(Row(line, name, reason, y, middle, y + over + height, beside))
        y = rows[-1].end
    return rows


def _weight(line: Line) -> str:
    return "bold" if line.theme else "normal"


def _ink(line: Line) -> str:
    return GREY if line.reason else INK


def _spans(rows: Sequence[Row], top: float) -> list[tuple[float, float]]:
    """Return from where to where upright lines run: through all rows, or only past those names that stand above."""
    if rows[0].beside:
        return [(top, rows[-1].end)]
    return [(row.y - ROW / 2, row.y + ROW / 2) for row in rows]


def _draw_axis(page: Page, scale: Scale, rows: Sequence[Row], name: str, top: float) -> None:
    end = rows[-1].end
    for tick in scale.ticks:
        x, zero = scale.x(tick), abs(tick) < 1e-9
        for span in _spans(rows, top):
            page.line([x, x], span, color=LINE if zero else GRID, linewidth=0.7)
        page.line([x, x], [end, end + 3], color=LINE, linewidth=0.7)
        page.write(x, end + 4, number(abs(tick) if zero else tick)[:-1], ha="center")
    page.line([scale.left, scale.right], [end, end], color=LINE, linewidth=0.7)
    middle, room = (scale.left + scale.right) / 2, width_of(name) / 2
    page.write(max(middle, room), end + 14, name, ha="center")


def _draw_marks(page: Page, rows: Sequence[Row], marks: Sequence[Mark], top: float) -> None:
    """Draw a dashed line at each band, and what it is called at its top to the right."""
    style: dict[str, Any] = {"color": GREY, "linewidth": 0.7, "linestyle": DASHED}
    y = 0.0
    for mark in marks:
        if rows[0].beside:
            page.line([mark.x] * 2, [y + 1, rows[-1].end], **style)
        else:
            page.line([mark.x] * 2, [y + 1, top - 2], **style)
            for span in _spans(rows, top):
                page.line([mark.x] * 2, span, **style)
        y = page.write(mark.x + 4, y, mark.lines, color=GREY)


def _draw_row(page: Page, row: Row, scale: Scale) -> None:
    line, y, colour = row.line, row.y, _ink(row.line)
    if row.beside:
        page.write(INDENT * line.depth, y, row.name, va="middle", weight=_weight(line), color=colour)
        height = height_of(row.reason)
        page.box(scale.left + 3, y - height / 2, widest(row.reason) + 6, height, facecolor="white", edgecolor="none")
        page.write(scale.left + 6, y, row.reason, va="middle", color=GREY)
    else:
        under = page.write(INDENT * line.depth, row.top + 2, row.name, weight=_weight(line), color=colour)
        page.write(INDENT * line.depth, under, row.reason, color=GREY)
    if not line.reason:
        _draw_value(page, line, scale, y)


def _draw_value(page: Page, line: Line, scale: Scale, y: float) -> None:
    """Draw the whisker and the dot; that of a theme with codes below it is square."""
    if line.has_interval:
        low, high = scale.x(line.low), scale.x(line.high)
        page.line([low, high], [y, y], color=GREY, linewidth=0.9, marker="|", markersize=4.4, markeredgewidth=0.9)
    x = scale.x(line.value)
    if line.theme:
        page.box(x - 3, y - 3, 6, 6, label=line.code, facecolor=toned(BLUE, 0.2), **HALO)
    else:
        page.disc(x, y, 3.3, label=line.code, facecolor=BLUE, **HALO)
