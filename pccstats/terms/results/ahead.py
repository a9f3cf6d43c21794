"""Answers about what is to come: projections, and targets to be met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from pccstats.terms.periods import Window
from pccstats.terms.plan import Event, Target
from pccstats.terms.results.base import About, AnswerAboutSeries, Result
from pccstats.terms.words import Judgement, State, Worded

TARGET_COLUMNS = ("key", "strength", "by", "value", "chance_of_meeting", "outcome", "as_set")
PROGRESS_COLUMNS = (
    "key",
    "title",
    "strength",
    "by",
    "baseline",
    "to_reach",
    "latest",
    "distance",
    "distance_pct",
    "figure_at_date",
    "outcome",
    "run_rate_now",
    "run_rate_needed",
    "chance_of_meeting",
)


@dataclass(frozen=True)
class Projection(AnswerAboutSeries, presented_by="projection"):
    """The 12 months ending at a horizon, against a baseline where one is given.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a period: `period_end`, `month` (the same), `kind` (`observed` or `projected`), `value` (the 12 months
        to then: total, rate or per cent), `lower`, `upper` (at `confidence`), `lower_80`, `upper_80`; the limits are
        empty where the value is observed.
    projected, lower, upper, lower_80, upper_80 : float
        The 12 months ending at the horizon: the last of the points.
    baseline : float
        The same figure of the baseline window; empty without one.
    since, state : Window and State, or None
        The baseline's window and what the projection says against it; None where no baseline is given.
    chance_of_reduction : float
        Chance that the 12 months to the horizon come out below the baseline, which is itself uncertain, 0 to 1;
        nought where the baseline is, empty where there is none.
    backtest : pandas.DataFrame
        The same projection made at earlier months and what then happened: `origin`, `horizon`, `projected`, `actual`,
        `naive` (the last 12 months, unchanged), `error_pct`, `naive_error_pct`. Empty where the series is too short.
    weights : Mapping
        How much each model counts in the combination; they sum to 1.
    targets : pandas.DataFrame
        One row a target: `key`, `strength`, `by`, `value` (the figure to reach), `chance_of_meeting`, and `outcome`:
        `open`, or `met` or `missed` where its date has passed, with a chance of 1 or 0. `as_set`: the figure the plan
        asks for, where it is set on another series than the one projected; else empty.
    sisters : tuple of str
        Where else the same measure is counted whose growth is in this projection; empty where it is the series' own.
    """

    points: pd.DataFrame
    method: str
    about: About
    horizon: pd.Period
    since: Window | None
    baseline: float
    state: State | None
    chance_of_reduction: float
    confidence: float
    backtest: pd.DataFrame
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    targets: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(TARGET_COLUMNS)))
    events: tuple[Event, ...] = ()
    sisters: tuple[str, ...] = ()

    def summary(self) -> pd.DataFrame:
        """The answer in one row; a column `chance_of_meeting_<key>` for each target."""
        row = {
            "horizon": str(self.horizon),
            "projected": self.projected,
            "lower": self.lower,
            "upper": self.upper,
            "baseline": self.baseline,
            "state": "" if self.state is None else str(self.state),
            "chance_of_reduction": self.chance_of_reduction,
            "lower_80": self.lower_80,
            "upper_80": self.upper_80,
            "backtest_error_pct": self.backtest_error_pct,
            "backtest_origins": len(self.backtest),
        }
        for target in self.targets.itertuples():
            row[f"chance_of_meeting_{target.key}"] = target.chance_of_meeting
        return pd.DataFrame([row])

    def _at_horizon(self, column: str) -> float:
        return float(self.points[column].iloc[-1])

    @property
    def projected(self) -> float:
        """The 12 months ending at the horizon."""
        return self._at_horizon("value")

    @property
    def lower(self) -> float:
        """The lower limit of them, at `confidence`."""
        return self._at_horizon("lower")

    @property
    def upper(self) -> float:
        """The upper limit of them, at `confidence`."""
        return self._at_horizon("upper")

    @property
    def lower_80(self) -> float:
        """The lower limit of them at 80%."""
        return self._at_horizon("lower_80")

    @property
    def upper_80(self) -> float:
        """The upper limit of them at 80%."""
        return self._at_horizon("upper_80")

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


class Outcome(Worded):
    """What became of a target."""

    MET = "met", "met", Judgement.BETTER
    MISSED = "missed", "missed", Judgement.WORSE
    MET_AS_PRINTED = "met_as_printed", "met as printed"  # per cents of a number of people that nobody printed:
    MISSED_AS_PRINTED = "missed_as_printed", "missed as printed"  # neither can be told from chance
    NOT_COMPARABLE = "not_comparable", "not comparable"  # baseline and figure are on two definitions
    OPEN = "open", "open"  # its date has not come
    UNKNOWN = "unknown", "cannot be told"  # no figure for its date


@dataclass(frozen=True)
class Progress(AnswerAboutSeries, presented_by="targets"):
    """One target: where it stands, what it still needs, what are its chances.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a whole year: `period_end`, `value`, `to_reach`, `distance` (value less the figure to reach).
    to_reach : float
        The figure promised, in the series' unit.
    at_most : bool
        True where the figure must come down to it, False where it must come up to it.
    latest, distance, distance_pct : float
        The latest 12 months, and how far they are from the figure to reach: in its unit, and in per cent of it.
    figure_at_date : float
        The 12 months to the target's date, where they are known.
    run_rate_now, run_rate_needed : float
        Events a month over the latest 12 months, and over the months still to come before the date if it is to be
        met; of a share, per cents. Empty where nothing is left or the months are not known.
    chance_of_meeting : float
        From a projection, 0 to 1; empty for a date that has passed or where none can be made, with the reason in
        `no_chance`.
    caveats : tuple of str
        Events between baseline and date after which figures are not comparable.
    """

    points: pd.DataFrame
    method: str
    about: About
    target: Target
    at_most: bool
    baseline_window: Window | None
    latest_window: Window
    baseline: float
    to_reach: float
    latest: float
    figure_at_date: float
    outcome: Outcome
    run_rate_now: float = float("nan")
    run_rate_needed: float = float("nan")
    months_left: int = 0
    chance_of_meeting: float = float("nan")
    no_chance: str = ""
    caveats: tuple[str, ...] = ()

    @property
    def by(self) -> pd.Period | None:
        """The target's date."""
        return self.target.by

    @property
    def distance(self) -> float:
        """How far the latest 12 months are from the figure to reach."""
        return self.latest - self.to_reach

    @property
    def distance_pct(self) -> float:
        """The same in per cent of the figure to reach; empty where that is nought."""
        return 100 * self.distance / self.to_reach if self.to_reach else float("nan")

    def summary(self) -> pd.DataFrame:
        """The answer in one row, with the columns of `PROGRESS_COLUMNS`."""
        named = {
            "key": self.target.key,
            "strength": self.target.strength,
            "by": str(self.by) if self.by is not None else "",
            "outcome": str(self.outcome),
        }
        return pd.DataFrame([{name: named.get(name, getattr(self, name, None)) for name in PROGRESS_COLUMNS}])


@dataclass(frozen=True)
class TargetTable(Result, presented_by="targets"):
    """A plan's targets, one row each, with what happened.

    Attributes
    ----------
    points : pandas.DataFrame
        The columns of `PROGRESS_COLUMNS`, and `unit`, `kind`, `at_most` and `note`: why there is no figure, or what
        it must be read with.
    until : pandas.Period
        Nothing later was looked at.
    """

    points: pd.DataFrame
    method: str
    title: str
    until: pd.Period

    def summary(self) -> pd.DataFrame:
        """How many targets came to each outcome; what cannot be compared or told from chance is counted apart."""
        return pd.DataFrame([{str(outcome): int((self.points["outcome"] == outcome).sum()) for outcome in Outcome}])


@dataclass(frozen=True)
class Basket(Result, presented_by="targets"):
    """What the crimes in a basket must do for all crime to reach a target.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a degree of safety: `chance` (that all crime then meets its target), `reduction_pct` (of the basket),
        `basket_at_most` (events).
    total, basket : float
        Events a year, all and in the basket.
    reduction_pct : float
        What is wanted of the total, per cent.
    needed_pct : float
        What that asks of the basket if the rest changes as expected, per cent.
    rest_change_pct, rest_sd_pct : float
        The change expected of the rest, and the standard deviation of that.
    source : str
        Whose figures total and basket are.
    """

    points: pd.DataFrame
    method: str
    total: float
    basket: float
    reduction_pct: float
    needed_pct: float
    rest_change_pct: float
    rest_sd_pct: float
    source: str = ""

    def summary(self) -> pd.DataFrame:
        """Total, basket, what is wanted of each."""
        names = ("total", "basket", "reduction_pct", "needed_pct", "rest_change_pct", "rest_sd_pct")
        return pd.DataFrame([{name: getattr(self, name) for name in names}])


@dataclass(frozen=True)
class RecordingWhatIf(Result, presented_by="targets"):
    """How much of a change could be recording alone.

    Attributes
    ----------
    points : pandas.DataFrame
        Two rows, `part` (`recording alone`, `what is left`), each with `change_pct`, `lower`, `upper`.
    before, after : float
        Recorded figures.
    change_pct : float
        The change recorded.
    recording_pct, recording_low, recording_high : float
        The change that the recording rates alone would bring, with its interval.
    rest_pct, rest_low, rest_high : float
        The change left if recording did change so.
    """

    points: pd.DataFrame
    method: str
    title: str
    before: float
    after: float
    recorded_before_pct: float
    recorded_after_pct: float
    confidence: float

    def _of_part(self, place: int, column: str) -> float:
        return float(self.points[column].iloc[place])

    @property
    def change_pct(self) -> float:
        """The change recorded."""
        return 100 * (self.after / self.before - 1)

    @property
    def recording_pct(self) -> float:
        """The change that the recording rates alone would bring."""
        return self._of_part(0, "change_pct")

    @property
    def recording_low(self) -> float:
        """The lower end of its interval."""
        return self._of_part(0, "lower")

    @property
    def recording_high(self) -> float:
        """The upper end of its interval."""
        return self._of_part(0, "upper")

    @property
    def rest_pct(self) -> float:
        """The change left if recording did change so."""
        return self._of_part(1, "change_pct")

    @property
    def rest_low(self) -> float:
        """The lower end of its interval."""
        return self._of_part(1, "lower")

    @property
    def rest_high(self) -> float:
        """The upper end of its interval."""
        return self._of_part(1, "upper")

    @property
    def could_be_recording_alone(self) -> bool:
        """True where the interval of what recording alone would bring holds or passes the change recorded."""
        if self.change_pct >= 0:
            return self.recording_high >= self.change_pct
        return self.recording_low <= self.change_pct

    def summary(self) -> pd.DataFrame:
        """The answer in one row."""
        names = (
            "before",
            "after",
            "change_pct",
            "recording_pct",
            "recording_low",
            "recording_high",
            "rest_pct",
            "rest_low",
            "rest_high",
        )
        return pd.DataFrame([{name: getattr(self, name) for name in names}])
