"""Where the 12 months to a horizon will come out, with an interval that is right as often as it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from pccstats.methods.change.dispersion import dispersion_of_months
from pccstats.methods.projection.combination import Combination, ProjectionRequest, combine
from pccstats.methods.projection.material import every_so_many_months
from pccstats.methods.projection.models import FORECASTERS
from pccstats.methods.projection.targets import targets_of
from pccstats.terms.choices import instance_problems, require
from pccstats.terms.periods import MONTHS_IN_A_YEAR, SPAN_WORDS, month_in_words, so_many
from pccstats.terms.plan import Target, events_in_words
from pccstats.terms.results.ahead import Projection
from pccstats.terms.series import Series, provenance_of
from pccstats.terms.words import Signal, State


def project(
    series: Series,
    horizon: Any = None,
    since: Any = None,
    confidence: float = 0.95,
    *,
    sisters: Sequence[Series] = (),
    targets: Sequence[Target] = (),
    seed: int = 0,  # noqa: ARG001 nothing here is drawn at random; see the docstring
) -> Projection:
    """Where the 12 months ending at a horizon will come out, if things go on as they have.

    Parameters
    ----------
    series : Series
        Months, quarters, or published rolling years (spaced by month or quarter) of counts, rates, or shares with their
        respondents: three years or more since the last registered break of comparability.
    horizon : month
        The last month of the year projected, whole periods and at most three years after the last figure; by default
        the plan's.
    since : financial year, window or pair of months
        The 12 months compared with; by default the plan's baseline. Without either there is a projection, and nothing
        is said of better or worse: the state is None, the baseline and the chance of a reduction are empty.
    confidence : float
        Of the interval and the state, between 0 and 1.
    sisters : sequence of Series
        The same measure elsewhere, as an analyst could have it: what they and the series have in common of growth is
        drawn out, what sets it apart is damped, and their back-tests help to say how far such projections are out.
        Of each, nothing later than the series' last figure is used. Without sisters everything is the series' own.
        Other measures of the same area help little and are not meant; of a share, sisters bear on the interval alone.
    targets : sequence of Target
        What the plan promised; each gets its chance of being met.
    seed : int
        Changes nothing: no number here is drawn at random. Taken so that all methods can be called alike.

    Returns
    -------
    Projection
        `points` has `month, period_end, kind, value, lower, upper, lower_80, upper_80`.

    Raises
    ------
    MethodProblem
        Listing every reason why no honest projection can be made: too little history (and how much is needed), no
        number of respondents, a horizon already known or too far ahead.

    Notes
    -----
    The mean of three models (seasonal naive with drift, damped trend, Theta), each tried from every earlier period of
    the series at the same distance; weights and interval come from those trials. The interval starts from what such
    projections of real series were out by, and the series' own trials stretch it or draw it in: on the scale of
    `log(actual / projected)`, `variance * (8 r + n m) / (8 + n)` with Student's t on `8 + n` degrees of freedom,
    where r = 1, n is the number of independent trials and m their mean square over what the reference allows; sisters,
    whose errors come in waves, count as one. Half of the growth projected is unsure: waves turn for all at once.
    With sisters the growth of that mean is shared with theirs: see `sisters.drawn_out` for the formula, and
    `docs/methods/projection.md` for what it was learned on and how it did elsewhere. Trials are made in the same way.
    Twelve months are projected as one sum; limits of months are never added. A year from before a break of
    comparability is no baseline: the state is then `not_comparable`.
    It knows of nothing that has not happened yet; a break registered for later is named in the method. Do not use it
    across a known change of recording: see `what_if_recording`.

    References
    ----------
    Hyndman RJ, Athanasopoulos G (2021). Forecasting: Principles and Practice, 3rd ed., sections 5.10, 8.2, 13.4.
    Duncan GT, Gorr WL, Szczypula J (2001). Forecasting analogous time series. In: Principles of Forecasting, 195-213.
    Ashby M (2025). European Society of Criminology: ten methods on crime counts; combinations do best.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.period_range("2010-04", "2015-06", freq="M")
    >>> frame = pd.DataFrame({"month": months, "offences": 100.0})
    >>> steady = Series.from_frame(frame, numerator="offences", polarity="lower_is_better")
    >>> answer = project(steady, horizon="2017-03", since="2012/13")
    >>> round(answer.projected / 1200, 2), str(answer.state)
    (1.0, 'no_evidence_of_change')
    """
    request = ProjectionRequest.read(series, horizon, since, confidence, sisters)
    step = "Take them from plan.targets."
    require(instance_problems("These are targets of the plan.", step, Target, targets=targets))
    made = combine(request)
    baseline, variance = _baseline(made)
    below = _chance_below(made, baseline, variance)
    shown_as = made.material.shown_as
    return Projection(
        points=_points(made),
        method=_method(made),
        about=replace(request.series.about, unit=series.unit or ("%" if made.material.is_share else "")),
        horizon=request.horizon,
        since=request.since,
        baseline=baseline * shown_as,
        state=_state(made, below),
        chance_of_reduction=0.0 if baseline == 0 else below,
        confidence=confidence,
        backtest=_backtest_frame(made),
        weights=MappingProxyType(dict(zip(FORECASTERS, made.weights.tolist(), strict=True))),
        targets=targets_of(made, targets, baseline * shown_as),
        events=series.events,
        sisters=tuple(sister.area or sister.title for sister in made.lenders),
    )


def _baseline(made: Combination) -> tuple[float, float]:
    """The baseline's year, and the variance of chance about it; empty where none is held or comparable."""
    material, since = made.material, made.request.since
    if since is None or since.last not in material.ends:
        return float("nan"), 0.0
    at = int(np.flatnonzero(material.ends == since.last)[0])
    figure = float(material.years()[at])
    if np.isnan(figure):
        return figure, 0.0
    if material.is_share:
        share = min(max(figure, 0.01), 0.99)
        asked = material.denominator[at - material.year + 1 : at + 1].sum()
        return figure, float(1 / (asked * share * (1 - share)))
    years = np.arange(len(material)) // material.year
    dispersion = dispersion_of_months(np.maximum(material.numerator, 0), material.ends.month.to_numpy(), years)
    return figure, (dispersion.phi if dispersion else 1.0) / max(figure, 1.0)


def _chance_below(made: Combination, baseline: float, variance: float) -> float:
    """Chance that the year to the horizon comes out below the baseline's, which is itself uncertain."""
    away = float(made.material.distance(np.array(baseline), made.path[-1]))
    return made.spread.chance_below(away, other_variance=variance)


def _state(made: Combination, chance_below: float) -> State | None:
    """Three states: nothing is said unless one side of the baseline is unlikely enough, two-sided.

    A baseline from before the comparable figures is not comparable; one among them with a gap has too little data.
    Without a baseline there is no state.
    """
    request = made.request
    if request.since is None:
        return None
    if np.isnan(chance_below):
        is_held = request.since.first >= made.material.begins
        return State.INSUFFICIENT_DATA if is_held else State.NOT_COMPARABLE
    unlikely = (1 - request.confidence) / 2
    signal = Signal.NONE
    if chance_below >= 1 - unlikely:
        signal = Signal.BELOW
    elif chance_below <= unlikely:
        signal = Signal.ABOVE
    return State.of(request.series.polarity.judge(signal))


_NARROWER_CONFIDENCE = 0.8


def _points(made: Combination) -> pd.DataFrame:
    """Years observed, then years projected with limits of their own."""
    material = made.material
    span = MONTHS_IN_A_YEAR // material.year
    observed = pd.DataFrame({"period_end": material.ends, "kind": "observed", "value": material.years()})
    projected = pd.DataFrame(
        {
            "period_end": every_so_many_months(material.ends[-1] + span, span, len(made.path)),
            "kind": "projected",
            "value": made.path,
        }
    )
    for suffix, confidence in (("", made.request.confidence), ("_80", _NARROWER_CONFIDENCE)):
        projected[f"lower{suffix}"], projected[f"upper{suffix}"] = made.limits(confidence)
    points = pd.concat([observed[material.year - 1 :], projected], ignore_index=True)
    figures = points.columns.drop(["period_end", "kind"])
    points[figures] = material.shown_as * points[figures]
    points.insert(0, "month", points["period_end"])
    return points


def _backtest_frame(made: Combination) -> pd.DataFrame:
    """Each trial in readers' units, its error in per cent of what happened."""
    trials, ends, shown = made.trials, made.material.ends, made.material.shown_as
    projected = made.family.tried()
    happened = np.where(trials.actual > 0, trials.actual, np.nan)
    return pd.DataFrame(
        {
            "origin": ends[trials.origins - 1],
            "horizon": ends[trials.origins + trials.steps - 1],
            "projected": shown * projected,
            "actual": shown * trials.actual,
            "naive": shown * trials.naive,
            "error_pct": 100 * (projected - trials.actual) / happened,
            "naive_error_pct": 100 * (trials.naive - trials.actual) / happened,
        }
    )


def _method(made: Combination) -> str:
    request, material, trials = made.request, made.material, made.trials
    span = MONTHS_IN_A_YEAR // material.year
    made_of = so_many(len(material), span) + (" (worked out from rolling years)" if material.is_recovered else "")
    shares = ", ".join(f"{name} {100 * weight:.0f}%" for name, weight in zip(FORECASTERS, made.weights, strict=True))
    tried = "the series is too short to be tried on its own past"
    if len(trials):
        earlier = f"{len(trials)} earlier {SPAN_WORDS[span]}s"
        tried = f"tried from {earlier}, worth {trials.independent_trials:.1f} independent trials"
    return (
        f"Projected from {request.series.title}: {made_of} to {month_in_words(request.series.last)}, "
        f"{so_many(len(made.path), span)} ahead. "
        f"Weighed by back-test: {shares}; {tried}.{_sisters_in_words(made)} "
        f"{100 * request.confidence:g}% interval: what projections of real series were out by, times "
        f"{made.spread.stretch:.2f} by {_whose_trials(made)}. {_baseline_in_words(request)}"
        f"{_breaks_ahead(request)}{' The months are illustrative.' if request.series.is_illustrative else ''} "
        f"{request.series.provenance}"
    )


_MOST_NAMED = 8


def _sisters_in_words(made: Combination) -> str:
    """How much growth comes from where, by whose figures, and how many of the sisters given could lend none."""
    given, lenders = made.request.sisters, made.lenders
    if not given:
        return ""
    if not lenders:
        return f" Growth taken from none of {_so_many_sisters(len(given))} given."
    own, theirs = made.shares_of_growth
    named = f" ({', '.join(one.area or one.title for one in lenders)})" if len(lenders) <= _MOST_NAMED else ""
    more, theirs_from = len(given) - len(lenders), provenance_of(lenders)
    return (
        f" Growth to the horizon: {own:.2f} times its own and {theirs:.2f} times the middle one of "
        f"{_so_many_sisters(len(lenders))}{named}, weights learned on other forces to June 2016."
        f"{f' Growth taken from none of {_so_many_sisters(more)} more.' if more else ''}"
        f"{f' Sisters. {theirs_from}' if theirs_from != made.request.series.provenance else ''}"
    )


def _so_many_sisters(count: int) -> str:
    return f"{count:,} sister{'' if count == 1 else 's'}"


def _whose_trials(made: Combination) -> str:
    return "its own trials and its sisters'" if made.sisters else "this one's own trials"


def _baseline_in_words(request: ProjectionRequest) -> str:
    return "No baseline to compare with." if request.since is None else f"Baseline {request.since}, itself uncertain."


def _breaks_ahead(request: ProjectionRequest) -> str:
    """Registered breaks between the last figure and the horizon, which no projection can see past."""
    ahead = [event for event in request.series.breaks if request.series.last < event.month <= request.horizon]
    return f" Figures will not be comparable after {events_in_words(ahead)}." if ahead else ""
