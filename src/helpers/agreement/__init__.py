"""
How far coders agree: on units that are given, on where units begin and end, and on each code of a study.

`coefficients` and `interval` take a table of units × coders, `unitising` takes spans. `per_code`, `means`, `unitised`
and `disagreements` take a study. `nvivo`, `maxqda` and `atlas_ti` reckon as those programs do.
"""

from .atlas import atlas_ti
from .bootstrap import interval
from .coefficients import coefficients
from .compared import obstacle
from .disagreements import disagreements
from .per_code import per_code
from .presets import maxqda, nvivo, nvivo_average
from .summary import holsti, means, pooled_kappa, sentence
from .themes import unitised
from .unitising import unitising

__all__ = [
    "atlas_ti",
    "coefficients",
    "disagreements",
    "holsti",
    "interval",
    "maxqda",
    "means",
    "nvivo",
    "nvivo_average",
    "obstacle",
    "per_code",
    "pooled_kappa",
    "sentence",
    "unitised",
    "unitising",
]
