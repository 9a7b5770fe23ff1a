"""How RQDA writes dates and memos, and what its things are called."""

from __future__ import annotations

import re
from datetime import datetime

from .sqlite import string


def plural(noun: str) -> str:
    """
    Return the plural of what can be deleted.

    >>> plural("category"), plural("place in a category"), plural("coding of a deleted file")
    ('categories', 'places in a category', 'codings of a deleted file')
    """
    head, _, rest = noun.partition(" of ")
    several = re.sub(r"^place in", "places in", head)
    head = several if several != head else re.sub(r"y$", "ie", head) + "s"
    return f"{head} of {rest}" if rest else head


def said(memo: object) -> str:
    r"""
    Return a memo. Where RQDA makes one coding of several, it joins their memos, and R writes NA for each that is none.

    >>> said("NANA"), said("NA\nwhy not"), said(None), said("NATO")
    ('', 'why not', '', 'NATO')
    """
    return re.sub(r"^(NA)+$\n?", "", string(memo), flags=re.MULTILINE).strip()


def iso(date: str) -> str:
    """
    Return R's date as one that sorts; any other as it stands.

    >>> iso("Mon Oct 28 08:11:36 2019"), iso("Fri Mar  1 17:51:21 2019"), iso("")
    ('2019-10-28 08:11:36', '2019-03-01 17:51:21', '')
    """
    try:
        return str(datetime.strptime(date, "%a %b %d %H:%M:%S %Y"))
    except ValueError:
        return date
