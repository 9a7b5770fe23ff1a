"""Measure everything and write RESULTS.md and results.json: `make bench`."""

from __future__ import annotations

import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one thread for every way, whoever wrote it

from .measures import all_at

HERE = Path(__file__).parent
SIZES = (10_000, 100_000, 1_000_000)


def main(sizes: tuple[int, ...]) -> None:
    """Measure at each size; print each row as it comes."""
    rows: list[dict[str, Any]] = []
    for n in sizes:
        for row in all_at(n):
            rows.append(row)
            print(line(row), flush=True)
    (HERE / "results.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    (HERE / "RESULTS.md").write_text(page(rows), encoding="utf-8")


def line(row: dict[str, Any]) -> str:
    """Return a row as text."""
    beside = "" if row["other"] is None else f"; {row['other']}: {row['other_seconds']:.4g} s, ratio {row['ratio']:g}"
    return f"{row['n']:>9,}  {row['measure']}: {row['seconds']:.4g} s, {row['peak_mb']:g} MB{beside}"


def page(rows: list[dict[str, Any]]) -> str:
    """Return the results as Markdown."""
    head = (
        "# How fast\n\n"
        f"Measured by `make bench` on {os.cpu_count()} cores, Python {platform.python_version()}, one thread. "
        "Both ways of a row ran in the same run on the same data (1,000 documents, 700 participants, 100 codes, 3 "
        "coders, from a seed; for reading, a file of 50 documents) and gave the same numbers; seconds are the best of "
        "the runs; peak is memory above the data. Ways that would take minutes were run on a part and scaled up. No "
        "other way: it does not finish.\n\n"
        "| measure | n | seconds | peak MB | other way | its seconds | ratio |\n|---|--:|--:|--:|---|--:|--:|\n"
    )
    body = []
    for row in rows:
        other = [row["other"] or "–", *("–" if row[k] is None else f"{row[k]:g}" for k in ("other_seconds", "ratio"))]
        cells = [row["measure"], f"{row['n']:,}", f"{row['seconds']:g}", f"{row['peak_mb']:g}", *other]
        body.append("| " + " | ".join(cells) + " |")
    return head + "\n".join(body) + "\n"


if __name__ == "__main__":
    main(tuple(int(size) for size in sys.argv[1:]) or SIZES)
