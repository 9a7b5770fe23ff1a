"""Who coded: users of a project as coders of a study."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from .notes import Notes, named
from .refi_ids import file_id, free, kind_of, same_person
from .refi_records import GUID, guid

Users = Mapping[str, tuple[str, str]]  # name and log-in, by GUID

UNKNOWN = "unknown"
COMPARED = 200  # coders that are held against one another, for two may be one person


def by_name(users: Users) -> dict[str, str]:
    """
    Return the GUID of each user by the name and the log-in, without case, that no other user has.

    >>> by_name({"1f": ("Ann", "AN"), "2f": ("Bo", ""), "3f": ("Bo", "B")})
    {'ann': '1f', 'an': '1f', 'b': '3f'}
    """
    pairs = dict.fromkeys((name.casefold(), user) for user, names in users.items() for name in names if name)
    often = Counter(name for name, _ in pairs)
    return {name: user for name, user in pairs if often[name] == 1}


def meant(users: Users, names: Mapping[str, str], signature: str) -> str:
    """
    Return the GUID of the user who signed so: with it, as the standard wants it, or with a name that only one has.

    >>> users = {"1f": ("Ann", "AN"), "2f": ("Bo", "")}
    >>> [meant(users, by_name(users), signature) for signature in ("2f", "ann", "Carla", "")]
    ['2f', '1f', 'Carla', '']
    """
    own = guid(signature)
    return own if own in users else names.get(signature.casefold(), signature)


def called(users: Users, user: str) -> str:
    """Return the name of a user; of one who is not in the list, what is no GUID."""
    name, login = users.get(user, ("", ""))
    return name or login or ("" if GUID.fullmatch(user) else user)


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
        The coder's id, by the user's guid and by what else signs for the user.
    names : dict of str to str
        The coders' names, by their ids.
    """

    def __init__(self, users: Users, aliases: Mapping[str, str], notes: Notes) -> None:
        self.users, self.signed = users, by_name(users)
        self.aliases = {name.casefold(): coder for name, coder in aliases.items()}
        self.notes = notes
        self.of_user: dict[str, str] = {}
        self.names: dict[str, str] = {}

    def add(self, signatures: Iterable[str]) -> None:
        """Make a coder of each user who coded; users with one alias are one coder."""
        taken: dict[str, int] = {}
        merged: dict[str, str] = {}
        strangers = []
        for signature in dict.fromkeys(signatures):
            user = self._user(signature)
            name = self._name(user)
            if user and user not in self.users:
                strangers.append(name)
            name = self.aliases.get(name.casefold(), name)
            own = self.of_user.get(user) or merged.get(name) or free(file_id(name, "coder"), taken)
            if name in self.aliases.values():
                merged[name] = own
            self.of_user[signature] = self.of_user[user] = own
            self.names[own] = name
        self._told(strangers)

    def table(self) -> pd.DataFrame:
        """Return the table of coders."""
        rows = [(coder, name, kind_of(name)) for coder, name in self.names.items()]
        return pd.DataFrame(rows, columns=["coder", "name", "kind"], dtype="str")

    def _user(self, signature: str) -> str:
        """Return who made a coding; one that names nobody is the only user's, where there is only one."""
        if signature:
            return meant(self.users, self.signed, signature)
        if len(self.users) == 1:
            user = next(iter(self.users))
            self.notes.infer(f"codings without a user are those of {self._name(user)!r}, the project's only one.")
            return user
        self.notes.infer(f"codings without a user are those of one coder, called {UNKNOWN!r}.")
        return ""

    def _name(self, user: str) -> str:
        if not user and not self.users.get(user):
            return UNKNOWN
        return called(self.users, user) or f"user {user[:8]}"

    def _told(self, strangers: list[str]) -> None:
        if strangers:
            signed = f"{named('user', strangers)} signed codings and"
            self.notes.infer(f"{signed} {'is' if len(strangers) == 1 else 'are'} not in the file's list of users.")
        idle = [name for guid, (name, _) in self.users.items() if guid not in self.of_user and name]
        if idle:
            are = "is" if len(idle) == 1 else "are"
            self.notes.find(f"{named('user', idle)} coded nothing and {are} no coder here.")
        hints(self.names.values(), self.notes)
