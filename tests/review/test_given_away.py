"""Withheld figures that published ones tell: each way is found and told in words, without the number."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    assert given_away(held(plan, {"1.secret": (500.0, 501.0), **parts}), "public") == ()


def test_a_sum_that_is_rounded_says_how_near_it_comes() -> None:
    """A total to the nearest ten is told by its parts to within what it was rounded by."""
    plan = plan_of(first="1.secret", second="1.secret")
    figures = {"1.secret": (530.0, 540.0), "1.first": (131.0, 134.0), "1.second": (402.0, 402.0)}
    (told,) = given_away(held(plan, figures), "public")
    assert told.how == "published figures add up to it, to within 4"
    assert "540" not in str(told.problem)


def test_what_a_share_is_out_of_may_be_the_figure() -> None:
    """A withheld count that is what a published share is out of is told by it."""
    data = held(plan_of(), {"1.secret": (431.0, 433.0), "1.first": (31.0, 33.0)})
    is_share = data.frame["indicator"].eq("1.first")
    bases = data.frame["denominator"].mask(is_share, pd.Series([0.0, 0.0, 431.0, 433.0]))
    (told,) = given_away(replace(data, frame=data.frame.assign(denominator=bases)), "public")
    assert told.by == ("what is counted for 1.first (1.first) in Town, 12 months to June 2015",)


def test_a_year_is_told_by_the_months_of_another_measure() -> None:
    """A withheld year that is the sum of two published halves of a measure that proves to be the same is told."""
    data = held(plan_of(), {"1.secret": (431.0, 433.0), "1.first": (0.0, 0.0), "1.second": (7.0, 8.0)})
    halves = [("2013-12", 200.0), ("2014-06", 231.0), ("2014-12", 210.0), ("2015-06", 223.0)]
    first = data.frame["indicator"].eq("1.first")
    ends = pd.PeriodIndex([end for end, _ in halves], freq="M")
    rows = pd.concat([data.frame[first]] * 2).assign(
        months=6, period_end=ends, numerator=[number for _, number in halves]
    )
    frame = pd.concat([data.frame[~first], rows], ignore_index=True)
    (told,) = given_away(replace(data, frame=frame), "public")
    assert told.how == "published figures add up to it"
    assert told.by[-1] == "1.first (1.first) in Town, 6 months to June 2015"


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


MEASURES = {"1.all": ("1.burglary", "1.theft"), "1.burglary": ("1.burglary",), "1.theft": ("1.theft",)}
PLACES = {"Town": ("North", "South"), "North": ("North",), "South": ("South",)}
COUNTED = list(itertools.product(("1.burglary", "1.theft"), ("North", "South"), range(6)))
WINDOWS = [(end, span) for end in range(1, 7) for span in (1, 3, 6) if span <= end]
figures = st.tuples(st.sampled_from(list(MEASURES)), st.sampled_from(list(PLACES)), st.sampled_from(WINDOWS))


def town(*, secret: str | None) -> Plan:
    """A plan of all crime and its two parts in a town of two halves, one measure for internal use where asked."""

    def one(key: str) -> Indicator:
        release = Audience.INTERNAL if key == secret else Audience.PUBLIC
        whole = None if key == "1.all" else "1.all"
        kind, polarity = Kind.COUNT, Polarity.LOWER_IS_BETTER
        return Indicator(key, key, kind, "crimes", polarity, BASELINE, HORIZON, 1, 1, release=release, part_of=whole)

    theme = Theme(1, "Safety", (Priority(1, "Crime", tuple(map(one, MEASURES))),), slug="safety")
    areas = (Area("Town", "force"), Area("North", "district", "Town"), Area("South", "district", "Town"))
    return Plan("Plan", "Town", BASELINE, HORIZON, (theme,), areas=areas)


def counted_in(measure: str, area: str, window: tuple[int, int]) -> list[int]:
    """Which of all that is counted is in a figure: 1 where it is."""
    end, span = window
    months = range(end - span, end)
    return [int(part in MEASURES[measure] and at in PLACES[area] and when in months) for part, at, when in COUNTED]


@given(st.lists(figures, min_size=2, max_size=45, unique=True), st.sampled_from([None, *MEASURES]), st.data())
@settings(max_examples=100)
@pytest.mark.slow
def test_a_pack_is_refused_where_and_only_where_rank_tells(held_figures, secret, data) -> None:
    """Whatever is held and withheld of a plan, what is found is what a test of rank over all that is counted finds."""
    counts = np.array(data.draw(st.permutations(range(1_000, 1_000 + 7_919 * len(COUNTED), 7_919))))
    marked = data.draw(st.sets(st.sampled_from(held_figures), max_size=3))
    nothing = dict.fromkeys(OBSERVATIONS, "") | {"denominator": float("nan")}
    rows = [
        nothing
        | {"indicator": measure, "area": area, "period_end": month("2015-01") + end - 1, "months": span}
        | {"numerator": float(counts @ counted_in(measure, area, (end, span)))}
        | {"status": "embargoed" if (measure, area, (end, span)) in marked else ""}
        for measure, area, (end, span) in held_figures
    ]
    observed = Observations(pd.DataFrame(rows), town(secret=secret), pd.DataFrame(columns=["area", "persons"]))
    left = observed.for_audience("public").frame
    shown = [
        counted_in(row.indicator, row.area, (row.period_end.ordinal - month("2015-01").ordinal + 1, row.months))
        for row in left[left["numerator"].notna()].itertuples()
    ]
    table = np.array(shown, dtype=float).reshape(len(shown), len(COUNTED))
    rank = np.linalg.matrix_rank(table)
    kept = [each for each in held_figures if each in marked or each[0] == secret]
    told = {
        (measure, area)
        for measure, area, window in kept
        if np.linalg.matrix_rank(np.vstack([table, counted_in(measure, area, window)])) == rank
    }
    named = {each.figure.partition(",")[0] for each in given_away(observed, "public")}
    assert named == {f"{measure} ({measure}) in {area}" for measure, area in told}
