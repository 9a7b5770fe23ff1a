"""Positions counted in units of text, and back."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from ..study import Study
from ..units import units

Unit = Literal["character", "sentence", "turn", "paragraph", "window", "document"]


def in_units(
    study: Study, unit: Unit, document: np.ndarray, start: np.ndarray, end: np.ndarray, size: int = 500
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    Count spans in units: from the first unit that they touch to after the last.

    Parameters
    ----------
    study : Study
        A document without a text is one unit, but has no characters, and only those turns that are listed.
    unit, size
        As for `helpers.agreement.per_code`.
    document, start, end : ndarray of int, shape (n,)
        Spans; start -1 is the whole document.

    Returns
    -------
    start, end : ndarray of int, shape (n,)
        Half-open, in units of the document. Equal where a span touches no unit.
    sizes : ndarray of int, shape (D,)
        Units in each document.
    """
    length = _length(study)
    whole = start < 0
    if unit == "document":
        return np.zeros_like(start), np.ones_like(end), np.ones_like(length)
    if unit == "character" and not whole.any():
        return start, end, length
    if unit == "character":
        return np.where(whole, 0, start), np.where(whole, length[document], end), length
    owner, first, last = _cut(study, unit, size)
    sizes = np.bincount(owner, minlength=len(length))
    # On a line with a gap between documents, the units that a span touches are found by two searches. A document
    # reaches as far as its turns and spans do: its text may be withheld.
    reach = length.copy()
    np.maximum.at(reach, owner, last)
    np.maximum.at(reach, document, end)
    offset = np.concatenate([[0], np.cumsum(reach + 2)])[:-1]
    before = (np.cumsum(sizes) - sizes)[document]
    low = np.searchsorted(last + offset[owner], start + offset[document], side="right") - before
    high = np.searchsorted(first + offset[owner], end + offset[document], side="left") - before
    if unit != "turn":
        whole |= length[document] == 0
    low, high = np.where(whole, 0, low), np.where(whole, sizes[document], high)
    return low, np.maximum(high, low), sizes


def in_characters(
    study: Study, unit: Unit, document: np.ndarray, start: np.ndarray, end: np.ndarray, size: int = 500
) -> tuple[np.ndarray, np.ndarray]:
    """
    Return where runs of units begin and end in the text: the other way round.

    Returns
    -------
    start, end : ndarray of int, shape (n,)
        Half-open code points; start is -1 in a document without a text.
    """
    length = _length(study)
    if unit == "character":
        return start, end
    if unit == "document":
        return np.where(length[document] > 0, 0, -1), length[document]
    owner, first, last = _cut(study, unit, size)
    count = np.bincount(owner, minlength=len(length))
    before = (np.cumsum(count) - count)[document]
    return np.where(length[document] > 0, first[before + start], -1), last[before + end - 1]


def _length(study: Study) -> np.ndarray:
    return study.documents["text"].str.len().to_numpy(dtype=np.int64)


def _cut(study: Study, unit: Unit, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each unit's document, start and end, in the order of the study's documents."""
    assert unit != "character"  # characters are not listed one by one
    cut = units(study, unit, size=size)
    owner = pd.Index(study.documents["document"]).get_indexer(cut["document"])
    order = np.argsort(owner, kind="stable")
    start, end = (cut[name].to_numpy(dtype=np.int64, na_value=0)[order] for name in ("start", "end"))
    return owner[order], start, end
