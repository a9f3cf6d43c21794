"""A force's folder drafted from official files: it passes its own checks; what stands against it is said at once."""

import tomllib
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from pccstats import reference
from pccstats.batch.draft import BEGIN, TEMPLATES, USUAL, draft_of
from pccstats.batch.new import Begun, begin_data_folder
from pccstats.cli import app
from pccstats.presentation.assessment import figures_table
from pccstats.presentation.lead import in_one_sentence
from pccstats.presentation.verbs import describe
from pccstats.review.assess import assess
from pccstats.review.indicator import VERDICT, review_indicator
from pccstats.sources import read_observations
from pccstats.sources.recognise import Recognised, recognise
from pccstats.terms.errors import DataProblem, RequestProblem
from pccstats.terms.periods import Quarter
from pccstats.terms.words import Polarity, State

ENDS = pd.period_range("2010-03", "2016-06", freq="Q-MAR").asfreq("M")
PLACE = ("-0.1", "51.5", "On or near a street", "E01000001", "Place 001A")
HEADINGS = ["12 months ending", "PFA", "Region", "Offence", "Rolling year total number of offences"]
OFFENCES = {"Violence with injury": 900, "Robbery": 120, "Shoplifting": 700, "Drug offences": 300, "Homicide": 4}
FORCES = ("Kent", "Essex", "Surrey", "Sussex", "City of London")


def rolling_years(path: Path, forces: tuple[str, ...] = FORCES) -> Path:
    """A small file as the Home Office publishes them, a body that is no force among its rows."""
    rows = [
        (end.end_time.strftime("%d-%m-%Y"), force, "Somewhere", offence, size + 10 * place + step)
        for step, end in enumerate(ENDS)
        for place, force in enumerate((*forces, "British Transport Police"))
        for offence, size in OFFENCES.items()
    ]
    pd.DataFrame(rows, columns=HEADINGS).to_csv(path, index=False)
    return path


def street_records(folder: Path, months: int) -> Path:
    """Street records of two forces, some a month, in a folder a month."""
    for month in pd.period_range("2024-01", periods=months, freq="M"):
        for slug, service in (("city-of-london", "City of London Police"), ("kent", "Kent Police")):
            rows = [
                (f"{slug}{month}{number}", str(month), service, service, *PLACE, kind, "", "")
                for number, kind in enumerate(["Burglary", "Robbery", "Anti-social behaviour"] * 3)
            ]
            path = folder / str(month) / f"{month}-{slug}-street.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            headings = (
                "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type"
            )
            columns = [*headings.split(","), "Last outcome category", "Context"]
            pd.DataFrame(rows, columns=columns).to_csv(path, index=False)
    return folder


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Begun:
    """Kent's folder, from one file of rolling years."""
    place = tmp_path_factory.mktemp("kent")
    return begin_data_folder(place / "kent", "KENT police", [rolling_years(place / "years.csv")])


def test_the_folder_holds_what_the_file_says(begun: Begun) -> None:
    """Every figure of the force, by the file read with pandas alone, is there under the indicator that names it."""
    data = read_observations(begun.place)
    given = pd.read_csv(begun.place / "raw" / "years.csv")
    given = given[given["PFA"] == "Kent"]
    sources = tomllib.loads((begun.place / "raw" / "sources.toml").read_text(encoding="utf-8"))
    named = sources["source"][0]["indicators"]
    assert set(named) == {i.key for i in data.plan.indicators}
    for key, names in named.items():
        rows = given[given["Offence"].isin(names)]
        sums = rows.groupby(pd.to_datetime(rows["12 months ending"], dayfirst=True).dt.strftime("%Y-%m"))[
            HEADINGS[-1]
        ].sum()
        held = data.series(key, area="Kent", months=12).points
        assert dict(zip(held["period_end"].astype(str), held["numerator"], strict=True)) == sums.to_dict()


def test_the_plan_is_the_forces_own_and_says_why(begun: Begun) -> None:
    """Focus, baseline, peers and polarity are proposed; what is neutral has a reason; nothing is another force's."""
    plan = read_observations(begun.place).plan
    assert (plan.focus, str(plan.baseline), str(plan.horizon)) == ("Kent", "2012/13", "2017-03")
    assert plan.group_at("2016-06").peers == ("Essex", "Surrey", "Sussex")
    assert all(i.footnotes for i in plan.indicators if i.polarity is Polarity.NEUTRAL)
    assert {i.polarity for i in plan.indicators if i.key.endswith(("drug_offences", "shoplifting"))} == {
        Polarity.NEUTRAL
    }
    assert "recording_inspected" in {event.key.removesuffix("_noted") for event in plan.events}
    written = (begun.place / "raw" / "plan.toml").read_text(encoding="utf-8")
    assert "Leicester" not in written
    assert "the last financial year before the plans of the Commissioners elected in November 2012" in written


def test_each_force_has_its_region_besides_and_of_few_there_is_none(begun: Begun) -> None:
    """Of five forces three are the South East's: they are a group for each of them, and for no other force."""
    plan = read_observations(begun.place).plan
    for focus, others in (("Kent", {"Surrey", "Sussex"}), ("Surrey", {"Kent", "Sussex"})):
        region = plan.focused_on(focus).region_at("2016-06")
        assert region is not None
        assert (region.focus, region.note, others <= set(region.peers)) == (focus, "South East", True)
        assert plan.focused_on(focus).group_at("2016-06").status == "every force"
    assert plan.focused_on("Metropolitan Police").region_at("2016-06") is None


@pytest.mark.slow
def test_a_pack_has_verdicts_places_and_projections_at_once(begun: Begun) -> None:
    """Without a line changed every indicator is judged, set among the forces and projected."""
    reviews = assess(
        begun.draft and read_observations(begun.place).plan, read_observations(begun.place), begun.draft.quarter
    ).reviews
    assert all(review.state.is_answer for review in reviews)
    assert all(review.group is not None and review.group.members == 4 for review in reviews)
    assert all(review.projection is not None for review in reviews)
    assert all(review.region is not None and review.region.members == 3 for review in reviews)
    table = dict(map(tuple, figures_table(reviews[0]).cells()))
    assert table["Position in its region, South East"].split(" of ")[1].startswith("3 (")
    assert "forces of its region are compared, none chosen" in describe(reviews[0].region)


@pytest.mark.slow
def test_of_street_records_only_the_forces_own_are_copied(tmp_path: Path) -> None:
    """A folder with two forces gives one force's months, no rates where few people live, and nobody to compare with."""
    made = begin_data_folder(tmp_path / "city", "City of London", [street_records(tmp_path / "street", 12)])
    copied = sorted(path.name for path in (made.place / "raw" / "street").rglob("*.csv"))
    assert len(copied) == 12
    assert all("city-of-london" in name for name in copied)
    plan = read_observations(made.place).plan
    assert plan.groups == ()
    assert "compared with nobody: so few people live in City of London" in " ".join(made.in_words())
    assert {indicator.rate_per for indicator in plan.indicators} == {None}
    assert made.draft.baseline == ("2024-01", "2024-12")
    assert any(indicator.key.endswith("anti_social_behaviour") for indicator in plan.indicators)
    months = read_observations(made.place).series("1.all_crime_excluding_fraud", months=1).points
    assert months["numerator"].tolist() == [6.0] * 12  # burglary and robbery, and no behaviour

    data = read_observations(made.place)
    assessed = assess(plan, data, made.draft.quarter)
    assert "72 offences in the 12 months to December 2024" in describe(assessed.reviews[0])
    assert figures_table(assessed.reviews[0]).cells() == [["12 months to December 2024", "72"]]
    assert in_one_sentence(assessed).endswith("can be judged yet: there is not enough data.")


def test_official_files_are_one_anothers_history_and_old_records_are_left_out() -> None:
    """Rolling years to 2016 give the baseline of tables of 2019; street records of 2014 are not this plan's."""
    about = reference.force("Kent")
    names, ends = ("Robbery",), tuple(str(end) for end in ENDS)
    rolling = Recognised(Path("a.csv"), "rolling_year_csv", "years", names, ("Kent", "Essex"), ends, 12)
    table = Recognised(
        Path("b.xlsx"), "ons_force_tables", "tables", ("P1 / Robbery",), ("Kent",), ("2010-03", "2019-12"), 12
    )
    street = Recognised(Path("c.zip"), "police_uk_street", "records", names, ("Kent",), ("2014-01", "2014-02"), 1)
    draft = draft_of(about, [rolling, table, street])
    assert [source.file for source in draft.sources] == ["a.csv", "b.xlsx"]
    assert draft.baseline == "2015/16"
    assert draft.unused == ("c.zip: it ends in February 2014, long before the others",)


def test_records_of_one_force_do_not_take_its_peers_away() -> None:
    """Official figures of three forces with two months of records of one: the longer history is kept, and the peers."""
    ends = tuple(str(end) for end in ENDS)
    rolling = Recognised(
        Path("a.csv"), "rolling_year_csv", "years", ("Robbery",), ("Kent", "Essex", "Surrey"), ends, 12
    )
    kinds = ("Anti-social behaviour", "Robbery")
    street = Recognised(Path("c.zip"), "police_uk_street", "records", kinds, ("Kent",), ("2016-05", "2016-06"), 1)
    draft = draft_of(reference.force("Kent"), [rolling, street])
    assert draft.peers == ("Essex", "Surrey")
    assert len(draft.sources) == 2


def test_a_draft_says_which_totals_a_projection_lacks() -> None:
    """Of nine quarter ends five are not held: they are named; where all are, or quarters, nothing is said."""
    about, ends = reference.force("Kent"), tuple(str(end) for end in ENDS)
    apart = (*ends, "2018-06", "2018-09", "2019-03", "2019-12")
    whole, gaps = (
        Recognised(Path("a.csv"), "rolling_year_csv", "years", ("Robbery",), ("Kent",), each, 12)
        for each in (ends, apart)
    )
    missing = "December 2017, March 2018, December 2018, June 2019 and September 2019 are not held"
    assert missing in draft_of(about, [gaps]).not_projected
    assert draft_of(about, [whole]).not_projected == ""
    months = tuple(map(str, pd.period_range("2015-03", "2019-12", freq="Q-MAR").asfreq("M")))
    quarters = Recognised(Path("b.ods"), "home_office_tables", "tables", ("Robbery",), ("Kent",), months, 3)
    assert draft_of(about, [gaps, quarters]).not_projected == ""


def test_street_records_are_set_beside_totals_whatever_their_age() -> None:
    """Old records beside later totals are a source of what both count; baseline, peers and indicators stay."""
    ends = tuple(str(end) for end in ENDS)
    names = ("Robbery", "Violence with injury")
    rolling = Recognised(Path("a.csv"), "rolling_year_csv", "years", names, ("Kent", "Essex", "Surrey"), ends, 12)
    kinds = ("Anti-social behaviour", "Robbery", "Violence and sexual offences")
    months = tuple(f"2014-{number:02}" for number in range(1, 12))
    street = Recognised(Path("c.zip"), "police_uk_street", "records", kinds, ("Kent",), months, 1)
    alone, both = draft_of(reference.force("Kent"), [rolling]), draft_of(reference.force("Kent"), [rolling, street])
    assert [(each.indicator, each.key) for each in both.anchors] == [("2.robbery", "street.robbery")]
    assert dict(both.sources[1].indicators) == {"street.robbery": ("Robbery",)}
    assert (both.baseline, both.peers, both.indicators) == (alone.baseline, alone.peers, alone.indicators)
    assert alone.anchors == ()


@pytest.mark.slow
def test_quarters_are_told_by_totals_and_street_records(tmp_path: Path, shared: Path) -> None:
    """Burglary's latest quarter by pandas alone, from the download and the official file; robbery does not anchor."""
    published = shared / "data" / "rolling-year-pfa" / "rec-crime-pfa.csv"
    street = shared / "data" / "leicestershire-street" / "2014-01_to_2014-11.zip"
    made = begin_data_folder(tmp_path / "new", "Leicestershire", [published, street])
    told = {anchor.indicator: anchor.is_told for anchor in made.draft.anchors}
    assert told["6.burglary"]
    assert not told["4.robbery"]
    written = (made.place / "raw" / "plan.toml").read_text(encoding="utf-8")
    assert "They would have to hold 109, where the other days lead one to expect 20 to 93" in written
    with zipfile.ZipFile(street) as archive:
        files = [name for name in archive.namelist() if name.endswith("street.csv") and name[:7] < "2014-07"]
        rows = pd.concat([pd.read_csv(archive.open(name), low_memory=False) for name in files])
    counted = rows[(rows["Crime type"] == "Burglary") & rows["Month"].isin(["2014-04", "2014-05", "2014-06"])]
    given = pd.read_csv(published)
    own = given[(given["PFA"] == "Leicestershire") & given["Offence"].str.contains("burglary")]
    years = own.groupby(pd.to_datetime(own["12 months ending"], dayfirst=True).dt.strftime("%Y-%m"))[HEADINGS[-1]].sum()
    latest = len(counted) + years["2015-06"] - years["2015-03"] + years["2016-06"] - years["2016-03"]
    data = read_observations(made.place)
    review = review_indicator(
        data.plan, data, data.plan.indicator("6.burglary"), Quarter.parse(made.draft.quarter),
        questions=frozenset({"change", "second_opinion", "level"}),
    )  # fmt: skip
    assert review.recovered is not None
    assert review.recovered.points["quarter"].iloc[-1] == pytest.approx(latest, rel=0.01)
    assert review.level is not None
    assert review.level.points["month"].iloc[-1] == pd.Period("2016-06", freq="M")
    assert review.second_opinion is None


def test_everything_that_stands_against_it_is_said_at_once(tmp_path: Path) -> None:
    """An unknown force, a file that is nothing known and one that is not there: one message, and nothing written."""
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(RequestProblem) as refused:
        begin_data_folder(tmp_path / "new", "Kant", [tmp_path / "notes.csv", tmp_path / "gone.csv"])
    told = str(refused.value)
    assert "Did you mean Kent?" in told
    assert "a table with the headings a, b" in told
    assert "no such file" in told
    assert not (tmp_path / "new").exists()


def test_a_file_without_the_force_is_refused_with_what_it_has(tmp_path: Path) -> None:
    """Figures of other forces alone are no plan for this one."""
    with pytest.raises(RequestProblem, match=r"holds no figures of Durham. It has .*Essex"):
        begin_data_folder(tmp_path / "new", "Durham", [rolling_years(tmp_path / "years.csv")])


def test_nothing_is_written_where_a_file_has_a_fault(tmp_path: Path) -> None:
    """A day that ends no month is named with its row, and the folder is not made."""
    path = rolling_years(tmp_path / "years.csv")
    path.write_text(path.read_text(encoding="utf-8").replace("30-06-2016", "29-06-2016"), encoding="utf-8")
    with pytest.raises(DataProblem, match="29-06-2016"):
        begin_data_folder(tmp_path / "new", "Kent", [path])
    assert [each.name for each in tmp_path.iterdir()] == ["years.csv"]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    """What is there already is never written over."""
    path = rolling_years(tmp_path / "years.csv")
    with pytest.raises(RequestProblem, match="something here already"):
        begin_data_folder(tmp_path, "Kent", [path])


@pytest.mark.parametrize(
    ("first", "last", "baseline", "horizon"),
    [
        ("2008-03", "2014-06", "2012/13", "2017-03"),
        ("2008-03", "2016-06", "2012/13", "2017-03"),
        ("2008-03", "2019-12", "2015/16", "2021-03"),
        ("2008-03", "2022-06", "2019/20", "2025-03"),
        ("2008-03", "2025-06", "2023/24", "2029-03"),
        ("2014-03", "2016-06", "2014/15", "2021-03"),
        ("2018-06", "2019-06", "2018/19", "2021-03"),
    ],
)
def test_baseline_and_horizon_follow_the_terms_of_office(
    first: str, last: str, baseline: str, horizon: str, tmp_path: Path
) -> None:
    """The year before the term, where it is held and shares no month with the latest; else the nearest."""
    ends = pd.period_range(first, last, freq="Q-MAR").asfreq("M")
    rows = [(end.end_time.strftime("%d-%m-%Y"), "Kent", "x", "Robbery", 9) for end in ends]
    pd.DataFrame(rows, columns=HEADINGS).to_csv(tmp_path / "years.csv", index=False)
    draft = draft_of(reference.force("Kent"), [recognise(tmp_path / "years.csv")])
    assert (draft.baseline, draft.horizon) == (baseline, horizon)
    assert draft.baseline_why
    assert draft.horizon_why


def edition(path: Path, ends: pd.PeriodIndex, more: int) -> Path:
    """Rolling years of three forces; `more` offences are added to each figure."""
    rows = [
        (end.end_time.strftime("%d-%m-%Y"), force, "Somewhere", "Robbery", 100 + place + more)
        for end in ends
        for place, force in enumerate(("Kent", "Essex", "Surrey"))
    ]
    pd.DataFrame(rows, columns=HEADINGS).to_csv(path, index=False)
    return path


@pytest.mark.parametrize("first", ["2010-03", "2013-03"])
def test_of_two_editions_the_later_counts(first: str, tmp_path: Path) -> None:
    """One that has every month again is used alone; of one that begins later the earlier months are kept besides."""
    old = edition(tmp_path / "to-2015.csv", ENDS[ENDS <= "2015-06"], 0)
    new = edition(tmp_path / "to-2016.csv", ENDS[first <= ENDS], 7)
    made = begin_data_folder(tmp_path / "kent", "Kent", [new, old])
    data = read_observations(made.place)
    held = data.series("1.robbery").values
    is_again = first <= ENDS
    assert held.tolist() == [107 if is_later else 100 for is_later in is_again]
    assert [source.file for source in made.draft.sources] == (
        ["to-2016.csv"] if all(is_again) else [new.name, old.name]
    )
    assert [source.revises for source in made.draft.sources] == ([""] if all(is_again) else ["to-2015.csv", ""])
    if all(is_again):
        assert made.draft.unused == ("to-2015.csv: the other files hold the same, later or finer",)
        return
    then = data.known_for(Quarter.parse("2014/15-Q1")).series("1.robbery")
    assert set(then.values) == {100}  # what that quarter's readers saw
    assert any(finding.rule == "revised" for finding in data.findings)


def test_one_year_of_figures_is_set_beside_the_other_forces(tmp_path: Path) -> None:
    """Nothing can be tested of one figure, and its place by rate is told: between Essex and Surrey by hand."""
    made = begin_data_folder(tmp_path / "kent", "Kent", [edition(tmp_path / "year.csv", ENDS[-1:], 0)])
    data = read_observations(made.place)
    review = review_indicator(data.plan, data, data.plan.indicator("1.robbery"), Quarter.parse(made.draft.quarter))
    people = {held.force: held.persons for held in reference.populations() if held.year == 2016}
    rates = {name: 100 / people[name] for name in ("Essex", "Kent", "Surrey")}
    assert review.state is State.INSUFFICIENT_DATA
    assert review.group is not None
    assert review.group.points.sort_values("rank")["area"].tolist() == sorted(rates, key=lambda name: rates[name])
    verdict = review_indicator(
        data.plan, data, data.plan.indicator("1.robbery"), Quarter.parse(made.draft.quarter), questions=VERDICT
    )
    assert verdict.group is None


def test_editions_of_one_month_are_refused_and_a_copy_is_left_out(tmp_path: Path) -> None:
    """Which of two editions to June 2016 was corrected cannot be told: both are named; the same file twice is one."""
    one, other = edition(tmp_path / "a.csv", ENDS, 0), edition(tmp_path / "b.csv", ENDS, 1)
    with pytest.raises(
        RequestProblem, match=r"a.csv and b.csv are editions of one table: both reach June 2016.*Give one"
    ):
        begin_data_folder(tmp_path / "kent", "Kent", [one, other])
    assert not (tmp_path / "kent").exists()
    edition(other, ENDS, 0)
    made = begin_data_folder(tmp_path / "kent", "Kent", [one, other, one])
    assert [source.file for source in made.draft.sources] == ["a.csv"]
    assert made.draft.unused == ("b.csv: it is the very same file as a.csv",)


def test_a_folder_gives_what_can_be_used_of_it(tmp_path: Path) -> None:
    """A table, and beside it notes that nobody reads: the table is used, the notes are named, and alone refused."""
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    (downloads / "notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (downloads / ".hidden").write_text("", encoding="utf-8")
    with pytest.raises(
        RequestProblem, match=r"(?s)holds nothing that is read: a folder that holds notes.csv.*headings a, b"
    ):
        begin_data_folder(tmp_path / "kent", "Kent", [downloads])
    edition(downloads / "years.csv", ENDS, 0)
    made = begin_data_folder(tmp_path / "kent", "Kent", [downloads])
    assert [source.file for source in made.draft.sources] == ["years.csv"]
    assert made.draft.unused == ("notes.csv: It is nothing that is read: a table with the headings a, b.",)
    with pytest.raises(RequestProblem, match="holds no figures of Durham"):
        begin_data_folder(tmp_path / "durham", "Durham", [downloads])


def test_files_named_one_after_another_by_the_shell(tmp_path: Path) -> None:
    """`--from *.csv` arrives as several names, and all are taken; names without `--from` are refused."""
    one = edition(tmp_path / "to-2015.csv", ENDS[ENDS <= "2015-06"], 0)
    other = edition(tmp_path / "to-2016.csv", ENDS[ENDS >= "2013-03"], 7)
    place = tmp_path / "kent"
    said = CliRunner().invoke(app, ["new", str(place), "--force", "Kent", "--from", str(one), str(other)])
    assert said.exit_code == 0
    assert {"to-2015.csv", "to-2016.csv"} <= {path.name for path in (place / "raw").iterdir()}
    refused = CliRunner().invoke(app, ["new", str(tmp_path / "x"), str(tmp_path / "y")])
    assert "One folder is made at a time" in str(refused.exception)


@pytest.mark.slow
def test_the_official_workbooks_of_a_folder(tmp_path: Path, shared: Path) -> None:
    """Four editions and a table by partnership in one folder: each year's robberies are those that openpyxl reads."""
    made = begin_data_folder(tmp_path / "kent", "Kent", [shared / "data" / "ons-force-tables"])
    data = read_observations(made.place)
    held = data.rows("4.robbery").set_index(["area", "period_end"])["numerator"]
    printed = {}
    for end, name in {
        "2018-06": "policeforceareadatatablesyearendingjune2018corrected.xlsx",
        "2018-09": "policeforceareatablesyearendingsep18corrected.xlsx",
        "2019-03": "policeforceareatablesyeendingmarch2019.xlsx",
        "2019-12": "pfatablesdec19.xlsx",
    }.items():
        book = openpyxl.load_workbook(shared / "data" / "ons-force-tables" / name, data_only=True)
        sheet = next(book[each] for each in book.sheetnames if each.strip() == "Table P1")
        rows = list(sheet.iter_rows(values_only=True))
        (column,) = {at for row in rows[:12] for at, cell in enumerate(row) if str(cell).strip() == "Robbery"}
        printed |= {
            (area, end): row[column]
            for row in rows
            for area in ("Kent", "Dyfed-Powys", "Northumbria", "Greater Manchester")
            if str(row[1]).startswith(area)
        }
    assert len(printed) == 16
    assert printed.pop(("Greater Manchester", "2019-12")) == ".."
    assert {at: held[at[0], pd.Period(at[1], "M")] for at in printed} == printed
    assert pd.isna(held["Greater Manchester", pd.Period("2019-12", "M")])
    assert any("new IT system in July 2019" in finding.message for finding in data.findings)
    assert [line.partition(":")[0] for line in made.draft.unused] == ["csp_c2_june2025.csv"]
    assert len(made.draft.sources) == 4


@pytest.mark.slow
@pytest.mark.parametrize("force", ["Kent", "Dyfed-Powys"])
def test_the_published_file_gives_the_figures_that_it_holds(force: str, tmp_path: Path, shared: Path) -> None:
    """Baseline, latest and change of a real force are those that pandas alone takes from the file."""
    published = shared / "data" / "rolling-year-pfa" / "rec-crime-pfa.csv"
    made = begin_data_folder(tmp_path / "new", force, [published])
    data = read_observations(made.place)
    shown = assess(data.plan, data, made.draft.quarter, verdicts_only=True).points.set_index("indicator")
    given = pd.read_csv(published)
    given.columns = ["ending", "force", "region", "offence", "total"]
    given = given[given["force"] == force]
    totals = given.pivot_table(index="offence", columns="ending", values="total", aggfunc="sum")
    crime = totals.index[~totals.index.isin(["Fraud offences"])]
    own = {
        "1.all_crime_excluding_fraud": list(crime),
        "2.violence_with_injury": ["Violence with injury"],
        "3.sexual_offences": ["Sexual offences"],
        "4.robbery": ["Robbery"],
        "6.burglary": [name for name in totals.index if "burglary" in name],
        "7.vehicle_offences": ["Vehicle offences"],
        "9.criminal_damage_and_arson": ["Criminal damage and arson"],
    }
    for key, names in own.items():
        sums = totals.loc[names].sum()
        assert shown.loc[key, ["baseline", "latest"]].tolist() == [sums["31-03-2013"], sums["30-06-2016"]]
        assert shown.loc[key, "change"] == sums["30-06-2016"] - sums["31-03-2013"]
    assert len(shown) >= 18


@pytest.mark.parametrize("template", [USUAL, *TEMPLATES])
def test_every_group_proposed_is_one_that_is_known(template: str) -> None:
    """The expectations name offences of the reference, every neutral one says why, and what has no offence why not."""
    expected = tomllib.loads((BEGIN / f"{template}.toml").read_text(encoding="utf-8"))
    proposed = [each for theme in expected["theme"] for priority in theme["priority"] for each in priority["indicator"]]
    known = {each.key for each in reference.offences()}
    assert {each["offence"] for each in proposed if "offence" in each} <= known
    assert all(each.get("footnote") for each in proposed if each["polarity"] == "neutral")
    assert all(each["otherwise"] and each["title"] for each in proposed if "offence" not in each)


NATIONAL = "national-measures"
PRIORITIES = (  # Home Office, guidance on the Specified Information (Amendment) Order 2021, updated 1 June 2021
    "reduce murder and other homicide; reduce serious violence; disrupt drugs supply and county lines; reduce "
    "neighbourhood crime; tackle cyber crime; and improve satisfaction among victims with a particular focus on "
    "victims of domestic abuse"
)


def test_a_statement_of_national_measures_has_every_priority(tmp_path: Path) -> None:
    """The six priorities of the guidance, in its order; what the file holds has figures, what not a reason."""
    path = rolling_years(tmp_path / "years.csv")
    begun = begin_data_folder(tmp_path / "kent", "Kent", [path], template=NATIONAL)
    data = read_observations(begun.place)
    told = [part.removeprefix("and ").split() for part in PRIORITIES.split("; ")]
    assert [each.title.lower().replace(",", "").split() for each in data.plan.priorities] == [
        [word for word in words if word != "particular"] for words in told
    ]
    held = {key.partition(".")[2] for key in data.frame["indicator"]}
    assert held == {"homicide", "violence_with_injury", "drug_offences", "robbery"}
    reviews = assess(data.plan, data, begun.draft.quarter, verdicts_only=True).reviews
    for review in reviews:
        if review.indicator.key.partition(".")[2] in held:
            assert review.state.is_answer
        else:
            assert review.state is State.INSUFFICIENT_DATA
            assert review.reasons == (review.indicator.reason,)
            assert review.indicator.reason.endswith(".")
    said = "\n".join(begun.in_words())
    assert "without figures in these files, as their pages say: Serious offences with a knife" in said


@pytest.mark.slow
def test_knife_offences_come_from_the_latest_tables(tmp_path: Path, shared: Path) -> None:
    """Every edition has the earlier years again: the latest is read alone, and its figures are those of its sheet."""
    folder = shared / "data" / "ons-force-tables"
    names = ("policeforceareatablesyeendingmarch2019.xlsx", "pfatablesdec19.xlsx")
    begun = begin_data_folder(tmp_path / "kent", "Kent", [folder / name for name in names], template=NATIONAL)
    knives = read_observations(begun.place).series("2.knife_offences", months=12).points
    with CalamineWorkbook.from_path(folder / names[1]) as book:
        rows = book.get_sheet_by_name("Table P5 ").to_python()
    years = [text for text in map(str, rows[3]) if " to " in text and "%" not in text]
    (kent,) = (row for row in rows if "Kent" in row)
    counts = kent[kent.index("Kent") + 1 :: 2]  # beside each count stands a per cent
    ends = [pd.Timestamp(f"1 {year.split(' to ')[1].replace(chr(39), '20')}").strftime("%Y-%m") for year in years]
    assert dict(zip(knives["period_end"].astype(str), knives["numerator"], strict=True)) == dict(
        zip(ends, counts, strict=False)
    )
    assert len(ends) == 11
    assert {each.file for each in begun.draft.sources if "2.knife_offences" in dict(each.indicators)} == {names[1]}


def test_a_template_that_there_is_not_is_refused(tmp_path: Path) -> None:
    """With those that there are; and a template takes a force and its files."""
    path = rolling_years(tmp_path / "years.csv")
    with pytest.raises(RequestProblem, match="There is: national-measures"):
        begin_data_folder(tmp_path / "kent", "Kent", [path], template="peel")
    said = CliRunner().invoke(app, ["new", str(tmp_path / "kent"), "--template", NATIONAL])
    assert said.exit_code != 0
    assert not (tmp_path / "kent").exists()


def test_the_command_says_what_it_made_and_what_is_next(tmp_path: Path) -> None:
    """The file, the indicators, the baseline with its reason, and the two commands; half a request is refused."""
    path = rolling_years(tmp_path / "years.csv")
    said = CliRunner().invoke(app, ["new", str(tmp_path / "kent"), "--force", "Kent", "--from", str(path)])
    assert said.exit_code == 0
    assert "March 2010 to June 2016" in said.output
    assert f"pccstats report 2016/17-Q1 --data {tmp_path / 'kent'}" in said.output
    half = CliRunner().invoke(app, ["new", str(tmp_path / "other"), "--force", "Kent"])
    assert isinstance(half.exception, RequestProblem)
