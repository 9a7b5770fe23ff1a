"""Participant flow: how many were approached, how many remained at each stage, and why the others did not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

from matplotlib.patches import FancyArrowPatch

from ..errors import StudyError
from .page import Page, inside, nothing
from .style import BLUE, LINE, WIDTH, Drawn, in_style, sentences, toned
from .text import INK, NORMAL, SMALL, clean, height_of, widest, wrap

PAD = 6.0  # inside a box
STEP = 24.0  # between two stages with nobody lost between them
SIDE = 16.0  # from the line down to a box at its side, and between boxes and what is above and below


@dataclass(frozen=True)
class Stage:
    """A box of the main line and the box at its side, above it, for those who got lost on the way."""

    label: str
    n: int
    lost: list[tuple[str, int]]
    box: list[str]
    side: list[str]

    @property
    def height(self) -> float:
        """Height of the stage's own box."""
        return height_of(self.box, NORMAL) + height_of(["n"], NORMAL) + 2 * PAD

    @property
    def above(self) -> float:
        """Room between the previous box and this one."""
        return height_of(self.side) + 2 * PAD + 2 * SIDE if self.side else STEP


@in_style
def participant_flow(
    stages: Sequence[Mapping[str, Any]], *, title: str = "", label: str = "", width: float = WIDTH
) -> Drawn:
    """Draw recruitment as boxes from top to bottom; those lost on the way stand at the side with the reasons.

    Parameters
    ----------
    stages
        In order: {"label": str, "n": int, "lost": [{"reason": str, "n": int}, ...]}; `lost` (may be left out)
        lies between the previous stage and this one. No stage: a figure that says so.
    title, label
        Printed above; the label (such as "Synthetic data") also stands in the alt text.
    width
        Largest width in millimetres.

    Returns
    -------
    Drawn
        The figure and its alt text.

    Raises
    ------
    StudyError
        When a number is not a whole number of people, when the first stage loses somebody, or when a stage
        is not the previous one less those lost.
    """
    if not stages:
        return nothing("No recruitment flow is recorded.", title, label, width)
    full = inside(width)
    main = min(0.44 * full, 180.0)
    checked = _checked(stages, main, full)
    side = max(widest(stage.side, SMALL, "bold") for stage in checked)
    full = min(max(main + SIDE + side + 2 * PAD if side else main, inside(84)), full)
    page = Page(full, sum(s.height for s in checked) + sum(s.above for s in checked[1:]), title, label)
    y = 0.0
    for i, stage in enumerate(checked):
        if i:
            _draw_step(page, stage, y, main, side + 2 * PAD)
            y += stage.above
        page.box(0, y, main, stage.height, facecolor=toned(BLUE, 0.94), edgecolor=toned(BLUE, 0.4))
        below = page.write(main / 2, y + PAD, stage.box, NORMAL, ha="center", weight="bold")
        page.write(main / 2, below, f"n = {stage.n}", NORMAL, ha="center")
        y += stage.height
    return Drawn(page.figure, _describe(checked, title, label))


def _checked(stages: Sequence[Mapping[str, Any]], main: float, full: float) -> list[Stage]:
    """Return the stages with their lines of text; raise StudyError with every number that does not add up."""
    checked: list[Stage] = []
    problems: list[str] = []
    for stage in stages:
        name, n = clean(stage["label"]), stage["n"]
        lost = [(clean(one["reason"]), one["n"]) for one in stage.get("lost") or []]
        problems += [
            f"{what!r} has {m!r}, not a whole number of people" for what, m in [(name, n), *lost] if not _is_count(m)
        ]
        if not problems:
            problems += _sums(checked[-1] if checked else None, name, n, sum(m for _, m in lost))
        if problems:
            raise StudyError("\n".join(f"recruitment flow: {problem}" for problem in problems))
        side = _side(lost, full - main - SIDE - 2 * PAD)
        checked.append(Stage(name, int(n), lost, wrap(name, main - 2 * PAD, NORMAL, "bold"), side))
    return checked


def _sums(before: Stage | None, name: str, n: int, lost: int) -> list[str]:
    """Return what does not add up between a stage and the one before it."""
    if before is None:
        return [f"{name!r} is the first stage, and has lost {lost} people before it"] if lost else []
    if before.n - lost == n:
        return []
    left = before.n - lost
    return [f"{name!r} has n = {n}, but {before.label!r} has n = {before.n}; less {lost} lost that leaves {left}"]


def _is_count(n: object) -> bool:
    return isinstance(n, Integral) and not isinstance(n, bool) and int(n) >= 0


def _side(lost: Sequence[tuple[str, int]], width: float) -> list[str]:
    """Return the lines of the box at the side: all together, then the reasons."""
    if not lost:
        return []
    total = f"Did not continue: n = {sum(n for _, n in lost)}"
    return [total, *(line for reason, n in lost for line in wrap(f"{reason}: {n}", width))]


def _draw_step(page: Page, stage: Stage, y: float, main: float, width: float) -> None:
    """Draw the arrow down to a stage, and the box of those lost with the arrow to it."""
    x = main / 2
    _arrow(page, (x, y), (x, y + stage.above))
    if stage.side:
        left, top, height = main + SIDE, y + SIDE, stage.above - 2 * SIDE
        page.box(left, top, width, height, facecolor="white", edgecolor=LINE)
        below = page.write(left + PAD, top + PAD, stage.side[0], weight="bold")
        page.write(left + PAD, below, stage.side[1:])
        _arrow(page, (x, top + height / 2), (left, top + height / 2))


def _arrow(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.add(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=7, shrinkA=0, shrinkB=0.5, color=INK, linewidth=0.9
        )
    )


def _describe(stages: Sequence[Stage], title: str, label: str) -> str:
    """Return the alt text: every stage in order, with those lost before it."""
    steps = [f"Participant flow: {stages[0].label}, n = {stages[0].n}"]
    for stage in stages[1:]:
        if stage.lost:
            reasons = ", ".join(f"{reason}: {n}" for reason, n in stage.lost)
            steps.append(f"{sum(n for _, n in stage.lost)} did not continue ({reasons})")
        steps.append(f"{stage.label}, n = {stage.n}")
    return sentences(title, *steps, label)
