"""The best real series behind an indicator: quarters where they can be had, else the rolling years with the reason."""

import pandas as pd
import pytest

from pccstats.methods.level.expected_level import expected_level
from pccstats.presentation.verbs import describe
from pccstats.review.official import official_series

PACK, UNTIL = pd.Period("2015-10", "M"), pd.Period("2015-06", "M")


def test_an_indicator_has_the_quarters_of_its_official_measure(data):
    """All crime: four recovered quarters make every published rolling year, to the last offence."""
    official = official_series("11.offences", "Leicestershire", data.known_by(PACK), data.plan, until=UNTIL)
    assert official.is_quarterly
    assert official.finest.span_months == 3
    sums = official.finest.points.set_index("period_end")["numerator"].rolling(4).sum()
    years = official.rolling.points.set_index("period_end")["numerator"]
    assert sums.reindex(years.index).tolist() == pytest.approx(years.tolist())
    assert "recovered from rolling years" in official.finest.points["source"].iloc[0]


def test_three_whole_quarters_are_as_the_street_records_counted_them(data):
    """January to September 2014: 4,653 + 4,776 + 5,018 and so on, as downloaded."""
    official = official_series("11.offences", "Leicestershire", data, data.plan, until=UNTIL)
    quarters = official.finest.points.set_index("period_end")["numerator"]
    counted = {"2014-03": 4653 + 4776 + 5018, "2014-06": 4886 + 5207 + 5122, "2014-09": 4999 + 4877 + 4705}
    assert {end: quarters[pd.Period(end, "M")] for end in counted} == counted


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        ("12.offences", "names no monthly count of the same thing"),
        ("official.robbery", "do not count the same"),
        ("official.anti_social_behaviour", "not three months apart"),
    ],
)
def test_what_cannot_be_told_by_quarter_keeps_its_years_and_the_reason(data, measure, words):
    """The rolling years as published, and why in words."""
    official = official_series(measure, "Leicestershire", data, data.plan)
    assert not official.is_quarterly
    assert official.finest is official.rolling
    assert words in official.why


def test_no_quarters_before_a_rolling_year_holds_three_that_were_counted(data):
    """By June 2014 two whole quarters of street records lie in a rolling year: no quarters yet."""
    official = official_series("11.offences", "Leicestershire", data, data.plan, until="2014-06")
    assert official.rolling.last == pd.Period("2014-06", "M")
    assert not official.is_quarterly


def test_an_indicator_without_an_official_measure_has_none(data):
    """Re-offending is counted by nobody else."""
    assert official_series("2.offending", "Leicestershire", data, data.plan) is None


def test_the_example_of_the_page_is_what_the_data_say(data, root):
    """The sentence at the head of the page on expected levels is that of the official quarters as shipped."""
    official = official_series(
        "official.vehicle_offences", "Leicestershire", data.known_by(PACK), data.plan, until=UNTIL
    )
    level = expected_level(official.finest.between("2009-04"), baseline=("2010-04", "2015-03"))
    page = (root / "docs" / "methods" / "expected-level.md").read_text(encoding="utf-8")
    assert f"> {describe(level)}\n" in page
