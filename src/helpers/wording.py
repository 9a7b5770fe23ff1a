"""Numbers in sentences: counts with their base, lists, plurals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

INDENT = "\u00a0" * 3  # spaces that HTML does not swallow and no line breaks at


def number(value: float, digits: int = 2) -> str:
    """
    Write a number with at most so many decimals; "undefined" where there is none.

    >>> number(44.428571), number(60.0), number(float("nan"))
    ('44.43', '60', 'undefined')
    """
    if value is None or pd.isna(value):
        return "undefined"
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits and not float(value).is_integer() else f"{value:.0f}"


def coefficient(value: float, sign: str = "-") -> str:
    """
    Write a coefficient with two decimals; "undefined" where there is none. `sign` "+" says that of a positive one too.

    What rounds to nothing has no sign.

    >>> coefficient(0.5), coefficient(-0.25), coefficient(0.5, "+"), coefficient(-0.004), coefficient(float("nan"))
    ('0.50', '−0.25', '+0.50', '0.00', 'undefined')
    """
    return "undefined" if pd.isna(value) else f"{value:{sign}z.2f}".replace("-", "\N{MINUS SIGN}")


def percent(share: float) -> str:
    """
    Write a share of 1 as a percentage with one decimal; as 0 or 100 % only where it is that.

    >>> [percent(share) for share in (1, 0.9999, 0.965, 0.0001, 0, float("nan"))]
    ['100%', '>99.9%', '96.5%', '<0.1%', '0%', 'undefined']
    """
    if pd.isna(share):
        return "undefined"
    if share in (0, 1):
        return f"{share:.0%}"
    return "<0.1%" if share < 0.0005 else ">99.9%" if share >= 0.9995 else f"{share:.1%}"


def of(n: int, total: int) -> str:
    """
    Write a count with its base.

    >>> of(12, 14), of(429, 1805)
    ('12 of 14', '429 of 1,805')
    """
    return f"{n:,} of {total:,}"


def share(n: int, total: int, percent_from: int) -> str:
    """
    Write a count with a percentage where the base is large enough to carry one, with its base otherwise.

    No decimals below a base of 100 (they would claim a precision that is not there).

    >>> share(8, 14, 20), share(30, 60, 20), share(33, 150, 20)
    ('8 of 14', '30 (50%)', '33 (22.0%)')
    """
    if total < percent_from or not total:
        return of(n, total)
    return f"{n} ({100 * n / total:.{1 if total >= 100 else 0}f}%)"


def plural(n: int, one: str, many: str = "") -> str:
    """
    Write a count with its noun.

    >>> plural(1, "coding"), plural(1805, "coding"), plural(2, "person", "people")
    ('1 coding', '1,805 codings', '2 people')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def joined(parts: Sequence[str], last: str = "and") -> str:
    """
    Write a list as running text.

    >>> joined(["a", "b", "c"]), joined(["a"]), joined([])
    ('a, b and c', 'a', '')
    """
    parts = list(parts)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}" if parts else ""


def span(low: float, high: float) -> str:
    """
    Write a range; a single value stays one.

    >>> span(25, 59), span(14, 14)
    ('25 to 59', '14')
    """
    return number(low) if np.isclose(low, high) else f"{number(low)} to {number(high)}"
