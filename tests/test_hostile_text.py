"""What people say is data: a whole report of a study whose every text looks like markup, mathematics or a formula."""

import re
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from helpers.cli import main

HOSTILE = "<script>document.title='x'</script> $x^2$ **bold** [link](http://example.org) =cmd()"
TEXT = f"Ann: I said {HOSTILE} and meant it.\n"
START = TEXT.index("<script>")

FILES = {
    "study.toml": f'title = "A study of {HOSTILE}"\nkind = "own"\nnotes = ["{HOSTILE}"]\n',
    "participants.csv": 'participant,mood\nAnn,"=1+1"\n"=Bo()","<b>low</b> $y$"\n',
    "documents.csv": 'document,participant\nann-1,Ann\nbo-1,"=Bo()"\n',
    "codes.csv": f'code,name,definition\nhope,"{HOSTILE}","@SUM(1)"\n',
    "codings/x.csv": f'document,start,end,code,memo\nann-1,{START},{START + len(HOSTILE)},hope,"+1 <i>memo</i>"\nbo-1,,,hope,"-2+3"\n',
    "texts/ann-1.txt": TEXT,
}


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    for name, text in FILES.items():
        path = folder / "study" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    out = folder / "report"
    done = CliRunner().invoke(main, ["report", str(folder / "study"), "-p", "by", "mood", "--out", str(out)])
    assert done.exit_code == 0, done.output
    return out


@pytest.mark.slow
def test_pages_show_it_as_it_was_said(report):
    pages = {path.name: path.read_text(encoding="utf-8") for path in report.glob("*.html")}
    assert len(pages) >= 5
    for name, page in pages.items():
        assert "<script" not in page, name
        assert "<b>low" not in page and "<i>memo" not in page and "<strong>bold" not in page, name
        assert not re.findall(r'href="http://example', page), name
    said = unescape(re.sub(r"<[^>]+>", "", pages["03_evidence.html"]))
    assert HOSTILE in said


@pytest.mark.slow
def test_figures_show_it_as_it_was_said(report):
    for svg in (report / "figures").glob("*.svg"):
        assert "<script" not in svg.read_text(encoding="utf-8"), svg.name
    drawn = unescape((report / "figures" / "theme_prevalence.svg").read_text(encoding="utf-8"))
    assert "$x^2$" in drawn


@pytest.mark.slow
def test_no_cell_of_a_table_is_a_formula(report):
    for path in (report / "tables").glob("*.csv"):
        cells = re.findall(r'(?:^|,)"?([=+@-][^,"\n]*)', path.read_text(encoding="utf-8"), re.MULTILINE)
        assert [cell for cell in cells if not re.fullmatch(r"-?\d+(\.\d+)?", cell)] == [], path.name
    book = openpyxl.load_workbook(report / "tables" / "study.xlsx")
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    texts = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}
    assert {"=Bo()", "=1+1", "@SUM(1)", "-2+3"} <= texts
