"""Agreement on the codes of a study: against coefficients of units × coders that are spelt out one by one."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import make_study
from helpers.about import About
from helpers.agreement import coefficients, holsti, means, obstacle, per_code, pooled_kappa, sentence
from helpers.errors import StudyError
from helpers.units import matrix

TEXTS = {"d1": "One. Two three.\nFour five six.\n", "d2": "Seven!\n\nEight nine ten. Eleven.", "d3": "Twelve."}
CODES = pd.DataFrame(
    {"code": ["top", "hope", "fear", "luck"], "name": ["Top", "Hope", "Fear", "Luck"], "parent": ["", "top", "top", ""]}
)
BELOW = {"top": ["top", "hope", "fear"], "hope": ["hope"], "fear": ["fear"], "luck": ["luck"]}
TURNS = pd.DataFrame(
    [("d1", 0, 15, "I"), ("d1", 16, 31, "P"), ("d2", 0, 6, "P"), ("d2", 8, 31, "I"), ("d3", 0, 7, "I")],
    columns=["document", "start", "end", "speaker"],
)
SHARED = ["percent", "fleiss_kappa", "conger_kappa", "brennan_prediger", "gwet_ac1", "krippendorff_alpha"]
PAIR = ["cohen_kappa", "scott_pi"]


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def study_of(codings, *, asked=None, texts=TEXTS, people=None, consensus="", turns=None):
    """Make a study of (coder, document, start, end, code) and (document, coder)."""
    people = people or {}
    tables = {
        "participants": pd.DataFrame({"participant": sorted(set(people.values()))}),
        "documents": pd.DataFrame(
            {"document": list(texts), "participant": [people.get(d, "") for d in texts], "text": list(texts.values())}
        ),
        "codes": CODES,
        "codings": pd.DataFrame(codings, columns=["coder", "document", "start", "end", "code"]),
    }
    if asked is not None:
        tables["assignments"] = pd.DataFrame(asked, columns=["document", "coder"])
    if turns is not None:
        tables["turns"] = turns.assign(participant="")
    return make_study("s", tables, About(consensus=consensus))


EVERYONE = [(document, coder) for document in TEXTS for coder in "abc"]


@st.composite
def studies(draw):
    """Draw a study of three coders, not all of whom were asked for everything."""
    asked = [pair for pair in EVERYONE if draw(st.integers(0, 5))] + [("d1", "a"), ("d1", "b"), ("d1", "c")]
    codings = []
    for _ in range(draw(st.integers(0, 14))):
        document, coder = draw(st.sampled_from(asked))
        start = draw(st.integers(0, len(TEXTS[document]) - 1))
        end = draw(st.integers(start, min(start + 14, len(TEXTS[document]))))
        code = draw(st.sampled_from(list(CODES["code"])))
        whole = draw(st.integers(0, 9)) == 0
        codings.append((coder, document, None if whole else start, None if whole else end, code))
    return study_of(codings, asked=sorted(set(asked)), turns=TURNS)


def spelt_out(study, codes, coders):
    """Return characters × coders, yes or no to any of the codes, NaN where the coder was not asked."""
    asked = set(study.assignments[["document", "coder"]].astype(str).itertuples(index=False, name=None))
    codings = study.codings[["document", "coder", "code", "start", "end"]].to_numpy(dtype=object)
    blocks = []
    for document, text in zip(study.documents["document"], study.documents["text"], strict=True):
        block = np.full((len(text), len(coders)), np.nan)
        for column, coder in enumerate(coders):
            if (document, coder) in asked:
                block[:, column] = 0
                for where, who, code, start, end in codings:
                    if (where, who) == (document, coder) and code in codes:
                        block[slice(None) if start is pd.NA else slice(start, end), column] = 1
        blocks.append(block)
    return np.concatenate(blocks)


def compare(row, ratings):
    result = coefficients(ratings)
    names = SHARED + (PAIR if ratings.shape[1] == 2 else [])
    np.testing.assert_allclose([row[name] for name in names], result[names].to_numpy(), atol=1e-9, err_msg=row["code"])
    assert row["n_pairable"] == result["n_pairable"]
    twice = ratings[(~np.isnan(ratings)).sum(axis=1) > 1]
    assert row["prevalence"] == pytest.approx(np.nanmean(twice) if len(twice) else np.nan, nan_ok=True)
    assert (row["undefined"] == "") == (not np.isnan(result["krippendorff_alpha"]))
    if ratings.shape[1] == 2:
        both = ratings[~np.isnan(ratings).any(axis=1)]
        cells = [((both == pattern).all(axis=1)).sum() for pattern in ([1, 1], [1, 0], [0, 1], [0, 0])]
        assert [row[name] for name in ("both", "only_a", "only_b", "neither")] == cells


@pytest.mark.parametrize("level", ["code", "theme", "all"])
@given(study=studies())
@settings(max_examples=8, deadline=None)
def test_characters_are_compared_as_if_one_by_one(level, study):
    table = per_code(study, unit="character", level=level)
    for row in table.to_dict("records"):
        coders = [row["coder_a"], row["coder_b"]] if row["coder_b"] else list("abc")
        ratings = spelt_out(study, [row["code"]] if level == "code" else BELOW[row["code"]], coders)
        compare(row, ratings if len(coders) == 3 else np.where(np.isnan(ratings).any(axis=1)[:, None], np.nan, ratings))


@pytest.mark.parametrize("unit", ["document", "paragraph", "sentence", "turn", "window"])
@given(study=studies())
@settings(max_examples=8, deadline=None)
def test_units_are_compared_as_in_the_matrix_of_units(unit, study):
    table = per_code(study, unit=unit, size=7)
    long = matrix(study, unit, size=7)
    if unit == "document":  # where a coding has no length, it is in the document but at no place of it
        long = long.copy()
        for _, coding in study.codings.iterrows():
            long.loc[(coding["document"], 1, coding["coder"]), coding["code"]] = True
    for row in table.to_dict("records"):
        coders = [row["coder_a"], row["coder_b"]] if row["coder_b"] else list("abc")
        ratings = long[row["code"]].unstack("coder").reindex(columns=coders).astype(float).to_numpy()
        compare(row, ratings if len(coders) == 3 else np.where(np.isnan(ratings).any(axis=1)[:, None], np.nan, ratings))


@given(studies())
@settings(max_examples=8, deadline=None)
def test_the_order_of_coders_and_documents_and_the_names_of_codes_do_not_matter(study):
    expected = per_code(study, unit="character", interval="document", resamples=50)
    table = per_code(study, unit="character", coders=["b", "a", "c"], interval="document", resamples=50)
    swapped = {"only_a": "only_b", "only_b": "only_a", "coder_a": "coder_b", "coder_b": "coder_a"}
    first, again = (t[t["coders"] == who].reset_index(drop=True) for t, who in ((expected, "a, b"), (table, "b, a")))
    again = again.rename(columns=swapped)[first.columns].assign(coders="a, b", bias_index=-again["bias_index"])
    pd.testing.assert_frame_equal(again, first, atol=1e-9)

    names = {"top": "z", "hope": "y", "fear": "x", "luck": "w", "": ""}
    tables = {name: frame.astype("str", errors="ignore") for name, frame in study.tables().items()}
    tables["codings"] = study.codings.astype({"coder": "str", "document": "str", "code": "str"})
    tables["codings"]["code"] = tables["codings"]["code"].map(names)
    tables["codes"] = CODES.assign(code=CODES["code"].map(names), parent=CODES["parent"].map(names))
    tables["documents"] = study.documents.astype({"document": "str", "participant": "str"}).iloc[::-1]
    renamed = per_code(make_study("s", tables), unit="character")
    plain = per_code(study, unit="character").assign(code=lambda t: t["code"].map(names))
    pd.testing.assert_frame_equal(renamed, plain, check_dtype=False, atol=1e-9)


@given(studies(), st.randoms())
@settings(max_examples=8, deadline=None)
def test_a_span_in_two_touching_or_overlapping_pieces_is_one(study, random):
    pieces = []
    for row in study.codings[["coder", "document", "start", "end", "code"]].itertuples(index=False):
        if row.start is pd.NA or row.end - row.start < 2:
            pieces.append(tuple(row))
            continue
        start, end = int(row.start), int(row.end)
        cut = random.randint(start + 1, end - 1)
        pieces += [tuple(row._replace(end=cut)), tuple(row._replace(start=random.randint(start, cut)))]
    asked = study.assignments[["document", "coder"]].astype(str).to_numpy().tolist()
    split = study_of(pieces, asked=asked)
    for level in ("code", "theme", "all"):
        pd.testing.assert_frame_equal(
            per_code(split, unit="character", level=level), per_code(study, unit="character", level=level)
        )


def test_a_theme_counts_what_is_below_it_once():
    study = study_of(
        [("a", "d1", 0, 4, "hope"), ("a", "d1", 2, 6, "fear"), ("b", "d1", 0, 6, "top"), ("b", "d1", 1, 3, "fear")],
        asked=EVERYONE[:3],
    )
    table = per_code(study, unit="character", coders=["a", "b"], level="theme").set_index("code")
    assert list(table.index) == ["top", "luck"]
    assert table.loc["top", ["both", "only_a", "only_b", "positive"]].tolist() == [6, 0, 0, 1.0]
    everything = per_code(study, unit="character", coders=["a", "b"], level="all").set_index("code")
    assert list(everything.index) == ["top", "hope", "fear", "luck"]
    assert everything.loc["fear", ["both", "only_a", "only_b"]].tolist() == [1, 3, 1]
    own = per_code(study, unit="character", coders=["a", "b"]).set_index("code")
    assert own.loc["top", ["both", "only_b"]].tolist() == [0, 6]


def test_a_heading_that_nobody_gave_has_no_row_but_an_unused_code_has():
    study = study_of([("a", "d1", 0, 4, "hope"), ("b", "d1", 0, 4, "hope")])
    table = per_code(study, unit="character").set_index("code")
    assert list(table.index) == ["hope", "fear", "luck"]
    assert table.loc["luck", "undefined"] == "no variation: nobody used the code"
    assert table.loc["hope", "undefined"] == ""


class TestWhoWasAsked:
    codings = (("a", "d1", 0, 4, "hope"), ("b", "d1", 0, 4, "hope"), ("a", "d2", 0, 6, "hope"))

    def test_a_document_that_a_coder_was_not_asked_for_is_left_out_not_read_as_nothing_found(self):
        table = per_code(study_of(self.codings, asked=[("d1", "a"), ("d1", "b"), ("d2", "a")]), unit="character")
        row = table.set_index("code").loc["hope"]
        assert row["n_units"] == len(TEXTS["d1"]) + len(TEXTS["d2"])
        assert row["n_pairable"] == len(TEXTS["d1"])
        assert row["cohen_kappa"] == 1
        asked = per_code(study_of(self.codings, asked=EVERYONE), unit="character", coders=["a", "b"])
        assert asked.set_index("code").loc["hope", "only_a"] == 6

    def test_assumptions_are_told(self):
        assumed = per_code(study_of(self.codings), unit="character")
        assert assumed.attrs["assumed"]
        assert "No assignments are recorded" in assumed.attrs["summary"]
        known = per_code(study_of(self.codings, asked=EVERYONE), unit="character", coders=["a", "b"])
        assert not known.attrs["assumed"]
        assert "assignments" not in known.attrs["summary"]

    def test_codings_that_were_not_asked_for_are_left_out_and_counted(self):
        table = per_code(study_of(self.codings, asked=[("d1", "a"), ("d1", "b")]), unit="character")
        assert table.attrs["notes"] == ["1 coding in documents that their coder was not asked to code left out"]

    def test_two_of_three_coders_are_compared_where_both_were_asked(self):
        codings = [*self.codings, ("c", "d2", 0, 6, "hope"), ("c", "d3", 0, 3, "hope")]
        table = per_code(study_of(codings), unit="document").query("code == 'hope'").set_index("coders")
        assert table["n_pairable"].to_dict() == {"a, b, c": 2, "a, b": 1, "a, c": 1, "b, c": 0}
        assert table.loc["b, c", "undefined"] == "no document that two of them were asked to code"
        assert np.isnan(table.loc["b, c", "percent"])

    def test_the_consensus_is_not_a_coder_to_compare(self):
        codings = [*self.codings, ("agreed", "d1", 0, 4, "hope")]
        table = per_code(study_of(codings, consensus="agreed"), unit="character")
        assert set(table["coders"]) == {"a, b"}
        named = per_code(study_of(codings, consensus="agreed"), unit="character", coders=["a", "agreed"])
        assert set(named["coders"]) == {"a, agreed"}

    def test_nor_is_another_consensus_than_the_one_that_counts(self):
        study = study_of([*self.codings, ("team", "d1", 0, 4, "hope")])
        kinds = ["consensus" if coder == "team" else "person" for coder in study.coders["coder"]]
        table = per_code(replace(study, coders=study.coders.assign(kind=kinds)), unit="character")
        assert set(table["coders"]) == {"a, b"}

    def test_documents_can_be_chosen(self):
        table = per_code(study_of(self.codings, asked=EVERYONE), unit="document", coders=["a", "b"], documents=["d2"])
        assert set(table["n_units"]) == {1}


class TestRefused:
    codings = (("a", "d1", 0, 4, "hope"), ("b", "d2", 0, 4, "hope"))

    def test_no_document_in_common(self):
        with pytest.raises(StudyError, match="coded by two of the coders: a has 'd1'; b has 'd2'"):
            per_code(study_of(self.codings), unit="character")

    def test_one_coder(self):
        with pytest.raises(StudyError, match=r"needs the codings of two coders; s has those of 'a'$"):
            per_code(study_of(self.codings[:1]), unit="character")
        with pytest.raises(StudyError, match=r"needs two coders; given is 'a', and s has 'a', 'b'$"):
            per_code(study_of(self.codings), unit="character", coders="a")
        assert obstacle(study_of(self.codings, consensus="b")).endswith("s has those of 'a' and of the consensus")
        assert obstacle(study_of(self.codings[:1], consensus="a")).endswith("s has those of the consensus")
        assert obstacle(study_of([])).endswith("s has those of nobody")
        assert obstacle(study_of([*self.codings, ("b", "d1", 0, 1, "fear")])) == ""

    def test_no_texts(self):
        study = study_of(
            [("a", "d1", None, None, "hope"), ("b", "d1", None, None, "hope")], texts=dict.fromkeys(TEXTS, "")
        )
        with pytest.raises(StudyError, match="no texts, so characters cannot be the unit; unit 'document' can"):
            per_code(study, unit="character")
        assert per_code(study, unit="document")["both"].tolist() == [1, 0, 0]

    def test_no_text_of_what_was_doubly_coded(self):
        codings = [("a", "d1", 0, 3, "hope"), ("a", "d2", None, None, "hope"), ("b", "d2", None, None, "hope")]
        study = study_of(codings, texts=TEXTS | {"d2": ""})
        with pytest.raises(StudyError, match="no texts of documents that two coders coded, so characters cannot be"):
            per_code(study, unit="character")
        assert obstacle(study) == ""
        assert obstacle(study, unit="character").startswith("there are no texts")

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"unit": "caracter"}, "nearest is 'character'"),
            ({"level": "codes"}, "nearest is 'code'"),
            ({"coders": ["a", "x"]}, "no coder 'x'"),
            ({"documents": ["d9"]}, "no document 'd9'"),
            ({"interval": "documents"}, "clusters are 'document' and 'participant'"),
            ({"of": "kappa"}, "no coefficient 'kappa'"),
            ({"unit": "turn"}, "no turns.csv"),
            ({"unit": "window", "size": 0}, "window of 0 characters cannot be; size is a whole number from 1 on"),
            ({"unit": "window", "size": 2.5}, "window of 2.5 characters cannot be"),
            ({"interval": "document", "confidence": 95}, "confidence between 0 and 1"),
        ],
    )
    def test_words_that_are_not_known(self, wrong, message):
        study = study_of([*self.codings, ("b", "d1", 0, 1, "fear")])
        with pytest.raises(StudyError, match=message):
            per_code(study, **{"unit": "character", **wrong})


def test_documents_without_a_text_have_no_characters_but_are_a_unit_of_other_kinds():
    codings = [("a", "d1", 0, 3, "hope"), ("b", "d1", 0, 3, "hope"), ("a", "d9", None, None, "hope")]
    asked, texts = [("d1", "a"), ("d1", "b"), ("d9", "a"), ("d9", "b")], TEXTS | {"d9": ""}
    study = study_of(codings, asked=asked, texts=texts)
    table = per_code(study, unit="character")
    assert table.attrs["notes"] == ["1 document without a text left out"]
    assert table["n_units"].iat[0] == len(TEXTS["d1"])
    table = per_code(study, unit="paragraph")
    assert table.set_index("code").loc["hope", ["both", "only_a"]].tolist() == [1, 1]
    assert table.attrs["notes"] == ["1 document without a text taken as one paragraph"]
    assert per_code(study, unit="document").attrs["notes"] == []
    assert per_code(study_of(codings, asked=asked, texts=texts, turns=TURNS), unit="turn").attrs["notes"] == [
        "1 document without a text left out",
        "1 coding outside every turn left out",
    ]


@pytest.mark.parametrize("level", ["code", "theme", "all"])
def test_codings_outside_every_turn_are_told(level):
    turns = pd.DataFrame([("d1", 0, 15, "I")], columns=["document", "start", "end", "speaker"])
    codings = [("a", "d1", 0, 3, "hope"), ("b", "d1", 0, 3, "hope"), ("a", "d1", 16, 20, "fear")]
    table = per_code(study_of(codings, turns=turns), unit="turn", level=level)
    assert table.attrs["notes"] == ["1 coding outside every turn left out"]


def test_turns_of_withheld_texts_are_compared_where_they_are():
    tables = {
        "documents": pd.DataFrame({"document": ["d1", "d2"], "participant": "", "text": ""}),
        "codes": CODES,
        "codings": pd.DataFrame(
            [
                ("a", "d1", 0, 3, "hope"),
                ("b", "d1", 11, 13, "hope"),
                ("a", "d2", 2, 4, "hope"),
                ("b", "d2", 4, 5, "hope"),
            ],
            columns=["coder", "document", "start", "end", "code"],
        ),
        "turns": pd.DataFrame(
            [("d1", 0, 10), ("d1", 10, 20), ("d2", 0, 9), ("d2", 9, 30)], columns=["document", "start", "end"]
        ),
    }
    table = per_code(make_study("s", tables, About(texts="withheld")), unit="turn").set_index("code")
    assert table.loc["hope", ["both", "only_a", "only_b", "neither"]].tolist() == [1, 1, 1, 1]
    assert table.attrs["notes"] == []


def test_a_coder_who_was_asked_for_nothing_is_nobody_to_agree_with():
    codings = [("a", "d1", 0, 4, "hope"), ("b", "d1", 0, 5, "hope"), ("c", "d2", 0, 2, "hope")]
    table = per_code(study_of(codings, asked=[("d1", "a"), ("d1", "b")]), unit="character").query("code == 'hope'")
    table = table.set_index("coders")
    assert table.loc["a, b, c", ["krippendorff_alpha", "percent"]].equals(
        table.loc["a, b", ["krippendorff_alpha", "percent"]]
    )
    assert table.loc["a, b, c", ["only_a", "only_b", "cohen_kappa"]].isna().all()
    assert table.loc["a, c", "n_pairable"] == 0


def test_what_one_coder_alone_used_is_shown_with_no_positive_agreement():
    study = study_of([("a", "d1", 0, 1, "hope")], asked=EVERYONE[:2])
    row = per_code(study, unit="character").set_index("code").loc["hope"]
    assert row["positive"] == row["cohen_kappa"] == row["krippendorff_alpha"] == 0
    assert row["note"] == "only a used the code"


def simulated(seed, *, same=False, documents=40, length=400):
    """Make two coders who code forty documents independently of each other, or exactly alike."""
    random = np.random.default_rng(seed)
    texts = {f"d{n:02d}": "x" * length for n in range(documents)}
    codings = []
    for coder in "ab":
        for document in texts:
            for code in ("hope", "fear", "luck"):
                starts = np.flatnonzero(random.random(length // 20) < 0.3) * 20
                codings += [(coder, document, start, start + 20, code) for start in starts.tolist()]
    if same:
        codings = [(c, *rest) for _, *rest in codings[: len(codings) // 2] for c in "ab"]
    people = {d: f"P{n % 10}" for n, d in enumerate(texts)}
    asked = [(d, c) for d in texts for c in "ab"]
    return study_of(codings, asked=asked, texts=texts, people=people)


@pytest.mark.parametrize("by", ["document", "participant"])
def test_independent_coders_have_kappa_0_within_its_interval(by):
    held = []
    for seed in range(10):
        table = per_code(simulated(seed), unit="character", interval=by, of="cohen_kappa", resamples=200)
        table = table[table["undefined"] == ""]
        assert (table["cohen_kappa"].abs() < 0.15).all()
        held += ((table["low"] <= 0) & (table["high"] >= 0)).tolist()
    assert len(held) == 30
    assert np.mean(held) > 0.8


def test_coders_who_are_the_same_have_1():
    table = per_code(simulated(1, same=True), unit="character", interval="document", resamples=100)
    used = table[table["undefined"] == ""]
    assert len(used) == 3
    assert (used[["percent", "positive", *PAIR, *SHARED[1:], "kappa_max", "low", "high"]] == 1).all(axis=None)


def test_the_interval_is_that_of_resampling_documents():
    study = simulated(3, documents=12)
    table = per_code(study, unit="character", interval="document", of="krippendorff_alpha", resamples=3000)
    row = table.set_index("code").loc["hope"]
    ratings = spelt_out(study, ["hope"], ["a", "b"]).reshape(12, 400, 2)
    random = np.random.default_rng(9)
    drawn = [
        coefficients(ratings[random.integers(0, 12, 12)].reshape(-1, 2))["krippendorff_alpha"] for _ in range(1000)
    ]
    assert row[["low", "high"]].tolist() == pytest.approx(np.percentile(drawn, [2.5, 97.5]).tolist(), abs=0.02)
    assert row["clusters"] == 12
    assert "cluster bootstrap by document, 3000 resamples, seed 1" in table.attrs["interval"]
    assert "too narrow" in table.attrs["summary"]


def test_participants_are_resampled_with_all_their_documents_and_groups_on_their_own():
    texts = {f"d{n}": "x" * 20 for n in range(5)}
    codings = [(c, d, 0, 5 + n, "hope") for n, d in enumerate(texts) for c in "ab"]
    study = study_of(codings, texts=texts, people={"d0": "P", "d1": "P", "d2": "Q"})
    table = per_code(study, unit="character", interval="participant", resamples=20)
    assert set(table["clusters"]) == {4}


def test_coders_without_a_document_in_common_have_no_interval():
    codings = [
        ("a", "d1", 0, 4, "hope"),
        ("b", "d1", 0, 5, "hope"),
        ("b", "d2", 0, 2, "hope"),
        ("c", "d2", 0, 3, "hope"),
    ]
    table = per_code(study_of(codings), unit="character", interval="document").query("coders == 'a, c'")
    assert table[["low", "high"]].isna().all(axis=None)
    assert set(table["clusters"]) == {0}


def test_a_code_in_a_single_document_has_no_interval():
    study = study_of([("a", "d1", 0, 4, "hope"), ("b", "d1", 0, 5, "hope")], asked=EVERYONE)
    row = per_code(study, unit="character", coders=["a", "b"], interval="document").set_index("code").loc["hope"]
    assert np.isnan(row["low"])
    assert "too few clusters" in row["note"]


def test_clusters_that_one_coder_alone_was_asked_for_are_not_counted():
    asked = [("d1", "a"), ("d1", "b"), ("d2", "b"), ("d2", "c"), ("d3", "a")]
    codings = [("a", "d1", 0, 3, "hope"), ("b", "d2", 0, 3, "hope"), ("a", "d3", 0, 3, "hope")]
    table = per_code(study_of(codings, asked=asked), unit="character", interval="document", resamples=50)
    assert table.query("code == 'hope'")["clusters"].tolist() == [2, 1, 0, 1]


@pytest.mark.parametrize("swapped", [False, True])
def test_there_is_no_interval_where_one_cluster_holds_all_that_is_coded_or_all_that_is_not(swapped):
    spans = [("a", "d1", 0, 3), ("b", "d1", 0, 4)]
    if swapped:  # yes and no change places: nominal coefficients cannot tell
        spans = [
            ("a", "d1", 3, 31),
            ("b", "d1", 4, 31),
            *((c, d, 0, len(TEXTS[d])) for c in "ab" for d in ("d2", "d3")),
        ]
    asked = [(d, c) for d in TEXTS for c in "ab"]
    study = study_of([(*span, "hope") for span in spans], asked=asked)
    row = per_code(study, unit="character", interval="document", resamples=50).query("code == 'hope'").iloc[0]
    assert row["krippendorff_alpha"] == pytest.approx(1 - 137 * 2 / (138**2 - 7**2 - 131**2))
    assert np.isnan(row["low"])
    assert row["note"] == "no interval: too few clusters hold the code, or lack it"


class TestMeans:
    codings = (
        ("a", "d1", 0, 4, "hope"), ("b", "d1", 0, 5, "hope"), ("a", "d1", 6, 9, "fear"), ("b", "d1", 7, 9, "fear"),
        ("a", "d1", 9, 10, "luck"),
    )  # fmt: skip

    def test_undefined_codes_are_left_out_and_counted(self):
        table = per_code(study_of(self.codings[:4], asked=EVERYONE[:2]), unit="character")
        row = means(table).iloc[0]
        assert row[["codes", "defined", "undefined"]].tolist() == [3, 2, 1]
        assert row["mean_cohen_kappa"] == pytest.approx(table["cohen_kappa"][:2].mean())

    def test_all_are_undefined(self):
        study = study_of([("a", "d2", 0, 1, "luck")], asked=[("d1", "a"), ("d1", "b"), ("d2", "a")])
        table = per_code(study, unit="character")
        row = means(table).iloc[0]
        assert row["defined"] == 0
        assert row[["mean_percent", "mean_cohen_kappa", "pooled_kappa", "holsti"]].isna().all()
        assert sentence(table).endswith(
            "Cohen's kappa is undefined for 3 of 3 codes (no variation: nobody used the code)."
        )

    def test_pooled_kappa_and_holsti_are_of_the_counts_of_all_codes(self):
        table = per_code(study_of(self.codings), unit="character")
        counts = table[["both", "only_a", "only_b", "neither"]].to_numpy()
        row = means(table).iloc[0]
        assert row["pooled_kappa"] == pytest.approx(pooled_kappa(counts))
        assert row["holsti"] == pytest.approx(holsti(counts)) == pytest.approx(2 * 6 / (8 + 7))

    def test_the_sentence_says_unit_percent_and_positive_agreement(self):
        text = per_code(study_of(self.codings, asked=EVERYONE[:2]), unit="character").attrs["summary"]
        assert "a and b are compared on 31 characters that both were asked to code" in text
        assert "percent agreement 96.8% and positive agreement 0.56" in text

    def test_each_reason_is_counted_where_there_are_several(self):
        codings = [(c, "d3", 0, 7, k) for c in "ab" for k in ("hope", "fear")]
        text = per_code(study_of(codings, asked=[("d3", "a"), ("d3", "b")]), unit="character").attrs["summary"]
        assert "undefined for 3 of 3 codes" in text
        assert "(no variation: everybody gave it to every unit, 2; no variation: nobody used the code, 1)" in text

    def test_a_mean_never_counts_a_code_with_its_theme_again(self):
        study = study_of(self.codings, asked=EVERYONE[:2])
        assert "mean" in per_code(study, unit="character").attrs["summary"]
        assert "mean" in per_code(study, unit="character", level="theme").attrs["summary"]
        assert "mean" not in per_code(study, unit="character", level="all").attrs["summary"]

    def test_more_than_two_coders_are_told_as_all_of_them(self):
        table = per_code(study_of([*self.codings, ("c", "d1", 0, 4, "hope")]), unit="sentence")
        assert "a, b and c are compared on" in table.attrs["summary"]
        assert "Krippendorff's alpha" in table.attrs["summary"]
        summary = means(table)
        assert summary["coders"].tolist() == ["a, b, c", "a, b", "a, c", "b, c"]
        assert np.isnan(summary["pooled_kappa"].iat[0])
