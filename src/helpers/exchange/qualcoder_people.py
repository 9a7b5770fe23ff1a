"""Whose words QualCoder's documents hold, and what is known of cases, files and journals."""

from __future__ import annotations

from .draft import Draft
from .notes import counted, named
from .qualcoder_places import Places, span
from .sqlite import Database, string


def cases(data: Database, draft: Draft, places: Places) -> None:
    """Cases are participants, and what is linked to them is theirs."""
    for case, name, memo, owner, date, more in data.rows(
        "cases", "caseid", "name", "memo", "owner", "date", "description"
    ):
        draft.participant(case, string(name))
        if said := "\n".join(filter(None, (string(words).strip() for words in (more, memo)))):
            draft.memos.add(said, author=string(owner), created=string(date), participant=case)
    dead = 0
    for case, fid, start, end in data.rows("case_text", "caseid", "fid", "pos0", "pos1"):
        told = span(start, end)
        if case in draft.participants and fid in draft.documents:
            draft.links.add(fid, case, places.part(fid, told) if told and told[1] else None)
        else:
            dead += 1
    if dead:
        draft.notes.lose(f"{counted(dead, 'link')} between a case and a file of which one was deleted.")


def attributes(data: Database, draft: Draft) -> None:
    """Attributes stand in the order in which the project defines them; what is said of one is a memo."""
    for name, about, memo, owner, date in data.rows("attribute_type", "name", "caseOrFile", "memo", "owner", "date"):
        if about in ("case", "file"):
            (draft.traits if about == "case" else draft.variables).setdefault(string(name), {})
        if string(memo).strip():
            draft.memos.add(string(memo), title=string(name), author=string(owner), created=string(date))
    dead, journals = 0, dict[str, None]()
    for name, about, value, holder in data.rows("attribute", "name", "attr_type", "value", "id"):
        if about == "case" and holder in draft.participants:
            draft.trait(holder, string(name), string(value))
        elif about == "file" and holder in draft.documents:
            draft.variable(holder, string(name), string(value))
        elif about == "journal":
            journals |= {string(name): None} if string(value).strip() else {}
        else:
            dead += bool(string(value).strip())
    if journals:
        draft.notes.lose(f"{named('attribute', journals)} of journals.")
    if dead:
        draft.notes.lose(f"{counted(dead, 'attribute value')} of a case, file or reference that is no document here.")
