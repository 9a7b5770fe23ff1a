"""The lessons run, their solutions hold, and what students get gives nothing away."""

import importlib.util
import json
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers import StudyError, open_study, prevalence, teaching
from helpers.parameters import declared

FOLDER = Path(__file__).parents[1] / "notebooks" / "teaching"
LESSONS = sorted(FOLDER.glob("[0-9]_*.ipynb"))
STUDIES = ["synthetic-recovery", "synthetic-pilot"]

_spec = importlib.util.spec_from_file_location("build_lessons", FOLDER / "build.py")
build = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(build)


def cells(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def source(cell):
    return "".join(cell["source"])


def test_there_are_six():
    assert [path.name[0] for path in LESSONS] == list("123456")


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
class TestForm:
    def test_one_question_for_a_title_and_synthetic_said_at_once(self, path):
        lines = [line for c in cells(path) if c["cell_type"] == "markdown" for line in source(c).splitlines()]
        titles = [line for line in lines if line.startswith("# ")]
        assert len(titles) == 1 and titles[0].endswith("?")
        assert "**Synthetic data.**" in source(cells(path)[0])

    def test_goals_exercises_a_quiz_and_a_reflection(self, path):
        text = "\n".join(source(cell) for cell in cells(path))
        assert "After this lesson you can" in source(cells(path)[0])
        assert "teaching.Quiz(" in text and "## Looking back" in text
        roles = [build.role(nbformat.from_dict(cell)) for cell in cells(path)]
        assert roles.count("test") >= 3 and roles.count("written") >= 2
        assert roles[-1] == "written"

    def test_the_parameters_come_first_with_help(self, path):
        first = next(cell for cell in cells(path) if cell["cell_type"] == "code")
        assert first["metadata"]["tags"] == ["parameters"]
        assert all(parameter.help for parameter in declared(path).values())
        assert declared(path)["study"].default == "synthetic-recovery"

    def test_nothing_of_a_run_is_committed(self, path):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        assert notebook["metadata"]["kernelspec"]["name"] == "python3"
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
        assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])

    def test_the_metadata_are_sound(self, path):
        assert list(build.form(nbformat.read(path, as_version=4))) == []


def test_the_first_lesson_asks_for_no_python():
    """Every answer of lesson 1 is typed between quotation marks or in place of dots."""
    for cell in cells(LESSONS[0]):
        if build.role(nbformat.from_dict(cell)) == "answer":
            given = build.SOLUTION.sub("", source(cell))
            assert (given.startswith("# Type here") and '"' in given) or "..." in given


def test_grade_ids_are_unique_over_all_lessons():
    ids = [
        c["metadata"]["nbgrader"]["grade_id"] for path in LESSONS for c in cells(path) if "nbgrader" in c["metadata"]
    ]
    assert len(ids) == len(set(ids))


@pytest.mark.slow
@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_runs_with_its_solutions(path, study, tmp_path):
    import papermill

    done = papermill.execute_notebook(path, tmp_path / path.name, {"study": study}, cwd=FOLDER, progress_bar=False)
    run = [cell for cell in done.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in run)
    # Tests are tagged raises-exception for the students' sake: that one fails has to be looked for.
    assert [out.evalue for cell in run for out in cell.outputs if out.output_type == "error"] == []


@pytest.mark.slow
def test_what_students_get(tmp_path):
    pytest.importorskip("nbgrader")
    assert list(build.problems(tmp_path)) == []


def graded(text, name, kind):
    flags = {"answer": (False, True, False), "test": (True, False, True)}[kind]
    meta = {"schema_version": 3, "grade_id": name, "task": False, "points": 1}
    meta |= dict(zip(("grade", "solution", "locked"), flags, strict=True))
    tags = ["raises-exception"] if kind == "test" else []
    return new_code_cell(text, metadata={"nbgrader": meta, "tags": tags})


def exercise(test, solution="n = 3"):
    answer = f"n = ...\n### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
    return new_notebook(cells=[new_markdown_cell("x"), graded(answer, "a", "answer"), graded(test, "a-test", "test")])


def students(notebook):
    """A student's version made by hand."""
    copy = nbformat.from_dict(json.loads(json.dumps(notebook)))
    for cell in copy.cells:
        cell.source = build.HIDDEN.sub("", build.SOLUTION.sub("# Your answer", cell.source))
    return copy


HIDING = "assert isinstance(n, int)\n### BEGIN HIDDEN TESTS\nassert n == 3\n### END HIDDEN TESTS"


class TestTheChecksFind:
    def test_nothing_in_a_sound_exercise(self):
        notebook = exercise(HIDING)
        assert [*build.form(notebook), *build.leaks(notebook, students(notebook))] == []

    def test_a_test_that_hides_nothing(self):
        assert list(build.form(exercise("assert n"))) == ["a-test: needs visible and hidden tests"]

    def test_a_solution_without_marks_and_an_id_twice(self):
        notebook = exercise(HIDING)
        notebook.cells[1].source = "n = 3"
        notebook.cells[2].metadata.nbgrader.grade_id = "a"
        said = list(build.form(notebook))
        assert said == ["a: no solution between its marks", "a: there are two cells of this grade_id"]

    def test_what_stops_students_or_tells_them_too_much(self):
        notebook = exercise(HIDING)
        notebook.cells[2].metadata.tags = []
        notebook.cells.append(new_code_cell('teaching.Quiz("Why?", {"a": "yes"}, "a")'))
        assert list(build.form(notebook)) == [
            "a-test: not tagged raises-exception, so that Run All would stop at an empty answer",
            "a quick check shows its source, and so the right answer",
        ]

    def test_what_is_given_away(self):
        notebook = exercise(HIDING, "n = 1 + 2")
        leaky = students(notebook)
        leaky.cells[1].source = "n = 1 + 2"
        leaky.cells[2].source = notebook.cells[2].source
        said = list(build.leaks(notebook, leaky))
        assert "a: 'n = 1 + 2' is still there" in said and "a-test: 'assert n == 3' is still there" in said
        assert "the mark 'BEGIN HIDDEN' is still there" in said

    @pytest.mark.slow
    def test_tests_that_let_everything_pass_and_solutions_that_do_not(self):
        lax = exercise(HIDING.replace("isinstance(n, int)", "n").replace("n == 3", "n"))
        said = list(build.marked(lax, students(lax), {"a": ["n = 4"]}))
        assert said == ["a-test: passes on the empty answer", "a-test: passes on 'n = 4'"]
        wrong = exercise(HIDING, "n = 5")
        said = list(build.marked(wrong, students(wrong), {}))
        assert said[0] == "a-test: no typical wrong answer is written down"
        assert said[1].startswith("a-test: fails on the solution: AssertionError")


@pytest.fixture(scope="module")
def data():
    return open_study("synthetic-recovery")


class TestWhatLessonsShare:
    def test_passages_are_what_participants_say(self, data):
        read = teaching.passages(data, "micky-1")
        text = data.documents.set_index("document").at["micky-1", "text"]
        assert all(text[row.start : row.end] == row.text for row in read.itertuples())
        assert read["before"].str.contains("Interviewer:").any() and not read["text"].str.contains("Interviewer:").any()

    def test_what_stands_before_a_passage_is_what_others_say(self, data):
        before = teaching.passages(data, "micky-1")["before"]
        assert before[0].startswith("Interview with Micky") and before[0].endswith("Whose boots are all these?")
        assert before[1] == "Interviewer: I won't. How did you end up here?"

    def test_paragraphs_serve_where_there_are_no_turns(self, made):
        documents = {"document": ["d"], "participant": [""], "text": ["One.\n\nTwo."]}
        assert list(teaching.passages(made(documents=documents))["text"]) == ["One.", "Two."]

    def test_a_document_that_is_not_there_or_has_no_text(self, data, made):
        with pytest.raises(StudyError, match="The nearest is 'micky-1'"):
            teaching.passages(data, "mickey-1")
        with pytest.raises(StudyError, match="no text to read"):
            teaching.passages(made(documents={"document": ["d"], "participant": [""]}))

    @pytest.mark.parametrize(
        "line, said", [("0 | help", "'0' is not the number"), ("1 | helpp", "nearest is 'help'"), ("help", "line 1")]
    )
    def test_a_line_that_cannot_be_read_is_named(self, data, line, said):
        with pytest.raises(StudyError, match=said):
            teaching.coded(data, "", line)

    def test_lines_are_read_as_they_are_typed(self, data):
        mine = teaching.coded(data, "", "\n 2 |help-quiet|a | b\n\n3|pull\n")
        assert mine.values.tolist() == [
            [2, "help-quiet", "Help without words", "a | b"],
            [3, "pull", "Company that pulls", ""],
        ]

    def test_the_agreed_codings_agree_with_themselves(self, data):
        mine = teaching.coded(data, "", teaching.example(data))
        table = teaching.beside(data, "", mine)
        assert (table["same"] == (table["you"] != "")).all() and (table["you"] == table["consensus"]).all()

    def test_nobody_has_coded_the_same_without_codings(self, data):
        table = teaching.beside(data, "dele-1", teaching.coded(data, "dele-1", ""))
        assert not table["same"].any() and (table["tove"] == "").all() and len(table)

    def test_what_is_sent_on_stands_in_the_codebook(self, data):
        sent = teaching.sent_on(data)
        books, names = data.codes.set_index("code")["exclude"], data.codes.set_index("code")["name"]
        assert len(sent) >= 4
        assert all(f"{row.passage} ({names[row.to]})" in books[row.code] for row in sent.itertuples())

    def test_regrouping_keeps_the_passages(self, data):
        again = prevalence(teaching.regrouped(data, "Mine", ["help-quiet", "services-room"])).set_index("code")
        assert list(again.index[again["parent"] == "mine"]) == ["help-quiet", "services-room"]
        before = prevalence(data).set_index("code")["codings"]
        assert again.at["help-quiet", "codings"] == before["help-quiet"]
        with pytest.raises(StudyError, match="no code 'x'"):
            teaching.regrouped(data, "Mine", ["x"])

    def test_a_table_to_read_is_uncut_escaped_and_numbered_only_where_asked(self):
        table = pd.DataFrame({"quote": ["<b>" + 80 * "x"]})
        html = teaching.shown(table).to_html()
        assert "&lt;b&gt;" + 80 * "x" in html and "text-align: left" in html and "row_heading" not in html
        assert "row_heading" in teaching.shown(table, numbered=True).to_html()

    def test_who_stands_alone(self, made):
        people = {"participant": ["A", "B", "C"], "job": ["cook", "cook", ""], "town": ["x", "y", "x"]}
        study = made(participants=people)
        assert teaching.alone(study, ["job"]) == ["C"] and teaching.alone(study, []) == []
        assert teaching.alone(study, ["job", "town"]) == ["A", "B", "C"]

    def test_a_quiz_answers_and_can_be_read_without_widgets(self):
        quiz = teaching.Quiz("Why?", {"<b>": "no", "c": "yes"}, "c")
        quiz.choice.value = "<b>"
        assert "Not quite. no" in quiz.feedback.value
        quiz.choice.value = "c"
        assert "Right. yes" in quiz.feedback.value
        assert repr(quiz) == "Why?\n( ) <b>\n( ) c"
        with pytest.raises(StudyError):
            teaching.Quiz("Why?", {"a": ""}, "b")

    def test_errors_are_one_line_for_whoever_reads_no_tracebacks(self):
        from IPython.core.interactiveshell import InteractiveShell

        teaching.plain_errors()  # outside of a notebook there is nothing to do
        shell = InteractiveShell.instance()
        try:
            teaching.plain_errors()
            assert shell.InteractiveTB.mode == "Minimal"
        finally:
            InteractiveShell.clear_instance()

    def test_the_desk_writes_lines_that_are_read_back(self, data):
        desk = teaching.Desk(data, "keziah-1")
        desk.passage.value, desk.code.value, desk.memo.value = 4, "help-quiet", "she says\nnothing"
        desk.give.click()
        desk.passage.value = 5
        desk.give.click()
        mine = teaching.coded(data, "keziah-1", desk.lines.value)
        assert mine[["passage", "code", "memo"]].values.tolist() == [
            [4, "help-quiet", "she says nothing"],
            [5, "help-quiet", ""],
        ]
        assert "Synthetic data" in desk.children[0].value and "Help that nobody asked for" in desk.rule.value

    def test_an_interview_is_marked_and_escaped(self, made):
        documents = {"document": ["d"], "participant": [""], "text": ["<b>One.</b>"]}
        shown = teaching.interview(made({"kind": "synthetic"}, documents=documents)).value
        assert "Synthetic data" in shown and "&lt;b&gt;" in shown

    def test_saturation_is_looked_at_although_the_study_claims_none(self, data):
        assert isinstance(teaching.saturation(data).table, pd.DataFrame)
