"""What was read and what the checks found in it: the words of the data-quality report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from pccstats.terms.errors import Problem


class Severity(StrEnum):
    """What a finding does: stop the build, warn the reader, or be on record."""

    REFUSE = "refuse"
    FLAG = "flag"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing the checks found in the data.

    Attributes
    ----------
    severity : Severity
        `refuse` stops the build, `flag` is shown to readers, `note` is on record.
    rule : str
        The short name of the rule, for example `negative`.
    message : str
        What was found, in a sentence.
    file, row, column, value : str, int or None, str, str
        Where and what; rows are counted as a spreadsheet does, the header being row 1.
    indicator, area, period_end : str
        What it concerns, where that is known.
    next_step : str
        What to do about it.

    Examples
    --------
    >>> found = Finding(Severity.REFUSE, "negative", "A count cannot be negative.", "crime.csv", 7, "numerator", "-3")
    >>> str(found.problem)
    "crime.csv, row 7, column numerator: A count cannot be negative. Found '-3'."
    """

    severity: Severity
    rule: str
    message: str
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    indicator: str = ""
    area: str = ""
    period_end: str = ""
    next_step: str = ""

    @property
    def where(self) -> str:
        """The place in words; where it has no place in a file, what it concerns."""
        row = f"row {self.row}" if self.row is not None else ""
        column = f"column {self.column}" if self.column else ""
        place = [part for part in (self.file, row, column) if part]
        return ", ".join(place or [part for part in (self.indicator, self.area, self.period_end) if part])

    @property
    def problem(self) -> Problem:
        """The same as a problem, for an error that lists it."""
        return Problem(self.message, self.where, self.value, self.next_step)


@dataclass(frozen=True)
class SourceFile:
    """One file that was read: what it is called, what it says of itself, its digest and its reach."""

    name: str
    sha256: str
    rows: int | None = None
    reader: str = ""
    label: str = ""
    first_month: pd.Period | None = None
    last_month: pd.Period | None = None
