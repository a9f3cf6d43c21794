"""Targets: the Plan's own table, the two kinds of per cent, the rate needed and the chance."""

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.projection.targets import figure_to_reach, progress, target_table
from pccstats.sources import read_observations, read_plan
from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import Quarter, Window, month
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


def test_missing_reports_cannot_be_judged_across_a_break():
    """STORM reports: 25% off 5,929 is 4,446.75; 3,438 is below it and on another definition, which is named."""
    absent = Event("absent", "the absent category", month("2013-04"), ("*",), breaks_comparability=True)
    goal = progress(years(5929, 3438, polarity="lower_is_better", events=(absent,)), less(25))
    assert goal.to_reach == 4446.75
    assert goal.outcome is Outcome.NOT_COMPARABLE
    assert goal.caveats == ("the absent category",)


def test_the_plans_table_in_the_shipped_data(root):
    """What became of the Plan's targets by March 2014, from the figures the project ships."""
    plan, data = read_plan(root / "data" / "raw"), read_observations(root / "data" / "processed")
    table = target_table(plan, data, "2014-03")
    outcomes = table.points.set_index("key")["outcome"]
    hard = [f"{part}.offences.hard" for part in ("11", "12", "13", "14A", "14B")]
    assert set(outcomes[hard]) == {"missed"}
    assert outcomes["17.missing_storm.hard"] == "not_comparable"
    satisfaction = {"9": "met", "12": "missed", "13": "missed", "14A": "met", "14B": "missed"}
    for part, outcome in satisfaction.items():
        assert outcomes[f"{part}.satisfaction.outcome"] == f"{outcome}_as_printed"
    assert outcomes["7.satisfaction.outcome"] == outcomes["8.satisfaction.outcome"] == "missed_as_printed"
    assert outcomes["10.confidence.hard"] == "met"
    assert table.points.loc[table.points["outcome"] == "unknown", "note"].str.len().gt(0).all()
    assert table.summary().iloc[0].sum() == len(plan.targets)


def test_a_target_past_its_date_is_judged_as_of_the_quarter_of_the_pack(root):
    """The stretch target for all crime, 54,100.6 by March 2015: missed at 59,220, as a pack to June 2015 knows."""
    plan, data = read_plan(root / "data" / "raw"), read_observations(root / "data" / "processed")
    table = target_table(plan, data, Quarter.parse("2015/16-Q1"))
    row = table.points.set_index("key").loc["11.offences.stretch"]
    assert (row["outcome"], row["figure_at_date"]) == ("missed", 59_220)
    assert (str(table.until), table.summary()["open"].item()) == ("2015-06", 1)


def test_a_printed_per_cent_is_met_as_printed_until_the_number_asked_is_known():
    """79.5% meets 75% as printed; out of 2,000 answers it meets it."""
    survey = years(75.3, 79.5, kind="survey", polarity="higher_is_better")
    target = Target("t", "x", "hard", "level", 75.0)
    assert progress(survey, target).outcome is Outcome.MET_AS_PRINTED
    assert progress(survey.answered_by(2000), target).outcome is Outcome.MET


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


def test_a_frame_is_no_series():
    """A frame handed over as it is gets the next step."""
    with pytest.raises(MethodProblem, match=r"Series\.from_frame"):
        progress(years(3935, 4199).points, less(10))


def test_the_method_ends_with_the_source():
    """Where the figures come from is the end of the method."""
    assert progress(years(3935, 4199), less(10)).method.endswith("Source: not given.")


def test_everything_wrong_with_a_request_is_said_at_once():
    """A confidence out of range and a baseline that is not held are one message."""
    with pytest.raises(MethodProblem) as refusal:
        progress(monthly(np.full(24, 10.0), first="2014-04"), less(10, by="2016-03"), confidence=95)
    assert len(refusal.value.problems) == 2
