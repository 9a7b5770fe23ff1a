"""The sweep over spans, held against one array a document."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.agreement import sweep
from helpers.agreement.sweep import Spans, runs, tallied, united
from helpers.errors import StudyError

SIZE = np.array([12, 0, 7])
SPANS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([0, 2]), st.integers(0, 3), st.integers(0, 7), st.integers(0, 7)),
    max_size=12,
)


def spans_of(rows, coders=4):
    code, document, coder, first, second = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    ends = np.minimum(first, second), np.maximum(first, second)
    return Spans(code, document, coder, *ends, SIZE, np.ones((3, coders), bool), 3)


def one_by_one(spans):
    """Return who gave each code to each place."""
    states = np.zeros((3, 3, 12), dtype=int)
    for code, document, coder, start, end in zip(
        spans.code, spans.document, spans.coder, spans.start, spans.end, strict=True
    ):
        states[code, document, start:end] |= 1 << coder
    return states


@pytest.mark.parametrize("dense", [True, False])
@given(rows=SPANS)
def test_units_are_counted_as_if_one_by_one(dense, rows):
    spans = spans_of(rows)
    limit = sweep.DENSE
    try:
        sweep.DENSE = limit if dense else -1
        tally = tallied(spans)
    finally:
        sweep.DENSE = limit
    expected = Counter()
    for (code, document, _), state in np.ndenumerate(one_by_one(spans)):
        expected[code, document, state] += state > 0
    found = dict(zip(zip(tally.code, tally.document, tally.state, strict=True), tally.units, strict=True))
    assert found == {key: count for key, count in expected.items() if count}


@given(SPANS)
def test_runs_are_where_they_are(rows):
    spans = spans_of(rows)
    found = runs(spans)
    states = np.zeros((3, 3, 12), dtype=int)
    for code, document, start, end, state in zip(
        found.code, found.document, found.start, found.end, found.state, strict=True
    ):
        assert not states[code, document, start:end].any()
        states[code, document, start:end] = state
    np.testing.assert_array_equal(states, one_by_one(spans))


@given(SPANS)
def test_united_spans_cover_the_same_and_keep_apart(rows):
    spans = spans_of(rows)
    whole = united(spans)
    np.testing.assert_array_equal(one_by_one(whole), one_by_one(spans))
    place = np.lexsort((whole.start, whole.document, whole.coder, whole.code))
    same = (np.diff(np.stack([whole.code, whole.coder, whole.document])[:, place], axis=1) == 0).all(axis=0)
    assert (whole.start[place][1:][same] > whole.end[place][:-1][same]).all()


def test_many_coders():
    coder = np.arange(60)
    zeros = np.zeros(60, dtype=np.int64)
    asked = np.ones((1, 60), bool)
    spans = Spans(zeros, zeros, coder, zeros, zeros + 5, np.array([9]), asked, 1)
    tally = tallied(spans)
    assert tally.units.tolist() == [5]
    assert np.bitwise_count(tally.state).tolist() == [60]
    with pytest.raises(StudyError, match="63 coders are too many"):
        tallied(Spans(zeros, zeros, coder, zeros, zeros, np.array([9]), np.ones((1, 63), bool), 1))


def test_time_and_answer_do_not_depend_on_the_length_of_the_text():
    spans = Spans(*np.array([[0, 0], [0, 0], [0, 1], [0, 10**9], [2 * 10**9, 3 * 10**9]]), np.array([4 * 10**9]),
                  np.ones((1, 2), bool), 1)  # fmt: skip
    tally = tallied(spans)
    assert dict(zip(tally.state.tolist(), tally.units.tolist(), strict=True)) == {1: 1e9, 2: 1e9, 3: 1e9}
