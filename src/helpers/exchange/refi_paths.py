"""Names of files in an archive, or beside a project: which is the project's, which is meant, which leads out."""

from __future__ import annotations

import re
import struct
import unicodedata
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ..errors import StudyError, listed

SCHEME = re.compile(r"^(internal|relative|absolute|file):/*", re.IGNORECASE)
PARTS = 5  # of a path that are compared
END = 65_557  # bytes from an archive's end within which its last record begins


def project_of(names: Sequence[str], archive: str) -> str:
    """Return which file is the project's XML: the one highest up, `project.qde` before others; empty without any."""
    found = [n for n in dict.fromkeys(names) if n.casefold().endswith(".qde") and "__MACOSX" not in n]
    rank = {n: (slashed(n).count("/"), base(n).casefold() != "project.qde") for n in found if base(n)[:2] != "._"}
    highest = min(rank.values(), default=None)
    best = [n for n in rank if rank[n] == highest]
    if len(best) > 1:
        raise StudyError(f"{archive}: holds {len(best)} projects: {listed(best, 4)}; leave one of them in it")
    return best[0] if best else ""


def directory(path: Path) -> int:
    """Return the size of an archive's list of files, before it is read; 0 where its end is damaged."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - END))
        tail = stream.read()
    end, large = tail.rfind(b"PK\x05\x06"), tail.rfind(b"PK\x06\x06")
    if end < 0 or end + 16 > len(tail):
        return 0
    size: int = struct.unpack_from("<I", tail, end + 12)[0]
    if size == 2**32 - 1 and large >= 0:
        size = struct.unpack_from("<Q", tail, large + 40)[0]
    return size


def leads_out(member: str) -> bool:
    r"""
    Tell whether a member of an archive would be unpacked somewhere else.

    >>> [leads_out(name) for name in ("sources/a.txt", "../a.txt", "/a.txt", "C:\\a.txt")]
    [False, True, True, True]
    """
    parts = slashed(member).split("/")
    return ".." in parts or parts[0] == "" or bool(re.match(r"[A-Za-z]:", parts[0]))


def slashed(name: str) -> str:
    """Return a path with its parts divided as in archives."""
    return name.replace("\\", "/")


def base(name: str) -> str:
    """Return the last part of a path."""
    return slashed(name).rsplit("/", 1)[-1]


def ends(path: str) -> list[str]:
    """
    Return the last parts of a path in one case and form, the longest first.

    >>> ends("internal://Sub/A.txt")
    ['sub/a.txt', 'a.txt']
    """
    plain = unicodedata.normalize("NFC", SCHEME.sub("", slashed(path))).casefold()
    parts = [part for part in plain.split("/") if part not in ("", ".")][-PARTS:]
    return ["/".join(parts[n:]) for n in range(len(parts))]


def keys(info: zipfile.ZipInfo) -> list[str]:
    """A member's names; read as UTF-8 too, where the archive forgot to say that it is."""
    found = ends(info.filename)
    if not info.flag_bits & 0x800 and not info.filename.isascii():
        with suppress(UnicodeError):
            found += ends(info.filename.encode("cp437").decode("utf-8"))
    return found
