"""The pages on all forces at once: every measure of every force, then a page a measure with the forces in its order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pccstats.presentation import numbers
from pccstats.presentation.areas import (
    decimals_of,
    describe_areas,
    interval_in_words,
    others_in_words,
    own_past_in_words,
    own_past_shape,
    rate_side,
    rates_in_words,
)
from pccstats.presentation.group import beyond_limits_in_words
from pccstats.presentation.lead import signals_sentence
from pccstats.presentation.markup import Markup, rendered
from pccstats.presentation.national import describe_national, national_table
from pccstats.presentation.pages.parts import Chart, drawn_block, place_of
from pccstats.presentation.pages.tartan import tartan, tartan_of_signals
from pccstats.presentation.states import Chip, label, signal_label
from pccstats.terms.results.national import NationalReview
from pccstats.terms.results.peers import AreaComparison, AreaRow
from pccstats.terms.words import Signal, State, capital

AGAINST_THE_OTHERS = {Signal.ABOVE: "Higher", Signal.BELOW: "Lower", Signal.NONE: "In line"}
Packs = Mapping[str, str]  # the place of each force's pack, as a way from these pages; empty where there is none


@dataclass(frozen=True)
class ForceRow:
    """One force on one measure."""

    name: str
    href: str
    place: str
    rate: str
    peers: str
    latest: str
    change: str
    verdict: Chip
    signal: Chip | None
    others: str


@dataclass(frozen=True)
class GapRow:
    """What is not there or not compared: of which measure, where, and why."""

    measure: str
    areas: str
    reason: str


@dataclass(frozen=True)
class PackRow:
    """The pack of one force and how it ended."""

    name: str
    href: str
    ending: str


def national_page(result: NationalReview, packs: Packs, endings: Mapping[str, str]) -> Markup:
    """The page that opens: forces by measures, who moved otherwise than all, signals, rates, what is not whole.

    Parameters
    ----------
    packs : mapping of str to str
        The front page of each force's pack, as a way from this page; empty for one that is not there.
    endings : mapping of str to str
        How the making of each pack ended, in words.
    """
    forces = {area: packs.get(area, "") for area in result.areas}
    heads = {each.key: f"{measure_page_name(each)}.html" for each in result.comparisons}
    places = _places(result, packs)
    return rendered(
        "national.html.j2",
        title=f"All {len(result.areas)} forces",
        lead=describe_national(result),
        changes=tartan(result.comparisons, areas=forces, places=heads, links=places),
        moved=national_table(result),
        signals=_signals(result, forces, heads, places),
        signals_told=signals_sentence(result.signals),
        rates=_rates(result, forces, heads, places),
        gaps=tuple(_gaps(result)),
        packs=[PackRow(area, href, endings.get(area, "")) for area, href in forces.items()],
    )


def measure_page(result: NationalReview, key: str, packs: Packs) -> Markup:
    """One measure: its funnels, the forces in the order of their rates, and all other measures in the same order."""
    comparison = result.comparison(key)
    rows = _in_order(comparison)
    order = {row.area: packs.get(row.area, "") for row in rows}
    forces = order | {area: packs.get(area, "") for area in result.areas if area not in order}
    heads = {each.key: f"{measure_page_name(each)}.html" for each in result.comparisons}
    places = _places(result, packs)
    told = [describe_areas(comparison) if comparison.has_change else comparison.no_change]
    if comparison.peers is not None:
        told += filter(None, (rates_in_words(comparison), beyond_limits_in_words(comparison.peers)))
    return rendered(
        "national-measure.html.j2",
        title=comparison.title,
        lead=told,
        funnels=tuple(_funnels(comparison)),
        caption=f"{comparison.title} by force, {_order_in_words(comparison)}",
        has_change=comparison.has_change,
        has_rates=comparison.peers is not None,
        has_signals=any(review.signal_quarter for review in result.reviews_of(key).values()),
        latest=capital(str(comparison.latest_window)),
        unit=comparison.unit,
        rows=[_row(result, comparison, row, places.get((row.area, key), order[row.area])) for row in rows],
        missing=comparison.missing,
        footnotes=result.plan.indicator(key).footnotes,
        notes=(comparison.method,),
        changes=tartan(result.comparisons, areas=forces, places=heads, links=places),
    )


def measure_page_name(comparison: AreaComparison) -> str:
    """The name of a measure's page, without its ending: `measure-4-robbery`."""
    return "measure-" + comparison.key.replace(".", "-").replace("_", "-").lower()


def _places(result: NationalReview, packs: Packs) -> dict[tuple[str, str], str]:
    """Where more is said of each force and measure: its place on the page of its theme in the force's pack."""
    found = {}
    for each in result.comparisons:
        place = place_of(result.plan.indicator(each.key), result.plan)
        for area, front in packs.items():
            if front:
                found[area, each.key] = front.rpartition("/")[0] + "/" + place
    return found


def _signals(
    result: NationalReview, forces: Mapping[str, str], heads: Mapping[str, str], places: Mapping[tuple[str, str], str]
) -> Markup | None:
    """Forces by measures with the signals of the quarter; None where no measure has an expected level."""
    reviews = {each.title: (each.key, result.reviews_of(each.key)) for each in result.comparisons}
    known = {title: of for title, of in reviews.items() if any(review.signal_quarter for review in of[1].values())}
    return tartan_of_signals(known, areas=forces, places=heads, links=places).to_html() if known else None


def _rates(
    result: NationalReview, forces: Mapping[str, str], heads: Mapping[str, str], places: Mapping[tuple[str, str], str]
) -> Markup | None:
    """Forces by measures with rates and places; None where no measure has rates."""
    rated = [replace(each, changes={}) for each in result.comparisons if each.peers is not None]
    return tartan(rated, areas=forces, places=heads, links=places, has_ranks=True).to_html() if rated else None


def _in_order(comparison: AreaComparison) -> list[AreaRow]:
    """The forces by the size of their rates, highest first; without rates by their change."""
    by = "rate" if comparison.peers is not None else "change_pct"
    ordered = comparison.points.sort_values([by, "area"], ascending=[False, True], na_position="last")
    rows = {row.area: row for row in comparison.areas}
    return [rows[area] for area in ordered["area"]]


def _order_in_words(comparison: AreaComparison) -> str:
    return "the highest rate first" if comparison.peers is not None else "the largest rise first"


def _funnels(comparison: AreaComparison) -> Iterator[Chart]:
    """The funnel of rates and that of change, where there are such."""
    if comparison.peers is not None:
        yield replace(drawn_block(comparison, view="rates"), files=None)
    if comparison.has_change:
        yield replace(drawn_block(comparison, view="change"), files=None)


def _row(result: NationalReview, comparison: AreaComparison, row: AreaRow, href: str) -> ForceRow:
    shape = own_past_shape(row) if row.has_moved else ""
    state = State(row.own_past) if row.own_past in set(State) else State.HIGHER_OR_LOWER
    has_rank = comparison.peers is not None and row.rank == row.rank
    low_first = "" if comparison.polarity.good is Signal.BELOW else " highest"
    between = f" ({row.rank_low:.0f} to {row.rank_high:.0f})" if has_rank and row.rank_low != row.rank_high else ""
    return ForceRow(
        name=row.area,
        href=href,
        place=f"{numbers.ordinal(row.rank)}{low_first}{between}" if has_rank else numbers.NO_FIGURE,
        rate=numbers.plain(row.rate, max(2, decimals_of(comparison))),
        peers=AGAINST_THE_OTHERS[rate_side(comparison, row)] if has_rank else "",
        latest=numbers.plain(row.latest),
        change=interval_in_words(row) if row.change_pct == row.change_pct else numbers.NO_FIGURE,
        verdict=label(shape, own_past_in_words(row), like=state),
        signal=signal_label(result.reviews[comparison.key, row.area]),
        others=capital(others_in_words(row)),
    )


def _gaps(result: NationalReview) -> Iterator[GapRow]:
    """What is not there, one row for all forces of one measure that lack it for one reason."""
    met: dict[tuple[str, str], list[str]] = {}
    for gap in result.gaps:
        met.setdefault((gap.indicator, gap.reason), []).append(gap.area)
    for (key, reason), areas in met.items():
        yield GapRow(result.plan.indicator(key).name if key else "Rates", _where(areas), reason)


def _where(areas: Iterable[str]) -> str:
    named = [area for area in areas if area]
    return numbers.listed(named) if named else "All forces"
