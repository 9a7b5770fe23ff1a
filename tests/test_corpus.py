"""The teaching corpus: written by hand, so what it promises is counted here (data/synthetic-recovery/README.md)."""

import re
from collections import Counter
from itertools import combinations
from math import sqrt
from pathlib import Path

import pytest

from helpers import open_study
from helpers.agreement import per_code

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "data" / "synthetic-recovery"
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


@pytest.fixture(scope="module")
def data():
    return open_study("synthetic-recovery")


@pytest.fixture(scope="module")
def texts(data):
    return dict(zip(data.documents["document"], data.documents["text"], strict=True))


@pytest.fixture(scope="module")
def spoken(data, texts):
    """What the participant says in each interview."""
    turns = data.turns[data.turns["participant"] != ""]
    pieces = {name: [] for name in texts}
    for turn in turns.itertuples():
        pieces[turn.document].append(texts[turn.document][turn.start : turn.end])
    return {name: " ".join(parts) for name, parts in pieces.items()}


def words(text):
    return WORD.findall(text.lower())


def person(document):
    return document.rsplit("-", 1)[0]


def codings(data, coder):
    return data.codings[data.codings["coder"] == coder]


class TestTexts:
    def test_twelve_people_six_of_them_twice(self, data, texts):
        assert len(data.participants) == 12 and len(texts) == 18
        assert sorted(Counter(map(person, texts)).values()) == [1] * 6 + [2] * 6

    def test_lengths(self, texts):
        lengths = {name: len(text.split()) for name, text in texts.items()}
        assert [name for name, length in lengths.items() if not 900 <= length <= 1600] == []
        assert sum(lengths.values()) >= 16_000

    def test_no_paragraph_stands_in_two_interviews(self, texts):
        paragraphs = Counter(part for text in texts.values() for part in set(text.strip().split("\n\n")))
        assert [part for part, times in paragraphs.items() if times > 1] == []

    def test_words_come_back_as_often_as_in_speech(self, spoken):
        ratios = {name: len(set(words(text))) / len(words(text)) for name, text in spoken.items()}
        assert [name for name, ratio in ratios.items() if not 0.28 <= ratio <= 0.40] == []

    def test_no_turn_of_phrase_goes_round(self, spoken):
        people = {}
        for document, text in spoken.items():
            said = words(text)
            for at in range(len(said) - 5):
                people.setdefault(" ".join(said[at : at + 6]), set()).add(person(document))
        assert [phrase for phrase, who in people.items() if len(who) > 2] == []
        assert sum(len(who) == 2 for who in people.values()) < 6

    def test_an_interview_is_most_like_the_other_of_the_same_person(self, spoken):
        """Cosines of relative frequencies of four characters in a row (logarithms, centred): a measure of style."""
        grams = {name: Counter(text[i : i + 4] for i in range(len(text) - 3)) for name, text in spoken.items()}
        common = [gram for gram, _ in sum(grams.values(), Counter()).most_common(3000)]
        share = {name: [count[gram] / count.total() for gram in common] for name, count in grams.items()}
        mean = [sum(column) / len(share) for column in zip(*share.values(), strict=True)]
        style = {name: [(x - m) / sqrt(m) for x, m in zip(row, mean, strict=True)] for name, row in share.items()}
        size = {name: sqrt(sum(x * x for x in row)) for name, row in style.items()}
        likeness = {}
        for a, b in combinations(style, 2):
            product = sum(x * y for x, y in zip(style[a], style[b], strict=True))
            likeness[a, b] = likeness[b, a] = product / size[a] / size[b]
        twice = [name for name in style if f"{person(name)}-2" in style]
        nearest = {a: max((b for b in style if b != a), key=lambda b, a=a: likeness[a, b]) for a in twice}
        assert [name for name in twice if person(nearest[name]) != person(name)] == []
        strangers = [value for (a, b), value in likeness.items() if person(a) != person(b)]
        assert max(strangers) < 0.25

    def test_positions_are_tried_by_letters_and_signs_that_are_longer_than_they_look(self, texts):
        assert "Hvordan har du det, egentlig?" in texts["oystein-1"]
        assert "🙂" in texts["keziah-1"] and "👍🏾" in texts["dele-1"] and "👨‍👩‍👧‍👦" in texts["dele-1"]
        assert {"Mădălina", "Llŷr", "Željko", "Øystein"} <= set(WORD.findall(" ".join(texts.values())))

    def test_every_text_says_that_it_is_invented(self, data, texts):
        assert data.label == "Synthetic data"
        assert all("(synthetic: invented person, invented words)" in text.split("\n")[0] for text in texts.values())

    def test_turns_are_the_paragraphs_with_a_speaker(self, data, texts):
        found = []
        for document, text in texts.items():
            for turn in re.finditer(r"^([^\n:]+): (.+)$", text.split("\n", 1)[1], re.MULTILINE):
                found.append((document, turn[1], turn[2]))
        turns = [(t.document, t.speaker, texts[t.document][t.start : t.end]) for t in data.turns.itertuples()]
        assert sorted(turns) == sorted(found)

    def test_the_people_of_the_readme_are_those_of_the_table(self, data):
        listed = re.findall(r"^\| (\w+), (\d+) \| (\d) \|", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE)
        interviews = data.documents["participant"].astype(str).value_counts()
        people = data.participants.set_index("participant")["age"]
        assert listed == [(name, str(int(people[name])), str(interviews[name])) for name in people.index]


class TestCodebook:
    def test_eight_deductive_codes_and_eighteen_inductive_ones_three_levels_deep_in_one_place(self, data):
        book = data.codes.astype({"parent": str}).set_index("code")
        below = book[book["parent"] != ""]
        assert below["origin"].value_counts().to_dict() == {"inductive": 18, "deductive": 8}
        assert (book["parent"] == "").sum() == 6
        assert set(below.loc[below["parent"].isin(below.index), "parent"]) == {"help-peers"}

    def test_two_deductive_codes_are_never_used(self, data):
        assert set(data.codes["code"]) - set(data.codings["code"]) == {"gt-invulnerability", "gt-mindguards"}

    def test_examples_stand_where_they_are_said_to(self, data, texts):
        examples = [e for text in data.codes["include"] for e in re.findall(r"(?:Example: )(.*)\(([a-z]+-\d)\)", text)]
        assert len(examples) >= 22
        for example, document in examples:
            parts = re.findall(r"'(.+?)'(?= |$)", example.strip())
            assert parts and all(part.rstrip(".") in texts[document] for part in parts), (document, example)

    def test_passages_of_the_teachers_guide_stand_in_their_interviews(self, texts):
        guide = (ROOT / "notebooks" / "teaching" / "README.md").read_text("utf-8")
        bullets = re.findall(r"^- \*\*`([a-z]+-\d)`(.*(?:\n  .*)*)", guide, re.MULTILINE)
        assert len(bullets) == 10
        for document, bullet in bullets:
            passage = re.search(r'"([^"]+)"', bullet)[1]
            assert passage.rstrip(".") in texts[document], (document, passage)


class TestCoders:
    """The profiles of CODERS.md can be seen in the codings."""

    def test_who_coded_how_much(self, data):
        counts = data.codings["coder"].value_counts()
        assert counts["ines"] >= 500 and counts["marek"] >= 500
        asked = data.assignments["coder"].value_counts()
        assert asked.to_dict() == {"ines": 18, "marek": 18, "consensus": 18, "tove": 6}

    def test_only_what_participants_say_is_coded_and_within_one_turn(self, data):
        turns = data.turns[data.turns["participant"] != ""][["document", "start", "end"]]
        spans = data.codings.reset_index().astype({"document": str})
        both = spans.merge(turns.astype({"document": str}), on="document", suffixes=("", "_turn"))
        inside = both[(both["start_turn"] <= both["start"]) & (both["end"] <= both["end_turn"])]
        assert set(spans["index"]) == set(inside["index"])

    def test_spans_begin_and_end_at_words(self, data, texts):
        for span in data.codings.itertuples():
            text = texts[span.document]
            for at in (span.start, span.end):
                assert not (text[at - 1].isalnum() and text[at].isalnum()), span

    def test_one_splits_and_one_lumps(self, data):
        length = {c: codings(data, c)["quote"].str.split().str.len() for c in ("ines", "marek")}
        assert length["ines"].max() <= 22 and length["marek"].median() > 5 * length["ines"].median()

    def test_what_each_of_them_sees(self, data):
        ines, marek = (codings(data, c)["code"].astype(str).value_counts() for c in ("ines", "marek"))
        assert (ines["help-quiet"], marek["help-quiet"], marek["gt-selfcensorship"]) == (86, 4, 2)  # as CODERS.md says
        assert marek["gt-pressure"] > 2 * ines["gt-pressure"] and ines["gt-selfcensorship"] > 20
        assert marek["pull-instep"] > 2 * ines["pull-instep"] and marek["ties-debt"] > 2 * ines["ties-debt"]

    def test_the_beginner_codes_themes_and_grows_better(self, data):
        themes = {"help", "pull", "ties", "known"}
        share = codings(data, "tove").groupby("document", observed=True)["code"].agg(lambda c: c.isin(themes).mean())
        assert share["micky-1"] > 0.2 > share["oystein-1"]

    def test_memos_are_as_frequent_as_said(self, data):
        memos = {c: (codings(data, c)["memo"] != "").mean() for c in ("ines", "marek", "consensus")}
        assert memos == pytest.approx({"ines": 1 / 8, "marek": 1 / 19, "consensus": 1 / 4}, rel=0.1)

    def test_agreement_goes_from_poor_to_excellent_and_the_paradox_occurs(self, data):
        table = per_code(data, unit="turn", coders=["ines", "marek"]).set_index("code")
        assert table["cohen_kappa"]["help-quiet"] < 0.2 and table["cohen_kappa"]["gt-stereotypes"] > 0.8
        low = table[(table["percent"] >= 0.95) & (table["cohen_kappa"] < 0.4) & (table["both"] > 0)]
        assert {"gt-selfcensorship", "gt-unanimity", "help-peers-knowhow"} <= set(low.index)
