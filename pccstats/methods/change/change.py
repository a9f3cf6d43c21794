"""Change since a baseline: better, worse, or no evidence of either."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pandas as pd

from pccstats.methods.change.dispersion import FROM_MONTHS, check_dispersion, choose_dispersion
from pccstats.methods.change.two_figures import (
    Finding,
    find_in_counts,
    find_in_money,
    find_in_printed_per_cents,
    find_in_shares,
    find_only_figures,
)
from pccstats.methods.change.windows import (
    WindowFigures,
    figures_of,
    in_a_sentence,
    refuse_windows_that_cannot_differ,
    shared_months,
)
from pccstats.methods.intervals import checked_confidence, is_number, poisson_interval, wilson
from pccstats.terms.errors import MethodProblem, Refusals
from pccstats.terms.periods import MONTHS_IN_A_YEAR, FinancialYear, Window, month, so_many_months
from pccstats.terms.plan import Event, events_in_words
from pccstats.terms.results.change import BaselineSensitivity, Change
from pccstats.terms.series import Series, require_series
from pccstats.terms.words import Kind, Polarity, Signal, State, Status

JUDGEMENT = {
    (Signal.BELOW, Polarity.LOWER_IS_BETTER): State.BETTER,
    (Signal.ABOVE, Polarity.LOWER_IS_BETTER): State.WORSE,
    (Signal.ABOVE, Polarity.HIGHER_IS_BETTER): State.BETTER,
    (Signal.BELOW, Polarity.HIGHER_IS_BETTER): State.WORSE,
    (Signal.ABOVE, Polarity.NEUTRAL): None,
    (Signal.BELOW, Polarity.NEUTRAL): None,
}
# Which of two missing figures to speak of: the first of these that either window has.
STATES_BEFORE_FIGURES = (State.EMBARGOED, State.NOT_COLLECTED, State.NOT_COMPARABLE, State.INSUFFICIENT_DATA)
ILLUSTRATIVE_MONTHS = "The months are illustrative: they keep to the published totals, and their variation is invented."
REGRESSION_TO_THE_MEAN = (
    "A cohort: one chosen when its offending was high offends less afterwards whatever is done (regression to the "
    "mean), some of it may have been in custody, and there is no group to compare it with. "
    "A fall is not evidence that anything worked."
)
ASSUMED = {(True, True): ", both assumed", (True, False): ", the first assumed", (False, True): ", the second assumed"}
YEARS_OF_MEAN = 3


def change(
    series: Series,
    since: Any = None,
    until: Any = None,
    confidence: float = 0.95,
    *,
    dispersion: str | float = FROM_MONTHS,
    design_effect: float = 1.0,
    same_people: bool = False,
) -> Change:
    """Whether a figure is better, worse or neither since a baseline, and by how much.

    Parameters
    ----------
    series : Series
        Counts, rates, shares, survey per cents or money; months, quarters or published 12-month rows.
    since : str, FinancialYear, Window or pair of months, optional
        The baseline, for example `"2012/13"`; the series' own by default. Another length than 12 months is scaled.
        It may share months with the latest window: then what they do not share is tested.
    until : month, Window or pair of months, optional
        The latest 12 months end here (or the window itself); the series' last month by default.
    confidence : float
        Of the intervals, between 0 and 1; a change is called one where p is below 1 - confidence.
    dispersion : {"from_months", "poisson"} or float
        How many times more than chance counts vary: estimated from the months, chance alone, or a number of 1 or more.
        Where `from_months` has no months to go by, a value typical of recorded crime of that size is assumed and said.
    design_effect : float
        For shares: how many times the variance of a simple random sample the survey's design gives, above zero.
    same_people : bool
        True for one group of people before and after: a plain warning goes with the figures.

    Returns
    -------
    Change

    Raises
    ------
    MethodProblem
        Listing every reason: no series, a rank or a judgement in words, windows that cannot differ, an option out of
        range.
    RequestProblem
        Where nothing is wrong but how a month or a year is written.

    Notes
    -----
    Counts: log rate ratio with variance φ(1/a + 1/b), under ten events in a window the conditional test instead; φ is
    Pearson's over-dispersion of like months, never below 1. Windows of one length in months are compared as counts,
    others per day. Shares: Newcombe's interval for the difference, both in points and in per cent of the baseline.
    A registered break between the start of the baseline and the end of the latest window is refused:
    `not_comparable`, the figures printed. Under 10 events in all, or 30 respondents in a window: `insufficient_data`.

    References
    ----------
    docs/methods/change.md, with coverage of the intervals by simulation.

    Examples
    --------
    >>> years = pd.DataFrame({"month": ["2013-03", "2015-06"], "offences": [3935, 4013]})
    >>> burglary = Series.from_frame(years, numerator="offences", span_months=12, polarity="lower_is_better")
    >>> found = change(burglary, since="2012/13", until="2015-06", dispersion=2)
    >>> [round(float(found.summary()[name].iloc[0]), 1) for name in ("change", "change_pct_low", "change_pct_high")]
    [78.0, -4.2, 8.5]
    >>> found.state
    <State.NO_EVIDENCE_OF_CHANGE: 'no_evidence_of_change'>
    """
    require_series(series)
    windows = _asked(series, since, until, confidence, dispersion, design_effect)
    before, after = (figures_of(series, window) for window in windows)
    breaks = _breaks_between(series, before.window, after.window)
    state, reason = _refusal(before, after, breaks)
    finding = _find(series, before, after, dispersion, design_effect, confidence, may_test=state is None)
    direction = _direction(finding, confidence)
    if state is None:
        state, reason = _judge(finding, direction, series.polarity)
    return Change(
        points=_points(series, before, after, confidence),
        method=method_of(series, before, after, finding, confidence, design_effect),
        title=series.title,
        unit=series.unit,
        kind=series.kind,
        polarity=series.polarity,
        baseline_window=before.window,
        latest_window=after.window,
        confidence=confidence,
        direction=direction,
        state=state,
        reason=reason,
        breaks=breaks,
        cautions=cautions_of(series, before, after, same_people=same_people),
        same_people=same_people,
        area=series.area,
        key=series.key,
        is_illustrative=series.is_illustrative,
        sources=series.sources,
        **_figures(finding),
    )


def _asked(
    series: Series, since: Any, until: Any, confidence: float, dispersion: str | float, design_effect: float
) -> tuple[Window, Window]:
    """The two windows, once nothing stands against comparing them."""
    refusals = Refusals()
    refusals.ask(lambda: _refuse_what_has_no_test(series))
    refusals.ask(lambda: checked_confidence(confidence))
    refusals.ask(lambda: check_dispersion(dispersion))
    refusals.ask(lambda: _check_design_effect(design_effect))
    first = refusals.ask(lambda: _baseline(series, since))
    second = refusals.ask(lambda: _latest(series, until))
    if first is not None and second is not None:
        refusals.ask(lambda: refuse_windows_that_cannot_differ(first, second))
    refusals.raise_any()
    return cast("tuple[Window, Window]", (first, second))


def _refuse_what_has_no_test(series: Series) -> None:
    if series.kind in (Kind.POSITION, Kind.QUALITATIVE):
        raise MethodProblem(f"{series.title} is a {series.kind.value}: there is no test of its change.")


def _check_design_effect(design_effect: Any) -> None:
    if not (is_number(design_effect) and design_effect > 0):
        raise MethodProblem(
            f"A design effect is above zero, 1 for a simple random sample, but {design_effect!r} was given."
        )


def _baseline(series: Series, since: Any) -> Window:
    if since is None and series.baseline is None:
        raise MethodProblem(f"{series.title} has no baseline of its own: say since when, for example since='2012/13'.")
    return Window.read(series.baseline if since is None else since)


def _latest(series: Series, until: Any) -> Window:
    is_window = isinstance(until, Window | tuple | list)
    return Window.read(until) if is_window else Window.ending(series.last if until is None else until)


def _breaks_between(series: Series, first: Window, second: Window) -> tuple[Event, ...]:
    """Breaks that leave the two windows on more than one definition."""
    return tuple(event for event in series.breaks if first.first < event.month <= second.last)


def _refusal(before: WindowFigures, after: WindowFigures, breaks: tuple[Event, ...]) -> tuple[State | None, str]:
    for state in STATES_BEFORE_FIGURES:
        for figures in (before, after):
            if figures.state is state:
                return state, figures.reason
    if breaks:
        return State.NOT_COMPARABLE, f"The two windows are not on one definition: {events_in_words(breaks)}."
    return None, ""


def _find(
    series: Series,
    before: WindowFigures,
    after: WindowFigures,
    dispersion: str | float,
    design_effect: float,
    confidence: float,
    *,
    may_test: bool,
) -> Finding:
    if not may_test:
        return find_only_figures(before, after)
    if series.kind is Kind.MONEY:
        return find_in_money(before, after)
    if series.kind.is_proportion:
        if before.has_denominator and after.has_denominator:
            return find_in_shares(before, after, design_effect, confidence)
        return find_in_printed_per_cents(before, after, confidence)
    chosen = choose_dispersion(series, before, after, dispersion)
    return find_in_counts(series, before, after, chosen, confidence)


def _direction(finding: Finding, confidence: float) -> Signal:
    """A change is one where p is below the level and the interval leaves out nought; signal first, judgement later."""
    if finding.too_little or not finding.p_value < 1 - confidence:
        return Signal.NONE
    if finding.change_pct_low > 0 or finding.points_low > 0:
        return Signal.ABOVE
    return Signal.BELOW if finding.change_pct_high < 0 or finding.points_high < 0 else Signal.NONE


def _judge(finding: Finding, direction: Signal, polarity: Polarity) -> tuple[State | None, str]:
    if finding.too_little:
        return State.INSUFFICIENT_DATA, finding.too_little
    if direction is Signal.NONE:
        return State.NO_EVIDENCE_OF_CHANGE, ""
    return JUDGEMENT[direction, polarity], ""


def _figures(finding: Finding) -> dict[str, Any]:
    return {name: value for name, value in finding.__dict__.items() if name not in ("test", "too_little")}


def _points(series: Series, before: WindowFigures, after: WindowFigures, confidence: float) -> pd.DataFrame:
    windows = pd.DataFrame(
        {
            "window": [str(figures.window) for figures in (before, after)],
            "first_month": [figures.window.first for figures in (before, after)],
            "last_month": [figures.window.last for figures in (before, after)],
            "numerator": [before.numerator, after.numerator],
            "denominator": [before.denominator, after.denominator],
            "value": [before.value, after.value],
        }
    )
    if series.kind.is_proportion:
        lower, upper = wilson(windows["numerator"], windows["denominator"], confidence)
        return windows.assign(lower=100 * lower, upper=100 * upper)
    if series.kind is Kind.MONEY:
        return windows.assign(lower=float("nan"), upper=float("nan"))
    lower, upper = poisson_interval(windows["numerator"], confidence)
    scale = series.multiplier / windows["denominator"] if series.kind is Kind.RATE else 1.0
    return windows.assign(lower=scale * lower, upper=scale * upper)


def cautions_of(series: Series, before: WindowFigures, after: WindowFigures, *, same_people: bool) -> tuple[str, ...]:
    """What a reader must know with the figures, a sentence each."""
    said = []
    if same_people:
        said.append(REGRESSION_TO_THE_MEAN)
    if series.is_illustrative:
        said.append(ILLUSTRATIVE_MONTHS)
    said += [
        f"Figures for {in_a_sentence(figures.window)} are provisional."
        for figures in (before, after)
        if (figures.rows["status"] == Status.PROVISIONAL.value).any()
    ]
    if set(before.window.months.month) != set(after.window.months.month):
        said.append("The two windows cover different months of the year: a season may look like a change.")
    return tuple(said)


def method_of(
    series: Series,
    before: WindowFigures,
    after: WindowFigures,
    finding: Finding,
    confidence: float,
    design_effect: float,
) -> str:
    """How the change was tested: windows, test, variation, overlap and scaling."""
    words = [f"{str(after.window)[:1].upper()}{str(after.window)[1:]} against {in_a_sentence(before.window)}."]
    if finding.test:
        words.append(f"{finding.test[:1].upper()}{finding.test[1:]}; {100 * confidence:g}% interval.")
    if finding.dispersion_basis and finding.test:
        words.append(f"Variation: {finding.dispersion_basis}.")
        if finding.dispersion_to_overturn > 1:
            words.append(f"Statistically significant only below {finding.dispersion_to_overturn:.1f} times chance.")
    if series.kind.is_proportion and finding.test:
        words.append(f"{_respondents(before, after)}; design effect {design_effect:g}.")
    shared = shared_months(before.window, after.window)
    if shared:
        words.append(f"The windows share {so_many_months(shared)}; what they do not share is tested.")
    if before.window.month_count != after.window.month_count and not series.kind.is_proportion:
        words.append(f"The baseline is scaled by days to {so_many_months(after.window.month_count)}.")
    elif before.days != after.days and series.kind is Kind.COUNT:
        words.append(f"{after.days:.0f} days against {before.days:.0f}.")
    words.append(series.between(before.window.first, after.window.last).provenance)
    return " ".join(words)


def _respondents(before: WindowFigures, after: WindowFigures) -> str:
    """`1,480 against 1,459 respondents, both assumed`: an illustrative month has no respondents of its own."""
    assumed = ASSUMED.get((after.is_illustrative, before.is_illustrative), "")
    return f"{after.denominator:,.0f} against {before.denominator:,.0f} respondents{assumed}"


def baseline_sensitivity(
    series: Series, baselines: Sequence[Any] | None = None, until: Any = None, **options: Any
) -> BaselineSensitivity:
    """Whether the verdict is the same against other baselines.

    Parameters
    ----------
    series : Series
        What `change` takes.
    baselines : sequence of financial years or windows, optional
        By default the series' own baseline, the year after it, and the mean of the three years that end with it.
    until, **options
        As `change` takes them.

    Returns
    -------
    BaselineSensitivity

    Raises
    ------
    MethodProblem
        If there is no baseline to start from, or none that ends before the latest window.

    See Also
    --------
    change : One comparison, with the method and its references.

    Examples
    --------
    >>> years = pd.DataFrame({"month": ["2013-03", "2014-03", "2015-03"], "offences": [58805, 60834, 59220]})
    >>> crime = Series.from_frame(years, numerator="offences", span_months=12, baseline=Window.read("2012/13"))
    >>> found = baseline_sensitivity(crime, until="2015-03", dispersion="poisson")
    >>> [(since, round(per_cent, 1)) for since, per_cent in zip(found.points["since"], found.points["change_pct"])]
    [('2012/13', 0.7), ('2013/14', -2.7), ('36 months to March 2013', nan)]
    >>> found.is_same_verdict
    False
    """
    require_series(series)
    latest = series.last if until is None else until
    windows = [Window.read(since) for since in baselines] if baselines else _usual_baselines(series, latest)
    if not windows:
        raise MethodProblem(f"No baseline of {series.title} ends before its latest window.")
    changes = tuple(change(series, since=window, until=until, **options) for window in windows)
    rows = pd.concat([found.summary() for found in changes], ignore_index=True)
    rows.insert(0, "since", [str(found.baseline_window) for found in changes])
    return BaselineSensitivity(
        points=rows,
        method="Each row is its own comparison with the same latest window; longer baselines are scaled to its length.",
        title=series.title,
        changes=changes,
    )


def _usual_baselines(series: Series, until: Any) -> list[Window]:
    own = series.baseline
    if own is None:
        raise MethodProblem(f"{series.title} has no baseline of its own: give the baselines to try.")
    last = until.last if isinstance(until, Window) else month(until)
    next_year = Window.read(FinancialYear(FinancialYear.containing(own.first).start + 1))
    mean = Window.ending(own.last, YEARS_OF_MEAN * MONTHS_IN_A_YEAR)
    return [window for window in (own, next_year, mean) if window.last < last]
