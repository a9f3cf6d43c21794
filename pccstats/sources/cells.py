"""Text turned into numbers and months, with every cell that is neither."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pccstats.terms.findings import Finding, Severity

_NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?"
_WITH_COMMAS = r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?"
_MONTH = r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])"
_DAY = rf"{_MONTH}-[0-9]{{2}}"
_MOST_SHOWN = 10
_LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Numbers:
    """A column of text as numbers: NaN where a cell is empty or no number."""

    values: pd.Series
    is_text: pd.Series
    is_infinite: pd.Series
    has_commas: pd.Series


def numbers_of(text: pd.Series) -> Numbers:
    """Read a column as numbers. `1,234` is 1234; `1e309`, `12%`, `£3` and `NA` are no numbers."""
    has_commas = text.str.fullmatch(_WITH_COMMAS)
    bare = text.where(~has_commas, text.str.replace(",", "", regex=False))
    is_number = bare.str.fullmatch(_NUMBER)
    values = pd.to_numeric(bare.where(is_number), errors="coerce").astype(float)
    is_infinite = is_number & ~np.isfinite(values)
    return Numbers(values.where(~is_infinite), ~is_number & (text != ""), is_infinite, has_commas)


def months_of(text: pd.Series) -> tuple[pd.PeriodIndex, pd.Series]:
    """Read a column of `YYYY-MM` (or `YYYY-MM-DD`) as months, with those that are not."""
    is_month = text.str.fullmatch(_MONTH) | text.str.fullmatch(_DAY)
    return pd.PeriodIndex(text.str[:7].where(is_month, None).astype(object), freq="M"), ~is_month


@dataclass(frozen=True)
class Rule:
    """A rule for the rows of a table: what it is called, how grave a breach is, and what to say."""

    name: str
    message: str
    next_step: str = ""
    severity: Severity = Severity.REFUSE

    def broken_by(self, rows: pd.DataFrame, mask: pd.Series | np.ndarray, column: str = "") -> list[Finding]:
        """A finding for each row where the mask is true: the first ten, then how many more.

        Parameters
        ----------
        rows : DataFrame
            The figures, with `file` and `row` beside them.
        mask : Series or array of bool
            True where the rule is broken.
        column : str
            The column whose value is shown; without it, none is.
        """
        is_broken = np.asarray(mask, dtype=bool)
        if not is_broken.any():
            return []
        broken = rows[is_broken]
        findings = [self._finding(row, column) for row in broken.head(_MOST_SHOWN).to_dict("records")]
        others = len(broken) - len(findings)
        if others > 0:
            message = f"{others:,} more rows break the same rule: {self.message}"
            findings.append(Finding(self.severity, self.name, message, _only(set(broken["file"]))))
        return findings

    def _finding(self, row: Mapping[Hashable, object], column: str) -> Finding:
        shown = str(row.get(column, "")) if column else ""
        return Finding(
            severity=self.severity,
            rule=self.name,
            message=self.message,
            file=str(row.get("file", "")),
            row=row_number(row),
            column=str(row.get("column", column)) if column in ("numerator", "persons") else column,
            value=shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}...",
            indicator=str(row.get("indicator", "")),
            area=str(row.get("area", "")),
            period_end=str(row.get("period_end", "")),
            next_step=self.next_step,
        )


def row_number(row: Mapping[Hashable, object]) -> int | None:
    """The row a figure stands in; None for one that was counted from many."""
    number = row.get("row")
    return None if number is None or number != number else int(float(str(number)))  # noqa: PLR0124 NaN


def _only(names: set[str]) -> str:
    return names.pop() if len(names) == 1 else ""
