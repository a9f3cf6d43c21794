"""Segments: the months cut where limits are set anew, and in each the months that set them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.level.charts import Figures, Measured
from pccstats.methods.level.options import DatedReason, LevelOptions

Flags = NDArray[np.bool_]
Part = TypeVar("Part")


@dataclass(frozen=True)
class Stretch:
    """Columns `start` to `stop` of the months share a centre line, for the reason given where they start."""

    start: int
    stop: int
    reason: str = ""

    @property
    def months(self) -> slice:
        return slice(self.start, self.stop)

    @property
    def length(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True)
class Segments:
    """How the months are cut, and what each is for.

    Attributes
    ----------
    stretches : tuple of Stretch
        First to last; the same for all series.
    judged : array of bool
        Series by months: months with a figure that are not excluded.
    in_baseline : array of bool
        Those of them that set the limits.
    """

    stretches: tuple[Stretch, ...]
    judged: Flags
    in_baseline: Flags

    @property
    def months(self) -> list[slice]:
        """The columns of each segment."""
        return [stretch.months for stretch in self.stretches]

    @property
    def number(self) -> NDArray[np.int64]:
        """The number of the segment each month belongs to, from 1."""
        return np.repeat(np.arange(1, len(self.stretches) + 1), [stretch.length for stretch in self.stretches])


def cut_into_segments(figures: Figures, measured: Measured, asked: LevelOptions) -> Segments:
    """Cut the months where limits are set anew, and choose those that set them.

    A segment in which no month of the baseline lies is set by all its own months, unless no segment has any.
    """
    stretches = _stretches(figures.months, figures.span_months, asked.rebases)
    judged = ~np.isnan(measured.level) & ~asked.is_excluded(figures.months)
    present = np.ones(judged.shape, dtype=bool) if figures.present is None else figures.present
    chosen = present & asked.is_baseline(figures.months)
    elsewhere = np.asarray(chosen.any(axis=1))
    for stretch in stretches:
        here = np.s_[:, stretch.months]
        chosen[here] |= np.asarray(elsewhere & ~chosen[here].any(axis=1))[:, None]
    return Segments(stretches, judged, judged & chosen)


def _stretches(months: pd.PeriodIndex, span_months: int, rebases: tuple[DatedReason, ...]) -> tuple[Stretch, ...]:
    """Cut before the first period that begins with or after the date; a date outside the series cuts nothing."""
    reasons: dict[int, str] = {}
    for rebase in rebases:
        at = -((months[0].ordinal - (span_months - 1) - rebase.month.ordinal) // span_months) if len(months) else 0
        if 0 < at < len(months):
            reasons[at] = "; ".join(filter(None, (reasons.get(at, ""), rebase.reason)))
    starts = [0, *sorted(reasons)]
    stops = [*starts[1:], len(months)]
    return tuple(Stretch(a, b, reasons.get(a, "")) for a, b in zip(starts, stops, strict=True))


def side_by_side(parts: Sequence[Part]) -> Part:
    """What was found of each segment, one after another as the months run: arrays are joined, field by field."""
    first: Any = parts[0]
    if len(parts) == 1 or first is None:
        return parts[0]
    if isinstance(first, np.ndarray):
        return cast("Part", np.concatenate([cast("Any", part) for part in parts], axis=-1))
    if isinstance(first, dict):
        return cast("Part", {name: side_by_side([cast("Any", part)[name] for part in parts]) for name in first})
    joined = {one.name: side_by_side([getattr(part, one.name) for part in parts]) for one in fields(first)}
    return cast("Part", type(first)(**joined))
