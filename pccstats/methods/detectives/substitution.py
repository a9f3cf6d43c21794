"""A sibling that rises as its twin falls: records that moved from one class to the other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations

from pccstats.methods.detectives.yearly import Pair, YearlySeries, yearly_series
from pccstats.terms.findings import Finding
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_YEAR, month_in_words
from pccstats.terms.words import Kind

ALIKE = 0.85  # of two titles: violence with injury, violence without injury
LEAST_EACH = 2.0  # standard errors that each has moved, in opposite ways
LEAST_TOGETHER = 3.5  # of the difference of the two
LEAST_OFFSET = 0.5  # the part of the larger change that the smaller takes back


def substitutions(data: Observations) -> Iterator[Finding]:
    """Find pairs of series alike in name that moved apart by much, and together by little.

    With z_a and z_b the changes of the two in standard errors, the pair is reported where both are past 2, in opposite
    ways, (z_a - z_b) / sqrt 2 is past 3.5, and one change takes back at least half of the other. A change is that of a
    quarter, or of a year; of each run of quarters only the strongest is reported.
    """
    by_area: dict[str, list[YearlySeries]] = {}
    for series in yearly_series(data):
        if series.about.kind is Kind.COUNT:
            by_area.setdefault(series.area, []).append(series)
    for held in by_area.values():
        for one, other in combinations(held, 2):
            if _are_siblings(one, other):
                yield from _of_siblings(one, other)


def _are_siblings(one: YearlySeries, other: YearlySeries) -> bool:
    titles = one.about.title.lower(), other.about.title.lower()
    is_same_family = one.about.on_dashboard == other.about.on_dashboard
    return is_same_family and SequenceMatcher(None, *titles).ratio() >= ALIKE


def _of_siblings(one: YearlySeries, other: YearlySeries) -> Iterator[Finding]:
    found: list[tuple[float, Pair, Pair]] = []
    for gap in (3, MONTHS_IN_A_YEAR):
        others = {(pair.earlier_end, pair.later_end): pair for pair in _pairs(other, gap)}
        for pair in _pairs(one, gap):
            twin = others.get((pair.earlier_end, pair.later_end))
            together = _moved_apart(one.z(pair), other.z(twin), pair, twin) if twin else 0.0
            if together:
                found.append((together, pair, twin or pair))
    for _, pair, twin in _strongest(found):
        risen, fallen = (one, other) if pair.difference > 0 else (other, one)
        up, down = (pair, twin) if pair.difference > 0 else (twin, pair)
        message = (
            f"rose by {up.difference:,.0f} in the 12 months to {month_in_words(up.later_end)}, against those to "
            f"{month_in_words(up.earlier_end)}, as {fallen.about.title} fell by {-down.difference:,.0f}: records may "
            "have moved from one to the other."
        )
        event = risen.event_between(up, only_breaks=False)
        step = "Look at the two together, and ask whether the recording of either changed."
        yield risen.finding("substitution", up.later_end, message, event, step)


def _moved_apart(z: float, of_twin: float, pair: Pair, twin: Pair) -> float:
    """How strongly the two moved apart, in standard errors; nought where they did not."""
    changes = abs(pair.difference), abs(twin.difference)
    if z * of_twin >= 0 or min(abs(z), abs(of_twin)) < LEAST_EACH or min(changes) < LEAST_OFFSET * max(changes):
        return 0.0
    together = abs(z - of_twin) / math.sqrt(2)
    return together if together >= LEAST_TOGETHER else 0.0


def _pairs(series: YearlySeries, gap: int) -> list[Pair]:
    """Figures a quarter or a year apart."""
    values = series.by_end
    return [Pair(values[end - gap], value, end - gap, end) for end, value in values.items() if end - gap in values]


def _strongest(found: list[tuple[float, Pair, Pair]]) -> list[tuple[float, Pair, Pair]]:
    """The strongest of findings whose months overlap, earliest first."""
    kept: list[tuple[float, Pair, Pair]] = []
    for candidate in sorted(found, key=lambda entry: -entry[0]):
        pair = candidate[1]
        if all(pair.later_end <= other.earlier_end or other.later_end <= pair.earlier_end for _, other, _ in kept):
            kept.append(candidate)
    return sorted(kept, key=lambda entry: entry[1].later_end)
