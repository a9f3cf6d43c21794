"""What may be asked of an expected level, read against the series it is asked of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.level.charts import CHARTS, FAMILIES, TEXTBOOK_CHARTS, ChartFamily, Figures, chosen_family
from pccstats.methods.level.probability import NEGATIVE_BINOMIAL, Chance
from pccstats.methods.level.rules import CUSUM, RULE_SETS, Rule, RuleSet, rules_named
from pccstats.terms.choices import listed, number_problems, one_of_problems, require, switch_problems
from pccstats.terms.errors import MethodProblem, Problem, Refusals
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, SPAN_WORDS, FinancialYear, Window, month, month_in_words
from pccstats.terms.series import Series, is_in_step
from pccstats.terms.words import Kind

LEVEL_SPANS = (1, MONTHS_IN_A_QUARTER)
MOST_ENDS_LISTED = 4
AUTO, PROBABILITY, SIGMA = "auto", "probability", "sigma"
_KIND_WORDS = {
    Kind.COUNT: "counts",
    Kind.RATE: "rates",
    Kind.SHARE: "shares",
    Kind.SURVEY: "survey shares",
    Kind.MONEY: "amounts of money",
    Kind.QUALITATIVE: "judgements in words",
    Kind.POSITION: "positions in a group",
}


@dataclass(frozen=True)
class DatedReason:
    """A month that is treated in its own way, and why: limits set anew from it, or left out."""

    month: pd.Period
    reason: str = ""

    def is_within(self, ends: pd.PeriodIndex, span_months: int) -> NDArray[np.bool_]:
        """The periods that it lies in."""
        months_to_the_end = ends.asi8 - self.month.ordinal
        return np.asarray((months_to_the_end >= 0) & (months_to_the_end < span_months))


@dataclass(frozen=True)
class LevelOptions:
    """How an expected level is to be made; see `expected_level` for each.

    Attributes
    ----------
    family, why_family : ChartFamily, str
        The chart, and why it is this one.
    is_textbook : bool
        True where a textbook chart was asked for by name.
    rules, rule_set : tuple of Rule, str
        The rules that apply to the chart, and the words of the named set they come from.
    chance : Chance or None
        What probability limits come from; None where limits are so many sigma.
    has_companion : bool
        True where the figures' distances are added up too.
    seasonal : bool or None
        None lets a test on the baseline decide.
    rebases : tuple of DatedReason
        Where limits are set anew, registered breaks among them, earliest first.
    span_months : int
        How many months each figure covers: 1 or 3.
    """

    family: ChartFamily
    why_family: str
    is_textbook: bool
    chance: Chance | None
    has_companion: bool
    baseline: tuple[Window, ...]
    rules: tuple[Rule, ...]
    rule_set: str
    seasonal: bool | None
    rebases: tuple[DatedReason, ...]
    per_day: bool
    screen: bool
    exclude: tuple[DatedReason, ...]
    target: float | None
    span_months: int = field(default=1)

    @classmethod
    def read(
        cls,
        asked_of: Series | Figures,
        *,
        chart: str,
        baseline: Any,
        rules: str | Rule | Iterable[str | Rule],
        seasonal: Any,
        rebase_at: Iterable[Any],
        per_day: bool,
        screen_moving_ranges: bool,
        exclude: Iterable[Any],
        target: float | None,
        limits: str = AUTO,
        companion: str | None = AUTO,
    ) -> LevelOptions:
        """Read the choices a user made of one series, or of a table of many.

        Raises
        ------
        MethodProblem
            Listing everything that is wrong with the choices, and with asking them of these figures.
        """
        _require_months(asked_of)
        refusals = Refusals()
        wrong = one_of_problems("There is no such chart.", chart, CHARTS)
        wrong += one_of_problems("There are no such limits.", limits, (AUTO, PROBABILITY, SIGMA))
        wrong += [] if companion is None else one_of_problems("There is no such companion.", companion, (AUTO, CUSUM))
        refusals.ask(lambda: require([*wrong, *_wrong_types(seasonal, per_day, screen_moving_ranges, target)]))
        windows = refusals.ask(lambda: _windows(baseline))
        named = None if isinstance(rules, str) and rules == AUTO else refusals.ask(lambda: rules_named(rules))
        rebases = refusals.ask(lambda: _dated(rebase_at))
        excluded = refusals.ask(lambda: _dated(exclude))
        refusals.ask(lambda: _refuse_figures(asked_of, "auto" if wrong else chart))
        refusals.raise_any()
        figures = asked_of if isinstance(asked_of, Figures) else Figures.of(asked_of)
        breaks = () if isinstance(asked_of, Figures) else asked_of.breaks
        events = () if isinstance(asked_of, Figures) else asked_of.events
        not_whole = [DatedReason(event.month, event.title) for event in events if event.sets_no_limits]
        registered = [DatedReason(event.month, event.title) for event in breaks]
        family, why = chosen_family(chart, figures)
        is_usual = family.chance is not None and family.asks_months
        refusals.ask(lambda: _refuse_choices(family, limits, companion, named))
        refusals.raise_any()
        has_companion = companion == CUSUM or (companion == AUTO and is_usual)
        asked_rules = named or RULE_SETS["standard" if has_companion else "mdc"]
        cuts = tuple(sorted((*registered, *(rebases or ())), key=lambda rebase: rebase.month))
        return cls(
            family=family,
            why_family=why,
            is_textbook=chart in TEXTBOOK_CHARTS,
            chance=family.chance if limits == PROBABILITY or (limits == AUTO and is_usual) else None,
            has_companion=has_companion,
            baseline=windows or (),
            rules=asked_rules.for_chart(
                has_limits=family.has_limits,
                has_companion=has_companion,
                counts_cases=family.chance is NEGATIVE_BINOMIAL,
            ),
            rule_set=asked_rules.words,
            seasonal=None if seasonal == "auto" else bool(seasonal),
            rebases=cuts,
            per_day=bool(per_day),
            screen=bool(screen_moving_ranges),
            exclude=(*(excluded or ()), *not_whole, *_cut_through(figures, cuts)),
            target=target,
            span_months=figures.span_months,
        )

    def is_baseline(self, months: pd.PeriodIndex) -> NDArray[np.bool_]:
        """Months, or whole quarters, that lie in a baseline window; every one where no window was named."""
        if not self.baseline:
            return np.ones(len(months), dtype=bool)
        starts = months - (self.span_months - 1)
        inside = [(starts >= window.first) & (months <= window.last) for window in self.baseline]
        return np.asarray(np.any(inside, axis=0))

    def is_excluded(self, months: pd.PeriodIndex) -> NDArray[np.bool_]:
        """Months that are left out, and quarters that hold one."""
        none = np.zeros(len(months), dtype=bool)
        inside = [none, *(dated.is_within(months, self.span_months) for dated in self.exclude)]
        return np.asarray(np.any(inside, axis=0))


def _wrong_types(seasonal: Any, per_day: Any, screen_moving_ranges: Any, target: Any) -> list[Problem]:
    """Switches that are none, and a target that is no number."""
    problems = [] if target is None else number_problems(target=target)
    if switch_problems(seasonal=seasonal) and not (isinstance(seasonal, str) and seasonal == "auto"):
        problems.append(Problem("seasonal is 'auto', True or False.", value=str(seasonal)))
    return problems + switch_problems(per_day=per_day, screen_moving_ranges=screen_moving_ranges)


def _refuse_choices(family: ChartFamily, limits: str, companion: str | None, rules: RuleSet | None) -> None:
    """Limits, a companion and rules that do not go with the chart, or with one another."""
    problems = []
    if limits == PROBABILITY and family.chance is None:
        fitting = ", ".join(name for name, other in FAMILIES.items() if other.chance is not None)
        what = f"A {family.words} has no probability limits: what chance does to its figures is not known."
        problems.append(Problem(what, next_step=f"Choose one of {fitting}, or limits='sigma'."))
    if companion == CUSUM and not family.may_follow_season:
        step = "Choose another chart, or leave companion='auto'."
        problems.append(Problem(f"A {family.words} has no companion.", next_step=step))
    wanting = [rule.name for rule in (rules.rules if rules else ()) if rule.needs_companion]
    if wanting and (companion is None or (companion == AUTO and not (family.chance and family.asks_months))):
        what = f"The rules {', '.join(wanting)} read the companion, and this chart is made without one."
        problems.append(Problem(what, next_step="Ask for companion='cusum', or for other rules."))
    if problems:
        raise MethodProblem(problems)


def _cut_through(figures: Figures, cuts: Iterable[DatedReason]) -> list[DatedReason]:
    """Quarters that a new definition comes in the middle of: on neither definition, so shown and not judged."""
    if figures.span_months == 1:
        return []
    return [
        DatedReason(cut.month, f"the quarter in which limits are set anew{f': {cut.reason}' if cut.reason else ''}")
        for cut in cuts
        if any(end - (figures.span_months - 1) < cut.month <= end for end in figures.months)
    ]


def _require_months(asked_of: object) -> None:
    """An answer of another method, a rolling year above all, is no series of months."""
    if isinstance(asked_of, Series | Figures):
        return
    kind = type(asked_of).__name__
    raise MethodProblem(
        Problem(
            f"An expected level is made of a Series of months or quarters, and this is a {kind}. Rolling years overlap "
            "and so move together: limits on them would flag a third of the months in which nothing has changed.",
            next_step="Give the series it was made from, or make one with Series.from_frame.",
        )
    )


def _windows(baseline: Any) -> tuple[Window, ...]:
    """No window, one, or one for each of several segments."""
    if baseline is None:
        return ()
    if isinstance(baseline, list | tuple) and all(_is_window(item) for item in baseline):
        return tuple(Window.read(item) for item in baseline)
    return (Window.read(baseline),)


def _is_window(item: Any) -> bool:
    return isinstance(item, Window | FinancialYear | tuple | list) or (isinstance(item, str) and "/" in item)


def _dated(choices: Any) -> tuple[DatedReason, ...]:
    """Months, or pairs of a month and a reason; a single month may stand alone."""
    return tuple(
        DatedReason(month(item[0]), str(item[1]))
        if isinstance(item, tuple | list) and len(item) == 2
        else DatedReason(month(item))
        for item in listed(choices, "months, or of pairs of a month and a reason", pd.Period, date)
    )


def _refuse_figures(asked_of: Series | Figures, chart: str) -> None:
    """Figures of which there is no expected level, or none on this chart; the deepest fault is enough.

    A table of many is refused for its kind alone: which of its series have no limits is said series by series.
    """
    if isinstance(asked_of, Figures):
        problems = _faults_of_kind("The table", asked_of.kind, chart)
    else:
        problems = (
            _faults_of_span(asked_of)
            or _faults_of_kind(asked_of.title, asked_of.kind, chart)
            or _faults_of_nothing(asked_of, chart)
        )
    if problems:
        raise MethodProblem(problems)


def _faults_of_span(series: Series) -> list[Problem]:
    """Limits belong on figures of their own months or quarters: totals that overlap move together."""
    if series.span_months not in LEVEL_SPANS:
        what = (
            f"{series.title}: each figure covers {series.span_months} months. Rolling totals overlap and so move "
            "together: limits from moving ranges would flag about a third of the months of a process in which nothing "
            "has changed."
        )
        step = (
            "Chart the single months, or the quarters (quarters_from_rolling_years), and show the rolling year beside "
            "them (rolling_year)."
        )
        return [Problem(what, next_step=step)]
    ends = pd.PeriodIndex(series.points["period_end"], freq="M")
    if is_in_step(ends.asi8, series.span_months):
        return []
    listed = ", ".join(month_in_words(end) for end in ends[:MOST_ENDS_LISTED])
    what = f"{series.title}: {SPAN_WORDS[series.span_months]}s that end in {listed} ... overlap or leave months out."
    return [Problem(what, next_step="Give quarters that end three months apart.")]


def _faults_of_kind(title: str, kind: Kind, chart: str) -> list[Problem]:
    """Words and ranks have no expected level; a chart fits some kinds of figure only."""
    if kind in (Kind.QUALITATIVE, Kind.POSITION):
        return [Problem(f"{title}: there is no expected level of {_KIND_WORDS[kind]}.")]
    family = FAMILIES.get(chart)
    if family is None or kind in family.kinds:
        return []
    fitting = ", ".join(name for name, other in FAMILIES.items() if kind in other.kinds)
    what = f"{title}: a {family.words} cannot be drawn of {_KIND_WORDS[kind]}."
    return [Problem(what, next_step=f"Choose one of {fitting}.")]


def _faults_of_nothing(series: Series, chart: str) -> list[Problem]:
    """A chart may want denominators; a series without a single figure has no level."""
    family = FAMILIES.get(chart)
    of_shares = family is not None and series.kind.is_proportion and family.has_exposure
    if (series.kind is Kind.RATE or of_shares) and not (series.points["denominator"] > 0).any():
        step = "Give the denominators, or chart the percentages as they are with chart='xmr'."
        period = SPAN_WORDS[series.span_months]
        return [Problem(f"{series.title}: no {period} has a denominator above nought.", next_step=step)]
    if np.isnan(Figures.of(series).value).all():
        step = "Check the numerators, and that denominators are above nought."
        return [Problem(f"{series.title}: there is no figure in any {SPAN_WORDS[series.span_months]}.", next_step=step)]
    return []
