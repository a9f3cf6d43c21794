"""Where a force stands in its Most Similar Group: rank with its interval, and state against its peers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from pccstats.methods.peers.benchmarks import MEAN_INCLUDING_OWN
from pccstats.methods.peers.group_method_line import CHOSEN_BY_ANALYST, group_method_line
from pccstats.methods.peers.group_options import FEWEST_MEMBERS, GroupOptions
from pccstats.methods.peers.group_windows import (
    GIVE_EXPOSURE,
    NO_EXPOSURE,
    PER_CENT,
    GroupWindow,
    check_kinds,
    group_window,
)
from pccstats.methods.peers.peer_comparison import Yardstick, compare_arrays, limits_about, yardstick
from pccstats.methods.peers.peer_interval import ADDITIVE
from pccstats.terms.errors import MethodProblem, Problem, Refusals
from pccstats.terms.periods import Window, month, month_in_words
from pccstats.terms.plan import Group
from pccstats.terms.results.group_comparison import GroupComparison
from pccstats.terms.series import Series, require_series

IN_UNITS = ("value", "previous", "lower", "upper", "lower_998", "upper_998", "peer_lower", "peer_upper")
CURVE_POINTS = 60


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

    Returns
    -------
    GroupComparison

    Raises
    ------
    MethodProblem
        Listing every reason: the focus force has no figure, fewer than three members have one, the group is another
        force's or not in force at that date, or a choice is not on offer.

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
    _require_series_by_area(series_by_area)
    options = GroupOptions(benchmark, overdispersion, confidence, per, simulations, seed)
    window = _window(series_by_area, focus, group, until, options)
    members = group.areas if group else tuple(series_by_area)
    sizes = exposure or {area: series.population or 0.0 for area, series in series_by_area.items()}
    taken = group_window(series_by_area, members, window, sizes)
    _check_members(taken, focus)
    place = np.array([taken.areas.index(focus)])
    stick = yardstick(taken.figures, options, place)
    about = series_by_area[focus]
    arrays = compare_arrays(taken.figures, about.polarity, options, stick)
    scale = PER_CENT if taken.figures.is_share else per
    status = str(group.status) if group else CHOSEN_BY_ANALYST
    return GroupComparison(
        points=_points(taken, arrays, focus, scale),
        curve=_curve(taken, stick, options, scale),
        method=group_method_line(taken, stick, options, series_by_area, group, exposure_name if exposure else ""),
        focus=focus,
        title=about.title,
        unit="%" if taken.figures.is_share else f"per {per:,g} {_exposure_word(about, exposure_name)}",
        polarity=about.polarity,
        window=window,
        benchmark=scale * float(stick.benchmark[0, place[0]]),
        benchmark_name=benchmark,
        group_status=status,
        missing=taken.missing,
        proxy_for=proxy_for,
        confidence=confidence,
        exposure_name="respondents" if taken.figures.is_share else exposure_name,
        source="; ".join(dict.fromkeys(text for area in taken.areas for text in series_by_area[area].sources)),
    )


def _require_series_by_area(series_by_area: Any) -> None:
    if not isinstance(series_by_area, Mapping):
        kind = type(series_by_area).__name__
        step = "Give one series a force by its name: {'Leicestershire': series, ...}."
        raise MethodProblem(Problem("A group is a mapping of forces to their Series.", "", kind, step))
    require_series(*series_by_area.values())


def _window(
    series_by_area: Mapping[str, Series], focus: str, group: Group | None, until: Any, options: GroupOptions
) -> Window:
    """The 12 months compared, once nothing stands against comparing them."""
    refusals = Refusals()
    refusals.ask(options.check)
    at = refusals.ask(lambda: month(until)) if until is not None else None
    problems = [*refusals.problems, *check_kinds(series_by_area)]
    if focus not in series_by_area:
        given = ", ".join(sorted(series_by_area)) or "none"
        problems.append(Problem(f"No figures are given for the focus force. Forces given: {given}.", value=focus))
    if group is not None and group.focus != focus:
        problems.append(
            Problem(
                f"The group is {group.focus}'s. Groups are not mutual: a force's peers need not count it among theirs.",
                value=focus,
                next_step=f"Give the group of {focus}, or none.",
            )
        )
    window = None
    if at is not None:
        window = Window.ending(at)
    elif focus in series_by_area:
        window = Window.ending(series_by_area[focus].last)
    if window is not None and group is not None and not group.holds_in(window.last):
        problems.append(
            Problem(
                f"The group {group.name} was not in force in {month_in_words(window.last)}.",
                next_step="Give the membership of that date.",
            )
        )
    if problems or window is None:
        raise MethodProblem(problems)
    return window


def _check_members(taken: GroupWindow, focus: str) -> None:
    missing = f" Missing: {'; '.join(taken.missing)}." if taken.missing else ""
    step = GIVE_EXPOSURE if NO_EXPOSURE in missing else ""
    problems = []
    if focus not in taken.areas:
        problems.append(Problem(f"The focus force cannot be placed in those 12 months.{missing}", "", focus, step))
    if len(taken.areas) < FEWEST_MEMBERS:
        words = f"At least {FEWEST_MEMBERS} forces with figures are needed.{missing}"
        problems.append(Problem(words, "", str(len(taken.areas)), step))
    if problems:
        raise MethodProblem(problems)


def _points(taken: GroupWindow, arrays: Mapping[str, np.ndarray], focus: str, scale: float) -> pd.DataFrame:
    """One row a force, best first, figures in the unit readers see."""
    columns = {name: row[0] * scale if name in IN_UNITS else row[0] for name, row in arrays.items()}
    figures = taken.figures
    is_unknown = np.isnan(figures.exposure[0])
    points = pd.DataFrame(
        {
            "area": taken.areas,
            "numerator": np.where(is_unknown, PER_CENT * figures.numerator[0], figures.numerator[0]),
            "exposure": figures.exposure[0],
            **{name: column for name, column in columns.items() if name != "benchmark"},
            "is_focus": [area == focus for area in taken.areas],
        }
    )
    whole = dict.fromkeys(("rank", "rank_low", "rank_high", "change_rank"), "Int64")
    states = {"state": [str(state) for state in points["state"]]}
    return points.assign(**states).astype(whole).sort_values(["rank", "area"], ignore_index=True)


def _curve(taken: GroupWindow, stick: Yardstick, options: GroupOptions, scale: float) -> pd.DataFrame:
    """The funnel over sizes a little beyond the forces' own; empty where sizes are not known."""
    sizes = taken.figures.exposure[0]
    names = ["exposure", "lower", "upper", "lower_998", "upper_998"]
    if np.isnan(sizes).any():
        return pd.DataFrame(columns=names, dtype=float)
    grid = np.round(np.linspace(0.75 * sizes.min(), 1.1 * sizes.max(), CURVE_POINTS))
    one = Yardstick(stick.benchmark[:, :1], stick.phi, stick.tau2, stick.z)
    limits = limits_about(one, grid[None, :], options.confidence, share=taken.figures.is_share)
    return pd.DataFrame({"exposure": grid, **{name: scale * limits[name][0] for name in names[1:]}})


def _exposure_word(about: Series, exposure_name: str) -> str:
    has_own = bool(about.points["denominator"].notna().any())
    return (about.unit or "of the denominator") if has_own else exposure_name
