"""Detectives: figures that cannot be what they say they are, found from the figures alone.

A detective takes every figure that is held and gives findings: flags, or notes where a registered event explains what
it saw. It is a function marked `@_detective`, with what it asks of the figures written above it; nothing else needs to
know of it. Each is described, with how often it is wrong, in `docs/methods/data-quality.md`.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from pccstats.methods.coverage import coverage
from pccstats.terms.errors import Finding, Severity
from pccstats.terms.observations import Observations
from pccstats.terms.periods import (
    MONTHS_IN_A_QUARTER,
    MONTHS_IN_A_YEAR,
    month_in_words,
    months_in_words,
    so_many_months,
)
from pccstats.terms.plan import Event, Indicator
from pccstats.terms.results.published import Coverage
from pccstats.terms.words import Kind, counted

Detective = Callable[[Observations], Iterator[Finding]]
DETECTIVES: list[Detective] = []  # in the order in which their findings are printed, that of this module


def suspicions(data: Observations) -> Iterator[Finding]:
    """What every detective finds in the figures.

    Examples
    --------
    >>> import pccstats as pcc
    >>> found = suspicions(pcc.read_observations("data/processed"))
    >>> next(found).rule
    'hidden_quarter'
    """
    for detective in DETECTIVES:
        yield from detective(data)


def _detective(function: Detective) -> Detective:
    """Put a detective on the list."""
    DETECTIVES.append(function)
    return function


# ----------------------------------------------------------------------------------------------------- 12-month figures
_USUAL_DISPERSION = 4.0  # variance over mean of quarterly counts, where a series is too short to say
_FEWEST_PAIRS = 8  # to say it from the series itself
_MEDIAN_OF_A_SQUARE = float(special.chdtri(1, 0.5))  # of a standard normal value


def yearly_series(data: Observations) -> tuple[YearlySeries, ...]:
    """Every series of 12-month figures that is held, in the order of its key and area; the same for every detective."""
    return data.once("yearly series", lambda: tuple(_yearly_series(data)))


def _yearly_series(data: Observations) -> Iterator[YearlySeries]:
    frame = data.frame
    held = frame[(frame["months"] == MONTHS_IN_A_YEAR) & frame["numerator"].notna()]
    ordered = held.sort_values(["indicator", "area", "period_end", "published_on"], kind="stable")
    latest = ordered.drop_duplicates(["indicator", "area", "period_end"], keep="last")
    for (key, area), rows in latest.groupby(["indicator", "area"], sort=True):
        about = data.plan.indicator(str(key))
        yield YearlySeries(about, str(area), rows, data.plan.events_for(about.key, str(area)))


@dataclass(frozen=True)
class YearlySeries:
    """The 12-month figures of an indicator in an area, each by its latest vintage."""

    about: Indicator
    area: str
    rows: pd.DataFrame
    events: tuple[Event, ...]

    @cached_property
    def by_end(self) -> dict[pd.Period, float]:
        """Each figure by the month it ends in, earliest first."""
        return dict(zip(self.rows["period_end"].array, self.rows["numerator"].astype(float), strict=True))

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        return tuple(Pair(one, two, at, to) for (at, one), (to, two) in pairwise(self.by_end.items()))

    @cached_property
    def dispersion(self) -> float:
        """Variance over mean of quarterly counts, from the median of the differences so that one break cannot hide."""
        ratios = [
            pair.difference**2 / (2 * pair.part)
            for pair in self.pairs
            if pair.gap == MONTHS_IN_A_QUARTER and pair.part > 0
        ]
        if len(ratios) < _FEWEST_PAIRS:
            return _USUAL_DISPERSION
        return max(float(np.median(ratios)) / _MEDIAN_OF_A_SQUARE, 1.0)

    def z(self, pair: Pair) -> float:
        """The difference of two counts in standard errors of the two parts that are not shared."""
        if pair.part <= 0:
            return math.nan
        return pair.difference / math.sqrt(2 * self.dispersion * pair.part)

    def event_between(self, pair: Pair, *, only_breaks: bool = True) -> Event | None:
        """A registered event in the months the later figure added."""
        return next(
            (
                event
                for event in self.events
                if (event.breaks_comparability or not only_breaks) and pair.earlier_end < event.month <= pair.later_end
            ),
            None,
        )

    def finding(self, rule: str, end: pd.Period, message: str, event: Event | None, next_step: str) -> Finding:
        """A finding about the figure that ends in a month; a note where a registered break explains it."""
        row = self.rows[self.rows["period_end"] == end].iloc[-1]
        return Finding(
            Severity.NOTE if event else Severity.FLAG,
            rule,
            f"{self.about.name}: {message}",
            file=str(row["source"]),
            indicator=self.about.key,
            area=self.area,
            period_end=str(end),
            next_step=f"Registered: {event.title}." if event else next_step,
            phenomenon=event.title if event else "",
        )


@dataclass(frozen=True)
class Pair:
    """Two 12-month figures that follow one another, `gap` months apart."""

    earlier: float
    later: float
    earlier_end: pd.Period
    later_end: pd.Period

    @property
    def gap(self) -> int:
        return int(self.later_end.ordinal - self.earlier_end.ordinal)

    @property
    def difference(self) -> float:
        return self.later - self.earlier

    @property
    def part(self) -> float:
        """The usual count of the `gap` months that were replaced."""
        return (self.earlier + self.later) / 2 * self.gap / MONTHS_IN_A_YEAR


# ------------------------------------------------------------------------------------------------------ hidden quarters
_SMALLEST_QUARTER = 30  # events in the months that were replaced: under it a jump is soon chance
_MOST_OF_COUNTS = 4.0  # standard errors
_MOST_OF_SHARES = 3.0  # fewer: a quarter's sample is itself a guess, of so many
_RESPONDENTS = 100  # a quarter, where they are not printed


@_detective
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
            words = _jump_of_counts(series, pair) if series.about.kind is Kind.COUNT else _jump_of_shares(series, pair)
            if words:
                sign = "%" if series.about.kind.is_proportion else ""
                figures = " and ".join(
                    f"{figure:,.10g}{sign} to {month_in_words(end)}"
                    for figure, end in ((pair.earlier, pair.earlier_end), (pair.later, pair.later_end))
                )
                event = series.event_between(pair)
                step = "Ask whether the definition changed; if so, register an event."
                yield series.finding("hidden_quarter", pair.later_end, f"{figures}: {words}", event, step)


def _jump_of_counts(series: YearlySeries, pair: Pair) -> str:
    """What the hidden quarters would have to differ by; empty where chance may do it."""
    z = series.z(pair)
    if series.about.is_cohort or pair.part < _SMALLEST_QUARTER or not abs(z) > _MOST_OF_COUNTS:
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


def _jump_of_shares(series: YearlySeries, pair: Pair) -> str:
    """The same of a per cent whose number of respondents is not printed."""
    if not series.about.kind.is_proportion:
        return ""
    row = series.rows[series.rows["period_end"] == pair.later_end].iloc[-1]
    if not math.isnan(row["denominator"]):
        return ""
    share = (pair.earlier + pair.later) / 200
    points = pair.difference * MONTHS_IN_A_YEAR / pair.gap
    variance = 2 * share * (1 - share)
    if variance <= 0 or not abs(points) / (100 * math.sqrt(variance / _RESPONDENTS)) > _MOST_OF_SHARES:
        return ""
    if abs(points) > 100:
        return f"the {pair.gap} months that came in would differ from those that dropped out by more than 100 points."
    needed = variance / (abs(points) / 100 / _MOST_OF_SHARES) ** 2
    return (
        f"the {pair.gap} months that came in would differ from those that dropped out by {abs(points):.1f} points, "
        f"which chance makes plausible only with fewer than {needed:.0f} respondents in each."
    )


# -------------------------------------------------------------------------------------------------------- stale figures
_MOST_EXPECTED = 0.1  # repeats by chance in a series: where more are to be expected, one is no news
_SHORTEST_BLOCK = 6  # months equal to those of another year
_ASK_FOR_THE_CURRENT = "Ask the source for the current figure."


@_detective
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
        if sum(chances.values()) >= _MOST_EXPECTED:
            continue
        for pair in series.pairs:
            if pair.earlier > 0 and not pair.difference:
                message = (
                    f"{pair.later:,.0f} to {month_in_words(pair.later_end)} is the figure to "
                    f"{month_in_words(pair.earlier_end)} again; chance repeats such a count once in "
                    f"{1 / chances[pair.later_end]:.0f}."
                )
                yield series.finding("stale", pair.later_end, message, None, _ASK_FOR_THE_CURRENT)
    yield from _copied_blocks(data)


def _chance_of_repeat(pair: Pair) -> float:
    """How likely two counts of the months that are not shared are the same."""
    return _chance_alike(pair.earlier, pair.gap)


def _chance_alike(count: float, months: int) -> float:
    part = count * min(months, MONTHS_IN_A_YEAR) / MONTHS_IN_A_YEAR
    return 1 / (2 * math.sqrt(math.pi * part)) if part > 0 else 1.0


def is_given_again(counts: Sequence[float], ends: Sequence[int]) -> bool:
    """Whether the last of a row of 12-month counts is the one before it given again, and no coincidence.

    Parameters
    ----------
    counts : sequence of float
        Counts of 12 months, oldest first [events].
    ends : sequence of int
        The running numbers of the months that they end with.

    Returns
    -------
    bool
        False where a row of so many counts of that size would repeat one by chance in a tenth of cases or more, and
        where the two share no month.

    Examples
    --------
    >>> is_given_again([407, 141, 133, 133], [0, 12, 24, 27])
    True
    >>> is_given_again([203, 210, 232, 249, 263, 263], [0, 3, 6, 9, 12, 15])
    False
    """
    if len(counts) < 2 or counts[-1] != counts[-2] or ends[-1] - ends[-2] >= MONTHS_IN_A_YEAR:
        return False
    gaps = [later - earlier for earlier, later in pairwise(ends)]
    return sum(map(_chance_alike, counts[:-1], gaps)) < _MOST_EXPECTED


def _copied_blocks(data: Observations) -> Iterator[Finding]:
    """Six months or more that are those of the year before, figure for figure."""
    frame = data.frame
    monthly = frame[(frame["months"] == 1) & frame["numerator"].notna()]
    for (key, area), rows in monthly.groupby(["indicator", "area"], sort=True):
        values = rows.drop_duplicates("period_end", keep="last").set_index("period_end")["numerator"].sort_index()
        before = values.reindex(values.index - MONTHS_IN_A_YEAR)
        same = pd.Series(values.to_numpy() == before.to_numpy(), index=values.index) & (values.to_numpy() > 0)
        runs = same.groupby((~same).cumsum()).cumsum()
        if runs.max() >= _SHORTEST_BLOCK:
            end = runs.idxmax()
            name = data.plan.indicator(str(key)).name
            message = f"{name}: the {runs.max():.0f} months to {month_in_words(end)} are those of the year before."
            source = str(rows["source"].iloc[-1])
            yield Finding(
                Severity.FLAG,
                "copied_block",
                message,
                file=source,
                indicator=str(key),
                area=str(area),
                period_end=str(end),
                next_step=_ASK_FOR_THE_CURRENT,
            )


# ------------------------------------------------------------------------------------------------------- shared figures
_FEWEST_DIGITS = 3  # of a figure, its zeros apart: shorter ones meet by chance


@_detective
def shared_figures(data: Observations) -> Iterator[Finding]:
    """Find figures of three digits or more that are printed for two indicators of the dashboard at once."""
    keys = [indicator.key for indicator in data.plan.indicators]
    frame = data.frame
    held = frame[frame["indicator"].isin(keys) & frame["numerator"].notna() & (frame["months"] == MONTHS_IN_A_YEAR)]
    alike = ["numerator", "period_end", "area"]
    shared = held[held.duplicated(alike, keep=False)]
    long = shared[shared["numerator"].map(_digits) >= _FEWEST_DIGITS]
    for (figure, end, area), rows in long.groupby(alike, sort=True):
        named = list(dict.fromkeys(rows["indicator"]))
        if len(named) > 1:
            names = " and ".join(data.plan.indicator(key).title for key in named)
            message = f"{figure:,.10g} to {month_in_words(end)} is printed for {names}."
            yield Finding(
                Severity.NOTE,
                "shared_figure",
                message,
                file=str(rows["source"].iloc[0]),
                indicator=named[-1],
                area=str(area),
                period_end=str(end),
                next_step="Ask whether one figure stands in for the other.",
            )


def _digits(figure: float) -> int:
    """How many digits say something: 18,500 has three."""
    return len(f"{figure:.10g}".replace(".", "").strip("0"))


# -------------------------------------------------------------------------------------------------------- substitutions
_ALIKE = 0.85  # of two titles: violence with injury, violence without injury
_LEAST_EACH = 2.0  # standard errors that each has moved, in opposite ways
_LEAST_TOGETHER = 3.5  # of the difference of the two
_LEAST_OFFSET = 0.5  # the part of the larger change that the smaller takes back


@_detective
def substitutions(data: Observations) -> Iterator[Finding]:
    """Find pairs of series alike in name that moved apart by much, and together by little.

    With z_a and z_b the changes of the two in standard errors, the pair is reported where both are past 2, in opposite
    ways, (z_a - z_b) / sqrt 2 is past 3.5, and one change takes back at least half of the other. A change is that of a
    quarter, or of a year; of each run of quarters only the strongest is reported.
    """
    by_area: dict[str, list[YearlySeries]] = {}
    for series in yearly_series(data):
        if series.about.kind is Kind.COUNT:
            by_area.setdefault(series.area, []).append(series)
    for held in by_area.values():
        for one, other in combinations(held, 2):
            if _are_siblings(one, other):
                yield from _moves_between(one, other)


def _are_siblings(one: YearlySeries, other: YearlySeries) -> bool:
    """True where the titles are alike, and both or neither stand on the dashboard."""
    titles = one.about.title.lower(), other.about.title.lower()
    is_same_family = one.about.on_dashboard == other.about.on_dashboard
    return is_same_family and SequenceMatcher(None, *titles).ratio() >= _ALIKE


def _moves_between(one: YearlySeries, other: YearlySeries) -> Iterator[Finding]:
    """Where one rose as the other fell."""
    found: list[tuple[float, Pair, Pair]] = []
    for gap in (MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR):
        others = {(pair.earlier_end, pair.later_end): pair for pair in _pairs_apart(other, gap)}
        for pair in _pairs_apart(one, gap):
            twin = others.get((pair.earlier_end, pair.later_end))
            together = _moved_apart(one.z(pair), other.z(twin), pair, twin) if twin else 0.0
            if together:
                found.append((together, pair, twin or pair))
    for _, pair, twin in _strongest(found):
        risen, fallen = (one, other) if pair.difference > 0 else (other, one)
        up, down = (pair, twin) if pair.difference > 0 else (twin, pair)
        message = (
            f"rose by {up.difference:,.0f} in the 12 months to {month_in_words(up.later_end)}, against those to "
            f"{month_in_words(up.earlier_end)}, as {fallen.about.title} fell by {-down.difference:,.0f}: records may "
            "have moved from one to the other."
        )
        event = risen.event_between(up, only_breaks=False)
        step = "Look at the two together, and ask whether the recording of either changed."
        yield risen.finding("substitution", up.later_end, message, event, step)


def _moved_apart(z: float, of_twin: float, pair: Pair, twin: Pair) -> float:
    """How strongly the two moved apart, in standard errors; nought where they did not."""
    changes = abs(pair.difference), abs(twin.difference)
    if z * of_twin >= 0 or min(abs(z), abs(of_twin)) < _LEAST_EACH or min(changes) < _LEAST_OFFSET * max(changes):
        return 0.0
    together = abs(z - of_twin) / math.sqrt(2)
    return together if together >= _LEAST_TOGETHER else 0.0


def _pairs_apart(series: YearlySeries, gap: int) -> list[Pair]:
    """Figures a quarter or a year apart."""
    values = series.by_end
    return [Pair(values[end - gap], value, end - gap, end) for end, value in values.items() if end - gap in values]


def _strongest(found: list[tuple[float, Pair, Pair]]) -> list[tuple[float, Pair, Pair]]:
    """The strongest of findings whose months overlap, earliest first."""
    kept: list[tuple[float, Pair, Pair]] = []
    for candidate in sorted(found, key=lambda entry: -entry[0]):
        pair = candidate[1]
        if all(pair.later_end <= other.earlier_end or other.later_end <= pair.earlier_end for _, other, _ in kept):
            kept.append(candidate)
    return sorted(kept, key=lambda entry: entry[1].later_end)


# ---------------------------------------------------------------------------------------------------------------- ramps
_SMALLEST_RAMP = 100  # events in the year before
_NOTHING = 0.05  # of it, that may be left
_STRAIGHT = 0.16  # of it, that a step may be off the line
_QUARTERS = 4


@_detective
def ramps(data: Observations) -> Iterator[Finding]:
    """Find 12-month figures that fall to nothing, or rise from nothing, in four equal steps.

    A class of record that stops leaves the 12-month figure a quarter at a time: 100, 75, 50, 25, 0 per cent. Each step
    may be 16 points off the line and 5 per cent may be left. What looks like a long decline is one date.
    """
    for series in yearly_series(data):
        if series.about.kind is Kind.COUNT:
            yield from _ramps_of(series)


def _ramps_of(series: YearlySeries) -> Iterator[Finding]:
    """Ramps that begin after any figure of a series."""
    values = {end.ordinal: figure for end, figure in series.by_end.items()}
    for end in series.by_end:
        run = [values.get(end.ordinal + step * MONTHS_IN_A_QUARTER) for step in range(_QUARTERS + 1)]
        known = [figure for figure in run if figure is not None]
        if len(known) < _QUARTERS + 1:
            continue
        last = end + MONTHS_IN_A_YEAR
        if _is_ramp(known):
            message = (
                f"fell from {known[0]:,.0f} to {known[-1]:,.0f} in the four quarters to {month_in_words(last)}, a "
                f"quarter at a time: as if no record was made after {month_in_words(end)}."
            )
        elif _is_ramp(known[::-1]):
            message = (
                f"rose from {known[0]:,.0f} to {known[-1]:,.0f} in the four quarters to {month_in_words(last)}, a "
                f"quarter at a time: as if records began after {month_in_words(end)}."
            )
        else:
            continue
        event = next((event for event in series.events if end - 1 <= event.month <= end + MONTHS_IN_A_QUARTER), None)
        step = "Ask whether the definition ended or began then; if so, register an event."
        yield series.finding("ramp", last, message, event, step)


def _is_ramp(figures: list[float]) -> bool:
    """True for a straight line down to nothing."""
    first = figures[0]
    if first < _SMALLEST_RAMP or figures[-1] > _NOTHING * first:
        return False
    line = [1 - step / _QUARTERS for step in range(_QUARTERS + 1)]
    return all(abs(figure / first - share) <= _STRAIGHT for figure, share in zip(figures, line, strict=True))


# ------------------------------------------------------------------------------------------------------ steps at events
_SMALLEST_YEAR = 30  # events in the 12 months before
_LEAST_STANDARD_ERRORS = 3.0
_LEAST_SHARE = 0.10  # of the year before: a smaller step is a change like others
_FARTHEST = 3  # months between the event and the 12 months that stand in for before or after


@_detective
def event_steps(data: Observations) -> Iterator[Finding]:
    """Find registered events at which a count changed its level by a tenth or more.

    The last 12-month figure that ends before the event is set against the first that lies wholly after it. The two
    share no month, so their difference has a standard error of sqrt(φ (a + b)).
    """
    for series in yearly_series(data):
        if series.about.kind is Kind.COUNT and not series.about.is_cohort:
            for event in series.events:
                yield from _step_at(series, event)


def _step_at(series: YearlySeries, event: Event) -> Iterator[Finding]:
    """The step of a series at one event, where it is a large one."""
    values, ends = series.by_end, list(series.by_end)
    first_since, first_after = (bisect_left(ends, month) for month in (event.month, event.month + MONTHS_IN_A_YEAR - 1))
    if first_since == 0 or first_after == len(ends):
        return
    before, after = ends[first_since - 1], ends[first_after]
    if (event.month - before).n > _FARTHEST or (after - event.month).n > MONTHS_IN_A_YEAR + _FARTHEST:
        return
    pair = Pair(values[before], values[after], before, after)
    if pair.earlier < _SMALLEST_YEAR:
        return
    z = pair.difference / math.sqrt(series.dispersion * (pair.earlier + pair.later))
    share = pair.difference / pair.earlier
    if abs(z) < _LEAST_STANDARD_ERRORS or abs(share) < _LEAST_SHARE:
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
        yield replace(found, severity=Severity.FLAG, next_step=step)


def _signed(per_cent: float) -> str:
    return f"{per_cent:+.0f}".replace("-", "\N{MINUS SIGN}")


# ------------------------------------------------------------------------------------- records beside official totals
_MOST_SHARES_NAMED = 3  # of one area; of more the number is said


@_detective
def records_beside_official(data: Observations) -> Iterator[Finding]:
    """Find records by month that hold another part of the official totals than is usual, and months they lack.

    Whatever measures and periods it concerns, an area has one flag for shares that are not as usual (`coverage` says
    when), and there is one note for each set of missing months: it is the files that are at fault, or are not there.
    """
    ledger = coverage(data)
    for area, rows in ledger[ledger["coverage"] == Coverage.UNUSUAL].groupby("area", sort=True):
        yield _not_as_usual(data, str(area), rows)
    yield from _months_missing(data, ledger)


def _not_as_usual(data: Observations, area: str, odd: pd.DataFrame) -> Finding:
    """One finding for all measures and periods of an area, furthest off first."""
    furthest = odd.assign(off=(odd["share"] - odd["usual"]).abs()).sort_values("off", ascending=False, kind="stable")
    named = "; ".join(
        f"{data.plan.indicator(row['indicator']).name}, {100 * row['share']:.0f}% in the {_span(row)} where "
        f"{100 * (row['usual'] - row['tolerance']):.0f}% to {100 * (row['usual'] + row['tolerance']):.0f}% is usual"
        for row in furthest.head(_MOST_SHARES_NAMED).to_dict("records")
    )
    rest = len(odd) - _MOST_SHARES_NAMED
    more = f"; and {rest} more" if rest > 0 else ""
    latest = odd.sort_values("period_end", kind="stable").iloc[-1]
    return Finding(
        Severity.FLAG,
        "records_unusual",
        f"{_system(data, str(latest['indicator']))}: not the usual part of the official totals. {named}{more}.",
        area=area,
        period_end=str(latest["period_end"]),
        next_step="Ask whether files are missing, or records are filed elsewhere; until then these records do not say "
        "how many there were.",
    )


def _months_missing(data: Observations, ledger: pd.DataFrame) -> Iterator[Finding]:
    """A note for each set of missing months, whatever areas and measures lack it."""
    lacking: dict[tuple[pd.Period, ...], list[pd.DataFrame]] = {}
    for _, rows in ledger.groupby(["area", "indicator"], sort=True):
        if missing := tuple(sorted(month for months in rows["missing"] for month in months)):
            lacking.setdefault(missing, []).append(rows)
    for missing, found in lacking.items():
        rows = pd.concat(found)
        system = _system(data, str(rows["indicator"].iloc[-1]))
        areas, measures = rows["area"].unique(), counted(rows["indicator"].nunique(), "measure")
        where = "" if len(areas) == 1 else f" in {counted(len(areas), 'area')}"
        are = "is" if len(missing) == 1 else "are"
        yield Finding(
            Severity.NOTE,
            "records_missing",
            f"{system}: {months_in_words(missing)} {are} not held, of {measures}{where}. Where months are missing, no "
            "total of a year and no verdict is made of these records.",
            area=str(areas[0]) if len(areas) == 1 else "",
            period_end=str(rows["period_end"].max()),
        )


def _system(data: Observations, measure: str) -> str:
    """Where the records beside a measure are from, or what they are called."""
    records = data.plan.indicator(str(data.plan.indicator(measure).anchor))
    return records.source_system or records.name


def _span(row: dict[Hashable, Any]) -> str:
    return f"{so_many_months(row['months'])} to {month_in_words(row['period_end'])}"


# ------------------------------------------------------------------------------------------------------------ revisions
_OF_A_FIGURE = ("indicator", "area", "period_end", "months")
_OF_ITS_VINTAGES = ("first", "first_published", "latest", "latest_published", "change", "change_pct", "vintages")


def revisions(data: Observations) -> pd.DataFrame:
    """One row a figure with more than one value, from the first that was published to the latest.

    Returns
    -------
    pandas.DataFrame
        `indicator, area, period_end, months, first, first_published, latest, latest_published, change, change_pct,
        vintages`, the largest change in per cent first.
    """
    keys = list(_OF_A_FIGURE)
    held = data.frame[data.frame["numerator"].notna()].sort_values([*keys, "published_on"], kind="stable")
    grouped = held.groupby(keys, sort=True)["numerator"]
    several = held[grouped.transform("nunique") > 1]
    rows = [
        {
            **dict(zip(keys, key, strict=True)),
            "first": figures["numerator"].iloc[0],
            "first_published": figures["published_on"].iloc[0],
            "latest": figures["numerator"].iloc[-1],
            "latest_published": figures["published_on"].iloc[-1],
            "vintages": len(figures),
        }
        for key, figures in several.groupby(keys, sort=True)
    ]
    columns = [*keys, *_OF_ITS_VINTAGES]
    table = pd.DataFrame(rows, columns=[name for name in columns if not name.startswith("change")])
    table = table.assign(change=table["latest"] - table["first"])
    table = table.assign(change_pct=100 * table["change"] / table["first"].where(table["first"] != 0))
    return table[columns].sort_values("change_pct", key=abs, ascending=False, kind="stable", ignore_index=True)
