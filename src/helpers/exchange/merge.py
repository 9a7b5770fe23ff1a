"""Several coders' projects of the same texts, put together as one study."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from ..errors import StudyError, refuse
from ..schema import TABLES
from ..study import Study, make_study
from ..units import assigned
from .merge_about import merged_about
from .merge_aliases import Aliases, read_aliases
from .merge_codes import merged_codes
from .merge_documents import Documents, merged_documents
from .merge_groups import Sources
from .merge_memos import merged_memos
from .merge_nameless import told_apart
from .merge_people import Ids, merged_coders, merged_participants
from .notes import counted

__all__ = ["Aliases", "merge", "read_aliases"]

Row = dict[str, Any]
Key = tuple[Any, ...]


def merge(studies: Sequence[Study], *, name: str, aliases: Aliases | None = None) -> Study:
    """
    Put several studies of the same documents together: each coding once, none lost.

    Documents are matched by id, else by the same or a very similar text; participants and coders by id; codes by path,
    else by id. A coder with a name that nobody chose ("unknown") is one a study, where studies code differently.
    Where two copies of a text differ, the first is kept, and a coding of the other goes to where its words
    stand in it. What was matched, what differs and what is left to decide is told in `about.imported`.

    Parameters
    ----------
    studies : sequence of Study
        The first one's `study.toml`, texts and names count where studies differ. The codings are the same in any
        order.
    name : str
        The merged study's name.
    aliases : Aliases, optional
        What people have decided: names that mean one thing.

    Raises
    ------
    StudyError
        When values contradict each other, turns differ, or a coding's words are not in the merged text (or more than
        once, away from their place); it lists all problems.

    Examples
    --------
    >>> coded = {"documents": pd.DataFrame({"document": ["d"], "participant": [""], "text": ["I hope so."]}),
    ...          "codes": pd.DataFrame({"code": ["hope"], "name": ["Hope"]})}
    >>> row = pd.DataFrame({"document": ["d"], "start": [2], "end": [6], "code": ["hope"]})
    >>> ann = make_study("a", {**coded, "codings": row.assign(coder="ann")})
    >>> bob = make_study("b", {**coded, "codings": row.assign(coder="bob")})
    >>> merge([ann, bob, bob], name="both").codings[["coder", "start", "end", "code"]].values.tolist()
    [['ann', 2, 6, 'hope'], ['bob', 2, 6, 'hope']]
    """
    if not studies:
        raise StudyError("there is nothing to merge; name two studies or more")
    found, told = told_apart(studies, _labels(studies), aliases or Aliases())
    sources = Sources(found, _labels(studies), aliases or Aliases())
    sources.notes += told
    participants, people = merged_participants(sources)
    documents = merged_documents(sources, people)
    codes, code_ids = merged_codes(sources)
    coders, coder_ids = merged_coders(sources)
    rows = list(_codings(sources, documents, code_ids, coder_ids))
    codings, counts = _united(rows)
    tables = {
        "participants": _still(participants, documents),
        "documents": documents.table,
        "turns": _turns(sources, documents, people),
        "codes": codes,
        "coders": coders,
        "codings": codings,
        "assignments": _assignments(sources, documents.ids, coder_ids),
        "memos": merged_memos(sources, documents, people, code_ids),
    }
    refuse(f"these studies cannot be merged into {name!r} as they are", list(dict.fromkeys(sources.problems)))
    about = merged_about(sources, coders, coder_ids)
    imported = (_summary(sources), *sources.notes, *_counted(sources, rows, counts), *_earlier(sources))
    inputs = {f"{label}/{file}": sha for label, s in _each(sources) for file, sha in s.inputs.items()}
    merged = make_study(name, tables, replace(about, imported=tuple(dict.fromkeys(imported))), inputs)
    _check(rows, counts, merged)
    return merged


def _labels(studies: Sequence[Study]) -> list[str]:
    """Return what each study is called in messages: its name, numbered where several have one."""
    often, seen = Counter(study.name for study in studies), Counter[str]()
    labels = []
    for study in studies:
        seen[study.name] += 1
        labels.append(study.name if often[study.name] == 1 else f"{study.name} ({seen[study.name]})")
    return labels


def _still(participants: pd.DataFrame, documents: Documents) -> pd.DataFrame:
    """Leave out who only stood in for a document and is heard in none any more."""
    gone = documents.replaced - set(documents.table["participant"])
    return participants[~participants["participant"].isin(gone)].reset_index(drop=True)


def _each(sources: Sources) -> Iterator[tuple[str, Study]]:
    return zip(sources.labels, sources.studies, strict=True)


def _codings(sources: Sources, documents: Documents, codes: Ids, coders: Ids) -> Iterator[Row]:
    """Give every coding of every study with the merged ids, at its place in the merged text."""
    for n, study in enumerate(sources.studies):
        frame = study.codings.astype({"coder": "str", "document": "str", "code": "str"})
        frame = documents.codings(n, frame)
        for row in frame.to_dict("records"):
            row["document"] = documents.ids[n, row["document"]] if row["document"] else ""
            row["code"], row["coder"], row["_study"] = codes[n, row["code"]], coders[n, row["coder"]], n
            yield row


def _key(row: Mapping[str, Any]) -> Key:
    """Return what makes a coding one: its passage, or for a whole document its words, place and extent."""
    whole = pd.isna(row["start"])
    place = (row["quote"], row["extent"], row["locator"]) if whole else (int(row["start"]), int(row["end"]))
    return row["coder"], row["document"], row["code"], *place


def _united(rows: Sequence[Row]) -> tuple[pd.DataFrame, dict[Key, int]]:
    """Keep each coding once, with what any of its copies knows; coders in the order of their files."""
    found: dict[Key, Row] = {}
    counts: dict[Key, int] = {}
    for row in rows:
        key = _key(row)
        counts[key] = counts.get(key, 0) + 1
        kept = found.setdefault(key, dict(row))
        for column in ("quote", "created", "extent", "locator"):
            kept[column] = kept[column] or row[column]
        kept["memo"] = _memos(kept["memo"], row["memo"])
    united = sorted(found.values(), key=lambda row: row["coder"])
    frame = pd.DataFrame(united, columns=TABLES["codings"].names)
    return frame.astype({"start": "Int64", "end": "Int64"}), counts


def _memos(one: str, other: str) -> str:
    r"""
    Return two memos of one coding, one below the other; what is in one already is not said twice.

    >>> _memos("sure", "why?"), _memos("sure\nwhy?", "why?"), _memos("", "why?")
    ('sure\nwhy?', 'sure\nwhy?', 'why?')
    """
    for longer, shorter in ((one, other), (other, one)):
        if not shorter or f"\n{shorter}\n" in f"\n{longer}\n":
            return longer
    return f"{one}\n{other}"


def _turns(sources: Sources, documents: Documents, people: Ids) -> pd.DataFrame:
    """Return the turns of the first study that has any in a document; those of others have to be the same."""
    columns = TABLES["turns"].names
    kept: dict[str, tuple[str, list[tuple[Any, ...]]]] = {}
    for n, (label, study) in enumerate(_each(sources)):
        frame = study.turns.astype({"document": "str", "participant": "str"})
        frame = documents.turns(n, frame.assign(participant=[people.get((n, p), "") for p in frame["participant"]]))
        for old, part in frame.groupby("document", sort=False):
            document = documents.ids[n, str(old)]
            turns = list(part[columns[1:]].itertuples(index=False, name=None))
            first, theirs = kept.setdefault(document, (label, turns))
            only = [turn for turn in theirs if turn not in set(turns)] + [t for t in turns if t not in set(theirs)]
            if only:
                start, end, speaker, _ = only[0]
                which = f"at {start} to {end} by {speaker!r}" + (f" and {len(only) - 1} more" if only[1:] else "")
                sources.problem(f"turns of {document!r} differ: {first} or {label} alone has one {which}")
    rows = [(document, *turn) for document, (_, turns) in kept.items() for turn in turns]
    return pd.DataFrame(rows, columns=columns)


def _assignments(sources: Sources, documents: Ids, coders: Ids) -> pd.DataFrame:
    """Unite the assignments; a study without any beside one with some gets those that its codings show."""
    given = [not study.assignments.empty for study in sources.studies]
    pairs: dict[tuple[str, str], None] = {}
    for n, (label, study) in enumerate(_each(sources)):
        known, assumed = assigned(study) if any(given) and not given[n] else (study.assignments, False)
        if assumed and len(known):
            sources.note(f"{label} has no assignments: its coders are taken to be asked for what they coded.")
        known = known.astype("str")
        pairs |= {(documents[n, d], coders[n, c]): None for d, c in zip(known["document"], known["coder"], strict=True)}
    order = {document: n for n, document in enumerate(documents.values())}
    united = sorted(pairs, key=lambda pair: order[pair[0]])
    return pd.DataFrame(united, columns=["document", "coder"], dtype="str")


def _summary(sources: Sources) -> str:
    parts = []
    for label, study in _each(sources):
        by = counted(study.codings["coder"].nunique(), "coder")
        parts.append(f"{label} ({counted(len(study.codings), 'coding')} by {by})")
    return f"Merged from {', '.join(parts)}; study.toml is that of {sources.labels[0]} where it says something."


def _counted(sources: Sources, rows: Sequence[Row], counts: Mapping[Key, int]) -> list[str]:
    """Say for each coder how many codings there were in each study, and how many there are."""
    before = Counter((row["coder"], row["_study"]) for row in rows)
    after = Counter(key[0] for key in counts)
    told = []
    for coder in sorted(after):
        parts = [f"{before[coder, n]:,} in {label}" for n, label in enumerate(sources.labels) if before[coder, n]]
        again = sum(before[coder, n] for n in range(len(sources.labels))) - after[coder]
        twice = f", {again:,} of them there already" if again else ""
        told.append(f"Codings of {coder!r}: {' and '.join(parts)}{twice}; {after[coder]:,} here.")
    return told


def _earlier(sources: Sources) -> list[str]:
    """Keep what the import of each study had to say."""
    return [f"{label}: {note}" for label, study in _each(sources) for note in study.about.imported]


def _check(rows: Sequence[Row], counts: Mapping[Key, int], merged: Study) -> None:
    """Count again: every coding that went in is there, and no other."""
    plain = merged.codings.astype({"coder": "str", "document": "str", "code": "str"})
    there = Counter(_key(row) for row in plain.to_dict("records"))
    if there != Counter(counts.keys()) or sum(counts.values()) != len(rows):
        lost, more = len(counts.keys() - there.keys()), len(there.keys() - counts.keys())
        raise StudyError(f"{merged.name}: {lost} codings got lost in merging and {more} came up; nothing was written")
