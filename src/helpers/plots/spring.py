"""Places for the nodes of a network: springs draw together what is tied, and boxes are pushed apart."""

from __future__ import annotations

from math import sqrt

import numpy as np

STEPS = 150
PUSHES = 250


def springs(weights: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return places (n, 2) between 0 and 1: tied nodes near one another, all others apart.

    After Fruchterman & Reingold (1991), Software: Practice and Experience 21:1129-1164, with a pull to the middle,
    so that parts that are not tied stay on the page. Equal weights and seeds give equal places.

    Parameters
    ----------
    weights
        Symmetric (n, n), 0 for no tie; the strongest tie pulls twice as hard as one that is hardly there.
    seed
        Of the places where the nodes begin.
    """
    size = len(weights)
    places = np.random.default_rng(seed).random((size, 2)) - 0.5
    ideal = 1 / sqrt(max(size, 1))
    pull = np.where(weights > 0, 0.5 + 0.5 * weights / max(weights.max(initial=0.0), 1e-12), 0.0)
    ties = np.maximum((weights > 0).sum(axis=1), 1)
    pull = pull / np.sqrt(ties[:, None] * ties[None, :]) ** 0.5  # or a clique would be a knot
    for step in range(STEPS):
        across = places[:, None, :] - places[None, :, :]
        distance = np.maximum(np.sqrt((across**2).sum(axis=2)), 0.01)
        force = (ideal / distance) ** 2 - pull * distance / ideal
        move = (across * force[:, :, None]).sum(axis=1) - 1.5 * places
        length = np.maximum(np.sqrt((move**2).sum(axis=1, keepdims=True)), 1e-9)
        places += move / length * np.minimum(length, 0.12 * (1 - step / STEPS))
        places = np.round(places, 6)  # so that the last digits of another machine's arithmetic do not add up
    low, high = places.min(axis=0), places.max(axis=0)
    return np.where(high > low, (places - low) / np.where(high > low, high - low, 1.0), 0.5)


def apart(places: np.ndarray, halves: np.ndarray, frame: tuple[float, float], gap: float) -> np.ndarray | None:
    """Return the centres of boxes after pushing them apart inside a frame; None if they do not come apart.

    Parameters
    ----------
    places, halves
        Centres, and half the widths and heights, both (n, 2).
    frame
        Width and height, from (0, 0).
    gap
        What to keep free between two boxes.
    """
    room = np.array(frame) - halves
    centres = np.clip(places, halves, np.maximum(room, halves))
    least = halves[:, None, :] + halves[None, :, :] + gap
    order = np.arange(len(places))
    turn = np.sign(order[:, None] - order[None, :]).astype(float)
    for _ in range(PUSHES):
        across = centres[:, None, :] - centres[None, :, :]
        over = least - np.abs(across)
        hit = (over > 0.01).all(axis=2)
        np.fill_diagonal(hit, False)
        if not hit.any():
            return centres
        side = over.argmin(axis=2)  # the shorter way out
        away = np.where(across == 0, turn[:, :, None], np.sign(across))
        for axis in (0, 1):
            push = np.where(hit & (side == axis), over[:, :, axis] * away[:, :, axis], 0.0)
            centres[:, axis] += 0.55 * push.sum(axis=1) / np.maximum((push != 0).sum(axis=1), 1)
        centres = np.clip(centres, halves, np.maximum(room, halves))
    return None


def around(start: np.ndarray, end: np.ndarray, centres: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Return points (k, 2) of a line from start to end that bends around the disc most in its way, if there is one.

    Examples
    --------
    >>> around(np.array([0, 0]), np.array([9, 0]), np.array([[4, 5]]), np.array([1])).tolist()
    [[0.0, 0.0], [9.0, 0.0]]
    """
    across = end - start
    length = float(np.hypot(*across))
    normal = np.array([-across[1], across[0]]) / length
    along = (centres - start) @ across / length**2
    aside = (centres - start) @ normal
    needed = np.where((along > 0.05) & (along < 0.95), radii + 4 - np.abs(aside), 0.0)
    if not len(needed) or needed.max() <= 0:
        return np.array([start, end], dtype=float)
    worst = int(needed.argmax())
    bend = needed[worst] / (2 * along[worst] * (1 - along[worst])) * (-1 if aside[worst] > 0 else 1)
    control = (start + end) / 2 + normal * np.clip(bend, -0.4 * length, 0.4 * length)
    t = np.linspace(0, 1, 17)[:, None]
    return (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end
