"""Study folders: plain tables that people can read, compare and merge, to a Study and back."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import tomli_w

from .about import FILE, About, about_from
from .errors import Problem, StudyError, refuse
from .schema import TABLES
from .study import Study, make_study

TOP = ("participants", "documents", "turns", "codes", "assignments")
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
    raw["codings"] = _codings(folder, found, inputs)
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
    return any(f"is not in {file}" in problem.what for file in broken) or (
        problem.file == FILE and "participants.csv" in broken and "participants.csv has no column" in problem.what
    )


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


def _decoded(data: bytes, name: str, found: list[Problem]) -> str | None:
    """Decode UTF-8, with or without a byte-order mark; other encodings are named, never guessed."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        found.append(Problem(name, "is in UTF-16; save it as UTF-8 (in Excel: 'CSV UTF-8')"))
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found.append(Problem(name, f"byte {data[error.start]:#x} in line {line} is not UTF-8; save it as UTF-8"))
        return None


def _about(folder: Path, found: list[Problem], inputs: dict[str, str]) -> About:
    path = folder / FILE
    if not path.is_file():
        found.append(Problem(FILE, "is missing; `themebook new` writes one to start from"))
        return About()
    data = _bytes(path, folder, found, inputs)
    text = _decoded(data, FILE, found) if data is not None else None
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
    return _cells(paths[0], folder, found, inputs)


def _cells(path: Path, folder: Path, found: list[Problem], inputs: dict[str, str]) -> pd.DataFrame | None:
    name = _name(path, folder)
    data = _bytes(path, folder, found, inputs)
    if data is None:
        return None
    if path.suffix == ".parquet":
        frame = _parquet(data, name, found)
    else:
        text = _decoded(data, name, found)
        frame = None if text is None else _csv(text, name, found)
    if frame is None:
        return None
    frame.columns = [str(c).strip() for c in frame.columns]
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        found.append(Problem(name, f"column {twice[0]!r} is there twice", 1))
        return None
    frame["_file"], frame["_row"] = name, range(2, len(frame) + 2)
    table = TABLES.get(path.stem if path.parent == folder else "codings", TABLES["codings"])
    found += table.missing(frame.columns, name)
    comment = frame.iloc[:, 0].astype("str").str.startswith("#") if len(frame) else []
    frame = frame[~pd.Series(comment, index=frame.index, dtype=bool)]
    columns = [c for c in frame if table.open or c in table.names or c.startswith("_")]
    required = [c.name for c in table.columns if c.required and c.name not in frame and c.name != "coder"]
    return frame[columns].assign(**dict.fromkeys(required, "")) if not required else None


def _csv(text: str, name: str, found: list[Problem]) -> pd.DataFrame | None:
    head = text.split("\n", 1)[0]
    if not head.strip():
        found.append(Problem(name, "is empty; the first line names the columns"))
        return None
    separator = max(",;\t", key=lambda mark: len(next(csv.reader([head], delimiter=mark))))
    try:
        frame = pd.read_csv(
            io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, index_col=False, skip_blank_lines=False
        )
    except pd.errors.ParserError as error:
        what = str(error).rsplit("error: ", 1)[-1].strip()
        found.append(Problem(name, f"is not a table: {what} (a cell that holds {separator!r} goes in double quotes)"))
        return None
    blank = frame.isna().any(axis=1) if len(frame) else pd.Series(dtype=bool)
    empty = (frame.fillna("") == "").all(axis=1)
    for position in frame.index[blank & ~empty][:20]:
        cells = int(frame.loc[position].notna().sum())
        found.append(Problem(name, f"has {cells} cells where the heading has {frame.shape[1]}", int(position) + 2))
    return frame.fillna("")[~empty].reindex(frame.index[~empty]) if empty.any() else frame


def _parquet(data: bytes, name: str, found: list[Problem]) -> pd.DataFrame | None:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        found.append(Problem(name, "reading Parquet needs pyarrow: pip install 'themebook[parquet]'"))
        return None
    try:
        return pyarrow.parquet.read_table(io.BytesIO(data)).to_pandas()
    except pyarrow.ArrowException as error:
        found.append(Problem(name, f"is not a Parquet table: {error}"))
        return None


def _codings(folder: Path, found: list[Problem], inputs: dict[str, str]) -> pd.DataFrame | None:
    """Read one file a coder; the file's name is the coder."""
    place = folder / "codings"
    paths = sorted(p for p in place.glob("*") if p.suffix in (".csv", ".parquet")) if place.is_dir() else []
    frames = []
    for path in paths:
        frame = _cells(path, folder, found, inputs)
        if frame is None:
            continue
        if "coder" in frame:
            other = (frame["coder"] != path.stem) & (frame["coder"] != "")
            for position in frame.index[other][:1]:
                what = f"coder {frame.at[position, 'coder']!r} is in the file of {path.stem!r}; one file a coder"
                found.append(Problem(_name(path, folder), what, int(frame.at[position, "_row"])))
        frames.append(frame.assign(coder=path.stem))
    return pd.concat(frames, ignore_index=True) if frames else None


def _with_texts(
    folder: Path, documents: pd.DataFrame, found: list[Problem], inputs: dict[str, str]
) -> pd.DataFrame:
    """Put each text beside its document; a text without a document is a problem, not a loss."""
    known = set(documents["document"].str.strip())
    texts = {}
    place = folder / "texts"
    for path in sorted(place.glob("*.txt")) if place.is_dir() else []:
        name = _name(path, folder)
        data = _bytes(path, folder, found, inputs)
        text = _decoded(data, name, found) if data is not None else None
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
        When the folder is there already.
    """
    folder = Path(folder)
    if folder.exists():
        raise StudyError(f"{folder} is there already; nothing was written")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as temporary:
        target = Path(temporary) / folder.name
        for name, data in files(study).items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        os.rename(target, folder)
    return folder


def files(study: Study) -> dict[str, bytes]:
    """Return a study folder's files by name, as they would be written."""
    about = study.about.as_toml()
    out = {FILE: tomli_w.dumps(about, multiline_strings=True).encode()}
    for name in TOP:
        frame = getattr(study, name).drop(columns="text", errors="ignore")
        if name in REQUIRED or len(frame):
            out[f"{name}.csv"] = _as_csv(frame, TABLES[name].key)
    for coder in study.coders["coder"]:
        mine = study.codings[study.codings["coder"] == coder].drop(columns="coder")
        out[f"codings/{coder}.csv"] = _as_csv(mine, ("document", "start", "end", "code"))
    documents: Mapping[str, str] = dict(zip(study.documents["document"], study.documents["text"], strict=True))
    for document, text in documents.items():
        if text:
            # A text that itself begins with a byte-order mark keeps it behind the one that is stripped.
            out[f"texts/{document}.txt"] = text.encode("utf-8-sig" if text[0] == "\ufeff" else "utf-8")
    return out


def _as_csv(frame: pd.DataFrame, always: tuple[str, ...]) -> bytes:
    """Write a table without the declared columns that say nothing at all."""
    said = [c for c in frame if c in always or c == "name" or (frame[c].notna() & (frame[c].astype("str") != "")).any()]
    text = frame[said].to_csv(index=False, lineterminator="\n", float_format=_number)
    return text.encode()


def _number(value: float) -> str:
    return repr(int(value)) if float(value).is_integer() else repr(float(value))
