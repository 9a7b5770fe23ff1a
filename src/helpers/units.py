"""Units of text: documents, turns, paragraphs, sentences, windows; and what is coded of them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd

from .errors import StudyError, listed
from .study import Study

Unit = Literal["document", "turn", "paragraph", "sentence", "window"]
UNITS: tuple[Unit, ...] = ("document", "turn", "paragraph", "sentence", "window")

_WORD = re.compile(r"\w+(?:[’'\-]\w+)*")
_PARAGRAPH = re.compile(r"\S(?:.*\S)?", re.MULTILINE)
# A sentence ends at . ! ? … with the quotation marks that follow, before white space; or at the end of a line.
_SENTENCE = re.compile(r"\S.*?(?:[.!?…]+[\"'”’)\]]*(?=\s|$)|(?=\s*$))", re.MULTILINE)


def units(study: Study, kind: Unit, *, size: int = 500) -> pd.DataFrame:
    r"""
    Cut the study's texts into units.

    Parameters
    ----------
    study : Study
        Documents without a text are one unit, whatever the kind.
    kind : {"document", "turn", "paragraph", "sentence", "window"}
        A paragraph is a line that is not blank. Turns are those of `study.turns`.
    size : int
        Characters in a window; the last one of a text may be shorter.

    Returns
    -------
    DataFrame
        Columns unit (its number within the document, from 1), document, start, end; half-open code points, NA for
        a document without a text.

    Raises
    ------
    StudyError
        When the kind is unknown, a window has no size, or turns are asked of a study that has none.

    Examples
    --------
    >>> from helpers.study import make_study
    >>> study = make_study("s", {"documents": pd.DataFrame({"document": ["d"], "text": ["I go. Why? \nNo."],
    ...                                                     "participant": [""]})})
    >>> units(study, "sentence")[["start", "end"]].values.tolist()
    [[0, 5], [6, 10], [12, 15]]
    """
    if kind not in UNITS:
        raise StudyError(f"there is no unit {kind!r}; units are {listed(UNITS)}")
    if kind == "window" and size < 1:
        raise StudyError(f"a window of {size} characters cannot be; size is at least 1")
    if kind == "turn" and study.turns.empty:
        raise StudyError("the study has no turns.csv, so turns cannot be the unit; paragraphs often serve")
    if kind == "turn":
        turns = study.turns[["document", "start", "end"]].sort_values(["document", "start"], kind="stable")
        spans = turns.astype({"document": "str"}).reset_index(drop=True)
    else:
        rows = [
            (document, start, end)
            for document, text in zip(study.documents["document"], study.documents["text"], strict=True)
            for start, end in _cut(text, kind, size)
        ]
        spans = pd.DataFrame(rows, columns=["document", "start", "end"])
    number = spans.groupby("document", sort=False).cumcount() + 1
    return spans.assign(unit=number).astype({"start": "Int64", "end": "Int64"})[["unit", "document", "start", "end"]]


def _cut(text: str, kind: Unit, size: int) -> list[tuple[int | None, int | None]]:
    if not text:
        return [(None, None)]
    if kind == "document":
        return [(0, len(text))]
    if kind == "window":
        return [(start, min(start + size, len(text))) for start in range(0, len(text), size)]
    pattern = _PARAGRAPH if kind == "paragraph" else _SENTENCE
    return [match.span() for match in pattern.finditer(text)]


def matrix(study: Study, kind: Unit, *, size: int = 500) -> pd.DataFrame:
    """
    Say of every unit and every coder which codes are in it.

    Parameters
    ----------
    study : Study
        The study.
    kind, size
        As for `units`.

    Returns
    -------
    DataFrame of bool
        Index (document, unit, coder), columns codes. Every unit stands with every coder who was asked to code
        its document or coded it unasked, units without any coding included: without them agreement on absence is
        lost. A coding of a whole document is in each of its units.
    """
    spans = units(study, kind, size=size)
    asked = pd.concat([assigned(study)[0], study.codings[["document", "coder"]].astype("str")]).drop_duplicates()
    index = spans.merge(asked, on="document").set_index(["document", "unit", "coder"]).sort_index()
    codes = list(study.codes["code"])
    table = pd.DataFrame(False, index=index.index, columns=pd.Index(codes, name="code"))
    codings = study.codings[study.codings["document"] != ""].astype({"document": "str", "coder": "str", "code": "str"})
    pairs = codings[["document", "coder", "start", "end", "code"]].merge(spans, on="document", suffixes=("", "_unit"))
    whole = pairs["start"].isna() | pairs["start_unit"].isna()
    inside = (pairs["start"] < pairs["end_unit"]) & (pairs["end"] > pairs["start_unit"])
    hit = pairs[(whole | inside.fillna(False)).to_numpy(dtype=bool)]
    rows = table.index.get_indexer(pd.MultiIndex.from_frame(hit[["document", "unit", "coder"]]))
    values = table.to_numpy(copy=True)
    values[rows, pd.Index(codes).get_indexer(hit["code"])] = True
    return pd.DataFrame(values, index=table.index, columns=table.columns)


def assigned(study: Study) -> tuple[pd.DataFrame, bool]:
    """
    Return who was asked to code which document, and whether that had to be assumed.

    Returns
    -------
    DataFrame, bool
        Columns document, coder. Without `assignments`, a coder was asked for the documents that hold a coding of
        theirs: then a document in which they found nothing is missing, and results should say so.
    """
    assumed = study.assignments.empty
    pairs = study.codings[study.codings["document"] != ""] if assumed else study.assignments
    pairs = pairs[["document", "coder"]].astype("str").drop_duplicates()
    return pairs.sort_values(["document", "coder"]).reset_index(drop=True), assumed


def word_starts(study: Study) -> list[np.ndarray]:
    """Return the positions where words begin, an array of code points a document."""
    return [_word_starts(text) for text in study.documents["text"]]


@lru_cache(maxsize=4096)
def _word_starts(text: str) -> np.ndarray:
    """Find the words of a text once: an explorer asks again after every click."""
    return np.array([match.start() for match in _WORD.finditer(text)], dtype=np.int64)


def coded_length(
    length: np.ndarray,
    group: np.ndarray,
    document: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
    *,
    groups: int,
    marks: list[np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """
    Measure the text under spans, overlapping spans of one group counting once.

    Parameters
    ----------
    length : ndarray of int, shape (documents,)
        The length of each document's text in code points.
    group, document, start, end : ndarray of int, shape (n,)
        A span each: which group it belongs to (0 to `groups` - 1), its document's position, half-open code points.
    groups : int
        How many groups there are.
    marks : list of ndarray
        Sorted positions to count, an array a document (where words begin).

    Returns
    -------
    characters, marked : ndarray of int, shape (groups,)
        The length of the union of each group's spans, and how many marks lie in it.

    Examples
    --------
    >>> spans = {"group": [0, 0], "document": [0, 0], "start": [0, 4], "end": [6, 9]}
    >>> arrays = {name: np.array(values) for name, values in spans.items()}
    >>> coded_length(np.array([20]), **arrays, groups=1, marks=[np.array([0, 5, 10])])
    (array([9]), array([2]))
    """
    if not len(group):
        return np.zeros(groups, dtype=np.int64), np.zeros(groups, dtype=np.int64)
    # Laid end to end with a gap between them, documents become one line on which spans of two never meet.
    offset = np.concatenate([[0], np.cumsum(length + 1)])
    line = offset[-1]
    left, right = _in_order(group * line + offset[document] + start, end - start)
    reach = np.maximum.accumulate(right)
    fresh = np.concatenate([[True], left[1:] > reach[:-1]])
    first = np.flatnonzero(fresh)
    left, right = left[first], reach[np.concatenate([first[1:] - 1, [len(reach) - 1]])]
    owner = left // line
    words = np.concatenate([m + o for m, o in zip(marks, offset, strict=False)]) if marks else np.zeros(0, np.int64)
    inside = np.searchsorted(words, right - owner * line) - np.searchsorted(words, left - owner * line)
    characters = np.bincount(owner, right - left, groups).astype(np.int64)
    return characters, np.bincount(owner, inside, groups).astype(np.int64)


def _in_order(left: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where spans begin and end, sorted by their beginning; as one number each they sort faster."""
    bits = int(size.max()).bit_length()
    if int(left.max()).bit_length() + bits > 62:
        order = np.argsort(left, kind="stable")
        return left[order], (left + size)[order]
    key = (left << bits) | size
    key.sort()
    left = key >> bits
    return left, left + (key & ((1 << bits) - 1))
