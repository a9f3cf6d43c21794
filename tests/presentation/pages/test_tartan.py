"""The tartan table: every cell is the answer it stands for, in shape, words and figure; wide tables are divided."""

from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pccstats as pcc
from pccstats.presentation.pages.tartan import MOST_ACROSS, tartan
from pccstats.terms.words import Signal

AREAS = ("Ash", "Beech", "Cedar", "Dale", "Elm")
COUNTS = {"Ash": (60, 61), "Beech": (80, 79), "Cedar": (50, 90), "Dale": (70, 40), "Elm": (60, 60)}
ATTACK = "<script>alert(1)</script>"


def months(before, after, *, polarity="lower_is_better", residents=None, title="Burglary"):
    """Three years of months, with no noise but that of their parity; the last year at another level."""
    ends = pd.period_range("2012-04", "2015-03", freq="M")
    counts = np.r_[np.full(24, before), np.full(12, after)] + np.tile([0, 2], 18)
    frame = pd.DataFrame({"month": ends, "n": counts})
    known = {} if residents is None else {"population": float(residents), "population_vintage": "mid-2014"}
    return pcc.Series.from_frame(frame, numerator="n", title=title, polarity=polarity, unit="offences", **known)


def compared(**given):
    """Five areas, of which Cedar rose and Dale fell."""
    return pcc.compare_areas({name: months(*COUNTS[name], **given) for name in AREAS}, since="2012/13")


@pytest.fixture(scope="module")
def burglary():
    """The comparison of an indicator of which fewer is better."""
    return compared()


class Cells(HTMLParser):
    """The tables of a page as rows of cells, each with its words, its classes and the scope of a head."""

    def __init__(self, page):
        super().__init__()
        self.captions, self.rows, self.inside, self.links = [], [], "", []
        self.feed(str(page))

    def handle_starttag(self, tag, attrs):
        """A row, a cell or what stands in one begins."""
        given = dict(attrs)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append({"tag": tag, "scope": given.get("scope"), "kind": "", "words": ""})
            self.inside = "cell"
        elif tag == "caption":
            self.captions.append("")
            self.inside = "caption"
        elif tag == "a" and self.inside == "cell":
            self.links.append(given["href"])
        elif tag == "span" and "part" in given.get("class", "").split():
            self.rows[-1][-1]["kind"] = given["class"].removeprefix("part ")

    def handle_endtag(self, tag):
        """What stands after a cell or a caption belongs to neither."""
        if tag in ("th", "td", "caption"):
            self.inside = ""

    def handle_data(self, data):
        """Words of the cell or the caption that is open."""
        if self.inside == "cell":
            self.rows[-1][-1]["words"] = " ".join(f"{self.rows[-1][-1]['words']} {data}".split())
        elif self.inside == "caption":
            self.captions[-1] += data

    def cell(self, area):
        """The first cell of an area."""
        return next(row[1] for row in self.rows if row[0]["words"] == area)


def test_every_cell_has_the_change_its_verdict_and_its_words(burglary):
    """Rises and falls of the counts themselves; worse and better in class, shape and words; the rest is plain."""
    page = Cells(tartan([burglary]).to_html())
    assert page.captions == ["Change from 2012/13 to 2014/15, per cent"]
    for name, (before, after) in COUNTS.items():
        change = 100 * ((after + 1) / (before + 1) - 1)  # a month is one more on the average
        assert f"{change:+.0f}".replace("-", "\N{MINUS SIGN}").replace("+0", "0") in page.cell(name)["words"].split()
    cedar, dale, elm = (page.cell(name) for name in ("Cedar", "Dale", "Elm"))
    assert (cedar["kind"], dale["kind"], elm["kind"]) == ("state-worse", "state-better", "state-no_evidence_of_change")
    assert cedar["words"].startswith("▲")
    assert "worse; moved up against the others" in cedar["words"]
    assert dale["words"].startswith("▼")
    assert "better; moved down against the others" in dale["words"]
    assert elm["words"].endswith("no more than it usually moves")
    assert {cell["scope"] for row in page.rows for cell in row if cell["tag"] == "th"} == {"col", "row"}


def test_a_weak_verdict_is_dashed_and_stands_out_in_nothing(burglary):
    """The same figure and words with the word weak, in a class of its own, and its meaning in the key."""
    weak = replace(burglary, points=burglary.points.assign(strength="weak", against_others=Signal.NONE))
    made = tartan([weak])
    cedar = Cells(made.to_html()).cell("Cedar")
    assert cedar["kind"] == "state-worse not-firm"
    assert "worse, weak" in cedar["words"]
    assert any(meaning.words.startswith("weak: with so many tests") for meaning in made.key)
    assert not any(meaning.words.startswith("weak") for meaning in tartan([burglary]).key)
    assert "2 moved, and none of them firmly" in made.notes[0]
    assert "2 moved, and 2 of them firmly" in tartan([burglary]).notes[0]


def test_of_a_neutral_indicator_nothing_is_better_or_worse():
    """The same counts are higher and lower, framed in ink."""
    page = Cells(tartan([compared(polarity="neutral")]).to_html())
    assert (page.cell("Cedar")["kind"], page.cell("Dale")["kind"]) == ("state-higher_or_lower",) * 2
    assert (page.cell("Cedar")["words"][0], page.cell("Dale")["words"][0]) == ("▲", "▼")


def test_an_area_that_is_not_compared_says_so(burglary):
    """A ring, and in words that there is no figure, also in the key."""
    made = tartan([burglary], areas={"Cedar": "#cedar", "Fir": ""})
    page = Cells(made.to_html())
    assert page.cell("Fir")["words"] == "○ no figure"
    assert page.links == ["#cedar"]
    assert [meaning.words for meaning in made.key if meaning.shape == "○"] == ["no figure"]


def test_without_an_earlier_year_a_cell_has_the_rate():
    """Eleven months of one year: 9 of 1,000 and 30 of 1,000 residents; no change is shown, and none is judged."""
    ends = pd.period_range("2014-01", "2014-11", freq="M")
    areas = {
        name: pcc.Series.from_frame(
            pd.DataFrame({"month": ends, "n": np.full(11, count)}),
            numerator="n",
            title="Burglary",
            polarity="lower_is_better",
            unit="offences",
            population=11_000.0,
            population_vintage="mid-2014",
        )
        for name, count in zip("ABCDEFG", (9, 9, 10, 9, 10, 9, 30), strict=True)
    }
    page = Cells(tartan([pcc.compare_areas(areas, since="2012/13")]).to_html())
    assert page.captions == ["Rate per 1,000 residents, 11 months to November 2014"]
    assert (page.cell("A")["words"], page.cell("A")["kind"]) == (
        "9.0 in line with the others",
        "state-no_evidence_of_change",
    )
    assert (page.cell("G")["words"], page.cell("G")["kind"]) == (
        "▲ 30.0 higher than the others",
        "state-higher_or_lower",
    )


def test_another_baseline_is_said_in_the_head(burglary):
    """Two indicators since 2012/13 and one since 2013/14: the caption has the first, a head the other."""
    later = pcc.compare_areas({name: months(*COUNTS[name]) for name in AREAS}, since="2013/14")
    heads = Cells(tartan([burglary, burglary, later]).to_html()).rows[0]
    assert [head["words"] for head in heads] == ["Area", "Burglary", "Burglary", "Burglary from 2013/14"]


@given(count=st.integers(min_value=1, max_value=65))
def test_each_indicator_stands_once_in_tables_of_at_most_twenty(burglary, count):
    """However many there are: in their order, no table wider than another by more than its last, none too wide."""
    keys = [f"Indicator {place}" for place in range(count)]
    named = [replace(burglary, about=replace(burglary.about, title=key)) for key in keys]
    blocks = tartan(named).blocks
    assert [head.name for block in blocks for head in block.heads] == keys
    assert max(len(block.heads) for block in blocks) <= MOST_ACROSS
    assert len(blocks) == -(-count // MOST_ACROSS)
    assert len({block.caption for block in blocks}) == len(blocks)


def test_names_are_text(burglary):
    """A name with markup in it stays a name, of an area and of an indicator."""
    named = replace(burglary, about=replace(burglary.about, title=ATTACK))
    page = tartan([named], areas={ATTACK: "#x"}).to_html()
    assert ATTACK not in page
    assert page.count("&lt;script&gt;") == 2
