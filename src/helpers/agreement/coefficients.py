"""Agreement on units that are given: coefficients of a table of units × coders."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from ..errors import StudyError, listed, nearest
from .formulas import COEFFICIENTS, NOMINAL, OF_TWO, computed, varied
from .ratings import Ratings, encoded
from .sums import Sums, of_ratings

Level = Literal["nominal", "ordinal", "interval", "ratio"]
INDEX = pd.Index(["n_units", "n_pairable", "percent", *COEFFICIENTS])  # of the result
BLOCK = 1 << 22  # differences of values looked at in one go


def coefficients(ratings: Any, level: Level = "nominal") -> pd.Series:
    """
    Measure how far coders agree on units that are given.

    Parameters
    ----------
    ratings : array_like or DataFrame, shape (U, R)
        Units × coders, labels or numbers; NaN or None where a coder did not rate a unit. The texts "" and "nan" are
        labels like others.
    level : {"nominal", "ordinal", "interval", "ratio"}
        How Krippendorff's alpha measures differences; levels of an ordered categorical are ordinal in their order.
        All other coefficients compare labels as they are, whatever the level.

    Returns
    -------
    Series
        `n_units` (rows), `n_pairable` (rated by two coders or more), `percent` (agreeing pairs of ratings, a share
        from 0 to 1), `cohen_kappa` and `scott_pi` (two coders, units that both rated), `fleiss_kappa`,
        `conger_kappa`, `brennan_prediger`, `gwet_ac1`, `krippendorff_alpha`. What is undefined is NaN, with its
        reason in `result.attrs["undefined"]`, a dict of coefficient to reason: nothing is rated twice, or the
        units that are have one value only, so that agreement cannot be told from habit.

    Raises
    ------
    StudyError
        When there are fewer than two coders, the level asks for numbers that are not there, or a number and the text
        that spells it are both labels.

    Notes
    -----
    Sources of the formulas: `helpers.agreement.formulas` and `alpha`. `brennan_prediger` and `gwet_ac1` depend on how
    many values there are: those that somebody gave are counted. No coefficient should be shown alone: with a rare
    code `gwet_ac1` is high and `cohen_kappa` low, whatever the coders did.

    Examples
    --------
    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section C: four observers, twelve units,
    published as nominal .743, and in section D interval .849.

    >>> data = [[1, 1, None, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
    ...         [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [None, 5, 5, 5], [None, None, 1, 1], [None, 3, None, None]]
    >>> result = coefficients(data)
    >>> float(result["n_pairable"]), float(result["krippendorff_alpha"].round(3))
    (11.0, 0.743)
    >>> float(coefficients(data, "interval")["krippendorff_alpha"].round(3))
    0.849
    >>> result.attrs["undefined"]["cohen_kappa"]
    'for two coders; conger_kappa is the form for 4'
    """
    levels = get_args(Level)
    if level not in levels:
        raise StudyError(f"there is no level {level!r}; levels are {listed(levels)}.{nearest(str(level), levels)}")
    data = encoded(ratings)
    sums = of_ratings(data.labels, len(data.values)).total()
    result = {name: float(computed(formula, sums)) for name, formula in NOMINAL.items()}
    result |= {"n_units": float(data.labels.shape[1]), "n_pairable": float(sums.pairable)}
    result |= _of_two(data, sums)
    if level != "nominal":
        result["krippendorff_alpha"] = alpha(data, level)
    series = pd.Series([result[name] for name in INDEX], index=INDEX, name=level)
    series.attrs["undefined"] = _undefined(result, sums, len(data.labels))
    return series


def _of_two(data: Ratings, sums: Sums) -> dict[str, float]:
    """Return Cohen's and Scott's coefficients, of the units that both coders rated."""
    if len(data.labels) != 2:
        return dict.fromkeys(OF_TWO, np.nan)
    if sums.rated > sums.pairable:
        both = (data.labels >= 0).all(axis=0)
        sums = of_ratings(data.labels[:, both], len(data.values)).total()
    return {name: float(computed(formula, sums)) for name, formula in OF_TWO.items()}


def _undefined(result: dict[str, float], sums: Sums, coders: int) -> dict[str, str]:
    """Say of each coefficient that is not a number why."""
    if not sums.pairable:
        reason = "nothing is rated by two coders"
    else:
        reason = "no variation: all that is rated twice has one value"
    reasons = {name: reason for name in INDEX if np.isnan(result[name])}
    for name, formula in OF_TWO.items() if coders > 2 else ():
        reasons[name] = f"for two coders; {formula.__name__} is the form for {coders}"
    return reasons


def alpha(data: Ratings, level: Level) -> float:
    """
    Compute Krippendorff's alpha of ordinal, interval or ratio data.

    Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section D. The ordinal difference of
    two values is the squared difference of their mid-ranks among the pairable ratings, so ordinal data are interval
    data of ranks; and sum_ck n_c n_k (c - k)^2 = 2 (n sum n_k k^2 - (sum n_k k)^2), so that no V × V table is
    made. Ratio differences have no such form: time grows with the square of the number of distinct values.

    Raises
    ------
    StudyError
        When the labels are not numbers (or, for ordinal data, ordered), not finite, or negative on a ratio scale.
    """
    sums = of_ratings(data.labels, len(data.values)).total()
    count, n = sums.values, sums.values.sum()
    if not varied(sums.values):
        return float("nan")
    value = _positions(data, level, count)
    many = (data.labels >= 0).sum(axis=0)
    observed = np.zeros(len(many))
    for row, first in enumerate(data.labels):
        for second in data.labels[row + 1 :]:
            both = np.flatnonzero((first >= 0) & (second >= 0))
            observed[both] += _difference(value[first[both]], value[second[both]], level)
    pairable = many >= 2
    seen = 2 * (observed[pairable] / (many[pairable] - 1)).sum() / n
    return float(1 - seen * n * (n - 1) / _expected(value, count, level))


def _positions(data: Ratings, level: Level, count: np.ndarray) -> np.ndarray:
    """Return where each value stands on its scale, in units that keep squares small."""
    if data.scale == "names" or (data.scale == "order" and level != "ordinal"):
        ordered = "numbers or, for all coders, ordered categoricals with the same levels"
        needs = ordered if level == "ordinal" else "numbers"
        raise StudyError(f"level {level!r} needs {needs}, not {listed(map(str, data.values), 3)}")
    if level == "ordinal":
        return np.cumsum(count) - count / 2
    if not np.isfinite(data.values).all():
        raise StudyError(f"level {level!r} needs finite numbers")
    if len(np.unique(data.values)) < len(data.values):
        raise StudyError(f"level {level!r}: some of these numbers are so large that they cannot be told apart")
    if level == "ratio" and (data.values < 0).any():
        raise StudyError("a ratio scale has no negative numbers; the level may be 'interval'")
    if level == "ratio":
        return data.values
    centred = data.values - data.values.mean()
    return centred / np.abs(centred).max()


def _difference(first: np.ndarray, second: np.ndarray, level: Level) -> np.ndarray:
    """Return the squared difference of values; two zeros on a ratio scale do not differ."""
    difference = first - second
    if level == "ratio":
        both = first + second
        difference = np.divide(difference, both, out=np.zeros_like(both), where=both > 0)
    return difference**2


def _expected(value: np.ndarray, count: np.ndarray, level: Level) -> float:
    """Return sum_ck n_c n_k delta^2_ck."""
    n = count.sum()
    if level != "ratio":
        middle = (count * value).sum() / n
        return float(2 * n * (count * (value - middle) ** 2).sum())
    step = max(BLOCK // len(value), 1)
    blocks = (slice(at, at + step) for at in range(0, len(value), step))
    return float(sum(count[b] @ _difference(value[b, None], value[None, :], level) @ count for b in blocks))
