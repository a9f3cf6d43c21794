"""The expected level in words, as a table, a chart and a chart the size of a word."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from pccstats.methods.level.expected_level import expected_level
from pccstats.methods.level.rebase import propose_rebase
from pccstats.presentation.event_marks import event_rows
from pccstats.presentation.expected_level import (
    describe_expected_level,
    draw_expected_level,
    expected_level_table,
)
from pccstats.presentation.rebase import describe_rebase_proposals, draw_rebase_proposals, rebase_proposals_table
from pccstats.presentation.sparkline import draw_sparkline
from pccstats.presentation.style import DATA, WORSE
from pccstats.terms.plan import Event
from pccstats.terms.series import Series
from pccstats.terms.words import Polarity

CALM = [100.0, 104.0, 96.0, 103.0, 97.0, 101.0, 99.0, 102.0, 98.0, 100.0, 104.0, 96.0]  # sigma about 4
FOUR_YEARS = CALM * 4
BASELINE = ("2011-04", "2015-03")


def level(figures, baseline=BASELINE, **options):
    """Burglaries a month on an individuals chart whose limits the first four years set."""
    months = pd.period_range("2011-04", periods=len(figures), freq="M")
    about = {name: options.pop(name) for name in ("events", "polarity") if name in options}
    series = Series.from_frame(
        pd.DataFrame({"month": months, "n": figures}),
        numerator="n",
        title="Domestic burglary",
        unit="offences",
        area="Leicestershire",
        **{"polarity": Polarity.LOWER_IS_BETTER, **about},
    )
    return expected_level(series, chart="xmr", baseline=baseline, **options)


@pytest.mark.parametrize(
    ("latest", "words"),
    [
        ([101.0], "around the mean expected level of 100 (limits"),
        ([107.0], "above the mean expected level of 100 but within its limits ("),
        ([91.0], "well below the mean expected level of 100 but within its limits ("),
        ([70.0], "at a significantly low level in the latest month (below the lower process limit)"),
        ([130.0, 131.0], "at a significantly high level for the latest two months (above the upper process limit"),
        (
            [98.0] * 8,
            "at a significantly low level for the latest eight months (eight months in a row below the centre",
        ),
        ([99.0, 91.0, 90.0], "for the latest two months (two of three months beyond the lower warning limit)"),
    ],
)
def test_each_phrase_has_its_condition(latest, words):
    """The words of the published papers, each where its rule or its distance from the line allows it."""
    assert words in describe_expected_level(level(FOUR_YEARS + [100.0] * 2 + latest))


def test_a_drift_is_called_a_drift_and_not_a_level():
    """Seven rising months within the limits are rising, not significantly high."""
    rising = [97.0, 98.0, 99.0, 100.5, 101.0, 102.0, 103.0]
    words = describe_expected_level(level([*FOUR_YEARS, 100.0, 99.0, 98.0, *rising]))
    assert "rising for seven months in a row" in words
    assert "significantly" not in words


def test_a_short_term_reduction_is_said_where_the_latest_month_no_longer_shows_it():
    """Two low months in the year, the latest below the line without a signal."""
    words = describe_expected_level(level([*FOUR_YEARS, 101.0, 80.0, 80.0, 101.0, 102.0, 98.0]))
    lately = "a short-term reduction is evident over the last twelve months (two of them with a signal"
    assert f"{lately}, each below the same month a year before)" in words


def test_one_month_with_a_signal_is_no_short_term_rise():
    """One point in twelve is named as one point; it is not evident over the year."""
    words = describe_expected_level(level([*FOUR_YEARS, 101.0, 140.0, 101.0, 102.0, 101.5]))
    assert "one of the last twelve months had a signal (high)" in words
    assert "evident" not in words


def test_a_steady_series_is_called_stable():
    """Four years without movement: the longer-term trend is stable."""
    assert "the longer-term trend is stable" in describe_expected_level(level(FOUR_YEARS))


def test_nothing_is_called_significant_without_a_rule():
    """Within the limits and with no rule fired, the word does not appear."""
    rng = np.random.default_rng(3)
    for _ in range(40):
        found = level([*FOUR_YEARS, *rng.normal(100, 4, 6).round(1)])
        if found.signal == "none":
            assert "significantly" not in describe_expected_level(found)


def test_a_target_is_judged_in_words():
    """Missed month after month as things are."""
    assert "the target of 50 will not be met" in describe_expected_level(level(FOUR_YEARS, target=50.0))


def test_trial_limits_are_called_so_in_words_and_on_the_chart():
    """Nine months: trial limits, in the sentence and beside the band."""
    short = level(CALM[:9], baseline=None)
    assert "(trial limits" in describe_expected_level(short)
    assert "upper trial limit" in " ".join(_texts(draw_expected_level(short)))


def _texts(figure):
    return [text.get_text() for text in figure.axes[0].texts] + [text.get_text() for text in figure.texts]


def test_the_chart_says_its_numbers_to_those_who_cannot_see_it():
    """Alt text with months, extremes, signals and the latest figure; headline and subtitle in words."""
    figure = draw_expected_level(level([*FOUR_YEARS, 130.0]))
    assert "49 months from April 2011 to April 2015" in figure.alt_text
    assert "highest 130 in April 2015" in figure.alt_text
    assert "1 above the expected level" in figure.alt_text
    assert figure.headline == "Domestic burglary: at a statistically high level in the latest month"
    assert figure.subtitle.startswith("Offences a month, Leicestershire, April 2011 to April 2015")


def test_direct_labels_give_limits_level_and_latest_figure():
    """No legend is needed."""
    texts = _texts(draw_expected_level(level([*FOUR_YEARS, 101.0])))
    for words in ("expected 100", "April 2015: 101", "upper limit", "lower limit"):
        assert any(words in text for text in texts), words


def test_signals_differ_by_shape_and_by_colour():
    """A month above is a diamond in the colour of concern, ordinary months are dots in the colour of data."""
    marks = draw_expected_level(level([*FOUR_YEARS, 130.0])).axes[0].collections
    drawn = {
        (len(mark.get_paths()[0].vertices), _hex(mark))
        for mark in marks
        if len(mark.get_offsets()) and len(mark.get_paths())
    }
    shapes = {colour: vertices for vertices, colour in drawn}
    assert WORSE in shapes
    assert DATA in shapes
    assert shapes[WORSE] != shapes[DATA]


def _hex(mark):
    colours = mark.get_facecolor()
    return to_hex(colours[0]) if len(colours) else ""


def test_an_axis_that_does_not_start_at_nought_says_so():
    """A flat band high up is shown close, and the subtitle tells."""
    figure = draw_expected_level(level([value + 900 for value in FOUR_YEARS]))
    assert "the axis does not start at zero" in figure.subtitle
    wide = draw_expected_level(level([20.0, 60.0, 35.0, 50.0] * 12))
    assert "axis" not in wide.subtitle


@pytest.mark.parametrize(
    "figures", [[0.0] * 24, [7.0] * 24, [*CALM[:6], np.nan, *CALM[7:]], [5.0, 7.0], [1e9, 1.1e9, 0.9e9] * 8]
)
def test_hard_series_are_drawn_all_the_same(figures):
    """Zeros, constants, gaps, two months, huge counts: a chart, a sentence, a table, a sparkline."""
    found = level(figures, baseline=None)
    assert draw_expected_level(found).alt_text
    assert describe_expected_level(found).endswith(".")
    assert expected_level_table(found).cells()
    assert "<svg" in draw_sparkline(found)


def test_breaks_and_events_are_named_above_the_plot():
    """Registered events and limits set anew are written with their names."""
    events = (Event("a", "New recording system", pd.Period("2013-04", "M"), ("*",), breaks_comparability=True),)
    texts = _texts(draw_expected_level(level(FOUR_YEARS, baseline=None, events=events, rebase_at=["2014-04"])))
    assert "New recording system" in texts
    assert "limits set anew" in texts


def test_event_names_touch_neither_each_other_nor_a_line():
    """Three names that follow each other closely are put in rows, the earliest highest."""
    lines, names = [1.0, 2.0, 3.0], [(1.0, 6.0), (2.0, 7.0), (3.0, 8.0)]
    rows = event_rows(lines, names)
    assert len(set(rows)) == 3
    for n, (start, stop) in enumerate(names):
        for other, line in enumerate(lines):
            assert not (start < line < stop and rows[other] >= rows[n])


def test_events_whose_names_would_tangle_are_numbered():
    """Five long names close together: numbers over the lines, the names listed with their months."""
    assert event_rows([5.0, 8.0], [(5.0, 9.0), (2.0, 8.0)]) == []
    titles = [f"An event of recording practice with quite a long name, number {n}" for n in range(5)]
    events = tuple(Event(title, title, pd.Period("2014-10", "M") + n, ("*",)) for n, title in enumerate(titles))
    texts = _texts(draw_expected_level(level(FOUR_YEARS, events=events)))
    assert {"1", "2", "3", "4", "5"} <= set(texts)
    assert any("5\u00a0An event" in text and "February 2015" in text for text in texts)


def test_the_table_has_every_month_latest_first():
    """One row a month with limits, judgement and rule."""
    spec = expected_level_table(level([*FOUR_YEARS, 130.0]))
    assert spec.cells()[0][0] == "April 2015"
    assert spec.cells()[0][-2:] == ["concern", "outside limits"]
    assert len(spec.cells()) == 49
    assert spec.notes[0].startswith("Mean expected level:")


def test_a_sparkline_is_small_well_formed_and_described():
    """200 by 44 pixels, valid markup, alt text, a mark for the signal and a dot for the latest figure."""
    picture = draw_sparkline(level([*FOUR_YEARS, 130.0]), months=36)
    tree = ET.fromstring(str(picture))
    assert (tree.get("width"), tree.get("height")) == ("200", "44")
    assert tree.get("role") == "img"
    assert tree.get("aria-label").startswith("Last 36 months: 130 offences in April 2015")
    assert len(re.findall("<circle", picture)) == 1
    assert len(re.findall("<polygon", picture)) == 2
    assert len(picture) < 3000


def test_text_from_data_is_escaped_in_a_sparkline():
    """A title with markup in it stays text."""
    months = pd.period_range("2011-04", periods=12, freq="M")
    frame = pd.DataFrame({"month": months, "n": CALM})
    nasty = Series.from_frame(frame, numerator="n", title="<script>", unit='"><script>')
    assert "<script" not in draw_sparkline(expected_level(nasty))


def test_proposals_are_described_tabulated_and_drawn():
    """A step is put forward as a proposal, with its numbers."""
    rng = np.random.default_rng(1)
    figures = np.concatenate([rng.poisson(300, 30), rng.poisson(390, 30)]).astype(float)
    months = pd.period_range("2011-04", periods=60, freq="M")
    series = Series.from_frame(pd.DataFrame({"month": months, "n": figures}), numerator="n", title="Theft")
    proposals = propose_rebase(series)
    words = describe_rebase_proposals(proposals)
    assert "seems to have a new level from" in words
    assert words.endswith("nothing is changed until date and reason are registered.")
    assert len(rebase_proposals_table(proposals).cells()) == 1
    assert draw_rebase_proposals(proposals).headline == "Theft: new limits proposed from 1 date"


def test_no_proposal_is_said_plainly():
    """Where nothing lasting is found, the sentence says so."""
    months = pd.period_range("2011-04", periods=48, freq="M")
    series = Series.from_frame(pd.DataFrame({"month": months, "n": FOUR_YEARS}), numerator="n", title="Theft")
    assert "no lasting shift is found" in describe_rebase_proposals(propose_rebase(series))


def test_a_quiet_season_is_no_short_term_reduction():
    """Anti-social behaviour in Leicestershire: seven months below in the year, two of them above the year before."""
    counts = [785, 915, 831, 1063, 1736, 1256, 1453, 1365, 1399, 1157, 899, 930, 742, 681, 676, 888, 957]
    counts += [884, 1128, 1073, 860, 865, 786, 716, 618, 726, 727, 887, 882, 1006, 888, 1067, 994, 772]
    months = pd.period_range(end="2022-09", periods=len(counts), freq="M")
    frame = pd.DataFrame({"month": months, "n": counts})
    series = Series.from_frame(frame, numerator="n", title="Incidents")
    found = expected_level(series, baseline=("2019-12", "2022-06"), rules="mdc", limits="sigma", seasonal=False)
    assert (found.last_year["signal"] == "below").sum() > 0
    assert "short-term" not in describe_expected_level(found)
