"""What may be asked of a projection, read and checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, cast

import pandas as pd

from pccstats.methods.intervals import checked_confidence
from pccstats.methods.projection.material import SPACINGS, comparable, evenly_spaced
from pccstats.terms.errors import MethodProblem, Refusals
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Window, month, month_in_words, so_many_months
from pccstats.terms.plan import Target, event_in_words
from pccstats.terms.series import Series
from pccstats.terms.words import Kind, Polarity

LEAST_MONTHS = 36  # three years: in fewer, season, trend and level cannot be told apart
FARTHEST_MONTHS = 36  # ahead; the back-tests behind the intervals go no farther
PROJECTED_KINDS = (Kind.COUNT, Kind.RATE, Kind.SHARE, Kind.SURVEY)


@dataclass(frozen=True)
class ProjectionRequest:
    """The comparable part of a series, the horizon and the baseline."""

    series: Series
    horizon: pd.Period
    since: Window

    @property
    def months_ahead(self) -> int:
        return int((self.horizon - self.series.last).n)


def read_request(series: Series, horizon: Any, since: Any, confidence: float) -> ProjectionRequest:
    """Fill in what the series itself carries, and refuse what cannot be projected."""
    refusals = Refusals()
    refusals.ask(lambda: checked_confidence(confidence))
    at = refusals.ask(lambda: _horizon(series, horizon))
    window = refusals.ask(lambda: _baseline(series, since))
    usable = comparable(series)
    found = [
        kind_problem(series),
        "" if window is None else _of_baseline(window, usable),
        history_problem(series, usable),
        "" if at is None else _of_horizon(usable, at),
    ]
    for problem in filter(None, found):
        refusals.note(MethodProblem(problem))
    refusals.raise_any()
    return ProjectionRequest(usable, cast("pd.Period", at), cast("Window", window))


def _horizon(series: Series, horizon: Any) -> pd.Period:
    at = series.horizon if horizon is None else month(horizon)
    if at is None:
        raise MethodProblem("No horizon is given and the series carries none. Give `horizon`, for example '2017-03'.")
    return at


def _baseline(series: Series, since: Any) -> Window:
    window = series.baseline if since is None else Window.read(since)
    if window is None:
        raise MethodProblem("No baseline is given and the series carries none. Give `since`, for example '2012/13'.")
    return window


def kind_problem(series: Series) -> str:
    """Why figures of this sort cannot be projected; empty where they can."""
    if series.kind not in PROJECTED_KINDS:
        return f"{series.title} is a {series.kind.value}: there is nothing to project."
    if series.kind.is_proportion and series.points["denominator"].isna().all():
        return (
            f"{series.title} holds per cents of an unknown number of respondents, so how far chance moves them is not "
            "known. Give the number of respondents."
        )
    if series.kind is Kind.RATE and series.points["denominator"].isna().all():
        return f"{series.title} is a rate without what it is out of. Give the denominator."
    return ""


def _of_baseline(window: Window, usable: Series) -> str:
    if window.month_count != MONTHS_IN_A_YEAR:
        return f"A projected year is compared with 12 months: the baseline cannot be {window}."
    if len(usable) and window.last > usable.last:
        return f"The baseline {window} is not over: the last figure is that of {month_in_words(usable.last)}."
    return ""


def history_problem(series: Series, usable: Series) -> str:
    """Why there is too little to project from, and how much more is needed; empty where there is enough."""
    if series.span_months == MONTHS_IN_A_YEAR and len(usable) > 1:
        first, spacing = evenly_spaced(pd.PeriodIndex(usable.points["period_end"], freq="M"))
        if spacing not in SPACINGS:
            return (
                f"{series.title} holds 12-month figures {so_many_months(spacing)} apart. A projection needs them "
                "monthly or quarterly, or the months themselves."
            )
        covered = MONTHS_IN_A_YEAR + spacing * (len(usable) - first - 1)
    else:
        covered = usable.span_months * int(usable.points["numerator"].notna().sum())
    if covered >= LEAST_MONTHS:
        return ""
    wanting, since = LEAST_MONTHS - covered, _since_break(series, usable)
    step = f"wait for {wanting} more" if since else f"give {wanting} earlier ones, or wait for as many"
    return (
        f"{series.title} has {so_many_months(covered)} of comparable figures{since}. A projection needs "
        f"{LEAST_MONTHS}: {step}."
    )


def _since_break(series: Series, usable: Series) -> str:
    if not len(usable) or usable.first <= series.first:
        return ""
    events = [event for event in series.breaks if event.month <= usable.first]
    if not events:
        return f" since {month_in_words(usable.first)}, after a gap"
    return f" since {event_in_words(events[-1])}"


def _of_horizon(usable: Series, horizon: pd.Period) -> str:
    if not len(usable):
        return ""
    ahead = int((horizon - usable.last).n)
    if ahead < 1:
        return f"The 12 months to {month_in_words(horizon)} are known: nothing is left to project."
    if ahead > FARTHEST_MONTHS:
        return (
            f"{month_in_words(horizon)} is {so_many_months(ahead)} after the last figure "
            f"({month_in_words(usable.last)}). Projections are made {FARTHEST_MONTHS} months ahead at most."
        )
    if ahead % _step(usable):
        return f"{month_in_words(horizon)} is not the end of a period of this series; the last is {usable.last}."
    return ""


def _step(usable: Series) -> int:
    """Months between two figures."""
    if usable.span_months < MONTHS_IN_A_YEAR or len(usable) < 2:
        return usable.span_months
    return evenly_spaced(pd.PeriodIndex(usable.points["period_end"], freq="M"))[1]


LEVEL, PER_CENT_CHANGE, POINTS = "level", "per_cent_change", "points"


FORMS = (LEVEL, PER_CENT_CHANGE, POINTS)


def figure_to_reach(target: Target, baseline: float) -> float:
    """The figure a target asks for.

    Parameters
    ----------
    baseline : float
        The baseline's figure as readers see it: a count, a rate, or a per cent. A level needs none.

    Raises
    ------
    MethodProblem
        If the form is unknown, or the baseline is needed and not known.

    Examples
    --------
    >>> figure_to_reach(Target("t", "17.missing_storm", "hard", "per_cent_change", -25), 5929)
    4446.75
    >>> figure_to_reach(Target("t", "9.satisfaction", "outcome", "points", 3), 85.0)
    88.0
    >>> round(figure_to_reach(Target("t", "9.satisfaction", "outcome", "per_cent_change", 3), 85.0), 2)
    87.55
    """
    if target.form not in FORMS:
        raise MethodProblem(f"Target {target.key}: {target.form!r} is not one of {', '.join(FORMS)}.")
    if target.form == LEVEL:
        return float(target.amount)
    if math.isnan(baseline):
        raise MethodProblem(f"Target {target.key} is set against a baseline, and no figure of that baseline is held.")
    return baseline * (1 + target.amount / 100) if target.form == PER_CENT_CHANGE else baseline + target.amount


def is_at_most(target: Target, polarity: Polarity) -> bool:
    """True where the figure must come down to the target, False where it must come up to it."""
    if target.form != LEVEL and target.amount:
        return target.amount < 0
    return polarity is Polarity.LOWER_IS_BETTER


def is_met(figure: float, to_reach: float, *, at_most: bool) -> bool:
    """True where a figure does what the target asks; exactly reaching it is meeting it."""
    return figure <= to_reach if at_most else figure >= to_reach
