"""Targets: distance, the rate needed, the chance of meeting them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from pccstats.methods.projection.project import project
from pccstats.methods.projection.request import LEVEL, figure_to_reach, is_at_most, is_met
from pccstats.methods.rolling_year import rolling_year
from pccstats.terms.errors import MethodProblem, PccStatsError
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Quarter, Window, month, month_in_words
from pccstats.terms.plan import Plan, Target
from pccstats.terms.results.ahead import PROGRESS_COLUMNS, Outcome, Progress, TargetTable
from pccstats.terms.series import Series, require_series


def progress(
    series: Series, target: Target, until: Any = None, *, quarter: str | Quarter | None = None, confidence: float = 0.95
) -> Progress:
    """How far a target is, what it still needs, and what its chances are.

    Parameters
    ----------
    series : Series
        The indicator the target is set for: months, quarters or 12-month rows.
    target : Target
        A level to reach, per cents of the baseline (compound), or percentage points added to it.
    until : month, optional
        Leave out everything after this month; the last figure by default.
    quarter : quarter, optional
        The same as the last month of a quarter, `2015/16-Q1`.
    confidence : float
        Of the projection behind the chance, between 0 and 1.

    Returns
    -------
    Progress
        For a date that has passed, `met` or `missed` by the 12 months to that date. For a rolling target with no
        date, by the latest 12 months.

    Raises
    ------
    MethodProblem
        If no whole year is held, or the target is set against a baseline that is not.

    Notes
    -----
    Distance is the latest 12 months less the figure to reach. The run rate needed is what is left of that figure
    after the months of the target's year already known, over the months of it to come. The chance is that of
    `project` at the target's date. Reaching the figure exactly meets it.
    A target that is met says nothing of why: figures that are aimed at are also recorded otherwise.

    See Also
    --------
    project : where the chance comes from.
    target_table : the same for all of a plan's targets.

    Examples
    --------
    >>> years = pd.DataFrame({"month": ["2013-03", "2014-03"], "offences": [3935, 4199]})
    >>> burglary = Series.from_frame(years, numerator="offences", span_months=12, polarity="lower_is_better")
    >>> in_2012_13 = Window.read("2012/13")
    >>> ten_off = Target("hard", "12.offences", "hard", "per_cent_change", -10, month("2014-03"), in_2012_13)
    >>> goal = progress(burglary, ten_off)
    >>> goal.to_reach, goal.distance, str(goal.outcome)
    (3541.5, 657.5, 'missed')
    """
    require_series(series)
    known = _known(series, until, quarter)
    years = _whole_years(known)
    aim = _aim(known, target, years)
    chance, no_chance = _chance(known, aim, years, confidence)
    now, needed, left = _run_rates(known, aim, years)
    latest = float(years.iloc[-1])
    at_date = float(years.get(target.by, np.nan)) if target.by is not None else np.nan
    points = pd.DataFrame({"period_end": years.index, "value": years.to_numpy(), "to_reach": aim.to_reach})
    return Progress(
        points=points.assign(distance=points["value"] - aim.to_reach),
        method=_method(known, target, aim, no_chance),
        target=target,
        title=known.title,
        unit=known.unit,
        kind=known.kind,
        polarity=known.polarity,
        at_most=aim.at_most,
        by=target.by,
        baseline_window=aim.window,
        latest_window=Window.ending(years.index[-1]),
        baseline=aim.baseline,
        to_reach=aim.to_reach,
        latest=latest,
        distance=latest - aim.to_reach,
        distance_pct=100 * (latest - aim.to_reach) / aim.to_reach if aim.to_reach else np.nan,
        figure_at_date=at_date,
        outcome=_outcome(target, aim, latest, at_date, years.index[-1]),
        run_rate_now=now,
        run_rate_needed=needed,
        months_left=left,
        chance_of_meeting=chance,
        no_chance=no_chance,
        caveats=_caveats(known, aim, target.by or years.index[-1]),
        area=known.area,
        is_illustrative=known.is_illustrative,
        sources=known.sources,
    )


@dataclass(frozen=True)
class _Aim:
    """What the target comes down to for this series."""

    window: Window | None
    baseline: float
    to_reach: float
    at_most: bool
    by: pd.Period | None


def _known(series: Series, until: Any, quarter: str | Quarter | None) -> Series:
    if quarter is not None:
        until = (quarter if isinstance(quarter, Quarter) else Quarter.parse(quarter)).last_month
    return series if until is None else series.between(last=month(until))


def _whole_years(series: Series) -> pd.Series:
    """The 12 months to each month that are whole."""
    if not len(series):
        raise MethodProblem(f"No figure of {series.title} is held so early: give a later month.")
    points = rolling_year(series).points
    years = points.set_index("period_end")["value"].dropna()
    if years.empty:
        raise MethodProblem(f"No whole year of {series.title} is held: a target is judged on 12 months.")
    return years


def _aim(series: Series, target: Target, years: pd.Series) -> _Aim:
    window = target.baseline or series.baseline
    baseline = float(years.get(window.last, np.nan)) if window is not None else np.nan
    to_reach = figure_to_reach(target, baseline)
    return _Aim(window, baseline, to_reach, is_at_most(target, series.polarity), target.by)


def _outcome(target: Target, aim: _Aim, latest: float, at_date: float, last: pd.Period) -> Outcome:
    if target.by is None:
        at_date = latest
    elif target.by > last:
        return Outcome.OPEN
    if np.isnan(at_date):
        return Outcome.UNKNOWN
    return Outcome.MET if is_met(at_date, aim.to_reach, at_most=aim.at_most) else Outcome.MISSED


def _chance(series: Series, aim: _Aim, years: pd.Series, confidence: float) -> tuple[float, str]:
    """The chance of meeting a target still open, or why none can be given."""
    last = years.index[-1]
    if aim.by is None:
        return np.nan, "The target has no date."
    if aim.by <= last:
        return np.nan, f"{month_in_words(aim.by)} has passed."
    level = Target("aim", series.key, "", LEVEL, aim.to_reach, aim.by)
    polarity = "lower_is_better" if aim.at_most else "higher_is_better"
    try:
        ahead = project(
            replace(series, polarity=type(series.polarity)(polarity)),
            aim.by,
            Window.ending(last),
            confidence,
            targets=[level],
        )
    except MethodProblem as refusal:
        return np.nan, str(refusal)
    return float(ahead.targets["chance_of_meeting"].iloc[0]), ""


def _run_rates(series: Series, aim: _Aim, years: pd.Series) -> tuple[float, float, int]:
    """Events a month now and needed (a share's per cents), and the months left in the target's year."""
    latest, last = float(years.iloc[-1]), years.index[-1]
    is_share = series.kind.is_proportion
    now = latest if is_share else latest / MONTHS_IN_A_YEAR
    if aim.by is None or aim.by <= last:
        return now, np.nan, 0
    left = min(int((aim.by - last).n), MONTHS_IN_A_YEAR)
    within = series.between(aim.by - (MONTHS_IN_A_YEAR - 1), last).points
    if left < MONTHS_IN_A_YEAR and series.span_months == MONTHS_IN_A_YEAR:
        return now, np.nan, left
    done, asked = (float(within[name].sum(skipna=False)) for name in ("numerator", "denominator"))
    if not is_share:
        scale = latest / float(_year_of_events(series))
        return now, (aim.to_reach - scale * done) / left, left
    if left == MONTHS_IN_A_YEAR:
        return now, aim.to_reach, left
    to_come = asked / (MONTHS_IN_A_YEAR - left) * left
    return now, (aim.to_reach * (asked + to_come) - 100 * done) / to_come, left


def _year_of_events(series: Series) -> float:
    """Events of the latest whole year: a rate's figures are these times a constant."""
    return float(series.points["numerator"].dropna().tail(MONTHS_IN_A_YEAR // series.span_months).sum()) or 1.0


def _caveats(series: Series, aim: _Aim, at: pd.Period) -> tuple[str, ...]:
    if aim.window is None or np.isnan(aim.baseline):
        return ()
    return tuple(event.title for event in series.breaks if aim.window.last < event.month <= at)


def _method(series: Series, target: Target, aim: _Aim, no_chance: str) -> str:
    forms = {
        "level": "a level",
        "per_cent_change": f"{target.amount:+g}% of {aim.window}, compound",
        "points": f"{target.amount:+g} percentage points on {aim.window}, added",
    }
    words = [f"{target.strength.capitalize()} target: {forms[target.form]}; judged on 12 months."]
    words.append((no_chance and f"No chance given: {no_chance}") or "Chance from a projection to its date.")
    if target.source:
        words.append(f"Target: {target.source}.")
    if series.is_illustrative:
        words.append("The months are illustrative.")
    return " ".join([*words, series.provenance])


def target_table(plan: Plan, data: Observations, until: Any) -> TargetTable:
    """What became of every target that a plan set.

    Parameters
    ----------
    plan : Plan
    data : Observations
    until : month
        Nothing later is looked at; a target due later is `open`.

    Returns
    -------
    TargetTable
        One row a target, in the plan's order.

    Notes
    -----
    Published 12-month figures are used where they are held, else months and quarters summed. A target still open is
    judged by months where they are held: only they give a chance.

    See Also
    --------
    progress : one target, with its run rate and chance.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> table = target_table(plan, data, until="2014-03").points.set_index("key")
    >>> str(table.loc["11.offences.hard", "outcome"])
    'missed'
    """
    at = month(until)
    return TargetTable(
        points=pd.DataFrame([_row(plan, data, target, at) for target in plan.targets]),
        method=(
            f"Each target against the 12 months to its date, figures to {month_in_words(at)}. Published 12-month "
            "figures where held, else months summed."
        ),
        title=f"Targets of {plan.title}",
        until=at,
    )


def _row(plan: Plan, data: Observations, target: Target, at: pd.Period) -> dict[str, Any]:
    try:
        indicator = plan.indicator(target.indicator)
        goal = _judged(data, target, at)
    except PccStatsError as refusal:
        row = dict.fromkeys(PROGRESS_COLUMNS)
        by = str(target.by) if target.by is not None else ""
        row |= {"key": target.key, "title": target.indicator, "strength": target.strength, "by": by}
        nothing = {"outcome": str(Outcome.UNKNOWN), "unit": "", "kind": "", "at_most": None}
        return row | nothing | {"note": str(refusal)}
    row = {str(name): value for name, value in goal.summary().iloc[0].to_dict().items()}
    note = " ".join(f"Not comparable since the registered event '{title}'." for title in goal.caveats)
    return row | {"unit": indicator.unit, "kind": str(indicator.kind), "at_most": goal.at_most, "note": note}


def _judged(data: Observations, target: Target, at: pd.Period) -> Progress:
    """By published 12-month figures; what is still open by months where they are held, which give a chance."""
    has_years = data.has(target.indicator, months=MONTHS_IN_A_YEAR, until=at)
    is_open = target.by is not None and target.by > at
    span = MONTHS_IN_A_YEAR if has_years and not is_open else None
    return progress(data.series(target.indicator, until=at, months=span), target)
