"""A plan that holds official rolling years and nothing finer: verdict, latest quarter, place among all, projection."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import pccstats as pcc
from pccstats.presentation.assessment import all_figures_table, figures_table
from pccstats.presentation.group import position_dots
from pccstats.presentation.pages.briefing import briefing
from pccstats.presentation.pages.priority import priority_section
from pccstats.presentation.pages.quarter import dashboard_page
from pccstats.terms.results.quarter import QuarterAssessment

FORCES = [f"Force {letter}" for letter in "ABCDEFGHIJKLMNOPQRST"]
ENDS = pd.period_range("2007-03", "2016-06", freq="Q-MAR").asfreq("M")
PEOPLE = {force: 500_000 + 100_000 * number for number, force in enumerate(FORCES)}
QUARTERS = {
    force: np.random.default_rng(number).poisson(PEOPLE[force] / 1000 + 3 * np.arange(len(ENDS) + 3))
    for number, force in enumerate(FORCES)
}
ROLLING = {force: np.convolve(quarters, np.ones(4), mode="valid").astype(int) for force, quarters in QUARTERS.items()}
PLAN = """
title = "A force with rolling years"
focus = "Force F"
baseline = "2011/12"
horizon = "2017-03"
areas = [{areas}]
[[theme]]
number = 1
title = "Safer streets"
slug = "safer-streets"
[[theme.priority]]
number = 1
title = "Fewer robberies"
[[theme.priority.indicator]]
key = "1.robbery"
title = "Robbery"
kind = "count"
unit = "offences"
polarity = "lower_is_better"
[[group]]
name = "Every force"
focus = "Force F"
status = "every force"
peers = [{peers}]
"""
SOURCES = """
[[source]]
file = "years.csv"
reader = "tidy_csv"
label = "Made for this test"
[[source]]
file = "people.csv"
reader = "populations_csv"
label = "Made for this test"
"""


@pytest.fixture(scope="module")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> QuarterAssessment:
    """Twenty forces with 38 rolling years each, and the quarter to June 2016."""
    folder: Path = tmp_path_factory.mktemp("rolling")
    areas = ", ".join(f'{{ name = "{force}", kind = "force" }}' for force in FORCES)
    peers = ", ".join(f'"{force}"' for force in FORCES if force != "Force F")
    (folder / "plan.toml").write_text(PLAN.format(areas=areas, peers=peers), encoding="utf-8")
    (folder / "sources.toml").write_text(SOURCES, encoding="utf-8")
    rows = [
        ("1.robbery", force, str(end), 12, value)
        for force in FORCES
        for end, value in zip(ENDS, ROLLING[force], strict=True)
    ]
    pd.DataFrame(rows, columns=["indicator", "area", "period_end", "months", "numerator"]).to_csv(
        folder / "years.csv", index=False
    )
    people = [(force, PEOPLE[force], 2015, "mid-2015") for force in FORCES]
    pd.DataFrame(people, columns=["area", "persons", "year", "vintage"]).to_csv(folder / "people.csv", index=False)
    return pcc.assess(pcc.read_plan(folder), pcc.read_observations(folder), "2016/17-Q1")


def test_the_latest_quarter_is_told_from_the_rolling_years(assessed: QuarterAssessment) -> None:
    """The sentence says by how much the latest quarter differs from that of a year before."""
    quarters = QUARTERS["Force F"]
    difference = int(quarters[-1] - quarters[-5])
    words = f"{abs(difference)} {'more' if difference > 0 else 'fewer'} than the same quarter a year before"
    assert f"the latest quarter had {words}" in pcc.describe(assessed.reviews[0])


def test_the_table_beside_the_chart_is_short_and_the_rest_is_folded(assessed: QuarterAssessment) -> None:
    """The baseline, the latest and the five years before it stand beside the chart; all 38 in the working."""
    review = assessed.reviews[0]
    held = [name for name in figures_table(review).rows["what"] if name.startswith(("12 months to", "2011/12"))]
    ends = [f"12 months to June {year}" for year in range(2011, 2017)]
    assert sorted(held) == sorted([*ends, "2011/12 (baseline)"])
    whole = all_figures_table(review)
    assert whole is not None
    assert len(whole.rows) == len(ENDS)
    assert "All figures held" in priority_section(assessed.priority(1))


def test_a_force_without_a_group_stands_among_all_forces(assessed: QuarterAssessment) -> None:
    """Its place is that of its rate among all twenty, by sorting them, and nobody is called similar."""
    review = assessed.reviews[0]
    assert review.group is not None
    rates = {force: ROLLING[force][-1] / PEOPLE[force] for force in FORCES}
    assert review.group.focus_row["rank"] == sorted(rates, key=lambda force: rates[force]).index("Force F") + 1
    assert review.group.members == len(FORCES)
    page = briefing(assessed) + dashboard_page(assessed)
    assert "none chosen for likeness" in page
    assert "imilar forces" not in page


def test_many_forces_are_drawn_by_their_size_and_their_places_keep_to_a_narrow_scale(
    assessed: QuarterAssessment,
) -> None:
    """Twenty bars would fill a page: a funnel is drawn, and the scale of places is no wider than that of nine."""
    group = assessed.reviews[0].group
    assert group is not None
    assert pcc.draw(group).alt_text.startswith("Funnel chart")  # type: ignore[attr-defined]
    assert 'width="126"' in position_dots(group)


def test_the_axis_of_many_years_names_some_of_them(assessed: QuarterAssessment) -> None:
    """Of fifteen years every other one is named, so that the axis says when."""
    rolling = assessed.reviews[0].rolling
    assert rolling is not None
    longer = pd.concat([rolling.points.assign(period_end=rolling.points["period_end"] - 60), rolling.points])
    figure = pcc.draw(replace(rolling, points=longer.drop_duplicates("period_end")))
    names = {text.get_text() for text in figure.axes[0].texts}
    assert len({name for name in names if name[2:3] == "/" and len(name) == 5}) >= 5


def test_a_projection_is_made_of_rolling_years(assessed: QuarterAssessment) -> None:
    """Thirty-eight rolling years a quarter apart are projected to the horizon, with an interval."""
    projection = assessed.reviews[0].projection
    assert projection is not None
    assert projection.lower < projection.projected < projection.upper
