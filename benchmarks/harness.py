"""Run two ways to the same answer, each in a process of its own, and say how long and how much memory they took."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_FORK = multiprocessing.get_context("fork")  # data made before are shared, so that only what a way adds is counted


@dataclass(frozen=True)
class Way:
    """A way to an answer: its name and the call. Slow ones are run once and on a part, and their time is scaled up."""

    name: str
    call: Callable[[], Any]
    repeats: int = 3
    scale: float = 1.0


@dataclass(frozen=True)
class Taken:
    """What a way took: seconds (the best of its runs), memory above the data, and its answer."""

    seconds: float
    peak_mb: float
    answer: Any


def _run(way: Way, channel: Any) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    best, answer = float("inf"), None
    for _ in range(way.repeats):
        clock = time.perf_counter()
        answer = way.call()
        best = min(best, time.perf_counter() - clock)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    channel.send((best * way.scale, max(after - before, 0) / 1024, answer))
    channel.close()


def take(way: Way) -> Taken:
    """Run a way in a forked process."""
    here, there = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_run, args=(way, there))
    process.start()
    there.close()
    try:
        return Taken(*here.recv())
    except EOFError:
        raise SystemExit(f"{way.name} did not finish") from None
    finally:
        process.join()


def compare(measure: str, n: int, ours: Way, other: Way | None, same: Callable[[Any, Any], bool]) -> dict[str, Any]:
    """
    Measure a way of ours beside another one.

    Returns
    -------
    dict
        measure, n, seconds, peak_mb, other, other_seconds, ratio (other / ours; None without another way).

    Raises
    ------
    SystemExit
        When the two do not give the same answer: then no speed is worth printing.
    """
    mine = take(ours)
    row = {"measure": measure, "n": n, "seconds": round(mine.seconds, 5), "peak_mb": round(mine.peak_mb, 1)}
    if other is None:
        return {**row, "other": None, "other_seconds": None, "ratio": None}
    theirs = take(other)
    if not same(mine.answer, theirs.answer):
        raise SystemExit(f"{measure} at {n:,}: {ours.name} and {other.name} differ")
    ratio = round(theirs.seconds / mine.seconds, 1)
    return {**row, "other": other.name, "other_seconds": round(theirs.seconds, 4), "ratio": ratio}
