"""Who coded what where: one sorted sweep over the ends of spans, for all codes, documents and coders at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..errors import StudyError

MOST_CODERS = 62  # a set of coders is the bits of one whole number
DENSE = 1 << 23  # cells counted in a table; more are sorted


@dataclass(frozen=True)
class Spans:
    """
    Codings of several coders, in units of some kind: n spans on D documents, C codes, R coders.

    Attributes
    ----------
    code, document, coder : ndarray of int, shape (n,)
        Positions: 0 to C - 1, D - 1, R - 1.
    start, end : ndarray of int, shape (n,)
        Half-open, within the document; spans without length say nothing.
    size : ndarray of int, shape (D,)
        Units in each document.
    asked : ndarray of bool, shape (D, R)
        Who was asked to code what. There are no spans of those who were not.
    codes : int
        C.
    """

    code: np.ndarray
    document: np.ndarray
    coder: np.ndarray
    start: np.ndarray
    end: np.ndarray
    size: np.ndarray
    asked: np.ndarray
    codes: int

    def where(self, chosen: np.ndarray) -> Spans:
        """Return some of the spans, on the same documents."""
        fields = {name: getattr(self, name)[chosen] for name in ("code", "document", "coder", "start", "end")}
        return replace(self, **fields)


@dataclass(frozen=True)
class Runs:
    """
    Stretches that one set of coders gave one code, m in all; stretches that nobody coded are left out.

    Attributes
    ----------
    code, document, start, end : ndarray of int, shape (m,)
        Where; ordered by code, document and start. Neighbours may have the same coders.
    state : ndarray of int, shape (m,)
        Who: bit j is set when coder j gave the code.
    """

    code: np.ndarray
    document: np.ndarray
    start: np.ndarray
    end: np.ndarray
    state: np.ndarray


@dataclass(frozen=True)
class Tally:
    """
    How many units of each document have each code from which set of coders; k rows, units nobody coded left out.

    Attributes
    ----------
    code, document, state : ndarray of int, shape (k,)
        As in `Runs`; a code, document and state stand once.
    units : ndarray of float, shape (k,)
        How many; whole numbers.
    size, asked, codes
        As in `Spans`.
    """

    code: np.ndarray
    document: np.ndarray
    state: np.ndarray
    units: np.ndarray
    size: np.ndarray
    asked: np.ndarray
    codes: int


def swept(spans: Spans) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    Cut all documents, laid end to end once for each code, wherever a span begins or ends.

    Positions, coders and beginnings or ends are packed into one whole number each, so that a plain sort orders them
    all. Spans of one coder and code that overlap or touch are united by counting how many are open.

    Returns
    -------
    at, length : ndarray of int, shape (2 n,)
        Where each stretch begins (see `_line`) and how long it is, zero included.
    state : ndarray of int, shape (2 n,)
        Who coded it, as in `Runs`.
    """
    coders = spans.asked.shape[1]
    if coders > MOST_CODERS:
        raise StudyError(f"{coders} coders are too many to compare at once; choose up to {MOST_CODERS}")
    offset, line = _line(spans)
    n, bits = len(spans.code), (coders - 1).bit_length() + 1
    base = spans.code.astype(np.int64)
    base *= line
    base += offset[spans.document]
    who = spans.coder.astype(np.int64) << 1
    key = np.empty(2 * n, dtype=np.int64)
    for half, edge, opens in ((key[:n], spans.start, 1), (key[n:], spans.end, 0)):
        np.add(base, edge, out=half)
        half <<= bits
        half |= who
        half |= opens
    del base, who
    key.sort()
    edge = (key & ((1 << bits) - 1)).astype(np.int8)
    key >>= bits
    step = (edge & 1) * np.int8(2) - np.int8(1)
    state = np.zeros(2 * n, dtype=np.min_scalar_type((1 << coders) - 1))
    for coder in range(coders):
        is_open = np.cumsum(step * (edge >> 1 == coder), dtype=np.int32) > 0
        state |= is_open.astype(state.dtype) << state.dtype.type(coder)
    return key, np.diff(key, append=key[-1:]), state


def _line(spans: Spans) -> tuple[np.ndarray, int]:
    """Return where documents begin on a line that holds all of them with a gap between, and its length."""
    offset = np.concatenate([[0], np.cumsum(spans.size.astype(np.int64) + 1)])
    return offset[:-1], int(offset[-1])


def _cells(spans: Spans, kind: np.ndarray) -> np.ndarray:
    """
    Return the cell of each stretch: code * K + kind, for K kinds of documents.

    A code has two stretches in a document for each of its spans there, so that nothing has to be searched.
    """
    documents, kinds = len(spans.size), int(kind.max(initial=-1)) + 1
    place = spans.code.astype(np.int64) * documents + spans.document
    cell = (np.arange(spans.codes)[:, None] * kinds + kind).reshape(-1)
    return np.repeat(cell, 2 * np.bincount(place, minlength=len(cell)))


def runs(spans: Spans) -> Runs:
    """Return where each code was given by whom."""
    at, length, state = swept(spans)
    cell = _cells(spans, np.arange(len(spans.size)))
    kept = np.flatnonzero((length > 0) & (state > 0))
    at, cell = at[kept], cell[kept]
    offset, line = _line(spans)
    documents = max(len(spans.size), 1)
    start = at - (cell // documents) * line - offset[cell % documents]
    return Runs(cell // documents, cell % documents, start, start + length[kept], state[kept].astype(np.int64))


def tallied(spans: Spans, *, together: bool = False) -> Tally:
    """
    Count the units of each document that each set of coders gave each code.

    Parameters
    ----------
    spans : Spans
        The codings.
    together : bool
        Take documents that the same coders were asked to code as one: for coefficients over all documents.

    Examples
    --------
    One document of ten characters, one code; coder 0 has [0, 4), coder 1 has [2, 6) in two pieces.

    >>> spans = Spans(*np.array([[0, 0, 0], [0, 0, 0], [0, 1, 1], [0, 2, 3], [4, 3, 6]]),
    ...               size=np.array([10]), asked=np.ones((1, 2), bool), codes=1)
    >>> tally = tallied(spans)
    >>> dict(zip(tally.state.tolist(), tally.units.tolist()))
    {1: 2.0, 2: 2.0, 3: 2.0}
    """
    _, length, state = swept(spans)
    asked, kind, size = spans.asked, np.arange(len(spans.size)), spans.size
    if together:
        asked, kind = np.unique(asked, axis=0, return_inverse=True)
        size = np.bincount(kind, size, len(asked)).astype(np.int64)
    cell, kinds, states = _cells(spans, kind), max(len(size), 1), 1 << asked.shape[1]
    cells = spans.codes * kinds
    if cells * states <= max(DENSE, 8 * len(cell)):
        cell *= states
        cell += state
        table = np.bincount(cell, length, cells * states).reshape(cells, states)
        table[:, 0] = 0
        cell, state = np.nonzero(table)
        units = table[cell, state]
    else:
        kept = np.flatnonzero((length > 0) & (state > 0))
        order = kept[np.lexsort((state[kept], cell[kept]))]
        cell, state = cell[order], state[order].astype(np.int64)
        first = np.flatnonzero(np.diff(cell, prepend=-1) | np.diff(state, prepend=-1))
        until = np.concatenate([[0], np.cumsum(length[order])])
        units = np.diff(until[np.append(first, len(order))]).astype(float)
        cell, state = cell[first], state[first]
    return Tally(cell // kinds, cell % kinds, state, units, size, asked, spans.codes)


def united(spans: Spans) -> Spans:
    """Unite spans of one coder, code and document that overlap or touch; ordered by code, coder, document, start."""
    coders = spans.asked.shape[1]
    offset, line = _line(spans)
    base = (spans.code.astype(np.int64) * coders + spans.coder) * line + offset[spans.document]
    kept = spans.end > spans.start
    left, right = (base + spans.start)[kept], (base + spans.end)[kept]
    order = np.argsort(left, kind="stable")
    left, right, document = left[order], right[order], spans.document[kept][order]
    reach = np.maximum.accumulate(right)
    first = np.flatnonzero(np.append(True, left[1:] > reach[:-1])) if len(left) else np.zeros(0, dtype=np.int64)
    last = np.append(first[1:], len(left)) - 1 if len(first) else first
    owner, document = left[first] // line, document[first]
    shift = owner * line + offset[document]
    return Spans(
        owner // coders,
        document,
        owner % coders,
        left[first] - shift,
        reach[last] - shift,
        spans.size,
        spans.asked,
        spans.codes,
    )
