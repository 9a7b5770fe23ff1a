"""What is told of a written project: the losses that other programs' importers keep to themselves."""

import pandas as pd
import pytest
from click.testing import CliRunner

from helpers import make_study, store
from helpers.about import About
from helpers.cli import main
from helpers.exchange.refi_warnings import warnings


def made(coders=("Ann", "Bo"), names=("Work", "Other", "Home", "Other")):
    codes = {"code": ["work", "work/other", "home", "home/other"], "parent": ["", "work", "", "home"], "name": names}
    spans = [("a", 2, 6, "work/other"), ("b", 2, 6, "home/other"), ("b", None, None, "home")]
    codings = pd.DataFrame(spans, columns=["coder", "start", "end", "code"]).assign(document="d")
    tables = {
        "documents": pd.DataFrame({"document": ["d"], "participant": [""], "text": ["I hope so."]}),
        "codes": pd.DataFrame(codes),
        "coders": pd.DataFrame({"coder": ["a", "b"], "name": coders}),
        "codings": codings.astype({"start": "Int64", "end": "Int64"}),
    }
    return make_study("pilot", tables)


def test_codes_of_one_name_under_different_parents():
    said = warnings(made())
    assert said[0].startswith("QualCoder keeps one of several codes with one name") and len(said) == 2
    assert "'Other' (2 codes with 2 codings)" in said[0]
    assert said[1] == "QualCoder reads no codings of whole documents: 1 of 3 codings."


def test_coders_of_one_name():
    said = warnings(made(coders=("Ann", "Ann"), names=("Work", "Pay", "Home", "Rent")))
    assert "makes one coder of several with one name" in said[0] and "'Ann' (2 coders with 3 codings)" in said[0]


def test_names_that_differ_in_case_are_two():
    assert not any("one name" in s for s in warnings(made(names=("Work", "Other", "Home", "other"))))


def test_convert_says_so_of_a_project_and_of_nothing_else(tmp_path):
    store.write(made(), tmp_path / "pilot")
    said = {}
    for target in ("out.qdpx", "out.qdc", "out"):
        result = CliRunner().invoke(main, ["convert", str(tmp_path / "pilot"), str(tmp_path / target)])
        assert result.exit_code == 0, result.output
        said[target] = "note: QualCoder keeps one of several codes" in result.output
    assert said == {"out.qdpx": True, "out.qdc": False, "out": False}


def test_whose_a_document_is():
    documents = pd.DataFrame({"document": ["d", "e"], "participant": ["Ann", ""], "text": "Yes."})
    people = pd.DataFrame({"participant": ["Ann"]})
    assert warnings(make_study("pilot", {"documents": documents, "participants": people})) == [
        "QualCoder makes cases of participants, and does not read whose a document is: 1 of 2 documents. Link them "
        "there, in its list of cases."
    ]


@pytest.mark.parametrize(
    ("utf16", "who"),
    [
        (False, "NVivo counts it as two: for NVivo, write with --nvivo."),
        (True, "other programs count it as one."),
    ],
)
def test_positions_behind_an_emoji_are_told(utf16, who):
    codings = pd.DataFrame({"coder": "x", "document": "d", "start": [0, 2], "end": [1, 3], "code": "c"})
    documents = pd.DataFrame({"document": ["d"], "participant": "", "text": ["a 😀"]})
    codes = pd.DataFrame({"code": ["c"], "name": ["C"]})
    study = make_study("s", {"documents": documents, "codes": codes, "codings": codings})
    assert warnings(study, utf16=utf16) == [f"1 coding of a passage behind or with an emoji or the like; {who}"]


def test_codings_that_others_cannot_see_are_told():
    """Those of the sample as a whole stand in no element; those in withheld texts have places and no words."""
    codings = pd.DataFrame({"coder": "x", "document": ["", "d"], "start": [None, 2], "end": [None, 6], "code": "c"})
    tables = {
        "documents": pd.DataFrame({"document": ["d"], "participant": ""}),
        "codes": pd.DataFrame({"code": ["c"], "name": ["C"]}),
        "codings": codings.astype({"start": "Int64", "end": "Int64"}),
    }
    assert warnings(make_study("s", tables, About(texts="withheld"))) == [
        "1 coding of the sample as a whole, which the standard has no place for: Themebook alone reads them back.",
        "1 coding of passages in texts that are not there: others see no words.",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [("No.\r\nYes.\nHope.\n", 1), ("No.\nYes.\r\nHope.", 1), ("No.\r\nYes.\r\nHope.", 0), ("No.\rYes.\rHope.", 0)],
)
def test_line_ends_of_two_kinds_in_a_text_are_told(text, told):
    """QualCoder counts a line end as one character or two, by the first of the text."""
    spans = [("d", "a", at, at + 3, "c") for at in (text.index("No"), text.index("Hope"))]
    tables = {
        "documents": pd.DataFrame({"document": ["d"], "participant": [""], "text": [text]}),
        "codes": pd.DataFrame({"code": ["c"], "name": ["C"]}),
        "codings": pd.DataFrame(spans, columns=["document", "coder", "start", "end", "code"]),
    }
    said = [sentence for sentence in warnings(make_study("s", tables)) if "line end" in sentence]
    what = (
        "1 coding behind a line end of another kind than the first in the text; QualCoder counts all as the first and"
    )
    assert said == [f"{what} would put them elsewhere. Give a text line ends of one kind."] * told
