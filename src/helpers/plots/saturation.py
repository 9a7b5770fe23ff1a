"""Saturation curves: new codes of each document, all codes so far, and what another order would have given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.patches import Polygon
from matplotlib.ticker import MaxNLocator

from .curves import describe, said, share
from .lollipop import whole_ticks
from .page import Page, inside, nothing
from .style import BLUE, DASHED, GRID, LINE, WIDTH, Drawn, in_style, toned
from .swatches import Swatch, Swatches, shade, stroke
from .text import GREY, INK, LEADING, SMALL, clean, height_of, widest, width_of, wrap

if TYPE_CHECKING:
    from ..saturation import Saturation

PITCH = 36.0  # the widest column of a document
PLOT, PANEL = 140.0, 40.0  # heights of the curve, and of the shares of new codes under it
HEAD, ROW = 14.0, 10.0  # heights of brackets and headings, and of a row of numbers
NAME = 80.0  # the longest upright name of a document; with a longer one, documents have numbers only
BARS: dict[str, Any] = {"facecolor": toned(BLUE, 0.75), "edgecolor": toned(BLUE, 0.4), "linewidth": 0.6}
CURVE: dict[str, Any] = {"color": BLUE, "linewidth": 1.3, "marker": "o", "markersize": 3.6}
MEDIAN: dict[str, Any] = {"color": GREY, "linewidth": 0.8, "linestyle": DASHED}
BAND, MARKED = "#d2d2d2", "#f2f2f2"


@dataclass(frozen=True)
class Frame:
    """Where things are: documents in columns of a pitch from `left`, codes from 0 at `ground` upwards."""

    left: float
    pitch: float
    number: int
    top: float
    most: int
    rows: dict[str, list[str]]  # numbers under the columns
    names: list[str]  # upright under the numbers

    @property
    def ground(self) -> float:
        """Return the y of 0 codes."""
        return self.top + PLOT

    @property
    def right(self) -> float:
        """Return where the columns end."""
        return self.left + self.number * self.pitch

    @property
    def panel(self) -> float:
        """Return the y under the numbers and names, where the panel's heading begins."""
        return self.ground + 4 + ROW * max(len(self.rows), 1) + (widest(self.names) + 4 if self.names else 0.0)

    def x(self, position: Any) -> Any:
        """Return the middle of the column of a document, the first being 1."""
        return self.left + (np.asarray(position) - 0.5) * self.pitch

    def y(self, codes: Any) -> Any:
        """Return the height of a number of codes."""
        return self.ground - np.asarray(codes, dtype=float) / self.most * PLOT


@in_style
def saturation_curve(
    curve: pd.DataFrame,
    band: pd.DataFrame | None = None,
    *,
    point: Saturation | None = None,
    title: str = "",
    label: str = "",
    width: float = WIDTH,
) -> Drawn:
    """Draw new codes of each document as bars, all codes so far as a line, and random orders as a grey band.

    With a point of saturation, a panel below shows the new codes of each run as a share of the base's codes, against
    the threshold. Where it is reached, base and run are marked.

    Parameters
    ----------
    curve
        One row a document, in order, as `helpers.saturation.curve` returns it: position, document, codes, new,
        total. No row: a figure that says so.
    band
        Codes found if documents came in random order, as `helpers.saturation.permuted` returns it: position, low,
        median, high.
    point
        As `helpers.saturation.saturation_point` returns it. Where it is undefined or not reached, the figure says so.
    title, label
        Printed above; the label (such as "Synthetic data") also stands in the alt text.
    width
        Largest width in millimetres.

    Returns
    -------
    Drawn
        The figure and its alt text.
    """
    if curve.empty:
        return nothing("There are no documents to draw.", title, label, width)
    reached = point is not None and point.reached is not None
    frame = _frame(curve, band, inside(width), HEAD if reached else 4.0)
    full = max(frame.right + 2, min(inside(84), inside(width)))
    has_panel = point is not None and not point.undefined
    legend = Swatches(_legend(band), full)
    notes = wrap(said(point), full)
    below = frame.panel + (HEAD + PANEL + 8 if has_panel else 0.0) + 4
    page = Page(full, below + legend.height + (4 + height_of(notes) if notes else 0.0), title, label)
    if point is not None and reached:
        _mark(page, frame, point)
    _draw_axes(page, frame)
    _draw_curve(page, frame, curve, band)
    if point is not None and has_panel:
        _draw_panel(page, frame, point)
    y = legend.draw(page, 0, below)
    page.write(0, y + 4, notes, color=GREY)
    return Drawn(page.figure, describe(curve, band, point, title, label))


def _frame(curve: pd.DataFrame, band: pd.DataFrame | None, full: float, top: float) -> Frame:
    """Share out the width, and decide what has room under the columns."""
    number = len(curve)
    high = [curve["total"].max()] + ([] if band is None else [np.ceil(band["high"].max())])
    most = max(int(max(high)), 1)
    rows = {
        "Document": [str(n) for n in range(1, number + 1)],
        "New codes": curve["new"].astype("str").tolist(),
        "So far": curve["total"].astype("str").tolist(),
    }
    left = widest([*rows, str(most)]) + 8
    pitch = min((full - left - 2) / number, PITCH)
    names = [clean(document) for document in curve["document"]]
    known = pitch >= SMALL * LEADING + 0.6 and widest(names) <= NAME and names != rows["Document"]
    fits = widest(text for texts in rows.values() for text in texts) + 3 <= pitch
    return Frame(left, pitch, number, top, most, rows if fits else {}, names if known else [])


def _mark(page: Page, frame: Frame, point: Saturation) -> None:
    """Shade base and run behind everything, under brackets that say what they are."""
    assert point.reached is not None
    half = frame.pitch / 2
    spans = {"base": (1, point.base), "run": (point.reached + 1, point.reached + point.run)}
    for text, (first, last) in spans.items():
        low, high = frame.x(first) - half + 0.8, frame.x(last) + half - 0.8
        for top, end in ((frame.top, frame.panel - 1), (frame.panel + HEAD, frame.panel + HEAD + PANEL)):
            page.box(low, top, high - low, end - top, facecolor=MARKED, edgecolor="none")
        y = frame.top - 2
        page.line([low, low, high, high], [y + 2, y, y, y + 2], color=GREY, linewidth=0.8)
        if width_of(text) <= high - low:
            page.write((low + high) / 2, y - SMALL * LEADING - 1, text, ha="center")
        elif text == "base":
            page.write(high, y - SMALL * LEADING - 1, text, ha="right")
        else:
            page.write(min(low, frame.right - width_of(text)), y - SMALL * LEADING - 1, text)


def _draw_axes(page: Page, frame: Frame) -> None:
    """Draw numbers of codes at the left, and of documents, with what there is to each, below."""
    for tick in _round(frame.most):
        y = float(frame.y(tick))
        page.line([frame.left, frame.right], [y, y], color=GRID if tick else LINE, linewidth=0.7)
        page.write(frame.left - 4, y, f"{tick:.0f}", ha="right", va="middle")
    page.upright(SMALL / 2 + 1, frame.ground - PLOT / 2 + width_of("Codes") / 2, "Codes")
    y = frame.ground + 4
    for head, texts in frame.rows.items():
        page.write(frame.left - 4, y, head, ha="right", color=GREY)
        for i, text in enumerate(texts, start=1):
            page.write(float(frame.x(i)), y, text, ha="center")
        y += ROW
    if not frame.rows:
        page.write(frame.left - 4, y, "Document", ha="right", color=GREY)
        room = width_of(str(frame.number)) + 6
        for tick in whole_ticks(frame.number, int((frame.right - frame.left) / room))[1:]:
            page.write(float(frame.x(tick)), y, str(tick), ha="center")
    for i, name in enumerate(frame.names, start=1):
        page.upright(float(frame.x(i)), frame.panel - 3 - widest(frame.names) + width_of(name), name)


def _round(most: int) -> list[float]:
    """Return evenly spaced whole numbers from 0 to at most `most`."""
    spots = MaxNLocator(nbins=5, steps=[1, 2, 5, 10], integer=True).tick_values(0, most)
    return [float(tick) for tick in spots if 0 <= tick <= most]


def _draw_curve(page: Page, frame: Frame, curve: pd.DataFrame, band: pd.DataFrame | None) -> None:
    xs = frame.x(np.arange(1, frame.number + 1)).tolist()
    if band is not None:
        there = frame.x(band["position"]).tolist()
        low, median, high = (frame.y(band[name]).tolist() for name in ("low", "median", "high"))
        outline = [*zip(there, high, strict=True), *zip(there[::-1], low[::-1], strict=True)]
        page.add(Polygon(outline, facecolor=BAND, edgecolor="none", label="band"))
        page.line(there, median, label="median", **MEDIAN)
    wide = min(0.62 * frame.pitch, 14.0)
    tops = frame.y(curve["new"]).tolist()
    bars = [
        (x - wide / 2, top, wide, frame.ground - top) for x, top in zip(xs, tops, strict=True) if top < frame.ground
    ]
    page.boxes(bars, label="new", **BARS)
    style = CURVE if frame.pitch >= 5 else CURVE | {"marker": ""}
    page.line(xs, frame.y(curve["total"]).tolist(), label="total", **style)


def _draw_panel(page: Page, frame: Frame, point: Saturation) -> None:
    """Draw the share of new codes in each run at its last document; the first at the threshold is a square."""
    ratio = point.runs["ratio"].to_numpy(dtype=float)
    most = max(float(ratio.max(initial=0.0)), point.threshold, 1e-9)
    ground = frame.panel + HEAD + PANEL
    ys = ground - ratio / most * (PANEL - 4)
    xs = frame.x(point.runs["last"].to_numpy())
    limit = ground - point.threshold / most * (PANEL - 4)
    head = f"New codes in runs of {point.run}, % of the codes in the base of {point.base}"
    page.write(0, frame.panel + 2, head)
    page.write(frame.left - 4, limit, share(point.threshold), ha="right", va="middle")
    for value, y in ((0.0, ground), (most, ground - PANEL + 4)):
        if abs(y - limit) >= SMALL * LEADING:
            page.write(frame.left - 4, y, share(value), ha="right", va="middle")
    page.line([frame.left, frame.right], [ground, ground], color=LINE, linewidth=0.7)
    page.line([frame.left, frame.right], [limit, limit], label="threshold", color=INK, linewidth=0.8, linestyle=DASHED)
    page.line(xs.tolist(), ys.tolist(), label="ratio", **CURVE)
    if point.reached is not None:
        at = point.reached - point.base
        page.box(xs[at] - 3.2, ys[at] - 3.2, 6.4, 6.4, label="reached", facecolor=INK, edgecolor="white", linewidth=0.6)


def _legend(band: pd.DataFrame | None) -> list[Swatch]:
    entries = [shade("new codes", **BARS), stroke("codes so far", **CURVE)]
    if band is not None:
        entries += [shade("in random order", facecolor=BAND, edgecolor="none"), stroke("its median", **MEDIAN)]
    return entries
