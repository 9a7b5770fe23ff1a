"""What REFI-QDA has no element for: kept in a note of the project, and put back from it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from ..about import About, about_from
from ..errors import StudyError, refuse
from ..schema import TABLES, bad_file_name
from ..study import Study
from .refi_ids import Guids
from .refi_records import UNDATED, Project

ORIGIN = "Themebook"
TITLE = "Themebook study"
BOOK = ("origin", "definition", "include", "exclude", "order", "sets")  # of a code
LASTING = ("citation", "doi", "licence", "kind", "question", "saturation")  # true whatever became of the tables
FIELDS = ("memo", "quote", "created", "extent", "locator")
DAY, CLOCK = "(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}", r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
DATED = f"{DAY}T{CLOCK}(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"  # xsd:dateTime, to the microsecond


class Misfit(StudyError):
    """The note does not fit the rest of the file: somebody changed the one or the other."""


MISFITS = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError, StudyError)


def described(definition: str, include: str, exclude: str) -> str:
    r"""
    Return what a code's description says to other tools.

    >>> described("Hope.", "", "Wishes.")
    'Hope.\n\nExclude: Wishes.'
    """
    parts = (definition, f"Include: {include}" if include else "", f"Exclude: {exclude}" if exclude else "")
    return "\n\n".join(part for part in parts if part)


def dated(created: str) -> bool:
    """Tell whether a time can stand in the standard's own attribute."""
    stamp = pd.Series([created], dtype="str")
    if created == UNDATED or not stamp.str.fullmatch(DATED).all():
        return False
    return not pd.isna(pd.to_datetime(created, errors="coerce", utc=True))


def packed(
    study: Study, guids: Guids, codings: pd.DataFrame, crlf: list[str], parts: dict[str, int], *, utf16: bool = False
) -> str:
    """
    Return the note's text: JSON of everything that has no place in the standard's elements.

    Parameters
    ----------
    study : Study
        The study.
    guids : Guids
        Names its things.
    codings : DataFrame
        Its codings that have a document, as they are written, with `guid` and `place` (their row in the study).
    crlf : list of str
        Guids of documents whose line endings were written as CR LF.
    parts : dict of str to int
        How many things of each kind are written that this note answers for: `Project.parts`.
    utf16 : bool
        Whether positions were written in UTF-16 units.
    """
    sample = study.codings[study.codings["document"] == ""]
    place = [*codings["place"], *sample.index]
    note: dict[str, Any] = {
        "themebook": 1,
        "name": study.name,
        "about": asdict(study.about),
        "coders": [[guids("coder", c), c, kind] for c, kind in _cells(study.coders, "coder", "kind")],
        "codes": [[guids("code", code), code, *rest] for code, *rest in _cells(study.codes, "code", *BOOK)],
        "documents": [[guids("document", d), d] for d in study.documents["document"]],
        "columns": [[guids("variable", table, name), table, name] for table, name in columns(study)],
        "turns": _cells(study.turns, *TABLES["turns"].names),
        "assignments": _cells(study.assignments, "document", "coder"),
        "memos": _cells(study.memos, *TABLES["memos"].names),
        "memo_notes": [guids("study memo", n) for n in range(len(study.memos))],
        "nameless": study.codes["code"][study.codes["name"] == ""].tolist(),
        "codings": _unplaced(codings),
        "sample": _cells(sample, "coder", "code", *FIELDS),
        "order": place if place != list(range(len(place))) else [],
        "crlf": crlf,
        "utf16": utf16,
        "parts": parts,
    }
    return json.dumps(note, ensure_ascii=False, separators=(",", ":"))


def columns(study: Study) -> list[tuple[str, str]]:
    """Return the columns that variables stand for: participants' attributes, then what is said of documents."""
    people = [("participants", c) for c in study.participants if c != "participant"]
    more = [c for c in study.documents if c not in ("document", "participant", "text")]
    own = TABLES["documents"].names
    return people + [("documents", c) for c in more if c not in own or _says(study.documents[c])]


def _says(cells: pd.Series) -> bool:
    return bool((cells.notna() & (cells.astype("str") != "")).any())


def _cells(frame: pd.DataFrame, *names: str) -> list[list[Any]]:
    """Rows as JSON can hold them; what is missing is null."""
    held = [frame[name].astype(object).where(frame[name].notna(), None).tolist() for name in names]
    return [list(row) for row in zip(*held, strict=True)]


def _unplaced(codings: pd.DataFrame) -> dict[str, Any]:
    """The fields of codings for which the standard has no place; quotes, that are the text itself, by exception."""
    sliced = codings["sliced"].to_numpy(dtype=bool)
    quoted = bool(sliced.sum() * 2 >= len(codings))
    odd = ~sliced if quoted else (codings["quote"] != "").to_numpy()
    rows: dict[str, dict[str, str]] = {}
    wrong = {
        "quote": odd,
        "created": (codings["created"] != "").to_numpy() & ~codings["stamped"].to_numpy(dtype=bool),
        "extent": (codings["extent"] != "").to_numpy(),
        "locator": (codings["locator"] != "").to_numpy(),
    }
    for name, which in wrong.items():
        for guid, value in zip(codings["guid"][which], codings[name][which], strict=True):
            rows.setdefault(guid, {})[name] = value
    return {"quoted": quoted, "rows": rows}


class Own:
    """The note of a project that Themebook wrote, read back."""

    def __init__(self, note: dict[str, Any], name: str) -> None:
        self.file = name
        self.name = str(note["name"])  # it names files and folders, so a bad one does not get further
        if bad_file_name(self.name):
            raise Misfit(f"{self.name!r} cannot be the name of a study")
        about, problems = about_from(note["about"])
        refuse(name, problems)
        self.about: About = about
        self.note = note
        self.ids: dict[str, str] = {
            str(guid).lower(): str(own) for table in ("coders", "codes", "documents") for guid, own, *_ in note[table]
        }
        self.columns = {str(guid).lower(): (str(table), str(column)) for guid, table, column in note["columns"]}
        self.memos = frozenset(str(guid).lower() for guid in note.get("memo_notes", ()))
        self.crlf = {str(guid).lower() for guid in note["crlf"]}
        self.utf16 = bool(note.get("utf16"))  # earlier versions of Themebook always counted code points

    def fits(self, project: Project) -> bool:
        """Tell whether the note knows all that it answers for; earlier versions of Themebook did not count it."""
        known = all(guid in self.ids for guid in (*project.users, *(code.guid for code in project.codes)))
        return known and self.note.get("parts", project.parts) == project.parts

    def coders(self, names: dict[str, str]) -> pd.DataFrame:
        """Return the coders, in their order."""
        rows = [(str(own), names.get(str(guid).lower(), ""), str(kind)) for guid, own, kind in self.note["coders"]]
        return pd.DataFrame(rows, columns=["coder", "name", "kind"], dtype="str")

    def codes(self, codes: pd.DataFrame) -> pd.DataFrame:
        """Return the codebook in its order, its descriptions taken apart again."""
        written = dict(zip(codes["code"], codes["definition"], strict=True))
        rows = []
        for _, code, origin, definition, include, exclude, order, *more in self.note["codes"]:
            parts = [definition, include, exclude]
            if written[code] != described(*parts):  # edited since, as one piece
                parts = [written[code], "", ""]
            rows.append([code, origin, *parts, "" if order is None else str(order), *(more or [""])])
        frame = pd.DataFrame(rows, columns=["code", *BOOK], dtype="str")
        unnamed = codes["code"].isin(self.note.get("nameless", [])) & (codes["name"] == codes["code"])
        codes = codes.assign(name=codes["name"].mask(unnamed, ""))
        return frame.merge(codes[["code", "name", "parent", "colour"]], on="code", how="left", validate="1:1")

    def codings(self, codings: pd.DataFrame) -> pd.DataFrame:
        """Return the codings with the fields that the standard does not hold, and those of the sample as a whole."""
        note = self.note["codings"]
        codings = codings.assign(extent="").astype({name: object for name in FIELDS})
        if not note["quoted"]:
            codings["quote"] = ""
        at = {guid: n for n, guid in enumerate(codings["guid"])}
        for guid, fields in note["rows"].items():
            for name, value in fields.items():
                codings.iat[at[str(guid).lower()], codings.columns.get_loc(FIELDS[FIELDS.index(name)])] = str(value)
        sample = pd.DataFrame(self.note["sample"], columns=["coder", "code", *FIELDS]).assign(document="")
        codings = pd.concat([codings, sample], ignore_index=True)
        order = np.array(self.note["order"] or range(len(codings)), dtype=np.int64)
        return codings.iloc[np.argsort(order, kind="stable")] if len(order) == len(codings) else codings

    def table(self, name: str) -> pd.DataFrame:
        """Return the turns, the assignments or the memos; earlier versions of Themebook knew no memos."""
        return pd.DataFrame(self.note.get(name, []), columns=TABLES[name].names)


def own(project: Project, name: str) -> Own | None:
    """
    Return the note of a project that Themebook wrote, or None where another tool wrote the file.

    Raises
    ------
    Misfit
        When the note is there and cannot be read, or does not know what is in the file.
    """
    notes = [memo for memo in project.memos if memo.name == TITLE and memo.texts[0].inline]
    if not notes or not project.origin.startswith(ORIGIN):
        return None
    try:
        found = Own(json.loads(notes[0].texts[0].inline or ""), name)
    except MISFITS as error:
        raise Misfit(str(error)) from error
    if not found.fits(project):
        raise Misfit("something was added or taken away that the note answers for")
    return found


def remembered(words: str) -> About | None:
    """
    Return what a note says that lasts when its file was changed, as that a study is synthetic; None for another note.

    >>> remembered('{"about": {"kind": "synthetic", "consensus": "x"}}').kind, remembered("Ask her again.")
    ('synthetic', None)
    """
    try:
        said = json.loads(words)["about"]
        found, problems = about_from({name: said[name] for name in LASTING if said.get(name)})
    except MISFITS:
        return None
    return None if problems else found
