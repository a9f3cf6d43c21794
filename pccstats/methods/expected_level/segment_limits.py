"""Centre line and limits of one segment, for one chart, one series or thousands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pccstats.methods.constants import D2_PAIR, PROCESS_SIGMAS, WARNING_SIGMAS
from pccstats.methods.expected_level.chart_families import ChartFamily
from pccstats.methods.expected_level.level_figures import Array, Measured
from pccstats.methods.expected_level.moving_range import mean_moving_range, moving_ranges
from pccstats.methods.expected_level.quantiles import median

Flags = NDArray[np.bool_]
ON_THE_LINE = 1e-11  # of the centre line: a difference this small is the last digit, not the figure


@dataclass(frozen=True)
class SegmentLimits:
    """The limits of one segment, series by months; what was found on the way, one figure a series.

    Attributes
    ----------
    centre_line, lower_process_limit, upper_process_limit, lower_warning_limit, upper_warning_limit : array
        On the readers' scale.
    z : array
        Distance from the centre in sigma, NaN where there is no figure to judge.
    side : array of int
        1 above the centre line, -1 below it, 0 on it or with no figure.
    level : array
        The figures with exposure and season taken out.
    centre : array
        The centre line on the chart's own scale, one a series.
    dispersion : array
        How much more the months vary than chance alone would have it; NaN where the chart does not ask or cannot know.
    baseline_months, left_out : array of int
        Months that set the limits; extreme moving ranges left out.
    """

    centre_line: Array
    lower_process_limit: Array
    upper_process_limit: Array
    lower_warning_limit: Array
    upper_warning_limit: Array
    z: Array
    side: NDArray[np.int8]
    level: Array
    centre: Array
    dispersion: Array
    baseline_months: NDArray[np.int64]
    left_out: NDArray[np.int64]


def limits_of(
    measured: Measured,
    *,
    family: ChartFamily,
    in_baseline: Flags,
    season: Array,
    allowance: Array,
    screen: bool,
) -> SegmentLimits:
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
    return SegmentLimits(
        centre_line=family.back(shown) * measured.scale,
        lower_process_limit=_limit(expected, -PROCESS_SIGMAS * sigma, measured, family),
        upper_process_limit=_limit(expected, PROCESS_SIGMAS * sigma, measured, family),
        lower_warning_limit=_limit(expected, -WARNING_SIGMAS * sigma, measured, family),
        upper_warning_limit=_limit(expected, WARNING_SIGMAS * sigma, measured, family),
        z=_in_sigma(away, sigma),
        side=_side(_away(measured.level, shown) if family.shows_median else away),
        level=measured.level / season,
        centre=centre,
        dispersion=dispersion,
        baseline_months=in_baseline.sum(axis=-1),
        left_out=left_out,
    )


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
