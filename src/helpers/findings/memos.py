"""The memos as a finding: the trail of thought behind an analysis."""

from __future__ import annotations

from .. import memos as found
from ..study import Study
from ..wording import joined, plural
from .finding import Finding

_ON = {
    "study": "the study as a whole",
    "code": "codes",
    "participant": "participants",
    "document": "documents",
    "passage": "passages",
}
_SHOWN = ("about", "passage", "title", "text", "author", "created")


def memos(study: Study) -> Finding:
    """Return the memos that came with a study, and what each is about."""
    table = found.memos(study)
    if table.empty:
        return Finding("memos", "No memos are kept beside those of single codings.", "Memos")
    counts = table["kind"].value_counts()
    parts = [f"{counts[kind]:,} on {_ON[kind]}" for kind in found.KINDS if kind in counts]
    at = [f"{row.about} ({row.locator})" if row.locator else row.about for row in table.itertuples(index=False)]
    shown = table.assign(about=at, passage=[f"“{words}”" if words else "" for words in table["passage"]])
    named = zip(_SHOWN, ("About", "Passage", "Title", "Memo", "By", "Date"), strict=True)
    names = {name: heading for name, heading in named if (shown[name] != "").any()}
    return Finding(
        "memos",
        f"{plural(len(table), 'memo')} {'is' if len(table) == 1 else 'are'} kept: {joined(parts)}.",
        "Memos",
        table=table[["kind", "about", *study.memos.columns, "passage"]],
        shown=shown[list(names)].rename(columns=names),
        caption="Memos: what was written down along the way, and about what. Notes on single codings stand with those.",
        label=study.label,
    )
