"""Findings on codes that stand together: as a matrix, and as a network."""

from __future__ import annotations

import pandas as pd

from .. import plots
from ..cooccurrence import Relation, cooccurrence, square
from ..presence import Evidence, evidence, speaks
from ..study import Study
from ..units import Unit
from ..wording import coefficient, joined, of, plural
from .finding import Finding
from .themes import PUBLISHED

DRAWN, PRINTED = 40, 100  # codes in the matrix, and rows of the table, that a reader can still take in


def together(
    study: Study,
    relation: Relation = "overlap",
    *,
    within: int = 0,
    unit: Unit = "paragraph",
    coder: str = "",
) -> Finding:
    """
    Return which codes stand together, as a matrix.

    A study whose codings have no positions is looked at by document, since nothing overlaps in it.

    Parameters
    ----------
    study : Study
        The study.
    relation, within, unit, coder
        As for `helpers.cooccurrence.cooccurrence`.
    """
    name, title = "cooccurrence", "Codes that stand together"
    relation, unit = _possible(study, relation, unit, coder)
    if unit == "document" and relation == "unit" and _documents(study, coder) < 2:
        return Finding(name, "Fewer than two coded documents: in one, every two of its codes stand together.", title)
    table, told = cooccurrence(study, relation, within=within, unit=unit, coder=coder), _told(relation, within, unit)
    met = table[table["pairs"] > 0].sort_values(["pairs", "participants"], ascending=False, kind="stable")
    if met.empty:
        return Finding(name, f"No two codes stand together ({told}).", title)
    chosen = evidence(study, coder)
    used = chosen.codings.loc[chosen.codings["document"] != "", "code"].nunique()
    top = [f"{row.name_a} with {row.name_b} ({row.pairs})" for row in met.head(3).itertuples(index=False)]
    names = dict(zip(study.codes["code"], study.codes["name"], strict=True))
    counted = f"{unit}s" if relation == "unit" else "pairs of passages"
    matrix, left = _busiest(square(table))
    drawn = plots.pair_matrix(matrix, names=names, measure=counted, label=study.label)
    columns = ["name_a", "name_b", "pairs", "participants", "jaccard", "c"]
    printed = met[columns].head(PRINTED)
    shown = printed.assign(**{c: [coefficient(v) for v in printed[c]] for c in ("jaccard", "c")})
    return Finding(
        name,
        f"{of(len(met), used * (used - 1) // 2)} pairs of the {used} codes in use stand together ({told}); most often "
        f"{joined(top)}.",
        title,
        table=table,
        shown=shown.set_axis(["Code", "with code", counted.capitalize(), "People", "Jaccard", "c"], axis=1),
        caption=f"Pairs of codes in {told}, from the {chosen.why}. {_ratios(relation, unit)}"
        + _several(chosen)
        + (f" The {PRINTED} most frequent pairs are printed; all are exported." if len(met) > PRINTED else "")
        + (PUBLISHED if study.about.kind == "published" else ""),
        figure=drawn.figure,
        figure_caption=f"Pairs of codes in {told}; the darker, the more often they stand together."
        + (f" Drawn are the {DRAWN} codes with most pairs; {plural(left, 'code')} with fewer are not." if left else ""),
        alt=drawn.alt,
        label=study.label,
    )


def network(
    study: Study,
    relation: Relation = "overlap",
    *,
    within: int = 0,
    unit: Unit = "paragraph",
    coder: str = "",
    threshold: int = 1,
    seed: int = 0,
) -> Finding:
    """
    Return which codes stand together, as a network; pairs below the threshold are left out and counted.

    Parameters
    ----------
    study : Study
        The study.
    relation, within, unit, coder
        As for `together`.
    threshold : int
        How often two codes stand together at least to be joined by a line.
    seed : int
        Of the layout.
    """
    name, title = "cooccurrence_network", "The network of codes"
    relation, unit = _possible(study, relation, unit, coder)
    if unit == "document" and relation == "unit" and _documents(study, coder) < 2:
        return Finding(name, "Fewer than two coded documents: in one, every two of its codes stand together.", title)
    table, told = cooccurrence(study, relation, within=within, unit=unit, coder=coder), _told(relation, within, unit)
    threshold = max(threshold, 1)
    often = f" at least {threshold} times" if threshold > 1 else ""
    drawn_pairs = int((table["pairs"] >= threshold).sum())
    if not drawn_pairs:
        return Finding(name, f"No two codes stand together{often} ({told}).", title)
    people = speaks(study, evidence(study, coder)).sum(axis=1)
    nodes = study.codes[["code", "name"]].assign(participants=people)
    drawn = plots.pair_network(table, nodes=nodes, measure="pairs", threshold=threshold, seed=seed, label=study.label)
    rarer = int(table["pairs"].between(1, threshold - 1).sum())
    return Finding(
        name,
        f"{plural(drawn_pairs, 'pair')} of codes {'stands' if drawn_pairs == 1 else 'stand'} together{often} ({told})"
        + (f"; {plural(rarer, 'rarer pair')} left out." if rarer else "."),
        title,
        figure=drawn.figure,
        figure_caption="Areas: participants who speak to the code or to one below it. Lines: how often two codes "
        f"stand together ({told}). The layout has no meaning; it is the same in every run.",
        alt=drawn.alt,
        label=study.label,
    )


def _busiest(matrix: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the part of a square table that can be drawn, and how many codes with a pair are not in it."""
    pairs = matrix.sum(axis=1)
    kept = pairs.nlargest(DRAWN).index
    left = int((pairs > 0).sum()) - len(kept)
    return (matrix.loc[kept, kept], left) if left > 0 else (matrix, 0)


def _possible(study: Study, relation: Relation, unit: Unit, coder: str) -> tuple[Relation, Unit]:
    """Return what can be asked: where nothing has a position, or no text can be cut, only documents are left."""
    placed = bool(evidence(study, coder).codings["start"].notna().any())
    cut = relation != "unit" or unit in ("document", "turn") or study.has_texts
    return (relation, unit) if placed and cut else ("unit", "document")


def _documents(study: Study, coder: str) -> int:
    said = evidence(study, coder).codings["document"]
    return said[said != ""].nunique()


def _told(relation: Relation, within: int, unit: Unit) -> str:
    """Say what it means for two codes to stand together."""
    return {
        "overlap": "passages that share at least a character",
        "inclusion": "passages of which one lies inside the other",
        "exact": "passages that are the same",
        "near": f"passages with at most {plural(within, 'character')} between them",
        "turns": f"passages at most {plural(within, 'turn')} apart" if within else "passages in the same turn",
        "unit": f"the same {unit}",
    }[relation]


def _ratios(relation: Relation, unit: Unit) -> str:
    people = "Jaccard: people with both in such a place, of the people with either code."
    if relation == "unit":
        return f"{people} c: {unit}s with both codes, of those with either."
    return (
        f"{people} c: pairs, of the passages with either code (ATLAS.ti's coefficient); undefined where there are more "
        "pairs than passages."
    )


def _several(chosen: Evidence) -> str:
    several = not chosen.coder and chosen.codings["coder"].nunique() > 1
    return " Each pair is within one coder, so what two coders both found counts twice." if several else ""
