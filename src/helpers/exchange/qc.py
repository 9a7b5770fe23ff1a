"""Projects of qualitative-coding (qc): a folder with settings, a codebook, a corpus and a database of coded lines."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import yaml

from ..about import About
from ..errors import Problem, StudyError
from ..study import Study
from .draft import Draft
from .notes import counted, named
from .sqlite import Database, integer, opened, string, tables_of

SETTINGS = "settings.yaml"
TABLES = {"document", "coded_line", "coded_line_location_association"}
DEFAULTS = {"corpus_dir": "corpus", "database": "qualitative_coding.sqlite3", "codebook": "codebook.yaml"}
LARGEST = 32_000_000  # bytes of one text
LARGEST_YAML = 1_000_000
_LINE_END = re.compile(r"\r\n|\r|\n")


def recognises(path: str | Path) -> bool:
    """Tell whether a folder, or the `settings.yaml` or database in it, is a project of qualitative-coding."""
    settings = _settings_file(Path(path))
    if not settings.is_file() or settings.stat().st_size > LARGEST_YAML:
        return False
    head = settings.read_bytes()
    return b"qc_version" in head or (b"corpus_dir" in head and b"codebook" in head)


def read(path: str | Path, *, aliases: Mapping[str, str] | None = None) -> Study:
    """
    Read a project of qualitative-coding.

    Parameters
    ----------
    path : str or Path
        The project's folder, or its `settings.yaml` or database.
    aliases : mapping of str to str, optional
        The coder that a name stands for.

    Returns
    -------
    Study
        Each coded line is a coding of that line of the text. The codebook's tree is the tree of codes.

    Raises
    ------
    StudyError
        When the settings, the codebook or the database cannot be read, or lie outside the project's folder.

    Notes
    -----
    Lines count from 0; the schema is that of qualitative-coding 1.0 to 2.1. YAML is read without its tags and
    references, as lists, mappings and text only.
    """
    settings = _settings_file(Path(path))
    home = settings.resolve().parent
    draft = Draft(home.name, aliases or {})
    said = _settings(settings, draft)
    places = {key: _inside(home, said, key, draft) for key in DEFAULTS}
    if "codes_dir" in said and "database" not in said:
        draft.problems.append(Problem(SETTINGS, "is of a version before 1.0; bring the project up to date: qc upgrade"))
    elif places["database"] is not None and not places["database"].is_file():
        draft.problems.append(Problem(places["database"].name, "is missing"))
    codebook = places.get("codebook")
    if codebook is not None and codebook.is_file():
        _codebook(_yaml(codebook, draft), codebook.name, draft)
    if draft.problems or places["database"] is None:
        return draft.study(home.name, About(), {}, "")
    with opened(places["database"], "qualitative-coding") as data:
        _corpus(data, places["corpus_dir"], draft)
        _coded_lines(data, draft)
        _memos(home / said.get("memos_dir", "memos"), draft)
        data.told(draft.notes, "qualitative-coding", "code|alembic_version")
        version = f" (qc {said['qc_version']})" if said.get("qc_version") else ""
        return draft.study(home.name, About(), data.inputs(), f"a project of qualitative-coding{version}")


def _settings_file(path: Path) -> Path:
    """Return the settings of a project given by its folder, by them, or by its database beside them."""
    beside = path.parent / SETTINGS
    if beside.is_file() and tables_of(path) >= TABLES:
        return beside
    return path / SETTINGS if path.is_dir() else path


class _Plain(yaml.BaseLoader):
    """Text, lists and mappings; a reference, by which a few lines can stand for millions, is refused."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("it refers to another place in itself (*…), which a codebook does not")
        return super().compose_node(parent, index)


def _yaml(path: Path, draft: Draft) -> object:
    try:
        data = path.read_bytes()
        if len(data) > LARGEST_YAML:
            raise yaml.YAMLError(f"it is larger than {LARGEST_YAML // 1_000_000} MB")
        # A BaseLoader makes no objects.
        return yaml.load(data.decode("utf-8-sig"), Loader=_Plain)
    except (yaml.YAMLError, UnicodeDecodeError, OSError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())
        draft.problems.append(Problem(path.name, f"cannot be read: {why}"))
        return {}


def _settings(path: Path, draft: Draft) -> dict[str, str]:
    said = _yaml(path, draft)
    if not isinstance(said, dict):
        draft.problems.append(Problem(path.name, "is not a list of settings and their values"))
        return {}
    return {str(key): value for key, value in said.items() if isinstance(value, str)}


def _inside(home: Path, said: Mapping[str, str], key: str, draft: Draft) -> Path | None:
    """Return where a setting points; a place outside the project's folder is a problem, and not opened."""
    given = said.get(key) or said.get(f"{key}_file") or DEFAULTS[key]
    place = (home / given).resolve()
    if place.is_relative_to(home):
        return place
    what = f"{key} is {given!r}, outside the project's folder, and was not opened; move it into the folder"
    draft.problems.append(Problem(SETTINGS, what))
    return None


def _codebook(tree: object, file: str, draft: Draft) -> None:
    """A node is a name, or a name with the list of nodes below it. A code in several places keeps the first."""
    again: list[str] = []
    waiting: list[tuple[object, str | None]] = [(tree, None)]
    while waiting:
        node, parent = waiting.pop()
        if isinstance(node, list):
            waiting += [(child, parent) for child in reversed(node)]
        elif isinstance(node, dict):
            for name, below in reversed(node.items()):
                waiting += [(below, str(name)), (str(name), parent)]
        elif isinstance(node, str) and node.strip():
            if node in draft.codes:
                again.append(node)
            else:
                draft.code(node, node, parent)
    if again:
        draft.notes.infer(f"{named('code', dict.fromkeys(again))} in several places of {file}: the first one counts.")


def _corpus(data: Database, folder: Path | None, draft: Draft) -> None:
    missing, changed, odd = [], [], []
    for name, digest in data.rows("document", "file_path", "file_hash"):
        place = (folder / string(name).replace("\\", "/")).resolve() if folder else None
        text = b""
        if place and folder and place.is_relative_to(folder) and place.is_file():
            if place.stat().st_size > LARGEST:
                raise StudyError(f"{place.name}: is larger than {LARGEST // 1_000_000} MB, the limit for one text")
            text = place.read_bytes()
            changed += (
                [string(name)] if digest and hashlib.sha1(text, usedforsecurity=False).hexdigest() != digest else []
            )
        else:
            missing.append(string(name))
        try:
            words = text.decode("utf-8")
        except UnicodeDecodeError:
            words = text.decode("cp1252", errors="replace")
            odd.append(string(name))
        draft.document(string(name), string(name), words)
    if missing:
        which = named("text", missing)
        draft.notes.lose(f"{which} not in the corpus; codings of them say the line, and speak of the whole.")
    if changed:
        draft.notes.infer(f"{named('text', changed)} changed since qc read them: lines may have moved.")
    if odd:
        draft.notes.infer(f"{named('text', odd)} not in UTF-8, read as Windows-1252: look at their accents.")


def _coded_lines(data: Database, draft: Draft) -> None:
    """A coded line knows its paragraphs, a paragraph its document."""
    # Ids are numbers here and text there, as the tool declares them.
    index = {string(number): string(name) for number, name in data.rows("document_index", "id", "document_id")}
    document = {
        string(number): index.get(string(at), "") for number, at in data.rows("location", "id", "document_index_id")
    }
    lines = {string(n): rest for n, *rest in data.rows("coded_line", "id", "line", "coder_id", "code_id")}
    spans = {key: _lines(held["text"]) for key, held in draft.documents.items()}
    for (name,) in data.rows("coder", "name"):
        draft.coder(string(name))
    done, beyond, unknown = set(), Counter[str](), []
    for pair in data.rows("coded_line_location_association", "coded_line_id", "location_id"):
        number, name = string(pair[0]), document.get(string(pair[1]), "")
        if number not in lines or name not in spans or (number, name) in done:
            continue
        done.add((number, name))
        line, coder, code = integer(lines[number][0]) or 0, string(lines[number][1]), string(lines[number][2])
        if code not in draft.codes:
            unknown.append(code)
            draft.code(code, code)
        span = spans[name][line] if line < len(spans[name]) else None
        beyond[name] += span is None and bool(draft.documents[name]["text"])
        quote = draft.documents[name]["text"][slice(*span)] if span else ""
        draft.coding(name, code, coder, span, quote, locator="" if span else f"line {line + 1}")
    if unknown:
        draft.notes.infer(f"{named('code', unknown)} used without being in the codebook, entered at its top.")
    if +beyond:
        which = f"{counted(beyond.total(), 'coded line')} beyond the end of {named('text', +beyond)}"
        draft.notes.lose(f"{which}; they speak of the whole text.")
    stray = len(lines) - len({number for number, _ in done})
    if stray:
        draft.notes.lose(f"{counted(stray, 'coded line')} of no document.")


def _lines(text: str) -> list[tuple[int, int]]:
    """Where each line begins and ends, without its line end; a line end is LF, CR LF or CR, as Python reads files."""
    ends = [match.span() for match in _LINE_END.finditer(text)]
    return list(zip([0, *(end for _, end in ends)], [*(start for start, _ in ends), len(text)], strict=True))


def _memos(folder: Path, draft: Draft) -> None:
    """Memos are text files; what a link leads to elsewhere is not the project's."""
    inside, left = folder.resolve(), LARGEST
    for file in sorted(folder.glob("*")) if folder.is_dir() else ():
        if file.is_file() and file.resolve().is_relative_to(inside):
            left -= file.stat().st_size
            if left < 0:
                raise StudyError(f"{folder.name}: holds memos of more than {LARGEST // 1_000_000} MB, the limit")
            draft.memos.add(file.read_bytes().decode("utf-8", errors="replace"), title=file.stem)
