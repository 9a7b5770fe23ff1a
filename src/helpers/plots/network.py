"""Codes that stand together, as a network: what is tied to what, and how closely."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np
import pandas as pd

from .key import BETWEEN, Entry, Key, Legend
from .marks import edge
from .page import Page, inside, nothing
from .spring import apart, around, springs
from .style import BLUE, WIDTH, Drawn, in_style, sentences, toned
from .swatches import Swatch, Swatches, stroke
from .text import GREY, clean, height_of, widest, width_of, wrap
from .ties import MEASURES, Network, describe, left_out, read, written

LARGEST, NARROW = 15.0, 11.0  # radius of the largest disc on a wide and on a narrow page
NOBODY = 6.0  # radius where no participant is known
ACROSS = 150.0  # of a page with one code, in points
NAME = 76.0  # the widest name at a disc
COLUMN = 140.0  # of the key
ASIDE = 104.0  # what the sizes need of the legend
THICKEST, THINNEST = 5.0, 0.4
MANY = 60  # lines
DENSE = 0.45  # boxes that fill more of a page do not come apart
TIE = "#a6a6a6"


@in_style
def pair_network(
    table: pd.DataFrame,
    *,
    nodes: pd.DataFrame,
    measure: str = "pairs",
    threshold: float = 1,
    seed: int = 0,
    title: str = "",
    label: str = "",
    width: float = WIDTH,
) -> Drawn:
    """Draw codes as discs, with lines between those that stand together often or closely enough.

    A disc's area is the number of participants with the code, a line's width the measure. Pairs below the threshold
    are not drawn, and the figure says how many. Of more than 40 codes with lines, those with most participants are
    drawn. Nearness on the page is only a hint: the lines say what stands together.

    Parameters
    ----------
    table
        One row a pair, as `helpers.cooccurrence.cooccurrence` returns it: code_a, code_b and the measure; NaN is
        undefined and not drawn. No pair at the threshold: a figure that says so.
    nodes
        One row a code: code, name, participants. A code with 0 participants (in group documents only) has a
        dashed disc of a fixed size.
    measure
        The column that makes lines wide: "pairs", "participants", "jaccard", "c".
    threshold
        The least value that is drawn.
    seed
        Of the places where codes begin before ties draw them together: equal seeds give equal figures.
    title, label
        Printed above; the label (such as "Synthetic data") also stands in the alt text.
    width
        Largest width in millimetres; the height follows from the codes.

    Returns
    -------
    Drawn
        The figure and its alt text.
    """
    what = MEASURES.get(measure, clean(measure))
    network = read(table, nodes, measure, threshold)
    if not network.ties:
        return nothing(f"No two codes stand together at {written(threshold)} ({what}) or more.", title, label, width)
    full = max(min(inside(width), ACROSS * sqrt(len(network.codes))), min(inside(84), inside(width)))
    layout = Layout.of(network, seed, full)
    sizes = Legend(_sizes(network.people, layout.scale), (), ASIDE)
    lines = Swatches(_widths(network), full - ASIDE, f"Width: {what}")
    notes = wrap(sentences(*left_out(network, what, threshold)), full)
    top = layout.height + 10
    under = top + max(sizes.height, lines.height) + 4
    page = Page(full, under + height_of(notes), title, label)
    _draw(page, network, layout)
    layout.key.draw(page, 0, layout.height - layout.key.height)
    sizes.draw(page, 0, top)
    lines.draw(page, ASIDE, top - 3)
    page.write(0, under, notes, color=GREY)
    return Drawn(page.figure, describe(network, what, threshold, title, label))


@dataclass(frozen=True)
class Layout:
    """Where discs are and how large, and what is written under (1), in (0) or above (-1) them."""

    scale: float  # radius of one participant
    radii: np.ndarray
    places: np.ndarray
    sides: np.ndarray
    words: list[list[str]]
    key: Key
    height: float

    @classmethod
    def of(cls, network: Network, seed: int, full: float) -> Layout:
        """Write names at the discs where they have room on a page not too high, and numbers otherwise."""
        wide = full > 300
        scale = (LARGEST if wide else NARROW) / sqrt(max(network.people.max(), 1))
        radii = np.where(network.people > 0, scale * np.sqrt(network.people), NOBODY)
        free = springs(network.weights, seed)
        sides = _sides(free, network.weights)
        words = [wrap(name, NAME if wide else 0.8 * NAME) for name in network.names]
        key = Key([], full)
        places = _spread(free, _boxes(radii, sides, words), full, (0.4, 0.8) if wide else (0.7, 1.4))
        if places is None:
            words = [[str(i + 1)] for i in range(len(words))]
            room = [hypot(width_of(number) / 2, 2.6) + 0.8 for (number,) in words]
            sides = np.where(radii >= room, 0, sides)
            places = _spread(free, _boxes(radii, sides, words), full, (0.6 if wide else 1.0, 60.0))
            columns = max(int((full + BETWEEN) / (COLUMN + BETWEEN)), 1)
            numbered = zip(network.codes, words, network.names, strict=True)
            entries = [Entry(code, number, name) for code, (number,), name in numbered]
            key = Key(entries, (full + BETWEEN) / columns - BETWEEN, columns)
        assert places is not None  # on a page sixty times as high as wide everything comes apart
        halves = _boxes(radii, sides, words)
        places = places - [0.0, (places - halves)[:, 1].min()]
        height = float((places + halves)[:, 1].max()) + (key.height + 10 if key.entries else 0.0)
        centres = places - np.column_stack([np.zeros(len(radii)), sides * (halves[:, 1] - radii)])
        return cls(scale, radii, centres, sides, words, key, height)


def _sides(free: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return on which side of its disc a name stands: away from where most ties go."""
    down = free[None, :, 1] - free[:, None, 1]
    return np.where((weights * down).sum(axis=1) > 0, -1, 1)


def _boxes(radii: np.ndarray, sides: np.ndarray, words: list[list[str]]) -> np.ndarray:
    """Return half the width and height of discs with their words."""
    beside = np.array([[widest(lines), height_of(lines)] for lines in words]) * (sides != 0)[:, None] / 2
    return np.column_stack([np.maximum(radii, beside[:, 0]), radii + beside[:, 1]])


def _spread(free: np.ndarray, halves: np.ndarray, full: float, shapes: tuple[float, float]) -> np.ndarray | None:
    """Return where the boxes are on the lowest page that holds them; `shapes` bound its height to its width."""
    lowest, highest = shapes
    shape = max(lowest, 4 * float(halves.prod(axis=1).sum()) / full**2 / DENSE)
    while shape <= highest:
        frame = full, max(shape * full, 2 * float(halves[:, 1].max()))
        places = apart(halves + free * (np.array(frame) - 2 * halves), halves, frame, 3.0)
        if places is not None:
            return places
        shape *= 1.15
    return None


def _sizes(people: np.ndarray, scale: float) -> list[tuple[int, float]]:
    """Return the smallest, a middle and the largest number of participants that occur, with their radii."""
    found = np.unique(people[people > 0])
    chosen = sorted({int(found[i]) for i in (0, len(found) // 2, -1)}) if len(found) else []
    return [(n, scale * sqrt(n)) for n in chosen]


def _thick(value: float, network: Network) -> float:
    """Return the width of a line; with very many lines all are thinner, so that they do not close to a surface."""
    thickest = THICKEST * min(sqrt(MANY / len(network.ties)), 1.0)
    return max(thickest * value / network.ties[-1][2], THINNEST)


def _widths(network: Network) -> list[Swatch]:
    """Return the legend of the least, a middle and the largest value that is drawn."""
    values = [value for *_, value in network.ties]
    chosen = sorted({values[0], values[len(values) // 2], values[-1]})
    texts = {written(value): value for value in chosen}
    return [stroke(text, color=TIE, linewidth=_thick(value, network)) for text, value in texts.items()]


def _draw(page: Page, network: Network, layout: Layout) -> None:
    """Draw lines below, strong ones last, then discs, then words on a veil that keeps them legible."""
    edges = layout.radii[:, None]
    low, high = (layout.places - edges).min(axis=0), (layout.places + edges).max(axis=0)
    for a, b, value in network.ties:
        others = np.delete(np.arange(len(layout.radii)), [a, b])
        points = around(layout.places[a], layout.places[b], layout.places[others], layout.radii[others])
        xs, ys = np.clip(points, low, high).T.tolist()
        name = f"{network.codes[a]} {network.codes[b]}"
        page.line(xs, ys, color=TIE, linewidth=_thick(value, network), label=name, solid_capstyle="round")
    for i, (x, y) in enumerate(layout.places.tolist()):
        state = "named" if network.people[i] else "unnamed"
        face = toned(BLUE, 0.82) if network.people[i] else "white"
        page.disc(x, y, layout.radii[i], label=network.codes[i], facecolor=face, **edge(state))
    for i, (x, y) in enumerate(layout.places.tolist()):
        lines, side, r = layout.words[i], layout.sides[i], layout.radii[i]
        if not side:
            page.write(x, y, lines, ha="center", va="middle")
            continue
        top = y + r if side > 0 else y - r - height_of(lines)
        veil = widest(lines)
        page.box(x - veil / 2, top, veil, height_of(lines), facecolor="white", edgecolor="none", alpha=0.75)
        page.write(x, top, lines, ha="center")
