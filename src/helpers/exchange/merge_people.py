"""What several studies know of the same participants, documents and coders, put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from ..schema import TABLES
from ..study import Study
from .merge_groups import Groups, Item, Rows, Sources, lead, named, strangers, toml
from .refi_ids import same_person

Ids = Mapping[Item, str]

BOTH = ("memo",)  # columns in which two people write different things of one document, and both are kept
FIRST = ("name",)  # what a tool calls a document; the first is as good as any


def together(sources: Sources, table: str, groups: Sequence[Sequence[Item]], rows: Rows, ids: Ids) -> pd.DataFrame:
    """
    Unite the rows of each group; what two studies say differently is a problem.

    Returns
    -------
    DataFrame of str
        One row a group; columns are those of the first study, then those that only others have. A value that one
        study knows and another does not is known.
    """
    key = TABLES[table].key[0]
    columns = list(dict.fromkeys(name for study in sources.studies for name in getattr(study, table)))
    records = []
    for group in groups:
        values = {name: _value(sources, table, name, group, rows) for name in columns if name != key}
        records.append({key: ids[group[0]], **values})
    return pd.DataFrame(records, columns=columns, dtype="str")


def _value(sources: Sources, table: str, name: str, group: Sequence[Item], rows: Rows) -> str:
    known = [(item, rows[item][name]) for item in group if rows[item].get(name)]
    if not known:
        return ""
    several = table == "participants" and any(s.about.attribute(name).multivalued for s in sources.studies)
    distinct = {tuple(sorted(value.split("; "))) if several else value: (item, value) for item, value in known[::-1]}
    if len(distinct) > 1 and name in BOTH:
        return "\n".join(dict.fromkeys(line for _, value in known for line in value.split("\n")))
    if len(distinct) > 1 and name not in FIRST:
        said = " and ".join(f"{value!r} in {sources.labels[n]}" for (n, _), value in [*distinct.values()][::-1])
        values = [value for _, value in distinct.values()]
        alias = f", or say in a table of aliases: [participants] {toml(values[0])} = {toml(values[-1])}"
        hint = alias if name == "participant" else ""
        sources.problem(f"{name} of {TABLES[table].key[0]} {group[0][1]!r} is {said}; mend the wrong one{hint}")
    return known[0][1]


def merged_participants(sources: Sources) -> tuple[pd.DataFrame, Ids]:
    """Unite the participants by their ids and aliases, and what is known of them."""
    rows = sources.rows("participants")
    groups = Groups(rows)
    followers = sources.decide("participants", groups, {item: (item[1],) for item in rows})
    groups.unite((item, item[1]) for item in rows)
    ids = named(groups.lists(), followers)
    table = together(sources, "participants", [lead(group, followers) for group in groups.lists()], rows, ids)
    # Who only stands in for a document goes where the document goes; what is left to decide is said of that.
    stand = {(n, name) for n, study in enumerate(sources.studies) for name in stand_ins(study)}
    sources.undecided("participants", groups.lists(), {item: item[1] for item in rows}, but=stand)
    _types(sources, table)
    return table, ids


def stand_ins(study: Study) -> set[str]:
    """
    Return the participants of whom nothing is known but a document that is called like them.

    A tool that knows no cases leaves it at that: each document is somebody.
    """
    own = study.documents.loc[study.documents["document"] == study.documents["participant"].astype("str"), "document"]
    heard = study.documents["participant"].value_counts()
    said = set(study.turns["participant"].astype("str"))
    known = study.participants.set_index("participant")
    empty = known.index[(known.isna() | (known == "")).all(axis=1)]
    return {name for name in own if heard[name] == 1 and name in empty and name not in said}


def _types(sources: Sources, table: pd.DataFrame) -> None:
    """Note a column that one study has numbers in and another words: together, it is no number any more."""
    for name in [column for column in table if column != "participant"]:
        have = [(n, s.participants[name].dropna()) for n, s in enumerate(sources.studies) if name in s.participants]
        numeric = [sources.labels[n] for n, cells in have if len(cells) and pd.api.types.is_numeric_dtype(cells)]
        words = [sources.labels[n] for n, cells in have if len(cells) and not pd.api.types.is_numeric_dtype(cells)]
        if numeric and words:
            both = f"is a number in {numeric[0]} and words in {words[0]}"
            sources.note(f"The attribute {name!r} {both}: it is words here.")


def merged_coders(sources: Sources) -> tuple[pd.DataFrame, Ids]:
    """Unite the coders by their ids and aliases: an id that two studies share is one person."""
    rows = sources.rows("coders")
    groups = Groups(rows)
    followers = sources.decide("coders", groups, {item: (item[1], row["name"]) for item, row in rows.items()})
    groups.unite((item, item[1]) for item in rows)
    ids = named(groups.lists(), followers)
    records = []
    for group in [lead(group, followers) for group in groups.lists()]:
        names = [rows[item]["name"] for item in group if rows[item]["name"] != item[1]]
        kinds = [rows[item]["kind"] for item in group if rows[item]["kind"] != "person"]
        if len(set(kinds)) > 1:
            sources.problem(f"the coder {ids[group[0]]!r} is {' and '.join(dict.fromkeys(kinds))}; mend the wrong one")
        records.append((ids[group[0]], [*names, ids[group[0]]][0], [*kinds, "person"][0]))
    _alike(sources, groups, rows)
    return pd.DataFrame(records, columns=["coder", "name", "kind"], dtype="str"), ids


def _alike(sources: Sources, groups: Groups, rows: Rows) -> None:
    """List the coders of different studies that may be one person."""
    lists = groups.lists()
    for n, one in enumerate(lists):
        for other in lists[n + 1 :]:
            a, b = one[0], other[0]
            alike = any(same_person(x, y) for x in (a[1], rows[a]["name"]) for y in (b[1], rows[b]["name"]))
            if alike and strangers(one, other) and rows[a]["kind"] == rows[b]["kind"]:
                sources.decision("coders", [a, b], {a: a[1], b: b[1]}, "may be one person")
