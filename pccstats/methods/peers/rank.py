"""Ranks among forces, and how sure they are."""

from __future__ import annotations

import numpy as np
from scipy import stats

from pccstats.terms.words import Polarity

SAME = 1e-12  # figures closer than this, relatively, are the same figure worked out in another order
NOISE_STEPS = 9  # values of the over-dispersion tried
SPREAD_STEPS = 40  # values of the spread between forces tried
WIDEST_SPREAD = 4.0  # the widest of them, in standard deviations of the figures and their noise together


def ranks(value: np.ndarray, polarity: Polarity) -> tuple[np.ndarray, np.ndarray]:
    """Rank each force: 1 is best, or highest where no direction is better; equal figures share the better rank.

    Returns
    -------
    rank, is_tied : arrays
        NaN and False for a force with no figure.

    Examples
    --------
    >>> rank, is_tied = ranks(np.array([[4.0, 2.0, 4.0, 9.0]]), Polarity.LOWER_IS_BETTER)
    >>> rank.tolist(), is_tied.tolist()
    ([[2.0, 1.0, 2.0, 4.0]], [[True, False, True, False]])
    """
    score = value if polarity is Polarity.LOWER_IS_BETTER else -value
    mine, theirs = score[..., :, None], score[..., None, :]
    margin = SAME * np.abs(mine)
    is_same = (np.abs(mine - theirs) <= margin).sum(axis=-1) > 1
    rank = 1.0 + (theirs < mine - margin).sum(axis=-1)
    return np.where(np.isfinite(score), rank, np.nan), is_same


def rank_interval(
    height: np.ndarray,
    error: np.ndarray,
    polarity: Polarity,
    *,
    phi: np.ndarray,
    freedom: np.ndarray,
    confidence: float,
    simulations: int,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Simulate what each force's true rank may be.

    Parameters
    ----------
    height, error : arrays, (comparisons, forces)
        Figures on the stabilised scale and their standard errors by chance alone; NaN for a force with none.
    phi, freedom : arrays, (comparisons,)
        How much more a force's own yearly figure moves than chance moves it, and the degrees of freedom that rests on
        (0: not known, and chance alone is used).
    simulations, seed : int
        Draws, and the seed they come from; every comparison uses the same stream.

    Returns
    -------
    low, high : arrays
        The best and the worst rank inside the interval; NaN where errors are not known.

    Notes
    -----
    A figure is its true level plus noise of variance phi s²; true levels are normal about a common mean with a spread
    tau of their own. Phi (from its chi-squared, never below 1), tau (flat) and the mean (flat) are all drawn, not
    fixed, then the true levels given them, then these are ranked. Drawing about the figures as they stand, the usual
    bootstrap, adds the noise a second time: where forces hardly differ it covers the true rank too seldom.

    References
    ----------
    Goldstein, H. and Spiegelhalter, D. J. (1996). League tables and their limitations. Journal of the Royal
    Statistical Society A 159, 385-443.
    Gelman, A. (2006). Prior distributions for variance parameters. Bayesian Analysis 1, 515-534.
    """
    held = np.asarray(np.isfinite(height))
    known = np.asarray(np.where(held, error > 0, True).all(axis=-1))
    level = np.where(held, height, 0.0)
    chance = np.where(held & known[:, None], error, 1.0) ** 2
    random = np.random.default_rng(seed)
    noise, spread, centre_error, centre = _variances(level, chance, held, phi, freedom, random.random(simulations))
    centre = centre + centre_error * random.standard_normal(simulations)
    own_noise = noise[..., None] * chance[:, None, :]
    pull = spread[..., None] / (spread[..., None] + own_noise)
    own = np.sqrt(pull * own_noise) * random.standard_normal((simulations, height.shape[-1]))
    true = pull * level[:, None, :] + (1 - pull) * centre[..., None] + own
    score = true if polarity is Polarity.LOWER_IS_BETTER else -true
    simulated = np.sort(_order(np.where(held[:, None, :], score, np.inf)), axis=1)
    outside = int(simulations * (1 - confidence) / 2)
    unknown = ~held | ~known[:, None]
    low, high = simulated[:, outside, :], simulated[:, simulations - 1 - outside, :]
    return np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)


def _variances(
    level: np.ndarray, chance: np.ndarray, held: np.ndarray, phi: np.ndarray, freedom: np.ndarray, uniform: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Draw noise multiple and squared spread from how well each pair explains the figures; with the mean they imply."""
    noise, spread = _grid(level, chance, held, phi, freedom)
    variance = spread[..., None] + noise[..., None] * chance[:, None, :]
    weight = held[:, None, :] / variance
    information = weight.sum(axis=-1)
    centre = (weight * level[:, None, :]).sum(axis=-1) / information
    misfit = (weight * (level[:, None, :] - centre[..., None]) ** 2).sum(axis=-1)
    fit = -0.5 * ((held[:, None, :] * np.log(variance)).sum(axis=-1) + np.log(information) + misfit)
    likelihood = np.exp(fit - fit.max(axis=-1, keepdims=True))
    cumulative = np.cumsum(likelihood, axis=-1) / likelihood.sum(axis=-1, keepdims=True)
    row = np.arange(len(level))[:, None]
    # one search for all comparisons: each has its own stretch of the line
    place = np.searchsorted((cumulative + row).ravel(), (uniform + row).ravel()).reshape(len(level), -1)
    place = np.clip(place - row * noise.shape[-1], 0, noise.shape[-1] - 1)
    drawn = [np.take_along_axis(each, place, axis=-1) for each in (noise, spread, 1 / np.sqrt(information), centre)]
    return drawn[0], drawn[1], drawn[2], drawn[3]


def _grid(
    level: np.ndarray, chance: np.ndarray, held: np.ndarray, phi: np.ndarray, freedom: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Every pair of noise multiple and squared spread to be weighed, one row a comparison."""
    middle = (np.arange(NOISE_STEPS) + 0.5) / NOISE_STEPS
    degrees = np.maximum(freedom, 1)[:, None]
    multiple = np.where(freedom[:, None] > 0, phi[:, None] * degrees / stats.chi2.ppf(middle, degrees), 1.0)
    count = held.sum(axis=-1)
    mean = (held * level).sum(axis=-1) / count
    seen = (held * (level - mean[:, None]) ** 2).sum(axis=-1) / (count - 1)
    own = np.maximum(phi, 1.0) * (held * chance).sum(axis=-1) / count  # figures may agree by chance
    steps = WIDEST_SPREAD * (np.arange(SPREAD_STEPS) + 0.5) / SPREAD_STEPS
    spread = (seen + own)[:, None] * steps**2
    pairs = (len(level), NOISE_STEPS, SPREAD_STEPS)
    noise = np.broadcast_to(np.maximum(multiple, 1.0)[:, :, None], pairs).reshape(len(level), -1)
    return noise, np.broadcast_to(spread[:, None, :], pairs).reshape(len(level), -1)


def _order(score: np.ndarray) -> np.ndarray:
    """Rank from the smallest along the last axis."""
    return score.argsort(axis=-1).argsort(axis=-1) + 1.0
