"""The published tally beside ours, on the shipped quarter and on made ones."""

from dataclasses import replace

import pytest

import pccstats as pcc
from pccstats.terms.errors import MethodProblem
from pccstats.terms.words import State

# Police and Crime Panel, 16 September 2015, paragraphs 10 and 11.
PUBLISHED = [9, 25, 6]
PER_CENT = [22.5, 62.5, 15.0]
WITHOUT_A_METRIC = 15


@pytest.fixture(scope="module")
def compared(quarter):
    """Return the shipped comparison."""
    return pcc.compare_tally(quarter)


def test_the_published_totals_stand_as_published(compared):
    """The totals and per cents are those printed, and the per cents follow from the totals."""
    assert compared.points["published"].tolist() == PUBLISHED
    assert compared.points["published_per_cent"].tolist() == PER_CENT
    assert [100 * count / sum(PUBLISHED) for count in PUBLISHED] == PER_CENT


def test_honest_shares_leave_out_what_has_no_metric(compared):
    """9, 10 and 6 of 25 are 36, 40 and 24 per cent."""
    assert compared.points["published_answered"].tolist() == [9, 25 - WITHOUT_A_METRIC, 6]
    assert compared.points["published_answered_per_cent"].tolist() == [36, 40, 24]


def test_folding_keeps_every_indicator(compared, quarter):
    """Better is positive, worse negative, and the six other states are no change; forty in all."""
    better, worse = quarter.tally[State.BETTER], quarter.tally[State.WORSE]
    assert compared.points["folded"].tolist() == [better, 40 - better - worse, worse]
    assert compared.points["folded_per_cent"].sum() == pytest.approx(100)


def test_plain_poisson_cannot_have_been_the_published_test(compared):
    """It would also flag violence with injury and theft from vehicles, where the paper names theft of vehicles alone.

    z and the over-dispersion that undoes each are worked out by hand from the printed totals: (b - a) / sqrt(a + b).
    """
    assert compared.flagged_by_poisson["indicator"].tolist() == ["13.offences", "14A.offences", "14B.offences"]
    assert not compared.poisson_agrees
    overturned_at = compared.crimes.set_index("indicator")["dispersion_to_overturn"]
    printed = {"13.offences": (4365, 4609), "14A.offences": (5236, 6092), "14B.offences": (1051, 1376)}
    for key, (before, after) in printed.items():
        z = (after - before) / (after + before) ** 0.5
        assert overturned_at[key] == pytest.approx((z / 1.96) ** 2, rel=0.01)


def test_no_single_allowance_flags_theft_of_vehicles_alone(compared):
    """Theft from vehicles needs a wider allowance to pass than theft of vehicles can bear."""
    assert compared.least_allowance > compared.most_allowance


def test_a_reading_without_a_test_gives_the_published_totals(compared):
    """Which side of its baseline a printed figure lies on, with the paper's word on crime, counts 9, 25 and 6."""
    assert compared.side_counts == tuple(PUBLISHED)
    assert compared.side_fits
    assert compared.indicators["by_side"].isna().sum() == WITHOUT_A_METRIC


@pytest.mark.slow
def test_another_quarter_has_no_published_tally(data):
    """The published columns stay empty; ours are there."""
    earlier = pcc.compare_tally(pcc.assess(data.plan, data, quarter="2014/15-Q4", verdicts_only=True))
    assert earlier.published is None
    assert earlier.points["published"].isna().all()
    assert earlier.points["folded"].sum() == 40
    assert earlier.crimes.empty
    assert not earlier.side_fits


def test_a_reading_that_does_not_fit_is_not_said_to(quarter):
    """With one more published as positive, the reading without a test no longer gives the totals."""
    other = replace(quarter.plan.published_tally, positive=10, no_change=24)
    assert not pcc.compare_tally(replace(quarter, plan=replace(quarter.plan, published_tally=other))).side_fits


def test_one_theme_has_no_published_tally(data):
    """The tally is of the whole plan."""
    with pytest.raises(MethodProblem, match="whole plan"):
        pcc.compare_tally(pcc.assess(data.plan, data, quarter="2015/16-Q1", theme=1, verdicts_only=True))


def test_the_table_in_the_docs_is_the_shipped_one(root, compared):
    """Whoever changes a figure or a break changes the page on it too."""
    page = (root / "docs/methods/assess.md").read_text(encoding="utf-8")
    points, states = compared.points, compared.states
    better, steady, worse = points["folded"]
    counted = ", ".join(
        f"{states[state]} {state.in_words}" for state in State if state not in (State.BETTER, State.WORSE)
    )
    assert f"| positive | 9 | {better} better | {better} |" in page
    assert f"| no change | 25 | {counted} | {steady} |" in page
    assert f"| negative | 6 | {worse} worse | {worse} |" in page
    answered = ", ".join(str(count) for count in points["folded_answered"])
    per_cents = ", ".join(f"{share:.0f}" for share in points["folded_answered_per_cent"])
    assert f"| {answered} of {points['folded_answered'].sum()}: {per_cents}% |" in page
