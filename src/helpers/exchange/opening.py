"""One way in: a study's name, its folder, or (by its content) a file that another tool wrote."""

from __future__ import annotations

import os
import re
from pathlib import Path

from .. import store
from ..about import FILE
from ..errors import StudyError, listed, nearest
from ..study import Study

ENVIRONMENT = "THEMEBOOK_DATA"
NAME = re.compile(r"[^\W_][\w. -]*")


def open_study(study: str | Path | Study) -> Study:
    """
    Open a study.

    Parameters
    ----------
    study : str, Path or Study
        The path of a study folder; or the name of one under `data/`: that of the folder `THEMEBOOK_DATA` names, of
        the working directory or one above it, or of Themebook itself. A Study is returned as it is.

    Raises
    ------
    StudyError
        When there is no such study, or anything is wrong with it (all problems are listed).
    """
    if isinstance(study, Study):
        return study
    return store.read(find(study))


def find(study: str | Path) -> Path:
    """Return the folder of a study given by name or path; raise StudyError with what there is instead."""
    # os.path answers where pathlib raises: a name that is too long, a home of nobody.
    path, name = Path(os.path.expanduser(study)), str(study)
    places = [path, *(folder / name for folder in data_folders() if NAME.fullmatch(name))]
    for place in places:
        if any(os.path.isfile(place / file) for file in (FILE, "participants.csv")):
            return place
    known = studies()
    if os.path.isdir(path):
        raise StudyError(f"{name!r} is a folder without {FILE}, so it is not a study; known studies: {listed(known)}")
    if os.path.isfile(path):
        raise StudyError(f"{name!r} is a file; Themebook opens study folders (see data/README.md)")
    raise StudyError(f"there is no study {name!r}; known studies: {listed(known)}.{nearest(name, known)}")


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
