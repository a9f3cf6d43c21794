"""Targets: the Plan's own table, the two kinds of per cent, the basket and the recording rate."""

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.projection.targets import figure_to_reach, progress, target_table
from pccstats.methods.projection.what_if import crime_basket, what_if_recording
from pccstats.sources import read_observations, read_plan
from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import Window, month
from pccstats.terms.plan import Event, Target
from pccstats.terms.results.ahead import Outcome
from pccstats.terms.series import Series

BASE = Window.read("2012/13")


def years(first, second, **about):
    """The baseline year and the one after, as published."""
    frame = pd.DataFrame({"month": ["2013-03", "2014-03"], "numerator": [first, second]})
    return Series.from_frame(frame, span_months=12, **about)


def less(per_cent, by="2014-03"):
    """A fall of so many per cent from 2012/13."""
    return Target("t", "x", "hard", "per_cent_change", -per_cent, month(by), BASE)


def monthly(values, first="2012-04", **about):
    """Counts month after month."""
    months = pd.period_range(first, periods=len(values), freq="M")
    return Series.from_frame(pd.DataFrame({"month": months, "numerator": values}), **about)


@pytest.mark.parametrize(
    ("baseline", "hard", "at_most", "actual", "missed_by"),
    [
        (58_805, 5, 55_864.75, 60_834, 4_969),
        (3_935, 10, 3_541.5, 4_199, 658),
        (4_365, 5, 4_146.75, 5_052, 905),
        (5_236, 14, 4_502.96, 5_396, 893),
        (1_051, 12, 924.88, 1_114, 189),
    ],
)
def test_the_five_hard_crime_targets_were_missed(baseline, hard, at_most, actual, missed_by):
    """The figures of the Plan and of the year after: each target, and by how much it was missed."""
    goal = progress(years(baseline, actual, polarity="lower_is_better"), less(hard))
    assert goal.to_reach == pytest.approx(at_most)
    assert goal.outcome is Outcome.MISSED
    assert goal.distance == pytest.approx(missed_by, abs=0.51)  # published rounded half up


def test_missing_reports_met_their_target():
    """STORM reports: 25% off 5,929 is 4,446.75, and 3,438 met it, across a change of definition that is named."""
    absent = Event("absent", "the absent category", month("2013-04"), ("*",), breaks_comparability=True)
    goal = progress(years(5929, 3438, polarity="lower_is_better", events=(absent,)), less(25))
    assert goal.to_reach == 4446.75
    assert goal.outcome is Outcome.MET
    assert goal.caveats == ("the absent category",)


def test_the_plans_table_in_the_shipped_data(root):
    """What became of the Plan's targets by March 2014, from the figures the project ships."""
    plan, data = read_plan(root / "data" / "raw"), read_observations(root / "data" / "processed")
    table = target_table(plan, data, "2014-03")
    outcomes = table.points.set_index("key")["outcome"]
    hard = [f"{part}.offences.hard" for part in ("11", "12", "13", "14A", "14B")]
    assert set(outcomes[hard]) == {"missed"}
    assert outcomes["17.missing_storm.hard"] == "met"
    satisfaction = {"9": "met", "12": "missed", "13": "missed", "14A": "met", "14B": "missed"}
    for part, outcome in satisfaction.items():
        assert outcomes[f"{part}.satisfaction.outcome"] == outcome
    assert outcomes["7.satisfaction.outcome"] == outcomes["8.satisfaction.outcome"] == "missed"
    assert outcomes["10.confidence.hard"] == "met"
    assert table.points.loc[table.points["outcome"] == "unknown", "note"].str.len().gt(0).all()
    assert table.summary().iloc[0].sum() == len(plan.targets)


def test_points_and_compound_per_cents_differ():
    """85% and one point more in three years is 88; one per cent compound is 87.58."""
    added = Target("t", "x", "outcome", "points", 3.0)
    assert figure_to_reach(added, 85.0) == 88.0
    compound = 85.0
    for _ in range(3):
        compound = figure_to_reach(Target("t", "x", "outcome", "per_cent_change", 1.0), compound)
    assert compound == pytest.approx(87.58, abs=0.005)


def test_an_unknown_form_is_refused():
    """A form that is none of the three is named."""
    with pytest.raises(MethodProblem, match="'per_annum'"):
        figure_to_reach(Target("t", "x", "hard", "per_annum", 1.0), 10.0)


def test_the_run_rate_needed_leaves_what_is_done_out():
    """Six months of the target's year at 110 leave 90 a month if 1,200 are to be kept."""
    counts = np.r_[np.full(24, 100.0), np.full(6, 110.0)]
    series = monthly(counts, first="2011-04", polarity="lower_is_better")
    goal = progress(series, Target("t", "x", "hard", "level", 1200.0, month("2014-03")))
    assert goal.run_rate_needed == pytest.approx(90)
    assert goal.run_rate_now == pytest.approx((6 * 100 + 6 * 110) / 12)
    assert (goal.outcome, goal.months_left) == (Outcome.OPEN, 6)


def test_the_share_needed_of_those_still_to_be_asked():
    """Six months at 80% ask 90% of the other six for a year of 85%."""
    months = pd.period_range("2012-04", periods=18, freq="M")
    frame = pd.DataFrame({"month": months, "satisfied": 80.0, "asked": 100.0})
    survey = Series.from_frame(
        frame, numerator="satisfied", denominator="asked", kind="survey", polarity="higher_is_better"
    )
    goal = progress(survey, Target("t", "x", "outcome", "level", 85.0, month("2014-03")))
    assert goal.run_rate_needed == pytest.approx(90)


def test_the_chance_is_that_of_a_projection():
    """An open target of a long series has a chance; of a short one, the reason why not."""
    random = np.random.default_rng(0)
    long = monthly(random.poisson(100, 60).astype(float), first="2010-04", polarity="lower_is_better")
    target = Target("t", "x", "hard", "level", 1200.0, month("2016-03"))
    assert 0.3 < progress(long, target).chance_of_meeting < 0.7
    short = progress(long.between(first="2014-01"), target)
    assert np.isnan(short.chance_of_meeting)
    assert "needs 36" in short.no_chance


def test_quarter_and_until_are_one():
    """The quarter's last month is where the figures end."""
    series = monthly(np.full(48, 100.0), polarity="lower_is_better")
    target = Target("t", "x", "hard", "level", 1100.0, month("2017-03"))
    by_quarter = progress(series, target, quarter="2014/15-Q1")
    assert str(by_quarter.latest_window.last) == "2014-06"
    pd.testing.assert_frame_equal(by_quarter.summary(), progress(series, target, until="2014-06").summary())


def test_a_rolling_target_is_judged_by_the_latest_year():
    """A target with no date is met or missed now."""
    goal = progress(years(1200, 1000, polarity="lower_is_better"), Target("t", "x", "hard", "level", 1100.0))
    assert goal.outcome is Outcome.MET
    assert "no date" in goal.no_chance


def test_reaching_exactly_is_meeting():
    """The figure itself is enough."""
    goal = progress(years(1000, 900, polarity="lower_is_better"), less(10))
    assert goal.outcome is Outcome.MET


def test_a_baseline_that_is_not_held_is_refused():
    """Per cents of nothing known cannot be worked out."""
    with pytest.raises(MethodProblem, match="no figure of that baseline"):
        progress(monthly(np.full(24, 10.0), first="2014-04"), less(10, by="2016-03"))


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


def test_a_frame_is_no_series():
    """A frame handed over as it is gets the next step."""
    with pytest.raises(MethodProblem, match=r"Series\.from_frame"):
        progress(years(3935, 4199).points, less(10))


def test_the_method_ends_with_the_source():
    """Where the figures come from is the end of the method."""
    assert progress(years(3935, 4199), less(10)).method.endswith("Source: not given.")
