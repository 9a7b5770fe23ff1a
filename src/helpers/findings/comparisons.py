"""Findings on how things go together: themes by group, case by theme, theme by theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from .. import plots
from ..characteristics import MISSING, attributes
from ..comparisons import Test, differences
from ..crosstab import memberships
from ..evidence import speakers
from ..framework import BETWEEN, Fill, combination_counts, combinations, framework
from ..presence import evidence, matrix
from ..study import Study
from ..wording import INDENT, coefficient, joined, of, plural
from .finding import Finding
from .themes import PUBLISHED

TEST_NAMES = {"exact": "Fisher's exact test, two-sided", "permutation": "a permutation test of Pearson's statistic"}
NO_CODES = "The codebook is empty, so there is nothing to compare."


def comparison(
    study: Study,
    by: str = "",
    *,
    coder: str = "",
    bands: Sequence[float] = (),
    interval: bool = False,
    test: Test = "",
    small: bool = False,
) -> Finding:
    """
    Return how many of each group speak to each theme, side by side.

    Parameters
    ----------
    study : Study
        The study.
    by : str
        An attribute. When empty, the finding says what could be given.
    coder, bands, interval, test, small
        As for `helpers.comparisons.differences`.
    """
    name, title = "theme_by_attribute", "Themes by an attribute"
    if not by:
        known = joined([repr(a) for a in attributes(study) if not study.about.attribute(a).within], "or")
        told = f"set the parameter by to {known}" if known else "the study records no attributes"
        return Finding(name, f"No comparison was asked for; {told}.", title)
    cuts = [float(b) for b in bands]
    table = differences(study, by, coder=coder, bands=cuts)
    if table.empty:
        return Finding(name, NO_CODES, title)
    groups = [column.removesuffix(": of") for column in table if column.endswith(": of")]
    sizes = {group: int(table[f"{group}: of"].iat[0]) for group in groups}
    # The parameter for intervals is shared with other chapters; it does not ask for what three groups cannot have.
    two = [group for group in groups if sizes[group]]
    label, several = study.about.attribute(by).label, study.about.attribute(by).multivalued
    possible = interval and len(two) == 2 and not several
    if possible or test:
        table = differences(study, by, coder=coder, bands=cuts, interval=possible, test=test, small=small)
    if not groups:
        return Finding(name, f"{label} is not known for anybody, so there are no groups to compare.", title)
    listed = joined([f"{group} ({size})" for group, size in sizes.items()])
    said = f"{plural(len(table), 'theme')} side by side for {plural(len(groups), 'group')} of {label}: {listed}."
    return Finding(
        name,
        f"{said} {_tested(table, test)}{_left_out(study, coder, by, cuts, label)}",
        title,
        table=table,
        shown=_side_by_side(table, groups, two),
        caption=f"Participants who speak to each theme, by {label}, of those in the group; from the "
        f"{evidence(study, coder).why}. A purposive sample describes itself; differences between small groups are a "
        f"reason to read again.{_notes(several, possible, interval, test)}"
        f"{_rounds(study, coder, by, cuts)}{_in_groups(study, coder) if possible or test else ''}{_published(study)}",
        label=study.label,
    )


def _notes(several: bool, possible: bool, interval: bool, test: Test) -> str:
    notes = {
        "Somebody with several values is in several groups.": several,
        "Interval: Newcombe (1998), 95%, for a hypothetical exchangeable population.": possible,
        "An interval of the difference is for two separate groups.": interval and not possible,
        "No p: nobody or everybody has the theme, or nobody is named.": test,
    }
    return "".join(f" {note}" for note, applies in notes.items() if applies)


def _rounds(study: Study, coder: str, by: str, bands: Sequence[float]) -> str:
    """Warn of groups that were not heard in the same rounds: who was never asked is not silent."""
    document, person = speakers(study)
    asked = evidence(study, coder).documents[document]
    rounds = study.documents["round"].replace("", "none named").to_numpy()[document]
    member, order = memberships(study, by, bands)
    heard = {g: sorted(set(rounds[asked & (member[person, n] > 0)])) for n, g in enumerate(order) if g != MISSING}
    told = [f"{group} in {joined(known)}" for group, known in heard.items() if known]
    if len({tuple(known) for known in heard.values() if known}) < 2:
        return ""
    return f" Groups were heard in different rounds ({'; '.join(told)}) and need not have been asked the same."


def _in_groups(study: Study, coder: str) -> str:
    """Warn of people who were heard together: what one says there hangs on what another said."""
    document, person = speakers(study)
    shared = (study.documents["participant"] == "").to_numpy() & evidence(study, coder).documents
    people = len(set(person[shared[document]].tolist()))
    told = f" {plural(people, 'participant')} spoke in a group, where one answers another"
    return f"{told}: intervals and tests take people to be independent." if people else ""


def _tested(table: pd.DataFrame, test: Test) -> str:
    if not test:
        return "Counts only; no test is made."
    clear = int((table["p_holm"] < 0.05).sum())
    return (
        f"{plural(int(table['compared'].iat[0]), 'comparison')} by {TEST_NAMES[test]}; "
        f"{clear} with p below 0.05 after Holm's adjustment."
    )


def _left_out(study: Study, coder: str, by: str, bands: Sequence[float], label: str) -> str:
    """Say how many people are in no group, and why."""
    heard = evidence(study, coder).eligible
    member, order = memberships(study, by, bands)
    unknown = int(member[heard][:, order.index(MISSING)].sum()) if MISSING in order else 0
    parts = [
        f"{plural(unknown, 'participant')} for whom {label} is not known" if unknown else "",
        f"{plural(int((~heard).sum()), 'participant')} heard in no coded document" if not heard.all() else "",
    ]
    told = joined([part for part in parts if part])
    return f" Left out: {told}." if told else ""


def _published(study: Study) -> str:
    return PUBLISHED if study.about.kind == "published" else ""


def _side_by_side(table: pd.DataFrame, groups: list[str], two: list[str]) -> pd.DataFrame:
    """Return the table as it is printed; columns by position, since a group may be called anything."""
    shown = [("Theme", [INDENT * d + n for d, n in zip(table["depth"], table["name"], strict=True)])]
    for group in groups:
        pairs = zip(table[f"{group}: n"], table[f"{group}: of"], table["state"], strict=True)
        shown.append((group, ["nobody named" if state == "unnamed" else of(n, total) for n, total, state in pairs]))
    if "low" in table:
        limits = zip(table["difference"], table["low"], table["high"], strict=True)
        signed = ([coefficient(value, "+") for value in row] for row in limits)
        texts = ["" if row[0] == "undefined" else "{} ({} to {})".format(*row) for row in signed]
        shown.append((f"{two[0]} less {two[1]} (95% interval)", texts))
    if "p" in table:
        shown += [(title, [_p(value) for value in table[c]]) for c, title in (("p", "p"), ("p_holm", "p (Holm)"))]
    return pd.DataFrame({n: texts for n, (_, texts) in enumerate(shown)}).set_axis(
        [title for title, _ in shown], axis=1
    )


def _p(value: float) -> str:
    return "" if pd.isna(value) else "<0.001" if value < 0.001 else f"{value:.3f}"


def framework_matrix(
    study: Study, *, themes: Sequence[str] = (), coder: str = "", fill: Fill = "quote", cells: int = 1
) -> Finding:
    """Return what stands for each participant under each theme; see `helpers.framework.framework`."""
    name, title = "framework", "Case by theme, in words"
    table = framework(study, themes=themes, coder=coder, fill=fill, cells=cells)
    if not table["passages"].any():
        return Finding(name, "No passage of a participant is coded yet, so the framework matrix is empty.", title)
    names = table.drop_duplicates("theme").set_index("theme")["name"]
    people = table["participant"].drop_duplicates()
    known = matrix(study, coder)
    heard = known.drop_duplicates("participant").set_index("participant")["asked"]
    state = known.drop_duplicates("code").set_index("code")["state"]
    marked = table.assign(cell=[_cell(row, heard[row.participant]) for row in table.itertuples(index=False)])
    wide = marked.pivot(index="participant", columns="theme", values="cell").loc[people, names.index]
    # By position: a theme may be called "participant".
    wide.insert(0, "Participant", people.to_list(), allow_duplicates=True)
    wide = wide.set_axis(["Participant", *names], axis=1).reset_index(drop=True)
    unnamed = [names[theme] for theme in names.index if state[theme] == "unnamed"]
    kinds = " Brackets: the coder's own words." if table["kind"].isin(["paraphrase", "memo"]).any() else ""
    return Finding(
        name,
        f"{of(int((table['passages'] > 0).sum()), len(table))} cells of {plural(len(people), 'participant')} by "
        f"{plural(len(names), 'theme')} are filled.",
        title,
        table=table,
        shown=wide,
        caption="For each participant and theme with all below it, "
        + ("what the coder noted, else " if fill == "memo" else "")
        + f"the shortest telling passage.{kinds}"
        + (f" Reported for the sample, with nobody named: {joined(unnamed)}." if unnamed else "")
        + _published(study),
        label=study.label,
    )


def _cell(row: Any, heard: bool) -> str:
    """Mark whose words a cell holds: quotation marks for the participant's, brackets for the coder's."""
    if not heard:
        return "not asked"
    if row.passages and not row.text:
        return "[coded, without words]"
    marks = "“{}”" if row.kind == "quote" else "[{}]"
    return "\n".join(marks.format(text) for text in row.text.split(BETWEEN) if text)


def theme_combinations(study: Study, *, themes: Sequence[str] = (), coder: str = "") -> Finding:
    """Return which themes come together in whom."""
    name, title = "theme_combinations", "Themes that come together in a person"
    sets = combinations(study, themes=themes, coder=coder)
    if sets.empty:
        return Finding(name, "There are no participants or no codes yet, so nothing can come together.", title)
    # A theme for which nobody is named can be absent or unknown; neither is a part of a combination.
    empty = [code for code in sets if not sets[code].any()]
    sets = sets.drop(columns=empty)
    if sets.columns.empty:
        return Finding(name, "Nobody is named under any theme, so nothing comes together.", title)
    table = combination_counts(sets)
    names = dict(zip(study.codes["code"], study.codes["name"], strict=True))
    readable = combination_counts(sets, names)["codes"].replace("", "none of them")
    alone = int((table["participants"] == 1).sum())
    verb = "are named under" if study.about.kind == "published" else "show"
    single = (
        "none belongs" if not alone else "each belongs" if alone == len(table) else f"{of(alone, len(table))} belong"
    )
    drawn = plots.upset(sets.rename(columns=names), label=study.label)
    return Finding(
        name,
        f"{plural(len(sets), 'participant')} {verb} {plural(len(table), 'combination')} of "
        f"{plural(sets.shape[1], 'theme')}; {single} to one person only.",
        title,
        table=table,
        shown=table.assign(codes=readable).set_axis(["Themes", "How many", "People", "Who"], axis=1),
        caption="Combinations of themes, by the number of people who show exactly these."
        + (f" Left out, since nobody is named: {joined([names[code] for code in empty])}." if empty else "")
        + _published(study),
        figure=drawn.figure,
        figure_caption="Each column is a combination of themes; the bar above it counts the people with exactly these."
        + _published(study),
        alt=drawn.alt,
        label=study.label,
    )
