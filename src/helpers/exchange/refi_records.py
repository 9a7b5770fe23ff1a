"""What a REFI-QDA project says, as plain records."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple


class Coded(NamedTuple):
    """A `Coding`: a code put on a selection, or on a whole source."""

    code: str
    guid: str
    by: str
    at: str
    notes: tuple[str, ...]


class Selection(NamedTuple):
    """A place in a source; `start` and `end` as the file counts them, -1 where it has none."""

    kind: str
    guid: str
    name: str
    start: int
    end: int
    locator: str
    by: str
    at: str
    memo: str
    notes: tuple[str, ...]
    codings: tuple[Coded, ...]
    quote: str = ""


class Value(NamedTuple):
    """What a variable is for a case or a source, as text."""

    variable: str
    words: str


@dataclass
class Code:
    """A code of the codebook; `parent` is the guid of the one above."""

    guid: str
    name: str
    parent: str
    colour: str
    memo: str
    notes: tuple[str, ...]


@dataclass
class Case:
    """A case, and what it points at."""

    guid: str
    name: str
    memo: str
    codes: tuple[str, ...]
    sources: tuple[str, ...]
    selections: tuple[str, ...]
    values: list[Value]


class Text(NamedTuple):
    """A text as the file gives it: a path or the words themselves, and the selections in it."""

    guid: str
    name: str
    path: str
    inline: str | None
    rich: str
    selections: list[Selection]


@dataclass
class Source:
    """A source with its texts: a text source has one, a picture or a PDF at most one, a recording any number."""

    guid: str
    name: str
    kind: str
    memo: str
    texts: list[Text]
    selections: list[Selection]
    codings: tuple[Coded, ...]
    notes: tuple[str, ...]
    values: list[Value]
    by: str = ""
    at: str = ""


class Set(NamedTuple):
    """A set, and the guids of what is in it."""

    name: str
    memo: str
    codes: tuple[str, ...]
    sources: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass
class Project:
    """All of a project file; `odd` names elements that the standard does not know, `codings` counts all in the XML."""

    name: str
    origin: str
    memo: str
    notes: tuple[str, ...]
    users: dict[str, tuple[str, str]] = field(default_factory=dict)
    codes: list[Code] = field(default_factory=list)
    variables: dict[str, tuple[str, str]] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    memos: list[Source] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    sets: list[Set] = field(default_factory=list)
    graphs: list[str] = field(default_factory=list)
    odd: tuple[str, ...] = ()
    codings: int = 0

    @property
    def stray(self) -> int:
        """How many codings stand neither in a selection of a source nor in a source."""
        sources = [*self.sources, *self.memos]
        selections = (
            s for source in sources for s in (*source.selections, *(s for t in source.texts for s in t.selections))
        )
        reached = sum(len(source.codings) for source in sources) + sum(len(s.codings) for s in selections)
        return max(self.codings - reached, 0)

    @property
    def parts(self) -> dict[str, int]:
        """How many there are of the things that a file of ours describes in its note too."""
        texts = [text for source in self.sources for text in source.texts]
        return {
            "users": len(self.users),
            "codes": len(self.codes),
            "notes": len(self.memos),
            "links": len(self.links),
            "sets": len(self.sets),
            "passages": sum(not selection.codings for text in texts for selection in text.selections),
        }

    @property
    def by(self) -> str:
        """Which tool wrote it, as it is said behind a noun."""
        return f" of {self.origin}" if self.origin else ""


UNDATED = "1970-01-01T00:00:00Z"  # written where no time is known, for some readers want one everywhere
MET = 4096  # words that are shared
LONGEST = 64  # characters of a GUID or a time; a longer one is not one


def guid(value: str | None) -> str:
    """
    Return a GUID in one form, whatever its braces and case.

    >>> guid("{8EF5-AB}")
    '8ef5-ab'
    """
    return (value or "")[:LONGEST].strip("{} \t\r\n").lower()


GUID = re.compile(r"[0-9a-f-]*[0-9][0-9a-f-]*")  # with a digit, for Ada and Bea are names


def signature(value: str | None) -> str:
    """
    Return who signed: the GUID of a user in one form, and a name as it is written.

    >>> signature("{8EF5-AB}"), signature("João"), signature("Ada")
    ('8ef5-ab', 'João', 'Ada')
    """
    return found if GUID.fullmatch(found := guid(value)) else (value or "")[:LONGEST].strip("{} \t\r\n")


class _Shared(dict[str | None, str]):
    """Codes, users and times come again and again: made once they are shared, which is quicker and holds less."""

    def __missing__(self, value: str | None) -> str:
        made = self.make(value)
        if len(value or "") <= LONGEST:
            if len(self) == MET:
                self.clear()
            self[value] = made
        return made

    def __init__(self, make: Callable[[str | None], str]) -> None:
        super().__init__()
        self.make = make


ref = _Shared(guid).__getitem__  # a GUID that is met often
signed = _Shared(signature).__getitem__  # a user, as a rule by GUID
moment = _Shared(lambda value: (value or "")[:LONGEST].replace(UNDATED, "")).__getitem__  # a time, as it is written
