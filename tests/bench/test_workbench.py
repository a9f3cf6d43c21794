"""The workbench without a browser: widgets are set and clicked, and what they show is read."""

import contextlib
import io
import runpy
import shutil
import sys
from dataclasses import replace

import pandas as pd
import pytest

import pccstats as pcc
from pccstats.bench.listed import EVERY_SERIES, EVERYWHERE
from pccstats.bench.tried import Tried
from pccstats.bench.workbench import TABS, Workbench
from pccstats.terms.errors import RequestProblem
from pccstats.terms.periods import Quarter

pytestmark = pytest.mark.slow
EXAMPLE, AT = "examples/leicestershire-2022", "2022/23-Q2"


@pytest.fixture(scope="module")
def of_2022(root):
    """The figures of the second example: real months of 15 measures in a force and its districts."""
    return pcc.read_observations(root / EXAMPLE)


@pytest.fixture
def bench(root, of_2022) -> Workbench:
    """A workbench as it is opened, on the second example."""
    return pcc.workbench(of_2022, AT, folder=str(root / EXAMPLE))


def shown(bench: Workbench, tab: str) -> str:
    """What a tab shows once it is in front."""
    bench.tabs.selected_index = TABS.index(tab)
    return bench.tabs.children[TABS.index(tab)].value


def run(code: str) -> dict:
    """What the names of a piece of code are once it has run."""
    names: dict = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, names)
    return names


def test_it_opens_on_the_strongest_firm_signal(bench, of_2022):
    """The first row of the screen of the plan's own area is the series whose chart is drawn."""
    first = pcc.screen_series(of_2022.plan, of_2022, AT, areas=["Leicestershire"]).firm.iloc[0]
    assert (bench.indicator.value, bench.area.value) == (first["indicator"], first["area"])
    assert bench.series.names[0].description == first["title"]
    page = bench.tabs.children[0].value
    assert page.index("<svg") < page.index("<details")
    assert first["title"] in page


def test_all_areas_come_when_they_are_asked_for(bench):
    """The list grows from one area to all, and narrows to one, to a name, and by a click on a head is sorted."""
    assert set(bench.series.listed["area"]) == {"Leicestershire"}
    bench.look_everywhere()
    every = bench.series.listed
    assert every["area"].nunique() > 5
    bench.series.where.value = "Melton"
    assert set(bench.series.listed["area"]) == {"Melton"}
    bench.series.where.value = EVERYWHERE
    bench.series.shows.value = EVERY_SERIES
    bench.series.named.value = "BURGLARY"
    assert set(bench.series.listed["title"]) == {"Burglary"}
    bench.series.heads[1].click()
    assert bench.series.listed["area"].is_monotonic_increasing
    assert bench.series.names[0].layout.display is None
    assert bench.series.later.disabled


def test_a_click_on_a_row_shows_that_series(bench):
    """The series, its area and its chart are those of the row, also on the second page of the list."""
    bench.look_everywhere()
    bench.series.later.click()
    row = bench.series.listed.iloc[10 + 2]
    bench.series.names[2].click()
    assert (bench.indicator.value, bench.area.value) == (row["indicator"], row["area"])
    assert row["area"] in shown(bench, "Expected level")
    assert row["area"] in bench.heading.value


def test_a_series_is_chosen_by_name_too(bench):
    """The two lists give the series; the choices made for the one before are gone."""
    bench.controls.reason.value = "Lockdown"
    bench.indicator.value, bench.area.value = "3.burglary", "Rutland"
    assert bench.tried == Tried("3.burglary", "Rutland", Quarter.parse(AT))


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_answers_or_says_why_not(bench, tab):
    """A chart with a sentence, a sentence that refuses, or text to copy: never nothing, never a fault of Python."""
    page = shown(bench, tab)
    assert "<svg" in page or 'class="refused"' in page or 'class="copied"' in page or "<table" in page
    assert "Traceback" not in page
    assert "nan" not in page.lower().replace("finance", "").replace("financial", "")


def test_the_verdict_has_its_sensitivity_beside_it(bench):
    """The change tab says whether other baselines would turn the verdict, or why that cannot be said."""
    review = pcc.review_series(
        bench._known.plan, bench._known, AT, bench.indicator.value, questions=["change", "baselines"]
    )
    page = shown(bench, "Change")
    wanted = pcc.describe(review.baselines) if review.baselines is not None else review.refusals["baselines"]
    assert wanted.split(";")[0].split("'")[0] in page


def choose(bench: Workbench) -> None:
    """Another baseline, limits set anew, a month left out, with a reason that has quotation marks in it."""
    bench.look_at("3.burglary", "Leicester")
    options = [value for _, value in bench.controls.baseline.options]
    bench.controls.baseline.value = (options[6], options[-4])
    bench.controls.rebase.value = "2021-04"
    bench.controls.leave_out.value = "2020-12"
    bench.controls.reason.value = 'The "new" form'


def test_the_code_gives_the_same_answer(bench):
    """Run as it stands, it comes to the level that is shown, with the choices made by the controls."""
    choose(bench)
    names = run(bench.code)
    series = names["data"].series("3.burglary", area="Leicester", until="2022-09")
    why = 'The "new" form'
    alone = pcc.expected_level(
        series, baseline=("2020-06", "2022-06"), rebase_at=[("2021-04", why)], exclude=[("2020-12", why)]
    )
    pd.testing.assert_frame_equal(names["review"].level.points, alone.points)
    page = shown(bench, "Expected level")
    assert pcc.describe(alone).split(" (")[0] in page
    assert "As in the pack: " in page


def test_the_plan_takes_the_lines_and_does_the_same(bench, root, tmp_path):
    """Put at the end of plan.toml they are read, and the level of a pack has the same limits and exclusions."""
    bench.look_at("3.burglary", "Leicester")
    bench.controls.rebase.value = "2021-04"
    bench.controls.leave_out.value = "2020-12"
    bench.controls.reason.value = 'The "new" form'
    bench.controls.note.value = "Asked of the registrar\nin May"
    shutil.copytree(root / EXAMPLE, tmp_path / "data")
    plan = tmp_path / "data" / "plan.toml"
    plan.write_text(plan.read_text(encoding="utf-8") + "\n" + bench.plan_lines, encoding="utf-8")
    registered = pcc.read_plan(plan)
    assert len(registered.events) == len(bench._known.plan.events) + 2
    tried = pcc.review_series(
        bench._known.plan, bench._known, AT, "3.burglary", area="Leicester", questions=["level"], **bench.tried.choices
    )
    packs = pcc.review_series(registered, bench._known, AT, "3.burglary", area="Leicester", questions=["level"])
    pd.testing.assert_frame_equal(tried.level.points, packs.level.points)
    others = pcc.review_series(registered, bench._known, AT, "3.burglary", area="Melton", questions=["level"])
    assert len(others.level.segments) == 1


def test_choices_are_taken_back(bench):
    """One click, and everything is as in the pack; the page follows."""
    before = shown(bench, "Expected level")
    bench.controls.rebase.value = "2021-04"
    assert bench.controls.rebased.value == ["2021-04"]
    assert bench.controls.rebase.value == ""
    assert shown(bench, "Expected level") != before
    bench.controls.as_in_the_pack.click()
    assert bench.tried.choices == {}
    assert shown(bench, "Expected level") == before
    assert "Nothing was chosen otherwise" in shown(bench, "What I did")


def test_another_year_is_that_of_the_change(bench):
    """The year chosen stands in the sentence of the change and in the code."""
    bench.controls.since.value = "2020/21"
    assert "in 2020/21" in shown(bench, "Change")
    assert "since='2020/21'" in bench.code
    assert '# baseline = "2020/21"' in bench.plan_lines


def test_a_refusal_is_a_sentence(bench):
    """A choice that the library refuses is said on the page, and the other choices stay."""
    bench.controls.left_out.value = [value for _, value in bench.controls.leave_out.options[1:]]
    page = shown(bench, "Expected level")
    assert 'class="refused"' in page
    assert "no month with a figure sets the limits" in page or "there is no figure" in page


def test_rolling_years_alone_have_a_page(data):
    """A plan held in rolling years opens on one of them: the years are drawn, and why there is no level is said."""
    years = replace(data, frame=data.frame[data.frame["months"] == 12])
    bench = pcc.workbench(years, "2015/16-Q1")
    bench.look_at("official.burglary", "Leicestershire")
    page = shown(bench, "Expected level")
    assert "<svg" in page
    assert 'class="refused"' in page
    assert bench.series.shows.value == EVERY_SERIES
    assert "<svg" in shown(bench, "Change")
    assert bench.controls.baseline.layout.display == "none"


def test_nothing_held_is_said(data):
    """Without a single figure the page says so."""
    bench = pcc.workbench(replace(data, frame=data.frame.iloc[:0]), "2015/16-Q1")
    assert "nothing to look at" in bench.heading.value


def test_recovered_quarters_say_what_a_break_does(data):
    """The lines for a plan warn where an event would shorten what is recovered; the code gives the level shown."""
    bench = pcc.workbench(data, "2015/16-Q1", folder="data")
    bench.look_at("official.burglary", "Leicestershire")
    bench.controls.rebase.value = "2012-07"
    assert "recovered from rolling years" in bench.plan_lines
    names = run(bench.code)
    assert len(names["review"].level.segments) == 2


def test_the_public_is_shown_nothing_withheld(data):
    """A measure for internal use is in no list, and the code asks as the public does."""
    bench = pcc.workbench(data, "2015/16-Q1", audience="public")
    assert "3.treatment_completions" not in dict(bench.indicator.options).values()
    assert "audience='public'" in bench.code


def test_the_code_of_a_series_without_a_level_runs_too(data):
    """Where only rolling years are held the code draws these."""
    bench = pcc.workbench(data, "2015/16-Q1", folder="data")
    bench.look_at("official.domestic_burglary", "Leicestershire")
    review = run(bench.code)["review"]
    assert review.level is None
    assert review.rolling is not None


def test_without_its_libraries_it_says_what_to_install(monkeypatch, root):
    """Where ipywidgets is not installed the package of the workbench is refused with the command that installs it."""
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(RequestProblem, match=r"not installed.*python -m pip install ipywidgets jupyterlab"):
        runpy.run_path(str(root / "pccstats" / "bench" / "__init__.py"))
