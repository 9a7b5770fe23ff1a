"""Who is heard where several cases lie over one another: the lower, the person, the one with the narrower passage."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from itertools import pairwise
from typing import NamedTuple

from .refi_records import Project

WORDS = (
    r"participants?|persons?|people|respondents?|interviewees?|informants?|subjects?|pseudonyms?|patients?|clients?"
    r"|case|teilnehmer(?:in|innen)?|befragte[rn]?|proband(?:in|en)?|person(?:e|a)s?|enqu[eê]t[eé]e?s?|r[eé]pondante?s?"
    r"|entrevistad[oa]s?|participantes?|uczestni(?:k|czka|cy)|respondent(?:ka|ci)?"
)
_PERSONS = re.compile(WORDS, re.IGNORECASE)

Part = tuple[int, int, int]  # start, end and whose passage it is
NOBODY = -1


class Spoken(NamedTuple):
    """Passages none of which lies over another; how many were cut short for that, and how many are nobody's."""

    parts: list[Part]
    cut: int
    shared: int


class Choice:
    """
    Chooses among cases that all hold of the same words.

    Of a case and one that it lies under in the tree of codes the lower one speaks; of a person and a school, a town
    or another thing, as the classifications of their attributes tell, the person.
    """

    def __init__(self, project: Project) -> None:
        self.guids = [case.guid for case in project.cases]
        self.parent = {code.guid: code.parent for code in reversed(project.codes)}  # its first place counts
        classes = {guid: name.rpartition(":")[0].strip() for guid, (name, _) in project.variables.items()}
        self.classes = [{classes.get(guid, "") for guid, _ in case.values} - {""} for case in project.cases]

    def __call__(self, cases: set[int]) -> set[int]:
        """Return the cases that are left; one where it can be told."""
        return self.persons(self.lowest(cases)) if len(cases) > 1 else cases

    def lowest(self, cases: set[int]) -> set[int]:
        """Leave out cases that others of them lie under."""
        above: set[str] = set()
        for number in cases:
            up = self.parent.get(self.guids[number], "")
            while up and up not in above:
                above.add(up)
                up = self.parent.get(up, "")
        return {n for n in cases if self.guids[n] not in above}

    def persons(self, cases: set[int]) -> set[int]:
        """Leave out what is no person, where each case has attributes and so tells what it is."""
        if len(cases) < 2 or not all(self.classes[n] for n in cases):
            return cases
        return {n for n in cases if any(_PERSONS.fullmatch(name) for name in self.classes[n])} or cases


def spoken(parts: Iterable[Part], choice: Callable[[set[int]], set[int]]) -> Spoken:
    """
    Return who speaks where: the narrowest passage counts, and where several cases have the same one, nobody's.

    Two coders mark one speaker's words a little differently, and a group's case lies over those of its people: the
    passages of one case are one where they overlap, and a wider one gives way to a narrower one within it.

    Examples
    --------
    >>> spoken([(0, 40, 0), (2, 44, 0), (10, 20, 1), (50, 60, 0), (50, 60, 1)], lambda cases: cases)
    Spoken(parts=[(0, 10, 0), (10, 20, 1), (20, 44, 0)], cut=1, shared=1)
    """
    whose: dict[tuple[int, int], set[int]] = {}
    for start, end, who in _joined(parts):
        whose.setdefault((start, end), set()).add(who)
    shared, passages = 0, list[Part]()
    for (start, end), cases in sorted(whose.items()):
        left = choice(cases)
        shared += len(left) > 1
        passages.append((start, end, next(iter(left)) if len(left) == 1 else NOBODY))
    found = _narrowest(passages)
    kept: dict[int, int] = {}
    for start, end, number in found:
        kept[number] = kept.get(number, 0) + end - start
    cut = sum(kept.get(n, 0) < end - start for n, (start, end, _) in enumerate(passages))
    turns = [(start, end, passages[n][2]) for start, end, n in found if passages[n][2] != NOBODY]
    return Spoken(turns, cut, shared)


def _joined(parts: Iterable[Part]) -> list[Part]:
    """Return the passages in order, those of one case that overlap as one."""
    found: list[Part] = []
    last: dict[int, int] = {}
    for start, end, who in sorted(set(parts)):
        at = last.get(who)
        if at is not None and start < found[at][1]:
            found[at] = (found[at][0], max(found[at][1], end), who)
        elif start < end:
            last[who] = len(found)
            found.append((start, end, who))
    return found


def _narrowest(passages: list[Part]) -> list[Part]:
    """Return pieces of text with the number of the narrowest passage over each; passages come in order."""
    edges = sorted({edge for start, end, _ in passages for edge in (start, end)})
    open_: list[tuple[int, int]] = []
    found: list[Part] = []
    following = 0
    for here, there in pairwise(edges):
        while following < len(passages) and passages[following][0] == here:
            start, end, _ = passages[following]
            heappush(open_, (end - start, following))
            following += 1
        while open_ and passages[open_[0][1]][1] <= here:
            heappop(open_)
        if not open_:
            continue
        number = open_[0][1]
        if found and found[-1][1:] == (here, number):
            found[-1] = (found[-1][0], there, number)
        else:
            found.append((here, there, number))
    return found
