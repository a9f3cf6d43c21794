"""The words a reader of a pack may want explained, and the links to them from where they first stand on a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pccstats.presentation.markup import Markup, rendered
from pccstats.presentation.page_reader import PageReader


@dataclass(frozen=True)
class Term:
    """A term of the glossary.

    Attributes
    ----------
    name : str
        What it is called.
    words : str
        What it means, for a reader who has no statistics.
    spellings : tuple of str
        How a page writes it, small or with a capital; none where the word is too common to be led anywhere.
    """

    name: str
    words: str
    spellings: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


TERMS = (
    Term(
        "95% interval",
        "The range that most likely holds the true change or level, given how much such figures vary by chance. "
        "Ranges made in this way hold the truth 19 times in 20.",
        ("95% interval", "95% intervals"),
    ),
    Term(
        "Assumed, expected, stale and weak",
        "Why a verdict is shown and not counted. Assumed: it rests on a number that nobody published. Expected: "
        "people picked when offending heavily usually offend less later, whatever is done. Stale: the figure is of "
        "an earlier period. Weak: among so many tests, chance alone may have given this one.",
        ("not counted",),
    ),
    Term("Baseline", "The year or years that later figures are compared with.", ("baseline", "baseline year")),
    Term(
        "Better and worse",
        "The figure has changed since its baseline year by more than chance explains, in the direction that is "
        "wanted or in the other.",
    ),
    Term(
        "Building up",
        "Small differences from the expected level, all on one side, have added up to more than chance explains, "
        "though no single month stands out.",
        ("building up",),
    ),
    Term(
        "Expected level",
        "What the months look like when nothing changes: a centre line, which is the mean of the baseline months, "
        "and limits about it.",
        ("expected level", "expected levels", "mean expected level"),
    ),
    Term(
        "Finding",
        "Something in the data that does not fit. It is shown and never silently put right.",
        ("finding", "findings"),
    ),
    Term(
        "Funnel",
        "A chart of places by size, with limits that narrow as places grow: small places differ more by chance. A "
        "place outside the limits differs from the others by more than chance explains.",
        ("funnel", "funnels"),
    ),
    Term(
        "Higher and lower",
        "The figure has changed by more than chance explains, and neither direction is better by itself: more "
        "reports may mean more crime or more trust.",
    ),
    Term(
        "No evidence of change",
        "The difference is no larger than chance can give. It is not proof that nothing changed: on few people, or "
        "over a short time, a real change cannot be told from chance. Where every event is counted, and it is known "
        "how much the count varies, the words are: no more than it usually moves. Of both together: no unusual change.",
        (
            "no evidence of change",
            "no more than it usually moves",
            "no more than they usually move",
            "no unusual change",
        ),
    ),
    Term(
        "Not attributable",
        "One group of people is followed, so that the figure says nothing of what was done with them: people picked "
        "when offending heavily usually offend less later, whatever is done.",
        ("not attributable",),
    ),
    Term(
        "Not comparable",
        "The definition or the way of recording changed between the two figures, so the difference says nothing "
        "about what happened.",
        ("not comparable",),
    ),
    Term(
        "Official series",
        "Police recorded crime as the Home Office and the Office for National Statistics publish it. It may differ "
        "from the force's own figures.",
        ("official series", "official figures"),
    ),
    Term(
        "On track",
        "The chance that the target is met is good, by a projection that was tried on past years. Off track: it is "
        "poor.",
        ("on track", "off track"),
    ),
    Term(
        "Percentage point",
        "The difference between two percentages: from 75% to 85% is 10 percentage points, and 13% more.",
        ("percentage points", "percentage point"),
    ),
    Term(
        "Process limits",
        "Where a steady month seldom goes: beyond either limit about once in 740 months.",
        ("process limits", "process limit"),
    ),
    Term(
        "Projection",
        "Where the last year of the plan may end if things go on as they have, with a range taken from how far such "
        "projections were out in the past. It is never a target.",
        ("projection", "projections"),
    ),
    Term(
        "Recovered quarters",
        "Quarters worked out from published 12-month totals: each total differs from the one before by the newest "
        "quarter less the same quarter a year earlier.",
        ("recovered from rolling years", "recovered quarters"),
    ),
    Term(
        "Rolling year",
        "The sum of the 12 months that end in the month named.",
        ("rolling year", "rolling years"),
    ),
    Term(
        "Signal",
        "One or more months that stand out from the expected level by a fixed rule. Steady figures give a signal "
        "now and then by chance.",
        ("signal", "signals"),
    ),
    Term(
        "Similar forces",
        "The police forces whose areas are most like this one, as the inspectorate grouped them.",
        ("similar forces", "Most Similar Group"),
    ),
    Term(
        "Standard month",
        "A month of 30.4 days, a twelfth of a year. Charts of counts are drawn for it, so that February does not "
        "look like a success; figures are written as recorded.",
        ("standard month", "standard months"),
    ),
    Term(
        "Street records",
        "Crimes and incidents as data.police.uk publishes them, month by month and place by place, in classes of "
        "its own.",
        ("street records",),
    ),
)


def glossary() -> Markup:
    """Every term and what it means."""
    return rendered("glossary.html.j2", terms=TERMS)


def linked(page: str, glossary_page: str, terms: tuple[Term, ...] = TERMS) -> str:
    """Lead each term of a page to the glossary where it first stands in the open text.

    Only paragraphs are read; tables, drawings, what opens, and links that are there already are left alone.

    Parameters
    ----------
    page : str
        HTML.
    glossary_page : str
        The address of the glossary from there.

    Examples
    --------
    >>> print(linked("<h1>Signals</h1><p>A signal, and another signal.</p>", "glossary.html"))
    <h1>Signals</h1><p>A <a class="term" href="glossary.html#signal">signal</a>, and another signal.</p>
    """
    spelt = {spelling.lower(): term for term in terms for spelling in term.spellings}
    pieces: list[str] = []
    at = 0
    for start, end, term in _first_stands(_OpenText(page).found, spelt):
        link = rendered("term.html.j2", address=f"{glossary_page}#{term.anchor}", words=Markup(page[start:end]))
        pieces += [page[at:start], link]
        at = end
    return "".join([*pieces, page[at:]])


def _first_stands(found: list[tuple[int, str]], spelt: dict[str, Term]) -> Iterator[tuple[int, int, Term]]:
    """Start, end and term of each first stand, in the order of the page."""
    longest_first = sorted(spelt, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])", re.IGNORECASE)
    met: set[str] = set()
    for start, text in found:
        for match in pattern.finditer(text):
            term = spelt[match[0].lower()]
            if term.name not in met:
                met.add(term.name)
                yield start + match.start(), start + match.end(), term


class _OpenText(PageReader):
    """Every piece of text inside a paragraph, with its place, but for what stands in `_LEFT`."""

    _LEFT = frozenset(
        {"a", "h1", "h2", "h3", "h4", "details", "svg", "code", "pre", "table", "header", "nav", "footer", "style"}
    )

    def __init__(self, page: str) -> None:
        self.found: list[tuple[int, str]] = []
        self._page = page
        self._open: list[str] = []
        self.read(page)

    def starts(self, tag: str, written: str) -> None:  # noqa: ARG002 as the reader has it
        if tag == "p" or tag in self._LEFT:
            self._open.append(tag)

    def starts_and_ends(self, tag: str, written: str) -> None:
        """An element that closes itself holds no text."""

    def ends(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def says(self, text: str) -> None:  # noqa: ARG002 where the page writes `&amp;`, places are counted in that
        if "p" in self._open and not self._LEFT & set(self._open):
            self.found.append((self.at, self._page[self.at : self.end]))
