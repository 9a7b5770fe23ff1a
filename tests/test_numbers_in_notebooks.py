"""
Numbers that must hold, checked by nbval in the chapters themselves.

Notebooks are committed without outputs, so the outputs that must hold stand here: each is put behind its chapter, with a
cell that prints it, and nbval compares.
"""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]

# From FACTS of Houghton et al. (2024), Table 1 and the text.
MUST_HOLD = {
    "01_participants.ipynb": {
        "print(findings.table_one(data).sentence)": (
            "14 participants. Age (years): median 44.5, 25 to 59. Ethnicity: most often White British (13 of 14). "
            "Employment: most often Sick >4wk (8 of 14). Opioid medication (MTD methadone, BUP buprenorphine): most often "
            "MTD (13 of 14). Daily dose (mg), MTD: median 60, 36 to 100. Daily dose (mg), BUP: 14 (one person). "
            "Psychiatric diagnoses: most often Anxiety (8 of 14).\n"
        ),
        "print(findings.flow(data).sentence)": (
            "Took part in the parent study: 24. Interviewed: 14; on the way, 8 declined, 1 intoxicated and 1 too late to "
            "the appointment.\n"
        ),
    },
    "02_themes.ipynb": {
        "print(findings.circles(data).sentence)": (
            "Of 12 themes at the lowest level: 8 with people named, 2 present with nobody named and 2 absent.\n"
        ),
        "print(*findings.prevalence(data).table.query('level == 1')['participants'])": "3 3 3 3 0 0 0 0 4 1 5 1\n",
    },
}


def with_checks(notebook: Path, checks: dict[str, str]) -> nbformat.NotebookNode:
    chapter = nbformat.read(notebook, as_version=4)
    for number, (source, printed) in enumerate(checks.items()):
        cell = nbformat.v4.new_code_cell("# NBVAL_CHECK_OUTPUT\n" + source, id=f"check-{number}", execution_count=1)
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=printed)]
        chapter.cells.append(cell)
    return chapter


def nbval(folder: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "-q", "-p", "no:cacheprovider", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder)


@pytest.mark.slow
def test_the_chapters_print_the_published_numbers(tmp_path):
    for name, checks in MUST_HOLD.items():
        nbformat.write(with_checks(ROOT / "notebooks" / name, checks), tmp_path / name)
    done = nbval(tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_a_number_that_does_not_hold_is_found(tmp_path):
    wrong = {"print(len(data.participants))": "13\n"}
    nbformat.write(with_checks(ROOT / "notebooks" / "01_participants.ipynb", wrong), tmp_path / "wrong.ipynb")
    done = nbval(tmp_path)
    assert done.returncode == 1 and "14" in done.stdout
