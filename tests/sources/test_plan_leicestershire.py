"""The plan that ships, against what the documents print."""

from collections import Counter

import pytest

from pccstats.sources import read_plan
from pccstats.terms.plan import Plan
from pccstats.terms.words import Audience, GroupStatus, Kind, Polarity, State

# Indicators by priority, and those for which the dashboard has no measure, counted by hand in its Appendix A.
INDICATORS_OF_PRIORITY = {1: 1, 2: 2, 3: 4, 4: 2, 5: 3, 6: 3, 7: 3, 8: 1, 9: 1, 10: 1, 11: 1}
INDICATORS_OF_PRIORITY |= {12: 3, 13: 3, 14: 6, 15: 1, 16: 1, 17: 3, 18: 1}
WITHOUT_MEASURE = {3: 2, 5: 2, 6: 3, 7: 2, 12: 1, 13: 1, 14: 2, 15: 1, 16: 1}

# Plan, section 8: hard target, stretch target, per cent.
CRIME_TARGETS = {"11": (-5, -8), "12": (-10, -15), "13": (-5, -10), "14A": (-14, -18), "14B": (-12, -16)}
SATISFACTION_TARGETS = {"5": 80, "7": 88, "8": 85, "12": 90, "13": 82, "14A": 85, "14B": 85}
DETECTION_TARGETS = {
    "all_crime": 32,
    "domestic_burglary": 25,
    "commercial_burglary": 17,
    "domestic_violence": 50,
    "serious_sexual_offences": 33,
    "hate_crime": 55,
    "violence_with_injury": 50,
    "theft_from_vehicle": 15,
    "theft_of_vehicle": 30,
}


@pytest.fixture(scope="module")
def plan(root) -> Plan:
    """The shipped plan."""
    return read_plan(root / "data" / "raw")


def test_counts_of_themes_priorities_and_indicators(plan):
    """Five themes, eighteen priorities, forty indicators, as the framework of measures lists them."""
    assert [len(theme.priorities) for theme in plan.themes] == [4, 5, 5, 3, 1]
    assert [priority.number for priority in plan.priorities] == list(range(1, 19))
    assert dict(Counter(indicator.priority for indicator in plan.indicators)) == INDICATORS_OF_PRIORITY
    assert len(plan.indicators) == 40


def test_fifteen_indicators_have_no_measure(plan):
    """Paragraph 11 of the Panel paper counts fifteen indicators with no metric or measure."""
    without = [i for i in plan.indicators if i.no_figure in (State.NOT_COLLECTED, State.EMBARGOED)]
    assert dict(Counter(indicator.priority for indicator in without)) == WITHOUT_MEASURE
    assert len(without) == 15
    assert all(indicator.reason for indicator in without)


def test_treatment_figures_are_not_for_the_public(plan):
    """Public Health England's rule holds the two treatment indicators back."""
    held_back = [i.key for i in plan.indicators if i.release is Audience.INTERNAL]
    assert held_back == ["3.treatment_completions", "3.representations"]


def test_every_indicator_can_be_judged(plan):
    """Those with a figure say what they count; only two may move either way."""
    assert all(indicator.unit for indicator in plan.indicators if indicator.no_figure is None)
    neutral = [i.key for i in plan.indicators if i.polarity is Polarity.NEUTRAL]
    assert neutral == ["15.safeguarding", "16.mental_health_response"]


@pytest.mark.parametrize("part", CRIME_TARGETS)
def test_crime_targets(plan, part):
    """Hard and stretch targets of the Plan, in per cent of the baseline."""
    targets = {target.strength: target for target in plan.targets_for(f"{part}.offences")}
    assert (targets["hard"].amount, targets["stretch"].amount) == CRIME_TARGETS[part]
    assert str(targets["hard"].by) == "2014-03"
    assert {target.form for target in targets.values()} == {"per_cent_change"}


@pytest.mark.parametrize("part", SATISFACTION_TARGETS)
def test_satisfaction_targets(plan, part):
    """Satisfaction the Plan expects, in per cent."""
    (target,) = plan.targets_for(f"{part}.satisfaction")
    assert (target.strength, target.form, target.amount) == ("outcome", "level", SATISFACTION_TARGETS[part])


def test_detection_targets_are_kept_on_measures_without_figures(plan):
    """The Plan's nine detection rates are there, though no document held prints a figure for them."""
    held = {t.indicator.removeprefix("detection."): t.amount for t in plan.targets if "detection." in t.indicator}
    assert held == DETECTION_TARGETS
    assert all(plan.indicator(f"detection.{name}").no_figure is State.NOT_COLLECTED for name in held)


def test_group_is_dated_and_unconfirmed(plan):
    """The group holds in June 2015, did not in the baseline year, and says that it is unconfirmed."""
    group = plan.group_at("2015-06")
    assert group is not None
    assert len(group.areas) == 8
    assert group.status is GroupStatus.UNCONFIRMED
    assert plan.group_at("2013-03") is None


def test_breaks_of_comparability(plan):
    """The changes that forbid a comparison with the baseline, and the one that was inferred."""
    breaking = {
        key for i in plan.indicators for e in plan.events_for(i.key) if e.breaks_comparability for key in [i.key]
    }
    assert breaking == {
        "1.first_time_entrants",
        "3.night_time_incidents",
        "5.satisfaction",
        "13.satisfaction",
        "14A.satisfaction",
        "14B.satisfaction",
        "17.missing_storm",
        "17.missing_compact",
        "17.nine_locations",
    }
    assert [event.key for event in plan.events if event.is_inferred] == ["first_time_entrants_scope"]


def test_every_published_position_and_peer_measure_exists(plan):
    """Twelve indicators have a published position; peers are named by measures of the plan."""
    positions = [plan.indicator(i.published_position) for i in plan.indicators if i.published_position]
    assert len(positions) == 12
    assert {position.kind for position in positions} == {Kind.POSITION}
    assert all(plan.indicator(i.peers) for i in plan.indicators if i.peers)


def test_every_priority_has_commentary(plan):
    """Each priority tells the published narrative's facts in a few sentences."""
    for priority in plan.priorities:
        (said,) = priority.commentary
        assert said.quarter == "2015/16-Q1"
        assert 2 <= len(said.words) <= 5


def test_areas_have_populations_and_codes(plan):
    """Eight forces and nine districts, each with its code, no code twice; one partnership is two districts."""
    assert Counter(area.kind for area in plan.areas) == {"force": 8, "district": 9, "partnership": 1}
    assert len({area.code for area in plan.areas if area.code}) == 17


def test_areas_nest(plan):
    """Eight partnerships make the force, nine districts are the smallest parts, each partnership has objectives."""
    partnerships = [area.name for area in plan.parts_of("Leicestershire")]
    assert len(partnerships) == 8
    assert len(plan.smallest_parts_of("Leicestershire")) == 9
    assert {part.name for part in plan.parts_of("Blaby and Hinckley & Bosworth")} == {"Blaby", "Hinckley and Bosworth"}
    assert all(plan.area(name).partnership and plan.objectives_of(name) for name in partnerships)


def test_board_has_its_own_priorities(plan):
    """The Board paper has five headings; every outcome under them is a measure of the plan."""
    assert [len(priority.indicators) for priority in plan.board.priorities] == [5, 3, 4, 2, 1]
    assert all(plan.indicator(key) for priority in plan.board.priorities for key in priority.indicators)
