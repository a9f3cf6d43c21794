"""The combination of models behind a projection: what may be asked of it, and where it says a series is going."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.intervals import checked_confidence
from pccstats.methods.projection.backtest import Backtest, Spread, backtest_and_path, spread_of
from pccstats.methods.projection.material import SPACINGS, Material, comparable, evenly_spaced, material_of
from pccstats.methods.projection.models import weights_of
from pccstats.methods.projection.sisters import Family, Member, shares_of_growth
from pccstats.terms.choices import listed
from pccstats.terms.errors import MethodProblem, Refusals
from pccstats.terms.once import Remembered
from pccstats.terms.periods import MONTHS_IN_A_YEAR, SPAN_WORDS, Window, month, month_in_words, so_many_months
from pccstats.terms.plan import event_in_words
from pccstats.terms.series import Series, require_series
from pccstats.terms.words import Kind

Array = NDArray[np.float64]


def combine(request: ProjectionRequest) -> Combination:
    """Try the models on the past of a series, weigh them by it, and carry it forward to the horizon."""
    material = material_of(request.series)
    steps = request.months_ahead * material.year // MONTHS_IN_A_YEAR
    trials, path_by_model = backtest_and_path(material, steps)
    weights = weights_of(trials.errors, trials.independent_trials)
    beside = _tried_beside(request, material)
    family = Family.of(Member(material, trials, path_by_model, weights), [found for _, found in beside])
    path = family.path()
    if np.isnan(path[-1]):
        raise MethodProblem(
            f"The 12 months to {month_in_words(request.horizon)} hold a month already past that has no figure. Give "
            "the figure, or a later horizon."
        )
    own, *sisters = (family.standardised(place) for place in range(len(family.members)))
    spread = spread_of(material, path, own, sisters)
    return Combination(request, material, trials, weights, family, tuple(one for one, _ in beside), path, spread)


@dataclass(frozen=True)
class Combination:
    """A projection with everything it was made of.

    Attributes
    ----------
    weights : array
        Of each model.
    family : Family
        The series and its sisters, each tried on its own past.
    sisters : tuple of Series
        Those sisters, in the same order: of the request's, all that could be projected themselves.
    path : array
        The combination's figure for the year to each period ahead.
    spread : Spread
        How far from each of them the year may come out.
    """

    request: ProjectionRequest
    material: Material
    trials: Backtest
    weights: Array
    family: Family
    sisters: tuple[Series, ...]
    path: Array
    spread: Spread

    @property
    def lenders(self) -> tuple[Series, ...]:
        """The sisters whose growth is in the projection."""
        return tuple(one for one, lends in zip(self.sisters, self.family.lending, strict=True) if lends)

    @property
    def shares_of_growth(self) -> tuple[float, float]:
        """How many times the series' own growth counts at the horizon, and the middle growth of its sisters."""
        months_ahead = np.array([float(self.request.months_ahead)])
        own, of_sisters = shares_of_growth(np.array([len(self.lenders)]), months_ahead)
        return float(own[0]), float(of_sisters[0])

    def limits(self, confidence: float) -> tuple[Array, Array]:
        """Where so much of what may happen lies, for each year ahead: an interval is not the sum of intervals."""
        reach = self.spread.reach(confidence)
        return self.material.at_distance(self.path, -reach), self.material.at_distance(self.path, reach)

    def chance_of_meeting(self, to_reach: float, by: pd.Period, *, at_most: bool) -> float:
        """Chance that the year to a month ahead meets a figure readers see; empty where that year is not projected."""
        material = self.material
        step, beside = divmod((by - material.ends[-1]).n * material.year, MONTHS_IN_A_YEAR)
        if beside or not 1 <= step <= len(self.path):
            return float("nan")
        away = float(material.distance(np.array(to_reach / material.shown_as), self.path[step - 1]))
        below = self.spread.chance_below(away, step - 1)
        return below if at_most else 1 - below


def _tried_beside(request: ProjectionRequest, material: Material) -> list[tuple[Series, Material]]:
    """Sisters as they were known when the series' last figure was; none that could not be projected itself."""
    last = request.series.last
    found = []
    for sister in request.sisters:
        beside = _MATERIALS.once((sister.content, last), partial(_material_known, sister, last))
        if beside is not None and (beside.year, beside.is_share) == (material.year, material.is_share):
            found.append((sister, beside))
    return found


_MATERIALS = Remembered(most=2000)  # forces are sisters of one another: those of one are those of the next


def _material_known(sister: Series, last: pd.Period) -> Material | None:
    """What a sister is made of up to a month; None where it could not be projected itself."""
    usable = comparable(sister.between(last=last))
    return None if _of_kind(sister) or _of_history(sister, usable) else material_of(usable)


LEAST_MONTHS = 36  # three years: in fewer, season, trend and level cannot be told apart
FARTHEST_MONTHS = 36  # ahead; the back-tests behind the intervals go no farther
PROJECTED_KINDS = (Kind.COUNT, Kind.RATE, Kind.SHARE, Kind.SURVEY)


@dataclass(frozen=True)
class ProjectionRequest:
    """A projection as it can be made: the comparable part of a series, horizon, baseline, confidence and sisters."""

    series: Series
    horizon: pd.Period
    since: Window | None
    confidence: float
    sisters: tuple[Series, ...]

    @classmethod
    def read(
        cls, series: Series, horizon: Any, since: Any, confidence: float, sisters: Sequence[Series] = ()
    ) -> ProjectionRequest:
        """Fill in what the series itself carries, and refuse at once whatever cannot be projected."""
        sisters = listed(sisters, "sister series", Series)
        require_series(series, *sisters)
        refusals = Refusals()
        refusals.ask(lambda: checked_confidence(confidence))
        at = refusals.ask(lambda: _horizon(series, horizon))
        window = series.baseline if since is None else refusals.ask(lambda: Window.read(since))
        usable = comparable(series)
        found = [
            _of_kind(series),
            "" if window is None else _of_baseline(window, usable),
            _of_history(series, usable),
            "" if at is None else _of_horizon(usable, at),
        ]
        for problem in filter(None, found):
            refusals.note(MethodProblem(problem))
        refusals.raise_any()
        others = tuple(sister for sister in sisters if sister is not series)
        return cls(usable, cast("pd.Period", at), window, confidence, others)

    @property
    def months_ahead(self) -> int:
        return int((self.horizon - self.series.last).n)


def _horizon(series: Series, horizon: Any) -> pd.Period:
    at = series.horizon if horizon is None else month(horizon)
    if at is None:
        raise MethodProblem("No horizon is given and the series carries none. Give `horizon`, for example '2017-03'.")
    return at


def _of_kind(series: Series) -> str:
    """Why figures of this sort cannot be projected; empty where they can."""
    if series.kind not in PROJECTED_KINDS:
        return f"{series.title} is a {series.kind.value}: there is nothing to project."
    is_out_of_nothing = not (series.points["denominator"] > 0).any()
    if series.kind.is_proportion and is_out_of_nothing:
        return (
            f"{series.title} holds per cents of an unknown number of respondents, so how far chance moves them is not "
            "known. Give the number of respondents."
        )
    if series.kind is Kind.RATE and is_out_of_nothing:
        return f"{series.title} is a rate without what it is out of. Give the denominator."
    return ""


def _of_baseline(window: Window, usable: Series) -> str:
    if window.month_count != MONTHS_IN_A_YEAR:
        return f"A projected year is compared with 12 months: the baseline cannot be {window}."
    if len(usable) and window.last > usable.last:
        return f"The baseline {window} is not over: the last figure is that of {month_in_words(usable.last)}."
    return ""


def _of_history(series: Series, usable: Series) -> str:
    """Why there is too little to project from, and how much more is needed; empty where there is enough."""
    if series.span_months == MONTHS_IN_A_YEAR and len(usable) > 1:
        first, spacing = evenly_spaced(pd.PeriodIndex(usable.points["period_end"], freq="M"))
        if spacing not in SPACINGS:
            last_two = " and ".join(month_in_words(end) for end in usable.points["period_end"].tail(2))
            return (
                f"The last 12-month figures, to {last_two}, are {so_many_months(spacing)} apart. A projection needs "
                "them every month or quarter, or the months themselves."
            )
        covered = MONTHS_IN_A_YEAR + spacing * (len(usable) - first - 1)
    else:
        covered = usable.span_months * int(usable.points["numerator"].notna().sum())
    if covered >= LEAST_MONTHS:
        return ""
    are_held = "none is held" if not covered else f"{covered} {'is' if covered == 1 else 'are'} held"
    since = _since_break(series, usable)
    missing = LEAST_MONTHS - covered
    are_missing = f"{missing} more {'is' if missing == 1 else 'are'} needed"
    return f"A projection needs {LEAST_MONTHS} months of comparable figures; {are_held}{since}. {are_missing}."


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
    step = _step(usable)
    if step in SPAN_WORDS and ahead % step:  # of figures spaced otherwise that has been said
        before = horizon - ahead % step
        return (
            f"{month_in_words(horizon)} is no whole number of {SPAN_WORDS[step]}s after the last figure "
            f"({month_in_words(usable.last)}): choose {month_in_words(before)} or {month_in_words(before + step)}."
        )
    return ""


def _step(usable: Series) -> int:
    """Months between two figures."""
    if usable.span_months < MONTHS_IN_A_YEAR or len(usable) < 2:
        return usable.span_months
    return evenly_spaced(pd.PeriodIndex(usable.points["period_end"], freq="M"))[1]
