"""UpSet plots: which combinations of themes people speak to, and how many people to each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .page import Page, inside, nothing
from .style import BLUE, LINE, WIDTH, Drawn, in_style, sentences, toned
from .text import GREY, INK, SMALL, clean, height_of, widest, width_of, wrap
from .themes import count

BARS = 84.0  # height of the highest bar above the combinations
PITCH = 24.0  # the widest column of a combination
ROW = 14.0
DOT = 6.4  # diameter
NONE = "none of these"
STRIPE, EMPTY = "#f4f4f4", "#d6d6d6"
HEADS = "with the theme", "Participants with exactly these themes"


@dataclass(frozen=True)
class Combinations:
    """Themes with their sizes, largest first; and who has exactly which of them: (members, people)."""

    themes: list[str]
    sizes: list[int]
    people: int
    shown: list[tuple[np.ndarray, int]]
    small: list[int]  # people of the combinations that are left out because they are few
    further: list[int]  # and of those for which there is no room

    @property
    def none(self) -> int | None:
        """Return the column of the people without any theme, if there is one."""
        return next((i for i, (members, _) in enumerate(self.shown) if not members.any()), None)


@in_style
def upset(
    sets: pd.DataFrame,
    *,
    min_size: int = 1,
    limit: int = 20,
    title: str = "",
    label: str = "",
    width: float = WIDTH,
) -> Drawn:
    """Draw how many people speak to exactly which themes, the largest combinations first.

    Filled dots are the themes of a combination; everyone is in one column. People without any of the themes have a
    column of their own. Combinations that are left out are counted below.

    Parameters
    ----------
    sets
        Participants × themes, bool; columns are the themes' names. No row or no column: a figure that says so.
    min_size
        Combinations of fewer people are left out: a small cell can disclose who somebody is.
    limit
        How many combinations to draw at most; a narrow page may have room for fewer.
    title, label
        Printed above; the label (such as "Synthetic data") also stands in the alt text.
    width
        Largest width in millimetres; the height follows from the themes.

    Returns
    -------
    Drawn
        The figure and its alt text.
    """
    if sets.empty:
        return nothing("There are no people or no themes to draw.", title, label, width)
    frame = Frame.of(sets, inside(width))
    found = _combined(sets, min_size, min(limit, frame.room))
    if not found.shown:
        return nothing(f"No combination of themes is shared by {min_size} people.", title, label, width)
    columns = len(found.shown)
    pitch = min((frame.full - frame.left) / columns, PITCH)
    full = max(frame.left + columns * pitch, min(inside(84), frame.full))
    xs = frame.left + pitch * (np.arange(columns) + 0.5)
    rows, end = _rows(found, frame)
    notes = wrap(_notes(found, min_size), full)
    page = Page(full, end + 6 + height_of(notes), title, label)
    _draw_sizes(page, found, frame, rows, float(xs[-1]) + pitch / 2)
    _draw_bars(page, found, frame, xs, pitch)
    _draw_dots(page, found, rows, xs)
    page.write(0, end + 6, notes, color=GREY)
    return Drawn(page.figure, _describe(found, min_size, title, label))


def _combined(sets: pd.DataFrame, min_size: int, limit: int) -> Combinations:
    """Count people by their combination; ties go to fewer themes, then to larger themes."""
    table = sets.to_numpy(dtype=bool)
    order = np.argsort(-table.sum(axis=0), kind="stable")
    members, people = np.unique(table[:, order], axis=0, return_counts=True)
    ranked = sorted(
        zip(members, people.tolist(), strict=True),
        key=lambda one: (-one[1], one[0].sum(), (~one[0]).tolist()),
    )
    enough = [one for one in ranked if one[1] >= min_size]
    return Combinations(
        themes=[clean(sets.columns[i]) for i in order],
        sizes=table.sum(axis=0)[order].tolist(),
        people=len(table),
        shown=enough[:limit],
        small=[number for _, number in ranked if number < min_size],
        further=[number for _, number in enough[limit:]],
    )


@dataclass(frozen=True)
class Frame:
    """Where things are: names end at `names`, numbers at `numbers`; bars of themes lie between it and `left`."""

    full: float
    names: float
    numbers: float
    left: float
    room: int  # how many combinations fit

    @classmethod
    def of(cls, sets: pd.DataFrame, full: float) -> Frame:
        """Share out the width between names, numbers, bars of themes and combinations."""
        people = len(sets)
        called = [clean(name) for name in sets.columns]
        lines = [wrap(name, 0.3 * full) for name in [*called, NONE]]
        names = max(map(widest, lines))
        numbers = names + 8 + width_of(f"{people}/{people}")
        left = numbers + 5 + (60.0 if full > 300 else 24.0) + 8
        return cls(full, names, numbers, left, int((full - left) / max(width_of(str(people)) + 2.5, DOT + 2.5)))


def _rows(found: Combinations, frame: Frame) -> tuple[list[tuple[list[str], float, float]], float]:
    """Return the rows of the matrix (lines of the name, top, height), and where they end."""
    names = [*found.themes, *([NONE] if found.none is not None else [])]
    rows = []
    y = BARS + 18.0
    for name in names:
        lines = wrap(name, frame.names + 0.1)
        height = max(ROW, height_of(lines) + 3)
        rows.append((lines, y, height))
        y += height
    return rows, y


def _draw_sizes(
    page: Page, found: Combinations, frame: Frame, rows: list[tuple[list[str], float, float]], right: float
) -> None:
    """Draw the rows with the themes' names, their sizes in figures and as bars, on stripes."""
    stripes = [(0.0, top, right, height) for _, top, height in rows[::2]]
    page.boxes(stripes, facecolor=STRIPE, linewidth=0)
    sizes = [*found.sizes, *([found.shown[found.none][1]] if found.none is not None else [])]
    unit = (frame.left - frame.numbers - 13) / found.people
    for (lines, top, height), size in zip(rows, sizes, strict=True):
        page.write(0, top + height / 2, lines, va="middle")
        page.write(frame.numbers, top + height / 2, f"{size}/{found.people}", ha="right", va="middle")
    bars = [(frame.numbers + 5, t + h / 2 - 3.5, unit * s, 7.0) for (_, t, h), s in zip(rows, sizes, strict=True) if s]
    page.boxes(bars, label="sizes", facecolor=toned(BLUE, 0.6), linewidth=0)
    bottom, end = rows[0][1], rows[-1][1] + rows[-1][2]
    page.line([frame.numbers + 5] * 2, [bottom, end], color=LINE, linewidth=0.7)
    page.write(frame.numbers, bottom - 10, HEADS[0], ha="right", color=GREY)


def _draw_bars(page: Page, found: Combinations, frame: Frame, xs: np.ndarray, pitch: float) -> None:
    """Draw how many people have each combination, with the number on top."""
    ground, most = BARS + 12.0, found.shown[0][1]
    wide = min(0.62 * pitch, 13.0)
    bars = []
    for x, (_, people) in zip(xs.tolist(), found.shown, strict=True):
        height = people / most * BARS
        bars.append((x - wide / 2, ground - height, wide, height))
        page.write(x, ground - height - SMALL - 2.5, str(people), ha="center")
    page.boxes(bars, label="people", facecolor=BLUE, linewidth=0)
    page.line([frame.left, float(xs[-1]) + pitch / 2], [ground, ground], color=LINE, linewidth=0.7)
    lines = wrap(HEADS[1], min(frame.left - 16, 90.0))
    page.write(frame.left - 8, ground - BARS / 2, lines, ha="right", va="middle", color=GREY)


def _draw_dots(page: Page, found: Combinations, rows: list[tuple[list[str], float, float]], xs: np.ndarray) -> None:
    """Draw a dot for each theme and combination, filled ones joined from the highest to the lowest."""
    ys = np.array([top + height / 2 for _, top, height in rows])
    there = np.zeros((len(ys), len(xs)), dtype=bool)
    for column, (members, _) in enumerate(found.shown):
        there[: len(members), column] = members
    if found.none is not None:
        there[-1, found.none] = True
    dots = {"linestyle": "none", "marker": "o", "markersize": DOT, "markeredgewidth": 0}
    for text, which, colour in (("not", ~there[: len(found.themes)], EMPTY), ("in", there, INK)):
        across, down = np.nonzero(which)[::-1]
        page.line(xs[across].tolist(), ys[down].tolist(), label=text, markerfacecolor=colour, **dots)
    for x, members in zip(xs.tolist(), there.T, strict=True):
        at = ys[members]
        if len(at) > 1:
            page.line([x, x], [at[0], at[-1]], color=INK, linewidth=1.6)


def _notes(found: Combinations, min_size: int) -> str:
    """Say how to read the columns, and what is left out."""
    return sentences("Each participant is counted in one combination", *_left_out(found, min_size))


def _left_out(found: Combinations, min_size: int) -> list[str]:
    small = f"{count(len(found.small), 'combination')} of fewer than {min_size} people ({sum(found.small)} in all)"
    further = f"{count(len(found.further), 'further combination')} ({sum(found.further)} people)"
    return [f"Left out: {text}" for text, some in ((small, found.small), (further, found.further)) if some]


def _describe(found: Combinations, min_size: int, title: str, label: str) -> str:
    """Return the alt text: people, themes and combinations, the largest three of both, what is left out."""
    total = len(found.shown) + len(found.small) + len(found.further)
    sizes = zip(found.themes[:3], found.sizes[:3], strict=True)
    top = [f"{_named(found, members)} ({people})" for members, people in found.shown[:3]]
    many = f"{count(found.people, 'participant')}, {count(len(found.themes), 'theme')}, {count(total, 'combination')}"
    return sentences(
        title,
        f"UpSet plot: {many}",
        f"Largest combinations: {'; '.join(top)}",
        f"Largest themes: {'; '.join(f'{name} {size} of {found.people}' for name, size in sizes)}",
        f"{NONE.capitalize()}: {found.shown[found.none][1]}" if found.none is not None else "",
        *_left_out(found, min_size),
        label,
    )


def _named(found: Combinations, members: np.ndarray) -> str:
    """Say which themes a combination has."""
    names = [found.themes[i] for i in np.flatnonzero(members)]
    if len(names) < 2:
        return f"{names[0]} only" if names else NONE
    return " with ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
