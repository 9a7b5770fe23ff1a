"""UpSet plots: every person in exactly one combination, the largest first, and all that is left out counted."""

from inspect import signature
from pathlib import Path
from runpy import run_path

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from matplotlib.text import Text

from helpers.plots import upset

COMMON = run_path(str(Path(__file__).with_name("test_plots.py")))
NASTY, texts = COMMON["NASTY"], COMMON["texts"]


def people(*rows, names=("Alpha", "Beta", "Cello")):
    """Build people from strings of the themes that they have: "AB", ""."""
    return pd.DataFrame([[name[0] in row for name in names] for row in rows], columns=list(names))


SETS = people("A", "A", "A", "AB", "AB", "ABC", "B", "", "")


def crowd(size, themes):
    rng = np.random.default_rng(size)
    table = rng.normal(size=(size, themes)) + 0.8 * rng.normal(size=(size, 1)) > np.linspace(0, 1.6, themes)
    names = [NASTY, "A very long name of a theme that goes on about several things", "Short"]
    return pd.DataFrame(table, columns=[f"{names[i % 3]} {i}" for i in range(themes)])


FIGURES = {
    "upset": lambda **k: upset(SETS, **k),
    "upset, many combinations": lambda **k: upset(crowd(60, 8), **k),
    "upset, many people": lambda **k: upset(crowd(1200, 5), min_size=3, **k),
    "upset, nobody": lambda **k: upset(SETS & False, **k),
}


@pytest.fixture(params=FIGURES, ids=str)
def figure_of(request):
    return FIGURES[request.param]


# What holds for every figure is tried on these as well.
EVERY = {name: test for name, test in COMMON.items() if name.startswith("test_")}
globals().update({name: test for name, test in EVERY.items() if "figure_of" in signature(test).parameters})


def columns(drawn):
    """Return for each column, from left to right, the rows of its filled dots, and the number above it."""
    lines = {a.get_label(): a.get_data() for a in drawn.figure.artists if isinstance(a, Line2D)}
    bars = next(a for a in drawn.figure.artists if a.get_label() == "people").get_paths()
    middles = [round(float(bar.vertices[:2, 0].mean()), 3) for bar in bars]
    xs, ys = (np.array(values) for values in lines["in"])
    rows = sorted({round(float(y), 3) for _, where in (lines["in"], lines["not"]) for y in where})
    numbers = [a for a in drawn.figure.artists if isinstance(a, Text)]
    found = []
    for x in middles:
        filled = [rows.index(round(float(y), 3)) for a, y in zip(xs, ys, strict=True) if abs(a - x) < 0.01]
        number = next(a.get_text() for a in numbers if abs(a.get_position()[0] - x) < 0.01)
        found.append((sorted(filled), int(number)))
    return found


def test_combinations_are_exact_and_sorted_by_size_with_a_column_of_nobody_s_theme():
    assert columns(upset(SETS)) == [([0], 3), ([3], 2), ([0, 1], 2), ([1], 1), ([0, 1, 2], 1)]
    assert sum(number for _, number in columns(upset(crowd(60, 5), limit=99))) == 60


def test_bars_are_as_high_as_the_people():
    drawn = upset(SETS)
    paths = next(a for a in drawn.figure.artists if a.get_label() == "people").get_paths()
    heights = [float(np.ptp(path.vertices[:, 1])) for path in paths]
    assert np.allclose(heights, np.array([3, 2, 2, 1, 1]) * heights[-1])


def test_sizes_of_themes_stand_beside_their_names_the_largest_first():
    drawn = upset(SETS[["Cello", "Beta", "Alpha"]])
    assert texts(drawn) == [
        *("3", "2", "2", "Participants with", "exactly these themes", "1", "1", "with the theme"),
        *("Alpha", "6/9", "Beta", "4/9", "Cello", "1/9", "none of these", "2/9"),
        "Each participant is counted in one combination.",
    ]
    paths = next(a for a in drawn.figure.artists if a.get_label() == "sizes").get_paths()
    widths = [float(np.ptp(path.vertices[:, 0])) for path in paths]
    assert np.allclose(widths, np.array([6, 4, 1, 2]) * widths[2])


def test_members_of_a_combination_are_joined_by_a_line():
    drawn = upset(SETS)
    joined = [a for a in drawn.figure.artists if isinstance(a, Line2D) and a.get_linewidth() == 1.6]
    assert len(joined) == 2


def test_nobody_without_a_theme_means_no_row_of_none():
    written = texts(upset(SETS.head(7)))
    assert "none of these" not in written
    assert columns(upset(SETS.head(7))) == [([0], 3), ([0, 1], 2), ([1], 1), ([0, 1, 2], 1)]


def test_small_and_further_combinations_are_left_out_and_counted():
    written = " ".join(texts(upset(SETS, min_size=2)))
    assert written.endswith(
        "Each participant is counted in one combination. Left out: 2 combinations of fewer than 2 people (2 in all)."
    )
    written = " ".join(texts(upset(SETS, limit=2)))
    assert written.endswith("Left out: 3 further combinations (4 people).")
    everyone = crowd(60, 8)
    shown = columns(upset(everyone, width=84))
    assert sum(number for _, number in shown) < 60  # a narrow page has no room for all


def test_only_small_combinations_or_nobody_at_all_are_said():
    assert texts(upset(SETS, min_size=4)) == ["No combination of themes is shared by 4 people."]
    for empty in (SETS.head(0), SETS[[]]):
        assert texts(upset(empty, title="T")) == ["T", "There are no people or no themes to draw."]


def test_two_themes_of_one_name_stay_two():
    twins = pd.DataFrame([[True, False], [True, True]], columns=["Same", "Same"])
    assert columns(upset(twins)) == [([0], 1), ([0, 1], 1)]


def test_the_alt_text_is_made_from_the_data():
    assert upset(SETS, min_size=2, title="Together", label="Synthetic data").alt == (
        "Together. UpSet plot: 9 participants, 3 themes, 5 combinations. "
        "Largest combinations: Alpha only (3); none of these (2); Alpha with Beta (2). "
        "Largest themes: Alpha 6 of 9; Beta 4 of 9; Cello 1 of 9. None of these: 2. "
        "Left out: 2 combinations of fewer than 2 people (2 in all). Synthetic data."
    )
    shown = next(a for a in upset(SETS).figure.artists if isinstance(a, PolyCollection) and a.get_label() == "people")
    assert len(shown.get_paths()) == 5
