"""The unitising family for a study: each theme as a set of values that exclude each other."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pandas as pd

from ..codebook import ancestry, tree
from ..errors import StudyError
from ..study import Study
from .compared import Compared, compared
from .sweep import Spans, united
from .unitising import EQUATIONS, unitising


def unitised(
    study: Study, *, coders: Iterable[str] | None = None, documents: Iterable[str] | None = None
) -> pd.DataFrame:
    """
    Measure agreement on boundaries and codes within each theme, in characters.

    Documents that all coders compared were asked to code are laid end to end; units never cross from one to the next.

    Parameters
    ----------
    study : Study
        The study, with texts. The codes of a theme are its own and all below; in one coder's hands they may not
        overlap, for the family is made for values that exclude each other.
    coders, documents
        As for `helpers.agreement.per_code`.

    Returns
    -------
    DataFrame
        One row a theme and comparison, themes in reading order: theme, name, coders, coder_a, coder_b, unit
        ("character"), documents, length, codes (that somebody used), u, |u, cu, coverage (of cu), `undefined` (why any
        of them is NaN). For a theme without sub-themes u and |u are the same and cu is undefined. `attrs`: `assumed`,
        `notes`, `equations`.

    See Also
    --------
    helpers.agreement.unitising.unitising
    """
    chosen = compared(study, unit="character", coders=coders, documents=documents)
    spans = united(chosen.spans)
    everyone = list(range(len(chosen.coders)))
    comparisons = [everyone, *(list(pair) for pair in combinations(everyone, 2) if len(everyone) > 2)]
    under = ancestry(study)
    book = tree(study)
    top = book.loc[book["level"] == 0, ["code", "name"]]
    place = pd.Index(study.codes["code"]).get_indexer(top["code"])
    rows = [
        {"theme": theme, "name": name, **_family(spans.where(under[spans.code, at]), which, chosen)}
        for which in comparisons
        for theme, name, at in zip(top["code"], top["name"], place, strict=True)
    ]
    table = pd.DataFrame(rows)
    table.attrs = {"assumed": chosen.assumed, "notes": list(chosen.notes), "equations": dict(EQUATIONS)}
    return table


def laid_out(spans: Spans, which: list[int]) -> tuple[pd.DataFrame, dict[int, int]]:
    """
    Choose the units of some coders, in documents that all of them were asked for.

    Returns
    -------
    DataFrame, dict
        Units (coder, document, value, start, end; the first three are positions), and the length of each document.
    """
    shared = np.logical_and.reduce(spans.asked[:, which], axis=1)
    kept = spans.where(shared[spans.document] & np.isin(spans.coder, which))
    units = {"coder": kept.coder, "document": kept.document, "value": kept.code, "start": kept.start, "end": kept.end}
    documents = np.flatnonzero(shared)
    return pd.DataFrame(units), dict(zip(documents.tolist(), spans.size[documents].tolist(), strict=True))


def _family(spans: Spans, which: list[int], chosen: Compared) -> dict[str, object]:
    names = [chosen.coders[n] for n in which]
    pair = len(names) == 2
    frame, lengths = laid_out(spans, which)
    frame["coder"] = np.array(chosen.coders, dtype=object)[frame["coder"]]
    row: dict[str, object] = {
        "coders": ", ".join(names),
        "coder_a": names[0] if pair else "",
        "coder_b": names[1] if pair else "",
        "unit": chosen.unit,
        "documents": len(lengths),
        "length": sum(lengths.values()),
        "codes": frame["value"].nunique(),
    }
    try:
        family = unitising(frame, lengths, coders=names)
    except StudyError:
        undefined = "codes of the theme overlap in one coder's hands"
        return row | {"u": np.nan, "|u": np.nan, "cu": np.nan, "coverage": np.nan, "undefined": undefined}
    reasons = {name: why for name, why in family.attrs["undefined"].items() if name in ("u", "|u", "cu")}
    return row | {
        **family[["u", "|u", "cu"]].to_dict(),
        "coverage": family.attrs["coverage"]["cu"],
        "undefined": "; ".join(f"{name}: {why}" for name, why in reasons.items()),
    }
