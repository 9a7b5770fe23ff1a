"""Coded passages as a codeline reads them: united by coder and code, in lanes, document by document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from ..errors import StudyError, listed
from .style import sentences
from .text import clean
from .themes import count

MOST = 3  # coders


@dataclass(frozen=True)
class Lane:
    """A code in a document: the passages of each coder (start and end), and who coded the document as a whole."""

    code: str
    name: str
    passages: list[list[tuple[int, int]]]
    whole: list[bool]


@dataclass(frozen=True)
class Document:
    """A document with its length in characters, and whether that is known, and its lanes."""

    name: str
    length: int
    known: bool
    lanes: list[Lane]


@dataclass(frozen=True)
class Reading:
    """Documents in order, the coders who are shown, and how many codings are of no document."""

    documents: list[Document]
    coders: list[str]
    elsewhere: int


def read(spans: pd.DataFrame, lengths: Mapping[str, int], coders: Sequence[str]) -> Reading:
    """Return the lanes of every document; more than three coders raise StudyError."""
    table = spans.assign(document=spans["document"].astype("str"), coder=spans["coder"].astype("str"))
    shown = [str(coder) for coder in coders] or list(dict.fromkeys(table["coder"]))
    if len(shown) > MOST:
        raise StudyError(f"a codeline shows up to {MOST} coders, not {len(shown)}; choose among {listed(shown)}")
    ordered = isinstance(spans["code"].dtype, pd.CategoricalDtype)
    order = list(spans["code"].cat.categories) if ordered else list(dict.fromkeys(spans["code"]))
    table = table[table["coder"].isin(shown)]
    names = dict(zip(table["code"].astype("str"), table["name"], strict=True))
    here = table[table["document"] != ""]
    parts = {key: part for key, part in here.groupby("document", sort=False)}
    documents = []
    for document in dict.fromkeys([*map(str, lengths), *here["document"]]):
        part = parts.get(document, here.iloc[:0])
        lanes = _lanes(part, order, names, shown)
        ends = [end for lane in lanes for passages in lane.passages for _, end in passages]
        length = max([int(lengths.get(document, 0)), *ends])
        documents.append(Document(clean(document), length, document in lengths, lanes))
    return Reading(documents, shown, len(table) - len(here))


def _lanes(part: pd.DataFrame, order: Iterable[str], names: Mapping[str, str], coders: Sequence[str]) -> list[Lane]:
    """Return the codes of a document in order, each with what every coder marked."""
    marked: dict[tuple[str, str], list[tuple[int, int]]] = {}
    whole = set()
    starts, ends = (part[name].astype("Int64") for name in ("start", "end"))
    for code, coder, start, end in zip(part["code"].astype("str"), part["coder"], starts, ends, strict=True):
        if pd.isna(start) or pd.isna(end):
            whole.add((code, coder))
        else:
            marked.setdefault((code, coder), []).append((int(start), int(end)))
    used = {code for code, _ in [*marked, *whole]}
    return [
        Lane(
            code=str(code),
            name=clean(names[str(code)]) or clean(code),
            passages=[united(marked.get((str(code), coder), [])) for coder in coders],
            whole=[(str(code), coder) in whole for coder in coders],
        )
        for code in order
        if str(code) in used
    ]


def united(passages: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return passages in order, those that overlap or touch as one.

    Examples
    --------
    >>> united([(5, 9), (0, 3), (3, 4), (6, 7)])
    [(0, 4), (5, 9)]
    """
    found: list[tuple[int, int]] = []
    for start, end in sorted(passages):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def describe(reading: Reading, title: str, label: str) -> str:
    """Return the alt text: documents, codes, coders, the codes with most passages, what has none."""
    lanes = [(document, lane) for document in reading.documents for lane in document.lanes]
    number: dict[str, int] = {}
    for _, lane in lanes:
        number[lane.name] = number.get(lane.name, 0) + sum(map(len, lane.passages))
    top = sorted(number.items(), key=lambda pair: -pair[1])[:3]
    by_document = [sum(sum(map(len, lane.passages)) for lane in one.lanes) for one in reading.documents]
    total, whole = sum(by_document), sum(sum(lane.whole) for _, lane in lanes)
    empty = sum(not document.lanes for document in reading.documents)
    codes = count(len({lane.code for _, lane in lanes}), "code")
    return sentences(
        title,
        f"Codeline: {count(len(by_document), 'document')}, {codes}, {count(total, 'passage')}",
        f"Coders: {', '.join(map(clean, reading.coders))}" if len(reading.coders) > 1 else "",
        f"Most passages: {'; '.join(f'{name} ({n})' for name, n in top if n)}" if total else "",
        f"Passages in a document: {min(by_document)} to {max(by_document)}" if total and len(by_document) > 1 else "",
        f"{count(whole, 'code')} given to a document as a whole" if whole else "",
        f"{count(empty, 'document')} without codes" if empty else "",
        label,
    )
