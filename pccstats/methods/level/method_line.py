"""The method line of an expected level: how it was made, in words."""

from __future__ import annotations

import calendar

import numpy as np
import pandas as pd

from pccstats.methods.level.charts import MIN_BASELINE, ChartFamily, Seasons
from pccstats.methods.level.false_alarms import FalseAlarms
from pccstats.methods.level.options import LevelOptions
from pccstats.methods.level.season import FORMS, LEAST_YEARS, TEST_LEVEL, Season
from pccstats.terms.periods import SPAN_WORDS, month_in_words
from pccstats.terms.results.level import Segment
from pccstats.terms.series import Series
from pccstats.terms.words import Kind

SMALLEST_P = 0.001
YEARS_IN_WORDS = {2: "two", 3: "three", 4: "four"}


def method_words(
    series: Series,
    asked: LevelOptions,
    *,
    segments: tuple[Segment, ...],
    season: Season,
    seasons: Seasons,
    false_alarms: FalseAlarms,
    longer_term: tuple[str, float],
    left_out: int,
    wild: pd.PeriodIndex,
    companion: str,
) -> str:
    """Chart, limits, baseline, sigma, season, rules, companion, false alarms, source: a sentence or two each."""
    family, period = asked.family, SPAN_WORDS[series.span_months]
    sentences = [
        f"Mean expected level: {family.words} ({asked.why_family}), {family.formula}{_exposure(series, asked)}.",
        _probability(asked, period),
        _baseline(segments, series.span_months),
        _dispersion(family, segments),
        _left_out_as_wild(wild, period),
        _screening(asked, left_out),
        _season(season, asked, _places(series, seasons)),
        _excluded(asked),
        _rules(asked),
        companion,
        _false_alarms(false_alarms, period),
        _longer_term(*longer_term),
        _source(series),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _probability(asked: LevelOptions, period: str) -> str:
    """What the limits are where chance has a shape."""
    if asked.chance is None:
        return ""
    return (
        f"Instead of 3 sigma the limits are where chance alone takes a {period} once in 740 times above and once below "
        f"({asked.chance.words}; its variance over plain chance is σz², 1 or more), with room for the error of what "
        f"was estimated where other {period}s are judged."
    )


def _left_out_as_wild(wild: pd.PeriodIndex, period: str) -> str:
    if not len(wild):
        return ""
    listed = ", ".join(month_in_words(month) for month in wild)
    return f"So far out that no limits are set by it, and judged like any other {period}: {listed}."


def _places(series: Series, seasons: Seasons) -> dict[int, str]:
    """The names of the places in a year: `August`, `July to September`."""
    ends = dict(zip(seasons.place.tolist(), series.points["period_end"], strict=True))
    first = {place: calendar.month_name[(end - (series.span_months - 1)).month] for place, end in ends.items()}
    last = {place: calendar.month_name[end.month] for place, end in ends.items()}
    return {place: name if series.span_months == 1 else f"{name} to {last[place]}" for place, name in first.items()}


def _season(season: Season, asked: LevelOptions, places: dict[int, str]) -> str:
    """Whether the limits follow the season, and what decided it."""
    if asked.seasonal is False:
        return "The limits do not follow the season, as asked."
    if not asked.family.may_follow_season:
        return ""
    p_value = float(season.p_value[0])
    if np.isnan(p_value):
        years = YEARS_IN_WORDS[LEAST_YEARS[season.by_place.shape[1]]]
        return f"The limits do not follow the season: there are not {years} baseline years to estimate it from."
    tested = f"test for season p = {p_value:.3f}" if p_value >= SMALLEST_P else f"test for season p < {SMALLEST_P}"
    if asked.is_textbook and not asked.seasonal:
        advice = "; seasonal=True would have them follow it" if p_value < TEST_LEVEL else ""
        return f"The limits do not follow the season, as the textbooks have this chart ({tested}{advice})."
    if not season.is_used[0]:
        return f"The limits do not follow the season: {tested}, not below {TEST_LEVEL}."
    factors, period = season.by_place[0], SPAN_WORDS[asked.span_months]
    form = FORMS[len(factors)][int(season.form[0])].words.format(period=period)
    low, high = int(factors.argmin()), int(factors.argmax())
    why = "as asked" if asked.seasonal else "chosen by the test"
    return (
        f"The limits follow the season ({why}; {tested}; {form}): {period} factors from {factors[low]:.2f} in "
        f"{places[low]} to {factors[high]:.2f} in {places[high]}, "
        f"limits widened for their error where {period}s after the baseline are judged{_wild(season, period)}."
    )


def _wild(season: Season, period: str) -> str:
    count = int(season.left_out[0])
    if not count:
        return ""
    return f"; {count} wild {period}{'s' if count > 1 else ''} left out of the factors"


def _false_alarms(alarms: FalseAlarms, period: str) -> str:
    """How often the rules in use find a signal in a quarter in which nothing has changed."""
    if alarms.why_unknown:
        return (
            "How often these rules find a signal in a series in which nothing changes is not tabled "
            f"({alarms.why_unknown})."
        )
    if alarms.rate is None:
        return ""
    least = "at most" if alarms.is_upper_bound else "about"
    return (
        f"If nothing had changed, a quarter of a series of this size would show a signal {least} "
        f"{_times(alarms.rate)} (simulated, for {period}s that do not depend on one another)."
    )


def _times(rate: float) -> str:
    """`2 times in 100`; of what is rarer than once in a hundred, in 1,000."""
    out_of = 100 if rate >= 0.01 else 1000
    times = max(1, round(out_of * rate))
    return f"{'once' if times == 1 else f'{times} times'} in {out_of:,}"


def _longer_term(trend: str, p_value: float) -> str:
    """The longer-term trend with the test it comes from."""
    if not trend:
        return ""
    p_words = f"p = {p_value:.3f}" if p_value >= SMALLEST_P else f"p < {SMALLEST_P}"
    return f"Longer-term trend of the latest segment: {trend} (seasonal Kendall test, {p_words})."


def _exposure(series: Series, asked: LevelOptions) -> str:
    family = asked.family
    if not family.has_exposure:
        return ""
    if series.kind.is_proportion:
        return f", n the denominator of each {SPAN_WORDS[series.span_months]}"
    has_denominator = series.points["denominator"].notna().any()
    days = f"the days of each {SPAN_WORDS[series.span_months]}" if family.counts_days and asked.per_day else ""
    of = "its denominator" if has_denominator and family.counts_days else ""
    return f", n {' × '.join(filter(None, (days, of)))}" if days or of else ""


def _baseline(segments: tuple[Segment, ...], span_months: int) -> str:
    period = SPAN_WORDS[span_months]
    if len(segments) == 1:
        return f"Limits set by {_figures(segments[0], period)}."
    listed = "; ".join(
        f"from {month_in_words(s.window.first)}{f' ({s.reason})' if s.reason else ''} by {_figures(s, period)}"
        for s in segments
    )
    return f"Limits set anew in each of {len(segments)} segments: {listed}."


def _figures(segment: Segment, period: str) -> str:
    trial = f", fewer than {MIN_BASELINE}: trial limits" if segment.is_trial else ""
    plural = "" if segment.baseline_months == 1 else "s"
    span = ""
    if segment.baseline is not None and segment.baseline_months > 1:
        span = f", {month_in_words(segment.baseline.first)} to {month_in_words(segment.baseline.last)}"
    return f"{segment.baseline_months} baseline {period}{plural}{span}{trial}"


def _dispersion(family: ChartFamily, segments: tuple[Segment, ...]) -> str:
    known = [segment.dispersion for segment in segments if segment.dispersion is not None]
    listed = " and ".join(f"{value:.2f}" for value in known)
    if known and not family.plain:
        return f"Sigma {listed}, from the mean moving range over d2 = 1.1284."
    if not family.plain:
        return ""
    found = f"Dispersion σz {listed} times chance, from the mean moving range over d2 = 1.1284." if known else ""
    if len(known) == len(segments):
        return found
    fallback = (
        f"Where the dispersion cannot be found ({len(segments) - len(known)} of {len(segments)} segments) "
        f"the {family.plain} chart's limits hold."
    )
    return f"{found} {fallback}".strip()


def _screening(asked: LevelOptions, left_out: int) -> str:
    if not (asked.screen and asked.family.asks_months):
        return ""
    return f"Extreme moving ranges (3.27 times the mean or more) left out: {left_out}."


def _excluded(asked: LevelOptions) -> str:
    if not asked.exclude:
        return ""
    listed = ", ".join(
        f"{month_in_words(dated.month)}{f' ({dated.reason})' if dated.reason else ''}" for dated in asked.exclude
    )
    return f"Shown but not judged, and not in the limits: {listed}."


def _rules(asked: LevelOptions) -> str:
    if not asked.rules:
        return "No rule applies to a chart without limits."
    name = f" ({asked.rule_set})" if asked.rule_set else ""
    period = SPAN_WORDS[asked.span_months]
    return f"Rules{name}: {'; '.join(rule.sought(period) for rule in asked.rules)}."


def _source(series: Series) -> str:
    vintage = (
        f", population {series.population_vintage}" if series.kind is Kind.RATE and series.population_vintage else ""
    )
    return f"Source: {'; '.join(series.sources)}{vintage}." if series.sources else ""
