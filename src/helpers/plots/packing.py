"""Pure geometry of packed circles: tangent placement, smallest enclosing circle, circles inside circles.

Nothing here scales a circle: a leaf keeps the radius it comes with, at any depth, so that areas compare across
parents. (Packages that fit the children to their parent lose that.) The y axis points down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import numpy as np

from .enclosing import SLACK, Circle, enclose

STRETCHES = (1.0, 1.5, 0.7)  # shapes of cluster that are tried; the smallest is taken


@dataclass(frozen=True)
class Node:
    """A circle to place: a leaf with a radius of its own, or a parent that will enclose its children.

    `label` is the width and height of a box that a parent keeps free above its children.
    """

    key: str
    radius: float = 0.0
    children: tuple[Node, ...] = ()
    label: tuple[float, float] = (0.0, 0.0)


class Placed(NamedTuple):
    """Where a node went: its circle, and the centre of its label box (of the circle, for a leaf)."""

    circle: Circle
    label: tuple[float, float]

    def moved(self, dx: float, dy: float) -> Placed:
        """Return the node displaced by (dx, dy)."""
        return Placed(self.circle.moved(dx, dy), (self.label[0] + dx, self.label[1] + dy))


def pack(radii: Sequence[float], stretch: float = 1.0) -> list[Circle]:
    """Place circles without overlap, each tangent to two placed before it, near the common centre.

    Largest first; every circle takes the free place nearest to the centre of mass of those already placed.
    `stretch` above 1 makes the cluster wider than high. Returned in the order of `radii`; no randomness.

    Examples
    --------
    >>> [(round(c.x, 3), round(c.y, 3)) for c in pack([1, 1, 1])]
    [(0.0, 0.0), (2.0, 0.0), (1.0, -1.732)]
    """
    if any(r <= 0 for r in radii):
        raise ValueError("every radius must be positive")
    order = sorted(range(len(radii)), key=lambda i: (-radii[i], i))
    placed = np.empty((0, 3))
    pairs = np.empty((0, 2), dtype=int)
    free = np.zeros((1, 2))  # where a circle of radius `size` fits, tangent to two placed ones
    size = 0.0
    for step, r in enumerate(radii[i] for i in order):
        if step == 1:
            free = np.array([[placed[0, 2] + r, 0.0]])
        elif step > 1 and r != size:
            pairs = pairs[_gaps(placed[pairs[:, 0]], placed[pairs[:, 1]]) <= 2 * r]
            free = _unblocked(_tangent(placed, pairs, r), placed, r)
        size = r
        new = np.array([[*_nearest(free, placed, stretch), r]])
        near = np.flatnonzero(_gaps(placed, new) <= 2 * r)  # later circles, no larger, bridge no wider gap
        joined = np.column_stack([near, np.full(len(near), step)])
        placed = np.vstack([placed, new])
        pairs = np.vstack([pairs, joined])
        free = np.vstack([_unblocked(free, new, r), _unblocked(_tangent(placed, joined, r), placed, r)])
    result = [Circle(0.0, 0.0, 0.0)] * len(radii)
    for row, index in zip(placed.tolist(), order, strict=True):
        result[index] = Circle(*row)
    return result


def _gaps(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the distances between the edges of circles, row by row."""
    return np.hypot(first[:, 0] - second[:, 0], first[:, 1] - second[:, 1]) - first[:, 2] - second[:, 2]


def _tangent(placed: np.ndarray, pairs: np.ndarray, r: float) -> np.ndarray:
    """Return the centres (k, 2) of the circles of radius r that touch both circles of a pair."""
    first, second = placed[pairs[:, 0]], placed[pairs[:, 1]]
    across = second[:, :2] - first[:, :2]
    distance = np.hypot(across[:, 0], across[:, 1])
    along = (distance**2 + (first[:, 2] + r) ** 2 - (second[:, 2] + r) ** 2) / (2 * distance)
    aside = np.sqrt(np.maximum((first[:, 2] + r) ** 2 - along**2, 0.0))
    unit = across / distance[:, None]
    base = first[:, :2] + unit * along[:, None]
    side = np.column_stack([unit[:, 1], -unit[:, 0]]) * aside[:, None]
    return np.vstack([base + side, base - side])


def _unblocked(spots: np.ndarray, placed: np.ndarray, r: float) -> np.ndarray:
    """Return the spots where a circle of radius r overlaps none of those placed."""
    x, y = spots[:, :1] - placed[:, 0], spots[:, 1:] - placed[:, 1]
    reach = (placed[:, 2] + r) * (1 - SLACK)
    return spots[(x * x + y * y >= reach * reach).all(axis=1)]


def _nearest(spots: np.ndarray, placed: np.ndarray, stretch: float) -> np.ndarray:
    """Return the spot nearest to the placed circles' centre of mass."""
    if len(spots) == 1:
        return spots[0]
    weight = placed[:, 2] ** 2
    centre = weight @ placed[:, :2] / weight.sum()
    away = np.hypot((spots[:, 0] - centre[0]) / stretch, spots[:, 1] - centre[1])
    return spots[np.argmin(np.round(away, 6))]  # rounded, so that mirrored places tie on every machine


def nest(nodes: Sequence[Node], gap: float = 0.0, aspect: float = 1.0) -> dict[str, Placed]:
    """Place a forest of nodes: siblings at least `gap` apart, each child at least `gap` inside its parent.

    Leaves keep their radius; a parent is as large as its children and its label box need. Keys map to places;
    the first corner of the whole picture's bounding box is (0, 0). Of a few shapes of the whole, the one is
    taken that fits the smallest frame of that aspect (width to height).
    """
    if not nodes:
        return {}
    settled = [_settle(node, gap) for node in nodes]
    radii = [radius + gap / 2 for radius, _ in settled]
    shapes = [_frame(pack(radii, aspect * stretch)) for stretch in STRETCHES]
    x, y, _, _, spots = min(shapes, key=lambda shape: round(max(shape[2] / aspect, shape[3]), 6))
    return _gathered(settled, spots, x + gap / 2, y + gap / 2)


def _frame(spots: list[Circle]) -> tuple[float, float, float, float, list[Circle]]:
    """Return the bounding box of circles (left, top, width, height), and the circles."""
    table = np.array(spots)
    low, high = (table[:, :2] - table[:, 2:]).min(axis=0), (table[:, :2] + table[:, 2:]).max(axis=0)
    return float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]), spots


def _settle(node: Node, gap: float) -> tuple[float, dict[str, Placed]]:
    """Return a node's radius and the places of itself and all below it, around its own centre."""
    if not node.children:
        return node.radius, {node.key: Placed(Circle(0.0, 0.0, node.radius), (0.0, 0.0))}
    settled = [_settle(child, gap) for child in node.children]
    radii = [radius + gap / 2 for radius, _ in settled]
    options = (_hull(pack(radii, stretch), gap, node.label) for stretch in STRETCHES)
    hull, label, spots = min(options, key=lambda option: round(option[0].r, 6))
    own = Placed(Circle(0.0, 0.0, hull.r), (label[0] - hull.x, label[1] - hull.y))
    return hull.r, {node.key: own, **_gathered(settled, spots, hull.x, hull.y)}


def _hull(
    spots: list[Circle], gap: float, box: tuple[float, float]
) -> tuple[Circle, tuple[float, float], list[Circle]]:
    """Return the circle around packed circles and a label box above them, the box's centre, the circles."""
    kept = [Circle(spot.x, spot.y, spot.r + gap / 2) for spot in spots]
    x, y = _above(kept, *box)
    corners = [Circle(x + i * box[0] / 2, y + j * box[1] / 2, gap) for i in (-1, 1) for j in (-1, 1)]
    return enclose([*kept, *corners] if all(box) else kept), (x, y), spots


def _gathered(
    settled: Sequence[tuple[float, dict[str, Placed]]], spots: Sequence[Circle], x: float, y: float
) -> dict[str, Placed]:
    """Return all places of settled nodes in one map, seen from (x, y)."""
    return {
        key: place.moved(spot.x - x, spot.y - y)
        for (_, places), spot in zip(settled, spots, strict=True)
        for key, place in places.items()
    }


def _above(circles: Sequence[Circle], width: float, height: float) -> tuple[float, float]:
    """Return the centre of the lowest box of that size above the middle of the circles that overlaps none."""
    x = enclose(circles).x
    bottom = float("inf")
    for circle in circles:
        aside = max(abs(circle.x - x) - width / 2, 0.0)
        if aside < circle.r:
            bottom = min(bottom, circle.y - sqrt(circle.r**2 - aside**2))
    if bottom == float("inf"):
        bottom = min(circle.y for circle in circles)
    return x, bottom - height / 2
