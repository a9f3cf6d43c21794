"""Whether the figures can be trusted: what is held, how old it is, and what the checks and the detectives found."""

from __future__ import annotations

import pandas as pd

from pccstats.methods.coverage import coverage
from pccstats.methods.detectives import DETECTIVES, is_given_again, revisions, suspicions
from pccstats.terms.errors import Finding, Severity
from pccstats.terms.observations import Ahead, Observations, Question
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, Quarter, month_in_words
from pccstats.terms.plan import Event, Indicator, Plan
from pccstats.terms.results.published import FINDING_COLUMNS, DataQuality
from pccstats.terms.series import are_illustrative
from pccstats.terms.words import Audience, State, counted

_GRAVEST_FIRST = {severity: place for place, severity in enumerate(Severity)}


def data_quality(
    data: Observations, quarter: str | Quarter | None = None, *, audience: str | Audience = Audience.INTERNAL
) -> DataQuality:
    """Say what can be trusted at the end of a quarter.

    Which quarters each indicator of the dashboard has figures for, how far behind the quarter its latest figure is,
    what the checks found when the data were built, what the detectives suspect, which figures were revised, and which
    changes of recording are registered. Nothing is repaired.

    Parameters
    ----------
    data : Observations
        Every figure that is held.
    quarter : str or Quarter, optional
        Where it is seen from, as `2015/16-Q1`; by default the quarter of the latest figure.
    audience : {"internal", "public"}
        For the public, what was found in figures under release restriction is left out, and its number is said.

    Returns
    -------
    DataQuality

    Raises
    ------
    RequestProblem
        If the quarter is not one.

    References
    ----------
    `docs/methods/data-quality.md`: each detective, its formula, and how often it is wrong.

    Examples
    --------
    >>> import pccstats as pcc
    >>> quality = data_quality(pcc.read_observations("data/processed"), "2015/16-Q1")
    >>> "hidden_quarter" in set(quality.points["rule"])
    True
    """
    seen_from = _quarter(data, quarter)
    reader = Audience(audience)
    found = len(data.known_for(seen_from).findings)
    data = data.for_audience(reader).known_for(seen_from)
    until = _until(data, seen_from)
    findings = tuple(sorted([*data.findings, *_suspicions(until)], key=lambda found: _order(found, data)))
    rows = [{name: getattr(found, name) for name in FINDING_COLUMNS} for found in findings]
    return DataQuality(
        points=pd.DataFrame(rows, columns=list(FINDING_COLUMNS)).astype({"severity": str}),
        method=_method(data, seen_from, left_out=found - len(data.findings)),
        quarter=seen_from,
        availability=_availability(until, seen_from),
        freshness=_freshness(until, seen_from),
        revisions=revisions(data),
        events=_events(data.plan),
        findings=findings,
        coverage=_coverage(until),
        focus=data.plan.focus,
        audience=reader,
    )


def _quarter(data: Observations, asked: str | Quarter | None) -> Quarter:
    if asked is None:
        return Quarter.containing(data.frame.loc[data.frame["numerator"].notna(), "period_end"].max())
    return data.plan.quarter(asked)


def _until(data: Observations, quarter: Quarter) -> Observations:
    """The figures of that quarter and before."""
    frame = data.frame[data.frame["period_end"] <= quarter.last_month]
    return Observations(frame, data.plan, data.exposures, data.files, data.findings, kept=data.kept)


SUSPICIONS = "suspicions"  # of all measures and areas together: whichever area is in focus, they are the same


def suspicions_ahead(data: Observations, quarter: str | Quarter, audience: Audience) -> Ahead:
    """What the detectives will be asked by the packs of a quarter, worked out before they ask.

    Examples
    --------
    >>> import pccstats as pcc
    >>> ahead = suspicions_ahead(pcc.read_observations("data/processed"), "2015/16-Q1", Audience.PUBLIC)
    >>> ahead.measure, ahead.answer[0].rule
    ('suspicions', 'hidden_quarter')
    """
    at = data.plan.quarter(quarter)
    until = _until(data.for_audience(audience).known_for(at), at)
    return Ahead(SUSPICIONS, "", at, "", until.digest, _of_suspicions(until), tuple(suspicions(until)))


def _suspicions(until: Observations) -> tuple[Finding, ...]:
    return until.worked_out(SUSPICIONS, _of_suspicions(until), lambda: tuple(suspicions(until)))


def _of_suspicions(until: Observations) -> Question:
    return Question((SUSPICIONS,), until.plan_digest)


def _order(found: Finding, data: Observations) -> tuple[int, bool, str, str]:
    """Gravest first, the plan's own area before others, the rest as a reader would look for it."""
    is_elsewhere = found.area not in ("", data.plan.focus)
    return _GRAVEST_FIRST[found.severity], is_elsewhere, found.indicator, found.rule


def _method(data: Observations, quarter: Quarter, *, left_out: int) -> str:
    withheld = f" Left out: {counted(left_out, 'finding')} on figures that are withheld." if left_out else ""
    figures, held = len(data.frame), sum(file.rows is not None for file in data.files)
    return (
        f"{counted(figures, 'figure')} from {counted(held, 'file')}, seen from the end of "
        f"{month_in_words(quarter.last_month)}. {len(DETECTIVES)} detectives look at {_looked_at(data)}; a note is a "
        f"finding that a registered event explains. Nothing is repaired.{withheld}"
    )


def _looked_at(data: Observations) -> str:
    """What the detectives find to look at: most compare 12-month figures, and some data hold none."""
    has_years = ((data.frame["months"] == MONTHS_IN_A_YEAR) & data.frame["numerator"].notna()).any()
    return (
        "published 12-month figures"
        if has_years
        else "the figures by month; those that compare 12-month figures have none here"
    )


def _availability(data: Observations, quarter: Quarter) -> pd.DataFrame:
    """What is held for each quarter from the plan's baseline on, indicator by indicator."""
    first = Quarter.containing(data.plan.baseline.first)
    count = (quarter.last_month - first.last_month).n // MONTHS_IN_A_QUARTER + 1
    quarters = [Quarter.containing(first.last_month + MONTHS_IN_A_QUARTER * step) for step in range(max(count, 0))]
    own = data.frame[data.frame["area"] == data.plan.focus]
    table = {}
    for indicator in data.plan.indicators:
        rows = own[own["indicator"] == indicator.key]
        table[indicator.key] = {str(each): _held(rows, each) for each in quarters}
    return pd.DataFrame.from_dict(table, orient="index", columns=[str(each) for each in quarters])


def _held(rows: pd.DataFrame, quarter: Quarter) -> str:
    """The finest figures that are held for a quarter, or the status given instead."""
    inside = rows[(rows["period_end"] >= quarter.first_month) & (rows["period_end"] <= quarter.last_month)]
    is_illustrative = are_illustrative(inside)
    figures = inside[inside["numerator"].notna() & ~is_illustrative]
    months = figures.loc[figures["months"] == 1, "period_end"].nunique()
    if months:
        return "months" if months == MONTHS_IN_A_QUARTER else "part"
    at_end = set(figures.loc[figures["period_end"] == quarter.last_month, "months"])
    if MONTHS_IN_A_QUARTER in at_end:
        return "quarter"
    if MONTHS_IN_A_YEAR in at_end:
        return "year"
    if is_illustrative.any():
        return "illustrative"
    return str(inside["status"].iloc[-1]) if len(inside) else ""


def _freshness(data: Observations, quarter: Quarter) -> pd.DataFrame:
    return pd.DataFrame([_latest(data, indicator, quarter) for indicator in data.plan.indicators])


def _latest(data: Observations, indicator: Indicator, quarter: Quarter) -> dict[str, object]:
    """The latest figure of an indicator, or why there is none; one given again counts from when it first came."""
    rows = data.rows(indicator.key, data.plan.focus)
    held = rows[rows["numerator"].notna() & ~are_illustrative(rows)]
    about = {"indicator": indicator.key, "part": indicator.part, "name": indicator.name}
    if held.empty:
        status = str(rows["status"].iloc[-1]) if len(rows) else ""
        if rows["numerator"].notna().any():
            status = "illustrative figures alone"
        reason = indicator.reason or status or (indicator.no_figure or State.NOT_COLLECTED).in_words
        return {
            **about,
            "latest": None,
            "months_behind": float("nan"),
            "published_on": "",
            "source": "",
            "reason": reason,
        }
    latest = _first_given(held, indicator)
    behind = (quarter.last_month - latest["period_end"]).n
    origin = {name: str(latest[name]) for name in ("published_on", "source")}
    return {**about, "latest": str(latest["period_end"]), "months_behind": float(behind), **origin, "reason": ""}


def _first_given(held: pd.DataFrame, indicator: Indicator) -> pd.Series:
    """The row of the latest figure, or that of the year it repeats: such a verdict is stale on every other page."""
    latest = held.iloc[-1]
    if len(held) < 2 or latest["months"] < MONTHS_IN_A_YEAR or indicator.kind.is_proportion:
        return latest
    years = held[held["months"] == latest["months"]]
    ends = years["period_end"].array.asi8.tolist()
    return years.iloc[-2] if is_given_again(years["numerator"].tolist(), ends) else latest


def _coverage(data: Observations) -> pd.DataFrame:
    """Records by month beside official totals, with what the measure is called and where the records are from."""
    ledger = coverage(data)
    measures = [data.plan.indicator(key) for key in ledger["indicator"]]
    records = [data.plan.indicator(str(measure.anchor)) for measure in measures]
    return ledger.assign(
        name=[measure.name for measure in measures], system=[each.source_system or each.name for each in records]
    )


_TOLD = ("month", "title", "breaks_comparability", "is_inferred", "source")


def _events(plan: Plan) -> pd.DataFrame:
    ordered = sorted(plan.events, key=lambda event: (event.month, event.key))
    rows = [{name: getattr(event, name) for name in _TOLD} | {"touches": _touched(event, plan)} for event in ordered]
    return pd.DataFrame(rows, columns=[*_TOLD, "touches"])


def _touched(event: Event, plan: Plan) -> tuple[str, ...]:
    """What an event touches, by the names readers know: nothing where it touches all."""
    measures = (*plan.indicators, *plan.supporting)
    if all(event.concerns(measure.key) for measure in measures):
        return ()
    named = (_name(measure, event) for measure in measures if event.concerns(measure.key))
    return tuple(dict.fromkeys(named))


def _name(measure: Indicator, event: Event) -> str:
    """Its own name where it was named; that of its priority or its table where all of a part was."""
    if measure.key in event.indicators:
        return measure.name
    return measure.table or f"priority {measure.part}"
