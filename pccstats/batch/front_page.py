"""The front page of a pack: the quarter at a glance, every priority, every page and whether it is complete."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pccstats.batch.handed_over import Record, Results
from pccstats.batch.page import BRIEFING, FRONT_PAGE, Link, Pack, explained
from pccstats.presentation.markup import Markup
from pccstats.presentation.pages.tally import tally_bar
from pccstats.presentation.states import Chip, shown_signal, state_label
from pccstats.terms.plan import Plan, Priority, Theme
from pccstats.terms.words import Signal, State, Strength, Variation, capital, counted


@dataclass(frozen=True)
class PageRow:
    """One page as the front page lists it."""

    page: str
    title: str
    ending: str
    reason: str = ""
    is_complete: bool = True
    is_made: bool = True
    is_of_other_data: bool = False


@dataclass(frozen=True)
class Download:
    """A file to take away."""

    name: str
    words: str
    size: int


@dataclass(frozen=True)
class GlanceRow:
    """One priority at a glance: a chip for each state met, what its record says beyond them, the quarter's signals."""

    number: int
    title: str
    href: str
    verdict: tuple[Chip, ...]
    words: str
    signals: tuple[Chip, ...]


def front_page(
    pack: Pack,
    plan: Plan,
    results: Results,
    pages: tuple[PageRow, ...],
    downloads: tuple[Download, ...],
    anchors_of: Callable[[str], frozenset[str]],
    earlier: Link | None = None,
) -> str:
    """The front page of a pack, honest about whatever is missing from it.

    Parameters
    ----------
    anchors_of : callable
        The names a link can lead to on a page; empty for a page that is not there.
    earlier : Link, optional
        To the pack of the quarter before, where there is one.
    """
    glance = _Glance(results.priorities, anchors_of)
    states, lacking = _states(results.tally), _not_counted(results.tally)
    return explained(
        "index.html.j2",
        pack=pack,
        here=FRONT_PAGE,
        title="Overview",
        briefing=Markup(results.briefing),
        earlier=earlier,
        headline=results.headline,
        differing=results.differing,
        signals=results.signals,
        tally=tally_bar(states, lacking) if results.tally else "",
        indicators=counted(sum(count for _, _, count in states) + sum(lacking.values()), "indicator"),
        themes=[(theme, glance.href_of(theme), list(glance.rows(theme))) for theme in plan.themes],
        priorities_told="The priority" if len(plan.priorities) == 1 else f"The {len(plan.priorities)} priorities",
        pages=pages,
        failed=[page for page in pages if page.is_made and not page.is_complete],
        downloads=downloads,
    )


def briefing_page(pack: Pack, results: Results) -> str:
    """What the front page opens with, as a sheet of its own: one page of A4 to print and pass on."""
    return explained(
        "briefing.html.j2",
        pack=pack,
        here=BRIEFING,
        title="Briefing",
        briefing=Markup(results.briefing),
    )


def _states(tally: tuple[Record, ...]) -> list[tuple[State, str, int]]:
    """Every state in their order with its words and its count, those nobody is in included."""
    given = {str(record.get("state")): record for record in tally}
    found = [(state, given.get(state.value, {})) for state in State]
    return [(state, str(it.get("words") or state.in_words), int(it.get("count") or 0)) for state, it in found]


def _not_counted(tally: tuple[Record, ...]) -> dict[str, int]:
    """The verdicts that are not firm, by what they lack."""
    return {str(r["strength"]): int(r.get("count") or 0) for r in tally if r.get("strength") in set(Strength)}


class _Glance:
    """The priorities of the plan, joined with what the notebooks said of them."""

    def __init__(self, records: tuple[Record, ...], anchors_of: Callable[[str], frozenset[str]]) -> None:
        self._records = {record.get("number"): record for record in records}
        self._anchors_of = anchors_of

    def rows(self, theme: Theme) -> Iterator[GlanceRow]:
        for priority in theme.priorities:
            record = self._records.get(priority.number, {})
            yield GlanceRow(
                number=priority.number,
                title=priority.name,
                href=self._href(record, priority),
                verdict=_verdict(record),
                words=str(record.get("words") or ""),
                signals=tuple(_signal(part) for part in record.get("signals") or ()),
            )

    def href_of(self, theme: Theme) -> str:
        pages = [self._records[p.number].get("page") for p in theme.priorities if p.number in self._records]
        page = _page_name(pages[0]) if pages else ""
        return f"{page}.html" if page and self._anchors_of(page) else ""

    def _href(self, record: Record, priority: Priority) -> str:
        page = _page_name(record.get("page"))
        anchors = self._anchors_of(page) if page else frozenset()
        if not anchors:
            return ""
        wanted = str(record.get("anchor") or f"priority-{priority.number}").removeprefix("#")
        return f"{page}.html#{wanted}" if wanted in anchors else f"{page}.html"


def _page_name(page: Any) -> str:
    return str(page or "").removesuffix(".html")


def _verdict(record: Record) -> tuple[Chip, ...]:
    """Shape and word for each state met; a record that names several states shows how many indicators are in each."""
    states: list[Mapping[str, Any]] = list(record.get("states") or ())
    alone = sum(int(part.get("count") or 1) for part in states) == 1
    return tuple(_label(part, alone=alone) for part in states)


def _signal(part: Mapping[str, Any]) -> Chip:
    return shown_signal(Signal(part["signal"]), Variation(part["variation"]), str(part["words"]))


def _label(part: Mapping[str, Any], *, alone: bool) -> Chip:
    state = State(part["state"])
    words = str(part.get("words") or state.in_words)
    told = capital(words) if alone else f"{part.get('count') or 1} {words}"
    return state_label(state, part.get("change"), words=told, strength=part.get("strength") or Strength.FIRM)
