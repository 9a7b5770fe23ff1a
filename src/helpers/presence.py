"""Who speaks to what: the codes × participants table that prevalence and comparisons are counted from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .codebook import ancestry, rolled_up, tree
from .evidence import GROUP, Evidence, evidence, owners, people_of
from .study import Study

_PACKED = 1 << 62
_STEP = 1 << 16  # pairs looked at in one go: their places stay in the processor's cache


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
    table = np.zeros(codes * items, dtype=bool)
    narrow = codes * items < 2**31 and max(code.itemsize, item.itemsize) < 8
    row: np.ndarray = np.empty(min(_STEP, len(code)), dtype=np.int32 if narrow else np.int64)
    wide: np.ndarray = np.empty(len(row) if narrow else 0, dtype=np.int64)
    for first in range(0, len(code), _STEP):
        some = slice(first, first + _STEP)
        at = row[: len(code[some])]
        if narrow:  # steps of one kind each are faster than one of several
            at[:] = code[some]
            at *= items
            at += item[some]
            wide[: len(at)] = at
            at = wide[: len(at)]
        else:
            np.multiply(code[some], items, out=at, dtype=np.int64)
            at += item[some]
        table[at] = True
    return table.reshape(codes, items)


def speaks(study: Study, chosen: Evidence) -> np.ndarray:
    """
    Say who speaks to which code, a theme being spoken to by whoever speaks to anything below it.

    Returns
    -------
    ndarray of bool, shape (codes, participants)
        Rows follow `study.codes`, columns `study.participants`.
    """
    codings, codes, people = chosen.codings, len(study.codes), len(study.participants)
    code, document = (codings[c].cat.codes.to_numpy() for c in ("code", "document"))
    # Documents first, then their owners: there are far fewer documents than codings. The last two rows are those
    # of GROUP and NOBODY, which count from the end.
    owner = owners(study)
    order = np.argsort(owner, kind="stable")
    person, first = np.unique(owner[order], return_index=True)
    found = np.zeros((people + 2, codes), dtype=bool)
    found[person] = np.logical_or.reduceat(bitmap(document, code, len(owner), codes)[order], first)
    if found[GROUP].any():
        shared = codings[owner[document] == GROUP]
        rows, person = people_of(study, shared)
        found[:people] |= bitmap(person, shared["code"].cat.codes.to_numpy()[rows], people, codes)
    return upward(study, found[:people].T)


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
