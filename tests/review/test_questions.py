"""Questions to ask: raised by rule from figures of the review, at most three a priority, switched off one by one."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pccstats as pcc
from pccstats.presentation.questions import question_words
from pccstats.review.questions import MOST_A_PRIORITY, RULES, questions_of
from pccstats.terms.plan import Questions
from pccstats.terms.results.ahead import TARGET_COLUMNS, Projection
from pccstats.terms.results.base import About
from pccstats.terms.results.peers import GroupComparison
from pccstats.terms.words import Judgement, Kind, PeerState, Polarity, QuestionRule, Signal, State, Strength
from tests.presentation.reviews import BASELINE, HORIZON, QUARTER, assessed, compared, reviewed

LOWER, HIGHER, NEUTRAL = Polarity.LOWER_IS_BETTER, Polarity.HIGHER_IS_BETTER, Polarity.NEUTRAL
EARLIER = replace(reviewed("Earlier").snapshot, quarter=QUARTER.before)


def levelled(latest: float, polarity: Polarity = LOWER):
    """Three years of about 100 a month, and a last month of its own."""
    months = pd.period_range("2012-07", "2015-06", freq="M")
    counts = [100.0 + 6 * (place % 2) for place in range(len(months) - 1)] + [latest]
    frame = pd.DataFrame({"month": months, "n": counts})
    series = pcc.Series.from_frame(frame, numerator="n", title="Crime", polarity=polarity)
    return pcc.expected_level(series, baseline=("2012-07", "2015-03"))


LEVELS = {(polarity, side): levelled(latest, polarity) for polarity in Polarity for side, latest in
          ((Signal.ABOVE, 300), (Signal.NONE, 103), (Signal.BELOW, 20))}  # fmt: skip


def projected(lower: float, middle: float, upper: float, state: State, *targets: dict[str, object]) -> Projection:
    """A projection to the plan's end against a baseline of 1,000."""
    last = {"period_end": HORIZON, "kind": "projected", "value": middle, "lower": lower, "upper": upper}
    return Projection(
        points=pd.DataFrame([last]),
        method="",
        about=About("Crime"),
        horizon=HORIZON,
        since=BASELINE,
        baseline=1000,
        state=state,
        chance_of_reduction=0.5,
        confidence=0.95,
        backtest=pd.DataFrame(),
        targets=pd.DataFrame(targets, columns=list(TARGET_COLUMNS)),
    )


def grouped(rank: int, rank_low: int, rank_high: int, state: PeerState) -> GroupComparison:
    """Eight forces, this one of that rank, at 5.1 against 3.9."""
    row = {"area": "Anywhere", "is_focus": True, "value": 5.1, "rank": rank, "rank_low": rank_low}
    others = [{"area": f"Force {n}", "is_focus": False, "value": 3.9, "rank": n} for n in range(7)]
    points = pd.DataFrame([{**row, "rank_high": rank_high, "state": str(state)}, *others])
    about = About("Crime", unit="per 1,000 persons", kind=Kind.RATE)
    return GroupComparison(
        points, "", about, pd.DataFrame(), "Anywhere", BASELINE, 3.9, "mean_including_own", "confirmed"
    )


WORST, ANYWHERE = grouped(8, 7, 8, PeerState.WORSE_THAN_PEERS), grouped(5, 3, 8, PeerState.WORSE_THAN_PEERS)
RISEN = projected(1100, 1300, 1500, State.WORSE)
OPEN = {"key": "t", "strength": "hard", "by": HORIZON, "value": 900.0, "outcome": "open", "as_set": math.nan}


def rules_of(*reviews, off=()) -> list[QuestionRule]:
    """By which rules these reviews raise questions, in their order."""
    plan = replace(assessed(*reviews).plan, questions=Questions(tuple(off)))
    return [question.rule for question in questions_of(plan, reviews)]


@pytest.mark.parametrize(
    ("strength", "side", "is_raised"),
    [
        (Strength.FIRM, Signal.ABOVE, True),
        (Strength.WEAK, Signal.ABOVE, True),
        (Strength.STALE, Signal.ABOVE, False),
        (Strength.FIRM, Signal.NONE, False),
        (Strength.FIRM, Signal.BELOW, False),
    ],
)
def test_worse_asks_with_a_signal_on_the_same_side_only(strength, side, is_raised):
    """A rise of 30% and a month above; a signal below, none, or an old figure raise nothing."""
    review = reviewed("Crime", 1000, 1300, strength=strength, level=LEVELS[LOWER, side])
    assert review.state is State.WORSE
    assert (QuestionRule.WORSE_WITH_SIGNAL in rules_of(review)) is is_raised


def test_a_fall_asks_where_higher_is_better():
    """A fall of a third with a month below is worse where higher is better, and no rise is asked about."""
    review = reviewed("Detections", 1300, 900, polarity=HIGHER, level=LEVELS[HIGHER, Signal.BELOW])
    assert rules_of(review) == [QuestionRule.WORSE_WITH_SIGNAL]


@pytest.mark.parametrize(
    ("ahead", "is_raised"),
    [
        (RISEN, True),
        (projected(900, 1300, 1500, State.NO_EVIDENCE_OF_CHANGE), False),
        (projected(700, 800, 900, State.BETTER), False),
        (projected(700, 950, 1200, State.NO_EVIDENCE_OF_CHANGE, OPEN | {"chance_of_meeting": 0.04}), True),
        (projected(700, 950, 1200, State.NO_EVIDENCE_OF_CHANGE, OPEN | {"chance_of_meeting": 0.3}), False),
        (
            projected(700, 950, 1200, State.BETTER, OPEN | {"chance_of_meeting": 0.0, "outcome": "missed"}),
            False,
        ),
    ],
)
def test_a_projection_asks_where_all_of_it_misses(ahead, is_raised):
    """Its whole interval, or a target still open with hardly a chance; not a target whose date has passed."""
    assert rules_of(reviewed("Crime", 1000, 1010, projection=ahead)) == [QuestionRule.PROJECTION_MISSES] * is_raised


def test_a_peer_gap_asks_where_chance_leaves_it_in_the_worse_half():
    """7th to 8th of eight, not 3rd to 8th, and not where it is in line."""
    assert rules_of(reviewed("Crime", 1000, 1010, group=WORST)) == [QuestionRule.PEER_GAP]
    assert rules_of(reviewed("Crime", 1000, 1010, group=ANYWHERE)) == []
    in_line = grouped(8, 7, 8, PeerState.IN_LINE_WITH_PEERS)
    assert rules_of(reviewed("Crime", 1000, 1010, group=in_line)) == []


def test_sources_ask_where_they_differ():
    """Up 1% by one and 31% by the other; up 1% by both raises nothing."""
    for other, raised in ((1310, [QuestionRule.SOURCES_DIFFER]), (1010, [])):
        second = compared("Crime", 1000, other, LOWER)
        assert rules_of(reviewed("Crime", 1000, 1010, second_opinion=second)) == raised


@pytest.mark.parametrize(
    ("polarity", "after", "strength", "is_raised"),
    [
        (NEUTRAL, 1300, Strength.FIRM, True),
        (HIGHER, 1300, Strength.FIRM, True),
        (LOWER, 1300, Strength.FIRM, False),
        (NEUTRAL, 700, Strength.FIRM, False),
        (NEUTRAL, 1300, Strength.WEAK, False),
        (NEUTRAL, 1001, Strength.FIRM, False),
    ],
)
def test_a_firm_rise_that_may_be_good_asks(polarity, after, strength, is_raised):
    """Up 30%, neutral or better: asked; worse, down, weak or within chance: not."""
    review = reviewed("Reports", 1000, after, polarity=polarity, strength=strength)
    assert (QuestionRule.WELCOME_RISE in rules_of(review)) is is_raised


@pytest.mark.parametrize(
    ("after", "strength", "side", "is_raised"),
    [
        (1300, Strength.FIRM, None, True),
        (1300, Strength.WEAK, None, True),
        (1300, Strength.FIRM, Signal.NONE, True),
        (1300, Strength.FIRM, Signal.ABOVE, False),
        (1300, Strength.STALE, None, False),
        (1001, Strength.FIRM, None, False),
        (700, Strength.FIRM, None, False),
    ],
)
def test_worse_asks_where_no_month_shows_it(after, strength, side, is_raised):
    """Yearly figures alone have no signal, and bad news is asked about; with a signal another rule asks."""
    level = None if side is None else LEVELS[LOWER, side]
    review = reviewed("Crime", 1000, after, strength=strength, level=level)
    assert (QuestionRule.WORSE in rules_of(review)) is is_raised
    assert rules_of(review).count(QuestionRule.WORSE) + rules_of(review).count(QuestionRule.WORSE_WITH_SIGNAL) <= 1


def test_supporting_measures_are_asked_about_where_they_are_firm_and_before_what_is_weak():
    """Official vehicle offences (firm, in no count) come before thefts (weak); a weak or better one raises nothing."""
    weak = reviewed("Thefts", 1000, 1300, strength=Strength.WEAK)
    worse, doubtful = reviewed("Official", 1000, 1300), reviewed("Other", 1000, 1300, strength=Strength.WEAK)
    better, risen = reviewed("Third", 1000, 700), reviewed("Reports", 1000, 1400, polarity=NEUTRAL)
    asked = questions_of(assessed(weak).plan, (weak,), (doubtful, better, risen, worse))
    assert [(question.rule, question.reviews) for question in asked] == [
        (QuestionRule.WORSE, (worse,)),
        (QuestionRule.WORSE, (weak,)),
        (QuestionRule.WELCOME_RISE, (risen,)),
    ]


@pytest.mark.parametrize(("after", "is_raised"), [(76.0, True), (82.4, False), (90.0, False)])
def test_a_survey_of_unknown_size_asks_how_many_answered(after, is_raised):
    """From 82.9%: a fall that some hundreds of answers settle; not one that needs tens of thousands, nor a rise."""
    review = reviewed("Satisfaction", 82.9, after, polarity=HIGHER, kind=Kind.SURVEY)
    assert review.state is State.INSUFFICIENT_DATA
    assert rules_of(review) == [QuestionRule.HOW_MANY_ANSWERED] * is_raised
    for question in questions_of(assessed(review).plan, (review,)):
        needed = question.figures["needed"]
        settled, short = (
            pcc.change(
                pcc.Series.from_frame(
                    pd.DataFrame(
                        {
                            "month": ["2013-03", "2015-06"],
                            "n": [answers * 0.829, answers * 0.76],
                            "asked": [answers] * 2,
                        }
                    ),
                    numerator="n", denominator="asked", span_months=12, kind=Kind.SURVEY, polarity=HIGHER,
                ),
                BASELINE, "2015-06",
            )
            for answers in (needed, needed // 2)
        )  # fmt: skip
        assert (settled.state, short.state) == (State.WORSE, State.NO_EVIDENCE_OF_CHANGE)


def test_what_is_asked_of_the_whole_plan_takes_no_place_of_a_priority():
    """Two priorities with measures that nobody owns make one question, beside three of the first priority."""
    worse = [reviewed(f"Crime {n}", 1000, 1300, number=1) for n in range(3)]
    lost = [reviewed(f"Outcome {n}", number=n, previous=EARLIER) for n in (1, 2)]
    reviews = (*worse, *lost)
    *others, last = questions_of(assessed(*reviews).plan, reviews)
    assert (last.rule, last.reviews) == (QuestionRule.NO_OWNER, tuple(lost))
    assert len(others) == MOST_A_PRIORITY


def test_measures_that_nobody_owns_make_one_question():
    """Two quarters without a figure and without an owner; one with an owner, or missing only now, is left out."""
    lost = [reviewed(f"Outcome {n}", number=1, previous=EARLIER) for n in (1, 2)]
    owned = reviewed("Owned", number=1, previous=EARLIER)
    owned = replace(owned, indicator=replace(owned.indicator, owner="The partnership"))
    new = reviewed("New", number=1, previous=replace(EARLIER, state=State.INSUFFICIENT_DATA))
    embargoed = reviewed("Held back", number=1, state=State.EMBARGOED, previous=EARLIER)
    reviews = (*lost, owned, new, embargoed, reviewed("Nobody asked", number=1))
    (question,) = questions_of(assessed(*reviews).plan, reviews)
    assert (question.rule, question.reviews) == (QuestionRule.NO_OWNER, tuple(lost))
    assert question.figures == {"measures": 2}


def test_a_quarter_without_an_earlier_one_names_no_measure_without_an_owner():
    """Two quarters have to be known."""
    assert rules_of(reviewed("Outcome")) == []


def made(number: int):
    """Any review: figures, polarity, strength, and what stands beside, drawn apart."""
    return st.builds(
        lambda polarity, after, strength, side, ahead, group, other, is_missing: (
            reviewed(f"Outcome {number}", number=number % 3 + 1, previous=EARLIER)
            if is_missing
            else reviewed(
                f"Crime {number}",
                1000,
                after,
                number=number % 3 + 1,
                polarity=polarity,
                strength=strength,
                level=None if side is None else LEVELS[polarity, side],
                projection=ahead,
                group=group,
                second_opinion=None if other is None else compared("Crime", 1000, other, polarity),
            )
        ),
        st.sampled_from(list(Polarity)),
        st.sampled_from([600, 1001, 1300]),
        st.sampled_from(list(Strength)),
        st.sampled_from([None, *Signal]),
        st.sampled_from([None, RISEN, projected(900, 1300, 1500, State.NO_EVIDENCE_OF_CHANGE)]),
        st.sampled_from([None, WORST, ANYWHERE]),
        st.sampled_from([None, 1000, 1400]),
        st.booleans(),
    )


REVIEWS = st.integers(1, 8).flatmap(lambda many: st.tuples(*[made(number) for number in range(many)]))


@pytest.mark.slow
@settings(max_examples=40)
@given(reviews=REVIEWS)
def test_at_most_three_a_priority_and_each_of_its_own_figures(reviews):
    """Whatever the reviews, the cap holds, the urgent go first, and what is cited stands in the review cited."""
    plan = assessed(*reviews).plan
    questions = questions_of(plan, reviews)
    numbers = [question.priority.number for question in questions if question.rule is not QuestionRule.NO_OWNER]
    assert all(numbers.count(number) <= MOST_A_PRIORITY for number in numbers)
    urgency = [list(QuestionRule).index(question.rule) for question in questions]
    assert urgency == sorted(urgency)
    for question in questions:
        assert all(any(review is given for given in reviews) for review in question.reviews)
        assert question.reviews[0].indicator.priority == question.priority.number
        assert {**question.figures} == pytest.approx(cited(question.rule, question.reviews))
        assert question_words(question).endswith("?")


def cited(rule: QuestionRule, reviews) -> dict[str, object]:
    """The same figures, taken from the rows that the review gives of itself and its answers."""
    row = reviews[0].summary().iloc[0]
    change = {"change": row["change_pct"], "baseline_period": row["baseline_period"]}
    match rule:
        case QuestionRule.WORSE_WITH_SIGNAL:
            assert reviews[0].indicator.polarity.judge(Signal(row["signal_quarter"])) is Judgement.WORSE
            return change | {"signal": row["signal_latest"], "in_signal": 1}
        case QuestionRule.WORSE:
            assert row["state"] == State.WORSE
            return change
        case QuestionRule.WELCOME_RISE:
            assert row["change"] > 0
            return change
        case QuestionRule.PROJECTION_MISSES:
            ahead = {name: row[f"projection{end}"] for name, end in
                     (("projected", ""), ("lower", "_low"), ("upper", "_high"))}  # fmt: skip
            return ahead | {"baseline": 1000, "baseline_period": "2012/13"}
        case QuestionRule.PEER_GAP:
            ranks = {name: row[f"group_{name}"] for name in ("rank", "rank_low", "rank_high")}
            return ranks | {"value": 5.1, "benchmark": 3.9, "members": 8}
        case QuestionRule.SOURCES_DIFFER:
            second = reviews[0].second_opinion.summary().iloc[0]
            told = {"own_pct": row["change_pct"], "official_pct": second["change_pct"]}
            verdicts = {"own_verdict": reviews[0].marked_verdict, "official_verdict": reviews[0].second_opinion.verdict}
            return told | verdicts | {"baseline_period": "2012/13"}
        case QuestionRule.NO_OWNER:
            return {"measures": len(reviews)}


@pytest.mark.slow
@settings(max_examples=40)
@given(reviews=REVIEWS, off=st.sampled_from(list(QuestionRule)))
def test_switching_a_rule_off_takes_its_questions_and_no_other(reviews, off):
    """None of that rule is left, every other stays, and a freed place goes to the next of that priority alone."""
    plan = assessed(*reviews).plan
    all_on = questions_of(plan, reviews)
    found = questions_of(replace(plan, questions=Questions((off,))), reviews)
    kept = [told(question) for question in all_on if question.rule is not off]
    assert [told(question) for question in found if told(question) in kept] == kept
    freed = {question.priority.number for question in all_on if question.rule is off}
    assert all(question.priority.number in freed for question in found if told(question) not in kept)
    assert off not in [question.rule for question in found]


def told(question) -> tuple[str, ...]:
    """Which question it is: its rule and whom it is about."""
    return (question.rule, *(review.indicator.key for review in question.reviews))


def test_rules_stand_in_the_order_of_their_urgency_each_once():
    """The table of rules has every word of the list, in its order."""
    assert [rule.name for rule in RULES] == list(QuestionRule)


def test_the_page_on_the_pack_lists_the_rules(root):
    """Name and words of every rule, in its order, as they are declared."""
    page = (root / "docs" / "pack.md").read_text(encoding="utf-8").split("## Questions to ask\n")[1].split("\n## ")[0]
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == [f"| `{rule}` | {rule.in_words} |" for rule in QuestionRule]
