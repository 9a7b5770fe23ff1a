"""A prevalence frame as figures read it: themes with their state, their children and the words for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any

import pandas as pd

from .style import sentences
from .text import clean

NOBODY_NAMED = "present, nobody named"


@dataclass(frozen=True)
class Theme:
    """One row of a prevalence frame. `low` and `high` bound a proportion; NaN when there is no interval."""

    code: str
    name: str
    parent: str
    state: str
    n: int
    of: int
    extent: str
    low: float
    high: float
    children: tuple[str, ...]

    @property
    def spoken(self) -> str:
        """Say the state in words: "3 of 14", "0 of 14" or "present, nobody named"."""
        return NOBODY_NAMED if self.state == "unnamed" else f"{self.n} of {self.of}"

    @property
    def short(self) -> str:
        """Say the state as a figure prints it in a circle: "3/14"."""
        return NOBODY_NAMED if self.state == "unnamed" else f"{self.n}/{self.of}"

    @property
    def reported(self) -> str:
        """Say for whom the theme was reported beyond those named ("reported for all"), or nothing."""
        return f"reported for {self.extent}" if self.extent else ""


def read(prevalence: pd.DataFrame) -> dict[str, Theme]:
    """Return the themes by code, in the frame's order; a parent that is not in the frame counts as none.

    A theme in the state "named" with no participant (coded in group documents only) is shown as "unnamed":
    it is present, and 0 of N would say the opposite.
    """
    known = set(prevalence["code"])
    parents = [parent if parent in known else "" for parent in prevalence["parent"]]
    children: dict[str, list[str]] = {}
    for code, parent in zip(prevalence["code"], parents, strict=True):
        children.setdefault(parent, []).append(code)
    themes = {}
    for row, parent in zip(prevalence.to_dict("records"), parents, strict=True):
        named = row["state"] == "named"
        n = int(row["participants"]) if named else 0
        themes[row["code"]] = Theme(
            code=row["code"],
            name=clean(row["name"]) or clean(row["code"]),
            parent=parent,
            state="unnamed" if named and not n else str(row["state"]),
            n=n,
            of=int(row["of"]),
            extent="" if pd.isna(row["extent"]) else clean(row["extent"]),
            low=_bound(row.get("low")),
            high=_bound(row.get("high")),
            children=tuple(children.get(row["code"], ())),
        )
    return themes


def _bound(value: Any) -> float:
    return float("nan") if pd.isna(value) else float(value)


def roots(themes: Mapping[str, Theme]) -> list[Theme]:
    """Return the themes at the top, in order."""
    return [theme for theme in themes.values() if not theme.parent]


def has_interval(theme: Theme) -> bool:
    """Tell whether a named theme comes with an interval of its proportion."""
    return theme.state == "named" and not isnan(theme.low) and not isnan(theme.high)


def describe(kind: str, themes: Mapping[str, Theme], title: str = "", label: str = "") -> str:
    """Return the alt text of a figure of themes: kind, how many, the top three, range, states, label."""
    leaves = [theme for theme in themes.values() if not theme.children]
    above = [theme for theme in roots(themes) if theme.children]
    people = max(theme.of for theme in themes.values())
    named = sorted((t for t in leaves if t.state == "named"), key=lambda theme: -theme.n)
    scope = f" in {count(len(above), 'theme')}" if above else ""
    return sentences(
        title,
        f"{kind}: {count(len(leaves), 'code')}{scope}, {count(people, 'participant')}",
        f"Themes: {listed(above)}" if above else "",
        f"Most participants: {listed(named[:3])}" if named else "No code names a participant",
        f"Range of the named codes: {named[-1].spoken} to {named[0].spoken}" if len(named) > 1 else "",
        _how_many(leaves, "unnamed", NOBODY_NAMED),
        _how_many(leaves, "absent", "absent"),
        "; ".join(f"{theme.name}: {theme.reported}" for theme in themes.values() if theme.extent),
        label,
    )


def count(number: int, noun: str) -> str:
    """Return "1 code", "2 codes"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(themes: Iterable[Theme]) -> str:
    """Return "Rationale 3 of 14; Morality 3 of 14"."""
    return "; ".join(f"{theme.name} {theme.spoken}" for theme in themes)


def _how_many(leaves: Iterable[Theme], state: str, words: str) -> str:
    number = sum(theme.state == state for theme in leaves)
    return f"{count(number, 'code')} {words}" if number else ""
