"""What was projected, set out: the years ahead with their limits, the state, the targets, and how it was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.change.dispersion import dispersion_of_months
from pccstats.methods.projection.backtest import Backtest
from pccstats.methods.projection.forecasters import FORECASTERS
from pccstats.methods.projection.project_rolling import every_so_many_months
from pccstats.methods.projection.projection_request import ProjectionRequest
from pccstats.methods.projection.projection_spread import Spread
from pccstats.methods.projection.scales import Material
from pccstats.methods.targets.target_figures import LEVEL, figure_to_reach, is_at_most, is_met
from pccstats.terms.event_words import events_in_words
from pccstats.terms.periods import MONTHS_IN_A_YEAR, month_in_words, so_many_months
from pccstats.terms.plan import Target
from pccstats.terms.results.progress import Outcome
from pccstats.terms.results.projection import TARGET_COLUMNS, Projection
from pccstats.terms.words import Polarity, State

Array = NDArray[np.float64]

NARROWER_CONFIDENCE = 0.8
LIMITS = ("lower", "upper", "lower_80", "upper_80")


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
