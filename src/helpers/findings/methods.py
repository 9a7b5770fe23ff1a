"""Findings on method: the codebook, who coded, the COREQ checklist, and what the report was made from."""

from __future__ import annotations

import platform
from collections.abc import Callable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

import pandas as pd

from ..codebook import tree
from ..presence import evidence
from ..quotes import quotes
from ..study import Study
from ..units import assigned
from .finding import Finding
from .participants import documents, flow_sentence
from .wording import INDENT, joined, of, plural

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


def coreq(study: Study) -> Finding:
    """
    Return the COREQ checklist with what the study's data and its `study.toml` say on each item.

    Source: Tong, Sainsbury & Craig (2007), Int J Qual Health Care 19:349-357 (numbers and names of the items).
    """
    with (files(__package__) / "coreq.csv").open(encoding="utf-8") as stream:
        items = pd.read_csv(stream)
    data = {item: say(study) for item, (_, say) in _FROM_DATA.items()}
    where = {item: chapter for item, (chapter, _) in _FROM_DATA.items()}
    table = items.assign(
        study=[study.about.coreq.get(str(item), "") for item in items["item"]],
        data=[data.get(item, "") for item in items["item"]],
        where=[where.get(item, "") if data.get(item) else "" for item in items["item"]],
    )
    open_items = table[(table["study"] == "") & (table["data"] == "")]
    shown = table.assign(
        study=table["study"].where(~table["item"].isin(open_items["item"]), "not recorded"),
        domain=table["domain"].where(~table["domain"].duplicated(), ""),
    )
    missing = ", ".join(str(n) for n in open_items["item"])
    rest = f"; nothing is recorded on {missing}" if missing else ""
    return Finding(
        "coreq",
        f"{of(len(table) - len(open_items), len(table))} items of the checklist have an answer on record{rest}.",
        "COREQ checklist",
        table=table,
        shown=shown[["item", "domain", "topic", "study", "data", "where"]].set_axis(
            ["Item", "Domain", "Topic", "The study says", "The data say", "In chapter"], axis=1
        ),
        caption="Consolidated criteria for reporting qualitative research (Tong, Sainsbury & Craig 2007). Answers of "
        "the study stand in study.toml under [coreq]; answers of the data are computed.",
        label=study.label,
    )


def _size(study: Study) -> str:
    return f"{plural(len(study.participants), 'participant')}, {plural(len(study.documents), 'document')}"


def _lost(study: Study) -> str:
    return flow_sentence(study) if len(study.about.recruitment) > 1 else ""


def _described(study: Study) -> str:
    names = [study.about.attribute(c).label for c in study.participants if c != "participant"]
    return f"Table 1: {', '.join(names)}" if names else ""


def _repeats(study: Study) -> str:
    people = study.documents.loc[study.documents["participant"] != "", "participant"]
    repeated = int((people.value_counts() > 1).sum())
    return f"{of(repeated, people.nunique())} participants have more than one document" if len(people) else ""


def _duration(study: Study) -> str:
    return documents(study).sentence if study.documents["minutes"].notna().any() else ""


def _saturation(study: Study) -> str:
    return study.about.saturation


def _coders(study: Study) -> str:
    people = study.coders[study.coders["kind"] == "person"]
    agreed = study.coders[study.coders["kind"] == "consensus"]
    parts = [plural(len(people), "coder")] if len(people) else []
    return joined(parts + (["a consensus"] if len(agreed) else []))


def _tree(study: Study) -> str:
    return codebook(study).sentence if len(study.codes) else ""


def _origins(study: Study) -> str:
    counts = study.codes["origin"].value_counts()
    return joined([f"{counts[o]} {o}" for o in ("deductive", "inductive") if o in counts])


def _software(study: Study) -> str:
    return f"Themebook {_version('themebook')}"


def _quoted(study: Study) -> str:
    table = quotes(study, context=0)
    people = table.loc[table["participant"] != "", "participant"].nunique()
    kind = "quotations" if study.has_texts else "paraphrases"
    return f"{kind.capitalize()} from {of(people, len(study.participants))} participants" if len(table) else ""


_FROM_DATA: dict[int, tuple[str, Callable[[Study], str]]] = {
    12: ("Participants", _size),
    13: ("Participants", _lost),
    16: ("Participants", _described),
    18: ("Participants", _repeats),
    21: ("Participants", _duration),
    22: ("Methods", _saturation),
    24: ("Methods", _coders),
    25: ("Methods", _tree),
    26: ("Methods", _origins),
    27: ("Methods", _software),
    29: ("Evidence", _quoted),
}


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
