"""Agreement on where units begin and end and what they are: the family of alphas for unitised continua."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from .continuum import Continuum, continuum
from .formulas import divided

SOURCE = (
    "Krippendorff, Mathet, Bouvry & Widlöcher (2016), On the reliability of unitizing textual continua: Further "
    "developments, Qual Quant 50:2347-2364"
)
EQUATIONS = {"u": "eq. 5a", "|u": "eq. 6", "cu": "eq. 11", "(k)u": "eq. 13b"}


def unitising(
    spans: pd.DataFrame | Iterable[Sequence[Any]],
    length: int | Mapping[Any, int] | pd.Series,
    *,
    coders: Iterable[Any] | None = None,
    touching: str = "apart",
) -> pd.Series:
    """
    Measure agreement on units that coders marked on a continuum, from the units alone.

    Parameters
    ----------
    spans : DataFrame or iterable of (coder, value, start, end)
        The units, half-open, within 0 and `length`, in whole numbers. A frame, or a list of mappings, has columns
        coder, start, end and `value` or `code`. Units of one coder with different values may not overlap; with the same
        value, they are united.
    length : int or mapping
        L, of the continuum: characters of a text, tenths of a second of a recording. For several documents a mapping of
        document to length, those without a unit included; the frame then has a column `document`, in which places
        begin at 0. They are laid end to end, and no unit goes on from one to the next.
    coders : iterable, optional
        All coders, when some of them marked nothing; those in `spans` when left out.
    touching : {"apart", "united"}
        Whether units of one coder and value that touch are two units, as in the paper, or one.

    Returns
    -------
    Series
        `u` (boundaries and values, nominal), `|u` (units or gaps), `cu` (values where units intersect, nominal) and
        `(k)u` for each value k, so named: "(hope)u". `attrs`: `coverage`, the share of all that can be paired that
        `cu` and each `(k)u` speak of; `undefined`, why a coefficient is NaN; `source` and `equations`.

    Raises
    ------
    StudyError
        When there are fewer than two coders, units overlap, lie outside the continuum, or lack a coder, value or place.

    Notes
    -----
    Source: Krippendorff, Mathet, Bouvry & Widlöcher (2016), Qual Quant 50:2347-2364: observed coincidences eq. 1,
    expected eq. 4, `u` eq. 5a, `|u` eq. 6, expected coincidences of intersections eq. 10, `cu` eq. 11, `(k)u`
    eq. 13b; also Krippendorff (2019), Content Analysis, 4th ed., section 12.6. Others called "unitizing alpha" are
    different coefficients: alpha_U of 1995 and 2004, and alpha of single characters. Expected coincidences take out
    what a unit shares with itself: its squared length, for gaps their length, and in eq. 10 its squared intersection
    with each other coder's units by m - 1.

    Examples
    --------
    Figure 2 of the paper: three coders, 60 positions; published u .510, |u .413, cu .724 covering 46.11 %.

    >>> units = [("Alex", 1, 2, 9), ("Alex", 2, 11, 17), ("Alex", 5, 24, 30), ("Alex", 6, 32, 36), ("Alex", 6, 36, 44),
    ...          ("Alex", 7, 44, 60), ("Paul", 1, 2, 9), ("Paul", 3, 11, 17), ("Paul", 5, 19, 25), ("Paul", 6, 32, 44),
    ...          ("Suzan", 1, 2, 9), ("Suzan", 4, 11, 17), ("Suzan", 5, 21, 27), ("Suzan", 6, 32, 36),
    ...          ("Suzan", 6, 36, 40), ("Suzan", 6, 40, 44)]
    >>> result = unitising(units, 60)
    >>> result[["u", "|u", "cu", "(5)u"]].round(3).tolist()
    [0.51, 0.413, 0.724, 1.0]
    >>> round(100 * result.attrs["coverage"]["cu"], 2)
    46.11
    """
    line = continuum(spans, length, coders, touching)
    size, total = line.end - line.start, float(line.coders * line.length)
    # Observed coincidences (eq. 1). Their margins are what each value covers; the first value is the gap.
    covered = np.bincount(line.value, size, len(line.values))
    margin = np.concatenate([[total - covered.sum()], covered])
    same, inner = _coincidences(line)
    # Expected coincidences (eq. 4): (margin_c margin_k - [c = k] alone_k) / free.
    alone = np.concatenate([margin[:1], np.bincount(line.value, size.astype(float) ** 2, len(line.values))])
    free = total - divided(alone.sum(), total)
    result = {
        "u": _alpha(total - same.sum(), (total**2 - (margin**2).sum()) / free),
        "|u": _alpha(margin[0] - same[0], margin[0] * (total - margin[0]) / free),
    }
    # The same of intersections of units (eq. 10), where `own_k` stands in for `alone_k`.
    shared, own = inner.sum(), _own(line)
    left = _rest(shared, divided(own.sum(), shared))
    result["cu"] = _alpha(shared - same[1:].sum(), divided(shared**2 - (inner**2).sum(), left))
    coverage = {"cu": float(divided(shared, total))}
    row, diagonal = divided(_rest(inner * shared, own), left), divided(inner**2 - own, left)
    for k, value in enumerate(line.values):
        # Where eq. 10 takes out more than there is, nothing is left to expect, and eq. 13b would give 1 or more.
        share = divided(row[k], inner[k]) if row[k] > 0 else np.nan
        result[f"({value})u"] = _alpha(share * (inner[k] - same[k + 1]), row[k] - diagonal[k])
        coverage[f"({value})u"] = float(divided(inner[k], covered[k]))
    series = pd.Series(result, name="nominal", dtype=float)
    several = int((inner > 0).sum()) > 1
    undefined = {str(name): _reason(str(name), line, coverage, several) for name in series.index[series.isna()]}
    series.attrs = {"coverage": coverage, "undefined": undefined, "source": SOURCE, "equations": dict(EQUATIONS)}
    return series


def _coincidences(line: Continuum) -> tuple[np.ndarray, np.ndarray]:
    """
    Return lengths that pairs of coders have in common, each ordered pair counting by 1 / (m - 1).

    Returns
    -------
    same : ndarray, shape (V + 1,)
        Where both have the same value; the first is the gap.
    inner : ndarray, shape (V,)
        Where one has the value and the other any value.
    """
    cut = np.unique(np.concatenate([[0, line.length], line.start, line.end]))
    pieces, bins = np.diff(cut), len(line.values) + 1
    labels = []
    for coder in range(line.coders):
        start, end, value = line.of(coder)
        at = np.searchsorted(start, cut[:-1], side="right") - 1
        inside = (at >= 0) & (cut[:-1] < np.append(end, 0)[at])
        labels.append(np.where(inside, np.append(value, 0)[at] + 1, 0))
    same, inner = np.zeros(bins), np.zeros(bins)
    for n, first in enumerate(labels):
        for second in labels[n + 1 :]:
            equal, both = first == second, (first > 0) & (second > 0)
            same += 2 * np.bincount(first[equal], pieces[equal], bins)
            inner += np.bincount(first[both], pieces[both], bins) + np.bincount(second[both], pieces[both], bins)
    return same / (line.coders - 1), inner[1:] / (line.coders - 1)


def _own(line: Continuum) -> np.ndarray:
    """
    Return by value what units share with themselves in intersections (eq. 10), shape (V,).

    For each unit and each other coder: the square of the length that the other's units have in common with it.
    """
    own = np.zeros(len(line.values))
    for other in range(line.coders):
        start, end, _ = line.of(other)
        rest = line.coder != other
        common = _covered(line.end[rest], start, end) - _covered(line.start[rest], start, end)
        own += np.bincount(line.value[rest], common.astype(float) ** 2, len(line.values))
    return own / (line.coders - 1)


def _covered(position: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return how much of what lies before each position is covered by units, which are in order."""
    until = np.concatenate([[0], np.cumsum(end - start)])
    at = np.searchsorted(start, position, side="right")
    return until[at] - np.maximum(np.append(0, end)[at] - position, 0)


def _rest(whole: np.ndarray | float, part: np.ndarray | float) -> np.ndarray:
    """Subtract, without what rounding leaves where nothing is left."""
    whole = np.asarray(whole, dtype=float)
    return np.where(np.abs(whole - part) > 1e-12 * whole, whole - part, 0.0)


def _alpha(observed: np.ndarray | float, expected: np.ndarray | float) -> float:
    return float(1 - divided(observed, expected))


def _reason(name: str, line: Continuum, coverage: dict[str, float], several: bool) -> str:
    if not len(line.value):
        return "no variation: nobody marked a unit"
    if name in ("u", "|u"):
        return "no variation: there are no gaps" + ("" if name == "|u" else ", and one value")
    if not coverage[name] > 0:
        return "no unit intersects one of another coder"
    if several:
        return "too little intersects: units share as much with themselves as there is, so that eq. 10 expects nothing"
    return "no variation: units that intersect have one value"
