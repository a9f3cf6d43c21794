"""The answer to "where do we stand among the forces most like us?", at one date and over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from pccstats.terms.periods import Window
from pccstats.terms.results.base import Result
from pccstats.terms.words import PeerState, Polarity

SUMMARY_COLUMNS = (
    "focus",
    "value",
    "rank",
    "rank_low",
    "rank_high",
    "members",
    "benchmark",
    "benchmark_name",
    "state",
    "change_pct",
    "change_rank",
)


@dataclass(frozen=True)
class GroupComparison(Result):
    """A force among its peers over 12 months.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a force, best (or, for a neutral measure, highest) first: `area`, `numerator`, `exposure` (persons,
        households or respondents), `value` in `unit`; `lower`, `upper` and the outer `lower_998`, `upper_998`, funnel
        limits about the benchmark; `z`, distance from the benchmark in standard errors of that force's own size;
        `peer_lower`, `peer_upper`, where a figure is expected that varies as the other forces do; `rank`, `is_tied`,
        `rank_low`, `rank_high`; `is_focus`; `previous` (the 12 months before), `change_pct`, `change_rank`; `state`.
    curve : pandas.DataFrame
        The funnel limits drawn out over `exposure`.
    benchmark : float
        What the focus force is set beside, in `unit`; `benchmark_name` says which of the three it is.
    group_status : str
        `confirmed`, `unconfirmed`, or `chosen by the analyst` where no dated group was given.
    missing : tuple of str
        Members with no figure, each with the reason.
    proxy_for : str
        What these figures stand in for, where they do.
    """

    points: pd.DataFrame
    method: str
    curve: pd.DataFrame
    focus: str
    title: str
    unit: str
    polarity: Polarity
    window: Window
    benchmark: float
    benchmark_name: str
    group_status: str
    missing: tuple[str, ...] = ()
    proxy_for: str = ""
    confidence: float = 0.95
    exposure_name: str = "population"
    source: str = ""

    @property
    def members(self) -> int:
        """How many forces are ranked, the focus force included."""
        return len(self.points)

    @property
    def forces(self) -> list[Any]:
        """The rows of `points` as named tuples, in their order."""
        return list(self.points.itertuples(index=False, name="Force"))

    @property
    def focus_row(self) -> pd.Series:
        """The row of the focus force."""
        return self.points.loc[self.points["is_focus"]].iloc[0]

    @property
    def state(self) -> PeerState:
        return PeerState(self.focus_row["state"])

    def summary(self) -> pd.DataFrame:
        """The answer in one row, with the columns of `SUMMARY_COLUMNS`."""
        named = {
            "focus": self.focus,
            "members": self.members,
            "benchmark": self.benchmark,
            "benchmark_name": self.benchmark_name,
        }
        row = self.focus_row
        return pd.DataFrame([{name: named.get(name, row.get(name)) for name in SUMMARY_COLUMNS}])


@dataclass(frozen=True)
class GroupPositions(Result):
    """A force among its peers at one date after another.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a date: `month` (the last of the 12), then the columns of `SUMMARY_COLUMNS` and `missing`. Neighbouring
        rows share months.
    skipped : tuple of str
        Dates for which no comparison could be made, each with the reason.
    """

    points: pd.DataFrame
    method: str
    focus: str
    title: str
    unit: str
    polarity: Polarity
    group_status: str
    confidence: float = 0.95
    skipped: tuple[str, ...] = ()
    proxy_for: str = ""

    def summary(self) -> pd.DataFrame:
        """The latest position in one row."""
        return self.points.tail(1).reset_index(drop=True)
