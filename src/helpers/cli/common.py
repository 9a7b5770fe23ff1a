"""What the commands have in common: errors as sentences, how a file is to be read, and places that are free."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from ..errors import StudyError


def say_anything() -> None:
    """Let what an output's encoding cannot show appear escaped: a name in another script is no reason to stop."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def speaking(command: Callable[..., None]) -> Callable[..., None]:
    """Turn an error that a person can mend into its message and exit code 1, without a traceback."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except StudyError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(1)
        except BrokenPipeError:  # whoever read along has read enough
            raise
        except OSError as error:  # a full disk, a folder without permission
            where = f"{error.filename}: " if error.filename else ""
            click.echo(f"error: {where}{error.strerror or error}; what was there before is as it was", err=True)
            sys.exit(1)
        except KeyboardInterrupt:
            click.echo("stopped; what was there before is as it was", err=True)
            sys.exit(130)

    return run


def reading(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say how a file of another tool is to be read."""
    there = click.Path(exists=True, dir_okay=False, path_type=Path)
    options = [
        click.option("--columns", type=there, help="For a table: which column is what (a column map, TOML)."),
        click.option("--coder", default="", help="For a table: who coded, where it does not say."),
        click.option("--project", default="", help="For a Taguette server's database: the name of the project."),
        click.option("--alias", type=there, help="Names that are one person, code or document (TOML; see merge)."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def opened(study: str | Path, alias: Path | None, **how: Any) -> Any:
    """Open a study as these options say."""
    from ..exchange import merge_aliases, merge_one, open_study

    aliases = merge_aliases.read_aliases(alias) if alias else None
    found = open_study(study, **how)
    return merge_one.aliased(found, aliases) if aliases else found


@contextmanager
def as_folder(study: Any, source: Path, read_specially: bool) -> Iterator[Path]:
    """Give the place that chapters open by its path alone: a file that was read by options becomes a folder first."""
    if not read_specially:
        yield source
        return
    from .. import store

    read = tuple(f"Read from {name} (SHA-256 {sha})." for name, sha in study.inputs.items())
    with TemporaryDirectory(prefix="themebook-") as place:
        folder = Path(place) / source.stem
        store.write(replace(study, about=replace(study.about, imported=(*study.about.imported, *read))), folder)
        yield folder


def free(target: Path, *sources: str) -> None:
    """Refuse a place that is taken, or in a source or file, before minutes go into what would be written there."""
    from ..exchange.opening import find

    if os.path.lexists(target):
        raise StudyError(f"{target} is there already; nothing was written")
    for source in sources:
        if target.resolve().is_relative_to(find(source).resolve()):
            raise StudyError(f"{target} is inside {source}, which is read and never changed; nothing was written")
    file = next((folder for folder in target.absolute().parents if folder.exists()), Path("/"))
    if not file.is_dir():
        raise StudyError(f"{target} cannot be written: {file} is a file")
