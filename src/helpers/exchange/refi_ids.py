"""Ids that a study can carry, made from the names that other tools allow."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

from ..schema import bad_file_name

LONGEST = 80  # characters of a file name; with an ending and in UTF-8 it stays below every system's limit
_UNFIT = re.compile(r'[\x00-\x1f/\\:*?"<>|\x7f\ud800-\udfff]+')
ENDING = re.compile(
    r"\.(txt|docx?|rtf|odt|md|pdf|html?|csv|xlsx?|srt|vtt|jpe?g|png|gif|bmp|tiff?"
    r"|mp[34]|m4[av]|wav|ogg|aac|wma|flac|mov|avi|wmv|mkv|webm)$",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"^\W*(AI|KI|IA)\W*$|\b(AI|KI)[ -](?i:assist|cod|agent|suggest|generated|model|auto)"
    r"|\b(?i:chatgpt|gpt-?\d|openai|llm\b|claude[- ](\d|opus|sonnet|haiku)|gemini[- ]\d|copilot\b)"
)


def free(wanted: str, taken: dict[str, int]) -> str:
    """
    Return the id, or the id with the first number that nobody has; ids differ in more than case.

    >>> taken = {}
    >>> [free(name, taken) for name in ("Ann", "ann", "Bo")]
    ['Ann', 'ann-2', 'Bo']
    """
    found, base = wanted, _folded(wanted)
    while _folded(found) in taken:
        taken[base] += 1
        found = f"{wanted}-{taken[base]}"
    taken[_folded(found)] = 1
    return found


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def file_id(name: str, otherwise: str) -> str:
    """
    Return a name as it can be the name of a file on every system.

    >>> [file_id(name, "document") for name in ("P1: first/second?", "..", "nul.txt", "Ståle 2")]
    ['P1- first-second-', 'document', '_nul.txt', 'Ståle 2']
    """
    fit = _UNFIT.sub("-", name).strip().lstrip(".# ").rstrip(". ")[:LONGEST].rstrip(". ")
    while len(fit.encode()) > 2 * LONGEST:
        fit = fit[:-1].rstrip(". ")
    fit = fit.strip() or otherwise
    return f"_{fit}" if bad_file_name(fit) else fit


def document_ids(names: Sequence[str]) -> list[str]:
    """
    Return an id for each source; a file's ending goes where it tells nothing apart.

    >>> document_ids(["Ann.docx", "Bo.txt", "bo.pdf"])
    ['Ann', 'Bo.txt', 'bo.pdf']
    """
    bare = [ENDING.sub("", name) for name in names]
    folded = [_folded(file_id(name, "document")) for name in bare]
    often = Counter(folded)
    taken: dict[str, int] = {}
    return [
        free(file_id(short if often[fold] == 1 else name, "document"), taken)
        for name, short, fold in zip(names, bare, folded, strict=True)
    ]


def person_id(name: str, otherwise: str) -> str:
    """Return a participant's id: the name as it stands, on one line and without a leading comment sign."""
    return " ".join(name.split()).lstrip("# ") or otherwise


def slug(names: Iterable[str]) -> str:
    """
    Return a code's id, made readably from the names on the path to it.

    >>> slug(["1. Perceived Severity – Észlelt", "Oltás (kockázatai)"])
    '1-perceived-severity-észlelt/oltás-kockázatai'
    """
    parts = (re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", name)).strip("-_").lower() for name in names)
    return "/".join(part or "code" for part in parts)


def columns(names: Sequence[str], reserved: Iterable[str]) -> list[str]:
    """
    Return a column for each variable: `Classification:Attribute` goes by the attribute where that is enough.

    >>> columns(["Person:Age", "Person:Site", "School:Site", "date", "age_", ""], ["date"])
    ['Age', 'Person:Site', 'School:Site', 'date (variable)', 'age-2', 'variable']
    """
    short = [re.sub(r"^[^:]+:\s*(?=\S)", "", name).strip() for name in names]
    folded = [_folded(name) for name in short]
    often = Counter(folded)
    held, taken = {_folded(name) for name in reserved}, dict[str, int]()
    found = []
    for name, part, fold in zip(names, short, folded, strict=True):
        column = " ".join((part if often[fold] == 1 else name).replace("_", " ").split()).lstrip("# ") or "variable"
        found.append(free(f"{column} (variable)" if _folded(column) in held else column, taken))
    return found


def same_person(one: str, other: str) -> bool:
    """
    Tell whether two users look like one person: a full name and the log-in made from it.

    >>> same_person("Florian Sipos", "floriansipos"), same_person("f.sipos", "Florian Sipos"), same_person("Al", "Bo")
    (True, True, False)
    """
    return bool(one and other and _login(one) & _login(other))


def kind_of(name: str) -> str:
    """
    Return what kind of coder a name belongs to: programs sign their codings too.

    "Ai" and "Claude" are people's names as well, so more than that has to be there.

    >>> [kind_of(name) for name in ("AI Coding Assistant", "ChatGPT-4o", "AI", "Ai Tanaka", "Claude Monet", "Aida AI")]
    ['machine', 'machine', 'machine', 'person', 'person', 'person']
    """
    return "machine" if _MACHINE.search(name) else "person"


def _login(name: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", name.split("@")[0]).encode("ascii", "ignore").decode().casefold()
    words = re.findall(r"[a-z0-9]+", plain)
    if not words:
        return {name.strip().casefold()}
    made = {"".join(words), "".join(reversed(words))}
    if len(words) > 1:
        made |= {words[0][0] + words[-1], words[-1] + words[0][0]}
    return made


class Guids:
    """
    GUIDs made from a study's name and its ids: the same study always has the same ones.

    Their digits are decimal, because some readers take none with capitals and others take no small letters.

    Examples
    --------
    >>> Guids("pilot")("code", "hope")
    '45304329-8219-5128-8481-059424463033'
    """

    def __init__(self, name: str) -> None:
        self.space: UUID = uuid5(NAMESPACE_URL, f"themebook/{name}")

    def __call__(self, kind: str, *key: object) -> str:
        """Return the GUID of one thing."""
        digits = f"{uuid5(self.space, chr(31).join((kind, *map(str, key)))).int % 10**30:030}"
        return f"{digits[:8]}-{digits[8:12]}-5{digits[12:15]}-8{digits[15:18]}-{digits[18:]}"
