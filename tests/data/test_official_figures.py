"""Official recorded crime and census populations are shipped unchanged and attributed."""

import csv
import subprocess
import sys

import pytest

FORCES = {
    "Leicestershire", "Avon and Somerset", "Bedfordshire", "Essex", "Hertfordshire", "Kent", "Northamptonshire",
    "Sussex",
}  # fmt: skip
DISTRICTS = {
    "Leicester", "Rutland", "Blaby", "Charnwood", "Harborough", "Hinckley and Bosworth", "Melton",
    "North West Leicestershire", "Oadby and Wigston",
}  # fmt: skip
LICENCE = "Contains public sector information licensed under the Open Government Licence v3.0"


def read(path):
    """Rows of a file, text as it stands."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def crime(root):
    """Official recorded crime."""
    return read(root / "data/raw/police_recorded_crime.csv")


@pytest.fixture(scope="module")
def populations(root):
    """Census populations."""
    return read(root / "data/raw/populations.csv")


def test_crime_is_complete(crime):
    """Ten offence groups for eight forces at each of 22 quarter ends, once each."""
    keys = {(row["indicator"], row["area"], row["period_end"]) for row in crime}
    assert len(keys) == len(crime) == 10 * 8 * 22
    assert {row["area"] for row in crime} == FORCES
    assert {row["period_end"] for row in crime} == {
        f"{year}-{month}" for year in range(2010, 2016) for month in ("03", "06", "09", "12")
    } - {"2015-09", "2015-12"}


def test_crime_is_attributed(crime):
    """Every row covers 12 months and carries the licence."""
    assert all(row["months"] == "12" and LICENCE in row["source"] for row in crime)


def test_crime_figures_are_the_official_ones(shared, crime):
    """No figure differs from the official table."""
    official = {
        (f"official.{row['offence_group']}", row["area"], row["period_end"]): row["offences_in_12_months"]
        for row in read(shared / "figures/official_rolling_year.csv")
    }
    assert {(r["indicator"], r["area"], r["period_end"]): r["numerator"] for r in crime} == official


def test_crime_file_is_what_its_script_writes(root, shared, tmp_path):
    """Running the script again gives the committed bytes."""
    script, target = root / "tools/make_police_recorded_crime.py", tmp_path / "crime.csv"
    subprocess.run([sys.executable, script, shared / "figures/official_rolling_year.csv", target], check=True)
    assert target.read_bytes() == (root / "data/raw/police_recorded_crime.csv").read_bytes()


def test_populations_cover_forces_and_districts(populations):
    """Eight forces and the nine districts of Leicestershire, each with code, vintage and source."""
    assert {row["area"] for row in populations if row["area_type"] == "force"} == FORCES
    assert {row["area"] for row in populations if row["area_type"] == "district"} == DISTRICTS
    assert all(row["code"] and row["year"] == "2011" and LICENCE in row["source"] for row in populations)


def test_districts_make_the_force(populations):
    """The nine districts add up to the 1,017,697 residents the Annual Report gives for the force area."""
    persons = {(row["area_type"], row["area"]): int(row["persons"]) for row in populations}
    districts = sum(number for (kind, _), number in persons.items() if kind == "district")
    assert districts == persons["force", "Leicestershire"] == 1_017_697


def test_populations_are_the_census_ones(shared, populations):
    """No figure differs from the census tables."""
    forces = {
        row["PFA16CD"]: row["census2011_residents"] for row in read(shared / "reference/pfa_codes_population.csv")
    }
    districts = {
        row["LAD16CD"]: row["census2011_residents"]
        for row in read(shared / "reference/leicestershire_districts_csps.csv")
    }
    assert all((forces | districts)[row["code"]] == row["persons"] for row in populations)
