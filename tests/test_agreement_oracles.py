"""Coefficients against independent implementations, where they are installed (extra `dev`)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from helpers.agreement import coefficients

krippendorff = pytest.importorskip("krippendorff")
metrics = pytest.importorskip("sklearn.metrics")

RATINGS = arrays.arrays(
    float,
    st.tuples(st.integers(2, 20), st.integers(2, 5)),
    elements=st.sampled_from([0.0, 1.0, 2.0, 3.5, 7.0, np.nan]),
)


@given(RATINGS, st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
@settings(deadline=None)
def test_alpha_is_that_of_the_krippendorff_package(ratings, level):
    result = coefficients(ratings, level)["krippendorff_alpha"]
    if not np.isnan(result):
        expected = krippendorff.alpha(reliability_data=ratings.T, level_of_measurement=level)
        assert result == pytest.approx(expected, abs=1e-9)


@given(arrays.arrays(int, st.tuples(st.integers(2, 30), st.just(2)), elements=st.integers(0, 4)))
@settings(deadline=None)
def test_kappa_is_that_of_scikit_learn(ratings):
    result = coefficients(ratings)["cohen_kappa"]
    if len(np.unique(ratings)) > 1:
        assert result == pytest.approx(metrics.cohen_kappa_score(*ratings.T), abs=1e-9)
    else:
        assert np.isnan(result)


def test_alpha_of_many_units_is_that_of_the_krippendorff_package():
    random = np.random.default_rng(3)
    true = random.choice(20, 5000)
    ratings = np.where(random.random((5000, 3)) < 0.7, true[:, None], random.choice(20, (5000, 3))).astype(float)
    ratings[random.random(ratings.shape) < 0.1] = np.nan
    for level in ("nominal", "ordinal", "interval", "ratio"):
        expected = krippendorff.alpha(reliability_data=ratings.T, level_of_measurement=level)
        assert coefficients(ratings, level)["krippendorff_alpha"] == pytest.approx(expected, abs=1e-9)
