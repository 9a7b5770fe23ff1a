"""Open a study by its name or by its place."""

from .opening import data_folders, open_study, shipped, studies

__all__ = ["data_folders", "open_study", "shipped", "studies"]
