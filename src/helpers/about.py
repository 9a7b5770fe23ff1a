"""What `study.toml` says of a study, as one frozen record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import pairwise
from typing import Any

from .errors import Problem, listed, nearest
from .schema import CODER_KINDS, STUDY_KINDS

FILE = "study.toml"


@dataclass(frozen=True)
class Attribute:
    """How a column of the participants is to be read and shown."""

    label: str = ""
    levels: tuple[str, ...] = ()
    ordered: bool = False
    multivalued: bool = False
    number: bool = False
    none: str = ""
    within: str = ""


@dataclass(frozen=True)
class CoderNote:
    """Who a coder is."""

    name: str = ""
    kind: str = "person"


@dataclass(frozen=True)
class Loss:
    """People who left the study between two stages, and why."""

    reason: str = ""
    n: int = 0


@dataclass(frozen=True)
class Stage:
    """A stage of the participant flow; `lost` lies between the stage before and this one."""

    label: str = ""
    n: int = 0
    lost: tuple[Loss, ...] = ()


@dataclass(frozen=True)
class Reported:
    """A fact known for the sample as a whole and not person by person."""

    about: str = ""
    value: str = ""
    topic: str = "participants"


@dataclass(frozen=True)
class About:
    """What the study is; empty fields are unknown."""

    title: str = ""
    citation: str = ""
    doi: str = ""
    licence: str = ""
    kind: str = "own"
    consensus: str = ""
    question: str = ""
    saturation: str = ""
    texts: str = ""
    notes: tuple[str, ...] = ()
    imported: tuple[str, ...] = ()
    coders: Mapping[str, CoderNote] = field(default_factory=dict)
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    recruitment: tuple[Stage, ...] = ()
    reported: tuple[Reported, ...] = ()
    coreq: Mapping[str, str] = field(default_factory=dict)

    def attribute(self, name: str) -> Attribute:
        """Return what is declared of a participants' column; its own name labels an undeclared one."""
        known = self.attributes.get(name, Attribute())
        words = name.replace("_", " ")
        return known if known.label else replace(known, label=words[:1].upper() + words[1:])

    def as_toml(self) -> dict[str, Any]:
        """Return the record as plain dictionaries and lists, without the fields that say nothing."""
        return _pruned(asdict(self))


def about_from(toml: Mapping[str, Any]) -> tuple[About, list[Problem]]:
    """
    Read a parsed `study.toml`; give the record and everything wrong with it.

    Parameters
    ----------
    toml : mapping
        As `tomllib` returns it.

    Returns
    -------
    About, list of Problem
        Entries with a problem are left out of the record.

    Examples
    --------
    >>> about, problems = about_from({"title": "Pilot", "kind": "onw"})
    >>> about.title, str(problems[0])
    ('Pilot', "study.toml: kind is 'onw', not one of 'own', 'published', 'synthetic'. The nearest is 'own'.")
    """
    problems: list[Problem] = []
    plain = _record(About, {k: v for k, v in toml.items() if k not in _NESTED}, "", problems)
    nested = {key: _nested(key, toml[key], problems) for key in _NESTED if key in toml}
    about = replace(plain, **nested)
    problems += _choice("kind", about.kind, STUDY_KINDS)
    problems += _choice("texts", about.texts, ("", "withheld"))
    for name, coder in about.coders.items():
        problems += _choice(f"coders.{name}.kind", coder.kind, CODER_KINDS)
    for entry in about.reported:
        problems += _choice("reported.topic", entry.topic, ("participants", "documents"))
    if not any(problem.what.startswith("recruitment") for problem in problems):
        problems += _flow(about.recruitment)
    return about, problems


_NESTED: dict[str, type] = {
    "coders": CoderNote,
    "attributes": Attribute,
    "recruitment": Stage,
    "reported": Reported,
    "coreq": str,
}


def _nested(key: str, value: Any, problems: list[Problem]) -> Any:
    kind = _NESTED[key]
    if key in ("recruitment", "reported"):
        if not isinstance(value, list):
            problems.append(Problem(FILE, f"{key} is written as [[{key}]] blocks"))
            return ()
        return tuple(_record(kind, entry, f"{key} {n}", problems) for n, entry in enumerate(value, 1))
    if not isinstance(value, Mapping):
        problems.append(Problem(FILE, f"{key} is written as a [{key}] block"))
        return {}
    if kind is str:
        odd = {item: answer for item, answer in value.items() if not isinstance(answer, str)}
        problems += [Problem(FILE, f"{key}.{item} is {answer!r}, not {_TYPES[str]}") for item, answer in odd.items()]
        return {item: answer for item, answer in value.items() if item not in odd}
    return {name: _record(kind, entry, f"{key}.{name}", problems) for name, entry in value.items()}


def _record(kind: type, entries: Any, place: str, problems: list[Problem]) -> Any:
    """Make a record of a TOML table; wrong keys and wrong types become problems and stay out."""
    if not isinstance(entries, Mapping):
        problems.append(Problem(FILE, f"{place} is {entries!r}, not a table of keys and values"))
        return kind()
    known = {f.name: f for f in fields(kind) if f.name not in _NESTED}
    good = {}
    for key, value in entries.items():
        path = f"{place}.{key}" if place else key
        if key not in known:
            options = [*known, *(_NESTED if not place else ())]
            hint = nearest(key, options)
            problems.append(Problem(FILE, f"{path!r} is not known; {listed(options, 16)} are.{hint}"))
        elif key == "lost" and not isinstance(value, list):
            problems.append(Problem(FILE, f'{path} is {value!r}, not a list like [{{ reason = "…", n = 1 }}]'))
        elif key == "lost":
            good[key] = tuple(_record(Loss, entry, f"{path} {n}", problems) for n, entry in enumerate(value, 1))
        elif not _fits(value, getattr(kind(), key)):
            problems.append(Problem(FILE, f"{path} is {value!r}, not {_TYPES[type(getattr(kind(), key))]}"))
        else:
            good[key] = tuple(value) if isinstance(value, list) else value
    return kind(**good)


_TYPES = {str: "text in quotes", bool: "true or false", int: "a whole number of at least 0", tuple: "a list of texts"}


def _fits(value: Any, default: Any) -> bool:
    if isinstance(default, tuple):
        return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
    if type(default) is int:
        return type(value) is int and value >= 0
    return type(value) is type(default)


def _choice(key: str, value: str, options: tuple[str, ...]) -> list[Problem]:
    if value in options:
        return []
    allowed = listed(option for option in options if option)
    return [Problem(FILE, f"{key} is {value!r}, not one of {allowed}.{nearest(value, options)}")]


def _flow(stages: tuple[Stage, ...]) -> list[Problem]:
    """A participant flow adds up: what is lost between two stages is all that is missing from the second."""
    problems = []
    for before, after in pairwise(stages):
        lost = sum(loss.n for loss in after.lost)
        if before.n - lost != after.n:
            text = f"recruitment does not add up: {before.label!r} {before.n}, less {lost} lost, is {before.n - lost}"
            problems.append(Problem(FILE, f"{text}, but {after.label!r} says {after.n}"))
    return problems


def _pruned(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _pruned(v) for k, v in value.items() if v not in ("", (), [], {}, False)}
    if isinstance(value, (list, tuple)):
        return [_pruned(entry) for entry in value]
    return value
