"""From a signal to a judgement, by lookup alone: signal with polarity, target with limits."""

from __future__ import annotations

from collections.abc import Mapping

from pccstats.terms.words import Assurance, Polarity, Signal, Variation

VARIATION: Mapping[tuple[Polarity, Signal], Variation] = {
    (Polarity.LOWER_IS_BETTER, Signal.ABOVE): Variation.CONCERN,
    (Polarity.LOWER_IS_BETTER, Signal.BELOW): Variation.IMPROVEMENT,
    (Polarity.LOWER_IS_BETTER, Signal.NONE): Variation.COMMON_CAUSE,
    (Polarity.HIGHER_IS_BETTER, Signal.ABOVE): Variation.IMPROVEMENT,
    (Polarity.HIGHER_IS_BETTER, Signal.BELOW): Variation.CONCERN,
    (Polarity.HIGHER_IS_BETTER, Signal.NONE): Variation.COMMON_CAUSE,
    (Polarity.NEUTRAL, Signal.ABOVE): Variation.HIGH,
    (Polarity.NEUTRAL, Signal.BELOW): Variation.LOW,
    (Polarity.NEUTRAL, Signal.NONE): Variation.COMMON_CAUSE,
}

_ASSURANCE: Mapping[tuple[Polarity, str], Assurance] = {
    (Polarity.HIGHER_IS_BETTER, "target below the band"): Assurance.CONSISTENTLY_MET,
    (Polarity.HIGHER_IS_BETTER, "target above the band"): Assurance.CONSISTENTLY_MISSED,
    (Polarity.LOWER_IS_BETTER, "target below the band"): Assurance.CONSISTENTLY_MISSED,
    (Polarity.LOWER_IS_BETTER, "target above the band"): Assurance.CONSISTENTLY_MET,
}


def variation_of(signal: Signal | str, polarity: Polarity) -> Variation:
    """A signal read with the polarity.

    Examples
    --------
    >>> variation_of("above", Polarity.LOWER_IS_BETTER)
    <Variation.CONCERN: 'concern'>
    """
    return VARIATION[polarity, Signal(signal)]


def assurance_of(target: float | None, lower: float, upper: float, polarity: Polarity) -> Assurance | None:
    """Whether a process that stays as it is will meet its target month after month.

    A target on a limit is hit and miss, save where the band has no width: a process that is at 100% every month meets
    a target of 100%. There is no answer without a target, or where neither direction is better.

    Examples
    --------
    >>> assurance_of(75.0, 76.2, 84.1, Polarity.HIGHER_IS_BETTER)
    <Assurance.CONSISTENTLY_MET: 'consistently_met'>
    >>> assurance_of(100.0, 100.0, 100.0, Polarity.HIGHER_IS_BETTER)
    <Assurance.CONSISTENTLY_MET: 'consistently_met'>
    """
    if target is None or polarity is Polarity.NEUTRAL:
        return None
    if lower == upper == target:
        return Assurance.CONSISTENTLY_MET
    if target < lower:
        return _ASSURANCE[polarity, "target below the band"]
    if target > upper:
        return _ASSURANCE[polarity, "target above the band"]
    return Assurance.HIT_AND_MISS
