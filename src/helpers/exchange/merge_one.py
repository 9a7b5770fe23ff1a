"""One study in which one person, or one code, goes by two names."""

from __future__ import annotations

from dataclasses import replace

from ..study import Study
from .merge import merge
from .merge_aliases import Aliases


def aliased(study: Study, aliases: Aliases) -> Study:
    """
    Return one study in which the names that people have decided to be one thing are one.

    Parameters
    ----------
    study : Study
        The study.
    aliases : Aliases
        Coders, codes, documents or participants that are one.

    Raises
    ------
    StudyError
        When an alias names nothing of the study, or what is known of the two contradicts itself.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers import make_study
    >>> codings = pd.DataFrame({"document": ["d", "d"], "code": ["hope", "hope"], "coder": ["ann", "a.smith"]})
    >>> study = make_study("a", {"documents": pd.DataFrame({"document": ["d"], "participant": [""]}),
    ...     "codes": pd.DataFrame({"code": ["hope"], "name": ["Hope"]}), "codings": codings})
    >>> one = aliased(study, Aliases(coders={"a.smith": "ann"}))
    >>> one.codings["coder"].tolist(), one.about.imported[0]
    (['ann'], "Decided by alias: the coder 'a.smith' is 'ann'.")
    """
    merged = merge([study], name=study.name, aliases=aliases)
    earlier = {f"{study.name}: {note}" for note in study.about.imported}
    said = [note for note in merged.about.imported[1:] if note not in earlier]
    told = [note for note in said if not note.startswith("Codings of") or "there already" in note]
    return replace(merged, about=replace(merged.about, imported=(*study.about.imported, *told)), inputs=study.inputs)
