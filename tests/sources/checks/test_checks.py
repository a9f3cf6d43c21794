"""Figures with faults in them: refused with file, row, column, value, rule and what to do."""

import pytest

from pccstats.sources import build_data, read_observations
from pccstats.terms.errors import DataProblem, Severity

HEADER = "indicator,area,period_end,months,numerator,denominator,status,source,published_on,note\n"


def complaint(folder) -> str:
    """What building a folder complains of."""
    with pytest.raises(DataProblem) as caught:
        build_data(folder)
    return str(caught.value)


def findings(folder) -> list[tuple[str, str]]:
    """Rule and severity of what a sound build found."""
    return [(finding.rule, str(finding.severity)) for finding in build_data(folder).findings]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1.offences,Ours,2015-04,1,abc,,,S,,", "row 2, column numerator: This is not a number. Found 'abc'."),
        ("1.offences,Ours,2015-04,1,12%,,,S,,", "This is not a number. Found '12%'."),
        ("1.offences,Ours,2015-04,1,１２,,,S,,", "This is not a number."),
        ("1.offences,Ours,2015-04,1,nan,,,S,,", "This is not a number. Found 'nan'."),
        ("1.offences,Ours,2015-04,1,1e309,,,S,,", "A figure must be finite. Found '1e309'."),
        ("1.offences,Ours,2015-04,1,-3,,,S,,", "A figure cannot be below zero."),
        ("1.offences,Ours,2015-04,1,,,,S,,", "neither a figure nor a status"),
        ("1.offences,Ours,2015-04,1,7,,not_collected,S,,", "said not to be collected"),
        ("1.offences,Ours,2015-04,1,7,,lost,S,,", "column status: This is not a status. Found 'lost'."),
        ("1.offences,Ours,Q1 2015,1,7,,,S,,", "column period_end: This is not a month. Found 'Q1 2015'."),
        ("1.offences,Ours,2015-13,1,7,,,S,,", "This is not a month. Found '2015-13'."),
        ("1.offences,Ours,2015-04,2,7,,,S,,", "column months: A figure covers 1, 3 or 12 months. Found '2'."),
        (
            "1.offence,Ours,2015-04,1,7,,,S,,",
            "The plan has no such indicator. Found '1.offence'. Did you mean 1.offences",
        ),
        ("1.offences,Hours,2015-04,1,7,,,S,,", "The plan has no such area. Found 'Hours'. Did you mean Ours"),
        ("1.satisfaction,Ours,2015-04,1,7,5,,S,,", "The numerator is above the denominator."),
        ("1.satisfaction,Ours,2015-04,1,0,0,,S,,", "A denominator must be above zero."),
        ("1.satisfaction,Ours,2015-04,12,101,,,S,,", "A percentage cannot be above 100."),
        ("1.offences,Ours,2015-04,1,7,,,S,June,", "column published_on: This is not a date."),
        ("1.offences,Ours,2015-04,1,7", "The row has 5 cells where the headings have 10."),
        ('1.offences,Ours,2015-04,1,"7,,,S,,', "cannot be split into cells"),
    ],
)
def test_a_fault_in_a_row(data_folder, row, words):
    """Each fault names where it is and what it is."""
    message = complaint(data_folder(figures=HEADER + row + "\n"))
    assert "figures.csv" in message
    assert words in message


def test_every_fault_of_every_row_is_listed(data_folder):
    """Faults of different rows and columns come in one error, rows counted as a spreadsheet does."""
    rows = ["1.offences,Ours,2015-04,1,x,,,S,,", "", "1.offences,Hours,2015-05,5,-1,,,S,,"]
    message = complaint(data_folder(figures=HEADER + "\n".join(rows) + "\n"))
    assert message.startswith("4 problems:")
    assert "row 2, column numerator" in message
    assert "row 4, column months" in message


def test_many_faults_of_one_kind_are_counted(data_folder):
    """After ten rows the rest are counted, not listed."""
    rows = "".join(f"1.offences,Ours,20{year:02d}-04,1,x,,,S,,\n" for year in range(10, 40))
    message = complaint(data_folder(figures=HEADER + rows))
    assert "20 more rows break the same rule" in message
    assert message.count("Found 'x'") == 10


def test_missing_columns_are_all_named(data_folder):
    """Both missing columns are named, with the headings there are."""
    message = complaint(data_folder(figures="indicator,area,period_end\n1.offences,Ours,2015-04\n"))
    assert "There is no column 'months'" in message
    assert "There is no column 'numerator'" in message
    assert "The file has: indicator, area, period_end" in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b" \r\n\r\n", "The file is empty"),
        (HEADER.encode(), "headings and no rows"),
        (HEADER.replace(",", ";").encode() + b"a;b\n", "separated by semicolons"),
        (b"PK\x03\x04\x00\x00\x00", "not text"),
        (b"\x81\x8d\x8f", "not readable text"),
        (b"indicator,indicator,area,period_end,months,numerator\n1,1,1,1,1,1\n", "This heading is there twice"),
    ],
)
def test_files_that_are_no_table(data_folder, content, words):
    """Empty files, other separators, other formats: one clear refusal."""
    assert words in complaint(data_folder(figures=content))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_encodings_and_line_ends(data_folder, rows, encoding, line_end):
    """The same figures are read from every encoding and line end a spreadsheet writes."""
    text = rows.replace("Survey", "Café").replace("\n", line_end)
    data = read_observations(data_folder(figures=text.encode(encoding)))
    assert data.series("1.offences").values.tolist() == [331, 340, 322]
    assert data.rows("1.satisfaction")["source"].tolist() == ["Café"]
    assert [finding.rule for finding in data.findings] == (["encoding"] if encoding == "cp1252" else [])


def test_commas_and_extra_columns_are_on_record(data_folder):
    """`1,234` is read as 1234; a column nobody knows is left out; both are noted."""
    text = HEADER.replace("note\n", "note,colour\n") + '1.offences,Ours,2015-04,1,"1,234",,,S,,,blue\n'
    folder = data_folder(figures=text)
    assert findings(folder) == [("extra_column", "note"), ("commas", "note")]
    assert read_observations(folder).series("1.offences").values.tolist() == [1234]


def test_flags_do_not_stop_a_build(data_folder):
    """Half a crime, and a figure published before its month ends, are flagged."""
    rows = "1.offences,Ours,2015-04,1,2.5,,,S,2015-03,\n"
    assert findings(data_folder(figures=HEADER + rows)) == [("part_event", "flag"), ("after_publishing", "flag")]


def test_a_repeated_row_is_refused(data_folder, rows):
    """The same figure twice from one source is a mistake."""
    assert "there twice, from the same source" in complaint(data_folder(figures=rows + rows.splitlines()[1] + "\n"))


def test_two_sources_that_disagree_are_refused(data_folder, rows):
    """Without dates of publication nobody can say which of two figures holds."""
    other = "1.offences,Ours,2015-04,1,999,,,Another system,,\n"
    assert "nothing says which is later" in complaint(data_folder(figures=rows + other))


def test_two_sources_that_agree_are_noted(data_folder, rows):
    """The same figure from a second source is no fault."""
    other = "1.offences,Ours,2015-04,1,331,,,Another system,,\n"
    folder = data_folder(figures=rows + other)
    assert findings(folder) == [("again", str(Severity.NOTE))]
    assert len(read_observations(folder).series("1.offences")) == 3


def test_a_revision_is_kept_and_the_later_figure_used(data_folder):
    """59,220 of June 2015 became 59,107 in April 2016: both stay, the later is used, the reader is told."""
    text = HEADER + (
        "1.offences,Ours,2015-03,12,59107,,,Later paper,2016-04,\n1.offences,Ours,2015-03,12,59220,,,Paper,2015-06,\n"
    )
    folder = data_folder(figures=text)
    assert findings(folder) == [("revised", "flag")]
    data = read_observations(folder)
    assert data.rows("1.offences")["numerator"].tolist() == [59220, 59107]
    assert data.series("1.offences").values.tolist() == [59107]


def test_months_that_do_not_make_their_year(data_folder):
    """Twelve months and a printed year that differ are flagged; eleven months prove nothing."""
    months = [f"1.offences,Ours,{year}-{month:02d},1,100,,,S,," for year, month in
              [(2014, m) for m in range(4, 13)] + [(2015, m) for m in range(1, 4)]]  # fmt: skip
    year = "1.offences,Ours,2015-03,12,{},,,Paper,,"
    whole = HEADER + "\n".join([*months, year.format(1200)]) + "\n"
    assert findings(data_folder(figures=whole)) == []
    off = HEADER + "\n".join([*months, year.format(1201)]) + "\n"
    assert findings(data_folder(figures=off)) == [("months_do_not_add_up", "flag")]
    short = HEADER + "\n".join([*months[1:], year.format(1201)]) + "\n"
    assert findings(data_folder(figures=short)) == []


@pytest.mark.parametrize(
    ("figures", "rule"),
    [
        ([("2015-01", 1, 30), ("2015-03", 1, 30)], "gap"),
        ([("2014-06", 3, 30), ("2014-12", 3, 30)], "gap"),
        ([(f"2015-0{n}", 1, 40 + n) for n in range(1, 8)] + [("2015-08", 1, 500)], "out_of_scale"),
        ([("2015-03", 1, 130), ("2015-03", 12, 120)], "month_above_year"),
        ([("2015-01", 1, 30), ("2015-02", 1, 30), ("2015-03", 1, 30), ("2015-03", 3, 91)], "months_do_not_add_up"),
        ([(f"2014-{n:02d}", 3, 30) for n in (6, 9, 12)] + [("2015-03", 3, 30), ("2015-03", 12, 121)],
         "months_do_not_add_up"),
    ],
)  # fmt: skip
def test_spans_that_cannot_be(data_folder, figures, rule):
    """Gaps, figures out of scale, a month above its year, and parts that do not make their whole are flagged."""
    text = HEADER + "".join(f"1.offences,Ours,{end},{months},{count},,,S,,\n" for end, months, count in figures)
    assert findings(data_folder(figures=text)) == [(rule, "flag")]


def test_what_is_missing_of_several_measures_is_missing_once(data_folder):
    """One file without February is one finding, whatever it counts; another area's and another gap are their own."""
    ends = [("1.offences", "Ours"), ("1.satisfaction", "Ours"), ("1.offences", "Theirs")]
    rows = [f"{key},{area},2015-{n:02d},1,80,,,S,," for key, area in ends for n in (1, 3)]
    text = HEADER + "\n".join(rows) + "\n"
    found = [each for each in build_data(data_folder(figures=text)).findings if each.rule == "gap"]
    assert [each.area for each in found] == ["Ours", "Theirs"]
    assert found[0].message.endswith("February 2015. The same are missing of 1 other measure.")
    assert found[1].message.endswith("February 2015.")
    assert {each.value for each in found} == {""}


def test_a_month_that_has_not_been_is_refused(data_folder):
    """A figure for the year 2099 is a slip of the hand."""
    assert "has not been yet" in complaint(data_folder(figures=HEADER + "1.offences,Ours,2099-04,1,5,,,S,,\n"))


def test_denominators_that_do_not_fit(data_folder):
    """A percentage beside a denominator and a sample that shrinks to a tenth are flagged."""
    rows = [f"1.satisfaction,Ours,2015-0{n},1,80,100,,S,," for n in range(1, 7)]
    rows += ["1.satisfaction,Ours,2015-07,1,8,10,,S,,", "1.satisfaction,Ours,2015-08,1,88.6,100,,S,,"]
    text = HEADER + "\n".join(rows) + "\n"
    assert findings(data_folder(figures=text)) == [("part_of_a_person", "flag"), ("sample_size", "flag")]


def test_populations_that_do_not_fit(data_folder):
    """A population that grows by a third in a year is flagged; one of another decade than the figures is noted."""
    sources = """\
[[source]]
file = "figures.csv"
reader = "populations_csv"
label = "Census"
[[source]]
file = "counts.csv"
reader = "tidy_csv"
label = "Counts"
"""
    text = "area,persons,year,vintage\nOurs,900,2010,Estimate\nOurs,1200,2011,Census\n"
    folder = data_folder(sources=sources, figures=text)
    (folder / "raw" / "counts.csv").write_text(HEADER + "1.offences,Ours,2015-04,1,5,,,S,,\n")
    assert findings(folder) == [("population_jump", "flag"), ("old_population", "note")]


def test_populations(data_folder):
    """Populations are read with their vintage, and refused where they are no numbers or for places unknown."""
    sources = '[[source]]\nfile = "figures.csv"\nreader = "populations_csv"\nlabel = "Census"\n'
    text = "area,persons,year,vintage\nHours,12,2011,Census\nOurs,many,2011,Census\nOurs,0,11,Census\n"
    message = complaint(data_folder(sources=sources, figures=text))
    assert message.startswith("4 problems:")
    for words in ("Did you mean Ours", "not a number. Found 'many'", "above zero", "not a year"):
        assert words in message
