"""What a workbook holds, seen in one pass over its XML before it is opened: how far it reaches, and what values hide.

A workbook of a few kilobytes can ask for a table of 17 thousand million cells, and whoever opens it fills the machine.
Here nothing is kept but counts and the first few places of each fault.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TypeVar
from xml.parsers import expat

MOST_CELLS = 5_000_000  # of the rectangle a sheet spans; the largest published table of offences spans 2 million
MOST_CELLS_IN_ALL = 20_000_000
MOST_NAMED = 10
_CHUNK = 2**16
_MOST_DIGITS = 7  # of the number of a row
_DAMAGED = (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, zlib.error)
_RELATIONS = "_rels/{}.rels"
CellText = tuple[int, str, str]
Kept = TypeVar("Kept")


class CannotLook(Exception):
    """Why a workbook cannot be looked at, in words that follow 'cannot be read:'."""


class TooLarge(Exception):
    """How far a sheet reaches, in words, where that is further than any table of figures."""


@dataclass
class SheetSeen:
    """What one sheet of a workbook is seen to hold.

    Attributes
    ----------
    rows, columns : int
        How far down and across anything stands in it, formatted and merged cells included.
    cells : int
        How many cells are written in it.
    formulas : int
        How many of them are formulas.
    not_worked_out, errors : list of (int, str, str)
        Row, column and text of the first formulas without a value and of the first error values.
    not_worked_out_count : int
        How many formulas have no value.
    merged : list of str
        The first areas of merged cells.
    """

    rows: int = 0
    columns: int = 0
    cells: int = 0
    formulas: int = 0
    not_worked_out: list[CellText] = field(default_factory=list)
    not_worked_out_count: int = 0
    errors: list[CellText] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)

    def reaches(self, row: int, column: int) -> None:
        """Take in a cell; stop where the sheet has become too large."""
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)
        if max(self.rows * self.columns, self.cells) > MOST_CELLS:
            raise TooLarge(f"A sheet spans {self.rows:,} rows and {self.columns:,} columns")

    def holds_error(self, row: int, column: int, text: str) -> None:
        """Take in an error value."""
        _keep(self.errors, (row, _letters(column), text))

    def merges(self, area: str) -> None:
        """Take in an area of merged cells, which is as long to read as a cell."""
        _keep(self.merged, area)
        self.cells += 1


def look_at(path: Path) -> Mapping[str, SheetSeen]:
    """Look over a packed workbook (.xlsx or .ods).

    Parameters
    ----------
    path : Path
        The workbook, which must be a zip.

    Returns
    -------
    mapping of str to SheetSeen
        By the name of the sheet; by the name of its part where the workbook does not name it.

    Raises
    ------
    CannotLook
        If a part is damaged, is no XML, or declares entities; or if the zip holds no sheet at all.
    TooLarge
        If a sheet spans more than five million cells, or all of them more than twenty million.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [(member.filename, _Part(archive, member)) for member in archive.infolist()]
            seen = {name: part.sheet for name, part in parts if part.root in ("worksheet", "document-content")}
            names = _names_of_parts(archive, {name: part.root for name, part in parts})
    except _DAMAGED as error:
        raise CannotLook(str(error).rstrip(".") or "it is damaged") from None
    if not seen:
        raise CannotLook("it is no .xlsx or .ods file")
    if sum(sheet.rows * sheet.columns for sheet in seen.values()) > MOST_CELLS_IN_ALL:
        raise TooLarge(f"The {len(seen)} sheets together span more than {MOST_CELLS_IN_ALL:,} cells")
    return {names.get(part, part): sheet for part, sheet in seen.items()}


class _Part:
    """One file of the zip: read to its end, as a sheet where it is one."""

    def __init__(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        self.root, self.sheet = "", SheetSeen()
        self._name = member.filename
        self._parser = _parser(self._begin)
        with archive.open(member) as file:
            is_read = member.filename.lower().endswith((".xml", ".rels"))
            while chunk := file.read(_CHUNK):  # to its end, whatever it is: a size that lies is found there
                is_read = is_read and self._read(chunk)
            if is_read:
                self._read(b"", is_last=True)

    def _read(self, chunk: bytes, *, is_last: bool = False) -> bool:
        """Read on; False where the rest is of no interest."""
        try:
            self._parser.Parse(chunk, is_last)
        except expat.ExpatError as error:
            raise CannotLook(f"{self._name} is damaged: {error}") from None
        return not self.root or self.root in _SHEETS

    def _begin(self, name: str, _: dict[str, str]) -> None:
        self.root, self._parser.StartElementHandler = _local(name), None
        if self.root in _SHEETS:
            _SHEETS[self.root](self._parser, self.sheet)


def _parser(begin: Callable[[str, dict[str, str]], None]) -> expat.XMLParserType:
    """A parser that knows no entities but XML's own: text that stands for more text is how small files grow."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = _refuse_declarations
    return parser


def _refuse_declarations(*_: object) -> None:
    raise CannotLook("it declares entities, which no spreadsheet does")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


class _ExcelSheet:
    """The elements of a `worksheet`, one after another; of the millions of plain cells, their place alone is taken."""

    def __init__(self, parser: expat.XMLParserType, seen: SheetSeen) -> None:
        self._parser, self._seen = parser, seen
        self._row = self._across = 0
        self._type, self._part = "", ""
        self._texts: dict[str, str] = {}
        parser.StartElementHandler = self._begin

    def _begin(self, name: str, given: dict[str, str]) -> None:
        local = name[name.rfind(" ") + 1 :]
        if local == "c":
            self._begin_cell(given)
        elif local == "row":
            self._row = _place_of(f"A{given['r']}")[0] if "r" in given else self._row + 1
            self._across = 0
        elif local == "f" or (local == "v" and self._parser.EndElementHandler is not None):
            self._texts[local], self._part = "", local
            self._look_closely()
        elif local == "mergeCell":
            self._merge(given.get("ref", ""))

    def _begin_cell(self, given: dict[str, str]) -> None:
        place, self._type = given.get("r"), given.get("t", "")
        self._row, self._across = _place_of(place) if place else (self._row, self._across + 1)
        self._seen.cells += 1
        self._seen.reaches(self._row, self._across)
        if self._type == "e":
            self._look_closely()

    def _look_closely(self) -> None:
        """Read what this cell holds, to its end."""
        self._parser.CharacterDataHandler, self._parser.EndElementHandler = self._add, self._end

    def _add(self, text: str) -> None:
        if self._part and len(self._texts[self._part]) < _CHUNK:
            self._texts[self._part] += text

    def _end(self, name: str) -> None:
        self._part = ""
        if _local(name) == "c":
            self._end_cell(self._texts.get("v"))
            self._texts.clear()
            self._parser.CharacterDataHandler = self._parser.EndElementHandler = None

    def _end_cell(self, value: str | None) -> None:
        place = (self._row, _letters(self._across))
        if "f" in self._texts:
            self._seen.formulas += 1
            is_empty_text = value == "" and self._type == "str"  # which a formula may give
            if not value and not is_empty_text:
                self._seen.not_worked_out_count += 1
                _keep(self._seen.not_worked_out, (*place, f"={self._texts['f']}"))
        if self._type == "e" and value:
            self._seen.holds_error(self._row, self._across, value)

    def _merge(self, area: str) -> None:
        for corner in area.split(":"):
            self._seen.reaches(*_place_of(corner))
        self._seen.merges(area)


def _place_of(place: str) -> tuple[int, int]:
    """The row and column of `B7`."""
    letters = place.rstrip("0123456789")
    column, row = _column(letters), place[len(letters) :]
    if not column or not row or len(row) > _MOST_DIGITS:
        raise CannotLook(f"{place[:40]!r} is no place in a sheet")
    return int(row), column


@lru_cache
def _column(letters: str) -> int:
    """`A` is 1, `XFD` is 16,384; 0 for what is no column."""
    if not re.fullmatch("[A-Za-z]{1,3}", letters):
        return 0
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _letters(column: int) -> str:
    """1 is `A`, 16,384 is `XFD`."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def place_named(row: int, column: int) -> str:
    """The cell of a row and a column, both from 1 on, as a spreadsheet names it: `B7`."""
    return f"{_letters(column)}{row}"


def _keep(places: list[Kept], found: Kept) -> None:
    if len(places) < MOST_NAMED:
        places.append(found)


class _OpenDocument:
    """The tables of an OpenDocument spreadsheet: rows and cells may be written once and repeated."""

    def __init__(self, parser: expat.XMLParserType, seen: SheetSeen) -> None:
        self._seen = seen
        self._row = self._across = 0
        parser.StartElementHandler = self._begin

    def _begin(self, name: str, given: dict[str, str]) -> None:
        match _local(name):
            case "table":
                self._row = self._across = 0
            case "table-row":
                self._row += _times(given, "number-rows-repeated")
                self._across = 0
            case "table-cell" | "covered-table-cell":
                self._across += _times(given, "number-columns-repeated")
                self._seen.cells += 1
                if any(_local(attribute) in ("value-type", "formula") for attribute in given):
                    self._seen.reaches(self._row, self._across)


def _times(given: Mapping[str, str], attribute: str) -> int:
    """How often a row or cell is repeated."""
    text = next((value for name, value in given.items() if _local(name) == attribute), "1")
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise CannotLook(f"{text[:40]!r} is no number of times")
    return int(text)


_SHEETS: dict[str, Callable[[expat.XMLParserType, SheetSeen], object]] = {
    "worksheet": _ExcelSheet,
    "document-content": _OpenDocument,
}


def _names_of_parts(archive: zipfile.ZipFile, roots: Mapping[str, str]) -> dict[str, str]:
    """What the workbook calls the sheets in its parts."""
    names: dict[str, str] = {}
    for book in (part for part, root in roots.items() if root == "workbook"):
        folder, file = posixpath.split(book)
        relations = posixpath.join(folder, _RELATIONS.format(file))
        if relations not in roots:
            continue
        targets = {one.get("Id", ""): one.get("Target", "") for one in _elements(archive, relations, "Relationship")}
        for sheet in _elements(archive, book, "sheet"):
            given = {_local(attribute): value for attribute, value in sheet.items()}
            target = posixpath.join("/", folder, targets.get(given.get("id", ""), ""))
            names[posixpath.normpath(target).lstrip("/")] = given.get("name", "")
    return names


def _elements(archive: zipfile.ZipFile, part: str, wanted: str) -> Iterator[dict[str, str]]:
    """The attributes of every element of one name."""
    found: list[dict[str, str]] = []
    parser = _parser(lambda name, given: found.append(given) if _local(name) == wanted else None)
    try:
        parser.Parse(archive.read(part), True)
    except expat.ExpatError as error:
        raise CannotLook(f"{part} is damaged: {error}") from None
    yield from islice(found, MOST_CELLS)
