"""Findings of the chapters on comparisons and on saturation: each sentence is true of its table, and says its base."""

import re

import pandas as pd
import pytest

from helpers import StudyError, findings, open_study
from helpers.findings.saturation import code_frequencies

TEXT = "I went there because my sister went. Nobody else did, as far as I know."
SISTER, NOBODY = (0, 36), (37, 71)


@pytest.fixture
def study(made):
    """Build a study of (coder, document, span, code); attributes, dates and more as they are given."""

    def build(rows=(), about=None, *, people=("Ann", "Bea", "Cy"), codes=None, home=None, date="", text=TEXT, **tables):
        codes = codes or {"code": ["help", "talk", "fear"], "name": ["Help", "Talk", "Fear"]}
        made_of = {
            "participants": {"participant": list(people), **({"home": list(home)} if home else {})},
            "documents": {"document": [p.lower() for p in people], "participant": list(people), "text": text, "date": date},
            "codes": codes,
            "codings": {"coder": [r[0] for r in rows], "document": [r[1] for r in rows], "code": [r[3] for r in rows],
                        "start": [(r[2] or (None, None))[0] for r in rows],
                        "end": [(r[2] or (None, None))[1] for r in rows],
                        "memo": [r[4] if len(r) > 4 else "" for r in rows]},
        }  # fmt: skip
        return made(about, **(made_of | tables))

    return build


def crowd(north, south, theme):
    """Return people of two homes, and codings of a theme for the first so many of each."""
    people = [f"n{n:02d}" for n in range(north)] + [f"s{n:02d}" for n in range(south)]
    has = people[: theme[0]] + people[north : north + theme[1]]
    return {
        "people": people,
        "home": ["north"] * north + ["south"] * south,
        "rows": [("x", person, SISTER, "help") for person in has],
        "about": {"attributes": {"home": {"levels": ["north", "south"], "label": "Home"}}},
    }


class TestComparison:
    def test_counts_have_their_base_and_no_test_is_said(self, study):
        finding = findings.comparison(study(**crowd(3, 4, (2, 1))), "home")
        assert finding.sentence == (
            "3 themes side by side for 2 groups of Home: north (3) and south (4). Counts only; no test is made."
        )
        assert finding.shown.values.tolist() == [
            ["Help", "2 of 3", "1 of 4"],
            ["Talk", "0 of 3", "0 of 4"],
            ["Fear", "0 of 3", "0 of 4"],
        ]
        assert "from the codings of x." in finding.caption

    def test_an_interval_says_which_group_is_less_which(self, study):
        finding = findings.comparison(study(**crowd(10, 10, (9, 3))), "home", interval=True)
        assert finding.shown["north less south (95% interval)"].tolist()[0] == "+0.60 (+0.17 to +0.81)"
        assert "Interval: Newcombe (1998), 95%" in finding.caption

    def test_tests_are_named_counted_and_adjusted(self, study):
        given = crowd(11, 11, (11, 0))
        given["rows"] += [("x", "n00", NOBODY, "talk")]
        finding = findings.comparison(study(**given), "home", test="exact")
        assert finding.sentence.endswith(
            " 2 comparisons by Fisher's exact test, two-sided; 1 with p below 0.05 after Holm's adjustment."
        )
        assert finding.shown[["p", "p (Holm)"]].values.tolist() == [["<0.001", "<0.001"], ["1.000", "1.000"], ["", ""]]
        with pytest.raises(StudyError, match="19 people are too few"):
            findings.comparison(study(**crowd(9, 10, (9, 0))), "home", test="exact")

    def test_groups_that_were_heard_in_different_rounds_are_told(self, study):
        given = crowd(2, 2, (2, 1))
        documents = {"document": given["people"], "participant": given["people"], "text": TEXT}
        caption = {}
        for last in ("1", "2"):
            given["documents"] = documents | {"round": ["1", "1", "1", last]}
            caption[last] = findings.comparison(study(**given), "home").caption
        assert (
            "Groups were heard in different rounds (north in 1; south in 1 and 2) and need not have been asked the same."
        ) in caption["2"]
        assert "rounds" not in caption["1"]

    def test_people_who_were_heard_together_are_told_where_they_are_taken_to_be_independent(self, study):
        given = crowd(3, 3, (2, 1))
        given["documents"] = {
            "document": [*given["people"], "talk"],
            "participant": [*given["people"], ""],
            "text": TEXT,
        }
        given["turns"] = {"document": ["talk"] * 2, "start": [0, 4], "end": [4, 9], "participant": ["n00", "s02"]}
        warning = "2 participants spoke in a group, where one answers another: intervals and tests take people to be"
        assert warning in findings.comparison(study(**given), "home", interval=True).caption
        assert warning not in findings.comparison(study(**given), "home").caption

    def test_people_in_no_group_are_counted(self, study):
        given = crowd(3, 4, (2, 1))
        given["home"][0] = None
        documents = {"document": [p for p in given["people"] if p != "s03"], "coder": "x"}
        finding = findings.comparison(study(**given, assignments=documents), "home")
        assert finding.sentence.startswith("3 themes side by side for 2 groups of Home: north (2) and south (3).")
        assert finding.sentence.endswith(
            " Left out: 1 participant for whom Home is not known and 1 participant heard in no coded document."
        )

    def test_three_groups_and_overlapping_ones_have_no_interval_and_say_so(self, study):
        three = study([("x", "ann", SISTER, "help")], home=["a", "b", "c"])
        finding = findings.comparison(three, "home", interval=True)
        assert "An interval of the difference is for two separate groups." in finding.caption
        assert list(finding.shown) == ["Theme", "a", "b", "c"]
        several = study(home=["a; b", "b", "a"], about={"attributes": {"home": {"multivalued": True}}})
        finding = findings.comparison(several, "home", interval=True)
        assert "Somebody with several values is in several groups." in finding.caption
        assert "a (2) and b (2)" in finding.sentence

    def test_groups_may_be_called_like_columns(self, study):
        given = crowd(11, 11, (11, 0))
        for pair in (("Theme", "p"), ("low", "state")):
            renamed = {"north": pair[0], "south": pair[1]}
            given["home"] = [renamed.get(h, h) for h in given["home"]]
            about = {"attributes": {"home": {"levels": list(pair)}}}
            finding = findings.comparison(study(**given | {"about": about}), "home", interval=True, test="exact")
            assert list(finding.shown)[:3] == ["Theme", *pair]
            assert finding.shown.iloc[0, :3].tolist() == ["Help", "11 of 11", "0 of 11"]
            given = crowd(11, 11, (11, 0))

    def test_attributes_to_compare_by_are_listed_without_doses_of_different_drugs(self):
        assert findings.comparison(open_study("houghton-2024")).sentence == (
            "No comparison was asked for; set the parameter by to 'age', 'ethnicity', 'employment', 'opioid' or 'diagnoses'."
        )

    def test_what_cannot_be_compared_says_why(self, study, made):
        assert findings.comparison(study()).sentence == (
            "No comparison was asked for; the study records no attributes."
        )
        unknown = study(home=["a", None, None]).only(participants=["Bea"])
        assert findings.comparison(unknown, "home").sentence == (
            "Home is not known for anybody, so there are no groups to compare."
        )
        empty = made(participants={"participant": ["Ann"], "home": ["a"]})
        assert findings.comparison(empty, "home").sentence == "The codebook is empty, so there is nothing to compare."

    def test_a_theme_reported_without_names_is_not_0(self, study):
        rows = [("x", "ann", SISTER, "help"), ("x", "", None, "fear")]
        finding = findings.comparison(study(rows, home=["a", "b", "b"]), "home")
        assert finding.shown.iloc[2].tolist() == ["Fear", "nobody named", "nobody named"]


class TestFrameworkMatrix:
    def test_marks_say_whose_words_they_are(self, study):
        rows = [("x", "ann", SISTER, "help", "the older one"), ("x", "ann", NOBODY, "help"),
                ("x", "bea", None, "help", "Went alone."), ("x", "bea", None, "talk")]  # fmt: skip
        documents = {"document": ["ann", "bea"], "coder": ["x", "x"]}
        finding = findings.framework_matrix(study(rows, assignments=documents), cells=2)
        assert finding.shown.values.tolist() == [
            ["Ann", f"“{TEXT[0:36]}”\n“{TEXT[37:]}”", "", ""],
            ["Bea", "[Went alone.]", "[coded, without words]", ""],
            ["Cy", "not asked", "not asked", "not asked"],
        ]
        assert finding.sentence == "3 of 9 cells of 3 participants by 3 themes are filled."
        noted = findings.framework_matrix(study(rows, assignments=documents), fill="memo")
        assert noted.shown.iloc[0, 1] == "[the older one]"
        assert (
            "what the coder noted, else the shortest telling passage. Brackets: the coder's own words." in noted.caption
        )

    def test_a_theme_reported_for_the_sample_is_not_passed_over(self, study):
        rows = [("x", "ann", SISTER, "help"), ("x", "", None, "fear")]
        caption = findings.framework_matrix(study(rows)).caption
        assert caption.endswith("Reported for the sample, with nobody named: Fear.")

    def test_nothing_coded_of_anybody(self, study):
        said = "No passage of a participant is coded yet, so the framework matrix is empty."
        assert findings.framework_matrix(study()).sentence == said
        assert findings.framework_matrix(study([("x", "", None, "fear")])).sentence == said


class TestCombinations:
    def test_people_and_combinations_are_counted(self, study):
        rows = [("x", "ann", SISTER, "help"), ("x", "ann", NOBODY, "talk"), ("x", "bea", SISTER, "help")]
        finding = findings.theme_combinations(study(rows))
        assert finding.sentence == "3 participants show 3 combinations of 2 themes; each belongs to one person only."
        assert finding.shown.values.tolist() == [
            ["none of them", 0, 1, "Cy"], ["Help", 1, 1, "Bea"], ["Help + Talk", 2, 1, "Ann"],
        ]  # fmt: skip
        assert "Left out, since nobody is named: Fear." in finding.caption

    @pytest.mark.parametrize(
        ("with_help", "said"), [(["ann", "bea"], "1 of 2 belong"), (["ann", "bea", "cy"], "none belongs")]
    )
    def test_combinations_of_one_person_are_counted(self, study, with_help, said):
        finding = findings.theme_combinations(study([("x", person, SISTER, "help") for person in with_help]))
        assert finding.sentence.endswith(f"of 1 theme; {said} to one person only.")

    def test_codes_and_names_may_look_like_combinations(self, study):
        codes = {"code": ["a", "b", "a + b"], "name": ["Other", "Other", "Both"]}
        rows = [("x", "ann", SISTER, "a"), ("x", "ann", SISTER, "b"), ("x", "bea", SISTER, "a + b")]
        finding = findings.theme_combinations(study(rows, codes=codes))
        assert finding.shown["Themes"].tolist() == ["none of them", "Both", "Other + Other"]

    def test_a_publication_names_and_does_not_count(self):
        finding = findings.theme_combinations(open_study("houghton-2024"))
        assert finding.sentence == (
            "14 participants are named under 11 combinations of 8 themes; 10 of 11 belong to one person only."
        )
        assert "others may have spoken of a theme without being named" in finding.caption
        assert "others may have spoken of a theme without being named" in finding.figure_caption


PAIRS = [("x", "ann", (0, 10), "help"), ("x", "ann", (5, 20), "talk"), ("x", "bea", (5, 20), "talk"),
         ("x", "bea", (20, 30), "fear"), ("x", "ann", (6, 7), "talk")]  # fmt: skip


class TestTogether:
    def test_pairs_have_their_base_and_ratios_their_meaning(self, study):
        finding = findings.together(study(PAIRS))
        assert finding.sentence == (
            "1 of 3 pairs of the 3 codes in use stand together (passages that share at least a character); most often "
            "Help with Talk (2)."
        )
        assert finding.shown.values.tolist() == [["Help", "Talk", 2, 1, "0.50", "undefined"]]
        assert "undefined where there are more pairs than passages" in finding.caption

    @pytest.mark.parametrize(
        ("options", "told"),
        [
            ({"relation": "inclusion"}, "passages of which one lies inside the other"),
            ({"relation": "near"}, "passages with at most 0 characters between them"),
            ({"relation": "near", "within": 1}, "passages with at most 1 character between them"),
            ({"relation": "turns"}, "passages in the same turn"),
            ({"relation": "turns", "within": 2}, "passages at most 2 turns apart"),
            ({"relation": "unit", "unit": "sentence"}, "the same sentence"),
        ],
    )
    def test_the_relation_is_said(self, study, options, told):
        turns = {"document": ["ann", "bea"], "start": [0, 0], "end": [36, 36], "participant": ["Ann", "Bea"]}
        some = study(PAIRS, turns=turns)
        finding = findings.together(some, **options)
        assert f"({told})" in finding.sentence and told in finding.caption and told in finding.figure_caption
        assert f"({told})" in findings.network(some, **options).sentence

    def test_nothing_together(self, study):
        assert findings.together(study(PAIRS), "exact").sentence == (
            "No two codes stand together (passages that are the same)."
        )
        assert findings.network(study(PAIRS), threshold=3).sentence == (
            "No two codes stand together at least 3 times (passages that share at least a character)."
        )

    def test_units_are_counted_as_what_they_are(self, study):
        finding = findings.together(study(PAIRS), "unit", unit="sentence")
        assert list(finding.shown) == ["Code", "with code", "Sentences", "People", "Jaccard", "c"]
        assert "c: sentences with both codes, of those with either." in finding.caption
        assert "sentences" in finding.alt

    def test_what_has_no_positions_is_looked_at_by_document(self, study):
        rows = [("x", "ann", None, "help"), ("x", "ann", None, "talk"), ("x", "bea", None, "help")]
        finding = findings.together(study(rows, text=""), "near", within=5)
        assert finding.sentence.startswith("1 of 1 pairs of the 2 codes in use stand together (the same document)")

    def test_positions_are_enough_where_texts_are_withheld(self, study):
        some = study(PAIRS, {"texts": "withheld"}, text="")
        assert "(passages that share at least a character)" in findings.together(some).sentence
        assert "(the same document)" in findings.together(some, "unit", unit="paragraph").sentence

    def test_what_two_coders_found_is_said_to_count_twice(self, study):
        rows = PAIRS + [("y", *row[1:]) for row in PAIRS]
        assert "what two coders both found counts twice" in findings.together(study(rows)).caption
        assert "counts twice" not in findings.together(study(rows), coder="y").caption

    @pytest.mark.parametrize(
        ("threshold", "said"),
        [
            (1, "2 pairs of codes stand together (passages with at most 0 characters between them)."),
            (2, "1 pair of codes stands together at least 2 times (passages with at most 0 characters between them); "
                "1 rarer pair left out."),
        ],
    )  # fmt: skip
    def test_the_network_counts_what_it_draws_and_leaves_out(self, study, threshold, said):
        assert findings.network(study(PAIRS), "near", threshold=threshold).sentence == said

    def test_the_published_studies_by_document(self):
        finding = findings.together(open_study("havnes-2013"))
        assert finding.sentence == (
            '2 of 6 pairs of the 4 codes in use stand together (the same document); most often Giving to a friend in '
            'withdrawal ("helping") with Control regime as a hindrance to helping (1) and Couples with only one partner '
            "in treatment with Income for a steady supply (1)."
        )  # fmt: skip
        assert "others may have spoken of a theme without being named" in finding.caption


def interviews(new):
    """Return codings of as many documents, each with so many codes of its own; x was asked to code all of them."""
    people = [f"p{n}" for n in range(len(new))]
    codes = [f"c{n}" for n in range(sum(new))]
    owner = [person for person, n in zip(people, new, strict=True) for _ in range(n)]
    rows = [("x", person, SISTER, code) for person, code in zip(owner, codes, strict=True)]
    assignments = {"document": people, "coder": ["x"] * len(people)} if rows else {}
    return {"rows": rows, "people": people, "codes": {"code": codes, "name": codes}, "assignments": assignments}


class TestSaturation:
    def test_the_example_of_guest_namey_and_chen(self, study):
        """Guest, Namey & Chen (2020), PLoS ONE 15(5):e0232076: 6+2."""
        finding = findings.saturation(study(**interviews([20, 9, 5, 3, 4, 3, 1, 0])))
        assert finding.sentence == "Code saturation is reached after 6 documents, 6+2 (base 4, run 2, at most 5% new)."

    def test_new_codes_after_saturation_are_not_passed_over(self, study):
        finding = findings.saturation(study(**interviews([4, 4, 0, 0, 5])), base=2, run=1)
        assert finding.sentence == (
            "Code saturation is reached after 2 documents, 2+1 (base 2, run 1, at most 5% new). The 2 documents after "
            "that brought 5 new codes."
        )

    @pytest.mark.parametrize(
        ("new", "said"),
        [
            ([4, 1, 1, 1, 1], "Code saturation is not reached (base 2, run 2, at most 5% new)."),
            ([4, 1, 1], "Code saturation is undefined (base 2, run 2, at most 5% new): 3 documents are too few for a base "
                        "of 2 and a run of 2."),
            ([4], "Fewer than two coded documents: there is no curve to draw."),
        ],
    )  # fmt: skip
    def test_not_reached_is_not_undefined(self, study, new, said):
        assert findings.saturation(study(**interviews(new)), base=2).sentence == said

    def test_documents_that_may_not_have_been_coded_yet_are_told(self, study):
        """Otherwise interviews that wait for their coder would look like saturation."""
        waiting = interviews([4, 4, 2, 0, 0]) | {"assignments": {"document": [], "coder": []}}
        finding = findings.saturation(study(**waiting), base=2, run=2, threshold=0.25)
        assert finding.sentence == (
            "Code saturation is reached after 2 documents, 2+2 (base 2, run 2, at most 25% new). The 1 document after that "
            "brought 0 new codes. 2 documents hold no code, and no assignment says that they have been coded: if not, they "
            "brought nothing new for that reason alone."
        )

    def test_codes_set_beforehand_are_said_to_be_trivial(self, study):
        given = interviews([4, 0, 0])
        given["codes"]["origin"] = ["deductive", "deductive", "deductive", "inductive"]
        finding = findings.saturation(study(**given), base=1, run=1)
        assert finding.sentence.endswith(
            "3 of 4 codes in use are deductive: they were set beforehand, so their saturation is trivial."
        )

    @pytest.mark.parametrize(
        ("claim", "said"),
        [
            ("not claimed: a reflexive analysis", "The study makes no claim of saturation: a reflexive analysis."),
            ("Not claimed.", "The study makes no claim of saturation."),
            (" not claimed (a pilot)", "The study makes no claim of saturation: a pilot."),
        ],
    )
    def test_a_study_that_disclaims_saturation_gets_its_reason_and_no_number(self, study, claim, said):
        finding = findings.saturation(study(**interviews([4, 1, 0, 0, 0, 0]), about={"saturation": claim}))
        assert (finding.sentence, finding.table, finding.figure) == (said, None, None)

    def test_the_published_studies_have_no_curve(self):
        finding = findings.saturation(open_study("houghton-2024"))
        assert finding.sentence == (
            "The study makes no claim of saturation: the themes were set beforehand by a deductive frame, so the authors "
            "held saturation to be the wrong measure for this design."
        )
        assert findings.saturation(open_study("havnes-2013")).sentence == (
            "A publication names instances of its themes, not all that was coded, so there is no curve to draw."
        )

    @pytest.mark.parametrize(
        ("dates", "order"),
        [
            (["", "", ""], "the order in which the study lists them (no dates are known)"),
            (["2024-05", "", "2024-04"], "the order of the interviews (1 document without a date last)"),
            (["2024-05-01", "2024-03-01", "2024-04-01"], "the order of the interviews"),
        ],
    )
    def test_the_order_is_called_what_it_is(self, study, dates, order):
        finding = findings.saturation(study(**interviews([1, 2, 1]), date=dates))
        assert (
            f"Codes by document in {order}, from" in finding.caption and f" in {order}. Grey" in finding.figure_caption
        )

    def test_several_interviews_of_a_person_are_said(self, study):
        given = interviews([2, 1, 1])
        documents = {"document": ["p0", "p1", "p2"], "participant": ["p0", "p0", "p1"], "text": TEXT}
        finding = findings.saturation(study(**given, documents=documents))
        assert "1 participant with several documents." in finding.caption

    def test_the_printed_band_is_that_of_the_table(self, study):
        finding = findings.saturation(study(**interviews([4, 1, 0, 0, 2])))
        ends = zip(finding.table["low"], finding.table["high"], strict=True)
        parts = [re.findall(r"[\d.]+", text) for text in finding.shown["In other orders"]]
        assert [(float(p[0]), float(p[-1])) for p in parts] == [(round(a, 2), round(b, 2)) for a, b in ends]
        assert finding.shown["In other orders"].iat[-1] == "7"

    def test_frequencies_say_how_many_codes_are_rare(self, study):
        rows = [("x", "ann", SISTER, "help"), ("x", "bea", SISTER, "help"), ("x", "bea", NOBODY, "talk")]
        finding = code_frequencies(study(rows))
        assert finding.sentence == "2 of 3 codes are in use in 3 documents; 1 of 2 in one document only."
        assert finding.shown.values.tolist() == [
            ["Help", "2 of 3", "ann"],
            ["Talk", "1 of 3", "bea"],
            ["Fear", "0 of 3", ""],
        ]
        assert code_frequencies(study()).sentence == "No code is used in a document yet."


@pytest.mark.parametrize("name", ["houghton-2024", "havnes-2013", "synthetic-pilot"])
def test_the_counts_of_a_sentence_are_those_of_its_table(name):
    data = open_study(name)
    sets = findings.theme_combinations(data)
    assert int(re.match(r"\d+", sets.sentence)[0]) == sets.table["participants"].sum()
    assert f" {len(sets.table)} combinations of " in sets.sentence
    met = findings.together(data)
    assert int(re.match(r"\d+", met.sentence)[0]) == (met.table["pairs"] > 0).sum() == len(met.shown)
    filled = findings.framework_matrix(data)
    cells = filled.shown.iloc[:, 1:]
    assert filled.sentence.startswith(f"{int((cells != '').to_numpy().sum())} of {cells.size} cells")
    for attribute in [a for a in data.participants if isinstance(data.participants[a].dtype, pd.CategoricalDtype)]:
        table = findings.comparison(data, attribute).table
        people = table[[c for c in table if c.endswith(": n")]].sum(axis=1)
        assert (people <= len(data.participants)).all() and len(table) == len(data.codes)


def test_of_a_large_codebook_the_matrix_and_the_printed_pairs_are_a_part(made):
    codes = [f"c{n:02d}" for n in range(45)]
    spans = {"coder": "x", "document": "d", "start": 0, "end": 4, "code": codes}
    study = made(
        documents={"document": ["d"], "participant": [""], "text": ["word"]},
        codes={"code": codes, "name": codes, "parent": ""},
        codings=spans,
    )
    found = findings.together(study)
    assert len(found.table) == 990 and len(found.shown) == 100
    assert found.caption.endswith("The 100 most frequent pairs are printed; all are exported.")
    assert found.figure_caption.endswith("Drawn are the 40 codes with most pairs; 5 codes with fewer are not.")


def test_in_one_document_every_two_codes_stand_together_so_nothing_is_said_of_it(made):
    study = made(
        documents={"document": ["d", "e"], "participant": ["", ""]},
        codes={"code": ["a", "b"], "name": ["A", "B"], "parent": ["", ""]},
        codings={"coder": ["x", "x"], "document": ["d", "d"], "code": ["a", "b"]},
    )
    said = "Fewer than two coded documents: in one, every two of its codes stand together."
    assert [finding(study).sentence for finding in (findings.together, findings.network)] == [said, said]
