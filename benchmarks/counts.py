"""Who speaks to what, counted: with themes, as a study needs it, and for the codes of one plain frame alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from helpers.codebook import ancestry
from helpers.crosstab import memberships
from helpers.evidence import evidence, owners
from helpers.presence import bitmap, speaks
from helpers.study import Study

from .harness import Way, compare

RUNS = 15  # milliseconds each: the best of several, for both ways


def counts(data: Study, n: int) -> Iterator[dict[str, Any]]:
    """Measure prevalence and the crosstab."""
    yield prevalence(data, n)
    yield crosstab(data, n)
    for kind, frame in frames(data).items():
        yield plain_prevalence(data, frame, kind, n)
        yield plain_crosstab(data, frame, kind, n)


def spoken(data: Study) -> pd.DataFrame:
    """Return theme and participant of each coding as pandas finds them: a look-up, then a join with the tree."""
    owner = data.documents.set_index("document")["participant"]
    below, above = np.nonzero(ancestry(data))
    codings, codes = data.codings[["code", "document"]], data.codings["code"].dtype
    tree = pd.DataFrame(
        {name: pd.Categorical.from_codes(at, dtype=codes) for name, at in (("code", below), ("theme", above))}
    )
    return codings.assign(participant=codings["document"].map(owner)).merge(tree, on="code")


def prevalence(data: Study, n: int) -> dict[str, Any]:
    """Participants of each code and theme."""
    chosen = evidence(data)
    return compare(
        "prevalence: participants of each code and theme",
        n,
        Way("bitmaps", lambda: speaks(data, chosen).sum(axis=1), RUNS),
        Way(
            "pandas merge, groupby, nunique",
            lambda: spoken(data).groupby("theme", observed=False)["participant"].nunique().to_numpy(),
            RUNS,
        ),
        np.array_equal,
    )


def crosstab(data: Study, n: int) -> dict[str, Any]:
    """Participants of each code and theme by group."""
    chosen = evidence(data)
    member, groups = memberships(data, "group")
    group = data.participants.set_index("participant")["group"]

    def pandas_way() -> np.ndarray:
        once = spoken(data)[["theme", "participant"]].drop_duplicates()
        return pd.crosstab(once["theme"], once["participant"].map(group), dropna=False)[groups].to_numpy()

    return compare(
        "crosstab: participants of each code and theme by group",
        n,
        Way("bitmaps and one product", lambda: speaks(data, chosen).astype(np.int64) @ member, RUNS),
        Way("pandas merge, drop_duplicates, crosstab", pandas_way, RUNS),
        np.array_equal,
    )


def frames(data: Study) -> dict[str, pd.DataFrame]:
    """Return code and participant of each coding as columns of whole numbers and of categories."""
    person = owners(data)[data.codings["document"].cat.codes]
    code = data.codings["code"].cat.codes.to_numpy().astype(np.int64)
    people = pd.Index(data.participants["participant"])
    named = {"code": data.codings["code"], "participant": pd.Categorical.from_codes(person, categories=people)}
    return {
        "whole numbers": pd.DataFrame({"code": code, "participant": person}),
        "categories": pd.DataFrame(named),
    }


def places(frame: pd.DataFrame) -> Iterator[np.ndarray]:
    """Yield the frame's codes and participants as positions: what the columns hold already."""
    for column in ("code", "participant"):
        values = frame[column]
        yield (values.cat.codes if isinstance(values.dtype, pd.CategoricalDtype) else values).to_numpy()


def plain_prevalence(data: Study, frame: pd.DataFrame, kind: str, n: int) -> dict[str, Any]:
    """Participants of each code, without themes, from two columns that both ways are given."""
    size = len(data.codes), len(data.participants)
    at = tuple(places(frame))
    return compare(
        f"prevalence: participants of each code alone, columns of {kind}",
        n,
        Way("one bitmap", lambda: bitmap(*at, *size).sum(axis=1), RUNS),
        Way(
            "pandas groupby, nunique",
            lambda: frame.groupby("code", observed=False)["participant"].nunique().to_numpy(),
            RUNS,
        ),
        np.array_equal,
    )


def plain_crosstab(data: Study, frame: pd.DataFrame, kind: str, n: int) -> dict[str, Any]:
    """Participants of each code by group, without themes, from two columns that both ways are given."""
    size = len(data.codes), len(data.participants)
    at = tuple(places(frame))
    member, groups = memberships(data, "group")
    group = data.participants["group"].astype("str")
    group.index = group.index if kind == "whole numbers" else pd.Index(data.participants["participant"])

    def pandas_way() -> np.ndarray:
        once = frame.drop_duplicates()
        return pd.crosstab(once["code"], once["participant"].map(group), dropna=False)[groups].to_numpy()

    return compare(
        f"crosstab: participants of each code alone by group, columns of {kind}",
        n,
        Way("one bitmap and one product", lambda: bitmap(*at, *size).astype(np.int64) @ member, RUNS),
        Way("pandas drop_duplicates, crosstab", pandas_way, RUNS),
        np.array_equal,
    )
