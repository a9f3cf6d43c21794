"""The illustrative months keep to every published total and share, and show what the report says moved.

The figures are typed here from the documents and the official table, apart from the files the generator reads.
"""

import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest

PUBLISHED_ENDS = ("2013-03", "2014-03", "2015-03", "2015-06")
PUBLISHED_COUNTS = {
    "11.offences": (58805, 60834, 59220, 58318),
    "12.offences": (3935, 4199, 4050, 4013),
    "13.offences": (4365, 5052, 4884, 4609),
    "14A.offences": (5236, 5396, 5767, 6092),
    "14B.offences": (1051, 1114, 1347, 1376),
    "17.missing_storm": (5929, 3438, 4249, 4305),
    "17.missing_compact": (5417, 2577, 2388, 2384),
    "17.nine_locations": (1162, 350, 306, 267),  # 2013/14 is printed as under 400; 350 is assumed
}
# Official 12-month totals, March 2010 to June 2015; those in CONTRADICTED differ from a published total.
OFFICIAL_COUNTS = {
    "11.offences": (
        79866, 78108, 75477, 71818, 70064, 67805, 67177, 67438, 67234, 64817, 61870,
        60597, 58342, 58164, 59178, 59993, 60834, 60963, 60360, 59496, 59220, 59092,
    ),
    "12.offences": (
        5497, 5324, 4942, 4508, 4393, 4234, 4135, 4171, 4231, 4265, 4354,
        4278, 3935, 3743, 3670, 3969, 4199, 4326, 4253, 4189, 4050, 4010,
    ),
    "13.offences": (
        6830, 6265, 5839, 5604, 5670, 5675, 5587, 5502, 5143, 4816, 4524,
        4368, 4365, 4442, 4701, 4888, 5052, 5005, 4912, 4885, 4884, 4817,
    ),
}  # fmt: skip
CONTRADICTED = {
    ("11.offences", "2013-03"), ("11.offences", "2015-06"), ("12.offences", "2015-06"), ("13.offences", "2015-06"),
}  # fmt: skip
SHARE_ENDS = ("2011-11", "2012-11", *PUBLISHED_ENDS)
PUBLISHED_SHARES = {
    "7.satisfaction": ("86.3", "87.7", "84.2", "83.7", "82.8", "83.5"),
    "8.satisfaction": ("83.2", "83.9", "82.9", "79.2", "79.1", "76.0"),
    "9.satisfaction": ("85.9", "84.5", "84.5", "85.8", "81.8", "81.5"),
    "10.confidence": (None, None, "75.3", "79.5", "84.6", "85.5"),
    "12.satisfaction": ("91.6", "90.3", "89.7", "89.1", "88.2", "88.6"),
    "13.satisfaction": (None, None, "78.1", "78.1", "73.3", None),
    "14A.satisfaction": (None, None, "85.9", "87.2", "80.1", None),
    "14B.satisfaction": (None, None, "75.5", "82.8", "78.2", None),
}
# The Plan's change over three months to November 2012, relative per cent.
THREE_MONTH_CHANGES = {
    "7.satisfaction": "1.4",
    "8.satisfaction": "0.0",
    "9.satisfaction": "-0.6",
    "12.satisfaction": "-0.7",
}
RESPONDENTS_A_YEAR = {
    "7.satisfaction": 250, "8.satisfaction": 500, "9.satisfaction": 1440, "10.confidence": 2200,
    "12.satisfaction": 480, "13.satisfaction": 480, "14A.satisfaction": 360, "14B.satisfaction": 150,
}  # fmt: skip
QUARTER_ONE = slice("2015-04", "2015-06")
THREE_YEARS = slice("2012-07", "2015-06")


@pytest.fixture(scope="module")
def rows(root):
    """The rows of the file."""
    return pd.read_csv(root / "data/raw/illustrative_monthly.csv", dtype={"period_end": str}, keep_default_na=False)


@pytest.fixture(scope="module")
def months(rows):
    """Numerator and denominator of each series, by month."""
    index = pd.PeriodIndex(rows["period_end"], freq="M")
    figures = rows[["numerator", "denominator"]].apply(pd.to_numeric).set_index(index)
    return dict(iter(figures.groupby(rows["indicator"].to_numpy())))


def total(figures, end, length=12):
    """Sum of the months of a window, as whole numbers."""
    last = pd.Period(end, "M")
    window = figures[last - length + 1 : last]
    assert len(window) == length
    return int(window.sum())


def half_up(value, places="0.1"):
    """Round half up, as the documents do."""
    return Decimal(value).quantize(Decimal(places), ROUND_HALF_UP)


def rolling_share(survey, end):
    """Per cent satisfied in the 12 months to a month, exact."""
    return Decimal(100 * total(survey["numerator"], end)) / total(survey["denominator"], end)


def poisson_sigmas(offences):
    """Poisson sigmas of each month's daily rate from the mean of April 2012 to March 2015."""
    days = offences.index.days_in_month.to_numpy()
    inside = (offences.index >= "2012-04") & (offences.index <= "2015-03")
    mean = offences[inside].sum() / days[inside].sum()
    return (offences / days - mean) / np.sqrt(mean / days)


def over_dispersion(offences):
    """Mean moving range of the Poisson sigmas of April 2012 to March 2015, over d2: Laney's multiplier by hand."""
    return poisson_sigmas(offences)["2012-04":"2015-03"].diff().abs().mean() / 1.128379


def sigmas(offences):
    """Sigmas of each month from the mean, over-dispersion included."""
    return poisson_sigmas(offences) / over_dispersion(offences)


def test_series_and_their_months(rows, months):
    """Each series runs without a gap over the months that published totals determine."""
    starts = dict.fromkeys(PUBLISHED_COUNTS, "2009-04") | dict.fromkeys(PUBLISHED_SHARES, "2012-04")
    starts |= {key: "2012-04" for key in PUBLISHED_COUNTS if key.startswith("17.")}
    starts |= dict.fromkeys(THREE_MONTH_CHANGES, "2010-12")
    assert months.keys() == starts.keys()
    for key, figures in months.items():
        end = "2015-03" if key in {"13.satisfaction", "14A.satisfaction", "14B.satisfaction"} else "2015-06"
        assert list(figures.index) == list(pd.period_range(starts[key], end, freq="M")), key
    assert not rows.duplicated(["indicator", "period_end"]).any()


def test_every_row_says_what_it_is(rows):
    """No row can be taken for a record: each carries the words, and what binds it."""
    assert set(rows["source"]) == {"Illustrative monthly split of published totals"}
    assert set(rows["area"]) == {"Leicestershire"}
    assert set(rows["months"]) == {1}
    assert set(rows["status"]) == {""}
    assert rows["note"].str.startswith("Keeps to ").all()
    surveys = rows["denominator"] != ""
    assert rows.loc[surveys, "note"].str.contains("respondents assumed").all()


def test_figures_are_whole_and_possible(rows):
    """Counts are whole numbers of zero or more, and no more people are satisfied than answered."""
    assert rows["numerator"].ge(0).all()
    assert rows["numerator"].dtype.kind == "i"
    surveys = rows[rows["denominator"] != ""]
    assert surveys["denominator"].astype(int).ge(surveys["numerator"]).all()


@pytest.mark.parametrize("indicator", PUBLISHED_COUNTS)
def test_months_sum_to_published_totals(months, indicator):
    """Each financial year and the 12 months to June 2015 sum exactly to what is printed."""
    figures = months[indicator]["numerator"]
    assert tuple(total(figures, end) for end in PUBLISHED_ENDS) == PUBLISHED_COUNTS[indicator]


@pytest.mark.parametrize("indicator", OFFICIAL_COUNTS)
def test_months_sum_to_official_totals(months, indicator):
    """Every official quarter end binds, save the four that differ from a published total of the same 12 months."""
    ends = [str(p.asfreq("M")) for p in pd.period_range("2010Q1", "2015Q2", freq="Q")]
    published = dict(zip(PUBLISHED_ENDS, PUBLISHED_COUNTS[indicator], strict=True))
    for end, official in zip(ends, OFFICIAL_COUNTS[indicator], strict=True):
        made = total(months[indicator]["numerator"], end)
        if (indicator, end) in CONTRADICTED:
            assert official != published[end] == made, end
        else:
            assert made == official, end


def test_nine_locations_in_quarter_one(months):
    """Quarter one 2015/16 has the 72 reports of paragraph 79, so quarter one 2014/15 had 111."""
    reports = months["17.nine_locations"]["numerator"]
    assert total(reports, "2015-06", 3) == 72
    assert total(reports, "2014-06", 3) == 306 - 267 + 72


@pytest.mark.parametrize("indicator", PUBLISHED_SHARES)
def test_rolling_shares_round_to_what_is_printed(months, indicator):
    """Each published share is the rolling share of the months, rounded half up to one decimal."""
    for end, printed in zip(SHARE_ENDS, PUBLISHED_SHARES[indicator], strict=True):
        if printed:
            assert half_up(rolling_share(months[indicator], end)) == Decimal(printed), end


@pytest.mark.parametrize("indicator", THREE_MONTH_CHANGES)
def test_three_month_changes_of_the_plan(months, indicator):
    """The change from August to November 2012 is the one the Plan prints, from the rounded shares."""
    august, november = (half_up(rolling_share(months[indicator], end)) for end in ("2012-08", "2012-11"))
    assert half_up(100 * (november - august) / august) == Decimal(THREE_MONTH_CHANGES[indicator])


@pytest.mark.parametrize("indicator", RESPONDENTS_A_YEAR)
def test_respondents_are_about_the_assumed_number(months, indicator):
    """Any 12 months hold the assumed number of respondents, within 8%."""
    yearly = months[indicator]["denominator"].rolling(12).sum().dropna()
    assert (yearly / RESPONDENTS_A_YEAR[indicator]).between(0.92, 1.08).all()


@pytest.mark.parametrize("indicator", PUBLISHED_COUNTS)
def test_noise_is_that_of_police_figures(months, indicator):
    """Months scatter more than chance alone, as recorded crime does, and no more than two and a half times as much."""
    assert 1.2 < over_dispersion(months[indicator]["numerator"]) < 2.5


@pytest.mark.parametrize("indicator", OFFICIAL_COUNTS)
def test_no_seam_at_the_ends_of_years(months, indicator):
    """The step from March to April is no larger than steps between other months."""
    rate = months[indicator]["numerator"] / months[indicator].index.days_in_month
    steps = rate.diff().abs().dropna()
    seams = steps[steps.index.month == 4]
    assert seams.mean() < 1.5 * steps.mean()


def test_all_crime_moves_as_reported(months):
    """Quarter one is below the mean, most of 18 months are, and no month of them stands out (60, 61)."""
    offences = months["11.offences"]["numerator"]
    assert (offences[QUARTER_ONE] < offences[THREE_YEARS].mean()).all()
    recent = sigmas(offences)["2014-01":"2015-06"]
    assert (recent < 0).sum() >= 12
    assert recent.abs().max() < 3


def test_domestic_burglary_moves_as_reported(months):
    """Winters are high, 2014/15 follows 2013/14 at lower levels, and quarter one is a little low (62)."""
    offences = months["12.offences"]["numerator"]
    for year in (2013, 2014):
        winter = offences[f"{year}-10" : f"{year + 1}-01"].mean()
        assert winter > 1.2 * offences[f"{year}-04" : f"{year}-09"].mean()
    before, latest = offences["2013-04":"2014-03"].to_numpy(), offences["2014-04":"2015-03"].to_numpy()
    assert np.corrcoef(before, latest)[0, 1] > 0.6
    assert latest.sum() < before.sum()
    assert (offences[QUARTER_ONE] < offences[THREE_YEARS].mean()).all()
    assert sigmas(offences)[QUARTER_ONE].min() > -2


def test_violence_with_injury_moves_as_reported(months):
    """May and June 2015 are the two lowest of 36 months and beyond three sigmas (65)."""
    offences = months["13.offences"]["numerator"]
    lowest = offences[THREE_YEARS].nsmallest(2).index
    assert set(lowest) == {pd.Period("2015-05"), pd.Period("2015-06")}
    assert sigmas(offences)["2015-05":].max() < -3
    assert offences[QUARTER_ONE].mean() < 0.8 * offences["2015-01":"2015-03"].mean()


@pytest.mark.parametrize("indicator", ["14A.offences", "14B.offences"])
def test_vehicle_crime_moves_as_reported(months, indicator):
    """Quarter one 2015/16 is significantly high: all three months beyond two sigmas, one beyond three (68)."""
    latest = sigmas(months[indicator]["numerator"])[QUARTER_ONE]
    assert latest.min() > 2
    assert latest.max() > 3


def test_missing_reports_step_down_with_the_absent_category(months):
    """Missing reports fall when the "absent" category begins in April 2013."""
    for indicator in ("17.missing_storm", "17.missing_compact", "17.nine_locations"):
        reports = months[indicator]["numerator"]
        assert reports["2013-04":"2013-06"].max() < reports["2013-01":"2013-03"].min()


def test_all_user_satisfaction_moves_as_reported(months):
    """It falls through 2014 and stays at 81% from January to June 2015 (56)."""
    survey = months["9.satisfaction"]
    falling = [rolling_share(survey, end) for end in ("2014-03", "2014-06", "2014-09", "2014-12")]
    assert falling == sorted(falling, reverse=True)
    assert all(int(rolling_share(survey, f"2015-0{month}")) == 81 for month in range(1, 7))


def test_burglary_satisfaction_moves_as_reported(months):
    """It is lowest in January 2015, at 86%, and rises over the five months that follow (63)."""
    survey = months["12.satisfaction"]
    share = {str(end): rolling_share(survey, end) for end in pd.period_range("2014-02", "2015-06", freq="M")}
    assert min(share, key=share.get) == "2015-01"
    assert int(share["2015-01"]) == 86
    rising = [share[f"2015-0{month}"] for month in range(1, 7)]
    assert rising == sorted(rising)


def test_anti_social_behaviour_satisfaction_moves_as_reported(months):
    """It recovers during 2014/15, is lower in quarter one and stays over 75% (54)."""
    survey = months["8.satisfaction"]
    share = [rolling_share(survey, end) for end in pd.period_range("2014-03", "2015-06", freq="M")]
    assert max(share) > share[0]
    assert share[-1] == min(share)
    assert share[-1] > 75


@pytest.mark.slow
def test_file_is_what_its_generator_writes(root, tmp_path):
    """Running the generator again gives the committed bytes."""
    target = tmp_path / "months.csv"
    subprocess.run([sys.executable, root / "tools/make_illustrative_monthly.py", root / "data/raw", target], check=True)
    assert target.read_bytes() == (root / "data/raw/illustrative_monthly.csv").read_bytes()
