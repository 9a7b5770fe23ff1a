"""What QCnext, which writes QualCoder's tables, adds to them: comments, weights and labels of values."""

from __future__ import annotations

from pathlib import Path

from .draft import Draft
from .notes import Notes, counted, named
from .sqlite import Database, integer, string

JOURNALS = "audit_log|sync_log"  # of what was changed and sent, which is nothing of a study
CODINGS = ("code_text", "code_image", "code_av")


def added(data: Database, draft: Draft) -> None:
    """Comments are memos, on the document or participant that they are pinned to; the rest is told."""
    columns = ("target_kind", "target_id", "body", "owner", "created")
    for kind, target, body, owner, created in data.rows("comment", *columns):
        if not string(body).strip():
            continue
        about = {"source": "document", "case": "participant"}.get(kind, "")
        held = draft.documents if about == "document" else draft.participants if about else ()
        code = draft.codes.get(("code", target)) if kind == "code" else None
        on = {about: target} if target in held else {}
        title = code["name"] if code else "" if on else f"comment on {string(kind) or 'something'} {target}"
        draft.memos.add(string(body), title=title, author=string(owner), created=string(created), **on)
    weighed = sum(bool(integer(weight)) for table in CODINGS for (weight,) in data.rows(table, "weight"))
    if weighed:
        draft.notes.lose(f"the weight of {counted(weighed, 'coding')}.")
    labels = data.rows("attribute_type", "name", "value_labels")
    labelled = [string(name) for name, label in labels if string(label).strip(" {}")]
    if labelled:
        draft.notes.lose(f"the labels of the values of {named('attribute', labelled)}: the values stand as they are.")


def shared(folder: Path, notes: Notes) -> None:
    """Tell that coders work together, each in a database of their own, which the project's follows later."""
    logs = list(folder.glob("changes/*/changes.jsonl"))
    if logs:
        whose = f"{counted(len(logs), 'coder')} who shared the project in QCnext ({folder.name}/changes)"
        advice = "it may be older than their work. Choose Refresh archive in QCnext, then read it again"
        notes.infer(f"what {whose} coded is taken from the project's database alone; {advice}.")
