"""Databases that no reader recognises: of which tool they are, and how to get something that can be read."""

from __future__ import annotations

from pathlib import Path

from ..errors import StudyError, listed
from .proprietary import AGAIN
from .sqlite import is_database, opened

__all__ = ["is_database", "unknown"]


def unknown(path: Path) -> StudyError:
    """Return the error for a database that no reader recognises."""
    try:
        with opened(path, "the tool that wrote it") as database:
            have = listed(sorted(database.columns))
    except StudyError as error:
        return error
    known = "QualCoder, Taguette, RQDA and qualitative-coding"
    return StudyError(f"{path.name}: is a SQLite database, but none of {known}; its tables are {have}. {AGAIN}.")
