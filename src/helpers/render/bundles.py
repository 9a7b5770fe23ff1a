"""What findings leave in an executed notebook: checked records with their table, sentence and figure."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import StudyError
from ..spreadsheets import Cell, Table

MIME = "application/vnd.themebook.finding+json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")


@dataclass(frozen=True)
class Bundle:
    """A finding as its notebook shows it; `columns` is None when it has no table."""

    chapter: str
    name: str
    title: str
    sentence: str
    caption: str
    figure_caption: str
    alt: str
    label: str
    columns: list[str] | None
    rows: list[list[Cell]]
    svg: str | None
    png: str | None

    @property
    def table(self) -> Table | None:
        """The tidy table, when the finding has one."""
        if self.columns is None:
            return None
        return Table(self.name, self.caption or self.title, self.columns, self.rows, self.label)

    def write_figure(self, folder: Path) -> list[Path]:
        """Write the figure as SVG and PNG, as far as the finding has it; return the files."""
        written = []
        if self.svg is not None:
            written.append(folder / f"{self.name}.svg")
            written[-1].write_text(self.svg, encoding="utf-8", newline="\n")
        if self.png is not None:
            written.append(folder / f"{self.name}.png")
            written[-1].write_bytes(base64.b64decode(self.png))
        return written


def bundles_in(chapter: str, notebook: Mapping[str, Any]) -> Iterator[Bundle]:
    """
    Yield the findings that an executed notebook shows, in order.

    Raises
    ------
    StudyError
        When a finding's name would not do as the name of a file.
    """
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if MIME in output.get("data", {}):
                yield _bundle(chapter, output["data"][MIME])


def _bundle(chapter: str, data: Mapping[str, Any]) -> Bundle:
    name = data["name"]
    if not _NAME.fullmatch(name):
        raise StudyError(f"chapter {chapter}: {name!r} cannot name a file; use letters, digits, _ and -")
    texts = ("title", "sentence", "caption", "figure_caption", "alt", "label")
    return Bundle(
        chapter=chapter,
        name=name,
        columns=data.get("columns"),
        rows=data.get("rows") or [],
        svg=data.get("svg"),
        png=data.get("png"),
        **{key: data.get(key) or "" for key in texts},
    )
