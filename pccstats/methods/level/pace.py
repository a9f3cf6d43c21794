"""Whether the latest quarter is off its own recent course: `pace`."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from pccstats.methods.dependence import correlations
from pccstats.methods.intervals import checked_confidence
from pccstats.methods.level.charts import Figures, Measured, Seasons, chosen_family, measure
from pccstats.methods.level.probability import (
    BINOMIAL,
    NEGATIVE_BINOMIAL,
    Chance,
    normal_to_student,
    student_to_normal,
)
from pccstats.methods.level.season import FORMS, find_season
from pccstats.terms.choices import is_whole, switch_problems
from pccstats.terms.errors import MethodProblem, Problem, Refusals
from pccstats.terms.periods import (
    MONTHS_IN_A_QUARTER,
    MONTHS_IN_A_YEAR,
    SPAN_WORDS,
    Window,
    month,
    month_in_words,
    so_many,
)
from pccstats.terms.plan import events_in_words
from pccstats.terms.results.level import Pace
from pccstats.terms.series import Series, require_series
from pccstats.terms.words import Kind

Array = NDArray[np.float64]
LEAST_MONTHS, MOST_MONTHS = 24, 36  # before the quarter: fewer show no trend, more are not recent
SPANS = (1, MONTHS_IN_A_QUARTER)
# Chosen by the likelihood of next quarters of every other borough of London, 2010 to 2016, by benchmarks/pace.py; the
# other half is what docs/methods/pace.md reports on.
TREND_SPREAD = 0.1  # of the logarithm in a year: how far a course is thought to rise or fall before any figure is seen
# Correlation of neighbours in what varies beyond chance about the course of three years. It is larger than that about
# the level of each single year (`dependence.LEARNED`), which takes more of the drift out.
LASTING = {1: 0.7, MONTHS_IN_A_QUARTER: 0.5}
ROUNDS, SECOND_ROUNDS = 6, 2  # of weighted least squares; one more changes nothing to be seen
LONGEST_STEP = 3.0  # of a round, in logarithms
AT_LEAST = 0.5  # events from which the search begins
FIRM = 1e-9  # of all events: holds what a season of empty months leaves open


def pace(
    series: Series,
    months: int = MOST_MONTHS,
    *,
    until: Any = None,
    seasonal: str | bool = "auto",
    confidence: float = 0.99,
) -> Pace:
    """Say whether the latest quarter is what the series' own recent course leads one to expect.

    Parameters
    ----------
    series : Series
        Monthly or quarterly counts, rates, or shares with the number they are out of.
    months : int
        How many months before the quarter the course is learned from: 24 to 36. Where a registered break lies among
        them, those since it.
    until : month, optional
        The last month of the quarter; by default the latest month with a figure.
    seasonal : {"auto", True, False}
        Whether the course follows the season; `auto` lets a test on the months before the quarter decide.
    confidence : float
        Between 0 and 1, of the interval. At 99% a series that goes on as it has is called news once in a hundred
        quarters, about as seldom as by its limits; at 95% a pack of forty would hold two such every quarter.

    Returns
    -------
    Pace
        Expected, lower, upper, actual, the state (above, below or none), p and the trend.

    Raises
    ------
    MethodProblem
        If fewer than 24 months (8 quarters) have a figure, the quarter is not whole, a break lies in it, figures
        overlap, or the figures are not counted; every reason is listed.

    See Also
    --------
    expected_level : whether it is far from the level of the baseline, however it came there.

    Notes
    -----
    Where a level drifts, an expected level signals quarter after quarter: a change already reported. This asks whether
    there is something new. The course is log-linear (of shares, logit-linear): log mean = level + trend × time + season
    + log exposure, fitted by weighted least squares (iterated: a quasi-likelihood). The trend is pulled towards level
    as by a normal prior of 10% a year. A figure varies by chance, and φ - 1 times as much besides; the second part
    lasts, with a correlation of 0.7 from month to month (0.5 from quarter to quarter), so the quarter is expected to go
    on partly as the last months stood to the course: the best linear prediction. Its variance has chance, what
    lasts, and the error of level, trend and season, all by generalised least squares. The interval is of a negative
    binomial (of shares a binomial) with this mean and variance, at Student's quantiles. The constants were learned on
    half of the boroughs of London; docs/methods/pace.md has the rates on the other half.

    References
    ----------
    Goldberger AS (1962). Best linear unbiased prediction in the generalized linear regression model. Journal of the
    American Statistical Association 57: 369-375.
    McCullagh P, Nelder JA (1989). Generalized Linear Models, 2nd edition, chapter 9. Chapman and Hall.
    Farrington CP et al. (1996). A statistical algorithm for the early detection of outbreaks of infectious disease.
    Journal of the Royal Statistical Society A 159: 547-563.

    Examples
    --------
    >>> frame = pd.DataFrame({"month": pd.period_range("2012-04", periods=39, freq="M")})
    >>> frame["n"] = [50, 40, 60] * 12 + [90, 80, 100]
    >>> found = pace(Series.from_frame(frame, numerator="n", title="Robbery"))
    >>> str(found.state), round(found.expected), found.actual
    ('above', 150, 270.0)
    """
    asked = _Request.read(series, months, until=until, seasonal=seasonal, confidence=confidence)
    past = asked.past()
    course = foreseen(past)
    lower, upper = course.between(asked.confidence)
    shown = asked.shown
    return Pace(
        points=_points(asked, course, lower * shown, upper * shown),
        method=_method(asked, past, course),
        about=series.about,
        window=asked.window,
        quarter=asked.quarter,
        confidence=asked.confidence,
        actual=course.actual * shown,
        expected=course.expected * shown,
        lower=lower * shown,
        upper=upper * shown,
        p_value=course.p_value,
        per_year_pct=100 * math.expm1(course.trend),
        dispersion=course.dispersion,
        months=int(past.held.sum()),
        is_seasonal=past.is_seasonal,
    )


@dataclass(frozen=True)
class _Request:
    """Which quarter of which series, learned from which months, and how surely."""

    series: Series
    figures: Figures
    measured: Measured
    window: Window
    quarter: Window
    seasonal: bool | None
    confidence: float

    @classmethod
    def read(cls, series: Series, months: int, *, until: Any, seasonal: Any, confidence: float) -> _Request:
        """What was asked, once nothing stands against it."""
        require_series(series)
        refusals = Refusals()
        refusals.ask(lambda: checked_confidence(confidence))
        refusals.ask(lambda: _check_choices(months, seasonal))
        last = refusals.ask(lambda: _latest(series) if until is None else month(until))
        refusals.ask(lambda: _refuse_kind(series))
        refusals.raise_any()
        known = series.between(last=last)
        quarter = Window.ending(last, MONTHS_IN_A_QUARTER)
        since = [event.month for event in known.breaks if event.month <= quarter.first]
        first = max([quarter.first - months, *since])
        window = Window(first, max(quarter.first - 1, first))
        figures = Figures.of(known)
        asked = cls(
            series=known,
            figures=figures,
            measured=measure(figures, chosen_family("auto", figures)[0], per_day=True),
            window=window,
            quarter=quarter,
            seasonal=None if isinstance(seasonal, str) else bool(seasonal),
            confidence=confidence,
        )
        asked.refuse()
        return replace(asked, window=Window(asked.starts[asked.in_window & np.isfinite(asked.events)][0], window.last))

    @property
    def span(self) -> int:
        return self.series.span_months

    @property
    def ends(self) -> pd.PeriodIndex:
        return self.figures.months

    @property
    def starts(self) -> pd.PeriodIndex:
        return self.ends - (self.span - 1)

    @property
    def in_quarter(self) -> NDArray[np.bool_]:
        """The months of the quarter, or the quarter itself."""
        return np.asarray((self.starts >= self.quarter.first) & (self.ends <= self.quarter.last))

    @property
    def in_window(self) -> NDArray[np.bool_]:
        return np.asarray((self.starts >= self.window.first) & (self.ends <= self.window.last))

    @property
    def events(self) -> Array:
        """What was counted, NaN where it is not to be judged."""
        events: Array = self.measured.events[0].copy()
        for event in self.series.events:
            if event.sets_no_limits:
                events[(self.starts <= event.month) & (event.month <= self.ends)] = np.nan
        return events

    @property
    def shown(self) -> float:
        """The same of the quarter."""
        return self.scale_of(self.in_quarter)

    def scale_of(self, periods: NDArray[np.bool_]) -> float:
        """Turns the events of these periods together into the unit readers see."""
        if self.series.kind is Kind.COUNT:
            return 1.0
        out_of = self.figures.denominator[0][periods]
        if self.series.kind.is_proportion:
            return 100.0 / float(out_of.sum())
        return self.series.multiplier / float(out_of.mean())

    def refuse(self) -> None:
        """All that keeps this quarter from being foreseen, at once."""
        title, period, events = self.series.title, SPAN_WORDS[self.span], self.events
        problems = []
        inside = [event for event in self.series.breaks if self.quarter.first < event.month <= self.quarter.last]
        if inside:
            what = f"{title}: the {self.quarter} are not on one definition: {events_in_words(inside)}."
            problems.append(Problem(what, next_step="Wait for the first whole quarter on the new definition."))
        if self.in_quarter.sum() != MONTHS_IN_A_QUARTER // self.span or np.isnan(events[self.in_quarter]).any():
            what = f"{title}: not every {period} of the {self.quarter} has a figure that may be judged."
            problems.append(Problem(what, next_step="Give another last month with until=..., or wait for the figures."))
        held, least = int(np.isfinite(events[self.in_window]).sum()), LEAST_MONTHS // self.span
        if held < least:
            since = [event for event in self.series.breaks if event.month == self.window.first]
            why = f" since {events_in_words(since)}" if since else ""
            what = (
                f"{title}: a pace takes {so_many(least, self.span)} with a figure before the quarter; there "
                f"{'is' if held == 1 else 'are'} {held}{why}."
            )
            problems.append(Problem(what, next_step="Wait for more figures; the expected level takes fewer."))
        elif not np.nansum(events[self.in_window]) > 0:
            what = f"{title}: nothing was counted in the {self.window}, so there is no pace to keep."
            problems.append(Problem(what))
        if problems:
            raise MethodProblem(problems)

    def past(self) -> Past:
        """The window and the quarter as arrays."""
        chosen = self.in_window | self.in_quarter
        return Past.of(
            self.events[chosen],
            self.measured.exposure[0][chosen],
            Seasons(self.figures.seasons.count, self.figures.seasons.place[chosen]),
            ahead=int(self.in_quarter.sum()),
            is_share=self.series.kind.is_proportion,
            seasonal=self.seasonal,
            places=(self.ends.asi8[chosen] - self.ends.asi8[chosen][0]) / self.span,
        )


def _latest(series: Series) -> pd.Period:
    """The last month with a figure."""
    held = series.points.loc[series.points["numerator"].notna(), "period_end"]
    if not len(held):
        raise MethodProblem(f"{series.title}: there is no figure at all.")
    return month(held.iloc[-1])


def _check_choices(months: Any, seasonal: Any) -> None:
    problems = []
    if not (is_whole(months) and LEAST_MONTHS <= months <= MOST_MONTHS and months % MONTHS_IN_A_QUARTER == 0):
        what = f"The course is learned from {LEAST_MONTHS} to {MOST_MONTHS} months, in whole quarters."
        problems.append(Problem(what, value=str(months)))
    if switch_problems(seasonal=seasonal) and not (isinstance(seasonal, str) and seasonal == "auto"):
        problems.append(Problem("seasonal is 'auto', True or False.", value=str(seasonal)))
    if problems:
        raise MethodProblem(problems)


def _refuse_kind(series: Series) -> None:
    """Figures that overlap, or that nobody counted."""
    if series.span_months not in SPANS:
        what = (
            f"{series.title}: each figure covers {series.span_months} months. Years that overlap share most of their "
            "months, so the latest is no news of its own."
        )
        raise MethodProblem(Problem(what, next_step="Give the months, or the quarters (quarters_from_rolling_years)."))
    has_denominator = bool((series.points["denominator"] > 0).any())
    needs_denominator = series.kind.is_proportion or series.kind is Kind.RATE
    if series.kind not in (Kind.COUNT, Kind.RATE, Kind.SHARE, Kind.SURVEY) or (
        needs_denominator and not has_denominator
    ):
        what = (
            f"{series.title}: a pace takes counts, rates, or shares with the number they are out of: only of what is "
            "counted is it known how far chance carries it."
        )
        raise MethodProblem(Problem(what, next_step="Give the denominators, or use expected_level."))


@dataclass(frozen=True)
class Past:
    """Figures of the window, then of the quarter, as the course takes them.

    Attributes
    ----------
    events, exposure : array
        One a period; NaN events where there is none. Of shares the exposure is the number asked.
    terms : array
        Periods by terms: a constant, time in years from the middle of the window, the season's terms.
    places : array
        When each period is, counted in periods.
    ahead : int
        How many periods at the end are the quarter.
    """

    events: Array
    exposure: Array
    terms: Array
    places: Array
    ahead: int
    lasting: float
    chance: Chance
    is_seasonal: bool
    season_words: str

    @classmethod
    def of(
        cls,
        events: Array,
        exposure: Array,
        seasons: Seasons,
        *,
        ahead: int,
        is_share: bool = False,
        seasonal: bool | None = None,
        places: Array | None = None,
    ) -> Past:
        """With the season, in the form its test finds; nothing of the quarter is asked."""
        count, before = len(events), len(events) - ahead
        when = np.arange(float(count)) if places is None else places
        in_window = (np.arange(count) < before) & np.isfinite(events)
        season = find_season(
            (events / exposure)[None, :],
            exposure[None, :],
            seasons=seasons,
            in_baseline=in_window[None, :],
            segment=np.ones(count, dtype=np.int64),
            wanted=seasonal,
        )
        form = FORMS[seasons.count][int(season.form[0])]
        time = (when - when[:before].mean()) / seasons.count
        terms = [np.ones(count), time]
        if season.is_used[0]:
            terms = [*terms, *form.terms[seasons.place][:, 1:].T]
        span = MONTHS_IN_A_YEAR // seasons.count
        return cls(
            events=events,
            exposure=exposure,
            terms=np.column_stack(terms),
            places=when,
            ahead=ahead,
            lasting=LASTING[span],
            chance=BINOMIAL if is_share else NEGATIVE_BINOMIAL,
            is_seasonal=bool(season.is_used[0]),
            season_words=form.words.format(period=SPAN_WORDS[span]) if season.is_used[0] else "",
        )

    @property
    def held(self) -> NDArray[np.bool_]:
        """The periods of the window with a figure."""
        before = np.arange(len(self.events)) < len(self.events) - self.ahead
        return np.asarray(before & np.isfinite(self.events))

    def mean(self, course: Array, periods: NDArray[np.bool_] | slice) -> tuple[Array, Array]:
        """Expected events at these logarithms (or logits), and their variance by chance, which is also their slope."""
        exposure = self.exposure[periods]
        if self.chance is BINOMIAL:
            share = special.expit(course)
            return exposure * share, exposure * share * (1 - share)
        events = exposure * np.exp(course)
        return events, events

    @property
    def usual(self) -> float:
        """The logarithm (or logit) of the mean rate, from where the search begins."""
        events, exposure = self.events[self.held].sum(), self.exposure[self.held].sum()
        if self.chance is BINOMIAL:
            return float(special.logit((events + AT_LEAST) / (exposure + 2 * AT_LEAST)))
        return math.log(max(float(events), AT_LEAST) / float(exposure))


@dataclass(frozen=True)
class Course:
    """What is expected of a quarter.

    Attributes
    ----------
    fitted : array
        Events on the course, one a period.
    actual, expected, out_of : float
        Events of the quarter, those expected, and its exposure (of shares; 1 of counts).
    variance : float
        Of the quarter's events about what is expected.
    free : float
        The degrees of freedom that the dispersion is worth.
    dispersion, trend : float
        Variance over chance of single periods; the slope of the logarithm in a year.
    """

    fitted: Array
    actual: float
    expected: float
    out_of: float
    variance: float
    free: float
    dispersion: float
    trend: float
    chance: Chance

    @property
    def _rate(self) -> Array:
        return np.asarray(self.expected / self.out_of)

    @property
    def _spread(self) -> Array:
        """The quarter's variance over that of chance."""
        alone = self.expected * (1 - self.expected / self.out_of) if self.chance is BINOMIAL else self.expected
        return np.asarray(max(self.variance / alone, 1.0))

    @property
    def score(self) -> float:
        """How far off the quarter is, as a standard normal figure."""
        events, out_of = np.asarray(self.actual), np.asarray(self.out_of)
        score = self.chance.score(events, self._rate, out_of, self._spread)
        return float(student_to_normal(score, np.asarray(self.free)))

    @property
    def p_value(self) -> float:
        """The chance of one at least so far off, either way."""
        return float(2 * special.ndtr(-abs(self.score)))

    def between(self, confidence: float) -> tuple[float, float]:
        """The fewest and the most events that are as usual."""
        reach = normal_to_student(float(special.ndtri((1 + confidence) / 2)), np.asarray(self.free))
        ends = [
            float(self.chance.at(side * reach, self._rate, np.asarray(self.out_of), self._spread)) for side in (-1, 1)
        ]
        return max(math.ceil(ends[0]), 0), math.floor(ends[1])


def foreseen(past: Past) -> Course:
    """Fit the course to the window and foresee the quarter.

    Notes
    -----
    With X the terms, w the slope of the mean, R the correlations of what lasts: C = w^-½ (1 + e R) w^-½ is the
    covariance of the working figures, e = φ - 1 once what the fit took out of it is allowed for. The prediction and
    its covariance are those of universal kriging (Goldberger 1962), with a prior on the trend.
    """
    held, quarter = past.held, slice(len(past.events) - past.ahead, None)
    terms, events = past.terms[held], past.events[held]
    prior = np.diag([0.0, 1 / TREND_SPREAD**2, *np.full(terms.shape[1] - 2, FIRM * events.sum())])
    course, dispersion = np.full(len(events), past.usual), 1.0
    apart = np.eye(len(events))
    for _ in range(ROUNDS):
        expected, slope = past.mean(course, held)
        fit = _Fit.of(terms, apart * (slope / dispersion), prior, course + (events - expected) / slope)
        course = course + np.clip(terms @ fit.terms - course, -LONGEST_STEP, LONGEST_STEP)
        expected, slope = past.mean(course, held)
        away = (events - expected) / np.sqrt(slope)
        dispersion = max(1.0, float(away @ away) / (len(events) - terms.shape[1]))
    lasts = correlations(past.places, past.lasting)
    among = lasts[np.ix_(held, held)]
    dispersion, excess, free = _beyond_chance(away, np.sqrt(slope)[:, None] * terms, dispersion * prior, among)
    for _ in range(SECOND_ROUNDS):
        expected, slope = past.mean(course, held)
        root = 1 / np.sqrt(slope)
        weight = np.linalg.inv(root[:, None] * (apart + excess * among) * root)
        working = course + (events - expected) / slope
        fit = _Fit.of(terms, weight, prior, working)
        course = terms @ fit.terms
    on_course = past.terms @ fit.terms
    later = 1 / np.sqrt(past.mean(on_course[quarter], quarter)[1])
    across = later[:, None] * excess * lasts[quarter][:, held] * root
    carried = across @ weight
    ahead = on_course[quarter] + carried @ (working - course)
    open_ = past.terms[quarter] - carried @ terms
    covariance = later[:, None] * excess * lasts[quarter, quarter] * later - carried @ across.T
    covariance = covariance + open_ @ fit.covariance @ open_.T
    foretold, slope = past.mean(ahead, quarter)
    fitted = past.mean(on_course, slice(None))[0]
    fitted[quarter] = foretold
    return Course(
        fitted=fitted,
        actual=float(past.events[quarter].sum()),
        expected=float(foretold.sum()),
        out_of=float(past.exposure[quarter].sum()) if past.chance is BINOMIAL else 1.0,
        variance=float(slope.sum() + slope @ covariance @ slope),
        free=free,
        dispersion=dispersion,
        trend=float(fit.terms[1]),
        chance=past.chance,
    )


@dataclass(frozen=True)
class _Fit:
    """Weighted least squares with a prior: the terms and their covariance."""

    terms: Array
    covariance: Array

    @classmethod
    def of(cls, terms: Array, weight: Any, prior: Array, figures: Array) -> _Fit:
        covariance: Any = np.linalg.inv(terms.T @ weight @ terms + prior)
        return cls(covariance @ (terms.T @ (weight @ figures)), covariance)


def _beyond_chance(away: Array, terms: Array, prior: Array, lasts: Array) -> tuple[float, float, float]:
    """φ of figures in standard deviations of chance, what lasts of it, and the degrees of freedom φ is worth.

    The fit takes some of what varies out with it, the more the longer it lasts: `left` says what it leaves.
    """
    left = np.eye(len(away)) - terms @ np.linalg.inv(terms.T @ terms + prior) @ terms.T
    white, lasting = left @ left.T, left @ lasts @ left.T
    degrees = float(np.trace(white))
    dispersion = max(1.0, float(away @ away) / degrees)
    excess = (dispersion - 1) * degrees / float(np.trace(lasting))
    covariance = white + excess * lasting
    return dispersion, excess, float(np.trace(covariance) ** 2 / np.sum(covariance * covariance))


def _points(asked: _Request, course: Course, lower: float, upper: float) -> pd.DataFrame:
    """One row a quarter, counted back from the latest; only the latest has an interval."""
    chosen = np.flatnonzero(asked.in_window | asked.in_quarter)
    events, of_each = asked.events, MONTHS_IN_A_QUARTER // asked.span
    rows: list[dict[str, Any]] = []
    for stop in range(len(chosen), of_each - 1, -of_each):
        those = chosen[stop - of_each : stop]
        scale = asked.scale_of(np.isin(np.arange(len(events)), those))
        rows.append(
            {
                "month": asked.ends[those[-1]],
                "value": events[those].sum() * scale,
                "expected": course.fitted[stop - of_each : stop].sum() * scale,
                "lower": np.nan if rows else lower,
                "upper": np.nan if rows else upper,
            }
        )
    return pd.DataFrame(rows[::-1])


def _method(asked: _Request, past: Past, course: Course) -> str:
    """How it was foreseen, for the foot of the chart."""
    span, period = asked.span, SPAN_WORDS[asked.span]
    link = "logit" if past.chance is BINOMIAL else "log"
    season = f"season of {past.season_words}" if past.is_seasonal else "no season found"
    exposure = "" if past.chance is BINOMIAL else "exposure of days, "
    what = (
        f"Course of {so_many(int(past.held.sum()), span)} to {month_in_words(asked.window.last)}: {link}-linear trend "
        f"pulled towards level, {season}, {exposure}{period}s varying {course.dispersion:.1f} times as much as by "
        "chance, neighbours leaning on one another."
    )
    kind = "binomial" if past.chance is BINOMIAL else past.chance.words
    how = f"Interval of the quarter: {kind}, {100 * asked.confidence:g}%, the error of the course included."
    words = [what, how, asked.series.provenance]
    if asked.series.is_illustrative:
        words.append("The months are illustrative.")
    return " ".join(words)
