"""A police and crime plan as data: themes, priorities, indicators, events, groups, targets.

Nothing here knows any one force. `pccstats.sources.read_plan` makes these terms from a `plan.toml`.

Long because the parts of a plan refer to one another; each is a few lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

import pandas as pd

from pccstats.terms.errors import RequestProblem
from pccstats.terms.periods import Window, month, month_in_words
from pccstats.terms.words import Audience, GroupStatus, Kind, Polarity, State


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
        Key of the supporting measure it is a part of, as savings realised are of savings required.
    table : str
        Title of the table that a supporting measure stands in, with others of its subject.
    """

    key: str
    title: str
    kind: Kind
    unit: str
    polarity: Polarity
    baseline: Window
    horizon: pd.Period
    theme: int | None = None
    priority: int | None = None
    short_title: str = ""
    source_system: str = ""
    no_figure: State | None = None
    reason: str = ""
    release: Audience = Audience.PUBLIC
    release_note: str = ""
    footnotes: tuple[str, ...] = ()
    is_cohort: bool = False
    peers: str | None = None
    published_position: str | None = None
    on_dashboard: bool = True
    table: str = ""
    rate_per: int | None = None
    part_of: str | None = None

    @property
    def part(self) -> str:
        """The part of the priority it belongs to: `14A` of `14A.offences`."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """The short title where there is one, else the title."""
        return self.short_title or self.title


@dataclass(frozen=True)
class Priority:
    """A numbered strategic priority; `parts` names its lettered halves, if it has any."""

    number: int
    title: str
    indicators: tuple[Indicator, ...]
    short_title: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    commentary: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.short_title or self.title


@dataclass(frozen=True)
class Theme:
    """A strategic theme: one notebook and one page."""

    number: int
    title: str
    priorities: tuple[Priority, ...]
    slug: str = ""


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
    source, note : str
        Where it is said, and what else to know.
    """

    key: str
    title: str
    month: pd.Period
    indicators: tuple[str, ...]
    breaks_comparability: bool = False
    is_inferred: bool = False
    source: str = ""
    note: str = ""

    def concerns(self, indicator: str) -> bool:
        """True where the event touches this indicator; `12.*` touches all of part 12, `*` everything."""
        return any(
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

    name: str
    focus: str
    peers: tuple[str, ...]
    status: GroupStatus
    valid_from: pd.Period | None = None
    valid_to: pd.Period | None = None
    source: str = ""
    note: str = ""

    @property
    def areas(self) -> tuple[str, ...]:
        """The focus force and its peers."""
        return (self.focus, *self.peers)

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

    key: str
    indicator: str
    strength: str
    form: str
    amount: float
    by: pd.Period | None = None
    baseline: Window | None = None
    basis: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class Assessment:
    """A partner's judgement in words, for one indicator and quarter."""

    indicator: str
    quarter: str
    words: str
    source: str = ""


@dataclass(frozen=True)
class Area:
    """A force, partnership, district or borough.

    Areas nest: `part_of` names the area around it. `partnership` is the name of its community safety partnership,
    where it has one of its own.
    """

    name: str
    kind: str
    part_of: str | None = None
    code: str = ""
    partnership: str = ""


@dataclass(frozen=True)
class Objective:
    """What a partnership set out to do, and the indicators that would show it; none where nothing is counted."""

    area: str
    words: str
    indicators: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class BoardPriority:
    """One priority of the board of partners, with the indicators its outcomes are judged by."""

    title: str
    indicators: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Board:
    """The board the partnerships report to: its name and its own priorities, which need not be the plan's."""

    name: str
    priorities: tuple[BoardPriority, ...]
    source: str = ""


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

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan = pcc.read_plan("data/raw")
    >>> len(plan.themes), len(plan.priorities), len(plan.indicators)
    (5, 18, 40)
    >>> plan.indicator("12.offences").polarity
    <Polarity.LOWER_IS_BETTER: 'lower_is_better'>
    """

    title: str
    focus: str
    baseline: Window
    horizon: pd.Period
    themes: tuple[Theme, ...]
    supporting: tuple[Indicator, ...] = ()
    areas: tuple[Area, ...] = ()
    groups: tuple[Group, ...] = ()
    events: tuple[Event, ...] = ()
    targets: tuple[Target, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    publisher: str = ""
    objectives: tuple[Objective, ...] = ()
    board: Board | None = None
    published_tally: PublishedTally | None = None

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

    def events_for(self, indicator: str) -> tuple[Event, ...]:
        """The registered events that touch an indicator, earliest first."""
        return tuple(sorted((e for e in self.events if e.concerns(indicator)), key=lambda event: event.month))

    def targets_for(self, indicator: str) -> tuple[Target, ...]:
        """What the plan promised of an indicator, in the order of the file."""
        return tuple(target for target in self.targets if target.indicator == indicator)

    def group_at(self, value: object) -> Group | None:
        """The Most Similar Group in force in a month, or None where the plan names none."""
        return next((group for group in self.groups if group.holds_in(value)), None)


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

    quarter: str
    positive: int
    no_change: int
    negative: int
    per_cent: tuple[float, float, float]
    without_measure: int = 0
    judged_by_projection: tuple[str, ...] = ()
    said_to_rise: tuple[str, ...] = ()
    source: str = ""

    @property
    def indicators(self) -> int:
        """How many indicators it counts."""
        return self.positive + self.no_change + self.negative

    @property
    def counts(self) -> tuple[int, int, int]:
        """Positive, no change, negative."""
        return self.positive, self.no_change, self.negative
