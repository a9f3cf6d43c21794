"""What if: the basket of the Plan, and the recording rates of two inspections."""

import numpy as np
import pytest

from pccstats.methods.projection.what_if import crime_basket, what_if_recording
from pccstats.terms.errors import MethodProblem


@pytest.mark.parametrize(("wanted", "needed"), [(5, 6.3), (8, 10.1)])
def test_the_basket_of_the_plan(wanted, needed):
    """5% of 68,000 out of a basket of 54,000 is 6.3%; 8% is 10 in whole per cents."""
    found = crime_basket(68_000, 54_000, wanted)
    assert found.needed_pct == pytest.approx(needed, abs=0.05)
    assert found.points.loc[found.points["chance"] == 0.5, "reduction_pct"].iloc[0] == pytest.approx(found.needed_pct)


def test_the_basket_must_do_more_to_be_sure():
    """Being surer asks for more, a rising rest asks for more, and a certain rest for less."""
    plain = crime_basket(68_000, 54_000, 5).points["reduction_pct"]
    assert plain.is_monotonic_increasing
    rising = crime_basket(68_000, 54_000, 5, rest_change_pct=3).points["reduction_pct"]
    assert (rising > plain).all()
    certain = crime_basket(68_000, 54_000, 5, rest_sd_pct=0).points["reduction_pct"]
    assert certain.iloc[-1] < plain.iloc[-1]


def test_the_basket_keeps_its_promise():
    """Drawn at random, all crime meets its target as often as the chance says."""
    found = crime_basket(68_000, 54_000, 5, rest_sd_pct=4)
    random = np.random.default_rng(4)
    for row in found.points.itertuples():
        rest = 14_000 * (1 + random.normal(0, 0.04, 40_000))
        chance_alone = random.normal(0, np.sqrt(2 * (row.basket_at_most + 14_000)), 40_000)
        met = row.basket_at_most + rest + chance_alone <= 68_000 * 0.95
        assert met.mean() == pytest.approx(row.chance, abs=0.01)


def test_a_basket_above_the_total_is_refused():
    """A part is not more than the whole, and all faults are told at once."""
    with pytest.raises(MethodProblem) as refusal:
        crime_basket(100, 120, 100)
    assert len(refusal.value.problems) == 2


def test_recording_alone_brings_eleven_per_cent():
    """75.8% recorded, then 84.1%: 11.0% more crime with nothing changed, as the inspections imply."""
    found = what_if_recording(21_200, 21_200 * 1.05, 75.8, 84.1, margin_before=1.94)
    assert found.recording_pct == pytest.approx(10.95, abs=0.01)
    assert found.recording_low < 10.95 < found.recording_high
    assert found.could_be_recording_alone
    assert found.rest_pct == pytest.approx(100 * (1.05 / (84.1 / 75.8) - 1))


def test_recording_without_margins_has_no_band():
    """Known shares leave one number, and recording that did not change leaves the change itself."""
    found = what_if_recording(100, 120, 80, 80)
    assert (found.recording_low, found.recording_pct, found.recording_high) == (0, 0, 0)
    assert found.rest_pct == pytest.approx(found.change_pct) == pytest.approx(20)
    assert not found.could_be_recording_alone


def test_impossible_recording_rates_are_refused():
    """A share above 100%, a figure of nought and a negative margin are all named."""
    with pytest.raises(MethodProblem) as refusal:
        what_if_recording(0, 10, 101, 80, margin_after=-1)
    assert len(refusal.value.problems) == 3


def test_a_wrong_confidence_is_said_with_the_rest():
    """A confidence out of range and a figure of nought are one message."""
    with pytest.raises(MethodProblem) as refusal:
        what_if_recording(0, 10, 80, 80, confidence=95)
    assert len(refusal.value.problems) == 2
