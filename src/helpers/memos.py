"""Memos: what was written down along the way, and about what."""

from __future__ import annotations

import pandas as pd

from .codebook import tree
from .study import Study

KINDS = ("study", "code", "participant", "document", "passage")


def memos(study: Study) -> pd.DataFrame:
    """
    Return the study's memos with what each is about, in words.

    Parameters
    ----------
    study : Study
        Notes on a single coding are not among them: those are the `memo` of the coding.

    Returns
    -------
    DataFrame
        The columns of `study.memos`, and kind (what a memo is about first of all: "passage", "document", "code",
        "participant" or, where it names none of these, "study"), about (names, for people) and passage (the words it
        is about; empty where there are none, or no text).

    Examples
    --------
    >>> from helpers.study import make_study
    >>> study = make_study("s", {
    ...     "codes": pd.DataFrame({"code": ["hope"], "name": ["Hope"]}),
    ...     "memos": pd.DataFrame({"code": ["hope", ""], "text": ["Split it?", "Begun."]})})
    >>> memos(study)[["kind", "about", "text"]].values.tolist()
    [['code', 'Hope', 'Split it?'], ['study', '', 'Begun.']]
    """
    found = study.memos.astype({name: "str" for name in ("document", "code", "participant")})
    paths = tree(study).set_index("code")["path"]
    named = {"participant": found["participant"], "document": found["document"], "code": found["code"].map(paths)}
    columns = pd.DataFrame(named).fillna("")
    about = [", ".join(part for part in row if part) for row in columns.itertuples(index=False)]
    kind = pd.Series("study", index=found.index, dtype="str")
    for name in ("participant", "code", "document"):
        kind = kind.mask(found[name] != "", name)
    kind = kind.mask(found["start"].notna(), "passage")
    return found.assign(kind=kind, about=about, passage=passages(study))


def passages(study: Study) -> list[str]:
    """Return the words that each memo is about; empty where it is about no passage, or there is no text."""
    texts = dict(zip(study.documents["document"], study.documents["text"], strict=True))
    rows = zip(*(study.memos[name] for name in ("document", "start", "end")), strict=True)
    return ["" if pd.isna(start) else texts.get(document, "")[start:end] for document, start, end in rows]
