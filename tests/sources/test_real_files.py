"""Published files exactly as they are downloaded, with sums worked out without our readers."""

import csv
import shutil
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest

from pccstats.sources import build_data, read_observations
from pccstats.terms.observations import Observations
from pccstats.terms.periods import Window

pytestmark = pytest.mark.slow

BOROUGHS = "MPS Borough Level Crime (Historical).csv"


@pytest.fixture(scope="module")
def london(root: Path, shared: Path, tmp_path_factory) -> Observations:
    """The London example, built beside a copy of its plan."""
    folder = tmp_path_factory.mktemp("london") / "data"
    shutil.copytree(root / "examples" / "london-boroughs", folder, ignore=shutil.ignore_patterns("processed"))
    build_data(folder, shared / "data" / "mps-boroughs")
    return read_observations(folder)


@pytest.fixture(scope="module")
def borough_rows(shared: Path) -> list[list[str]]:
    """The rows of the boroughs' file, split by the standard library alone."""
    with (shared / "data" / "mps-boroughs" / BOROUGHS).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_borough_file_is_read_whole(london, borough_rows):
    """448 rows, April 2010 to September 2023; a figure for every indicator, borough and month, and for their sum."""
    (file,) = [file for file in london.files if file.reader]
    assert file.rows == len(borough_rows) - 1 == 448
    assert (str(file.first_month), str(file.last_month)) == ("2010-04", "2023-09")
    assert len(london.frame) == 16 * 17 * 162


@pytest.mark.parametrize(
    ("key", "area", "month", "offences"),
    [
        ("2.burglary", "Croydon", "2019-06", [("BURGLARY", "")]),
        ("3.shoplifting", "Hackney", "2020-04", [("THEFT", "SHOPLIFTING")]),
        ("8.damage", "Bexley", "2010-04", [("ARSON AND CRIMINAL DAMAGE", "")]),
    ],
)
def test_borough_sums(london, borough_rows, key, area, month, offences):
    """Sums over offences are those of the file's own cells."""
    column = borough_rows[0].index(month.replace("-", ""))
    expected = sum(
        int(row[column])
        for row in borough_rows[1:]
        for major, minor in offences
        if row[2] == area and row[0] == major and minor in ("", row[1])
    )
    assert london.series(key, area=area).between(month, month).values.tolist() == [expected]


def test_total_of_all_boroughs(london, borough_rows):
    """All crime of the sixteen boroughs together is every cell of a month but fraud."""
    column = borough_rows[0].index("201906")
    expected = sum(int(row[column]) for row in borough_rows[1:] if row[0] != "FRAUD AND FORGERY")
    assert london.series("1.all_crime").between("2019-06", "2019-06").values.tolist() == [expected]


def test_what_was_left_out_of_the_borough_file_is_on_record(london):
    """Fraud, 16 rows of 162 months, is left out and said to be."""
    (finding,) = [finding for finding in london.findings if finding.rule == "left_out"]
    assert "2,592 figures were left out" in finding.message
    assert "FRAUD AND FORGERY" in finding.message


def test_a_month_out_of_scale_in_the_borough_file(london):
    """219 other sexual offences in Havering in August 2014, where 7 to 45 are usual, are found in the real file."""
    (finding,) = [finding for finding in london.findings if finding.rule == "out_of_scale"]
    assert (finding.indicator, finding.area, finding.period_end) == ("7.sexual_offences", "Havering", "2014-08")
    assert "224 is 7 times the usual 30" in finding.message


# --------------------------------------------------------------------------------------------- rolling year by force
ROLLING = "rec-crime-pfa.csv"
FORCES = ["Leicestershire", "Avon and Somerset", "Bedfordshire", "Essex"]
FORCES += ["Hertfordshire", "Kent", "Northamptonshire", "Sussex"]
SOURCES = f"""\
[[source]]
file = "{ROLLING}"
reader = "rolling_year_csv"
label = "Home Office and ONS"

[source.indicators]
"official.domestic_burglary" = ["Domestic burglary"]
"official.shoplifting" = ["Shoplifting"]
"official.violence_with_injury" = ["Violence with injury", "Death or serious injury caused by illegal driving"]
"""


@pytest.fixture(scope="module")
def rolling(root: Path, shared: Path, tmp_path_factory) -> Observations:
    """The national rolling-year file, read into the shipped plan."""
    raw = tmp_path_factory.mktemp("rolling") / "raw"
    raw.mkdir()
    shutil.copy(root / "data" / "raw" / "plan.toml", raw)
    (raw / "sources.toml").write_text(SOURCES, encoding="utf-8")
    build_data(raw, shared / "data" / "rolling-year-pfa")
    return read_observations(raw)


def test_rolling_year_file_is_read_whole(rolling, shared):
    """Every row is counted; forces of the plan alone become observations."""
    (file,) = [file for file in rolling.files if file.reader]
    lines = (shared / "data" / "rolling-year-pfa" / ROLLING).read_bytes().count(b"\n")
    assert file.rows == 37_199
    assert abs(lines - file.rows) <= 1
    assert sorted(rolling.frame["area"].unique()) == sorted(FORCES)
    assert set(rolling.frame["months"]) == {12}


def test_rolling_year_agrees_with_the_shipped_table(rolling, root):
    """The shipped official figures, made by another script, are the same figures."""
    shipped = pd.read_csv(root / "data" / "raw" / "police_recorded_crime.csv", dtype=str)
    expected = shipped.set_index(["indicator", "area", "period_end"])["numerator"].astype(float)
    expected = expected[expected.index.get_level_values(0).isin(rolling.frame["indicator"].unique())]
    read = rolling.frame.assign(period_end=rolling.frame["period_end"].astype(str))
    read = read.set_index(["indicator", "area", "period_end"])["numerator"]
    assert len(expected) == 3 * 8 * 34
    pd.testing.assert_series_equal(read.loc[expected.index], expected)


def test_rows_that_are_no_force_are_left_out_and_said_so(rolling):
    """Action Fraud, CIFAS, UK Finance and British Transport Police stand among the forces and are named."""
    words = " ".join(finding.message for finding in rolling.findings if finding.rule == "left_out")
    for name in ("Action Fraud", "British Transport Police", "CIFAS"):
        assert name in words


def test_published_totals_below_zero_are_flagged(rolling, shared):
    """Leicestershire's -21 deaths by driving to September 2009 counts within a sum, and is shown to the reader."""
    (finding,) = [finding for finding in rolling.findings if finding.rule == "negative_as_published"]
    assert (finding.area, finding.period_end, finding.value) == ("Leicestershire", "2009-09", "-21")
    parts = defaultdict(int)
    with (shared / "data" / "rolling-year-pfa" / ROLLING).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["PFA"] == "Leicestershire" and row["12 months ending"] == "30-09-2009":
                parts[row["Offence"]] += int(row["Rolling year total number of offences"])
    expected = parts["Violence with injury"] - 21
    read = rolling.rows("official.violence_with_injury", "Leicestershire")
    assert read.loc[read["period_end"] == "2009-09", "numerator"].tolist() == [expected]


# ------------------------------------------------------------------------------------------------- the data that ship
@pytest.fixture(scope="module")
def shipped(root: Path, tmp_path_factory) -> Observations:
    """The shipped data, built from a copy."""
    folder = tmp_path_factory.mktemp("shipped")
    shutil.copytree(root / "data" / "raw", folder / "raw")
    return read_observations(folder)


def test_shipped_files_are_read_whole(shipped, root):
    """As many rows as the files have records."""
    for file in shipped.files:
        if file.reader:
            with (root / "data" / "raw" / file.name).open(encoding="utf-8", newline="") as opened:
                assert file.rows == sum(1 for row in csv.reader(opened)) - 1
    received = shipped.frame[~shipped.frame["note"].str.startswith("Sum of ")]
    assert len(received) == sum(file.rows or 0 for file in shipped.files if file.reader == "tidy_csv")


def test_findings_in_the_shipped_figures(shipped):
    """What does not add up in the published papers is found, and what a registered event explains is a note."""
    found = {(f.rule, f.indicator, f.period_end, str(f.severity)) for f in shipped.findings}
    assert found >= {
        ("official_differs", "11.offences", "2013-03", "flag"),
        ("official_differs", "13.offences", "2015-06", "flag"),
    }
    (all_crime,) = [f for f in shipped.findings if f.indicator == "11.offences" and f.period_end == "2013-03"]
    assert "58,805 is published; the official figure for the same 12 months is 58,342." in all_crime.message


def test_illustrative_months_make_their_published_years(shipped):
    """No published year of crime differs from the sum of its months."""
    assert [f for f in shipped.findings if f.rule == "months_do_not_add_up"] == []


def test_populations_are_held(shipped):
    """A year has the estimate nearest its middle: mid-2014 for 2014/15 and for the 12 months to June 2015."""
    for end in ("2015-03", "2015-06"):
        assert shipped.population("Leicestershire", window=Window.ending(end)) == (1_043_400, "mid-2014")
    assert shipped.population("Leicestershire") == (1_055_800, "mid-2015")


# ------------------------------------------------------------------------------------------- faults in published forms
def borough_data(tmp_path: Path, root: Path, text: str) -> Path:
    """The London plan with a small file in place of the published one."""
    folder = tmp_path / "london"
    shutil.copytree(root / "examples" / "london-boroughs", folder, ignore=shutil.ignore_patterns("processed"))
    (folder / BOROUGHS).write_text(text, encoding="utf-8")
    return folder


def test_borough_file_without_its_offences(root, tmp_path):
    """A file that lacks what sources.toml asks for is refused with every name that is missing."""
    text = "MajorText,MinorText,BoroughName,201904\nTHEFT,SHOPLIFTING,Croydon,x\nTHEFT,BICYCLE,Croydon,5\n"
    with pytest.raises(Exception, match="problems:") as caught:
        build_data(borough_data(tmp_path, root, text))
    message = str(caught.value)
    assert "Found 'BURGLARY'" in message
    assert "row 2, column 201904: This is not a number. Found 'x'" in message


def test_borough_file_without_months(root, tmp_path):
    """A table with no month among its headings is refused."""
    with pytest.raises(Exception, match="The file has no months"):
        build_data(borough_data(tmp_path, root, "MajorText,MinorText,BoroughName,April\nTHEFT,SHOPLIFTING,Croydon,1\n"))
