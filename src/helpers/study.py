"""The core record: a study as one frozen set of tidy tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from .about import About
from .checks import typed
from .errors import StudyError, listed, nearest, refuse
from .schema import TABLES
from .spans import touched


@dataclass(frozen=True, eq=False)
class Study:
    """
    A coded study: who was asked, what they said, and who coded what.

    Attributes
    ----------
    name : str
        The short name that files are called by.
    about : About
        What `study.toml` says.
    participants, documents, turns, codes, coders, codings, assignments, memos : DataFrame
        Tidy tables; their columns are declared in `helpers.schema`. Ids that name a row of another table are
        categoricals over that table's ids, in its order; the id `""` stands for nobody (a group's document, the
        interviewer's turn), as a coding's document for the sample as a whole, and in a memo for what it is not about.
        `start` and `end` count code points of the text as stored, half-open; NA means the whole document.
    inputs : mapping of str to str
        SHA-256 of the files that the study was read from, by name.

    See Also
    --------
    make_study : build one from tables, with every check.
    """

    name: str
    about: About
    participants: pd.DataFrame
    documents: pd.DataFrame
    turns: pd.DataFrame
    codes: pd.DataFrame
    coders: pd.DataFrame
    codings: pd.DataFrame
    assignments: pd.DataFrame
    memos: pd.DataFrame
    inputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_synthetic(self) -> bool:
        """Whether the people and their words are invented."""
        return self.about.kind == "synthetic"

    @property
    def label(self) -> str:
        """What every table and figure of this study has to be marked with."""
        return "Synthetic data" if self.is_synthetic else ""

    @property
    def has_texts(self) -> bool:
        """Whether any document comes with its text."""
        return bool((self.documents["text"] != "").any())

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return all tables by name."""
        return {name: getattr(self, name) for name in TABLES}

    def only(
        self,
        *,
        participants: Iterable[str] | None = None,
        documents: Iterable[str] | None = None,
        codes: Iterable[str] | None = None,
        coders: Iterable[str] | None = None,
    ) -> Study:
        """
        Return the part of the study that concerns some participants, documents, codes or coders.

        Parameters
        ----------
        participants : iterable of str, optional
            Keeps their documents, and the group documents in which one of them speaks; of what is coded there, not
            what is said by others alone.
        documents : iterable of str, optional
            Keeps these documents; participants without one stay, as people who were not heard.
        codes : iterable of str, optional
            Keeps these codes with all below them, and the codes above them for the tree's sake; of the codings
            only those with the named codes and the ones below.
        coders : iterable of str, optional
            Keeps their codings and assignments; memos stay, whoever wrote them.

        Returns
        -------
        Study
            Codings of the sample as a whole stay: they speak of no one in particular.

        Raises
        ------
        StudyError
            When an id is not one of this study's.
        """
        tables = self.tables()
        if participants is not None:
            tables = _of_participants(tables, _known(participants, self.participants["participant"], "participant"))
        if documents is not None:
            tables = _of_documents(tables, _known(documents, self.documents["document"], "document"))
        if codes is not None:
            tables = _of_codes(tables, _known(codes, self.codes["code"], "code"))
        if coders is not None:
            chosen = _known(coders, self.coders["coder"], "coder")
            for name in ("coders", "codings", "assignments"):
                tables[name] = tables[name][tables[name]["coder"].isin(chosen)]
        return replace(self, **_relinked(tables))


def make_study(
    name: str,
    tables: Mapping[str, pd.DataFrame],
    about: About | None = None,
    inputs: Mapping[str, str] | None = None,
) -> Study:
    """
    Build a study from its tables, checking all of it.

    Parameters
    ----------
    name : str
        The study's short name.
    tables : mapping of str to DataFrame
        Any of participants, documents, turns, codes, coders, codings, assignments, memos; absent ones are empty.
    about : About, optional
        What is known of the study beside its tables.
    inputs : mapping, optional
        SHA-256 of the files read, by name.

    Raises
    ------
    StudyError
        When anything is wrong; it lists all problems.

    Examples
    --------
    >>> study = make_study("pilot", {
    ...     "participants": pd.DataFrame({"participant": ["Ann"]}),
    ...     "documents": pd.DataFrame({"document": ["a1"], "participant": ["Ann"], "text": ["I hope so."]}),
    ...     "codes": pd.DataFrame({"code": ["hope"], "name": ["Hope"]}),
    ...     "codings": pd.DataFrame(
    ...         {"coder": ["x"], "document": ["a1"], "start": [2], "end": [6], "code": ["hope"]}),
    ... })
    >>> study.codings[["document", "start", "end", "code"]].values.tolist()
    [['a1', 2, 6, 'hope']]
    """
    about = about or About()
    unknown = [table for table in tables if table not in TABLES]
    if unknown:
        raise StudyError(f"{listed(unknown)}: a study has the tables {listed(TABLES)}.{nearest(unknown[0], TABLES)}")
    frames, problems = typed(tables, about)
    refuse(f"study {name!r}", problems)
    return Study(name=name, about=about, inputs=dict(inputs or {}), **frames)


def _known(given: Iterable[str], ids: pd.Series, what: str) -> list[str]:
    given, known = list(dict.fromkeys(map(str, given))), list(ids)
    wrong = [i for i in given if i not in set(known)]
    if wrong:
        hint = nearest(wrong[0], known)
        raise StudyError(f"no {what} {listed(wrong)} in this study; it has {listed(known)}.{hint}")
    return given


def _of_participants(tables: dict[str, pd.DataFrame], chosen: list[str]) -> dict[str, pd.DataFrame]:
    documents, turns = tables["documents"], tables["turns"]
    heard = set(turns.loc[turns["participant"].isin(chosen), "document"])
    group = (documents["participant"] == "") & documents["document"].isin(heard)
    kept = documents.loc[documents["participant"].isin(chosen) | group, "document"]
    people = tables["participants"]
    memos = tables["memos"]
    tables = {
        **tables,
        "participants": people[people["participant"].isin(chosen)],
        "memos": memos[memos["participant"].isin([*chosen, ""])],
    }
    return _of_documents({**tables, "codings": _in_words_of(chosen, tables)}, list(kept))


def _in_words_of(chosen: list[str], tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Leave out the codings of group documents that touch others' turns and none of the chosen people's."""
    codings, turns = tables["codings"], tables["turns"]
    shared = tables["documents"].loc[tables["documents"]["participant"] == "", "document"]
    turns = turns[(turns["participant"] != "") & turns["document"].isin(shared)]
    coding, turn = touched(codings, turns)
    others = np.setdiff1d(coding, coding[turns["participant"].isin(chosen).to_numpy()[turn]])
    return codings.drop(codings.index[others])


def _of_documents(tables: dict[str, pd.DataFrame], chosen: list[str]) -> dict[str, pd.DataFrame]:
    kept = {name: tables[name][tables[name]["document"].isin(chosen)] for name in ("documents", "turns", "assignments")}
    # What speaks of no document speaks of the study.
    free = {name: tables[name][tables[name]["document"].isin([*chosen, ""])] for name in ("codings", "memos")}
    return {**tables, **kept, **free}


def _of_codes(tables: dict[str, pd.DataFrame], chosen: list[str]) -> dict[str, pd.DataFrame]:
    codes, codings, memos = tables["codes"], tables["codings"], tables["memos"]
    parent = dict(zip(codes["code"], codes["parent"], strict=True))
    above = {code: _path(code, parent) for code in parent}
    below = {code for code, path in above.items() if set(path) & set(chosen)}
    kept = below.union(*(above[code] for code in chosen))
    return {
        **tables,
        "codes": codes[codes["code"].isin(kept)],
        "codings": codings[codings["code"].isin(below)],
        "memos": memos[memos["code"].isin([*kept, ""])],
    }


def _path(code: str, parent: Mapping[str, str]) -> list[str]:
    path = [code]
    while parent[path[-1]]:
        path.append(parent[path[-1]])
    return path


def _relinked(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Narrow the categoricals to the ids that are left; a reference to one that went becomes the empty id."""
    left = {name: list(tables[name][TABLES[name].key[0]]) for name in ("participants", "documents", "codes", "coders")}
    linked = {}
    for name, frame in tables.items():
        frame = frame.reset_index(drop=True)
        for spec in TABLES[name].columns:
            if spec.refers:
                allowed = [""] if spec.optional_reference else []
                frame[spec.name] = frame[spec.name].cat.set_categories(allowed + left[spec.refers])
                if allowed:
                    frame[spec.name] = frame[spec.name].fillna("")
        linked[name] = frame
    return linked
