"""XML of unknown origin: one defused pass that keeps little."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from math import inf
from typing import Any, NamedTuple
from xml.parsers.expat import ExpatError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from ..errors import StudyError
from .encodings import shown

DEPTH = 100  # elements inside one another; the deepest real codebook known has a dozen
KEPT = 2_000_000  # selections, codings and values held at one time
WEIGHT = 2  # how many of them an element weighs that is not folded as it ends
HELD = 128_000_000  # characters of names, values and texts
NAME = 10_000  # characters of a name; it is repeated with all that it stands for
TAG = 2_000_000  # bytes of one tag: the parser reads it from its beginning with each piece that comes
TEXT = 64_000_000  # bytes of one text
NAMES = 1_000  # of elements; the standard has 60
HOLD_TEXT = frozenset(
    [
        "Description",
        "PlainTextContent",
        "VariableValue",
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


class IllFormed(StudyError):
    """The file is not well-formed XML."""


class Parsed(NamedTuple):
    """A file's namespace, its root, the names of all elements in it, and how many of them are codings."""

    space: str
    root: Any
    tags: frozenset[str]
    codings: int = 0


def parse(
    chunks: Iterable[bytes],
    name: str,
    folds: Mapping[str, Fold] | None = None,
    said: Callable[[str], str] | None = None,
) -> Parsed:
    """
    Parse XML in one pass.

    Parameters
    ----------
    chunks : iterable of bytes
        The file, piece by piece.
    name : str
        Names the file in errors.
    folds : mapping of str to function
        For the elements of these names, what is kept in place of the element, once it has ended.
    said : function, optional
        What texts and attributes stand for: `plain` in files whose texts `text` wrote.

    Returns
    -------
    Parsed
        The root with its namespace.

    Raises
    ------
    StudyError
        When it is not well-formed (IllFormed), declares a document type or entities, or is nested or large beyond
        reason.
    """
    builder = _Builder(folds or {}, name, said)
    with_defences, chunks = _defended(chunks)
    parser = builder.attached_to(with_defences.parser)
    fed = 0
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > TAG or fed - builder.text_from > TEXT:
                builder.refuse(
                    f"has a tag of more than {TAG // 1_000_000} MB, or a text of more than {TEXT // 1_000_000}"
                )
        parser.Parse(b"", True)
    except ExpatError as error:
        text = f"is not well-formed XML: {error}; the file is damaged or in a wrong encoding, so export it again"
        raise IllFormed(f"{name}: {text}") from error
    except DefusedXmlException as error:
        text = "declares a document type or entities, which no exchange file needs and attacks use; it was not opened"
        raise StudyError(f"{name}: {text}") from error
    except (LookupError, ValueError) as error:
        raise StudyError(f"{name}: is in an encoding that cannot be read ({error}); export it as UTF-8") from error
    return Parsed(builder.namespace, builder.document.children[0], frozenset(builder.names.values()))


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

    def __init__(self, folds: Mapping[str, Fold], name: str, said: Callable[[str], str] | None) -> None:
        self.document = Node("", {})
        self.namespace = ""
        self.folds = folds
        self.name = name
        self.said = said
        self.names: dict[str, str] = {}
        self.text_from: float = inf

    def attached_to(self, parser: Any) -> Any:
        stack, names, pieces, marks = [self.document], self.names, list[str](), list[int]()
        folds, said, kept, held = self.folds, self.said, 0, 0

        def start(tag: str, attrib: dict[str, str]) -> None:
            local = names.get(tag) or self.named(tag)
            stack.append(Node(local, attrib))
            if len(stack) > DEPTH:
                self.refuse(f"nests elements more than {DEPTH} deep")
            if local in folds:
                marks.append(kept)
            if local in HOLD_TEXT:
                pieces.clear()
                parser.CharacterDataHandler = pieces.append
                self.text_from = parser.CurrentByteIndex

        def end(_: str) -> None:
            nonlocal kept, held
            node: Any = stack.pop()
            tag = node.tag
            if said:
                node.attrib = {key: said(value) for key, value in node.attrib.items()}
            if tag in HOLD_TEXT:
                parser.CharacterDataHandler = None
                self.text_from = inf
                node.text = said("".join(pieces)) if said else "".join(pieces)
                pieces.clear()
            if tag in folds:
                held += len(node.attrib.get("name", "")) + len(node.text)
                node = folds[tag](node)
                kept = marks.pop() + 1
            else:
                held += self.length(node)
                kept += WEIGHT
            if kept > KEPT or held > HELD:
                self.refuse("holds more elements, or more characters in names and texts, than any project")
            stack[-1].children.append(node)

        # The parser comes with its defences set; its element handlers would build a whole tree.
        parser.DefaultHandlerExpand = parser.CommentHandler = parser.ProcessingInstructionHandler = None
        parser.CharacterDataHandler = None
        parser.ordered_attributes = False
        parser.StartElementHandler, parser.EndElementHandler = start, end
        return parser

    def named(self, tag: str) -> str:
        """Return an element's name without its namespace, and remember both."""
        space, _, local = tag.rpartition("}")
        self.names[tag] = local
        self.namespace = self.namespace or space
        if len(self.names) > NAMES:
            self.refuse(f"has elements of more than {NAMES} names")
        return local

    def length(self, node: Node) -> int:
        """Return the characters that an element holds."""
        if len(node.attrib.get("name", "")) > NAME:
            self.refuse(f"has a {node.tag} whose name has more than {NAME:,} characters")
        return len(node.text) + sum(map(len, node.attrib.values()))

    def refuse(self, what: str) -> None:
        raise StudyError(f"{self.name}: {what}, as no tool writes it; it was not opened. Export the project again")


def _defended(chunks: Iterable[bytes]) -> tuple[Any, Iterable[bytes]]:
    """Return a parser with its defences set, in the encoding of a file's bytes, and the file from its beginning."""
    pieces = iter(chunks)
    head = next(pieces, b"")
    return DefusedXMLParser(encoding=shown(head), forbid_dtd=True), chain([head], pieces)


def first(chunks: Iterable[bytes]) -> tuple[str, Node]:
    """Return the namespace of a file's root element, and the root without what is in it; empty where none is read."""
    found: list[tuple[str, dict[str, str]]] = []
    with_defences, chunks = _defended(chunks)
    parser = with_defences.parser
    parser.DefaultHandlerExpand = None
    parser.ordered_attributes = False
    parser.StartElementHandler = lambda *element: found.append(element)
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            if found:
                break
    except (ExpatError, DefusedXmlException, LookupError, ValueError):
        pass
    tag, attrib = found[0] if found else ("", {})
    space, _, local = tag.rpartition("}")
    return space, Node(local, attrib)
