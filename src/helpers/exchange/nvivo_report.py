r"""NVivo's reports of nodes (`.txt`): what is coded at a node, file by file, `<Files\\Ann> - § 2 references coded`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ..about import About
from ..errors import StudyError
from ..study import Study
from . import tables
from .draft import UNKNOWN, Draft
from .encodings import of_text
from .notes import counted, named
from .tables_cells import sha256
from .tables_codes import by_name

TITLE = "NVivo report of nodes"
MEGABYTE = 1_000_000
LARGEST = 64 * MEGABYTE  # a report of thousands of pages stays below
SEEN = 65_536  # bytes that tell what a file is
FILES = 1_000  # of a folder
LONGEST = 1_000  # characters of a heading

# Only the marks count, so that the words may be in any language: "§", the per cent and the brackets.
_FILE = re.compile(r"(?:<(?P<in>[^<>]+)>|(?P<bare>\w+\\\\[^<>]*?)) +- +§ *(?P<number>\d+) [^\[]*\[ *[\d.,]+ ?% .*\] *")
_REFERENCE = re.compile(r"\w+ \d+ - (?P<share>[\d.,]+ ?%) \w+ *")
_NAME = re.compile(r"Name: *(?P<name>.+)")
_FOLDER = re.compile(r"(?:Nodes|Codes)\\+", re.IGNORECASE)
_REGION = re.compile(r"(?:\w+ \d+ *: *)?\(\d+,\d+\) *- *\(\d+,\d+\)")  # of a page or picture, in place of words


class Reference(NamedTuple):
    """A coded passage; `number` is its place among those of its file."""

    code: str
    file: str
    number: int
    share: str
    words: str


def recognises(path: str | Path) -> bool:
    """Tell whether a file is such a report, or a folder holds some."""
    path = Path(path)
    return bool(_in_folder(path)) if path.is_dir() else path.is_file() and _is_report(path)


def read(path: str | Path, *, coder: str = "", aliases: Mapping[str, str] | None = None) -> Study:
    """
    Read a report of nodes, or a folder of them.

    Parameters
    ----------
    path : str or Path
        The `.txt` that NVivo wrote for one node or several, or a folder of them. A report without the name of its node
        is taken to be called by it. A list of nodes or a codebook in the folder tells which node is below which.
    coder : str, optional
        Who coded: the report does not say.
    aliases : mapping of str to str, optional
        The coder that a name stands for.

    Returns
    -------
    Study
        Each reference is a coding of its file as a whole, with its words as quote. The REFI-QDA project of the same
        work has texts, coders and cases too.

    Raises
    ------
    StudyError
        When there is no such report, or one is larger than 64 MB.
    """
    path = Path(path)
    draft = Draft(path.name, aliases or {})
    files = _in_folder(path) if path.is_dir() else [path]
    codebooks = _codebooks(path, draft) if path.is_dir() else []
    above = by_name(key for key in draft.codes if isinstance(key, tuple))
    for file in files:
        said, found = _read(file)
        for reference in found:
            _add(reference, draft, coder or UNKNOWN, above)
        if said != len(found):
            draft.notes.infer(f"{file.name} says that it has {counted(said, 'reference')}; {len(found):,} found.")
    draft.notes.find("the report has the coded words and no texts: each coding speaks of its document as a whole.")
    if not coder:
        draft.notes.infer(f"the report does not say who coded: {UNKNOWN!r}, until the option coder does.")
    draft.notes.lose("texts, coders, cases and places: a REFI-QDA project (.qdpx) exported from NVivo has them.")
    return draft.study(path.stem, About(), {file.name: sha256(file) for file in (*files, *codebooks)}, TITLE)


def _in_folder(folder: Path) -> list[Path]:
    found = [file for file in sorted(folder.iterdir())[:FILES] if file.suffix.casefold() == ".txt" and file.is_file()]
    return [file for file in found if _is_report(file)]


def _is_report(file: Path) -> bool:
    with file.open("rb") as stream:
        head = stream.read(SEEN)
    return any(_heading(line.strip()) for line in _decoded(head).splitlines())


def _decoded(data: bytes) -> str:
    text = data.decode(of_text(data), "replace").removeprefix("\ufeff")
    return data.decode("cp1252", "replace") if "\ufffd" in text[:-2] else text


def _read(file: Path) -> tuple[int, list[Reference]]:
    """Return how many references a report says that it has, and those that are found."""
    if file.stat().st_size > LARGEST:
        raise StudyError(f"{file.name}: is larger than {LARGEST // MEGABYTE} MB; export the nodes one by one")
    lines = [line.strip() for line in _decoded(file.read_bytes()).splitlines()]
    heads = [match for line in lines if (match := _heading(line))]
    return sum(int(head["number"]) for head in heads), list(_references(lines, file.stem))


def _heading(line: str) -> re.Match[str] | None:
    return _FILE.fullmatch(line) if len(line) <= LONGEST and "§" in line else None


def _references(lines: list[str], code: str) -> Iterator[Reference]:
    """Give the references in order; the words of one end where the next one, another file or another node begins."""
    source, number, share, words = "", 0, "", list[str]()
    for n, line in enumerate([*lines, ""]):
        head, reference = _heading(line), _REFERENCE.fullmatch(line)
        name = "" if share and not any(words) else _named(lines, n)  # a reference has words
        if share and (head or reference or name or n == len(lines)):
            yield Reference(code, source, number, share, "\n".join(words).strip())
            share = ""
        if head:
            source, number = head["in"] or head["bare"], 0
        elif reference and source:
            number, share, words = number + 1, reference["share"], []
        elif name:
            code, source = name, ""
        else:
            words.append(line)


def _named(lines: list[str], at: int) -> str:
    """Return the node whose name a line says; what somebody says is none, and has no file's heading soon after it."""
    found = _NAME.fullmatch(lines[at]) if at < len(lines) else None
    after = [line for line in lines[at + 1 : at + 12] if line]
    return found["name"].strip() if found and any(map(_heading, after[:4])) else ""


def _codebooks(folder: Path, draft: Draft) -> list[Path]:
    """Add the codes of the lists of nodes in a folder, and name the tables that are none."""
    found, other = tables.codebooks(folder, draft)
    if other:
        draft.notes.lose(f"{named('table', [file.name for file in other])} beside the reports.")
    return found


def _add(reference: Reference, draft: Draft, coder: str, above: Mapping[str, tuple[str, ...]]) -> None:
    document = ("file", reference.file)
    if document not in draft.documents:
        draft.document(document, re.split(r"\\+", reference.file)[-1])
    parts = tuple(part.strip() for part in re.split(r"\\+", _FOLDER.sub("", reference.code)) if part.strip())
    code = above.get(parts[0], parts) if len(parts) == 1 else parts
    for depth in range(1, len(code) + 1):
        if code[:depth] not in draft.codes:
            draft.code(code[:depth], code[depth - 1], code[: depth - 1] or None)
    words, place = reference.words, f"reference {reference.number}, {reference.share}"
    if all(map(_REGION.fullmatch, words.split("\n"))):
        words, place = "", f"{place}, {words.replace(chr(10), '; ')}"
    draft.coding(document, code, coder, quote=words, locator=place)
