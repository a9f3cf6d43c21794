"""Street records counted: downloads of many files, counted by duckdb."""

from __future__ import annotations

import csv
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from glob import has_magic
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pandas as pd

from pccstats.sources.cluster import CLUSTER, connected
from pccstats.sources.readers.reading import Progress
from pccstats.sources.sheets import Rule, read_delimited
from pccstats.terms.errors import Finding, Severity

if TYPE_CHECKING:
    import duckdb

# Of duckdb; what does not fit into the memory it may use goes to disk.
_MEMORY_LIMIT = "640MB"
MONTHS_AT_ONCE = 2
TYPE_COLUMN = {"street": "Crime type", "outcomes": "Outcome type"}
_MONTH = r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])"
_PUBLISHED = (
    *(
        "Crime ID",
        "Month",
        "Reported by",
        "Falls within",
        "Longitude",
        "Latitude",
        "Location",
        "LSOA code",
        "LSOA name",
    ),
    *("Crime type", "Outcome type", "Last outcome category", "Context"),
)
_NEEDED = ("Crime ID", "Month", "Falls within", "LSOA name")
_PLACE = 'left("LSOA name", greatest(length("LSOA name") - 5, 0))'  # 'Blaby 002A' lies in Blaby
_RECORDS = """
create or replace temp table record as
select "Month" as month, "Falls within" as force, "{type}" as name, {place} as district, "LSOA name" = '' as is_nowhere,
    case when "Crime ID" = '' then 0 else hash("Crime ID", "Month", "Falls within", "{type}") end as crime
from {rows}
"""
_REPEATS = """
create or replace temp table repeat as
select crime from record where crime <> 0 group by crime having count(*) > 1
"""
_COUNT_ROWS = """
select month, force, name, district, count(*) as crimes, count(*) as row_count,
    count(*) filter (where crime = 0) as rows_without_id, count(*) filter (where is_nowhere) as rows_without_place
from record {where} group by all
"""
_COUNT_REPEATS = """
select any_value(month) as month, any_value(force) as force, any_value(name) as name,
    coalesce(min(nullif(district, '')), '') as district, 1 as crimes, count(*) as row_count,
    0 as rows_without_id, count(*) filter (where is_nowhere) as rows_without_place
from record semi join repeat using (crime) group by crime
"""
Counted = tuple[pd.DataFrame, list[Finding]]
_KEYS = ["month", "force", "name", "district"]
_COUNTS = ["crimes", "row_count", "rows_without_id", "rows_without_place"]
_EMPTY = [*_KEYS, *_COUNTS]
MOST_BYTES = 2**31  # of one unpacked CSV: the largest force's largest month is a twentieth of it
MOST_TIMES = 200  # unpacked over packed: street records shrink about eightfold
_NAME = r"(?P<month>[0-9]{{4}}-(0[1-9]|1[0-2]))-(?P<force>.+)-{kind}\b.*\.csv"
_HEADINGS = {"district": r"LAD\d\dNM", "partnership": r"CSP\d\dNM", "force": r"PFA\d\dNM"}


def count_records(months: Iterable[tuple[str, tuple[RecordFile, ...]]], kind: str, say: Progress) -> Counted:
    """Count the records of every month, on this machine or on the cluster that the environment names.

    Returns
    -------
    DataFrame, list of Finding
        One row a month, force, type and district: `crimes`, `row_count`, `rows_without_id`, `rows_without_place`; and
        every fault of the files. With a fault of severity `refuse` the table lacks the month it is in.
    """
    work = list(months)
    with workers(os.environ.get(CLUSTER, ""), (file for _, files in work for file in files), say) as executor:
        tables, findings, rows = [], [], 0
        for done, (month, (table, found)) in enumerate(_each(work, kind, executor), start=1):
            rows += int(table["row_count"].sum()) if len(table) else 0
            say(f"{kind} records: {month} counted, {done} of {len(work)} months, {rows:,} rows so far")
            tables.append((month, table))
            findings.append((month, [*found, *_of_other_months(table, month, kind)]))
    in_order = [table for _, table in sorted(tables, key=lambda entry: entry[0])]
    found_in_order = [finding for _, found in sorted(findings, key=lambda entry: entry[0]) for finding in found]
    return pd.concat(in_order, ignore_index=True) if in_order else pd.DataFrame(), found_in_order


@contextmanager
def workers(address: str, files: Iterable[RecordFile], say: Progress) -> Iterator[Executor | None]:
    """The workers of a dask cluster as an executor; None for this machine, where duckdb uses every core itself.

    Workers that do not see the files cannot count them: then this machine does, and says so.

    Raises
    ------
    RequestProblem
        Where there is no cluster at the address.
    """
    if not address:
        yield None
        return
    places = {path for file in files if (path := file.archive or file.path) is not None}
    with connected(address) as client:
        seen = client.run(sees, {path: path.stat().st_size for path in places}, on_error="return")
        if seen and all(answer is True for answer in seen.values()):
            yield client.get_executor()
        else:
            say("the workers of the cluster do not see the records: this machine counts them")
            yield None


def sees(sizes: Mapping[Path, int]) -> bool:
    """Whether files of these sizes lie at these places: what a worker of a cluster is asked."""
    return all(path.is_file() and path.stat().st_size == size for path, size in sizes.items())


def count_month(files: tuple[RecordFile, ...], kind: str) -> Counted:
    """Count the records of one month's files: what one worker of a cluster does."""
    with _engine() as engine:
        return _count_month(engine, files, kind)


def _engine() -> duckdb.DuckDBPyConnection:
    import duckdb  # noqa: PLC0415 only where there are street records

    engine = duckdb.connect(":memory:", config={"memory_limit": _MEMORY_LIMIT, "preserve_insertion_order": False})
    engine.execute("set enable_progress_bar = false")  # we say ourselves how far we are
    return engine


def _count_month(engine: duckdb.DuckDBPyConnection, files: tuple[RecordFile, ...], kind: str) -> Counted:
    import duckdb  # noqa: PLC0415 only where there are street records

    with on_disk(files) as places:
        findings: list[Finding] = []
        fast: dict[str, tuple[str, ...]] = {}
        slow: dict[str, str] = {}
        for path, name in places.items():
            columns = _header(Path(path))
            findings += _added(columns, name)
            is_plain = not has_magic(path)  # duckdb would take other files in too
            if is_plain and set(_needed(kind)) <= set(columns) and len(set(columns)) == len(columns):
                fast[path] = columns
            else:
                slow[path] = name
        tables = []
        try:
            tables = [_counted(engine, _as_csv(paths, columns), kind) for columns, paths in _alike(fast)]
        except duckdb.Error:
            slow = places
        if any(_is_faulty(table).any() for table in tables):
            slow = places
        if slow is places:  # some row is not as it should be: every file is read cell by cell, to say which
            tables = []
        for path, name in slow.items():
            table, found = _counted_by_cell(engine, Path(path), name, kind)
            tables.append(table)
            findings += found
        filled = [table for table in tables if len(table)]
        return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=_EMPTY), findings


def _each(
    work: list[tuple[str, tuple[RecordFile, ...]]], kind: str, executor: Executor | None
) -> Iterator[tuple[str, Counted]]:
    if executor is None:
        yield from _each_here(work, kind)
        return
    waiting = {executor.submit(count_month, files, kind): month for month, files in work}
    for future in as_completed(waiting):
        yield waiting[future], future.result()


def _each_here(work: list[tuple[str, tuple[RecordFile, ...]]], kind: str) -> Iterator[tuple[str, Counted]]:
    """Two months at a time, in their order: while one is put together the next is read, so that no core waits."""

    def count(files: tuple[RecordFile, ...]) -> Counted:
        with engine.cursor() as own:
            return _count_month(own, files, kind)

    with _engine() as engine:
        pool = ThreadPoolExecutor(MONTHS_AT_ONCE, thread_name_prefix="records")
        try:
            yield from zip((month for month, _ in work), pool.map(count, (files for _, files in work)), strict=True)
        finally:
            pool.shutdown(cancel_futures=True)  # where somebody has stopped it, no further month is begun


def _needed(kind: str) -> tuple[str, ...]:
    return (*_NEEDED, TYPE_COLUMN[kind])


def _header(path: Path) -> tuple[str, ...]:
    """The headings of a file in plain UTF-8; none where it has to be looked at with more care."""
    with path.open("rb") as file:
        line, more = file.readline(2**16), file.read(2**10)
    if not more.strip():  # headings alone
        return ()
    try:
        return tuple(next(csv.reader([line.decode("utf-8")])))
    except (UnicodeDecodeError, csv.Error, StopIteration):
        return ()


def _added(columns: tuple[str, ...], name: str) -> list[Finding]:
    """Columns that no download has: somebody has worked on the file."""
    added = [column for column in columns if column not in _PUBLISHED]
    if not added:
        return []
    message = f"The file has been altered since it was published; columns that were not read: {', '.join(added)}."
    step = "Count from the file as it is downloaded, or ask what else was changed."
    return [Finding(Severity.FLAG, "altered_file", message[:300], name, next_step=step)]


def _of_other_months(table: pd.DataFrame, month: str, kind: str) -> list[Finding]:
    """Rows whose month is not the one in the name of their file."""
    others = table[table["month"] != month]
    if others.empty:
        return []
    named = ", ".join(sorted(set(others["month"]))[:6])
    message = f"{others['row_count'].sum():,} rows of the {kind} files of {month} are of another month: {named}."
    step = "They are counted in their own month; fetch the files again if that month is here too."
    return [Finding(Severity.FLAG, "other_month", message, next_step=step)]


def _alike(files: Mapping[str, tuple[str, ...]]) -> list[tuple[tuple[str, ...], list[str]]]:
    """Files with the same headings in the same order, which are read as one."""
    return [(columns, [path for path in files if files[path] == columns]) for columns in sorted(set(files.values()))]


def _as_csv(paths: list[str], columns: tuple[str, ...]) -> str:
    listed = ", ".join(_quoted(path) for path in paths)
    types = ", ".join(f"{_quoted(name)}: 'VARCHAR'" for name in columns)
    return (
        f"read_csv([{listed}], columns = {{{types}}}, auto_detect = false, header = true, delim = ',', quote = '\"', "
        "escape = '\"', nullstr = '\x01', strict_mode = true, ignore_errors = false, null_padding = false)"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _counted(engine: duckdb.DuckDBPyConnection, rows: str, kind: str) -> pd.DataFrame:
    """Count rows; few crimes are there twice, so only those few are looked at one by one."""
    engine.execute(_RECORDS.format(type=TYPE_COLUMN[kind], place=_PLACE, rows=rows))
    engine.execute(_REPEATS)
    once = engine.execute(_COUNT_ROWS.format(where="anti join repeat using (crime)")).df()
    again = engine.execute(_COUNT_REPEATS).df()
    table = pd.concat([once, again], ignore_index=True) if len(again) else once
    return table.groupby(_KEYS, as_index=False).sum().astype(dict.fromkeys(_COUNTS, "int64"))


def _counted_by_cell(engine: duckdb.DuckDBPyConnection, path: Path, name: str, kind: str) -> Counted:
    sheet = read_delimited(path, _needed(kind))
    if sheet.is_refused:
        return pd.DataFrame(columns=_EMPTY), [replace(finding, file=name) for finding in sheet.findings]
    faults = list(_faults(sheet.cells, name, kind))
    cells = sheet.cells[list(_needed(kind))].astype(object)
    engine.register("cells", cells)
    table = pd.DataFrame(columns=_EMPTY) if faults else _counted(engine, "cells", kind)
    return table, [*(replace(finding, file=name) for finding in sheet.findings), *faults]


def _is_faulty(table: pd.DataFrame) -> pd.Series:
    """Counts no figure can be made of: no month, no force, no type."""
    is_month = table["month"].astype(str).str.fullmatch(_MONTH)
    return ~is_month | (table["force"] == "") | (table["name"] == "")


def _faults(cells: pd.DataFrame, name: str, kind: str) -> Iterator[Finding]:
    place = cells.assign(file=name, row=cells.index)
    step = "Fetch the file again, or correct the row."
    rule = Rule("not_a_month", "This is not a month.", step)
    yield from rule.broken_by(place, ~cells["Month"].str.fullmatch(_MONTH), "Month")
    for column in ("Falls within", TYPE_COLUMN[kind]):
        yield from Rule("empty_cell", "This is empty.", step).broken_by(place, cells[column] == "", column)


@dataclass(frozen=True)
class RecordFile:
    """One CSV of a download: where it is, what it is called, and the month in its name."""

    name: str
    month: str
    archive: Path | None = None
    path: Path | None = None


@dataclass(frozen=True)
class Download:
    """What a download holds of one kind, `street` or `outcomes`."""

    files: tuple[RecordFile, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def months(self) -> tuple[tuple[str, tuple[RecordFile, ...]], ...]:
        """The files of each month, earliest first."""
        found = sorted({file.month for file in self.files})
        return tuple((month, tuple(file for file in self.files if file.month == month)) for month in found)


def find_files(place: Path, kind: str) -> Download:
    """Find the CSVs of a kind in a folder or zip, or take the one CSV.

    A member of a zip is read wherever its path points and is never written under its own name. Members that unpack to
    more than a download can hold are refused.
    """
    pattern = re.compile(_NAME.format(kind=kind))
    if place.is_dir():
        paths = sorted(path for path in place.rglob("*.csv") if path.is_file())
        found = [(RecordFile(path.name, _month(pattern, path.name), path=path)) for path in paths]
        return _sorted_out(found, place.name, kind)
    if zipfile.is_zipfile(place):
        return _in_zip(place, kind, pattern)
    if place.suffix.lower() == ".zip":
        step = "The download may have been cut off: fetch it again."
        return Download((), (Finding(Severity.REFUSE, "zip", "The zip cannot be opened.", place.name, next_step=step),))
    return Download((RecordFile(place.name, _month(pattern, place.name), path=place),))


@contextmanager
def on_disk(files: tuple[RecordFile, ...]) -> Iterator[dict[str, str]]:
    """Give the files a path each (path -> name), unpacking those of a zip for as long as they are used."""
    with TemporaryDirectory(prefix="pccstats-") as folder:
        places = {}
        for number, file in enumerate(files):
            if file.path is not None:
                places[str(file.path)] = file.name
                continue
            target = Path(folder) / f"{number}.csv"
            with (
                zipfile.ZipFile(str(file.archive)) as archive,
                archive.open(file.name) as packed,
                target.open("wb") as unpacked,
            ):
                shutil.copyfileobj(packed, unpacked, 2**20)
            places[str(target)] = PurePosixPath(file.name).name
        yield places


def _in_zip(place: Path, kind: str, pattern: re.Pattern[str]) -> Download:
    findings, found = [], []
    try:
        with zipfile.ZipFile(place) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            broken = archive.testzip() if _is_modest(members) else None
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        message = f"The zip cannot be read: {error}."
        return Download((), (Finding(Severity.REFUSE, "zip", message, place.name, next_step="Fetch it again."),))
    if broken is not None:
        message = "A file in the zip is damaged."
        findings.append(Finding(Severity.REFUSE, "zip", message, place.name, value=broken, next_step="Fetch it again."))
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if name.suffix.lower() != ".csv":
            continue
        if name.is_absolute() or ".." in name.parts:
            message = "The path of a file in the zip points outside it; only its name was looked at."
            findings.append(Finding(Severity.FLAG, "zip_path", message, place.name, value=member.filename))
        if member.file_size > MOST_BYTES or member.file_size > MOST_TIMES * max(member.compress_size, 1):
            message = "A file in the zip unpacks to more than such a file can hold."
            step = "Make sure the zip is the one from data.police.uk."
            found_size = f"{member.filename}: {member.file_size:,} bytes"
            findings.append(
                Finding(Severity.REFUSE, "zip_size", message, place.name, None, "", found_size, next_step=step)
            )
            continue
        found.append(RecordFile(member.filename, _month(pattern, name.name), archive=place))
    download = _sorted_out(found, place.name, kind)
    return Download(download.files, (*findings, *download.findings))


def _is_modest(members: list[zipfile.ZipInfo]) -> bool:
    """True where reading every member to test it cannot fill the machine."""
    return all(m.file_size <= MOST_BYTES and m.file_size <= MOST_TIMES * max(m.compress_size, 1) for m in members)


def _month(pattern: re.Pattern[str], name: str) -> str:
    matched = pattern.fullmatch(name)
    return matched["month"] if matched else ""


def _sorted_out(found: list[RecordFile], place: str, kind: str) -> Download:
    """The files of the kind, once each, and a word on the others."""
    wanted = [file for file in found if file.month]
    findings = []
    others = len(found) - len(wanted)
    if others:
        message = f"{others:,} CSV files are not {kind} records and were not read."
        findings.append(Finding(Severity.NOTE, "other_files", message, place))
    names = [PurePosixPath(file.name).name for file in wanted]
    for name in sorted({name for name in names if names.count(name) > 1}):
        message = "Two files have this name; their records would be counted twice."
        findings.append(Finding(Severity.REFUSE, "file_twice", message, place, value=name, next_step="Keep one."))
    if not wanted:
        step = f"They are named such as 2015-06-leicestershire-{kind}.csv."
        message = f"There are no {kind} records here."
        findings.append(Finding(Severity.REFUSE, "no_records", message, place, next_step=step))
    return Download(tuple(wanted), tuple(findings))


@dataclass(frozen=True)
class Places:
    """Each district's partnership and police force area, by name."""

    partnership: dict[str, str]
    force: dict[str, str]


def read_places(path: Path) -> tuple[Places | None, tuple[Finding, ...]]:
    """Read a lookup as the Office for National Statistics publishes it: `LAD16NM`, `CSP16NM`, `PFA16NM`, any year."""
    if not path.is_file():
        step = "Put the lookup beside sources.toml, or correct its name."
        return None, (Finding(Severity.REFUSE, "file_missing", "There is no such lookup.", path.name, next_step=step),)
    sheet = read_delimited(path)
    if sheet.is_refused:
        return None, sheet.findings
    found = {
        what: next((name for name in sheet.cells.columns if re.fullmatch(pattern, name)), None)
        for what, pattern in _HEADINGS.items()
    }
    missing = [what for what, name in found.items() if name is None]
    if missing:
        step = "The headings are such as LAD16NM, CSP16NM and PFA16NM."
        message = f"The lookup has no column of {', '.join(missing)} names."
        return None, (Finding(Severity.REFUSE, "missing_column", message, path.name, next_step=step),)
    rows = sheet.cells.drop_duplicates(found["district"])
    district, partnership, force = (rows[found[what]] for what in _HEADINGS)
    return Places(
        dict(zip(district, partnership, strict=True)), dict(zip(district, force, strict=True))
    ), sheet.findings
