"""Saturation curves: bars, line and band where the numbers are; base, run and threshold as published."""

from inspect import signature
from pathlib import Path
from runpy import run_path

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text

from helpers.plots import saturation_curve
from helpers.saturation import curve, permuted, saturation_point

COMMON = run_path(str(Path(__file__).with_name("test_plots.py")))
NASTY, texts = COMMON["NASTY"], COMMON["texts"]


def guest(new=(20, 9, 5, 3, 4, 3, 1, 0)):
    """Return the example of Guest, Namey & Chen (2020), PLoS ONE 15(5):e0232076: saturation at 6+2."""
    number = len(new)
    return pd.DataFrame(
        {
            "position": range(1, number + 1),
            "document": [f"d{i}" for i in range(1, number + 1)],
            "codes": 20,
            "new": new,
            "total": np.cumsum(new),
        }
    )


def presence(documents, codes, name="interview-{}"):
    rng = np.random.default_rng(documents)
    table = rng.random((documents, codes)) < rng.beta(0.8, 3, codes)
    return pd.DataFrame(table, index=[name.format(i) for i in range(documents)], columns=range(codes))


def drawn_from(documents, name="interview-{}", **options):
    table = presence(documents, 60, name)
    found = curve(table)
    point = saturation_point(found["new"], threshold=0.1)
    return saturation_curve(found, permuted(table, orders=100), point=point, **options)


FIGURES = {
    "curve": lambda **k: saturation_curve(guest(), point=saturation_point(guest()["new"]), **k),
    "curve, twenty": lambda **k: drawn_from(20, **k),
    "curve, long names": lambda **k: drawn_from(12, NASTY + " {}", **k),
    "curve, sixty": lambda **k: drawn_from(60, **k),
    "curve, one": lambda **k: drawn_from(1, **k),
    "curve, never reached": lambda **k: saturation_curve(
        guest(), point=saturation_point(guest()["new"], threshold=0), **k
    ),
}


@pytest.fixture(params=FIGURES, ids=str)
def figure_of(request):
    return FIGURES[request.param]


# What holds for every figure is tried on these as well.
EVERY = {name: test for name, test in COMMON.items() if name.startswith("test_")}
globals().update({name: test for name, test in EVERY.items() if "figure_of" in signature(test).parameters})


def places(drawn):
    """Return functions from places on the page to a document and to a number of codes, by what stands at the axes."""
    written = [a for a in drawn.figure.artists if isinstance(a, Text)]
    head = next(a for a in written if a.get_text() == "Document")
    row = [a for a in written if a.get_position()[1] == head.get_position()[1] and a.get_text().isdigit()]
    xs = {int(a.get_text()): a.get_position()[0] for a in row}
    side = [a for a in written if a.get_text().isdigit() and a.get_position()[1] < head.get_position()[1]]
    ys = {int(a.get_text()): a.get_position()[1] for a in side}
    one, codes = min(xs), max(ys)
    zero = ys[0] - 0.36 * 7  # text stands on its baseline, half a capital below the middle
    return (
        lambda x: round(one + (x - xs[one]) / (xs[one + 1] - xs[one]), 3),
        lambda y: round((zero - y) / (ys[0] - ys[codes]) * codes, 3),
    )


def named(drawn, kind):
    return {a.get_label(): a for a in drawn.figure.artists if isinstance(a, kind)}


def test_bars_are_new_codes_and_the_line_is_all_so_far():
    drawn = saturation_curve(guest())
    x, y = places(drawn)
    bars = [path.vertices for path in named(drawn, PolyCollection)["new"].get_paths()]
    assert [(x((bar[0, 0] + bar[1, 0]) / 2), y(bar[:, 1].min())) for bar in bars] == [
        *((1, 20), (2, 9), (3, 5), (4, 3), (5, 4), (6, 3), (7, 1)),
    ]
    line = named(drawn, Line2D)["total"]
    assert [(x(a), y(b)) for a, b in zip(*line.get_data(), strict=True)] == [
        *((1, 20), (2, 29), (3, 34), (4, 37), (5, 41), (6, 44), (7, 45), (8, 45)),
    ]


def test_the_band_spans_the_random_orders_around_their_median():
    band = pd.DataFrame({"position": range(1, 9), "low": 10.0, "median": 20.0, "high": range(30, 38)})
    drawn = saturation_curve(guest(), band)
    x, y = places(drawn)
    outline = named(drawn, Polygon)["band"].get_xy()[:-1]
    assert [(x(a), y(b)) for a, b in outline] == [
        *((n, 29 + n) for n in range(1, 9)),
        *((n, 10) for n in range(8, 0, -1)),
    ]
    assert {y(b) for b in named(drawn, Line2D)["median"].get_ydata()} == {20}
    assert texts(drawn)[-4:] == ["new codes", "codes so far", "in random order", "its median"]
    assert texts(saturation_curve(guest()))[-2:] == ["new codes", "codes so far"]


def test_numbers_stand_under_every_document_where_they_have_room():
    assert texts(saturation_curve(guest())) == [
        *("40", "30", "20", "Codes", "10", "0"),
        *("Document", *"12345678"),
        *("New codes", "20", "9", "5", "3", "4", "3", "1", "0"),
        *("So far", "20", "29", "34", "37", "41", "44", "45", "45"),
        *(f"d{i}" for i in range(1, 9)),
        *("new codes", "codes so far"),
    ]
    written = texts(drawn_from(60, width=84))
    assert "New codes" not in written
    assert "interview-3" not in written
    assert "Document" in written


def test_base_and_run_are_marked_where_the_threshold_is_reached_and_nowhere_else():
    drawn = FIGURES["curve"]()
    x, _ = places(drawn)
    grounds = [a for a in drawn.figure.artists if isinstance(a, Rectangle) and a.get_height() > 100]
    assert [(x(a.get_x()), x(a.get_x() + a.get_width())) for a in grounds] == [
        pytest.approx((0.5, 4.5), abs=0.03),
        pytest.approx((6.5, 8.5), abs=0.03),
    ]
    assert texts(drawn)[:2] == ["base", "run"]
    never = FIGURES["curve, never reached"]()
    assert {"base", "run"} & set(texts(never)) == set()
    assert not [a for a in never.figure.artists if isinstance(a, Rectangle) and a.get_height() > 100]


def test_the_panel_shows_each_run_against_the_threshold():
    drawn = FIGURES["curve"]()
    x, _ = places(drawn)
    lines = named(drawn, Line2D)
    limit = lines["threshold"].get_ydata()[0]
    ground = max(a.get_ydata()[0] for a in drawn.figure.artists if isinstance(a, Line2D) and len(a.get_ydata()) == 2)
    xs, ys = lines["ratio"].get_data()
    shares = [round((ground - y) / (ground - limit) * 0.05, 4) for y in ys]
    assert dict(zip(map(x, xs), shares, strict=True)) == {6: 0.1892, 7: 0.1081, 8: 0.027}
    square = named(drawn, Rectangle)["reached"]
    assert x(square.get_x() + square.get_width() / 2) == 8
    assert "reached" not in named(FIGURES["curve, never reached"](), Rectangle)


@pytest.mark.parametrize(
    ("new", "threshold", "says"),
    [
        (
            (20, 9, 5, 3, 4, 3, 1, 0),
            0.05,
            "6+2. The run of 2 after document 6 has 1 new code, 2.7% of the 37 codes in the base of 4 documents; "
            "the threshold is 5%.",
        ),
        (
            (20, 9, 5, 3, 4, 3, 1, 0),
            0,
            "not reached; no run of 2 has 0% or less of the 37 codes in the base of 4 documents.",
        ),
        ((20, 9), 0.05, "undefined; 2 documents are too few for a base of 4 and a run of 2."),
        (
            (0, 0, 0, 0, 1, 1),
            0.05,
            "undefined; no code is in the first 4 documents, so there is nothing to compare with.",
        ),
    ],
)
def test_saturation_is_said_in_words_reached_or_not_or_undefined(new, threshold, says):
    frame = guest(new)
    drawn = saturation_curve(frame, point=saturation_point(frame["new"], threshold=threshold))
    expected = f"Code saturation (Guest, Namey & Chen 2020): {says}"
    assert " ".join(texts(drawn)).endswith(expected)
    assert drawn.alt.endswith(expected)


def test_without_a_point_nothing_is_said_of_saturation():
    drawn = saturation_curve(guest())
    assert "aturation" not in " ".join(texts(drawn))


def test_a_study_without_codes_is_drawn_flat_and_one_without_documents_is_said():
    drawn = saturation_curve(guest((0, 0, 0)))
    assert drawn.alt == "Saturation curve: 3 documents, 0 codes. No document has a code."
    assert texts(saturation_curve(guest().head(0), title="T")) == ["T", "There are no documents to draw."]


def test_the_alt_text_is_made_from_the_data():
    band = pd.DataFrame({"position": range(1, 9), "low": 10.0, "median": 33.5, "high": 40.0})
    assert saturation_curve(guest(), band, title="Saturation", label="Synthetic data").alt == (
        "Saturation. Saturation curve: 8 documents, 45 codes. Most new codes: d1 20; d2 9; d3 5. "
        "New codes in a document: 0 to 20; the last in document 7. "
        "After 4 documents: 37; in random order median 33.5, 10 to 40. Synthetic data."
    )
