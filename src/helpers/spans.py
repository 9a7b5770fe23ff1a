"""Do the positions of codings and turns lie in their texts, do they touch, and do quotes still stand there?"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher

import numpy as np
import pandas as pd

from . import cells
from .errors import Problem

AT_ONCE = 10_000  # quotes that are in hand at one time
APPROXIMATE = 20  # approximate search is slow; after so many moved quotes the text was simply replaced


def span_problems(frames: Mapping[str, pd.DataFrame], *, withheld: bool = False) -> list[Problem]:
    """
    List codings whose span or quote does not fit the text.

    Parameters
    ----------
    frames : mapping
        Typed `documents` and `codings`.
    withheld : bool
        The texts are kept elsewhere: positions cannot be held against them.
    """
    codings = frames["codings"]
    found = _bounds(codings, "codings", frames["documents"], withheld)
    return found + _quotes(codings, frames["documents"])


def memo_problems(frames: Mapping[str, pd.DataFrame], *, withheld: bool = False) -> list[Problem]:
    """List memos whose passage does not lie in its text."""
    return _bounds(frames["memos"], "memos", frames["documents"], withheld)


def turn_problems(frames: Mapping[str, pd.DataFrame], *, withheld: bool = False) -> list[Problem]:
    """List turns that lie outside their text or run into the turn before."""
    turns = frames["turns"]
    if turns.empty:
        return []
    found = _bounds(turns, "turns", frames["documents"], withheld)
    for name in ("start", "end"):
        empty = turns[name].isna().to_numpy()
        found += cells.flag(turns, "turns", empty, [name] * len(turns), "{} is empty".format)
    order = turns.sort_values(["document", "start"], kind="stable")
    before = order.groupby("document", observed=True)["end"].shift()
    into = (order["start"] < before).fillna(False)
    wrong = into.reindex(turns.index).to_numpy(dtype=bool)
    say = "turn at {} begins before the turn before it has ended".format
    return found + cells.flag(turns, "turns", wrong, turns["start"], say)


def _bounds(frame: pd.DataFrame, name: str, documents: pd.DataFrame, withheld: bool) -> list[Problem]:
    if frame.empty:
        return []
    start, end = (frame[c].astype("float64").to_numpy(dtype=float, na_value=np.nan) for c in ("start", "end"))
    length = _lengths(frame["document"], documents)
    given = ~np.isnan(start) | ~np.isnan(end)
    # The unknown document is a problem of its own, told elsewhere.
    unknown = frame["document"].isna().to_numpy()
    nobody = (frame["document"] == "").to_numpy()
    tests = {
        "needs both a start and an end": given & (np.isnan(start) | np.isnan(end)),
        "has an end before its start": end < start,
        "names no document": given & nobody,
        'is in a document without a text: add texts/{0}.txt, or say texts = "withheld" in study.toml': (
            given & np.isnan(length) & ~nobody & ~unknown & (not withheld)
        ),
        "lies outside the text, which has {1:.0f} characters": (np.fmax(start, end) > length) & ~np.isnan(length),
    }
    found = []
    for text, wrong in tests.items():
        if not wrong.any():
            continue
        said = np.full(len(frame), "", dtype=object)
        for row in np.flatnonzero(wrong):
            place = " to ".join("(empty)" if np.isnan(at[row]) else f"{at[row]:.0f}" for at in (start, end))
            said[row] = f"the span {place} {text.format(frame['document'].iat[row], length[row])}"
        found += cells.flag(frame, name, wrong, said, str)
    return found


def _lengths(document: pd.Series, documents: pd.DataFrame) -> np.ndarray:
    """Return the length of each row's text, NaN where there is none."""
    length = documents["text"].str.len().where(documents["text"] != "")
    by_id = dict(zip(documents["document"], length, strict=True))
    per_category = np.array([by_id.get(d, np.nan) for d in document.cat.categories] + [np.nan], dtype=float)
    return per_category[document.cat.codes]


def _quotes(codings: pd.DataFrame, documents: pd.DataFrame) -> list[Problem]:
    """A quote that is given equals the coded text; otherwise say where the words stand now."""
    has = ((codings["quote"] != "") & codings["start"].notna() & codings["end"].notna()).to_numpy()
    by_id = dict(zip(documents["document"], documents["text"], strict=True))
    document = codings["document"].cat
    texts = [by_id.get(name, "") for name in document.categories] + [""]  # the last of an unknown document
    found: list[Problem] = []
    rows = np.flatnonzero(has)
    for at in np.split(rows, range(AT_ONCE, len(rows), AT_ONCE)):
        # As lists: going through a column row by row takes many times as long, and the words of all take much room.
        which = document.codes.to_numpy()[at].tolist()
        start, end = (codings[c].iloc[at].to_numpy(dtype="int64").tolist() for c in ("start", "end"))
        quotes = codings["quote"].iloc[at].to_numpy(dtype=object).tolist()
        for n, (w, s, e, quote) in enumerate(zip(which, start, end, quotes, strict=True)):
            if texts[w][s:e] != quote and texts[w] and e <= len(texts[w]):
                file, row = cells.place(codings, "codings", int(at[n]))
                hint = whereabouts(texts[w], quote, s, approximate=len(found) < APPROXIMATE)
                what = f"the quote {short(quote)!r} is not what stands at {s} to {e}: {short(texts[w][s:e])!r}."
                found.append(Problem(file, what + hint, row))
    return found


def touched(codings: pd.DataFrame, turns: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """
    Return which codings touch which turns: pairs of a coding's position and a turn's.

    A coding of a whole document touches all of its turns.
    """
    left = codings[["document", "start", "end"]].astype({"document": "str"}).assign(coding=range(len(codings)))
    right = turns[["document", "start", "end"]].astype({"document": "str"}).assign(turn=range(len(turns)))
    pairs = left.merge(right, on="document", suffixes=("", "_turn"))
    overlap = (pairs["start"] < pairs["end_turn"]) & (pairs["end"] > pairs["start_turn"])
    pairs = pairs[(pairs["start"].isna() | overlap).to_numpy(dtype=bool)]
    return pairs["coding"].to_numpy(), pairs["turn"].to_numpy()


def whereabouts(text: str, quote: str, near: int, *, approximate: bool = True) -> str:
    """
    Say where a quote stands in a text, as near as can be to where it was.

    >>> whereabouts("I hope so. We hope not.", "hope not", 2)
    ' The same words stand at 14 to 22.'
    """
    at = []
    found = text.find(quote)
    while found >= 0:
        at.append(found)
        found = text.find(quote, found + 1)
    if at:
        best = min(at, key=lambda position: abs(position - near))
        return f" The same words stand at {best} to {best + len(quote)}."
    if not approximate:
        return ""
    match = SequenceMatcher(None, text, quote, autojunk=False).find_longest_match()
    if match.size < min(12, len(quote) / 2):
        return " Nothing like it stands in the text."
    start = max(match.a - match.b, 0)
    return f" The most alike stands at {start} to {min(start + len(quote), len(text))}."


def short(quote: str, limit: int = 40) -> str:
    """Cut a quote where a message would otherwise repeat a transcript."""
    return quote if len(quote) <= limit else quote[: limit - 1] + "…"
