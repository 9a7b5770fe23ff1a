"""Who took part: Table 1, person by person and in summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from .cells import written
from .errors import StudyError, listed, nearest
from .study import Study

MISSING = "Missing"
MEDIAN = "median"
NUMBERS = ("mean", "sd", "median", "q1", "q3", "min", "max")


def attributes(study: Study) -> list[str]:
    """Return the names of the participants' attributes, in the order of their columns."""
    return [column for column in study.participants if column != "participant"]


def values(study: Study, attribute: str) -> pd.DataFrame:
    """
    Return an attribute's values, one row for each person and value.

    Parameters
    ----------
    study : Study
        The study.
    attribute : str
        A column of the participants.

    Returns
    -------
    DataFrame
        Columns participant, value (text). Somebody with several values has several rows; a missing value is
        "Missing". Levels with nobody in them have no row; `levels` lists them.

    Raises
    ------
    StudyError
        When there is no such attribute.
    """
    _known(study, [attribute])
    people = study.participants
    cells = people[attribute]
    text = _numbered(cells) if pd.api.types.is_numeric_dtype(cells) else cells.astype("str")
    text = text.where(cells.notna(), MISSING)
    table = pd.DataFrame({"participant": people["participant"], "value": text})
    if study.about.attribute(attribute).multivalued:
        table = table.assign(value=table["value"].str.split("; ")).explode("value", ignore_index=True)
        table = table.drop_duplicates(ignore_index=True)
    return table.astype("str")


def levels(study: Study, attribute: str) -> list[str]:
    """Return an attribute's levels: the declared ones in their order, else by number of people; missing last."""
    about = study.about.attribute(attribute)
    found = values(study, attribute)["value"]
    order = list(about.levels) or [v for v in found.value_counts().index if v != about.none]
    order = [v for v in order if v != MISSING]
    if about.none and (found == about.none).any() and about.none not in order:
        order.append(about.none)
    return order + ([MISSING] if (found == MISSING).any() else [])


def participant_table(study: Study) -> pd.DataFrame:
    """
    Return the participants as a published Table 1 prints them: one row a person, one column an attribute.

    Returns
    -------
    DataFrame of str
        Columns are the attributes' labels. A multi-valued attribute has as many numbered columns as the person
        with the most values needs. Missing is empty.
    """
    columns = {"Participant": study.participants["participant"].astype("str")}
    for name in attributes(study):
        label, cells = study.about.attribute(name).label, study.participants[name]
        if study.about.attribute(name).multivalued:
            parts = cells.astype("str").where(cells.notna(), "").str.split("; ", expand=True).fillna("")
            width = max(parts.shape[1], 1)
            numbered = [label] if width == 1 else [f"{label} {n}" for n in range(1, width + 1)]
            columns |= {title: parts[n].astype("str") for n, title in enumerate(numbered) if n in parts}
        else:
            text = _numbered(cells) if pd.api.types.is_numeric_dtype(cells) else cells.astype("str")
            columns[label] = text.where(cells.notna(), "")
    return pd.DataFrame(columns)


def summary(study: Study, *, by: str = "", only: Iterable[str] | None = None) -> pd.DataFrame:
    """
    Summarise the participants' attributes, level by level.

    Parameters
    ----------
    study : Study
        The study.
    by : str, optional
        An attribute to show side by side; somebody with several values of it is in several groups.
    only : iterable of str, optional
        The attributes to summarise; all by default.

    Returns
    -------
    DataFrame
        One row for each attribute, level and group: attribute, label, kind ("number" or "category"; a count of
        missing values is a category), level, group ("All", or a level of `by`), `n`
        (people with this level, or with a number), `of` (people in the group), and for numbers mean, sd (n - 1),
        median, q1, q3 (linear interpolation: type 7 of Hyndman & Fan 1996, Am Stat 50:361-365), min, max. A number
        declared to lie within another attribute has a row for each level of that one and none for all together.
        Missing values are a level of their own and in no other figure. The sd of one value is NaN.

    Raises
    ------
    StudyError
        When an attribute is not known.
    """
    names = list(only) if only is not None else [name for name in attributes(study) if name != by]
    _known(study, [*names, *([by] if by else [])])
    rows = []
    for group, people in _groups(study, by):
        part = study.only(participants=people)
        for name in names:
            label = study.about.attribute(name).label
            for level, cells in _levels(study, part, name):
                kind = "number" if MEDIAN in cells else "category"
                place = {"attribute": name, "label": label, "kind": kind, "level": level, "group": group}
                rows.append({**place, "of": len(people), **cells})
    columns = ["attribute", "label", "kind", "level", "group", "n", "of", *NUMBERS]
    table = pd.DataFrame(rows, columns=columns)
    return table.astype({"n": "int64", "of": "int64", **dict.fromkeys(NUMBERS, "float64")})


def _groups(study: Study, by: str) -> Iterator[tuple[str, list[str]]]:
    yield "All", list(study.participants["participant"])
    if by:
        members = values(study, by)
        for level in levels(study, by):
            yield level, list(members.loc[members["value"] == level, "participant"])


def _levels(whole: Study, part: Study, name: str) -> Iterator[tuple[str, dict[str, float]]]:
    """Give the rows of one attribute; the levels are those of the whole study, so that columns can be compared."""
    about, cells = whole.about.attribute(name), part.participants[name]
    if about.within:
        inside = values(part, about.within)
        for level in levels(whole, about.within):
            people = inside.loc[inside["value"] == level, "participant"]
            numbers = cells[part.participants["participant"].isin(people)]
            yield level, _described(numbers)
        yield from _missing(whole, part, name)
    elif pd.api.types.is_numeric_dtype(whole.participants[name]):
        yield "", _described(cells)
        yield from _missing(whole, part, name)
    else:
        found = values(part, name)
        for level in levels(whole, name):
            yield level, {"n": int((found["value"] == level).sum())}


def _missing(whole: Study, part: Study, name: str) -> Iterator[tuple[str, dict[str, float]]]:
    if whole.participants[name].isna().any():
        yield MISSING, {"n": int(part.participants[name].isna().sum())}


def _described(cells: pd.Series) -> dict[str, float]:
    numbers = cells.dropna().to_numpy(dtype=float)
    if not len(numbers):
        return {"n": 0, MEDIAN: np.nan}
    q1, median, q3 = np.quantile(numbers, [0.25, 0.5, 0.75])
    sd = numbers.std(ddof=1) if len(numbers) > 1 else np.nan
    figures = (numbers.mean(), sd, median, q1, q3, numbers.min(), numbers.max())
    return {"n": len(numbers), **dict(zip(NUMBERS, map(float, figures), strict=True))}


def _known(study: Study, names: Iterable[str]) -> None:
    known = attributes(study)
    wrong = [name for name in names if name not in known]
    if wrong:
        hint = nearest(wrong[0], known)
        raise StudyError(f"no attribute {listed(wrong)}; participants.csv has {listed(known)}.{hint}")


def _numbered(cells: pd.Series) -> pd.Series:
    """Write numbers without a decimal part that says nothing."""
    return cells.map(lambda value: "" if pd.isna(value) else written(value)).astype("str")
