"""The closed lists of words, and what follows from them."""

import pytest

from pccstats.terms.words import Polarity, Signal, Variation


@pytest.mark.parametrize(
    ("signal", "polarity", "variation"),
    [
        (Signal.ABOVE, Polarity.LOWER_IS_BETTER, Variation.CONCERN),
        (Signal.BELOW, Polarity.LOWER_IS_BETTER, Variation.IMPROVEMENT),
        (Signal.ABOVE, Polarity.HIGHER_IS_BETTER, Variation.IMPROVEMENT),
        (Signal.BELOW, Polarity.HIGHER_IS_BETTER, Variation.CONCERN),
        (Signal.ABOVE, Polarity.NEUTRAL, Variation.HIGH),
        (Signal.BELOW, Polarity.NEUTRAL, Variation.LOW),
        *((Signal.NONE, polarity, Variation.COMMON_CAUSE) for polarity in Polarity),
    ],
)
def test_signals_become_variations_by_polarity_alone(signal, polarity, variation):
    """The same signal is a concern, an improvement, or simply high."""
    assert Variation.of(polarity.judge(signal)) is variation
