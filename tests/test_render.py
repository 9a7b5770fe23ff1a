"""Pages, tables and figures of executed notebooks: safe, self-contained, readable without a mouse or eyes."""

import base64
import html
import os
import re
import socket
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import openpyxl
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.about import About
from helpers.errors import StudyError
from helpers.render import Site

CHROMIUM = Path("/usr/bin/chromium")
MADE = datetime(2026, 1, 31, 12, 30, tzinfo=UTC)
NASTY = "<script>document.title='x'</script> =cmd() $x$ **bold**"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="60"><rect width="300" height="60" fill="#357"/></svg>'
)
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n rest").decode()


def finding(name, sentence="A sentence.", *, rows=(("hope", 3),), svg=SVG, kind="display_data", **more):
    """What a Finding leaves in a notebook, after the contract between findings and reports."""
    image = base64.b64encode((svg or "").encode()).decode()
    figure = f'<figure><img src="data:image/svg+xml;base64,{image}" alt="Bars"><figcaption>F</figcaption></figure>'
    cells = "".join(f"<tr>{''.join(f'<td>{html.escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    fragment = (
        f'<section class="themebook-finding tex2jax_ignore" id="{name}"><p class="sentence">{html.escape(sentence)}</p>'
        f"{figure if svg else ''}<table><caption>Caption</caption><tbody>{cells}</tbody></table></section>"
    )
    bundle = {
        "name": name, "title": f"Title of {name}", "sentence": sentence, "caption": "Caption", "figure_caption": "F",
        "alt": "Bars", "label": "", "columns": ["theme", "n"], "rows": [list(row) for row in rows],
        "shown_columns": [], "shown_rows": [], "svg": svg, "png": PNG if svg else None, **more,
    }  # fmt: skip
    data = {"text/plain": sentence, "text/html": fragment, "application/vnd.themebook.finding+json": bundle}
    return new_output(kind, data=data, **({"execution_count": 1} if kind == "execute_result" else {}))


def chapter(*outputs, title="# Who took part?", source="secret_code = 1", tags=()):
    cells = [new_markdown_cell(f"{title}\n\nSome *prose*."), new_code_cell("x = 1", metadata={"tags": ["parameters"]})]
    cells += [new_code_cell(source, outputs=[output], metadata={"tags": list(tags)}) for output in outputs]
    return new_notebook(cells=cells)


@pytest.fixture
def site(tmp_path):
    """Make a site of two chapters; `make(first, second)` writes it and returns its folder."""

    def make(first, second=None, about=None):
        second = second or chapter(title="# What do they `say`?")
        paths = [tmp_path / "01_participants.ipynb", tmp_path / "02_what_they_say.ipynb"]
        for path, notebook in zip(paths, (first, second), strict=True):
            nbformat.write(notebook, path)
        folder = tmp_path / "report"
        folder.mkdir()
        made = Site(folder, "pilot", about or About(title="Pilot & co", citation="Doe 2020"), paths)
        made.add("02_what_they_say", second)
        made.add("01_participants", first)
        made.finish(MADE)
        return folder

    return make


def page(folder, name="01_participants"):
    return (folder / f"{name}.html").read_text(encoding="utf-8")


def test_a_page_is_closed_to_the_network_and_to_scripts(site):
    text = page(site(chapter(finding("one"))))
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in text
    assert "<script" not in text and "<link" not in text
    assert not re.search(r"(src|href)=\"(https?:)?//", text)


def test_a_page_has_landmarks_a_language_and_one_heading(site):
    text = page(site(chapter(finding("one"))))
    assert '<html lang="en">' in text and "<main " in text and 'href="#content"' in text
    assert len(re.findall("<h1[ >]", text)) == 1
    assert "<title>Who took part? – Pilot &amp; co</title>" in text


def test_navigation_names_every_chapter_and_marks_the_current_one(site):
    folder = site(chapter())
    assert re.findall(r'<li><a href="(\S+)"( aria-current="page")?>(.*?)</a>', page(folder)) == [
        ("index.html", "", "Overview"),
        ("01_participants.html", ' aria-current="page"', "Participants"),
        ("02_what_they_say.html", "", "What they say"),
    ]
    assert 'rel="next" href="02_what_they_say.html"' in page(folder)
    assert 'rel="prev" href="01_participants.html"' in page(folder, "02_what_they_say")


@pytest.mark.parametrize("kind", ["display_data", "execute_result"])
def test_findings_are_shown_and_code_is_not(site, kind):
    text = page(site(chapter(finding("one", "Three of four spoke of hope.", kind=kind))))
    assert "Three of four spoke of hope." in text and 'alt="Bars"' in text
    assert "secret_code" not in text and "x = 1" not in text


def test_what_is_no_part_of_a_report_is_left_out(site):
    outputs = [
        new_output("stream", name="stderr", text="UserWarning: something"),
        new_output("error", ename="KeyError", evalue="oops", traceback=["Traceback oops"]),
        new_output("execute_result", data={"text/plain": "<helpers.study.Study at 0x7f>"}, execution_count=1),
        new_output("display_data", data={"application/javascript": "alert(1)", "text/plain": "plain"}),
        new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {}, "text/plain": "Widget()"}),
    ]
    text = page(site(chapter(*outputs)))
    assert not re.search("UserWarning|KeyError|oops|0x7f|alert|Widget|plain<", text)


def test_what_a_chapter_of_ones_own_may_show_is_kept(site):
    outputs = [
        new_output("stream", name="stdout", text="4 < 5\n"),
        new_output("display_data", data={"text/markdown": "No *second* coder."}),
        new_output("display_data", data={"image/svg+xml": SVG}, metadata={"image/svg+xml": {"alt": "A box"}}),
        new_output("display_data", data={"image/png": PNG}, metadata={"image/png": {"alt": "A line <>"}}),
    ]
    text = page(site(chapter(*outputs)))
    assert "4 &lt; 5" in text and "<em>second</em>" in text
    assert 'alt="A box"' in text and 'alt="A line &lt;&gt;"' in text


def test_the_overview_leads_to_everything(site):
    about = About(
        title="Pilot", citation="Doe 2020. doi:10.1000/182", doi="10.1000/182", kind="published", question="Why?"
    )
    first = chapter(finding("one", "Three of four & more."), finding("two", svg=None))
    text = page(site(first, about=about), "index")
    assert len(re.findall("<h1[ >]", text)) == 1 and "<h1>Pilot</h1>" in text
    assert "Why?" in text and "Published study" in text and "Made on 2026-01-31, 12:30 UTC" in text
    assert '<a href="https://doi.org/10.1000/182">doi:10.1000/182</a>' in text
    assert "What do they say?</a></h2>" in text and "Three of four &amp; more." in text
    links = set(re.findall(r'href="(?!https:)([^"#]+)', text))
    assert {"tables/one.csv", "figures/one.svg", "figures/one.png", "tables/two.csv", "tables/pilot.xlsx"} <= links
    assert not links & {"figures/two.svg", "figures/two.png"}
    assert "01_participants.html#one" in text


def test_every_link_of_the_overview_leads_to_a_file(site):
    folder = site(chapter(finding("one")))
    links = set(re.findall(r'href="(?!https:)([^"#]+)', page(folder, "index"))) - {"provenance.json"}
    assert all((folder / link).is_file() for link in links)


def test_synthetic_data_are_called_so_on_every_page(site):
    folder = site(chapter(), about=About(title="Pilot", kind="synthetic"))
    for name in ("index", "01_participants", "02_what_they_say"):
        assert page(folder, name).count("Synthetic data") >= 2
    assert "Synthetic" not in page(folder, "index").replace("Synthetic data", "").replace("Synthetic study", "")


def test_tables_and_figures_come_from_the_bundle(site):
    folder = site(chapter(finding("one", rows=[(NASTY, 3), (None, -1)], label="Synthetic data")))
    assert (folder / "tables/one.csv").read_text() == f"theme,n\n{NASTY},3\n,-1\n"
    assert (folder / "figures/one.svg").read_text() == SVG
    assert (folder / "figures/one.png").read_bytes() == base64.b64decode(PNG)
    book = openpyxl.load_workbook(folder / "tables/pilot.xlsx")
    assert book["Tables"]["D2"].value == "Synthetic data" and book["one"]["A2"].value == NASTY


def test_a_finding_without_a_table_or_figure_is_a_sentence_only(site):
    folder = site(chapter(finding("none", "There is no second coder.", svg=None, rows=(), columns=None)))
    assert not any((folder / "tables").iterdir()) and not any((folder / "figures").iterdir())
    assert "There is no second coder." in page(folder, "index") and ".xlsx" not in page(folder, "index")


def test_a_page_has_to_have_one_heading(site):
    with pytest.raises(StudyError, match="chapter 01_participants has 2 headings of the first level; a page has one"):
        site(chapter(new_output("display_data", data={"text/html": "<h1>More</h1>"})))


def test_a_page_without_a_heading_is_refused(site):
    with pytest.raises(StudyError, match="chapter 01_participants has 0 headings"):
        site(chapter(title="Nothing"))


def test_the_same_finding_may_stand_in_two_chapters(site):
    folder = site(chapter(finding("inputs", "Six files.")), chapter(finding("inputs", "Six files."), title="# Say?"))
    index = page(folder, "index")
    assert index.count("Six files.") == 1 and "02_what_they_say.html#inputs" in index
    assert openpyxl.load_workbook(folder / "tables/pilot.xlsx").sheetnames == ["Tables", "inputs"]


@pytest.mark.parametrize("other", ["one", "One"])
def test_two_findings_may_not_share_a_name(site, other):
    with pytest.raises(StudyError, match=r"two findings are called '[Oo]ne', in '01_participants', '02_what_they_say'"):
        site(chapter(finding("one")), chapter(finding(other, "Different."), title="# Say?"))


def test_two_findings_of_one_chapter_may_not_share_a_name_either(site):
    with pytest.raises(StudyError, match="two findings are called 'one', in '01_participants'"):
        site(chapter(finding("one"), finding("one", "Different.")))


@pytest.mark.parametrize("name", ["../up", "a/b", "", ".hidden", "a b"])
def test_a_finding_cannot_write_where_it_likes(site, name):
    with pytest.raises(StudyError, match="cannot name a file"):
        site(chapter(finding(name)))


def test_the_same_notebooks_make_the_same_pages(site, tmp_path):
    first = page(site(chapter(finding("one"))))
    (tmp_path / "report").rename(tmp_path / "before")
    assert page(site(chapter(finding("one")))) == first


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists() and not os.environ.get("CI"):
        pytest.skip("no Chromium")
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield running
        running.close()


@pytest.mark.browser
def test_the_site_opens_from_the_file_system_without_a_request(site, browser):
    folder = site(chapter(finding("one", rows=[(NASTY, 3)])))
    view = browser.new_page(viewport={"width": 375, "height": 700})
    requests = []
    view.on("request", lambda request: requests.append(request.url))
    view.goto((folder / "index.html").as_uri())
    view.click("text=Participants")
    assert view.title() == "Who took part? – Pilot & co"
    assert NASTY in view.inner_text("#one table")
    for name in ("index", "01_participants", "02_what_they_say"):
        view.goto((folder / f"{name}.html").as_uri())
        assert view.locator("h1").count() == 1
        assert all(image.get_attribute("alt") for image in view.locator("img").all())
        assert view.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert len(requests) == 5 and [url for url in requests if not url.startswith(("file:", "data:"))] == []


@pytest.mark.browser
def test_even_html_that_is_not_escaped_runs_nothing_and_calls_nobody(site, browser):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        hostile = f"<script>document.title='x'</script><img src='{address}/b.png' onerror=\"document.title='y'\">"
        folder = site(chapter(new_output("display_data", data={"text/html": hostile})))
        view = browser.new_page()
        view.goto((folder / "01_participants.html").as_uri(), wait_until="networkidle")
        assert view.title() == "Who took part? – Pilot & co"
        with pytest.raises(BlockingIOError):
            listening.accept()


@pytest.mark.browser
def test_the_keyboard_reaches_the_content(site, browser):
    view = browser.new_page()
    view.goto((site(chapter(finding("one"))) / "01_participants.html").as_uri())
    view.keyboard.press("Tab")
    assert view.evaluate("document.activeElement.textContent") == "Skip to the content"
    view.keyboard.press("Enter")
    assert view.evaluate("document.activeElement.id") == "content"


@pytest.mark.browser
def test_a_wide_table_scrolls_in_its_box(site, browser):
    row = tuple(f"a_long_word_in_column_{n}" for n in range(20))
    view = browser.new_page(viewport={"width": 375, "height": 700})
    view.goto((site(chapter(finding("one", rows=[row]))) / "01_participants.html").as_uri())
    assert view.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = view.evaluate("(b => [b.scrollWidth > b.clientWidth, b.tabIndex])(document.querySelector('.scroll'))")
    assert box == [True, 0]
