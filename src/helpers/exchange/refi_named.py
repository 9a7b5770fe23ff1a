"""Whose words a document holds, where only names tell: of variables, of files, or of nothing at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import replace

from .notes import Notes, counted, named
from .refi_ids import ENDING, free, person_id
from .refi_records import Case, Project
from .refi_sources import Document
from .refi_speakers import WORDS

VARIABLE = re.compile(rf"(?:.*:)?\s*(?:{WORDS})(?:[ _-]?(?:id|name|nr|no|number|code))?\s*", re.IGNORECASE)
IN_NAME = re.compile(rf"(?:(?<![^\W\d_])(?:{WORDS}|id|p)[ _-]?\d+)(?!\d)", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")  # “Ann's” is a word, so “Ann's mother” is not Ann


def called(project: Project, cases: Sequence[Case], notes: Notes) -> list[Case]:
    """Return cases without a name by their sources alone; as one, those whom a variable calls by one name."""
    values = [dict(case.values) for case in cases]
    alone = [replace(case, values=[]) for case in cases]
    for guid, (variable, _) in project.variables.items():
        names = [" ".join(value.get(guid, "").split()) for value in values]
        if VARIABLE.fullmatch(variable) and cases and all(names):
            one: dict[str, Case] = {}
            for name, case in zip(names, alone, strict=True):
                known = one.setdefault(name, replace(case, name=name, sources=(), memo=""))
                known.sources += case.sources
                known.memo = "\n".join(filter(None, (known.memo, case.memo)))
            notes.infer(f"the variable {variable!r} names {counted(len(one), 'participant')} of these sources.")
            return list(one.values())
    return alone


def by_name(
    project: Project, found: Sequence[Document], nobodys: Collection[int], names: Sequence[str], notes: Notes
) -> dict[int, int]:
    """
    Return the case of documents that nothing in the file links with one, where the document goes by its name.

    QualCoder exports no link of a case with a part of a text, and its case manager makes such links only.

    Parameters
    ----------
    project, found : Project, sequence of Document
        The project, and its documents.
    nobodys : collection of int
        The documents to look at.
    names : sequence of str
        The cases' names.
    notes : Notes
        Takes the inference.
    """
    words = [_words(name) for name in names]
    people = {" ".join(name): n for n, name in enumerate(words) if name and words.count(name) == 1}
    guids = [guid for guid, (name, _) in project.variables.items() if VARIABLE.fullmatch(name)]
    cases: dict[int, int] = {}
    for n in nobodys:
        said = [people[who] for g, v in found[n].values if g in guids and (who := " ".join(_words(v))) in people]
        named_so = _meant(_words(ENDING.sub("", found[n].name)), people)
        if said or named_so is not None:
            cases[n] = said[0] if said else named_so if named_so is not None else 0
    if cases:
        which = named("document", [found[n].name for n in cases])
        notes.infer(f"{which} that nothing links with a case: that of the case by whose name it goes.")
    return cases


def _meant(document: list[str], people: dict[str, int]) -> int | None:
    """Return the case with the longest name that the document's name is, begins or ends with."""
    for length in range(len(document), 0, -1):
        parts = {" ".join(document[:length]), " ".join(document[-length:])}
        # A number alone may count anything: it is a case's name only where nothing else stands beside it.
        known = {people[part] for part in parts if part in people and (length == len(document) or not part.isdigit())}
        if known:
            return known.pop() if len(known) == 1 else None
    return None


def _words(name: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", name).casefold())


def without_cases(
    project: Project, found: Sequence[Document], ids: Sequence[str], notes: Notes
) -> tuple[list[str], dict[int, int]]:
    """Return the participants, and that of each document, of a project without cases: an inference, and noted so."""
    names, why = _from_variable(project, found)
    if not names:
        matches = [IN_NAME.search(document.name) for document in found]
        names = [" ".join(m[0].replace("_", " ").split()) for m in matches if m] if all(matches) else []
        why = "their names hold a participant's number"
    if not names:
        names, why = list(ids), "the project has no cases, so each source is one person"
    order: dict[str, int] = {}
    taken: dict[str, int] = {}
    people, of_document = [], {}
    for n, name in enumerate(names):
        if name not in order:
            order[name] = len(order)
            people.append(free(person_id(name, f"participant {len(order)}"), taken))
        of_document[n] = order[name]
    if found:
        told = f"{counted(len(order), 'participant')} of {counted(len(found), 'document')}: {why}"
        notes.infer(f"{told}; documents.csv says otherwise where that is wrong.")
    return people, of_document


def _from_variable(project: Project, found: Sequence[Document]) -> tuple[list[str], str]:
    for guid, (name, _) in project.variables.items():
        if VARIABLE.fullmatch(name):
            values = [next((v.strip() for ref, v in d.values if ref == guid), "") for d in found]
            if found and all(values):
                return values, f"the sources' variable {name!r} names them"
    return [], ""
