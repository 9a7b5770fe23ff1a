"""Findings on agreement: how far coders agree, on what, and where they differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .. import plots
from ..agreement import disagreements as differing
from ..agreement import means, obstacle, per_code
from ..agreement.per_code import Cluster
from ..agreement.positions import Unit
from ..codebook import tree
from ..study import Study
from .finding import Finding
from .wording import INDENT, number, of, plural

WORDS = {"cohen_kappa": "Cohen's kappa", "krippendorff_alpha": "Krippendorff's alpha"}
PANELS = 4
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
        What agreement is counted in; of a study without texts, documents.
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
    unit = unit if study.has_texts else "document"
    table = per_code(
        study, unit=unit, coders=coders or None, level="all", interval=interval, of="krippendorff_alpha", seed=seed
    )
    first = table[table["coders"] == table["coders"].iat[0]].reset_index(drop=True)
    drawn = plots.forest(_forest(study, first), coefficient="krippendorff_alpha", label=study.label)
    beyond = f" Interval: {table.attrs['interval']}." if interval else ""
    return Finding(
        name,
        str(table.attrs["summary"]),
        title,
        table=table.drop(columns=["low", "high", "clusters", "resamples"], errors="ignore") if not interval else table,
        shown=_printed(study, first),
        caption=f"Agreement of {first['coders'].iat[0]} by {first['unit'].iat[0]}, themes with all that is below them. "
        "A coefficient is read beside percent and positive agreement (Dice): for rare codes, percent is high whatever "
        f"the coders do. Undefined coefficients say why.{beyond}",
        figure=drawn.figure,
        figure_caption=f"Krippendorff's alpha of each code, by {first['unit'].iat[0]}. Grey: undefined.{beyond}",
        alt=drawn.alt,
        label=study.label,
    )


def _forest(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """Return what a forest is drawn from: depth in the tree, and how much of the text is coded at all."""
    depth = tree(study).set_index("code")["level"]
    parent = tree(study).set_index("code")["parent"]
    any_of = table["n_pairable"].where(table["n_pairable"] > 0)
    coded = (table["both"] + (table["only_a"].fillna(0) + table["only_b"].fillna(0)) / 2) / any_of
    return table.assign(
        level=table["code"].map(depth),
        parent=table["code"].map(parent),
        prevalence=coded,
        low=table.get("low", np.nan),
        high=table.get("high", np.nan),
    )


def _printed(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    depth = tree(study).set_index("code")["level"]
    pair = table["coder_b"].iat[0] != ""
    shown = {"Code": [INDENT * depth[c] + n for c, n in zip(table["code"], table["name"], strict=True)]}
    shown["Both" if pair else "All"] = [number(v) for v in table["both"]]
    if pair:
        shown["Only " + table["coder_a"].iat[0]] = [number(v) for v in table["only_a"]]
        shown["Only " + table["coder_b"].iat[0]] = [number(v) for v in table["only_b"]]
    shown["Neither" if pair else "None"] = [number(v) for v in table["neither"]]
    shown["Percent"] = [f"{100 * v:.1f}%" for v in table["percent"]]
    shown["Positive"] = [_number(v) for v in table["positive"]]
    if pair:
        shown["Kappa (max)"] = [
            _number(k) + (f" ({m:.2f})" if pd.notna(m) else "")
            for k, m in zip(table["cohen_kappa"], table["kappa_max"], strict=True)
        ]
    shown["AC1"] = [_number(v) for v in table["gwet_ac1"]]
    shown["Alpha"] = [_number(v) for v in table["krippendorff_alpha"]]
    if "low" in table:
        pairs = zip(table["low"], table["high"], strict=True)
        shown["95% interval"] = ["" if pd.isna(low) else f"{low:.2f} to {high:.2f}" for low, high in pairs]
    remarks = table["undefined"].where(table["undefined"] != "", table["note"])
    if (remarks != "").any():
        shown["Remark"] = remarks
    return pd.DataFrame(shown)


def _number(value: float) -> str:
    return "undefined" if pd.isna(value) else f"{value:.2f}"


def overall(study: Study, *, unit: Unit = "paragraph", coders: Sequence[str] = ()) -> Finding:
    """Return agreement over all codes, for all coders together and for every two of them."""
    name, title = "agreement_overall", "Agreement over all codes"
    if why := obstacle(study, coders or None):
        return Finding(name, f"There is nothing to average: {why}.", title)
    unit = unit if study.has_texts else "document"
    table = means(per_code(study, unit=unit, coders=coders or None))
    pairs = table[table["coder_b"] != ""]
    best = pairs.loc[pairs["pooled_kappa"].idxmax()] if pairs["pooled_kappa"].notna().any() else None
    said = f"{plural(len(pairs), 'pair')} of coders"
    if best is not None:
        said += f"; pooled kappa is {number(best['pooled_kappa'])} for {best['coders']}"
        said += ", the highest of them" if len(pairs) > 1 else ""
    columns = {
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
    shown = table[list(columns)].set_axis(list(columns.values()), axis=1)
    for column in list(columns.values())[4:]:
        shown[column] = ["" if pd.isna(v) else f"{v:.2f}" for v in shown[column]]
    return Finding(
        name,
        f"{said}.",
        title,
        table=table,
        shown=shown,
        caption=f"Means over the codes that have a value, by {table['unit'].iat[0]}. What is undefined is left out and "
        "counted. Pooled kappa: de Vries et al. 2008.",
        label=study.label,
    )


def where_they_differ(
    study: Study, *, unit: Unit = "character", coders: Sequence[str] = (), most: int = MOST
) -> Finding:
    """Return the passages that some coders gave a code and others did not, the costliest first."""
    name, title = "disagreements", "Where they differ"
    if why := obstacle(study, coders or None):
        return Finding(name, f"No two coders can differ: {why}.", title)
    table = differing(study, unit=unit if study.has_texts else "document", coders=coders or None)
    if table.empty:
        return Finding(name, "The coders agree everywhere.", title)
    head = table.head(most)
    who = [f"{yes}; not {no}" for yes, no in zip(head["coded_by"], head["not_coded_by"], strict=True)]
    shown = pd.DataFrame(
        {
            "Where": [_place(row) for row in head.itertuples(index=False)],
            "Code": head["name"],
            "Coded by": who,
            "Instead": head["instead"],
            "Passage": head["text"],
            "Cost": [f"{v:.3f}" for v in head["cost"]],
        }
    )
    cut = f"; the {most} costliest are printed" if len(table) > most else ""
    counted = table["name"].value_counts()
    return Finding(
        name,
        f"{plural(len(table), 'passage')} on which coders differ{cut}; most often on {counted.index[0]} "
        f"({counted.iloc[0]}).",
        title,
        table=table,
        shown=shown,
        caption="For the consensus meeting: passages in the order of what they cost. Cost: the passage's part of what "
        "the code's alpha lacks to 1.",
        label=study.label,
    )


def _place(row: object) -> str:
    start, end = row.start, row.end  # type: ignore[attr-defined]
    return row.document if pd.isna(start) else f"{row.document}, {start} to {end}"  # type: ignore[attr-defined]


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
    names = dict(zip(study.codes["code"], study.codes["name"], strict=True))
    order = {code: n for n, code in enumerate(tree(study)["code"])}
    spans = spans[["document", "coder", "code", "start", "end"]].astype(
        {"code": "str", "coder": "str", "document": "str"}
    )
    spans = spans.assign(name=spans["code"].map(names), _order=spans["code"].map(order))
    spans = spans.sort_values("_order", kind="stable").drop(columns="_order").reset_index(drop=True)
    lengths = part.documents.set_index("document")["text"].str.len()
    drawn = plots.codeline(spans, lengths=lengths[lengths > 0].to_dict(), coders=chosen, label=study.label)
    return Finding(
        name,
        f"{plural(len(spans), 'passage')} of {plural(spans['code'].nunique(), 'code')} in "
        f"{of(spans['document'].nunique(), len(study.documents))} documents, by {' and '.join(chosen)}.",
        title,
        figure=drawn.figure,
        figure_caption="Each line is a code, from the beginning of the text to its end, one coder above the other.",
        alt=drawn.alt,
        label=study.label,
    )
