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
from pccstats.terms.words import Judgement, Signal, State, Strength, Unmoved, capital

MOST_NAMED = 8  # more names than this are a list, not a sentence; those left out are the smallest changes
MOST_ASIDE = 2  # names of those that are not firm and do not look worse
ENOUGH_FOR_ONE = 0.5  # signals by chance: fewer are told by the quarters that they take
MOST_EXACT = 20  # quarters: more are told in tens
EVERY_INDICATOR = "*"  # as an event of the plan names what it touches
_SMALL_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def headline(assessment: QuarterAssessment) -> tuple[str, ...]:
    """What improved, what worsened, what moved and is neither, what cannot be judged, and what is not counted."""
    reviews, total = assessment.reviews, len(assessment.reviews)
    if total == 1:
        return (_alone(reviews[0]),)
    if nothing := _nothing_yet(assessment):
        return tuple(filter(None, (nothing, inside_the_baseline(assessment.plan))))
    counted = assessment.counted
    better = counted[State.BETTER]
    since = _since(assessment.plan.baseline, better or counted[State.WORSE], is_of_one=len(better) < 2)  # that improved
    silent = _none_judged(assessment)
    judged = _judged(counted[State.BETTER], counted[State.WORSE], total, since, _firmly(assessment))
    return tuple(
        sentence
        for sentence in (
            *((f"{silent}.",) if silent else judged),
            _outside_the_count(assessment),
            _moved(counted[State.HIGHER_OR_LOWER]),
            without_shared_months([review for review in reviews if review.state.judgement is not Judgement.NONE]),
            inside_the_baseline(assessment.plan),
            "" if _is_silent(assessment) else _not_judged(counted),
            _not_counted(assessment),
        )
        if sentence
    )


def in_one_sentence(assessment: QuarterAssessment) -> str:
    """The whole quarter in a sentence: firm verdicts counted, then all others, so that the numbers add up to the whole.

    `None of 15 indicators has firmly worsened since 2021/22 and none has improved; six are too uncertain to count: five
    worse (among them all crime, +8.7%) and one higher; nine moved no more than they usually move.`
    """
    reviews, total = assessment.reviews, len(assessment.reviews)
    if total == 1:
        return _alone(reviews[0])
    if nothing := _nothing_yet(assessment):
        return nothing
    counted = assessment.counted
    better, worse = counted[State.BETTER], counted[State.WORSE]
    first, second = ((worse, f"{_firmly(assessment)}worsened"), (better, "improved"))
    if len(better) > len(worse):
        first, second = second, first
    since = f"{_since(assessment.plan.baseline, (*better, *worse))}{_sharing(reviews)}"
    said = _none_judged(assessment) or (
        f"{_number(len(first[0]))} of {total} indicators {_have(first[0])} {first[1]} since {since}"
        f"{_turning_in_brief(first[0])} and "
        f"{_number(len(second[0])).lower()} {_have(second[0])} {second[1]}{_turning_in_brief(second[0])}"
    )
    neither, steady = counted[State.HIGHER_OR_LOWER], counted[State.NO_EVIDENCE_OF_CHANGE]
    rest = (
        _outside_in_brief(assessment),
        _not_firm_in_brief(assessment),
        f"{_number(len(neither)).lower()} changed where neither way is better" if neither else "",
        _steady(steady).lower(),
        *([] if _is_silent(assessment) else _unanswered(counted)),
    )
    return f"{'; '.join([said, *filter(None, rest)])}."


def outside_count(assessment: QuarterAssessment) -> list[IndicatorReview]:
    """The supporting measures that no count holds and that moved, firmly: worse, then where neither way is better."""
    firm = [review for review in assessment.supporting if review.is_counted]
    return [
        r for state in (State.WORSE, State.HIGHER_OR_LOWER) for r in by_size(r for r in firm if r.shown_as is state)
    ]


def turns_on(review: IndicatorReview) -> tuple[Window, ...]:
    """The baselines against which a change that was found gets another verdict; empty where none does."""
    tested = review.baselines.tested if review.baselines is not None else ()
    if not tested or review.change is None or review.change.direction is Signal.NONE or not review.state.is_answer:
        return ()
    return tuple(each.baseline_window for each in tested if not each.answers_as(review.change))


def _sharing(reviews: Sequence[IndicatorReview]) -> str:
    """` (six months are in both years)`: where the two windows overlap, any change is held down."""
    shared = {
        review.change.windows.shared for review in reviews if review.change is not None and review.change.unshared
    }
    months = max((window.month_count for window in shared if window is not None), default=0)
    return f" ({_number(months).lower()} months are in both years)" if months else ""


def _turning_in_brief(reviews: Sequence[IndicatorReview]) -> str:
    """How many of the verdicts would be others against another baseline: ` (three turn on the choice of baseline)`."""
    turning = sum(bool(turns_on(review)) for review in reviews)
    if not turning:
        return ""
    if len(reviews) == 1:
        return " (this turns on the choice of baseline)"
    return f" ({_number(turning).lower()} turn{'s' if turning == 1 else ''} on the choice of baseline)"


def _firmly(assessment: QuarterAssessment) -> str:
    """`firmly `, where some look worse and are not counted: then none is not the whole truth."""
    return "firmly " if any(r.shown_as is State.WORSE and not r.is_counted for r in assessment.reviews) else ""


def _outside_the_count(assessment: QuarterAssessment) -> str:
    """`Outside the count, since 2012/13, worse: official vehicle offences (+25.2%).`: none counted is not none."""
    since = _since(assessment.plan.baseline, outside_count(assessment))
    kinds = _outside_by_kind(assessment)
    return f"Outside the count, since {since}, {kinds}." if kinds else ""


def _outside_in_brief(assessment: QuarterAssessment) -> str:
    """`outside the count, worse: vehicle offences, official (+25.2%)`: the same in a sentence that says since when."""
    kinds = _outside_by_kind(assessment)
    return f"outside the count, {kinds}" if kinds else ""


def _outside_by_kind(assessment: QuarterAssessment) -> str:
    alike: dict[str, list[IndicatorReview]] = {}
    for review in outside_count(assessment):
        alike.setdefault(review.verdict, []).append(review)
    return "; ".join(f"{verdict}: {named(reviews)}" for verdict, reviews in alike.items())


def _not_firm_in_brief(assessment: QuarterAssessment) -> str:
    """`six are too uncertain to count: five worse (among them all crime, +8.7%) and one higher`."""
    held_back = [review for reviews in assessment.not_firm.values() for review in reviews]
    if not held_back:
        return ""
    alike: dict[str, list[IndicatorReview]] = {}
    for review in held_back:
        alike.setdefault(review.verdict, []).append(review)
    kinds = [
        f"{_number(len(found)).lower()} {words_of(found[0].state, found)}{_the_first_of(found)}"
        for found in alike.values()
    ]
    are = "is" if len(held_back) == 1 else "are"
    return f"{_number(len(held_back)).lower()} {are} {_held_back_as(assessment)}: {listed(kinds)}"


def _held_back_as(assessment: QuarterAssessment) -> str:
    """Why verdicts are not counted: weak ones alone are too uncertain; others lack other things."""
    return "too uncertain to count" if set(assessment.not_firm) == {Strength.WEAK} else "not firm enough to count"


def _the_first_of(reviews: Sequence[IndicatorReview]) -> str:
    """Of those that look worse the one to know: a whole before its parts, then the largest; of others one or two."""
    if reviews[0].shown_as is not State.WORSE:
        names = [inside_a_sentence(review.indicator.name) for review in by_size(reviews)]
        return f" ({' and '.join(names)})" if len(names) <= MOST_ASIDE else ""
    first = by_size(reviews)[0]
    among = "among them " if len(reviews) > 1 else ""
    size = size_in_brief(first)
    return f" ({among}{inside_a_sentence(first.indicator.name)}{f', {size}' if size else ''})"


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


def _nothing_yet(assessment: QuarterAssessment) -> str:
    """That nothing can be judged, where all lacks data; else empty."""
    total = len(assessment.reviews)
    if len(assessment.counted[State.INSUFFICIENT_DATA]) < total or outside_count(assessment):
        return ""
    return f"None of {total} indicators can be judged yet: there is not enough data."


def _none_judged(assessment: QuarterAssessment) -> str:
    """`None of 11 indicators can be judged: 1 not comparable and ...`; empty where one is firm or looks worse.

    That none has worsened would be true of them, and would sound like good news.
    """
    total = len(assessment.reviews)
    if any(found and state.is_answer for state, found in assessment.counted.items()) or _firmly(assessment):
        return ""
    if _is_silent(assessment):
        return f"None of {total} indicators can be judged: {_silent_by_kind(assessment.counted)}"
    since = assessment.plan.baseline.in_a_sentence
    return f"None of {total} indicators has firmly improved or worsened since {since}"


def _is_silent(assessment: QuarterAssessment) -> bool:
    """True where no indicator has a verdict of any strength, or in words."""
    counted = assessment.counted
    has_answer = any(found and (state.is_answer or state is State.QUALITATIVE) for state, found in counted.items())
    return not has_answer and not assessment.not_firm


def _since(baseline: Window, reviews: Sequence[IndicatorReview], *, is_of_one: bool | None = None) -> str:
    """The plan's baseline where all have it; else of the one, or the many, that the sentence is about their own."""
    if all(review.indicator.baseline == baseline for review in reviews):
        return baseline.in_a_sentence
    is_of_one = len(reviews) == 1 if is_of_one is None else is_of_one
    return "its baseline year" if is_of_one else "their baseline years"


def _judged(
    better: Sequence[IndicatorReview], worse: Sequence[IndicatorReview], total: int, since: str, firmly: str
) -> tuple[str, ...]:
    """`Three of 40 indicators have improved since 2012/13: burglary (−12.0%); ...`, and how many have worsened."""
    if not better and not worse:
        return (f"None of {total} indicators has improved since {since}, and none has {firmly}worsened.",)
    return (
        f"{_number(len(better))} of {total} indicators {_have(better)} improved since {since}{_those(better)}.",
        f"{_number(len(worse))} {_have(worse)} {firmly}worsened{_those(worse)}.",
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


def _steady(reviews: Sequence[IndicatorReview]) -> str:
    """`Nine moved no more than they usually move`; empty of none."""
    if not reviews:
        return ""
    moved = {review.unmoved for review in reviews} == {Unmoved.AS_USUAL}
    shown = "moved" if moved else "shows" if len(reviews) == 1 else "show"
    return f"{_number(len(reviews))} {shown} {words_of(State.NO_EVIDENCE_OF_CHANGE, reviews)}"


def _unanswered(counted: Mapping[State, Sequence[IndicatorReview]], *, is_whole: bool = False) -> Iterator[str]:
    """`two are judged in words only`, `30 cannot be judged`; the whole with each reason and its number."""
    in_words = counted[State.QUALITATIVE]
    silent = sum(_silent(counted).values())
    if in_words:
        are = "is" if len(in_words) == 1 else "are"
        yield f"{_number(len(in_words)).lower()} {are} judged in words only"
    if silent:
        yield f"{_number(silent).lower()} cannot be judged{f': {_silent_by_kind(counted)}' if is_whole else ''}"


def _silent(counted: Mapping[State, Sequence[IndicatorReview]]) -> dict[State, int]:
    """How many cannot be judged for each reason that some have."""
    return {
        state: len(reviews)
        for state, reviews in counted.items()
        if reviews and not state.is_answer and state is not State.QUALITATIVE
    }


def _silent_by_kind(counted: Mapping[State, Sequence[IndicatorReview]]) -> str:
    """`1 not comparable, 3 not enough data and 7 not collected`; of one reason alone the reason, without its number."""
    silent = _silent(counted)
    if len(silent) == 1:
        return next(iter(silent)).in_words
    return listed([f"{count} {state.in_words}" for state, count in silent.items()])


def _not_judged(counted: Mapping[State, Sequence[IndicatorReview]]) -> str:
    """`14 show no unusual change. Two are judged in words only. 20 cannot be judged: nine not comparable and ...`."""
    told = (_steady(counted[State.NO_EVIDENCE_OF_CHANGE]), *_unanswered(counted, is_whole=True))
    return " ".join(f"{capital(said)}." for said in told if said)


def _not_counted(assessment: QuarterAssessment) -> str:
    """`Six are too uncertain to count: all crime, worse; ...`; `Not counted: one weak (...) and one stale (...)`."""
    lacking = assessment.not_firm
    if set(lacking) == {Strength.WEAK}:
        weak = lacking[Strength.WEAK]
        are = "is" if len(weak) == 1 else "are"
        return f"{_number(len(weak))} {are} {_held_back_as(assessment)}: {'; '.join(_with_verdicts(weak))}."
    kinds = [
        f"{_number(len(reviews)).lower()} {strength} ({'; '.join(_with_verdicts(reviews))})"
        for strength, reviews in lacking.items()
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
    whole = _wholes(reviews)
    wholes = [review for review in reviews if review.indicator.key in whole.values()]
    if not wholes:
        return _in_order(reviews, sizes, MOST_NAMED)
    said = []
    for one in wholes:
        parts = [review for review in reviews if whole.get(review.indicator.key) == one.indicator.key]
        said.append(f"{_with_size(one, sizes)}, and within it {_in_order(parts, sizes, MOST_NAMED - 1)}")
    rest = [review for review in reviews if review not in wholes and review.indicator.key not in whole]
    return "; besides ".join((*said, *([_in_order(rest, sizes, MOST_NAMED)] if rest else [])))


def _wholes(reviews: Sequence[IndicatorReview]) -> dict[str, str]:
    """Of each part its whole among these, by key; of a part of a part the outermost."""
    keys = {review.indicator.key for review in reviews}
    around = {review.indicator.key: review.indicator.part_of for review in reviews}
    found = {}
    for key in keys:
        outer = around[key]
        while outer is not None and around.get(outer) in keys:
            outer = around[outer]
        if outer in keys and outer is not None:
            found[key] = outer
    return found


def by_size(reviews: Iterable[IndicatorReview]) -> list[IndicatorReview]:
    """A whole before its parts, as all of it weighs more than its largest part; then the largest change first."""
    held = list(reviews)
    wholes = set(_wholes(held).values())
    return sorted(held, key=lambda review: (review.indicator.key not in wholes, -abs(review.difference_pct or 0)))


def _in_order(reviews: Sequence[IndicatorReview], sizes: Mapping[str, float] | None, most: int) -> str:
    def size(review: IndicatorReview) -> float:
        return abs((review.difference_pct if sizes is None else sizes.get(review.indicator.key)) or 0)

    names = [_with_size(review, sizes) for review in sorted(reviews, key=lambda review: -size(review))]
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1} more"]
    return "; ".join(names)


def _with_size(review: IndicatorReview, sizes: Mapping[str, float] | None = None) -> str:
    name = inside_a_sentence(review.indicator.name)
    size = size_in_brief(review) if sizes is None else numbers.signed_per_cent(sizes[review.indicator.key])
    return f"{name} ({size})" if size else name


def change_in_brief(review: IndicatorReview) -> str:
    """The change in brief: of shares in points, of all else in per cent."""
    if review.indicator.kind.is_proportion:
        return "" if review.difference is None else f"{numbers.signed(review.difference, 1)} points"
    return "" if review.difference_pct is None else numbers.signed_per_cent(review.difference_pct)


def size_in_brief(review: IndicatorReview) -> str:
    """The same, with the baseline year where it is not the plan's: `+9.2% since 2017/18`."""
    size = change_in_brief(review)
    is_own = review.indicator.baseline != review.plan_baseline
    return f"{size} since {review.indicator.baseline.in_a_sentence}" if size and is_own else size


def _number(count: int) -> str:
    return capital(_SMALL_NUMBERS[count]) if count < len(_SMALL_NUMBERS) else str(count)
