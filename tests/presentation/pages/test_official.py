"""Charts of official series on the pages: quarters with their expected level, else the rolling years."""

from dataclasses import replace

import pytest

import pccstats as pcc
from pccstats.methods.rolling_year import rolling_year
from pccstats.presentation.pages.display import html_of
from pccstats.presentation.pages.parts import grain_of
from pccstats.review.official import official_series
from pccstats.terms.plan import Indicator
from tests.presentation.reviews import assessed, reviewed

VIOLENCE = reviewed("Violence with injury", 4365, 4609)


@pytest.fixture(scope="module")
def known(data):
    """Return what had been published by October 2015."""
    return data.known_by("2015-10")


def with_rolling(known):
    """Return violence with injury with the official rolling years."""
    official = official_series("13.offences", "Leicestershire", known, known.plan, until="2015-06")
    return replace(VIOLENCE, rolling=rolling_year(official.rolling))


def with_quarters(known):
    """Return all crime with the expected level of its official quarters."""
    official = official_series("11.offences", "Leicestershire", known, known.plan, until="2015-06")
    level = pcc.expected_level(official.finest.between("2011-06"))
    return replace(reviewed("All crime", 58_805, 58_318), level=level, recovered=official.quarters)


def test_where_no_quarter_is_known_the_rolling_years_are_drawn(known):
    """The chart and the small line are of official 12-month totals, and both say so."""
    review = with_rolling(known)
    section, dashboard = html_of(assessed(review).priority(1)), html_of(assessed(review))
    assert "Violence with injury, official: 4,817 in the year to June 2015" in section
    assert 'aria-label="12-month figures of the last 36 months: 4,817 offences' in dashboard
    assert grain_of(review) == "official, 12-month totals"
    assert '<span class="interval">official, 12-month totals</span>' in dashboard


def test_quarters_are_drawn_with_their_level_and_say_where_they_come_from(known):
    """The chart is by quarter, and a sentence that opens shows how the quarters were recovered."""
    review = with_quarters(known)
    section, dashboard = html_of(assessed(review).priority(1)), html_of(assessed(review))
    assert grain_of(review) == "official, by quarter"
    assert "Offences a standard quarter of 91.3 days" in section
    assert "15,087 offences in the quarter to June 2015" in section
    assert "recovered from rolling years anchored in the" in section
    assert 'aria-label="Last 12 quarters: ' in dashboard


def test_a_few_published_points_are_a_table_and_no_chart(known):
    """Five yearly figures of a survey make no line."""
    review = with_rolling(known)
    short = replace(review.rolling, points=review.rolling.points.tail(5))
    section = html_of(assessed(replace(review, rolling=short)).priority(1))
    assert "<svg" not in section


def test_months_of_its_own_need_no_words(known):
    """An indicator's own months are what a reader expects."""
    months = pcc.expected_level(known.series("street.burglary", area="Leicestershire", months=1))
    own = Indicator(
        months.about.key, *(getattr(VIOLENCE.indicator, name) for name in ("title", "kind", "unit", "polarity")),
        VIOLENCE.indicator.baseline, VIOLENCE.indicator.horizon,
    )  # fmt: skip
    assert grain_of(replace(VIOLENCE, indicator=own, level=months)) == ""
    assert grain_of(VIOLENCE) == ""


def test_what_cannot_be_answered_stands_in_the_working():
    """Refused questions have a heading in the fold, with their reasons; without one there is no heading."""
    review = replace(VIOLENCE, refusals={"projection": "Too few months.", "level": "No <months> are held."})
    section = html_of(assessed(review).priority(1))
    fold = section[section.index('<details class="working">') :]
    assert "<h4>What could not be asked</h4>" in fold
    assert "<b>No projection.</b> Too few months." in section
    assert "No &lt;months&gt; are held." in section
    assert "could not be asked" not in html_of(assessed(VIOLENCE).priority(1))


def test_official_quarters_stand_on_their_priority_those_with_a_signal_first(quarter):
    """One fold, a heading for each series, signals first; none where no quarter can be told, none drawn twice."""
    assert "<h4>Vehicle offences, official</h4>" in html_of(quarter.priority(14))
    crimes = html_of(quarter.priority(11))
    opened = crimes.index("<summary>By quarter, 2 official series: criminal damage and arson, official is below ")
    assert "<h4>All recorded crime except fraud, official</h4>" not in crimes
    main = quarter.review("11.offences").level.key
    drawn = [
        review
        for review in quarter.priority(11).supporting
        if review.level is not None and review.recovered and review.level.key != main
    ]
    places = {True: [], False: []}
    for review in drawn:
        places[review.signal_quarter in ("above", "below")].append(
            crimes.index(f"<h4>{review.indicator.name}</h4>", opened)
        )
    assert places[True]
    assert places[False]
    assert max(places[True]) < min(places[False])
    assert "<h4>Robbery, official</h4>" not in crimes
