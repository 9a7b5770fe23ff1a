"""What packed circles decide before they draw: one scale for all, words or a number in each, places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot, sqrt

from .packing import Node, Placed, nest
from .text import NORMAL, SMALL, fit_in_circle, height_of, widest, width_of, wrap
from .themes import Theme, roots

LARGEST = 42.0  # radius of the largest circle, in points, where there is room for it
SMALLEST = 9.0  # the largest circle shrinks no further; then the figure grows
HOLLOW, CROSSED = 9.0, 5.5  # fixed radii of "present, nobody named" and of "absent"
WORDS, LINES = 160.0, 4  # the widest and the highest name of a parent; a longer one goes to the key
GAP = 3.5
BELOW = 9.0  # room for a number under a circle that is too small to hold it


@dataclass(frozen=True)
class Mark:
    """How a leaf is drawn: its circle, the radius kept free for it, its words (none: a number in the key)."""

    radius: float
    slot: float
    lines: tuple[str, ...] = ()
    starred: bool = False  # for whom else it is reported stands in the key

    @property
    def below(self) -> bool:
        """Whether the number stands under the circle."""
        return self.slot > self.radius


@dataclass(frozen=True)
class Plan:
    """Marks of the leaves, labels of the parents (name, then the rest) and places, all at one scale.

    `scale` is the radius of one participant, in points; n participants have `scale * sqrt(n)`. A parent
    without a name in `labels` shows its number in the key.
    """

    scale: float
    marks: Mapping[str, Mark]
    labels: Mapping[str, tuple[list[str], list[str]]]
    places: Mapping[str, Placed]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the packed circles."""
        circles = [place.circle for place in self.places.values()]
        return max(c.x + c.r for c in circles), max(c.y + c.r for c in circles)


def planned(themes: Mapping[str, Theme], room: float) -> Plan:
    """Return the plan at about the largest scale at which the circles are no wider or higher than `room`.

    Where even the smallest scale is too wide, names go to the key, and then the picture becomes higher.
    """
    largest = sqrt(max((t.n for t in themes.values() if not t.children and t.state == "named"), default=1))
    scale, aspect, words = LARGEST / largest, 1.0, WORDS
    while True:
        plan = at_scale(themes, scale, aspect, words)
        over = max(plan.size[0], plan.size[1] * aspect) / room
        if over <= 1 or aspect < 0.1:
            return plan
        if scale * largest > SMALLEST:
            scale = max(scale * min(over**-1.5, 0.93), SMALLEST / largest)
        elif words:
            scale, words = LARGEST / largest, 0.0
        else:
            aspect *= 0.7


def at_scale(themes: Mapping[str, Theme], scale: float, aspect: float = 1.0, words: float = WORDS) -> Plan:
    """Return the plan at a given scale; `aspect` is the shape of the whole, `words` the widest name of a parent."""
    digits = "0" * len(str(len(themes)))
    marks = {code: _mark(theme, scale, digits) for code, theme in themes.items() if not theme.children}
    labels: dict[str, tuple[list[str], list[str]]] = {}

    def node(theme: Theme) -> Node:
        if not theme.children:
            return Node(theme.code, marks[theme.code].slot)
        children = tuple(node(themes[code]) for code in theme.children)
        across = 1.7 * sqrt(sum(_reach(child) ** 2 for child in children))
        name, rest = labels[theme.code] = _label(theme, across, words)
        shown = name or [digits]
        box = max(widest(shown, NORMAL, "bold"), widest(rest)), height_of(shown, NORMAL) + height_of(rest) + 2
        return Node(theme.code, children=children, label=box)

    return Plan(scale, marks, labels, nest([node(theme) for theme in roots(themes)], GAP, aspect))


def _label(theme: Theme, across: float, words: float) -> tuple[list[str], list[str]]:
    """Return the name of a parent and what stands under it; no name if it needs more than a few lines."""
    least = max(across, 60.0, widest(theme.name.split(), NORMAL, "bold"))
    for width in (least, 1.5 * least, words):
        name = wrap(theme.name, min(width, words), NORMAL, "bold") if words else []
        if 0 < len(name) <= LINES:
            return name, [*wrap(theme.short, width), *wrap(theme.reported, width)]
    return [], [theme.short]


def _reach(node: Node) -> float:
    """Return about how large a node's circle will be."""
    return node.radius or 1.2 * sqrt(sum(_reach(child) ** 2 for child in node.children))


def _mark(theme: Theme, scale: float, digits: str) -> Mark:
    """Return how a leaf is drawn at this scale: words inside, else a number inside, else a number below."""
    if theme.state == "named":
        radius = scale * sqrt(theme.n)
        words = [[theme.name, theme.short, theme.reported], [theme.name, f"{theme.short}*"]]
        for parts in words if theme.reported else [words[0][:2]]:
            fitted = fit_in_circle(parts, radius)
            if fitted:
                return Mark(radius, radius, tuple(fitted), starred=len(parts) == 2 and bool(theme.reported))
    else:
        radius = HOLLOW if theme.state == "unnamed" else CROSSED
    if theme.state != "absent" and hypot(width_of(digits) / 2, 0.37 * SMALL) + 0.8 <= radius:
        return Mark(radius, radius)
    return Mark(radius, radius + BELOW / 2)
