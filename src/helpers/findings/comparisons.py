"""Findings on how things go together: themes by group, case by theme, theme by theme."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from .. import plots
from ..characteristics import attributes
from ..comparisons import Test, differences
from ..cooccurrence import Relation, cooccurrence, square
from ..framework import Fill, combination_counts, combinations, framework
from ..presence import evidence, speaks
from ..study import Study
from ..units import Unit
from .finding import Finding
from .wording import INDENT, joined, number, of, plural

TEST_NAMES = {"exact": "Fisher's exact test, two-sided", "permutation": "a permutation test of Pearson's statistic"}
RELATION_NAMES = {
    "overlap": "passages that share at least a character",
    "inclusion": "passages of which one lies inside the other",
    "exact": "passages that are the same",
    "near": "passages with at most {within} characters between them",
    "unit": "the same {unit}",
}


def comparison(
    study: Study,
    by: str = "",
    *,
    coder: str = "",
    bands: Sequence[float] = (),
    interval: bool = False,
    test: Test = "",
    small: bool = False,
) -> Finding:
    """
    Return how many of each group speak to each theme, side by side.

    Parameters
    ----------
    study : Study
        The study.
    by : str
        An attribute. When empty, the finding says what could be given.
    coder, bands, interval, test, small
        As for `helpers.comparisons.differences`.
    """
    name, title = "theme_by_attribute", "Themes by an attribute"
    if not by:
        known = joined([repr(a) for a in attributes(study)], "or")
        told = f"set the parameter by to {known}" if known else "the study records no attributes"
        return Finding(name, f"No comparison was asked for; {told}.", title)
    cuts = [float(b) for b in bands]
    table = differences(study, by, coder=coder, bands=cuts)
    groups = [c for c in table if f"{c} of" in table]
    # The parameter for intervals is shared with other chapters; it does not ask for what three groups cannot have.
    interval = interval and len(groups) == 2 and not study.about.attribute(by).multivalued
    if interval or test:
        table = differences(study, by, coder=coder, bands=cuts, interval=interval, test=test, small=small)
    label = study.about.attribute(by).label
    said = f"{plural(len(table), 'theme')} side by side for {plural(len(groups), 'group')} of {label}"
    sizes = [f"{group} ({int(table[f'{group} of'].iat[0])})" for group in groups] if len(table) else []
    if test and len(table):
        clear = int((table["p_holm"] < 0.05).sum())
        said += f"; {plural(int(table['compared'].iat[0]), 'comparison')} by {TEST_NAMES[test]}, {clear} of them with"
        said += " p below 0.05 after Holm's adjustment"
    elif len(groups) > 1:
        said += "; counts only, no test is made"
    return Finding(
        name,
        f"{said}: {joined(sizes)}.",
        title,
        table=table,
        shown=_side_by_side(table, groups),
        caption=f"Participants who speak to each theme, by {label}. A purposive sample describes itself; differences "
        "between small groups are a reason to read again.",
        label=study.label,
    )


def _side_by_side(table: pd.DataFrame, groups: list[str]) -> pd.DataFrame:
    shown = {"Theme": [INDENT * d + n for d, n in zip(table["depth"], table["name"], strict=True)]}
    for group in groups:
        pairs = zip(table[group], table[f"{group} of"], table["state"], strict=True)
        shown[group] = ["nobody named" if state == "unnamed" else of(n, total) for n, total, state in pairs]
    if "low" in table:
        limits = zip(table["difference"], table["low"], table["high"], strict=True)
        shown["Difference (95% interval)"] = [
            "" if pd.isna(d) else f"{d:+.2f} ({low:+.2f} to {high:+.2f})" for d, low, high in limits
        ]
    if "p" in table:
        shown["p"] = ["" if pd.isna(p) else f"{p:.3f}" for p in table["p"]]
        shown["p (Holm)"] = ["" if pd.isna(p) else f"{p:.3f}" for p in table["p_holm"]]
    return pd.DataFrame(shown)


def framework_matrix(
    study: Study, *, themes: Sequence[str] = (), coder: str = "", fill: Fill = "quote", cells: int = 1
) -> Finding:
    """Return what stands for each participant under each theme; see `helpers.framework.framework`."""
    name, title = "framework", "Case by theme, in words"
    table = framework(study, themes=themes, coder=coder, fill=fill, cells=cells)
    if table.empty or not (table["text"] != "").any():
        return Finding(name, "No passage is coded yet, so the framework matrix is empty.", title)
    names = table.drop_duplicates("theme").set_index("theme")["name"]
    people = table["participant"].drop_duplicates()
    marked = table.assign(cell=[_cell(row.text, row.kind) for row in table.itertuples(index=False)])
    wide = marked.pivot(index="participant", columns="theme", values="cell").loc[people, names.index]
    # By position: a theme may be called "participant".
    wide.insert(0, "Participant", people.to_list(), allow_duplicates=True)
    wide = wide.set_axis(["Participant", *names], axis=1).reset_index(drop=True)
    filled = int((table["text"] != "").sum())
    kinds = " Brackets: a paraphrase by the coder." if (table["kind"] == "paraphrase").any() else ""
    return Finding(
        name,
        f"{of(filled, len(table))} cells of {plural(len(people), 'participant')} by {plural(len(names), 'theme')} are "
        "filled.",
        title,
        table=table,
        shown=wide,
        caption=f"For each participant and theme, the shortest telling passage or memo.{kinds}",
        label=study.label,
    )


def _cell(text: str, kind: str) -> str:
    return f"“{text}”" if kind == "quote" else f"[{text}]" if kind == "paraphrase" else text


def theme_combinations(study: Study, *, themes: Sequence[str] = (), coder: str = "") -> Finding:
    """Return which themes come together in whom."""
    name, title = "theme_combinations", "Themes that come together in a person"
    sets = combinations(study, themes=themes, coder=coder)
    if sets.empty:
        return Finding(name, "There are no participants or no codes yet, so nothing can come together.", title)
    # A theme for which nobody is named can be absent or unknown; neither is a part of a combination.
    empty = [code for code in sets if not sets[code].any()]
    sets = sets.drop(columns=empty)
    if sets.columns.empty:
        return Finding(name, "Nobody is named under any theme, so nothing comes together.", title)
    table = combination_counts(sets)
    names = dict(zip(study.codes["code"], study.codes["name"], strict=True))
    readable = [joined([names[c] for c in codes.split(" + ")]) if codes else "none of them" for codes in table["codes"]]
    alone = int((table["participants"] == 1).sum())
    drawn = plots.upset(sets.rename(columns=names), label=study.label)
    return Finding(
        name,
        f"{plural(len(sets), 'participant')} show {plural(len(table), 'combination')} of {sets.shape[1]} themes; "
        f"{alone} of them belong to one person only.",
        title,
        table=table,
        shown=table.assign(codes=readable).set_axis(["Themes", "How many", "People", "Who"], axis=1),
        caption="Combinations of themes, by the number of people who show exactly these."
        + (f" Left out, since nobody is named: {joined([names[code] for code in empty])}." if empty else ""),
        figure=drawn.figure,
        figure_caption="Each column is a combination of themes; the bar above it counts the people with exactly these.",
        alt=drawn.alt,
        label=study.label,
    )


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

    A study without texts is looked at by document, since nothing overlaps in it.
    """
    name, title = "cooccurrence", "Codes that stand together"
    table, told = _pairs(study, relation, within, unit, coder)
    met = table[table["pairs"] > 0].sort_values(["pairs", "participants"], ascending=False, kind="stable")
    if met.empty:
        return Finding(name, f"No two codes stand together ({told}).", title)
    top = [f"{row.name_a} with {row.name_b} ({row.pairs})" for row in met.head(3).itertuples(index=False)]
    names = dict(zip(study.codes["code"], study.codes["name"], strict=True))
    drawn = plots.pair_matrix(square(table), names=names, label=study.label)
    columns = ["name_a", "name_b", "pairs", "participants", "jaccard", "c"]
    shown = met[columns].assign(**{c: [number(v) for v in met[c]] for c in ("jaccard", "c")})
    return Finding(
        name,
        f"{of(len(met), len(table))} pairs of codes stand together ({told}); most often {joined(top)}.",
        title,
        table=table,
        shown=shown.set_axis(["Code", "with code", "Pairs", "People", "Jaccard of people", "c"], axis=1),
        caption=f"Pairs of codes in {told}, from the {evidence(study, coder).why}, each within one coder. c: pairs "
        "over codings of either (ATLAS.ti's coefficient).",
        figure=drawn.figure,
        figure_caption="Pairs of codes; the darker, the more often they stand together.",
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
    """Return which codes stand together, as a network; pairs below the threshold are left out and counted."""
    name, title = "cooccurrence_network", "The network of codes"
    table, told = _pairs(study, relation, within, unit, coder)
    often = "at all" if threshold <= 1 else f"at least {threshold} times"
    drawn_pairs = int((table["pairs"] >= max(threshold, 1)).sum())
    if not drawn_pairs:
        return Finding(name, f"No two codes stand together {often} ({told}).", title)
    people = speaks(study, evidence(study, coder)).sum(axis=1)
    nodes = study.codes[["code", "name"]].assign(participants=people)
    drawn = plots.pair_network(
        table, nodes=nodes, measure="pairs", threshold=max(threshold, 1), seed=seed, label=study.label
    )
    left_out = int(((table["pairs"] > 0) & (table["pairs"] < threshold)).sum())
    return Finding(
        name,
        f"{plural(drawn_pairs, 'pair')} of codes that stand together {often} ({told}); "
        f"{plural(left_out, 'rarer pair')} left out.",
        title,
        figure=drawn.figure,
        figure_caption="Areas: participants with the code. Lines: how often two codes stand together. The layout has "
        "no meaning; it is the same in every run.",
        alt=drawn.alt,
        label=study.label,
    )


def _pairs(study: Study, relation: Relation, within: int, unit: Unit, coder: str) -> tuple[pd.DataFrame, str]:
    if not study.has_texts:
        relation, unit = "unit", "document"
    table = cooccurrence(study, relation, within=within, unit=unit, coder=coder)
    return table, RELATION_NAMES[relation].format(within=within, unit=unit)
