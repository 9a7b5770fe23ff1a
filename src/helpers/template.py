"""The empty study folder that `themebook new` writes: every table with a commented example row."""

from __future__ import annotations

from pathlib import Path

from .errors import StudyError
from .exchange.opening import NAME
from .schema import bad_file_name
from .whole import appearing

_TOML = """\
# What the study is. Lines that begin with # are comments; the README in data/ explains every key.
title = "{title}"
citation = ""
licence = ""
kind = "own"            # own | published | synthetic
question = ""
notes = []

# consensus = "agreed"  # the coder whose codings are the agreed ones

# [coders.coder-1]
# name = "Full name"
# kind = "person"       # person | consensus | machine

# [attributes.employment]
# label = "Employment"
# levels = ["Employed", "Unemployed"]

# [[recruitment]]
# label = "Invited"
# n = 24
# [[recruitment]]
# label = "Interviewed"
# n = 14
# lost = [{{ reason = "Declined", n = 10 }}]

# [coreq]
# 1 = "Who interviewed"
"""

_FILES = {
    "participants.csv": ("participant,age,employment", "# Ann (a pseudonym),34,Employed"),
    "documents.csv": ("document,participant,date,round,minutes", "# ann-1,Ann,2026-03-01,1,45"),
    "codes.csv": (
        "code,name,parent,origin,definition,include,exclude,colour,order",
        "# hope,Hope,,inductive,What hope means to the person,Plans; wishes,Fears,#0072B2,1",
    ),
    "codings/coder-1.csv": (
        "document,start,end,code,memo,quote",
        "# ann-1,120,158,hope,,the words from character 120 to 158 of texts/ann-1.txt",
    ),
}


def new_study(name: str, into: str | Path) -> Path:
    """
    Write an empty study folder, with every table and an example row as a comment.

    Parameters
    ----------
    name : str
        The study's name, which becomes the folder's: letters, digits, spaces, dots, hyphens and underscores.
    into : str or Path
        The folder that holds studies; made when it is not there.

    Raises
    ------
    StudyError
        When the name is not one or is taken, or the folder cannot be written. Nothing is written then.
    """
    if not NAME.fullmatch(name) or bad_file_name(name):
        raise StudyError(f"{name!r} is not a name for a study: use letters, digits, '-', '_' and '.', as in 'my-study'")
    title = name.replace("-", " ").replace("_", " ")
    texts = {file: "\n".join(lines) + "\n" for file, lines in _FILES.items()}
    texts["study.toml"] = _TOML.format(title=title[:1].upper() + title[1:])
    folder = Path(into) / name
    with appearing(folder) as place:
        (place / "codings").mkdir(parents=True)
        (place / "texts").mkdir()
        for file, text in texts.items():
            (place / file).write_text(text, encoding="utf-8", newline="\n")
    return folder
