"""A study under construction: what the reader of another tool's project adds, row by row, in that tool's own keys."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from ..about import About
from ..errors import Problem, StudyError, refuse
from ..schema import TABLES
from ..study import Study, make_study
from . import draft_people
from .anchors import Anchors
from .draft_codings import distinct
from .draft_memos import Memos
from .draft_people import Links, Values
from .notes import Notes, counted, named
from .refi_coders import hints
from .refi_ids import document_ids, file_id, free, kind_of, person_id, slug
from .refi_sources import CODES

Key = Hashable
UNKNOWN = "unknown"
LEVELS = 200  # of codes, one below the other
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass
class Draft:
    """
    The tables of a study, keyed as the foreign project keys them; ids are made once all names are known.

    Attributes
    ----------
    file : str
        The file or folder that is read, for messages.
    aliases : mapping of str to str
        The coder that a name stands for: two names of one person become one coder.
    notes : Notes
        What was found, inferred and lost.
    problems : list of Problem
        What makes the project unreadable; all of it is told at once.
    anchors : Anchors
        Places codings in the documents' texts.
    links : Links
        Says whose documents they are.
    memos : Memos
        Holds what is neither a coding's memo nor a document's.
    """

    file: str
    aliases: Mapping[str, str] = field(default_factory=dict)
    notes: Notes = field(default_factory=Notes)
    problems: list[Problem] = field(default_factory=list)
    anchors: Anchors = field(default_factory=Anchors)
    links: Links = field(default_factory=Links)
    memos: Memos = field(default_factory=Memos)
    participants: dict[Key, str] = field(default_factory=dict)
    documents: dict[Key, dict[str, str]] = field(default_factory=dict)
    codes: dict[Key, dict[str, Any]] = field(default_factory=dict)
    coders: dict[str, None] = field(default_factory=dict)
    codings: list[dict[str, Any]] = field(default_factory=list)
    traits: Values = field(default_factory=dict)
    variables: Values = field(default_factory=dict)

    def participant(self, key: Key, name: str) -> None:
        """Add a participant."""
        self.participants[key] = name.strip()

    def document(self, key: Key, name: str, text: str = "", **columns: str) -> None:
        """Add a document; `columns` (`memo`, `kind`) become columns of their own."""
        if "\0" in text:
            self.notes.infer(f"the text {name!r} holds characters that no text has; they are shown as \ufffd.")
            text = text.replace("\0", "\ufffd")
        self.documents[key] = {"text": text, "name": " ".join(name.split()), **columns}

    def trait(self, participant: Key, name: str, value: str) -> None:
        """Add what is known of a participant."""
        draft_people.add(self.traits, participant, name, value)

    def variable(self, document: Key, name: str, value: str) -> None:
        """Add what is known of a document; where it is the same in all that somebody said, it is that person's."""
        draft_people.add(self.variables, document, name, value)

    def code(self, key: Key, name: str, parent: Key | None = None, definition: str = "", colour: str = "") -> None:
        """Add a code; the one above it may come later."""
        if len(self.codes) >= CODES:
            raise StudyError(f"{self.file}: has more than {CODES:,} codes, more than a codebook can have")
        name = " ".join(name.split()) or "(without a name)"
        self.codes[key] = {"name": name, "above": parent, "definition": definition.strip(), "colour": colour.strip()}

    def coder(self, name: str) -> str:
        """Add a coder and return the name that counts."""
        name = " ".join(name.split()) or UNKNOWN
        name = next((coder for alias, coder in self.aliases.items() if alias.casefold() == name.casefold()), name)
        self.coders.setdefault(name)
        return name

    def coding(
        self,
        document: Key,
        code: Key,
        coder: str,
        span: tuple[int, int] | None = None,
        quote: str = "",
        told: tuple[int, int] | None = None,
        memo: str = "",
        created: str = "",
        locator: str = "",
    ) -> None:
        """
        Add a coding: of a span of the document's text, or, without one, of the document as a whole.

        `quote` is the witness of a span: it is searched for where the span does not hold it. `told` are the span's
        numbers in the file, where those are no code points.
        """
        row: dict[str, Any] = {"document": document, "code": code, "coder": self.coder(coder), "quote": quote}
        row |= {"memo": memo.strip(), "created": created}
        held = self.documents[document]
        if span and held["text"]:
            found = self.anchors.place(held["name"], held["text"], span, quote, told or span)
            row |= {"start": found.start, "end": found.end, "quote": found.quote}
        if span and row.get("start") is None:
            locator = "; ".join(filter(None, (locator, "characters {}-{}".format(*(told or span)))))
        self.codings.append(row | {"locator": locator})

    def study(self, name: str, about: About, inputs: Mapping[str, str], what: str) -> Study:
        """
        Make the study; `what` names the tool and its version in the first of the import notes.

        Raises
        ------
        StudyError
            When there are problems; all are listed.
        """
        refuse(self.file, self.problems)
        self.codings = distinct(self.codings, self.notes)
        documents = dict(zip(self.documents, document_ids([d["name"] for d in self.documents.values()]), strict=True))
        if documents and not self.participants:
            mine = self.links.alone(self.documents)
            for key, who in draft_people.without_cases(mine, documents, self.variables, self.notes).items():
                self.participant(("inferred", who), who)
                self.links.add(key, ("inferred", who))
        people = self._people()
        owners = self.links.owners(self.documents)
        draft_people.share(self.variables, self.traits, owners)
        known, several = draft_people.columns({"participant": list(people.values())}, people, self.traits)
        tables = {
            "participants": known,
            "documents": self._documents(documents, {key: people[who] for key, who in owners.items()}),
            "turns": self.links.turns(documents, people),
            "memos": self.memos.table(documents, people),
            **self._coded(documents),
        }
        self.links.told(self.documents, self.notes)
        self.anchors.told(self.notes)
        self.notes.found.insert(0, self._summary(what))
        about = replace(about, imported=self.notes.sentences(), attributes={**about.attributes, **several})
        return make_study(name, tables, about, inputs)

    def _people(self) -> dict[Key, str]:
        taken: dict[str, int] = {}
        people = {
            key: free(person_id(name, f"participant {n}"), taken)
            for n, (key, name) in enumerate(self.participants.items(), 1)
        }
        other = [name for key, name in self.participants.items() if people[key] != name]
        if other:
            self.notes.infer(f"{named('participant', other)} with another id than the name, so that each has its own.")
        return people

    def _documents(self, ids: dict[Key, str], owners: dict[Key, str]) -> pd.DataFrame:
        held = self.documents
        frame = {"document": [ids[key] for key in held], "participant": [owners.get(k, "") for k in held]}
        for column in ("text", "name", "kind", "memo"):
            cells = [document.get(column, "") for document in held.values()]
            telling = cells != list(ids.values()) if column == "name" else any(cells)
            if telling or column == "text":
                frame[column] = cells
        return draft_people.columns(frame, ids, self.variables)[0]

    def _coded(self, documents: dict[Key, str]) -> dict[str, pd.DataFrame]:
        frame, codes = self._codes()
        taken: dict[str, int] = {}
        coders = {name: free(file_id(name, "coder"), taken) for name in self.coders}
        codings = pd.DataFrame(self.codings).reindex(columns=TABLES["codings"].names)
        for column, ids in (("document", documents), ("code", codes), ("coder", coders)):
            codings[column] = [ids[key] for key in codings[column]]
        hints(coders, self.notes)
        kinds = [kind_of(name) for name in coders]
        who = pd.DataFrame({"coder": list(coders.values()), "name": list(coders), "kind": kinds}, dtype="str")
        return {"codes": frame, "codings": codings, "coders": who}

    def _codes(self) -> tuple[pd.DataFrame, dict[Key, str]]:
        taken, ids = dict[str, int](), dict[Key, str]()
        wanted = {key: slug(self._path(key)) for key in self.codes}
        for key, path in wanted.items():
            ids[key] = free(path, taken)
        twins = [code["name"] for key, code in self.codes.items() if ids[key] != wanted[key]]
        if twins:
            self.notes.infer(f"{named('code', twins)} with the path of another code kept apart by a number in the id.")
        orphans = [c["name"] for c in self.codes.values() if c["above"] is not None and c["above"] not in self.codes]
        if orphans:
            self.notes.infer(f"{named('code', orphans)} under a category that is not there any more stand at the top.")
        odd = [c["name"] for c in self.codes.values() if c["colour"] and not _COLOUR.fullmatch(c["colour"])]
        if odd:
            self.notes.lose(f"the colour of {named('code', odd)}, which is not of the form #1b9e77.")
        rows = [
            (
                ids[key],
                c["name"],
                ids.get(c["above"], ""),
                c["definition"],
                c["colour"] if _COLOUR.fullmatch(c["colour"]) else "",
            )
            for key, c in self.codes.items()
        ]
        frame = pd.DataFrame(rows, columns=["code", "name", "parent", "definition", "colour"], dtype="str")
        return frame.reindex(columns=TABLES["codes"].names), ids

    def _path(self, key: Key) -> list[str]:
        """The names from the top to a code; a circle, which the study's checks tell of, ends it."""
        path, seen = list[str](), set[Key]()
        up: Key | None = key
        while up in self.codes and up not in seen:
            seen.add(up)
            path.append(self.codes[up]["name"])
            up = self.codes[up]["above"]
            if len(path) > LEVELS:
                raise StudyError(f"{self.file}: has codes more than {LEVELS} levels deep, as no codebook has")
        return path[::-1]

    def _summary(self, what: str) -> str:
        parts = [
            counted(len(self.documents), "document"),
            counted(len(self.participants), "participant"),
            counted(len(self.codes), "code"),
            f"{counted(len(self.codings), 'coding')} by {counted(len(self.coders), 'coder')}",
        ]
        return f"{self.file}: {what}: {', '.join(parts)}."
