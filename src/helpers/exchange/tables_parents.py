"""What is above each code of a codebook: named in a column of its own, or told by how far the name is indented."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from .draft import LEVELS
from .tables_codes import Path, paths


def below_parents(rows: Sequence[tuple[str, str]], levels: Sequence[str]) -> list[Path]:
    """
    Return the path of each row's code, given its name and that of the code above it.

    The row above may come later. Where several are called like the parent, the nearest one before is meant, for a
    list of a tree goes down its branches; a parent without a row is a code all the same. A name that already says
    what it is below is a path; in any other, what stands between levels is punctuation.

    >>> below_parents([("needles", "Fear"), ("Fear", ""), ("v.a", "Hope"), ("Fear.pain", "Fear")], ["."])
    [('Fear', 'needles'), ('Fear',), ('Hope', 'v.a'), ('Fear', 'pain')]
    """
    at: dict[str, list[int]] = {}
    for number, (name, _) in enumerate(rows):
        at.setdefault(name, []).append(number)
    cut = paths([word for row in rows for word in row if word], levels)
    return [_path(rows, number, at, cut) for number in range(len(rows))]


def _path(
    rows: Sequence[tuple[str, str]], number: int, at: Mapping[str, Sequence[int]], cut: Mapping[str, Path]
) -> Path:
    """Go up from a row; a circle ends there, and what is deeper than a draft takes is cut."""
    found, seen = list[str](), set[int]()
    while number not in seen and len(found) <= LEVELS:
        seen.add(number)
        name, parent = rows[number]
        path = cut[name]
        if parent and len(path) > 1 and (path[-2] == parent or path[:-1] == cut[parent]):
            return (*path, *reversed(found))
        found.append(name)
        if parent not in at:
            return (*(cut[parent] if parent else ()), *reversed(found))
        before = bisect_left(at[parent], number) - 1
        number = at[parent][max(before, 0)]
    return tuple(reversed(found))


def indented(rows: Sequence[tuple[str, int]]) -> list[Path]:
    """
    Return the path of each row's code, given its name and how far it is indented.

    >>> indented([("Fear", 0), ("Needles", 1), ("Hope", 0)])
    [('Fear',), ('Fear', 'Needles'), ('Hope',)]
    """
    above: list[tuple[str, int]] = []
    found = list[Path]()
    for name, indent in rows:
        # What is deeper than a draft takes is cut, for the paths would grow with the square of the rows.
        above = [code for code in above if code[1] < indent][: LEVELS + 1]
        above.append((name, indent))
        found.append(tuple(code for code, _ in above))
    return found
