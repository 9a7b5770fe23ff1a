"""Figures: what is drawn is what the frame says, measured on the figure itself."""

import subprocess
import sys
import warnings
from itertools import combinations
from math import hypot, isclose
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Rectangle
from matplotlib.text import Text

from helpers.errors import StudyError
from helpers.plots import (
    case_matrix,
    distribution_strip,
    lollipop,
    packed_circles,
    participant_flow,
    png,
    svg,
)
from helpers.plots.style import PALETTE, styled, toned

NASTY = "Ståle’s <b>$x$</b> & “help” 🎉 你好"


def prevalence(*rows, of=14, **columns):
    """Build a prevalence frame from (code, name, parent, state, participants, extent) rows."""
    frame = pd.DataFrame(rows, columns=["code", "name", "parent", "state", "participants", "extent"])
    levels = {"": -1}
    for code, parent in zip(frame["code"], frame["parent"], strict=True):
        levels[code] = levels[parent] + 1
    frame["level"] = [levels[code] for code in frame["code"]]
    return frame.assign(origin="", of=of, documents=0, codings=0, words=np.nan, coverage=np.nan, **columns)


def houghton():
    return prevalence(
        ("g", "Groupthink symptoms", "", "named", 9, ""),
        ("st", "Stereotypes", "g", "named", 3, ""),
        ("pp", "Peer pressure", "g", "named", 3, ""),
        ("in", "Invulnerability", "g", "unnamed", 0, "the sample as a whole"),
        ("un", "Illusion of unanimity", "g", "unnamed", 0, ""),
        ("sc", "Self-censorship", "g", "absent", 0, ""),
        ("p", "Pathways to heroin use", "", "named", 8, ""),
        ("fa", "Introduced by family or an older person", "p", "named", 1, ""),
        ("ca", "Childhood adversity", "p", "named", 5, ""),
    )


def deep(of=38):
    return prevalence(
        ("a", NASTY, "", "named", 30, ""),
        ("b", "Branch " * 9, "a", "named", 22, "all"),
        *((f"b{i}", f"Twig {i} " + "long " * i, "b", "named", 3 * i + 1, "") for i in range(6)),
        ("c", NASTY, "a", "named", 12, "several"),
        ("e", "Nothing there", "", "absent", 0, ""),
        ("f", "Not there either", "e", "absent", 0, ""),
        ("s", "A single one", "", "named", 4, ""),
        of=of,
    )


def many():
    states = ("named", "named", "named", "unnamed", "absent")
    return prevalence(
        *((f"c{i}", f"Code {i} " + "of many words " * (i % 3), "", states[i % 5], i % 17 + 1, "") for i in range(60)),
        of=20,
    )


def matrix(participants=8, themes=5, most=4):
    rows = [
        (f"P{p}", f"c{t}", f"Theme {t} " + "of several words " * (t % 3), (p * t) % (most + 1), (p + 2 * t) % 7 > 0)
        for p in range(participants)
        for t in range(themes)
    ]
    frame = pd.DataFrame(rows, columns=["participant", "code", "name", "codings", "asked"])
    return frame.assign(codings=frame["codings"].where(frame["asked"], 0))


FLOW = [
    {"label": "Parent study", "n": 24},
    {
        "label": "Interviewed",
        "n": 14,
        "lost": [{"reason": "Declined", "n": 8}, {"reason": "Intoxicated", "n": 1}, {"reason": "Too late", "n": 1}],
    },
    {"label": "Analysed", "n": 14, "lost": []},
]

DOSES = pd.DataFrame(
    {
        "value": [100.0, 90, 50, 50, 60, 60, 45, 14, 36, 70, 50, 60, 60, 70, None],
        "group": ["Methadone"] * 7 + ["Buprenorphine"] + ["Methadone"] * 7,
        "participant": [f"P{i}" for i in range(15)],
    }
)

FIGURES = {
    "circles": lambda **k: packed_circles(houghton(), **k),
    "circles, deep": lambda **k: packed_circles(deep(), **k),
    "circles, sixty codes": lambda **k: packed_circles(many(), **k),
    "lollipop": lambda **k: lollipop(houghton().assign(low=0.1, high=0.6), **k),
    "lollipop, deep": lambda **k: lollipop(deep(), **k),
    "matrix": lambda **k: case_matrix(matrix(), **k),
    "matrix, large": lambda **k: case_matrix(matrix(9, 50, 12), **k),
    "flow": lambda **k: participant_flow(FLOW, **k),
    "strip": lambda **k: distribution_strip(DOSES, unit="mg/day", **k),
}


@pytest.fixture(params=FIGURES, ids=str)
def figure_of(request):
    return FIGURES[request.param]


def circles(drawn):
    """Return the drawn circles by code: centre and radius in points, measured on the page."""
    boxes = {a.get_label(): a.get_window_extent() for a in drawn.figure.artists if isinstance(a, Circle)}
    return {
        code: ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, box.width / 2)
        for code, box in boxes.items()
        if not code.startswith("_")
    }


def patches(drawn):
    return {a.get_label(): a for a in drawn.figure.artists if isinstance(a, Circle | Rectangle)}


def texts(drawn):
    """Return the texts from top to bottom, then from left to right."""
    found = [a for a in drawn.figure.artists if isinstance(a, Text)]
    spots = [
        (-round(t.get_transform().transform(t.get_position())[1]), t.get_position()[0], i) for i, t in enumerate(found)
    ]
    return [found[i].get_text() for *_, i in sorted(spots)]


def boxes(drawn):
    renderer = RendererAgg(10, 10, 72)
    with styled():
        return [(t.get_text(), t.get_window_extent(renderer)) for t in drawn.figure.artists if isinstance(t, Text)]


# All figures


@pytest.mark.parametrize("width", [174, 84])
def test_no_text_is_cut_off_and_none_lies_on_another(figure_of, width):
    drawn = figure_of(title="A title that says what the figure shows", label="Synthetic data", width=width)
    page = drawn.figure.bbox
    written = boxes(drawn)
    outside = [text for text, box in written if box.x0 < 0 or box.y0 < 0 or box.x1 > page.x1 or box.y1 > page.y1]
    overlapping = [
        (one, other)
        for (one, a), (other, b) in combinations(written, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 0.5 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1.5
    ]
    assert outside == []
    assert overlapping == []


@pytest.mark.parametrize("width", [174, 84])
def test_a_figure_is_no_wider_than_asked_and_no_letter_smaller_than_seven_points(figure_of, width):
    drawn = figure_of(width=width)
    assert drawn.figure.get_size_inches()[0] * 25.4 <= width + 0.01
    assert min(a.get_fontsize() for a in drawn.figure.artists if isinstance(a, Text)) >= 7


def test_a_label_is_written_in_the_figure_and_in_its_alt_text(figure_of):
    with_label, without = figure_of(label="Synthetic data"), figure_of()
    assert texts(with_label)[0] == "Synthetic data"
    assert "Synthetic data" not in texts(without)
    assert with_label.alt == f"{without.alt} Synthetic data."


def test_two_figures_of_the_same_data_are_the_same_bytes(figure_of):
    first, second = figure_of(title="T"), figure_of(title="T")
    assert svg(first.figure) == svg(second.figure) == svg(first.figure)
    assert png(first.figure) == png(second.figure) == png(first.figure)


def test_settings_of_the_session_change_neither_the_figure_nor_are_they_changed(figure_of):
    wanted = svg(figure_of().figure)
    with matplotlib.rc_context({"font.size": 20, "lines.linewidth": 5, "svg.fonttype": "path", "figure.dpi": 300}):
        before = dict(matplotlib.rcParams)
        assert svg(figure_of().figure) == wanted
        assert dict(matplotlib.rcParams) == before


def test_an_svg_holds_its_alt_text_as_title_and_neither_a_date_nor_a_version(figure_of):
    drawn = figure_of()
    text = svg(drawn.figure)
    assert ElementTree.fromstring(text).findtext("{http://www.w3.org/2000/svg}title") == drawn.alt
    assert [word for word in ("atplotlib", "dc:date", "dc:creator") if word in text] == []
    assert b"Software" not in png(drawn.figure)


PROCESS = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
import importlib.util
spec = importlib.util.spec_from_file_location("figures", sys.argv[2])
figures = importlib.util.module_from_spec(spec)
spec.loader.exec_module(figures)
from helpers.plots import png, svg
for draw in figures.FIGURES.values():
    drawn = draw(title="T", label="Synthetic data")
    print(hashlib.sha256(svg(drawn.figure).encode()).hexdigest(), hashlib.sha256(png(drawn.figure)).hexdigest())
"""


def test_two_processes_draw_the_same_bytes(tmp_path):
    def run(seed):
        command = [sys.executable, "-c", PROCESS, str(tmp_path), __file__]
        environment = {"PYTHONHASHSEED": seed, "PATH": "", "MPLCONFIGDIR": matplotlib.get_configdir()}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120).stdout

    first = run("1")
    assert len(first.split()) == 2 * len(FIGURES)
    assert run("2") == first


def test_plots_never_load_pyplot():
    code = "import helpers.plots, sys; print('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_names_are_printed_as_they_are_without_a_warning(caplog):
    frame = prevalence(("a", f"{NASTY}\x00\n\tend", "", "named", 3, ""))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for draw in (packed_circles, lollipop):
            drawn = draw(frame, title=NASTY)
            root = ElementTree.fromstring(svg(drawn.figure))
            printed = " ".join(e.text for e in root.iter("{http://www.w3.org/2000/svg}text"))
            assert NASTY in printed
            assert f"{NASTY} end" in drawn.alt
            png(drawn.figure)
    assert caplog.records == []


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (lambda **k: packed_circles(houghton().iloc[:0], **k), "There are no codes to draw."),
        (lambda **k: lollipop(houghton().iloc[:0], **k), "There are no codes to draw."),
        (lambda **k: case_matrix(matrix().iloc[:0], **k), "There are no cases to draw."),
        (lambda **k: participant_flow([], **k), "No recruitment flow is recorded."),
        (lambda **k: distribution_strip(DOSES.iloc[:0], **k), "There are no values to draw."),
        (lambda **k: distribution_strip(DOSES.iloc[14:], **k), "There are no values to draw."),
    ],
)
def test_a_figure_of_nothing_says_so(draw, says):
    drawn = draw(title="Title", label="Synthetic data")
    assert texts(drawn) == ["Title", "Synthetic data", says]
    assert drawn.alt == f"Title. {says} Synthetic data."


def test_hues_print_equally_dark_in_grey():
    for grey in (0.2, 0.4, 0.82, 0.9):
        greys = [
            sum(w * p for w, p in zip((0.299, 0.587, 0.114), to_rgb(toned(c, grey)), strict=True)) for c in PALETTE[:6]
        ]
        assert all(isclose(one, grey, abs_tol=0.005) for one in greys)


# Packed circles


@pytest.mark.parametrize("frame", [houghton(), deep(), many()], ids=["houghton", "deep", "many"])
@pytest.mark.parametrize("width", [174, 84])
def test_areas_are_as_participants_across_parents_and_levels(frame, width):
    drawn = circles(packed_circles(frame, width=width))
    parents = set(frame["parent"])
    leaves = frame[(frame["state"] == "named") & ~frame["code"].isin(parents)]
    per_person = [drawn[row.code][2] ** 2 / row.participants for row in leaves.itertuples()]
    assert np.allclose(per_person, per_person[0], rtol=1e-9)


@pytest.mark.parametrize("frame", [houghton(), deep(), many()], ids=["houghton", "deep", "many"])
def test_siblings_stay_apart_and_children_inside_their_parent(frame):
    drawn = circles(packed_circles(frame))
    for a, b in combinations(frame.itertuples(), 2):
        (ax, ay, ar), (bx, by, br) = drawn[a.code], drawn[b.code]
        distance = hypot(ax - bx, ay - by)
        if a.parent == b.parent:
            assert distance >= ar + br - 1e-6
        elif b.parent == a.code:
            assert distance + br <= ar + 1e-6


def test_three_states_differ_in_outline_and_form_and_not_only_in_colour():
    drawn = packed_circles(houghton())
    marks = patches(drawn)
    looks = {
        code: (marks[code].get_linestyle(), marks[code].get_facecolor()[:3] == (1, 1, 1)) for code in ("st", "in", "sc")
    }
    assert looks == {"st": ("solid", False), "in": ((0, (3.2, 2.0)), True), "sc": ((0, (0.9, 1.6)), True)}
    x, y, r = circles(drawn)["sc"]
    lines = [a.get_window_extent() for a in drawn.figure.artists if isinstance(a, Line2D)]
    crossing = [b for b in lines if hypot((b.x0 + b.x1) / 2 - x, (b.y0 + b.y1) / 2 - y) < 0.1 and 0 < b.width < 2 * r]
    assert len(crossing) == 2


def test_marks_without_a_number_have_one_size_whatever_the_scale():
    one, other = circles(packed_circles(houghton())), circles(packed_circles(houghton(), width=84))
    assert one["st"][2] != other["st"][2]
    assert {one[code][2] for code in ("in", "un")} == {other[code][2] for code in ("in", "un")}
    assert isclose(one["sc"][2], other["sc"][2])


def test_the_legend_names_the_sizes_and_the_states():
    written = " ".join(texts(packed_circles(houghton())))
    for words in (
        "Area: participants",
        "n = 1",
        "n = 3",
        "n = 5",
        "present, nobody named",
        "absent: looked for, not found",
    ):
        assert words in written
    assert "absent" not in " ".join(texts(packed_circles(houghton().query("state != 'absent'"))))


def test_every_name_and_number_stands_in_a_circle_or_in_the_key():
    written = " ".join(texts(packed_circles(prevalence(
        ("a", "Stereotypes", "", "named", 9, ""),
        ("b", "A name that is far too long for the little circle that one person gets", "", "named", 1, "all"),
        ("c", "Invulnerability", "", "unnamed", 0, "the sample"),
        ("d", "Mind guards", "", "absent", 0, ""),
    ))))  # fmt: skip
    for words in (
        "Stereotypes",
        "9/14",
        "little circle",
        "1/14",
        "reported for all",
        "Mind guards: 0/14",
        "reported for the sample",
    ):
        assert words in written
    assert "0/14, reported" not in written


def test_a_name_that_fits_without_what_else_is_reported_has_a_star_and_a_note():
    several = "several further people who are not named"
    frame = prevalence(("a", "Peer pressure", "", "named", 5, several), ("b", "Large", "", "named", 12, ""))
    written = texts(packed_circles(frame))
    assert "5/14*" in written
    assert "*" in written
    assert "Peer pressure: reported for" in " ".join(written)


def test_a_theme_whose_name_is_too_long_for_its_circle_has_a_number_and_stands_in_the_key():
    long = "A theme with a name " * 8
    frame = prevalence(("t", long, "", "named", 4, ""), ("c", "Code", "t", "named", 4, ""))
    written = texts(packed_circles(frame))
    assert written.count("1") == 2  # in the circle and in the key
    assert " ".join(written).count("A theme with") >= 1
    assert "4/14" in written


def test_the_alt_text_of_circles_is_made_from_the_data():
    assert packed_circles(houghton(), title="Figure 1", label="Synthetic data").alt == (
        "Figure 1. Packed circles: 7 codes in 2 themes, 14 participants. "
        "Themes: Groupthink symptoms 9 of 14; Pathways to heroin use 8 of 14. "
        "Most participants: Childhood adversity 5 of 14; Stereotypes 3 of 14; Peer pressure 3 of 14. "
        "Range of the named codes: 1 of 14 to 5 of 14. 2 codes present, nobody named. 1 code absent. "
        "Invulnerability: reported for the sample as a whole. Synthetic data."
    )


def test_circles_of_absent_codes_only():
    drawn = packed_circles(prevalence(("a", "Alpha", "", "absent", 0, ""), ("b", "Beta", "", "absent", 0, "")))
    assert drawn.alt == "Packed circles: 2 codes, 14 participants. No code names a participant. 2 codes absent."
    assert "Area: participants" not in texts(drawn)


def test_a_code_of_group_documents_only_is_present_and_not_zero_of_n():
    drawn = packed_circles(prevalence(("a", "Alpha", "", "named", 0, "")))
    assert (
        drawn.alt
        == "Packed circles: 1 code, 14 participants. No code names a participant. 1 code present, nobody named."
    )


def test_a_code_whose_parent_was_filtered_away_stands_at_the_top():
    drawn = packed_circles(houghton().query("code in ['st', 'pp']"))
    assert set(circles(drawn)) >= {"st", "pp"}
    assert drawn.alt.startswith("Packed circles: 2 codes, 14 participants.")


# Lollipop


def test_codes_are_sorted_within_their_theme_and_themes_keep_their_order():
    names = set(houghton()["name"])
    assert [text for text in texts(lollipop(houghton())) if text in names] == [
        "Groupthink symptoms",
        "Stereotypes",
        "Peer pressure",
        "Invulnerability",
        "Illusion of unanimity",
        "Self-censorship",
        "Pathways to heroin use",
        "Childhood adversity",
        "Introduced by family or an older person",
    ]


def test_codes_without_themes_are_sorted_too():
    frame = prevalence(*((c, c.upper(), "", "named", n, "") for c, n in (("a", 2), ("b", 5), ("c", 2))))
    assert [text for text in texts(lollipop(frame)) if text in "ABC"] == ["B", "A", "C"]


def axis(drawn):
    """Return the x of every number under the axis, in points of the page."""
    numbers = [t for t in drawn.figure.artists if isinstance(t, Text) and t.get_text().isdigit()]
    return {int(t.get_text()): t.get_position()[0] for t in numbers}


def middle(artist):
    box = artist.get_window_extent()
    return (box.x0 + box.x1) / 2


def test_heads_lie_at_their_number_and_those_without_a_number_left_of_the_axis():
    drawn = lollipop(houghton())
    ticks = axis(drawn)
    shift = drawn.figure.artists[0].get_transform().transform((0, 0))[0]  # the margin of the page
    heads = {code: middle(patch) - shift for code, patch in patches(drawn).items()}
    unit = (ticks[14] - ticks[0]) / 14
    assert {code: round((heads[code] - ticks[0]) / unit, 6) for code in ("g", "st", "fa", "ca")} == {
        "g": 9,
        "st": 3,
        "fa": 1,
        "ca": 5,
    }
    assert heads["in"] < ticks[0] - 4
    assert heads["in"] == heads["un"]


def test_values_are_said_beside_the_rows():
    written = texts(lollipop(houghton()))
    assert [text for text in written if " of 14" in text and not text.startswith("Participants")] == [
        "9 of 14",
        "3 of 14",
        "3 of 14",
        "0 of 14",
        "8 of 14",
        "5 of 14",
        "1 of 14",
    ]
    assert written.count("present, nobody named") == 2
    assert "reported for the sample as a whole" in written


def test_whiskers_are_drawn_where_there_is_an_interval_and_span_it():
    bounds = {"low": [0.25, np.nan, 0.1], "high": [0.75, np.nan, 0.9]}
    rows = [("a", "A", "", "named", 6, ""), ("b", "B", "", "named", 3, ""), ("c", "C", "", "absent", 0, "")]
    drawn = lollipop(prevalence(*rows, of=12, **bounds))
    ticks = axis(drawn)
    unit = (ticks[12] - ticks[0]) / 12
    spans = {tuple(a.get_xdata()) for a in drawn.figure.artists if isinstance(a, Line2D) and a.get_linewidth() == 0.8}
    across = [span for span in spans if span[0] != span[1]]
    assert [tuple(round((x - ticks[0]) / unit, 6) for x in span) for span in across] == [(3, 9)]
    assert "Whiskers: interval of the proportion, in people." in texts(drawn)
    assert "Whiskers: interval of the proportion, in people." not in texts(lollipop(prevalence(*rows)))


def test_a_row_with_fewer_people_asked_says_its_own_n():
    frame = prevalence(("a", "A", "", "named", 6, ""), ("b", "B", "", "named", 3, "")).assign(of=[14, 9])
    written = texts(lollipop(frame))
    assert "3 of 9" in written
    assert "Participants" in written
    assert "Upright tick: fewer people were asked." in written


def test_height_grows_with_the_rows():
    heights = [lollipop(many().head(n)).figure.get_size_inches()[1] for n in (1, 10, 60)]
    assert heights == sorted(set(heights))


# Case by theme


CASES = pd.DataFrame(
    [
        ("Ann", "a", "Alpha", 2, True),
        ("Ann", "b", "Beta", 0, True),
        ("Ann", "c", "Gamma", 0, False),
        ("Bob", "a", "Alpha", 1, True),
        ("Bob", "b", "Beta", 3, True),
    ],
    columns=["participant", "code", "name", "codings", "asked"],
)


def cells(drawn):
    return {a.get_label(): len(a.get_paths()) for a in drawn.figure.artists if isinstance(a, PolyCollection)}


def test_cells_are_shaded_by_codings_and_not_asked_is_hatched_and_never_zero():
    drawn = case_matrix(CASES)
    assert cells(drawn) == {"1": 1, "2": 1, "3": 1, "not asked": 2}  # Bob's pair with Gamma has no row
    hatched = [a for a in drawn.figure.artists if isinstance(a, PolyCollection) and a.get_hatch()]
    assert [a.get_label() for a in hatched] == ["not asked"]


def test_counts_stand_in_the_cells_and_totals_in_the_margins():
    assert texts(case_matrix(CASES)) == [
        *("Alpha", "Beta", "Gamma", "Themes", "Codings"),
        *("Ann", "2", "1", "2"),
        *("Bob", "1", "3", "2", "4"),
        *("Participants", "2", "1", "0"),
        *("Codings", "3", "3", "0", "6"),
        *("Codings", "0", "1", "2", "3", "not asked"),
    ]


def test_many_codings_share_shades_with_an_open_top():
    frame = CASES.assign(codings=[1, 0, 0, 4, 23])
    drawn = case_matrix(frame)
    assert cells(drawn) == {"1": 1, "3–4": 1, "9+": 1, "not asked": 2}
    assert "23" in texts(drawn)


def test_a_theme_with_nobody_named_is_neither_zero_nor_not_asked():
    states = {"a": "named", "b": "named", "c": "unnamed"}
    drawn = case_matrix(CASES.assign(asked=True, state=CASES["code"].map(states)))
    assert cells(drawn) == {"1": 1, "2": 1, "3": 1, "not asked": 1, "present, nobody named": 1}
    assert texts(drawn)[-7:] == ["Codings", "0", "1", "2", "3", "present, nobody named", "not asked"]
    assert texts(drawn).count("–") == 2  # its totals are not known
    assert drawn.alt.endswith("Codings in a coded cell: 1 to 3. 1 theme present, nobody named. 1 cell not asked.")


def test_themes_without_room_continue_below_with_the_participants_repeated():
    written = texts(case_matrix(matrix(3, 60)))
    assert written.count("P0") > 1
    assert sum(text == "Participants" for text in written) == written.count("P0")


def test_the_alt_text_of_a_matrix_is_made_from_the_data():
    assert case_matrix(CASES, title="Who said what", label="Synthetic data").alt == (
        "Who said what. Case by theme matrix: 2 participants by 3 themes, 6 codings. "
        "Most participants: Alpha 2 of 2; Beta 1 of 2. Codings in a coded cell: 1 to 3. "
        "1 theme with no participant. 2 cells not asked. Synthetic data."
    )


# Participant flow


def test_a_flow_says_every_stage_and_every_loss():
    drawn = participant_flow(FLOW, title="Recruitment")
    assert texts(drawn) == [
        *("Recruitment", "Parent study", "n = 24"),
        *("Did not continue: n = 10", "Declined: 8", "Intoxicated: 1", "Too late: 1"),
        *("Interviewed", "n = 14", "Analysed", "n = 14"),
    ]
    assert drawn.alt == (
        "Recruitment. Participant flow: Parent study, n = 24. "
        "10 did not continue (Declined: 8, Intoxicated: 1, Too late: 1). Interviewed, n = 14. Analysed, n = 14."
    )


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        (
            [
                {"label": "Approached", "n": 24},
                {"label": "Interviewed", "n": 15, "lost": [{"reason": "Declined", "n": 8}]},
            ],
            "recruitment flow: 'Interviewed' has n = 15, but 'Approached' has n = 24; less 8 lost that leaves 16",
        ),
        (
            [{"label": "Approached", "n": 24, "lost": [{"reason": "Declined", "n": 8}]}],
            "recruitment flow: 'Approached' is the first stage, and has lost 8 people before it",
        ),
        ([{"label": "Approached", "n": 1.5}], "recruitment flow: 'Approached' has 1.5, not a whole number of people"),
        ([{"label": "Approached", "n": -1}], "recruitment flow: 'Approached' has -1, not a whole number of people"),
    ],
)
def test_a_flow_that_does_not_add_up_is_refused_with_the_stage_and_both_numbers(stages, message):
    with pytest.raises(StudyError) as refused:
        participant_flow(stages)
    assert str(refused.value) == message


# Dot strips


def dots(drawn):
    found = {a.get_label(): a for a in drawn.figure.artists if isinstance(a, Line2D) and a.get_marker() == "o"}
    return {name: (np.array(a.get_xdata()), np.array(a.get_ydata()), a.get_markersize()) for name, a in found.items()}


def test_every_known_value_is_a_dot_and_no_dot_lies_on_another():
    drawn = dots(distribution_strip(DOSES))
    assert {name: len(xs) for name, (xs, _, _) in drawn.items()} == {"Methadone": 13, "Buprenorphine": 1}
    xs, ys, size = drawn["Methadone"]
    closest = min(hypot(xs[i] - xs[j], ys[i] - ys[j]) for i, j in combinations(range(13), 2))
    assert closest >= size - 1e-9


def test_groups_have_their_own_scale_unless_it_is_shared():
    own, shared = distribution_strip(DOSES), distribution_strip(DOSES, shared=True)
    assert "Line: median. Each group has its own scale." in texts(own)
    assert "Line: median." in texts(shared)
    right = max(dots(shared)["Methadone"][0])
    left = dots(shared)["Buprenorphine"][0][0]
    at_50 = dots(shared)["Methadone"][0][2]
    assert isclose((at_50 - left) / (right - left), (50 - 14) / (100 - 14))


def test_number_median_and_unknown_values_stand_beside_the_axis():
    written = texts(distribution_strip(DOSES, unit="mg/day"))
    assert [text for text in written if text[:2] in ("n ", "me", "1 ")] == [
        *("n = 13", "median 60", "1 not reported"),
        *("n = 1", "median 14"),
    ]
    assert written.count("mg/day") == 2


def test_large_groups_get_smaller_dots_and_not_a_tower():
    values = pd.DataFrame({"value": [float(i % 9) for i in range(450)], "group": "All", "participant": "P"})
    drawn = distribution_strip(values)
    _, ys, size = dots(drawn)["All"]
    assert size < 5.5
    assert np.ptp(ys) < 90


def test_ordered_groups_keep_their_order_and_people_without_a_group_are_kept():
    frame = pd.DataFrame({"value": [1.0, 2.0, 3.0], "participant": list("abc"),
                          "group": pd.Categorical(["high", "low", None], ["low", "high"], ordered=True)})  # fmt: skip
    assert [t for t in texts(distribution_strip(frame)) if t in ("low", "high", "not reported")] == [
        "low",
        "high",
        "not reported",
    ]


def test_the_alt_text_of_a_strip_is_made_from_the_data():
    assert distribution_strip(DOSES, title="Dose", unit="mg/day", label="Synthetic data").alt == (
        "Dose. Dot strip: 14 values in 2 groups, in mg/day. "
        "Methadone: n = 13, median 60, 1 not reported, range 36 to 100. "
        "Buprenorphine: n = 1, median 14. Synthetic data."
    )
