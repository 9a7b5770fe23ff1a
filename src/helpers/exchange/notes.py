"""What an import found, inferred and could not keep, gathered as sentences for `About.imported`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..errors import listed


@dataclass
class Notes:
    """
    The import notes of one file, in the order in which a reader of a report wants them.

    Attributes
    ----------
    found, inferred, lost : list of str
        Sentences: what the file holds; what was concluded from it; what has no place in a study.

    Examples
    --------
    >>> notes = Notes()
    >>> notes.lose("1 link has no place in a study: 'a to b'.")
    >>> notes.find("a.qdpx: 2 codes.")
    >>> notes.sentences()
    ('a.qdpx: 2 codes.', "Not represented: 1 link has no place in a study: 'a to b'.")
    """

    found: list[str] = field(default_factory=list)
    inferred: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def find(self, sentence: str) -> None:
        """Note what the file holds."""
        self.found.append(sentence)

    def infer(self, sentence: str) -> None:
        """Note a conclusion that the file itself does not state."""
        self.inferred.append(sentence)

    def lose(self, sentence: str) -> None:
        """Note what the file holds and a study has no place for."""
        self.lost.append(sentence)

    def sentences(self) -> tuple[str, ...]:
        """Return all notes, each once: found, inferred, not represented."""
        marked = [f"Inferred: {s}" for s in self.inferred], [f"Not represented: {s}" for s in self.lost]
        return tuple(dict.fromkeys([*self.found, *marked[0], *marked[1]]))


def counted(number: int, noun: str, plural: str = "") -> str:
    """
    Return a number with its noun.

    >>> counted(1, "code"), counted(1200, "code"), counted(2, "memo of it", "memos of it")
    ('1 code', '1,200 codes', '2 memos of it')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def named(noun: str, names: Iterable[str], plural: str = "", limit: int = 12) -> str:
    """
    Return how many there are, and the first of them by name.

    >>> named("case", ["Ann", "Bo"], limit=1)
    "2 cases ('Ann' and 1 more)"
    """
    names = list(names)
    return f"{counted(len(names), noun, plural)} ({listed(names, limit)})"
