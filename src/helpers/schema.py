"""The tables of a study, declared once: their columns, keys and references."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .errors import Problem, listed, nearest

Kind = Literal["id", "text", "label", "number", "position", "date"]


@dataclass(frozen=True)
class Column:
    """A column: what its cells are, whether it has to be there, and the table whose key they name."""

    name: str
    kind: Kind = "text"
    required: bool = False
    refers: str = ""
    optional_reference: bool = False  # an empty cell is allowed


@dataclass(frozen=True)
class Table:
    """A table: its columns in order, the ones that tell its rows apart, and whether others may stand beside them."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    open: bool = False  # further columns are attributes of the study's own

    @property
    def names(self) -> list[str]:
        """The declared columns' names, in order."""
        return [column.name for column in self.columns]

    def missing(self, present: Iterable[str], file: str) -> list[Problem]:
        """List the columns that have to be there and are not, those that nobody knows, and those there twice."""
        present = [name for name in present if not name.startswith("_")]
        twice = dict.fromkeys(name for name in present if present.count(name) > 1)
        problems = [Problem(file, f"column {name!r} is there twice", 1) for name in twice]
        present = list(dict.fromkeys(present))
        spare = [name for name in present if name not in self.names]
        for name in [c.name for c in self.columns if c.required and c.name not in present]:
            hint = nearest(name, spare)
            problems.append(Problem(file, f"column {name!r} is missing; it has {listed(present)}.{hint}", 1))
            spare = [other for other in spare if repr(other) not in hint]  # a misspelt name is one problem, not two
        for name in [] if self.open else spare:
            hint = nearest(name, [n for n in self.names if n not in present])
            problems.append(Problem(file, f"column {name!r} is not one of {listed(self.names)}.{hint}", 1))
        return problems


def _id(name: str, refers: str = "", *, required: bool = True, empty: bool = False) -> Column:
    return Column(name, "id", required, refers, empty)


TABLES = {
    table.name: table
    for table in (
        Table("participants", (_id("participant"),), ("participant",), open=True),
        Table(
            "documents",
            (
                _id("document"),
                _id("participant", "participants", empty=True),
                Column("date", "date"),
                Column("round", "label"),
                Column("minutes", "number"),
                Column("text"),
            ),
            ("document",),
            open=True,
        ),
        Table(
            "turns",
            (
                _id("document", "documents"),
                Column("start", "position", required=True),
                Column("end", "position", required=True),
                Column("speaker", "label"),
                _id("participant", "participants", required=False, empty=True),
            ),
            ("document", "start"),
        ),
        Table(
            "codes",
            (
                _id("code"),
                Column("name", "label", required=True),
                _id("parent", "codes", required=False, empty=True),
                Column("origin", "label"),
                Column("definition"),
                Column("include"),
                Column("exclude"),
                Column("colour", "label"),
                Column("order", "number"),
                Column("sets", "label"),
            ),
            ("code",),
        ),
        Table(
            "coders",
            (_id("coder"), Column("name", "label"), Column("kind", "label")),
            ("coder",),
        ),
        Table(
            "codings",
            (
                _id("coder", "coders", required=False),
                _id("document", "documents", empty=True),
                Column("start", "position"),
                Column("end", "position"),
                _id("code", "codes"),
                Column("memo"),
                Column("quote"),
                Column("created", "label"),
                Column("extent", "label"),
                Column("locator", "label"),
            ),
            (),
        ),
        Table(
            "assignments",
            (_id("document", "documents"), _id("coder", "coders")),
            ("document", "coder"),
        ),
        Table(
            "memos",
            (
                _id("document", "documents", required=False, empty=True),
                Column("start", "position"),
                Column("end", "position"),
                _id("code", "codes", required=False, empty=True),
                _id("participant", "participants", required=False, empty=True),
                Column("title", "label"),
                Column("text", required=True),
                Column("author", "label"),
                Column("created", "label"),
                Column("locator", "label"),
            ),
            (),
        ),
    )
}

ORIGINS = ("", "deductive", "inductive")
CODER_KINDS = ("person", "consensus", "machine")
STUDY_KINDS = ("own", "published", "synthetic")

_NO_FILE_NAME = re.compile(r'[\x00-\x1f/\\:*?"<>|]|^\.|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.IGNORECASE)


def bad_file_name(name: str) -> bool:
    r"""
    Tell whether an id could not be the name of a file on every system.

    >>> [bad_file_name(name) for name in ("Ståle 2", "../x", "a:b", "nul", "x.")]
    [False, True, True, True, True]
    """
    return bool(_NO_FILE_NAME.search(name)) or not name
