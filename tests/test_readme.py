"""The README's own commands, as a reader types them."""

import contextlib
import io
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def block(heading: str, language: str) -> list[str]:
    section = README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


def commands(text: str) -> list[list[str]]:
    return [shlex.split(line[2:], comments=True) for line in text.splitlines() if line.startswith("$ ")]


def test_the_python_examples_print_what_the_readme_says():
    examples, outputs = block("In Python", "python"), block("In Python", "text")
    assert len(examples) == len(outputs) == 2
    for example, output in zip(examples, outputs, strict=True):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(example, "README.md", "exec"), {})
        assert printed.getvalue() == output


@pytest.mark.slow
def test_everyday_commands_run_in_a_folder_of_ones_own(tmp_path):
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    lines = [line for text in block("Every day", "console") for line in commands(text)]
    assert {line[0] for line in lines} == {"themebook", "papermill"}
    for line in lines:
        tool = shutil.which(line[0], path=str(Path(sys.executable).parent))
        done = subprocess.run([tool, *line[1:]], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
    assert (tmp_path / "reports" / "synthetic-pilot" / "index.html").is_file()
    assert (tmp_path / "reports" / "by-employment" / "tables" / "table_1.csv").is_file()
    assert (tmp_path / "data" / "my-study" / "study.toml").is_file()
    assert (tmp_path / "themes.ipynb").is_file()


def test_the_two_commands_are_what_ci_runs_in_a_fresh_clone():
    lines = [" ".join(line) for line in commands(block("Two commands", "console")[0])]
    makes = [line for line in lines if line.startswith("make ")]
    assert makes == ["make report", "make test"]
    assert all(f"\nenv -u PYTHONPATH -u VIRTUAL_ENV {make}\n" in CI for make in makes)


def test_every_file_that_the_readme_links_to_is_there():
    links = [link for link in re.findall(r"\]\(([^)#]+)", README) if not link.startswith("https://")]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
