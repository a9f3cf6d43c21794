"""A police and crime plan as data: themes, priorities, indicators, events, groups, targets.

Nothing here knows any one force. `pccstats.sources.read_plan` makes these terms from a `plan.toml`.

A field of the plan is declared here and nowhere else: its type, its default and, where these do not say it, how it is
written in the file (`terms.in_file`). What the file may hold is derived from it.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from typing import Annotated, Any

import pandas as pd
from annotated_types import Ge, Gt, Interval, Le, Lt, MinLen

from pccstats.terms.errors import RequestProblem
from pccstats.terms.in_file import InFile, Matches, OneOf, ReadBy
from pccstats.terms.periods import Quarter, Window, month, month_in_words
from pccstats.terms.words import Audience, GroupStatus, Kind, Polarity, QuestionRule, State
from pccstats.terms.written import year_starts

OF_ITS_FOCUS = ("targets", "assessments", "board", "published_tally")  # what other areas of a plan have no part in
KEY_PATTERN = r"^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)+$"


def _quarter(value: Any) -> str:
    return str(Quarter.parse(value))


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, Mapping):
        raise RequestProblem('This should be a table, as { 14A = "Reduce offences" }.')
    return tuple(value.items())


Text = Annotated[str, MinLen(1)]
Key = Annotated[str, Matches(KEY_PATTERN)]
Slug = Annotated[str, Matches(r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Month = Annotated[pd.Period, ReadBy(month)]
Span = Annotated[Window, ReadBy(Window.read)]
QuarterName = Annotated[str, ReadBy(_quarter)]
NotNegative = Annotated[int, Ge(0)]
PerCent = Annotated[float, Interval(ge=0, le=100)]
NoFigure = Annotated[State, OneOf((State.NOT_COLLECTED, State.EMBARGOED, State.QUALITATIVE))]
_FROM_THE_PLAN = InFile(left_out=None)  # the plan's own, unless the entry says another
_OF_SUPPORTING = InFile(under="supporting")
_NOT_WRITTEN = InFile(under="")


@dataclass(frozen=True)
class Indicator:
    """One thing the plan measures, or says it will.

    Attributes
    ----------
    key : str
        Its name in data files, for example `12.offences`.
    title, unit : str
        What readers call it and what it is counted in (`offences`, `% satisfied`, `£m`).
    kind, polarity : Kind, Polarity
        What sort of figure, and which way it should move.
    baseline : Window
        The months it is compared with.
    horizon : pandas.Period
        The last month of the plan.
    no_figure : State or None
        Why there is no figure to test (`not_collected`, `embargoed`, `qualitative`); None where there is one.
    reason : str
        The same in a sentence for readers.
    release : Audience
        Who may see its figures; `release_note` says until when and by whose rule.
    is_cohort : bool
        True where the figures follow the same people before and after.
    peers, published_position : str or None
        Keys of the measures that hold its peer figures and its published rank.
    rate_per : int or None
        Its years are shown per so many people too.
    part_of : str or None
        Key of the measure it is a part of, an indicator or not, as theft from vehicles is of vehicle offences.
    respondents : int or None
        How many people answer a survey in 12 months, where a document says so apart; `respondents_source` names it.
    table : str
        Title of the table that a supporting measure stands in, with others of its subject.
    anchor : str or None
        Key of the measure that counts the same thing by month, of a year at least: it anchors the quarters hidden in
        the rolling years of an official measure, or in the indicator's own.
    by_place : str or None
        Key of the measure that counts it, or what comes nearest to it, by district.
    interval : float or None
        The confidence of the intervals that its figures were published with (`lower`, `upper`), as 0.95.
    owner : str
        Who answers for it, a body or a post, where the plan names anybody.
    offences : tuple of str
        Keys of the groups of offences it counts (`pccstats.reference`), with the national changes of their recording.
    """

    key: Key
    title: Text
    kind: Kind
    unit: Annotated[str, InFile(left_out="")]
    polarity: Polarity
    baseline: Annotated[Span, _FROM_THE_PLAN]
    horizon: Annotated[Month, _FROM_THE_PLAN]
    theme: Annotated[int | None, _NOT_WRITTEN] = None
    priority: Annotated[int | None, _OF_SUPPORTING] = None
    short_title: str = ""
    source_system: str = ""
    no_figure: NoFigure | None = None
    reason: str = ""
    release: Audience = Audience.PUBLIC
    release_note: str = ""
    footnotes: tuple[Text, ...] = ()
    is_cohort: bool = False
    peers: Key | None = None
    published_position: Key | None = None
    on_dashboard: Annotated[bool, _NOT_WRITTEN] = True
    table: Annotated[str, _OF_SUPPORTING] = ""
    rate_per: Annotated[int, Gt(0)] | None = None
    part_of: Key | None = None
    anchor: Key | None = None
    by_place: Key | None = None
    respondents: Annotated[int, Gt(0)] | None = None
    respondents_source: str = ""
    interval: Annotated[float, Ge(0.5), Lt(1)] | None = None
    owner: str = ""
    offences: tuple[Text, ...] = ()

    def is_open_to(self, audience: Audience) -> bool:
        """False for figures under a release restriction, where the reader is the public."""
        return audience is Audience.INTERNAL or self.release is Audience.PUBLIC

    @property
    def part(self) -> str:
        """The part of the priority it belongs to: `14A` of `14A.offences`."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """The short title where there is one, else the title."""
        return self.short_title or self.title


@dataclass(frozen=True)
class Commentary:
    """What was reported of a priority in one quarter; `is_own` of what the office wrote of it, as Markdown."""

    quarter: QuarterName
    words: Annotated[tuple[Text, ...], MinLen(1)]
    is_own: Annotated[bool, _NOT_WRITTEN] = False


@dataclass(frozen=True)
class Priority:
    """A numbered strategic priority; `parts` names its lettered halves, if it has any."""

    number: int
    title: Text
    indicators: Annotated[tuple[Indicator, ...], MinLen(1), InFile("indicator")]
    short_title: str = ""
    parts: Annotated[tuple[tuple[Text, Text], ...], ReadBy(_pairs)] = ()
    commentary: tuple[Commentary, ...] = ()

    @property
    def name(self) -> str:
        return self.short_title or self.title


@dataclass(frozen=True)
class Theme:
    """A strategic theme: one notebook and one page; `short_title` is what the navigation calls it."""

    number: int
    title: Text
    priorities: Annotated[tuple[Priority, ...], MinLen(1), InFile("priority")]
    slug: Annotated[Slug, InFile(is_needed=True)] = ""
    short_title: str = ""


@dataclass(frozen=True)
class Event:
    """A dated change of recording, definition or organisation that a reader of the figures must know.

    Attributes
    ----------
    key, title : str
        Its name in the plan file, and what readers are told happened.
    month : pandas.Period
        The first month that is affected.
    indicators : tuple of str
        Keys, `12.*` for all of a part, or `*`.
    breaks_comparability : bool
        True where figures before and after are on two definitions and are not compared.
    is_inferred : bool
        True where no document says so and the figures do.
    areas : tuple of str
        The only areas whose figures it touches; all where none is named.
    sets_no_limits : bool
        True where the figures of that month are not whole: shown, but no expected level rests on them or judges them.
    source, note : str
        Where it is said, and what else to know.
    """

    key: Text
    title: Text
    month: Month
    indicators: Annotated[tuple[Text, ...], MinLen(1)]
    breaks_comparability: bool = False
    is_inferred: bool = False
    areas: tuple[Text, ...] = ()
    sets_no_limits: bool = False
    source: str = ""
    note: str = ""

    def concerns(self, indicator: str, area: str = "") -> bool:
        """True where the event touches this indicator, there; `12.*` touches all of part 12, `*` everything.

        Where no area is given, that of the event is not asked.
        """
        return (not self.areas or not area or area in self.areas) and any(
            named in ("*", indicator) or (named.endswith(".*") and indicator.startswith(named[:-1]))
            for named in self.indicators
        )


@dataclass(frozen=True)
class Group:
    """A force and the forces judged most similar to it, between two dates.

    Attributes
    ----------
    name, focus : str
        What the group is called, and whose it is: groups are not mutual.
    peers : tuple of str
        The other forces.
    status : GroupStatus
        Whether the membership is confirmed.
    valid_from, valid_to : pandas.Period or None
        First and last month it holds in; None where it has no end.
    source, note : str
        Where it is said, and what else to know.
    """

    name: Text
    focus: Text
    peers: Annotated[tuple[Text, ...], MinLen(1)]
    status: GroupStatus
    valid_from: Month | None = None
    valid_to: Month | None = None
    source: str = ""
    note: str = ""

    @property
    def areas(self) -> tuple[str, ...]:
        """The focus force and its peers."""
        return (self.focus, *self.peers)

    def turned_to(self, name: str) -> Group:
        """The group of every force, or of its region, as another force in it has it; any other stays whose it is."""
        if self.status not in (GroupStatus.EVERY_FORCE, GroupStatus.REGION) or name not in self.areas:
            return self
        return replace(self, focus=name, peers=tuple(area for area in self.areas if area != name))

    def holds_in(self, value: object) -> bool:
        """True where the membership is the one in force in that month."""
        at = month(value)
        return (self.valid_from is None or self.valid_from <= at) and (self.valid_to is None or at <= self.valid_to)


@dataclass(frozen=True)
class Target:
    """What the plan promised of an indicator.

    Attributes
    ----------
    key, indicator : str
        Its name in the plan file, and the key of what it is a target for.
    strength : {"hard", "stretch", "outcome"}
        How firmly it was promised.
    form : {"level", "per_cent_change", "points"}
        Reach `amount`; change the baseline by `amount` per cent, compound; or by `amount` percentage points, additive.
    amount : float
        In the indicator's unit, per cent or points, with its sign.
    by : pandas.Period or None
        The last month of the 12 it is judged on.
    baseline : Window or None
        What it is a change from, where not the indicator's own.
    basis, source, note : str
        How often it is looked at, where it is said, and what else to know.
    """

    key: Text
    indicator: Key
    strength: Annotated[str, OneOf(("hard", "stretch", "outcome"))]
    form: Annotated[str, OneOf(("level", "per_cent_change", "points"))]
    amount: float
    by: Month | None = None
    baseline: Span | None = None
    basis: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class Assessment:
    """A partner's judgement in words, for one indicator and quarter."""

    indicator: Key
    quarter: QuarterName
    words: Text
    source: str = ""


@dataclass(frozen=True)
class Area:
    """A force, partnership, district or borough.

    Areas nest: `part_of` names the area around it. `partnership` is the name of its community safety partnership,
    where it has one of its own.
    """

    name: Text
    kind: Text
    part_of: Text | None = None
    code: str = ""
    partnership: str = ""


@dataclass(frozen=True)
class Objective:
    """What a partnership set out to do, and the indicators that would show it; none where nothing is counted."""

    area: Text
    words: Text
    indicators: tuple[Key, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class BoardPriority:
    """One priority of the board of partners, with the indicators its outcomes are judged by."""

    title: Text
    indicators: tuple[Key, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Board:
    """The board the partnerships report to: its name and its own priorities, which need not be the plan's."""

    name: Text
    priorities: Annotated[tuple[BoardPriority, ...], MinLen(1), InFile("priority")]
    source: str = ""


@dataclass(frozen=True)
class Questions:
    """Which questions a pack does not ask: the rules that are switched off."""

    off: tuple[QuestionRule, ...] = ()


@dataclass(frozen=True)
class PageLimit:
    """What one page of a pack may take, where that is not what the command says of all.

    Attributes
    ----------
    page : str
        The name of its file or of its notebook, without the ending.
    minutes, gigabytes : float or None
        The time it may take, and the memory (thousand million bytes).
    """

    page: Text
    minutes: Annotated[float, Gt(0), Le(24 * 60)] | None = None
    gigabytes: Annotated[float, Interval(ge=1, le=1024)] | None = None


@dataclass(frozen=True)
class Reference:
    """What a plan takes from the facts about forces that come with the package (`pccstats.reference`).

    Attributes
    ----------
    force : str
        The force whose plan it is, by any spelling: the plan's focus, unless it names another.
    areas : {"all", "region", "force"}
        Which forces the plan holds beside the areas it lists: all, those of the region, or the force alone. Their
        populations come with them.
    regions : bool
        True where the forces of each region are a group: a force is then set beside those of its region too.
    """

    force: Text
    areas: Annotated[str, OneOf(("all", "region", "force"))] = "all"
    regions: bool = False


@dataclass(frozen=True)
class Plan:
    """A whole police and crime plan.

    Attributes
    ----------
    title, publisher : str
        What it is called and whose it is.
    focus : str
        The area its pages report.
    baseline, horizon : Window, pandas.Period
        What indicators are compared with, and the last month of the plan, unless they have their own.
    themes : tuple of Theme
        The strategic themes with their priorities and indicators.
    supporting : tuple of Indicator
        Measures that explain an indicator and stay off the dashboard.
    areas, groups, events, targets, assessments, objectives : tuple
        Places figures are held for, peers, dated changes, promises, partners' judgements in words, and what
        partnerships set out to do.
    board : Board or None
        The board of partners, where it has priorities of its own.
    published_tally : PublishedTally or None
        The tally of a published paper, where there is one to stand beside ours.
    questions : Questions
        Which rules for questions are switched off; by default none.
    reference : Reference or None
        What it takes from the facts about forces that come with the package.
    year_starts : {"01", "04", "07"}
        The month its years begin with; quarters, windows, axes and words follow.
    limits : tuple of PageLimit
        What single pages may take of time and memory; by default none has a limit of its own.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan = pcc.read_plan("data/raw")
    >>> len(plan.themes), len(plan.priorities), len(plan.indicators)
    (5, 18, 40)
    >>> plan.indicator("12.offences").polarity
    <Polarity.LOWER_IS_BETTER: 'lower_is_better'>
    """

    title: Text
    focus: Text
    baseline: Span
    horizon: Month
    themes: Annotated[tuple[Theme, ...], MinLen(1), InFile("theme")]
    supporting: tuple[Indicator, ...] = ()
    areas: Annotated[tuple[Area, ...], MinLen(1), InFile(is_needed=True)] = ()
    groups: Annotated[tuple[Group, ...], InFile("group")] = ()
    events: Annotated[tuple[Event, ...], InFile("event")] = ()
    targets: Annotated[tuple[Target, ...], InFile("target")] = ()
    assessments: Annotated[tuple[Assessment, ...], InFile("assessment")] = ()
    publisher: str = ""
    objectives: Annotated[tuple[Objective, ...], InFile("objective")] = ()
    board: Board | None = None
    published_tally: PublishedTally | None = None
    questions: Questions = Questions()
    reference: Reference | None = None
    year_starts: Annotated[str, OneOf(("01", "04", "07"))] = "04"
    limits: Annotated[tuple[PageLimit, ...], InFile("limit")] = ()

    @property
    def priorities(self) -> tuple[Priority, ...]:
        return tuple(priority for theme in self.themes for priority in theme.priorities)

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators of the dashboard, in its order."""
        return tuple(i for priority in self.priorities for i in priority.indicators if i.on_dashboard)

    def _every_indicator(self) -> Iterator[Indicator]:
        for priority in self.priorities:
            yield from priority.indicators
        yield from self.supporting

    def indicator(self, key: str) -> Indicator:
        """The indicator or supporting measure of this key; an unknown key is refused with the nearest ones."""
        known = {indicator.key: indicator for indicator in self._every_indicator()}
        if key in known:
            return known[key]
        near = get_close_matches(key, known, n=3, cutoff=0.5)
        hint = f" Did you mean {' or '.join(near)}?" if near else f" The plan has: {', '.join(sorted(known))}."
        raise RequestProblem(f"The plan has no indicator {key!r}.{hint}")

    def theme(self, number: int) -> Theme:
        """The theme of this number."""
        for theme in self.themes:
            if theme.number == number:
                return theme
        numbers = ", ".join(str(theme.number) for theme in self.themes)
        raise RequestProblem(f"The plan has no theme {number}. It has {numbers}.")

    def priority(self, number: int) -> Priority:
        """The priority of this number."""
        for priority in self.priorities:
            if priority.number == number:
                return priority
        numbers = ", ".join(str(priority.number) for priority in self.priorities)
        raise RequestProblem(f"The plan has no priority {number}. It has {numbers}.")

    def area(self, name: str) -> Area:
        """The area of this name."""
        for area in self.areas:
            if area.name == name:
                return area
        names = [area.name for area in self.areas]
        near = get_close_matches(name, names, n=3, cutoff=0.5) or names
        raise RequestProblem(f"The plan has no area {name!r}. It has {', '.join(near)}.")

    @property
    def of_the_kind(self) -> tuple[str, ...]:
        """The names of the areas of the same kind as the focus, itself among them, in the order of the file.

        Examples
        --------
        >>> import pccstats as pcc
        >>> pcc.read_plan("data/raw").of_the_kind[:3]
        ('Leicestershire', 'Avon and Somerset', 'Bedfordshire')
        """
        kind = self.area(self.focus).kind
        return tuple(area.name for area in self.areas if area.kind == kind)

    def quarter(self, asked: str | Quarter) -> Quarter:
        """The quarter asked for, of this plan's years.

        Raises
        ------
        RequestProblem
            For text that is no quarter, and where years begin with another month than the plan's, since another plan
            was read after it: the name would mean other months.

        Examples
        --------
        >>> import pccstats as pcc
        >>> str(pcc.read_plan("data/raw").quarter("2015/16-Q1").last_month)
        '2015-06'
        """
        at, own = asked if isinstance(asked, Quarter) else Quarter.parse(asked), int(self.year_starts)
        others = [calendar.month_name[first] for first in (at.year.first, year_starts()) if first != own]
        if others:
            raise RequestProblem(
                f"Years of the plan {self.title!r} begin in {calendar.month_name[own]}; {at} was asked for when years "
                f"began in {others[0]}, as in another plan read meanwhile. Read this plan again, then ask."
            )
        return at

    def parts_of(self, name: str) -> tuple[Area, ...]:
        """The areas directly inside this one, in the order of the file."""
        return tuple(area for area in self.areas if area.part_of == name)

    def smallest_parts_of(self, name: str) -> tuple[Area, ...]:
        """The areas inside this one that hold no others."""
        parts = self.parts_of(name)
        return tuple(leaf for part in parts for leaf in (self.smallest_parts_of(part.name) or (part,)))

    def objectives_of(self, area: str) -> tuple[Objective, ...]:
        """What the partnership of this area set out to do."""
        return tuple(objective for objective in self.objectives if objective.area == area)

    def events_for(self, indicator: str, area: str = "") -> tuple[Event, ...]:
        """The registered events that touch an indicator, in that area where one is given, earliest first."""
        return tuple(sorted((e for e in self.events if e.concerns(indicator, area)), key=lambda event: event.month))

    def targets_for(self, indicator: str) -> tuple[Target, ...]:
        """What the plan promised of an indicator, in the order of the file."""
        return tuple(target for target in self.targets if target.indicator == indicator)

    def group_at(self, value: object) -> Group | None:
        """The Most Similar Group of the focus in force in a month, or None where the plan names none."""
        own = (group for group in self.groups if group.focus == self.focus and group.status is not GroupStatus.REGION)
        return next((group for group in own if group.holds_in(value)), None)

    def region_at(self, value: object) -> Group | None:
        """The forces of the focus's region, which it is also set beside, or None where the plan names none."""
        regions = (group for group in self.groups if group.status is GroupStatus.REGION and self.focus in group.areas)
        return next((group.turned_to(self.focus) for group in regions if group.holds_in(value)), None)

    def focused_on(self, name: str) -> Plan:
        """The same plan with another of its areas as the focus, without what was promised and judged of its own.

        Examples
        --------
        >>> import pccstats as pcc
        >>> kent = pcc.read_plan("data/raw").focused_on("Kent")
        >>> kent.title, kent.focus, len(kent.indicators), len(kent.targets)
        ('Police and Crime Plan 2013-17: Kent', 'Kent', 40, 0)
        """
        if self.area(name).name == self.focus:
            return self
        nothing: dict[str, Any] = {field.name: field.default for field in fields(self) if field.name in OF_ITS_FOCUS}
        groups = tuple(group.turned_to(name) for group in self.groups)
        said = [replace(t, priorities=tuple(replace(p, commentary=()) for p in t.priorities)) for t in self.themes]
        return replace(self, **nothing, themes=tuple(said), title=f"{self.title}: {name}", focus=name, groups=groups)


def event_in_words(event: Event) -> str:
    """Name an event inside a sentence.

    Examples
    --------
    >>> from pccstats.terms.periods import month
    >>> event_in_words(Event("absent", "People may be recorded as absent", month("2013-04"), ("17.*",)))
    "the registered event 'People may be recorded as absent' (April 2013)"
    """
    return f"the registered event '{event.title}' ({month_in_words(event.month)})"


def events_in_words(events: Iterable[Event]) -> str:
    """Several, parted by semicolons."""
    return "; ".join(event_in_words(event) for event in events)


@dataclass(frozen=True)
class PublishedTally:
    """How many indicators a paper counted as positive, as no change and as negative.

    Attributes
    ----------
    quarter : str
        The quarter the paper reports.
    positive, no_change, negative : int
        As printed.
    per_cent : tuple of float
        The same three as printed per cents.
    without_measure : int
        How many of `no_change` the paper says have no metric at all.
    judged_by_projection, said_to_rise : tuple of str
        Indicators that the paper judges by where they are heading, and those of them it says are heading up.
    source : str
        Document and paragraphs.
    """

    quarter: QuarterName
    positive: NotNegative
    no_change: NotNegative
    negative: NotNegative
    per_cent: tuple[PerCent, PerCent, PerCent]
    without_measure: NotNegative = 0
    judged_by_projection: tuple[Key, ...] = ()
    said_to_rise: tuple[Key, ...] = ()
    source: str = ""

    @property
    def indicators(self) -> int:
        """How many indicators it counts."""
        return self.positive + self.no_change + self.negative

    @property
    def counts(self) -> tuple[int, int, int]:
        """Positive, no change, negative."""
        return self.positive, self.no_change, self.negative
