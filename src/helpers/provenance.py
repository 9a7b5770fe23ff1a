"""Where a report comes from: its inputs, parameters, packages and warnings, without this machine's paths."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from .about import About
from .errors import StudyError

FILE = "provenance.json"
_WARNING = re.compile(r"^(?:(?:.*[\\/])?([\w.-]+\.py):(\d+): )?(\w*Warning): ", re.MULTILINE)
_CODE_FILE = re.compile(r"~?(?:[A-Za-z]:)?[\\/](?:[^\s:\"'<>|\\/]+[\\/])+([\w.-]+\.py)")


@dataclass(frozen=True)
class Run:
    """A run of the chapters over a study, as it was begun."""

    name: str
    about: About
    started: datetime
    seconds: float
    inputs: Mapping[str, str]


@dataclass(frozen=True)
class Trace:
    """What is left of a chapter that was run: the notebook it came from and what became of it."""

    chapter: Path
    parameters: Mapping[str, Any]
    seconds: float
    executed: Mapping[str, Any]


def digest(file: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def inputs(source: Path) -> dict[str, str]:
    """
    Return the SHA-256 of every file a study consists of.

    Parameters
    ----------
    source : Path
        A study folder, or the one file that another tool wrote. Names that begin with a dot are left out.

    Returns
    -------
    dict of str to str
        By the path inside the folder, with `/`, in alphabetical order.

    Raises
    ------
    StudyError
        When there is nothing at that place.
    """
    if not source.exists():
        raise StudyError(f"there is no study at {source}")
    if source.is_file():
        return {source.name: digest(source)}
    files = {path.relative_to(source): path for path in source.rglob("*") if path.is_file()}
    visible = {name.as_posix(): path for name, path in files.items() if not _hidden(name)}
    return {name: digest(visible[name]) for name in sorted(visible)}


def outputs(folder: Path, kind: str) -> dict[str, str]:
    """Return the SHA-256 of the files in one folder of a report (`tables`, `figures`), by path."""
    return {path.relative_to(folder).as_posix(): digest(path) for path in sorted((folder / kind).iterdir())}


def packages() -> dict[str, str]:
    """Return the version of every installed distribution, by its name in lower case."""
    return dict(sorted({(d.name or "").lower(): d.version for d in distributions()}.items()))


def machine() -> dict[str, str]:
    """Return the versions beneath the packages."""
    return {"python": platform.python_version(), "platform": f"{platform.system()} {platform.machine()}"}


def write(folder: Path, run: Run, traces: Sequence[Trace]) -> None:
    """Write `provenance.json` into a report whose tables and figures are there."""
    installed = packages()
    record = {
        "themebook": installed.get("themebook", ""),
        "study": {"name": run.name, "title": run.about.title, "kind": run.about.kind},
        "started": run.started.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(run.seconds, 2),
        **machine(),
        "inputs": run.inputs,
        "chapters": {trace.chapter.stem: _told(trace) for trace in traces},
        "tables": outputs(folder, "tables"),
        "figures": outputs(folder, "figures"),
        "warnings": [entry for trace in traces for entry in warnings(trace.chapter.stem, trace.executed)],
        "packages": installed,
    }
    text = json.dumps(record, indent=1, ensure_ascii=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8", newline="\n")


def _told(trace: Trace) -> dict[str, Any]:
    return {
        "notebook": digest(trace.chapter),
        "parameters": trace.parameters,
        "seconds": round(trace.seconds, 2),
    }


def read(report: str | Path) -> dict[str, Any]:
    """
    Read the record of a report.

    Raises
    ------
    StudyError
        When the folder is no report.
    """
    try:
        record = json.loads((Path(report) / FILE).read_text(encoding="utf-8"))
        record["themebook"]
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError):
        raise StudyError(f"{Path(report).name} is not a Themebook report") from None
    return record


def summary(report: str | Path) -> list[str]:
    """Return what a run made, a line for each thing worth saying on a terminal: counts first, then the warnings."""
    record = read(report)
    counts = [_count(len(record[kind]), kind[:-1]) for kind in ("chapters", "tables", "figures")]
    lines = [f"{', '.join(counts)} in {record['seconds']:.1f} s"]
    if record["warnings"]:
        lines.append(f"{_count(len(record['warnings']), 'warning')}:")
        lines += [f"  {w['chapter']} [{w['cell']}]: {w['text'].splitlines()[0]}" for w in record["warnings"]]
    return lines


def warnings(chapter: str, notebook: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """
    Yield what an executed notebook wrote to stderr: one entry for each Python warning or other piece of text.

    Lines of code that Python prints below a warning are left out.
    """
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                for text in _messages(output["text"]):
                    yield {"chapter": chapter, "cell": cell.get("execution_count"), "text": text}


def without_paths(notebook: dict[str, Any], replacements: Mapping[str, str]) -> None:
    """
    Take this machine's paths out of an executed notebook, in place.

    Parameters
    ----------
    notebook : mapping
        A notebook's JSON, or nbformat's node of it. Data and figures are searched for the given paths only; what
        went to stderr loses the folders of program files and of the user as well.
    replacements : mapping of str to str
        What to write in place of a folder or file.
    """
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            _strip(output, replacements)
            if output.get("name") == "stderr":
                text = _WARNING.sub(lambda found: found[0].rpartition("/")[2].rpartition("\\")[2], output["text"])
                output["text"] = _CODE_FILE.sub(r"\1", _replaced(text, {str(Path.home()): "~"}))


def _strip(value: Any, replacements: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _replaced(value, replacements)
    if isinstance(value, dict):
        for key in value:
            value[key] = _strip(value[key], replacements)
    elif isinstance(value, list):
        value[:] = [_strip(entry, replacements) for entry in value]
    return value


def _replaced(text: str, replacements: Mapping[str, str]) -> str:
    for path in sorted(replacements, key=len, reverse=True):
        # Inside an image's base64, what looks like a path has a letter, a digit, +, / or = before it.
        pattern = rf"(?<![A-Za-z0-9+/=]){re.escape(path)}(?![\w-])"
        text = re.sub(pattern, replacements[path].replace("\\", r"\\"), text) if path in text else text
    return text


def _messages(text: str) -> Iterator[str]:
    """Split stderr at Python's warnings, each of which ends with a line of code; the rest is a message of its own."""
    message: list[str] = []
    for line in text.splitlines():
        found = _WARNING.match(line)
        is_code = line.startswith("  ") and bool(message) and _WARNING.match(message[0]) is not None
        if (found or is_code) and message:
            yield "\n".join(message)
            message = []
        if found:
            place = "" if found[1] is None or found[1].removesuffix(".py").isdigit() else f" ({found[1]}:{found[2]})"
            message.append(f"{found[3]}: {line[found.end() :]}{place}")
        elif line.strip() and not is_code:
            message.append(line)
    if message:
        yield "\n".join(message)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
