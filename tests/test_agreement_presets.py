"""What other programs print: their documented examples and rules."""

import types
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers import make_study
from helpers.agreement import atlas_ti, maxqda, means, nvivo, nvivo_average, per_code, unitised, unitising
from helpers.errors import StudyError


def study_of(codings, texts, asked=None):
    tables = {
        "documents": pd.DataFrame({"document": list(texts), "participant": "", "text": list(texts.values())}),
        "codes": pd.DataFrame(
            {"code": ["t", "x", "y", "z"], "name": ["T", "X", "Y", "Z"], "parent": ["", "t", "t", ""]}
        ),
        "codings": pd.DataFrame(codings, columns=["coder", "document", "start", "end", "code"]),
    }
    if asked:
        tables["assignments"] = pd.DataFrame(asked, columns=["document", "coder"])
    return make_study("s", tables)


class TestNvivo:
    # NVivo help, Coding Comparison query: 1,000 characters, 50 coded by both, 150 by one, 800 by neither: 85 %.
    texts = types.MappingProxyType({"d1": "a" * 1000, "d2": "b" * 500})
    codings = (("a", "d1", 0, 125, "x"), ("b", "d1", 75, 200, "x"), ("a", "d2", 0, 9, "y"), ("b", "d2", 0, 9, "z"))
    table = nvivo(study_of(codings, texts), "a", "b").set_index(["code", "document"])

    def test_the_example_of_its_help(self):
        row = self.table.loc[("x", "d1")]
        assert row[["agreement", "a_and_b", "not_a_and_not_b"]].tolist() == [85.0, 5.0, 80.0]
        assert row[["disagreement", "a_and_not_b", "b_and_not_a"]].tolist() == [15.0, 7.5, 7.5]
        assert round(row["kappa"], 3) == 0.314

    def test_nobody_coded_is_shown_as_1_and_one_alone_as_0(self):
        assert self.table.loc[("x", "d2"), "kappa"] == 1
        assert self.table.loc[("y", "d2"), "kappa"] == 0
        ours = per_code(study_of(self.codings, self.texts), unit="character", documents=["d2"]).set_index("code")
        assert np.isnan(ours.loc["x", "cohen_kappa"])

    def test_averages_say_how_files_are_weighted(self):
        study = study_of(self.codings, self.texts)
        by_size, equally = (nvivo_average(nvivo(study, "a", "b"), w).set_index("code") for w in ("size", "equal"))
        kappa = self.table.loc[("x", "d1"), "kappa"]
        assert by_size.loc["x", "kappa"] == pytest.approx((kappa * 1000 + 500) / 1500)
        assert equally.loc["x", "kappa"] == pytest.approx((kappa + 1) / 2)
        assert by_size.loc["x", "weights"] == "size"

    def test_groups_of_users_are_taken_as_one(self):
        more = [*self.codings, ("c", "d1", 75, 200, "x")]
        row = nvivo(study_of(more, self.texts), ["a", "c"], "b", documents=["d1"]).set_index("code").loc["x"]
        assert row[["a_and_b", "a_and_not_b", "b_and_not_a"]].tolist() == [12.5, 7.5, 0.0]

    @pytest.mark.parametrize(
        ("groups", "documents", "message"),
        [
            (("a", "q"), None, "no coder 'q'"),
            ((["a", "b"], "b"), None, "coder 'b' is in both groups"),
            (([], "b"), None, "each group needs a coder; there are 'a', 'b'"),
            (("a", "b"), ["d1", "d9"], "no document 'd9' in this study; it has 'd1', 'd2'"),
        ],
    )
    def test_what_cannot_be_compared_is_refused(self, groups, documents, message):
        with pytest.raises(StudyError, match=message):
            nvivo(study_of(self.codings, self.texts), *groups, documents=documents)

    def test_a_file_that_both_coded_from_end_to_end_has_kappa_1(self):
        study = study_of([("a", "d1", 0, 3, "x"), ("b", "d1", None, None, "x")], {"d1": "abc"})
        assert nvivo(study, "a", "b").set_index("code").loc["x", ["kappa", "a_and_b"]].tolist() == [1, 100]

    def test_without_a_text_there_is_nothing_to_compare(self):
        study = study_of([("a", "d1", None, None, "x"), ("b", "d1", None, None, "x")], {"d1": ""})
        with pytest.raises(StudyError, match="no texts to compare coding of in characters; per_code with unit 'doc"):
            nvivo(study, "a", "b")

    def test_one_file_by_its_name(self):
        table = nvivo(study_of(self.codings, self.texts), "a", "b", documents="d1")
        assert set(table["document"]) == {"d1"}
        with pytest.raises(StudyError, match="no weight 'sise'; weights are 'size', 'equal'"):
            nvivo_average(table, "sise")


class TestMaxqda:
    texts = types.MappingProxyType({"d1": "a" * 100, "d2": "b" * 100})
    asked = tuple((d, c) for d in ("d1", "d2") for c in "ab")
    codings = (
        ("a", "d1", 0, 20, "x"), ("b", "d1", 1, 20, "x"),  # 95 % of what either covers
        ("a", "d1", 30, 50, "y"), ("b", "d1", 35, 50, "y"),  # 75 %
        ("a", "d2", 0, 10, "x"), ("a", "d2", 20, 30, "x"), ("b", "d2", 0, 10, "x"),
    )  # fmt: skip

    def test_segments_agree_where_they_overlap_enough(self):
        table = maxqda(study_of(self.codings, self.texts, self.asked), "a", "b").set_index("code")
        assert table.loc["x", ["agreements", "disagreements", "percent"]].tolist() == [4, 1, 80.0]
        assert table.loc["y", ["agreements", "disagreements"]].tolist() == [0, 2]
        looser = maxqda(study_of(self.codings, self.texts, self.asked), "a", "b", overlap=0.75).set_index("code")
        assert looser.loc["y", "agreements"] == 2

    def test_kappa_has_no_cell_for_what_neither_coded(self):
        total = maxqda(study_of(self.codings, self.texts, self.asked), "a", "b").iloc[-1]
        observed, chance = 4 / 7, 2 / 3**2  # two codes, and segments that only one coder has
        assert total[["p_observed", "p_chance"]].tolist() == pytest.approx([observed, chance])
        assert total["kappa"] == pytest.approx((observed - chance) / (1 - chance))

    def test_chance_is_1_by_the_number_of_codes_where_segments_are_given(self):
        codings = [(c, "d1", at, at + 10, k) for at, ks in ((0, "xx"), (20, "xy"), (40, "yy"))
                   for c, k in zip("ab", ks, strict=True)]  # fmt: skip
        total = maxqda(study_of(codings, self.texts, self.asked), "a", "b").iloc[-1]
        assert total[["p_observed", "p_chance"]].tolist() == pytest.approx([4 / 6, 1 / 2])

    def test_presence_and_frequency_in_documents(self):
        study = study_of(self.codings, self.texts, self.asked)
        assert maxqda(study, "a", "b", variant="presence").set_index("code").loc["x", "percent"] == 100
        assert maxqda(study, "a", "b", variant="frequency").set_index("code").loc["x", "percent"] == 50

    @pytest.mark.parametrize("variant", ["presence", "frequency"])
    def test_a_document_that_one_coder_alone_was_asked_for_is_no_agreement(self, variant):
        study = study_of(self.codings, self.texts, [("d1", "a"), ("d1", "b"), ("d2", "a")])
        table = maxqda(study, "a", "b", variant=variant).set_index("code")
        assert table.loc["x", ["agreements", "total"]].tolist() == [1, 1]

    @pytest.mark.parametrize("overlap", [90, 0, -0.5])
    def test_an_overlap_in_percent_is_not_taken_for_one_that_nothing_reaches(self, overlap):
        with pytest.raises(StudyError, match=f"overlap is a share, 0.9 where MAXQDA says 90 %, not {overlap}"):
            maxqda(study_of(self.codings, self.texts, self.asked), "a", "b", overlap=overlap)

    def test_a_variant_that_is_not_there(self):
        with pytest.raises(StudyError, match=r"no variant 'segment'; .* The nearest is 'segments'"):
            maxqda(study_of(self.codings, self.texts, self.asked), "a", "b", variant="segment")


def test_atlas_ti_measures_themes_as_semantic_domains():
    texts = {"d1": "a" * 60}
    codings = [("a", "d1", 0, 10, "x"), ("a", "d1", 20, 30, "y"), ("a", "d1", 40, 50, "z"),
               ("b", "d1", 2, 10, "x"), ("b", "d1", 20, 28, "x"), ("b", "d1", 41, 52, "z")]  # fmt: skip
    study = study_of(codings, texts)
    table = atlas_ti(study).set_index("theme")
    theme = per_code(study, unit="character", level="theme").set_index("code").loc["t"]
    assert table.loc["t", "c_alpha_binary"] == pytest.approx(theme["krippendorff_alpha"])
    assert table.loc["t", "percent"] == pytest.approx(100 * theme["percent"])
    inside = [(coder, code, start, end) for coder, _, start, end, code in codings if code != "z"]
    assert table.loc["t", "cu_alpha"] == pytest.approx(unitising(inside, 60)["cu"])
    assert table.loc["t", "holsti"] == pytest.approx(2 * 8 / (20 + 16))  # lengths given the same code by both
    domains = [(coder, "t" if code != "z" else "z", start, end) for coder, _, start, end, code in codings]
    assert table.loc["", "Cu_alpha"] == pytest.approx(unitising(domains, 60)["cu"])


def test_atlas_tis_holsti_of_three_coders_is_the_mean_over_pairs():
    codings = [("a", "d1", 0, 10, "z"), ("b", "d1", 0, 10, "z"), ("c", "d1", 0, 2, "z")]
    table = atlas_ti(study_of(codings, {"d1": "a" * 60})).set_index("theme")
    assert table.loc["z", "holsti"] == pytest.approx((1 + 1 / 3 + 1 / 3) / 3)


def test_atlas_ti_takes_coders_that_can_be_gone_through_once():
    study = study_of([("a", "d1", 0, 10, "z"), ("b", "d1", 0, 5, "z"), ("c", "d1", 0, 2, "z")], {"d1": "a" * 60})
    pd.testing.assert_frame_equal(atlas_ti(study, coders=(c for c in "ab")), atlas_ti(study, coders=["a", "b"]))


def test_atlas_ti_gives_each_theme_its_own_coefficients_whatever_the_order_of_the_codebook():
    codings = [("a", "d1", 0, 10, "x"), ("b", "d1", 0, 12, "x"), ("a", "d1", 20, 30, "y"), ("b", "d1", 20, 30, "x"),
               ("a", "d1", 50, 60, "z"), ("b", "d1", 55, 60, "z")]  # fmt: skip
    study = study_of(codings, {"d1": "a" * 100})
    turned = replace(study, codes=study.codes.assign(order=np.arange(len(study.codes))[::-1].astype(float)))
    expected, table = (atlas_ti(s).set_index("theme") for s in (study, turned))
    assert list(table.index) == ["z", "t", ""]
    assert table.loc["t", "cu_alpha"] == 0
    assert np.isnan(table.loc["z", "cu_alpha"])
    pd.testing.assert_frame_equal(table.loc[expected.index], expected)
    assert unitised(turned)["theme"].tolist() == ["z", "t"]


def test_atlas_ti_says_where_its_own_rules_do_not_allow_a_coefficient():
    texts = {"d1": "a" * 60}
    codings = [("a", "d1", 0, 10, "x"), ("a", "d1", 5, 15, "y"), ("a", "d1", 5, 20, "z"), ("b", "d1", 2, 10, "x")]
    table = atlas_ti(study_of(codings, texts)).set_index("theme")
    assert "overlap" in table.loc["t", "undefined"]
    assert "themes overlap" in table.loc["", "undefined"]


def test_atlas_ti_leaves_out_pairs_who_coded_nothing_and_says_why_a_coefficient_is_undefined():
    asked = [("d1", coder) for coder in "abc"]
    table = atlas_ti(study_of([("a", "d1", 0, 10, "z")], {"d1": "a" * 60}, asked)).set_index("theme")
    assert table.loc["z", "holsti"] == 0  # of a and b, and of a and c; b and c have nothing
    assert np.isnan(table.loc["t", "holsti"])
    assert table.loc["t", "undefined"] == (
        "c_alpha_binary: no variation: nobody used the code; cu: no variation: nobody marked a unit"
    )
    assert table.loc["", "undefined"] == "Cu_alpha: no unit intersects one of another coder"


def test_results_say_whether_who_was_asked_is_assumed_and_what_was_left_out():
    codings, texts = (
        [("a", "d1", 0, 3, "x"), ("b", "d1", 0, 3, "x"), ("b", "d2", 0, 3, "x")],
        {"d1": "abc", "d2": "def"},
    )
    asked = [("d1", "a"), ("d1", "b")]
    stray = "1 coding in documents that their coder was not asked to code left out"
    for known, notes in ((None, []), (asked, [stray])):
        study = study_of(codings, texts, known)
        for table in (maxqda(study, "a", "b"), atlas_ti(study), means(per_code(study, unit="character"))):
            assert table.attrs["assumed"] == (known is None)
            assert table.attrs["notes"] == notes
