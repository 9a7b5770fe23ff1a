"""Which column of a table is what: by the headings that tools write, in the languages of their interfaces."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from .tables_cells import COLUMNS, Grid

Columns = dict[str, list[int]]

HEADINGS = Path(__file__).with_name("headings.toml")
PLAIN, BOOK = "table", "codebook"  # the headings of people's own tables
SHARED = ("document", "code", "codes", "text", "coder")  # what the tools call these means the same in people's tables
LEVELS = ("category", "main", "theme", "subtheme", "code", "codes", "subcode")
INSTEAD = {"code": "label", "text": "answer"}  # what is one where nothing else is
OWNERS = ("dedoose", "qualcoder", "atlasti", "maxqda")
TITLES = 30  # rows above the headings: reports print their title, date and filter there


@dataclass(frozen=True)
class Tool:
    """A kind of table: what its columns are called, and what tells it from others."""

    key: str
    title: str
    needs: tuple[tuple[str, ...], ...]
    tells: tuple[str, ...]
    patterns: Mapping[str, tuple[str, ...]]
    example: tuple[str, ...] = ()
    kind: str = "segments"
    many: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    only: bool = False


@dataclass
class Known:
    """
    A table whose columns are known.

    Attributes
    ----------
    grid : Grid
        The sheet.
    tool : Tool
        What wrote it.
    top : int
        The position of the row of headings.
    columns : dict of str to list of int
        The columns of each field.
    spare : dict of int to str
        The headings of the other columns.
    options : dict of str to str
        Of a column map: separator, levels, texts.
    """

    grid: Grid
    tool: Tool
    top: int
    columns: Columns
    spare: dict[int, str]
    options: dict[str, str] = field(default_factory=dict)


@cache
def tools() -> tuple[Tool, ...]:
    """Return the tables that are known by their headings, in the order in which they are tried."""
    said = tomllib.loads(HEADINGS.read_text(encoding="utf-8"))
    # An export with few of its tool's columns is read as people's own: "Quotation Content" is no attribute of anybody.
    for name in SHARED:
        for languages in (said[key]["columns"].get(name, {}) for key in OWNERS):
            for language, words in languages.items():
                own = said[PLAIN]["columns"][name]
                own[language] = [*own.get(language, ()), *words]
    own = said[PLAIN]["columns"]
    said[BOOK]["columns"] |= {name: own[name] for name in LEVELS}
    return tuple(
        Tool(
            key=key,
            title=block["title"],
            needs=tuple(tuple(need.split("|")) for need in block["needs"]),
            tells=tuple(block["tells"]),
            patterns={
                name: tuple(dict.fromkeys(plain(word) for words in languages.values() for word in words))
                for name, languages in block["columns"].items()
            },
            example=tuple(block["columns"][need.split("|")[0]]["en"][0] for need in block["needs"]),
            kind=block.get("kind", "segments"),
            many=tuple(block.get("many", ())),
            levels=tuple(block["levels"]),
            only=block.get("only", False),
        )
        for key, block in said.items()
    )


@lru_cache(maxsize=100_000)
def plain(heading: str) -> str:
    """
    Return a heading without what does not count: case, accents, blanks at its ends.

    >>> plain("  Référence: "), plain("Początek"), plain("Creation  Date ")
    ('reference', 'poczatek', 'creation date')
    """
    split = unicodedata.normalize("NFKD", heading.casefold().replace("ł", "l"))
    bare = "".join(mark for mark in split if not unicodedata.combining(mark))
    return " ".join(bare.replace("_", " ").split()).rstrip(":")


def known(grid: Grid) -> Known | None:
    """Return a sheet with its columns, where its headings are some tool's."""
    rows = list(enumerate(grid.rows[:TITLES]))
    for tool in tools():
        for top, row in rows:
            found = _columns(tool, row)
            if found is not None:
                used = {column for columns in found.values() for column in columns}
                spare = {n: cell.strip() for n, cell in enumerate(row) if n not in used and cell.strip()}
                if not (tool.only and spare):
                    return Known(grid, tool, top, *_sorted(tool, found, spare))
    return None


def _sorted(tool: Tool, found: Columns, spare: dict[int, str]) -> tuple[Columns, dict[int, str]]:
    """A second column under a name of the tool's own describes nobody: MAXQDA prints the document's name again."""
    own = tool.patterns.values() if tool.key != PLAIN else ()  # people's own tables mean every column
    words = [word for patterns in own for word in patterns]
    again = [n for n, heading in spare.items() if any(_is(plain(heading), word) for word in words)]
    if again:
        found = found | {"unkept": sorted([*found.get("unkept", []), *again])}
    return found, {n: heading for n, heading in spare.items() if n not in again}


def _columns(tool: Tool, row: Sequence[str]) -> Columns | None:
    places: dict[str, list[int]] = {}
    for n, cell in enumerate(row):
        places.setdefault(plain(cell), []).append(n)
    places.pop("", None)
    found: Columns = {}
    for name, words in tool.patterns.items():
        alike = [heading for word in words for heading in ([word] if "*" not in word else places) if _is(heading, word)]
        at = [n for heading in dict.fromkeys(alike) for n in places.get(heading, ())]
        if at:
            found[name] = sorted(at) if name in (*tool.many, "unkept") else at[:1]
    if tool.key in (PLAIN, BOOK):
        several = {key: _numbered(tool.patterns.get(key, ()), places) for key in ("code", "theme", "label")}
        found = _levelled(_instead(found | {key: at for key, at in several.items() if at}))
    fits = all(any(name in found for name in need) for need in tool.needs)
    return found if fits and any(name in found for name in tool.tells) else None


def _instead(found: Columns) -> Columns:
    """People label other things than codes, and keep a whole answer beside the passage of it that they coded."""
    rest = {name: at for name, at in found.items() if name not in INSTEAD.values()}
    coded = {"code", "codes", "theme"} & rest.keys()
    weak = {name: found[word] for name, word in INSTEAD.items() if word in found and not (name == "code" and coded)}
    return weak | rest


def _levelled(found: Columns) -> Columns:
    """
    Return a table's columns with the levels of its codes: `category` has what is above a code, the nearest first.

    People write levels side by side, so that a theme and a category are the broader, the further from the code; a
    sub-theme is nearest. Where there is no code, the nearest is one, unless it is called the parent of another.
    """
    rest = {name: at for name, at in found.items() if name not in ("theme", "category", "main", "subtheme")}
    if {"code", "codes"} <= rest.keys():
        rest["unkept"] = sorted([*rest.get("unkept", []), *rest.pop("codes")])
    code = rest.get("code", rest.get("codes"))
    broad = [found[name] for name in ("theme", "category", "main") if name in found]
    above = [found["subtheme"]] if "subtheme" in found else []
    if code and above and not broad:
        rest.setdefault("subcode", above.pop())

    def far(column: int) -> int:
        return abs(column - (code or [COLUMNS])[0])

    above += sorted(broad, key=lambda at: (not code and at is found.get("main"), far(at[0])))
    if not code and (len(above) > 1 or "theme" in found):
        rest["code"] = above.pop(0)
    return rest | {"category": [n for at in above for n in sorted(at, key=far)]} if above else rest


def _numbered(words: Sequence[str], places: Mapping[str, list[int]]) -> list[int]:
    """People give each code of a passage a column: `Code 1` and `Code 2`, or `Code` twice."""
    for word in words:
        at = [n for heading, columns in places.items() if re.sub(r"[ #.]*\d+$", "", heading) == word for n in columns]
        if at:
            return sorted(at)
    return []


def _is(heading: str, word: str) -> bool:
    if "*" not in word:
        return heading == word
    head, _, tail = word.partition("*")
    return heading.startswith(head) and heading.endswith(tail) and len(heading) > len(head) + len(tail)
