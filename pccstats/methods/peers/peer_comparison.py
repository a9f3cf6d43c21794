"""The whole comparison on arrays: many groups at once, each force in turn set beside its group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pccstats.methods.peers.benchmarks import benchmark_for_each
from pccstats.methods.peers.funnel_limits import OUTER_CONFIDENCE, funnel_limits
from pccstats.methods.peers.group_options import GroupOptions
from pccstats.methods.peers.overdispersion import additive, multiplicative, winsorised
from pccstats.methods.peers.peer_interval import ADDITIVE, MULTIPLICATIVE, peer_interval
from pccstats.methods.peers.peer_state import peer_states
from pccstats.methods.peers.rank import rank_interval, ranks
from pccstats.methods.peers.stabilised import stabilised, standard_error, unstabilised
from pccstats.terms.words import Polarity


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
    phi, freedom : arrays, (comparisons,)
        How much more a force's own yearly figure moves than chance moves it, and on how much evidence.
    """

    numerator: np.ndarray
    exposure: np.ndarray
    previous: np.ndarray
    phi: np.ndarray
    freedom: np.ndarray
    is_share: bool

    @property
    def level(self) -> np.ndarray:
        """Rate per person, or share."""
        return self.numerator / np.where(np.isnan(self.exposure), 1.0, self.exposure)


@dataclass(frozen=True)
class Yardstick:
    """What the forces are set beside: benchmark and over-dispersion about it, each (comparisons, forces or 1)."""

    benchmark: np.ndarray
    phi: np.ndarray
    tau2: np.ndarray
    z: np.ndarray


def yardstick(figures: GroupFigures, options: GroupOptions, focus: np.ndarray | None = None) -> Yardstick:
    """Benchmark of each force, or of one focus force for all, and how far beyond chance the forces stand from it."""
    level, share = figures.level, figures.is_share
    benchmark = benchmark_for_each(options.benchmark, level, figures.exposure)
    if focus is not None:
        benchmark = np.take_along_axis(benchmark, focus[:, None], axis=-1) + np.zeros_like(level)
    error = standard_error(figures.exposure)
    z = (stabilised(level, share=share) - stabilised(benchmark, share=share)) / error
    pulled_in = winsorised(z)
    phi, tau2 = np.ones((len(level), 1)), np.zeros((len(level), 1))
    if options.overdispersion == MULTIPLICATIVE:
        phi = np.maximum(1.0, multiplicative(pulled_in))[:, None]
    if options.overdispersion == ADDITIVE:
        tau2 = additive(pulled_in, error)[:, None]
    return Yardstick(benchmark, phi, tau2, z)


def limits_about(stick: Yardstick, size: np.ndarray, confidence: float, *, share: bool) -> dict[str, np.ndarray]:
    """Both pairs of funnel limits for forces of these sizes."""
    about = {"share": share, "phi": stick.phi, "tau2": stick.tau2}
    lower, upper = funnel_limits(stick.benchmark, size, confidence, **about)  # type: ignore[arg-type]
    lower_998, upper_998 = funnel_limits(stick.benchmark, size, OUTER_CONFIDENCE, **about)  # type: ignore[arg-type]
    return {"lower": lower, "upper": upper, "lower_998": lower_998, "upper_998": upper_998}


def compare_arrays(
    figures: GroupFigures, polarity: Polarity, options: GroupOptions, stick: Yardstick
) -> dict[str, np.ndarray]:
    """Every force of every group: limits, place among its peers, rank with its interval, change and state.

    Rates and shares are as they are (not per 1,000, not per cent); NaN where a force has no figure.
    """
    level, share = figures.level, figures.is_share
    height, error = stabilised(level, share=share), standard_error(figures.exposure)
    known_error = np.where(np.isnan(error), 0.0, error)
    peer_low, peer_high = peer_interval(height, known_error, options.confidence, options.overdispersion)
    rank, is_tied = ranks(level, polarity)
    rank_low, rank_high = rank_interval(
        height,
        known_error,
        polarity,
        phi=figures.phi,
        freedom=figures.freedom,
        confidence=options.confidence,
        simulations=options.simulations,
        seed=options.seed,
    )
    change = relative_change(level, figures.previous)
    return {
        "value": level,
        "benchmark": stick.benchmark,
        **limits_about(stick, figures.exposure, options.confidence, share=share),
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


def relative_change(level: np.ndarray, previous: np.ndarray) -> np.ndarray:
    """Change on the 12 months before, in per cent of them; NaN from nothing."""
    change = np.full(level.shape, np.nan)
    return np.asarray(100 * np.divide(level - previous, previous, out=change, where=previous > 0))
