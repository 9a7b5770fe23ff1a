"""Pairs of codes as a network reads them: codes, ties, and the words for what is left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .style import sentences
from .text import clean
from .themes import count

MOST = 40  # codes that are drawn: more are a ball of wool
LISTED = 20  # codes without a tie that are called by name
MEASURES = {
    "pairs": "pairs",
    "participants": "participants",
    "jaccard": "Jaccard coefficient",
    "c": "c-coefficient",
}


@dataclass(frozen=True)
class Network:
    """Codes that are drawn, the ties between them (positions and value, thin ones first), and what is left out."""

    codes: list[str]
    names: list[str]
    people: np.ndarray
    ties: list[tuple[int, int, float]]
    pairs: int  # that stand together at all
    below: int  # of these, under the threshold
    undefined: int
    tied: int  # codes with a tie at the threshold, drawn or not
    alone: list[str]

    @property
    def weights(self) -> np.ndarray:
        """Return the ties as a symmetric table, 0 for none."""
        table = np.zeros((len(self.codes), len(self.codes)))
        for a, b, value in self.ties:
            table[a, b] = table[b, a] = value
        return table


def read(table: pd.DataFrame, nodes: pd.DataFrame, measure: str, threshold: float) -> Network:
    """Return the ties at the threshold, between the codes with most participants if there are too many."""
    names = [clean(name) or clean(code) for name, code in zip(nodes["name"], nodes["code"], strict=True)]
    people = nodes["participants"].to_numpy(dtype=float, na_value=0.0).astype(int)
    values = table[measure].to_numpy(dtype=float, na_value=np.nan)
    together = values > 0
    drawn = together & (values >= threshold)
    place = pd.Index(nodes["code"])
    ends = np.column_stack([place.get_indexer(table[end]) for end in ("code_a", "code_b")])
    tied = np.unique(ends[drawn])
    shown = sorted(sorted(tied.tolist(), key=lambda node: -people[node])[:MOST])
    at = {node: i for i, node in enumerate(shown)}
    ties = [(*pair, value) for pair, value in zip(ends[drawn].tolist(), values[drawn].tolist(), strict=True)]
    return Network(
        codes=[str(nodes["code"].iat[node]) for node in shown],
        names=[names[node] for node in shown],
        people=people[shown],
        ties=sorted(((at[a], at[b], value) for a, b, value in ties if a in at and b in at), key=lambda tie: tie[2]),
        pairs=int(together.sum()),
        below=int((together & ~drawn).sum()),
        undefined=int(np.isnan(values).sum()),
        tied=len(tied),
        alone=[names[node] for node in sorted(set(range(len(names))) - set(tied.tolist()))],
    )


def written(value: float) -> str:
    """Print a measure: "12", "0.43"."""
    return f"{value:.0f}" if value == round(value) else f"{value:.2f}"


def left_out(network: Network, what: str, threshold: float) -> list[str]:
    """Say what is not drawn."""
    more = len(network.alone) - LISTED
    alone = ", ".join(network.alone[:LISTED]) + (f" and {more} more" if more > 0 else "")
    thin = f"{network.below} of {count(network.pairs, 'pair')}, below {written(threshold)} ({what})"
    found = {
        f"Of {network.tied} codes with a line, the {MOST} with most participants are drawn": network.tied > MOST,
        f"Not drawn: {thin}": network.below,
        f"Not drawn: {count(network.undefined, 'pair')}, undefined": network.undefined,
        f"Codes without a line: {alone}": network.alone,
    }
    return [text for text, applies in found.items() if applies]


def describe(network: Network, what: str, threshold: float, title: str, label: str) -> str:
    """Return the alt text: codes and ties, the strongest three, who is tied to most, what is not drawn."""
    ties = network.ties[::-1]
    degree = (network.weights > 0).sum(axis=1)
    names, hub = network.names, int(np.argmax(degree))
    top = "; ".join(f"{names[a]} and {names[b]} ({written(value)})" for a, b, value in sorted(ties, key=_strength)[:3])
    people = network.people
    return sentences(
        title,
        f"Co-occurrence network: {count(len(names), 'code')}, {count(len(ties), 'pair')} joined by lines, width {what}",
        f"Strongest: {top}",
        f"Most lines: {names[hub]} ({degree[hub]})" if len(ties) > 1 else "",
        f"Area: participants, {people.min()} to {people.max()}",
        *left_out(network, what, threshold),
        label,
    )


def _strength(tie: tuple[int, int, float]) -> tuple[float, int, int]:
    return -tie[2], tie[0], tie[1]
