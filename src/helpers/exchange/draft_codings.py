"""The codings of a project on its way into a study: each passage once, with what any of its copies says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .notes import Notes, counted

Row = dict[str, Any]


def distinct(codings: Iterable[Row], notes: Notes) -> list[Row]:
    """
    Return the codings without those that are there already, as every study counts them, and note how many.

    The same code by the same coder is one coding of a span; without a span, of the same words at the same place.

    >>> row = {"document": 1, "code": "hope", "coder": "ann", "start": 2, "end": 6, "memo": "", "created": ""}
    >>> notes = Notes()
    >>> distinct([row, row | {"memo": "sure?"}, row | {"coder": "bo"}], notes)[0]["memo"], notes.found
    ('sure?', ['1 coding that the file has twice counts once.'])
    """
    found: dict[tuple[Any, ...], Row] = {}
    again = 0
    for row in codings:
        whole = row.get("start") is None
        place = ("quote", "locator") if whole else ("start", "end")
        first = found.setdefault(tuple(row[name] for name in ("document", "code", "coder", *place)), row)
        if first is not row:
            again += 1
            first["created"] = first["created"] or row["created"]
            first["memo"] = "\n".join(dict.fromkeys(filter(None, (first["memo"], row["memo"]))))
    if again:
        that = "that the file has twice counts" if again == 1 else "that the file has more than once count"
        notes.find(f"{counted(again, 'coding')} {that} once.")
    return list(found.values())
