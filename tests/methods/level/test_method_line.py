"""How an expected level says how it was made."""

import numpy as np

from pccstats.methods.level.expected_level import expected_level
from tests.methods.level.cases import series


def test_the_method_says_how_it_was_made():
    """Chart and why, baseline months, dispersion, season, rules, false alarms."""
    rng = np.random.default_rng(9)
    method = expected_level(series(rng.poisson(300, 36).astype(float))).method
    for words in (
        "u′ chart (Laney)",
        "counts of events in months of unequal length",
        "36 baseline months, April 2012 to March 2015",
        "Dispersion σz",
        "test for season",
        "once in 740 times above and once below (negative binomial",
        "cumulative sums of the scores of the months, above and below (CUSUM, k = 0.5)",
        "bound 7.82: 3% of steady series cross it",
        "Rules (limits and companion)",
    ):
        assert words in method, words


def test_the_method_of_an_individuals_chart_gives_sigma():
    """Mean moving range 2.25 over d2 is 1.99."""
    assert "Sigma 1.99" in expected_level(series([10.0, 12.0, 11.0, 13.0, 9.0]), chart="xmr").method


def test_screening_says_how_many_ranges_it_left_out():
    """Nothing is left out unasked, and what is left out is counted."""
    figures = [10.0, 11.0] * 10 + [60.0] + [10.0, 11.0] * 10
    assert "left out" not in expected_level(series(figures), chart="xmr").method
    assert "left out: 2" in expected_level(series(figures), chart="xmr", screen_moving_ranges=True).method
