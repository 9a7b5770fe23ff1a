"""The marks of who speaks, which QualCoder keeps as codings by a coder that is nobody."""

from __future__ import annotations

from dataclasses import dataclass

from .draft import Draft
from .notes import counted
from .qualcoder_places import Places, span
from .sqlite import Database, string

SPEAKING = "\N{PUSHPIN} Speaker coding"  # the coder; its codes are the speakers' names


@dataclass(frozen=True)
class Speakers:
    """
    What belongs to the marks, and so is no code of the study.

    Attributes
    ----------
    names : dict of int to str
        The codes that mark speakers, by their number.
    only : set of int
        Those of them that nobody coded with.
    categories : set of int
        The categories that hold nothing else.
    """

    names: dict[int, str]
    only: set[int]
    categories: set[int]


def marks(data: Database) -> Speakers:
    """Return the codes that mark speakers; none where the project has no such marks."""
    marking, others = set[int](), set[int]()
    for cid, owner in data.rows("code_text", "cid", "owner"):
        (marking if owner == SPEAKING else others).add(cid)
    for table in ("code_image", "code_av"):
        others.update(cid for (cid,) in data.rows(table, "cid"))
    codes = list(data.rows("code_name", "cid", "name", "catid", "owner", "supercid"))
    above = {code[4] for code in codes}
    only = {cid for cid, _, _, owner, _ in codes if owner == SPEAKING and cid not in others and cid not in above}
    held = {catid for cid, _, catid, _, _ in codes if cid not in only}
    held.update(above for (above,) in data.rows("code_cat", "supercatid"))
    categories = {catid for catid, owner in data.rows("code_cat", "catid", "owner") if owner == SPEAKING}
    return Speakers({code[0]: string(code[1]) for code in codes if code[0] in marking | only}, only, categories - held)


def turns(data: Database, draft: Draft, speakers: Speakers, places: Places) -> None:
    """Add the marks as turns: as codings, they would count as a coder who found nothing but speakers."""
    number = 0
    for cid, fid, start, end, words, owner in data.rows("code_text", "cid", "fid", "pos0", "pos1", "seltext", "owner"):
        told = span(start, end)
        if owner == SPEAKING and fid in draft.documents and cid in speakers.names and told:
            draft.links.say(fid, " ".join(speakers.names[cid].split()), places.at(fid, told, string(words)))
            number += 1
    if number:
        draft.notes.infer(f"{counted(number, 'mark')} of who speaks, made by QualCoder itself: turns, and no codings.")
