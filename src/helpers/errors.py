"""What can be wrong with a study, said so that a person can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


class StudyError(Exception):
    """A study, a parameter or a run is not as it has to be; the message says what to do about it."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where it is, and what is wrong with it (with what would be right, where known)."""

    file: str
    what: str
    row: int | None = None

    def __str__(self) -> str:
        """Give the problem as one line, with the row as a spreadsheet counts it."""
        place = self.file if self.row is None else f"{self.file} row {self.row}"
        return f"{place}: {self.what}"


def nearest(word: str, options: Iterable[str]) -> str:
    """
    Return a hint that names the option most like a misspelt word, or nothing.

    >>> nearest("hoep", ["hope", "fear"])
    " The nearest is 'hope'."
    >>> nearest("zzz", ["hope", "fear"])
    ''
    """
    folded = {option.casefold(): option for option in options}
    close = get_close_matches(str(word).casefold(), folded, n=1, cutoff=0.6)
    return f" The nearest is {folded[close[0]]!r}." if close else ""


def listed(options: Iterable[str], limit: int = 12) -> str:
    """
    Return options as running text, cut where the list would drown the message.

    >>> listed(["a", "b", "c"], limit=2)
    "'a', 'b' and 1 more"
    """
    options = list(options)
    if not options:
        return "nothing"
    more = f" and {len(options) - limit} more" if len(options) > limit else ""
    return ", ".join(repr(option) for option in options[:limit]) + more


def refuse(subject: str, problems: list[Problem]) -> None:
    """
    Raise one error that lists every problem; do nothing when there is none.

    Raises
    ------
    StudyError
        When `problems` is not empty. It carries them as `problems`.
    """
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        error = StudyError("\n".join([f"{subject}: {count}", *(f"  {problem}" for problem in problems)]))
        error.problems = problems  # type: ignore[attr-defined]
        raise error
