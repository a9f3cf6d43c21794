"""Failure drills: whatever happens to one notebook, its page is honest and the others are made."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pccstats import sources
from pccstats.batch import writing
from pccstats.batch.contract import page_faults
from pccstats.batch.jobs import Job
from pccstats.batch.pack import PackMade, make_pack
from pccstats.batch.page import Pack, page_of
from pccstats.batch.request import Request
from pccstats.batch.terminal import Quiet
from pccstats.terms.errors import RequestProblem
from pccstats.terms.plan import PageLimit, Plan

pytestmark = pytest.mark.slow

Writer = Callable[..., Path]
Maker = Callable[..., PackMade]


@pytest.fixture
def drills(write_notebook: Writer) -> None:
    """One notebook for each way to fail."""
    write_notebook("raises", "#md ## Before\n\nStill here.", "1/0", "#md ## After", order=20)
    write_notebook("refused", "from pccstats.terms.errors import MethodProblem\nraise MethodProblem('Too few months.')")
    write_notebook("dies", "print('shown before')", "import os; os._exit(3)", "print('never')", order=21)
    write_notebook("leaves", "import sys; sys.exit(0)", "print('never')", order=22)
    write_notebook("sleeps", "import time; time.sleep(60)", order=23)


@pytest.mark.slow
@pytest.mark.usefixtures("whole_pack", "drills")
def test_every_failure_is_told_and_the_rest_is_made(make: Maker) -> None:
    """Each failed page says in words what happened, keeps what came before, and the good pages are complete."""
    made = make(limit_seconds=20, workers=4)  # the others need two or three, of a busy machine more
    status = {page.page: page.status for page in made.manifest.pages}
    assert status == {
        "dashboard": "complete",
        "theme-1-safer-streets": "complete",
        "raises": "failed",
        "refused": "failed",
        "dies": "kernel_died",
        "leaves": "stopped_early",
        "sleeps": "timed_out",
    }
    assert not made.is_complete
    pages = {name: (made.folder / f"{name}.html").read_text("utf-8") for name in [*status, "index"]}
    assert {name: page_faults(page) for name, page in pages.items()} == {name: [] for name in pages}
    assert "ZeroDivisionError: division by zero" in pages["raises"]
    assert "Still here." in pages["raises"]
    assert "<details><summary>Details for the analyst" in pages["raises"]
    assert "Too few months." in pages["refused"]
    assert "MethodProblem" not in pages["refused"].partition("<details>")[0]
    assert "shown before" in pages["dies"]
    assert "ended without warning in step 4 of 5" in pages["dies"]
    assert "The notebook ended itself" in pages["leaves"]
    assert "not finished after 20 seconds" in pages["sleeps"]
    for name in ("raises", "refused", "dies", "leaves", "sleeps"):
        assert "This page could not be completed." in pages[name]
    assert "5 of 7 pages could not be completed" in pages["index"]


@pytest.mark.usefixtures("whole_pack")
def test_what_no_page_can_be_made_of_costs_one_page(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its page says so, with the reason for the analyst; the rest of the pack is made."""

    def faulty(pack: Pack, job: Job, notebook: object, *rest: Any) -> str:
        if job.page == "dashboard" and notebook is not None:
            raise RecursionError("too deep")
        return page_of(pack, job, notebook, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(writing, "page_of", faulty)
    made = make()
    assert {page.page: page.status for page in made.manifest.pages} == {
        "dashboard": "failed",
        "theme-1-safer-streets": "complete",
    }
    page = (made.folder / "dashboard.html").read_text("utf-8")
    assert page_faults(page) == []
    assert "It ran to its end, but no page can be made of what it put out." in page
    assert "RecursionError: too deep" in page.partition("<details>")[2]
    assert "1 of 2 pages could not be completed" in (made.folder / "index.html").read_text("utf-8")


@pytest.mark.usefixtures("data")
def test_a_page_that_takes_more_than_its_own_limit_is_stopped(
    write_notebook: Writer, plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the plan lets one page take is said at the start and before it is over; the others go by the command's."""
    write_notebook("long", "import time; time.sleep(60)", order=1)
    write_notebook("other", "import time; time.sleep(7)", order=2)
    limited = replace(plan, limits=(PageLimit("long", minutes=0.1),))
    held = replace(sources.read_observations(tmp_path), plan=limited)
    monkeypatch.setattr(sources, "read_plan", lambda place: limited)  # noqa: ARG005
    monkeypatch.setattr(sources, "read_observations", lambda place: held)  # noqa: ARG005
    said: list[str] = []
    progress = Quiet()
    monkeypatch.setattr(progress, "say", said.append)
    made = make_pack(Request.read("2015/16-Q1", tmp_path / "data", tmp_path / "outputs", limit_seconds=30), progress)
    assert {page.page: page.status for page in made.manifest.pages} == {"long": "timed_out", "other": "complete"}
    assert made.manifest.pages[0].reason.startswith("It had not finished after 6 seconds and was stopped")
    first, second = (words for words in said if "may take" in words)
    assert first.startswith("Each page may take 30 seconds")
    assert second.startswith("long may take 6 seconds")
    assert "long has run for 4.8 seconds; after 6 seconds it is stopped" in said


def test_without_a_dashboard_the_front_page_says_so(write_notebook: Writer, make: Maker) -> None:
    """The front page appears without verdicts and says why."""
    write_notebook("dashboard", "raise ValueError('no figures')", order=1)
    made = make()
    index = (made.folder / "index.html").read_text("utf-8")
    assert "The dashboard could not be made this time" in index
    assert "ValueError: no figures" in index
    assert "Burglary" in index
    for name in ("dashboard.csv", "briefing.html", "summary.txt"):
        assert not (made.folder / name).exists()


def test_wrong_parameters_are_refused_together(write_notebook: Writer, make: Maker, tmp_path: Path) -> None:
    """Notebooks that do not match are refused at once, before a kernel starts, and nothing is written."""
    write_notebook("lacks", parameters='quarter: str = "x"  # the quarter')
    write_notebook("asks", parameters='quarter = ""\ndata = ""\naudience = ""\nmonth = ""')
    with pytest.raises(RequestProblem) as caught:
        make()
    words = str(caught.value)
    assert "lacks.ipynb, cell tagged `parameters`: The parameter `audience` is missing." in words
    assert "lacks.ipynb, cell tagged `parameters`: The parameter `data` is missing." in words
    assert "asks.ipynb, cell tagged `parameters`: The parameter `month` is one no pack gives." in words
    assert not (tmp_path / "outputs").exists()
