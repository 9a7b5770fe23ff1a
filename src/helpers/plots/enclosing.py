"""Circles, and the smallest circle around some of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import hypot, sqrt
from typing import NamedTuple

import numpy as np

SLACK = 1e-9  # relative to the sizes involved: circles may overlap or stick out by rounding, never by more


class Circle(NamedTuple):
    """Centre and radius."""

    x: float
    y: float
    r: float

    def moved(self, dx: float, dy: float) -> Circle:
        """Return the circle displaced by (dx, dy)."""
        return Circle(self.x + dx, self.y + dy, self.r)


def enclose(circles: Sequence[Circle]) -> Circle:
    """Return the smallest circle around all the circles (a point is a circle of radius 0).

    Farthest first: the circle that sticks out most joins those that hold the boundary, until none does.

    Examples
    --------
    >>> enclose([Circle(-2, 0, 1), Circle(2, 0, 1)])
    Circle(x=0.0, y=0.0, r=3.0)
    """
    table = np.array(circles, dtype=float)
    basis = [Circle(*map(float, table[np.argmax(table[:, 2])]))]
    hull = basis[0]
    for _ in range(10 * len(table) + 10):  # the radius grows every time, so this ends long before
        far = np.hypot(table[:, 0] - hull.x, table[:, 1] - hull.y) + table[:, 2]
        worst = int(np.argmax(far))
        if far[worst] <= hull.r * (1 + SLACK):
            break
        hull, basis = _extended(basis, Circle(*map(float, table[worst])))
    return Circle(hull.x, hull.y, max(hull.r, float(far.max())))


def _extended(basis: list[Circle], new: Circle) -> tuple[Circle, list[Circle]]:
    """Return the smallest circle around basis and new, and which of them hold it (the new one among them)."""
    everything = [*basis, new]
    options = []
    for size in range(min(3, len(everything))):
        for others in combinations(basis, size):
            held = [*others, new]
            for hull in _touching(held):
                if all(_inside(circle, hull) for circle in everything):
                    options.append((hull.r, hull, held))
    _, hull, held = min(options, key=lambda option: option[0])
    return hull, held


def _inside(circle: Circle, hull: Circle) -> bool:
    return hypot(circle.x - hull.x, circle.y - hull.y) + circle.r <= hull.r * (1 + 1e-7) + 1e-9


def _touching(circles: list[Circle]) -> list[Circle]:
    """Return the circles that touch one, two or three circles from outside (smallest such, for two)."""
    if len(circles) == 1:
        return circles
    a, b = circles[0], circles[1]
    distance = hypot(b.x - a.x, b.y - a.y)
    if len(circles) == 2:
        if distance <= abs(a.r - b.r):
            return [max(a, b, key=lambda circle: circle.r)]
        r = (distance + a.r + b.r) / 2
        share = (r - a.r) / distance
        return [Circle(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share, r)]
    return _apollonius(*circles)


def _apollonius(a: Circle, b: Circle, c: Circle) -> list[Circle]:
    """Solve |centre - p| = R - r for three circles: x and y are linear in R, a quadratic in R is left."""
    (bx, by), (cx, cy) = (b.x - a.x, b.y - a.y), (c.x - a.x, c.y - a.y)
    det = 2 * (bx * cy - cx * by)
    if abs(det) < 1e-12:  # in one line: two of them hold the boundary
        return []
    kb, kc = bx**2 + by**2 - b.r**2 + a.r**2, cx**2 + cy**2 - c.r**2 + a.r**2
    lb, lc = 2 * (b.r - a.r), 2 * (c.r - a.r)
    x0, x1 = (kb * cy - kc * by) / det, (lb * cy - lc * by) / det
    y0, y1 = (bx * kc - cx * kb) / det, (bx * lc - cx * lb) / det
    p, q, s = x1**2 + y1**2 - 1, 2 * (x0 * x1 + y0 * y1 + a.r), x0**2 + y0**2 - a.r**2
    if abs(p) < 1e-12:
        roots = [-s / q] if q else []
    else:
        root = sqrt(max(q**2 - 4 * p * s, 0.0))
        roots = [(-q - root) / (2 * p), (-q + root) / (2 * p)]
    return [Circle(a.x + x0 + x1 * r, a.y + y0 + y1 * r, r) for r in roots if r > 0]
