"""A registered event as it stands in a sentence: its title is somebody's own words, so it is quoted."""

from __future__ import annotations

from collections.abc import Iterable

from pccstats.terms.periods import month_in_words
from pccstats.terms.plan import Event


def event_in_words(event: Event) -> str:
    """Name an event inside a sentence.

    Examples
    --------
    >>> from pccstats.terms.periods import month
    >>> event_in_words(Event("absent", "People may be recorded as absent", month("2013-04"), ("17.*",)))
    "the registered event 'People may be recorded as absent' (April 2013)"
    """
    return f"the registered event '{event.title}' ({month_in_words(event.month)})"


def events_in_words(events: Iterable[Event]) -> str:
    """Several, parted by semicolons."""
    return "; ".join(event_in_words(event) for event in events)
