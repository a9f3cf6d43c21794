import dataclasses

import pandas as pd
import pytest

from pccstats.methods.peers.compare_group import compare_group, group_positions
from pccstats.terms.errors import MethodProblem
from tests.methods.peers.most_similar_forces import GROUP, official


def test_each_row_is_that_dates_comparison(root):
    """A row of places over time is what `compare_group` says of that date."""
    series = official(root, "domestic_burglary")
    places = group_positions(series, "Leicestershire", since="2013-06", until="2015-03", group=GROUP)
    assert len(places.points) == 8
    alone = compare_group(series, "Leicestershire", until="2014-03", group=GROUP).summary()
    row = places.points[places.points["month"] == pd.Period("2014-03", "M")].reset_index(drop=True)
    pd.testing.assert_frame_equal(row[alone.columns], alone, check_dtype=False)


def test_membership_follows_its_dates(root):
    """Of two groups the one in force at each date is used; dates that neither covers are named, not passed over."""
    early = dataclasses.replace(
        GROUP,
        peers=("Essex", "Kent", "Sussex"),
        valid_from=pd.Period("2012-06", "M"),
        valid_to=pd.Period("2013-09", "M"),
    )
    late = dataclasses.replace(GROUP, valid_from=pd.Period("2013-10", "M"))
    places = group_positions(official(root, "robbery"), "Leicestershire", since="2012-03", group=[early, late])
    members = places.points.set_index("month")["members"]
    assert members[pd.Period("2013-09", "M")] == 4
    assert members[pd.Period("2013-12", "M")] == 8
    assert [text.partition(":")[0] for text in places.skipped] == ["March 2012"]


def test_no_date_at_all_is_refused(root):
    """Where no date can be compared the reasons are given."""
    with pytest.raises(MethodProblem):
        group_positions(official(root, "robbery"), "Leicestershire", since="2020-03", group=GROUP)


def test_dates_before_the_group_are_one_line(root):
    """Quarter ends that no membership covers are named by their span, once before and once after."""
    dated = dataclasses.replace(GROUP, valid_from=pd.Period("2012-06", "M"), valid_to=pd.Period("2013-12", "M"))
    places = group_positions(official(root, "robbery"), "Leicestershire", until="2014-03", group=dated)
    assert [text.partition(":")[0] for text in places.skipped] == ["March 2010 to March 2012, 9 dates", "March 2014"]
    assert "in force" in places.skipped[0]
