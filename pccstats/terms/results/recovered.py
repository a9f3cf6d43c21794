"""Quarters recovered from rolling years."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from pccstats.terms.periods import MONTHS_IN_A_QUARTER, Window
from pccstats.terms.results.base import About, AnswerAboutSeries
from pccstats.terms.series import Series

RECOVERED = "quarters recovered from rolling years"


@dataclass(frozen=True)
class Remainder:
    """What the anchor leaves over of the official year, and what it should hold if the two count the same.

    Attributes
    ----------
    days : int
        How many days of the year the anchor lacks.
    events : float
        The official year less what the anchor counted.
    low, high : float
        What so many days should hold, going by the days that were counted.
    of_year : float
        The official year.
    """

    days: int
    events: float
    low: float
    high: float
    of_year: float

    @property
    def is_in_keeping(self) -> bool:
        """True where anchor and official year can count the same thing."""
        return self.low <= self.events <= self.high


def months_left_over(anchor: Series, year: Window) -> tuple[pd.Period, ...]:
    """The months of a year that an anchor holds no figure for."""
    points = anchor.points[anchor.points["numerator"].notna()]
    held = {end - back for end in points["period_end"] for back in range(anchor.span_months)}
    return tuple(month for month in year.months if month not in held)


@dataclass(frozen=True)
class RecoveredQuarters(AnswerAboutSeries, presented_by="recovered_quarters"):
    """The quarters that rolling years are made of, as far as they can be known.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a quarter: `quarter_end`, `rolling_year`, `year_on_year`, `quarter`, `lower`, `upper`, `counted`.
    anchored_year : Window or None
        The year whose quarters are known; None where the quarters themselves cannot be told.
    refusal : str
        Why the quarters cannot be told; empty where they can.
    remainder : Remainder or None
        What the anchor leaves over of the year it was tried in; None where none was tried.
    seam_errors : dict of str to float
        Per cent by which recovered quarters differ from counted ones outside the anchored year, by quarter end.
    """

    points: pd.DataFrame
    method: str
    about: About
    anchored_year: Window | None
    refusal: str
    given: Series
    anchor: Series | None = None
    seam_errors: dict[str, float] = field(default_factory=dict)
    remainder: Remainder | None = None

    @property
    def is_recovered(self) -> bool:
        """True where the quarters themselves are known."""
        return self.anchored_year is not None

    @property
    def months_left_over(self) -> tuple[pd.Period, ...]:
        """The months of the anchored year that the anchor does not hold: what is left of the official year."""
        if self.anchor is None or self.anchored_year is None:
            return ()
        return months_left_over(self.anchor, self.anchored_year)

    @property
    def series(self) -> Series | None:
        """The quarters as a series; None where they cannot be told."""
        if not self.is_recovered:
            return None
        source = "; ".join((*self.given.sources, *(self.anchor.sources if self.anchor else ())))
        points = pd.DataFrame(
            {
                "period_end": self.points["quarter_end"],
                "numerator": self.points["quarter"],
                "denominator": float("nan"),
                "status": "",
                "source": f"{source}; {RECOVERED}",
                "published_on": self._published_on(),
                "note": "",
            }
        )
        return replace(self.given, points=points, span_months=MONTHS_IN_A_QUARTER)

    def _published_on(self) -> list[str]:
        """When each quarter could first be told: with the rolling year it ends; the first four with theirs."""
        years = self.given.points
        told = dict(zip(years["period_end"], years["published_on"], strict=True))
        first = years["published_on"].iloc[0]
        return [str(told.get(end, first)) for end in self.points["quarter_end"]]

    def summary(self) -> pd.DataFrame:
        """Quarters, how many of them are known, the year they are anchored in and the largest error at a seam."""
        return pd.DataFrame(
            {
                "quarters": [len(self.points)],
                "known": [int(self.points["quarter"].notna().sum())],
                "anchored_year": [str(self.anchored_year or "")],
                "largest_seam_error_pct": [max(map(abs, self.seam_errors.values()), default=float("nan"))],
                "refusal": [self.refusal],
            }
        )
