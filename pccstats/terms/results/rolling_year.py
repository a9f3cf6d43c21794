"""The answer to "how many in a year?", asked every month."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pccstats.terms.periods import Window
from pccstats.terms.plan import Event
from pccstats.terms.results.base import Result
from pccstats.terms.words import Kind, Polarity

SUMMARY = ("period_end", "value", "lower", "upper", "numerator", "denominator")


@dataclass(frozen=True)
class RollingYear(Result):
    """The 12 months to each month: total, rate or share, with its interval.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a period: `period_end`, `numerator` (events in the 12 months), `denominator` (persons, households or
        respondents; empty for a total), `value`, `lower`, `upper`, and `breaks`, the events inside the 12 months that
        break comparability. A year that is not whole is empty.
    unit : str
        What `value` is in: `offences`, `offences per 1,000 persons`, `% satisfied`.
    vintage : str
        Which count of persons or households the rate stands on; empty for totals and shares.
    """

    points: pd.DataFrame
    method: str
    title: str
    unit: str
    kind: Kind
    polarity: Polarity
    confidence: float
    area: str = ""
    key: str = ""
    vintage: str = ""
    baseline: Window | None = None
    events: tuple[Event, ...] = ()
    is_illustrative: bool = False
    sources: tuple[str, ...] = ()

    def summary(self) -> pd.DataFrame:
        """The latest whole year: `period_end, value, lower, upper, numerator, denominator`."""
        whole = self.points[self.points["value"].notna()]
        return (whole if len(whole) else self.points).tail(1)[list(SUMMARY)].reset_index(drop=True)

    def at(self, last: pd.Period) -> float:
        """The value of the 12 months to a month; empty where there is none."""
        found = self.points.loc[self.points["period_end"] == last, "value"]
        return float(found.iloc[0]) if len(found) else float("nan")
