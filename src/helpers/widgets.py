"""The explorer: choose part of a study in JupyterLab, and see its themes, people and quotations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

import ipywidgets as w
import pandas as pd

from . import findings
from .characteristics import attributes, levels, values
from .codebook import tree
from .errors import StudyError
from .exchange import open_study, studies
from .study import Study

VIEWS: dict[str, Callable[[Study, str], findings.Finding]] = {
    "Themes": lambda study, coder: findings.prevalence(study, coder=coder),
    "Table 1": lambda study, coder: findings.table_one(study),
    "Quotations": lambda study, coder: findings.quotations(study, coder=coder),
    "Who and what": lambda study, coder: findings.cases(study, coder=coder),
}


def select(
    study: Study,
    where: Mapping[str, Sequence[str] | tuple[float, float]] | None = None,
    codes: Sequence[str] = (),
) -> Study:
    """
    Return the part of a study that a selection names.

    Parameters
    ----------
    study : Study
        The study.
    where : mapping, optional
        For an attribute, the levels to keep, or the least and the greatest number. Somebody with several values is
        kept for any of them. An attribute that is not named, or has no levels, keeps everyone; a range leaves out
        those whose number is not known.
    codes : sequence of str
        Codes or themes to keep; none keeps all.

    Returns
    -------
    Study
        Possibly with nobody in it.
    """
    kept = list(study.participants["participant"])
    for attribute, wanted in (where or {}).items():
        if not len(wanted):
            continue
        if isinstance(wanted, tuple) and not isinstance(wanted[0], str):
            people = study.participants
            inside = people[people[attribute].between(*wanted)]["participant"]
        else:
            table = values(study, attribute)
            inside = table.loc[table["value"].isin(wanted), "participant"]
        kept = [name for name in kept if name in set(inside)]
    chosen = study if len(kept) == len(study.participants) else study.only(participants=kept)
    return chosen.only(codes=codes) if codes else chosen


def explorer(study: str | Study = "houghton-2024") -> w.Widget:
    """
    Return the explorer, opened on a study.

    Parameters
    ----------
    study : str or Study
        A name, a path or a study. Others can be chosen in it by name.

    Raises
    ------
    StudyError
        When the study cannot be opened.
    """
    return Explorer(study)


class Explorer(w.VBox):
    """Controls on top, one view at a time below; a view is computed when it is looked at."""

    def __init__(self, study: str | Study) -> None:
        first = open_study(study)
        self.study = first
        names = list(dict.fromkeys([first.name, *studies()]))
        self.choice = w.Dropdown(options=names, value=first.name, description="Study")
        self._opened: dict[str, Study] = {first.name: first}
        self.message = w.HTML()
        self.controls = w.Accordion()
        self.pages = [w.HTML() for _ in VIEWS]
        self.tabs = w.Tab(children=self.pages, titles=tuple(VIEWS))
        super().__init__([self.choice, self.controls, self.message, self.tabs])
        self.choice.observe(self._open, "value")
        self.tabs.observe(self._show, "selected_index")
        self._build()

    def _open(self, _: object) -> None:
        name = self.choice.value
        try:
            if name not in self._opened:
                self._opened[name] = open_study(name)
        except StudyError as error:
            self.message.value = _alert(str(error))
            return
        self.study = self._opened[name]
        self._build()

    def _build(self) -> None:
        """Make the controls of the study that is open."""
        # A number measured within groups has no one scale to choose a range on.
        plain = [name for name in attributes(self.study) if not self.study.about.attribute(name).within]
        self.filters = {name: _filter(self.study, name) for name in plain}
        book = tree(self.study)
        options = [("\u2003" * row.level + row.name, row.code) for row in book.itertuples(index=False)]
        self.codes = w.SelectMultiple(
            options=options, rows=min(max(len(options), 3), 10), description="Codes", layout=_wide()
        )
        names = zip(self.study.coders["name"], self.study.coders["coder"], strict=True)
        coders = [("the agreed codings, or all coders", ""), *names]
        self.coder = w.Dropdown(options=coders, value="", description="Coder", layout=_wide())
        people = w.HBox(list(self.filters.values()), layout=w.Layout(flex_flow="row wrap"))
        self.controls.children = [people, self.codes, self.coder]
        self.controls.selected_index = 0
        self.controls.titles = ("Participants", "Codes and themes", "Coder")
        for control in (*self.filters.values(), self.codes, self.coder):
            control.observe(self._show, "value")
        self._show(None)

    def selection(self) -> Study:
        """Return the part of the study that the controls name."""
        where = {}
        for name, control in self.filters.items():
            full = isinstance(control, w.FloatRangeSlider) and control.value == (control.min, control.max)
            where[name] = () if full else control.value
        return select(self.study, where, self.codes.value)

    def _show(self, _: object) -> None:
        """Compute the view that is looked at; what is wrong with the selection is said in place."""
        page = self.tabs.selected_index or 0
        try:
            chosen = self.selection()
            shown = list(VIEWS.values())[page](chosen, self.coder.value).to_html()
        except StudyError as error:
            self.message.value = _alert(str(error))
            return
        kept, total = len(chosen.participants), len(self.study.participants)
        mark = f"<strong>{escape(self.study.label)}.</strong> " if self.study.label else ""
        # The view first: whoever reads the message may look at it already.
        self.pages[page].value = shown
        self.message.value = f'<p role="status">{mark}{kept} of {total} participants selected.</p>'


def _filter(study: Study, attribute: str) -> w.Widget:
    cells = study.participants[attribute]
    label = study.about.attribute(attribute).label
    room = w.Layout(width=f"{18 + len(label) // 2}em")  # the control beside its whole label
    labelled = {"description": label, "style": {"description_width": "initial"}, "layout": room}
    if pd.api.types.is_numeric_dtype(cells) and cells.notna().any():
        low, high = float(cells.min()), float(cells.max())
        step = 1.0 if (cells.dropna() % 1 == 0).all() else (high - low) / 100 or 1.0
        form = ".0f" if step == 1.0 else ".2f"
        return w.FloatRangeSlider(value=(low, high), min=low, max=high, step=step, readout_format=form, **labelled)
    options = levels(study, attribute)
    return w.SelectMultiple(options=options, rows=min(max(len(options), 2), 6), **labelled)


def _wide() -> w.Layout:
    return w.Layout(width="30em")


def _alert(text: str) -> str:
    return f'<pre role="alert">{escape(text)}</pre>'
