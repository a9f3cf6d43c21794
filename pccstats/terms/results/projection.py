"""The answer to "where will we be at the end of the plan?", with how far such answers have been out before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from pccstats.terms.periods import Window
from pccstats.terms.plan import Event
from pccstats.terms.results.base import Result
from pccstats.terms.words import Kind, Polarity, State

TARGET_COLUMNS = ("key", "strength", "by", "value", "chance_of_meeting", "outcome")


@dataclass(frozen=True)
class Projection(Result):
    """The 12 months ending at a horizon, against a baseline.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a period: `period_end`, `month` (the same), `kind` (`observed` or `projected`), `value` (the 12 months
        to then: total, rate or per cent), `lower`, `upper` (at `confidence`), `lower_80`, `upper_80`; the limits are
        empty where the value is observed.
    projected, lower, upper, lower_80, upper_80 : float
        The 12 months ending at the horizon.
    baseline : float
        The same figure of the baseline window.
    chance_of_reduction : float
        Chance that the 12 months to the horizon come out below the baseline, which is itself uncertain, 0 to 1;
        nought where the baseline is.
    backtest : pandas.DataFrame
        The same projection made at earlier months and what then happened: `origin`, `horizon`, `projected`, `actual`,
        `naive` (the last 12 months, unchanged), `error_pct`, `naive_error_pct`. Empty where the series is too short.
    weights : Mapping
        How much each model counts in the combination; they sum to 1.
    targets : pandas.DataFrame
        One row a target: `key`, `strength`, `by`, `value` (the figure to reach), `chance_of_meeting`, and `outcome`:
        `open`, or `met` or `missed` where its date has passed, with a chance of 1 or 0.
    """

    points: pd.DataFrame
    method: str
    title: str
    unit: str
    kind: Kind
    polarity: Polarity
    horizon: pd.Period
    since: Window
    projected: float
    lower: float
    upper: float
    lower_80: float
    upper_80: float
    baseline: float
    state: State
    chance_of_reduction: float
    confidence: float
    backtest: pd.DataFrame
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    targets: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(TARGET_COLUMNS)))
    area: str = ""
    key: str = ""
    events: tuple[Event, ...] = ()
    is_illustrative: bool = False
    sources: tuple[str, ...] = ()

    def summary(self) -> pd.DataFrame:
        """The answer in one row; a column `chance_of_meeting_<key>` for each target."""
        row = {
            "horizon": str(self.horizon),
            "projected": self.projected,
            "lower": self.lower,
            "upper": self.upper,
            "baseline": self.baseline,
            "state": str(self.state),
            "chance_of_reduction": self.chance_of_reduction,
            "lower_80": self.lower_80,
            "upper_80": self.upper_80,
            "backtest_error_pct": self.backtest_error_pct,
            "backtest_origins": len(self.backtest),
        }
        for target in self.targets.itertuples():
            row[f"chance_of_meeting_{target.key}"] = target.chance_of_meeting
        return pd.DataFrame([row])

    @property
    def backtest_error_pct(self) -> float:
        """How far earlier projections were out on average, as a per cent of what happened; empty without any."""
        return float(self.backtest["error_pct"].abs().mean()) if len(self.backtest) else float("nan")

    @property
    def window(self) -> Window:
        """The 12 months projected."""
        return Window.ending(self.horizon)

    @property
    def ahead(self) -> pd.DataFrame:
        """The projected rows alone."""
        return self.points[self.points["kind"] == "projected"]

    @property
    def observed(self) -> pd.DataFrame:
        """The observed rows alone."""
        return self.points[self.points["kind"] == "observed"]
