"""What the terminal shows: progress of a pack, findings of a check."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any, Protocol

import pandas as pd
import rich.progress
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pccstats import reference
from pccstats.batch.jobs import Job
from pccstats.batch.kernel import Outcome
from pccstats.sources.build import BuildResult
from pccstats.terms.errors import Finding, PccStatsError, Severity
from pccstats.terms.results.published import DataQuality
from pccstats.terms.words import counted

_HEADINGS = {Severity.FLAG: "Needs an answer", Severity.NOTE: "On record"}


class Progress(Protocol):
    """What a run tells of itself; called from several threads."""

    def say(self, words: str) -> None:
        """Tell one thing in a line."""

    def starts(self, job: Job) -> None:
        """A notebook begins."""

    def reaches(self, job: Job, cell: int) -> None:
        """A notebook has come to a cell, counting from 1."""

    def ends(self, job: Job, outcome: Outcome, seconds: float) -> None:
        """A notebook has ended."""


class Quiet:
    """Says nothing."""

    def say(self, words: str) -> None:
        pass

    def starts(self, job: Job) -> None:
        pass

    def reaches(self, job: Job, cell: int) -> None:
        pass

    def ends(self, job: Job, outcome: Outcome, seconds: float) -> None:
        pass


class OfOne:
    """Tells of one of several packs that are made at the same time: whose it is stands before every page."""

    def __init__(self, progress: Progress, whose: str) -> None:
        self._progress = progress
        self._whose = whose

    def say(self, words: str) -> None:
        self._progress.say(f"{self._whose}: {words}")

    def starts(self, job: Job) -> None:
        self._progress.starts(self._named(job))

    def reaches(self, job: Job, cell: int) -> None:
        self._progress.reaches(self._named(job), cell)

    def ends(self, job: Job, outcome: Outcome, seconds: float) -> None:
        self._progress.ends(self._named(job), outcome, seconds)

    def _named(self, job: Job) -> Job:
        return replace(job, page=f"{self._whose}, {job.page}")


class Lines(Quiet):
    """One line an event: for log files and for anything that is not a terminal."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, words: str) -> None:
        self._console.print(words, highlight=False, markup=False, soft_wrap=True)

    def starts(self, job: Job) -> None:
        self.say(f"running {job.page}")

    def ends(self, job: Job, outcome: Outcome, seconds: float) -> None:
        warnings = f", {outcome.warning_count} with warnings" if outcome.warning_count else ""
        reason = f": {outcome.reason}" if outcome.reason else ""
        self.say(f"{outcome.ending.in_words} {job.page} ({seconds:.1f} s{warnings}){reason}")


class Bars(Lines):
    """A bar for each notebook that follows the run, for a terminal."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self.drawn = rich.progress.Progress(
            rich.progress.TextColumn("{task.description}", markup=False),
            rich.progress.BarColumn(bar_width=20),
            rich.progress.MofNCompleteColumn(),
            rich.progress.TimeElapsedColumn(),
            rich.progress.TextColumn("{task.fields[ending]}", markup=False),
            console=console,
        )
        self._bars: dict[str, rich.progress.TaskID] = {}

    def starts(self, job: Job) -> None:
        cells = job.cell_count + 1  # the cell with the parameters given is added to the notebook's own
        self._bars[job.page] = self.drawn.add_task(job.page, total=cells, ending="running")

    def reaches(self, job: Job, cell: int) -> None:
        self.drawn.update(self._bars[job.page], completed=cell)

    def ends(self, job: Job, outcome: Outcome, seconds: float) -> None:  # noqa: ARG002 the bar keeps the time itself
        reason = f": {outcome.reason}" if outcome.reason else ""
        self.drawn.update(self._bars[job.page], ending=f"{outcome.ending.in_words}{reason}")
        self.drawn.stop_task(self._bars[job.page])


@contextmanager
def shown(console: Console | None = None, *, is_long: bool = False) -> Iterator[Progress]:
    """The progress that fits the place: live where somebody watches, lines where a log is kept or a run is long."""
    console = console or Console(file=sys.stderr)
    if is_long or not console.is_terminal:
        yield Lines(console)
        return
    bars = Bars(console)
    with bars.drawn:
        yield bars


def show_check(built: BuildResult, quality: DataQuality, console: Console, *, brief: bool = False) -> None:
    """Print what was read and what was found in it; text from data is printed as text, never as markup.

    Parameters
    ----------
    brief : bool
        One line for each rule, with the first that it found, and the sum, in place of the tables.
    """
    if brief:
        for line in _kinds(quality):
            console.print(line)
    else:
        console.print(_files(built))
        for severity, heading in _HEADINGS.items():
            found = [finding for finding in quality.findings if finding.severity is severity]
            if found:
                own, _, elsewhere = quality.by_place(found)
                whose = f", of them {own} about {quality.focus}" if elsewhere and quality.focus else ""
                console.print(_findings(f"{heading}: {len(found)}{whose}", found))
        held = _held(quality)
        if held.row_count:
            console.print(held)
    count = quality.summary().iloc[0]
    console.print(
        Text(
            f"{len(built.files)} files checked, {len(quality.findings)} findings, none that stops a pack. "
            f"{quality.flags_in_words()}. "
            f"{count['with_figures']} of {count['indicators']} indicators have figures, {count['up_to_date']} to the "
            f"end of {count['quarter']}."
        )
    )


def check_as_json(built: BuildResult, quality: DataQuality, refusals: Sequence[str]) -> str:
    """What was read and found, for programs: files, findings, indicators and what would keep back a public pack."""
    count = quality.summary().iloc[0]
    answer = {
        "files": [_plain(asdict(file)) for file in built.files],
        "findings": [_plain(asdict(finding)) for finding in quality.findings],
        "quarter": str(count["quarter"]),
        "indicators": int(count["indicators"]),
        "indicators_with_figures": int(count["with_figures"]),
        "indicators_up_to_date": int(count["up_to_date"]),
        "public_pack_refused": list(refusals),
    }
    return json.dumps(answer, indent=1, ensure_ascii=False)


def problems_as_json(refused: PccStatsError) -> str:
    """Why nothing was built, for programs."""
    return json.dumps({"problems": [asdict(problem) for problem in refused.problems]}, indent=1, ensure_ascii=False)


def _plain(held: dict[str, Any]) -> dict[str, Any]:
    """Months as text, all else as it is."""
    return {name: str(value) if isinstance(value, pd.Period) else value for name, value in held.items()}


def _kinds(quality: DataQuality) -> Iterator[Text | Padding]:
    """A line for each rule, those that found something of the plan's own area first, and the first finding beneath."""
    for severity, heading in _HEADINGS.items():
        rules: dict[str, list[Finding]] = {}
        for finding in quality.findings:
            if finding.severity is severity:
                rules.setdefault(finding.rule, []).append(finding)
        if rules:
            yield Text(heading, style="bold")
        counts = {rule: quality.by_place(found) for rule, found in rules.items()}
        for rule, found in sorted(rules.items(), key=lambda held: (-sum(counts[held[0]][:2]), -len(held[1]))):
            places = [
                f"{count:,} of {whose}"
                for count, whose in zip(counts[rule], (quality.focus, "no one area", "other areas"), strict=True)
                if count
            ]
            kinds = len({each.kind for each in found})
            of_kinds = f"; {counted(kinds, 'kind')}" if 1 < kinds < len(found) else ""
            yield Padding(Text(f"{rule}: {', '.join(places)}{of_kinds}"), (0, 0, 0, 2))
            first = ": ".join(filter(None, (found[0].area, found[0].message)))
            yield Padding(Text(first), (0, 0, 0, 6))


def _files(built: BuildResult) -> Table:
    table = _table("Files", ("File", "Reader", "Rows", "Months"))
    for file in built.files:
        months = f"{file.first_month} to {file.last_month}" if file.first_month else ""
        rows = "" if file.rows is None else f"{file.rows:,}"
        table.add_row(*map(Text, (file.name, file.reader, rows, months)))
    return table


def _findings(title: str, found: list[Finding]) -> Table:
    table = _table(title, ("Where", "What was found", "Next step"))
    for finding in found:
        about = ", ".join(part for part in (finding.area, finding.period_end) if part)
        place = finding.where if finding.row is not None or not about else ""
        where = "\n".join(part for part in (about, place) if part)
        value = f" Found {finding.value!r}." if finding.value else ""
        table.add_row(*map(Text, (where, finding.message + value, finding.next_step)))
    return table


def _held(quality: DataQuality) -> Table:
    table = _table("Indicators without a figure, or behind the quarter", ("Indicator", "Latest", "Why"))
    for row in quality.freshness.to_dict("records"):
        if row["months_behind"] <= 0:
            continue
        latest = row["latest"] if isinstance(row["latest"], str) else "none"
        table.add_row(*map(Text, (f"{row['indicator']}  {row['name']}", latest, row["reason"])))
    return table


def show_forces(console: Console) -> None:
    """Print the forces of the reference data."""
    table = _table("Police forces of England and Wales", ("Force", "Code", "Region", "data.police.uk", "Persons"))
    latest = {held.force: held for held in reference.populations()}
    for force in reference.forces():
        persons = f"{latest[force.name].persons:,} (mid-{latest[force.name].year})"
        table.add_row(*map(Text, (force.name, force.code, force.region, force.slug, persons)))
    console.print(table)
    console.print(Text('A plan uses one by name: [reference] force = "Kent". Its keys: docs/plan-file.md.'))


def forces_as_json() -> str:
    """The same for programs, with every spelling and the populations by year."""
    people: dict[str, list[dict[str, int | None]]] = {}
    for held in reference.populations():
        of_year = {"year": held.year, "persons": held.persons, "households": held.households}
        people.setdefault(held.force, []).append(of_year)
    entries = [asdict(force) | {"populations": people[force.name]} for force in reference.forces()]
    return json.dumps(entries, indent=1, ensure_ascii=False)


def _table(title: str, headings: tuple[str, ...], *, right: tuple[str, ...] = ("Rows", "Number")) -> Table:
    table = Table(title=Text(title, style="bold"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(heading, justify="right" if heading in right else "left", overflow="fold")
    return table
