"""Corrections beside the files as received: what is read changes, the file does not."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pccstats.sources import build_data, read_observations, suggested_corrections
from pccstats.sources.corrections import Correction, Corrections
from pccstats.sources.readers.tidy import nearest_month_end
from pccstats.terms.errors import DataProblem, Severity
from tests.sources.published_forms import xlsx

ONE = """\
[[correction]]
file = "figures.csv"
match = { period_end = "2015-05" }
column = "numerator"
was = "340"
becomes = "304"
reason = "Two digits changed places; the crime system says 304."
"""
ROLLING = """\
12 months ending,PFA,Region,Offence,Rolling year total number of offences
31-03-2015,Ours,,Burglary,331
30-12-2015,Ours,,Burglary,340
30-12-2015,Theirs,,Burglary,140
12,Ours,,Burglary,7
31-03-2016,Ours,,Burglary,
"""
ROLLING_SOURCES = """\
[[source]]
file = "figures.csv"
reader = "rolling_year_csv"
label = "Figures"
indicators = { "1.offences" = ["Burglary"] }
"""


def corrected(data_folder, corrections: str, **more):
    """A data folder with corrections beside its figures."""
    folder = data_folder(**more)
    (folder / "raw" / "corrections.toml").write_text(corrections, encoding="utf-8")
    return folder


def refusal_of(folder) -> str:
    """What is said where nothing is built."""
    with pytest.raises(DataProblem) as refused:
        build_data(folder)
    return str(refused.value)


def test_what_is_read_is_corrected_and_the_file_stays(data_folder, rows):
    """The figure is the corrected one, its neighbours are as they were, and the file has its bytes."""
    folder = corrected(data_folder, ONE)
    built = build_data(folder)
    held = read_observations(folder).rows("1.offences", "Ours")
    assert held["numerator"].tolist() == [331, 304, 322]
    assert (folder / "raw" / "figures.csv").read_text(encoding="utf-8") == rows
    assert "corrections.toml" in {file.name for file in built.files}


def test_readers_are_told(data_folder):
    """A flag says what was read as what, where, and why."""
    (found,) = [each for each in build_data(corrected(data_folder, ONE)).findings if each.rule == "corrected"]
    assert found.severity is Severity.FLAG
    assert "'340', read as '304'" in found.message
    assert "the crime system says 304" in found.message
    assert (found.file, found.row, found.column) == ("figures.csv", 3, "numerator")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('was = "340"', 'was = "341"'),
        ('"2015-05"', '"2015-06"'),
        ('"numerator"', '"numrator"'),
        ("period_end =", "end ="),
    ],
)
def test_a_correction_that_fits_nothing_is_refused(data_folder, old, new):
    """Another value, other rows or headings that are not there: nothing is built, and the line is named."""
    said = refusal_of(corrected(data_folder, ONE.replace(old, new)))
    assert "corrections.toml, line" in said
    assert "holds this, in the rows that are meant" in said


def test_slips_in_the_list_are_said_at_once(data_folder):
    """A file that no source names and a missing reason are both named."""
    said = refusal_of(corrected(data_folder, ONE.replace("figures.csv", "figure.csv").replace("reason", "cause")))
    assert "Did you mean figures.csv" in said
    assert "reason" in said


def test_data_are_built_again_when_corrections_change(data_folder):
    """A list that comes, changes or goes makes the data be built again."""
    folder = data_folder()
    file = folder / "raw" / "corrections.toml"

    def now() -> float:
        return read_observations(folder).rows("1.offences", "Ours")["numerator"].tolist()[1]

    assert now() == 340
    file.write_text(ONE, encoding="utf-8")
    assert now() == 304
    file.write_text(ONE.replace("304", "305"), encoding="utf-8")
    assert now() == 305
    file.unlink()
    assert now() == 340


def test_workbooks_are_corrected_in_the_sheet_that_is_named(data_folder, rows):
    """Of a workbook the sheet is corrected that is named, and a sheet that is not there is refused."""
    cells = [line.split(",") for line in rows.splitlines()]
    sources = '[[source]]\nfile = "figures.xlsx"\nreader = "tidy_xlsx"\nlabel = "Figures"\nsheet = "b"\n'
    text = ONE.replace("figures.csv", "figures.xlsx")
    folder = corrected(data_folder, text.replace("column =", 'sheet = "b"\ncolumn ='), sources=sources)
    xlsx(folder / "raw" / "figures.xlsx", {"a": cells, "b": cells})
    build_data(folder)
    assert read_observations(folder).rows("1.offences", "Ours")["numerator"].tolist()[1] == 304
    folder = corrected(data_folder, text.replace("column =", 'sheet = "c"\ncolumn ='), sources=sources)
    assert "no sheet of that name" in refusal_of(folder)


def test_every_wrong_row_of_the_rolling_year_file_is_named(data_folder):
    """Each wrong day is refused once with its rows, a blank total is flagged, and a near day is suggested."""
    folder = data_folder(figures=ROLLING, sources=ROLLING_SOURCES)
    said = refusal_of(folder)
    assert "2 problems" in said
    assert "row 3, column 12 months ending" in said
    assert "2 rows, 3 to 4. The nearest is 31-12-2015" in said
    assert "row 5" in said
    assert "Found '12'" in said
    suggestion = suggested_corrections(folder)
    assert suggestion.count("[[correction]]") == 1
    by_hand = suggestion.replace("30-12-2015", "12").replace("31-12-2015", "31-12-2014")
    folder = corrected(data_folder, suggestion + by_hand, figures=ROLLING, sources=ROLLING_SOURCES)
    built = build_data(folder)
    held = read_observations(folder).rows("1.offences", "Ours")
    assert dict(zip(held["period_end"].astype(str), held["numerator"], strict=True)) == {
        "2014-12": 7,
        "2015-03": 331,
        "2015-12": 340,
    }
    (blank,) = [finding for finding in built.findings if finding.rule == "no_figure"]
    assert blank.row == 6


def test_nothing_is_suggested_of_a_sound_file(data_folder):
    """Where nothing is wrong there is nothing to correct."""
    assert suggested_corrections(data_folder()) == ""


def test_records_that_are_counted_cannot_be_corrected(data_folder, shared):
    """Street records are counted in bulk: a correction of them is refused, not passed over."""
    sources = '[[source]]\nfile = "2024-04-city-of-london-street.csv"\nreader = "police_uk_street"\nlabel = "Records"\n'
    sources += 'indicators = { "1.offences" = ["Burglary"] }\nareas = { "City of London Police" = "Ours" }\n'
    text = ONE.replace("figures.csv", "2024-04-city-of-london-street.csv")
    folder = corrected(data_folder, text, sources=sources)
    with pytest.raises(DataProblem, match="a reader of records"):
        build_data(folder, shared / "data" / "police-uk-street")


@given(
    st.lists(st.lists(st.sampled_from(["a", "b", "x", ""]), min_size=1, max_size=4), max_size=8),
    st.sampled_from(["a", "b", "x", ""]),
)
def test_only_the_cells_that_are_meant_change(rows, was):
    """In whatever table: below the heading exactly the cells that hold the old value change, and no others."""
    records = [(1, ["a", "b", "head", "d"]), *enumerate(rows, start=2)]
    entry = Correction(file="f", column="head", was=was, becomes="new", reason="r")
    mending = Corrections(((entry, "place"),))
    after = mending.mended(records, "")
    assert [number for number, _ in after] == [number for number, _ in records]
    for (_, old), (_, new) in zip(records[1:], after[1:], strict=True):
        is_meant = (old[2] if len(old) > 2 else "") == was
        expected = [*old, *[""] * (3 - len(old))] if is_meant else list(old)
        if is_meant:
            expected[2] = "new"
        assert new == expected
    (found,) = list(mending.findings())
    assert (found.severity is Severity.REFUSE) == all((row[2] if len(row) > 2 else "") != was for row in rows)


@given(st.dates(min_value=dt.date(1990, 1, 5), max_value=dt.date(2090, 1, 1)))
def test_the_nearest_month_end_is_one_within_two_days(day):
    """What is suggested is a month's last day at most two days off, and no day that is one already is moved far."""
    near = nearest_month_end(day.strftime("%d-%m-") + str(day.year))
    if near:
        found = day.replace(day=int(near[:2]), month=int(near[3:5]), year=int(near[6:]))
        assert 1 <= abs((found - day).days) <= 2
