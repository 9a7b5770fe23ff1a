"""REFI-QDA projects (`.qdpx`, a loose `project.qde`) and codebooks (`.qdc`) to a Study."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ..about import About
from ..errors import StudyError
from ..schema import TABLES
from ..study import Study, make_study
from . import refi_codes
from .container import Files, opened
from .notes import Notes, counted, named
from .refi_import import Import
from .refi_memos import sets
from .refi_mend import parsed
from .refi_own import MISFITS, Misfit, own
from .refi_project import project
from .refi_records import Project
from .xml import first, uncollected

ENDINGS = (".qdpx", ".qde", ".qdc")
ROOTS = ("Project", "CodeBook")
SPACES = ("qda-xml", "qdasoftware.org")  # the namespace; or where its schema lies, taken for it


def recognises(path: str | Path) -> bool:
    """
    Tell whether a file, or a folder, is a REFI-QDA project or codebook.

    What it holds decides; its name does only where it is damaged, so that `read` can say what is wrong with it.
    """
    path = Path(path)
    try:
        with opened(path) as files:
            space, root = first(files.chunks())
            if root.tag:
                return root.tag in ROOTS and _ours(space)
    except StudyError:
        pass
    return (path.is_file() and path.suffix.casefold() in ENDINGS) or any(path.glob("*.[qQ][dD][eE]"))


def _ours(space: str) -> bool:
    return not space or any(known in space.casefold() for known in SPACES)


def read(path: str | Path, *, aliases: Mapping[str, str] | None = None) -> Study:
    """
    Read a REFI-QDA project or codebook.

    Parameters
    ----------
    path : str or Path
        A `.qdpx`, a `project.qde` with its sources beside it (or the folder of both), or a `.qdc`.
    aliases : mapping of str to str, optional
        The coder that a user is, by the user's name: two users of one person become one coder.

    Returns
    -------
    Study
        `about.imported` says what was found, inferred and could not be represented. Selections in pictures,
        recordings and PDFs are codings of the whole document with a `locator`.

    Raises
    ------
    StudyError
        When the file is no such project, is damaged, or is made to harm. Nothing is ever written.

    Notes
    -----
    REFI-QDA 1.5, https://www.qdasoftware.org. The standard counts positions in code points; NVivo counts UTF-16
    units, and the reader holds the outcome against the words of the texts.
    """
    try:
        return _read(Path(path), aliases or {}, trusting=True)
    except Misfit:
        return _read(Path(path), aliases or {}, trusting=False)


def _read(path: Path, aliases: Mapping[str, str], *, trusting: bool) -> Study:
    """Read a file; one of ours by its note, unless that has turned out not to fit."""
    with opened(path) as files, uncollected():
        notes = Notes()
        found = parsed(files, notes)
        tag = getattr(found.root, "tag", "a selection")
        if tag not in ROOTS or not _ours(found.space):
            raise StudyError(f"{files.name}: is {tag!r} of {found.space or 'no namespace'}, not a REFI-QDA project")
        said = project(found)
        if said.odd:
            notes.lose(f"{named('kind of element', said.odd, 'kinds of elements')} that the standard does not know.")
        if said.stray:
            notes.lose(
                f"{counted(said.stray, 'coding')} where the standard has none: neither in a selection nor a source."
            )
        if tag == "CodeBook":
            return _codebook(said, files, notes)
        kept = own(said, files.name) if trusting else None
        if kept is None:
            return Import(said, files, notes, aliases).study()
        try:
            return Import(said, files, Notes(), {}, kept).study()
        except MISFITS as error:
            raise Misfit(str(error)) from error


def _codebook(said: Project, files: Files, notes: Notes) -> Study:
    codes, ids = refi_codes.codes(said, set(), lambda code: code.memo.strip(), notes)
    member = sets(said, notes)
    codes["sets"] = [member.get(guid, "") for guid in ids]
    found = f"{files.name}: a codebook{said.by} with {counted(len(ids), 'code')}, and nothing coded with it."
    notes.found.insert(0, found)
    said_of_sets = [{"title": chosen.name, "text": chosen.memo} for chosen in said.sets if chosen.memo]
    tables = {"codes": codes, "memos": pd.DataFrame(said_of_sets).reindex(columns=TABLES["memos"].names)}
    return make_study(files.title, tables, About(imported=notes.sentences()), files.inputs())
