"""The memos of several studies, each at its place in the merged texts."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..schema import TABLES
from .merge_documents import Documents
from .merge_groups import Sources
from .merge_people import Ids

Row = dict[str, Any]


def merged_memos(sources: Sources, documents: Documents, people: Ids, codes: Ids) -> pd.DataFrame:
    """
    Put the memos of all studies together; one that two studies hold alike is one.

    Parameters
    ----------
    sources : Sources
        The studies; takes a note of each passage that is not in the merged text as it was.
    documents : Documents
        The merged documents.
    people, codes : mapping of item to str
        The merged ids of participants and codes.
    """
    rows = []
    for n, study in enumerate(sources.studies):
        frame = study.memos.astype({name: "str" for name in ("document", "code", "participant")})
        for row in frame.to_dict("records"):
            row |= _passage(sources, documents, n, row)
            row["document"] = documents.ids[n, row["document"]] if row["document"] else ""
            row["participant"] = people[n, row["participant"]] if row["participant"] else ""
            row["code"] = codes[n, row["code"]] if row["code"] else ""
            rows.append(row)
    table = pd.DataFrame(rows, columns=TABLES["memos"].names)
    return table.astype({"start": "Int64", "end": "Int64"}).drop_duplicates(ignore_index=True)


def _passage(sources: Sources, documents: Documents, n: int, row: Row) -> Row:
    """Return where a memo's passage stands in the merged text; where it does not, the memo is on the document."""
    item = (n, row["document"])
    if pd.isna(row["start"]) or not (item in documents.copies or item in documents.unseen):
        return {}
    start, end = int(row["start"]), int(row["end"])
    if item in documents.copies:
        place = documents.copies[item].place(start, end)
        if place is not None:
            return {"start": place.start, "end": place.end}
    elif end <= len(documents.texts[documents.ids[item]]):
        return {}
    where = f"characters {start}-{end} of {sources.labels[n]}"
    what = f"the memo {row['title']!r}" if row["title"] else "a memo"
    sources.note(f"{what} on {row['document']!r} speaks of the document as a whole now; it was on {where}.")
    return {"start": pd.NA, "end": pd.NA, "locator": "; ".join(filter(None, (row["locator"], where)))}
