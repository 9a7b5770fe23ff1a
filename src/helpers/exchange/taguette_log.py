"""Taguette's log of commands: who put which tag on which highlight, and when."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from .draft import UNKNOWN, Draft
from .notes import counted
from .sqlite import Database, integer, string


@dataclass
class Log:
    """
    Who put which tag on which highlight, and when: the project's commands, replayed.

    A database made before Taguette 1.0 gives the numbers of what was deleted again: what is gone is forgotten here too.
    """

    by: dict[int, dict[int, tuple[str, str]]] = field(default_factory=dict)
    at: dict[int, int | None] = field(default_factory=dict)  # the document of a highlight
    of: dict[int | None, set[int]] = field(default_factory=dict)  # the highlights that a document has had
    tagged: dict[int, set[int]] = field(default_factory=dict)  # and a tag
    users: set[str] = field(default_factory=set)
    importer: str = ""

    def replay(self, user: str, date: str, command: Mapping[str, object], document: int | None = None) -> None:
        """Take in one command; a later one of the same highlight says which tags it has from then on."""
        kind, highlight = command.get("type"), _field(command, "highlight_id", "id")
        if kind == "highlight_add" and highlight is not None:
            tags, before = command.get("tags"), self.by.get(highlight, {})
            wanted = [t for t in tags if isinstance(t, int)] if isinstance(tags, list) else []
            self.by[highlight] = {tag: before.get(tag, (user, date)) for tag in wanted}
            self.at[highlight] = document
            self.of.setdefault(document, set()).add(highlight)
            for tag in wanted:
                self.tagged.setdefault(tag, set()).add(highlight)
            self.users.add(user)
        elif kind == "highlight_delete" and highlight is not None:
            self.by.pop(highlight, None)
        elif kind == "document_delete" and document is not None:
            for number in self.of.pop(document, ()):
                if self.at[number] == document:
                    self.by.pop(number, None)
        elif kind == "tag_delete":
            self._without(_field(command, "tag_id", "id"))
        elif kind == "tag_merge":
            target = _field(command, "dest_tag_id", "dest")
            if target is not None:
                self._without(_field(command, "src_tag_id", "src"), target)
        elif kind == "project_import":
            self.importer = user

    def _without(self, gone: int | None, instead: int | None = None) -> None:
        """Take a tag from the highlights that have it; another may take its place."""
        if gone is None:
            return
        for highlight in self.tagged.pop(gone, set()):
            tags = self.by.get(highlight, {})
            said = tags.pop(gone, None)
            if said and instead is not None:
                tags.setdefault(instead, said)
                self.tagged.setdefault(instead, set()).add(highlight)

    def coder(self, highlight: int, tag: int, tags: Collection[int]) -> tuple[str, str]:
        """
        Return who put a tag on a highlight that now has these tags, and when.

        An export renames the tags of its log, but not those that others were merged into: a tag that the log does not
        know there stands for one that it knows, and that is gone.
        """
        known = self.by.get(highlight, {})
        gone = [known[other] for other in known if other not in tags]
        last = max(known.values(), key=lambda said: said[1], default=(UNKNOWN, ""))
        if known:
            return known.get(tag) or (gone or [last])[-1]
        return (next(iter(self.users)), "") if len(self.users) == 1 else (UNKNOWN, "")


def _field(command: Mapping[str, object], name: str, before: str) -> int | None:
    """Return a number out of a command, by the name of its field or by the one until Taguette 0.10."""
    return integer(command.get(name, command.get(before)))


def replayed(data: Database, project: int, draft: Draft) -> Log:
    """Return the log of a project, replayed."""
    log, unread = Log(), 0
    columns = ("project_id", "user_login", "date", "payload", "document_id")
    for owner, user, date, payload, document in data.rows("commands", *columns):
        if owner != project:
            continue
        try:
            command = json.loads(string(payload))
        except (ValueError, RecursionError):
            command = None
        if isinstance(command, dict):
            log.replay(string(user), string(date).split(".")[0], command, integer(document))
        else:
            unread += 1
    if unread:
        draft.notes.lose(f"{counted(unread, 'command')} of the project's log that cannot be read.")
    return log
