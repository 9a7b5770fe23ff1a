"""The command line: check a study, write its report, begin a new one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any, cast

import click

from . import __version__
from .errors import StudyError


def _speaking(command: Callable[..., None]) -> Callable[..., None]:
    """Turn an error that a person can mend into its message and exit code 1, without a traceback."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except StudyError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(1)
        except KeyboardInterrupt:
            click.echo("stopped; what was there before is as it was", err=True)
            sys.exit(130)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="themebook")
def main() -> None:
    """Tables, figures and reports from coded qualitative studies, made so that they can be made again."""


@main.command()
@click.argument("studies", metavar="STUDY...", nargs=-1, required=True)
@click.option(
    "-p", "--parameter", "given", nargs=2, multiple=True, metavar="NAME VALUE",
    help="Set a parameter of the chapters; `themebook parameters` lists them. May be repeated.",
)  # fmt: skip
@click.option("-o", "--out", type=click.Path(path_type=Path), help="The report's folder. [default: reports/STUDY]")
@click.option("-c", "--chapters", metavar="01,02,…", help="Only these chapters.")
@click.option("-j", "--jobs", type=click.IntRange(1), help="Chapters at once. [default: one a core]")
@click.option("--progress/--no-progress", default=None, help="Draw progress. [default: on a terminal]")
@_speaking
def report(
    studies: tuple[str, ...],
    given: tuple[tuple[str, str], ...],
    out: Path | None,
    chapters: str | None,
    jobs: int | None,
    progress: bool | None,
) -> None:
    """
    Write the report of each STUDY: web pages, figures, tables, notebooks and provenance.

    STUDY is the name of a study under data/ (see `themebook studies`), the path of a study folder, or a file that
    another tool wrote (.qdpx, .qda, .sqlite3, .xlsx …). The report appears in reports/STUDY when every chapter has
    succeeded; until then, and after an error, the report that was there before stays.
    """
    from . import provenance, run
    from .exchange.opening import find, open_study

    if out and len(studies) > 1:
        raise StudyError("--out is the folder of one report; leave it out to write several under reports/")
    notebooks = _chapters(chapters)
    for study in studies:
        run.resolve(notebooks, given)
        folder = find(study)
        opened = open_study(folder)
        target = out or Path("reports") / opened.name
        done = run.report(
            study, folder, out=target, chapters=notebooks, given=given, about=opened.about, jobs=jobs, progress=progress
        )
        click.echo(f"{opened.name}: {'; '.join(provenance.summary(done)[:1])}")
        for line in provenance.summary(done)[1:]:
            click.echo(f"  {line}", err=True)
        click.echo(f"  {target / 'index.html'}")


@main.command()
@click.argument("study")
@click.option("--columns", type=click.Path(exists=True, path_type=Path), help="A column map (TOML), for a table.")
@_speaking
def check(study: str, columns: Path | None) -> None:
    """
    List everything that is wrong with STUDY, and exit with 1; or sum it up, and exit with 0.

    STUDY is the name of a study under data/ (see `themebook studies`), the path of a study folder, or a file that
    another tool wrote.
    """
    from .exchange import open_study
    from .remarks import remarks

    opened = open_study(study, columns=columns)
    click.echo(f"{opened.name} is sound: {_sizes(opened)}.")
    _notes([*opened.about.imported, *remarks(opened)])


@main.command()
@click.argument("source")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--columns", type=click.Path(exists=True, path_type=Path), help="A column map (TOML), for a table.")
@click.option("--coder", default="", help="Who coded, where a table does not say.")
@click.option("--crlf", is_flag=True, help="Write .qdpx with CR LF line endings, for Windows programs.")
@click.option(
    "--table", default="", help="For .csv and .xlsx: quotes, units, cases or codebook. [default: quotes, all]"
)
@click.option("--unit", default="document", show_default=True, help="What a row of the table of units is.")
@_speaking
def convert(source: str, target: Path, columns: Path | None, coder: str, crlf: bool, table: str, unit: str) -> None:
    """
    Write the study SOURCE as TARGET.

    SOURCE is a study, or a file or folder that another tool wrote. TARGET is a study folder (no ending), a REFI-QDA
    project or codebook (.qdpx, .qdc), a table (.csv) or a workbook (.xlsx).
    """
    from . import store
    from .exchange import exports, open_study, refi_write

    opened = open_study(source, columns=columns, coder=coder)
    ending = target.suffix.casefold()
    if ending in (".qdpx", ".qdc"):
        refi_write.write(opened, target, crlf=crlf)
    elif ending in (".csv", ".xlsx"):
        exports.write(opened, target, table=table, unit=cast(Any, unit))
    elif ending:
        raise StudyError(
            f"{target.name}: a target ends in .qdpx, .qdc, .csv or .xlsx, or is a folder without an ending"
        )
    else:
        store.write(opened, target)
    click.echo(f"{target} is written: {_sizes(opened)}.")
    _notes(opened.about.imported)


@main.command()
@click.argument("sources", metavar="STUDY STUDY…", nargs=-1, required=True)
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="The study folder to write.")
@click.option("--alias", type=click.Path(exists=True, path_type=Path), help="A table of aliases (TOML).")
@_speaking
def merge(sources: tuple[str, ...], out: Path, alias: Path | None) -> None:
    """
    Put several studies of the same texts together, one a coder, into one.

    Each STUDY is a study folder or a file that another tool wrote. Texts are compared, no coding is lost, and what is
    left for people to decide is listed; they decide in a table of aliases.
    """
    from . import store
    from .exchange import merge as merging
    from .exchange import merge_aliases, open_study

    aliases = merge_aliases.read_aliases(alias) if alias else None
    merged = merging.merge([open_study(source) for source in sources], name=out.name, aliases=aliases)
    store.write(merged, out)
    click.echo(f"{out} is written: {_sizes(merged)}.")
    _notes(merged.about.imported)


def _sizes(study: Any) -> str:
    sizes = {name: len(frame) for name, frame in study.tables().items()}
    sizes["texts"] = int((study.documents["text"] != "").sum())
    return ", ".join(f"{n} {name if n != 1 else name.removesuffix('s')}" for name, n in sizes.items() if n) or "empty"


def _notes(notes: Iterable[str]) -> None:
    for line in notes:
        click.echo(f"  note: {line}")


@main.command()
@click.argument("study")
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), default=Path("data"), show_default=True,
    help="The folder that holds studies.",
)  # fmt: skip
@_speaking
def new(study: str, into: Path) -> None:
    """Write an empty study folder called STUDY, with a commented example row in every table."""
    from .template import new_study

    folder = new_study(study, into)
    click.echo(f"{folder} is ready to be filled in; `themebook check {folder}` lists what does not fit yet.")


@main.command()
@_speaking
def studies() -> None:
    """List the studies that can be called by name."""
    from .exchange import studies as known

    for name in known():
        click.echo(name)


@main.command()
@_speaking
def parameters() -> None:
    """List the parameters of the chapters, with their defaults."""
    from .parameters import STUDY, declared

    seen: dict[str, list[str]] = {}
    for notebook in _chapters(None):
        for parameter in declared(notebook).values():
            if parameter.name != STUDY:
                line = f"{parameter.name} = {parameter.default!r}  {parameter.help}"
                seen.setdefault(line, []).append(notebook.stem[:2])
    for line, chapters in seen.items():
        click.echo(f"{line}  (chapter {', '.join(chapters)})")


def _chapters(only: str | None) -> list[Path]:
    """Return the chapters' notebooks: those that come with Themebook, all or the ones asked for by number."""
    from .errors import listed
    from .exchange import shipped
    from .parameters import chapters_of

    known = {path.stem[:2]: path for path in chapters_of(shipped("notebooks"))}
    if only is None:
        return list(known.values())
    wanted = [number.strip().zfill(2) for number in only.split(",") if number.strip()]
    wrong = [number for number in wanted if number not in known]
    if wrong or not wanted:
        raise StudyError(f"there is no chapter {listed(wrong)}; chapters are {listed(known)}")
    return [known[number] for number in dict.fromkeys(wanted)]
