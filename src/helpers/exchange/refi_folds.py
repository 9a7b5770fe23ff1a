"""Selections and their codings, folded into records while the XML is read: most of a project is nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .refi_records import Coded, Selection, Value, guid, moment, ref, signed
from .xml import Fold, Node

SHORT = 32  # characters of a coordinate; a longer one is not one


def whole(value: str | None) -> int:
    """Return a position, or -1 for what is none."""
    try:
        number = int(value or "") if value and value.isdecimal() else int(float(value or ""))
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
        return milliseconds[:SHORT]
    seconds, rest = divmod(number, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}" + (f".{rest:03}" if rest else "")


def _locator(node: Node) -> str:
    a = node.attrib
    if node.tag == "TranscriptSelection":
        return f"{ref(a.get('fromSyncPoint'))} {ref(a.get('toSyncPoint'))}"
    if "begin" in a or "end" in a:
        return "–".join(time(a[key]) for key in ("begin", "end") if a.get(key))
    box = "{},{}–{},{}".format(*(a.get(key, "?")[:SHORT] for key in ("firstX", "firstY", "secondX", "secondY")))
    # The standard counts pages from 0, readers from 1.
    page = whole(a.get("page"))
    return f"page {page + 1}, {box}" if page >= 0 else box


def _coding(node: Node) -> Coded | tuple[Coded, ...]:
    """One coding has one code; one that names several, as no standard has it, is several."""
    get, code = node.attrib.get, ""
    more: list[str] = []
    notes: tuple[str, ...] = ()
    for child in node.children:
        if type(child) is not Node:
            continue
        if child.tag == "CodeRef":
            if code:
                more.append(ref(child.attrib.get("targetGUID")))
            else:
                code = ref(child.attrib.get("targetGUID"))
        elif child.tag == "NoteRef":
            notes += (guid(child.attrib.get("targetGUID")),)
    coded = Coded(code, guid(get("guid")), signed(get("creatingUser")), moment(get("creationDateTime")), notes)
    return (coded, *(coded._replace(code=another) for another in more)) if more else coded


def coded(children: Iterable[Any]) -> Iterator[Coded]:
    """Give the codings among what an element holds."""
    for child in children:
        if type(child) is Coded:
            yield child
        elif type(child) is tuple:
            yield from child


def _inside(node: Node) -> tuple[tuple[Coded, ...], str, tuple[str, ...], str]:
    """Return the codings of a selection, what is said of it, the notes that it refers to, and its words."""
    memo = quote = ""
    codings: list[Coded] = []
    notes: tuple[str, ...] = ()
    for child in node.children:
        if type(child) is Coded:
            codings.append(child)
        elif type(child) is Selection:
            codings += child.codings
        elif type(child) is tuple:
            codings += child
        elif type(child) is not Node:
            continue
        elif child.tag == "CodeRef":  # without a coding between the two
            codings.append(Coded(ref(child.attrib.get("targetGUID")), "", "", "", ()))
        elif child.tag == "Description":
            memo = child.text
        elif child.tag == "NoteRef":
            notes += (guid(child.attrib.get("targetGUID")),)
        elif child.tag == "Representation":
            quote = child.of("PlainTextContent")
            codings += coded(child.children)
            codings += [c for s in child.children if type(s) is Selection for c in s.codings]
    return tuple(codings), memo, notes, quote


def _selection(node: Node) -> Selection:
    get, tag = node.attrib.get, node.tag
    codings, memo, notes, quote = _inside(node)
    text = tag == "PlainTextSelection"
    by = get("creatingUser")
    if not by and not any(c.by for c in codings):
        by = get("modifyingUser")
    return Selection(
        tag,
        guid(get("guid")),
        get("name", ""),
        whole(get("startPosition")) if text else -1,
        whole(get("endPosition")) if text else -1,
        "" if text else _locator(node),
        signed(by),
        moment(get("creationDateTime") or get("modifiedDateTime")),
        memo,
        notes,
        codings,
        quote,
    )


def _value(node: Node) -> Value:
    variable = words = ""
    for child in node.children:
        if type(child) is not Node:
            continue
        if child.tag == "VariableRef":
            variable = variable or ref(child.attrib.get("targetGUID"))
        elif child.tag.endswith("Value"):
            words = words or child.text
    words = words or node.text  # as it stands in a variable of its own in a source
    return Value(variable, words if words.strip() else "")


FOLDS: dict[str, Fold] = {"Coding": _coding, "PlainTextSelection": _selection, "PictureSelection": _selection}
FOLDS |= {"PDFSelection": _selection, "AudioSelection": _selection, "VideoSelection": _selection}
FOLDS |= {"TranscriptSelection": _selection, "VariableValue": _value}
