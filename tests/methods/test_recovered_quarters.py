"""Quarters recovered from rolling years are the quarters they were made of, or are refused in words."""

import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pccstats as pcc
from pccstats.methods.recovered_quarters import quarters_from_rolling_years

pytestmark = pytest.mark.slow

QUARTERS = st.lists(st.integers(0, 3000), min_size=6, max_size=40)


def rolling(quarters: list[int], *, last: str = "2015-06", **about: object) -> pcc.Series:
    """The rolling years of quarters, as official statistics give them."""
    years = pd.Series(quarters).rolling(4).sum().dropna().to_numpy()
    ends = pd.period_range(end=pd.Period(last, "M"), periods=len(years) * 3, freq="M")[2::3]
    frame = pd.DataFrame({"month": ends, "n": years})
    return pcc.Series.from_frame(frame, numerator="n", span_months=12, title="Burglary", **about)


def counted(quarters: list[int], *, last: str = "2015-06") -> pcc.Series:
    """The quarters themselves."""
    ends = pd.period_range(end=pd.Period(last, "M"), periods=len(quarters) * 3, freq="M")[2::3]
    return pcc.Series.from_frame(
        pd.DataFrame({"month": ends, "n": quarters}), numerator="n", span_months=3, title="Records"
    )


@given(QUARTERS, st.data())
def test_quarters_come_back(quarters: list[int], data: st.DataObject) -> None:
    """With one year of quarters known, every quarter comes back to the last offence."""
    at = data.draw(st.integers(0, len(quarters) - 4))
    anchor = counted(quarters).between(*counted(quarters).points["period_end"].iloc[[at, at + 3]])
    found = quarters_from_rolling_years(rolling(quarters), anchor)
    assert found.is_recovered
    assert found.points["quarter"].tolist() == pytest.approx(quarters)
    assert found.series is not None
    assert found.series.span_months == 3


@given(QUARTERS)
def test_differences_are_exact_and_bounds_hold(quarters: list[int]) -> None:
    """With nothing known but rolling years, differences are exact and every quarter lies between its bounds."""
    points = quarters_from_rolling_years(rolling(quarters)).points
    assert points["year_on_year"].iloc[4:].tolist() == [b - a for a, b in zip(quarters, quarters[4:], strict=False)]
    assert (points["lower"] <= np.array(quarters) + 1e-9).all()
    assert (points["upper"] >= np.array(quarters) - 1e-9).all()
    assert points["quarter"].isna().all()


def test_quarter_left_over_is_what_is_left_of_the_year() -> None:
    """Eleven months anchor a year: the quarter of the month that is wanting is the rest of the year."""
    months = pd.period_range("2014-01", "2014-12", freq="M")
    counts = [31, 28, 33, 30, 31, 29, 32, 31, 30, 31, 30, 29]
    quarters = [sum(counts[at : at + 3]) for at in range(0, 12, 3)]
    anchor = pcc.Series.from_frame(
        pd.DataFrame({"month": months[:-1], "n": counts[:-1]}), numerator="n", title="Street records"
    )
    found = quarters_from_rolling_years(rolling([*quarters, 95, 88], last="2015-06"), anchor)
    assert found.points["quarter"].tolist() == [*quarters, 95, 88]
    assert str(found.anchored_year) == "12 months to December 2014"
    said = "12 months to December 2014; it holds no December 2014, which is what is left of the official year."
    assert said in found.method
    assert "of which December 2014 is what is left of the official year" in pcc.describe(found)


@pytest.mark.parametrize(("share", "is_recovered"), [(1.0, True), (0.8, False), (1.2, False)])
def test_anchor_that_counts_something_else_is_refused(share: float, *, is_recovered: bool) -> None:
    """Records that hold a fifth less or more than the official year leave a month that nobody would believe."""
    months = pd.period_range("2014-01", "2014-11", freq="M")
    per_day = np.array([10.1, 9.9, 10.0, 10.2, 9.8, 10.0, 10.1, 9.9, 10.0, 10.0, 10.1])
    counts = (per_day * months.days_in_month).round()
    year = 10 * 365
    frame = pd.DataFrame({"month": ["2014-12", "2015-03", "2015-06"], "n": [year, year + 20, year - 5]})
    series = pcc.Series.from_frame(frame, numerator="n", span_months=12, title="Official")
    anchor = pcc.Series.from_frame(
        pd.DataFrame({"month": months, "n": (share * counts).round()}), numerator="n", title="Street records"
    )
    found = quarters_from_rolling_years(series, anchor)
    assert found.is_recovered is is_recovered
    assert ("do not count the same" in found.refusal) is not is_recovered


def test_nothing_is_recovered_across_a_break() -> None:
    """Quarters before a registered break of definition are not on the anchor's definition."""
    quarters = [100, 110, 90, 95, 300, 310, 290, 295, 305]
    event = pcc.Event(
        key="b", title="Counted anew", month=pd.Period("2014-04", "M"), indicators=("*",), breaks_comparability=True
    )
    series = rolling(quarters, last="2015-06", events=(event,))
    found = quarters_from_rolling_years(series, counted(quarters).between("2014-06", "2015-03"))
    assert found.points["quarter_end"].min() >= pd.Period("2014-06", "M")


def test_only_what_was_registered_within_the_quarters_is_named() -> None:
    """A change of recording before the first quarter or after the last is no matter of theirs."""
    events = tuple(
        pcc.Event(key=at, title=f"Changed in {at}", month=pd.Period(at, "M"), indicators=("*",))
        for at in ("2001-04", "2014-12", "2020-03")
    )
    quarters = [100, 110, 90, 95, 105, 98, 102, 99, 101]
    series = rolling(quarters, last="2015-06", events=events)
    found = quarters_from_rolling_years(series, counted(quarters).between("2014-06", "2015-03"))
    assert "Registered within them, without a break: Changed in 2014-12." in found.method


@pytest.mark.parametrize(
    ("frame", "span", "words"),
    [
        ({"month": ["2014-03", "2015-03"], "n": [10, 12]}, 12, "three months apart"),
        ({"month": ["2015-01", "2015-02"], "n": [10, 12]}, 1, "need no recovering"),
    ],
)
def test_what_holds_no_quarters_is_refused(frame: dict[str, list[object]], span: int, words: str) -> None:
    """Years a year apart and single months are refused in words."""
    series = pcc.Series.from_frame(pd.DataFrame(frame), numerator="n", span_months=span)
    with pytest.raises(pcc.MethodProblem, match=words):
        quarters_from_rolling_years(series)


def test_what_the_anchor_leaves_over_is_held_against_the_other_days() -> None:
    """Eleven months of one crime a day leave 31 days; a year of 400 would give them 66, far more than 31."""
    months = pd.period_range("2014-01", "2014-11", freq="M")
    anchor = pcc.Series.from_frame(pd.DataFrame({"month": months, "n": months.days_in_month}), numerator="n")
    years = pd.DataFrame({"month": ["2014-12", "2015-03"], "n": [400, 401]})
    found = quarters_from_rolling_years(pcc.Series.from_frame(years, numerator="n", span_months=12), anchor)
    rest = found.remainder
    assert rest is not None
    assert (rest.days, rest.events, rest.of_year) == (31, 400 - 334, 400)
    assert (rest.low, rest.high) == pytest.approx((31, 31))
    assert not found.is_recovered


def test_the_list_in_the_documentation_is_what_the_data_give(root: Path, data: pcc.Observations) -> None:
    """The page names what is recovered and what is refused, force by force; the tool writes it."""
    made = runpy.run_path(str(root / "tools" / "list_recovered_quarters.py"))
    page = (root / "docs" / "methods" / "recovered-quarters.md").read_text(encoding="utf-8")
    assert made["BEGIN"] + made["listed"](data) + made["END"] in page
