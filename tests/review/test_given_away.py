"""Withheld figures that published ones tell: each way is found and told in words, without the number."""

import pandas as pd
import pytest

from pccstats.review.given_away import given_away
from pccstats.terms.observations import Observations
from pccstats.terms.periods import Window, month
from pccstats.terms.plan import Area, Indicator, Plan, Priority, Theme
from pccstats.terms.words import OBSERVATIONS, Audience, Kind, Polarity

BASELINE, HORIZON = Window.read("2012/13"), pd.Period("2017-03", "M")


def plan_of(**parts_of: str) -> Plan:
    """A plan of three measures, the first for internal use."""

    def one(key: str) -> Indicator:
        release = Audience.INTERNAL if key == "1.secret" else Audience.PUBLIC
        kind, polarity = Kind.COUNT, Polarity.LOWER_IS_BETTER
        whole = parts_of.get(key.partition(".")[2])
        return Indicator(key, key, kind, "crimes", polarity, BASELINE, HORIZON, 1, 1, release=release, part_of=whole)

    keys = ("1.secret", "1.first", "1.second")
    theme = Theme(1, "Safety", (Priority(1, "Crime", tuple(map(one, keys))),), slug="safety")
    return Plan("Plan", "Town", BASELINE, HORIZON, (theme,), areas=(Area("Town", "force"),))


def held(plan: Plan, figures: dict[str, tuple[float, ...]]) -> Observations:
    """The years of each measure, two or more."""
    nothing = dict.fromkeys(OBSERVATIONS, "") | {"area": "Town", "months": 12, "denominator": float("nan")}
    rows = [
        nothing | {"indicator": key, "period_end": month(end), "numerator": number}
        for key, numbers in figures.items()
        for end, number in zip(("2014-06", "2015-06", "2013-06", "2012-06", "2011-06"), numbers, strict=False)
    ]
    return Observations(pd.DataFrame(rows), plan, pd.DataFrame(columns=["area", "persons"]))


def test_a_measure_equal_to_a_public_one_is_noticed() -> None:
    """A withheld measure that a public one repeats is told by it; the message has no number (R1g)."""
    data = held(plan_of(), {"1.secret": (431.0, 433.0), "1.first": (431.0, 433.0), "1.second": (7.0, 8.0)})
    (told,) = given_away(data, "public")
    said = str(told.problem)
    assert (
        "1.secret (1.secret) in Town, 12 months to June 2015: It is withheld, and is equal to a published one" in said
    )
    assert "1.first (1.first) in Town, 12 months to June 2015. Withhold it too" in said
    assert "433" not in said
    assert given_away(data, "internal") == ()


def test_the_parts_of_a_withheld_whole_are_noticed() -> None:
    """Parts that are published add up to the whole that is not; parts that do not add up tell nothing."""
    plan = plan_of(first="1.secret", second="1.secret")
    parts = {"1.first": (400.0, 400.0), "1.second": (31.0, 33.0)}
    (told,) = given_away(held(plan, {"1.secret": (431.0, 433.0), **parts}), "public")
    assert told.how == "published figures add up to it"
    assert len(told.by) == 2
    assert given_away(held(plan, {"1.secret": (450.0, 451.0), **parts}), "public") == ()


@pytest.mark.parametrize(
    ("secret", "public"),
    [
        pytest.param((431.0, 433.0), (431.0, 434.0), id="one alike"),
        pytest.param((7.0, 8.0), (7.0, 8.0), id="small ones alike"),
        pytest.param((431.0, 433.0, 501.0, 502.0, 503.0), (431.0, 433.0, 601.0, 602.0, 603.0), id="few of many alike"),
    ],
)
def test_what_agrees_by_chance_is_not_told(secret: tuple[float, ...], public: tuple[float, ...]) -> None:
    """Neither one figure alike, nor small ones, nor two of many show that two measures count the same."""
    data = held(plan_of(), {"1.secret": secret, "1.first": public, "1.second": (50.0, 60.0)})
    assert given_away(data, "public") == ()
