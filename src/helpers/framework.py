"""Cases by themes: the framework matrix, and which themes come together in whom."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import compress
from typing import Literal

import pandas as pd

from .codebook import ancestry, tree
from .errors import StudyError, listed, nearest
from .presence import evidence, speaks
from .quotes import by_speaker
from .study import Study

Fill = Literal["quote", "memo"]
TELLING = 40  # characters; shorter passages seldom speak for themselves
BETWEEN = "\n\n"  # the texts of a cell


def framework(
    study: Study, *, themes: str | Sequence[str] = (), coder: str = "", fill: Fill = "quote", cells: int = 1
) -> pd.DataFrame:
    """
    Return, for each participant and theme, what stands for it: the shortest telling passage, or the coder's memo.

    Parameters
    ----------
    study : Study
        The study.
    themes : str or sequence of str
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
        One row for each participant and theme: participant, theme, name, passages (how many there are, counted as
        `helpers.presence.matrix` does), text (empty where there is none; several are parted by an empty line), kind
        ("memo", "quote", "paraphrase" or ""). A passage is telling from 40 characters on; where all are shorter, the
        longest speaks. A paraphrase speaks only where there is nothing to quote. What several people say in a group
        belongs to each of them.

    Raises
    ------
    StudyError
        When a theme, the coder or the fill is not known, or a cell is to hold no text.

    Notes
    -----
    Source of the form: Ritchie & Spencer (1994), Qualitative data analysis for applied policy research.
    """
    if fill not in ("quote", "memo") or cells < 1:
        raise StudyError(f"a cell holds at least 1 'quote' or 'memo', not {cells} of {fill!r}")
    book = tree(study).set_index("code")
    chosen = _known(study, themes) or list(book.index[book["level"] == 0])
    above = pd.DataFrame(ancestry(study), index=study.codes["code"], columns=study.codes["code"])
    said = by_speaker(study, coder=coder)
    filled = {}
    for theme in chosen:
        mine = said[above[theme].loc[said["code"]].to_numpy(dtype=bool)]
        once = mine.drop_duplicates(["participant", "coder", "document", "start", "end"])
        passages = once["participant"].value_counts()
        for person, theirs in mine.groupby("participant", sort=False):
            filled[person, theme] = (int(passages[person]), *_speaking(theirs, fill, cells))
    names = book["name"]
    people = study.participants["participant"]
    rows = [(who, theme, names[theme], *filled.get((who, theme), (0, "", ""))) for who in people for theme in chosen]
    return pd.DataFrame(rows, columns=["participant", "theme", "name", "passages", "text", "kind"])


def _known(study: Study, themes: str | Sequence[str]) -> list[str]:
    """Return the codes asked for, once each."""
    themes, known = [themes] if isinstance(themes, str) else themes, list(study.codes["code"])
    wrong = [theme for theme in themes if theme not in known]
    if wrong:
        raise StudyError(f"no code {listed(wrong)}; codes.csv has {listed(known)}.{nearest(wrong[0], known)}")
    return list(dict.fromkeys(themes))


def _speaking(said: pd.DataFrame, fill: Fill, cells: int) -> tuple[str, str]:
    """Choose what speaks for a cell, and say what it is."""
    if fill == "memo" and len(noted := _texts(said.loc[~said["paraphrase"], "memo"])):
        return BETWEEN.join(noted[:cells]), "memo"
    for kind, wanted in (("quote", ~said["paraphrase"]), ("paraphrase", said["paraphrase"])):
        texts = _texts(said.loc[wanted, "quote"])
        telling = sorted((text for text in texts if len(text) >= TELLING), key=len)
        if telling or texts:
            return BETWEEN.join((telling or sorted(texts, key=len, reverse=True))[:cells]), kind
    return "", ""


def _texts(cells: pd.Series) -> list[str]:
    """Return texts once each, without empty lines: those part the texts of a cell."""
    return [text for text in dict.fromkeys(re.sub(r"\n\s*\n", "\n", cell).strip() for cell in cells) if text]


def combinations(study: Study, *, themes: str | Sequence[str] = (), coder: str = "") -> pd.DataFrame:
    """
    Return who speaks to which themes, as sets.

    Parameters
    ----------
    study : Study
        The study.
    themes : str or sequence of str
        Codes, each with all below it; those at the lowest level by default.
    coder : str, optional
        Whose codings; see `helpers.presence.evidence`.

    Returns
    -------
    DataFrame of bool
        Index participant (those who were heard), columns codes in reading order.

    Raises
    ------
    StudyError
        When a theme or the coder is not known.
    """
    chosen = evidence(study, coder)
    parents = set(study.codes["parent"])
    wanted = _known(study, themes) or [code for code in tree(study)["code"] if code not in parents]
    row = pd.Index(study.codes["code"]).get_indexer(wanted)
    has = speaks(study, chosen)[row].T[chosen.eligible]
    people = study.participants.loc[chosen.eligible, "participant"]
    return pd.DataFrame(has, index=pd.Index(people, name="participant"), columns=pd.Index(wanted, name="code"))


def combination_counts(sets: pd.DataFrame, names: Mapping[str, str] | None = None) -> pd.DataFrame:
    """
    Count the people of each combination of themes.

    Parameters
    ----------
    sets : DataFrame of bool
        People × codes; as `combinations` returns it.
    names : mapping of str to str, optional
        What to call the codes; their ids by default.

    Returns
    -------
    DataFrame
        Columns codes (joined by " + "; empty for none of them), themes (how many), participants, who (joined by ", ");
        the most frequent first, then the smallest, then in the order of the columns.

    Examples
    --------
    >>> sets = pd.DataFrame({"a": [True, True, False], "b": [True, True, True]}, index=["Ann", "Bo", "Cy"])
    >>> combination_counts(sets).values.tolist()
    [['a + b', 2, 2, 'Ann, Bo'], ['b', 1, 1, 'Cy']]
    """
    called = [(names or {}).get(code, str(code)) for code in sets.columns]
    who: dict[tuple[bool, ...], list[str]] = {}
    for person, has in zip(sets.index, sets.to_numpy(dtype=bool).tolist(), strict=True):
        who.setdefault(tuple(has), []).append(str(person))
    ordered = sorted(who.items(), key=lambda one: (-len(one[1]), sum(one[0]), [not has for has in one[0]]))
    rows = [(" + ".join(compress(called, has)), sum(has), len(people), ", ".join(people)) for has, people in ordered]
    return pd.DataFrame(rows, columns=["codes", "themes", "participants", "who"])
