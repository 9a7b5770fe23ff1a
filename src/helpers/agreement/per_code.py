"""Agreement of coders on each code or theme of a study."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from ..errors import StudyError, listed, nearest
from ..study import Study
from . import binary
from .bootstrap import RESAMPLES, SEED, resampled
from .compared import CodeLevel, Compared, compared
from .formulas import COEFFICIENTS, NOMINAL, OF_TWO
from .positions import Unit
from .summary import sentence
from .sums import Sums
from .sweep import Tally, tallied

Cluster = Literal["", "document", "participant"]
FEW = 20  # clusters
COUNTS = ("both", "only_a", "only_b", "neither")
INDICES = ("prevalence", "prevalence_index", "bias_index")
NUMBERS = (*COUNTS, "percent", "positive", "cohen_kappa", "kappa_max", *COEFFICIENTS[1:], *INDICES)


def per_code(
    study: Study,
    *,
    unit: Unit,
    coders: Iterable[str] | None = None,
    documents: Iterable[str] | None = None,
    level: CodeLevel = "code",
    interval: Cluster = "",
    of: str = "krippendorff_alpha",
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    size: int = 500,
) -> pd.DataFrame:
    """
    Measure agreement on every code: of all coders together, and of every two of them.

    A unit is coded with a code or it is not; codings that overlap or touch count once. Only documents that were
    to be coded by the coders compared enter; a unit that somebody was not asked to code is not one that they left out.

    Parameters
    ----------
    study : Study
        The study.
    unit : {"character", "sentence", "turn", "paragraph", "window", "document"}
        What agreement is counted in. It changes the numbers more than the choice of a coefficient does.
    coders : iterable of str, optional
        Two coders or more; all but the consensus when left out.
    documents : iterable of str, optional
        Documents to look at; all when left out.
    level : {"code", "theme", "all"}
        Codes by their own codings; top themes with all that is below them; or every code with all that is below it.
    interval : {"", "document", "participant"}
        Add an interval of one coefficient from a cluster bootstrap: documents or participants are resampled whole
        (a group's document is a cluster of its own).
    of : str
        The coefficient that the interval is of.
    confidence, resamples, seed
        Of that interval.
    size : int
        Characters in a window.

    Returns
    -------
    DataFrame
        One row a code and comparison, codes in reading order: code, name, `coders` (compared here), coder_a and
        coder_b (empty for more than two), unit, `n_units` (that any of them was asked to code), `n_pairable` (that
        two were), both (all who were asked), only_a, only_b, neither, `percent` (share of agreeing pairs, 0 to 1),
        `positive` (agreement on yes, Dice), cohen_kappa and kappa_max, scott_pi, fleiss_kappa, conger_kappa,
        brennan_prediger, gwet_ac1, krippendorff_alpha, `prevalence` (share of the ratings of pairable units that say
        yes), prevalence_index, bias_index; with an interval low, high, clusters (that hold pairable units), resamples
        (that have a value); `undefined`, why coefficients are NaN; `note`, what to beware of.
        More than two coders: first a row for all of them, whose columns for two are NaN, then the pairs.
        `attrs`: `level`, `coders` (all of them), `assumed` (who was asked to code what is taken from the codings),
        `notes`, `summary` (a sentence), `interval` (what was resampled, with its seed).

    Raises
    ------
    StudyError
        When there is nothing to compare, see `helpers.agreement.compared.compared`.

    Examples
    --------
    >>> from helpers.study import make_study
    >>> codings = pd.DataFrame([("a", 0, 4), ("b", 0, 2), ("b", 2, 5)], columns=["coder", "start", "end"])
    >>> study = make_study("s", {
    ...     "documents": pd.DataFrame({"document": ["d"], "participant": [""], "text": ["0123456789"]}),
    ...     "codes": pd.DataFrame({"code": ["hope"], "name": ["Hope"]}),
    ...     "codings": codings.assign(document="d", code="hope")})
    >>> table = per_code(study, unit="character")
    >>> table[["both", "only_a", "only_b", "neither", "percent", "positive", "cohen_kappa"]].round(3).values.tolist()
    [[4.0, 0.0, 1.0, 5.0, 0.9, 0.889, 0.8]]
    """
    if of not in COEFFICIENTS:
        known = listed(COEFFICIENTS)
        raise StudyError(f"there is no coefficient {of!r}; there are {known}.{nearest(of, COEFFICIENTS)}")
    chosen = compared(study, unit=unit, coders=coders, documents=documents, level=level, size=size)
    tally = tallied(chosen.spans, together=not interval)
    everyone = list(range(len(chosen.coders)))
    cluster = _clusters(study, interval) if interval else np.zeros(len(tally.size), dtype=np.int64)
    parts = []
    for which in [everyone, *(list(pair) for pair in combinations(everyone, 2) if len(everyone) > 2)]:
        ours = binary.between(tally, which)
        by_cluster = _by_cluster(ours, which, cluster)
        part = _compare(ours, by_cluster.total(), which, chosen)
        if interval:
            found = _interval(by_cluster, of, confidence=confidence, resamples=resamples, seed=seed)
            part = part.assign(**{name: column[chosen.codes["position"]] for name, column in found.items()})
        parts.append(_explained(part))
    table = pd.concat(parts, ignore_index=True)
    table.attrs = {"level": level, "coders": chosen.coders, "assumed": chosen.assumed, "notes": list(chosen.notes)}
    if interval and (table["clusters"] < FEW).any():
        table.attrs["notes"].append(f"with fewer than {FEW} {interval}s to resample, intervals come out too narrow")
    if interval:
        table.attrs["interval"] = (
            f"{100 * confidence:g}% percentile interval of {of}, cluster bootstrap by {interval}, "
            f"{resamples} resamples, seed {seed}"
        )
    table.attrs["summary"] = sentence(table)
    return table


def _by_cluster(tally: Tally, which: list[int], cluster: np.ndarray) -> Sums:
    """Sum up by cluster, (G, C); documents that none of these coders were asked for are in none."""
    used = np.logical_or.reduce(tally.asked, axis=1)
    group = np.full(len(used), -1)
    names, group[used] = np.unique(cluster[used], return_inverse=True)
    return binary.sums(tally, which, group, len(names))


def _compare(tally: Tally, sums: Sums, which: list[int], chosen: Compared) -> pd.DataFrame:
    """Return the numbers of one comparison, a row a code."""
    pair = len(which) == 2
    names = [chosen.coders[n] for n in which]
    at = chosen.codes["position"].to_numpy()
    asked = np.logical_or.reduce(chosen.spans.asked[:, which], axis=1)
    columns: dict[str, object] = {
        "code": chosen.codes["code"],
        "name": chosen.codes["name"],
        "coders": ", ".join(names),
        "coder_a": names[0] if pair else "",
        "coder_b": names[1] if pair else "",
        "unit": chosen.unit,
        "n_units": int(chosen.spans.size[asked].sum()),
        "n_pairable": sums.pairable[at].astype(np.int64),
    }
    counts = {name: count.astype(np.int64) for name, count in binary.counts(tally, which).items()}
    numbers = {**counts, **binary.yes_or_no(sums), **(binary.of_two(sums) if pair else {})}
    for name in NUMBERS:
        columns[name] = numbers[name][at] if name in numbers else np.nan
    return pd.DataFrame(columns)


def _explained(part: pd.DataFrame) -> pd.DataFrame:
    """Say why a row's coefficients are undefined, and what to beware of where they are not."""
    nothing, pair = part["n_pairable"] == 0, bool((part["coder_b"] != "").any())
    unused = part["neither"] == part["n_pairable"]
    everywhere = part["both"] == part["n_pairable"]
    reasons = ["no document that two of them were asked to code", "no variation: nobody used the code"]
    reasons += ["no variation: everybody gave it to every unit"]
    undefined = np.select([nothing, unused, everywhere], reasons, "")
    note = np.full(len(part), "", dtype=object)
    if pair:
        for name, other in (("coder_a", "only_a"), ("coder_b", "only_b")):
            alone = (part["both"] == 0) & (part[other] > 0) & (part["only_a"] + part["only_b"] == part[other])
            note[alone] = f"only {part[name].iat[0]} used the code"
    if "low" in part:
        note[part["low"].isna() & (undefined == "")] += "; no interval: too few clusters hold the code, or lack it"
    return part.assign(undefined=pd.Series(undefined, dtype="str"), note=pd.Series(note, dtype="str").str.strip("; "))


def _clusters(study: Study, by: str) -> np.ndarray:
    """Return a cluster for each document: its own, or its participant's where it has one."""
    if by not in ("document", "participant"):
        raise StudyError(f"no interval by {by!r}; clusters are 'document' and 'participant'")
    documents = np.arange(len(study.documents))
    owner = study.documents["participant"].cat.codes.to_numpy().astype(np.int64) - 1
    if by == "document":
        return documents
    return np.where(owner >= 0, owner, len(study.participants) + documents)


def _interval(sums: Sums, of: str, *, confidence: float, resamples: int, seed: int) -> dict[str, np.ndarray]:
    """Return the interval of each code's coefficient; none where a single cluster holds all that is coded, or not."""
    found = resampled(sums, (NOMINAL | OF_TWO)[of], confidence=confidence, resamples=resamples, seed=seed)
    spread = ((sums.values > 0).sum(axis=0) > 1).all(axis=-1)
    if of in OF_TWO and sums.marginals.shape[-2] != 2:
        spread[:] = False
    return {
        "low": np.where(spread, found.low, np.nan),
        "high": np.where(spread, found.high, np.nan),
        "clusters": (sums.pairable > 0).sum(axis=0),  # where one coder was alone, nothing is told of agreement
        "resamples": found.defined,
    }
