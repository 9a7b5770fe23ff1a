"""Themes by an attribute: how many of each group speak to each theme, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from .cells import written
from .characteristics import levels, values
from .codebook import tree
from .errors import StudyError
from .presence import evidence, speaks, states
from .study import Study


def crosstab(study: Study, attribute: str, *, coder: str = "", bands: Sequence[float] = ()) -> pd.DataFrame:
    """
    Count participants for each theme and each level of an attribute.

    Parameters
    ----------
    study : Study
        The study.
    attribute : str
        A column of the participants. Somebody with several values (diagnoses) is counted under each.
    coder : str, optional
        Whose codings count; see `helpers.presence.evidence`.
    bands : sequence of float, optional
        Where to cut a number: (30, 45) gives "under 30", "30 to under 45", "45 and over".

    Returns
    -------
    DataFrame
        One row for each code (in reading order) and level: code, name, parent, tree level as `depth`, level,
        participants, of (eligible people at that level). People whose value is missing are a level, "Missing", and
        never spread over the others. A theme that is reported without naming anyone has 0 participants and
        `state` "unnamed": its split is not known.

    Raises
    ------
    StudyError
        When the attribute is unknown, a number is given no bands, or it is only comparable within another
        attribute (doses of different drugs).
    """
    indicator, order = memberships(study, attribute, bands)
    chosen = evidence(study, coder)
    found = speaks(study, chosen)
    indicator[~chosen.eligible] = 0
    shown = tree(study)[["code", "name", "parent", "level"]].rename(columns={"level": "depth"})
    place = pd.Index(study.codes["code"]).get_indexer(shown["code"])
    state = states(study, chosen.codings, found.sum(axis=1) > 0)
    tall = shown.loc[shown.index.repeat(len(order))].reset_index(drop=True)
    return tall.assign(
        state=np.repeat(state[place], len(order)),
        level=np.tile(np.array(order, dtype=object), len(shown)),
        participants=(found.astype(np.int64) @ indicator)[place].reshape(-1),
        of=np.tile(indicator.sum(axis=0), len(shown)),
    )


def memberships(study: Study, attribute: str, bands: Sequence[float] = ()) -> tuple[np.ndarray, list[str]]:
    """
    Say who is in which group of an attribute.

    Returns
    -------
    ndarray of int, shape (participants, groups), list of str
        1 for a member, and the groups' names in order. Rows follow `study.participants`.
    """
    members, order = _members(study, attribute, bands)
    people = pd.Index(study.participants["participant"])
    indicator = np.zeros((len(people), len(order)), dtype=np.int64)
    indicator[people.get_indexer(members["participant"]), pd.Index(order).get_indexer(members["value"])] = 1
    return indicator, order


def _members(study: Study, attribute: str, bands: Sequence[float]) -> tuple[pd.DataFrame, list[str]]:
    members = values(study, attribute)
    if not pd.api.types.is_numeric_dtype(study.participants[attribute]):
        return members, levels(study, attribute)
    if inside := study.about.attribute(attribute).within:
        raise StudyError(f"{attribute!r} means something else in each {inside!r}: people are not grouped by it")
    if not len(bands):
        raise StudyError(f"{attribute!r} is a number; say where to cut it, for example bands=(30, 45)")
    cuts = sorted({float(b) for b in bands})
    said = [written(cut) for cut in cuts]
    names = [f"under {said[0]}", *(f"{a} to under {b}" for a, b in pairwise(said)), f"{said[-1]} and over"]
    numbers = study.participants[attribute]
    band = np.array(names)[np.searchsorted(cuts, numbers.fillna(0), side="right")]
    value = pd.Series(band, index=numbers.index).where(numbers.notna(), "Missing").astype("str")
    missing = ["Missing"] if numbers.isna().any() else []
    return pd.DataFrame({"participant": study.participants["participant"], "value": value}), names + missing
