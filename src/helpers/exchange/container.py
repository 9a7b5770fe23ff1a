"""The files of an exchange project: members of an archive or of a folder, read in memory and within limits."""

from __future__ import annotations

import hashlib
import lzma
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import unquote

from ..errors import StudyError, listed

MEGABYTE = 1_000_000
CHUNK = 65_536
XML = 512 * MEGABYTE  # streamed, never held
MEMBER = 32 * MEGABYTE  # one text: thousands of hours of talk
TOTAL = 256 * MEGABYTE  # all texts together
RATIO = 250  # unpacked to packed; prose and XML stay under 50
MEMBERS = 100_000

_BROKEN: tuple[type[Exception], ...] = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError)
_BROKEN += (OSError, ValueError, NotImplementedError, RuntimeError, OverflowError, IndexError)
_SCHEME = re.compile(r"^(internal|relative|absolute|file):/*", re.IGNORECASE)


class Files:
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
        self.members: dict[str, str | Path] = {}

    def inputs(self) -> dict[str, str]:
        """Return the SHA-256 of the files that were read, by name."""
        with _mended(self.name):
            return {path.name: _digest(path) for path in self._read_from()}

    def _read_from(self) -> list[Path]:
        return [self.path]

    def chunks(self) -> Iterator[bytes]:
        """Give the project's XML piece by piece."""
        yield from self._pieces(self.project, XML)

    def read(self, path: str) -> bytes | None:
        """
        Return a file that the XML points at; None where it is not part of the project.

        It is found by the last part of its path, whatever the scheme, the folder and the case: nothing outside the
        archive, or the folder of a loose project, is ever read.

        Raises
        ------
        StudyError
            When an internal path leads out of the project, or the file is too large.
        """
        scheme = _SCHEME.match(path)
        parts = _SCHEME.sub("", path).replace("\\", "/").split("/")
        if ".." in parts and (scheme is None or scheme[1].casefold() == "internal"):
            raise StudyError(f"{self.name}: points at {path!r}, outside the project; such a file is not opened")
        base = parts[-1]
        for key in (_key(base), _key(unquote(base))):
            if key and key in self.members:
                data = b"".join(self._pieces(self.members[key], min(MEMBER, self.left)))
                self.left -= len(data)
                return data
        return None

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

    def _stream(self, member: str | Path) -> tuple[IO[bytes], int]:
        raise NotImplementedError

    def close(self) -> None:
        """Close what is open."""


class _Archive(Files):
    """A `.qdpx`: a zip, of which only members are read, never unpacked to a disk."""

    def __init__(self, path: Path) -> None:
        with _mended(path.name):
            self.zip = zipfile.ZipFile(path)
            infos = self.zip.infolist()
        if len(infos) > MEMBERS:
            raise StudyError(f"{path.name}: holds {len(infos):,} files, more than {MEMBERS:,}; it was not opened")
        outside = [i.filename for i in infos if _leads_out(i.filename)]
        if outside:
            what = f"holds files whose paths lead out of it: {listed(outside, 3)}"
            raise StudyError(f"{path.name}: {what}; it was not opened, and nothing was written")
        projects = [
            i.filename for i in infos if i.filename.casefold().endswith(".qde") and "__MACOSX" not in i.filename
        ]
        if not projects:
            names = listed([i.filename for i in infos], 4)
            raise StudyError(f"{path.name}: no project.qde in it, so it is not a REFI-QDA project; it holds {names}")
        super().__init__(path, min(projects, key=lambda n: (n.count("/"), Path(n).name.casefold() != "project.qde")))
        for info in infos:
            inside = "sources/" in info.filename.casefold().replace("\\", "/")
            for key in _keys(info):
                if not info.is_dir() and (inside or key not in self.members):
                    self.members[key] = info.filename

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
        home = path.resolve().parent
        places = [p for p in sorted(home.iterdir()) if p.is_dir() and p.name.casefold() == "sources"]
        for place in places:
            for file in sorted(place.rglob("*")):
                if file.is_file() and file.resolve().is_relative_to(home):
                    self.members.setdefault(_key(file.name), file)

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
            path = next(iter(sorted(path.glob("*.[qQ][dD][eE]"))), path / "project.qde")
        if not path.is_file():
            raise StudyError(f"{path}: there is no such file")
        with path.open("rb") as stream:
            head = stream.read(CHUNK)
    if not head.strip(b"\x00 \t\r\n"):
        raise StudyError(f"{path.name}: is empty; export the project again")
    packed = head[:2] == b"PK" or zipfile.is_zipfile(path)
    if not packed and b"<" not in head[:64]:
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
    except _BROKEN as error:
        why = f"cannot be read ({error or type(error).__name__}); it is damaged or was cut short"
        raise StudyError(f"{name}: {why}, so copy or export it again") from error


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _leads_out(member: str) -> bool:
    parts = member.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or bool(re.match(r"[A-Za-z]:", parts[0]))


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _keys(info: zipfile.ZipInfo) -> list[str]:
    """A member's name; read as UTF-8 too, where the archive forgot to say that it is."""
    base = info.filename.replace("\\", "/").rsplit("/", 1)[-1]
    keys = [_key(base)]
    if not info.flag_bits & 0x800 and not base.isascii():
        with suppress(UnicodeError):
            keys.append(_key(base.encode("cp437").decode("utf-8")))
    return keys
