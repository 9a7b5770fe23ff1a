"""Figures of coded studies: a tidy frame in, a matplotlib `Figure` and its alt text out."""

from .circles import packed_circles
from .codeline import codeline
from .flow import participant_flow
from .forest import forest
from .lollipop import lollipop
from .matrix import case_matrix
from .network import pair_network
from .pairs import pair_matrix
from .saturation import saturation_curve
from .strip import distribution_strip
from .style import Drawn, png, svg
from .upset import upset

__all__ = [
    "Drawn",
    "case_matrix",
    "codeline",
    "distribution_strip",
    "forest",
    "lollipop",
    "packed_circles",
    "pair_matrix",
    "pair_network",
    "participant_flow",
    "png",
    "saturation_curve",
    "svg",
    "upset",
]
