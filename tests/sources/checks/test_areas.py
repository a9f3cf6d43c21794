"""Areas nest, and their figures add up or it is said that they do not."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pccstats.sources import build_data, read_observations, read_plan
from pccstats.sources.checks.figures import area_findings, with_sums
from pccstats.sources.checks.places import place_findings
from pccstats.terms.errors import DataProblem
from pccstats.terms.periods import Window, month

pytestmark = pytest.mark.slow

PLAN = """title = "T"
focus = "Force"
baseline = "2012/13"
horizon = "2017-03"
areas = [
  {{ name = "Force", kind = "force"{loop} }},
  {{ name = "East", kind = "partnership", part_of = "Force" }},
  {{ name = "East Town", kind = "district", part_of = "East" }},
  {{ name = "East Vale", kind = "district", part_of = "East" }},
  {{ name = "West", kind = "district", part_of = "Force" }},
]
[[theme]]
number = 1
title = "T"
slug = "t"
[[theme.priority]]
number = 1
title = "P"
[[theme.priority.indicator]]
key = "1.crime"
title = "Crime"
kind = "count"
unit = "offences"
polarity = "lower_is_better"
[[theme.priority.indicator]]
key = "1.satisfied"
title = "Satisfied"
kind = "survey"
unit = "%"
polarity = "higher_is_better"
"""
COUNTS = st.lists(st.integers(0, 10_000), min_size=4, max_size=4)


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """A force of one partnership with two districts, and one district beside it."""
    folder = tmp_path_factory.mktemp("plan")
    (folder / "plan.toml").write_text(PLAN.format(loop=""), encoding="utf-8")
    return read_plan(folder)


def table(rows, indicator="1.crime"):
    """Typed observations of one month: area, numerator, denominator."""
    frame = pd.DataFrame(rows, columns=["area", "numerator", "denominator"])
    about = {"indicator": indicator, "months": 1, "status": "", "source": "S", "published_on": "", "note": ""}
    return frame.assign(**about, period_end=pd.Period("2015-06", "M"), file="f.csv", row=range(2, 2 + len(frame)))


def figure(frame, area):
    """The one figure of an area."""
    return frame.loc[frame["area"] == area, "numerator"].tolist()


@pytest.mark.slow
@given(COUNTS)
def test_what_is_known_by_its_parts_is_their_sum(plan, counts):
    """Partnership and force are sums of districts, whatever the districts are."""
    town, vale, west, _ = counts
    summed = with_sums(table([("East Town", town, None), ("East Vale", vale, None), ("West", west, None)]), plan)
    assert figure(summed, "East") == [town + vale]
    assert figure(summed, "Force") == [town + vale + west]
    assert list(area_findings(table([("West", west, None)]), plan)) == []


@pytest.mark.slow
@given(COUNTS)
def test_parts_that_do_not_add_up_are_a_finding(plan, counts):
    """The force's own figure stands, and the difference is a finding exactly where there is one."""
    town, vale, west, more = counts
    whole = town + vale + west + max(0, more - 5_000)  # as often nothing as something is missing
    rows = [("East Town", town, None), ("East Vale", vale, None), ("West", west, None), ("Force", whole, None)]
    assert figure(with_sums(table(rows), plan), "Force") == [whole]
    rules = [finding.rule for finding in area_findings(table(rows), plan)]
    assert rules == ([] if town + vale + west == whole else ["areas_do_not_add_up"])


def test_shares_add_up_over_those_asked(plan):
    """Satisfied and asked are both summed; a per cent of unknown n cannot be."""
    asked = table([("East Town", 8, 10), ("East Vale", 5, 10)], "1.satisfied")
    east = with_sums(asked, plan).query("area == 'East'")
    assert east[["numerator", "denominator"]].to_numpy().tolist() == [[13, 20]]
    printed = table([("East Town", 80.0, None), ("East Vale", 50.0, None)], "1.satisfied")
    assert figure(with_sums(printed, plan), "East") == []


def test_a_part_without_a_figure_leaves_the_whole_without_one(plan):
    """Two districts out of three are not a force."""
    assert figure(with_sums(table([("East Town", 1, None), ("West", 2, None)]), plan), "Force") == []


def test_an_area_inside_itself_is_refused(tmp_path):
    """Areas that hold one another in a ring are a fault of the plan, said in words."""
    (tmp_path / "plan.toml").write_text(PLAN.format(loop=', part_of = "West"'), encoding="utf-8")
    with pytest.raises(DataProblem, match="part of itself"):
        read_plan(tmp_path)


def test_shipped_districts_fall_short_by_what_is_in_none(root):
    """The partnership of two districts is their sum in every month; what is in no district is a finding a type."""
    data = read_observations(root / "data")
    found = {finding.indicator for finding in data.findings if finding.rule == "areas_do_not_add_up"}
    assert "street.all_crime" in found
    assert all(key.startswith("street.") for key in found)
    both, *parts = (
        data.series("street.burglary", area=name, months=1).values.to_numpy()
        for name in ("Blaby and Hinckley & Bosworth", "Blaby", "Hinckley and Bosworth")
    )
    assert (both == sum(parts)).all()
    year = Window(month("2014-01"), month("2014-11"))
    assert data.population("Blaby and Hinckley & Bosworth", window=year)[0] == 95836 + 107560


def test_a_district_month_changed_by_hand_is_found(root, tmp_path):
    """A hundred records put into a district show in the data-quality report."""
    raw = tmp_path / "raw"
    raw.mkdir()
    for path in (root / "data" / "raw").iterdir():
        if path.is_file():
            (raw / path.name).write_bytes(path.read_bytes())
    districts = raw / "street_records_2014.csv"
    row = "Bicycle theft,Rutland,2014-05,1,"
    head, count, rest = re.split(rf"(?<={row})(\d+)", districts.read_text(encoding="utf-8"))
    districts.write_text(f"{head}{int(count) + 100}{rest}", encoding="utf-8")
    found = [f for f in build_data(tmp_path).findings if f.rule == "areas_do_not_add_up"]
    assert ("street.bicycle_theft", "2014-05") in {(finding.indicator, finding.period_end) for finding in found}


def months_of(area, counts):
    """Typed observations of crime in one area, month after month from February 2020."""
    ends = pd.period_range("2020-02", periods=len(counts), freq="M")
    each = [table([(area, count, None)]).assign(period_end=end) for count, end in zip(counts, ends, strict=True)]
    return pd.concat(each, ignore_index=True)


def test_a_month_that_lost_its_place_is_named(plan):
    """Four crimes between 341 and 316, while the force holds as many as ever, is one finding with these figures."""
    force = months_of("Force", [7026, 7083, 6073])
    (found,) = place_findings(pd.concat([months_of("West", [341, 4, 316]), force]), plan)
    assert (found.rule, found.area, found.period_end) == ("place_lost", "Force", "2020-03")
    assert "4 in West (341 the month before, 316 the month after) in March 2020" in found.message
    assert "Force as a whole holds 7,083" in found.message


@pytest.mark.parametrize(
    ("west", "force"),
    [
        ([341, 4, 316], [7026, 200, 6073]),  # the force fell too
        ([341, 120, 316], [7026, 7083, 6073]),  # a third is left
        ([12, 0, 14], [7026, 7083, 6073]),  # so few that none is chance
        ([341, 4, 5], [7026, 7083, 6073]),  # it stays low
    ],
)
def test_a_quiet_month_is_no_lost_place(plan, west, force):
    """What the force shares, what is not so low, what is small, and what stays low is no such finding."""
    assert list(place_findings(pd.concat([months_of("West", west), months_of("Force", force)]), plan)) == []


LOW_OR_USUAL = st.none() | st.integers(0, 8) | st.integers(20, 60)


@given(st.lists(st.tuples(LOW_OR_USUAL, st.none() | st.integers(60, 120)), min_size=3, max_size=9))
def test_a_lost_place_is_what_its_three_months_say(plan, months):
    """Month by month, by hand: a quarter of the lower neighbour in the part, and the force as ever, all six known."""
    (west, force) = ([pair[side] for pair in months] for side in (0, 1))
    expected = []
    for at in range(1, len(months) - 1):
        before, now, after = west[at - 1 : at + 2]
        first, whole, last = force[at - 1 : at + 2]
        if None not in (before, now, after, first, whole, last):
            is_low = min(before, after) >= 20 and now < min(before, after) / 4
            expected += [str(month("2020-02") + at)] if is_low and whole >= 0.75 * (first + last) / 2 else []
    figures = pd.concat([months_of("West", west), months_of("Force", force)]).astype({"numerator": float})
    assert [finding.period_end for finding in place_findings(figures, plan)] == expected
