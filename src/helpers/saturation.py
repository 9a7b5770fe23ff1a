"""Code saturation: how many new codes each further interview brings, and what that would be in another order."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import Literal, get_args

import numpy as np
import pandas as pd

from .errors import StudyError, listed
from .presence import evidence
from .study import Study

Order = Literal["interview", "analysis"]


def presence_by_document(study: Study, *, order: Order = "interview", coder: str = "") -> pd.DataFrame:
    """
    Say which codes are in which document.

    Parameters
    ----------
    study : Study
        The study.
    order : {"interview", "analysis"}
        By date, documents without one last, and as they are listed where dates are equal or all unknown; or by when
        each was first coded (`created`: ISO 8601, a time without a zone being UTC).
    coder : str, optional
        Whose codings; see `helpers.presence.evidence`.

    Returns
    -------
    DataFrame of bool
        Index document, in order; columns codes. Only documents that were to be coded; one with nothing found stays.

    Raises
    ------
    StudyError
        When the order is not known, or that of analysis is asked for and a document has no coding with a date.
    """
    if order not in get_args(Order):
        raise StudyError(f"there is no order {order!r}; orders are {listed(get_args(Order))}")
    chosen = evidence(study, coder)
    codings = chosen.codings[chosen.codings["document"] != ""]
    documents = study.documents[chosen.documents].reset_index(drop=True)
    row = pd.Index(documents["document"]).get_indexer(codings["document"].astype("str"))
    table = np.zeros((len(documents), len(study.codes)), dtype=bool)
    table[row, codings["code"].cat.codes.to_numpy()] = True
    index = pd.Index(documents["document"], name="document")
    frame = pd.DataFrame(table, index=index, columns=list(study.codes["code"]))
    if order == "analysis":
        return frame.iloc[np.argsort(_first_coded(documents, codings), kind="stable")]
    dates = documents["date"].where(documents["date"] != "", "9999")
    return frame.iloc[np.argsort(dates.to_numpy(dtype=str), kind="stable")]


def _first_coded(documents: pd.DataFrame, codings: pd.DataFrame) -> np.ndarray:
    """Return when each document was first coded."""
    when = pd.to_datetime(codings["created"], format="ISO8601", utc=True, errors="coerce")
    first = documents["document"].map(when.groupby(codings["document"].astype("str")).min())
    unknown = documents.loc[first.isna(), "document"]
    if len(unknown):
        raise StudyError(
            f"the order of analysis is not known: no coding of {listed(unknown)} says when it was created, as in "
            "2026-03-02; ask for the order of the interviews"
        )
    return first.to_numpy()


def curve(presence: pd.DataFrame) -> pd.DataFrame:
    """
    Count new codes, document by document.

    Parameters
    ----------
    presence : DataFrame of bool
        Documents × codes, in order; as `presence_by_document` returns it.

    Returns
    -------
    DataFrame
        One row a document: position (from 1), document, codes (in it), new (not in any before), total (so far).

    Examples
    --------
    >>> curve(pd.DataFrame({"a": [True, True], "b": [False, True]}, index=["d1", "d2"])).values.tolist()
    [[1, 'd1', 1, 1, 1], [2, 'd2', 2, 1, 2]]
    """
    table = presence.to_numpy(dtype=bool)
    so_far = np.logical_or.accumulate(table, axis=0)
    total = so_far.sum(axis=1)
    new = np.diff(total, prepend=0)
    columns = {"position": np.arange(1, len(table) + 1), "document": list(presence.index), "codes": table.sum(axis=1)}
    return pd.DataFrame({**columns, "new": new, "total": total})


def frequencies(presence: pd.DataFrame) -> pd.DataFrame:
    """
    Count the documents of each code, and say which brought it.

    Parameters
    ----------
    presence : DataFrame of bool
        Documents × codes, in order; as `presence_by_document` returns it.

    Returns
    -------
    DataFrame
        One row a code, the most frequent first, else in the order of the columns: code, documents (with it), of (all),
        first (the document that brought it; empty for a code never used) and position (of that document, from 1; NA).

    Examples
    --------
    >>> frequencies(pd.DataFrame({"a": [False, True], "b": [True, True]}, index=["d1", "d2"])).values.tolist()
    [['b', 2, 2, 'd1', 1], ['a', 1, 2, 'd2', 2]]
    """
    table = presence.to_numpy(dtype=bool)
    position = [int(row.argmax()) + 1 if row.any() else pd.NA for row in table.T]
    columns = {
        "code": list(presence.columns),
        "documents": table.sum(axis=0),
        "of": len(table),
        "first": ["" if at is pd.NA else presence.index[at - 1] for at in position],
        "position": pd.array(position, dtype="Int64"),
    }
    counted = pd.DataFrame(columns)
    return counted.sort_values("documents", ascending=False, kind="stable", ignore_index=True)


def permuted(presence: pd.DataFrame, *, orders: int = 1000, seed: int = 0, level: float = 0.95) -> pd.DataFrame:
    """
    Return what the curve would be if the documents had come in another order.

    Parameters
    ----------
    presence : DataFrame of bool
        Documents × codes.
    orders : int
        How many random orders to draw.
    seed : int
        Equal seeds give equal bands.
    level : float
        Share of the orders inside the band.

    Returns
    -------
    DataFrame
        One row a position: position (from 1), low, median, high: codes found so far. Quantiles may lie between two
        numbers of codes.

    Raises
    ------
    StudyError
        When no order is to be drawn, or the level does not lie between 0 and 1.
    """
    if not isinstance(orders, Integral) or orders < 1 or not 0 < level <= 1:
        raise StudyError("orders is at least 1, and the level is more than 0 and at most 1")
    table = presence.to_numpy(dtype=bool)
    documents = len(table)
    ranks = np.argsort(np.random.default_rng(seed).random((orders, documents)), axis=1)
    found = np.zeros((orders, documents + 1), dtype=np.int64)
    for code in np.flatnonzero(table.any(axis=0)):
        first = ranks[:, table[:, code]].min(axis=1)
        found[np.arange(orders), first] += 1
    total = found[:, :documents].cumsum(axis=1)
    tail = (1 - level) / 2
    low, median, high = np.quantile(total, [tail, 0.5, 1 - tail], axis=0) if documents else np.zeros((3, 0))
    return pd.DataFrame({"position": np.arange(1, documents + 1), "low": low, "median": median, "high": high})


@dataclass(frozen=True)
class Saturation:
    """
    Where new information falls to a threshold, after Guest, Namey & Chen (2020).

    Attributes
    ----------
    runs : DataFrame
        One row a run: first and last (positions), new (codes), ratio (to the base's codes).
    base_codes : int
        Distinct codes in the base.
    reached : int or None
        The last document before the run that first falls to the threshold; None when none does.
    undefined : str
        Why there is no answer, where there is none.
    """

    runs: pd.DataFrame
    base: int
    run: int
    threshold: float
    base_codes: int
    reached: int | None
    undefined: str = ""


def saturation_point(new: pd.Series, *, base: int = 4, run: int = 2, threshold: float = 0.05) -> Saturation:
    """
    Say after how many interviews new information falls to a threshold.

    Parameters
    ----------
    new : Series of int
        New codes of each document, in order (`curve(...)["new"]`).
    base : int
        Documents whose codes are the base of comparison. The base is never updated.
    run : int
        Documents in a run; runs overlap by all but one document.
    threshold : float
        A run with at most this ratio of new codes to the base's codes is saturation.

    Raises
    ------
    StudyError
        When base or run is not 1 or more, the threshold not between 0 and 1, or `new` not a number for each document.

    Notes
    -----
    Source: Guest, Namey & Chen (2020), PLoS ONE 15(5):e0232076. Their example: 37 codes in a base of 4, then 4, 3, 1
    and 0 new ones; runs of 2 give 19 %, 11 % and 3 %, so saturation at 5 % comes at 6 interviews, written 6+2.

    Examples
    --------
    >>> point = saturation_point(pd.Series([20, 9, 5, 3, 4, 3, 1, 0]))
    >>> point.base_codes, point.reached, (point.runs["ratio"] * 100).round().tolist()
    (37, 6, [19.0, 11.0, 3.0])
    """
    if not all(isinstance(n, Integral) and n >= 1 for n in (base, run)) or not 0 <= threshold <= 1:
        raise StudyError("base and run are at least 1 document, and the threshold lies between 0 and 1")
    given = pd.to_numeric(pd.Series(new), errors="coerce") if np.ndim(new) == 1 else pd.Series([np.nan])
    if not ((given >= 0) & (given % 1 == 0)).all():
        raise StudyError('new is how many new codes each document brought, in order, as in curve(presence)["new"]')
    counts = given.to_numpy(dtype=np.int64)
    base_codes = int(counts[:base].sum())
    first = np.arange(base, max(len(counts) - run + 1, base))
    total = np.concatenate([[0], np.cumsum(counts)])
    in_run = total[first + run] - total[first] if len(first) else np.zeros(0, dtype=np.int64)
    why = ""
    if len(counts) < base + run:
        why = f"{len(counts)} documents are too few for a base of {base} and a run of {run}"
    elif not base_codes:
        why = f"no code is in the first {base} documents, so there is nothing to compare with"
    ratio = in_run / base_codes if base_codes else np.full(len(in_run), np.nan)
    runs = pd.DataFrame({"first": first + 1, "last": first + run, "new": in_run, "ratio": ratio})
    below = np.flatnonzero((ratio <= threshold) & (not why))
    reached = int(first[below[0]]) if len(below) else None
    return Saturation(runs, base, run, threshold, base_codes, reached, why)
