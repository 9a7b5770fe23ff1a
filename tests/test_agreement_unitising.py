"""The unitising family: published values, edge cases, and invariance."""

import types
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import make_study
from helpers.agreement import unitised, unitising
from helpers.errors import StudyError

# Krippendorff, Mathet, Bouvry & Widlöcher (2016), Qual Quant 50:2347-2364, figure 2; Krippendorff (2019), Content
# Analysis, 4th ed., figure 12.11: a continuum of 60.
PUBLISHED = [
    ("Alex", 1, 2, 9), ("Alex", 2, 11, 17), ("Alex", 5, 24, 30), ("Alex", 6, 32, 36), ("Alex", 6, 36, 44),
    ("Alex", 7, 44, 60), ("Paul", 1, 2, 9), ("Paul", 3, 11, 17), ("Paul", 5, 19, 25), ("Paul", 6, 32, 44),
    ("Suzan", 1, 2, 9), ("Suzan", 4, 11, 17), ("Suzan", 5, 21, 27), ("Suzan", 6, 32, 36), ("Suzan", 6, 36, 40),
    ("Suzan", 6, 40, 44),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


class TestPublished:
    result = unitising(PUBLISHED, 60)

    def test_the_family(self):
        assert self.result[["u", "|u", "cu"]].round(3).tolist() == [0.510, 0.413, 0.724]

    def test_each_value(self):
        published = {1: 1.0, 2: 0.0, 3: 0.0, 4: 0.0, 5: 1.0, 6: 1.0}
        assert {k: round(self.result[f"({k})u"], 3) for k in published} == published

    def test_a_value_that_meets_no_other_unit_is_undefined(self):
        assert np.isnan(self.result["(7)u"])
        assert self.result.attrs["undefined"] == {"(7)u": "no unit intersects one of another coder"}

    def test_coverage(self):
        coverage = self.result.attrs["coverage"]
        assert round(100 * coverage["cu"], 2) == 46.11
        assert round(coverage["(5)u"], 4) == 0.4444
        assert coverage["(7)u"] == 0

    def test_it_says_which_of_the_unitising_alphas_it_is(self):
        assert "Krippendorff, Mathet, Bouvry & Widlöcher (2016)" in self.result.attrs["source"]
        assert self.result.attrs["equations"]["u"] == "eq. 5a"


def one_by_one(spans, length, coders):
    """Reckon u, |u and cu from equations 1, 4, 5a, 6, 10 and 11 as they stand, place by place."""
    values = sorted({value for _, value, _, _ in spans})
    labels = np.zeros((len(coders), length), dtype=int)  # 0 is the gap
    for coder, value, start, end in spans:
        labels[coders.index(coder), start:end] = values.index(value) + 1
    m, kinds = len(coders), len(values) + 1
    observed = np.zeros((kinds, kinds))
    for i in range(m):
        for j in range(m):
            if i != j:
                np.add.at(observed, (labels[i], labels[j]), 1 / (m - 1))
    alone, own = np.zeros(kinds), np.zeros(kinds)
    alone[0] = (labels == 0).sum()
    for coder, value, start, end in spans:
        k, i = values.index(value) + 1, coders.index(coder)
        alone[k] += (end - start) ** 2
        for j in range(m):
            if j != i:
                own[k] += (labels[j, start:end] > 0).sum() ** 2 / (m - 1)

    def expected(margins, correction):
        total = margins.sum()
        return (np.outer(margins, margins) - np.diag(correction)) / (total - correction.sum() / total)

    def alpha(observed, expected):
        differ = 1 - np.eye(len(observed))
        return 1 - (observed * differ).sum() / (expected * differ).sum()

    by_chance = expected(observed.sum(axis=1), alone)
    inner = observed[1:, 1:]
    return {
        "u": alpha(observed, by_chance),
        "|u": 1 - observed[0, 1:].sum() / by_chance[0, 1:].sum(),
        "cu": alpha(inner, expected(inner.sum(axis=1), own[1:])),
    }


@st.composite
def unitisations(draw):
    spans = []
    for coder in range(draw(st.integers(2, 4))):
        cuts = sorted(draw(st.sets(st.integers(0, 40), min_size=2, max_size=8)))
        spans += [
            (coder, draw(st.integers(0, 2)), start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        ]
    return spans


@given(unitisations())
def test_it_is_what_the_equations_say_place_by_place(spans):
    coders = sorted({coder for coder, *_ in spans})
    result = unitising(spans, 40)
    with np.errstate(all="ignore"):
        expected = one_by_one(spans, 40, coders)
    for name in ("u", "|u", "cu"):
        if np.isnan(result[name]):
            assert name in result.attrs["undefined"]
        else:
            assert result[name] == pytest.approx(expected[name], abs=1e-9)


@given(unitisations(), st.permutations(range(4)))
def test_the_order_of_coders_and_the_names_of_values_do_not_matter(spans, order):
    renamed = [(f"coder {order[coder]}", "cab"[value], start, end) for coder, value, start, end in reversed(spans)]
    names = {f"({old})u": f"({new})u" for old, new in enumerate("cab")}
    expected = unitising(spans, 40).rename(names).sort_index()
    pd.testing.assert_series_equal(unitising(renamed, 40).sort_index(), expected, atol=1e-9)


@given(unitisations(), st.integers(1, 39))
def test_touching_units_are_united_when_asked(spans, cut):
    split = [
        piece
        for coder, value, start, end in spans
        for piece in (
            [(coder, value, start, cut), (coder, value, cut, end)]
            if start < cut < end
            else [(coder, value, start, end)]
        )
    ]
    expected = unitising(spans, 40, touching="united")
    pd.testing.assert_series_equal(unitising(split, 40, touching="united"), expected, atol=1e-9)


def test_overlapping_units_of_one_coder_and_value_are_one():
    spans = [("a", "x", 0, 6), ("a", "x", 4, 8), ("a", "x", 5, 6), ("b", "x", 1, 8), ("b", "y", 8, 9)]
    expected = unitising([("a", "x", 0, 8), *spans[3:]], 20)
    pd.testing.assert_series_equal(unitising(spans, 20), expected)


def test_coders_who_are_the_same_have_1():
    spans = [(coder, value, at, at + 3) for coder in "ab" for at, value in ((0, "x"), (5, "y"), (9, "x"))]
    assert unitising(spans, 20).tolist() == pytest.approx([1.0] * 5)


@pytest.mark.parametrize(
    ("spans", "reasons"),
    [
        ([], {"u": "nobody marked", "|u": "nobody marked", "cu": "nobody marked"}),
        ([("a", "x", 0, 9), ("b", "x", 0, 9)], {"u": "one value", "|u": "no gaps", "cu": "one value"}),
        ([("a", "x", 0, 3), ("b", "x", 5, 9)], {"cu": "no unit intersects", "(x)u": "no unit intersects"}),
    ],
)
def test_undefined_is_nan_with_a_reason(spans, reasons):
    result = unitising(spans, 9, coders=["a", "b"])
    for name, reason in reasons.items():
        assert np.isnan(result[name])
        assert reason in result.attrs["undefined"][name]


class TestWithCodersWhoMarkedNothing:
    """Few intersections: what units share with themselves (eq. 10) is as much as all there is, or more."""

    def test_a_value_that_never_agrees_has_not_1(self):
        spans = [("a", "fear", 0, 4), ("a", "hope", 4, 6), ("b", "joy", 0, 6)]
        result = unitising(spans, 8, coders=["a", "b", "c"])
        assert np.isnan(result["(joy)u"])
        assert result.attrs["undefined"]["(joy)u"].startswith("too little intersects")

    @pytest.mark.parametrize("coders", ["abc", "abcd"])
    def test_two_values_that_meet_once_are_not_called_one_value(self, coders):
        result = unitising([("a", "hope", 0, 4), ("b", "joy", 0, 4)], 8, coders=coders)
        assert np.isnan(result["cu"])
        assert result.attrs["undefined"]["cu"].startswith("too little intersects")


def test_a_coder_who_marked_nothing_counts():
    spans = [("a", "x", 0, 3), ("b", "x", 0, 3)]
    assert unitising(spans, 9)["u"] == 1
    assert unitising(spans, 9, coders=["a", "b", "c"])["u"] < 1


def test_columns_of_a_frame():
    frame = pd.DataFrame(PUBLISHED, columns=["coder", "code", "start", "end"])
    pd.testing.assert_series_equal(unitising(frame, 60), unitising(PUBLISHED, 60))
    mappings = frame[["start", "end", "code", "coder"]].to_dict("records")
    pd.testing.assert_series_equal(unitising(mappings, 60), unitising(PUBLISHED, 60))
    with pytest.raises(StudyError, match="no column 'value'"):
        unitising(frame.rename(columns={"code": "what"}), 60)


@pytest.mark.parametrize(
    ("spans", "more", "message"),
    [
        ([("a", "x", 0, 3), ("a", "y", 2, 5), ("b", "x", 0, 3)], {}, "units of a with different values overlap at 2"),
        ([("a", "x", 0, 30), ("b", "x", 0, 3)], {}, "between 0 and 20"),
        ([("a", "x", 0, 3)], {}, "two coders or more; these spans have 'a'"),
        ([("a", "x", 0, 3), ("b", "x", 0, 3)], {"touching": "joined"}, "'apart' or 'united'"),
        ([("a", "x", 0, 3.5), ("b", "x", 0, 3)], {}, "end is a whole number of whatever is counted, not 3.5"),
        ([("a", "x", None, 3), ("b", "x", 0, 3)], {}, "start is a whole number of whatever is counted, not nan"),
        ([("a", None, 0, 3), ("b", "x", 0, 3)], {}, "1 of 2 spans have no value"),
        ([(None, "x", 0, 3), ("b", "x", 0, 3)], {}, "1 of 2 spans have no coder"),
        ([("a", 1, 0, 3), ("b", "1", 0, 3)], {}, "the number 1 and the text '1' are both labels"),
        ([("a", 0, 3), ("b", 0, 3)], {}, r"a span is \(coder, value, start, end\), not \('a', 0, 3\)"),
        ([("a", "x", 5, 3), ("b", "x", 0, 3)], {}, "do not end before they start, unlike 5 to 3"),
        ([("a", ["x", "y"], 0, 3), ("b", "x", 0, 3)], {}, r"a span has one value, not \['x', 'y'\]"),
        (None, {}, r"spans are rows \(coder, value, start, end\), or a DataFrame of these, not None"),
        ({"a": [(0, 3)], "b": [(0, 3)]}, {}, "spans are rows .* not {'a'"),
        ([1, 2], {}, r"a span is \(coder, value, start, end\), not \(1,\)"),
    ],
)
def test_what_cannot_be_measured_is_refused(spans, more, message):
    with pytest.raises(StudyError, match=message):
        unitising(spans, 20, **more)


@pytest.mark.parametrize("length", [-1, 10.5, None, np.nan, "a text of the study", "123456"])
def test_a_length_is_a_whole_number(length):
    with pytest.raises(StudyError, match="length is a whole number"):
        unitising([("a", "x", 0, 3), ("b", "x", 0, 3)], length)


def test_documents_are_laid_end_to_end_and_no_unit_goes_on_from_one_to_the_next():
    frame = pd.DataFrame(
        [("a", "d1", "x", 20, 30), ("a", "d2", "x", 0, 5), ("b", "d1", "x", 22, 30), ("b", "d2", "y", 0, 4)],
        columns=["coder", "document", "value", "start", "end"],
    )
    by_hand = [("a", "x", 20, 30), ("a", "x", 30, 35), ("b", "x", 22, 30), ("b", "y", 30, 34)]
    expected = unitising(by_hand, 65)
    lengths = {"d1": 30, "d2": 20, "nothing coded": 15}
    for touching in ("apart", "united"):
        pd.testing.assert_series_equal(unitising(frame, lengths, touching=touching), expected)
    shuffled = dict(reversed(lengths.items()))
    pd.testing.assert_series_equal(unitising(frame.iloc[::-1], pd.Series(shuffled)), expected)
    assert unitising(by_hand, 65, touching="united")["u"] != pytest.approx(expected["u"])


def test_the_same_places_of_different_documents_are_not_the_same():
    frame = pd.DataFrame({"coder": ["a", "b"], "document": ["d1", "d2"], "code": "x", "start": 0, "end": 3})
    assert unitising(frame, {"d1": 10, "d2": 10})["u"] < 0
    with pytest.raises(StudyError, match="documents 'd1', 'd2' need a length each"):
        unitising(frame, 10)
    with pytest.raises(StudyError, match="document 'd2' has no length; there are those of 'd1'"):
        unitising(frame, {"d1": 10})
    with pytest.raises(StudyError, match="between 0 and 2 and do not end before they start, unlike 0 to 3"):
        unitising(frame, {"d1": 10, "d2": 2})
    with pytest.raises(StudyError, match="need spans with a column 'document'"):
        unitising(frame.drop(columns="document"), {"d1": 10, "d2": 10})


@pytest.mark.parametrize("dtype", ["int8", "uint8", "Int64", "float32", "Float64", object])
def test_places_in_any_type_of_whole_numbers(dtype):
    frame = pd.DataFrame(PUBLISHED, columns=["coder", "value", "start", "end"])
    frame = frame.astype({"start": dtype, "end": dtype, "coder": "category", "value": "category"})
    pd.testing.assert_series_equal(unitising(frame, 60), unitising(iter(PUBLISHED), 60.0))


def themed(codings, texts, asked):
    codes = {"code": ["t", "x", "y", "z"], "name": ["T", "X", "Y", "Z"], "parent": ["", "t", "t", ""]}
    return make_study(
        "s",
        {
            "documents": pd.DataFrame({"document": list(texts), "participant": "", "text": list(texts.values())}),
            "codes": pd.DataFrame(codes),
            "codings": pd.DataFrame(codings, columns=["coder", "document", "start", "end", "code"]),
            "assignments": pd.DataFrame(asked, columns=["document", "coder"]),
        },
    )


class TestThemes:
    texts = types.MappingProxyType({"d1": "a" * 30, "d2": "b" * 30, "d3": "c" * 10})
    asked = (("d1", "a"), ("d1", "b"), ("d2", "a"), ("d2", "b"), ("d3", "a"))

    def test_documents_that_both_were_asked_for_are_laid_end_to_end(self):
        codings = [("a", "d1", 20, 30, "x"), ("a", "d2", 0, 5, "x"), ("b", "d1", 22, 30, "x"), ("b", "d2", 0, 4, "y")]
        study = themed([*codings, ("a", "d3", 0, 9, "x")], self.texts, self.asked)
        row = unitised(study).set_index("theme").loc["t"]
        assert row[["documents", "length", "codes"]].tolist() == [2, 60, 2]
        spans = [("a", "x", 20, 30), ("a", "x", 30, 35), ("b", "x", 22, 30), ("b", "y", 30, 34)]  # not united
        assert row[["u", "|u", "cu"]].tolist() == pytest.approx(unitising(spans, 60)[["u", "|u", "cu"]].tolist())

    def test_touching_codings_of_one_code_are_one_unit(self):
        codings = [("a", "d1", 0, 9, "x"), ("b", "d1", 1, 9, "x")]
        whole = unitised(themed(codings, self.texts, self.asked))
        split = unitised(themed([("a", "d1", 0, 4, "x"), ("a", "d1", 4, 9, "x"), codings[1]], self.texts, self.asked))
        pd.testing.assert_frame_equal(split, whole)

    def test_codes_that_overlap_in_one_coders_hands_have_no_value(self):
        codings = [("a", "d1", 0, 9, "x"), ("a", "d1", 5, 12, "y"), ("b", "d1", 0, 9, "x")]
        row = unitised(themed(codings, self.texts, self.asked)).set_index("theme").loc["t"]
        assert row[["u", "|u", "cu"]].isna().all()
        assert "overlap" in row["undefined"]
