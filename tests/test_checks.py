"""Broken study folders: each is refused with every problem, its place and what would be right; nothing is touched."""

import os
import subprocess
import sys

import pandas as pd
import pytest

from helpers import StudyError, make_study, store
from helpers.schema import TABLES
from helpers.spans import whereabouts

CODINGS = "document,start,end,code,quote\n"
UTF8 = "save it as UTF-8"

BROKEN = {
    "a missing column, with the misspelt one": (
        {"documents.csv": "document,partcipant\nann-1,Ann\nann-2,Ann\nbea-1,Bea\ngroup,\n"},
        [
            "documents.csv row 1: column 'participant' is missing; it has 'document', 'partcipant'. "
            "The nearest is 'partcipant'."
        ],
    ),
    "a column that nobody knows": (
        {"codes.csv": "code,name,parent,defintion\nhope,Hope,,\nplan,Plans,hope,\nwish,W,hope,\nfear,F,,\nluck,L,,\n"},
        [
            "codes.csv row 1: column 'defintion' is not one of 'code', 'name', 'parent', 'origin', 'definition', "
            "'include', 'exclude', 'colour', 'order', 'sets'. The nearest is 'definition'."
        ],
    ),
    "a column twice": (
        {"participants.csv": "participant,age,age\nAnn,1,2\nBea,3,4\n"},
        ["participants.csv row 1: column 'age' is there twice"],
    ),
    "a column that has cells and no name": (
        {"participants.csv": "participant,age,\nAnn,1,2\nBea,3,\n"},
        ["participants.csv row 1: a column without a name holds something"],
    ),
    "participants nobody knows": (
        {"documents.csv": "document,participant\nann-1,Anne\nann-2,Zoe\nbea-1,Bea\ngroup,\n"},
        [
            "documents.csv row 2: participant 'Anne' is not in participants.csv, which has 'Ann', 'Bea'. "
            "The nearest is 'Ann'.",
            "documents.csv row 3: participant 'Zoe' is not in participants.csv, which has 'Ann', 'Bea'.",
        ],
    ),
    "a code not in the codebook, many times": (
        {"codings/y.csv": CODINGS + "ann-1,0,1,hoep,\n" * 3 + "bea-1,0,1,,\n"},
        [
            "codings/y.csv row 2: code 'hoep' is not in codes.csv, which has 'hope', 'plan', 'wish', 'fear', 'luck'. "
            "The nearest is 'hope'. (and in 2 more rows)",
            "codings/y.csv row 5: code is empty",
        ],
    ),
    "a parent and a coder's document that are not there": (
        {
            "codes.csv": "code,name,parent\nhope,Hope,\nplan,Plans,hop\nwish,Wishes,hope\nfear,Fear,\nluck,Luck,\n",
            "assignments.csv": "document,coder\nann-9,x\n",
        },
        [
            "assignments.csv row 2: document 'ann-9' is not in documents.csv, which has 'ann-1', 'ann-2', 'bea-1', "
            "'group'. The nearest is 'ann-2'.",
            "codes.csv row 3: parent 'hop' is not in codes.csv, which has 'hope', 'plan', 'wish', 'fear', 'luck'. "
            "The nearest is 'hope'.",
        ],
    ),
    "offsets outside the text": (
        {"codings/y.csv": CODINGS + "ann-2,0,12,hope,\nann-2,40,50,hope,\nbea-1,0,22,hope,\n"},
        [
            "codings/y.csv row 2: the span 0 to 12 lies outside the text, which has 11 characters",
            "codings/y.csv row 3: the span 40 to 50 lies outside the text, which has 11 characters",
        ],
    ),
    "an end before its start, or without one": (
        {"codings/y.csv": CODINGS + "ann-2,6,2,hope,\nann-2,3,,hope,\nann-2,,3,hope,\n,1,3,hope,\n"},
        [
            "codings/y.csv row 2: the span 6 to 2 has an end before its start",
            "codings/y.csv row 3: the span 3 to (empty) needs both a start and an end",
            "codings/y.csv row 4: the span (empty) to 3 needs both a start and an end",
            "codings/y.csv row 5: the span 1 to 3 names no document",
        ],
    ),
    "a quote that does not match": (
        {"codings/y.csv": CODINGS + "ann-1,0,4,hope,hope\nbea-1,0,7,hope,not a word of this\n"},
        [
            "codings/y.csv row 2: the quote 'hope' is not what stands at 0 to 4: 'I ho'. "
            "The same words stand at 2 to 6.",
            "codings/y.csv row 3: the quote 'not a word of this' is not what stands at 0 to 7: 'Nothing'. "
            "Nothing like it stands in the text.",
        ],
    ),
    "ids that are there twice, empty": (
        {
            "participants.csv": "participant,age\nAnn,1\nBea,2\nAnn,3\n,4\n",
            "codes.csv": "code,name\nhope,H\nplan,P\nplan,Q\nwish,W\nfear,F\nluck,L\n",
        },
        [
            "codes.csv row 4: code 'plan' is there already; ids are unique",
            "participants.csv row 4: participant 'Ann' is there already; ids are unique",
            "participants.csv row 5: participant is empty",
        ],
    ),
    "circles in the tree of codes": (
        {"codes.csv": "code,name,parent\nhope,H,fear\nplan,P,hope\nwish,W,wish\nfear,F,plan\nluck,L,hope\n"},
        [
            "codes.csv row 2: the tree of codes runs in a circle: hope > fear > plan > hope",
            "codes.csv row 4: the tree of codes runs in a circle: wish > wish",
        ],
    ),
    "an id that would be a path": (
        {"documents.csv": "document,participant\nann-1,Ann\nann-2,Ann\nbea-1,Bea\ngroup,\n../x,Ann\n"},
        [
            "documents.csv row 6: document '../x' cannot be the name of a file: leave out / \\ : * ? \" < > | "
            "and dots at the ends"
        ],
    ),
    "a coder that would be a path": (
        {"study.toml": 'title = "T"\n[coders."../x"]\nkind = "person"\n'},
        [
            "coders: coder '../x' cannot be the name of a file: leave out / \\ : * ? \" < > | and dots at the ends",
        ],
    ),
    "words that are not on the list": (
        {"codes.csv": "code,name,origin,colour\nhope,H,inductiv,red\nplan,P,,\nwish,W,,\nfear,F,,\nluck,L,,#12345\n"},
        [
            "codes.csv row 2: origin 'inductiv' is not one of 'deductive', 'inductive'",
            "codes.csv row 2: colour 'red' is not like #1b9e77",
            "codes.csv row 6: colour '#12345' is not like #1b9e77",
        ],
    ),
    "dates and numbers that are none": (
        {
            "documents.csv": "document,participant,date,minutes\nann-1,Ann,31.1.2026,ten\nann-2,Ann,2026-13,5\n"
            "bea-1,Bea,,\ngroup,,,\n"
        },
        [
            "documents.csv row 2: date '31.1.2026' is not YYYY-MM-DD",
            "documents.csv row 2: minutes 'ten' is not a number",
            "documents.csv row 3: date '2026-13' is not YYYY-MM-DD",
        ],
    ),
    "a declared attribute whose values do not fit": (
        {
            "study.toml": '[attributes.age]\nnumber = true\n[attributes.job]\nlevels = ["Nurse", "None"]\n'
            '[attributes.dose]\nwithin = "drug"\n',
            "participants.csv": 'participant,age,job\nAnn,"1,200",nurse\nBea,old,None\n',
        },
        [
            "participants.csv row 2: age '1,200' is not a number",
            "participants.csv row 2: job 'nurse' is not one of its levels 'Nurse', 'None'. The nearest is 'Nurse'.",
            "participants.csv row 3: age 'old' is not a number",
            "study.toml: attributes.dose: participants.csv has no column 'dose'; it has 'participant', 'age', 'job'.",
            "study.toml: attributes.dose: participants.csv has no column 'drug'; it has 'participant', 'age', 'job'.",
        ],
    ),
    "two attributes under one label": (
        {"study.toml": '[attributes.job]\nlabel = "Age"\n'},
        [
            "study.toml: columns 'age' and 'job' of participants.csv are both called 'Age' in tables; "
            "give one another label under [attributes.job]"
        ],
    ),
    "a consensus that has no file": (
        {"study.toml": 'consensus = "z"\n'},
        ["study.toml: consensus 'z' has no codings/z.csv; coders are 'x', 'y'."],
    ),
    "turns that overlap or leave the text": (
        {"turns.csv": "document,start,end,participant\ngroup,3,11,Ann\ngroup,10,99,Bea\ngroup,,5,Ann\n"},
        [
            "turns.csv row 3: turn at 10 begins before the turn before it has ended",
            "turns.csv row 3: the span 10 to 99 lies outside the text, which has 26 characters",
            "turns.csv row 4: start is empty",
            "turns.csv row 4: the span (empty) to 5 needs both a start and an end",
        ],
    ),
    "a text without a document, a document without its text": (
        {"texts/zoe-1.txt": "Hello.", "texts/bea-1.txt": None},
        [
            "codings/y.csv row 3: the span 11 to 15 is in a document without a text: add texts/bea-1.txt, "
            'or say texts = "withheld" in study.toml',
            "texts/zoe-1.txt: belongs to no row of documents.csv (document 'zoe-1')",
        ],
    ),
    "texts in a column": (
        {"documents.csv": "document,participant,text\nann-1,Ann,a\nann-2,Ann,\nbea-1,Bea,\ngroup,,\n"},
        ["documents.csv row 1: column 'text' is not read; a text is in texts/<document>.txt"],
    ),
    "somebody else's codings": (
        {"codings/y.csv": "coder,document,code\nx,ann-1,hope\n"},
        ["codings/y.csv row 2: coder 'x' is in the file of 'y'; one file a coder"],
    ),
    # Files that are not what they should be.
    "a file of 0 bytes": ({"codes.csv": ""}, ["codes.csv: is empty; the first line names the columns"]),
    "a byte-order mark alone": (
        {"codes.csv": "\ufeff\n"},
        ["codes.csv: is empty; the first line names the columns"],
    ),
    "a text of 0 bytes": ({"texts/ann-1.txt": ""}, ["texts/ann-1.txt: is empty"]),
    "a heading alone": (
        {"participants.csv": "participant,age\n"},
        [
            "documents.csv row 2: participant 'Ann' is not in participants.csv, which has nothing. "
            "(and in 1 more rows)",
            "documents.csv row 4: participant 'Bea' is not in participants.csv, which has nothing.",
            "turns.csv row 2: participant 'Ann' is not in participants.csv, which has nothing.",
            "turns.csv row 3: participant 'Bea' is not in participants.csv, which has nothing.",
        ],
    ),
    "UTF-16": (
        {"codes.csv": "code,name\nhope,Hope\n".encode("utf-16"), "texts/ann-2.txt": "Now.".encode("utf-16")},
        [
            f"codes.csv: is in UTF-16; {UTF8} (in Excel: 'CSV UTF-8')",
            f"texts/ann-2.txt: is in UTF-16; {UTF8} (in Excel: 'CSV UTF-8')",
        ],
    ),
    "UTF-16 without its mark": (
        {"codes.csv": "code,name\nhope,Hope\n".encode("utf-16-le")},
        [f"codes.csv: holds a NUL character in line 1, so it is not plain text; {UTF8}"],
    ),
    "Latin-1": (
        {
            "participants.csv": "participant,job\nAnn,x\nBea,médecin\n".encode("latin-1"),
            "study.toml": b'title = "\xe5"\n',
        },
        [
            f"participants.csv: byte 0xe9 in line 3 is not UTF-8; {UTF8}",
            f"study.toml: byte 0xe5 in line 1 is not UTF-8; {UTF8}",
        ],
    ),
    "a NUL byte": (
        {"codings/x.csv": CODINGS + "ann-1,0,1,ho\0pe,\n"},
        [f"codings/x.csv: holds a NUL character in line 2, so it is not plain text; {UTF8}"],
    ),
    "ragged rows, also where pandas would cut or fill them": (
        {"participants.csv": "participant,age\nAnn,34,nurse\nBea\nCy,1,2\n"},
        [
            "participants.csv row 2: cells: 3, but the heading has 2; a cell that holds ',' goes in double quotes "
            "(and in 1 more rows)",
            "participants.csv row 3: cells: 1, but the heading has 2",
        ],
    ),
    "a quotation mark that is never closed": (
        {"participants.csv": 'participant,age\nAnn,34\n"Bea,58\n'},
        ["participants.csv row 3: is not a table: a quotation mark is opened here and not closed"],
    ),
    "text behind a closing quotation mark": (
        {"participants.csv": 'participant;age\n"Ann"a;34\nBea;58\n'},
        ["participants.csv row 2: is not a table: text follows a closing quotation mark"],
    ),
    "a cell longer than any cell": (
        {"participants.csv": "participant,age\nAnn," + "x" * 140_000 + "\nBea,1\n"},
        [
            "participants.csv row 2: is not a table: a cell is longer than 131072 characters; "
            "is a quotation mark opened and not closed?"
        ],
    ),
    "folders where files should be": (
        {"codes.csv": ..., "codings/x.csv": ..., "texts/ann-1.txt": ...},
        [
            "codes.csv: is missing",
            "codings/x.csv: cannot be read: Is a directory",
            "texts/ann-1.txt: cannot be read: Is a directory",
        ],
    ),
    "no study.toml and no codes": (
        {"study.toml": None, "codes.csv": None},
        ["codes.csv: is missing", "study.toml: is missing; `themebook new` writes one to start from"],
    ),
    "TOML that is none": (
        {"study.toml": "title = \n"},
        ["study.toml: is not valid TOML: Invalid value (at line 1, column 9)"],
    ),
    "a table twice": (
        {"codes.parquet": b"x", "codings/x.parquet": b"x"},
        [
            "codes.csv: stands beside codes.parquet; keep one of the two",
            "codings/x.csv: stands beside x.parquet; keep one of the two",
        ],
    ),
    "tables under names that nobody reads": (
        {"codings.csv": CODINGS, "assignment.csv": "document,coder\n"},
        [
            f"{name}: is not read; the tables are 'participants', 'documents', 'turns', 'codes', 'assignments', 'memos', "
            "and codings in codings/, one file a coder"
            for name in ("assignment.csv", "codings.csv")
        ],
    ),
}


@pytest.mark.parametrize(("changes", "problems"), BROKEN.values(), ids=BROKEN)
def test_a_broken_study_is_refused_with_every_problem_and_left_alone(refused, changes, problems):
    assert sorted(refused(changes)) == sorted(problems)


def test_problems_of_all_files_come_at_once(refused):
    found = refused({file: BROKEN[kind][0][file] for kind, file in [
        ("circles in the tree of codes", "codes.csv"),
        ("offsets outside the text", "codings/y.csv"),
        ("dates and numbers that are none", "documents.csv"),
        ("words that are not on the list", "codes.csv"),
    ]})  # fmt: skip
    assert {line.split(" row ")[0] for line in found} == {"codes.csv", "codings/y.csv", "documents.csv"}


def test_positions_are_whole_numbers_from_0_that_can_be_counted(refused):
    rows = [f"ann-1,{start},3,hope,\n" for start in ("-1", "1.5", "x", "1e30", "99999999999999999999")]
    found = [line for line in refused({"codings/y.csv": CODINGS + "".join(rows)}) if "needs both" not in line]
    assert found == [
        "codings/y.csv row 2: start '-1' is not a position: a whole number, counted from 0",
        "codings/y.csv row 3: start '1.5' is not a position: a whole number, counted from 0",
        "codings/y.csv row 4: start 'x' is not a number",
        "codings/y.csv row 5: start '1e30' is not a position: a whole number, counted from 0",
        "codings/y.csv row 6: start '99999999999999999999' is not a position: a whole number, counted from 0",
    ]


def test_a_long_transcript_is_not_repeated_in_a_message(refused):
    (line,) = refused({"texts/ann-2.txt": "x" * 500, "codings/y.csv": CODINGS + f"ann-2,0,500,hope,{'y' * 500}\n"})
    assert len(line) < 250


def test_after_many_moved_quotes_messages_stay_quick_and_say_where_exact_words_are(refused):
    text = "".join(f"word{n:05} " for n in range(2000))
    rows = "".join(f"ann-2,0,9,hope,word{n:05}\n" for n in range(1, 2000))
    found = refused({"texts/ann-2.txt": text, "codings/y.csv": CODINGS + rows})
    assert len(found) == 1999
    assert found[-1] == (
        "codings/y.csv row 2000: the quote 'word01999' is not what stands at 0 to 9: 'word00000'. "
        "The same words stand at 19990 to 19999."
    )


@pytest.mark.parametrize(
    ("quote", "hint"),
    [
        ("hope", " The same words stand at 21 to 25."),
        ("I hoped so", " The most alike stands at 0 to 10."),
        ("zzz", " Nothing like it stands in the text."),
    ],
)
def test_a_moved_quote_is_found_nearest_to_where_it_was(quote, hint):
    assert whereabouts("I hope so. We do not hope any more.", quote, 25) == hint


def test_messages_come_in_the_same_order_whatever_the_hash_seed(folder):
    path = folder({"study.toml": "".join(f"[attributes.a{n}]\nnumber = true\n" for n in range(8))})
    code = f"from helpers import store\ntry: store.read({str(path)!r})\nexcept Exception as e: print(e)"
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
    assert "8 problems" in said.pop()


# What is read, and how.


def test_leading_zeros_keep_a_column_text_and_digits_keep_their_number(folder):
    people = "participant,phone,income,card\n007,0123,1234567,x\n08,44,0.5,1\n"
    documents = "document,participant\nann-1,007\nann-2,007\nbea-1,08\ngroup,\n"
    turns = "document,start,end,participant\ngroup,3,11,007\ngroup,15,25,08\n"
    files = {"participants.csv": people, "documents.csv": documents, "turns.csv": turns, "study.toml": ""}
    table = store.read(folder(files)).participants
    assert table.values.tolist() == [["007", "0123", 1234567.0, "x"], ["08", "44", 0.5, "1"]]


def test_the_word_for_none_is_a_level_and_an_empty_cell_is_not(folder):
    toml = '[attributes.job]\nlevels = ["nurse"]\nnone = "none"\n[attributes.ill]\nmultivalued = true\nnone = "none"\n'
    people = "participant,job,ill\nAnn,none,; a;;b ;\nBea,,none\n"
    table = store.read(folder({"study.toml": toml, "participants.csv": people})).participants
    assert table["job"].astype(object).where(table["job"].notna(), None).tolist() == ["none", None]
    assert table["job"].cat.categories.tolist() == ["nurse", "none"]
    assert table["ill"].tolist() == ["a; b", "none"]


def test_values_of_a_multivalued_attribute_stay_words_even_if_all_are_digits(folder):
    files = {
        "study.toml": "[attributes.age]\nmultivalued = true\n",
        "participants.csv": "participant,age\nAnn,1\nBea,2\n",
    }
    assert store.read(folder(files)).participants["age"].tolist() == ["1", "2"]


def test_turns_of_withheld_texts_are_taken_as_they_are(folder):
    texts = dict.fromkeys(["texts/ann-1.txt", "texts/ann-2.txt", "texts/bea-1.txt", "texts/group.txt"])
    study = store.read(folder({**texts, "study.toml": 'texts = "withheld"\n'}))
    assert study.turns[["start", "end"]].values.tolist() == [[3, 11], [15, 25]]


def test_the_same_span_and_code_of_a_coder_counts_once_and_keeps_its_memos(folder):
    rows = (
        "document,start,end,code,memo\n"
        + "ann-1,2,6,hope,one\nann-1,2,6,hope,\nann-1,2,6,hope,two\nann-1,2,6,fear,one\n"
    )
    study = store.read(folder({"codings/x.csv": rows, "codings/y.csv": None}))
    assert study.codings[["start", "end", "code", "memo"]].values.tolist() == [
        [2, 6, "hope", "one\ntwo"],
        [2, 6, "fear", "one"],
    ]


def test_pieces_of_evidence_for_a_whole_document_stay_apart(folder):
    rows = "document,code,quote,extent,locator\n,luck,,several,p. 1\n,luck,,all,p. 2\n,luck,,all,p. 2\n"
    rows += "ann-2,luck,a,,\nann-2,luck,b,,\n"
    study = store.read(folder({"codings/x.csv": rows, "codings/y.csv": None}))
    assert study.codings[["document", "quote", "extent", "locator"]].values.tolist() == [
        ["", "", "several", "p. 1"],
        ["", "", "all", "p. 2"],
        ["ann-2", "a", "", ""],
        ["ann-2", "b", "", ""],
    ]


# Tables that come from elsewhere than a folder.


def test_tables_made_in_memory_are_checked_as_those_on_disk(made):
    with pytest.raises(StudyError) as error:
        made(
            coders={"coder": ["x", "x"]},
            participants={"participant": ["Ann", "#Bea"]},
            codings={"coder": ["", "x"], "document": ["", ""], "code": ["hope", "hope"]},
        )
    assert str(error.value).split("\n  ") == [
        "study 'made': 4 problems",
        "coders row 2: coder 'x' is there already; ids are unique",
        "codings row 1: coder is empty",
        "codings row 1: code 'hope' is not in codes.csv, which has nothing. (and in 1 more rows)",
        "participants row 2: participant '#Bea' begins with '#'",
    ]


def test_a_table_that_no_study_has_is_named():
    with pytest.raises(StudyError, match=r"'coding': a study has the tables .* The nearest is 'codings'\."):
        make_study("s", {"coding": pd.DataFrame()})


def test_every_reference_names_a_table_that_exists():
    refers = {spec.refers for table in TABLES.values() for spec in table.columns if spec.refers}
    assert refers == {"participants", "documents", "codes", "coders"}
