"""What goes into the coefficients, what they refuse, and when they are undefined."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from helpers.agreement import coefficients, interval
from helpers.errors import StudyError

CHANCE_CORRECTED = (
    "cohen_kappa", "scott_pi", "fleiss_kappa", "conger_kappa", "brennan_prediger", "gwet_ac1", "krippendorff_alpha",
)  # fmt: skip
RATINGS = arrays.arrays(
    float,
    st.tuples(st.integers(1, 12), st.integers(2, 4)),
    elements=st.sampled_from([0.0, 1.0, 2.0, 5.0, np.nan]),
)


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def alpha_by_definition(ratings: np.ndarray, level: str) -> float:
    """Krippendorff (2011), from the coincidence matrix and the difference functions as they are printed there."""
    values = np.unique(ratings[~np.isnan(ratings)])
    coincidences = np.zeros((len(values), len(values)))
    for row in ratings:
        given = np.searchsorted(values, row[~np.isnan(row)])
        for i, c in enumerate(given):
            for j, k in enumerate(given):
                if i != j:
                    coincidences[c, k] += 1 / (len(given) - 1)
    n_c = coincidences.sum(axis=1)
    n = n_c.sum()
    observed = expected = 0.0
    for c in range(len(values)):
        for k in range(len(values)):
            low, high = min(c, k), max(c, k)
            both = values[c] + values[k]
            difference = {
                "nominal": float(c != k),
                "ordinal": (n_c[low : high + 1].sum() - (n_c[c] + n_c[k]) / 2) ** 2,
                "interval": (values[c] - values[k]) ** 2,
                "ratio": ((values[c] - values[k]) / both) ** 2 if both else 0.0,
            }[level]
            observed += coincidences[c, k] * difference
            expected += n_c[c] * n_c[k] * difference / (n - 1) if n > 1 else 0.0
    return 1 - observed / expected if expected > 0 else float("nan")


@given(RATINGS, st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_alpha_is_what_the_coincidence_matrix_gives(ratings, level):
    result = coefficients(ratings, level)["krippendorff_alpha"]
    assert result == pytest.approx(alpha_by_definition(ratings, level), abs=1e-9, nan_ok=True)


@given(RATINGS, st.randoms())
def test_the_order_of_units_and_coders_and_the_names_of_values_do_not_matter(ratings, random):
    rows, columns = list(range(ratings.shape[0])), list(range(ratings.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    names = {0.0: "fear", 1.0: "hope", 2.0: "nan", 5.0: ""}
    renamed = [[names.get(value) for value in row] for row in ratings[rows][:, columns].tolist()]
    expected = coefficients(ratings)
    pd.testing.assert_series_equal(coefficients(renamed), expected, rtol=1e-9, atol=1e-12)


@given(RATINGS)
def test_undefined_is_nan_with_a_reason_and_nothing_is_infinite(ratings):
    result = coefficients(ratings)
    assert set(result.attrs["undefined"]) == set(result.index[result.isna()])
    assert not np.isinf(result).any()
    assert (result.dropna() <= result[["n_units"]].max() + 1).all()


@given(RATINGS)
def test_coders_who_are_the_same_agree_wholly_where_there_is_variation(ratings):
    first = ratings[:, 0]
    result = coefficients(np.column_stack([first, first]))
    if len(np.unique(first[~np.isnan(first)])) > 1:
        assert result[list(CHANCE_CORRECTED)].to_numpy() == pytest.approx(1)
    else:
        assert result[list(CHANCE_CORRECTED)].isna().all()


@pytest.mark.parametrize("value", [0, 1, "hope"])
def test_no_variation_is_neither_0_nor_1(value):
    result = coefficients([[value, value]] * 5)
    assert result["percent"] == 1
    assert result[list(CHANCE_CORRECTED)].isna().all()
    assert set(result.attrs["undefined"]) == set(CHANCE_CORRECTED)
    assert all("no variation" in reason for reason in result.attrs["undefined"].values())


def test_variation_in_units_rated_once_is_no_variation():
    # Formulas for missing ratings would give 1 here: chance from units that say nothing about agreement.
    result = coefficients([[1, 1], [1, 1], [2, None], [None, 3]])
    assert result[list(CHANCE_CORRECTED)].isna().all()


def test_a_value_that_only_one_coder_had_a_unit_for_counts_among_the_values():
    # Three values. Shares of what is rated are 3/8, 3/8 and 2/8, so that AC1 expects (2 (3/8) (5/8) + (2/8) (6/8)) / 2.
    result = coefficients([[1, 1], [2, 2], [1, 2], [3, None]])
    assert result["brennan_prediger"] == pytest.approx((2 / 3 - 1 / 3) / (1 - 1 / 3))
    assert result["gwet_ac1"] == pytest.approx((2 / 3 - 21 / 64) / (1 - 21 / 64))


def test_nothing_rated_twice():
    result = coefficients([[1, None], [None, 2]])
    assert result[["n_units", "n_pairable"]].tolist() == [2, 0]
    assert result.attrs["undefined"]["percent"] == "nothing is rated by two coders"


@pytest.mark.parametrize("ratings", [np.empty((0, 2)), np.full((3, 2), np.nan), [[None, None]]])
def test_nothing_rated_at_all(ratings):
    result = coefficients(ratings)
    assert result["n_pairable"] == 0
    assert result.drop(["n_units", "n_pairable"]).isna().all()


def test_cohen_and_scott_are_for_two_coders_and_units_that_both_rated():
    ratings = [[1, 1], [2, 2], [1, 2], [2, 2], [1, None], [None, 2], [3, None]]
    both = coefficients(ratings[:4])
    result = coefficients(ratings)
    assert result["cohen_kappa"] == pytest.approx(both["cohen_kappa"])
    assert result["scott_pi"] == pytest.approx(both["scott_pi"])
    assert result["krippendorff_alpha"] == pytest.approx(both["krippendorff_alpha"])
    three = coefficients([[1, 1, 2], [2, 2, 2]])
    assert "two coders" in three.attrs["undefined"]["cohen_kappa"]
    assert "two coders" in three.attrs["undefined"]["scott_pi"]


def test_forms_of_missing_ratings_and_the_label_nan():
    expected = coefficients([["a", "a"], ["b", None], ["nan", "a"], ["b", "b"]])
    assert expected["n_pairable"] == 3
    for missing in (np.nan, pd.NA, pd.NaT):
        frame = pd.DataFrame([["a", "a"], ["b", missing], ["nan", "a"], ["b", "b"]], dtype=object)
        pd.testing.assert_series_equal(coefficients(frame), expected)
    strings = pd.DataFrame([["a", "a"], ["b", None], ["nan", "a"], ["b", "b"]], dtype="str")
    pd.testing.assert_series_equal(coefficients(strings), expected)
    masked = np.ma.masked_array([[1, 1], [2, 9], [3, 1], [2, 2]], mask=[[0, 0], [0, 1], [0, 0], [0, 0]])
    pd.testing.assert_series_equal(coefficients(masked), expected)
    nullable = pd.DataFrame([[1, 1], [2, None], [3, 1], [2, 2]], dtype="Int64")
    pd.testing.assert_series_equal(coefficients(nullable), expected)
    assert coefficients(np.array([["nan", "a"], ["b", "b"]]))["n_pairable"] == 2


def test_a_coder_who_rated_nothing_is_none():
    ratings = np.array([[1, 1, 2], [2, 2, 2], [1, 2, 1], [3, 3, 3]], dtype=float)
    silent = np.column_stack([ratings, np.full(4, np.nan)])
    pd.testing.assert_series_equal(coefficients(silent), coefficients(ratings))


def test_ratings_by_the_names_of_coders():
    # A mapping that is read as a list is its keys: the names of the coders would be rated.
    expected = coefficients([["x", "x"], ["y", "x"], ["y", None]])
    by_coder = {"ann": ["x", "y", "y"], "bea": ["x", "x", None]}
    by_unit = [{"ann": "x", "bea": "x"}, {"ann": "y", "bea": "x"}, {"ann": "y"}]
    for ratings in (by_coder, by_unit, np.array(list(by_coder.values()), dtype=object).T):
        pd.testing.assert_series_equal(coefficients(ratings), expected)


def test_numbers_that_are_far_apart_or_not_whole():
    ratings = [[0.5, 0.5], [1e300, 1e300], [0.5, -3.25], [-3.25, np.inf]]
    as_names = [[str(value) for value in row] for row in ratings]
    assert coefficients(ratings)["fleiss_kappa"] == pytest.approx(coefficients(as_names)["fleiss_kappa"])
    huge = np.array([[2**63 + 1, 2**63 + 1], [2**63 + 2, 2**63 + 1], [2**63 + 2, 2**63 + 2]], dtype=np.uint64)
    assert coefficients(huge)["percent"] == pytest.approx(2 / 3)
    ids = np.array([[10**18, 10**18], [10**18 + 1, 10**18], [1, 1]])
    assert coefficients(ids)["percent"] == pytest.approx(2 / 3)


@pytest.mark.parametrize("kind", ["category", pd.CategoricalDtype([1, 2, 3])])
def test_a_missing_cell_of_a_categorical_of_whole_numbers_is_no_rating(kind):
    ratings = pd.DataFrame({"a": pd.Series([1, 2, None], dtype=kind), "b": pd.Series([1, 2, 3], dtype=kind)})
    result = coefficients(ratings)
    assert result["n_pairable"] == 2
    assert result["cohen_kappa"] == 1


def test_levels_of_an_ordered_categorical_have_their_own_order():
    scale = pd.CategoricalDtype(["never", "often", "always", "unused"], ordered=True)
    words = [["never", "never"], ["often", "always"], ["always", "always"], ["never", "often"]]
    frame = pd.DataFrame(words).astype(scale)
    numbers = pd.DataFrame(words).replace({"never": 0, "often": 1, "always": 2}).astype(int)
    assert coefficients(frame, "ordinal")["krippendorff_alpha"] == pytest.approx(
        coefficients(numbers, "ordinal")["krippendorff_alpha"]
    )
    with pytest.raises(StudyError, match="'interval' needs numbers, not 'never'"):
        coefficients(frame, "interval")


def test_categories_that_are_numbers_are_numbers_in_the_order_of_the_categories():
    words = [[1, 1], [2, 10], [10, 10], [1, 2]]
    numbers = pd.DataFrame(words)
    for scale in (pd.CategoricalDtype([1, 2, 10], ordered=True), pd.CategoricalDtype([10, 2, 1])):
        for level in ("nominal", "interval", "ratio"):
            pd.testing.assert_series_equal(coefficients(numbers.astype(scale), level), coefficients(numbers, level))
    swapped = numbers.astype(pd.CategoricalDtype([2, 1, 10], ordered=True))
    as_ranks = numbers.replace({2: 0})
    expected = coefficients(as_ranks, "ordinal")["krippendorff_alpha"]
    assert coefficients(swapped, "ordinal")["krippendorff_alpha"] == pytest.approx(expected)


def test_categories_of_coders_that_are_not_in_one_order_are_names():
    frame = pd.DataFrame(
        {
            "a": pd.Categorical(["low", "high"], ["low", "high"], ordered=True),
            "b": pd.Categorical(["low", "high"], ["low", "middle", "high"], ordered=True),
        }
    )
    assert coefficients(frame)["cohen_kappa"] == 1
    with pytest.raises(StudyError, match="ordered categoricals with the same levels, not 'low', 'high'"):
        coefficients(frame, "ordinal")


def test_the_empty_text_is_a_label():
    result = coefficients(pd.DataFrame([["a", "a"], ["", "a"], ["", ""], [None, "a"]], dtype=object))
    assert result[["n_units", "n_pairable", "percent"]].tolist() == [4, 3, pytest.approx(2 / 3)]


@pytest.mark.parametrize("dtype", [bool, "boolean", "Int8", "UInt8", "Float32", "category", object])
def test_yes_and_no_in_any_type(dtype):
    ratings = pd.DataFrame([[True, True], [False, True], [False, False], [True, True]])
    for level in ("nominal", "interval") if dtype != "category" else ("nominal",):
        pd.testing.assert_series_equal(coefficients(ratings.astype(dtype), level), coefficients(ratings, level))
    if dtype is not bool:
        with_gap = ratings.astype(object).mask([[False, False], [False, True], [False, False], [False, False]])
        assert coefficients(with_gap.astype(dtype))["n_pairable"] == 3


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_one_unit_that_two_coders_rated(level):
    differ = coefficients([[1, 2], [1, None], [None, 2]], level)
    assert differ["n_pairable"] == 1
    assert differ["krippendorff_alpha"] == 0  # of two ratings, chance makes as many differ
    same = coefficients([[1, 1], [1, None], [None, 2]], level)
    assert np.isnan(same["krippendorff_alpha"])
    assert "no variation" in same.attrs["undefined"]["krippendorff_alpha"]


def test_levels_change_alpha_alone():
    ratings = [[1, 1], [2, 3], [3, 3], [4, 4], [5, 1]]
    nominal = coefficients(ratings)
    for level in ("ordinal", "interval", "ratio"):
        result = coefficients(ratings, level)
        pd.testing.assert_series_equal(
            result.drop("krippendorff_alpha"), nominal.drop("krippendorff_alpha"), check_names=False
        )
        assert result["krippendorff_alpha"] != nominal["krippendorff_alpha"]


def test_zeros_on_a_ratio_scale():
    # Two zeros do not differ; zero and any other number differ by 1.
    ratings = [[0, 0], [0, 1], [2, 2]]
    assert coefficients(ratings, "ratio")["krippendorff_alpha"] == pytest.approx(alpha_by_definition(
        np.array(ratings, dtype=float), "ratio"))  # fmt: skip
    assert np.isnan(coefficients([[0, 0], [0, 0]], "ratio")["krippendorff_alpha"])


def test_the_unit_of_an_interval_scale_does_not_matter_however_large():
    ratings = np.array([[1.0, 1.5], [2.0, 2.0], [4.0, 3.0], [np.nan, 2.0]])
    expected = coefficients(ratings, "interval")["krippendorff_alpha"]
    for factor in (1e-200, 1e200, -3.0):
        assert coefficients(factor * ratings + 7 * factor, "interval")["krippendorff_alpha"] == pytest.approx(expected)


def test_few_and_many_values_are_reckoned_alike():
    random = np.random.default_rng(5)
    few = random.integers(0, 3, (6000, 3)).astype(float)  # counted by rows of ratings that occur
    few[random.random(few.shape) < 0.1] = np.nan
    spread = np.where(np.isnan(few), np.nan, few * 37.5)  # not whole: hashed
    expected = coefficients(few)
    pd.testing.assert_series_equal(coefficients(spread), expected)
    thrice = coefficients(np.vstack([few] * 3))
    assert thrice["percent"] == pytest.approx(expected["percent"])
    assert thrice["fleiss_kappa"] == pytest.approx(expected["fleiss_kappa"])


@pytest.mark.parametrize(
    ("ratings", "level", "message"),
    [
        ([1, 2, 3], "nominal", "1 dimension"),
        ([[1], [2]], "nominal", "two coders or more; these ratings have 1"),
        ([[1, 2], [1]], "nominal", "not equally long"),
        ([[1, 2]], "nominel", "levels are 'nominal', 'ordinal', 'interval', 'ratio'. The nearest is 'nominal'"),
        ([[1, 2]], None, "no level None; levels are 'nominal'"),
        (None, "nominal", "table of units × coders, not None"),
        ([[1, "1"], [2, 2]], "nominal", "the number 1 and the text '1' are both labels"),
        ([[2.5, 2], ["2", "2.5"]], "nominal", "the number 2.5 and the text '2.5'"),
        ([["a", "b"], ["b", "a"]], "ordinal", "needs numbers or, for all coders, ordered categoricals"),
        ([[1, -2], [3, 4]], "ratio", "no negative numbers"),
        ([[1.0, np.inf], [3, 4]], "interval", "finite"),
        ([[2**60, 2**60 + 1], [3, 3]], "interval", "so large that they cannot be told apart"),
        (
            pd.DataFrame({"a": [["x", "y"], "x"], "b": ["x", "x"]}),
            "nominal",
            r"one label, not \['x', 'y'\]; of several",
        ),
        ({"a": [1, 2], "b": [1]}, "nominal", "these make none: All arrays must be of the same length"),
    ],
)
def test_what_cannot_be_measured_is_refused(ratings, level, message):
    with pytest.raises(StudyError, match=message):
        coefficients(ratings, level)


def test_independent_coders_agree_as_by_chance():
    random = np.random.default_rng(11)
    ratings = random.choice(4, (20_000, 2), p=[0.6, 0.2, 0.15, 0.05])
    result = coefficients(ratings)
    for name in ("cohen_kappa", "scott_pi", "krippendorff_alpha", "conger_kappa"):
        assert abs(result[name]) < 0.03
    found = interval(ratings, np.arange(len(ratings)) // 100, "cohen_kappa")
    assert found["low"] < 0 < found["high"]


class TestInterval:
    ratings = np.array([[1, 1], [0, 0], [1, 0], [0, 0], [1, 1], [0, 1], [1, 1], [0, 0]])
    cluster = ("a", "a", "b", "b", "c", "c", "d", "d")

    def test_it_is_that_of_resampling_whole_clusters(self):
        found = interval(self.ratings, self.cluster, resamples=4000)
        random = np.random.default_rng(2)
        blocks = self.ratings.reshape(4, 2, 2)
        drawn = [
            coefficients(blocks[random.integers(0, 4, 4)].reshape(-1, 2))["krippendorff_alpha"] for _ in range(1500)
        ]
        low, high = np.nanpercentile(drawn, [2.5, 97.5])
        assert found["low"] == pytest.approx(low, abs=0.03)
        assert found["high"] == pytest.approx(high, abs=0.03)
        assert found["clusters"] == 4

    def test_the_same_seed_gives_the_same_interval(self):
        ratings = np.random.default_rng(1).integers(0, 3, (300, 3))
        first, again = (interval(ratings, np.arange(300) // 10, seed=7) for _ in range(2))
        pd.testing.assert_series_equal(first, again)
        assert not first.equals(interval(ratings, np.arange(300) // 10, seed=8))

    @pytest.mark.parametrize("name", ["percent", *CHANCE_CORRECTED])
    def test_every_coefficient_has_one_around_it(self, name):
        found = interval(self.ratings, self.cluster, name)
        assert found["low"] <= coefficients(self.ratings)[name] <= found["high"]

    def test_clusters_in_which_nothing_is_rated_twice_are_not_counted(self):
        ratings = [[1, 1], [0, 0], [1, 0], [None, 0], [1, None]]
        assert interval(ratings, ["a", "b", "b", "c", "d"])["clusters"] == 2

    def test_there_is_none_from_one_cluster(self):
        assert np.isnan(interval(self.ratings, ["a"] * 8)["low"])

    def test_there_is_none_where_fewer_than_half_of_the_resamples_have_a_value(self):
        # Both values are drawn in 12 of 27 resamples of these three clusters.
        found = interval([[1, 1], [0, 0], [None, 0]], ["a", "b", "c"])
        assert found["resamples"] == pytest.approx(444, abs=60)
        assert found[["low", "high"]].isna().all()

    def test_resamples_without_variation_are_counted_out(self):
        ratings = np.zeros((40, 2), dtype=int)
        ratings[0] = 1
        found = interval(ratings, np.r_[0, np.ones(39, dtype=int)], resamples=2000)
        assert found["resamples"] == pytest.approx(1000, abs=150)  # of two clusters, half of the draws have both
        found = interval(ratings, np.r_[0, 1, np.full(38, 2)], resamples=200)
        assert found["resamples"] <= 200

    @pytest.mark.parametrize(
        ("cluster", "name", "message"),
        [
            (["a"], "percent", "8 units needs its cluster"),
            ([None] * 8, "percent", "0 have one"),
            (range(8), "cohens_kappa", "nearest"),
        ],
    )
    def test_what_cannot_be_resampled_is_refused(self, cluster, name, message):
        with pytest.raises(StudyError, match=message):
            interval(self.ratings, list(cluster), name)

    @pytest.mark.parametrize("wrong", [{"resamples": 0}, {"resamples": "many"}, {"resamples": 1e3}, {"confidence": 95}])
    def test_numbers_that_mean_nothing_are_refused(self, wrong):
        with pytest.raises(StudyError, match="a confidence between 0 and 1 and a number of resamples, not"):
            interval(self.ratings, self.cluster, **wrong)

    def test_it_says_what_was_resampled(self):
        said = interval(self.ratings, self.cluster, resamples=200, seed=7).attrs["interval"]
        assert said == "95% percentile interval of krippendorff_alpha, cluster bootstrap, 200 resamples, seed 7"
        assert "bootstrap of single units" in interval(self.ratings, range(8)).attrs["interval"]
        assert interval(self.ratings, self.cluster, confidence=0.975).attrs["interval"].startswith("97.5% percentile")

    def test_cohens_and_scotts_are_of_two_coders(self):
        three = np.column_stack([self.ratings, self.ratings[:, 0]])
        with pytest.raises(StudyError, match="cohen_kappa is for two coders; of 3, conger_kappa is the same"):
            interval(three, self.cluster, "cohen_kappa")
        assert interval(three, self.cluster, "conger_kappa")["clusters"] == 4
