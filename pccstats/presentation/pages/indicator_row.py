"""One indicator in a row: its figures, its small charts and what must be said beside them.

The dashboard sets out every row, the briefing a few of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from pccstats.presentation import numbers
from pccstats.presentation.assessment import (
    change_in_words,
    figure_in_words,
    interval_in_words,
    position_in_words,
    projection_in_words,
)
from pccstats.presentation.group import position_dots
from pccstats.presentation.markup import Markup
from pccstats.presentation.pages.parts import anchor, grain_of, has_rolling_chart
from pccstats.presentation.projection import range_mark
from pccstats.presentation.rolling_year import rolling_sparkline
from pccstats.presentation.sparkline import draw_sparkline
from pccstats.presentation.states import Chip, review_label, signal_label
from pccstats.presentation.synthesis import reason_of
from pccstats.terms.periods import Window
from pccstats.terms.results.quarter import IndicatorReview

SPARKLINE_MONTHS = 36  # at most


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator with its figures, small charts and notes."""

    anchor: str
    name: str
    unit: str
    verdict: Chip
    baseline: str
    own_baseline: str
    latest: str
    own_latest: str
    change: str
    interval: str
    signal: Chip | None
    sparkline: str
    months: int
    label: str
    peers: str
    position: str
    ahead: str
    projection: str
    note: str


def indicator_row(review: IndicatorReview) -> IndicatorRow:
    """An indicator as a row; what is not known of it is empty."""
    indicator = review.indicator
    return IndicatorRow(
        anchor=anchor(indicator),
        name=indicator.name,
        unit=indicator.unit,
        verdict=review_label(review),
        baseline=figure_in_words(review.baseline, indicator),
        own_baseline=_own_baseline(review),
        latest=figure_in_words(review.latest, indicator),
        own_latest=_own_latest(review),
        change=change_in_words(review),
        interval=interval_in_words(review),
        signal=signal_label(review),
        sparkline=_sparkline(review),
        months=_months_drawn(review),
        label=grain_of(review),
        peers=position_dots(review.group) if review.group is not None else "",
        position=position_in_words(review) or published_position(review),
        ahead=range_mark(review.projection) if review.projection is not None else "",
        projection=projection_in_words(review),
        note=reason_of(review),
    )


def _sparkline(review: IndicatorReview) -> Markup | str:
    """The last 36 months: against their expected level where there is one, else the rolling years."""
    if review.level is not None:
        return draw_sparkline(review.level)
    return rolling_sparkline(review.rolling) if review.rolling is not None and has_rolling_chart(review) else ""


def _months_drawn(review: IndicatorReview) -> int:
    """How many months the small chart covers."""
    if review.level is not None:
        return min(SPARKLINE_MONTHS, review.level.about.span_months * len(review.level.points))
    if review.rolling is None:
        return 0
    ends = review.rolling.points["period_end"]
    return min(SPARKLINE_MONTHS, int((ends.max() - ends.min()).n) + 1)


def _own_baseline(review: IndicatorReview) -> str:
    """The baseline year, where it is not the plan's."""
    return str(review.indicator.baseline) if review.indicator.baseline != review.plan_baseline else ""


def _own_latest(review: IndicatorReview) -> str:
    """The period of the latest figure, where it is not the 12 months to the end of the quarter."""
    usual = str(Window.ending(review.quarter.last_month))
    return review.latest_window if review.latest is not None and review.latest_window != usual else ""


def published_position(review: IndicatorReview) -> str:
    """The latest rank that was published, with its period: `8th of 8, as published for 2014/15`."""
    if review.positions.empty:
        return ""
    last = review.positions.iloc[-1]
    return f"{numbers.ordinal(last['rank'])} of {int(last['of'])}, as published for {Window.ending(last['period_end'])}"
