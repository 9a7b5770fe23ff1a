"""What is compared: which coders, on which documents that they were asked for, in which unit, on which codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Literal, get_args

import numpy as np
import pandas as pd

from ..codebook import rolled_up, tree
from ..errors import StudyError, listed, nearest
from ..study import Study
from .positions import Unit, in_units
from .sweep import Spans

CodeLevel = Literal["code", "theme", "all"]


@dataclass(frozen=True)
class Compared:
    """
    Coders' spans made ready to be compared.

    Attributes
    ----------
    spans : Spans
        In units; document and code are positions in the study's tables, coder a position in `coders`.
    coders : tuple of str
        Who is compared.
    codes : DataFrame
        What is compared, in reading order: code, name, level, and `position` in the study's codes.
    unit : str
        The unit as it is printed.
    assumed : bool
        Who was asked to code what is taken from the codings.
    notes : tuple of str
        What was left out.
    """

    spans: Spans
    coders: tuple[str, ...]
    codes: pd.DataFrame
    unit: str
    assumed: bool
    notes: tuple[str, ...]


def compared(
    study: Study,
    *,
    unit: Unit,
    coders: Iterable[str] | None = None,
    documents: Iterable[str] | None = None,
    level: CodeLevel = "code",
    size: int = 500,
) -> Compared:
    """
    Choose what is compared, as `helpers.agreement.per_code` describes.

    Raises
    ------
    StudyError
        When there are fewer than two coders, no document that two of them were asked to code, or no text to count
        characters in; or when an id, unit or level is unknown.
    """
    one_of(unit, get_args(Unit), "unit")
    one_of(level, get_args(CodeLevel), "level")
    if study.codes.empty or not isinstance(size, Integral) or size < 1:
        window = f"a window of {size} characters cannot be; size is a whole number from 1 on"
        raise StudyError("there are no codes to compare" if study.codes.empty else window)
    chosen = chosen_coders(study, coders)
    asked, assumed = asked_of(study, chosen)
    notes = [] if assumed else _left_out(study, chosen, asked)
    if documents is not None:
        asked &= pd.Index(study.documents["document"]).isin(chosen_ids(documents, study.documents["document"]))[:, None]
    notes += _without_text(study, asked, unit)
    _overlap(study, chosen, asked, unit)
    spans = spans_of(study, [[coder] for coder in chosen], asked, unit, level, size)
    notes += _outside_turns(study, spans, level) if unit == "turn" else []
    printed = f"window of {size} characters" if unit == "window" else unit
    return Compared(spans, tuple(chosen), _codes(study, spans, level), printed, assumed, tuple(notes))


def obstacle(study: Study, coders: Iterable[str] | None = None, unit: Unit = "document") -> str:
    """Say why agreement cannot be measured in this study, or not in this unit; empty when it can."""
    try:
        compared(study, unit=unit, coders=coders)
    except StudyError as error:
        return str(error)
    return ""


def chosen_coders(study: Study, coders: Iterable[str] | None) -> list[str]:
    """Return the coders to compare: those named, or all but a consensus, which the others are the makers of."""
    known = list(study.coders["coder"])
    if coders is None:
        agreed = (study.coders["kind"] == "consensus") | (study.coders["coder"] == study.about.consensus)
        chosen = list(study.coders.loc[~agreed, "coder"])
    else:
        chosen = chosen_ids(coders, study.coders["coder"])
    if len(chosen) < 2 and coders is not None:
        raise StudyError(f"agreement needs two coders; given is {listed(chosen)}, and {study.name} has {listed(known)}")
    if len(chosen) < 2:
        those = listed(chosen) if chosen else "" if known else "nobody"
        agreed = "the consensus" if len(known) > len(chosen) else ""
        own = " and of ".join(part for part in (those, agreed) if part)
        raise StudyError(f"agreement needs the codings of two coders; {study.name} has those of {own}")
    return chosen


def asked_of(study: Study, coders: Sequence[str]) -> tuple[np.ndarray, bool]:
    """
    Return who was asked to code what: (D, R) bool, and whether that is assumed from the codings.

    Without assignments, a coder was asked for the documents that hold a coding of theirs.
    """
    assumed = study.assignments.empty
    pairs = study.codings if assumed else study.assignments
    first = 1 if assumed else 0  # a coding may have no document, an assignment not
    document = pairs["document"].cat.codes.to_numpy().astype(np.int64) - first
    everyone = len(study.coders)
    cell = document * everyone + pairs["coder"].cat.codes.to_numpy()
    shape = (len(study.documents), everyone)
    asked = (np.bincount(cell[document >= 0], minlength=shape[0] * shape[1]) > 0).reshape(shape)
    return asked[:, pd.Index(study.coders["coder"]).get_indexer(list(coders))], assumed


def spans_of(
    study: Study,
    groups: Sequence[Sequence[str]],
    asked: np.ndarray,
    unit: Unit,
    level: CodeLevel = "code",
    size: int = 500,
) -> Spans:
    """
    Return the spans of coders, or of groups of coders taken as one.

    Parameters
    ----------
    study : Study
        The study.
    groups : sequence of sequence of str
        The coders of each of R groups.
    asked : ndarray of bool, shape (D, R)
        Who was asked to code what; other codings are left out.
    unit, level, size
        As for `helpers.agreement.per_code`.
    """
    codings = study.codings
    document, coder = _whose(study, groups)
    kept = (coder >= 0) & (document >= 0)
    kept[kept] = asked[document[kept], coder[kept]]
    rows = slice(None) if kept.all() else kept  # a million rows are not copied for nothing
    code = codings["code"].cat.codes.to_numpy()[rows].astype(np.int64)
    document, coder = document[rows], coder[rows]
    start, end = (codings[c].to_numpy(dtype=np.int64, na_value=-1)[rows] for c in ("start", "end"))
    start, end, sizes = in_units(study, unit, document, start, end, size)
    spans = Spans(code, document, coder, start, end, sizes, asked, len(study.codes))
    if level != "code":
        row, above = rolled_up(study, code)
        if level == "theme":
            top = (study.codes["parent"] == "").to_numpy()[above]
            row, above = row[top], above[top]
        spans = Spans(above, document[row], coder[row], start[row], end[row], sizes, asked, len(study.codes))
    return spans


def _whose(study: Study, groups: Sequence[Sequence[str]]) -> tuple[np.ndarray, np.ndarray]:
    """Return each coding's document and the group that its coder is in, as positions; -1 for none."""
    place = np.full(len(study.coders) + 1, -1)
    for group, members in enumerate(groups):
        place[pd.Index(study.coders["coder"]).get_indexer(list(members))] = group
    document = study.codings["document"].cat.codes.to_numpy().astype(np.int64) - 1
    return document, place[study.codings["coder"].cat.codes.to_numpy()]


def _left_out(study: Study, coders: Sequence[str], asked: np.ndarray) -> list[str]:
    """Say how many codings stand in documents that their coder was not asked for."""
    document, coder = _whose(study, [[coder] for coder in coders])
    ours = (coder >= 0) & (document >= 0)
    stray = int((~asked[document[ours], coder[ours]]).sum())
    codings = "1 coding" if stray == 1 else f"{stray} codings"
    return [f"{codings} in documents that their coder was not asked to code left out"] if stray else []


def _without_text(study: Study, asked: np.ndarray, unit: Unit) -> list[str]:
    """Say what becomes of documents without a text, where the unit is a part of a text."""
    without = (study.documents["text"] == "").to_numpy() & (asked.sum(axis=1) > 1)
    if unit == "turn":
        without &= ~study.documents["document"].isin(study.turns["document"].astype("str")).to_numpy()
    count = int(without.sum())
    if not count or unit == "document":
        return []
    documents = f"{count} {'document' if count == 1 else 'documents'} without a text"
    if unit in ("character", "turn"):
        return [f"{documents} left out"]
    return [f"{documents} taken as one {unit}" + (" each" if count > 1 else "")]


def _outside_turns(study: Study, spans: Spans, level: CodeLevel) -> list[str]:
    """Say how many codings touch no turn and so are in no unit."""
    # Rolled up, a coding stands once at each code above it, but only once at the top.
    once = level == "code" or (study.codes["parent"] == "").to_numpy()[spans.code]
    outside = int(((spans.start == spans.end) & once).sum())
    return [f"{outside} {'coding' if outside == 1 else 'codings'} outside every turn left out"] if outside else []


def _codes(study: Study, spans: Spans, level: CodeLevel) -> pd.DataFrame:
    table = tree(study)[["code", "name", "level"]]
    table["position"] = pd.Index(study.codes["code"]).get_indexer(table["code"])
    if level == "theme":
        table = table[table["level"] == 0]
    if level == "code":
        # A heading that nobody gave to a passage is not a code that nobody found.
        used = np.bincount(spans.code, minlength=spans.codes)[table["position"]] > 0
        table = table[used | ~table["code"].isin(study.codes["parent"])]
    return table.reset_index(drop=True)


def _overlap(study: Study, coders: Sequence[str], asked: np.ndarray, unit: Unit) -> None:
    """Refuse where no document is doubly coded; where the unit is a character, leave out those without a text."""
    if not (asked.sum(axis=1) > 1).any():
        ids = study.documents["document"].to_numpy()
        parts = [f"{coder} has {listed(ids[asked[:, n]], 4)}" for n, coder in enumerate(coders)]
        raise StudyError("no document was coded by two of the coders: " + "; ".join(parts))
    if unit == "character":
        asked[(study.documents["text"] == "").to_numpy()] = False
        if not (asked.sum(axis=1) > 1).any():
            which = "texts of documents that two coders coded" if study.has_texts else "texts"
            raise StudyError(f"there are no {which}, so characters cannot be the unit; unit 'document' can")


def chosen_ids(given: str | Iterable[str], ids: pd.Series) -> list[str]:
    """Return one id or several as a list, each once; refuse those that the study does not have."""
    given, known = list(dict.fromkeys([given] if isinstance(given, str) else given)), list(ids)
    for wrong in [i for i in given if i not in set(known)]:
        raise StudyError(f"no {ids.name} {wrong!r} in this study; it has {listed(known)}.{nearest(str(wrong), known)}")
    return given


def one_of(word: str, options: Sequence[str], what: str) -> None:
    """Refuse a word that is not among the options."""
    if word not in options:
        raise StudyError(f"there is no {what} {word!r}; {what}s are {listed(options)}.{nearest(str(word), options)}")
