"""What the coefficients have to know of ratings: sums over units, so that a resample is a matrix product."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

PATTERNS = 1 << 12  # so few possible rows of ratings are counted first


class Sums(NamedTuple):
    """
    Sums over units; m is how many coders rated a unit. Leading dimensions are free (groups of units, codes).

    Attributes
    ----------
    rated : ndarray, shape (...)
        Units with a rating (m >= 1).
    pairable : ndarray, shape (...)
        Units with two ratings or more.
    agreeing : ndarray, shape (...)
        Over pairable units, the share of the m (m - 1) pairs of ratings that agree.
    differing : ndarray, shape (...)
        Over pairable units, the pairs that differ by m - 1: Krippendorff's observed disagreement, times n.
    shares : ndarray, shape (..., V)
        Over rated units, the share of the ratings that have each value.
    values : ndarray, shape (..., V)
        Ratings of pairable units by value: the margins of Krippendorff's coincidence matrix.
    marginals : ndarray, shape (..., R, V)
        Ratings by coder and value.
    """

    rated: np.ndarray
    pairable: np.ndarray
    agreeing: np.ndarray
    differing: np.ndarray
    shares: np.ndarray
    values: np.ndarray
    marginals: np.ndarray

    def total(self) -> Sums:
        """Return the sums over all groups: the leading dimension goes."""
        return Sums(*(field.sum(axis=0) for field in self))


def of_ratings(labels: np.ndarray, values: int, group: np.ndarray | None = None, groups: int = 1) -> Sums:
    """
    Sum up ratings, for each group of units.

    Parameters
    ----------
    labels : ndarray of int, shape (R, U)
        Values from 0 to V - 1, -1 for none.
    values : int
        V.
    group : ndarray of int, shape (U,), optional
        Which of G groups (documents, participants) each unit belongs to.
    groups : int
        G.

    Returns
    -------
    Sums
        Leading dimension G. Made from whole counts only, so the order of the units does not matter.
    """
    coders = len(labels)
    m = np.arange(coders + 1)
    times = None
    if group is None and (values + 1) ** coders <= PATTERNS:
        labels, times = _patterns(labels, values)
    many = (labels >= 0).sum(axis=0, dtype=np.intp)
    # Units of one group with the same m are summed as one: their terms have the same denominators.
    kind = many if group is None else np.asarray(group, dtype=np.intp) * (coders + 1) + many
    shape, kinds = (groups, coders + 1, -1), groups * (coders + 1)
    pairs = np.arange(coders * (coders - 1) // 2 + 1)
    met = np.bincount(kind * len(pairs) + agreeing_pairs(labels), times, kinds * len(pairs)).reshape(shape)
    units, agree = met.sum(axis=2), 2 * (met @ pairs)
    slots = values + 1  # the first one takes the ratings that are not there, and is left out
    slot = kind * slots + 1
    by_coder = np.stack(
        [np.bincount(slot + row, times, kinds * slots).reshape(shape)[..., 1:] for row in labels], axis=2
    )
    by_value = by_coder.sum(axis=2)
    return Sums(
        rated=units[:, 1:].sum(axis=1).astype(float),
        pairable=units[:, 2:].sum(axis=1).astype(float),
        agreeing=(agree[:, 2:] / (m * (m - 1))[2:]).sum(axis=1),
        differing=((units * m)[:, 2:] - agree[:, 2:] / (m - 1)[2:]).sum(axis=1),
        shares=(by_value[:, 1:] / m[1:, None]).sum(axis=1),
        values=by_value[:, 2:].sum(axis=1).astype(float),
        marginals=by_coder.sum(axis=1).astype(float),
    )


def _patterns(labels: np.ndarray, values: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct rows of ratings, (R, P), and how often each occurs."""
    key = np.zeros(labels.shape[1], dtype=np.int16)
    for row in labels:
        key *= values + 1
        key += (row + 1).astype(np.int16)
    times = np.bincount(key, minlength=1)
    rest = np.flatnonzero(times)
    times, digits = times[rest], []
    for _ in labels:
        rest, digit = np.divmod(rest, values + 1)
        digits.append(digit - 1)
    return np.array(digits[::-1]), times


def agreeing_pairs(labels: np.ndarray) -> np.ndarray:
    """Count the pairs of coders who gave a unit the same value: (R, U) labels to (U,) counts."""
    count = np.zeros(labels.shape[1], dtype=np.intp)
    for n, first in enumerate(labels):
        there = first >= 0
        for second in labels[n + 1 :]:
            count += (first == second) & there
    return count
