"""Who coded: users of a project as coders of a study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from .notes import Notes, named
from .refi_ids import file_id, free, kind_of, same_person

UNKNOWN = "unknown"
COMPARED = 200  # coders that are held against one another, for two may be one person


def hints(names: Iterable[str], notes: Notes) -> None:
    """Note which coders are taken to be programs, and which two may be one person."""
    names = list(names)
    machines = [name for name in names if kind_of(name) == "machine"]
    if machines:
        what = f"{named('coder', machines)} of the kind 'machine', by the name"
        notes.infer(f"{what}; coders.csv says otherwise where that is wrong.")
    names = names[:COMPARED]
    pairs = [(one, other) for n, one in enumerate(names) for other in names[n + 1 :] if same_person(one, other)]
    for one, other in pairs[:10]:
        notes.infer(f"the coders {one!r} and {other!r} may be one person: an alias makes them one.")


class Coders:
    """
    The coders behind the users of a project.

    Attributes
    ----------
    of_user : dict of str to str
        The coder's id, by the user's guid.
    names : dict of str to str
        The coders' names, by their ids.
    """

    def __init__(self, users: Mapping[str, tuple[str, str]], aliases: Mapping[str, str], notes: Notes) -> None:
        self.users = users
        self.aliases = {name.casefold(): coder for name, coder in aliases.items()}
        self.notes = notes
        self.of_user: dict[str, str] = {}
        self.names: dict[str, str] = {}

    def add(self, guids: Iterable[str]) -> None:
        """Make a coder of each user who coded; users with one alias are one coder."""
        taken: dict[str, int] = {}
        merged: dict[str, str] = {}
        for guid in dict.fromkeys(guids):
            user = self._user(guid)
            name = self._name(user)
            name = self.aliases.get(name.casefold(), name)
            own = self.of_user.get(user) or merged.get(name) or free(file_id(name, "coder"), taken)
            if name in self.aliases.values():
                merged[name] = own
            self.of_user[guid] = self.of_user[user] = own
            self.names[own] = name
        self._told()

    def table(self) -> pd.DataFrame:
        """Return the table of coders."""
        rows = [(coder, name, kind_of(name)) for coder, name in self.names.items()]
        return pd.DataFrame(rows, columns=["coder", "name", "kind"], dtype="str")

    def _user(self, guid: str) -> str:
        """Return who made a coding that names nobody: the only user, where there is only one."""
        if guid:
            return guid
        if len(self.users) == 1:
            guid = next(iter(self.users))
            self.notes.infer(f"codings without a user are those of {self._name(guid)!r}, the project's only one.")
        else:
            self.notes.infer(f"codings without a user are those of one coder, called {UNKNOWN!r}.")
        return guid

    def _name(self, guid: str) -> str:
        if not guid and not self.users.get(guid):
            return UNKNOWN
        name, login = self.users.get(guid, ("", ""))
        return name or login or f"user {guid[:8]}"

    def _told(self) -> None:
        idle = [name for guid, (name, _) in self.users.items() if guid not in self.of_user and name]
        if idle:
            are = "is" if len(idle) == 1 else "are"
            self.notes.find(f"{named('user', idle)} coded nothing and {are} no coder here.")
        hints(self.names.values(), self.notes)
