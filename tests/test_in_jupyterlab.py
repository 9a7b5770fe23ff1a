"""The notebooks where people open them: a real JupyterLab in a real Chromium."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM and not os.environ.get("CI"), reason="no Chromium on this machine"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab of its own over a copy of the notebooks, with nothing of the user's."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    config = home / "config" / "labconfig"
    config.mkdir(parents=True)
    news = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (config / "page_config.json").write_text(json.dumps(news))
    port = free_port()
    env = {
        **os.environ,
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_DATA_DIR": str(home / "share"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", "--IdentityProvider.token=t", f"--ServerApp.root_dir={home}"]
    command += ["--LabApp.expose_app_in_browser=True", "--allow-root"]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, env=env, cwd=home, stdout=log, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 90
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=5)
                break
            except urllib.error.URLError:
                assert server.poll() is None and time.monotonic() < deadline, (home / "log").read_text()
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture
def page():
    from playwright.sync_api import sync_playwright

    assert CHROMIUM, "CI is set, and there is no Chromium to test in"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        view = browser.new_page(viewport={"width": 1400, "height": 1000})
        view.elsewhere = []
        view.on("request", lambda r: None if "127.0.0.1" in r.url else view.elsewhere.append(r.url))
        yield view
        browser.close()


def run_all(page, lab: str, notebook: str) -> None:
    page.goto(f"{lab}/lab/tree/notebooks/{notebook}?reset&token=t")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=120_000)
    # Waiting for the idle badge is not enough: Run All would ask for a kernel.
    page.evaluate("""async () => {
        const panel = window.jupyterapp.shell.currentWidget;
        await panel.context.ready; await panel.sessionContext.ready; await panel.sessionContext.session.kernel.info;
        window.jupyterapp.commands.execute('notebook:run-all-cells');
    }""")


def outside(requests: list[str]) -> list[str]:
    return [url for url in requests if not url.startswith(("data:", "blob:"))]


def test_the_explorer_follows_what_is_chosen(lab, page):
    run_all(page, lab, "explore.ipynb")
    page.get_by_text("14 of 14 participants selected.").wait_for(timeout=120_000)
    figure = page.locator(".themebook-finding img").first
    figure.wait_for(timeout=90_000)
    assert "Childhood adversity 5 of 14" in figure.get_attribute("alt")

    page.get_by_label("Employment", exact=True).select_option("Full-time employed")
    page.get_by_text("2 of 14 participants selected.").wait_for(timeout=90_000)
    page.locator(".themebook-finding img[alt*='2 participants']").first.wait_for(timeout=90_000)

    page.locator(".jupyter-widget-TabPanel-tabContents, .lm-TabBar-tab", has_text="Table 1").first.click()
    page.get_by_role("columnheader", name="All (N = 2)").wait_for(timeout=90_000)

    page.locator(".widget-dropdown select").first.select_option("synthetic-pilot")
    page.get_by_text("4 of 4 participants selected.").wait_for(timeout=90_000)
    assert page.get_by_text("Synthetic data.").first.is_visible()
    assert outside(page.elsewhere) == []


def test_a_chapter_runs_without_an_edit_and_shows_its_figures(lab, page):
    run_all(page, lab, "02_themes.ipynb")
    page.locator(".themebook-finding#theme_prevalence img").wait_for(timeout=90_000)
    alts = [image.get_attribute("alt") for image in page.locator(".themebook-finding img").all()]
    assert len(alts) == 2 or len(alts) == 3
    assert all(re.match(r"(Packed circles|Lollipop chart|Case by theme matrix): ", alt) for alt in alts)
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert outside(page.elsewhere) == []
