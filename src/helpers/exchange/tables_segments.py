"""Tables of segments and codebooks, added to a draft: documents and what is known of them, codes, codings."""

from __future__ import annotations

from collections import Counter
from itertools import product
from pathlib import Path

from ..errors import Problem, StudyError
from .draft import UNKNOWN, Draft
from .notes import counted, named
from .refi_ids import file_id
from .refi_own import described
from .refi_sources import CODES
from .tables_codes import Lists, by_name, clean, paths
from .tables_columns import Known, plain
from .tables_parents import below_parents, indented
from .tables_rows import GROUP, Key, Row, body, headed, last_resort, lists_of, named_in, row, several, unlisted

NOBODY = {"", "total", "totals", "sum", "gesamt", "summe", "totale", "somme", "suma", "soma", "razem", "ogółem"}
PROBLEMS = 20  # of one table; more of them say no more
_KEPT = {"document", "participant", "group", "coder", "code", "codes", "applied", "category", "text", "name", "place"}
_KEPT |= {"start", "end", "id", "number", "memo", "created", "count", "attributes", "definition", "parent"}
_KEPT |= {"subcode", "files", "references", "include", "exclude", "colour"}


class Segments:
    """Takes tables one by one and adds them to a draft: codebooks first, for they know the names of codes."""

    def __init__(self, draft: Draft, coder: str, folder: Path) -> None:
        self.draft, self.coder, self.folder = draft, coder, folder
        self.names: dict[str, str] = {}  # codes of codebooks, with their definitions
        self.whole: set[str] = set()  # those whose names are no paths
        self.colours: dict[str, str] = {}
        self.groups: dict[str, None] = {}
        self.levels: tuple[str, ...] = ()
        self.rows: list[Row] = []
        self.texts: Path | None = None

    def add(self, table: Known) -> None:
        """
        Take in a table.

        Raises
        ------
        StudyError
            When the column map names a folder of texts that is not there.
        """
        self.levels = self.levels or table.tool.levels
        if table.tool.kind == "codebook":
            self._codebook(table)
        else:
            self._segments(table)
        self._unkept(table)

    def _codebook(self, table: Known) -> None:
        rows = [(name, cells) for _, cells in body(table) if (name := named_in(cells))]
        below = [(name, clean(cells.one("parent"))) for name, cells in rows]
        if len(set(below)) > CODES:
            raise StudyError(f"{table.grid.place}: has more than {CODES:,} codes, more than a codebook can have")
        if any(parent for _, parent in below):
            found = below_parents(below, table.tool.levels)
            self.whole |= {path[0] for path in found if len(path) == 1}
        else:
            found = indented([(name, cells.indent("code")) for name, cells in rows])
        for path, (_, cells) in zip(found, rows, strict=True):
            name = "\0".join(path)
            rules = (cells.one(rule) for rule in ("definition", "include", "exclude"))
            self.names.setdefault(name, described(*rules))
            self.colours.setdefault(name, cells.one("colour"))
            self.groups |= dict.fromkeys(part for cell in cells.all("group") for part in cell.split("\n") if part)

    def _segments(self, table: Known) -> None:
        if "texts" in table.options:
            self.texts = (self.folder / table.options["texts"]).resolve()
            if not self.texts.is_dir():
                raise StudyError(f"the column map says texts = {table.options['texts']!r}, and there is no such folder")
        self.names |= dict.fromkeys((name for name in headed(table).values() if name not in self.names), "")
        table = unlisted(table)
        lists = lists_of(table, dict.fromkeys(name.rpartition("\0")[2] for name in self.names))
        nowhere, beside, seen = list[Problem](), list[str](), Counter[object]()
        for line, cells in body(table):
            found = row(table, line, cells, lists, self.coder)
            if _beside(table, found):
                beside.append(str(line))
            elif found.document:
                _number(table, found, seen)
                self.rows.append(found)
            else:
                # The cells of a workbook that are merged are known; of text, nobody can tell.
                merged = "; a merged cell counts for its first row, so fill it down"
                hint = "" if nowhere or table.grid.sheet else merged
                nowhere.append(Problem(table.grid.place, f"names no document{hint}", line))
        if beside:
            what = "no segment, for there is neither a code nor words, or a total of codes"
            self.draft.notes.lose(f"{named('row', beside)} of {table.grid.place}: {what}.")
        self.draft.problems += nowhere[:PROBLEMS]
        if len(nowhere) > PROBLEMS:
            more = f"and {len(nowhere) - PROBLEMS} more rows name no document"
            self.draft.problems.append(Problem(table.grid.place, more))
        self._told(table, lists)

    def _told(self, table: Known, lists: Lists | None) -> None:
        """Note what was read out of cells by guessing."""
        if "assumed" in table.options:
            self.draft.notes.infer(table.options["assumed"])
        if last_resort(table, "coder", "changer") == "changer":
            heading = table.grid.rows[table.top][table.columns["changer"][0]].strip()
            self.draft.notes.infer(f"the coder is who changed a segment last ({heading!r}): nothing says who coded it.")
        mark = (
            several(table, [cells for _, cells in body(table)]) if lists and not table.options.get("separator") else ""
        )
        if mark:
            told = repr("line breaks" if mark == "\n" else mark)
            self.draft.notes.infer(f"cells with several codes were cut at {told}; the option separator says otherwise.")
        if lists and lists.doubtful:
            what = f"{counted(lists.doubtful, 'cell')} with codes whose names hold {lists.mark!r} themselves"
            self.draft.notes.infer(f"{what} were cut where it seemed likeliest: a codebook beside them would tell.")

    def _unkept(self, table: Known) -> None:
        """Columns that are known and have no place in a study are noted, where they say anything."""
        kept = _KEPT | {last_resort(table, "coder", "changer"), last_resort(table, "created", "changed")}
        rows, heads = [cells for _, cells in body(table)], table.grid.rows[table.top]
        columns = {n: (plain(head), *(cells.at(n) for cells in rows)) for n, head in enumerate(heads)}
        there = {columns[n] for name in kept for n in table.columns.get(name, ())}
        at = sorted(n for name, every in table.columns.items() if name not in kept for n in every)
        at += table.spare if table.tool.kind == "codebook" else []  # of segments, these describe who speaks
        used = [heads[n].strip() for n in at if columns[n] not in there and {*columns[n][1:]} - {"", "0"}]
        if used:
            self.draft.notes.lose(f"{named('column', used)} of {table.grid.place}.")

    def finish(self) -> None:
        """Add documents, codes and codings: all names have to be known to tell the levels of a code."""
        codes = self._codes()
        self._documents()
        self._variables()
        uncoded = unnamed = 0
        for found in self.rows:
            uncoded += not found.codes
            unnamed += bool(found.codes) and not any(found.coders)
            for code, coder in product(found.codes, found.coders):
                self.draft.coding(
                    found.key,
                    codes[code],
                    coder or UNKNOWN,
                    found.span,
                    found.text,
                    memo=found.memo,
                    created=found.created,
                    locator=found.place if found.span is None else "",
                )
        notes = self.draft.notes
        if self.rows and self.texts is None:
            notes.find("the table has the coded words and no texts: each coding speaks of its document as a whole.")
        if uncoded:
            notes.lose(f"{counted(uncoded, 'segment')} without a code.")
        if unnamed:
            notes.infer(f"the table does not say who coded: {UNKNOWN!r}, until the option coder does.")
        if self.groups:
            notes.lose(f"{named('group', self.groups)} of codes.")

    def _codes(self) -> dict[str, tuple[str, ...]]:
        """Add every code with those above it, and return the path of each name."""
        used = [code for found in self.rows for code in found.codes]
        every = dict.fromkeys([*self.names, *used])
        cut = paths([name for name in every if "\0" not in name and name not in self.whole], self.levels)
        found = {name: cut.get(name) or tuple(name.split("\0")) for name in every}
        listed = [path for name, path in found.items() if name in self.names]
        # A codebook says what a code is below, and the segments beside it often name the code alone, or a path whose
        # codes hold the separator themselves.
        book = by_name(listed) | {mark.join(path): path for path in listed for mark in self.levels}
        found |= {name: book.get(name, found[name]) for name in used if name not in self.names and name in cut}
        for name, path in found.items():
            for depth in range(1, len(path) + 1):
                if path[:depth] not in self.draft.codes:
                    self.draft.code(path[:depth], path[depth - 1], path[: depth - 1] or None)
            if self.names.get(name):
                self.draft.codes[path]["definition"] = self.names[name]
            self.draft.codes[path]["colour"] = self.colours.get(name) or self.draft.codes[path]["colour"]
        return found

    def _documents(self) -> None:
        """A document is known by its name, within its group; one of several people is a document of each of them."""
        people: dict[tuple[str, str], dict[str, None]] = {}
        for found in self.rows:
            people.setdefault(found.key[:2], {}).setdefault(found.participant)
        groups = Counter(document for document, _ in people)
        shared, bare = [], []
        for (document, group), speakers in people.items():
            name = f"{group} - {document}" if groups[document] > 1 and group else document
            text = self._text(document)
            bare += [name] if self.texts and not text else []
            shared += [name] if len(speakers) > 1 else []
            for who in speakers:
                key = (document, group, who)
                self.draft.document(key, f"{name} ({who})" if len(speakers) > 1 and who else name, text)
                if who:
                    self.draft.participant(who, who)
                    self.draft.links.add(key, who)
        if shared:
            what = named("document", shared)
            self.draft.notes.infer(f"{what} with several participants: a document for each of them.")
        if bare:
            self.draft.notes.lose(f"{named('document', bare)} without a text in the folder of texts.")

    def _text(self, document: str) -> str:
        if self.texts is None:
            return ""
        for name in (f"{document}.txt", document, f"{file_id(document, 'document')}.txt"):
            file = (self.texts / name).resolve()
            if file.is_relative_to(self.texts) and file.is_file():
                try:
                    return file.read_bytes().decode("utf-8-sig")
                except (OSError, UnicodeDecodeError) as error:
                    raise StudyError(f"{file.name}: cannot be read as UTF-8: {error}") from error
        return ""

    def _variables(self) -> None:
        """What is the same in all rows of a document is known of it; what changes within one is no variable."""
        known: dict[str, dict[Key, dict[str, None]]] = {}
        for found in self.rows:
            for name, value in found.spare.items():
                held = known.setdefault(name, {}).setdefault(found.key, {})
                if value:
                    held.setdefault(value)
        changing = [name for name, held in known.items() if any(len(values) > 1 for values in held.values())]
        for name, theirs in known.items():
            if name not in changing and any(theirs.values()):
                for key, values in theirs.items():
                    value = next(iter(values), "")
                    # ATLAS.ti prints the groups that a document is in, one a line.
                    for part in value.split("\n") if name == GROUP else [value]:
                        self.draft.variable(key, name, part)
        if changing:
            differ = "differs" if len(changing) == 1 else "differ"
            self.draft.notes.lose(f"{named('column', changing)} that {differ} within a document.")


def _beside(table: Known, found: Row) -> bool:
    """Tell whether a row is beside the segments: empty but for a name of nobody, or a total below columns of codes."""
    nobody = not found.text and found.document.casefold() in NOBODY
    return nobody and (not found.codes or ("applied" in table.columns and found.document != ""))


def _number(table: Known, found: Row, seen: Counter[object]) -> None:
    """Tell passages apart that read alike in one paragraph: these tools code no passage twice with one code."""
    alike = (found.key, *found.codes, *found.coders, found.text, found.place)
    seen[alike] += 1
    if seen[alike] > 1 and table.tool.key in ("maxqda", "taguette"):
        found.place = f"{found.place} ({seen[alike]})".strip()
