"""A project's codebook as a study's: ids from the path, cases set apart."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from ..errors import StudyError
from ..schema import TABLES
from .notes import Notes, counted, named
from .refi_ids import free, slug
from .refi_records import Code, Project
from .refi_sources import CODES

LONGEST = 1_000  # characters of a code's id
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})")


def codes(
    project: Project,
    without: set[str],
    memo: Callable[[Code], str],
    notes: Notes,
    known: dict[str, str] | None = None,
) -> tuple[pd.DataFrame, dict[str, str]]:
    """
    Return the codebook.

    Parameters
    ----------
    project : Project
        Has the codes, each after the one above it.
    without : set of str
        Guids of codes that stand for cases; what is below one of them moves up.
    memo : function
        What is said of a code.
    notes : Notes
        Takes what was found.
    known : dict, optional
        Ids by guid, where the file is one of ours.

    Returns
    -------
    DataFrame, dict of str to str
        The codes, and their ids by guid.

    Raises
    ------
    StudyError
        When there are more codes than any codebook has.
    """
    if len(project.codes) > CODES:
        raise StudyError(
            f"{len(project.codes):,} codes are more than a codebook can have ({CODES:,}); it was not opened"
        )
    above: dict[str, str] = {}
    for code in project.codes:
        above.setdefault(code.guid, code.parent)  # the first place counts, or a code could be its own ancestor
    ids, paths, rows = dict[str, str](), dict[str, str](), []
    taken: dict[str, int] = {}
    again, twins = [], []
    for code in project.codes:
        if code.guid in without:
            continue
        if code.guid in ids:
            again.append(code.name)
            continue
        parent = code.parent
        while parent in without:
            parent = above.get(parent, "")
        name = code.name
        if known is None:
            name = " ".join(code.name.split()) or f"(code {code.guid[:8]} without a name)"
        path = "/".join(filter(None, (paths.get(parent, ""), slug([name]))))[-LONGEST:].lstrip("/")
        wanted = (known or {}).get(code.guid) or path
        ids[code.guid], paths[code.guid] = free(wanted, taken), path
        if ids[code.guid] != wanted:
            twins.append(name)
        rows.append((ids[code.guid], name, ids.get(parent, ""), memo(code), _colour(code.colour)))
    if twins:
        notes.infer(f"{named('code', twins)} with the path of another code kept apart from it, by a number in its id.")
    if again:
        notes.infer(f"{counted(len(again), 'code')} written twice in the codebook counted once.")
    frame = pd.DataFrame(rows, columns=["code", "name", "parent", "definition", "colour"], dtype="str")
    return frame.reindex(columns=TABLES["codes"].names), ids


def _colour(colour: str) -> str:
    """Return `#rrggbb`, from the short form too, and without its sign; nothing for what is no colour."""
    colour = colour if colour.startswith("#") else f"#{colour}"
    if not _COLOUR.fullmatch(colour):
        return ""
    return colour if len(colour) == 7 else "#" + "".join(2 * c for c in colour[1:])


def empty_shells(project: Project, cases: set[str], coded: set[str]) -> set[str]:
    """Return the codes that do nothing but hold the codes of cases."""
    children: dict[str, list[str]] = {}
    for code in project.codes:
        children.setdefault(code.parent, []).append(code.guid)
    shells: set[str] = set()
    for code in reversed(project.codes):
        below = children.get(code.guid, [])
        if below and code.guid not in coded and all(child in cases or child in shells for child in below):
            shells.add(code.guid)
    return shells - cases
