"""A first draft of a plan: what is proposed of a force from the files given, and why.

What people expect of such a plan stands as data in `template/begin/proposals.toml`, what a statement of national
measures needs in `national-measures.toml` beside it; here they are met with what the files hold. The texts are written
by the templates there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd

from pccstats import reference
from pccstats.methods.recovered_quarters import LEAST_ANCHOR_MONTHS
from pccstats.sources.recognise import Recognised
from pccstats.terms.errors import Problem, RequestProblem
from pccstats.terms.periods import (
    MONTHS_IN_A_QUARTER,
    MONTHS_IN_A_YEAR,
    FinancialYear,
    Quarter,
    Window,
    month,
    month_in_words,
    months_in_words,
)
from pccstats.terms.words import counted, slug

Chosen = Mapping[str, tuple[Recognised, ...]]
Expected = Mapping[str, Any]  # themes with their priorities and indicators, as their file has them
BEGIN = Path(__file__).parent / "template" / "begin"
STREET, FORCE_TABLES = "police_uk_street", "ons_force_tables"
ALL_CRIME, BEHAVIOUR = "all_crime_excluding_fraud", "anti_social_behaviour"
STREET_CRIME = "All crime in street-level records"
USUAL = "proposals"  # what is proposed where no template is named
TEMPLATES = ("national-measures",)
FEW_RESIDENTS = "City of London"  # whose crime is not that of its residents: rates say nothing there
FEWEST_PEERS = 2
OLD_AFTER = 24  # months: a file of another sort that ends so much earlier than the latest is left out
ENOUGH = 36  # months: what an expected level rests on
PROJECTED_FROM = 9  # totals of 12 months a quarter apart: three years of months
_CRIME_TABLE = "P1 / "  # of the ONS tables by police force area; some figures stand in other tables
_OTHER_TABLES = {
    BEHAVIOUR: "P7 / Number of Incidents",
    "knife_offences": "P5 / Number of selected offences involving a knife",
}
_ALL_OF_STREET = "Anti-social behaviour"  # every other type of record is a crime


@dataclass(frozen=True)
class _Format:
    """What readers are told of a format, and how long after its last month it comes out."""

    label: str
    system: str
    published_after: int
    published_why: str


_OFFICIAL = 4, "quarterly crime statistics come out about four months after their last month"
_FORMATS = {
    "rolling_year_csv": _Format(
        "Home Office and Office for National Statistics, police recorded crime, rolling years by force",
        "Police recorded crime, Home Office and ONS",
        *_OFFICIAL,
    ),
    FORCE_TABLES: _Format(
        "Office for National Statistics, police force area data tables", "Police recorded crime, ONS", *_OFFICIAL
    ),
    "home_office_tables": _Format(
        "Home Office, police recorded crime open data tables", "Police recorded crime, Home Office", *_OFFICIAL
    ),
    STREET: _Format(
        "data.police.uk, street-level records",
        "data.police.uk street-level records",
        2,
        "the records of a month come out about two months later",
    ),
}


@dataclass(frozen=True)
class DraftIndicator:
    """One indicator proposed, as `plan.toml` has it; with a `reason` where the files hold nothing of it."""

    key: str
    offence: str
    title: str
    unit: str
    polarity: str
    source: str
    footnote: str = ""
    part_of: str = ""
    kind: str = "count"
    reason: str = ""


@dataclass(frozen=True)
class DraftPriority:
    """One priority proposed."""

    number: int
    title: str
    short_title: str
    indicators: tuple[DraftIndicator, ...]


@dataclass(frozen=True)
class DraftTheme:
    """One theme proposed."""

    number: int
    title: str
    short_title: str
    priorities: tuple[DraftPriority, ...]

    @property
    def slug(self) -> str:
        """The title in the page's name."""
        return slug(self.title)


@dataclass(frozen=True)
class DraftAnchor:
    """Street records of an offence of which an indicator holds 12-month totals, and what came of setting them beside.

    Attributes
    ----------
    indicator, key, title, unit, source : str
        The indicator's key; the measure's own, its title and what it counts; where the records are from.
    said : str
        Whether the quarters hidden in the totals are told by it, or why not; empty before it was tried.
    is_told : bool
        True where the quarters are told.
    is_kept : bool
        False where the indicator does better without.
    """

    indicator: str
    key: str
    title: str
    unit: str
    source: str
    said: str = ""
    is_told: bool = False
    is_kept: bool = True


@dataclass(frozen=True)
class DraftSource:
    """One file, as `sources.toml` has it: what it is, and the names in it of each indicator.

    Attributes
    ----------
    published_on, revises : str
        Of a later edition that has months of others again: the month it came out, and the names of those others.
    """

    file: str
    reader: str
    what: str
    span: str
    label: str
    published_after: int
    published_why: str
    indicators: tuple[tuple[str, tuple[str, ...]], ...]
    published_on: str = ""
    revises: str = ""


@dataclass(frozen=True)
class Draft:
    """A plan proposed for a force, with the reasons that its file states.

    Attributes
    ----------
    baseline : str or tuple of str
        A financial year, or a first and a last month.
    quarter : str
        The latest quarter of which every month is covered.
    peers : tuple of str
        The other forces with figures.
    unused : tuple of str
        Files given of which nothing is proposed, each with the reason.
    anchors : tuple of DraftAnchor
        Street records that count the same as an indicator's 12-month totals.
    not_projected : str
        Why nothing can be projected yet, and what would change it; empty where figures are close enough.
    named, about, guidance : str
        What it is called, what it is, and what else its template asks for.
    """

    force: str
    baseline: str | tuple[str, ...]
    baseline_why: str
    horizon: str
    horizon_why: str
    quarter: str
    areas: str
    held_in_words: str
    themes: tuple[DraftTheme, ...]
    sources: tuple[DraftSource, ...]
    peers: tuple[str, ...]
    unused: tuple[str, ...]
    named: str
    about: str
    guidance: str = ""
    anchors: tuple[DraftAnchor, ...] = ()
    not_projected: str = ""
    left_out: str = FEW_RESIDENTS

    @property
    def title(self) -> str:
        return f"{self.force}: {self.named}"

    @property
    def has_rates(self) -> bool:
        """False where rates by residents say nothing."""
        return self.force != FEW_RESIDENTS

    @property
    def indicators(self) -> tuple[DraftIndicator, ...]:
        return tuple(each for theme in self.themes for priority in theme.priorities for each in priority.indicators)

    @property
    def example(self) -> str:
        """An indicator that a promise might be about."""
        held = [each for each in self.indicators if not each.reason]
        return next((each.key for each in held if each.offence == "burglary"), held[0].key)

    def anchor_of(self, indicator: DraftIndicator) -> DraftAnchor | None:
        """The street records that count the same as an indicator, where any do."""
        return next((each for each in self.anchors if each.indicator == indicator.key), None)

    @property
    def why_no_peers(self) -> str:
        """Why nobody is compared, where nobody is."""
        if not self.has_rates:
            return f"nobody: so few people live in {self.force} that its rates by residents say nothing"
        return "nobody: the files hold figures of too few other forces"

    @property
    def peers_note(self) -> str:
        """What readers are told of who is compared."""
        return f"Every force with figures but {FEW_RESIDENTS}, where few people live. None was chosen for likeness."


def draft_of(force: reference.Force, files: Sequence[Recognised], template: str = USUAL) -> Draft:
    """Propose a plan for a force from the files given.

    Parameters
    ----------
    force : Force
        Whose plan it is.
    files : sequence of Recognised
        The files, each as it lies beside the plan.
    template : str
        What is proposed: what people expect of a plan, or one of `TEMPLATES`.

    Raises
    ------
    RequestProblem
        Naming every file that holds nothing of the force, or nothing that a plan can be proposed from, and editions
        of one table of which nothing says which is the later.
    """
    expected = _expected(template)
    if problems := [*(each for file in files for each in unusable(file, force)), *_of_one_month(files)]:
        raise RequestProblem(problems)
    last = max(_last(file) for file in files)
    newest = max(files, key=_last).months
    recent = [file for file in files if file.months == newest or _last(file) >= last - OLD_AFTER]
    chosen = _chosen(recent, last, expected)
    if not chosen:
        step = "Of tables by police force area, table P1 is needed."
        raise RequestProblem(
            Problem("The files hold nothing of what this template asks for.", "--template", template, step)
        )
    themes = _themes(chosen, expected)
    keys = {each.offence: each.key for theme in themes for p in theme.priorities for each in p.indicators}
    anchors = _anchors(files, chosen)
    sources = {file.path: _source(file, chosen, keys, anchors) for file in files}
    used = [file for file in files if sources[file.path].indicators]
    unused = (f"{file.path.name}: {_why_not(file, recent)}" for file in files if file not in used)
    baseline, why, term = _baseline(_of_most(chosen), last)
    horizon, horizon_why = _horizon(term, last)
    peers = _peers(force, used)
    return Draft(
        force=force.name,
        baseline=baseline,
        baseline_why=why,
        horizon=horizon,
        horizon_why=horizon_why,
        quarter=str(_last_quarter(last)),
        areas="all" if peers else "force",
        held_in_words=counted(len({area for file in used for area in file.areas}), "force"),
        themes=themes,
        sources=tuple(sources[file.path] for file in used),
        peers=peers,
        unused=tuple(unused),
        named=expected["title"],
        about=expected["about"],
        guidance=expected.get("guidance", ""),
        anchors=tuple(_anchor(offence, keys[offence]) for offence in anchors),
        not_projected=_not_projected(_of_most(chosen), last),
    )


def unusable(file: Recognised, force: reference.Force) -> Iterable[Problem]:
    """Why nothing can be proposed of a force from a file; nothing where something can."""
    if file.reader not in _FORMATS:
        step = "Make a folder without --from, and name the file in its sources.toml."
        yield Problem(f"It is read ({file.what}), but no plan can be proposed from it.", str(file.path), next_step=step)
    elif force.name not in file.areas:
        step = f"It has {', '.join(file.areas[:6])}{' and others' if len(file.areas) > 6 else ''}."
        yield Problem(f"It holds no figures of {force.name}.", str(file.path), next_step=step)
    elif not any(_names(file, each.key) for each in reference.offences()):
        step = "Of tables by police force area, table P1 is needed."
        yield Problem(f"It holds no offences that are known ({file.what}).", str(file.path), next_step=step)


def _of_one_month(files: Sequence[Recognised]) -> Iterable[Problem]:
    """Editions of one table that reach the same month: which of them is the later, nothing in them says."""
    for file, other in combinations(files, 2):
        is_one_table = file.reader == other.reader and _last(file) == _last(other) and _share(file, other)
        if is_one_table and any(_names(file, each.key) and _names(other, each.key) for each in reference.offences()):
            last = month_in_words(_last(file))
            message = f"{file.path.name} and {other.path.name} are editions of one table: both reach {last}."
            step = "Give one of them: the corrected one, or the one published later."
            yield Problem(message, next_step=step)


def _share(file: Recognised, other: Recognised) -> bool:
    """True of files that have figures of the same months and areas."""
    is_one_span = file.months == other.months and not set(_ends(file)).isdisjoint(_ends(other))
    return is_one_span and not set(file.areas).isdisjoint(other.areas)


def _without_older(files: Sequence[Recognised]) -> tuple[Recognised, ...]:
    """The files without those whose months and areas another has all again, and more or later ones."""
    return tuple(
        file
        for place, file in enumerate(files)
        if not any(
            _has_all(other, file) and (at < place or not _has_all(file, other))
            for at, other in enumerate(files)
            if at != place
        )
    )


def _has_all(file: Recognised, other: Recognised) -> bool:
    is_one_span = file.months == other.months and set(_ends(file)) >= set(_ends(other))
    return is_one_span and set(file.areas) >= set(other.areas)


def _ends(file: Recognised) -> tuple[str, ...]:
    """The months its crime figures end in; of ONS tables one year, since other tables of the file go further back."""
    return file.ends[-1:] if file.reader == FORCE_TABLES else file.ends


def _last(file: Recognised) -> pd.Period:
    return month(_ends(file)[-1])


def _names(file: Recognised, offence: str) -> tuple[str, ...]:
    """What the file calls a group of offences, summed; none where it has no figures of it."""
    if file.reader == FORCE_TABLES:
        if offence in _OTHER_TABLES:
            return (_OTHER_TABLES[offence],) if _OTHER_TABLES[offence] in file.names else ()
        held = {name.removeprefix(_CRIME_TABLE): name for name in file.names if name.startswith(_CRIME_TABLE)}
        return tuple(held[name] for name in reference.names_of(offence, held))
    if file.reader == STREET and offence == ALL_CRIME:
        return tuple(name for name in file.names if name != _ALL_OF_STREET)
    return reference.names_of(offence, file.names)


def _chosen(files: Sequence[Recognised], last: pd.Period, expected: Expected) -> dict[str, tuple[Recognised, ...]]:
    """The files that hold each group proposed: those of the best one's sort, whatever years they are of.

    Of a table in which every edition has the earlier years again, the latest edition alone; so too of files whose
    months another has all.
    """
    chosen: dict[str, tuple[Recognised, ...]] = {}
    for proposed in _proposals(expected):
        offence = str(proposed["offence"])
        held = [file for file in files if _names(file, offence)]
        is_dated = str(proposed.get("since", "")) <= str(last) <= str(proposed.get("until", str(last)))
        if not held or not is_dated or not chosen.keys().isdisjoint(proposed.get("unless", ())):
            continue
        best = max(held, key=_worth)
        if _last(best) < last - MONTHS_IN_A_YEAR:
            continue  # of a year ago nothing of the latest 12 months can be said
        has_history = best.reader == FORCE_TABLES and offence in _OTHER_TABLES
        alike = [file for file in held if file.months == best.months]
        chosen[offence] = (best,) if has_history else _without_older(alike)
    return chosen


def _worth(file: Recognised) -> tuple[str, bool, int]:
    """Which file is the best: the latest; of as late, the finest of those with three years, else the longest."""
    ends = _ends(file)
    held = month(ends[-1]).ordinal - month(ends[0]).ordinal + file.months
    return ends[-1], held >= ENOUGH, -file.months if held >= ENOUGH else held


def _proposals(expected: Expected) -> Iterable[Mapping[str, Any]]:
    for theme in expected["theme"]:
        for priority in theme["priority"]:
            yield from (each for each in priority["indicator"] if "offence" in each)


def _are_shown(priority: Mapping[str, Any], chosen: Chosen) -> list[Mapping[str, Any]]:
    """The indicators of a priority that something is held of, or whose absence is to be explained."""
    return [each for each in priority["indicator"] if each.get("offence") in chosen or "otherwise" in each]


def _themes(chosen: Chosen, expected: Expected) -> tuple[DraftTheme, ...]:
    """The themes and priorities in which something is shown, numbered from one."""
    themes: list[DraftTheme] = []
    number = 0
    for theme in expected["theme"]:
        priorities = []
        for priority in theme["priority"]:
            if shown := _are_shown(priority, chosen):
                number += 1
                made = tuple(_indicator(each, number, chosen, expected) for each in shown)
                priorities.append(DraftPriority(number, priority["title"], priority["short_title"], made))
        if priorities:
            themes.append(DraftTheme(len(themes) + 1, theme["title"], theme["short_title"], tuple(priorities)))
    return tuple(themes)


def _indicator(proposed: Mapping[str, Any], number: int, chosen: Chosen, expected: Expected) -> DraftIndicator:
    if proposed.get("offence") not in chosen:
        return _without_figures(proposed, number)
    about = reference.offence(proposed["offence"])
    whole = proposed.get("part_of", ALL_CRIME)
    is_street = chosen[about.key][0].reader == STREET
    is_part = about.is_crime and about.key != ALL_CRIME and whole in chosen
    return DraftIndicator(
        key=f"{number}.{about.key}",
        offence=about.key,
        title=STREET_CRIME if about.key == ALL_CRIME and is_street else about.title,
        unit=proposed.get("unit", "offences"),
        polarity=proposed["polarity"],
        source=_FORMATS[chosen[about.key][0].reader].system,
        footnote=proposed.get("footnote", ""),
        part_of=_key_of(whole, chosen, expected) if is_part else "",
    )


def _without_figures(proposed: Mapping[str, Any], number: int) -> DraftIndicator:
    """One that the files hold nothing of: its page says why, and where figures are."""
    about = reference.offence(proposed["offence"]) if "offence" in proposed else None
    return DraftIndicator(
        key=f"{number}.{about.key if about is not None else proposed['key']}",
        offence=about.key if about is not None else "",
        title=about.title if about is not None else proposed["title"],
        unit=proposed.get("unit", "offences"),
        polarity=proposed["polarity"],
        source="",
        footnote=proposed.get("footnote", ""),
        kind=proposed.get("kind", "count"),
        reason=proposed["otherwise"],
    )


def _key_of(offence: str, chosen: Chosen, expected: Expected) -> str:
    """The key that an offence has in the plan: after its priority, counted over those in which something is shown."""
    number = 0
    for theme in expected["theme"]:
        for priority in theme["priority"]:
            shown = _are_shown(priority, chosen)
            number += bool(shown)
            if any(each.get("offence") == offence for each in shown):
                return f"{number}.{offence}"
    return ""


def _of_most(chosen: Chosen) -> tuple[Recognised, ...]:
    """The files of the sort that most indicators are of: their years are those of the plan."""
    spans = [files[0].months for files in chosen.values()]
    usual = max(spans, key=lambda months: (spans.count(months), -months))
    found = (file for files in chosen.values() for file in files if file.months == usual)
    return tuple({file.path: file for file in found}.values())


def _anchors(files: Sequence[Recognised], chosen: Chosen) -> dict[str, tuple[Recognised, ...]]:
    """Street records of what is held as 12-month totals: months inside those totals, enough of them, of any age."""
    found = {}
    for offence, official in chosen.items():
        ends = {month(end) for file in official for end in _ends(file)}
        beside = tuple(
            file
            for file in files
            if file.reader == STREET
            and official[0].months == MONTHS_IN_A_YEAR
            and _names(file, offence)
            and min(ends) - MONTHS_IN_A_YEAR < _last(file)
            and month(_ends(file)[0]) <= max(ends)
        )
        if len({end for file in beside for end in _ends(file)}) >= LEAST_ANCHOR_MONTHS:
            found[offence] = _without_older(beside)
    return found


def _anchor(offence: str, indicator: str) -> DraftAnchor:
    about = reference.offence(offence)
    unit = "offences" if about.is_crime else "incidents"
    return DraftAnchor(indicator, f"street.{offence}", f"{about.title}, street records", unit, _FORMATS[STREET].system)


def _source(
    file: Recognised, chosen: Chosen, keys: Mapping[str, str], anchors: Mapping[str, tuple[Recognised, ...]]
) -> DraftSource:
    form = _FORMATS[file.reader]
    ends = _ends(file)
    own = [(keys[offence], offence) for offence, files in chosen.items() if file in files]
    fellows = {
        other.path.name: other for files in (*chosen.values(), *anchors.values()) if file in files for other in files
    }
    revised = [name for name, other in fellows.items() if _last(other) < _last(file) and _share(file, other)]
    beside = [(f"street.{offence}", offence) for offence, files in anchors.items() if file in files]
    return DraftSource(
        file=file.path.name,
        reader=file.reader,
        what=file.what,
        span=f"{month_in_words(month(ends[0]))} to {month_in_words(month(ends[-1]))}"
        if len(ends) > 1
        else month_in_words(month(ends[0])),
        label=f"{form.label}. {reference.LICENCE}",
        published_after=form.published_after,
        published_why=form.published_why,
        indicators=tuple((key, _names(file, offence)) for key, offence in (*own, *beside)),
        published_on=str(_last(file) + form.published_after) if revised else "",
        revises=" and ".join(revised),
    )


def _why_not(file: Recognised, recent: Sequence[Recognised]) -> str:
    if file not in recent:
        return f"it ends in {month_in_words(_last(file))}, long before the others"
    return "the other files hold the same, later or finer"


def _peers(force: reference.Force, files: Sequence[Recognised]) -> tuple[str, ...]:
    """The other forces with figures in every file; nobody where they are too few, or rates by residents say nothing.

    Street records, which are copied for the one force, are not asked where there is another file.
    """
    asked = [file for file in files if file.reader != STREET] or files
    shared = set.intersection(*(set(file.areas) for file in asked)) - {force.name, FEW_RESIDENTS}
    peers = tuple(each.name for each in reference.forces() if each.name in shared)
    return peers if len(peers) >= FEWEST_PEERS and force.name != FEW_RESIDENTS else ()


def _baseline(
    files: Sequence[Recognised], last: pd.Period
) -> tuple[str | tuple[str, ...], str, Mapping[str, Any] | None]:
    """The baseline proposed, why, and the term of office whose plan has it."""
    ends = {month(end) for file in files for end in _ends(file)}
    finest = min(file.months for file in files)
    whole = [year for year in _years(ends) if _is_held(year, ends, finest)]
    apart = [year for year in whole if year.last_month <= last - MONTHS_IN_A_YEAR]
    for term in reversed(_expected()["term"]):
        if month(term["begins"]) <= last and FinancialYear(term["baseline"]) in apart:
            return str(FinancialYear(term["baseline"])), term["baseline_why"], term
    if apart:
        return str(apart[-1]), "the latest whole financial year held that shares no month with the latest 12", None
    if whole:
        return str(whole[0]), "the only whole financial year held; it shares months with the latest 12", None
    first, *_ = sorted(ends)
    window = Window(first - (finest - 1), max(first, min(last, first - finest + MONTHS_IN_A_YEAR)))
    why = "the first months held; until a year more has come in, no change since then can be tested"
    return (str(window.first), str(window.last)), why, None


def _years(ends: Iterable[pd.Period]) -> list[FinancialYear]:
    return sorted({FinancialYear.containing(end) for end in ends})


def _is_held(year: FinancialYear, ends: set[pd.Period], months: int) -> bool:
    """True where every figure of that year is held: one of 12 months, four quarters or twelve months."""
    wanted = [year.last_month - back for back in range(0, MONTHS_IN_A_YEAR, months)]
    return ends.issuperset(wanted)


def _horizon(term: Mapping[str, Any] | None, last: pd.Period) -> tuple[str, str]:
    """The last month of the plan, and why: of the term of the baseline, or of the one the latest figures lie in."""
    own = [term] if term is not None else []
    for each in (*own, *reversed(_expected()["term"])):
        if month(each["begins"]) <= last < month(each["horizon"]):
            return each["horizon"], each["horizon_why"]
    ending = FinancialYear.containing(last + MONTHS_IN_A_YEAR).last_month
    return str(ending), "the end of the financial year after the latest figures"


def _not_projected(files: Sequence[Recognised], last: pd.Period) -> str:
    """Which totals of 12 months a projection lacks, where nothing finer is held; empty where it lacks none."""
    if any(file.months < MONTHS_IN_A_YEAR for file in files):
        return ""
    held = {month(end) for file in files for end in _ends(file)}
    wanted = [last - MONTHS_IN_A_QUARTER * back for back in range(PROJECTED_FROM)]
    missing = [end for end in wanted if end not in held]
    if not missing:
        return ""
    return (
        f"nothing can be projected: it takes the totals of the 12 months to {PROJECTED_FROM} quarter ends, and those "
        f"to {months_in_words(missing)} are not held. Give the editions that have them, or the Home Office's open data "
        "tables, which have every quarter"
    )


def _last_quarter(last: pd.Period) -> Quarter:
    """The latest quarter that is over by a month."""
    within = Quarter.containing(last)
    return within if within.last_month == last else within.before


@cache
def _expected(template: str = USUAL) -> dict[str, Any]:
    """Themes with their priorities and indicators, as the data have them; the usual ones with terms of office."""
    return tomllib.loads((BEGIN / f"{template}.toml").read_text(encoding="utf-8"))
