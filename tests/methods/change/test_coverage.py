"""The 95% intervals of a change hold the truth about 95 times in 100: a short run of the benchmark."""

import numpy as np
import pytest

from pccstats.methods.change.dispersion import dispersion_of_months
from pccstats.methods.change.two_figures import compare_counts, compare_shares

pytestmark = pytest.mark.slow

DRAWS = 2500
MONTH_OF_YEAR, WINDOW = np.tile(np.arange(1, 13), 2), np.repeat([0, 1], 12)
SEASON = 1 + 0.3 * np.sin(2 * np.pi * (MONTH_OF_YEAR - 1) / 12 + 0.7)


@pytest.mark.parametrize(
    ("events", "phi", "ratio"),
    [(20, 1, 1.0), (300, 1, 1.25), (300, 3, 1.0), (4000, 1, 1.0), (4000, 5, 0.9), (60_000, 15, 1.1)],
)
def test_counts(events, phi, ratio):
    """Small and large, calm and wild, seasonal, changed and not: 92.5 to 97.5% on 2,500 draws."""
    random = np.random.default_rng(events + phi)
    mean = np.broadcast_to(events / 12 * SEASON * np.where(WINDOW, ratio, 1.0), (DRAWS, 24))
    drawn = random.poisson(mean if phi == 1 else random.gamma(mean / (phi - 1), phi - 1))
    held = 0
    for months in drawn:
        found = dispersion_of_months(months, MONTH_OF_YEAR, WINDOW)
        test = compare_counts(months[:12].sum(), months[12:].sum(), found)
        held += test.lower <= ratio <= test.upper
    assert 0.925 <= held / DRAWS <= 0.975


@pytest.mark.parametrize(("asked", "first", "second"), [(100, 0.845, 0.815), (1000, 0.9, 0.9), (2200, 0.75, 0.85)])
def test_shares(asked, first, second):
    """Surveys of the sizes met: 93 to 97% on 2,500 draws."""
    random = np.random.default_rng(asked)
    pairs = zip(random.binomial(asked, first, DRAWS), random.binomial(asked, second, DRAWS), strict=True)
    tests = [compare_shares((k, asked), (m, asked)) for k, m in pairs]
    assert 0.93 <= np.mean([test.lower <= second - first <= test.upper for test in tests]) <= 0.97
