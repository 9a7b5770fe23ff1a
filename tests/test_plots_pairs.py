"""Pairs of codes: every pair once in the table, lines and areas to scale, what is not drawn said."""

import subprocess
import sys
from inspect import signature
from itertools import combinations
from math import hypot, isclose
from pathlib import Path
from runpy import run_path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from matplotlib.text import Text

from helpers.cooccurrence import square
from helpers.plots import pair_matrix, pair_network, svg
from helpers.plots.seriation import seriated
from helpers.plots.spring import apart, around
from helpers.plots.text import GREY

COMMON = run_path(str(Path(__file__).with_name("test_plots.py")))
NASTY, texts, circles, boxes, cells = (COMMON[name] for name in ("NASTY", "texts", "circles", "boxes", "cells"))

NAN = float("nan")
NAMES = {"a": "Alpha", "b": "Beta", "c": "Gamma", "d": "Delta", "e": "Epsilon"}
PAIRS = pd.DataFrame(
    [
        ("a", "b", 1, 1, 0.25, NAN),
        ("a", "c", 8, 4, 0.5, 0.4),
        ("a", "d", 0, 0, 0.0, 0.0),
        ("b", "c", 0, 0, 0.0, 0.0),
        ("b", "d", 3, 2, 0.4, 0.125),
        ("c", "d", 0, 0, 0.0, 0.0),
        *((one, "e", 0, 0, 0.0, 0.0) for one in "abcd"),
    ],
    columns=["code_a", "code_b", "pairs", "participants", "jaccard", "c"],
).assign(name_a=lambda frame: frame["code_a"].map(NAMES), name_b=lambda frame: frame["code_b"].map(NAMES))
NODES = pd.DataFrame({"code": list(NAMES), "name": list(NAMES.values()), "participants": [9, 4, 1, 0, 3]})


def crowd(size, seed=0):
    """Build pairs and nodes of many codes in groups, some of them with long names."""
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 5, size)
    rows = [
        (f"c{i}", f"c{j}", int(rng.gamma(1.5, 15) if group[i] == group[j] else rng.gamma(0.3, 3)))
        for i, j in combinations(range(size), 2)
    ]
    names = [NASTY, "A very long name of a code that goes on about several things", "Short"]
    nodes = {"code": [f"c{i}" for i in range(size)], "name": [f"{names[i % 3]} {i}" for i in range(size)]}
    return (
        pd.DataFrame(rows, columns=["code_a", "code_b", "pairs"]),
        pd.DataFrame(nodes).assign(participants=rng.integers(0, 30, size)),
    )


def matrix_of(size, **options):
    table, nodes = crowd(size)
    return pair_matrix(square(table), names=dict(zip(nodes["code"], nodes["name"], strict=True)), **options)


def network_of(size, **options):
    table, nodes = crowd(size)
    return pair_network(table, nodes=nodes, **({"threshold": 6} | options))


FIGURES = {
    "matrix": lambda **k: pair_matrix(square(PAIRS), names=NAMES, **k),
    "matrix, shares": lambda **k: pair_matrix(square(PAIRS, "c"), names=NAMES, measure="c", **k),
    "matrix, large": lambda **k: matrix_of(30, **k),
    "network": lambda **k: pair_network(PAIRS, nodes=NODES, **k),
    "network, names": lambda **k: network_of(12, **k),
    "network, numbers": lambda **k: network_of(50, **k),
}


@pytest.fixture(params=FIGURES, ids=str)
def figure_of(request):
    return FIGURES[request.param]


# What holds for every figure is tried on these as well.
EVERY = {name: test for name, test in COMMON.items() if name.startswith("test_")}
globals().update({name: test for name, test in EVERY.items() if "figure_of" in signature(test).parameters})


# Matrix


def test_each_pair_stands_in_both_halves_in_an_order_that_puts_together_what_belongs_together():
    assert texts(pair_matrix(square(PAIRS), names=NAMES, title="Pairs")) == [
        "Pairs",
        *("1", "2", "3", "4"),
        *("1", "Gamma", "8"),
        *("2", "Alpha", "8", "1"),
        *("3", "Beta", "1", "3"),
        *("4", "Delta", "3"),
        *("Pairs", "0", "1", "2–4", "5+"),
        "Without a pair: Epsilon.",
    ]


def test_an_order_that_is_given_is_kept():
    written = texts(pair_matrix(square(PAIRS), names=NAMES, order=["e", "d", "c", "b", "a"]))
    assert [text for text in written if text in NAMES.values()] == ["Delta", "Gamma", "Beta", "Alpha"]


def test_cells_are_shaded_by_value_and_undefined_pairs_are_hatched():
    assert cells(pair_matrix(square(PAIRS), names=NAMES)) == {"1": 2, "2–4": 2, "5+": 2}
    drawn = pair_matrix(square(PAIRS, "c"), names=NAMES, measure="c")
    assert cells(drawn) == {"from 0.1": 2, "from 0.4": 2, "undefined": 2}
    hatched = [a for a in drawn.figure.artists if isinstance(a, PolyCollection) and a.get_hatch()]
    assert [a.get_label() for a in hatched] == ["undefined"]
    assert texts(drawn)[-8:] == [
        *("C-coefficient", "0", "under 0.1", "from 0.1", "from 0.2", "from 0.3", "from 0.4", "undefined"),
        "Without a pair: Epsilon.",
    ][-8:]  # fmt: skip


def test_shades_get_darker_with_the_value():
    drawn = matrix_of(12)
    faces = {a.get_label(): a.get_facecolor()[0] for a in drawn.figure.artists if isinstance(a, PolyCollection)}
    greys = [float(np.dot(face[:3], (0.299, 0.587, 0.114))) for face in faces.values()]
    assert list(faces) == ["1–4", "5–9", "10–19", "20–49", "50+"]
    assert greys == sorted(greys, reverse=True)


def test_columns_without_room_continue_below_with_all_rows_repeated():
    written = texts(matrix_of(30, width=84))
    assert written.count("Short 2") == written.count("Short 29") > 1


def test_no_pair_at_all_is_said():
    drawn = pair_matrix(square(PAIRS) * 0, names=NAMES, label="Synthetic data")
    assert texts(drawn) == ["Synthetic data", "No two codes stand together."]


def test_the_alt_text_of_a_matrix_is_made_from_the_data():
    drawn = pair_matrix(square(PAIRS, "c"), names=NAMES, measure="c", title="Together", label="Synthetic data")
    assert drawn.alt == (
        "Together. Co-occurrence matrix, c-coefficient: 4 codes, 2 pairs together. "
        "Highest: Alpha and Gamma (0.40); Beta and Delta (0.12). Range: 0.12 to 0.40. 1 pair undefined. "
        "1 code without a pair. Synthetic data."
    )


def test_an_order_does_not_depend_on_how_the_codes_came():
    table, _ = crowd(20)
    values = square(table)
    known = values.columns[seriated(values.to_numpy())]
    mixed = values.sample(frac=1, random_state=1)
    mixed = mixed[mixed.index]
    again = mixed.columns[seriated(mixed.to_numpy())]

    def closeness(order):
        placed = values.loc[order, order].to_numpy()
        return float(np.diag(placed, 1).sum())

    assert closeness(again) == closeness(known) > 2 * closeness(values.columns)


# Network


def discs(drawn):
    """Return the discs of codes, without those of the legend."""
    return {code: disc for code, disc in circles(drawn).items() if code}


def lines(drawn):
    """Return the drawn ties by the codes at their ends: width, and the points in points of the page."""
    found = [a for a in drawn.figure.artists if isinstance(a, Line2D) and " " in str(a.get_label())]
    return {a.get_label(): (a.get_linewidth(), a.get_transform().transform(a.get_path().vertices)) for a in found}


def test_areas_are_participants_and_widths_are_the_measure():
    drawn = pair_network(PAIRS, nodes=NODES)
    placed = discs(drawn)
    assert {code: round(disc[2] ** 2 / placed["c"][2] ** 2, 6) for code, disc in placed.items() if code != "d"} == {
        "a": 9,
        "b": 4,
        "c": 1,
    }
    widths = {pair: width for pair, (width, _) in lines(drawn).items()}
    assert widths == {"a b": 5 / 8, "b d": 15 / 8, "a c": 5}


def test_a_code_with_nobody_named_has_a_dashed_disc_of_a_fixed_size():
    drawn = pair_network(PAIRS, nodes=NODES)
    disc = next(a for a in drawn.figure.artists if a.get_label() == "d")
    assert (disc.get_linestyle(), disc.get_facecolor()[:3]) == ((0, (3.2, 2.0)), (1, 1, 1))
    assert isclose(discs(drawn)["d"][2], 6)


def test_lines_run_from_disc_to_disc():
    drawn = network_of(20)
    placed = discs(drawn)
    for pair, (_, points) in lines(drawn).items():
        for code, end in zip(pair.split(), (points[0], points[-1]), strict=True):
            assert np.allclose(end, placed[code][:2], atol=1e-6)


@pytest.mark.parametrize("size", [8, 20, 45])
@pytest.mark.parametrize("width", [174, 84])
def test_no_disc_lies_on_another_and_no_name_on_a_disc_that_is_not_its_own(size, width):
    drawn = network_of(size, width=width, threshold=1)
    placed = discs(drawn)
    assert len(placed) == min(size, 40)
    for (x, y, r), (u, v, s) in combinations(placed.values(), 2):
        assert hypot(x - u, y - v) >= r + s
    named = set(crowd(size)[1]["name"]) | {str(number) for number in range(1, 41)}
    for text, box in boxes(drawn):
        if text in named and box.y1 > min(y - r for _, y, r in placed.values()):
            covered = [r for x, y, r in placed.values() if hypot(*_outside(box, x, y)) < r - 0.3]
            assert len(covered) <= 1, text


def _outside(box, x, y):
    return max(box.x0 - x, 0, x - box.x1), max(box.y0 - y, 0, y - box.y1)


def test_pairs_below_the_threshold_are_not_drawn_and_the_figure_says_how_many():
    drawn = pair_network(PAIRS, nodes=NODES, threshold=3)
    assert list(lines(drawn)) == ["b d", "a c"]
    written = " ".join(texts(drawn))
    assert "Not drawn: 1 of 3 pairs, below 3 (pairs). Codes without a line: Epsilon." in written
    undefined = " ".join(texts(pair_network(PAIRS, nodes=NODES, measure="c", threshold=0.1)))
    assert "Not drawn: 1 pair, undefined." in undefined


def test_of_more_than_forty_codes_those_with_most_participants_are_drawn_and_it_says_so():
    table, nodes = crowd(50)
    drawn = pair_network(table, nodes=nodes)
    most = nodes.sort_values("participants", ascending=False, kind="stable").head(40)
    assert set(discs(drawn)) == set(most["code"])
    assert "Of 50 codes with a line, the 40 with most participants are drawn." in " ".join(texts(drawn))
    assert "Of 50 codes with a line" not in " ".join(texts(network_of(40, threshold=1)))


def test_names_without_room_are_numbered_and_stand_in_the_key():
    written = texts(network_of(40, width=84))
    assert written.count("17") == 2
    assert "Short 38" in written
    few = network_of(12)
    assert "Short 11" in texts(few)
    assert next(a.get_text() for a in few.figure.artists if isinstance(a, Text) and a.get_color() == GREY)[:3] == "Not"


def test_equal_seeds_give_equal_figures_and_others_differ():
    one, again, other = (svg(network_of(12, seed=seed).figure) for seed in (3, 3, 4))
    assert one == again != other


PROCESS = """
import hashlib, runpy, sys
figures = runpy.run_path(sys.argv[1])["FIGURES"]
from helpers.plots import svg
for draw in figures.values():
    print(hashlib.sha256(svg(draw(title="T").figure).encode()).hexdigest())
"""


def test_two_processes_draw_the_same_bytes():
    def run(seed):
        environment = {"PYTHONHASHSEED": seed, "PATH": "", "MPLCONFIGDIR": matplotlib.get_configdir()}
        command = [sys.executable, "-c", PROCESS, __file__]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120).stdout

    first = run("1")
    assert len(first.split()) == len(FIGURES)
    assert run("2") == first


def test_a_network_without_a_line_says_so():
    drawn = pair_network(PAIRS, nodes=NODES, threshold=20, title="T")
    assert texts(drawn) == ["T", "No two codes stand together at 20 (pairs) or more."]
    assert drawn.alt == "T. No two codes stand together at 20 (pairs) or more."


def test_the_alt_text_of_a_network_is_made_from_the_data():
    assert pair_network(PAIRS, nodes=NODES, threshold=3, title="Together", label="Synthetic data").alt == (
        "Together. Co-occurrence network: 4 codes, 2 pairs joined by lines, width pairs. "
        "Strongest: Alpha and Gamma (8); Beta and Delta (3). Most lines: Alpha (1). Area: participants, 0 to 9. "
        "Not drawn: 1 of 3 pairs, below 3 (pairs). Codes without a line: Epsilon. Synthetic data."
    )


def test_a_line_bends_around_a_disc_in_its_way():
    start, end = np.array([0.0, 0.0]), np.array([100.0, 0.0])
    blocked = around(start, end, np.array([[50.0, 2.0]]), np.array([8.0]))
    assert min(hypot(x - 50, y - 2) for x, y in blocked) >= 8
    assert np.allclose(blocked[[0, -1]], [start, end])
    free = around(start, end, np.array([[50.0, 30.0]]), np.array([8.0]))
    assert free.tolist() == [[0, 0], [100, 0]]


def test_boxes_come_apart_inside_their_frame_or_not_at_all():
    halves = np.full((9, 2), (10.0, 5.0))
    placed = apart(np.full((9, 2), 50.0), halves, (100, 100), 1.0)
    assert all((np.abs(a - b) >= (20.98, 10.98)).any() for a, b in combinations(placed, 2))
    assert (placed >= halves).all() and (placed + halves <= 100).all()
    assert apart(np.full((9, 2), 50.0), halves, (30, 30), 1.0) is None


def test_every_text_of_a_matrix_is_a_text_in_the_svg():
    drawn = pair_matrix(square(PAIRS), names=NAMES | {"a": NASTY})
    assert NASTY in [a.get_text() for a in drawn.figure.artists if isinstance(a, Text)]
    assert "Ståle’s &lt;b&gt;$x$&lt;/b&gt;" in svg(drawn.figure)
