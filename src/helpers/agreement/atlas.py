"""What ATLAS.ti prints, by its own rules: to compare with its screen."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pandas as pd

from ..codebook import tree
from ..errors import StudyError
from ..study import Study
from . import binary
from .compared import chosen_coders, compared
from .per_code import per_code
from .summary import holsti
from .sweep import tallied, united
from .themes import laid_out, unitised
from .unitising import unitising


def atlas_ti(study: Study, *, coders: Iterable[str] | None = None) -> pd.DataFrame:
    """
    Compare coders as ATLAS.ti's Intercoder Agreement does; its semantic domains are the study's top themes.

    Parameters
    ----------
    study : Study
        The study, with texts. Codes of one theme may not overlap in one coder's hands.
    coders : iterable of str, optional
        Two coders or more; all but the consensus when left out.

    Returns
    -------
    DataFrame
        One row a theme, and a last one, whose theme is empty, for all: theme, name, coders; `percent` (characters, in
        percent), `holsti` (of characters coded with each code, the mean over pairs of coders), `c_alpha_binary`
        (coded with anything of the theme or not), `cu_alpha` (its codes, where coded); in the last row `Cu_alpha`
        (themes, where coded with any); `undefined` says why a coefficient is NaN. `attrs`: `assumed` (who was asked to
        code what is taken from the codings), `notes` (what was left out).

    Notes
    -----
    Source: ATLAS.ti manual, Intercoder Agreement, and Krippendorff (2019), Content Analysis, 4th ed., chapter 12;
    González-Prieto, Perez, Díaz & López-Fernández (2023), J Syst Softw 202:111707, on what the program computes. All
    are measured in lengths of text. Cu-alpha is given where themes do not overlap in one coder's hands.
    """
    coders = chosen_coders(study, coders)  # a list, since it is gone through several times
    themes = per_code(study, unit="character", coders=coders, level="theme")
    first = themes[themes["coders"] == themes["coders"].iat[0]].reset_index(drop=True)
    family = unitised(study, coders=coders).iloc[: len(first)].set_index("theme").loc[first["code"]]
    shared = _holsti(study, coders)
    table = pd.DataFrame(
        {
            "theme": first["code"],
            "name": first["name"],
            "coders": first["coders"],
            "percent": 100 * first["percent"],
            "holsti": [shared[theme] for theme in first["code"]],
            "c_alpha_binary": first["krippendorff_alpha"],
            "cu_alpha": family["cu"].to_numpy(),
            "Cu_alpha": np.nan,
            "undefined": [_reasons(*both) for both in zip(first["undefined"], family["undefined"], strict=True)],
        }
    )
    value, reason = _over_themes(study, coders)
    everything = {"theme": "", "name": "All themes", "coders": first["coders"].iat[0], "Cu_alpha": value}
    everything |= {"percent": np.nan, "holsti": shared[""], "undefined": f"Cu_alpha: {reason}" if reason else ""}
    table = pd.concat([table, pd.DataFrame([everything])], ignore_index=True)
    table.attrs = {"assumed": themes.attrs["assumed"], "notes": themes.attrs["notes"]}
    return table


def _holsti(study: Study, coders: Iterable[str] | None) -> dict[str, float]:
    """Return Holsti's index of each theme's codes, and of all codes under "": means over pairs that coded anything."""
    chosen = compared(study, unit="character", coders=coders)
    tally = tallied(chosen.spans)
    pairs = [list(pair) for pair in combinations(range(len(chosen.coders)), 2)]
    counts = [binary.counts(binary.between(tally, pair), pair) for pair in pairs]
    cells = [np.column_stack([table[name] for name in ("both", "only_a", "only_b", "neither")]) for table in counts]
    theme = tree(study).set_index("code")["theme"].reindex(study.codes["code"]).to_numpy()
    every = {"": np.ones(len(theme), dtype=bool)} | {name: theme == name for name in np.unique(theme)}
    return {name: float(pd.Series([holsti(table[codes]) for table in cells]).mean()) for name, codes in every.items()}


def _reasons(binary_alpha: str, family: str) -> str:
    """Say why the coefficients that the program prints are undefined; those of boundaries are not among them."""
    parts = [f"c_alpha_binary: {binary_alpha}" if binary_alpha else "", *family.split("; ")]
    return "; ".join(part for part in parts if part and not part.startswith(("u: ", "|u: ")))


def _over_themes(study: Study, coders: Iterable[str] | None) -> tuple[float, str]:
    chosen = compared(study, unit="character", coders=coders, level="theme")
    everyone = list(range(len(chosen.coders)))
    frame, lengths = laid_out(united(chosen.spans), everyone)
    try:
        found = unitising(frame, lengths, coders=everyone)
    except StudyError:
        return float("nan"), "themes overlap in one coder's hands"
    return float(found["cu"]), found.attrs["undefined"].get("cu", "")
