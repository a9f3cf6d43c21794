"""The lead of a page: what improved, what worsened, what cannot be said. Firm verdicts are counted, others are named.

A verdict that is weak, assumed, stale or expected (`Strength`) is in no count. It is named after the counts, with what
it says and what it lacks, so that a reader can add up to the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pccstats.presentation import numbers
from pccstats.presentation.numbers import listed
from pccstats.presentation.states import inside_a_sentence, words_of
from pccstats.terms.periods import Window, month_in_words, so_many_months
from pccstats.terms.plan import Plan
from pccstats.terms.results.change import Change
from pccstats.terms.results.quarter import IndicatorReview, QuarterAssessment, SignalCount
from pccstats.terms.words import State, Unmoved, capital

MOST_NAMED = 8  # more names than this are a list, not a sentence; those left out are the smallest changes
ENOUGH_FOR_ONE = 0.5  # signals by chance: fewer are told by the quarters that they take
MOST_EXACT = 20  # quarters: more are told in tens
EVERY_INDICATOR = "*"  # as an event of the plan names what it touches
_SMALL_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def headline(assessment: QuarterAssessment) -> tuple[str, ...]:
    """What improved, what worsened, what moved and is neither, what cannot be judged, and what is not counted."""
    reviews, total = assessment.reviews, len(assessment.reviews)
    if total == 1:
        return (_alone(reviews[0]),)
    counted = assessment.counted
    since = _since(assessment.plan.baseline, (*counted[State.BETTER], *counted[State.WORSE]))
    return tuple(
        sentence
        for sentence in (
            *_judged(counted[State.BETTER], counted[State.WORSE], total, since),
            _moved(counted[State.HIGHER_OR_LOWER]),
            without_shared_months([*counted[State.BETTER], *counted[State.WORSE], *counted[State.HIGHER_OR_LOWER]]),
            inside_the_baseline(assessment.plan),
            _not_judged(counted),
            _not_counted(assessment),
        )
        if sentence
    )


def in_one_sentence(assessment: QuarterAssessment) -> str:
    """The whole quarter in a sentence: firm verdicts counted, how many moved and are neither, and what is left.

    `One of 40 indicators has improved since 2012/13 and none has worsened; 32 cannot be judged and one verdict is not
    firm enough to count (one worse).`
    """
    reviews, total = assessment.reviews, len(assessment.reviews)
    if total == 1:
        return _alone(reviews[0])
    counted = assessment.counted
    better, worse = counted[State.BETTER], counted[State.WORSE]
    first, second = ((worse, "worsened"), (better, "improved"))
    if len(better) > len(worse):
        first, second = second, first
    since = _since(assessment.plan.baseline, (*better, *worse))
    said = (
        f"{_number(len(first[0]))} of {total} indicators {_have(first[0])} {first[1]} since {since} and "
        f"{_number(len(second[0])).lower()} {_have(second[0])} {second[1]}"
    )
    silent = sum(len(found) for state, found in counted.items() if not state.is_answer)
    neither = len(counted[State.HIGHER_OR_LOWER])
    rest = (
        f"{_number(neither).lower()} changed where neither way is better" if neither else "",
        f"{_number(silent).lower()} cannot be judged" if silent else "",
        _not_firm_in_brief(assessment),
    )
    told = [each for each in rest if each]
    return f"{said}; {listed(told)}." if told else f"{said}."


def _not_firm_in_brief(assessment: QuarterAssessment) -> str:
    """`three verdicts are not firm enough to count (two better and one worse)`."""
    held_back = [review for reviews in assessment.not_firm.values() for review in reviews]
    if not held_back:
        return ""
    alike: dict[str, list[IndicatorReview]] = {}
    for review in held_back:
        alike.setdefault(review.verdict, []).append(review)
    kinds = [f"{_number(len(found)).lower()} {words_of(found[0].state, found)}" for found in alike.values()]
    one = len(held_back) == 1
    return (
        f"{_number(len(held_back)).lower()} verdict{'' if one else 's'} {'is' if one else 'are'} not firm enough to "
        f"count ({listed(kinds)})"
    )


def signals_sentence(count: SignalCount) -> str:
    """How many series show a signal in the quarter, and how many chance alone would show; empty without a series.

    Examples
    --------
    >>> for expected in (0.21, 1.3):
    ...     print(signals_sentence(SignalCount(series=90, shown=3, expected=expected)).split(". ")[1])
    If nothing had changed, chance alone would give one signal in about 5 such quarters.
    If nothing had changed, chance alone would give about 1.3.
    """
    if not count.series:
        return ""
    held = f"Of {count.series} series held against their expected level, {_number(count.shown).lower()}"
    shown = f"{held} {'shows' if count.shown == 1 else 'show'} a signal this quarter"
    if count.series == 1:
        shown = (
            f"The one series held against its expected level shows {'a' if count.shown else 'no'} signal this quarter"
        )
    if count.unknown == count.series:
        return f"{shown}."
    known = f", going by the {count.series - count.unknown} whose rate is known" if count.unknown else ""
    return f"{shown}. If nothing had changed, chance alone would give {_so_many_signals(count.expected)}{known}."


def _so_many_signals(expected: float) -> str:
    """`about 1.3`; of few, in how many quarters one is to be expected."""
    if expected >= ENOUGH_FOR_ONE:
        return f"about {numbers.plain(expected, 1)}"
    if not expected:
        return "hardly any"
    quarters = round(1 / expected)
    told = round(quarters, -1) if quarters > MOST_EXACT else quarters
    return f"one signal in about {numbers.plain(told)} such quarters"


def differing_sources(assessment: QuarterAssessment) -> str:
    """Where the official series answers otherwise than the figures published by the force; empty where nowhere."""
    told = [
        f"{inside_a_sentence(review.indicator.name)} ({_two_answers(review, second)})"
        for review in assessment.reviews
        if review.sources_differ and (second := review.second_opinion) is not None
    ]
    return f"Two sources differ on {listed(told)}." if told else ""


def _two_answers(review: IndicatorReview, second: Change) -> str:
    """`−0.8% by its own figures, +1.3% by the official series; worse by either`."""
    sizes = [change_in_brief(review), numbers.signed_per_cent(second.change_pct)]
    if second.verdict == review.verdict and review.is_counted:
        return f"{sizes[0]} by its own figures, {sizes[1]} by the official series; {review.verdict} by either"
    return (
        f"{sizes[0]} by its own figures, {review.marked_verdict}; {sizes[1]} by the official series, {second.verdict}"
    )


def _alone(review: IndicatorReview) -> str:
    return f"One indicator, {inside_a_sentence(review.indicator.name)}: {review.marked_verdict}."


def _since(baseline: Window, reviews: Iterable[IndicatorReview]) -> str:
    is_one = all(review.indicator.baseline == baseline for review in reviews)
    return str(baseline) if is_one else "their baseline year"


def _judged(
    better: Sequence[IndicatorReview], worse: Sequence[IndicatorReview], total: int, since: str
) -> tuple[str, ...]:
    """`Three of 40 indicators have improved since 2012/13: burglary (−12.0%); ...`, and how many have worsened."""
    if not better and not worse:
        return (f"None of {total} indicators has improved since {since}, and none has worsened.",)
    return (
        f"{_number(len(better))} of {total} indicators {_have(better)} improved since {since}{_those(better)}.",
        f"{_number(len(worse))} {_have(worse)} worsened{_those(worse)}.",
    )


def _have(reviews: Sequence[IndicatorReview]) -> str:
    return "have" if len(reviews) > 1 else "has"


def _those(reviews: Sequence[IndicatorReview]) -> str:
    return f": {named(reviews)}" if reviews else ""


def _moved(reviews: Sequence[IndicatorReview]) -> str:
    """Those that changed where neither way is better, each with the way it moved."""
    if not reviews:
        return ""
    neither = "is neither better nor worse by itself" if len(reviews) == 1 else "are neither better nor worse"
    return f"{_number(len(reviews))} changed and {neither}: {named(reviews)}."


def without_shared_months(reviews: Sequence[IndicatorReview]) -> str:
    """Where the two windows overlap: which months are in both, and the changes of what they do not share."""
    found = [(review, review.change) for review in reviews if review.change is not None and review.change.unshared]
    if not found or len({change.windows for _, change in found}) > 1:
        return ""
    windows = found[0][1].windows
    if windows.shared is None or windows.unshared is None:
        return ""
    alone = {review.indicator.key: change.unshared.change_pct for review, change in found if change.unshared}
    return (
        f"The two periods share {so_many_months(windows.shared.month_count)}, {windows.shared.by_its_months}, so these "
        f"changes are held down. {capital(windows.unshared.by_their_months)}: "
        f"{named([review for review, _ in found], alone)}."
    )


def inside_the_baseline(plan: Plan) -> str:
    """What was registered of every indicator as happening while the baseline ran, with its note."""
    inside = [
        event
        for event in plan.events
        if EVERY_INDICATOR in event.indicators and plan.baseline.first < event.month <= plan.baseline.last
    ]
    told = [f"{event.title} ({month_in_words(event.month)}). {event.note}".strip() for event in inside]
    return f"Inside the baseline, {plan.baseline}: {' '.join(told)}" if told else ""


def _not_judged(counted: Mapping[State, Sequence[IndicatorReview]]) -> str:
    """`14 show no unusual change. 20 cannot be judged: nine not comparable and ...`."""
    steady = counted[State.NO_EVIDENCE_OF_CHANGE]
    moved = {review.unmoved for review in steady} == {Unmoved.AS_USUAL}
    shown = "moved" if moved else "shows" if len(steady) == 1 else "show"
    told = f"{_number(len(steady))} {shown} {words_of(State.NO_EVIDENCE_OF_CHANGE, steady)}."
    silent = {state: len(reviews) for state, reviews in counted.items() if reviews and not state.is_answer}
    kinds = listed([f"{count} {state.in_words}" for state, count in silent.items()])
    unanswered = f"{_number(sum(silent.values()))} cannot be judged: {kinds}." if silent else ""
    return " ".join(said for said in (told if steady else "", unanswered) if said)


def _not_counted(assessment: QuarterAssessment) -> str:
    """`Not counted: three weak (satisfaction, worse; ...) and one stale (...)`."""
    kinds = [
        f"{_number(len(reviews)).lower()} {strength} ({'; '.join(_with_verdicts(reviews))})"
        for strength, reviews in assessment.not_firm.items()
    ]
    return f"Not counted: {listed(kinds)}." if kinds else ""


def _with_verdicts(reviews: Iterable[IndicatorReview]) -> Iterator[str]:
    for review in reviews:
        yield f"{inside_a_sentence(review.indicator.name)}, {review.verdict}"


def named(reviews: Sequence[IndicatorReview], sizes: Mapping[str, float] | None = None) -> str:
    """The largest changes first, each with its size: `robbery (+37.5%); theft from vehicles (+33.1%)`.

    A whole stands before its parts, so that it is not read as one more: `all crime (+8.7%), and within it burglary
    (+24.4%); ...`. `sizes` are other changes in per cent, by key.
    """
    keys = {review.indicator.key for review in reviews}
    whole = {review.indicator.key: review.indicator.part_of for review in reviews if review.indicator.part_of in keys}
    wholes = [review for review in reviews if review.indicator.key in whole.values()]
    if not wholes:
        return _in_order(reviews, sizes, MOST_NAMED)
    said = []
    for one in wholes:
        parts = [review for review in reviews if whole.get(review.indicator.key) == one.indicator.key]
        said.append(f"{_with_size(one, sizes)}, and within it {_in_order(parts, sizes, MOST_NAMED - 1)}")
    rest = [review for review in reviews if review not in wholes and review.indicator.key not in whole]
    return "; besides ".join((*said, *([_in_order(rest, sizes, MOST_NAMED)] if rest else [])))


def _in_order(reviews: Sequence[IndicatorReview], sizes: Mapping[str, float] | None, most: int) -> str:
    def size(review: IndicatorReview) -> float:
        return abs((review.difference_pct if sizes is None else sizes.get(review.indicator.key)) or 0)

    names = [_with_size(review, sizes) for review in sorted(reviews, key=lambda review: -size(review))]
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1} more"]
    return "; ".join(names)


def _with_size(review: IndicatorReview, sizes: Mapping[str, float] | None = None) -> str:
    name = inside_a_sentence(review.indicator.name)
    size = change_in_brief(review) if sizes is None else numbers.signed_per_cent(sizes[review.indicator.key])
    return f"{name} ({size})" if size else name


def change_in_brief(review: IndicatorReview) -> str:
    """The change in brief: of shares in points, of all else in per cent."""
    if review.indicator.kind.is_proportion:
        return "" if review.difference is None else f"{numbers.signed(review.difference, 1)} points"
    return "" if review.difference_pct is None else numbers.signed_per_cent(review.difference_pct)


def _number(count: int) -> str:
    return capital(_SMALL_NUMBERS[count]) if count < len(_SMALL_NUMBERS) else str(count)
