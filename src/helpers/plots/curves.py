"""A saturation curve in words: what base, run and threshold give, and its alt text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .style import sentences
from .text import clean
from .themes import count

if TYPE_CHECKING:
    from ..saturation import Saturation

SOURCE = "Code saturation (Guest, Namey & Chen 2020)"


def share(ratio: float) -> str:
    """Print a ratio: "5%", "29.2%"."""
    return f"{100 * ratio:.3g}%"


def said(point: Saturation | None) -> str:
    """Say in words what base, run and threshold give."""
    if point is None:
        return ""
    if point.undefined:
        return f"{SOURCE}: undefined; {clean(point.undefined)}."
    base = f"the {count(point.base_codes, 'code')} in the base of {count(point.base, 'document')}"
    if point.reached is None:
        return f"{SOURCE}: not reached; no run of {point.run} has {share(point.threshold)} or less of {base}."
    run = point.runs.iloc[point.reached - point.base]
    number = int(run["new"])
    new = f"{count(number, 'new code') if number else 'no new code'}, {share(round(float(run['ratio']), 3))} of {base}"
    return (
        f"{SOURCE}: {point.reached}+{point.run}. The run of {point.run} after document {point.reached} has {new}; "
        f"the threshold is {share(point.threshold)}."
    )


def describe(curve: pd.DataFrame, band: pd.DataFrame | None, point: Saturation | None, title: str, label: str) -> str:
    """Return the alt text: how many documents and codes, where most and the last new ones came, and saturation."""
    ordered = curve.sort_values("new", ascending=False, kind="stable").head(3)
    most = [f"{clean(row.document)} {row.new}" for row in ordered.itertuples() if row.new]
    late = curve.loc[curve["new"] > 0, "position"].max()
    median = "" if band is None else _half(curve, band)
    return sentences(
        title,
        f"Saturation curve: {count(len(curve), 'document')}, {count(int(curve['total'].iat[-1]), 'code')}",
        f"Most new codes: {'; '.join(most)}" if most else "No document has a code",
        f"New codes in a document: {curve['new'].min()} to {curve['new'].max()}; the last in document {late}"
        if most
        else "",
        median,
        said(point),
        label,
    )


def _half(curve: pd.DataFrame, band: pd.DataFrame) -> str:
    """Say what random orders give halfway, beside what this order gives."""
    at = (len(band) - 1) // 2
    row = band.iloc[at]
    low, median, high = (f"{row[name]:g}" for name in ("low", "median", "high"))
    return (
        f"After {count(at + 1, 'document')}: {curve['total'].iat[at]}; in random order median {median}, {low} to {high}"
    )
