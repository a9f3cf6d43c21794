"""Coverage: records by month as a share of the official totals of the same thing, and the months that are missing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pccstats.methods.recovered_quarters import LEAST_ANCHOR_MONTHS, MOST_OFF, expected_of_days
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR
from pccstats.terms.plan import Indicator
from pccstats.terms.release import measures_of
from pccstats.terms.results.published import COVERAGE_COLUMNS, Coverage
from pccstats.terms.series import are_illustrative, days_in
from pccstats.terms.words import Kind

_FEWEST_CRIMES = 20  # in the months held: of fewer a share says nothing
_FEWEST_OTHERS = 4  # periods, to say what is usual of a force's records
_STANDARD_ERRORS = 3.0  # of the number of records that are wanting by chance
_FIGURE = ("indicator", "area", "months", "period_end")


def coverage(data: Observations) -> pd.DataFrame:
    """Set every measure that is also counted by month beside its official totals, period by period.

    Answers: how much of an official total do the records hold that are published by month, which months are missing,
    and is that share what it usually is?

    Parameters
    ----------
    data : Observations
        Any figures. Compared are the counts whose measure names another as its `anchor`: the same thing by month. The
        official totals are quarters where they are held, else years that share no month, those chosen of which most
        months are held, the later of two alike.

    Returns
    -------
    pandas.DataFrame
        One row a measure, area and official period of which at least one month of records is held: `indicator, area,
        period_end`; `months`, of the official total; `held`, how many of them the records have, and `missing`, the
        others; `records`, their sum; `official`, the total; `share`, the records over that part of the total that
        falls on the days held; `usual` and `tolerance`, what the share should be and by how much it may differ;
        `coverage`, one of `Coverage`.

    Notes
    -----
    share = records / (official × days held / days). Usual is the median share of the other periods of the same measure
    and area where four or more can be judged, else 1: the two count the same. A share may differ by the largest of

    - a twentieth;
    - what the missing days make uncertain: half the width of the 99% t-interval of what they should hold, over the
      total;
    - 3 √(0.05 / n), three standard errors of a share of which a twentieth is wanting by chance, n being the part of
      the official total that falls on the days held.

    Judged are whole quarters, and years of which nine months or more are held, with 20 crimes or more.

    References
    ----------
    docs/methods/data-quality.md; the interval of the missing days is that of docs/methods/recovered-quarters.md.

    Examples
    --------
    >>> import pccstats as pcc
    >>> ledger = coverage(pcc.read_observations("data/processed"))
    >>> own = ledger[ledger["area"].eq("Leicestershire") & ledger["indicator"].eq("official.burglary")].iloc[0]
    >>> str(own["period_end"]), int(own["held"]), [str(month) for month in own["missing"]], f"{own['share']:.2f}"
    ('2014-12', 11, ['2014-12'], '1.00')
    """
    return data.once("coverage", lambda: pd.DataFrame(_judged(list(_compared(data))), columns=list(COVERAGE_COLUMNS)))


class _Period(NamedTuple):
    """An official total and the records held of its months."""

    indicator: str
    area: str
    end: int  # months since January 1970
    months: int
    official: float
    held: tuple[int, ...]
    counts: tuple[float, ...]

    @property
    def missing(self) -> tuple[pd.Period, ...]:
        every = range(self.end - self.months + 1, self.end + 1)
        return tuple(_months([each for each in every if each not in self.held]))

    @property
    def days(self) -> np.ndarray:
        """Of each month held."""
        return days_in(_months(self.held))

    @property
    def all_days(self) -> float:
        return float(days_in(_months([self.end]), self.months)[0])

    @property
    def expected(self) -> float:
        """The part of the official total that falls on the days held."""
        return self.official * float(self.days.sum()) / self.all_days

    @property
    def share(self) -> float:
        return sum(self.counts) / self.expected if self.expected else math.nan

    @property
    def is_judged(self) -> bool:
        enough = LEAST_ANCHOR_MONTHS if self.months == MONTHS_IN_A_YEAR else self.months
        return len(self.held) >= enough and self.expected >= _FEWEST_CRIMES

    @property
    def tolerance(self) -> float:
        """By how much the share may differ from the usual one."""
        missing = self.all_days - float(self.days.sum())
        reach = 0.0
        if missing:
            low, high = expected_of_days(np.array(self.counts), self.days, missing)
            reach = (high - low) / 2 / self.official
        return max(MOST_OFF, reach, _STANDARD_ERRORS * math.sqrt(MOST_OFF / self.expected))


def _compared(data: Observations) -> Iterator[_Period]:
    """Every official period of which records are held, by measure and area."""
    measures = [each for each in measures_of(data.plan) if each.anchor is not None and each.kind is Kind.COUNT]
    if not measures:
        return
    frame = data.frame[data.frame["numerator"].notna() & ~are_illustrative(data.frame)]
    wanted = {each.key for each in measures} | {str(each.anchor) for each in measures}
    latest = frame[frame["indicator"].isin(wanted)].sort_values("published_on", kind="stable")
    latest = latest.drop_duplicates(list(_FIGURE), keep="last").sort_values("period_end", kind="stable")
    of = {(str(key), str(area)): rows for (key, area), rows in latest.groupby(["indicator", "area"], sort=True)}
    for measure in measures:
        for (key, area), official in of.items():
            records = of.get((str(measure.anchor), area))
            if key == measure.key and records is not None:
                yield from _of_one(measure, area, official, records[records["months"] == 1])


def _of_one(measure: Indicator, area: str, official: pd.DataFrame, records: pd.DataFrame) -> Iterator[_Period]:
    """The periods of one measure in one area: quarters where some overlap the records, else years."""
    counts = dict(zip(_ordinals(records), records["numerator"].astype(float), strict=True))
    for months in (MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR):
        totals = official[official["months"] == months]
        found = []
        for end, total in zip(_ordinals(totals), totals["numerator"].astype(float), strict=True):
            held = tuple(each for each in range(end - months + 1, end + 1) if each in counts)
            if held:
                at = tuple(counts[each] for each in held)
                found.append(_Period(measure.key, area, end, months, total, held, at))
        if found:
            yield from _apart(found)
            return


def _months(ordinals: Sequence[int]) -> pd.PeriodIndex:
    return pd.PeriodIndex([pd.Period(ordinal=each, freq="M") for each in ordinals], freq="M")


def _ordinals(rows: pd.DataFrame) -> list[int]:
    return [int(each) for each in pd.PeriodIndex(rows["period_end"], freq="M").asi8]


def _apart(periods: Sequence[_Period]) -> list[_Period]:
    """Those with most months held that share no month, earliest first."""
    kept: list[_Period] = []
    for period in sorted(periods, key=lambda each: (-len(each.held), -each.end)):
        if all(abs(period.end - other.end) >= period.months for other in kept):
            kept.append(period)
    return sorted(kept, key=lambda each: each.end)


def _judged(periods: Sequence[_Period]) -> Iterator[dict[str, object]]:
    """Each period with what is usual of its measure and area, and what it is."""
    shares: dict[tuple[str, str], dict[int, float]] = {}
    for each in periods:
        if each.is_judged:
            shares.setdefault((each.indicator, each.area), {})[each.end] = each.share
    for each in periods:
        others = [share for end, share in shares.get((each.indicator, each.area), {}).items() if end != each.end]
        usual = float(np.median(others)) if len(others) >= _FEWEST_OTHERS else 1.0
        tolerance = each.tolerance if each.is_judged else math.nan
        yield {
            "indicator": each.indicator,
            "area": each.area,
            "period_end": pd.Period(ordinal=each.end, freq="M"),
            "months": each.months,
            "held": len(each.held),
            "missing": each.missing,
            "records": sum(each.counts),
            "official": each.official,
            "share": each.share,
            "usual": usual,
            "tolerance": tolerance,
            "coverage": _verdict(each, usual, tolerance),
        }


def _verdict(period: _Period, usual: float, tolerance: float) -> Coverage:
    if not period.is_judged:
        return Coverage.TOO_LITTLE
    if abs(period.share - usual) > tolerance:
        return Coverage.UNUSUAL
    return Coverage.PARTIAL if period.missing else Coverage.WHOLE
