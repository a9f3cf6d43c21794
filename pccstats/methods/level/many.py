"""Expected levels of many series at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from pccstats.methods.level.charts import Figures, measure
from pccstats.methods.level.companion import add_up
from pccstats.methods.level.limits import set_limits
from pccstats.methods.level.options import LEVEL_SPANS, LevelOptions
from pccstats.methods.level.points import (
    REFUSALS,
    Columns,
    Levels,
    assurance_places,
    assurances_by_place,
    columns_of,
    in_words,
    points_of,
)
from pccstats.methods.level.rules import Rule, find_signals
from pccstats.methods.level.season import season_of
from pccstats.methods.level.segments import cut_into_segments
from pccstats.terms.choices import choice_problems, number_problems
from pccstats.terms.errors import MethodProblem, Problem
from pccstats.terms.frames import FrameFigures, figures_in
from pccstats.terms.periods import SPAN_WORDS
from pccstats.terms.results.level import LEVEL_POINTS
from pccstats.terms.series import is_in_step
from pccstats.terms.words import Kind, Polarity

RESERVED = ("refusal", "assurance")
SERIES_AT_ONCE = 1000  # what fits the processor's cache; more at once is slower, not faster


def expected_levels(
    frame: Any,
    by: str = "series",
    period: str = "month",
    numerator: str = "numerator",
    denominator: str | None = None,
    *,
    kind: Kind | str | None = None,
    span_months: int | None = None,
    multiplier: float = 1.0,
    polarity: Polarity | str = Polarity.NEUTRAL,
    chart: str = "auto",
    baseline: Any = None,
    rules: str | Rule | Iterable[str | Rule] = "auto",
    seasonal: str | bool = "auto",
    rebase_at: Iterable[Any] = (),
    limits: str = "auto",
    companion: str | None = "auto",
    per_day: bool = True,
    screen_moving_ranges: bool = False,
    exclude: Iterable[Any] = (),
    target: float | None = None,
) -> pd.DataFrame:
    """Find the mean expected level of every series of a long table, in one tidy table.

    Parameters
    ----------
    frame : pandas.DataFrame, or a frame of polars, Arrow or another library that narwhals knows
        One row a series and month or quarter; it is left untouched, and row order does not matter.
    by, period, numerator, denominator : str, str, str, str or None
        Columns with the series' name, the month (the last of a quarter) or quarter, what was counted, and what it is
        out of.
    kind : Kind or str, optional
        Of all series: `count`, or `share` where there is a denominator, unless said otherwise.
    span_months : {1, 3}, optional
        How many months each row covers, as in `Series.from_frame`. Quarters end three months apart, in all
        series alike.
    multiplier : float
        Rates are shown per so many.
    polarity : {"lower_is_better", "higher_is_better", "neutral"}
        Of all series.
    chart, baseline, rules, seasonal, rebase_at, limits, companion, per_day, screen_moving_ranges, exclude, target
        As in `expected_level`; the same for all series. With a target there is a column `assurance`.

    Returns
    -------
    pandas.DataFrame
        Series after series, every month from a series' first to its last, with the series' name, the columns
        of `expected_level(...).points`, and `refusal`: why a series has no limits, empty where it has. Words are
        categories.

    Raises
    ------
    DataProblem
        If the table has missing columns, text among numbers, negative figures or a month twice, or a choice besides is
        wrong; all are listed.
    MethodProblem
        If a choice is unknown or does not fit the kind of figures.

    See Also
    --------
    expected_level : the same for one series, with formulas and references.

    Examples
    --------
    >>> table = pd.DataFrame({"series": ["a"] * 3 + ["b"] * 3, "month": ["2015-04", "2015-05", "2015-06"] * 2,
    ...                       "numerator": [31, 40, 33, 7, 7, 7]})
    >>> levels = expected_levels(table, chart="xmr")
    >>> levels.groupby("series")["centre_line"].first().round(2).to_dict()
    {'a': 34.67, 'b': 7.0}
    """
    usual = Kind.COUNT if denominator is None else Kind.SHARE
    problems = choice_problems(polarity=(polarity, Polarity), kind=(usual if kind is None else kind, Kind))
    chosen = usual if kind is None or any(problem.where == "kind" for problem in problems) else Kind(kind)
    problems += number_problems(above=0, multiplier=multiplier)
    problems += _name_problems(by)
    read = figures_in(
        frame,
        by=by,
        period=period,
        numerator=numerator,
        denominator=denominator,
        span_months=span_months,
        is_proportion=chosen.is_proportion,
        problems=problems,
    )
    table = _Table.of(read, kind=chosen, multiplier=multiplier)
    asked = LevelOptions.read(
        table.figures,
        chart=chart,
        baseline=baseline,
        rules=rules,
        seasonal=seasonal,
        rebase_at=rebase_at,
        per_day=per_day,
        screen_moving_ranges=screen_moving_ranges,
        exclude=exclude,
        target=target,
        limits=limits,
        companion=companion,
    )
    blocks = [_block(table, start, asked) for start in range(0, len(table.names), SERIES_AT_ONCE)]
    return _tidy(table, _joined(blocks), asked, by=by, polarity=Polarity(polarity))


def distances_within(levels: pd.DataFrame, first: pd.Period, last: pd.Period, by: str = "series") -> pd.DataFrame:
    """How far the figures of a few months stand from their expected level, taken together, series by series.

    Parameters
    ----------
    levels : pandas.DataFrame
        What `expected_levels` gave.
    first, last : pandas.Period
        The months looked at; a quarter counts by its last month.
    by : str
        The column with the name of each series.

    Returns
    -------
    pandas.DataFrame
        By the name of each series with a figure in these months: `distance`, below nought where the figures are low,
        and `p_value`, 0 to 1, how often chance takes a steady series so far to either side.

    Notes
    -----
    The scores z of n figures together are their sum over root n (Stouffer): of three months about what the one score of
    their quarter would be, so that months and quarters can be put in one order. Scores are taken to be independent and
    the expected level to be known, so that p is a little too small where neighbours lean on one another.

    References
    ----------
    Stouffer SA and others (1949). The American Soldier, volume 1: Adjustment during Army Life, page 45, note 15.
    Princeton University Press.

    Examples
    --------
    >>> months = pd.period_range("2015-04", periods=3, freq="M")
    >>> levels = pd.DataFrame({"series": "a", "month": months, "z": [1.0, 2.0, np.nan], "is_excluded": False})
    >>> distances_within(levels, months[0], months[2]).round(3).to_dict("index")
    {'a': {'distance': 2.121, 'p_value': 0.034}}
    """
    inside = (levels["month"] >= first) & (levels["month"] <= last) & levels["z"].notna() & ~levels["is_excluded"]
    scores = levels.loc[inside].groupby(by, observed=True)["z"].agg(["sum", "count"])
    distance = scores["sum"] / np.sqrt(scores["count"])
    return pd.DataFrame({"distance": distance, "p_value": 2 * special.ndtr(-distance.abs())}, index=scores.index)


def _name_problems(by: Any) -> list[Problem]:
    """The names of the series stand beside the points, and cannot be called as one of their columns."""
    if by is None:
        return [Problem("This is the name of the column with the series.", "by", "None")]
    if isinstance(by, str) and by in (*LEVEL_POINTS[1:], *RESERVED):
        return [Problem("The answer has a column of this name.", "by", str(by), "Rename the column with the series.")]
    return []


def _block(table: _Table, start: int, asked: LevelOptions) -> Columns:
    """Some series by the method of `expected_level`, month after month, as flat columns."""
    figures = table.rows(start, start + SERIES_AT_ONCE)
    measured = measure(figures, asked.family, per_day=asked.per_day)
    segments = cut_into_segments(figures, measured, asked)
    season = season_of(figures, measured, segments, asked)
    drawn = set_limits(measured, segments, season, asked)
    sums = add_up(drawn.standing, drawn.log_none, drawn.sets_limits, segments, asked)
    signals = find_signals(sums.beside(drawn.standing), asked.rules, segments.months)
    columns = columns_of(Levels(asked, figures, measured, segments, season, drawn, sums, signals))
    columns["series"] = columns["series"] + np.int32(start)  # of one figure the columns are views
    return columns


def _joined(blocks: list[Columns]) -> Columns:
    if len(blocks) == 1:
        return blocks[0]
    return {name: np.concatenate([block.pop(name) for block in blocks]) for name in list(blocks[0])}


def _tidy(table: _Table, columns: Columns, asked: LevelOptions, *, by: str, polarity: Polarity) -> pd.DataFrame:
    """One table: names before the points, what is said of a target and why there are no limits after them."""
    period = SPAN_WORDS[asked.span_months]
    body: dict[str, Any] = {by: table.names.take(columns["series"])}
    body |= points_of(columns, table.figures.months, asked.rules, polarity, words=in_words)
    body["refusal"] = in_words(columns["refusal"], [words.format(period=period) for words in REFUSALS])
    if asked.target is not None:
        lower, upper = columns["lower_process_limit"], columns["upper_process_limit"]
        words = [str(assurance or "") for assurance in assurances_by_place(polarity)]
        body["assurance"] = in_words(assurance_places(asked.target, lower, upper), words)
    return pd.DataFrame(body, copy=False)


@dataclass(frozen=True)
class _Table:
    """Many series over the same months or quarters; `names` has one entry a row of the figures."""

    names: pd.Index
    figures: Figures

    @classmethod
    def of(cls, read: FrameFigures, *, kind: Kind, multiplier: float) -> _Table:
        """Rows of a long table as arrays of series by months or quarters."""
        span_months = read.span_months
        first, last = int(read.ordinals.min()), int(read.ordinals.max())
        if span_months not in LEVEL_SPANS or not is_in_step(read.ordinals, span_months):
            what = "Expected levels are of months (span_months=1), or of quarters that end three months apart (3)."
            raise MethodProblem(Problem(what, value=str(span_months)))
        every = np.arange(first, last + 1, span_months)
        months = pd.PeriodIndex([pd.Period(ordinal=int(end), freq="M") for end in every], name="month")
        at = (read.ordinals - first) // span_months
        shape = (len(read.names), len(months))
        numerator, denominator = np.full(shape, np.nan), np.full(shape, np.nan)
        numerator[read.series, at], denominator[read.series, at] = read.numerator, read.denominator
        starts, stops = np.full(shape[0], len(months)), np.full(shape[0], -1)
        np.minimum.at(starts, read.series, at)
        np.maximum.at(stops, read.series, at)
        position = np.arange(len(months))
        present = (position >= starts[:, None]) & (position <= stops[:, None])
        return cls(read.names, Figures(months, numerator, denominator, kind, multiplier, present, span_months))

    def rows(self, start: int, stop: int) -> Figures:
        """Some of the series."""
        whole = self.figures
        return replace(
            whole,
            numerator=whole.numerator[start:stop],
            denominator=whole.denominator[start:stop],
            present=None if whole.present is None else whole.present[start:stop],
        )
