"""Which rows of several studies are one thing: the same code, document, person."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

import pandas as pd

from ..cells import text, written
from ..errors import Problem, nearest
from ..schema import TABLES
from ..study import Study
from .merge_aliases import Aliases

Item = tuple[int, str]  # the position of a study, and an id in it
Rows = Mapping[Item, Mapping[str, str]]


class Groups:
    """
    Things of several studies, put together step by step.

    However the studies are ordered, the same things come together: a step looks at all of them at once, and where it
    would make one thing of two that a single study tells apart, it joins none of those concerned.

    Examples
    --------
    >>> groups = Groups([(0, "a"), (0, "b"), (1, "a"), (1, "c")])
    >>> groups.unite([((0, "a"), "a"), ((1, "a"), "a")])
    []
    >>> groups.unite([((0, "a"), 1), ((1, "a"), 1), ((1, "c"), 1)])
    [[(0, 'a'), (1, 'a'), (1, 'c')]]
    >>> groups.lists()
    [[(0, 'a'), (1, 'a')], [(0, 'b')], [(1, 'c')]]
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self.of = {item: number for number, item in enumerate(items)}

    def lists(self) -> list[list[Item]]:
        """Return the groups in the order of their first members."""
        found: dict[int, list[Item]] = {}
        for item, group in self.of.items():
            found.setdefault(group, []).append(item)
        return list(found.values())

    def unite(self, keys: Iterable[tuple[Item, Hashable]], *, decided: bool = False) -> list[list[Item]]:
        """Join the groups that share a key; return those that a study keeps apart, unless it is decided."""
        members = {self.of[group[0]]: group for group in self.lists()}
        refused = []
        for parts in self._linked(keys):
            joined = [item for part in parts for item in members[part]]
            studies = sum(len({study for study, _ in members[part]}) for part in parts)
            if not decided and studies > len({study for study, _ in joined}):
                refused.append(joined)
                continue
            for item in joined:
                self.of[item] = parts[0]
        return refused

    def _linked(self, keys: Iterable[tuple[Item, Hashable]]) -> list[list[int]]:
        """Return the sets of groups that keys hold together, directly or through others."""
        above: dict[int, int] = {}

        def top(group: int) -> int:
            while above.setdefault(group, group) != group:
                above[group] = above[above[group]]
                group = above[group]
            return group

        first: dict[Hashable, int] = {}
        for item, key in keys:
            one, other = sorted((top(first.setdefault(key, self.of[item])), top(self.of[item])))
            above[other] = one
        found: dict[int, list[int]] = {}
        for group in sorted(above):
            found.setdefault(top(group), []).append(group)
        return [parts for parts in found.values() if len(parts) > 1]


@dataclass
class Sources:
    """
    The studies to be merged, and what is to be told of it.

    Attributes
    ----------
    studies, labels : list
        The studies, and what each is called in messages.
    aliases : Aliases
        What people have decided.
    notes : list of str
        Sentences for `About.imported`.
    problems : list of Problem
        What stands in the way; all of it is told at once.
    """

    studies: Sequence[Study]
    labels: Sequence[str]
    aliases: Aliases
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def note(self, sentence: str) -> None:
        """Note what was done."""
        self.notes.append(sentence)

    def problem(self, what: str) -> None:
        """Note what stands in the way."""
        self.problems.append(Problem("merge", what))

    def rows(self, table: str) -> dict[Item, dict[str, str]]:
        """Return a table's rows of all studies, cells as text: unknown is empty."""
        key = TABLES[table].key[0]
        found: dict[Item, dict[str, str]] = {}
        for n, study in enumerate(self.studies):
            frame = plain(getattr(study, table))
            found |= {(n, row[key]): row for row in frame.to_dict("records")}
        return found

    def decide(self, table: str, groups: Groups, names: Mapping[Item, tuple[str, ...]]) -> set[Item]:
        """Join what an alias says is one; return those whose name does not count."""
        followers: set[Item] = set()
        for word, target in getattr(self.aliases, table).items():
            these, those = self._called(table, word, names), self._called(table, target, names)
            if these and those:
                groups.unite([(item, 0) for item in (*those, *these)], decided=True)
                followers |= set(these) - set(those)
                self.note(f"Decided by alias: the {TABLES[table].key[0]} {word!r} is {target!r}.")
        return followers

    def _called(self, table: str, word: str, names: Mapping[Item, tuple[str, ...]]) -> list[Item]:
        """Return what a word names in each study: by id, else by path, else by name, which has to be one's alone."""
        what, found = TABLES[table].key[0], list[Item]()
        for n, label in enumerate(self.labels):
            own = {item: called for item, called in names.items() if item[0] == n}
            for rank in range(max(map(len, own.values()), default=0)):
                hits = [item for item, called in own.items() if called[rank] == word]
                if len(hits) > 1:
                    self.problem(f"the alias {word!r} names {len(hits)} {table} of {label}; write the id instead")
                if hits:
                    found += hits
                    break
        if not found:
            known = dict.fromkeys(name for called in names.values() for name in called)
            self.problem(f"the alias {word!r} names no {what} of these studies.{nearest(word, known)}")
        return found

    def undecided(
        self, table: str, groups: Iterable[list[Item]], names: Mapping[Item, str], but: Set[Item] = frozenset()
    ) -> None:
        """List what looks alike and is kept apart because nobody has decided; leave out `but`, among themselves."""
        for items in alike(groups, names):
            if not but >= set(items):
                self.decision(table, items, names, "differ only in case, accents, blanks and marks")

    def decision(self, table: str, items: Sequence[Item], ids: Mapping[Item, str], say: str) -> None:
        """Note that things look alike and are kept apart, and how to make them one."""
        *shown, last = [self.called(ids, item) for item in items]
        alias = f"[{table}] {toml(ids[items[-1]])} = {toml(ids[items[0]])}"
        self.note(
            f"To decide: the {table} {', '.join(shown)} and {last} {say} and are kept apart. "
            f"Where they are one, say so in a table of aliases: {alias}"
        )

    def called(self, names: Mapping[Item, str], item: Item) -> str:
        """Return a thing's name with the study that it is from."""
        return f"{names[item]!r} ({self.labels[item[0]]})"


def strangers(one: list[Item], other: list[Item]) -> bool:
    """Tell whether no study has both; what one study has side by side, somebody has told apart."""
    return one is not other and not {study for study, _ in one} & {study for study, _ in other}


def alike(groups: Iterable[list[Item]], names: Mapping[Item, str]) -> list[tuple[Item, ...]]:
    """Return the things with names of one fold that no study tells apart: the first member of each."""
    folds: dict[str, list[list[Item]]] = {}
    for group in groups:
        for fold in dict.fromkeys(folded(names[item]) for item in group):
            folds.setdefault(fold, []).append(group)
    found = (
        tuple(group[0] for group in candidates if any(strangers(group, other) for other in candidates))
        for candidates in folds.values()
    )
    return list(dict.fromkeys(items for items in found if len(items) > 1))


def lead(group: list[Item], followers: set[Item]) -> list[Item]:
    """Return a group with those first whose name counts."""
    return sorted(group, key=lambda item: item in followers)


def named(groups: Iterable[list[Item]], followers: set[Item]) -> dict[Item, str]:
    """Return the merged id of every item: that of the first in its group; a number tells equal ones apart."""
    taken: set[str] = set()
    ids: dict[Item, str] = {}
    for group in groups:
        wanted = found = lead(group, followers)[0][1]
        number = 1
        while found in taken:
            number += 1
            found = f"{wanted}-{number}"
        taken.add(found)
        ids |= dict.fromkeys(group, found)
    return ids


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with every cell as text: numbers as short as they can be, unknown empty."""
    numeric = {name: pd.api.types.is_numeric_dtype(frame[name]) for name in frame}
    cells = {
        name: frame[name].map(lambda v: "" if pd.isna(v) else written(float(v))) if number else text(frame[name])
        for name, number in numeric.items()
    }
    return pd.DataFrame(cells, columns=frame.columns, index=frame.index, dtype="str")


def folded(name: str) -> str:
    """
    Return a name without what two people write differently: case, accents, blanks, marks.

    >>> [folded(name) for name in ("Être  aidé", "etre-AIDE", "💛")]
    ['etreaide', 'etreaide', '💛']
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    return re.sub(r"[\W_]+", "", bare) or name.strip().casefold()


def toml(name: str) -> str:
    r"""
    Return a name as TOML writes it.

    >>> print(toml('a "b"'))
    "a \"b\""
    """
    return json.dumps(name, ensure_ascii=False)  # every escape of JSON is one of TOML
