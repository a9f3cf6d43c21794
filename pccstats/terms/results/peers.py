"""Answers about one area among others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from pccstats.terms.periods import Window
from pccstats.terms.results.base import About, AnswerAboutSeries
from pccstats.terms.results.change import Change
from pccstats.terms.words import GroupStatus, PeerState, Signal, State, Strength

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


class Force(NamedTuple):
    """One force of a comparison: a row of its `points`."""

    area: str
    numerator: float
    exposure: float
    value: float
    lower: float
    upper: float
    lower_998: float
    upper_998: float
    z: float
    peer_lower: float
    peer_upper: float
    rank: int
    is_tied: bool
    rank_low: int
    rank_high: int
    is_focus: bool
    previous: float
    change_pct: float
    change_rank: int
    state: str


@dataclass(frozen=True)
class GroupComparison(AnswerAboutSeries, presented_by="group"):
    """A force among its peers over 12 months.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a force, best (or, for a neutral measure, highest) first: `area`, `numerator`, `exposure` (persons,
        households or respondents), `value` in `unit`; `lower`, `upper` and the outer `lower_998`, `upper_998`, funnel
        limits about the benchmark; `z`, distance from the benchmark in standard errors of that force's own size;
        `peer_lower`, `peer_upper`, where a figure is expected that varies as the other forces do; `rank`, `is_tied`,
        `rank_low`, `rank_high`; `is_focus`; `previous` (the 12 months before), `change_pct`, `change_rank`; `state`.
    about : About
        The focus force's series, in the unit of the comparison, with the sources of all forces.
    curve : pandas.DataFrame
        The funnel limits drawn out over `exposure`.
    benchmark : float
        What the focus force is set beside, in `unit`; `benchmark_name` says which of the three it is.
    group_status : str
        `confirmed`, `unconfirmed`, or `chosen by the analyst` where no dated group was given.
    group_note : str
        What else to know of the membership, as the plan says it.
    missing : tuple of str
        Members with no figure, each with the reason.
    proxy_for : str
        What these figures stand in for, where they do.
    """

    points: pd.DataFrame
    method: str
    about: About
    curve: pd.DataFrame
    focus: str
    window: Window
    benchmark: float
    benchmark_name: str
    group_status: str
    missing: tuple[str, ...] = ()
    proxy_for: str = ""
    confidence: float = 0.95
    exposure_name: str = "population"
    group_note: str = ""

    @property
    def is_of_every_force(self) -> bool:
        """True where the peers are all other forces and none was chosen for likeness."""
        return self.group_status == GroupStatus.EVERY_FORCE

    @property
    def membership(self) -> str:
        """Whether the membership is confirmed, and what else to know of it."""
        return f"{self.group_status}: {self.group_note}" if self.group_note else self.group_status

    @property
    def members(self) -> int:
        """How many forces are ranked, the focus force included."""
        return len(self.points)

    @property
    def forces(self) -> list[Force]:
        """The rows of `points`, in their order."""
        return list(map(Force, *(self.points[name].tolist() for name in Force._fields)))

    @property
    def focus_row(self) -> pd.Series:
        """The row of the focus force."""
        return self.points.loc[self.points["is_focus"]].iloc[0]

    @property
    def state(self) -> PeerState:
        return PeerState(self.points.loc[self.points["is_focus"], "state"].iloc[0])

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
class GroupPositions(AnswerAboutSeries, presented_by="group"):
    """A force among its peers at one date after another.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a date: `month` (the last of the 12), then the columns of `SUMMARY_COLUMNS` and `missing`. Neighbouring
        rows share months.
    about : About
        That of the latest comparison.
    skipped : tuple of str
        Dates for which no comparison could be made, each with the reason.
    """

    points: pd.DataFrame
    method: str
    about: About
    focus: str
    group_status: str
    confidence: float = 0.95
    skipped: tuple[str, ...] = ()
    proxy_for: str = ""

    def summary(self) -> pd.DataFrame:
        """The latest position in one row."""
        return self.points.tail(1).reset_index(drop=True)


class AreaRow(NamedTuple):
    """One area of a comparison: a row of its `points`, empty where there is no figure."""

    area: str
    residents: float
    baseline: float
    latest: float
    change_pct: float
    change_pct_low: float
    change_pct_high: float
    own_past: str
    verdict: str
    strength: str
    signals: str
    share_baseline: float
    share_latest: float
    against_others_pct: float
    size: float
    lower: float
    upper: float
    lower_998: float
    upper_998: float
    against_others: Signal
    is_far: bool
    rate: float
    rank: float
    rank_low: float
    rank_high: float
    against_peers: str

    @property
    def is_verdict(self) -> bool:
        """True where its own past could be asked; else `own_past` says why not."""
        return self.own_past not in set(State) or State(self.own_past).is_answer

    @property
    def has_moved(self) -> bool:
        """True where it is better, worse, higher or lower than its own past, however firmly."""
        return self.is_verdict and self.own_past != State.NO_EVIDENCE_OF_CHANGE

    @property
    def has_moved_firmly(self) -> bool:
        """True where that stands when all are read together."""
        return self.has_moved and Strength(self.strength).is_firm


@dataclass(frozen=True)
class AreaComparison(AnswerAboutSeries, presented_by="areas"):
    """One count in several areas, side by side.

    Attributes
    ----------
    points : pandas.DataFrame
        One row an area, in the order given. `area`; `residents`; `baseline`, `latest` (events of the two windows);
        `change_pct`, `change_pct_low`, `change_pct_high`, `own_past` (the state of that change), `verdict` (the same in
        words), `strength` (firm; weak where it does not stand when a review reads all its comparisons together);
        `signals` (months of the latest quarter outside the expected level, `above` and `below`, empty where none is);
        `share_baseline`,
        `share_latest` (per cent of the events of all areas); `against_others_pct` (change beyond that of all areas
        together), `size` (events a year, the two windows evenly weighed), `lower`, `upper`, `lower_998`, `upper_998`
        (funnel limits of `change_pct` at that size), `against_others` (a signal), `is_far` (beyond the outer limits);
        `rate`, `rank`, `rank_low`, `rank_high`, `against_peers`: per 1,000 residents, empty where none are known.
    about : About
        What is counted, with the sources of all areas; `around` is the area they are part of.
    months : pandas.DataFrame
        One row an area and month, on one scale for all: `area`, `month`, `shown`, `centre_line`, `lower`, `upper` (the
        process limits), `signal`, `variation`, `is_excluded` (shown, but setting no limits and not judged); `together`,
        the rate of all areas, where there is no expected level.
    curve : pandas.DataFrame
        The funnel drawn out over `size`.
    scale : str
        What `shown` is: `per 1,000 residents a month` (a standard one where there is a band), or `% of its own expected
        level`.
    overall_change_pct : float
        The change of all areas together.
    excess_pct : float
        How far, beyond chance, a year's figure of an area moves of itself; from its own months.
    peers : GroupComparison or None
        The rates of the areas with their funnel, where every area has residents; `no_peers` says why not.
    changes : mapping of str to Change
        The change of each area against its own past; none where no earlier year is held, and `no_change` says why.
        Every column that rests on one is then empty, and `own_past` is `insufficient_data`.
    stands_for : tuple of str
        Keys of the indicators whose places are counted by this measure, where that is not the indicator itself.
    notes : tuple of str
        What must be known beside the figures: what is counted, what is missing.
    """

    points: pd.DataFrame
    method: str
    about: About
    months: pd.DataFrame
    curve: pd.DataFrame
    around: str
    baseline_window: Window | None
    latest_window: Window
    scale: str
    overall_change_pct: float
    excess_pct: float
    confidence: float
    changes: Mapping[str, Change]
    peers: GroupComparison | None = None
    no_peers: str = ""
    residents_vintage: str = ""
    missing: tuple[str, ...] = ()
    no_change: str = ""
    stands_for: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def has_change(self) -> bool:
        """True where areas are set against their own past; else by their rates alone."""
        return bool(self.changes)

    @cached_property
    def areas(self) -> tuple[AreaRow, ...]:
        """The rows of `points`, in their order."""
        rows = self.points[list(AreaRow._fields)].itertuples(index=False, name=None)
        return tuple(AreaRow(*row) for row in rows)

    @property
    def standing_out(self) -> pd.DataFrame:
        """The areas outside the inner limits of the funnel of change."""
        return self.points[self.points["against_others"] != Signal.NONE]

    def row(self, area: str) -> AreaRow:
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
