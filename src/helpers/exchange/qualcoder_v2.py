"""Projects of QualCoder v2, a successor of QualCoder whose tables hold the same under other names."""

from __future__ import annotations

from collections.abc import Iterable

from .draft import Draft
from .sqlite import Database, string

TABLES = {"src_source", "cod_code", "cod_category", "cod_segment"}
# QualCoder's table: what v2 calls it, now and at first, and its columns that are called otherwise.
_NAMES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "source": (("src_source",), {}),
    "code_name": (("cod_code",), {}),
    "code_cat": (("cod_category",), {}),
    "code_text": (("cod_segment",), {}),
    "cases": (("cas_case", "cases"), {"caseid": "id", "date": "created_at"}),
    "case_text": (("cas_source_link", "case_source"), {"caseid": "case_id", "fid": "source_id"}),
    "case_attribute": (("cas_attribute",), {}),
    "project_settings": (("prj_settings",), {}),
    "folder": (("src_folder",), {}),
}


def is_second(tables: Iterable[str]) -> bool:
    """Tell whether a database is of v2; its first versions still had QualCoder's names for most tables."""
    return set(tables) >= TABLES or set(tables) >= {"source", "code_text", "case_source"}


def adopt(data: Database) -> bool:
    """Have a project of v2 read by QualCoder's names, and tell whether it is one."""
    second = is_second(data.columns)
    for name, (others, columns) in _NAMES.items() if second else ():
        if theirs := next((other for other in others if other in data.columns), ""):
            data.rename(theirs, name, columns)
    return second


def said_of_project(data: Database) -> str:
    """Return what is said of the project."""
    settings = {string(key): string(value) for key, value in data.rows("project_settings", "key", "value")}
    return settings.get("project_memo", "")


def known(data: Database, draft: Draft) -> None:
    """Add what v2 keeps in tables of its own: what is known of cases, and the folders of sources."""
    columns = ("case_id", "name", "value_text", "value_number", "value_date")
    for case, name, *values in data.rows("case_attribute", *columns):
        if case in draft.participants:
            draft.trait(case, string(name), next((string(value) for value in values if value is not None), ""))
    folders = {number: string(name) for number, name in data.rows("folder", "id", "name")}
    for fid, folder in data.rows("source", "id", "folder_id"):
        if folder in folders and fid in draft.documents:
            draft.variable(fid, "folder", folders[folder])
