"""What the chapter on agreement says: units in every caption, no coefficient alone, nothing that is untrue."""

from dataclasses import replace

import pandas as pd
import pytest

from helpers import findings, make_study
from helpers.about import About

TEXTS = {"d1": "One two three.\nFour five six.\nSeven.\n", "d2": "Eight nine.\nTen eleven.\n"}
CODINGS = [
    ("a", "d1", 0, 13, "x"), ("b", "d1", 0, 13, "x"), ("a", "d1", 15, 28, "x"), ("b", "d2", 0, 10, "y"),
    ("a", "d2", 0, 10, "y"), ("b", "d2", 12, 21, "y"),
]  # fmt: skip


def study_of(codings, *, coders="ab", consensus="", texts=TEXTS):
    return make_study(
        "s",
        {
            "documents": pd.DataFrame({"document": list(texts), "participant": "", "text": list(texts.values())}),
            "codes": pd.DataFrame(
                {"code": ["t", "x", "y", "z"], "name": ["T", "X", "Y", "Z"], "parent": ["", "t", "t", ""]}
            ),
            "codings": pd.DataFrame(codings, columns=["coder", "document", "start", "end", "code"]),
            "assignments": pd.DataFrame([(d, c) for d in texts for c in coders], columns=["document", "coder"]),
        },
        About(consensus=consensus),
    )


def test_where_what_was_doubly_coded_has_no_texts_the_unit_is_a_document():
    study = study_of([("a", "d1", 0, 3, "x"), ("a", "d2", None, None, "y")], texts={"d1": "One two.", "d2": ""})
    only_a = study.assignments[(study.assignments["document"] == "d2") | (study.assignments["coder"] == "a")]
    study = replace(study, assignments=only_a.reset_index(drop=True))
    assert findings.where_they_differ(study).sentence == (
        "1 passage on which coders differ, by document; most often on Y (1)."
    )
    assert "by document" in findings.overall(study, unit="character").caption
    assert "1 document that both" in findings.agreement(study, unit="character").sentence


def test_turns_of_withheld_texts_are_a_unit():
    study = study_of([("a", "d1", 0, 3, "x"), ("b", "d1", 0, 3, "x")])
    tables = study.tables() | {"turns": pd.DataFrame({"document": "d1", "start": [0, 15], "end": [14, 29]})}
    tables["documents"] = study.documents.assign(text="")
    withheld = make_study("s", tables, About(texts="withheld"))
    assert "2 turns that both" in findings.agreement(withheld, unit="turn").sentence
    assert "2 documents that both" in findings.agreement(withheld, unit="paragraph").sentence


@pytest.mark.parametrize("unit", ["paragraph", "sentence", "character"])
def test_the_unit_stands_in_every_caption_and_sentence(unit):
    study = study_of(CODINGS)
    each, overall, differ = (
        made(study, unit=unit) for made in (findings.agreement, findings.overall, findings.where_they_differ)
    )
    assert f"{unit}s that both were asked to code" in each.sentence
    assert all(f"by {unit}" in text for text in (each.caption, each.figure_caption, overall.caption, differ.caption))
    assert f"by {unit}" in differ.sentence


def test_means_are_over_codes_and_the_same_in_both_tables():
    study = study_of(CODINGS)
    each, overall = findings.agreement(study), findings.overall(study)
    mean = overall.table["mean_cohen_kappa"].iat[0]
    assert f"The mean of Cohen's kappa over 2 of 3 codes is {mean:.2f}" in each.sentence
    assert list(each.table["code"]) == ["t", "x", "y", "z"]  # the theme with what is below it


def test_pooled_kappa_is_told_with_percent_and_positive_agreement():
    row = findings.overall(study_of(CODINGS)).table.iloc[0]
    assert findings.overall(study_of(CODINGS)).sentence == (
        f"Kappa pooled over codes is {row['pooled_kappa']:.2f} for a and b (with mean percent agreement "
        f"{row['mean_percent']:.1%} and mean positive agreement {row['mean_positive']:.2f})."
    )
    three = findings.overall(study_of([*CODINGS, ("c", "d2", 0, 10, "y")], coders="abc")).sentence
    assert three.index("for a and b") < three.index(" down to ") < three.index("for b and c")
    none = findings.overall(study_of([("c", "d1", 0, 13, "x")], coders="abc"), coders=["a", "b"])
    assert none.sentence == "Kappa pooled over codes is undefined: no code varies."


def test_the_share_of_units_coded_is_that_of_the_coders_not_of_what_all_of_them_coded():
    codings = [("a", "d1", 0, 13, "x"), ("b", "d1", 15, 28, "x"), ("c", "d1", 30, 36, "x")]
    table = findings.agreement(study_of(codings, coders="abc")).table.set_index(["coders", "code"])
    assert table.loc[("a, b, c", "x"), "both"] == 0
    assert table.loc[("a, b, c", "x"), "prevalence"] == pytest.approx(1 / 5)  # one of five paragraphs each
    assert table.loc[("a, b", "x"), "prevalence"] == pytest.approx(1 / 5)


def test_intervals_are_printed_with_what_they_are_of():
    found = findings.agreement(study_of(CODINGS), interval="document", seed=3)
    assert "95% interval of alpha" in found.shown
    assert "of Krippendorff's alpha, cluster bootstrap by document, 1000 resamples, seed 3" in found.caption
    assert "too narrow" in found.sentence


def test_passages_to_talk_about():
    found = findings.where_they_differ(study_of(CODINGS))
    assert found.sentence == "2 passages on which coders differ, by character; most often on X (1)."
    assert found.shown[["Where", "Coded by", "Passage"]].to_numpy().tolist() == [
        ["d1, 15 to 28", "a; not b", "Four five six"],
        ["d2, 12 to 21", "b; not a", "Ten eleve"],
    ]
    same = [(c, *rest) for _, *rest in CODINGS[:1] for c in "ab"]
    assert findings.where_they_differ(study_of(same)).sentence == "The coders agree everywhere."


def test_without_two_coders_every_finding_is_one_sentence():
    study = study_of([("b", *rest) for _, *rest in CODINGS], coders="b", consensus="b")
    made = (findings.agreement, findings.overall, findings.where_they_differ)
    why = "agreement needs the codings of two coders; s has those of the consensus."
    assert [finding(study).sentence for finding in made] == [
        f"Agreement is not measured: {why}",
        f"There is nothing to average: {why}",
        f"There are no differences to list: {why}",
    ]
    assert all(finding(study).table is None for finding in made)


def test_codelines_say_how_many_documents_are_drawn():
    found = findings.codelines(study_of(CODINGS), documents=["d2"])
    assert found.sentence == "3 passages of 1 code, by a and b; 1 of 2 documents are drawn."


def test_a_coder_with_a_comma_in_the_name_is_one():
    names = {"a": "Smith, Ann", "b": "Bob"}
    codings = [(names[coder], *rest) for coder, *rest in CODINGS]
    found = findings.agreement(study_of(codings, coders=list(names.values())))
    assert found.sentence.startswith("Bob and “Smith, Ann” are compared on ")
    assert found.caption.startswith("Agreement of Bob and “Smith, Ann” by paragraph")
    third = [("Cy", "d1", 0, 13, "x")]
    found = findings.agreement(study_of(codings + third, coders=[*names.values(), "Cy"]))
    assert found.sentence.startswith("Bob, Cy and “Smith, Ann” are compared on ")
    assert found.caption.startswith("Agreement of Bob, Cy and “Smith, Ann” by paragraph")


def test_agreement_that_is_nearly_complete_is_not_called_complete_nor_a_kappa_of_nothing_negative():
    text = "word " * 4000
    codings = [("a", "d", 0, 4, "x"), ("b", "d", 10, 14, "x")]
    found = findings.agreement(study_of(codings, texts={"d": text}), unit="character")
    assert "kappa over 1 of 3 codes is 0.00, with percent agreement" in found.sentence
    assert "percent agreement >99.9% and positive agreement 0.00" in found.sentence
    assert found.shown is not None and found.shown["Percent"].tolist() == [">99.9%", ">99.9%", "100%", "100%"]
