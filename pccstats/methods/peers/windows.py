"""One window of each force, and the same months a year before, taken from series of any span."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from pccstats.methods.peers.comparison import FEWEST_MEMBERS, PER_CENT, GroupFigures, rate_of
from pccstats.methods.peers.funnel import noise_of_a_year
from pccstats.terms.errors import MethodProblem, Problem
from pccstats.terms.once import Once, Remembered
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Window, month_in_words
from pccstats.terms.series import Series
from pccstats.terms.words import Kind

COMPARABLE_KINDS = (Kind.COUNT, Kind.RATE, Kind.SHARE, Kind.SURVEY)
NO_EXPOSURE = "no population or households held"
GIVE_EXPOSURE = (
    "Give `exposure`, the persons or households of each force by its name, or make each series with its `population`."
)
FROM_YEARS = "the forces' own movement from the 12 months before to these"
FROM_MONTHS = "the forces' own movement from period to period within those months"


@dataclass(frozen=True)
class GroupWindow(Once):
    """The figures of the forces that have them, in name order, and why the others are missing."""

    areas: tuple[str, ...]
    figures: GroupFigures
    missing: tuple[str, ...]


class Together(dict[str, Series], Once):
    """The series of all forces of a comparison, with what does not depend on whom it is about.

    One force after another is compared with the same others, and each at many dates: what one has found the next takes.
    """

    @classmethod
    def of(cls, series_by_area: Mapping[str, Series]) -> Together:
        """These series, with what was found when the very same figures were compared lately."""
        if isinstance(series_by_area, cls):
            return series_by_area
        together = cls(series_by_area)
        content = frozenset((area, series.content) for area, series in together.items())
        together.__dict__["_answers"] = _LATELY.once(content, dict)
        return together

    def residents(self, window: Window) -> dict[str, float | None]:
        """Persons living in each area in a window, where that is known."""
        return self.once(
            ("residents", window), lambda: {area: series.population_of(window)[0] for area, series in self.items()}
        )

    def window(
        self, members: tuple[str, ...], focus: str, window: Window, exposure: Mapping[str, float]
    ) -> GroupWindow:
        """Take the window of every member that has it whole; say of the others what is wanting.

        Raises
        ------
        MethodProblem
            If the focus force has no figures, or under three members have.
        """
        asked = (frozenset(members), window, frozenset(exposure.items()))
        found, wanting = self.once(("found", *asked), lambda: self._found(sorted(members), window, exposure))
        if not found:
            raise MethodProblem(_nothing_found(self, wanting, window))
        if problems := _too_few(tuple(found), wanting, focus):
            raise MethodProblem(problems)
        return self.once(
            ("window", *asked),
            lambda: GroupWindow(tuple(found), self._figures(found, window, exposure), _named(wanting)),
        )

    def _found(
        self, members: Sequence[str], window: Window, exposure: Mapping[str, float]
    ) -> tuple[dict[str, np.ndarray], dict[str, str]]:
        """The periods of each member that has them all, and why the others are missing."""
        found: dict[str, np.ndarray] = {}
        wanting: dict[str, str] = {}
        for area in members:
            held = self._held.get(area)
            periods = held.periods_of(window) if held is not None else None
            if held is None:
                wanting[area] = "no figures held"
            elif periods is None:
                wanting[area] = f"no figures for the {window.month_count} months to {month_in_words(window.last)}"
            elif held.needs_exposure and not exposure.get(area, 0) > 0:
                wanting[area] = NO_EXPOSURE
            else:
                found[area] = periods
        return found, wanting

    @cached_property
    def _held(self) -> dict[str, _Held]:
        return {area: _Held.of(series) for area, series in self.items()}

    def _figures(self, found: Mapping[str, np.ndarray], window: Window, exposure: Mapping[str, float]) -> GroupFigures:
        """Arrays of one comparison, with the noise of a yearly figure from the best evidence there is."""
        before = Window(window.first - MONTHS_IN_A_YEAR, window.last - MONTHS_IN_A_YEAR)
        residents, residents_before = self.residents(window), self.residents(before)
        now, then = [], []
        for area, periods in found.items():
            held = self._held[area]
            size = exposure[area] if held.needs_exposure else None
            is_broken = any(before.first < event.month <= window.last for event in self[area].breaks)
            earlier = None if is_broken else held.periods_of(before)
            now.append(_totals(periods, size))
            size_before = residents_before[area] if size == residents[area] else size
            then.append(_totals(earlier, size_before) if earlier is not None else (np.nan, np.nan))
        latest, previous = np.array([now]), np.array([then])
        is_share = self[next(iter(found))].kind.is_proportion
        evidence = {FROM_YEARS: np.stack([previous, latest], axis=2)}
        if len({len(periods) for periods in found.values()}) == 1:
            evidence[FROM_MONTHS] = np.stack(list(found.values()))[None]
        return GroupFigures(
            numerator=latest[..., 0],
            exposure=latest[..., 1],
            previous=rate_of(previous[..., 0], previous[..., 1]),
            noise=noise_of_a_year(latest[..., 0], evidence, share=is_share),
            is_share=is_share,
        )


_LATELY = Remembered(most=8)  # by the content of the series: what was found of them


def _named(wanting: Mapping[str, str]) -> tuple[str, ...]:
    """`Kent (no figures held)`."""
    return tuple(f"{area} ({reason})" for area, reason in wanting.items())


def _nothing_found(series_by_area: Mapping[str, Series], wanting: Mapping[str, str], window: Window) -> Problem:
    """Why not one force can be compared: for want of a population, or of figures."""
    lacking = {area: reason for area, reason in wanting.items() if reason == NO_EXPOSURE}
    if lacking:
        return Problem(
            f"These are counts, compared as rates, and a population is missing: {'; '.join(_named(lacking))}.",
            next_step=GIVE_EXPOSURE,
        )
    ends = sorted({month_in_words(series.last) for series in series_by_area.values() if len(series)})
    return Problem(
        f"No force has figures for the {window.month_count} months to {month_in_words(window.last)}.",
        next_step=f"Their figures end with {', '.join(ends)}: choose `until` by them." if ends else "Give figures.",
    )


def _too_few(areas: tuple[str, ...], wanting: Mapping[str, str], focus: str) -> list[Problem]:
    """Why those that were found are no group."""
    without = f" Missing: {'; '.join(_named(wanting))}." if wanting else ""
    step = GIVE_EXPOSURE if NO_EXPOSURE in wanting.values() else ""
    problems = []
    if focus not in areas:
        problems.append(Problem(f"The focus force cannot be placed in those 12 months.{without}", "", focus, step))
    if len(areas) < FEWEST_MEMBERS:
        words = f"At least {FEWEST_MEMBERS} forces with figures are needed.{without}"
        problems.append(Problem(words, "", str(len(areas)), step))
    return problems


@dataclass(frozen=True)
class _Held:
    """The figures of one force, by position: they are asked for thousands of times."""

    ends: np.ndarray
    figures: np.ndarray
    span_months: int
    needs_exposure: bool  # plain counts, whose rate is per person or household of the force

    @classmethod
    def of(cls, series: Series) -> _Held:
        points = series.points
        columns = [points[name].to_numpy(dtype=float) for name in ("numerator", "denominator")]
        return cls(
            ends=np.asarray(pd.PeriodIndex(points["period_end"]).asi8),
            figures=np.stack(columns, axis=1),
            span_months=series.span_months,
            needs_exposure=not series.kind.is_proportion and bool(np.isnan(columns[1]).all()),
        )

    def periods_of(self, window: Window) -> np.ndarray | None:
        """Numerators and denominators of the periods of a window, oldest first; None unless all of them are there."""
        wanted = np.asarray(window.months.asi8)[self.span_months - 1 :: self.span_months]
        if not np.isin(wanted, self.ends).all():
            return None
        figures = self.figures[np.searchsorted(self.ends, wanted)]
        if np.isnan(figures[:, 0]).any() or not figures[:, 1].sum():  # out of nothing there is no rate
            return None
        lacks_denominator = bool(np.isnan(figures[:, 1]).any()) and not self.needs_exposure
        return None if lacks_denominator and len(figures) > 1 else figures  # per cents of unknown n cannot be pooled


def kind_problems(series_by_area: Mapping[str, Series]) -> list[Problem]:
    """Figures of a sort that cannot be set beside other forces', or of more than one sort."""
    kinds = {series.kind for series in series_by_area.values()}
    wrong = sorted(kind for kind in kinds if kind not in COMPARABLE_KINDS)
    found = [
        Problem(
            "Figures of this kind cannot be compared between forces.",
            value=kind,
            next_step="Give counts, rates, shares or survey results.",
        )
        for kind in wrong
    ]
    if len({kind.is_proportion for kind in kinds}) > 1:
        found.append(Problem("Shares and counts cannot stand in one group.", value=", ".join(sorted(kinds))))
    return found


def _totals(periods: np.ndarray, size: float | None) -> tuple[float, float]:
    """Numerator and exposure of 12 months; a per cent of unknown n is a share of nothing known."""
    numerator, denominator = periods.sum(axis=0)
    if size is not None:
        return float(numerator), size
    if np.isnan(denominator):
        return float(numerator) / PER_CENT, np.nan
    return float(numerator), float(denominator)
