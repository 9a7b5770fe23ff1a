"""Findings on saturation: what each further interview brings."""

from __future__ import annotations

from .. import plots
from ..presence import evidence
from ..saturation import Order, Saturation, curve, permuted, presence_by_document, saturation_point
from ..study import Study
from .finding import Finding
from .wording import of, plural

ORDERS = {"interview": "the order of the interviews", "analysis": "the order of analysis"}


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
    if study.about.saturation.lower().startswith("not claimed"):
        return Finding(name, f"The study makes no claim of saturation ({study.about.saturation}).", title)
    if study.about.kind == "published":
        # People named as instances of a theme are not all who spoke of it, and the order of interviews is not known.
        return Finding(name, "A publication names instances of its themes, not all that was coded: no curve.", title)
    presence = presence_by_document(study, order=order, coder=coder)
    if len(presence) < 2 or not presence.to_numpy().any():
        return Finding(name, "Fewer than two coded documents: there is no curve to draw.", title)
    table = curve(presence)
    band = permuted(presence, orders=orders, seed=seed)
    point = saturation_point(table["new"], base=base, run=run, threshold=threshold)
    drawn = plots.saturation_curve(table, band, point=point, label=study.label)
    joined = table.merge(band, on="position")
    shown = joined.assign(band=[f"{low:g} to {high:g}" for low, high in zip(band["low"], band["high"], strict=True)])
    shown = shown[["position", "document", "codes", "new", "total", "band"]]
    return Finding(
        name,
        f"{_reached(point)} {_trivial(study, presence.columns[presence.any()])}".strip(),
        title,
        table=joined,
        shown=shown.set_axis(["", "Document", "Codes in it", "New", "So far", "In other orders"], axis=1),
        caption=f"Codes by document in {ORDERS[order]}, from the {evidence(study, coder).why}. In other orders: where "
        f"95% of {orders} random orders lie. Codebooks that are merged or split change these numbers.",
        figure=drawn.figure,
        figure_caption=f"New codes (bars) and codes so far (line), in {ORDERS[order]}. Grey: 95% of {orders} random "
        "orders.",
        alt=drawn.alt,
        label=study.label,
    )


def _reached(point: Saturation) -> str:
    rule = f"base {point.base}, run {point.run}, at most {100 * point.threshold:g}% new"
    if point.undefined:
        return f"Code saturation is undefined ({rule}): {point.undefined}."
    if point.reached is None:
        return f"Code saturation is not reached ({rule})."
    after = f"{plural(point.reached, 'document')}, {point.reached}+{point.run}"
    return f"Code saturation is reached after {after} ({rule})."


def _trivial(study: Study, used: list[str]) -> str:
    """Warn where saturation says little: codes that were there before the first interview cannot be found in it."""
    origin = study.codes.set_index("code")["origin"]
    given = sum(origin[code] == "deductive" for code in used)
    if not given:
        return ""
    share = of(given, len(used))
    return f"{share} codes in use are deductive: they were set beforehand, so their saturation is trivial."
