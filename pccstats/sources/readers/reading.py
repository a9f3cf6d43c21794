"""A reader: what it is given, what it gives, how it is registered, and how it sums what it read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
import pydantic
from pydantic import StrictBool, StringConstraints

from pccstats import reference
from pccstats.sources.entries import Entry, PlanKey
from pccstats.sources.sheets import Mend, Rule, as_received, numbers_of
from pccstats.terms.errors import Finding, Severity, did_you_mean
from pccstats.terms.plan import Plan, Text
from pccstats.terms.words import EXPOSURES, OBSERVATIONS, Status

PLACE = ("file", "row", "column")  # where a figure stands, kept beside it until the checks are done
_MOST_NAMES = 12
_NOT_A_NUMBER = Rule("not_a_number", "This is not a number.", "Correct it, or leave it empty where there is no figure.")
_TOO_LARGE = Rule("not_finite", "A figure must be finite.", "Correct it.")
_NEGATIVE_AS_PUBLISHED = Rule(
    "negative_as_published",
    "The published figure is below zero, which no count can be; it is used only within a sum.",
    "Ask the publisher, or wait for the revision.",
    Severity.FLAG,
)


MONTH, MID_YEAR = r"[0-9]{4}-(0[1-9]|1[0-2])", "-06"
Published = Annotated[str, StringConstraints(pattern=r"^([0-9]{4}-[0-9]{2}(-[0-9]{2})?)?$")]
Progress = Callable[[str], None]


class Source(Entry):
    """One `[[source]]`: a file, and how to read it.

    Attributes
    ----------
    file : str
        Its name, in the data folder or wherever the files of a run are said to be.
    reader : str
        The reader for its format, by the name it is registered under.
    label : str
        What readers of the pack are told it is, with its licence.
    published_on : str
        When it was published (`2015-06` or `2015-06-18`), where its rows do not say.
    published_after : int or None
        How many months after its last month a figure comes out, and after mid-year a population, where neither its row
        nor `published_on` says when.
    required : bool
        False for a file that may be late: the pack is then made without it, and says so.
    indicators : dict
        Key in the plan -> the names in the file whose figures are summed for it.
    areas : dict
        Name in the file -> name in the plan, where they differ.
    total_area : str or None
        An area of the plan that is the sum of all areas of the file the plan has.
    by : str
        For data.police.uk records: counted by `force`, `partnership` or `district`.
    lookup : str or None
        For data.police.uk records: the file, beside them, that says which district lies in which partnership and force.
    sheet : str
        For a workbook: the sheet to read, where it has more than one.
    """

    file: Text
    reader: Text
    label: Text
    published_on: Published = ""
    published_after: Annotated[int, pydantic.Field(ge=0, le=60)] | None = None
    required: StrictBool = True
    indicators: dict[PlanKey, tuple[Text, ...]] = pydantic.Field(default_factory=dict)
    areas: dict[Text, Text] = pydantic.Field(default_factory=dict)
    total_area: Text | None = None
    by: Literal["force", "partnership", "district"] = "force"
    lookup: Text | None = None
    sheet: str = ""
    note: str = ""
    _mends: tuple[Mend, ...] = pydantic.PrivateAttr(default=())

    @property
    def mend(self) -> Mend:
        """What a reader hands to whatever reads its rows, so that corrections are read."""
        return self._mends[0] if self._mends else as_received

    def corrected_by(self, mend: Mend) -> Source:
        """The same, its rows to be put right before they are read."""
        corrected = self.model_copy()
        corrected._mends = (mend,)  # noqa: SLF001 a copy of its own
        return corrected


@dataclass(frozen=True)
class Reading:
    """The figures of one file, not yet checked.

    `observations` and `exposures` hold text in the columns of `pccstats.terms.words`, with `file`, `row` and
    `column` beside them. `row_count` is how many rows of figures the file has.
    """

    observations: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*OBSERVATIONS, *PLACE]))
    exposures: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*EXPOSURES, *PLACE]))
    row_count: int = 0
    findings: tuple[Finding, ...] = ()


def dated(reading: Reading, source: Source) -> Reading:
    """Give every figure and population that does not say when it came out the usual time of its source."""
    if source.published_after is None:
        return reading
    figures, people = reading.observations, reading.exposures
    return replace(
        reading,
        observations=_dated(figures, figures["period_end"], source.published_after),
        exposures=_dated(people, people["year"].astype(str) + MID_YEAR, source.published_after),
    )


def _dated(rows: pd.DataFrame, ends: pd.Series, months: int) -> pd.DataFrame:
    """The rows with a date; a month that is none is left for the checks to name."""
    has_none = (rows["published_on"] == "") & ends.str.fullmatch(MONTH)
    if not has_none.any():
        return rows
    out = {end: str(pd.Period(end, freq="M") + months) for end in ends[has_none].unique()}
    return rows.assign(published_on=rows["published_on"].where(~has_none, ends.map(out)))


Read = Callable[[Path, Source, Plan], Reading]
ReadFolder = Callable[[Path, Source, Plan, Progress], Reading]


@dataclass(frozen=True)
class Reader:
    """One format, and the function that reads it.

    Attributes
    ----------
    name : str
        What it is called in `sources.toml`.
    read : callable
        Given the file, its entry in the list, the plan, and a function to tell how far it is.
    is_told_names : bool
        True where `[source.indicators]` must say what to read.
    reads_folders : bool
        True where the "file" may be a folder.
    """

    name: str
    read: ReadFolder
    is_told_names: bool = True
    reads_folders: bool = False


# Filled by `reader` and `folder_reader` as the modules of this folder are imported.
READERS: dict[str, Reader] = {}


def reader(name: str, *, is_told_names: bool = True) -> Callable[[Read], Read]:
    """Register a function as the reader of a format.

    Parameters
    ----------
    name : str
        What the format is called in `sources.toml`.
    is_told_names : bool
        False where a file says by itself which indicators its figures are of.
    """

    def register(read: Read) -> Read:
        _register(Reader(name, lambda path, source, plan, _: read(path, source, plan), is_told_names))
        return read

    return register


def folder_reader(name: str) -> Callable[[ReadFolder], ReadFolder]:
    """Register a function that reads folders and zips too, and takes long enough to say how far it is."""

    def register(read: ReadFolder) -> ReadFolder:
        _register(Reader(name, read, reads_folders=True))
        return read

    return register


def _register(registered: Reader) -> None:
    if registered.name in READERS:
        raise ValueError(f"Two readers are called {registered.name!r}.")
    READERS[registered.name] = registered


def in_plan_words(names: pd.Series, mapping: Mapping[str, str]) -> pd.Series:
    """The names of a file as the plan has them."""
    return names.map(mapping).fillna(names) if mapping else names


def as_plan_areas(names: pd.Series, known: Iterable[str]) -> pd.Series:
    """The names of areas, with those of forces that the plan spells in another way as the plan has them."""
    spelt = {force.name if (force := reference.find_force(name)) else name: name for name in known}
    other = {name: reference.find_force(str(name)) for name in set(names) - set(spelt.values())}
    return in_plan_words(
        names, {name: spelt[force.name] for name, force in other.items() if force and force.name in spelt}
    )


def left_out(names: pd.Series, keep: Iterable[str], what: str, file: str) -> list[Finding]:
    """Say which names of a file were not read, and how many figures they have."""
    counts = names[~names.isin(list(keep))].value_counts().sort_index()
    if counts.empty:
        return []
    shown = ", ".join(counts.index[:_MOST_NAMES])
    others = len(counts) - _MOST_NAMES
    more = f" and {others} more" if others > 0 else ""
    message = f"{counts.sum():,} figures were left out: {what} {shown}{more}."
    return [Finding(Severity.NOTE, "left_out", message, file)]


def summed(
    figures: pd.DataFrame, names: Mapping[str, Iterable[str]], source: Source, plan: Plan, months: int
) -> tuple[pd.DataFrame, list[Finding]]:
    """Sum figures by indicator, area and month.

    Parameters
    ----------
    figures : DataFrame
        One row a figure: `name`, `area`, `period_end` and `numerator` as text, with the place it came from.
    names : mapping
        Key in the plan -> the names to sum.
    months : int
        How many months each figure covers.

    Returns
    -------
    DataFrame, list of Finding
        Observations as text, and what was found on the way: names left out, cells that are no numbers.
    """
    known_areas = [area.name for area in plan.areas]
    wanted = {name for group in names.values() for name in group}
    figures = figures.assign(area=as_plan_areas(in_plan_words(figures["area"], source.areas), known_areas))
    file = str(figures["file"].iloc[0])
    findings = [
        *_names_not_there(names, figures["name"].unique(), file),
        *left_out(figures["area"], known_areas, "areas the plan does not have, such as", file),
        *left_out(figures["name"], wanted, "names no indicator asks for, such as", file),
    ]
    figures = figures[figures["area"].isin(known_areas) & figures["name"].isin(wanted)]
    numbers = numbers_of(figures["numerator"])
    findings += _NOT_A_NUMBER.broken_by(figures, numbers.is_text, "numerator")
    findings += _TOO_LARGE.broken_by(figures, numbers.is_infinite, "numerator")
    findings += _NEGATIVE_AS_PUBLISHED.broken_by(figures, numbers.values < 0, "numerator")
    figures = figures.assign(value=numbers.values)
    tables = [_one_indicator(figures, key, list(group), findings) for key, group in names.items()]
    table = pd.concat(tables, ignore_index=True)
    if source.total_area:
        table = _with_total(table, source.total_area, findings)
    return _as_observations(table, source, months), findings


def _names_not_there(names: Mapping[str, Iterable[str]], held: Iterable[str], file: str) -> list[Finding]:
    held = sorted(held)
    missing = sorted({name for group in names.values() for name in group if name not in held})
    found = []
    for name in missing:
        step = did_you_mean(name, held, otherwise=f"The file has: {', '.join(held)}.", cutoff=0.5)
        message = "sources.toml asks for a name that is not in the file."
        found.append(Finding(Severity.REFUSE, "name_not_there", message, file, value=name, next_step=step))
    return found


def _one_indicator(figures: pd.DataFrame, key: str, names: list[str], findings: list[Finding]) -> pd.DataFrame:
    chosen = figures[figures["name"].isin(names) & figures["value"].notna()]
    repeated = chosen.duplicated(["name", "area", "period_end"], keep="first")
    rule = Rule("repeated_figure", f"This figure of {key} is there twice.", "Keep one of the two rows.")
    findings += rule.broken_by(chosen, repeated, "numerator")
    by = chosen.groupby(["area", "period_end"], sort=True)
    table = by.agg(
        value=("value", "sum"),
        parts=("name", "nunique"),
        file=("file", "first"),
        row=("row", "first"),
        column=("column", "first"),
    ).reset_index()
    short = table["parts"] < len(names)
    if short.any():
        message = (
            f"Of {len(table):,} sums for {key} {short.sum():,} are of fewer than {len(names)} parts, since the file "
            "has not all of them then: each is the sum of those that are there."
        )
        first = str(table["file"].iloc[0])
        findings.append(Finding(Severity.NOTE, "parts_missing", message, first, indicator=key))
    return table.assign(indicator=key)


def _with_total(table: pd.DataFrame, total: str, findings: list[Finding]) -> pd.DataFrame:
    """Add the sum of all areas, for the months in which every area has a figure."""
    by = table.groupby(["indicator", "period_end"], sort=True)
    whole = by.agg(
        value=("value", "sum"),
        areas=("area", "nunique"),
        file=("file", "first"),
        row=("row", "first"),
        column=("column", "first"),
    ).reset_index()
    areas = table.groupby("indicator")["area"].nunique()
    is_whole = whole["areas"] == whole["indicator"].map(areas)
    if not is_whole.all():
        message = f"{(~is_whole).sum():,} sums for {total} were left out: some of its areas have no figure."
        findings.append(Finding(Severity.FLAG, "total_incomplete", message, str(whole["file"].iloc[0]), area=total))
    return pd.concat([table, whole[is_whole].assign(area=total)], ignore_index=True)


def _as_observations(table: pd.DataFrame, source: Source, months: int) -> pd.DataFrame:
    below_zero = table["value"] < 0
    text = table["value"].map(lambda value: f"{value:.0f}" if value == round(value) else repr(value)).astype(str)
    noted = source.note + ("; " if source.note else "") + "published as " + text
    table = table.assign(
        months=str(months),
        numerator=text.where(~below_zero, ""),
        denominator="",
        status=pd.Series("", index=table.index).where(~below_zero, Status.NOT_COMPARABLE.value),
        source=source.label,
        published_on=source.published_on,
        note=noted.where(below_zero, source.note),
    )
    return table[[*OBSERVATIONS, *PLACE]]
