"""The funnel: limits by size, and how much more than chance peers differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy

from pccstats.methods.intervals import normal_quantile

OUTER_CONFIDENCE = 0.998  # the outer pair of limits on a funnel, about three standard errors
# How far a force's count of recorded crime moves in a year beyond chance and beyond what all forces share: the mean
# over ten offences and the years ending March 2009 to 2016 of the official figures; it ran from 3% to 15%, which is
# what four degrees of freedom say (docs/decisions/0012-rank-among-peers.md).
TYPICAL_MOVEMENT = 0.07
TYPICAL_FREEDOM = 4
FROM_TYPICAL = f"the {TYPICAL_MOVEMENT:.0%} a year typical of recorded crime, as no earlier figures are held"
FROM_CHANCE = "chance alone, as no earlier figures are held, so the interval is likely to be too narrow"
WINSORISED_SHARE = 0.1  # of the z-scores, pulled in at each end: Spiegelhalter (2005)


def exact_limit(benchmark: np.ndarray, size: np.ndarray, probability: float, *, share: bool) -> np.ndarray:
    """The figure that a force of this size stays below with this probability, by chance alone.

    Parameters
    ----------
    benchmark : array
        A rate per person (0 or more) or a share (0 to 1).
    size : array
        Persons, households or respondents; 1 or more.
    probability : float
        Between 0 and 1.
    share : bool
        Binomial for shares, Poisson for rates.

    Notes
    -----
    With r the discrete quantile and F the distribution function, (r - (F(r) - p) / (F(r) - F(r-1))) / n: the steps of
    the exact limit joined up, so that the funnel is smooth and a small force is not given a limit it cannot reach.
    A limit never falls below zero.

    References
    ----------
    Spiegelhalter, D. J. (2005). Statistics in Medicine 24, 1185-1202, appendix A.1.1.

    Examples
    --------
    >>> limit = exact_limit(np.array([0.5]), np.array([20.0]), 0.975, share=False)  # 10 events expected
    >>> round(20 * float(limit[0]), 3)
    16.16
    """
    chance = scipy.stats.binom(np.round(size), benchmark) if share else scipy.stats.poisson(benchmark * size)
    count = chance.ppf(probability)
    step = chance.pmf(count)
    over = np.divide(chance.cdf(count) - probability, step, out=np.zeros_like(step), where=step > 0)
    return np.asarray(np.maximum(count - over, 0.0) / size)


def funnel_limits(
    benchmark: np.ndarray,
    size: np.ndarray,
    confidence: float,
    *,
    share: bool,
    phi: np.ndarray | float = 1.0,
    tau2: np.ndarray | float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper limits about a benchmark; exact where forces differ by chance alone.

    Parameters
    ----------
    phi : array or float
        Multiplicative over-dispersion, from 1.
    tau2 : array or float
        Additive over-dispersion on the stabilised scale, from 0.

    Notes
    -----
    With over-dispersion: g(benchmark) ± z sqrt(phi s² + tau²), taken back from the stabilised scale g.
    """
    benchmark, size, phi, tau2 = np.broadcast_arrays(benchmark, size, phi, tau2)
    tail = (1 - confidence) / 2
    reach = normal_quantile(confidence) * np.sqrt(phi * standard_error(size) ** 2 + tau2)
    centre = stabilised(benchmark, share=share)
    by_chance = (phi <= 1) & (tau2 <= 0)
    lower, upper = unstabilised(centre - reach, share=share), unstabilised(centre + reach, share=share)
    known = by_chance & np.isfinite(benchmark) & np.isfinite(size)
    if known.any():
        lower[known] = exact_limit(benchmark[known], size[known], tail, share=share)
        upper[known] = exact_limit(benchmark[known], size[known], 1 - tail, share=share)
    return lower, upper


def stabilised(value: np.ndarray, *, share: bool) -> np.ndarray:
    """Square root of a rate, arcsine of the square root of a share; zero is a number like any other.

    References
    ----------
    Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance.
    Statistics in Medicine 24, 1185-1202, appendix.

    Examples
    --------
    >>> stabilised(np.array([0.0, 0.25]), share=False).tolist()
    [0.0, 0.5]
    """
    root: np.ndarray = np.sqrt(value)
    if share:
        root = np.arcsin(np.minimum(root, 1.0))
    return root


def unstabilised(height: np.ndarray, *, share: bool) -> np.ndarray:
    """Back to a rate or a share; what falls beyond the end of the scale is the end of the scale.

    Examples
    --------
    >>> unstabilised(np.array([-0.1, 0.5]), share=False).tolist()
    [0.0, 0.25]
    """
    root: np.ndarray = np.sin(np.clip(height, 0.0, np.pi / 2)) if share else np.maximum(height, 0.0)
    return root**2


def standard_error(size: np.ndarray) -> np.ndarray:
    """Standard error on that scale, of persons or respondents: 1 / (2 sqrt(n)) for rates and shares alike.

    Examples
    --------
    >>> standard_error(np.array([100.0])).tolist()
    [0.05]
    """
    error: np.ndarray = 0.5 / np.sqrt(size)
    return error


def winsorised(z: np.ndarray, share: float = WINSORISED_SHARE) -> np.ndarray:
    """Pull the outer z-scores of each row in to its 10% and 90% points.

    Notes
    -----
    Between eight forces this moves the two outermost a part of the way and removes nobody. That is why the state
    against peers does not rest on it (see `peer_interval`).
    """
    with_figures = np.isfinite(z).any(axis=-1, keepdims=True)
    low, high = np.nanquantile(np.where(with_figures, z, 0.0), [share, 1 - share], axis=-1, keepdims=True)
    return np.asarray(np.clip(z, low, high))


def multiplicative(z: np.ndarray) -> np.ndarray:
    """Phi, the mean squared (winsorised) z-score: 1 where forces differ by chance alone.

    Examples
    --------
    >>> float(multiplicative(np.array([1.0, -2.0, 2.0])))
    3.0
    """
    held = np.isfinite(z)
    squares = np.where(held, z, 0.0) ** 2
    return np.asarray(squares.sum(axis=-1) / np.maximum(held.sum(axis=-1), 1))


def additive(z: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Tau squared, the variance between forces that chance does not explain; never below zero.

    Parameters
    ----------
    z : array
        Winsorised z-scores, one a force, along the last axis.
    error : array
        Standard errors of the same forces.

    Notes
    -----
    tau² = (I phi - (I - 1)) / (Σw - Σw²/Σw), with w = 1/error² over I forces.

    References
    ----------
    DerSimonian, R. and Laird, N. (1986). Meta-analysis in clinical trials. Controlled Clinical Trials 7, 177-188.
    """
    held = np.isfinite(z)
    weight = np.where(held, 1 / error**2, 0.0)
    count, total = held.sum(axis=-1), weight.sum(axis=-1)
    excess = count * multiplicative(z) - (count - 1)
    room = total - (weight**2).sum(axis=-1) / np.where(total > 0, total, 1.0)
    return np.asarray(np.maximum(0.0, excess) / np.where(room > 0, room, np.inf))


@dataclass(frozen=True)
class Noise:
    """How much more a force's own yearly figure moves than chance moves it, one entry a comparison.

    Attributes
    ----------
    phi, freedom : arrays
        The multiple of chance, and the degrees of freedom that rests on; 1 and 0 where nothing is known.
    source : array of str
        What it was taken from, in words.
    """

    phi: np.ndarray
    freedom: np.ndarray
    source: np.ndarray


def noise_of_a_year(events: np.ndarray, evidence: Mapping[str, np.ndarray], *, share: bool) -> Noise:
    """The noise of a yearly figure by the first evidence that says anything, or else by what is typical of counts.

    Parameters
    ----------
    events : array, (comparisons, forces)
        Counts of 12 months; NaN for a force with none.
    evidence : mapping of str to array, (comparisons, forces, periods, 2)
        Tables of numerators and exposures by what they are, the best first.
    """
    count = len(events)
    phi, freedom = np.ones(count), np.zeros(count, dtype=int)
    source = np.full(count, FROM_CHANCE if share else FROM_TYPICAL, dtype=object)
    for name, table in evidence.items():
        seen, degrees = of_a_table(table[..., 0], table[..., 1] if share else None)
        is_better = (freedom == 0) & (degrees > 0) & np.isfinite(seen)
        phi, freedom = np.where(is_better, seen, phi), np.where(is_better, degrees, freedom)
        source[is_better] = name
    if not share:
        phi, freedom = typical_of_counts(events, phi, freedom)
    return Noise(phi, freedom, source)


def of_a_table(numerator: np.ndarray, size: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """How much more a force's own figure moves between periods than chance would move it.

    What all forces share (a season, a national trend) is taken out first, so this is Pearson's chi-squared of the
    forces by periods table over its degrees of freedom.

    Parameters
    ----------
    numerator : array, (..., forces, periods)
        Events counted, or respondents who said yes. Every force has all periods or none (NaN).
    size : array, optional
        Respondents, of the same shape, for shares.

    Returns
    -------
    phi, degrees_of_freedom : arrays
        Both 0 where there are not two forces with two periods.

    Examples
    --------
    >>> phi, freedom = of_a_table(np.array([[10.0, 20.0], [20.0, 10.0]]))
    >>> round(float(phi), 3), int(freedom)
    (6.667, 1)
    """
    held = np.isfinite(numerator).all(axis=-1, keepdims=True) & (np.nansum(numerator, axis=-1, keepdims=True) > 0)
    events = np.where(held, numerator, 0.0)
    if size is None:
        row, column = events.sum(axis=-1, keepdims=True), events.sum(axis=-2, keepdims=True)
        expected = _ratio(row * column, row.sum(axis=-2, keepdims=True))
        variance = expected
    else:
        asked = np.where(held, size, 0.0)
        own = _ratio(events.sum(axis=-1, keepdims=True), asked.sum(axis=-1, keepdims=True))
        period = _ratio(events.sum(axis=-2, keepdims=True), asked.sum(axis=-2, keepdims=True))
        overall = _ratio(events.sum(axis=(-2, -1), keepdims=True), asked.sum(axis=(-2, -1), keepdims=True))
        share = np.clip(own + period - overall, 0.0, 1.0)
        expected, variance = asked * share, asked * share * (1 - share)
    chi_squared = _ratio((events - expected) ** 2, variance).sum(axis=(-2, -1))
    forces, periods = held.sum(axis=(-2, -1)), numerator.shape[-1]
    freedom = np.maximum(forces - 1, 0) * (periods - 1)
    return _ratio(chi_squared, freedom), freedom


def typical_of_counts(events: np.ndarray, phi: np.ndarray, freedom: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where no earlier figures are held, take the movement that is typical of recorded crime.

    Parameters
    ----------
    events : array, (comparisons, forces)
        Counts of 12 months; NaN for a force with none.
    phi, freedom : arrays, (comparisons,)
        What the figures themselves have said; kept wherever freedom is above 0.

    Notes
    -----
    Chance moves a count c by a variance of c, and the years by (0.07 c)² more: phi = 1 + 0.07² c, at the mean count.

    Examples
    --------
    >>> phi, freedom = typical_of_counts(np.array([[9_000.0, 11_000.0]]), np.array([0.0]), np.array([0]))
    >>> phi.round(9).tolist(), freedom.tolist()
    ([50.0], [4])
    """
    is_unknown = np.asarray(freedom) == 0
    held = np.isfinite(events)
    mean = _ratio(np.where(held, events, 0.0).sum(axis=-1), held.sum(axis=-1))
    return np.where(is_unknown, 1 + TYPICAL_MOVEMENT**2 * mean, phi), np.where(is_unknown, TYPICAL_FREEDOM, freedom)


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    quotient = np.zeros(np.broadcast_shapes(above.shape, below.shape))
    return np.asarray(np.divide(above, below, out=quotient, where=below > 0))
