"""What a basket of crimes must do for all crime to reach its target, when the rest is left to itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from pccstats.methods.projection.projection_spread import REFERENCE_OF_PERIODS, REFERENCE_POWER, TIMES_CHANCE, opening
from pccstats.terms.errors import MethodProblem
from pccstats.terms.results.progress import Basket

CHANCES = (0.5, 0.8, 0.95)
ROUNDS = 40  # of a sum that settles in five


def crime_basket(
    total: float,
    basket: float,
    reduction_pct: float,
    *,
    rest_change_pct: float = 0.0,
    rest_sd_pct: float | None = None,
    chances: Sequence[float] = CHANCES,
) -> Basket:
    """How far the crimes in a basket must fall for all crime to fall by so much.

    Parameters
    ----------
    total, basket : float
        Events a year: all, and those in the basket; the basket is above nought and not above the total.
    reduction_pct : float
        Wanted of the total [per cent], below 100.
    rest_change_pct : float
        What the crimes outside the basket are expected to do [per cent]; nought by default.
    rest_sd_pct : float, optional
        How sure that is: one standard deviation [per cent of the rest]. By default what projections of real series of
        that size are out by a year ahead.
    chances : sequence of float
        How sure to be of the total, each between 0 and 1.

    Returns
    -------
    Basket

    Raises
    ------
    MethodProblem
        If the figures do not fit each other.

    Notes
    -----
    With rest = total - basket, the basket must fall by (reduction * total + change * rest) / basket. To be surer than
    evens, by as much more as z standard deviations of what the year may bring: the rest's own change, and chance in
    both parts (variance twice the count).

    References
    ----------
    Leicestershire Police and Crime Plan 2013-17, section 4.1.2: the basket and what it must do.

    Examples
    --------
    >>> crime_basket(68_000, 54_000, 5).needed_pct.round(1), crime_basket(68_000, 54_000, 8).needed_pct.round(1)
    (np.float64(6.3), np.float64(10.1))
    """
    _check(total, basket, reduction_pct, chances)
    rest = total - basket
    if rest_sd_pct is None:
        rest_sd_pct = _usual_sd_pct(rest)
    wanted = total * (1 - reduction_pct / 100)
    at_evens = wanted - rest * (1 + rest_change_pct / 100)
    rows = []
    for chance in chances:
        most = at_evens
        for _ in range(ROUNDS):
            chance_alone = TIMES_CHANCE * (max(most, 0) + rest)
            most = at_evens - special.ndtri(chance) * np.sqrt(chance_alone + (rest * rest_sd_pct / 100) ** 2)
        rows.append((chance, 100 * (1 - most / basket), most))
    return Basket(
        points=pd.DataFrame(rows, columns=["chance", "reduction_pct", "basket_at_most"]),
        method=(
            f"A basket of {basket:,.0f} out of {total:,.0f}; the rest, {rest:,.0f}, expected to change by "
            f"{rest_change_pct:g}% give or take {rest_sd_pct:.1f}% (one standard deviation), and chance in both."
        ),
        total=float(total),
        basket=float(basket),
        reduction_pct=float(reduction_pct),
        needed_pct=np.float64(100 * (1 - at_evens / basket)),
        rest_change_pct=float(rest_change_pct),
        rest_sd_pct=float(rest_sd_pct),
    )


def _check(total: float, basket: float, reduction_pct: float, chances: Sequence[float]) -> None:
    problems = []
    if not 0 < basket <= total:
        problems.append(f"The basket is above nought and a part of the total: found {basket:g} of {total:g}.")
    if not reduction_pct < 100:
        problems.append(f"No total falls by {reduction_pct:g}%.")
    problems += [f"A chance lies between 0 and 1: found {chance!r}." for chance in chances if not 0 < chance < 1]
    if problems:
        raise MethodProblem(problems)


def _usual_sd_pct(events: float) -> float:
    """What a projection of so many events is usually out by a year ahead, per cent."""
    if events <= 0:
        return 0.0
    a_year = opening(np.array(12)) / opening(np.array(21))
    return float(100 * REFERENCE_OF_PERIODS * events**-REFERENCE_POWER * np.sqrt(a_year))
