"""What the notebooks show: findings, each with its table, its sentence and its figure."""

from .agreement import agreement, codelines, overall, where_they_differ
from .comparisons import comparison, framework_matrix, theme_combinations
from .cooccurrence import network, together
from .coreq import coreq
from .evidence import quotations, spread
from .finding import MIME, Finding
from .memos import memos
from .methods import about, codebook, coding_work, environment, inputs
from .participants import distributions, documents, flow, participants, reported, table_one
from .saturation import code_frequencies, saturation
from .themes import cases, circles, prevalence

__all__ = [
    "MIME",
    "Finding",
    "about",
    "agreement",
    "cases",
    "circles",
    "code_frequencies",
    "codebook",
    "codelines",
    "coding_work",
    "comparison",
    "coreq",
    "distributions",
    "documents",
    "environment",
    "flow",
    "framework_matrix",
    "inputs",
    "memos",
    "network",
    "overall",
    "participants",
    "prevalence",
    "quotations",
    "reported",
    "saturation",
    "spread",
    "table_one",
    "theme_combinations",
    "together",
    "where_they_differ",
]
