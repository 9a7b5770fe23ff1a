"""A Study as a REFI-QDA project (`.qdpx`) or codebook (`.qdc`)."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pandas as pd

from .. import __version__ as version
from ..errors import StudyError
from ..study import Study
from ..whole import appearing
from . import refi_write_memos
from .container import MEGABYTE, RATIO
from .refi_ids import Guids
from .refi_own import ORIGIN, TITLE, columns, described, packed
from .refi_records import UNDATED
from .refi_text import attributes, text
from .refi_write_codings import double, rows, selection, written
from .refi_write_memos import Memos

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
MOMENT = (1980, 1, 1, 0, 0, 0)  # of the archive's members, so that the same study gives the same bytes
LARGEST = 2**31 - 1  # bytes of a source (section 8.5 of the standard)
ABOUT = "What a study holds and REFI-QDA has no element for. Themebook reads it back; leave it as it is."


def write(study: Study, path: str | Path, *, crlf: bool = False, utf16: bool = False) -> Path:
    """
    Write a study as a REFI-QDA project, or its codebook.

    Parameters
    ----------
    study : Study
        The study. Positions are written as the standard counts them, in code points, unless `utf16` is set.
    path : str or Path
        Ends in `.qdpx` (the project; `refi.read` gives the same study back) or `.qdc` (the codebook alone). It
        appears whole or not at all.
    crlf : bool
        Write line endings as CR LF, which counts as two characters, for Windows programs; a text that holds a CR
        already stays as it is.
    utf16 : bool
        Count positions in UTF-16 units, as the files of NVivo do: a character beyond U+FFFF, such as an emoji, is two.

    Raises
    ------
    StudyError
        When the file is there already or cannot be written, the ending is another, or there is nothing to write.
    """
    path = Path(path)
    ending = path.suffix.casefold()
    if ending not in (".qdc", ".qdpx"):
        raise StudyError(f"{path.name}: a REFI-QDA project ends in .qdpx, a codebook in .qdc")
    with appearing(path) as target:
        if ending == ".qdc":
            target.write_bytes(codebook(study))
            return path
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            files = project(study, crlf=crlf, utf16=utf16)
            for name, data in (files if len(files) > 1 else {**files, "sources/": b""}).items():
                archive.writestr(zipfile.ZipInfo(name, MOMENT), data, _packing(data))
    return path


def codebook(study: Study) -> bytes:
    """Return a codebook's XML."""
    if study.codes.empty:
        raise StudyError(f"{study.name}: has no codes, and a codebook without any is not one; nothing was written")
    guids = Guids(study.name)
    lines = [
        f"<CodeBook{attributes(xmlns=CODEBOOK, origin=_origin())}>",
        *_codes(study, guids),
        *_block("Sets", refi_write_memos.sets(study, guids, "guid")),
        "</CodeBook>\n",
    ]
    return (HEAD + "\n".join(lines)).encode()


def project(study: Study, *, crlf: bool = False, utf16: bool = False) -> dict[str, bytes]:
    """Return a project's files by name: its XML, and a text for each source."""
    guids = Guids(study.name)
    texts = {d: t for d, t in zip(study.documents["document"], study.documents["text"], strict=True)}
    ends = {d for d, t in texts.items() if crlf and "\n" in t and "\r" not in t}
    twice = {document: double(words, crlf=document in ends, utf16=utf16) for document, words in texts.items()}
    codings = written(study, guids, texts, twice)
    memos = refi_write_memos.written(study, guids, twice)
    sets, notes = list(refi_write_memos.sets(study, guids)), [*memos.notes, *_coded_memos(guids, codings)]
    parts = _parts(study, memos, len(sets), 1 + len(notes))
    note = packed(study, guids, codings, [guids("document", d) for d in sorted(ends)], parts, utf16=utf16)
    head = attributes(name=study.about.title or study.name, origin=_origin(), xmlns=PROJECT)
    lines = [
        f"<Project{head}>",
        *_block("Users", _users(study, guids)),
        *(("<CodeBook>", *_codes(study, guids), "</CodeBook>") if len(study.codes) else ()),
        *_block("Variables", _variables(study, guids)),
        *_block("Cases", _cases(study, guids, memos)),
        *_block("Sources", _sources(study, guids, codings, memos)),
        *_block("Notes", iter((_own_note(guids, note), *notes))),
        *_block("Links", iter(memos.links)),
        *_block("Sets", iter(sets)),
        *([f"<Description>{text(study.about.question)}</Description>"] if study.about.question else []),
        "</Project>\n",
    ]
    files = {"project.qde": (HEAD + "\n".join(lines)).encode()}
    for document, words in texts.items():
        files[f"sources/{guids('document', document)}.txt"] = _bytes(document, words, document in ends)
    for guid, words in memos.files.items():
        files[f"sources/{guid}.txt"] = _bytes("a memo", words, False)
    return files


def _parts(study: Study, memos: Memos, sets: int, notes: int) -> dict[str, int]:
    """Count what is written, as the reader's `Project.parts` does."""
    counts = {"users": len(study.coders), "codes": len(study.codes), "notes": notes, "links": len(memos.links)}
    return counts | {"sets": sets, "passages": sum(map(len, memos.passages.values()))}


def _origin() -> str:
    return f"{ORIGIN} {version}"


def _packing(data: bytes) -> int:
    """What packs as small as archives made to overload do is stored as it is, or `container` would not open it."""
    small = len(data) > MEGABYTE and len(zlib.compress(data, 1)) * RATIO // 4 < len(data)
    return zipfile.ZIP_STORED if small else zipfile.ZIP_DEFLATED


def _bytes(document: str, words: str, crlf: bool) -> bytes:
    """A text that begins with a byte-order mark of its own keeps it behind the one that readers strip."""
    words = words.replace("\n", "\r\n") if crlf else words
    try:
        data = words.encode("utf-8-sig" if words.startswith("\ufeff") else "utf-8")
    except UnicodeEncodeError as error:
        what = f"character {error.start} of the text of {document!r} is half of a pair and cannot be written as UTF-8"
        raise StudyError(f"{what}; nothing was written") from error
    if len(data) > LARGEST:
        raise StudyError(f"the text of {document!r} is larger than a REFI-QDA project may hold; nothing was written")
    return data


def _block(tag: str, lines: Iterator[str]) -> list[str]:
    """Wrap lines in an element; the schema knows no empty one."""
    inside = list(lines)
    return [f"<{tag}>", *inside, f"</{tag}>"] if inside else []


def _users(study: Study, guids: Guids) -> Iterator[str]:
    for coder, name in zip(study.coders["coder"], study.coders["name"], strict=True):
        yield f"<User{attributes(guid=guids('coder', coder), name=name, id=coder)}/>"


def _codes(study: Study, guids: Guids) -> list[str]:
    children: dict[str, list[int]] = {}
    for n, parent in enumerate(study.codes["parent"]):
        children.setdefault(parent, []).append(n)
    rows = study.codes.to_dict("records")
    lines = ["<Codes>"]
    stack: list[int | str] = [*reversed(children.get("", []))]
    while stack:  # a tree may be deeper than Python likes to call
        at = stack.pop()
        if isinstance(at, str):
            lines.append(at)
            continue
        row = rows[at]
        name = row["name"] or row["code"]  # some readers leave out a code without a name, and its codings
        own = attributes(guid=guids("code", row["code"]), name=name, isCodable="true", color=row["colour"])
        says = described(row["definition"], row["include"], row["exclude"])
        below = children.get(row["code"], [])
        inside = [f"<Description>{text(says)}</Description>"] if says else []
        lines += [f"<Code{own}>", *inside] if inside or below else [f"<Code{own}/>"]
        stack += ["</Code>", *reversed(below)] if inside or below else []
    return [*lines, "</Codes>"]


def _variables(study: Study, guids: Guids) -> Iterator[str]:
    known = columns(study)
    people = {name for table, name in known if table == "participants"}
    for table, name in known:
        kind = "Float" if pd.api.types.is_float_dtype(getattr(study, table)[name]) else "Text"
        shown = f"document:{name}" if table == "documents" and name in people else name
        yield f"<Variable{attributes(guid=guids('variable', table, name), name=shown, typeOfVariable=kind)}/>"


def _values(study: Study, table: str, guids: Guids) -> list[str]:
    """Return each row's variable values; what is missing has none."""
    frame = getattr(study, table)
    lines = [""] * len(frame)
    for _, name in (pair for pair in columns(study) if pair[0] == table):
        ref = f'<VariableValue><VariableRef targetGUID="{guids("variable", table, name)}"/>'
        tag = "FloatValue" if pd.api.types.is_float_dtype(frame[name]) else "TextValue"
        for n, value in enumerate(frame[name]):
            if not pd.isna(value) and value != "":
                cell = format(Decimal(repr(float(value))), "f") if tag == "FloatValue" else text(str(value))
                lines[n] += f"{ref}<{tag}>{cell}</{tag}></VariableValue>"
    return lines


def _cases(study: Study, guids: Guids, memos: Memos) -> Iterator[str]:
    heard: dict[str, list[str]] = {}
    for document, participant in zip(study.documents["document"], study.documents["participant"], strict=True):
        heard.setdefault(participant, []).append(f'<SourceRef targetGUID="{guids("document", document)}"/>')
    for participant, values in zip(
        study.participants["participant"], _values(study, "participants", guids), strict=True
    ):
        own = attributes(guid=guids("case", participant), name=participant)
        said = memos.people.get(participant, "")
        values = f"<Description>{text(said)}</Description>{values}" if said else values
        yield f"<Case{own}>{values}{''.join(heard.get(participant, []))}</Case>"


def _sources(study: Study, guids: Guids, codings: pd.DataFrame, memos: Memos) -> Iterator[str]:
    by_document = {document: list(lines) for document, lines in memos.passages.items()}
    for row in rows(codings, guids):
        by_document.setdefault(row.document, []).append(selection(row, guids))
    documents, values = study.documents, _values(study, "documents", guids)
    names = documents["name"] if "name" in documents else documents["document"]
    for document, name, said in zip(documents["document"], names, values, strict=True):
        guid = guids("document", document)
        own = attributes(
            guid=guid, name=document if pd.isna(name) else str(name), plainTextPath=f"internal://{guid}.txt"
        )
        yield f"<TextSource{own}>"
        yield from by_document.get(document, [])
        yield f"{said}</TextSource>"


def _own_note(guids: Guids, note: str) -> str:
    head = attributes(guid=guids("note"), name=TITLE, creationDateTime=UNDATED)
    return f"<Note{head}><Description>{ABOUT}</Description><PlainTextContent>{text(note)}</PlainTextContent></Note>"


def _coded_memos(guids: Guids, codings: pd.DataFrame) -> Iterator[str]:
    """The memos of codings of whole documents, which have no selection that could hold them."""
    for row in rows(codings[(codings["first"] < 0) & (codings["memo"] != "")], guids):
        own = attributes(
            guid=guids("memo", row.guid), name="Memo", creatingUser=row.user, creationDateTime=row.created or UNDATED
        )
        yield f"<Note{own}><PlainTextContent>{text(row.memo)}</PlainTextContent></Note>"
