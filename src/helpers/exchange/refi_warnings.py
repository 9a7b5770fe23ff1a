"""What other programs do not take from a REFI-QDA project, though it is in it: told when one is written."""

from __future__ import annotations

import re

from ..errors import listed
from ..study import Study
from .notes import counted
from .refi_write_codings import double

SHOWN = 6  # names in one sentence


def warnings(study: Study, *, utf16: bool = False) -> list[str]:
    """
    List what an import of a study's `.qdpx` into another program would lose, or put elsewhere, without a word.

    Parameters
    ----------
    study : Study
        The study.
    utf16 : bool
        Whether its positions are written in UTF-16 units.

    Returns
    -------
    list of str
        A sentence each; empty when nothing is known to get lost.

    Notes
    -----
    Read from QualCoder's importer: it knows codes and coders by their names alone, whatever stands above a code. Of
    codes with one name it keeps the first, and does not show the codings of the others; coders with one name become
    one. It reads codings of passages, and none of whole documents; and of a case its name and its attributes, not the
    sources that it refers to. It takes all line ends of a text for what the first is. NVivo counts UTF-16 units in the
    files that it writes, and QualCoder code points.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers import make_study
    >>> rows = [("a", "A", ""), ("a/other", "Other", "a"), ("b", "B", ""), ("b/other", "Other", "b")]
    >>> codes = pd.DataFrame(rows, columns=["code", "name", "parent"])
    >>> print(*warnings(make_study("s", {"codes": codes})))
    QualCoder keeps one of several codes with one name, and loses the codings of the others: 'Other' (2 codes with 0
    codings). Give each a name of its own before you import there.
    """
    codings = study.codings[study.codings["document"] != ""]
    found = []
    for table, noun, fate in (
        ("codes", "code", "keeps one of several codes with one name, and loses the codings of the others"),
        ("coders", "coder", "makes one coder of several with one name, and of their like codings one"),
    ):
        frame = getattr(study, table)
        shared = frame[frame["name"].duplicated(keep=False) & (frame["name"] != "")]
        if len(shared):
            theirs = int(codings[noun].isin(shared[noun]).sum())
            names = listed(shared["name"].unique(), SHOWN)
            sizes = f"{counted(len(shared), noun)} with {counted(theirs, 'coding')}"
            found.append(f"QualCoder {fate}: {names} ({sizes}). Give each a name of its own before you import there.")
    whole = int(codings["start"].isna().sum())
    if whole:
        found.append(f"QualCoder reads no codings of whole documents: {whole:,} of {counted(len(codings), 'coding')}.")
    owned = int((study.documents["participant"] != "").sum())
    if owned:
        told = f"QualCoder makes cases of participants, and does not read whose a document is: {owned:,} of "
        found.append(f"{told}{counted(len(study.documents), 'document')}. Link them there, in its list of cases.")
    found += _unseen(study)
    ends = {d: _other_end(t) for d, t in study.documents[["document", "text"]].values}
    behind = sum(end > ends[d] >= 0 for d, end in codings[["document", "end"]].dropna().values)
    if behind:
        told = f"{counted(behind, 'coding')} behind a line end of another kind than the first in the text; QualCoder"
        found.append(f"{told} counts all as the first and would put them elsewhere. Give a text line ends of one kind.")
    pairs = {d: double(t, crlf=False, utf16=True) for d, t in study.documents[["document", "text"]].values}
    shifted = sum(bool(len(at := pairs[d]) and end > at[0]) for d, end in codings[["document", "end"]].dropna().values)
    if shifted:
        who = "other programs count it as one" if utf16 else "NVivo counts it as two: for NVivo, write with --nvivo"
        found.append(f"{counted(shifted, 'coding')} of a passage behind or with an emoji or the like; {who}.")
    return found


def _other_end(text: str) -> int:
    """Return where the first line end stands that QualCoder counts otherwise than the file; -1 where there is none."""
    first = re.search(r"\r?\n", text)
    other = first and re.search(r"(?<!\r)\n|\r(?!\n)" if first[0] == "\r\n" else r"\r\n", text)
    return other.start() if other else -1


def _unseen(study: Study) -> list[str]:
    """Codings of which the file holds, for others, nothing or a place alone."""
    found, sample = [], study.codings["document"] == ""
    if sample.any():
        told = f"{counted(int(sample.sum()), 'coding')} of the sample as a whole"
        found.append(f"{told}, which the standard has no place for: Themebook alone reads them back.")
    silent = study.documents["document"][study.documents["text"] == ""]
    placed = int((study.codings["document"].isin(silent) & study.codings["start"].notna()).sum())
    if placed:
        found.append(f"{counted(placed, 'coding')} of passages in texts that are not there: others see no words.")
    return found
