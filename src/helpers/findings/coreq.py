"""The COREQ checklist: what the study's own words and its data say on each item."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

import pandas as pd

from .. import __version__
from ..quotes import quotes
from ..study import Study
from ..wording import joined, of, plural
from .finding import Finding
from .methods import codebook
from .participants import documents, flow_sentence


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
    return f"Themebook {__version__}"


def _quoted(study: Study) -> str:
    table = quotes(study, context=0)
    table = table[table["quote"] != ""]
    said = table[~table["paraphrase"].astype(bool)]
    kind, shown = ("Quotations", said) if len(said) else ("Paraphrases", table)
    people = shown.loc[shown["participant"] != "", "participant"].nunique()
    return f"{kind} from {of(people, len(study.participants))} participants" if len(shown) else ""


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
