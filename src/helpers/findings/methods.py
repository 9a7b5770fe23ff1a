"""Findings on method: the study, the codebook, who coded, and what the report was made from."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

import pandas as pd

from ..codebook import tree
from ..presence import evidence
from ..study import Study
from ..units import assigned
from ..wording import INDENT, joined, plural
from .finding import Finding

PACKAGES = ("themebook", "pandas", "numpy", "matplotlib", "papermill", "nbconvert", "ipykernel")


def about(study: Study) -> Finding:
    """Return what the study is, in its own words."""
    said = study.about
    rows = {
        "Title": said.title,
        "Question": said.question,
        "Citation": said.citation,
        "DOI": said.doi,
        "Licence of the data": said.licence,
        "Kind": {"own": "own study", "published": "transcribed from a publication", "synthetic": "synthetic: invented"}[
            said.kind
        ],
        "Saturation": said.saturation,
        **{f"Note {n}": note for n, note in enumerate(said.notes, 1)},
        **{f"Import {n}": note for n, note in enumerate(said.imported, 1)},
    }
    table = pd.DataFrame([(k, v) for k, v in rows.items() if v], columns=["what", "value"])
    name = said.title or study.name
    return Finding(
        "about_study",
        f"{name}: {plural(len(study.participants), 'participant')}, {plural(len(study.documents), 'document')}, "
        f"{plural(len(study.codes), 'code')}, {plural(len(study.codings), 'coding')}.",
        "The study",
        table=table,
        shown=table.set_axis(["", "As recorded"], axis=1),
        caption="What the study folder says of the study.",
        label=study.label,
    )


def codebook(study: Study) -> Finding:
    """Return the codebook with its definitions."""
    table = tree(study)[["code", "name", "parent", "level", "origin", "definition", "include", "exclude"]]
    if table.empty:
        return Finding("codebook", "The codebook is empty.", "Codebook")
    origins = [f"{n} {o}" for o in ("deductive", "inductive") if (n := int((table["origin"] == o).sum()))]
    top, depth = int((table["level"] == 0).sum()), int(table["level"].max()) + 1
    undefined = int((table["definition"] == "").sum())
    parts = [f"{plural(len(table), 'code')} on {plural(depth, 'level')}, {top} at the top"]
    parts += [joined(origins)] if origins else []
    parts += [f"{undefined} without a definition"] if undefined else []
    shown = table.assign(name=[INDENT * row.level + row.name for row in table.itertuples(index=False)])
    shown = shown[["name", "origin", "definition", "include", "exclude"]]
    said = [c for c in shown if (shown[c] != "").any()]
    return Finding(
        "codebook",
        "; ".join(parts) + ".",
        "Codebook",
        table=table,
        shown=shown[said].rename(columns=lambda c: {"name": "Code"}.get(c, c.capitalize())),
        caption="The codebook: what each code means, and what belongs under it.",
        label=study.label,
    )


def coding_work(study: Study) -> Finding:
    """Return who coded what: documents asked for and coded, and codings, by coder."""
    asked, assumed = assigned(study)
    rows = []
    for coder in study.coders.itertuples(index=False):
        mine = study.codings[study.codings["coder"] == coder.coder]
        held = mine.loc[mine["document"] != "", "document"]
        rows.append(
            {
                "coder": coder.coder,
                "name": coder.name,
                "kind": coder.kind,
                "asked": int((asked["coder"] == coder.coder).sum()),
                "coded": held.nunique(),
                "codings": len(mine),
                "codes": mine["code"].nunique(),
            }
        )
    table = pd.DataFrame(rows, columns=["coder", "name", "kind", "asked", "coded", "codings", "codes"])
    if table.empty:
        return Finding("coding_work", "Nobody has coded yet.", "Who coded what")
    why = evidence(study).why
    note = (
        " Assignments are not recorded: a coder is assumed to have been asked for the documents they coded."
        if assumed
        else ""
    )
    return Finding(
        "coding_work",
        f"{plural(len(table), 'coder')} and {plural(len(study.codings), 'coding')}; results rest on the {why}.",
        "Who coded what",
        table=table,
        shown=table.set_axis(["Coder", "Name", "Kind", "Asked", "Coded", "Codings", "Codes used"], axis=1),
        caption=f"Documents that each coder was asked to code and has coded, codings, and codes used.{note}",
        label=study.label,
    )


def inputs(study: Study) -> Finding:
    """Return the files that the study was read from, with their SHA-256, so that a reader can tell them apart."""
    table = pd.DataFrame(sorted(study.inputs.items()), columns=["file", "sha256"])
    if table.empty:
        return Finding("inputs", "The study was not read from files.", "Files")
    return Finding(
        "inputs",
        f"Made from {plural(len(table), 'file')}; the same files give the same tables and figures.",
        "Files",
        table=table,
        shown=table.assign(sha256=table["sha256"].str[:16] + "…").set_axis(["File", "SHA-256 (beginning)"], axis=1),
        caption="The study's files. The exported table holds the whole checksums.",
        label=study.label,
    )


def environment() -> Finding:
    """Return the versions of Python and of the packages that the results depend on."""
    rows = [("python", platform.python_version()), *((name, _version(name)) for name in PACKAGES)]
    table = pd.DataFrame(rows, columns=["package", "version"])
    return Finding(
        "environment",
        f"Made with Themebook {_version('themebook')} on Python {platform.python_version()}.",
        "Software",
        table=table,
        shown=table.set_axis(["Package", "Version"], axis=1),
        caption="Software that the results depend on.",
    )


@cache
def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
