"""Whether what is published gives a withheld figure away: by being equal to it, by a sum, or by what is left of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from pccstats.terms.errors import Problem
from pccstats.terms.observations import Observations
from pccstats.terms.periods import Window
from pccstats.terms.plan import Plan
from pccstats.terms.release import measures_of
from pccstats.terms.words import Audience

Figure = tuple[str, str, int, int]  # measure, area, last month as an ordinal, how many months
ENOUGH_ALIKE = 2  # figures in which two measures agree, and half of those they share, if they count the same thing
LEAST_TELLING = 100.0  # smaller figures agree by chance
ROUNDING = 0.5  # a sum so near is the figure


@dataclass(frozen=True)
class GivenAway:
    """A withheld figure that published ones tell.

    Attributes
    ----------
    figure : str
        Which it is, in words, without its number.
    by : tuple of str
        The published figures that tell it.
    how : str
        How they do.
    """

    figure: str
    by: tuple[str, ...]
    how: str

    @property
    def problem(self) -> Problem:
        """The same as a problem, for a run that is refused and for a warning."""
        step = f"Withhold {'it' if len(self.by) == 1 else 'one of them'} too, or release the figure."
        return Problem(f"It is withheld, and {self.how}: {', '.join(self.by)}.", self.figure, next_step=step)


def given_away(data: Observations, audience: Audience | str) -> tuple[GivenAway, ...]:
    """Find the figures withheld from an audience that it can work out from those it is given.

    Parameters
    ----------
    data : Observations
        All figures, nothing taken out.
    audience : {"internal", "public"}
        Who is given the rest.

    Returns
    -------
    tuple of GivenAway
        One a measure, area and way, with the latest figure so told; empty where nothing can be worked out.

    Notes
    -----
    Tried for each withheld figure, with those of the same period: a measure that is equal to it, and to half of the
    figures they share; the parts of a measure, and of an area, added up; a whole less its other parts. That these come
    out is seen by the withheld figure itself, to half a unit.

    Examples
    --------
    >>> import pccstats as pcc
    >>> given_away(pcc.read_observations("data/processed"), "public")
    ()
    """
    seen = Audience(audience)
    if data.withheld_from(seen).is_nothing:
        return ()
    every, shown = _figures(data), _figures(data.for_audience(seen))
    found = {}
    for figure in sorted(every.keys() - shown.keys(), key=lambda each: each[2:]):
        for how, by in (*_equal(figure, every, shown), *_sums(figure, every[figure], shown, data.plan)):
            told = GivenAway(_in_words(figure, data.plan), tuple(_in_words(each, data.plan) for each in by), how)
            found[figure[:2], how, tuple(each[:2] for each in by)] = told
    return tuple(found.values())


def _figures(data: Observations) -> dict[Figure, float]:
    """The latest published of each figure."""
    rows = data.frame[data.frame["numerator"].notna()].sort_values("published_on", kind="stable")
    ends = (end.ordinal for end in rows["period_end"])
    keys = zip(rows["indicator"], rows["area"], ends, rows["months"].astype(int), strict=True)
    return dict(zip(keys, rows["numerator"].astype(float), strict=True))


def _equal(
    figure: Figure, every: Mapping[Figure, float], shown: Mapping[Figure, float]
) -> Iterator[tuple[str, tuple[Figure, ...]]]:
    """Published figures of another measure that are equal to it, as they were before."""
    measure, *when_and_where = figure
    value = every[figure]
    if abs(value) < LEAST_TELLING:
        return
    for other, number in shown.items():
        if number != value or list(other[1:]) != when_and_where or other[0] == measure:
            continue
        own = {key[1:]: each for key, each in every.items() if key[0] == measure and abs(each) >= LEAST_TELLING}
        shared = [every[other[0], *key] == each for key, each in own.items() if (other[0], *key) in every]
        if sum(shared) >= max(ENOUGH_ALIKE, len(shared) / 2):
            yield "is equal to a published one, as most others of theirs are", (other,)


def _sums(
    figure: Figure, value: float, shown: Mapping[Figure, float], plan: Plan
) -> Iterator[tuple[str, tuple[Figure, ...]]]:
    """Published parts that add up to it; a published whole of which it is what the other parts leave."""
    for whole, parts in _identities(figure, plan):
        if not all(part in shown for part in parts if part != figure):
            continue
        others = tuple(part for part in parts if part != figure)
        total = sum(shown[part] for part in others)
        if whole == figure and abs(total - value) <= ROUNDING:
            yield "published figures add up to it", others
        elif whole in shown and abs(shown[whole] - total - value) <= ROUNDING:
            yield "it is what is left of a published total", (whole, *others)


def _identities(figure: Figure, plan: Plan) -> Iterator[tuple[Figure, tuple[Figure, ...]]]:
    """The sums it stands in, as a whole and its parts: by measure and by area, at the same time."""
    measure, area, *when = figure
    end, months = when
    wholes = {each.key: each.part_of for each in measures_of(plan)}
    for whole in {measure, wholes.get(measure)} - {None}:
        parts = [key for key, of in wholes.items() if of == whole]
        if len(parts) > 1:
            yield (str(whole), area, end, months), tuple((key, area, end, months) for key in parts)
    around = {each.name: each.part_of for each in plan.areas}
    for place in {area, around.get(area)} - {None}:
        inside = plan.parts_of(str(place))
        if len(inside) > 1:
            yield (measure, str(place), end, months), tuple((measure, part.name, end, months) for part in inside)


def _in_words(figure: Figure, plan: Plan) -> str:
    """`Domestic burglary (12.offences) in Leicestershire, 12 months to June 2015`."""
    measure, area, end, months = figure
    window = Window.ending(pd.Period(ordinal=end, freq="M"), months)
    return f"{plan.indicator(measure).name} ({measure}) in {area}, {window}"
