"""The data of a run: what they reach, and which quarters they can serve."""

from __future__ import annotations

import pandas as pd

from pccstats.terms.errors import Problem, RequestProblem
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, Quarter, Window, month_in_words


def check_quarter(quarter: Quarter, reach: Window) -> None:
    """Refuse a quarter whose end the data do not reach, and name the latest one they do.

    Examples
    --------
    >>> check_quarter(Quarter.parse("2015/16-Q2"), Window.read(("2012-04", "2015-07")))
    Traceback (most recent call last):
        ...
    pccstats.terms.errors.RequestProblem: quarter: The data run from April 2012 to July 2015 and do not reach the end of
    this quarter. Found '2015/16-Q2'. The latest that can be reported is 2015/16-Q1.
    """
    if quarter.last_month in reach:
        return
    first, last = month_in_words(reach.first), month_in_words(reach.last)
    rule = f"The data run from {first} to {last} and do not reach the end of this quarter."
    step = f"The latest that can be reported is {_latest(reach.last)}."
    raise RequestProblem(Problem(rule, "quarter", str(quarter), step))


def _latest(last: pd.Period) -> Quarter:
    """The latest quarter that has ended by a month."""
    quarter = Quarter.containing(last)
    return quarter if quarter.last_month == last else Quarter.containing(last - MONTHS_IN_A_QUARTER)
