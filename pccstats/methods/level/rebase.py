"""Proposals to set limits anew: dated, with evidence, and never applied until a person has registered them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from pccstats.methods.dependence import INDEPENDENT, Dependence
from pccstats.methods.level.charts import FAMILIES, MIN_BASELINE
from pccstats.methods.level.expected_level import expected_level
from pccstats.methods.level.rules import Rule
from pccstats.methods.level.trend import leaning
from pccstats.terms.choices import listed
from pccstats.terms.results.level import PROPOSAL_COLUMNS, ExpectedLevel, RebaseProposals, Segment
from pccstats.terms.series import Series

EVENTS_WITHIN = 3  # months
LEAST_CHANGE = 0.01  # of the level before: less is not worth new limits, however sure it is
TEST_LEVEL = 0.01


def propose_rebase(
    series: Series,
    chart: str = "auto",
    rules: str | Rule | Iterable[str | Rule] = "mdc",
    seasonal: str | bool = "auto",
    rebase_at: Iterable[Any] = (),
    *,
    per_day: bool = True,
    exclude: Iterable[Any] = (),
) -> RebaseProposals:
    """Propose where limits should be set anew, because the level has moved for good.

    Parameters
    ----------
    series : Series
        Monthly or quarterly figures.
    chart, rules, seasonal, rebase_at, per_day, exclude
        As in `expected_level`. Months that are registered already, or named in `rebase_at`, are taken as they are.

    Returns
    -------
    RebaseProposals
        One row a proposal: first month of the new level, level before and after, how sure it is, events nearby.

    Raises
    ------
    MethodProblem
        As `expected_level`.

    Notes
    -----
    Within each segment, season and exposure taken out, the split is sought at which the means of both sides differ
    most; both sides have at least twelve figures (months or quarters), so that new limits are not trial limits. How
    neighbours lean on one another is estimated from the figures about the level of each year. See `lasting_shifts`.
    A proposal is not a finding of what happened: register the date with a reason, or leave the limits.

    References
    ----------
    Miller R, Siegmund D (1982). Maximally selected chi square statistics. Biometrics 38: 1011-1016.

    Examples
    --------
    >>> figures = [210, 198, 221, 204, 215, 207] * 4 + [176, 168, 185, 171, 180, 174] * 4
    >>> months = pd.period_range("2012-04", periods=48, freq="M")
    >>> series = Series.from_frame(pd.DataFrame({"month": months, "numerator": figures}), title="Theft")
    >>> propose_rebase(series, chart="xmr").points["month"].astype(str).tolist()
    ['2014-04']
    """
    options: dict[str, Any] = {
        "chart": chart,
        "rules": rules,
        "seasonal": seasonal,
        "per_day": per_day,
        "exclude": exclude,
    }
    dates = listed(rebase_at, "months, or of pairs of a month and a reason", pd.Period, date)
    current = expected_level(series, rebase_at=dates, **options)
    shifts = [shift for segment in current.segments for shift in _shifts_within(current, segment)]
    months = [current.points["month"].iloc[shift.start] - (series.span_months - 1) for shift in shifts]
    rebased = expected_level(series, rebase_at=[*dates, *((month, "proposed") for month in months)], **options)
    rows = [_proposal(series, rebased, month, shift) for month, shift in zip(months, shifts, strict=True)]
    worth_while = [row for row in rows if abs(row["change"]) >= LEAST_CHANGE * row["before"]]
    if len(worth_while) < len(rows):
        kept = [(row["month"], "proposed") for row in worth_while]
        rebased = expected_level(series, rebase_at=[*dates, *kept], **options)
    points = pd.DataFrame(worth_while, columns=list(PROPOSAL_COLUMNS))
    return RebaseProposals(points, _method(current), series.about, current, rebased)


def _shifts_within(level: ExpectedLevel, segment: Segment) -> list[Shift]:
    here = np.flatnonzero(level.points["segment"] == segment.number)
    z = level.points["z"].to_numpy(dtype=float)[here]
    z = np.where(level.points["is_excluded"].to_numpy()[here] | ~np.isfinite(z), np.nan, z)
    away = z * (segment.dispersion or 1.0)
    has_chance = FAMILIES[level.chart].has_exposure
    found = leaning(away, level.about.kind, level.about.span_months, has_chance=has_chance)
    shifts = lasting_shifts(z, dependence=found or INDEPENDENT)
    return [Shift(int(here[shift.start]), shift.statistic, shift.p_value) for shift in shifts]


def _proposal(series: Series, rebased: ExpectedLevel, month: pd.Period, shift: Shift) -> dict[str, Any]:
    at = next(n for n, segment in enumerate(rebased.segments) if segment.window.first == month)
    before, after = rebased.segments[at - 1], rebased.segments[at]
    change = after.centre - before.centre
    nearby = [event.title for event in series.events if abs((event.month - month).n) <= EVENTS_WITHIN]
    return {
        "month": month,
        "direction": "above" if change > 0 else "below",
        "before": before.centre,
        "after": after.centre,
        "change": change,
        "change_pct": 100 * change / before.centre if before.centre else np.nan,
        "months_before": before.baseline_months,
        "months_after": after.baseline_months,
        "statistic": shift.statistic,
        "p_value": shift.p_value,
        "nearby_event": "; ".join(nearby),
    }


def _method(current: ExpectedLevel) -> str:
    return (
        "Proposals to set limits anew: the split with the greatest difference between the means of both sides, twelve "
        f"{current.about.period_word}s or more on each, season and exposure taken out, sigma from moving ranges, "
        "how neighbours lean on one another allowed for; kept "
        f"where the chance of one as great in a steady series is below {TEST_LEVEL:.0%} (Miller and Siegmund 1982), "
        f"then each side again; changes under {LEAST_CHANGE:.0%} are left out. "
        f"None is applied until its date and reason are registered. {current.method}"
    )


@dataclass(frozen=True)
class Shift:
    """A new level from position `start` on, with its evidence."""

    start: int
    statistic: float
    p_value: float


def lasting_shifts(
    z: NDArray[np.float64], *, least: int = MIN_BASELINE, dependence: Dependence = INDEPENDENT
) -> tuple[Shift, ...]:
    """Find the positions from which the level differs from the one before, earliest first.

    Parameters
    ----------
    z : array
        Figures in sigma, sigma found from moving ranges; NaN where there is none.
    least : int
        How many figures each level must have.
    dependence : Dependence
        How neighbouring figures lean on one another.

    Notes
    -----
    For every split the difference of the two means over its standard error is taken; the greatest is the candidate. It
    is kept where the chance of one as great anywhere in a steady series is under 1%, by the approximation of Miller
    and Siegmund; each side is then searched in the same way, and splits whose neighbours no longer differ are dropped.
    Sigma comes from moving ranges, which a step hardly touches. Where neighbours lean on one another by r, moving
    ranges are too small (sigma² by 1 - r) and means scatter more: the standard error takes both into account.

    References
    ----------
    Miller R, Siegmund D (1982). Maximally selected chi square statistics. Biometrics 38: 1011-1016.

    Examples
    --------
    >>> steps = np.array([0.5, -0.5] * 10 + [2.5, 1.5] * 10)
    >>> [shift.start for shift in lasting_shifts(steps)]
    [20]
    """
    known = np.flatnonzero(~np.isnan(z))
    figures = _Leaning(z[known], dependence.correlations(known) / (1 - dependence.of_neighbours))
    found = _kept(figures, _searched(figures, 0, least), least)
    return tuple(Shift(int(known[shift.start]), shift.statistic, shift.p_value) for shift in found)


@dataclass(frozen=True)
class _Leaning:
    """Figures with their covariance, in sigma of their moving ranges."""

    z: NDArray[np.float64]
    covariance: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.z)

    def between(self, start: int, stop: int) -> _Leaning:
        return _Leaning(self.z[start:stop], self.covariance[start:stop, start:stop])

    def shifts(self, least: int) -> list[Shift]:
        """Every split that leaves so many figures on both sides."""
        return [self.shift(split, least) for split in range(least, len(self) - least + 1)]

    def shift(self, split: int, least: int) -> Shift:
        """The difference of the means of both sides over its standard error."""
        total = len(self)
        sums = self.covariance[:split, :split].sum(), self.covariance[split:, split:].sum()
        across = self.covariance[:split, split:].sum()
        after = total - split
        variance = sums[0] / split**2 + sums[1] / after**2 - 2 * across / (split * after)
        statistic = float((self.z[split:].mean() - self.z[:split].mean()) / np.sqrt(variance))
        return Shift(split, statistic, _chance(abs(statistic), least / total))


def _searched(figures: _Leaning, offset: int, least: int) -> list[int]:
    """Split where the two sides differ most, then each side again."""
    if len(figures) < 2 * least:
        return []
    best = max(figures.shifts(least), key=lambda shift: abs(shift.statistic))
    if best.p_value >= TEST_LEVEL:
        return []
    at, stop = best.start, len(figures)
    before, after = figures.between(0, at), figures.between(at, stop)
    return [*_searched(before, offset, least), offset + at, *_searched(after, offset + at, least)]


def _kept(figures: _Leaning, splits: list[int], least: int) -> list[Shift]:
    """Only splits between neighbours that still differ, once all the others have been made; weakest dropped first."""
    while splits:
        edges = [0, *splits, len(figures)]
        shifts = [
            figures.between(start, stop).shift(split - start, least)
            for start, split, stop in zip(edges, splits, edges[2:], strict=False)
        ]
        weakest = max(range(len(shifts)), key=lambda n: shifts[n].p_value)
        if shifts[weakest].p_value < TEST_LEVEL:
            return [Shift(split, shift.statistic, shift.p_value) for split, shift in zip(splits, shifts, strict=True)]
        del splits[weakest]
    return []


def _chance(statistic: float, edge: float) -> float:
    """Of a greatest statistic like this in a steady series whose first and last `edge` parts are not split."""
    if statistic < 1:
        return 1.0
    density = np.exp(-(statistic**2) / 2) / np.sqrt(2 * np.pi)
    spread = 2 * np.log((1 - edge) / edge)
    one_split = 2 * special.ndtr(-statistic)
    chance = density * (statistic - 1 / statistic) * spread + 4 * density / statistic
    return float(min(max(chance, one_split), 1.0))
