"""Laws of a quarter's assessment: figures and verdict are of one window, whatever the figures and their spans."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pccstats.presentation.assessment import change_in_words, figures_table
from pccstats.review.indicator import review_indicator
from pccstats.terms.observations import Observations
from pccstats.terms.periods import Quarter, Window, month
from pccstats.terms.plan import Area, Indicator, Plan, Priority, Theme
from pccstats.terms.results.quarter import IndicatorReview
from pccstats.terms.words import EXPOSURES, OBSERVATIONS, Kind, Polarity, State

pytestmark = pytest.mark.slow

AT = Quarter.parse("2015/16-Q1")
YEARS = 5
SIGN = {  # which way a figure moved that is so judged
    (State.BETTER, Polarity.LOWER_IS_BETTER): -1,
    (State.WORSE, Polarity.LOWER_IS_BETTER): 1,
    (State.BETTER, Polarity.HIGHER_IS_BETTER): 1,
    (State.WORSE, Polarity.HIGHER_IS_BETTER): -1,
}


def reviewed(rows: pd.DataFrame, kind: Kind, polarity: Polarity) -> IndicatorReview:
    """Review one made-up indicator on these rows: `period_end`, `months`, `numerator`, `denominator`."""
    indicator = Indicator(
        key="1.made",
        title="Made",
        kind=kind,
        unit="events",
        polarity=polarity,
        baseline=Window.read("2012/13"),
        horizon=month("2017-03"),
        theme=1,
        priority=1,
    )
    priority = Priority(1, "Made", (indicator,))
    plan = Plan(
        "A made-up plan",
        "Town",
        Window.read("2012/13"),
        month("2017-03"),
        (Theme(1, "Made", (priority,), "made"),),
        areas=(Area("Town", "force"),),
    )
    frame = rows.assign(indicator="1.made", area="Town", status="", source="A test", published_on="", note="")
    data = Observations(frame[list(OBSERVATIONS)], plan, pd.DataFrame(columns=list(EXPOSURES)))
    return review_indicator(plan, data, indicator, AT)


@st.composite
def figures(draw):
    """Months, quarters or rolling years to June 2015, of counts, rates or shares, with a season and a step in them."""
    span = draw(st.sampled_from([1, 3, 12]))
    kind = draw(st.sampled_from([Kind.COUNT, Kind.RATE, Kind.SURVEY]))
    step = 1 if span == 1 else 3
    ends = pd.period_range(end="2015-06", periods=12 * YEARS // step, freq="M") if step == 1 else None
    if ends is None:
        ends = pd.PeriodIndex([month("2015-06") - 3 * back for back in range(4 * YEARS)][::-1], freq="M")
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    level = draw(st.sampled_from([4, 40, 900])) * span
    factor = draw(st.sampled_from([0.7, 0.95, 1.0, 1.1, 1.6]))
    season = 1 + 0.3 * np.sin(2 * np.pi * ends.month.to_numpy() / 12)
    mean = level * season * np.where(ends > month("2014-03"), factor, 1.0)
    numerator = rng.poisson(mean).astype(float)
    denominator = {Kind.COUNT: np.nan, Kind.RATE: 50_000.0, Kind.SURVEY: 5.0 * level}[kind]
    rows = pd.DataFrame({"period_end": ends, "months": span, "numerator": numerator, "denominator": denominator})
    if kind is Kind.SURVEY:
        rows["numerator"] = rows[["numerator", "denominator"]].min(axis=1)
    return rows, kind


@settings(max_examples=60)
@given(made=figures(), polarity=st.sampled_from(list(Polarity)))
def test_the_change_shown_lies_in_its_interval_and_its_sign_agrees_with_the_state(made, polarity):
    """Baseline, latest, change, interval and state of one row are one comparison, by month, quarter or rolling year."""
    rows, kind = made
    review = reviewed(rows, kind, polarity)
    change, row = review.change, review.summary().iloc[0]
    assert (row["baseline"], row["latest"]) == pytest.approx((change.baseline, change.latest))
    windows = (str(change.baseline_window), str(change.latest_window))
    assert (row["baseline_period"], row["latest_period"]) == windows == ("2012/13", "12 months to June 2015")
    if not review.state.is_answer:
        return
    for name in ("change", "change_pct"):
        assert row[f"{name}_low"] <= row[name] <= row[f"{name}_high"] or math.isclose(row[name], 0, abs_tol=1e-9)
    if not kind.is_proportion:
        ends = [row["baseline"] * row[f"change_pct_{end}"] / 100 for end in ("low", "high")]
        assert [row["change_low"], row["change_high"]] == pytest.approx(ends)
    assert (row["n"] is None) is not kind.is_proportion
    sign = SIGN.get((review.state, polarity))
    assert sign is None or np.sign(row["change"]) == sign
    if review.state is State.HIGHER_OR_LOWER:
        assert review.verdict == ("higher" if row["change"] > 0 else "lower")


@settings(max_examples=20)
@given(made=figures())
def test_the_theme_page_prints_the_same_figures_as_the_dashboard(made):
    """No single quarter stands as a baseline year, and the table's change is the row's."""
    rows, kind = made
    review = reviewed(rows, kind, Polarity.LOWER_IS_BETTER)
    table = figures_table(review).rows.set_index("what")["figure"]
    baselines = [name for name in table.index if name.endswith("(baseline)")]
    assert baselines == ["2012/13 (baseline)"]
    assert table["Change since 2012/13"] == change_in_words(review)


def test_quarters_are_compared_as_years():
    """Quarters of 496 and 511 with lower years between: the years are compared, 1,969 and 2,000, not the quarters."""
    ends = pd.PeriodIndex([month("2015-06") - 3 * back for back in range(13)][::-1], freq="M")
    counts = [500, 480, 493, 496, 500, 500, 500, 500, 500, 470, 490, 498, 511]
    rows = pd.DataFrame({"period_end": ends, "months": 3, "numerator": counts, "denominator": np.nan})
    review = reviewed(rows, Kind.COUNT, Polarity.LOWER_IS_BETTER)
    assert (review.baseline, review.latest) == (sum(counts[:4]), sum(counts[-4:]))
    assert review.figures.empty
