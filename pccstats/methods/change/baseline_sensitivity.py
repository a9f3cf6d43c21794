"""The same comparison against other baselines: a verdict that turns on the year chosen is no verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from pccstats.methods.change.change import change
from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import MONTHS_IN_A_YEAR, FinancialYear, Window, month
from pccstats.terms.results.baseline_sensitivity import BaselineSensitivity
from pccstats.terms.series import Series, require_series

YEARS_OF_MEAN = 3


def baseline_sensitivity(
    series: Series, baselines: Sequence[Any] | None = None, until: Any = None, **options: Any
) -> BaselineSensitivity:
    """Whether the verdict is the same against other baselines.

    Parameters
    ----------
    series : Series
        What `change` takes.
    baselines : sequence of financial years or windows, optional
        By default the series' own baseline, the year after it, and the mean of the three years that end with it.
    until, **options
        As `change` takes them.

    Returns
    -------
    BaselineSensitivity

    Raises
    ------
    MethodProblem
        If there is no baseline to start from, or none that ends before the latest window.

    See Also
    --------
    change : One comparison, with the method and its references.

    Examples
    --------
    >>> years = pd.DataFrame({"month": ["2013-03", "2014-03", "2015-03"], "offences": [58805, 60834, 59220]})
    >>> crime = Series.from_frame(years, numerator="offences", span_months=12, baseline=Window.read("2012/13"))
    >>> found = baseline_sensitivity(crime, until="2015-03", dispersion="poisson")
    >>> [(since, round(per_cent, 1)) for since, per_cent in zip(found.points["since"], found.points["change_pct"])]
    [('2012/13', 0.7), ('2013/14', -2.7), ('36 months to March 2013', nan)]
    >>> found.is_same_verdict
    False
    """
    require_series(series)
    latest = series.last if until is None else until
    windows = [Window.read(since) for since in baselines] if baselines else _usual_baselines(series, latest)
    if not windows:
        raise MethodProblem(f"No baseline of {series.title} ends before its latest window.")
    changes = tuple(change(series, since=window, until=until, **options) for window in windows)
    rows = pd.concat([found.summary() for found in changes], ignore_index=True)
    rows.insert(0, "since", [str(found.baseline_window) for found in changes])
    return BaselineSensitivity(
        points=rows,
        method="Each row is its own comparison with the same latest window; longer baselines are scaled to its length.",
        title=series.title,
        changes=changes,
    )


def _usual_baselines(series: Series, until: Any) -> list[Window]:
    own = series.baseline
    if own is None:
        raise MethodProblem(f"{series.title} has no baseline of its own: give the baselines to try.")
    last = until.last if isinstance(until, Window) else month(until)
    next_year = Window.read(FinancialYear(FinancialYear.containing(own.first).start + 1))
    mean = Window.ending(own.last, YEARS_OF_MEAN * MONTHS_IN_A_YEAR)
    return [window for window in (own, next_year, mean) if window.last < last]
