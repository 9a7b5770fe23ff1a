"""Study folders: plain tables that people can read, compare and merge, to a Study and back."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import tomli_w
from pandas.api.types import union_categoricals

from .about import FILE, About, CoderNote, about_from
from .errors import Problem, StudyError, listed, nearest, refuse
from .schema import TABLES, Table
from .sheets import as_csv, decoded, sheet
from .study import Study, make_study
from .whole import appearing

TOP = ("participants", "documents", "turns", "codes", "assignments", "memos")
REQUIRED = ("participants", "documents", "codes")


def read(folder: str | Path) -> Study:
    """
    Read a study folder and check the whole of it.

    Parameters
    ----------
    folder : str or Path
        Holds `study.toml` and the tables that `data/README.md` describes.

    Raises
    ------
    StudyError
        When anything is wrong with any file; it lists all problems with their file and row. Nothing is written.
    """
    folder = Path(folder)
    found: list[Problem] = []
    inputs: dict[str, str] = {}
    about = _about(folder, found, inputs)
    raw = {name: _table(folder, name, found, inputs) for name in TOP}
    raw["codings"], raw["coders"] = _codings(folder, found, inputs)
    found += _strays(folder)
    readable = {name: frame for name, frame in raw.items() if frame is not None}
    if "documents" in readable:
        readable["documents"] = _with_texts(folder, readable["documents"], found, inputs)
    name = folder.resolve().name
    try:
        study = make_study(name, readable, about, inputs)
    except StudyError as error:
        broken = {problem.file for problem in found}
        found += [p for p in getattr(error, "problems", []) if not _follows(p, broken)]
    refuse(str(folder.name or name), found)
    return study


def _follows(problem: Problem, broken: set[str]) -> bool:
    """Tell whether a problem is only the echo of a file that could not be read."""
    tables = {re.sub(r"\.parquet$", ".csv", file) for file in broken}
    echoes = [echo.format(file) for file in tables for echo in ("is not in {}", "{} has no column", "add {}")]
    return any(echo in problem.what for echo in echoes)


def _bytes(path: Path, folder: Path, found: list[Problem], inputs: dict[str, str]) -> bytes | None:
    try:
        data = path.read_bytes()
    except OSError as error:
        found.append(Problem(_name(path, folder), f"cannot be read: {error.strerror}"))
        return None
    inputs[_name(path, folder)] = hashlib.sha256(data).hexdigest()
    return data


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _about(folder: Path, found: list[Problem], inputs: dict[str, str]) -> About:
    path = folder / FILE
    if not path.is_file():
        found.append(Problem(FILE, "is missing; `themebook new` writes one to start from"))
        return About()
    data = _bytes(path, folder, found, inputs)
    text = decoded(data, FILE, found) if data is not None else None
    try:
        about, problems = about_from(tomllib.loads((text or "").replace("\r\n", "\n")))
    except tomllib.TOMLDecodeError as error:
        found.append(Problem(FILE, f"is not valid TOML: {error}"))
        return About()
    found += problems
    return about


def _table(folder: Path, name: str, found: list[Problem], inputs: dict[str, str]) -> pd.DataFrame | None:
    """Read one table of text cells; None when it is absent or cannot be read (and is reported then)."""
    paths = [p for p in (folder / f"{name}.csv", folder / f"{name}.parquet") if p.is_file()]
    if len(paths) > 1:
        found.append(Problem(f"{name}.csv", f"stands beside {name}.parquet; keep one of the two"))
    if not paths:
        if name in REQUIRED:
            found.append(Problem(f"{name}.csv", "is missing"))
        return None
    return _cells(paths[0], folder, TABLES[name], found, inputs)


def _cells(path: Path, folder: Path, table: Table, found: list[Problem], inputs: dict[str, str]) -> pd.DataFrame | None:
    name = _name(path, folder)
    data = _bytes(path, folder, found, inputs)
    kinds = {column.name: column.kind for column in table.columns} if table.name == "codings" else {}
    frame = None if data is None else sheet(data, name, found, kinds)
    if frame is None:
        return None
    found += table.missing(frame.columns, name)
    frame = frame.loc[:, ~frame.columns.duplicated()]
    if any(column.required and column.name not in frame for column in table.columns if column.name != "coder"):
        return None
    return frame[[c for c in frame if table.open or c in table.names or c.startswith("_")]]


def _strays(folder: Path) -> list[Problem]:
    """Name tables that nobody would read, because their name is not quite a table's."""
    what = f"is not read; the tables are {listed(TOP)}, and codings in codings/, one file a coder"
    known = {*TOP, "codings", "coders"}
    paths = [p for p in _listed(folder, ".csv", ".parquet") if p.stem not in TOP and nearest(p.stem, known)]
    return [Problem(path.name, what) for path in paths]


def _listed(folder: Path, *endings: str) -> list[Path]:
    """List a folder's files with these endings by name; hidden ones belong to the system."""
    paths = folder.iterdir() if folder.is_dir() else ()
    found = [p for p in paths if p.suffix.lower() in endings and not p.name.startswith(".")]
    return sorted(found, key=lambda p: (p.stem, p.suffix))


def _codings(folder: Path, found: list[Problem], inputs: dict[str, str]) -> tuple[pd.DataFrame | None, pd.DataFrame]:
    """Read one file a coder; the file's name is the coder, even when it holds no coding yet."""
    paths = _listed(folder / "codings", ".csv", ".parquet")
    frames = []
    for path in paths:
        if path.suffix == ".parquet" and path.with_suffix(".csv") in paths:
            found.append(Problem(f"codings/{path.stem}.csv", f"stands beside {path.name}; keep one of the two"))
            continue
        frame = _cells(path, folder, TABLES["codings"], found, inputs)
        if frame is None:
            continue
        if "coder" in frame:
            other = (frame["coder"] != path.stem) & (frame["coder"] != "")
            for position in frame.index[other][:1]:
                what = f"coder {frame.at[position, 'coder']!r} is in the file of {path.stem!r}; one file a coder"
                found.append(Problem(_name(path, folder), what, int(frame.at[position, "_row"])))
        frames.append(frame.assign(coder=path.stem))
    coders = pd.DataFrame({"coder": list(dict.fromkeys(path.stem for path in paths))}, dtype="str")
    return _stacked(frames) if frames else None, coders


def _stacked(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Put tables below one another; columns of categories stay that where they are in all tables."""
    columns = [c for c in frames[0] if all(c in f and isinstance(f[c].dtype, pd.CategoricalDtype) for f in frames)]
    united = {c: union_categoricals([frame[c] for frame in frames]) for c in columns}
    rest = pd.concat([frame.drop(columns=columns) for frame in frames], ignore_index=True)
    return rest.assign(**united)


def _with_texts(folder: Path, documents: pd.DataFrame, found: list[Problem], inputs: dict[str, str]) -> pd.DataFrame:
    """Put each text beside its document; a text without a document is a problem, not a loss."""
    known = set(documents["document"].str.strip())
    texts = {}
    if "text" in documents:
        found.append(Problem("documents.csv", "column 'text' is not read; a text is in texts/<document>.txt", 1))
    for path in _listed(folder / "texts", ".txt"):
        name = _name(path, folder)
        data = _bytes(path, folder, found, inputs)
        text = decoded(data, name, found) if data is not None else None
        if path.stem not in known:
            found.append(Problem(name, f"belongs to no row of documents.csv (document {path.stem!r})"))
        texts[path.stem] = text or ""
        if text is not None and not text:
            found.append(Problem(name, "is empty"))
    return documents.assign(text=[texts.get(d.strip(), "") for d in documents["document"]])


def write(study: Study, folder: str | Path) -> Path:
    """
    Write a study as a folder; `read` gives the same study back.

    Parameters
    ----------
    study : Study
        The study.
    folder : str or Path
        A folder that does not exist yet; it appears whole or not at all.

    Raises
    ------
    StudyError
        When the folder is there already or cannot be written.
    """
    folder = Path(folder)
    with appearing(folder) as target:
        for name, data in files(study).items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            # "x": where a disk takes `Anna` and `anna` for one, the second must not be written over the first.
            with path.open("xb") as file:
                file.write(data)
    return folder


def files(study: Study) -> dict[str, bytes]:
    """Return a study folder's files by name, as they would be written."""
    about = replace(study.about, coders=_noted(study)).as_toml()
    out = {FILE: tomli_w.dumps(about, multiline_strings=True).encode()}
    for name in TOP:
        frame = getattr(study, name)
        frame = frame.drop(columns="text") if name == "documents" else frame
        if name in REQUIRED or len(frame):
            out[f"{name}.csv"] = as_csv(_said(frame, TABLES[name]))
    for coder in study.coders["coder"]:
        mine = study.codings[study.codings["coder"] == coder].drop(columns="coder")
        out[f"codings/{coder}.csv"] = as_csv(_said(mine, TABLES["codings"], "start", "end"))
    documents: Mapping[str, str] = dict(zip(study.documents["document"], study.documents["text"], strict=True))
    for document, text in documents.items():
        if text:
            # A text that itself begins with a byte-order mark keeps it behind the one that is stripped.
            out[f"texts/{document}.txt"] = text.encode("utf-8-sig" if text[0] == "\ufeff" else "utf-8")
    return out


def _noted(study: Study) -> dict[str, CoderNote]:
    """Return what `study.toml` has to say of the coders: what their files' names do not say already."""
    notes = dict(study.about.coders)
    for coder in study.coders.itertuples(index=False):
        note = CoderNote("" if coder.name == coder.coder else coder.name, coder.kind)
        usual = CoderNote(kind="consensus" if coder.coder == study.about.consensus else "person")
        if coder.coder not in notes and note != usual:
            notes[coder.coder] = note
    return notes


def _said(frame: pd.DataFrame, table: Table, *always: str) -> pd.DataFrame:
    """Leave out the declared columns that say nothing at all; an attribute that nobody's value is known of stays."""
    kept = {*always, *(column.name for column in table.columns if column.required)}
    silent = [c for c in table.names if c in frame and c not in kept]
    silent = [c for c in silent if (frame[c].isna() | (frame[c].astype("str") == "")).all()]
    return frame.drop(columns=silent)
