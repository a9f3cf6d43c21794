"""The latest quarter beside its own course, on a page and in the dashboard's table."""

from dataclasses import replace

import pandas as pd

import pccstats as pcc
from pccstats.presentation.markup import Markup
from pccstats.presentation.pages.priority import priority_section
from pccstats.terms.periods import Quarter
from pccstats.terms.plan import Priority
from pccstats.terms.results.quarter import IndicatorReview, PriorityReview
from tests.presentation.reviews import reviewed


def review_of(last: int, quarter: str = "2015/16-Q1") -> IndicatorReview:
    """A review with level and course of three years at about 50 a month, and a quarter at so many."""
    frame = pd.DataFrame({"month": pd.period_range("2012-04", periods=39, freq="M")})
    frame["n"] = [*[50, 44, 56] * 12, last, last, last]
    series = pcc.Series.from_frame(frame, numerator="n", title="Thefts", unit="thefts")
    level = pcc.expected_level(series, baseline=("2012-04", "2015-03"))
    review = reviewed("Thefts", 600, 640, level=level, pace=pcc.pace(series))
    return replace(review, quarter=Quarter.parse(quarter))


def page_of(review: IndicatorReview) -> Markup:
    """The section of a priority with this one indicator."""
    return priority_section(PriorityReview(Priority(1, "Theft", (review.indicator,)), (review,)))


def test_the_dashboard_says_whether_the_quarter_is_news() -> None:
    """Above, below or none; empty where the course is of another quarter, or there is none."""
    assert [review_of(last).summary()["pace"].iloc[0] for last in (95, 50, 20)] == ["above", "none", "below"]
    assert review_of(95, "2015/16-Q2").summary()["pace"].iloc[0] == ""
    assert reviewed("Thefts", 600, 640).summary()["pace"].iloc[0] == ""


def test_the_page_says_it_below_the_level_and_draws_what_is_news() -> None:
    """One sentence by both questions; a chart of the course opens only where there is something new."""
    news, usual = page_of(review_of(95)), page_of(review_of(50))
    assert "something new" in news
    assert "above its own recent course" in news
    assert "nothing new" in usual
    assert "dashed: its own course" in news
    assert "dashed: its own course" not in usual


def test_a_reason_that_level_and_course_share_is_given_once() -> None:
    """Where neither can be had for the same reason, the page names both and says why once."""
    why = "The quarters are not known."
    page = page_of(replace(reviewed("Thefts", 600, 640), refusals={"level": why, "pace": why}))
    assert "No expected level and no course of its own" in page
    assert page.count(why) == 1
