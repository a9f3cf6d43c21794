"""Two published estimates compared: the paper's own example, other packages' numbers, laws, and what is refused."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

import pccstats as pcc
from pccstats.methods.change.published_estimates import Estimate, compare_estimates, relative_limits
from pccstats.terms.errors import DataProblem
from pccstats.terms.words import State

Z95 = 1.959963984540054  # R: qnorm(0.975)


def test_the_relative_risks_of_the_paper() -> None:
    """Altman and Bland (BMJ 2003; 326: 219): 0.67 (0.46 to 0.98) and 0.88 (0.71 to 1.08), as they print each step."""
    young, old = Estimate(0.67, 0.46, 0.98).on_log_scale(), Estimate(0.88, 0.71, 1.08).on_log_scale()
    assert [round(each.standard_error, 4) for each in (young, old)] == [0.1929, 0.1070]
    found = compare_estimates(old, young)
    assert found.difference == pytest.approx(-0.2726, abs=5e-5)
    assert (found.lower, found.upper) == pytest.approx((-0.7050, 0.1598), abs=1e-4)  # the paper rounds at each step
    assert found.p_value == pytest.approx(0.2, abs=0.02)
    assert [round(math.exp(each), 2) for each in (found.difference, found.lower, found.upper)] == [0.76, 0.49, 1.17]


def test_statsmodels_finds_the_same_of_the_samples_themselves() -> None:
    """z-test and interval of two means with unequal variances, from the samples; ours knows their intervals alone."""
    first, second = (DescrStatsW([low + step % 7 for step in range(400)]) for low in (50.0, 50.4))
    estimates = [Estimate(each.mean, *each.zconfint_mean()) for each in (first, second)]
    found = compare_estimates(*estimates)
    compared = CompareMeans(second, first)
    assert found.p_value == pytest.approx(compared.ztest_ind(usevar="unequal")[1], rel=1e-9)
    assert (found.lower, found.upper) == pytest.approx(compared.zconfint_diff(usevar="unequal"), rel=1e-9)


def survey(
    values: tuple[float, float],
    half: float,
    interval: float = 0.95,
    ends: tuple[str, str] = ("2013-03", "2015-06"),
) -> pcc.Series:
    """Two years of a survey, each as printed with its interval."""
    frame = pd.DataFrame({"month": ends, "n": values})
    frame = frame.assign(low=frame["n"] - half, high=frame["n"] + half)
    return pcc.Series.from_frame(
        frame,
        numerator="n",
        lower="low",
        upper="high",
        interval=interval,
        kind="survey",
        polarity="higher_is_better",
        span_months=12,
    )


def test_a_survey_is_judged_by_its_own_intervals() -> None:
    """70 and 78, each ±4 at 95%: 8 points more, ±4√2; without the intervals nothing could be tested."""
    found = pcc.change(survey((70.0, 78.0), 4.0), since="2012/13", until="2015-06")
    assert found.state is State.BETTER
    assert (found.amount.points.low, found.amount.points.high) == pytest.approx((8 - 4 * 2**0.5, 8 + 4 * 2**0.5))
    assert found.p_value == pytest.approx(math.erfc(8 / (4 * 2**0.5 / Z95) / 2**0.5))
    assert found.points[["lower", "upper"]].to_numpy().tolist() == [[66.0, 74.0], [74.0, 82.0]]
    assert "standard errors from their 95% intervals" in found.method
    assert "respondents" not in found.method
    assert not found.test.is_assumed


def test_years_that_share_months_vary_less() -> None:
    """Nine months of the two years are one sample: a quarter of the variance is left, and half the reach."""
    near = pcc.change(survey((70.0, 78.0), 4.0, ends=("2015-03", "2015-06")), since="2014/15", until="2015-06")
    assert near.amount.points.high - near.amount.points.low == pytest.approx(4 * 2**0.5)


def test_a_rate_is_compared_by_its_ratio() -> None:
    """80 (70 to 91) and 60 (52 to 69) per 1,000: the logarithms are set apart as in the paper, by hand."""
    frame = pd.DataFrame({"month": ["2013-03", "2015-06"], "n": [80, 60], "d": 1000, "low": [70, 52], "high": [91, 69]})
    rate = pcc.Series.from_frame(
        frame,
        numerator="n",
        denominator="d",
        lower="low",
        upper="high",
        interval=0.95,
        kind="rate",
        multiplier=1000.0,
        polarity="lower_is_better",
        span_months=12,
    )
    found = pcc.change(rate, since="2012/13", until="2015-06")
    error = math.hypot(math.log(91 / 70), math.log(69 / 52)) / (2 * Z95)
    expected = [100 * (0.75 * math.exp(side * Z95 * error) - 1) for side in (-1, 1)]
    assert [found.amount.per_cent.low, found.amount.per_cent.high] == pytest.approx(expected)
    assert found.state is State.BETTER


def test_published_years_are_shown_with_their_own_intervals() -> None:
    """The rolling year has them as printed, at the publisher's confidence."""
    shown = pcc.rolling_year(survey((70.0, 78.0), 3.0, interval=0.9))
    assert shown.points[["value", "lower", "upper"]].to_numpy().tolist()[0] == [70.0, 67.0, 73.0]
    assert shown.confidence == 0.9
    assert "90% intervals as published" in shown.method


@settings(max_examples=80, deadline=None)
@given(
    values=st.tuples(st.floats(5, 95), st.floats(5, 95)),
    halves=st.tuples(st.floats(0.1, 20), st.floats(0.1, 20)),
    confidence=st.floats(0.6, 0.99),
)
def test_laws_of_a_difference(values: tuple[float, float], halves: tuple[float, float], confidence: float) -> None:
    """Turned round it keeps p; p is low where nought is left out; more confidence in a wider interval is the same."""
    first, second = (Estimate(value, value - half, value + half) for value, half in zip(values, halves, strict=True))
    there, back = (compare_estimates(*pair, confidence=confidence) for pair in ((first, second), (second, first)))
    assert (there.lower, there.upper) == pytest.approx((-back.upper, -back.lower))
    assert there.p_value == pytest.approx(back.p_value)
    if abs(there.p_value - (1 - confidence)) > 1e-9:
        assert (there.p_value < 1 - confidence) is not (there.lower <= 0 <= there.upper)
    wider = Estimate(first.value, *(first.value + side * 2.575829303548901 / Z95 * halves[0] for side in (-1, 1)), 0.99)
    assert wider.standard_error == pytest.approx(first.standard_error)
    low, high = relative_limits(first, second, confidence=confidence)
    assert low < second.value / first.value < high
    assert there.upper - there.lower >= 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"low": [71.0, 74.0]}, "The figure does not lie within its interval"),
        ({"low": [None, 74.0]}, "An interval has a lower and an upper end"),
        ({"high": ["many", 82.0]}, "This is not a number"),
    ],
)
def test_intervals_that_cannot_be_are_refused(change: dict[str, list[object]], words: str) -> None:
    """An end alone, a figure outside, text: each with its row."""
    frame = pd.DataFrame(
        {"month": ["2013-03", "2015-06"], "n": [70.0, 78.0], "low": [66.0, 74.0], "high": [74.0, 82.0]}
    )
    asked = {"numerator": "n", "lower": "low", "upper": "high", "interval": 0.95, "kind": "survey", "span_months": 12}
    with pytest.raises(DataProblem, match=words):
        pcc.Series.from_frame(frame.assign(**change), **asked)


def test_the_confidence_goes_with_the_ends() -> None:
    """Ends without a confidence, a confidence of 95, and an interval of a count are refused in words."""
    frame = pd.DataFrame({"month": ["2013-03"], "n": [70.0], "low": [66.0], "high": [74.0]})
    ends = {"numerator": "n", "lower": "low", "upper": "high", "span_months": 12}
    with pytest.raises(DataProblem, match="two columns and a confidence"):
        pcc.Series.from_frame(frame, kind="survey", **ends)
    with pytest.raises(DataProblem, match=r"0\.5 or more and under 1"):
        pcc.Series.from_frame(frame, kind="survey", interval=95, **ends)
    with pytest.raises(DataProblem, match="Counts are no estimates"):
        pcc.Series.from_frame(frame, kind="count", interval=0.95, **ends)
