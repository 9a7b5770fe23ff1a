"""A table of agreement as a forest reads it: codes in their order, and the words for their numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan

import pandas as pd

from ..errors import StudyError
from ..wording import coefficient, percent
from .style import sentences
from .text import clean, widest, wrap
from .themes import count

NONE = "–"
SPOKEN = 5  # codes that an alt text names for one reason
# What an axis is called, and what there is room for above a narrow column.
COEFFICIENTS = {
    "cohen_kappa": ("Cohen’s kappa", "Kappa"),
    "scott_pi": ("Scott’s pi", "Pi"),
    "fleiss_kappa": ("Fleiss’ kappa", "Kappa"),
    "conger_kappa": ("Conger’s kappa", "Kappa"),
    "brennan_prediger": ("Brennan-Prediger coefficient", "B-P"),
    "gwet_ac1": ("Gwet’s AC1", "AC1"),
    "krippendorff_alpha": ("Krippendorff’s alpha", "Alpha"),
}
BESIDE = 300.0  # points of width from which names stand beside the axis; on a narrower page they stand above
HEAD = 44.0  # the widest head of a column of numbers, if its words are shorter
MISSING = float("nan")


@dataclass(frozen=True)
class Line:
    """A code with its coefficient (NaN: undefined, for a reason), interval and companions; shares are 0 to 1."""

    code: str
    name: str
    depth: int
    theme: bool
    first: bool  # of its family, so that there is space above it
    value: float
    low: float
    high: float
    percent: float
    positive: float
    prevalence: float
    units: int
    pairable: int
    reason: str

    @property
    def has_interval(self) -> bool:
        """Tell whether there is an interval to draw."""
        return not isnan(self.value) and not isnan(self.low) and not isnan(self.high)


@dataclass(frozen=True)
class Column:
    """Numbers printed beside the axis, flush right under their head."""

    left: float
    right: float
    head: list[str]
    texts: list[str]


def read(table: pd.DataFrame, coefficient: str) -> list[Line]:
    """Return the codes in the order in which they are drawn; one row a code, or StudyError."""
    if table["code"].duplicated().any():
        raise StudyError("a forest has one row a code: choose one comparison of coders")
    ordered = _ordered(table)
    themes = {family for *_, family in ordered}
    lines: list[Line] = []
    before = None
    for place, depth, family in ordered:
        row = table.iloc[place]
        value = _known(row[coefficient])
        why = clean(row.get("undefined", ""))
        theme = row["code"] in themes
        lines.append(
            Line(
                code=str(row["code"]),
                name=clean(row["name"]) or clean(row["code"]),
                depth=depth,
                theme=theme,
                first=bool(lines) and (theme or (family != before and family != lines[-1].code)),
                value=value,
                low=_known(row.get("low")),
                high=_known(row.get("high")),
                percent=_known(row["percent"]),
                positive=_known(row["positive"]),
                prevalence=_known(row.get("prevalence")),
                units=int(row["n_units"]),
                pairable=int(row["n_pairable"]),
                reason="" if not isnan(value) else f"undefined ({why})" if why else "undefined",
            )
        )
        before = family
    return lines


def _known(value: object) -> float:
    return MISSING if value is None or pd.isna(value) else float(value)  # type: ignore[arg-type]


def _ordered(table: pd.DataFrame) -> list[tuple[int, int, str]]:
    """Return position, depth and parent of the codes: each above its own, siblings by falling prevalence.

    Siblings stay together though their parent is not in the table; themes at the top keep their order.
    """
    parents = _parents(table)
    known = set(table["code"])
    share = table["prevalence"].fillna(-1).tolist() if "prevalence" in table else [0.0] * len(table)
    families: dict[str, list[int]] = {}
    for place, parent in enumerate(parents):
        families.setdefault(parent, []).append(place)

    def under(family: str, depth: int) -> list[tuple[int, int, str]]:
        keep = not family and len(families) > 1
        places = families.get(family, [])
        found = places if keep else sorted(places, key=lambda place: -share[place])
        return [row for n in found for row in ((n, depth, family), *under(table["code"].iat[n], depth + 1))]

    return [row for family in families if family not in known for row in under(family, 0)]


def _parents(table: pd.DataFrame) -> list[str]:
    """Return each code's parent: as the table says, or the row above it that is less deep; "" for none."""
    if "parent" in table:
        return table["parent"].fillna("").astype("str").tolist()
    last: dict[int, str] = {}
    parents = []
    for code, level in zip(table["code"], table.get("level", [0] * len(table)), strict=True):
        last = {depth: above for depth, above in last.items() if depth < level}
        parents.append(last[max(last)] if last else "")
        last[level] = code
    return parents


def number(value: float) -> str:
    """Print a coefficient: "0.39", "−0.02", "–" for none."""
    return NONE if isnan(value) else coefficient(value)


def part(share: float) -> str:
    """Print a share: "96.5%", "–" for none."""
    return NONE if isnan(share) else percent(share)


def columns_of(lines: Sequence[Line], name: str, full: float) -> list[Column]:
    """Return the columns of numbers from left to right; what is undefined has a reason and no number."""
    narrow = full < BESIDE
    found = [
        (name, ["" if line.reason else number(line.value) for line in lines]),
        ("Percent" if narrow else "Percent agreement", [part(line.percent) for line in lines]),
        ("Positive" if narrow else "Positive agreement", [number(line.positive) for line in lines]),
    ]
    if any(not isnan(line.prevalence) for line in lines):
        found.append(("Coded" if narrow else "Units coded", [part(line.prevalence) for line in lines]))
    if len({line.pairable for line in lines}) > 1:
        found.append(("Units" if narrow else "Units compared", [f"{line.pairable:,}" for line in lines]))
    placed: list[Column] = []
    right = full
    for text, texts in reversed(found):
        head = wrap(text, max(widest(text.split()), HEAD))
        left = right - max(widest(head), widest(texts))
        placed.insert(0, Column(left, right, head, texts))
        right = left - (6 if narrow else 11)
    return placed


def explain(lines: Sequence[Line], table: pd.DataFrame, interval: str) -> str:
    """Say what was compared, and what the marks mean."""
    unit = clean(table["unit"].iat[0]) if "unit" in table else "unit"
    units, pairable = lines[0].units, lines[0].pairable
    base = f"{pairable:,}" if pairable == units else f"{pairable:,} of {units:,}"
    same = len({line.pairable for line in lines}) == 1
    notes = [
        f"Compared on {base} {unit if units == 1 else unit + 's'}." if same else f"Units: {unit}s.",
        f"Whiskers: {clean(interval) or 'interval of the coefficient'}."
        if any(line.has_interval for line in lines)
        else "",
        "Square: a theme, above its codes." if any(line.theme for line in lines) else "",
    ]
    return " ".join(filter(None, notes))


def describe(lines: Sequence[Line], name: str, title: str, label: str) -> str:
    """Return the alt text: how many codes, the highest three, ranges, and what is undefined."""
    known = sorted((line for line in lines if not line.reason), key=lambda line: -line.value)
    top = [f"{line.name} {number(line.value)}{_between(line)}" for line in known[:3]]
    reasons: dict[str, list[str]] = {}
    for line in lines:
        if line.reason:
            reasons.setdefault(line.reason, []).append(line.name)
    return sentences(
        title,
        f"Forest plot: {name} of {count(len(lines), 'code')}",
        f"Highest: {'; '.join(top)}" if top else "",
        f"Range: {number(known[-1].value)} to {number(known[0].value)}" if len(known) > 1 else "",
        _range("Percent agreement", [line.percent for line in lines], percent),
        _range("Positive agreement", [line.positive for line in lines], number),
        *(_unknown(why, names) for why, names in reasons.items()),
        label,
    )


def _unknown(why: str, names: Sequence[str]) -> str:
    which = f": {', '.join(names)}" if len(names) <= SPOKEN else ""
    return f"{count(len(names), 'code')} {why}{which}"


def _between(line: Line) -> str:
    return f" ({number(line.low)} to {number(line.high)})" if line.has_interval else ""


def _range(what: str, values: Sequence[float], printed: Callable[[float], str]) -> str:
    known = [value for value in values if not isnan(value)]
    if not known:
        return ""
    ends = list(dict.fromkeys(printed(value) for value in (min(known), max(known))))
    return f"{what}: {' to '.join(ends)}"
