"""Findings on themes: how many people speak to each, and who."""

from __future__ import annotations

import pandas as pd

from .. import plots
from ..presence import Evidence, evidence, matrix
from ..prevalence import STATES
from ..prevalence import prevalence as count
from ..study import Study
from ..wording import INDENT, joined, of, percent, plural
from .finding import Finding

# The states as they read inside a sentence, where a comma would part them.
SAID = {"named": "with people named", "unnamed": "present with nobody named", "absent": "absent"}
# A publication names some of the people who spoke of a theme; that it does not name the others says nothing of them.
PUBLISHED = " People named in the publication are counted; others may have spoken of a theme without being named."
NO_CODES = "The codebook is empty, so there are no themes to count."


def prevalence(study: Study, *, coder: str = "", interval: bool = False) -> Finding:
    """
    Return how many participants speak to each theme, as a table and lollipops.

    Parameters
    ----------
    study : Study
        The study.
    coder : str
        Whose codings count; the consensus, else all coders together, by default.
    interval : bool
        Show Wilson's 95 % interval beside each count.
    """
    name, title = "theme_prevalence", "How many speak to each theme"
    table = count(study, coder=coder, interval=interval)
    if table.empty:
        return Finding(name, NO_CODES, title)
    chosen = evidence(study, coder)
    drawn = plots.lollipop(table, label=study.label)
    note = " Intervals: Wilson, 95 %, for a hypothetical exchangeable population; this is a purposive sample."
    return Finding(
        name,
        _leaders(table),
        title,
        table=table,
        shown=_printed(table),
        caption=f"Participants, documents, passages and words for each theme, from the {chosen.why}; {_base(chosen)} "
        "A theme counts a person once, whatever the number of its sub-themes."
        + (PUBLISHED if study.about.kind == "published" else "")
        + ("" if study.has_texts else " Words are undefined: the study has no texts.")
        + (note if interval else ""),
        figure=drawn.figure,
        figure_caption="Participants in whom each theme was identified, of those who were asked."
        + (note if interval else ""),
        alt=drawn.alt,
        label=study.label,
    )


def circles(study: Study, *, coder: str = "") -> Finding:
    """Return the themes as packed circles, and how many themes are in which state."""
    name, title = "theme_circles", "Themes at a glance"
    table = count(study, coder=coder)
    if table.empty:
        return Finding(name, NO_CODES, title)
    leaves = table[~table["code"].isin(table["parent"])]
    states = leaves["state"].value_counts().reindex(list(STATES), fill_value=0)
    names = [", ".join(leaves.loc[leaves["state"] == state, "name"]) for state in states.index]
    summary = pd.DataFrame({"state": [STATES[s] for s in states.index], "themes": states.to_numpy(), "names": names})
    parts = [f"{n} {SAID[state]}" for state, n in states.items() if n]
    drawn = plots.packed_circles(table, label=study.label)
    return Finding(
        name,
        f"Of {plural(len(leaves), 'theme')} at the lowest level: {joined(parts)}.",
        title,
        table=summary,
        shown=summary.set_axis(["State", "Themes", "Which"], axis=1),
        caption="The state of each theme at the lowest level.",
        figure=drawn.figure,
        figure_caption="The area of a filled circle is in proportion to the number of participants, on one scale for "
        "all themes. Hollow and crossed circles have no size to read.",
        alt=drawn.alt,
        label=study.label,
    )


def cases(study: Study, *, coder: str = "") -> Finding:
    """Return who speaks to which theme: participants by themes at the lowest level."""
    name, title = "case_by_theme", "Who speaks to which theme"
    table = matrix(study, coder)
    if table.empty:
        return Finding(name, "There are no participants or no codes yet, so there is no matrix of the two.", title)
    heard = table.loc[table["codings"] > 0, "participant"].nunique()
    table = table[~table["code"].isin(study.codes["parent"])].reset_index(drop=True)
    spoke = table[table["codings"] > 0].groupby("participant")["code"].nunique()
    asked = table.loc[table["asked"], "participant"].nunique()
    silent = asked - heard
    rest = f"; {plural(silent, 'participant')} to none of them" if silent else ""
    most = f"; at most {plural(int(spoke.max()), 'theme')} for one person" if len(spoke) else ""
    known = table["asked"] & (table["state"] != "unnamed")
    wide = _wide(table.assign(cell=table["codings"].where(known).astype("Int64")))
    drawn = plots.case_matrix(table, label=study.label)
    return Finding(
        name,
        f"{of(heard, asked)} participants speak to at least one theme{most}{rest}.",
        title,
        table=table,
        shown=wide,
        caption="Passages of each participant under each theme. "
        + (
            PUBLISHED
            if study.about.kind == "published"
            else "0: asked and not found; an empty cell: not asked, or nobody is named."
        ),
        figure=drawn.figure,
        figure_caption="Participants by themes. White is zero; the darker, the more passages.",
        alt=drawn.alt,
        label=study.label,
    )


def _wide(table: pd.DataFrame) -> pd.DataFrame:
    """Return participants by codes under the codes' names, in the order of the rows."""
    names = table.drop_duplicates("code").set_index("code")["name"]
    people = table["participant"].drop_duplicates()
    wide = table.pivot(index="participant", columns="code", values="cell").loc[people, names.index]
    # By position: the name of a code may be that of another, or "participant".
    wide.insert(0, "Participant", people.to_list(), allow_duplicates=True)
    return wide.set_axis(["Participant", *names], axis=1).reset_index(drop=True)


def _base(chosen: Evidence) -> str:
    total = int(chosen.eligible.sum())
    asked = int(chosen.documents.sum())
    why = "everyone with a document" if chosen.assumed else f"those heard in the {plural(asked, 'document')} assigned"
    return f"the base is {plural(total, 'participant')}, {why}."


def _leaders(table: pd.DataFrame) -> str:
    """Say which themes most people speak to, and how many have nobody."""
    leaves = table[~table["code"].isin(table["parent"])]
    named = leaves[leaves["state"] == "named"].sort_values("participants", ascending=False, kind="stable")
    if named.empty:
        return f"Nobody is named under any of the {plural(len(leaves), 'theme')} at the lowest level."
    top = [f"{row.name} ({of(row.participants, row.of)})" for row in named.head(3).itertuples(index=False)]
    rest = [f"{n} {SAID[s]}" for s in ("unnamed", "absent") if (n := int((leaves["state"] == s).sum()))]
    text = f"Most people are named under {joined(top)}."
    wider = [f"{row.name} ({row.extent})" for row in named[named["extent"] != ""].itertuples(index=False)]
    text += f" Reported beyond the people named: {joined(wider)}." if wider else ""
    return text + (f" Of the {plural(len(leaves), 'theme')} at the lowest level, {joined(rest)}." if rest else "")


def _printed(table: pd.DataFrame) -> pd.DataFrame:
    indent = [INDENT * row.level + row.name for row in table.itertuples(index=False)]
    counts = [of(n, total) for n, total in zip(table["participants"], table["of"], strict=True)]
    people = pd.Series(counts, index=table.index, dtype="str").where(table["state"] != "unnamed", "nobody named")
    shown = {
        "Theme": indent,
        "State": table["state"].map(STATES),
        "Participants": people,
        "Documents": table["documents"],
        "Passages": table["codings"],
        "Also reported for": table["extent"],
    }
    if table["words"].notna().any():
        shown["Words"] = table["words"]
        shown["Coverage"] = [percent(share) for share in table["coverage"]]
    if "low" in table:
        pairs = zip(table["low"], table["high"], strict=True)
        shown["95% interval"] = ["" if pd.isna(low) else f"{low:.2f} to {high:.2f}" for low, high in pairs]
    out = pd.DataFrame(shown)
    return out if (table["extent"] != "").any() else out.drop(columns="Also reported for")
