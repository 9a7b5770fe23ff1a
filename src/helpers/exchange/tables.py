"""Tables of coded segments: exports of MAXQDA, ATLAS.ti, Dedoose, QualCoder, Taguette and NVivo, and any others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..about import About
from ..errors import StudyError, listed
from ..study import Study
from . import tables_matrix
from .draft import Draft
from .notes import Notes, named
from .tables_cells import Grid, grids, sha256
from .tables_columns import BOOK, Known, known
from .tables_headless import headless
from .tables_map import column_map, mapped, unknown
from .tables_matrix import Matrix, matrix
from .tables_rows import body
from .tables_segments import Segments

Table = Known | Matrix
ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xls", "")  # of the tables in a folder, which holds other files
HEAD = 40  # rows that tell what a sheet is


def recognises(path: str | Path) -> bool:
    """Tell whether a file is a table whose headings are known, or a folder holds such tables."""
    path = Path(path)
    if path.is_dir():
        return bool(_in_folder(path))
    try:
        return bool(_chosen(grids(path, HEAD))) if path.is_file() else False
    except StudyError:
        return False


def is_table(path: str | Path) -> bool:
    """Tell whether a file is a workbook or text in columns, whatever its headings; `read` then says what is missing."""
    try:
        return any(grid.sheet or _even(grid) for grid in grids(Path(path), HEAD))
    except StudyError:
        return False


def _even(grid: Grid) -> bool:
    """Most lines have as many cells, more than one: prose with commas has not."""
    widths = Counter(len(row) for row in grid.rows if any(row))
    width, number = max(widths.items(), key=lambda item: item[1], default=(0, 0))
    return width > 1 and number > 1 and number > 0.6 * widths.total()


def read(
    path: str | Path,
    *,
    columns: Mapping[str, Any] | str | Path | None = None,
    codebook: str | Path | None = None,
    coder: str = "",
    aliases: Mapping[str, str] | None = None,
) -> Study:
    """
    Read a table of coded segments, or a folder of such tables.

    Parameters
    ----------
    path : str or Path
        CSV, TSV or a workbook; or a folder of them (an NVivo matrix a case, segments and their codebook).
    columns : mapping, str or Path, optional
        A column map, or the TOML file of one: which heading is the document, participant, coder, code, theme, text,
        start, end, place, memo, created; and the options sheet, separator, levels, texts, rows. Without one, the
        headings have to be those of a known export, in English, German, French, Spanish, Portuguese or Polish.
    codebook : str or Path, optional
        The codebook exported beside the segments: it adds codes that were never used, and their definitions.
    coder : str, optional
        Who coded, where the table does not say.
    aliases : mapping of str to str, optional
        The coder that a name stands for.

    Returns
    -------
    Study
        A table of segments has quotes and no texts. Each segment is a coding of its document as a whole, with the
        words as `quote` and the place, as printed, as `locator`. With the option texts, start and end count.

    Raises
    ------
    StudyError
        When no table is there, or its headings are unknown: the error lists them, and a column map to start from.
    """
    path = Path(path)
    path = path.resolve() if path.name in ("", "..") else path
    files = _in_folder(path) if path.is_dir() else [path]
    if not files:
        raise StudyError(f"{path.name or path}: no table in this folder has headings that are known")
    if not all(file.is_file() for file in files):
        raise StudyError(f"{path}: there is no such file")
    said = column_map(columns)
    rows_are = str(said.pop("rows", ""))
    draft = Draft(path.name, aliases or {})
    tables = [table for file in files for table in _tables(file, said, draft.notes)]
    if codebook is not None:
        files = [*files, Path(codebook)]
        tables += _tables(files[-1], {}, draft.notes)
    segments = Segments(draft, coder, path if path.is_dir() else path.parent)
    for table in sorted((t for t in tables if isinstance(t, Known)), key=lambda t: t.tool.kind != "codebook"):
        segments.add(table)
    segments.finish()
    matrices = [table for table in tables if isinstance(table, Matrix)]
    for found in matrices:
        tables_matrix.add(found, draft, coder, rows_are)
    if matrices:
        tables_matrix.told(matrices, draft, rows_are)
    return draft.study(path.stem, About(), {file.name: sha256(file) for file in files}, _what(tables))


def codebooks(folder: Path, draft: Draft) -> tuple[list[Path], list[Path]]:
    """Add the codes of the codebooks in a folder to a draft; return their files, and those of other tables."""
    segments, found, other = Segments(draft, "", folder), list[Path](), list[Path]()
    for file in _in_folder(folder):
        notes = Notes()  # of a table that is none of these, they would be untrue
        known = [table for table in _tables(file, {}, notes) if isinstance(table, Known)]
        if known and all(table.tool.kind == "codebook" for table in known):
            found.append(file)
            draft.notes.inferred += notes.inferred
            draft.notes.lost += notes.lost
            for table in known:
                segments.add(table)
        else:
            other.append(file)
    segments.finish()
    return found, other


def _in_folder(folder: Path) -> list[Path]:
    found = [file for file in sorted(folder.iterdir()) if file.is_file() and not file.name.startswith((".", "~$"))]
    return [file for file in found[:1000] if file.suffix.casefold() in ENDINGS and recognises(file)]


def _tables(file: Path, columns: Mapping[str, Any], notes: Notes) -> list[Table]:
    """Return the tables of one file; what else it holds is noted."""
    sheets = grids(file)
    if columns:
        chosen: list[Table] = [mapped(sheets, columns, file.name)]
    else:
        chosen = _chosen(sheets)
    if not chosen:
        raise unknown(sheets, file.name)
    if not sheets[0].sheet:
        # Of the readings of one text in several encodings, the one counts that makes sense of most headings.
        chosen = [max(chosen, key=lambda table: len(table.columns))]
        _encoding(chosen[0].grid, notes)
    used = [table.grid.sheet for table in chosen]
    rows = [t.grid.sheet for t in chosen if isinstance(t, Known) and t.tool.kind != "codebook"]
    if len(rows) > 1:
        notes.infer(f"{named('sheet', rows)} of {file.name} are read as one; a column map names one sheet.")
    other = [grid.sheet for grid in sheets if grid.sheet and grid.sheet not in used and any(map(any, grid.rows))]
    if other:
        notes.lose(f"{named('sheet', other)} of {file.name}.")
    return chosen


def _chosen(sheets: list[Grid]) -> list[Table]:
    """Return the tables whose headings are known; a list of codes beside other sheets is not what a workbook is for."""
    found = [table for grid in sheets if (table := _known(grid))]
    if sheets[0].sheet and any(isinstance(table, Known) and "text" in table.columns for table in found):
        found = [table for table in found if not _summary(table)]
    listed_only = all(isinstance(table, Known) and table.tool.key == BOOK for table in found)
    other = sum(any(map(any, grid.rows)) for grid in sheets) > len(found) and sheets[0].sheet
    return [] if listed_only and other else found


def _summary(table: Table) -> bool:
    """Beside coded words, a sheet with numbers where codes would be says how many there are."""
    if not isinstance(table, Known) or table.tool.kind != "segments" or "text" in table.columns:
        return False
    rows = [cells for _, cells in body(table)]
    said = [cell for name in ("code", "codes") for cells in rows for cell in cells.all(name) if cell]
    return bool(said) and all(cell.isdecimal() for cell in said)


def _encoding(grid: Grid, notes: Notes) -> None:
    if grid.how:
        notes.infer(f"{grid.file} is in {grid.how}, for want of a mark that says so: look at its accents.")


def _known(grid: Grid) -> Table | None:
    return matrix(grid) or known(grid) or headless(grid)


def _what(tables: list[Table]) -> str:
    kinds = dict.fromkeys(t.title if isinstance(t, Matrix) else t.tool.title for t in tables)
    return ", ".join(kinds) if len(kinds) < 3 else listed(kinds)
