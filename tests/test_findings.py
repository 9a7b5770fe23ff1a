"""Findings: each has a sentence computed from its table, escaped wherever it is shown, and the same every time."""

import base64
import json
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from helpers import findings, open_study, prevalence, store
from helpers.findings import MIME, Finding

EVIL = "<script>alert('x')</script> $x$ *bold* [a](b) =cmd() & \"q\"\n| c"
BUILDERS = {
    name: getattr(findings, name) for name in findings.__all__ if name not in ("MIME", "Finding", "environment")
}


class Parsed(HTMLParser):
    """What a browser would make of a fragment: tags, attributes, text; opened and closed in order."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text, self.open = [], [], "", []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "img":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def evil_study(made):
    """Every text that a person can write, and names that clash with those of columns."""
    return made(
        {
            "title": EVIL,
            "notes": [EVIL],
            "attributes": {"job": {"label": EVIL}, "dose": {"within": "drug"}},
            "recruitment": [{"label": EVIL, "n": 5}, {"label": "In", "n": 3, "lost": [{"reason": EVIL, "n": 2}]}],
            "reported": [{"about": EVIL, "value": EVIL}],
            "coreq": {"1": EVIL},
        },
        participants={
            "participant": ["Ann", EVIL, "participant"],
            "job": ["state", "Theme", EVIL],
            "drug": ["M", None, "B"],
            "dose": [1, 2, 3],
        },
        documents={"document": ["a", "b", "c", "g"], "participant": ["Ann", EVIL, "participant", ""],
                   "text": ["I hope so.", EVIL, "", "x y z"], "Words": [EVIL] * 4},
        turns={"document": ["g", "g"], "start": [0, 2], "end": [1, 3], "participant": ["Ann", "participant"]},
        codes={"code": ["hope", "o1", "fear", "o2", "participant", "Participant"], "definition": [EVIL] * 6,
               "name": ["Hope", "Other", EVIL, "Other", "participant", "Participant"],
               "parent": ["", "hope", "", "fear", "", ""]},
        codings={"coder": ["x"] * 6, "document": ["a", "b", "a", "", "g", "g"], "start": [2, 3, 0, None, 0, 0],
                 "end": [6, 7, 2, None, 3, 1], "memo": [EVIL] * 6,
                 "code": ["hope", "o1", "fear", "o2", "hope", "participant"], "extent": [EVIL] * 6},
    )  # fmt: skip


@pytest.fixture(params=["houghton-2024", "havnes-2013", "synthetic-pilot", "pilot", "evil", "empty", "nobody", "one"])
def study(request, made):
    if request.param == "pilot":
        return request.getfixturevalue("pilot")
    if request.param == "evil":
        return evil_study(made)
    if request.param == "empty":
        return made()
    if request.param == "nobody":
        return open_study("synthetic-pilot").only(participants=[])
    if request.param == "one":
        return evil_study(made).only(participants=[EVIL])
    return open_study(request.param)


@pytest.mark.parametrize("name", BUILDERS)
def test_every_finding_says_something_of_every_study_and_shows_it_escaped(name, study):
    finding = BUILDERS[name](study)
    page = Parsed(finding.to_html())
    assert set(page.tags) <= {
        "section", "style", "p", "figure", "img", "figcaption", "div",
        "table", "caption", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
    assert finding.sentence.rstrip()[-1] in ".?", finding.sentence
    assert not re.search(r"\bnan\b|None|<NA>|dtype|\bnp\.|array\(|\bNaT\b", finding.sentence)
    assert finding.sentence in page.text.replace("\r", "")
    bundle = json.loads(json.dumps(finding.bundle(), allow_nan=False))
    assert {type(cell) for row in bundle["shown_rows"] or [] for cell in row} <= {str}
    assert (finding.figure is None) == (bundle["svg"] is None) == (bundle["png"] is None)
    if finding.figure is not None:
        assert finding.alt and ("alt", finding.alt) in page.attributes
        assert finding.figure_caption
        assert "<script" not in bundle["svg"]
    if finding.table is not None:
        assert finding.caption
        assert len(bundle["columns"]) == finding.table.shape[1]
    if finding.table is not None and study.is_synthetic:
        assert bundle["caption"].startswith("Synthetic data. ")
        assert finding.figure is None or ("Synthetic data" in bundle["svg"] and "Synthetic data" in finding.alt)


@pytest.mark.parametrize("name", BUILDERS)
def test_the_same_study_gives_the_same_bytes(name):
    first, second = (BUILDERS[name](open_study("synthetic-pilot")).bundle() for _ in range(2))
    assert first == second


def test_the_names_of_findings_are_file_names_of_their_own():
    study = open_study("synthetic-pilot")
    names = [build(study).name for build in BUILDERS.values()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in names)


def test_a_finding_shows_its_parts_in_order_escaped():
    table = pd.DataFrame({"who": ["A<b>", None], "n": [1.0, None], "ok": [True, False]})
    finding = Finding("x", "One & two.", table=table, caption="Who <i>?", label="Synthetic data")
    page = Parsed(finding.to_html())
    assert page.text.partition("One & two.")[2] == "Synthetic data. Who <i>?whonokA<b>1yesno"
    assert finding.to_html().startswith('<section class="themebook-finding tex2jax_ignore" id="x">')
    assert finding.to_html().count('<th scope="col"') == 3
    assert finding.to_html().count('<td class="number">') == 2


def test_a_bundle_holds_plain_values_and_the_printed_table_text():
    table = pd.DataFrame(
        {"a": pd.array([1, None], dtype="Int64"), "b": [0.1 + 0.2, float("nan")], "c": pd.Categorical(["x", None])}
    )
    bundle = Finding("x", "S.", table=table, shown=table[["b"]]).bundle()
    assert (bundle["columns"], bundle["rows"]) == (["a", "b", "c"], [[1, 0.3, "x"], [None, None, None]])
    assert (bundle["shown_columns"], bundle["shown_rows"]) == (["b"], [["0.3"], [""]])


def test_two_columns_of_one_name_are_both_shown():
    table = pd.DataFrame([[1, 2]], columns=["Other", "Other"])
    finding = Finding("x", "S.", table=table)
    assert finding.bundle()["rows"] == [[1, 2]] and finding.bundle()["shown_rows"] == [["1", "2"]]
    assert Parsed(finding.to_html()).tags.count("td") == 2


def test_large_numbers_are_shown_in_full():
    assert Finding("x", "S.", table=pd.DataFrame({"n": [1234567.0, 0.5]})).bundle()["shown_rows"] == [
        ["1234567"],
        ["0.5"],
    ]


def test_a_notebook_gets_text_html_and_the_bundle():
    data = Finding("x", "S.")._repr_mimebundle_()
    assert list(data) == ["text/plain", "text/html", MIME]
    assert data["text/plain"] == "S."
    assert data[MIME]["columns"] is data[MIME]["svg"] is data[MIME]["png"] is None


def test_a_figure_is_in_the_page_as_svg_and_in_the_bundle_as_both():
    finding = findings.prevalence(open_study("houghton-2024"))
    (source,) = [value for name, value in Parsed(finding.to_html()).attributes if name == "src"]
    svg = base64.b64decode(source.removeprefix("data:image/svg+xml;base64,")).decode()
    assert svg == finding.bundle()["svg"] and svg.lstrip().startswith("<?xml")
    assert base64.b64decode(finding.bundle()["png"])[:8] == b"\x89PNG\r\n\x1a\n"


# What they say of the published studies.

HOUGHTON = {
    "flow": "Took part in the parent study: 24. Interviewed: 14; on the way, 8 declined, 1 intoxicated and 1 too late "
    "to the appointment.",
    "circles": "Of 12 themes at the lowest level: 8 with people named, 2 present with nobody named and 2 absent.",
    "spread": "Evidence from 10 of 14 participants; at most 3 of 23 passages from one of them. 3 codings speak of no "
    "one by name. The study has no texts: what stands here is the coder's paraphrase.",
    "documents": "14 documents of 14 participants; the minutes of single documents are not known; no texts.",
    "participants": "14 participants, 6 attributes; no value is missing.",
}


@pytest.mark.parametrize(("name", "sentence"), HOUGHTON.items())
def test_sentences_of_houghton(name, sentence):
    assert BUILDERS[name](open_study("houghton-2024")).sentence == sentence


@pytest.mark.parametrize("name", ["houghton-2024", "havnes-2013", "synthetic-pilot", "pilot"])
def test_the_printed_prevalence_says_what_the_table_says(name, request):
    study = request.getfixturevalue("pilot") if name == "pilot" else open_study(name)
    counted, shown = prevalence(study), findings.prevalence(study).shown
    people = [
        "nobody named" if row.state == "unnamed" else f"{row.participants} of {row.of}" for row in counted.itertuples()
    ]
    assert shown["Participants"].tolist() == people
    assert [text.strip() for text in shown["Theme"]] == counted["name"].tolist()


def test_groups_are_evidence_of_those_who_speak_in_them(pilot):
    finding = findings.spread(pilot)
    assert finding.table.values.tolist() == [["Ann", 5, 3], ["Bea", 2, 2]]
    assert finding.sentence == (
        "Evidence from 2 of 2 participants; at most 5 of 7 passages from one of them. 1 coding speaks of no one by "
        "name. Passages are quoted from the texts."
    )


def test_the_cases_count_people_who_are_coded_on_a_theme_itself(folder):
    files = {"codings/x.csv": "document,code\nann-1,hope\n", "codings/y.csv": None}
    finding = findings.cases(store.read(folder(files)))
    assert finding.sentence.startswith("1 of 2 participants speak to at least one theme")
    assert finding.shown["Participant"].tolist() == ["Ann", "Bea"]


def test_a_dose_whose_drug_is_unknown_keeps_its_dot(made):
    people = {"participant": ["Ann", "Bo"], "drug": ["M", None], "dose": [60, 8]}
    finding = findings.distributions(made({"attributes": {"dose": {"within": "drug"}}}, participants=people))
    assert finding.table.values.tolist() == [["Dose, M", "Ann", 60.0], ["Dose, Missing", "Bo", 8.0]]


def test_quotations_go_round_the_participants_before_anyone_has_a_second_turn(folder):
    rows = "document,start,end,code\n" + "".join(f"ann-1,{n},{n + 1},luck\n" for n in range(4)) + "bea-1,0,7,luck\n"
    study = store.read(folder({"codings/x.csv": rows, "codings/y.csv": None}))
    finding = findings.quotations(study, per_code=3)
    assert finding.table["participant"].tolist() == ["Ann", "Ann", "Bea"]
    assert finding.sentence == "3 quotations under 1 code, from 2 participants; 2 more are not shown."
    assert len(findings.quotations(study, per_code=0).table) == 5


@pytest.mark.parametrize(
    ("quote", "memo", "said"),
    [
        ("so they say", "gossip", "Quotations from 1 of 2 participants"),
        ("", "gossip", "Paraphrases from 1 of 2 participants"),
        ("", "", ""),
    ],
)
def test_the_checklist_tells_words_that_were_said_from_those_of_a_coder(made, quote, memo, said):
    study = made(
        participants={"participant": ["Ann", "Bea"]},
        documents={"document": ["a", "b"], "participant": ["Ann", "Bea"]},
        codes={"code": ["talk"], "name": ["Talk"]},
        codings={"coder": ["x"], "document": ["a"], "code": ["talk"], "quote": [quote], "memo": [memo]},
    )
    assert findings.coreq(study).table.set_index("item").at[29, "data"] == said


def test_columns_of_long_texts_are_marked_for_the_page():
    table = pd.DataFrame({"n": [1, 2], "name": ["Hope", "Fear"], "why": ["x" * 40, ""], "said": ["", "y" * 200]})
    page = Finding("f", "S.", "T", table=table, shown=table).to_html()
    assert re.findall(r'<td(?: class="(\w+)")?>', page) == ["number", "", "long", "prose"] * 2
