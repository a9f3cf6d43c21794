"""Targets: the figure each asks for, the distance to it, the rate needed, the chance of meeting it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import pandas as pd

from pccstats.methods.intervals import checked_confidence
from pccstats.methods.projection.combination import Combination, ProjectionRequest, combine
from pccstats.methods.rolling_year import rolling_year
from pccstats.terms.choices import instance_problems, listed, require
from pccstats.terms.errors import MethodProblem, PccStatsError, Refusals, RequestProblem
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Quarter, Window, month, month_in_words
from pccstats.terms.plan import Plan, Target
from pccstats.terms.results.ahead import PROGRESS_COLUMNS, TARGET_COLUMNS, Outcome, Progress, TargetTable
from pccstats.terms.series import Series, require_series
from pccstats.terms.words import Audience, Polarity, Signal

LEVEL, PER_CENT_CHANGE, POINTS = "level", "per_cent_change", "points"
TABLE_COLUMNS = (*PROGRESS_COLUMNS, "unit", "kind", "at_most", "note")
FORMS = (LEVEL, PER_CENT_CHANGE, POINTS)
AS_PRINTED = {Outcome.MET: Outcome.MET_AS_PRINTED, Outcome.MISSED: Outcome.MISSED_AS_PRINTED}


def progress(
    series: Series,
    target: Target,
    until: Any = None,
    *,
    quarter: str | Quarter | None = None,
    confidence: float = 0.95,
    sisters: Sequence[Series] = (),
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
    sisters : sequence of Series
        The same measure elsewhere, for that projection: see `project`.

    Returns
    -------
    Progress
        For a date that has passed, `met` or `missed` by the 12 months to that date. For a rolling target with no
        date, by the latest 12 months. `met_as_printed` or `missed_as_printed` where these are per cents of a number
        of people that is not known; `not_comparable` where the baseline is on another definition.

    Raises
    ------
    MethodProblem
        If no whole year is held, the target is set against a baseline that is not, or the confidence is out of range.

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
    request = ProgressRequest.read(series, target, until, quarter, confidence, sisters)
    known, years = request.series, request.years
    run_rate_now, run_rate_needed, months_left = _run_rates(request)
    chance, no_chance = _chance(request)
    points = pd.DataFrame({"period_end": years.index, "value": years.to_numpy(), "to_reach": request.to_reach})
    return Progress(
        points=points.assign(distance=points["value"] - request.to_reach),
        method=_method(request, no_chance),
        about=known.about,
        target=target,
        at_most=request.at_most,
        baseline_window=request.baseline_window,
        latest_window=Window.ending(request.last),
        baseline=request.baseline,
        to_reach=request.to_reach,
        latest=request.latest,
        figure_at_date=request.figure_at_date,
        outcome=_outcome(request),
        run_rate_now=run_rate_now,
        run_rate_needed=run_rate_needed,
        months_left=months_left,
        chance_of_meeting=chance,
        no_chance=no_chance,
        caveats=_caveats(request),
    )


@dataclass(frozen=True)
class ProgressRequest:
    """A target as it can be judged: the figures known, their whole years, and what it comes down to for them."""

    series: Series
    target: Target
    years: pd.Series
    baseline_window: Window | None
    baseline: float
    to_reach: float
    confidence: float
    sisters: tuple[Series, ...] = ()

    @classmethod
    def read(
        cls,
        series: Series,
        target: Target,
        until: Any,
        quarter: str | Quarter | None,
        confidence: float,
        sisters: Sequence[Series],
    ) -> ProgressRequest:
        """Find the figure to reach, and refuse at once whatever stands against judging it."""
        step = "Take it from plan.targets."
        require(instance_problems("This is a target of the plan.", step, Target, target=[target]))
        sisters = listed(sisters, "sister series", Series)
        require_series(series, *sisters)
        refusals = Refusals()
        refusals.ask(lambda: checked_confidence(confidence))
        known = refusals.ask(lambda: _known(series, until, quarter))
        years = None if known is None else refusals.ask(lambda: _whole_years(known))
        window = target.baseline or series.baseline
        baseline = to_reach = math.nan
        if years is not None:
            baseline = float(years.get(window.last, np.nan)) if window is not None else np.nan
            to_reach = refusals.ask(lambda: figure_to_reach(target, baseline)) or 0.0
        refusals.raise_any()
        held = (cast("Series", known), target, cast("pd.Series", years), window)
        return cls(*held, baseline, to_reach, confidence, tuple(sister for sister in sisters if sister is not series))

    @property
    def at_most(self) -> bool:
        """True where the figure must come down to the target."""
        return is_at_most(self.target, self.series.polarity)

    @property
    def last(self) -> pd.Period:
        """The month the latest whole year ends with."""
        return month(self.years.index[-1])

    @property
    def latest(self) -> float:
        """The latest whole year."""
        return float(self.years.iloc[-1])

    @property
    def figure_at_date(self) -> float:
        """The 12 months to the target's date, where they are known."""
        by = self.target.by
        return float(self.years.get(by, np.nan)) if by is not None else np.nan

    @property
    def is_open(self) -> bool:
        """True where the target's date has not come."""
        return self.target.by is not None and self.target.by > self.last


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


def _outcome(request: ProgressRequest) -> Outcome:
    if request.is_open:
        return Outcome.OPEN
    figure = request.latest if request.target.by is None else request.figure_at_date
    judged = _judged_by(figure, request.to_reach, at_most=request.at_most)
    if judged is Outcome.UNKNOWN:
        return judged
    if request.target.form != LEVEL and _caveats(request):
        return Outcome.NOT_COMPARABLE
    return AS_PRINTED[judged] if _is_as_printed(request) else judged


def _is_as_printed(request: ProgressRequest) -> bool:
    """True where the figure judged is a per cent of a number of people that is not known."""
    points, at = request.series.points, request.target.by or request.last
    return request.series.kind.is_proportion and bool(
        points.loc[points["period_end"] == at, "denominator"].isna().all()
    )


def _judged_by(figure: float, to_reach: float, *, at_most: bool) -> Outcome:
    """What a figure makes of a target: exactly reaching it is meeting it."""
    if math.isnan(figure):
        return Outcome.UNKNOWN
    is_met = figure <= to_reach if at_most else figure >= to_reach
    return Outcome.MET if is_met else Outcome.MISSED


def _chance(request: ProgressRequest) -> tuple[float, str]:
    """The chance of meeting a target still open, or why none can be given."""
    by = request.target.by
    if by is None:
        return np.nan, "The target has no date."
    if not request.is_open:
        return np.nan, f"{month_in_words(by)} has passed."
    latest = Window.ending(request.last)
    try:
        made = combine(ProjectionRequest.read(request.series, by, latest, request.confidence, request.sisters))
    except MethodProblem as refusal:
        return np.nan, str(refusal)
    return made.chance_of_meeting(request.to_reach, by, at_most=request.at_most), ""


def _run_rates(request: ProgressRequest) -> tuple[float, float, int]:
    """Events a month now and needed (a share's per cents), and the months left in the target's year."""
    series, latest, last, by = request.series, request.latest, request.last, request.target.by
    is_share = series.kind.is_proportion
    now = latest if is_share else latest / MONTHS_IN_A_YEAR
    if by is None or not request.is_open:
        return now, np.nan, 0
    left = min(int((by - last).n), MONTHS_IN_A_YEAR)
    within = series.between(by - (MONTHS_IN_A_YEAR - 1), last).points
    if left < MONTHS_IN_A_YEAR and series.span_months == MONTHS_IN_A_YEAR:
        return now, np.nan, left
    done, asked = (float(within[name].sum(skipna=False)) for name in ("numerator", "denominator"))
    if not is_share:
        scale = latest / float(_year_of_events(series))
        return now, (request.to_reach - scale * done) / left, left
    if left == MONTHS_IN_A_YEAR:
        return now, request.to_reach, left
    to_come = asked / (MONTHS_IN_A_YEAR - left) * left
    return now, (request.to_reach * (asked + to_come) - 100 * done) / to_come, left


def _year_of_events(series: Series) -> float:
    """Events of the latest whole year: a rate's figures are these times a constant."""
    return float(series.points["numerator"].dropna().tail(MONTHS_IN_A_YEAR // series.span_months).sum()) or 1.0


def _caveats(request: ProgressRequest) -> tuple[str, ...]:
    """Breaks of comparability between the baseline and the figure it is compared with."""
    window, at = request.baseline_window, request.target.by or request.last
    if window is None or np.isnan(request.baseline):
        return ()
    return tuple(event.title for event in request.series.breaks if window.last < event.month <= at)


def _method(request: ProgressRequest, no_chance: str) -> str:
    series, target = request.series, request.target
    forms = {
        LEVEL: "a level",
        PER_CENT_CHANGE: f"{target.amount:+g}% of {request.baseline_window}, compound",
        POINTS: f"{target.amount:+g} percentage points on {request.baseline_window}, added",
    }
    words = [f"{target.strength.capitalize()} target: {forms[target.form]}; judged on 12 months."]
    words.append((no_chance and f"No chance given: {no_chance}") or "Chance from a projection to its date.")
    if target.source:
        words.append(f"Target: {target.source}.")
    if series.is_illustrative:
        words.append("The months are illustrative.")
    return " ".join([*words, series.provenance])


def figure_to_reach(target: Target, baseline: float) -> float:
    """The figure a target asks for.

    Parameters
    ----------
    baseline : float
        The baseline's figure as readers see it: a count, a rate, or a per cent. A level needs none.

    Raises
    ------
    MethodProblem
        If the form is unknown, or the baseline is needed and not known.

    Examples
    --------
    >>> figure_to_reach(Target("t", "17.missing_storm", "hard", "per_cent_change", -25), 5929)
    4446.75
    >>> figure_to_reach(Target("t", "9.satisfaction", "outcome", "points", 3), 85.0)
    88.0
    >>> round(figure_to_reach(Target("t", "9.satisfaction", "outcome", "per_cent_change", 3), 85.0), 2)
    87.55
    """
    if target.form not in FORMS:
        raise MethodProblem(f"Target {target.key}: {target.form!r} is not one of {', '.join(FORMS)}.")
    if target.form == LEVEL:
        return float(target.amount)
    if math.isnan(baseline):
        raise MethodProblem(f"Target {target.key} is set against a baseline, and no figure of that baseline is held.")
    return baseline * (1 + target.amount / 100) if target.form == PER_CENT_CHANGE else baseline + target.amount


def is_at_most(target: Target, polarity: Polarity) -> bool:
    """True where the figure must come down to the target, False where it must come up to it."""
    if target.form != LEVEL and target.amount:
        return target.amount < 0
    return polarity.good is Signal.BELOW


def target_table(
    plan: Plan, data: Observations, until: Any, *, audience: Audience | str = Audience.INTERNAL
) -> TargetTable:
    """What became of every target that a plan set.

    Parameters
    ----------
    plan : Plan
    data : Observations
    until : month or Quarter
        Nothing later is looked at; a target due later is `open`. Of a quarter, only what had been published when its
        pack is made.
    audience : {"internal", "public"}
        For the public, targets of measures under a release restriction are left out.

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
    data = replace(data, plan=plan).for_audience(audience)
    plan = data.plan
    if isinstance(until, Quarter):
        data = data.known_for(until).real
    at = until.last_month if isinstance(until, Quarter) else month(until)
    return TargetTable(
        points=pd.DataFrame([_row(plan, data, target, at) for target in plan.targets], columns=list(TABLE_COLUMNS)),
        method=(
            f"Each target against the 12 months to its date, figures to {month_in_words(at)}. Published 12-month "
            "figures where held, else months summed. Met or missed as printed: by the per cent alone, since nobody "
            "printed how many answered, so neither can be told from chance. Not comparable: baseline and figure are on "
            "two definitions."
        ),
        title=f"Targets of {plan.title}",
        until=at,
    )


def _row(plan: Plan, data: Observations, target: Target, at: pd.Period) -> dict[str, Any]:
    try:
        indicator = plan.indicator(target.indicator)
        goal = _judged(data, target, at, indicator.respondents)
    except PccStatsError as refusal:
        row = dict.fromkeys(PROGRESS_COLUMNS)
        by = str(target.by) if target.by is not None else ""
        row |= {"key": target.key, "title": _name(plan, target), "strength": target.strength, "by": by}
        nothing = {"outcome": str(Outcome.UNKNOWN), "unit": "", "kind": "", "at_most": None}
        return row | nothing | {"note": str(refusal)}
    row = {str(name): value for name, value in goal.summary().iloc[0].to_dict().items()}
    note = " ".join(f"Not comparable since the registered event '{title}'." for title in goal.caveats)
    return row | {"unit": indicator.unit, "kind": str(indicator.kind), "at_most": goal.at_most, "note": note}


def _name(plan: Plan, target: Target) -> str:
    """What readers call what a target is of; its key where the plan has no such measure."""
    try:
        return plan.indicator(target.indicator).name
    except PccStatsError:
        return target.indicator


def _judged(data: Observations, target: Target, at: pd.Period, respondents: int | None) -> Progress:
    """By published 12-month figures; what is still open by months where they are held, which give a chance."""
    if (embargo := data.embargo(target.indicator, until=at)) is not None:
        raise RequestProblem(f"Embargoed: {embargo}")
    has_years = data.has(target.indicator, months=MONTHS_IN_A_YEAR, until=at)
    is_open = target.by is not None and target.by > at
    span = MONTHS_IN_A_YEAR if has_years and not is_open else None
    series = data.series(target.indicator, until=at, months=span)
    return progress(series.answered_by(respondents), target)


def as_set_on(own: Series, targets: Sequence[Target], of_projection: pd.DataFrame, since: Window) -> pd.DataFrame:
    """The targets of a projection from another series, with the figures they were set at.

    Parameters
    ----------
    own : Series
        What the targets were set on.
    of_projection : pandas.DataFrame
        The targets as the projection has them, on its own scale.
    since : Window
        The baseline of targets that name none.
    """
    years = rolling_year(own).points.set_index("period_end")["value"]
    set_at = {}
    for target in targets:
        baseline = float(years.get((target.baseline or since).last, math.nan))
        if target.form == LEVEL or not math.isnan(baseline):
            set_at[target.key] = figure_to_reach(target, baseline)
    return of_projection.assign(as_set=of_projection["key"].map(set_at).astype(float))


def targets_of(made: Combination, targets: Sequence[Target], baseline: float) -> pd.DataFrame:
    """The chance of meeting each target at its own date; one that has passed was met or was not.

    Parameters
    ----------
    baseline : float
        The projection's own, for targets that name none, as readers see it.
    """
    shown = made.material.shown_as * made.material.years()
    years = dict(zip(made.material.ends, shown, strict=True))
    rows = []
    for target in targets:
        start = years.get(target.baseline.last, math.nan) if target.baseline else baseline
        by = target.by if target.by is not None else made.request.horizon
        to_reach, chance, outcome = math.nan, math.nan, Outcome.UNKNOWN
        if target.form == LEVEL or not math.isnan(start):
            to_reach = figure_to_reach(target, start)
            at_most = is_at_most(target, made.request.series.polarity)
            outcome = _judged_by(years.get(by, math.nan), to_reach, at_most=at_most)
            chance = float(outcome is Outcome.MET)
            if outcome is Outcome.UNKNOWN:
                chance = made.chance_of_meeting(to_reach, by, at_most=at_most)
                outcome = Outcome.OPEN if by > made.material.ends[-1] else Outcome.UNKNOWN
        rows.append((target.key, target.strength, by, to_reach, chance, str(outcome), math.nan))
    return pd.DataFrame(rows, columns=list(TARGET_COLUMNS))
