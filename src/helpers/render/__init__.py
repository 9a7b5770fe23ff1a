"""The report as files: one self-contained HTML page a chapter, an overview, tables and figures."""

from .site import Site

__all__ = ["Site"]
