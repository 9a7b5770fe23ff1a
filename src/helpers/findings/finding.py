"""A finding: a table, the sentence that it supports, its figure, and their captions, as one thing."""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..cells import written

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MIME = "application/vnd.themebook.finding+json"

SCREEN = 125  # pixels an inch: type that is right on paper is small on a screen
LONG, PROSE = 30, 100  # characters of a column's longest text, beyond which it is not to stand one word below the other

# Jupyter's own style sets tables right-aligned and small; a page of a report has a style of its own. The class is
# said three times, so that it weighs more than JupyterLab's own rule for cells.
_OURS = ".themebook-finding" * 3
_STYLE = (
    f"<style>{_OURS} :is(table,caption,th,td){{text-align:left}}{_OURS} :is(td,th).number{{text-align:right}}"
    f"{_OURS} td{{white-space:pre-line;vertical-align:top}}{_OURS} img{{max-width:100%}}</style>"
)


@dataclass(frozen=True, eq=False)
class Finding:
    """
    What one step of an analysis found.

    Attributes
    ----------
    name : str
        The stem of the files it is exported to; unique within a report.
    sentence : str
        What the table says, computed from it.
    title : str
        A short heading.
    table : DataFrame, optional
        Tidy and complete: what is exported. Missing values mean unknown or undefined.
    shown : DataFrame, optional
        The table as it is printed; by default `table` itself.
    caption : str
        The table's caption.
    figure : Figure, optional
        The figure.
    figure_caption, alt : str
        Its caption, and its description for those who do not see it.
    label : str
        "Synthetic data", or nothing; every caption carries it.
    """

    name: str
    sentence: str
    title: str = ""
    table: pd.DataFrame | None = None
    shown: pd.DataFrame | None = None
    caption: str = ""
    figure: Figure | None = None
    figure_caption: str = ""
    alt: str = ""
    label: str = ""

    def _marked(self, caption: str) -> str:
        if not self.label:
            return caption
        return f"{self.label}. {caption}" if caption else f"{self.label}."

    def to_html(self) -> str:
        """Return an HTML fragment in which every text of the study is escaped."""
        parts = [f'<section class="themebook-finding tex2jax_ignore" id="{html.escape(self.name)}">{_STYLE}']
        parts.append(f'<p class="sentence">{html.escape(self.sentence)}</p>')
        if self.figure is not None:
            data = base64.b64encode(self._svg.encode()).decode()
            caption = html.escape(self._marked(self.figure_caption))
            width = round(self.figure.get_figwidth() * SCREEN)
            image = f'<img src="data:image/svg+xml;base64,{data}" alt="{html.escape(self.alt)}" width="{width}">'
            parts.append(f"<figure>{image}<figcaption>{caption}</figcaption></figure>")
        if self.table is not None:
            shown = _texts(self.table if self.shown is None else self.shown)
            parts.append(_html_table(shown, self._marked(self.caption)))
        return "".join([*parts, "</section>"])

    @cached_property
    def _svg(self) -> str:
        """The figure as text; drawing is slow, and the page and the report want the same one."""
        from ..plots.style import svg

        return "" if self.figure is None else svg(self.figure)

    def bundle(self) -> dict[str, Any]:
        """
        Return everything as plain JSON values, for the report to collect.

        Cells of `rows` are null, booleans, numbers or text; those of `shown_rows` are text.
        """
        from ..plots.style import png

        shown = self.table if self.shown is None else self.shown
        cells = None if self.table is None else self.table.astype(object).values
        return {
            "name": self.name,
            "title": self.title,
            "sentence": self.sentence,
            "caption": self._marked(self.caption),
            "figure_caption": self._marked(self.figure_caption),
            "alt": self.alt,
            "label": self.label,
            "columns": None if self.table is None else [str(c) for c in self.table],
            "rows": None if cells is None else [[_plain(v) for v in row] for row in cells],
            "shown_columns": None if shown is None else [str(c) for c in shown],
            "shown_rows": None if shown is None else _texts(shown).values.tolist(),
            "svg": self._svg or None,
            "png": None if self.figure is None else base64.b64encode(png(self.figure)).decode(),
        }

    def _repr_mimebundle_(self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None) -> dict:
        del include, exclude  # IPython filters what it does not want
        return {"text/plain": self.sentence, "text/html": self.to_html(), MIME: self.bundle()}


def _plain(value: Any) -> Any:
    """Return a cell as a JSON scalar; a missing or undefined value is null."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        # Ten digits are the same on every machine; the last of seventeen may not be.
        return float(f"{value:.10g}")
    return value if isinstance(value, (bool, int, str)) else str(value)


def _texts(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as text: nothing for a missing value, whole numbers without a decimal point."""

    def text(value: Any) -> str:
        plain = _plain(value)
        if plain is None:
            return ""
        if isinstance(plain, bool):
            return "yes" if plain else "no"
        return written(plain) if isinstance(plain, float) else str(plain)

    # By position: two codes, and so two columns, may have one name.
    rows = [[text(value) for value in row] for row in table.astype(object).itertuples(index=False, name=None)]
    return pd.DataFrame(rows, columns=[str(column) for column in table], dtype=object)


def _kind(cells: pd.Series) -> str:
    """Return what a page needs to know of a column: numbers stand right, and long texts want room."""
    if cells.empty:
        return ""
    if cells.str.fullmatch(r"([-−]?\d+(\.\d+)?)?").all():
        return "number"
    longest = cells.str.len().max()
    return "prose" if longest > PROSE else "long" if longest > LONG else ""


def _html_table(texts: pd.DataFrame, caption: str) -> str:
    kind = [f' class="{name}"' if (name := _kind(cells)) else "" for _, cells in texts.items()]
    head = "".join(f'<th scope="col"{k}>{html.escape(c)}</th>' for c, k in zip(texts, kind, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{k}>{html.escape(v)}</td>" for v, k in zip(row, kind, strict=True)) + "</tr>"
        for row in texts.values
    )
    return (
        f'<div class="table"><table><caption>{html.escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
