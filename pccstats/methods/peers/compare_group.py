"""Where a force stands in its Most Similar Group: rank with its interval, and state against its peers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from pccstats.methods.peers.comparison import (
    ADDITIVE,
    BENCHMARKS,
    MEAN_INCLUDING_OWN,
    NONE,
    OTHERS_ONLY,
    OVERDISPERSION,
    PER_CENT,
    GroupOptions,
    GroupsCompared,
    compare,
)
from pccstats.methods.peers.windows import GroupWindow, Together, kind_problems
from pccstats.terms.choices import instance_problems, is_number, is_whole, require
from pccstats.terms.errors import MethodProblem, Problem, Refusals
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, Window, month, month_in_words
from pccstats.terms.plan import Group
from pccstats.terms.results.peers import SUMMARY_COLUMNS, GroupComparison, GroupPositions
from pccstats.terms.series import Series, provenance_of, require_series

WIDE = 20.0  # the largest size over the smallest, from which the curve is worked out at equal ratios of size
CHOSEN_BY_ANALYST = "chosen by the analyst"
SAID_BESIDE = ("exposure_name", "proxy_for")  # options that no figure of a comparison follows from


def compare_group(
    series_by_area: Mapping[str, Series],
    focus: str,
    *,
    benchmark: str = MEAN_INCLUDING_OWN,
    until: Any = None,
    per: float = 1000.0,
    confidence: float = 0.95,
    overdispersion: str = ADDITIVE,
    group: Group | None = None,
    exposure: Mapping[str, float] | None = None,
    exposure_name: str = "population",
    proxy_for: str = "",
    simulations: int = GroupOptions.simulations,
    seed: int = GroupOptions.seed,
    months: int = MONTHS_IN_A_YEAR,
) -> GroupComparison:
    """Compare a force with the forces most like it, over the 12 months to a date.

    Answers: which place does the force hold, how sure is that place, and does it stand apart from its peers by more
    than they stand apart from one another?

    Parameters
    ----------
    series_by_area : mapping of str to Series
        One series a force: counts (made into rates per person or household), rates, shares or survey results; months,
        quarters or published 12 months.
    focus : str
        The force it is about.
    benchmark : {"mean_including_own", "weighted", "others_only"}
        The plain mean of all forces (HMIC's comparator), all forces pooled, or the plain mean of the others. It is what
        the force is printed beside and what the funnel is drawn about; the state does not depend on it.
    until : month, optional
        Last month of the 12; by default the last the focus force has.
    per : float
        Rates are per this many persons or households; above 0.
    confidence : float
        Of the peer interval, the inner funnel limits and the rank interval; between 0 and 1.
    overdispersion : {"additive", "multiplicative", "none"}
        How differences between forces beyond chance enter limits and interval.
    group : Group, optional
        The dated membership. Without it every force given is a member, and the result says the analyst chose them.
        Forces given but not in the group are left out; members not given are named as missing.
    exposure : mapping of str to float, optional
        Persons or households by force, in place of the population each series carries.
    exposure_name : str
        What rates are per: `population`, `households`.
    proxy_for : str
        What these figures stand in for, where they are a proxy: it is printed with the answer.
    simulations, seed : int
        Draws for the rank interval, and the seed they come from.
    months : int
        How many months are compared, 1 to 12, where no whole year is held. A rate of fewer is of those months.

    Returns
    -------
    GroupComparison

    Raises
    ------
    MethodProblem
        Listing every reason: the focus force has no figure, fewer than three members have one, the group is another
        force's or not in force at that date, or a choice is not on offer.
    RequestProblem
        Where nothing is wrong but how a month is written.

    Notes
    -----
    Ranks: 1st is best by polarity, or highest for a neutral measure; equal figures share the better rank. State: the
    force's figure against the t-based interval the *other* forces predict (`peer_interval`). Rank interval:
    `rank_interval`. When not to use: for a group that is not similar, or to rank forces whose rank intervals overlap.

    References
    ----------
    Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance.
    Statistics in Medicine 24, 1185-1202.
    HMIC, Crime and Policing Comparator, "About the data": plain mean of the group, own force included.

    Examples
    --------
    >>> def year(area, offences):
    ...     frame = pd.DataFrame({"month": ["2015-03"], "offences": [offences]})
    ...     return Series.from_frame(frame, numerator="offences", title="Robbery", span_months=12,
    ...                              polarity="lower_is_better", area=area, population=100_000)
    >>> given = {"Ashby": year("Ashby", 80), "Barrow": year("Barrow", 100), "Corby": year("Corby", 120)}
    >>> answer = compare_group(given, "Ashby", benchmark="others_only")
    >>> print(answer.summary()[["value", "rank", "members", "benchmark", "state"]].to_string(index=False))
     value  rank  members  benchmark              state
       0.8     1        3        1.1 in_line_with_peers
    """
    options = GroupOptions(benchmark, overdispersion, confidence, per, simulations, seed)
    request = GroupRequest.read(series_by_area, focus, until, group, exposure, options, months)
    compared = request.compared()
    taken, found, rows = compared.taken, compared.found, compared.rows
    is_focus = [area == focus for area in rows["area"]]
    return GroupComparison(
        points=rows.drop(columns="benchmark").assign(is_focus=is_focus),
        method=_method(request, taken, found, exposure_name if exposure else ""),
        about=replace(
            request.about.about,
            unit="%" if taken.figures.is_share else f"per {per:,g} {_exposure_word(request.about, exposure_name)}",
            sources=taken.once("sources", lambda: _sources(taken, series_by_area)),
        ),
        curve=_curve(taken, found, confidence),
        focus=focus,
        window=request.window,
        benchmark=float(rows["benchmark"].iloc[0]),
        benchmark_name=benchmark,
        group_status=_status_of(group),
        group_note=group.note if group else "",
        missing=taken.missing,
        proxy_for=proxy_for,
        confidence=confidence,
        exposure_name="respondents" if taken.figures.is_share else exposure_name,
    )


@dataclass(frozen=True)
class GroupRequest:
    """A comparison as it can be made: the forces' series, whom it is about, the 12 months, sizes, group and choices."""

    series_by_area: Together
    focus: str
    window: Window
    group: Group | None
    exposure: Mapping[str, float]
    options: GroupOptions

    @classmethod
    def read(
        cls,
        series_by_area: Mapping[str, Series],
        focus: str,
        until: Any,
        group: Group | None,
        exposure: Mapping[str, float] | None,
        options: GroupOptions,
        months: int = MONTHS_IN_A_YEAR,
    ) -> GroupRequest:
        """Fill in what the series themselves carry, and refuse at once whatever cannot be compared."""
        require_series_by_area(series_by_area)
        refusals = Refusals()
        refusals.ask(options.check)
        about = series_by_area.get(focus) if isinstance(focus, str) else None
        last = about.last if about is not None else None
        end = last if until is None else refusals.ask(lambda: month(until))
        problems = [*kind_problems(series_by_area), *_focus_problems(series_by_area, focus), *_month_problems(months)]
        problems += _size_problems(exposure)
        if group is not None:
            problems += _group_problems(group, focus, end)
        if problems:
            refusals.note(MethodProblem(problems))
        refusals.raise_any()
        window = Window.ending(end, months)
        together = Together.of(series_by_area)
        sizes = exposure or {area: persons or 0.0 for area, persons in together.residents(window).items()}
        return cls(together, focus, window, group, sizes, options)

    @property
    def about(self) -> Series:
        """The series of the focus force."""
        return self.series_by_area[self.focus]

    @property
    def members(self) -> tuple[str, ...]:
        """The forces of the group, or all that are given."""
        return self.group.areas if self.group else tuple(self.series_by_area)

    def compared(self) -> Compared:
        """The figures taken and what was found of them; worked out once for all whom it may be about."""
        taken = self.series_by_area.window(self.members, self.focus, self.window, self.exposure)
        has_own = self.options.benchmark == OTHERS_ONLY  # any other benchmark is the same for all
        for_whom = self.focus if has_own else taken.areas[0]
        polarity, options, place = self.about.polarity, self.options, taken.areas.index(for_whom)
        asked = (polarity, options, for_whom)
        return taken.once(asked, lambda: Compared(taken, compare(taken.figures, polarity, options, place)))

    def place(self) -> dict[str, Any]:
        """The place of the focus force in one row: what is followed from date to date."""
        compared = self.compared()
        row = compared.rows_by_area[self.focus]
        named = {"focus": self.focus, "members": len(compared.rows), "benchmark_name": self.options.benchmark}
        missing = "; ".join(compared.taken.missing)
        summary = {name: named.get(name, row.get(name)) for name in SUMMARY_COLUMNS}
        return {"month": self.window.last, **summary, "is_tied": row["is_tied"], "missing": missing}


@dataclass(frozen=True)
class Compared:
    """The figures of one comparison and what was found of them, whichever force it is about."""

    taken: GroupWindow
    found: GroupsCompared

    @cached_property
    def rows(self) -> pd.DataFrame:
        """One row a force, best first."""
        figures, rows = self.taken.figures, self.found.rows()
        is_unknown = np.isnan(figures.exposure[0])
        points = pd.DataFrame(
            {
                "area": self.taken.areas,
                "numerator": np.where(is_unknown, PER_CENT * figures.numerator[0], figures.numerator[0]),
                "exposure": figures.exposure[0],
                **rows.drop(columns="state"),
                "state": rows["state"],
            }
        )
        return points.sort_values(["rank", "area"], ignore_index=True)

    @cached_property
    def rows_by_area(self) -> dict[str, dict[str, Any]]:
        """The same rows, each by its force."""
        rows = self.rows.astype(object).itertuples(index=False, name=None)
        return {row[0]: dict(zip(self.rows.columns, row, strict=True)) for row in rows}


def require_series_by_area(series_by_area: Any) -> None:
    """Refuse anything that is not a mapping of names to series."""
    if not isinstance(series_by_area, Mapping):
        kind = type(series_by_area).__name__
        step = "Give one series a force by its name: {'Leicestershire': series, ...}."
        raise MethodProblem(Problem("A group is a mapping of forces to their Series.", "", kind, step))
    require_series(*series_by_area.values())


def _size_problems(exposure: Any) -> list[Problem]:
    """Persons or households that are no numbers, or not by force."""
    if exposure is None:
        return []
    if not isinstance(exposure, Mapping):
        step = "Give the number of each force by its name: {'Leicestershire': 1_043_800, ...}."
        return [Problem("These are persons or households by force.", "exposure", str(exposure), step)]
    return [
        Problem("This is a number, zero where it is not known.", f"exposure of {area}", str(size))
        for area, size in exposure.items()
        if not is_number(size) or size < 0
    ]


def _month_problems(months: Any) -> Iterator[Problem]:
    if not (is_whole(months) and 1 <= months <= MONTHS_IN_A_YEAR):
        yield Problem(f"A comparison covers 1 to {MONTHS_IN_A_YEAR} months.", "months", str(months))


def _focus_problems(series_by_area: Mapping[str, Series], focus: str) -> Iterator[Problem]:
    if not (isinstance(focus, str) and focus in series_by_area):
        given = ", ".join(sorted(series_by_area)) or "none"
        yield Problem(f"No figures are given for the focus force. Forces given: {given}.", value=str(focus))


def _group_problems(group: Any, focus: str, end: pd.Period | None) -> Iterator[Problem]:
    """Why a membership is not that of this force at this date."""
    if not isinstance(group, Group):
        yield Problem("This is a group of the plan.", "group", str(group), "Take it from plan.groups.")
        return
    if group.focus != focus:
        yield Problem(
            f"The group is {group.focus}'s. Groups are not mutual: a force's peers need not count it among theirs.",
            value=focus,
            next_step=f"Give the group of {focus}, or none.",
        )
    if end is not None and not group.holds_in(end):
        yield Problem(
            f"The group {group.name} was not in force in {month_in_words(end)}.",
            next_step="Give the membership of that date.",
        )


def _status_of(group: Group | None) -> str:
    return str(group.status) if group else CHOSEN_BY_ANALYST


def _sources(taken: GroupWindow, series_by_area: Mapping[str, Series]) -> tuple[str, ...]:
    """Where the figures of all forces come from, each once."""
    return tuple(dict.fromkeys(text for area in taken.areas for text in series_by_area[area].sources))


_CURVE_POINTS = 60
_CURVE_REACH = (0.75, 1.1)  # of the smallest and the largest force


def _curve(taken: GroupWindow, found: GroupsCompared, confidence: float) -> pd.DataFrame:
    """The funnel over sizes a little beyond the forces' own; empty where sizes are not known."""
    sizes = taken.figures.exposure[0]
    if np.isnan(sizes).any():
        return pd.DataFrame(columns=["exposure", "lower", "upper", "lower_998", "upper_998"], dtype=float)
    spaced = np.geomspace if sizes.max() > WIDE * sizes.min() else np.linspace
    grid = np.round(spaced(_CURVE_REACH[0] * sizes.min(), _CURVE_REACH[1] * sizes.max(), _CURVE_POINTS))
    about = replace(found.stick, benchmark=found.stick.benchmark[:, :1])
    limits = about.limits(grid[None, :], confidence, share=taken.figures.is_share)
    return pd.DataFrame({"exposure": grid, **{name: found.scale * limit[0] for name, limit in limits.items()}})


def _exposure_word(about: Series, exposure_name: str) -> str:
    has_own = bool(about.points["denominator"].notna().any())
    return (about.unit or "of the denominator") if has_own else exposure_name


def _method(request: GroupRequest, taken: GroupWindow, found: GroupsCompared, exposure_given: str) -> str:
    """In words: window, benchmark, over-dispersion, interval, rank interval, exposure, membership."""
    series_by_area, options = request.series_by_area, request.options
    sentences = [
        f"Benchmark: {BENCHMARKS[options.benchmark]}.",
        _state_in_words(taken, options),
        *_limits_in_words(taken, found, options),
        _exposure_in_words(taken, series_by_area, request.window, exposure_given),
        _membership_in_words(taken, series_by_area, request.group),
        f"Change is on {_before_in_words(request.window)}.",
        taken.once("provenance", lambda: provenance_of(series_by_area[area] for area in taken.areas)),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _before_in_words(window: Window) -> str:
    if window.month_count == MONTHS_IN_A_YEAR:
        return f"the {MONTHS_IN_A_YEAR} months before"
    return f"the same {window.month_count} months a year before"


def _state_in_words(taken: GroupWindow, options: GroupOptions) -> str:
    others = len(taken.areas) - 1
    form = "normal" if options.overdispersion == NONE else f"t, {others - 1} degrees of freedom"
    return (
        f"State: the force's figure against the {100 * options.confidence:g}% interval that the other {others} forces "
        f"predict ({form})."
    )


def _limits_in_words(taken: GroupWindow, found: GroupsCompared, options: GroupOptions) -> list[str]:
    """Funnel limits and the interval of the rank, or why there are none."""
    if np.isnan(taken.figures.exposure).any():
        return ["The number of respondents is not known: no funnel limits and no rank interval can be given."]
    noise = taken.figures.noise
    return [
        f"Funnel limits: {OVERDISPERSION[options.overdispersion]}{_dispersion_seen(found, options)}.",
        f"{100 * options.confidence:g}% rank interval: {options.simulations:,} simulations, seed {options.seed}.",
        f"Noise of a force's own year: {max(1.0, noise.phi[0]):.1f} times chance, from {noise.source[0]}.",
    ]


def _dispersion_seen(found: GroupsCompared, options: GroupOptions) -> str:
    phi, tau = float(found.stick.phi[0, 0]), float(np.sqrt(found.stick.tau2[0, 0]))
    return {"additive": f", tau = {tau:.3g}", "multiplicative": f", phi = {phi:.3g}"}.get(options.overdispersion, "")


def _exposure_in_words(
    taken: GroupWindow, series_by_area: Mapping[str, Series], window: Window, exposure_given: str
) -> str:
    if exposure_given:
        return f"Rates use the {exposure_given} given by the analyst."
    vintages = dict.fromkeys(series_by_area[area].population_of(window)[1] for area in taken.areas)
    vintage = ", ".join(text for text in vintages if text)
    return f"Population: {vintage}." if vintage and not taken.figures.is_share else ""


def _membership_in_words(taken: GroupWindow, series_by_area: Mapping[str, Series], group: Group | None) -> str:
    """Who is in the group and how sure that is, who is missing, and who was given but does not belong."""
    if group is None:
        words = f"Group: the {len(taken.areas)} forces given, {CHOSEN_BY_ANALYST}."
    else:
        source = f", source: {group.source}" if group.source else ""
        words = f"Group: {group.name}, {group.status} membership{source}; a group is not mutual."
        outside = sorted(set(series_by_area) - set(group.areas))
        words += f" Given but not in the group: {', '.join(outside)}." if outside else ""
    return words + (f" Missing: {'; '.join(taken.missing)}." if taken.missing else "")


def group_positions(
    series_by_area: Mapping[str, Series],
    focus: str,
    *,
    since: Any = None,
    until: Any = None,
    group: Group | Sequence[Group] | None = None,
    **options: Any,
) -> GroupPositions:
    """Follow a force's place among its peers, quarter end by quarter end.

    Answers: has the force moved among its peers, by more than its place is unsure?

    Parameters
    ----------
    series_by_area, focus
        As for `compare_group`.
    since, until : month, optional
        The first and the last month a comparison may end with; by default all the focus force has figures for.
    group : Group, or several, optional
        The membership; of several, the one in force at each date is used.
    **options
        Any other choice of `compare_group`.

    Returns
    -------
    GroupPositions
        One row a quarter end. Dates that could not be compared are named in `skipped`, with the reason; neighbours
        refused for one reason have one line.

    Raises
    ------
    MethodProblem
        If no date could be compared.

    Notes
    -----
    Each row covers 12 months, so neighbouring rows share nine of them: a place that moves slowly says little, and the
    rows must not be put through run rules.

    See Also
    --------
    compare_group : the comparison made at each date, with its formulas and references.

    Examples
    --------
    >>> def years(area, first, second):
    ...     frame = pd.DataFrame({"month": ["2014-03", "2015-03"], "offences": [first, second]})
    ...     return Series.from_frame(frame, numerator="offences", title="Robbery", span_months=12,
    ...                              polarity="lower_is_better", area=area, population=100_000)
    >>> given = {"Ashby": years("Ashby", 90, 40), "Barrow": years("Barrow", 80, 82), "Corby": years("Corby", 60, 61)}
    >>> places = group_positions(given, "Ashby")
    >>> [(str(row.month), int(row.rank)) for row in places.points[["month", "rank"]].itertuples(name="Place")]
    [('2014-03', 3), ('2015-03', 1)]
    """
    request = PositionsRequest.read(series_by_area, focus, since, until, group)
    series_by_area = Together.of(series_by_area)
    places: dict[pd.Period, dict[str, Any]] = {}
    refused: list[tuple[pd.Period, str]] = []
    for end in request.ends:
        try:
            places[end] = _asked_at(end, series_by_area, focus, request.group_at(end), options).place()
        except MethodProblem as problem:
            refused.append((end, str(problem)))
    skipped = _in_spans(refused, request.ends)
    if not places:
        raise MethodProblem(skipped or [f"The focus force {focus!r} has no figures that end with a quarter."])
    last = max(places)
    latest = compare_group(series_by_area, focus, until=last, group=request.group_at(last), **options)
    return GroupPositions(
        points=pd.DataFrame(list(places.values())),
        method=f"The 12 months to each quarter end; neighbours share nine months. Latest: {latest.method}",
        about=latest.about,
        focus=focus,
        group_status=", ".join(dict.fromkeys(_status_of(request.group_at(end)) for end in places)),
        confidence=latest.confidence,
        skipped=tuple(skipped),
        proxy_for=latest.proxy_for,
    )


@dataclass(frozen=True)
class PositionsRequest:
    """The quarter ends to be compared, and the memberships to choose from."""

    ends: list[pd.Period]
    groups: tuple[Group, ...]

    @classmethod
    def read(
        cls,
        series_by_area: Mapping[str, Series],
        focus: str,
        since: Any,
        until: Any,
        group: Group | Sequence[Group] | None,
    ) -> PositionsRequest:
        """Quarter ends for which the focus force has 12 months of figures, or at least might have."""
        require_series_by_area(series_by_area)
        refusals = Refusals()
        first, last = (
            refusals.ask(lambda at=at: month(at)) if at is not None else None  # type: ignore[misc]
            for at in (since, until)
        )
        if not (isinstance(focus, str) and focus in series_by_area):
            refusals.note(MethodProblem(f"No figures are given for the focus force {focus!r}."))
        groups = [group] if isinstance(group, Group) else [] if group is None else group
        step = "Take them from the plan: plan.groups."
        refusals.ask(lambda: require(instance_problems("These are groups of the plan.", step, Group, group=groups)))
        refusals.raise_any()
        about = series_by_area[focus]
        held = about.between(first, last).points["period_end"]
        whole = about.first + (MONTHS_IN_A_YEAR - about.span_months)
        ends = [end for end in held if end.month % MONTHS_IN_A_QUARTER == 0 and end >= whole]
        return cls(ends, tuple(groups))

    def group_at(self, end: pd.Period) -> Group | None:
        """The membership in force at a date; none where none is asked for."""
        in_force = next((group for group in self.groups if group.holds_in(end)), None)
        if self.groups and in_force is None:
            raise MethodProblem("No membership of the group given was in force.")
        return in_force


def _asked_at(
    end: pd.Period,
    series_by_area: Mapping[str, Series],
    focus: str,
    group: Group | None,
    options: Mapping[str, Any],
) -> GroupRequest:
    """The comparison of one date, as `compare_group` would be asked for it."""
    choices = {name: given for name, given in options.items() if name not in SAID_BESIDE}
    exposure, months = choices.pop("exposure", None), choices.pop("months", MONTHS_IN_A_YEAR)
    return GroupRequest.read(series_by_area, focus, end, group, exposure, GroupOptions(**choices), months)


def _in_spans(refused: list[tuple[pd.Period, str]], ends: list[pd.Period]) -> list[str]:
    """One line for neighbouring dates refused for one reason: `March 2010 to December 2012: no membership ...`."""
    place = {end: number for number, end in enumerate(ends)}
    runs = groupby(enumerate(refused), key=lambda item: (item[1][1], place[item[1][0]] - item[0]))
    lines = []
    for (reason, _), run in runs:
        dates = [month_in_words(end) for _, (end, _) in run]
        span = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}, {len(dates)} dates"
        lines.append(f"{span}: {reason}")
    return lines
