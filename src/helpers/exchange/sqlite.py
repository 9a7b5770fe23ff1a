"""Databases of other tools, read and never written: their tables, with whatever columns their version has."""

from __future__ import annotations

import hashlib
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..errors import StudyError
from .notes import Notes, counted, named

MAGIC = b"SQLite format 3\x00"
MEGABYTE = 1_000_000
CELL = 64 * MEGABYTE  # one text: a library of them would still fit
TOTAL = 256 * MEGABYTE  # all cells together
ROWS = 2_000_000  # of one table
COPIED = 1000 * MEGABYTE  # a file with the journal beside it
STEPS = 1_000_000_000  # of SQLite's machine, all tables together: a database made to compute for ever stops here

Row = tuple[Any, ...]


def is_database(path: Path) -> bool:
    """Tell by its first bytes whether a file is a SQLite database."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def tables_of(path: Path) -> set[str]:
    """Return the names of a database's tables; nothing for any other file and for a damaged one."""
    if not is_database(path):
        return set()
    try:
        with opened(path, "the tool that wrote it") as database:
            return set(database.columns)
    except StudyError:
        return set()


class Database:
    """
    An open database.

    Attributes
    ----------
    name : str
        The file, for messages.
    columns : dict of str to list of str
        The columns of each table that holds rows of its own; views and virtual tables are left out.
    recoded : int
        Texts that are not UTF-8 and were read as Windows-1252.
    pending : str
        A journal beside the file whose changes it does not contain; empty for none.
    merged : bool
        What stands in that journal is read too.
    asked : set of str
        The tables that a reader has asked for.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, merged: bool = False) -> None:
        self.name = path.name
        self.recoded = 0
        self.left = TOTAL
        self.asked: set[str] = set()
        self._renamed: dict[str, tuple[str, Mapping[str, str]]] = {}
        self._connection = connection
        connection.text_factory = self._text
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'")
        names = [name for (name,) in found if not name.startswith("sqlite_")]
        self.columns = {name: self._columns(name) for name in names}
        self._path, self.merged = path, merged
        self.pending = next((journal.name for journal in _journals(path)), "")

    def _columns(self, table: str) -> list[str]:
        # table_info leaves out generated columns, which compute instead of holding something.
        return [row[1] for row in self._connection.execute(f"PRAGMA table_info({_quoted(table)})")]

    def rename(self, table: str, to: str, columns: Mapping[str, str]) -> None:
        """Have a table read by another name, and so those of its columns that are given by their other names."""
        self.columns[to] = [*self.columns.pop(table), *columns]
        self._renamed[to] = (table, columns)

    def inputs(self) -> dict[str, str]:
        """Return the file's SHA-256, by its name, and that of a journal that was read with it."""
        found = {}
        for file in (self._path, *(_journals(self._path) if self.merged else ())):
            with file.open("rb") as stream:
                found[file.name] = hashlib.file_digest(stream, "sha256").hexdigest()
        return found

    def rows(self, table: str, *columns: str) -> Iterator[Row]:
        """
        Give a table's rows; a column that this version of the tool does not have is None throughout.

        A table that is not there has no rows.
        """
        self.asked.add(table)
        real, named = self._renamed.get(table, (table, {}))
        have = {column.casefold(): named.get(column, column) for column in self.columns.get(table, ())}
        chosen = [_quoted(have[name]) if (name := column.casefold()) in have else "NULL" for column in columns]
        if not have:
            return
        query = f"SELECT {', '.join(chosen)} FROM {_quoted(real)} ORDER BY rowid"
        for number, row in enumerate(self._connection.execute(query), 1):
            self.left -= sum(len(cell) for cell in row if isinstance(cell, (str, bytes)))
            if number > ROWS or self.left < 0:
                much = f"more than {ROWS:,} rows" if number > ROWS else f"more than {TOTAL // MEGABYTE} MB of text"
                raise StudyError(f"{self.name}: {table!r} brings it to {much}, the limit; split the project")
            yield row

    def count(self, table: str) -> int:
        """Return how many rows a table has; 0 for one that is not there."""
        return sum(1 for _ in self.rows(table, "rowid"))

    def told(self, notes: Notes, tool: str, beside: str = "") -> None:
        """
        Note what was odd about the file itself, and which tables it has that no reader knows.

        `beside` is a pattern for the tables that hold nothing of a study.
        """
        unknown = [name for name in self.columns if name not in self.asked and not re.fullmatch(beside, name)]
        if filled := [name for name in unknown if self._filled(name)]:
            notes.lose(f"what {named('table', filled)} holds, which {tool} itself does not write.")
        if self.recoded:
            notes.infer(f"{counted(self.recoded, 'text')} not in UTF-8, read as Windows-1252: look at their accents.")
        if self.pending and self.merged:
            notes.find(f"{self.name} was not closed properly: what stands in {self.pending} beside it counts too.")
        elif self.pending:
            what = f"what stands in {self.pending} and not yet in {self.name}"
            notes.lose(f"{what}: close the project in {tool}, then read it again.")

    def _filled(self, table: str) -> bool:
        real = self._renamed.get(table, (table,))[0]
        return self._connection.execute(f"SELECT 1 FROM {_quoted(real)} LIMIT 1").fetchone() is not None

    def _text(self, data: bytes) -> str:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            self.recoded += 1
            return data.decode("cp1252", errors="replace")


@contextmanager
def opened(path: Path, tool: str) -> Iterator[Database]:
    """
    Open a database read-only, without a lock and without any file written beside it.

    Where its tool was not closed properly, the last changes stand in a journal beside the file, or half in the file:
    then a copy of both is opened, which SQLite brings up to date.

    Raises
    ------
    StudyError
        When the file is not a database, is damaged or is beyond the limits, here or while it is read.
    """
    if not path.is_file():
        raise StudyError(f"{path}: there is no such file")
    if not is_database(path):
        raise StudyError(
            f"{path.name}: is not a SQLite database, as a project of {tool} is; it is damaged, or another file"
        )
    with ExitStack() as stack:
        try:
            place = _copied(path, stack)
            merged = place != path
            how = "mode=rw" if merged else "mode=ro&immutable=1"
            connection = sqlite3.connect(f"{place.resolve().as_uri()}?{how}", uri=True)
            stack.callback(connection.close)
            _guarded(connection)
            yield Database(connection, path, merged)
        except (sqlite3.Error, sqlite3.Warning, UnicodeError, OSError, OverflowError) as error:
            what = f"cannot be read to its end ({error}); it is damaged or was cut short"
            advice = f"Open it in {tool}, if it still opens there, and save a copy"
            raise StudyError(f"{path.name}: {what}. {advice}") from error


def _guarded(connection: sqlite3.Connection) -> None:
    """Set limits to what a database made to harm can do."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, CELL)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    budget = iter(range(STEPS // 100_000))
    connection.set_progress_handler(lambda: next(budget, None) is None, 100_000)


def _journals(path: Path) -> list[Path]:
    beside = [path.with_name(path.name + ending) for ending in ("-wal", "-journal")]
    return [journal for journal in beside if journal.is_file() and journal.stat().st_size]


def _copied(path: Path, stack: ExitStack) -> Path:
    """Return a copy of a file that has a journal, in a folder that is gone afterwards; any other file as it is."""
    files = [path, *_journals(path)]
    if len(files) == 1 or sum(file.stat().st_size for file in files) > COPIED:
        return path
    # A journal is one of a database by its name; what SQLite makes of the copy stays beside the copy.
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="themebook-", ignore_cleanup_errors=True)))
    for file in files:
        shutil.copyfile(file, folder / file.name)
        if file.name.endswith("-journal"):
            # A journal may end with the name of one above it, which SQLite deletes when it is done, wherever it is:
            # with something behind the name, there is none.
            with (folder / file.name).open("ab") as stream:
                stream.write(bytes(16))
    return folder / path.name


def integer(value: object) -> int | None:
    """
    Return a cell as a whole number, or None where it is none; RQDA writes positions as 12.0.

    >>> [integer(value) for value in (3, 3.0, "3", 3.5, None, "x", 1e300)]
    [3, 3, 3, None, None, None, None]
    """
    if isinstance(value, str):
        value = int(value) if len(value) < 16 and value.strip().isdecimal() else None
    elif isinstance(value, float):
        value = int(value) if value.is_integer() else None
    return value if isinstance(value, int) and abs(value) < 2**53 else None


def string(value: object) -> str:
    """Return a cell as text; nothing for NULL."""
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return "" if value is None else str(value)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
