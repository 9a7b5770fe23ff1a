"""Intervals by resampling whole documents or participants: what is said in one conversation hangs together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from numbers import Integral, Real
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..errors import StudyError, listed, nearest
from .formulas import COEFFICIENTS, NOMINAL, OF_TWO, needs
from .ratings import encoded
from .sums import Sums, of_ratings

SEED = 1
RESAMPLES = 1000
BLOCK = 1 << 22  # numbers held at a time


class Interval(NamedTuple):
    """
    Percentile intervals, elementwise.

    Attributes
    ----------
    low, high : ndarray, shape (...)
        NaN where there are fewer than two clusters, or fewer than half of the resamples have a value.
    defined : ndarray of int, shape (...)
        Resamples that have a value; those without variation have none.
    """

    low: np.ndarray
    high: np.ndarray
    defined: np.ndarray


def resampled(
    sums: Sums,
    formula: Callable[..., np.ndarray],
    *,
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Interval:
    """
    Resample clusters with replacement: as many as there are, each with all its units.

    Parameters
    ----------
    sums : Sums
        Leading dimension G, the clusters. Coefficients are functions of sums over clusters, so that a thousand
        resamples are one product of a matrix of counts with the sums.
    formula : callable
        One of `helpers.agreement.formulas`.
    confidence : float
        Between 0 and 1.
    resamples : int
        How many.
    seed : int
        The same seed gives the same interval.
    """
    if not isinstance(resamples, Integral) or not isinstance(confidence, Real) or not 0 < confidence < 1 <= resamples:
        given = f"{confidence}, {resamples}"
        raise StudyError(f"an interval needs a confidence between 0 and 1 and a number of resamples, not {given}")
    clusters = len(sums.rated)
    if clusters < 2:
        nothing = np.full(sums.rated.shape[1:], np.nan)
        return Interval(nothing, nothing, np.zeros(nothing.shape, dtype=np.int64))
    fields = [getattr(sums, name) for name in needs(formula)]
    flat = np.concatenate([field.reshape(clusters, -1) for field in fields], axis=1)
    ends = np.cumsum([field[0].size for field in fields])[:-1]
    parts = []
    for drawn in weights(clusters, resamples, seed, max(BLOCK // max(flat.shape), 1)):
        sampled = np.split(drawn @ flat, ends, axis=1)
        parts.append(
            formula(*(s.reshape(len(drawn), *field.shape[1:]) for s, field in zip(sampled, fields, strict=True)))
        )
    values = np.concatenate(parts)
    low, high, defined = _percentiles(values, confidence)
    sound = 2 * defined >= resamples
    return Interval(np.where(sound, low, np.nan), np.where(sound, high, np.nan), defined)


def weights(clusters: int, resamples: int, seed: int, block: int) -> Iterator[np.ndarray]:
    """Yield how often each cluster is drawn, (b, G), until all resamples are done."""
    random = np.random.default_rng(seed)
    for done in range(0, resamples, block):
        rows = min(block, resamples - done)
        drawn = random.integers(0, clusters, (rows, clusters))
        drawn += np.arange(rows)[:, None] * clusters
        yield np.bincount(drawn.reshape(-1), minlength=rows * clusters).reshape(rows, clusters).astype(float)


def _percentiles(values: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the percentiles of what is defined; NaN sorts last, so that the rest can be counted off."""
    ordered = np.sort(values, axis=0)
    defined = (~np.isnan(values)).sum(axis=0)
    bounds = []
    for share in ((1 - confidence) / 2, (1 + confidence) / 2):
        position = share * np.maximum(defined - 1, 0)
        below = np.floor(position).astype(np.int64)
        above = np.minimum(below + 1, np.maximum(defined - 1, 0))
        first, second = (np.take_along_axis(ordered, at[None], axis=0)[0] for at in (below, above))
        bounds.append(first + (position - below) * (second - first))
    return bounds[0], bounds[1], defined


def interval(
    ratings: Any,
    cluster: Any,
    coefficient: str = "krippendorff_alpha",
    *,
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> pd.Series:
    """
    Return the cluster bootstrap interval of a coefficient of nominal ratings.

    Parameters
    ----------
    ratings : array_like or DataFrame, shape (U, R)
        As for `helpers.agreement.coefficients`.
    cluster : array_like, shape (U,)
        The document or participant that each unit comes from; they are resampled whole. Units that are their own
        clusters are taken as independent, which passages of a conversation are not: intervals get too narrow.
    coefficient : str
        One of those that `coefficients` returns.
    confidence, resamples, seed
        Of the percentile interval.

    Returns
    -------
    Series
        low, high (NaN where fewer than half of the resamples have a value), clusters (those that hold units rated
        twice), resamples (those that have a value: without variation there is none). `attrs["interval"]` says what
        was resampled, with its seed.

    Raises
    ------
    StudyError
        When there is no such coefficient, or not one cluster for each unit.

    Notes
    -----
    Source: Field & Welsh (2007), J R Stat Soc B 69:369-390 (cluster bootstrap); Hayes & Krippendorff (2007), Commun
    Methods Meas 1:77-89, resample pairs of values instead and get narrower intervals.

    Examples
    --------
    >>> found = interval([[1, 1], [0, 0], [1, 0], [0, 0], [1, 1], [0, 1]], ["a", "a", "b", "b", "c", "c"])
    >>> found[["clusters", "resamples"]].tolist()
    [3.0, 1000.0]
    """
    if coefficient not in NOMINAL | OF_TWO:
        known = ["percent", *COEFFICIENTS]
        raise StudyError(f"no interval of {coefficient!r}; there are {listed(known)}.{nearest(coefficient, known)}")
    data = encoded(ratings)
    group, clusters = pd.factorize(np.asarray(cluster, dtype=object))
    if group.shape != (data.labels.shape[1],) or (group < 0).any():
        raise StudyError(f"each of the {data.labels.shape[1]} units needs its cluster; {(group >= 0).sum()} have one")
    labels = data.labels
    if coefficient in OF_TWO:
        if len(labels) != 2:
            form = OF_TWO[coefficient].__name__
            raise StudyError(f"{coefficient} is for two coders; of {len(labels)}, {form} is the same")
        both = (labels >= 0).all(axis=0)
        labels, group = labels[:, both], group[both]
    sums = of_ratings(labels, len(data.values), group, len(clusters))
    formula = (NOMINAL | OF_TWO)[coefficient]
    found = resampled(sums, formula, confidence=confidence, resamples=resamples, seed=seed)
    values = {"low": found.low, "high": found.high, "clusters": (sums.pairable > 0).sum(), "resamples": found.defined}
    series = pd.Series(values, name=coefficient, dtype=float)
    alone = bool(len(group)) and len(clusters) == len(group)
    series.attrs["interval"] = (
        f"{100 * confidence:g}% percentile interval of {coefficient}, "
        f"{'bootstrap of single units' if alone else 'cluster bootstrap'}, {resamples} resamples, seed {seed}"
    )
    return series
