"""The quarter's assessment, on the shipped plan and figures."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from scipy import stats

import pccstats as pcc
from pccstats.presentation.lead import headline
from pccstats.presentation.pages.display import html_of
from pccstats.presentation.synthesis import standing
from pccstats.presentation.verbs import table_of
from pccstats.terms.results.dashboard import DASHBOARD_COLUMNS
from pccstats.terms.words import Audience, State, Strength
from tests.smaller import with_priorities

pytestmark = pytest.mark.slow

# Printed per cent variances: Police and Crime Panel, 16 September 2015, Appendix A.
PRINTED_VARIANCES = {
    "1.first_time_entrants": -51,
    "2.offending": -67,
    "2.reoffending": -64,
    "3.drug_cohort_reoffending": -51,
    "17.missing_storm": -27,
    "17.missing_compact": -56,
    "17.nine_locations": -77,
}
WITHOUT_A_MEASURE = 15  # the same paper, paragraph 11


def test_there_is_one_row_an_indicator_with_the_agreed_columns(quarter):
    """Forty indicators, forty rows, in the plan's order."""
    assert tuple(quarter.points.columns) == DASHBOARD_COLUMNS
    assert quarter.points["indicator"].tolist() == [indicator.key for indicator in quarter.plan.indicators]
    assert len(quarter.points) == 40
    assert quarter.points["priority"].nunique() == 18


def test_each_interval_is_in_the_unit_of_its_change_and_holds_it(quarter):
    """Of every row tested, low <= change <= high, in the unit and in per cent; of counts both say the same."""
    rows = quarter.points.dropna(subset=["p_value"])
    assert len(rows)
    assert rows["change"].between(rows["change_low"], rows["change_high"]).all()
    assert rows["change_pct"].between(rows["change_pct_low"], rows["change_pct_high"]).all()
    counts = rows[rows["n"].isna()]
    per_cent = 100 * counts["change_low"] / counts["baseline"]
    assert per_cent.tolist() == pytest.approx(counts["change_pct_low"].tolist())


@pytest.mark.parametrize(("key", "printed"), PRINTED_VARIANCES.items())
def test_printed_variances_are_on_the_dashboard(quarter, key, printed):
    """Every per cent variance that was printed follows from the two figures, comparable or not."""
    row = quarter.points.set_index("indicator").loc[key]
    assert round(100 * (row["latest"] / row["baseline"] - 1)) == printed


def test_every_indicator_is_in_one_of_nine_states_or_named(quarter):
    """The tally lists all nine states, also at nought; each indicator is counted once, or named as not firm."""
    assert list(quarter.tally) == [str(state) for state in State]
    assert len(State) == 9
    assert sum(quarter.tally.values()) + sum(map(len, quarter.not_firm.values())) == 40


def test_indicators_without_a_measure_are_never_called_unchanged(quarter):
    """The fifteen without a measure are not among those tested."""
    no_measure = [
        review for review in quarter.reviews if review.indicator.no_figure in (State.NOT_COLLECTED, State.EMBARGOED)
    ]
    assert len(no_measure) == WITHOUT_A_MEASURE
    assert {review.state for review in no_measure} == {State.NOT_COLLECTED, State.EMBARGOED}


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("1.first_time_entrants", "April 2015"),
        ("17.missing_storm", "April 2013"),
        ("17.missing_compact", "September 2014"),
        ("17.nine_locations", "April 2013"),
        ("2.reoffending", "offending figure of 2014/15"),
        ("13.satisfaction", "violent crime"),
        ("14A.satisfaction", "vehicle crime"),
        ("5.satisfaction", "domestic"),
    ],
)
def test_figures_on_two_definitions_are_not_compared(quarter, key, words):
    """A redefinition is named and the state says so, whatever the numbers do."""
    review = quarter.review(key)
    assert review.state is State.NOT_COMPARABLE
    assert words in " ".join(review.reasons)


def test_printed_figures_stand_as_printed(quarter):
    """Baseline and latest are the published ones."""
    row = quarter.points.set_index("indicator").loc["12.satisfaction"]
    assert (row["baseline"], row["latest"]) == (89.7, 88.6)
    assert row["change"] == pytest.approx(-1.1)


@pytest.mark.parametrize(
    ("key", "strength", "words"),
    [
        ("2.offending", Strength.STALE, "that of 2014/15, given again for the 12 months to June 2015"),
        ("3.drug_cohort_reoffending", Strength.EXPECTED, "The latest figure is for 2014/15."),
    ],
)
def test_a_verdict_that_will_not_bear_counting_says_why(quarter, key, strength, words):
    """133 offences are last year's figure; the drug cohort falls by itself, and its figure ends in March."""
    review = quarter.review(key)
    assert (review.state, review.strength, review.is_counted) == (State.BETTER, strength, False)
    assert words in " ".join(review.reasons)
    assert review.summary()["strength"].item() == strength


def test_the_last_comparable_answer_stands_beside_not_comparable(quarter):
    """667 first time entrants in 2012/13, 515 in 2014/15, before the definition changed: 22.8% fewer, and better."""
    found = quarter.review("1.first_time_entrants").last_comparable
    assert (found.baseline, found.latest, str(found.latest_window)) == (667, 515, "2014/15")
    assert found.state is State.BETTER
    assert quarter.review("2.reoffending").last_comparable is None
    assert quarter.review("12.offences").last_comparable is None


def test_the_last_comparable_answer_is_as_strong_as_any_other(quarter):
    """Two figures of first time entrants show nothing of how much they vary: better, and marked as assumed."""
    review = quarter.review("1.first_time_entrants")
    assert review.last_comparable_strength is Strength.ASSUMED
    assert "better, assumed. We do not know how much" in standing(review)[0]


def test_the_one_baseline_that_can_be_tested_is_the_one_named(quarter):
    """Missing reports: 2013/14 alone is on one definition; 2012/13 is named as not tested."""
    said = pcc.describe(quarter.review("17.missing_storm").baselines)
    assert said.startswith("Only one baseline can be tested: +25.2% on 2013/14 (worse, assumed). Not tested: ")
    assert "27.4% on 2012/13 (not comparable)." in said


def test_a_projection_from_the_official_series_says_targets_as_the_plan_set_them(quarter):
    """95% and 92% of 58,805 are 55,864.75 and 54,100.6; of the official 58,342, 55,424.9 and 53,674.64."""
    notes = table_of(quarter.review("11.offences").projection).notes
    assert "Hard target, 55,865 by March 2014, which on the official series is 55,425: missed." in notes
    assert "Stretch target, 54,101 by March 2015, which on the official series is 53,675: missed." in notes
    assert "Hard target, 3,542 by March 2014: missed." in table_of(quarter.review("12.offences").projection).notes


def test_the_tests_read_together_say_which_are_left_out(quarter):
    """Six are read together and 32 have no test; the stale and the expected one make it forty. All else is named."""
    found = quarter.discoveries
    lacking = sum(len(those) for strength, those in quarter.not_firm.items() if strength is not Strength.WEAK)
    assert found.tests + found.not_tested + lacking == len(quarter.reviews) == 40
    said = pcc.describe(found)
    assert f"{lacking} verdicts not counted for another reason (assumed, stale or expected)" in said
    for named in ("supporting measures", "other baselines", "a change of definition", "a second source", "signals"):
        assert named in said.split("Not in this count: ")[1]


def test_a_verdict_is_as_strong_on_the_page_of_its_theme(data, quarter):
    """Alone in a theme of its own theft from vehicles would stand (p below 5%); read with all others it does not."""
    whole = quarter.points.set_index("indicator")
    assert whole.loc["14A.offences", "p_value"] < 0.05 < whole.loc["14A.offences", "q_value"]
    plan = data.plan
    theft = plan.priority(14)
    own = replace(theft, number=99, indicators=(replace(plan.indicator("14A.offences"), priority=99, theme=9),))
    less = replace(theft, indicators=tuple(i for i in theft.indicators if i.key != "14A.offences"))
    themes = tuple(
        replace(theme, priorities=tuple(less if each.number == 14 else each for each in theme.priorities))
        for theme in plan.themes
    )
    split = replace(plan, themes=(*themes, replace(themes[0], number=9, priorities=(own,))))
    alone = pcc.assess(split, replace(data, plan=split), quarter="2015/16-Q1", theme=9)
    assert [review.strength for review in alone.reviews] == [Strength.WEAK]
    assert alone.points["q_value"].item() == pytest.approx(whole.loc["14A.offences", "q_value"])
    assert pcc.describe(alone.discoveries).split(" Not in")[0] == pcc.describe(quarter.discoveries).split(" Not in")[0]


def test_cohorts_carry_the_warning_on_regression_to_the_mean(quarter):
    """A fall among people chosen in their worst year comes with its caution."""
    review = quarter.review("2.offending")
    assert "usually offend less later, whatever is done" in " ".join(review.reasons)
    assert review.verdict == "lower, not attributable"
    assert all(found.same_people for found in review.baselines.changes)
    assert "better" not in pcc.describe(review.baselines)


@pytest.mark.slow
def test_nothing_after_the_quarter_is_looked_at(data):
    """Figures later than the quarter change nothing in its assessment."""
    until = pd.Period("2015-03", "M")
    known_then = replace(data, frame=data.frame[data.frame["period_end"] <= until])
    assert len(known_then.frame) < len(data.frame)
    now, then = (pcc.assess(data.plan, known, quarter="2014/15-Q4", theme=3).points for known in (data, known_then))
    pd.testing.assert_frame_equal(now, then)


def test_the_public_sees_nothing_under_a_release_restriction(data):
    """An internal figure is embargoed in a public assessment, and its numbers are gone."""
    plan = data.plan
    theme = plan.theme(3)
    kept_back = replace(theme.priorities[1].indicators[0], release=Audience.INTERNAL, release_note="Until October.")
    priority = replace(theme.priorities[1], indicators=(kept_back,))
    hidden = replace(plan, themes=(replace(theme, priorities=(priority,)),))
    public = pcc.assess(hidden, replace(data, plan=hidden), quarter="2015/16-Q1", audience="public").reviews[0]
    internal = pcc.assess(hidden, replace(data, plan=hidden), quarter="2015/16-Q1").reviews[0]
    assert public.state is State.EMBARGOED
    assert public.latest is None
    assert public.figures.empty
    assert internal.latest == 58318


def test_an_unknown_theme_or_quarter_is_refused_in_words(data):
    """The refusal says what there is, or how it is written."""
    with pytest.raises(pcc.RequestProblem, match="no theme 9"):
        pcc.assess(data.plan, data, quarter="2015/16-Q1", theme=9)
    with pytest.raises(pcc.RequestProblem, match="2015/16-Q1"):
        pcc.assess(data.plan, data, quarter="2015-Q1")


ENDS = pd.period_range("2009-04", "2015-06", freq="M")
ILLUSTRATIVE = (("illustrative", "Anyone"), ("", "Illustrative split of totals"))  # status and source


def invented(data, *ways):
    """The shipped figures with invented ones put in: wild months, quarters and years of every indicator and measure.

    Each way is a status and a source that tell what is invented, and has rows of its own.
    """
    made = []
    for indicator in (*data.plan.indicators, *data.plan.supporting):
        for months in (1, 3, 12):
            ends = [end for end in ENDS if (end.month % 3 == 0 or months == 1)]
            parts = (*data.plan.parts_of(data.plan.focus), *data.plan.smallest_parts_of(data.plan.focus))
            places = {data.plan.focus, *(area.name for area in parts)}
            for area in sorted(places) if months == 1 else [data.plan.focus]:
                rows = pd.DataFrame({"period_end": ends, "numerator": [7.0 + 31 * (n % 5) for n in range(len(ends))]})
                denominator = 900.0 if indicator.kind.is_proportion else float("nan")
                made.append(rows.assign(indicator=indicator.key, area=area, months=months, denominator=denominator))
    rows = pd.concat(made, ignore_index=True).assign(published_on="2010-01", note="")
    added = pd.concat([rows.assign(status=status, source=source) for status, source in ways], ignore_index=True)
    return replace(data, frame=pd.concat([data.frame, added[data.frame.columns]], ignore_index=True))


@pytest.mark.slow
def test_nothing_illustrative_decides_anything(data, quarter):
    """Rows that their status or their source calls invented move no figure, verdict, signal, rank or projection."""
    added = invented(data, *ILLUSTRATIVE)
    found = pcc.assess(data.plan, added, quarter="2015/16-Q1")
    pd.testing.assert_frame_equal(found.points, quarter.points)
    assert (headline(found), found.tally) == (headline(quarter), quarter.tally)
    for now, then in zip(found.supporting, quarter.supporting, strict=True):
        pd.testing.assert_frame_equal(now.summary(), then.summary())
    assert html_of(found) == html_of(quarter)
    for priority, before in zip(found.priorities, quarter.priorities, strict=True):
        assert html_of(priority) == html_of(before)


@pytest.mark.slow
def test_nothing_illustrative_decides_anything_of_places(data, board, partnerships):
    """Nor of the Board, of partnerships and of districts, on their pages as in their rows."""
    added = invented(data, *ILLUSTRATIVE)
    on_board, of_places = (ask(data.plan, added, "2015/16-Q1") for ask in (pcc.review_board, pcc.review_partnerships))
    for now, then in ((on_board, board), (of_places, partnerships)):
        pd.testing.assert_frame_equal(now.points, then.points)
        assert html_of(now) == html_of(then)
    assert pcc.all_partnerships(of_places) == pcc.all_partnerships(partnerships)


@pytest.mark.parametrize(
    ("key", "first", "second"),
    [("14A.offences", 5236, 6092), ("14B.offences", 1051, 1376), ("13.offences", 4365, 4609)],
)
def test_significance_ends_where_the_t_of_the_test_says(quarter, key, first, second):
    """Of the printed figures: (log ratio over t) squared, over 1/a + 1/b, by t with the degrees the line names."""
    review = quarter.review(key)
    degrees = review.change.test.degrees_of_freedom
    reach = stats.t.ppf(0.975, degrees)
    undone = (math.log(second / first) / reach) ** 2 / (1 / first + 1 / second)
    assert f"t with {degrees:.1f} degrees of freedom" in review.method
    assert f"Statistically significant only below {undone:.1f} times chance" in review.method


def test_variation_borrowed_from_the_whole_is_said_to_be_so(quarter):
    """Theft of and from vehicles take that of all vehicle offences; burglary takes that of burglary itself."""
    words = "; these are a part of those, and a part may vary less or more."
    assert all(words in quarter.review(key).method for key in ("14A.offences", "14B.offences"))
    assert "a part may vary" not in quarter.review("12.offences").method


def test_no_verdict_of_the_shipped_quarter_rests_on_an_assumed_number(quarter):
    """What is counted as a verdict is tested on published numbers; the rest says what nobody published."""
    for review in quarter.reviews:
        if review.state.is_answer and review.is_counted:
            assert not review.change.test.is_assumed
    satisfaction = quarter.review("9.satisfaction")
    assert (satisfaction.state, satisfaction.strength) == (State.INSUFFICIENT_DATA, Strength.ASSUMED)
    assert "It would count as worse if 1,291 or more had answered in each year" in " ".join(satisfaction.reasons)
    assert "2,000 against 2,000 respondents" in quarter.review("10.confidence").method
    assert "118 or more would give the same verdict" in quarter.review("10.confidence").method
    assert "double the responses" in " ".join(quarter.review("10.confidence").reasons)


@pytest.mark.parametrize(("key", "own", "official"), [("13.offences", 4609, 4817), ("11.offences", 58318, 59092)])
def test_the_official_answer_stands_beside_where_it_differs(quarter, key, own, official):
    """Published and official counts of the same twelve months, printed in the Panel paper and by the Home Office."""
    review = quarter.review(key)
    assert (review.latest, review.second_opinion.latest) == (own, official)
    assert review.sources_differ
    assert review.summary()["sources_differ"].item() == review.other_answer != ""
    assert not quarter.review("12.offences").sources_differ


def test_levels_and_projections_are_of_official_series_and_say_so(quarter):
    """All crime by recovered quarters; burglary, whose quarters cannot be recovered, has a reason and a projection."""
    crime, burglary = quarter.review("11.offences"), quarter.review("12.offences")
    assert (crime.level.about.key, crime.level.about.span_months) == ("official.all_crime_excluding_fraud", 3)
    assert crime.recovered is not None
    assert burglary.level is None
    assert "its quarters are not known" in burglary.refusals["level"]
    for review in (crime, burglary):
        assert review.projection.about.key == review.indicator.peers
        assert "official" in review.projection.method or "official" in review.projection.title


@pytest.mark.slow
def test_a_figure_published_long_after_the_quarter_is_not_known_to_it(data, quarter):
    """The later vintage of 2014/15 (59,107, April 2016) is no part of the pack to June 2015; a later pack has it."""
    then = quarter.review("11.offences").figures
    asked = with_priorities(data, 11)
    later = pcc.assess(asked.plan, asked, quarter="2015/16-Q4").review("11.offences").figures
    year = pd.Period("2015-03", "M")
    assert then.loc[then["period_end"] == year, "value"].tolist() == [59220]
    assert 59107 in later.loc[later["period_end"] == year, "value"].tolist()


def test_signals_of_the_pack_stand_beside_those_of_chance(quarter):
    """Each series with a figure in the quarter is counted once, and rates add up to far fewer than are shown."""
    reviews = [review for review in (*quarter.reviews, *quarter.supporting) if review.signal_quarter]
    by_key = {review.level.key: review for review in reviews}
    count = quarter.signals
    assert count.series == len(by_key) >= 5
    assert count.shown == sum(review.signal_quarter != "none" for review in by_key.values()) > 0
    assert count.expected == pytest.approx(sum(review.level.false_alarm_rate or 0 for review in by_key.values()))
    assert 0 < count.expected < 0.05 * count.series
