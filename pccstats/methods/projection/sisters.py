"""What a series takes from its sisters: growth that the same measure elsewhere has in common with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from pccstats.methods.projection.backtest import Backtest, backtest_and_path, reference_variance
from pccstats.methods.projection.material import Material
from pccstats.terms.periods import MONTHS_IN_A_YEAR

Array = NDArray[np.float64]
# Learned on 17 police forces, years to June 2016 (`benchmarks/projection_growth.py`); decision 0093 has how.
COMMON_GROWTH = 0.7  # by how much more the growth of very many series counts than that of one
OWN_GROWTH_LASTS = 36.0  # months until what sets a series apart from its sisters counts for nothing


def drawn_out(own: Array, sisters: Array, months_ahead: Array, *, common: float = COMMON_GROWTH) -> Array:
    """Growth of a series, drawn out where its sisters have it too, and damped where it is alone.

    Parameters
    ----------
    own : array (points,)
        Growth projected from the series itself, as the log of a year ahead over the last year known.
    sisters : array (sisters, points)
        The same of each sister; empty where one has none.
    months_ahead : array (points,)
        From the last figure to the end of each year ahead.
    common : float
        How far the growth of very many series is drawn out, less one.

    Returns
    -------
    array (points,)
        `own` itself where there is no sister.

    Notes
    -----
    With the mean m of the series and its k sisters, for which the middle of the sisters stands k times::

        a (own - m) + (1 + c) n / (n + c) m,   n = k + 1,   a = 1 - months / 36,   c = 0.7 min(months, 12) / 12

    One series' growth is mostly noise, and the models damp it; what many have in common is not. The middle, since one
    sister may have changed how it records and nobody registered it.

    References
    ----------
    Duncan GT, Gorr WL, Szczypula J (2001). Forecasting analogous time series. In: Armstrong JS (ed.), Principles of
    Forecasting, 195-213: pooling series that move together.

    Examples
    --------
    Three sisters that grow by 0.10, a year ahead, and a series that stands still:

    >>> sisters = np.full((3, 1), 0.10)
    >>> drawn_out(np.array([0.0]), sisters, np.array([12.0])).round(4).tolist()
    [0.0585]
    >>> drawn_out(np.array([0.04]), sisters[:0], np.array([12.0])).tolist()
    [0.04]
    """
    if not len(sisters):
        return own
    count = (~np.isnan(sisters)).sum(axis=0)
    median = np.median if np.all(count == len(sisters)) else np.nanmedian  # the latter takes ten times as long
    middle = median(np.where(count > 0, sisters, 0.0), axis=0)
    of_own, of_sisters = shares_of_growth(count, months_ahead, common=common)
    return np.asarray(np.where(count > 0, of_own * own + of_sisters * middle, own))


def shares_of_growth(
    sisters: NDArray[np.int64], months_ahead: Array, *, common: float = COMMON_GROWTH
) -> tuple[Array, Array]:
    """How many times a series' own growth counts, and the middle growth of so many sisters.

    Examples
    --------
    >>> [weight.round(2).tolist() for weight in shares_of_growth(np.array([0, 7]), np.array([21.0, 21.0]))]
    [[1.0, 0.56], [0.0, 1.0]]
    """
    together = sisters + 1
    more = common * np.minimum(months_ahead, MONTHS_IN_A_YEAR) / MONTHS_IN_A_YEAR
    of_mean = (1 + more) * together / (together + more)
    of_difference = np.maximum(1 - months_ahead / OWN_GROWTH_LASTS, 0)
    of_sisters = (of_mean - of_difference) * sisters / together
    return np.asarray(of_mean - of_sisters), np.asarray(of_sisters)


@dataclass(frozen=True)
class Member:
    """A series tried on its own past and carried forward, by one combination of models.

    Attributes
    ----------
    path_by_model : array (models, steps)
        The years ahead of its last figure.
    weights : array (models,)
        Of the combination: those of the series projected, for its sisters too.
    """

    material: Material
    trials: Backtest
    path_by_model: Array
    weights: Array

    @cached_property
    def path(self) -> Array:
        """The combination's figure for the year to each period ahead."""
        return np.asarray(self.weights @ self.path_by_model)

    @cached_property
    def tried(self) -> Array:
        """The combination's figures in the trials."""
        return np.asarray(self.weights @ self.trials.projected)

    @cached_property
    def origins(self) -> NDArray[np.int64]:
        """The last month known at each trial, by its running number."""
        return np.asarray(self.material.ends.asi8[self.trials.origins - 1])

    @cached_property
    def growth_tried(self) -> Array:
        """Growth projected in each trial, on the scale of `Material.distance`."""
        return self.material.distance(self.tried, self.trials.naive)

    @property
    def growth_ahead(self) -> Array:
        """Growth projected from the last year known to each year ahead."""
        return self.material.distance(self.path, self.material.years()[-1:])


@dataclass(frozen=True)
class Family:
    """A series, first, and the sisters tried beside it.

    Shares have no growth in common: nothing was learned on them. Their sisters bear on the interval alone.
    """

    members: tuple[Member, ...]

    @classmethod
    def of(cls, own: Member, sisters: Sequence[Material]) -> Family:
        """Try each sister at the distance of the series' own trials."""
        steps = own.trials.steps
        beside = (
            Member(sister, *sister.once(("tried", steps), partial(backtest_and_path, sister, steps)), own.weights)
            for sister in sisters
        )
        return cls((own, *beside))

    @property
    def lending(self) -> tuple[bool, ...]:
        """Which sisters' growth reaches the horizon; none where the series' own last year is not whole."""
        own, *sisters = (member.material for member in self.members)
        can_borrow = not own.is_share and not np.isnan(own.years()[-1])
        return tuple(
            bool(can_borrow and sister.ends[-1] == own.ends[-1] and not np.isnan(sister.years()[-1]))
            for sister in sisters
        )

    def path(self) -> Array:
        """The year to each period ahead, its growth drawn out or damped by the sisters'."""
        own, *sisters = self.members
        lent = [sister.growth_ahead for sister, lends in zip(sisters, self.lending, strict=True) if lends]
        if not lent:
            return own.path
        ahead = np.arange(1.0, len(own.path) + 1) * MONTHS_IN_A_YEAR / own.material.year
        growth = drawn_out(own.growth_ahead, np.stack(lent), ahead)
        return own.material.at_distance(own.material.years()[-1:], growth)

    def tried(self, place: int = 0) -> Array:
        """Years projected in the trials of one member, with the growth that the others showed at the same months."""
        member = self.members[place]
        if member.material.is_share or len(self.members) == 1 or not len(member.trials):
            return member.tried
        at_its_months = self._growth_tried[:, np.searchsorted(self._months_tried, member.origins)]
        beside = np.delete(at_its_months, place, axis=0)
        months = np.full(len(member.trials), member.trials.steps * MONTHS_IN_A_YEAR / member.material.year)
        growth = drawn_out(member.growth_tried, beside, months)
        return member.material.at_distance(member.trials.naive, growth)

    @cached_property
    def _months_tried(self) -> NDArray[np.int64]:
        """Every month that any member was tried from, earliest first."""
        return np.unique(np.concatenate([member.origins for member in self.members]))

    @cached_property
    def _growth_tried(self) -> Array:
        """The growth each member showed at each of those months, array (members, months); empty where not tried."""
        growth = np.full((len(self.members), len(self._months_tried)), np.nan)
        for row, member in zip(growth, self.members, strict=True):
            row[np.searchsorted(self._months_tried, member.origins)] = member.growth_tried
        return growth

    def standardised(self, place: int = 0) -> tuple[Array, float]:
        """Errors of one member in its trials over what the reference allows, and the trials they are worth."""
        member, projected = self.members[place], self.tried(place)
        growth = member.material.distance(projected, member.trials.naive)
        allowed = reference_variance(member.material, projected, np.full(len(projected), member.trials.steps), growth)
        errors = member.material.distance(member.trials.actual, projected) / np.sqrt(allowed)
        return errors, member.trials.independent_trials
