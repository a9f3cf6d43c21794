"""From arrays back to what readers use: one row a month, segments, method line."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.constants import MIN_BASELINE_MONTHS
from pccstats.methods.expected_level.chart_families import ChartFamily
from pccstats.methods.expected_level.false_alarms import false_alarm_rate
from pccstats.methods.expected_level.interpretation import assurance_of, variation_of
from pccstats.methods.expected_level.level_core import Levels, rules_that_apply
from pccstats.methods.expected_level.level_figures import Figures
from pccstats.methods.expected_level.level_options import LevelOptions
from pccstats.methods.expected_level.level_words import false_alarm_words, longer_term_words, method_words, season_words
from pccstats.methods.expected_level.longer_term import longer_term_trend
from pccstats.methods.expected_level.season import Season
from pccstats.methods.expected_level.special_cause import Rule
from pccstats.terms.periods import Window
from pccstats.terms.results.expected_level import POINTS, ExpectedLevel, Segment
from pccstats.terms.series import Series
from pccstats.terms.words import Polarity, Signal

SIGNALS = {1: Signal.ABOVE, -1: Signal.BELOW, 0: Signal.NONE}


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
    return pd.DataFrame({name: columns[name] for name in POINTS} | flags)


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
