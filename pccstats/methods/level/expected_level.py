"""The mean expected level of one series: centre line, process limits, signals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.level.charts import FAMILIES, MIN_BASELINE_MONTHS, ChartFamily, Figures, chosen_family, figures_of
from pccstats.methods.level.false_alarms import false_alarm_rate
from pccstats.methods.level.limits import Levels, Stretch, find_levels, rules_that_apply
from pccstats.methods.level.method_line import false_alarm_words, longer_term_words, method_words, season_words
from pccstats.methods.level.options import DatedReason, LevelOptions, level_options
from pccstats.methods.level.rules import Rule, assurance_of, variation_of
from pccstats.methods.level.season import LEAST_YEARS, Season
from pccstats.methods.level.trend import longer_term_trend
from pccstats.terms.errors import MethodProblem, Problem
from pccstats.terms.periods import Window, month_in_words
from pccstats.terms.results.level import LEVEL_POINTS, ExpectedLevel, Segment
from pccstats.terms.series import Series
from pccstats.terms.words import Kind, Polarity, Signal

SIGNALS = {1: Signal.ABOVE, -1: Signal.BELOW, 0: Signal.NONE}
_KIND_WORDS = {
    Kind.COUNT: "counts",
    Kind.RATE: "rates",
    Kind.SHARE: "shares",
    Kind.SURVEY: "survey shares",
    Kind.MONEY: "amounts of money",
    Kind.QUALITATIVE: "judgements in words",
    Kind.POSITION: "positions in a group",
}
REFUSALS = (
    "",
    "no figure in any month",
    "no month with a figure sets the limits of a segment",
    "no two months in a row to take the limits from",
    "no three baseline years to estimate the season from",
)


def expected_level(
    series: Series,
    chart: str = "auto",
    baseline: Any = None,
    rules: str | Iterable[str] = "mdc",
    seasonal: str | bool = "auto",
    rebase_at: Iterable[Any] = (),
    *,
    per_day: bool = True,
    screen_moving_ranges: bool = False,
    exclude: Iterable[Any] = (),
    target: float | None = None,
) -> ExpectedLevel:
    """Find the mean expected level: what a month looks like when nothing has changed, and which months do not.

    Parameters
    ----------
    series : Series
        Monthly figures: counts, rates, shares, survey per cents or money. A series of 12-month figures is refused.
    chart : {"auto", "xmr", "c", "u", "p", "c_prime", "u_prime", "p_prime", "g", "t", "run"}
        `auto` takes `u_prime` for counts and rates, `p_prime` for shares with a denominator, `xmr` for the rest. `g`
        and `t` take the figures as cases or time between events.
    baseline : window, list of windows or None
        The months that set the limits: `("2012-04", "2015-03")`, `"2012/13"`, or one window for each of several
        segments. None takes every month. A segment in which no baseline month lies is set by all its own.
    rules : str or tuple of str
        A rule set (`mdc`, `mdc_before_2023`, `western_electric`, `nelson`, `anhoej`) or names of rules.
    seasonal : {"auto", True, False}
        Whether the limits follow the month of the year. It takes three baseline years; `auto` asks a test on them, and
        draws `xmr`, `c`, `u` and `p` that are asked for by name as the textbooks have them.
    rebase_at : sequence of month or (month, reason)
        Where the limits are set anew, besides at registered events that break comparability.
    per_day : bool
        Count the days of each month as exposure, so that a February does not look like a success.
    screen_moving_ranges : bool
        Leave extreme moving ranges, 3.27 times the mean or more, out of sigma.
    exclude : sequence of month or (month, reason)
        Months that are shown, but neither judged nor part of the limits.
    target : float, optional
        What is to be reached each month, in the unit of the figures.

    Returns
    -------
    ExpectedLevel
        `.points` has one row a month: value, centre line, process limits (three sigma), warning limits (two sigma), z,
        signal, rules, variation, segment. Counts are events a month, shares are per cent.

    Raises
    ------
    MethodProblem
        If there is nothing to set limits by, the figures overlap, or a choice is unknown; every reason is listed.

    Notes
    -----
    For counts c with exposure n: rate = sum c / sum n, sigma_i = sqrt(rate / n_i), z_i = (c_i / n_i - rate) / sigma_i,
    sigma_z = mean |z_i - z_(i-1)| / d2 with d2 = 2 / sqrt(pi), limits rate ± 3 sigma_i sigma_z, shown as n_i times
    that. For shares sigma_i = sqrt(p (1 - p) / n_i). For values on their own the limits are mean ± 3 × mean moving
    range / d2. A month with no figure gives no moving range and ends a run.

    Do not use it on figures that overlap (rolling years), or to compare areas (`compare_group`).

    References
    ----------
    Laney DB (2002). Improved control charts for attributes. Quality Engineering 14: 531-537.
    Wheeler DJ (2000). Understanding Variation. 2nd edition. SPC Press.
    NHS England (2023). Making Data Count: the rules as they stand since November 2023.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"month": pd.period_range("2015-01", periods=5, freq="M"), "n": [10, 12, 11, 13, 9]})
    >>> level = expected_level(Series.from_frame(frame, numerator="n", title="Robbery"), chart="xmr")
    >>> row = level.points.iloc[-1]
    >>> [round(float(row[name]), 2) for name in ("centre_line", "lower_process_limit", "upper_process_limit")]
    [11.0, 5.02, 16.98]
    """
    refuse_other_answers(series)
    options = level_options(
        chart=chart,
        baseline=baseline,
        rules=rules,
        seasonal=seasonal,
        rebase_at=rebase_at,
        per_day=per_day,
        screen_moving_ranges=screen_moving_ranges,
        exclude=exclude,
        breaks=[DatedReason(event.month, event.title) for event in series.breaks],
    )
    refuse_overlapping_totals(series)
    refuse_kind(series, options)
    figures = figures_of(series)
    refuse_empty(series, figures)
    family, reason = chosen_family(options.chart, figures)
    levels = find_levels(figures, family=family, options=options)
    refuse_season(series, options, family, levels.season)
    refuse_missing_limits(series, levels, family)
    return result_of(series, figures, levels, family=family, reason=reason, options=options, target=target)


def result_of(
    series: Series,
    figures: Figures,
    levels: Levels,
    *,
    family: ChartFamily,
    reason: str,
    options: LevelOptions,
    target: float | None,
) -> ExpectedLevel:
    """The answer for one series."""
    excluded = options.is_excluded(figures.months)
    points = points_of(figures, levels, family, series.polarity, excluded=excluded)
    segments = segments_of(figures, levels, points)
    rules = rules_that_apply(options, family)
    alarms = alarms_of(levels, rules)
    latest = points[points["value"].notna()].iloc[-1]
    trend, trend_p_value = longer_term_trend(levels.parts[-1].level[0], _calendar_of_last_segment(figures, levels))
    return ExpectedLevel(
        points=points,
        method=method_words(
            series,
            family=family,
            reason=reason,
            options=options,
            segments=segments,
            season=season_words(levels.season, options, family),
            rules=rules,
            false_alarms=false_alarm_words(alarms, len(points)),
            longer_term=longer_term_words(trend, trend_p_value),
            left_out=int(sum(part.left_out[0] for part in levels.parts)),
        ),
        title=series.title,
        unit=series.unit,
        kind=series.kind,
        polarity=series.polarity,
        chart=family.name,
        rules=tuple(rule.name for rule in rules),
        segments=segments,
        season_factors=factors_of(levels.season),
        false_alarm_rate=alarms[0] if alarms else None,
        longer_term=trend,
        target=target,
        assurance=assurance_of(target, latest["lower_process_limit"], latest["upper_process_limit"], series.polarity),
        area=series.area,
        key=series.key,
        events=series.events,
        is_illustrative=series.is_illustrative,
        sources=series.sources,
    )


def _calendar_of_last_segment(figures: Figures, levels: Levels) -> NDArray[np.int64]:
    return np.asarray(figures.months.month)[levels.stretches[-1].start :]


def points_of(
    figures: Figures, levels: Levels, family: ChartFamily, polarity: Polarity, *, excluded: NDArray[np.bool_]
) -> pd.DataFrame:
    """The answer as one row a month."""
    signals = [SIGNALS[direction] for direction in levels.direction[0]]
    fired = [
        ", ".join(name for name, months in levels.flags.items() if months[0, at]) for at in range(len(figures.months))
    ]
    baseline_months = np.concatenate(
        [
            np.full(s.stop - s.start, part.baseline_months[0])
            for s, part in zip(levels.stretches, levels.parts, strict=True)
        ]
    )
    columns = {
        "month": figures.months,
        "value": figures.value[0],
        "numerator": figures.numerator[0],
        "denominator": figures.denominator[0],
        "exposure": levels.exposure[0],
        **{name: line[0] for name, line in levels.lines.items()},
        "signal": [str(signal) for signal in signals],
        "rules": fired,
        "variation": [str(variation_of(signal, polarity)) for signal in signals],
        "segment": levels.segment,
        "season_factor": levels.season.factors[0],
        "is_baseline": levels.in_baseline[0],
        "is_trial": baseline_months < MIN_BASELINE_MONTHS,
        "is_excluded": excluded,
    }
    if not family.has_limits:
        columns["z"] = np.full(len(figures.months), np.nan)
    flags = {f"rule_{name}": months[0] for name, months in levels.flags.items()}
    return pd.DataFrame({name: columns[name] for name in LEVEL_POINTS} | flags)


def segments_of(figures: Figures, levels: Levels, points: pd.DataFrame) -> tuple[Segment, ...]:
    """The segments as readers are told of them."""
    listed = []
    for number, (stretch, part) in enumerate(zip(levels.stretches, levels.parts, strict=True), start=1):
        months = figures.months[stretch.start : stretch.stop]
        dispersion = float(part.dispersion[0])
        lines = (points["centre_line"] / points["season_factor"]).iloc[stretch.start : stretch.stop]
        listed.append(
            Segment(
                number=number,
                window=Window(months[0], months[-1]),
                baseline=_baseline(months, levels.in_baseline[0, stretch.start : stretch.stop]),
                baseline_months=int(part.baseline_months[0]),
                reason=stretch.reason,
                is_trial=int(part.baseline_months[0]) < MIN_BASELINE_MONTHS,
                centre=float(lines.mean()),
                dispersion=None if np.isnan(dispersion) else dispersion,
            )
        )
    return tuple(listed)


def _baseline(months: pd.PeriodIndex, in_baseline: NDArray[np.bool_]) -> Window | None:
    chosen = months[in_baseline]
    return Window(chosen[0], chosen[-1]) if len(chosen) else None


def factors_of(season: Season) -> dict[int, float]:
    """Calendar month to factor; empty where the limits do not follow the season."""
    if not season.is_used[0]:
        return {}
    return {month: float(factor) for month, factor in enumerate(season.by_calendar_month[0], start=1)}


def alarms_of(levels: Levels, rules: tuple[Rule, ...]) -> tuple[float, bool] | None:
    """Chance of a false signal in so many months, and whether it is an upper bound; None where no rule is in use."""
    if not rules:
        return None
    lengths = []
    for stretch, part in zip(levels.stretches, levels.parts, strict=True):
        baseline = int(part.baseline_months[0])
        lengths.append((baseline, int(levels.judged[0, stretch.start : stretch.stop].sum()) - baseline))
    return false_alarm_rate(tuple(rule.name for rule in rules), lengths)


def refuse_other_answers(series: object) -> None:
    """An answer of another method, a rolling year above all, is no series of months."""
    if isinstance(series, Series):
        return
    kind = type(series).__name__
    raise MethodProblem(
        Problem(
            f"An expected level is made of a Series of single months, and this is a {kind}. Rolling years overlap and "
            "so move together: limits on them would flag a third of the months in which nothing has changed.",
            next_step="Give the monthly series it was made from, or make one with Series.from_frame.",
        )
    )


def refuse_overlapping_totals(series: Series) -> None:
    """Limits belong on months: totals that overlap move together, and spans of unequal season mislead."""
    if series.span_months == 1:
        return
    if series.span_months == 12:
        raise MethodProblem(
            Problem(
                f"{series.title}: each figure covers 12 months. Rolling totals overlap and so move together: limits "
                "from moving ranges would flag about a third of the months of a process in which nothing has changed.",
                next_step="Chart the single months, and show the rolling year beside them (rolling_year).",
            )
        )
    raise MethodProblem(
        Problem(
            f"{series.title}: each figure covers {series.span_months} months, an expected level is set on single ones.",
            next_step="Give monthly figures.",
        )
    )


def refuse_kind(series: Series, options: LevelOptions) -> None:
    """Words and ranks have no expected level; a chart fits some kinds of figure only, and may want denominators."""
    refuse_chart_of_kind(series.title, series.kind, options)
    family = FAMILIES.get(options.chart)
    of_shares = family is not None and series.kind.is_proportion and family.has_exposure
    if (series.kind is Kind.RATE or of_shares) and not (series.points["denominator"] > 0).any():
        raise MethodProblem(
            Problem(
                f"{series.title}: no month has a denominator above nought.",
                next_step="Give the denominators, or chart the percentages as they are with chart='xmr'.",
            )
        )


def refuse_chart_of_kind(title: str, kind: Kind, options: LevelOptions) -> None:
    """A chart that cannot be drawn of this kind of figure is refused with those that can."""
    if kind in (Kind.QUALITATIVE, Kind.POSITION):
        raise MethodProblem(Problem(f"{title}: there is no expected level of {_KIND_WORDS[kind]}."))
    family = FAMILIES.get(options.chart)
    if family is not None and kind not in family.kinds:
        fitting = ", ".join(name for name, other in FAMILIES.items() if kind in other.kinds)
        raise MethodProblem(
            Problem(
                f"{title}: a {family.words} cannot be drawn of {_KIND_WORDS[kind]}.",
                next_step=f"Choose one of {fitting}.",
            )
        )


def refuse_empty(series: Series, figures: Figures) -> None:
    """A series without a single figure has no level."""
    if np.isnan(figures.value).all():
        raise MethodProblem(
            Problem(
                f"{series.title}: there is no figure in any month.",
                next_step="Check the numerators, and that denominators are above nought.",
            )
        )


def refuse_season(series: Series, options: LevelOptions, family: ChartFamily, season: Season) -> None:
    """A season that was asked for must be one that can be had."""
    if not options.seasonal or season.is_used[0]:
        return
    if not family.may_follow_season:
        fitting = ", ".join(name for name, other in FAMILIES.items() if other.may_follow_season)
        raise MethodProblem(
            Problem(f"{series.title}: a {family.words} has no season.", next_step=f"Choose one of {fitting}.")
        )
    raise MethodProblem(
        Problem(
            f"{series.title}: the season cannot be estimated. It takes {LEAST_YEARS} baseline years in which each "
            "calendar month has figures above nought.",
            next_step="Choose a longer baseline, or leave seasonal='auto'.",
        )
    )


def refuse_missing_limits(series: Series, levels: Levels, family: ChartFamily) -> None:
    """Every segment must have limits; each that has none is told with its months."""
    problems = []
    for stretch, part in zip(levels.stretches, levels.parts, strict=True):
        months = _in_words(series, stretch)
        if part.baseline_months[0] == 0:
            problems.append(
                Problem(
                    f"{series.title}: no month with a figure sets the limits from {months}.",
                    next_step="Choose a baseline that lies within the figures, or exclude fewer months.",
                )
            )
        elif family.asks_months and not family.plain and np.isnan(part.dispersion[0]):
            problems.append(
                Problem(
                    f"{series.title}: there are no two months in a row from {months}, and the {family.words} takes its "
                    "limits from the differences between them.",
                    next_step="Wait for another month, choose a baseline with more, or set the limits anew elsewhere.",
                )
            )
    if problems:
        raise MethodProblem(problems)


def _in_words(series: Series, stretch: Stretch) -> str:
    ends = series.points["period_end"]
    return f"{month_in_words(ends.iloc[stretch.start])} to {month_in_words(ends.iloc[stretch.stop - 1])}"


def refused(
    figures: Figures, levels: Levels, family: ChartFamily, options: LevelOptions, present: NDArray[np.bool_]
) -> NDArray[np.int8]:
    """Why each of many series has no limits, as a place in `REFUSALS`; 0 where it has them."""
    reasons = np.zeros(len(present), dtype=np.int8)
    for stretch, part in zip(levels.stretches, levels.parts, strict=True):
        concerned = present[:, stretch.start : stretch.stop].any(axis=1)
        if family.asks_months and not family.plain:
            reasons[concerned & np.isnan(part.dispersion)] = 3
        reasons[concerned & (part.baseline_months == 0)] = 2
    if options.seasonal:
        reasons[~levels.season.is_used] = 4
    reasons[np.isnan(figures.value).all(axis=1)] = 1
    return reasons
