"""Tiny notebooks, a tiny plan, and sources that read nothing: what the top floor is tried with."""

from collections.abc import Callable, Iterator
from contextvars import Context, copy_context
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from pccstats import sources
from pccstats.batch import provenance
from pccstats.batch.pack import PackMade, make_pack
from pccstats.batch.request import Request
from pccstats.batch.terminal import Quiet
from pccstats.batch.warm import fork_server
from pccstats.terms.errors import SourceFile
from pccstats.terms.observations import Observations
from pccstats.terms.periods import Window, month
from pccstats.terms.plan import Indicator, PageLimit, Plan, Priority, Theme
from pccstats.terms.results.dashboard import DASHBOARD_COLUMNS
from pccstats.terms.words import OBSERVATIONS, Kind, Polarity

QUARTER = "2015/16-Q1"
PARAMETERS = (
    'quarter: str = "2015/16-Q1"  # the quarter\n'
    'data: str = "data"  # the data folder\n'
    'audience: str = "internal"  # who reads it'
)
DASHBOARD = """
from IPython.display import display
KIND = "application/vnd.pccstats+json"
def hand_over(bundle): display({KIND: bundle, "text/plain": "results"}, raw=True)
hand_over({"name": "headline", "sentences": ["One is better.", "One is worse.", "Nothing else can be said."]})
hand_over({"name": "briefing", "html": '<div class="briefing"><h2 id="look-at">What to look at</h2></div>',
    "summary": "Thefts are fewer.\\n", "earlier": "2014/15-Q4"})
hand_over({"name": "tally", "records": [{"state": "better", "count": 1}, {"state": "worse", "count": 1}]})
hand_over({"name": "priorities", "records": [
    {"number": 1, "states": [{"state": "better", "change": -12}], "page": "theme-1-safer-streets",
     "anchor": "priority-1"},
    {"number": 2, "states": [{"state": "worse", "change": 7}], "page": "theme-1-safer-streets",
     "anchor": "no-such-anchor"}]})
hand_over({"name": "dashboard", "columns": COLUMNS, "records": [
    {"indicator": "1.thefts", "title": "=cmd()", "change": -12.5, "note": "-3 to 4", "unit": "+44"}]})
""".replace("COLUMNS", repr(DASHBOARD_COLUMNS))
THEME = """
from IPython.display import HTML, display
display(HTML('<section class="priority" id="priority-1"><h2>1. Thefts</h2><p>Fewer.</p></section>'))
"""


@pytest.fixture
def limits() -> tuple[PageLimit, ...]:
    """What single pages may take: nothing of their own, where a test does not say otherwise."""
    return ()


@pytest.fixture
def plan(limits: tuple[PageLimit, ...]) -> Plan:
    """A plan of one theme and two priorities."""
    window, horizon = Window.read("2012/13"), pd.Period("2017-03", "M")

    def priority(number: int, title: str) -> Priority:
        key = f"{number}.{title.lower()}"
        indicator = Indicator(key, title, Kind.COUNT, "offences", Polarity.LOWER_IS_BETTER, window, horizon)
        return Priority(number, title, (indicator,))

    theme = Theme(1, "Safer streets", (priority(1, "Thefts"), priority(2, "Burglary")), slug="safer-streets")
    return Plan("Plan for a small town", "Smalltown", window, horizon, (theme,), limits=limits)


@pytest.fixture
def write_notebook(tmp_path: Path) -> Callable[..., Path]:
    """Write a notebook of the pack into `data/notebooks`; `page=None` keeps it out of the pack."""

    def write(name: str, *cells: str, page: str | None = "same", parameters: str = PARAMETERS, **block: Any) -> Path:
        folder = tmp_path / "data" / "notebooks"
        folder.mkdir(parents=True, exist_ok=True)
        notebook = nbformat.v4.new_notebook()
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        if page is not None:
            given = {} if block.get("per_theme") else {"page": name if page == "same" else page}
            notebook.metadata.pccstats = {"order": 10, "title": name.title(), "nav": name.title(), **given, **block}
        first = nbformat.v4.new_code_cell(parameters)
        first.metadata.tags = ["parameters"]
        title = nbformat.v4.new_markdown_cell(f"# {name.title()}\n\nWhat it shows.")
        notebook.cells = [title, first, *map(_cell, cells)]
        path = folder / f"{name}.ipynb"
        nbformat.write(notebook, path)
        return path

    return write


def _cell(source: str) -> nbformat.NotebookNode:
    if source.startswith("#md "):
        return nbformat.v4.new_markdown_cell(source.removeprefix("#md "))
    return nbformat.v4.new_code_cell(source)


@pytest.fixture
def data(tmp_path: Path, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose plan and build are given, not read."""
    folder = tmp_path / "data"
    (folder / "raw").mkdir(parents=True)
    (folder / "raw" / "plan.toml").write_text('title = "Plan for a small town"\n', encoding="utf-8")
    digest = "0123456789abcdef" * 4
    files = (SourceFile("counts.csv", digest, 1234),)
    built = sources.BuildResult(folder / "processed", files, (), 1234, month("2012-04"), month("2015-06"))
    monkeypatch.setattr(provenance, "digest_of_package", lambda: "as it is")  # it may be edited while tests run
    monkeypatch.setattr(provenance, "package_has_changed", lambda: False)
    monkeypatch.setattr(sources, "read_plan", lambda place: plan)  # noqa: ARG005
    monkeypatch.setattr(sources, "build_data", lambda *places: built)  # noqa: ARG005
    row = dict.fromkeys(OBSERVATIONS, "") | {"area": plan.focus, "period_end": month("2015-06"), "months": 12}
    row |= {"indicator": plan.indicators[0].key, "numerator": 7.0, "denominator": float("nan")}
    held = Observations(pd.DataFrame([row]), plan, pd.DataFrame(columns=["area", "persons"]), files)
    monkeypatch.setattr(sources, "read_observations", lambda place: held)  # noqa: ARG005
    return folder


@pytest.fixture(scope="session")
def with_one_server() -> Iterator[Context]:
    """What runs in this context forks its kernels from one process, begun when the first is needed."""
    context, server = copy_context(), fork_server(print)
    context.run(server.__enter__)
    yield context
    context.run(server.__exit__, None, None, None)


@pytest.fixture
def in_one_server(with_one_server: Context) -> Iterator[None]:
    """Every pack that the test makes in this process forks its kernels from that one, whoever asks for the pack."""
    tokens = [(name, name.set(held)) for name, held in with_one_server.items() if name.get(None) is not held]
    yield
    for name, token in reversed(tokens):
        name.reset(token)


@pytest.fixture
def make(data: Path, tmp_path: Path, with_one_server: Context) -> Callable[..., PackMade]:
    """Make a pack from whatever notebooks have been written; `is_alone` has it begin a server of its own."""

    def run(*, limit_seconds: float = 300.0, is_alone: bool = False, **options: Any) -> PackMade:
        request = Request.read(
            options.pop("quarter", QUARTER), data, tmp_path / "outputs", limit_seconds=limit_seconds, **options
        )
        return make_pack(request, Quiet()) if is_alone else with_one_server.copy().run(make_pack, request, Quiet())

    return run


@pytest.fixture
def whole_pack(write_notebook: Callable[..., Path]) -> None:
    """The notebooks of a small but whole pack."""
    write_notebook("dashboard", DASHBOARD, order=1)
    write_notebook("streets", THEME, page="theme-1-safer-streets", theme=1)
