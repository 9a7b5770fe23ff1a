"""Where coders differ: the passages to talk about, those that cost most agreement first."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ..errors import StudyError
from ..study import Study
from . import binary
from .compared import CodeLevel, Compared, compared
from .formulas import divided
from .positions import Unit, in_characters
from .sweep import Runs, Spans, runs, tallied, united


def disagreements(
    study: Study,
    *,
    unit: Unit = "character",
    coders: Iterable[str] | None = None,
    documents: Iterable[str] | None = None,
    level: CodeLevel = "code",
    most: int | None = None,
    size: int = 500,
) -> pd.DataFrame:
    """
    List the passages that some coders gave a code and others, who were asked as well, did not.

    Parameters
    ----------
    study : Study
        The study.
    unit : str
        As for `helpers.agreement.per_code`; of a study without texts, "document".
    coders, documents, level, size
        As there.
    most : int, optional
        Only so many passages, the costliest.

    Returns
    -------
    DataFrame
        One row a passage and code: document, start and end (code points; NA for a document without a text), text,
        code, name, `coded_by` and `not_coded_by` (coders), `instead` (codes that those who did not give this one
        gave to the passage or a part of it, with their coders), `characters` (NA without a text), `units`, `cost`.
        The cost is the passage's part of 1 - alpha, Krippendorff's alpha of the code over all coders: the costs of
        a code's passages add up to what its alpha lacks to 1. Ordered by cost, then document, start and code.

    Raises
    ------
    StudyError
        When there is nothing to compare, see `helpers.agreement.compared.compared`.

    Examples
    --------
    >>> from helpers.study import make_study
    >>> codings = pd.DataFrame([("a", 0, 6), ("b", 2, 6)], columns=["coder", "start", "end"])
    >>> study = make_study("s", {
    ...     "documents": pd.DataFrame({"document": ["d"], "participant": [""], "text": ["I hope it rains"]}),
    ...     "codes": pd.DataFrame({"code": ["hope"], "name": ["Hope"]}),
    ...     "codings": codings.assign(document="d", code="hope")})
    >>> disagreements(study)[["text", "code", "coded_by", "not_coded_by"]].values.tolist()
    [['I ', 'hope', 'a', 'b']]
    """
    if most is not None and most < 0:
        raise StudyError(f"at most {most} passages cannot be listed; leave `most` out to have all")
    chosen = compared(study, unit=unit, coders=coders, documents=documents, level=level, size=size)
    found = _joined(runs(chosen.spans))
    asked = _asked(chosen.spans, found)
    rows, cost = _costliest(chosen, found, asked)
    rows = rows[:most]
    found, asked = _some(found, rows), asked[rows]
    place = _places(study, unit, found, size)
    columns = {
        "code": study.codes["code"].to_numpy()[found.code],
        "name": study.codes["name"].to_numpy()[found.code],
        "coded_by": _named(found.state, chosen),
        "not_coded_by": _named(asked & ~found.state, chosen),
        "instead": _instead(study, chosen, found, asked),
        "characters": place["end"] - place["start"],
        "units": found.end - found.start,
        "cost": cost[rows],
    }
    table = place.assign(**columns)
    table.attrs = {"unit": chosen.unit, "assumed": chosen.assumed, "notes": list(chosen.notes)}
    return table


def _places(study: Study, unit: Unit, found: Runs, size: int) -> pd.DataFrame:
    """Return where each run is, document, start, end, and its text; NA and empty where the document has none."""
    start, end = in_characters(study, unit, found.document, found.start, found.end, size)
    ids, texts = (study.documents[name].to_numpy() for name in ("document", "text"))
    text = [texts[d][s:e] if s >= 0 else "" for d, s, e in zip(found.document, start, end, strict=True)]
    place = pd.DataFrame({"document": ids[found.document], "start": start, "end": end, "text": text})
    place = place.astype({"start": "Int64", "end": "Int64"})
    place.loc[start < 0, ["start", "end"]] = pd.NA
    return place


def _asked(spans: Spans, found: Runs) -> np.ndarray:
    """Return who was asked to code each run's document, as bits like those of its state."""
    return (spans.asked << np.arange(spans.asked.shape[1])).sum(axis=1)[found.document]


def _costliest(chosen: Compared, found: Runs, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which runs are disagreements, the costliest first, and the cost of every run."""
    position = chosen.codes["position"].to_numpy()
    differ = np.isin(found.code, position) & (found.state != asked) & (np.bitwise_count(asked) > 1)
    cost = np.where(differ, _costs(chosen.spans, found, np.bitwise_count(asked).astype(np.int64)), 0.0)
    place = np.full(chosen.spans.codes, -1)
    place[position] = np.arange(len(position))  # in reading order
    order = np.lexsort((place[found.code], found.start, found.document, -cost))
    return order[differ[order]], cost


def _joined(found: Runs) -> Runs:
    """Join neighbouring runs of the same coders."""
    ties = (np.diff(getattr(found, name)) == 0 for name in ("code", "document", "state"))
    same = np.logical_and.reduce([*ties, found.start[1:] == found.end[:-1]])
    first = np.flatnonzero(np.append(True, ~same)) if len(found.code) else np.zeros(0, dtype=np.int64)
    last = np.append(first[1:], len(found.code)) - 1 if len(first) else first
    joined = _some(found, first)
    return Runs(joined.code, joined.document, joined.start, found.end[last], joined.state)


def _some(found: Runs, rows: np.ndarray) -> Runs:
    return Runs(*(getattr(found, name)[rows] for name in ("code", "document", "start", "end", "state")))


def _costs(spans: Spans, found: Runs, m: np.ndarray) -> np.ndarray:
    """
    Return each run's part of 1 - alpha = (n - 1) n D_o / (n^2 - sum n_k^2), shape (runs,).

    Of a unit that s of m coders gave the code, 2 s (m - s) / (m - 1) belongs to the observed disagreement n D_o.
    """
    everyone = list(range(spans.asked.shape[1]))
    values = binary.sums(tallied(spans, together=True), everyone).total().values
    n = values.sum(axis=-1)
    each = divided(n - 1, n**2 - (values**2).sum(axis=-1))
    said = np.bitwise_count(found.state).astype(np.int64)
    differ = 2 * said * (m - said) / np.maximum(m - 1, 1) * (found.end - found.start)
    return differ * np.nan_to_num(each)[found.code]


def _named(state: np.ndarray, chosen: Compared) -> list[str]:
    """Return the coders of each state, as they are printed; each distinct state is spelt once."""
    distinct, back = np.unique(state, return_inverse=True)
    spelt = [", ".join(name for n, name in enumerate(chosen.coders) if s >> n & 1) for s in distinct.tolist()]
    return [spelt[n] for n in back]


def _instead(study: Study, chosen: Compared, found: Runs, asked: np.ndarray) -> list[str]:
    """Return what else was given to each run by the coders who did not give its code: "coder: code, code; …"."""
    other = united(chosen.spans)
    run, span = _overlapping(found, other)
    coder = other.coder[span]
    without = (asked & ~found.state)[run] >> coder & 1 == 1
    run, coder, code = run[without], coder[without], other.code[span][without]
    rows = pd.DataFrame({"run": run, "coder": coder, "code": code}).drop_duplicates()
    rows = rows.sort_values(["run", "coder", "code"])
    names = study.codes["name"].to_numpy()
    told: list[dict[int, list[str]]] = [{} for _ in range(len(found.code))]
    for row, who, what in rows.itertuples(index=False):
        told[row].setdefault(who, []).append(str(names[what]))
    return ["; ".join(f"{chosen.coders[who]}: {', '.join(codes)}" for who, codes in each.items()) for each in told]


def _overlapping(found: Runs, spans: Spans) -> tuple[np.ndarray, np.ndarray]:
    """Return all pairs of a run and a span that overlap: the one begins within the other, or the other within it."""
    offset = np.concatenate([[0], np.cumsum(spans.size.astype(np.int64) + 1)])
    left, right = found.start + offset[found.document], found.end + offset[found.document]
    start, end = spans.start + offset[spans.document], spans.end + offset[spans.document]
    by_start, by_left = np.argsort(start, kind="stable"), np.argsort(left, kind="stable")
    run, at = _ranges(np.searchsorted(start[by_start], left), np.searchsorted(start[by_start], right))
    span, before = _ranges(np.searchsorted(left[by_left], start, side="right"), np.searchsorted(left[by_left], end))
    return np.concatenate([run, by_left[before]]), np.concatenate([by_start[at], span])


def _ranges(first: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Spell out the positions from first to last of each row, with the row they belong to."""
    count = np.maximum(last - first, 0)
    row = np.repeat(np.arange(len(first)), count)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
