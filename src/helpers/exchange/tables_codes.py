"""Code cells: several codes in one, names that hold the separator themselves, and paths of levels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from .taguette import levels as dotted

Path = tuple[str, ...]
MARKS = "●○◆◇◦•"  # ATLAS.ti puts one before a code
LONGEST = 400  # pieces of one cell; what is longer is cut at every separator
DEEPEST = 100  # levels; a name with more separators in it is a name
WIDEST = 12  # pieces of one name


def clean(name: str) -> str:
    """Return a code's name on one line, without the mark of its colour."""
    return " ".join(name.split()).strip(MARKS).strip()


class Lists:
    """
    Splits cells that hold lists of codes.

    A name may hold a comma itself. Where the table says how many codes a cell has, or a codebook which there are, the
    pieces are joined again to codes that are known from elsewhere: from the codebook, and from the cells that leave
    no doubt.

    Attributes
    ----------
    mark : str
        What stands between codes.
    doubtful : int
        Cells whose codes are not all known from elsewhere, or not as many as the table says.
    """

    def __init__(
        self, cells: Sequence[str], counts: Sequence[int | None], known: Iterable[str] = (), mark: str = ""
    ) -> None:
        self.mark = mark or _mark(cells)
        self.codes: set[str] = set()
        self.heads: set[str] = set()
        self.starts: set[str] = set()
        self.doubtful = 0
        self._know(map(clean, known))
        self.given = bool(self.codes)
        self._learn(cells, counts)

    def split(self, cell: str, count: int | None) -> list[str]:
        """Return the codes of a cell."""
        found = self._split(cell, count)
        self.doubtful += (
            not all(name in self.codes for name in found)
            and len(self._pieces(cell)) != count
            and (count is not None or self.given)
        )
        return found

    def _split(self, cell: str, count: int | None) -> list[str]:
        pieces = self._pieces(cell)
        if len(pieces) == count or (count is None and not self.given) or len(pieces) > LONGEST:
            return pieces
        return self._joined(pieces, count) or pieces

    def _pieces(self, cell: str) -> list[str]:
        cut = re.split(r"[\r\n]+" if self.mark == "\n" else f"{re.escape(self.mark)}\\s*", cell.strip())
        return [name for name in map(clean, cut) if name]

    def _know(self, names: Iterable[str]) -> None:
        for name in names:
            self.codes.add(name)
            self.starts.add(_start(name))
            if ": " in name:
                self.heads.add(name.split(": ")[0])

    def _learn(self, cells: Sequence[str], counts: Sequence[int | None]) -> None:
        """Take in the names that leave no doubt, then those that these make likely, for what they tell of others."""
        doubtful = []
        for cell, count in zip(cells, counts, strict=True):
            pieces = self._pieces(cell)
            if count == 1:
                self._know([clean(cell)])
            elif len(pieces) == count:
                self._know(pieces)
            elif count is not None:
                doubtful.append((cell, count))
        for cell, count in doubtful:
            found = self._split(cell, count)
            if len(found) == count and all(map(self._score, found)):
                self._know(found)

    def _score(self, name: str) -> int:
        """A known code counts most; then one of a known group; then one that begins as known ones do."""
        if name in self.codes:
            return 8
        return 4 * (": " in name and name.split(": ")[0] in self.heads) + (_start(name) in self.starts)

    def _joined(self, pieces: list[str], count: int | None) -> list[str] | None:
        """Join neighbouring pieces to the likeliest codes; None where the count cannot be reached."""
        glue = "" if self.mark == "\n" else f"{self.mark} "
        # best[n][k]: the score and the cut of the first n pieces into k codes; without a count, k says nothing.
        first: dict[int, tuple[int, list[str]]] = {0: (0, [])}
        best = [first, *({} for _ in pieces)]
        for end in range(1, len(pieces) + 1):
            for start in range(max(0, end - WIDEST), end):
                name = glue.join(pieces[start:end])
                for k, (score, before) in best[start].items():
                    key = k + 1 if count is not None else 0
                    new = (score + self._score(name), [*before, name])
                    if (count is None or key <= count) and _better(new, best[end].get(key)):
                        best[end][key] = new
        found = best[-1].get(count if count is not None else 0)
        return found[1] if found else None


def _better(new: tuple[int, list[str]], old: tuple[int, list[str]] | None) -> bool:
    """Of equal scores, the one with more codes joins less."""
    return old is None or (new[0], len(new[1])) > (old[0], len(old[1]))


def _start(name: str) -> str:
    """How a name begins, whatever its number: `T12.` as `T9.` does."""
    return re.sub(r"\d+", "9", name.split(" ")[0])


def _mark(cells: Iterable[str]) -> str:
    """A list is written line by line, with semicolons, or with commas; the first of these that occurs is meant."""
    joined = [cell.strip() for cell in cells]
    return next((mark for mark in ("\n", ";", ",") if any(mark in cell for cell in joined)), ",")


def by_name(every: Iterable[Path]) -> dict[str, Path]:
    """
    Return the path of each code by its own name, where no two are called alike.

    >>> by_name([("Fear",), ("Fear", "Needles"), ("Fear", "Other"), ("Hope", "Other")])
    {'Fear': ('Fear',), 'Needles': ('Fear', 'Needles')}
    """
    known = list(dict.fromkeys(every))
    often = Counter(path[-1] for path in known)
    return {path[-1]: path for path in known if often[path[-1]] == 1}


def paths(names: Iterable[str], levels: Sequence[str]) -> dict[str, Path]:
    r"""
    Return the levels of each name.

    One separator counts: the first that occurs. ATLAS.ti's `group: code` is a path only where the group is a code
    too, or has several codes: other names hold a colon as well. Taguette's dot is read as Taguette reads it.

    >>> paths(["Fear > Needles", "Hope"], [" > ", "\\"])
    {'Fear > Needles': ('Fear', 'Needles'), 'Hope': ('Hope',)}
    >>> paths(["Fear: needles", "Fear: pain", "Note: see p. 3"], [": "])["Note: see p. 3"]
    ('Note: see p. 3',)
    """
    every = list(dict.fromkeys(names))
    mark = next((mark for mark in levels if any(mark in name for name in every)), "")
    if not mark:
        return {name: (name,) for name in every}
    if mark == ".":
        return {name: tuple(dotted(name)) for name in every}
    cut = {name: tuple(part.strip() for part in name.split(mark)) for name in every}
    if mark == ": ":
        groups = Counter(name.split(mark)[0] for name in every if mark in name)
        real = {group for group, number in groups.items() if number > 1 or group in cut}
        cut = {n: tuple(n.split(mark, 1)) if mark in n and n.split(mark)[0] in real else (n,) for n in every}
    return {name: path if all(path) and len(path) <= DEEPEST else (name,) for name, path in cut.items()}
