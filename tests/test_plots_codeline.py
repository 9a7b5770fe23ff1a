"""Codelines: every passage where it stands in its document, coders told apart in more than colour."""

from inspect import signature
from pathlib import Path
from runpy import run_path

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.text import Text

from helpers.errors import StudyError
from helpers.plots import codeline

COMMON = run_path(str(Path(__file__).with_name("test_plots.py")))
NASTY, texts = COMMON["NASTY"], COMMON["texts"]

SPANS = pd.DataFrame(
    [
        ("d1", "anna", "a", "Alpha", 100, 300),
        ("d1", "anna", "a", "Alpha", 250, 400),
        ("d1", "bram", "a", "Alpha", 120, 380),
        ("d1", "anna", "b", "Beta", 900, 1000),
        ("d2", "bram", "a", "Alpha", 0, 50),
        ("d2", "anna", "c", "Gamma", None, None),
        ("", "anna", "c", "Gamma", None, None),
    ],
    columns=["document", "coder", "code", "name", "start", "end"],
).astype({"start": "Int64", "end": "Int64"})
LENGTHS = {"d1": 1000, "d2": 500, "d3": 800}


def long(documents=4, coders=("anna", "bram")):
    rng = np.random.default_rng(0)
    names = [NASTY, "A very long name of a code that goes on about several things", "Short"]
    rows = []
    for i in range(60 * documents):
        start, code = int(rng.integers(0, 50_000)), int(rng.integers(0, 9))
        row = f"{NASTY} {i % documents}", coders[i % len(coders)], f"c{code}", f"{names[code % 3]} {code}"
        rows.append((*row, start, start + int(rng.gamma(1.2, 400))))
    return pd.DataFrame(rows, columns=list(SPANS.columns))


FIGURES = {
    "codeline": lambda **k: codeline(SPANS, lengths=LENGTHS, **k),
    "codeline, shares": lambda **k: codeline(SPANS, lengths=LENGTHS, normalise=True, **k),
    "codeline, long": lambda **k: codeline(long(), lengths={}, **k),
    "codeline, three coders": lambda **k: codeline(long(2, ("anna", "bram", NASTY)), lengths={}, **k),
}


@pytest.fixture(params=FIGURES, ids=str)
def figure_of(request):
    return FIGURES[request.param]


# What holds for every figure is tried on these as well.
EVERY = {name: test for name, test in COMMON.items() if name.startswith("test_")}
globals().update({name: test for name, test in EVERY.items() if "figure_of" in signature(test).parameters})


def drawn_spans(drawn):
    """Return the passages of each coder as lane (counted from above) and characters, by the numbers at the axis."""
    written = [a for a in drawn.figure.artists if isinstance(a, Text)]
    zero, last = (next(a.get_position()[0] for a in written if a.get_text() == text) for text in ("0", "500"))
    names = [a for a in written if a.get_text() in ("Alpha", "Beta", "Gamma")]
    lanes = [a.get_position()[1] for a in names]
    found = {}
    for artist in drawn.figure.artists:
        if isinstance(artist, PolyCollection):
            boxes = [path.vertices for path in artist.get_paths()]
            found[artist.get_label()] = [
                (
                    int(np.argmin([abs(box[:, 1].mean() - lane + 2.5) for lane in lanes])),
                    *(round(float((x - zero) / (last - zero) * 500)) for x in (box[:, 0].min(), box[:, 0].max())),
                )
                for box in boxes
            ]
    return found


def test_passages_stand_where_they_are_and_overlapping_ones_of_a_coder_are_one():
    # Lanes: Alpha and Beta of d1, Alpha and Gamma of d2.
    assert drawn_spans(codeline(SPANS, lengths={"d1": 1000, "d2": 600})) == {
        "anna": [(0, 100, 400), (1, 900, 1000)],
        "bram": [(0, 120, 380), (2, 0, 50)],
        "anna: the document as a whole": [(3, 0, 600)],
    }


def test_coders_stand_one_above_the_other_and_differ_in_height_and_hatch():
    drawn = codeline(SPANS, lengths=LENGTHS)
    looks = {a.get_label(): a for a in drawn.figure.artists if isinstance(a, PolyCollection)}
    anna, bram = (looks[name].get_paths()[0].vertices[:, 1] for name in ("anna", "bram"))
    assert anna.max() < bram.min()  # y grows downwards
    assert np.ptp(anna) > np.ptp(bram)
    assert (looks["anna"].get_hatch(), bool(looks["bram"].get_hatch())) == (None, True)


def test_the_order_of_coders_is_as_asked_for():
    drawn = codeline(SPANS, lengths=LENGTHS, coders=["bram", "anna"])
    tops = {
        a.get_label(): a.get_paths()[0].vertices[:, 1].min()
        for a in drawn.figure.artists
        if isinstance(a, PolyCollection)
    }
    assert tops["bram"] < tops["anna"]
    only = codeline(SPANS, lengths=LENGTHS, coders=["bram"])
    assert {a.get_label() for a in only.figure.artists if isinstance(a, PolyCollection)} == {"bram"}
    assert "bram" not in texts(only)  # one coder needs no legend


def test_documents_follow_each_other_with_a_lane_for_each_of_their_codes():
    assert texts(codeline(SPANS, lengths=LENGTHS, title="Where")) == [
        "Where",
        *("d1", "1,000 characters", "Alpha", "Beta"),
        *("d2", "500 characters", "Alpha", "Gamma"),
        *("d3", "800 characters", "no codes"),
        *("0", "100", "200", "300", "400", "500", "600", "700", "800", "900", "1,000"),
        "Position in the text (characters)",
        *("anna", "bram", "the document as a whole"),
        "Not drawn: 1 coding of no document.",
    ]


def test_codes_keep_the_order_of_their_categories():
    spans = SPANS.assign(code=pd.Categorical(SPANS["code"], ["c", "b", "a"]))
    written = texts(codeline(spans, lengths={"d1": 1000}))
    assert [text for text in written if text in ("Alpha", "Beta", "Gamma")] == ["Beta", "Alpha", "Gamma", "Alpha"]


def test_documents_are_as_long_as_their_texts_or_all_equally_long():
    def ends(**options):
        drawn = codeline(SPANS, lengths=LENGTHS, **options)
        boxes = [a.get_paths() for a in drawn.figure.artists if str(a.get_label()).endswith("as a whole")]
        widths = [np.ptp(path.vertices[:, 0]) for paths in boxes for path in paths]
        return widths[0] / (drawn.figure.get_size_inches()[0] * 72), texts(drawn)

    half, characters = ends()
    whole, shares = ends(normalise=True)
    assert whole == pytest.approx(2 * half)
    assert [text for text in shares if text.endswith("%")] == ["0%", "25%", "50%", "75%", "100%"]
    assert not [text for text in characters if text.endswith("%")]


def test_a_document_of_unknown_length_ends_with_its_last_passage_and_the_figure_says_so():
    written = texts(codeline(SPANS.head(4), lengths={}))
    assert "length not known" in written
    assert "1,000" in written
    assert written[-1] == "Where the length of a document is not known, it ends with its last passage."


def test_a_passage_too_short_to_be_seen_is_drawn_and_the_figure_says_so():
    spans = SPANS.head(1).assign(start=100, end=101)
    drawn = codeline(spans, lengths={"d1": 100_000})
    paths = next(a for a in drawn.figure.artists if isinstance(a, PolyCollection)).get_paths()
    assert np.ptp(paths[0].vertices[:, 0]) == pytest.approx(0.8)
    assert texts(drawn)[-1] == "Passages too short to be seen are drawn wider than they are."


def test_more_than_three_coders_are_refused_and_nothing_coded_is_said():
    with pytest.raises(StudyError) as refused:
        codeline(long(1, ("a", "b", "c", "d")), lengths={})
    assert str(refused.value) == "a codeline shows up to 3 coders, not 4; choose among 'a', 'b', 'c', 'd'"
    places = "There are no texts in which passages could have a place."
    assert texts(codeline(SPANS.tail(2), lengths={})) == [places]
    assert texts(codeline(SPANS.head(0), lengths=LENGTHS, title="T")) == ["T", "There are no coded passages to draw."]


def test_the_alt_text_is_made_from_the_data():
    assert codeline(SPANS, lengths=LENGTHS, title="Where", label="Synthetic data").alt == (
        "Where. Codeline: 3 documents, 3 codes, 4 passages. Coders: anna, bram. "
        "Most passages: Alpha (3); Beta (1). Passages in a document: 0 to 3. "
        "1 code given to a document as a whole. 1 document without codes. Synthetic data."
    )
