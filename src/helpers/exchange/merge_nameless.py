"""Coders whom nobody has named: two of them are not one person because a program calls both by one word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import pandas as pd

from ..errors import listed
from ..study import Study
from .merge_aliases import Aliases
from .merge_groups import toml
from .refi_ids import file_id, free

# Ours for a file that says nothing, and what Taguette, RQDA and QualCoder call everybody who has not said a name.
NAMELESS = ("unknown", "admin", "rqda", "default")
Passage = tuple[object, ...]


def told_apart(studies: Sequence[Study], labels: Sequence[str], aliases: Aliases) -> tuple[list[Study], list[str]]:
    """
    Return the studies with a coder whom nobody has named called by each study's name, and what to say about it.

    Only where two studies code a document of theirs differently, each with something that the other has not: parts of
    one person's work, or an earlier state of it, stay that person's. What an alias speaks of is left alone.
    """
    found, told = list(studies), list[str]()
    decided = {*aliases.coders, *aliases.coders.values()}
    for coder in NAMELESS:
        having = [n for n, study in enumerate(found) if coder in set(study.coders["coder"])]
        if coder in decided or not any(_differ(found[a], found[b], coder) for a, b in combinations(having, 2)):
            continue
        taken = {name.casefold(): 1 for study in found for name in study.coders["coder"]}
        names = {n: free(file_id(labels[n], "coder"), taken) for n in having}
        for n, name in names.items():
            found[n] = _called(found[n], coder, name)
        one, other = list(names.values())[:2]
        told.append(
            f"Inferred: {coder!r} is not one coder in {listed(labels[n] for n in having)}, for the same documents are "
            f"coded differently there; they are called {listed(names.values())}. Where two are one, say so in a table "
            f"of aliases: [coders] {toml(other)} = {toml(one)}"
        )
    return found, told


def _differ(one: Study, other: Study, coder: str) -> bool:
    mine, theirs = _passages(one, coder), _passages(other, coder)
    return any(
        mine[document] - theirs[document] and theirs[document] - mine[document] for document in mine.keys() & theirs
    )


def _passages(study: Study, coder: str) -> dict[str, set[Passage]]:
    """Return what a coder coded, by document."""
    found: dict[str, set[Passage]] = {}
    mine = study.codings[study.codings["coder"] == coder]
    for document, code, start, end, quote in zip(
        *(mine[name] for name in ("document", "code", "start", "end", "quote")), strict=True
    ):
        place = (str(quote),) if pd.isna(start) else (int(start), int(end))
        found.setdefault(str(document), set()).add((str(code), *place))
    return found


def _called(study: Study, coder: str, name: str) -> Study:
    """Return a study with another id, and name, for a coder."""
    coders = study.coders.assign(coder=study.coders["coder"].replace(coder, name))
    coders["name"] = coders["name"].where(coders["coder"] != name, name)
    linked = {
        table: frame.assign(coder=frame["coder"].cat.rename_categories({coder: name}))
        for table, frame in (("codings", study.codings), ("assignments", study.assignments))
    }
    about = replace(study.about, consensus=name if study.about.consensus == coder else study.about.consensus)
    about = replace(about, coders={name if key == coder else key: note for key, note in about.coders.items()})
    return replace(study, coders=coders, about=about, **linked)
