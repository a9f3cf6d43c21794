"""`assess`: better, worse or neither, for every indicator of a plan in one quarter."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from pccstats.methods.false_discovery import false_discovery
from pccstats.methods.review import review_indicator
from pccstats.terms.observations import Observations
from pccstats.terms.periods import Quarter
from pccstats.terms.plan import Indicator, Plan
from pccstats.terms.results.assessment import IndicatorReview, QuarterAssessment
from pccstats.terms.results.replay import Replay
from pccstats.terms.words import Audience, Kind, State

MONTHS_TO_PUBLISH = 3  # a quarter's pack is made in the quarter after it; what was published later it cannot know
TESTED = (State.BETTER, State.NO_EVIDENCE_OF_CHANGE, State.WORSE)


def assess(
    plan: Plan,
    data: Observations,
    quarter: str | Quarter,
    *,
    area: str | None = None,
    theme: int | None = None,
    audience: Audience | str = Audience.INTERNAL,
    confidence: float = 0.95,
    published: Replay | None = None,
) -> QuarterAssessment:
    """Say of every indicator whether it is better, worse or neither, or why that cannot be said.

    Parameters
    ----------
    plan : Plan
        What is measured, against which baseline, with which events and peers.
    data : Observations
        The figures.
    quarter : str or Quarter
        The quarter the pack is about, `2015/16-Q1`; nothing later is looked at.
    area : str, optional
        Any area of the plan: a force, partnership or district; the plan's focus by default. An area other than the
        focus is set beside those that are part of the same one.
    theme : int, optional
        Only this theme's indicators.
    audience : {"internal", "public"}
        For the public, indicators under a release restriction are `embargoed`.
    confidence : float
        Between 0 and 1; the level of every interval and test.
    published : Replay, optional
        Published figures worked out again: each stands with the priority it belongs to.

    Returns
    -------
    QuarterAssessment
        One review an indicator; `.points` has the columns of `dashboard.csv`, one row an indicator.

    Raises
    ------
    RequestProblem
        For a quarter, theme or area that does not exist.

    Notes
    -----
    Eight states, never folded into one another: the published dashboard counted 15 indicators with no figure as
    "no change". See `docs/methods/assess.md`.

    See Also
    --------
    expected_level, change, compare_group, project : the methods asked, with their formulas and references.
    false_discovery : how many of so many answers are wrong by chance.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> pcc.assess(plan, data, quarter="2015/16-Q1", theme=1).tally["embargoed"]
    2
    """
    at = quarter if isinstance(quarter, Quarter) else Quarter.parse(quarter)
    known = data.known_by(at.last_month + MONTHS_TO_PUBLISH)
    place = plan.area(area).name if area is not None else plan.focus
    chosen_theme = plan.theme(theme) if theme is not None else None
    inside = {p.number for p in chosen_theme.priorities} if chosen_theme else {p.number for p in plan.priorities}
    indicators = [indicator for indicator in plan.indicators if indicator.priority in inside]
    supporting = [
        measure for measure in plan.supporting if measure.priority in inside and measure.kind is not Kind.POSITION
    ]

    def reviewed(indicator: Indicator) -> IndicatorReview:
        return review_indicator(
            plan, known, indicator, at, area=place, audience=Audience(audience), confidence=confidence
        )

    reviews = tuple(reviewed(indicator) for indicator in indicators)
    discoveries = false_discovery(_p_values(reviews), level=1 - confidence)
    points = pd.concat([review.summary() for review in reviews], ignore_index=True)
    q_values = discoveries.points.set_index("name")["q_value"]
    return QuarterAssessment(
        plan=plan,
        quarter=at,
        reviews=reviews,
        supporting=_with_shares(tuple(reviewed(measure) for measure in supporting)),
        points=points.assign(q_value=points["indicator"].map(q_values)),
        method=f"Each indicator against {plan.baseline}, tested at {100 * confidence:g}% confidence.",
        discoveries=discoveries,
        theme=chosen_theme,
        published=published,
    )


def _with_shares(reviews: tuple[IndicatorReview, ...]) -> tuple[IndicatorReview, ...]:
    """The reviews, parts of a measure with their share of it where both figures are of one period."""
    whole = {review.indicator.key: review for review in reviews if review.latest}
    return tuple(_with_share(review, whole.get(review.indicator.part_of or "")) for review in reviews)


def _with_share(review: IndicatorReview, whole: IndicatorReview | None) -> IndicatorReview:
    if whole is None or review.latest is None or not whole.latest or review.latest_window != whole.latest_window:
        return review
    return replace(review, share_of_whole=100 * review.latest / whole.latest)


def _p_values(reviews: tuple[IndicatorReview, ...]) -> dict[str, float]:
    """The p-value of every indicator whose change was tested."""
    return {
        review.indicator.key: review.change.p_value
        for review in reviews
        if review.change is not None and review.state in TESTED
    }
