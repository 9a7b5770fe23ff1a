"""The encoding of a file by its bytes, whatever else says which it is."""

from __future__ import annotations

import re

MARKS = (b"\xff\xfe", b"\xfe\xff")
SEEN = 4096  # bytes that are looked at
FORMATTED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-", b"{\\rtf")  # Word, its older format, PDF, RTF


def shown(head: bytes) -> str | None:
    """
    Return the encoding that the first bytes of XML show, where its declaration may say another; None for the others.

    Programs that build XML as text declare UTF-16 and store UTF-8, or the other way round.

    >>> shown(b"<?xml version='1.0' encoding='utf-16'?>"), shown("<?xml".encode("utf-16-le")), shown(b"<?xml")
    ('utf-8', 'utf-16le', None)
    """
    if head[:2] in MARKS:
        return "utf-16"
    if head[:2] in (b"<\0", b"\0<"):
        return "utf-16le" if head[:1] == b"<" else "utf-16be"
    return "utf-8" if re.match(rb"<\?xml[^>]*encoding=.utf-?16", head[:200], re.IGNORECASE) else None


def is_text(data: bytes) -> bool:
    """Tell whether a file that should be plain text may be; one of a word processor, and a PDF, is not."""
    return not data.startswith(FORMATTED)


def of_text(data: bytes) -> str:
    """
    Return UTF-16 by its mark, or by the empty bytes that no text in UTF-8 has; else UTF-8, as the standard wants it.

    >>> of_text(b"hope"), of_text("hope".encode("utf-16")), of_text("hope".encode("utf-16-be"))
    ('utf-8', 'utf-16', 'utf-16-be')
    """
    if data[:2] in MARKS:
        return "utf-16"
    even, odd = data[:SEEN:2].count(0), data[1:SEEN:2].count(0)
    if 8 * max(even, odd) <= len(data[:SEEN]) or 4 * min(even, odd) > max(even, odd) or len(data) % 2:
        return "utf-8"
    return "utf-16-le" if odd > even else "utf-16-be"
