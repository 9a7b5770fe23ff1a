"""Annotations: selections that nobody coded, kept as memos on their passages."""

from __future__ import annotations

from ..errors import listed
from .notes import Notes, counted
from .refi_memos import Memos
from .refi_records import Selection
from .refi_sources import Document
from .refi_spans import Placed


def annotated(
    places: list[tuple[int, Selection]],
    spans: Placed,
    found: list[Document],
    memos: Memos,
    notes: Notes,
    wanted: frozenset[str],
) -> None:
    """
    Keep the selections that nobody coded as memos on their passages.

    Parameters
    ----------
    places : list of (int, Selection)
        Every selection, with the position of its document.
    spans : Placed
        Where they stand in the texts.
    found : list of Document
        The documents.
    memos : Memos
        Takes them.
    notes : Notes
        Takes how many there are.
    wanted : frozenset of str
        Selections that cases point at: they say whose words a passage is, and are memos only where they say more.
    """
    kept = []
    for at, (n, s) in enumerate(places):
        if s.codings or (s.guid in wanted and not (s.memo or s.notes)):
            continue
        document = found[n]
        span = (int(spans.start[at]), int(spans.end[at])) if spans.start[at] >= 0 else (None, None)
        title = "" if s.name.strip() == document.text[slice(*span)].strip() else s.name.strip()
        where = {"document": n, "start": span[0], "end": span[1], "locator": s.locator}
        memos.keep(memos.of(s.notes, s.guid, s.memo), title=title, by=s.by, at=s.at, **where)
        kept.append(document.name)
    if kept:
        what = "a memo on its passage" if len(kept) == 1 else "memos on their passages"
        inside = listed(dict.fromkeys(kept))
        notes.find(f"{counted(len(kept), 'selection')} without a code, kept as {what} (in {inside}).")
