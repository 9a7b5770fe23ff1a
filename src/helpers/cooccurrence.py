"""Which codes stand together: overlapping, one inside the other, near one another, in the same unit."""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Integral
from typing import Literal

import numpy as np
import pandas as pd

from . import units
from .errors import StudyError, listed, nearest
from .presence import bitmap, evidence, people_of
from .study import Study

Relation = Literal["overlap", "inclusion", "exact", "near", "turns", "unit"]
RELATIONS: tuple[Relation, ...] = ("overlap", "inclusion", "exact", "near", "turns", "unit")

Arrays = tuple[np.ndarray, np.ndarray]
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
    relation : {"overlap", "inclusion", "exact", "near", "turns", "unit"}
        Two passages share a character; one lies inside the other; both are the same; at most `within` characters lie
        between them; they are at most `within` turns apart (0 is the same turn, 1 the next, whoever speaks); or both
        codes are in the same `unit`, which counts the units.
    within : int
        Characters for "near", turns for "turns".
    unit : str
        For "unit"; see `helpers.units.units`.
    coder : str, optional
        Whose codings; see `helpers.presence.evidence`.
    across_coders : bool
        Also pair passages of different coders. Then double coding by itself makes codes stand together.

    Returns
    -------
    DataFrame
        One row for each unordered pair of codes, pairs that never meet included: code_a, code_b, name_a, name_b (in
        the order of the codebook), `pairs` (of passages, or units), `participants` (people to whom both passages of
        such a pair belong; see `helpers.presence.people_of`), `jaccard` (those people, of the people with either
        code) and `c` (pairs / (codings of a + codings of b - pairs), the c-coefficient of ATLAS.ti, which assumes
        that no passage is in two pairs). A ratio is NaN where neither code is used, and c where more pairs than
        codings make it meaningless.

    Raises
    ------
    StudyError
        When the relation or the coder is not known, or `within` is less than 0; for turns, when there are none.

    Notes
    -----
    Codes are counted as they are, themes without what is below them. Passages are counted as they were coded: one
    coded in two pieces makes two pairs, but no more people or units. A passage of zero length is at what
    surrounds it. Codings of whole documents count with the unit "document" only, and passages outside every turn
    (paragraph, ...) not with that unit. Pairs of a code with itself are left out.
    """
    if relation not in RELATIONS:
        raise StudyError(f"there is no relation {relation!r}; relations are {listed(RELATIONS)}")
    if not isinstance(within, Integral) or within < 0:
        raise StudyError(f"within is {within!r}, but passages are at least 0 characters or turns apart (whole ones)")
    codings, at = _placed(study, evidence(study, coder).codings, relation, unit)
    line = codings["coder"].cat.codes.to_numpy().astype(np.int64) * (not across_coders)
    spoken = people_of(study, codings)
    if relation == "unit":
        counts, people, used = _in_units(study, codings, line, at, spoken)
    else:
        reach = {"near": within + 1, "turns": within}.get(relation, 0)
        counts, people, used = _in_spans(study, codings, line, at, spoken, relation, reach)
    first, second = np.triu_indices(len(study.codes), k=1)
    has = bitmap(_codes(codings)[spoken[0]], spoken[1], len(study.codes), len(study.participants))
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


def _codes(codings: pd.DataFrame) -> np.ndarray:
    return codings["code"].cat.codes.to_numpy().astype(np.int64)


def _documents(codings: pd.DataFrame) -> np.ndarray:
    """Return the position of each coding's document; -1 is the sample as a whole."""
    return codings["document"].cat.codes.to_numpy().astype(np.int64) - 1


def _placed(study: Study, codings: pd.DataFrame, relation: Relation, unit: units.Unit) -> tuple[pd.DataFrame, Arrays]:
    """Return the codings that have a place, and where it starts and ends: in characters, turns or units."""
    if relation == "unit" and unit == "document":
        codings = codings[_documents(codings) >= 0]
        document = _documents(codings)
        return codings, (document, document + 1)
    codings = codings[codings["start"].notna()]
    start, end = (codings[c].to_numpy(dtype=np.int64) for c in ("start", "end"))
    if relation in ("turns", "unit"):
        start, end = _cut(study, _documents(codings), start, end, "turn" if relation == "turns" else unit)
        inside = end > start
        codings, start, end = codings[inside], start[inside], end[inside]
    return codings, (start, end)


def _cut(study: Study, document: np.ndarray, start: np.ndarray, end: np.ndarray, unit: units.Unit) -> Arrays:
    """Return the units that each passage touches, as a half-open range of rows of all units."""
    cut = units.units(study, unit)
    cut = cut[cut["start"].notna()]
    place = pd.Index(study.documents["document"]).get_indexer(cut["document"])
    low, high = (cut[c].to_numpy(dtype=np.int64) for c in ("start", "end"))
    # On one line of all documents units follow one another, so that a search finds the first and the last.
    width = max(int(end.max(initial=0)), int(high.max(initial=0))) + 1
    first = np.searchsorted(place * width + high, document * width + start, side="right")
    return first, np.searchsorted(place * width + low, document * width + end, side="left")


def _in_spans(
    study: Study, codings: pd.DataFrame, line: np.ndarray, at: Arrays, spoken: Arrays, relation: Relation, reach: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Count pairs of passages, and the people who have both of a pair."""
    n, crowd, code = len(study.codes), len(study.participants), _codes(codings)

    def pair(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.minimum(code[a], code[b]) * n + np.maximum(code[a], code[b])

    document, (start, end), (rows, person) = _documents(codings), at, spoken
    owner = np.append(study.documents["participant"].cat.codes.to_numpy().astype(np.int64), 0)[document] - 1
    place = line * len(study.documents) + document
    counts = np.zeros(n * n, dtype=np.int64)
    people = np.zeros(n * n * crowd, dtype=bool)
    for a, b in _meeting(place, start, end, relation, reach):
        both, known = pair(a, b), owner[a] >= 0
        counts += np.bincount(both, minlength=n * n)
        people[both[known] * crowd + owner[a[known]]] = True
    # In a group's document a passage may belong to several people, and the two of a pair to different ones.
    shared = owner[rows] < 0
    rows, person = rows[shared], person[shared]
    for a, b in _meeting(place[rows] * crowd + person, start[rows], end[rows], relation, reach):
        people[pair(rows[a], rows[b]) * crowd + person[a]] = True
    return counts.reshape(n, n), people.reshape(n, n, crowd).sum(axis=2), np.bincount(code, minlength=n)


def _meeting(
    place: np.ndarray, start: np.ndarray, end: np.ndarray, relation: Relation, reach: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Give the pairs of passages of one place that meet, with one sort: each meets those that begin before it ends."""
    if not len(place):
        return
    # Places lie end to end on one line, so far apart that passages of two never meet.
    place = pd.factorize(place)[0]
    length = np.zeros(place.max() + 1, dtype=np.int64)
    np.maximum.at(length, place, end)
    reach = min(reach, int(length.max()) + 1)
    bits = len(place).bit_length()
    room = length + reach + 1
    if room.sum(dtype=float) >= 2 ** (62 - bits):
        raise StudyError(f"positions up to {length.max()} are too high to be compared; texts are shorter than that")
    shift = np.concatenate([[0], np.cumsum(room)])[place]
    # One key holds position and row, so that sorting needs no indices: values alone sort several times faster.
    # What has no length comes first where it stands: what begins there does not surround it.
    key = (((start + shift) * 2 + (end > start)) << bits) | np.arange(len(place))
    key.sort()
    row = key & ((1 << bits) - 1)
    left, right = key >> (bits + 1), (end + shift)[row]
    later = np.maximum(np.searchsorted(left, right + reach) - np.arange(len(left)) - 1, 0)
    total = np.cumsum(later)
    steps = np.searchsorted(total, np.arange(0, total[-1] + _CHUNK, _CHUNK))
    for low, high in zip(steps, [*steps[1:], len(left)], strict=True):
        some = later[low:high]
        a = np.repeat(np.arange(low, high), some)
        b = a + 1 + np.arange(len(a)) - np.repeat(np.cumsum(some) - some, some)
        if relation in ("inclusion", "exact"):
            same, inside = left[a] == left[b], right[b] <= right[a]
            fits = same | inside if relation == "inclusion" else same & (right[a] == right[b])
            a, b = a[fits], b[fits]
        yield row[a], row[b]


def _in_units(
    study: Study, codings: pd.DataFrame, line: np.ndarray, at: Arrays, spoken: Arrays
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Count units that hold both codes, and the people who have both in one unit."""
    size = at[1] - at[0]
    row = np.repeat(np.arange(len(codings)), size)
    unit = np.arange(len(row)) - np.repeat(np.cumsum(size) - size - at[0], size)
    held = pd.DataFrame({"coding": row, "unit": unit * len(study.coders) + line[row], "code": _codes(codings)[row]})
    counts = _both(held, len(study.codes))
    people = np.zeros_like(counts)
    heard = held.merge(pd.DataFrame({"coding": spoken[0], "person": spoken[1]}), on="coding")
    for _, mine in heard.groupby("person"):
        people += _both(mine, len(study.codes)) > 0
    return counts, people, np.diag(counts)


def _both(held: pd.DataFrame, codes: int) -> np.ndarray:
    """Count the units that hold each two codes: (codes, codes)."""
    unit, known = pd.factorize(held["unit"])
    table = bitmap(held["code"].to_numpy(), unit, codes, len(known)).astype(np.float32)
    return np.rint(table @ table.T).astype(np.int64)


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
    if measure not in table:
        raise StudyError(f"there is no column {measure!r}; there are {listed(table)}.{nearest(measure, table)}")
    codes = list(dict.fromkeys([*table["code_a"], *table["code_b"]]))
    values = np.full((len(codes), len(codes)), np.nan)
    place = pd.Index(codes)
    a, b = place.get_indexer(table["code_a"]), place.get_indexer(table["code_b"])
    values[a, b] = values[b, a] = table[measure].to_numpy(dtype=float)
    return pd.DataFrame(values, index=codes, columns=codes)
