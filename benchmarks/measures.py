"""What is measured, and the other way to the same numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from helpers.agreement import coefficients, interval, per_code
from helpers.cooccurrence import cooccurrence
from helpers.study import Study

from .corpus import LENGTH, study
from .counts import counts
from .harness import Way, compare
from .reading import folder, reading

SLOW = 100_000  # beyond, alternatives that look at every character are measured on a part and scaled up


def all_at(n: int) -> Iterator[dict[str, Any]]:
    """Measure everything at a number of codings."""
    data = study(n)
    yield from counts(data, n)
    yield overlaps(data, n)
    yield characters(data, n)
    yield from alpha(n)
    yield resampling(n)
    yield folder(data, n)
    yield reading(n)


def overlaps(data: Study, n: int) -> dict[str, Any]:
    """Pairs of codes whose passages overlap, within each coder."""

    def bioframe_way() -> np.ndarray:
        import bioframe

        spans = pd.DataFrame(
            {
                "chrom": data.codings["coder"].astype(str) + data.codings["document"].astype(str),
                "start": data.codings["start"].to_numpy(dtype=np.int64),
                "end": data.codings["end"].to_numpy(dtype=np.int64),
                "code": data.codings["code"].cat.codes.to_numpy().astype(np.int64),
                "row": np.arange(len(data.codings)),
            }
        )
        met = bioframe.overlap(spans, spans, suffixes=("_1", "_2"), how="inner")
        met = met[met["row_1"] < met["row_2"]]
        codes = len(data.codes)
        low, high = np.minimum(met["code_1"], met["code_2"]), np.maximum(met["code_1"], met["code_2"])
        square = np.bincount(low * codes + high, minlength=codes**2).reshape(codes, codes)
        return square[np.triu_indices(codes, k=1)]

    return compare(
        "co-occurrence: overlapping passages",
        n,
        Way("one packed sort", lambda: cooccurrence(data)["pairs"].to_numpy()),
        Way("bioframe overlap", bioframe_way, 1),
        np.array_equal,
    )


def characters(data: Study, n: int) -> dict[str, Any]:
    """Cohen's kappa by character, every code, every pair of coders."""
    people = list(data.coders["coder"])
    codes = list(data.codes["code"])
    part = max(1, n // SLOW)
    looked = data.documents["document"].iloc[::part] if part > 1 else data.documents["document"]

    def arrays() -> np.ndarray:
        spans = data.codings.assign(
            d=data.codings["document"].cat.codes.to_numpy() - 1,
            c=data.codings["code"].cat.codes.to_numpy(),
            k=data.codings["coder"].cat.codes.to_numpy(),
        )
        keep = set(pd.Index(data.documents["document"]).get_indexer(looked))
        spans = spans[spans["d"].isin(keep)]
        tables = np.zeros((len(codes), 3, 4), dtype=np.int64)
        for (_, c), group in spans.groupby(["d", "c"], sort=False):
            state = np.zeros((len(people), LENGTH), dtype=np.uint8)
            for k, start, end in zip(group["k"], group["start"], group["end"], strict=True):
                state[k, start:end] = 1
            for pair, (a, b) in enumerate(((0, 1), (0, 2), (1, 2))):
                tables[c, pair] += np.bincount(state[a] * 2 + state[b], minlength=4)
        return tables[:, :, 1:]

    def ours() -> np.ndarray:
        table = per_code(data, unit="character", level="code")
        pairs = table[table["coder_b"] != ""].groupby(["coder_a", "coder_b"], sort=False)
        counts = [group.set_index("code").loc[codes, ["only_b", "only_a", "both"]].to_numpy() for _, group in pairs]
        return np.stack(counts, axis=1).astype(np.int64)

    def same(mine: np.ndarray, theirs: np.ndarray) -> bool:
        return part > 1 or np.array_equal(mine, theirs)

    return compare(
        "kappa by character: every code and pair of coders",
        n,
        Way("one sweep", ours),
        Way("an array of characters for each code and document", arrays, 1, part),
        same,
    )


def _ratings(n: int, values: int) -> np.ndarray:
    rng = np.random.default_rng(2)
    truth = rng.integers(0, values, n)
    rated = np.where(rng.random((3, n)) < 0.7, truth, rng.integers(0, values, (3, n))).astype(float)
    rated[rng.random((3, n)) < 0.05] = np.nan
    return rated.T


def alpha(n: int) -> Iterator[dict[str, Any]]:
    """Krippendorff's alpha of nominal ratings by three coders, some of them missing."""
    import krippendorff

    for values in (2, 100):
        ratings = _ratings(n, values)
        # With 100 categories the package needs units x categories squared: beyond this it does not finish.
        feasible = values == 2 or n <= 10_000
        other = Way("krippendorff", lambda r=ratings: krippendorff.alpha(r.T, level_of_measurement="nominal"), 1)
        yield compare(
            f"nominal alpha: 3 coders, {values} categories",
            n,
            Way("closed form", lambda r=ratings: coefficients(r)["krippendorff_alpha"]),
            other if feasible else None,
            np.isclose,
        )


def resampling(n: int) -> dict[str, Any]:
    """One thousand cluster resamples of alpha."""
    import krippendorff

    ratings = _ratings(n, 2)
    cluster = np.arange(n) % 1000
    rounds = 3

    def loop() -> float:
        rng = np.random.default_rng(1)
        members = [np.flatnonzero(cluster == c) for c in range(1000)]
        values = []
        for _ in range(rounds):
            rows = np.concatenate([members[c] for c in rng.integers(0, 1000, 1000)])
            values.append(krippendorff.alpha(ratings[rows].T, level_of_measurement="nominal"))
        return float(np.mean(values))

    return compare(
        "cluster bootstrap of alpha: 1,000 resamples",
        n,
        Way("one product", lambda: float(interval(ratings, cluster)[["low", "high"]].mean())),
        Way("krippendorff in a loop", loop, 1, 1000 / rounds),
        lambda mine, theirs: abs(mine - theirs) < 0.05,
    )
