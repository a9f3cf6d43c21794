"""The verdict on one indicator: its state, how much it will bear, and the sentences that must stand beside it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from pccstats.methods.change.change import change
from pccstats.methods.change.dispersion import FROM_MONTHS, OfWhole
from pccstats.methods.detectives import is_given_again
from pccstats.terms.errors import PccStatsError
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Quarter, Window
from pccstats.terms.plan import Indicator
from pccstats.terms.results.change import Change
from pccstats.terms.series import Series
from pccstats.terms.words import Signal, State, Status, Strength, capital


class Verdict(NamedTuple):
    """A state, how much it will bear before all tests are read together, and why."""

    state: State
    strength: Strength
    reasons: tuple[str, ...]


def judge(
    indicator: Indicator,
    figures: pd.DataFrame,
    tested: Series | None,
    difference: Change | None,
    at: Quarter,
    *,
    refusal: str = "",
) -> Verdict:
    """What is to be said of an indicator, given its change.

    Parameters
    ----------
    indicator : Indicator
    figures : pandas.DataFrame
        The 12-month figures as published, with what is noted of them.
    tested : Series or None
        What the change was made of.
    difference : Change or None
        None where it was refused; `refusal` says why.
    at : Quarter
        A figure that ends before its last month is stale.
    """
    state, reasons = _state(indicator, figures, difference, refusal)
    strength, lacking = _strength(indicator, tested, difference, state, at.last_month)
    return Verdict(state, strength, tuple(dict.fromkeys((*reasons, *lacking))))


def _state(
    indicator: Indicator, figures: pd.DataFrame, difference: Change | None, refusal: str
) -> tuple[State, tuple[str, ...]]:
    """The state, and why: what was redefined, what is missing, what the change itself warns of."""
    reasons = []
    if len(figures) and figures["note"].iloc[-1] and figures["status"].iloc[-1] != Status.NOT_COMPARABLE:
        reasons.append(f"{str(figures['note'].iloc[-1]).rstrip('.')}.")
    redefined = figures[(figures["status"] == Status.NOT_COMPARABLE) & figures["value"].notna()]
    if len(redefined) and redefined["period_end"].max() == figures["period_end"].max():
        return State.NOT_COMPARABLE, (*reasons, f"{str(redefined['note'].iloc[-1]).rstrip('.')}.")
    if difference is None:
        return State.INSUFFICIENT_DATA, (*reasons, refusal or "The change could not be tested.")
    if difference.state is State.EMBARGOED:
        return State.EMBARGOED, tuple(dict.fromkeys((*reasons, difference.reason)))
    if math.isnan(difference.change):
        missing = "the baseline year" if math.isnan(difference.baseline) else "the latest period"
        return State.INSUFFICIENT_DATA, (*reasons, indicator.reason or f"No figure is held for {missing}.")
    if indicator.respondents is not None and difference.kind.is_proportion:
        asked = f"Taken as {indicator.respondents:,} answers a year"
        reasons.append(f"{asked} ({indicator.respondents_source})." if indicator.respondents_source else f"{asked}.")
    said = (*reasons, *((difference.reason,) if difference.reason else ()), *difference.cautions)
    is_said = bool(indicator.footnotes) or difference.same_people  # the plan, or the change, says why
    if difference.is_neutral_change and not is_said:
        said = (*said, f"{capital(difference.verdict)}: neither better nor worse by itself.")
    return difference.state, said


def _strength(
    indicator: Indicator, tested: Series | None, difference: Change | None, state: State, until: pd.Period
) -> tuple[Strength, tuple[str, ...]]:
    """How much a verdict will bear, and a sentence for each thing it lacks; the first thing found is its strength."""
    if difference is None:
        return Strength.FIRM, ()
    if not state.is_answer:
        is_open = difference.test.is_assumed and state is difference.state
        return (Strength.ASSUMED if is_open else Strength.FIRM), ()
    repeated = _repeated(tested, difference)
    is_early = difference.latest_window.last < until
    lacking = (
        (Strength.STALE, repeated, bool(repeated)),
        (Strength.EXPECTED, "", indicator.is_cohort),  # the change's own caution says it
        (Strength.STALE, f"The latest figure is for {difference.latest_window.in_a_sentence}.", is_early),
        (Strength.ASSUMED, _turns_on_variation(difference), difference.test.is_assumed),
    )
    found = [strength for strength, _, is_so in lacking if is_so]
    return next(iter(found), Strength.FIRM), tuple(words for _, words, is_so in lacking if is_so and words)


def _turns_on_variation(difference: Change) -> str:
    """How the answer turns on how much such counts vary, where no figure held shows it."""
    limit = difference.test.dispersion_to_overturn
    unknown = "We do not know how much this count normally varies, as no figure held shows it"
    chance = f"{limit:.1f} times as much as chance alone would make it"
    if math.isnan(limit):
        return f"{unknown}."
    if limit < 1:
        return f"{unknown}: {difference.verdict} even if it varies by chance alone."
    judged = difference.judge(Signal.ABOVE if difference.change > 0 else Signal.BELOW)
    if difference.direction is not Signal.NONE:
        return f"{unknown}: {judged} unless it varies more than {chance}."
    return f"{unknown}: {judged} only if it varies less than {chance}."


def _repeated(tested: Series | None, difference: Change) -> str:
    """The latest figure given again for a later period, as a sentence; empty where it is not so."""
    if tested is None or tested.span_months < MONTHS_IN_A_YEAR or difference.kind.is_proportion:
        return ""  # per cents printed to one decimal repeat by chance
    points, latest = tested.points, difference.latest_window
    figures = points["numerator"].to_numpy(dtype=float)
    ends = points["period_end"].array.asi8
    known = np.flatnonzero(~np.isnan(figures) & (ends <= latest.last.ordinal))
    if not is_given_again(figures[known].tolist(), ends[known].tolist()):
        return ""
    earlier = Window.ending(points["period_end"].array[known[-2]])
    return f"The latest figure is that of {earlier.in_a_sentence}, given again for {latest.in_a_sentence}."


class LastComparable(NamedTuple):
    """The last change that could be compared, how much it will bear, and a sentence for each thing it lacks."""

    change: Change
    strength: Strength
    reasons: tuple[str, ...]


def last_comparable(
    indicator: Indicator,
    series: Series,
    confidence: float = 0.95,
    dispersion: str | Series | OfWhole = FROM_MONTHS,
) -> LastComparable | None:
    """The change up to the last figure on the baseline's own definition, where there is one after the baseline.

    Tested as the main verdict is, with the same `dispersion`. That it is of an earlier period is said by its name and
    its date, and is no further weakness.
    """
    points, baseline = series.points, indicator.baseline
    redefined = points.loc[points["status"] == Status.NOT_COMPARABLE, "period_end"]
    breaks = [event.month for event in series.breaks if event.month > baseline.first]
    until = min([*breaks, *(end for end in redefined if end > baseline.last)], default=None)
    known = points[points["numerator"].notna() & (points["period_end"] > baseline.last)]
    known = known if until is None else known[known["period_end"] < until]
    if known.empty:
        return None
    last = known["period_end"].iloc[-1]
    try:
        found = change(
            series.between(last=last),
            baseline,
            last,
            confidence,
            dispersion=dispersion,
            same_people=indicator.is_cohort,
        )
    except PccStatsError:
        return None
    is_whole = not math.isnan(found.change) and found.state is not State.NOT_COMPARABLE
    if not is_whole:
        return None
    return LastComparable(found, *_strength(indicator, series.between(last=last), found, found.state, last))
