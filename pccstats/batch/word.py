"""The pack as one Word document: the briefing and the pages of the themes, for officers to comment on.

It is made of the finished pages, element by element: headings are headings, tables have their head rows marked, and
pictures say what they show. What a page folds away stands open, but for the figures behind a chart, which are long and
lie beside the page as a file.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from lxml.html import HtmlElement

NAME = "pack.docx"
LANGUAGE = "en-GB"
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset(
    {*_HEADINGS, "address", "aside", "blockquote", "details", "div", "dl", "dd", "dt", "figure", "footer", "header"}
    | {"li", "main", "ol", "p", "pre", "section", "summary", "table", "ul"}
)
_LEFT_OUT = frozenset({"fieldset", "input", "label", "nav", "script", "style", "svg"})
_LEFT_OUT_CLASSES = frozenset({"back", "skip", "take-away", "unseen"})
_CHART_DATA = frozenset({"data", "files"})  # folds of these classes
_SHAPE = "shape"  # hidden from screen readers, since a word follows; on paper it is half of the sign
_BOLD, _ITALIC = ("b", "strong"), ("em", "i")
_BESIDE = frozenset({"subtitle", "interval"})  # classes of smaller words, which begin a line
_VERDICT = "state"
_SPACES = re.compile(r"[^\S\v]+")
_NEW_LINE = "\v"
_NARROWEST, _WIDEST = 7, 40  # characters of a column, for sharing out the width of a table
_INK = "1D2433"
_WIDE = 170  # millimetres between the margins of A4
_MARGIN = 20
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say: the same pages give the same bytes


def write_document(pages: Sequence[Path], title: str, subtitle: str, path: Path) -> None:
    """Write finished pages as one document.

    Parameters
    ----------
    pages : sequence of pathlib.Path
        In the order in which they are read; the pictures of their charts lie beside them.
    title, subtitle : str
        The name of the pack, which is the document's title too, and its quarter in words.
    path : pathlib.Path
        The file to write.
    """
    import lxml.html  # noqa: PLC0415 as python-docx below: only who asks for a document needs them

    document = _empty_document(title, subtitle)
    for page in pages:
        root: Any = lxml.html.document_fromstring(page.read_text(encoding="utf-8"))
        _Writer(document, page.parent).children(root.get_element_by_id("main"))
    titles = (paragraph for paragraph in document.paragraphs if paragraph.style and paragraph.style.name == "Heading 1")
    if (first := next(titles, None)) is not None:  # it stands below the title; the others begin a sheet
        first.paragraph_format.page_break_before = False
    _save(document, path)


def _empty_document(title: str, subtitle: str) -> Document:
    """A document in English, on A4, with a title and nothing that says when it was made."""
    import docx  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Mm, Pt, RGBColor  # noqa: PLC0415

    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(_WIDE + 2 * _MARGIN), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(_MARGIN)
    styles: Any = document.styles
    for name in ("Title", "Subtitle", "Caption", *(f"Heading {level}" for level in range(1, 7))):
        styles[name].font.color.rgb = RGBColor.from_string(_INK)
    styles["Heading 1"].paragraph_format.page_break_before = True
    styles["Normal"].font.size = Pt(10.5)
    for language in (*styles.element.iter(qn("w:lang")), *document.settings.element.iter(qn("w:themeFontLang"))):
        language.set(qn("w:val"), LANGUAGE)
    about = document.core_properties
    about.title, about.subject, about.language = title, subtitle, LANGUAGE
    about.author = about.comments = about.keywords = ""
    core: Any = about._element  # noqa: SLF001 no other way to take a date out
    for date in [each for each in core if each.tag.endswith(("}created", "}modified"))]:
        core.remove(date)
    document.add_paragraph(title, style="Title")
    document.add_paragraph(subtitle, style="Subtitle")
    return document


def _save(document: Document, path: Path) -> None:
    """Write the document with no time in its archive."""
    made = io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as archive, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        for name in archive.namelist():
            written.writestr(zipfile.ZipInfo(name, _NO_TIME), archive.read(name), zipfile.ZIP_DEFLATED)


@dataclass(frozen=True)
class _Run:
    """Words that look alike."""

    text: str
    is_bold: bool = False
    is_italic: bool = False


class _Writer:
    """Writes the elements of a page into a document, one after another."""

    def __init__(self, document: Document, folder: Path) -> None:
        self._document = document
        self._folder = folder
        self._follows_table = False

    def children(self, element: HtmlElement) -> None:
        """Everything inside an element; words beside blocks are a paragraph of their own."""
        loose: list[_Run] = [_Run(element.text or "")]
        for child in element:
            if _is_shown(child) and _holds_blocks(child):
                self._paragraph(loose)
                loose = []
                self._block(child)
            else:
                loose += _runs(child) if _is_shown(child) else []
            loose.append(_Run(child.tail or ""))
        self._paragraph(loose)

    def _block(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in _HEADINGS:
            self._paragraph([_Run(_words(element))], f"Heading {tag[1]}")
        elif tag == "table":
            self._table(element)
        elif tag == "figure":
            self._figure(element)
        elif tag == "li":
            self._item(element)
        elif tag == "summary":
            told = self._paragraph([replace(run, is_bold=True) for run in _runs(element)])
            if told is not None:
                told.paragraph_format.keep_with_next = True
        else:
            self.children(element)

    def _paragraph(self, runs: Sequence[_Run], style: str | None = None) -> Paragraph | None:
        """Words as a paragraph; nothing where there are none."""
        tidied = _tidied(runs)
        if not tidied:
            return None
        paragraph = self._document.add_paragraph(style=style)
        if self._follows_table:
            paragraph.paragraph_format.space_before = _after_table()
            self._follows_table = False
        _fill(paragraph, tidied)
        return paragraph

    def _item(self, element: HtmlElement) -> None:
        parent = element.getparent()
        is_numbered = parent is not None and parent.tag == "ol"
        self._paragraph(_runs(element), "List Number" if is_numbered else "List Bullet")

    def _figure(self, element: HtmlElement) -> None:
        """A chart: what it says, its picture with what it shows for those who do not see it, and what else is there."""
        for child in element:
            if child.tag == "figcaption":
                caption = self._paragraph(_runs(child), "Caption")
                if caption is not None:
                    caption.paragraph_format.keep_with_next = True
            elif any(True for _ in child.iter("svg")):
                self._picture(element)
            elif _is_shown(child) and _holds_blocks(child):
                self._block(child)

    def _picture(self, figure: HtmlElement) -> None:
        from docx.shared import Mm  # noqa: PLC0415

        described = next(each.get("aria-label", "") for each in figure.iter("svg"))
        hrefs = [str(link.get("href")) for link in figure.iter("a")]
        place = next((self._folder / href for href in hrefs if href.endswith(".png")), None)
        if place is None or not place.is_file():
            self._paragraph([_Run(described, is_italic=True)])
            return
        picture = self._document.add_paragraph().add_run().add_picture(str(place))
        if picture.width > Mm(_WIDE):
            picture.height = Mm(_WIDE * picture.height / picture.width)
            picture.width = Mm(_WIDE)
        picture._inline.docPr.set("descr", described)  # noqa: SLF001 python-docx has no name for it

    def _table(self, element: HtmlElement) -> None:
        """A table with its caption above it, its head rows marked so that they are read out and come again."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
        from docx.oxml import OxmlElement  # noqa: PLC0415
        from docx.oxml.ns import qn  # noqa: PLC0415

        rows = [row for row in element.iter("tr") if _is_shown(row)]
        across = max((sum(_span(cell) for cell in _cells(row)) for row in rows), default=0)
        if not across:
            return
        if self._follows_table:  # without a paragraph between, two tables would be one
            self._document.add_paragraph()
        caption = next(element.iter("caption"), None)
        told = self._paragraph(_runs(caption), "Caption") if caption is not None else None
        if told is not None:
            told.paragraph_format.keep_with_next = True
        table: Any = self._document.add_table(rows=len(rows), cols=across, style="Table Grid")
        if caption is not None:
            title = OxmlElement("w:tblCaption")
            title.set(qn("w:val"), _words(caption))
            table._tbl.tblPr.append(title)  # noqa: SLF001
        _share_width(table, rows, across)
        for row, made in zip(rows, table.rows, strict=True):
            is_head = any(True for _ in row.iterancestors("thead"))
            properties = made._tr.get_or_add_trPr()  # noqa: SLF001
            properties.append(OxmlElement("w:cantSplit"))
            if is_head:
                properties.append(OxmlElement("w:tblHeader"))
            cells, at = made.cells, 0
            for cell in _cells(row):
                held = cells[at] if _span(cell) == 1 else cells[at].merge(cells[at + _span(cell) - 1])
                _fill(held.paragraphs[0], _tidied(_runs(cell, is_bold=is_head)), is_small=True)
                if "number" in cell.get("class", "").split():
                    held.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
                at += _span(cell)
        self._follows_table = True


def _after_table() -> Any:
    from docx.shared import Pt  # noqa: PLC0415

    return Pt(8)


def _share_width(table: Any, rows: Sequence[HtmlElement], across: int) -> None:
    """Give each column room by the longest of its words and figures."""
    from docx.shared import Mm  # noqa: PLC0415

    longest = [_NARROWEST] * across
    for row in rows:
        cells = list(_cells(row))
        if len(cells) == across:
            for at, cell in enumerate(cells):
                longest[at] = max(longest[at], min(len(_words(cell)), _WIDEST))
    table.autofit = False
    for column, share in zip(table.columns, longest, strict=True):
        column.width = Mm(_WIDE * share / sum(longest))
        for cell in column.cells:
            cell.width = column.width


def _fill(paragraph: Paragraph, runs: Sequence[_Run], *, is_small: bool = False) -> None:
    """Write words into a paragraph; those of tables are smaller and closer."""
    from docx.shared import Pt  # noqa: PLC0415

    for run in runs:
        made = paragraph.add_run(run.text.replace(_NEW_LINE, "\n"))
        made.bold, made.italic = run.is_bold or None, run.is_italic or None
        if is_small:
            made.font.size = Pt(8.5)
    if is_small:
        paragraph.paragraph_format.space_after = Pt(1)


def _is_shown(element: HtmlElement) -> bool:
    """False for what a page has for other uses: its links, what only screen readers or no readers are given."""
    if not isinstance(element.tag, str) or element.tag in _LEFT_OUT or "hidden" in element.attrib:
        return False
    classes = set(element.get("class", "").split())
    if classes & _LEFT_OUT_CLASSES or (element.tag == "details" and classes & _CHART_DATA):
        return False
    return element.get("aria-hidden") != "true" or _SHAPE in classes


def _holds_blocks(element: HtmlElement) -> bool:
    return element.tag in _BLOCKS or any(isinstance(each.tag, str) and each.tag in _BLOCKS for each in element.iter())


def _runs(element: HtmlElement, *, is_bold: bool = False, is_italic: bool = False) -> list[_Run]:
    """The words of an element with how they look; parts that only the page's layout keeps apart get a space."""
    bold = is_bold or element.tag in _BOLD or _VERDICT in element.get("class", "").split()
    italic = is_italic or element.tag in _ITALIC
    found = [_Run(element.text or "", bold, italic)]
    for child in element:
        if _is_shown(child):
            found += [_Run(_before(child)), *_runs(child, is_bold=bold, is_italic=italic)]
        found.append(_Run(child.tail or "", bold, italic))
    return found


def _before(element: HtmlElement) -> str:
    """What keeps an element from what stands before it: a line, a space where there is only layout, or nothing."""
    if element.tag == "br" or _BESIDE & set(element.get("class", "").split()):
        return _NEW_LINE
    before = element.getprevious()
    return " " if element.tag in _BLOCKS or (before is not None and not before.tail) else ""


def _tidied(runs: Sequence[_Run]) -> list[_Run]:
    """The same words with single spaces, none at either end; nothing where there are no words."""
    tidied: list[_Run] = []
    ends = _NEW_LINE
    for run in runs:
        text = _SPACES.sub(" ", run.text)
        text = text.lstrip(" " if ends == " " else " " + _NEW_LINE) if ends in (" ", _NEW_LINE) else text
        if tidied and text.startswith(_NEW_LINE):
            tidied[-1] = replace(tidied[-1], text=tidied[-1].text.rstrip(" "))
        if text:
            tidied.append(replace(run, text=text))
            ends = text[-1]
    while tidied and not tidied[-1].text.strip(" " + _NEW_LINE):
        tidied.pop()
    if tidied:
        tidied[-1] = replace(tidied[-1], text=tidied[-1].text.rstrip(" " + _NEW_LINE))
    return tidied


def _words(element: HtmlElement) -> str:
    return "".join(run.text for run in _tidied(_runs(element))).replace(_NEW_LINE, ", ")


def _cells(row: HtmlElement) -> Iterator[HtmlElement]:
    return (cell for cell in row if cell.tag in ("td", "th"))


def _span(cell: HtmlElement) -> int:
    return int(cell.get("colspan", "1"))
