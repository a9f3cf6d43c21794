"""The figures a reader takes away: the latest of each, no later than the pack, nothing held back."""

from dataclasses import replace

import pandas as pd
import pytest

import pccstats as pcc
from pccstats.terms.observations import TO_TAKE_AWAY, Observations
from pccstats.terms.plan import Priority
from pccstats.terms.words import Audience, Status

QUARTER = pcc.Quarter.parse("2015/16-Q1")


def test_the_public_is_given_nothing_held_back(data: Observations) -> None:
    """Of the shipped figures, those under a release restriction and those embargoed are in the internal file alone."""
    measures = (*data.plan.indicators, *data.plan.supporting)
    restricted = {measure.key for measure in measures if measure.release is Audience.INTERNAL}
    internal, public = (data.to_take_away(QUARTER, audience) for audience in (Audience.INTERNAL, Audience.PUBLIC))
    assert restricted & set(internal["indicator"])
    assert not restricted & set(public["indicator"])
    assert Status.EMBARGOED not in set(public["status"])
    withheld = internal["indicator"].isin(restricted) | internal["status"].eq(Status.EMBARGOED)
    pd.testing.assert_frame_equal(internal[~withheld].reset_index(drop=True), public.reset_index(drop=True))


def test_a_restriction_withholds_every_figure_of_a_measure(data: Observations) -> None:
    """Any measure put under restriction leaves the public file, with what gives it away, and nothing else does."""
    themes = tuple(
        replace(theme, priorities=tuple(_restricting("12.offences", priority) for priority in theme.priorities))
        for theme in data.plan.themes
    )
    restricted = replace(data, plan=replace(data.plan, themes=themes))
    before = data.to_take_away(QUARTER, Audience.PUBLIC)
    after = restricted.to_take_away(QUARTER, Audience.PUBLIC)
    gone = before.merge(after, how="left", indicator="of")
    gone = gone[gone["of"] == "left_only"]
    assert set(gone["indicator"]) == {"12.offences", "official.domestic_burglary"}
    assert set(gone["area"]) == {data.plan.focus}
    assert "12.offences" not in set(after["indicator"])
    assert len(after) == len(before) - len(gone)


def _restricting(key: str, priority: Priority) -> Priority:
    shown = [replace(each, release=Audience.INTERNAL) if each.key == key else each for each in priority.indicators]
    return replace(priority, indicators=tuple(shown))


def test_nothing_is_later_than_the_pack(data: Observations) -> None:
    """No month after the quarter, nothing that came out after its pack, and one row a figure."""
    held = data.to_take_away(QUARTER, Audience.INTERNAL)
    assert list(held.columns) == list(TO_TAKE_AWAY)
    assert held["period"].max() == "2015-06"
    assert held["published_on"].max() <= "2015-10"
    assert not held.duplicated(["indicator", "area", "period", "months"]).any()


def test_values_are_in_the_unit_of_their_measure(data: Observations) -> None:
    """A share whose numbers are known is a per cent of them; a count is as it was counted."""
    held = data.to_take_away(QUARTER, Audience.INTERNAL)
    measures = (*data.plan.indicators, *data.plan.supporting)
    of_shares = [measure.key for measure in measures if measure.kind.is_proportion]
    shares = held[held["indicator"].isin(of_shares)]
    assert len(shares)
    assert shares["value"].dropna().between(0, 100).all()
    burglary = held[held["indicator"].eq("12.offences") & held["area"].eq(data.plan.focus)]
    assert burglary.set_index("period")["value"]["2013-03"] == pytest.approx(3935)
