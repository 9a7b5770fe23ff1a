"""Parameters are read from literals and typed strictly, before anything runs."""

import json

import pytest

from helpers.errors import StudyError
from helpers.parameters import Parameter, chapters_of, declared, resolve

CELL = """\
study = "pilot"  # which study
person: str = "001"  # an id; # is part of "no. 1"
top = 10  # how many
share = 0.5
labels = True  # print the names
codes = []  # which codes
"""


@pytest.fixture
def notebook(tmp_path):
    def write(source, name="01_people", tags=("parameters",)):
        cells = [{"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source.splitlines(keepends=True)}]
        path = tmp_path / f"{name}.ipynb"
        path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
        return path

    return write


def test_a_parameters_cell_gives_names_defaults_and_help(notebook):
    assert list(declared(notebook(CELL)).values()) == [
        Parameter("study", "pilot", "which study"),
        Parameter("person", "001", 'an id; # is part of "no. 1"'),
        Parameter("top", 10, "how many"),
        Parameter("share", 0.5, ""),
        Parameter("labels", True, "print the names"),
        Parameter("codes", [], "which codes"),
    ]


def test_a_notebook_without_the_tag_declares_nothing(notebook):
    assert declared(notebook("top = 1", tags=())) == {}


def test_the_help_of_a_list_over_several_lines_stands_behind_its_end(notebook):
    found = declared(notebook('codes = [  # not this\n    "hope",\n]  # which codes\ntop = -3\n'))
    assert found["codes"] == Parameter("codes", ["hope"], "which codes")
    assert found["top"].default == -3


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("top = 1\nhalf = top / 2", r"01_people.ipynb, parameters cell, line 2: half is computed"),
        ("import os", r"line 1: a parameters cell holds lines like"),
        ("a = b = 1", r"line 1: a parameters cell holds lines like"),
        ("top = None", r"line 1: top is None; a parameter is text, a number"),
        ("top = {}", r"line 1: top is {}; a parameter is text, a number"),
        ("top = [1, 2]", r"line 1: top is \[1, 2\]; .* a list of texts"),
        ("a = 1\ntop = = 2", r"line 2: not Python"),
    ],
)
def test_anything_but_literals_is_refused_with_its_line(notebook, source, message):
    with pytest.raises(StudyError, match=message):
        declared(notebook(source))


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    (tmp_path / "01_x.ipynb").write_text("not JSON")
    with pytest.raises(StudyError, match=r"01_x\.ipynb is not a Jupyter notebook"):
        declared(tmp_path / "01_x.ipynb")
    with pytest.raises(StudyError, match=r"cannot read 02_x\.ipynb: No such file"):
        declared(tmp_path / "02_x.ipynb")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("person", "007", "007"),
        ("person", "true", "true"),
        ("person", "", ""),
        ("top", "-7", -7),
        ("share", "2", 2.0),
        ("share", "1e-3", 0.001),
        ("labels", "No", False),
        ("labels", "true", True),
        ("codes", "hope, fear", ["hope", "fear"]),
        ("codes", "", []),
        ("codes", '["a, b", "007"]', ["a, b", "007"]),
    ],
)
def test_values_take_the_type_of_the_default(notebook, name, text, value):
    found = resolve([notebook(CELL)], [(name, text)])["01_people"][name]
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "text", "takes"),
    [
        ("top", "three", "a whole number"),
        ("top", "3.0", "a whole number"),
        ("top", "1_000", "a whole number"),
        ("top", "٣", "a whole number"),
        ("share", "nan", "a number"),
        ("share", "0,5", "a number"),
        ("labels", "1", "true or false"),
        ("codes", "[1, 2]", "a list"),
        ("codes", "[oops", "a list"),
    ],
)
def test_values_of_another_type_are_refused(notebook, name, text, takes):
    with pytest.raises(StudyError, match=f"parameter '{name}' of 01_people takes {takes}"):
        resolve([notebook(CELL)], [(name, text)])


def test_each_notebook_gets_what_it_declares(notebook):
    chapters = [notebook("top = 10\nby = ''"), notebook("top = 1.5", "02_themes"), notebook("x = 1", "03_more")]
    assert resolve(chapters, [("top", "3"), ("by", "3")]) == {
        "01_people": {"top": 3, "by": "3"},
        "02_themes": {"top": 3.0},
        "03_more": {},
    }


def test_all_problems_come_in_one_message(notebook):
    given = [("tpo", "3"), ("top", "three"), ("study", "other"), ("share", "1"), ("share", "2")]
    with pytest.raises(StudyError) as raised:
        resolve([notebook(CELL)], given)
    assert str(raised.value).splitlines() == [
        "no parameter 'tpo'; the chapters have 'person', 'top', 'share', 'labels', 'codes'. The nearest is 'top'.",
        "parameter 'top' of 01_people takes a whole number, like 10, not 'three'",
        "'study' is the argument of the command, not a parameter",
        "parameter 'share' is given twice",
    ]


def test_chapters_are_the_numbered_notebooks_but_the_start_page(tmp_path):
    for name in ("02_b.ipynb", "00_start_here.ipynb", "01_a.ipynb", "explore.ipynb", "03_c.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in chapters_of(tmp_path)] == ["01_a.ipynb", "02_b.ipynb"]


def test_chapters_of_one_name_are_refused(notebook, tmp_path):
    (tmp_path / "more").mkdir()
    first = notebook("top = 1")
    second = first.rename(tmp_path / "more" / first.name)
    with pytest.raises(StudyError, match="two chapters are called '01_people'"):
        resolve([notebook("top = 1"), second], [])
    with pytest.raises(StudyError, match="there is no chapter to run"):
        resolve([], [])
