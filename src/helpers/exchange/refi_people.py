"""What is known of participants and documents: the values of variables, and who speaks where in a group."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from ..cells import DATE
from .refi_cases import People
from .refi_records import Project
from .refi_sources import Document

Values = dict[str, dict[int, dict[str, None]]]  # of a variable, of a participant or document: each once, in order
_DOCUMENTS = re.compile(r"(?:.*:)?\s*(?:date|round|minutes)\s*", re.IGNORECASE)


def turns(who: People, documents: list[str]) -> pd.DataFrame:
    """Return the parts of documents that are somebody's as turns."""
    frame = pd.DataFrame(who.turns, columns=["n", "start", "end", "person"])
    people_of = [who.names[person] for person in frame["person"]]
    return pd.DataFrame(
        {
            "document": [documents[n] for n in frame["n"]],
            "start": frame["start"].to_numpy(),
            "end": frame["end"].to_numpy(),
            "speaker": people_of,
            "participant": people_of,
        }
    )


def attribute_values(
    project: Project, found: Sequence[Document], who: People, *, own: bool = False
) -> tuple[Values, Values]:
    """
    Return the values of each variable, by participant and by document.

    A value on a source is its participant's where everything that is known of them agrees, and the document's
    otherwise: an age is one, the date of an interview is not. In a file of ours every value stands where it belongs.
    """
    persons: Values = {}
    documents: Values = {}
    for number, case in enumerate(project.cases):
        for guid, value in case.values:
            _add(persons, guid, number, value, own)
    for n, document in enumerate(found):
        for guid, value in document.values:
            _add(documents, guid, n, value, own)
    of_documents = {guid for guid, (name, _) in project.variables.items() if _DOCUMENTS.fullmatch(name)}
    for guid in [] if own else [guid for guid in documents if guid not in of_documents]:
        theirs = {person: set(values) for person, values in persons.get(guid, {}).items()}
        owned = {n: values for n, values in documents[guid].items() if n in who.of_document}
        if all(theirs.setdefault(who.of_document[n], set(values)) == set(values) for n, values in owned.items()):
            for n, values in owned.items():
                persons.setdefault(guid, {}).setdefault(who.of_document[n], values)
                del documents[guid][n]
    return persons, {guid: values for guid, values in documents.items() if values}


def _add(table: Values, guid: str, holder: int, value: str, own: bool) -> None:
    table.setdefault(guid, {}).setdefault(holder, {})[value if own else " ".join(value.split())] = None


def declared(documents: pd.DataFrame) -> pd.DataFrame:
    """Let a variable be the documents' own date, round or length, where it has that name and every value fits."""
    for name, pattern in (("date", f"{DATE[1:-1]}(T.*)?"), ("round", ".*"), ("minutes", r"\d+([.,]\d+)?")):
        for column in [c for c in documents if str(c).casefold() == f"{name} (variable)"]:
            cells = documents[column].astype("str")
            if name not in documents and ((cells == "") | cells.str.fullmatch(pattern)).all():
                documents = documents.rename(columns={column: name})
                documents[name] = cells.str.split("T").str[0] if name == "date" else cells
    return documents
