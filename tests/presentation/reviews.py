"""Reviews of indicators made by hand: two yearly figures, a state, a strength, and whatever stands beside."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pccstats.methods.change.change import change
from pccstats.methods.change.many import false_discovery
from pccstats.terms.periods import Quarter, Window
from pccstats.terms.plan import Indicator, Plan, Priority, Theme
from pccstats.terms.results.change import Change
from pccstats.terms.results.quarter import IndicatorReview, QuarterAssessment
from pccstats.terms.series import Series
from pccstats.terms.words import Kind, Polarity, State

BASELINE, HORIZON, QUARTER = Window.read("2012/13"), pd.Period("2017-03", "M"), Quarter.parse("2015/16-Q1")


def compared(title: str, before: float, after: float, polarity: Polarity, kind: Kind = Kind.COUNT) -> Change:
    """Two years of one thing, tested."""
    frame = pd.DataFrame({"month": ["2013-03", "2015-06"], "n": [before, after]})
    unit = "offences" if kind is Kind.COUNT else "% satisfied"
    series = Series.from_frame(
        frame, numerator="n", span_months=12, title=title, polarity=polarity, kind=kind, unit=unit
    )
    return change(series, BASELINE, "2015-06")


def reviewed(
    title: str,
    before: float | None = None,
    after: float | None = None,
    *,
    state: State | None = None,
    polarity: Polarity = Polarity.LOWER_IS_BETTER,
    kind: Kind = Kind.COUNT,
    number: int = 1,
    **beside: Any,
) -> IndicatorReview:
    """One indicator: of two figures the state is the test's own, without figures it is the one given."""
    key = f"{number}.{title.lower().replace(' ', '_')}"
    found = None if before is None or after is None else compared(title, before, after, polarity, kind)
    unit = "offences" if kind is Kind.COUNT else "% satisfied"
    return IndicatorReview(
        indicator=Indicator(key, title, kind, unit, polarity, BASELINE, HORIZON, theme=1, priority=number),
        quarter=QUARTER,
        area="Anywhere",
        plan_baseline=BASELINE,
        state=state or (found.state if found is not None else State.NOT_COLLECTED),
        reasons=beside.pop("reasons", ()),
        figures=pd.DataFrame(columns=["period_end", "window", "value", "lower", "upper", "status", "source", "note"]),
        method="",
        baseline=before,
        latest=after,
        baseline_window="2012/13",
        latest_window="12 months to June 2015",
        change=found,
        **beside,
    )


def assessed(*reviews: IndicatorReview) -> QuarterAssessment:
    """A quarter of these indicators, a priority for each number among them."""
    by_number: dict[int, list[Indicator]] = {}
    for review in reviews:
        by_number.setdefault(review.indicator.priority or 1, []).append(review.indicator)
    priorities = tuple(
        Priority(number, f"Priority {number}", tuple(indicators)) for number, indicators in by_number.items()
    )
    theme = Theme(1, "Safer streets", priorities, slug="safer-streets")
    return QuarterAssessment(
        plan=Plan("A plan", "Anywhere", BASELINE, HORIZON, (theme,)),
        quarter=QUARTER,
        reviews=reviews,
        supporting=(),
        points=pd.concat([review.summary() for review in reviews], ignore_index=True),
        method="",
        discoveries=false_discovery([]),
    )
