"""Where the 12 months to a horizon will come out, with an interval that is right as often as it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.backtest import Backtest, backtest, projected_years, year_figures
from pccstats.methods.combination import weights_of
from pccstats.methods.dispersion import dispersion_of_months
from pccstats.methods.forecasters import FORECASTERS
from pccstats.methods.intervals import checked_confidence
from pccstats.methods.projection_spread import (
    Spread,
    growth,
    independent_trials,
    reference_variance,
    spread_of,
)
from pccstats.methods.scales import Material, at_distance, distance
from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Window, month, month_in_words
from pccstats.terms.plan import Target
from pccstats.terms.results.projection import Projection
from pccstats.terms.series import Series
from pccstats.terms.words import Kind, Polarity, State

Array = NDArray[np.float64]

LEAST_MONTHS = 36  # three years: a season is not known from fewer, nor a level from a trend
FARTHEST_MONTHS = 36  # ahead; the back-tests behind the reference go no farther
SHORT_CONFIDENCE = 0.8
PROJECTED_KINDS = (Kind.COUNT, Kind.RATE, Kind.SHARE, Kind.SURVEY)


def project(
    series: Series,
    horizon: Any = None,
    since: Any = None,
    confidence: float = 0.95,
    *,
    sisters: Sequence[Series] = (),
    targets: Sequence[Target] = (),
    seed: int = 0,
) -> Projection:
    """Where the 12 months ending at a horizon will come out, against a baseline.

    Parameters
    ----------
    series : Series
        Monthly or quarterly counts, rates, shares with their respondents: three years at least since the last
        registered break of comparability.
    horizon : month
        The last month of the year projected; the plan's horizon by default. At most three years ahead.
    since : financial year, window or pair of months
        The baseline; the plan's by default.
    confidence : float
        Of the interval and of the state, between 0 and 1.
    sisters : sequence of Series
        The same measure elsewhere: their back-tests help to say how far such projections are out.
    targets : sequence of Target
        What the plan promised; the chance of meeting each is given.
    seed : int
        Kept for methods that draw at random; this one does not.

    Returns
    -------
    Projection

    Raises
    ------
    MethodProblem
        Listing every reason why no honest projection can be made.

    Notes
    -----
    Three models (seasonal naive with drift, damped trend, Theta) are combined by their errors in rolling-origin
    back-tests at the same horizon. The interval comes from those errors, with a reference from real series where they
    are few. The sum of twelve months is projected as a sum: limits of months are never added.
    A projection says what happens if things go on as they have. It knows nothing of what has not yet happened.
    """
    checked_confidence(confidence)
    request = _checked(series, horizon, since)
    material = Material.of(request.series)
    tests = backtest(material, request.steps)
    weights = weights_of(tests.errors, independent_trials(len(tests), request.steps))
    path = weights @ projected_years(material, np.array([len(material)]), request.steps)[:, 0, :]
    spread = _spread(
        material, tests, weights, float(path[-1]), request.steps, [Material.of(_comparable(s)) for s in sisters]
    )
    return _answer(request, material, tests, weights, path, spread, confidence, targets)


@dataclass(frozen=True)
class _Request:
    """What is projected, from where to where, against which window."""

    series: Series
    horizon: pd.Period
    since: Window
    steps: int


def _checked(series: Series, horizon: Any, since: Any) -> _Request:
    horizon = series.horizon if horizon is None else month(horizon)
    window = series.baseline if since is None else Window.read(since)
    problems = []
    if horizon is None:
        problems.append("No horizon is given and the series carries none: give `horizon`, for example '2017-03'.")
    if window is None:
        problems.append("No baseline is given and the series carries none: give `since`, for example '2012/13'.")
    elif window.month_count != MONTHS_IN_A_YEAR:
        problems.append(f"The baseline is compared with 12 months, so it must be 12 months long, not {window}.")
    if series.kind not in PROJECTED_KINDS:
        problems.append(f"{series.title} is a {series.kind.value}: there is nothing to project.")
    elif series.kind.is_proportion and series.points["denominator"].isna().all():
        problems.append(
            f"{series.title} holds per cents of an unknown number of respondents: how far chance moves them is not "
            "known. Give the number of respondents."
        )
    usable = _comparable(series)
    covered = len(usable) * usable.span_months
    if covered < LEAST_MONTHS:
        problems.append(_too_short(series, covered))
    if horizon is not None and len(usable):
        ahead = (horizon - usable.last).n
        if ahead < 1:
            problems.append(f"{month_in_words(horizon)} is already known: nothing is left to project.")
        elif ahead > FARTHEST_MONTHS:
            problems.append(
                f"{month_in_words(horizon)} is {ahead} months ahead; projections are made at most {FARTHEST_MONTHS}."
            )
        elif ahead % usable.span_months:
            problems.append(f"{month_in_words(horizon)} is not the end of a period of this series.")
    if problems:
        raise MethodProblem(problems)
    assert window is not None
    return _Request(usable, horizon, window, (horizon - usable.last).n // usable.span_months)


def _comparable(series: Series) -> Series:
    """The part of a series after its last registered break, without periods that hold no figure yet."""
    held = series.points.loc[series.points["numerator"].notna(), "period_end"]
    if held.empty:
        return series.between(last=series.first - 1)
    past = [event.month for event in series.breaks if series.first < event.month <= held.max()]
    return series.between(max([held.min(), *past]), held.max())


def _too_short(series: Series, covered: int) -> str:
    last_break = [event for event in series.breaks if series.first < event.month <= series.last]
    why = f" since {last_break[-1].title} ({month_in_words(last_break[-1].month)})" if last_break else ""
    return (
        f"{series.title} has {covered} months of comparable figures{why}. A projection needs {LEAST_MONTHS}: wait for "
        f"{LEAST_MONTHS - covered} more, or give earlier ones."
    )


def _baseline(request: _Request, material: Material) -> tuple[float, float]:
    """The baseline's year, and the variance of chance about it; empty where it lies before the comparable figures."""
    ends = request.series.points["period_end"]
    at = np.flatnonzero(ends == request.since.last)
    figure = float(year_figures(material)[at[0]]) if len(at) else float("nan")
    if np.isnan(figure):
        return figure, 0.0
    within = slice(at[0] - material.year + 1, at[0] + 1)
    if material.is_share:
        p = min(max(figure, 0.01), 0.99)
        return figure, float(1 / (material.denominator[within].sum() * p * (1 - p)))
    years = np.arange(len(material)) // material.year
    dispersion = dispersion_of_months(material.numerator, ends.dt.month.to_numpy(), years)
    return figure, (dispersion.phi if dispersion else 1.0) / max(figure, 1.0)


def _spread(
    material: Material, tests: Backtest, weights: Array, projected: float, steps: int, sisters: Sequence[Material]
) -> Spread:
    own = _standardised(material, tests, weights, steps)
    others = []
    for sister in sisters:
        tried = backtest(sister, steps)
        others.append((_standardised(sister, tried, weights, steps), independent_trials(len(tried), steps)))
    reference = _reference(material, projected, steps)
    return spread_of(float(reference), own, independent_trials(len(tests), steps), others)


def _standardised(material: Material, tests: Backtest, weights: Array, steps: int) -> Array:
    """Errors of the combination over what the reference allows them."""
    projected = weights @ tests.projected
    return distance(tests.actual, projected, is_share=material.is_share) / np.sqrt(
        _reference(material, projected, steps)
    )


def _reference(material: Material, projected: float | Array, steps: int) -> Array:
    respondents = float(np.nanmean(material.denominator)) * material.year
    return reference_variance(projected, respondents, steps, material.year, is_share=material.is_share)


def _answer(
    request: _Request,
    material: Material,
    tests: Backtest,
    weights: Array,
    path: Array,
    spread: Spread,
    confidence: float,
    targets: Sequence[Target],
) -> Projection:
    series = request.series
    baseline, variance = _baseline(request, material)
    points = _points(request, material, path, spread, confidence)
    last = points.iloc[-1]
    below = (
        float("nan")
        if np.isnan(baseline)
        else spread.chance_below(float(distance(baseline, path[-1], is_share=material.is_share)), variance)
    )
    return Projection(
        points=points,
        method=_method(request, tests, weights, confidence),
        title=series.title,
        unit=series.unit or ("%" if material.is_share else ""),
        kind=series.kind,
        polarity=series.polarity,
        horizon=request.horizon,
        since=request.since,
        projected=float(last["value"]),
        lower=float(last["lower"]),
        upper=float(last["upper"]),
        lower_80=float(last["lower_80"]),
        upper_80=float(last["upper_80"]),
        baseline=baseline * material.shown_as,
        state=_state(below, series.polarity, confidence),
        chance_of_reduction=below,
        confidence=confidence,
        backtest=_backtest_frame(request, material, tests, weights),
        weights=MappingProxyType(dict(zip(FORECASTERS, weights.tolist(), strict=True))),
        targets=_targets(targets, request, material, path, spread, baseline),
        area=series.area,
        key=series.key,
        events=series.events,
        is_illustrative=series.is_illustrative,
        sources=series.sources,
    )


def _points(request: _Request, material: Material, path: Array, spread: Spread, confidence: float) -> pd.DataFrame:
    """Observed rolling years, then projected ones with limits that open as the unknown months add up."""
    ends = pd.PeriodIndex(request.series.points["period_end"], freq="M")
    ahead = ends[-1] + request.series.span_months * np.arange(1, len(path) + 1)
    opening = np.sqrt(growth(np.arange(1, len(path) + 1), material.year))
    opening /= opening[-1]
    limits = {}
    for suffix, level in (("", confidence), ("_80", SHORT_CONFIDENCE)):
        away = spread.quantile(0.5 + level / 2) * opening
        for side, sign in (("lower", -1), ("upper", 1)):
            limits[side + suffix] = material.shown_as * at_distance(path, sign * away, is_share=material.is_share)
    observed = pd.DataFrame(
        {"period_end": ends, "kind": "observed", "value": material.shown_as * year_figures(material)}
    )
    projected = pd.DataFrame(
        {
            "period_end": pd.PeriodIndex(ahead, freq="M"),
            "kind": "projected",
            "value": material.shown_as * path,
            **limits,
        }
    )
    points = pd.concat([observed[material.year - 1 :], projected], ignore_index=True)
    points.insert(0, "month", points["period_end"])
    return points


def _state(chance_below: float, polarity: Polarity, confidence: float) -> State:
    """Three states, two-sided: nothing is said unless one side of the baseline is this unlikely."""
    if np.isnan(chance_below):
        return State.NOT_COMPARABLE
    unlikely = (1 - confidence) / 2
    if polarity is Polarity.NEUTRAL or unlikely < chance_below < 1 - unlikely:
        return State.NO_EVIDENCE_OF_CHANGE
    is_lower = chance_below >= 1 - unlikely
    return State.BETTER if is_lower == (polarity is Polarity.LOWER_IS_BETTER) else State.WORSE


def _targets(
    targets: Sequence[Target], request: _Request, material: Material, path: Array, spread: Spread, baseline: float
) -> pd.DataFrame:
    return pd.DataFrame(columns=["key", "strength", "by", "value", "chance_of_meeting"])


def _backtest_frame(request: _Request, material: Material, tests: Backtest, weights: Array) -> pd.DataFrame:
    ends = pd.PeriodIndex(request.series.points["period_end"], freq="M")
    projected = weights @ tests.projected
    shown = material.shown_as
    return pd.DataFrame(
        {
            "origin": ends[tests.origins - 1],
            "horizon": ends[tests.origins + request.steps - 1],
            "projected": shown * projected,
            "actual": shown * tests.actual,
            "naive": shown * tests.naive,
            "error_pct": 100 * (projected - tests.actual) / np.maximum(tests.actual, 1e-9),
            "naive_error_pct": 100 * (tests.naive - tests.actual) / np.maximum(tests.actual, 1e-9),
        }
    )


def _method(request: _Request, tests: Backtest, weights: Array, confidence: float) -> str:
    shares = ", ".join(f"{name} {100 * weight:.0f}%" for name, weight in zip(FORECASTERS, weights, strict=True))
    tried = f"tried at {len(tests)} earlier origins" if len(tests) else "too short a series to be tried on its own past"
    words = [
        f"{len(request.series)} periods to {month_in_words(request.series.last)}, {request.steps} ahead. "
        f"Combination of {shares}; {tried}. {100 * confidence:g}% interval from the errors of those trials and of a "
        f"reference set of real series, not from the models. Baseline {request.since}, treated as uncertain.",
    ]
    if request.series.is_illustrative:
        words.append("The months are illustrative.")
    return " ".join(words)
