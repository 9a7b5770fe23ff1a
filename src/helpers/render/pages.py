"""HTML pages: a chapter's body by nbconvert, in a layout that asks nothing of the network and runs no script."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import jupyter_start  # noqa: F401

# isort: split
import nbformat
from jinja2 import Environment, FileSystemLoader
from nbconvert import HTMLExporter
from traitlets.config import Config

from ..about import About
from ..errors import StudyError

TEMPLATES = Path(__file__).with_name("templates")
KINDS = {"published": "Published study", "synthetic": "Synthetic study", "own": "Own study"}


@dataclass(frozen=True)
class Page:
    """A chapter's page: what it is called in the navigation, and the question that it asks."""

    stem: str
    title: str

    @property
    def href(self) -> str:
        """The file's name."""
        return f"{self.stem}.html"

    @property
    def label(self) -> str:
        """The short name: `01_participants` is called Participants."""
        return self.stem.lstrip("0123456789_").replace("_", " ").capitalize() or self.stem


def page_of(chapter: Path) -> Page:
    """Return the page of a chapter notebook; its title is the notebook's H1, or else its short name."""
    for cell in nbformat.read(chapter, as_version=4).cells:
        found = re.search(r"^# +(.+?)\s*#*$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else None
        if found:
            return Page(chapter.stem, re.sub(r"[*`]", "", found[1]))
    return Page(chapter.stem, Page(chapter.stem, "").label)


class Pages:
    """
    The pages of one report.

    Parameters
    ----------
    name : str
        The study's short name, its title when it has no other.
    about : About
        Title, citation, question, kind of the study.
    pages : sequence of Page
        In the order of the navigation.
    versions : mapping of str to str
        Of the software that the foot of each page names.
    """

    def __init__(self, name: str, about: About, pages: Sequence[Page], versions: Mapping[str, str]) -> None:
        self.pages = list(pages)
        self.about = about
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
        )
        self._environment.globals.update(
            study=about.title or name,
            about=about,
            label="Synthetic data" if about.kind == "synthetic" else "",
            pages=self.pages,
            versions=versions,
            style=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
        )
        self._exporter = _exporter()

    def chapter(self, page: Page, notebook: nbformat.NotebookNode) -> str:
        """
        Return the page of an executed chapter.

        Raises
        ------
        StudyError
            When it does not have exactly one H1.
        """
        body, _ = self._exporter.from_notebook_node(notebook)
        headings = len(re.findall(r"<h1[\s>]", body))
        if headings != 1:
            raise StudyError(f"chapter {page.stem} has {headings} headings of the first level; a page has one")
        place = self.pages.index(page)
        before = self.pages[place - 1] if place else Page("index", "Overview")
        after = self.pages[place + 1] if place + 1 < len(self.pages) else None
        return self._render("chapter.html.j2", current=page, body=_scrolling(body), before=before, after=after)

    def overview(self, **content: Any) -> str:
        """Return the start page; see its template for what it is made of."""
        doi = re.fullmatch(r"10\.\d{4,9}/[^\s\"<>]+", self.about.doi)
        kind = KINDS.get(self.about.kind, self.about.kind)
        return self._render("overview.html.j2", current=None, kind=kind, doi=doi and doi[0], **content)

    def _render(self, template: str, **content: Any) -> str:
        return self._environment.get_template(template).render(**content)


def _exporter() -> HTMLExporter:
    """Return nbconvert's exporter with our template for a chapter's body and nothing else."""
    remove = "nbconvert.preprocessors.TagRemovePreprocessor"
    tags = {"enabled": True, "remove_cell_tags": {"parameters", "injected-parameters", "remove-cell"}}
    # Plain text stands last so that nbconvert does not warn of it; the template has no place for it.
    shown = ["text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain"]
    return HTMLExporter(
        template_name="notebook",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_anchor_links=True,
        default_preprocessors=[remove],
        config=Config({"TagRemovePreprocessor": tags, "NbConvertBase": {"display_data_priority": shown}}),
    )


def _scrolling(body: str) -> str:
    """Put each table into a box of its own that scrolls sideways, by keyboard too."""
    body = re.sub(r"<table(?=[\s>])", '<div class="scroll" tabindex="0"><table', body)
    return body.replace("</table>", "</table></div>")
