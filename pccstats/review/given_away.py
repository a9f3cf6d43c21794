"""Whether what is published gives a withheld figure away: by being equal to it, by a sum, or by what is left of one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import pandas as pd

from pccstats.methods.differencing import Cell, Sum, WorkedOut, alike, worked_out
from pccstats.terms.errors import Problem
from pccstats.terms.observations import Observations
from pccstats.terms.periods import Window
from pccstats.terms.plan import Plan
from pccstats.terms.release import measures_of
from pccstats.terms.words import Audience, Kind, Status

Series = tuple[str, str, str]  # measure, area, and whether the figure itself or what it is out of
ITSELF, BASE = "numerator", "denominator"
LEAST_TELLING = 100.0  # smaller figures agree by chance
MOST_NAMED = 8  # figures named in one message
ADD_UP = frozenset({Kind.COUNT, Kind.MONEY})  # kinds whose parts and areas add up to the whole


@dataclass(frozen=True)
class GivenAway:
    """A withheld figure that published ones tell.

    Attributes
    ----------
    figure : str
        Which it is, in words, without its number.
    by : tuple of str
        The published figures that tell it; those taken away begin with "less".
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
        more = f"; and {len(self.by) - MOST_NAMED} more" if len(self.by) > MOST_NAMED else ""
        return Problem(
            f"It is withheld, and {self.how}: {'; '.join(self.by[:MOST_NAMED])}{more}.", self.figure, "", step
        )


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
    Whatever can be had by adding published figures and taking some away is found (`pccstats.methods.differencing`):
    over months, over the parts of a measure, over areas, by the official measure of the same thing and by one that
    proves to be equal. What comes out to a twentieth of the figure counts as told, and how near it comes is said.

    Examples
    --------
    >>> import pccstats as pcc
    >>> given_away(pcc.read_observations("data/processed"), "public")
    ()
    """
    seen = Audience(audience)
    if data.withheld_from(seen).is_nothing:
        return ()
    every, shown = _figures(data.frame), _figures(data.for_audience(seen).frame)
    secret = sorted(_secret(data, seen).keys() - shown.keys(), key=lambda cell: (cell.until, str(cell)))
    sums = [*_sums(data.plan, frozenset(_series_of(every))), *_equal(every, secret, shown)]
    found = {}
    for told in worked_out(every, shown, secret, sums):
        key = told.cell.series, told.is_exact, tuple(sorted({str(cell.series) for cell in told.terms}))
        found[key] = _in_words(told, data.plan)
    return tuple(found.values())


def _figures(frame: pd.DataFrame) -> dict[Cell, float]:
    """The latest published of each figure, and of what it is out of."""
    found = {}
    for row in frame.sort_values("published_on", kind="stable").to_dict("records"):
        last = row["period_end"].ordinal
        for column in (ITSELF, BASE):
            if pd.notna(row[column]):
                series = (row["indicator"], row["area"], column)
                found[Cell(series, last - int(row["months"]), last)] = float(row[column])
    return found


def _secret(data: Observations, audience: Audience) -> dict[Cell, float]:
    """The figures that are withheld for their own sake, not for what they would tell of others."""
    frame = data.frame
    closed = data.withheld_from(audience).closed
    is_secret = frame["indicator"].isin(closed) | frame["status"].eq(Status.EMBARGOED)
    return _figures(frame[is_secret].assign(**{BASE: float("nan")}))


def _sums(plan: Plan, held: frozenset[Series]) -> Iterator[Sum]:
    """What the plan says adds up, as far as anything of it is held: parts, areas, and what counts the same."""
    areas = sorted({area for _, area, _ in held} | {each.part_of for each in plan.areas if each.part_of})
    measures = measures_of(plan)
    parts_of = {each.key: [part.key for part in measures if part.part_of == each.key] for each in measures}
    for measure in measures:
        for area in areas:
            whole = (measure.key, area, ITSELF)
            said: list[tuple[Series, ...]] = [
                ((key, area, ITSELF),) for key in (measure.peers, measure.anchor) if key is not None
            ]
            if measure.kind in ADD_UP:
                parts = tuple((key, area, ITSELF) for key in parts_of[measure.key])
                places = tuple((measure.key, inside.name, ITSELF) for inside in plan.parts_of(area))
                said += [each for each in (parts, places) if len(each) > 1]
            yield from (Sum(whole, each) for each in said if not held.isdisjoint((whole, *each)))


def _equal(every: Mapping[Cell, float], secret: Iterable[Cell], shown: Mapping[Cell, float]) -> Iterator[Sum]:
    """Published series of the same area that prove to count the same as a withheld one."""
    open_to_them, withheld = _series_of(shown), _series_of(secret)
    pairs = ((one, other) for one in withheld for other in open_to_them if one[1] == other[1] and one[0] != other[0])
    return alike(every, pairs, LEAST_TELLING)


def _series_of(cells: Iterable[Cell]) -> list[Series]:
    return sorted({cast("Series", cell.series) for cell in cells})


def _how(told: WorkedOut) -> str:
    times = set(told.terms.values())
    if len(told.terms) == 1 and times == {1}:
        how = "is equal to a published one"
    elif times == {1}:
        how = "published figures add up to it"
    else:
        how = "it is what is left of published figures"
    return how if told.is_exact else f"{how}, to within {math.ceil(told.error)}"


def _in_words(told: WorkedOut, plan: Plan) -> GivenAway:
    ordered = sorted(told.terms.items(), key=lambda term: (term[1] < 0, term[0].until, str(term[0])))
    by = tuple(f"{_times(times)}{_named(cell, plan)}" for cell, times in ordered)
    return GivenAway(_named(told.cell, plan), by, _how(told))


def _times(times: Fraction) -> str:
    often = "" if abs(times) == 1 else f"{abs(times)} times "
    return f"less {often}" if times < 0 else often


def _named(cell: Cell, plan: Plan) -> str:
    """`Domestic burglary (12.offences) in Leicestershire, 12 months to June 2015`."""
    measure, area, column = cast("Series", cell.series)
    window = Window.ending(pd.Period(ordinal=cell.until, freq="M"), cell.until - cell.after)
    out_of = "what is counted for " if column == BASE else ""
    return f"{out_of}{plan.indicator(measure).name} ({measure}) in {area}, {window}"
