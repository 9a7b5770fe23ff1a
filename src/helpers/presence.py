"""Who speaks to what: the codes × participants table that prevalence and comparisons are counted from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .codebook import ancestry, rolled_up, tree
from .errors import StudyError, listed, nearest
from .spans import touched
from .study import Study

_DENSE = 1 << 26  # cells that may be counted as whole numbers; beyond, marking them takes less memory
_PACKED = 1 << 62


@dataclass(frozen=True)
class Evidence:
    """
    The codings that count, and the people who could have been counted.

    Attributes
    ----------
    codings : DataFrame
        Those of the chosen coder.
    coder : str
        The coder's id; empty when all coders are taken together.
    why : str
        Which codings these are, as running text for a caption.
    documents : ndarray of bool, shape (documents,)
        Documents that this coder was asked to code.
    eligible : ndarray of bool, shape (participants,)
        Participants who are heard in at least one of those documents.
    assumed : bool
        No assignments are recorded: everyone who has a document counts as eligible.
    """

    codings: pd.DataFrame
    coder: str
    why: str
    documents: np.ndarray
    eligible: np.ndarray
    assumed: bool


def evidence(study: Study, coder: str = "") -> Evidence:
    """
    Choose whose codings count.

    Parameters
    ----------
    study : Study
        The study.
    coder : str, optional
        A coder's id. Empty: the consensus if the study has one, otherwise all coders together.

    Raises
    ------
    StudyError
        When there is no such coder.
    """
    known = list(study.coders["coder"])
    if coder and coder not in known:
        raise StudyError(f"there is no coder {coder!r}; coders are {listed(known)}.{nearest(coder, known)}")
    chosen = coder or (study.about.consensus if study.about.consensus in known else "")
    codings = study.codings[study.codings["coder"] == chosen] if chosen else study.codings
    names = dict(zip(study.coders["coder"], study.coders["name"], strict=True))
    why = f"codings of {names[chosen]}" if chosen else "codings of all coders together"
    if not chosen and len(known) == 1:
        why = f"codings of {names[known[0]]}"
    mine = study.assignments[study.assignments["coder"] == chosen] if chosen else study.assignments
    documents = np.ones(len(study.documents), dtype=bool)
    if len(mine):
        documents[:] = False
        documents[mine["document"].cat.codes] = True
        # What was coded unasked was coded: nobody is counted who is not in the base. Position -1 is the whole sample's.
        held = np.append(documents, False)
        held[codings["document"].cat.codes.to_numpy().astype(np.int64) - 1] = True
        documents = held[:-1]
    heard, people = speakers(study)
    eligible = np.zeros(len(study.participants), dtype=bool)
    eligible[people[documents[heard]]] = True
    return Evidence(codings, chosen, why, documents, eligible, not len(mine))


def speakers(study: Study) -> tuple[np.ndarray, np.ndarray]:
    """
    Return who is heard where: pairs of a document's position and a participant's.

    A document of one participant is that participant's; in a group's, those who have a turn are heard.
    """
    owner = study.documents["participant"].cat.codes.to_numpy().astype(np.int64) - 1
    owned = np.flatnonzero(owner >= 0)
    turns = study.turns
    document = turns["document"].cat.codes.to_numpy().astype(np.int64)
    person = turns["participant"].cat.codes.to_numpy().astype(np.int64) - 1
    group = (person >= 0) & (owner[document] < 0) if len(turns) else np.zeros(0, dtype=bool)
    pairs = np.unique(np.column_stack([document[group], person[group]]), axis=0) if group.any() else None
    if pairs is None:
        return owned, owner[owned]
    return np.concatenate([owned, pairs[:, 0]]), np.concatenate([owner[owned], pairs[:, 1]])


def people_of(study: Study, codings: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """
    Return whose words each coding is about: pairs of a coding's position and a participant's.

    A coding in a group's document belongs to those whose turns it touches; one of the whole document, to all
    who are heard in it; one of the sample as a whole, to no one.
    """
    document = codings["document"].cat.codes.to_numpy().astype(np.int64) - 1
    owner = study.documents["participant"].cat.codes.to_numpy().astype(np.int64) - 1
    if not len(owner):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    person = np.where(document >= 0, owner[document], -1)
    rows = np.flatnonzero(person >= 0)
    group = np.flatnonzero((document >= 0) & (person < 0))
    if not len(group):
        return rows, person[rows]
    turns = study.turns[study.turns["participant"] != ""]
    coding, turn = touched(codings.iloc[group], turns)
    heard = turns["participant"].cat.codes.to_numpy().astype(np.int64)[turn] - 1
    pairs = np.unique(np.column_stack([group[coding], heard]), axis=0)
    return np.concatenate([rows, pairs[:, 0]]), np.concatenate([person[rows], pairs[:, 1]])


def bitmap(code: np.ndarray, item: np.ndarray, codes: int, items: int) -> np.ndarray:
    """
    Say which code meets which item, in one pass and without sorting.

    Parameters
    ----------
    code, item : ndarray of int, shape (n,)
        Pairs of positions, in any order and as often as they come.
    codes, items : int
        How many there are of each.

    Returns
    -------
    ndarray of bool, shape (codes, items)

    Examples
    --------
    >>> bitmap(np.array([0, 0, 1]), np.array([1, 1, 0]), 2, 2).tolist()
    [[False, True], [True, False]]
    """
    if codes * items > _DENSE:
        table = np.zeros((codes, items), dtype=bool)
        table[code, item] = True
        return table
    return np.bincount(code * items + item, minlength=codes * items).reshape(codes, items) > 0


def speaks(study: Study, chosen: Evidence) -> np.ndarray:
    """
    Say who speaks to which code, a theme being spoken to by whoever speaks to anything below it.

    Returns
    -------
    ndarray of bool, shape (codes, participants)
        Rows follow `study.codes`, columns `study.participants`.
    """
    rows, person = people_of(study, chosen.codings)
    code = chosen.codings["code"].cat.codes.to_numpy().astype(np.int64)[rows]
    return upward(study, bitmap(code, person, len(study.codes), len(study.participants)))


def upward(study: Study, direct: np.ndarray) -> np.ndarray:
    """Return a codes × items table of bool in which every theme has what any code below it has."""
    if not _has_sub_themes(study):
        return direct
    return ancestry(study).T.astype(np.float32) @ direct.astype(np.float32) > 0


def counts(study: Study, chosen: Evidence) -> np.ndarray:
    """
    Count codings of each code by participant, themes counting a passage once however many sub-themes it has.

    Returns
    -------
    ndarray of int, shape (codes, participants)
        Rows follow `study.codes`, columns `study.participants`.
    """
    codes, people = len(study.codes), len(study.participants)
    code, passage = passages(chosen.codings)
    rows, person = people_of(study, chosen.codings)
    up, theme = rolled_up(study, code[rows])
    key = theme * people + person[up]
    if len(key) and (_has_sub_themes(study) or chosen.codings["start"].isna().any()):
        # A passage that carries two sub-themes of one theme is one passage of that theme; and a document that
        # is coded as a whole is one passage, however many pieces of evidence are given.
        pairs = pd.DataFrame({"key": key, "passage": passage[rows][up]}).drop_duplicates()
        key = pairs["key"].to_numpy()
    return np.bincount(key, minlength=codes * people).reshape(codes, people)


def _has_sub_themes(study: Study) -> bool:
    return bool((study.codes["parent"] != "").any())


def passages(codings: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return each coding's code as a position in `study.codes`, and a number that equal passages of a coder share."""
    code = codings["code"].cat.codes.to_numpy().astype(np.int64)
    parts = [codings[c].cat.codes.to_numpy().astype(np.int64) for c in ("coder", "document")]
    start, end = (codings[c].to_numpy(dtype=np.int64, na_value=-1) for c in ("start", "end"))
    passage = np.zeros(len(codings), dtype=np.int64)
    room = 1
    for part in (*parts, start + 1, end - start):
        width = int(part.max(initial=0)) + 1
        if room * width > _PACKED:
            # Numbered anew, the parts so far leave room for the next; the product would no longer fit 64 bits.
            passage = pd.factorize(passage)[0]
            room = int(passage.max(initial=0)) + 1
        passage = passage * width + part
        room *= width
    return code, passage


def states(study: Study, codings: pd.DataFrame, named: np.ndarray) -> np.ndarray:
    """
    Tell the three states of each code apart.

    Parameters
    ----------
    study : Study
        The study.
    codings : DataFrame
        The codings that count.
    named : ndarray of bool, shape (codes,)
        Whether anyone is named for the code.

    Returns
    -------
    ndarray of str, shape (codes,)
        "named", "unnamed" (reported for the sample, nobody named) or "absent"; rows follow `study.codes`.
    """
    used = np.bincount(codings["code"].cat.codes.to_numpy(), minlength=len(study.codes)) > 0
    reported = upward(study, used[:, np.newaxis])[:, 0]
    return np.where(named, "named", np.where(reported, "unnamed", "absent"))


def matrix(study: Study, coder: str = "") -> pd.DataFrame:
    """
    Return who speaks to which theme, one row for each participant and code.

    Parameters
    ----------
    study : Study
        The study.
    coder : str, optional
        Whose codings count; see `evidence`.

    Returns
    -------
    DataFrame
        Participants as the study lists them, codes in reading order. Columns participant, code, name, state (see
        `states`), codings (number of passages), asked (False for someone who is heard in none of the coded
        documents: not asked is not the same as not found).
    """
    chosen = evidence(study, coder)
    table = counts(study, chosen)
    state = states(study, chosen.codings, table.sum(axis=1) > 0)
    order = pd.Index(study.codes["code"]).get_indexer(tree(study)["code"])
    people, codes = study.participants["participant"], study.codes.iloc[order]
    return pd.DataFrame(
        {
            "participant": np.repeat(people.to_numpy(), len(codes)),
            "code": np.tile(codes["code"].to_numpy(), len(people)),
            "name": np.tile(codes["name"].to_numpy(), len(people)),
            "state": np.tile(state[order], len(people)),
            "codings": table[order].T.reshape(-1),
            "asked": np.repeat(chosen.eligible, len(codes)),
        }
    ).astype({"state": "str"})
