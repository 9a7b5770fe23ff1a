"""XML in and out: one defused pass that keeps little, and text that XML can hold."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from xml.parsers.expat import ExpatError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from ..errors import StudyError

DEPTH = 100  # elements inside one another; the deepest real codebook known has a dozen
KEPT = 1_000_000  # elements held at one time; selections are folded away as they end
HOLD_TEXT = frozenset(
    [
        "Description",
        "PlainTextContent",
        *("TextValue", "BooleanValue", "IntegerValue", "FloatValue", "DateValue", "DateTimeValue"),
    ]
)


class Node:
    """An element: its name without the namespace, its attributes, what it holds."""

    __slots__ = ("attrib", "children", "tag", "text")

    def __init__(self, tag: str, attrib: dict[str, str]) -> None:
        self.tag = tag
        self.attrib = attrib
        self.children: list[Any] = []
        self.text = ""

    def all(self, *tags: str) -> list[Node]:
        """Return the elements with one of these names directly below."""
        return [child for child in self.children if type(child) is Node and child.tag in tags]

    def below(self, *path: str) -> list[Node]:
        """Return the elements at the end of a path of names."""
        found = [self]
        for tag in path:
            found = [child for node in found for child in node.all(tag)]
        return found

    def of(self, tag: str) -> str:
        """Return the text of the first element with this name directly below; empty without one."""
        return next((child.text for child in self.all(tag)), "")


Fold = Callable[[Node], Any]


def parse(chunks: Iterable[bytes], name: str, folds: Mapping[str, Fold] | None = None) -> tuple[str, Node]:
    """
    Parse XML in one pass.

    Parameters
    ----------
    chunks : iterable of bytes
        The file, piece by piece.
    name : str
        Names the file in errors.
    folds : mapping of str to function
        For the elements of these names, what is kept in place of the element, once it has ended; None is dropped.

    Returns
    -------
    str, Node
        The root's namespace, and the root.

    Raises
    ------
    StudyError
        When it is not well-formed, declares a document type or entities, or is nested or large beyond reason.
    """
    builder = _Builder(folds or {}, name)
    with_defences = DefusedXMLParser(forbid_dtd=True)
    parser = builder.attached_to(with_defences.parser)
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except ExpatError as error:
        text = f"is not well-formed XML: {error}; the file is damaged or in a wrong encoding, so export it again"
        raise StudyError(f"{name}: {text}") from error
    except DefusedXmlException as error:
        text = "declares a document type or entities, which no exchange file needs and attacks use; it was not opened"
        raise StudyError(f"{name}: {text}") from error
    except (LookupError, ValueError) as error:
        raise StudyError(f"{name}: is in an encoding that cannot be read ({error}); export it as UTF-8") from error
    return builder.namespace, builder.document.children[0]


@contextmanager
def uncollected() -> Iterator[None]:
    """Spare the cycle collector its walks over records that are all kept and hold no cycle: a fifth of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


class _Builder:
    """Handles the parser's events; closures, because this is where the time goes."""

    def __init__(self, folds: Mapping[str, Fold], name: str) -> None:
        self.document = Node("", {})
        self.namespace = ""
        self.folds = folds
        self.name = name

    def attached_to(self, parser: Any) -> Any:
        stack, names, pieces = [self.document], dict[str, str](), list[str]()
        folds, kept = self.folds, 0

        def start(tag: str, attrib: dict[str, str]) -> None:
            local = names.get(tag)
            if local is None:
                space, _, local = tag.rpartition("}")
                names[tag] = local
                self.namespace = self.namespace or space
            stack.append(Node(local, attrib))
            if len(stack) > DEPTH:
                self.refuse(f"nests elements more than {DEPTH} deep")
            if local in HOLD_TEXT:
                parser.CharacterDataHandler = pieces.append

        def end(_: str) -> None:
            nonlocal kept
            node: Any = stack.pop()
            if node.tag in HOLD_TEXT:
                parser.CharacterDataHandler = None
                node.text = "".join(pieces)
                pieces.clear()
            fold = folds.get(node.tag)
            if fold is not None:
                for child in node.children:
                    if type(child) is Node:
                        kept -= 1
                node = fold(node)
            else:
                kept += 1
                if kept > KEPT:
                    self.refuse(f"holds more than {KEPT:,} elements at one time")
            if node is not None:
                stack[-1].children.append(node)

        # The parser comes with its defences set; its element handlers would build a whole tree.
        parser.DefaultHandlerExpand = parser.CommentHandler = parser.ProcessingInstructionHandler = None
        parser.CharacterDataHandler = None
        parser.ordered_attributes = False
        parser.StartElementHandler, parser.EndElementHandler = start, end
        return parser

    def refuse(self, what: str) -> None:
        raise StudyError(f"{self.name}: {what}, as no tool writes it; it was not opened. Export the project again")


def first(chunks: Iterable[bytes]) -> tuple[str, str]:
    """Return the namespace and the name of a file's root element; both empty where it has none that can be read."""
    found: list[str] = []
    parser = DefusedXMLParser(forbid_dtd=True).parser
    parser.DefaultHandlerExpand = None
    parser.StartElementHandler = lambda tag, attrib: found.append(tag)
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            if found:
                break
    except (ExpatError, DefusedXmlException, LookupError, ValueError):
        pass
    space, _, local = found[0].rpartition("}") if found else ("", "", "")
    return space, local


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
