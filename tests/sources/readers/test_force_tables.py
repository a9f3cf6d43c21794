"""Tables of the ONS by force and partnership: every figure accounted for, every trap named."""

import csv
import io
import re
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from pccstats import reference
from pccstats.sources.readers.force_tables import read_force_tables, read_tables
from pccstats.sources.readers.reading import Source
from pccstats.terms.errors import Severity
from pccstats.terms.periods import Window, month
from pccstats.terms.plan import Area, Plan

pytestmark = pytest.mark.slow

JUNE = "policeforceareadatatablesyearendingjune2018corrected.xlsx"
SEPTEMBER = "policeforceareatablesyearendingsep18corrected.xlsx"
MARCH = "policeforceareatablesyeendingmarch2019.xlsx"
DECEMBER = "pfatablesdec19.xlsx"
PARTNERSHIPS = "csp_c2_june2025.csv"
WORKBOOKS = (JUNE, SEPTEMBER, MARCH, DECEMBER)


@pytest.fixture(scope="module")
def tables(shared):
    """Every table of every file, by file and code, with what was found."""
    folder = shared / "data" / "ons-force-tables"
    read = {name: read_tables(folder / name) for name in (*WORKBOOKS, PARTNERSHIPS)}
    return {name: ({table.code: table for table in held}, found) for name, (held, found) in read.items()}


def a_plan(*areas: str) -> Plan:
    """A plan that has these areas; nothing else of it is asked for."""
    held = tuple(Area(name, "force") for name in areas)
    return Plan("A plan", areas[0], Window.read("2012/13"), month("2017-03"), (), areas=held)


def read(shared: Path, file: str, asked: dict[str, list[str]], *areas: str, **more: str):
    """What the reader gives of a file."""
    source = Source(file=file, reader="ons_force_tables", label="ONS", indicators=asked, **more)
    return read_force_tables(shared / "data" / "ons-force-tables" / file, source, a_plan(*areas))


def raw_cells(path: Path) -> dict[str, Counter]:
    """How many cells of each sheet lie right of the names, between the heads and the source line, by openpyxl alone.

    Numbers and words are counted apart. The first row of figures is the first that says England and Wales beside a
    number or a mark; the figures begin right of the cell that says `Area Name`, or of the first.
    """
    counts = {}
    for sheet in openpyxl.load_workbook(path, data_only=True):
        rows = list(sheet.iter_rows(values_only=True))
        is_first = [
            any(str(cell).upper().startswith("ENGLAND AND WALES") for cell in row[:2])
            and len([cell for cell in row[2:] if cell not in (None, "")]) > 1
            and isinstance(next((cell for cell in row[2:] if cell not in (None, "")), None), int | float | str)
            and not str(row[-1]).startswith("Adults")
            for row in rows
        ]
        if not any(is_first):
            continue
        start = is_first.index(True)
        end = next(at for at, row in enumerate(rows) if str(row[0]).startswith("Source"))
        names = [at for row in rows[:start] for at, cell in enumerate(row) if str(cell).strip().lower() == "area name"]
        left = (max(names) if names else 0) + 1
        cells = [cell for row in rows[start:end] for cell in row[left:] if str(cell or "").strip() or cell == 0]
        counts[sheet.title.strip()] = Counter(isinstance(cell, int | float) for cell in cells)
    return counts


@pytest.mark.parametrize("file", WORKBOOKS)
def test_every_figure_is_there_once(tables, shared, file):
    """Each table holds as many cells as an independent count finds, numbers and marks apart."""
    raw = raw_cells(shared / "data" / "ons-force-tables" / file)
    held = tables[file][0]
    assert {f"Table {code}" for code in held} == set(raw)
    for code, table in held.items():
        is_number = table.figures["text"].str.fullmatch(r"-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?")
        assert Counter(is_number) == raw[f"Table {code}"], code
        assert not table.figures.duplicated(["row", "column"]).any()


@pytest.mark.parametrize("file", WORKBOOKS)
def test_every_cell_is_the_one_of_the_file(tables, shared, file):
    """Row and column of every figure lead to the same value in the workbook."""
    book = openpyxl.load_workbook(shared / "data" / "ons-force-tables" / file, data_only=True)
    sheets = {sheet.title.strip().removeprefix("Table "): sheet for sheet in book}
    for code, table in tables[file][0].items():
        for cell in table.figures.itertuples():
            there = sheets[code][f"{cell.column}{cell.row}"].value
            if isinstance(there, int | float):
                assert float(cell.text) == pytest.approx(there, rel=1e-12)
            else:
                assert cell.text == " ".join(str(there).split()) or cell.text == str(there).strip()


@pytest.mark.parametrize("file", WORKBOOKS)
def test_every_force_is_in_every_table(tables, file):
    """43 forces in each, whatever is glued to their names; what is no force is not among them."""
    for code, table in tables[file][0].items():
        forces = set(table.figures.loc[table.figures["kind"] == "force", "area"])
        missing = {each.name for each in reference.forces()} - forces
        # One row of table P6 is of the City of London and the Metropolitan Police together.
        assert missing == ({"City of London", "Metropolitan Police"} if (file, code) == (MARCH, "P6") else set()), code
        assert forces <= {each.name for each in reference.forces()}


def test_the_region_is_not_taken_for_the_force(tables):
    """West Midlands is a region and a force: also where a table has no codes, each keeps its own figures."""
    figures = tables[MARCH][0]["P7"].figures
    last = figures[(figures["period_end"] == "2019-03") & (figures["name"] == "P7 / Number of Incidents")]
    by_area = last.set_index("area")["text"].astype(float)
    parts = by_area[["Staffordshire", "Warwickshire", "West Mercia", "West Midlands"]]
    assert parts.sum() == by_area["West Midlands region"]


@pytest.mark.parametrize(
    ("file", "code", "end"), [(JUNE, "P1", "2018-06"), (SEPTEMBER, "P2", "2018-09"), (DECEMBER, "P2", "2019-12")]
)
def test_years_end_when_the_table_says(tables, file, code, end):
    """`June 181,2` is June 2018 by the other tables, and of two years compared the later is the table's."""
    assert set(tables[file][0][code].figures["period_end"]) == {end}


def test_an_undated_table_is_said(tables):
    """The title that ends in `June 181,2` is flagged."""
    (found,) = [finding for finding in tables[JUNE][1] if finding.rule == "undated_table"]
    assert found.severity is Severity.FLAG
    assert "P1" in found.message


def test_years_of_columns_are_their_own(tables):
    """Table P7 has twelve years, table P5 of December 2019 eleven, of which two overlap the others."""
    ends = sorted(set(tables[MARCH][0]["P7"].figures["period_end"]))
    assert ends == [f"{year}-03" for year in range(2008, 2020)]
    counts = tables[DECEMBER][0]["P5"].figures
    counts = counts[counts["name"] == "P5 / Number of selected offences involving a knife"]
    years = [f"{year}-03" for year in range(2011, 2020)]
    assert sorted(set(counts["period_end"])) == sorted([*years, "2018-12", "2019-12"])


def test_a_correction_is_quoted(tables):
    """What the publisher says of a corrected edition is on record, with its date."""
    (found,) = [finding for finding in tables[JUNE][1] if finding.rule == "correction"]
    assert "incorrect labelling of geography" in found.message
    assert "6th February 2019" in found.message


@pytest.mark.parametrize("file", WORKBOOKS)
def test_forces_add_up_to_their_region(tables, file):
    """In table P1 of each workbook the forces of a region add up to it, as far as every force is given."""
    figures = tables[file][0]["P1"].figures
    total = figures[figures["name"] == "P1 / Total recorded crime (excluding fraud)"].set_index("area")["text"]
    for region in ("East Midlands", "South West", "West Midlands region", "WALES"):
        name = {"West Midlands region": "West Midlands", "WALES": "Wales"}.get(region, region)
        forces = [each.name for each in reference.forces() if each.region == name]
        assert sum(int(total[force]) for force in forces) == int(total[region])


def test_figures_become_observations(shared):
    """The year's robberies of two forces, with place, source and twelve months."""
    found = read(shared, DECEMBER, {"1.robbery": ["P1 / Robbery"]}, "Kent", "City of London")
    sheet = openpyxl.load_workbook(shared / "data" / "ons-force-tables" / DECEMBER)["Table P1"]
    printed = {row[1]: row[11] for row in sheet.iter_rows(values_only=True)}
    held = found.observations.set_index("area")["numerator"].astype(int).to_dict()
    assert held == {"Kent": printed["Kent"], "City of London": printed["London, City of"]}
    assert set(found.observations["period_end"]) == {"2019-12"}
    assert set(found.observations["months"]) == {"12"}


def test_manchesters_hole_is_said(shared):
    """Greater Manchester has no figure: its rows say why, half sums are not made, and the finding quotes the note."""
    asked = {
        "1.robbery": ["P1 / Robbery"],
        "1.both": ["P1 / Robbery", "P4 / Robbery / Number of offences involving a knife"],
    }
    found = read(shared, DECEMBER, asked, "Greater Manchester", "Lancashire")
    hole = found.observations[found.observations["area"] == "Greater Manchester"]
    assert set(hole["numerator"]) == {""}
    assert set(hole["status"]) == {"not_collected"}
    assert set(hole["indicator"]) == {"1.robbery", "1.both"}
    messages = " ".join(finding.message for finding in found.findings if finding.severity is Severity.FLAG)
    assert "1 figure of Greater Manchester is '..', not available" in messages
    assert "new IT system in July 2019" in messages
    assert "excluding Greater Manchester Police" in messages


@pytest.mark.parametrize("file", WORKBOOKS)
def test_every_cell_is_accounted_for(tables, shared, file):
    """Read, marked and left out add up to the cells of the file, and those read are the observations."""
    of_all = {"P1 / Robbery", "P2 / Robbery", "P3 / Robbery"}
    held = {name for table in tables[file][0].values() for name in table.figures["name"]}
    assert of_all <= held
    names = sorted(of_all | ({"P6 / Rate per 100,000 population"} & held))
    asked = {f"1.c{at}": [name] for at, name in enumerate(names)}
    found = read(shared, file, asked, *(each.name for each in reference.forces()))
    (told,) = [finding.message for finding in found.findings if finding.rule == "accounted"]
    cells, were_read, marked, left = (
        int(text.replace(",", "")) for text in re.findall(r"([0-9][0-9,]*)(?= cells| were| of those| are)", told)
    )
    raw = raw_cells(shared / "data" / "ons-force-tables" / file)
    assert cells == sum(sum(count.values()) for count in raw.values()) == were_read + marked + left
    assert were_read == (found.observations["numerator"] != "").sum() + _below_zero(found)
    assert marked == (found.observations["numerator"] == "").sum() - _below_zero(found)


def _below_zero(found) -> int:
    """Falls in per cent, which no count can be: kept with their text in the note."""
    return int(found.observations["note"].str.contains("published as -").sum())


def test_footnotes_of_what_is_read_are_told(shared):
    """The note glued to Dyfed-Powys stands among the findings."""
    found = read(shared, DECEMBER, {"1.violence": ["P1 / Violence against the person"]}, "Dyfed-Powys")
    notes = [finding.message for finding in found.findings if finding.rule == "footnote"]
    assert any("Dyfed-Powys, note 4: Due to a technical issue there is an undercount" in note for note in notes)


def test_old_denominators_are_told(shared):
    """Rates to December 2019 rest on populations of mid-2018: said where a rate is read."""
    found = read(shared, DECEMBER, {"1.rate": ["P3 / Robbery"]}, "Kent")
    (told,) = [finding.message for finding in found.findings if finding.rule == "old_denominator"]
    assert "populations of mid-2018" in told


def test_an_unknown_heading_is_refused_with_the_nearest(shared):
    """A name that no table has is refused, with what may be meant."""
    found = read(shared, DECEMBER, {"1.robbery": ["P1 / Robery"]}, "Kent")
    (refused,) = [finding for finding in found.findings if finding.severity is Severity.REFUSE]
    assert "P1 / Robbery" in refused.next_step


def test_partnerships_add_up_to_their_force(shared):
    """In table C2 the partnerships of every force, and what is assigned to none, add up to it."""
    path = shared / "data" / "ons-force-tables" / PARTNERSHIPS
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    start = next(at for at, row in enumerate(rows) if row[0].startswith("Police Force"))
    names = {each.code: each.name for each in reference.forces()}
    totals, sums = {}, Counter()
    for row in rows[start + 1 :]:
        number = int(row[6].replace(",", "").strip() or 0)
        if row[3].strip():
            sums[names[row[0]]] += number
        else:
            totals[names[row[0]]] = number
    asked = {"1.crime": ["C2 / Total recorded crime (excluding fraud)"]}
    found = read(shared, PARTNERSHIPS, asked, *totals)
    held = found.observations.set_index("area")["numerator"].astype(int).to_dict()
    assert held == totals
    # The one row with another force's code and a figure: one crime, which is neither Gwent's nor South Wales's here.
    assert {force for force, total in totals.items() if sums[force] != total} <= {"Gwent", "South Wales"}


def test_partnerships_are_read_where_asked_for(shared):
    """Commas and blanks in numbers, partnerships of the same name as a force: each figure is the partnership's own."""
    asked = {"1.crime": ["C2 / Total recorded crime (excluding fraud)"]}
    found = read(shared, PARTNERSHIPS, asked, "Wiltshire", "Swindon", by="partnership")
    held = found.observations.set_index("area")["numerator"].astype(int).to_dict()
    assert held == {"Swindon": 15_993, "Wiltshire": 24_878}  # as printed
    assert set(found.observations["period_end"]) == {"2025-06"}


def test_a_row_with_another_forces_code_is_left_out_and_named(tables):
    """Gwent under the code of South Wales and Surrey under that of Kent: both rows are flagged with their number."""
    found = [finding for finding in tables[PARTNERSHIPS][1] if finding.rule == "code_and_name"]
    assert [(finding.value, finding.severity) for finding in found] == [
        ("Gwent", Severity.FLAG),
        ("Surrey", Severity.FLAG),
    ]
    assert all(finding.row for finding in found)


def test_a_file_without_tables_is_refused(tmp_path):
    """Another CSV is refused in words."""
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    held, found = read_tables(tmp_path / "other.csv")
    assert held == []
    assert [finding.severity for finding in found][-1] is Severity.REFUSE
