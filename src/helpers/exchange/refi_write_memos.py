"""Memos and sets of codes as REFI-QDA writes them: where other tools look for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..study import Study
from .refi_ids import Guids, free
from .refi_records import UNDATED
from .refi_text import attributes, text
from .refi_write_codings import stamp

Passage = tuple[str, str, str, str]  # document, start, end and user


@dataclass
class Memos:
    """
    A study's memos as lines of XML.

    Attributes
    ----------
    notes : list of str
        The notes of the project: those on codes, on documents and on nothing in particular.
    files : dict of str to str
        Their texts by GUID, in files of their own: of a note with its text in the project, QualCoder makes nothing.
    links : list of str
        What of them a code or a document is about. QualCoder's import leaves out a code that refers to a note itself,
        with all that it codes.
    passages : dict of str to list of str
        By document, selections that nobody coded: annotations, to other tools.
    people : dict of str to str
        By participant, the description of the case.
    """

    notes: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    passages: dict[str, list[str]] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)


def written(study: Study, guids: Guids, twice: Mapping[str, np.ndarray]) -> Memos:
    """
    Return the memos as they are written.

    QualCoder's import stops at a second note of one name, and at a second annotation of one passage by one user: names
    are told apart by numbers, and such memos stand one below the other.

    Parameters
    ----------
    study : Study
        The study.
    guids : Guids
        Names its things.
    twice : mapping of str to array
        The characters of each document that count as two in the file.
    """
    out, passages, taken = Memos(), dict[Passage, str](), dict[str, int]()
    users = dict(zip(study.coders["coder"], study.coders["coder"], strict=True))
    users |= dict(zip(study.coders["name"], study.coders["coder"], strict=True))
    for number, row in enumerate(study.memos.to_dict("records")):
        by = guids("coder", users[row["author"]]) if row["author"] in users else ""
        who = attributes(creatingUser=by, creationDateTime=stamp(row["created"]) or UNDATED)
        guid, said = guids("study memo", number), ": ".join(filter(None, (row["title"], row["text"])))
        if pd.notna(row["start"]):
            passage = (*_place(row, twice), by)
            if passage in passages:
                passages[passage] += text(f"\n{said}")
                continue
            place = attributes(guid=guid, name=row["title"], startPosition=passage[1], endPosition=passage[2])
            passages[passage] = f"<PlainTextSelection{place}{who}><Description>{text(row['text'])}"
        elif row["participant"] and not (row["document"] or row["code"]):
            before = out.people.get(row["participant"], "")
            out.people[row["participant"]] = "\n".join(filter(None, (before, said)))
        else:
            name = free(row["title"] or "Memo", taken)
            own = attributes(guid=guid, name=name, plainTextPath=f"internal://{guid}.txt")
            out.notes.append(f"<Note{own}{who}/>")
            out.files[guid] = row["text"]
            out.links += [_link(guids, guid, what, row[what]) for what in ("code", "document") if row[what]]
    for (document, *_), begun in passages.items():
        out.passages.setdefault(document, []).append(f"{begun}</Description></PlainTextSelection>")
    return out


def _place(row: Mapping[str, Any], twice: Mapping[str, np.ndarray]) -> tuple[str, str, str]:
    """Return a passage's document, start and end, as the file counts."""
    document, ends = row["document"], [int(row["start"]), int(row["end"])]
    start, end = (str(at + int(np.searchsorted(twice[document], at))) for at in ends)
    return document, start, end


def _link(guids: Guids, note: str, what: str, key: str) -> str:
    own = attributes(guid=guids("link", note, what), direction="OneWay", originGUID=note, targetGUID=guids(what, key))
    return f"<Link{own}/>"


def sets(study: Study, guids: Guids, member: str = "targetGUID") -> Iterator[str]:
    """Give the sets of codes, whose members a codebook calls `guid`; of documents, a set is one of their variables."""
    members: dict[str, list[str]] = {}
    for code, names in zip(study.codes["code"], study.codes["sets"], strict=True):
        for name in filter(None, names.split("; ")):
            members.setdefault(name, []).append(f"<MemberCode{attributes(**{member: guids('code', code)})}/>")
    for name, codes in members.items():
        yield f"<Set{attributes(guid=guids('set', name), name=name)}>{''.join(codes)}</Set>"
