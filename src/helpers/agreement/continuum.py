"""Units that coders marked on a continuum: read, checked and put in order."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..errors import StudyError, listed
from .ratings import told_apart

COLUMNS = ("coder", "value", "start", "end")


@dataclass(frozen=True)
class Continuum:
    """
    Units that m coders marked on one continuum.

    Attributes
    ----------
    coder, value, start, end : ndarray of int, shape (n,)
        Ordered by coder and start; units of one coder do not overlap. start and end are half-open.
    coders : int
        m, those who found nothing included.
    values : list
        V labels, which `value` points at.
    length : int
        L.
    """

    coder: np.ndarray
    value: np.ndarray
    start: np.ndarray
    end: np.ndarray
    coders: int
    values: list[Any]
    length: int

    def of(self, coder: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return one coder's starts, ends and values."""
        rows = slice(*np.searchsorted(self.coder, [coder, coder + 1]))
        return self.start[rows], self.end[rows], self.value[rows]


def continuum(
    spans: pd.DataFrame | Iterable[Sequence[Any]],
    length: int | Mapping[Any, int] | pd.Series,
    coders: Iterable[Any] | None,
    touching: str,
) -> Continuum:
    """Read units as `helpers.agreement.unitising` describes; unite those of one coder and value that overlap."""
    if touching not in ("apart", "united"):
        raise StudyError(f"touching units are 'apart' or 'united', not {touching!r}")
    frame, lengths = _by_document(_frame(spans), length)
    everyone = list(dict.fromkeys([*([coders] if isinstance(coders, str) else coders or ()), *frame["coder"]]))
    if len(everyone) < 2:
        raise StudyError(f"agreement needs two coders or more; these spans have {listed(map(str, everyone))}")
    sizes = _whole(pd.Series(list(lengths.values()), dtype=object, name="length"))
    document = pd.Index(list(lengths), dtype=object).get_indexer(frame["document"].astype(object))
    if (document < 0).any():
        without = frame["document"][document < 0].iloc[0]
        raise StudyError(f"document {without!r} has no length; there are those of {listed(map(str, lengths))}")
    start, end, size = _whole(frame["start"]), _whole(frame["end"]), sizes[document]
    if wrong := np.flatnonzero((start < 0) | (end > size) | (start > end))[:1].tolist():
        at = wrong[0]
        raise StudyError(
            f"units lie between 0 and {size[at]} and do not end before they start, unlike {start[at]} to {end[at]}"
        )
    coder = pd.Index(everyone, dtype=object).get_indexer(frame["coder"].astype(object))
    value, values = _factorised(frame["value"])
    begin = (np.cumsum(sizes) - sizes)[document]
    line = Continuum(coder, value, start + begin, end + begin, len(everyone), values, int(sizes.sum()))
    return _in_order(line, document, everyone, join=touching == "united")


def _frame(spans: pd.DataFrame | Iterable[Sequence[Any]]) -> pd.DataFrame:
    if isinstance(spans, pd.DataFrame):
        frame = spans.rename(columns={} if "value" in spans else {"code": "value"})
        if missing := [name for name in COLUMNS if name not in frame]:
            raise StudyError(f"spans have no column {listed(missing)}; they have {listed(map(str, spans))}")
    elif isinstance(spans, list | tuple) and spans and all(isinstance(row, Mapping) for row in spans):
        return _frame(pd.DataFrame(list(spans)))
    else:
        if isinstance(spans, str | Mapping) or not np.iterable(spans):
            raise StudyError(f"spans are rows ({', '.join(COLUMNS)}), or a DataFrame of these, not {spans!r}")
        rows = [tuple(row) if np.iterable(row) and not isinstance(row, str) else (row,) for row in spans]
        if wrong := [row for row in rows if len(row) != len(COLUMNS)]:
            raise StudyError(f"a span is ({', '.join(COLUMNS)}), not {wrong[0]!r}; for documents, give a DataFrame")
        frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in ("coder", "value"):
        if frame[name].isna().any():
            raise StudyError(f"{frame[name].isna().sum()} of {len(frame)} spans have no {name}")
        if many := [label for label in frame[name] if not isinstance(label, Hashable)]:
            raise StudyError(f"a span has one {name}, not {many[0]!r}")
    return frame


def _by_document(
    frame: pd.DataFrame, length: int | Mapping[Any, int] | pd.Series
) -> tuple[pd.DataFrame, dict[Any, int]]:
    """Return spans with their document, and the length of each document; one without a name is all there is."""
    if isinstance(length, Mapping | pd.Series):
        if "document" not in frame:
            raise StudyError(f"lengths of documents need spans with a column 'document'; they have {listed(frame)}")
        return frame, dict(length)
    if "document" in frame and frame["document"].nunique() > 1:
        found = listed(map(str, frame["document"].unique()), 3)
        raise StudyError(f"documents {found} need a length each: a mapping of document to length, not {length!r}")
    return frame.assign(document=""), {"": length}


def _whole(column: pd.Series) -> np.ndarray:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    sound = np.isfinite(numbers) & (numbers == np.round(numbers))
    if column.name == "length":  # a text given for its length may spell a number
        sound &= (numbers >= 0) & ~column.map(lambda length: isinstance(length, str)).to_numpy(dtype=bool)
    if not sound.all():
        wrong = str(column[~sound].iloc[0])[:40]
        raise StudyError(f"{column.name} is a whole number of whatever is counted, not {wrong}")
    return numbers.astype(np.int64)


def _factorised(labels: pd.Series) -> tuple[np.ndarray, list[Any]]:
    """Return values as positions in a sorted list of them, the same whoever comes first."""
    value, found = pd.factorize(labels.astype(object))
    told_apart(found)
    order = sorted(range(len(found)), key=lambda n: (str(type(found[n])), found[n]))
    return np.argsort(order)[value] if order else value, [found[n] for n in order]


def _in_order(line: Continuum, document: np.ndarray, names: Sequence[Any], *, join: bool) -> Continuum:
    """Sort units by coder and start, leave out empty ones and unite those of one value that overlap (or touch)."""
    order = np.lexsort((line.end, line.start, line.coder))
    order = order[line.start[order] < line.end[order]]
    coder, value, start, end = (getattr(line, name)[order] for name in COLUMNS)
    # How far a coder's earlier units reach; coders are far apart on one line.
    reach = np.maximum.accumulate(end + coder * (line.length + 1)) - coder * (line.length + 1)
    before = np.append(0, reach[:-1])
    again = (np.diff(coder, prepend=-1) == 0) & (np.diff(document[order], prepend=-1) == 0)
    like = np.diff(value, prepend=-2) == 0
    if (clash := np.flatnonzero(again & (start < before) & ~like)).size:
        at = clash[0]
        raise StudyError(
            f"units of {names[coder[at]]} with different values overlap at {start[at]}; the unitising family is for "
            "values that exclude each other"
        )
    same = again & like & ((start < before) | ((start == before) & join))
    first = np.flatnonzero(~same)
    last = np.append(first[1:], len(same)) - 1 if len(first) else first
    return Continuum(coder[first], value[first], start[first], reach[last], line.coders, line.values, line.length)
