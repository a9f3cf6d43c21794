"""One series reviewed by hand: as in the pack where nothing else is chosen, and by the choices where there are some."""

import pandas as pd
import pytest

import pccstats as pcc
from pccstats.terms.periods import Quarter

AT = "2022/23-Q2"


@pytest.fixture(scope="module")
def of_2022(root):
    """The figures of the second example: real months of 15 measures in a force and its districts."""
    return pcc.read_observations(root / "examples" / "leicestershire-2022")


@pytest.mark.slow
@pytest.mark.parametrize("key", ["11.offences", "official.burglary", "7.satisfaction"])
def test_with_no_choice_the_answers_are_those_of_the_pack(data, quarter, key):
    """State, level, projection and place among peers are those of the assessed quarter."""
    mine, packs = pcc.review_series(data.plan, data, quarter.quarter, key), quarter.review(key)
    assert mine.state == packs.state
    assert mine.refusals == packs.refusals
    names = ("change", "level", "projection", "group")
    for name in names if mine.indicator.on_dashboard else names[:-1]:
        ours, theirs = getattr(mine, name), getattr(packs, name)
        assert (ours is None) == (theirs is None), name
        if ours is not None:
            pd.testing.assert_frame_equal(ours.points, theirs.points)


@pytest.mark.slow
def test_a_supporting_measure_has_its_place_among_the_same_measures(data):
    """Official vehicle offences of Leicestershire stand among those of the plan's group, as the method has them."""
    key = "official.vehicle_offences"
    mine = pcc.review_series(data.plan, data, "2015/16-Q1", key, questions=["group"])
    known = data.known_to("internal", Quarter.parse("2015/16-Q1"))
    group = data.plan.group_at("2015-06")
    alone = pcc.compare_group(
        known.series_by_area(key, group.areas, until="2015-06"), focus="Leicestershire", group=group
    )
    assert mine.group.focus_row["rank"] == alone.focus_row["rank"]
    assert len(mine.group.points) == len(alone.points) == len(group.areas)


def test_choices_are_those_of_the_expected_level(of_2022):
    """Baseline, limits set anew and a month left out come to what the method itself makes of them."""
    plan, chosen = of_2022.plan, {"baseline": ("2020-07", "2022-06"), "rebase_at": [("2021-04", "Easing")]}
    tried = pcc.review_series(
        plan, of_2022, AT, "3.burglary", area="Leicester", **chosen, exclude=["2020-12"], questions=["level"]
    )
    series = of_2022.series("3.burglary", area="Leicester", until="2022-09")
    alone = pcc.expected_level(series, **chosen, exclude=["2020-12"])
    pd.testing.assert_frame_equal(tried.level.points, alone.points)
    assert [segment.reason for segment in tried.level.segments] == ["", "Easing"]
    assert tried.change is None


def test_another_baseline_is_that_of_the_change(of_2022):
    """The change is the one that the method finds between the same windows."""
    tried = pcc.review_series(of_2022.plan, of_2022, AT, "3.burglary", since="2020/21", questions=["change"])
    series = of_2022.series("3.burglary", area="Leicestershire", until="2022-09")
    alone = pcc.change(series, since="2020/21")
    assert tried.change.p_value == pytest.approx(alone.p_value)
    assert tried.baseline == alone.baseline


def test_what_cannot_be_asked_is_refused_in_words(of_2022):
    """A baseline outside the figures is refused as an answer; an unknown measure, area or question as a request."""
    late = {"baseline": ("2030-01", "2031-12"), "questions": ["level"]}
    tried = pcc.review_series(of_2022.plan, of_2022, AT, "3.burglary", **late)
    assert tried.level is None
    assert "no month with a figure sets the limits" in tried.refusals["level"]
    with pytest.raises(pcc.RequestProblem, match=r"no indicator '3\.burglry'.*3\.burglary"):
        pcc.review_series(of_2022.plan, of_2022, AT, "3.burglry")
    with pytest.raises(pcc.RequestProblem, match=r"no area 'Leicster'.*Leicester"):
        pcc.review_series(of_2022.plan, of_2022, AT, "3.burglary", area="Leicster")
    with pytest.raises(pcc.MethodProblem, match="no such question"):
        pcc.review_series(of_2022.plan, of_2022, AT, "3.burglary", questions=["levels"])
