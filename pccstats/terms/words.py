"""The closed lists of words: polarity, kinds of figure, signals, states, audiences; and the names of the columns.

A state of any sort is declared here once, with the words, the judgement and the shape that readers meet everywhere:
on pages and charts, in sentences and alternative texts, in the notes of the dashboard's files.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import Self

INDICATOR = "indicator"
AREA = "area"
PERIOD_END = "period_end"
MONTHS = "months"
NUMERATOR = "numerator"
DENOMINATOR = "denominator"
STATUS = "status"
SOURCE = "source"
PUBLISHED_ON = "published_on"
NOTE = "note"
OBSERVATIONS = (
    INDICATOR,
    AREA,
    PERIOD_END,
    MONTHS,
    NUMERATOR,
    DENOMINATOR,
    STATUS,
    SOURCE,
    PUBLISHED_ON,
    NOTE,
)
LOWER, UPPER = "lower", "upper"
BOUNDS = (LOWER, UPPER)  # further columns where figures were published with an interval, in the unit readers see
UP, DOWN, LEVEL, HOLLOW = "▲", "▼", "–", "○"  # the shapes beside words, for those who see no colours
# Signs that no page, chart or workbook can hold: control signs other than tab and line ends, halves of a letter; and
# those that turn the direction of what follows, behind which the figures of a sentence would read backwards.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
SPANS = (1, 3, 12)  # how many months one observation may cover
EXPOSURES = ("area", "area_type", "code", "persons", "households", "year", "vintage", "source", "published_on", "note")


class Signal(StrEnum):
    """What a rule or a test found, with no opinion on whether it is good."""

    ABOVE = "above"
    BELOW = "below"
    NONE = "none"


class Judgement(StrEnum):
    """A signal read with a polarity: the one opinion from which variations, states and states among peers follow."""

    BETTER = "better"
    WORSE = "worse"
    HIGHER = "higher"  # of a neutral indicator: no opinion
    LOWER = "lower"
    NONE = "none"


class Polarity(StrEnum):
    """Which way an indicator should move. Here, and nowhere else, a signal is judged."""

    LOWER_IS_BETTER = "lower_is_better"
    HIGHER_IS_BETTER = "higher_is_better"
    NEUTRAL = "neutral"

    @property
    def good(self) -> Signal:
        """The side on which it is good to be; none of a neutral indicator."""
        return {Polarity.LOWER_IS_BETTER: Signal.BELOW, Polarity.HIGHER_IS_BETTER: Signal.ABOVE}.get(self, Signal.NONE)

    def judge(self, signal: Signal) -> Judgement:
        """Whether a signal is good news, bad news or neither.

        Examples
        --------
        >>> Polarity.LOWER_IS_BETTER.judge(Signal.BELOW)
        <Judgement.BETTER: 'better'>
        >>> Polarity.NEUTRAL.judge(Signal.BELOW)
        <Judgement.LOWER: 'lower'>
        """
        if signal is Signal.NONE:
            return Judgement.NONE
        if self is Polarity.NEUTRAL:
            return Judgement.HIGHER if signal is Signal.ABOVE else Judgement.LOWER
        return Judgement.BETTER if signal is self.good else Judgement.WORSE

    def side_of(self, judgement: Judgement) -> Signal:
        """The signal that is so judged; none where no signal is.

        Examples
        --------
        >>> Polarity.LOWER_IS_BETTER.side_of(Judgement.WORSE), Polarity.NEUTRAL.side_of(Judgement.WORSE)
        (<Signal.ABOVE: 'above'>, <Signal.NONE: 'none'>)
        """
        return next((signal for signal in Signal if self.judge(signal) is judgement), Signal.NONE)


class Worded(StrEnum):
    """A closed list of answers, each declared once with all that readers see of it.

    Attributes
    ----------
    in_words : str
        As it stands inside a sentence: `not comparable`.
    judgement : Judgement
        Whether it is good news, bad news or neither; colours and classes follow from it.
    shape : str
        The shape beside its words; of an answer that moved, the arrow upwards, which turns where the figure fell.
    """

    in_words: str
    judgement: Judgement
    shape: str

    def __new__(cls, value: str, in_words: str = "", judgement: Judgement = Judgement.NONE, shape: str = "") -> Self:
        """Keep the words beside the value; two members are told apart by the value alone."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.in_words, member.judgement, member.shape = in_words, judgement, shape
        return member


class Kind(StrEnum):
    """What sort of figure an indicator is."""

    COUNT = "count"
    RATE = "rate"
    SHARE = "share"
    SURVEY = "survey"
    MONEY = "money"
    QUALITATIVE = "qualitative"
    POSITION = "position"  # a published rank among peers

    @property
    def is_proportion(self) -> bool:
        """True where the figure is a part of a whole, shown as a per cent."""
        return self in (Kind.SHARE, Kind.SURVEY)

    @property
    def is_estimate(self) -> bool:
        """True where a figure may be published with an interval: shares, surveys and rates."""
        return self.is_proportion or self is Kind.RATE

    @property
    def per(self) -> float:
        """What numerator over denominator is multiplied by to be the figure; empty where the numerator is it."""
        return 100.0 if self.is_proportion else 1000.0 if self is Kind.RATE else float("nan")

    @property
    def is_full_count(self) -> bool:
        """True where everything is counted and nobody is asked: what moved did move, whatever a test says."""
        return self in (Kind.COUNT, Kind.RATE, Kind.MONEY)


class Variation(Worded):
    """A signal read with the indicator's polarity."""

    IMPROVEMENT = "improvement", "improvement", Judgement.BETTER
    CONCERN = "concern", "concern", Judgement.WORSE
    HIGH = "high", "high", Judgement.HIGHER
    LOW = "low", "low", Judgement.LOWER
    COMMON_CAUSE = "common_cause", "common cause"

    @classmethod
    def of(cls, judgement: Judgement) -> Variation:
        """The variation of a signal so judged.

        Examples
        --------
        >>> Variation.of(Polarity.LOWER_IS_BETTER.judge(Signal.ABOVE))
        <Variation.CONCERN: 'concern'>
        """
        return next(variation for variation in cls if variation.judgement is judgement)


class Assurance(Worded):
    """Whether a stable process will meet its target."""

    CONSISTENTLY_MET = "consistently_met", "is met month after month", Judgement.BETTER
    CONSISTENTLY_MISSED = "consistently_missed", "will not be met", Judgement.WORSE
    HIT_AND_MISS = "hit_and_miss", "is met in some months and missed in others"


class State(Worded):
    """The nine answers to "better, worse or neither?". The last five are never folded into "no change"."""

    BETTER = "better", "better", Judgement.BETTER, UP
    NO_EVIDENCE_OF_CHANGE = "no_evidence_of_change", "no unusual change", Judgement.NONE, LEVEL  # of one: `Unmoved`
    WORSE = "worse", "worse", Judgement.WORSE, UP
    HIGHER_OR_LOWER = "higher_or_lower", "higher or lower", Judgement.HIGHER, UP  # neutral: a change, and no opinion
    NOT_COMPARABLE = "not_comparable", "not comparable", Judgement.NONE, HOLLOW
    INSUFFICIENT_DATA = "insufficient_data", "not enough data", Judgement.NONE, HOLLOW
    EMBARGOED = "embargoed", "embargoed", Judgement.NONE, HOLLOW
    NOT_COLLECTED = "not_collected", "not collected", Judgement.NONE, HOLLOW
    QUALITATIVE = "qualitative", "judged in words", Judgement.NONE, HOLLOW

    @classmethod
    def of(cls, judgement: Judgement) -> State:
        """The state of a change so judged; a neutral indicator is `higher_or_lower` whichever way it moved.

        Examples
        --------
        >>> State.of(Polarity.HIGHER_IS_BETTER.judge(Signal.NONE)), State.of(Judgement.LOWER)
        (<State.NO_EVIDENCE_OF_CHANGE: 'no_evidence_of_change'>, <State.HIGHER_OR_LOWER: 'higher_or_lower'>)
        """
        alike = Judgement.HIGHER if judgement is Judgement.LOWER else judgement
        return next(state for state in cls if state.is_answer and state.judgement is alike)

    @property
    def is_answer(self) -> bool:
        """True of what a test can answer; the five others say why there is no answer."""
        return self.shape != HOLLOW


class Unmoved(Worded):
    """What `no_evidence_of_change` is called where it is known what was tested.

    A full count did move, by what is printed; where its own figures show how much it varies, the test finds that it
    moved no more than it usually does. Of a sample, and of a count whose own variation nobody knows, there is no
    evidence of change. `State` has the words for a group of both sorts.
    """

    NO_EVIDENCE = "no_evidence", "no evidence of change", Judgement.NONE, LEVEL
    AS_USUAL = "as_usual", "no more than it usually moves", Judgement.NONE, LEVEL
    ALL_AS_USUAL = "all_as_usual", "no more than they usually move", Judgement.NONE, LEVEL

    @classmethod
    def of(cls, kind: Kind, *, knows_variation: bool) -> Unmoved:
        """What was tested, by the kind of figure and whether its own figures show how much it varies.

        Examples
        --------
        >>> [Unmoved.of(kind, knows_variation=True).in_words for kind in (Kind.COUNT, Kind.SURVEY)]
        ['no more than it usually moves', 'no evidence of change']
        """
        return cls.AS_USUAL if kind.is_full_count and knows_variation else cls.NO_EVIDENCE

    @property
    def of_many(self) -> Unmoved:
        """The same said of several figures."""
        return Unmoved.ALL_AS_USUAL if self is Unmoved.AS_USUAL else self


EITHER_SIDE = "could end above or below the baseline"  # the same state of a projection, said of years to come
NOT_CLEARLY = "not clearly above or below the baseline"  # the same, wherever its interval lies
NOT_ATTRIBUTABLE = "not attributable"  # of a cohort that moved: what it moved by says nothing of what was done
REGRESSION_TO_THE_MEAN = "People picked when offending heavily usually offend less later, whatever is done."


class Strength(Worded):
    """How much a verdict will bear. Only firm ones are counted in leads and tallies; the others are named.

    `in_words` says why, as it stands after its name: `weak: with so many tests ...`.
    """

    FIRM = "firm", "it is counted"
    WEAK = "weak", "with so many tests some show a change by chance alone"
    ASSUMED = "assumed", "it rests on a number nobody published"
    STALE = "stale", "its latest figure is of an earlier period"
    EXPECTED = "expected", "the offending of people picked for it usually falls by itself"

    @property
    def is_firm(self) -> bool:
        """True of the one strength that is counted."""
        return self is Strength.FIRM


class PeerState(Worded):
    """Where the focus force stands against its peers, by polarity."""

    BETTER_THAN_PEERS = "better_than_peers", "better than peers", Judgement.BETTER
    IN_LINE_WITH_PEERS = "in_line_with_peers", "in line with peers"
    WORSE_THAN_PEERS = "worse_than_peers", "worse than peers", Judgement.WORSE
    ABOVE_PEERS = "above_peers", "above peers", Judgement.HIGHER  # neutral indicators: no opinion
    BELOW_PEERS = "below_peers", "below peers", Judgement.LOWER

    @classmethod
    def of(cls, judgement: Judgement) -> PeerState:
        """The state of a force whose distance from its peers is so judged.

        Examples
        --------
        >>> PeerState.of(Polarity.LOWER_IS_BETTER.judge(Signal.BELOW))
        <PeerState.BETTER_THAN_PEERS: 'better_than_peers'>
        """
        return next(state for state in cls if state.judgement is judgement)


class Status(Worded):
    """Why an observation has no figure, or a figure to be careful with."""

    NOT_COLLECTED = "not_collected", "not collected"
    NOT_COMPARABLE = "not_comparable", "not comparable"
    EMBARGOED = "embargoed", "embargoed"
    CENSORED = "censored", "withheld as too small"
    PROVISIONAL = "provisional", "provisional"
    ILLUSTRATIVE = "illustrative", "illustrative"  # invented: it may be shown, and decides nothing

    @property
    def may_lack_figure(self) -> bool:
        """True where it explains why there is no figure; a provisional or an illustrative one is there."""
        return self not in (Status.PROVISIONAL, Status.ILLUSTRATIVE)


class QuestionRule(Worded):
    """What the figures may raise a question by, the most urgent first; `in_words` says when it is raised."""

    WORSE_WITH_SIGNAL = (
        "worse_with_signal",
        "the verdict is worse, firm or weak, and a month of the quarter is a signal on the same side",
    )
    WORSE = (
        "worse",
        "the verdict is worse, firm or weak (of a supporting measure firm), and no month of the quarter shows it",
    )
    PROJECTION_MISSES = (
        "projection_misses",
        "all of the projection's interval is worse than the baseline, or an open target has less than a 1 in 20 chance",
    )
    PEER_GAP = (
        "peer_gap",
        "it is worse than its peers, and every position that chance allows is in the worse half of the group",
    )
    SOURCES_DIFFER = "sources_differ", "the official series gives another answer than the indicator's own figures"
    HOW_MANY_ANSWERED = (
        "how_many_answered",
        "a survey whose number of answers is not published would be worse if as many answered as such surveys ask",
    )
    WELCOME_RISE = (
        "welcome_rise",
        "it rose, firmly, and that may be good: neither way is better by itself, or higher is better",
    )
    NO_OWNER = (
        "no_owner",
        "not collected this quarter or last, and the plan names no owner; one question for all such of the plan",
    )


class Audience(StrEnum):
    """Who a pack is made for; a release restriction hides figures from the public one."""

    INTERNAL = "internal"
    PUBLIC = "public"


class GroupStatus(StrEnum):
    """How sure we are of a group's membership; or that it is every force, or those of a region: none is chosen."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    EVERY_FORCE = "every force"
    REGION = "region"


def counted(count: int, one: str, many: str = "") -> str:
    """How many of what, right in number; `many` where it is not `one` with an s.

    Examples
    --------
    >>> counted(1, "indicator"), counted(1200, "flag"), counted(0, "priority", "priorities")
    ('1 indicator', '1,200 flags', '0 priorities')
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def few(names: Sequence[str], most: int = 3) -> str:
    """The first of many, and how many more there are.

    Examples
    --------
    >>> few(["Kent", "Essex"]), few(["Kent", "Essex", "Surrey", "Dorset", "Devon"])
    ('Kent, Essex', 'Kent, Essex, Surrey and 2 more')
    """
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def capital(text: str) -> str:
    """A sentence with its first letter a capital, the rest as it is.

    Examples
    --------
    >>> capital("all crime fell in West Leicestershire")
    'All crime fell in West Leicestershire'
    """
    return text[:1].upper() + text[1:]


def slug(title: str) -> str:
    """A title as part of a file name: small ASCII letters, digits and hyphens.

    Examples
    --------
    >>> slug("Blaby and Hinckley & Bosworth")
    'blaby-and-hinckley-bosworth'
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii").lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))
