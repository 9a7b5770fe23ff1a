"""Coefficients of given units against the numbers that publications print, to the last printed digit."""

import numpy as np
import pandas as pd
import pytest

from helpers.agreement import coefficients, pooled_kappa
from helpers.agreement.binary import of_two, yes_or_no
from helpers.agreement.sums import of_ratings

N = None

# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, sections A to D.
BINARY = [[0, 1], [1, 1], [0, 1], [0, 0], [0, 0], [0, 1], [0, 0], [0, 0], [1, 0], [0, 0]]
LABELS = list(zip("aabbdcccedda", "babbbcccedd" + "d", strict=True))
FOUR_OBSERVERS = [
    [1, 1, N, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
    [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [N, 5, 5, 5], [N, N, 1, 1], [N, 3, N, N],
]  # fmt: skip

# Fleiss (1971), Psychol Bull 76:378-382, table 1: thirty patients by how many of six psychiatrists chose depression,
# personality disorder, schizophrenia, neurosis, other.
COUNTS = (
    "00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031 "
    "00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006"
)
FLEISS = COUNTS.split()


def from_table(table: list[list[int]]) -> np.ndarray:
    """Spell out a table of two coders' values as units × coders."""
    counts = np.array(table)
    first, second = np.indices(counts.shape)
    return np.column_stack([np.repeat(part.ravel(), counts.ravel()) for part in (first, second)])


def from_counts(rows: list[str]) -> np.ndarray:
    """Spell out how many coders gave each value as units × coders."""
    return np.array([np.repeat(np.arange(len(row)), [int(count) for count in row]) for row in rows])


def printed(value: float, digits: int) -> float:
    return float(np.round(value, digits))


class TestKrippendorff2011:
    """More digits: R irr 0.84.1, kripp.alpha, and the krippendorff package 0.9.0."""

    def test_two_observers_of_yes_and_no(self):
        result = coefficients(BINARY)
        assert printed(result["krippendorff_alpha"], 3) == 0.095
        assert result["krippendorff_alpha"] == pytest.approx(2 / 21, abs=1e-12)
        assert result["percent"] == pytest.approx(0.6)

    def test_two_observers_of_labels(self):
        result = coefficients(LABELS)
        assert printed(result["krippendorff_alpha"], 3) == 0.692
        assert result["krippendorff_alpha"] == pytest.approx(0.69196428571, abs=1e-11)

    @pytest.mark.parametrize(
        ("level", "published", "known"),
        [
            ("nominal", 0.743, 0.74342105263),
            ("ordinal", 0.815, 0.81538750375),
            ("interval", 0.849, 0.84910714286),
            ("ratio", 0.797, 0.79740277471),
        ],
    )
    def test_four_observers_with_ratings_missing(self, level, published, known):
        result = coefficients(FOUR_OBSERVERS, level)["krippendorff_alpha"]
        assert printed(result, 3) == published
        assert result == pytest.approx(known, abs=1e-11)

    def test_units_and_pairable_units_are_counted(self):
        result = coefficients(FOUR_OBSERVERS)
        assert result[["n_units", "n_pairable"]].tolist() == [12, 11]


class TestFleiss1971:
    def test_kappa(self):
        result = coefficients(from_counts(FLEISS))
        assert printed(result["fleiss_kappa"], 3) == 0.430
        # More digits and Conger's kappa: R irr 0.84.1, kappam.fleiss(diagnoses), exact=TRUE.
        assert result["fleiss_kappa"] == pytest.approx(0.43024452006, abs=1e-10)
        assert result["conger_kappa"] == pytest.approx(0.44180854033, abs=1e-10)

    def test_alpha_is_fleiss_kappa_corrected_for_the_number_of_ratings(self):
        # Krippendorff (2011): alpha = 1 - (1 - pi) (n - 1) / n. R irr 0.84.1 prints .4309, for it does not divide
        # coincidences by m - 1 when no rating is missing; the krippendorff package 0.9.0 agrees with this.
        result = coefficients(from_counts(FLEISS))
        assert result["krippendorff_alpha"] == pytest.approx(1 - (1 - result["fleiss_kappa"]) * 179 / 180, abs=1e-12)
        assert printed(result["krippendorff_alpha"], 6) == 0.433410

    @pytest.mark.parametrize(("category", "kappa"), list(enumerate([0.245, 0.245, 0.520, 0.471, 0.566])))
    def test_each_category_against_the_rest(self, category, kappa):
        assert printed(coefficients(from_counts(FLEISS) == category)["fleiss_kappa"], 3) == kappa


# Table of two coders, with what is published of it and what it gives to six digits.
TABLES = {
    # Cohen (1960), Educ Psychol Meas 20:37-46, p. 45.
    "cohen 1960": (
        [[88, 14, 18], [10, 40, 10], [2, 6, 12]],
        {"percent": 0.7, "cohen_kappa": 0.492, "kappa_max": 0.831},
        {
            "cohen_kappa": 0.491525, "scott_pi": 0.487179, "gwet_ac1": 0.575972, "brennan_prediger": 0.55,
            "krippendorff_alpha": 0.488462, "kappa_max": 0.830508,
        },
    ),
    # Cohen (1960), p. 42 f.
    "cohen 1960, below chance": (
        [[25, 12, 3], [13, 2, 15], [12, 16, 2]],
        {"percent": 0.29, "kappa_max": 0.85},
        {
            "cohen_kappa": -0.092308, "scott_pi": -0.100775, "gwet_ac1": -0.047970, "brennan_prediger": -0.065,
            "krippendorff_alpha": -0.095271, "kappa_max": 0.846154,
        },
    ),
    # Landis & Koch (1977), Biometrics 33:159-174.
    "winnipeg": (
        [[38, 5, 0, 1], [33, 11, 3, 0], [10, 14, 5, 6], [3, 7, 3, 10]],
        {"cohen_kappa": 0.208},
        {
            "percent": 0.429530, "cohen_kappa": 0.207942, "scott_pi": 0.178238, "gwet_ac1": 0.257780,
            "brennan_prediger": 0.239374, "krippendorff_alpha": 0.180995, "kappa_max": 0.627267,
        },
    ),
    "new orleans": (
        [[5, 3, 0, 0], [3, 11, 4, 0], [2, 13, 3, 4], [1, 2, 4, 14]],
        {"cohen_kappa": 0.297},
        {
            "percent": 0.478261, "cohen_kappa": 0.296517, "scott_pi": 0.283324, "gwet_ac1": 0.311084,
            "brennan_prediger": 0.304348, "krippendorff_alpha": 0.288517, "kappa_max": 0.726423,
        },
    ),
    # Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., cont3x3abstractors; R irrCAC 1.4.
    "abstractors": (
        [[13, 0, 0], [0, 20, 7], [0, 4, 56]],
        {
            "percent": 0.89, "cohen_kappa": 0.7964094, "scott_pi": 0.7962397, "gwet_ac1": 0.8493305,
            "brennan_prediger": 0.835, "krippendorff_alpha": 0.7972585,
        },
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_two_coders(name):
    table, published, known = TABLES[name]
    ratings = from_table(table)
    sums = of_ratings(ratings.T, len(table)).total()
    result = {**coefficients(ratings), "kappa_max": float(of_two(sums)["kappa_max"])}
    for coefficient, value in published.items():
        digits = len(str(value).split(".")[1])
        assert printed(result[coefficient], digits) == value, coefficient
    for coefficient, value in known.items():
        assert result[coefficient] == pytest.approx(value, abs=1e-6), coefficient


# Feinstein & Cicchetti (1990), J Clin Epidemiol 43:543-549, as in Byrt, Bishop & Carlin (1993), 46:423-429, and the
# paradox of Gwet (2002): units with yes of both, of A, of B, of neither.
YES_AND_NO = {
    "balanced": (
        (40, 9, 6, 45),
        {"percent": 0.85, "cohen_kappa": 0.70, "brennan_prediger": 0.70, "prevalence_index": -0.05, "bias_index": 0.03},
        {
            "cohen_kappa": 0.699519, "kappa_max": 0.939904, "scott_pi": 0.699248, "gwet_ac1": 0.700748,
            "krippendorff_alpha": 0.700752, "positive": 0.842105, "negative": 0.857143,
        },
    ),
    "high agreement but low kappa": (
        (80, 10, 5, 5),
        {"percent": 0.85, "cohen_kappa": 0.32, "brennan_prediger": 0.70, "prevalence_index": 0.75, "bias_index": 0.05},
        {
            "cohen_kappa": 0.318182, "kappa_max": 0.772727, "scott_pi": 0.314286, "gwet_ac1": 0.808,
            "krippendorff_alpha": 0.317714, "positive": 0.914286, "negative": 0.4,
        },
    ),
    "gwet": (
        (118, 5, 2, 0),
        {"cohen_kappa": -0.0234, "gwet_ac1": 0.9408},
        {
            "percent": 0.944, "kappa_max": 0.561404, "scott_pi": -0.028807, "brennan_prediger": 0.888,
            "krippendorff_alpha": -0.024691, "positive": 0.971193, "negative": 0, "prevalence_index": 0.944,
            "bias_index": 0.024,
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", YES_AND_NO)
def test_yes_and_no(name):
    (both, only_a, only_b, neither), published, known = YES_AND_NO[name]
    labels = 1 - from_table([[neither, only_b], [only_a, both]]).T  # the first value is yes
    sums = of_ratings(labels, 2).total()
    negative = yes_or_no(of_ratings(1 - labels, 2).total())["positive"]
    result = {**yes_or_no(sums), **of_two(sums), "negative": negative}
    for coefficient, value in published.items():
        digits = len(str(value).split(".")[1])
        assert printed(float(result[coefficient]), digits) == value, coefficient
    for coefficient, value in known.items():
        assert float(result[coefficient]) == pytest.approx(value, abs=1e-6), coefficient


class TestGwet2014:
    """Data of Gwet's handbook, as in R irrCAC 1.4, whose coefficients these are."""

    def test_four_raters_with_ratings_missing(self):
        result = coefficients([*FOUR_OBSERVERS[:-1], [N, N, 3, N]])  # there, another rater has the last rating
        expected = {
            "percent": 0.81818, "gwet_ac1": 0.77544, "fleiss_kappa": 0.76117, "krippendorff_alpha": 0.74342,
            "conger_kappa": 0.76282, "brennan_prediger": 0.77273,
        }  # fmt: skip
        assert {name: printed(result[name], 5) for name in expected} == expected

    def test_six_raters_as_a_distribution(self):
        result = coefficients(from_counts(FLEISS[:15]))
        expected = {"percent": 0.5511111, "gwet_ac1": 0.4448007, "fleiss_kappa": 0.4139265}
        expected |= {"krippendorff_alpha": 0.4204384, "brennan_prediger": 0.4388889}
        assert {name: printed(result[name], 7) for name in expected} == expected
        by_chance = (result["percent"] - result["fleiss_kappa"]) / (1 - result["fleiss_kappa"])
        assert printed(by_chance, 8) == 0.23407407


def test_nvivo_help_example_of_percent_agreement():
    # NVivo help, Coding Comparison query: of 1,000 characters 50 coded by both, 150 by one.
    ratings = from_table([[800, 75], [75, 50]])
    assert coefficients(ratings)["percent"] == pytest.approx(0.85)
    assert printed(coefficients(ratings)["cohen_kappa"], 3) == 0.314


def test_pooled_kappa_is_the_ratio_of_means():
    # de Vries, Elliott, Kanouse & Teleki (2008), Field Methods 20:272-282: (mean p_o - mean p_e) / (1 - mean p_e).
    counts = np.array([[40, 9, 6, 45], [80, 10, 5, 5], [0, 0, 0, 100]])
    observed, expected = np.array([0.85, 0.85, 1]), np.array([0.5008, 0.78, 1])
    hand = (observed.mean() - expected.mean()) / (1 - expected.mean())
    assert pooled_kappa(counts) == pytest.approx(hand, abs=1e-12)
    assert pooled_kappa(counts[:2]) == pytest.approx(hand, abs=1e-12)  # a code without variation changes nothing


def test_pooled_kappa_counts_codes_on_which_coders_never_agree():
    # By hand: p_o .85 and .90, p_e .5008 and .905.
    assert pooled_kappa(np.array([[40, 9, 6, 45], [0, 5, 5, 90]])) == pytest.approx(0.3442 / 0.5942)


def test_one_coder_used_a_code_once_and_the_other_never():
    result = coefficients([[0, 0]] * 19 + [[1, 0]])
    expected = {"percent": 0.95, "cohen_kappa": 0.0, "krippendorff_alpha": 0.0, "fleiss_kappa": -0.025641}
    expected |= {"gwet_ac1": 0.947438, "brennan_prediger": 0.9}
    assert {name: printed(result[name], 6) for name in expected} == expected


@pytest.mark.parametrize("dtype", [np.uint8, np.uint64, np.int8, np.int64, np.float32, object])
def test_the_type_of_the_numbers_does_not_matter(dtype):
    # The krippendorff package 0.9.0 gives .362 for unsigned numbers here, for they wrap around.
    ratings = np.array([row for row in FOUR_OBSERVERS if None not in row])
    for level in ("nominal", "ordinal", "interval", "ratio"):
        expected = coefficients(ratings.astype(float), level)
        pd.testing.assert_series_equal(coefficients(ratings.astype(dtype), level), expected)
