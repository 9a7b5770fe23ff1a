"""
Build the students' version of the lessons with nbgrader, and check lessons, solutions and tests.

``python notebooks/teaching/build.py`` writes ``reports/lessons/`` and exits with 1 when anything is wrong.
"""

from __future__ import annotations

import copy
import re
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

HERE = Path(__file__).resolve().parent
OUT = HERE.parents[1] / "reports" / "lessons"
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", re.DOTALL)
MARKS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN", "END HIDDEN")


def lessons() -> list[Path]:
    """Return the lessons' notebooks, in order."""
    return sorted(HERE.glob("[0-9]_*.ipynb"))


def wrong_answers() -> dict[str, list[str]]:
    """Return the typical wrong answers, by the `grade_id` of the cell that they stand in."""
    with (HERE / "wrong_answers.toml").open("rb") as stream:
        return {name: entry["answers"] for name, entry in tomllib.load(stream).items()}


def role(cell: NotebookNode) -> str:
    """Say what a cell is to nbgrader: "answer", "test", "written" (graded by a person), or nothing."""
    graded = cell.metadata.get("nbgrader", {})
    if graded.get("solution"):
        return "written" if graded["grade"] else "answer"
    return "test" if graded.get("grade") else ""


def students_version(folder: Path) -> list[Path]:
    """Let nbgrader make the students' version of every lesson in a course of its own; return the notebooks made."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config.loader import JSONFileConfigLoader

    config = JSONFileConfigLoader("nbgrader_config.json", str(HERE)).load_config()
    config.CourseDirectory.root = str(folder)
    config.GenerateAssignment.no_database = True  # as --no-db does: there is nobody to grade
    config.SaveCells.enabled = False
    api = NbGraderAPI(config=config)
    made = []
    for lesson in lessons():
        source = folder / "source" / lesson.stem
        source.mkdir(parents=True)
        shutil.copy(lesson, source)
        done = api.generate_assignment(lesson.stem)
        if not done["success"]:
            raise SystemExit(f"nbgrader could not make {lesson.name}:\n{done['log']}")
        made.append(folder / "release" / lesson.stem / lesson.name)
    return made


def form(notebook: NotebookNode) -> Iterator[str]:
    """Yield what is wrong with a lesson's metadata: those of nbgrader, and those that Jupyter heeds."""
    seen: set[str] = set()
    answers = 0
    for cell in notebook.cells:
        graded, kind = cell.metadata.get("nbgrader"), role(cell)
        if "teaching.Quiz(" in cell.source and not cell.metadata.get("jupyter", {}).get("source_hidden"):
            yield "a quick check shows its source, and so the right answer"
        if not graded:
            continue
        name = graded["grade_id"]
        if name in seen:
            yield f"{name}: there are two cells of this grade_id"
        seen.add(name)
        if graded["schema_version"] != 3:
            yield f"{name}: schema_version is {graded['schema_version']}, not 3"
        if graded["grade"] and not graded.get("points", 0) > 0:
            yield f"{name}: a graded cell without points"
        if kind == "answer" and not SOLUTION.search(cell.source):
            yield f"{name}: no solution between its marks"
        if kind == "test" and not (HIDDEN.search(cell.source) and HIDDEN.sub("", cell.source).strip()):
            yield f"{name}: needs visible and hidden tests"
        if kind == "test" and "raises-exception" not in cell.metadata.get("tags", []):
            yield f"{name}: not tagged raises-exception, so that Run All would stop at an empty answer"
        if kind == "test" and not answers:
            yield f"{name}: a test without an answer before it"
        answers = answers + 1 if kind == "answer" else 0 if kind == "test" else answers


def leaks(source: NotebookNode, student: NotebookNode) -> Iterator[str]:
    """Yield what the students' version gives away: marks, lines of solutions and of hidden tests, outputs."""
    given = {c.metadata.nbgrader.grade_id: c.source for c in student.cells if "nbgrader" in c.metadata}
    everything = "\n".join(cell.source for cell in student.cells)
    yield from (f"the mark {mark!r} is still there" for mark in MARKS if mark in everything)
    if any(cell.get("outputs") for cell in student.cells):
        yield "there are outputs"
    for cell in source.cells:
        kind = role(cell)
        if not kind:
            continue
        name = cell.metadata.nbgrader.grade_id
        if kind == "written":
            secret = [line for line in cell.source.splitlines() if line.strip()]
        else:
            secret = [
                line for part in (SOLUTION, HIDDEN) for found in part.findall(cell.source) for line in found.split("\n")
            ]
        open_lines = set(HIDDEN.sub("", SOLUTION.sub("", cell.source)).split("\n"))
        for line in secret:
            if len(line.strip()) > 3 and line not in open_lines and line.strip() in given[name]:
                yield f"{name}: {line.strip()!r} is still there"


def marked(source: NotebookNode, student: NotebookNode, wrong: dict[str, list[str]]) -> Iterator[str]:
    """
    Run a lesson, giving each exercise the empty answer, typical wrong ones and the solution, in this order.

    Yields what is wrong: a test that passes on the empty answer or a wrong one, or fails on the solution; and any
    other cell that fails.
    """
    empty = {c.metadata.nbgrader.grade_id: c.source for c in student.cells if "nbgrader" in c.metadata}
    client = NotebookClient(copy.deepcopy(source), timeout=300, kernel_name="python3")
    with client.setup_kernel():
        answers: list[NotebookNode] = []
        for cell in source.cells:
            if cell.cell_type != "code":
                continue
            kind = role(cell)
            if kind == "answer":
                answers.append(cell)
            elif kind == "test":
                yield from _tried(client, answers, cell, empty, wrong)
                answers = []
            elif said := _fails(client, cell.source):
                yield f"a cell fails: {said}"


def _tried(
    client: NotebookClient,
    answers: list[NotebookNode],
    test: NotebookNode,
    empty: dict[str, str],
    wrong: dict[str, list[str]],
) -> Iterator[str]:
    right = {cell.metadata.nbgrader.grade_id: cell.source for cell in answers}
    name = test.metadata.nbgrader.grade_id
    tries = [("the empty answer", {g: empty[g] for g in right})]
    tries += [(f"{text!r}", right | {g: text}) for g in right for text in wrong.get(g, [])]
    if len(tries) == 1:
        yield f"{name}: no typical wrong answer is written down"
    for what, cells in tries:
        # An answer that does not run at all is as wrong as one that fails its test.
        failed = [bool(_fails(client, text)) for text in cells.values()]
        if not _fails(client, test.source) and not any(failed):
            yield f"{name}: passes on {what}"
    for text in [*right.values(), test.source]:
        if said := _fails(client, text):
            yield f"{name}: fails on the solution: {said}"


def _fails(client: NotebookClient, source: str) -> str:
    """Run some code in the lesson's kernel; return its error's last line, or nothing."""
    try:
        client.execute_cell(nbformat.v4.new_code_cell(source), 0, store_history=False)
    except CellExecutionError as error:
        return f"{error.ename}: {error.evalue}"
    return ""


def problems(folder: Path) -> Iterator[str]:
    """Build every lesson in a folder, and yield everything that is wrong with any."""
    wrong = wrong_answers()
    used = set()
    for lesson, made in zip(lessons(), students_version(folder), strict=True):
        source, student = nbformat.read(lesson, as_version=4), nbformat.read(made, as_version=4)
        used |= {cell.metadata.nbgrader.grade_id for cell in source.cells if role(cell) == "answer"}
        for said in (*form(source), *leaks(source, student), *marked(source, student, wrong)):
            yield f"{lesson.name}: {said}"
    yield from (f"wrong_answers.toml: there is no answer {name!r}" for name in sorted(set(wrong) - used))


def main() -> int:
    """Write the students' version to `reports/lessons/`, and say what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        found = list(problems(Path(folder)))
        for line in found:
            print(line, file=sys.stderr)
        if found:
            return 1
        foreign = {path.name for path in OUT.glob("*")} - {lesson.stem for lesson in lessons()}
        if foreign:
            print(f"{OUT} holds what is not a lesson: {', '.join(sorted(foreign))}", file=sys.stderr)
            return 1
        shutil.rmtree(OUT, ignore_errors=True)
        shutil.copytree(Path(folder) / "release", OUT)
    print(f"{len(lessons())} lessons, checked; the students' version is in {OUT.parent.name}/{OUT.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
