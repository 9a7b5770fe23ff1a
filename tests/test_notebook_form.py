"""The form of the notebooks: cells call and do not define, prose on both sides, nothing of a run is committed."""

import ast
import json
from pathlib import Path

import pytest

from helpers.parameters import declared

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
CHAPTERS = [path for path in NOTEBOOKS if path.name[:2].isdigit() and not path.name.startswith("00")]
DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try, ast.Lambda, ast.With)


def cells(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def source(cell: dict) -> str:
    return "".join(cell["source"])


def tagged(cell: dict, tag: str) -> bool:
    return tag in cell["metadata"].get("tags", [])


def test_the_notebooks_are_found():
    assert [path.name for path in CHAPTERS][:3] == ["01_participants.ipynb", "02_themes.ipynb", "03_evidence.ipynb"]
    assert {"00_start_here.ipynb", "explore.ipynb"} <= {path.name for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestForm:
    def test_one_heading_of_the_first_level_that_asks_a_question(self, path):
        lines = [line for cell in cells(path) if cell["cell_type"] == "markdown" for line in source(cell).splitlines()]
        headings = [line for line in lines if line.startswith("# ")]
        assert len(headings) == 1 and headings[0].endswith("?")

    def test_one_parameters_cell_of_literals_with_help(self, path):
        code = [cell for cell in cells(path) if cell["cell_type"] == "code"]
        assert [tagged(cell, "parameters") for cell in code] == [True] + [False] * (len(code) - 1)
        parameters = declared(path)
        assert "study" in parameters
        assert all(parameter.help for parameter in parameters.values())

    def test_cells_are_short_and_define_nothing(self, path):
        for cell in cells(path):
            if cell["cell_type"] == "code" and not tagged(cell, "parameters"):
                lines = [line for line in source(cell).splitlines() if line.strip()]
                assert len(lines) <= 6, source(cell)
                assert not [node for node in ast.walk(ast.parse(source(cell))) if isinstance(node, DEFINING)], source(
                    cell
                )

    def test_cells_import_from_helpers_alone(self, path):
        for cell in cells(path):
            nodes = ast.walk(ast.parse(source(cell))) if cell["cell_type"] == "code" else ()
            imported = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
            assert all(getattr(node, "module", "").split(".")[0] == "helpers" for node in imported), source(cell)

    def test_prose_stands_before_and_after_what_is_computed(self, path):
        kinds = [cell["cell_type"] for cell in cells(path)]
        assert kinds[0] == "markdown"
        for n, cell in enumerate(cells(path)):
            computes = cell["cell_type"] == "code" and "import" not in source(cell) and not tagged(cell, "parameters")
            if computes and kinds[n - 1] == "code":
                assert kinds[n - 2] == "markdown", "two computing cells in a row share one question at most"
            if computes and n + 1 < len(kinds):
                assert "markdown" in kinds[n + 1 : n + 3], source(cell)

    def test_nothing_of_a_run_is_committed(self, path):
        for cell in cells(path):
            if cell["cell_type"] == "code":
                assert cell["outputs"] == [] and cell["execution_count"] is None

    def test_it_runs_with_the_plain_kernel_and_has_stable_cell_ids(self, path):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        assert notebook["metadata"]["kernelspec"]["name"] == "python3"
        assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_ends_with_what_it_was_made_from(path):
    code = [source(cell) for cell in cells(path) if cell["cell_type"] == "code"]
    assert "findings.inputs(data)" in code[-2:]
