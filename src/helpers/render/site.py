"""A report's files, made chapter by chapter from executed notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import ClassVar

import nbformat

from ..about import About
from ..errors import StudyError, listed
from ..spreadsheets import write_csv, write_xlsx
from .bundles import Bundle, bundles_in
from .pages import Pages, page_of


class Site:
    """
    The pages, tables, figures and notebooks of a report.

    Parameters
    ----------
    folder : Path
        An empty folder to write into.
    name : str
        The study's short name; the workbook is called by it.
    about : About
        What the pages say of the study.
    chapters : sequence of Path
        All chapters, in order; `add` may take them in any other.
    """

    FILES: ClassVar[frozenset[str]] = frozenset(
        {"index.html", "notebooks", "tables", "figures", "provenance.json", "report.pdf", "report.docx"}
    )

    def __init__(self, folder: Path, name: str, about: About, chapters: Sequence[Path]) -> None:
        self.folder = folder
        self.name = name
        self.pages = Pages(name, about, [page_of(chapter) for chapter in chapters], _versions())
        self._found: dict[str, list[Bundle]] = {page.stem: [] for page in self.pages.pages}
        for kind in ("notebooks", "tables", "figures"):
            (folder / kind).mkdir()

    def add(self, chapter: str, notebook: nbformat.NotebookNode) -> None:
        """
        Write an executed chapter: its notebook, its page, its tables and figures.

        Parameters
        ----------
        chapter : str
            The notebook's file name without its ending.
        notebook : NotebookNode
            As it ran.

        Raises
        ------
        StudyError
            When the page has not one H1, or a finding's name is that of another's.
        """
        page = next(page for page in self.pages.pages if page.stem == chapter)
        html = self.pages.chapter(page, notebook)
        found = list(bundles_in(chapter, notebook))
        self._refuse_twice(found)
        self._found[chapter] = found
        nbformat.write(notebook, self.folder / "notebooks" / f"{chapter}.ipynb")
        (self.folder / page.href).write_text(html, encoding="utf-8", newline="\n")
        for bundle in found:
            bundle.write_figure(self.folder / "figures")
            if bundle.table is not None:
                write_csv(bundle.table, self.folder / "tables" / f"{bundle.name}.csv")

    def finish(self, made: datetime) -> None:
        """Write what is about all chapters: the workbook and the start page."""
        # What several chapters show, such as the study's inputs, belongs to the last of them.
        latest = {bundle.name: bundle for found in self._found.values() for bundle in found}
        last = [b for found in self._found.values() for b in found if latest[b.name] is b]
        tables = [bundle.table for bundle in last if bundle.table is not None]
        workbook = f"tables/{self.name}.xlsx" if tables else ""
        if tables:
            write_xlsx(tables, self.folder / workbook)
        html = self.pages.overview(
            chapters=[(page, [b for b in last if b.chapter == page.stem]) for page in self.pages.pages],
            files=[entry for entry in map(_files, last) if any(entry[1:])],
            workbook=workbook,
            made=f"{made:%Y-%m-%d, %H:%M} UTC",
        )
        (self.folder / "index.html").write_text(html, encoding="utf-8", newline="\n")

    def _refuse_twice(self, found: list[Bundle]) -> None:
        """
        Two findings of one name would be one file, so they have to be the same.

        Names that differ in case only are one file on some systems.
        """
        known = {bundle.name.casefold(): bundle for bundles in self._found.values() for bundle in bundles}
        for bundle in found:
            first = known.setdefault(bundle.name.casefold(), bundle)
            if replace(first, chapter=bundle.chapter) != bundle:
                where = listed(sorted({first.chapter, bundle.chapter}))
                raise StudyError(f"two findings are called {bundle.name!r}, in {where}; give one another name")


def _files(bundle: Bundle) -> tuple[Bundle, str, list[str]]:
    table = f"tables/{bundle.name}.csv" if bundle.columns is not None else ""
    kinds = {"svg": bundle.svg, "png": bundle.png}
    return bundle, table, [f"figures/{bundle.name}.{kind}" for kind, content in kinds.items() if content is not None]


def _versions() -> dict[str, str]:
    """Return the versions that the foot of a page names."""
    found = {}
    for package in ("Themebook", "pandas", "Matplotlib", "papermill"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return {**found, "Python": python_version()}
