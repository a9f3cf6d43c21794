"""The data-quality page: everything in words and tables, shapes beside colours, text as text."""

import re
from dataclasses import replace
from functools import partial

import html5lib
import pandas as pd
import pytest

from pccstats.presentation.coverage import coverage_in_words, coverage_of_areas_table, coverage_table
from pccstats.presentation.data_quality import (
    availability_table,
    concerns_table,
    events_table,
    freshness_table,
    phenomena_table,
    revisions_table,
)
from pccstats.presentation.pages.published import data_quality_page
from pccstats.presentation.verbs import describe, draw, tabulate
from pccstats.terms.errors import Finding, Severity
from pccstats.terms.periods import Quarter
from pccstats.terms.results.published import FINDING_COLUMNS, Coverage, DataQuality
from pccstats.terms.words import Audience

FINDINGS = (
    Finding(Severity.FLAG, "stale", "Burglary: 133 again.", indicator="1.offences", area="Ours", period_end="2015-06"),
    Finding(Severity.NOTE, "encoding", "Read as <b>Windows-1252</b>.", file="a.csv"),
)


@pytest.fixture
def quality() -> DataQuality:
    """Three indicators, two quarters, two findings, one revision."""
    return DataQuality(
        points=pd.DataFrame([{n: getattr(f, n) for n in FINDING_COLUMNS} for f in FINDINGS]).astype({"severity": str}),
        method="9 figures.",
        quarter=Quarter.parse("2015/16-Q1"),
        availability=pd.DataFrame(
            {"2014/15-Q4": ["months", "illustrative", ""], "2015/16-Q1": ["part", "year", "embargoed"]},
            index=["1.offences", "1.satisfaction", "2.outcome"],
        ),
        freshness=pd.DataFrame(
            {
                "indicator": ["1.offences", "1.satisfaction", "2.outcome"],
                "name": ["Burglary", "Satisfaction", "Outcome"],
                "part": ["1", "1", "2"],
                "latest": ["2015-05", "2015-06", None],
                "months_behind": [1.0, 0.0, float("nan")],
                "published_on": ["", "2015-09-16", ""],
                "source": ["Crime system", "Paper", ""],
                "reason": ["", "", "Being developed."],
            }
        ),
        revisions=pd.DataFrame(
            {
                "indicator": ["1.offences"], "area": ["Ours"], "period_end": [pd.Period("2015-03", freq="M")],
                "months": [12], "first": [59220.0], "first_published": ["2015-06"], "latest": [59107.0],
                "latest_published": ["2016-04"], "change": [-113.0], "change_pct": [-0.1908], "vintages": [2],
            }
        ),
        events=pd.DataFrame(
            {
                "month": [pd.Period("2014-10", freq="M")], "title": ["A new system"], "breaks_comparability": [True],
                "is_inferred": [False], "touches": [("priority 1",)], "source": ["Paper"],
            }
        ),
        findings=FINDINGS,
    )  # fmt: skip


def test_the_sentence(quality):
    """Counts, in words that say no more than they count."""
    assert describe(quality) == (
        "Figures are held for 2 of 3 indicators, 1 to the end of the quarter; 1 finding needs an answer and "
        "1 is on record; 1 figure was revised after publication."
    )


@pytest.mark.parametrize(
    ("areas", "said"),
    [
        (("Theirs",), "1 finding needs an answer, about another area; 0 are on record"),
        (("Theirs", "Others"), "2 findings need an answer, none of them about Ours; 0 are on record"),
        (("Theirs", "Ours", "Ours"), "3 findings need an answer, 2 of them about Ours; 0 are on record"),
        (
            ("Theirs", "", "Ours"),
            "3 findings need an answer, 1 of them about Ours, 1 about no one area; 0 are on record",
        ),
        (("", "Ours"), "2 findings need an answer and 0 are on record"),
    ],
)
def test_the_sentence_says_how_many_findings_are_the_areas_own(quality, areas, said):
    """Where some findings are about other areas, those about the plan's own and about no one area are counted."""
    found = tuple(replace(FINDINGS[0], area=area) for area in areas)
    assert said in describe(replace(quality, findings=found, focus="Ours"))


def test_the_tables(quality):
    """What is held in words, what is behind first, both vintages of a revision."""
    assert availability_table(quality).cells()[1] == [
        "Satisfaction",
        "Illustrative months alone",
        "The 12 months to its end",
    ]
    assert [row[0] for row in freshness_table(quality).cells()] == ["Outcome", "Burglary", "Satisfaction"]
    assert [row[0] for row in freshness_table(quality, is_current=True).cells()] == ["Satisfaction"]
    (revised,) = revisions_table(quality).cells()
    assert revised[2:7] == ["59,220", "2015-06", "59,107", "2016-04", "−113"]
    assert "Burglary: 133 again." in tabulate(quality).as_raw_html()


def test_the_matrix_tells_its_marks_apart_by_shape(quality):
    """Marks differ in shape or fill, and the alt text says what the quarter has."""
    figure = draw(quality)
    assert figure.headline == "Figures are held for 2 of 3 indicators"
    assert "some of its months for 1" in figure.alt_text
    lines = figure.axes[0].get_legend().legend_handles
    assert len({(line.get_marker(), line.get_markerfacecolor()) for line in lines}) == len(lines) == 5


def test_the_page(quality):
    """Headings in order, every table with its caption, and text from data never markup."""
    page = data_quality_page(quality)
    html5lib.HTMLParser(strict=False).parse(page)
    assert re.findall(r"<h2>(.*?)</h2>", page) == [
        "What to bear in mind", "What is held", "How fresh it is", "Revisions", "Registered changes", "For analysts",
    ]  # fmt: skip
    assert "<b>Windows" not in page
    assert "&lt;b&gt;Windows-1252" in page
    assert page.count("<caption>") == page.count("<table")


def test_a_page_with_nothing_to_say(quality):
    """No finding, no revision, no event: said so, without empty tables."""
    bare = replace(
        quality, points=quality.points[:0], revisions=quality.revisions[:0], events=quality.events[:0], findings=()
    )
    page = data_quality_page(bare)
    for words in ("Nothing found needs an answer", "No figure was published twice", "No change is registered"):
        assert words in page


def test_many_findings_of_one_sort_and_those_of_other_areas_open(quality):
    """What concerns the pack's own area is read first; six of one sort are one line, and so are those about others."""
    alike = [
        Finding(Severity.FLAG, "sum", f"Sum {n} is wrong.", area="Ours", next_step="Ask who adds up.") for n in range(6)
    ]
    others = [Finding(Severity.FLAG, "jump", "Theirs jumped.", area="Theirs", next_step="Ask them.")]
    own = [Finding(Severity.FLAG, "jump", "Ours jumped.", area="Ours", next_step="Ask us.")]
    rows = [{name: getattr(found, name) for name in FINDING_COLUMNS} for found in (*alike, *others, *own)]
    points = pd.DataFrame(rows).astype({"severity": str})
    page = data_quality_page(replace(quality, points=points, focus="Ours", findings=(*alike, *others, *own)))
    first, analysts = page.split("For analysts")
    assert "Ours jumped." in first
    assert "1 finding concerns another area" in first
    for words in ("Theirs jumped.", "Sum 1", "Ask"):
        assert words not in first
        assert words in analysts
    assert "<summary>6 findings of one sort: Ask who adds up.</summary>" in page
    assert "<summary>1 finding about other areas</summary>" in page
    assert all(found.message in page for found in (*alike, *others, *own))


def test_what_is_alike_in_many_areas_is_one_row(quality):
    """One rule and one measure are one phenomenon, whenever and wherever it is met (A12)."""
    found = [
        Finding(Severity.FLAG, "jump", f"{area} jumped in {month}.", indicator="1.all", area=area, period_end=month)
        for area in ("Ours", "Ash", "Beech", "Cedar", "Dale", "Elm")
        for month in ("2015-03", "2015-06")
    ]
    found.append(Finding(Severity.FLAG, "jump", "Another measure jumped.", indicator="2.other", area="Ash"))
    rows = [{name: getattr(each, name) for name in FINDING_COLUMNS} for each in found]
    points = pd.DataFrame(rows).astype({"severity": str})
    result = replace(quality, points=points, focus="Ours", findings=tuple(found))
    others = phenomena_table(result, points["area"] != "Ours")
    assert others.rows[["areas", "count"]].values.tolist() == [["5 areas", 10], ["Ash", 1]]
    assert others.rows["words"].iloc[0] == "Such as in Ash, March 2015: Ash jumped in 2015-03."
    page = data_quality_page(result)
    assert "<summary>11 findings about other areas, of 2 kinds</summary>" in page
    first, _ = page.split("For analysts")
    assert first.count("Ours jumped in 2015-03. Also seen in the figures to June 2015.") == 1
    assert first.count("The same was found in 5 other areas.") == 1
    assert "Ours jumped in 2015-06." not in first
    assert "Ours jumped in 2015-06." in page


def test_what_one_registered_change_moved_is_one_finding(quality):
    """However many measures and areas it moved: one row for the area whose pack it is, one for all the others (A12)."""
    stepped = partial(Finding, Severity.FLAG, "event_step", period_end="2016-03", next_step="Decide.")
    moved = [(f"1.{name}", area) for area in ("Ours", "Ash", "Beech") for name in ("offences", "satisfaction", "other")]
    found = [
        stepped(f"{key} stepped in {area}.", indicator=key, area=area, phenomenon=change)
        for key, area in moved
        for change in ("One is recorded", "Two is recorded")
    ]
    points = pd.DataFrame([{name: getattr(each, name) for name in FINDING_COLUMNS} for each in found])
    result = replace(quality, points=points.astype({"severity": str}), focus="Ours", findings=tuple(found))
    own = concerns_table(result, points["area"] == "Ours").rows
    names = result.freshness.set_index("indicator")["name"]
    also = f"Also seen in {names['1.satisfaction'].lower()} and 1 supporting measure."
    assert own["message"].tolist() == [f"1.offences stepped in Ours. {also} The same was found in 2 other areas."] * 2
    others = phenomena_table(result, points["area"] != "Ours").rows
    assert others[["areas", "count"]].values.tolist() == [["Ash and Beech", 6]] * 2


def test_findings_that_open_are_not_called_nothing(quality):
    """Where all findings open beneath a line, the page does not say that nothing found needs an answer."""
    alike = [Finding(Severity.FLAG, "sum", f"Sum {n} is wrong.", next_step="Ask who adds up.") for n in range(6)]
    points = pd.DataFrame([{name: getattr(found, name) for name in FINDING_COLUMNS} for found in alike])
    page = data_quality_page(replace(quality, points=points.astype({"severity": str}), findings=tuple(alike)))
    assert "Nothing found needs an answer." not in page
    assert "6 more findings of one sort, such as this: Sum 0 is wrong." in page


def test_no_key_of_all_and_no_mark_of_nothing(quality):
    """An event of every indicator says All, one of a priority says which; the legend names what the matrix shows."""
    real = quality.availability.replace({"illustrative": "months", "embargoed": "months"})
    events = quality.events.assign(touches=[()])
    known = replace(quality, availability=real, events=events)
    assert events_table(known).rows["touches"].tolist() == ["All"]
    assert events_table(quality).rows["touches"].tolist() == ["Priority 1"]
    words = [text.get_text() for text in draw(known).axes[0].get_legend().get_texts()]
    assert "illustrative" not in words
    assert len(words) == 3


def test_the_public_edition_asks_nothing_of_its_readers(quality):
    """What is to be done about a finding, and which file it lies in, is told to analysts alone."""
    step = "Say so in plan.toml."
    found = (Finding(Severity.FLAG, "jump", "Ours jumped.", file="ours.csv", row=3, next_step=step),)
    points = pd.DataFrame([{name: getattr(each, name) for name in FINDING_COLUMNS} for each in found])
    internal = replace(quality, points=points.astype({"severity": str}), findings=found)
    public = replace(internal, audience=Audience.PUBLIC)
    for words in ("For analysts", step, "ours.csv"):
        assert words in data_quality_page(internal)
        assert words not in data_quality_page(public)
    assert "Ours jumped." in data_quality_page(public)


def test_records_beside_official_totals_are_told_with_what_is_missing(quality):
    """The focus measure by measure, earlier periods and other areas in folds; without a ledger there is no section."""
    assert "beside official totals" not in data_quality_page(quality)
    period = {"months": 12, "held": 11, "missing": (pd.Period("2014-12", freq="M"),), "usual": 1.0, "tolerance": 0.05,
              "system": "Street records"}  # fmt: skip
    rows = [
        ("1.offences", "Burglary", "Ours", "2014-12", 900.0, 1000.0, 0.98, Coverage.PARTIAL),
        ("1.offences", "Burglary", "Ours", "2013-12", 900.0, 1000.0, 0.98, Coverage.PARTIAL),
        ("1.theft", "Theft", "Ours", "2014-12", 1100.0, 1000.0, 1.2, Coverage.UNUSUAL),
        ("1.offences", "Burglary", "Theirs", "2014-12", 800.0, 1000.0, 0.87, Coverage.UNUSUAL),
    ]
    names = ("indicator", "name", "area", "period_end", "records", "official", "share", "coverage")
    ledger = pd.DataFrame([dict(zip(names, row, strict=True)) | period for row in rows])
    ledger["period_end"] = pd.PeriodIndex(ledger["period_end"], freq="M")
    told = replace(quality, coverage=ledger, focus="Ours")
    assert coverage_in_words(told) == (
        "Street records: they count month by month what official totals count by the year or quarter. Of the months "
        "held they have the usual part in 1 of 2 measures, and not in Theft (120%). Missing: December 2014. No total "
        "of a year and no verdict is made of records with months missing."
    )
    cells = coverage_table(told).cells()
    assert cells[0] == ["Burglary", "12 months to December 2014", "11 of 12: without December 2014", "900", "1,000",
                        "98", "95 to 105", "Months missing; those held are as usual"]  # fmt: skip
    assert [row[-1] for row in cells] == ["Months missing; those held are as usual", "Not as usual"]
    assert coverage_of_areas_table(told).cells() == [["Theirs", "December 2014", "87", "87", "Burglary (87%)"]]
    page = data_quality_page(told)
    assert "Earlier periods: 1 row" in page
    assert "1 other area beside the official totals" in page
    document = html5lib.parse(page, namespaceHTMLElements=False)
    assert all(table.find("caption") is not None for table in document.iter("table"))
