"""Small files in the forms that others publish, written here from what those forms are known to be."""

import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import openpyxl
import pandas as pd

STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context"
)
OUTCOMES = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Outcome type"
LOOKUP = (
    "\ufeffLAD16CD,LAD16NM,CSP16CD,CSP16NM,PFA16CD,PFA16NM,FID\n"
    "E1,Blaby,E2,Blaby and Hinckley,E3,Ours,1\nE4,Hinckley,E2,Blaby and Hinckley,E3,Ours,2\n"
    "E5,Rugby,E6,Rugby,E7,Theirs,3\n"
)
PARTNERSHIP_PLAN = """\
title = "A small plan"
focus = "Ours"
baseline = "2012/13"
horizon = "2017-03"
areas = [
  { name = "Ours", kind = "force" },
  { name = "Theirs", kind = "force" },
  { name = "Blaby", kind = "district", part_of = "Ours" },
  { name = "Hinckley", kind = "district", part_of = "Ours" },
  { name = "Blaby and Hinckley", kind = "partnership", part_of = "Ours" },
]

[[theme]]
number = 1
title = "Safer streets"
slug = "safer-streets"

[[theme.priority]]
number = 1
title = "Reduce burglary"

[[theme.priority.indicator]]
key = "1.burglary"
title = "Burglary"
kind = "count"
unit = "offences"
polarity = "lower_is_better"

[[theme.priority.indicator]]
key = "1.asb"
title = "Anti-social behaviour"
kind = "count"
unit = "incidents"
polarity = "lower_is_better"

[[theme.priority.indicator]]
key = "1.satisfaction"
title = "Satisfaction"
kind = "survey"
unit = "% satisfied"
polarity = "higher_is_better"
"""


def street_row(crime_id="", month="2015-06", force="Ours Police", place="Blaby 001A", kind="Burglary") -> str:
    """One record as published."""
    where = ("-1.2", "52.6", "On or near High Street", "E01", place) if place else ("", "", "No Location", "", "")
    return ",".join([crime_id, month, force, force, *where, kind, "", ""])


def street_file(rows: Iterable[str], header: str = STREET) -> str:
    """One CSV as published."""
    return "\n".join([header, *rows]) + "\n"


def zipped(path: Path, files: dict[str, str | bytes]) -> Path:
    """A zip of files by name."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def xlsx(path: Path, sheets: dict[str, list[list[object]]], change: Callable[..., None] | None = None) -> Path:
    """A workbook of sheets by name; `change` may do to it what people do."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if change is not None:
        change(book)
    book.save(path)
    return path


def ods(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """The same as an OpenDocument spreadsheet."""
    with pd.ExcelWriter(path, engine="odf") as writer:
        for name, rows in sheets.items():
            width = max(map(len, rows))
            whole = [[*row, *[None] * (width - len(row))] for row in rows]
            pd.DataFrame(whole).to_excel(writer, sheet_name=name, header=False, index=False)
    return path


FORCE_HEADINGS = ["Financial Year", "Financial Quarter", "Force Name", "Offence Description", "Offence Group",
                  "Offence Subgroup", "Offence Code", "Number of Offences"]  # fmt: skip
PARTNERSHIP_HEADINGS = ["Financial Year", "Financial Quarter", "Police Force", "CSP Name", "Offence Description",
                        "Offence Group", "Offence Subgroup", "Offence code", "Offence Count"]  # fmt: skip


def force_sheets(spelling: str = "2014-15") -> dict[str, list[list[object]]]:
    """A table by force: notes above the headings, a sheet a year, rows that are no force, a note for a number."""
    dwelling = ["Burglary in a dwelling", "Theft offences", "Domestic burglary", "28A"]
    aggravated = ["Aggravated burglary in a dwelling", "Theft offences", "Domestic burglary", "29"]
    shops = ["Shoplifting", "Theft offences", "Shoplifting", "46"]
    year = spelling[:4] + "/15"
    notes = [["Police recorded crime by force area"], ["Source: Home Office. See the notes sheet."], []]
    rows = [
        [year, quarter, force, *offence, count]
        for force, base in (("Ours", 100), ("Theirs", 50), ("Action Fraud", 900), ("British Transport Police", 7))
        for quarter in (1, 2, 3, 4)
        for offence, count in ((dwelling, base + quarter), (aggravated, 1), (shops, 2 * base))
    ]
    rows[-1][-1] = ".."  # shoplifting of a force nobody asks for
    later = [["2015/16", 1, "Ours", *dwelling, 90], ["2015/16", 1, "Ours", *aggravated, "-"], ["Note: provisional"]]
    return {
        "Notes": [["Cover"], ["1. Figures are as submitted"]],
        spelling: [*notes, FORCE_HEADINGS, *rows],
        f"2015{spelling[4]}16": [*notes, FORCE_HEADINGS, *later],
    }
