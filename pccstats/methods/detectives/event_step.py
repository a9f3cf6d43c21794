"""A step at a registered event: whether the level differs from the year before it to the year after."""

from __future__ import annotations

import math
from collections.abc import Iterator

from pccstats.methods.detectives.yearly import Pair, YearlySeries, yearly_series
from pccstats.terms.findings import Finding, Severity
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_YEAR, month_in_words
from pccstats.terms.plan import Event
from pccstats.terms.words import Kind

LEAST_COUNT = 30
LEAST_STANDARD_ERRORS = 3.0
LEAST_SHARE = 0.10  # of the year before: a smaller step is a change like others
LEAST_AFTER = 3  # quarters nearest to the event that may stand in for it


def event_steps(data: Observations) -> Iterator[Finding]:
    """Find registered events at which a count changed its level by a tenth or more.

    The last 12-month figure that ends before the event is set against the first that lies wholly after it. The two
    share no month, so their difference has a standard error of sqrt(φ (a + b)).
    """
    for series in yearly_series(data):
        if series.about.kind is Kind.COUNT and not series.about.is_cohort:
            for event in series.events:
                yield from _at_event(series, event)


def _signed(per_cent: float) -> str:
    return f"{per_cent:+.0f}".replace("-", "\N{MINUS SIGN}")


def _at_event(series: YearlySeries, event: Event) -> Iterator[Finding]:
    values = series.by_end
    before = max((end for end in values if end < event.month), default=None)
    after = min((end for end in values if end - MONTHS_IN_A_YEAR + 1 >= event.month), default=None)
    if before is None or after is None:
        return
    if (event.month - before).n > LEAST_AFTER or (after - event.month).n > MONTHS_IN_A_YEAR + LEAST_AFTER:
        return
    pair = Pair(values[before], values[after], before, after)
    if pair.earlier < LEAST_COUNT:
        return
    z = pair.difference / math.sqrt(series.dispersion * (pair.earlier + pair.later))
    share = pair.difference / pair.earlier
    if abs(z) < LEAST_STANDARD_ERRORS or abs(share) < LEAST_SHARE:
        return
    message = (
        f"{pair.later:,.0f} in the 12 months to {month_in_words(after)}, {_signed(100 * share)}% on the "
        f"{pair.earlier:,.0f} to {month_in_words(before)}, either side of {month_in_words(event.month)}: {event.title}."
    )
    found = series.finding("event_step", after, message, event, "")
    if event.breaks_comparability:
        yield found
    else:
        step = "Decide whether the event breaks comparability, and say so in plan.toml."
        yield Finding(**{**found.__dict__, "severity": Severity.FLAG, "next_step": step})
