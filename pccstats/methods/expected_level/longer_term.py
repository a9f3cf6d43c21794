"""The longer-term trend: whether each calendar month tends to lie above, or below, its own earlier years."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pccstats.methods.kendall import kendall_score

LEAST_MONTHS = 36
TEST_LEVEL = 0.01
RISING, FALLING, STABLE, UNKNOWN = "rising", "falling", "stable", ""


def longer_term_trend(level: NDArray[np.float64], calendar: NDArray[np.int64]) -> tuple[str, float]:
    """Say which way a series has gone over three years or more, and the p-value.

    Parameters
    ----------
    level : array
        Figures month after month, exposure taken out; NaN where there is none.
    calendar : array of int
        The calendar month of each.

    Returns
    -------
    trend : str
        `rising`, `falling`, `stable` (no evidence of either at 1%), or empty under 36 months.
    p_value : float

    Notes
    -----
    Seasonal Kendall test: S sums the signs of all differences between years of the same calendar month, and is close
    to normal with variance sum k (k - 1) (2 k + 5) / 18 over the calendar months, k figures each. It asks for a lasting
    movement of any shape and not for a straight line. Ties count for nothing, which makes it say "stable" rather too
    often where months are few and small. Months that move together make it find too much; hence 1%.

    References
    ----------
    Hirsch RM, Slack JR, Smith RA (1982). Techniques of trend analysis for monthly water quality data. Water Resources
    Research 18: 107-121.

    Examples
    --------
    >>> months = np.tile(np.arange(1, 13), 4)
    >>> longer_term_trend(np.repeat([1.0, 2.0, 3.0, 4.0], 12), months)[0]
    'rising'
    """
    known = ~np.isnan(level)
    if known.sum() < LEAST_MONTHS:
        return UNKNOWN, float("nan")
    total, variance = 0.0, 0.0
    for month in np.unique(calendar):
        years = level[known & (calendar == month)]
        count = len(years)
        total += kendall_score(years)
        variance += count * (count - 1) * (2 * count + 5) / 18
    p_value = float(2 * special.ndtr(-max(abs(total) - 1, 0.0) / np.sqrt(variance)))
    if p_value >= TEST_LEVEL:
        return STABLE, p_value
    return (RISING if total > 0 else FALLING), p_value
