"""What the lessons need beside the analyses: an interview to read, a desk to code at, questions with feedback."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any

import ipywidgets as w
import pandas as pd
from IPython import get_ipython
from pandas.io.formats.style import Styler

from .codebook import tree
from .errors import StudyError, nearest
from .findings import Finding
from .findings import saturation as _saturation
from .presence import evidence
from .study import Study, make_study
from .units import units

REFERENCE = re.compile(r"([^.;()][^;()]*?)\s*\(([^;()]+)\)")
SHORT = 70  # characters of a passage in a list
LEFT = [{"selector": "th, td", "props": "text-align: left; vertical-align: top; white-space: normal"}]


def plain_errors() -> None:
    """Let the notebook show of an error only the last line, the one that says what to do."""
    shell = get_ipython()
    if shell is not None:
        shell.InteractiveTB.set_mode("Minimal")


def shown(table: pd.DataFrame, numbered: bool = False) -> Styler:
    """Return a table to be read: texts uncut, escaped and left-aligned; rows numbered only where asked for."""
    style = table.style.format(escape="html").set_table_styles(LEFT)
    return style if numbered else style.hide(axis="index")


def pair(study: Study) -> list[str]:
    """Return the first two coders who are not the consensus: those whose agreement the lessons look at."""
    return [coder for coder in study.coders["coder"] if coder != study.about.consensus][:2]


def passages(study: Study, document: str = "") -> pd.DataFrame:
    """
    Cut an interview into what its participants say, turn by turn; without turns, paragraphs serve.

    Parameters
    ----------
    study : Study
        With texts.
    document : str
        The interview; empty: the first one.

    Returns
    -------
    DataFrame
        Columns passage (a number from 1), document, start, end, before (what others say before it), text.
    """
    known = list(study.documents["document"])
    document = document or next(iter(known), "")
    if document not in known:
        raise StudyError(f"there is no document {document!r}.{nearest(document, known)}")
    text = study.documents.set_index("document").at[document, "text"]
    if not text:
        raise StudyError(f"document {document!r} has no text to read")
    turns = study.turns[(study.turns["document"] == document) & (study.turns["participant"] != "")]
    cut = units(study, "paragraph").assign(speaker="") if turns.empty else turns.sort_values("start", kind="stable")
    spans = cut.loc[cut["document"] == document, ["start", "end", "speaker"]].reset_index(drop=True)
    between = zip(spans["end"].shift(fill_value=0), spans["start"], spans["speaker"], strict=True)
    return spans.assign(
        passage=range(1, len(spans) + 1),
        document=document,
        before=[text[a:b].strip().removesuffix(f"{name}:").strip() for a, b, name in between],
        text=[text[a:b] for a, b in zip(spans["start"], spans["end"], strict=True)],
    )[["passage", "document", "start", "end", "before", "text"]]


def interview(study: Study, document: str = "") -> w.Widget:
    """Return an interview to read, its passages numbered."""
    read = passages(study, document)
    mark = f"<p><strong>{escape(study.label)}.</strong> {escape(read['document'].iat[0])}</p>"
    rows = "".join(
        f"<p style='opacity:.75;margin:.4em 0;white-space:pre-line'>{escape(row.before)}</p>"
        f"<p style='margin:.4em 0 .4em 3em'><strong>[{row.passage}]</strong> {escape(row.text)}</p>"
        for row in read.itertuples(index=False)
    )
    return w.HTML(mark + rows)


def coded(study: Study, document: str, lines: str) -> pd.DataFrame:
    """
    Read codings that were typed: one line each, ``passage | code | memo``; the memo may be left out.

    Returns
    -------
    DataFrame
        Columns passage, code, name, memo, in the order of the lines. Empty lines are skipped; a passage or a code
        that does not exist is an error, which names the line.
    """
    known = set(passages(study, document)["passage"])
    names = dict(zip(study.codes["code"], study.codes["name"], strict=True))
    rows = []
    for number, line in enumerate(lines.strip().splitlines(), 1):
        if not line.strip():
            continue
        passage, code, memo = ([part.strip() for part in line.split("|", 2)] + ["", ""])[:3]
        if not passage.isdecimal() or int(passage) not in known:
            raise StudyError(f"line {number}: {passage!r} is not the number of a passage of this interview")
        if code not in names:
            raise StudyError(f"line {number}: there is no code {code!r}.{nearest(code, names)}")
        rows.append((int(passage), code, names[code], memo))
    return pd.DataFrame(rows, columns=["passage", "code", "name", "memo"])


def example(study: Study, document: str = "") -> str:
    """Return the agreed codings of an interview as lines that `coded` reads; without a consensus, everybody's."""
    return "\n".join(f"{row.passage} | {row.code}" for row in _given(study, document).itertuples(index=False))


def _given(study: Study, document: str, coder: str = "") -> pd.DataFrame:
    """Return which code a coder gave to which passage, a row each."""
    read = passages(study, document)
    spans = evidence(study, coder).codings.astype({"document": "str", "code": "str"})
    both = read.merge(spans[["document", "start", "end", "code"]], on="document", suffixes=("", "_coded"))
    meets = both["start_coded"].isna() | ((both["start_coded"] < both["end"]) & (both["end_coded"] > both["start"]))
    return both.loc[meets.to_numpy(dtype=bool), ["passage", "code"]].drop_duplicates()


def beside(study: Study, document: str, mine: pd.DataFrame) -> pd.DataFrame:
    """
    Lay one's own codings beside those of the study's coders.

    Returns
    -------
    DataFrame
        One row a passage that anybody coded: passage, text, you, a column for each coder (ids of codes, joined by
        ", "), same (you and the agreed codings share a code; without a consensus, you and anybody).
    """
    read = passages(study, document)
    columns = {"you": mine, **{name: _given(study, document, name) for name in study.coders["coder"]}}
    said = {name: table.groupby("passage")["code"].agg(set) for name, table in columns.items()}
    agreed = _given(study, document).groupby("passage")["code"].agg(set)
    wide = pd.DataFrame({name: read["passage"].map(sets) for name, sets in said.items()})
    same = [isinstance(you, set) and bool(you & agreed.get(n, set()))
            for n, you in zip(read["passage"], wide["you"], strict=True)]  # fmt: skip
    texts = wide.apply(lambda sets: [", ".join(sorted(s)) if isinstance(s, set) else "" for s in sets])
    table = pd.concat([read[["passage", "text"]], texts.assign(same=same)], axis=1)
    return table[wide.notna().any(axis=1)].reset_index(drop=True)


def sent_on(study: Study) -> pd.DataFrame:
    """Return what the codebook sends on: columns code, name, passage (what is excluded), to (where it belongs)."""
    ids = dict(zip(study.codes["name"], study.codes["code"], strict=True))
    rows = [
        (row.code, row.name, what.strip(" ,"), ids[name])
        for row in tree(study).itertuples(index=False)
        for what, name in REFERENCE.findall(row.exclude)
        if name in ids
    ]
    return pd.DataFrame(rows, columns=["code", "name", "passage", "to"])


def regrouped(study: Study, name: str, codes: Sequence[str]) -> Study:
    """Return the study with a new theme `mine` at the top, and codes moved below it."""
    wrong = [code for code in codes if code not in set(study.codes["code"])]
    if wrong:
        raise StudyError(f"there is no code {wrong[0]!r}.{nearest(wrong[0], study.codes['code'])}")
    parent = study.codes["parent"].astype("str").mask(study.codes["code"].isin(list(codes)), "mine")
    moved = study.codes.assign(parent=parent)
    theme = pd.DataFrame({"code": ["mine"], "name": [name], "origin": ["inductive"]})
    tables = {**study.tables(), "codes": pd.concat([moved, theme], ignore_index=True).fillna({"parent": ""})}
    return make_study(study.name, tables, study.about, study.inputs)


def alone(study: Study, attributes: Sequence[str]) -> list[str]:
    """Return the participants whose combination of attributes nobody shares; unknown is a value of its own."""
    if not attributes:
        return []
    people = study.participants[["participant", *attributes]].astype("str").fillna("unknown")
    return list(people.loc[~people.duplicated(list(attributes), keep=False), "participant"])


def saturation(study: Study, **options: Any) -> Finding:
    """Return the saturation of a study as if it claimed any: the lesson asks what the claim would be worth."""
    return _saturation(replace(study, about=replace(study.about, saturation="")), **options)


class Quiz(w.VBox):
    """A question with answers to choose from; what is wrong about an answer is said, and one may choose again."""

    def __init__(self, question: str, answers: Mapping[str, str], right: str) -> None:
        if right not in answers:
            raise StudyError(f"the right answer {right!r} is not among the answers")
        self.question, self.answers, self.right = question, dict(answers), right
        self.choice = w.RadioButtons(options=list(answers), value=None, layout=w.Layout(width="100%"))
        self.feedback = w.HTML()
        super().__init__([w.HTML(f"<strong>{escape(question)}</strong>"), self.choice, self.feedback])
        self.choice.observe(self._answer, "value")

    def _answer(self, _: object) -> None:
        if self.choice.value is not None:
            verdict = "Right." if self.choice.value == self.right else "Not quite."
            self.feedback.value = f'<p role="status">{verdict} {escape(self.answers[self.choice.value])}</p>'

    def __repr__(self) -> str:
        return "\n".join([self.question, *(f"( ) {answer}" for answer in self.answers)])


class Desk(w.VBox):
    """Code an interview by choosing a passage and a code; the lines to hand in are written along."""

    def __init__(self, study: Study, document: str = "") -> None:
        self.read, book = passages(study, document), tree(study)
        short = [t if len(t) <= SHORT else t[: SHORT - 1] + "…" for t in self.read["text"].str.replace("\n", " ")]
        said = [(f"[{n}] {t}", n) for n, t in zip(self.read["passage"], short, strict=True)]
        codes = [("\u2003" * row.level + row.name, row.code) for row in book.itertuples(index=False)]
        self.rules = book.set_index("code")[["name", "definition", "include", "exclude"]]
        wide = w.Layout(width="48em")
        self.passage = w.Select(options=said, rows=8, description="Passage", layout=wide)
        self.code = w.Dropdown(options=codes, description="Code", layout=wide)
        self.memo = w.Text(description="Memo", placeholder="why this code? (may stay empty)", layout=wide)
        self.give = w.Button(description="Give the passage this code", layout=w.Layout(width="16em"))
        self.lines = w.Textarea(description="To copy", rows=6, layout=wide)
        self.words, self.rule = w.HTML(), w.HTML()
        parts = [self.passage, self.words, self.code, self.rule, self.memo, self.give, self.lines]
        super().__init__([w.HTML(f"<strong>{escape(study.label)}</strong>"), *parts])
        self.passage.observe(self._show, "value")
        self.code.observe(self._show, "value")
        self.give.on_click(self._write)
        self._show(None)

    def _show(self, _: object) -> None:
        """Show the whole passage, and what the codebook says of the code."""
        row = self.read.set_index("passage").loc[self.passage.value]
        asked = f"<p style='opacity:.75;white-space:pre-line'>{escape(row['before'])}</p>"
        self.words.value = f"{asked}<p>{escape(row['text'])}</p>"
        rule = self.rules.loc[self.code.value]
        parts = [f"<em>{kind}:</em> {escape(rule[kind])}" for kind in ("definition", "include", "exclude")]
        self.rule.value = f"<p>{'<br>'.join(parts)}</p>"

    def _write(self, _: object) -> None:
        memo = self.memo.value.replace("\n", " ").strip()
        line = f"{self.passage.value} | {self.code.value}" + (f" | {memo}" if memo else "")
        self.lines.value = f"{self.lines.value}\n{line}".strip()
        self.memo.value = ""
