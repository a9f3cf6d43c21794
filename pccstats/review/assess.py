"""Every indicator of a plan assessed for a quarter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd

from pccstats.review.indicator import (
    QUESTIONS,
    VERDICT,
    VERDICT_AND_SIGNAL,
    as_if_asked,
    review_indicator,
    tested_alone,
)
from pccstats.review.many import OneTest, for_readers, own_test, read_by_table, read_together, with_weak
from pccstats.review.questions import questions_of
from pccstats.review.since import COMPARED, Thrice, what_is_new
from pccstats.terms.errors import PccStatsError
from pccstats.terms.observations import Ahead, Observations, Question
from pccstats.terms.periods import Quarter
from pccstats.terms.plan import Indicator, Plan
from pccstats.terms.results.change import FalseDiscovery
from pccstats.terms.results.published import Replay
from pccstats.terms.results.quarter import IndicatorReview, QuarterAssessment
from pccstats.terms.results.since import SinceLast
from pccstats.terms.words import Audience, Kind


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
    since_last: bool = False,
    verdicts_only: bool = False,
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
        Only this theme's indicators; their tests are read together with those of all others.
    audience : {"internal", "public"}
        For the public, indicators under a release restriction are `embargoed`.
    confidence : float
        Between 0 and 1; the level of every interval and test.
    published : Replay, optional
        Published figures worked out again: each stands with the priority it belongs to.
    since_last : bool
        True to say also what is new since the quarter before, as that was known when its own pack was made.
    verdicts_only : bool
        True to ask for the change alone: the same verdicts at a fraction of the time, without expected levels, peers
        and projections.

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
    Nine states, never folded into one another: the published dashboard counted 15 indicators with no figure as
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
    at = plan.quarter(quarter)
    data = replace(data, plan=plan)
    plan = (known := data.known_to(audience, at)).plan
    chosen_theme = plan.theme(theme) if theme is not None else None
    inside = {p.number for p in chosen_theme.priorities} if chosen_theme else {p.number for p in plan.priorities}
    asked = _Asked(
        plan=plan,
        given=known.plan_digest,
        area=plan.area(area).name if area is not None else plan.focus,
        audience=Audience(audience),
        confidence=confidence,
        shown=frozenset(indicator.key for indicator in plan.indicators if indicator.priority in inside),
    )
    questions = VERDICT if verdicts_only else QUESTIONS
    together = _together(asked, known, at, questions)
    since, reviews = None, together.reviews
    if since_last:
        since, reviews = _since_last(asked, data, known, at.before, reviews)
    measures = tuple(
        _reviewed(asked, known, measure, at, questions)
        for measure in measures_asked(plan)
        if measure.priority in inside and not measure.on_dashboard
    )
    supporting = _with_shares(read_by_table(measures, level=1 - confidence))
    points = pd.concat([review.summary() for review in reviews], ignore_index=True)
    q_values = together.discoveries.points.set_index("name")["q_value"]
    return QuarterAssessment(
        plan=plan,
        quarter=at,
        reviews=reviews,
        supporting=supporting,
        points=points.assign(q_value=points["indicator"].map(q_values)),
        method=f"Each indicator against {plan.baseline}, tested at {100 * confidence:g}% confidence.",
        discoveries=for_readers(together.discoveries, together.tests, plan),
        theme=chosen_theme,
        published=published,
        since_last=since,
        questions=questions_of(plan, reviews, supporting),
    )


def verdicts_of_areas(
    plan: Plan,
    known: Observations,
    at: Quarter,
    areas: Iterable[str],
    *,
    audience: Audience,
    confidence: float,
) -> dict[str, dict[str, IndicatorReview]]:
    """The verdicts and the signals of many areas, each as in a pack of its own, by area and indicator.

    Parameters
    ----------
    plan : Plan
        As its audience may have it.
    known : Observations
        What was known for that quarter, released and real.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, at = pcc.read_plan("data/raw"), Quarter.parse("2015/16-Q1")
    >>> known = pcc.read_observations("data/processed").known_to("internal", at)
    >>> found = verdicts_of_areas(plan, known, at, ["Leicestershire"], audience=Audience.INTERNAL, confidence=0.95)
    >>> found["Leicestershire"]["12.offences"].state == pcc.assess(plan, known, at).review("12.offences").state
    True
    """
    every = frozenset(indicator.key for indicator in plan.indicators)
    found = {}
    for area in areas:
        focused = replace(known, plan=plan.focused_on(area))
        asked = _Asked(focused.plan, focused.plan_digest, area, audience, confidence, shown=every)
        reviews = _together(asked, known, at, VERDICT_AND_SIGNAL).reviews
        found[area] = {review.indicator.key: review for review in reviews}
    return found


def reviews_of_focus(
    plan: Plan,
    known: Observations,
    at: Quarter,
    measures: Iterable[str],
    *,
    audience: Audience,
    confidence: float,
) -> dict[str, IndicatorReview]:
    """Some indicators of the plan's focus with every question asked, by key: as they were kept, or worked out.

    `plan` and `known` are as in `verdicts_of_areas`.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, at = pcc.read_plan("data/raw"), Quarter.parse("2015/16-Q1")
    >>> known = pcc.read_observations("data/processed").known_to("internal", at)
    >>> found = reviews_of_focus(plan, known, at, ["12.offences"], audience=Audience.INTERNAL, confidence=0.95)
    >>> str(found["12.offences"].state)
    'no_evidence_of_change'
    """
    given = replace(known, plan=plan).plan_digest
    asked = _Asked(plan, given, plan.focus, audience, confidence, shown=frozenset())
    return {key: _reviewed(asked, known, plan.indicator(key), at) for key in measures}


@dataclass(frozen=True)
class _Asked:
    """What is asked, whatever the quarter: of which place, for whom, how sure, and of which indicators everything.

    `given` is the digest of the plan: see `Observations.plan_digest`.
    """

    plan: Plan
    given: str
    area: str
    audience: Audience
    confidence: float
    shown: frozenset[str]

    def question(self, indicator: Indicator, at: Quarter, questions: frozenset[str]) -> Question:
        """What is asked for a review."""
        return self._of(indicator, at, "review", *sorted(questions))

    def test_question(self, indicator: Indicator, at: Quarter) -> Question:
        """What is asked for the test of a verdict."""
        return self._of(indicator, at, "test")

    def _of(self, indicator: Indicator, at: Quarter, *what: str) -> Question:
        of = (indicator.key, str(at), self.area, str(self.audience), str(self.confidence))
        return Question((*of, *what), self.given)


def measures_asked(plan: Plan) -> tuple[Indicator, ...]:
    """The indicators of a plan and the measures beside them that have a review of their own.

    Examples
    --------
    >>> import pccstats as pcc
    >>> asked = measures_asked(pcc.read_plan("data/raw"))
    >>> len(asked) > 40, {measure.kind for measure in asked} & {Kind.POSITION}
    (True, set())
    """
    numbers = {priority.number for priority in plan.priorities}
    beside = (each for each in plan.supporting if each.priority in numbers and each.kind is not Kind.POSITION)
    return (*plan.indicators, *beside)


def reviews_ahead(
    data: Observations,
    quarter: str | Quarter,
    *,
    areas: Iterable[str],
    measures: Iterable[str],
    audience: Audience,
    confidence: float = 0.95,
) -> Iterator[Ahead]:
    """Every review that the packs of some areas will ask for of some measures, each area in focus in turn.

    What areas have in common, such as the peers of all and the sisters of each, is worked out once for all of them.

    Parameters
    ----------
    data : Observations
        With the plan; released to the audience.
    measures : iterable of str
        Keys of the plan's indicators and of measures beside them.

    Yields
    ------
    Ahead
        One for this quarter and, of an indicator, one for the quarter before, as known then and, where that differs, as
        known now: what `assess` asks with `since_last`. After each review of an indicator its test alone, which the
        pages of other themes ask for, and where there are several areas its verdict and signal alone, which the pages
        on all of them ask for. What cannot be answered is left to whoever asks.

    Examples
    --------
    >>> import pccstats as pcc
    >>> data = pcc.read_observations("data/processed")
    >>> asked = {"areas": ["Leicestershire"], "measures": ["12.offences"], "audience": Audience.INTERNAL}
    >>> [(str(ahead.at), ahead.state) for ahead in reviews_ahead(data, "2015/16-Q1", **asked)][::2][:2]
    [('2015/16-Q1', 'no_evidence_of_change'), ('2014/15-Q4', 'no_evidence_of_change')]
    """
    at = data.plan.quarter(quarter)
    known, known_then = data.known_to(audience, at), data.known_to(audience, at.before)
    is_as_known = known_then.is_as_known_in(known, at.before.last_month)
    wanted = list(measures)
    focused = [(area, known.focused_on(area), known_then.focused_on(area)) for area in areas]
    asks_of = [
        _Asked(now.plan, now.plan_digest, area, audience, confidence, shown=frozenset()) for area, now, _ in focused
    ]
    for key in wanted:
        for (area, now, then), asked in zip(focused, asks_of, strict=True):
            measure = now.plan.indicator(key)
            asks = [(now, at, QUESTIONS)]
            if measure.on_dashboard:
                asks += [(then, at.before, COMPARED)]
                asks += [] if is_as_known else [(now, at.before, COMPARED)]
            for figures, when, questions in asks:
                with suppress(PccStatsError):
                    review = _reviewed(asked, figures, measure, when, questions)
                    about = (key, area, when, str(review.state), figures.digest)
                    yield Ahead(*about, asked.question(measure, when, questions), review)
                    if measure.on_dashboard:
                        yield Ahead(*about, asked.test_question(measure, when), own_test(review)[1:])
                    alone = as_if_asked(review, VERDICT_AND_SIGNAL) if when == at and len(focused) > 1 else None
                    if alone is not None and measure.on_dashboard:
                        yield Ahead(*about, asked.question(measure, when, VERDICT_AND_SIGNAL), alone)


class _Together(NamedTuple):
    """The indicators of one quarter, their tests read together."""

    reviews: tuple[IndicatorReview, ...]
    tests: list[OneTest]
    discoveries: FalseDiscovery


def _together(asked: _Asked, data: Observations, at: Quarter, questions: frozenset[str] = QUESTIONS) -> _Together:
    """The indicators shown, reviewed; of all others of the plan the tests alone, since all are read together."""
    indicators = asked.plan.indicators
    found = {i.key: _reviewed(asked, data, i, at, questions) for i in indicators if i.key in asked.shown}
    tests = [own_test(found[i.key]) if i.key in found else _tested(asked, data, i, at) for i in indicators]
    discoveries = read_together(tests, level=1 - asked.confidence)
    return _Together(with_weak(tuple(found.values()), discoveries), tests, discoveries)


def _reviewed(
    asked: _Asked, data: Observations, indicator: Indicator, at: Quarter, questions: frozenset[str] = QUESTIONS
) -> IndicatorReview:
    """One indicator reviewed, or as it was kept when it was reviewed of the very same."""
    return data.worked_out(
        indicator.key,
        asked.question(indicator, at, questions),
        lambda: review_indicator(
            asked.plan,
            data,
            indicator,
            at,
            area=asked.area,
            audience=asked.audience,
            confidence=asked.confidence,
            questions=questions,
        ),
    )


def _tested(asked: _Asked, data: Observations, indicator: Indicator, at: Quarter) -> OneTest:
    """The test of an indicator that is not shown, or as it was kept."""

    def alone() -> tuple[float, bool]:
        found = tested_alone(asked.plan, data, indicator, at, asked.area, asked.audience, asked.confidence)
        return found.p_value, found.is_counted

    return OneTest(indicator.key, *data.worked_out(indicator.key, asked.test_question(indicator, at), alone))


def _since_last(
    asked: _Asked,
    data: Observations,
    known: Observations,
    earlier: Quarter,
    reviews: tuple[IndicatorReview, ...],
) -> tuple[SinceLast, tuple[IndicatorReview, ...]]:
    """What is new since the quarter before, and the reviews, each with how it stood then."""
    known_then = data.known_to(asked.audience, earlier)
    then = _together(asked, known_then, earlier, COMPARED).reviews
    is_as_known = known_then.is_as_known_in(known, earlier.last_month)
    today = then if is_as_known else _together(asked, known, earlier, COMPARED).reviews
    since = what_is_new(earlier, tuple(Thrice(*of) for of in zip(then, today, reviews, strict=True)))
    if since.why_not:
        return since, reviews
    return since, tuple(replace(now, previous=before.snapshot) for now, before in zip(reviews, then, strict=True))


def _with_shares(reviews: tuple[IndicatorReview, ...]) -> tuple[IndicatorReview, ...]:
    """The reviews, parts of a measure with their share of it where both figures are of one period."""
    whole = {review.indicator.key: review for review in reviews if review.latest}
    return tuple(_with_share(review, whole.get(review.indicator.part_of or "")) for review in reviews)


def _with_share(review: IndicatorReview, whole: IndicatorReview | None) -> IndicatorReview:
    if whole is None or review.latest is None or not whole.latest or review.latest_window != whole.latest_window:
        return review
    return replace(review, share_of_whole=100 * review.latest / whole.latest)
