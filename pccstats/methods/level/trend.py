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

from pccstats.methods.dependence import (
    INDEPENDENT,
    LEARNED,
    OF_SHARES,
    Dependence,
    dependence_of,
    typical_dependence,
)
from pccstats.methods.intervals import checked_confidence
from pccstats.methods.level.charts import ChartFamily, Figures, chosen_family, measure
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
from pccstats.terms.words import Kind

FEWEST = 5  # figures: four in perfect order happen by chance once in twelve
MOST_MONTHS = 36  # beyond, an expected level says more
USUAL = {1: 6, MONTHS_IN_A_QUARTER: 8}  # half a year of months, two years of quarters
SEASON_MONTHS = 48  # before the window, at most, that tell of the season
LEANING_MONTHS = 60  # before the window, at most, that tell how months lean on one another
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
    line says so. Six independent months in perfect order have
    p = 0.003, with one neighbouring pair exchanged 0.017, with two 0.056: so at 95% only the first two are called, and
    a trend must be steep to show. That is the honest state of six points. A rule of seven points cannot fire on six.
    Months that lean on one another make long runs of themselves: the score is divided by how much wider it then
    scatters (Hamed and Rao, with the exact covariance of signs of normal differences), by what the months before the
    window say, else by what months of such counts are known for. docs/methods/trend.md has the rates.

    References
    ----------
    Hamed KH, Rao AR (1998). A modified Mann-Kendall trend test for autocorrelated data. J Hydrology 204: 182-196.
    Hirsch RM, Slack JR, Smith RA (1982). Techniques of trend analysis for monthly water quality data. Water Resources
    Research 18: 107-121.
    Kendall MG (1938). A new measure of rank correlation. Biometrika 30: 81-93.
    Mann HB (1945). Nonparametric tests against trend. Econometrica 13: 245-259.

    Examples
    --------
    >>> frame = pd.DataFrame({"month": pd.period_range("2015-01", periods=6, freq="M"), "n": [40, 35, 43, 45, 47, 52]})
    >>> found = trend(Series.from_frame(frame, numerator="n", title="Referrals"))
    >>> str(found.direction), found.score, round(found.p_value, 3)
    ('rising', 13, 0.034)
    """
    asked = _TrendRequest.read(series, months, until=until, seasonal=seasonal, confidence=confidence)
    points, dependence = _points(asked)
    tested = _tested(points, asked)
    wider = kendall_widening(dependence.correlations(np.flatnonzero(points["tested"].notna())))
    score, chance = kendall_score(tested), kendall_chance(tested, wider)
    years = _against_the_year_before(points)
    return Trend(
        points=points,
        method=_method(asked, points, years, dependence, wider),
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
        smallest_p=kendall_chance(np.arange(len(tested)), wider),
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


def _points(asked: _TrendRequest) -> tuple[pd.DataFrame, Dependence]:
    """The months of the window, made alike: per day, without their season, in the unit readers see; how they lean."""
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
    points = points.assign(tested=_without_season(points) if asked.seasonal else points["adjusted"])
    latest = (segments == segments[-1]) & (ends > window.first - LEANING_MONTHS)
    alike = measured.level[0, latest] / season.factors[0, latest]
    seasons = figures.seasons.place[latest] if bool((season.factors == 1).all()) else None
    is_before = (ends < window.first)[latest]
    return points, _dependence(series, alike, measured.exposure[0, latest], family, seasons, is_before)


def _dependence(
    series: Series,
    alike: np.ndarray,
    exposure: np.ndarray,
    family: ChartFamily,
    seasons: np.ndarray | None,
    is_before: np.ndarray,
) -> Dependence:
    """How months lean on one another, by those before the window: a trend in it must not count as leaning.

    Where these are too few, as such counts are known to.
    """
    if np.isnan(alike).all():
        return INDEPENDENT
    centre = np.nanmean(alike)
    chance = family.unit_spread(np.full(len(alike), centre), exposure)
    away = np.divide(alike - centre, chance, out=np.full(len(alike), np.nan), where=chance > 0)
    before = seasons if seasons is None else seasons[is_before]
    found = leaning(away[is_before], series.kind, series.span_months, has_chance=family.has_exposure, seasons=before)
    if found is not None:
        return found
    if not family.has_exposure:
        return Dependence(LEARNED[series.span_months], 1.0)
    events = np.divide(centre, chance, out=np.zeros(len(alike)), where=chance > 0) ** 2  # of the same relative scatter
    return typical_dependence(float(np.nanmean(events)), series.span_months)


def leaning(
    away: NDArray[np.float64],
    kind: Kind,
    span_months: int,
    *,
    has_chance: bool,
    seasons: NDArray[np.int64] | None = None,
) -> Dependence | None:
    """How the months, or quarters, of a level lean on one another; None of less than two years.

    Parameters
    ----------
    away : array
        Their distances from the level, month after month, in standard deviations of chance: NaN where there is none.
    kind : Kind
        What they are.
    span_months : int
        How many months each covers.
    has_chance : bool
        False where they are no counts, and in any unit.
    seasons : array of int, optional
        The place in the year of each, where the season is still in the distances.
    """
    learned = (OF_SHARES if kind.is_proportion else LEARNED)[span_months]
    periods = MONTHS_IN_A_YEAR // span_months
    places = np.arange(len(away))
    return dependence_of(away, places, periods, learned=learned, has_chance=has_chance, seasons=seasons)


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


def _method(asked: _TrendRequest, points: pd.DataFrame, years: _Years, dependence: Dependence, wider: float) -> str:
    held = int(points["adjusted"].notna().sum())
    season = _season_out(points).in_words.format(period=SPAN_WORDS[asked.series.span_months])
    least, last = kendall_chance(np.arange(held), wider), month_in_words(asked.window.last)
    period, count = SPAN_WORDS[asked.series.span_months], so_many(held, asked.series.span_months)
    words = [
        f"Mann and Kendall's test of {count} to {last}, exact; {period}s per day, {season}.",
        f"A direction is given at {100 * asked.confidence:g}%; {count} in perfect order have p = {least:.2g}.",
    ]
    if wider > 1:
        words.append(
            f"Neighbouring {period}s lean on one another ({dependence.of_neighbours:.2f}): the score scatters "
            f"{wider:.2f} times as far as of independent ones, and is taken for so much less."
        )
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


def kendall_chance(values: Sequence[float] | np.ndarray, wider: float = 1.0) -> float:
    """The chance of a score at least so far from nought, either way, if every order of these figures is as likely.

    Exact, figures that are equal included: the orders of figures of which some are equal, counted by how many pairs
    stand the wrong way round, are the coefficients of a Gaussian multinomial. Where figures lean on one another, so
    that scores scatter `wider`, the chance is that of a score so many times smaller, between two scores by their
    logarithms.

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
    if wider == 1:
        return sum(count for inversions, count in enumerate(orders) if abs(untied - 2 * inversions) >= score) / sum(
            orders
        )
    scores = sorted({abs(untied - 2 * inversions) for inversions in range(len(orders))})
    counts = Counter[int]()
    for inversions, count in enumerate(orders):
        counts[abs(untied - 2 * inversions)] += count
    chances = [sum(counts[one] for one in scores if one >= least) / sum(orders) for least in scores]
    return float(np.exp(np.interp(score / wider, scores, np.log(chances))))


def kendall_widening(correlations: NDArray[np.float64], groups: NDArray[np.int64] | None = None) -> float:
    """How many times as far scores scatter where figures lean on one another, as where they do not.

    Parameters
    ----------
    correlations : array
        Of the figures with one another.
    groups : array of int, optional
        Only figures of one group are compared: months of one name.

    Notes
    -----
    The covariance of the signs of two normal differences is (2/π) arcsin of their correlation; the variance of the
    score is its sum over all pairs of pairs, n (n - 1) (2 n + 5) / 18 where the figures are independent.

    References
    ----------
    Hamed KH, Rao AR (1998). A modified Mann-Kendall trend test for autocorrelated data. J Hydrology 204: 182-196.

    Examples
    --------
    >>> kendall_widening(np.eye(6))
    1.0
    >>> neighbours = 0.3 ** np.abs(np.subtract.outer(range(6), range(6)))
    >>> round(kendall_widening(neighbours), 2)
    1.16
    """
    if bool((correlations == np.eye(len(correlations))).all()):
        return 1.0
    first, second = np.triu_indices(len(correlations), 1)
    if groups is not None:
        same = groups[first] == groups[second]
        first, second = first[same], second[same]
    variances = [
        float(np.sum(np.arcsin(np.clip(_of_differences(matrix, first, second), -1, 1))))
        for matrix in (correlations, np.eye(len(correlations)))
    ]
    return float(np.sqrt(max(variances[0] / variances[1], 1.0)))


def _of_differences(
    correlations: NDArray[np.float64], first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The correlations of the differences of pairs of figures with one another."""
    covariance = (
        correlations[np.ix_(second, second)]
        - correlations[np.ix_(second, first)]
        - correlations[np.ix_(first, second)]
        + correlations[np.ix_(first, first)]
    )
    spread = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(spread, spread))


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
    level: NDArray[np.float64],
    place: NDArray[np.int64],
    seasons: int = MONTHS_IN_A_YEAR,
    dependence: Dependence = INDEPENDENT,
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
    dependence : Dependence
        How neighbouring figures lean on one another.

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
    often where months are few and small. Months that lean on one another scatter it `kendall_widening` times as far.

    References
    ----------
    Hirsch RM, Slack JR (1984). A nonparametric trend test for seasonal data with serial dependence. Water Resources
    Research 20: 727-732.
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
    when = np.flatnonzero(known)
    wider = kendall_widening(dependence.correlations(when), place[when])
    p_value = float(2 * special.ndtr(-max(abs(total) - 1, 0.0) / np.sqrt(variance) / wider))
    if p_value >= TEST_LEVEL:
        return STABLE, p_value
    return (RISING if total > 0 else FALLING), p_value
