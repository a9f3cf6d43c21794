"""The answer to "how do the districts compare?": against their own past, and against one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pccstats.terms.periods import Window
from pccstats.terms.results.base import Result
from pccstats.terms.results.group_comparison import GroupComparison
from pccstats.terms.words import Polarity, Signal


@dataclass(frozen=True)
class AreaComparison(Result):
    """One count in several areas, side by side.

    Attributes
    ----------
    points : pandas.DataFrame
        One row an area, in the order given. `area`; `residents`; `baseline`, `latest` (events of the two windows);
        `change_pct`, `change_pct_low`, `change_pct_high`, `own_past` (the state of that change); `signals` (months of
        the latest quarter outside the expected level, `above` and `below`, empty where none is); `share_baseline`,
        `share_latest` (per cent of the events of all areas); `against_others_pct` (change beyond that of all areas
        together), `size` (events a year, the two windows evenly weighed), `lower`, `upper`, `lower_998`, `upper_998`
        (funnel limits of `change_pct` at that size), `against_others` (a signal), `is_far` (beyond the outer limits);
        `rate`, `rank`, `rank_low`, `rank_high`, `against_peers`: per 1,000 residents, empty where none are known.
    months : pandas.DataFrame
        One row an area and month, on one scale for all: `area`, `month`, `shown`, `centre_line`, `lower`, `upper` (the
        process limits), `signal`, `variation`.
    curve : pandas.DataFrame
        The funnel drawn out over `size`.
    scale : str
        What `shown` is: `per 1,000 residents a month`, or `% of its own expected level`.
    overall_change_pct : float
        The change of all areas together.
    excess_pct : float
        How far, beyond chance, a year's figure of an area moves of itself; from its own months.
    peers : GroupComparison or None
        The rates of the areas with their funnel, where every area has residents; `no_peers` says why not.
    changes : mapping of str to Change
        The change of each area against its own past.
    """

    points: pd.DataFrame
    method: str
    months: pd.DataFrame
    curve: pd.DataFrame
    title: str
    unit: str
    polarity: Polarity
    key: str
    around: str
    baseline_window: Window
    latest_window: Window
    scale: str
    overall_change_pct: float
    excess_pct: float
    confidence: float
    changes: Mapping[str, Any]
    peers: GroupComparison | None = None
    no_peers: str = ""
    residents_vintage: str = ""
    missing: tuple[str, ...] = ()
    is_illustrative: bool = False
    sources: tuple[str, ...] = ()

    @property
    def areas(self) -> list[Any]:
        """The rows of `points` as named tuples, in their order."""
        return list(self.points.itertuples(index=False, name="AreaRow"))

    @property
    def standing_out(self) -> pd.DataFrame:
        """The areas outside the inner limits of the funnel of change."""
        return self.points[self.points["against_others"] != Signal.NONE]

    def row(self, area: str) -> Any:
        """The row of one area."""
        return next(row for row in self.areas if row.area == area)

    def months_of(self, area: str) -> pd.DataFrame:
        """The months of one area, oldest first."""
        return self.months[self.months["area"] == area].reset_index(drop=True)

    def summary(self) -> pd.DataFrame:
        """How many areas there are, and which stand out."""
        above = self.points.loc[self.points["against_others"] == Signal.ABOVE, "area"]
        below = self.points.loc[self.points["against_others"] == Signal.BELOW, "area"]
        row = {"areas": len(self.points), "change_pct": self.overall_change_pct}
        return pd.DataFrame([row | {"above": ", ".join(above), "below": ", ".join(below)}])
