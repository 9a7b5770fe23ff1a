"""How all figures look, and how they become bytes: settings, palette, SVG and PNG."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, wraps
from io import BytesIO
from typing import Any, NamedTuple, ParamSpec

import matplotlib
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from .text import FONT, SMALL, clean

MM = 72 / 25.4  # points
WIDTH = 174.0  # mm: a journal's two columns; one column (84) works too

# Okabe & Ito 2008: told apart with any colour vision. No figure relies on colour alone.
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#E69F00", "#009E73", "#CC79A7"
SKY, VERMILLION, YELLOW = "#56B4E9", "#D55E00", "#F0E442"
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION, YELLOW)
LINE = "#8c8c8c"  # outlines of what was not found, axes
GRID = "#e3e3e3"
DASHED, DOTTED = (0, (3.2, 2.0)), (0, (0.9, 1.6))

_OURS: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "themebook",
    "text.parse_math": False,
    "text.hinting": "no_hinting",  # letters as wide as they were measured, at every resolution
    "font.family": ["sans-serif"],
    # The first is always there and measures the text; the others are for a browser that lacks it.
    "font.sans-serif": [FONT, "Verdana", "Arial"],
    "font.size": SMALL,
    "hatch.linewidth": 0.6,
    "lines.linewidth": 0.8,
    "lines.solid_capstyle": "butt",
    "patch.linewidth": 0.8,
}
_GROUPS = ("axes", "figure", "font", "hatch", "lines", "mathtext", "patch", "path", "savefig", "svg", "text")


class Drawn(NamedTuple):
    """A figure and the text that stands for it where it cannot be seen."""

    figure: Figure
    alt: str


@lru_cache(maxsize=1)
def _settings() -> dict[str, Any]:
    """Return matplotlib's defaults under ours: what a notebook or a matplotlibrc sets changes no figure."""
    known = matplotlib.rcParamsDefault
    return {key: known[key] for key in known if key.split(".")[0] in _GROUPS} | _OURS


@contextmanager
def styled() -> Iterator[None]:
    """Apply the figures' settings inside the block, and silence warnings about characters the font lacks."""
    with matplotlib.rc_context(_settings()), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        yield


P = ParamSpec("P")


def in_style(draw: Callable[P, Drawn]) -> Callable[P, Drawn]:
    """Decorate a drawing function: run it inside `styled`, and keep the alt text with the figure."""

    @wraps(draw)
    def drawing(*args: P.args, **kwargs: P.kwargs) -> Drawn:
        with styled():
            drawn = draw(*args, **kwargs)
            drawn.figure.set_label(drawn.alt)
            return drawn

    return drawing


def toned(colour: str, grey: float) -> str:
    """Mix a colour with white or black until it prints as this grey (0 black, 1 white).

    Examples
    --------
    >>> toned("#000000", 1), toned("#0072B2", 0)
    ('#ffffff', '#000000')
    """
    parts = to_rgb(colour)
    own = sum(weight * part for weight, part in zip((0.299, 0.587, 0.114), parts, strict=True))
    if grey >= own:
        share = (1 - grey) / (1 - own)
        return to_hex([1 - share * (1 - part) for part in parts])
    return to_hex([part * grey / own for part in parts])


def sentences(*parts: str) -> str:
    """Join the parts that are not empty into one line of sentences, as an alt text is written.

    Examples
    --------
    >>> sentences("Age", "", "14 values.", "Synthetic data")
    'Age. 14 values. Synthetic data.'
    """
    cleaned = [clean(part) for part in parts]
    return " ".join(part if part[-1] in ".!?" else f"{part}." for part in cleaned if part)


def svg(figure: Figure) -> str:
    """Return the figure as SVG text: the same figure, the same characters; its alt text is the title."""
    return _saved(figure, "svg", {"Title": str(figure.get_label()), "Date": None, "Creator": None}).decode("utf-8")


def png(figure: Figure, dpi: float = 150) -> bytes:
    """Return the figure as PNG: the same figure, the same bytes; its alt text is the description."""
    return _saved(figure, "png", {"Description": str(figure.get_label()), "Software": None}, dpi=dpi)


def _saved(figure: Figure, kind: str, metadata: dict[str, str | None], **options: Any) -> bytes:
    stream = BytesIO()
    with styled():
        figure.savefig(stream, format=kind, metadata=metadata, **options)
    return stream.getvalue()
