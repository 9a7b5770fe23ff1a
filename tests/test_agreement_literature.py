"""Coefficients of given units against worked examples of papers, textbooks and manuals, to the digits they print."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.agreement import coefficients, holsti, pooled_kappa
from helpers.agreement.binary import of_two, yes_or_no
from helpers.agreement.sums import of_ratings

SHORT = {
    "percent": "percent",
    "kappa": "cohen_kappa",
    "pi": "scott_pi",
    "fleiss": "fleiss_kappa",
    "conger": "conger_kappa",
    "bp": "brennan_prediger",
    "ac1": "gwet_ac1",
    "alpha": "krippendorff_alpha",
}


def printed(value: float, digits: int) -> float:
    return float(np.round(value, digits))


def from_table(table: list[list[int]]) -> np.ndarray:
    """Spell out a table of two coders' values as units × coders."""
    counts = np.array(table)
    first, second = np.indices(counts.shape)
    return np.column_stack([np.repeat(part.ravel(), counts.ravel()) for part in (first, second)])


def by_coder(*rows: str) -> np.ndarray:
    """Spell out one string of labels a coder, "." for none, as units × coders."""
    return np.array([[None if label == "." else label for label in row] for row in rows], dtype=object).T


def numbers(*rows: str) -> np.ndarray:
    return by_coder(*rows).astype(float)


def repeated(**times: int) -> np.ndarray:
    """Spell out rows of ratings, as one string a unit, and how often each occurs."""
    return np.array([list(row) for row, count in times.items() for _ in range(count)])


# Hayes & Krippendorff (2007), Commun Methods Meas 1:77-89, p. 84: five observers, forty news items.
HAYES = (
    "112.2 1101. 2333. .00.0 000.0 000.0 102.1 1.20. 222.2 2111. .100. 0000. 1222. 33223 111.1 111.1 212.2 1233. 1101. "
    "000.0 0011. 00.00 2333. 0000. 12.22 0111. 00010 1212. 1122. 112.2 110.0 2121. 22.22 3222. 222.2 223.2 222.2 22.12 "
    "2222. 111.1"
)
# Krippendorff (1980), Content Analysis, p. 139: three coders, nine units.
THREE_CODERS = numbers("112412132", "122442232", "122442332")
# Coders A to C of the example in "Krippendorff's alpha" of Wikipedia, which the krippendorff package gives as well.
INCOMPLETE = numbers(".....34121133.3", "1.213343.......", "..21344.21133.4")

# Ratings, level, and what is printed of them. Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., as in the data
# sets of R irrCAC, whose three digits these are.
EXAMPLES = {
    "gwet, five observers": (
        numbers("112.001122.0131", "1130000.2110231", "203000222100221", ".13....0.10022.", "2..0001.2....31"),
        "nominal",
        {"percent": 0.616, "ac1": 0.497, "fleiss": 0.458, "alpha": 0.481, "conger": 0.469, "bp": 0.487},
    ),
    "gwet, two groups": (
        by_coder("abccbadab...bb", "abccbbdabe..ba", ".cccbcdbbeaccc", "abccbddabea.bb"),
        "nominal",
        {"percent": 0.744, "ac1": 0.685, "fleiss": 0.657, "alpha": 0.632, "conger": 0.659, "bp": 0.679},
    ),
    "gwet, gender": (
        by_coder("aaaaabbbcaaaaab", "aaaababccaaaaba", "abbcaabbcabbcaa", "ccccaabbcccccaa"),
        "nominal",
        {"percent": 0.456, "ac1": 0.208, "fleiss": 0.129, "alpha": 0.143, "conger": 0.166, "bp": 0.183},
    ),
    "gwet, ben and gerry": (
        by_coder("aabbdcccedda", "babbbccce.dd"),
        "nominal",
        {"percent": 0.727, "ac1": 0.661, "fleiss": 0.649, "alpha": 0.665, "conger": 0.657, "bp": 0.659},
    ),
    "gwet, diagnoses by two methods": (
        from_table([[40, 4, 4, 17], [6, 25, 2, 13], [4, 1, 21, 12], [15, 5, 9, 45]]), "nominal", {"kappa": 0.432},
    ),
    # As DKPro Statistics tests AC1 of Gwet (2008) by hand: p_e is 2 x .85 x .15, Scott's .85^2 + .15^2.
    "one value nearly always": (
        repeated(yy=8, nn=1, yn=1), "nominal", {"percent": 0.9, "ac1": 0.8658, "pi": 0.6078},
    ),
    "hayes": (numbers(*map("".join, zip(*HAYES.split(), strict=True))), "ordinal", {"alpha": 0.7598}),
    "krippendorff 1980": (THREE_CODERS, "nominal", {"percent": 0.74, "alpha": 0.642}),
    "krippendorff 1980, interval": (THREE_CODERS, "interval", {"alpha": 0.547}),
    "krippendorff 1980, ratio": (THREE_CODERS, "ratio", {"alpha": 0.483}),
    # Krippendorff (2004), Content Analysis, 2nd ed., p. 227 and p. 246: the same percent, pi and S, not the same kappa.
    "krippendorff 2004": (by_coder("aabbbbbccccc", "abbbbbcccccc"), "nominal", {"percent": 0.833, "alpha": 0.734}),
    "krippendorff 2004, who agree on margins": (
        from_table([[12, 9, 9], [9, 14, 9], [9, 9, 20]]),
        "nominal",
        {"percent": 0.46, "bp": 0.19, "pi": 0.186, "kappa": 0.186},
    ),
    "krippendorff 2004, who do not": (
        from_table([[12, 18, 18], [0, 14, 18], [0, 0, 20]]),
        "nominal",
        {"percent": 0.46, "bp": 0.19, "pi": 0.186, "kappa": 0.258},
    ),
    "wikipedia": (INCOMPLETE, "nominal", {"alpha": 0.691}),
    "wikipedia, interval": (INCOMPLETE, "interval", {"alpha": 0.811}),
    # Artstein & Poesio (2008), Comput Linguist 34:555-596, p. 558 and p. 568.
    "artstein and poesio": (
        from_table([[20, 20], [10, 50]]), "nominal", {"percent": 0.7, "bp": 0.4, "pi": 0.341, "kappa": 0.348},
    ),
    "artstein and poesio, three acts": (
        from_table([[46, 6, 0], [0, 32, 0], [0, 6, 10]]),
        "nominal",
        {"percent": 0.88, "bp": 0.82, "pi": 0.7995, "kappa": 0.8013},
    ),
    # Brennan & Prediger (1981), Educ Psychol Meas 41:687-699, p. 689 and p. 691, shares as hundredths.
    "brennan and prediger": (
        from_table([[50, 0, 0], [10, 10, 10], [20, 0, 0]]), "nominal", {"percent": 0.6, "kappa": 0.27, "bp": 0.4},
    ),
    "brennan and prediger, equal margins": (
        from_table([[50, 0, 10], [0, 10, 10], [10, 10, 0]]), "nominal", {"percent": 0.6, "kappa": 0.29, "bp": 0.4},
    ),
    # Zwick (1988), Psychol Bull 103:374-378, p. 376: equal margins, unequal from 1 / q, unequal between coders.
    "zwick, uniform": (
        from_table([[20, 0, 0, 5], [0, 10, 15, 0], [0, 15, 10, 0], [5, 0, 0, 20]]),
        "nominal",
        {"percent": 0.6, "bp": 0.467, "pi": 0.467, "kappa": 0.467},
    ),
    "zwick, equal": (
        from_table([[20, 10, 10, 0], [10, 10, 0, 0], [10, 0, 10, 0], [0, 0, 0, 20]]),
        "nominal",
        {"percent": 0.6, "bp": 0.467, "pi": 0.444, "kappa": 0.444},
    ),
    "zwick, unequal": (
        from_table([[20, 5, 5, 10], [0, 10, 5, 5], [0, 5, 10, 5], [0, 0, 0, 20]]),
        "nominal",
        {"percent": 0.6, "bp": 0.467, "pi": 0.46, "kappa": 0.474},
    ),
    # Landis & Koch (1977), Biometrics 33:363-374, as in Agresti (1992), Stat Methods Med Res 1:201-218, p. 202.
    "agresti": (
        from_table([[22, 2, 2, 0], [5, 7, 14, 0], [0, 2, 36, 0], [0, 1, 17, 10]]), "nominal", {"kappa": 0.493},
    ),
    # Randolph (2005), Free-marginal multirater kappa, Joensuu, p. 17: his kappa is Brennan and Prediger's.
    "randolph": (
        repeated(yyy=1, yyn=1, nny=1, nnn=1), "nominal", {"percent": 0.67, "fleiss": 0.33, "bp": 0.33},
    ),
    "randolph, high prevalence": (repeated(yyy=2, yyn=2), "nominal", {"fleiss": -0.2, "bp": 0.33}),
    # Warrens (2010), Adv Data Anal Classif 4:271-286, p. 284; Warrens (2012), ISRN Probab Stat 656390, p. 3 and p. 9:
    # Hubert's kappa for pairs is Conger's.
    "warrens, eight pathologists": (
        repeated(
            NNNNNNNN=14, NNNANNNN=1, NNNNNNNA=1, AAAAAAAA=10, AANAAAAN=2, AANANAAN=1, AANANANN=1
        ),
        "nominal",
        {"conger": 0.8326},
    ),
    "warrens, four coders": (
        repeated(yyyy=10, ynyn=2, ynnn=2, nnny=1, nnnn=15), "nominal", {"conger": 0.802479},
    ),
    "warrens, pairs": (repeated(yyyy=6, ynyn=5, nnnn=4), "nominal", {"conger": 0.564}),
    # His .645 is of 4 and 6 units, where the paper prints 6 and 4.
    "warrens, as is meant": (repeated(yyyy=4, ynnn=5, nnnn=6), "nominal", {"conger": 0.645}),
    # "Fleiss' kappa" of Wikipedia: fourteen raters, ten subjects.
    "fourteen raters": (
        np.array([np.repeat(np.arange(5), counts) for counts in (
            [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1], [7, 7, 0, 0, 0],
            [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
        )]),
        "nominal",
        {"fleiss": 0.210, "percent": 0.378},
    ),
    # ATLAS.ti manual, Inter-coder agreement: ten segments, the data of Krippendorff (2011), section A.
    "atlas.ti": (by_coder("1100000000", "0110010100"), "nominal", {"percent": 0.6, "alpha": 0.095}),
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(name):
    ratings, level, published = EXAMPLES[name]
    result = coefficients(ratings, level)
    for short, value in published.items():
        digits = max(len(str(value).split(".")[1]), 2)
        assert printed(result[SHORT[short]], digits) == value, short


def test_kappa_by_its_maximum():
    # Brennan & Prediger (1981), p. 689: kappa is .60 of what the margins allow, and all of it at equal margins.
    for table, share in (
        ([[50, 0, 0], [10, 10, 10], [20, 0, 0]], 0.6),
        ([[50, 0, 10], [0, 10, 10], [10, 10, 0]], 0.29),
    ):
        result = of_two(of_ratings(from_table(table).T, 3).total())
        assert printed(float(result["cohen_kappa"] / result["kappa_max"]), 2) == share


def test_each_category_of_agresti_against_the_rest_is_scotts_pi():
    # As DKPro Statistics reckons Agresti's table by category; Cohen's kappa against the rest is .27, .44 and .46.
    ratings, _, _ = EXAMPLES["agresti"]
    for category, value in enumerate([0.781, 0.247, 0.402, 0.435]):
        assert coefficients(ratings == category)["scott_pi"] == pytest.approx(value, abs=0.001)


def test_each_part_of_speech_against_the_rest():
    # Mieskes (2009), Exploring methods for the automatic summarization of meetings, p. 58: three annotators, 17 words.
    agreed = ["INP", "INP", "INP", "INP", "INP", "INP", "PRP", "PRP", "PRP", "JJ", "RB", "UH", "MD"]
    rows = [[tag] * 3 for tag in agreed] + [
        ["UH", "VB", "UH"],
        ["NN", "NN", "RB"],
        ["VB", "VBP", "VB"],
        ["RB", "UH", "UH"],
    ]
    ratings = np.array(rows, dtype=object)
    assert printed(coefficients(ratings)["fleiss_kappa"], 2) == 0.80
    assert printed(coefficients(ratings)["percent"], 2) == 0.84
    published = {"INP": 1, "JJ": 1, "MD": 1, "NN": 0.48, "PRP": 1, "RB": 0.56, "UH": 0.67, "VB": 0.29, "VBP": -0.02}
    assert {k: printed(coefficients(ratings == k)["fleiss_kappa"], 2) for k in published} == published


def test_holsti_of_equal_decisions_is_percent_agreement():
    # Holsti (1969), p. 140, 2 M / (N1 + N2): where both make the same number of decisions, the share that they share.
    counts = np.array([[8, 2, 2, 0]])
    assert holsti(counts) == pytest.approx(0.8)


CELLS = st.tuples(*[st.integers(0, 40)] * 4).filter(lambda cells: sum(cells) > 0)


def of_cells(cells):
    both, only_a, only_b, neither = cells
    sums = of_ratings(1 - from_table([[neither, only_b], [only_a, both]]).T, 2).total()
    return {name: float(value) for name, value in {**yes_or_no(sums), **of_two(sums)}.items()}


@given(CELLS)
def test_two_values_of_two_coders(cells):
    result = of_cells(cells)
    if np.isnan(result["cohen_kappa"]):
        return
    # Holley & Guilford (1964), Educ Psychol Meas 24:749-753: G, and PABAK, is 2 p_o - 1.
    assert result["brennan_prediger"] == pytest.approx(2 * result["percent"] - 1, abs=1e-12)
    # Byrt, Bishop & Carlin (1993): kappa is PABAK without prevalence and bias.
    skew = result["prevalence_index"] ** 2 - result["bias_index"] ** 2
    assert result["cohen_kappa"] == pytest.approx((result["brennan_prediger"] - skew) / (1 - skew), abs=1e-9)
    assert pooled_kappa(np.array([cells])) == pytest.approx(result["cohen_kappa"], abs=1e-9)


@given(CELLS.filter(lambda cells: cells[0] > 0))
def test_kappa_goes_to_positive_agreement_as_more_and_more_is_coded_by_neither(cells):
    # Hripcsak & Rothschild (2005), J Am Med Inform Assoc 12:296-298.
    positive, far = of_cells(cells)["positive"], of_cells((*cells[:3], 200_000))
    assert far["positive"] == positive
    assert far["cohen_kappa"] == pytest.approx(positive, abs=1e-3)


@given(st.integers(0, 99))
def test_complete_ratings_of_any_coders(seed):
    random = np.random.default_rng(seed)
    ratings = random.integers(0, 3, (random.integers(2, 20), random.integers(2, 6)))
    result, n = coefficients(ratings), ratings.size
    if np.isnan(result["krippendorff_alpha"]):
        return
    # Krippendorff (2011): alpha is pi corrected for the number of ratings.
    assert result["krippendorff_alpha"] == pytest.approx(1 - (1 - result["fleiss_kappa"]) * (n - 1) / n, abs=1e-12)
    if ratings.shape[1] == 2:
        assert result["scott_pi"] == pytest.approx(result["fleiss_kappa"], abs=1e-12)
        assert result["cohen_kappa"] == pytest.approx(result["conger_kappa"], abs=1e-12)
