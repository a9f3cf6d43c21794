"""What is seen while a pack is made: a live table on a terminal, one line an event elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from pccstats.batch.jobs import Job
from pccstats.batch.status import Outcome


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


@dataclass
class _Row:
    job: Job
    began: float
    cell: int = 0
    outcome: Outcome | None = None
    seconds: float = 0.0


class LiveTable(Lines):
    """A table that follows the run, for a terminal."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._rows: dict[str, _Row] = {}
        self._guard = threading.Lock()

    def starts(self, job: Job) -> None:
        with self._guard:
            self._rows[job.page] = _Row(job, began=time.monotonic())

    def reaches(self, job: Job, cell: int) -> None:
        with self._guard:
            self._rows[job.page].cell = cell

    def ends(self, job: Job, outcome: Outcome, seconds: float) -> None:
        with self._guard:
            row = self._rows[job.page]
            row.outcome, row.seconds = outcome, seconds

    def __rich__(self) -> Table:
        table = Table(box=None, pad_edge=False, header_style="dim")
        for head, side in (("page", "left"), ("cell", "right"), ("seconds", "right"), ("", "left")):
            table.add_column(head, justify=side)  # type: ignore[arg-type]
        with self._guard:
            for page, row in self._rows.items():
                table.add_row(page, f"{row.cell} of {row.job.cell_count + 1}", f"{_elapsed(row):.0f}", _state(row))
        return table


def _elapsed(row: _Row) -> float:
    return row.seconds if row.outcome else time.monotonic() - row.began


def _state(row: _Row) -> Text:
    if row.outcome is None:
        return Text("running", style="dim")
    if row.outcome.is_complete:
        return Text("complete", style="cyan")
    return Text(f"{row.outcome.ending.in_words}: {row.outcome.reason}", style="bold")


@contextmanager
def shown(console: Console | None = None) -> Iterator[Progress]:
    """The progress that fits the place: live where somebody watches, lines where a log is kept."""
    console = console or Console(file=sys.stderr)
    if not console.is_terminal:
        yield Lines(console)
        return
    table = LiveTable(console)
    with Live(table, console=console, refresh_per_second=4):
        yield table
