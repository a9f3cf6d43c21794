"""A corpus of broken inputs: each is refused in words or read whole with what is odd about it on record.

Never a traceback, and never a silent drop: where a build succeeds, every row of the file is an observation, or a
finding says that something is out of the ordinary.
"""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from pccstats.sources import build_data
from pccstats.terms.errors import DataProblem, Problem
from tests.sources.conftest import HEADER, PLAN
from tests.sources.published_forms import (
    FORCE_HEADINGS,
    PARTNERSHIP_PLAN,
    force_sheets,
    street_file,
    street_row,
    xlsx,
    zipped,
)

pytestmark = pytest.mark.slow

ROW = "1.offences,Ours,2015-04,1,331,,,Crime system,,"
SOUND = HEADER + ROW + "\n" + ROW.replace("2015-04", "2015-05") + "\n"
SOURCES = '[[source]]\nfile = "{file}"\nreader = "{reader}"\nlabel = "Figures"\n{more}'

# ------------------------------------------------------------------------------------------ one cell of the tidy table
DATES = (
    *("2015", "2015-4", "15-04", "04/2015", "April 2015", "Apr-15", "201504", "2015/04", "2015-04-31x", "2015-W14"),
    *("42094", "42094.0", "31/04/2015", "1/4/2015", "01-04-2015", "2015-00", "2015-13", "0000-01", "-2015-04"),
    *("2015-04 ", " ", "today", "Q1 2015/16", "2015/16", "30 June 2015", "٢٠١٥-٠٤", "2015–04", "12015-04", "#########"),
)
NUMBERS = (
    *("1e309", "-1e309", "inf", "-inf", "nan", "NaN", "NULL", "None", "N/A", "#DIV/0!", "=SUM(A1:A9)", "=1+1", "-1"),
    *(
        "1,23",
        "1.234,5",
        "1 234",
        "12%",
        "£3",
        "3 000",
        "<5",
        "c. 40",
        "~40",
        "40*",
        "331 (p)",
        "0x1F",
        "1_000",
        "１２",
    ),
    *("٣", "½", "--3", "+-3", "3-", "1e", "e5", ".", "+", "1..2", "331,", "'331", '""331""', "three", "true", "∞"),
    *("1e99999", "9" * 400, "0.0.0", "331\u200b", "\u202e133", "1\u00a0000", "-0.0001", "1E+400", "(331)", "331;"),
)
NAMES = (
    "",
    " ",
    "1.offence",
    "1.OFFENCES",
    "12.offences",
    "../../etc/passwd",
    "<script>",
    "=cmd|' /C calc'!A0",
    "\u202e",
)
SPANS = ("0", "2", "-1", "12.0", "1.5", "twelve", "", "13", "1e1", "１")
STATUSES = ("lost", "NA", "Not collected", "embargo", "not_collected", "0")


def cell(place: int, value: str) -> bytes:
    """The sound table with one cell of its first row replaced."""
    cells = ROW.split(",")
    cells[place] = f'"{value.replace(chr(34), chr(34) * 2)}"'
    return (HEADER + ",".join(cells) + "\n" + ROW.replace("2015-04", "2015-05") + "\n").encode("utf-8", "replace")


CELLS = [
    *(("date", cell(2, value)) for value in DATES),
    *(("number", cell(4, value)) for value in NUMBERS),
    *(("indicator", cell(0, value)) for value in NAMES),
    *(("area", cell(1, value)) for value in NAMES),
    *(("months", cell(3, value)) for value in SPANS),
    *(("status", cell(6, value)) for value in STATUSES),
    *(("published", cell(8, value)) for value in ("June", "2015", "2015-06-31x", "31/12/2015", "0", "soon")),
]

# -------------------------------------------------------------------------------------------------------- whole files
FILES = {
    "empty": b"",
    "blanks": b" \r\n \t \r\n",
    "mark alone": b"\xef\xbb\xbf",
    "utf-16 mark alone": b"\xff\xfe",
    "half a utf-16 letter": b"\xff\xfei",
    "headings alone": HEADER.encode(),
    "no headings": (ROW + "\n").encode(),
    "headings twice": (HEADER + HEADER).encode(),
    "headings at the foot": (ROW + "\n" + HEADER).encode(),
    "a title above": ("Crime figures\n" + SOUND).encode(),
    "semicolons": SOUND.replace(",", ";").encode(),
    "tabs": SOUND.replace(",", "\t").encode(),
    "bars": SOUND.replace(",", "|").encode(),
    "spaces": SOUND.replace(",", " ").encode(),
    "open quote": (SOUND + '"1.offences,Ours').encode(),
    "quote inside": SOUND.replace("Ours", 'O"urs').encode(),
    "too few cells": (SOUND + "1.offences,Ours\n").encode(),
    "too many cells": (SOUND + ROW + ",1,2,3\n").encode(),
    "zero bytes": SOUND.encode() + b"\0\0",
    "a zip": b"PK\x03\x04\x14\x00",
    "a web page": b"<!DOCTYPE html><html><body>404</body></html>",
    "json": b'{"indicator": "1.offences"}',
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00",
    "a pdf": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n",
    "windows-1252 alone": b"\x81\x8d\x8f\x90",
    "a huge cell": (HEADER + ROW.replace("Ours", "x" * 300_000) + "\n").encode(),
    "five thousand columns": (HEADER.strip() + "," * 5000 + "\n" + ROW + "\n").encode(),
    "a column twice": SOUND.replace("note\n", "area\n").encode(),
    "headings in capitals": SOUND.replace(HEADER, HEADER.upper()).encode(),
    "a column missing": SOUND.replace("months", "span").encode(),
    "the row twice": (SOUND + ROW + "\n").encode(),
    "the month twice, differing": (SOUND + ROW.replace("331", "332") + "\n").encode(),
    "a total row": (SOUND + "Total,,,,662,,,,,\n").encode(),
    "a note row": (SOUND + "Source: crime system,,,,,,,,,\n").encode(),
    "old mac line ends": SOUND.replace("\n", "\r").encode(),
    "mixed line ends": SOUND.replace("\n", "\r\n", 1).encode(),
    "windows line ends": SOUND.replace("\n", "\r\n").encode(),
    "utf-8 mark": SOUND.encode("utf-8-sig"),
    "utf-16": SOUND.encode("utf-16"),
    "utf-16 without its mark": SOUND.encode("utf-16-le"),
    "utf-32": SOUND.encode("utf-32"),
    "latin letters": SOUND.replace("Crime", "Crîme").encode("latin-1"),
    "blank lines between": SOUND.replace("\n", "\n\n").encode(),
    "commas at the end": SOUND.replace("\n", ",,,\n").encode(),
    "a form feed": SOUND.replace("331", "\f331").encode(),
    "markup in a source": SOUND.replace("Crime system", "<script>alert(1)</script>").encode(),
    "a formula in a note": SOUND.replace(",,\n", ",,=HYPERLINK(1)\n").encode(),
    "an unpaired surrogate": b"\xed\xa0\x80" + SOUND.encode(),
}

# ---------------------------------------------------------------------------------------------------------- workbooks
TIDY = HEADER.strip().split(",")


def workbook(rows: list[list[object]], change: Callable[..., None] | None = None) -> bytes:
    """The bytes of a workbook with the tidy headings."""
    book = openpyxl.Workbook()
    for row in [TIDY, *rows]:
        book.active.append(row)
    if change:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def xml_bomb() -> bytes:
    """A workbook whose sheet names an entity that grows."""
    sound = io.BytesIO(workbook([["1.offences", "Ours", "2015-04", 1, 331]]))
    made = io.BytesIO()
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename.endswith("sheet1.xml"):
                content = b'<!DOCTYPE a [<!ENTITY b "' + b"c" * 1000 + b'">]><a>' + b"&b;" * 1000 + b"</a>"
            new.writestr(item.filename, content)
    return made.getvalue()


def packed(name: str, content: bytes) -> bytes:
    """A zip of one file under the name of a workbook."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


GOOD = ["1.offences", "Ours", "2015-04", 1, 331]
VALUES = (None, "", "n/a", "=1+1", "=A1", "=NOW()", "#N/A", "#REF!", True, -3, 1e308, 2.5, "331*", "2,5", "x" * 32_000)
BOOKS = {
    **{f"value {number}": workbook([[*GOOD[:4], value]]) for number, value in enumerate(VALUES)},
    **{
        f"month {number}": workbook([[*GOOD[:2], value, 1, 5]]) for number, value in enumerate((42094, 2015, 0.5, True))
    },
    "merged headings": workbook([GOOD], lambda book: book.active.merge_cells("A1:B1")),
    "merged figures": workbook([GOOD, GOOD], lambda book: book.active.merge_cells("E2:E3")),
    "merged areas": workbook([GOOD, [None, None, "2015-05", 1, 5]], lambda book: book.active.merge_cells("B2:B3")),
    "a chart sheet beside": workbook([GOOD], lambda book: book.create_chartsheet("Chart")),
    "a second sheet": workbook([GOOD], lambda book: book.create_sheet("More").append([1])),
    "a hidden sheet": workbook([GOOD], lambda book: setattr(book.active, "sheet_state", "visible")),
    "no rows": workbook([]),
    "an entity that grows": xml_bomb(),
    "a zip of something else": packed("readme.txt", b"hello"),
    "a zip slip": packed("../../xl/workbook.xml", b"<workbook/>"),
    "a workbook of rubbish": packed("xl/workbook.xml", b"\xff\xfe\x00"),
    "cut in half": workbook([GOOD])[:2000],
    "a bomb": packed("xl/worksheets/sheet1.xml", b"0" * 40_000_000),
    "a csv": SOUND.encode(),
    "nothing": b"",
}


def build(
    folder: Path, plan: str, name: str, content: bytes, reader: str, more: str = ""
) -> tuple[int, list[str]] | None:
    """How many observations a file gives and the rules it breaks; None where it is refused in words."""
    raw = folder / "raw"
    raw.mkdir()
    (raw / "plan.toml").write_text(plan, encoding="utf-8")
    (raw / "sources.toml").write_text(SOURCES.format(file=name, reader=reader, more=more), encoding="utf-8")
    (raw / name).write_bytes(content)
    before = sorted(path for path in folder.rglob("*") if path.is_file())
    problems: tuple[Problem, ...] = ()
    try:
        built = build_data(raw)
    except DataProblem as refusal:
        problems = refusal.problems
    if problems:
        assert [problem for problem in problems if not problem.what.strip().endswith((".", "?"))] == []
        assert sorted(path for path in folder.rglob("*") if path.is_file()) == before
        return None
    return built.observation_count, [finding.rule for finding in built.findings]


@pytest.mark.parametrize(("column", "content"), CELLS)
def test_a_cell_gone_wrong(tmp_path, column, content):
    """The row is refused, or both rows are there."""
    answer = build(tmp_path, PLAN, "figures.csv", content, "tidy_csv")
    assert answer is None or answer[0] == 2, column


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_file_gone_wrong(tmp_path, content):
    """The file is refused, or all its rows are there."""
    answer = build(tmp_path, PLAN, "figures.csv", content, "tidy_csv")
    rows = sum(line.startswith(b"1.offences") for line in content.splitlines())
    assert answer is None or answer[0] in (2, rows)


@pytest.mark.parametrize("content", BOOKS.values(), ids=BOOKS)
def test_a_workbook_gone_wrong(tmp_path, content):
    """The workbook is refused, or its one row is there."""
    answer = build(tmp_path, PLAN, "figures.xlsx", content, "tidy_xlsx")
    assert answer is None or answer[0] == 1


# -------------------------------------------------------------------------------------------- Home Office and downloads
TABLE_CELLS = [(place, value) for place, values in {
    0: ("", "2014", "2014/16", "14/15", "April", 2014),
    1: ("", "0", "5", "Q5", "first", 1.5),
    2: ("", "Action Fraud", "OURS", " "),
    7: ("", "..", "-", "n/a", "[x]", "1e309", -5, 2.5, "12*"),
}.items() for value in values]  # fmt: skip


@pytest.mark.parametrize(("place", "value"), TABLE_CELLS)
def test_a_published_table_gone_wrong(tmp_path, place, value):
    """A cell of the Home Office's table that is not as it should be is refused, or a finding tells of it."""
    sheets = force_sheets()
    at = next(number for number, row in enumerate(sheets["2014-15"]) if row == FORCE_HEADINGS) + 1
    sheets["2014-15"][at][place] = value
    path = xlsx(tmp_path / "made.xlsx", sheets)
    sound = ("sheet_left_out", "left_out", "text_for_a_figure", "text_for_a_figure")
    more = 'indicators = { "1.burglary" = ["Domestic burglary"] }\n'
    (tmp_path / "data").mkdir()
    answer = build(tmp_path / "data", PARTNERSHIP_PLAN, "prc.xlsx", path.read_bytes(), "home_office_tables", more)
    if answer is not None and place == 7:
        assert len(answer[1]) > len(sound) or value == 2.5


STREET = [street_row("a"), street_row("b", kind="Drugs")]
STREET_FILES = {
    "not a month": street_file([*STREET, street_row("c", "2015-6")]),
    "no month": street_file([*STREET, street_row("c", "")]),
    "no force": street_file([*STREET, street_row("c", force="")]),
    "no type": street_file([*STREET, street_row("c", kind="")]),
    "a comma too many": street_file([*STREET, street_row("c") + ","]),
    "a quote": street_file([*STREET, street_row('"c')]),
    "blanks around": street_file([*STREET, street_row(" c ", " 2015-06 ")]),
    "headings in another order": street_file(STREET).replace("Crime ID,Month", "Month,Crime ID"),
    "headings twice": street_file(STREET).replace("Reported by", "Month"),
    "headings missing": "\n".join(STREET),
    "semicolons": street_file(STREET).replace(",", ";"),
    "empty": "",
    "zero bytes": street_file(STREET) + "\0",
}


@pytest.mark.parametrize("content", STREET_FILES.values(), ids=STREET_FILES)
@pytest.mark.parametrize(
    "name", ["2015-06/2015-06-ours-street.csv", "../2015-06-ours-street.csv", "C:\\x\\2015-06-a-street.csv"]
)
def test_a_download_gone_wrong(tmp_path, name, content):
    """A download with a bad file, or a path that reaches out, is refused or counted whole, and writes nothing."""
    path = zipped(tmp_path / "made.zip", {name: content})
    more = 'indicators = { "1.burglary" = ["Burglary"] }\nareas = { "Ours Police" = "Ours" }\n'
    (tmp_path / "data").mkdir()
    answer = build(tmp_path / "data", PARTNERSHIP_PLAN, "street.zip", path.read_bytes(), "police_uk_street", more)
    assert answer is None or answer[0] == 1


def test_the_corpus_is_large_enough():
    """Two hundred inputs and more."""
    assert len(CELLS) + len(FILES) + len(BOOKS) + len(TABLE_CELLS) + 3 * len(STREET_FILES) >= 200


@pytest.mark.parametrize("sign", ["\x01", "\x1b", "\x7f", "\ufffe", "\u202e", "\u2066"])
def test_signs_that_cannot_be_shown(tmp_path, sign):
    """No page, chart or workbook can hold them: the cell is named, in a heading as in a row, ten cells at most."""
    rows = (
        SOUND.replace("Crime system", f"Crime{sign}system") + "\n".join([ROW.replace("331", f"331{sign}")] * 12) + "\n"
    )
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "plan.toml").write_text(PLAN, encoding="utf-8")
    (raw / "sources.toml").write_text(SOURCES.format(file="figures.csv", reader="tidy_csv", more=""), encoding="utf-8")
    (raw / "figures.csv").write_text(rows.replace("note\n", f"no{sign}te\n"), encoding="utf-8")
    with pytest.raises(DataProblem) as refusal:
        build_data(raw)
    said = [str(problem) for problem in refusal.value.problems]
    assert said[0].startswith("figures.csv, row 1, column note: The cell holds a sign that cannot be shown. Found")
    assert said[1].startswith("figures.csv, row 2, column source: The cell holds a sign that cannot be shown. Found")
    assert len(said) == 11
    assert said[-1].startswith("figures.csv: 5 more cells hold signs that cannot be shown.")


def test_a_file_name_too_long(tmp_path):
    """A name of 5,000 letters, which no file system holds, is refused in words."""
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "plan.toml").write_text(PLAN, encoding="utf-8")
    (raw / "sources.toml").write_text(SOURCES.format(file="a" * 5000, reader="tidy_csv", more=""), encoding="utf-8")
    with pytest.raises(DataProblem, match="too long for the name of a file"):
        build_data(raw)
