"""Whose words a document holds: participants from cases, from codes that are cases, or by inference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from .notes import Notes, counted, named
from .refi_ids import free, person_id
from .refi_named import by_name, called, without_cases
from .refi_records import Project
from .refi_selections import Rows
from .refi_sources import Document
from .refi_speakers import Choice, Part, spoken


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
    variable of the sources that names a case, or their names; and, where a project has no cases at all, such a
    variable, their file names, or else one person a source. All but the first two are inferences, and noted as such.
    """
    who, rows = People(), coded_by.frame
    _nameless(project, notes)
    if not project.cases:
        who.names, who.of_document = without_cases(project, found, ids, notes)
        return who
    taken: dict[str, int] = {}
    sources = _places(project, found)
    for number, case in enumerate(project.cases):
        own = [ids[sources[ref]] for ref in case.sources if ref in sources]
        name = case.name or (own[0] if len(own) == 1 else "")
        who.names.append(free(person_id(name, f"case {number + 1}"), taken))
    coded, choice = _case_codes(project, rows), Choice(project)
    who.codes = set(coded)
    heard, parts = _heard(project, sources, coded_by, coded)
    several = _whose(found, heard, sources, choice, who, notes)
    _passages(found, heard, parts, choice, who, notes)
    nobodys = [n for n in range(len(found)) if n not in who.of_document and n not in parts and n not in several]
    who.of_document |= by_name(project, found, nobodys, [case.name for case in project.cases], notes)
    _told(found, rows, coded, [n for n in nobodys if n not in who.of_document], notes)
    return who


def _places(project: Project, found: Sequence[Document]) -> dict[str, int]:
    """Return where the documents stand, by their guids; a case may also point at the text of a PDF or a recording."""
    places = {document.guid: n for n, document in enumerate(found)}
    for source in project.sources:
        for text in source.texts if source.guid in places else ():
            places.setdefault(text.guid, places[source.guid])
    places.pop("", None)
    return places


def _nameless(project: Project, notes: Notes) -> None:
    """
    A case without a name that points at one source holds the source's variables: so MAXQDA and Quirkos write them.

    Beside cases that have names it is no more than that. Where none has, it is also a person, and those are one
    whom a variable such as "Participant" calls by one name.
    """
    sources = {source.guid: source for source in project.sources}
    bare = [
        case
        for case in project.cases
        if not (case.name or len(case.sources) != 1 or case.codes or case.selections) and case.sources[0] in sources
    ]
    known = set(map(id, bare))
    people = [case for case in project.cases if id(case) not in known]
    for case in bare:
        sources[case.sources[0]].values += case.values
    if bare and any(case.name for case in people):
        notes.infer(f"{counted(len(bare), 'case')} without a name, beside cases that have one: only variables.")
    else:
        people += called(project, bare, notes)
    project.cases = people


def _case_codes(project: Project, rows: pd.DataFrame) -> dict[str, int]:
    """
    Return the codes that stand for a case.

    A code with a case's GUID does; one that a case refers to, only where it has the case's name, or codes nothing but
    whole documents, and is no other case's too, for a case may also refer to its themes.
    """
    known = {code.guid: code.name.casefold() for code in project.codes}
    found = {case.guid: n for n, case in enumerate(project.cases) if case.guid in known}
    often = Counter(ref for case in project.cases for ref in case.codes)
    partly = set(rows.loc[~rows["whole"], "code"].unique())
    used = set(rows["code"].unique())
    for n, case in enumerate(project.cases):
        for ref in case.codes:
            alike = ref not in partly or known.get(ref) == case.name.casefold()
            if ref in known and often[ref] == 1 and ref in used and alike:
                found.setdefault(ref, n)
    return found


def _heard(
    project: Project, sources: dict[str, int], coded_by: Rows, coded: dict[str, int]
) -> tuple[dict[int, set[int]], dict[int, list[Part]]]:
    """Return the cases that have a document as a whole, and the passages of cases in it."""
    heard: dict[int, set[int]] = {}
    parts: dict[int, list[Part]] = {}
    for number, case in enumerate(project.cases):
        for ref in case.sources:
            if ref in sources:
                heard.setdefault(sources[ref], set()).add(number)
        for ref in case.selections:
            if ref in coded_by.spans:
                n, start, end = coded_by.spans[ref]
                parts.setdefault(n, []).append((start, end, number))
    mine = coded_by.frame[coded_by.frame["code"].isin(list(coded))]
    for code, n, start, end, whole in zip(
        *(mine[c] for c in ("code", "document", "start", "end", "whole")), strict=True
    ):
        if whole or start < 0:
            heard.setdefault(n, set()).add(coded[code])
        else:
            parts.setdefault(n, []).append((start, end, coded[code]))
    for n, cases in heard.items():
        parts[n] = [part for part in parts.get(n, []) if part[2] not in cases]
    return heard, {n: passages for n, passages in parts.items() if passages}


def _whose(
    found: Sequence[Document],
    heard: dict[int, set[int]],
    sources: dict[str, int],
    choice: Choice,
    who: People,
    notes: Notes,
) -> set[int]:
    """Give documents to the cases that have them as a whole; return those that several have."""
    several, chosen_of = set(), list[str]()
    for n, document in enumerate(found):
        cases = heard.get(n) or (heard.get(sources.get(document.owner, -1), set()) if document.owner else set())
        chosen = choice(cases)
        if len(chosen) == 1:
            who.of_document[n] = next(iter(chosen))
            if len(choice.lowest(cases)) > 1:
                chosen_of.append(document.name)
        elif chosen:
            several.add(n)
    if chosen_of:
        notes.infer(
            f"{named('document', chosen_of)} with several cases, one of them a person by its attributes: that person's."
        )
    if several:
        which = named("document", [found[n].name for n in sorted(several)])
        notes.infer(f"{which} with several cases: no one participant's.")
    return several


def _passages(
    found: Sequence[Document],
    heard: dict[int, set[int]],
    parts: dict[int, list[Part]],
    choice: Choice,
    who: People,
    notes: Notes,
) -> None:
    """Let cases speak in their passages; a document that passages of one single case fill to a half is that case's."""
    cut = shared = 0
    mostly = []
    for n in sorted(parts):
        said = spoken(parts[n], choice)
        who.turns += [(n, *part) for part in said.parts]
        cut, shared = cut + said.cut, shared + said.shared
        cases = {case for _, _, case in parts[n]}
        covered = sum(end - start for start, end, _ in said.parts)
        if n not in heard and len(cases) == 1 and 2 * covered >= len(found[n].text):
            who.of_document[n] = next(iter(cases))
            mostly.append(found[n].name)
    if mostly:
        which = named("document", mostly)
        notes.infer(f"{which} of which one case covers half or more, and no other any: that case's.")
    if cut:
        notes.infer(f"{counted(cut, 'passage')} of a case cut where a shorter passage of another case lies over it.")
    if shared:
        notes.infer(f"{counted(shared, 'passage')} of several cases at once: no one participant's.")


def _told(
    found: Sequence[Document], rows: pd.DataFrame, coded: dict[str, int], nobodys: list[int], notes: Notes
) -> None:
    if coded:
        count = int(rows["code"].isin(list(coded)).sum())
        what = f"{counted(len(coded), 'code')} that {'is a case' if len(coded) == 1 else 'are cases'}"
        notes.infer(f"{what} say who is heard where, and are no themes ({counted(count, 'coding')}).")
    if nobodys:
        which = named("document", [found[n].name for n in nobodys])
        notes.infer(f"{which} without a case: nobody's, until documents.csv says whose.")
