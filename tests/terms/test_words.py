"""The closed lists of words, and what follows from them."""

import pytest

from pccstats.terms.words import Kind, Polarity, Signal, State, Unmoved, Variation


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


@pytest.mark.parametrize("kind", Kind)
def test_only_what_is_counted_in_full_has_a_usual_movement(kind):
    """Counts, rates and money are full counts; what people answer, and a share of cases, is tested as a sample."""
    told = Unmoved.of(kind, knows_variation=True)
    assert (told is Unmoved.AS_USUAL) == (kind in (Kind.COUNT, Kind.RATE, Kind.MONEY))
    assert Unmoved.of(kind, knows_variation=False) is Unmoved.NO_EVIDENCE


def test_one_and_many_and_both_sorts_are_told_apart():
    """A figure, several figures, and figures of both sorts together each have words of their own."""
    words = [*(unmoved.in_words for unmoved in Unmoved), State.NO_EVIDENCE_OF_CHANGE.in_words]
    assert len(set(words)) == len(words)
    assert Unmoved.AS_USUAL.of_many is Unmoved.ALL_AS_USUAL
    assert Unmoved.NO_EVIDENCE.of_many is Unmoved.NO_EVIDENCE
