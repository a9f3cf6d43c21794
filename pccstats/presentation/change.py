"""A change as chart, sentence and table; how it hangs on the baseline; how many of many stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.chart_parts import LABEL_MARGIN, LETTER_WIDTH, interval
from pccstats.presentation.count_bar import BarPart, draw_bar
from pccstats.presentation.states import inside_a_sentence, state_shape
from pccstats.presentation.style import DATA, INK, OTHERS, QUIET, WIDTH, colour_of, finish, house_style, new_chart
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Window, so_many_months
from pccstats.terms.results.change import BaselineSensitivity, Change, ChangeTest, FalseDiscovery, Limits
from pccstats.terms.words import REGRESSION_TO_THE_MEAN, Kind, State, Strength, capital, counted

ROW_HEIGHT = 0.62  # inches a comparison
AROUND = 1.55  # inches for words, axis and its name
LEAST_REACH = 5.0  # per cent or points each side of no change that are always shown
MOST_REACH = 250.0  # an interval that goes further ends in an arrow


LEFT, BOTTOM = 0.3, 0.62


@draw.register
def draw_change(result: Change) -> Figure:
    """One comparison: how far from no change, and how sure."""
    return _draw(
        [result],
        headline=f"{result.title}: {_change_in_brief(result)}, {verdict_in_words(result)}",
        subtitle=(
            f"{capital(str(result.latest_window))} ({amount(result, result.latest)}) against {result.baseline_window} "
            f"({amount(result, result.baseline)}){', illustrative months' if result.is_illustrative else ''}"
        ),
        alt_text=f"Change of {result.title} with its interval. {describe_change(result)}",
    )


@draw.register
def draw_sensitivity(result: BaselineSensitivity) -> Figure:
    """One row a baseline, the plan's own first."""
    same = {True: "one verdict whatever the baseline", False: "the verdict depends on the baseline"}
    words = same.get(bool(result.is_same_verdict)) if result.is_same_verdict is not None else "too little to test"
    return _draw(
        result.changes,
        headline=f"{result.title}: {words}",
        subtitle=f"{capital(str(result.changes[0].latest_window))} against each baseline",
        alt_text=f"Changes of {result.title} with their intervals. {describe_sensitivity(result)}",
        strengths=result.strengths,
    )


def _draw(
    changes: Sequence[Change], *, headline: str, subtitle: str, alt_text: str, strengths: Sequence[Strength] = ()
) -> Figure:
    with house_style():
        figure, axes = new_chart(width=WIDTH, height=AROUND + ROW_HEIGHT * len(changes))
        reach = _reach(changes)
        axes.set_xlim(-reach, reach)
        axes.set_ylim(len(changes) - 0.5, -0.5)
        axes.grid(visible=False)
        axes.set_yticks([])
        axes.axvline(0, color=INK, linewidth=1.0)
        axes.xaxis.set_major_formatter(lambda value, _: numbers.signed(value, 0))
        axes.set_xlabel(f"Change, {'percentage points' if _is_share(changes[0]) else 'per cent of the baseline'}")
        rows = list(zip(changes, strengths or [Strength.FIRM], strict=True))
        many = len(changes) > 1
        for row, (change, strength) in enumerate(rows):
            _row(axes, row, change, strength, reach, names_baseline=many)
        longest = max(len(line) for pair in rows for line in _lines(*pair, names_baseline=many))
        return finish(
            figure,
            headline=headline,
            subtitle=subtitle,
            alt_text=alt_text,
            left=LEFT,
            right=LABEL_MARGIN + LETTER_WIDTH * longest,
            bottom=BOTTOM,
            above=0.0,
        )


def _row(axes: Axes, row: int, change: Change, strength: Strength, reach: float, *, names_baseline: bool) -> None:
    middle, low, high = _shown(change)
    shown_as = change.shown_as
    is_judged = shown_as in (State.BETTER, State.WORSE)
    colour = colour_of(shown_as.judgement)
    if not math.isnan(low):
        interval(axes, row, (low, high), reach, colour)
        if high > reach:
            axes.plot(0.98 * reach, row, marker=">", color=colour, markersize=7)
    if not math.isnan(middle):
        is_hollow = math.isnan(low)
        axes.plot(
            min(middle, reach),
            row,
            marker="D" if is_judged else "o",
            markersize=8,
            color=colour,
            markerfacecolor="none" if is_hollow else colour,
        )
    axes.annotate(
        "\n".join(_lines(change, strength, names_baseline=names_baseline)),
        (1, row),
        xycoords=("axes fraction", "data"),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        size=8,
        color=colour if is_judged else QUIET,
        annotation_clip=False,
    )


def _lines(change: Change, strength: Strength, *, names_baseline: bool) -> list[str]:
    """What stands beside a comparison: the baseline where there are several, the change, the verdict."""
    shown = marked_verdict(change, strength) if names_baseline else change.verdict
    lines = [_change_in_brief(change), f"{state_shape(change.shown_as, change.change)} {shown}"]
    return [f"on {change.baseline_window}", *lines] if names_baseline else lines


def _shown(change: Change) -> tuple[float, float, float]:
    if _is_share(change):
        return change.change, change.amount.points.low, change.amount.points.high
    return change.change_pct, change.amount.per_cent.low, change.amount.per_cent.high


def _is_share(change: Change) -> bool:
    return change.kind.is_proportion


def _reach(changes: Sequence[Change]) -> float:
    ends = [abs(end) for change in changes for end in _shown(change) if math.isfinite(end)]
    return min(max([LEAST_REACH, *(1.15 * end for end in ends)]), MOST_REACH)


def _change_in_brief(change: Change) -> str:
    if _is_share(change):
        return f"{numbers.signed(change.change, 1)} points" if not math.isnan(change.change) else "no change known"
    return numbers.signed_per_cent(change.change_pct) if not math.isnan(change.change_pct) else "no change known"


@draw.register
def draw_false_discovery(result: FalseDiscovery) -> Figure:
    """One bar of all tests: the flags that stand, those that do not, and what is not flagged."""
    fallen = result.flags - result.flags_kept
    parts = (
        BarPart("stand", result.flags_kept, DATA, True),
        BarPart("do not stand: weak", fallen, OTHERS, False),
        BarPart("not flagged", result.tests - result.flags, OTHERS, True),
    )
    return draw_bar(
        [part for part in parts if part.number],
        headline=f"{counted(result.flags, 'flag')} in {counted(result.tests, 'test')}",
        subtitle=f"chance alone would raise {numbers.expected(result.expected_false_flags)} if nothing had changed",
        alt_text=f"One bar of {counted(result.tests, 'test')}. {describe_false_discovery(result)}",
    )


@describe.register
def describe_change(result: Change) -> str:
    """`4,013 offences in the 12 months to June 2015, 78 more than in 2012/13 (+2.0%; 95% interval ...): ...`."""
    return _told(result, verdict_in_words(result))


def describe_marked_change(result: Change, strength: Strength = Strength.FIRM) -> str:
    """The same where no label beside it says how much the verdict will bear: `...: better, assumed.`."""
    return _told(result, marked_verdict(result, strength))


def _told(result: Change, verdict: str) -> str:
    if math.isnan(result.change):
        return _figures_without_change(result)
    reason = f". {result.reason}" if result.reason else "."
    said = f"{figures_of_change(result)}: {verdict}{reason}"
    expected = REGRESSION_TO_THE_MEAN if result.is_of_a_cohort_that_moved else ""
    return " ".join(filter(None, (said, expected, shared_months_in_words(result))))


def shared_months_in_words(result: Change) -> str:
    """Where the two windows overlap, by how much, and the change of what they do not share; else empty."""
    shared, apart = result.windows.shared, result.windows.unshared
    if shared is None or not result.state.is_answer:
        return ""
    said = f"The two periods share {so_many_months(shared.month_count)}, {shared.by_its_months}"
    if apart is None or result.unshared is None:
        return f"{said}."
    return f"{said}; {apart.by_their_months}: {numbers.signed_per_cent(result.unshared.change_pct)}."


def figures_of_change(result: Change) -> str:
    """Both figures and how far apart they are, without a verdict."""
    return (
        f"{amount(result, result.latest)} {when(result.latest_window)}, {difference_in_words(result)} "
        f"({relative_in_words(result)})"
    )


def _figures_without_change(result: Change) -> str:
    known = [
        f"{amount(result, value)} {when(window)}"
        for value, window in ((result.baseline, result.baseline_window), (result.latest, result.latest_window))
        if not math.isnan(value)
    ]
    said = f"{numbers.listed(known)}: {verdict_in_words(result)}." if known else f"{capital(verdict_in_words(result))}."
    return f"{said} {result.reason}".strip()


def verdict_in_words(result: Change) -> str:
    """The verdict as it ends a sentence; for a neutral indicator, that neither way is better."""
    is_open = result.is_neutral_change and not result.is_of_a_cohort_that_moved
    neither = ", which is neither better nor worse by itself" if is_open else ""
    return f"{result.verdict}{neither}"


def amount(result: Change, value: float) -> str:
    """A figure with its unit: `4,013 offences`, `88.6% satisfied`, `£21.7m`."""
    if math.isnan(value):
        return "no figure"
    if result.kind is Kind.MONEY:
        return f"£{numbers.plain(value, 1)}m" if result.unit == "£m" else numbers.plain(value, 1)
    if result.kind.is_proportion:
        return numbers.with_unit(numbers.per_cent(value), result.kind, result.unit)
    return f"{numbers.plain(value, decimals_of(result))} {result.unit or 'events'}"


def decimals_of(result: Change) -> int:
    """Decimals a figure of this kind is written with."""
    return 0 if result.kind is Kind.COUNT and float(result.latest).is_integer() else 1


def when(window: Window) -> str:
    """`in 2012/13`, `in the 12 months to June 2015`."""
    return f"in {window.in_a_sentence}"


def difference_in_words(result: Change) -> str:
    """`78 more than in 2012/13`, `down 3.0 points from 84.5% in 2012/13`, `the same as in 2012/13`."""
    base = since_when(result)
    size = abs(result.change)
    decimals = 1 if result.kind.is_proportion or result.kind is Kind.MONEY else decimals_of(result)
    if numbers.rounded(size, decimals) == 0:
        return f"the same as {base}"
    written = numbers.plain(size, decimals)
    if result.kind.is_proportion:
        way = "up" if result.change > 0 else "down"
        return f"{way} {written} points from {numbers.per_cent(result.baseline)} {base}"
    way = "more" if result.change > 0 else "less" if result.kind is not Kind.COUNT else "fewer"
    if result.kind is Kind.MONEY and result.unit == "£m":
        written = f"£{written}m"
    return f"{written} {way} than {base}"


def since_when(result: Change) -> str:
    """`in 2012/13`; a longer baseline is scaled, and that is said."""
    first, second = result.baseline_window, result.latest_window
    if first.month_count == second.month_count or result.kind.is_proportion:
        return when(first)
    length = "a year" if second.month_count == MONTHS_IN_A_YEAR else so_many_months(second.month_count)
    return f"in {length} at the rate of the {first}"


def relative_in_words(result: Change) -> str:
    """`+2.0%; 95% interval −4.2% to +8.5%`; of a share, whose change stands before it, the interval in points alone."""
    points, limits = result.amount.points, result.amount.per_cent
    if result.kind.is_proportion:
        if math.isnan(points.low):
            return "no interval"
        return f"{_level(result)} {numbers.signed(points.low, 1)} to {numbers.signed(points.high, 1)} points"
    per_cent = numbers.signed_per_cent(result.change_pct)
    if math.isnan(limits.low):
        return f"{per_cent}; no interval"
    low, high = (numbers.signed_per_cent(limit) for limit in (limits.low, limits.high))
    return f"{per_cent}; {_level(result)} {low} to {'no upper limit' if math.isinf(limits.high) else high}"


def _level(result: Change) -> str:
    return f"{100 * result.confidence:g}% interval"


@describe.register
def describe_sensitivity(result: BaselineSensitivity) -> str:
    """Whether the verdict turns on the baseline, with each baseline's change."""
    known = [pair for pair in zip(result.changes, result.strengths, strict=True) if not math.isnan(pair[0].change_pct)]
    tested = [_on_its_baseline(change, strength) for change, strength in known if pd.notna(change.p_value)]
    untested = [_on_its_baseline(change, strength) for change, strength in known if pd.isna(change.p_value)]
    without = [change.windows.baseline.in_a_sentence for change in result.changes if math.isnan(change.change_pct)]
    only = "Only one baseline can be tested" if result.tested else "No baseline can be tested"
    opening = {
        True: "The verdict is the same against every baseline that can be tested",
        False: "The verdict depends on the baseline",
        None: only,
    }[result.is_same_verdict]
    listed = tested or untested
    besides = f" Not tested: {numbers.listed(untested)}." if tested and untested else ""
    missing = f" Not held in full: {numbers.listed(without)}." if without else ""
    return f"{opening}{': ' if listed else ''}{numbers.listed(listed)}.{besides}{missing}"


def _on_its_baseline(change: Change, strength: Strength) -> str:
    """`+25.2% on 2013/14 (worse, assumed)`; of a share in points, as everywhere else."""
    return f"{_change_in_brief(change)} {on_baseline(change)} ({marked_verdict(change, strength)})"


def marked_verdict(result: Change, strength: Strength = Strength.FIRM) -> str:
    """The verdict where no label beside it says how much it will bear: `worse, assumed`."""
    bears = Strength.ASSUMED if strength.is_firm and result.test.is_assumed else strength
    is_marked = result.state.is_answer and not bears.is_firm
    return f"{verdict_in_words(result)}, {bears}" if is_marked else verdict_in_words(result)


def on_baseline(change: Change) -> str:
    """`on 2012/13`, `on the 36 months to March 2013`."""
    return f"on {change.windows.baseline.in_a_sentence}"


@describe.register
def describe_false_discovery(result: FalseDiscovery) -> str:
    """How many were tested and flagged, how many chance would flag, which flags do not stand; then what is not counted.

    `2 of 6 tests are flagged, where chance alone would flag about 0.3 if nothing had changed; when all are read
    together, theft from motor vehicles does not stand and is weak. 32 could not be tested.`
    """
    told = (
        f"{f'{result.flags:,}' if result.flags else 'None'} of {counted(result.tests, 'test')} "
        f"{'are' if result.flags > 1 else 'is'} flagged, where chance alone would flag "
        f"{numbers.expected(result.expected_false_flags)} if nothing had changed"
    )
    said = (
        f"{told}{_read_together(result)}." if result.tests else "Nothing could be tested.",
        f"{result.not_tested:,} could not be tested." if result.not_tested and result.tests else "",
        f"Not in this count: {'; '.join(result.left_out)}." if result.left_out else "",
    )
    return " ".join(filter(None, said))


def _read_together(result: FalseDiscovery) -> str:
    """Which of the flags do not stand, by name; or that all do."""
    if not result.flags:
        return ""
    fallen = [inside_a_sentence(str(name)) for name in result.not_kept["name"]]
    if not fallen:
        return f"; when all are read together, {'it stands' if result.flags == 1 else 'all of them stand'}"
    does = "does not stand and is" if len(fallen) == 1 else "do not stand and are"
    return f"; when all are read together, {numbers.listed(fallen)} {does} {Strength.WEAK}"


@table_of.register
def change_table(result: Change) -> TableSpec:
    """One row a fact, so that it reads on a narrow page: figures, change, interval, p, variation, verdict."""
    rows = [*_figures(result), *_changes(result), *_test(result), ("Verdict", _verdict(result))]
    return TableSpec(
        title=f"{result.title}: change since {result.baseline_window}",
        subtitle=result.unit,
        columns=(Column("what", "Figure"), Column("value", "Value")),
        rows=pd.DataFrame(rows, columns=["what", "value"]),
        notes=tuple(note for note in (result.reason, *result.cautions, result.method, *_sources(result)) if note),
    )


def _sources(result: Change) -> tuple[str, ...]:
    return (f"Source: {'; '.join(result.sources)}.",) if result.sources else ()


def _figures(result: Change) -> list[tuple[str, str]]:
    written = numbers.per_cent if result.kind.is_proportion else numbers.plain
    decimals = 1 if result.kind.is_proportion else decimals_of(result)
    return [
        (capital(str(result.baseline_window)), written(result.baseline, decimals)),
        (capital(str(result.latest_window)), written(result.latest, decimals)),
    ]


def _changes(result: Change) -> list[tuple[str, str]]:
    level = f"{100 * result.confidence:g}% interval"
    relative = numbers.signed_per_cent(result.change_pct)
    relative_interval = _interval(result.amount.per_cent, "%")
    if not result.kind.is_proportion:
        return [
            ("Change", numbers.signed(result.change, decimals_of(result))),
            ("Change, per cent of baseline", relative),
            (f"{level}, per cent", relative_interval),
        ]
    return [
        ("Change, percentage points", numbers.signed(result.change, 1)),
        (f"{level}, points", _interval(result.amount.points)),
        ("Change, per cent of baseline", relative),
        (f"{level}, per cent", relative_interval),
    ]


def _interval(limits: Limits, sign: str = "") -> str:
    if math.isnan(limits.low) or math.isnan(limits.high):
        return numbers.NO_FIGURE
    upper = "no limit" if math.isinf(limits.high) else f"{numbers.signed(limits.high, 1)}{sign}"
    return f"{numbers.signed(limits.low, 1)}{sign} to {upper}"


def _test(result: Change) -> list[tuple[str, str]]:
    test = result.test
    rows = [("p", numbers.p_value(test.p_value))]
    if not math.isnan(test.dispersion):
        rows += [
            ("Variation, times chance", numbers.plain(test.dispersion, 1)),
            ("Statistically significant only if variation is below", _overturned_at(test)),
            ("p if chance alone (Poisson)", numbers.p_value(test.p_value_poisson)),
        ]
    if math.isfinite(test.respondents_needed):
        rows.append(("Respondents needed in each window", numbers.plain(test.respondents_needed)))
    return rows


def _overturned_at(test: ChangeTest) -> str:
    if test.dispersion_to_overturn < 1:
        return "not even by chance alone"
    return numbers.plain(test.dispersion_to_overturn, 1)


def _verdict(result: Change) -> str:
    return capital(verdict_in_words(result))


@table_of.register
def sensitivity_table(result: BaselineSensitivity) -> TableSpec:
    """One row a baseline."""
    is_share = _is_share(result.changes[0])
    rows = result.points.assign(
        verdict=[capital(marked_verdict(*pair)) for pair in zip(result.changes, result.strengths, strict=True)],
        interval=[
            _interval(change.amount.points) if is_share else _interval(change.amount.per_cent, "%")
            for change in result.changes
        ],
    )
    decimals = 1 if is_share else 0
    form: Literal["per_cent", "number"] = "per_cent" if is_share else "number"
    level = f"{100 * result.changes[0].confidence:g}% interval"
    return TableSpec(
        title=f"{result.title}: against other baselines",
        subtitle=f"{capital(str(result.changes[0].latest_window))} against each",
        columns=(
            Column("since", "Baseline"),
            Column("baseline", "Baseline figure", form, decimals),
            Column("latest", "Latest", form, decimals),
            Column("change", "Change, points", "signed", 1)
            if is_share
            else Column("change_pct", "Change", "signed_per_cent", 1),
            Column("interval", level),
            Column("p_value", "p", "p_value"),
            Column("verdict", "Verdict"),
        ),
        rows=rows,
        notes=(result.method,),
    )


@table_of.register
def false_discovery_table(result: FalseDiscovery) -> TableSpec:
    """One row a test, smallest p first; whether it stands is said, as a q of 0.0502 is printed as 0.050."""
    tests = result.points.dropna(subset="p_value").sort_values("p_value", kind="stable")
    is_flagged, stands = tests["p_value"] < result.level, tests["q_value"] < result.level
    return TableSpec(
        title="Tests read together",
        columns=(
            Column("name", "Indicator"),
            Column("p_value", "p", "p_value"),
            Column("q_value", "q", "p_value"),
            Column("stands", "Read together"),
        ),
        rows=tests.assign(stands=np.select([stands, is_flagged], ["stands", f"{Strength.WEAK}"], "not flagged")),
        notes=(result.method,),
    )
