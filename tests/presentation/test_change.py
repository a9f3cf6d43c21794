"""Changes and rolling years as sentences, tables and charts."""

from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.figure import Figure

import pccstats.presentation  # noqa: F401 importing it registers every result
from pccstats.methods.change.change import baseline_sensitivity, change
from pccstats.methods.change.many import false_discovery
from pccstats.methods.rolling_year import rolling_year
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.review.published import replay
from pccstats.terms.periods import Window, month
from pccstats.terms.plan import Event
from pccstats.terms.series import Series
from pccstats.terms.words import Strength


def yearly(*pairs, **about):
    """Published 12-month figures, as offences unless said otherwise."""
    frame = pd.DataFrame(pairs, columns=["month", "n"])
    return Series.from_frame(frame, numerator="n", span_months=12, **{"unit": "offences", "title": "Burglary", **about})


def since_2012(first, latest, *, options=None, **about):
    """The change from 2012/13 to the 12 months to June 2015."""
    return change(yearly(("2013-03", first), ("2015-06", latest), **about), "2012/13", "2015-06", **(options or {}))


BURGLARY = yearly(
    ("2013-03", 3935), ("2014-03", 4199), ("2015-06", 4013), polarity="lower_is_better", baseline=Window.read("2012/13")
)
RESULTS = {
    "change of a count": since_2012(3935, 4013, polarity="lower_is_better"),
    "change of an unknown share": since_2012(84.5, 81.5, kind="survey", unit="% satisfied"),
    "change with no baseline": since_2012(None, 248),
    "change from nought": since_2012(0, 30),
    "change of money": since_2012(20.0, 21.7, kind="money", unit="£m"),
    "baseline sensitivity": baseline_sensitivity(BURGLARY, until="2015-06"),
    "false discovery": false_discovery({"burglary": 0.01, "violence": 0.4}),
    "rolling year": rolling_year(BURGLARY),
    "rolling rate": rolling_year(BURGLARY, population=1_017_697, vintage="2011 Census"),
    "rolling year with no whole year": rolling_year(
        Series.from_frame(pd.DataFrame({"month": ["2015-05", "2015-06"], "n": [1, 2]}), numerator="n")
    ),
    "replay": replay(
        pd.DataFrame(
            [("a", "Report", "p. 1", "Share", "100 * 1 / 8", "12.5", "1", "figure", "")],
            columns=["id", "document", "place", "figure", "working", "published", "decimals", "claim", "note"],
        )
    ),
}


@pytest.mark.parametrize("name", RESULTS)
def test_every_result_can_be_drawn_tabulated_and_described(name):
    """Chart with alt text, table and sentence, with never a bare nan, however little there is to show."""
    result = RESULTS[name]
    figure, table, sentence = draw(result), table_of(result), describe(result)
    assert isinstance(figure, Figure)
    words = f"{figure.alt_text} {figure.headline} {figure.subtitle} {sentence} {table.to_html()}"
    assert "nan" not in words.lower().replace("finan", "")
    assert sentence.endswith(".")
    assert len(figure.alt_text) > len(figure.headline)


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        (
            since_2012(3935, 4013, polarity="lower_is_better", options={"dispersion": 2}),
            (
                "4,013 offences in the 12 months to June 2015, 78 more than in 2012/13 "
                "(+2.0%; 95% interval −4.2% to +8.5%): no evidence of change."
            ),
        ),
        (
            since_2012(667, 326, polarity="lower_is_better", unit="entrants", options={"dispersion": "poisson"}),
            (
                "326 entrants in the 12 months to June 2015, 341 fewer than in 2012/13 "
                "(−51.1%; 95% interval −57.2% to −44.2%): better."
            ),
        ),
        (
            since_2012(1051, 1376, options={"dispersion": "poisson"}),
            (
                "1,376 offences in the 12 months to June 2015, 325 more than in 2012/13 "
                "(+30.9%; 95% interval +20.8% to +41.9%): higher, which is neither better nor worse by itself."
            ),
        ),
        (
            since_2012(84.5, 81.5, kind="survey", unit="% satisfied"),
            (
                "81.5% satisfied in the 12 months to June 2015, down 3.0 points from 84.5% in 2012/13 "
                "(no interval): not enough data. The number of respondents is not published, so no "
                "change can be tested. It would count as lower if 1,291 or more had answered in each year, "
                "however the per cents were "
                "rounded."
            ),
        ),
        (
            since_2012(None, 248, unit="reports"),
            "248 reports in the 12 months to June 2015: not enough data. There is no whole figure for 2012/13.",
        ),
        (
            since_2012(20.0, 21.7, kind="money", unit="£m"),
            (
                "£21.7m in the 12 months to June 2015, £1.7m more than in 2012/13 (+8.5%; no interval): not enough "
                "data. An amount of money is no sample: the change is what it is, and there is nothing to test."
            ),
        ),
    ],
)
def test_sentences_say_what_the_numbers_do(result, sentence):
    """The sentence has figure, difference, per cent with its base, interval, verdict and reason, and no more."""
    assert describe(result) == sentence


def test_a_break_is_named_in_the_sentence():
    """A comparison across a break prints both figures and names the event instead of a verdict."""
    event = Event("x", "New survey", month("2014-05"), ("*",), breaks_comparability=True)
    said = describe(since_2012(75.5, 77.8, kind="survey", unit="% satisfied", events=(event,)))
    assert said.endswith(
        "not comparable. The two windows are not on one definition: the registered event 'New survey' (May 2014)."
    )
    assert said.startswith("77.8% satisfied in the 12 months to June 2015")


def test_a_cohorts_fall_was_to_be_expected():
    """A cohort that fell is never better: which way it moved is said, and beside it why that shows nothing."""
    series = yearly(("2014-03", 673), ("2015-03", 332), polarity="lower_is_better")
    said = describe(change(series, "2013/14", "2015-03", same_people=True))
    assert said.endswith(
        ": lower, not attributable. People picked when offending heavily usually offend less later, whatever is done."
    )
    assert "better" not in said


def test_the_rolling_sentence_has_interval_and_baseline():
    """The latest year, its interval, and the baseline beside it."""
    assert describe(RESULTS["rolling year"]) == (
        "4,013 offences in the 12 months to June 2015 (95% interval 3,890 to 4,139, for chance alone); "
        "3,935 in 2012/13."
    )


def test_the_table_names_method_and_cautions():
    """What was assumed stands under the table."""
    notes = " ".join(table_of(RESULTS["change of a count"]).notes)
    assert "10 times chance for a whole window, assumed (months not held" in notes


def test_axes_that_do_not_start_at_nought_say_so():
    """A rolling year drawn away from nought has it in its subtitle; one from nought does not."""
    near = draw(RESULTS["rolling year"])
    far = draw(rolling_year(yearly(("2013-03", 100), ("2014-03", 900))))
    assert "does not start at zero" in near.subtitle
    assert "does not start at zero" not in far.subtitle
    assert far.axes[0].get_ylim()[0] == 0


def test_flags_that_fall_when_read_together_are_named():
    """One sentence: how many were tested and flagged, how many chance would flag, and which do not stand (P11)."""
    found = false_discovery({"Burglary": 0.001, "Satisfaction": 0.04, "Theft": 0.5, "Fraud": float("nan")})
    assert describe(found) == (
        "2 of 3 tests are flagged, where chance alone would flag about 0.2 if nothing had changed; when all are read "
        "together, satisfaction does not stand and is weak. 1 could not be tested."
    )
    more = false_discovery({"Burglary": 0.03, "Satisfaction": 0.04, "Theft": 0.5})
    assert "when all are read together, burglary and satisfaction do not stand and are weak." in describe(more)


@pytest.mark.parametrize(
    ("p_values", "words"),
    [
        ({"a": 0.01, "b": 0.02}, "2 of 2 tests are flagged, where chance alone would flag about 0.1 if nothing had "),
        ({"a": 0.01, "b": 0.02}, "; when all are read together, all of them stand."),
        ({"a": 0.001, "b": 0.9}, "; when all are read together, it stands."),
        ({"a": 0.5}, "None of 1 test is flagged, where chance alone would flag fewer than 0.1 if nothing had changed."),
        ({"a": float("nan")}, "Nothing could be tested."),
    ],
)
def test_where_every_flag_stands_none_is_named(p_values, words):
    """No name follows where nothing fell, and nothing is said of standing where nothing was flagged."""
    assert words in describe(false_discovery(p_values))


def test_what_is_not_in_the_count_is_said():
    """Whatever is found besides is named in the words it comes with (S10)."""
    found = replace(false_discovery({"a": 0.5}), left_out=("2 verdicts", "signals, ranks and projections"))
    assert describe(found).endswith("Not in this count: 2 verdicts; signals, ranks and projections.")


def test_the_table_says_what_stands_where_q_rounds_to_the_level():
    """A q of 0.0502 is printed as 0.050, and its row says weak (P11)."""
    rows = table_of(false_discovery({"a": 0.001, "b": 0.0251, "c": 0.0502, "d": 0.6, "e": float("nan")})).rows
    assert rows["stands"].tolist() == ["stands", "weak", "not flagged", "not flagged"]
    assert table_of(false_discovery({"a": 0.0251, "b": 0.9})).cells()[0][2:] == ["0.050", "weak"]


def test_a_share_is_set_beside_other_baselines_in_points():
    """From 75.3% to 85.5% is 10.2 points on its page, and no 13.5% beneath it."""
    years = pd.DataFrame({"month": ["2013-03", "2014-03", "2015-06"], "sure": [1506, 1590, 1710], "asked": 2000})
    about = {"kind": "survey", "polarity": "higher_is_better", "baseline": Window.read("2012/13")}
    series = Series.from_frame(years, numerator="sure", denominator="asked", span_months=12, **about)
    found = baseline_sensitivity(series, until="2015-06")
    assert "+10.2 points on 2012/13 (better) and +6.0 points on 2013/14 (better)" in describe(found)
    assert [column.head for column in table_of(found).columns][3:5] == ["Change, points", "95% interval"]
    assert table_of(found).cells()[0][3:5] == ["+10.2", "+7.8 to +12.6"]


def test_the_verdict_of_a_review_is_as_weak_among_its_baselines():
    """The row of the plan's own baseline says what its review says; the others are tests of their own."""
    figures, since = (("2013-03", 1000), ("2014-03", 1100), ("2015-06", 2000)), Window.read("2012/13")
    series = yearly(*figures, polarity="lower_is_better", baseline=since)
    baselines = baseline_sensitivity(series, until="2015-06", dispersion=2)
    weak = replace(baselines, strength=Strength.WEAK)
    assert table_of(weak).rows["verdict"].tolist()[:2] == ["Worse, weak", "Worse"]
    assert "on 2012/13 (worse, weak)" in describe(weak)
    assert "on 2013/14 (worse)" in describe(weak)
    assert "weak" not in describe(baselines)
    assert "(worse, weak)" in draw(weak).alt_text
