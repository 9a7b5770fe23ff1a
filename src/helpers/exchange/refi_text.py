"""Any text as one that XML can hold, and back."""

from __future__ import annotations

import re

# What XML 1.0 cannot hold is written as a backslash escape; a backslash that would look like one is escaped too.
_CANNOT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|\\\\(?=u[0-9a-f]{4})")
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_QUOTED = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
)


def text(value: str) -> str:
    r"""
    Return text as the content of an element; `plain` gives it back after parsing.

    >>> text("a < b\r\n\x0b")
    'a &lt; b&#13;\n\\u000b'
    """
    return _CANNOT.sub(lambda m: f"\\u{ord(m[0]):04x}", value).translate(_MARKUP)


def attributes(**values: str) -> str:
    """
    Return attributes as they stand in a tag; those without a value are left out.

    >>> attributes(guid="1", name='"', color="")
    ' guid="1" name="&quot;"'
    """
    return "".join(
        f' {name}="{_CANNOT.sub(lambda m: f"{chr(92)}u{ord(m[0]):04x}", value).translate(_QUOTED)}"'
        for name, value in values.items()
        if value
    )


def plain(value: str) -> str:
    r"""
    Return what `text` and `attributes` were given.

    >>> plain("\\u000b") == "\x0b"
    True
    """
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), value) if "\\u" in value else value
