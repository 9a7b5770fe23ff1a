"""LibreQDA's collections of documents: it grew out of Taguette, and its databases are Taguette's with more in them."""

from __future__ import annotations

from dataclasses import dataclass

from .draft import LEVELS, Draft
from .notes import counted
from .sqlite import Database, string


@dataclass(frozen=True)
class Collection:
    """A collection of documents, which may be within another."""

    name: str
    above: int | None
    project: int | None
    description: str
    owner: str


def collections(data: Database, project: int, draft: Draft) -> None:
    """Add the collection that each document is in, by its path, and what is said of the project's collections."""
    columns = ("id", "name", "parent_id", "project_id", "description", "owner_login")
    held = {
        number: Collection(string(name).strip(), above, owner, string(said).strip(), string(who))
        for number, name, above, owner, said, who in data.rows("collections", *columns)
    }
    for collection, document in data.rows("collection_documents", "collection_id", "document_id"):
        if document in draft.documents and collection in held:
            draft.variable(document, "collection", _path(held, collection))
    for number, one in held.items():
        if one.project == project and one.description:
            draft.memos.add(one.description, title=f"Collection {_path(held, number)}", author=one.owner)
    marked = [number for number, favourite in data.rows("documents", "id", "favorite") if favourite]
    favourites = sum(number in draft.documents for number in marked)
    if favourites:
        draft.notes.lose(f"which documents are favourites: {counted(favourites, 'document')}.")


def _path(held: dict[int, Collection], number: int | None) -> str:
    """Name a collection as LibreQDA's tables do, for two within others may be called alike."""
    names = list[str]()
    while number is not None and number in held and len(names) < LEVELS:  # a circle ends there
        names.append(held[number].name)
        number = held[number].above
    return " > ".join(reversed(names))
