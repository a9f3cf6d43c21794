"""Since last quarter: what is new is told by kind, and what was only revised or came late is told apart."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pccstats as pcc
from pccstats.terms.observations import Observations
from pccstats.terms.periods import Quarter, Window, month
from pccstats.terms.plan import Area, Indicator, Plan, Priority, Theme
from pccstats.terms.results.since import Moved
from pccstats.terms.words import EXPOSURES, OBSERVATIONS, Kind, Polarity, State, Strength

NOW, BEFORE = "2015/16-Q1", "2014/15-Q4"
FIRST = "2011-04"
ON_TIME, LATER = "", "2015-09"  # known for any pack; known for that of June 2015 and not for that of March


def steady(until: str = "2015-06", level: float = 100) -> pd.Series:
    """Months that hardly vary, from April 2011."""
    ends = pd.period_range(FIRST, until, freq="M")
    return pd.Series(level + 3.0 * (np.arange(len(ends)) % 2), index=ends)


def risen() -> pd.Series:
    """The same, a tenth higher from July 2014 on: nine such months are told from 2012/13 by no test, twelve are."""
    counts = steady()
    counts["2014-07":] += 10
    return counts


def rows_of(counts: pd.Series, months: int = 1, published_on: str = ON_TIME, key: str = "1.crime") -> pd.DataFrame:
    """Counts by their last month as rows of observations."""
    frame = pd.DataFrame({"period_end": counts.index, "numerator": counts.to_numpy(dtype=float)})
    return frame.assign(
        indicator=key,
        area="Town",
        months=months,
        denominator=np.nan,
        status="",
        source="A test",
        published_on=published_on,
        note="",
    )


def asked(*rows: pd.DataFrame, polarity: Polarity = Polarity.LOWER_IS_BETTER, since_last: bool = True):
    """The quarter to June 2015 of a plan whose indicators have these rows."""
    baseline, horizon = Window.read("2012/13"), month("2017-03")
    indicators = tuple(
        Indicator(key, key, Kind.COUNT, "offences", polarity, baseline, horizon, theme=1, priority=1)
        for key in dict.fromkeys(key for each in rows for key in each["indicator"])
    )
    theme = Theme(1, "Safer streets", (Priority(1, "Crime", indicators),), "safer-streets")
    plan = Plan("A plan", "Town", baseline, horizon, (theme,), areas=(Area("Town", "force"),))
    frame = pd.concat(rows, ignore_index=True)[list(OBSERVATIONS)]
    frame["period_end"] = pd.PeriodIndex(frame["period_end"], freq="M")
    data = Observations(frame, plan, pd.DataFrame(columns=list(EXPOSURES)))
    return pcc.assess(plan, data, NOW, since_last=since_last)


def kinds(assessment) -> list[Moved]:
    """What sorts of news there are."""
    return [movement.kind for movement in assessment.since_last.movements]


def test_nothing_is_new_where_nothing_moved():
    """Steady months: no movement, and the earlier state beside the row."""
    quarter = asked(rows_of(steady()))
    assert (kinds(quarter), quarter.since_last.compared, quarter.since_last.why_not) == ([], 1, "")
    row = quarter.points.iloc[0]
    assert (row["previous_state"], row["since_quarter"]) == (State.NO_EVIDENCE_OF_CHANGE, BEFORE)


def test_it_is_said_only_where_it_is_asked():
    """By default there is no answer, and both columns are empty."""
    quarter = asked(rows_of(steady()), since_last=False)
    assert quarter.since_last is None
    assert quarter.points.iloc[0][["previous_state", "since_quarter"]].tolist() == ["", ""]


@pytest.mark.parametrize(
    ("polarity", "state"),
    [
        (Polarity.LOWER_IS_BETTER, State.WORSE),
        (Polarity.HIGHER_IS_BETTER, State.BETTER),
        (Polarity.NEUTRAL, State.HIGHER_OR_LOWER),
    ],
)
def test_twelve_months_a_tenth_higher_are_a_changed_verdict_by_polarity(polarity, state):
    """Nine of the twelve were known before: no evidence of change then, and now what the polarity makes of more."""
    quarter = asked(rows_of(risen()), polarity=polarity)
    (verdict,) = quarter.since_last.movements
    assert (verdict.kind, verdict.is_by_revision) == (Moved.VERDICT, False)
    assert (verdict.before.state, verdict.now.state) == (State.NO_EVIDENCE_OF_CHANGE, state)


def test_months_far_above_their_level_are_a_new_signal():
    """Three months of 400 after years of 100."""
    counts = steady()
    counts.iloc[-3:] = 400
    quarter = asked(rows_of(counts))
    (signal,) = quarter.since_last.of_kind(Moved.SIGNAL)
    assert (signal.before.signal, signal.now.signal, signal.is_by_revision) == ("none", "above", False)


def test_months_back_at_their_level_end_a_signal():
    """One month of 200 in March and none from April: the signal is over."""
    counts = steady()
    counts["2015-03"] = 200
    quarter = asked(rows_of(counts))
    assert Moved.SIGNAL_ENDED in kinds(quarter)
    (ended,) = quarter.since_last.of_kind(Moved.SIGNAL_ENDED)
    assert (ended.before.signal, ended.now.signal) == ("above", "none")


def test_months_that_are_not_there_end_no_signal():
    """A signal in March and no month since: nobody knows whether it is over, and the figure is stale."""
    counts = steady(until="2015-03")
    counts["2015-03"] = 200
    quarter = asked(rows_of(counts))
    assert kinds(quarter) == [Moved.STALE]


def test_a_revision_alone_is_a_revision_with_both_numbers_and_no_change():
    """2014/15 was 1,218 when its pack was made and is 3,600 by what came out in September: worse by revision only."""
    counts = steady()
    year = counts["2014-04":"2015-03"]
    revised = pd.Series(300.0, index=counts["2014-04":].index)
    quarter = asked(rows_of(counts), rows_of(revised, published_on=LATER))
    verdict, figure = (quarter.since_last.of_kind(kind)[0] for kind in (Moved.VERDICT, Moved.REVISED))
    assert (verdict.is_by_revision, verdict.now.state) == (True, State.WORSE)
    assert [(each.window, each.before, each.now) for each in figure.revisions] == [("2014/15", year.sum(), 3600)]


def test_a_revision_beside_a_real_change_takes_no_part_of_it():
    """2014/15 one event more by revision, then three months more: the verdict changed by its months."""
    counts = risen()
    revised = pd.Series([counts["2015-01"] + 1], index=pd.PeriodIndex(["2015-01"], freq="M"))
    quarter = asked(rows_of(counts), rows_of(revised, published_on=LATER))
    assert kinds(quarter) == [Moved.VERDICT, Moved.REVISED]
    assert not quarter.since_last.movements[0].is_by_revision


def test_months_that_came_late_are_no_revision():
    """January to March were not out in July: the signal they hold is new to readers, and no figure was revised."""
    counts = steady()
    counts["2015-01":] = 200
    on_time, late = counts[:"2014-12"], counts["2015-01":]
    quarter = asked(rows_of(on_time), rows_of(late, published_on=LATER))
    assert Moved.REVISED not in kinds(quarter)
    (signal,) = quarter.since_last.of_kind(Moved.SIGNAL)
    assert (signal.before.signal, signal.is_by_revision) == ("", False)


def test_a_first_figure_has_arrived_and_its_verdict_is_not_told_twice():
    """Every figure of a second measure came out in September: it has arrived, whatever its verdict."""
    years = pd.Series([1200.0, 2400.0], index=pd.PeriodIndex(["2013-03", "2015-06"], freq="M"))
    quarter = asked(rows_of(steady()), rows_of(years, months=12, published_on=LATER, key="1.other"))
    (arrived,) = quarter.since_last.movements
    assert (arrived.kind, arrived.indicator.key, arrived.now.latest) == (Moved.ARRIVED, "1.other", 2400)
    assert arrived.now.state is not arrived.before.state


@pytest.mark.parametrize("is_given_again", [False, True])
def test_a_figure_that_was_up_to_date_and_is_not_is_stale(is_given_again):
    """The year to March in a pack of June, by itself or given again as the year to June: stale, and told once."""
    years = pd.Series([1200.0, 2400.0, 2400.0], index=pd.PeriodIndex(["2013-03", "2015-03", "2015-06"], freq="M"))
    quarter = asked(rows_of(years if is_given_again else years.iloc[:2], months=12))
    assert kinds(quarter) == [Moved.STALE]
    assert quarter.reviews[0].strength is Strength.STALE


def test_two_totals_that_chance_made_alike_are_not_stale():
    """Of ten totals of some 250, a quarter apart, two neighbours are often the same: none was given again."""
    totals = [230.0, 228.0, 235.0, 240.0, 238.0, 245.0, 251.0, 249.0, 263.0, 263.0]
    ends = pd.period_range("2013-03", "2015-06", freq="Q-DEC").asfreq("M", "end")
    quarter = asked(rows_of(pd.Series(totals, index=ends), months=12))
    assert quarter.reviews[0].strength is not Strength.STALE
    assert Moved.STALE not in kinds(quarter)


def test_a_later_figure_that_finds_no_change_either_is_no_changed_verdict():
    """The year to December came again as that to March; that to June moved no more: nobody's verdict has changed."""
    ends = ["2013-03", "2014-12", "2015-03", "2015-06"]
    years = pd.Series([1200.0, 1210.0, 1210.0, 1215.0], index=pd.PeriodIndex(ends, freq="M"))
    quarter = asked(rows_of(years, months=12))
    assert quarter.reviews[0].previous.bearing is Strength.STALE
    assert Moved.VERDICT not in kinds(quarter)


def test_one_reason_for_no_verdict_in_place_of_another_is_no_news():
    """Not enough data before and not comparable now: the row has it, the list does not."""
    years = pd.Series([1200.0, 1210.0, 900.0], index=pd.PeriodIndex(["2014-03", "2015-03", "2015-06"], freq="M"))
    rows = rows_of(years, months=12)
    rows.loc[2, ["status", "note"]] = ["not_comparable", "Counted otherwise."]
    quarter = asked(rows)
    assert (quarter.reviews[0].previous.state, quarter.reviews[0].state) == (
        State.INSUFFICIENT_DATA,
        State.NOT_COMPARABLE,
    )
    assert Moved.VERDICT not in kinds(quarter)


def test_of_a_first_quarter_nothing_is_invented():
    """Figures from April 2015 on alone: nothing is compared, the reason is given, and the row has no earlier state."""
    quarter = asked(rows_of(steady()["2015-04":]))
    since = quarter.since_last
    assert (since.movements, since.compared) == ((), 0)
    assert "January to March 2015" in since.why_not
    assert quarter.points.iloc[0][["previous_state", "since_quarter"]].tolist() == ["", ""]


@pytest.mark.slow
@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**32 - 1),
    level=st.sampled_from([20, 100, 900]),
    step=st.sampled_from([0.5, 1.0, 1.0, 1.5, 3.0]),
    revised=st.lists(st.integers(0, 50), max_size=4, unique=True),
)
def test_movements_are_what_two_separate_assessments_differ_in(seed, level, step, revised):
    """The earlier state is that of the earlier pack; a figure is revised where the sum of its months is another."""
    rng = np.random.default_rng(seed)
    months = steady(level=level).index
    counts = pd.Series(rng.poisson(level, len(months)).astype(float), index=months)
    counts.iloc[-3:] = rng.poisson(step * level, 3)
    later = counts.iloc[revised] + rng.integers(-5, 6, len(revised))
    rows = [rows_of(counts), *([rows_of(later, published_on=LATER)] if revised else [])]
    quarter = asked(*rows)
    frame = pd.concat(rows, ignore_index=True)
    plan = quarter.plan
    data = Observations(frame[list(OBSERVATIONS)], plan, pd.DataFrame(columns=list(EXPOSURES)))
    (then,) = pcc.assess(plan, data, BEFORE).reviews
    now = quarter.reviews[0]
    assert (now.previous.state, now.previous.strength) == (then.state, then.strength)
    judged = (then.state, then.strength) != (now.state, now.strength)  # its words alone may be new
    assert bool(quarter.since_last.of_kind(Moved.VERDICT)) == judged
    today = later.combine_first(counts)
    windows = {"2012/13": Window.read("2012/13"), "2014/15": Window.read("2014/15")}
    sums = {
        name: (counts[window.first : window.last].sum(), today[window.first : window.last].sum())
        for name, window in windows.items()
    }
    expected = {(name, *figures) for name, figures in sums.items() if figures[0] != figures[1]}
    found = {
        (each.window, each.before, each.now)
        for movement in quarter.since_last.of_kind(Moved.REVISED)
        for each in movement.revisions
    }
    assert found == expected


@pytest.mark.slow
def test_the_earlier_quarter_is_judged_as_its_own_pack_judges_it(data):
    """Asked of fewer things, it has the states, strengths and signals of the whole assessment of March 2015."""
    quarter = pcc.assess(data.plan, data, NOW, since_last=True)
    pack = pcc.assess(data.plan, data, BEFORE)
    for then, now in zip(pack.reviews, quarter.reviews, strict=True):
        before = now.previous
        assert (before.state, before.strength, before.signal, before.latest) == (
            then.state,
            then.strength,
            then.signal_quarter,
            then.latest,
        )
    moved = {movement.indicator.key for movement in quarter.since_last.of_kind(Moved.VERDICT)}
    differ = {
        now.indicator.key
        for then, now in zip(pack.reviews, quarter.reviews, strict=True)
        if (then.state, then.strength) != (now.state, now.strength) and (then.state.is_answer or now.state.is_answer)
    }
    assert moved == differ - {movement.indicator.key for movement in quarter.since_last.of_kind(Moved.STALE)}


def test_the_quarter_before_crosses_the_year():
    """The quarter before April to June is the fourth of the year before."""
    assert [str(Quarter.parse(text).before) for text in (NOW, "2015/16-Q2")] == [BEFORE, NOW]
