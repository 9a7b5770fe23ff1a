"""Findings on evidence: what was said under each theme, and by whom."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..codebook import tree
from ..presence import evidence, passages, people_of
from ..quotes import quotes
from ..study import Study
from ..wording import joined, of, plural
from .finding import Finding

NOTHING = "No passage is coded yet, so there is nothing to quote."


def spread(study: Study, *, coder: str = "") -> Finding:
    """Return whose words the evidence rests on: passages and themes of each participant."""
    name, title = "evidence_by_participant", "Whose words the evidence rests on"
    codings = evidence(study, coder).codings
    if codings.empty:
        return Finding(name, NOTHING, title)
    code, passage = passages(codings)
    # Of a document that is coded as a whole, each piece of evidence in other words counts as a passage.
    words = codings["quote"].where(codings["quote"] != "", codings["memo"]).where(codings["start"].isna(), "")
    rows, person = people_of(study, codings)
    said = pd.DataFrame(
        {"person": person, "passage": passage[rows], "words": words.to_numpy()[rows], "code": code[rows]}
    )
    each = said.drop_duplicates(["person", "passage", "words"]).groupby("person").size()
    everyone = range(len(study.participants))
    counted = pd.DataFrame(
        {
            "participant": study.participants["participant"],
            "passages": each.reindex(everyone, fill_value=0),
            "codes": said.groupby("person")["code"].nunique().reindex(everyone, fill_value=0),
        }
    )
    heard, total = int((counted["passages"] > 0).sum()), len(said.drop_duplicates(["passage", "words"]))
    most = f"; at most {of(each.max(), total)} passages from one of them" if heard else ""
    nobody = len(codings) - len(set(rows))
    rest = f". {plural(nobody, 'coding')} {'speaks' if nobody == 1 else 'speak'} of no one by name" if nobody else ""
    kind = (
        "Passages are quoted from the texts."
        if study.has_texts
        else ("The study has no texts: what stands here is the coder's paraphrase.")
    )
    return Finding(
        name,
        f"Evidence from {of(heard, len(counted))} participants{most}{rest}. {kind}",
        title,
        table=counted,
        shown=counted.set_axis(["Participant", "Passages", "Codes"], axis=1),
        caption=f"Coded passages and distinct codes of each participant, from the {evidence(study, coder).why}.",
        label=study.label,
    )


def quotations(
    study: Study,
    *,
    themes: Sequence[str] = (),
    coder: str = "",
    attribution: Sequence[str] = (),
    per_code: int = 5,
    context: int = 60,
) -> Finding:
    """
    Return quotations for each theme, from as many participants as possible.

    Parameters
    ----------
    study : Study
        The study.
    themes : sequence of str
        Codes or themes to quote; all by default.
    coder : str
        Whose codings.
    attribution : sequence of str
        Attributes to name beside each participant.
    per_code : int
        At most so many for a code: first one from each participant in reading order, then second ones. 0: all.
    context : int
        Characters before and after.
    """
    name, title = "quotations", "What was said"
    table = quotes(study, codes=themes or None, coder=coder, attribution=attribution, context=context)
    if table.empty:
        return Finding(name, NOTHING, title)
    chosen = _spread_out(table, per_code)
    order = {code: n for n, code in enumerate(tree(study)["code"])}
    chosen = chosen.assign(_code=chosen["code"].map(order)).sort_values("_code", kind="stable").drop(columns="_code")
    left_out = len(table) - len(chosen)
    retold = int(chosen["paraphrase"].sum())
    counted = {"quotation": len(chosen) - retold, "paraphrase": retold}
    kinds = [plural(n, word) for word, n in counted.items() if n]
    people = chosen.loc[chosen["participant"] != "", "participant"].nunique()
    cut = f"; {left_out} more are not shown" if left_out else ""
    return Finding(
        name,
        f"{joined(kinds)} under {plural(chosen['code'].nunique(), 'code')}, from {plural(people, 'participant')}{cut}.",
        title,
        table=chosen.reset_index(drop=True),
        shown=_printed(chosen),
        caption="Evidence by theme. Quotation marks: the participant's words, with what stands around them outside the "
        "marks. In brackets: a paraphrase by the coder, for want of a text."
        if chosen["paraphrase"].any()
        else "Evidence by theme: the participant's words between quotation marks, with what stands around them.",
        label=study.label,
    )


def _spread_out(table: pd.DataFrame, per_code: int) -> pd.DataFrame:
    """Keep so many passages a code, going round the participants before anyone has a second turn."""
    if per_code <= 0:
        return table
    turn = table.groupby(["code", "participant"]).cumcount()
    ranked = table.assign(_turn=turn).sort_values(["code", "_turn"], kind="stable")
    return ranked.groupby("code").head(per_code).drop(columns="_turn").sort_index()


def _printed(table: pd.DataFrame) -> pd.DataFrame:
    said = [
        f"[{row.quote}]" if row.paraphrase else f"{_line(row.before)}“{row.quote}”{_line(row.after)}"
        for row in table.itertuples(index=False)
    ]
    memo = table["memo"].where(~table["paraphrase"], "")
    shown = pd.DataFrame({"Theme": table["path"], "Who": table["attribution"], "What was said": said, "Memo": memo})
    shown["Theme"] = shown["Theme"].where(~shown["Theme"].duplicated(), "")
    return shown if (memo != "").any() else shown.drop(columns="Memo")


def _line(text: str) -> str:
    """Return context on one line: it is there to place the words, not to be read."""
    return text.replace("\n", " ")
