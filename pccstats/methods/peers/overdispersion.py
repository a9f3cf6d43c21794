"""How much further figures stand apart than chance alone would put them."""

from __future__ import annotations

import numpy as np

# How far a force's count of recorded crime moves in a year beyond chance and beyond what all forces share: the mean
# over ten offences and the years ending March 2009 to 2016 of the official figures; it ran from 3% to 15%, which is
# what four degrees of freedom say (docs/decisions/0012-rank-among-peers.md).
TYPICAL_MOVEMENT = 0.07
TYPICAL_FREEDOM = 4
WINSORISED_SHARE = 0.1  # of the z-scores, pulled in at each end: Spiegelhalter (2005)


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
