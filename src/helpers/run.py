"""Headless reports: the chapters through papermill, in parallel, into a folder that appears only when all is well."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from pathlib import Path

from . import jupyter_start  # noqa: F401

# isort: split
import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from papermill.exceptions import PapermillExecutionError
from tqdm import tqdm

from . import provenance, swap
from .about import About
from .errors import StudyError
from .exchange import open_study
from .execution import Job
from .parameters import chapters_of, declared, resolve
from .render import Site

__all__ = ["RunError", "chapters_of", "declared", "report", "resolve"]

CELL_SECONDS = 3600.0


class RunError(StudyError):
    """A chapter that did not run to its end."""


def report(
    study: str,
    source: str | Path,
    *,
    out: str | Path,
    chapters: Sequence[Path],
    given: Sequence[tuple[str, str]] = (),
    about: About | None = None,
    jobs: int | None = None,
    progress: bool | None = None,
    cell_seconds: float = CELL_SECONDS,
) -> Path:
    """
    Run the chapters over a study and write its report: pages, tables, figures, notebooks and provenance.

    Parameters
    ----------
    study : str
        What the user called the study; its last part names it in the report.
    source : str or Path
        The study's folder or file; the chapters get its absolute path as `study`.
    out : str or Path
        The report's folder. What a run made there before is replaced when every chapter has succeeded, and left
        alone otherwise; then the notebook that failed is kept in `<out>.failed`.
    chapters : sequence of Path
        Notebooks; see `chapters_of`.
    given : sequence of (name, text)
        Parameters as typed; see `helpers.parameters.resolve`.
    about : About, optional
        What the pages say of the study; by default the study is opened, and checked, for it.
    jobs : int, optional
        How many chapters run at once; by default one on each core.
    progress : bool, optional
        Whether to draw progress on stderr; by default only on a terminal.
    cell_seconds : float
        After this time a cell is held to hang, and the run fails.

    Returns
    -------
    Path
        The report's folder, absolute.

    Raises
    ------
    StudyError
        Before any kernel starts: for parameters, and for a folder that holds other things. Afterwards: for two
        different findings of one name, and when the study's files changed during the run.
    RunError
        When a cell fails: with the chapter, the cell and the error.
    """
    source, out = Path(source).resolve(), Path(out).resolve()
    name = _name(study, source)
    values = resolve(chapters, given)
    swap.check(out, source, Site.FILES)
    before, started, clock = provenance.inputs(source), datetime.now(UTC), time.monotonic()
    about = about or open_study(source).about
    # The kernels' sockets get a private folder with a short name: a socket's path may have about 100 characters.
    sockets = tempfile.TemporaryDirectory(prefix="themebook-", ignore_cleanup_errors=True)
    with swap.replacing(out) as folder, sockets as private:
        site = Site(folder, name, about, chapters)
        work = [Job(path, values[path.stem], source, name, Path(private), cell_seconds) for path in chapters]
        _run_all(work, site, out, jobs or _cores(), progress)
        if provenance.inputs(source) != before:
            raise StudyError(f"{name} was changed while its report was made; run it again")
        site.finish(started)
        run = provenance.Run(name, about, started, time.monotonic() - clock, before)
        provenance.write(folder, run, [job.trace() for job in work])
    swap.forget_failed(out)
    return out


def _name(study: str, source: Path) -> str:
    """Return what the report calls the study: what the user typed, of a path its end."""
    typed = Path(study).stem if source.is_file() else Path(study).name
    return source.name if typed in ("", "..") else typed


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _run_all(work: list[Job], site: Site, out: Path, jobs: int, progress: bool | None) -> None:
    """
    Run every chapter, rendering each as soon as it is there; on any failure stop the others.

    Threads, not processes: a chapter's work is done by its kernel, a process of its own anyway.
    """
    total = sum(1 + len(nbformat.read(job.chapter, as_version=4).cells) for job in work)
    hidden = not (sys.stderr.isatty() if progress is None else progress)
    with (
        ThreadPoolExecutor(jobs) as pool,
        tqdm(total=total, desc=work[0].name, unit="cell", disable=hidden, leave=False, file=sys.stderr) as bar,
    ):
        running = {pool.submit(job.run): job for job in work}
        try:
            pending: set[Future[None]] = set(running)
            while pending:
                # A wait with an end: without one, Ctrl-C goes unheard on Windows.
                ended, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
                bar.set_postfix_str(f"{len(work) - len(pending)}/{len(work)} chapters", refresh=False)
                bar.update(sum(job.cells for job in work) - bar.n)
                for future in ended:
                    _finish(future, running[future], site, out)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for job in work:
                job.stop()
            raise


def _finish(future: Future[None], job: Job, site: Site, out: Path) -> None:
    try:
        future.result()
    except PapermillExecutionError as error:
        raise _failure(job, error, out) from None
    except (RuntimeError, OSError, NoSuchKernel, nbformat.ValidationError) as error:
        raise RunError(f"chapter {job.chapter.stem} did not start: {error}") from error
    if job.notebook.metadata.papermill.exception:
        # To papermill, a cell that calls sys.exit() ends a notebook well, whatever was to follow.
        raise RunError(f"chapter {job.chapter.stem} ended itself at its cell {job.cells}, before the last")
    site.add(job.chapter.stem, job.notebook)


def _failure(job: Job, error: PapermillExecutionError, out: Path) -> RunError:
    """Keep the notebook that failed, and say where and why: the head of the cell, never the whole of it."""
    kept = swap.keep_failed(out, job.chapter.name, nbformat.writes(job.notebook))
    head = next((line for line in error.source.splitlines() if line.strip()), "")
    was = f"; {out.name} is as it was" if out.exists() else ""
    return RunError(
        f"chapter {job.chapter.stem} stopped at cell [{error.exec_count}]:  {head.strip()[:80]}\n"
        f"{error.ename}: {error.evalue}\n"
        f"As far as it came, it is in {kept.parent.name}/{kept.name}{was}."
    )
