"""The answer to "can these figures be trusted?"."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pccstats.terms.findings import Finding, Severity
from pccstats.terms.periods import Quarter
from pccstats.terms.results.base import Result

FINDING_COLUMNS = ("severity", "rule", "indicator", "area", "period_end", "message", "next_step", "where")


@dataclass(frozen=True)
class DataQuality(Result):
    """What is held, how fresh it is, and what was found in it, at the end of a quarter.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a finding: `severity, rule, indicator, area, period_end, message, next_step, where`.
    quarter : Quarter
        The quarter whose end it is seen from.
    availability : pandas.DataFrame
        One row an indicator of the dashboard, one column a quarter (`2012/13-Q1`): `months`, `part`, `quarter`, `year`,
        `illustrative`, a status such as `embargoed`, or empty.
    freshness : pandas.DataFrame
        One row an indicator: `indicator, name, latest, months_behind, published_on, source, reason`; no latest figure
        where none is held.
    revisions : pandas.DataFrame
        One row a figure that was published more than once with different values.
    events : pandas.DataFrame
        One row a registered event: `month, title, breaks_comparability, is_inferred, indicators, source`.
    findings : tuple of Finding
        What `points` sets out.
    """

    points: pd.DataFrame
    method: str
    quarter: Quarter
    availability: pd.DataFrame
    freshness: pd.DataFrame
    revisions: pd.DataFrame
    events: pd.DataFrame
    findings: tuple[Finding, ...]

    def summary(self) -> pd.DataFrame:
        """How many indicators, findings of each severity, revisions and events there are, in one row."""
        count = {str(severity): sum(f.severity is severity for f in self.findings) for severity in Severity}
        held = self.freshness["latest"].notna()
        return pd.DataFrame(
            [
                {
                    "quarter": str(self.quarter),
                    "indicators": len(self.freshness),
                    "with_figures": int(held.sum()),
                    "up_to_date": int((self.freshness["months_behind"] <= 0).sum()),
                    "flags": count["flag"],
                    "notes": count["note"],
                    "revisions": len(self.revisions),
                    "events": len(self.events),
                }
            ]
        )
