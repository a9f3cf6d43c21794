"""What a workbook of Excel 97 to 2003 (.xls) holds, seen from its records before it is opened.

Such a file is a file system in small, the compound file ([MS-CFB]): sectors chained by a table, and in it one stream
of records, the workbook ([MS-XLS]), which says where the records of each sheet begin. Numbers in it that promise more
than there is are how a small file asks for all memory; here nothing is believed before it is held against the file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

from pccstats.sources.workbook_look import MOST_CELLS_IN_ALL, CannotLook, SheetSeen, TooLarge, place_named

ENDING = ".xls"
MOST_BYTES = 2**27  # five million cells take some 70 million
_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_STREAMS = ("workbook", "book")
_FREE = 0xFFFFFFFA  # from here on the number of a sector is a mark: end of a chain, free, part of the table
_IN_HEADER = 109  # parts of the table of sectors that the header names
_ENTRY, _SMALL = 128, 64  # bytes of an entry of the directory, and of a sector of the small streams
_STREAM, _ROOT = 2, 5
_BEGIN, _END, _SHEET, _TEXTS, _LOCKED = 0x0809, 0x000A, 0x0085, 0x00FC, 0x002F
_DIMENSIONS, _MERGED = 0x0200, 0x00E5
_FORMULA, _TRUTH = 0x0006, 0x0205  # the latter true, false or an error
_CELLS = frozenset((_FORMULA, _TRUTH, 0x0201, 0x0203, 0x0204, 0x027E, 0x00D6, 0x00FD))
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_GIVES_ERROR = 2  # the first byte of what a formula gives, where its last two say that it is no number
_RUNS = frozenset((0x00BD, 0x00BE))  # of cells beside each other, the last column at the end
_IS_OF_97 = 0x0600
_LONG_DIMENSIONS = 14  # bytes, where rows are written in four of them and not in two
_DAMAGED = "it is damaged"


def look_at_old(path: Path) -> Mapping[str, SheetSeen]:
    """Look over a workbook of Excel 97 to 2003.

    Parameters
    ----------
    path : Path
        The workbook (.xls), of at most 128 MB.

    Returns
    -------
    mapping of str to SheetSeen
        By the name of the sheet: how far it reaches, how many cells are written in it and how many of them are
        formulas, errors, and what is merged. Formulas that nobody has worked out are not told from the others.

    Raises
    ------
    CannotLook
        If it is no compound file, has no workbook in it, or a number in it promises more than there is.
    TooLarge
        If the file is larger than 128 MB, a sheet spans more than five million cells, or all of them more than twenty
        million.
    """
    if path.stat().st_size > MOST_BYTES:
        raise TooLarge(f"The file has {path.stat().st_size:,} bytes")
    try:
        return _sheets(_CompoundFile(path.read_bytes()).stream(_STREAMS))
    except (struct.error, IndexError) as error:
        raise CannotLook(_DAMAGED) from error


class _CompoundFile:
    """Sectors chained by a table, a directory, and small streams in sectors of their own."""

    def __init__(self, content: bytes) -> None:
        if not content.startswith(_MAGIC):
            raise CannotLook("it is no .xls file")
        self._content = content
        shift, small = struct.unpack_from("<HH", content, 30)
        if shift not in (9, 12) or small != 6:
            raise CannotLook(_DAMAGED)
        self._size = 1 << shift
        self._sectors = -(-len(content) // self._size) - 1
        tables, directory, self._cutoff, small_table, small_tables, more, mores = struct.unpack_from(
            "<II4xIIIII", content, 44
        )
        if max(tables, small_tables, mores) > self._sectors:
            raise CannotLook(_DAMAGED)
        self._table = self._table_of_sectors(tables, more)
        self._small_table = self._numbers(self._chained(small_table))
        self._directory = self._chained(directory)

    def stream(self, names: tuple[str, ...]) -> bytes:
        """The bytes of the first stream of one of these names, the names in their order."""
        entries = list(self._entries())
        root = next((start for kind, _, start, _ in entries if kind == _ROOT), _FREE)
        for wanted in names:
            for kind, name, start, length in entries:
                if kind == _STREAM and name == wanted:
                    if length >= self._cutoff:
                        return self._chained(start)[:length]
                    return self._small_chained(start, self._chained(root))[:length]
        raise CannotLook("there is no workbook in it")

    def _entries(self) -> Iterator[tuple[int, str, int, int]]:
        """Kind, name, first sector and length of everything in the directory."""
        for place in range(0, len(self._directory) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", self._directory, place + 64)
            name = self._directory[place : place + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", self._directory, place + 116)
            yield kind, name.lower(), start, size

    def _sector(self, number: int) -> bytes:
        if number >= self._sectors:
            raise CannotLook(_DAMAGED)
        begin = (number + 1) * self._size
        return self._content[begin : begin + self._size]

    def _table_of_sectors(self, count: int, more: int) -> tuple[int, ...]:
        """Which sector follows which; its own parts are named in the header, and further ones in a chain."""
        parts = list(struct.unpack_from(f"<{_IN_HEADER}I", self._content, 76))
        met = 0
        while more < _FREE and len(parts) < count:
            *further, more = self._numbers(self._sector(more))
            parts += further
            met += 1
            if met > self._sectors:
                raise CannotLook(_DAMAGED)
        return self._numbers(b"".join(self._sector(part) for part in parts[:count] if part < _FREE))

    @staticmethod
    def _numbers(content: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])

    def _chained(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in _chain(start, self._table))

    def _small_chained(self, start: int, held: bytes) -> bytes:
        return b"".join(held[_SMALL * number : _SMALL * (number + 1)] for number in _chain(start, self._small_table))


def _chain(start: int, table: tuple[int, ...]) -> Iterator[int]:
    """The sectors from one on; a chain that bites its tail is none."""
    number, met = start, 0
    while number < _FREE:
        yield number
        number, met = table[number], met + 1
        if met > len(table):
            raise CannotLook(_DAMAGED)


def _sheets(stream: bytes) -> dict[str, SheetSeen]:
    """The sheets that the first records name, each followed from where it begins to its end."""
    begins: list[tuple[str, int]] = []
    is_of_97 = False
    for kind, place, length in _records(stream, 0):
        if kind == _BEGIN:
            is_of_97 = struct.unpack_from("<H", stream, place)[0] == _IS_OF_97
        elif kind == _SHEET:
            name = _name(stream[place + 6 : place + length], is_of_97=is_of_97)
            begins.append((name, struct.unpack_from("<I", stream, place)[0]))
        elif kind == _TEXTS and 3 * struct.unpack_from("<I", stream, place + 4)[0] > len(stream):
            raise CannotLook("it promises more texts than it holds")
        elif kind == _LOCKED:
            raise CannotLook("it is locked with a password")
    sheets: dict[str, SheetSeen] = {}
    spans, left = 0, len(stream)
    for name, begin in begins:
        sheet = SheetSeen()
        sheets[name], left = sheet, left - _read(stream, begin, sheet)
        spans += sheet.rows * sheet.columns
        if left < 0:
            raise CannotLook("its sheets overlap")
        if spans > MOST_CELLS_IN_ALL:
            raise TooLarge(f"Its sheets together span more than {MOST_CELLS_IN_ALL:,} cells")
    return sheets


def _records(stream: bytes, begin: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place and length of each record, to the one that ends the part."""
    place = begin
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        yield kind, place + 4, length
        place += 4 + length
        if kind == _END:
            return
    raise CannotLook(_DAMAGED)


def _read(stream: bytes, begin: int, seen: SheetSeen) -> int:
    """Follow the records of one sheet; how many bytes they took."""
    last = begin
    for kind, place, length in _records(stream, begin):
        last = place + length
        if kind in _CELLS:
            row, column = struct.unpack_from("<HH", stream, place)
            seen.cells += 1
            seen.reaches(row + 1, column + 1)
            seen.formulas += kind == _FORMULA
            if error := _error(kind, stream[place + 6 : last]):
                seen.holds_error(row + 1, column + 1, error)
        elif kind in _RUNS:
            row, first = struct.unpack_from("<HH", stream, place)
            until = struct.unpack_from("<H", stream, last - 2)[0]
            seen.cells += max(until - first + 1, 1)
            seen.reaches(row + 1, max(until, first) + 1)
        elif kind == _DIMENSIONS:
            form = "<IIHH" if length >= _LONG_DIMENSIONS else "<HHHH"
            _, rows, _, columns = struct.unpack_from(form, stream, place)
            seen.reaches(rows, columns)
        elif kind == _MERGED:
            for each in range(struct.unpack_from("<H", stream, place)[0]):
                top, bottom, first, until = struct.unpack_from("<HHHH", stream, place + 2 + 8 * each)
                seen.reaches(bottom + 1, until + 1)
                seen.merges(f"{place_named(top + 1, first + 1)}:{place_named(bottom + 1, until + 1)}")
    return last - begin


def _error(kind: int, value: bytes) -> str:
    """The error that a cell holds or its formula gives; empty where there is none."""
    if kind == _TRUTH and value[1]:
        return _ERRORS.get(value[0], "#ERROR")
    if kind == _FORMULA and value[6:8] == b"\xff\xff" and value[0] == _GIVES_ERROR:
        return _ERRORS.get(value[2], "#ERROR")
    return ""


def _name(record: bytes, *, is_of_97: bool) -> str:
    """The name of a sheet: its length, from Excel 97 on a mark of how it is written, then the name."""
    count = record[0]
    if not is_of_97:
        return record[1 : 1 + count].decode("cp1252", "replace")
    if record[1] & 1:
        return record[2 : 2 + 2 * count].decode("utf-16-le", "replace")
    return record[2 : 2 + count].decode("latin-1")
