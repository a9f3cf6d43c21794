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


@pytest.mark.slow
def test_real_boroughs_do_better_with_sisters(shared):
    """Four boroughs nothing was learned on, each with the other three: errors are smaller, and limits hold as often."""
    table = pd.read_csv(shared / "data" / "mps-boroughs" / "MPS Borough Level Crime (Historical).csv")
    months = [name for name in table if name.isdigit()]
    names = sorted(table["BoroughName"].unique())[2::4]
    kept = table["BoroughName"].isin(names) & (table["MajorText"] != "FRAUD AND FORGERY")  # it ended, and flatters
    held, errors, alone = [], 0.0, 0.0
    for _, of_kind in table[kept].groupby("MajorText"):
        counts = of_kind.groupby("BoroughName")[months].sum().to_numpy(float)
        for known in (60, 87):
            series = [monthly(figures[:known]) for figures in counts]
            for figures, own in zip(counts, series, strict=True):
                actual = figures[known + 9 : known + 21].sum()
                answer = project(own, own.last + 21, sisters=series)
                held.append(answer.lower <= actual <= answer.upper)
                errors += abs(answer.projected - actual)
                alone += abs(project(own, own.last + 21).projected - actual)
    assert errors < 0.97 * alone
    assert 0.88 <= np.mean(held) <= 1.0


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
    with pytest.raises(MethodProblem, match=r"none is held\. 36 more"):
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


def relative_width(answer):
    """How far apart the limits are, as a ratio: what the interval says, wherever its middle is."""
    return answer.upper / answer.lower


def test_sisters_change_the_limits():
    """Wild sisters widen the limits, quiet ones narrow them."""
    random = np.random.default_rng(8)
    wild = [monthly(np.exp(5 + np.cumsum(random.normal(0, 0.2, 63)))) for _ in range(4)]
    quiet = [steady(63, mean=1000, seed=seed) for seed in range(4)]
    alone, among_wild, among_quiet = (
        project(steady(), "2017-03", "2012/13", sisters=sisters) for sisters in ((), wild, quiet)
    )
    assert relative_width(among_wild) > relative_width(alone) > relative_width(among_quiet)


def growing(per_year, count=63, level=400.0, **about):
    """Counts that grow evenly."""
    return monthly(np.round(level * np.exp(per_year * np.arange(count) / 12)), **about)


def test_growth_in_common_is_drawn_out_and_growth_alone_damped():
    """What grows with its sisters grows on for longer than it would by itself; what grows alone, for less long."""
    alone = project(growing(0.1), "2017-03")
    together = project(growing(0.1), "2017-03", sisters=[growing(0.1, level=level) for level in (300.0, 500.0, 900.0)])
    apart = project(growing(0.1), "2017-03", sisters=[growing(0.0, level=level) for level in (300.0, 500.0, 900.0)])
    assert together.projected > alone.projected > apart.projected
    assert alone.sisters == ()


def test_the_growth_of_sisters_is_worked_out_by_hand():
    """Twenty-one months ahead with three sisters: 0.6 of its own growth and 0.84 of the middle one, in logs."""
    others = [growing(rate, level=900.0, area=f"Area {rate}") for rate in (-0.05, 0.02, 0.3)]
    own = growing(0.1)
    alone, *each = (project(series, "2017-03") for series in (own, *others))
    growths = [
        np.log((answer.projected + 0.5) / (answer.observed["value"].iloc[-1] + 0.5)) for answer in (alone, *each)
    ]
    answer = project(own, "2017-03", sisters=others)
    of_difference, of_mean = 1 - 21 / 36, 1.7 * 4 / 4.7
    mean = (growths[0] + 3 * np.median(growths[1:])) / 4
    expected = of_difference * (growths[0] - mean) + of_mean * mean
    latest = answer.observed["value"].iloc[-1]
    # weights of the models are the series' own, so that a sister's growth differs a little from that of its projection
    assert np.log((answer.projected + 0.5) / (latest + 0.5)) == pytest.approx(expected, abs=0.002)
    assert answer.sisters == ("Area -0.05", "Area 0.02", "Area 0.3")


def test_nothing_later_of_a_sister_is_used():
    """What sisters did after the series' last figure changes nothing: nobody could have known it."""
    known = [growing(0.05, level=level) for level in (300.0, 700.0)]
    later = [growing(0.05, count=63, level=level).points["numerator"].tolist() for level in (300.0, 700.0)]
    longer = [monthly([*values, *[9999.0] * 12]) for values in later]
    answers = [project(steady(), "2017-03", "2012/13", sisters=sisters) for sisters in (known, longer)]
    pd.testing.assert_frame_equal(answers[0].points, answers[1].points)


def test_a_sister_that_ends_earlier_lends_no_growth():
    """Its trials still count for the limits; the middle is the series' own, and the method says so."""
    early = growing(0.3, count=57)
    alone, beside = project(steady(), "2017-03"), project(steady(), "2017-03", sisters=[early])
    assert beside.projected == alone.projected
    assert beside.sisters == ()
    assert "Growth taken from none of 1 sister given." in beside.method


def test_shares_take_no_growth_from_sisters():
    """Nothing was learned on shares: sisters move their limits and not the middle."""
    alone, beside = (
        project(surveyed(0.8), "2017-03", sisters=sisters) for sisters in ((), [surveyed(0.6), surveyed(0.7)])
    )
    assert beside.projected == alone.projected
    assert beside.lower != alone.lower


def test_a_series_is_no_sister_of_its_own():
    """Handed over among its sisters, as all areas of a table are, it counts once."""
    own, other = steady(), growing(0.1)
    beside, among = (project(own, "2017-03", sisters=sisters) for sisters in ([other], [own, other]))
    pd.testing.assert_frame_equal(beside.summary(), among.summary())


def test_a_gap_in_the_last_year_leaves_growth_the_series_own():
    """Without a whole last year there is no growth to share, and the projection stands as it was."""
    values = np.full(63, 100.0)
    values[60] = np.nan
    alone, beside = (
        project(monthly(values), "2017-03", sisters=sisters) for sisters in ((), [growing(0.1), growing(0.2)])
    )
    assert beside.projected == alone.projected
    assert beside.sisters == ()


def test_trials_are_made_as_the_projection_is():
    """With sisters, each trial takes growth as the projection does: made then, by hand, it says the same."""
    own, sisters = growing(0.1), [growing(0.02, level=300.0), growing(-0.03, level=700.0)]
    trial = project(own, "2017-03", sisters=sisters).backtest.iloc[-1]
    then, *others = (series.between(last=trial["origin"]) for series in (own, *sisters))
    made_then = project(then, trial["horizon"], sisters=others)
    # its weights are those of the trials that had ended by then, so that the two differ a little
    assert trial["projected"] == pytest.approx(made_then.projected, rel=0.002)
    assert trial["projected"] != pytest.approx(project(then, trial["horizon"]).projected, rel=0.002)


def test_the_method_says_what_was_pooled():
    """How many times whose growth counts, from where, and where that was learned."""
    frames = [growing(0.1, level=level).points.assign(source=source) for level, source in ((300.0, "A"), (600.0, "B"))]
    sisters = [
        Series.from_frame(frame, period="period_end", area=area) for frame, area in zip(frames, "XY", strict=True)
    ]
    words = project(steady(), "2017-03", sisters=[*sisters, steady(20)]).method
    for part in (
        "Growth to the horizon: 0.74 times its own and 0.64 times the middle one of 2 sisters (X, Y)",
        "Sisters. Source: A; B.",
        "Growth taken from none of 1 sister more.",
        "by its own trials and its sisters'",
    ):
        assert part in words
    assert "sister" not in project(steady(), "2017-03").method


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
