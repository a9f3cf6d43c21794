"""Quarters hidden in rolling years: the differences always, the quarters themselves where one year of them is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from pccstats.terms.errors import MethodProblem, Problem, Refusals
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, Window, month_in_words, months_numbered
from pccstats.terms.plan import event_in_words
from pccstats.terms.results.recovered import RecoveredQuarters, Remainder, months_left_over
from pccstats.terms.series import Series, days_in, require_series
from pccstats.terms.words import Kind

QUARTERS_IN_A_YEAR = MONTHS_IN_A_YEAR // MONTHS_IN_A_QUARTER
LEAST_ANCHOR_MONTHS = 9  # three whole quarters; the fourth is what is left of the year
MOST_OFF = 0.05  # by which a whole year of records may differ from the official year
IMPLIED_BY_CHANCE = 0.01  # a missing month as odd as one in a hundred says that the two sources do not count alike
LEAST_ROLLING_YEARS = 2
NOT_THE_SAME = "the two do not count the same."
Array = NDArray[np.float64]


def quarters_from_rolling_years(series: Series, anchor: Series | None = None) -> RecoveredQuarters:
    """Take rolling years apart into the quarters they are made of.

    Answers: by how much did each quarter differ from the same quarter a year before, and, where one year of quarters is
    known, how many were there in each quarter?

    Parameters
    ----------
    series : Series
        Counts in the 12 months to each quarter end, three months apart.
    anchor : Series, optional
        Months or quarters of the same thing, counted by somebody else: at least three whole quarters of one of the
        rolling years. The quarter that is not whole is what is left of that year.

    Returns
    -------
    RecoveredQuarters
        `.points` has one row a quarter: `quarter_end`, `rolling_year`, `year_on_year` (exact), `quarter` (empty where
        it cannot be known), `lower` and `upper` (what it must lie between, no quarter being below nought), `counted`
        (the anchor's own figure). `.series` is the quarters as a series, for every other method.

    Raises
    ------
    MethodProblem
        Listing every reason: not rolling years of counts, fewer than two of them three months apart, an anchor that
        has not three whole quarters of one rolling year.

    Notes
    -----
    R(t) - R(t-1) = q(t) - q(t-4): the year that a quarter enters is the year that the same quarter of the year before
    leaves. With the four quarters of one year known, every other follows. The anchor is refused, and differences alone
    are given, where the months it lacks would have to be out of all keeping with those it has (a t-interval for new
    days at 99%), where a whole year of it is more than a twentieth off, or where a quarter would come out below nought:
    then the two sources do not count the same thing. Quarters beyond a registered break are not recovered.

    An error in the anchor moves the same quarter of every year by the same number: it bends the season and leaves
    change from year to year exact.

    References
    ----------
    docs/methods/recovered-quarters.md, with the identity, the checks and trials on series whose quarters are known.

    Examples
    --------
    >>> ends = ["2014-03", "2014-06", "2014-09"]
    >>> years = pd.DataFrame({"month": ends, "n": [100, 104, 99]})
    >>> months = pd.DataFrame({"month": ["2013-06", "2013-09", "2013-12", "2014-03"], "n": [30, 20, 25, 25]})
    >>> found = quarters_from_rolling_years(Series.from_frame(years, numerator="n", span_months=12),
    ...                                     Series.from_frame(months, numerator="n", span_months=3))
    >>> found.points["quarter"].tolist()
    [30.0, 20.0, 25.0, 25.0, 34.0, 15.0]
    """
    asked = _Request.read(series, anchor)
    ends, rolling = asked.ends, asked.rolling
    differences = np.diff(rolling)
    lower, upper = _bounds(rolling, differences)
    counted = _counted_quarters(asked.anchor, ends)
    quarters, year, remainder, refusal = _anchored(asked, differences, counted)
    seams = _seams(quarters, counted, ends, year)
    known = ~np.isnan(quarters)
    return RecoveredQuarters(
        points=pd.DataFrame(
            {
                "quarter_end": ends,
                "rolling_year": np.concatenate([np.full(QUARTERS_IN_A_YEAR - 1, np.nan), rolling]),
                "year_on_year": np.concatenate([np.full(QUARTERS_IN_A_YEAR, np.nan), differences]),
                "quarter": quarters,
                "lower": np.where(known, quarters, lower),
                "upper": np.where(known, quarters, upper),
                "counted": counted,
            }
        ),
        method=_method(asked, year, refusal, seams),
        about=asked.series.about,
        anchored_year=year,
        refusal=refusal,
        seam_errors=seams,
        remainder=remainder,
        given=asked.series,
        anchor=asked.anchor,
    )


@dataclass(frozen=True)
class _Request:
    """The rolling years that can be taken apart, three months apart and on one definition, and what anchors them."""

    series: Series
    anchor: Series | None

    @classmethod
    def read(cls, series: Any, anchor: Any) -> _Request:
        require_series(series, *(() if anchor is None else (anchor,)))
        refusals = Refusals()
        usable = refusals.ask(lambda: _evenly_spaced(series))
        if anchor is not None:
            refusals.ask(lambda: _check_anchor(anchor))
        refusals.raise_any()
        assert usable is not None  # noqa: S101 nothing was refused
        return cls(_since_break(usable, anchor), anchor)

    @property
    def rolling(self) -> Array:
        return self.series.points["numerator"].to_numpy(dtype=float)

    @property
    def ends(self) -> pd.PeriodIndex:
        """The quarters: the three before the first rolling year's end, and the end of each."""
        back = np.arange(len(self.series) + QUARTERS_IN_A_YEAR - 1)[::-1]
        return months_numbered(self.series.last.ordinal - MONTHS_IN_A_QUARTER * back)


def _evenly_spaced(series: Series) -> Series:
    """The latest run of rolling years three months apart."""
    if series.span_months != MONTHS_IN_A_YEAR or series.kind is not Kind.COUNT:
        raise MethodProblem(
            Problem(
                f"{series.title}: quarters are recovered from counts in the 12 months to each quarter end.",
                next_step="Give such a series; months and quarters need no recovering.",
            )
        )
    held = series.points[series.points["numerator"].notna()]
    ends = pd.PeriodIndex(held["period_end"], freq="M")
    apart = np.diff(ends.asi8)
    other = np.flatnonzero(apart != MONTHS_IN_A_QUARTER)
    run = held.iloc[int(other[-1]) + 1 if len(other) else 0 :].reset_index(drop=True)
    if len(run) < LEAST_ROLLING_YEARS:
        raise MethodProblem(
            Problem(
                f"{series.title}: the last rolling years are not three months apart, so no quarter can be told.",
                next_step="Give the years to every quarter end.",
            )
        )
    return replace(series, points=run)


def _check_anchor(anchor: Series) -> None:
    if anchor.span_months not in (1, MONTHS_IN_A_QUARTER) or anchor.kind is not Kind.COUNT:
        raise MethodProblem(
            Problem(
                f"{anchor.title}: an anchor is counts by month or by quarter.",
                next_step="Give the months or quarters of one year.",
            )
        )


def _since_break(series: Series, anchor: Series | None) -> Series:
    """The rolling years whose quarters are all on one definition: the stretch that holds the anchor, or the latest."""
    at = anchor.last if anchor is not None else series.last
    before = [event.month for event in series.breaks if event.month <= at]
    after = [event.month for event in series.breaks if event.month > at]
    ends = pd.PeriodIndex(series.points["period_end"], freq="M")
    keep = np.ones(len(ends), dtype=bool)
    if before:
        keep &= ends >= before[-1] + (MONTHS_IN_A_YEAR - 1)
    if after:
        keep &= ends < after[0]
    return (
        replace(series, points=series.points[keep].reset_index(drop=True))
        if keep.sum() >= LEAST_ROLLING_YEARS
        else series
    )


def _offsets(differences: Array) -> Array:
    """Each quarter less the quarter of the same season in the first year: sums of the differences, season by season."""
    offsets = np.zeros(len(differences) + QUARTERS_IN_A_YEAR)
    for at, difference in enumerate(differences):
        offsets[at + QUARTERS_IN_A_YEAR] = offsets[at] + difference
    return offsets


def _bounds(rolling: Array, differences: Array) -> tuple[Array, Array]:
    """What each quarter must lie between, no quarter being below nought and the first four adding up to their year."""
    offsets = _offsets(differences)
    season = np.arange(len(offsets)) % QUARTERS_IN_A_YEAR
    least = np.array([-min(0.0, offsets[season == k].min()) for k in range(QUARTERS_IN_A_YEAR)])
    most = rolling[0] - (least.sum() - least)
    return least[season] + offsets, most[season] + offsets


def _counted_quarters(anchor: Series | None, ends: pd.PeriodIndex) -> Array:
    """The anchor's own figure of each quarter; empty where it has not all its months."""
    if anchor is None:
        return np.full(len(ends), np.nan)
    held = pd.Index(anchor.points["period_end"].array.asi8)
    back = np.arange(MONTHS_IN_A_QUARTER if anchor.span_months < MONTHS_IN_A_QUARTER else 1)
    of_quarters = np.subtract.outer(ends.asi8, back[::-1])
    places = held.get_indexer(of_quarters.ravel()).reshape(of_quarters.shape)
    or_nothing = np.append(anchor.points["numerator"].to_numpy(dtype=float), np.nan)  # in the place of one not held
    return np.asarray(or_nothing[places].sum(axis=1))


def _anchored(
    asked: _Request, differences: Array, counted: Array
) -> tuple[Array, Window | None, Remainder | None, str]:
    """The quarters, the year they are anchored in, what it leaves over, and why they are not, where they are not."""
    nothing = np.full(len(counted), np.nan)
    if asked.anchor is None:
        return nothing, None, None, "No year of quarters is known to anchor them."
    years = np.lib.stride_tricks.sliding_window_view(counted, QUARTERS_IN_A_YEAR)
    whole = (~np.isnan(years)).sum(axis=1)
    if whole.max() < QUARTERS_IN_A_YEAR - 1:
        return (
            nothing,
            None,
            None,
            f"{asked.anchor.title}: not three whole quarters of any of the rolling years are held.",
        )
    at = int(np.flatnonzero(whole == whole.max())[-1])
    window = Window.ending(asked.ends[at + QUARTERS_IN_A_YEAR - 1], MONTHS_IN_A_YEAR)
    known = years[at]
    left = asked.rolling[at] - np.nansum(known)
    first = np.where(np.isnan(known), left, known)
    if whole.max() == QUARTERS_IN_A_YEAR:
        first = known + left / QUARTERS_IN_A_YEAR  # what the two sources differ by is spread over the year
    offsets = _offsets(differences)
    season = np.arange(len(offsets)) % QUARTERS_IN_A_YEAR
    start = first[(np.arange(QUARTERS_IN_A_YEAR) - at) % QUARTERS_IN_A_YEAR]
    start = start - offsets[at : at + QUARTERS_IN_A_YEAR][(np.arange(QUARTERS_IN_A_YEAR) - at) % QUARTERS_IN_A_YEAR]
    quarters = start[season] + offsets
    remainder = _remainder(asked.anchor, asked.series, window)
    refusal = _refusal(asked, window, remainder, quarters)
    return (nothing, None, remainder, refusal) if refusal else (quarters, window, remainder, "")


def _refusal(asked: _Request, window: Window, remainder: Remainder, quarters: Array) -> str:
    """Why the anchor does not hold; empty where it does."""
    assert asked.anchor is not None  # noqa: S101 there is an anchor to refuse
    if not remainder.is_in_keeping:
        return _out_of_keeping(asked.anchor.title, window, remainder)
    below = np.flatnonzero(quarters < 0)
    if len(below):
        return (
            f"{asked.anchor.title}: the quarter to {month_in_words(asked.ends[below[0]])} would hold "
            f"{_whole(quarters[below[0]])}, so {NOT_THE_SAME}"
        )
    return ""


def _out_of_keeping(title: str, window: Window, rest: Remainder) -> str:
    """Why the anchor and the rolling year cannot count the same thing."""
    if not rest.days:
        return (
            f"{title}: {_whole(rest.of_year - rest.events)} where the {window} hold {_whole(rest.of_year)}, "
            f"so {NOT_THE_SAME}"
        )
    return (
        f"{title}: {rest.days} days of the {window} are wanting. They would have to hold {_whole(rest.events)}, "
        f"where the other days lead one to expect {_whole(rest.low)} to {_whole(rest.high)}, so {NOT_THE_SAME}"
    )


def _remainder(anchor: Series, series: Series, window: Window) -> Remainder:
    """What the anchor leaves over of a rolling year, and between what that should lie."""
    ends = pd.PeriodIndex(anchor.points["period_end"], freq="M")
    is_inside = (ends >= window.first) & (ends <= window.last) & anchor.points["numerator"].notna().to_numpy()
    counts = anchor.points["numerator"].to_numpy(dtype=float)[is_inside]
    days = days_in(ends[is_inside], anchor.span_months)
    total = float(series.points.loc[series.points["period_end"] == window.last, "numerator"].iloc[0])
    missing = window.days - days.sum()
    low, high = expected_of_days(counts, days, missing) if missing else (-MOST_OFF * total, MOST_OFF * total)
    return Remainder(int(missing), total - float(counts.sum()), max(low, 0.0) if missing else low, float(high), total)


def _whole(number: float) -> str:
    return f"{number:,.0f}".replace("-", "−")


def expected_of_days(counts: Array, days: Array, more_days: float) -> tuple[float, float]:
    """What so many more days should hold, going by the days known: a t-interval for a new observation.

    Counts of k days have k times the variance of a day's; it is estimated from the periods as weighted squares.
    """
    per_day = counts.sum() / days.sum()
    of_a_day = float(((counts - per_day * days) ** 2 / days).sum()) / (len(counts) - 1)
    standard_error = float(np.sqrt(of_a_day * more_days * (1 + more_days / days.sum())))
    reach = float(special.stdtrit(len(counts) - 1, 1 - IMPLIED_BY_CHANCE / 2)) * standard_error
    return float(per_day * more_days - reach), float(per_day * more_days + reach)


def _seams(quarters: Array, counted: Array, ends: pd.PeriodIndex, year: Window | None) -> dict[str, float]:
    """How far the recovered quarters lie from those counted outside the anchored year, in per cent."""
    if year is None:
        return {}
    outside = ~np.isnan(counted) & ~((ends >= year.first) & (ends <= year.last))
    compared = np.flatnonzero(outside & (counted > 0))
    return {str(ends[int(at)]): float(100 * (quarters[at] / counted[at] - 1)) for at in compared}


def _left_over(anchor: Series, year: Window) -> str:
    """`; it holds no December 2014, which is what is left of the official year`; nothing where it holds every month."""
    months = months_left_over(anchor, year)
    if not months:
        return ""
    are = "which is" if len(months) == 1 else "which are"
    return f"; it holds no {' and no '.join(map(month_in_words, months))}, {are} what is left of the official year"


def _method(asked: _Request, year: Window | None, refusal: str, seams: dict[str, float]) -> str:
    words = [
        "Each rolling year less the one before it is a quarter less the same quarter a year earlier, exactly.",
        f"The quarters are anchored on '{asked.anchor.title}', {year}{_left_over(asked.anchor, year)}."
        if year is not None and asked.anchor is not None
        else refusal,
    ]
    if seams:
        most = max(map(abs, seams.values()))
        words.append(f"Against {len(seams)} other quarters that were counted they are at most {most:.1f}% off.")
    if asked.series.breaks:
        words.append(f"Not recovered across {', '.join(event_in_words(event) for event in asked.series.breaks)}.")
    first, last = asked.ends[0] - (MONTHS_IN_A_QUARTER - 1), asked.ends[-1]
    inside = [event for event in asked.series.events if not event.breaks_comparability and first < event.month <= last]
    if inside:
        words.append(f"Registered within them, without a break: {'; '.join(event.title for event in inside)}.")
    words.append(asked.series.provenance)
    return " ".join(words)
