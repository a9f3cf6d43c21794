"""Where the 12 months to a horizon will come out, with an interval that is right as often as it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.change.dispersion import dispersion_of_months
from pccstats.methods.projection.backtest import (
    Backtest,
    Spread,
    backtest,
    projected_years,
    reference_variance,
    spread_of,
)
from pccstats.methods.projection.material import Material, comparable, every_so_many_months, material_of
from pccstats.methods.projection.models import FORECASTERS, weights_of
from pccstats.methods.projection.request import (
    LEVEL,
    ProjectionRequest,
    figure_to_reach,
    history_problem,
    is_at_most,
    is_met,
    kind_problem,
    read_request,
)
from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import MONTHS_IN_A_YEAR, month_in_words, so_many_months
from pccstats.terms.plan import Target, events_in_words
from pccstats.terms.results.ahead import TARGET_COLUMNS, Outcome, Projection
from pccstats.terms.series import Series, require_series
from pccstats.terms.words import Polarity, State

Array = NDArray[np.float64]
NARROWER_CONFIDENCE = 0.8
LIMITS = ("lower", "upper", "lower_80", "upper_80")


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
        Months, quarters, or published rolling years (monthly or quarterly) of counts, rates, or shares with their
        respondents: three years or more since the last registered break of comparability.
    horizon : month
        The last month of the year projected, at most three years after the last figure; by default the plan's.
    since : financial year, window or pair of months
        The 12 months compared with; by default the plan's baseline.
    confidence : float
        Of the interval and the state, between 0 and 1.
    sisters : sequence of Series
        The same measure elsewhere: their back-tests help to say how far such projections are out.
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
    where r = 1, n is the number of independent trials and m their mean square over what the reference allows.
    Twelve months are projected as one sum; limits of months are never added. A year from before a break of
    comparability is no baseline: the state is then `not_comparable`.
    It knows of nothing that has not happened yet; a break registered for later is named in the method. Do not use it
    across a known change of recording: see `what_if_recording`.

    References
    ----------
    Hyndman RJ, Athanasopoulos G (2021). Forecasting: Principles and Practice, 3rd ed., sections 5.10, 8.2, 13.4.
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
    require_series(series, *sisters)
    request = read_request(series, horizon, since, confidence)
    material = material_of(request.series)
    steps = request.months_ahead * material.year // MONTHS_IN_A_YEAR
    trials = backtest(material, steps)
    weights = weights_of(trials.errors, trials.independent_trials)
    path = _path(request, material, weights, steps)
    others = [_tried(sister, weights, steps, material.year) for sister in sisters]
    spread = spread_of(material, path, _standardised(material, trials, weights), others)
    made = Made(request, material, trials, weights, path, spread, confidence)
    return answer(made, targets)


def _path(request: ProjectionRequest, material: Material, weights: Array, steps: int) -> Array:
    """The combination's figure for the year to each period ahead."""
    path = weights @ projected_years(material, np.array([len(material)]), steps)[:, 0, :]
    if np.isnan(path[-1]):
        raise MethodProblem(
            f"The 12 months to {month_in_words(request.horizon)} hold a month already past that has no figure. Give "
            "the figure, or a later horizon."
        )
    return np.asarray(path)


def _standardised(material: Material, trials: Backtest, weights: Array) -> tuple[Array, float]:
    """Errors of the combination in back-tests over what the reference allows, and the trials they are worth."""
    projected = weights @ trials.projected
    allowed = reference_variance(material, projected, np.full(len(trials), trials.steps))
    return material.distance(trials.actual, projected) / np.sqrt(allowed), trials.independent_trials


def _tried(sister: Series, weights: Array, steps: int, year: int) -> tuple[Array, float]:
    """A sister's back-test errors; none where it could not be projected itself or is not of the same periods."""
    usable = comparable(sister)
    if kind_problem(sister) or history_problem(sister, usable) or (material := material_of(usable)).year != year:
        return np.empty(0), 0.0
    return _standardised(material, backtest(material, steps), weights)


@dataclass(frozen=True)
class Made:
    """A projection with everything it was made of."""

    request: ProjectionRequest
    material: Material
    trials: Backtest
    weights: Array
    path: Array
    spread: Spread
    confidence: float


def answer(made: Made, targets: Sequence[Target]) -> Projection:
    """Set out a projection against its baseline and targets."""
    series, material = made.request.series, made.material
    baseline, variance = _baseline(made)
    away = float(material.distance(np.array(baseline), made.path[-1]))
    below = made.spread.chance_below(away, other_variance=variance)
    points = _points(made)
    last = points.iloc[-1]
    return Projection(
        points=points,
        method=_method(made),
        title=series.title,
        unit=series.unit or ("%" if material.is_share else ""),
        kind=series.kind,
        polarity=series.polarity,
        horizon=made.request.horizon,
        since=made.request.since,
        projected=float(last["value"]),
        baseline=baseline * material.shown_as,
        state=_state(below, series.polarity, made.confidence, is_held=made.request.since.first >= material.begins),
        chance_of_reduction=0.0 if baseline == 0 else below,
        confidence=made.confidence,
        backtest=_backtest_frame(made),
        weights=MappingProxyType(dict(zip(FORECASTERS, made.weights.tolist(), strict=True))),
        targets=_targets(made, targets, baseline),
        area=series.area,
        key=series.key,
        events=series.events,
        is_illustrative=series.is_illustrative,
        sources=series.sources,
        **{name: float(last[name]) for name in LIMITS},
    )


def _baseline(made: Made) -> tuple[float, float]:
    """The baseline's year, and the variance of chance about it; empty where it is no part of what is comparable."""
    material = made.material
    at = np.flatnonzero(material.ends == made.request.since.last)
    figure = float(material.years()[at[0]]) if len(at) else float("nan")
    if np.isnan(figure):
        return figure, 0.0
    if material.is_share:
        share = min(max(figure, 0.01), 0.99)
        asked = material.denominator[at[0] - material.year + 1 : at[0] + 1].sum()
        return figure, float(1 / (asked * share * (1 - share)))
    years = np.arange(len(material)) // material.year
    dispersion = dispersion_of_months(np.maximum(material.numerator, 0), material.ends.month.to_numpy(), years)
    return figure, (dispersion.phi if dispersion else 1.0) / max(figure, 1.0)


def _points(made: Made) -> pd.DataFrame:
    """Years observed, then years projected with limits of their own: an interval is not the sum of other intervals."""
    material, path = made.material, made.path
    span = MONTHS_IN_A_YEAR // material.year
    limits = {
        f"{side}{suffix}": material.shown_as * material.at_distance(path, sign * made.spread.reach(level))
        for suffix, level in (("", made.confidence), ("_80", NARROWER_CONFIDENCE))
        for side, sign in (("lower", -1), ("upper", 1))
    }
    observed = {"period_end": material.ends, "kind": "observed", "value": material.shown_as * material.years()}
    projected = {
        "period_end": every_so_many_months(material.ends[-1] + span, span, len(path)),
        "kind": "projected",
        "value": material.shown_as * path,
    }
    points = pd.concat(
        [pd.DataFrame(observed)[material.year - 1 :], pd.DataFrame({**projected, **limits})], ignore_index=True
    )
    points.insert(0, "month", points["period_end"])
    return points


def _state(chance_below: float, polarity: Polarity, confidence: float, *, is_held: bool) -> State:
    """Three states: nothing is said unless one side of the baseline is unlikely enough, two-sided.

    A baseline from before the comparable figures is not comparable; one among them with a gap has too little data.
    """
    if np.isnan(chance_below):
        return State.INSUFFICIENT_DATA if is_held else State.NOT_COMPARABLE
    unlikely = (1 - confidence) / 2
    if polarity is Polarity.NEUTRAL or unlikely < chance_below < 1 - unlikely:
        return State.NO_EVIDENCE_OF_CHANGE
    falls = chance_below >= 1 - unlikely
    return State.BETTER if falls == (polarity is Polarity.LOWER_IS_BETTER) else State.WORSE


def _targets(made: Made, targets: Sequence[Target], baseline: float) -> pd.DataFrame:
    """The chance of meeting each target at its own date; one that has passed was met or was not."""
    material = made.material
    years = dict(zip(material.ends, material.years(), strict=True))
    rows = []
    for target in targets:
        start = years.get(target.baseline.last, float("nan")) if target.baseline else baseline
        by = target.by if target.by is not None else made.request.horizon
        if np.isnan(start) and target.form != LEVEL:
            rows.append((target.key, target.strength, by, float("nan"), float("nan"), str(Outcome.UNKNOWN)))
            continue
        to_reach = figure_to_reach(target, start * material.shown_as)
        at_most = is_at_most(target, made.request.series.polarity)
        chance = _chance(made, by, to_reach / material.shown_as, at_most=at_most)
        outcome = Outcome.OPEN if by > material.ends[-1] else Outcome.UNKNOWN
        if not np.isnan(figure := years.get(by, float("nan")) * material.shown_as):
            chance = float(is_met(figure, to_reach, at_most=at_most))
            outcome = Outcome.MET if chance else Outcome.MISSED
        rows.append((target.key, target.strength, by, to_reach, chance, str(outcome)))
    return pd.DataFrame(rows, columns=list(TARGET_COLUMNS))


def _chance(made: Made, by: pd.Period, to_reach: float, *, at_most: bool) -> float:
    """Chance that the year to a month ahead meets a figure; empty where that year is not projected."""
    step, beside = divmod((by - made.material.ends[-1]).n * made.material.year, MONTHS_IN_A_YEAR)
    if beside or not 1 <= step <= len(made.path):
        return float("nan")
    away = float(made.material.distance(np.array(to_reach), made.path[step - 1]))
    below = made.spread.chance_below(away, step - 1)
    return below if at_most else 1 - below


def _backtest_frame(made: Made) -> pd.DataFrame:
    """Each trial in readers' units, its error in per cent of what happened."""
    trials, ends, shown = made.trials, made.material.ends, made.material.shown_as
    projected = made.weights @ trials.projected
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


def _method(made: Made) -> str:
    request, material, trials = made.request, made.material, made.trials
    spans = {MONTHS_IN_A_YEAR: "months"}.get(material.year, "quarters")
    made_of = f"{len(material)} {spans}" + (" (worked out from rolling years)" if material.is_recovered else "")
    shares = ", ".join(f"{name} {100 * weight:.0f}%" for name, weight in zip(FORECASTERS, made.weights, strict=True))
    tried = "the series is too short to be tried on its own past"
    if len(trials):
        tried = f"tried from {len(trials)} earlier {spans}, worth {trials.independent_trials:.1f} independent trials"
    return (
        f"{made_of} to {month_in_words(request.series.last)}, {so_many_months(request.months_ahead)} ahead. "
        f"Weighed by back-test: {shares}; {tried}. "
        f"{100 * made.confidence:g}% interval: what projections of real series were out by, times "
        f"{made.spread.stretch:.2f} by this one's own trials. Baseline {request.since}, itself uncertain."
        f"{_breaks_ahead(request)}{' The months are illustrative.' if request.series.is_illustrative else ''} "
        f"{request.series.provenance}"
    )


def _breaks_ahead(request: ProjectionRequest) -> str:
    """Registered breaks between the last figure and the horizon, which no projection can see past."""
    ahead = [event for event in request.series.breaks if request.series.last < event.month <= request.horizon]
    return f" Figures will not be comparable after {events_in_words(ahead)}." if ahead else ""
