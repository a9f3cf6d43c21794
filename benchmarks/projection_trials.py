"""Projections of whole families of series from every origin at once, as `project` makes them one by one.

A trial knows nothing later than its origin: weights, growth of sisters and the back-test behind its interval are of
trials that had ended by then. `check` stops a benchmark in which `project` answers otherwise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
import scipy

from pccstats.methods.projection.backtest import (
    GROWTH_UNSURE,
    LARGEST_ERROR,
    LEVEL_KNOWN_LATE,
    REFERENCE_TRIALS,
    backtest,
    reference_variance,
)
from pccstats.methods.projection.material import Material, comparable, material_of
from pccstats.methods.projection.models import weights_of
from pccstats.methods.projection.project import project
from pccstats.methods.projection.sisters import drawn_out
from pccstats.terms.series import Series

LEAST_KNOWN_YEARS = 3
CHECKED = 12  # answers of a table made again by `project`
MOST_WIDER = 0.05
SEED = 99


@dataclass(frozen=True)
class Law:
    """A rule for the interval: how late the level is known, how unsure growth is, how far sisters move together."""

    late: float
    unsure: float
    together: float = 1.0


NOW = Law(LEVEL_KNOWN_LATE, GROWTH_UNSURE)


@dataclass(frozen=True)
class Family:
    """The same measure in several areas, tried at one distance: a row an area, a column a month of origin."""

    series: tuple[Series, ...]
    one: Material  # any of them: they differ in nothing the reference asks
    months: pd.PeriodIndex
    known: np.ndarray
    projected: np.ndarray  # areas, models, months
    errors: np.ndarray
    naive: np.ndarray
    actual: np.ndarray
    steps: int

    @classmethod
    def of(cls, series: list[Series], ahead: int) -> Self:
        """Try each on its own past, and lay the trials side by side; a series whose trials have gaps is left out."""
        found = []
        for each in series:
            material = material_of(comparable(each))
            tried = backtest(material, ahead * material.year // 12)
            if len(tried) and not np.isnan(tried.projected).any():
                found.append((each, material, tried, material.ends[tried.origins - 1]))
        months = pd.PeriodIndex(sorted(set().union(*(ends for *_, ends in found))), freq="M")
        shape = (len(found), 3, len(months))
        known, projected, errors = np.zeros((shape[0], shape[2]), int), np.full(shape, np.nan), np.full(shape, np.nan)
        naive, actual = np.full(known.shape, np.nan), np.full(known.shape, np.nan)
        for row, (_, _, tried, ends) in enumerate(found):
            at = months.get_indexer(ends)
            known[row, at], naive[row, at], actual[row, at] = tried.origins, tried.naive, tried.actual
            projected[row][:, at], errors[row][:, at] = tried.projected, tried.errors
        _, material, tried, _ = found[0]
        return cls(
            tuple(each for each, *_ in found), material, months, known, projected, errors, naive, actual, tried.steps
        )

    def answers(self, ahead: int, every: int, laws: Sequence[Law] = (NOW,)) -> Iterator[dict]:
        """Projections of every series from every so many periods, alone and with the others, by every law."""
        year = self.one.year
        for row, known in enumerate(self.known):
            for at in np.flatnonzero(known >= LEAST_KNOWN_YEARS * year)[::every]:
                yield from self._answers_at(row, at, ahead, laws)

    def _answers_at(self, row: int, at: int, ahead: int, laws: Sequence[Law]) -> Iterator[dict]:
        """One projection: how far out it was, and its scale by every law from trials that had ended by its origin."""
        origin = self.months[at]
        ended = np.flatnonzero(self.months + ahead <= origin)
        columns = np.append(ended, at)
        errors = self.errors[row][:, ended]
        errors = errors[:, ~np.isnan(errors[0])]
        weights = weights_of(errors, _worth(errors.shape[1], self.steps))
        naive, actual = self.naive[:, columns], self.actual[:, columns]
        growth = self.one.distance(np.einsum("k,mkt->mt", weights, self.projected[:, :, columns]), naive)
        told = {"kind": self.series[row].title, "area": self.series[row].area, "ahead": ahead, "origin": origin}
        told |= {"horizon": origin + ahead, "naive": naive[row, -1], "actual": actual[row, -1]}
        months_ahead = np.full(len(columns), float(ahead))
        ways = {"alone": (growth[[row]], np.array([row]))}
        if len(growth) > 1:
            order = np.r_[row, np.delete(np.arange(len(growth)), row)]
            drawn = [drawn_out(growth[one], np.delete(growth, one, axis=0), months_ahead) for one in order]
            ways["with sisters"] = np.stack(drawn), order
        for way, (grown, rows) in ways.items():
            projected = self.one.at_distance(naive[rows], grown)
            away = self.one.distance(actual[rows], projected)
            steps = np.full(grown.shape, float(self.steps))
            allowed = np.stack(
                [
                    reference_variance(self.one, projected, steps, grown, late=law.late, unsure=law.unsure)
                    for law in laws
                ]
            )
            standard = np.clip(away[:, :-1] / np.sqrt(allowed[:, :, :-1]), -LARGEST_ERROR, LARGEST_ERROR) ** 2
            counts = (~np.isnan(away[:, :-1])).sum(axis=1)
            sums = np.nansum(standard, axis=2) / np.maximum(counts, 1)
            worths = np.array([_worth(count, self.steps) for count in counts])
            yield (
                told
                | {"way": way, "projected": projected[0, -1], "away": away[0, -1]}
                | _spreads(laws, allowed[:, 0, -1], sums, worths)
            )


def _worth(trials: int, steps: int) -> float:
    return 1 + (trials - 1) / steps if trials else 0.0


def _spreads(laws: Sequence[Law], variance: np.ndarray, squares: np.ndarray, worths: np.ndarray) -> dict:
    """Scale and degrees of freedom by every law, from the trials of a series, first, and of its sisters."""
    scales, freedoms = [], []
    sisters = int((worths[1:] > 0).sum())
    for at, law in enumerate(laws):
        shared = 1 / (1 + (sisters - 1) * law.together) if sisters else 0.0
        weights = worths * np.r_[1.0, np.full(len(worths) - 1, shared)]
        freedoms.append(REFERENCE_TRIALS + weights.sum())
        scales.append(np.sqrt(variance[at] * (REFERENCE_TRIALS + weights @ squares[at]) / freedoms[-1]))
    return {"scales": np.array(scales), "freedoms": np.array(freedoms)}


def check(made: pd.DataFrame, all_series: Sequence[Series], law: int = 0) -> None:
    """Stop unless `project` gives the same limits: what is counted here is what users get.

    A little wider is allowed: `project` counts the largest growth on the way to the horizon, not that at its end alone.
    """
    random = np.random.default_rng(SEED)
    for row in made.iloc[random.choice(len(made), CHECKED, replace=False)].itertuples():
        family = [one for one in all_series if one.title == row.kind]
        own = next(one for one in family if one.area == row.area)
        sisters = [one for one in family if one is not own] if row.way == "with sisters" else []
        answer = project(own.between(last=row.origin), row.horizon, sisters=sisters).summary().iloc[0]
        reach = row.scales[law] * scipy.stats.t.ppf(0.975, row.freedoms[law])
        upper = (row.projected + 0.5) * np.exp(reach) - 0.5
        if not 1 - 1e-6 < answer["upper"] / upper < 1 + MOST_WIDER:
            raise SystemExit(f"{row.area}, {row.kind}, {row.origin}, {row.ahead}: {answer['upper']} is not {upper}.")
