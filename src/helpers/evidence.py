"""Whose codings count, and whose words they are about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .errors import StudyError, listed, nearest
from .spans import touched
from .study import Study

GROUP, NOBODY = -1, -2  # a document of several people, and none at all


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
    owner = owners(study)[codings["document"].cat.codes.to_numpy()]
    rows = np.flatnonzero(owner >= 0)
    group = np.flatnonzero(owner == GROUP)
    if not len(group):
        return rows, owner[rows]
    turns = study.turns[study.turns["participant"] != ""]
    coding, turn = touched(codings.iloc[group], turns)
    heard = turns["participant"].cat.codes.to_numpy().astype(np.int64)[turn] - 1
    pairs = np.unique(np.column_stack([group[coding], heard]), axis=0)
    return np.concatenate([rows, pairs[:, 0]]), np.concatenate([owner[rows], pairs[:, 1]])


def owners(study: Study) -> np.ndarray:
    """
    Return whose each document is, by the document's category in `study.codings`.

    Returns
    -------
    ndarray of int, shape (documents + 1,)
        The participant's position, or `GROUP`; `NOBODY` for category 0, which is the sample as a whole.
    """
    person = study.documents["participant"].cat.codes.to_numpy().astype(np.int64) - 1
    return np.concatenate([[NOBODY], np.where(person >= 0, person, GROUP)])
