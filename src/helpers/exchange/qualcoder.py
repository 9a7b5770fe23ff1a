"""QualCoder projects: a `.qda` folder or the `data.qda` in it, of every schema version."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..about import About
from ..errors import StudyError, listed
from ..study import Study
from .draft import Draft
from .notes import counted, named
from .qualcoder_next import JOURNALS, added, shared
from .qualcoder_people import attributes, cases
from .qualcoder_places import Places, span
from .qualcoder_speakers import SPEAKING, Speakers, marks, turns
from .qualcoder_v2 import adopt, is_second, known, said_of_project
from .sqlite import Database, integer, opened, string, tables_of

TABLES = {"source", "code_name", "code_cat", "code_text"}
DATA = "data.qda"
KINDS = {"images": "picture", "image": "picture", "audio": "audio", "video": "video", "pdf": "pdf"}


def recognises(path: str | Path) -> bool:
    """Tell whether a folder holds a QualCoder project, or a file is the database of one."""
    path = Path(path)
    tables = tables_of(path)
    return (path / DATA).is_file() or tables >= TABLES or is_second(tables)


def read(path: str | Path, *, aliases: Mapping[str, str] | None = None) -> Study:
    """
    Read a QualCoder project.

    Parameters
    ----------
    path : str or Path
        The `.qda` folder, or the `data.qda` in it.
    aliases : mapping of str to str, optional
        The coder that a name stands for, where one person coded under two.

    Returns
    -------
    Study
        Categories are codes above the codes in them. Codings of images, PDF areas and recordings speak of the whole
        document, with a `locator`. `about.imported` says what was found, inferred and could not be represented.

    Raises
    ------
    StudyError
        When it is no such project or is damaged. Nothing is written.

    Notes
    -----
    Positions are code points, end exclusive, or as the editor counts (`qualcoder_places`), and each coding keeps its
    words (`seltext`). The schema is that of QualCoder 2.8 (v5) to 4.0 (v17), of QCnext (v31) or of QualCoder
    v2; columns that a version does not have are empty.
    """
    path = Path(path)
    file = path / DATA if path.is_dir() else path
    home = file.resolve().parent if file.name == DATA else file.resolve()
    with opened(file, "QualCoder") as data:
        second = adopt(data)
        missing = TABLES - set(data.columns)
        if missing:
            what = f"has no table {listed(sorted(missing))}, which every QualCoder project has"
            raise StudyError(f"{file.name}: {what}; it is damaged, or the file of another tool")
        draft = Draft(home.name, aliases or {})
        speakers = marks(data)
        _codes(data, draft, speakers)
        _sources(data, draft)
        texts = {key: document["text"] for key, document in draft.documents.items()}
        places = Places(texts, data.rows("code_text", "fid", "pos0", "pos1", "seltext"))
        turns(data, draft, speakers, places)
        cases(data, draft, places)
        attributes(data, draft)
        known(data, draft)
        _codings(data, draft, places)
        _media(data, draft)
        _rest(data, draft, places)
        places.told(draft.notes)
        shared(home, draft.notes)
        about, version = _project(data)
        title = home.name.removesuffix(".qda")
        what = f"a QualCoder{' v2' if second else ''} project{version}"
        return draft.study(title, about, data.inputs(), what)


def _project(data: Database) -> tuple[About, str]:
    rows = list(data.rows("project", "databaseversion", "about", "memo"))
    version, program, memo = (string(cell).strip() for cell in (rows[0] if rows else ("", "", "")))
    # QualCoder keeps what stands below this mark to the user.
    public = (memo or said_of_project(data)).split("#####")[0].strip()
    said = ", ".join(filter(None, (program, f"schema {version}" if version else "")))
    return About(notes=(public,) if public else ()), f" ({said})" if said else ""


def _codes(data: Database, draft: Draft, speakers: Speakers) -> None:
    for catid, name, memo, above in data.rows("code_cat", "catid", "name", "memo", "supercatid"):
        if catid in speakers.categories:
            continue
        parent = ("category", above) if above else None
        draft.code(("category", catid), string(name), parent, string(memo))
    columns = ("cid", "name", "memo", "catid", "color", "supercid")
    for cid, name, memo, catid, colour, supercid in data.rows("code_name", *columns):
        if cid in speakers.only:
            continue
        parent = ("code", supercid) if supercid else ("category", catid) if catid else None
        draft.code(("code", cid), string(name), parent, string(memo), string(colour))
    categories = sum(key[0] == "category" for key in draft.codes if isinstance(key, tuple))
    if categories:
        draft.notes.infer(f"{counted(categories, 'category', 'categories')} became codes above the codes in them.")


def _sources(data: Database, draft: Draft) -> None:
    transcripts: dict[int, str] = {}
    columns = ("id", "name", "fulltext", "mediapath", "memo", "av_text_id", "source_type")
    # Before v5, a transcript was known by its name.
    early = "av_text_id" not in data.columns["source"]
    named_so = {string(name): fid for fid, name in data.rows("source", "id", "name")} if early else {}
    for fid, name, text, media, memo, linked_to, kind in data.rows("source", *columns):
        av = linked_to or named_so.get(f"{string(name)}.transcribed")
        kind = KINDS.get(kind) or _kind(string(media))
        draft.document(fid, string(name), string(text), memo=string(memo).strip(), kind=kind)
        if av:
            transcripts[av] = string(name)
            draft.links.twins[av] = fid
    kinds = {document["kind"] for document in draft.documents.values()}
    for document in draft.documents.values():
        if kinds == {"text"}:
            document["kind"] = ""
    linked = [name for fid, name in transcripts.items() if fid in draft.documents]
    if linked:
        draft.notes.lose(f"the link between {named('recording', linked)} and the transcript, two documents here.")


def _kind(media: str) -> str:
    """Tell what a source is from the folder its medium is in: `/images/x.jpg`, or `images:…` for a linked file."""
    folder = media.lstrip("/").replace(":", "/").split("/")[0]
    kind = KINDS.get(folder, "text")
    return "pdf" if kind == "text" and media.casefold().endswith(".pdf") else kind


def _codings(data: Database, draft: Draft, places: Places) -> None:
    columns = ("cid", "fid", "seltext", "pos0", "pos1", "owner", "date", "memo", "important", "avid")
    dead = important = linked = 0
    for cid, fid, words, start, end, owner, date, memo, starred, stretch in data.rows("code_text", *columns):
        if owner == SPEAKING:
            continue
        if fid not in draft.documents or ("code", cid) not in draft.codes:
            dead += 1
            continue
        told, quote, when = span(start, end), string(words), string(date)
        place = places.at(fid, told, quote) if told else None
        draft.coding(fid, ("code", cid), string(owner), place, quote, told, memo=string(memo), created=when)
        important += bool(starred)
        linked += bool(stretch)
    if dead:
        draft.notes.lose(f"{counted(dead, 'coding')} of a file or with a code that was deleted.")
    if important:
        draft.notes.lose(f"the mark 'important' on {counted(important, 'coding')}.")
    if linked:
        draft.notes.lose(f"the link of {counted(linked, 'coding')} of a transcript to a stretch of the recording.")


def _media(data: Database, draft: Draft) -> None:
    """Codings of pictures, of areas of a PDF page, and of stretches of a recording."""
    dead = 0
    shape = ("x1", "y1", "width", "height", "pdf_page")
    for cid, fid, owner, date, memo, *area in data.rows("code_image", "cid", "id", "owner", "date", "memo", *shape):
        *sides, page = (integer(cell) for cell in area)
        # A rectangle of a PDF page has fractions of pixels.
        x, y, width, height = (cell if side is None else side for side, cell in zip(sides, area, strict=False))
        place = f"rectangle at {x}, {y}, {width} by {height} pixels"
        place += f", page {page + 1}" if page is not None and draft.documents.get(fid, {}).get("kind") == "pdf" else ""
        dead += not _add(draft, fid, cid, string(owner), place, string(memo), string(date))
    for cid, fid, owner, date, memo, start, end in data.rows(
        "code_av", "cid", "id", "owner", "date", "memo", "pos0", "pos1"
    ):
        place = f"{clock(integer(start) or 0)} to {clock(integer(end) or 0)}"
        dead += not _add(draft, fid, cid, string(owner), place, string(memo), string(date))
    if dead:
        draft.notes.lose(f"{counted(dead, 'coding')} of a picture or recording, or with a code, that was deleted.")


def _add(draft: Draft, fid: int, cid: int, owner: str, place: str, memo: str, date: str) -> bool:
    if fid not in draft.documents or ("code", cid) not in draft.codes:
        return False
    draft.coding(fid, ("code", cid), owner, locator=place, memo=memo, created=date)
    return True


def clock(milliseconds: int) -> str:
    """
    Return a time in a recording.

    >>> clock(3_723_450), clock(5_000)
    ('1:02:03.450', '0:00:05')
    """
    seconds, rest = divmod(max(milliseconds, 0), 1000)
    whole = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{whole}.{rest:03}" if rest else whole


def _rest(data: Database, draft: Draft, places: Places) -> None:
    """What QualCoder keeps beside the codings: journals and annotations are memos, the rest has no place."""
    for name, entry, owner, date in data.rows("journal", "name", "jentry", "owner", "date"):
        draft.memos.add(string(entry), title=string(name), author=string(owner), created=string(date))
    for fid, start, end, memo, owner, date in data.rows("annotation", "fid", "pos0", "pos1", "memo", "owner", "date"):
        if not string(memo).strip():
            continue
        text = draft.documents.get(fid, {}).get("text", "")
        place = places.at(fid, (integer(start) or 0, integer(end) or 0))
        draft.memos.on(place, text, string(memo), author=string(owner), created=string(date), document=fid)
    held = {
        "stored query": data.count("stored_sql"),
        "graph": data.count("graph"),
        "reference": len({number for (number,) in data.rows("ris", "risid")}),
    }
    lost = [
        counted(number, noun, "stored queries" if noun == "stored query" else "")
        for noun, number in held.items()
        if number
    ]
    if lost:
        draft.notes.lose(f"{', '.join(lost)}.")
    seen = data.rows("coder_names", "name", "visibility")
    hidden = [string(name) for name, shown in seen if shown == 0 and name != SPEAKING]
    if hidden:
        draft.notes.infer(f"{named('coder', hidden)} hidden in QualCoder, whose codings are kept all the same.")
    added(data, draft)
    data.told(draft.notes, "QualCoder", f"project(_settings)?|gr_.*|manage_files_display|files_filter|{JOURNALS}")
