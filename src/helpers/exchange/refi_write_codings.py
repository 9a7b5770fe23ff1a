"""Codings as REFI-QDA writes them: a selection for each, in the order of a reader."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..study import Study
from .refi_ids import Guids
from .refi_own import dated
from .refi_records import UNDATED
from .refi_text import attributes, text


class Coding(NamedTuple):
    """A coding as it is written."""

    place: int
    document: str
    guid: str
    user: str
    code: str
    start: int
    end: int
    memo: str
    created: str


def double(words: str, *, crlf: bool, utf16: bool) -> np.ndarray:
    r"""
    Return where the characters of a text stand that a file counts as two: line ends, and what UTF-16 has in pairs.

    >>> double("a\n😀", crlf=True, utf16=True), double("a\n😀", crlf=False, utf16=False)
    (array([1, 2]), array([], dtype=int64))
    """
    which = ("\n" if crlf else "") + ("\U00010000-\U0010ffff" if utf16 else "")
    return np.array([m.start() for m in re.finditer(f"[{which}]", words)] if which else [], dtype=np.int64)


def written(study: Study, guids: Guids, texts: Mapping[str, str], twice: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """
    Return the codings that have a document, in the order of a reader: selections by document, then the rest.

    `twice` holds the characters of each text that count as two in the file. Added columns are place (the row in the
    study), guid, stamped (`created` is a time that the standard holds), sliced (`quote` is the coded text) and first,
    last (the positions in the file).
    """
    frame = study.codings[study.codings["document"] != ""]
    whole = frame["start"].isna().to_numpy()
    order = np.lexsort([np.arange(len(frame)), frame["document"].cat.codes, whole])
    frame = frame.iloc[order].assign(place=frame.index[order])
    apart = frame[["quote", "extent", "locator"]].where(frame["start"].isna(), "")
    key = [*(frame[c].astype("str") for c in ("coder", "document", "start", "end", "code")), *(apart[c] for c in apart)]
    frame["guid"] = [guids("coding", *parts) for parts in zip(*key, strict=True)]
    start, end = (frame[c].astype("float").fillna(-1).astype("int64").to_numpy() for c in ("start", "end"))
    named = list(zip(frame["document"], start, end, frame["quote"], strict=True))
    frame["sliced"] = [s >= 0 and q != "" and texts[d][s:e] == q for d, s, e, q in named]
    stamps = {created: dated(created) for created in frame["created"].unique()}
    frame["stamped"] = frame["created"].map(stamps).astype(bool)
    first, last = start.copy(), end.copy()
    for document, mine in frame.groupby("document", observed=True).indices.items():
        first[mine] += np.searchsorted(twice[str(document)], start[mine])
        last[mine] += np.searchsorted(twice[str(document)], end[mine])
    frame["first"], frame["last"] = first, last
    return frame


def stamp(created: str) -> str:
    """
    Return a time as other programs can read it: a day is its beginning; empty where the standard has no form for it.

    >>> stamp("2026-03-02"), stamp("2026-03-02T10:30:00Z"), stamp("in spring")
    ('2026-03-02T00:00:00Z', '2026-03-02T10:30:00Z', '')
    """
    return next((said for said in (created, f"{created}T00:00:00Z") if dated(said)), "")


def rows(codings: pd.DataFrame, guids: Guids) -> Iterator[Coding]:
    """Give codings one by one, with the guids that they point at."""
    users = {coder: guids("coder", coder) for coder in codings["coder"].cat.categories}
    refs = {code: guids("code", code) for code in codings["code"].cat.categories}
    stamps = {created: stamp(created) for created in codings["created"].unique()}
    created = codings["created"].map(stamps)
    fields = (codings[c] for c in ("place", "document", "guid", "coder", "code", "first", "last", "memo"))
    for place, document, guid, coder, code, first, last, memo, at in zip(*fields, created, strict=True):
        yield Coding(place, document, guid, users[coder], refs[code], first, last, memo, at)


def selection(row: Coding, guids: Guids) -> str:
    """A coded passage is a selection of its own; a memo stands where QualCoder and ATLAS.ti have theirs."""
    who = attributes(creatingUser=row.user, creationDateTime=row.created)
    dated = attributes(creatingUser=row.user, creationDateTime=row.created or UNDATED)
    inside = f'<CodeRef targetGUID="{row.code}"/>'
    if row.start < 0:
        inside += f'<NoteRef targetGUID="{guids("memo", row.guid)}"/>' if row.memo else ""
        return f'<Coding guid="{row.guid}"{who}>{inside}</Coding>'
    head = attributes(guid=guids("selection", row.guid), startPosition=str(row.start), endPosition=str(row.end))
    memo = f"<Description>{text(row.memo)}</Description>" if row.memo else ""
    coding = f'<Coding guid="{row.guid}"{who}>{inside}</Coding>'
    return f"<PlainTextSelection{head}{dated}>{memo}{coding}</PlainTextSelection>"
