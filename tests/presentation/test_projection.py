"""The fan, the small mark, the tables and the words of a projection."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.projection.project import project
from pccstats.presentation.projection import (
    backtest_table,
    beside_baseline_in_brief,
    chance_in_words,
    describe_projection,
    draw_projection,
    projection_table,
    range_mark,
)
from pccstats.presentation.style import BETTER, svg_of
from pccstats.presentation.verbs import draw, tabulate
from pccstats.terms.periods import Window, month
from pccstats.terms.plan import Event, Target
from pccstats.terms.series import Series
from pccstats.terms.words import State


def burglary(count=63, mean=330.0, **about):
    """Five years of burglaries about one level."""
    months = pd.period_range("2010-04", periods=count, freq="M")
    frame = pd.DataFrame({"month": months, "n": np.random.default_rng(2).poisson(mean, count)})
    options = {"title": "Burglary <dwelling>", "unit": "offences", "area": "Here", "polarity": "lower_is_better"}
    return Series.from_frame(frame, numerator="n", **(options | about))


@pytest.fixture(scope="module")
def answer():
    """A projection with a target that has passed and one ahead."""
    window = Window.read("2012/13")
    targets = [
        Target("past", "x", "hard", "per_cent_change", -10, month("2014-03"), window),
        Target("ahead", "x", "stretch", "per_cent_change", -5, month("2016-03"), window),
    ]
    return project(burglary(), "2017-03", "2012/13", targets=targets)


def test_the_middle_of_the_fan_is_drawn_dashed(answer):
    """Ahead of the last figure one dashed line runs through the middle, from the last figure known."""
    drawn = [(line, np.asarray(line.get_ydata(), dtype=float)) for line in draw_projection(answer).axes[0].get_lines()]
    middle = answer.ahead["value"].to_numpy()
    (found,) = [(line, ys) for line, ys in drawn if len(ys) == len(middle) + 1 and np.allclose(ys[1:], middle)]
    assert found[0].is_dashed()
    assert found[1][0] == answer.observed["value"].iloc[-1]


def test_words_say_that_it_is_no_promise(answer):
    """Headline, subtitle and alt text: on current trends, how wide, by what, against what."""
    figure = draw(answer)
    assert "on current trends" in figure.headline
    assert "not a plan or promise" in figure.subtitle
    for part in ("95% interval", "March 2017", "2012/13", "field that opens"):
        assert part in figure.alt_text


def test_the_chart_names_its_lines(answer):
    """Both intervals' ends, the middle, the baseline and a target ahead stand in words, not one that has passed."""
    texts = " | ".join(text.get_text() for text in draw(answer).axes[0].texts)
    for part in (
        "upper 95%",
        "lower 95%",
        "upper 80%",
        "2012/13",
        "middle",
        "3,770  stretch target, March 2016",
        "known to June 2015",
    ):
        assert part in texts
    assert "3,571" not in texts


def test_the_chart_is_sound_markup(answer):
    """As an element of a page it parses, with the title's markup made harmless."""
    element = ET.fromstring(svg_of(draw(answer)))
    assert "Burglary <dwelling>" in element.attrib["aria-label"]


def test_breaks_are_marked():
    """A change of definition before the figures used still stands above the plot if it lies within it."""
    event = Event("e", "a new definition", month("2011-06"), ("*",), breaks_comparability=True)
    result = project(burglary(events=(event,)), "2017-03", "2012/13")
    assert result.observed["period_end"].iloc[0] == month("2012-05")
    assert draw(result).headline


@pytest.mark.parametrize(("factor", "name"), [(0.4, "better"), (2.5, "worse"), (1.0, "others")])
def test_the_small_mark_shows_both_intervals_and_the_baseline(factor, name):
    """Two bars and a tick in the colour of the state, with the words for those who cannot see it."""
    months = pd.period_range("2009-04", periods=75, freq="M")
    values = np.r_[np.full(36, 200.0), np.full(39, 200.0 * factor)]
    series = Series.from_frame(pd.DataFrame({"month": months, "numerator": values}), polarity="lower_is_better")
    mark = range_mark(project(series, "2017-03", "2011/12"))
    element = ET.fromstring(mark)
    assert len(re.findall("<rect", mark)) == 2
    assert len(re.findall("<line", mark)) == 1
    assert f"--{name}" in mark
    assert "March 2017" in element.attrib["aria-label"]
    assert all(0 <= float(rect.attrib["x"]) <= 110 for rect in element.iter("{http://www.w3.org/2000/svg}rect"))


def test_the_small_mark_escapes_and_stands_without_a_baseline():
    """A baseline that is not comparable leaves no tick, and markup in a unit stays text."""
    event = Event("e", "a new definition", month("2011-06"), ("*",), breaks_comparability=True)
    mark = range_mark(project(burglary(events=(event,), unit="<b>"), "2017-03", "2010/11"))
    assert "<line" not in mark
    assert "<b>" not in mark
    assert BETTER not in mark
    assert "not comparable" in mark


def test_without_a_baseline_no_verdict_is_shown():
    """Chart, mark, sentence and table of a projection without a baseline stand, and none compares it with a year."""
    result = project(burglary(), "2017-03")
    figure, sentence, mark = draw(result), describe_projection(result), range_mark(result)
    for text in (figure.headline, figure.alt_text, sentence, str(mark)):
        assert not re.search("baseline|None|nan|chance of|compar", text)
    assert sentence.startswith("On current trends, ")
    assert "<line" not in mark
    assert [row[1] for row in projection_table(result).cells()[:2]] == ["observed", "projected"]
    assert figure.headline.endswith("on current trends")


def test_the_sentence_says_whose_growth_is_in_it(answer):
    """With sisters, in how many other areas the same measure was looked at; without, nothing of the kind."""
    beside = project(burglary(), "2017-03", "2012/13", sisters=[burglary(mean=200.0), burglary(mean=500.0)])
    assert "its own and that of the same measure in two other areas, taken together." in describe_projection(beside)
    assert "other area" not in describe_projection(answer)


def test_the_table_holds_baseline_latest_and_quarters_ahead(answer):
    """Baseline, last year known, then each quarter to the horizon, with both intervals."""
    cells = projection_table(answer).cells()
    assert [row[1] for row in cells[:3]] == ["baseline", "observed", "projected"]
    assert cells[-1][0] == "March 2017"
    assert len(cells) == 9
    notes = " ".join(projection_table(answer).notes)
    assert "Hard target, 3,571 by March 2014: missed." in notes
    stretch = answer.targets.set_index("strength").loc["stretch", "chance_of_meeting"]
    assert f"Stretch target, 3,770 by March 2016: {stretch:.0%} chance of meeting it." in notes
    assert "Burglary" in tabulate(answer).as_raw_html()


def test_the_backtest_is_printed_beside(answer):
    """Some trials, with what happened and how far each was out, and the averages of all."""
    spec = backtest_table(answer)
    assert 1 < len(spec.cells()) <= 8
    assert f"All {len(answer.backtest)} trials" in spec.notes[0]


def test_a_short_series_says_that_it_was_not_tried():
    """With no back-test the sentence and the table say so."""
    result = project(burglary(40), "2015-04", "2012/13")
    assert "too short for such a projection to have been tried" in describe_projection(result)
    assert "too short for a trial" in backtest_table(result).notes[0]


def test_the_sentence_says_no_more_than_the_numbers(answer):
    """Range, level, middle, baseline, verdict and chance; never `will`."""
    sentence = describe_projection(answer)
    assert sentence.startswith("On current trends, ")
    assert "could end above or below the baseline" in sentence
    assert re.search(r"; \d+% chance of fewer than in 2012/13\.", sentence)
    assert "will" not in sentence.split()


def test_a_share_is_written_in_per_cent():
    """Per cents with one decimal, and `lower` rather than `fewer`."""
    months = pd.period_range("2010-04", periods=63, freq="M")
    frame = pd.DataFrame({"month": months, "yes": 70, "asked": 80})
    survey = Series.from_frame(
        frame, numerator="yes", denominator="asked", kind="survey", unit="% satisfied", polarity="higher_is_better"
    )
    sentence = describe_projection(project(survey, "2017-03", "2012/13"))
    assert re.search(r"\d\d\.\d% to \d\d\.\d% in the 12 months", sentence)
    assert "chance of a lower figure than in 2012/13" in sentence


def test_the_baselines_own_uncertainty_is_named_where_it_decides(answer):
    """An interval that leaves the baseline out and a state that does not are told apart."""
    assert "baseline's own year" not in describe_projection(answer)
    for baseline, side in ((answer.lower - 1, "above"), (answer.upper + 1, "below")):
        outside = replace(answer, baseline=baseline, state=State.NO_EVIDENCE_OF_CHANGE)
        why = "as chance moved the baseline's own year too"
        assert f"not clearly {side} the baseline, {why}" in describe_projection(outside)
        assert beside_baseline_in_brief(outside) == f"not clearly {side} {baseline:,.0f}"


def test_a_narrow_cell_says_where_the_interval_lies(answer):
    """Around the baseline, or clear of it; the words agree with the two ends beside them."""
    inside = replace(answer, baseline=answer.projected, state=State.NO_EVIDENCE_OF_CHANGE)
    assert beside_baseline_in_brief(inside) == f"could end above or below {answer.projected:,.0f}"
    for chance, said in ((0.8, "more likely below than above"), (0.2, "more likely above than below")):
        likely = replace(inside, chance_of_reduction=chance)
        assert beside_baseline_in_brief(likely) == f"{said} {answer.projected:,.0f}", "as the page on it says"
    clear = replace(answer, baseline=answer.lower - 500, state=State.WORSE)
    assert beside_baseline_in_brief(clear) == f"above {answer.lower - 500:,.0f}"


def test_the_sentence_says_which_did_better(answer):
    """Where no change was nearer in the trials, that is said first; where neither was, so is that."""
    ours = answer.backtest["error_pct"]
    for errors, words in (
        (ours / 2, "assuming no change was more accurate"),
        (ours * 3, "on average; assuming no change, by"),
        (ours, "as was assuming no change"),
    ):
        trials = answer.backtest.assign(naive_error_pct=errors)
        assert words in describe_projection(replace(answer, backtest=trials))


def test_noughts_have_no_chance_of_fewer():
    """Nothing all along: no per cents of nothing, no chance of fewer than none."""
    months = pd.period_range("2010-04", periods=63, freq="M")
    nothing = Series.from_frame(pd.DataFrame({"month": months, "numerator": 0}), polarity="lower_is_better")
    sentence = describe_projection(project(nothing, "2017-03", "2012/13"))
    assert "could end at the baseline or above it." in sentence
    assert "chance of" not in sentence
    assert "nan" not in sentence


@pytest.mark.parametrize(
    ("chance", "words"), [(0.0, "below 1%"), (0.364, "36%"), (1.0, "above 99%"), (float("nan"), "–")]
)
def test_chances_are_never_nought_nor_certain(chance, words):
    """No number of trials shows that a thing cannot happen."""
    assert chance_in_words(chance) == words
