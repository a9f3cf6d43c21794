"""Choices and the figures they are asked of: whatever is wrong is told at once, in words."""

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.level.expected_level import expected_level
from pccstats.methods.rolling_year import rolling_year
from pccstats.terms.errors import MethodProblem
from pccstats.terms.series import Series
from tests.methods.level.cases import series


def test_no_figure_in_any_month_is_refused():
    """A series without figures has no level."""
    with pytest.raises(MethodProblem, match="no figure in any month"):
        expected_level(series([np.nan] * 6))


def test_overlapping_totals_are_refused_in_words():
    """Rolling years have no process limits, and the reader is told what to chart instead."""
    frame = pd.DataFrame({"month": ["2014-03", "2015-03"], "events": [4000, 4100]})
    yearly = Series.from_frame(frame, numerator="events", title="Burglary", span_months=12)
    with pytest.raises(MethodProblem, match="single"):
        expected_level(yearly)


def test_a_rolling_year_is_refused_in_words():
    """The answer of another method is no series of months, and the message says what to give instead."""
    rolling = rolling_year(series([10.0] * 24))
    with pytest.raises(MethodProblem, match="Rolling years overlap"):
        expected_level(rolling)


def test_every_wrong_choice_is_told_at_once():
    """Chart, rule, season and baseline: four faults, one message."""
    with pytest.raises(MethodProblem) as refusal:
        expected_level(series([1.0, 2.0]), chart="pie", rules="none", seasonal="maybe", baseline="2012")
    assert len(refusal.value.problems) == 4


def test_a_chart_that_does_not_fit_is_refused_with_those_that_do():
    """A p chart wants parts of a whole."""
    with pytest.raises(MethodProblem, match="xmr, c, c_prime, u"):
        expected_level(series([1.0, 2.0, 3.0]), chart="p")


def test_per_cents_without_respondents_are_charted_as_they_are():
    """With no denominators the individuals chart is chosen, and a p chart refused."""
    percentages = series([88.0, 90.0, 86.0, 91.0], kind="survey")
    assert expected_level(percentages).chart == "xmr"
    with pytest.raises(MethodProblem, match="denominator"):
        expected_level(percentages, chart="p")


def test_ranks_and_words_have_no_expected_level():
    """A position in a group is refused."""
    with pytest.raises(MethodProblem, match="positions in a group"):
        expected_level(series([2.0, 3.0, 2.0], [8.0, 8.0, 8.0], kind="position"))
