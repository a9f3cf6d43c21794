"""Answers about the months of one series: expected level, proposals to set it anew, rolling years, trend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pandas as pd

from pccstats.terms.errors import MethodProblem, Problem
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Window
from pccstats.terms.plan import Event
from pccstats.terms.results.base import About, AnswerAboutSeries
from pccstats.terms.words import DOWN, HOLLOW, UP, Assurance, Judgement, Polarity, Signal, Variation, Worded

# Columns of `points`; after them comes one column a rule, `rule_outside_limits` and so on.
LEVEL_POINTS = (
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
    "signal_known",
    "season_factor",
    "month_length",
    "cusum_above",
    "cusum_below",
    "cusum_bound",
    "is_baseline",
    "is_wild",
    "is_trial",
    "is_excluded",
)
LEVEL_SUMMARY = (
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
    "signal_since",
    "signal_known_since",
)
PROPOSAL_COLUMNS = (
    "month",
    "direction",
    "before",
    "after",
    "change",
    "change_pct",
    "months_before",
    "months_after",
    "statistic",
    "p_value",
    "nearby_event",
)
PACE_SUMMARY = ("quarter", "actual", "expected", "lower", "upper", "state", "p_value", "per_year_pct", "months")
ROLLING_YEAR_SUMMARY = ("period_end", "value", "lower", "upper", "numerator", "denominator")


class SpeaksOf(StrEnum):
    """What a rule that fired tells of the months; where two disagree on direction, the earlier goes first."""

    POSITION = "position"  # where the months lie: a level that is significantly high or low
    DRIFT = "drift"  # which way they go, wherever they lie
    SPREAD = "spread"  # how far apart they are; it gives no direction


@dataclass(frozen=True, kw_only=True)
class RuleWords:
    """A rule as readers are told of it.

    Attributes
    ----------
    name : str
        By which it is asked for; its column of `points` is `rule_` and the name.
    looks_for : str
        What it looks for, as the method line says it. `{period}` becomes month or quarter.
    when_found : str
        What is said where it fired. `{side}` becomes above or below, `{limit}` upper or lower, `{moving}` rising or
        falling, `{run}` the number of months on one side of the centre line, `{period}` month or quarter, `{since}`
        from when on the companion's sum has been built up.
    speaks_of : SpeaksOf
        What it tells of the months.
    in_tables : str
        Its name in a table; by default `name` without underscores.
    """

    name: str
    looks_for: str
    when_found: str
    speaks_of: SpeaksOf = SpeaksOf.POSITION
    in_tables: str = ""

    def __post_init__(self) -> None:
        try:
            self.said(is_above=True)
            self.sought("month")
        except (KeyError, IndexError, ValueError) as fault:
            what = f"The words of the rule {self.name!r} cannot be filled in."
            known = "They may hold {side}, {limit}, {moving} and {run}, {since}, and {period} for month or quarter."
            value = f"{self.looks_for} | {self.when_found}"
            raise MethodProblem(Problem(what, value=value, next_step=known)) from fault

    @property
    def column(self) -> str:
        """Its true-or-false column of `points`."""
        return f"rule_{self.name}"

    def sought(self, period: str) -> str:
        """What it looks for among months or quarters.

        Examples
        --------
        >>> words = RuleWords(name="far", looks_for="a {period} far out", when_found="far {side} the {limit} limit")
        >>> words.sought("quarter")
        'a quarter far out'
        """
        return self.looks_for.format(period=period)

    @property
    def short(self) -> str:
        """Its name in a table."""
        return self.in_tables or self.name.replace("_", " ")

    def said(self, *, is_above: bool, run: str = "", period: str = "month", since: str = "") -> str:
        """The words for months found on one side.

        Examples
        --------
        >>> words = RuleWords(name="far", looks_for="a month far out", when_found="far {side} the {limit} limit")
        >>> words.said(is_above=False)
        'far below the lower limit'
        """
        side, limit, moving = ("above", "upper", "rising") if is_above else ("below", "lower", "falling")
        return self.when_found.format(side=side, limit=limit, moving=moving, run=run, period=period, since=since)


@dataclass(frozen=True)
class Segment:
    """Months or quarters that share a centre line.

    Attributes
    ----------
    number : int
        1 for the first.
    window : Window
        Its months, from the first of the first quarter where its figures are quarters.
    baseline : Window or None
        First to last of the months that set its limits.
    baseline_months : int
        How many months, or quarters, of it have a figure and are not excluded.
    reason : str
        Why the limits were set anew where it starts; empty for the first.
    is_trial : bool
        True where fewer than twelve figures set the limits.
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
class ExpectedLevel(AnswerAboutSeries, presented_by="expected_level"):
    """A series month by month, or quarter by quarter, with its centre line, process limits and signals.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a month or quarter (`month` is its last), columns of `POINTS` and one true-or-false column a rule.
        `value`, `centre_line` and limits are in `unit`: events a month (or quarter) for counts, per cent for shares.
        `z` is the distance from the centre line in sigma, or with probability limits the score that a normal figure so
        seldom passed would have. `signal` is `above`, `below` or `none`, `signal_known` the same as it could be known
        by that month (a run is seen by its last month); `rules` names every rule that fired; `variation` reads the
        signal with the polarity. `season_factor` is 1 where the limits do not follow the season. `month_length` is how
        long the month is beside a standard one of 30.44 days, 1 where days are not counted. `cusum_above` and
        `cusum_below` are the companion's sums, `cusum_bound` what they may not pass. `is_wild` marks baseline months
        too far out to set limits.
    chart : str
        `u_prime`, `p_prime`, `xmr`, ...
    limits : {"probability", "sigma"}
    has_companion, heeds_companion : bool
        True where the figures' distances from the centre line are added up; where a rule in use reads the sums.
    building_since : pandas.Period or None
        The month from which on the figures add up to most on the side of the latest signal, where that is what the
        latest month was found by.
    rules : tuple of RuleWords
        The rules in use, each with its words.
    segments : tuple of Segment
        Months that share a centre line, first to last.
    season_factors : mapping of int to float
        Calendar month (1 is January; of a quarter the last) to its factor; empty where the limits do not follow the
        season.
    false_alarm_rate : float or None
        Chance, 0 to 1, that a quarter such as the latest (the last three months, or the last quarter) would show a
        signal as known by then, had nothing changed: of a series of this size, with these rules and limits, so many
        figures after its baseline. None where it is not known; a column of `summary()`.
    longer_term : str
        `rising`, `falling` or `stable` over the latest segment; empty where it has fewer than three years.
    target, assurance : float or None, Assurance or None
        What is to be reached, and whether the process as it is will reach it.
    """

    points: pd.DataFrame
    method: str
    about: About
    chart: str
    rules: tuple[RuleWords, ...]
    segments: tuple[Segment, ...]
    season_factors: Mapping[int, float] = field(default_factory=dict)
    false_alarm_rate: float | None = None
    longer_term: str = ""
    target: float | None = None
    assurance: Assurance | None = None
    events: tuple[Event, ...] = ()
    limits: str = "sigma"
    has_companion: bool = False
    heeds_companion: bool = False
    building_since: pd.Period | None = None

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
    def fired(self) -> tuple[RuleWords, ...]:
        """The rules that fired in the latest month that has a figure."""
        row = self.latest
        return tuple(rule for rule in self.rules if row[rule.column])

    def known_within(self, window: Window) -> tuple[Signal, ...]:
        """The signal of each month of a window that has a figure, as known by that month's end."""
        inside = (self.points["month"] >= window.first) & (self.points["month"] <= window.last)
        known = self.points.loc[inside & self.points["value"].notna(), "signal_known"]
        return tuple(Signal(word) for word in known)

    def signal_within(self, window: Window) -> Signal:
        """The latest signal of any month of a window, as known then; none where no month of it has one."""
        found = [signal for signal in self.known_within(window) if signal is not Signal.NONE]
        return found[-1] if found else Signal.NONE

    @property
    def signal_since(self) -> pd.Period | None:
        """From which month on the latest month's signal has stood, the months that built it up among them."""
        held, built_since = self._held, self.building_since
        if not len(held) or self.signal is Signal.NONE:
            return None
        others = np.flatnonzero((held["signal"] != self.signal).to_numpy())
        start: pd.Period = held["month"].iloc[others[-1] + 1 if len(others) else 0]
        return start if built_since is None else min(start, built_since)

    @property
    def signal_known_since(self) -> pd.Period | None:
        """By which month it could first be known; None where the latest month has no signal."""
        since, held = self.signal_since, self._held
        if since is None:
            return None
        known = held.loc[(held["signal_known"] == self.signal) & (held["month"] >= since), "month"]
        return None if known.empty else known.iloc[0]

    @property
    def run_since(self) -> pd.Period | None:
        """The first of the latest months in a row that have the signal of the latest; None where it has none."""
        if self.signal is Signal.NONE:
            return None
        first: pd.Period = self.points.loc[self.points["value"].notna(), "month"].iloc[-self.figures_in_signal]
        return first

    @property
    def figures_in_signal(self) -> int:
        """How many of the latest months, or quarters, in a row have the signal of the latest."""
        known = self.points[self.points["value"].notna()]
        same = (known["signal"] == self.latest["signal"]).to_numpy()[::-1]
        return int(len(same) if same.all() else same.argmin())

    @property
    def _held(self) -> pd.DataFrame:
        """The months of the latest segment that have a figure."""
        latest = self.latest
        is_held = self.points["value"].notna() & (self.points["segment"] == latest["segment"])
        held: pd.DataFrame = self.points[is_held]
        return held

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
            "signal_since": self.signal_since,
            "signal_known_since": self.signal_known_since,
        }
        return pd.DataFrame([{name: named.get(name, row.get(name)) for name in LEVEL_SUMMARY}])

    @property
    def _figures_a_year(self) -> int:
        return MONTHS_IN_A_YEAR // self.about.span_months

    @property
    def last_year(self) -> pd.DataFrame:
        """The last twelve months, or four quarters, that have a figure."""
        return self.points[self.points["value"].notna()].tail(self._figures_a_year)


@dataclass(frozen=True)
class RebaseProposals(AnswerAboutSeries, presented_by="rebase"):
    """Months from which a series seems to have a new level, each with its evidence. Nothing is applied.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a proposal, columns of `PROPOSAL_COLUMNS`: the first month of the new level; `above` or `below`; the
        level before and after in the unit of the figures; the months on either side; the difference in standard
        errors; the chance of one as great anywhere in a steady series; registered events within three months.
    current : ExpectedLevel
        The limits as they are.
    rebased : ExpectedLevel
        The limits as they would be if every proposal were registered.
    """

    points: pd.DataFrame
    method: str
    about: About
    current: ExpectedLevel
    rebased: ExpectedLevel

    def summary(self) -> pd.DataFrame:
        """How many proposals there are, and the latest of them."""
        latest = self.points.tail(1) if len(self.points) else self.points.reindex([0])
        return latest.reset_index(drop=True).assign(proposals=len(self.points))


@dataclass(frozen=True)
class RollingYear(AnswerAboutSeries, presented_by="rolling_year"):
    """The 12 months to each month: total, rate or share, with its interval.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a period: `period_end`, `numerator` (events in the 12 months), `denominator` (persons, households or
        respondents; empty for a total), `value`, `lower`, `upper`, and `breaks`, the events inside the 12 months that
        break comparability. A year that is not whole is empty.
    unit : str
        What `value` is in: `offences`, `offences per 1,000 persons`, `% satisfied`.
    is_as_published : bool
        True where `lower` and `upper` are those that the figures were published with, at `confidence`.
    vintage : str
        Which count of persons or households the rate stands on; empty for totals and shares.
    """

    points: pd.DataFrame
    method: str
    about: About
    confidence: float
    vintage: str = ""
    is_as_published: bool = False
    baseline: Window | None = None
    events: tuple[Event, ...] = ()

    def summary(self) -> pd.DataFrame:
        """The latest whole year: `period_end, value, lower, upper, numerator, denominator`."""
        whole = self.points[self.points["value"].notna()]
        return (whole if len(whole) else self.points).tail(1)[list(ROLLING_YEAR_SUMMARY)].reset_index(drop=True)

    def at(self, last: pd.Period) -> float:
        """The value of the 12 months to a month; empty where there is none."""
        found = self.points.loc[self.points["period_end"] == last, "value"]
        return float(found.iloc[0]) if len(found) else float("nan")


class Direction(Worded):
    """Which way a trend goes; six months mostly cannot tell."""

    RISING = "rising", "rising", Judgement.HIGHER, UP
    FALLING = "falling", "falling", Judgement.LOWER, DOWN
    CANNOT_TELL = "cannot_tell", "cannot tell", Judgement.NONE, HOLLOW

    @property
    def signal(self) -> Signal:
        """The direction as a signal, to be judged by a polarity."""
        return Polarity.NEUTRAL.side_of(self.judgement)


class SeasonOut(StrEnum):
    """How the season was taken out of a few months before they were tested."""

    BY_FACTORS = "by_factors"
    BY_THE_YEAR_BEFORE = "by_the_year_before"
    NOT = "not"

    @property
    def in_words(self) -> str:
        """For a method line, with a place for the word of the period: `the season of the years before taken out`."""
        return _SEASON_OUT[self]


_SEASON_OUT = {
    SeasonOut.BY_FACTORS: "the season of the years before divided out",
    SeasonOut.BY_THE_YEAR_BEFORE: (
        "each less the same {period} a year before, because too few years are held to divide the season out"
    ),
    SeasonOut.NOT: "no season taken out",
}


@dataclass(frozen=True)
class Trend(AnswerAboutSeries, presented_by="trend"):
    """Whether a few months rise or fall, tested in a way that suits so few.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a month or quarter: `month` (its last), `value`, `season_factor` (1 where no season is taken out),
        `adjusted` (in the unit of `value`, months of one length, season divided out), `year_before`, and `tested`: the
        same as `adjusted`, or its difference from `year_before`, as `season_out` says.
    direction : Direction
        What the test found, with no opinion.
    score, most : int
        Kendall's score: pairs of figures that rise less pairs that fall, and the most it could be.
    p_value : float
        Chance of a score so far from nought, either way, where nothing moves.
    per_month_pct : float
        The median slope between pairs of figures, in per cent of their mean.
    higher, lower : int
        Months or quarters above and below the same one a year before.
    year_p_value : float
        Chance of so uneven a split where a month is as likely to be above as below; empty without a year before.
    smallest_p : float
        The least p-value that so many months can give: above 1 - confidence the question cannot be answered at all.
    season_out : SeasonOut
        How the season was taken out of what was tested, if it was.
    """

    points: pd.DataFrame
    method: str
    about: About
    window: Window
    confidence: float
    direction: Direction
    score: int
    most: int
    p_value: float
    per_month_pct: float
    higher: int
    lower: int
    year_p_value: float
    smallest_p: float
    season_out: SeasonOut

    @property
    def months(self) -> int:
        """How many months, or quarters, were looked at."""
        return len(self.points)

    @property
    def variation(self) -> Variation:
        """The direction read with the polarity."""
        return Variation.of(self.polarity.judge(self.direction.signal))

    def summary(self) -> pd.DataFrame:
        """The answer in one row."""
        names = ("direction", "months", "score", "most", "p_value", "per_month_pct", "higher", "lower", "year_p_value")
        return pd.DataFrame([{name: getattr(self, name) for name in names}]).assign(direction=str(self.direction))


@dataclass(frozen=True)
class Pace(AnswerAboutSeries, presented_by="pace"):
    """Whether the latest quarter is what the course of the years before it leads one to expect.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a quarter, counted back from the latest: `month` (its last), `value`, `expected` (on the course), and
        for the latest `lower` and `upper`. In `unit`: events a quarter for counts, per cent for shares. A quarter with
        a month missing has no value.
    window : Window
        The months the course was learned from, from the first that has a figure.
    quarter : Window
        The three months asked about.
    confidence : float
        Of the interval, on both sides together.
    actual, expected, lower, upper : float
        The quarter's figure, what the course leads one to expect, and how far chance would carry it.
    p_value : float
        The chance of a quarter at least so far from its course, either way.
    per_year_pct : float
        How the course rises or falls in a year, in per cent (of shares, of the odds), pulled towards level.
    dispersion : float
        How many times as much months (or quarters) vary about the course as chance alone would have it.
    months : int
        How many months, or quarters, of the window have a figure.
    is_seasonal : bool
        True where the course follows the season.
    """

    points: pd.DataFrame
    method: str
    about: About
    window: Window
    quarter: Window
    confidence: float
    actual: float
    expected: float
    lower: float
    upper: float
    p_value: float
    per_year_pct: float
    dispersion: float
    months: int
    is_seasonal: bool

    @property
    def state(self) -> Signal:
        """Above or below the course, or none: as usual."""
        if self.actual > self.upper:
            return Signal.ABOVE
        return Signal.BELOW if self.actual < self.lower else Signal.NONE

    @property
    def is_news(self) -> bool:
        """True where the quarter is off its course."""
        return self.state is not Signal.NONE

    @property
    def is_vague(self) -> bool:
        """True where the course says nearly nothing: half as much and half as much again are both on it."""
        return not self.kind.is_proportion and self.lower <= self.expected / 2 and self.upper >= 1.5 * self.expected

    @property
    def variation(self) -> Variation:
        """The state read with the polarity."""
        return Variation.of(self.polarity.judge(self.state))

    def summary(self) -> pd.DataFrame:
        """The answer in one row, with the columns of `PACE_SUMMARY`."""
        row = {name: getattr(self, name) for name in PACE_SUMMARY}
        return pd.DataFrame([row | {"quarter": str(self.quarter), "state": str(self.state)}])
