"""One REFI-QDA project on its way to a study: each step adds a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from ..about import About, Attribute
from ..errors import StudyError
from ..schema import TABLES
from ..study import Study, make_study
from . import refi_codes, refi_selections
from .container import Files
from .notes import Notes, counted, named
from .refi_cases import People, people
from .refi_coders import Coders
from .refi_ids import columns, document_ids
from .refi_memos import Memos, sets
from .refi_own import TITLE, Own, remembered
from .refi_people import Values, attribute_values, declared, turns
from .refi_places import Reading
from .refi_records import Case, Code, Project
from .refi_sources import Document, Texts, documents
from .refi_twins import distinct

VARIABLES = 2_000  # of participants or documents; each is a column
UNASSIGNED = "Unassigned"  # NVivo's word for an attribute without a value


class Import:
    """One file on its way to a study: each step adds a table."""

    def __init__(
        self, said: Project, files: Files, notes: Notes, aliases: Mapping[str, str], kept: Own | None = None
    ) -> None:
        self.said, self.files, self.notes, self.kept = said, files, notes, kept
        self.coders = Coders(said.users, aliases, notes)
        self.texts = Texts(files, notes, own=kept is not None)
        self.memos = Memos(said, self.texts, own=kept is not None, apart=kept.memos if kept else frozenset())
        self.sets = sets(said, notes)
        self.cases = len(said.cases)  # as the file holds them; some of them may turn out to be no one's
        self.found: list[Document] = documents(said, self.texts, notes)
        ours = {} if kept else {memo.guid: memo.texts for memo in said.memos if memo.name == TITLE}
        self.remembered = {g: remembered(self.texts.words(t[0], TITLE) or "") if t else None for g, t in ours.items()}
        self.tables: dict[str, pd.DataFrame] = {}
        self.multivalued: list[str] = []

    def study(self) -> Study:
        """Return the study; raise StudyError with everything that is wrong."""
        wanted = frozenset(ref for case in self.said.cases for ref in case.selections)
        readings = self._own_readings() if self.kept else None
        coded = refi_selections.rows(self.found, self.said.origin, self.memos, self.notes, wanted, readings)
        names = self._documents()
        who = self._own_people() if self.kept else people(self.said, self.found, names, coded, self.notes)
        ids = self._codes(who, coded.frame)
        self._codings(coded.frame[~coded.frame["code"].isin(list(who.codes))], ids, names)
        self._participants(who, names)
        if self.kept:
            self.tables |= {name: self.kept.table(name) for name in ("turns", "assignments", "memos")}
            return make_study(self.kept.name, self.tables, self.kept.about, self.files.inputs())
        self.tables["turns"] = turns(who, names)
        self.tables["memos"] = self._memos(who, names)
        return make_study(self.files.title, self.tables, self._about(coded.withheld), self.files.inputs())

    def _own_readings(self) -> dict[int, Reading]:
        assert self.kept is not None
        for document in self.found:
            document.missing = not document.text
            if document.guid in self.kept.crlf:
                document.text = document.text.replace("\r\n", "\n")
        crlf = [document.guid in self.kept.crlf for document in self.found]
        return {n: Reading(self.kept.utf16, "two" if ends else "stored") for n, ends in enumerate(crlf)}

    def _own_people(self) -> People:
        who = People([case.name for case in self.said.cases])
        sources = {document.guid: n for n, document in enumerate(self.found)}
        for number, case in enumerate(self.said.cases):
            who.of_document |= {sources[ref]: number for ref in case.sources}
        return who

    def _codes(self, who: People, rows: pd.DataFrame) -> dict[str, str]:
        without = who.codes | refi_codes.empty_shells(self.said, who.codes, set(rows["code"].unique()))
        known = self.kept.ids if self.kept else None
        self._complete(rows)

        def memo(code: Code) -> str:
            return self.memos.of(code.notes, code.guid, code.memo)

        frame, ids = refi_codes.codes(self.said, without, memo, self.notes, known)
        frame["sets"] = [self.sets.get(guid, "") for guid in ids]
        self.tables["codes"] = self.kept.codes(frame) if self.kept else frame
        return ids

    def _complete(self, rows: pd.DataFrame) -> None:
        """A code that is used and is not in the codebook gets a place there: its codings are not lost."""
        known = {code.guid for code in self.said.codes}
        unknown = [guid for guid in rows["code"].unique() if guid not in known]
        if unknown:
            self.notes.infer(f"{named('code', unknown)} used without being in the codebook, entered there by GUID.")
        for guid in unknown:
            self.said.codes.append(Code(guid, f"(code {guid[:8]} not in the codebook)", "", "", "", ()))

    def _documents(self) -> list[str]:
        found = self.found
        if self.kept:
            ids = [self.kept.ids[document.guid] for document in found]
        else:
            ids = document_ids([document.name for document in found])
        frame = pd.DataFrame({"document": ids, "text": [document.text for document in found]}, dtype="str")
        if not self.kept:
            more = {
                "name": ["" if d.name == i else d.name for d, i in zip(found, ids, strict=True)],
                "kind": [d.kind if d.kind != "text" else "" for d in found],
                "sets": [self.sets.get(d.guid, "") for d in found],
                "memo": [self.memos.of(d.notes, d.guid, d.memo) for d in found],
            }
            if any(more["kind"]):
                more["kind"] = [d.kind for d in found]
            if any(more["name"]):
                more["name"] = [d.name for d in found]
            frame = frame.assign(**{name: cells for name, cells in more.items() if any(cells)})
        self.tables["documents"] = frame
        return ids

    def _codings(self, rows: pd.DataFrame, ids: dict[str, str], names: list[str]) -> None:
        if self.kept:
            coders, table = self.kept.ids, self.kept.coders({guid: name for guid, (name, _) in self.said.users.items()})
        else:
            self.coders.add(rows["by"].unique())
            coders, table = self.coders.of_user, self.coders.table()
        self.tables["coders"] = table
        frame = rows.assign(
            coder=rows["by"].map(coders),
            document=pd.Categorical.from_codes(rows["document"], names),
            start=rows["start"].where(rows["start"] >= 0).astype("Int64"),
            end=rows["end"].where(rows["start"] >= 0).astype("Int64"),
            code=rows["code"].map(ids),
        )
        if self.kept:
            frame = self.kept.codings(frame)
        else:
            self._found(len(rows))
            frame = distinct(frame, self.notes)
        self.tables["codings"] = frame.reindex(columns=TABLES["codings"].names)

    def _participants(self, who: People, names: list[str]) -> None:
        owners = [who.names[who.of_document[n]] if n in who.of_document else "" for n in range(len(names))]
        self.tables["documents"].insert(1, "participant", owners)
        self.tables["participants"] = pd.DataFrame({"participant": who.names}, dtype="str")
        if not self.kept and self.said.origin.casefold().startswith("nvivo"):
            self._unassigned()
        persons, sources = attribute_values(self.said, self.found, who, own=self.kept is not None)
        for table, values in (("participants", persons), ("documents", sources)):
            self._attach(table, self._columns(table, values), values)
        if not self.kept:
            self.tables["documents"] = declared(self.tables["documents"])
            idle = [name for guid, (name, _) in self.said.variables.items() if guid not in persons | sources]
            if idle:
                self.notes.find(f"{named('variable', idle)} without a value.")

    def _described(self) -> str:
        return self.memos.of(self.said.notes, "", self.said.memo)

    def _memos(self, who: People, names: list[str]) -> pd.DataFrame:
        """The notes that have no other place, with ids for what they are on."""
        for number, case in enumerate(self.said.cases):
            if case.memo:
                person = who.names[number]
                self.memos.keep(case.memo, title="" if person == case.name else case.name, participant=person)
        self._described()  # a note of the project is its description, and not free
        self.memos.used |= {guid for guid, found in self.remembered.items() if found}
        self.memos.free({document.guid for document in self.found}, self.notes)
        frame = self.memos.table()
        frame["document"] = [names[int(n)] if pd.notna(n) else "" for n in frame["document"]]
        return frame.astype({"start": "Int64", "end": "Int64"})

    def _unassigned(self) -> None:
        holders: list[Case | Document] = [*self.said.cases, *self.found]
        for holder in holders:
            holder.values = [value for value in holder.values if value.words.strip() != UNASSIGNED]

    def _columns(self, table: str, values: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return a table's columns with the variables that they stand for, in the file's order."""
        if self.kept:
            known = self.kept.columns
            return [(known[g][1], g) for g in self.said.variables if known[g][0] == table]
        variables = list(self.said.variables)
        unknown = [guid for guid in values if guid not in self.said.variables]
        reserved = [*TABLES[table].names, "name", "kind", "sets", "memo"]
        names = columns([*(self.said.variables[g][0] for g in variables), *(g[:8] for g in unknown)], reserved)
        return [(c, g) for c, g in zip(names, [*variables, *unknown], strict=True) if g in values]

    def _attach(self, table: str, columns: list[tuple[str, str]], values: Values) -> None:
        """Add a column for each variable; several values of one person stand in one cell."""
        if len(columns) > VARIABLES:
            raise StudyError(f"{self.files.name}: {len(columns):,} variables are more than {VARIABLES:,}; not opened")
        frame, cells = self.tables[table], {}
        for column, guid in columns:
            given = values.get(guid, {})
            if table == "participants" and any(len(cell) > 1 for cell in given.values()):
                self.multivalued.append(column)
            cells[column] = ["; ".join(given.get(n, ())) for n in range(len(frame))]
        self.tables[table] = pd.concat([frame, pd.DataFrame(cells, index=frame.index, dtype="str")], axis=1)

    def _found(self, total: int) -> None:
        """The first note: what the file holds, in numbers that can be held against the tool that wrote it."""
        said, found = self.said, self.found
        selections = sum(len(d.selections) for d in found)
        kinds = pd.Series([d.kind for d in found], dtype="str").value_counts(sort=False)
        parts = [
            counted(len(said.codes), "code"),
            counted(len(said.users), "user"),
            counted(self.cases, "case"),
            f"{counted(len(found), 'source')} ({', '.join(f'{n} {kind}' for kind, n in kinds.items())})",
            counted(selections, "selection"),
            counted(total, "coding"),
        ]
        self.notes.found.insert(0, f"{self.files.name}: a project{said.by} with {', '.join(parts)}.")

    def _about(self, withheld: bool) -> About:
        said, notes = self.said, self.notes
        self.memos.told(notes)
        if said.graphs:
            notes.lose(f"{named('graph', said.graphs)}.")
        before = next((found for found in self.remembered.values() if found), About())
        if self.remembered:
            notes.lose(
                f"turns, assignments and what else the note {TITLE!r} keeps of codes and codings, for the project was "
                "changed after Themebook had written it."
            )
        title = "" if said.name.casefold() in ("untitled", "") else said.name
        described = self._described()
        return replace(
            before,
            title=title,
            texts="withheld" if withheld else "",
            notes=(described,) if described not in ("", before.question) else (),
            imported=notes.sentences(),
            attributes={name: Attribute(multivalued=True) for name in self.multivalued},
        )
