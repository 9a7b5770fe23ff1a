"""Geometry of packed circles: nothing overlaps, everything is enclosed, no leaf changes its size."""

from itertools import combinations
from math import cos, hypot, pi, sin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.plots.enclosing import Circle, enclose
from helpers.plots.packing import Node, nest, pack

CLOSE = 1e-6
radii = st.floats(min_value=0.5, max_value=60, allow_nan=False)
counts = st.integers(min_value=1, max_value=40)


def gap_between(a, b):
    return hypot(a.x - b.x, a.y - b.y) - a.r - b.r


def test_circles_touch_as_coins_on_a_table_do():
    rounded = [tuple(round(value, 4) for value in circle) for circle in pack([1, 3, 2])]
    assert rounded == [(3.2, -2.4, 1), (0, 0, 3), (5, 0, 2)]


@settings(deadline=None)
@given(st.lists(radii, max_size=30), st.sampled_from([0.5, 1.0, 1.5]))
def test_packed_circles_keep_their_radii_and_never_overlap(sizes, stretch):
    placed = pack(sizes, stretch)
    assert [circle.r for circle in placed] == sizes
    assert all(gap_between(a, b) > -CLOSE for a, b in combinations(placed, 2))


@settings(deadline=None)
@given(st.lists(radii, min_size=3, max_size=20))
def test_every_packed_circle_touches_two_others(sizes):
    placed = pack(sizes)
    for circle in placed[2:]:
        others = [other for other in placed if other is not circle]
        assert sum(abs(gap_between(circle, other)) < CLOSE for other in others) >= min(2, len(placed) - 1)


def test_packing_refuses_a_circle_without_size():
    with pytest.raises(ValueError, match="every radius must be positive"):
        pack([1.0, 0.0])


points = st.floats(min_value=-50, max_value=50, allow_nan=False).map(lambda value: round(value, 3))


@settings(deadline=None)
@given(st.lists(st.builds(Circle, points, points, st.floats(min_value=0, max_value=20)), min_size=1, max_size=12))
def test_the_enclosing_circle_holds_all_and_cannot_be_smaller(circles):
    def needed(x, y):
        return max(hypot(x - c.x, y - c.y) + c.r for c in circles)

    hull = enclose(circles)
    assert needed(hull.x, hull.y) <= hull.r * (1 + CLOSE) + CLOSE
    # The radius needed is a convex function of the centre: no step in any direction may make it smaller.
    steps = [(hull.x + d * cos(a * pi / 8), hull.y + d * sin(a * pi / 8)) for a in range(16) for d in (0.01, 1.0)]
    assert all(needed(x, y) >= hull.r - 1e-5 for x, y in steps)


def test_three_equal_circles_are_enclosed_as_textbooks_say():
    hull = enclose([Circle(0, 0, 1), Circle(2, 0, 1), Circle(1, 3**0.5, 1)])
    assert tuple(round(value, 9) for value in hull) == (1.0, round(1 / 3**0.5, 9), round(1 + 2 / 3**0.5, 9))


def trees():
    leaf = st.builds(lambda n: ("leaf", n), counts)
    return st.recursive(
        leaf, lambda below: st.lists(below, min_size=1, max_size=6).map(lambda c: ("parent", c)), max_leaves=25
    )


def as_node(tree, key, scale=4.0):
    kind, content = tree
    if kind == "leaf":
        return Node(key, radius=scale * content**0.5)
    children = tuple(as_node(child, f"{key}.{i}", scale) for i, child in enumerate(content))
    return Node(key, children=children, label=(40.0, 12.0))


def walk(node):
    yield node
    for child in node.children:
        yield from walk(child)


@settings(max_examples=60, deadline=None)
@given(st.lists(trees(), min_size=1, max_size=6))
def test_nested_circles_stay_apart_and_inside_and_leaves_share_one_scale(forest):
    gap = 3.0
    nodes = [as_node(tree, str(i)) for i, tree in enumerate(forest)]
    places = nest(nodes, gap)
    everyone = [node for top in nodes for node in walk(top)]
    assert set(places) == {node.key for node in everyone}
    for siblings in [nodes, *(node.children for node in everyone)]:
        for a, b in combinations(siblings, 2):
            assert gap_between(places[a.key].circle, places[b.key].circle) > gap - CLOSE
    for node in everyone:
        circle = places[node.key].circle
        if not node.children:
            assert circle.r == node.radius  # so areas are as numbers of people, whatever the parent
        for child in node.children:
            inner = places[child.key].circle
            assert hypot(inner.x - circle.x, inner.y - circle.y) + inner.r + gap <= circle.r + CLOSE


@settings(max_examples=60, deadline=None)
@given(st.lists(counts, min_size=1, max_size=10), st.floats(10, 120), st.floats(5, 40))
def test_a_parents_label_lies_inside_it_and_above_its_children(sizes, width, height):
    node = Node(
        "p", children=tuple(Node(str(i), radius=4 * n**0.5) for i, n in enumerate(sizes)), label=(width, height)
    )
    places = nest([node], 2.0)
    x, y = places["p"].label
    parent = places["p"].circle
    assert all(
        hypot(x + i * width / 2 - parent.x, y + j * height / 2 - parent.y) <= parent.r + CLOSE
        for i in (-1, 1)
        for j in (-1, 1)
    )
    for child in node.children:
        circle = places[child.key].circle
        aside = max(abs(circle.x - x) - width / 2, 0.0)
        above = max(abs(circle.y - y) - height / 2, 0.0)
        assert hypot(aside, above) >= circle.r - CLOSE


def test_a_picture_begins_at_its_corner_and_nothing_is_an_empty_picture():
    places = nest([Node("a", 5), Node("b", 3)], gap=2)
    assert {key: tuple(round(v, 6) for v in place.circle) for key, place in places.items()} == {
        "a": (5, 5, 5),
        "b": (15, 5, 3),
    }
    assert nest([]) == {}


def test_the_same_radii_are_always_placed_the_same():
    sizes = [(7 * i) % 11 + 1.0 for i in range(60)]
    assert pack(sizes) == pack(list(sizes))
