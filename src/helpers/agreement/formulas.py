"""
The coefficients of labels, each a formula of the sums that its parameters name (see `helpers.agreement.sums.Sums`).

Notation: p_o is observed agreement, p_e what is expected by chance, pi_k the mean share of value k, p_jk coder j's
share of value k, q the number of values. With ratings missing, p_o is over units rated twice and shares are over all
that is rated (Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed.). All formulas work elementwise over leading
dimensions, and are NaN where nothing is rated twice or what is has one value only: without variation, chance explains
all of the agreement and none of it.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature

import numpy as np

from .sums import Sums


def percent(agreeing: np.ndarray, pairable: np.ndarray) -> np.ndarray:
    """Observed agreement: the mean over units of the share of pairs of ratings that agree."""
    return divided(agreeing, pairable)


def fleiss_kappa(
    agreeing: np.ndarray, pairable: np.ndarray, shares: np.ndarray, rated: np.ndarray, values: np.ndarray
) -> np.ndarray:
    """Fleiss (1971), Psychol Bull 76:378-382; for two Scott (1955), Public Opin Q 19:321-325: p_e = sum pi_k^2."""
    share = divided(shares, rated[..., None])
    return _corrected(agreeing, pairable, (share**2).sum(axis=-1), values)


def conger_kappa(agreeing: np.ndarray, pairable: np.ndarray, marginals: np.ndarray, values: np.ndarray) -> np.ndarray:
    """
    Conger (1980), Psychol Bull 88:322-328; for two coders Cohen (1960), Educ Psychol Meas 20:37-46.

    p_e is the mean over pairs of coders of sum_k p_jk p_j'k. Coders who rated nothing do not enter.
    """
    rated = marginals.sum(axis=-1)
    share = np.nan_to_num(divided(marginals, rated[..., None]))
    coders = (rated > 0).sum(axis=-1)
    pairs = (share.sum(axis=-2) ** 2).sum(axis=-1) - (share**2).sum(axis=(-2, -1))
    return _corrected(agreeing, pairable, divided(pairs, coders * (coders - 1)), values)


def brennan_prediger(agreeing: np.ndarray, pairable: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Brennan & Prediger (1981), Educ Psychol Meas 41:687-699; PABAK where q = 2: p_e = 1 / q."""
    return _corrected(agreeing, pairable, 1 / max(values.shape[-1], 1), values)


def gwet_ac1(
    agreeing: np.ndarray, pairable: np.ndarray, shares: np.ndarray, rated: np.ndarray, values: np.ndarray
) -> np.ndarray:
    """Gwet (2008), Br J Math Stat Psychol 61:29-48: p_e = sum pi_k (1 - pi_k) / (q - 1)."""
    share = divided(shares, rated[..., None])
    expected = (share * (1 - share)).sum(axis=-1) / max(values.shape[-1] - 1, 1)
    return _corrected(agreeing, pairable, expected, values)


def krippendorff_alpha(differing: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Krippendorff (2011), Computing Krippendorff's Alpha-Reliability: 1 - (n - 1) n D_o / (n^2 - sum n_k^2)."""
    n = values.sum(axis=-1)
    return 1 - divided((n - 1) * differing, n**2 - (values**2).sum(axis=-1))


def positive(differing: np.ndarray, values: np.ndarray) -> np.ndarray:
    """
    Agreement on the first value: of the ratings that give it, the share that another coder shares.

    For two coders 2a / (2a + b + c): Dice (1945), Ecology 26:297-302; Cicchetti & Feinstein (1990), J Clin Epidemiol
    43:551-558. For yes or no only. NaN where nobody gave the value; defined where there is no other.
    """
    return 1 - divided(differing, 2 * values[..., 0])


NOMINAL: dict[str, Callable[..., np.ndarray]] = {
    "percent": percent,
    "fleiss_kappa": fleiss_kappa,
    "conger_kappa": conger_kappa,
    "brennan_prediger": brennan_prediger,
    "gwet_ac1": gwet_ac1,
    "krippendorff_alpha": krippendorff_alpha,
}
# What two coders' coefficients are called, of the units that both rated.
OF_TWO: dict[str, Callable[..., np.ndarray]] = {"cohen_kappa": conger_kappa, "scott_pi": fleiss_kappa}
COEFFICIENTS = (*OF_TWO, *(name for name in NOMINAL if name != "percent"))


def needs(formula: Callable[..., np.ndarray]) -> tuple[str, ...]:
    """Return the names of the sums that a formula is made of."""
    return tuple(signature(formula).parameters)


def computed(formula: Callable[..., np.ndarray], sums: Sums) -> np.ndarray:
    """Compute a formula of sums; its shape is that of their leading dimensions."""
    return formula(*(getattr(sums, name) for name in needs(formula)))


def varied(values: np.ndarray) -> np.ndarray:
    """Tell where units rated twice have more than one value."""
    return (values > 0).sum(axis=-1) > 1


def divided(over: np.ndarray | float, under: np.ndarray | float) -> np.ndarray:
    """Divide, NaN where there is nothing to divide by."""
    over, under = np.asarray(over, dtype=float), np.asarray(under, dtype=float)
    out = np.full(np.broadcast_shapes(over.shape, under.shape), np.nan)
    return np.divide(over, under, out=out, where=under > 0)


def _corrected(
    agreeing: np.ndarray, pairable: np.ndarray, expected: np.ndarray | float, values: np.ndarray
) -> np.ndarray:
    """Return (p_o - p_e) / (1 - p_e)."""
    beyond = divided(agreeing, pairable) - expected
    beyond = np.where(np.abs(beyond) < 4 * np.finfo(float).eps, 0.0, beyond)  # as many as by chance is 0, not 1e-16
    return np.where(varied(values), divided(beyond, 1 - np.asarray(expected)), np.nan)
