"""Checks of figures against one another: spans and gaps, agreement, areas, denominators, populations, vintages."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pandas as pd

from pccstats.sources.checks.rows import Row, finding_of, rows_of
from pccstats.sources.sheets import Rule
from pccstats.terms.errors import Finding, Severity
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, month_in_words
from pccstats.terms.plan import Area, Plan
from pccstats.terms.words import Audience, Kind, counted

_KEYS = ["indicator", "area", "period_end"]
_IN_WORDS = {3: "three", 4: "four", 12: "twelve"}
TOLERANCE = 1e-6  # sums of decimals (£m) differ in the last digit
_SERIES = ["indicator", "area", "months"]
_LEAST_TO_JUDGE = 4
_MOST_TIMES = 3.0  # a sample may grow or shrink so much before somebody should say why
_MOST_GROWTH = 0.03  # of a population in a year: no district in England has grown faster for long
_PART = 0.01  # districts may miss their force's population by rounding
_PART_OF_A_PERSON = Rule(
    "part_of_a_person",
    "The numerator beside a denominator is not a whole number: is it a percentage?",
    "Give the number of satisfied respondents, or leave the denominator empty.",
    Severity.FLAG,
)
_FIGURE = ["indicator", "area", "period_end", "months"]
_VINTAGE = [*_FIGURE, "published_on"]
_REPEATED = Rule("repeated", "This figure is there twice, from the same source.", "Keep one of the rows.")
_CONFLICT = Rule(
    "conflict",
    "Two sources give different figures for this, and nothing says which is later.",
    "Give published_on in both, or take one out.",
)
_AGAIN = Rule("again", "A second source gives the same figure.", severity=Severity.NOTE)
_MOST_NAMED = 6
_LEAST_BESIDE = 6  # figures beside which one is out of scale
_LEAST_USUAL = 20  # small counts vary by so much of themselves
_OUT_OF_SCALE = 6.0  # times the median: a year among months is twelve times, a year among quarters four
_FUTURE = Rule("future", "This month has not been yet.", "Correct period_end.")
FIGURE = ["indicator", "period_end", "months"]
ADDABLE = (Kind.COUNT, Kind.MONEY)


def span_findings(typed: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Figures of the future, gaps in a series, and figures whose span cannot be the one they give."""
    yield from _FUTURE.broken_by(typed, typed["period_end"] > _this_month(), "period_end")
    latest = typed.sort_values("published_on", kind="stable").drop_duplicates([*_SERIES, "period_end"], keep="last")
    latest = latest.sort_values("period_end", kind="stable")
    counts = {i.key for i in (*plan.indicators, *plan.supporting) if i.kind is Kind.COUNT}
    alike: dict[tuple[str, ...], list[Finding]] = {}
    for _, figures in _worth_a_look(latest).groupby(_SERIES, sort=True):
        key, months = figures["indicator"].iloc[0], int(figures["months"].iloc[0])
        for gap in _gaps(figures, months, plan):
            alike.setdefault((gap.area, gap.value, gap.file, gap.published_on), []).append(gap)
        if key in counts:
            yield from _out_of_scale(figures, months, plan)
    for gaps in alike.values():
        yield _one_gap(gaps, plan)
    yield from _month_above_year(latest[latest["indicator"].isin(counts)], plan)


def _worth_a_look(latest: pd.DataFrame) -> pd.DataFrame:
    """The series in which a month is missing or a figure is many times the others: a few of very many."""
    series = [latest[column] for column in _SERIES]
    ends = latest["period_end"].dt.year * MONTHS_IN_A_YEAR + latest["period_end"].dt.month
    since_first = ends - ends.groupby(series).transform("min")
    due = since_first.groupby(series).transform("max") // latest["months"] + 1
    is_missing = (since_first % latest["months"] == 0).groupby(series).transform("sum") < due
    is_large = latest["numerator"] >= _OUT_OF_SCALE * latest["numerator"].groupby(series).transform("median")
    is_odd: pd.Series = is_missing | is_large.groupby(series).transform("any")
    return latest[is_odd]


def _this_month() -> pd.Period:
    return pd.Period(dt.datetime.now(tz=dt.UTC).date(), freq="M")


def _gaps(figures: pd.DataFrame, months: int, plan: Plan) -> Iterator[Finding]:
    """Months or quarters missing between the first and the last that are held; yearly figures may come at any time."""
    if months >= MONTHS_IN_A_YEAR:
        return
    held = set(figures["period_end"])
    ends = pd.period_range(min(held), max(held), freq="M")[::months]
    missing = [end for end in ends if end not in held]
    if not missing:
        return
    named = ", ".join(month_in_words(end) for end in missing[:_MOST_NAMED])
    more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
    what = "months" if months == 1 else "quarters"
    row: Row = rows_of(figures.tail(1))[0]
    message = f"{len(missing)} of {len(ends)} {what} are missing: {named}{more}."
    step = "Ask for them; if they were never collected, say so with a status."
    found = finding_of(row, plan, Severity.FLAG, "gap", message, step)
    yield replace(found, value=" ".join(map(str, missing)))


def _one_gap(gaps: list[Finding], plan: Plan) -> Finding:
    """What is missing alike of several measures of an area and file is missing once: the file is, or part of it."""
    is_open = [plan.indicator(gap.indicator).is_open_to(Audience.PUBLIC) for gap in gaps]
    told = gaps[is_open.index(True)] if any(is_open) else gaps[0]
    rest = len(gaps) - 1
    more = f" The same are missing of {counted(rest, 'other measure')}." if rest else ""
    return replace(told, message=f"{told.message}{more}", value="")


def _out_of_scale(figures: pd.DataFrame, months: int, plan: Plan) -> Iterator[Finding]:
    """A figure many times the others, as a yearly total entered for a month would be."""
    usual = figures["numerator"].median()
    if months >= MONTHS_IN_A_YEAR or figures["numerator"].notna().sum() < _LEAST_BESIDE or not usual >= _LEAST_USUAL:
        return
    for row in rows_of(figures[figures["numerator"] >= _OUT_OF_SCALE * usual]):
        message = (
            f"{row['numerator']:,.0f} is {row['numerator'] / usual:,.0f} times the usual {usual:,.0f}: "
            "it may cover more months than it says."
        )
        yield finding_of(row, plan, Severity.FLAG, "out_of_scale", message, "Check the column months.")


def _month_above_year(counts: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """A shorter span with a larger count than the 12 months that end with it."""
    yearly = counts.loc[counts["months"] == MONTHS_IN_A_YEAR, [*_KEYS, "numerator"]]
    both = counts[counts["months"] < MONTHS_IN_A_YEAR].merge(yearly, on=_KEYS, suffixes=("", "_of_year"))
    for row in rows_of(both[both["numerator"] > both["numerator_of_year"]]):
        message = (
            f"{row['numerator']:,.0f} in {row['months']:.0f} months is more than the {row['numerator_of_year']:,.0f} "
            "of the 12 months that end with them."
        )
        yield finding_of(row, plan, Severity.FLAG, "month_above_year", message, "Check the column months of both.")


def agreement_findings(typed: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Published totals beside official ones, and twelve months beside the year they make."""
    counts = {i.key for i in (*plan.indicators, *plan.supporting) if i.kind is Kind.COUNT}
    every = typed[typed["indicator"].isin(counts) & typed["numerator"].notna()]
    figures = every.sort_values("published_on", kind="stable").drop_duplicates([*_KEYS, "months"], keep="last")
    yearly = figures[figures["months"] == MONTHS_IN_A_YEAR]
    yield from _against_official(yearly, plan)
    yearly = every[every["months"] == MONTHS_IN_A_YEAR]
    yield from _against_parts(yearly, figures[figures["months"] == 1], plan)
    yield from _against_parts(yearly, figures[figures["months"] == MONTHS_IN_A_QUARTER], plan)
    yield from _against_parts(every[every["months"] == MONTHS_IN_A_QUARTER], figures[figures["months"] == 1], plan)


def _against_official(yearly: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Where one indicator and one official measure count the same thing.

    A measure that stands in for several indicators is wider than any of them and is left alone.
    """
    uses = Counter(indicator.peers for indicator in plan.indicators if indicator.peers)
    official_of = {i.key: i.peers for i in plan.indicators if i.peers and uses[i.peers] == 1}
    official = yearly.set_index(_KEYS)["numerator"].to_dict()
    for row in rows_of(yearly[yearly["indicator"].isin(official_of)].sort_values(_KEYS)):
        other = official.get((official_of[row["indicator"]], row["area"], row["period_end"]))
        if other is not None and other != row["numerator"]:
            message = (
                f"{row['numerator']:,.0f} is published; the official figure for the same 12 months is {other:,.0f}."
            )
            step = "Say which is used. The official figure may have been revised since."
            yield finding_of(row, plan, Severity.FLAG, "official_differs", message, step)


def _against_parts(whole: pd.DataFrame, parts: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Where every month or quarter of a longer figure is held; any vintage of it may be the one they make."""
    in_parts = whole["indicator"].isin(parts["indicator"].unique())
    makes = whole[in_parts].sort_values([*_KEYS, "published_on"], kind="stable")
    if makes.empty:
        return
    span, months = int(parts["months"].iloc[0]), int(makes["months"].iloc[0])
    held = parts.pivot(index="period_end", columns=["indicator", "area"], values="numerator")
    held = held.reindex(pd.period_range(held.index.min(), held.index.max(), freq="M", name="period_end"))
    total = sum((held.shift(months_ago) for months_ago in range(months - span, -1, -span)), start=0 * held)
    makes = makes.merge(total.melt(ignore_index=False, value_name="total").reset_index(), on=_KEYS, how="left")
    is_met = (makes["numerator"] == makes["total"]).groupby([makes[key] for key in _KEYS]).transform("any")
    for row in rows_of(makes[makes["total"].notna() & ~is_met].drop_duplicates(_KEYS, keep="last")):
        what = f"{_IN_WORDS[months // span]} {'months' if span == 1 else 'quarters'}"
        given = "year" if months == MONTHS_IN_A_YEAR else "quarter"
        message = f"The {what} add up to {row['total']:,.0f}; the {given} is given as {row['numerator']:,.0f}."
        step = f"Ask whether they were revised after the {given} was published."
        yield finding_of(row, plan, Severity.FLAG, "months_do_not_add_up", message, step)


def area_findings(typed: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Where an area and all its parts have figures, and the parts do not add up: one finding an indicator."""
    table = with_sums(typed, plan)
    for area in plan.areas:
        if plan.parts_of(area.name):
            yield from _of_one(table, area, plan)


def _of_one(table: pd.DataFrame, area: Area, plan: Plan) -> Iterator[Finding]:
    own = table[(table["area"] == area.name) & table["numerator"].notna()]
    own = own.sort_values("published_on", kind="stable").drop_duplicates(FIGURE, keep="last")
    both = own.merge(sums_of_parts(table, area, plan)[[*FIGURE, "numerator"]], on=FIGURE, suffixes=("", "_of_parts"))
    both = both.assign(gap=(both["numerator_of_parts"] - both["numerator"]).abs())
    for _, rows in both.groupby(["indicator", "months"], sort=True):
        off = rows[rows["gap"] > TOLERANCE]
        if off.empty:
            continue
        worst = rows_of(off.sort_values(["gap", "period_end"], ascending=[False, True], kind="stable"))[0]
        parts = ", ".join(part.name for part in plan.parts_of(area.name))
        message = (
            f"The parts of {area.name} ({parts}) do not add up to it in {len(off):,} of {len(rows):,} periods. Most in "
            f"{month_in_words(worst['period_end'])}: {worst['numerator_of_parts']:,.10g} against "
            f"{worst['numerator']:,.10g}."
        )
        step = "Ask which places are counted in one and not in the other: a crime with no place is in no district."
        yield finding_of(worst, plan, Severity.FLAG, "areas_do_not_add_up", message, step)


def denominator_findings(typed: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Shares whose parts are not people, and samples that change size."""
    kinds = {indicator.key: indicator.kind for indicator in (*plan.indicators, *plan.supporting)}
    kind = typed["indicator"].map(kinds)
    is_share = kind.isin((Kind.SURVEY, Kind.SHARE)) & typed["denominator"].notna()
    yield from _PART_OF_A_PERSON.broken_by(typed, is_share & (typed["numerator"] % 1 > 0), "numerator")
    for _, figures in typed[is_share].sort_values("period_end", kind="stable").groupby(_SERIES, sort=True):
        usual = figures["denominator"].median()
        if len(figures) < _LEAST_TO_JUDGE:
            continue
        is_odd = (figures["denominator"] > _MOST_TIMES * usual) | (figures["denominator"] < usual / _MOST_TIMES)
        for row in rows_of(figures[is_odd]):
            message = f"{row['denominator']:,.0f} respondents where {usual:,.0f} are usual."
            yield finding_of(row, plan, Severity.FLAG, "sample_size", message, "Ask whether the survey changed.")


def population_findings(exposures: pd.DataFrame, last: pd.Period, plan: Plan) -> Iterator[Finding]:
    """Populations that jump from year to year, are not those of their parts, or are older than the figures.

    Parameters
    ----------
    exposures : DataFrame
        The checked table of populations.
    last : pandas.Period
        The last month any figure ends in.
    """
    for area, rows in exposures.sort_values("year", kind="stable").groupby("area", sort=True):
        known = rows[rows["persons"].notna()].drop_duplicates("year", keep="last")
        for earlier, later in zip(rows_of(known.iloc[:-1]), rows_of(known.iloc[1:]), strict=True):
            years = later["year"] - earlier["year"]
            growth = (later["persons"] / earlier["persons"]) ** (1 / years) - 1
            if abs(growth) > _MOST_GROWTH:
                first, second = (f"{row['persons']:,.0f} persons in {row['year']}" for row in (earlier, later))
                message = f"{first} and {second}."
                step = "Check that both count the same area."
                yield Finding(Severity.FLAG, "population_jump", message, area=str(area), next_step=step)
    yield from _populations_of_parts(exposures, plan)
    if len(exposures) and last.year - int(exposures["year"].max()) > 1:
        year = int(exposures["year"].max())
        message = f"Rates use populations of {year}; the figures run to {last.year}."
        step = "Add the mid-year estimates of the Office for National Statistics to the populations."
        yield Finding(Severity.NOTE, "old_population", message, next_step=step)


def _populations_of_parts(exposures: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    persons = exposures.drop_duplicates(["area", "year"], keep="last").set_index(["area", "year"])["persons"].to_dict()
    for whole in plan.areas:
        parts = [area.name for area in plan.parts_of(whole.name)]
        for year in sorted(set(exposures["year"])):
            held = [persons.get((part, year)) for part in parts]
            total, given = sum(count or 0 for count in held), persons.get((whole.name, year))
            if parts and None not in held and given and abs(total - given) > _PART * given:
                message = f"Its {len(parts)} parts have {total:,.0f} persons in {year}; {whole.name} has {given:,.0f}."
                step = "Check that all are of one vintage."
                yield Finding(Severity.FLAG, "population_parts", message, area=whole.name, next_step=step)


def vintage_findings(typed: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Figures given more than once: by one source, by two that disagree, or by a later publication."""
    is_repeated = typed.duplicated([*_VINTAGE, "source"])
    yield from _REPEATED.broken_by(typed, is_repeated, "numerator")
    twice = typed[typed.duplicated(_VINTAGE, keep=False) & ~typed.duplicated([*_VINTAGE, "source"], keep=False)]
    values = twice.groupby(_VINTAGE)["numerator"]
    is_second = twice.duplicated(_VINTAGE)
    differs = values.transform("nunique", dropna=False) > 1
    yield from _CONFLICT.broken_by(twice, is_second & differs, "numerator")
    yield from _AGAIN.broken_by(twice, is_second & ~differs, "numerator")
    ordered = typed.drop_duplicates(_VINTAGE).sort_values(_VINTAGE, kind="stable")
    for _, vintages in ordered[ordered.duplicated(_FIGURE, keep=False)].groupby(_FIGURE, sort=True):
        for earlier, later in pairwise(rows_of(vintages)):
            if earlier["numerator"] != later["numerator"]:
                yield _revised(earlier, later, plan)


def _revised(earlier: Row, later: Row, plan: Plan) -> Finding:
    was, became = (f"{row['numerator']:,.10g} ({row['published_on'] or 'date not given'})" for row in (earlier, later))
    message = f"{was} became {became}; the later is used and both are kept."
    step = "Say in the pack which of the two was told before."
    return finding_of(later, plan, Severity.FLAG, "revised", message, step)


def with_sums(typed: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The observations, and below them the sums for areas that are only known by their parts.

    An area whose own figures of an indicator and span are held keeps them: a sum never stands in for a figure. Shares
    are summed where every part gives what they are out of.
    """
    table = typed
    for area in _smallest_first(plan):
        table = pd.concat([table, *_sums(table, area, plan)], ignore_index=True)
    return table


def sums_of_parts(typed: pd.DataFrame, area: Area, plan: Plan) -> pd.DataFrame:
    """What the parts of an area add up to, one row an indicator, month and span in which all of them have a figure."""
    parts = [part.name for part in plan.parts_of(area.name)]
    rows = typed[typed["area"].isin(parts) & typed["numerator"].notna()]
    latest = rows.sort_values("published_on", kind="stable").drop_duplicates([*FIGURE, "area"], keep="last")
    latest = latest[_can_be_added(latest, plan)]
    latest = latest[latest.groupby(FIGURE)["area"].transform("size") == len(parts)]
    by_figure = latest.groupby(FIGURE, sort=True)
    sources = latest.drop_duplicates([*FIGURE, "source"])
    several = sources[sources.duplicated(FIGURE, keep=False)].groupby(FIGURE)["source"].agg("; ".join)
    sums = pd.DataFrame(
        {
            "numerator": by_figure["numerator"].sum(),
            "denominator": by_figure["denominator"].sum(min_count=len(parts)),
            "source": several.combine_first(by_figure["source"].first()),
            "published_on": by_figure["published_on"].max(),
        }
    )
    return sums.reset_index().assign(area=area.name)


def _sums(typed: pd.DataFrame, area: Area, plan: Plan) -> Iterator[pd.DataFrame]:
    sums = sums_of_parts(typed, area, plan)
    own = set(typed.loc[typed["area"] == area.name, ["indicator", "months"]].itertuples(index=False, name=None))
    wanted = [key not in own for key in sums[["indicator", "months"]].itertuples(index=False, name=None)]
    if any(wanted):
        names = " and ".join(part.name for part in plan.parts_of(area.name))
        yield sums[wanted].assign(status="", note=f"Sum of {names}.", file="", row=0)


def _can_be_added(rows: pd.DataFrame, plan: Plan) -> pd.Series:
    """Counts and money, and shares that say what they are out of."""
    kinds = {indicator.key: indicator.kind for indicator in (*plan.indicators, *plan.supporting)}
    kind = rows["indicator"].map(kinds)
    is_whole_share = kind.isin([k for k in Kind if k.is_proportion or k is Kind.RATE]) & rows["denominator"].notna()
    return kind.isin(ADDABLE) | is_whole_share


def _smallest_first(plan: Plan) -> list[Area]:
    """Areas that hold others, each after those it holds."""
    holders = [area for area in plan.areas if plan.parts_of(area.name)]
    return sorted(holders, key=lambda area: _height(area.name, plan))


def _height(name: str, plan: Plan) -> int:
    parts = plan.parts_of(name)
    return 1 + max(_height(part.name, plan) for part in parts) if parts else 0
