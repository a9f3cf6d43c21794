"""What the points of one and of many series share: a target against the limits."""

import numpy as np
import pytest

from pccstats.methods.level.points import assurance_of
from pccstats.terms.words import Assurance, Polarity


@pytest.mark.parametrize(
    ("target", "polarity", "answer"),
    [
        (70.0, Polarity.HIGHER_IS_BETTER, Assurance.CONSISTENTLY_MET),
        (90.0, Polarity.HIGHER_IS_BETTER, Assurance.CONSISTENTLY_MISSED),
        (70.0, Polarity.LOWER_IS_BETTER, Assurance.CONSISTENTLY_MISSED),
        (90.0, Polarity.LOWER_IS_BETTER, Assurance.CONSISTENTLY_MET),
        (80.0, Polarity.LOWER_IS_BETTER, Assurance.HIT_AND_MISS),
        (75.0, Polarity.HIGHER_IS_BETTER, Assurance.HIT_AND_MISS),
        (80.0, Polarity.NEUTRAL, None),
        (None, Polarity.LOWER_IS_BETTER, None),
    ],
)
def test_assurance_is_target_against_limits(target, polarity, answer):
    """Limits 75 to 85: below, above, between, on the limit, without polarity, without target."""
    assert assurance_of(target, 75.0, 85.0, polarity) is answer


def test_without_limits_nothing_is_said_of_a_target():
    """A run chart has no limits, and so promises nothing."""
    assert assurance_of(80.0, np.nan, np.nan, Polarity.LOWER_IS_BETTER) is None
