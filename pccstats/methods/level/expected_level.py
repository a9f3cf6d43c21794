"""The mean expected level of one series: centre line, process limits, signals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from pccstats.methods.dependence import INDEPENDENT
from pccstats.methods.level.charts import FAMILIES, MIN_BASELINE, Figures, measure
from pccstats.methods.level.companion import add_up, after_the_last, building_from, companion_words
from pccstats.methods.level.false_alarms import FalseAlarms, Judging, false_alarms_of
from pccstats.methods.level.limits import set_limits
from pccstats.methods.level.method_line import method_words
from pccstats.methods.level.options import LevelOptions
from pccstats.methods.level.points import Levels, as_text, assurance_of, columns_of, points_of
from pccstats.methods.level.probability import BINOMIAL
from pccstats.methods.level.rules import CUSUM, Rule, find_signals
from pccstats.methods.level.season import LEAST_YEARS, season_of
from pccstats.methods.level.segments import Stretch, cut_into_segments
from pccstats.methods.level.trend import leaning, longer_term_trend
from pccstats.terms.errors import MethodProblem, Problem
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, SPAN_WORDS, Window, month_in_words
from pccstats.terms.results.level import ExpectedLevel, Segment
from pccstats.terms.series import Series
from pccstats.terms.words import Signal


def expected_level(
    series: Series,
    chart: str = "auto",
    baseline: Any = None,
    rules: str | Rule | Iterable[str | Rule] = "auto",
    seasonal: str | bool = "auto",
    rebase_at: Iterable[Any] = (),
    *,
    limits: str = "auto",
    companion: str | None = "auto",
    per_day: bool = True,
    screen_moving_ranges: bool = False,
    exclude: Iterable[Any] = (),
    target: float | None = None,
) -> ExpectedLevel:
    """Find the mean expected level: what a month or quarter looks like when nothing has changed, and which do not.

    Parameters
    ----------
    series : Series
        Monthly or quarterly figures: counts, rates, shares, survey per cents or money. A series of 12-month figures
        is refused. What is said of months here holds for quarters, four to the year.
    chart : {"auto", "xmr", "c", "u", "p", "c_prime", "u_prime", "p_prime", "g", "t", "run"}
        `auto` takes `u_prime` for counts and rates, `p_prime` for shares with a denominator, `xmr` for the rest. `g`
        and `t` take the figures as cases or time between events.
    baseline : window, list of windows or None
        The months that set the limits: `("2012-04", "2015-03")`, `"2012/13"`, or one window for each of several
        segments. None takes every month. A segment in which no baseline month lies is set by all its own. A quarter
        counts where it lies wholly within the window.
    rules : str, Rule or tuple of them
        A rule set (`standard`, `mdc`, `mdc_before_2023`, `western_electric`, `nelson`, `anhoej`), names of rules, or
        rules of your own (docs/methods/expected-level.md says how to make one). `auto` takes `standard` (a month
        outside the limits, or the companion beyond its bound) with a companion, and `mdc` without.
    seasonal : {"auto", True, False}
        Whether the limits follow the month of the year. It takes two baseline years, three of quarters, and one more
        for a factor of each month or quarter; `auto` asks a test on them, and draws `xmr`, `c`, `u` and `p` that are
        asked for by name as the textbooks have them.
    rebase_at : sequence of month or (month, reason)
        Where the limits are set anew, besides at registered events that break comparability. A quarter that such a
        month comes in the middle of is shown and not judged.
    limits : {"auto", "probability", "sigma"}
        `probability`: where chance alone goes once in 740 times on each side, by the negative binomial distribution for
        counts and the binomial for shares, with the chart's own centre, exposure, season and dispersion, and room for
        the error of a short baseline. `sigma`: three sigma either side. `auto` takes the first for `c_prime`,
        `u_prime` and `p_prime`, the second for the rest.
    companion : {"auto", "cusum", None}
        Cumulative sums of the distances from the centre line, which see a small lasting change that no single month
        shows. `auto` has them beside `c_prime`, `u_prime` and `p_prime`.
    per_day : bool
        Count the days of each month or quarter as exposure, so that a February does not look like a success.
    screen_moving_ranges : bool
        Leave extreme moving ranges, 3.27 times the mean or more, out of sigma.
    exclude : sequence of month or (month, reason)
        Months that are shown, but neither judged nor part of the limits.
    target : float, optional
        What is to be reached each month, in the unit of the figures.

    Returns
    -------
    ExpectedLevel
        `.points` has one row a month or quarter (`month` is its last): value, centre line, process limits (three
        sigma, or as seldom passed), warning limits (two), z (distance in sigma, or a score as seldom passed), signal,
        rules, variation, segment, the companion's sums. Counts are events a month or quarter, shares are per cent.

    Raises
    ------
    MethodProblem
        If there is nothing to set limits by, the figures overlap, or a choice is unknown; every reason is listed.

    Notes
    -----
    For counts c with exposure n: rate = sum c / sum n, sigma_i = sqrt(rate / n_i), z_i = (c_i / n_i - rate) / sigma_i,
    sigma_z = mean abs(z_i - z_(i-1)) / d2 with d2 = 2 / sqrt(pi), limits rate ± 3 sigma_i sigma_z, shown as n_i times
    that. For shares sigma_i = sqrt(p (1 - p) / n_i). For values on their own the limits are mean ± 3 × mean moving
    range / d2. A month with no figure gives no moving range and ends a run. Probability limits take phi = sigma_z
    squared, 1 or more, as the variance over the mean of a negative binomial (`probability.count_scores`), and leave a
    baseline month that lies beyond a score of 5 out of the centre and of phi. The companion's sums are Page's, with
    k = 1/2, of the scores (`companion.Companion`).

    Do not use it on figures that overlap (rolling years), or to compare areas (`compare_group`).

    References
    ----------
    Laney DB (2002). Improved control charts for attributes. Quality Engineering 14: 531-537.
    Wheeler DJ (2000). Understanding Variation. 2nd edition. SPC Press.
    NHS England (2023). Making Data Count: the rules as they stand since November 2023.
    Page ES (1954). Continuous inspection schemes. Biometrika 41: 100-115.
    Paulson E (1942). An approximate normalization of the analysis of variance distribution. Annals of Mathematical
    Statistics 13: 233-235.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"month": pd.period_range("2015-01", periods=5, freq="M"), "n": [10, 12, 11, 13, 9]})
    >>> level = expected_level(Series.from_frame(frame, numerator="n", title="Robbery"), chart="xmr")
    >>> row = level.points.iloc[-1]
    >>> [round(float(row[name]), 2) for name in ("centre_line", "lower_process_limit", "upper_process_limit")]
    [11.0, 5.02, 16.98]
    """
    asked = LevelOptions.read(
        series,
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
    figures = Figures.of(series)
    measured = measure(figures, asked.family, per_day=asked.per_day)
    segments = cut_into_segments(figures, measured, asked)
    season = season_of(figures, measured, segments, asked)
    drawn = set_limits(measured, segments, season, asked)
    sums = add_up(drawn.standing, drawn.log_none, drawn.sets_limits, segments, asked)
    signals = find_signals(sums.beside(drawn.standing), asked.rules, segments.months)
    return _answer(series, Levels(asked, figures, measured, segments, season, drawn, sums, signals))


def _answer(series: Series, levels: Levels) -> ExpectedLevel:
    """The points with their words; refused where there are no limits."""
    _require_limits(series.title, levels)
    asked = levels.asked
    points = _points(levels, series)
    segments = _segments(levels, points)
    alarms = _false_alarms(levels)
    latest = points[points["value"].notna()].iloc[-1]
    longer_term, p_value = _longer_term(levels)
    return ExpectedLevel(
        points=points,
        method=method_words(
            series,
            asked,
            segments=segments,
            season=levels.season,
            seasons=levels.figures.seasons,
            false_alarms=alarms,
            longer_term=(longer_term, p_value),
            left_out=int(levels.limits.left_out.sum()),
            wild=levels.figures.months[levels.limits.is_wild[0]],
            companion=companion_words(levels.sums, levels.segments, SPAN_WORDS[asked.span_months]),
        ),
        about=series.about,
        chart=asked.family.name,
        limits="sigma" if asked.chance is None else "probability",
        has_companion=asked.has_companion,
        heeds_companion=any(rule.name == CUSUM for rule in asked.rules),
        building_since=_building_since(points),
        rules=tuple(rule.words for rule in asked.rules),
        segments=segments,
        season_factors=_season_factors(levels),
        false_alarm_rate=alarms.rate,
        longer_term=longer_term,
        target=asked.target,
        assurance=assurance_of(
            asked.target, latest["lower_process_limit"], latest["upper_process_limit"], series.polarity
        ),
        events=series.events,
    )


def _require_limits(title: str, levels: Levels) -> None:
    """Every segment must have limits, and a season that was asked for must be one that can be had."""
    family, months = levels.asked.family, levels.figures.months
    period, years = SPAN_WORDS[levels.figures.span_months], LEAST_YEARS[levels.figures.seasons.count]
    problems = []
    if levels.without_season[0]:
        if family.may_follow_season:
            what = (
                f"{title}: the season cannot be estimated. It takes {years} baseline years in which each "
                f"calendar {period} has figures above nought."
            )
            problems.append(Problem(what, next_step="Choose a longer baseline, or leave seasonal='auto'."))
        else:
            fitting = ", ".join(name for name, other in FAMILIES.items() if other.may_follow_season)
            what = f"{title}: a {family.words} has no season."
            problems.append(Problem(what, next_step=f"Choose one of {fitting}."))
    for number, stretch in enumerate(levels.segments.stretches):
        if levels.without_baseline[0, number]:
            what = f"{title}: no {period} with a figure sets the limits from {_span(months, stretch)}."
            step = "Choose a baseline that lies within the figures, or exclude fewer."
            problems.append(Problem(what, next_step=step))
        if levels.without_pair[0, number]:
            what = (
                f"{title}: there are no two {period}s in a row from {_span(months, stretch)}, and the {family.words} "
                "takes its limits from the differences between them."
            )
            step = f"Wait for another {period}, choose a baseline with more, or set the limits anew elsewhere."
            problems.append(Problem(what, next_step=step))
    if problems:
        raise MethodProblem(problems)


def _span(months: pd.PeriodIndex, stretch: Stretch) -> str:
    return f"{month_in_words(months[stretch.start])} to {month_in_words(months[stretch.stop - 1])}"


def _points(levels: Levels, series: Series) -> pd.DataFrame:
    """One row a month or quarter; the words are plain text here, for one series has few."""
    months = levels.figures.months
    return pd.DataFrame(points_of(columns_of(levels), months, levels.asked.rules, series.polarity, words=as_text))


def _segments(levels: Levels, points: pd.DataFrame) -> tuple[Segment, ...]:
    """The segments as readers are told of them."""
    listed, asked = [], levels.asked
    for number, stretch in enumerate(levels.segments.stretches):
        months = levels.figures.months[stretch.months]
        dispersion = float(levels.limits.dispersion[0, number])
        baseline_months = int(levels.limits.baseline_months[0, number])
        lines = (points["centre_line"] / points["season_factor"]).iloc[stretch.months]
        listed.append(
            Segment(
                number=number + 1,
                window=_window(months, asked.span_months),
                baseline=_baseline(months[levels.limits.sets_limits[0, stretch.months]], asked.span_months),
                baseline_months=baseline_months,
                reason=stretch.reason,
                is_trial=baseline_months < MIN_BASELINE,
                centre=float(lines.mean()),
                dispersion=None if np.isnan(dispersion) else dispersion,
            )
        )
    return tuple(listed)


def _baseline(months: pd.PeriodIndex, span_months: int) -> Window | None:
    return _window(months, span_months) if len(months) else None


def _window(ends: pd.PeriodIndex, span_months: int) -> Window:
    """From the first month of the first period to the last of the last."""
    return Window(ends[0] - (span_months - 1), ends[-1])


def _season_factors(levels: Levels) -> dict[int, float]:
    """Calendar month to factor, a quarter by its last month; empty where the limits do not follow the season."""
    season, figures = levels.season, levels.figures
    if not season.is_used[0]:
        return {}
    last = {int(end.month): int(place) for end, place in zip(figures.months, figures.seasons.place, strict=True)}
    return {month: float(season.by_place[0, last[month]]) for month in sorted(last)}


def _building_since(points: pd.DataFrame) -> pd.Period | None:
    """From which month on the latest signal has built up; None where the latest month was not found so."""
    known = points[points["value"].notna()]
    held = known[known["segment"] == known["segment"].iloc[-1]]
    if f"rule_{CUSUM}" not in held or not held[f"rule_{CUSUM}"].iloc[-1]:
        return None
    at = building_from(held["z"].to_numpy(dtype=float), is_above=held["signal"].iloc[-1] == Signal.ABOVE)
    start: pd.Period = held["month"].iloc[at]
    return start


def _false_alarms(levels: Levels) -> FalseAlarms:
    """How often a quarter such as the latest would show a signal if nothing had changed."""
    asked, family, latest = levels.asked, levels.asked.family, np.s_[0, levels.segments.months[-1]]
    if family.is_skew:
        return FalseAlarms(None, why_unknown=f"none is known of a {family.words}")
    sets_limits = levels.limits.sets_limits[latest]
    judging = Judging(
        limits="sigma" if asked.chance is None else "probability",
        baseline=int(sets_limits.sum()),
        after=int(levels.segments.judged[latest][after_the_last(sets_limits[None])[0] :].sum()),
        in_a_quarter=MONTHS_IN_A_QUARTER // asked.span_months,
    )
    if family.chance is not None:
        events, of = (part[latest][sets_limits] for part in (levels.measured.events, levels.measured.exposure))
        cases = min(events.mean(), (of - events).mean()) if family.chance is BINOMIAL else events.mean()
        judging = replace(judging, size=cases / np.fmax(levels.limits.dispersion[0, -1], 1.0) ** 2)
    return false_alarms_of([rule.name for rule in asked.rules], judging)


def _longer_term(levels: Levels) -> tuple[str, float]:
    """Which way the latest segment has gone over three years or more, and the p-value."""
    latest = levels.segments.months[-1]
    seasons = levels.figures.seasons
    level = levels.limits.standing.level[0, latest]
    figures, family = levels.figures, levels.asked.family
    dispersion = levels.limits.dispersion[0, -1]
    away = levels.limits.standing.z[0, latest] * (1.0 if np.isnan(dispersion) else dispersion)
    dependence = leaning(away, figures.kind, figures.span_months, has_chance=family.has_exposure)
    return longer_term_trend(level, seasons.place[latest], seasons.count, dependence or INDEPENDENT)
