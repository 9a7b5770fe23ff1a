"""The folder of a report: replaced as a whole or not at all, and never when it holds something else."""

from __future__ import annotations

import errno
import shutil
import signal
import tempfile
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from . import provenance
from .errors import StudyError, listed


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """
    Give an empty folder to write into, which takes the target's place when the block ends well.

    The folder lies beside the target, so that taking its place is a rename. When the block raises, an interrupt
    from the keyboard included, the folder is removed and the target is as it was.

    Raises
    ------
    StudyError
        When nothing can be written there, or the target cannot be moved aside.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise StudyError(f"cannot write into {target.parent}: {error.strerror}") from None
    with _terminable():
        yield from _filled(target, work)


def _filled(target: Path, work: Path) -> Iterator[Path]:
    try:
        # Inside the private folder that mkdtemp makes, one with the permissions a new folder usually has.
        new = work / "new"
        new.mkdir()
        yield new
        _swap(new, target, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _terminable() -> Iterator[None]:
    """Let a request to terminate, as a job scheduler sends it, tidy up as Ctrl-C does."""
    usual = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM)
    if usual is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _swap(new: Path, target: Path, work: Path) -> None:
    """Rename the old folder aside and the new one in; begin again when another run was quicker."""
    for turn in range(20):
        old = work / f"old-{turn}"
        try:
            with suppress(FileNotFoundError):
                target.rename(old)
            new.rename(target)
            return
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                continue  # another run has just put its folder here
            _restore(old, target)
            raise StudyError(f"cannot replace {target.name}: {error.strerror}. Is it open in a program?") from None
        except BaseException:
            _restore(old, target)
            raise
    raise StudyError(f"cannot replace {target.name}: other runs keep replacing it")


def _restore(old: Path, target: Path) -> None:
    if old.exists() and not target.exists():
        old.rename(target)


def check(target: Path, source: Path, ours: Collection[str]) -> None:
    """
    Refuse to replace anything but a report, or one into which somebody has put files.

    Parameters
    ----------
    target, source : Path
        The report's folder and the study's folder or file, absolute.
    ours : collection of str
        What a report holds beside the pages of its chapters.

    Raises
    ------
    StudyError
        When it is refused; it names what stands in the way.
    """
    if target.is_relative_to(source) or source.is_relative_to(target):
        raise StudyError(f"the report cannot be written to {target.name}: the study itself is there")
    if target.exists() and not target.is_dir():
        raise StudyError(f"the report cannot be written to {target.name}: that is a file")
    names = {path.name for path in target.glob("[!.]*")}
    if not names:
        return
    try:
        foreign = names - set(ours) - {f"{stem}.html" for stem in provenance.read(target)["chapters"]}
    except StudyError as error:
        held = listed(sorted(names), 4)
        raise StudyError(f"{error}, and holds {held}; give the report another folder, or move it away") from None
    if foreign:
        raise StudyError(f"{target.name} holds what no report made: {listed(sorted(foreign))}. Move it away first")


def keep_failed(target: Path, name: str, text: str) -> Path:
    """Keep a notebook that failed in `<target>.failed`, in place of any before it; return where it is."""
    forget_failed(target)
    kept = target.with_name(f"{target.name}.failed") / name
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(text, encoding="utf-8", newline="\n")
    return kept


def forget_failed(target: Path) -> None:
    """Remove the notebooks of an earlier run that failed; a folder with anything else in it stays."""
    folder = target.with_name(f"{target.name}.failed")
    for notebook in folder.glob("*.ipynb"):
        notebook.unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
