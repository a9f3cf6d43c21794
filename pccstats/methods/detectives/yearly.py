"""Published 12-month figures two at a time, and how far apart chance may bring them.

The 12 months to June and the 12 months to March share nine months. Their difference is the newest quarter less the
quarter that dropped out, so it says something about two quarters that nobody printed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd

from pccstats.terms.findings import Finding, Severity
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_YEAR
from pccstats.terms.plan import Event, Indicator

DEFAULT_DISPERSION = 4.0  # variance over mean of quarterly counts, where a series is too short to say
LEAST_PAIRS = 8  # to say it from the series itself
MEDIAN_OF_CHI_SQUARE = 0.4549364231195724  # one degree of freedom


@dataclass(frozen=True)
class Pair:
    """Two 12-month figures that follow one another, `gap` months apart."""

    earlier: float
    later: float
    earlier_end: pd.Period
    later_end: pd.Period

    @property
    def gap(self) -> int:
        return int((self.later_end - self.earlier_end).n)

    @property
    def difference(self) -> float:
        return self.later - self.earlier

    @property
    def part(self) -> float:
        """The usual count of the `gap` months that were replaced."""
        return (self.earlier + self.later) / 2 * self.gap / MONTHS_IN_A_YEAR


@dataclass(frozen=True)
class YearlySeries:
    """The 12-month figures of an indicator in an area, each by its latest vintage."""

    about: Indicator
    area: str
    rows: pd.DataFrame
    events: tuple[Event, ...]

    @cached_property
    def by_end(self) -> dict[pd.Period, float]:
        """Each figure by the month it ends in."""
        ends = [pd.Period(end, freq="M") for end in self.rows["period_end"]]
        return dict(zip(ends, self.rows["numerator"].astype(float), strict=True))

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        return tuple(Pair(one, two, at, to) for (at, one), (to, two) in pairwise(self.by_end.items()))

    @cached_property
    def dispersion(self) -> float:
        """Variance over mean of quarterly counts, from the median of the differences so that one break cannot hide."""
        ratios = [pair.difference**2 / (2 * pair.part) for pair in self.pairs if pair.gap == 3 and pair.part > 0]
        if len(ratios) < LEAST_PAIRS:
            return DEFAULT_DISPERSION
        return max(float(np.median(ratios)) / MEDIAN_OF_CHI_SQUARE, 1.0)

    def z(self, pair: Pair) -> float:
        """The difference of two counts in standard errors of the two parts that are not shared."""
        if pair.part <= 0:
            return math.nan
        return pair.difference / math.sqrt(2 * self.dispersion * pair.part)

    def event_between(self, pair: Pair, *, only_breaks: bool = True) -> Event | None:
        """A registered event in the months the later figure added."""
        return next(
            (
                event
                for event in self.events
                if (event.breaks_comparability or not only_breaks) and pair.earlier_end < event.month <= pair.later_end
            ),
            None,
        )

    def finding(self, rule: str, end: pd.Period, message: str, event: Event | None, next_step: str) -> Finding:
        """A finding about the figure that ends in a month; a note where a registered break explains it."""
        row = self.rows[self.rows["period_end"] == end].iloc[-1]
        return Finding(
            Severity.NOTE if event else Severity.FLAG,
            rule,
            f"{self.about.name}: {message}",
            file=str(row["source"]),
            indicator=self.about.key,
            area=self.area,
            period_end=str(end),
            next_step=f"Registered: {event.title}." if event else next_step,
        )


def yearly_series(data: Observations) -> Iterator[YearlySeries]:
    """Every series of 12-month figures that is held, in the order of its key and area."""
    frame = data.frame
    held = frame[(frame["months"] == MONTHS_IN_A_YEAR) & frame["numerator"].notna()]
    ordered = held.sort_values(["indicator", "area", "period_end", "published_on"], kind="stable")
    latest = ordered.drop_duplicates(["indicator", "area", "period_end"], keep="last")
    for (key, area), rows in latest.groupby(["indicator", "area"], sort=True):
        about = data.plan.indicator(str(key))
        yield YearlySeries(about, str(area), rows, data.plan.events_for(about.key))
