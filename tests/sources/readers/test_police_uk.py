"""data.police.uk records: real downloads counted by other means, and every rule on rows written here."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from pccstats.sources import build_data, read_observations
from pccstats.sources.readers.street_counts import count_records, find_files
from pccstats.terms.errors import DataProblem
from tests.sources.published_forms import (
    LOOKUP,
    OUTCOMES,
    PARTNERSHIP_PLAN,
    STREET,
    street_file,
    street_row,
    zipped,
)

pytestmark = pytest.mark.slow

SOURCES = """\
[[source]]
file = "{file}"
reader = "police_uk_{kind}"
label = "data.police.uk"
by = "{by}"
areas = {{ "Ours Police" = "Ours", "Theirs Police" = "Theirs" }}
indicators = {{ "1.burglary" = ["Burglary"], "1.asb" = ["Anti-social behaviour"] }}
"""


def folder_with(tmp_path, files, by="force", kind="street", sources=SOURCES, pack=True, lookup=None):
    """A data folder that reads a download, as a folder or a zip."""
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "plan.toml").write_text(PARTNERSHIP_PLAN)
    name = "download.zip" if pack else "download"
    text = sources.format(file=name, by=by, kind=kind)
    if lookup is not None:
        (raw / "lookup.csv").write_text(lookup)
        text += 'lookup = "lookup.csv"\n'
    (raw / "sources.toml").write_text(text)
    if pack:
        zipped(raw / name, files)
    else:
        for place, content in files.items():
            (raw / name / place).parent.mkdir(parents=True, exist_ok=True)
            data = content if isinstance(content, bytes) else content.encode()
            (raw / name / place).write_bytes(data)
    return raw


MONTHS = {
    "2015-05/2015-05-ours-street.csv": street_file(
        [
            street_row("a1", "2015-05"),
            street_row("a1", "2015-05", place="Hinckley 001B"),  # the same crime again, elsewhere
            street_row("a2", "2015-05", place="Rugby 002C"),
            street_row("a3", "2015-05", place=""),
            street_row("", "2015-05", kind="Anti-social behaviour"),
            street_row("", "2015-05", kind="Anti-social behaviour"),
            street_row("", "2015-05"),
        ]
    ),
    "2015-06/2015-06-ours-street.csv": street_file(
        [street_row("a1"), street_row("b2", kind="Drugs"), street_row("b2", kind="Robbery")]
    ),
    "2015-06/2015-06-theirs-street.csv": street_file(
        [street_row("c1", force="Theirs Police", place="Rugby 001A"), street_row("c2", force="Theirs Police")]
    ),
    "2015-06/2015-06-ours-stop-and-search.csv": "Type,Date\nPerson search,2015-06-01\n",
}


def counts(raw, key, area) -> dict[str, float]:
    """Month -> figure."""
    rows = read_observations(raw).rows(key, area)
    return dict(zip(rows["period_end"].astype(str), rows["numerator"], strict=True))


@pytest.mark.parametrize("pack", [True, False], ids=["zip", "folder"])
def test_counted_by_force(tmp_path, pack):
    """A crime with an ID counts once a month; rows without one count each; a type that did not occur is nought."""
    raw = folder_with(tmp_path, MONTHS, pack=pack)
    built = build_data(raw)
    assert counts(raw, "1.burglary", "Ours") == {"2015-05": 4, "2015-06": 1}
    assert counts(raw, "1.asb", "Ours") == {"2015-05": 2, "2015-06": 0}
    assert counts(raw, "1.burglary", "Theirs") == {"2015-06": 2}
    assert next(file.rows for file in built.files if file.reader) == 12
    said = {(finding.rule, str(finding.severity)): finding.message for finding in built.findings}
    assert "2 of 12 rows" in said["no_crime_id", "note"]
    assert "1 of 12 rows" in said["no_crime_id", "flag"]
    assert "1 of 12 rows" in said["crime_id_repeated", "note"]
    assert "1 of 12 rows" in said["no_location", "note"]
    assert "1 CSV files are not street records" in said["other_files", "note"]


def test_counted_by_district(tmp_path):
    """A record is where its LSOA is; without a location it is nowhere; a repeat is at the first of its places."""
    raw = folder_with(tmp_path, MONTHS, by="district", lookup=LOOKUP)
    assert counts(raw, "1.burglary", "Blaby") == {"2015-05": 2, "2015-06": 2}
    assert counts(raw, "1.burglary", "Hinckley") == {}
    said = {finding.rule: finding for finding in read_observations(raw).findings}
    assert str(said["no_location"].severity) == "flag"
    assert "2 of 12 rows lie in another force's area" in said["out_of_area"].message


def test_counted_by_partnership(tmp_path):
    """Districts are gathered into partnerships by the lookup."""
    raw = folder_with(tmp_path, MONTHS, by="partnership", lookup=LOOKUP)
    assert counts(raw, "1.burglary", "Blaby and Hinckley") == {"2015-05": 2, "2015-06": 2}


def test_a_month_without_its_forces_file_is_a_gap(tmp_path):
    """Stray records of a neighbour do not make a month of a district whose own force sent no file."""
    files = dict(MONTHS)
    del files["2015-06/2015-06-ours-street.csv"]
    raw = folder_with(tmp_path, files, by="district", lookup=LOOKUP)
    assert counts(raw, "1.burglary", "Blaby") == {"2015-05": 2}


def test_rows_of_another_month_are_flagged(tmp_path):
    """A row of May in the file of June counts for May, and the reader is told."""
    files = {"2015-06-ours-street.csv": street_file([street_row("a"), street_row("b", "2015-05")])}
    raw = folder_with(tmp_path, files)
    (finding,) = [finding for finding in build_data(raw).findings if finding.rule == "other_month"]
    assert "1 rows of the street files of 2015-06 are of another month: 2015-05" in finding.message
    assert counts(raw, "1.burglary", "Ours") == {"2015-05": 1, "2015-06": 1}


def test_a_changed_lookup_builds_again(tmp_path):
    """The lookup is one of the files a build is made from."""
    raw = folder_with(tmp_path, MONTHS, by="partnership", lookup=LOOKUP)
    assert counts(raw, "1.burglary", "Blaby and Hinckley")
    (raw / "lookup.csv").write_text(LOOKUP.replace("Blaby and Hinckley", "Elsewhere"))
    with pytest.raises(DataProblem, match="no figure at all"):
        read_observations(raw)


def test_forces_the_plan_does_not_know(tmp_path):
    """Without `areas` no force of the download is in the plan: refused in words, not a traceback."""
    sources = SOURCES.replace('areas = {{ "Ours Police" = "Ours", "Theirs Police" = "Theirs" }}\n', "")
    with pytest.raises(DataProblem, match="no figure at all") as caught:
        build_data(folder_with(tmp_path, MONTHS, sources=sources))
    assert "areas the plan does not have, such as Ours Police, Theirs Police" in str(caught.value)


def test_outcomes(tmp_path):
    """Outcomes are counted by type in the month they were recorded in."""
    kinds = ["Offender given a caution", "Offender given a caution", "Unable to prosecute suspect"]
    rows = [f"a{n},2015-06,Ours Police,Ours Police,,,,,Blaby 001A,{kind}" for n, kind in enumerate(kinds)]
    sources = SOURCES.replace('"1.asb" = ["Anti-social behaviour"]', '"1.asb" = ["Unable to prosecute suspect"]')
    sources = sources.replace('["Burglary"]', '["Offender given a caution"]')
    raw = folder_with(
        tmp_path, {"2015-06-ours-outcomes.csv": street_file(rows, OUTCOMES)}, kind="outcomes", sources=sources
    )
    assert counts(raw, "1.burglary", "Ours") == {"2015-06": 2}
    assert counts(raw, "1.asb", "Ours") == {"2015-06": 1}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (STREET + "\n" + street_row("a", "June") + "\n", "row 2, column Month: This is not a month. Found 'June'"),
        (STREET + "\n" + street_row("a", force="") + "\n", "column Falls within: This is empty"),
        (STREET + "\n" + street_row("a", kind="") + "\n", "column Crime type: This is empty"),
        (STREET + "\na,b,c\n", "The row has 3 cells where the headings have 12"),
        (STREET + '\n"a,2015-06\n', "cannot be split into cells"),
        ("Crime ID,Month\na,2015-06\n", "There is no column 'Falls within'"),
        ("", "The file is empty"),
        (STREET + "\n", "headings and no rows"),
        (b"\x81\x8d\x8f", "not readable text"),
    ],
)
@pytest.mark.parametrize("pack", [True, False], ids=["zip", "folder"])
def test_faults_in_a_file(tmp_path, content, words, pack):
    """One bad file of a download is named, with its row."""
    raw = folder_with(tmp_path, {**MONTHS, "2015-06/2015-06-bad-street.csv": content}, pack=pack)
    with pytest.raises(DataProblem) as caught:
        build_data(raw)
    assert words in str(caught.value)
    assert "2015-06-bad-street.csv" in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_encodings(tmp_path, encoding):
    """A download that went through a spreadsheet gives the same counts."""
    files = {n: text.replace("High", "Café").replace("\n", "\r\n").encode(encoding) for n, text in MONTHS.items()}
    assert counts(folder_with(tmp_path, files), "1.burglary", "Ours") == {"2015-05": 4, "2015-06": 1}


def test_a_zip_that_reaches_out_writes_nothing_outside(tmp_path):
    """Members named ../ or with a drive are read, flagged, and written nowhere."""
    files = {f"../../{name.split('/')[1]}": text for name, text in MONTHS.items()}
    raw = folder_with(tmp_path, files)
    before = sorted(tmp_path.parent.rglob("*.csv"))
    assert {finding.rule for finding in build_data(raw).findings} >= {"zip_path"}
    assert sorted(tmp_path.parent.rglob("*.csv")) == before


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    """A member that unpacks to hundreds of times its size is refused before it is read."""
    with pytest.raises(DataProblem, match="unpacks to more than"):
        build_data(folder_with(tmp_path, {"2015-06-ours-street.csv": STREET + "\n" + "a" * 20_000_000}))


@pytest.mark.parametrize(("content", "words"), [(b"PK\x03\x04 cut off", "cannot be opened"), (b"", "cannot be opened")])
def test_a_zip_that_is_none(tmp_path, content, words):
    """A download that was cut off is refused."""
    raw = folder_with(tmp_path, MONTHS)
    (raw / "download.zip").write_bytes(content)
    with pytest.raises(DataProblem, match=words):
        build_data(raw)


def test_a_damaged_zip(tmp_path):
    """A byte changed in a packed file is noticed."""
    raw = folder_with(tmp_path, MONTHS)
    data = bytearray((raw / "download.zip").read_bytes())
    data[80] ^= 0xFF
    (raw / "download.zip").write_bytes(bytes(data))
    with pytest.raises(DataProblem, match="zip"):
        build_data(raw)


# ------------------------------------------------------------------------------------------------------ real downloads
def by_hand(paths) -> dict[tuple[str, str], int]:
    """Crimes by month and type, worked out with the standard library alone."""
    seen, total = set(), defaultdict(int)
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file)):
                key = row["Crime ID"] or (path.name, number)
                if (key, row["Month"], row["Falls within"], row["Crime type"]) not in seen:
                    seen.add((key, row["Month"], row["Falls within"], row["Crime type"]))
                    total[row["Month"], row["Crime type"]] += 1
    return dict(total)


@pytest.fixture(scope="module")
def downloads(shared) -> Path:
    """A Leicestershire excerpt, an altered South Yorkshire month, and a year of the City of London."""
    return shared / "data" / "police-uk-street"


def test_real_downloads_are_counted_whole(downloads):
    """22,404 records of fourteen files; crimes by month and type as counted by hand; rows as the files have."""
    found = find_files(downloads, "street")
    table, findings = count_records(found.months, "street", lambda _: None)
    assert table["row_count"].sum() == 22_404
    expected = {"2015-06": 14, "2021-01": 12_398, "2024-01": 734, "2024-12": 766}
    rows = table.groupby("month")["row_count"].sum()
    assert {month: rows[month] for month in expected} == expected
    counted = table.groupby(["month", "name"])["crimes"].sum().to_dict()
    assert counted == by_hand(file.path for file in found.files)
    (altered,) = findings
    assert (altered.rule, altered.file) == ("altered_file", "2021-01-south-yorkshire-street-modified.csv")
    assert "MSOA, COLOUR" in altered.message


def test_real_records_without_a_location(downloads):
    """344 records of South Yorkshire and 964 of the City of London's year have no place."""
    table, _ = count_records(find_files(downloads, "street").months, "street", lambda _: None)
    nowhere = table.groupby("force")["rows_without_place"].sum()
    assert nowhere["South Yorkshire Police"] == 344
    lines = [line for path in downloads.glob("2024-*.csv") for line in path.read_text("utf-8").splitlines()]
    assert nowhere["City of London Police"] == sum(",No Location,," in line for line in lines)


def test_stars_in_names_are_letters(tmp_path):
    """A file whose name has a star in it is that file, not all whose names are like it."""
    rows = {"2015-06-*-street.csv": 1, "2015-06-ours-street.csv": 4, "2015-06-[o]urs-street.csv": 2}
    files = {name: street_file([street_row(f"{name}{n}") for n in range(count)]) for name, count in rows.items()}
    raw = folder_with(tmp_path, files, pack=False)
    assert read_observations(raw).series("1.burglary").values.tolist() == [7]
