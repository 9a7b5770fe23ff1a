"""What the merged study's `study.toml` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from ..about import About, Attribute, CoderNote
from .merge_groups import Sources
from .merge_people import Ids

TEXTS = ("title", "citation", "doi", "licence", "question", "saturation")
BLOCKS = ("recruitment", "reported")


def merged_about(sources: Sources, coders: pd.DataFrame, ids: Ids) -> About:
    """
    Return the first study's record, with what only others know; it says of itself what it was made from.

    Parameters
    ----------
    sources : Sources
        The studies; its notes become the import notes.
    coders : DataFrame
        The merged coders.
    ids : mapping of item to str
        Each study's coders among them.
    """
    abouts = [study.about for study in sources.studies]
    first: dict[str, Any] = {name: next(filter(None, (getattr(a, name) for a in abouts)), "") for name in TEXTS}
    first |= {name: next(filter(None, (getattr(a, name) for a in abouts)), ()) for name in BLOCKS}
    kinds = [about.kind for about in abouts]
    if len(set(kinds)) > 1:
        said = ", ".join(f"{kind} ({label})" for kind, label in zip(kinds, sources.labels, strict=True))
        sources.note(f"The studies are of several kinds: {said}.")
    return replace(
        abouts[0],
        **first,
        kind="synthetic" if "synthetic" in kinds else kinds[0],  # what is invented has to stay marked
        texts="withheld" if any(about.texts for about in abouts) else "",
        consensus=_consensus(sources, ids),
        notes=tuple(dict.fromkeys(note for about in abouts for note in about.notes)),
        coders=_coders(sources, coders, ids),
        attributes=_attributes(sources),
        coreq={item: answer for about in reversed(abouts) for item, answer in about.coreq.items()},
    )


def _consensus(sources: Sources, ids: Ids) -> str:
    known = _known(ids)
    named = [study.about.consensus for study in sources.studies]
    found = list(dict.fromkeys(known[coder] for coder in named if coder in known))
    if len(found) > 1:
        sources.note(f"The consensus is {found[0]!r}; other studies say {found[1]!r}, who is a coder like others here.")
    return next(iter(found), "")


def _known(ids: Ids) -> dict[str, str]:
    """Return the merged coder by id; a part of a study still speaks of coders whose codings are in another."""
    return {coder: merged for (_, coder), merged in reversed([*ids.items()])}


def _coders(sources: Sources, coders: pd.DataFrame, ids: Ids) -> Mapping[str, CoderNote]:
    known = _known(ids)
    noted = {known[c]: None for study in sources.studies for c in study.about.coders if c in known}
    rows = coders.set_index("coder")
    said = {coder: rows.loc[coder] for coder in noted}
    return {c: CoderNote("" if row["name"] == c else row["name"], row["kind"]) for c, row in said.items()}


def _attributes(sources: Sources) -> dict[str, Attribute]:
    """Declare every attribute as the first study that declares it; levels of others follow."""
    found: dict[str, Attribute] = {}
    for label, study in zip(sources.labels, sources.studies, strict=True):
        for name, attribute in study.about.attributes.items():
            kept = found.setdefault(name, attribute)
            more = tuple(level for level in attribute.levels if level not in kept.levels)
            if kept.levels and more:
                found[name] = replace(kept, levels=kept.levels + more)
                order = "; look whether their order still means something" if kept.ordered else ""
                sources.note(f"Levels of {name!r} that only {label} knows follow the others: {', '.join(more)}{order}.")
    return found
