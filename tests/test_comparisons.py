"""Comparing groups: published intervals, tests against every table there is, and what is refused."""

from itertools import combinations, product
from math import comb, isclose

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import StudyError, make_study
from helpers.comparisons import differences, fisher, holm, newcombe, permutation

# Newcombe (1998), Stat Med 17:873-890, table II, method 10: x1, n1, x2, n2, low, high.
NEWCOMBE = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (0, 10, 0, 10, -0.2775, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0000),
    (10, 10, 0, 10, 0.6075, 1.0000),
]

# Tables of the literature and their two-sided p: x1, n1, x2, n2, p. Tea: Fisher (1935), The Design of Experiments;
# Agresti (2002), Categorical Data Analysis, 3.5. Convictions of twins: Fisher (1970), Statistical Methods, 21.02.
FISHER = [(3, 4, 1, 4, 0.4857), (10, 13, 2, 17, 0.0005367)]


class TestNewcombe:
    @pytest.mark.parametrize(("x1", "n1", "x2", "n2", "low", "high"), NEWCOMBE)
    def test_the_published_intervals(self, x1, n1, x2, n2, low, high):
        difference, *limits = newcombe(np.array([x1]), n1, np.array([x2]), n2)
        assert difference[0] == pytest.approx(x1 / n1 - x2 / n2)
        assert [round(float(limit[0]), 4) + 0.0 for limit in limits] == pytest.approx([low, high], abs=1e-9)

    @given(st.integers(1, 30), st.integers(1, 30), st.data())
    def test_it_holds_the_difference_stays_possible_and_turns_with_the_groups(self, n1, n2, data):
        x1, x2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
        (d,), (low,), (high,) = newcombe(np.array([x1]), n1, np.array([x2]), n2)
        assert -1 <= low <= d <= high <= 1
        (e,), (less,), (more,) = newcombe(np.array([x2]), n2, np.array([x1]), n1)
        assert (e, less, more) == pytest.approx((-d, -high, -low))

    def test_one_table_or_many(self):
        # Newcombe (1998), Stat Med 17:873-890, table II.
        assert [round(float(value), 4) for value in newcombe(56, 70, 48, 80)] == [0.2, 0.0524, 0.3339]

    @pytest.mark.parametrize("wrong", [(11, 10, 3, 10), (3, 10, -1, 10), (np.array([3, 11]), 10, np.array([3, 3]), 10)])
    def test_more_than_there_are_cannot_be(self, wrong):
        with pytest.raises(StudyError, match="people cannot have a theme; give x1, n1, x2, n2"):
            newcombe(*wrong)

    def test_a_level_lies_between_0_and_1(self):
        with pytest.raises(StudyError, match="between 0 and 1, unlike 95"):
            newcombe(5, 10, 3, 10, level=95)

    def test_a_group_without_people_has_none(self):
        assert np.isnan(np.ravel(newcombe(np.array([0]), 0, np.array([1]), 3))).all()


def exhaustively(x1, n1, x2, n2):
    """Return Fisher's p by dealing the people who have a theme out in every possible way."""
    people = range(n1 + n2)
    ways = [sum(person < n1 for person in hits) for hits in combinations(people, x1 + x2)]
    often = {k: ways.count(k) for k in set(ways)}
    return sum(n for n in often.values() if n <= often[x1]) / len(ways)


class TestFisher:
    @pytest.mark.parametrize(("x1", "n1", "x2", "n2", "p"), FISHER)
    def test_the_published_values(self, x1, n1, x2, n2, p):
        assert float(f"{fisher(x1, n1, x2, n2):.4g}") == p

    def test_more_than_there_are_cannot_be(self):
        with pytest.raises(StudyError, match="5 of 4 people cannot have a theme; give x1, n1, x2, n2"):
            fisher(5, 4, 1, 4)

    def test_every_small_table_is_what_dealing_out_gives(self):
        for n1, n2 in product(range(1, 5), repeat=2):
            for x1, x2 in product(range(n1 + 1), range(n2 + 1)):
                assert fisher(x1, n1, x2, n2) == pytest.approx(exhaustively(x1, n1, x2, n2)), (x1, n1, x2, n2)

    @given(st.integers(1, 60), st.integers(1, 60), st.data())
    def test_groups_and_what_is_counted_may_be_swapped(self, n1, n2, data):
        x1, x2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
        p = fisher(x1, n1, x2, n2)
        assert 0 < p <= 1
        assert isclose(p, fisher(x2, n2, x1, n1)) and isclose(p, fisher(n1 - x1, n1, n2 - x2, n2))


class TestPermutation:
    def test_three_groups_against_every_table_weighed_by_its_ways(self):
        size, seen = (4, 5, 6), (4, 1, 1)
        statistic = {
            k: sum(x * x / n for x, n in zip(k, size, strict=True))
            for k in product(*(range(n + 1) for n in size))
            if sum(k) == sum(seen)
        }
        ways = {k: np.prod([comb(n, x) for x, n in zip(k, size, strict=True)]) for k in statistic}
        exact = sum(ways[k] for k in ways if statistic[k] >= statistic[seen] - 1e-9) / sum(ways.values())
        (p,) = permutation(np.array([seen]), np.array(size), permutations=40_000)
        assert p == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 40_000))

    def test_two_equal_groups_give_what_fisher_gives(self):
        found = np.array([[8, 2], [6, 4], [10, 1]])
        p = permutation(found, np.array([11, 11]), permutations=40_000)
        assert p == pytest.approx([fisher(a, 11, b, 11) for a, b in found], abs=0.01)

    def test_p_is_never_0_and_does_not_depend_on_the_other_themes(self):
        found, size = np.array([[30, 0], [12, 18]]), np.array([30, 30])
        p = permutation(found, size, permutations=99, seed=4)
        assert p[0] == 0.01
        assert permutation(found[::-1], size, permutations=99, seed=4).tolist() == p[::-1].tolist()

    def test_no_permutations_are_no_test(self):
        with pytest.raises(StudyError, match="a test of 0 permutations cannot be"):
            permutation(np.array([[1, 0]]), np.array([1, 1]), permutations=0)


class TestHolm:
    def test_the_steps_of_a_worked_example(self):
        """0.01 * 4, 0.02 * 3, 0.03 * 2 and 0.04 * 1; none below the one before."""
        assert holm(np.array([0.04, 0.01, np.nan, 0.03, 0.02])).tolist() == pytest.approx(
            [0.06, 0.04, np.nan, 0.06, 0.06], nan_ok=True
        )

    def test_shares_of_more_than_1_are_no_p_values(self):
        with pytest.raises(StudyError, match="p-values lie between 0 and 1"):
            holm(np.array([0.01, 4.0]))

    @given(st.lists(st.one_of(st.floats(0, 1), st.just(float("nan"))), max_size=8))
    def test_it_rejects_what_stepping_down_rejects(self, values):
        p = np.array(values, dtype=float)
        adjusted = holm(p)
        known = sorted(v for v in values if v == v)
        for level in (0.01, 0.05, 0.5):
            rejected = 0
            while rejected < len(known) and known[rejected] * (len(known) - rejected) <= level:
                rejected += 1
            assert (adjusted <= level).sum() == rejected
        assert np.isnan(adjusted).tolist() == np.isnan(p).tolist()


PEOPLE = 24


@pytest.fixture
def grouped(made):
    """Return 24 people of whom 11 are at home in the north; and who of them speaks to what."""

    def build(has, group=("north",) * 11 + ("south",) * 13, about=None, **tables):
        names = [f"p{n:02d}" for n in range(len(group))]
        codes = {"code": ["top", "a", "b", "c"], "name": ["Top", "A", "B", "C"], "parent": ["", "top", "top", ""]}
        rows = [(f"d-{names[n]}", code) for code, people in has.items() for n in people]
        return made(
            {"attributes": {"home": about or {}}},
            participants={"participant": names, "home": list(group)},
            documents={"document": [f"d-{name}" for name in names], "participant": names},
            codes=codes,
            codings={"coder": "x", "document": [row[0] for row in rows], "code": [row[1] for row in rows]},
            **tables,
        )

    return build


def of(table, code):
    return table.set_index("code").loc[code]


class TestDifferences:
    def test_counts_stand_side_by_side_and_nothing_else_unless_asked(self, grouped):
        table = differences(grouped({"a": range(9), "b": [0, 11]}), "home")
        assert list(table)[5:] == ["south: n", "south: of", "north: n", "north: of"]  # the larger group first
        assert table.iloc[:, [0, 3, 4, 5, 6, 7, 8]].values.tolist() == [
            ["top", 0, "named", 1, 13, 9, 11],
            ["a", 1, "named", 0, 13, 9, 11],
            ["b", 1, "named", 1, 13, 1, 11],
            ["c", 0, "absent", 0, 13, 0, 11],
        ]

    def test_intervals_and_tests_are_those_of_the_counts(self, grouped):
        study = grouped({"a": range(9), "b": [0, 11]})
        table = differences(study, "home", interval=True, test="exact")
        row = of(table, "a")
        d, low, high = newcombe(np.array([0]), 13, np.array([9]), 11)
        assert row[["difference", "low", "high"]].tolist() == [d[0], low[0], high[0]]
        p = [fisher(1, 13, 9, 11), fisher(0, 13, 9, 11), fisher(1, 13, 1, 11)]
        assert table["p"].tolist() == pytest.approx([*p, np.nan], nan_ok=True)
        assert table["p_holm"].tolist() == pytest.approx([2 * p[0], 3 * p[1], p[2], np.nan], nan_ok=True)
        assert table["compared"].tolist() == [3] * 4
        shuffled = differences(study, "home", test="permutation", seed=1)
        assert shuffled["p"].tolist() == pytest.approx([*p, np.nan], abs=0.02, nan_ok=True)

    def test_what_cannot_differ_or_is_not_known_is_not_tested(self, grouped, made):
        study = grouped({"a": range(PEOPLE), "b": [0]})
        tables = study.tables()
        sample = pd.DataFrame({"coder": ["x"], "document": [""], "code": ["c"]})
        tables["codings"] = pd.concat([tables["codings"].astype(object), sample], ignore_index=True)
        study = made({}, **{name: frame for name, frame in tables.items() if len(frame)})
        table = differences(study, "home", interval=True, test="exact")
        assert table["state"].tolist() == ["named", "named", "named", "unnamed"]
        assert table["p"].isna().tolist() == [True, True, False, True]  # everybody; everybody; one; nobody named
        assert table["difference"].isna().tolist() == [False, False, False, True]
        assert table["compared"].tolist() == [1] * 4 and of(table, "b")["p_holm"] == of(table, "b")["p"]

    def test_two_interviews_of_a_person_count_once(self, grouped):
        study = grouped({"a": [0, 0, 1]})
        tables = study.tables()
        again = pd.DataFrame({"document": ["again"], "participant": ["p00"], "text": [""]})
        coded = pd.DataFrame({"coder": ["x"], "document": ["again"], "code": ["a"]})
        tables["documents"] = pd.concat([tables["documents"].astype(object), again], ignore_index=True)
        tables["codings"] = pd.concat([tables["codings"].astype(object), coded], ignore_index=True)
        row = of(differences(make_study("twice", tables), "home"), "a")
        assert (row["north: n"], row["north: of"]) == (2, 11)

    def test_people_whose_value_is_missing_are_in_no_group(self, grouped):
        group = ["north"] * 11 + ["south"] * 11 + [None, None]
        table = differences(grouped({"a": range(PEOPLE)}, group), "home", interval=True, test="exact")
        assert of(table, "a")[["north: n", "north: of", "south: n", "south: of"]].tolist() == [11, 11, 11, 11]
        assert not [name for name in table if "issing" in name]

    def test_a_level_without_people_is_shown_and_not_compared(self, grouped):
        about = {"levels": ["east", "north", "south"]}
        study = grouped({"a": range(9)}, about=about)
        table = differences(study, "home", interval=True, test="exact")
        assert [name for name in table if ": of" in name] == ["east: of", "north: of", "south: of"]
        row = of(table, "a")
        assert row["difference"] == pytest.approx(9 / 11) and row["p"] == pytest.approx(fisher(9, 11, 0, 13))
        assert of(differences(study, "home", test="permutation", permutations=999), "a")["p"] == pytest.approx(0.001)
        none = grouped({"a": [0, 1, 12], "b": range(PEOPLE)}, about=about)
        assert of(differences(none, "home", test="permutation"), "a")["p"] > 0.5

    def test_people_who_were_not_asked_are_not_in_the_base(self, grouped):
        names = [f"d-p{n:02d}" for n in range(5, PEOPLE)]
        study = grouped({"a": [6, 12]}, assignments={"document": names, "coder": ["x"] * len(names)})
        assert of(differences(study, "home"), "a")[["north: n", "north: of"]].tolist() == [1, 6]

    @pytest.mark.parametrize("pair", [("low", "high"), ("state", "p"), ("n", "of"), ("x", "x: of"), ("code", "depth")])
    def test_groups_may_be_called_like_columns(self, grouped, pair):
        group = [pair[0]] * 11 + [pair[1]] * 13
        plain = differences(grouped({"a": range(9), "b": [0, 11]}), "home", interval=True, test="exact")
        table = differences(grouped({"a": range(9), "b": [0, 11]}, group), "home", interval=True, test="exact")
        renamed = [name.replace("north", pair[0]).replace("south", pair[1]) for name in plain]
        pd.testing.assert_frame_equal(table, plain.set_axis(renamed, axis=1))

    def test_names_of_groups_and_the_order_of_people_do_not_matter(self, grouped):
        backwards = [PEOPLE - 1 - n for n in range(9)]
        mirrored = grouped({"a": backwards}, ["1"] * 13 + ["2"] * 11, about={"levels": ["1", "2"]})
        plain = grouped({"a": range(9)}, about={"levels": ["south", "north"]})
        one, other = (differences(study, "home", interval=True, test="exact") for study in (plain, mirrored))
        pd.testing.assert_frame_equal(one, other.set_axis(list(one), axis=1))

    def test_little_studies_have_little_tables(self, made, grouped):
        assert differences(made(participants={"participant": ["Ann"], "home": ["x"]}), "home").empty
        lonely = differences(grouped({"a": [0]}, ["north"]), "home")
        assert of(lonely, "a")[["north: n", "north: of"]].tolist() == [1, 1]
        unknown = differences(grouped({"a": [0]}, [None, None]), "home")
        assert list(unknown) == ["code", "name", "parent", "depth", "state"]
        assert unknown["state"].tolist() == ["named", "named", "absent", "absent"]


class TestRefused:
    @pytest.mark.parametrize("test", ["exact", "permutation"])
    def test_a_p_value_of_fewer_than_20_people_unless_insisted(self, grouped, test):
        few, enough = (grouped({"a": range(6)}, ["x"] * 9 + ["y"] * rest) for rest in (10, 11))
        with pytest.raises(StudyError, match="19 people are too few for a p-value to mean anything"):
            differences(few, "home", test=test)
        assert differences(few, "home", test=test, small=True)["p"].notna().any()
        assert differences(enough, "home", test=test)["p"].notna().any()
        assert differences(few, "home", interval=True)["low"].notna().all()

    @pytest.mark.parametrize(
        ("group", "options", "message"),
        [
            (["x"] * 24, {"test": "exact"}, "a test needs two groups with people in them; 'home' has 'x'"),
            (["x"] * 24, {"interval": True}, "an interval of the difference needs two groups with people in them"),
            (
                ["x", "y", "z"] * 8,
                {"test": "exact"},
                "'home' has 3 groups; intervals and the exact test compare two, test='permutation' more",
            ),
            (
                ["x", "y", "z"] * 8,
                {"interval": True},
                "'home' has 3 groups; intervals and the exact test compare two, test='permutation' more",
            ),
            ([None] * 24, {"test": "permutation"}, "a test needs two groups with people in them; 'home' has nothing"),
            (["x", "y"] * 12, {"test": "chi2"}, "there is no test 'chi2'; tests are 'exact', 'permutation'"),
        ],
    )
    def test_what_has_no_answer(self, grouped, group, options, message):
        with pytest.raises(StudyError, match=message):
            differences(grouped({"a": range(6)}, group), "home", **options)

    def test_groups_that_overlap(self, grouped):
        study = grouped({"a": range(6)}, ["x; y", "x"] * 12, about={"multivalued": True})
        assert of(differences(study, "home"), "a")[["x: n", "x: of", "y: n", "y: of"]].tolist() == [6, 24, 3, 12]
        with pytest.raises(StudyError, match="a test needs separate groups, but a person may have several values of"):
            differences(study, "home", test="exact")

    def test_an_unknown_attribute_and_a_number_without_bands(self, grouped):
        study = grouped({"a": range(6)}, list(range(PEOPLE)))
        with pytest.raises(StudyError, match="no attribute 'hoem'"):
            differences(study, "hoem")
        with pytest.raises(StudyError, match="'home' is a number; say where to cut it"):
            differences(study, "home")
        row = of(differences(study, "home", bands=(6,), interval=True), "a")
        assert row[["under 6: n", "under 6: of", "6 and over: n", "6 and over: of"]].tolist() == [6, 6, 0, 18]
        assert row["difference"] == 1

    def test_doses_of_different_drugs_are_not_pooled(self, grouped):
        study = grouped({"a": range(6)}, list(range(PEOPLE)), about={"within": "participant"})
        with pytest.raises(
            StudyError, match="'home' means something else in each 'participant': people are not grouped"
        ):
            differences(study, "home", bands=(6,))

    def test_three_groups_can_be_shuffled(self, grouped):
        table = differences(grouped({"a": range(0, 24, 3)}, ["x", "y", "z"] * 8), "home", test="permutation")
        assert of(table, "a")["p"] == pytest.approx(1e-4)


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=4))
def test_a_permutation_p_is_within_chance_of_the_exact_one(found):
    p = permutation(np.array(found), np.array([8, 8]), permutations=2000)
    for value, (a, b) in zip(p, found, strict=True):
        exact = exhaustively_by_statistic(a, b, 8)
        assert value == pytest.approx(exact, abs=5 * np.sqrt(exact * (1 - exact) / 2000) + 1 / 2000)


def exhaustively_by_statistic(a, b, n):
    ways = {k: comb(n, k) * comb(n, a + b - k) for k in range(max(0, a + b - n), min(n, a + b) + 1)}
    return sum(w for k, w in ways.items() if abs(2 * k - a - b) >= abs(a - b)) / comb(2 * n, a + b)
