"""What people have decided about names that mean one thing: a table of aliases."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ..errors import Problem, StudyError, listed, nearest, refuse
from ..sheets import decoded


@dataclass(frozen=True)
class Aliases:
    """
    Names, and what they stand for.

    Attributes
    ----------
    codes, coders, documents, participants : mapping of str to str
        From a name to the one that counts. Either may be an id; a code's also its path ("Hope > Plans") or its name
        where only one code has it; a coder's also their name. Both have to be in the studies that are merged.
    """

    codes: Mapping[str, str] = field(default_factory=dict)
    coders: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    participants: Mapping[str, str] = field(default_factory=dict)


def read_aliases(path: str | Path) -> Aliases:
    """
    Read a table of aliases, as TOML.

    Parameters
    ----------
    path : str or Path
        The file.

    Raises
    ------
    StudyError
        When it cannot be read, or anything in it is not an alias; it lists all problems.
    """
    path = Path(path)
    found: list[Problem] = []
    try:
        text = decoded(path.read_bytes(), path.name, found) or ""
        aliases, problems = aliases_from(tomllib.loads(text.replace("\r\n", "\n")), path.name)
    except OSError as error:
        raise StudyError(f"{path} cannot be read: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{path.name} is not valid TOML: {error}") from None
    refuse(path.name, found + problems)
    return aliases


def aliases_from(toml: Mapping[str, Any], file: str = "aliases") -> tuple[Aliases, list[Problem]]:
    """
    Take aliases from parsed TOML; give them and everything wrong with them.

    Examples
    --------
    >>> aliases, problems = aliases_from({"codes": {"Hoep": "hope"}, "coder": {"b.smith": "Bob"}})
    >>> aliases.codes, str(problems[0])
    ({'Hoep': 'hope'}, "aliases: [coder] is not one of 'codes', 'coders', 'documents', 'participants'. The nearest is
    'coders'.")
    """
    known = [f.name for f in fields(Aliases)]
    good: dict[str, dict[str, str]] = {}
    problems = []
    for table, entries in toml.items():
        if table not in known:
            problems.append(Problem(file, f"[{table}] is not one of {listed(known)}.{nearest(table, known)}"))
        elif not isinstance(entries, Mapping):
            problems.append(Problem(file, f"{table} is written as a [{table}] block"))
        else:
            odd = {name: other for name, other in entries.items() if not isinstance(other, str)}
            say = "{}.{} is {!r}, not text in quotes".format
            problems += [Problem(file, say(table, name, other)) for name, other in odd.items()]
            good[table] = {name: other for name, other in entries.items() if name not in odd}
    return Aliases(**good), problems
