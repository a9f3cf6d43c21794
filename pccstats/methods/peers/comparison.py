"""The arithmetic of a comparison, many at once: benchmark, interval of the peers, rank and its interval, state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from pccstats.methods.intervals import checked_confidence, normal_quantile
from pccstats.methods.peers.funnel import (
    OUTER_CONFIDENCE,
    Noise,
    additive,
    funnel_limits,
    multiplicative,
    stabilised,
    standard_error,
    unstabilised,
    winsorised,
)
from pccstats.terms.choices import is_whole, number_problems, one_of_problems
from pccstats.terms.errors import MethodProblem, Problem, Refusals
from pccstats.terms.words import PeerState, Polarity, Signal

FEWEST_MEMBERS = 3  # two others are the least a spread can be taken from
FEWEST_SIMULATIONS = 200
MOST_SIMULATIONS = 1_000_000
MEAN_INCLUDING_OWN = "mean_including_own"
WEIGHTED = "weighted"
OTHERS_ONLY = "others_only"
BENCHMARKS = {
    MEAN_INCLUDING_OWN: "plain mean of the forces' figures, its own included",
    WEIGHTED: "all the forces pooled, larger forces counting for more",
    OTHERS_ONLY: "plain mean of the other forces' figures, its own left out",
}
ADDITIVE = "additive"
MULTIPLICATIVE = "multiplicative"
NONE = "none"
OVERDISPERSION = {
    ADDITIVE: "forces differ by chance and by a variance of their own, the same for all (additive)",
    MULTIPLICATIVE: "forces differ by a multiple of chance (multiplicative)",
    NONE: "forces are taken to differ by chance alone, which for large counts puts almost all out of line",
}
PER_CENT = 100.0
IN_UNITS = ("value", "previous", "benchmark", "lower", "upper", "lower_998", "upper_998", "peer_lower", "peer_upper")
WHOLE = ("rank", "rank_low", "rank_high", "change_rank")


def compare(
    figures: GroupFigures, polarity: Polarity, options: GroupOptions, focus: int | None = None
) -> GroupsCompared:
    """Every force of every group: limits, place among its peers, rank with its interval, change and state.

    Parameters
    ----------
    focus : int, optional
        The place of the one force whose benchmark is that of all; by default each force has its own.
    """
    level, share = figures.level, figures.is_share
    height, error = stabilised(level, share=share), np.nan_to_num(standard_error(figures.exposure), posinf=np.inf)
    stick = _yardstick(figures, options, focus)
    peer_low, peer_high = peer_interval(height, error, options.confidence, options.overdispersion)
    rank, is_tied = ranks(level, polarity)
    rank_low, rank_high = rank_interval(
        height,
        error,
        polarity,
        phi=figures.noise.phi,
        freedom=figures.noise.freedom,
        confidence=options.confidence,
        simulations=options.simulations,
        seed=options.seed,
    )
    change = relative_change(level, figures.previous)
    columns = {
        "value": level,
        "benchmark": stick.benchmark,
        **stick.limits(figures.exposure, options.confidence, share=share),
        "z": stick.z,
        "peer_lower": unstabilised(peer_low, share=share),
        "peer_upper": unstabilised(peer_high, share=share),
        "rank": rank,
        "is_tied": is_tied,
        "rank_low": np.fmin(rank_low, np.where(np.isnan(rank_low), np.nan, rank)),
        "rank_high": np.fmax(rank_high, np.where(np.isnan(rank_high), np.nan, rank)),
        "previous": figures.previous,
        "change_pct": change,
        "change_rank": ranks(change, polarity)[0],
        "state": peer_states(height, peer_low, peer_high, polarity),
    }
    return GroupsCompared(columns, stick, scale=PER_CENT if share else options.per)


@dataclass(frozen=True)
class GroupOptions:
    """How a comparison is made; see `compare_group` for what each choice means."""

    benchmark: str = MEAN_INCLUDING_OWN
    overdispersion: str = ADDITIVE
    confidence: float = 0.95
    per: float = 1000.0
    simulations: int = 2000
    seed: int = 20150630

    def problems(self) -> list[Problem]:
        """Every choice that is not on offer."""
        found = one_of_problems("There is no such benchmark.", self.benchmark, BENCHMARKS)
        found += one_of_problems("There is no such way with over-dispersion.", self.overdispersion, OVERDISPERSION)
        refusals = Refusals()
        refusals.ask(lambda: checked_confidence(self.confidence))
        found += refusals.problems
        if number_problems(above=0, per=self.per):
            found.append(Problem("Rates are per a number above zero.", value=str(self.per)))
        if not (is_whole(self.simulations) and FEWEST_SIMULATIONS <= self.simulations <= MOST_SIMULATIONS):
            what = f"At least {FEWEST_SIMULATIONS} simulations are needed, and at most {MOST_SIMULATIONS:,}."
            found.append(Problem(what, value=str(self.simulations)))
        if not (is_whole(self.seed) and self.seed >= 0):
            found.append(Problem("A seed is a whole number, zero or more.", value=str(self.seed)))
        return found

    def check(self) -> None:
        """Refuse choices that are not on offer, all at once."""
        if found := self.problems():
            raise MethodProblem(found)


@dataclass(frozen=True)
class GroupFigures:
    """The figures of many groups of one sort (all rates or all shares).

    Attributes
    ----------
    numerator, exposure : arrays, (comparisons, forces)
        Events over persons or households, or yes over respondents. A force with no figure has NaN in both; a share
        whose number of respondents is not known is its own numerator with an exposure of NaN.
    previous : array
        The rate or share of the 12 months before; NaN where there is none.
    noise : Noise
        How much more a force's own yearly figure moves than chance moves it, and on how much evidence.
    """

    numerator: np.ndarray
    exposure: np.ndarray
    previous: np.ndarray
    noise: Noise
    is_share: bool

    @property
    def level(self) -> np.ndarray:
        """Rate per person, or share."""
        return rate_of(self.numerator, self.exposure)


def rate_of(numerator: np.ndarray, exposure: np.ndarray) -> np.ndarray:
    """Numerator over exposure; a numerator of nothing known is a share already."""
    return np.asarray(numerator / np.where(np.isnan(exposure), 1.0, exposure))


@dataclass(frozen=True)
class GroupsCompared:
    """What was found of every force of every group.

    Attributes
    ----------
    columns : mapping of str to array, (comparisons, forces)
        Rates per person or shares, ranks and states.
    stick : Yardstick
        What they were set beside.
    scale : float
        What figures are multiplied by for readers.
    """

    columns: dict[str, np.ndarray]
    stick: Yardstick
    scale: float

    def rows(self) -> pd.DataFrame:
        """One row a force, one comparison after another, in the units readers see."""
        shown = {
            name: (self.scale * array if name in IN_UNITS else array).ravel() for name, array in self.columns.items()
        }
        whole = {name: pd.Series(shown[name]).astype("Int64") for name in WHOLE}
        return pd.DataFrame({**shown, **whole, "state": [str(state) for state in shown["state"]]})


@dataclass(frozen=True)
class Yardstick:
    """What the forces are set beside: benchmark and over-dispersion about it, each (comparisons, forces or 1)."""

    benchmark: np.ndarray
    phi: np.ndarray
    tau2: np.ndarray
    z: np.ndarray

    def limits(self, size: np.ndarray, confidence: float, *, share: bool) -> dict[str, np.ndarray]:
        """Both pairs of funnel limits for forces of these sizes."""
        inner, outer = (
            funnel_limits(self.benchmark, size, level, share=share, phi=self.phi, tau2=self.tau2)
            for level in (confidence, OUTER_CONFIDENCE)
        )
        return {"lower": inner[0], "upper": inner[1], "lower_998": outer[0], "upper_998": outer[1]}


def _yardstick(figures: GroupFigures, options: GroupOptions, focus: int | None) -> Yardstick:
    """Benchmark of each force, or of one focus force for all, and how far beyond chance the forces stand from it."""
    level, share = figures.level, figures.is_share
    benchmark = benchmark_for_each(options.benchmark, level, figures.exposure)
    if focus is not None:
        benchmark = np.broadcast_to(benchmark[:, [focus]], level.shape)
    error = standard_error(figures.exposure)
    z = (stabilised(level, share=share) - stabilised(benchmark, share=share)) / error
    pulled_in = winsorised(z)
    phi, tau2 = np.ones((len(level), 1)), np.zeros((len(level), 1))
    if options.overdispersion == MULTIPLICATIVE:
        phi = np.maximum(1.0, multiplicative(pulled_in))[:, None]
    if options.overdispersion == ADDITIVE:
        tau2 = additive(pulled_in, error)[:, None]
    return Yardstick(benchmark, phi, tau2, z)


def benchmark_for_each(name: str, value: np.ndarray, size: np.ndarray) -> np.ndarray:
    """What each force is set beside.

    Parameters
    ----------
    name : {"mean_including_own", "weighted", "others_only"}
        The first is how HMIC's Crime and Policing Comparator averages; the second is how its value-for-money
        dashboards do; the third takes a force out of its own yardstick.
    value, size : arrays, (..., forces)
        Rates or shares, and what they are out of; NaN for a force with no figure.

    Examples
    --------
    >>> value, size = np.array([0.01, 0.02, 0.06]), np.array([300.0, 100.0, 100.0])
    >>> [benchmark_for_each(name, value, size).round(4).tolist() for name in BENCHMARKS]
    [[0.03, 0.03, 0.03], [0.022, 0.022, 0.022], [0.04, 0.035, 0.015]]
    """
    held = np.isfinite(value)
    if name == WEIGHTED:
        weight = np.where(held, size, 0.0)
        pooled = np.where(held, weight * value, 0.0).sum(axis=-1, keepdims=True) / weight.sum(axis=-1, keepdims=True)
        return np.broadcast_to(pooled, value.shape)
    total = np.where(held, value, 0.0).sum(axis=-1, keepdims=True)
    count = held.sum(axis=-1, keepdims=True)
    if name == OTHERS_ONLY:
        return np.asarray((total - value) / (count - 1))
    return np.broadcast_to(total / count, value.shape)


def peer_interval(
    height: np.ndarray, error: np.ndarray, confidence: float, overdispersion: str = ADDITIVE
) -> tuple[np.ndarray, np.ndarray]:
    """Predict each force from the others: a t-based interval in which its own figure takes no part.

    Parameters
    ----------
    height : array, (comparisons, forces)
        Figures on the stabilised scale; NaN for a force with none.
    error : array of the same shape
        Their standard errors by chance alone; 0 where the number of respondents is not known.
    confidence : float
        Between 0 and 1.
    overdispersion : {"additive", "multiplicative", "none"}

    Returns
    -------
    lower, upper : arrays
        On the same scale.

    Notes
    -----
    For force i, over its m others j: weights w_j = 1/v_j, centre c = Σw y / Σw, scale q = Σw(y - c)²/(m - 1) but never
    below 1, and the interval c ± t(m-1) sqrt(q (v_i + 1/Σw)). Additive: v = tau² + s² with tau² from the others
    (DerSimonian and Laird). Multiplicative: v = s². Where chance is small beside the differences between forces the
    additive form is the textbook interval mean ± t sd sqrt(1 + 1/m).

    References
    ----------
    Higgins, J. P. T., Thompson, S. G. and Spiegelhalter, D. J. (2009). A re-evaluation of random-effects
    meta-analysis. Journal of the Royal Statistical Society A 172, 137-159 (the predictive distribution).
    Hartung, J. and Knapp, G. (2001). Statistics in Medicine 20, 3875-3889 (the scale q).

    Examples
    --------
    >>> lower, upper = peer_interval(np.array([[9.0, 1.0, 2.0, 3.0]]), np.zeros((1, 4)), 0.95)
    >>> lower.round(3)[0, 0].item(), upper.round(3)[0, 0].item()  # 2 ± 4.303 × 1 × sqrt(4/3)
    (-2.968, 6.968)
    """
    is_other = _others_of_each(height)
    count = is_other.sum(axis=-1)
    held = np.isfinite(height)
    value = np.where(held, height, 0.0)[:, None, :]
    known = np.asarray(np.where(held, error > 0, True).all(axis=-1, keepdims=True))
    chance = np.where(held & known, error, 1.0)[:, None, :] ** 2  # equal for all where it is not known
    tau2 = np.zeros(count.shape)
    if overdispersion == ADDITIVE:
        tau2 = np.where(known, _between(value, chance, is_other, count), 0.0)
    variance = np.broadcast_to(chance + tau2[..., None], is_other.shape)
    centre, spread, information = _weighted(value, 1 / variance, is_other)
    scale = spread / (count - 1)
    own = np.diagonal(variance, axis1=-2, axis2=-1)
    if overdispersion == NONE:
        quantile = np.full(count.shape, normal_quantile(confidence))
        scale = np.where(known, 1.0, scale)
    else:
        quantile = scipy.stats.t.ppf((1 + confidence) / 2, count - 1)
        scale = np.where(known, np.maximum(scale, 1.0), scale)
    reach = quantile * np.sqrt(scale * (own + 1 / information))
    return centre - reach, centre + reach


def _others_of_each(height: np.ndarray) -> np.ndarray:
    """True where force j (last axis) is one of the others of force i."""
    held = np.asarray(np.isfinite(height))
    return np.asarray(held[:, None, :] & ~np.eye(height.shape[-1], dtype=bool))


def _weighted(value: np.ndarray, weight: np.ndarray, is_other: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weighted mean of the others, their weighted sum of squares about it, and the sum of the weights."""
    counted = np.where(is_other, weight, 0.0)
    information = counted.sum(axis=-1)
    centre = (counted * value).sum(axis=-1) / information
    spread = (counted * (value - centre[..., None]) ** 2).sum(axis=-1)
    return centre, spread, information


def _between(value: np.ndarray, chance: np.ndarray, is_other: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Tau squared of the others of each force."""
    weight = np.where(is_other, 1 / chance, 0.0)
    _, spread, information = _weighted(value, weight, is_other)
    room = information - (weight**2).sum(axis=-1) / information
    return np.asarray(np.maximum(0.0, spread - (count - 1)) / room)


def peer_states(value: np.ndarray, lower: np.ndarray, upper: np.ndarray, polarity: Polarity) -> np.ndarray:
    """State of each figure against the interval its peers predict; a figure on the limit is in line.

    Examples
    --------
    >>> figures = np.array([4.0, 6.0, 9.0])
    >>> [str(state) for state in peer_states(figures, np.full(3, 5.0), np.full(3, 8.0), Polarity.LOWER_IS_BETTER)]
    ['better_than_peers', 'in_line_with_peers', 'worse_than_peers']
    """
    state = np.full(np.shape(value), PeerState.IN_LINE_WITH_PEERS, dtype=object)
    for signal, is_outside in ((Signal.BELOW, value < lower), (Signal.ABOVE, value > upper)):
        state[is_outside] = PeerState.of(polarity.judge(signal))
    return state


_SAME = 1e-12  # figures closer than this, relatively, are the same figure worked out in another order


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
    score = _best_is_least(value, polarity)
    mine, theirs = score[..., :, None], score[..., None, :]
    margin = _SAME * np.abs(mine)
    is_same = (np.abs(mine - theirs) <= margin).sum(axis=-1) > 1
    rank = 1.0 + (theirs < mine - margin).sum(axis=-1)
    return np.where(np.isfinite(score), rank, np.nan), is_same


def _best_is_least(value: np.ndarray, polarity: Polarity) -> np.ndarray:
    """Figures turned so that the best comes first, or the highest where no direction is better."""
    return value if polarity.good is Signal.BELOW else -value


_NOISE_STEPS = 9  # values of the over-dispersion tried
_SPREAD_STEPS = 40  # values of the spread between forces tried
_WIDEST_SPREAD = 4.0  # the widest of them, in standard deviations of the figures and their noise together


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
    score = _best_is_least(true, polarity)
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
    middle = (np.arange(_NOISE_STEPS) + 0.5) / _NOISE_STEPS
    degrees = np.maximum(freedom, 1)[:, None]
    multiple = np.where(freedom[:, None] > 0, phi[:, None] * degrees / scipy.stats.chi2.ppf(middle, degrees), 1.0)
    count = held.sum(axis=-1)
    mean = (held * level).sum(axis=-1) / count
    seen = (held * (level - mean[:, None]) ** 2).sum(axis=-1) / (count - 1)
    own = np.maximum(phi, 1.0) * (held * chance).sum(axis=-1) / count  # figures may agree by chance
    steps = _WIDEST_SPREAD * (np.arange(_SPREAD_STEPS) + 0.5) / _SPREAD_STEPS
    spread = (seen + own)[:, None] * steps**2
    pairs = (len(level), _NOISE_STEPS, _SPREAD_STEPS)
    noise = np.broadcast_to(np.maximum(multiple, 1.0)[:, :, None], pairs).reshape(len(level), -1)
    return noise, np.broadcast_to(spread[:, None, :], pairs).reshape(len(level), -1)


def _order(score: np.ndarray) -> np.ndarray:
    """Rank from the smallest along the last axis."""
    return score.argsort(axis=-1).argsort(axis=-1) + 1.0


def relative_change(level: np.ndarray, previous: np.ndarray) -> np.ndarray:
    """Change on the 12 months before, in per cent of them; NaN from nothing."""
    change = np.full(level.shape, np.nan)
    return np.asarray(100 * np.divide(level - previous, previous, out=change, where=previous > 0))
