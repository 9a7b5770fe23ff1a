"""A study of any size from a seed: the shape of a large one, with nothing in it to read."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.study import Study, make_study

DOCUMENTS, PARTICIPANTS, CODES, THEMES, CODERS = 1000, 700, 100, 10, 3
LENGTH = 50_000  # characters in a document
ALPHABET = "abcdefghij "


def study(codings: int, seed: int = 1) -> Study:
    """
    Return a synthetic study.

    A third of the codings are a first coder's; the others are what two further coders made of the same passages:
    shifted by some characters, now and then with another code, so that they partly agree.
    """
    rng = np.random.default_rng(seed)
    share = codings // CODERS
    document = rng.integers(0, DOCUMENTS, share)
    code = np.minimum(rng.zipf(1.3, share) - 1, CODES - 1)
    length = rng.gamma(2.0, 60.0, share).astype(np.int64) + 5
    start = rng.integers(0, LENGTH - 1200, share)
    parts = []
    for coder in range(CODERS):
        size = share if coder else codings - share * (CODERS - 1)
        pick = np.arange(size) % share
        other = rng.random(size) < (0.15 if coder else 0.0)
        parts.append(
            pd.DataFrame(
                {
                    "coder": f"coder-{coder}",
                    "document": document[pick],
                    "start": np.maximum(start[pick] + (rng.integers(-20, 20, size) if coder else 0), 0),
                    "length": length[pick] + (rng.integers(0, 20, size) if coder else 0),
                    "code": np.where(other, rng.integers(0, CODES, size), code[pick]),
                }
            )
        )
    spans = pd.concat(parts, ignore_index=True)
    return make_study("benchmark", _tables(spans, rng))


def _tables(spans: pd.DataFrame, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    documents = np.array([f"d{n:04d}" for n in range(DOCUMENTS)])
    people = np.array([f"p{n:03d}" for n in range(PARTICIPANTS)])
    codes = np.array([f"c{n:02d}" for n in range(CODES)])
    text = "".join(rng.choice(list(ALPHABET), LENGTH))
    coders = [f"coder-{n}" for n in range(CODERS)]
    return {
        "participants": pd.DataFrame(
            {"participant": people, "group": rng.choice(["north", "south", "east", "west"], PARTICIPANTS)}
        ),
        "documents": pd.DataFrame(
            {"document": documents, "participant": people[np.arange(DOCUMENTS) % PARTICIPANTS], "text": text}
        ),
        "codes": pd.DataFrame(
            {
                "code": codes,
                "name": codes,
                "parent": [f"c{n % THEMES:02d}" if n >= THEMES else "" for n in range(CODES)],
            }
        ),
        "codings": pd.DataFrame(
            {
                "coder": spans["coder"],
                "document": documents[spans["document"]],
                "start": spans["start"],
                "end": np.minimum(spans["start"] + spans["length"], LENGTH),
                "code": codes[spans["code"]],
            }
        ),
        "assignments": pd.DataFrame({"document": np.tile(documents, CODERS), "coder": np.repeat(coders, DOCUMENTS)}),
    }
