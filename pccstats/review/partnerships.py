"""Every partnership of a force, reviewed: its indicators against its own past and against those beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pandas as pd

from pccstats.methods.level.trend import trend
from pccstats.methods.peers.areas import compare_areas
from pccstats.review.many import OneTest, read_together
from pccstats.terms.errors import PccStatsError
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, Quarter, Window, month_in_words
from pccstats.terms.plan import Area, Indicator, Plan
from pccstats.terms.results.board import PartnershipReview, PartnershipsReview
from pccstats.terms.results.level import Trend
from pccstats.terms.results.peers import AreaComparison
from pccstats.terms.series import Series
from pccstats.terms.words import Audience, Kind, Status, Strength

BOARD_MONTHS = 6  # the Board's own window for a trend
_METHOD = "Each partnership against its own past and against the others: docs/methods/areas.md."


def review_partnerships(
    plan: Plan,
    data: Observations,
    quarter: str | Quarter,
    *,
    audience: Audience | str = Audience.INTERNAL,
    confidence: float = 0.95,
) -> PartnershipsReview:
    """Review every partnership of the plan's focus: the areas directly inside it.

    Parameters
    ----------
    plan : Plan
        Its areas say who is part of whom.
    data : Observations
        The figures; an indicator is reviewed where at least three partnerships have its months, or those of the
        measure that counts it by place. Invented figures are passed over.
    quarter : str or Quarter
        `2015/16-Q1`; nothing later is looked at.
    audience : {"internal", "public"}
        For the public, indicators under a release restriction are left out and named.
    confidence : float
        Between 0 and 1; the level of every interval and test.

    Returns
    -------
    PartnershipsReview

    Raises
    ------
    RequestProblem
        For a quarter that does not exist.

    See Also
    --------
    compare_areas : the method, for one indicator.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> [review.area.name for review in pcc.review_partnerships(plan, data, "2015/16-Q1").reviews][:2]
    ['Blaby and Hinckley & Bosworth', 'Charnwood']
    """
    at, seen = plan.quarter(quarter), Audience(audience)
    plan = (known := replace(data, plan=plan).known_to(seen, at)).plan
    partnerships = plan.parts_of(plan.focus)
    asked = [*counted_indicators(plan), *_of_objectives(plan)]
    shown = [i for i in asked if i.is_open_to(seen)]
    held_back = tuple(i.name for i in (*plan.indicators, *plan.supporting) if not i.is_open_to(seen))
    comparisons, refusals = compare_all(known, shown, partnerships, at, confidence)
    return PartnershipsReview(
        plan=plan,
        quarter=at,
        reviews=tuple(
            PartnershipReview(
                area=area,
                quarter=at,
                comparisons=tuple(c for c in comparisons if area.name in set(c.points["area"])),
                trends=_trends(known, comparisons, area, at),
                figures=_printed(plan, known, area, at),
                objectives=plan.objectives_of(area.name),
                parts=tuple(part.name for part in plan.parts_of(area.name)),
                held_back=held_back,
                method=_METHOD,
            )
            for area in partnerships
        ),
        comparisons=comparisons,
        method=_METHOD,
        refusals=refusals,
    )


def counted_indicators(plan: Plan) -> list[Indicator]:
    """The indicators of the dashboard that are counts with figures."""
    return [i for i in plan.indicators if i.kind is Kind.COUNT and i.no_figure is None]


def _of_objectives(plan: Plan) -> list[Indicator]:
    """The supporting counts by which partnerships' own objectives are shown."""
    named = dict.fromkeys(key for objective in plan.objectives for key in objective.indicators)
    return [i for i in plan.supporting if i.key in named and i.kind is Kind.COUNT and i.no_figure is None]


def compare_all(
    data: Observations, indicators: Iterable[Indicator], areas: Iterable[Area], at: Quarter, confidence: float
) -> tuple[tuple[AreaComparison, ...], dict[str, str]]:
    """Every indicator that is counted by month in these areas, compared; and why others could not be.

    By its own months, where at least three areas have them; else by those of the measure that counts it by place, which
    several indicators may share. `data` is real: `Observations.real`.
    """
    found, refusals = [], {}
    names = [area.name for area in areas]
    for measure, stands_for in _counted_by(data, indicators, names, at).items():
        if _is_embargoed(data, measure, names, at):
            refusals[measure.key] = f"{measure.name}: figures of this quarter are embargoed."
            continue
        try:
            compared = compare_areas(
                _months_of(data, measure, names, at),
                measure.baseline,
                at.last_month,
                around=data.plan.focus,
                confidence=confidence,
            )
        except PccStatsError as refusal:
            refusals[measure.key] = str(refusal)
            continue
        notes = tuple(_notes(data, measure, stands_for, compared, at))
        found.append(replace(compared, stands_for=tuple(i.key for i in stands_for), notes=notes))
    return tuple(_read_together(found, 1 - confidence)), refusals


def _read_together(comparisons: Sequence[AreaComparison], level: float) -> Iterator[AreaComparison]:
    """The comparisons, changes weak that do not stand when the tests of all places and indicators are read together."""
    tests = [
        OneTest.of(_test_name(comparison, area), found.state, Strength.FIRM, found)
        for comparison in comparisons
        for area, found in comparison.changes.items()
    ]
    weak = set(read_together(tests, level).not_kept["name"])
    for comparison in comparisons:
        strengths = [
            str(Strength.WEAK if _test_name(comparison, area) in weak else Strength.FIRM)
            for area in comparison.points["area"]
        ]
        yield replace(comparison, points=comparison.points.assign(strength=strengths))


def _test_name(comparison: AreaComparison, area: str) -> str:
    return f"{comparison.key} in {area}"


def _is_embargoed(data: Observations, measure: Indicator, names: Sequence[str], at: Quarter) -> bool:
    """True where a month of the quarter may not be shown: older months do not stand in for it."""
    rows = data.rows(measure.key, months=1)
    rows = rows[rows["area"].isin(names) & rows["period_end"].isin(Window(at.first_month, at.last_month).months)]
    return Status.EMBARGOED in set(rows["status"])


def _counted_by(
    data: Observations, indicators: Iterable[Indicator], names: Sequence[str], at: Quarter
) -> dict[Indicator, list[Indicator]]:
    """The measures that are counted by month in these areas, each with the indicators it stands in for."""
    found: dict[Indicator, list[Indicator]] = {}
    for indicator in indicators:
        if _months_of(data, indicator, names, at):
            found.setdefault(indicator, [])
        elif indicator.by_place is not None:
            measure = data.plan.indicator(indicator.by_place)
            if _months_of(data, measure, names, at):
                found.setdefault(measure, []).append(indicator)
    return found


def _months_of(data: Observations, measure: Indicator, names: Sequence[str], at: Quarter) -> dict[str, Series]:
    """The months of a measure in each area that has any."""
    held = [name for name in names if data.has(measure.key, area=name, months=1, until=at.last_month)]
    return data.series_by_area(measure.key, held, until=at.last_month, months=1)


def _notes(
    data: Observations, measure: Indicator, stands_for: Sequence[Indicator], compared: AreaComparison, at: Quarter
) -> Iterator[str]:
    """What must be known beside the figures: what they count, what is missing of them."""
    if stands_for:
        names = "; ".join(indicator.name for indicator in stands_for)
        yield f"Counted in place of {names}, of which no months are held by area."
    yield from measure.footnotes
    window = compared.latest_window
    missing = int((at.last_month - window.last).n)
    if missing > 0:
        first = month_in_words(window.last + 1)
        rest = f"{first} and the {missing - 1} months after it are" if missing > 1 else f"{first} is"
        yield f"Counted: {month_in_words(window.first)} to {month_in_words(window.last)}. {rest} missing."
    yield from _without_an_area(data, measure, compared)


def _without_an_area(data: Observations, measure: Indicator, compared: AreaComparison) -> Iterator[str]:
    """How many of all records are in none of the areas."""
    window = compared.latest_window
    rows = data.rows(measure.key, data.plan.focus, 1).drop_duplicates("period_end", keep="last")
    whole = rows.loc[rows["period_end"].isin(window.months), "numerator"]
    nowhere = float(whole.sum() - compared.points["latest"].sum())
    if whole.notna().sum() == window.month_count and nowhere > 0:
        yield f"{nowhere:,.0f} of {whole.sum():,.0f} ({nowhere / whole.sum():.1%}) are in none of these areas."
        yield "The rest of the force's records have no location, or one outside these areas."


def _trends(data: Observations, comparisons: Iterable[AreaComparison], area: Area, at: Quarter) -> dict[str, Trend]:
    """The six-month trend of every indicator, where it can be asked."""
    found = {}
    for comparison in comparisons:
        key = comparison.key
        if data.has(key, area=area.name, months=1, until=at.last_month):
            series = data.series(key, area=area.name, until=at.last_month, months=1)
            if series.last < at.first_month:  # months that end before the quarter say nothing of it
                continue
            try:
                found[key] = trend(series, BOARD_MONTHS)
            except PccStatsError:  # too few months: the row stays without a trend
                continue
    return found


def _printed(plan: Plan, data: Observations, area: Area, at: Quarter) -> pd.DataFrame:
    """The figures that are held for this area alone and are no monthly series."""
    measures = {each.key: each for each in (*plan.indicators, *plan.supporting)}
    frame = data.frame
    rows = frame[
        (frame["area"] == area.name)
        & (frame["months"] >= MONTHS_IN_A_QUARTER)
        & (frame["period_end"] <= at.last_month)
        & frame["indicator"].isin(measures)
    ].sort_values(["indicator", "period_end", "published_on"], kind="stable")
    rows = rows.drop_duplicates(["indicator", "period_end", "months"], keep="last")
    return pd.DataFrame(
        {
            "indicator": rows["indicator"],
            "title": [measures[key].name for key in rows["indicator"]],
            "window": [str(Window.ending(e, int(m))) for e, m in zip(rows["period_end"], rows["months"], strict=True)],
            "value": _values(rows, measures),
            "unit": [measures[key].unit for key in rows["indicator"]],
            "words": [n if s == Status.CENSORED else "" for s, n in zip(rows["status"], rows["note"], strict=True)],
            "note": [n if s != Status.CENSORED else "" for s, n in zip(rows["status"], rows["note"], strict=True)],
            "source": rows["source"],
        }
    ).reset_index(drop=True)


def _values(rows: pd.DataFrame, measures: dict[str, Indicator]) -> pd.Series:
    is_share = rows["indicator"].map({key: measure.kind.is_proportion for key, measure in measures.items()})
    per_cent = 100 * rows["numerator"] / rows["denominator"]
    return rows["numerator"].where(~(is_share.astype(bool) & rows["denominator"].notna()), per_cent)
