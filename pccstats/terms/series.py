"""A series: one indicator in one area, period after period, with what is known about it."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pccstats.terms.choices import (
    choice_problems,
    instance_problems,
    is_number,
    number_problems,
    switch_problems,
    text_problems,
)
from pccstats.terms.errors import MethodProblem, Problem, Refusals
from pccstats.terms.frames import FrameFigures, figures_in
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Window, month, month_in_words
from pccstats.terms.plan import Event
from pccstats.terms.results.base import About
from pccstats.terms.words import BOUNDS, Kind, Polarity, Status

PERIOD_SPANS: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12, "rolling_year": 12}
ILLUSTRATIVE = "Illustrative"  # how the source of a split that is no record begins
MOST_SOURCES_NAMED = 2
LEAST_SURE = 0.5  # of a published interval
NO_SOURCE = "Source: not given."
DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-\d{2})?")
TEXT_COLUMNS = ("status", "source", "published_on", "note")
FIGURE_COLUMNS = ("period_end", "numerator", "denominator")


class Residents(NamedTuple):
    """How many persons live in an area in one year, and by which census or estimate."""

    year: int
    persons: float
    vintage: str


@dataclass(frozen=True)
class Series:
    """One indicator in one area over time.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a period, oldest first: `period_end` (monthly period), `numerator`, `denominator` (NaN where there is
        none), `status`, `source`, `published_on`, `note`; `lower` and `upper`, in the unit readers see, where figures
        were published with an interval. Where `span_months` is 1 every month from first to last has
        a row, where it is 3 every quarter, and one with no figure has NaN.
    span_months : int
        How many months each row covers: 1, 3 or 12.
    population : float or None
        Persons living in the area, where known, with its `population_vintage`.
    residents : tuple of Residents
        The same by year, earliest first, where several years are known: `population_of` says which is a window's.
    interval : float or None
        The confidence of the intervals that figures were published with, between 0.5 and 1; None where with none.
    """

    points: pd.DataFrame
    title: str
    kind: Kind = Kind.COUNT
    polarity: Polarity = Polarity.NEUTRAL
    unit: str = ""
    key: str = ""
    area: str = ""
    span_months: int = 1
    multiplier: float = 1.0
    population: float | None = None
    population_vintage: str = ""
    residents: tuple[Residents, ...] = ()
    events: tuple[Event, ...] = ()
    baseline: Window | None = None
    horizon: pd.Period | None = None
    footnotes: tuple[str, ...] = field(default=())
    interval: float | None = None

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        period: str = "month",
        numerator: str = "numerator",
        denominator: str | None = None,
        lower: str | None = None,
        upper: str | None = None,
        interval: float | None = None,
        title: str = "",
        polarity: Polarity | str = Polarity.NEUTRAL,
        kind: Kind | str | None = None,
        span_months: int | None = None,
        unit: str = "",
        printed_per_cents: bool = False,
        **about: Any,
    ) -> Series:
        """Make a series of any frame with one row a period.

        Parameters
        ----------
        frame : pandas.DataFrame, or a frame of polars, Arrow or another library that narwhals knows
            The figures; it is left untouched. Row order does not matter.
        period : str
            The column with the period of each row: the last month it covers (`2015-06`, `Jun 2015`, a date), a quarter
            (`2015/16-Q1`, `Apr to Jun 2015`), a year (`2015/16`, `Year ending June 2015`), or a pandas period.
        numerator, denominator : str, str or None
            The columns with the events counted, and with what they are out of. Numbers at or above zero; empty for
            a month with no figure.
        lower, upper : str, optional
            The columns with the ends of the interval that each figure of a share, survey or rate was published with,
            in the unit readers see (per cent, or per `multiplier`). Empty for a figure published without.
        interval : float, optional
            How sure that interval is, 0.5 or more and under 1: 0.95 for a 95% interval. It goes with both ends.
        title, unit : str
            What it is called on charts, and what it is counted in.
        polarity : {"lower_is_better", "higher_is_better", "neutral"}
        kind : Kind or str, optional
            `survey` or `share` for parts of a whole (the default with a denominator is `share`), `rate`, or `count`.
        span_months : {1, 3, 12}, optional
            How many months each row covers. Quarters and years say so themselves; otherwise a row is a month, and is
            refused where rows stand three months or a year apart and nothing says which they are.
        printed_per_cents : bool
            True where a share's rows without a denominator hold a per cent as printed; else such rows are refused.
        **about
            Any other field of `Series` (`area`, `events`, `baseline`, `population`, ...).

        Raises
        ------
        DataProblem
            Listing every fault: words that are no choice, fields of the wrong type, missing columns, text among
            numbers, repeated periods, weeks, periods that could be two things, negative or infinite values, more
            satisfied than asked. docs/input.md says what may be given.

        Examples
        --------
        >>> frame = pd.DataFrame({"month": ["2015-04", "2015-05", "2015-06"], "offences": [331, 340, 322]})
        >>> burglary = Series.from_frame(frame, numerator="offences", title="Domestic burglary")
        >>> burglary.values.tolist()
        [331.0, 340.0, 322.0]
        """
        usual = Kind.COUNT if denominator is None else Kind.SHARE
        asked = usual if kind is None else kind
        problems = choice_problems(polarity=(polarity, Polarity), kind=(asked, Kind))
        problems += text_problems(title=title, unit=unit)
        problems += switch_problems(printed_per_cents=printed_per_cents)
        known, faults = _about(about)
        chosen = usual if any(problem.where == "kind" for problem in problems) else Kind(asked)
        is_whole = lower is not None and upper is not None
        problems += _interval_problems(chosen, interval, has_lower=lower is not None, has_upper=upper is not None)
        figures = figures_in(
            frame,
            period=period,
            numerator=numerator,
            denominator=denominator,
            lower=lower if is_whole else None,
            upper=upper if is_whole else None,
            span_months=span_months,
            multiplier=_per(chosen, known),
            is_proportion=chosen.is_proportion,
            printed_per_cents=printed_per_cents is True,
            texts=TEXT_COLUMNS,
            problems=[*problems, *faults],
        )
        return cls(
            points=_points_of(figures),
            title=title or str(numerator),
            kind=chosen,
            polarity=Polarity(polarity),
            unit=unit,
            span_months=figures.span_months,
            interval=interval,
            **known,
        )

    @classmethod
    def of_checked(cls, rows: pd.DataFrame, *, span_months: int, interval: float | None = None, **about: Any) -> Series:
        """A series of rows that were found sound when they were read: one a period, oldest first.

        Parameters
        ----------
        rows : pandas.DataFrame
            With the columns of `points`, and any others.
        interval : float, optional
            The confidence of the columns `lower` and `upper`, which are left out where none is given.
        **about
            Any other field of `Series`.

        Examples
        --------
        >>> import pccstats as pcc
        >>> rows = pcc.read_observations("data/processed").rows("12.offences", "Leicestershire", months=12)
        >>> Series.of_checked(rows.tail(1), span_months=12, title="Domestic burglary").values.tolist()
        [4013.0]
        """
        ends = () if interval is None else BOUNDS
        points = rows[[*FIGURE_COLUMNS, *ends, *TEXT_COLUMNS]].reset_index(drop=True)
        return cls(points=_with_every_period(points, span_months), span_months=span_months, interval=interval, **about)

    @property
    def values(self) -> pd.Series:
        """The figure readers see: the count, the rate times its multiplier, or the per cent."""
        numerator, denominator = self.points["numerator"], self.points["denominator"]
        if self.kind.is_proportion:
            return (100 * numerator / denominator).where(denominator.notna(), numerator).rename("value")
        if self.kind is Kind.RATE:
            return (self.multiplier * numerator / denominator.where(denominator > 0)).rename("value")
        return numerator.rename("value")

    @property
    def has_interval(self) -> bool:
        """True where any figure was published with an interval."""
        return "lower" in self.points and bool(self.points["lower"].notna().any())

    @property
    def is_illustrative(self) -> bool:
        """True where any figure is an illustrative split, not a record."""
        return has_illustrative(self.points)

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for text in self.points["source"].to_numpy() if text))

    @property
    def about(self) -> About:
        """What an answer made of this series is about."""
        return About(
            title=self.title,
            unit=self.unit,
            kind=self.kind,
            polarity=self.polarity,
            area=self.area,
            key=self.key,
            sources=self.sources,
            is_illustrative=self.is_illustrative,
            span_months=self.span_months,
        )

    @property
    def content(self) -> Hashable:
        """Its figures and what they are figures of, as one value: equal for series of which every answer is the same.

        What is said of them in words alone (title, sources, notes) has no part in it.

        Examples
        --------
        >>> frame = pd.DataFrame({"month": ["2015-03"], "numerator": [4103]})
        >>> given, other = Series.from_frame(frame), Series.from_frame(frame.assign(numerator=4104))
        >>> given.content == Series.from_frame(frame).content, given.content == other.content
        (True, False)
        """
        points = self.points
        ends = points["period_end"].array.asi8.tobytes()
        numbers = (points[name].to_numpy(dtype=float).tobytes() for name in ("numerator", "denominator"))
        about = (self.kind, self.span_months, self.multiplier, self.population, self.residents, self.events)
        return (ends, *numbers, *about)

    @property
    def provenance(self) -> str:
        """Where the figures come from and how far they were published, as the end of a method line.

        Examples
        --------
        >>> frame = pd.DataFrame({"month": ["2015-03"], "numerator": [4103]})
        >>> known = frame.assign(source="Annual Report 2014/15", published_on="2015-06")
        >>> Series.from_frame(known).provenance
        'Source: Annual Report 2014/15; published up to June 2015.'
        """
        return provenance_of((self,))

    @property
    def first(self) -> pd.Period:
        """The month its first period ends with; refused where no period is left of it."""
        self._refuse_nothing()
        return month(self.points["period_end"].array[0])

    @property
    def last(self) -> pd.Period:
        """The month its last period ends with; refused where no period is left of it."""
        self._refuse_nothing()
        return month(self.points["period_end"].array[-1])

    def _refuse_nothing(self) -> None:
        if not len(self):
            step = "Choose months that it holds."
            raise MethodProblem(Problem(f"{self.title}: no period is left of the series.", next_step=step))

    @property
    def breaks(self) -> tuple[Event, ...]:
        """Registered events that break comparability, earliest first."""
        return tuple(event for event in self.events if event.breaks_comparability)

    def population_of(self, window: Window) -> tuple[float | None, str]:
        """Persons living in the area in a window, and the vintage of that number.

        Examples
        --------
        >>> frame = pd.DataFrame({"month": ["2014-03", "2015-03"], "n": [60834, 59220]})
        >>> known = (Residents(2013, 1_033_300, "mid-2013"), Residents(2014, 1_043_400, "mid-2014"))
        >>> crime = Series.from_frame(frame, numerator="n", span_months=12, residents=known)
        >>> [crime.population_of(Window.read(year)) for year in ("2013/14", "2014/15")]
        [(1033300, 'mid-2013'), (1043400, 'mid-2014')]
        """
        if not self.residents:
            return self.population, self.population_vintage
        held = residents_in(self.residents, window)
        return held.persons, held.vintage

    def between(self, first: Any = None, last: Any = None) -> Series:
        """The same series, only from one month to another (either may be left open)."""
        ends = self.points["period_end"].array.asi8
        start = 0 if first is None else np.searchsorted(ends, month(first).ordinal)
        stop = len(ends) if last is None else np.searchsorted(ends, month(last).ordinal, side="right")
        return replace(self, points=self.points.iloc[start:stop].reset_index(drop=True))

    def answered_by(self, respondents: int | None) -> Series:
        """Printed 12-month per cents as shares of so many respondents a year; the same series where it needs none."""
        points = self.points
        needs_none = self.has_interval or self.span_months != MONTHS_IN_A_YEAR or points["denominator"].notna().any()
        if respondents is None or needs_none:
            return self
        shares = points.assign(numerator=points["numerator"] * respondents / 100, denominator=float(respondents))
        return replace(self, points=shares)

    def __len__(self) -> int:
        return len(self.points)


def are_illustrative(rows: pd.DataFrame) -> pd.Series:
    """Which rows are invented: their status says so, or their source begins so. They may be shown and decide nothing.

    Examples
    --------
    >>> rows = pd.DataFrame({"status": ["", "illustrative", ""], "source": ["Panel paper", "", "Illustrative split"]})
    >>> are_illustrative(rows).tolist()
    [False, True, True]
    """
    return (rows["status"] == Status.ILLUSTRATIVE) | rows["source"].str.startswith(ILLUSTRATIVE)


def has_illustrative(rows: pd.DataFrame) -> bool:
    """True where any row is invented; each status and source is looked at as often as it differs.

    Examples
    --------
    >>> has_illustrative(pd.DataFrame({"status": ["", "provisional"], "source": ["Panel paper", ""]}))
    False
    """
    statuses, sources = (set(rows[name].to_numpy()) for name in ("status", "source"))
    return Status.ILLUSTRATIVE in statuses or any(str(source).startswith(ILLUSTRATIVE) for source in sources)


def residents_in(held: Sequence[Residents], window: Window) -> Residents:
    """The mid-year estimate nearest the middle of a window, the earlier of two as near; the nearest year held.

    Examples
    --------
    >>> years = [Residents(year, 1000.0, f"mid-{year}") for year in (2013, 2014, 2015)]
    >>> [residents_in(years, Window.ending(end)).vintage for end in ("2014-06", "2014-12", "2015-03", "2015-06")]
    ['mid-2013', 'mid-2014', 'mid-2014', 'mid-2014']
    >>> residents_in(years[:1], Window.read("2014/15")).vintage
    'mid-2013'
    """
    year = (window.last - window.month_count // 2).year
    return min(held, key=lambda known: (abs(known.year - year), known.year))


def _about(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """What is known of a series besides its figures, read, and whatever of it cannot be."""
    known = [field.name for field in fields(Series) if field.name != "points"]
    problems = [
        Problem(f"A series has no {name!r}.", next_step=f"It has: {', '.join(known)}.")
        for name in given
        if name not in known
    ]
    about = {name: value for name, value in given.items() if name in known}
    problems += text_problems(**{name: about[name] for name in ("key", "area", "population_vintage") if name in about})
    problems += number_problems(above=0, **{name: about[name] for name in ("multiplier",) if name in about})
    if about.get("population") is not None:
        problems += number_problems(above=0, population=about["population"])
    refusals = Refusals()
    if about.get("baseline") is not None:
        about["baseline"] = refusals.ask(lambda: Window.read(about["baseline"]))
    if about.get("horizon") is not None:
        about["horizon"] = refusals.ask(lambda: month(about["horizon"]))
    problems += refusals.problems
    for name, (kind, what, step) in _LISTS.items():
        if name in about:
            wrong = instance_problems(what, step, kind, **{name: about[name]})
            problems += wrong
            about[name] = () if wrong else tuple(about[name])
    return about, problems


_LISTS: Mapping[str, tuple[type, str, str]] = {
    "events": (
        Event,
        "These are the events of a plan.",
        "Make each: pcc.Event(key='a', title='New recording', month=pd.Period('2013-04', 'M'), indicators=('*',)).",
    ),
    "residents": (Residents, "These are persons by year.", "Make each: Residents(2014, 1_043_800, 'mid-2014')."),
    "footnotes": (str, "These are sentences.", "Give a list of texts."),
}


def provenance_of(many: Iterable[Series]) -> str:
    """Where the figures of one or several series come from: at most two sources by name, and the latest vintage."""
    points = [series.points for series in many]
    known = [frame["source"].to_numpy()[~np.isnan(frame["numerator"].to_numpy(dtype=float))] for frame in points]
    rows = dict.fromkeys(text for sources in known for text in sources if text)
    names = list(dict.fromkeys(name for text in rows for name in text.split("; ")))
    if not names:
        return NO_SOURCE
    named = [name.rstrip(".") for name in names[:MOST_SOURCES_NAMED]]
    more = len(names) - len(named)
    told = (set(frame["published_on"].to_numpy()) for frame in points if "published_on" in frame)
    dates = [date for of_one in told for date in of_one if date]
    published = [f"published up to {_date_in_words(max(dates))}"] if dates else []
    return f"Source: {'; '.join([*named, *([f'and {more} more'] if more else []), *published])}."


def _date_in_words(written: str) -> str:
    """`2015-06` and `2015-06-16` as `June 2015` and `16 June 2015`; anything else as it stands."""
    if not DATE.fullmatch(written):
        return written
    day = written[8:10].lstrip("0")
    return f"{day} {month_in_words(written[:7])}".strip()


def require_series(*given: Any) -> None:
    """Refuse anything that is not a series, and say how to make one of it.

    Raises
    ------
    MethodProblem
        Once for everything given that is no series.

    Examples
    --------
    >>> require_series([331, 340])
    Traceback (most recent call last):
    ...
    pccstats.terms.errors.MethodProblem: This takes a Series. Found 'list'. Make one with pcc.Series.from_frame(...).
    """
    kinds = dict.fromkeys(type(one).__name__ for one in given if not isinstance(one, Series))
    if kinds:
        raise MethodProblem(
            Problem("This takes a Series.", value=kind, next_step="Make one with pcc.Series.from_frame(frame, ...).")
            for kind in kinds
        )


def days_in(months: pd.PeriodIndex | pd.Series, span_months: int = 1) -> np.ndarray:
    """Days covered by each period that ends with these months.

    Examples
    --------
    >>> days_in(pd.PeriodIndex(["2015-02", "2016-02"], freq="M")).tolist()
    [28.0, 29.0]
    >>> days_in(pd.PeriodIndex(["2015-06"], freq="M"), span_months=12).tolist()
    [365.0]
    """
    after = pd.PeriodIndex(months, freq="M").asi8 + 1  # months since January 1970, as numpy counts them too
    first_days = [one.astype("datetime64[M]").astype("datetime64[D]") for one in (after, after - span_months)]
    return np.asarray((first_days[0] - first_days[1]).astype(float))


def _per(kind: Kind, about: Mapping[str, Any]) -> float:
    """What numerator over denominator is multiplied by to be the figure; 1 where that was given wrongly."""
    given = about.get("multiplier", 1.0)
    return kind.per if kind.is_proportion else float(given) if is_number(given) else 1.0


def _interval_problems(kind: Kind, interval: Any, *, has_lower: bool, has_upper: bool) -> list[Problem]:
    """What is wrong with how published intervals were given."""
    given = [has_lower, has_upper, interval is not None]
    if not any(given):
        return []
    if not all(given):
        step = "Give lower=, upper= and interval= together, or none of them."
        return [Problem("An interval has two columns and a confidence.", "interval", next_step=step)]
    problems = []
    if not (is_number(interval) and LEAST_SURE <= interval < 1):
        step = "Write 0.95 for a 95% interval."
        what = "The confidence of an interval is 0.5 or more and under 1."
        problems.append(Problem(what, "interval", str(interval), step))
    if not kind.is_estimate:
        step = "Leave lower and upper out."
        problems.append(Problem("Counts are no estimates: they have no published interval.", "lower", str(kind), step))
    return problems


def _points_of(figures: FrameFigures) -> pd.DataFrame:
    """The points of a series, oldest first."""
    ends = {} if figures.lower is None else {"lower": figures.lower, "upper": figures.upper}
    points = pd.DataFrame(
        {
            "period_end": figures.months,
            "numerator": figures.numerator,
            "denominator": figures.denominator,
            **ends,
            **{name: figures.texts.get(name, "") for name in TEXT_COLUMNS},
        }
    ).sort_values("period_end", ignore_index=True)
    return _with_every_period(points, figures.span_months)


def _with_every_period(points: pd.DataFrame, span_months: int) -> pd.DataFrame:
    """A month or quarter with no row gets one, with no figure: a gap must stay visible.

    Rolling years overlap, and quarters that do are left for the method asked of them to refuse.
    """
    ordinals = points["period_end"].array.asi8
    if span_months == MONTHS_IN_A_YEAR or not is_in_step(ordinals, span_months):
        return points
    wanted = np.arange(ordinals[0], ordinals[-1] + 1, span_months)
    if len(wanted) == len(points):
        return points
    every = pd.PeriodIndex([pd.Period(ordinal=int(end), freq="M") for end in wanted], name="period_end")
    filled = points.set_index("period_end").reindex(every).reset_index()
    return filled.fillna(dict.fromkeys(TEXT_COLUMNS, ""))


def is_in_step(ordinals: np.ndarray, span_months: int) -> bool:
    """True where periods of this length, known by the running number of their last months, never overlap.

    Examples
    --------
    >>> is_in_step(np.array([0, 3, 9]), 3), is_in_step(np.array([0, 3, 5]), 3)
    (True, False)
    """
    return not ((ordinals - ordinals[0]) % span_months).any() if len(ordinals) else True
