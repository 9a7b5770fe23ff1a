"""XML that real tools write though XML does not allow it: read all the same, and noted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..errors import StudyError
from .container import Files
from .notes import Notes, counted
from .refi_folds import FOLDS
from .refi_own import ORIGIN
from .refi_records import Coded
from .refi_text import plain
from .xml import IllFormed, Node, Parsed, first, parse

# Control characters, as they are and by number; an "&" that begins nothing; QualCoder's quote in a closing tag.
_ILL = re.compile(
    rb"([\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F])|0*(?:[0-8]|1[1245-9]|2\d|3[01]));)"
    rb"|(&)(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)|(?<=</(?:Audio|Video))'(?=Selection>)"
)
_TAIL = 32  # bytes that are looked at together with the next piece


class Mended:
    r"""
    XML without what tools write though XML cannot hold it; `count` says in how many places.

    A control character becomes a blank, so that positions in a text stay.

    Examples
    --------
    >>> mended = Mended([b"<a b='R&D \x0c'>&#x1f;</a>"])
    >>> b"".join(mended), mended.count
    (b"<a b='R&amp;D  '> </a>", 3)
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.chunks = chunks
        self.count = 0
        self.verbatim = False

    def __iter__(self) -> Iterator[bytes]:
        rest, narrow = b"", None
        for chunk in self.chunks:
            if narrow is None:
                narrow = b"\x00" not in chunk[:4] and chunk[:2] not in (b"\xff\xfe", b"\xfe\xff")
            piece = rest + chunk
            at = max(piece.rfind(b"&", -_TAIL), piece.rfind(b"<", -_TAIL)) if narrow else -1
            rest = piece[at:] if at >= 0 else b""
            yield self._mended(piece[: len(piece) - len(rest)]) if narrow else piece
        yield self._mended(rest)

    def _mended(self, piece: bytes) -> bytes:
        self.verbatim |= b"<![CDATA[" in piece
        fixed, count = _ILL.subn(self._instead, piece)
        self.count += count
        return fixed

    def _instead(self, found: re.Match[bytes]) -> bytes:
        if found[2]:
            return b"&" if self.verbatim else b"&amp;"
        return b" " if found[1] else b""


def parsed(files: Files, notes: Notes) -> Parsed:
    """Parse a project; where it is not well-formed, once more without what is known to break the XML of tools."""
    ours = first(files.chunks())[1].attrib.get("origin", "").startswith(ORIGIN)
    try:
        return _parse(files.chunks(), files.name, plain if ours else None)
    except IllFormed as error:
        mended = Mended(files.chunks())
        try:
            found = _parse(mended, files.name)
        except StudyError:
            raise error from None
        notes.infer(
            f"the XML is not well-formed; {counted(mended.count, 'place')} mended (control characters, “&”, the "
            "closing tags of QualCoder): see whether anything is missing."
        )
        return found


def _parse(chunks: Iterable[bytes], name: str, said: Callable[[str], str] | None = None) -> Parsed:
    """Parse, and count the codings wherever they stand."""
    met, fold = 0, FOLDS["Coding"]

    def coding(node: Node) -> Any:
        nonlocal met
        found = fold(node)
        met += 1 if type(found) is Coded else len(found)
        return found

    found = parse(chunks, name, FOLDS | {"Coding": coding}, said)
    return found._replace(codings=met)
