"""Whether the latest quarter is off its own course: against other tools, by its laws, refusals, and in simulation."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import pccstats as pcc
from pccstats.methods.level import pace as module
from pccstats.methods.level.charts import Seasons
from pccstats.methods.level.pace import Past, foreseen
from pccstats.presentation.pace import News, beside_its_level
from pccstats.terms.plan import Event
from pccstats.terms.words import Signal

MONTHS = pd.period_range("2012-04", periods=39, freq="M")


def series_of(figures: Any, first: str = "2012-04", **about: Any) -> pcc.Series:
    """Months from a first one on."""
    months = pd.period_range(first, periods=len(figures), freq="M")
    return pcc.Series.from_frame(pd.DataFrame({"month": months, "n": figures}), numerator="n", title="Theft", **about)


def past_of(events: np.ndarray, months: pd.PeriodIndex = MONTHS, **options: Any) -> Past:
    """The same as the method takes it, days counted."""
    days = np.asarray(months.days_in_month, dtype=float)
    return Past.of(np.asarray(events, dtype=float), days, Seasons.of(months), ahead=3, **options)


def wandering(seed: int, mean: float = 120.0) -> np.ndarray:
    """Counts about a level that wanders."""
    random = np.random.default_rng(seed)
    level = np.cumsum(random.normal(0, 0.08, len(MONTHS)))
    return random.poisson(mean * np.exp(level)).astype(float)


def test_of_plain_counts_it_is_the_poisson_regression_of_statsmodels(monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing beyond chance and a trend left free, mean and variance are those of a GLM by another package."""
    monkeypatch.setattr(module, "TREND_SPREAD", 1e3)
    days = np.asarray(MONTHS.days_in_month, dtype=float)
    time = np.arange(39) / 12
    events = np.round(days * 3 * np.exp(0.2 * time))
    course = foreseen(past_of(events, seasonal=False))
    terms = np.column_stack([np.ones(39), time])
    fit = sm.GLM(events[:36], terms[:36], family=sm.families.Poisson(), exposure=days[:36]).fit()
    expected = fit.predict(terms[36:], exposure=days[36:])
    error = expected @ terms[36:] @ fit.cov_params() @ terms[36:].T @ expected
    assert course.dispersion == 1.0
    assert course.expected == pytest.approx(expected.sum(), rel=1e-6)
    assert course.variance == pytest.approx(expected.sum() + error, rel=1e-5)
    assert course.trend == pytest.approx(fit.params[1], rel=1e-5)


def test_of_plain_shares_it_is_the_logistic_regression_of_statsmodels(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same of shares: mean and variance are those of a binomial GLM."""
    monkeypatch.setattr(module, "TREND_SPREAD", 1e3)
    asked, time = np.full(39, 400.0), np.arange(39) / 12
    events = np.round(asked / (1 + np.exp(-0.8 - 0.1 * time)))
    course = foreseen(Past.of(events, asked, Seasons.of(MONTHS), ahead=3, is_share=True, seasonal=False))
    terms = np.column_stack([np.ones(39), time])
    answers = np.column_stack([events, asked - events])[:36]
    fit = sm.GLM(answers, terms[:36], family=sm.families.Binomial()).fit()
    share = fit.predict(terms[36:])
    slope = asked[36:] * share * (1 - share)
    error = slope @ terms[36:] @ fit.cov_params() @ terms[36:].T @ slope
    assert course.expected == pytest.approx((asked[36:] * share).sum(), rel=1e-6)
    assert course.variance == pytest.approx(slope.sum() + error, rel=1e-5)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_lasts_is_carried_on_as_the_conditional_normal_law_says(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prediction and variance are those of the joint normal law of past and quarter, conditioned on the past."""
    excess = 2.0
    monkeypatch.setattr(module, "_beyond_chance", lambda *_: (1 + excess, excess, 20.0))
    past = past_of(wandering(seed), seasonal=False)
    course = foreseen(past)
    time = past.terms[:, 1]
    line = np.polyval(np.polyfit(time[:36], np.log(course.fitted / past.exposure)[:36], 1), time)
    mean = past.exposure * np.exp(line)
    root = 1 / np.sqrt(mean)
    lasting = 0.7 ** np.abs(np.subtract.outer(np.arange(39), np.arange(39)))
    joint = 1e3 + 0.1**2 * np.outer(time, time) + excess * root[:, None] * lasting * root
    seen = joint[:36, :36] + np.diag(1 / mean[:36])
    ahead = joint[36:, :36] @ np.linalg.solve(seen, line[:36] + (past.events[:36] - mean[:36]) / mean[:36])
    spread = joint[36:, 36:] - joint[36:, :36] @ np.linalg.solve(seen, joint[:36, 36:])
    events = past.exposure[36:] * np.exp(ahead)
    assert course.expected == pytest.approx(events.sum(), rel=2e-3)
    assert course.variance == pytest.approx(events.sum() + events @ spread @ events, rel=1e-2)


def test_what_lasts_is_found_as_large_as_it_was_made() -> None:
    """Over many drawn series, variance beyond chance comes out as it was put in, whatever the fit took out of it."""
    random = np.random.default_rng(7)
    terms = np.column_stack([np.ones(36), np.linspace(-1.5, 1.5, 36)])
    lasts = 0.7 ** np.abs(np.subtract.outer(np.arange(36), np.arange(36)))
    away = random.multivariate_normal(np.zeros(36), np.eye(36) + 3 * lasts, 2000)
    left = away - away @ terms @ np.linalg.pinv(terms)
    found = [module._beyond_chance(one, terms, 1e-9 * np.eye(2), lasts)[1] for one in left]
    assert np.mean(found) == pytest.approx(3, rel=0.05)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=36, max_size=36).filter(any), st.integers(0, 300), st.integers(1, 50))
def test_laws_of_a_pace(figures: list[int], quarter: int, more: int) -> None:
    """The quarter is unknown to its course, the interval holds what is as usual, more events are no further below."""
    fewer, greater = (
        pcc.pace(series_of([*figures, count // 3, count // 3, count - 2 * (count // 3)]))
        for count in (quarter, quarter + more)
    )
    assert fewer.expected == greater.expected > 0
    assert (fewer.lower, fewer.upper) == (greater.lower, greater.upper)
    order = [Signal.BELOW, Signal.NONE, Signal.ABOVE]
    assert order.index(fewer.state) <= order.index(greater.state)
    for found in (fewer, greater):
        assert 0 <= found.p_value <= 1
        if found.p_value < 0.0098 or found.p_value > 0.0102:
            assert found.is_news == (found.p_value < 0.01)


def test_a_population_written_in_thousands_changes_nothing() -> None:
    """Rates keep expected, interval and p when denominator and multiplier change together."""
    figures, people = wandering(3), np.linspace(90_000, 99_000, 39)
    frame = pd.DataFrame({"month": MONTHS, "n": figures, "people": people, "thousands": people / 1000})
    one, other = (
        pcc.pace(
            pcc.Series.from_frame(
                frame, numerator="n", denominator=name, kind="rate", multiplier=per, title="Theft", unit="per 1,000"
            )
        )
        for name, per in (("people", 1000.0), ("thousands", 1.0))
    )
    for name in ("expected", "lower", "upper", "p_value", "actual"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-9)


def test_quarters_are_asked_as_months_are() -> None:
    """Twelve quarters and the one after them; a step to twice as many is news, the same again is not."""
    ends = pd.period_range("2012-06", periods=13, freq="3M")
    for last, state in ((200, Signal.NONE), (400, Signal.ABOVE), (90, Signal.BELOW)):
        frame = pd.DataFrame({"month": ends, "n": [*[198, 205, 190, 207] * 3, last]})
        found = pcc.pace(pcc.Series.from_frame(frame, numerator="n", title="Theft", span_months=3))
        assert found.state is state
        assert len(found.points) == 13
        assert found.points["value"].iloc[-1] == found.actual == last


def test_a_drift_is_no_news_and_a_leap_is() -> None:
    """A series that falls by a fifth a year goes on falling: far below where it was, and on its course."""
    days = np.asarray(MONTHS.days_in_month) / 30.4375
    figures = np.round(500 * days * np.exp(-0.2 * np.arange(39) / 12) + [3, -8, 5] * 13)
    found = pcc.pace(series_of(figures))
    assert found.state is Signal.NONE
    assert found.per_year_pct < -10
    leap = pcc.pace(series_of([*figures[:36], *(1.6 * figures[36:])]))
    assert leap.state is Signal.ABOVE
    assert str(leap.summary()["state"].iloc[0]) == "above"


def test_the_course_starts_at_a_registered_break() -> None:
    """Months on an earlier definition are no part of the course; too few since, or a break in the quarter, refuse."""
    steady = [100, 90, 110] * 17
    frame = pd.DataFrame({"month": pd.period_range("2011-04", periods=51, freq="M"), "n": steady})

    def broken(at: str) -> pcc.Series:
        event = Event("counting", "counting changed", pd.Period(at, freq="M"), (), breaks_comparability=True)
        return pcc.Series.from_frame(frame, numerator="n", title="Theft", events=[event])

    assert pcc.pace(broken("2013-01")).window == pcc.Window.read(("2013-01", "2015-03"))
    assert pcc.pace(broken("2012-01")).months == 36
    with pytest.raises(pcc.MethodProblem, match="there are 12 since the registered event 'counting changed'"):
        pcc.pace(broken("2014-04"))
    with pytest.raises(pcc.MethodProblem, match="not on one definition: the registered event 'counting changed'"):
        pcc.pace(broken("2015-05"))


def test_what_cannot_be_asked_is_refused_in_words() -> None:
    """Too few months, a hole in the quarter, nothing counted, overlapping years, amounts: each says why."""
    with pytest.raises(pcc.MethodProblem, match="takes 24 months with a figure before the quarter; there are 9"):
        pcc.pace(series_of([40, 50, 60] * 4))
    with pytest.raises(pcc.MethodProblem, match="not every month of the 3 months to June 2015"):
        pcc.pace(series_of([*[40, 50, 60] * 12, 40, np.nan, 60]))
    with pytest.raises(pcc.MethodProblem, match="nothing was counted"):
        pcc.pace(series_of([*[0] * 36, 4, 0, 1]))
    frame = pd.DataFrame({"month": MONTHS, "n": 500})
    with pytest.raises(pcc.MethodProblem, match="no news of its own"):
        pcc.pace(pcc.Series.from_frame(frame, numerator="n", title="Theft", span_months=12))
    with pytest.raises(pcc.MethodProblem, match="takes counts, rates, or shares"):
        pcc.pace(series_of([1.5] * 39, kind="money"))
    with pytest.raises(pcc.MethodProblem) as refused:
        pcc.pace(series_of([40] * 39), 7, seasonal="perhaps", confidence=95)
    assert all(words in str(refused.value) for words in ("24 to 36 months", "seasonal", "confidence"))


@pytest.mark.parametrize(
    ("level", "side", "news"),
    [
        (Signal.NONE, Signal.NONE, News.NEITHER),
        (Signal.ABOVE, Signal.NONE, News.ONLY_LEVEL),
        (Signal.ABOVE, Signal.ABOVE, News.BOTH),
        (Signal.ABOVE, Signal.BELOW, News.OTHER_SIDE),
        (Signal.NONE, Signal.BELOW, News.ONLY_PACE),
    ],
)
def test_level_and_course_are_read_together(level: Signal, side: Signal, news: News) -> None:
    """Off its level alone goes on as it was; off its course is new, whatever the level says, and it is said which."""
    assert News.of(level, side) is news
    last = {Signal.NONE: 50, Signal.ABOVE: 95, Signal.BELOW: 20}[side]
    found = pcc.pace(series_of([*[50, 44, 56] * 12, last, last, last], unit="thefts"))
    assert found.state is side
    said = beside_its_level(found, level)
    assert said.startswith(f"April to June 2015 ({3 * last}) ")
    usual = "nothing new." if level is Signal.NONE else "it goes on as it was."
    assert said.endswith(usual if side is Signal.NONE else "something new.")
    assert f"{found.lower:.0f} to {found.upper:.0f}" in said


def test_the_window_begins_with_the_figures() -> None:
    """Where figures are held for 27 of the 36 months asked for, the sentence dates the course by those 27."""
    found = pcc.pace(series_of([*[50, 44, 56] * 9, 51, 50, 52]))
    assert found.window.month_count == found.months == 27
    assert f"going by {found.window.by_its_months}" in beside_its_level(found, Signal.NONE)


def test_a_trend_before_is_named_by_its_way() -> None:
    """A signal on the side the trend goes is a trend already under way; on the other side no trend is named."""
    rising = pcc.pace(series_of([100 + 2 * month for month in range(39)]))
    assert not rising.is_news
    assert "the trend was already rising" in beside_its_level(rising, Signal.ABOVE)
    assert "the quarters before it already led" in beside_its_level(rising, Signal.BELOW)


def test_a_vague_course_gives_no_range() -> None:
    """Months that swing widely in long waves leave half and half as much again on course: then no range is told."""
    waves = [60 + 50 * math.sin(month / 4) for month in range(36)]
    found = pcc.pace(series_of([*(round(count) for count in waves), 60, 60, 60], unit="thefts"), seasonal=False)
    assert found.is_vague
    assert found.lower <= found.expected / 2
    for level in Signal:
        said = beside_its_level(found, level)
        assert "too uneven to say" in said
        assert f"{found.lower:,.0f} to {found.upper:,.0f}" not in said
    assert not pcc.pace(series_of([*[50, 44, 56] * 12, 50, 44, 56])).is_vague


@pytest.mark.slow
@pytest.mark.parametrize(("mean", "phi"), [(8, 1), (30, 2), (400, 5)])
def test_a_steady_series_is_seldom_called_news(mean: float, phi: float) -> None:
    """Of 1,500 drawn quarters that go on as before no more than 2% are off their course, and the scores fit."""
    random = np.random.default_rng(11)
    level = mean * np.asarray(MONTHS.days_in_month) / 30.4375 * np.ones((1500, 1))
    drawn = random.poisson(random.gamma(level / (phi - 1), phi - 1) if phi > 1 else level)
    scores = np.array([foreseen(past_of(one)).score for one in drawn])
    assert (np.abs(scores) > stats.norm.isf(0.005)).mean() <= 0.02
    assert math.isclose(scores.mean(), 0, abs_tol=0.1)
    assert 0.7 < scores.std() < 1.15
