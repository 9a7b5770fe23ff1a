"""The explorer without a browser: what the controls name is what the views show, and errors are said in place."""

import re

import ipywidgets as w
import pytest

from helpers import StudyError, findings, open_study, store
from helpers.widgets import VIEWS, explorer, select


def people(study):
    return study.participants["participant"].tolist()


def test_a_selection_keeps_people_with_any_of_the_levels_and_all_of_the_attributes():
    study = open_study("houghton-2024")
    assert people(select(study, {"diagnoses": ["Bipolar", "PTSD"]})) == ["Ashley", "Nigel"]
    assert people(select(study, {"diagnoses": ["none"], "employment": ["Full-time employed"]})) == ["Kyle", "Sebastian"]
    assert people(select(study, {"age": (54.0, 59.0)})) == ["Ashley", "Dave", "Geoff"]
    assert people(select(study, {"age": (25.0, 59.0), "opioid": []})) == people(study)
    assert people(select(study, {"age": (0.0, 1.0)})) == []


def test_a_range_leaves_out_people_whose_number_is_not_known():
    study = open_study("synthetic-pilot")
    assert people(select(study, {"years_in_treatment": (1.0, 5.0)})) == ["Lorna", "Idris", "Wren"]


def test_a_selection_of_codes_brings_what_is_below_and_edits_nothing(pilot):
    assert select(pilot, codes=["hope"]).codes["code"].tolist() == ["hope", "plan", "wish"]
    assert select(pilot) is pilot
    assert people(pilot) == ["Ann", "Bea"]


def test_an_attribute_that_is_not_there_is_refused(pilot):
    with pytest.raises(StudyError, match=r"no attribute 'jobs'"):
        select(pilot, {"jobs": ["nurse"]})


@pytest.fixture
def opened():
    return explorer("houghton-2024")


def page(widget):
    return widget.pages[widget.tabs.selected_index or 0].value


def test_it_opens_on_the_themes_of_everybody(opened):
    assert isinstance(opened, w.Widget)
    assert page(opened) == findings.prevalence(open_study("houghton-2024")).to_html()
    assert "14 of 14 participants selected." in opened.message.value
    assert {"houghton-2024", "havnes-2013", "synthetic-pilot"} <= set(opened.choice.options)


def test_every_control_changes_what_is_shown(opened):
    opened.filters["employment"].value = ("Unemployed",)
    part = open_study("houghton-2024").only(participants=["Jack", "Ashley", "Roger", "Dave"])
    assert "4 of 14 participants selected." in opened.message.value
    assert page(opened) == findings.prevalence(part).to_html()
    opened.filters["age"].value = (50.0, 59.0)
    assert "2 of 14 participants selected." in opened.message.value
    opened.codes.value = ("pathways",)
    both = open_study("houghton-2024").only(participants=["Ashley", "Dave"], codes=["pathways"])
    assert page(opened) == findings.prevalence(both).to_html()
    opened.codes.value = ()
    opened.filters["age"].value = (opened.filters["age"].min, opened.filters["age"].max)
    opened.filters["employment"].value = ()
    assert page(opened) == findings.prevalence(open_study("houghton-2024")).to_html()


@pytest.mark.parametrize("view", range(len(VIEWS)))
def test_every_view_follows_the_selection_even_to_nobody(opened, view):
    opened.tabs.selected_index = view
    whole = page(opened)
    assert whole == list(VIEWS.values())[view](open_study("houghton-2024"), "").to_html()
    for name, control in opened.filters.items():
        if name in ("employment", "opioid"):
            control.value = {"employment": ("Full-time employed",), "opioid": ("BUP",)}[name]
    assert "0 of 14 participants selected." in opened.message.value
    nobody = open_study("houghton-2024").only(participants=[])
    assert page(opened) == list(VIEWS.values())[view](nobody, "").to_html() != whole


def test_another_study_brings_its_own_controls_and_its_label(opened):
    opened.choice.value = "synthetic-pilot"
    assert "gender" in opened.filters and "opioid" not in opened.filters
    assert "<strong>Synthetic data.</strong> 4 of 4" in opened.message.value
    opened.coder.value = "anna"
    assert page(opened) == findings.prevalence(open_study("synthetic-pilot"), coder="anna").to_html()
    opened.choice.value = "havnes-2013"
    assert "12 of 12" in opened.message.value and opened.coder.value == ""


def test_a_study_that_breaks_while_it_is_chosen_is_said_in_place(folder, monkeypatch):
    path = folder(name="data/good")
    folder({"codes.csv": "code\n<script>\n"}, name="data/bad")
    monkeypatch.setenv("THEMEBOOK_DATA", str(path.parent))
    widget = explorer("good")
    before = page(widget)
    widget.choice.value = "bad"
    assert re.match(r'<pre role="alert">bad: \d+ problem', widget.message.value)
    assert "<script>" not in widget.message.value
    assert widget.study.name == "good" and page(widget) == before


def test_a_study_that_cannot_be_opened_is_an_error():
    with pytest.raises(StudyError, match="there is no study 'nowhere'"):
        explorer("nowhere")


def test_words_of_a_study_are_shown_not_run(folder):
    evil = "<img src=x onerror=alert(1)>"
    files = {"participants.csv": f"participant,job\nAnn,{evil}\nBea,b\n", "study.toml": ""}
    widget = explorer(store.read(folder(files)))
    widget.tabs.selected_index = list(VIEWS).index("Table 1")
    assert evil not in page(widget) and "&lt;img src=x" in page(widget)
    assert evil in widget.filters["job"].options


@pytest.mark.parametrize(
    "people",
    ["participant,age\nAnn,3\nBea,3\n", "participant,age\nAnn,\nBea,\n", "participant,age\nAnn,0.25\nBea,0.5\n"],
)
def test_any_column_of_numbers_gets_a_control(folder, people):
    widget = explorer(store.read(folder({"participants.csv": people})))
    assert "2 of 2 participants selected." in widget.message.value


def test_a_study_without_anybody_can_be_explored(made):
    widget = explorer(made())
    for view in range(len(VIEWS)):
        widget.tabs.selected_index = view
        assert "0 of 0 participants selected." in widget.message.value
