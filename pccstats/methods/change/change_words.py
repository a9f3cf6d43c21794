"""The words that go with a change: how it was tested, and what a reader must know with it."""

from __future__ import annotations

from pccstats.methods.change.finding import Finding
from pccstats.methods.change.overlap import shared_months
from pccstats.methods.change.window_figures import WindowFigures, in_a_sentence
from pccstats.terms.periods import so_many_months
from pccstats.terms.series import Series
from pccstats.terms.words import Kind, Status

ILLUSTRATIVE_MONTHS = "The months are illustrative: they keep to the published totals, and their variation is invented."
REGRESSION_TO_THE_MEAN = (
    "A cohort: one chosen when its offending was high offends less afterwards whatever is done (regression to the "
    "mean), some of it may have been in custody, and there is no group to compare it with. "
    "A fall is not evidence that anything worked."
)
ASSUMED = {(True, True): ", both assumed", (True, False): ", the first assumed", (False, True): ", the second assumed"}


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
