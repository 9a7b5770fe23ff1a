"""What the notebooks show: findings, each with its table, its sentence and its figure."""

from .evidence import quotations, spread
from .finding import MIME, Finding
from .methods import about, codebook, coding_work, coreq, environment, inputs
from .participants import distributions, documents, flow, participants, reported, table_one
from .themes import cases, circles, comparison, prevalence

__all__ = [
    "MIME",
    "Finding",
    "about",
    "cases",
    "circles",
    "codebook",
    "coding_work",
    "comparison",
    "coreq",
    "distributions",
    "documents",
    "environment",
    "flow",
    "inputs",
    "participants",
    "prevalence",
    "quotations",
    "reported",
    "spread",
    "table_one",
]
