"""Change since a baseline: better, worse, or no evidence of either."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.change.dispersion import FROM_MONTHS, OfWhole
from pccstats.methods.change.request import ChangeRequest
from pccstats.methods.change.two_figures import Finding, estimates_of, find_change, find_only_figures
from pccstats.methods.change.windows import WindowFigures, breaks_between, figures_of, what_stands_against
from pccstats.methods.intervals import poisson_interval, wilson
from pccstats.terms.choices import listed
from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import MONTHS_IN_A_YEAR, FinancialYear, Window, month, so_many_months
from pccstats.terms.results.change import BaselineSensitivity, Change
from pccstats.terms.series import Series, require_series
from pccstats.terms.words import REGRESSION_TO_THE_MEAN, Judgement, Kind, Signal, State, Status, capital

ILLUSTRATIVE = "Some of these figures are illustrative: nobody counted them."
COHORT = (
    f"{REGRESSION_TO_THE_MEAN} Some of them may have been in custody, and there is no group to compare them with: "
    "neither a fall nor a rise shows what any work with them did."
)
ASSUMED = {(True, True): ", both assumed", (True, False): ", the first assumed", (False, True): ", the second assumed"}
YEARS_OF_MEAN = 3
MANY_DEGREES = 1_000  # of freedom: from there no decimal of them shows in a quantile


def change(
    series: Series,
    since: Any = None,
    until: Any = None,
    confidence: float = 0.95,
    *,
    dispersion: str | float | Series | OfWhole = FROM_MONTHS,
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
        Windows of a quarterly series are of whole quarters.
        It may share months with the latest window: then what they do not share is tested.
    until : month, Window or pair of months, optional
        The latest 12 months end here (or the window itself); the series' last month by default.
    confidence : float
        Of the intervals, between 0 and 1; a change is called one where p is below 1 - confidence.
    dispersion : {"from_months", "poisson"}, float, Series or OfWhole
        How many times more than chance counts vary: estimated from the months or quarters held, or the differences of
        rolling years; chance alone; a number of 1 or more; or estimated from another series that counts the same thing
        more finely (the official series beside a printed yearly figure), or what this is a part of (`OfWhole`). Where
        there is nothing to go by, a value typical of recorded crime of that size is assumed and said.
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
        Listing every reason: no series, a rank or a judgement in words, windows that cannot differ or cut a quarter, an
        option out of range.
    RequestProblem
        Where nothing is wrong but how a month or a year is written.

    Notes
    -----
    Counts: log rate ratio with variance φ(1/a + 1/b), under ten events in a window the conditional test instead; φ is
    Pearson's over-dispersion of like months (or quarters), never below 1. Windows of one length in months are compared
    as counts, others per day. Shares: Newcombe's interval for the difference, both in points and in per cent of the
    baseline. A registered break between the start of the baseline and the end of the latest window is refused:
    `not_comparable`, the figures printed. Shares and rates whose two figures were each published with an interval are
    compared by these (`compare_estimates`). Under 10 events in all, or 30 respondents in a window: `insufficient_data`.

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
    asked = ChangeRequest.read(
        series,
        since,
        until,
        confidence=confidence,
        dispersion=dispersion,
        design_effect=design_effect,
        same_people=same_people,
    )
    before, after = figures_of(series, asked.windows.baseline), figures_of(series, asked.windows.latest)
    breaks = breaks_between(series, asked.windows)
    against = what_stands_against(before, after, breaks)
    if against is not None:
        finding = find_only_figures(series, before, after, asked, against)
    else:
        finding = find_change(series, before, after, asked)
    state, reason = _state(finding, series.polarity.judge(finding.direction))
    return Change(
        points=_points(series, before, after, asked.confidence),
        about=series.about,
        windows=asked.windows,
        amount=finding.amount,
        test=finding.test,
        direction=finding.direction,
        state=state,
        reason=reason,
        breaks=breaks,
        cautions=_cautions(series, before, after, same_people=same_people),
        same_people=same_people,
        unshared=finding.unshared if asked.windows.unshared is not None else None,
        method=_method(series, before, after, finding, asked),
    )


def _state(finding: Finding, judgement: Judgement) -> tuple[State, str]:
    """The state of a finding and why it is none of the test's own."""
    if finding.untested is not None:
        return finding.untested.state, finding.untested.reason
    return State.of(judgement), ""


def _points(series: Series, before: WindowFigures, after: WindowFigures, confidence: float) -> pd.DataFrame:
    both = before, after
    lower, upper = _limits(series, both, confidence)
    return pd.DataFrame(
        {
            "window": [str(figures.window) for figures in both],
            "first_month": [figures.window.first for figures in both],
            "last_month": [figures.window.last for figures in both],
            "numerator": [figures.numerator for figures in both],
            "denominator": [figures.denominator for figures in both],
            "value": [figures.value for figures in both],
            "lower": lower,
            "upper": upper,
        }
    )


def _limits(series: Series, both: tuple[WindowFigures, WindowFigures], confidence: float) -> NDArray[np.float64]:
    """Lower and upper limits of two figures: as they were published, else by the kind of figure."""
    published = [figures.published_limits for figures in both]
    if series.kind is Kind.MONEY or any(each is not None for each in published):
        return np.array([each or (np.nan, np.nan) for each in published]).T
    numerator, denominator = np.array([(figures.numerator, figures.denominator) for figures in both]).T
    if series.kind.is_proportion:
        return 100 * np.array(wilson(numerator, denominator, confidence))
    counted = np.array(poisson_interval(numerator, confidence))
    with np.errstate(divide="ignore", invalid="ignore"):  # out of nothing there is no rate
        return np.asarray(series.multiplier / denominator * counted) if series.kind is Kind.RATE else counted


def _cautions(series: Series, before: WindowFigures, after: WindowFigures, *, same_people: bool) -> tuple[str, ...]:
    """What a reader must know with the figures, a sentence each."""
    said = []
    if same_people:
        said.append(COHORT)
    if series.is_illustrative:
        said.append(ILLUSTRATIVE)
    said += [
        f"Figures for {figures.window.in_a_sentence} are provisional."
        for figures in (before, after)
        if Status.PROVISIONAL in figures.rows["status"].to_numpy()
    ]
    if set(before.window.months.month) != set(after.window.months.month):
        said.append("The two windows cover different months of the year: a season may look like a change.")
    return tuple(said)


def _method(series: Series, before: WindowFigures, after: WindowFigures, finding: Finding, asked: ChangeRequest) -> str:
    """How the change was tested: windows, test, variation, overlap and scaling."""
    windows, test = asked.windows, finding.test
    words = [f"{capital(str(windows.latest))} against {windows.baseline.in_a_sentence}."]
    if test.name:
        words.append(f"{capital(test.name)}{_student(test.degrees_of_freedom)}; {100 * test.confidence:g}% interval.")
    if test.name and test.dispersion_basis:
        words.append(f"Variation: {test.dispersion_basis}.")
        if test.dispersion_to_overturn > 1:
            words.append(f"Statistically significant only below {test.dispersion_to_overturn:.1f} times chance.")
    if (estimates := estimates_of(series, before, after)) is not None:
        if any(each.is_lopsided for each in estimates) and series.kind.is_proportion:
            words.append("An interval that reaches further on one side is taken as even.")
    elif test.name and series.kind.is_proportion:
        words.append(f"{_respondents(before, after)}; design effect {asked.design_effect:g}.")
        if finding.direction is not Signal.NONE:
            words.append(f"At these per cents {test.respondents_needed:,.0f} or more would give the same verdict.")
    if windows.shared_months:
        words.append(f"The windows share {so_many_months(windows.shared_months)}; what they do not share is tested.")
    if not windows.are_of_one_length and not series.kind.is_proportion:
        words.append(f"The baseline is scaled by days to {so_many_months(windows.latest.month_count)}.")
    elif windows.baseline.days != windows.latest.days and series.kind is Kind.COUNT:
        words.append(f"{windows.latest.days} days against {windows.baseline.days}.")
    words.append(series.between(windows.baseline.first, windows.latest.last).provenance)
    return " ".join(words)


def _student(degrees_of_freedom: float) -> str:
    """`, t with 19.1 degrees of freedom`; nothing where the normal is used."""
    if math.isinf(degrees_of_freedom):
        return ""
    known = f"{degrees_of_freedom:,.1f}" if degrees_of_freedom < MANY_DEGREES else f"{degrees_of_freedom:,.0f}"
    return f", t with {known.removesuffix('.0')} degrees of freedom"


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
        By default the series' own baseline, the year after it, and the mean of the three years that end with it; of the
        last two only what shares no month with the latest window, as a year set beside most of itself says little.
    until, **options
        As `change` takes them.

    Returns
    -------
    BaselineSensitivity

    Raises
    ------
    MethodProblem
        If there is no baseline to start from, or no other that ends before the latest window begins.

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
    given = () if baselines is None else listed(baselines, "baselines", FinancialYear, Window)
    windows = [Window.read(since) for since in given] or _usual_baselines(series, latest)
    if len(windows) == 1 and not given:
        raise MethodProblem(f"No other baseline of {series.title} ends before its latest window begins.")
    changes = tuple(change(series, since=window, until=until, **options) for window in windows)
    rows = pd.concat([found.summary() for found in changes], ignore_index=True)
    rows.insert(0, "since", [str(found.baseline_window) for found in changes])
    return BaselineSensitivity(
        points=rows,
        method="Each row is its own comparison with the same latest window; longer baselines are scaled to its length.",
        about=series.about,
        changes=changes,
    )


def _usual_baselines(series: Series, until: Any) -> list[Window]:
    own = series.baseline
    if own is None:
        raise MethodProblem(f"{series.title} has no baseline of its own: give the baselines to try.")
    latest = until if isinstance(until, Window) else Window.ending(month(until))
    next_year = Window.read(FinancialYear(FinancialYear.containing(own.first).start + 1, own.years_from))
    mean = Window.ending(own.last, YEARS_OF_MEAN * MONTHS_IN_A_YEAR)
    apart = [window for window in (next_year, mean) if not window.shared_months(latest)]
    return [own, *(window for window in apart if window.last < latest.last)]
