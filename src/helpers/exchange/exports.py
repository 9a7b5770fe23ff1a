"""Tables for spreadsheets and statistics: quotes, code matrices and the codebook, as CSV and as one workbook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..codebook import tree
from ..errors import StudyError, listed, nearest
from ..memos import passages
from ..presence import evidence, matrix
from ..quotes import quotes
from ..spreadsheets import Cell, Table, write_csv, write_xlsx
from ..study import Study
from ..units import Unit
from ..units import matrix as units_matrix
from ..units import units as cut
from ..whole import appearing

RULES = ("definition", "include", "exclude")
BOOK = ("path", "code", "name", "parent", "level", "origin", *RULES, "colour", "order", "sets")
QUOTE = ("path", "code", "coder", "document", "participant")
PASSAGE = ("start", "end", "before", "quote", "after", "memo", "locator", "extent", "created")


def quote_table(study: Study, *, coder: str = "", context: int = 60) -> Table:
    """
    Return every coded passage with who said it, what is known of them, and what stands around it.

    Parameters
    ----------
    study : Study
        The study.
    coder : str, optional
        Whose codings; those of every coder by default, each with its coder.
    context : int
        Characters before and after, cut at words.

    Returns
    -------
    Table
        One row a coding, in reading order: path and id of the code, coder, document, participant (empty where several
        speak or nobody is named), the participant's attributes, speakers (all of them), start, end, before, quote
        (empty where there is no text to quote: `memo` may paraphrase it), after, memo, locator (where in a picture,
        recording or printed page), extent (for how many, where nobody is named), created. Unknown is empty. An
        attribute called like another column has "(attribute)" behind its name.
    """
    everyone = replace(study, about=replace(study.about, consensus=""))
    said = quotes(everyone, coder=coder, context=context)
    said["quote"] = said["quote"].mask(said["paraphrase"].astype(bool), "")
    names = [name for name in study.participants if name != "participant"]
    taken = {*QUOTE, "speakers", *PASSAGE}
    known = study.participants.set_index("participant").reindex(said["participant"])
    columns = {name: said[name] for name in QUOTE}
    columns |= {_heading(name, taken, "attribute"): known[name] for name in names}
    # Where nobody speaks, `attribution` is the document's name: that is no speaker.
    nobody = (said["participant"] == "") & ((said["attribution"] == said["document"]) | (said["document"] == ""))
    columns["speakers"] = said["attribution"].mask(nobody, "")
    columns |= {name: said[name] for name in PASSAGE}
    whose = f"by {coder}" if coder else "of all coders"
    return _table(study, "quotes", f"Coded passages {whose}.", columns)


def unit_table(study: Study, *, unit: Unit = "document", size: int = 500) -> Table:
    """
    Return which codes are in which unit of text: 1 or 0.

    Parameters
    ----------
    study : Study
        The study.
    unit, size
        As for `helpers.units.units`.

    Returns
    -------
    Table
        One row for every unit and every coder who was asked for its document (or coded in it all the same): document,
        participant, unit (its number in the document), start, end, coder, then one column a code, called by its id, in
        reading order. Only a code's own codings count; a theme above it has 0 where only what is below it was coded.
    """
    found = units_matrix(study, unit, size=size)
    codes = list(tree(study)["code"])
    spans = cut(study, unit, size=size).astype({"document": "str"}).set_index(["document", "unit"])
    place = found.index.to_frame(index=False)
    at = spans.reindex(pd.MultiIndex.from_frame(place[["document", "unit"]]))
    people = dict(zip(study.documents["document"], study.documents["participant"].astype("str"), strict=True))
    order = {document: n for n, document in enumerate(study.documents["document"])}
    columns: dict[str, Any] = {"document": place["document"], "participant": place["document"].map(people)}
    columns |= {"unit": place["unit"], "start": at["start"], "end": at["end"], "coder": place["coder"]}
    taken = set(columns)
    rows = place["document"].map(order).sort_values(kind="stable").index
    columns |= {_heading(code, taken, "code"): found[code].astype(int) for code in codes}
    columns = {name: np.asarray(cells, dtype=object)[rows] for name, cells in columns.items()}
    kind = f"{size} characters" if unit == "window" else unit
    return _table(study, "units", f"Which codes are in each {kind}, by coder: 1 or 0.", columns)


def case_table(study: Study, *, coder: str = "") -> Table:
    """
    Return how often each participant speaks to each code.

    Parameters
    ----------
    study : Study
        The study.
    coder : str, optional
        Whose codings count; by default those of the consensus, or all coders' together: as in the report.

    Returns
    -------
    Table
        One row a code, in reading order: path, code, level (0 at the top), state ("named", "unnamed": reported without
        naming anyone, "absent"), then one column a participant with the number of passages; a theme counts what is
        below it. Empty where the number is not known, which is not 0: for someone who is heard in none of the coded
        documents, and for a code that is reported without naming anyone.
    """
    tidy = matrix(study, coder)
    codes = tree(study)
    people = list(study.participants["participant"])
    columns: dict[str, Any] = {name: codes[name] for name in ("path", "code", "level")}
    columns["state"] = tidy["state"].head(len(codes)) if people else [""] * len(codes)
    taken = set(columns)
    known = tidy["asked"] & (tidy["state"] != "unnamed")
    counts = tidy["codings"].where(known).to_numpy(dtype=float).reshape(len(people), len(codes))
    columns |= {_heading(who, taken, "participant"): row for who, row in zip(people, counts, strict=True)}
    caption = f"Passages of each code, by participant: {evidence(study, coder).why}."
    return _table(study, "cases", caption, columns)


def codebook_table(study: Study) -> Table:
    """
    Return the codebook, in reading order, with how often each code was used.

    Returns
    -------
    Table
        Columns path, code, name, parent, level, origin, definition, include, exclude, colour, order, sets, codings,
        coders, documents; the numbers are those of the code itself, of all coders, without what is below it.
    """
    codes = tree(study)
    used = study.codings.astype({"coder": "str", "document": "str", "code": "str"}).groupby("code")
    documents = used["document"].agg(lambda cells: cells[cells != ""].nunique())
    counts = {"codings": used.size(), "coders": used["coder"].nunique(), "documents": documents}
    columns: dict[str, Any] = {name: codes[name] for name in BOOK}
    columns |= {name: codes["code"].map(found).fillna(0).astype(int) for name, found in counts.items()}
    return _table(study, "codebook", "Codes and how often they were used.", columns)


def memo_table(study: Study) -> Table:
    """
    Return the memos: what was written down along the way, and about what.

    Returns
    -------
    Table
        One row a memo, as the study lists them: document, start, end, passage (the words that it is about, where it is
        about some), code, participant, title, text, author, created, locator. Unknown is empty.
    """
    memos = study.memos.astype({name: "str" for name in ("document", "code", "participant")})
    columns: dict[str, Any] = {name: memos[name] for name in ("document", "start", "end")}
    columns |= {"passage": passages(study)}
    columns |= {name: memos[name] for name in memos if name not in columns}
    return _table(study, "memos", "Memos: what was written down along the way, and about what.", columns)


TABLES: dict[str, Callable[..., Table]] = {
    "quotes": quote_table,
    "units": unit_table,
    "cases": case_table,
    "codebook": codebook_table,
    "memos": memo_table,
}


def write(study: Study, path: str | Path, *, table: str = "", unit: Unit = "document", size: int = 500) -> Path:
    """
    Write a study's tables for other programs.

    Text that a spreadsheet would take for a formula stays text; the same study gives the same bytes.

    Parameters
    ----------
    study : Study
        The study.
    path : str or Path
        Ends in `.csv` (one table) or `.xlsx` (a workbook). It appears whole or not at all.
    table : {"quotes", "units", "cases", "codebook", "memos"}, optional
        Which table; by default the quotes as CSV, as a workbook all of them that have a row.
    unit, size
        What a row of the table "units" is; see `helpers.units.units`.

    Raises
    ------
    StudyError
        When the file is there already or cannot be written, the ending or the table is another, or a table is too
        large for Excel.
    """
    path, ending = Path(path), Path(path).suffix.casefold()
    if ending not in (".csv", ".xlsx"):
        raise StudyError(f"{path.name}: a table ends in .csv, a workbook in .xlsx")
    if table and table not in TABLES:
        raise StudyError(f"there is no table {table!r}; tables are {listed(TABLES)}.{nearest(table, TABLES)}")
    wanted = [table] if table else ["quotes"] if ending == ".csv" else list(TABLES)
    options: dict[str, dict[str, Any]] = {"units": {"unit": unit, "size": size}}
    wanted = [name for name in wanted if name != "memos" or name == table or len(study.memos)]
    with appearing(path) as file:
        made = [TABLES[name](study, **options.get(name, {})) for name in wanted]
        write_csv(made[0], file) if ending == ".csv" else write_xlsx(made, file)
    return path


def _heading(name: str, taken: set[str], what: str) -> str:
    """Return a column's heading; one that is there already is told apart by what it is."""
    found = name
    while found in taken:
        found = f"{found} ({what})"
    taken.add(found)
    return found


def _table(study: Study, name: str, caption: str, columns: dict[str, Any]) -> Table:
    cells = [[_cell(value) for value in np.asarray(column, dtype=object)] for column in columns.values()]
    rows = [list(row) for row in zip(*cells, strict=True)]
    return Table(name, caption, list(columns), rows, study.label)


def _cell(value: Any) -> Cell:
    """Return a value as a spreadsheet's cell: whole numbers without a point, unknown as nothing."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if pd.isna(value) or value == "":
        return None
    if isinstance(value, (int, float, np.integer, np.floating)):
        return int(value) if float(value).is_integer() else float(value)
    return str(value)
