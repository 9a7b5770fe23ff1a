"""Imports go one way, and heavy packages are loaded only by what needs them."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "helpers"

# From the ground up. A module may import from its own layer (by name only where said) and from those below.
LAYERS = [
    {"errors", "openpyxl_start", "wording"},
    {"schema", "whole"},
    {"about"},
    {"cells"},
    {"spans", "sheets", "spreadsheets"},
    {"checks"},
    {"study"},
    {"store", "codebook", "units", "remarks", "evidence", "memos"},
    {"presence", "characteristics"},
    {"prevalence", "crosstab", "quotes"},
    {"cooccurrence", "saturation", "comparisons", "framework"},
    {"agreement"},
    {"exchange"},
    {"template"},
    {"plots"},
    {"findings"},
    {"widgets", "teaching"},
    {"jupyter_start", "parameters", "provenance"},
    {"swap"},
    {"render", "execution"},
    {"run"},
    {"cli"},
]
WITHIN_A_LAYER = {("memos", "codebook"), ("crosstab", "prevalence"), ("comparisons", "framework")}
ONLY_IN = {
    "matplotlib": {"plots"},
    "ipywidgets": {"widgets", "teaching"},
    "papermill": {"execution", "run"},
    "nbconvert": {"render"},
    "click": {"cli"},
    "openpyxl": {"spreadsheets", "exchange"},
    "defusedxml": {"exchange"},
    "sqlite3": {"exchange"},
}


def part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> list[str]:
    """The absolute names that a module imports, those for type checking alone left out."""
    inside = path.relative_to(PACKAGE.parent).with_suffix("").parts
    package = inside if path.name == "__init__.py" else inside[:-1]
    package = package[:-1] if path.name == "__init__.py" else package
    tree = ast.parse(path.read_text(encoding="utf-8"))
    checked = {
        id(node)
        for test in ast.walk(tree)
        if isinstance(test, ast.If) and getattr(test.test, "id", "") == "TYPE_CHECKING"
        for node in ast.walk(test)
    }
    found = []
    for node in ast.walk(tree):
        if id(node) in checked:
            continue
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found += [f"{module}.{alias.name}" for alias in node.names]
    return found


MODULES = sorted(PACKAGE.rglob("*.py"))
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}


def test_every_module_has_its_layer():
    assert {part(path) for path in MODULES} - {"__init__"} == set(RANK)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_go_downwards(path):
    here = part(path)
    if here == "__init__":
        return
    for name in imports(path):
        parts = name.split(".")
        if parts[0] != "helpers" or len(parts) < 2 or parts[1] not in RANK:
            continue
        there = parts[1]
        allowed = here == there or RANK[there] < RANK[here] or (here, there) in WITHIN_A_LAYER
        assert allowed, f"{here} imports {there}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_heavy_packages_are_imported_in_one_place(path):
    for name in imports(path):
        owners = ONLY_IN.get(name.split(".")[0])
        assert owners is None or part(path) in owners, f"{part(path)} imports {name}"
        assert "pyplot" not in name, "pyplot keeps state of its own and is not safe in widget callbacks"


def test_importing_helpers_loads_no_figures_widgets_or_jupyter():
    heavy = ["matplotlib", "ipywidgets", "papermill", "nbconvert", "nbformat", "click", "openpyxl", "dask"]
    code = f"import sys, helpers; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
