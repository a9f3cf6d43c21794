"""A figure that does not say when it came out takes the usual time of its source, and a pack knows no later one."""

from pathlib import Path

import pytest

import pccstats as pcc
from pccstats.terms.periods import Quarter

pytestmark = pytest.mark.slow

PLAN = """
title = "A plan"
focus = "Here"
baseline = "2013/14"
horizon = "2017-03"
areas = [{ name = "Here", kind = "force" }]

[[theme]]
number = 1
title = "One"
slug = "one"

[[theme.priority]]
number = 1
title = "Burglary"

[[theme.priority.indicator]]
key = "1.offences"
title = "Burglary"
kind = "count"
polarity = "lower_is_better"
"""
SOURCES = """
[[source]]
file = "figures.csv"
reader = "tidy_csv"
label = "Records"
{lag}

[[source]]
file = "populations.csv"
reader = "populations_csv"
label = "Estimates"
published_after = 12
"""


def built(folder: Path, lag: str) -> pcc.Observations:
    """Three months, one of them with a date of its own, and two populations."""
    raw = folder / "raw"
    raw.mkdir(parents=True)
    (raw / "plan.toml").write_text(PLAN, encoding="utf-8")
    (raw / "sources.toml").write_text(SOURCES.format(lag=lag), encoding="utf-8")
    (raw / "figures.csv").write_text(
        "indicator,area,period_end,months,numerator,published_on\n"
        "1.offences,Here,2014-11,1,10,\n1.offences,Here,2014-12,1,11,\n1.offences,Here,2015-01,1,12,2015-02-20\n",
        encoding="utf-8",
    )
    (raw / "populations.csv").write_text(
        "area,persons,year,vintage\nHere,1000,2013,mid-2013\nHere,1010,2014,mid-2014\n", encoding="utf-8"
    )
    return pcc.read_observations(folder)


def test_figures_come_out_so_many_months_after_their_last(tmp_path):
    """Two months after November and December 2014 is January and February 2015; a date of its own is kept."""
    data = built(tmp_path, "published_after = 2")
    dates = dict(zip(data.frame["period_end"].astype(str), data.frame["published_on"], strict=True))
    assert dates == {"2014-11": "2015-01", "2014-12": "2015-02", "2015-01": "2015-02-20"}
    assert data.known_by("2015-01").series("1.offences").values.tolist() == [10]


def test_populations_come_out_in_their_year_too(tmp_path):
    """The estimate of mid-2014 comes out in June 2015; before that a rate is on mid-2013."""
    data = built(tmp_path, "")
    assert data.known_by("2015-05").population("Here") == (1000, "mid-2013")
    assert data.known_by("2015-06").population("Here") == (1010, "mid-2014")


def test_what_has_no_date_is_taken_as_known(tmp_path):
    """A source with neither dates nor a usual time is known from the first."""
    assert len(built(tmp_path, "").known_by("2010-01").frame) == 2


@pytest.mark.parametrize("lag", ["published_after = -1", 'published_after = "two"'])
def test_a_time_that_is_none_is_refused(tmp_path, lag):
    """Months are a whole number, nought or more."""
    with pytest.raises(pcc.DataProblem, match="published_after"):
        built(tmp_path, lag)


def test_the_shipped_sources_all_say_when_their_figures_came_out(data):
    """Every figure that was observed has a date, and every population."""
    observed = data.frame[~data.frame["source"].str.startswith("Illustrative")]
    assert observed.loc[observed["published_on"] == "", "source"].unique().tolist() == []
    assert (data.exposures["published_on"] != "").all()


def test_the_pack_to_june_2015_knows_june_and_no_september(data):
    """Official crime to June came out in October 2015; the all-crime total implied in April 2016 is not known."""
    then = data.known_for(Quarter.parse("2015/16-Q1"))
    assert then.rows("official.robbery")["period_end"].max().strftime("%Y-%m") == "2015-06"
    assert "2016-04" not in set(then.frame["published_on"])
    assert data.known_by("2015-09").rows("official.robbery")["period_end"].max().strftime("%Y-%m") == "2015-03"


def test_the_data_quality_page_says_nothing_of_what_came_out_later(data):
    """59,107, implied in April 2016, is neither a revision nor used in the pack of June 2015 (P9); later it is both."""
    now, later = (pcc.data_quality(data, quarter) for quarter in ("2015/16-Q1", "2015/16-Q4"))
    assert not any("59,107" in finding.message for finding in now.findings)
    assert 59107 not in now.revisions["latest"].tolist()
    assert any("59,107" in finding.message for finding in later.findings)
