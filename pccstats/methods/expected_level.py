"""The mean expected level of one series: centre line, process limits, signals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from pccstats.methods.chart_choice import chosen_family
from pccstats.methods.chart_families import ChartFamily
from pccstats.methods.constants import MIN_BASELINE_MONTHS
from pccstats.methods.interpretation import assurance_of, variation_of
from pccstats.methods.level_core import Levels, baseline_of, find_levels, rules_that_apply, stretches_of
from pccstats.methods.level_figures import Figures, figures_of
from pccstats.methods.level_options import Rebase, level_options
from pccstats.methods.level_refusals import (
    refuse_empty,
    refuse_kind,
    refuse_missing_limits,
    refuse_overlapping_totals,
)
from pccstats.methods.level_words import method_words
from pccstats.terms.periods import Window
from pccstats.terms.results.expected_level import POINTS, ExpectedLevel, Segment
from pccstats.terms.series import Series
from pccstats.terms.words import Polarity, Signal

SIGNALS = {1: Signal.ABOVE, -1: Signal.BELOW, 0: Signal.NONE}


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
    """What should a month look like when nothing has changed, and which months do not?"""
    options = level_options(
        chart=chart,
        baseline=baseline,
        rules=rules,
        seasonal=seasonal,
        rebase_at=rebase_at,
        per_day=per_day,
        screen_moving_ranges=screen_moving_ranges,
        exclude=exclude,
        breaks=[Rebase(event.month, event.title) for event in series.breaks],
    )
    refuse_overlapping_totals(series)
    refuse_kind(series, options)
    figures = figures_of(series)
    refuse_empty(series, figures)
    family, reason = chosen_family(options.chart, figures)
    stretches = stretches_of(figures.months, options.rebases)
    judged, in_baseline = baseline_of(figures, options, stretches)
    season = np.ones(judged.shape)
    levels = find_levels(
        figures,
        family=family,
        options=options,
        stretches=stretches,
        judged=judged,
        in_baseline=in_baseline,
        season=season,
        allowance=np.ones(1),
    )
    refuse_missing_limits(series, levels, family)
    points = points_of(figures, levels, family, series.polarity, excluded=options.is_excluded(figures.months))
    segments = segments_of(figures, levels, points)
    latest = points[points["value"].notna()].iloc[-1]
    return ExpectedLevel(
        points=points,
        method=method_words(
            series,
            family=family,
            reason=reason,
            options=options,
            segments=segments,
            season="",
            rules=rules_that_apply(options, family),
            false_alarms="",
            left_out=int(sum(part.left_out[0] for part in levels.parts)),
        ),
        title=series.title,
        unit=series.unit,
        kind=series.kind,
        polarity=series.polarity,
        chart=family.name,
        rules=tuple(levels.flags),
        segments=segments,
        target=target,
        assurance=assurance_of(target, latest["lower_process_limit"], latest["upper_process_limit"], series.polarity),
        area=series.area,
        key=series.key,
        events=series.events,
        is_illustrative=series.is_illustrative,
        sources=series.sources,
    )


def points_of(
    figures: Figures, levels: Levels, family: ChartFamily, polarity: Polarity, *, excluded: np.ndarray
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
        "season_factor": levels.season[0],
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
        lines = points["centre_line"].iloc[stretch.start : stretch.stop]
        listed.append(
            Segment(
                number=number,
                window=Window(months[0], months[-1]),
                baseline_months=int(part.baseline_months[0]),
                reason=stretch.reason,
                is_trial=int(part.baseline_months[0]) < MIN_BASELINE_MONTHS,
                centre=float(lines.mean()),
                dispersion=None if np.isnan(dispersion) else dispersion,
            )
        )
    return tuple(listed)
