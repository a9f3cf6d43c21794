"""Projections: against other tools, against real years that came after, and refused where they should be."""

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.projection.project import project
from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import Window, month
from pccstats.terms.plan import Event, Target
from pccstats.terms.series import Series

FIRST = "2010-04"


def monthly(values, first=FIRST, **about):
    """Counts month after month."""
    months = pd.period_range(first, periods=len(values), freq="M")
    return Series.from_frame(pd.DataFrame({"month": months, "numerator": values}), **about)


def steady(count=63, mean=100, seed=0, **about):
    """Counts about one level."""
    return monthly(np.random.default_rng(seed).poisson(mean, count).astype(float), **about)


def surveyed(share, count=63, respondents=80):
    """The same satisfaction every month, but for chance."""
    months = pd.period_range(FIRST, periods=count, freq="M")
    satisfied = np.random.default_rng(3).binomial(respondents, share, count)
    frame = pd.DataFrame({"month": months, "satisfied": satisfied, "asked": respondents})
    return Series.from_frame(frame, numerator="satisfied", denominator="asked", kind="survey", unit="% satisfied")


def broken(at, key="break"):
    """An event that breaks comparability."""
    return Event(key, "a new definition", month(at), ("*",), breaks_comparability=True)


def test_the_year_agrees_with_r_and_its_limits_are_not_summed(reference_case):
    """A year ahead of a noisy series: R's total and ours lie in each other's limits, far inside R's limits summed."""
    out = reference_case("proj_01_ets_auto")
    answer = project(monthly(out["inputs"]["y"], first="2020-01"), "2025-12", ("2024-01", "2024-12"))
    theirs = out["outputs"]["total_interval"]
    assert theirs["q"]["p2.5"] < answer.projected < theirs["q"]["p97.5"]
    assert answer.lower_80 < theirs["sim_mean"] < answer.upper_80
    summed = out["outputs"]["naive_sum_of_upper95"] - out["outputs"]["naive_sum_of_lower95"]
    assert answer.upper - answer.lower < 0.75 * summed


@pytest.mark.parametrize("case", ["proj_02_ets_ANA", "proj_04_auto_arima"])
def test_the_year_agrees_with_other_models(reference_case, case):
    """Other models of the same series give a total inside our limits."""
    out = reference_case(case)
    answer = project(monthly(out["inputs"]["y"], first="2020-01"), "2025-12", ("2024-01", "2024-12"))
    assert answer.lower < sum(out["outputs"]["mean"][:12]) < answer.upper


@pytest.mark.slow
def test_real_boroughs(shared):
    """Four boroughs, all types, several origins: limits hold about as often as they say, errors beat no change."""
    table = pd.read_csv(shared / "data" / "mps-boroughs" / "MPS Borough Level Crime (Historical).csv")
    months = [name for name in table if name.isdigit()]
    held, errors, naive = [], 0.0, 0.0
    of_four = table[table["BoroughName"].isin(sorted(table["BoroughName"].unique())[::4])]
    for (_, _), counts in of_four.groupby(["MajorText", "BoroughName"])[months].sum().iterrows():
        for known in (42, 57, 72, 87):
            series = monthly(counts.to_numpy()[:known].astype(float))
            answer = project(series, series.last + 21, (series.last - 11, series.last))
            actual = counts.to_numpy()[known + 9 : known + 21].sum()
            held.append((answer.lower <= actual <= answer.upper, answer.lower_80 <= actual <= answer.upper_80))
            errors += abs(answer.projected - actual)
            naive += abs(counts.to_numpy()[known - 12 : known].sum() - actual)
    at_95, at_80 = np.mean(held, axis=0)
    assert 0.88 <= at_95 <= 1.0
    assert 0.72 <= at_80 <= 0.92
    assert errors < 0.97 * naive


def test_points_run_from_the_first_whole_year_to_the_horizon():
    """One row a month: observed years first, then projected ones with nested limits that open."""
    answer = project(steady(), "2017-03", "2012/13")
    points = answer.points
    assert str(points["period_end"].iloc[0]) == "2011-03"
    assert str(points["period_end"].iloc[-1]) == "2017-03"
    assert points["kind"].tolist() == ["observed"] * 52 + ["projected"] * 21
    assert points.loc[points["kind"] == "observed", ["lower", "upper"]].isna().all(axis=None)
    ahead = answer.ahead
    for inner, outer in (("lower_80", "lower"), ("value", "lower_80")):
        assert (ahead[inner] >= ahead[outer]).all()
    assert (ahead["upper"] >= ahead["upper_80"]).all()
    assert (ahead["upper"] - ahead["lower"]).is_monotonic_increasing


def test_summary_has_the_agreed_columns():
    """The columns that people build on, first and in order."""
    row = project(steady(), "2017-03", "2012/13").summary()
    agreed = ["horizon", "projected", "lower", "upper", "baseline", "state", "chance_of_reduction"]
    assert list(row)[:7] == agreed
    assert row["horizon"].iloc[0] == "2017-03"


@pytest.mark.parametrize(
    ("factor", "polarity", "state"),
    [
        (0.3, "lower_is_better", "better"),
        (0.3, "higher_is_better", "worse"),
        (3.0, "lower_is_better", "worse"),
        (3.0, "higher_is_better", "better"),
        (3.0, "neutral", "higher_or_lower"),
        (1.0, "lower_is_better", "no_evidence_of_change"),
    ],
)
def test_state_follows_polarity(factor, polarity, state):
    """A level far from the baseline's is better or worse as the indicator should move; a small move is neither."""
    values = np.r_[np.full(36, 200.0), np.full(39, 200.0 * factor)]
    answer = project(monthly(values, first="2009-04", polarity=polarity), "2017-03", "2011/12")
    assert answer.state == state
    if factor != 1.0:
        assert (answer.chance_of_reduction > 0.97) == (factor < 1)


def test_too_little_history_says_how_much_is_needed():
    """Thirty months are refused with the number still missing."""
    with pytest.raises(MethodProblem, match=r"needs 36 months.*30 are held.*6 more"):
        project(steady(30), "2014-03", "2011/12")


def test_nothing_at_all_is_refused_in_words():
    """A series of empty months has no comparable figure."""
    with pytest.raises(MethodProblem, match=r"0 are held\. 36 more"):
        project(monthly([np.nan] * 50), "2017-03", "2012/13")


def test_every_reason_is_given_at_once():
    """A short series with a far horizon and a baseline of two years has three faults, and hears of all."""
    with pytest.raises(MethodProblem) as refusal:
        project(steady(20), "2019-03", ("2010-04", "2012-03"))
    assert len(refusal.value.problems) == 3


def test_a_known_horizon_is_refused():
    """What has happened is not projected."""
    with pytest.raises(MethodProblem, match="nothing is left to project"):
        project(steady(), "2015-03", "2012/13")


def test_per_cents_of_unknown_numbers_are_refused():
    """Without respondents nobody can say how far chance moves a per cent."""
    months = pd.period_range(FIRST, periods=60, freq="M")
    printed = Series.from_frame(pd.DataFrame({"month": months, "numerator": 88.6}), kind="survey")
    with pytest.raises(MethodProblem, match="unknown number of respondents"):
        project(printed, "2016-12", "2012/13")


def test_only_months_after_a_break_are_used():
    """What lies before a change of definition moves neither the projection nor its limits."""
    after = np.random.default_rng(1).poisson(100, 50).astype(float)
    low, high = (np.r_[np.full(20, level), after] for level in (10.0, 900.0))
    at = "2011-12"
    answers = [project(monthly(values, events=(broken(at),)), "2017-03", "2012/13").summary() for values in (low, high)]
    pd.testing.assert_frame_equal(*answers)


def test_a_baseline_from_before_a_break_is_not_comparable():
    """The projection stands, but is not judged against a year of another definition."""
    answer = project(steady(75, first="2009-04", events=(broken("2012-01"),)), "2017-03", "2010/11")
    assert answer.state == "not_comparable"
    assert np.isnan(answer.baseline)
    assert np.isnan(answer.chance_of_reduction)
    assert answer.lower < answer.projected < answer.upper


def test_without_a_baseline_nothing_is_said_of_better_or_worse():
    """The same projection as with one, but for the state, the baseline and the chance of a reduction."""
    alone, beside = project(steady(), "2017-03"), project(steady(), "2017-03", "2012/13")
    pd.testing.assert_frame_equal(alone.points, beside.points)
    assert alone.since is None
    assert alone.state is None
    row = alone.summary().iloc[0]
    assert row["state"] == ""
    assert row[["baseline", "chance_of_reduction"]].isna().all()
    assert "No baseline to compare with." in alone.method


def test_targets_without_a_baseline_are_judged_where_they_name_their_own():
    """A level, and per cents of a year it names, have their chance; per cents of nothing have none."""
    targets = [
        Target("level", "x", "hard", "level", 1200, month("2017-03")),
        Target("own", "x", "hard", "per_cent_change", -5, month("2017-03"), Window.read("2012/13")),
        Target("none", "x", "hard", "per_cent_change", -5, month("2017-03")),
    ]
    chances = project(steady(), "2017-03", targets=targets).targets.set_index("key")["chance_of_meeting"]
    assert chances[["level", "own"]].between(0, 1).all()
    assert np.isnan(chances["none"])


def test_a_baseline_with_a_gap_has_too_little_data():
    """A month missing from the baseline year leaves the projection standing and the state open."""
    values = np.full(63, 100.0)
    values[26] = np.nan
    answer = project(monthly(values), "2017-03", "2012/13")
    assert answer.state == "insufficient_data"
    assert np.isfinite(answer.projected)


def test_a_gap_in_the_year_projected_is_refused():
    """Six months ahead, a month missing from the months kept leaves no whole year to project."""
    values = np.full(63, 100.0)
    values[60] = np.nan
    assert np.isfinite(project(monthly(values), "2017-03", "2012/13").projected)
    with pytest.raises(MethodProblem, match="no figure"):
        project(monthly(values), "2015-12", "2012/13")


def test_a_baseline_not_yet_over_is_refused():
    """A year that still runs is no baseline."""
    with pytest.raises(MethodProblem, match="is not over"):
        project(steady(), "2017-03", "2015/16")


def test_a_recent_break_refuses_and_names_itself():
    """Two years after a break there is too little, and the reader is told since what."""
    with pytest.raises(
        MethodProblem, match=r"since the registered event 'a new definition' \(July 2013\).*12 more are needed\."
    ):
        project(steady(63, events=(broken("2013-07"),)), "2017-03", "2012/13")


def test_rates_are_counts_on_a_scale():
    """With a constant population the rate's projection is the count's, times the multiplier."""
    series = steady()
    frame = series.points[["period_end", "numerator"]].assign(persons=50_000.0)
    rate = Series.from_frame(
        frame, period="period_end", denominator="persons", kind="rate", multiplier=1000.0, title="rate"
    )
    counts, rates = (project(s, "2017-03", "2012/13") for s in (series, rate))
    for name in ("projected", "lower", "upper", "baseline"):
        assert getattr(rates, name) == pytest.approx(getattr(counts, name) * 1000 / 50_000)


def test_a_rate_of_nothing_is_refused():
    """A rate needs what it is out of, and a month out of nobody is a gap."""
    series = steady()
    frame = series.points[["period_end", "numerator"]].assign(persons=50_000.0)
    with pytest.raises(MethodProblem, match="without what it is out of"):
        project(Series.from_frame(frame, period="period_end", kind="rate"), "2017-03", "2012/13")
    frame.loc[30, "persons"] = 0.0
    rate = Series.from_frame(frame, period="period_end", denominator="persons", kind="rate")
    assert np.isfinite(project(rate, "2017-03", "2011/12").upper)


def test_a_break_registered_for_later_is_named():
    """A change of definition before the horizon is in the words that travel with the figures."""
    answer = project(steady(events=(broken("2016-04"),)), "2017-03", "2012/13")
    assert "not be comparable after the registered event 'a new definition' (April 2016)" in answer.method


def test_a_steady_share_stays_and_keeps_within_bounds():
    """A satisfaction of 95% stays there, with limits below 100%."""
    answer = project(surveyed(0.95), "2017-03", "2012/13")
    assert answer.projected == pytest.approx(95, abs=1.0)
    assert 85 < answer.lower < 95 < answer.upper < 100
    assert answer.state == "no_evidence_of_change"


def test_more_respondents_make_a_share_surer():
    """The part of chance falls with the number asked."""
    few, many = (project(surveyed(0.8, respondents=n), "2017-03", "2012/13") for n in (10, 1000))
    assert many.upper - many.lower < few.upper - few.lower


def test_noughts_give_numbers():
    """A series of noughts is projected as nought with room above it."""
    answer = project(monthly(np.zeros(60)), "2016-12", "2012/13")
    assert answer.projected == pytest.approx(0, abs=0.5)
    assert answer.lower == 0
    assert 0 < answer.upper < 15


def test_targets_get_their_chance_at_their_own_date():
    """A past target is met or missed; of those ahead, the easier has the better chance."""
    window = Window.read("2012/13")
    targets = [
        Target("past", "x", "hard", "per_cent_change", -90, month("2014-03"), window),
        Target("easy", "x", "hard", "per_cent_change", 20, month("2017-03"), window),
        Target("even", "x", "hard", "level", 1200, month("2017-03")),
        Target("hard", "x", "hard", "per_cent_change", -40, month("2016-03"), window),
    ]
    series = steady(polarity="lower_is_better")
    rows = project(series, "2017-03", "2012/13", targets=targets).targets.set_index("key")
    assert rows.loc["past", "outcome"] == "missed"
    assert rows.loc["past", "chance_of_meeting"] == 0.0
    assert rows.loc["hard", "chance_of_meeting"] < 0.05 < rows.loc["even", "chance_of_meeting"]
    # a target of +20% asks for at least as many
    assert rows.loc["easy", "chance_of_meeting"] < 0.5
    assert rows.loc["easy", "value"] == pytest.approx(1.2 * series.points["numerator"][24:36].sum())


def test_sisters_change_the_limits_and_not_the_projection():
    """Wild sisters widen the limits, quiet ones narrow them; the middle stays."""
    random = np.random.default_rng(8)
    wild = [monthly(np.exp(5 + np.cumsum(random.normal(0, 0.2, 63)))) for _ in range(4)]
    quiet = [steady(63, mean=1000, seed=seed) for seed in range(4)]
    alone, among_wild, among_quiet = (
        project(steady(), "2017-03", "2012/13", sisters=sisters) for sisters in ((), wild, quiet)
    )
    assert among_wild.projected == alone.projected == among_quiet.projected
    assert among_wild.upper > alone.upper > among_quiet.upper


def test_short_sisters_are_passed_over():
    """A sister too short to be tried adds nothing and breaks nothing."""
    alone = project(steady(), "2017-03", "2012/13")
    beside = project(steady(), "2017-03", "2012/13", sisters=[steady(20), monthly([np.nan] * 30)])
    pd.testing.assert_frame_equal(alone.summary(), beside.summary())


def test_the_same_call_gives_the_same_answer():
    """Nothing is drawn at random, whatever the seed; the caller's figures are left alone."""
    series = steady()
    before = series.points.copy()
    first, second = (project(series, "2017-03", "2012/13", seed=seed) for seed in (0, 7))
    pd.testing.assert_frame_equal(first.points, second.points)
    pd.testing.assert_frame_equal(series.points, before)


def test_quarters_project_as_their_months_do():
    """Adding months up to quarters moves the projection a little, not much."""
    months = steady(63, mean=400)
    quarters = months.points["numerator"].to_numpy().reshape(21, 3).sum(axis=1)
    ends = pd.period_range(FIRST, periods=63, freq="M")[2::3]
    by_quarter = Series.from_frame(pd.DataFrame({"month": ends, "numerator": quarters}), span_months=3)
    one, other = (project(series, "2017-03", "2012/13") for series in (months, by_quarter))
    assert other.projected == pytest.approx(one.projected, rel=0.02)
    assert other.upper == pytest.approx(one.upper, rel=0.05)


def test_what_the_series_carries_is_used():
    """Horizon and baseline come from the series where they are not given."""
    series = steady(baseline=Window.read("2012/13"), horizon=month("2017-03"))
    assert project(series).projected == project(series, "2017-03", "2012/13").projected


def test_the_method_says_how_it_was_made():
    """Months, distance, weights and trials are in the words that travel with the figures."""
    words = project(steady(), "2017-03", "2012/13").method
    for part in ("63 months to June 2015", "21 months ahead", "theta", "19 earlier months", "95% interval"):
        assert part in words


def test_everything_wrong_with_a_request_is_said_at_once():
    """A month, a year, a confidence and too little history are one message."""
    with pytest.raises(MethodProblem) as caught:
        project(steady(30), "March", "2012/14", 95)
    message = str(caught.value)
    assert "4 problems" in message
    for part in ("'March'", "'2012/14'", "95", "30 are held"):
        assert part in message


def test_a_frame_is_no_series():
    """A frame handed over as it is, or among the sisters, gets the next step."""
    frame = steady().points
    for given, options in ((frame, {}), (steady(), {"sisters": [frame]})):
        with pytest.raises(MethodProblem, match=r"Series\.from_frame"):
            project(given, "2017-03", "2012/13", **options)


def test_fewer_than_none_cannot_be():
    """A baseline of nought leaves no chance of fewer."""
    assert project(monthly(np.zeros(63)), "2017-03", "2012/13").chance_of_reduction == 0


def test_the_method_ends_with_source_and_vintage():
    """Where the figures come from is the end of the method."""
    points = steady().points.assign(source="Crime system", published_on="2015-07")
    known = Series.from_frame(points, period="period_end")
    words = project(known, "2017-03", "2012/13").method
    assert words.endswith("Source: Crime system; published up to July 2015.")
    assert "1 month ahead" in project(known, "2015-07", "2012/13").method
