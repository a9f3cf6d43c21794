"""The place of a force in its group at one quarter end after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import pandas as pd

from pccstats.methods.peers.compare_group import compare_group
from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, month, month_in_words
from pccstats.terms.plan import Group
from pccstats.terms.results.group_comparison import GroupComparison, GroupPositions
from pccstats.terms.series import Series

NOT_IN_FORCE = "No membership of the group given was in force."


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
    ends = _quarter_ends(series_by_area, focus, since, until)
    groups = (group,) if isinstance(group, Group) else tuple(group or ())
    answers: list[GroupComparison] = []
    refused: list[tuple[pd.Period, str]] = []
    for end in ends:
        member_of = next((one for one in groups if one.holds_in(end)), None)
        if groups and member_of is None:
            refused.append((end, NOT_IN_FORCE))
            continue
        try:
            answers.append(compare_group(series_by_area, focus, until=end, group=member_of, **options))
        except MethodProblem as problem:
            refused.append((end, str(problem)))
    skipped = _in_spans(refused, ends)
    if not answers:
        raise MethodProblem(skipped or [f"The focus force {focus!r} has no figures that end with a quarter."])
    latest = answers[-1]
    points = pd.concat([answer.summary() for answer in answers], ignore_index=True)
    points.insert(0, "month", pd.PeriodIndex([answer.window.last for answer in answers]))
    points["is_tied"] = [answer.focus_row["is_tied"] for answer in answers]
    points["missing"] = ["; ".join(answer.missing) for answer in answers]
    return GroupPositions(
        points=points,
        method=f"The 12 months to each quarter end; neighbours share nine months. Latest: {latest.method}",
        focus=focus,
        title=latest.title,
        unit=latest.unit,
        polarity=latest.polarity,
        group_status=", ".join(dict.fromkeys(answer.group_status for answer in answers)),
        confidence=latest.confidence,
        skipped=tuple(skipped),
        proxy_for=latest.proxy_for,
    )


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


def _quarter_ends(series_by_area: Mapping[str, Series], focus: str, since: Any, until: Any) -> list[pd.Period]:
    """Quarter ends for which the focus force has 12 months of figures, or at least might have."""
    if focus not in series_by_area:
        raise MethodProblem(f"No figures are given for the focus force {focus!r}.")
    about = series_by_area[focus]
    first = about.first + (12 - about.span_months)
    return [
        end
        for end in about.points["period_end"]
        if end.month % MONTHS_IN_A_QUARTER == 0
        and end >= first
        and (since is None or end >= month(since))
        and (until is None or end <= month(until))
    ]
