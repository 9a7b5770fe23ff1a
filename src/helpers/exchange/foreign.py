"""Databases that no reader recognises: of which tool they are, and how to get something that can be read."""

from __future__ import annotations

from pathlib import Path

from ..errors import StudyError, listed
from .proprietary import AGAIN, TRANSANA
from .sqlite import opened

# What a database is that has these tables.
_TOOLS = {
    ("projects", "documents", "codes", "segments", "logs"): (
        "a project of requal. In requal open Analysis, choose the codes and documents, download the segments as CSV, "
        "then open that"
    ),
    ("projects", "sources", "codebooks", "codes", "selections"): f"the database of an OpenQDA server. {AGAIN}",
    ("Episodes2", "Keywords2", "ClipKeywords2"): TRANSANA,
}


def unknown(path: Path) -> StudyError:
    """Return the error for a database that no reader recognises."""
    try:
        with opened(path, "the tool that wrote it") as database:
            tables = set(database.columns)
    except StudyError as error:
        return error
    for known, what in _TOOLS.items():
        if tables >= set(known):
            return StudyError(f"{path.name}: is {what}.")
    read = "QualCoder, Taguette, RQDA and qualitative-coding"
    have = listed(sorted(tables))
    return StudyError(f"{path.name}: is a SQLite database, but none of {read}; its tables are {have}. {AGAIN}.")
