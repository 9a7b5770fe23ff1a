"""Lesson 1 as a student without Python does it: a real JupyterLab in a real Chromium, clicking and typing only."""

import importlib.util
import json
import re
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect

from helpers import open_study, teaching

pytest.importorskip("nbgrader")

ROOT = Path(__file__).parents[1]
CODINGS = [
    (8, "gt-morality", "he compares"),
    (8, "pull-warmth", ""),
    (13, "gt-pressure", "it is only carry-on, he says"),
    (17, "help-quiet", ""),
    (17, "help-peers-shield", ""),
    (25, "services-person", ""),
]


def sibling(path: Path):
    """Load a file that is no package's: the build script of the lessons, and the tests that start JupyterLab."""
    spec = importlib.util.spec_from_file_location(path.stem + "_for_lessons", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


jupyterlab = sibling(ROOT / "tests" / "test_in_jupyterlab.py")
lab, page, pytestmark = jupyterlab.lab, jupyterlab.page, jupyterlab.pytestmark


@pytest.fixture
def lesson(lab, tmp_path):
    """Lesson 1 as `make lessons` hands it out, uploaded to the student's JupyterLab; the name it has there."""
    build = sibling(ROOT / "notebooks" / "teaching" / "build.py")
    made = build.students_version(tmp_path)[0]
    body = {"type": "notebook", "format": "json", "content": json.loads(made.read_text(encoding="utf-8"))}
    put = urllib.request.Request(f"{lab}/api/contents/lesson.ipynb?token=t", json.dumps(body).encode(), method="PUT")
    with urllib.request.urlopen(put, timeout=30) as answer:
        assert answer.status == 201
    return "lesson.ipynb"


def scrolled_to(page, what, step: int = 500):
    """Scroll down, and up again, until something can be seen: JupyterLab attaches only what is near."""
    page.mouse.move(700, 500)
    seen = what.filter(visible=True)  # the source of a cell that is hidden, or rendered, holds its words as well
    for tried in range(240):
        if seen.count():
            seen.first.scroll_into_view_if_needed()
            return seen.first
        page.mouse.wheel(0, step if tried // 60 % 2 == 0 else -step)
        page.wait_for_timeout(150)
    raise AssertionError(f"{what} is nowhere in the notebook")


def line(page, beginning: str):
    """The line of a grey cell that begins so."""
    return scrolled_to(page, page.locator(".cm-line", has_text=re.compile("^" + re.escape(beginning))))


def shift_enter(page, times: int = 2) -> None:
    for _ in range(times):
        page.keyboard.press("Shift+Enter")


def says(page, words: str) -> None:
    page.locator(".jp-Notebook").get_by_text(words).filter(visible=True).first.wait_for(timeout=60_000)


def test_lesson_one_is_done_by_clicking_and_typing(lab, page, lesson):
    page.goto(f"{lab}/lab/tree/{lesson}?reset&token=t")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=120_000)
    page.evaluate("""async () => {
        const panel = window.jupyterapp.shell.currentWidget;
        await panel.context.ready; await panel.sessionContext.ready; await panel.sessionContext.session.kernel.info;
    }""")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    # Run All goes to the end, although nothing has been answered yet; the student scrolls up again.
    says(page, "AssertionError: type whole numbers, without quotation marks")
    scrolled_to(page, page.get_by_role("heading", name="What does it mean to give a passage a code?"), step=-2000)

    check = scrolled_to(page, page.get_by_text("A passage fits a code below a theme. Which do you give?"))
    assert check.is_visible() and not page.locator(".cm-line", has_text="right=").count()
    page.get_by_text("Both, so that the theme is counted").click()
    says(page, "Not quite. It would be given twice")
    page.get_by_text("The code below the theme", exact=True).click()
    says(page, "Right. The theme is counted along")

    # Exercise 1.1: the ids, typed between the quotation marks, the last ones first.
    data = open_study("synthetic-recovery")
    line(page, "belongs_to = ").click()
    for at, code in reversed(list(zip((15, 19, 23, 27), teaching.sent_on(data)["to"].head(4), strict=True))):
        page.keyboard.press("Home")
        for _ in range(at):
            page.keyboard.press("ArrowRight")
        page.keyboard.type(code)
    shift_enter(page)
    says(page, "Exercise 1.1: the form is right.")

    # Exercise 1.2: six codings at the desk, copied.
    give = scrolled_to(page, page.get_by_role("button", name="Give the passage this code"))
    desk = page.locator(".widget-vbox", has=page.get_by_role("button", name="Give the passage this code"))
    for passage, code, memo in CODINGS:
        desk.locator("select").first.select_option(index=passage - 1)
        desk.locator("select").last.select_option(index=list(data.codes["code"]).index(code))
        desk.get_by_placeholder("why this code?").fill(memo)
        give.click()
    box = desk.locator("textarea")
    expect(box).to_have_value(re.compile(r"^8 \| gt-morality \| he compares\n(.+\n){4}25 \| services-person$"))
    box.click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+C")
    line(page, "my_lines = ").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+V")
    shift_enter(page)
    says(page, "Exercise 1.2: the form is right.")

    # Exercise 1.3: what the table shows, counted by reading it.
    shift_enter(page, 3)
    table = scrolled_to(page, page.locator("table", has=page.get_by_role("columnheader", name="same", exact=True)))
    table.locator("tbody tr").first.wait_for(timeout=60_000)
    cells = [row.locator("td").all_inner_texts() for row in table.locator("tbody tr").all()]
    for beginning, count in (
        ("coded_by_me = ", sum(row[2] != "" for row in cells)),
        ("shared = ", sum(row[-1] == "True" for row in cells)),
    ):
        line(page, beginning).click()
        page.keyboard.press("End")
        for _ in "...":
            page.keyboard.press("Backspace")
        page.keyboard.type(str(count))
    shift_enter(page)
    says(page, "Exercise 1.3: the form is right.")

    scrolled_to(page, page.get_by_text("Your answer goes here.")).dblclick()
    line(page, "*Your answer goes here.*").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("In 17, I read a washer.")
    shift_enter(page, 1)
    says(page, "In 17, I read a washer.")
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert jupyterlab.outside(page.elsewhere) == []
