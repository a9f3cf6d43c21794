"""The closed lists of words: polarity, kinds of figure, signals, states, audiences; and the names of the columns."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

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
SPANS = (1, 3, 12)  # how many months one observation may cover
EXPOSURES = ("area", "area_type", "code", "persons", "households", "year", "vintage", "source", "note")


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


class Variation(StrEnum):
    """A signal read with the indicator's polarity."""

    IMPROVEMENT = "improvement"
    CONCERN = "concern"
    HIGH = "high"
    LOW = "low"
    COMMON_CAUSE = "common_cause"


class Assurance(StrEnum):
    """Whether a stable process will meet its target."""

    CONSISTENTLY_MET = "consistently_met"
    CONSISTENTLY_MISSED = "consistently_missed"
    HIT_AND_MISS = "hit_and_miss"


class State(StrEnum):
    """The eight answers to "better, worse or neither?". The last five are never folded into "no change"."""

    BETTER = "better"
    NO_EVIDENCE_OF_CHANGE = "no_evidence_of_change"
    WORSE = "worse"
    NOT_COMPARABLE = "not_comparable"
    INSUFFICIENT_DATA = "insufficient_data"
    EMBARGOED = "embargoed"
    NOT_COLLECTED = "not_collected"
    QUALITATIVE = "qualitative"

    @property
    def in_words(self) -> str:
        """The state as readers see it: `no evidence of change`."""
        return self.value.replace("_", " ")


class PeerState(StrEnum):
    """Where the focus force stands against its peers, by polarity."""

    BETTER_THAN_PEERS = "better_than_peers"
    IN_LINE_WITH_PEERS = "in_line_with_peers"
    WORSE_THAN_PEERS = "worse_than_peers"
    ABOVE_PEERS = "above_peers"  # neutral indicators: no opinion
    BELOW_PEERS = "below_peers"

    @property
    def in_words(self) -> str:
        return self.value.replace("_", " ")


class Status(StrEnum):
    """Why an observation has no figure, or a figure to be careful with."""

    NOT_COLLECTED = "not_collected"
    NOT_COMPARABLE = "not_comparable"
    EMBARGOED = "embargoed"
    CENSORED = "censored"
    PROVISIONAL = "provisional"


class Audience(StrEnum):
    """Who a pack is made for; a release restriction hides figures from the public one."""

    INTERNAL = "internal"
    PUBLIC = "public"


class GroupStatus(StrEnum):
    """How sure we are of a group's membership."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"


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
