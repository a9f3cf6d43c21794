"""The signal of a quarter: two columns of the row, a label on the dashboard, a line on the front page."""

import re

import numpy as np
import pandas as pd

from pccstats.methods.level.expected_level import expected_level
from pccstats.presentation.lead import signals_sentence
from pccstats.presentation.pages.display import records_of
from pccstats.presentation.pages.priority import lead
from pccstats.presentation.pages.quarter import dashboard_page
from pccstats.presentation.states import signal_label
from pccstats.terms.periods import month_in_words
from pccstats.terms.series import Series
from pccstats.terms.words import Polarity, Signal
from tests.presentation.reviews import assessed, reviewed

STEADY = np.random.default_rng(5).poisson(100, 48).tolist()


def with_months(latest, *, until="2015-06", polarity=Polarity.LOWER_IS_BETTER, title="Burglary", **options):
    """An indicator whose last months are these, after four steady years of about 100 a month."""
    months = pd.period_range(end=until, periods=len(STEADY) + len(latest), freq="M")
    frame = pd.DataFrame({"month": months, "n": [*STEADY, *latest]})
    series = Series.from_frame(frame, numerator="n", title=title, polarity=polarity, unit="offences")
    level = expected_level(series, baseline=(months[0], months[47]), seasonal=False, **options)
    return reviewed(title, 1200, 1150, polarity=polarity, level=level)


def columns(review):
    """What the two columns hold."""
    return tuple(review.summary()[["signal_quarter", "signal_latest"]].iloc[0])


def test_a_quarter_with_an_earlier_signal_and_a_latest_month_without():
    """April far above, May and June as usual: the quarter has a signal, its latest month has none."""
    review = with_months([170, 100, 101])
    assert columns(review) == ("above", "none")
    chip = signal_label(review)
    assert (chip.shape, chip.words, chip.beneath) == ("◆", "High earlier in the quarter", "June 2015: none")


def test_a_signal_of_the_latest_month_says_how_long():
    """May and June far below: low for two months, good news where lower is better, seen at once."""
    review = with_months([100, 40, 42])
    assert columns(review) == ("below", "below")
    chip = signal_label(review)
    assert (chip.kind, chip.shape, chip.words) == ("state state-better", "▼", "Low, 2 months")
    assert chip.beneath == ""


def test_months_after_the_quarter_say_nothing_of_it():
    """A run that is complete only after the quarter's end is not known by its end."""
    low = [94, 93, 92, 94, 93, 92, 94]
    known = with_months([100, 100, *low[:4]], until="2015-06", rules=("shift",), limits="sigma", companion=None)
    later = with_months([100, 100, *low], until="2015-09", rules=("shift",), limits="sigma", companion=None)
    assert (later.level.points.set_index("month").loc["2015-06", "signal"]) == Signal.BELOW
    assert columns(known) == columns(later) == ("none", "none")


def test_a_quarter_without_a_figure_has_no_signal_to_tell():
    """Months that end before the quarter leave both columns empty, and the dashboard shows no mark."""
    review = with_months([170, 100, 101], until="2014-11")
    assert columns(review) == ("", "")
    assert signal_label(review) is None


def test_a_lasting_small_rise_is_said_with_both_dates():
    """Months a tenth above: built up since one month, known since a later one."""
    review = with_months([112, 113, 111, 114, 112, 113, 112, 114, 113, 112, 113, 114])
    assert columns(review)[1] == "above"
    level, chip = review.level, signal_label(review)
    assert level.signal_since < level.signal_known_since
    assert level.run_since == level.points["month"].iloc[-level.figures_in_signal]
    assert level.signal_known_since == level.run_since
    assert chip.beneath == f"building since {month_in_words(level.signal_since)}"


def test_a_signal_that_came_and_went_is_not_dated_as_one_spell():
    """A lasting rise found, a month below the level, then two high: what was flagged first is beyond a gap."""
    review = with_months([*[112] * 8, 90, 120, 120])
    level, chip = review.level, signal_label(review)
    assert level.signal_known_since < level.run_since
    assert chip.words == f"High, {level.figures_in_signal} months"
    assert re.fullmatch(r"first flagged [A-Z][a-z]+ 20\d\d, with gaps", chip.beneath)


def test_the_dashboard_shows_the_signal_with_shape_and_word():
    """A column of its own; where nothing has an expected level it is left out."""
    page = dashboard_page(assessed(with_months([100, 40, 42])))
    assert "Signal this quarter" in page
    assert "Low, 2 months" in page
    assert "Signal this quarter" not in dashboard_page(assessed(reviewed("Burglary", 1200, 1150)))


def test_the_front_page_is_handed_the_signals_that_there_are():
    """Named where a priority has several indicators; an indicator without a signal is not mentioned."""
    result = assessed(with_months([100, 40, 42]), with_months([100, 100, 100], title="Robbery"))
    (priority,) = next(each["records"] for each in records_of(result) if each["name"] == "priorities")
    (signal,) = priority["signals"]
    assert signal == {"signal": "below", "variation": "improvement", "words": "Burglary: low, 2 months"}


def test_pages_say_how_many_signals_chance_alone_would_give():
    """The opening of dashboard and themes, and what the front page is handed, hold the one sentence."""
    result = assessed(with_months([100, 40, 42]))
    said = signals_sentence(result.signals)
    assert said.startswith("The one series held against its expected level shows a signal this quarter.")
    assert said in lead(result)
    assert said in dashboard_page(result)
    handed = next(each for each in records_of(result) if each["name"] == "headline")
    assert handed["signals"] == said
    assert "held against" not in lead(assessed(reviewed("Burglary", 1200, 1150)))
