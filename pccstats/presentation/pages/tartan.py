"""The tartan table: areas by indicators, in each cell the figure with the shape and the colour of its verdict."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, TypeVar

from pccstats.presentation import numbers
from pccstats.presentation.areas import decimals_of, own_past_in_words, own_past_shape, peers_in_words, rate_side
from pccstats.presentation.markup import Part
from pccstats.presentation.states import SIGNAL_WORDS, signal_label, words_of
from pccstats.terms.periods import Window
from pccstats.terms.results.change import Change
from pccstats.terms.results.peers import AreaComparison, AreaRow
from pccstats.terms.results.quarter import IndicatorReview
from pccstats.terms.words import DOWN, HOLLOW, UP, Judgement, Polarity, Signal, State, Strength, capital

Of = tuple[str, str]  # an area and an indicator
Each = TypeVar("Each")
MOST_ACROSS = 20  # indicators beside each other; more stand in further tables
MOST_UPRIGHT = 9  # beyond so many the heads are turned
MARKS = {Signal.ABOVE: "↑", Signal.BELOW: "↓", Signal.NONE: ""}
MOVED = {Signal.ABOVE: "moved up against the others", Signal.BELOW: "moved down against the others", Signal.NONE: ""}
NO_FIGURE = "no figure"
UNPLACED = "not placed by its rate"
PLAIN = f"state-{State.NO_EVIDENCE_OF_CHANGE}"
FRAMED = f"state-{State.HIGHER_OR_LOWER}"
WITHOUT = f"state-{State.INSUFFICIENT_DATA}"
NO_EXPECTED_LEVEL = "no expected level"
SIGNAL_KINDS = {
    Judgement.WORSE: f"state-{State.WORSE}",
    Judgement.BETTER: f"state-{State.BETTER}",
    Judgement.HIGHER: FRAMED,
    Judgement.LOWER: FRAMED,
}


@dataclass(frozen=True)
class Head:
    """An indicator over its column, and what its cells hold where that is not what the caption says."""

    name: str
    beneath: str
    href: str


@dataclass(frozen=True)
class Cell:
    """The answer on one area and one indicator; `words` say what shape, colour and mark show.

    `beneath` stands in small letters under the figure; `href` leads to where more is said of it.
    """

    kind: str
    shape: str
    figure: str
    mark: str
    words: str
    beneath: str = ""
    href: str = ""


@dataclass(frozen=True)
class AreaCells:
    """The answers on one area; `href` leads to where more is said of it."""

    name: str
    href: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Block:
    """A table of at most twenty indicators, all areas in it; `together` names its last row, `of_all`."""

    caption: str
    heads: tuple[Head, ...]
    rows: tuple[AreaCells, ...]
    together: str
    of_all: tuple[str, ...]
    is_turned: bool


@dataclass(frozen=True)
class Meaning:
    """What a swatch, a shape or a mark in the cells stands for."""

    kind: str
    shape: str
    words: str


SIGNAL_KEY = (
    Meaning(SIGNAL_KINDS[Judgement.WORSE], "◆▼", "a signal, and worse than expected"),
    Meaning(SIGNAL_KINDS[Judgement.BETTER], "◆▼", "a signal, and better than expected"),
    Meaning(FRAMED, "◆▼", "a signal where neither way is better by itself"),
    Meaning(PLAIN, "", "no signal"),
    Meaning(WITHOUT, HOLLOW, NO_EXPECTED_LEVEL),
)


@dataclass(frozen=True)
class Tartan(Part):
    """Areas by indicators as a page shows them: the tables, what stands for what, and how much chance alone gives."""

    template: ClassVar[str] = "tartan.html.j2"
    blocks: tuple[Block, ...]
    key: tuple[Meaning, ...]
    notes: tuple[str, ...] = field(default=())


def tartan(
    comparisons: Sequence[AreaComparison],
    *,
    areas: Mapping[str, str] | None = None,
    places: Mapping[str, str] = {},
    links: Mapping[Of, str] = {},
    has_ranks: bool = False,
) -> Tartan:
    """Areas by indicators; the first table of a page of areas.

    Where an earlier year is held a cell has the change in per cent with the verdict on it; else the rate, and whether
    it stands apart from the others'.

    Parameters
    ----------
    comparisons : sequence of AreaComparison
        One a column, at least one.
    areas : mapping of str to str, optional
        The areas in their order, each with the place that its name leads to (empty for none); by default all that are
        compared.
    places : mapping of str to str
        Where the head of an indicator leads to, by its key.
    links : mapping of (str, str) to str
        Where the cell of an area and an indicator leads to, by the area's name and the key.
    has_ranks : bool
        True to show the place of a rate with its interval beneath it.

    Returns
    -------
    Tartan

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> found = tartan(pcc.review_partnerships(plan, data, "2015/16-Q1").comparisons)
    >>> len(found.blocks), found.blocks[0].caption
    (1, 'Rate per 1,000 residents, 11 months to November 2014')
    """
    rows = areas or dict.fromkeys((area.area for comparison in comparisons for area in comparison.areas), "")
    usual = _usual(comparisons)
    parts = _in_parts(comparisons)
    count = len(parts)
    blocks = tuple(
        _block(
            part,
            rows,
            places,
            links,
            usual,
            f"{usual}, {place} of {count}" if count > 1 else str(usual),
            has_ranks=has_ranks,
        )
        for place, part in enumerate(parts, start=1)
    )
    met = [cell for block in blocks for row in block.rows for cell in row.cells]
    return Tartan(blocks, tuple(_key(comparisons, met)), tuple(_by_chance(comparisons)))


def tartan_of_signals(
    measures: Mapping[str, tuple[str, Mapping[str, IndicatorReview]]],
    *,
    areas: Mapping[str, str],
    places: Mapping[str, str] = {},
    links: Mapping[Of, str] = {},
) -> Tartan:
    """Areas by indicators with what the expected level of each shows in the quarter.

    Parameters
    ----------
    measures : mapping of str to (str, mapping of str to IndicatorReview)
        By its title the key of each indicator and its reviews by area, at least one.
    areas, places, links
        As `tartan` takes them.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> found = {"Leicestershire": pcc.assess(plan, data, "2015/16-Q1", theme=3).review("11.offences")}
    >>> table = tartan_of_signals({"All crime": ("11.offences", found)}, areas={"Leicestershire": ""})
    >>> table.blocks[0].caption, table.blocks[0].of_all
    ('Against the expected level, April to June 2015', ('0 of 1',))
    """
    quarter = next(iter(next(iter(measures.values()))[1].values())).quarter
    caption = f"Against the expected level, {Window(quarter.first_month, quarter.last_month).by_its_months}"
    parts = _in_parts([(title, key, reviews) for title, (key, reviews) in measures.items()])
    blocks = tuple(
        Block(
            caption=f"{caption}, {place} of {len(parts)}" if len(parts) > 1 else caption,
            heads=tuple(Head(title, "", places.get(key, "")) for title, key, _ in part),
            rows=tuple(
                AreaCells(
                    area,
                    href,
                    tuple(
                        replace(_signal_cell(reviews.get(area)), href=links.get((area, key), ""))
                        for _, key, reviews in part
                    ),
                )
                for area, href in areas.items()
            ),
            together="Areas with a signal",
            of_all=tuple(_with_signal(reviews.values()) for _, _, reviews in part),
            is_turned=len(part) > MOST_UPRIGHT,
        )
        for place, part in enumerate(parts, start=1)
    )
    kinds = {cell.kind for block in blocks for row in block.rows for cell in row.cells}
    return Tartan(blocks, tuple(meaning for meaning in SIGNAL_KEY if meaning.kind in kinds))


def _in_parts(all_of: Sequence[Each]) -> list[Sequence[Each]]:
    """What stands beside one another: of more than twenty, tables of like width."""
    across = math.ceil(len(all_of) / math.ceil(len(all_of) / MOST_ACROSS))
    return [all_of[start : start + across] for start in range(0, len(all_of), across)]


def _signal_cell(review: IndicatorReview | None) -> Cell:
    """The signal of one area's indicator; a ring where it has no expected level, or no figure in the quarter."""
    chip = signal_label(review) if review is not None else None
    if review is None or review.level is None or chip is None:
        return Cell(WITHOUT, HOLLOW, "", "", NO_EXPECTED_LEVEL)
    signal = Signal(review.signal_quarter)
    if signal is Signal.NONE:
        return Cell(PLAIN, "", "", "", "no signal")
    kind = SIGNAL_KINDS[review.level.polarity.judge(signal)]
    return Cell(kind, chip.shape, capital(SIGNAL_WORDS[signal]), "", chip.words.lower())


def _with_signal(reviews: Iterable[IndicatorReview]) -> str:
    known = [review.signal_quarter for review in reviews if review.signal_quarter]
    return f"{sum(signal != Signal.NONE for signal in known)} of {len(known)}"


@dataclass(frozen=True)
class Usual:
    """What most cells hold, and so the caption says: a change between two windows, or a rate."""

    has_change: bool
    baseline: str
    latest: str

    @classmethod
    def of(cls, comparison: AreaComparison) -> Usual:
        """What the cells of one indicator hold."""
        latest = comparison.latest_window
        return cls(
            comparison.has_change,
            str(comparison.baseline_window or "") if comparison.has_change else "",
            latest.in_a_sentence if comparison.has_change else str(latest),
        )

    def __str__(self) -> str:
        if not self.has_change:
            return f"Rate per 1,000 residents, {self.latest}"
        return f"Change from {self.baseline} to {self.latest}, per cent"

    def beside(self, usual: Usual) -> str:
        """How it differs from what the caption says."""
        if self.has_change != usual.has_change:
            return str(self)
        differing = [f"from {self.baseline}"] if self.baseline != usual.baseline else []
        return ", ".join([*differing, *([f"to {self.latest}"] if self.latest != usual.latest else [])])


def _usual(comparisons: Sequence[AreaComparison]) -> Usual:
    return Counter(Usual.of(comparison) for comparison in comparisons).most_common(1)[0][0]


def _block(
    comparisons: Sequence[AreaComparison],
    areas: Mapping[str, str],
    places: Mapping[str, str],
    links: Mapping[Of, str],
    usual: Usual,
    caption: str,
    *,
    has_ranks: bool,
) -> Block:
    held = [{area.area: area for area in comparison.areas} for comparison in comparisons]
    return Block(
        caption=caption,
        heads=tuple(Head(c.title, Usual.of(c).beside(usual), places.get(c.key, "")) for c in comparisons),
        rows=tuple(
            AreaCells(
                name,
                href,
                tuple(
                    replace(_cell(c, of_area.get(name), has_ranks=has_ranks), href=links.get((name, c.key), ""))
                    for c, of_area in zip(comparisons, held, strict=True)
                ),
            )
            for name, href in areas.items()
        ),
        together=_together(comparisons) if usual.has_change else "Mean of the areas",
        of_all=tuple(_of_all(comparison, usual) for comparison in comparisons),
        is_turned=len(comparisons) > MOST_UPRIGHT,
    )


def _cell(comparison: AreaComparison, area: AreaRow | None, *, has_ranks: bool = False) -> Cell:
    if area is None:
        return Cell(WITHOUT, HOLLOW, "", "", NO_FIGURE)
    if not comparison.has_change:
        if math.isnan(area.rate):
            return Cell(WITHOUT, HOLLOW, "", "", UNPLACED)
        side = rate_side(comparison, area)
        shape = {Signal.ABOVE: UP, Signal.BELOW: DOWN}.get(side, "")
        words = peers_in_words(area, comparison.polarity)
        kind, rate = FRAMED if shape else PLAIN, numbers.plain(area.rate, decimals_of(comparison))
        return Cell(kind, shape, rate, "", words, beneath=place_of(area) if has_ranks else "")
    if not area.is_verdict:
        return Cell(WITHOUT, HOLLOW, "", "", own_past_in_words(area).lower())
    found = area.own_past if area.own_past in set(State) else State.HIGHER_OR_LOWER
    side = Signal(area.against_others)
    return Cell(
        kind=f"state-{found}" if Strength(area.strength).is_firm else f"state-{found} not-firm",
        shape=own_past_shape(area) if area.has_moved else "",
        figure=numbers.signed(area.change_pct),
        mark=MARKS[side],
        words="; ".join(filter(None, (own_past_in_words(area).lower(), MOVED[side]))),
    )


def place_of(area: AreaRow) -> str:
    """The place of a rate with its interval, `12 (9–15)`; empty where there is none."""
    if math.isnan(area.rank):
        return ""
    between = "" if area.rank_low == area.rank_high else f" ({area.rank_low:.0f}–{area.rank_high:.0f})"
    return f"{area.rank:.0f}{between}"


def _together(comparisons: Iterable[AreaComparison]) -> str:
    """What the last row sums up: of a measure on which some areas cannot be compared, the others."""
    has_all = not any(comparison.missing for comparison in comparisons if comparison.has_change)
    return "All areas together" if has_all else "All compared, together"


def _of_all(comparison: AreaComparison, usual: Usual) -> str:
    """The change of all areas together, or the mean of their rates."""
    if comparison.has_change:
        return numbers.signed(comparison.overall_change_pct)
    mean = numbers.plain(float(comparison.points["rate"].mean()), decimals_of(comparison))
    return f"mean {mean}" if usual.has_change else mean


def _key(comparisons: Sequence[AreaComparison], met: Sequence[Cell]) -> Iterator[Meaning]:
    """What the cells show, the most pressing first, each where it is met."""
    kinds, changed = {cell.kind for cell in met}, any(comparison.has_change for comparison in comparisons)
    if changed:
        for state in (State.WORSE, State.BETTER):
            yield Meaning(f"state-{state}", f"{UP}{DOWN}", state.in_words)
        if FRAMED in kinds:
            yield Meaning(FRAMED, f"{UP}{DOWN}", f"{State.HIGHER_OR_LOWER.in_words}: neither is better by itself")
        if any(kind.endswith(" not-firm") for kind in kinds):
            yield Meaning(f"state-{State.WORSE} not-firm", "", f"{Strength.WEAK}: {Strength.WEAK.in_words}")
        if PLAIN in kinds:
            yield Meaning(PLAIN, "", words_of(State.NO_EVIDENCE_OF_CHANGE, _unmoved(comparisons)))
        if any(cell.mark for cell in met):
            yield Meaning("", "↑↓", "moved up or down against the others, by more than size and chance explain")
    if not all(comparison.has_change for comparison in comparisons):
        yield Meaning(FRAMED, f"{UP}{DOWN}", "a rate higher or lower than the others', which is no grade")
        yield Meaning(PLAIN, "", "a rate in line with the others'")
    without = dict.fromkeys(cell.words for cell in met if cell.kind == WITHOUT)
    if without:
        which = "; the table of the area says which" if len(without) > 1 else ""
        yield Meaning("", HOLLOW, " or ".join(without) + which)


def _unmoved(comparisons: Iterable[AreaComparison]) -> Iterator[Change]:
    for comparison in comparisons:
        for area in comparison.areas:
            if area.own_past == State.NO_EVIDENCE_OF_CHANGE:
                yield comparison.changes[area.area]


def _by_chance(comparisons: Sequence[AreaComparison]) -> Iterator[str]:
    """How much of what stands out chance alone would give."""
    rows = [(c, area) for c in comparisons if c.has_change for area in c.areas if area.is_verdict]
    if rows:
        level, alike = _level(comparisons)
        moved = [area for _, area in rows if area.has_moved]
        kept = sum(area.has_moved_firmly for area in moved)
        yield (
            f"Against their own past: {len(rows)} comparisons at {alike}, of which chance alone gives some "
            f"{level * len(rows):.0f}; {len(moved)} moved, and {kept or 'none'} of them firmly, when all are read "
            f"together. Against the others: as many, of which chance alone gives some {level * len(rows):.0f} again."
        )
        neutral = sum(c.polarity is Polarity.NEUTRAL for c in comparisons if c.has_change)
        if neutral:
            which = "1 indicator has" if neutral == 1 else f"{neutral} indicators have"
            yield f"{which} no better direction: they are higher or lower, never better or worse."
    rates = sum(int(c.points["rate"].notna().sum()) for c in comparisons if not c.has_change)
    if rates:
        level, alike = _level(comparisons)
        yield f"{rates} rates at {alike}: by chance alone some {level * rates:.0f} stand apart."


def _level(comparisons: Sequence[AreaComparison]) -> tuple[float, str]:
    """The part that chance alone gives, and the confidence in words."""
    confidence = comparisons[0].confidence
    return 1 - confidence, f"{numbers.plain(100 * confidence)}%"
