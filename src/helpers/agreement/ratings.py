"""Ratings as whole numbers: each distinct label gets one, and -1 says that there is no rating."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..errors import StudyError

NARROW = 1 << 15  # whole numbers within so narrow a range are labels as they are


class Ratings(NamedTuple):
    """
    Ratings of U units by R coders, with V distinct labels.

    Attributes
    ----------
    labels : ndarray of int, shape (R, U)
        Positions in `values`, -1 for no rating. One row a coder, so that whole coders are compared at a time.
    values : ndarray, shape (V,)
        The labels that occur: levels of an ordered categorical in their order, other numbers in ascending order, others
        in order of appearance.
    scale : str
        What is known of the labels: "numbers", "order" (an ordered categorical) or "names".
    """

    labels: np.ndarray
    values: np.ndarray
    scale: str


def encoded(ratings: Any) -> Ratings:
    """
    Read ratings in whatever form they come.

    Parameters
    ----------
    ratings : array_like or DataFrame, shape (U, R)
        Labels or numbers; also a mapping of coder to ratings, or one such mapping a unit. NaN, None, NA, NaT and masked
        cells say that a coder did not rate a unit; the text "nan" is a label. Numbers are compared as numbers, whatever
        their type.

    Raises
    ------
    StudyError
        When there are not two dimensions, fewer than two coders, several labels in a cell, or a number and the text
        that spells it are labels.

    Examples
    --------
    >>> encoded([["nan", None], ["b", "nan"]]).labels.tolist()
    [[0, 1], [-1, 0]]
    """
    ratings = _framed(ratings)
    if isinstance(ratings, pd.DataFrame):
        levels = _levels(ratings)
        if levels is not None:
            return levels
        # pandas would make a missing cell of a categorical of whole numbers a whole number.
        table = (ratings.astype(object) if (ratings.dtypes == "category").any() else ratings).to_numpy()
    elif isinstance(ratings, np.ma.MaskedArray):
        table = ratings.data.astype(object)
        table[np.ma.getmaskarray(ratings)] = None
    elif isinstance(ratings, np.ndarray):
        table = ratings
    else:
        table = _listed(ratings)
    if table.ndim != 2:
        raise StudyError(f"ratings are a table of units × coders; these have {table.ndim} dimension(s)")
    if table.shape[1] < 2:
        raise StudyError(f"agreement needs two coders or more; these ratings have {table.shape[1]}")
    narrow = _narrow(table) if table.dtype.kind in "biuf" else None
    return narrow if narrow is not None else _any(table)


def told_apart(labels: Iterable[Any]) -> None:
    """
    Refuse labels that are printed alike: agreement on 1 and "1" would be counted as disagreement.

    >>> told_apart([1, "2", 2.5])
    >>> told_apart([1, 2.0, "2"])
    Traceback (most recent call last):
        ...
    helpers.errors.StudyError: the number 2 and the text '2' are both labels; make them one, with astype
    """
    labels = list(labels)
    texts = {label for label in labels if isinstance(label, str)}
    for number in (label for label in labels if texts and isinstance(label, Real)):
        if (text := f"{number:g}") in texts or (text := str(number)) in texts:
            raise StudyError(f"the number {text} and the text {text!r} are both labels; make them one, with astype")


def _framed(ratings: Any) -> Any:
    """Make a table of ratings that go by the names of coders; leave others as they are."""
    try:
        if isinstance(ratings, Mapping):
            return pd.DataFrame(dict(ratings))
        if isinstance(ratings, list | tuple) and ratings and all(isinstance(row, Mapping) for row in ratings):
            return pd.DataFrame(list(ratings))
    except ValueError as error:
        raise StudyError(f"ratings are a table of units × coders; these make none: {error}") from error
    return ratings


def _listed(ratings: Any) -> np.ndarray:
    if not np.iterable(ratings):
        raise StudyError(f"ratings are a table of units × coders, not {ratings!r}")
    # Without dtype=object, numpy would turn a NaN among strings into the label "nan".
    rows = [list(row) if np.iterable(row) and not isinstance(row, str) else row for row in ratings]
    if len({len(row) if isinstance(row, list) else -1 for row in rows}) > 1:
        raise StudyError("ratings are a table of units × coders; these rows are not equally long")
    return np.array(rows, dtype=object)


def _levels(frame: pd.DataFrame) -> Ratings | None:
    """Read columns that are ordered categoricals over the same levels; None when they are not."""
    types = list(frame.dtypes)
    if not types or not all(isinstance(t, pd.CategoricalDtype) and t.ordered and t == types[0] for t in types):
        return None
    if len(types) < 2:
        raise StudyError("agreement needs two coders or more; these ratings have 1")
    labels = np.stack([frame.iloc[:, j].cat.codes.to_numpy() for j in range(len(types))]).astype(np.int64)
    levels = types[0].categories
    if pd.api.types.is_numeric_dtype(levels):
        return _used(labels, levels.to_numpy(dtype=float), "numbers")
    return _used(labels, levels.to_numpy(), "order")


def _narrow(table: np.ndarray) -> Ratings | None:
    """Read whole numbers that lie close together without sorting or hashing them; None when they do not."""
    if not table.size:
        return Ratings(np.full(table.shape[::-1], -1), np.zeros(0), "numbers")
    columns = [np.ascontiguousarray(column) for column in table.T]
    low = min(np.fmin.reduce(column).item() for column in columns)
    high = max(np.fmax.reduce(column).item() for column in columns)
    if not high - low < NARROW:  # also where nothing is rated: NaN is never smaller
        return None
    labels = np.empty((len(columns), len(table)), dtype=np.int16)
    for row, column in zip(labels, columns, strict=True):
        if table.dtype.kind == "f":
            distance = column - low
            np.copyto(distance, -1, where=np.isnan(distance))
        elif table.dtype.kind == "u":
            distance = column - column.dtype.type(low)
        else:
            distance = column.astype(np.int64) - int(low)
        row[:] = distance
        if not np.array_equal(row, distance):
            return None
    return _used(labels, float(low) + np.arange(int(high - low) + 1), "numbers")


def _any(table: np.ndarray) -> Ratings:
    flat = table.T.reshape(-1)
    try:
        codes, values = pd.factorize(flat.astype(object) if flat.dtype.kind in "US" else flat)
    except TypeError as error:  # a list or set of labels
        many = next(label for label in flat if not isinstance(label, Hashable))
        raise StudyError(
            f"a coder gives a unit one label, not {many!r}; of several, compare each by itself, as yes or no"
        ) from error
    values = np.asarray(values)
    labels = codes.reshape(table.T.shape)
    if len(values) and all(isinstance(value, (Real, np.bool_)) for value in values.tolist()):
        values = values.astype(float)
        order = np.argsort(values)
        rank = np.append(np.argsort(order), -1)
        return Ratings(rank[labels], values[order], "numbers")
    told_apart(values)
    return Ratings(labels, values, "names")


def _used(labels: np.ndarray, values: np.ndarray, scale: str) -> Ratings:
    """Leave out values that nobody gave: how many there are enters some coefficients."""
    count = np.zeros(len(values) + 1, dtype=np.int64)
    for row in labels:
        count += np.bincount(row.astype(np.intp) + 1, minlength=len(count))
    used = np.flatnonzero(count[1:])
    if len(used) == len(values):
        return Ratings(labels, values, scale)
    position = np.full(len(values) + 1, -1, dtype=labels.dtype)  # the last one is what -1 points at
    position[used] = np.arange(len(used))
    return Ratings(position[labels], values[used], scale)
