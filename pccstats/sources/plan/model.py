"""What a plan file may hold: its keys, their types and their allowed words.

These models are private to the reader. What comes out of it are the frozen terms of `pccstats.terms.plan`. How entries
refer to one another is checked in `references.py`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from pccstats.sources.entries import Entry, EntryMonth, EntryQuarter, EntryWindow, Key, Slug, Text
from pccstats.terms.words import Audience, GroupStatus, Kind, Polarity, State

NotNegative = Annotated[StrictInt, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
NoFigure = Literal[State.NOT_COLLECTED, State.EMBARGOED, State.QUALITATIVE]


class IndicatorEntry(Entry):
    """One `[[theme.priority.indicator]]`: something the plan measures, or says it will."""

    key: Key
    title: Text
    kind: Kind
    polarity: Polarity
    unit: str = ""
    short_title: str = ""
    source_system: str = ""
    baseline: EntryWindow | None = None
    horizon: EntryMonth | None = None
    no_figure: NoFigure | None = None
    reason: str = ""
    release: Audience = Audience.PUBLIC
    release_note: str = ""
    footnotes: tuple[Text, ...] = ()
    is_cohort: StrictBool = False
    peers: Key | None = None
    published_position: Key | None = None
    rate_per: Annotated[StrictInt, Field(gt=0)] | None = None


class SupportingEntry(IndicatorEntry):
    """One line of `supporting`: a measure that explains an indicator and stays off the dashboard."""

    priority: StrictInt | None = None
    table: str = ""
    part_of: Key | None = None


class PriorityEntry(Entry):
    """One `[[theme.priority]]`, with its indicators."""

    number: StrictInt
    title: Text
    short_title: str = ""
    parts: dict[Text, Text] = Field(default_factory=dict)
    commentary: tuple[Text, ...] = ()
    indicator: tuple[IndicatorEntry, ...] = Field(min_length=1)


class ThemeEntry(Entry):
    """One `[[theme]]`, with its priorities."""

    number: StrictInt
    title: Text
    slug: Slug
    priority: tuple[PriorityEntry, ...] = Field(min_length=1)


class AreaEntry(Entry):
    """One line of `areas`: a force, district or borough that figures are held for."""

    name: Text
    kind: Text
    part_of: Text | None = None
    code: str = ""
    partnership: str = ""


class ObjectiveEntry(Entry):
    """One `[[objective]]`: what a partnership set out to do."""

    area: Text
    words: Text
    indicators: tuple[Key, ...] = ()
    source: str = ""


class BoardPriorityEntry(Entry):
    """One `[[board.priority]]`, with the indicators of its outcomes."""

    title: Text
    indicators: tuple[Key, ...] = ()
    note: str = ""


class BoardEntry(Entry):
    """The `[board]` the partnerships report to."""

    name: Text
    priority: tuple[BoardPriorityEntry, ...] = Field(min_length=1)
    source: str = ""


class GroupEntry(Entry):
    """One `[[group]]`: who is compared with whom, from when to when."""

    name: Text
    focus: Text
    peers: tuple[Text, ...] = Field(min_length=1)
    status: GroupStatus
    valid_from: EntryMonth | None = None
    valid_to: EntryMonth | None = None
    source: str = ""
    note: str = ""


class EventEntry(Entry):
    """One `[[event]]`: a dated change a reader of the figures must know."""

    key: Text
    title: Text
    month: EntryMonth
    indicators: tuple[Text, ...] = Field(min_length=1)
    breaks_comparability: StrictBool = False
    is_inferred: StrictBool = False
    source: str = ""
    note: str = ""


class TargetEntry(Entry):
    """One `[[target]]`: what the plan promised of an indicator."""

    key: Text
    indicator: Key
    strength: Literal["hard", "stretch", "outcome"]
    form: Literal["level", "per_cent_change", "points"]
    amount: Annotated[float, Field(strict=True, allow_inf_nan=False)]
    by: EntryMonth | None = None
    baseline: EntryWindow | None = None
    basis: str = ""
    source: str = ""
    note: str = ""


class AssessmentEntry(Entry):
    """One `[[assessment]]`: a partner's judgement in words, for a quarter."""

    indicator: Key
    quarter: EntryQuarter
    words: Text
    source: str = ""


class PublishedTallyEntry(Entry):
    """The `[published_tally]`: how a published paper counted the plan's indicators, as printed."""

    quarter: EntryQuarter
    positive: NotNegative
    no_change: NotNegative
    negative: NotNegative
    per_cent: tuple[Share, Share, Share]
    without_measure: NotNegative = 0
    judged_by_projection: tuple[Key, ...] = ()
    said_to_rise: tuple[Key, ...] = ()
    source: str = ""


class PlanEntry(Entry):
    """The whole file."""

    title: Text
    focus: Text
    baseline: EntryWindow
    horizon: EntryMonth
    theme: tuple[ThemeEntry, ...] = Field(min_length=1)
    areas: tuple[AreaEntry, ...] = Field(min_length=1)
    publisher: str = ""
    supporting: tuple[SupportingEntry, ...] = ()
    group: tuple[GroupEntry, ...] = ()
    event: tuple[EventEntry, ...] = ()
    target: tuple[TargetEntry, ...] = ()
    assessment: tuple[AssessmentEntry, ...] = ()
    objective: tuple[ObjectiveEntry, ...] = ()
    board: BoardEntry | None = None
    published_tally: PublishedTallyEntry | None = None
