"""Series that exist only as rolling years: each is taken for what it is, a sum of overlapping periods.

Two neighbouring rolling years differ by the newest period less the one dropped. So from the first year on, every
period is that of the year before plus the difference; only how the first year fell on its periods stays unknown. It
is shared out evenly: what that gets wrong is a season, which comes back every year and leaves every year's sum right.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.projection.scales import Material
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR

Array = NDArray[np.float64]

SPACINGS = (1, MONTHS_IN_A_QUARTER)  # months between rolling years that can be taken apart


def evenly_spaced(ends: pd.PeriodIndex) -> tuple[int, int]:
    """Where the latest evenly spaced run of rolling years begins, and the months between two of them.

    Examples
    --------
    >>> evenly_spaced(pd.PeriodIndex(["2013-03", "2014-03", "2014-06", "2014-09"], freq="M"))
    (1, 3)
    """
    if len(ends) == 1:
        return 0, 0
    apart = np.diff(ends.asi8)
    different = np.flatnonzero(apart != apart[-1])
    return (int(different[-1]) + 1 if len(different) else 0), int(apart[-1])


def every_so_many_months(first: pd.Period, spacing: int, count: int) -> pd.PeriodIndex:
    """The last months of evenly spaced periods.

    Examples
    --------
    >>> every_so_many_months(pd.Period("2015-03", "M"), 3, 2).astype(str).tolist()
    ['2015-03', '2015-06']
    """
    return pd.PeriodIndex([first + spacing * step for step in range(count)], freq="M")


def recover(rolling: Array, year: int) -> Array:
    """The periods that rolling years were made of, up to a season that cancels in whole years.

    Examples
    --------
    >>> quarters = np.array([30.0, 20.0, 25.0, 25.0, 34.0, 22.0])
    >>> rolling = np.array([100.0, 104.0, 106.0])
    >>> recover(rolling, 4).tolist()
    [25.0, 25.0, 25.0, 25.0, 29.0, 27.0]
    """
    periods = np.empty(len(rolling) + year - 1)
    periods[:year] = rolling[0] / year
    for step, difference in enumerate(np.diff(rolling)):
        periods[year + step] = periods[step] + difference
    return periods


def periods_of_rolling_years(
    numerator: Array, denominator: Array, ends: pd.PeriodIndex, *, is_share: bool, shown_as: float
) -> Material:
    """Material of the latest evenly spaced rolling years.

    The respondents of a share are recovered alike; where that gives an impossible period, the mean stands in for it.
    """
    first, spacing = evenly_spaced(ends)
    year = MONTHS_IN_A_YEAR // spacing
    periods = recover(numerator[first:], year)
    out_of = np.ones(len(periods))
    if is_share:
        out_of = np.full(len(periods), denominator[first:].mean() / year)
        periods = np.clip(recover(numerator[first:] / denominator[first:] * out_of[0] * year, year), 0, out_of)
    return Material(
        numerator=periods,
        denominator=out_of,
        length=np.ones(len(periods)),
        ends=every_so_many_months(ends[first] - spacing * (year - 1), spacing, len(periods)),
        year=year,
        is_share=is_share,
        is_recovered=True,
        shown_as=shown_as,
    )
