"""What a chapter lets one choose: its parameters cell, read strictly and before any kernel starts."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import StudyError, listed, nearest

Value = str | int | float | bool | list[str]

STUDY = "study"
_WORDS = {"true": True, "yes": True, "false": False, "no": False}
_TAKES = {
    str: "text",
    int: "a whole number, like 10",
    float: "a number, like 0.5",
    bool: "true or false",
    list: 'a list, like a,b or ["a", "b"]',
}


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell; the comment behind it is the help."""

    name: str
    default: Value
    help: str = ""

    def read(self, text: str) -> Value:
        """
        Read a value as it is typed on a command line, strictly by the type of the default.

        Raises
        ------
        ValueError
            When the text is not of that type.

        Examples
        --------
        >>> Parameter("person", "001").read("007"), Parameter("top", 10).read("7")
        ('007', 7)
        >>> Parameter("codes", ["hope"]).read("hope, fear")
        ['hope', 'fear']
        """
        return _READERS[type(self.default)](text)


def chapters_of(folder: str | Path) -> list[Path]:
    """Return the chapters in a folder: its notebooks `01_….ipynb` to `99_….ipynb`, in order."""
    return [path for path in sorted(Path(folder).glob("[0-9][0-9]_*.ipynb")) if not path.name.startswith("00_")]


def declared(notebook: str | Path) -> dict[str, Parameter]:
    """
    List the parameters that a notebook declares in its cell tagged `parameters`.

    Parameters
    ----------
    notebook : str or Path
        Only its JSON is read; nothing is run.

    Returns
    -------
    dict of str to Parameter
        In the order of the cell; empty when no cell has the tag.

    Raises
    ------
    StudyError
        When the file is no notebook, or a line is anything but a name and a literal: text, a number, true or
        false, a list of texts. The message names the notebook and the line.
    """
    notebook = Path(notebook)
    tagged = [cell for cell in _cells(notebook) if "parameters" in cell.get("metadata", {}).get("tags", [])]
    if len(tagged) > 1:
        raise StudyError(f"{notebook.name}: {len(tagged)} cells are tagged 'parameters'; papermill knows one only")
    source = "".join("".join(cell["source"]) for cell in tagged)
    try:
        body, comments = ast.parse(source).body, dict(_comments(source))
    except (SyntaxError, tokenize.TokenError) as error:
        line = getattr(error, "lineno", None) or 1
        raise StudyError(f"{notebook.name}, parameters cell, line {line}: not Python ({error})") from None
    found: dict[str, Parameter] = {}
    for statement in body:
        name, default = _assignment(statement, f"{notebook.name}, parameters cell, line {statement.lineno}")
        found[name] = Parameter(name, default, comments.get(statement.end_lineno or 0, ""))
    return found


def resolve(notebooks: Sequence[str | Path], given: Sequence[tuple[str, str]]) -> dict[str, dict[str, Value]]:
    """
    Type the parameters given on a command line, for each notebook those that it declares.

    Parameters
    ----------
    notebooks : sequence of paths
        Every name has to be declared by one of them at least.
    given : sequence of (name, text)
        What was typed. `study` is not among them: it is the command's argument.

    Returns
    -------
    dict of str to dict
        By the notebook's file name without its ending; a notebook that takes none of them has an empty one.

    Raises
    ------
    StudyError
        With every problem, in one message: unknown names, wrong types, names given twice. Also when there is no
        notebook, or two have the same name: their pages would be one file.
    """
    stems = [Path(notebook).stem for notebook in notebooks]
    twice = sorted({stem for stem in stems if stems.count(stem) > 1})
    if twice or not stems:
        raise StudyError(f"two chapters are called {listed(twice)}" if twice else "there is no chapter to run")
    known = {Path(notebook).stem: declared(notebook) for notebook in notebooks}
    names = dict.fromkeys(name for chapter in known.values() for name in chapter if name != STUDY)
    problems: list[str] = []
    values: dict[str, dict[str, Value]] = {chapter: {} for chapter in known}
    seen: set[str] = set()
    for name, text in given:
        if name in seen:
            problems.append(f"parameter {name!r} is given twice")
        elif name == STUDY:
            problems.append("'study' is the argument of the command, not a parameter")
        elif name not in names:
            have = f"the chapters have {listed(names)}" if names else "the chapters have none"
            problems.append(f"no parameter {name!r}; {have}.{nearest(name, names)}")
        else:
            problems += _typed(name, text, known, values)
        seen.add(name)
    if problems:
        raise StudyError("\n".join(problems))
    return values


def _typed(
    name: str, text: str, known: dict[str, dict[str, Parameter]], values: dict[str, dict[str, Value]]
) -> Iterator[str]:
    """Put a value into each chapter that declares it; yield what is wrong with it there, once for each type."""
    wrong: dict[str, str] = {}
    for chapter, parameters in known.items():
        if name in parameters:
            try:
                values[chapter][name] = parameters[name].read(text)
            except ValueError:
                wrong.setdefault(_TAKES[type(parameters[name].default)], chapter)
    for takes, chapter in wrong.items():
        yield f"parameter {name!r} of {chapter} takes {takes}, not {text!r}"


def _cells(notebook: Path) -> list[dict[str, Any]]:
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except OSError as error:
        raise StudyError(f"cannot read {notebook.name}: {error.strerror}") from None
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError):
        raise StudyError(f"{notebook.name} is not a Jupyter notebook (format 4)") from None
    return [cell for cell in cells if cell.get("cell_type") == "code"]


def _comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string.lstrip("# ").rstrip()


def _assignment(statement: ast.stmt, place: str) -> tuple[str, Value]:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            pass
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            pass
        case _:
            raise StudyError(f'{place}: a parameters cell holds lines like  name = "value"  and nothing else')
    try:
        default = ast.literal_eval(value)
    except (ValueError, TypeError):
        # papermill puts the given values behind this cell: what is computed here would still be of the defaults.
        raise StudyError(f"{place}: {name} is computed; a parameter is a literal (text, number, list)") from None
    if type(default) not in _READERS or (type(default) is list and not _texts(default)):
        what = f"{name} is {default!r}; a parameter is text, a number, true or false, or a list of texts"
        raise StudyError(f"{place}: {what}")
    return name, default


def _texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _whole(text: str) -> int:
    # int() itself would take "1_000", " 7" and the digits of other scripts.
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        raise ValueError(text)
    return int(text)


def _number(text: str) -> float:
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text):
        raise ValueError(text)
    return float(text)


def _truth(text: str) -> bool:
    if text.lower() not in _WORDS:
        raise ValueError(text)
    return _WORDS[text.lower()]


def _list(text: str) -> list[str]:
    if text.lstrip().startswith("["):
        values = json.loads(text)
        if not _texts(values):
            raise ValueError(text)
        return values
    return [part.strip() for part in text.split(",") if part.strip()]


_READERS: dict[type, Callable[[str], Value]] = {str: str, int: _whole, float: _number, bool: _truth, list: _list}
