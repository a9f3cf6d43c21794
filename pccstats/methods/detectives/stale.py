"""The same figure again: one that was not refreshed, one printed for two things, a block copied from a year before."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from pccstats.methods.detectives.yearly import Pair, yearly_series
from pccstats.terms.findings import Finding, Severity
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_YEAR, month_in_words
from pccstats.terms.words import Kind

MOST_EXPECTED = 0.1  # repeats by chance in a series: where more are to be expected, one is no news
LEAST_BLOCK = 6  # months equal to those of another year
_STEP = "Ask the source for the current figure."


def stale_figures(data: Observations) -> Iterator[Finding]:
    """Find counts of the dashboard that are repeated, and months copied from the year before.

    Two Poisson counts of mean m are equal with a chance of about 1 / (2 sqrt(pi m)); m is the count of the months the
    two figures do not share. Where a whole series would have a tenth of a repeat or more by chance, none is reported.
    Among hundreds of supporting figures some repeat by chance, so those are left alone.
    """
    for series in yearly_series(data):
        if not series.about.on_dashboard or series.about.kind is not Kind.COUNT:
            continue
        chances = {pair.later_end: _chance_of_repeat(pair) for pair in series.pairs}
        if sum(chances.values()) >= MOST_EXPECTED:
            continue
        for pair in series.pairs:
            if pair.earlier > 0 and not pair.difference:
                message = (
                    f"{pair.later:,.0f} to {month_in_words(pair.later_end)} is the figure to "
                    f"{month_in_words(pair.earlier_end)} again; chance repeats such a count once in "
                    f"{1 / chances[pair.later_end]:.0f}."
                )
                yield series.finding("stale", pair.later_end, message, None, _STEP)
    yield from _copied_blocks(data)


def shared_figures(data: Observations) -> Iterator[Finding]:
    """Find figures of three digits or more that are printed for two indicators of the dashboard at once."""
    keys = [indicator.key for indicator in data.plan.indicators]
    frame = data.frame
    held = frame[frame["indicator"].isin(keys) & frame["numerator"].notna() & (frame["months"] == MONTHS_IN_A_YEAR)]
    long = held[
        held["numerator"].map(lambda figure: len(f"{figure:.10g}".replace(".", "").strip("0")) >= 3).astype(bool)
    ]
    for (figure, end, area), rows in long.groupby(["numerator", "period_end", "area"], sort=True):
        named = list(dict.fromkeys(rows["indicator"]))
        if len(named) > 1:
            names = " and ".join(data.plan.indicator(key).title for key in named)
            message = f"{figure:,.10g} to {month_in_words(end)} is printed for {names}."
            step = "Ask whether one figure stands in for the other."
            source = str(rows["source"].iloc[0])
            place = (source, None, "", "", named[-1], str(area), str(end), step)
            yield Finding(Severity.NOTE, "shared_figure", message, *place)


def _chance_of_repeat(pair: Pair) -> float:
    """How likely two counts of the months that are not shared are the same."""
    part = pair.earlier * min(pair.gap, MONTHS_IN_A_YEAR) / MONTHS_IN_A_YEAR
    return 1 / (2 * math.sqrt(math.pi * part)) if part > 0 else 1.0


def _copied_blocks(data: Observations) -> Iterator[Finding]:
    """Six months or more that are those of the year before, figure for figure."""
    frame = data.frame
    monthly = frame[(frame["months"] == 1) & frame["numerator"].notna()]
    for (key, area), rows in monthly.groupby(["indicator", "area"], sort=True):
        values = rows.drop_duplicates("period_end", keep="last").set_index("period_end")["numerator"].sort_index()
        before = values.reindex(values.index - MONTHS_IN_A_YEAR)
        same = pd.Series(values.to_numpy() == before.to_numpy(), index=values.index) & (values.to_numpy() > 0)
        runs = same.groupby((~same).cumsum()).cumsum()
        if runs.max() >= LEAST_BLOCK:
            end = runs.idxmax()
            name = data.plan.indicator(str(key)).name
            message = f"{name}: the {runs.max():.0f} months to {month_in_words(end)} are those of the year before."
            source = str(rows["source"].iloc[-1])
            yield Finding(
                Severity.FLAG, "copied_block", message, source, None, "", "", str(key), str(area), str(end), _STEP
            )
