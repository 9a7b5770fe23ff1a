"""Findings on saturation: what each further interview brings."""

from __future__ import annotations

import re

import pandas as pd

from .. import plots
from ..presence import evidence
from ..saturation import Order, Saturation, curve, frequencies, permuted, presence_by_document, saturation_point
from ..study import Study
from ..wording import of, plural, span
from .finding import Finding


def saturation(
    study: Study,
    *,
    order: Order = "interview",
    base: int = 4,
    run: int = 2,
    threshold: float = 0.05,
    coder: str = "",
    orders: int = 1000,
    seed: int = 0,
) -> Finding:
    """
    Return how many new codes each document brought, and where new information falls to a threshold.

    Parameters
    ----------
    study : Study
        The study. One that disclaims saturation gets its own reason and no curve.
    order, coder
        As for `helpers.saturation.presence_by_document`.
    base, run, threshold
        As for `helpers.saturation.saturation_point` (Guest, Namey & Chen 2020).
    orders, seed : int
        Random orders for the band.
    """
    name, title = "code_saturation", "New codes with each document"
    if silent := _silent(study):
        return Finding(name, silent, title)
    presence = presence_by_document(study, order=order, coder=coder)
    if len(presence) < 2 or not presence.to_numpy().any():
        return Finding(name, "Fewer than two coded documents: there is no curve to draw.", title)
    table = curve(presence)
    band = permuted(presence, orders=orders, seed=seed)
    point = saturation_point(table["new"], base=base, run=run, threshold=threshold)
    drawn = plots.saturation_curve(table, band, point=point, label=study.label)
    joined = table.merge(band, on="position")
    shown = joined.assign(band=[span(low, high) for low, high in zip(band["low"], band["high"], strict=True)])
    by = _order(study, order, presence)
    shown = shown[["position", "document", "codes", "new", "total", "band"]]
    return Finding(
        name,
        f"{_reached(point)}{_afterwards(point, table)}{_empty(study, table, coder)}"
        f"{_trivial(study, presence.columns[presence.any()])}",
        title,
        table=joined,
        shown=shown.set_axis(["", "Document", "Codes in it", "New", "So far", "In other orders"], axis=1),
        caption=f"Codes by document in {by}, from the {evidence(study, coder).why}.{_again(study, presence)} In other "
        f"orders: where 95% of {orders} random orders lie. Codes that are merged or split change these numbers.",
        figure=drawn.figure,
        figure_caption=f"New codes (bars) and codes so far (line), in {by}. Grey: 95% of {orders} random orders.",
        alt=drawn.alt,
        label=study.label,
    )


def code_frequencies(study: Study, *, order: Order = "interview", coder: str = "") -> Finding:
    """
    Return in how many documents each code is, and which document brought it.

    Parameters
    ----------
    study : Study
        The study. One that disclaims saturation, and a published one, get a sentence and no table.
    order, coder
        As for `helpers.saturation.presence_by_document`.
    """
    name, title = "code_frequencies", "How many documents have each code"
    if _silent(study):
        return Finding(name, "Which document brought which code is not counted here, for the same reason.", title)
    presence = presence_by_document(study, order=order, coder=coder)
    if not presence.to_numpy().any():
        return Finding(name, "No code is used in a document yet.", title)
    table = frequencies(presence)
    names = study.codes.set_index("code")["name"]
    table.insert(1, "name", table["code"].map(names))
    used = int((table["documents"] > 0).sum())
    once = int((table["documents"] == 1).sum())
    shown = table.assign(documents=[of(n, total) for n, total in zip(table["documents"], table["of"], strict=True)])
    return Finding(
        name,
        f"{of(used, len(table))} codes are in use in {plural(len(presence), 'document')}; "
        f"{of(once, used)} in one document only.",
        title,
        table=table,
        shown=shown[["name", "documents", "first"]].set_axis(["Code", "Documents", "First in"], axis=1),
        caption=f"Documents of each code as it is, without those below it, from the {evidence(study, coder).why}; "
        f"first in {_order(study, order, presence)}.",
        label=study.label,
    )


def _silent(study: Study) -> str:
    """Say why a study gives no ground to speak of saturation; empty where it may be spoken of."""
    claim = re.fullmatch(r"\s*not claimed\b\W*(.*?)[\s.)]*", study.about.saturation, re.IGNORECASE | re.DOTALL)
    if claim:
        return f"The study makes no claim of saturation{f': {claim[1]}' if claim[1] else ''}."
    if study.about.kind == "published":
        # People named as instances of a theme are not all who spoke of it, and the order of interviews is not known.
        return "A publication names instances of its themes, not all that was coded, so there is no curve to draw."
    return ""


def _order(study: Study, order: Order, presence: pd.DataFrame) -> str:
    """Say which order it is; without dates that of the interviews is not known."""
    if order == "analysis":
        return "the order of analysis"
    dates = study.documents.set_index("document")["date"].loc[presence.index]
    unknown = int((dates == "").sum())
    if unknown == len(dates):
        return "the order in which the study lists them (no dates are known)"
    return "the order of the interviews" + (f" ({plural(unknown, 'document')} without a date last)" if unknown else "")


def _again(study: Study, presence: pd.DataFrame) -> str:
    """Say that some documents are of the same person: a second interview brings less than that of a new person."""
    owner = study.documents.set_index("document")["participant"].astype("str").loc[presence.index]
    several = int((owner[owner != ""].value_counts() > 1).sum())
    return f" {plural(several, 'participant')} with several documents." if several else ""


def _reached(point: Saturation) -> str:
    rule = f"base {point.base}, run {point.run}, at most {100 * point.threshold:g}% new"
    if point.undefined:
        return f"Code saturation is undefined ({rule}): {point.undefined}."
    if point.reached is None:
        return f"Code saturation is not reached ({rule})."
    after = f"{plural(point.reached, 'document')}, {point.reached}+{point.run}"
    return f"Code saturation is reached after {after} ({rule})."


def _afterwards(point: Saturation, table: pd.DataFrame) -> str:
    """Say what came after: a run without new codes does not keep later documents from bringing some."""
    if point.reached is None:
        return ""
    rest = table["new"].iloc[point.reached + point.run :]
    if rest.empty:
        return ""
    return f" The {plural(len(rest), 'document')} after that brought {plural(int(rest.sum()), 'new code')}."


def _empty(study: Study, table: pd.DataFrame, coder: str) -> str:
    """Warn of documents without a code where nobody says who was to code what: they may not have been coded yet."""
    empty = int((table["codes"] == 0).sum())
    if not empty or not evidence(study, coder).assumed:
        return ""
    hold, they, have = ("holds", "it", "has") if empty == 1 else ("hold", "they", "have")
    return (
        f" {plural(empty, 'document')} {hold} no code, and no assignment says that {they} {have} been coded: if not, "
        f"{they} brought nothing new for that reason alone."
    )


def _trivial(study: Study, used: list[str]) -> str:
    """Warn where saturation says little: codes that were there before the first interview cannot be found in it."""
    origin = study.codes.set_index("code")["origin"]
    given = sum(origin[code] == "deductive" for code in used)
    if not given:
        return ""
    share = of(given, len(used))
    return f" {share} codes in use are deductive: they were set beforehand, so their saturation is trivial."
