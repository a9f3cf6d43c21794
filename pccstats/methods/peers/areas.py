"""One count in several areas, each against its own past and all against one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from pccstats.methods.change.change import change
from pccstats.methods.intervals import checked_confidence
from pccstats.methods.level.expected_level import expected_level
from pccstats.methods.peers.compare_group import compare_group, require_series_by_area
from pccstats.methods.peers.funnel import OUTER_CONFIDENCE
from pccstats.terms.errors import MethodProblem, PccStatsError, Problem, Refusals
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, Window, month
from pccstats.terms.results.change import Change
from pccstats.terms.results.level import ExpectedLevel
from pccstats.terms.results.peers import AreaComparison, GroupComparison
from pccstats.terms.series import Series
from pccstats.terms.words import Kind, Signal

FEWEST_AREAS = 3
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
        Monthly counts, one series an area. Areas without the months of both windows are left out and named.
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
        If under three areas have the figures, or these are no monthly counts; every reason is listed.

    Notes
    -----
    Against its own past: `change` of each area between the windows, and `expected_level` of its months, limits set by
    the three years before the latest quarter. Against the others: a funnel of change (`change_funnel`), which asks
    whether its share of all events moved; and, where every area has residents, rates per 1,000 with ranks and their
    intervals (`compare_group`). With n areas and 95% limits, n/20 lie outside by chance.

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
    held = {area: request.series_by_area[area] for area in changes}
    levels = {area: _level(series, request.last) for area, series in held.items()}
    funnel = _against_the_others(changes, confidence)
    peers, no_peers = _rates(held, request.last, confidence)
    year = Window.ending(request.last)
    residents = {area: series.population_of(year)[0] for area, series in held.items()} if peers is not None else {}
    first, some = next(iter(held.values())), next(iter(changes.values()))
    return AreaComparison(
        points=_points(held, changes, levels, funnel, peers, request.last),
        method=_method(some, funnel, peers, no_peers, len(held), confidence),
        about=replace(
            first.about,
            area=around,
            sources=tuple(dict.fromkeys(text for series in held.values() for text in series.sources)),
            is_illustrative=any(series.is_illustrative for series in held.values()),
        ),
        months=_on_one_scale(levels, residents),
        curve=funnel.curve,
        around=around,
        baseline_window=some.baseline_window,
        latest_window=some.latest_window,
        scale=PER_RESIDENTS if residents else OF_ITS_OWN,
        overall_change_pct=100 * (funnel.ratio - 1),
        excess_pct=100 * funnel.tau,
        confidence=confidence,
        changes=changes,
        peers=peers,
        no_peers=no_peers,
        residents_vintage=first.population_of(year)[1] if residents else "",
        missing=missing,
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
    if len(changes) < FEWEST_AREAS:
        raise MethodProblem(f"Under {FEWEST_AREAS} areas have figures for both windows. {' '.join(missing)}")
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


def _rates(held: Mapping[str, Series], last: pd.Period, confidence: float) -> tuple[GroupComparison | None, str]:
    """Rates against one another, where every area has residents."""
    without = [area for area, series in held.items() if not series.population_of(Window.ending(last))[0]]
    if without:
        lacking = "no area" if len(without) == len(held) else "not every area"
        return None, f"No rates: {lacking} has a number of residents in the data folder."
    try:
        return compare_group(held, next(iter(held)), until=last, confidence=confidence, exposure_name="residents"), ""
    except PccStatsError as refusal:
        return None, str(refusal)


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
            "signals": [_signals(levels[area], last) for area in changes],
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
    return table.merge(rates, on="area", how="left", sort=False)


def _signals(level: ExpectedLevel, last: pd.Period) -> str:
    """Which ways months of the latest quarter lie outside the expected level: `above`, `below`, both or neither."""
    quarter = level.points[level.points["month"] > last - MONTHS_IN_A_QUARTER]
    met = set(quarter["signal"])
    return " and ".join(str(signal) for signal in (Signal.ABOVE, Signal.BELOW) if signal in met)


PER_RESIDENTS, OF_ITS_OWN = "per 1,000 residents a month", "% of its own expected level"
_PER = 1000.0
_MONTHS_SHOWN = 36
_LINES = {"centre_line": "centre_line", "lower_process_limit": "lower", "upper_process_limit": "upper"}


def _on_one_scale(levels: Mapping[str, ExpectedLevel], residents: Mapping[str, float | None]) -> pd.DataFrame:
    """The latest months of every area, per resident where these are known, else against its own level."""
    return pd.concat([_shown(area, level, residents.get(area)) for area, level in levels.items()], ignore_index=True)


def _shown(area: str, level: ExpectedLevel, residents: float | None) -> pd.DataFrame:
    """The months of one area on the scale of all."""
    points = level.points.tail(_MONTHS_SHOWN)
    usual = float(points.loc[points["is_baseline"], "centre_line"].mean())
    scale = _PER / residents if residents else 100 / usual if usual else 0.0
    lines = {name: scale * points[column] for column, name in _LINES.items()}
    return pd.DataFrame(
        {
            "area": area,
            "month": points["month"],
            "shown": scale * points["value"],
            **lines,
            "signal": points["signal"],
            "variation": points["variation"],
        }
    )


def _method(
    some: Change, funnel: ChangeFunnel, peers: GroupComparison | None, no_peers: str, count: int, confidence: float
) -> str:
    outside = count * (1 - confidence)
    own_past = (
        f"Own past: {some.latest_window} against {some.baseline_window}, tested at {100 * confidence:g}%, and months "
        "against the expected level of the three years before the latest quarter."
    )
    others = (
        f"Against the others: change about that of all areas together ({100 * (funnel.ratio - 1):+.1f}%); limits allow "
        f"for chance and for the {100 * funnel.tau:.1f}% by which a year moves of itself, from the areas' own months."
    )
    by_chance = f"By chance alone some {outside:.1f} of {count} areas lie outside the inner limits."
    words = [own_past, others, by_chance]
    if peers is not None:
        words.append(f"Rates: {peers.method}")
    else:
        words.append(no_peers)
    return " ".join(words)


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
    inner, outer = special.ndtri(0.5 + confidence / 2), special.ndtri(0.5 + OUTER_CONFIDENCE / 2)
    deviations = {"lower": -inner, "upper": inner, "lower_998": -outer, "upper_998": outer}
    return {name: 100 * (ratio * np.exp(deviation * spread) - 1) for name, deviation in deviations.items()}
