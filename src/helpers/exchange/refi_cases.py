"""Whose words a document holds: participants from cases, from codes that are cases, or by inference."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from .notes import Notes, counted, named
from .refi_ids import free, person_id
from .refi_records import Project
from .refi_selections import Rows
from .refi_sources import Document

_WORDS = (
    r"participants?|persons?|people|respondents?|interviewees?|informants?|subjects?|pseudonyms?|patients?|clients?"
    r"|case|teilnehmer(?:in|innen)?|befragte[rn]?|proband(?:in|en)?|person(?:e|a)s?|enqu[eê]t[eé]e?s?|r[eé]pondante?s?"
    r"|entrevistad[oa]s?|participantes?|uczestni(?:k|czka|cy)|respondent(?:ka|ci)?"
)
VARIABLE = re.compile(rf"(?:.*:)?\s*(?:{_WORDS})(?:[ _-]?(?:id|name|nr|no|number|code))?\s*", re.IGNORECASE)
IN_NAME = re.compile(rf"(?:(?<![^\W\d_])(?:{_WORDS}|id|p)[ _-]?\d+)(?!\d)", re.IGNORECASE)


@dataclass
class People:
    """
    Participants and where they are heard.

    Attributes
    ----------
    names : list of str
        Participants' ids, in order.
    of_document : dict of int to int
        The participant of a document; a group's document is not in it.
    turns : list of (document, start, end, participant)
        Where somebody's case covers a part of a document.
    codes : set of str
        Guids of codes that stand for cases.
    """

    names: list[str] = field(default_factory=list)
    of_document: dict[int, int] = field(default_factory=dict)
    turns: list[tuple[int, int, int, int]] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)


def people(project: Project, found: Sequence[Document], ids: Sequence[str], coded_by: Rows, notes: Notes) -> People:
    """
    Say who is heard in which document.

    In this order: the sources that a case points at; codes that stand for a case and cover a whole document; a
    variable of the sources that names people; their file names; and, where a project has no cases at all, one
    person a source. All but the first two are inferences, and noted as such.
    """
    who, rows = People(), coded_by.frame
    _nameless(project, notes)
    if not project.cases:
        _without_cases(project, found, ids, who, notes)
        return who
    taken: dict[str, int] = {}
    sources = {document.guid: n for n, document in enumerate(found)}
    for number, case in enumerate(project.cases):
        own = [ids[sources[ref]] for ref in case.sources if ref in sources]
        name = case.name or (own[0] if len(own) == 1 else "")
        who.names.append(free(person_id(name, f"case {number + 1}"), taken))
    coded = _case_codes(project, rows)
    who.codes = set(coded)
    heard = _heard(project, sources, coded_by, coded, who)
    mostly = _mostly(who.turns, found, heard)
    parent = {code.guid: code.parent for code in reversed(project.codes)}  # its first place counts
    several = []
    for n in range(len(found)):
        cases = heard.get(n, set())
        owner = heard.get(sources.get(found[n].owner, -1), set()) if found[n].owner else set()
        chosen = _lowest(cases or owner or mostly.get(n, set()), project, parent)
        if len(chosen) == 1:
            who.of_document[n] = chosen.pop()
        elif chosen:
            several.append(found[n].name)
    if mostly:
        names = [found[n].name for n in mostly]
        notes.infer(f"{named('document', names)} of which one case covers half or more, and no other any: that case's.")
    _told(found, rows, coded, several, who, notes)
    return who


def _nameless(project: Project, notes: Notes) -> None:
    """Where cases have names, one without a name that points at one source only holds that source's variables."""
    if not any(case.name for case in project.cases):
        return
    sources = {source.guid: source for source in project.sources}
    people = []
    for case in project.cases:
        if case.name or len(case.sources) != 1 or case.codes or case.selections or case.sources[0] not in sources:
            people.append(case)
        else:
            sources[case.sources[0]].values += case.values
    if len(people) < len(project.cases):
        some = counted(len(project.cases) - len(people), "case")
        notes.infer(f"{some} without a name, beside cases that have one: only variables of the source.")
    project.cases = people


def _case_codes(project: Project, rows: pd.DataFrame) -> dict[str, int]:
    """
    Return the codes that stand for a case.

    A code with a case's GUID does; one that a case refers to, only where it codes nothing but whole documents and
    is no other case's too, for a case may also refer to its themes.
    """
    known = {code.guid for code in project.codes}
    found = {case.guid: n for n, case in enumerate(project.cases) if case.guid in known}
    often = Counter(ref for case in project.cases for ref in case.codes)
    partly = set(rows.loc[~rows["whole"], "code"].unique())
    used = set(rows["code"].unique())
    for n, case in enumerate(project.cases):
        for ref in case.codes:
            if ref in known and often[ref] == 1 and ref in used and ref not in partly:
                found.setdefault(ref, n)
    return found


def _heard(
    project: Project, sources: dict[str, int], coded_by: Rows, coded: dict[str, int], who: People
) -> dict[int, set[int]]:
    """Return the cases of each document; those that cover a part of it become turns."""
    heard: dict[int, set[int]] = {}
    for number, case in enumerate(project.cases):
        for ref in case.sources:
            if ref in sources:
                heard.setdefault(sources[ref], set()).add(number)
    parts: list[tuple[int, int, int, int]] = []
    mine = coded_by.frame[coded_by.frame["code"].isin(list(coded))]
    for code, n, start, end, whole in zip(
        *(mine[c] for c in ("code", "document", "start", "end", "whole")), strict=True
    ):
        if whole or start < 0:
            heard.setdefault(n, set()).add(coded[code])
        else:
            parts.append((n, start, end, coded[code]))
    for number, case in enumerate(project.cases):
        parts += [(*coded_by.spans[ref], number) for ref in case.selections if ref in coded_by.spans]
    who.turns = [part for part in parts if part[3] not in heard.get(part[0], set())]
    return heard


def _lowest(cases: set[int], project: Project, parent: dict[str, str]) -> set[int]:
    """Of a case and one that it lies under in the tree of codes, the lower one speaks."""
    above: set[str] = set()
    for number in cases if len(cases) > 1 else ():
        up = parent.get(project.cases[number].guid, "")
        while up and up not in above:
            above.add(up)
            up = parent.get(up, "")
    return {n for n in cases if project.cases[n].guid not in above}


def _mostly(
    parts: list[tuple[int, int, int, int]], found: Sequence[Document], heard: dict[int, set[int]]
) -> dict[int, set[int]]:
    """Return the documents, without a case of their own, that passages of one single case fill to a half or more."""
    covered: dict[int, int] = {}
    cases: dict[int, set[int]] = {}
    for n, start, end, case in set(parts):
        covered[n] = covered.get(n, 0) + end - start
        cases.setdefault(n, set()).add(case)
    return {
        n: one for n, one in cases.items() if n not in heard and len(one) == 1 and 2 * covered[n] >= len(found[n].text)
    }


def _told(
    found: Sequence[Document],
    rows: pd.DataFrame,
    coded: dict[str, int],
    several: list[str],
    who: People,
    notes: Notes,
) -> None:
    if coded:
        count = int(rows["code"].isin(list(coded)).sum())
        what = f"{counted(len(coded), 'code')} that {'is a case' if len(coded) == 1 else 'are cases'}"
        notes.infer(f"{what} say who is heard where, and are no themes ({counted(count, 'coding')}).")
    if several:
        notes.infer(f"{named('document', several)} with several cases: no one participant's.")
    passages = {n for n, *_ in who.turns}
    none = [d.name for n, d in enumerate(found) if n not in who.of_document and n not in passages]
    none = [name for name in none if name not in several]
    if none:
        notes.infer(f"{named('document', none)} without a case: nobody's, until documents.csv says whose.")


def _without_cases(project: Project, found: Sequence[Document], ids: Sequence[str], who: People, notes: Notes) -> None:
    names, why = _from_variable(project, found)
    if not names:
        matches = [IN_NAME.search(document.name) for document in found]
        names = [" ".join(m[0].replace("_", " ").split()) for m in matches if m] if all(matches) else []
        why = "their names hold a participant's number"
    if not names:
        names, why = list(ids), "the project has no cases, so each source is one person"
    order: dict[str, int] = {}
    taken: dict[str, int] = {}
    for n, name in enumerate(names):
        if name not in order:
            order[name] = len(order)
            who.names.append(free(person_id(name, f"participant {len(order)}"), taken))
        who.of_document[n] = order[name]
    if found:
        notes.infer(
            f"{counted(len(order), 'participant')} of {counted(len(found), 'document')}: {why}; documents.csv "
            "says otherwise where that is wrong."
        )


def _from_variable(project: Project, found: Sequence[Document]) -> tuple[list[str], str]:
    for guid, (name, _) in project.variables.items():
        if VARIABLE.fullmatch(name):
            values = [next((v.strip() for ref, v in d.values if ref == guid), "") for d in found]
            if found and all(values):
                return values, f"the sources' variable {name!r} names them"
    return [], ""
