"""Headless runs with real kernels: what appears, what stays, and what is said when something goes wrong."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers import provenance, swap
from helpers.about import About
from helpers.errors import StudyError
from helpers.run import RunError, report

pytestmark = pytest.mark.slow

SHOW = """\
from IPython.display import display
bundle = {"name": %r, "title": "T", "sentence": "S", "caption": "C", "columns": ["value"], "rows": [[str(%s)]],
          "svg": "<svg xmlns='http://www.w3.org/2000/svg'/>", "png": None}
display({"text/html": "<p>S</p>", "application/vnd.themebook.finding+json": bundle}, raw=True)"""


@pytest.fixture
def place(tmp_path):
    """A study folder, a folder for chapters, and where reports go."""
    (tmp_path / "pilot" / "codings").mkdir(parents=True)
    (tmp_path / "pilot" / "study.toml").write_text('title = "Pilot"\n')
    (tmp_path / "pilot" / "codings" / "ann.csv").write_text("document,code\na,hope\n")
    (tmp_path / "pilot" / ".hidden").write_text("x")
    (tmp_path / "chapters").mkdir()
    return tmp_path


@pytest.fixture
def write(place):
    """Write a chapter: parameters first, then the given cells."""

    def write(stem, *cells, parameters='study = "none"\ntop = 10  # how many'):
        first = [new_markdown_cell(f"# What of {stem}?"), new_code_cell(parameters, metadata={"tags": ["parameters"]})]
        path = place / "chapters" / f"{stem}.ipynb"
        nbformat.write(new_notebook(cells=first + [new_code_cell(cell) for cell in cells]), path)
        return path

    return write


def run(place, chapters, **options):
    options = {"out": place / "reports" / "pilot", "about": About(title="Pilot"), **options}
    return report("pilot", place / "pilot", chapters=chapters, **options)


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def leftovers(place):
    return sorted(path.name for path in (place / "reports").iterdir()) if (place / "reports").exists() else []


def test_a_run_makes_a_whole_report(place, write, capfd):
    warn = "import warnings; warnings.warn('few people')\nimport sys; print('from ' + study, file=sys.stderr)"
    chapters = [write("01_one", SHOW % ("one", "top + 1"), warn), write("02_two", SHOW % ("two", "study"), "top")]
    made = run(place, chapters, given=[("top", "41")])
    assert set(files(made)) == {
        "index.html", "01_one.html", "02_two.html", "notebooks/01_one.ipynb", "notebooks/02_two.ipynb",
        "provenance.json", "tables/one.csv", "tables/two.csv", "tables/pilot.xlsx",
        "figures/one.svg", "figures/two.svg",
    }  # fmt: skip
    assert (made / "tables/one.csv").read_text() == "value\n42\n"
    # The chapter gets the study's absolute path; nothing that a run writes shows it.
    assert (made / "tables/two.csv").read_text() == "value\npilot\n"
    told = b"".join(content for name, content in files(made).items() if not name.endswith(".xlsx"))
    assert str(place).encode() not in told and sys.prefix.encode() not in told
    ran = nbformat.read(made / "notebooks/01_one.ipynb", as_version=4)
    assert ran.cells[2].source == '# Parameters\nstudy = "pilot"\ntop = 41\n'
    assert ran.metadata.papermill.input_path == ran.metadata.papermill.output_path == "01_one.ipynb"
    assert b"few people" not in files(made)["01_one.html"]
    assert leftovers(place) == ["pilot"]
    assert capfd.readouterr() == ("", "")

    record = provenance.read(made)
    assert list(record["inputs"]) == ["codings/ann.csv", "study.toml"]
    assert record["inputs"]["study.toml"] == provenance.digest(place / "pilot" / "study.toml")
    assert record["chapters"]["01_one"]["parameters"] == {"study": "pilot", "top": 41}
    assert record["chapters"]["01_one"]["notebook"] == provenance.digest(chapters[0])
    assert record["tables"]["tables/one.csv"] == provenance.digest(made / "tables/one.csv")
    assert list(record["figures"]) == ["figures/one.svg", "figures/two.svg"]
    assert record["packages"]["pandas"] and record["python"] and record["started"].endswith("+00:00")
    assert record["warnings"] == [
        {"chapter": "01_one", "cell": 4, "text": "UserWarning: few people"},
        {"chapter": "01_one", "cell": 4, "text": "from pilot"},
    ]
    assert provenance.summary(made)[0].startswith("2 chapters, 3 tables, 2 figures in ")
    assert provenance.summary(made)[1:] == [
        "2 warnings:", "  01_one [4]: UserWarning: few people", "  01_one [4]: from pilot",
    ]  # fmt: skip


def test_the_same_inputs_give_the_same_bytes(place, write):
    chapter = write("01_one", SHOW % ("one", "{'a', 'b', 'c', 'd', 'e'}"))
    first = files(run(place, [chapter]))
    second = files(run(place, [chapter]))
    kept = {name for name in first if not name.startswith(("notebooks/", "provenance", "index"))}
    assert kept == {"01_one.html", "tables/one.csv", "tables/pilot.xlsx", "figures/one.svg"}
    assert {name: first[name] for name in kept} == {name: second[name] for name in kept}


def test_a_failing_cell_leaves_the_last_report_and_keeps_the_notebook(place, write, capfd):
    good = write("01_one", SHOW % ("one", "top"))
    made = run(place, [good])
    before = files(made)
    bad = write(
        "02_two", "x = 1", "\n# a secret in the second line\nraise KeyError('hoep')  # long\n'a whole transcript'"
    )
    slow = write("03_slow", "import time; time.sleep(60)")
    start = time.monotonic()
    with pytest.raises(RunError) as raised:
        run(place, [good, bad, slow], jobs=3)
    assert time.monotonic() - start < 20
    assert str(raised.value).splitlines() == [
        "chapter 02_two stopped at cell [4]:  # a secret in the second line",
        "KeyError: 'hoep'",
        "As far as it came, it is in pilot.failed/02_two.ipynb; pilot is as it was.",
    ]
    assert files(made) == before
    kept = nbformat.read(place / "reports" / "pilot.failed" / "02_two.ipynb", as_version=4)
    assert kept.cells[-1].outputs[0].ename == "KeyError" and str(place) not in str(kept.metadata)
    assert leftovers(place) == ["pilot", "pilot.failed"]
    assert capfd.readouterr() == ("", "")

    run(place, [good])
    assert leftovers(place) == ["pilot"]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
            r"stopped at cell \[3\]:(.|\n)*DeadKernelError: the ker",
        ),
        ("while True: pass", r"stopped at cell \[\d+\]:  while True: pass\nCellTimeoutError: the cell took too long"),
        ("import sys; sys.exit()", r"chapter 01_one ended itself at its cell 4, before the last"),
        ("def (", r"SyntaxError"),
    ],
)
def test_a_chapter_that_ends_early_fails(place, write, cell, message):
    if "SIGKILL" in cell and not hasattr(signal, "SIGKILL"):
        pytest.skip("no SIGKILL here")
    with pytest.raises(RunError, match=message):
        run(place, [write("01_one", cell, "never = 1")], cell_seconds=5)
    assert "pilot" not in leftovers(place)


def test_parameters_are_refused_before_any_kernel_starts(place, write):
    chapter = write("01_one", f"open({str(place / 'ran')!r}, 'w')")
    with pytest.raises(StudyError, match=r"no parameter 'tpo'; the chapters have 'top'\. The nearest is 'top'"):
        run(place, [chapter], given=[("tpo", "3")])
    assert not (place / "ran").exists() and leftovers(place) == []


def test_a_study_that_changes_during_the_run_is_refused(place, write):
    chapter = write("01_one", f"open({str(place / 'pilot' / 'study.toml')!r}, 'a').write('x')")
    with pytest.raises(StudyError, match="pilot was changed while its report was made; run it again"):
        run(place, [chapter])
    assert leftovers(place) == []


def test_an_unusual_path_is_a_path(place, write, monkeypatch):
    odd = place / "a {b} %s ü"
    (place / "chapters").rename(odd)
    long = place / ("x" * 100)
    long.mkdir()
    # Too long for a Unix socket: the kernel is reached another way.
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    (place / "chapters").mkdir()
    chapter = write("01_one", SHOW % ("one", "study")).rename(odd / "01_one.ipynb")
    made = run(place, [chapter], out=odd / "out {0}")
    assert (made / "tables/one.csv").read_text() == "value\npilot\n" and not any(long.iterdir())


def test_only_a_report_is_replaced(place, write):
    chapter, out = write("01_one", "x = 1"), place / "reports" / "pilot"
    for wrong, message in [(place / "pilot", "the study itself"), (place, "the study itself"), (chapter, "is a file")]:
        with pytest.raises(StudyError, match=message):
            run(place, [chapter], out=wrong)
    out.mkdir(parents=True)
    (out / "thesis.docx").write_text("mine")
    with pytest.raises(
        StudyError, match=r"pilot is not a Themebook report, and holds 'thesis.docx'; give the report another"
    ):
        run(place, [chapter])
    (out / "thesis.docx").unlink()
    run(place, [chapter])
    (out / "notes.txt").write_text("mine")
    with pytest.raises(StudyError, match=r"pilot holds what no report made: 'notes.txt'\. Move it away first"):
        run(place, [chapter])
    assert (out / "notes.txt").read_text() == "mine"


@pytest.mark.skipif(os.name == "nt", reason="signals are another matter there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_nothing_half_made(place, write, number):
    pid = place / "pid"
    chapter = write("01_one", f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)")
    program = "import sys; from helpers.about import About; from helpers.run import report; from pathlib import Path; "
    program += "report('pilot', sys.argv[1], out=sys.argv[2], chapters=[Path(sys.argv[3])], about=About(title='P'))"
    out = place / "reports" / "pilot"
    process = subprocess.Popen(
        [sys.executable, "-c", program, place / "pilot", out, chapter], stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(place)},
    )  # fmt: skip
    wait_for(lambda: pid.exists() and pid.read_text())
    process.send_signal(number)
    assert "KeyboardInterrupt" in process.communicate(timeout=30)[1]
    assert leftovers(place) == [] and not list(place.glob("themebook-*"))
    wait_for(lambda: not alive(int(pid.read_text())))


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A killed child that nobody has waited for yet is not alive.
    return (
        "Z" not in Path(f"/proc/{pid}/stat").read_text().split(") ")[1][:1] if Path(f"/proc/{pid}").exists() else True
    )


def test_two_runs_at_once_do_not_mix(place, write):
    chapter = write("01_one", SHOW % ("one", "top"))
    runs = [threading.Thread(target=run, args=(place, [chapter]), kwargs={"given": [("top", n)]}) for n in ("1", "2")]
    for thread in runs:
        thread.start()
    for thread in runs:
        thread.join()
    made = place / "reports" / "pilot"
    top = provenance.read(made)["chapters"]["01_one"]["parameters"]["top"]
    assert (made / "tables/one.csv").read_text() == f"value\n{top}\n" and leftovers(place) == ["pilot"]


def test_many_swaps_at_once_leave_one_whole_folder(tmp_path):
    def fill(n):
        with swap.replacing(tmp_path / "report") as folder:
            for name in "abc":
                (folder / name).write_text(str(n))

    threads = [threading.Thread(target=fill, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
    assert len({(tmp_path / "report" / name).read_text() for name in "abc"}) == 1


def test_a_swap_that_fails_leaves_what_was_there(tmp_path):
    target = tmp_path / "report"
    target.mkdir()
    (target / "old").touch()
    with pytest.raises(KeyboardInterrupt), swap.replacing(target) as folder:
        (folder / "new").touch()
        raise KeyboardInterrupt
    with pytest.raises(StudyError, match="cannot replace report"), swap.replacing(target) as folder:
        folder.rmdir()
    assert [path.name for path in target.iterdir()] == ["old"] and list(tmp_path.iterdir()) == [target]


def test_progress_is_drawn_on_request_only(place, write, capfd):
    run(place, [write("01_one", "x = 1")], progress=True)
    assert "pilot" in capfd.readouterr().err


def test_paths_within_images_are_no_paths():
    image = "iVBORw0KGgo/tmp/pilot/AAAA=="
    output = {
        "output_type": "display_data",
        "data": {"image/png": image, "text/plain": "/tmp/pilot/codes.csv, /tmp/pilot2"},
    }
    stderr = (
        "/usr/lib/py/warn.py:3: UserWarning: hm\n  code\n/usr/x.py:4: DeprecationWarning: old\n  more code\nplain\n"
    )
    stream = {"output_type": "stream", "name": "stderr", "text": stderr}
    notebook = {"cells": [{"execution_count": 2, "outputs": [output, stream]}]}
    provenance.without_paths(notebook, {"/tmp/pilot": "pilot"})
    assert stream["text"].startswith("warn.py:3: UserWarning: hm")
    assert output["data"] == {"image/png": image, "text/plain": "pilot/codes.csv, /tmp/pilot2"}
    assert [entry["text"] for entry in provenance.warnings("01_x", notebook)] == [
        "UserWarning: hm (warn.py:3)",
        "DeprecationWarning: old (x.py:4)",
        "plain",
    ]
