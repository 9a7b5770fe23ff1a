"""Which codes stand together: overlapping, one inside the other, near one another, in the same unit."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from . import units
from .errors import StudyError, listed
from .presence import evidence, people_of
from .study import Study

Relation = Literal["overlap", "inclusion", "exact", "near", "unit"]
RELATIONS: tuple[Relation, ...] = ("overlap", "inclusion", "exact", "near", "unit")

_CHUNK = 1 << 18  # pairs looked at in one step: enough to be fast, few enough to stay in the processor's cache


def cooccurrence(
    study: Study,
    relation: Relation = "overlap",
    *,
    within: int = 0,
    unit: units.Unit = "paragraph",
    coder: str = "",
    across_coders: bool = False,
) -> pd.DataFrame:
    """
    Count how often two codes stand together.

    Parameters
    ----------
    study : Study
        The study.
    relation : {"overlap", "inclusion", "exact", "near", "unit"}
        Two passages share a character; one lies inside the other; both are the same; at most `within` characters lie
        between them (or they overlap); or both codes are in the same `unit`, which counts the units.
    within : int
        Characters, for "near".
    unit : str
        For "unit"; see `helpers.units.units`. Codings of whole documents count with the unit "document" only.
    coder : str, optional
        Whose codings; see `helpers.presence.evidence`.
    across_coders : bool
        Also pair passages of different coders. Then double coding by itself makes codes stand together.

    Returns
    -------
    DataFrame
        One row for each unordered pair of codes, pairs that never meet included: code_a, code_b, name_a, name_b (in
        the order of the codebook), `pairs` (of passages, or units), `participants` (people with such a pair),
        `jaccard` (those people, of the people with either code) and `c` (pairs / (codings of a + codings of b -
        pairs), the c-coefficient of ATLAS.ti, which assumes that no passage is in two pairs). A ratio is NaN where
        neither code is used, and c where more pairs than codings make it meaningless.

    Raises
    ------
    StudyError
        When the relation or the coder is not known.

    Notes
    -----
    Zero-length passages stand together with what surrounds them. Pairs of a code with itself are left out.
    """
    if relation not in RELATIONS:
        raise StudyError(f"there is no relation {relation!r}; relations are {listed(RELATIONS)}")
    chosen = evidence(study, coder)
    if relation == "unit":
        counts, people, used = _in_units(study, chosen.codings, unit, across_coders)
    else:
        gap = within if relation == "near" else 0
        counts, people, used = _in_spans(study, chosen.codings, relation, gap, across_coders)
    first, second = np.triu_indices(len(study.codes), k=1)
    has = _people_with(study, chosen.codings)
    together, either = people[first, second], (has[first] | has[second]).sum(axis=1)
    pairs = counts[first, second]
    rest = used[first] + used[second] - pairs
    codes, names = study.codes["code"].to_numpy(), study.codes["name"].to_numpy()
    return pd.DataFrame(
        {
            "code_a": codes[first],
            "code_b": codes[second],
            "name_a": names[first],
            "name_b": names[second],
            "pairs": pairs,
            "participants": together,
            "jaccard": _ratio(together, either),
            "c": np.where(pairs > np.minimum(used[first], used[second]), np.nan, _ratio(pairs, rest)),
        }
    )


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)


def _people_with(study: Study, codings: pd.DataFrame) -> np.ndarray:
    """Return who has each code: (codes, participants) bool, without roll-up."""
    rows, person = people_of(study, codings)
    table = np.zeros((len(study.codes), len(study.participants)), dtype=bool)
    table[codings["code"].cat.codes.to_numpy()[rows], person] = True
    return table


def _in_spans(
    study: Study, codings: pd.DataFrame, relation: Relation, gap: int, across: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Count pairs of passages with one sort: each passage meets those that begin before it ends."""
    n, crowd = len(study.codes), len(study.participants)
    spans = codings[codings["start"].notna()]
    code = spans["code"].cat.codes.to_numpy().astype(np.int64)
    used = np.bincount(code, minlength=n)
    start, end = (spans[c].to_numpy(dtype=np.int64) for c in ("start", "end"))
    document = spans["document"].cat.codes.to_numpy().astype(np.int64) - 1
    owner = study.documents["participant"].cat.codes.to_numpy().astype(np.int64) - 1
    line = np.zeros(len(spans), dtype=np.int64) if across else spans["coder"].cat.codes.to_numpy().astype(np.int64)
    shift = _offsets(document, end, line, gap)
    # One key holds place and row, so that sorting needs no indices: values alone sort several times faster.
    bits = max(len(spans).bit_length(), 1)
    key = ((start + shift) << bits) | np.arange(len(spans))
    key.sort()
    order = key & ((1 << bits) - 1)
    left = key >> bits
    right = (end + shift)[order]
    code, person = code[order], owner[document[order]]
    reach = np.searchsorted(left, right + gap, side="right" if gap else "left")
    # Of zero-length passages at one place each meets those that come after it.
    reach = np.maximum(reach, np.searchsorted(left, left, side="right") if relation == "exact" else 0)
    later = np.maximum(reach - np.arange(len(left)) - 1, 0)
    counts = np.zeros(n * n, dtype=np.int64)
    people = np.zeros(n * n * crowd, dtype=bool)
    step = np.searchsorted(np.cumsum(later), np.arange(0, int(later.sum()) + _CHUNK, _CHUNK), side="left")
    for low, high in zip(step, [*step[1:], len(left)], strict=True):
        a = np.repeat(np.arange(low, high), later[low:high])
        b = a + 1 + np.arange(len(a)) - np.repeat(np.cumsum(later[low:high]) - later[low:high], later[low:high])
        if relation in ("inclusion", "exact"):
            fits = (right[b] <= right[a]) | ((left[a] == left[b]) & (right[b] >= right[a]))
            if relation == "exact":
                fits = (left[a] == left[b]) & (right[a] == right[b])
            a, b = a[fits], b[fits]
        pair = np.minimum(code[a], code[b]) * n + np.maximum(code[a], code[b])
        counts += np.bincount(pair, minlength=n * n)
        known = person[a] >= 0
        people[pair[known] * crowd + person[a][known]] = True
    return counts.reshape(n, n), people.reshape(n, n, crowd).sum(axis=2), used


def _offsets(document: np.ndarray, end: np.ndarray, line: np.ndarray, gap: int) -> np.ndarray:
    """Lay documents end to end, once for each coder, so far apart that passages of two never meet."""
    if not len(document):
        return np.zeros(0, dtype=np.int64)
    documents = int(document.max()) + 1
    length = np.zeros(documents, dtype=np.int64)
    np.maximum.at(length, document, end)
    offset = np.concatenate([[0], np.cumsum(length + gap + 2)])
    return offset[document] + line * offset[-1]


def _in_units(
    study: Study, codings: pd.DataFrame, unit: units.Unit, across: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Count units that hold both codes."""
    n, crowd = len(study.codes), len(study.participants)
    spans = codings if unit == "document" else codings[codings["start"].notna()]
    # Without assignments a unit stands with those who coded in its document: more are not needed to find pairs.
    held = units.matrix(replace(study, codings=spans, assignments=study.assignments.iloc[:0]), unit)
    if across:
        held = held.groupby(level=["document", "unit"], sort=False).any()
    table = held.to_numpy(dtype=np.float32)
    document = pd.Index(study.documents["document"]).get_indexer(held.index.get_level_values("document"))
    person = study.documents["participant"].cat.codes.to_numpy().astype(np.int64)[document] - 1
    people = np.zeros((n, n), dtype=np.int64)
    for one in range(crowd):
        mine = table[person == one]
        people += (mine.T @ mine) > 0
    return np.rint(table.T @ table).astype(np.int64), people, np.rint(table.sum(axis=0)).astype(np.int64)


def square(table: pd.DataFrame, measure: str = "pairs") -> pd.DataFrame:
    """
    Return pairs as a square, symmetric table; the diagonal is NaN.

    Parameters
    ----------
    table : DataFrame
        As `cooccurrence` returns it.
    measure : str
        The column to show.
    """
    codes = list(dict.fromkeys([*table["code_a"], *table["code_b"]]))
    values = np.full((len(codes), len(codes)), np.nan)
    place = pd.Index(codes)
    a, b = place.get_indexer(table["code_a"]), place.get_indexer(table["code_b"])
    values[a, b] = values[b, a] = table[measure].to_numpy(dtype=float)
    return pd.DataFrame(values, index=codes, columns=codes)
