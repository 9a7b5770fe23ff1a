"""The command line: check a study, write its report, begin a new one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import click

from .. import __version__
from ..errors import StudyError
from .common import as_folder, free, reading, say_anything, speaking
from .common import opened as _open


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="themebook")
def main() -> None:
    """Tables, figures and reports from coded qualitative studies, made so that they can be made again."""
    say_anything()


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
@reading
@speaking
def report(
    studies: tuple[str, ...],
    given: tuple[tuple[str, str], ...],
    out: Path | None,
    chapters: str | None,
    jobs: int | None,
    progress: bool | None,
    **how: Any,
) -> None:
    """
    Write the report of each STUDY: web pages, figures, tables, notebooks and provenance.

    STUDY is the name of a study under data/ (see `themebook studies`), the path of a study folder, or a file that
    another tool wrote (.qdpx, .qda, .sqlite3, .xlsx …). The report appears in reports/STUDY when every chapter has
    succeeded; until then, and after an error, the report that was there before stays.
    """
    from .. import provenance, run
    from ..exchange.opening import find

    if out and len(studies) > 1:
        raise StudyError("--out is the folder of one report; leave it out to write several under reports/")
    notebooks = _chapters(chapters)
    for study in studies:
        run.resolve(notebooks, given)
        source = find(study)
        opened = _open(source, **how)
        target = out or Path("reports") / opened.name
        with as_folder(opened, source, any(how.values())) as folder:
            called = folder.name if any(how.values()) else study
            done = run.report(
                called, folder, out=target, chapters=notebooks, given=given, about=opened.about, jobs=jobs,
                progress=progress,
            )  # fmt: skip
        click.echo(f"{opened.name}: {'; '.join(provenance.summary(done)[:1])}")
        for line in provenance.summary(done)[1:]:
            click.echo(f"  {line}", err=True)
        click.echo(f"  {target / 'index.html'}")


@main.command()
@click.argument("study")
@reading
@speaking
def check(study: str, **how: Any) -> None:
    """
    List everything that is wrong with STUDY, and exit with 1; or sum it up, and exit with 0.

    STUDY is the name of a study under data/ (see `themebook studies`), the path of a study folder, or a file that
    another tool wrote.
    """
    from ..remarks import remarks

    opened = _open(study, **how)
    click.echo(f"{opened.name} is sound: {_sizes(opened)}.")
    _notes([*opened.about.imported, *remarks(opened)])


@main.command()
@click.argument("source")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--crlf", is_flag=True, help="Write .qdpx with CR LF line endings, for Windows programs.")
@click.option("--nvivo", is_flag=True, help="Write .qdpx with positions as NVivo counts them: an emoji is two.")
@click.option(
    "--table", default="", help="For .csv and .xlsx: quotes, units, cases, codebook or memos. [default: quotes, all]"
)
@click.option(
    "--unit", default="document", show_default=True,
    help="What a row of the table of units is: document, turn, paragraph, sentence or window.",
)  # fmt: skip
@reading
@speaking
def convert(source: str, target: Path, crlf: bool, nvivo: bool, table: str, unit: str, **how: Any) -> None:
    """
    Write the study SOURCE as TARGET.

    SOURCE is a study, or a file or folder that another tool wrote. TARGET is a study folder (no ending), a REFI-QDA
    project or codebook (.qdpx, .qdc), a table (.csv) or a workbook (.xlsx).
    """
    from .. import store
    from ..exchange import exports, refi_warnings, refi_write

    ending = target.suffix.casefold()
    if (crlf or nvivo) and ending != ".qdpx":
        option = "--crlf" if crlf else "--nvivo"
        raise StudyError(f"{option} is for a target that ends in .qdpx, and {target.name!r} does not")
    if (table or unit != "document") and ending not in (".csv", ".xlsx"):
        raise StudyError(f"--table and --unit are for a target that ends in .csv or .xlsx; {target.name!r} does not")
    free(target, source)
    opened = _open(source, **how)
    if ending in (".qdpx", ".qdc"):
        refi_write.write(opened, target, crlf=crlf, utf16=nvivo)
    elif ending in (".csv", ".xlsx"):
        exports.write(opened, target, table=table, unit=cast(Any, unit))
    elif ending:
        raise StudyError(
            f"{target.name}: a target ends in .qdpx, .qdc, .csv or .xlsx, or is a folder without an ending"
        )
    else:
        store.write(opened, target)
    click.echo(f"{target} is written: {_sizes(opened)}.")
    _notes([*opened.about.imported, *(refi_warnings.warnings(opened, utf16=nvivo) if ending == ".qdpx" else ())])


@main.command()
@click.argument("sources", metavar="STUDY STUDY…", nargs=-1, required=True)
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="The study folder to write.")
@click.option(
    "--alias", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A table of aliases (TOML): what people have decided.",
)  # fmt: skip
@speaking
def merge(sources: tuple[str, ...], out: Path, alias: Path | None) -> None:
    """
    Put several studies of the same texts together, one a coder, into one.

    Each STUDY is a study folder or a file that another tool wrote. Texts are compared, no coding is lost, and what is
    left for people to decide is listed; they decide in a table of aliases, a TOML file:

    \b
      [coders]
      "b.smith" = "Bob Smith"      # a name, and the one that counts
      [codes]
      "Fear > needles" = "fear/needles"
      [documents]
      "interview 1" = "Ann"
      [participants]
      "P1" = "Ann"
    """  # noqa: D301
    from .. import store
    from ..exchange import merge as merging
    from ..exchange import merge_aliases, open_study

    if out.suffix.casefold() in (".qdpx", ".qdc", ".csv", ".xlsx"):
        raise StudyError(
            f"{out.name}: merge writes a study folder, without an ending; `themebook convert` does the rest"
        )
    free(out, *sources)
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
@speaking
def new(study: str, into: Path) -> None:
    """Write an empty study folder called STUDY, with a commented example row in every table."""
    from ..template import new_study

    folder = new_study(study, into)
    click.echo(f"{folder} is ready to be filled in; `themebook check {folder}` lists what does not fit yet.")


@main.command()
@speaking
def studies() -> None:
    """List the studies that can be called by name."""
    from ..exchange import studies as known

    for name in known():
        click.echo(name)


@main.command()
@speaking
def parameters() -> None:
    """List the parameters of the chapters, with their defaults."""
    from ..parameters import STUDY, declared

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
    from ..errors import listed
    from ..exchange import shipped
    from ..parameters import chapters_of

    known = {path.stem[:2]: path for path in chapters_of(shipped("notebooks"))}
    if only is None:
        return list(known.values())
    wanted = [number.strip().zfill(2) for number in only.split(",") if number.strip()]
    wrong = [number for number in wanted if number not in known]
    if wrong or not wanted:
        raise StudyError(f"there is no chapter {listed(wrong)}; chapters are {listed(known)}")
    return [known[number] for number in dict.fromkeys(wanted)]
