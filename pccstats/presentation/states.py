"""States and verdicts as labels: shape and words together, in the colour of the judgement.

Words and shapes are declared with the states themselves, in `pccstats.terms.words`; here they are only set out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple

from pccstats.presentation.markup import Part
from pccstats.presentation.numbers import listed
from pccstats.terms.periods import period_in_words, period_name, so_many
from pccstats.terms.results.change import Change
from pccstats.terms.results.level import ExpectedLevel
from pccstats.terms.results.quarter import IndicatorReview, PriorityReview
from pccstats.terms.words import DOWN, LEVEL, UP, Judgement, Signal, State, Strength, Variation, Worded, capital

# What a hurried reader must not miss comes first; a priority with several states is never folded into one.
MOST_PRESSING_FIRST = (
    State.WORSE,
    State.BETTER,
    State.HIGHER_OR_LOWER,
    State.NO_EVIDENCE_OF_CHANGE,
    State.NOT_COMPARABLE,
    State.INSUFFICIENT_DATA,
    State.EMBARGOED,
    State.QUALITATIVE,
    State.NOT_COLLECTED,
)
NAMED = (State.WORSE, State.BETTER, State.HIGHER_OR_LOWER)
_SIGNAL_SHAPES = {Signal.ABOVE: "◆", Signal.BELOW: DOWN, Signal.NONE: LEVEL}  # as the charts mark them
SIGNAL_WORDS = {Signal.ABOVE: "high", Signal.BELOW: "low", Signal.NONE: "none"}
_LIKE = {
    Judgement.BETTER: State.BETTER,
    Judgement.WORSE: State.WORSE,
    Judgement.NONE: State.INSUFFICIENT_DATA,
}


def state_shape(state: State, change: float | None = None) -> str:
    """The shape of a state: an arrow the way the figure moved, a dash, or a hollow ring where there is no answer.

    Examples
    --------
    >>> state_shape(State.BETTER, -12.0), state_shape(State.NO_EVIDENCE_OF_CHANGE), state_shape(State.EMBARGOED)
    ('▼', '–', '○')
    """
    return DOWN if state.shape == UP and change is not None and change < 0 else state.shape


@dataclass(frozen=True)
class Chip(Part):
    """A verdict as readers see it: its kind gives the colour; shape and words say it without; small words beneath."""

    template: ClassVar[str] = "chip.html.j2"
    kind: str
    shape: str
    words: str
    beneath: str = ""


def state_label(
    state: State | str, change: float | None = None, *, words: str = "", strength: Strength | str = Strength.FIRM
) -> Chip:
    """A state as a chip: shape and word together; a verdict that is not firm says so and stands back."""
    chosen, bears = State(state), Strength(strength)
    told = words or capital(chosen.in_words)
    if bears.is_firm or not chosen.is_answer:
        return label(state_shape(chosen, change), told, like=chosen)
    chip = label(state_shape(chosen, change), f"{told}, {bears}", like=chosen)
    return replace(chip, kind=f"{chip.kind} not-firm")


def label(shape: str, words: str, *, like: Worded | None = None, beneath: str = "") -> Chip:
    """Shape and words together, in the colour of the answer they are like."""
    return Chip(_class_of(like), shape, words, beneath)


def _class_of(answer: Worded | None) -> str:
    """The class that gives a label its colour: a state's own, or that of the state judged alike."""
    like = answer if answer is None or isinstance(answer, State) else _LIKE.get(answer.judgement)
    return "state" if like is None else f"state state-{like}"


Answer = IndicatorReview | Change  # what has a verdict, and knows what was tested


class Met(NamedTuple):
    """A state that some indicators are in, all of one strength."""

    state: State
    strength: Strength
    reviews: tuple[IndicatorReview, ...]

    @property
    def words(self) -> str:
        """The state as readers see it."""
        return words_of(self.state, self.reviews)


def words_of(state: State, answers: Iterable[Answer]) -> str:
    """The words for all the answers of one state: their own where they share one verdict, else the state's.

    Full counts alone moved `no more than they usually move`; counts and samples together show `no unusual change`.
    """
    answers = tuple(answers)
    verdicts = {answer.verdict for answer in answers}
    if len(verdicts) != 1:
        return state.in_words
    unmoved = answers[0].unmoved
    return verdicts.pop() if unmoved is None or len(answers) == 1 else unmoved.of_many.in_words


def states_met(reviews: Iterable[IndicatorReview]) -> list[Met]:
    """The states that some of the indicators are in, the most pressing first, what is counted before what is not."""
    found: dict[tuple[State, Strength], list[IndicatorReview]] = {}
    for item in reviews:
        found.setdefault((item.shown_as, Strength.FIRM if item.is_counted else item.strength), []).append(item)
    strengths = list(Strength)
    ordered = sorted(found, key=lambda key: (MOST_PRESSING_FIRST.index(key[0]), strengths.index(key[1])))
    return [Met(state, strength, tuple(found[state, strength])) for state, strength in ordered]


def verdict_words(review: PriorityReview) -> str:
    """Which indicators moved, where a priority has several, and on which two sources disagree.

    `Worse: theft of motor vehicles`, `Worse (weak): satisfaction`, `Two sources differ on violence with injury`.
    """
    said = [] if len(review.reviews) == 1 else [_named(met) for met in states_met(review.reviews) if met.state in NAMED]
    disagree = [inside_a_sentence(item.indicator.name) for item in review.reviews if item.sources_differ]
    return ". ".join((*said, *([f"Two sources differ on {listed(disagree)}"] if disagree else [])))


def _named(met: Met) -> str:
    lacking = "" if met.strength.is_firm else f" ({met.strength})"
    names = listed([inside_a_sentence(item.indicator.name) for item in met.reviews])
    return f"{capital(met.words)}{lacking}: {names}"


def state_chips(review: PriorityReview) -> list[Chip]:
    """One chip for each state met, with how many indicators are in it."""
    return [
        state_label(
            met.state,
            change_of(met.reviews[0]),
            words=capital(met.words) if len(review.reviews) == 1 else f"{len(met.reviews)} {met.words}",
            strength=met.strength,
        )
        for met in states_met(review.reviews)
    ]


def review_label(review: IndicatorReview) -> Chip:
    """The chip of one indicator; where neither way is better, the way it moved; a verdict that is not firm says so."""
    return state_label(review.shown_as, change_of(review), words=capital(review.verdict), strength=review.strength)


def signal_label(review: IndicatorReview) -> Chip | None:
    """What the expected level shows in the quarter, as known by its end; nothing where no month of it has a figure.

    `▼ Low, 2 months`, beneath it since when and since when that is known; `◆ High earlier in the quarter`.
    """
    level, found = review.level, review.signal_quarter
    if level is None or not found:
        return None
    signal, latest = Signal(found), Signal(review.signal_latest)
    words, beneath = capital(SIGNAL_WORDS[signal]), ""
    if signal is not Signal.NONE and latest is signal:
        words, beneath = f"{words}, {so_many(level.figures_in_signal, level.about.span_months)}", since_words(level)
    elif signal is not Signal.NONE:
        words += " earlier in the quarter"
        beneath = f"{period_name(level.latest['month'], level.about.span_months)}: {SIGNAL_WORDS[latest]}"
    return shown_signal(signal, Variation.of(level.polarity.judge(signal)), words, beneath=beneath)


def shown_signal(signal: Signal, variation: Variation, words: str, *, beneath: str = "") -> Chip:
    """A signal as a label: the shape that the charts mark it with, in the colour of what it means.

    Examples
    --------
    >>> chip = shown_signal(Signal.BELOW, Variation.IMPROVEMENT, "Low, 2 months")
    >>> chip.kind, chip.shape, chip.words
    ('state state-better', '▼', 'Low, 2 months')
    """
    return label(_SIGNAL_SHAPES[signal], words, like=variation, beneath=beneath)


def since_words(level: ExpectedLevel) -> str:
    """Where a signal was not seen at once, or came and went: since when it is there; empty where it was seen at once.

    `since February 2015, known since May 2015`; where it built up before its own months, `building since February
    2015`; where months without it lie between, `first flagged January 2018, with gaps`.
    """
    since, known, run = level.signal_since, level.signal_known_since, level.run_since
    if since is None or known is None or run is None or since == known:
        return ""
    first, seen = (period_in_words(month, level.about.span_months) for month in (since, known))
    if known < run:
        return f"first flagged {seen}, with gaps"
    if known == run:
        return f"building since {first}"
    return f"{'since' if since == run else 'building since'} {first}, known since {seen}"


def change_of(review: IndicatorReview) -> float | None:
    """The change since the baseline, where both figures are held."""
    return review.difference


def inside_a_sentence(name: str) -> str:
    """A title inside a sentence; capitals that belong to a name or an abbreviation are kept."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
