"""The same comparison against other baselines."""

import pandas as pd
import pytest

from pccstats.methods.change.change import baseline_sensitivity, change
from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import Window
from pccstats.terms.series import Series

YEARS = pd.DataFrame(
    {
        "month": ["2011-03", "2012-03", "2013-03", "2014-03", "2015-03"],
        "n": [71234, 68151, 58805, 60834, 59220],
    }
)


def crime(**about):
    """All crime, 2010/11 to 2014/15."""
    return Series.from_frame(YEARS, numerator="n", span_months=12, polarity="lower_is_better", **about)


def test_the_usual_baselines():
    """The plan's baseline, the year after, and the mean of three years: the sign turns on which is taken."""
    found = baseline_sensitivity(crime(baseline=Window.read("2012/13")), until="2015-03")
    assert found.points["since"].tolist() == ["2012/13", "2013/14", "36 months to March 2013"]
    assert found.points["change_pct"].round(1).tolist()[:2] == [0.7, -2.7]
    assert found.points["baseline"].iloc[2] == pytest.approx((71234 + 68151 + 58805) * 365 / 1096)
    assert found.is_same_verdict is False


def test_each_row_is_the_comparison_itself():
    """A row of the table is what `change` gives for that baseline."""
    series = crime(baseline=Window.read("2012/13"))
    found = baseline_sensitivity(series, ["2012/13", "2013/14"], until="2015-03", dispersion=4)
    alone = change(series, "2013/14", "2015-03", dispersion=4).summary()
    pd.testing.assert_frame_equal(found.points.drop(columns="since").iloc[[1]].reset_index(drop=True), alone)


def test_a_baseline_that_cannot_be_tested_does_not_vote():
    """One baseline with a figure and one without: no agreement can be claimed."""
    found = baseline_sensitivity(crime(), ["2012/13", "2008/09"], until="2015-03")
    assert found.is_same_verdict is None
    assert found.summary()[["baselines", "tested"]].iloc[0].tolist() == [2, 1]


def test_without_a_baseline_there_is_nothing_to_try():
    """A series with no baseline of its own needs to be told which to try."""
    with pytest.raises(MethodProblem, match="give the baselines to try"):
        baseline_sensitivity(crime())


def test_before_any_baseline_has_ended_there_is_nothing_to_try():
    """In the plan's first year every usual baseline ends with the latest window or after it."""
    with pytest.raises(MethodProblem, match="ends before its latest window"):
        baseline_sensitivity(crime(baseline=Window.read("2012/13")), until="2013-03")
