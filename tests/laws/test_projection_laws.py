"""Laws that every projection keeps, whatever the counts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pccstats.methods.projection.material import material_of, recover, rolling_sum
from pccstats.methods.projection.project import project
from pccstats.methods.projection.sisters import drawn_out
from pccstats.terms.plan import Target
from pccstats.terms.series import Series
from pccstats.terms.words import State

pytestmark = pytest.mark.slow

FEW = settings(max_examples=20, deadline=None)
counts = st.lists(st.integers(0, 400), min_size=45, max_size=80)
NUMBERS = ["projected", "lower", "upper"]
MIRROR = {State.BETTER: State.WORSE, State.WORSE: State.BETTER}


def monthly(values, **about):
    """Counts month after month."""
    months = pd.period_range("2009-04", periods=len(values), freq="M")
    frame = pd.DataFrame({"month": months, "numerator": np.asarray(values, dtype=float)})
    return Series.from_frame(frame, **about)


def ahead(series, **options):
    """Twenty-one months on, against the last year known."""
    return project(series, series.last + 21, (series.last - 11, series.last), **options)


@FEW
@given(counts)
def test_limits_nest_about_the_middle(values):
    """Lower, lower 80%, middle, upper 80%, upper: always finite, never below nought, always in this order."""
    answer = ahead(monthly(values))
    five = [answer.lower, answer.lower_80, answer.projected, answer.upper_80, answer.upper]
    assert np.isfinite(five).all()
    assert five == sorted(five)
    assert five[0] >= 0


@FEW
@given(counts)
def test_polarity_only_turns_the_judgement(values):
    """Turning the polarity over swaps better and worse and changes no number."""
    lower, higher = (ahead(monthly(values, polarity=p)) for p in ("lower_is_better", "higher_is_better"))
    assert lower.projected == higher.projected
    assert higher.state is MIRROR.get(lower.state, lower.state)


@FEW
@given(counts, st.randoms(use_true_random=False))
def test_row_order_is_irrelevant(values, random):
    """Shuffled rows give the same projection."""
    series = monthly(values)
    order = list(range(len(values)))
    random.shuffle(order)
    shuffled = Series.from_frame(series.points.iloc[order], period="period_end")
    pd.testing.assert_frame_equal(ahead(series).summary(), ahead(shuffled).summary())


@FEW
@given(counts, st.floats(1, 5000), st.floats(1, 5000))
def test_an_easier_target_has_the_better_chance(values, one, other):
    """Of two figures to stay under, the higher is met more often."""
    targets = [Target(f"t{i}", "x", "hard", "level", level) for i, level in enumerate(sorted((one, other)))]
    chances = ahead(monthly(values, polarity="lower_is_better"), targets=targets).targets["chance_of_meeting"]
    assert 0 <= chances[0] <= chances[1] <= 1


@FEW
@given(counts, st.floats(0.5, 0.94))
def test_more_confidence_is_wider(values, less):
    """A surer interval holds a less sure one."""
    narrow, wide = ahead(monthly(values), confidence=less), ahead(monthly(values), confidence=0.95)
    assert wide.lower <= narrow.lower <= narrow.upper <= wide.upper


@FEW
@given(st.lists(st.integers(30, 400), min_size=45, max_size=80), st.integers(2, 9))
def test_scale_is_nearly_irrelevant(values, times):
    """Counting every event several times multiplies the middle by that, but for what chance adds to small counts."""
    once, often = ahead(monthly(values)), ahead(monthly(np.array(values) * times))
    assert often.projected == pytest.approx(times * once.projected, rel=0.03)


@FEW
@given(st.lists(st.integers(30, 400), min_size=45, max_size=80), st.integers(2, 9))
def test_scale_of_sisters_is_nearly_irrelevant(values, times):
    """Sisters lend growth, which is a ratio: counting their every event several times changes next to nothing."""
    sisters = [np.roll(values, 7), np.roll(values, 13)]
    once, often = (ahead(monthly(values), sisters=[monthly(figures * by) for figures in sisters]) for by in (1, times))
    assert often.projected == pytest.approx(once.projected, rel=0.03)


@FEW
@given(counts, st.permutations(range(4)))
def test_the_order_of_sisters_is_irrelevant(values, order):
    """Sisters in another order give the same projection."""
    sisters = [monthly(np.roll(values, 5 * place + 1)) for place in range(4)]
    one, other = (ahead(monthly(values), sisters=given) for given in (sisters, [sisters[place] for place in order]))
    np.testing.assert_allclose(one.summary()[NUMBERS].astype(float), other.summary()[NUMBERS].astype(float), rtol=1e-9)


@FEW
@given(counts, st.integers(0, 3))
def test_limits_open_with_the_months_ahead(values, many):
    """Whatever the sisters, each year farther ahead is less sure: the limits are farther apart, as a ratio."""
    sisters = [monthly(np.roll(values, 5 * place + 1)) for place in range(many)]
    answer = ahead(monthly(np.array(values) + 50), sisters=sisters)
    assert (np.diff((answer.ahead["upper"] + 0.5) / (answer.ahead["lower"] + 0.5)) > 0).all()


@FEW
@given(st.lists(st.floats(-1, 1), min_size=1, max_size=12), st.floats(-1, 1), st.integers(1, 36))
def test_growth_is_one_where_all_agree(lent, own, months):
    """No sister changes nothing; sisters between two growths give a growth between those with all at either."""
    at = np.array([float(months)])
    assert drawn_out(np.array([own]), np.empty((0, 1)), at)[0] == own

    def with_sisters(growths):
        return float(drawn_out(np.array([own]), np.array(growths)[:, None], at)[0])

    low, high = ([extreme(lent)] * len(lent) for extreme in (min, max))
    assert with_sisters(low) - 1e-12 <= with_sisters(lent) <= with_sisters(high) + 1e-12


@FEW
@given(st.lists(st.floats(1, 1000), min_size=8, max_size=40))
def test_recovered_periods_make_the_same_rolling_years(values):
    """Taking rolling years apart and adding them up again changes nothing."""
    rolling = rolling_sum(np.array(values), 4)[3:]
    assert rolling_sum(recover(rolling, 4), 4)[3:] == pytest.approx(rolling, rel=1e-9, abs=1e-6)


@FEW
@given(st.floats(0, 1e6), st.floats(-3, 3))
def test_distance_and_back(projected, away):
    """A figure so far from a projection is so far from it."""
    material = material_of(monthly([10] * 40))
    there = material.at_distance(np.array(projected), np.array(away))
    if there > 0:
        assert material.distance(there, np.array(projected)) == pytest.approx(away, abs=1e-6)
