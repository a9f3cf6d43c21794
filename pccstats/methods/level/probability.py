"""How surprising a figure is where nothing has changed: its score on the normal scale, and the figure of a score."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]
MIDDLE = 0.5  # a whole number stands for itself and half of the way to its neighbours
STEPS = 3  # of Newton's method: then the figure is within a hundred-thousandth of sigma
LEAST_ROOT = 0.3  # from where the search for a low figure begins
RARE = 2.0  # cases: where fewer are expected chances are added up count by count
MOST_OF_FEW = 60  # more than so many are beyond all bounds
HALVINGS = 60  # to the last digit


@dataclass(frozen=True)
class Chance:
    """What chance alone does to one kind of figure.

    Attributes
    ----------
    words : str
        Its name for readers.
    score : callable
        (events, rate, exposure, dispersion) to scores: standard normal where nothing has changed.
    at : callable
        (score, rate, exposure, dispersion) to the number of events that has this score.
    log_none : callable or None
        (rate, exposure, dispersion) to the logarithm of the chance of no event at all, where it is asked for.
    """

    words: str
    score: Callable[[Array, Array, Array, Array], Array]
    at: Callable[[Array, Array, Array, Array], Array]
    log_none: Callable[[Array, Array, Array], Array] | None = None


def count_scores(events: Array, rate: Array, exposure: Array, dispersion: Array) -> Array:
    """Scores of counts, which are negative binomial: as often beyond 3 as a normal figure is.

    Parameters
    ----------
    events : array
        Counts, 0 or more; NaN gives NaN.
    rate, exposure : array
        What is expected of each is their product.
    dispersion : array
        Variance over mean, 1 (Poisson) or more.

    Notes
    -----
    The score is the normal deviate of the chance of a smaller count and half of that of the same (mid-P), by Paulson's
    normal approximation to the F distribution. With y = events + 1/2, c = 1 / (9 expected), b = (dispersion - 1) c and
    u the cube root of y / expected it is (u - c / u² - 1 + b) / sqrt(c / u + b). Where four or more are expected, and
    no fewer than the dispersion, its mean, standard deviation and skewness are within 0.05, 0.08 and 0.4 of nought,
    one and nought; sums of scores can therefore be judged by the same bound above and below. Where fewer than two are
    expected the chance is exact.

    References
    ----------
    Paulson E (1942). An approximate normalization of the analysis of variance distribution. Annals of Mathematical
    Statistics 13: 233-235.
    Bartko JJ (1966). Approximating the negative binomial. Technometrics 8: 345-350.

    Examples
    --------
    In R, -qnorm(1 - ppois(48, 30) + dpois(48, 30) / 2) is 3.039.

    >>> count_scores(np.array([30.0, 48.0]), np.array(30.0), np.array(1.0), np.array(1.0)).round(2).tolist()
    [0.03, 3.04]
    """
    expected = rate * exposure
    ninth, more = _ninths(expected, dispersion)
    root = np.cbrt(_over(events + MIDDLE, expected))
    score = (root - ninth / (root * root) - 1 + more) / np.sqrt(ninth / root + more)
    if (expected >= RARE).all():
        return np.asarray(score)
    score = np.where(expected > 0, score, _where_nothing_is_expected(events))
    is_rare = np.broadcast_to((expected > 0) & (expected < RARE), score.shape)
    if is_rare.any():
        few = (np.broadcast_to(one, score.shape)[is_rare] for one in (events, expected, dispersion))
        score[is_rare] = _scores_of_few(*few)
    return score


def counts_at(score: Array, rate: Array, exposure: Array, dispersion: Array) -> Array:
    """The count that has this score, by Newton's method; below nought where no count is so low.

    Examples
    --------
    >>> counts_at(np.array([-3.0, 3.0]), np.array(30.0), np.array(1.0), np.array(1.0)).round(1).tolist()
    [15.0, 47.7]
    """
    expected = rate * exposure
    ninth, more = _ninths(expected, dispersion)
    root = np.maximum(1 + score * np.sqrt(ninth + more), LEAST_ROOT)
    for _ in range(STEPS):
        part = ninth / root
        spread = np.sqrt(part + more)
        short = root - part / root - 1 + more - score * spread
        slope = 1 + part * (2 / root + score / (2 * spread)) / root
        root = np.maximum(root - short / np.maximum(slope, LEAST_ROOT), root / 2)
    count = np.asarray(expected * root**3 - MIDDLE)
    is_rare = np.broadcast_to((expected > 0) & (expected < RARE), count.shape)
    if is_rare.any():
        score, expected, dispersion = (
            np.broadcast_to(one, count.shape)[is_rare] for one in (score, expected, dispersion)
        )
        wanted, within = special.ndtr(score), np.zeros(len(expected))
        for _, middle, _ in _chances_of_few(expected, dispersion):
            within += middle <= wanted
        count[is_rare] = within - MIDDLE
    return count


def _scores_of_few(events: Array, expected: Array, dispersion: Array) -> Array:
    """The exact mid-P score, where so few are expected that the approximation is coarse."""
    above = np.zeros(len(events))
    for number, _, further in _chances_of_few(expected, dispersion):
        above = np.where(events == number, further, above)
    return np.asarray(-special.ndtri(above))


def _chances_of_few(expected: Array, dispersion: Array) -> Iterator[tuple[int, Array, Array]]:
    """For 0, 1, 2 ... cases: the chance of fewer, and of more, each with half of that of as many."""
    chance = np.exp(log_chance_of_none(expected, np.ones(()), dispersion))
    fewer = np.zeros(len(expected))
    for number in range(MOST_OF_FEW):
        yield number, fewer + chance / 2, np.maximum(1 - fewer - chance / 2, 0.0)
        fewer = fewer + chance
        chance = chance * (expected + number * (dispersion - 1)) / ((number + 1) * dispersion)


def log_chance_of_none(rate: Array, exposure: Array, dispersion: Array) -> Array:
    """The logarithm of the chance of no case.

    Examples
    --------
    In R, dnbinom(0, size = 2, mu = 2, log = TRUE) is -1.386, of dispersion 1 + mu / size = 2.

    >>> log_chance_of_none(np.array([2.0, 2.0]), np.array(1.0), np.array([1.0, 2.0])).round(3).tolist()
    [-2.0, -1.386]
    """
    more = dispersion - 1
    by_one = np.divide(np.log1p(more), more, out=np.ones(np.shape(more)), where=more > 0)
    return np.asarray(-rate * exposure * by_one)


def share_scores(events: Array, rate: Array, exposure: Array, dispersion: Array) -> Array:
    """Scores of shares: `events` of `exposure` persons asked where the share is `rate`.

    With a dispersion of 1 they are binomial. Answers that vary more are taken as those of fewer persons, exposure over
    dispersion of them, which is close to the beta-binomial where five or more of each answer are expected.

    References
    ----------
    Kish L (1965). Survey Sampling. Wiley. (The effective number of persons asked.)
    Paulson E (1942), as for counts.

    Examples
    --------
    In R, -qnorm(1 - pbinom(90, 100, 0.8) + dbinom(90, 100, 0.8) / 2) is 2.651.

    >>> one = np.array(1.0)
    >>> share_scores(np.array([80.0, 90.0]), 0.8 * one, 100 * one, one).round(2).tolist()
    [-0.03, 2.67]
    """
    yes = events / dispersion + MIDDLE
    no = (exposure - events) / dispersion + MIDDLE
    root = np.cbrt(_over(no * rate, yes * (1 - rate)))
    first, second = 1 / (9 * no), 1 / (9 * yes)
    score = (1 - second - (1 - first) * root) / np.sqrt(first * root * root + second)
    score = np.where(rate > 0, score, _where_nothing_is_expected(events))
    return np.where(rate < 1, score, -_where_nothing_is_expected(exposure - events))


def shares_at(score: Array, rate: Array, exposure: Array, dispersion: Array) -> Array:
    """How many of those asked have this score, by halving; below nought or above them all where no number has.

    Examples
    --------
    >>> one = np.array(1.0)
    >>> shares_at(np.array([-3.0, 3.0]), 0.8 * one, 100 * one, one).round(1).tolist()
    [67.3, 91.1]
    """
    score, rate, exposure, dispersion = np.broadcast_arrays(score, rate, exposure, dispersion)
    low, high = np.full(rate.shape, -MIDDLE + 1e-9), exposure + MIDDLE - 1e-9
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        is_short = share_scores(middle, rate, exposure, dispersion) < score
        low, high = np.where(is_short, middle, low), np.where(is_short, high, middle)
    return np.where(rate <= 0, 0.0, np.where(rate >= 1, exposure, (low + high) / 2))


def student_to_normal(score: Array, free: Array) -> Array:
    """Scores by a sigma of so many degrees of freedom as the normal scores that are as seldom passed.

    References
    ----------
    Wallace DL (1959). Bounds on normal approximations to Student's and the chi-square distributions. Annals of
    Mathematical Statistics 30: 1121-1130.

    Examples
    --------
    In R, qnorm(pt(3.53, 21)) is 3.09.

    >>> student_to_normal(np.array([3.53, -3.53]), np.array(21.0)).round(2).tolist()
    [3.09, -3.09]
    """
    return np.asarray(np.copysign(np.sqrt(free * np.log1p(score * score / free)), score) / _wallace(free))


def normal_to_student(score: Array | float, free: Array) -> Array:
    """The other way round.

    Examples
    --------
    >>> normal_to_student(3.0, np.array(21.0)).round(2).item()
    3.4
    """
    reach = score * _wallace(free)
    return np.asarray(np.copysign(np.sqrt(free * np.expm1(reach * reach / free)), score))


def _wallace(free: Array) -> Array:
    return np.asarray((8 * free + 3) / (8 * free + 1))


def _ninths(expected: Array, dispersion: Array) -> tuple[Array, Array]:
    """A ninth of one over what is expected, and that times the dispersion beyond one."""
    ninth = _over(1.0, 9 * expected)
    return ninth, (dispersion - 1) * ninth


def _over(numerator: Array | float, denominator: Array) -> Array:
    """A quotient, 1 where nothing is expected, for what is said there is said elsewhere."""
    out = np.ones(np.broadcast_shapes(np.shape(numerator), denominator.shape))
    return np.divide(numerator, denominator, out=out, where=denominator > 0)


def _where_nothing_is_expected(events: Array) -> Array:
    """None is no surprise, and any is beyond all bounds."""
    return np.where(np.isnan(events), np.nan, np.where(events > 0, np.inf, 0.0))


NEGATIVE_BINOMIAL = Chance("negative binomial", count_scores, counts_at, log_chance_of_none)
BINOMIAL = Chance("binomial, of as many asked as the dispersion leaves", share_scores, shares_at)
