"""The codebooks of several studies as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from ..codebook import tree
from ..errors import listed
from ..schema import TABLES
from .merge_groups import Groups, Item, Rows, Sources, alike, lead, named, strangers
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
    _told(sources, done, rows, paths, ids)
    _undecided(sources, done, rows, paths)
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
        record[column] = _all(rows[item][column] for item in group) if column == "sets" else text
        for other, (m, _) in others if column in KEPT else ():
            of = f"the {column} of {ids[first]!r} in {sources.labels[n]} is kept"
            sources.note(f"Codes differ: {of}; {sources.labels[m]} says: “{other}”")
    return record


def _all(cells: Iterable[str]) -> str:
    """Return every set that any of the studies puts a code in."""
    return "; ".join(dict.fromkeys(part for cell in cells for part in cell.split("; ") if part))


def _parent(item: Item, rows: Rows, ids: Ids) -> str:
    """Return the merged code above; a code that an alias has put into the one above it goes up with that one."""
    above = rows[item]["parent"]
    while above and ids[item[0], above] == ids[item]:
        above = rows[item[0], above]["parent"]
    return ids[item[0], above] if above else ""


def _told(sources: Sources, groups: Sequence[Sequence[Item]], rows: Rows, paths: Mapping[Item, str], ids: Ids) -> None:
    """Note the codes that are one with two names or in two places, and those that have one id and are two."""
    places = {item: (row["name"], ids[item[0], row["parent"]] if row["parent"] else "") for item, row in rows.items()}
    for group in groups:
        seen = {places[group[0]]}
        for item in group[1:]:
            if places[item] not in seen:
                seen.add(places[item])
                kept, other = sources.called(paths, group[0]), sources.called(paths, item)
                sources.note(f"The code {ids[item]!r} is {kept} and {other}: the first counts.")
    for item, code in ids.items():
        if code != item[1] and code.startswith(f"{item[1]}-") and item[1] in ids.values():
            which = sources.called(paths, item)
            sources.note(f"The code {item[1]!r} that is {which} is called {code!r} here: {item[1]!r} is another code.")


def _undecided(sources: Sources, groups: Sequence[list[Item]], rows: Rows, paths: Mapping[Item, str]) -> None:
    """List the codes that look alike and are kept apart; where it is those above them that differ, list these."""
    often = Counter(path for group in groups for path in {paths[item] for item in group})
    ids = {item: item[1] if often[path] > 1 else path for item, path in paths.items()}
    of = {item: group for group in groups for item in group}
    themes: dict[tuple[Item, ...], list[tuple[Item, ...]]] = {}
    for items in alike(groups, {item: row["name"] for item, row in rows.items()}):
        themes.setdefault(_apart(items, of, rows), []).append(items)
    for theme, found in themes.items():
        below = [items for items in found if items != theme]
        say = ["differ only in case, accents, blanks, marks or path"] if theme in found or len(below) == 1 else []
        if theme in found or len(below) > 1:
            names = listed(rows[items[0]]["name"] for items in below)
            say += [f"have codes of the same names below them, {names},"] if below else []
            sources.decision("codes", theme, ids, " and ".join(say))
        else:
            sources.decision("codes", below[0], ids, say[0])


def _apart(items: tuple[Item, ...], of: Mapping[Item, list[Item]], rows: Rows) -> tuple[Item, ...]:
    """Go up from two codes of one name to the two above them that an alias has to join to make these one as well."""
    above = tuple((n, rows[n, code]["parent"]) for n, code in items)
    one_name = len({rows[item]["name"] for item in items}) == 1
    if len(items) > 2 or not one_name or not all(parent for _, parent in above):
        return items
    return _apart(above, of, rows) if strangers(of[above[0]], of[above[1]]) else items
