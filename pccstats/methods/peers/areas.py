"""One count in several areas, each against its own past and all against one another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.change.change import change
from pccstats.methods.intervals import checked_confidence, normal_quantile
from pccstats.methods.level.expected_level import expected_level
from pccstats.methods.peers.compare_group import compare_group, require_series_by_area
from pccstats.methods.peers.funnel import OUTER_CONFIDENCE
from pccstats.terms.errors import MethodProblem, PccStatsError, Problem, Refusals
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, Window, month, month_in_words
from pccstats.terms.results.base import About
from pccstats.terms.results.change import Change
from pccstats.terms.results.level import ExpectedLevel
from pccstats.terms.results.peers import AreaComparison, GroupComparison
from pccstats.terms.series import Series
from pccstats.terms.words import Kind, Signal, State, Strength, Variation

FEWEST_AREAS = 3
FEWEST_MONTHS = MONTHS_IN_A_QUARTER  # of a rate, where no whole year is held
Array = NDArray[np.float64]


def compare_areas(
    series_by_area: Mapping[str, Series],
    since: Any = None,
    until: Any = None,
    *,
    around: str = "",
    confidence: float = 0.95,
) -> AreaComparison:
    """Set the areas of a force beside one another, and each beside its own past.

    Which district stands out, and against what?

    Parameters
    ----------
    series_by_area : mapping of str to Series
        Monthly counts, one series an area. Areas without the months of both windows are left out and named; where
        under three have them, the areas are compared by their rates alone.
    since : window, optional
        The baseline; that of the series by default.
    until : month, optional
        The last of the latest 12 months; the last month of all by default.
    around : str
        The area they are part of, for the words.
    confidence : float
        Of intervals, tests and inner funnel limits, between 0 and 1.

    Returns
    -------
    AreaComparison

    Raises
    ------
    MethodProblem
        If under three areas have the figures, or these are no monthly counts; if neither a change nor a rate can be
        given. Every reason is listed.

    Notes
    -----
    Against its own past: `change` of each area between the windows, and `expected_level` of its months, limits set by
    the months before the latest quarter, three years of them at most.

    Against the others: a funnel of change (`change_funnel`), which asks whether its share of all
    events moved; and, where every area has residents, rates per 1,000 with ranks and their intervals
    (`compare_group`). With n areas and 95% limits, n/20 lie outside by chance.

    Where no earlier year is held there is no change and no expected level: each area's own past has no answer yet, and
    the rates are of the latest unbroken run of months that all areas have, a quarter to a year of them.

    References
    ----------
    Spiegelhalter DJ (2005). Funnel plots for comparing institutional performance. Statistics in Medicine 24: 1185-1202.

    Examples
    --------
    >>> months = pd.period_range("2012-04", "2015-03", freq="M")
    >>> def district(later):
    ...     counts = [100] * 24 + [later] * 12
    ...     frame = pd.DataFrame({"month": months, "n": counts})
    ...     return Series.from_frame(frame, numerator="n", title="Burglary", polarity="lower_is_better")
    >>> found = compare_areas({"Ash": district(100), "Beech": district(100), "Cedar": district(150)}, since="2012/13")
    >>> found.summary()["above"].iloc[0], str(found.row("Cedar").own_past), round(found.row("Cedar").share_latest, 1)
    ('Cedar', 'worse', 42.9)
    """
    request = AreasRequest.read(series_by_area, since, until, confidence)
    changes, missing = _against_own_past(request)
    if len(changes) < FEWEST_AREAS:
        return _by_rates_alone(request, missing, around)
    held = {area: request.series_by_area[area] for area in changes}
    levels = {area: _level(series, request.last) for area, series in held.items()}
    return _side_by_side(held, changes, levels, missing, around, confidence)


def compare_changes(
    series_by_area: Mapping[str, Series],
    changes: Mapping[str, Change],
    *,
    missing: tuple[str, ...] = (),
    placed: Collection[str] | None = None,
    around: str = "",
    confidence: float = 0.95,
) -> AreaComparison:
    """Set areas beside one another by changes that were worked out before, of figures of any span.

    Which force moved otherwise than all together, and whose rate stands apart?

    Parameters
    ----------
    series_by_area : mapping of str to Series
        Counts of 1, 3 or 12 months a figure, one series an area.
    changes : mapping of str to Change
        Of the areas that have one, between the same two windows for all.
    missing : tuple of str
        Why the others have none.
    placed : collection of str, optional
        The areas whose rates are compared; all by default. One that few live in would widen every limit.
    around, confidence
        As for `compare_areas`.

    Returns
    -------
    AreaComparison
        As `compare_areas` gives it, without months and signals; where under three areas have a change, by the rates of
        the latest 12 months alone.

    Raises
    ------
    MethodProblem
        If under three areas have a change, and there are no rates either.

    References
    ----------
    Spiegelhalter DJ (2005). Funnel plots for comparing institutional performance. Statistics in Medicine 24: 1185-1202.

    Examples
    --------
    >>> def years(then, now):
    ...     frame = pd.DataFrame({"month": pd.PeriodIndex(["2014-03", "2015-03"], freq="M"), "n": [then, now]})
    ...     return Series.from_frame(frame, numerator="n", title="Burglary", span_months=12)
    >>> forces = {"Ash": years(900, 900), "Beech": years(900, 900), "Cedar": years(900, 1800)}
    >>> found = {area: change(series, "2013/14", "2015-03", dispersion=1.0) for area, series in forces.items()}
    >>> compare_changes(forces, found).standing_out["area"].tolist()
    ['Ash', 'Beech', 'Cedar']
    """
    held = {area: series_by_area[area] for area in changes}
    if len(held) >= FEWEST_AREAS:
        return _side_by_side(held, changes, {}, missing, around, confidence, placed)
    last = max(series.last for series in series_by_area.values())
    return _by_rates_alone(AreasRequest(series_by_area, None, last, confidence), missing, around, placed)


def _side_by_side(
    held: Mapping[str, Series],
    changes: Mapping[str, Change],
    levels: Mapping[str, ExpectedLevel],
    missing: tuple[str, ...],
    around: str,
    confidence: float,
    placed: Collection[str] | None = None,
) -> AreaComparison:
    """The areas that have a change, with the expected levels of their months where these are held."""
    funnel = _against_the_others(changes, confidence)
    first, some = next(iter(held.values())), next(iter(changes.values()))
    year = some.latest_window
    peers, no_peers = _rates(_those(placed, held), year, confidence)
    residents = {area: series.population_of(year)[0] for area, series in held.items()} if peers is not None else {}
    return AreaComparison(
        points=_points(held, changes, levels, funnel, peers, year.last),
        method=" ".join(
            (_own_past(some, levels, confidence), _method(some, funnel, peers, no_peers, len(held), confidence))
        ),
        about=_about(held, around),
        months=_on_one_scale(levels, residents),
        curve=funnel.curve,
        around=around,
        baseline_window=some.baseline_window,
        latest_window=some.latest_window,
        scale=PER_STANDARD_MONTH if residents else OF_ITS_OWN,
        overall_change_pct=100 * (funnel.ratio - 1),
        excess_pct=100 * funnel.tau,
        confidence=confidence,
        changes=changes,
        peers=peers,
        no_peers=no_peers,
        residents_vintage=first.population_of(year)[1] if residents else "",
        missing=missing,
    )


def _those(placed: Collection[str] | None, held: Mapping[str, Series]) -> Mapping[str, Series]:
    """The areas whose rates are compared."""
    return held if placed is None else {area: series for area, series in held.items() if area in placed}


def _by_rates_alone(
    request: AreasRequest, missing: tuple[str, ...], around: str, placed: Collection[str] | None = None
) -> AreaComparison:
    """The areas against one another where none can be set against its own past.

    Raises
    ------
    MethodProblem
        With the reason of every area that has no change, and why there are no rates either.
    """
    held = {area: series for area, series in request.series_by_area.items() if series.points["numerator"].notna().any()}
    window = _latest_run(held)
    peers, no_rates = None, f"Rates take at least {FEWEST_MONTHS} months that all areas have."
    if len(held) >= FEWEST_AREAS and window is not None and window.month_count >= FEWEST_MONTHS:
        peers, no_rates = _rates(_those(placed, held), window, request.confidence)
    if peers is None or window is None:
        few = f"Under {FEWEST_AREAS} areas have figures for both windows."
        raise MethodProblem(" ".join((few, *missing, no_rates)))
    first = next(iter(held.values()))
    residents = {area: series.population_of(window)[0] for area, series in held.items()}
    return AreaComparison(
        points=_with_rates(_without_change(held, window), peers),
        method=f"{_rates_in_words(peers)} {_by_chance_in_words(len(held), request.confidence)}",
        about=_about(held, around),
        months=_without_levels(held, window, residents) if _are_months(held) else pd.DataFrame(columns=_MONTH_COLUMNS),
        curve=pd.DataFrame(columns=["size", "lower", "upper", "lower_998", "upper_998"], dtype=float),
        around=around,
        baseline_window=None,
        latest_window=window,
        scale=PER_RESIDENTS,
        overall_change_pct=np.nan,
        excess_pct=np.nan,
        confidence=request.confidence,
        changes={},
        peers=peers,
        no_change=_no_change(request, held),
        residents_vintage=first.population_of(window)[1],
    )


def _latest_run(held: Mapping[str, Series]) -> Window | None:
    """The latest unbroken run, of at most 12 months, in which every area has a figure."""
    known = [set(series.points.loc[series.points["numerator"].notna(), "period_end"]) for series in held.values()]
    shared = set.intersection(*known) if known else set()
    if not shared:
        return None
    last = max(shared)
    if any(series.span_months == MONTHS_IN_A_YEAR for series in held.values()):
        return Window.ending(last)
    count = next(n for n in range(1, MONTHS_IN_A_YEAR + 1) if n == MONTHS_IN_A_YEAR or last - n not in shared)
    return Window.ending(last, count)


def _no_change(request: AreasRequest, held: Mapping[str, Series]) -> str:
    """Why no area can be set against its own past."""
    if not _are_months(held):
        return "No figure against their own past that could be compared."
    first, last = min(series.first for series in held.values()), max(series.last for series in held.values())
    baseline = request.since or next(iter(held.values())).baseline
    against = f" and of {baseline.in_a_sentence}" if baseline is not None else ""
    return (
        f"No figure yet against their own past: that takes every month of {Window.ending(request.last).in_a_sentence}"
        f"{against}, and months by area are held from {month_in_words(first)} to {month_in_words(last)}."
    )


def _without_change(held: Mapping[str, Series], window: Window) -> pd.DataFrame:
    """One row an area with its count; everything that rests on an earlier year is empty."""
    latest = [_counted_in(series, window) for series in held.values()]
    nothing = dict.fromkeys(
        (
            *("baseline", "change_pct", "change_pct_low", "change_pct_high", "share_baseline", "against_others_pct"),
            *("size", "lower", "upper", "lower_998", "upper_998"),
        ),
        np.nan,
    )
    table = pd.DataFrame(
        {
            "area": list(held),
            "residents": [series.population_of(window)[0] for series in held.values()],
            "latest": latest,
            "own_past": str(State.INSUFFICIENT_DATA),
            "verdict": State.INSUFFICIENT_DATA.in_words,
            "strength": str(Strength.FIRM),
            "signals": "",
            "against_others": Signal.NONE,
            "is_far": False,
        }
    ).assign(**nothing)
    return table.assign(share_latest=100 * table["latest"] / table["latest"].sum())


def _counted_in(series: Series, window: Window) -> float:
    """The events of a window: the figure of its year, or the sum of its months or quarters."""
    ends = series.points["period_end"]
    first = window.last if series.span_months == MONTHS_IN_A_YEAR else window.first
    return float(series.points.loc[(ends >= first) & (ends <= window.last), "numerator"].sum())


def _without_levels(held: Mapping[str, Series], window: Window, residents: Mapping[str, float | None]) -> pd.DataFrame:
    """The months of every area per resident, beside those of all areas together; no band and no signal."""
    counts = pd.DataFrame(
        {
            area: series.between(window.first, window.last).points.set_index("period_end")["numerator"]
            for area, series in held.items()
        }
    )
    persons = pd.Series(residents, dtype=float)
    together = _PER * counts.sum(axis=1) / persons.sum()
    rates = (_PER * counts / persons).rename_axis("month").reset_index()
    shown = rates.melt(id_vars="month", var_name="area", value_name="shown")
    lines = dict.fromkeys(_LINES.values(), np.nan)
    return shown.assign(
        **lines,
        signal=str(Signal.NONE),
        variation=str(Variation.COMMON_CAUSE),
        is_excluded=False,
        together=shown["month"].map(together),
    )


def _are_months(held: Mapping[str, Series]) -> bool:
    return all(series.span_months == 1 for series in held.values())


def _about(held: Mapping[str, Series], around: str) -> About:
    """What is counted, with the sources of all areas."""
    return replace(
        next(iter(held.values())).about,
        area=around,
        sources=tuple(dict.fromkeys(text for series in held.values() for text in series.sources)),
        is_illustrative=any(series.is_illustrative for series in held.values()),
    )


@dataclass(frozen=True)
class AreasRequest:
    """Areas as they can be compared: their series up to the last month, the baseline and the confidence."""

    series_by_area: Mapping[str, Series]
    since: Window | None
    last: pd.Period
    confidence: float

    @classmethod
    def read(cls, series_by_area: Mapping[str, Series], since: Any, until: Any, confidence: float) -> AreasRequest:
        """Fill in the last month of all, and refuse at once whatever cannot be compared."""
        require_series_by_area(series_by_area)
        refusals = Refusals()
        if problems := _area_problems(series_by_area):
            refusals.note(MethodProblem(problems))
        refusals.ask(lambda: checked_confidence(confidence))
        window = None if since is None else refusals.ask(lambda: Window.read(since))
        last = None if until is None else refusals.ask(lambda: month(until))
        refusals.raise_any()
        if last is None:
            last = max(series.last for series in series_by_area.values())
        cut = {area: series.between(last=last) for area, series in series_by_area.items()}
        return cls(cut, window, last, confidence)


def _area_problems(series_by_area: Mapping[str, Series]) -> list[Problem]:
    problems = [
        Problem("Areas are compared on monthly counts.", area, f"{series.kind}, {series.span_months} months a figure")
        for area, series in series_by_area.items()
        if series.kind is not Kind.COUNT or series.span_months != 1
    ]
    if len(series_by_area) < FEWEST_AREAS:
        names = ", ".join(series_by_area)
        problems.append(Problem(f"At least {FEWEST_AREAS} areas are needed to compare.", value=names))
    return problems


def _against_own_past(request: AreasRequest) -> tuple[dict[str, Change], tuple[str, ...]]:
    """The change of every area that has both windows whole, and why the others have none."""
    changes, missing = {}, []
    for area, series in request.series_by_area.items():
        try:
            found = change(series, request.since, request.last, request.confidence)
        except PccStatsError as refusal:
            missing.append(f"{area}: {refusal}")
            continue
        if found.points["numerator"].notna().all():
            changes[area] = found
        else:
            missing.append(f"{area}: {found.reason}")
    return changes, tuple(missing)


_LEVEL_BASELINE_MONTHS = 36  # three years before the latest quarter


def _level(series: Series, last: pd.Period) -> ExpectedLevel:
    """The expected level of the three years before the latest quarter."""
    end = last - MONTHS_IN_A_QUARTER
    first = max(series.first, end - (_LEVEL_BASELINE_MONTHS - 1))
    return expected_level(series.between(first - MONTHS_IN_A_YEAR), baseline=(first, end))


def _against_the_others(changes: Mapping[str, Change], confidence: float) -> ChangeFunnel:
    """The funnel of change, with the dispersion of each area's own months."""
    events = np.array([found.points["numerator"].to_numpy(dtype=float) for found in changes.values()])
    phi = np.array([found.test.dispersion for found in changes.values()], dtype=float)
    return change_funnel(events[:, 0], events[:, 1], np.nan_to_num(phi, nan=1.0), confidence)


def _rates(held: Mapping[str, Series], window: Window, confidence: float) -> tuple[GroupComparison | None, str]:
    """Rates against one another, where every area has residents."""
    without = [area for area, series in held.items() if not series.population_of(window)[0]]
    if without:
        lacking = "no area" if len(without) == len(held) else "not every area"
        return None, f"No rates: {lacking} has a number of residents in the data folder."
    try:
        found = compare_group(
            held,
            next(iter(held)),
            until=window.last,
            months=window.month_count,
            confidence=confidence,
            exposure_name="residents",
        )
    except PccStatsError as refusal:
        return None, str(refusal)
    return found, ""


def _points(
    held: Mapping[str, Series],
    changes: Mapping[str, Change],
    levels: Mapping[str, ExpectedLevel],
    funnel: ChangeFunnel,
    peers: GroupComparison | None,
    last: pd.Period,
) -> pd.DataFrame:
    """One row an area."""
    found = list(changes.values())
    table = pd.DataFrame(
        {
            "area": list(changes),
            "residents": [series.population_of(Window.ending(last))[0] for series in held.values()],
            "baseline": [float(each.points["numerator"].iloc[0]) for each in found],
            "latest": [float(each.points["numerator"].iloc[1]) for each in found],
            "change_pct_low": [each.amount.per_cent.low for each in found],
            "change_pct_high": [each.amount.per_cent.high for each in found],
            "own_past": [each.summary()["state"].iloc[0] for each in found],
            "verdict": [each.verdict for each in found],
            "strength": str(Strength.FIRM),
            "signals": [_signals(levels[area], last) if area in levels else "" for area in changes],
        }
    ).join(funnel.points.drop(columns="z"))
    for window in ("baseline", "latest"):
        table[f"share_{window}"] = 100 * table[window] / table[window].sum()
    above, below = table["change_pct"] > table["upper"], table["change_pct"] < table["lower"]
    table["against_others"] = np.select([above, below], [Signal.ABOVE, Signal.BELOW], Signal.NONE)
    table["is_far"] = (table["change_pct"] > table["upper_998"]) | (table["change_pct"] < table["lower_998"])
    return _with_rates(table, peers)


def _with_rates(table: pd.DataFrame, peers: GroupComparison | None) -> pd.DataFrame:
    """The same with rates per resident and their ranks, empty where there are none."""
    names = {
        "value": "rate",
        "rank": "rank",
        "rank_low": "rank_low",
        "rank_high": "rank_high",
        "state": "against_peers",
    }
    if peers is None:
        empty = dict.fromkeys(("rate", "rank", "rank_low", "rank_high"), np.nan)
        return table.assign(**empty, against_peers="")
    rates = peers.points[["area", *names]].rename(columns=names)
    found = table.merge(rates, on="area", how="left", sort=False)
    ranks = ["rank", "rank_low", "rank_high"]
    if found["rank"].isna().any():  # of an area that is not placed, a number like any other that is not there
        found[ranks] = found[ranks].astype(float)
    return found.assign(against_peers=found["against_peers"].fillna(""))


def _signals(level: ExpectedLevel, last: pd.Period) -> str:
    """Which ways months of the latest quarter lie outside the expected level: `above`, `below`, both or neither."""
    quarter = level.points[level.points["month"] > last - MONTHS_IN_A_QUARTER]
    met = set(quarter["signal"])
    return " and ".join(str(signal) for signal in (Signal.ABOVE, Signal.BELOW) if signal in met)


PER_RESIDENTS, PER_STANDARD_MONTH = "per 1,000 residents a month", "per 1,000 residents a standard month of 30.4 days"
OF_ITS_OWN = "% of its own expected level"
_PER = 1000.0
_MONTHS_SHOWN = 36
_MONTH_COLUMNS = ["area", "month", "shown", "centre_line", "lower", "upper", "signal", "variation", "is_excluded"]
_LINES = {"centre_line": "centre_line", "lower_process_limit": "lower", "upper_process_limit": "upper"}


def _on_one_scale(levels: Mapping[str, ExpectedLevel], residents: Mapping[str, float | None]) -> pd.DataFrame:
    """The latest months of every area, per resident where these are known, else against its own level."""
    if not levels:
        return pd.DataFrame(columns=_MONTH_COLUMNS)
    return pd.concat([_shown(area, level, residents.get(area)) for area, level in levels.items()], ignore_index=True)


def _shown(area: str, level: ExpectedLevel, residents: float | None) -> pd.DataFrame:
    """The months of one area on the scale of all."""
    points = level.points.tail(_MONTHS_SHOWN)
    usual = float(points.loc[points["is_baseline"], "centre_line"].mean())
    scale = _PER / residents if residents else 100 / usual if usual else 0.0
    scales = scale / points["month_length"]  # as if every month were as long as a standard one
    lines = {name: scales * points[column] for column, name in _LINES.items()}
    return pd.DataFrame(
        {
            "area": area,
            "month": points["month"],
            "shown": scales * points["value"],
            **lines,
            "signal": points["signal"],
            "variation": points["variation"],
            "is_excluded": points["is_excluded"],
            "together": np.nan,
        }
    )


def _method(
    some: Change, funnel: ChangeFunnel, peers: GroupComparison | None, no_peers: str, count: int, confidence: float
) -> str:
    whose = "months" if some.about.span_months == 1 else "figures"
    others = (
        f"Against the others: change about that of all areas together ({_signed(100 * (funnel.ratio - 1))}%); limits "
        f"allow for chance and for the {100 * funnel.tau:.1f}% by which a year moves of itself, from the areas' "
        f"own {whose}."
    )
    rates = no_peers if peers is None else _rates_in_words(peers)
    shared = some.latest_window.shared_months(some.baseline_window)
    if shared:
        others += f" The windows share {shared} months, so these limits are wider than they need be."
    return " ".join((others, _by_chance_in_words(count, confidence), rates))


def _signed(value: float) -> str:
    """A number with its sign, a minus and no hyphen."""
    return f"{value:+.1f}".replace("-", "−")


def _own_past(some: Change, levels: Mapping[str, ExpectedLevel], confidence: float) -> str:
    """How each area was set against its own past, and which months its limits rest on."""
    compared = f"Own past: {some.latest_window} against {some.baseline_window}, tested at {100 * confidence:g}%"
    if not levels:
        return f"{compared}."
    months = [level.points.loc[level.points["is_baseline"], "month"] for level in levels.values()]
    first, last, most = min(m.min() for m in months), max(m.max() for m in months), max(len(m) for m in months)
    left_out = {
        area: [month_in_words(month) for month in level.points.loc[level.points["is_excluded"], "month"]]
        for area, level in levels.items()
    }
    told = "; ".join(f"{area} without {', '.join(out)}" for area, out in left_out.items() if out)
    return (
        f"{compared}, and months against the expected level of the {most} before the latest quarter that are held, "
        f"{month_in_words(first)} to {month_in_words(last)}{f' ({told})' if told else ''}."
    )


def _rates_in_words(peers: GroupComparison) -> str:
    """How rates were compared: per whom, about what, and what makes an area stand apart."""
    sure = f"{100 * peers.confidence:g}%"
    return (
        f"Rates: {peers.unit} in {peers.window.in_a_sentence}, about the plain mean of the areas. An area stands apart "
        f"outside the {sure} interval that the other areas predict (t, {peers.members - 2} degrees of freedom). Funnel "
        f"limits: areas differ by chance and by a variance of their own. Positions: {sure} intervals by simulation."
    )


def _by_chance_in_words(count: int, confidence: float) -> str:
    return f"By chance alone some {count * (1 - confidence):.1f} of {count} areas lie outside the inner limits."


_CURVE_POINTS = 60
_CURVE_REACH = (0.8, 1.15)  # of the smallest and the largest area
_NO_EVENTS = 0.5  # added to both years of an area in which one has none, so that a ratio exists


@dataclass(frozen=True)
class ChangeFunnel:
    """The change of several areas about that of all together.

    Attributes
    ----------
    ratio : float
        Events of all areas, latest over baseline.
    tau : float
        How far a year's figure moves beyond chance, as a standard deviation of its logarithm.
    points : pandas.DataFrame
        One row an area: `change_pct`, `against_others_pct`, `size`, `lower`, `upper`, `lower_998`, `upper_998`, `z`.
    curve : pandas.DataFrame
        The limits over `size`.
    """

    ratio: float
    tau: float
    points: pd.DataFrame
    curve: pd.DataFrame


def change_funnel(before: Array, after: Array, phi: Array, confidence: float = 0.95) -> ChangeFunnel:
    """Set the change of every area beside that of all together.

    Parameters
    ----------
    before, after : array
        Events of each area in two windows of one length; 0 or more.
    phi : array
        Variance over mean of each area's own months, 1 or more.
    confidence : float
        Of the inner limits.

    Notes
    -----
    y = log(after / before), centre Y = log(sum after / sum before). Chance gives y the variance 1/before + 1/after,
    which is 2/size with size the harmonic mean of the two. Areas vary by more than chance within themselves: each
    area's own months give phi, and tau² is the mean of (phi - 1)(1/before + 1/after). Limits: Y ± z sqrt(2/size +
    tau²).
    How far apart the areas lie is not used: that they move apart is the question. An area is part of the total it is
    set against, so a large one must move further to be seen.

    References
    ----------
    Spiegelhalter DJ (2005). Funnel plots for comparing institutional performance. Statistics in Medicine 24:
    1185-1202; changes between two periods in appendix A.

    Examples
    --------
    >>> funnel = change_funnel(np.array([100.0, 400.0, 900.0]), np.array([150.0, 400.0, 900.0]), np.ones(3))
    >>> round(funnel.ratio, 3), funnel.points["z"].round(1).tolist()
    (1.036, [2.9, -0.5, -0.7])
    """
    empty = (before == 0) | (after == 0)
    first, second = np.where(empty, before + _NO_EVENTS, before), np.where(empty, after + _NO_EVENTS, after)
    chance = 1 / first + 1 / second
    tau = float(np.sqrt(np.mean((np.maximum(phi, 1.0) - 1) * chance)))
    ratio = float(after.sum() / before.sum()) if before.sum() and after.sum() else 1.0
    size = 2 / chance
    apart = np.log(second / first) - np.log(ratio)
    points = pd.DataFrame(
        {
            "change_pct": 100 * (second / first - 1),
            "against_others_pct": 100 * np.expm1(apart),
            "size": size,
            **_limits(size, ratio, tau, confidence),
            "z": apart / np.sqrt(chance + tau**2),
        }
    )
    grid = np.geomspace(_CURVE_REACH[0] * size.min(), _CURVE_REACH[1] * size.max(), _CURVE_POINTS)
    curve = pd.DataFrame({"size": grid, **_limits(grid, ratio, tau, confidence)})
    return ChangeFunnel(ratio, tau, points, curve)


def _limits(size: Array, ratio: float, tau: float, confidence: float) -> dict[str, Array]:
    """Limits of the change in per cent, inner and outer, for areas of these sizes."""
    spread = np.sqrt(2 / size + tau**2)
    inner, outer = normal_quantile(confidence), normal_quantile(OUTER_CONFIDENCE)
    deviations = {"lower": -inner, "upper": inner, "lower_998": -outer, "upper_998": outer}
    return {name: 100 * (ratio * np.exp(deviation * spread) - 1) for name, deviation in deviations.items()}
