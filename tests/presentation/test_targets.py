"""Charts, tables and words of targets."""

from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.projection.targets import progress, target_table
from pccstats.methods.projection.what_if import crime_basket, what_if_recording
from pccstats.presentation.numbers import MINUS
from pccstats.presentation.style import svg_of
from pccstats.presentation.verbs import describe, draw, table_of, tabulate
from pccstats.sources import read_observations, read_plan
from pccstats.terms.periods import Window, month
from pccstats.terms.plan import Event, Target
from pccstats.terms.series import Series


def burglary(until="2014-03"):
    """The two years of the Plan's first target."""
    frame = pd.DataFrame({"month": ["2013-03", "2014-03"], "numerator": [3935, 4199]})
    series = Series.from_frame(
        frame, span_months=12, title="Domestic burglary", unit="offences", polarity="lower_is_better"
    )
    target = Target("t", "12.offences", "hard", "per_cent_change", -10, month("2014-03"), Window.read("2012/13"))
    return progress(series, target, until=until)


def open_target():
    """A target two years ahead, with months to project from."""
    months = pd.period_range("2010-04", periods=60, freq="M")
    frame = pd.DataFrame({"month": months, "numerator": np.random.default_rng(0).poisson(330, 60)})
    series = Series.from_frame(frame, title="Domestic burglary", unit="offences", polarity="lower_is_better")
    return progress(series, Target("t", "12.offences", "outcome", "level", 3600.0, month("2016-09")))


@pytest.fixture(scope="module")
def table(root):
    """The shipped plan's targets by March 2014."""
    plan, data = read_plan(root / "data" / "raw"), read_observations(root / "data" / "processed")
    return target_table(plan, data, "2014-03")


@pytest.fixture(scope="module", params=["missed", "open", "table", "basket", "recording"])
def result(request, table):
    """One of each kind of answer."""
    return {
        "missed": burglary,
        "open": open_target,
        "table": lambda: table,
        "basket": lambda: crime_basket(68_000, 54_000, 5),
        "recording": lambda: what_if_recording(58_805, 76_343, 75.8, 84.1, margin_before=1.94),
    }[request.param]()


def test_every_answer_is_drawn_tabulated_and_described(result):
    """A chart with words that parses, a table with rows and its method, one sentence that ends."""
    figure = draw(result)
    assert ET.fromstring(svg_of(figure)).attrib["aria-label"] == figure.alt_text
    spec = table_of(result)
    assert spec.cells()
    assert result.method in spec.notes
    assert tabulate(result).as_raw_html()
    assert describe(result).endswith(".")
    assert "nan" not in describe(result)


def test_a_missed_target_in_words():
    """The promise, the outcome and by how much."""
    assert describe(burglary()) == (
        "Hard target for Domestic burglary, at most 3,541.5 offences by March 2014: "
        "missed, 4,199 in those 12 months, 658 above it."
    )


def test_an_open_target_in_words():
    """Where it stands, what it needs, what its chance is."""
    words = describe(open_target())
    for part in ("by September 2016", "it needs 300 a month", "chance"):
        assert part in words


def test_the_table_of_targets_tells_met_from_missed_by_words(table):
    """Each row has its outcome in a word, and a row without figures its reason."""
    cells = table_of(table).cells()
    said = {"Met", "Missed", "Met as printed", "Missed as printed", "Not comparable", "Open", "Cannot be told"}
    assert {row[7] for row in cells} == said
    assert all(row[8] != "–" for row in cells if row[7] == "Cannot be told")
    assert "1 met, 9 missed, 3 met as printed, 5 missed as printed, 1 not comparable" in describe(table)


def test_the_headline_counts_only_what_can_be_judged(table):
    """Printed per cents and a figure on another definition are named beside the count."""
    said = "1 target met, 9 missed, 2 open; not counted: 8 per cents as printed, 1 not comparable"
    assert draw(table).headline == said


def test_the_chart_of_targets_puts_what_is_met_on_the_left(table):
    """For falls and rises alike, left of the line is beyond the target."""
    axes = draw(table).axes[0]
    for line in axes.get_lines():
        x = np.asarray(line.get_xdata(), dtype=float)
        if len(x) == 1 and line.get_marker() in ("o", "D"):
            assert (x[0] <= 0) == (line.get_marker() == "o")


def test_the_basket_in_words():
    """What is wanted, what that asks at evens (3,400 of 54,000), and what for a chance of 95%, which is more."""
    basket = crime_basket(68_000, 54_000, 5)
    words = describe(basket)
    assert "54,000 of the 68,000 must fall" in words
    surer = basket.points.set_index("chance")["reduction_pct"][0.95]
    assert surer > 100 * 3_400 / 54_000
    assert f"For an even chance the other crimes must fall 6.3%; for 95%, {surer:.1f}%." in words


def test_recording_in_words():
    """A rise within the band could be recording, one beyond it leaves a part, and a fall is what a rise would hide."""
    within = what_if_recording(100, 110, 75.8, 84.1, margin_before=1.94)
    beyond = what_if_recording(100, 130, 75.8, 84.1, margin_before=1.94)
    fallen = what_if_recording(100, 99, 75.8, 84.1, margin_before=1.94)
    assert describe(within).endswith(": all of the change could be recording.")
    assert describe(beyond).endswith(": recording alone is not enough, and +17.2% is left.")
    assert describe(fallen).endswith(f"). Recording would then hide a change the other way, of {MINUS}10.8%.")


def test_a_break_is_quoted_in_the_sentence():
    """The title of an event is somebody's own words, and stands in quotes."""
    event = Event("absent", "People may be recorded as absent", month("2013-04"), ("*",), breaks_comparability=True)
    years = pd.DataFrame({"month": ["2013-03", "2014-03"], "numerator": [5929, 4305]})
    series = Series.from_frame(years, span_months=12, polarity="lower_is_better", events=(event,))
    target = Target("t", "17", "hard", "per_cent_change", -25, month("2014-03"), Window.read("2012/13"))
    said = describe(progress(series, target))
    assert said.endswith("since the registered event 'People may be recorded as absent'.")


def test_the_basket_says_whose_figures_it_is_made_of():
    """68,000 and 54,000 are the Plan's own: chart and sentence name it where it is given."""
    found = crime_basket(68_000, 54_000, 5, source="the Plan, section 4.1.2")
    assert "(figures of the Plan, section 4.1.2)" in describe(found)
    assert "(figures of the Plan, section 4.1.2)" in draw(found).subtitle
    assert "figures of" not in describe(crime_basket(68_000, 54_000, 5))
