"""The printed totals and shares that the illustrative months keep to."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pandas as pd
from conditional_draw import Window
from illustrative_series import Counted, Surveyed

AREA = "Leicestershire"


@dataclass(frozen=True)
class Totals:
    """The 12-month totals that are printed, read once."""

    published: pd.DataFrame
    official: pd.DataFrame

    @classmethod
    def read(cls, folder: Path) -> "Totals":
        """Read the published and the official figures of one area; rows with a status carry no total to keep to."""
        frames = [
            pd.read_csv(folder / name, dtype=str, keep_default_na=False).query("area == @AREA and status == ''")
            for name in ("published_figures.csv", "police_recorded_crime.csv")
        ]
        return cls(*(frame[frame["months"] == "12"] for frame in frames))

    def of(self, indicator: str) -> dict[Window, str]:
        """Published figures of an indicator, as printed."""
        rows = self.published[self.published["indicator"] == indicator]
        return {Window(end): figure for end, figure in zip(rows["period_end"], rows["numerator"], strict=True)}

    def published_shares(self, series: Surveyed) -> dict[Window, Decimal]:
        """Published shares of a survey series within its months, per cent with one decimal."""
        printed = self.of(series.indicator) | self.of(f"plan_table.{series.plan_table}")
        return {window: Decimal(share) for window, share in printed.items() if window.end <= series.last_month}

    def official_of(self, group: str) -> dict[Window, int]:
        """Official totals of an offence group; none for an empty name."""
        rows = self.official[self.official["indicator"] == f"official.{group}"]
        return {Window(end): int(figure) for end, figure in zip(rows["period_end"], rows["numerator"], strict=True)}


@dataclass(frozen=True)
class Binding:
    """The totals a count keeps to, by where they come from."""

    published: dict[Window, int]
    official: dict[Window, int]
    assumed: dict[Window, int]

    @classmethod
    def gather(cls, series: Counted, totals: Totals) -> "Binding":
        """Gather the totals; a published one displaces an official one of the same 12 months."""
        published = {window: int(figure) for window, figure in totals.of(series.indicator).items()}
        official = totals.official_of(series.official)
        return cls(
            published=published | series.printed_elsewhere,
            official={window: total for window, total in official.items() if window not in published},
            assumed=series.assumed | scaled_trend(totals.official_of(series.trend_of), published),
        )

    def all(self) -> dict[Window, int]:
        """Return every total, whatever its origin."""
        return self.published | self.official | self.assumed

    def note(self, month: pd.Period) -> str:
        """Name the totals that hold one month."""
        return note(month, {"published": self.published, "official": self.official, "assumed": self.assumed})


def scaled_trend(official: dict[Window, int], published: dict[Window, int]) -> dict[Window, int]:
    """Scale the official totals before 2012/13 so that 2012/13 itself would give the published total."""
    year = Window("2013-03")
    return {
        window: round(total * published[year] / official[year]) for window, total in official.items() if window < year
    }


def note(month: pd.Period, bound: Mapping[str, Mapping[Window, object]]) -> str:
    """Name the totals that hold one month, as in `published 12 months to 2013-03`."""
    index = pd.PeriodIndex([month])
    parts = []
    for origin, windows in bound.items():
        for length in (12, 3):
            ends = sorted(w.end for w in windows if w.months == length and w.covers(index).all())
            if ends:
                parts.append(f"{origin} {length} months to {', '.join(ends)}")
    return "Keeps to " + "; ".join(parts)
