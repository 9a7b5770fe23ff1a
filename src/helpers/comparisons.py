"""Do groups differ? Counts first; intervals and tests only when asked, and only where they mean something."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb
from typing import Literal

import numpy as np
import pandas as pd

from .characteristics import MISSING
from .crosstab import crosstab
from .errors import StudyError, listed
from .prevalence import wilson
from .study import Study

Test = Literal["", "exact", "permutation"]
TESTS: tuple[Test, ...] = ("", "exact", "permutation")
SMALLEST = 20  # people; below, a test finds only differences that nobody needs a test to see


def differences(
    study: Study,
    attribute: str,
    *,
    coder: str = "",
    bands: Sequence[float] = (),
    interval: bool = False,
    test: Test = "",
    permutations: int = 9999,
    seed: int = 0,
    small: bool = False,
) -> pd.DataFrame:
    """
    Compare groups of participants theme by theme.

    Parameters
    ----------
    study : Study
        The study.
    attribute : str
        A column of the participants.
    coder : str, optional
        Whose codings count; see `helpers.presence.evidence`.
    bands : sequence of float, optional
        Where to cut a number; see `helpers.crosstab.crosstab`.
    interval : bool
        With two groups: the difference of the proportions with Newcombe's 95 % interval.
    test : {"", "exact", "permutation"}
        Fisher's exact test for two groups; or a permutation test of Pearson's statistic for any number.
    permutations, seed : int
        For the permutation test. Equal seeds give equal results.
    small : bool
        Test even below 20 people.

    Returns
    -------
    DataFrame
        One row a code in reading order: code, name, parent, depth, state; participants and base of each group
        (columns "<level>: n" and "<level>: of"); with `interval` difference (the first group with people less the
        second), low, high; with `test` p, p_holm (Holm 1979, over all codes tested) and `compared` (how many were
        tested). A code for which nobody is named, or everybody, and one whose people are not known, has NaN: there is
        nothing to compare. People with a missing value are in no group; a group without people is not compared.

    Raises
    ------
    StudyError
        When a test is asked for fewer than 20 people (unless `small`), for groups that overlap, or for fewer than two
        groups; an interval or the exact test for other than two groups. When the attribute is only comparable within
        another (doses of different drugs).
    """
    if test not in TESTS:
        raise StudyError(f"there is no test {test!r}; tests are {listed(t for t in TESTS if t)}")
    tall = crosstab(study, attribute, coder=coder, bands=bands)
    table = tall.drop_duplicates("code")[["code", "name", "parent", "depth", "state"]].reset_index(drop=True)
    tall = tall[tall["level"] != MISSING]
    groups = list(tall["level"].unique())
    found, base = (tall[c].to_numpy().reshape(len(table), len(groups)) for c in ("participants", "of"))
    for n, group in enumerate(groups):
        table[f"{group}: n"], table[f"{group}: of"] = found[:, n], base[:, n]
    if not interval and not test:
        return table
    size = base[0] if len(base) else np.zeros(len(groups), dtype=np.int64)
    held = np.flatnonzero(size)
    _refuse(study, attribute, [groups[n] for n in held], int(size.sum()), interval, test, small)
    found, size = found[:, held], size[held]
    named = (table["state"] != "unnamed").to_numpy()
    if interval:
        limits = newcombe(found[:, 0], size[0], found[:, 1], size[1])
        for name, values in zip(("difference", "low", "high"), limits, strict=True):
            table[name] = np.where(named, values, np.nan)
    if test:
        # Where nobody or everybody has the theme, groups cannot differ; where nobody is named, it is not known.
        told = named & (found.sum(axis=1) > 0) & (found.sum(axis=1) < size.sum())
        p = np.full(len(table), np.nan)
        if test == "exact":
            p[told] = [fisher(a, size[0], b, size[1]) for a, b in found[told]]
        else:
            p[told] = permutation(found[told], size, permutations, seed)
        table["p"], table["p_holm"], table["compared"] = p, holm(p), int(told.sum())
    return table


def _refuse(
    study: Study, attribute: str, groups: list[str], people: int, interval: bool, test: Test, small: bool
) -> None:
    what = "an interval of the difference" if interval and not test else "a test"
    if study.about.attribute(attribute).multivalued:
        raise StudyError(f"{what} needs separate groups, but a person may have several values of {attribute!r}")
    if len(groups) < 2:
        raise StudyError(f"{what} needs two groups with people in them; {attribute!r} has {listed(groups)}")
    if (interval or test == "exact") and len(groups) != 2:
        raise StudyError(
            f"{attribute!r} has {len(groups)} groups; intervals and the exact test compare two, test='permutation' more"
        )
    if test and people < SMALLEST and not small:
        raise StudyError(
            f"{people} people are too few for a p-value to mean anything (with 7 in each group, Fisher's test finds "
            "0.2 against 0.8 in fewer than half of such samples): compare the counts; in Python, small=True insists"
        )


def newcombe(
    x1: np.ndarray | int, n1: int, x2: np.ndarray | int, n2: int, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    Return the difference of two proportions with its interval: difference, low, high.

    Source: Newcombe (1998), Stat Med 17:873-890, method 10.

    Parameters
    ----------
    x1, x2 : int or ndarray of int, shape (themes,)
        How many of each group have the theme.
    n1, n2 : int
        How many people each group has; with none there is no interval (NaN).
    level : float
        Between 0 and 1.

    Raises
    ------
    StudyError
        When more people have a theme than there are, or the level does not lie between 0 and 1.

    Examples
    --------
    >>> difference, low, high = newcombe(np.array([56]), 70, np.array([48]), 80)
    >>> float(low[0].round(4)), float(high[0].round(4))
    (0.0524, 0.3339)
    """
    _possible(x1, n1, x2, n2)
    if not 0 < level < 1:
        raise StudyError(f"the level of an interval lies between 0 and 1, unlike {level}")
    x1, x2 = np.asarray(x1), np.asarray(x2)
    one, two = np.full(x1.shape, n1), np.full(x2.shape, n2)
    (l1, u1), (l2, u2) = wilson(x1, one, level), wilson(x2, two, level)
    with np.errstate(invalid="ignore", divide="ignore"):
        p1, p2 = np.where(one > 0, x1 / one, np.nan), np.where(two > 0, x2 / two, np.nan)
    difference = p1 - p2
    low = difference - np.sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2)
    high = difference + np.sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
    return difference, low, high


def _possible(x1: np.ndarray | int, n1: int, x2: np.ndarray | int, n2: int) -> None:
    for found, people in ((x1, n1), (x2, n2)):
        if ((np.asarray(found) < 0) | (np.asarray(found) > people)).any():
            raise StudyError(f"{np.max(found)} of {people} people cannot have a theme; give x1, n1, x2, n2")


def fisher(x1: int, n1: int, x2: int, n2: int) -> float:
    """
    Return Fisher's exact two-sided p-value: the probability of all tables no more likely than the one seen.

    Source: Fisher (1922), J R Stat Soc 85:87-94; two-sided by total probability (Freeman & Halton 1951).

    Examples
    --------
    The tea-tasting table of Fisher (1935): 3 of 4 against 1 of 4.

    >>> round(fisher(3, 4, 1, 4), 4)
    0.4857
    """
    _possible(x1, n1, x2, n2)
    hits, total = int(x1 + x2), int(n1 + n2)
    ways = [comb(int(n1), k) * comb(int(n2), hits - k) for k in range(max(0, hits - n2), min(n1, hits) + 1)]
    # Whole numbers: equally likely tables are found to be so, which rounding would spoil.
    seen = comb(int(n1), int(x1)) * comb(int(n2), int(x2))
    return sum(way for way in ways if way <= seen) / comb(total, hits)


def holm(p: np.ndarray) -> np.ndarray:
    """
    Return p-values adjusted for their number; NaN stays NaN and is not counted.

    Source: Holm (1979), Scand J Stat 6:65-70.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, np.nan, 0.03])).round(3).tolist()
    [0.03, 0.06, nan, 0.06]
    """
    p = np.asarray(p, dtype=float)
    if ((p < 0) | (p > 1)).any():
        raise StudyError("p-values lie between 0 and 1")
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    adjusted = np.full(len(p), np.nan)
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1) if len(order) else steps
    return adjusted


def permutation(found: np.ndarray, size: np.ndarray, permutations: int = 9999, seed: int = 0) -> np.ndarray:
    """
    Return the p-value of each theme: how often shuffled groups differ at least as much, by Pearson's statistic.

    Parameters
    ----------
    found : ndarray of int, shape (themes, groups)
        How many of each group have the theme.
    size : ndarray of int, shape (groups,)
        How many people each group has; none has 0.
    permutations, seed : int
        How often to shuffle, and from where. Equal seeds give equal results, whatever other themes there are.

    Raises
    ------
    StudyError
        When there is nothing to shuffle.

    Notes
    -----
    Source: Pitman (1937), Suppl J R Stat Soc 4:119-130; the order seen counts as one of those drawn, so that p is never
    0 (Phipson & Smyth 2010, Stat Appl Genet Mol Biol 9:39).

    Examples
    --------
    >>> permutation(np.array([[5, 5], [9, 1]]), np.array([10, 10])).round(2).tolist()
    [1.0, 0.0]
    """
    if permutations < 1:
        raise StudyError(f"a test of {permutations} permutations cannot be; permutations is at least 1")
    p = np.ones(len(found))
    for n, seen in enumerate(found):
        # Shuffling the groups deals out those who have the theme: a draw without replacement.
        drawn = np.random.default_rng(seed).multivariate_hypergeometric(size, seen.sum(), permutations)
        # With these margins Pearson's statistic orders tables as the sum of squares over group sizes does.
        beyond = (drawn**2 / size).sum(axis=1) >= (seen**2 / size).sum() - 1e-9
        p[n] = (1 + beyond.sum()) / (permutations + 1)
    return p
