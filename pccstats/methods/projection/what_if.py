"""What if: recording that improves, a basket that must fall."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from pccstats.methods.intervals import checked_confidence, normal_quantile
from pccstats.methods.projection.backtest import REFERENCE_OF_PERIODS, REFERENCE_POWER, TIMES_CHANCE, opening
from pccstats.terms.choices import is_number, listed, number_problems, require
from pccstats.terms.errors import Problem, Refusals
from pccstats.terms.results.ahead import Basket, RecordingWhatIf

_MARGINS_AT = 0.95  # inspectors print their margins at this confidence
_CHANCES = (0.5, 0.8, 0.95)
_ROUNDS = 40  # of a sum that settles in five


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
    request = RecordingRequest.read(
        before, after, recorded_before_pct, recorded_after_pct, margin_before, margin_after, confidence
    )
    recording, low, high = _ratio_of_recording(request)
    change = after / before
    parts = {
        "recording alone": (recording, low, high),
        "what is left": (change / recording, change / high, change / low),
    }
    rows = [(part, *(100 * (ratio - 1) for ratio in ratios)) for part, ratios in parts.items()]
    return RecordingWhatIf(
        points=pd.DataFrame(rows, columns=["part", "change_pct", "lower", "upper"]),
        method=(
            f"If {recorded_before_pct:g}% of reported crimes were recorded before and {recorded_after_pct:g}% after; "
            f"{100 * confidence:g}% interval from the margins of the two shares."
        ),
        title=title,
        before=float(before),
        after=float(after),
        recorded_before_pct=recorded_before_pct,
        recorded_after_pct=recorded_after_pct,
        confidence=confidence,
    )


@dataclass(frozen=True)
class RecordingRequest:
    """Two recorded figures, the shares of crimes that were recorded, and their margins."""

    before: float
    after: float
    share_before: float
    share_after: float
    margin_before: float
    margin_after: float
    confidence: float

    @classmethod
    def read(
        cls,
        before: float,
        after: float,
        share_before: float,
        share_after: float,
        margin_before: float,
        margin_after: float,
        confidence: float,
    ) -> RecordingRequest:
        """Refuse at once whatever is out of range."""
        refusals = Refusals()
        refusals.ask(lambda: checked_confidence(confidence))
        problems = number_problems(above=0, before=before, after=after)
        problems += number_problems(
            above=0, up_to=100, recorded_before_pct=share_before, recorded_after_pct=share_after
        )
        for name, margin in (("margin_before", margin_before), ("margin_after", margin_after)):
            if not (is_number(margin) and 0 <= margin <= 100):
                problems.append(Problem("A margin is from 0 to 100 percentage points.", name, str(margin)))
        refusals.ask(lambda: require(problems))
        refusals.raise_any()
        return cls(before, after, share_before, share_after, margin_before, margin_after, confidence)


def _ratio_of_recording(request: RecordingRequest) -> tuple[float, float, float]:
    """What recording alone multiplies figures by, with its interval."""
    ratio = request.share_after / request.share_before
    errors = (request.margin_before / request.share_before, request.margin_after / request.share_after)
    reach = math.hypot(*errors) / normal_quantile(_MARGINS_AT) * normal_quantile(request.confidence)
    return ratio, ratio * math.exp(-reach), ratio * math.exp(reach)


def crime_basket(
    total: float,
    basket: float,
    reduction_pct: float,
    *,
    rest_change_pct: float = 0.0,
    rest_sd_pct: float | None = None,
    chances: Sequence[float] = _CHANCES,
    source: str = "",
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
    source : str
        Whose figures total and basket are, as chart and sentence say it.

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
    >>> [round(crime_basket(68_000, 54_000, wanted).needed_pct, 1) for wanted in (5, 8)]
    [6.3, 10.1]
    """
    request = BasketRequest.read(total, basket, reduction_pct, rest_change_pct, rest_sd_pct, chances)
    at_most = [_most_the_basket_may_hold(request, chance) for chance in chances]
    return Basket(
        points=pd.DataFrame(
            {
                "chance": list(chances),
                "reduction_pct": [request.fall_to(most) for most in at_most],
                "basket_at_most": at_most,
            }
        ),
        method=(
            f"A basket of {basket:,.0f} out of {total:,.0f}; the rest, {request.rest:,.0f}, expected to change by "
            f"{rest_change_pct:g}% give or take {request.rest_sd_pct:.1f}% (one standard deviation), and chance in "
            "both."
        ),
        total=float(total),
        basket=float(basket),
        reduction_pct=float(reduction_pct),
        needed_pct=float(request.fall_to(request.at_evens)),
        rest_change_pct=float(rest_change_pct),
        source=source,
        rest_sd_pct=float(request.rest_sd_pct),
    )


@dataclass(frozen=True)
class BasketRequest:
    """A total and the basket in it, what is wanted of the total, and what is expected of the rest."""

    total: float
    basket: float
    reduction_pct: float
    rest_change_pct: float
    rest_sd_pct: float

    @classmethod
    def read(
        cls,
        total: float,
        basket: float,
        reduction_pct: float,
        rest_change_pct: float,
        rest_sd_pct: float | None,
        chances: Sequence[float],
    ) -> BasketRequest:
        """Fill in how sure the rest is, and refuse at once figures that do not fit each other."""
        problems = number_problems(above=0, total=total, basket=basket)
        problems += number_problems(reduction_pct=reduction_pct, rest_change_pct=rest_change_pct)
        if rest_sd_pct is not None and not (is_number(rest_sd_pct) and 0 <= rest_sd_pct < math.inf):
            problems.append(Problem("This is a number, zero or more.", "rest_sd_pct", str(rest_sd_pct)))
        problems += [
            Problem(f"A chance lies between 0 and 1: found {chance!r}.")
            for chance in listed(chances, "chances")
            if not (is_number(chance) and 0 < chance < 1)
        ]
        require(problems)
        if basket > total:
            problems.append(
                Problem(f"The basket is above nought and a part of the total: found {basket:g} of {total:g}.")
            )
        if reduction_pct >= 100:
            problems.append(Problem(f"No total falls by {reduction_pct:g}%."))
        require(problems)
        sd_pct = _usual_sd_pct(total - basket) if rest_sd_pct is None else rest_sd_pct
        return cls(total, basket, reduction_pct, rest_change_pct, sd_pct)

    @property
    def rest(self) -> float:
        """Events outside the basket."""
        return self.total - self.basket

    @property
    def at_evens(self) -> float:
        """What the basket may hold if the rest does as expected."""
        return self.total * (1 - self.reduction_pct / 100) - self.rest * (1 + self.rest_change_pct / 100)

    def fall_to(self, most: float) -> float:
        """By how much the basket falls to hold so many [per cent]."""
        return 100 * (1 - most / self.basket)


def _most_the_basket_may_hold(request: BasketRequest, chance: float) -> float:
    """For the total to come out as wanted with this chance: chance in the basket depends on what it holds."""
    most = request.at_evens
    for _ in range(_ROUNDS):
        chance_alone = TIMES_CHANCE * (max(most, 0) + request.rest)
        spread = np.sqrt(chance_alone + (request.rest * request.rest_sd_pct / 100) ** 2)
        most = request.at_evens - special.ndtri(chance) * spread
    return float(most)


def _usual_sd_pct(events: float) -> float:
    """What a projection of so many events is usually out by a year ahead, per cent."""
    if events <= 0:
        return 0.0
    a_year = opening(np.array(12)) / opening(np.array(21))
    return float(100 * REFERENCE_OF_PERIODS * events**-REFERENCE_POWER * np.sqrt(a_year))
