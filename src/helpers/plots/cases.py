"""A case by theme frame as a figure reads it: tables, shades and the words for them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from .style import sentences
from .text import clean
from .themes import NOBODY_NAMED, count

LEVELS = (1, 2, 3, 5, 9)  # where a shade begins, when there are more than five codings in a cell


@dataclass(frozen=True)
class Cases:
    """The frame as tables of shape (participants, themes): codings, and whether the pair was asked.

    `unnamed`, of shape (themes,), marks what is present with nobody named: its cells are unknown, not 0.
    """

    participants: list[str]
    themes: list[str]
    codings: np.ndarray
    asked: np.ndarray
    unnamed: np.ndarray


def tabled(matrix: pd.DataFrame) -> Cases:
    """Return the long frame as tables, in order of first appearance."""
    rows, participants = pd.factorize(matrix["participant"])
    columns, codes = pd.factorize(matrix["code"])
    codings = np.zeros((len(participants), len(codes)), dtype=int)
    np.add.at(codings, (rows, columns), matrix["codings"].to_numpy(dtype=int))
    asked = np.zeros(codings.shape, dtype=bool)
    np.logical_or.at(asked, (rows, columns), matrix["asked"].to_numpy(dtype=bool))
    states = dict(zip(matrix["code"], matrix.get("state", pd.Series("", index=matrix.index)), strict=True))
    unnamed = np.array([states[code] == "unnamed" for code in codes])
    asked |= codings > 0  # whatever was said was somehow asked
    names = dict(zip(matrix["code"], matrix["name"], strict=True))
    return Cases([clean(p) for p in participants], [clean(names[code]) for code in codes], codings, asked, unnamed)


def levels(most: int) -> list[tuple[int, str, float]]:
    """Return where each shade begins, what it says and how light it is; at most five, the last one open.

    Examples
    --------
    >>> [text for _, text, _ in levels(3)], [text for _, text, _ in levels(12)]
    (['1', '2', '3'], ['1', '2', '3–4', '5–8', '9+'])
    """
    starts = list(range(1, most + 1)) if most <= 5 else [level for level in LEVELS if level <= most]
    texts = [str(a) if b - a == 1 else f"{a}–{b - 1}" for a, b in pairwise(starts)]
    texts += [f"{starts[-1]}+" if most > starts[-1] else str(starts[-1])] if starts else []
    tones = np.linspace(0.86, 0.30, max(len(starts), 2))
    return list(zip(starts, texts, tones.tolist(), strict=False))


def describe(cases: Cases, title: str, label: str) -> str:
    """Return the alt text."""
    people = (cases.asked & (cases.codings > 0)).sum(axis=0)
    asked = cases.asked.sum(axis=0)
    top = [i for i in np.argsort(-people, kind="stable") if people[i]][:3]
    most = [f"{cases.themes[i]} {people[i]} of {asked[i]}" for i in top]
    coded = cases.codings[cases.codings > 0]
    unasked = int((~cases.asked).sum())
    empty = int(((people == 0) & ~cases.unnamed).sum())
    unnamed = int(cases.unnamed.sum())
    size = f"{count(len(cases.participants), 'participant')} by {count(len(cases.themes), 'theme')}"
    return sentences(
        title,
        f"Case by theme matrix: {size}, {count(int(cases.codings.sum()), 'coding')}",
        f"Most participants: {'; '.join(most)}" if most else "",
        f"Codings in a coded cell: {coded.min()} to {coded.max()}" if len(coded) else "No cell is coded",
        f"{count(empty, 'theme')} with no participant" if empty else "",
        f"{count(unnamed, 'theme')} {NOBODY_NAMED}" if unnamed else "",
        f"{count(unasked, 'cell')} not asked" if unasked else "",
        label,
    )
