"""Areas side by side: each against its own past, all against one another."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pccstats as pcc
from pccstats.methods.peers.areas import change_funnel
from pccstats.presentation.areas import months_headline
from pccstats.presentation.group import beyond_limits_in_words
from pccstats.presentation.numbers import SMALL_NUMBERS
from pccstats.terms.errors import MethodProblem
from pccstats.terms.words import Signal

MONTHS = pd.period_range("2010-04", "2015-06", freq="M")
COUNTS = st.lists(st.integers(1, 5000), min_size=3, max_size=12)


def area(values, **about):
    """One area's months."""
    frame = pd.DataFrame({"month": MONTHS, "n": values})
    options = {"title": "Burglary", "polarity": "lower_is_better", "unit": "offences"} | about
    return pcc.Series.from_frame(frame, numerator="n", **options)


def drawn(mean, later=1.0, seed=0):
    """Poisson months; the last twelve are so many times the mean."""
    level = np.full(len(MONTHS), float(mean))
    level[-12:] *= later
    return np.random.RandomState(seed).poisson(level)


@pytest.fixture(scope="module")
def found():
    """Eight alike, one that doubled, one that halved."""
    areas = {f"Area {n}": area(drawn(60 + 20 * n, seed=40 + n), population=50_000.0 + 16_000 * n) for n in range(8)}
    areas["Up"] = area(drawn(100, 1.6, 8), population=90_000.0)
    areas["Down"] = area(drawn(100, 0.6, 9), population=90_000.0)
    return pcc.compare_areas(areas, since="2012/13", until="2015-06")


def test_those_that_moved_stand_out_both_ways(found):
    """What rose is worse than its own past and above the others; what fell is better and below."""
    assert set(found.standing_out["area"]) == {"Up", "Down"}
    assert (found.row("Up").own_past, found.row("Up").against_others) == ("worse", Signal.ABOVE)
    assert (found.row("Down").own_past, found.row("Down").against_others) == ("better", Signal.BELOW)


def test_shares_add_up(found):
    """Shares of all areas make a hundred, then and now."""
    assert found.points[["share_baseline", "share_latest"]].sum().tolist() == pytest.approx([100, 100])


def test_the_total_is_that_of_the_areas(found):
    """The change of all together is that of the sums."""
    baseline, latest = found.points["baseline"].sum(), found.points["latest"].sum()
    assert found.overall_change_pct == pytest.approx(100 * (latest / baseline - 1))


def test_rates_are_per_resident_and_ranked(found):
    """Rate times residents is the count; the lowest rate is first."""
    rates = found.points
    assert (rates["rate"] * rates["residents"] / 1000).tolist() == pytest.approx(rates["latest"].tolist())
    assert rates.sort_values("rate")["area"].tolist() == rates.sort_values("rank")["area"].tolist()


def test_one_scale_for_all(found):
    """With residents: per 1,000 a standard month of 30.4 days; the months in their own length add up to the rate."""
    assert found.scale == "per 1,000 residents a standard month of 30.4 days"
    row = found.row("Area 3")
    year = found.months_of("Area 3").tail(12)
    days = year["month"].dt.days_in_month
    assert (year["shown"] * days / (365.25 / 12)).sum() == pytest.approx(row.rate)


def test_without_residents_the_scale_is_the_areas_own():
    """No rate, no rank, and it is said; months stand in per cent of their own level."""
    found = pcc.compare_areas({name: area(drawn(80, seed=n)) for n, name in enumerate("ABC")}, "2012/13", "2015-06")
    assert found.peers is None
    assert "no area has a number of residents" in found.no_peers
    assert found.points["rank"].isna().all()
    means = found.months.groupby("area")["centre_line"].mean()
    assert means.tolist() == pytest.approx([100] * 3, abs=2)


def test_an_area_without_its_months_is_named():
    """A late area is left out with the reason, the others are compared."""
    short = area(drawn(80)).between(first="2014-04")
    areas = {name: area(drawn(80, seed=n)) for n, name in enumerate("ABC")} | {"Late": short}
    found = pcc.compare_areas(areas, "2012/13", "2015-06")
    assert found.points["area"].tolist() == ["A", "B", "C"]
    assert found.missing[0].startswith("Late")


@pytest.mark.parametrize("kind", ["survey", "count"])
def test_what_cannot_be_compared_is_refused(kind):
    """Two areas are no comparison, and shares are none of counts."""
    with pytest.raises(MethodProblem):
        pcc.compare_areas({name: area(drawn(40), kind=kind) for name in "AB"}, "2012/13", "2015-06")


def eleven(counts, residents):
    """Areas of which only January to November 2014 is held."""
    months = pd.period_range("2014-01", "2014-11", freq="M")
    return {
        name: pcc.Series.from_frame(
            pd.DataFrame({"month": months, "n": row}),
            numerator="n",
            title="Burglary",
            polarity="lower_is_better",
            unit="offences",
            population=float(persons),
            population_vintage="mid-2014",
        )
        for (name, row), persons in zip(counts.items(), residents, strict=True)
    }


@pytest.fixture(scope="module")
def of_one_year():
    """Nine areas of 100,000 with some 50 a month, one with four times as many; no earlier year."""
    random = np.random.RandomState(3)
    counts = {f"Area {n}": random.poisson(200 if n == 0 else 50, 11) for n in range(9)}
    return counts, pcc.compare_areas(eleven(counts, [100_000] * 9), "2012/13", "2015-06")


def test_one_year_gives_rates_and_no_change(of_one_year):
    """Eleven months of one year: no change, no verdict, no signal; the sentence says what it would take."""
    _, found = of_one_year
    assert not found.has_change
    assert (found.baseline_window, str(found.latest_window)) == (None, "11 months to November 2014")
    assert set(found.points["own_past"]) == {"insufficient_data"}
    assert set(found.points["against_others"]) == {Signal.NONE}
    assert found.points[["baseline", "change_pct", "upper", "share_baseline"]].isna().all(axis=None)
    assert found.no_change == (
        "No figure yet against their own past: that takes every month of the 12 months to June 2015 and of 2012/13, "
        "and months by area are held from January 2014 to November 2014."
    )


def test_rates_of_one_year_are_the_counts_over_residents(of_one_year):
    """The rate is the eleven months' sum over the residents, not blown up to a year; the one far out stands apart."""
    counts, found = of_one_year
    assert found.points["rate"].tolist() == pytest.approx([sum(row) / 100 for row in counts.values()])
    assert found.row("Area 0").against_peers == "worse_than_peers"
    assert (found.row("Area 0").rank, found.row("Area 0").rank_low) == (9, 9)
    months = found.months_of("Area 3")
    assert months["shown"].tolist() == pytest.approx([n / 100 for n in counts["Area 3"]])
    everybody = np.sum(list(counts.values()), axis=0)
    assert months["together"].tolist() == pytest.approx((everybody / 900).tolist())


def test_only_months_that_all_areas_have_are_compared():
    """One area without November: rates stop in October; with a gap, the run after it is compared."""
    counts = {name: np.arange(11) + 50 for name in "ABC"}
    areas = eleven(counts, [1000, 1000, 1000])
    short = areas | {"C": areas["C"].between(last="2014-10")}
    assert str(pcc.compare_areas(short, "2012/13", "2015-06").latest_window) == "10 months to October 2014"
    holed = areas["B"].points.assign(numerator=lambda frame: frame["numerator"].where(frame.index != 4))
    gap = areas | {"B": replace(areas["B"], points=holed)}
    assert str(pcc.compare_areas(gap, "2012/13", "2015-06").latest_window) == "6 months to November 2014"


def test_two_months_are_no_rate():
    """Under a quarter of months is refused, and the refusal says why there are no rates either."""
    areas = {name: s.between("2014-10") for name, s in eleven({n: [9] * 11 for n in "ABC"}, [1000] * 3).items()}
    with pytest.raises(MethodProblem, match="Rates take at least 3 months"):
        pcc.compare_areas(areas, "2012/13", "2015-06")


def test_areas_of_one_year_are_shown_without_empty_columns(of_one_year):
    """Words, table and two charts speak of rates and say there is no change yet; the funnel of change is refused."""
    _, found = of_one_year
    words = pcc.describe(found)
    assert "Area 0 has a higher rate than the others" in words
    assert "No figure yet" in words
    table = pcc.tabulate(found).as_raw_html()
    assert "Change, 95% interval" not in table
    assert "11 months to November 2014" in table
    assert "nan" not in pcc.draw(found).alt_text + pcc.draw(found, view="rates").alt_text
    with pytest.raises(TypeError, match="No figure yet"):
        pcc.draw(found, view="change")


@given(COUNTS, st.integers(2, 20))
def test_funnel_keeps_to_those_that_move_together(before, factor):
    """Where every area changes by one factor, all lie on the centre line and none stands out."""
    first = np.array(before, dtype=float)
    funnel = change_funnel(first, factor * first, np.ones(len(first)))
    assert funnel.ratio == pytest.approx(factor)
    assert funnel.points["z"].tolist() == pytest.approx([0.0] * len(first), abs=1e-9)


@given(COUNTS, st.integers(2, 30))
def test_funnel_narrows_with_size(before, factor):
    """Ten times the events, a narrower band; outer limits lie outside the inner ones."""
    first = np.array(before, dtype=float)
    small, large = (change_funnel(n * first, n * first, np.ones(len(first))).points for n in (1, factor))
    assert (large["upper"] < small["upper"]).all()
    assert (small["lower_998"] < small["lower"]).all()
    assert (small["upper"] < small["upper_998"]).all()


def test_funnel_by_hand():
    """100 to 150 among 1,400 to 1,450: y = log(1.5/1.0357), s = sqrt(1/100 + 1/150), z = 2.87."""
    funnel = change_funnel(np.array([100.0, 400.0, 900.0]), np.array([150.0, 400.0, 900.0]), np.ones(3))
    assert funnel.points["z"].iloc[0] == pytest.approx(2.869, abs=1e-3)
    assert funnel.points["size"].iloc[0] == pytest.approx(120)


def test_funnel_flags_as_many_as_it_says():
    """Areas that vary by chance alone: some 5% lie outside the inner limits."""
    random = np.random.RandomState(5)
    outside = []
    for _ in range(200):
        mean = random.uniform(50, 800, size=16)
        funnel = change_funnel(random.poisson(mean).astype(float), random.poisson(mean).astype(float), np.ones(16))
        outside.append((funnel.points["z"].abs() > 1.96).mean())
    assert 0.035 < np.mean(outside) < 0.06


def test_it_is_described_tabulated_and_drawn_in_three_views(found):
    """Words name who stands out; every chart has alt text with every area."""
    assert "Up" in pcc.describe(found)
    assert "Against its own past" in pcc.tabulate(found).as_raw_html()
    for view in ("months", "change", "rates"):
        alt = pcc.draw(found, view=view).alt_text
        assert all(name in alt for name in found.points["area"])
    with pytest.raises(ValueError, match="is not a view"):
        pcc.draw(found, view="pie")


def test_signals_of_one_area_both_ways_and_of_all_are_said_as_such(found):
    """An area above and below its level is named once; where all are above, they are not listed."""
    last = found.months["month"].max()
    is_last, first = found.months["month"] == last, found.months["area"].iloc[0]
    is_both = (found.months["area"] == first) & (found.months["month"] == last - 1)
    quiet = found.months.assign(signal="none")
    above = quiet.assign(signal=np.where(is_last, "above", "none"))
    count = found.months["area"].nunique()
    words = SMALL_NUMBERS[count]
    assert months_headline(replace(found, months=above)).endswith(f"signals above it in all {words}")
    both = quiet.assign(
        signal=np.where(is_both, "below", np.where(is_last & (quiet["area"] == first), "above", "none"))
    )
    assert months_headline(replace(found, months=both)).endswith(f"signals both above and below it in {first}")


def test_an_area_that_stands_out_is_named_on_its_funnel(found):
    """Of ten areas close together no name may touch another, but the two that stand out have theirs."""
    for view, flagged in (("change", {"Up", "Down"}), ("rates", set())):
        axes = pcc.draw(found, view=view).axes[0]
        assert flagged <= {text.get_text() for text in axes.texts}


def test_everything_wrong_with_a_request_is_said_at_once():
    """Too few areas, a month that is none and a confidence out of range are one message."""
    with pytest.raises(MethodProblem) as refusal:
        pcc.compare_areas({"Alone": area(drawn(60))}, until="June", confidence=95)
    assert len(refusal.value.problems) == 3


def test_an_area_outside_the_limits_and_in_line_is_explained():
    """Beside one far out, the second furthest of thirteen lies outside the limits and in line: it is said why."""
    usual = [50, 51, 52, 49, 48, 53, 47, 50, 51, 49, 52]
    counts = {f"Area {place}": [events] * 11 for place, events in enumerate([*usual, 120, 200])}
    found = pcc.compare_areas(eleven(counts, [100_000] * 13), "2012/13", "2015-06")
    second = found.peers.points.set_index("area").loc["Area 11"]
    assert second["value"] > second["upper"]
    assert second["state"] == "in_line_with_peers"
    assert beyond_limits_in_words(found.peers).startswith(
        "Area 11 lies outside the limits drawn and is in line all the same"
    )
    even = pcc.compare_areas(eleven(dict(list(counts.items())[:11]), [100_000] * 11), "2012/13", "2015-06")
    assert beyond_limits_in_words(even.peers) == ""
