"""Every series judged at once: as each is judged alone, in an order that can be checked, nothing withheld in it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import pccstats as pcc
from pccstats.methods.level.many import distances_within
from pccstats.terms.words import Signal

YEARS_BEFORE = ("2019-12", "2022-06")
AT = "2022/23-Q2"


@pytest.fixture(scope="module")
def of_2022(root):
    """The figures of the second example: real months of 15 measures in a force and its districts."""
    return pcc.read_observations(root / "examples" / "leicestershire-2022")


@pytest.fixture(scope="module")
def screen(of_2022):
    """Every series of it."""
    return pcc.screen_series(of_2022.plan, of_2022, AT)


@pytest.mark.slow
def test_signals_are_those_of_the_pack(data, quarter):
    """Each series of the focus shows what its own review shows, whichever way it was come by."""
    found = pcc.screen_series(data.plan, data, quarter.quarter, areas=[data.plan.focus]).points
    reviews = {review.indicator.key: review for review in (*quarter.reviews, *quarter.supporting)}
    judged = found[found["signal"] != ""]
    assert len(judged) >= 3
    for row in judged.itertuples():
        assert row.signal == reviews[row.indicator].signal_quarter
        assert row.centre_line == pytest.approx(reviews[row.indicator].level.latest["centre_line"])


@pytest.mark.slow
def test_every_series_is_judged_as_it_is_alone(of_2022, screen):
    """Signal, limits and distance of 150 series are those of one call for each, made without the screen."""
    known = of_2022.known_to("internal", of_2022.plan.quarter(AT))
    for row in screen.points.itertuples():
        series = known.series(row.indicator, area=row.area, until="2022-09")
        level = pcc.expected_level(series, baseline=YEARS_BEFORE)
        quarter = level.points[level.points["month"] >= "2022-07"]
        assert row.distance == pytest.approx(quarter["z"].sum() / 3**0.5)
        shown = [signal for signal in quarter["signal_known"] if signal != Signal.NONE]
        assert row.signal == (shown or [Signal.NONE])[-1]
        assert row.upper_process_limit == pytest.approx(quarter["upper_process_limit"].iloc[-1])
        assert row.in_a_row == level.figures_in_signal


@pytest.mark.slow
def test_firm_signals_are_those_that_stand_among_all(screen):
    """Another package's control of false discoveries keeps the same distances, and a signal needs its own side."""
    points = screen.points
    kept = stats.false_discovery_control(points["p_value"].to_numpy(dtype=float)) < 0.05
    side = np.where(points["distance"] > 0, Signal.ABOVE.value, Signal.BELOW.value)
    assert points["is_firm"].tolist() == (kept & (points["signal"] == side)).tolist()
    assert 0 < points["is_firm"].sum() < len(screen.signals)
    assert (points.loc[~points["is_firm"] & points["signal"].ne("none"), "lacking"] != "").all()


@pytest.mark.slow
def test_the_strongest_firm_signal_comes_first(of_2022, screen):
    """Firm before not firm before none, the furthest first; what is doubled in one quarter leads."""
    points = screen.points
    groups = [points["is_firm"], points["signal"].ne("none") & ~points["is_firm"], points["signal"].eq("none")]
    places = [np.flatnonzero(group) for group in groups]
    assert places[0].max() < places[1].min() <= places[1].max() < places[2].min()
    for group in groups:
        assert points.loc[group, "distance"].abs().is_monotonic_decreasing
    frame = of_2022.frame
    here = frame["indicator"].eq("3.burglary") & frame["area"].eq("Rutland") & (frame["period_end"] >= "2022-07")
    doubled = replace(of_2022, frame=frame.assign(numerator=frame["numerator"].mask(here, 40 + 4 * frame["numerator"])))
    first = pcc.screen_series(of_2022.plan, doubled, AT).points.iloc[0]
    assert (first["indicator"], first["area"], first["signal"]) == ("3.burglary", "Rutland", "above")


@pytest.mark.slow
def test_rolling_years_alone_are_listed_with_the_reason(data):
    """A plan held in rolling years has nothing to judge, and every series says why."""
    years = replace(data, frame=data.frame[data.frame["months"] == 12])
    found = pcc.screen_series(data.plan, years, "2015/16-Q1", areas=["Leicestershire"])
    assert len(found.points) > 40
    assert found.judged.empty
    assert (found.points["lacking"] != "").all()
    assert pcc.describe(found).startswith("No series has an expected level in April to June 2015.")
    assert pcc.draw(found).headline == "No series has an expected level in the quarter"


@pytest.mark.slow
def test_nothing_withheld_is_screened(of_2022):
    """The public screen leaves out a measure that is for internal use, and one that is embargoed is not judged."""
    plan = of_2022.plan
    closed = tuple(
        replace(
            theme,
            priorities=tuple(
                replace(
                    priority,
                    indicators=tuple(
                        replace(each, release="internal") if each.key == "3.burglary" else each
                        for each in priority.indicators
                    ),
                )
                for priority in theme.priorities
            ),
        )
        for theme in plan.themes
    )
    public = pcc.screen_series(replace(plan, themes=closed), of_2022, AT, audience="public", areas=[plan.focus])
    assert "3.burglary" not in set(public.points["indicator"])
    frame = of_2022.frame
    last = frame["indicator"].eq("2.robbery") & frame["period_end"].eq("2022-09")
    held_back = frame.assign(numerator=frame["numerator"].mask(last), status=frame["status"].mask(last, "embargoed"))
    points = pcc.screen_series(plan, replace(of_2022, frame=held_back), AT, areas=[plan.focus]).points
    robbery = points[points["indicator"] == "2.robbery"].iloc[0]
    assert robbery["signal"] == ""
    assert robbery["lacking"]


@given(st.lists(st.floats(-6, 6), min_size=1, max_size=3))
def test_distance_of_one_figure_is_its_own_score(scores):
    """One figure is as far as its score; several are as another package combines them; p is the normal's."""
    months = pd.period_range("2015-04", periods=len(scores), freq="M")
    levels = pd.DataFrame({"series": "a", "month": months, "z": scores, "is_excluded": False})
    found = distances_within(levels, months[0], months[-1]).loc["a"]
    assert found["distance"] == pytest.approx(
        stats.combine_pvalues(stats.norm.sf(scores), "stouffer").statistic, abs=1e-6
    )
    assert found["p_value"] == pytest.approx(2 * stats.norm.sf(abs(found["distance"])))
    assert distances_within(levels, months[0], months[0]).loc["a", "distance"] == pytest.approx(scores[0])
