"""Which figures can be worked out from published ones by adding and taking away.

A count over some months is the difference of two running totals, one at either end. Published figures tie the totals
they run between; sums (a whole and its parts, an area and those inside it) tie those of several series. A figure can be
worked out where what is unknown in it is a combination of what is unknown in the sums: a test of rank, done exactly, in
whole numbers and fractions, on the few unknowns that are tied to the figure.

The same question is asked of tables before they are published: Willenborg and de Waal, Elements of Statistical
Disclosure Control (Springer, 2001), section 1.5; Gusfield, A graph theoretic approach to statistical data security,
SIAM Journal on Computing 17 (1988) 552-571, has the running totals as points and the published figures as lines.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple, TypeVar

ROUNDING = 0.5  # two numbers so near are one
NEAR = 0.05  # of a figure: whoever knows it so well knows it (the p per cent rule, with 5)
ENOUGH_ALIKE = 2  # figures in which two series agree, and half of those they share, if they count the same thing
_SAME = 1e-9
_Key = TypeVar("_Key", bound=Hashable)
Vector = dict[Hashable, Fraction]
Point = tuple[Hashable, int]  # a running total: of a series, at the end of a month


class Cell(NamedTuple):
    """One figure: of which series, after which month, to the end of which month."""

    series: Hashable
    after: int
    until: int


@dataclass(frozen=True)
class Sum:
    """A series that is said to be the sum of others, over any months."""

    whole: Hashable
    parts: tuple[Hashable, ...]

    @property
    def signs(self) -> dict[Hashable, int]:
        """1 for the whole, -1 for each part."""
        return {**dict.fromkeys(self.parts, -1), self.whole: 1}


@dataclass(frozen=True)
class WorkedOut:
    """A figure that published ones tell.

    Attributes
    ----------
    cell : Cell
        Which figure.
    terms : mapping
        How often each published figure is added, or taken away.
    error : float
        How far from the figure they come out.
    """

    cell: Cell
    terms: Mapping[Cell, Fraction]
    error: float

    @property
    def is_exact(self) -> bool:
        return self.error <= ROUNDING


def worked_out(
    figures: Mapping[Cell, float], published: Iterable[Cell], secret: Iterable[Cell], sums: Iterable[Sum]
) -> Iterator[WorkedOut]:
    """Find the secret figures that can be worked out from the published ones.

    Parameters
    ----------
    figures : mapping
        Every figure that is held, secret and published.
    published : iterable of Cell
        Those that are published.
    secret : iterable of Cell
        Those to be tried.
    sums : iterable of Sum
        What is said to add up. Each is tried on the figures, and used where it adds up to half a unit or to a
        twentieth; one that the figures can neither bear out nor refute is used too.

    Yields
    ------
    WorkedOut
        One a figure that comes out to half a unit or to a twentieth of it, in the order given.

    Examples
    --------
    Thefts from the months of a year but one, and the year:

    >>> months = {Cell("thefts", month, month + 1): 30.0 + month for month in range(12)}
    >>> figures = {**months, Cell("thefts", 0, 12): sum(months.values())}
    >>> secret = Cell("thefts", 11, 12)
    >>> (told,) = worked_out(figures, figures.keys() - {secret}, [secret], [])
    >>> len(told.terms), int(told.terms[Cell("thefts", 0, 12)]), told.error
    (12, 1, 0.0)
    """
    every = _Web(figures)
    known = _Web({cell: figures[cell] for cell in published})
    system = _System(known, list(_ties(list(sums), every)))
    for cell in secret:
        terms = system.terms_of(cell)
        if terms is None:
            continue
        value = sum(float(times) * figures[term] for term, times in terms.items())
        error = abs(value - figures[cell])
        if error <= max(ROUNDING, NEAR * abs(figures[cell])):
            yield WorkedOut(cell, terms, error)


def alike(figures: Mapping[Cell, float], pairs: Iterable[tuple[Hashable, Hashable]], least: float) -> Iterator[Sum]:
    """Find the pairs of series that count the same: two figures of theirs agree, and half of those they share.

    Parameters
    ----------
    figures : mapping
        Every figure that is held.
    pairs : iterable of (series, series)
        Those to be tried, on the windows of the first.
    least : float
        Figures under this agree by chance and are not looked at.

    Yields
    ------
    Sum
        The first as the sum of the second alone.

    Examples
    --------
    >>> figures = {Cell(series, year, year + 12): 400.0 + year for series in ("ours", "theirs") for year in (0, 12)}
    >>> list(alike(figures, [("ours", "theirs")], least=100))
    [Sum(whole='ours', parts=('theirs',))]
    """
    every = _Web(figures)
    cells = defaultdict(list)
    for cell, value in figures.items():
        if abs(value) >= least:
            cells[cell.series].append(cell)
    for one, other in pairs:
        values = [(figures[cell], every.value(Cell(other, cell.after, cell.until))) for cell in cells[one]]
        shared = [abs(own - value) <= _SAME for own, value in values if value is not None]
        if sum(shared) >= max(ENOUGH_ALIKE, len(shared) / 2):
            yield Sum(one, (other,))


class _Web:
    """Running totals as points, figures as the lines between them."""

    def __init__(self, figures: Mapping[Cell, float]) -> None:
        self.figures = figures
        self.lines: dict[Point, list[tuple[Point, Cell]]] = defaultdict(list)
        for cell in figures:
            start, end = (cell.series, cell.after), (cell.series, cell.until)
            self.lines[start].append((end, cell))
            self.lines[end].append((start, cell))
        self.root: dict[Point, Point] = {}
        self.height: dict[Point, float] = {}  # of a running total above that of its root
        for point in self.lines:
            if point not in self.root:
                self._climb(point)

    def _climb(self, root: Point) -> None:
        self.root[root], self.height[root] = root, 0.0
        for at, to, cell in self.walk(root):
            self.root[to] = root
            self.height[to] = self.height[at] + self.figures[cell] * (1 if cell.until == to[1] else -1)

    def walk(self, root: Point) -> Iterator[tuple[Point, Point, Cell]]:
        """The lines by which all points that are tied to one are reached, the nearest first."""
        seen, waiting = {root}, deque([root])
        while waiting:
            at = waiting.popleft()
            for to, cell in self.lines.get(at, ()):
                if to not in seen:
                    seen.add(to)
                    waiting.append(to)
                    yield at, to, cell

    def root_of(self, point: Point) -> Point:
        """One name for all points that are tied to each other."""
        return self.root.get(point, point)

    def value(self, cell: Cell) -> float | None:
        """A figure as it is held, or as others of its series tell it; None where they do not."""
        if cell in self.figures:
            return self.figures[cell]
        start, end = (cell.series, cell.after), (cell.series, cell.until)
        if self.root_of(start) != self.root_of(end):
            return None
        return self.height[end] - self.height[start]


@dataclass(frozen=True)
class _Tie:
    """A sum over some months, as running totals that add up to nothing, and by how much it fails to."""

    points: Mapping[Point, Fraction]
    gap: float


def _ties(sums: list[Sum], every: _Web) -> Iterator[_Tie]:
    """Every sum over every stretch of months of which figures tell anything, unless they refute it."""
    ends: dict[Hashable, set[int]] = defaultdict(set)
    windows: dict[Hashable, set[tuple[int, int]]] = defaultdict(set)
    for series, after, until in every.figures:
        ends[series] |= {after, until}
        windows[series].add((after, until))
    for group in _tied_sums(sums):
        points = sorted(set().union(*(ends[series] for each in group for series in each.signs)))
        for each in group:
            yield from _ties_of(each, points, {window for series in each.signs for window in windows[series]}, every)


def _tied_sums(sums: list[Sum]) -> list[list[Sum]]:
    """The sums in groups that have no series in common."""
    groups: list[tuple[set[Hashable], list[Sum]]] = []
    for each in sums:
        series, group = set(each.signs), [each]
        for other in [other for other in groups if other[0] & series]:
            groups.remove(other)
            series |= other[0]
            group += other[1]
        groups.append((series, group))
    return [group for _, group in groups]


def _ties_of(each: Sum, points: list[int], windows: set[tuple[int, int]], every: _Web) -> Iterator[_Tie]:
    told = {window: gap for window in _told(each, points, every) | windows if (gap := _gap(each, window, every))}
    if all(gap.size <= ROUNDING for gap in told.values()):
        yield from (_tie(each, window, 0.0) for window in pairwise(points))
        return
    near = (window for window, gap in told.items() if gap.size <= max(ROUNDING, NEAR * gap.whole))
    yield from (_tie(each, window, told[window].size) for window in sorted(near))


def _told(each: Sum, points: list[int], every: _Web) -> set[tuple[int, int]]:
    """The shortest stretches over which figures tell the whole and every part."""
    tied = defaultdict(list)
    for point in points:
        tied[tuple(every.root_of((series, point)) for series in each.signs)].append(point)
    return {window for found in tied.values() for window in pairwise(found)}


class _Gap(NamedTuple):
    size: float
    whole: float


def _gap(each: Sum, window: tuple[int, int], every: _Web) -> _Gap | None:
    """By how much a sum fails, and the whole; None where figures do not tell."""
    values = [(sign, every.value(Cell(series, *window))) for series, sign in each.signs.items()]
    if any(value is None for _, value in values):
        return None
    apart = sum(sign * value for sign, value in values if value is not None)
    return _Gap(abs(apart), abs(every.value(Cell(each.whole, *window)) or 0.0))


def _tie(each: Sum, window: tuple[int, int], gap: float) -> _Tie:
    after, until = window
    points: dict[Point, Fraction] = {}
    for series, sign in each.signs.items():
        points |= {(series, until): Fraction(sign), (series, after): Fraction(-sign)}
    return _Tie(points, gap)


@dataclass(frozen=True)
class _Row:
    """A tie as far as it is unknown, made of so many times each of some ties."""

    unknown: Vector
    ties: dict[int, Fraction]

    def less(self, other: _Row, times: Fraction) -> _Row:
        return _Row(_less(self.unknown, other.unknown, times), _less(self.ties, other.ties, times))


@dataclass
class _Block:
    """Ties that share unknowns, brought to steps: each row begins with an unknown that no later row has."""

    rows: dict[Hashable, _Row] = field(default_factory=dict)

    def reduced(self, row: _Row) -> _Row:
        """A row less all that the block tells of it."""
        for first, step in self.rows.items():
            if times := row.unknown.get(first):
                row = row.less(step, times / step.unknown[first])
        return row

    def add(self, row: _Row) -> None:
        row = self.reduced(row)
        if row.unknown:
            self.rows[next(iter(row.unknown))] = row


class _System:
    """All ties, with what is published taken as known."""

    def __init__(self, known: _Web, ties: list[_Tie]) -> None:
        self._known, self._ties = known, ties
        points = {point for tie in ties for point in tie.points} | set(known.lines)
        self._steps = _Steps(known, points)
        rows = [_Row(self._steps.unknown_in(tie.points), {at: Fraction(1)}) for at, tie in enumerate(ties)]
        rows.sort(key=lambda row: (self._ties[next(iter(row.ties))].gap, len(row.unknown)))
        self._block_of: dict[Hashable, int] = {}
        self._rows_of: dict[int, list[_Row]] = {}
        for row in rows:
            self._join(row)
        self._solved: dict[int, _Block] = {}

    def _join(self, row: _Row) -> None:
        """Put a row with those it shares an unknown with."""
        blocks = sorted({self._block_of[each] for each in row.unknown if each in self._block_of})
        number = blocks[0] if blocks else len(self._block_of)
        merged = [each for block in blocks for each in self._rows_of.pop(block)]
        self._rows_of[number] = [*merged, row]
        for each in self._rows_of[number] if len(blocks) > 1 else (row,):
            self._block_of |= dict.fromkeys(each.unknown, number)

    def terms_of(self, cell: Cell) -> dict[Cell, Fraction] | None:
        """How often published figures are added to make a figure; None where they do not tell it."""
        asked = {(cell.series, cell.until): Fraction(1), (cell.series, cell.after): Fraction(-1)}
        row = _Row(self._steps.unknown_in(asked), {})
        for number in {self._block_of[each] for each in row.unknown if each in self._block_of}:
            row = self._block(number).reduced(row)
        if row.unknown:
            return None
        for at, times in row.ties.items():  # `reduced` took them away: they stand with the sign turned
            asked = _less(asked, self._ties[at].points, -times)
        return self._figures_for(asked)

    def _block(self, number: int) -> _Block:
        if number not in self._solved:
            self._solved[number] = block = _Block()
            for row in sorted(self._rows_of[number], key=lambda row: self._ties[next(iter(row.ties))].gap):
                block.add(row)
        return self._solved[number]

    def _figures_for(self, asked: Mapping[Point, Fraction]) -> dict[Cell, Fraction]:
        """The published figures along which so much is carried from one running total to another."""
        terms: dict[Cell, Fraction] = defaultdict(Fraction)
        left = dict(asked)
        for root in {self._known.root_of(point): point for point in sorted(asked, key=str)}.values():
            for at, to, cell in reversed(list(self._known.walk(root))):
                if amount := left.pop(to, None):
                    terms[cell] += amount if cell.until == to[1] else -amount
                    left[at] = left.get(at, Fraction()) + amount
        return {cell: times for cell, times in terms.items() if times}


class _Steps:
    """What is unknown: how far apart the running totals of one series are that nothing published ties."""

    def __init__(self, known: _Web, points: Iterable[Point]) -> None:
        self._known = known
        places: dict[Hashable, dict[Point, int]] = defaultdict(dict)
        for point in sorted(points, key=lambda point: point[1]):
            found = places[point[0]]
            found.setdefault(known.root_of(point), len(found))
        self._places = places

    def unknown_in(self, points: Mapping[Point, Fraction]) -> Vector:
        """Running totals, so many times each, as steps from one untied total of a series to the next."""
        amounts: dict[Hashable, dict[int, Fraction]] = defaultdict(dict)
        for point, times in points.items():
            places, of_series = self._places[point[0]], amounts[point[0]]
            place = places.setdefault(self._known.root_of(point), len(places))
            of_series[place] = of_series.get(place, Fraction()) + times
        found: Vector = {}
        for series, of_series in amounts.items():
            above = Fraction()  # so many times each total above a step: they go down by it
            for high, low in pairwise(sorted(of_series, reverse=True)):
                above += of_series[high]
                if above:
                    found |= dict.fromkeys(((series, step) for step in range(low, high)), above)
        return found


def _less(one: Mapping[_Key, Fraction], other: Mapping[_Key, Fraction], times: Fraction) -> dict[_Key, Fraction]:
    found = dict(one)
    for key, amount in other.items():
        left = found.get(key, Fraction()) - times * amount
        if left:
            found[key] = left
        else:
            found.pop(key, None)
    return found
