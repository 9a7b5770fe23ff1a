"""One way in: a study's name, its folder, or (by its content) a file that another tool wrote."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from .. import store
from ..about import FILE
from ..errors import StudyError, listed, nearest
from ..study import Study

KINDS = {
    "refi": "a REFI-QDA file",
    "qualcoder": "a QualCoder project",
    "taguette": "a Taguette database",
    "rqda": "an RQDA project",
    "qc": "a qualitative-coding project",
    "nvivo_report": "a report of nodes from NVivo",
    "tables": "a table",
    "packed": "an archive of a project",
}
READERS = tuple(KINDS)
OPTIONS = {"tables": ("columns", "coder"), "nvivo_report": ("coder",), "taguette": ("project",)}
ENVIRONMENT = "THEMEBOOK_DATA"
NAME = re.compile(r"[^\W_][\w. -]*")


def open_study(
    study: str | Path | Study,
    *,
    columns: Mapping[str, Any] | str | Path | None = None,
    coder: str = "",
    project: str = "",
    aliases: Mapping[str, str] | None = None,
) -> Study:
    """
    Open a study: a study folder, or a file or folder that another tool wrote.

    Parameters
    ----------
    study : str, Path or Study
        A path; or the name of a study folder under `data/`: that of the folder `THEMEBOOK_DATA` names, of the working
        directory or one above it, or of Themebook itself. A Study is returned as it is. Files are recognised by what
        they hold: REFI-QDA projects and codebooks (NVivo, ATLAS.ti, MAXQDA, QualCoder and others), QualCoder,
        Taguette, RQDA and qualitative-coding projects, tables of coded segments, and reports of nodes from NVivo.
    columns : mapping, str or Path, optional
        For a table with headings of its own: a column map, or the TOML file of one.
    coder : str, optional
        For a table or report that does not say who coded.
    project : str, optional
        For the database of a Taguette server, which holds several.
    aliases : mapping of str to str, optional
        For other tools' files: the coder that a name stands for.

    Returns
    -------
    Study
        What an import found, inferred and could not keep is in `about.imported`.

    Raises
    ------
    StudyError
        When there is no such study, or anything is wrong with it (all problems are listed).
    """
    if isinstance(study, Study):
        return study
    place = find(study)
    given = {"columns": columns, "coder": coder, "project": project}
    said = {name: value for name, value in given.items() if value not in (None, "")}
    if _is_study(place):
        _refuse(place, "a study folder", said)
        return store.read(place)
    reader = "tables" if columns is not None else _reader(place)
    takes = OPTIONS.get(reader, ())
    _refuse(place, KINDS[reader], {name: value for name, value in said.items() if name not in takes})
    module = import_module(f".{reader}", __package__)
    return module.read(place, aliases=aliases, **{name: given[name] for name in takes})


def _refuse(place: Path, kind: str, options: Mapping[str, Any]) -> None:
    """Say that an option changes nothing, instead of letting it be thought to."""
    if options:
        raise StudyError(f"{place.name!r} is {kind}, for which the option {listed(options)} says nothing; leave it out")


def find(study: str | Path) -> Path:
    """Return the folder or file of a study given by name or path; raise StudyError with what there is instead."""
    # os.path answers where pathlib raises: a name that is too long, a home of nobody.
    path, name = Path(os.path.expanduser(study)), str(study)
    if not name:
        raise StudyError(f"a study has a name or a place, and none was given; known studies: {listed(studies())}")
    places = [path, *(folder / name for folder in data_folders() if NAME.fullmatch(name))]
    for place in places:
        if _is_study(place):
            return place
    if os.path.isfile(path) or (os.path.isdir(path) and _recognised(path)):
        return path
    known = studies()
    if os.path.isdir(path):
        raise StudyError(
            f"{name!r} is a folder without {FILE} and no project of a tool that is known, so it is not a study; "
            f"known studies: {listed(known)}"
        )
    if re.fullmatch(r"\.[a-z]\w{1,9}", path.suffix, re.IGNORECASE):
        raise _no_file(path)
    raise StudyError(f"there is no study {name!r}; known studies: {listed(known)}.{nearest(name, known)}")


def _no_file(path: Path) -> StudyError:
    """Return the error for a file that is not there: where it was looked for, and what is there of its kind."""
    try:
        names = sorted(file.name for file in path.parent.iterdir())
    except OSError:
        return StudyError(f"there is no file {path.name!r}, for there is no folder {str(path.parent)!r} to read")
    alike = [name for name in names if name.casefold().endswith(path.suffix.casefold())]
    there = f"of {path.suffix} files it holds {listed(alike)}"
    where = path.parent.resolve().name or "/"
    return StudyError(f"there is no file {path.name!r} in the folder {where!r}; {there}.{nearest(path.name, names)}")


def _is_study(place: Path) -> bool:
    return any(os.path.isfile(place / file) for file in (FILE, "participants.csv"))


def _recognised(path: Path) -> str:
    """Return the reader that recognises what a file or folder holds; nothing when none does."""
    # Imported when needed: most studies are folders, and readers bring their own packages.
    return next((name for name in READERS if import_module(f".{name}", __package__).recognises(path)), "")


def _reader(path: Path) -> str:
    """Return the reader for a file or folder, or say how to get something that can be read."""
    found = _recognised(path)
    if found:
        return found
    if path.is_file() and not path.stat().st_size:
        raise StudyError(f"{path.name}: is empty; copy or export it again")
    tables, proprietary, sqlite, foreign = (
        import_module(f".{name}", __package__) for name in ("tables", "proprietary", "sqlite", "foreign")
    )
    if advice := proprietary.proprietary(path):
        raise StudyError(advice)
    if sqlite.is_database(path):
        raise foreign.unknown(path)
    if tables.is_table(path) or path.suffix.casefold() in (".csv", ".tsv", ".xlsx", ".xls"):
        return "tables"  # which says what is wrong with it
    raise StudyError(
        f"{path.name!r} is nothing that can be read: not a study folder, REFI-QDA (.qdpx, .qde, .qdc), QualCoder, "
        "Taguette, RQDA or qualitative-coding project, and not a table of coded segments (.csv, .tsv, .xlsx, .xls). "
        f"{proprietary.AGAIN}."
    )


def studies() -> list[str]:
    """Return the names of the studies that can be opened by name."""
    folders = [f for place in data_folders() for f in sorted(place.iterdir()) if (f / FILE).is_file()]
    return list(dict.fromkeys(folder.name for folder in folders))


def data_folders() -> list[Path]:
    """Return the folders that hold studies, the nearest first."""
    here = Path.cwd()
    places = [Path(os.environ[ENVIRONMENT])] if os.environ.get(ENVIRONMENT) else []
    places += [folder / "data" for folder in (here, *here.parents)]
    places.append(shipped("data"))
    found = [place for place in places if place.is_dir() and any(place.glob(f"*/{FILE}"))]
    return list(dict.fromkeys(place.resolve() for place in found))


def shipped(folder: str) -> Path:
    """Return a folder that comes with Themebook (`data`, `notebooks`): the checkout's, else the installed one."""
    package = Path(__file__).resolve().parents[1]
    root = package.parents[1]
    is_checkout = (root / "pyproject.toml").is_file() and (root / folder).is_dir()
    return root / folder if is_checkout else package / "shipped" / folder
