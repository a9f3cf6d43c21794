"""Whatever arrives is read whole or refused in words: inputs mutated at random, each read as a run reads it.

    python benchmarks/mutated_inputs.py [NUMBER] [--write]

Thirteen kinds of input that are in order (plan, list of sources, CSVs, workbooks, a return, a download, commentary) are
changed in one to four places: bytes, rows, columns, headings, values, encodings, members of a zip. Each is read as
`pccstats check` reads it. It survives if the answer comes within thirty seconds and is either a refusal that lists its
problems, with nothing written, or the data with no row lost in silence: as many rows are said to be read as another
reader counts, and the figures kept add up to those it finds, or a finding says why not. The seed is fixed: number 17 is
the same input for ever. `--write` puts the counts into docs/reliability.md.
"""

from __future__ import annotations

import csv
import io
import random
import re
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import openpyxl
import pandas as pd
from pages import give
from rich.console import Console

import pccstats as pcc
from pccstats.batch.terminal import show_check
from pccstats.sources import build_data, read_plan, read_return
from pccstats.sources.commentary import read_commentary
from pccstats.sources.return_form import write_return
from pccstats.terms.errors import PccStatsError

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"
SEED = 20261121
NUMBER = 1000
MOST_SECONDS = 30
LONGEST_PROBLEM = 3000  # characters: more is no answer to a person
PLACES = (1, 1, 1, 2, 4)  # how many changes an input has
QUARTER = "2015/16-Q1"

HOSTILE = (
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "&lt;b&gt;&#0;&xxe;"),
    *("<style>*{display:none}</style>", '"><a href="javascript:alert(1)">', "[x](http://example.org)", "file:///etc"),
    *(
        "\u202e133\u202c",
        "\u200b",
        "\u2066",
        "a\u0301" * 50,
        "\ufeff",
        "\0",
        "\x1b[31m",
        "\x01",
        "\r",
        "\u2028",
        "\x85",
    ),
    *("=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "{{7*7}}", "{% raw %}", "${7*7}", "$x_{$", "$5 and $6"),
    *(
        "%s%n",
        "%(a)s",
        "{0}",
        "{a.__class__}",
        "{}",
        "../../etc/passwd",
        "C:\\x",
        "//host/share",
        "/dev/zero",
        "a" * 300,
    ),
    *("*", "?", "[a]", "'", '"', "';--", "`id`", "$(id)", "|", ";", ",", "NaN", "inf", "-0", "1e309", "1e-400", "0x1F"),
    *("9" * 6000, "-" + "9" * 400, "1" * 20, "2" * 16, "0001-01-01", "9999-12-31", "9999-12", "0001-01", "2015-13"),
    *("2015-02-30", "true", "null", "None", "N/A", "", " ", "٣", "１２", "½", "1,234", "1.234,5", "x" * 200_000),
)
LITERALS = (  # values of a TOML file
    *(
        "9" * 6000,
        "9" * 4000,
        "9" * 400,
        "-" + "9" * 25,
        "0x" + "f" * 6000,
        "1e" + "9" * 50,
        "-1",
        "0",
        "1" * 19,
        "1e400",
        "nan",
        "inf",
        "-inf",
        "true",
        "false",
        "0001-01-01",
        "9999-12-31",
    ),
    *("9999-12-31T23:59:60Z", "00:00:00", "[]", "{}", "[[]]", '[""]', '""', "[1, 'a', {}]", "{a = 1}", "0xffffffffff"),
    *(
        "[" * 3000 + "]" * 3000,
        "{a = " * 3000 + "1" + "}" * 3000,
        "1_000",
        '"""\n"""',
        "'2012/13'",
        '"2012/13"',
        "2015",
    ),
)
ENCODINGS = (
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "latin-1",
    "cp1252",
    "cp500",
    "shift_jis",
    "utf-7",
)

PLAN = """\
title = "A small plan"
focus = "Ours"
baseline = "2012/13"
horizon = "2017-03"
areas = [
  { name = "Ours", kind = "force" },
  { name = "Theirs", kind = "force" },
]

[[theme]]
number = 1
title = "Safer streets"
slug = "safer-streets"

[[theme.priority]]
number = 1
title = "Reduce burglary"

[[theme.priority.indicator]]
key = "1.offences"
title = "Burglary"
kind = "count"
unit = "offences"
polarity = "lower_is_better"

[[theme.priority.indicator]]
key = "1.satisfaction"
title = "Satisfaction"
kind = "survey"
unit = "% satisfied"
polarity = "higher_is_better"

[[event]]
key = "recording"
month = "2013-04"
title = "A change of recording"
indicators = ["1.*"]
breaks_comparability = true
source = "A paper"

[[target]]
key = "fewer"
indicator = "1.offences"
strength = "hard"
form = "per_cent_change"
amount = -5
by = "2017-03"
source = "The plan"

[[objective]]
area = "Ours"
words = "Fewer burglaries"
indicators = ["1.offences"]
source = "A report"
"""
SOURCE = '[[source]]\nfile = "{file}"\nreader = "{reader}"\nlabel = "Figures"\n{more}'
TIDY = (("indicator", "area", "period_end", "months", "numerator", "denominator", "status", "source", "note"),
        ("1.offences", "Ours", "2015-04", "1", "331", "", "", "Crime system", ""),
        ("1.offences", "Ours", "2015-05", "1", "340", "", "", "Crime system", "As counted"),
        ("1.offences", "Ours", "2015-06", "1", "322", "", "provisional", "Crime system", ""),
        ("1.offences", "Theirs", "2015-06", "1", "", "", "not_collected", "", ""),
        ("1.satisfaction", "Ours", "2015-06", "12", "410", "500", "", "Survey", ""))  # fmt: skip
PEOPLE = (("area", "year", "persons", "vintage", "households"),
          ("Ours", "2013", "1000000", "2014", "400000"),
          ("Ours", "2014", "1010000", "2015", "404000"),
          ("Theirs", "2014", "900000", "2015", ""))  # fmt: skip
ROLLING = (("12 months ending", "PFA", "Region", "Offence", "Rolling year total number of offences"),
           *((day, force, "Midlands", offence, count)
             for day in ("31-03-2015", "30-06-2015")
             for force, offence, count in (("Ours", "Burglary", "3935"), ("Theirs", "Burglary", "2100"),
                                           ("Action Fraud", "Fraud", "9000"), ("Ours", "Robbery", "310"))))  # fmt: skip
BOROUGHS = (("MajorText", "MinorText", "BoroughName", "201504", "201505", "201506"),
            ("BURGLARY", "HOME", "Ours", "30", "31", "32"), ("BURGLARY", "SHOP", "Ours", "10", "11", "12"),
            ("BURGLARY", "HOME", "Theirs", "20", "21", "22"), ("ROBBERY", "ANY", "Ours", "5", "6", "7"))  # fmt: skip
SURVEY = (("month", "strand", "respondents", "satisfied"), ("2015-05", "Burglary", "60", "50"),
          ("2015-05", "Vehicle", "40", "20"), ("2015-06", "Burglary", "50", "45"),
          ("2015-06", "Vehicle", "30", "15"))  # fmt: skip
OFFENCES = (("Financial Year", "Financial Quarter", "Force Name", "Offence Description", "Offence Group",
             "Offence Subgroup", "Offence Code", "Number of Offences"),
            *(("2014/15", quarter, force, "Burglary in a dwelling", "Theft offences", "Domestic burglary", "28A",
               100 + quarter)
              for quarter in (1, 2, 3, 4) for force in ("Ours", "Theirs", "Action Fraud")))  # fmt: skip
RECORDS = (("Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code",
            "LSOA name", "Crime type", "Last outcome category", "Context"),
           *((name, "2015-06", "Ours", "Ours", "-1.2", "52.6", "On or near High Street", "E01", "Blaby 001A", kind, "",
              "")
             for name, kind in (("a", "Burglary"), ("b", "Burglary"), ("c", "Drugs"), ("", "Burglary"))))  # fmt: skip
COMMENTARY = "Work with schools began in May.\n\n- The *hub* goes on.\n- Fewer burglaries than in 2012/13.\n"
Table = tuple[tuple[object, ...], ...]


def as_csv(table: Table | list[list[str]]) -> str:
    """A table as it would be sent."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(table)
    return text.getvalue()


def as_workbook(table: Table, sheet: str) -> bytes:
    """A workbook of one sheet; whole numbers as numbers."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in table:
        book.active.append([int(cell) if isinstance(cell, str) and cell.isdigit() else cell for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def packed(members: list[tuple[str, bytes]]) -> bytes:
    """A zip of members by name, names as often as they come."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            if name not in archive.namelist():
                archive.writestr(zipfile.ZipInfo(name, (2015, 6, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


@cache
def blank_return() -> bytes:
    """The form of a return, filled in."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "plan.toml").write_text(PLAN, encoding="utf-8")
        path = write_return(read_plan(folder), QUARTER, "Ours", Path(folder) / "return.xlsx")
        book = openpyxl.load_workbook(path)
        for row in range(2, book["Figures"].max_row + 1):
            is_share = book["Figures"].cell(row, 1).value == "1.satisfaction"
            book["Figures"].cell(row, 4).value = 40 + row
            book["Figures"].cell(row, 5).value = 100 if is_share else None
        book["Summary"]["A2"] = "The hub goes on."
        book.save(path)
        return path.read_bytes()


# --------------------------------------------------------------------------------------------------------- mutations
Change = Callable[[random.Random, bytes], bytes]


def of_bytes(chance: random.Random, content: bytes) -> bytes:
    """Some bytes flipped, taken out, put in, repeated, or the end cut off."""
    at, size = chance.randrange(len(content) + 1), chance.choice((1, 1, 2, 7, 50))
    middle = content[at : at + size]
    return chance.choice(
        (
            content[:at] + bytes(byte ^ (1 << chance.randrange(8)) for byte in middle) + content[at + size :],
            content[:at] + content[at + size :],
            content[:at] + chance.randbytes(size) + content[at:],
            content[:at] + middle * chance.choice((2, 3, 1000)) + content[at + size :],
            content[:at],
            content[:at] + b"\0" + content[at:],
        )
    )


def of_letters(chance: random.Random, content: bytes) -> bytes:
    """Another encoding, other line ends, or hostile text somewhere in it."""
    text = content.decode("utf-8", "replace")
    at = chance.randrange(len(text) + 1)
    match chance.randrange(4):
        case 0:
            return text.encode(chance.choice(ENCODINGS), "replace")
        case 1:
            return text.replace("\n", chance.choice(("\r", "\r\n", "\n\n", "\v", "\u2028"))).encode("utf-8")
        case _:
            return (text[:at] + chance.choice(HOSTILE) + text[at:]).encode("utf-8", "replace")


def of_lines(chance: random.Random, content: bytes) -> bytes:
    """A line taken out, repeated, moved, or cut in two."""
    lines = content.split(b"\n")
    at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
    line = lines[at]
    match chance.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines[to:to] = [line]
        case 2:
            lines[at], lines[to] = lines[to], line
        case _:
            cut = chance.randrange(len(line) + 1)
            lines[at : at + 1] = [line[:cut], line[cut:]]
    return b"\n".join(lines)


def of_keys(chance: random.Random, content: bytes) -> bytes:
    """A value of a TOML file replaced, or a key renamed, nested three thousand deep, or put beside it."""
    lines = content.decode("utf-8", "replace").split("\n")
    places = [number for number, line in enumerate(lines) if "=" in line]
    if not places:
        return of_bytes(chance, content)
    at = chance.choice(places)
    key, _, _ = lines[at].partition("=")
    text = chance.choice(HOSTILE).replace("\\", "\\\\").replace('"', '\\"')
    lines[at] = chance.choice(
        (
            f"{key}= {chance.choice(LITERALS)}",
            f"{key}= {chance.choice(LITERALS)}",
            f'{key}= "{text}"',
            f'{key}= "{text}"',
            f"{key.strip()}{chance.choice('xyz_')} = 1",
            f'"{text}" = 1\n{lines[at]}',
            ".".join(["a"] * 3000) + " = 1\n" + lines[at],
            f"[[{chance.choice(('theme', 'areas', 'event', 'target', 'source', 'x'))}]]\n{lines[at]}",
        )
    )
    return "\n".join(lines).encode("utf-8", "replace")


def of_cells(chance: random.Random, content: bytes) -> bytes:
    """A row or column taken out, repeated or moved, or a cell, heading or separator that is another."""
    rows = [line.split(",") for line in content.decode("utf-8", "replace").split("\n")]
    rows = [row for row in rows if row != [""]] or [["x"]]
    width, down = max(map(len, rows)), chance.randrange(len(rows))
    across, other = chance.randrange(width), chance.randrange(width)
    match chance.randrange(8):
        case 0:
            rows = [row[:across] + row[across + 1 :] for row in rows]
        case 1:
            rows = [[*row, *row[across : across + 1]] for row in rows]
        case 2:
            order = chance.sample(range(width), width)
            rows = [[row[place] if place < len(row) else "" for place in order] for row in rows]
        case 3:
            body = rows[1:]
            chance.shuffle(body)
            rows = [*rows[:1], *body]
        case 4:
            rows[down:down] = [list(rows[down])]
        case 5:
            return content.replace(b",", chance.choice((b";", b"\t", b"|", b",,")))
        case _:
            row = rows[down] + [""] * (width - len(rows[down]))
            row[across] = chance.choice((*HOSTILE, row[other]))
            rows[down] = row
    return as_csv(rows).encode("utf-8", "replace")


def of_members(chance: random.Random, content: bytes) -> bytes:
    """A member of a zip changed, taken out, renamed, put in twice, made a link, a bomb, or encrypted."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [(item.filename, archive.read(item)) for item in archive.infolist()]
    except Exception:  # noqa: BLE001 a zip that is broken already can make the library raise anything
        return of_bytes(chance, content)
    if not members:
        return of_bytes(chance, content)
    at = chance.randrange(len(members))
    name, held = members[at]
    match chance.randrange(9):
        case 0:
            members[at] = (name, of_bytes(chance, held))
        case 1:
            members[at] = (name, of_letters(chance, held))
        case 2:
            members[at] = (name, of_figures(chance, held))
        case 3:
            del members[at]
        case 4:
            members[at] = (chance.choice(HOSTILE)[:200] + "/" + name, held)
        case 5:
            members.append((f"copy/{name}", held))
        case 6:
            members.append((chance.choice((name + ".csv", "xl/worksheets/sheet9.xml")), bytes(30_000_000)))
        case 7:
            return linked(members, at, chance.choice(("/etc/passwd", "../../../etc/passwd", "/dev/zero")))
        case _:
            raw = bytearray(packed(members))
            flag = raw.find(b"PK\x01\x02") + 8
            raw[flag] |= 1  # said to be encrypted
            return bytes(raw)
    return packed(members)


def of_figures(chance: random.Random, content: bytes) -> bytes:
    """The text or place of a cell of a sheet's XML, or of a record, that is another."""
    text = content.decode("utf-8", "replace")
    marks = [at for at, letter in enumerate(text) if letter in '>",']
    if not marks:
        return of_bytes(chance, content)
    at = chance.choice(marks) + 1
    entities = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]>'
    return chance.choice(
        (
            text[:at] + chance.choice(HOSTILE).replace("<", "&lt;") + text[at:],
            text[:at] + chance.choice(HOSTILE) + text[at:],
            text.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
            text.replace("</sheetData>", "</sheetData><mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells>"),
            text.replace("<v>", "<f>1/0</f><v>", 1),
            text.replace('t="n"', 't="e"', 1),
            entities + text,
            text.replace('r="', 'r="ZZZ', 1),
        )
    ).encode("utf-8", "replace")


def linked(members: list[tuple[str, bytes]], at: int, target: str) -> bytes:
    """A zip in which one member is a link to elsewhere."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(members):
            item = zipfile.ZipInfo(name, (2015, 6, 1, 0, 0, 0))
            if number == at:
                item.external_attr = 0o120777 << 16
            archive.writestr(item, target.encode() if number == at else content)
    return file.getvalue()


TOML_CHANGES: tuple[Change, ...] = (of_keys, of_keys, of_keys, of_lines, of_letters, of_bytes)
CSV_CHANGES: tuple[Change, ...] = (of_cells, of_cells, of_cells, of_lines, of_letters, of_bytes)
ZIP_CHANGES: tuple[Change, ...] = (of_members, of_members, of_members, of_bytes)
TEXT_CHANGES: tuple[Change, ...] = (of_letters, of_letters, of_lines, of_bytes)


# ------------------------------------------------------------------------------------------------------------- inputs
@dataclass(frozen=True)
class Kind:
    """A kind of input: its file, in order; how it is changed; and how its reader is told of it.

    Of a CSV, pandas tells how many rows and which figures it holds.
    """

    name: str
    file: str
    content: bytes
    changes: tuple[Change, ...]
    reader: str = "tidy_csv"
    more: str = ""


def table_of(content: bytes) -> pd.DataFrame | None:
    """The rows of a CSV that hold anything, the first with the headings, as pandas reads them; None where it cannot."""
    marks = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    encoding = next((name for mark, name in marks.items() if content.startswith(mark)), "utf-8")
    for name in (encoding, "cp1252"):
        try:
            table = pd.read_csv(io.BytesIO(content), header=None, dtype=str, encoding=name, keep_default_na=False,
                                skip_blank_lines=False, engine="python", names=range(60))  # fmt: skip
        except (UnicodeError, ValueError, csv.Error, pd.errors.ParserError):
            continue
        table = table.fillna("").apply(lambda column: column.str.strip())
        return table[table.ne("").any(axis=1)]
    return None


def figures_of(table: pd.DataFrame, kind: Kind) -> float:
    """The sum of the figures that a reader of this kind is asked for."""
    named = table.iloc[1:].set_axis(list(table.iloc[0]), axis=1)
    match kind.reader:
        case "tidy_csv":
            figures = named["numerator"]
        case "rolling_year_csv":
            asked = named["PFA"].isin(FORCES) & (named["Offence"] == "Burglary")
            figures = named.loc[asked, "Rolling year total number of offences"]
        case "metropolitan_boroughs_csv":
            asked = named["BoroughName"].isin(FORCES) & (named["MajorText"] == "BURGLARY")
            months = [name for name in named.columns if re.fullmatch("20[0-9]{2}(0[1-9]|1[0-2])", name)]
            figures = pd.Series(named.loc[asked, months].to_numpy().ravel(), dtype=str)
        case _:
            figures = named.loc[named["strand"].isin(("Burglary", "Vehicle")), "satisfied"]
    return float(pd.to_numeric(figures.astype(str).str.replace(",", ""), errors="coerce").sum())


OFFENCES_ASKED = 'indicators = {{ "1.offences" = ["{name}"] }}\n'
STRANDS_ASKED = 'indicators = { "1.satisfaction" = ["Burglary", "Vehicle"] }\n'
STREET_FILE = "2015-06/2015-06-ours-street.csv"


@cache
def kinds() -> tuple[Kind, ...]:
    """Every kind of input, in order."""

    def asked(name: str) -> str:
        return OFFENCES_ASKED.format(name=name)

    csvs = (
        ("observations", TIDY, "tidy_csv", ""),
        ("populations", PEOPLE, "populations_csv", ""),
        ("rolling years", ROLLING, "rolling_year_csv", asked("Burglary")),
        ("boroughs", BOROUGHS, "metropolitan_boroughs_csv", asked("BURGLARY")),
        ("a survey", SURVEY, "survey", STRANDS_ASKED),
    )
    listed = SOURCE.format(file="a.csv", reader="tidy_csv", more=asked("Burglary"))
    street = packed([(STREET_FILE, as_csv(RECORDS).encode())])
    return (
        Kind("the plan", "plan.toml", PLAN.encode(), TOML_CHANGES),
        Kind("the list of sources", "sources.toml", listed.encode(), TOML_CHANGES),
        *(Kind(f"{name} (CSV)", "figures.csv", as_csv(table).encode(), CSV_CHANGES, reader, more)
          for name, table, reader, more in csvs),
        Kind("observations (workbook)", "figures.xlsx", as_workbook(TIDY, "Figures"), ZIP_CHANGES, "tidy_xlsx"),
        Kind("a survey (workbook)", "figures.xlsx", as_workbook(SURVEY, "USS"), ZIP_CHANGES, "survey", STRANDS_ASKED),
        Kind("Home Office tables (workbook)", "figures.xlsx", as_workbook(OFFENCES, "2014-15"), ZIP_CHANGES,
             "home_office_tables", asked("Domestic burglary")),
        Kind("a return (workbook)", "figures.xlsx", blank_return(), ZIP_CHANGES, "partnership_return"),
        Kind("street records (zip)", "figures.zip", street, ZIP_CHANGES, "police_uk_street", asked("Burglary")),
        Kind("commentary", "commentary/2015-16-Q1/ours.md", COMMENTARY.encode(), TEXT_CHANGES),
    )  # fmt: skip


@dataclass(frozen=True)
class Input:
    """One mutated input: its number, its kind, its bytes."""

    number: int
    kind: Kind
    content: bytes


def mutated(number: int) -> Input:
    """The input of a number, the same for ever."""
    chance = random.Random(f"{SEED} {number}")  # noqa: S311 nothing secret
    kind = kinds()[number % len(kinds())]
    content = kind.content
    for _ in range(chance.choice(PLACES)):
        content = chance.choice(kind.changes)(chance, content)
    return Input(number, kind, content)


# ------------------------------------------------------------------------------------------------------------ verdicts
@dataclass(frozen=True)
class Answer:
    """What came of an input: `read`, `refused`, or how it was not survived; in words, and after how long."""

    input: Input
    came: str
    words: str
    seconds: float

    @property
    def is_survived(self) -> bool:
        """True where it was read whole or refused in words, in time."""
        return self.came in (READ, REFUSED)


FORCES = ("Ours", "Theirs")
# Findings that say of figures why they are not held as they stand.
SAID_OF_FIGURES = {"negative_as_published", "parts_missing", "nobody_asked"}
READ, REFUSED = "read whole", "refused in words"
TRACEBACK, DROPPED, SLOW, WORDLESS = "traceback", "rows lost in silence", "over 30 s", "refused without a reason"


def write(given: Input, folder: Path) -> Path:
    """Write the data folder an input belongs to, in order but for it."""
    raw = folder / "raw"
    raw.mkdir()
    kind = given.kind
    is_source = kind.file.startswith("figures.")
    sources = SOURCE.format(file="a.csv", reader="tidy_csv", more="")
    if is_source:
        told = SOURCE.format(file=kind.file, reader=kind.reader, more=kind.more)
        sources = told if kind.reader != "populations_csv" else f"{sources}\n{told}"
    files = {"plan.toml": PLAN.encode(), "sources.toml": sources.encode(), "a.csv": as_csv(TIDY).encode()}
    for name, content in (files | {kind.file: given.content}).items():
        (raw / name).parent.mkdir(parents=True, exist_ok=True)
        (raw / name).write_bytes(content)
    return raw


def read(raw: Path, kind: Kind) -> tuple[pcc.sources.BuildResult, pcc.Observations]:
    """Read a data folder as `pccstats check` does, with its commentary and its return."""
    built = build_data(raw)
    held = pcc.read_observations(built.processed)
    show_check(built, pcc.data_quality(held), Console(file=io.StringIO(), width=120))
    read_commentary(raw, QUARTER)
    if kind.reader == "partnership_return":
        read_return(raw / kind.file, held.plan)
    return built, held


def try_one(given: Input) -> Answer:
    """Read one input and say what came of it."""
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        raw = write(given, Path(folder))
        try:
            built, held = read(raw, given.kind)
        except PccStatsError as refusal:
            came, words = REFUSED, "\n".join(map(str, refusal.problems))
            if _is_wordless(refusal) or ((raw.parent / "processed").exists() and given.kind.name != "commentary"):
                came = WORDLESS
        except Exception:  # noqa: BLE001 whatever it is, it is what we look for
            came, words = TRACEBACK, traceback.format_exc()
        else:
            words = _lost(given, built, held)
            came = DROPPED if words else READ
    seconds = time.perf_counter() - begun
    return Answer(given, SLOW if seconds > MOST_SECONDS else came, words, seconds)


def _is_wordless(refusal: PccStatsError) -> bool:
    """True where a refusal gives no problem, one that is no sentence, or one too long to be read."""
    said = [problem.what.strip() for problem in refusal.problems]
    return (
        not said
        or not all(what.endswith((".", "?")) for what in said)
        or max(len(str(problem)) for problem in refusal.problems) > LONGEST_PROBLEM
    )


def _lost(given: Input, built: pcc.sources.BuildResult, held: pcc.Observations) -> str:
    """What was there and is neither in the data nor told of; empty where nothing is."""
    table = table_of(given.content) if given.kind.file.endswith("figures.csv") else None
    if table is None:
        return ""
    rows = len(table) - 1
    told = next(file.rows for file in built.files if file.name == given.kind.file)
    if told != rows:
        return f"{rows} rows are there and {told} are said to have been read"
    if given.kind.reader == "tidy_csv" and len(held.frame) != rows:
        return f"{rows} rows are there and {len(held.frame)} are held"
    if given.kind.reader == "populations_csv" and len(held.exposures) != rows:
        return f"{rows} rows are there and {len(held.exposures)} are held"
    if given.kind.reader != "populations_csv" and not {finding.rule for finding in built.findings} & SAID_OF_FIGURES:
        there, kept = figures_of(table, given.kind), float(held.frame["numerator"].sum())
        if abs(there - kept) > 1e-9 * max(abs(there), 1):
            return f"the figures there add up to {there} and those held to {kept}"
    return ""


def tried(numbers: range) -> Iterator[Answer]:
    """The answers to inputs, one after another."""
    for number in numbers:
        yield try_one(mutated(number))


def counts(answers: list[Answer]) -> pd.DataFrame:
    """By kind of input: how many were tried, refused, read whole and not survived, and the longest any took."""
    names = [kind.name for kind in kinds()]
    came = Counter((answer.input.kind.name, answer.came) for answer in answers)
    of = {name: [answer for answer in answers if answer.input.kind.name == name] for name in names}
    table = [
        (name, len(of[name]), came[name, REFUSED], came[name, READ], sum(not one.is_survived for one in of[name]))
        for name in names
    ]
    total = ("**All**", *(sum(row[column] for row in table) for column in range(1, 5)))  # type: ignore[misc]
    return pd.DataFrame([*table, total], columns=["What was mutated", "tried", REFUSED, READ, "not survived"])


def main(arguments: list[str]) -> None:
    """Try them, say which were not survived, and give the counts."""
    number = next((int(word) for word in arguments if word.isdigit()), NUMBER)
    answers = []
    for answer in tried(range(number)):
        answers.append(answer)
        if not answer.is_survived:
            print(
                f"{answer.input.number}, {answer.input.kind.name}: {answer.came}\n{answer.words[-1500:]}\n", flush=True
            )
    slowest = max(answer.seconds for answer in answers)
    print(f"slowest: {slowest:.1f} s")
    give(PAGE, {"mutated inputs": counts(answers)}, write="--write" in arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
