"""The charts there are: what each takes for a figure, for chance variation, and whether it asks the months themselves.

Every family is told by three things. A figure (a value, or events over exposure); a unit of spread about the centre
line (what chance alone would do); and a dispersion that multiplies it: 1 for the plain charts, or found from moving
ranges of the standardised figures for the individuals chart and for Laney's primes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pccstats.methods.constants import T_CHART_POWER
from pccstats.terms.words import Kind

Array = NDArray[np.float64]
ANY_KIND = (Kind.COUNT, Kind.RATE, Kind.SHARE, Kind.SURVEY, Kind.MONEY)
COUNTS = (Kind.COUNT,)
EVENTS = (Kind.COUNT, Kind.RATE, Kind.SHARE, Kind.SURVEY)
SHARES = (Kind.SHARE, Kind.SURVEY)


def _of_values(centre: Array, exposure: Array) -> Array:
    return np.ones(np.broadcast_shapes(centre.shape, exposure.shape))


def _poisson(centre: Array, exposure: Array) -> Array:
    return np.sqrt(centre / exposure)


def _binomial(centre: Array, exposure: Array) -> Array:
    return np.sqrt(np.maximum(centre * (1 - centre), 0.0) / exposure)


def _geometric(centre: Array, exposure: Array) -> Array:
    return np.sqrt(centre * (centre + 1)) + 0.0 * exposure


def _as_it_is(figures: Array) -> Array:
    return figures


@dataclass(frozen=True)
class ChartFamily:
    """How one kind of chart sets its centre line and limits.

    Attributes
    ----------
    words : str
        Its name for readers.
    kinds : tuple of Kind
        What it can be drawn of.
    unit_spread : callable
        Centre line and exposure to the standard deviation that chance alone gives.
    has_exposure : bool
        True where a figure is events over exposure, False where it is a value on its own.
    asks_months : bool
        True where the dispersion comes from moving ranges.
    lowest, highest : float
        Bounds that no limit passes.
    plain : str
        The chart it falls back to where the dispersion cannot be found.
    """

    name: str
    words: str
    kinds: tuple[Kind, ...]
    unit_spread: Callable[[Array, Array], Array]
    formula: str
    has_exposure: bool = True
    counts_days: bool = False
    asks_months: bool = False
    lowest: float = 0.0
    highest: float = np.inf
    plain: str = ""
    has_limits: bool = True
    shows_median: bool = False
    may_follow_season: bool = True
    into: Callable[[Array], Array] = _as_it_is
    back: Callable[[Array], Array] = _as_it_is


def _root(figures: Array) -> Array:
    return np.asarray(figures ** (1 / T_CHART_POWER))


def _power(figures: Array) -> Array:
    return np.asarray(np.maximum(figures, 0.0) ** T_CHART_POWER)


FAMILIES: Mapping[str, ChartFamily] = {
    family.name: family
    for family in (
        ChartFamily(
            "xmr",
            "individuals chart (XmR)",
            ANY_KIND,
            _of_values,
            "mean ± 3 × mean moving range ÷ d2",
            has_exposure=False,
            asks_months=True,
            lowest=-np.inf,
        ),
        ChartFamily("c", "c chart", COUNTS, _poisson, "mean ± 3 √mean", lowest=0.0),
        ChartFamily("c_prime", "c′ chart (Laney)", COUNTS, _poisson, "mean ± 3 σz √mean", asks_months=True, plain="c"),
        ChartFamily("u", "u chart", EVENTS, _poisson, "ū ± 3 √(ū/n)", counts_days=True),
        ChartFamily(
            "u_prime",
            "u′ chart (Laney)",
            EVENTS,
            _poisson,
            "ū ± 3 σz √(ū/n)",
            counts_days=True,
            asks_months=True,
            plain="u",
        ),
        ChartFamily("p", "p chart", SHARES, _binomial, "p̄ ± 3 √(p̄(1−p̄)/n)", highest=1.0),
        ChartFamily(
            "p_prime",
            "p′ chart (Laney)",
            SHARES,
            _binomial,
            "p̄ ± 3 σz √(p̄(1−p̄)/n)",
            highest=1.0,
            asks_months=True,
            plain="p",
        ),
        ChartFamily(
            "g",
            "g chart of the number of cases between events",
            ANY_KIND,
            _geometric,
            "ḡ ± 3 √(ḡ(ḡ+1)), the median shown as centre line",
            has_exposure=False,
            shows_median=True,
            may_follow_season=False,
        ),
        ChartFamily(
            "t",
            "t chart of the time between events",
            ANY_KIND,
            _of_values,
            "XmR of time^(1/3.6), raised back to 3.6",
            has_exposure=False,
            asks_months=True,
            lowest=0.0,
            may_follow_season=False,
            into=_root,
            back=_power,
        ),
        ChartFamily(
            "run",
            "run chart",
            ANY_KIND,
            _of_values,
            "the median, with no limits",
            has_exposure=False,
            lowest=-np.inf,
            has_limits=False,
            shows_median=True,
            may_follow_season=False,
        ),
    )
}
CHARTS = ("auto", *FAMILIES)
TEXTBOOK_CHARTS = ("xmr", "c", "u", "p")
