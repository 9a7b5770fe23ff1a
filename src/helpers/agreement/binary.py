"""Yes or no for each code: every coefficient from how many units each set of coders said yes to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .formulas import NOMINAL, OF_TWO, computed, divided, positive
from .sums import Sums
from .sweep import Tally


def between(tally: Tally, coders: list[int]) -> Tally:
    """Return the tally with these coders only; for two, on documents that both were asked to code."""
    asked = np.zeros_like(tally.asked)
    asked[:, coders] = tally.asked[:, coders]
    if len(coders) == 2:
        asked &= np.logical_and.reduce(asked[:, coders], axis=1, keepdims=True)
    # What others said is masked away; what is left with nobody is "nobody", which a tally does not list.
    mask = (asked.astype(np.int64) << np.arange(asked.shape[1])).sum(axis=1)
    state = tally.state & mask[tally.document]
    said = state > 0
    return replace(
        tally,
        code=tally.code[said],
        document=tally.document[said],
        state=state[said],
        units=tally.units[said],
        asked=asked,
    )


def sums(tally: Tally, coders: list[int], group: np.ndarray | None = None, groups: int = 1) -> Sums:
    """
    Sum up what the coefficients need, for each group of documents and each code.

    Parameters
    ----------
    tally : Tally
        C codes, of these coders only (see `between`); those who were not asked have not rated.
    coders : list of int
        The coders, in the order of the marginals.
    group : ndarray of int, shape (D,), optional
        Which of G groups (clusters that are resampled whole) each document is in; -1 leaves it out.
    groups : int
        G.

    Returns
    -------
    Sums
        Leading dimensions (G, C); values are yes, no. What nobody said yes to enters through the sizes of documents.
    """
    group = np.zeros(len(tally.size), dtype=np.int64) if group is None else group
    m = tally.asked.sum(axis=1)
    rows = group[tally.document] >= 0
    document, state, units = tally.document[rows], tally.state[rows], tally.units[rows]
    cell = group[document] * tally.codes + tally.code[rows]
    asked, said = m[document], np.bitwise_count(state).astype(np.int64)

    def total(each: np.ndarray) -> np.ndarray:
        return np.bincount(cell, each * units, groups * tally.codes).reshape(groups, tally.codes)

    def whole(each: np.ndarray) -> np.ndarray:
        inside = group >= 0
        column = np.bincount(group[inside], (each * tally.size)[inside], groups)[:, None]
        return np.broadcast_to(column, (groups, tally.codes))

    # Of m ratings, said are yes: 2 * said * (m - said) of the m * (m - 1) ordered pairs differ.
    differ = 2 * said * (asked - said) / np.maximum(asked - 1, 1)
    pairable, rated = whole(m > 1), whole(m > 0)
    share, yes = total(said / np.maximum(asked, 1)), total(said * (asked > 1))
    by_coder = [(total((state >> j) & 1), whole(tally.asked[:, j])) for j in coders]
    return Sums(
        rated=rated,
        pairable=pairable,
        agreeing=pairable - total(differ / np.maximum(asked, 1)),
        differing=total(differ),
        shares=np.stack([share, rated - share], axis=-1),
        values=np.stack([yes, whole(m * (m > 1)) - yes], axis=-1),
        marginals=np.stack([np.stack([yes_j, all_j - yes_j], axis=-1) for yes_j, all_j in by_coder], axis=-2),
    )


def counts(tally: Tally, coders: list[int]) -> dict[str, np.ndarray]:
    """
    Count pairable units of each code by who said yes: everyone asked, only one of two, nobody.

    Parameters
    ----------
    tally : Tally
        C codes, of these coders only (see `between`).
    coders : list of int
        The coders.

    Returns
    -------
    dict of str to ndarray, shape (C,)
        both, neither; and for two coders only_a, only_b.
    """
    m = tally.asked.sum(axis=1)
    asked, said = m[tally.document], np.bitwise_count(tally.state)
    pairable = asked > 1

    def total(chosen: np.ndarray) -> np.ndarray:
        return np.bincount(tally.code[chosen], tally.units[chosen], tally.codes)

    table = {"both": total(pairable & (said == asked))}
    if len(coders) == 2:
        table |= {name: total(tally.state == 1 << n) for name, n in zip(("only_a", "only_b"), coders, strict=True)}
    table["neither"] = (tally.size * (m > 1)).sum() - total(pairable)
    return table


def yes_or_no(sums: Sums) -> dict[str, np.ndarray]:
    """Compute percent, positive agreement, the coefficients and the share of yes of any coders, elementwise."""
    prevalence = divided(sums.values[..., 0], sums.values.sum(axis=-1))
    formulas = NOMINAL | {"positive": positive}
    return {name: computed(formula, sums) for name, formula in formulas.items()} | {"prevalence": prevalence}


def of_two(sums: Sums) -> dict[str, np.ndarray]:
    """
    Compute what is defined for two coders, who rated the same units, elementwise.

    `kappa_max` is the highest Cohen's kappa that the margins allow (Cohen 1960, Educ Psychol Meas 20:37-46); the
    `prevalence_index` (a - d) / n and `bias_index` (b - c) / n are from Byrt, Bishop & Carlin (1993), J Clin
    Epidemiol 46:423-429: a is yes of both, b only of the first, c only of the second, d of neither.
    """
    table = {name: computed(formula, sums) for name, formula in OF_TWO.items()}
    share = divided(sums.marginals, sums.marginals.sum(axis=-1)[..., None])
    chance, most = share.prod(axis=-2).sum(axis=-1), share.min(axis=-2).sum(axis=-1)
    yes = sums.marginals[..., 0]
    return table | {
        "kappa_max": np.where(np.isnan(table["cohen_kappa"]), np.nan, divided(most - chance, 1 - chance)),
        "prevalence_index": divided(yes.sum(axis=-1) - sums.pairable, sums.pairable),  # (2a + b + c) - n = a - d
        "bias_index": divided(yes[..., 0] - yes[..., 1], sums.pairable),
    }
