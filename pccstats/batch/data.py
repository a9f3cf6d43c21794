"""The data of a run: what was built, and which quarters it can serve."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from pccstats.batch.provenance import InputFile
from pccstats.terms.errors import Problem, RequestProblem
from pccstats.terms.periods import Quarter, month_in_words


class Built(Protocol):
    """What the sources report of a build."""

    @property
    def files(self) -> tuple[InputFile, ...]:
        """The files read, in order."""

    @property
    def first_month(self) -> pd.Period:
        """The earliest month any figure ends in."""

    @property
    def last_month(self) -> pd.Period:
        """The latest month any figure ends in."""


def check_quarter(quarter: Quarter, built: Built) -> None:
    """Refuse a quarter the data do not reach, and name the ones they do."""
    if built.first_month <= quarter.last_month <= built.last_month:
        return
    first, last = month_in_words(built.first_month), month_in_words(built.last_month)
    latest = Quarter.containing(built.last_month)
    if latest.last_month > built.last_month:
        latest = Quarter.containing(built.last_month - 3)
    rule = f"The data run from {first} to {last} and do not reach the end of this quarter."
    raise RequestProblem(Problem(rule, "quarter", str(quarter), f"The latest that can be reported is {latest}."))
