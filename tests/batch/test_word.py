"""The Word document: what a page says, in a form that every reader can use, and the same bytes each time."""

import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from matplotlib.figure import Figure

from pccstats.batch.manifest import read_manifest
from pccstats.batch.pack import PackMade
from pccstats.batch.word import write_document

Writer = Callable[..., Path]
Maker = Callable[..., PackMade]
PAGE = """<!doctype html><html lang="en-GB"><body><nav>Other pages</nav><main id="main">
<h1>Safer streets</h1>
<nav class="contents"><ul><li><a href="#one">On this page</a></li></ul></nav>
<section id="one"><h2>1. Thefts <span class="subtitle">offences</span></h2>
<p class="verdict"><span class="state worse"><span class="shape" aria-hidden="true">▲</span> Worse</span> 120 thefts,
<a href="index.html">20 more</a>.</p>
<div class="tally" aria-hidden="true"><b>7</b></div>
<figure class="chart"><figcaption><strong>Thefts rise</strong> <span class="subtitle">a month</span></figcaption>
<div class="drawing"><svg role="img" aria-label="Line of thefts, 100 to 120."></svg></div>
<p class="take-away">Take away: <a href="charts/thefts.svg">SVG</a><a href="charts/thefts.png">PNG</a></p>
<details class="data"><summary>Figures of this chart</summary><p>Long figures.</p></details></figure>
<details class="ahead"><summary>Where it goes</summary><p>Up &amp; <em>further</em>.</p><p hidden>Never.</p></details>
<table><caption>Thefts by year <span class="subtitle">offences</span></caption>
<thead><tr><th scope="col">Year</th><th scope="col" class="number">Thefts</th></tr></thead>
<tbody><tr><th scope="row">2013/14</th><td class="number">1,200</td></tr>
<tr class="note"><td colspan="2">Counted twice.</td></tr></tbody></table>
<ol><li>First</li></ol><p class="back"><a href="#one">Back</a></p></section></main></body></html>"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page with a chart whose picture lies beside it."""
    (tmp_path / "charts").mkdir()
    figure = Figure(figsize=(7.6, 3.7))
    figure.savefig(tmp_path / "charts" / "thefts.png", dpi=144)
    path = tmp_path / "theme-1.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


@pytest.fixture
def document(page: Path) -> Any:
    """The document of that page, as Word opens it."""
    path = page.with_name("pack.docx")
    write_document([page], "A plan", "Quarter 1", path)
    return docx.Document(str(path))


def test_headings_and_lists_are_real_ones(document: Any) -> None:
    """Each heading has the style of its level, a list that of lists, and the words are those of the page."""
    told = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs if paragraph.text]
    assert told == [
        ("Title", "A plan"),
        ("Subtitle", "Quarter 1"),
        ("Heading 1", "Safer streets"),
        ("Heading 2", "1. Thefts, offences"),
        ("Normal", "▲ Worse 120 thefts, 20 more."),
        ("Caption", "Thefts rise\na month"),
        ("Normal", "Where it goes"),
        ("Normal", "Up & further."),
        ("Caption", "Thefts by year\noffences"),
        ("List Number", "First"),
    ]


def test_a_picture_says_what_it_shows_and_fits_the_sheet(document: Any) -> None:
    """The alternative text is that of the drawing, and the picture lies between the margins."""
    (picture,) = document.inline_shapes
    assert picture._inline.docPr.get("descr") == "Line of thefts, 100 to 120."
    sheet = document.sections[0]
    assert picture.width <= sheet.page_width - sheet.left_margin - sheet.right_margin
    assert picture.height / picture.width == pytest.approx(3.7 / 7.6, rel=0.01)


def test_a_table_has_its_head_row_marked(document: Any) -> None:
    """The head is read out and repeated, the caption is the table's own, a note goes across, figures stand right."""
    (table,) = document.tables
    marked = [row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert marked == [True, False, False]
    assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "Thefts by year, offences"
    assert table.cell(2, 0).text == table.cell(2, 1).text == "Counted twice."
    assert table.cell(1, 1).paragraphs[0].alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT


def test_the_document_is_in_english_and_has_its_title(document: Any) -> None:
    """Spelling is checked in British English, and the title is a property of the file."""
    languages = {each.get(qn("w:val")) for each in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}
    assert (document.core_properties.title, document.core_properties.language) == ("A plan", "en-GB")


def test_the_document_does_not_say_when_it_was_made(page: Path, document: Any) -> None:
    """No date stands in it, and made again later it is the same to the byte."""
    path = page.with_name("pack.docx")
    first = path.read_bytes()
    core = zipfile.ZipFile(path).read("docProps/core.xml").decode("utf-8")
    assert "created" not in core
    assert "modified" not in core
    assert document.core_properties.author == ""
    time.sleep(2.1)  # an archive tells times two seconds apart
    write_document([page], "A plan", "Quarter 1", path)
    assert path.read_bytes() == first


def test_a_chart_without_its_picture_is_told_in_words(page: Path) -> None:
    """Where the picture is not there, what it shows stands in its place."""
    (page.parent / "charts" / "thefts.png").unlink()
    path = page.with_name("pack.docx")
    write_document([page], "A plan", "Quarter 1", path)
    assert "Line of thefts, 100 to 120." in [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]


@pytest.mark.slow
@pytest.mark.usefixtures("whole_pack")
def test_the_document_keeps_step_with_its_pages(make: Maker, write_notebook: Writer) -> None:
    """It is made where asked for and linked, made anew with a page of a theme, and a run without it leaves it there."""
    assert "pack.docx" not in make().manifest.files
    made = make(docx=True)
    assert 'href="pack.docx"' in (made.folder / "index.html").read_text("utf-8")
    first = made.manifest.files["pack.docx"]
    assert make().is_unchanged
    write_notebook("streets", "#md ## New words", page="theme-1-safer-streets", theme=1)
    anew = make(only="theme-1-safer-streets")
    words = [paragraph.text for paragraph in docx.Document(str(anew.folder / "pack.docx")).paragraphs]
    assert "New words" in words
    assert anew.manifest.files["pack.docx"] != first
    assert read_manifest(anew.folder).has_its_files(anew.folder)
