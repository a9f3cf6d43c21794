"""Records by month beside official totals: shares by hand, what is usual, missing months, a real force by pandas."""

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pccstats.methods.coverage import coverage
from pccstats.methods.detectives import records_beside_official
from pccstats.terms.errors import Severity
from pccstats.terms.observations import Observations
from pccstats.terms.periods import Window
from pccstats.terms.plan import Area, Indicator, Plan, Priority, Theme
from pccstats.terms.results.published import Coverage
from pccstats.terms.words import Kind, Polarity

BASELINE, HORIZON = Window.read("2012/13"), pd.Period("2017-03", freq="M")
DAYS_IN_2014 = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=float)


def held(
    official: dict[str, float], records: dict[str, float], *, months: int = 12, names: tuple[str, ...] = ("burglary",)
) -> Observations:
    """Official totals and records by month, the same of each measure named."""
    measures = [
        each
        for name in names
        for each in (
            _measure(f"1.{name}", name.title(), anchor=f"street.{name}"),
            _measure(f"street.{name}", f"{name.title()}, records"),
        )
    ]
    plan = Plan(
        "Plan", "Ours", BASELINE, HORIZON, (Theme(1, "Theme", (Priority(1, "Priority", tuple(measures)),)),),
        areas=(Area("Ours", "force"),),
    )  # fmt: skip
    rows = [
        {"indicator": key, "area": "Ours", "period_end": pd.Period(end, freq="M"), "months": span,
         "numerator": float(figure), "denominator": np.nan, "status": "", "source": "Paper", "published_on": "",
         "note": ""}
        for name in names
        for key, span, figures in ((f"1.{name}", months, official), (f"street.{name}", 1, records))
        for end, figure in figures.items()
    ]  # fmt: skip
    return Observations(pd.DataFrame(rows), plan, pd.DataFrame(columns=["area", "persons"]))


def _measure(key: str, title: str, anchor: str | None = None) -> Indicator:
    return Indicator(key, title, Kind.COUNT, "", Polarity.NEUTRAL, BASELINE, HORIZON, anchor=anchor)


def by_day(rate: float, first: str, count: int) -> dict[str, float]:
    """So many a day in each of the months from the first on."""
    months = pd.period_range(first, periods=count, freq="M")
    return {str(month): rate * month.days_in_month for month in months}


def test_eleven_months_by_hand() -> None:
    """Ten a day in eleven months beside 3,650 in the year: all there on 334 of 365 days, and December is named."""
    row = coverage(held({"2014-12": 3650}, by_day(10, "2014-01", 11))).iloc[0]
    assert (row["held"], row["records"], row["official"]) == (11, 3340, 3650)
    assert row["share"] == pytest.approx(1)
    assert [str(month) for month in row["missing"]] == ["2014-12"]
    assert row["coverage"] == Coverage.PARTIAL


def test_a_tenth_that_is_wanting_is_not_usual() -> None:
    """Nine a day where ten are official: nine tenths, with every month held and with one missing."""
    for count in (12, 11):
        row = coverage(held({"2014-12": 3650}, by_day(9, "2014-01", count))).iloc[0]
        assert row["share"] == pytest.approx(0.9)
        assert row["coverage"] == Coverage.UNUSUAL


def test_what_is_usual_is_the_other_periods_own() -> None:
    """Records that always hold nine tenths are as usual; the one year with seven tenths is not."""
    years = {f"{year}-12": 10.0 * Window.ending(f"{year}-12").days for year in range(2014, 2020)}
    records = by_day(9, "2014-01", 60) | by_day(7, "2019-01", 12)
    ledger = coverage(held(years, records))
    assert ledger["usual"].round(6).tolist() == [0.9] * 6
    assert ledger["coverage"].tolist() == [Coverage.WHOLE] * 5 + [Coverage.UNUSUAL]


def test_quarters_are_taken_where_they_are_official() -> None:
    """Official quarters are compared one by one; of the last two of three months are held, and it is not judged."""
    quarters = {str(end): 10.0 * Window.ending(end, 3).days for end in pd.period_range("2014-03", "2015-03", freq="Q")
                .asfreq("M")}  # fmt: skip
    ledger = coverage(held(quarters, by_day(10, "2014-01", 14), months=3))
    assert ledger["months"].tolist() == [3] * 5
    assert ledger["coverage"].tolist() == [Coverage.WHOLE] * 4 + [Coverage.TOO_LITTLE]


def test_of_rolling_years_those_with_most_months_that_share_none() -> None:
    """Of the years to each quarter end the one that the records fill is taken, and no other that overlaps it."""
    years = {str(end): 3650.0 for end in pd.period_range("2013-12", "2015-12", freq="Q").asfreq("M")}
    ledger = coverage(held(years, by_day(10, "2014-01", 11)))
    assert ledger["period_end"].astype(str).tolist() == ["2014-12"]


@pytest.mark.slow
@given(
    counts=st.lists(st.integers(20, 500), min_size=12, max_size=12),
    gone=st.sets(st.integers(0, 11), max_size=11),
    factor=st.floats(0.2, 3),
)
def test_a_share_follows_its_records(counts: list[int], gone: set[int], factor: float) -> None:
    """Whichever months are missing they are named, and records so many times as many are so many times the share."""
    months = [f"2014-{number + 1:02}" for number in range(12)]
    records = {month: float(count) for at, (month, count) in enumerate(zip(months, counts, strict=True))
               if at not in gone}  # fmt: skip
    total = float(sum(counts))
    row = coverage(held({"2014-12": total}, records)).iloc[0]
    assert [str(month) for month in row["missing"]] == [months[at] for at in sorted(gone)]
    days = sum(DAYS_IN_2014[at] for at in range(12) if at not in gone)
    assert row["share"] == pytest.approx(sum(records.values()) / (total * days / 365))
    more = coverage(held({"2014-12": total}, {month: factor * count for month, count in records.items()})).iloc[0]
    assert more["share"] == pytest.approx(factor * row["share"])
    if not gone:
        assert row["coverage"] == Coverage.WHOLE


def test_one_phenomenon_is_one_finding() -> None:
    """Three measures short by a fifth, with December missing: one flag and one note, and not three of each."""
    names = ("burglary", "robbery", "theft")
    found = list(records_beside_official(held({"2014-12": 3650}, by_day(8, "2014-01", 11), names=names)))
    assert [finding.severity for finding in found] == [Severity.FLAG, Severity.NOTE]
    assert "Burglary, 80% in the 12 months to December 2014 where 95% to 105% is usual" in found[0].message
    assert "December 2014 is not held, of 3 measures" in found[1].message
    assert "no verdict" in found[1].message


def test_nothing_is_found_where_nothing_is_counted_twice() -> None:
    """Official totals alone, and records of other years, have no ledger."""
    assert coverage(held({"2014-12": 3650}, {})).empty
    assert coverage(held({"2014-12": 3650}, by_day(10, "2019-12", 12))).empty


TYPES = {
    "official.burglary": ("Burglary", ("Domestic burglary", "Non-domestic burglary")),
    "official.vehicle_offences": ("Vehicle crime", ("Vehicle offences",)),
    "official.robbery": ("Robbery", ("Robbery",)),
    "official.theft_from_the_person": ("Theft from the person", ("Theft from the person",)),
    "official.shoplifting": ("Shoplifting", ("Shoplifting",)),
    "official.criminal_damage_and_arson": ("Criminal damage and arson", ("Criminal damage and arson",)),
}


@pytest.mark.slow
def test_leicestershires_ledger_is_that_of_the_downloads(data: Observations, shared: Path) -> None:
    """Pandas alone on the street records as downloaded and the official file: the same shares, to a hundredth."""
    with zipfile.ZipFile(shared / "data" / "leicestershire-street" / "2014-01_to_2014-11.zip") as archive:
        files = [name for name in archive.namelist() if name.endswith("leicestershire-street.csv")]
        rows = pd.concat([pd.read_csv(archive.open(name), low_memory=False) for name in files])
    assert rows["Month"].nunique() == 11
    crimes = rows[rows["Crime ID"].notna()].drop_duplicates(["Crime ID", "Month", "Crime type"])
    published = pd.read_csv(shared / "data" / "rolling-year-pfa" / "rec-crime-pfa.csv")
    published.columns = ["ending", "force", "region", "offence", "total"]
    year = published[(published["ending"] == "31-12-2014") & (published["force"] == "Leicestershire")]
    totals = pd.to_numeric(year.set_index("offence")["total"])
    ledger = coverage(data)
    own = ledger[ledger["area"] == "Leicestershire"].set_index("indicator")
    for key, (kind, offences) in TYPES.items():
        share = (crimes["Crime type"] == kind).sum() / (totals[list(offences)].sum() * 334 / 365)
        assert own.loc[key, "share"] == pytest.approx(share, abs=0.01), key
    assert {str(month) for months in own["missing"] for month in months} == {"2014-12"}
    odd = own.index[own["coverage"] == Coverage.UNUSUAL]
    assert set(odd) == {"official.robbery", "official.theft_from_the_person"}
