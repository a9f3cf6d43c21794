"""The briefing: what a reader with four minutes must see of a quarter, before any page is opened.

It opens the front page, is a sheet of its own (`briefing.html`) and, in brief, the text for an e-mail (`summary.txt`).
What stands in it is chosen by `REASONS` alone, in their order.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pccstats.presentation.assessment import ahead_in_brief, telling_position
from pccstats.presentation.group import EVERY_FORCE
from pccstats.presentation.lead import (
    in_one_sentence,
    inside_the_baseline,
    named,
    outside_count,
    size_in_brief,
    turns_on,
    without_shared_months,
)
from pccstats.presentation.markup import Markup, rendered
from pccstats.presentation.numbers import listed, signed_per_cent
from pccstats.presentation.pages.indicator_row import IndicatorRow, indicator_row, published_position
from pccstats.presentation.pages.parts import place_of
from pccstats.presentation.questions import question_words, whose_question
from pccstats.presentation.since import since_lines
from pccstats.presentation.states import inside_a_sentence, signal_label
from pccstats.presentation.verbs import describe
from pccstats.terms.periods import Window, month_in_words
from pccstats.terms.plan import Plan
from pccstats.terms.results.quarter import IndicatorReview, QuarterAssessment
from pccstats.terms.words import Judgement, Signal, State, capital, counted

MOST_ROWS = 8  # what a reader takes in, and what a screen and a sheet of paper hold
MOST_LINES = 6  # of a list; the rest opens beneath them
MAIL_WIDTH = 77
_PRESSING = (Judgement.WORSE, Judgement.BETTER, Judgement.HIGHER, Judgement.LOWER, Judgement.NONE)


@dataclass(frozen=True)
class Reason:
    """A reason to look at an indicator.

    Attributes
    ----------
    words : str
        Which indicators it picks, as `docs/pack.md` tells it.
    why : str
        Why a reader must see them.
    picks : callable
        True of a review that it picks.
    is_of_supporting : bool
        True where it picks among the supporting measures, which no tally counts.
    """

    words: str
    why: str
    picks: Callable[[IndicatorReview], bool]
    is_of_supporting: bool = False


def _has_signal(review: IndicatorReview) -> bool:
    return review.signal_quarter in (Signal.ABOVE, Signal.BELOW)


REASONS = (
    Reason(
        "Worse, firm",
        "What got worse is what the meeting is for.",
        lambda review: review.state is State.WORSE and review.is_counted,
    ),
    Reason(
        "A supporting measure that is worse, firm",
        "It is in no count, and bad news all the same.",
        lambda review: review.state is State.WORSE and review.is_counted,
        is_of_supporting=True,
    ),
    Reason(
        "Better, firm",
        "What got better is worth keeping up, and worth saying.",
        lambda review: review.state is State.BETTER and review.is_counted,
    ),
    Reason(
        "Higher or lower, firm, where neither way is better",
        "It moved by more than chance: somebody must say what it means.",
        lambda review: review.state is State.HIGHER_OR_LOWER and review.is_counted,
    ),
    Reason(
        "A supporting measure that is higher or lower, firm, where neither way is better",
        "It is in no count, and may be the largest change of all.",
        lambda review: review.state is State.HIGHER_OR_LOWER and review.is_counted,
        is_of_supporting=True,
    ),
    Reason(
        "Moved, and not firm",
        "A verdict that may not bear its weight is still the best there is.",
        lambda review: review.state.judgement is not Judgement.NONE and not review.is_counted,
    ),
    Reason(
        "A signal in the quarter",
        "The latest months left their expected level, which the year as a whole does not show yet.",
        _has_signal,
    ),
    Reason(
        "Two sources that differ",
        "Whoever quotes one figure will be shown the other.",
        lambda review: review.sources_differ,
    ),
    Reason(
        "A supporting measure with a signal",
        "It is in no count, and may show what the indicators do not.",
        _has_signal,
        is_of_supporting=True,
    ),
)


def to_look_at(assessment: QuarterAssessment) -> tuple[IndicatorReview, ...]:
    """Every indicator there is a reason to look at, by the first of `REASONS` that picks it.

    Within a reason: bad news first, then good, then what is neither; of these a whole before its parts, then the
    largest change first.
    """
    parts = {review.indicator.part_of for review in (*assessment.reviews, *assessment.supporting)}
    wholes = {
        review.indicator.key
        for review in (*assessment.reviews, *assessment.supporting)
        if review.indicator.key in parts and review.indicator.part_of is None
    }
    found: dict[str, IndicatorReview] = {}
    for reason in REASONS:
        among = assessment.supporting if reason.is_of_supporting else assessment.reviews
        picked = [review for review in among if reason.picks(review)]
        for review in sorted(picked, key=lambda one: _pressing(one, is_whole=one.indicator.key in wholes)):
            found.setdefault(review.indicator.key, review)
    return tuple(found.values())


def _pressing(review: IndicatorReview, *, is_whole: bool) -> tuple[int, bool, float]:
    """Sorts the most pressing first: by judgement, of the verdict or else of the signal; wholes; then by size."""
    judgement = review.shown_as.judgement
    if judgement is Judgement.NONE and review.level is not None and _has_signal(review):
        judgement = review.level.polarity.judge(Signal(review.signal_quarter))
    return _PRESSING.index(judgement), not is_whole, -abs(review.difference_pct or 0)


@dataclass(frozen=True)
class BriefingRow:
    """One indicator to look at: its row, where more is said of it, and what it is beside others and beside its past."""

    row: IndicatorRow
    href: str
    kind: str
    peers: str
    position: str
    ahead: str
    differing: str
    turning: str


@dataclass(frozen=True)
class Line:
    """A sentence of a list: what kind it is of, where more is said of it, and its words."""

    kind: str
    href: str
    words: str


@dataclass(frozen=True)
class Lines:
    """A list of sentences: the first few, and what opens beneath them.

    Attributes
    ----------
    anchor, title, about : str
        The heading, and whom or when it is about.
    words : str
        What stands in place of an empty list.
    rest : str
        How many open beneath, in words.
    """

    anchor: str
    title: str
    about: str
    words: str
    first: tuple[Line, ...]
    further: tuple[Line, ...]
    rest: str


def _lines(
    anchor: str, title: str, lines: Sequence[Line], *, about: str = "", words: str = "", rest: str = ""
) -> Lines:
    first, further = tuple(lines[:MOST_LINES]), tuple(lines[MOST_LINES:])
    return Lines(anchor, title, about, "" if lines else words, first, further, rest)


def briefing(assessment: QuarterAssessment) -> Markup:
    """What to look at, with its figures: at most eight rows, and by name whatever else there is a reason to look at."""
    found = to_look_at(assessment)
    shown, rest = found[:MOST_ROWS], found[MOST_ROWS:]
    rows = [_row(review, assessment) for review in shown]
    return rendered(
        "briefing.html.j2",
        sentence=in_one_sentence(assessment),
        compared=f"{Window.ending(assessment.quarter.last_month)} against {assessment.plan.baseline}",
        rows=rows,
        heads=_heads(shown, rows),
        more=_more(rest),
        beside_whom=_beside_whom(shown, assessment.plan),
        notes=" ".join(filter(None, _notes(shown, assessment.plan))),
        beneath=tuple(_beneath(assessment)),
    )


def _row(review: IndicatorReview, assessment: QuarterAssessment) -> BriefingRow:
    return BriefingRow(
        row=indicator_row(review),
        href=_href(review, assessment),
        kind="supporting measure" if _is_supporting(review, assessment) else "",
        peers=capital(review.group.state.in_words) if review.group is not None else "",
        position=telling_position(review) if review.group is not None else published_position(review),
        ahead=ahead_in_brief(review),
        differing=_differing(review),
        turning=_turning(review),
    )


def _href(review: IndicatorReview, assessment: QuarterAssessment) -> str:
    """Where more is said of it."""
    return place_of(review.indicator, assessment.plan, is_supporting=_is_supporting(review, assessment))


def _is_supporting(review: IndicatorReview, assessment: QuarterAssessment) -> bool:
    return review.indicator.key in {measure.indicator.key for measure in assessment.supporting}


def _differing(review: IndicatorReview) -> str:
    """`two sources differ: +10.4% by the official series`; empty where they agree."""
    second = review.second_opinion
    if second is None or not review.sources_differ:
        return ""
    own = f", {second.verdict}" if review.sources_disagree else ""
    return f"two sources differ: {signed_per_cent(second.change_pct)}{own} by the official series"


def _turning(review: IndicatorReview) -> str:
    """`but not against 2017/18`: the baselines that give another verdict; empty where none does."""
    others = listed([str(baseline) for baseline in turns_on(review)])
    return f"but not against {others}" if others else ""


def _beneath(assessment: QuarterAssessment) -> Iterator[Lines]:
    """The lists beneath the rows: what is new since the quarter before, where that was asked, and what to ask."""
    since = assessment.since_last
    if since is not None:
        lines = [
            Line(capital(line.kind.in_words), _href(assessment.review(line.key), assessment), line.words)
            for line in since_lines(since)
        ]
        kinds = [inside_a_sentence(line.kind) for line in lines[MOST_LINES:]]
        told = {inside_a_sentence(line.kind) for line in lines[:MOST_LINES]}
        rest = listed(
            [counted(kinds.count(kind), f"more {kind}" if kind in told else kind) for kind in dict.fromkeys(kinds)]
        )
        about = since.quarter.in_words
        yield _lines("since", "Since last quarter", lines, about=about, words=describe(since), rest=rest)
    asked = [
        Line(whose_question(each), _href(each.reviews[0], assessment), question_words(each))
        for each in assessment.questions
    ]
    nothing, rest = "The figures of this quarter raise no question.", f"{len(asked) - MOST_LINES} more"
    yield _lines("questions", "Questions to ask", asked, words=nothing, rest=rest)


def _heads(reviews: Sequence[IndicatorReview], rows: Sequence[BriefingRow]) -> tuple[tuple[str, str], ...]:
    """The columns, without those that no row has anything in."""
    horizons = {review.projection.horizon for review in reviews if review.projection is not None}
    ending = f" to {month_in_words(horizons.pop())}" if len(horizons) == 1 else ""
    months = max((each.row.months for each in rows), default=0)
    peers = "All forces" if _are_of_every_force(reviews) else "Similar forces"
    heads = (
        ("indicator", "Indicator", True),
        ("state-of", "Verdict", True),
        ("number latest", "Latest", True),
        ("number change", "Change and interval", True),
        ("spark", f"Last {months} months", any(each.row.sparkline for each in rows)),
        ("signal", "Signal", any(each.row.signal is not None for each in rows)),
        ("peers", peers, any(each.peers or each.position for each in rows)),
        ("range", f"Projection{ending}", any(each.ahead for each in rows)),
    )
    return tuple((kind, name) for kind, name, is_held in heads if is_held)


def _more(reviews: Sequence[IndicatorReview]) -> str:
    """Whatever else there is a reason to look at, each by name with what it shows: nothing large is hidden."""
    told = [f"{inside_a_sentence(review.indicator.name)} ({_in_brief(review)})" for review in reviews]
    return f"And {len(reviews)} more: {'; '.join(told)}." if told else ""


def _in_brief(review: IndicatorReview) -> str:
    """`worse, weak, +16.3%`; of what did not move its signal: `high, 8 months`; else that two sources differ."""
    if review.state.judgement is not Judgement.NONE:
        return ", ".join(filter(None, (review.marked_verdict, size_in_brief(review))))
    if (chip := signal_label(review)) is not None and _has_signal(review):
        return inside_a_sentence(chip.words)
    return "two sources differ"


def _beside_whom(reviews: Sequence[IndicatorReview], plan: Plan) -> str:
    """How sure it is who the similar forces are; or that the plan names none, and who is set beside whom instead."""
    if not plan.groups:
        places = "; its own areas are set beside one another on their page" if plan.parts_of(plan.focus) else ""
        return f"No similar forces are named in the plan to compare with{places}."
    groups = [review.group for review in reviews if review.group is not None]
    if _are_of_every_force(reviews):
        return f"Forces: {EVERY_FORCE}."
    statuses = dict.fromkeys(group.group_status for group in groups)
    return f"Similar forces: membership {listed(tuple(statuses))}." if statuses else ""


def _are_of_every_force(reviews: Sequence[IndicatorReview]) -> bool:
    groups = [review.group for review in reviews if review.group is not None]
    return bool(groups) and all(group.is_of_every_force for group in groups)


def _notes(reviews: Sequence[IndicatorReview], plan: Plan) -> Iterator[str]:
    """What must be known to read the rows: the intervals, what is not firm, what happened in the baseline."""
    if any(review.projection is not None for review in reviews):
        yield "Intervals are of 95%, of the projection also of 80%; the tick and the figure beneath are the baseline's."
    for strength in dict.fromkeys(review.strength for review in reviews if not review.is_counted):
        yield f"{capital(strength)}: {strength.in_words}."
    yield without_shared_months([review for review in reviews if review.state.is_answer])
    yield inside_the_baseline(plan)


def summary_text(assessment: QuarterAssessment) -> str:
    """The quarter for an e-mail: its name, one sentence, and three points; plain text of short lines."""
    asked = question_words(assessment.questions[0]) if assessment.questions else "nothing by these figures."
    points = (
        f"Worse: {_of_state(State.WORSE, assessment)}.",
        f"Better: {_of_state(State.BETTER, assessment)}.",
        f"To ask: {inside_a_sentence(asked)}",
    )
    lines = (f"{assessment.plan.title}: {assessment.quarter.in_words}", in_one_sentence(assessment))
    told = [textwrap.fill(line, MAIL_WIDTH) for line in lines]
    told += [textwrap.fill(point, MAIL_WIDTH, initial_indent="- ", subsequent_indent="  ") for point in points]
    return "\n".join(told) + "\n"


def _of_state(state: State, assessment: QuarterAssessment) -> str:
    """Firm verdicts, those outside the count, and those that are not firm: `none counted; not firm: burglary`."""
    found = [review for review in assessment.reviews if review.shown_as is state]
    firm, doubtful = ([r for r in found if r.is_counted is is_firm] for is_firm in (True, False))
    outside = [review for review in outside_count(assessment) if review.shown_as is state]
    others = ("outside the count", outside), ("not firm", doubtful)
    told = [f"{words}: {named(reviews)}" for words, reviews in others if reviews]
    first = named(firm) if firm else "none counted" if told else "none"
    return "; ".join((first, *told))
