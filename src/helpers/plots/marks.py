"""The marks of the three states of a theme, told apart by outline and form and not only by colour."""

from __future__ import annotations

from typing import Any

from .page import Page
from .style import BLUE, DASHED, DOTTED, LINE, toned
from .text import GREY, INK


def edge(state: str, colour: str = BLUE) -> dict[str, Any]:
    """Return the outline of a state: drawn through (named), dashed (nobody named), dotted grey (absent)."""
    if state == "named":
        return {"edgecolor": toned(colour, 0.4), "linewidth": 0.8}
    if state == "unnamed":
        return {"edgecolor": INK, "linewidth": 0.9, "linestyle": DASHED}
    return {"edgecolor": LINE, "linewidth": 0.9, "linestyle": DOTTED}


def draw_mark(page: Page, x: float, y: float, r: float, state: str, colour: str = BLUE, code: str = "") -> None:
    """Draw the circle of a theme without children; an absent one is crossed out."""
    face = toned(colour, 0.82) if state == "named" else "white"
    page.disc(x, y, r, label=code, facecolor=face, **edge(state, colour))
    if state == "absent":
        page.cross(x, y, 0.45 * r, color=GREY, linewidth=0.9)


def draw_ring(
    page: Page, x: float, y: float, r: float, state: str, colour: str = BLUE, code: str = "", depth: int = 0
) -> None:
    """Draw the circle around the children of a theme, a shade darker at every level."""
    face = toned(colour, max(0.97 - 0.03 * depth, 0.88)) if state == "named" else "white"
    page.disc(x, y, r, label=code, facecolor=face, **edge(state, colour))
