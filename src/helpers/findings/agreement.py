"""Findings on agreement: how far coders agree, on what, and where they differ."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from .. import plots
from ..agreement import disagreements as differing
from ..agreement import means, obstacle, per_code, sentence
from ..agreement.per_code import Cluster
from ..agreement.positions import Unit
from ..agreement.summary import named
from ..codebook import tree
from ..study import Study
from ..wording import INDENT, coefficient, joined, number, of, percent, plural
from .finding import Finding

PANELS = 4
OVERALL = {
    "coders": "Coders",
    "n_pairable": "Units",
    "defined": "Codes defined",
    "undefined": "Undefined",
    "mean_percent": "Mean percent",
    "mean_positive": "Mean positive",
    "mean_cohen_kappa": "Mean kappa",
    "pooled_kappa": "Pooled kappa",
    "mean_krippendorff_alpha": "Mean alpha",
    "holsti": "Holsti",
}
MOST = 60  # passages printed; the exported table has them all


def agreement(
    study: Study,
    *,
    unit: Unit = "paragraph",
    coders: Sequence[str] = (),
    interval: Cluster = "",
    seed: int = 1,
) -> Finding:
    """
    Return how far coders agree on each code and theme.

    Parameters
    ----------
    study : Study
        The study; one without two coders on the same documents gets a sentence that says so.
    unit : str
        What agreement is counted in; documents where what was doubly coded has no texts.
    coders : sequence of str
        Two or more; all but the consensus by default.
    interval : {"", "document", "participant"}
        What to resample for an interval of the coefficient.
    seed : int
        Of that resampling.
    """
    name, title = "agreement", "Agreement on each code"
    if why := obstacle(study, coders or None):
        return Finding(name, f"Agreement is not measured: {why}.", title)
    unit = _possible(study, unit, coders)
    table = per_code(
        study, unit=unit, coders=coders or None, level="all", interval=interval, of="krippendorff_alpha", seed=seed
    )
    # A theme holds its codes, so the sentence tells the mean over codes by their own codings.
    own = per_code(study, unit=unit, coders=coders or None)
    own.attrs["notes"] = table.attrs["notes"]
    whiskers = str(table.attrs.get("interval", "")).replace("krippendorff_alpha", "Krippendorff's alpha")
    first = table[table["coders"] == table["coders"].iat[0]].reset_index(drop=True)
    placed = first.merge(tree(study)[["code", "level", "parent"]], on="code")
    drawn = plots.forest(placed, coefficient="krippendorff_alpha", interval=whiskers, label=study.label)
    return Finding(
        name,
        sentence(own),
        title,
        table=table,
        shown=_printed(study, first),
        caption=_caption(first, whiskers),
        figure=drawn.figure,
        figure_caption=f"Krippendorff's alpha of each code by {first['unit'].iat[0]}, themes with all that is below "
        "them. Units coded: the share of them that a coder gave the code, averaged over coders. Grey: undefined.",
        alt=drawn.alt,
        label=study.label,
    )


def _possible(study: Study, unit: Unit, coders: Sequence[str]) -> Unit:
    """Return the unit, or documents where no text that was doubly coded has characters to count."""
    cut = study.has_texts or (unit == "turn" and not study.turns.empty)  # turns may be known of withheld texts
    return "document" if not cut or (unit == "character" and obstacle(study, coders or None, unit)) else unit


def _caption(table: pd.DataFrame, interval: str) -> str:
    who, unit = joined(named(table)), table["unit"].iat[0]
    text = [
        f"Agreement of {who} by {unit}, themes with all that is below them. Positive: agreement on what is coded.",
        "In brackets, the highest kappa with each coder coding as often as they did."
        if table["coder_b"].iat[0]
        else "Every two of them are in the exported table.",
        "Where a code is rare, percent and AC1 are high whatever the coders do; read them beside the others.",
        f"Interval: {interval}." if interval else "",
    ]
    return " ".join(filter(None, text))


def _printed(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    depth = tree(study).set_index("code")["level"]
    pair = table["coder_b"].iat[0] != ""
    shown = {"Code": [INDENT * depth[c] + n for c, n in zip(table["code"], table["name"], strict=True)]}
    shown["Both" if pair else "All"] = [number(v) for v in table["both"]]
    if pair:
        shown["Only " + table["coder_a"].iat[0]] = [number(v) for v in table["only_a"]]
        shown["Only " + table["coder_b"].iat[0]] = [number(v) for v in table["only_b"]]
    shown["Neither" if pair else "None"] = [number(v) for v in table["neither"]]
    shown["Percent"] = [percent(v) for v in table["percent"]]
    shown["Positive"] = [coefficient(v) for v in table["positive"]]
    if pair:
        shown["Kappa (max)"] = [
            coefficient(k) + (f" ({m:.2f})" if pd.notna(m) else "")
            for k, m in zip(table["cohen_kappa"], table["kappa_max"], strict=True)
        ]
    shown["AC1"] = [coefficient(v) for v in table["gwet_ac1"]]
    shown["Alpha"] = [coefficient(v) for v in table["krippendorff_alpha"]]
    if "low" in table:
        pairs = zip(table["low"], table["high"], strict=True)
        shown["95% interval of alpha"] = [
            "" if pd.isna(low) else f"{coefficient(low)} to {coefficient(high)}" for low, high in pairs
        ]
    remarks = table["undefined"].where(table["undefined"] != "", table["note"])
    if (remarks != "").any():
        shown["Remark"] = remarks
    return pd.DataFrame(shown)


def overall(study: Study, *, unit: Unit = "paragraph", coders: Sequence[str] = ()) -> Finding:
    """Return agreement over all codes, for all coders together and for every two of them."""
    name, title = "agreement_overall", "Agreement over all codes"
    if why := obstacle(study, coders or None):
        return Finding(name, f"There is nothing to average: {why}.", title)
    unit = _possible(study, unit, coders)
    table = means(per_code(study, unit=unit, coders=coders or None))
    shown = table[list(OVERALL)].set_axis(list(OVERALL.values()), axis=1)
    shown["Mean percent"] = [percent(v) if pd.notna(v) else "" for v in shown["Mean percent"]]
    for column in list(OVERALL.values())[5:]:
        shown[column] = ["" if pd.isna(v) else coefficient(v) for v in shown[column]]
    return Finding(
        name,
        _pooled(table[table["coder_b"] != ""]),
        title,
        table=table,
        shown=shown,
        caption=f"Agreement by {table['unit'].iat[0]}, codes by their own codings. Means are over the codes that have "
        "a value; what is undefined is left out and counted. Pooled kappa (de Vries et al. 2008) and Holsti's index "
        "are of all codes together, and of two coders.",
        label=study.label,
    )


def _pooled(pairs: pd.DataFrame) -> str:
    """Tell the highest and the lowest kappa of pairs of coders over all codes; never that alone."""
    known = pairs[pairs["pooled_kappa"].notna()].sort_values("pooled_kappa", ascending=False, kind="stable")
    told = [
        f"{coefficient(pair.pooled_kappa)} for {pair.coder_a} and {pair.coder_b} (with mean percent agreement "
        f"{percent(pair.mean_percent)} and mean positive agreement {coefficient(pair.mean_positive)})"
        for pair in known.iloc[[0, -1][: len(known)]].itertuples()
    ]
    return f"Kappa pooled over codes is {' down to '.join(told) or 'undefined: no code varies'}."


def where_they_differ(
    study: Study, *, unit: Unit = "character", coders: Sequence[str] = (), most: int = MOST
) -> Finding:
    """Return the passages that some coders gave a code and others did not, the costliest first."""
    name, title = "disagreements", "Where they differ"
    if why := obstacle(study, coders or None):
        return Finding(name, f"There are no differences to list: {why}.", title)
    table = differing(study, unit=_possible(study, unit, coders), coders=coders or None)
    if table.empty:
        return Finding(name, "The coders agree everywhere.", title)
    head = table.head(most)
    places = zip(head["document"], head["start"], head["end"], strict=True)
    shown = pd.DataFrame(
        {
            "Where": [d if pd.isna(start) else f"{d}, {start} to {end}" for d, start, end in places],
            "Code": head["name"],
            "Coded by": head["coded_by"] + "; not " + head["not_coded_by"],
            "Instead": head["instead"],
            "Passage": head["text"].str.strip(),
            "Cost": [f"{v:.3f}" for v in head["cost"]],
        }
    )
    cut = f"; the {most} costliest are printed" if len(table) > most else ""
    counted = table["name"].value_counts()
    printed = table.attrs["unit"]
    return Finding(
        name,
        f"{plural(len(table), 'passage')} on which coders differ, by {printed}{cut}; most often on "
        f"{counted.index[0]} ({counted.iloc[0]}).",
        title,
        table=table,
        shown=shown,
        caption="For the consensus meeting, codes by their own codings. Where: the document, and characters from its "
        f"beginning. Cost: the passage's part of what Krippendorff's alpha of the code, by {printed}, lacks to 1; the "
        "less a code is used, the more a passage weighs.",
        label=study.label,
    )


def codelines(
    study: Study, *, documents: Sequence[str] = (), codes: Sequence[str] = (), coders: Sequence[str] = ()
) -> Finding:
    """
    Return where in the documents the codes sit, two coders one above the other.

    Parameters
    ----------
    study : Study
        The study.
    documents : sequence of str
        Which documents; the first four by default, since each takes a panel.
    codes, coders : sequence of str
        Which codes, all by default; and which coders, the first two but the consensus by default.
    """
    name, title = "codelines", "Where the codes sit"
    if not study.has_texts or study.codings["start"].isna().all():
        return Finding(name, "The study codes no passages of texts, so there are no places to show.", title)
    people = [c for c in study.coders["coder"] if c != study.about.consensus]
    chosen = list(coders) or people[:2] or list(study.coders["coder"])
    shown = list(documents) or list(study.documents["document"])[:PANELS]
    part = study.only(documents=shown, codes=codes or None)
    spans = part.codings[part.codings["coder"].isin(chosen) & part.codings["start"].notna()]
    columns = {"code": "str", "coder": "str", "document": "str"}
    order = tree(study)[["code", "name"]].assign(_order=range(len(study.codes)))
    spans = spans[["document", "coder", "code", "start", "end"]].astype(columns).merge(order, on="code")
    spans = spans.sort_values("_order", kind="stable").drop(columns="_order").reset_index(drop=True)
    lengths = part.documents.set_index("document")["text"].str.len()
    drawn = plots.codeline(spans, lengths=lengths[lengths > 0].to_dict(), coders=chosen, label=study.label)
    return Finding(
        name,
        f"{plural(len(spans), 'passage')} of {plural(spans['code'].nunique(), 'code')}, by {joined(chosen)}; "
        f"{of(len(part.documents), len(study.documents))} documents are drawn.",
        title,
        figure=drawn.figure,
        figure_caption="Each line is a code, from the beginning of the text to its end, one coder above the other.",
        alt=drawn.alt,
        label=study.label,
    )
