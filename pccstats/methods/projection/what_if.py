"""What if: a basket that must fall, recording that improves."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from pccstats.methods.intervals import checked_confidence, normal_quantile
from pccstats.methods.projection.backtest import REFERENCE_OF_PERIODS, REFERENCE_POWER, TIMES_CHANCE, opening
from pccstats.terms.errors import MethodProblem
from pccstats.terms.results.ahead import Basket, RecordingWhatIf

MARGINS_AT = 0.95  # inspectors print their margins at this confidence
CHANCES = (0.5, 0.8, 0.95)
ROUNDS = 40  # of a sum that settles in five


def what_if_recording(
    before: float,
    after: float,
    recorded_before_pct: float,
    recorded_after_pct: float,
    *,
    margin_before: float = 0.0,
    margin_after: float = 0.0,
    confidence: float = 0.95,
    title: str = "Recorded crime",
) -> RecordingWhatIf:
    """How much of a change between two recorded figures the recording rate alone would bring.

    Parameters
    ----------
    before, after : float
        The recorded figures [events, above nought].
    recorded_before_pct, recorded_after_pct : float
        Share of reported crimes that was recorded at each time [per cent, above 0 to 100], from an inspection.
    margin_before, margin_after : float
        Their printed margins [percentage points each side, at 95%].
    confidence : float
        Of the interval, between 0 and 1.
    title : str
        What was recorded, for sentences and charts.

    Returns
    -------
    RecordingWhatIf

    Raises
    ------
    MethodProblem
        If a figure or a share is out of range.

    Notes
    -----
    Recording alone multiplies by `after share / before share`; what is left is the recorded ratio over that. Interval
    on the log of the ratio, by the relative errors of the two shares. A what-if, not a finding: an inspection looks at
    some crimes of some months.

    References
    ----------
    HMIC (2014). Crime-recording: making the victim count. Recording rates with margins at 95%.

    Examples
    --------
    >>> answer = what_if_recording(100, 122, 75.8, 84.1, margin_before=1.94)
    >>> [round(number, 1) for number in (answer.recording_pct, answer.recording_low, answer.recording_high)]
    [10.9, 8.1, 13.8]
    >>> answer.could_be_recording_alone
    False
    """
    checked_confidence(confidence)
    _check(before, after, recorded_before_pct, recorded_after_pct, margin_before, margin_after)
    ratio = recorded_after_pct / recorded_before_pct
    errors = (margin_before / recorded_before_pct, margin_after / recorded_after_pct)
    reach = math.hypot(*errors) / normal_quantile(MARGINS_AT) * normal_quantile(confidence)
    low, high = ratio * math.exp(-reach), ratio * math.exp(reach)
    change = after / before
    parts = {
        "recording alone": [_pct(r) for r in (ratio, low, high)],
        "what is left": [_pct(change / r) for r in (ratio, high, low)],
    }
    points = pd.DataFrame([(part, *figures) for part, figures in parts.items()])
    points.columns = pd.Index(["part", "change_pct", "lower", "upper"])
    return RecordingWhatIf(
        points=points,
        method=(
            f"If {recorded_before_pct:g}% of reported crimes were recorded before and {recorded_after_pct:g}% after; "
            f"{100 * confidence:g}% interval from the margins of the two shares."
        ),
        title=title,
        before=float(before),
        after=float(after),
        recorded_before_pct=recorded_before_pct,
        recorded_after_pct=recorded_after_pct,
        change_pct=_pct(change),
        **dict(zip(("recording_pct", "recording_low", "recording_high"), parts["recording alone"], strict=True)),
        **dict(zip(("rest_pct", "rest_low", "rest_high"), parts["what is left"], strict=True)),
        confidence=confidence,
    )


def _pct(ratio: float) -> float:
    return 100 * (ratio - 1)


def _check(before: float, after: float, share_before: float, share_after: float, *margins: float) -> None:
    problems = [f"A recorded figure is above nought: found {figure:g}." for figure in (before, after) if not figure > 0]
    problems += [
        f"A recording rate is a per cent above 0 and up to 100: found {share:g}."
        for share in (share_before, share_after)
        if not 0 < share <= 100
    ]
    problems += [f"A margin is not negative: found {margin:g}." for margin in margins if not margin >= 0]
    if problems:
        raise MethodProblem(problems)


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
    _check_basket(total, basket, reduction_pct, chances)
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


def _check_basket(total: float, basket: float, reduction_pct: float, chances: Sequence[float]) -> None:
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
