"""Code saturation: the published example, the band against every order there is, and orders that are not known."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import StudyError
from helpers.saturation import curve, frequencies, permuted, presence_by_document, saturation_point

# Guest, Namey & Chen (2020), PLoS ONE 15(5):e0232076: 37 themes in the base of 4 interviews, then 4, 3, 1 and 0 new.
GUEST = pd.Series([20, 9, 5, 3, 4, 3, 1, 0])

tables = st.integers(1, 5).flatmap(
    lambda documents: st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=documents, max_size=documents)
)


def presence_of(rows):
    return pd.DataFrame(rows, index=[f"d{n}" for n in range(len(rows))], columns=list("abcd")).astype(bool)


class TestGuestNameyAndChen:
    def test_their_example_is_saturated_at_6_plus_2(self):
        point = saturation_point(GUEST, base=4, run=2, threshold=0.05)
        assert (point.base_codes, point.reached, point.undefined) == (37, 6, "")
        assert point.runs[["first", "last", "new"]].values.tolist() == [[5, 6, 7], [6, 7, 4], [7, 8, 1]]
        assert (100 * point.runs["ratio"]).round().tolist() == [19, 11, 3]

    @pytest.mark.parametrize(
        ("base", "run", "threshold", "reached"),
        [
            (4, 2, 0.0, None),  # one new code in the last run
            (4, 1, 0.0, 7),
            (4, 1, 0.05, 6),
            (4, 2, 4 / 37, 5),  # at the threshold is at most the threshold
            (4, 2, 0.2, 4),
            (4, 3, 0.05, None),
            (5, 2, 0.05, 6),  # 1 of 41
            (5, 3, 0.1, 5),  # 4 of 41, just below
            (1, 1, 0.45, 1),  # 9 of 20
        ],
    )
    def test_all_three_arguments_count(self, base, run, threshold, reached):
        assert saturation_point(GUEST, base=base, run=run, threshold=threshold).reached == reached

    def test_the_base_is_never_updated(self):
        point = saturation_point(pd.Series([10, 0, 5, 5, 1]), base=2, run=1, threshold=0.05)
        assert point.runs["ratio"].tolist() == [0.5, 0.5, 0.1]

    @pytest.mark.parametrize(
        ("new", "why"),
        [
            ([], "0 documents are too few for a base of 4 and a run of 2"),
            ([3, 0, 0, 0, 0], "5 documents are too few for a base of 4 and a run of 2"),
            ([0, 0, 0, 0, 3, 1], "no code is in the first 4 documents, so there is nothing to compare with"),
            ([0, 0, 0, 0, 0, 0], "no code is in the first 4 documents, so there is nothing to compare with"),
        ],
    )
    def test_undefined_with_a_reason_is_neither_reached_nor_not(self, new, why):
        point = saturation_point(pd.Series(new, dtype=int))
        assert (point.reached, point.undefined) == (None, why)
        assert point.runs["ratio"].isna().all()

    @pytest.mark.parametrize(
        "wrong",
        [{"base": 0}, {"run": 0}, {"base": 4.5}, {"run": "2"}, {"threshold": -0.1}, {"threshold": float("nan")}],
    )
    def test_arguments_that_mean_nothing_are_refused(self, wrong):
        with pytest.raises(StudyError, match="base and run are at least 1 document, and the threshold lies between"):
            saturation_point(GUEST, **wrong)

    @pytest.mark.parametrize("new", [[3, -1, 0, 0, 0, 0], [3, None, 0, 0, 0, 0], [1.5] * 6, "310000"])
    def test_what_is_not_a_number_of_codes_a_document_is_refused(self, new):
        with pytest.raises(StudyError, match="new is how many new codes each document brought"):
            saturation_point(new)
        with pytest.raises(StudyError, match=r'as in curve\(presence\)\["new"\]'):
            saturation_point(curve(presence_of([[1, 0, 0, 0]] * 6)))

    def test_plain_lists_of_whole_numbers_are_counts(self):
        assert saturation_point([20.0, 9, 5, 3, 4, 3, 1, 0]).reached == 6

    @given(st.lists(st.integers(0, 9), max_size=12), st.integers(1, 4), st.integers(1, 3), st.floats(0, 1))
    def test_reached_is_before_the_first_run_that_is_low_enough(self, new, base, run, threshold):
        found = saturation_point(pd.Series(new, dtype=int), base=base, run=run, threshold=threshold)
        first = None
        for at in range(base, len(new) - run + 1):
            if first is None and sum(new[:base]) and sum(new[at : at + run]) / sum(new[:base]) <= threshold:
                first = at
        assert found.reached == first


class TestCurve:
    def test_new_codes_and_codes_so_far(self):
        table = curve(presence_of([[1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0]]))
        assert table.values.tolist() == [[1, "d0", 2, 2, 2], [2, "d1", 1, 0, 2], [3, "d2", 1, 1, 3]]
        assert curve(presence_of([])).empty

    @given(tables)
    def test_new_codes_add_up_to_the_codes_in_use(self, rows):
        table = curve(presence_of(rows))
        seen: set[str] = set()
        for row, line in zip(table.itertuples(), rows, strict=True):
            here = {code for code, there in zip("abcd", line, strict=True) if there}
            assert (row.codes, row.new) == (len(here), len(here - seen))
            seen |= here
            assert row.total == len(seen)

    def test_frequencies_count_documents_and_say_which_brought_a_code(self):
        table = frequencies(presence_of([[0, 1, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0]]))
        assert table.astype(object).where(table.notna(), None).values.tolist() == [
            ["a", 2, 3, "d1", 2], ["b", 2, 3, "d0", 1], ["c", 1, 3, "d2", 3], ["d", 0, 3, "", None],
        ]  # fmt: skip
        assert frequencies(presence_of([]))["documents"].tolist() == [0, 0, 0, 0]

    @given(tables)
    def test_the_first_documents_of_codes_are_where_the_curve_has_them(self, rows):
        presence = presence_of(rows)
        first = frequencies(presence)["position"].dropna().astype(int)
        assert curve(presence)["new"].tolist() == [int((first == n + 1).sum()) for n in range(len(rows))]


class TestBand:
    @settings(max_examples=15)
    @given(tables)
    def test_the_whole_band_is_what_every_order_gives_at_most_and_at_least(self, rows):
        presence = presence_of(rows)
        totals = np.array([curve(presence.iloc[list(p)])["total"] for p in permutations(range(len(rows)))])
        band = permuted(presence, orders=3000, level=1.0)
        assert band["low"].tolist() == totals.min(axis=0).tolist()
        assert band["high"].tolist() == totals.max(axis=0).tolist()

    @given(tables, st.integers(0, 5))
    def test_bands_rise_end_at_all_codes_and_lie_inside_wider_ones(self, rows, seed):
        presence = presence_of(rows)
        band, wide = (permuted(presence, orders=50, seed=seed, level=level) for level in (0.5, 1.0))
        for column in ("low", "median", "high"):
            assert (np.diff(band[column]) >= 0).all()
            assert band[column].iat[-1] == presence.any().sum()
        assert (band["low"] <= band["median"]).all() and (band["median"] <= band["high"]).all()
        assert (wide["low"] <= band["low"]).all() and (band["high"] <= wide["high"]).all()

    def test_the_median_of_many_orders_is_that_of_all_orders(self):
        """Rare codes come late: 4 documents of which the first has all 4 codes, the others one."""
        presence = presence_of([[1, 1, 1, 1], [1, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0]])
        band = permuted(presence, orders=4000)
        assert band["median"].iloc[[0, 2, 3]].tolist() == [1, 4, 4]  # of two documents, half have all codes
        assert (band["low"].tolist(), band["high"].tolist()) == ([1, 1, 1, 4], [4, 4, 4, 4])

    def test_equal_seeds_give_equal_bands_and_codes_may_be_called_anything(self):
        presence = presence_of(np.random.default_rng(1).random((8, 4)) < 0.3)
        pd.testing.assert_frame_equal(permuted(presence, seed=3), permuted(presence, seed=3))
        other = presence.iloc[:, ::-1].set_axis(list("wxyz"), axis=1)
        pd.testing.assert_frame_equal(permuted(presence, seed=3), permuted(other, seed=3))

    def test_as_many_orders_lie_below_the_band_as_above(self):
        # A code of one document in ten is found by the k-th in k of ten orders; 15 % may lie on each side.
        band = permuted(pd.DataFrame({"a": [True] + [False] * 9}), orders=4000, level=0.7)
        assert band["low"].tolist() == [0] * 8 + [1] * 2
        assert band["high"].tolist() == [0] + [1] * 9

    def test_one_document_and_none(self):
        assert permuted(presence_of([[1, 1, 0, 0]])).values.tolist() == [[1, 2, 2, 2]]
        assert permuted(presence_of([])).empty

    @pytest.mark.parametrize("wrong", [{"orders": 0}, {"orders": 1e3}, {"level": 0}, {"level": 1.5}])
    def test_a_band_of_nothing_is_refused(self, wrong):
        with pytest.raises(StudyError, match="orders is at least 1, and the level is more than 0 and at most 1"):
            permuted(presence_of([[1, 0, 0, 0]]), **wrong)


@pytest.fixture
def waves(made):
    """Return a study in which Ann was interviewed twice, Bea once, and nothing was found in the last document."""

    def build(dates=("2024-05-01", "2024-03", "2024-04-02", ""), created=("", "", "", ""), **tables):
        return made(
            participants={"participant": ["Ann", "Bea"]},
            documents={"document": ["ann-2", "ann-1", "bea", "none"], "participant": ["Ann", "Ann", "Bea", "Bea"],
                       "date": list(dates), "text": ["Some words."] * 4},
            codes={"code": ["a", "b", "c"], "name": ["A", "B", "C"], "parent": ["", "a", ""]},
            codings={"coder": ["x", "x", "y", "x"], "document": ["ann-2", "ann-1", "bea", ""],
                     "start": [0, 0, 0, None], "end": [4, 4, 4, None], "code": ["b", "a", "b", "c"],
                     "created": list(created)},
            **tables,
        )  # fmt: skip

    return build


class TestOrders:
    def test_interviews_by_date_and_those_without_one_last(self, waves):
        presence = presence_by_document(waves())
        assert list(presence.index) == ["ann-1", "bea", "ann-2", "none"]
        assert presence.astype(int).values.tolist() == [[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 0]]

    def test_interviews_without_dates_as_they_are_listed(self, waves):
        presence = presence_by_document(waves(dates=["", "", "", ""]))
        assert list(presence.index) == ["ann-2", "ann-1", "bea", "none"]

    def test_codes_are_counted_as_they_are_and_the_sample_as_a_whole_is_no_document(self, waves):
        presence = presence_by_document(waves())
        assert presence.sum().to_dict() == {"a": 1, "b": 2, "c": 0}  # not under the theme above, and not "c"

    def test_only_documents_that_were_to_be_coded_count_and_those_with_nothing_in_them_stay(self, waves):
        study = waves(assignments={"document": ["ann-1", "none"], "coder": ["x", "x"]})
        assert list(presence_by_document(study, coder="x").index) == ["ann-1", "ann-2", "none"]
        assert presence_by_document(study, coder="y").index.tolist() == ["ann-1", "bea", "ann-2", "none"]

    def test_analysis_by_the_first_coding_whatever_the_zone(self, waves):
        created = ["2026-03-02T10:00:00+02:00", "2026-03-02T09:00:00Z", "2026-03-02T08:30", ""]
        study = waves(created=created).only(documents=["ann-1", "ann-2", "bea"])
        assert list(presence_by_document(study, order="analysis").index) == ["ann-2", "bea", "ann-1"]

    @pytest.mark.parametrize("unreadable", ["", "3/4/2026"])
    def test_an_order_of_analysis_that_is_not_known_is_refused(self, waves, unreadable):
        study = waves(created=["2026-03-02", unreadable, "2026-03-04", ""])
        with pytest.raises(StudyError, match=r"is not known: no coding of 'ann-1', 'none' says when it was created"):
            presence_by_document(study, order="analysis")

    def test_an_order_that_is_not_there_is_not_taken_for_another(self, waves):
        with pytest.raises(StudyError, match="there is no order 'analyses'; orders are 'interview', 'analysis'"):
            presence_by_document(waves(), order="analyses")

    def test_nothing_coded_and_nothing_there(self, made, waves):
        assert presence_by_document(made()).shape == (0, 0)
        assert not presence_by_document(waves(), coder="y").loc["ann-1"].any()
