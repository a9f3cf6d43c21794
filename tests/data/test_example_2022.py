"""The example of 2022: counted from real records, adding up, and fit for a pack."""

import csv
import io
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import pccstats as pcc
from pccstats.batch.contract import page_faults
from pccstats.batch.manifest import read_manifest
from pccstats.methods.peers.areas import compare_areas
from pccstats.presentation.assessment import describe_indicator
from pccstats.presentation.lead import headline
from pccstats.presentation.pages.display import html_of
from pccstats.presentation.pages.tally import tally_of_page
from pccstats.presentation.synthesis import synthesis
from pccstats.sources import build_data
from pccstats.terms.words import OBSERVATIONS, State

pytestmark = pytest.mark.slow

DOWNLOAD = "data/leicestershire-street/2019-12_to_2022-10.zip"
HEADINGS = (
    *("Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code"),
    *("LSOA name", "Crime type", "Last outcome category", "Context"),
)
FORCE = "Leicestershire Police"


@pytest.fixture(scope="module")
def example(root):
    """Folder of the example."""
    return root / "examples" / "leicestershire-2022"


@pytest.fixture(scope="module")
def counts(example):
    """The counts that are committed."""
    return pd.read_csv(example / "street_counts.csv")


@pytest.fixture(scope="module")
def coverage(example):
    """How many records lie in no district, as committed."""
    return pd.read_csv(example / "coverage.csv")


def count_again(root: Path, download: Path, folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run the script as its first lines say, and read what it wrote."""
    command = [sys.executable, str(root / "tools/count_street_records.py"), str(download), FORCE, str(folder)]
    subprocess.run(command, check=True)
    return pd.read_csv(folder / "street_counts.csv"), pd.read_csv(folder / "coverage.csv")


def zipped_records(path: Path, *records: tuple[str, str, str, str]) -> Path:
    """Write records of one month, each (crime ID, force, LSOA name, type), zipped as data.police.uk zips them."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for crime, force, lsoa, kind in records:
        writer.writerow((crime, "2022-09", force, force, "", "", "", "", lsoa, kind, "", ""))
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("2022-09/2022-09-leicestershire-street.csv", text.getvalue())
    return path


def test_the_script_counts_each_crime_once_and_where_it_lies(root, tmp_path):
    """One ID is one crime at its first district; no ID counts each time; a record with no place is in no district."""
    download = zipped_records(
        tmp_path / "download.zip",
        ("a", FORCE, "Leicester 001A", "Burglary"),
        ("a", FORCE, "Blaby 002B", "Burglary"),
        ("b", FORCE, "", "Burglary"),
        ("c", FORCE, "Rugby 003C", "Drugs"),
        ("d", "Warwickshire Police", "Leicester 001A", "Burglary"),
        ("", FORCE, "Leicester 001A", "Anti-social behaviour"),
        ("", FORCE, "Leicester 001A", "Anti-social behaviour"),
    )
    counts, coverage = count_again(root, download, tmp_path)
    held = counts.set_index(["indicator", "area"])["numerator"]
    assert held["Burglary", "Leicestershire"] == 2
    assert (held["Burglary", "Blaby"], held["Burglary", "Leicester"]) == (1, 0)
    assert held["Anti-social behaviour", "Leicester"] == 2
    assert held["All crime", "Leicestershire"] == 3
    told = coverage.set_index("indicator").loc["All crime", ["records", "without_a_place", "outside_the_districts"]]
    assert list(told) == [3, 1, 1]


def test_a_real_month_is_counted_as_committed(root, shared, tmp_path, counts, coverage):
    """September 2022, as downloaded: the script finds the committed counts of every type and area."""
    month = tmp_path / "month.zip"
    with zipfile.ZipFile(shared / DOWNLOAD) as whole, zipfile.ZipFile(month, "w") as one:
        name = next(name for name in whole.namelist() if re.search(r"2022-09-.*-street\.csv$", name))
        one.writestr(name, whole.read(name))
    again, covered = count_again(root, month, tmp_path)
    for found, committed in ((again, counts), (covered, coverage)):
        of_the_month = committed[committed["period_end"] == "2022-09"].reset_index(drop=True)
        pd.testing.assert_frame_equal(found, of_the_month)


def test_a_real_month_counted_by_other_means_is_the_same(shared, counts):
    """September 2022 counted by pandas alone: crimes by their IDs, incidents by their rows."""
    with zipfile.ZipFile(shared / DOWNLOAD) as whole:
        name = next(name for name in whole.namelist() if re.search(r"2022-09-.*-street\.csv$", name))
        records = pd.read_csv(whole.open(name))
    kinds = records[records["Falls within"] == FORCE].groupby("Crime type")
    found = kinds["Crime ID"].agg(lambda ids: ids.nunique() + ids.isna().sum())
    held = counts[(counts["period_end"] == "2022-09") & (counts["area"] == "Leicestershire")]
    assert found.to_dict() == held[held["indicator"] != "All crime"].set_index("indicator")["numerator"].to_dict()


def test_districts_and_no_district_make_the_force(counts, coverage):
    """In every month, of every type, the districts and the records in no district add up to the force."""
    keys = ["indicator", "period_end"]
    is_force = counts["area"].eq("Leicestershire")
    force = counts[is_force].set_index(keys)["numerator"]
    districts = counts[~is_force].groupby(keys)["numerator"].sum()
    nowhere = coverage.set_index(keys)[["without_a_place", "outside_the_districts"]].sum(axis=1)
    assert (districts.add(nowhere) == force.reindex(districts.index)).all()
    assert (coverage.set_index(keys)["records"] == force).all()


def test_every_type_and_area_has_every_month(counts):
    """Thirty-five months from December 2019 to October 2022, none missing, of 15 rows of figures in ten areas."""
    months = counts.groupby(["indicator", "area"])["period_end"]
    assert len(months) == 15 * 10
    expected = list(pd.period_range("2019-12", "2022-10", freq="M").astype(str))
    assert all(list(given) == expected for _, given in months)


def test_all_crime_is_every_type_but_incidents(counts):
    """All crime of the force is the sum of its types, anti-social behaviour left out."""
    force = counts[counts["area"] == "Leicestershire"].pivot(
        index="period_end", columns="indicator", values="numerator"
    )
    assert (force.drop(columns=["All crime", "Anti-social behaviour"]).sum(axis=1) == force["All crime"]).all()


@pytest.fixture(scope="module")
def built(example, tmp_path_factory):
    """The example's figures, read and checked in a folder of their own."""
    folder = tmp_path_factory.mktemp("example") / "data"
    shutil.copytree(example, folder, ignore=shutil.ignore_patterns("processed"))
    return folder, build_data(folder)


def test_check_refuses_nothing(built):
    """Plan, sources and figures pass every check."""
    assert not [found for found in built[1].findings if found.severity == "refuse"]


def test_nothing_held_is_illustrative(built, example):
    """No row has the status illustrative, and no file says the word."""
    held = pcc.read_observations(built[0]).frame
    assert set(OBSERVATIONS) <= set(held)
    assert not held["status"].eq("illustrative").any()
    texts = "".join(path.read_text(encoding="utf-8").lower() for path in example.iterdir() if path.is_file())
    assert "illustrative" not in texts


@pytest.fixture(scope="module")
def pack(made_pack):
    """The pack of the quarter to September 2022, made from a copy of the folder: the one other tests look at too."""
    return made_pack("leicestershire-2022")


@pytest.mark.slow
def test_the_pack_is_complete_and_nothing_in_it_is_illustrative(pack):
    """Every page is made and keeps the contract, and neither a page nor the CSV says that a figure is invented."""
    assert read_manifest(pack).is_complete
    for page in pack.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert page_faults(text) == [], page.name
        assert "illustrative" not in re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL).lower(), page.name
    assert "illustrative" not in (pack / "dashboard.csv").read_text(encoding="utf-8").lower()


@pytest.mark.slow
def test_the_dashboard_is_what_pandas_adds_up(pack, counts, example):
    """Baseline, latest and change of all fifteen indicators, added up from the committed counts by pandas alone."""
    names = tomllib.loads((example / "sources.toml").read_text(encoding="utf-8"))["source"][0]["indicators"]
    force = counts[counts["area"] == "Leicestershire"]
    rows = pd.read_csv(pack / "dashboard.csv").set_index("indicator")
    assert set(rows.index) == set(names)
    for key, (name,) in names.items():
        months = force[force["indicator"] == name].set_index("period_end")["numerator"]
        before, after = months["2021-04":"2022-03"].sum(), months["2021-10":"2022-09"].sum()
        assert rows.loc[key, ["baseline", "latest", "change"]].tolist() == [before, after, after - before], key
        assert rows.loc[key, "change_pct"] == pytest.approx(100 * (after / before - 1)), key


def test_rates_of_districts_are_what_pandas_divides(built, counts, example):
    """All crime a thousand residents in the 12 months to September 2022, and the districts' places by it."""
    held = pcc.read_observations(built[0])
    people = pd.read_csv(example / "populations.csv").query("year == 2020").set_index("area")["persons"]
    crimes = counts[counts["indicator"].eq("All crime") & counts["period_end"].between("2021-10", "2022-09")]
    rates = 1000 * crimes.groupby("area")["numerator"].sum() / people
    districts = [area.name for area in held.plan.parts_of("Leicestershire")]
    ranks = rates[districts].rank()
    series = {name: held.series("1.all_crime", area=name, until="2022-09") for name in districts}
    found = compare_areas(series, since="2021/22", until="2022-09").points.set_index("area")
    assert found["rate"].to_dict() == pytest.approx(rates[districts].to_dict())
    assert found["rank"].to_dict() == ranks.to_dict()


def test_march_2020_of_two_districts_is_found_and_sets_no_limits(example, counts, tmp_path):
    """Harborough's 4 and Oadby and Wigston's 5 crimes are a finding, an event, and out of these districts' limits."""
    for path in example.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path / path.name)
    (found,) = [finding for finding in build_data(tmp_path).findings if finding.rule == "place_lost"]
    assert "4 in Harborough (341 the month before, 316 the month after)" in found.message
    assert "5 in Oadby and Wigston (275 the month before, 233 the month after)" in found.message
    held = counts[(counts["indicator"] == "All crime") & (counts["period_end"] == "2020-03")]
    held = held.set_index("area")["numerator"]
    assert (held["Harborough"], held["Oadby and Wigston"], held["Leicestershire"]) == (4, 5, 7083)
    data = pcc.read_observations(tmp_path)
    for area, is_left_out in (("Harborough", True), ("Oadby and Wigston", True), ("Blaby", False)):
        points = pcc.expected_level(data.series("1.all_crime", area=area, months=1)).points
        assert points.loc[points["is_excluded"], "month"].astype(str).tolist() == ["2020-03"] * is_left_out
    asb = pcc.expected_level(data.series("6.anti_social_behaviour", area="Harborough", months=1)).points
    assert not asb["is_excluded"].any()


@pytest.fixture(scope="module")
def assessed(built):
    """The quarter to September 2022, assessed."""
    plan = pcc.read_plan(built[0])
    return pcc.assess(plan, pcc.read_observations(built[0]), quarter="2022/23-Q2")


def test_what_the_two_years_share_is_said_and_a_whole_is_named_before_its_parts(assessed, built, counts):
    """The indicator gives April to September alone, recounted here; the lead the event inside the baseline.

    The twelve months to September 2022 share six with 2021/22; the events of the plan say when restrictions ended. At
    95% none of the changes stands among fifteen, so what the lead says of those that do is looked at with 90%.
    """
    crime = counts[(counts["indicator"] == "All crime") & (counts["area"] == "Leicestershire")]
    by_month = crime.set_index("period_end")["numerator"].sort_index()
    before, after = (by_month[f"{year}-04" : f"{year}-09"].sum() for year in (2021, 2022))
    size = f"+{100 * after / before - 100:.1f}%"
    apart = "April to September 2022 against April to September 2021"
    said = " ".join(headline(assessed))
    assert "Inside the baseline, 2021/22: Most legal restrictions end (July 2021)." in said
    assert "Six are too uncertain to count: all crime, worse; " in said
    assert f"{apart}: all crime ({size}), and within it" in said
    lenient = pcc.assess(assessed.plan, pcc.read_observations(built[0]), quarter="2022/23-Q2", confidence=0.9)
    firm = " ".join(headline(lenient))
    assert "The two periods share 6 months, October 2021 to March 2022" in firm
    assert f"{apart}: all crime ({size}), and within it theft from the person" in firm
    assert "worsened: all crime (+8.7%), and within it burglary" in firm
    assert f"; {size} without the 6 months that both periods hold" in describe_indicator(assessed.review("1.all_crime"))
    assert f"{apart}: {size}." in html_of(assessed.priority(1))


def test_far_above_its_level_and_not_apart_from_the_baseline_are_reconciled(assessed):
    """Public order is far above its level and not told apart from 2021/22: one sentence says both."""
    review = assessed.review("7.public_order")
    assert review.state is State.NO_EVIDENCE_OF_CHANGE
    beside = "months are above their expected level, in line with the trend before, but the year as a whole does not"
    assert beside in synthesis(review)
    assert "but the year" not in synthesis(assessed.review("1.all_crime"))


def test_too_few_months_to_project_are_said_in_words(assessed):
    """December 2019 to September 2022 are 34 months."""
    refused = assessed.review("1.all_crime").refusals["projection"]
    assert refused == "A projection needs 36 months of comparable figures; 34 are held. 2 more are needed."


def test_every_type_of_crime_is_a_part_of_all_crime(root):
    """All but anti-social behaviour, which is incidents, as the counts themselves add up."""
    plan = pcc.read_plan(root / "examples" / "leicestershire-2022")
    parts = {indicator.key for indicator in plan.indicators if indicator.part_of == "1.all_crime"}
    crimes = {indicator.key for indicator in plan.indicators if indicator.unit == "crimes"}
    assert parts == crimes - {"1.all_crime"}


def test_rates_name_the_populations_they_are_on_and_a_theme_has_no_empty_states(assessed, built):
    """Every whole year is on mid-2020, the last population held; the key of a theme lists only states in use."""
    rate = assessed.review("1.all_crime").rate
    assert "(mid-2020)" in rate.method
    assert "mid-2019" not in rate.method
    theme = pcc.assess(pcc.read_plan(built[0]), pcc.read_observations(built[0]), quarter="2022/23-Q2", theme=1)
    assert all(count for _, _, count in tally_of_page(theme).counts)
    assert len(tally_of_page(assessed).counts) == len(State)
