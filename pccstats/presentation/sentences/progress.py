"""Targets in words."""

from __future__ import annotations

import math

from pccstats.presentation import numbers
from pccstats.presentation.describe import describe
from pccstats.presentation.sentences.projection import chance_in_words
from pccstats.terms.periods import month_in_words
from pccstats.terms.results.progress import Basket, Outcome, Progress, RecordingWhatIf, TargetTable
from pccstats.terms.words import Kind

OUTCOME_WORDS = {
    Outcome.MET: "Met",
    Outcome.MISSED: "Missed",
    Outcome.OPEN: "Open",
    Outcome.UNKNOWN: "Cannot be told",
}


@describe.register
def describe_progress(result: Progress) -> str:
    """`Hard target of 3,542 or fewer offences by March 2014: missed, 4,199 in those 12 months (658 too many).`."""
    limit = _limit(result)
    by = f" by {month_in_words(result.by)}" if result.by is not None else ""
    promise = f"{result.target.strength.capitalize()} target for {result.title}, {limit}{by}"
    return f"{promise}: {_outcome(result)}{_caveats(result)}"


@describe.register
def describe_target_table(result: TargetTable) -> str:
    """How many targets came to what."""
    counts = result.summary().iloc[0]
    told = [f"{counts[str(outcome)]} {words.lower()}" for outcome, words in OUTCOME_WORDS.items()]
    return f"{result.title}, by figures to {month_in_words(result.until)}: {numbers.listed(told)}."


@describe.register
def describe_basket(result: Basket) -> str:
    """`For all crime to fall by 5.0%, a basket of 54,000 of the 68,000 must fall by 6.3% if the rest stays ...`."""
    rest = (
        "stays as it is"
        if not result.rest_change_pct
        else f"changes by {numbers.signed_per_cent(result.rest_change_pct)}"
    )
    safest = result.points.sort_values("chance").iloc[-1]
    return (
        f"For all crime to fall by {numbers.per_cent(result.reduction_pct)}, a basket of "
        f"{numbers.plain(result.basket)} of the {numbers.plain(result.total)} must fall by "
        f"{numbers.per_cent(result.needed_pct)} if the rest {rest}. That is no better than an even chance: for one "
        f"of {numbers.per_cent(100 * safest['chance'], 0)}, by {numbers.per_cent(safest['reduction_pct'])}."
    )


@describe.register
def describe_recording(result: RecordingWhatIf) -> str:
    """How much of a change could be recording alone."""
    alone = numbers.signed_per_cent(result.recording_pct)
    interval = f"{numbers.signed_per_cent(result.recording_low)} to {numbers.signed_per_cent(result.recording_high)}"
    verdict = "all of it could be recording" if result.could_be_recording_alone else "recording alone is not enough"
    return (
        f"{result.title} changed by {numbers.signed_per_cent(result.change_pct)}. If the share of crimes recorded went "
        f"from {result.recorded_before_pct:g}% to {result.recorded_after_pct:g}%, that alone would be {alone} "
        f"({interval}): {verdict}."
    )


def figure(result: Progress, value: float, *, cautious: bool = False) -> str:
    """A value as this result writes it; `cautious` keeps the decimals of a figure to reach."""
    if result.kind.is_proportion:
        return numbers.per_cent(value)
    if result.kind is Kind.MONEY:
        return f"£{numbers.plain(value, 1)}m"
    if cautious:
        return numbers.plain(value, next(n for n in (0, 1, 2) if n == 2 or value == round(value, n)))
    return numbers.plain(value, 0 if result.kind is Kind.COUNT else 2)


def _limit(result: Progress) -> str:
    unit = result.unit.removeprefix("%").strip() if result.kind.is_proportion else result.unit
    bound = "at most" if result.at_most else "at least"
    return f"{bound} {figure(result, result.to_reach, cautious=True)} {unit}".strip()


def _outcome(result: Progress) -> str:
    if result.outcome is Outcome.OPEN:
        return _open(result)
    if result.outcome is Outcome.UNKNOWN:
        return "no figure is held for that date, so it cannot be told"
    judged = result.latest if result.by is None else result.figure_at_date
    when = f"the {result.latest_window}" if result.by is None else "those 12 months"
    beyond = abs(judged - result.to_reach)
    size = numbers.plain(beyond, 1) + " points" if result.kind.is_proportion else figure(result, beyond)
    side = "above" if judged > result.to_reach else "below"
    return f"{result.outcome.value}, {figure(result, judged)} in {when}, {size} {side} it"


def _open(result: Progress) -> str:
    needs = ""
    if not math.isnan(result.run_rate_needed):
        needed, now = (
            (numbers.per_cent(result.run_rate_needed), numbers.per_cent(result.run_rate_now))
            if result.kind.is_proportion
            else (numbers.plain(result.run_rate_needed), numbers.plain(result.run_rate_now))
        )
        month = "" if result.kind.is_proportion else " a month"
        needs = f"; it needs {needed}{month} against {now} now"
    chance = "" if math.isnan(result.chance_of_meeting) else f"; chance {chance_in_words(result.chance_of_meeting)}"
    return f"{figure(result, result.latest)} in the {result.latest_window}{needs}{chance}"


def _caveats(result: Progress) -> str:
    return (
        "".join(f". Not comparable with the baseline since the registered event '{title}'" for title in result.caveats)
        + "."
    )
