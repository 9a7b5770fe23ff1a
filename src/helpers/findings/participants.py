"""Findings on who took part: recruitment, Table 1, the documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pandas as pd

from .. import plots
from ..characteristics import MISSING, attributes, participant_table, summary
from ..study import Study
from ..units import word_starts
from ..wording import joined, number, of, plural, share, span
from .finding import Finding


def flow(study: Study) -> Finding:
    """Return how the participants came to be in the study, stage by stage."""
    stages = [asdict(stage) for stage in study.about.recruitment]
    name, title = "participant_flow", "Recruitment"
    if not stages:
        return Finding(name, "The study folder records no recruitment, so there is no participant flow.", title)
    rows = [
        row
        for stage in stages
        for row in [
            *({"stage": stage["label"], "what": "lost: " + loss["reason"], "n": loss["n"]} for loss in stage["lost"]),
            {"stage": stage["label"], "what": "in the study", "n": stage["n"]},
        ]
    ]
    drawn = plots.participant_flow(stages, label=study.label)
    return Finding(
        name,
        flow_sentence(study),
        title,
        table=pd.DataFrame(rows),
        shown=pd.DataFrame(rows).set_axis(["Stage", "", "People"], axis=1),
        caption="Participants at each stage, and the reasons for which people were lost before it.",
        figure=drawn.figure,
        figure_caption="Participant flow. The numbers are checked to add up.",
        alt=drawn.alt,
        label=study.label,
    )


def flow_sentence(study: Study) -> str:
    """Put the participant flow into a sentence: the first stage, the last, and what was lost in between."""
    first, last = study.about.recruitment[0], study.about.recruitment[-1]
    lost = [f"{s.n} {s.reason[:1].lower()}{s.reason[1:]}" for stage in study.about.recruitment for s in stage.lost]
    start = f"{first.label}: {first.n}. " if first is not last else ""
    return f"{start}{last.label}: {last.n}{f'; on the way, {joined(lost)}' if lost else ''}."


def participants(study: Study) -> Finding:
    """Return the participants one by one, as a published Table 1 prints them."""
    table = participant_table(study)
    name, title = "participants", "Participants one by one"
    if table.shape[1] < 2 or table.empty:
        count = plural(len(table), "participant")
        return Finding(name, f"The study has {count} and records no attributes of them.", title, label=study.label)
    known = study.participants[attributes(study)]
    empty = int(known.isna().sum().sum())
    gaps = f"{of(empty, known.size)} values are unknown" if empty else "no value is missing"
    people, count = plural(len(table), "participant"), plural(known.shape[1], "attribute")
    return Finding(
        name,
        f"{people}, {count}; {gaps}.",
        title,
        table=table,
        caption="Characteristics of each participant. An empty cell is unknown.",
        label=study.label,
    )


def table_one(study: Study, *, by: str = "", percent_from: int = 20) -> Finding:
    """
    Return Table 1: the participants' characteristics in summary.

    Parameters
    ----------
    study : Study
        The study.
    by : str
        An attribute to show side by side.
    percent_from : int
        The smallest group for which percentages are shown.
    """
    name, title = "table_1", "Characteristics of the participants"
    table = summary(study, by=by)
    if table.empty:
        return Finding(name, "No attributes of the participants are recorded, so there is no Table 1.", title)
    sizes = table.drop_duplicates("group").set_index("group")["of"]
    texts = pd.DataFrame([cell for row in table.to_dict("records") for cell in _cells(row, percent_from)])
    texts["group"] = [f"{group} (N = {sizes[group]})" for group in texts["group"]]
    wide = texts.pivot_table(index=["label", "level"], columns="group", values="cell", aggfunc="first", sort=False)
    shown = wide.reset_index().rename(columns={"label": "Characteristic", "level": ""}).rename_axis(columns=None)
    shown["Characteristic"] = shown["Characteristic"].where(~shown["Characteristic"].duplicated(), "")
    small = sizes["All"] < percent_from
    note = f" Counts are shown with their base: percentages begin at {percent_from} people." if small else ""
    within = [study.about.attribute(a) for a in attributes(study)]
    pooled = [a.label for a in within if a.within]
    note += f" {joined(pooled)}: never pooled over the groups it is measured in." if pooled else ""
    return Finding(
        name,
        _described(table),
        title,
        table=table,
        shown=shown,
        caption=f"Characteristics of the participants. Median with its quartiles; SD: standard deviation.{note}",
        label=study.label,
    )


def _cells(row: dict[str, Any], percent_from: int) -> Iterator[dict[str, str]]:
    """Give the printed cells of one row of the summary: one for a category, three for a number."""
    place = {"label": row["label"], "group": row["group"]}
    inside = f"{row['level']}: " if row["level"] else ""
    if row["kind"] == "category":
        yield {**place, "level": row["level"], "cell": share(row["n"], row["of"], percent_from)}
        return
    known = f" (n = {row['n']})" if row["n"] < row["of"] else ""
    figures = {
        "mean (SD)": f"{number(row['mean'])} ({number(row['sd'])})",
        "median [quartiles]": f"{number(row['median'])} [{number(row['q1'])}, {number(row['q3'])}]",
        "range": span(row["min"], row["max"]),
    }
    if row["n"] < 2:
        # One value has no spread, and naming it once is enough.
        figures = dict.fromkeys(figures, "–") | ({"range": number(row["min"])} if row["n"] else {})
    for name, text in figures.items():
        yield {**place, "level": inside + name, "cell": text + (known if name == "mean (SD)" and row["n"] else "")}


def _described(table: pd.DataFrame) -> str:
    """Put the first column of a Table 1 into words: the middle of each number, the commonest of each category."""
    everyone = table[table["group"] == "All"]
    parts = []
    for _, rows in everyone.groupby("attribute", sort=False):
        label = rows["label"].iat[0]
        numbers = rows[rows["kind"] == "number"]
        if len(numbers):
            for row in numbers[numbers["n"] > 0].to_dict("records"):
                inside = f", {row['level']}" if row["level"] else ""
                middle = f"median {number(row['median'])}, {span(row['min'], row['max'])}"
                parts.append(f"{label}{inside}: {middle if row['n'] > 1 else number(row['min']) + ' (one person)'}")
            continue
        known = rows[rows["level"] != MISSING]
        if len(known) and known["n"].max() > 1:
            top = known.loc[known["n"].idxmax()]
            parts.append(f"{label}: most often {top['level']} ({of(top['n'], top['of'])})")
    return " ".join(f"{part}." for part in [plural(int(everyone["of"].iat[0]), "participant"), *parts])


def distributions(study: Study) -> Finding:
    """Return the participants' numbers, each person a dot; what is measured within groups has an axis a group."""
    name, title = "distributions", "Distribution of the numbers"
    rows = []
    people = study.participants
    for attribute in attributes(study):
        about = study.about.attribute(attribute)
        if not pd.api.types.is_numeric_dtype(people[attribute]):
            continue
        inside = (
            people[about.within].astype("str").fillna(MISSING) if about.within else pd.Series("", index=people.index)
        )
        group = (about.label + ", " + inside) if about.within else pd.Series(about.label, index=people.index)
        rows.append(pd.DataFrame({"group": group, "participant": people["participant"], "value": people[attribute]}))
    known = pd.concat(rows, ignore_index=True).dropna(subset="value") if rows else pd.DataFrame()
    if known.empty:
        return Finding(name, "No number is recorded of the participants, so there is no distribution to show.", title)
    spans = known.groupby("group", sort=False)["value"].agg(["min", "max", "count"])
    parts = [f"{group}: {span(row['min'], row['max'])} (n = {row['count']:.0f})" for group, row in spans.iterrows()]
    drawn = plots.distribution_strip(known, label=study.label)
    return Finding(
        name,
        "; ".join(parts) + ".",
        title,
        table=known.sort_values(["group", "value"], kind="stable").reset_index(drop=True),
        shown=spans.reset_index().set_axis(["Measure", "Least", "Most", "n"], axis=1),
        caption="Range of each number, and how many people it is known for.",
        figure=drawn.figure,
        figure_caption="Each dot is a participant, the line is the median. Each row has a scale of its own.",
        alt=drawn.alt,
        label=study.label,
    )


def documents(study: Study) -> Finding:
    """Return the documents: whose they are, when, how long."""
    table = study.documents.drop(columns="text").copy()
    name, title = "documents", "Documents"
    if table.empty:
        return Finding(name, "The study has no documents yet.", title)
    words = [len(starts) for starts in word_starts(study)]
    table["words"] = pd.Series(words, dtype="Int64").where(study.documents["text"] != "")
    said = [c for c in table if c in ("document", "participant") or (table[c].notna() & (table[c] != "")).any()]
    heard = table.loc[table["participant"] != "", "participant"]
    per_person = heard.value_counts()
    repeat = int((per_person > 1).sum())
    parts = [f"{plural(len(table), 'document')} of {plural(heard.nunique(), 'participant')}"]
    parts += [f"{plural(repeat, 'participant')} with more than one"] if repeat else []
    minutes = table["minutes"].dropna()
    if len(minutes):
        parts.append(f"minutes known for {of(len(minutes), len(table))}: {span(minutes.min(), minutes.max())}")
    else:
        parts.append("the minutes of single documents are not known")
    if study.has_texts:
        texts = plural(int(table["words"].notna().sum()), "text")
        parts.append(f"{plural(int(table['words'].sum()), 'word')} in {texts}")
    else:
        parts.append("no texts")
    return Finding(
        name,
        "; ".join(parts) + ".",
        title,
        table=table[said],
        shown=table[said].rename(columns=lambda c: c.capitalize()),
        caption="The study's documents. An empty cell is unknown.",
        label=study.label,
    )


def reported(study: Study) -> Finding:
    """Return what is known of the sample as a whole and not person by person."""
    name, title = "reported", "Reported for the sample as a whole"
    table = pd.DataFrame([asdict(entry) for entry in study.about.reported], columns=["topic", "about", "value"])
    if table.empty:
        return Finding(name, "Nothing is recorded of the sample as a whole beyond the tables above.", title)
    return Finding(
        name,
        f"{plural(len(table), 'fact')} on record for the sample as a whole, without the values of single people.",
        title,
        table=table,
        shown=table.assign(topic=table["topic"].str.capitalize()).set_axis(["Concerns", "What", "Value"], axis=1),
        caption="Known for the sample as a whole; the values of single people are not known and not guessed.",
        label=study.label,
    )
