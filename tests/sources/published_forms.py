"""Small files in the forms that others publish, written here from what those forms are known to be."""

import struct
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


def record(kind: int, content: bytes = b"") -> bytes:
    """One record of an .xls."""
    return struct.pack("<HH", kind, len(content)) + content


def xls(
    path: Path, sheets: dict[str, list[list[object]]], end: bytes = b"", first: bytes = b"", reach: int = 0
) -> Path:
    """The same as Excel 97 wrote it ([MS-XLS]): `first` among the first records, `end` at the end of each sheet.

    `reach` is the number of rows that the sheets say they have; by default so many as they do have.
    """

    def began(part: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, part, 0, 0, 0, 6))

    def cell(row: int, column: int, value: object) -> bytes:
        if isinstance(value, str):
            return record(0x204, struct.pack("<HHHHB", row, column, 0, len(value), 0) + value.encode("latin-1"))
        return b"" if value is None else record(0x203, struct.pack("<HHHd", row, column, 0, float(str(value))))

    parts = []
    for rows in sheets.values():
        across = max(map(len, rows))
        size = record(0x200, struct.pack("<IIHHH", 0, reach or len(rows), 0, across, 0))
        cells = (cell(number, place, value) for number, row in enumerate(rows) for place, value in enumerate(row))
        parts.append(began(0x10) + size + b"".join(cells) + end + record(0x0A))
    names = [name.encode("latin-1") for name in sheets]
    begin = len(began(5)) + sum(12 + len(name) for name in names) + len(first) + 4
    stream = began(5)
    for name, part in zip(names, parts, strict=True):
        stream += record(0x85, struct.pack("<IBBBB", begin, 0, 0, len(name), 0) + name)
        begin += len(part)
    path.write_bytes(_compound(stream + first + record(0x0A) + b"".join(parts)))
    return path


def _compound(stream: bytes) -> bytes:
    """A compound file of one stream ([MS-CFB]): header, table of sectors, directory, the stream in sectors of 512."""
    stream = stream.ljust(4096, b"\0")
    sectors = -(-len(stream) // 512)
    tables = -(-(sectors + 1) // 127)
    table = [0xFFFFFFFD] * tables + [0xFFFFFFFE]
    table += [len(table) + place + 1 for place in range(sectors - 1)] + [0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 * tables - len(table))

    def entry(name: str, kind: int, start: int, length: int, inside: int = 0xFFFFFFFF) -> bytes:
        written = name.encode("utf-16-le") + b"\0\0"
        head = struct.pack("<HBBIII", len(written), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, inside)
        return written.ljust(64, b"\0") + head + bytes(36) + struct.pack("<IQ", start, length)

    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH10x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIII", tables, tables, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", *range(tables), *[0xFFFFFFFF] * (109 - tables))
    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + entry("Workbook", 2, tables + 1, len(stream))
    body = struct.pack(f"<{len(table)}I", *table) + directory.ljust(512, b"\0")
    return header + body + stream.ljust(512 * sectors, b"\0")


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
