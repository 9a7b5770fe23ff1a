"""What other programs print, by their own rules: to compare with their screens, not to report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pandas as pd

from ..codebook import tree
from ..errors import StudyError, listed
from ..study import Study
from .compared import chosen_ids, compared, one_of, spans_of
from .formulas import divided
from .sweep import Spans, tallied

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
    which `helpers.agreement.per_code` calls undefined; where only one group coded anything, kappa is 0.

    Examples
    --------
    That of the help: of 1,000 characters 50 are coded by both, 150 by one; 85 % agreement.

    >>> from helpers.study import make_study
    >>> codings = pd.DataFrame([("a", 0, 200), ("b", 0, 50)], columns=["coder", "start", "end"])
    >>> study = make_study("s", {
    ...     "documents": pd.DataFrame({"document": ["d"], "participant": [""], "text": ["x" * 1000]}),
    ...     "codes": pd.DataFrame({"code": ["hope"], "name": ["Hope"]}),
    ...     "codings": codings.assign(document="d", code="hope")})
    >>> nvivo(study, "a", "b")[["agreement", "a_and_b", "not_a_and_not_b", "disagreement"]].values.tolist()
    [[85.0, 5.0, 80.0, 15.0]]
    """
    groups = [chosen_ids(group, study.coders["coder"]) for group in (a, b)]
    if twice := [coder for coder in groups[0] if coder in groups[1]]:
        raise StudyError(f"coder {twice[0]!r} is in both groups; two groups of different coders can be compared")
    if not all(groups):
        raise StudyError(f"each group needs a coder; there are {listed(study.coders['coder'])}")
    scope = (study.documents["text"] != "").to_numpy()
    if documents is not None:
        ids = study.documents["document"]
        scope = scope & ids.isin(chosen_ids(documents, ids)).to_numpy()
    if not scope.any():
        raise StudyError("there are no texts to compare coding of in characters; per_code with unit 'document' can")
    codes, files = tree(study), study.documents.loc[scope, "document"].to_numpy()
    column = pd.Index(study.codes["code"]).get_indexer(codes["code"])
    cells = _in_files(study, groups, scope)[:, column].reshape(4, len(codes) * len(files))
    neither, only_a, only_b, both = cells
    size = cells.sum(axis=0)
    expected = ((both + only_a) * (both + only_b) + (neither + only_a) * (neither + only_b)) / size
    columns: dict[str, np.ndarray] = {
        "code": np.repeat(codes["code"].to_numpy(), len(files)),
        "name": np.repeat(codes["name"].to_numpy(), len(files)),
        "document": np.tile(files, len(codes)),
        "size": size.astype(np.int64),
        "kappa": np.where(only_a + only_b == 0, 1.0, divided(both + neither - expected, size - expected)),
        "agreement": 100 * (both + neither) / size,
        "a_and_b": 100 * both / size,
        "not_a_and_not_b": 100 * neither / size,
        "disagreement": 100 * (only_a + only_b) / size,
        "a_and_not_b": 100 * only_a / size,
        "b_and_not_a": 100 * only_b / size,
    }
    return pd.DataFrame(columns)


def _in_files(study: Study, groups: list[list[str]], scope: np.ndarray) -> np.ndarray:
    """Count the characters that neither, only A, only B and both groups coded, (4, codes, files in scope)."""
    tally = tallied(spans_of(study, groups, np.repeat(scope[:, None], 2, axis=1), "character"))
    cells = np.zeros((4, tally.codes, len(scope)))
    np.add.at(cells, (tally.state, tally.code, tally.document), tally.units)
    cells[0] = tally.size - cells[1:].sum(axis=0)
    return cells[:, :, scope]


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
    one_of(weights, ("size", "equal"), "weight")
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
        disagreements, total, percent; in the last row of segments also p_observed, p_chance and kappa. `attrs`:
        `assumed` (who was asked to code what is taken from the codings), `notes` (what was left out).

    Notes
    -----
    Source: MAXQDA manual, Intercoder Agreement. There is no count of segments that neither coded, so p_observed is
    agreements by total; p_chance is 1 / k for k codes, after Brennan & Prediger (1981), and k / (k + 1)^2 for one code
    or when segments have different numbers of codes from the two coders. Rules as described there; not checked
    against the program itself.
    """
    one_of(variant, ("presence", "frequency", "segments"), "variant")
    if not 0 < overlap <= 1:
        raise StudyError(f"overlap is a share, 0.9 where MAXQDA says 90 %, not {overlap}")
    chosen = compared(study, unit="character" if variant == "segments" else "document", coders=[a, b])
    spans = chosen.spans
    shared = np.logical_and.reduce(spans.asked, axis=1)
    kept = spans.where(shared[spans.document])
    rows = pd.DataFrame({n: getattr(kept, n) for n in ("code", "document", "coder", "start", "end")})
    counts = _by_segment(rows, overlap) if variant == "segments" else _by_document(rows, kept, shared, variant)
    codes = chosen.codes[chosen.codes["position"].isin(counts.index)]
    counts = counts.loc[codes["position"]].set_index(codes.index)
    table = pd.concat([codes[["code", "name"]], counts], axis=1)
    table.loc[len(study.codes)] = ["", "Total", table["agreements"].sum(), table["total"].sum()]
    table.insert(3, "disagreements", table["total"] - table["agreements"])
    table["percent"] = 100 * divided(table["agreements"], table["total"])
    if variant == "segments":
        k, observed = len(codes), table["percent"].iat[-1] / 100
        chance = 1 / k if k > 1 and _equally_many(rows) else k / (k + 1) ** 2
        kappa = (observed - chance) / (1 - chance)
        for name, value in {"p_observed": observed, "p_chance": chance, "kappa": kappa}.items():
            table[name] = np.append(np.full(k, np.nan), value)
    table = table.reset_index(drop=True)
    table.attrs = {"assumed": chosen.assumed, "notes": list(chosen.notes)}
    return table


def _by_document(rows: pd.DataFrame, spans: Spans, shared: np.ndarray, variant: str) -> pd.DataFrame:
    """Count by code in how many documents both coders have it (equally often); index: codes that somebody used."""
    often = np.zeros((2, spans.codes, len(shared)), dtype=np.int64)
    np.add.at(often, (rows["coder"], rows["code"], rows["document"]), 1)
    often = often if variant == "frequency" else np.minimum(often, 1)
    used = np.flatnonzero(often.any(axis=(0, 2)))
    equal = (often[0] == often[1])[used][:, shared]
    return pd.DataFrame({"agreements": equal.sum(axis=1), "total": shared.sum()}, index=used)


def _by_segment(rows: pd.DataFrame, overlap: float) -> pd.DataFrame:
    """Count by code how many of both coders' segments the other coder has as well; index: codes that somebody used."""
    agrees = rows.assign(agrees=_matched(rows, overlap)).groupby("code")["agrees"]
    return agrees.agg(agreements="sum", total="size")


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
