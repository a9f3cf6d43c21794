"""Tables of the Office for National Statistics by police force area or partnership, as workbooks or single CSVs.

As they are published: a table a sheet, its title in the first row and its notes at the end; heads of two rows and
merged cells; marks of footnotes glued to names and numbers; letters and signs where no figure can be given; regions and
countries among the forces; codes that are another area's. A figure is called by its table and heading: `P1 / Robbery`,
and where a head has two rows that need telling apart, `P4 / Robbery / % involving a knife`.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from pccstats import reference
from pccstats.sources.readers.reading import Reading, Source, in_plan_words, reader, summed
from pccstats.sources.sheets import Mend, Records, Workbook, as_received, numbers_of, read_records, read_workbook
from pccstats.terms.errors import Finding, Severity
from pccstats.terms.periods import MONTHS_IN_A_YEAR, month
from pccstats.terms.plan import Plan
from pccstats.terms.words import Status

_TITLE = re.compile(r"Table ([A-Z]{0,2}[0-9]{1,3}[a-z]?)\s*:\s*(.+)", re.DOTALL)
_YEAR_ENDING = re.compile(r"year ending ([A-Z][a-z]+) ((?:19|20)[0-9]{2})")
_TWELVE_MONTHS = re.compile(r"([A-Z][a-z]{2}) '([0-9]{2}) ?to ?([A-Z][a-z]{2}) '([0-9]{2})[0-9,]*")
_CODE = re.compile(r"[EWKSN][0-9]{8}")
_FOOTNOTE = re.compile(r"([0-9]{1,2})\.? +(\S.*)", re.DOTALL)
_MARKS_OF_NOTES = re.compile(r"(?<=[A-Za-z)])\s*([0-9]{1,2}(?:,[0-9]{1,2})*)(?=\s*($|\)))|\[note ([0-9]+)\]")
_UNIT = re.compile(r"(Numbers?|Percentages?|Percentage change|Rates? per)\b.*", re.DOTALL)
_POPULATION = re.compile(r"Population figures \(mid-([0-9]{4})\)")
_COVERAGE = "england and wales"
_AREA_LABELS = ("area code", "area codes", "area name", "police force area code", "police force area name")
_PARTNERSHIP_LABELS = ("community safety partnership code", "community safety partnership name")
_OTHER_LABELS = ("local authority code", "local authority name")
_COUNTRIES = ("england and wales", "england", "wales")
_LOOKED_FOR = 15  # rows that the first area may be down the sheet
# What stands where no figure can be given: what it means, and what status the figure has.
_MARKS = {
    "..": ("not available", Status.NOT_COLLECTED),
    "NA": ("not available", Status.NOT_COLLECTED),
    "N/A": ("not applicable", Status.NOT_COLLECTED),
    ":": ("not applicable", Status.NOT_COLLECTED),
    "[x]": ("not available", Status.NOT_COLLECTED),
    "[z]": ("not applicable", Status.NOT_COLLECTED),
    "-": ("too few to be compared", Status.CENSORED),
    "+": ("held back because few people live there", Status.CENSORED),
    "[c]": ("held back", Status.CENSORED),
    "[low]": ("too small to be shown", Status.CENSORED),
}
_STEP = "Check the file against the one that was published."


@dataclass(frozen=True)
class ForceTable:
    """One table: its figures as printed, a row a cell that holds anything, and its footnotes by number.

    `figures` has `row`, `column` (as a spreadsheet has them), `kind` (force, partnership, other, none where code and
    name are two areas'), `code`, `area`, `name`, `period_end` and `text`.
    """

    code: str
    title: str
    coverage: str
    figures: pd.DataFrame
    notes: dict[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    noted: dict[str, str] = field(default_factory=dict)
    odd: tuple[Finding, ...] = ()


@reader("ons_force_tables")
def read_force_tables(path: Path, source: Source, plan: Plan) -> Reading:
    """Read figures of twelve months by force, or with `by = "partnership"` by partnership."""
    tables, findings = read_tables(path, source.mend)
    if not tables:
        return Reading(findings=tuple(findings))
    figures = pd.concat([table.figures for table in tables], ignore_index=True)
    wanted = {name for names in source.indicators.values() for name in names}
    kinds = ("partnership",) if source.by == "partnership" else ("force", "other")
    places = in_plan_words(figures["area"], source.areas)
    figures = figures.assign(area=places, file=path.name, numerator=figures["text"])
    is_held = figures["kind"].isin(kinds)
    is_ours = is_held & figures["area"].isin([area.name for area in plan.areas]) & figures["name"].isin(wanted)
    is_number = numbers_of(figures["text"]).values.notna()
    has_mark = figures["text"].isin(list(_MARKS))
    findings += _accounted(path.name, figures, is_ours, is_number, len(tables))
    findings += _of_places(tables, figures[is_ours], path.name)
    marked = figures[is_ours & has_mark]
    gone = marked[["name", "area", "period_end"]].drop_duplicates()
    usable = figures[is_held & (is_number | (is_ours & ~has_mark))]
    names = {key: tuple(group) for key, group in source.indicators.items()}
    if usable.empty:
        return Reading(findings=tuple(findings), row_count=len(figures))
    observations, found = summed(_without_partial(usable, gone, names), names, source, plan, months=MONTHS_IN_A_YEAR)
    held = pd.concat([observations, _not_given(marked, names, source)], ignore_index=True)
    return Reading(held, row_count=len(figures), findings=(*findings, *found))


def read_tables(path: Path, mend: Mend = as_received) -> tuple[list[ForceTable], list[Finding]]:
    """Every table of a file, and what its other sheets say."""
    book = _book(path, mend)
    if book.findings and not book.sheets:
        return [], list(book.findings)
    tables: list[ForceTable] = []
    findings = list(book.findings)
    for name, records in book.sheets.items():
        table = _table(records, path.name)
        if table is not None:
            tables.append(table)
            findings += table.odd
        else:
            findings += _of_words(name, records, path.name)
    if not tables:
        message = "No sheet has a table by police force area."
        step = "A table begins with its title, as 'Table P1: Police recorded crime by police force area'."
        findings.append(Finding(Severity.REFUSE, "missing_column", message, path.name, next_step=step))
    return _dated_by_others(tables, path.name, findings), findings


def _dated_by_others(tables: list[ForceTable], file: str, findings: list[Finding]) -> list[ForceTable]:
    """The tables, those whose title does not say when their year ends with the month that all others end in."""
    ends = {max(table.figures["period_end"]) for table in tables if table.figures["period_end"].all()}
    dated = []
    for table in tables:
        given = table.figures["period_end"]
        if given.all():
            dated.append(table)
        elif len(ends) == 1:
            (end,) = ends
            message = (
                f"The title of table {table.code} ends in {table.title[-20:]!r}, which is no month and year; the other "
                f"tables of the file end in {end}, and so does this one."
            )
            findings.append(Finding(Severity.FLAG, "undated_table", message, file))
            dated.append(replace(table, figures=table.figures.assign(period_end=given.where(given != "", end))))
        else:
            message = f"The title of table {table.code} does not say in which month its year ends: {table.title}"
            findings.append(Finding(Severity.REFUSE, "undated_table", message, file, next_step=_STEP))
    return dated


def _book(path: Path, mend: Mend) -> Workbook:
    if zipfile.is_zipfile(path) or path.suffix.lower() in (".xlsx", ".ods", ".xls"):
        return read_workbook(path, mend)
    records, findings = read_records(path, mend)
    return Workbook(path.name, {path.stem: records} if records else {}, findings)


def _table(records: Records, file: str) -> ForceTable | None:
    """The table of a sheet; None where it has none."""
    title = _TITLE.match(records[0][1][0]) if records else None
    first = next((at for at, (_, cells) in enumerate(records[:_LOOKED_FOR]) if at and _is_area(cells)), None)
    if title is None or first is None:
        return None
    width = max(len(cells) for _, cells in records)
    heads = [_padded(cells, width) for _, cells in records[1:first] if not _is_coverage(cells)]
    heads = [cells for cells in heads if sum(map(bool, cells)) > 1 or _UNIT.match(next(filter(None, cells), ""))]
    coverage = next((cells[0] for _, cells in records[1:first] if _is_coverage(cells)), "")
    body = []
    for number, cells in records[first:]:
        if not any(cells[1:]):  # the source, and the notes beneath the table
            break
        body.append((number, _padded(cells, width)))
    columns = _columns(heads, body, title[1], _last_month(title[2]))
    notes = {note[1]: " ".join(note[2].split()) for _, cells in records if (note := _FOOTNOTE.fullmatch(cells[0]))}
    odd: list[Finding] = []
    found = list(_cells(body, columns, _labels(heads), file, title[1], odd))
    frame = pd.DataFrame(
        found, columns=["row", "column", "kind", "code", "area", "printed", "name", "period_end", "text"]
    )
    noted = {name: printed for name, printed in zip(frame["area"], frame["printed"], strict=True) if name != printed}
    noted |= {name: label for _, name, _, label in columns.values() if reference.without_footnotes(label) != label}
    labels = tuple(" ".join(cell.split()) for cells in heads for cell in cells if cell)
    return ForceTable(title[1], " ".join(title[2].split()), coverage, frame, notes, labels, noted, tuple(odd))


def _last_month(title: str) -> pd.Period | None:
    """The latest month that a title says a year ends in."""
    found = [month(" ".join(ending)) for ending in _YEAR_ENDING.findall(" ".join(title.split()))]
    return max(found, default=None)


def _is_area(cells: list[str]) -> bool:
    """True of a row of figures: it begins with an area, or its code, and has a figure or a mark further on."""
    named = [reference.without_footnotes(cell).lower() for cell in cells[:2]]
    is_named = bool(_CODE.fullmatch(cells[0])) or any(
        name.startswith(_COUNTRIES[0]) or reference.find_force(name) for name in named if name
    )
    return is_named and sum(map(bool, cells[2:])) + bool(cells[1]) > 0 and any(_is_figure(cell) for cell in cells[1:])


def _is_figure(cell: str) -> bool:
    return cell in _MARKS or bool(re.fullmatch(r"[+-]?[0-9][0-9,]*(\.[0-9]+)?([eE][+-]?[0-9]+)?", cell))


def _is_coverage(cells: list[str]) -> bool:
    return cells[0].lower().startswith(_COVERAGE)


def _padded(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))


def _labels(heads: list[list[str]]) -> list[str]:
    """What stands lowest over each column, in small letters and on one line."""
    lowest = (
        [next((head[at] for head in reversed(heads) if head[at]), "") for at in range(len(heads[0]))] if heads else []
    )
    return [" ".join(label.split()).lower() for label in lowest]


_Column = tuple[str, str, str, str]  # how a spreadsheet calls it; the figure's name; its last month; its own label


def _columns(
    heads: list[list[str]], body: list[tuple[int, list[str]]], table: str, last: pd.Period | None
) -> dict[int, _Column]:
    """The columns that hold figures: their names and the month their figures end in."""
    labels = _labels(heads)
    names_of_places = (*_AREA_LABELS, *_PARTNERSHIP_LABELS, *_OTHER_LABELS)
    first = max((at for at, label in enumerate(labels) if label in names_of_places), default=0) + 1
    used = [at for at in range(first, len(labels)) if any(cells[at] for _, cells in body)]
    stacks = {at: _stack(heads, at) for at in used}
    own = Counter(_without_marks(stack[-1]) for stack in stacks.values() if stack)
    columns = {}
    for at in used:
        stack = stacks[at]
        ends = [found for label in stack if (found := _TWELVE_MONTHS.fullmatch(label))]
        is_change = any("change" in label.lower() for label in stack)
        end = month(f"{ends[-1][3]} 20{ends[-1][4]}") if ends and not is_change else last
        words = [_without_marks(label) for label in stack if is_change or not _TWELVE_MONTHS.fullmatch(label)]
        if len(words) > 1 and own[words[-1]] == 1 and not is_change:
            words = words[-1:]
        otherwise = _unit(heads, at) if ends else f"column {_letters(at)}, which has no heading"
        name = " / ".join([table, *(words or [otherwise])])
        columns[at] = (_letters(at), name, str(end) if end is not None else "", stack[-1] if stack else "")
    return columns


def _without_marks(label: str) -> str:
    """A heading without its footnotes; of months, the months alone."""
    months = _TWELVE_MONTHS.fullmatch(label)
    return f"{months[1]} '{months[2]} to {months[3]} '{months[4]}" if months else reference.without_footnotes(label)


def _stack(heads: list[list[str]], at: int) -> list[str]:
    """What stands over a column from top to bottom, units apart: a head of several columns stands in its first."""
    stack = []
    for place, head in enumerate(heads):
        if _is_units(head):
            continue
        is_lowest = all(_is_units(below) or not below[at] for below in heads[place + 1 :])
        label = head[at] if head[at] or is_lowest else next((cell for cell in reversed(head[:at]) if cell), "")
        if label and not (is_lowest and not head[at]):
            stack.append(" ".join(label.split()))
    return stack


def _is_units(head: list[str]) -> bool:
    filled = [cell for cell in head if cell]
    return len(filled) == 1 and bool(_UNIT.match(filled[0]))


def _unit(heads: list[list[str]], at: int) -> str:
    units = [cell for head in heads if _is_units(head) for cell in head[: at + 1] if cell]
    return reference.without_footnotes(units[-1]) if units else "Figure"


def _letters(at: int) -> str:
    """How a spreadsheet calls a column: A, B, ... AA."""
    return (_letters(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)


def _cells(
    body: list[tuple[int, list[str]]],
    columns: dict[int, _Column],
    labels: list[str],
    file: str,
    table: str,
    odd: list[Finding],
) -> Iterator[tuple[int, str, str, str, str, str, str, str, str]]:
    """Every cell of a figure with its place; what is odd about a row is noted on the way."""
    at = {label: place for place, label in enumerate(labels) if label}
    code_at = next((at[label] for label in ("police force area code", "area code", "area codes") if label in at), None)
    name_at = next((at[label] for label in ("police force area name", "area name") if label in at), 0)
    inner_at = at.get(_PARTNERSHIP_LABELS[1])
    inner_code_at = at.get(_PARTNERSHIP_LABELS[0])
    times = Counter(reference.without_footnotes(cells[name_at]).lower() for _, cells in body)
    seen: Counter[str] = Counter()
    for number, cells in body:
        printed = " ".join(cells[name_at].split())
        plain = reference.without_footnotes(printed)
        seen[plain.lower()] += 1
        code = cells[code_at] if code_at is not None and _CODE.fullmatch(cells[code_at]) else ""
        is_first_of_two = times[plain.lower()] > seen[plain.lower()]
        kind, area = _place(code, plain, is_region=not code and is_first_of_two and inner_at is None)
        if not kind:
            other = reference.find_force(code)
            whose = f"{other.name}'s" if other else "a region's"
            message = f"Table {table}: the name is {plain!r} and the code {code} is {whose}; the row is left out."
            odd.append(Finding(Severity.FLAG, "code_and_name", message, file, number, value=plain, next_step=_STEP))
        if inner_at is not None and cells[inner_at]:
            kind, area = kind and "partnership", reference.without_footnotes(cells[inner_at])
            code = cells[inner_code_at] if inner_code_at is not None else ""
            printed = area
        if not any(cells[place] for place in columns):
            message = f"Table {table}: {area} has no figure at all."
            odd.append(Finding(Severity.NOTE, "empty_row", message, file, number))
        for place, (letters, name, end, _) in columns.items():
            if cells[place]:
                yield number, letters, kind, code, area, printed, name, end, cells[place]


def _place(code: str, plain: str, *, is_region: bool) -> tuple[str, str]:
    """What sort of area a row is of, and its name; no sort where code and name are of two areas."""
    by_name, by_code = reference.find_force(plain), reference.find_force(code) if code else None
    if by_code is not None:
        return ("force", by_code.name) if by_name in (None, by_code) else ("", plain)
    if plain.lower() in {region.lower() for region in reference.regions()} and (code or is_region):
        return "other", f"{plain} region" if by_name else plain
    if by_name is None:
        return "other", plain
    return ("", plain) if code else ("force", by_name.name)


def _without_partial(usable: pd.DataFrame, gone: pd.DataFrame, names: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """The figures without the parts of a sum of which another part is not given: half a sum is no figure."""
    if gone.empty:
        return usable
    fellows = [(name, other) for group in names.values() if len(group) > 1 for name in group for other in group]
    pairs = pd.DataFrame(fellows, columns=["name", "other"])
    lost = gone.merge(pairs, on="name")[["other", "area", "period_end"]].drop_duplicates()
    lost = lost.rename(columns={"other": "name"}).assign(is_lost=True)
    kept = usable.merge(lost, on=["name", "area", "period_end"], how="left")
    return kept[kept["is_lost"].isna()].drop(columns="is_lost")


def _not_given(marked: pd.DataFrame, names: dict[str, tuple[str, ...]], source: Source) -> pd.DataFrame:
    """A row without a figure, and with why, for each that is wanted and not given."""
    rows = []
    for key, group in names.items():
        held = marked[marked["name"].isin(group)].drop_duplicates(["area", "period_end"])
        for cell in held.to_dict("records"):
            meaning, status = _MARKS[cell["text"]]
            rows.append(
                {
                    "indicator": key,
                    "area": cell["area"],
                    "period_end": cell["period_end"],
                    "months": str(MONTHS_IN_A_YEAR),
                    "numerator": "",
                    "denominator": "",
                    "status": status.value,
                    "source": source.label,
                    "published_on": source.published_on,
                    "note": f"Published as {cell['text']!r}: {meaning}.",
                    "file": cell["file"],
                    "row": cell["row"],
                    "column": cell["column"],
                }
            )
    return pd.DataFrame(rows, dtype=object)


def _accounted(
    file: str, figures: pd.DataFrame, is_ours: pd.Series, is_number: pd.Series, tables: int
) -> Iterator[Finding]:
    """How many cells of figures the file has, and what became of each."""
    read, other = int((is_ours & is_number).sum()), int((is_ours & ~is_number).sum())
    left = len(figures) - read - other
    message = (
        f"The {tables} tables have {len(figures):,} cells of figures: {read:,} were read, {other:,} of those wanted "
        f"hold a mark or words, {left:,} are of areas or headings that nothing asks for."
    )
    yield Finding(Severity.NOTE, "accounted", message, file)


def _of_places(tables: Iterable[ForceTable], ours: pd.DataFrame, file: str) -> Iterator[Finding]:
    """What the tables themselves say of what was read: what they leave out, footnotes, old populations."""
    for table in tables:
        own = ours[ours["name"].str.startswith(f"{table.code} / ")]
        if own.empty:
            continue
        if table.coverage.lower().strip() not in ("", _COVERAGE):
            message = f"Table {table.code} covers {table.coverage}."
            yield Finding(Severity.FLAG, "coverage", message, file)
        for (area, text), cells in own[own["text"].isin(list(_MARKS))].groupby(["area", "text"], sort=True):
            many = f"{len(cells):,} figures of {area} are" if len(cells) > 1 else f"1 figure of {area} is"
            message = f"Table {table.code}: {many} {text!r}, {_MARKS[str(text)][0]}."
            told = next((note for note in table.notes.values() if str(area) in note), "")
            yield Finding(Severity.FLAG, "not_given", f"{message} {told}".strip(), file, area=str(area))
        for name in sorted({*own["area"], *(own["name"])} & set(table.noted)):
            yield from _footnotes(table, name, table.noted[name], file)
        ends = own["period_end"].max()
        years = [int(found[1]) for label in table.labels if (found := _POPULATION.match(label))]
        if (
            years
            and ends
            and int(ends[:4]) > max(years)
            and any("Population figures" not in name for name in own["name"])
        ):
            message = f"Rates of table {table.code} are on populations of mid-{max(years)}; their months end in {ends}."
            yield Finding(Severity.NOTE, "old_denominator", message, file)


def _footnotes(table: ForceTable, name: str, printed: str, file: str) -> Iterator[Finding]:
    """The notes whose marks are glued to a name."""
    for found in _MARKS_OF_NOTES.finditer(printed):
        for number in (found[1] or found[3]).split(","):
            told = table.notes.get(number, "The note is not in this file.")
            shown = name.partition(" / ")[2] or name
            yield Finding(Severity.NOTE, "footnote", f"Table {table.code}, {shown}, note {number}: {told}", file)


def _of_words(sheet: str, records: Records, file: str) -> Iterator[Finding]:
    """A sheet without a table; one that tells of a correction is quoted."""
    if "correct" in sheet.lower():
        told = " ".join(" ".join(cells[0].split()) for _, cells in records)
        yield Finding(Severity.NOTE, "correction", f"The publisher says of this edition: {told}", file)
    else:
        yield Finding(Severity.NOTE, "sheet_left_out", f"The sheet {sheet!r} has no table.", file)
