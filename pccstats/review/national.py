"""Every force of a plan at once: each against its own past as in its own pack, and all against one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from pccstats.methods.peers.areas import FEWEST_AREAS, compare_changes
from pccstats.review.assess import verdicts_of_areas
from pccstats.terms.errors import PccStatsError, RequestProblem
from pccstats.terms.observations import Observations
from pccstats.terms.periods import Quarter, Window, month_in_words
from pccstats.terms.plan import Group, Indicator, Plan
from pccstats.terms.results.national import Gap, NationalReview
from pccstats.terms.results.peers import AreaComparison
from pccstats.terms.results.quarter import IndicatorReview
from pccstats.terms.series import Series
from pccstats.terms.words import Audience, GroupStatus, Kind

Reviews = Mapping[str, IndicatorReview]  # of one indicator, by area


def review_national(
    plan: Plan,
    data: Observations,
    quarter: str | Quarter,
    *,
    audience: Audience | str = Audience.INTERNAL,
    confidence: float = 0.95,
) -> NationalReview:
    """Set every force of a plan beside all others, on every count of its dashboard.

    Who is better or worse than in the baseline year, who moved otherwise than all together, whose rate stands apart,
    and, where months or quarters are held, who is off the expected level?

    Parameters
    ----------
    plan : Plan
        Its areas of the same kind as its focus are set side by side.
    data : Observations
        The figures.
    quarter : str or Quarter
        `2015/16-Q1`; nothing later is looked at.
    audience : {"internal", "public"}
        For the public, indicators under a release restriction are left out and named.
    confidence : float
        Between 0 and 1; the level of every interval and test.

    Returns
    -------
    NationalReview
        Verdicts and signals are those of each force's own pack, weak verdicts too: a force's tests are read together.

    Raises
    ------
    RequestProblem
        For a quarter that does not exist, and where under three such areas have figures of any count.

    See Also
    --------
    assess : the verdicts, for one force. compare_areas : funnels of change and of rates, with their references.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> pcc.review_national(plan, data, "2015/16-Q1")
    Traceback (most recent call last):
        ...
    pccstats.terms.errors.RequestProblem: Under 3 areas of the kind 'force' have figures of an indicator that is a
    count, so there is nothing to set side by side.
    """
    at, seen = plan.quarter(quarter), Audience(audience)
    plan = (known := replace(data, plan=plan).known_to(seen, at)).plan
    asked = [each for each in plan.indicators if each.kind is Kind.COUNT and each.no_figure is None]
    held = {each.key: series for each in asked if (series := _held(known, plan, each, at))}
    areas = tuple(area for area in plan.of_the_kind if any(area in series for series in held.values()))
    if len(areas) < FEWEST_AREAS:
        kind = plan.area(plan.focus).kind
        raise RequestProblem(
            f"Under {FEWEST_AREAS} areas of the kind {kind!r} have figures of an indicator that is a count, so there "
            "is nothing to set side by side."
        )
    by_area = verdicts_of_areas(plan, known, at, areas, audience=seen, confidence=confidence)
    group = plan.group_at(at.last_month)
    placed = group.areas if group is not None and group.status is GroupStatus.EVERY_FORCE else None
    found, gaps = [], []
    for indicator in plan.indicators:
        reviews = {area: by_area[area][indicator.key] for area in areas}
        if indicator.key not in held:
            gaps.append(Gap(indicator.key, "", _why_nothing(indicator, seen)))
            continue
        gaps += _gaps(indicator, reviews, held[indicator.key], at)
        try:
            found.append(_compared(reviews, held[indicator.key], placed, confidence))
        except PccStatsError as refusal:
            gaps.append(Gap(indicator.key, "", str(refusal)))
    return NationalReview(
        plan=plan,
        quarter=at,
        areas=areas,
        comparisons=tuple(found),
        reviews={(each.key, area): by_area[area][each.key] for each in found for area in held[each.key]},
        gaps=(*_unplaced(areas, group if placed is not None else None), *gaps),
        verdicts=sum(len(each.changes) for each in found),
        method=(
            "Each force against its own past as in its own pack, the tests of a force read together; against the "
            "others by funnels of change and of rates: docs/methods/areas.md."
        ),
        confidence=confidence,
    )


def _unplaced(areas: Iterable[str], group: Group | None) -> Iterator[Gap]:
    """The forces that the plan's group of every force leaves out: they have no place by their rates."""
    if group is not None:
        reason = f"Not placed by its rates. {group.note}".strip()
        yield from (Gap("", area, reason) for area in areas if area not in group.areas)


def _held(data: Observations, plan: Plan, indicator: Indicator, at: Quarter) -> dict[str, Series]:
    """The figures of a count in every force that has them; in rolling years where it has these, as published."""
    months = next(
        (span for span in (1, 3, 12) if _with_figures(data, plan, indicator, at, span)),
        None,
    )
    if months is None:
        return {}
    areas = _with_figures(data, plan, indicator, at, months)
    return data.series_by_area(indicator.key, areas, until=at.last_month, months=months)


def _with_figures(data: Observations, plan: Plan, indicator: Indicator, at: Quarter, months: int) -> list[str]:
    return [area for area in plan.of_the_kind if data.has(indicator.key, area=area, months=months, until=at.last_month)]


def _why_nothing(indicator: Indicator, audience: Audience) -> str:
    if not indicator.is_open_to(audience):
        return indicator.release_note or "Not yet released to the public."
    if indicator.no_figure is not None:
        return indicator.reason
    if indicator.kind is not Kind.COUNT:
        return "It is no count: shares and surveys are not set side by side here."
    return "No figures are held."


def _compared(
    reviews: Reviews, held: Mapping[str, Series], placed: Collection[str] | None, confidence: float
) -> AreaComparison:
    """The forces on one measure, with the states and strengths of their own packs."""
    answered = {area: reviews[area] for area in held if reviews[area].state.is_answer}
    usual = _usual_windows(answered)
    changes = {
        area: review.change
        for area, review in answered.items()
        if review.change is not None and _windows_of(review) == usual
    }
    left_out = (area for area in held if area not in changes and reviews[area].reasons)
    missing = tuple(f"{area}: {reviews[area].reasons[0]}" for area in left_out)
    compared = compare_changes(held, changes, missing=missing, placed=placed, confidence=confidence)
    if not compared.has_change:
        states = {area: str(reviews[area].state) for area in held}
        points = compared.points.assign(own_past=compared.points["area"].map(states))
        return replace(compared, points=points)
    strengths = {area: str(reviews[area].strength) for area in changes}
    return replace(compared, points=compared.points.assign(strength=compared.points["area"].map(strengths)))


def _windows_of(review: IndicatorReview) -> tuple[Window | None, Window | None]:
    change = review.change
    return (change.baseline_window, change.latest_window) if change is not None else (None, None)


def _usual_windows(reviews: Reviews) -> tuple[Window | None, Window | None]:
    """The windows that most forces are compared between."""
    met = Counter(_windows_of(review) for review in reviews.values())
    return met.most_common(1)[0][0] if met else (None, None)


def _gaps(indicator: Indicator, reviews: Reviews, held: Mapping[str, Series], at: Quarter) -> Iterator[Gap]:
    """The forces without figures, with figures that end early, and with figures that are not compared; once for all."""
    reasons: dict[str, str] = {}
    for area, review in reviews.items():
        if area not in held:
            reasons[area] = "No figures are held."
            continue
        points = held[area].points
        last = points.loc[points["numerator"].notna(), "period_end"].max()
        if last < at.last_month:
            reasons[area] = f"The figures end in {month_in_words(last)}."
        elif not review.state.is_answer:
            reasons[area] = review.reasons[0] if review.reasons else review.state.in_words
    if len(reasons) == len(reviews) and len(set(reasons.values())) == 1:
        yield Gap(indicator.key, "", next(iter(reasons.values())))
        return
    yield from (Gap(indicator.key, area, reason) for area, reason in reasons.items())
