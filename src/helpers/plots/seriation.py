"""An order in which those stand side by side that belong together."""

from __future__ import annotations

import numpy as np


def seriated(values: np.ndarray) -> np.ndarray:
    """Return an order of the rows of a symmetric table of closeness, as positions; the same for the same table.

    Chains grow at either end from the closest pair that is left, always by the row closest to an end; ties go to
    the row that is closest to all of the chain, then to the first. A further chain begins where none is close any
    more. NaN is not close at all.

    Examples
    --------
    >>> seriated(np.array([[0, 0, 3, 1], [0, 0, 0, 2], [3, 0, 0, 0], [1, 2, 0, 0]])).tolist()
    [1, 3, 0, 2]
    """
    close = np.nan_to_num(np.array(values, dtype=float))
    np.fill_diagonal(close, 0.0)
    left = np.ones(len(close), dtype=bool)
    order: list[int] = []
    while left.any():
        chain = _chain(close, left)
        left[chain] = False
        order += chain
    return np.array(order, dtype=np.int64)


def _chain(close: np.ndarray, left: np.ndarray) -> list[int]:
    """Return the longest chain of rows that are left, from their closest pair on."""
    open_ = left.copy()
    among = np.where(np.outer(open_, open_), close, 0.0)
    first, second = np.unravel_index(int(np.argmax(among)), among.shape)
    if not among[first, second]:
        return np.flatnonzero(open_).tolist()
    chain = [int(first), int(second)]
    open_[chain] = False
    while open_.any():
        whole = close[chain].sum(axis=0)
        best = max(
            (
                (close[end, row], whole[row], -row, end == chain[-1])
                for row in np.flatnonzero(open_)
                for end in (chain[0], chain[-1])
            ),
        )
        if not best[0]:
            break
        row = -int(best[2])
        chain = [*chain, row] if best[3] else [row, *chain]
        open_[row] = False
    return chain if chain[0] < chain[-1] else chain[::-1]
