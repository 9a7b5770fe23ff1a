"""Themebook: reproducible figures, tables and reports from coded qualitative studies."""

from .characteristics import participant_table, summary
from .codebook import tree
from .crosstab import crosstab
from .errors import StudyError
from .exchange import open_study, studies
from .prevalence import prevalence
from .quotes import quotes
from .study import Study, make_study

__version__ = "0.1.0"

__all__ = [
    "Study",
    "StudyError",
    "crosstab",
    "make_study",
    "open_study",
    "participant_table",
    "prevalence",
    "quotes",
    "studies",
    "summary",
    "tree",
]
