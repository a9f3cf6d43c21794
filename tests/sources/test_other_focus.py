"""The same data folder serves any of its areas: what a pack of another area is given."""

from dataclasses import replace
from pathlib import Path

import pytest

import pccstats as pcc
from pccstats.sources.released import write_released
from pccstats.terms.errors import RequestProblem
from pccstats.terms.observations import Observations
from pccstats.terms.words import Audience, GroupStatus


def test_the_copy_for_another_area_is_focused_on_it(data: Observations, root: Path, tmp_path: Path) -> None:
    """What is written for Kent is read back as Kent's plan, its figures all there and Leicestershire's promises not."""
    kent = replace(data, plan=data.plan.focused_on("Kent"))
    write_released(kent, Audience.INTERNAL, root / "data", tmp_path / "data", focus="Leicestershire")
    assert pcc.read_plan(tmp_path / "data") == kent.plan
    read = pcc.read_observations(tmp_path / "data")
    assert read.frame.equals(data.frame)
    series = read.series("official.burglary", until="2015-06")
    assert series.area == "Kent"
    assert pcc.read_commentary(tmp_path / "data", "2015/16-Q1") == {}
    assert pcc.read_commentary(root / "data", "2015/16-Q1") != {}


def test_what_was_promised_belongs_to_the_plans_own_focus(data: Observations) -> None:
    """Targets, partners' judgements, the board and the published tally go; groups of another focus are not asked."""
    kent = data.plan.focused_on("Kent")
    assert (kent.targets, kent.assessments, kent.board, kent.published_tally) == ((), (), None, None)
    assert kent.group_at("2015-06") is None
    assert data.plan.group_at("2015-06") is not None
    assert data.plan.focused_on("Leicestershire") is data.plan


def test_an_area_nobody_knows_is_refused_with_the_nearest(data: Observations) -> None:
    """A mistyped area is answered with the names it may have been."""
    with pytest.raises(RequestProblem, match=r"The plan has no area 'Kemt'\. It has Kent"):
        data.plan.focused_on("Kemt")


def test_a_group_of_every_force_turns_with_the_focus(data: Observations) -> None:
    """Kent is set beside Leicestershire and the others; whoever the group leaves out is set beside nobody."""
    every = replace(data.plan.groups[0], status=GroupStatus.EVERY_FORCE)
    plan = replace(data.plan, groups=(every,))
    kent = plan.focused_on("Kent").group_at("2015-06")
    assert kent is not None
    assert set(kent.areas) == set(every.areas)
    assert (kent.focus, "Leicestershire" in kent.peers, "Kent" in kent.peers) == ("Kent", True, False)
    assert plan.focused_on("Rutland").group_at("2015-06") is None
