"""Cases by themes: the framework matrix, and which themes come together in whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from .codebook import tree
from .presence import evidence, speaks
from .quotes import quotes
from .study import Study

Fill = Literal["quote", "memo"]
TELLING = 40  # characters; shorter passages seldom speak for themselves


def framework(
    study: Study, *, themes: Sequence[str] = (), coder: str = "", fill: Fill = "quote", cells: int = 1
) -> pd.DataFrame:
    """
    Return, for each participant and theme, what stands for it: the shortest telling passage, or the coder's memo.

    Parameters
    ----------
    study : Study
        The study.
    themes : sequence of str
        The columns' codes, in order, each with all below it; the themes at the top by default.
    coder : str, optional
        Whose codings; see `helpers.presence.evidence`.
    fill : {"quote", "memo"}
        What a cell holds; one without a memo holds a passage all the same.
    cells : int
        At most so many texts in a cell.

    Returns
    -------
    DataFrame
        One row for each participant and theme: participant, theme, name, passages (how many there are), text (empty
        where there is none; several are parted by a line), kind ("memo", "quote", "paraphrase" or ""). A passage is
        telling from 40 characters on; where all are shorter, the longest speaks.

    Notes
    -----
    Source of the form: Ritchie & Spencer (1994), Qualitative data analysis for applied policy research.
    """
    book = tree(study).set_index("code")
    chosen = list(themes) or list(book.index[book["level"] == 0])
    rows = []
    for theme in chosen:
        said = quotes(study, codes=[theme], coder=coder, context=0)
        said = said.drop_duplicates(["coder", "document", "start", "end", "quote"])
        by_person = dict(list(said.groupby("participant", sort=False)))
        for person in study.participants["participant"]:
            mine = by_person.get(person, said.iloc[:0])
            text, kind = _speaking(mine, fill, cells)
            place = {"participant": person, "theme": theme, "name": book.at[theme, "name"]}
            rows.append({**place, "passages": len(mine), "text": text, "kind": kind})
    return pd.DataFrame(rows, columns=["participant", "theme", "name", "passages", "text", "kind"])


def _speaking(said: pd.DataFrame, fill: Fill, cells: int) -> tuple[str, str]:
    """Choose what speaks for a cell, and say what it is."""
    if said.empty:
        return "", ""
    noted = said[(said["memo"] != "") & ~said["paraphrase"]]
    if fill == "memo" and len(noted):
        return "\n".join(noted["memo"].head(cells)), "memo"
    length = said["quote"].str.len()
    telling = said[length >= TELLING]
    order = telling["quote"].str.len().sort_values(kind="stable").index
    order = order if len(order) else length.sort_values(ascending=False, kind="stable").index
    kind = "paraphrase" if said["paraphrase"].all() else "quote"
    return "\n".join(said.loc[order[:cells], "quote"]), kind


def combinations(study: Study, *, themes: Sequence[str] = (), coder: str = "") -> pd.DataFrame:
    """
    Return who speaks to which themes, as sets.

    Parameters
    ----------
    study : Study
        The study.
    themes : sequence of str
        Codes, each with all below it; those at the lowest level by default.
    coder : str, optional
        Whose codings; see `helpers.presence.evidence`.

    Returns
    -------
    DataFrame of bool
        Index participant (those who were heard), columns codes in reading order.
    """
    chosen = evidence(study, coder)
    order = list(tree(study)["code"])
    parents = set(study.codes["parent"])
    wanted = list(themes) or [code for code in order if code not in parents]
    row = pd.Index(study.codes["code"]).get_indexer(wanted)
    has = speaks(study, chosen)[row].T[chosen.eligible]
    people = study.participants.loc[chosen.eligible, "participant"]
    return pd.DataFrame(has, index=pd.Index(people, name="participant"), columns=pd.Index(wanted, name="code"))


def combination_counts(sets: pd.DataFrame) -> pd.DataFrame:
    """
    Count the people of each combination of themes.

    Parameters
    ----------
    sets : DataFrame of bool
        People × codes; as `combinations` returns it.

    Returns
    -------
    DataFrame
        Columns codes (joined by " + "; empty for none of them), themes (how many), participants, who (joined by ", ");
        the most frequent first, then by reading order.
    """
    keys = [" + ".join(sets.columns[row]) for row in sets.to_numpy(dtype=bool)]
    table = pd.DataFrame({"codes": keys, "themes": sets.sum(axis=1).to_numpy(), "who": sets.index.astype("str")})
    grouped = table.groupby("codes", sort=False).agg(
        themes=("themes", "first"), participants=("who", "size"), who=("who", ", ".join)
    )
    return grouped.reset_index().sort_values("participants", ascending=False, kind="stable").reset_index(drop=True)
