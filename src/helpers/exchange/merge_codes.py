"""The codebooks of several studies as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from ..codebook import tree
from ..schema import TABLES
from .merge_groups import Groups, Item, Rows, Sources, lead, named
from .merge_people import Ids

KEPT = ("definition", "include", "exclude", "origin")  # what differs in these is told


def merged_codes(sources: Sources) -> tuple[pd.DataFrame, Ids]:
    """
    Unite the codebooks: codes of the same path are one, then codes of the same id.

    A path goes before an id, since a tool that has no ids of its own makes them from the names. Codes that a study
    tells apart stay apart, whatever they are called in others, unless an alias makes them one.

    Parameters
    ----------
    sources : Sources
        The studies; takes notes on what differs.

    Returns
    -------
    DataFrame, mapping of item to str
        The merged codebook, and each study's codes in it.
    """
    rows = sources.rows("codes")
    paths = {
        (n, str(code)): str(path)
        for n, study in enumerate(sources.studies)
        for code, path in tree(study)[["code", "path"]].itertuples(index=False)
    }
    groups = Groups(rows)
    names = {item: (item[1], paths[item], row["name"]) for item, row in rows.items()}
    followers = sources.decide("codes", groups, names)
    groups.unite(paths.items())
    groups.unite((item, item[1]) for item in rows)
    _below(groups, rows)
    ids = named(groups.lists(), followers)
    done = [lead(group, followers) for group in groups.lists()]
    records = [_record(sources, group, rows, ids) for group in done]
    _told(sources, done, paths, ids)
    often = Counter(path for group in done for path in {paths[item] for item in group})
    shown = {item: item[1] if often[path] > 1 else path for item, path in paths.items()}
    plain = {item: row["name"] for item, row in rows.items()}
    sources.undecided("codes", done, plain, shown, "differ only in case, accents, blanks, marks or path")
    return pd.DataFrame(records, columns=TABLES["codes"].names, dtype="str"), ids


def _below(groups: Groups, rows: Rows) -> None:
    """Join codes of one name under codes that are one; that may make those below them one in turn."""
    before = 0
    while before != len(set(groups.of.values())):
        before = len(set(groups.of.values()))
        groups.unite(
            (item, (groups.of[item[0], row["parent"]] if row["parent"] else None, row["name"]))
            for item, row in rows.items()
        )


def _record(sources: Sources, group: Sequence[Item], rows: Rows, ids: Ids) -> dict[str, str]:
    """Unite the rows of one code: what the first says counts, and what others say differently is told."""
    first = group[0]
    record = {"code": ids[first], "name": rows[first]["name"], "parent": _parent(first, rows, ids)}
    for column in [name for name in TABLES["codes"].names if name not in record]:
        known = {rows[item][column]: item for item in reversed(group) if rows[item][column]}
        (text, (n, _)), *others = [*reversed(known.items())] or [("", (0, ""))]
        record[column] = text
        for other, (m, _) in others if column in KEPT else ():
            of = f"the {column} of {ids[first]!r} in {sources.labels[n]} is kept"
            sources.note(f"Codes differ: {of}; {sources.labels[m]} says: “{other}”")
    return record


def _parent(item: Item, rows: Rows, ids: Ids) -> str:
    """Return the merged code above; a code that an alias has put into the one above it goes up with that one."""
    above = rows[item]["parent"]
    while above and ids[item[0], above] == ids[item]:
        above = rows[item[0], above]["parent"]
    return ids[item[0], above] if above else ""


def _told(sources: Sources, groups: Sequence[Sequence[Item]], paths: Mapping[Item, str], ids: Ids) -> None:
    """Note the codes that are one under two paths, and those that have one id and are two."""
    for group in groups:
        seen = {paths[group[0]]}
        for item in group[1:]:
            if paths[item] not in seen:
                seen.add(paths[item])
                kept, other = sources.called(paths, group[0]), sources.called(paths, item)
                sources.note(f"The code {ids[item]!r} is {kept} and {other}: the first counts.")
    for item, code in ids.items():
        if code != item[1] and code.startswith(f"{item[1]}-") and item[1] in ids.values():
            which = sources.called(paths, item)
            sources.note(f"The code {item[1]!r} that is {which} is called {code!r} here: {item[1]!r} is another code.")
