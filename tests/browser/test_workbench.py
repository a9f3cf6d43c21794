"""The workbench in JupyterLab, as `make lab` opens it: run, clicked on and looked at in a browser."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as NotInTime

from tests.browser.visits import AXE

pytestmark = pytest.mark.slow
TOKEN = "of-this-test"  # of a server that lives as long as the test, for this machine alone
PATIENCE = 90_000  # milliseconds; a busy machine takes its time
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast", "button-name", "label"]}}


@pytest.fixture(scope="module")
def lab(root: Path, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:  # noqa: ARG001
    """Where JupyterLab shows a copy of the notebook, whose saving changes nothing; none starts without a browser."""
    folder = tmp_path_factory.mktemp("lab")
    notebook = (root / "notebooks" / "explore.ipynb").read_text(encoding="utf-8")
    assert "../data" in notebook
    (folder / "explore.ipynb").write_text(notebook.replace("../data", (root / "data").as_posix()), encoding="utf-8")
    settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    quiet = {"checkForUpdates": False, "fetchNews": "false"}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        "JUPYTERLAB_SETTINGS_DIR": folder / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": folder / "workspaces",
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "IPYTHONDIR": folder / "ipython",
        "PYTHONPATH": root,
    }
    options = ("--no-browser", f"--port={port}", "--ServerApp.port_retries=0", "--allow-root")
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "explore.ipynb", *options, f"--IdentityProvider.token={TOKEN}"],
            cwd=folder,
            env=os.environ | {name: str(value) for name, value in own.items()},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(port, server, folder / "log")
        yield f"http://127.0.0.1:{port}/lab/tree/explore.ipynb?token={TOKEN}"
    finally:
        server.terminate()  # it ends its kernels
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_for(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until the server answers; one that ends instead fails the test with what it said."""
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"JupyterLab did not answer: {log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="module")
def page(root: Path, browser: Browser, lab: str) -> Iterator[Page]:
    """The notebook, run from its first cell to its last, when its first chart is there."""
    notebook = root / "notebooks" / "explore.ipynb"
    context = browser.new_context(viewport={"width": 1440, "height": 2400})
    shown = context.new_page()
    shown.set_default_timeout(PATIENCE)
    shown.goto(lab)
    shown.locator(".jp-Notebook").wait_for()
    shown.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()
    folded = len([cell for cell in json.loads(notebook.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"])
    expect(shown.locator(".jp-CodeCell .jp-InputPlaceholder")).to_have_count(folded, timeout=PATIENCE)
    run_all(shown)
    yield shown
    context.close()


def run_all(page: Page) -> None:
    """Run every cell by the menu; once more where JupyterLab was not ready for it and shows nothing."""
    chart = page.locator(".pccstats-bench figure.chart svg")
    for last in (False, True):
        page.wait_for_timeout(2000)
        page.locator("li.lm-MenuBar-item", has_text="Run").click()
        page.locator("li[data-command='runmenu:run-all']").click()
        try:
            chart.wait_for(timeout=PATIENCE if last else PATIENCE / 3)
        except NotInTime:
            if last:
                raise
        else:
            return


def tab(page: Page, name: str) -> None:
    """Bring a tab to the front."""
    page.locator(".pccstats-bench li.lm-TabBar-tab", has_text=name).click()


def test_the_chart_comes_before_its_sentences_and_its_code_is_folded(page):
    """The first thing under the name of the series is its chart; the table is closed."""
    view = page.locator(".pccstats-bench .view:has(figure)").first
    chart, sentence = view.locator("svg").bounding_box(), view.locator("> p").first.bounding_box()
    assert chart["height"] > 200
    assert chart["y"] < sentence["y"]
    assert view.locator("details").first.get_attribute("open") is None
    assert view.locator("svg").get_attribute("aria-label").startswith("Expected-level chart of ")


def test_all_areas_arrive_and_a_row_is_chosen(page):
    """Once every area is there, a click on a name shows that series."""
    expect(page.locator(".pccstats-bench p", has_text="Of 50 series")).to_be_visible(timeout=PATIENCE)
    page.locator(".pccstats-bench .rows button.jupyter-button:not(.head)").first.click()
    expect(page.locator(".pccstats-bench h3")).to_contain_text("Theft from the person")
    expect(page.locator(".pccstats-bench figcaption").first).to_contain_text("Theft from the person")


def test_a_date_set_anew_changes_the_chart(page):
    """The date is chosen from a list, stands beside it, and the page says what the pack says."""
    page.locator(".pccstats-bench .jupyter-widget-Collapse-header").click()
    page.locator(".pccstats-bench .widget-dropdown", has_text="Set limits anew from").locator("select").select_option(
        label="July 2012"
    )
    expect(page.locator(".pccstats-bench p", has_text="As in the pack:")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".pccstats-bench .jupyter-widget-tag").first).to_contain_text("2012-07")
    tab(page, "What I did")
    expect(page.locator(".pccstats-bench pre.copied").first).to_contain_text("rebase_at=('2012-07',)")
    expect(page.locator(".pccstats-bench pre.copied").last).to_contain_text('month = "2012-07"')


def test_every_tab_is_drawn(page):
    """Change and projection have their charts, each wide enough to be read."""
    for name in ("Change", "Projection"):
        tab(page, name)
        chart = page.locator(".pccstats-bench figure.chart svg:visible").first
        chart.wait_for()
        assert chart.bounding_box()["width"] > 500, name


@pytest.mark.parametrize("width", [1440, 760])
def test_it_can_be_read_wide_and_narrow(page, width):
    """Nothing is wider than the page, words stand out from what is behind them, buttons and fields have names."""
    tab(page, "Expected level")
    page.set_viewport_size({"width": width, "height": 2400})
    page.evaluate("document.querySelector('.pccstats-bench').scrollIntoView()")
    bench = page.locator(".pccstats-bench")
    assert bench.evaluate("each => each.scrollWidth <= each.clientWidth + 4")
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run('.pccstats-bench', rules)", CONTRAST)["violations"]
    assert [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]] == []
