"""Selections and their codings, folded into records while the XML is read: most of a project is nothing else."""

from __future__ import annotations

from .refi_records import Coded, Selection, guid
from .xml import Fold, Node, plain


def whole(value: str | None) -> int:
    """Return a position, or -1 for what is none."""
    try:
        number = int(float(value or ""))
    except (ValueError, OverflowError):
        return -1
    return number if 0 <= number < 2**31 else -1


def time(milliseconds: str) -> str:
    """
    Return a time in a recording as people read it.

    >>> time("70000"), time("16176")
    ('00:01:10', '00:00:16.176')
    """
    number = whole(milliseconds)
    if number < 0:
        return milliseconds
    seconds, rest = divmod(number, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}" + (f".{rest:03}" if rest else "")


def _locator(node: Node) -> str:
    a = node.attrib
    if node.tag == "TranscriptSelection":
        return f"{guid(a.get('fromSyncPoint'))} {guid(a.get('toSyncPoint'))}"
    if "begin" in a or "end" in a:
        return "–".join(time(a[key]) for key in ("begin", "end") if a.get(key))
    box = "{},{}–{},{}".format(*(a.get(key, "?") for key in ("firstX", "firstY", "secondX", "secondY")))
    # The standard counts pages from 0, readers from 1.
    page = whole(a.get("page"))
    return f"page {page + 1}, {box}" if page >= 0 else box


def _coding(node: Node) -> Coded:
    a = node.attrib
    code, notes = "", []
    for child in node.children:
        if type(child) is not Node:
            continue
        if child.tag == "CodeRef":
            code = code or guid(child.attrib.get("targetGUID"))
        elif child.tag == "NoteRef":
            notes.append(guid(child.attrib.get("targetGUID")))
    return Coded(code, guid(a.get("guid")), guid(a.get("creatingUser")), a.get("creationDateTime", ""), tuple(notes))


def _selection(node: Node) -> Selection:
    a = node.attrib
    memo = quote = ""
    codings: list[Coded] = []
    notes: list[str] = []
    for child in node.children:
        if type(child) is Coded:
            codings.append(child)
        elif type(child) is Selection:
            codings += child.codings
        elif child.tag == "Description":
            memo = plain(child.text)
        elif child.tag == "NoteRef":
            notes.append(guid(child.attrib.get("targetGUID")))
        elif child.tag == "Representation":
            quote = plain(child.of("PlainTextContent"))
            codings += [c for s in child.children if type(s) is Selection for c in s.codings]
    text = node.tag == "PlainTextSelection"
    return Selection(
        node.tag,
        guid(a.get("guid")),
        plain(a.get("name", "")),
        whole(a.get("startPosition")) if text else -1,
        whole(a.get("endPosition")) if text else -1,
        "" if text else _locator(node),
        guid(a.get("creatingUser")),
        a.get("creationDateTime", ""),
        memo,
        tuple(notes),
        tuple(codings),
        quote,
    )


FOLDS: dict[str, Fold] = {"Coding": _coding, "PlainTextSelection": _selection, "PictureSelection": _selection}
FOLDS |= {"PDFSelection": _selection, "AudioSelection": _selection, "VideoSelection": _selection}
FOLDS |= {"TranscriptSelection": _selection}
