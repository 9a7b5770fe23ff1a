"""What other programs print, by their own rules: to compare with their screens, not to report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pandas as pd

from ..codebook import tree
from ..errors import StudyError
from ..study import Study
from .compared import compared, spans_of
from .formulas import divided
from .sweep import tallied

Coders = str | Iterable[str]


def nvivo(study: Study, a: Coders, b: Coders, *, documents: Iterable[str] | None = None) -> pd.DataFrame:
    """
    Compare coding as NVivo's Coding Comparison query does: each code in each file, in characters.

    Parameters
    ----------
    study : Study
        The study, with texts.
    a, b : str or iterable of str
        User groups A and B; in a group, what one user coded is coded.
    documents : iterable of str, optional
        Files in scope; all with a text when left out. NVivo does not ask who was to code what.

    Returns
    -------
    DataFrame
        One row a code and file: code, name, document, size (characters), `kappa` as NVivo shows it, and in percent
        agreement, a_and_b, not_a_and_not_b, disagreement, a_and_not_b, b_and_not_a.

    See Also
    --------
    nvivo_average : over files.

    Notes
    -----
    Source: NVivo help, Coding Comparison query. Where both groups or neither coded all of a file, NVivo shows kappa 1,
    which `helpers.agreement.per_code` calls undefined; where only one group coded anything, kappa is 0. Its example:
    of 1,000 characters 50 are coded by both, 150 by one: 85 % agreement.
    """
    groups = [[a] if isinstance(a, str) else list(a), [b] if isinstance(b, str) else list(b)]
    known = set(study.coders["coder"])
    wrong = [coder for group in groups for coder in group if coder not in known]
    if wrong:
        raise StudyError(f"no coder {wrong[0]!r} in this study; it has {sorted(known)}")
    scope = (study.documents["text"] != "").to_numpy()
    if documents is not None:
        scope = scope & study.documents["document"].isin(list(documents)).to_numpy()
    spans = spans_of(study, groups, np.repeat(scope[:, None], 2, axis=1), "character")
    tally = tallied(spans)
    # Each file is a group of its own: cells are (documents, codes).
    cells = np.zeros((4, len(scope), tally.codes))
    np.add.at(cells, (tally.state, tally.document, tally.code), tally.units)
    cells[0] = tally.size[:, None] - cells[1:].sum(axis=0)
    codes = tree(study)
    column = pd.Index(study.codes["code"]).get_indexer(codes["code"])
    neither, only_a, only_b, both = cells[:, scope][:, :, column].transpose(0, 2, 1).reshape(4, -1)
    size = np.tile(tally.size[scope], len(codes)).astype(float)
    expected = ((both + only_a) * (both + only_b) + (neither + only_a) * (neither + only_b)) / size
    kappa = divided(both + neither - expected, size - expected)
    percent = {
        "agreement": both + neither,
        "a_and_b": both,
        "not_a_and_not_b": neither,
        "disagreement": only_a + only_b,
        "a_and_not_b": only_a,
        "b_and_not_a": only_b,
    }
    return pd.DataFrame(
        {
            "code": np.repeat(codes["code"].to_numpy(), scope.sum()),
            "name": np.repeat(codes["name"].to_numpy(), scope.sum()),
            "document": np.tile(study.documents["document"].to_numpy()[scope], len(codes)),
            "size": size.astype(np.int64),
            "kappa": np.where(only_a + only_b == 0, 1.0, kappa),
            **{name: 100 * part / size for name, part in percent.items()},
        }
    )


def nvivo_average(table: pd.DataFrame, weights: Literal["size", "equal"] = "size") -> pd.DataFrame:
    """
    Average NVivo's kappa and agreement over files, as its help shows how to do in a spreadsheet.

    Parameters
    ----------
    table : DataFrame
        From `nvivo`.
    weights : {"size", "equal"}
        Files count by their size, or equally. Say which: results differ.

    Returns
    -------
    DataFrame
        One row a code: code, name, weights, kappa, agreement.
    """
    weight = table["size"] if weights == "size" else pd.Series(1.0, index=table.index)
    part = table.assign(weight=weight, kappa=table["kappa"] * weight, agreement=table["agreement"] * weight)
    total = part.groupby(["code", "name"], sort=False)[["kappa", "agreement", "weight"]].sum()
    mean = total[["kappa", "agreement"]].div(total["weight"], axis=0).reset_index()
    mean.insert(2, "weights", weights)
    return mean


def maxqda(
    study: Study,
    a: str,
    b: str,
    *,
    variant: Literal["presence", "frequency", "segments"] = "segments",
    overlap: float = 0.9,
) -> pd.DataFrame:
    """
    Compare two coders as MAXQDA's Intercoder Agreement does.

    Parameters
    ----------
    study : Study
        The study; documents that both coders were asked to code are compared.
    a, b : str
        The coders.
    variant : {"presence", "frequency", "segments"}
        Whether a code is in a document, how often it is, or whether the other coder has a segment with the same code
        that overlaps: for every segment of both.
    overlap : float
        The least overlap of two segments that agree: what they have in common, as a share of what either covers.

    Returns
    -------
    DataFrame
        One row a code that somebody used, and a last one, whose code is empty, for all: code, name, agreements,
        disagreements, total, percent; in the last row of segments also p_observed, p_chance and kappa.

    Notes
    -----
    Source: MAXQDA manual, Intercoder Agreement. There is no count of segments that neither coded, so p_observed is
    agreements by total; p_chance is 1 / k for k codes, after Brennan & Prediger (1981), and k / (k + 1)^2 for one code
    or when segments have different numbers of codes from the two coders. Rules as described there; not checked
    against the program itself.
    """
    chosen = compared(study, unit="character" if variant == "segments" else "document", coders=[a, b])
    spans = chosen.spans
    shared = np.logical_and.reduce(spans.asked, axis=1)
    kept = spans.where(shared[spans.document])
    rows = pd.DataFrame({n: getattr(kept, n) for n in ("code", "document", "coder", "start", "end")})
    if variant == "segments":
        rows["agrees"] = _matched(rows, overlap)
        counts = rows.groupby("code")["agrees"].agg(["sum", "size"])
    else:
        wide = np.zeros((2, spans.codes, len(spans.size)), dtype=np.int64)
        np.add.at(wide, (rows["coder"], rows["code"], rows["document"]), 1)
        wide = wide if variant == "frequency" else np.minimum(wide, 1)
        used = np.flatnonzero(wide.sum(axis=(0, 2)))
        equal = (wide[0] == wide[1])[used][:, shared]
        counts = pd.DataFrame({"sum": equal.sum(axis=1), "size": shared.sum()}, index=used)
    codes = chosen.codes[chosen.codes["position"].isin(counts.index)]
    counts = counts.loc[codes["position"]]
    table = codes[["code", "name"]].assign(agreements=counts["sum"].to_numpy(), total=counts["size"].to_numpy())
    table.loc[len(study.codes)] = ["", "Total", table["agreements"].sum(), table["total"].sum()]
    table.insert(3, "disagreements", table["total"] - table["agreements"])
    table["percent"] = 100 * divided(table["agreements"], table["total"])
    if variant == "segments":
        k, observed = len(codes), table["percent"].iat[-1] / 100
        chance = 1 / k if k > 1 and _equally_many(rows) else k / (k + 1) ** 2
        kappa = (observed - chance) / (1 - chance)
        for name, value in {"p_observed": observed, "p_chance": chance, "kappa": kappa}.items():
            table[name] = np.append(np.full(k, np.nan), value)
    return table.reset_index(drop=True)


def _equally_many(rows: pd.DataFrame) -> bool:
    """Tell whether both coders gave every segment the same number of codes, as where segments are given."""
    counted = rows.groupby(["document", "start", "end", "coder"])["code"].nunique().unstack(fill_value=0)
    return counted.shape[1] == 2 and bool((counted[0] == counted[1]).all())


def _matched(rows: pd.DataFrame, overlap: float) -> np.ndarray:
    """Tell of each segment whether the other coder has one with the same code that overlaps it enough."""
    segments = rows.assign(row=np.arange(len(rows)))
    pairs = segments.merge(segments, on=["code", "document"], suffixes=("", "_b"))
    pairs = pairs[pairs["coder"] != pairs["coder_b"]]
    common = pairs[["end", "end_b"]].min(axis=1) - pairs[["start", "start_b"]].max(axis=1)
    either = pairs[["end", "end_b"]].max(axis=1) - pairs[["start", "start_b"]].min(axis=1)
    enough = pairs.loc[(common > 0) & (common >= overlap * either), "row"]
    return np.isin(segments["row"], enough)
