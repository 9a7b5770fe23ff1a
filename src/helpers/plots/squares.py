"""A square table of pairs as a matrix reads it: codes in their order, shades, and the words for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .seriation import seriated
from .style import sentences
from .text import clean
from .themes import count
from .ties import written

STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)  # of shades that are shares
UNDEFINED = "undefined"


@dataclass(frozen=True)
class Square:
    """The codes that are drawn, in their order, with the values of their pairs; and the names of the others."""

    names: list[str]
    values: np.ndarray
    alone: list[str]

    @property
    def pairs(self) -> list[tuple[float, str, str]]:
        """Return value and names of the pairs that stand together, largest first."""
        rows, columns = np.triu_indices(len(self.names), k=1)
        found = zip(self.values[rows, columns], rows, columns, strict=True)
        ranked = sorted((pair for pair in found if pair[0] > 0), key=lambda pair: -pair[0])
        return [(float(value), self.names[a], self.names[b]) for value, a, b in ranked]

    @property
    def undefined(self) -> np.ndarray:
        """Return which pairs are undefined."""
        return np.isnan(self.values) & ~np.eye(len(self.names), dtype=bool)


def read(square: pd.DataFrame, names: Mapping[str, str], order: Sequence[str] | None) -> Square:
    """Return the codes that have a pair, in the order asked for or seriated."""
    codes = [*order] if order is not None else list(square.index)
    values = square.reindex(index=codes, columns=codes).to_numpy(dtype=float, copy=True)
    np.fill_diagonal(values, np.nan)
    paired = (values > 0).any(axis=1)
    called = [clean(names.get(code, "")) or clean(code) for code in codes]
    places = np.flatnonzero(paired)
    if order is None:
        places = places[seriated(values[np.ix_(places, places)])]
    alone = [called[place] for place in np.flatnonzero(~paired)]
    return Square([called[place] for place in places], values[np.ix_(places, places)], alone)


def printed(value: float) -> str:
    """Print a value as short as a cell needs it: "12", ".43", "" for 0 and undefined.

    Examples
    --------
    >>> [printed(value) for value in (12.0, 0.434, 0.001, 0.0, float("nan"))]
    ['12', '.43', '.00', '', '']
    """
    if not value > 0:
        return ""
    return f"{value:.0f}" if value == round(value) else f"{value:.2f}".lstrip("0") if value < 1 else f"{value:.1f}"


def shades(most: float, whole: bool) -> list[tuple[float, str, float]]:
    """Return where each shade begins, what it says and how light it is; at most five, the last one open.

    Examples
    --------
    >>> [text for _, text, _ in shades(3, True)], [text for _, text, _ in shades(64, True)]
    (['1', '2', '3'], ['1–4', '5–9', '10–19', '20–49', '50+'])
    >>> [text for _, text, _ in shades(0.34, False)]
    ['under 0.1', 'from 0.1', 'from 0.2', 'from 0.3']
    """
    if whole:
        round_ones = [factor * 10**power for power in range(9) for factor in (1, 2, 5)]
        fitting = [number for number in round_ones if number <= most]
        starts = [*range(1, int(most) + 1)] if most <= 5 else [1, *fitting[1:][-4:]]
        ends = [*(end - 1 for end in starts[1:]), most]
        texts = [f"{a}" if a == b else f"{a}–{b}" for a, b in zip(starts, ends, strict=True)]
        texts[-1] = f"{starts[-1]}+" if most > starts[-1] else f"{starts[-1]}"
        begins = [float(start) for start in starts]
    else:
        step = next((step for step in STEPS if most < 5 * step), most / 4)
        begins = [n * step for n in range(int(most / step + 1e-9) + 1)][:5]
        texts = [f"under {step:g}", *(f"from {begin:g}" for begin in np.round(begins[1:], 6))]
        begins[0] = np.finfo(float).tiny
    tones = np.linspace(0.88, 0.30, max(len(begins), 2))
    return list(zip(begins, texts, tones.tolist(), strict=False))


def shades_of(square: Square) -> list[tuple[float, str, float]]:
    """Return the shades of a table's values."""
    known = square.values[square.values > 0]
    return shades(known.max(), bool((known == np.round(known)).all()))


def describe(square: Square, what: str, title: str, label: str) -> str:
    """Return the alt text: how many codes and pairs, the closest three, range, what is left out."""
    pairs = square.pairs
    unknown = int(square.undefined.sum()) // 2
    top = [f"{a} and {b} ({written(value)})" for value, a, b in pairs[:3]]
    return sentences(
        title,
        f"Co-occurrence matrix, {what}: {count(len(square.names), 'code')}, {count(len(pairs), 'pair')} together",
        f"Highest: {'; '.join(top)}",
        f"Range: {written(pairs[-1][0])} to {written(pairs[0][0])}" if len(pairs) > 1 else "",
        f"{count(unknown, 'pair')} {UNDEFINED}" if unknown else "",
        f"{count(len(square.alone), 'code')} without a pair" if square.alone else "",
        label,
    )
