"""A page to draw on: a figure without axes, measured in points from its top left corner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from matplotlib.artist import Artist
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from .style import MM, WIDTH, Drawn, sentences
from .text import GREY, INK, LARGE, LEADING, SMALL, clean, height_of, width_of, wrap

MARGIN = 2.0  # points around everything, so that no outline is cut

A = TypeVar("A", bound=Artist)


def inside(width: float) -> float:
    """Return the points that a page of `width` mm leaves for the drawing."""
    return width * MM - 2 * MARGIN


class Page:
    """A figure of `width` by `height` points under a title and a label; y grows downwards.

    (0, 0) is the corner of the drawing, below the header; circles and texts keep their size in points,
    so that everything can be measured before it is drawn. `label` ("Synthetic data") stands top right.
    """

    def __init__(self, width: float, height: float, title: str = "", label: str = "") -> None:
        tag = clean(label)
        tag_width = width_of(tag) + 8 if tag else 0.0
        lines = wrap(title, width - tag_width - 8, LARGE, "bold")
        header = max(height_of(lines, LARGE), SMALL * LEADING + 4 if tag else 0.0)
        header += 8 if header else 0.0
        size = (width + 2 * MARGIN) / 72, (height + header + 2 * MARGIN) / 72
        self.figure = Figure(figsize=size, dpi=72, facecolor="white")
        corner = Affine2D().scale(1 / 72, -1 / 72).translate(MARGIN / 72, (height + MARGIN) / 72)
        self._points = corner + self.figure.dpi_scale_trans
        self.write(0, -header, lines, LARGE, weight="bold")
        if tag:
            self._stamp(width - tag_width, -header, tag_width, tag)

    def add(self, artist: A) -> A:
        """Put an artist on the page, in points, above all that is there already."""
        artist.set_zorder(1)
        if not artist.is_transform_set():
            artist.set_transform(self._points)
        self.figure.add_artist(artist)
        return artist

    def write(
        self,
        x: float,
        y: float,
        lines: str | Sequence[str],
        size: float = SMALL,
        ha: str = "left",
        va: str = "top",
        color: str = INK,
        **style: Any,
    ) -> float:
        """Write lines of text; "top" puts them below y, "middle" around it. Return the y below them."""
        lines = [lines] if isinstance(lines, str) else lines
        height = size * LEADING
        top = y if va == "top" else y - len(lines) * height / 2
        for i, line in enumerate(lines):
            # Half a capital's height below the middle of the line: steadier than matplotlib's own boxes.
            base = top + (i + 0.5) * height + 0.36 * size
            self.add(Text(x, base, line, size=size, ha=ha, va="baseline", color=color, transform=self._points, **style))
        return top + len(lines) * height

    def upright(self, x: float, y: float, line: str) -> None:
        """Write one line upwards from (x, y), x being its middle."""
        self.add(
            Text(
                x + 0.36 * SMALL,
                y,
                line,
                size=SMALL,
                color=INK,
                rotation=90,
                rotation_mode="anchor",
                ha="left",
                va="baseline",
                transform=self._points,
            )
        )

    def line(self, xs: Sequence[float], ys: Sequence[float], **style: Any) -> None:
        """Draw a line through points."""
        self.add(Line2D(xs, ys, **style))

    def disc(self, x: float, y: float, r: float, **style: Any) -> None:
        """Draw a circle."""
        self.add(Circle((x, y), r, **style))

    def box(self, x: float, y: float, width: float, height: float, **style: Any) -> None:
        """Draw a rectangle from its top left corner."""
        self.add(Rectangle((x, y), width, height, **style))

    def boxes(self, corners: Sequence[tuple[float, float, float, float]], **style: Any) -> None:
        """Draw rectangles (left, top, width, height) that look alike as one thing, which is faster."""
        if corners:
            shapes = [[(x, y), (x + w, y), (x + w, y + h), (x, y + h)] for x, y, w, h in corners]
            self.add(PolyCollection(shapes, **style))

    def cross(self, x: float, y: float, arm: float, **style: Any) -> None:
        """Draw an oblique cross."""
        for slope in (-1, 1):
            self.line([x - arm, x + arm], [y - slope * arm, y + slope * arm], **style)

    def _stamp(self, x: float, y: float, width: float, tag: str) -> None:
        """Write the label in a thin frame, so that a copied figure still says it."""
        height = SMALL * LEADING + 4
        self.add(
            FancyBboxPatch(
                (x + 2, y + 2),
                width - 4,
                height - 4,
                boxstyle="round,pad=2,rounding_size=2",
                facecolor="none",
                edgecolor=GREY,
                linewidth=0.6,
            )
        )
        self.write(x + width / 2, y + height / 2, tag, ha="center", va="middle", color=GREY)


def nothing(what: str, title: str = "", label: str = "", width: float = WIDTH) -> Drawn:
    """Return a figure that says there is nothing to draw."""
    full = inside(width)
    lines = wrap(what, full - 20)
    page = Page(full, height_of(lines) + 24, title, label)
    page.write(full / 2, height_of(lines) / 2 + 12, lines, ha="center", va="middle", color=GREY)
    return Drawn(page.figure, sentences(title, what, label))
