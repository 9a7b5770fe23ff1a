"""The files of an exchange project: members of an archive or of a folder, read in memory and within limits."""

from __future__ import annotations

import hashlib
import lzma
import stat
import struct
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import IO
from urllib.parse import unquote

from ..errors import StudyError, listed
from .refi_paths import SCHEME, directory, ends, keys, leads_out, project_of

MEGABYTE = 1_000_000
CHUNK = 65_536
XML = 1000 * MEGABYTE  # streamed, and only so much of it held (see `xml`)
MEMBER = 32 * MEGABYTE  # one text: thousands of hours of talk
TOTAL = 256 * MEGABYTE  # all texts together
RATIO = 250  # unpacked to packed; prose and XML stay under 50
MEMBERS = 100_000
DIRECTORY = 300 * MEMBERS  # bytes of an archive's list of files

_BROKEN: tuple[type[Exception], ...] = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError)
_BROKEN += (OSError, ValueError, RuntimeError, OverflowError, IndexError)


class Files(ABC):
    """
    A project's XML and the texts beside it.

    Attributes
    ----------
    name : str
        The project's file, for messages.
    title : str
        The file's name without its ending.
    """

    def __init__(self, path: Path, project: str) -> None:
        self.name = path.name
        self.title = path.stem if path.stem.casefold() != "project" else path.resolve().parent.name
        self.path = path
        self.project = project
        self.left = TOTAL

    def inputs(self) -> dict[str, str]:
        """Return the SHA-256 of the files that were read, by name."""
        with _mended(self.name):
            return {path.name: _digest(path) for path in self._read_from()}

    def _read_from(self) -> list[Path]:
        return [self.path]

    def chunks(self) -> Iterator[bytes]:
        """Give the project's XML piece by piece; what stands before it, as an empty line, is no reason to refuse it."""
        pieces = self._pieces(self.project, XML)
        yield next(pieces, b"").lstrip(b"\xef\xbb\xbf \t\r\n")
        yield from pieces

    def read(self, path: str) -> bytes | None:
        """
        Return a file that the XML points at; None where it is not part of the project.

        It is found by the last parts of its path, as many as fit, whatever the scheme, the folder and the case:
        nothing outside the archive, or the folder of a loose project, is ever read.

        Raises
        ------
        StudyError
            When an internal path leads out of the project, or the file is too large.
        """
        scheme = SCHEME.match(path)
        parts = SCHEME.sub("", path).replace("\\", "/").split("/")
        if ".." in parts and (scheme is None or scheme[1].casefold() == "internal"):
            raise StudyError(f"{self.name}: points at {path!r}, outside the project; such a file is not opened")
        for key in [*ends(path), *ends(unquote(path))]:
            if key in self.members:
                data = b"".join(self._pieces(self.members[key], min(MEMBER, self.left)))
                self.left -= len(data)
                return data
        return None

    @property
    @abstractmethod
    def members(self) -> Mapping[str, str | Path]:
        """The files of the project, by the ends of their paths."""

    def _pieces(self, member: str | Path, limit: int) -> Iterator[bytes]:
        with _mended(self.name):
            stream, packed = self._stream(member)
            with stream:
                size = 0
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    self._weigh(str(member), size, packed, limit)
                    yield chunk

    def _weigh(self, member: str, size: int, packed: int, limit: int) -> None:
        if size > limit:
            what = f"{Path(member).name!r} is larger than {limit // MEGABYTE} MB, the limit for"
            kind = "a project's XML" if limit == XML else f"one text ({TOTAL // MEGABYTE} MB for all of them)"
            raise StudyError(f"{self.name}: {what} {kind}; it was not opened. Split the project, or leave the file out")
        if packed and size > MEGABYTE and size > RATIO * packed:
            what = f"{Path(member).name!r} unpacks to more than {RATIO} times its size, as archives made to overload do"
            raise StudyError(f"{self.name}: {what}; it was not opened. Export the project again")

    @abstractmethod
    def _stream(self, member: str | Path) -> tuple[IO[bytes], int]:
        """Open a member, and say how many bytes it takes packed (0: it is not)."""

    def close(self) -> None:
        """Close what is open; here, nothing is."""
        return


class _Archive(Files):
    """A `.qdpx`: a zip, of which only members are read, never unpacked to a disk."""

    def __init__(self, path: Path) -> None:
        with _mended(path.name):
            if directory(path) > DIRECTORY:
                raise StudyError(f"{path.name}: lists more than {MEMBERS:,} files; it was not opened")
            self.zip = zipfile.ZipFile(path)
            infos = [info for info in self.zip.infolist() if not info.is_dir()]
        if len(infos) > MEMBERS:
            raise StudyError(f"{path.name}: holds {len(infos):,} files, more than {MEMBERS:,}; it was not opened")
        outside = [i.filename for i in infos if leads_out(i.filename) or stat.S_ISLNK(i.external_attr >> 16)]
        if outside:
            what = f"holds files whose paths lead out of it: {listed(outside, 3)}"
            raise StudyError(f"{path.name}: {what}; it was not opened, and nothing was written")
        twice = [i.filename for i in infos if i.CRC != self.zip.getinfo(i.filename).CRC]
        if twice:
            what = f"holds two files of one name, which differ: {listed(twice, 3)}"
            raise StudyError(f"{path.name}: {what}; it was not opened. Export the project again")
        if not (project := project_of([i.filename for i in infos], path.name)):
            names = listed([i.filename for i in infos], 4)
            raise StudyError(f"{path.name}: no project.qde in it, so it is not a REFI-QDA project; it holds {names}")
        super().__init__(path, project)

    @cached_property
    def members(self) -> Mapping[str, str | Path]:
        """The archive's files; those in its folder of sources go before others of the same name."""
        infos = sorted(self.zip.infolist(), key=lambda i: "sources/" not in i.filename.casefold().replace("\\", "/"))
        found: dict[str, str | Path] = {}
        for info in infos:
            for key in keys(info):
                if not info.is_dir():
                    found.setdefault(key, info.filename)
        return found

    def _stream(self, member: str | Path) -> tuple[IO[bytes], int]:
        info = self.zip.getinfo(str(member))
        if info.flag_bits & 1:
            raise StudyError(f"{self.name}: is encrypted; export the project without a password")
        return self.zip.open(info), max(info.compress_size, 1)

    def close(self) -> None:
        self.zip.close()


class _Loose(Files):
    """A `project.qde` beside its folder of sources, or a `.qdc` alone."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, str(path))
        self.seen: dict[Path, None] = {}

    @cached_property
    def members(self) -> Mapping[str, str | Path]:
        """The files in the folder of sources; a link that leads elsewhere is not followed."""
        found: dict[str, str | Path] = {}
        home = self.path.resolve().parent
        places = [p for p in sorted(home.iterdir()) if p.name.casefold() == "sources" and p.resolve().parent == home]
        for place in places:
            for n, file in enumerate(place.rglob("*")):
                if n > MEMBERS:
                    raise StudyError(f"{place}: holds more than {MEMBERS:,} files; none was read")
                if file.is_file() and file.resolve().is_relative_to(home):
                    for key in ends(file.relative_to(home).as_posix()):
                        found[key] = min(file, found.get(key, file), key=str)
        return found

    def _stream(self, member: str | Path) -> tuple[IO[bytes], int]:
        path = Path(member)
        self.seen[path] = None
        return path.open("rb"), 0

    def _read_from(self) -> list[Path]:
        return list(self.seen)


@contextmanager
def opened(path: str | Path) -> Iterator[Files]:
    """
    Open a project, whatever its form: an archive, a loose XML file, or the folder that holds one.

    Raises
    ------
    StudyError
        When there is none, or it is damaged, encrypted or made to harm; it says what to do.
    """
    path = Path(path)
    with _mended(path.name):
        if path.is_dir():
            path /= project_of(sorted(file.name for file in path.glob("*.[qQ][dD][eE]")), path.name) or "project.qde"
        if not path.is_file():
            raise StudyError(f"{path}: there is no such file")
        with path.open("rb") as stream:
            head = stream.read(CHUNK)
    if not head.strip(b"\x00 \t\r\n"):
        raise StudyError(f"{path.name}: is empty; export the project again")
    packed = head[:2] == b"PK" or zipfile.is_zipfile(path)
    if not packed and head.lstrip(b"\xef\xbb\xbf\xfe\xff\x00 \t\r\n")[:1] != b"<":
        raise StudyError(f"{path.name}: is neither a zip archive nor XML, so it is damaged; export the project again")
    files: Files = _Archive(path) if packed else _Loose(path)
    try:
        yield files
    finally:
        files.close()


@contextmanager
def _mended(name: str) -> Iterator[None]:
    """Say of any damage to an archive what a person can do about it."""
    try:
        yield
    except NotImplementedError as error:
        what = f"is packed in a way that is not read ({error})"
        raise StudyError(f"{name}: {what}; unpack it and open the project.qde in it") from error
    except _BROKEN as error:
        why = f"cannot be read ({error or type(error).__name__}); it is damaged or was cut short"
        raise StudyError(f"{name}: {why}, so copy or export it again") from error


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
