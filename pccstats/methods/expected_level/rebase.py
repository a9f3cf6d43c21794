"""Proposals to set limits anew: dated, with evidence, and never applied until a person has registered them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from pccstats.methods.expected_level.expected_level import expected_level
from pccstats.methods.expected_level.lasting_shift import TEST_LEVEL, Shift, lasting_shifts
from pccstats.terms.results.expected_level import ExpectedLevel, Segment
from pccstats.terms.results.rebase_proposals import PROPOSAL_COLUMNS, RebaseProposals
from pccstats.terms.series import Series

EVENTS_WITHIN = 3  # months
LEAST_CHANGE = 0.01  # of the level before: less is not worth new limits, however sure it is


def propose_rebase(
    series: Series,
    chart: str = "auto",
    rules: str | Iterable[str] = "mdc",
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
        Monthly figures.
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
    most; both sides have at least twelve months, so that new limits are not trial limits. See `lasting_shifts`.
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
    dates = [rebase_at] if isinstance(rebase_at, str | pd.Period) else list(rebase_at)
    current = expected_level(series, rebase_at=dates, **options)
    shifts = [shift for segment in current.segments for shift in _shifts_within(current, segment)]
    months = [current.points["month"].iloc[shift.start] for shift in shifts]
    rebased = expected_level(series, rebase_at=[*dates, *((month, "proposed") for month in months)], **options)
    rows = [_proposal(series, rebased, month, shift) for month, shift in zip(months, shifts, strict=True)]
    worth_while = [row for row in rows if abs(row["change"]) >= LEAST_CHANGE * row["before"]]
    if len(worth_while) < len(rows):
        kept = [(row["month"], "proposed") for row in worth_while]
        rebased = expected_level(series, rebase_at=[*dates, *kept], **options)
    points = pd.DataFrame(worth_while, columns=list(PROPOSAL_COLUMNS))
    return RebaseProposals(points, _method(current), current, rebased)


def _shifts_within(level: ExpectedLevel, segment: Segment) -> list[Shift]:
    here = np.flatnonzero(level.points["segment"] == segment.number)
    z = level.points["z"].to_numpy(dtype=float)[here]
    z = np.where(level.points["is_excluded"].to_numpy()[here] | ~np.isfinite(z), np.nan, z)
    return [Shift(int(here[shift.start]), shift.statistic, shift.p_value) for shift in lasting_shifts(z)]


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
        "months or more on each, season and exposure taken out, sigma from moving ranges; kept where the chance of one "
        f"as great in a steady series is below {TEST_LEVEL:.0%} (Miller and Siegmund 1982), then each side again; "
        f"changes under {LEAST_CHANGE:.0%} are left out. "
        f"None is applied until its date and reason are registered. {current.method}"
    )
