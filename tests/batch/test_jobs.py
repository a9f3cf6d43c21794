"""From a quarter to jobs: which notebooks a plan calls for, and how they are named."""

from dataclasses import replace
from pathlib import Path

import pytest

from pccstats.batch.jobs import Entry, chosen, plan_jobs
from pccstats.batch.limits import Limits
from pccstats.batch.request import Request
from pccstats.batch.run import longest_first
from pccstats.terms.errors import RequestProblem
from pccstats.terms.periods import Quarter
from pccstats.terms.plan import Area, PageLimit, Plan, Theme

REQUEST = Request(Quarter.parse("2015/16-Q1"), Path("data"), Path("outputs"), Path("notebooks"))
DASHBOARD = Entry(Path("dashboard.ipynb"), "The dashboard", "Dashboard", 1, 9, page="dashboard")
GENERAL = Entry(Path("theme.ipynb"), "A theme", "Theme", 20, 5, is_per_theme=True)


def own(number: int, *, plan: str | None = None) -> Entry:
    """A notebook on one theme."""
    return Entry(Path(f"t{number}.ipynb"), f"T{number}", f"T{number}", 30, 5, f"theme-{number}-own", number, plan)


def test_a_theme_the_plan_lacks_is_left_out(plan: Plan) -> None:
    """A notebook on theme 3 makes no page where the plan has one theme."""
    jobs = plan_jobs(REQUEST, [DASHBOARD, own(1), own(3)], plan)
    assert [job.page for job in jobs] == ["dashboard", "theme-1-own"]


def test_a_theme_without_a_notebook_of_its_own_gets_the_general_one(plan: Plan) -> None:
    """The notebook that runs once per theme serves the themes no other notebook serves, under the plan's titles."""
    wider = replace(plan, themes=(*plan.themes, Theme(2, "Vulnerable people", ()), Theme(10, "Money", ())))
    jobs = plan_jobs(REQUEST, [own(2), GENERAL], wider)
    assert [job.page for job in jobs] == ["theme-1-safer-streets", "theme-10", "theme-2-own"]
    assert [job.title for job in jobs] == ["Safer streets", "Money", "T2"]
    assert jobs[1].parameters["theme"] == 10
    assert "theme" not in jobs[2].parameters


def test_a_page_that_would_have_nothing_to_say_is_not_made(plan: Plan) -> None:
    """Without districts there is no page of partnerships; with one there is."""
    partnerships = Entry(Path("p.ipynb"), "Partnerships", "Partnerships", 70, 5, page="partnerships", needs="districts")
    assert [job.page for job in plan_jobs(REQUEST, [DASHBOARD, partnerships], plan)] == ["dashboard"]
    wider = replace(plan, areas=(*plan.areas, Area("Blaby", "district", part_of=plan.focus)))
    assert len(plan_jobs(REQUEST, [DASHBOARD, partnerships], wider)) == 2


def test_a_page_may_have_limits_of_its_own(plan: Plan) -> None:
    """By the name of its page or of its notebook; what the plan does not say is as for all, and so are others."""
    own_limits = (PageLimit("dashboard", minutes=30), PageLimit("theme", gigabytes=2.5))
    jobs = plan_jobs(REQUEST, [DASHBOARD, GENERAL, own(1)], replace(plan, limits=own_limits))
    assert [job.limits for job in jobs] == [Limits(seconds=1800), REQUEST.limits]
    (theme,) = plan_jobs(REQUEST, [GENERAL], replace(plan, limits=own_limits[1:]))
    assert theme.limits == Limits(gigabytes=2.5)


def test_a_limit_of_no_page_is_refused(plan: Plan) -> None:
    """A slip in the name would let a page run on; a page that this plan does not call for may be named all the same."""
    left_out = replace(plan, limits=(PageLimit("theme-3-own", minutes=1),))
    assert len(plan_jobs(REQUEST, [DASHBOARD, own(3)], left_out)) == 1
    slip = replace(plan, limits=(PageLimit("dashbord", minutes=1),))
    with pytest.raises(RequestProblem, match=r"plan.toml, limit: There is no such page. Found 'dashbord'. .*dashboard"):
        plan_jobs(REQUEST, [DASHBOARD], slip)


def test_the_navigation_names_a_theme_by_its_title(plan: Plan) -> None:
    """Not `Theme 1`; by its short title where the plan gives one."""
    assert plan_jobs(REQUEST, [GENERAL], plan)[0].nav == plan.themes[0].title
    short = replace(plan, themes=tuple(replace(theme, short_title="Streets") for theme in plan.themes))
    assert plan_jobs(REQUEST, [GENERAL], short)[0].nav == "Streets"


def test_a_notebook_kept_for_another_plan_is_left_out(plan: Plan) -> None:
    """Prose written for one plan does not appear in the pack of another; the general notebook takes its place."""
    jobs = plan_jobs(REQUEST, [own(1, plan="Another plan"), GENERAL], plan)
    assert [job.notebook.name for job in jobs] == ["theme.ipynb"]
    jobs = plan_jobs(REQUEST, [own(1, plan=plan.title), GENERAL], plan)
    assert [job.notebook.name for job in jobs] == ["t1.ipynb"]


@pytest.mark.parametrize("name", ["dashboard", "dashboard.ipynb", "notebooks/dashboard.ipynb", "dashboard.html"])
def test_one_page_can_be_named_in_any_way(plan: Plan, name: str) -> None:
    """A page is chosen by its page name, its notebook, or the path of either."""
    jobs = plan_jobs(REQUEST, [DASHBOARD, own(1)], plan)
    assert [job.page for job in chosen(jobs, name)] == ["dashboard"]


def test_an_unknown_page_is_refused_with_the_nearest(plan: Plan) -> None:
    """A slip of the pen is met with the name that was meant."""
    jobs = plan_jobs(REQUEST, [DASHBOARD, own(1)], plan)
    with pytest.raises(
        RequestProblem, match=r"--only: The pack has no such notebook. Found 'dashbord'. Did you mean d"
    ):
        chosen(jobs, "dashbord")


def test_the_longest_start_first(plan: Plan) -> None:
    """Jobs start by the time they took last time; those not yet timed go before, the larger first."""
    jobs = plan_jobs(REQUEST, [DASHBOARD, own(1), replace(own(1), page="new", cell_count=3)], plan)
    ordered = longest_first(jobs, {"dashboard": 2.0, "theme-1-own": 7.0})
    assert [job.page for job in ordered] == ["new", "theme-1-own", "dashboard"]
