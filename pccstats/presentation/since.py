"""What is new since the quarter before, as lines for a page, as chart, sentence and table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd
from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.assessment import figure_in_words
from pccstats.presentation.count_bar import BarPart, draw_bar
from pccstats.presentation.states import SIGNAL_WORDS
from pccstats.presentation.style import DATA, OTHERS
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.errors import MethodProblem
from pccstats.terms.plan import Indicator
from pccstats.terms.results.since import Moved, Movement, SinceLast, Snapshot
from pccstats.terms.words import Judgement, Signal, State, capital, counted

_JUDGED_ANEW = (Moved.VERDICT, Moved.SIGNAL, Moved.SIGNAL_ENDED)
_BY_REVISION = "This comes from revised figures, not from the new quarter."


@dataclass(frozen=True)
class SinceLine:
    """One thing that is new, for a list of them.

    Attributes
    ----------
    kind : Moved
        What sort of news; `kind.in_words` is its small heading.
    key : str
        The indicator's key, to link to its place.
    words : str
        One short sentence, the indicator named first.
    judgement : Judgement
        Whether it is good news, bad news or neither.
    """

    kind: Moved
    key: str
    words: str
    judgement: Judgement


def since_lines(since: SinceLast) -> tuple[SinceLine, ...]:
    """Everything that is new, a sentence each, by kind; `describe` says it where nothing is, and where none is known.

    Within a kind bad news stands first.
    """
    lines = [
        SinceLine(movement.kind, movement.indicator.key, _WORDS[movement.kind](movement), _judged(movement))
        for movement in since.movements
    ]
    kinds = list(Moved)
    return tuple(sorted(lines, key=lambda line: (kinds.index(line.kind), line.judgement is not Judgement.WORSE)))


def _judged(movement: Movement) -> Judgement:
    """Of a new verdict what it says, of a new signal what its side means; all else is no news of better or worse."""
    if movement.kind is Moved.VERDICT:
        return Judgement.NONE if movement.indicator.is_cohort else movement.now.state.judgement
    if movement.kind is Moved.SIGNAL:
        return movement.indicator.polarity.judge(Signal(movement.now.signal))
    return Judgement.NONE


def _verdict(movement: Movement) -> str:
    """`Theft from vehicles: worse (weak), +16.3% since 2012/13; last quarter better, −2.0%`, with the name first."""
    indicator, now, before = movement.indicator, movement.now, movement.before
    since = f" since {_baseline(movement)}" if _size(now, indicator) else ""
    if now.verdict == before.verdict and now.bearing is not before.bearing:
        told = f"{now.verdict} as before, {_as_strong(before, now)}"
        sizes = f": {_size(now, indicator)}{since}; last quarter {_size(before, indicator)}" if since else ""
        return _with_source(movement, f"{capital(indicator.name)}: {told}{sizes}.{_larger_yet_open(movement)}")
    told = f"{_said(now, indicator)}{since}; last quarter {_said(before, indicator)}"
    return _with_source(movement, f"{capital(indicator.name)}: {told}.{_larger_yet_open(movement)}")


def _as_strong(before: Snapshot, now: Snapshot) -> str:
    """How much a verdict that stays bears, and bore: `now firm (was weak)`, `now weak`."""
    was = "" if before.bearing.is_firm else f" (was {before.strength})"
    return f"now {now.strength}{was}"


def _baseline(movement: Movement) -> str:
    """The baseline as it stands in a sentence: `2012/13`, `the 12 months to December 2014`."""
    own, compared = movement.indicator.baseline, movement.now.baseline_window
    return own.in_a_sentence if str(own) == compared else compared


def _larger_yet_open(movement: Movement) -> str:
    """Why a larger change says less than a smaller one did: one that was told from chance, and no longer is.

    Its interval reached less far than the change itself, and now reaches farther than the larger one: it is wider.
    """
    now, before = movement.now, movement.before
    if now.state is not State.NO_EVIDENCE_OF_CHANGE or before.state.judgement is Judgement.NONE:
        return ""
    if now.difference is None or before.difference is None:
        return ""
    is_larger = now.difference * before.difference > 0 and abs(now.difference) > abs(before.difference)
    if not is_larger:
        return ""
    return " The change is larger, but less certain: its interval is wider and now takes in no change."


def _said(of: Snapshot, indicator: Indicator) -> str:
    """A verdict with what it lacks, and the change it rests on where it rests on one."""
    lacking = "" if of.bearing.is_firm else f" ({of.strength})"
    size = _size(of, indicator)
    return f"{of.verdict}{lacking}{', ' if size else ''}{size}"


def _size(of: Snapshot, indicator: Indicator) -> str:
    if not of.state.is_answer or of.difference is None:
        return ""
    if indicator.kind.is_proportion:
        return f"{numbers.signed(of.difference, 1)} points"
    return numbers.signed_per_cent(100 * of.difference / of.baseline) if of.baseline else ""


def _signal(movement: Movement) -> str:
    """`Vehicle crime: high against its expected level; last quarter it was not`."""
    now, before = (Signal(of.signal or Signal.NONE) for of in (movement.now, movement.before))
    then = f"last quarter it was {'not' if before is Signal.NONE else SIGNAL_WORDS[before]}"
    if not movement.before.signal:
        then = "of last quarter that was not known"
    said = f"{capital(movement.indicator.name)}: {SIGNAL_WORDS[now]} against its expected level; {then}."
    return _with_source(movement, said)


def _signal_ended(movement: Movement) -> str:
    before = SIGNAL_WORDS[Signal(movement.before.signal)]
    return _with_source(
        movement, f"{capital(movement.indicator.name)}: within its expected level; last quarter it was {before}."
    )


def _with_source(movement: Movement, said: str) -> str:
    return f"{said} {_BY_REVISION}" if movement.is_by_revision else said


def _revised(movement: Movement) -> str:
    """`All crime, 2014/15: 59,107 as known now, 59,220 as known last quarter`."""
    told = []
    for revision in movement.revisions:
        now, before = _told_apart(movement.indicator, revision.now, revision.before)
        told.append(f"{revision.window}: {now} as known now, {before} as known last quarter")
    return f"{capital(movement.indicator.name)}, {'; '.join(told)}."


def _told_apart(indicator: Indicator, now: float, before: float) -> tuple[str, str]:
    """Two figures as they are printed, with more decimals where they would look the same."""
    printed = figure_in_words(now, indicator), figure_in_words(before, indicator)
    if printed[0] != printed[1]:
        return printed
    write = numbers.per_cent if indicator.kind.is_proportion else numbers.plain
    return write(now, 3), write(before, 3)


def _arrived(movement: Movement) -> str:
    """`Night-time incidents: 4,975 (2014/15); last quarter no figure was known`, and the verdict where there is one."""
    now, indicator = movement.now, movement.indicator
    figure = f"{figure_in_words(now.latest, indicator)} ({now.latest_window}); last quarter no figure was known"
    verdict = f" {capital(_said(now, indicator))}." if now.state.is_answer else ""
    return f"{capital(indicator.name)}: {figure}.{verdict}"


def _stale(movement: Movement) -> str:
    """`Re-offending: still the figure for 2014/15`; or that this figure was given again for a later period."""
    now, before = movement.now, movement.before
    name = capital(movement.indicator.name)
    if now.latest_window == before.latest_window:
        return f"{name}: still the figure for {now.latest_window}; nothing later is known."
    if now.latest == before.latest:
        return f"{name}: the figure for {before.latest_window} is given again; nothing later is known."
    return f"{name}: the latest figure is for {now.latest_window}; the quarter itself is not known."


_WORDS: Mapping[Moved, Callable[[Movement], str]] = MappingProxyType(
    {
        Moved.VERDICT: _verdict,
        Moved.SIGNAL: _signal,
        Moved.SIGNAL_ENDED: _signal_ended,
        Moved.REVISED: _revised,
        Moved.ARRIVED: _arrived,
        Moved.STALE: _stale,
    }
)


@describe.register
def describe_since(result: SinceLast) -> str:
    """How much is new of each kind, that nothing is, or why that cannot be said."""
    if result.why_not:
        return result.why_not
    told = [counted(len(found), kind.in_words) for kind in Moved if (found := result.of_kind(kind))]
    if not told:
        everyone = counted(result.compared, "indicator")
        return f"Nothing is new since {result.quarter.in_words}: {everyone} stand as they did then."
    return f"Since {result.quarter.in_words}: {numbers.listed(told)}."


@draw.register
def draw_since(result: SinceLast) -> Figure:
    """One bar: filled what was judged anew, hollow what is news of figures alone, or that nothing is new."""
    if result.why_not:
        raise MethodProblem(result.why_not)
    said = describe_since(result)
    parts = [
        BarPart(kind.in_words, len(found), DATA if kind is Moved.VERDICT else OTHERS, kind in _JUDGED_ANEW)
        for kind in Moved
        if (found := result.of_kind(kind))
    ]
    nothing = [BarPart("as they were", result.compared, OTHERS, False)]
    return draw_bar(
        parts or nothing,
        headline=f"{counted(len(result.movements), 'thing') if parts else 'Nothing'} new since the quarter before",
        subtitle=f"{counted(result.compared, 'indicator')} set beside {result.quarter.in_words}",
        alt_text=f"One bar. {said}",
    )


@table_of.register
def since_table(result: SinceLast) -> TableSpec:
    """A row for each thing that is new."""
    columns = (Column("what", "What is new"), Column("words", "In words"))
    rows = [(capital(line.kind.in_words), line.words) for line in since_lines(result)]
    return TableSpec(
        title="Since last quarter",
        subtitle=result.quarter.in_words,
        columns=columns,
        rows=pd.DataFrame(rows, columns=["what", "words"]),
        notes=(result.method, *((result.why_not,) if result.why_not else ())),
    )
