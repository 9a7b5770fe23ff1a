"""Forests: each coefficient where its value is, what is undefined nowhere, and companions beside both."""

from inspect import signature
from pathlib import Path
from runpy import run_path

import pandas as pd
import pytest
from matplotlib.lines import Line2D
from matplotlib.text import Text

from helpers.errors import StudyError
from helpers.plots import forest

COMMON = run_path(str(Path(__file__).with_name("test_plots.py")))
NASTY, texts, patches = (COMMON[name] for name in ("NASTY", "texts", "patches"))

COLUMNS = ["code", "name", "level", "percent", "positive", "cohen_kappa", "low", "high", "prevalence", "undefined"]
NAN = float("nan")
UNUSED = "no variation: nobody used the code"


def table(*rows, units=72, pairable=72, **columns):
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.assign(n_units=units, n_pairable=pairable, **columns)


def agreement():
    return table(
        ("p", "Peers", 0, 0.944, 0.83, 0.8, 0.65, 1.0, 0.167, ""),
        ("i", "Invitations", 1, 0.889, 0.43, 0.39, 0.23, 0.54, 0.05, ""),
        ("s", "Shielding", 1, 1.0, 1.0, 1.0, NAN, NAN, 0.097, ""),
        ("f", "Family", 0, 0.9999, 0.5, -0.1, -0.25, 0.3, 0.02, ""),
        ("h", "Screens", 1, 1.0, NAN, NAN, NAN, NAN, 0.0, UNUSED),
    )


def long():
    names = [NASTY, "A very long name of a code that goes on about several things at once", "Short"]
    why = "no document that two of them were asked to code"
    numbers = [(0.7 + i / 80, i / 20, i / 15 - 0.3, i / 15 - 0.5, i / 15 - 0.2, 0.3 - i / 100) for i in range(18)]
    rows = [(f"c{i}", f"{names[i % 3]} {i}", int(i % 6 > 0), *numbers[i], "") for i in range(18)]
    rows += [("u", names[1], 1, NAN, NAN, NAN, NAN, NAN, NAN, why)]
    return table(*rows).assign(n_pairable=[900 - i % 2 for i in range(19)], n_units=901, unit="paragraph")


BANDS = {"tentative (Krippendorff 2019)": 0.667, "reliable": 0.8}
FIGURES = {
    "forest": lambda **k: forest(agreement(), **k),
    "forest, long names and bands": lambda **k: forest(long(), bands=BANDS, interval="95% interval", **k),
    "forest, one code": lambda **k: forest(agreement().head(1), coefficient="positive", **k),
    "forest, all undefined": lambda **k: forest(agreement().tail(1), **k),
}


@pytest.fixture(params=FIGURES, ids=str)
def figure_of(request):
    return FIGURES[request.param]


# What holds for every figure is tried on these as well.
EVERY = {name: test for name, test in COMMON.items() if name.startswith("test_")}
globals().update({name: test for name, test in EVERY.items() if "figure_of" in signature(test).parameters})


def scale(drawn):
    """Return a function from a place on the page to a value, from the numbers under the axis."""
    ticks = {
        float(t.get_text().replace("−", "-")): t.get_position()[0]
        for t in drawn.figure.artists
        if isinstance(t, Text) and len(t.get_text().lstrip("−")) == 3 and t.get_text().lstrip("−")[1] == "."
    }
    left = drawn.figure.artists[0].get_transform().transform((0, 0))[0]  # the margin of the page
    return lambda x: round((x - left - ticks[0.0]) / (ticks[1.0] - ticks[0.0]), 6), sorted(ticks)


def whiskers(drawn):
    """Return the ends of all whiskers, from top to bottom, in points of the page."""
    lines = [a for a in drawn.figure.artists if isinstance(a, Line2D) and a.get_marker() == "|"]
    boxes = sorted((line.get_path().vertices for line in lines), key=lambda ends: ends[0][1])
    return [tuple(ends[:, 0]) for ends in boxes]


def test_dots_lie_at_their_values_and_what_is_undefined_has_none():
    drawn = forest(agreement())
    value, _ = scale(drawn)
    dots = {code: a.get_window_extent() for code, a in patches(drawn).items() if code and not code.startswith("_")}
    assert {code: value((box.x0 + box.x1) / 2) for code, box in dots.items()} == {
        "p": 0.8,
        "i": 0.39,
        "s": 1.0,
        "f": -0.1,
    }


def test_whiskers_span_the_interval_and_are_drawn_only_where_both_bounds_are_known():
    drawn = forest(agreement())
    margin = drawn.figure.artists[0].get_transform().transform((0, 0))[0]
    value, _ = scale(drawn)
    assert [tuple(value(x + margin) for x in ends) for ends in whiskers(drawn)] == [
        (0.65, 1.0),
        (0.23, 0.54),
        (-0.25, 0.3),
    ]
    assert "Whiskers" in texts(drawn)[-1]
    assert "Whiskers" not in texts(forest(agreement().assign(low=NAN)))[-1]


def test_the_axis_begins_at_0_or_below_the_lowest_bound_and_ends_at_1():
    ticks = [scale(forest(frame))[1] for frame in (agreement().head(3), agreement(), agreement().assign(low=-1.0))]
    assert [(min(one), max(one)) for one in ticks] == [(0.0, 1.0), (-0.4, 1.0), (-1.0, 1.0)]


def test_percent_and_positive_agreement_stand_beside_every_coefficient():
    assert texts(forest(agreement(), title="Agreement")) == [
        "Agreement",
        *("Cohen’s", "Percent", "Positive", "kappa", "agreement", "agreement", "Units coded"),
        *("Peers", "0.80", "94.4%", "0.83", "16.7%"),
        *("Shielding", "1.00", "100%", "1.00", "9.7%"),
        *("Invitations", "0.39", "88.9%", "0.43", "5.0%"),
        *("Family", "−0.10", ">99.9%", "0.50", "2.0%"),
        *("Screens", f"undefined ({UNUSED})", "100%", "–", "0%"),
        *("−0.4", "−0.2", "0.0", "0.2", "0.4", "0.6", "0.8", "1.0", "Cohen’s kappa"),
        "Compared on 72 units. Whiskers: interval of the coefficient. Square: a theme, above its codes.",
    ]


def test_what_is_undefined_is_grey_and_says_why_also_where_names_stand_above_the_axis():
    for width in (174, 84):
        drawn = forest(agreement(), width=width)
        colours = {a.get_text(): a.get_color() for a in drawn.figure.artists if isinstance(a, Text)}
        assert colours["Screens"] == colours[f"undefined ({UNUSED})"] != colours["Family"]


def test_codes_are_sorted_by_prevalence_within_their_theme_and_themes_keep_their_order():
    def names(frame):
        known = set(frame["name"])
        return [text for text in texts(forest(frame)) if text in known]

    given = ["Peers", "Invitations", "Shielding", "Family", "Screens"]
    assert names(agreement()) == ["Peers", "Shielding", "Invitations", "Family", "Screens"]
    assert names(agreement().drop(columns="prevalence")) == given
    parents = {"p": "", "i": "p", "s": "p", "f": "", "h": "f"}
    by_parent = agreement().assign(parent=agreement()["code"].map(parents), level=0)
    assert names(by_parent) == names(agreement())
    # Codes whose themes are not in the table stay with their siblings.
    assert names(by_parent.query("code not in ['p', 'f']")) == ["Shielding", "Invitations", "Screens"]


def test_units_are_said_once_when_all_codes_have_the_same_and_in_a_column_when_not():
    same = texts(forest(agreement().assign(n_pairable=60, unit="paragraph")))
    assert same[-1].startswith("Compared on 60 of 72 paragraphs.")
    differ = texts(forest(agreement().assign(n_pairable=[72, 60, 72, 72, 72], unit="paragraph")))
    assert differ[-1].startswith("Units: paragraphs.")
    assert differ.count("60") == 1


def test_no_band_is_drawn_unless_it_is_given_and_then_with_its_name_at_its_value():
    def dashed(drawn):
        return [a.get_xdata()[0] for a in drawn.figure.artists if isinstance(a, Line2D) and a.get_linestyle() == "--"]

    assert dashed(forest(agreement())) == []
    drawn = forest(agreement(), bands={"reliable": 0.8, "tentative": 0.667})
    margin = drawn.figure.artists[0].get_transform().transform((0, 0))[0]
    value, _ = scale(drawn)
    assert [value(x + margin) for x in dashed(drawn)] == [0.667, 0.8]
    assert [text for text in texts(drawn) if ":" in text][:2] == ["tentative: 0.667", "reliable: 0.8"]


def test_other_coefficients_have_their_names():
    frame = agreement().rename(columns={"cohen_kappa": "krippendorff_alpha"})
    assert forest(frame, coefficient="krippendorff_alpha").alt.startswith(
        "Forest plot: Krippendorff’s alpha of 5 codes."
    )


def test_the_alt_text_is_made_from_the_data():
    assert forest(agreement(), title="Agreement", label="Synthetic data").alt == (
        "Agreement. Forest plot: Cohen’s kappa of 5 codes. "
        "Highest: Shielding 1.00; Peers 0.80 (0.65 to 1.00); Invitations 0.39 (0.23 to 0.54). Range: −0.10 to 1.00. "
        "Percent agreement: 88.9% to 100%. Positive agreement: 0.43 to 1.00. "
        f"1 code undefined ({UNUSED}): Screens. Synthetic data."
    )


def test_several_comparisons_of_coders_are_refused_and_none_is_said():
    with pytest.raises(StudyError) as refused:
        forest(pd.concat([agreement(), agreement()]))
    assert str(refused.value) == "a forest has one row a code: choose one comparison of coders"
    assert texts(forest(agreement().head(0), label="Synthetic data")) == [
        "Synthetic data",
        "There are no codes to draw.",
    ]
