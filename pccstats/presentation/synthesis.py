"""One sentence for each indicator that brings its strands together; a second where the verdict needs a word of warning.

The strands are verdict, signal, peers and projection. Each is a clause, made by a function of its own and left out
where nothing is held. A clause that points another way than the verdict says so. What the official series of the same
thing answers comes after the indicator's own answers. The working of each strand stands beneath, on the page.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from pccstats.presentation import numbers
from pccstats.presentation.change import (
    amount,
    describe_marked_change,
    difference_in_words,
    figures_of_change,
    verdict_in_words,
    when,
)
from pccstats.presentation.expected_level import is_apart
from pccstats.presentation.projection import likelier_sides
from pccstats.presentation.recovered_quarters import more_or_fewer
from pccstats.presentation.states import inside_a_sentence
from pccstats.terms.periods import Window, month_in_words, so_many_months
from pccstats.terms.results.ahead import Projection
from pccstats.terms.results.base import AnswerAboutSeries
from pccstats.terms.results.level import ExpectedLevel
from pccstats.terms.results.quarter import IndicatorReview
from pccstats.terms.words import REGRESSION_TO_THE_MEAN, Judgement, Kind, Signal, State, capital

OPPOSITE = {Signal.ABOVE: Signal.BELOW, Signal.BELOW: Signal.ABOVE}
GOOD_AND_BAD = {Judgement.BETTER, Judgement.WORSE}


def synthesis(review: IndicatorReview, *, is_beside_label: bool = False) -> str:
    """What all that is known of an indicator comes to.

    Parameters
    ----------
    review : IndicatorReview
    is_beside_label : bool
        True where a label beside the sentence gives the verdict, which is then not said twice.

    Returns
    -------
    str
        One sentence. Another where the verdict is not counted, where an official series answers otherwise, where an
        earlier answer is the last that can be compared, and where a reason stands in the place of an answer.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> assessment = pcc.assess(plan, data, quarter="2015/16-Q1", theme=3)
    >>> synthesis(assessment.review("12.outcome"))
    "Not collected. The measure is still being developed by the force and the Commissioner's office."
    """
    is_answered = review.change is not None and review.state.is_answer
    sentence = _answered(review, is_beside_label) if is_answered else _unanswered(review, is_beside_label)
    warning = strength_sentence(review) if is_beside_label else _of_a_cohort(review)
    besides = (warning, sources_sentence(review), last_comparable_sentence(review))
    return " ".join(filter(None, (sentence, *besides)))


def standing(review: IndicatorReview) -> tuple[str, ...]:
    """Every sentence that must stand beside the verdict before it is quoted; none of a firm one on one source."""
    said = (strength_sentence(review), sources_sentence(review), last_comparable_sentence(review))
    return tuple(sentence for sentence in said if sentence)


def reason_of(review: IndicatorReview) -> str:
    """What a reader must know beside the state, a partner's judgement first where there is one."""
    judgement = (f"The partners' judgement: {review.assessment.lower()}.",) if review.assessment else ()
    return " ".join((*judgement, *standing(review), *(capital(reason) for reason in review.reasons)))


def strength_sentence(review: IndicatorReview) -> str:
    """Why a verdict is not counted; empty of one that is."""
    return "" if review.is_counted else f"{capital(review.strength)}: {review.strength.in_words}. Not counted."


def sources_sentence(review: IndicatorReview) -> str:
    """What the official series answers to the same question, where verdict or figures are others."""
    second = review.second_opinion
    if second is None or not review.sources_differ:
        return ""
    if not review.sources_disagree:
        return (
            f"Two sources give one verdict on different figures. By the official series: {figures_of_change(second)}."
        )
    return f"Two sources disagree. By the official series: {describe_marked_change(second)}"


def last_comparable_sentence(review: IndicatorReview) -> str:
    """The last answer on the baseline's own definition, where the latest figure cannot be compared."""
    last = review.last_comparable
    if last is None:
        return ""
    if not last.state.is_answer:
        return f"Last comparable: {figures_of_change(last)}, not tested."
    said = describe_marked_change(last, review.last_comparable_strength)
    return " ".join((f"Last comparable: {said}", *review.last_comparable_reasons))


def _answered(review: IndicatorReview, is_beside_label: bool) -> str:
    """The two figures, the verdict and what goes with it."""
    change = review.change
    if change is None:
        return ""
    verdict = "" if is_beside_label else f": {verdict_in_words(change)}{_strength(review)}"
    return f"{figures_of_change(change)}{verdict}{_joined(review)}."


def _strength(review: IndicatorReview) -> str:
    """`, weak (with so many tests ...), so not counted`; empty of a firm verdict."""
    return "" if review.is_counted else f", {review.strength} ({review.strength.in_words}), so not counted"


def _of_a_cohort(review: IndicatorReview) -> str:
    """Why people picked at their worst move by themselves, where such people moved."""
    return REGRESSION_TO_THE_MEAN if review.change is not None and review.change.is_of_a_cohort_that_moved else ""


def _unanswered(review: IndicatorReview, is_beside_label: bool) -> str:
    """The figures held, without a judgement, and why there is none."""
    change, verdict = review.change, "" if is_beside_label else f": {review.verdict}"
    if review.latest is None:
        judged = f": {review.assessment.lower()}" if review.assessment else ""
        return " ".join((f"{capital(review.verdict)}{judged}.", *review.reasons))
    if change is None or math.isnan(change.change):
        return " ".join((f"{_latest(review)}{_joined(review)}{verdict}.", *review.reasons))
    if review.state is not State.NOT_COMPARABLE:
        return " ".join(
            (f"{_latest(review)}, {difference_in_words(change)}{_joined(review)}{verdict}.", *review.reasons)
        )
    before = f"{numbers.usual(change.kind, change.baseline)} {when(change.baseline_window)}"
    told = f"{_latest(review)} cannot be compared with {before}"
    if not change.breaks:
        return " ".join((f"{told}{_joined(review)}.", *review.reasons))
    why = "; ".join(f"{inside_a_sentence(each.title)} ({month_in_words(each.month)})" for each in change.breaks)
    return f"{told}: {why}{_joined(review)}."


def _latest(review: IndicatorReview) -> str:
    """`133 offences in the 12 months to June 2015`; of money, `£21.7m as at December 2014`."""
    change, kind = review.change, review.indicator.kind
    if change is not None and not math.isnan(change.latest):
        return f"{amount(change, change.latest)} {when(change.latest_window)}"
    written = numbers.usual(kind, review.latest)
    if kind is Kind.MONEY:
        return f"{written} as at {review.latest_window}"
    counted = numbers.with_unit(written, kind, review.indicator.unit)
    known = review.figures[review.figures["value"].notna()]
    if len(known):
        return f"{counted} {when(Window.ending(known['period_end'].max()))}"
    return f"{counted} in the {review.latest_window}" if review.latest_window else counted


@dataclass(frozen=True)
class Clause:
    """A part of the sentence.

    Attributes
    ----------
    words : str
    is_own : bool
        False where it tells of the official series of the same thing.
    is_against : bool
        True where it points another way than the verdict.
    """

    words: str
    is_own: bool = True
    is_against: bool = False


def _joined(review: IndicatorReview) -> str:
    """The clauses after the verdict, those of the official series last: `; ...`, `, though ...`."""
    clauses = [clause for clause in (_overlap(review), _quarter(review), _peers(review), _ahead(review)) if clause]
    said, is_told = "", {"against": False, "official": False}
    for clause in sorted(clauses, key=lambda clause: not clause.is_own):
        joiner = "; " if not clause.is_against else "; yet " if is_told["against"] else ", though "
        whose = "" if clause.is_own or is_told["official"] else "by the official series, "
        is_told = {"against": is_told["against"] or clause.is_against, "official": not clause.is_own}
        said += f"{joiner}{whose}{clause.words}"
    return said


def _overlap(review: IndicatorReview) -> Clause | None:
    """What changed in the months that the two windows do not share, where they overlap."""
    change = review.change
    if change is None or change.unshared is None or change.windows.shared is None or not review.state.is_answer:
        return None
    size = numbers.signed_per_cent(change.unshared.change_pct)
    return Clause(f"{size} without the {so_many_months(change.windows.shared.month_count)} that both periods hold")


def _quarter(review: IndicatorReview) -> Clause | None:
    """What the quarter shows: against its expected level, or where that is hidden beside the same of a year before."""
    found = review.recovered
    if review.level is not None or found is None or found.is_recovered or not review.state.is_answer:
        return _signal(review)
    last = found.points.iloc[-1]
    if last["quarter_end"] != review.quarter.last_month or math.isnan(last["year_on_year"]):
        return None
    return Clause(f"the latest quarter had {more_or_fewer(last)} than the same quarter a year before")


def _signal(review: IndicatorReview) -> Clause | None:
    """What the quarter shows against its expected level, set beside the verdict; None where nothing of it is held.

    `the last five months are above their expected level too`, `the latest quarter is within the range of ...`.
    """
    level = review.level
    if level is None or not review.signal_quarter:
        return None
    found, moved = Signal(review.signal_quarter), _moved(review)
    if found is Signal.NONE:
        return _without_signal(review, level, moved)
    told = f"{_months_found(review, level, found)}{' too' if moved is found else ''}{_beside_trend(review, found)}"
    if moved is Signal.NONE and review.state.is_answer:
        told += ", but the year as a whole does not stand out"
    return Clause(told, _is_own(review, level), is_against=moved is OPPOSITE[found])


def _peers(review: IndicatorReview) -> Clause | None:
    """`in line with peers`, and what else the comparison found."""
    group = review.group
    if group is None:
        return None
    return Clause(group.state.in_words, _is_own(review, group), _is_opposed(review, group.state.judgement))


def _ahead(review: IndicatorReview) -> Clause | None:
    """Where it is going, against the baseline; None where that cannot be said."""
    ahead = review.projection
    if ahead is None or ahead.since is None or ahead.state is None or not ahead.state.is_answer:
        return None
    if math.isnan(ahead.baseline):
        return None
    year, own = f"the 12 months to {month_in_words(ahead.horizon)}", _is_own(review, ahead)
    if ahead.state is State.NO_EVIDENCE_OF_CHANGE:
        return Clause(f"{year} {_either_side(ahead)}", own)
    side = "above" if ahead.projected > ahead.baseline else "below"
    words = f"on current trends {year} are likely to be {side} {ahead.since}"
    return Clause(words, own, _is_opposed(review, ahead.state.judgement))


def _either_side(ahead: Projection) -> str:
    """What an interval that holds the baseline says: which side is the likelier, where one is by far."""
    if not ahead.baseline:
        return f"could end at {ahead.since} or above it"
    sides = likelier_sides(ahead)
    if not sides:
        return f"could end above or below {ahead.since}"
    return f"are more likely to end {sides[0]} {ahead.since} than {sides[1]} it"


def _moved(review: IndicatorReview) -> Signal:
    """Which way the year moved from its baseline; none where it did not, or where that cannot be said."""
    return review.change.direction if review.change is not None and review.state.is_answer else Signal.NONE


def _is_own(review: IndicatorReview, answer: AnswerAboutSeries) -> bool:
    return answer.is_about(review.indicator.key)


def _is_opposed(review: IndicatorReview, judgement: Judgement) -> bool:
    """True where the one is better and the other worse."""
    return {judgement, review.indicator.polarity.judge(_moved(review))} == GOOD_AND_BAD


def _months_found(review: IndicatorReview, level: ExpectedLevel, found: Signal) -> str:
    """`the last five months are above their expected level`, `a month of the quarter was below its expected level`."""
    period, count = level.about.period_word, level.figures_in_signal
    if Signal(review.signal_latest) is not found:
        return f"a {period} of the quarter was {found} its expected level"
    if not is_apart(level):
        moving = "risen" if found is Signal.ABOVE else "fallen"
        return f"the figures have {moving} {numbers.in_words(count)} {period}s running"
    if count == 1:
        return f"the latest {period} is {found} its expected level"
    return f"the last {numbers.in_words(count)} {period}s are {found} their expected level"


def _beside_trend(review: IndicatorReview, found: Signal) -> str:
    """Whether a signal is news beside the quarters before it; empty where that is not known, or nearly any would be."""
    if not review.off_pace or (review.pace is not None and review.pace.is_vague and review.off_pace == Signal.NONE):
        return ""
    if review.off_pace == Signal.NONE:
        return ", in line with the trend before"
    return f", and {'further ' if review.off_pace == found else ''}{review.off_pace} the trend before"


def _without_signal(review: IndicatorReview, level: ExpectedLevel, moved: Signal) -> Clause:
    """A quarter without a signal: beside its own course, and beside a year that moved."""
    is_own, set_by = _is_own(review, level), level.segments[-1].baseline
    if review.off_pace and review.off_pace != Signal.NONE:
        return Clause(f"the latest quarter is {review.off_pace} the trend before", is_own)
    if moved is Signal.NONE or set_by is None:
        return Clause("the latest quarter is within its expected range", is_own)
    return Clause(f"the latest quarter is within the range of {set_by.by_its_months}", is_own, is_against=True)
