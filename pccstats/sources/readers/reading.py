"""What a reader hands on: figures as text, each with the place it came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from pccstats.terms.columns import EXPOSURES, OBSERVATIONS
from pccstats.terms.findings import Finding, Severity

PLACE = ("file", "row", "column")  # where a figure stands, kept beside it until the checks are done
_MOST_NAMES = 12


@dataclass(frozen=True)
class Reading:
    """The figures of one file, not yet checked.

    `observations` and `exposures` hold text in the columns of `pccstats.terms.columns`, with `file`, `row` and
    `column` beside them. `row_count` is how many rows of figures the file has.
    """

    observations: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*OBSERVATIONS, *PLACE]))
    exposures: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*EXPOSURES, *PLACE]))
    row_count: int = 0
    findings: tuple[Finding, ...] = ()


def in_plan_words(names: pd.Series, mapping: Mapping[str, str]) -> pd.Series:
    """The names of a file as the plan has them."""
    return names.map(mapping).fillna(names) if mapping else names


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
