"""Official recorded crime, street records and populations are shipped unchanged and attributed."""

import csv
import subprocess
import sys
import tomllib

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
    """Populations of the census and by mid-year."""
    return read(root / "data/raw/populations.csv")


def test_crime_is_complete(crime):
    """Eleven offence groups for eight forces at each of 34 quarter ends, March 2007 to June 2015, once each."""
    keys = {(row["indicator"], row["area"], row["period_end"]) for row in crime}
    assert len(keys) == len(crime) == 11 * 8 * 34
    assert {row["area"] for row in crime} == FORCES
    assert {row["period_end"] for row in crime} == {
        f"{year}-{month}" for year in range(2007, 2016) for month in ("03", "06", "09", "12")
    } - {"2015-09", "2015-12"}


@pytest.mark.parametrize("file", ["police_recorded_crime", "anti_social_behaviour", "street_records_2014"])
def test_official_files_are_attributed(root, file):
    """The list of sources names the licence of each."""
    sources = tomllib.loads((root / "data/raw/sources.toml").read_text(encoding="utf-8"))["source"]
    (label,) = [source["label"] for source in sources if source["file"] == f"{file}.csv"]
    assert LICENCE in label


def test_crime_covers_years_and_says_when_it_came_out(crime):
    """Every row covers 12 months and came out four months after."""
    assert {row["months"] for row in crime} == {"12"}
    assert {row["published_on"] for row in crime if row["period_end"] in ("2015-03", "2015-06", "2014-09")} == {
        "2015-07",
        "2015-10",
        "2015-01",
    }


def test_crime_figures_are_the_official_ones(shared, crime):
    """No figure differs from the official table, which begins in March 2010."""
    official = {
        (f"official.{row['offence_group']}", row["area"], row["period_end"]): row["offences_in_12_months"]
        for row in read(shared / "figures/official_rolling_year.csv")
    }
    held = {(r["indicator"], r["area"], r["period_end"]): r["numerator"] for r in crime}
    assert official.items() <= held.items()


def test_crime_file_is_what_its_script_writes(root, shared, tmp_path):
    """Running the script again on the published table gives the committed bytes."""
    script, target = root / "tools/make_police_recorded_crime.py", tmp_path / "crime.csv"
    download = shared / "data/rolling-year-pfa/rec-crime-pfa.csv"
    subprocess.run([sys.executable, script, download, target], check=True)
    assert target.read_bytes() == (root / "data/raw/police_recorded_crime.csv").read_bytes()


def test_incidents_are_the_official_ones(root, shared):
    """Incidents of anti-social behaviour by financial year are those of the official table, all of them."""
    names = {
        (row["name"], f"{int(row['financial_year'][:4]) + 1}-03"): row["incidents"]
        for row in read(shared / "figures/asb_incidents_pfa.csv")
        if row["name"] in FORCES
    }
    rows = read(root / "data/raw/anti_social_behaviour.csv")
    held = {(row["area"], row["period_end"]): row["numerator"] for row in rows}
    assert held.items() <= names.items()
    assert held["Leicestershire", "2012-03"] == "29289"


def test_street_records_are_the_counts_of_the_forces(root, shared):
    """Records by force, month and type are those counted from the downloads of all forces."""
    counted: dict[tuple[str, str, str], int] = {}
    for row in read(shared / "data/street-counts-2014/street_counts_2014.csv"):
        force = next((name for name in FORCES if name.lower().replace(" ", "-") == row["force"]), "")
        counted[force, row["month"], row["crime_type"]] = int(row["records"])
    rows = [row for row in read(root / "data/raw/street_records_2014.csv") if row["area"] in FORCES]
    held = {(row["area"], row["period_end"], row["indicator"]): int(row["numerator"]) for row in rows}
    assert len(held) == len(rows) == 8 * 11 * 15
    for (force, at, kind), number in held.items():
        if kind == "All crime":
            of_types = [
                n for key, n in held.items() if key[:2] == (force, at) and key[2] not in (kind, "Anti-social behaviour")
            ]
            assert number == sum(of_types)
        else:
            assert number == counted.get((force, at, kind), 0), (force, at, kind)


def test_populations_cover_forces_and_districts(populations):
    """Eight forces from 2006, the nine districts of Leicestershire from 2011, each with code, vintage and source."""
    assert {row["area"] for row in populations if row["area_type"] == "force"} == FORCES
    assert {row["area"] for row in populations if row["area_type"] == "district"} == DISTRICTS
    assert all(row["vintage"] and row["source"] for row in populations)
    estimates = [row for row in populations if row["vintage"] == f"mid-{row['year']}"]
    assert {int(row["year"]) for row in estimates if row["area_type"] == "force"} == set(range(2006, 2016))
    assert {int(row["year"]) for row in estimates if row["area_type"] == "district"} == set(range(2011, 2016))


def test_districts_make_the_force_in_every_year(populations):
    """Nine districts add up to the 1,017,697 of the census, and to the rounded estimate of every year since."""
    persons = {(row["area"], row["vintage"]): int(row["persons"]) for row in populations}
    for vintage in ("2011 Census, 27 March 2011", *(f"mid-{year}" for year in range(2011, 2016))):
        districts = sum(persons[area, vintage] for area in DISTRICTS)
        assert abs(districts - persons["Leicestershire", vintage]) <= 50
    assert persons["Leicestershire", "2011 Census, 27 March 2011"] == 1_017_697


def test_populations_are_the_official_ones(shared, populations):
    """No figure differs from the census tables and the mid-year estimates."""
    official = {
        (row["PFA16CD"], "2011 Census, 27 March 2011"): row["census2011_residents"]
        for row in read(shared / "reference/pfa_codes_population.csv")
    } | {
        (row["LAD16CD"], "2011 Census, 27 March 2011"): row["census2011_residents"]
        for row in read(shared / "reference/leicestershire_districts_csps.csv")
    }
    for file in ("mid_year_estimates_pfa", "mid_year_estimates_lad"):
        official |= {
            (row["code"], f"mid-{row['year']}"): row["persons"] for row in read(shared / f"reference/{file}.csv")
        }
    held = {(row["code"], row["vintage"]): row["persons"] for row in populations if row["area_type"] != "partnership"}
    assert held.items() <= official.items()
