"""A series: one indicator in one area, period after period, with what is known about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from pccstats.terms.columns import SPANS
from pccstats.terms.errors import DataProblem, Problem
from pccstats.terms.periods import Window, month
from pccstats.terms.plan import Event
from pccstats.terms.words import Kind, Polarity

POINT_COLUMNS = ("period_end", "numerator", "denominator", "status", "source", "note")
PERIOD_SPANS: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12, "rolling_year": 12}
MOST_PROBLEMS_SHOWN = 20


@dataclass(frozen=True)
class Series:
    """One indicator in one area over time.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a period, oldest first: `period_end` (monthly period), `numerator`, `denominator` (NaN where there is
        none), `status`, `source`, `note`. Where `span_months` is 1 every month from first to last has a row, and a
        month with no figure has NaN.
    span_months : int
        How many months each row covers: 1, 3 or 12.
    population : float or None
        Persons living in the area, where known, with its `population_vintage`.
    """

    points: pd.DataFrame
    title: str
    kind: Kind = Kind.COUNT
    polarity: Polarity = Polarity.NEUTRAL
    unit: str = ""
    key: str = ""
    area: str = ""
    span_months: int = 1
    multiplier: float = 1.0
    population: float | None = None
    population_vintage: str = ""
    events: tuple[Event, ...] = ()
    baseline: Window | None = None
    horizon: pd.Period | None = None
    footnotes: tuple[str, ...] = field(default=())

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        period: str = "month",
        numerator: str = "numerator",
        denominator: str | None = None,
        title: str = "",
        polarity: Polarity | str = Polarity.NEUTRAL,
        kind: Kind | str | None = None,
        span_months: int = 1,
        unit: str = "",
        **about: Any,
    ) -> Series:
        """Make a series of any frame with one row a period.

        Parameters
        ----------
        frame : pandas.DataFrame
            The figures; it is left untouched. Row order does not matter.
        period : str
            The column with the last month each row covers (`2015-06`, a date, or a period).
        numerator, denominator : str, str or None
            The columns with the events counted, and with what they are out of. Numbers at or above zero; empty for
            a month with no figure.
        title, unit : str
            What it is called on charts, and what it is counted in.
        polarity : {"lower_is_better", "higher_is_better", "neutral"}
        kind : Kind or str, optional
            `survey` or `share` for parts of a whole (the default with a denominator is `share`), `rate`, or `count`.
        span_months : {1, 3, 12}
            How many months each row covers.
        **about
            Any other field of `Series` (`area`, `events`, `baseline`, `population`, ...).

        Raises
        ------
        DataProblem
            Listing every fault: missing columns, text among numbers, repeated periods, negative or infinite values,
            more satisfied than asked.

        Examples
        --------
        >>> frame = pd.DataFrame({"month": ["2015-04", "2015-05", "2015-06"], "offences": [331, 340, 322]})
        >>> burglary = Series.from_frame(frame, numerator="offences", title="Domestic burglary")
        >>> burglary.values.tolist()
        [331.0, 340.0, 322.0]
        """
        chosen = Kind(kind) if kind else (Kind.SHARE if denominator else Kind.COUNT)
        points = _checked_points(frame, period, numerator, denominator, span_months, chosen)
        return cls(
            points=points,
            title=title or numerator,
            kind=chosen,
            polarity=Polarity(polarity),
            unit=unit,
            span_months=span_months,
            **about,
        )

    @property
    def values(self) -> pd.Series:
        """The figure readers see: the count, the rate times its multiplier, or the per cent."""
        numerator, denominator = self.points["numerator"], self.points["denominator"]
        if self.kind.is_proportion:
            return (100 * numerator / denominator).where(denominator.notna(), numerator).rename("value")
        if self.kind is Kind.RATE:
            return (self.multiplier * numerator / denominator).rename("value")
        return numerator.rename("value")

    @property
    def is_illustrative(self) -> bool:
        """True where any figure is an illustrative split, not a record."""
        return bool(self.points["source"].str.startswith("Illustrative").any())

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for text in self.points["source"] if text))

    @property
    def first(self) -> pd.Period:
        return month(self.points["period_end"].iloc[0])

    @property
    def last(self) -> pd.Period:
        return month(self.points["period_end"].iloc[-1])

    @property
    def breaks(self) -> tuple[Event, ...]:
        """Registered events that break comparability, earliest first."""
        return tuple(event for event in self.events if event.breaks_comparability)

    def between(self, first: Any = None, last: Any = None) -> Series:
        """The same series, only from one month to another (either may be left open)."""
        ends = self.points["period_end"]
        keep = pd.Series(True, index=ends.index)
        if first is not None:
            keep &= ends >= month(first)
        if last is not None:
            keep &= ends <= month(last)
        return replace(self, points=self.points[keep].reset_index(drop=True))

    def __len__(self) -> int:
        return len(self.points)


def _checked_points(
    frame: pd.DataFrame, period: str, numerator: str, denominator: str | None, span_months: int, kind: Kind
) -> pd.DataFrame:
    wanted = [name for name in (period, numerator, denominator) if name]
    problems = [
        Problem(
            f"There is no column {name!r}.",
            next_step=f"The frame has: {', '.join(map(str, frame.columns))}.",
        )
        for name in wanted
        if name not in frame.columns
    ]
    if span_months not in SPANS:
        problems.append(Problem("A row covers 1, 3 or 12 months.", value=str(span_months)))
    if problems:
        raise DataProblem(problems)
    ends, problems = _months_of(frame[period], period)
    numbers = {}
    for name in wanted[1:]:
        numbers[name], faults = _numbers_of(frame[name], name)
        problems += faults
    if denominator and kind.is_proportion:
        over = numbers[numerator] > numbers[denominator]
        problems += [
            Problem("The numerator is above the denominator.", f"row {row}", f"{n:g} of {d:g}", "Correct one of them.")
            for row, (n, d) in enumerate(zip(numbers[numerator][over], numbers[denominator][over], strict=True))
        ]
    repeated = pd.Series(ends).dropna()
    problems += [
        Problem("A period appears twice.", f"column {period!r}", str(end), "Keep one row a period.")
        for end in repeated[repeated.duplicated()].unique()
    ]
    if not len(frame):
        problems.append(Problem("The frame has no rows."))
    if problems:
        shown = problems[:MOST_PROBLEMS_SHOWN]
        if len(problems) > len(shown):
            shown.append(Problem(f"... and {len(problems) - len(shown)} more of the same kinds."))
        raise DataProblem(shown)
    points = pd.DataFrame(
        {
            "period_end": pd.PeriodIndex(ends, freq="M"),
            "numerator": numbers[numerator],
            "denominator": numbers[denominator] if denominator else np.nan,
            **{
                name: frame[name].astype(object).fillna("").astype(str).to_numpy() if name in frame.columns else ""
                for name in ("status", "source", "note")
            },
        }
    ).sort_values("period_end", ignore_index=True)
    return _with_every_month(points) if span_months == 1 else points


def _months_of(column: pd.Series, name: str) -> tuple[list[Any], list[Problem]]:
    ends: list[Any] = []
    problems = []
    for row, value in enumerate(column):
        try:
            ends.append(month(value))
        except Exception:  # noqa: BLE001 whatever the value was, the reader is told of it
            ends.append(pd.NaT)
            problems.append(
                Problem("This is not a month.", f"row {row}, column {name!r}", str(value), "Write it as YYYY-MM.")
            )
    return ends, problems


def _numbers_of(column: pd.Series, name: str) -> tuple[np.ndarray, list[Problem]]:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    text = np.isnan(numbers) & column.notna().to_numpy() & (column.astype(str).str.strip() != "").to_numpy()
    faults = [
        (text, "This is not a number.", "Correct it, or leave it empty where there is no figure."),
        (np.isinf(numbers), "A figure must be finite.", "Correct it."),
        (np.isfinite(numbers) & (numbers < 0), "A figure cannot be negative.", "Correct it."),
    ]
    problems = [
        Problem(what, f"row {row}, column {name!r}", str(column.iloc[row]), step)
        for mask, what, step in faults
        for row in np.flatnonzero(mask)
    ]
    return numbers, problems


def _with_every_month(points: pd.DataFrame) -> pd.DataFrame:
    """A month with no row gets one, with no figure: a gap must stay visible."""
    every = pd.period_range(points["period_end"].iloc[0], points["period_end"].iloc[-1], freq="M", name="period_end")
    if len(every) == len(points):
        return points
    filled = points.set_index("period_end").reindex(every).reset_index()
    return filled.fillna({"status": "", "source": "", "note": ""})


def days_in(months: pd.PeriodIndex | pd.Series, span_months: int = 1) -> np.ndarray:
    """Days covered by each period that ends with these months.

    Examples
    --------
    >>> days_in(pd.PeriodIndex(["2015-02", "2016-02"], freq="M")).tolist()
    [28.0, 29.0]
    >>> days_in(pd.PeriodIndex(["2015-06"], freq="M"), span_months=12).tolist()
    [365.0]
    """
    ends = pd.PeriodIndex(months, freq="M")
    starts = ends - (span_months - 1)
    return np.asarray((ends.end_time - starts.start_time).days + 1, dtype=float)
