"""How many participants speak to each theme, and how much is said about it."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd

from .codebook import ancestry, rolled_up, tree
from .presence import Evidence, bitmap, evidence, passages, speaks, states, upward
from .study import Study
from .units import coded_length, word_starts

STATES = {"named": "named", "unnamed": "present, nobody named", "absent": "absent"}


def prevalence(study: Study, *, coder: str = "", interval: bool = False, level: float = 0.95) -> pd.DataFrame:
    """
    Count participants, documents, codings and words for each code and each theme.

    A count says in how many people's interviews a theme was identified. Silence is not absence, and a count of
    a purposive sample is no estimate for a population (Maxwell 2010, Qualitative Inquiry 16).

    Parameters
    ----------
    study : Study
        The study.
    coder : str, optional
        Whose codings count; see `helpers.presence.evidence`.
    interval : bool
        Add a Wilson interval of the proportion.
    level : float
        Its confidence level.

    Returns
    -------
    DataFrame
        One row a code in reading order, unused codes included: code, name, parent, level, path, origin;
        `state` ("named", "unnamed": present but nobody named, "absent"); `participants` of `of` eligible ones, a
        theme counting a person once; `documents`; `codings` (passages, once for a theme); `words` and `coverage`
        (share of the characters of the documents that were to be coded; both NaN where documents are coded, but no
        passage of a text); `extent` (what is said of the sample as a whole); with `interval`, `low` and `high` (NaN
        unless the state is known for people).
    """
    chosen = evidence(study, coder)
    codings = chosen.codings
    people = speaks(study, chosen)[:, chosen.eligible].sum(axis=1)
    code, passage = passages(codings)
    document = codings["document"].cat.codes.to_numpy().astype(np.int64) - 1
    placed = document >= 0
    held = bitmap(code[placed], document[placed], len(study.codes), len(study.documents))
    columns = {
        "participants": people,
        "of": int(chosen.eligible.sum()),
        "documents": upward(study, held).sum(axis=1),
        "codings": _passages_under(study, code[placed], passage[placed]),
        "state": states(study, codings, people > 0),
    }
    up, theme = rolled_up(study, code)
    columns["words"], columns["coverage"] = _amount(study, chosen, up, theme)
    columns["extent"] = _extents(codings[document < 0], study)
    counted = pd.DataFrame({"code": study.codes["code"], **columns})
    table = tree(study)[["code", "name", "parent", "level", "path", "origin"]].merge(counted, on="code")
    table = table.astype({"parent": "str", "state": "str", "extent": "str"})
    if interval:
        low, high = wilson(table["participants"], table["of"], level)
        known = table["state"] != "unnamed"
        table = table.assign(low=np.where(known, low, np.nan), high=np.where(known, high, np.nan))
    return table


def wilson(successes: pd.Series, trials: pd.Series, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """
    Return Wilson's score interval of a proportion, elementwise; NaN where nobody was asked.

    Source: Wilson (1927), J Am Stat Assoc 22:209-212, as method 3 in Newcombe (1998), Stat Med 17:857-872.

    Examples
    --------
    >>> low, high = wilson(pd.Series([81, 0]), pd.Series([263, 20]))
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.2553, 0.0], [0.3662, 0.1611])
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    n = np.where(np.asarray(trials) > 0, np.asarray(trials), np.nan).astype(float)
    p = np.asarray(successes) / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    # At 0 and at n the bound is exact; rounding would leave 1e-17 below 0.
    return np.where(p == 0, 0.0, middle - half), np.where(p == 1, 1.0, middle + half)


def _passages_under(study: Study, code: np.ndarray, passage: np.ndarray) -> np.ndarray:
    """Count the passages under each code, a passage with two codes of one theme being one of that theme."""
    n = len(study.codes)
    total = ancestry(study).T.astype(np.int64) @ np.bincount(code, minlength=n)
    again = pd.Series(passage).duplicated(keep=False).to_numpy()
    up, theme = rolled_up(study, code[again])
    pairs = pd.DataFrame({"theme": theme, "passage": passage[again][up]})
    return total - np.bincount(theme[pairs.duplicated().to_numpy()], minlength=n)


def _amount(study: Study, chosen: Evidence, up: np.ndarray, theme: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return words and share of characters under each code, overlapping passages counting once."""
    n = len(study.codes)
    length = study.documents["text"].str.len().to_numpy(dtype=np.int64)
    if not length[chosen.documents].sum():
        return np.full(n, np.nan), np.full(n, np.nan)
    start, end = (chosen.codings[c].to_numpy(dtype=float, na_value=np.nan)[up] for c in ("start", "end"))
    document = chosen.codings["document"].cat.codes.to_numpy().astype(np.int64)[up] - 1
    # Where a text is withheld, its positions measure nothing.
    spans = ~np.isnan(start) & (length[document] > 0)
    characters, words = coded_length(
        length,
        theme[spans],
        document[spans],
        start[spans].astype(np.int64),
        end[spans].astype(np.int64),
        groups=n,
        marks=word_starts(study),
    )
    # Nor is anything measured by what was coded of whole documents only.
    known = (np.bincount(theme[spans], minlength=n) > 0) | (np.bincount(theme[document >= 0], minlength=n) == 0)
    share = characters / length[chosen.documents].sum()
    return np.where(known, words, np.nan), np.where(known, share, np.nan)


def _extents(codings: pd.DataFrame, study: Study) -> list[str]:
    """Return what is said of the sample as a whole, by code; a theme does not speak for its sub-themes."""
    said = codings.groupby("code", observed=False)["extent"].agg(
        lambda texts: "; ".join(dict.fromkeys(t or "the sample as a whole" for t in texts))
    )
    return [said.get(code, "") for code in study.codes["code"]]
