"""The chart of counts on the scale of a standard month, its companion's panel, and what is said of both."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb

from pccstats.methods.level.expected_level import expected_level
from pccstats.presentation.companion import PANEL_LABELS
from pccstats.presentation.expected_level import (
    describe_expected_level,
    draw_expected_level,
    expected_level_table,
    standard_months,
)
from pccstats.presentation.sparkline import draw_sparkline
from pccstats.presentation.style import OTHERS, PAPER
from pccstats.terms.series import Series
from pccstats.terms.words import Kind, Polarity

MONTHS = pd.period_range("2011-04", periods=60, freq="M")
BASELINE = ("2011-04", "2015-03")
STEADY = np.random.default_rng(4).poisson(100, 48).tolist()
HIGHER = [112, 113, 111, 114, 112, 113, 112, 114, 113, 112, 113, 114]  # none of them outside the limits


def level(counts, **options):
    """Offences a month, fewer of which are better."""
    frame = pd.DataFrame({"month": MONTHS[: len(counts)], "n": counts})
    series = Series.from_frame(
        frame, numerator="n", title="Burglary", unit="offences", polarity=Polarity.LOWER_IS_BETTER
    )
    return expected_level(series, **{"baseline": BASELINE, "seasonal": False, **options})


def texts(figure):
    """Every text on a figure that is written, whichever plot it belongs to."""
    found = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    return [text for text in found if text.get_text().strip()]


def words_on(figure):
    """The same as plain words."""
    return [text.get_text() for text in texts(figure)]


def test_limits_do_not_zigzag_with_the_days_of_the_month():
    """As recorded the centre line moves by a tenth from February to March; as drawn it is level."""
    counts = np.round(100 * MONTHS.days_in_month).tolist()
    found = level(counts)
    recorded, drawn = found.points["centre_line"], standard_months(found.points)["centre_line"]
    assert recorded.max() / recorded.min() == pytest.approx(31 / 28)
    assert drawn.max() / drawn.min() == pytest.approx(1)
    centre = next(
        line.get_ydata()
        for line in draw_expected_level(found).axes[0].lines
        if len(line.get_ydata()) == len(counts) + 2
    )
    assert np.ptp(centre) / np.mean(centre) < 0.01


def test_the_axis_says_what_a_standard_month_is_and_labels_are_as_recorded():
    """The figures beside the chart are those of sentence and table."""
    found = level([*STEADY, *HIGHER])
    figure = draw_expected_level(found)
    assert figure.subtitle.startswith("Offences a standard month of 30.4 days (labels and table as recorded)")
    assert "March 2016: 114" in words_on(figure)
    assert "114 offences in March 2016" in describe_expected_level(found)
    assert expected_level_table(found).cells()[0][1] == "114"


def test_a_chart_of_shares_speaks_of_no_standard_month():
    """Per cents do not depend on the days of a month."""
    frame = pd.DataFrame({"month": MONTHS, "yes": 80 + np.arange(60) % 7, "all": 100})
    series = Series.from_frame(frame, numerator="yes", denominator="all", kind=Kind.SURVEY, title="Satisfaction")
    assert "standard month" not in draw_expected_level(expected_level(series, baseline=BASELINE)).subtitle


def test_a_panel_adds_up_the_differences_where_there_is_a_companion():
    """A second plot with both bounds and one mark for each month beyond; none without a companion."""
    found = level([*STEADY, *HIGHER])
    main, panel = draw_expected_level(found).axes
    assert panel.get_position().y1 < main.get_position().y0
    beyond = int((found.points["cusum_above"] > found.points["cusum_bound"]).sum())
    marks = [
        len(each.get_offsets()) for each in panel.collections if len(each.get_offsets()) > 0 and each.get_sizes().size
    ]
    assert beyond > 0
    assert sum(marks) == beyond
    assert len(draw_expected_level(level([*STEADY, *HIGHER], companion=None)).axes) == 1
    assert len(draw_expected_level(level([*STEADY, *HIGHER], rules="mdc")).axes) == 1  # whose rules do not heed it


def test_alt_text_says_what_the_panel_shows():
    """In how many months the sum is beyond its bound and on which side; or that it never is."""
    found = level([*STEADY, *HIGHER])
    count = int((found.points["cusum_above"] > found.points["cusum_bound"]).sum())
    said = draw_expected_level(found).alt_text
    assert f"more than chance gives above in {count} months, the last March 2016" in said
    calm = level([100.0 + (-1) ** month for month in range(60)])
    assert "never more than chance gives" in draw_expected_level(calm).alt_text


def test_what_builds_up_is_said_with_both_dates():
    """Since when, and since when it could be known; in words that need no explaining."""
    found = level([*STEADY, *HIGHER])
    since, known = found.signal_since, found.signal_known_since
    assert since < known
    words = describe_expected_level(found)
    assert f"building up above the level since {since:%B %Y}, known since {known:%B %Y}" in words
    assert "cusum" not in f"{words} {draw_expected_level(found).alt_text}".lower()
    assert expected_level_table(found).cells()[0][-1] == "building up"


def test_what_is_seen_at_once_has_one_date():
    """A month far outside the limits needs no second date."""
    assert "known since" not in describe_expected_level(level([*STEADY, 100, 180]))


def test_a_wild_month_of_the_baseline_is_ringed_and_named():
    """On the chart, in the subtitle and in the sentence."""
    counts = [*STEADY, *STEADY[:12]]
    counts[20] = 320
    found = level(counts)
    assert found.points["is_wild"].sum() == 1
    figure = draw_expected_level(found)
    assert "ringed: too far out to set limits" in figure.subtitle
    rings = [
        each
        for each in figure.axes[0].collections
        if isinstance(each, PathCollection) and not each.get_facecolor().size and len(each.get_offsets()) == 1
    ]
    assert len(rings) == 1
    assert "too far out to set the limits: December 2012" in describe_expected_level(found)
    assert "ringed" not in draw_expected_level(level([*STEADY, *HIGHER])).subtitle


def test_a_sparkline_marks_months_whose_differences_have_built_up():
    """A mark for each of the last months with a signal, though none is outside the limits."""
    found = level([*STEADY, *HIGHER])
    assert not found.points["rule_outside_limits"].tail(12).any()
    marked = int((found.points["signal"].tail(36) != "none").sum())
    assert draw_sparkline(found).count("<polygon") == 1 + marked


@pytest.mark.parametrize("counts", [[*STEADY, *HIGHER], [*STEADY, *[40] * 12], [3, 1, 4, 2] * 15, [5000, 5200] * 30])
def test_no_two_texts_of_a_chart_touch(counts):
    """Labels at the right end, the title of the panel and its labels: none over another, none cut off."""
    figure = draw_expected_level(level(counts))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    boxes = {text.get_text(): text.get_window_extent(canvas.get_renderer()) for text in texts(figure)}
    assert set(PANEL_LABELS.values()) <= set(boxes)
    assert [(one, two) for one, two in combinations(boxes, 2) if boxes[one].overlaps(boxes[two])] == []
    assert [words for words, box in boxes.items() if box.x1 > figure.bbox.x1] == []


def test_the_edges_of_the_limits_can_be_seen():
    """At least 3 to 1 against the paper, as the Web Content Accessibility Guidelines 2.2 ask of graphics (1.4.11)."""

    def luminance(colour):
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    assert (luminance(PAPER) + 0.05) / (luminance(OTHERS) + 0.05) >= 3
