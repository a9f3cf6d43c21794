"""What overlapping 12-month figures give away: a figure not refreshed, a change no quarter could make.

The 12 months to June and the 12 months to March share nine months. Their difference is the newest quarter less the
quarter that dropped out, so a large difference says something about two quarters that nobody printed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import pandas as pd

from pccstats.sources.checks.rows import Row, finding_of, rows_of
from pccstats.terms.findings import Finding, Severity
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, month_in_words
from pccstats.terms.plan import Indicator, Plan
from pccstats.terms.words import Kind

SMALL_COUNT = 30  # below this two equal counts are no surprise
QUARTERS_IN_A_YEAR = 4
# One quarter's share of satisfied victims may differ from another's by so many points by chance and season; more needs
# a reason. With 100 respondents a quarter at 80%, the difference has a standard error of 5.7 points.
MOST_POINTS_BETWEEN_QUARTERS = 15.0


def rolling_findings(typed: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Figures repeated from one period to the next, and differences no quarter could make."""
    figures = typed[(typed["months"] == MONTHS_IN_A_YEAR) & typed["numerator"].notna()]
    latest = figures.sort_values(["period_end", "published_on"], kind="stable")
    latest = latest.drop_duplicates(["indicator", "area", "period_end"], keep="last")
    for _, figures_of_one in latest.groupby(["indicator", "area"], sort=True):
        for earlier, later in pairwise(rows_of(figures_of_one)):
            about = plan.indicator(later["indicator"])
            yield from _stale(earlier, later, about, plan)
            if (later["period_end"] - earlier["period_end"]).n == MONTHS_IN_A_QUARTER:
                yield from _impossible(earlier, later, about, plan)


def _stale(earlier: Row, later: Row, about: Indicator, plan: Plan) -> Iterator[Finding]:
    """An indicator's count repeated. Among hundreds of supporting figures some are equal by chance."""
    if not about.on_dashboard or about.kind is not Kind.COUNT:
        return
    if later["numerator"] == earlier["numerator"] >= SMALL_COUNT:
        figure = f"{later['numerator']:,.0f}"
        message = (
            f"{figure} is the figure to {month_in_words(earlier['period_end'])} again: it may not have been refreshed."
        )
        yield finding_of(later, plan, Severity.FLAG, "stale", message, "Ask the source for the current figure.")


def _impossible(earlier: Row, later: Row, about: Indicator, plan: Plan) -> Iterator[Finding]:
    words = _difference_in_words(earlier, later, about.kind)
    if not words:
        return
    event = _break_between(earlier, later, plan)
    severity = Severity.NOTE if event else Severity.FLAG
    step = f"Registered: {event}." if event else "Ask whether the definition changed; if so, register an event."
    figures = " and ".join(
        f"{row['numerator']:,.10g} to {month_in_words(row['period_end'])}" for row in (earlier, later)
    )
    yield finding_of(later, plan, severity, "rolling_difference", f"{figures}: {words}.", step)


def _difference_in_words(earlier: Row, later: Row, kind: Kind) -> str:
    """What two quarters would have to do; empty where that is nothing unusual."""
    difference = abs(later["numerator"] - earlier["numerator"])
    quarter = earlier["numerator"] / QUARTERS_IN_A_YEAR
    points = QUARTERS_IN_A_YEAR * difference
    if kind is Kind.COUNT and difference > quarter >= SMALL_COUNT:
        return f"one quarter would have to differ from another by {difference:,.0f}; a mean quarter has {quarter:,.0f}"
    is_percentage = kind.is_proportion and math.isnan(later["denominator"])
    if is_percentage and points > MOST_POINTS_BETWEEN_QUARTERS:
        return f"one quarter would have to differ from another by about {points:.0f} points"
    return ""


def _break_between(earlier: Row, later: Row, plan: Plan) -> str:
    """The registered break that explains the difference, if there is one."""
    return next(
        (
            event.title
            for event in plan.events_for(later["indicator"])
            if event.breaks_comparability and earlier["period_end"] < event.month <= later["period_end"]
        ),
        "",
    )
