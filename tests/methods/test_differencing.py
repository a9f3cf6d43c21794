"""What can be worked out from published figures: held against the rank of the figures over all that is counted."""

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pccstats.methods.differencing import Cell, Sum, worked_out

PARTS, PLACES, MONTHS = ("burglary", "theft"), ("North", "South"), 6
MEASURES = {**{part: (part,) for part in PARTS}, "all crime": PARTS, "official crime": PARTS}
AREAS = {**{place: (place,) for place in PLACES}, "Town": PLACES}
COUNTED = list(itertools.product(PARTS, PLACES, range(MONTHS)))
SERIES = list(itertools.product(MEASURES, AREAS))
SUMS = [
    *(Sum(("all crime", area), tuple((part, area) for part in PARTS)) for area in AREAS),
    *(Sum((measure, "Town"), tuple((measure, place) for place in PLACES)) for measure in MEASURES),
    *(Sum(("official crime", area), (("all crime", area),)) for area in AREAS),
]
WINDOWS = [
    (after, until) for after, until in itertools.combinations(range(MONTHS + 1), 2) if until - after in (1, 3, 6)
]
cells = st.builds(lambda series, window: Cell(series, *window), st.sampled_from(SERIES), st.sampled_from(WINDOWS))


def counted_in(cell: Cell) -> list[int]:
    """Which of all that is counted is in a figure: 1 where it is."""
    measure, area = cell.series
    months = range(cell.after, cell.until)
    return [int(part in MEASURES[measure] and place in AREAS[area] and when in months) for part, place, when in COUNTED]


def is_told(cell: Cell, published: list[Cell]) -> bool:
    """True where a figure is a combination of published ones, by the rank of the table of what is in each."""
    table = np.array([counted_in(each) for each in published], dtype=float).reshape(len(published), len(COUNTED))
    return bool(np.linalg.matrix_rank(np.vstack([table, counted_in(cell)])) == np.linalg.matrix_rank(table))


@given(st.lists(cells, min_size=1, max_size=40, unique=True), st.lists(cells, min_size=1, max_size=6, unique=True))
@settings(max_examples=150)
def test_what_rank_tells_is_found_and_nothing_else(published: list[Cell], secret: list[Cell]) -> None:
    """Whatever is published, the figures found are those that a test of rank finds, and each comes out as it is."""
    chance = random.Random(repr(published))
    counts = np.array([chance.randrange(1_000, 100_000) for _ in COUNTED])
    shown = [cell for cell in published if cell not in secret]
    figures = {cell: float(counts @ counted_in(cell)) for cell in (*shown, *secret)}
    found = {told.cell: told for told in worked_out(figures, shown, secret, SUMS)}
    assert set(found) == {cell for cell in secret if is_told(cell, shown)}
    for cell, told in found.items():
        assert set(told.terms) <= set(shown)
        assert sum(float(times) * figures[each] for each, times in told.terms.items()) == pytest.approx(figures[cell])


def test_a_sum_that_fails_is_not_used() -> None:
    """Areas that hold a third of the whole tell nothing of each other; those that hold nearly all tell it nearly."""

    def figures(whole: float) -> dict[Cell, float]:
        values = {"Town": whole, "North": 400.0, "South": 600.0}
        return {Cell(("theft", area), 0, 12): value for area, value in values.items()}

    sums = [Sum(("theft", "Town"), (("theft", "North"), ("theft", "South")))]
    secret = Cell(("theft", "North"), 0, 12)
    for whole, error in ((1000.0, 0.0), (1010.0, 10.0), (1040.0, None), (3000.0, None)):
        held = figures(whole)
        found = [told.error for told in worked_out(held, held.keys() - {secret}, [secret], sums)]
        assert found == ([] if error is None else [error])
