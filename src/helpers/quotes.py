"""Who said what: quotations with their context and attribution, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from .cells import written
from .characteristics import values
from .codebook import tree
from .errors import StudyError, listed, nearest
from .presence import evidence, people_of
from .study import Study

WHOLE_SAMPLE = "the sample as a whole; nobody named"

COLUMNS = [
    "code", "path", "coder", "document", "participant", "attribution",
    "start", "end", "before", "quote", "after", "memo", "paraphrase", "locator", "extent", "created",
]  # fmt: skip


def quotes(
    study: Study,
    *,
    codes: Iterable[str] | None = None,
    coder: str = "",
    where: Mapping[str, str] | None = None,
    attribution: Sequence[str] = (),
    context: int = 60,
) -> pd.DataFrame:
    """
    Return coded passages with what stands around them and who said them.

    Parameters
    ----------
    study : Study
        The study.
    codes : iterable of str, optional
        Codes or themes (with all below them); all by default.
    coder : str, optional
        Whose codings; see `helpers.presence.evidence`.
    where : mapping of str to str, optional
        Attributes and the value that a participant must have: ``{"gender": "woman"}``.
    attribution : sequence of str
        Attributes to name beside the participant. The fewer the safer: together they may identify a person.
    context : int
        Characters of the text before and after, cut at words.

    Returns
    -------
    DataFrame
        In reading order: by document as the study lists them, then by position. Columns code, path, coder,
        document, participant (empty where several speak, or nobody is named), attribution (names all of them),
        start, end, before, quote, after, memo, paraphrase, locator (where, in what has no text), extent (for how many,
        where nobody is named), created. `paraphrase` is True where there is no text to quote: then `quote` holds the
        coder's own words (the memo), and start and end are NA. Evidence for the sample as a whole comes last and is
        attributed to nobody.

    Raises
    ------
    StudyError
        When a code, coder, attribute or value is not the study's.
    """
    if where:
        study = study.only(participants=_matching(study, where))
    if codes is not None:
        study = study.only(codes=codes)
    return _passages(study, coder, attribution, context)[COLUMNS]


def by_speaker(study: Study, *, coder: str = "") -> pd.DataFrame:
    """
    Return coded passages, each for everybody whose words it holds.

    Parameters
    ----------
    study : Study
        The study.
    coder : str, optional
        Whose codings; see `helpers.presence.evidence`.

    Returns
    -------
    DataFrame
        As `quotes` without context, but a row for each speaker of a passage: participant is never empty. What is
        coded of the sample as a whole, or where nobody is known to speak, is not in it.
    """
    said = _passages(study, coder, (), 0).explode("speakers").dropna(subset="speakers")
    return said.assign(participant=said["speakers"])[COLUMNS].reset_index(drop=True)


def _passages(study: Study, coder: str, attribution: Sequence[str], context: int) -> pd.DataFrame:
    """Return the columns of `quotes` in reading order, and `speakers`: the names of all who are heard."""
    codings = evidence(study, coder).codings
    texts = dict(zip(study.documents["document"], study.documents["text"], strict=True))
    paths = tree(study).set_index("code")["path"]
    said = {name: _attributed(study, name, attribution) for name in study.participants["participant"]}
    rows = []
    plain = codings.astype({"coder": "str", "document": "str", "code": "str"})
    for coding, who in zip(plain.itertuples(), _speakers(study, codings), strict=True):
        passage = _passage(texts.get(coding.document, ""), coding, max(context, 0))
        rows.append(
            {"code": coding.code, "path": paths[coding.code], "coder": coding.coder, "document": coding.document,
             "participant": who[0] if len(who) == 1 else "", "speakers": who,
             "attribution": "; ".join(said[name] for name in who) or coding.document or WHOLE_SAMPLE,
             "start": coding.start, "end": coding.end, "memo": coding.memo, "locator": coding.locator,
             "extent": coding.extent, "created": coding.created, **passage}
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=[*COLUMNS, "speakers"]).astype({"start": "Int64", "end": "Int64"})
    order = {name: n for n, name in enumerate(study.documents["document"])}
    position = table["document"].map(order).fillna(len(order))
    tree_order = {code: n for n, code in enumerate(paths.index)}
    table = table.assign(_document=position, _code=table["code"].map(tree_order))
    table = table.sort_values(["_document", "start", "end", "_code"], kind="stable", na_position="last")
    return table.reset_index(drop=True)


def _speakers(study: Study, codings: pd.DataFrame) -> list[list[str]]:
    """Return the names of those whose words each coding is about."""
    names = study.participants["participant"].to_list()
    speakers: list[list[str]] = [[] for _ in range(len(codings))]
    for row, person in zip(*people_of(study, codings), strict=True):
        speakers[row].append(names[person])
    return speakers


def _passage(text: str, coding: Any, context: int) -> dict[str, object]:
    if pd.isna(coding.start) or not text:
        words = coding.quote or coding.memo
        return {"before": "", "quote": words, "after": "", "paraphrase": not coding.quote}
    start, end = int(coding.start), int(coding.end)
    before, after = text[max(start - context, 0) : start], text[end : end + context]
    # A word that the cut would go through is left out; one that ends there stays.
    if start > context:
        before = "…" + (before if text[start - context - 1].isspace() else re.sub(r"^\S*\s", "", before))
    if end + context < len(text):
        after = (after if text[end + context].isspace() else re.sub(r"\s\S*$", "", after)) + "…"
    return {"before": before, "quote": text[start:end], "after": after, "paraphrase": False}


def _attributed(study: Study, name: str, attribution: Sequence[str]) -> str:
    _check_attributes(study, attribution)
    row = study.participants.set_index("participant").loc[name] if attribution else {}
    shown = [row[a] for a in attribution]
    texts = [written(value) if isinstance(value, float) else str(value) for value in shown if pd.notna(value)]
    return ", ".join([name, *texts])


def _check_attributes(study: Study, names: Iterable[str]) -> None:
    known = [column for column in study.participants if column != "participant"]
    for name in names:
        if name not in known:
            raise StudyError(f"no attribute {name!r}; participants.csv has {listed(known)}.{nearest(name, known)}")


def _matching(study: Study, where: Mapping[str, str]) -> list[str]:
    """Return the participants who have all the wanted values."""
    kept = list(study.participants["participant"])
    for attribute, value in where.items():
        table = values(study, attribute)
        if value not in set(table["value"]):
            known = sorted(set(table["value"]))
            raise StudyError(f"nobody has {attribute} {value!r}; values are {listed(known)}.{nearest(value, known)}")
        has = set(table.loc[table["value"] == value, "participant"])
        kept = [name for name in kept if name in has]
    return kept
