"""Folders: what is written is what was there, files appear whole, and stray or hidden files do no harm."""

import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import StudyError, make_study, open_study, store
from helpers.about import About, Attribute, CoderNote
from helpers.exchange.opening import find
from helpers.schema import TABLES


def same(one, other):
    """Both studies hold the same tables, types and orders included."""
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), obj=name)


def rewritten(study):
    with tempfile.TemporaryDirectory() as place:
        return store.read(store.write(study, Path(place) / study.name))


@pytest.mark.parametrize("name", ["houghton-2024", "havnes-2013", "synthetic-pilot"])
def test_a_shipped_study_is_written_and_read_as_it_was(name):
    study = open_study(name)
    again = rewritten(study)
    same(study, again)
    assert again.about == study.about


def test_a_study_is_the_same_read_twice_and_written_twice(folder, tmp_path):
    path = folder()
    first, second = store.read(path), store.read(path)
    same(first, second)
    assert store.files(first) == store.files(second) == store.files(rewritten(first))
    assert sorted(first.inputs) == [
        "codes.csv", "codings/x.csv", "codings/y.csv", "documents.csv", "participants.csv", "study.toml",
        "texts/ann-1.txt", "texts/ann-2.txt", "texts/bea-1.txt", "texts/group.txt", "turns.csv",
    ]  # fmt: skip


# Anything that a person can type into a cell or a text: quotes, line ends, marks, other scripts.
CHARACTERS = st.sampled_from("aB 0,;\t\"'\r\n\\=+-@#|<>&$*_~.:é💛ß中\u0301\u200d\u00a0\ufeff\u2028\x85\x1f")
TEXT = st.text(CHARACTERS, max_size=12)
NAME = TEXT.filter(lambda name: name.strip() and not name.strip().startswith("#"))
FILE = st.text(st.sampled_from("aB0 -_é💛中'=,;#"), min_size=1, max_size=6).map(str.strip)
FILE = FILE.filter(lambda name: name and not name.startswith("#"))


@st.composite
def studies(draw):
    people = draw(st.lists(NAME, min_size=1, max_size=4, unique_by=str.strip))
    documents = draw(st.lists(st.tuples(FILE, TEXT), min_size=1, max_size=3, unique_by=lambda pair: pair[0].casefold()))
    codes = draw(st.lists(NAME, min_size=1, max_size=3, unique_by=str.strip))
    coders = sorted(draw(st.lists(FILE, min_size=1, max_size=2, unique_by=str.casefold)))
    rows = []
    for coder in coders:
        for document, text in draw(st.lists(st.sampled_from(documents), max_size=3)):
            start = draw(st.integers(0, len(text)))
            end = draw(st.integers(start, len(text)))
            span = (start, end, text[start:end]) if text and draw(st.booleans()) else (None, None, draw(TEXT))
            rows.append((coder, document, *span, draw(st.sampled_from(codes)), draw(TEXT)))
    tables = {
        "participants": pd.DataFrame(
            {
                "participant": people,
                'an attribute, "odd"': draw(st.lists(TEXT, min_size=len(people), max_size=len(people))),
                "unknown": [None] * len(people),
                "number": draw(st.lists(st.floats(-1e6, 1e6) | st.none(), min_size=len(people), max_size=len(people))),
            }
        ),
        "documents": pd.DataFrame(
            {
                "document": [name for name, _ in documents],
                "participant": [draw(st.sampled_from([*people, ""])) for _ in documents],
                "text": [text for _, text in documents],
            }
        ),
        "codes": pd.DataFrame(
            {"code": codes, "name": [draw(TEXT) for _ in codes], "definition": [draw(TEXT) for _ in codes]}
        ),
        "coders": pd.DataFrame({"coder": coders}),
        "codings": pd.DataFrame(rows, columns=["coder", "document", "start", "end", "quote", "code", "memo"]),
    }
    return make_study(
        "odd", tables, About(title=draw(TEXT).replace("\r", ""), attributes={"unknown": Attribute(number=True)})
    )


@given(studies())
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_written_is_read_as_it_was(study):
    same(study, rewritten(study))


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffmark first",
        "a\r\nb\rc\n",
        "e\u0301 and é",
        "💛👩\u200d🔬",
        " \n",
        "\x0b\x0c\x1c\x85\u2028",
        "=cmd()|<script>$x$",
    ],
    ids=repr,
)
def test_positions_count_code_points_of_the_text_as_stored(text, made):
    study = made(
        documents={"document": ["d"], "participant": [""], "text": [text]},
        codes={"code": ["c"], "name": ["C"]},
        codings={
            "coder": ["x"],
            "document": ["d"],
            "start": [1],
            "end": [len(text)],
            "code": ["c"],
            "quote": [text[1:]],
        },
    )
    again = rewritten(study)
    assert again.documents["text"].tolist() == [text]
    assert again.codings[["start", "end", "quote"]].values.tolist() == [[1, len(text), text[1:]]]


def test_coders_keep_names_kinds_and_files_even_if_they_coded_nothing(made):
    study = made(
        {"coders": {"b": {"name": "Bo"}}, "consensus": "agreed"},
        coders={"coder": ["b", "robot", "agreed"], "name": ["", "Robot", ""], "kind": ["", "machine", ""]},
    )
    rows = [["agreed", "agreed", "consensus"], ["b", "Bo", "person"], ["robot", "Robot", "machine"]]
    assert study.coders.values.tolist() == rows
    assert rewritten(study).coders.values.tolist() == rows
    assert rewritten(study).about.coders == {"b": CoderNote("Bo"), "robot": CoderNote("Robot", "machine")}


def test_a_folder_that_is_there_is_not_written_over(pilot, tmp_path):
    (tmp_path / "there").mkdir()
    with pytest.raises(StudyError, match=r"there is there already; nothing was written"):
        store.write(pilot, tmp_path / "there")
    assert list((tmp_path / "there").iterdir()) == []


def test_a_write_that_fails_leaves_nothing(made, tmp_path):
    study = made(documents={"document": ["a", "b" * 300], "participant": ["", ""], "text": ["one", "two"]})
    with pytest.raises(StudyError, match=r"new cannot be written: File name too long$"):
        store.write(study, tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


def test_hidden_files_of_the_system_are_not_the_study_s(folder):
    junk = b"\x00\x05\x16\x07Mac OS X\xff"
    study = store.read(folder({".DS_Store": junk, "texts/._ann-1.txt": junk, "codings/._x.csv": junk, "notes.md": "n"}))
    assert study.coders["coder"].tolist() == ["x", "y"]


def test_endings_in_capitals_are_read_too(folder):
    codings = "document,code\nann-1,fear\n"
    study = store.read(folder({"codings/z.CSV": codings, "texts/ann-2.txt": None, "texts/ann-2.TXT": "Loud."}))
    assert study.codings.loc[study.codings["coder"] == "z", "code"].tolist() == ["fear"]
    assert study.documents["text"].tolist()[1] == "Loud."


def test_an_error_names_the_folder_even_when_it_is_called_by_a_dot(folder, monkeypatch):
    monkeypatch.chdir(folder({"codes.csv": None}))
    with pytest.raises(StudyError, match=r"^pilot: 2 problems|^pilot: 1 problem"):
        store.read(".")


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(StudyError) as error:
        store.read(tmp_path / "nowhere")
    assert str(error.value).split("\n  ") == [
        "nowhere: 4 problems",
        "study.toml: is missing; `themebook new` writes one to start from",
        "participants.csv: is missing",
        "documents.csv: is missing",
        "codes.csv: is missing",
    ]


@pytest.mark.parametrize("name", ["houghton-2024", "havnes-2013", "synthetic-pilot"])
def test_opening_a_shipped_study_changes_no_file(name):
    place = find(name)
    before = {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in place.rglob("*")}
    store.read(place)
    assert {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in place.rglob("*")} == before
