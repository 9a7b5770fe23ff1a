"""`study.toml`: every wrong key and type named, the participant flow added up, nothing lost on the way back."""

import tomllib

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from helpers.about import About, Attribute, CoderNote, Loss, Reported, Stage, about_from


def problems_of(toml: str) -> list[str]:
    return [str(problem) for problem in about_from(tomllib.loads(toml))[1]]


WRONG = {
    "title = 5": ["title is 5, not text in quotes"],
    'kind = "onw"': ["kind is 'onw', not one of 'own', 'published', 'synthetic'. The nearest is 'own'."],
    'kind = ["own"]': ["kind is ['own'], not text in quotes"],
    'texts = "gone"': ["texts is 'gone', not one of 'withheld'."],
    'notes = "one"': ["notes is 'one', not a list of texts"],
    "notes = [1]": ["notes is [1], not a list of texts"],
    "titel = 1": [
        "'titel' is not known; 'title', 'citation', 'doi', 'licence', 'kind', 'consensus', 'question', 'saturation', "
        "'texts', 'notes', 'imported', 'coders', 'attributes', 'recruitment', 'reported', 'coreq' are. "
        "The nearest is 'title'."
    ],
    "coders = 3": ["coders is written as a [coders] block"],
    "[coders]\nx = 3": ["coders.x is 3, not a table of keys and values"],
    '[coders.x]\nkind = "people"': ["coders.x.kind is 'people', not one of 'person', 'consensus', 'machine'."],
    "attributes = [1]": ["attributes is written as a [attributes] block"],
    '[attributes.age]\nlabel = 3\nlevels = [1]\nnumber = "yes"\nlevel = []': [
        "attributes.age.label is 3, not text in quotes",
        "attributes.age.levels is [1], not a list of texts",
        "attributes.age.number is 'yes', not true or false",
        "'attributes.age.level' is not known; 'label', 'levels', 'ordered', 'multivalued', 'number', 'none', 'within' "
        "are. The nearest is 'levels'.",
    ],
    "recruitment = 4": ["recruitment is written as [[recruitment]] blocks"],
    '[[recruitment]]\nn = -3\n[[recruitment]]\nn = 5.5\nlost = "x"\n[[recruitment]]\nlost = [{n = "2"}, 7]': [
        "recruitment 1.n is -3, not a whole number of at least 0",
        "recruitment 2.n is 5.5, not a whole number of at least 0",
        "recruitment 2.lost is 'x', not a list like [{ reason = \"…\", n = 1 }]",
        "recruitment 3.lost 1.n is '2', not a whole number of at least 0",
        "recruitment 3.lost 2 is 7, not a table of keys and values",
    ],
    '[[reported]]\ntopic = "people"': ["reported.topic is 'people', not one of 'participants', 'documents'."],
    '[coreq]\n1 = ["a"]\n2 = "b"': ["coreq.1 is ['a'], not text in quotes"],
    "coreq = 7": ["coreq is written as a [coreq] block"],
}


@pytest.mark.parametrize(("toml", "problems"), WRONG.items(), ids=str)
def test_what_is_wrong_is_named_with_its_place(toml, problems):
    assert problems_of(toml) == [f"study.toml: {problem}" for problem in problems]


def test_a_flow_that_does_not_add_up_is_told_with_its_numbers():
    flow = (
        '[[recruitment]]\nlabel = "A"\nn = 24\n[[recruitment]]\nlabel = "B"\nn = 15\nlost = [{ reason = "x", n = 8 }]\n'
    )
    assert problems_of(flow + '[[recruitment]]\nlabel = "C"\nn = 14\n') == [
        "study.toml: recruitment does not add up: 'A' 24, less 8 lost, is 16, but 'B' says 15",
        "study.toml: recruitment does not add up: 'B' 15, less 0 lost, is 15, but 'C' says 14",
    ]


def test_what_has_a_problem_stays_out_and_the_rest_is_kept():
    about, problems = about_from({"title": 5, "citation": "Who (2026)", "coders": {"x": {"name": "X", "kind": 1}}})
    assert len(problems) == 2
    assert (about.title, about.citation, about.coders) == ("", "Who (2026)", {"x": CoderNote("X", "person")})


def test_an_undeclared_attribute_is_labelled_by_its_name():
    about = About(attributes={"age": Attribute(label="Age (years)"), "HIV_test": Attribute(number=True)})
    assert [about.attribute(name).label for name in ("age", "HIV_test", "years_in")] == [
        "Age (years)",
        "HIV test",
        "Years in",
    ]
    assert about.attribute("HIV_test").number


word = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=8)
words = st.lists(word, max_size=3).map(tuple)
counts = st.integers(0, 3)
stages = st.lists(st.tuples(word, st.lists(st.builds(Loss, word, counts), max_size=2).map(tuple)), max_size=3)


@st.composite
def flows(draw):
    """Stages whose numbers add up."""
    n, made = 30, []
    for label, lost in draw(stages):
        n -= sum(loss.n for loss in lost) if made else 0
        made.append(Stage(label, n, lost))
    return tuple(made)


abouts = st.builds(
    About,
    title=word,
    kind=st.sampled_from(["own", "published", "synthetic"]),
    texts=st.sampled_from(["", "withheld"]),
    notes=words,
    coders=st.dictionaries(word, st.builds(CoderNote, word, st.sampled_from(["person", "consensus"])), max_size=2),
    attributes=st.dictionaries(
        word,
        st.builds(Attribute, word, words, *[st.booleans()] * 3, word, word),
        max_size=2,
    ),
    recruitment=flows(),
    reported=st.lists(st.builds(Reported, word, word, st.sampled_from(["participants", "documents"])), max_size=2).map(
        tuple
    ),
    coreq=st.dictionaries(word, word.filter(bool), max_size=2),
)


@given(abouts)
def test_a_record_comes_back_from_its_toml_as_it_was(about):
    toml = tomli_w.dumps(about.as_toml(), multiline_strings=True)
    assert about_from(tomllib.loads(toml)) == (about, [])
