"""Agreement over all codes: means of what is defined, pooled kappa, Holsti, and a sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..wording import coefficient, percent
from .formulas import COEFFICIENTS, divided

MEANS = ("percent", "positive", *COEFFICIENTS)


def means(table: pd.DataFrame) -> pd.DataFrame:
    """
    Summarise agreement over codes, one row for each comparison.

    Parameters
    ----------
    table : DataFrame
        From `helpers.agreement.per_code`.

    Returns
    -------
    DataFrame
        coders, coder_a, coder_b, unit, n_units, n_pairable, `codes`, `defined` (codes whose coefficients are) and
        `undefined`; the mean over defined codes of percent, positive and every coefficient (NaN when there is none);
        `pooled_kappa` and `holsti`, for two coders. `attrs`: `level`, `assumed` and `notes` of the table.

    See Also
    --------
    pooled_kappa, holsti
    """
    rows = []
    keys = ["coders", "coder_a", "coder_b", "unit", "n_units", "n_pairable"]
    for key, part in table.groupby(keys, sort=False):
        sound = part[part["undefined"] == ""]
        row = dict(zip(keys, key, strict=True)) | {"codes": len(part), "defined": len(sound)}
        row["undefined"] = len(part) - len(sound)
        row |= {f"mean_{name}": float(sound[name].mean()) for name in MEANS}
        pair = bool(row["coder_b"])
        counts = part[["both", "only_a", "only_b", "neither"]].to_numpy(dtype=float)
        row |= {"pooled_kappa": pooled_kappa(counts) if pair else np.nan, "holsti": holsti(counts) if pair else np.nan}
        rows.append(row)
    summary = pd.DataFrame(rows)
    summary.attrs = {name: table.attrs[name] for name in ("level", "assumed", "notes") if name in table.attrs}
    return summary


def pooled_kappa(counts: np.ndarray) -> float:
    """
    Pool Cohen's kappa over codes: mean observed and mean expected agreement, then one ratio.

    Source: de Vries, Elliott, Kanouse & Teleki (2008), Field Methods 20:272-282. Codes without variation have observed
    and expected agreement 1 and change nothing, so that none have to be left out.

    Parameters
    ----------
    counts : ndarray, shape (C, 4)
        Units of each code that both coded, only the first, only the second, neither.

    Returns
    -------
    float
        NaN when no code varies.

    Examples
    --------
    >>> round(pooled_kappa(np.array([[40, 9, 6, 45], [80, 10, 5, 5]])), 4)
    0.5829
    """
    both, first, second, neither = np.asarray(counts, dtype=float).T
    n = both + first + second + neither
    a, b = divided(both + first, n), divided(both + second, n)
    observed, expected = divided(both + neither, n), a * b + (1 - a) * (1 - b)
    some = n > 0
    return float(divided((observed - expected)[some].sum(), (1 - expected)[some].sum()))


def holsti(counts: np.ndarray) -> float:
    """
    Return Holsti's index over all codes, 2 A / (N1 + N2): of all that the two coders coded, the share they share.

    Source: Holsti (1969), Content Analysis for the Social Sciences and Humanities, p. 140. A decision is to give a
    code to a unit; for one code it is the same as positive agreement (Dice). Chance is not looked at.

    Parameters
    ----------
    counts : ndarray, shape (C, 4)
        As for `pooled_kappa`.

    Examples
    --------
    >>> round(holsti(np.array([[50, 100, 50, 800]])), 2)
    0.4
    """
    both, first, second, _ = np.asarray(counts, dtype=float).T.sum(axis=1)
    return float(divided(2 * both, 2 * both + first + second))


def named(table: pd.DataFrame) -> list[str]:
    """Return whom the first comparison of a table compares; a name with a comma in it stands in quotation marks."""
    row = table.iloc[0]
    every = [row["coder_a"], row["coder_b"]] if row["coder_b"] else table.attrs.get("coders", row["coders"].split(", "))
    return [f"“{name}”" if "," in name else name for name in every]


def sentence(table: pd.DataFrame) -> str:
    """
    Say in running text what was compared and how it came out.

    Parameters
    ----------
    table : DataFrame
        From `helpers.agreement.per_code`; the first comparison (all coders) is told.

    Returns
    -------
    str
        Coders, units, the mean of kappa (two coders) or alpha with percent and positive agreement, how many codes
        have none and why, whether assignments are assumed, and what was left out.
    """
    first = table[table["coders"] == table["coders"].iloc[0]]
    row = means(first).iloc[0]
    pair, level = bool(row["coder_b"]), table.attrs.get("level", "")
    *others, last = named(table)
    count, (kind, _, more) = int(row["n_pairable"]), row["unit"].partition(" ")
    units = f"{count:,} {kind if count == 1 else kind + 's'} {more}".strip()
    both = "both" if pair else "at least two of them"
    codes = {"theme": "themes", "all": "codes and themes"}.get(level, "codes")
    text = [f"{', '.join(others)} and {last} are compared on {units} that {both} were asked to code."]
    name, label = ("cohen_kappa", "Cohen's kappa") if pair else ("krippendorff_alpha", "Krippendorff's alpha")
    if row["defined"] and level != "all":  # a theme holds its codes: a mean would count them twice
        text.append(
            f"The mean of {label} over {row['defined']} of {row['codes']} {codes} is "
            f"{coefficient(row['mean_' + name])}, with percent agreement {percent(row['mean_percent'])} and positive "
            f"agreement {coefficient(row['mean_positive'])}."
        )
    if row["undefined"]:
        reasons = first.loc[first["undefined"] != "", "undefined"].value_counts(sort=False)
        told = [reason if len(reasons) == 1 else f"{reason}, {n}" for reason, n in reasons.items()]
        text.append(f"{label} is undefined for {row['undefined']} of {row['codes']} {codes} ({'; '.join(told)}).")
    if table.attrs.get("assumed"):
        text.append(
            "No assignments are recorded: coders are taken to have been asked for the documents that hold codings "
            "of theirs, so that documents in which someone found nothing are missing."
        )
    text += [f"{note[0].upper()}{note[1:]}." for note in table.attrs.get("notes", [])]
    return " ".join(text)
