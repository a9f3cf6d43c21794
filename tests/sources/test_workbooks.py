"""Workbooks and surveys as partners send them, and what hides in them."""

import datetime as dt
import struct
import time
import tracemalloc
import zipfile

import pytest

from pccstats.sources import build_data, read_observations
from pccstats.terms.errors import DataProblem
from tests.sources.published_forms import PARTNERSHIP_PLAN, ods, record, xls, xlsx, zipped

HEAD = ["indicator", "area", "period_end", "months", "numerator", "denominator", "status", "source"]
ROWS = [["1.burglary", "Ours", "2015-04", 1, 331], ["1.burglary", "Ours", dt.date(2015, 5, 1), 1, 340.0],
        ["1.satisfaction", "Ours", "2015-06", 12, 410, 500, None, "Survey"]]  # fmt: skip
SURVEY = [["month", "strand", "respondents", "satisfied"], ["2015-05", "Burglary", 60, 50],
          ["2015-05", "Vehicle", 40, 20], ["2015-06", "Burglary", 50, 45], ["2015-06", "Vehicle", 30, 15]]  # fmt: skip


def folder_with(tmp_path, write, sheets, reader="tidy_xlsx", more="", **change):
    """A data folder that reads one workbook."""
    raw = tmp_path / "raw"
    raw.mkdir(exist_ok=True)
    file = f"figures.{write.__name__}"
    (raw / "plan.toml").write_text(PARTNERSHIP_PLAN)
    (raw / "sources.toml").write_text(f'[[source]]\nfile = "{file}"\nreader = "{reader}"\nlabel = "Figures"\n{more}')
    write(raw / file, sheets, **change)
    return raw


def complaint(raw) -> str:
    """What a build complains of."""
    with pytest.raises(DataProblem) as caught:
        build_data(raw)
    return str(caught.value)


@pytest.mark.parametrize("write", [xlsx, ods])
def test_the_tidy_table_from_a_workbook(tmp_path, write):
    """Numbers, dates and empty cells of a workbook are the same observations as a CSV gives."""
    data = read_observations(folder_with(tmp_path, write, {"Figures": [HEAD, *ROWS]}))
    assert data.series("1.burglary").values.tolist() == [331, 340]
    assert data.rows("1.satisfaction")[["numerator", "denominator"]].to_numpy().tolist() == [[410, 500]]


def test_which_sheet(tmp_path):
    """With two sheets the list of sources says which; a wrong name is answered with those there are."""
    sheets = {"Notes": [["Read me"]], "Figures": [HEAD, *ROWS]}
    assert "more than one sheet" in complaint(folder_with(tmp_path, xlsx, sheets))
    assert "It has: Notes, Figures" in complaint(folder_with(tmp_path, xlsx, sheets, more='sheet = "Figure"\n'))
    build_data(folder_with(tmp_path, xlsx, sheets, more='sheet = "Figures"\n'))


def test_a_formula_without_a_value_is_refused(tmp_path):
    """A formula nobody has worked out is not an empty cell."""
    message = complaint(folder_with(tmp_path, xlsx, {"Figures": [HEAD, [*ROWS[0][:4], "=300+31"]]}))
    assert "row 2, column E: This formula has never been worked out" in message
    assert "'=300+31'" in message


def test_merged_cells_are_refused(tmp_path):
    """A figure merged over two rows belongs to neither."""

    def merge(book):
        book["Figures"].merge_cells("E2:E3")

    assert "'E2:E3'" in complaint(folder_with(tmp_path, xlsx, {"Figures": [HEAD, *ROWS]}, change=merge))


def test_error_values_are_refused(tmp_path):
    """#DIV/0! is an error and not a text."""
    assert "This cell holds an error, not a figure. Found '#DIV/0!'" in complaint(
        folder_with(tmp_path, xlsx, {"Figures": [HEAD, [*ROWS[0][:4], "#DIV/0!"]]})
    )


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"indicator,area\n", b"\x00" * 100, b"<html></html>"])
@pytest.mark.parametrize("reader", ["tidy_xlsx", "home_office_tables", "survey"])
def test_files_that_are_no_workbook(tmp_path, content, reader):
    """Empty, cut off, a CSV or a web page under the name of a workbook: refused in words."""
    indicators = 'indicators = { "1.satisfaction" = ["Burglary"] }\n'
    raw = folder_with(tmp_path, xlsx, {"Figures": [HEAD, *ROWS]}, reader=reader, more=indicators)
    (raw / "figures.xlsx").write_bytes(content)
    assert "figures.xlsx" in complaint(raw)


def changed_sheet(raw, change):
    """Write the first sheet of the workbook anew, its XML changed."""
    path = raw / "figures.xlsx"
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    zipped(path, files | {sheet: change(files[sheet])})
    return raw


END = b"</sheetData>"
HUGE = {
    "a figure in the last cell of all": b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + END,
    "an empty formatted cell far down": b'<row r="1048576"><c r="E1048576" s="0"/></row>' + END,
    "everything merged": END + b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
    "rows and cells without their places": b"<row r='9999999'>" + b"<c/>" * 9 + b"</row>" + END,
}


@pytest.mark.parametrize("end", HUGE.values(), ids=HUGE)
@pytest.mark.parametrize("reader", ["tidy_xlsx", "home_office_tables", "survey"])
def test_a_workbook_that_spans_millions_of_cells(tmp_path, end, reader):
    """A few bytes that ask for a table of millions of cells are refused within a second and a few megabytes."""
    indicators = 'indicators = { "1.satisfaction" = ["Burglary"] }\n'
    raw = folder_with(tmp_path, xlsx, {"Figures": [HEAD, *ROWS]}, reader=reader, more=indicators)
    changed_sheet(raw, lambda sheet: sheet.replace(END, end))
    complaint(raw)  # what is imported on the way is not counted
    tracemalloc.start()
    begun = time.process_time()
    assert "Delete the empty rows and columns beyond the figures" in complaint(raw)
    assert time.process_time() - begun < 1
    assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    tracemalloc.stop()


def test_an_ods_that_repeats_a_figure(tmp_path):
    """A figure repeated over a million rows is refused; the empty rows that every .ods ends with are not counted."""
    raw = folder_with(tmp_path, ods, {"Figures": [HEAD, *ROWS]})
    with zipfile.ZipFile(raw / "figures.ods") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    text, end = files["content.xml"].decode(), "</table:table>"
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    empty = f'<table:table-row table:number-rows-repeated="1048000">{blank}'
    figure = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell office:value-type="float" '
    row = "</table:table-row>"
    sound = text.replace(end, f"{empty}{row}{end}")
    zipped(raw / "figures.ods", files | {"content.xml": sound})
    assert build_data(raw).observation_count == len(ROWS)
    many = text.replace(end, f'{figure}office:value="1" table:number-columns-repeated="9"/>{row}{end}')
    zipped(raw / "figures.ods", files | {"content.xml": many})
    assert "any table of figures" in complaint(raw)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda sheet: sheet.replace(b'r="A2"', b'r="AAAA2"'), "'AAAA2' is no place in a sheet"),
        (lambda sheet: sheet.replace(b'r="A2"', b'r="A' + b"9" * 5000 + b'"'), "is no place in a sheet"),
        (lambda sheet: sheet[:-30], "sheet1.xml is damaged"),
        (lambda sheet: sheet.replace(b"331", b"&figure;"), "sheet1.xml is damaged"),
        (lambda sheet: b'<!DOCTYPE a [<!ENTITY b "cc">]>' + sheet, "it declares entities"),
    ],
)
def test_a_sheet_that_is_damaged(tmp_path, change, words):
    """Places that are none, XML cut off, entities: refused in words that say what is wrong."""
    raw = folder_with(tmp_path, xlsx, {"Figures": [HEAD, *ROWS]})
    assert words in complaint(changed_sheet(raw, change))


def test_formulas_are_seen_wherever_they_are(tmp_path):
    """Shared formulas, formulas that give an empty text, and sheets whose cells do not say where they are."""
    raw = folder_with(tmp_path, xlsx, {"Figures": [HEAD, *ROWS]})

    def change(sheet):
        figure = b'<c r="E2" t="n"><v>331</v></c>'
        assert figure in sheet
        return sheet.replace(figure, b'<c><f t="shared" si="0"/><v/></c>').replace(
            b"</row></sheetData>", b'<c t="str"><f>""</f><v></v></c></row></sheetData>'
        )

    message = complaint(changed_sheet(raw, change))
    assert "row 2, column E: This formula has never been worked out" in message
    assert message.count("never been worked out") == 1


# --------------------------------------------------------------------------------------------- Excel 97 to 2003 (.xls)
OLD_ROWS = [["1.burglary", "Ours", "2015-04", 1, 331], ["1.burglary", "Ours", "2015-05", 1, 340]]
LAST_CELL = record(0x203, struct.pack("<HHHd", 65535, 255, 0, 1.0))
HUGE_OLD = {
    "a figure in the last cell of all": {"end": LAST_CELL},
    "an empty formatted cell far down": {"end": record(0x201, struct.pack("<HHH", 65535, 255, 0))},
    "a run of them": {"end": record(0xBE, struct.pack("<HHHHH", 65535, 0, 0, 0, 255))},
    "everything merged": {"end": record(0xE5, struct.pack("<HHHHH", 1, 0, 65535, 0, 255))},
    "rows said to be there, for which all memory is asked": {"reach": 0xFFFFFFF0},
}


def test_the_tidy_table_from_an_old_workbook(tmp_path):
    """A workbook of Excel 97 gives the same observations, of small and of several sheets."""
    data = read_observations(folder_with(tmp_path, xls, {"Figures": [HEAD[:5], *OLD_ROWS]}))
    assert data.series("1.burglary").values.tolist() == [331, 340]
    many = [["1.burglary", "Ours", f"{year}-{month:02d}", 1, 9] for year in range(1990, 2015) for month in range(1, 13)]
    sheets = {"Notes": [["Read me"]], "Figures": [HEAD[:5], *many]}
    data = read_observations(folder_with(tmp_path, xls, sheets, more='sheet = "Figures"\n'))
    assert len(data.series("1.burglary").values) == 300


@pytest.mark.parametrize("change", HUGE_OLD.values(), ids=HUGE_OLD)
def test_an_old_workbook_that_spans_millions_of_cells(tmp_path, change):
    """Seen from its records before it is opened: 16.8 million cells took 8 seconds and 1 GB, or all memory there is."""
    raw = folder_with(tmp_path, xls, {"Figures": [HEAD[:5], *OLD_ROWS]}, **change)
    complaint(raw)  # what is imported on the way is not counted
    begun = time.process_time()
    assert "Delete the empty rows and columns beyond the figures" in complaint(raw)
    assert time.process_time() - begun < 1


def test_merged_cells_of_an_old_workbook_are_refused(tmp_path):
    """They are named as in a new one."""
    merged = record(0xE5, struct.pack("<HHHHH", 1, 1, 2, 4, 4))
    assert "'E2:E3'" in complaint(folder_with(tmp_path, xls, {"Figures": [HEAD[:5], *OLD_ROWS]}, end=merged))


@pytest.mark.parametrize(
    "held",
    [
        record(0x205, struct.pack("<HHHBB", 1, 4, 0, 0x07, 1)),
        record(0x06, struct.pack("<HHHBBBBBBHHIH", 1, 4, 0, 2, 0, 0x07, 0, 0, 0, 0xFFFF, 0, 0, 0)),
    ],
    ids=["a value", "what a formula gives"],
)
def test_error_values_of_an_old_workbook_are_refused(tmp_path, held):
    """calamine gives them as empty cells; they are seen in the records."""
    assert "row 2, column E: This cell holds an error, not a figure. Found '#DIV/0!'" in complaint(
        folder_with(tmp_path, xls, {"Figures": [HEAD[:5], *OLD_ROWS]}, end=held)
    )


def test_an_old_workbook_too_large_to_look_at(tmp_path):
    """Beyond 128 MB nothing is read at all."""
    raw = folder_with(tmp_path, xls, {"Figures": [HEAD[:5], *OLD_ROWS]})
    with (raw / "figures.xls").open("r+b") as file:
        file.truncate(2**27 + 1)  # the file is as long, and takes no place
    assert "The file has 134,217,729 bytes, more than any table of figures." in complaint(raw)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda content: content[:600], "it is damaged"),
        (lambda content: content[:3000], "it is damaged"),
        (lambda content: b"PK" + content[2:], "it is no .xls file"),
        (
            lambda content: content.replace("Workbook".encode("utf-16-le"), "Textbook".encode("utf-16-le")),
            "no workbook",
        ),
        (lambda content: content[:44] + b"\xff" * 4 + content[48:], "it is damaged"),  # parts of the table of sectors
        (lambda content: content[:520] + b"\x02\0\0\0" + content[524:], "it is damaged"),  # a chain without end
    ],
)
def test_an_old_workbook_that_is_damaged(tmp_path, change, words):
    """Cut off, no compound file, without a workbook, with numbers that promise more than there is: refused in words."""
    raw = folder_with(tmp_path, xls, {"Figures": [HEAD[:5], *OLD_ROWS]})
    path = raw / "figures.xls"
    path.write_bytes(change(path.read_bytes()))
    assert words in complaint(raw)


def test_an_old_workbook_that_is_locked_or_promises_too_much(tmp_path):
    """A password, and a list of four thousand million texts, are seen among the first records."""
    sheets = {"Figures": [HEAD[:5], *OLD_ROWS]}
    assert "locked with a password" in complaint(folder_with(tmp_path, xls, sheets, first=record(0x2F, bytes(6))))
    texts = record(0xFC, struct.pack("<II", 2, 0xFFFFFFFF))
    assert "more texts than it holds" in complaint(folder_with(tmp_path, xls, sheets, first=texts))


# ------------------------------------------------------------------------------------------------------------- surveys
ALL_USERS = 'indicators = { "1.satisfaction" = ["Burglary", "Vehicle"] }\n'


@pytest.mark.parametrize("write", [xlsx, ods])
def test_a_survey_is_summed_over_its_strands(tmp_path, write):
    """70 of 100 and 60 of 80: satisfied and asked are summed, never the percentages."""
    data = read_observations(folder_with(tmp_path, write, {"USS": SURVEY}, reader="survey", more=ALL_USERS))
    rows = data.rows("1.satisfaction")
    assert rows[["numerator", "denominator"]].to_numpy().tolist() == [[70, 100], [60, 80]]


def test_a_month_without_one_of_its_strands_is_left_out(tmp_path):
    """Half a month is not a month, and the reader is told."""
    raw = folder_with(tmp_path, xlsx, {"USS": SURVEY[:-1]}, reader="survey", more=ALL_USERS)
    (finding,) = build_data(raw).findings
    assert (finding.rule, str(finding.severity)) == ("parts_missing", "flag")
    assert read_observations(raw).rows("1.satisfaction")["period_end"].astype(str).tolist() == ["2015-05"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["2015-06", "Vehicle", 30, 31], "row 5, column satisfied: More are satisfied than were asked."),
        (["2015-06", "Vehicle", 30, -1], "column satisfied: This is not a number of people. Found '-1'."),
        (["2015-06", "Vehicle", "thirty", 1], "column respondents: This is not a number of people. Found 'thirty'."),
        (["2015-06", "Vehicle", None, 1], "column respondents: This is not a number of people."),
        (["June", "Vehicle", 30, 1], "column month: This is not a month. Found 'June'."),
        (["2015-05", "Vehicle", 30, 1], "there twice"),
        (["2015-06", "Vehicle", 30.5, 1], "This is not a number of people. Found '30.5'."),
    ],
)
def test_faults_in_a_survey(tmp_path, row, words):
    """Each fault is named with its row and column."""
    assert words in complaint(
        folder_with(tmp_path, xlsx, {"USS": [*SURVEY[:-1], row]}, reader="survey", more=ALL_USERS)
    )
