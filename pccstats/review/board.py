"""What the Board asks: is every outcome on track, which way has it gone in six months, how do districts compare."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pccstats.methods.change.change import change
from pccstats.methods.intervals import wilson
from pccstats.methods.level.trend import trend
from pccstats.methods.projection.targets import progress
from pccstats.review.assess import reviews_of_focus
from pccstats.review.official import official_series, sisters_of
from pccstats.review.partnerships import BOARD_MONTHS, compare_all
from pccstats.terms.errors import PccStatsError
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Quarter, Window, month_in_words
from pccstats.terms.plan import Board, BoardPriority, Indicator, Plan, Priority
from pccstats.terms.results.ahead import Outcome, Progress
from pccstats.terms.results.board import BoardOutcome, BoardReview, Track
from pccstats.terms.results.change import Change
from pccstats.terms.results.level import Trend
from pccstats.terms.results.quarter import IndicatorReview
from pccstats.terms.series import Series
from pccstats.terms.words import Audience, Kind, Polarity, Signal, State

Answer = tuple[Track, str, str, float]


ON_TRACK_FROM, OFF_TRACK_TO = 0.8, 0.2  # chances; between them nobody can tell


def review_board(
    plan: Plan,
    data: Observations,
    quarter: str | Quarter,
    *,
    audience: Audience | str = Audience.INTERNAL,
    confidence: float = 0.95,
) -> BoardReview:
    """Answer the Board's three questions for each of its outcomes.

    Is it on track, off track, or can nobody tell? Has it risen or fallen over six months? How do districts compare?

    Parameters
    ----------
    plan : Plan
        Its board's priorities; its own priorities where it names no board.
    data : Observations
        The figures.
    quarter : str or Quarter
        `2015/16-Q1`; nothing later is looked at.
    audience : {"internal", "public"}
        For the public, figures under a release restriction are not shown.
    confidence : float
        Between 0 and 1; the level of every interval and test.

    Returns
    -------
    BoardReview

    Raises
    ------
    RequestProblem
        For a quarter that does not exist.

    Notes
    -----
    On track: a chance of 80% or more of meeting the earliest target that is still open, from a projection; off track:
    20% or less; between them, cannot tell. A target with no date is judged on the latest 12 months: on or off track
    only where the interval of the figure lies wholly on one side. Where no target is open, the outcome is judged by the
    chance of ending the plan on the better side of the baseline, and the aim says so.

    Six months: a trend of the months, where they are held up to the quarter; else the official series, six months
    beside the same six a year before.

    See Also
    --------
    trend, progress, compare_areas : the methods behind the three answers.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> len(pcc.review_board(plan, data, "2015/16-Q1").outcomes)
    15
    """
    at, seen = plan.quarter(quarter), Audience(audience)
    plan = (data := replace(data, plan=plan).known_to(seen, at)).plan
    board = plan.board or Board(plan.title, tuple(_as_of_board(priority) for priority in plan.priorities))
    keys = [key for priority in board.priorities for key in priority.indicators]
    reviews = reviews_of_focus(plan, data, at, keys, audience=seen, confidence=confidence)
    sections = tuple(
        (priority, tuple(_outcome(plan, data, reviews[key], at, confidence) for key in priority.indicators))
        for priority in board.priorities
    )
    counted = [
        outcome.review.indicator
        for _, outcomes in sections
        for outcome in outcomes
        if outcome.review.indicator.kind is Kind.COUNT and outcome.review.indicator.is_open_to(seen)
    ]
    districts, refusals = compare_all(data, counted, plan.smallest_parts_of(plan.focus), at, confidence)
    outcomes = [outcome for _, outcomes in sections for outcome in outcomes]
    return BoardReview(
        plan=plan,
        board=board,
        quarter=at,
        sections=sections,
        districts=districts,
        method=(
            f"On track from a chance of {ON_TRACK_FROM:.0%}, off track to {OFF_TRACK_TO:.0%}. "
            f"{_trends_in_words(outcomes, confidence)}"
        ),
        no_districts=refusals,
    )


def _trends_in_words(outcomes: Sequence[BoardOutcome], confidence: float) -> str:
    """What was tested over six and twelve months, how the season was taken out, and what chance gives in all."""
    trends = [each for outcome in outcomes for each in (outcome.trend, outcome.long_trend) if each is not None]
    half_years = sum(outcome.half_year is not None for outcome in outcomes)
    told = f"Trends: Mann and Kendall's exact test of {BOARD_MONTHS} and of {MONTHS_IN_A_YEAR} months"
    told += (
        f", on counts per day and on shares as they are, {_seasons(trends)}." if trends else ", where months are held."
    )
    if half_years:
        told += f" Half-years: {BOARD_MONTHS} months beside the same {BOARD_MONTHS} a year before, by official series."
    tests = len(trends) + half_years
    if not tests:
        return told
    kinds = ", trends and half-years together," if trends and half_years else ""
    by_chance = f"{(1 - confidence) * tests:.1f}"
    return (
        f"{told} {_tests(tests)}{kinds} at {confidence:.0%}: where nothing moves, chance tells a direction in some "
        f"{by_chance} of them."
    )


def _seasons(trends: Sequence[Trend]) -> str:
    """How the season was taken out, each way with how many tests it was for where there are several."""
    ways = Counter(each.season_out.in_words.format(period="month") for each in trends).most_common()
    return ways[0][0] if len(ways) == 1 else "; ".join(f"{way} ({_tests(count)})" for way, count in ways)


def _tests(count: int) -> str:
    return "1 test" if count == 1 else f"{count} tests"


def _as_of_board(priority: Priority) -> BoardPriority:
    """A priority of the plan, where the board has none of its own."""
    return BoardPriority(priority.title, tuple(i.key for i in priority.indicators))


def _outcome(plan: Plan, data: Observations, review: IndicatorReview, at: Quarter, confidence: float) -> BoardOutcome:
    """The Board's questions, asked of one indicator."""
    indicator = review.indicator
    if indicator.no_figure is not None or review.state is State.EMBARGOED:
        return BoardOutcome(review, Track.CANNOT_TELL, "", " ".join(review.reasons))
    months = _held(data, indicator, at)
    goals = _goals(plan, data, indicator, at, confidence)
    track, aim, why, chance = _judged(review, goals)
    short, no_trend = _trend(months, BOARD_MONTHS, confidence)
    long, _ = _trend(months, MONTHS_IN_A_YEAR, confidence)
    lower, upper = _share_interval(review, data, indicator, at, confidence)
    half_year = None if short is not None else _half_year(plan, data, indicator, at, confidence)
    return BoardOutcome(review, track, aim, why, chance, lower, upper, goals, short, long, no_trend, half_year)


def _held(data: Observations, indicator: Indicator, at: Quarter) -> Series | None:
    """The months up to the quarter's end, unless they stop before the quarter."""
    if not data.has(indicator.key, months=1, until=at.last_month):
        return None
    series = data.series(indicator.key, months=1, until=at.last_month)
    return series if series.last >= at.first_month else None


def _trend(months: Series | None, count: int, confidence: float) -> tuple[Trend | None, str]:
    if months is None:
        return None, "No figures by month for this quarter."
    try:
        return trend(months, count, confidence=confidence), ""
    except PccStatsError as refusal:
        return None, str(refusal)


def _half_year(plan: Plan, data: Observations, indicator: Indicator, at: Quarter, confidence: float) -> Change | None:
    """The six months to the quarter's end beside the same six a year before, by the official series.

    Two rolling years that end six months apart share six months; they differ by these alone, exactly.
    """
    official = None
    if indicator.peers is not None:
        official = official_series(indicator, plan.focus, data, plan, until=at.last_month)
    if official is None:
        return None
    earlier = Window.ending(at.last_month - BOARD_MONTHS)
    try:
        found = change(official.finest, earlier, at.last_month, confidence)
    except PccStatsError:  # the official series has no such years: nothing is said of six months
        return None
    return found if found.state.is_answer else None


def _goals(
    plan: Plan, data: Observations, indicator: Indicator, at: Quarter, confidence: float
) -> tuple[Progress, ...]:
    """Every target of the indicator that can be judged."""
    found = []
    for target in plan.targets_for(indicator.key):
        try:
            series = data.series(indicator.key, until=at.last_month).answered_by(indicator.respondents)
            sisters = sisters_of(series, plan, data, until=at.last_month)
            found.append(progress(series, target, at.last_month, confidence=confidence, sisters=sisters))
        except PccStatsError:  # no whole year, or no baseline: the target cannot be judged and the aim is the baseline
            continue
    return tuple(found)


def _judged(review: IndicatorReview, goals: tuple[Progress, ...]) -> Answer:
    """Against the earliest open target; else one without a date; else the baseline."""
    opened = [goal for goal in goals if goal.outcome is Outcome.OPEN and goal.by is not None]
    if opened:
        goal = min(opened, key=lambda goal: str(goal.by))
        return _by_chance(goal.chance_of_meeting, _words(goal), goal.no_chance)
    rolling = [goal for goal in goals if goal.by is None]
    if rolling:
        return _by_interval(rolling[0], review)
    return _against_baseline(review)


def _by_chance(chance: float, aim: str, otherwise: str) -> Answer:
    if math.isnan(chance):
        return Track.CANNOT_TELL, aim, otherwise, chance
    track = Track.ON_TRACK if chance >= ON_TRACK_FROM else Track.OFF_TRACK if chance <= OFF_TRACK_TO else None
    return track or Track.CANNOT_TELL, aim, "", chance


def _by_interval(goal: Progress, review: IndicatorReview) -> Answer:
    """A target with no date: whether the latest 12 months lie clear of it, one side or the other."""
    nothing = float("nan")
    low, high = _interval(review)
    if math.isnan(low):
        side = "meets" if goal.outcome in (Outcome.MET, Outcome.MET_AS_PRINTED) else "misses"
        why = f"The latest figure {side} it; its interval is not known, so neither can be told from chance."
        return Track.CANNOT_TELL, _words(goal), why, nothing
    inside = high <= goal.to_reach if goal.at_most else low >= goal.to_reach
    outside = low > goal.to_reach if goal.at_most else high < goal.to_reach
    if not inside and not outside:
        return Track.CANNOT_TELL, _words(goal), "The interval of the latest figure holds the target.", nothing
    return (Track.ON_TRACK if inside else Track.OFF_TRACK), _words(goal), "By the latest 12 months.", nothing


def _interval(review: IndicatorReview) -> tuple[float, float]:
    """The interval of the latest 12 months, where the rolling year has one."""
    if review.rolling is None:
        return float("nan"), float("nan")
    last = review.rolling.points.dropna(subset=["value"]).iloc[-1]
    return float(last["lower"]), float(last["upper"])


def _share_interval(
    review: IndicatorReview, data: Observations, indicator: Indicator, at: Quarter, confidence: float
) -> tuple[float, float]:
    """The interval of a share: of its latest 12 months, else of the last figure that says what it is out of."""
    if not indicator.kind.is_proportion:
        return float("nan"), float("nan")
    if not math.isnan(_interval(review)[0]):
        return _interval(review)
    rows = data.rows(indicator.key, data.plan.focus)
    rows = rows[(rows["period_end"] <= at.last_month) & rows["numerator"].notna()]
    if rows.empty or math.isnan(rows["denominator"].iloc[-1]):
        return float("nan"), float("nan")
    lower, upper = wilson(rows["numerator"].iloc[-1:], rows["denominator"].iloc[-1:], confidence)
    return 100 * float(lower[0]), 100 * float(upper[0])


def _against_baseline(review: IndicatorReview) -> Answer:
    """No target is open: the chance of ending the plan on the better side of the baseline."""
    indicator, ahead = review.indicator, review.projection
    if indicator.polarity is Polarity.NEUTRAL:
        return Track.CANNOT_TELL, "", "Neither direction is better by itself.", float("nan")
    good = indicator.polarity.good
    aim = f"{good} {indicator.baseline} by {month_in_words(indicator.horizon)} (no target is open)"
    if ahead is None or not math.isfinite(ahead.chance_of_reduction):
        why = " ".join(review.reasons) or review.refusals.get("projection", "There are too few figures to project.")
        return Track.CANNOT_TELL, aim, why, float("nan")
    chance = ahead.chance_of_reduction if good is Signal.BELOW else 1 - ahead.chance_of_reduction
    track, aim, _, chance = _by_chance(chance, aim, "")
    whose = "" if ahead.key == indicator.key else f"Projected from another series: {ahead.title}."
    return track, aim, whose, chance


def _words(goal: Progress) -> str:
    """A target in words: `at most 3,542 by March 2014`, which is a matter of the 12 months to then."""
    side = "at most" if goal.at_most else "at least"
    figure = f"{goal.to_reach:,.1f}%" if goal.kind.is_proportion else f"{goal.to_reach:,.0f}"
    when = f"by {month_in_words(goal.by)}" if goal.by is not None else "at all times"
    return f"{side} {figure} {when}"
