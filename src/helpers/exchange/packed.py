"""Archives (`.zip`) of a project that is a database: a QualCoder folder, say, as people put it into a repository."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from types import ModuleType

from ..errors import StudyError, listed
from ..study import Study
from .container import CHUNK, DIRECTORY, RATIO
from .qualcoder import DATA
from .refi_paths import directory
from .sqlite import COPIED, MAGIC, MEGABYTE
from .tables_cells import sha256

READERS = ("qualcoder", "taguette", "rqda")
ENDINGS = (".qda", ".rqda", ".sqlite3", ".sqlite", ".db")
_BROKEN: tuple[type[Exception], ...] = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError)
_BROKEN += (RuntimeError, NotImplementedError, LookupError)


def recognises(path: str | Path) -> bool:
    """Tell whether a file is an archive with a database in it."""
    path = Path(path)
    try:
        return path.is_file() and zipfile.is_zipfile(path) and bool(_databases(path))
    except _BROKEN:
        return False


def read(path: str | Path, *, aliases: Mapping[str, str] | None = None) -> Study:
    """
    Read the one project in an archive.

    Parameters
    ----------
    path : str or Path
        The `.zip`.
    aliases : mapping of str to str, optional
        The coder that a name stands for.

    Returns
    -------
    Study
        As from the project unpacked; nothing stays on the disk.

    Raises
    ------
    StudyError
        When several projects are in it, or none that is known, or it is damaged or made to harm.
    """
    path = Path(path)
    try:
        found = _databases(path)
        if len(found) != 1:
            what = f"is an archive of several projects, {listed(found)}; unpack it and open one of them"
            raise StudyError(f"{path.name}: {what}")
        with TemporaryDirectory(prefix="themebook-", ignore_cleanup_errors=True) as folder:
            place = _unpacked(path, found[0], Path(folder))
            study: Study = _reader(place, path.name).read(place, aliases=aliases)
            return replace(study, inputs={path.name: sha256(path)})
    except _BROKEN as error:
        what = f"cannot be unpacked ({error or type(error).__name__}); unpack it and open the project in it"
        raise StudyError(f"{path.name}: {what}") from error


def _databases(path: Path) -> list[str]:
    """Return the databases of an archive; what a Mac adds beside each file is none."""
    if directory(path) > DIRECTORY:
        return []
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.casefold().endswith(ENDINGS)]
        found = [name for name in names if _begins(archive, name)]
    # A QualCoder project may hold other databases, for its search.
    return [name for name in found if PurePosixPath(name.replace("\\", "/")).name == DATA] or found


def _begins(archive: zipfile.ZipFile, name: str) -> bool:
    info = archive.getinfo(name)
    if info.flag_bits & 1:
        raise StudyError(f"{Path(str(archive.filename)).name}: is protected by a password; unpack it first")
    with archive.open(info) as stream:
        return stream.read(len(MAGIC)) == MAGIC


def _unpacked(path: Path, name: str, folder: Path) -> Path:
    """Write a database, and a journal beside it, under its own name and that of its folder, and nothing else."""
    inside = PurePosixPath(name.replace("\\", "/"))
    above = inside.parent.name or path.stem
    home = folder / ("project" if above in ("..", ".") or ":" in above else above)
    home.mkdir()
    with zipfile.ZipFile(path) as archive:
        for ending in ("", "-wal", "-journal"):
            if name + ending in archive.namelist():
                _write(archive, name + ending, home / (inside.name + ending))
    return home / inside.name


def _write(archive: zipfile.ZipFile, name: str, place: Path) -> None:
    size, packed = 0, archive.getinfo(name).compress_size
    with archive.open(name) as stream, place.open("wb") as out:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > COPIED or (size > MEGABYTE and size > RATIO * packed):
                what = f"more than {COPIED // MEGABYTE} MB, or {RATIO} times its size"
                raise StudyError(f"{Path(str(archive.filename)).name}: {name!r} unpacks to {what}; it was not opened")
            out.write(chunk)


def _reader(place: Path, name: str) -> ModuleType:
    modules = [import_module(f".{reader}", __package__) for reader in READERS]
    found = next((module for module in modules if module.recognises(place)), None)
    if found is None:
        raise StudyError(f"{name}: {place.name!r} in it is a database of no known tool; unpack it and open the project")
    return found
