"""Memos of another tool's project on their way to a study."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ..schema import TABLES

Key = Hashable


@dataclass
class Memos:
    """
    Annotations, journals and what is said of cases, in the foreign project's keys.

    Attributes
    ----------
    rows : list of dict
        The memos, in the order in which they came.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self,
        text: str,
        *,
        title: str = "",
        author: str = "",
        created: str = "",
        document: Key | None = None,
        participant: Key | None = None,
    ) -> dict[str, Any]:
        """Add a memo; what it is about may be nothing in particular."""
        row = {"document": document, "participant": participant, "title": title, "author": author, "created": created}
        self.rows.append(row | {"text": text.strip()})
        return self.rows[-1]

    def on(self, span: tuple[int, int], words: str, text: str, **memo: Any) -> None:
        """Add a memo on a passage of a document with such words; a place outside them is told as `locator`."""
        row = self.add(text, **memo)
        start, end = span
        if 0 <= start <= end <= len(words):
            row |= {"start": start, "end": end}
        else:
            row["locator"] = f"characters {start}-{end}"

    def table(self, documents: Mapping[Key, str], people: Mapping[Key, str]) -> pd.DataFrame:
        """Return the memos as a study's table, given the ids of its documents and participants."""
        frame = pd.DataFrame(self.rows).reindex(columns=TABLES["memos"].names)
        for name, ids in (("document", documents), ("participant", people)):
            frame[name] = [ids.get(key, "") for key in frame[name]]
        return frame
