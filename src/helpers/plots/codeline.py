"""Codelines: where in each document each code sits, coders one above the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .lollipop import whole_ticks
from .page import Page, inside, nothing
from .passages import Document, Lane, Reading, describe, read
from .style import BLUE, DASHED, GRID, LINE, ORANGE, WIDTH, Drawn, in_style, sentences, toned
from .swatches import Swatch, Swatches, shade
from .text import GREY, INK, SMALL, clean, height_of, widest, width_of, wrap
from .themes import count

LANE = 11.0  # height of a lane with one line of name
HEAD = 14.0  # above the lanes of a document
BETWEEN = 9.0
AXIS = 24.0
THIN = 0.8  # no passage is drawn narrower
# Coders differ in height, filling and outline, and only then in colour.
LOOKS: tuple[tuple[float, dict[str, Any]], ...] = (
    (5.2, {"facecolor": BLUE, "edgecolor": BLUE, "linewidth": 0.3}),
    (3.8, {"facecolor": toned(ORANGE, 0.88), "edgecolor": toned(ORANGE, 0.3), "linewidth": 0.5, "hatch": "//////////"}),
    (2.6, {"facecolor": "white", "edgecolor": INK, "linewidth": 0.5}),
)
SPACE = 0.8  # between two coders
WHOLE = "the document as a whole"
FRAME: dict[str, Any] = {"facecolor": "none", "edgecolor": INK, "linewidth": 0.7, "linestyle": DASHED}


@dataclass(frozen=True)
class Row:
    """A lane, the lines of its name, and where it begins and ends on the page."""

    lane: Lane
    name: list[str]
    top: float
    end: float


@dataclass(frozen=True)
class Panel:
    """A document: the lines of its name, where it begins, its rows, where it ends, and how wide it is drawn."""

    document: Document
    name: list[str]
    length: str
    top: float
    rows: list[Row]
    end: float
    unit: float  # points a character

    @property
    def ground(self) -> float:
        """Where the lanes begin."""
        return self.top + height_of(self.name) + 4


@in_style
def codeline(
    spans: pd.DataFrame,
    *,
    lengths: Mapping[str, int],
    coders: Sequence[str] = (),
    normalise: bool = False,
    title: str = "",
    label: str = "",
    width: float = WIDTH,
) -> Drawn:
    """Draw where in each document each code sits: a lane a code, the coders one above the other in it.

    Passages of one coder and code that overlap or touch are one. Codes keep the order of their categories, else of
    first appearance; a document has lanes for its own codes only.

    Parameters
    ----------
    spans
        One row a coding: document, coder, code, name, start, end (half-open, in characters; missing: the document as
        a whole, drawn as a dashed frame). Codings of no document are counted below.
    lengths
        Characters of each document, in the order to draw them; one that is missing ends with its last passage. No
        document, or no length at all: a figure that says so.
    coders
        Whom to show, from top to bottom; everyone by default.
    normalise
        Draw all documents equally long, on an axis in per cent.
    title, label
        Printed above; the label (such as "Synthetic data") also stands in the alt text.
    width
        Width in millimetres; the height follows from the lanes.

    Returns
    -------
    Drawn
        The figure and its alt text.

    Raises
    ------
    StudyError
        When there are more than three coders.
    """
    reading = read(spans, lengths, coders)
    if not any(document.lanes for document in reading.documents):
        return nothing("There are no coded passages to draw.", title, label, width)
    if not any(document.length for document in reading.documents):
        return nothing("There are no texts in which passages could have a place.", title, label, width)
    full = inside(width)
    panels, left = _panels(reading, full, normalise)
    legend = Swatches(_legend(reading), full)
    notes = wrap(_notes(panels, reading), full)
    axis = panels[-1].end + 2
    page = Page(full, axis + AXIS + 2 + legend.height + (3 + height_of(notes) if notes else 0.0), title, label)
    _draw_axis(page, panels, left, full, axis, normalise)
    for panel in panels:
        _draw_panel(page, panel, left, full)
    _draw_passages(page, panels, left, reading.coders)
    y = legend.draw(page, 0, axis + AXIS + 2)
    page.write(0, y + 3, notes, color=GREY)
    return Drawn(page.figure, describe(reading, title, label))


def _panels(reading: Reading, full: float, normalise: bool) -> tuple[list[Panel], float]:
    """Return the panels from top to bottom, and where their lanes begin at the left."""
    coders = sum(LOOKS[i][0] for i in range(len(reading.coders)))
    lanes = [wrap(lane.name, 0.32 * full) for document in reading.documents for lane in document.lanes]
    left = max(map(widest, lanes)) + 8
    longest = max(document.length for document in reading.documents)
    panels: list[Panel] = []
    y = 0.0
    for document in reading.documents:
        length = f"{document.length:,} characters" if document.known else "length not known"
        name = wrap(document.name, full - width_of(length) - 12, SMALL, "bold")
        top = y
        y += height_of(name) + 4
        rows = []
        for lane in document.lanes:
            lines = wrap(lane.name, left - 8 + 0.1)
            height = max(LANE, height_of(lines) + 2, coders + 4)
            rows.append(Row(lane, lines, y, y + height))
            y += height
        if not rows:
            y += LANE
        unit = (full - left - 2) / max(document.length if normalise else longest, 1)
        panels.append(Panel(document, name, length, top, rows, y, unit))
        y += BETWEEN
    return panels, left


def _draw_axis(page: Page, panels: Sequence[Panel], left: float, full: float, y: float, normalise: bool) -> None:
    """Draw the axis under the last document, and its ticks through every document as far as it goes."""
    room = full - left - 2
    longest = max(panel.document.length for panel in panels)
    end = 100 if normalise else max(longest, 1)
    most = int(room / (width_of(f"{end:,}") + 16))
    ticks = [0, 25, 50, 75, 100] if normalise and most >= 5 else [0, 50, 100] if normalise else whole_ticks(end, most)
    for tick in ticks:
        x = left + tick / end * room
        for panel in panels:
            if normalise or tick <= panel.document.length:
                page.line([x, x], [panel.ground, panel.end], color=GRID, linewidth=0.7)
        page.line([x, x], [y, y + 3], color=LINE, linewidth=0.7)
        text = f"{tick}%" if normalise else f"{tick:,}"
        page.write(min(x, full - width_of(text) / 2), y + 4, text, ha="center")
    page.line([left, left + room], [y, y], color=LINE, linewidth=0.7)
    name = "Position in the text" + ("" if normalise else " (characters)")
    page.write(left + room / 2, y + 14, name, ha="center")


def _draw_panel(page: Page, panel: Panel, left: float, full: float) -> None:
    """Draw a document's name, length and frame, and the names of its lanes."""
    right = left + panel.unit * panel.document.length
    page.write(0, panel.top, panel.name, weight="bold")
    page.write(full, panel.top, panel.length, ha="right", color=GREY)
    for x in (left, right):
        page.line([x, x], [panel.ground, panel.end], color=LINE, linewidth=0.7)
    for row in panel.rows:
        middle = (row.top + row.end) / 2
        page.write(0, middle, row.name, va="middle")
        page.line([left, right], [middle, middle], color=GRID, linewidth=0.7)
    if not panel.rows:
        page.write(left + 5, (panel.ground + panel.end) / 2, "no codes", va="middle", color=GREY)


def _draw_passages(page: Page, panels: Sequence[Panel], left: float, coders: Sequence[str]) -> None:
    """Draw each coder's passages as one thing: around the middle of the lane, the first coder at the top."""
    heights = [height for height, _ in LOOKS[: len(coders)]]
    top = -(sum(heights) + SPACE * (len(coders) - 1)) / 2
    for i, coder in enumerate(coders):
        marked, whole = [], []
        for panel in panels:
            for row in panel.rows:
                y = (row.top + row.end) / 2 + top
                for start, end in row.lane.passages[i]:
                    wide = max((end - start) * panel.unit, THIN)
                    marked.append((left + start * panel.unit, y, wide, heights[i]))
                if row.lane.whole[i]:
                    whole.append((left, y, panel.document.length * panel.unit, heights[i]))
        page.boxes(whole, label=f"{coder}: {WHOLE}", **FRAME)
        page.boxes(marked, label=coder, **LOOKS[i][1])
        top += heights[i] + SPACE


def _legend(reading: Reading) -> list[Swatch]:
    entries = [_swatch(coder, i) for i, coder in enumerate(reading.coders)] if len(reading.coders) > 1 else []
    if any(any(lane.whole) for document in reading.documents for lane in document.lanes):
        entries.append(shade(WHOLE, **FRAME))
    return entries


def _swatch(coder: str, i: int) -> Swatch:
    """Return a coder's swatch as high as their passages are."""
    height, look = LOOKS[i]

    def draw(page: Page, x: float, y: float) -> None:
        page.box(x, y - height / 2, 10, height, **look)

    return Swatch(clean(coder), draw)


def _notes(panels: Sequence[Panel], reading: Reading) -> str:
    """Say what is drawn other than it is, or not at all."""
    units = [
        (end - start) * panel.unit
        for panel in panels
        for row in panel.rows
        for one in row.lane.passages
        for start, end in one
    ]
    known = all(panel.document.known for panel in panels)
    notes = {
        f"Not drawn: {count(reading.elsewhere, 'coding')} of no document": reading.elsewhere > 0,
        "Passages too short to be seen are drawn wider than they are": min(units, default=THIN) < THIN,
        "Where the length of a document is not known, it ends with its last passage": not known,
    }
    return sentences(*(text for text, applies in notes.items() if applies))
