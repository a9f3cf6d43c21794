"""Rolling-difference inference: a change from one 12-month figure to the next that no quarter could make."""

from __future__ import annotations

import math
from collections.abc import Iterator

from pccstats.methods.detectives.yearly import Pair, YearlySeries, yearly_series
from pccstats.terms.findings import Finding
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_YEAR, month_in_words
from pccstats.terms.words import Kind

LEAST_COUNT = 30  # in the months that were replaced
MOST_STANDARD_ERRORS = 4.0  # of counts; of shares a quarter's sample is a guess, and three are asked
MOST_OF_SHARES = 3.0
RESPONDENTS = 100  # a quarter, where they are not printed
_STEP = "Ask whether the definition changed; if so, register an event."


def hidden_quarters(data: Observations) -> Iterator[Finding]:
    """Find differences that two unprinted quarters cannot explain.

    The 12 months to June less the 12 months to March are the newest quarter less the one that dropped out. For counts
    with variance φ times the mean, that difference has a standard error of sqrt(2 φ m), m being the count of a mean
    quarter and φ taken from the series, or 4 where it is short. For a printed per cent R of unknown sample the two
    quarters differ by 4 (R_t - R_(t-1)) points, with a standard error of sqrt(2 p (1 - p) / 100) for 100 respondents a
    quarter.

    Parameters
    ----------
    data : Observations
        Any figures; those of 12 months are looked at.

    Returns
    -------
    iterator of Finding
        A flag, or a note where a registered break lies between the two figures.

    Examples
    --------
    >>> import pccstats as pcc
    >>> found = hidden_quarters(pcc.read_observations("data/processed"))
    >>> [finding.message for finding in found if finding.indicator == "1.first_time_entrants"][0]
    'First time entrants aged 10 to 17: 515 to March 2015 and 326 to June 2015: the 3 months that dropped out had ...'
    """
    for series in yearly_series(data):
        for pair in series.pairs:
            if pair.gap >= MONTHS_IN_A_YEAR:
                continue
            words = _of_counts(series, pair) if series.about.kind is Kind.COUNT else _of_shares(series, pair)
            if words:
                figures = " and ".join(
                    f"{figure:,.10g} to {month_in_words(end)}"
                    for figure, end in ((pair.earlier, pair.earlier_end), (pair.later, pair.later_end))
                )
                event = series.event_between(pair)
                yield series.finding("hidden_quarter", pair.later_end, f"{figures}: {words}", event, _STEP)


def _of_counts(series: YearlySeries, pair: Pair) -> str:
    z = series.z(pair)
    if series.about.is_cohort or pair.part < LEAST_COUNT or not abs(z) > MOST_STANDARD_ERRORS:
        return ""
    usual = f"{pair.part:,.0f} are usual"
    if pair.difference < 0:
        return (
            f"the {pair.gap} months that dropped out had {-pair.difference:,.0f} more than the {pair.gap} that came "
            f"in, where {usual} ({abs(z):.1f} standard errors)."
        )
    return (
        f"the {pair.gap} months that came in had {pair.difference:,.0f} more than the {pair.gap} that dropped out, "
        f"where {usual} ({abs(z):.1f} standard errors)."
    )


def _of_shares(series: YearlySeries, pair: Pair) -> str:
    row = series.rows[series.rows["period_end"] == pair.later_end].iloc[-1]
    if not series.about.kind.is_proportion or not math.isnan(row["denominator"]):
        return ""
    share = (pair.earlier + pair.later) / 200
    points = pair.difference * MONTHS_IN_A_YEAR / pair.gap
    variance = 2 * share * (1 - share)
    if variance <= 0 or not abs(points) / (100 * math.sqrt(variance / RESPONDENTS)) > MOST_OF_SHARES:
        return ""
    if abs(points) > 100:
        return f"the {pair.gap} months that came in would differ from those that dropped out by more than 100 points."
    needed = variance / (abs(points) / 100 / MOST_OF_SHARES) ** 2
    return (
        f"the {pair.gap} months that came in would differ from those that dropped out by {abs(points):.1f} points, "
        f"which chance makes plausible only with fewer than {needed:.0f} respondents in each."
    )
