"""One series reviewed by hand: every question of a pack asked of it, with other baselines, limits and exclusions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pccstats.methods.level.expected_level import expected_level
from pccstats.review.indicator import QUESTIONS, level_baseline, levelled, review_indicator
from pccstats.terms.choices import one_of_problems, require
from pccstats.terms.errors import MethodProblem, PccStatsError
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Quarter, Window
from pccstats.terms.plan import Indicator, Plan
from pccstats.terms.results.level import ExpectedLevel
from pccstats.terms.results.quarter import IndicatorReview
from pccstats.terms.words import Audience

AMONG_PEERS = frozenset({"group", "region", "places"})


def review_series(
    plan: Plan,
    data: Observations,
    quarter: str | Quarter,
    indicator: str,
    *,
    area: str | None = None,
    audience: Audience | str = Audience.INTERNAL,
    confidence: float = 0.95,
    since: Any = None,
    baseline: Any = None,
    rebase_at: Iterable[Any] = (),
    exclude: Iterable[Any] = (),
    questions: Iterable[str] = QUESTIONS,
) -> IndicatorReview:
    """Ask one measure in one area what a pack asks of it, and what would come of other choices.

    Parameters
    ----------
    plan : Plan
        What is measured, with its events, peers and targets.
    data : Observations
        The figures.
    quarter : str or Quarter
        `2015/16-Q1`; nothing later is looked at.
    indicator : str
        The key of an indicator, or of a measure beside the indicators.
    area : str, optional
        Any area of the plan; its focus by default.
    audience : {"internal", "public"}
        For the public, figures under a release restriction are left out.
    confidence : float
        Between 0 and 1; the level of every interval and test.
    since : financial year or window, optional
        What its change and its projection are set beside, in place of the baseline of the plan.
    baseline : window, optional
        The months that set the limits of its expected level, in place of the years before the quarter.
    rebase_at, exclude : sequence of month or (month, reason)
        Where the limits are set anew, and what is neither judged nor part of them; as in `expected_level`.
    questions : iterable of str
        Only these: `change`, `second_opinion`, `baselines`, `level`, `pace`, `rolling`, `rate`, `projection`, `group`,
        `region`, `places`.

    Returns
    -------
    IndicatorReview
        With the answers that could be given; `refusals` says in words why the others could not. Its strength is that of
        this one test: a pack reads the tests of all indicators together (`assess`), and may find it weak. A measure
        beside the indicators is set beside the same measure of the plan's group too.

    Raises
    ------
    RequestProblem
        For a quarter, an indicator or an area that the plan does not have, and for a baseline that is no window.
    MethodProblem
        For a question that is none.

    See Also
    --------
    screen_series : which series to look at. assess : all of a plan, its tests read together.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> asked = {"area": "Leicestershire", "questions": ["change", "level"]}
    >>> as_in_the_pack = pcc.review_series(plan, data, "2015/16-Q1", "official.burglary", **asked)
    >>> tried = pcc.review_series(plan, data, "2015/16-Q1", "official.burglary", since="2013/14", **asked)
    >>> str(as_in_the_pack.change.baseline_window), str(tried.change.baseline_window)
    ('2012/13', '2013/14')
    """
    at = plan.quarter(quarter)
    known = replace(data, plan=plan).known_to(audience, at)
    return reviewed_series(
        known.plan,
        known,
        at,
        indicator,
        area=known.plan.area(area).name if area is not None else known.plan.focus,
        audience=Audience(audience),
        confidence=confidence,
        since=since,
        baseline=baseline,
        rebase_at=tuple(rebase_at),
        exclude=tuple(exclude),
        questions=questions,
    )


def reviewed_series(
    plan: Plan,
    known: Observations,
    at: Quarter,
    indicator: str,
    *,
    area: str,
    audience: Audience,
    confidence: float = 0.95,
    since: Any = None,
    baseline: Any = None,
    rebase_at: tuple[Any, ...] = (),
    exclude: tuple[Any, ...] = (),
    questions: Iterable[str] = QUESTIONS,
) -> IndicatorReview:
    """The same of data that are released and real already, as `Observations.known_to` gives them."""
    asked = frozenset(questions)
    wrong = sorted(asked - QUESTIONS)
    require([each for name in wrong for each in one_of_problems("There is no such question.", name, sorted(QUESTIONS))])
    measure = plan.indicator(indicator)
    if since is not None:
        measure = replace(measure, baseline=Window.read(since))
        plan = _with_measure(plan, measure)
        known = replace(known, plan=plan)
    found = review_indicator(
        plan, known, measure, at, area=area, audience=audience, confidence=confidence, questions=asked
    )
    if "group" in asked and found.group is None and measure.peers is None and not measure.on_dashboard:
        found = _beside_its_own(found, plan, known, measure, at, area, audience, confidence, asked)
    is_as_usual = baseline is None and not rebase_at and not exclude
    if is_as_usual or "level" not in asked or not (found.level or "level" in found.refusals):
        return found
    others = {name: why for name, why in found.refusals.items() if name != "level"}
    try:
        level = _level(plan, known, measure, at, area, baseline, rebase_at, exclude)
    except PccStatsError as refusal:
        return replace(found, level=None, refusals=others | {"level": str(refusal)})
    return replace(found, level=level, refusals=others)


def _beside_its_own(
    found: IndicatorReview,
    plan: Plan,
    known: Observations,
    measure: Indicator,
    at: Quarter,
    area: str,
    audience: Audience,
    confidence: float,
    asked: frozenset[str],
) -> IndicatorReview:
    """The review with the place among peers by the measure's own figures in their areas, which a pack does not ask."""
    peers = review_indicator(
        plan,
        known,
        replace(measure, peers=measure.key),
        at,
        area=area,
        audience=audience,
        confidence=confidence,
        questions=asked & AMONG_PEERS,
    )
    why = {name: why for name, why in peers.refusals.items() if name in AMONG_PEERS}
    return replace(
        found, group=peers.group, region=peers.region, places=peers.places, refusals={**found.refusals, **why}
    )


def _level(
    plan: Plan,
    known: Observations,
    measure: Indicator,
    at: Quarter,
    area: str,
    baseline: Any,
    rebase_at: tuple[Any, ...],
    exclude: tuple[Any, ...],
) -> ExpectedLevel:
    """The expected level by these choices, shown from a year before the earlier of both baselines."""
    series, why_not, _ = levelled(plan, known, measure, at, area=area)
    if series is None:
        raise MethodProblem(why_not)
    usual = level_baseline(series, at)
    window = usual if baseline is None else Window.read(baseline)
    shown = series.between(min(usual.first, window.first) - MONTHS_IN_A_YEAR)
    return expected_level(shown, baseline=window, rebase_at=rebase_at, exclude=exclude)


def _with_measure(plan: Plan, measure: Indicator) -> Plan:
    """The plan with one of its measures in place of that of the same key."""

    def these(measures: tuple[Indicator, ...]) -> tuple[Indicator, ...]:
        return tuple(measure if each.key == measure.key else each for each in measures)

    themes = tuple(
        replace(theme, priorities=tuple(replace(p, indicators=these(p.indicators)) for p in theme.priorities))
        for theme in plan.themes
    )
    return replace(plan, themes=themes, supporting=these(plan.supporting))
