"""Centre line and limits, segment by segment: moving ranges and sigma."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pccstats.methods.level.charts import D2_PAIR, D4_PAIR, ChartFamily, Measured
from pccstats.methods.level.options import LevelOptions
from pccstats.methods.level.rules import PROCESS_SIGMAS, WARNING_SIGMAS, Standing
from pccstats.methods.level.season import Season, median
from pccstats.methods.level.segments import Segments

Flags = NDArray[np.bool_]
ON_THE_LINE = 1e-11  # of the centre line: a difference this small is the last digit, not the figure
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Limits:
    """Centre line and limits of one or many series.

    Attributes
    ----------
    lines : dict of str to array
        Centre line, process and warning limits by the name of their column, series by months, as readers see them.
    standing : Standing
        How the months lie to the centre line.
    dispersion : array
        Series by segments: how much more the months vary than chance alone would have it; NaN where the chart does not
        ask or cannot know.
    baseline_months, left_out : array of int
        Series by segments: months that set the limits; extreme moving ranges left out.
    """

    lines: dict[str, Array]
    standing: Standing
    dispersion: Array
    baseline_months: NDArray[np.int64]
    left_out: NDArray[np.int64]


def set_limits(measured: Measured, segments: Segments, season: Season, asked: LevelOptions) -> Limits:
    """Set the limits of each segment by its baseline months."""
    parts = []
    for months in segments.months:
        here = np.s_[:, months]
        judged, in_baseline = segments.judged[here], segments.in_baseline[here]
        parts.append(
            _limits_of_segment(
                measured.between(months).where(judged),
                family=asked.family,
                in_baseline=in_baseline,
                season=season.factors[here],
                allowance=_allowance(season, judged, in_baseline),
                screen=asked.screen,
            )
        )
    return _side_by_side(parts)


def _side_by_side(parts: list[Limits]) -> Limits:
    """The segments one after another, as the months run."""
    if len(parts) == 1:
        return parts[0]
    return Limits(
        lines={name: np.concatenate([part.lines[name] for part in parts], axis=1) for name in parts[0].lines},
        standing=Standing(
            z=np.concatenate([part.standing.z for part in parts], axis=1),
            side=np.concatenate([part.standing.side for part in parts], axis=1),
            level=np.concatenate([part.standing.level for part in parts], axis=1),
        ),
        dispersion=np.concatenate([part.dispersion for part in parts], axis=1),
        baseline_months=np.concatenate([part.baseline_months for part in parts], axis=1),
        left_out=np.concatenate([part.left_out for part in parts], axis=1),
    )


def _allowance(season: Season, judged: Flags, in_baseline: Flags) -> Array:
    """Limits are widened where they judge months that the season was not estimated from."""
    return np.where((judged & ~in_baseline).any(axis=1), season.allowance, 1.0)


def _limits_of_segment(
    measured: Measured,
    *,
    family: ChartFamily,
    in_baseline: Flags,
    season: Array,
    allowance: Array,
    screen: bool,
) -> Limits:
    """Set the limits of one segment by its baseline months.

    Parameters
    ----------
    measured : Measured
        The segment's figures; months to be left out of everything are NaN in `level`.
    in_baseline : array of bool
        Months with a figure that set the limits.
    season : array
        The month's factor: 1 where there is no season.
    allowance : array
        One a series: how much wider the limits must be because the season was estimated; 1 where it was not.
    """
    centre = _centre(measured, family, in_baseline, season)
    expected = centre[:, None] * season
    if np.isfinite(family.highest):
        expected = np.minimum(expected, family.highest)
    unit = season if not family.has_exposure and family.asks_months else family.unit_spread(expected, measured.exposure)
    away = _away(measured.level, expected)
    dispersion, left_out = _dispersion(away, unit, in_baseline, family, screen=screen)
    sigma = np.where(np.isnan(dispersion), 1.0, dispersion)[:, None] * unit * allowance[:, None]
    shown = median(measured.level, in_baseline)[:, None] * season if family.shows_median else expected
    lines = {
        "centre_line": family.back(shown) * measured.scale,
        "lower_process_limit": _limit(expected, -PROCESS_SIGMAS * sigma, measured, family),
        "upper_process_limit": _limit(expected, PROCESS_SIGMAS * sigma, measured, family),
        "lower_warning_limit": _limit(expected, -WARNING_SIGMAS * sigma, measured, family),
        "upper_warning_limit": _limit(expected, WARNING_SIGMAS * sigma, measured, family),
    }
    side = _side(_away(measured.level, shown) if family.shows_median else away)
    standing = Standing(_in_sigma(away, sigma), side, measured.level / season)
    months = in_baseline.sum(axis=-1)
    return Limits(lines, standing, dispersion[:, None], months[:, None], left_out[:, None])


def _centre(measured: Measured, family: ChartFamily, in_baseline: Flags, season: Array) -> Array:
    """Mean of the values, or all events over all exposure, season taken out."""
    if not family.has_limits:
        return median(measured.level / season, in_baseline)
    events = measured.events if family.has_exposure else measured.level / season
    exposure = measured.exposure * season if family.has_exposure else measured.exposure
    total = np.where(in_baseline, events, 0.0).sum(axis=-1)
    out_of = np.where(in_baseline, exposure, 0.0).sum(axis=-1)
    return np.asarray(np.divide(total, out_of, out=np.full(total.shape, np.nan), where=out_of > 0))


def _away(level: Array, expected: Array) -> Array:
    away = level - expected
    return np.where(np.abs(away) <= ON_THE_LINE * np.abs(expected), 0.0 * away, away)


def _dispersion(
    away: Array, unit: Array, in_baseline: Flags, family: ChartFamily, *, screen: bool
) -> tuple[Array, NDArray[np.int64]]:
    """Mean moving range of the standardised baseline months over d2 (Laney 2002); NaN where it cannot be known."""
    if not family.asks_months:
        return np.full(len(away), np.nan), np.zeros(len(away), dtype=np.int64)
    standardised = np.divide(away, unit, out=np.full_like(away, np.nan), where=in_baseline & (unit > 0))
    mean, left_out = mean_moving_range(moving_ranges(standardised), screen=screen)
    return mean / D2_PAIR, left_out


def _limit(expected: Array, distance: Array, measured: Measured, family: ChartFamily) -> Array:
    if not family.has_limits:
        return np.full_like(expected, np.nan)
    limit = expected + distance
    if np.isfinite(family.lowest) or np.isfinite(family.highest):
        limit = np.clip(limit, family.lowest, family.highest)
    return family.back(limit) * measured.scale


def _in_sigma(away: Array, sigma: Array) -> Array:
    """Distances in sigma; where sigma is nought, a month on the line is at 0 and any other infinitely far."""
    far = np.where(away == 0, 0.0 * away, np.copysign(np.inf, away))
    far = np.where(np.isnan(away), np.nan, far)
    return np.divide(away, sigma, out=far, where=sigma > 0)


def _side(away: Array) -> NDArray[np.int8]:
    return (away > 0).astype(np.int8) - (away < 0).astype(np.int8)


def moving_ranges(values: ArrayLike) -> Array:
    """Absolute difference from the month before, along the last axis; the first, and those beside a gap, are empty.

    Examples
    --------
    >>> moving_ranges([10, 12, 11]).tolist()
    [nan, 2.0, 1.0]
    """
    array = np.asarray(values, dtype=float)
    ranges = np.full_like(array, np.nan)
    ranges[..., 1:] = np.abs(array[..., 1:] - array[..., :-1])
    return ranges


def mean_moving_range(ranges: Array, *, screen: bool = False) -> tuple[Array, NDArray[np.int64]]:
    """The mean of the moving ranges that are not empty, along the last axis, and how many extreme ones were left out.

    Parameters
    ----------
    ranges : array
        Moving ranges; empty ones are NaN.
    screen : bool
        Leave out, once, the ranges at or above `D4_PAIR` times their mean.

    Returns
    -------
    mean : array
        NaN where there is no moving range.
    left_out : array of int

    References
    ----------
    Nelson LS (1982). Control charts for individual measurements. Journal of Quality Technology 14: 172-173.

    Examples
    --------
    >>> mean, left_out = mean_moving_range(moving_ranges([10, 12, 11]))
    >>> float(mean), int(left_out)
    (1.5, 0)
    """
    known = ~np.isnan(ranges)
    mean = _mean(ranges, known)
    if not screen:
        return mean, np.zeros(mean.shape, dtype=np.int64)
    # A constant series has a mean range of nought, and nothing in it is extreme.
    ordinary = known & ((ranges < D4_PAIR * mean[..., None]) | (mean[..., None] == 0))
    return _mean(ranges, ordinary), known.sum(axis=-1) - ordinary.sum(axis=-1)


def _mean(values: Array, chosen: NDArray[np.bool_]) -> Array:
    count = chosen.sum(axis=-1)
    total = np.where(chosen, values, 0.0).sum(axis=-1)
    return np.asarray(np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0))
