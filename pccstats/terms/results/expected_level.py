"""The answer to "what should a month look like, and does this one?": the mean expected level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from pccstats.terms.periods import Window
from pccstats.terms.plan import Event
from pccstats.terms.results.base import Result
from pccstats.terms.words import Assurance, Kind, Polarity, Signal, Variation

POINTS = (
    "month",
    "value",
    "numerator",
    "denominator",
    "exposure",
    "centre_line",
    "lower_process_limit",
    "upper_process_limit",
    "lower_warning_limit",
    "upper_warning_limit",
    "z",
    "signal",
    "rules",
    "variation",
    "segment",
    "season_factor",
    "is_baseline",
    "is_trial",
    "is_excluded",
)
"""Columns of `points`; after them comes one column a rule, `rule_outside_limits` and so on."""

SUMMARY = (
    "latest_month",
    "latest",
    "centre_line",
    "lower_process_limit",
    "upper_process_limit",
    "signal",
    "variation",
    "rules",
    "months",
    "baseline_months",
    "is_trial",
    "is_seasonal",
    "chart",
    "longer_term",
    "assurance",
    "false_alarm_rate",
)


@dataclass(frozen=True)
class Segment:
    """Months that share a centre line.

    Attributes
    ----------
    number : int
        1 for the first.
    window : Window
        Its months.
    baseline : Window or None
        First to last of the months that set its limits.
    baseline_months : int
        How many of them have a figure and are not excluded.
    reason : str
        Why the limits were set anew where it starts; empty for the first.
    is_trial : bool
        True where fewer than twelve months set the limits.
    centre : float
        Its centre line on the scale of the figures, for a month of average exposure and no season.
    dispersion : float or None
        How many times as much months vary as chance alone would have it; on an individuals chart sigma itself; None
        where the chart does not ask, or it cannot be known.
    """

    number: int
    window: Window
    baseline: Window | None
    baseline_months: int
    reason: str
    is_trial: bool
    centre: float
    dispersion: float | None = None


@dataclass(frozen=True)
class ExpectedLevel(Result):
    """A series month by month with its centre line, process limits and signals.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a month, columns of `POINTS` and one true-or-false column a rule. `value`, `centre_line` and limits
        are in `unit`: events a month for counts, per cent for shares. `z` is the distance from the centre line in
        sigma. `signal` is `above`, `below` or `none`; `rules` names every rule that fired; `variation` reads the
        signal with the polarity. `season_factor` is 1 where the limits do not follow the season.
    chart : str
        `u_prime`, `p_prime`, `xmr`, ...
    rules : tuple of str
        The rules in use.
    segments : tuple of Segment
        Months that share a centre line, first to last.
    season_factors : mapping of int to float
        Calendar month (1 is January) to its factor; empty where the limits do not follow the season.
    false_alarm_rate : float or None
        Chance that a steady series of so many months gets at least one signal from these rules.
    longer_term : str
        `rising`, `falling` or `stable` over the latest segment; empty where it has fewer than 36 months.
    target, assurance : float or None, Assurance or None
        What is to be reached, and whether the process as it is will reach it.
    """

    points: pd.DataFrame
    method: str
    title: str
    unit: str
    kind: Kind
    polarity: Polarity
    chart: str
    rules: tuple[str, ...]
    segments: tuple[Segment, ...]
    season_factors: Mapping[int, float] = field(default_factory=dict)
    false_alarm_rate: float | None = None
    longer_term: str = ""
    target: float | None = None
    assurance: Assurance | None = None
    area: str = ""
    key: str = ""
    events: tuple[Event, ...] = ()
    is_illustrative: bool = False
    sources: tuple[str, ...] = ()

    @property
    def is_seasonal(self) -> bool:
        """True where the limits follow the season."""
        return bool(self.season_factors)

    @property
    def latest(self) -> pd.Series:
        """The row of the latest month that has a figure."""
        known = self.points[self.points["value"].notna()]
        return (known if len(known) else self.points).iloc[-1]

    @property
    def signal(self) -> Signal:
        """What the rules found in the latest month that has a figure."""
        return Signal(self.latest["signal"])

    @property
    def variation(self) -> Variation:
        """The same, read with the polarity."""
        return Variation(self.latest["variation"])

    @property
    def rule_columns(self) -> tuple[str, ...]:
        """The true-or-false column of each rule."""
        return tuple(f"rule_{name}" for name in self.rules)

    def summary(self) -> pd.DataFrame:
        """The latest month in one row, with the columns of `SUMMARY`."""
        row, segment = self.latest, self.segments[-1]
        named = {
            "latest_month": row["month"],
            "latest": row["value"],
            "months": int(self.points["value"].notna().sum()),
            "baseline_months": segment.baseline_months,
            "is_trial": segment.is_trial,
            "is_seasonal": self.is_seasonal,
            "chart": self.chart,
            "longer_term": self.longer_term,
            "assurance": str(self.assurance) if self.assurance else "",
            "false_alarm_rate": self.false_alarm_rate,
        }
        return pd.DataFrame([{name: named.get(name, row.get(name)) for name in SUMMARY}])
