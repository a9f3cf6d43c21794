"""What differs between two packs: verdicts, figures, pages, and what they were made from.

Everything is read from the packs themselves, so that two packs from other machines can be set side by side.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pccstats.batch.manifest import Manifest, read_manifest
from pccstats.batch.provenance import data_part, what_changed
from pccstats.batch.tables import CSV_NAME, OBSERVATIONS_NAME
from pccstats.terms.errors import Problem, RequestProblem
from pccstats.terms.words import Strength, counted

MOST_SHOWN = 12
_ONE_FIGURE = ("indicator", "area", "period", "months")  # what tells one row of the figures from another
_VERDICT = ("verdict", "strength")
_NOT_COMPARED = (*_VERDICT, "state", "title", "method", "note", "quarter")  # words of their own
Row = Mapping[str, str]


@dataclass(frozen=True)
class Changed:
    """One cell that is another in the later pack; empty where a pack has none.

    Attributes
    ----------
    about : str
        What it is of, in words.
    before, after : str
        As the two packs have it.
    """

    about: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.about}: {self.after or 'none'}, was {self.before or 'none'}"


@dataclass(frozen=True)
class Difference:
    """What differs between an earlier and a later pack.

    Attributes
    ----------
    earlier, later : str
        Which packs: plan, quarter, for whom.
    indicators : int
        How many stand on either dashboard.
    verdicts : tuple of Changed
        Verdicts with their strength, an indicator each; one that only one of the packs has is among them.
    figures : tuple of Changed
        Figures that both hold, with other values.
    new_figures, gone_figures : int
        Figures that only the later, or only the earlier, pack holds.
    answers : tuple of Changed
        Other cells of the dashboard: compared for two packs of one quarter alone.
    data, making : tuple of str
        What they were made from: files of data; and code, notebooks, versions and settings.
    new_files, gone_files, other_files : tuple of str
        Files of the packs that came, went, or have other bytes.
    """

    earlier: str
    later: str
    indicators: int = 0
    verdicts: tuple[Changed, ...] = ()
    figures: tuple[Changed, ...] = ()
    new_figures: int = 0
    gone_figures: int = 0
    answers: tuple[Changed, ...] = ()
    data: tuple[str, ...] = ()
    making: tuple[str, ...] = ()
    new_files: tuple[str, ...] = field(default=())
    gone_files: tuple[str, ...] = field(default=())
    other_files: tuple[str, ...] = field(default=())

    @property
    def is_nothing(self) -> bool:
        """True where every file has the same bytes."""
        return not (self.new_files or self.gone_files or self.other_files)

    def in_words(self) -> Iterator[str]:
        """Line by line, what matters most first."""
        yield f"Earlier: {self.earlier}"
        yield f"Later:   {self.later}"
        if self.is_nothing:
            yield "Nothing differs: every file has the same bytes."
            return
        yield _headed("Verdicts", self.verdicts, f"of {counted(self.indicators, 'indicator')} are others")
        yield from _listed(self.verdicts)
        came_and_went = f"{self.new_figures:,} new, {self.gone_figures:,} gone"
        yield _headed("Figures", self.figures, f"that both hold are others; {came_and_went}")
        yield from _listed(self.figures)
        if self.answers:
            yield _headed("On the dashboard", self.answers, "other cells are others")
            yield from _listed(self.answers)
        pages = [name for name in self.other_files if name.endswith(".html")]
        yield (
            f"Files: {counted(len(pages), 'page')} and {len(self.other_files) - len(pages):,} others have other bytes; "
            f"{len(self.new_files):,} new, {len(self.gone_files):,} gone."
        )
        yield from _listed(
            [f"{name} is new" for name in self.new_files] + [f"{name} is gone" for name in self.gone_files]
        )
        yield "Made from other data:" if self.data else "Made from the same data."
        yield from _listed(self.data)
        yield "Made otherwise:" if self.making else "Made by the same code, versions and settings."
        yield from _listed(self.making)

    def as_json(self) -> str:
        """The same for programs, nothing left out."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False)


def compare_packs(earlier: Path, later: Path) -> Difference:
    """Say what differs between two packs.

    Parameters
    ----------
    earlier, later : Path
        Their folders.

    Returns
    -------
    Difference

    Raises
    ------
    RequestProblem
        Naming every folder that holds no pack.

    Examples
    --------
    >>> compare_packs(Path("docs"), Path("docs"))
    Traceback (most recent call last):
    ...
    pccstats.terms.errors.RequestProblem: 2 problems:
      1. docs: There is no pack in this folder. Name the folder that holds index.html.
      2. docs: There is no pack in this folder. Name the folder that holds index.html.
    """
    before, after = read_manifest(earlier), read_manifest(later)
    step = "Name the folder that holds index.html."
    without = [place for place, manifest in ((earlier, before), (later, after)) if not manifest.pages]
    if without:
        what = "There is no pack in this folder."
        raise RequestProblem(Problem(what, str(place), next_step=step) for place in without)
    boards = _by(_rows(earlier / CSV_NAME), ("indicator",)), _by(_rows(later / CSV_NAME), ("indicator",))
    held = _by(_rows(earlier / OBSERVATIONS_NAME), _ONE_FIGURE), _by(_rows(later / OBSERVATIONS_NAME), _ONE_FIGURE)
    data = data_part(before.made_from), data_part(after.made_from)
    rest = [
        {name: of for name, of in all_.made_from.items() if name not in part}
        for all_, part in zip((before, after), data, strict=True)
    ]
    return Difference(
        earlier=_named(earlier, before),
        later=_named(later, after),
        indicators=len(boards[0].keys() | boards[1].keys()),
        verdicts=tuple(_verdicts(*boards)),
        figures=tuple(_figures(*held)),
        new_figures=len(held[1].keys() - held[0].keys()),
        gone_figures=len(held[0].keys() - held[1].keys()),
        answers=tuple(_answers(*boards)) if before.quarter == after.quarter else (),
        data=tuple(what_changed(*data)),
        making=tuple(what_changed(*rest)),
        new_files=tuple(name for name in after.files if name not in before.files),
        gone_files=tuple(name for name in before.files if name not in after.files),
        other_files=tuple(
            name for name in after.files if before.files.get(name, after.files[name]) != after.files[name]
        ),
    )


def _named(pack: Path, manifest: Manifest) -> str:
    return f"{manifest.title}, {manifest.quarter}, {manifest.audience} ({pack})"


def _rows(table: Path) -> list[Row]:
    """The rows of a table of a pack; none where it has no such table."""
    if not table.is_file():
        return []
    with table.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _by(rows: Sequence[Row], names: tuple[str, ...]) -> dict[tuple[str, ...], Row]:
    return {tuple(row.get(name, "") for name in names): row for row in rows}


def _verdicts(before: Mapping[tuple[str, ...], Row], after: Mapping[tuple[str, ...], Row]) -> Iterator[Changed]:
    for key in dict.fromkeys((*after, *before)):
        was, now = (_verdict(board.get(key)) for board in (before, after))
        if was != now:
            yield Changed(_indicator(after.get(key) or before[key]), was, now)


def _verdict(row: Row | None) -> str:
    if row is None:
        return ""
    verdict, strength = (row.get(name, "") for name in _VERDICT)
    return verdict if strength in ("", Strength.FIRM) else f"{verdict} ({strength})"


def _indicator(row: Row) -> str:
    return f"{row.get('title', '')} ({row.get('indicator', '')})"


def _figures(before: Mapping[tuple[str, ...], Row], after: Mapping[tuple[str, ...], Row]) -> Iterator[Changed]:
    for key, row in after.items():
        was, now = (_value(table[key]) if key in table else None for table in (before, after))
        if was is not None and was != now:
            months = counted(int(row["months"]), "month") if row.get("months", "").isdecimal() else ""
            about = f"{_indicator(row)}, {row.get('area', '')}, {months} to {row.get('period', '')}"
            yield Changed(about, was, now or "")


def _value(row: Row) -> str:
    return _in_figures(row.get("value", "")) or row.get("status", "")


def _answers(before: Mapping[tuple[str, ...], Row], after: Mapping[tuple[str, ...], Row]) -> Iterator[Changed]:
    for key, row in after.items():
        earlier = before.get(key)
        for name in row if earlier is not None else ():
            was, now = (_in_figures(of.get(name, "")) for of in (earlier or {}, row))
            if was != now and name not in _NOT_COMPARED:
                yield Changed(f"{_indicator(row)}, {name}", was, now)


def _in_figures(cell: str) -> str:
    """A number as people write it, so far as two packs can differ in it; any other cell as it is."""
    try:
        return f"{float(cell):,.10g}"
    except ValueError:
        return cell


def _headed(what: str, changed: Sequence[object], rest: str) -> str:
    return f"{what}: {len(changed) or 'none'} {rest}."


def _listed(lines: Sequence[object]) -> Iterator[str]:
    yield from (f"  {line}" for line in lines[:MOST_SHOWN])
    if len(lines) > MOST_SHOWN:
        yield f"  and {len(lines) - MOST_SHOWN:,} more: --json lists all"
