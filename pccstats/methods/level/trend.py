"""Whether the last few months rise or fall: `trend`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, factorial, prod
from typing import Any, cast

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray
from scipy import special

from pccstats.methods.intervals import checked_confidence
from pccstats.methods.level.charts import Figures, chosen_family, measure
from pccstats.methods.level.season import find_season
from pccstats.terms.choices import is_whole, require, switch_problems
from pccstats.terms.errors import MethodProblem, Refusals
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
from pccstats.terms.results.level import Direction, SeasonOut, Trend
from pccstats.terms.series import Series, require_series

FEWEST = 5  # figures: four in perfect order happen by chance once in twelve
MOST_MONTHS = 36  # beyond, an expected level says more
USUAL = {1: 6, MONTHS_IN_A_QUARTER: 8}  # half a year of months, two years of quarters
SEASON_MONTHS = 48  # before the window, at most, that tell of the season
LEAST_YEARS = 3  # before a longer-term trend is spoken of
TEST_LEVEL = 0.01


def trend(
    series: Series, months: int | None = None, *, until: Any = None, seasonal: bool = True, confidence: float = 0.95
) -> Trend:
    """Say whether the last months rise, fall, or cannot tell.

    Parameters
    ----------
    series : Series
        Monthly or quarterly figures: counts, rates, shares, money. A series of 12-month figures is refused.
    months : int, optional
        How many of the latest months, in whole quarters where the figures are quarters: five figures or more, 36 months
        at most. By default 6 months, or 24 of quarters.
    until : month, optional
        The last of them; the series' last month by default.
    seasonal : bool
        Whether the month or quarter of the year is taken out first: by its factors where three or four years before the
        window tell of them, else by the same month a year before, where every month of the window has one. That is done
        whether or not a test finds a season: one too weak to be found still makes trends where there are none.
    confidence : float
        Between 0 and 1: a direction is given where p is below 1 - confidence.

    Returns
    -------
    Trend
        With the comparison of each month with the same month a year before, as a second look that does not decide.

    Raises
    ------
    MethodProblem
        If fewer than five of them have a figure, figures overlap, or a registered break lies among the months.

    Notes
    -----
    Mann and Kendall's test: of all pairs of months, those that rise less those that fall. Its chance is exact, by
    counting orders, ties included. Counts are taken per day. The season
    is divided out where the years before tell of it; where they are too few, what is tested is the difference of each
    month from the same month a year before, so that like is set beside like, as in the seasonal test of Hirsch, Slack
    and Smith; what moved a year before then moves in it too. With neither the months stand as they are, and the method
    line says so. Six months in perfect order have
    p = 0.003, with one neighbouring pair exchanged 0.017, with two 0.056: so at 95% only the first two are called, and
    a trend must be steep to show. That is the honest state of six points. A rule of seven points cannot fire on six.
    Months that lean on one another (autocorrelation) make it call too often. docs/methods/trend.md has the rates.

    References
    ----------
    Hirsch RM, Slack JR, Smith RA (1982). Techniques of trend analysis for monthly water quality data. Water Resources
    Research 18: 107-121.
    Kendall MG (1938). A new measure of rank correlation. Biometrika 30: 81-93.
    Mann HB (1945). Nonparametric tests against trend. Econometrica 13: 245-259.

    Examples
    --------
    >>> frame = pd.DataFrame({"month": pd.period_range("2015-01", periods=6, freq="M"), "n": [40, 35, 43, 45, 47, 52]})
    >>> found = trend(Series.from_frame(frame, numerator="n", title="Referrals"))
    >>> str(found.direction), found.score, round(found.p_value, 3)
    ('rising', 13, 0.017)
    """
    asked = _TrendRequest.read(series, months, until=until, seasonal=seasonal, confidence=confidence)
    points = _points(asked)
    tested = _tested(points, asked)
    score, chance = kendall_score(tested), kendall_chance(tested)
    years = _against_the_year_before(points)
    return Trend(
        points=points,
        method=_method(asked, points, years),
        about=series.about,
        window=asked.window,
        confidence=asked.confidence,
        direction=_direction(score, chance, asked.confidence),
        score=score,
        most=len(tested) * (len(tested) - 1) // 2,
        p_value=chance,
        per_month_pct=_slope(points) / series.span_months,
        higher=years.higher,
        lower=years.lower,
        year_p_value=years.p_value,
        smallest_p=kendall_chance(np.arange(len(tested))),
        season_out=_season_out(points),
    )


@dataclass(frozen=True)
class _Years:
    """Months above and below the same month a year before."""

    higher: int
    lower: int
    p_value: float


@dataclass(frozen=True)
class _TrendRequest:
    """Which months of which series are asked, and how surely."""

    series: Series
    window: Window
    seasonal: bool
    confidence: float

    @classmethod
    def read(
        cls, series: Series, months: int | None, *, until: Any, seasonal: bool, confidence: float
    ) -> _TrendRequest:
        """What was asked, once nothing stands against it."""
        require_series(series)
        refusals = Refusals()
        refusals.ask(lambda: checked_confidence(confidence))
        refusals.ask(lambda: require(switch_problems(seasonal=seasonal)))
        last = refusals.ask(lambda: series.last if until is None else month(until))
        span = series.span_months
        if span not in USUAL:
            words = f"{series.title}: a trend takes monthly or quarterly figures; these cover {span} months."
            refusals.note(MethodProblem(words))
        else:
            months = USUAL[span] * span if months is None else months
            refusals.ask(lambda: _check_months(months, span))
        refusals.raise_any()
        known = series.between(last=last)
        window = Window.ending(known.last, cast("int", months))
        inside = [event for event in known.breaks if window.first < event.month <= window.last]
        if inside:
            words = f"{series.title}: the {window} are not on one definition: {events_in_words(inside)}."
            raise MethodProblem(words)
        return cls(known, window, seasonal, confidence)


def _check_months(months: Any, span_months: int) -> None:
    """Refuse a stretch that is too short, too long, or cuts a quarter."""
    if not (is_whole(months) and FEWEST * span_months <= months <= MOST_MONTHS):
        words = f"A trend takes from {FEWEST * span_months} to {MOST_MONTHS} months, but {months!r} were given."
        raise MethodProblem(words)
    if months % span_months:
        raise MethodProblem(
            f"{months} months are no whole {SPAN_WORDS[span_months]}s: give a multiple of {span_months}."
        )


def _tested(points: pd.DataFrame, asked: _TrendRequest) -> np.ndarray:
    """The months with a figure; refused where there are too few to tell."""
    tested = points["tested"].dropna().to_numpy()
    if len(tested) < FEWEST:
        least = so_many(FEWEST, asked.series.span_months)
        words = f"a trend takes {least} with a figure; the {asked.window} have {len(tested)}."
        raise MethodProblem(f"{asked.series.title}: {words}")
    return tested


def _points(asked: _TrendRequest) -> pd.DataFrame:
    """The months of the window, made alike: per day, without their season, in the unit readers see."""
    series, window = asked.series, asked.window
    figures = Figures.of(series)
    family, _ = chosen_family("auto", figures)
    measured = measure(figures, family, per_day=True)
    ends = figures.months
    before = (ends < window.first) & (ends >= window.first - SEASON_MONTHS) & np.isfinite(measured.level[0])
    segments = 1 + sum(
        ((ends >= event.month).astype(np.int64) for event in series.breaks), np.zeros(len(ends), np.int64)
    )
    season = find_season(
        measured.level,
        measured.exposure,
        seasons=figures.seasons,
        in_baseline=before[None, :],
        segment=segments,
        wanted=asked.seasonal,
    )
    usual = measured.scale[0][ends >= window.first].mean()
    table = pd.DataFrame(
        {
            "month": ends,
            "value": figures.value[0],
            "season_factor": season.factors[0],
            "adjusted": measured.level[0] / season.factors[0] * usual,
            "year_before": _year_before(series, measured.level[0] * usual, ends),
        }
    )
    points = table[ends >= window.first].reset_index(drop=True)
    return points.assign(tested=_without_season(points) if asked.seasonal else points["adjusted"])


def _without_season(points: pd.DataFrame) -> pd.Series:
    """Figures as they are tested: without their factors, else less those of a year before where all have one.

    Under three years before the window no factor can be told; with one year before, every month has its like.
    """
    has_factors = bool((points["season_factor"] != 1).any())
    gaps = points["adjusted"] - points["year_before"]
    held = points["adjusted"].notna()
    return gaps if not has_factors and held.any() and gaps[held].notna().all() else points["adjusted"]


def _season_out(points: pd.DataFrame) -> SeasonOut:
    if bool((points["season_factor"] != 1).any()):
        return SeasonOut.BY_FACTORS
    return SeasonOut.NOT if points["tested"].equals(points["adjusted"]) else SeasonOut.BY_THE_YEAR_BEFORE


def _year_before(series: Series, alike: np.ndarray, ends: pd.PeriodIndex) -> np.ndarray:
    """Each month's figure a year earlier, in months of one length; empty across a break."""
    earlier = pd.Series(alike, index=ends).reindex(ends - MONTHS_IN_A_YEAR).to_numpy()
    crossed = [any(end - MONTHS_IN_A_YEAR < event.month <= end for event in series.breaks) for end in ends]
    return np.where(crossed, np.nan, earlier)


def _against_the_year_before(points: pd.DataFrame) -> _Years:
    """The sign test of differences from the same month a year before; equal months are left out."""
    gaps = (points["adjusted"] * points["season_factor"] - points["year_before"]).dropna().to_numpy()
    higher, lower = int((gaps > 0).sum()), int((gaps < 0).sum())
    chance = float(scipy.stats.binomtest(higher, higher + lower).pvalue) if higher + lower else float("nan")
    return _Years(higher, lower, chance)


def _direction(score: int, chance: float, confidence: float) -> Direction:
    if not chance < 1 - confidence:
        return Direction.CANNOT_TELL
    return Direction.RISING if score > 0 else Direction.FALLING


def _slope(points: pd.DataFrame) -> float:
    """The median of the slopes between all pairs of tested figures (Theil and Sen), in per cent of the mean figure."""
    held, mean = points["tested"].dropna(), points["adjusted"].mean()
    slopes = [(held[b] - held[a]) / (b - a) for a, b in combinations(held.index, 2)]
    return float(100 * np.median(slopes) / mean) if mean else 0.0


def _method(asked: _TrendRequest, points: pd.DataFrame, years: _Years) -> str:
    held = int(points["adjusted"].notna().sum())
    season = _season_out(points).in_words.format(period=SPAN_WORDS[asked.series.span_months])
    least, last = kendall_chance(np.arange(held)), month_in_words(asked.window.last)
    period, count = SPAN_WORDS[asked.series.span_months], so_many(held, asked.series.span_months)
    words = [
        f"Mann and Kendall's test of {count} to {last}, exact; {period}s per day, {season}.",
        f"A direction is given at {100 * asked.confidence:g}%; {count} in perfect order have p = {least:.2g}.",
    ]
    if years.higher + years.lower:
        words.append(
            f"Beside it, {period}s against the same {period} a year before (sign test), which does not decide."
        )
    if asked.series.is_illustrative:
        words.append("The months are illustrative.")
    return " ".join(words)


def kendall_score(values: Sequence[float] | np.ndarray) -> int:
    """Pairs of figures of which the later is larger, less pairs of which it is smaller.

    Examples
    --------
    >>> kendall_score([3, 1, 4, 5])
    4
    """
    figures = np.asarray(values, dtype=float)
    differences = figures[None, :] - figures[:, None]
    return int(np.sign(np.triu(differences, 1)).sum())


def kendall_chance(values: Sequence[float] | np.ndarray) -> float:
    """The chance of a score at least so far from nought, either way, if every order of these figures is as likely.

    Exact, figures that are equal included: the orders of figures of which some are equal, counted by how many pairs
    stand the wrong way round, are the coefficients of a Gaussian multinomial.

    References
    ----------
    Kendall MG (1938). A new measure of rank correlation. Biometrika 30: 81-93.
    Mann HB (1945). Nonparametric tests against trend. Econometrica 13: 245-259.

    Examples
    --------
    >>> round(kendall_chance([1, 2, 3, 4, 5, 6]), 4), round(kendall_chance([1, 2, 3, 4, 6, 5]), 4)
    (0.0028, 0.0167)
    """
    ties = tuple(sorted(Counter(np.asarray(values, dtype=float).tolist()).values()))
    orders = orders_by_inversions(ties)
    untied = len(orders) - 1
    score = abs(kendall_score(values))
    far = sum(count for inversions, count in enumerate(orders) if abs(untied - 2 * inversions) >= score)
    return far / sum(orders)


def orders_by_inversions(ties: tuple[int, ...]) -> list[int]:
    """How many orders of the figures have 0, 1, 2 ... pairs the wrong way round.

    Parameters
    ----------
    ties : tuple of int
        How often each figure is there.

    Examples
    --------
    >>> orders_by_inversions((1, 1, 1)), orders_by_inversions((1, 2))
    ([1, 2, 2, 1], [1, 1, 1])
    """
    size = sum(ties)
    top = comb(size, 2)
    counts = [1] + [0] * top
    for length in range(2, size + 1):
        counts = _times(counts, length)
    for tie in ties:
        for length in range(2, tie + 1):
            counts = _divided(counts, length)
    untied = top - sum(comb(tie, 2) for tie in ties)
    kept = counts[: untied + 1]
    if sum(kept) != factorial(size) // prod(factorial(tie) for tie in ties):
        raise ArithmeticError("orders do not add up")  # a fault of ours, never of the figures
    return kept


def _times(counts: list[int], length: int) -> list[int]:
    """Multiply by 1 + q + ... + q^(length - 1)."""
    running, product = 0, []
    for place, count in enumerate(counts):
        running += count - (counts[place - length] if place >= length else 0)
        product.append(running)
    return product


def _divided(counts: list[int], length: int) -> list[int]:
    """Divide by 1 + q + ... + q^(length - 1)."""
    quotient: list[int] = []
    for place, count in enumerate(counts):
        quotient.append(count - sum(quotient[max(0, place - length + 1) : place]))
    return quotient


RISING, FALLING, STABLE, UNKNOWN = "rising", "falling", "stable", ""


def longer_term_trend(
    level: NDArray[np.float64], place: NDArray[np.int64], seasons: int = MONTHS_IN_A_YEAR
) -> tuple[str, float]:
    """Say which way a series has gone over three years or more, and the p-value.

    Parameters
    ----------
    level : array
        Figures month after month, or quarter after quarter, exposure taken out; NaN where there is none.
    place : array of int
        The calendar month, or quarter, of each.
    seasons : int
        How many of them make a year.

    Returns
    -------
    trend : str
        `rising`, `falling`, `stable` (no evidence of either at 1%), or empty under three years.
    p_value : float

    Notes
    -----
    Seasonal Kendall test: S sums the signs of all differences between years of the same calendar month or quarter, and
    is close to normal with variance sum k (k - 1) (2 k + 5) / 18 over them, k figures each. It asks for a lasting
    movement of any shape and not for a straight line. Ties count for nothing, which makes it say "stable" rather too
    often where months are few and small. Months that move together make it find too much; hence 1%.

    References
    ----------
    Hirsch RM, Slack JR, Smith RA (1982). Techniques of trend analysis for monthly water quality data. Water Resources
    Research 18: 107-121.

    Examples
    --------
    >>> months = np.tile(np.arange(1, 13), 4)
    >>> longer_term_trend(np.repeat([1.0, 2.0, 3.0, 4.0], 12), months)[0]
    'rising'
    """
    known = ~np.isnan(level)
    if known.sum() < LEAST_YEARS * seasons:
        return UNKNOWN, float("nan")
    total, variance = 0.0, 0.0
    for one in np.unique(place):
        years = level[known & (place == one)]
        count = len(years)
        total += kendall_score(years)
        variance += count * (count - 1) * (2 * count + 5) / 18
    p_value = float(2 * special.ndtr(-max(abs(total) - 1, 0.0) / np.sqrt(variance)))
    if p_value >= TEST_LEVEL:
        return STABLE, p_value
    return (RISING if total > 0 else FALLING), p_value
