"""Everything that can be wrong with the tables of a study, found in one pass and listed together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from . import cells
from .about import FILE, About
from .errors import Problem, listed, nearest
from .schema import CODER_KINDS, ORIGINS, TABLES, Table, bad_file_name
from .spans import memo_problems, span_problems, turn_problems

Frames = dict[str, pd.DataFrame]

WHERE = {"participants": "participants.csv", "documents": "documents.csv", "codes": "codes.csv", "coders": "codings/"}


def problems(raw: Mapping[str, pd.DataFrame], about: About) -> list[Problem]:
    """List everything that is wrong with a study's tables; an empty list says that they are sound."""
    return typed(raw, about)[1]


def typed(raw: Mapping[str, pd.DataFrame], about: About) -> tuple[Frames, list[Problem]]:
    """
    Turn tables of text into the typed tables of a study, and list everything that is wrong with them.

    Parameters
    ----------
    raw : mapping of str to DataFrame
        Tables by name. Readers add `_file` and `_row`, which place a problem. Absent tables are empty ones.
    about : About
        Declares attributes, coders and the participant flow.

    Returns
    -------
    dict of str to DataFrame, list of Problem
        Ids of other tables are categoricals over the ids of those tables, in their order. Positions are Int64
        (NA: the whole document). Missing attributes are NaN, other missing text is empty.
    """
    found: list[Problem] = []
    frames = {name: cells.columns(raw.get(name), table, found) for name, table in TABLES.items()}
    frames["coders"] = _coders(frames, about, found)
    for name in ("participants", "documents", "codes", "coders"):
        found += _keys(frames[name], TABLES[name])
    _refer(frames, found)
    found += _vocabulary(frames, about)
    found += _cycles(frames["codes"])
    found += span_problems(frames, withheld=about.texts == "withheld")
    found += turn_problems(frames, withheld=about.texts == "withheld")
    found += memo_problems(frames, withheld=about.texts == "withheld")
    frames["participants"] = _attributes(frames["participants"], TABLES["participants"], about, found)
    frames["documents"] = _attributes(frames["documents"], TABLES["documents"], About(), found)
    tidy = {name: _tidy(frame, TABLES[name]) for name, frame in frames.items()}
    tidy["codings"] = _once(tidy["codings"])
    for name in ("assignments", "memos"):
        tidy[name] = tidy[name].drop_duplicates(ignore_index=True)
    return tidy, sorted(dict.fromkeys(found), key=lambda p: (p.file, p.row or 0))


def _coders(frames: Frames, about: About, found: list[Problem]) -> pd.DataFrame:
    """Coders are those with a file of codings, an assignment, or a block in `study.toml`; by id."""
    given = frames["coders"]
    twice = given["coder"].duplicated().to_numpy()
    found += cells.flag(given, "coders", twice, given["coder"], "coder {!r} is there already; ids are unique".format)
    rows: dict[str, dict[str, str]] = {}
    for coder, name, kind in zip(given["coder"], given["name"], given["kind"], strict=True):
        rows.setdefault(coder, {"name": name, "kind": kind})
    for name in ("codings", "assignments"):
        rows |= {coder: {} for coder in map(str, frames[name]["coder"].unique()) if coder and coder not in rows}
    rows |= {coder: {} for coder in about.coders if coder not in rows}
    records = []
    for coder, row in sorted(rows.items()):
        note = about.coders.get(coder)
        kind = row.get("kind") or (note.kind if note else "consensus" if coder == about.consensus else "person")
        name = row.get("name") or (note.name if note else "") or coder
        records.append({"coder": coder, "name": name, "kind": kind})
    made = pd.DataFrame(records, columns=["coder", "name", "kind"], dtype="str")
    return made.assign(coder=made["coder"].astype("category"))


def _keys(frame: pd.DataFrame, table: Table) -> list[Problem]:
    """Each row has an id of its own, and one that can be written down and looked up."""
    key = table.key[0]
    ids = frame[key].astype("str").tolist()
    empty = np.array([not i for i in ids], dtype=bool)
    say = {
        "empty": empty,
        "again": frame[key].duplicated().to_numpy() & ~empty,
        "comment": np.array([i.startswith("#") for i in ids], dtype=bool),
    }
    found = cells.flag(frame, table.name, say["empty"], ids, lambda _: f"{key} is empty")
    found += cells.flag(frame, table.name, say["again"], ids, lambda v: f"{key} {v!r} is there already; ids are unique")
    found += cells.flag(frame, table.name, say["comment"], ids, lambda v: f"{key} {v!r} begins with '#'")
    if table.name in ("documents", "coders"):
        wrong = np.array([bad_file_name(name) and bool(name) for name in ids], dtype=bool)
        text = '{} {!r} cannot be the name of a file: leave out / \\ : * ? " < > | and dots at the ends'.format
        found += cells.flag(frame, table.name, wrong, ids, lambda v: text(key, v))
    # Coders are gathered from many files: their table has no rows that one could look up.
    return [replace(problem, row=None) for problem in found] if table.name == "coders" else found


def _refer(frames: Frames, found: list[Problem]) -> None:
    """Point every reference at the ids that exist, in their order; the empty id comes first where it is allowed."""
    known = {name: [i for i in frames[name][TABLES[name].key[0]].astype("str").unique() if i] for name in WHERE}
    kinds = {
        (name, empty): pd.CategoricalDtype(pd.Index([""] * empty + ids, dtype="str"))
        for name, ids in known.items()
        for empty in (False, True)
    }
    for table in TABLES.values():
        frame = frames[table.name]
        for spec in table.columns:
            if spec.refers:
                kind = kinds[spec.refers, spec.optional_reference]
                frame[spec.name] = cells.references(frame, table, spec, kind, WHERE[spec.refers], found)
            elif spec.kind == "id":
                frame[spec.name] = frame[spec.name].astype("str")


def _vocabulary(frames: Frames, about: About) -> list[Problem]:
    """Words from a fixed list, and ids named in `study.toml`."""
    codes, coders = frames["codes"], frames["coders"]
    wrong = ~codes["origin"].isin(ORIGINS).to_numpy()
    options = listed(o for o in ORIGINS if o)
    found = cells.flag(codes, "codes", wrong, codes["origin"], lambda v: f"origin {v!r} is not one of {options}")
    wrong = ~codes["colour"].str.match(r"^(#[0-9a-fA-F]{6})?$").to_numpy(dtype=bool)
    found += cells.flag(codes, "codes", wrong, codes["colour"], lambda v: f"colour {v!r} is not like #1b9e77")
    wrong = ~coders["kind"].isin(CODER_KINDS).to_numpy()
    found += cells.flag(coders, "coders", wrong, coders["kind"], lambda v: f"kind {v!r} is not one of {CODER_KINDS}")
    known = list(coders["coder"])
    if about.consensus and about.consensus not in known:
        text = f"consensus {about.consensus!r} has no codings/{about.consensus}.csv; coders are {listed(known)}"
        found.append(Problem(FILE, f"{text}.{nearest(about.consensus, known)}"))
    labels = {"Participant": "participant"}
    for name in [c for c in frames["participants"] if c != "participant" and not c.startswith("_")]:
        label = about.attribute(name).label
        if labels.setdefault(label, name) != name:
            text = f"columns {labels[label]!r} and {name!r} of participants.csv are both called {label!r}"
            found.append(Problem(FILE, f"{text} in tables; give one another label under [attributes.{name}]"))
    for name, attribute in about.attributes.items():
        for column in (name, *filter(None, [attribute.within])):
            if column not in frames["participants"]:
                have = [c for c in frames["participants"] if not c.startswith("_")]
                text = f"attributes.{name}: participants.csv has no column {column!r}; it has {listed(have)}"
                found.append(Problem(FILE, f"{text}.{nearest(column, have)}"))
    return found


def _cycles(codes: pd.DataFrame) -> list[Problem]:
    """A code is not its own ancestor."""
    parent = dict(zip(codes["code"].astype("str"), codes["parent"].astype("str"), strict=True))
    found: list[Problem] = []
    told: set[str] = set()
    for position, code in enumerate(parent):
        path = [code]
        while parent.get(path[-1]) and parent[path[-1]] not in path:
            path.append(parent[path[-1]])
        if parent.get(path[-1]) == code and code not in told:
            told.update(path)
            file, row = cells.place(codes, "codes", position)
            found.append(Problem(file, "the tree of codes runs in a circle: " + " > ".join([*path, code]), row))
    return found


def _attributes(frame: pd.DataFrame, table: Table, about: About, found: list[Problem]) -> pd.DataFrame:
    """Type a table's free columns: declared levels, numbers where all are numbers, text otherwise."""
    frame = frame.copy()
    for name in [c for c in frame if c not in table.names and not c.startswith("_")]:
        attribute = about.attribute(name)
        text = cells.text(frame[name]).str.strip()
        values, wrong = cells.numbers(frame[name])
        if attribute.multivalued:
            text = text.str.replace(r"\s*(;\s*)+", "; ", regex=True).str.strip("; ")
        if attribute.levels:
            found += _levels(frame, table, name, text, attribute.levels, attribute.multivalued, attribute.none)
        if attribute.number or attribute.within:
            said = name + " '" + text + "'"
            found += cells.flag(frame, table.name, wrong, said, "{} is not a number".format)
        missing = text.where(text != "").astype("str")
        padded = text.str.match(r"^0\d").any()
        numeric = values.notna().any() and not wrong.any() and not padded
        if attribute.levels and not attribute.multivalued:
            options = dict.fromkeys([*attribute.levels, *filter(None, [attribute.none])])
            frame[name] = pd.Categorical(missing.where(missing.isin(options)), list(options), ordered=attribute.ordered)
        elif attribute.number or attribute.within or (numeric and not attribute.multivalued):
            frame[name] = values
        else:
            frame[name] = missing
    return frame


def _levels(
    frame: pd.DataFrame,
    table: Table,
    name: str,
    text: pd.Series,
    levels: tuple[str, ...],
    multivalued: bool,
    none: str,
) -> list[Problem]:
    allowed = {"", *levels, *([none] if none else [])}
    parts = text.str.split("; ") if multivalued else text.apply(lambda value: [value])
    odd = [next((p for p in cell if p not in allowed), "") for cell in parts]
    options = listed(levels)
    return cells.flag(
        frame,
        table.name,
        np.array([bool(value) for value in odd], dtype=bool),
        odd,
        lambda v: f"{name} {v!r} is not one of its levels {options}.{nearest(v, levels)}",
    )


def _tidy(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    kept = [c for c in frame if not c.startswith("_")]
    return frame if len(kept) == len(frame.columns) else frame[kept]


def _once(codings: pd.DataFrame) -> pd.DataFrame:
    """A coding counts once however often it was written; memos that differ are kept, one below the other."""
    key = ["coder", "document", "start", "end", "code"]
    whole = codings["start"].isna()
    if not whole.any() and not codings.duplicated(key).any():
        return codings  # as nearly always: then no table is taken apart
    parts = []
    # Without positions, it is the words, the place and the extent that tell two pieces of evidence apart.
    for part, told_apart in ((codings[~whole], key), (codings[whole], [*key, "quote", "extent", "locator"])):
        again = part.duplicated(told_apart, keep=False)
        parts.append(part[~again])
        for _, group in part[again].groupby(told_apart, sort=False, dropna=False, observed=True):
            memos = [memo for memo in dict.fromkeys(group["memo"]) if memo]
            parts.append(group.head(1).assign(memo="\n".join(memos)))
    return pd.concat(parts).sort_index().reset_index(drop=True)
