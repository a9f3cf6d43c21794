"""The mean expected level of one series: centre line, process limits, signals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pccstats.methods.expected_level.chart_choice import chosen_family
from pccstats.methods.expected_level.level_core import find_levels
from pccstats.methods.expected_level.level_figures import figures_of
from pccstats.methods.expected_level.level_options import DatedReason, level_options
from pccstats.methods.expected_level.level_points import result_of
from pccstats.methods.expected_level.level_refusals import (
    refuse_empty,
    refuse_kind,
    refuse_missing_limits,
    refuse_other_answers,
    refuse_overlapping_totals,
    refuse_season,
)
from pccstats.terms.results.expected_level import ExpectedLevel
from pccstats.terms.series import Series


def expected_level(
    series: Series,
    chart: str = "auto",
    baseline: Any = None,
    rules: str | Iterable[str] = "mdc",
    seasonal: str | bool = "auto",
    rebase_at: Iterable[Any] = (),
    *,
    per_day: bool = True,
    screen_moving_ranges: bool = False,
    exclude: Iterable[Any] = (),
    target: float | None = None,
) -> ExpectedLevel:
    """Find the mean expected level: what a month looks like when nothing has changed, and which months do not.

    Parameters
    ----------
    series : Series
        Monthly figures: counts, rates, shares, survey per cents or money. A series of 12-month figures is refused.
    chart : {"auto", "xmr", "c", "u", "p", "c_prime", "u_prime", "p_prime", "g", "t", "run"}
        `auto` takes `u_prime` for counts and rates, `p_prime` for shares with a denominator, `xmr` for the rest. `g`
        and `t` take the figures as cases or time between events.
    baseline : window, list of windows or None
        The months that set the limits: `("2012-04", "2015-03")`, `"2012/13"`, or one window for each of several
        segments. None takes every month. A segment in which no baseline month lies is set by all its own.
    rules : str or tuple of str
        A rule set (`mdc`, `mdc_before_2023`, `western_electric`, `nelson`, `anhoej`) or names of rules.
    seasonal : {"auto", True, False}
        Whether the limits follow the month of the year. It takes three baseline years; `auto` asks a test on them, and
        draws `xmr`, `c`, `u` and `p` that are asked for by name as the textbooks have them.
    rebase_at : sequence of month or (month, reason)
        Where the limits are set anew, besides at registered events that break comparability.
    per_day : bool
        Count the days of each month as exposure, so that a February does not look like a success.
    screen_moving_ranges : bool
        Leave extreme moving ranges, 3.27 times the mean or more, out of sigma.
    exclude : sequence of month or (month, reason)
        Months that are shown, but neither judged nor part of the limits.
    target : float, optional
        What is to be reached each month, in the unit of the figures.

    Returns
    -------
    ExpectedLevel
        `.points` has one row a month: value, centre line, process limits (three sigma), warning limits (two sigma), z,
        signal, rules, variation, segment. Counts are events a month, shares are per cent.

    Raises
    ------
    MethodProblem
        If there is nothing to set limits by, the figures overlap, or a choice is unknown; every reason is listed.

    Notes
    -----
    For counts c with exposure n: rate = sum c / sum n, sigma_i = sqrt(rate / n_i), z_i = (c_i / n_i - rate) / sigma_i,
    sigma_z = mean |z_i - z_(i-1)| / d2 with d2 = 2 / sqrt(pi), limits rate ± 3 sigma_i sigma_z, shown as n_i times
    that. For shares sigma_i = sqrt(p (1 - p) / n_i). For values on their own the limits are mean ± 3 × mean moving
    range / d2. A month with no figure gives no moving range and ends a run.

    Do not use it on figures that overlap (rolling years), or to compare areas (`compare_group`).

    References
    ----------
    Laney DB (2002). Improved control charts for attributes. Quality Engineering 14: 531-537.
    Wheeler DJ (2000). Understanding Variation. 2nd edition. SPC Press.
    NHS England (2023). Making Data Count: the rules as they stand since November 2023.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"month": pd.period_range("2015-01", periods=5, freq="M"), "n": [10, 12, 11, 13, 9]})
    >>> level = expected_level(Series.from_frame(frame, numerator="n", title="Robbery"), chart="xmr")
    >>> row = level.points.iloc[-1]
    >>> [round(float(row[name]), 2) for name in ("centre_line", "lower_process_limit", "upper_process_limit")]
    [11.0, 5.02, 16.98]
    """
    refuse_other_answers(series)
    options = level_options(
        chart=chart,
        baseline=baseline,
        rules=rules,
        seasonal=seasonal,
        rebase_at=rebase_at,
        per_day=per_day,
        screen_moving_ranges=screen_moving_ranges,
        exclude=exclude,
        breaks=[DatedReason(event.month, event.title) for event in series.breaks],
    )
    refuse_overlapping_totals(series)
    refuse_kind(series, options)
    figures = figures_of(series)
    refuse_empty(series, figures)
    family, reason = chosen_family(options.chart, figures)
    levels = find_levels(figures, family=family, options=options)
    refuse_season(series, options, family, levels.season)
    refuse_missing_limits(series, levels, family)
    return result_of(series, figures, levels, family=family, reason=reason, options=options, target=target)
