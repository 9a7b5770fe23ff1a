"""Figures of coded studies: a tidy frame in, a matplotlib `Figure` and its alt text out."""

from .circles import packed_circles
from .flow import participant_flow
from .lollipop import lollipop
from .matrix import case_matrix
from .strip import distribution_strip
from .style import Drawn, png, svg

__all__ = [
    "Drawn",
    "case_matrix",
    "distribution_strip",
    "lollipop",
    "packed_circles",
    "participant_flow",
    "png",
    "svg",
]
