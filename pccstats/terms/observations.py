"""The observations: every figure there is, in one tidy table, and the plan that explains them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, NamedTuple, Protocol, cast

import numpy as np
import pandas as pd

from pccstats.terms.errors import Finding, RequestProblem, SourceFile
from pccstats.terms.on_paper import digest_of_answer, digest_of_frame
from pccstats.terms.once import Answer, Once
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Quarter, Window, month, month_in_words
from pccstats.terms.plan import Indicator, Plan
from pccstats.terms.release import Withheld, measures_of, withheld_from
from pccstats.terms.series import Residents, Series, are_illustrative, residents_in
from pccstats.terms.words import (
    AREA,
    BOUNDS,
    DENOMINATOR,
    INDICATOR,
    LOWER,
    MONTHS,
    NUMERATOR,
    PERIOD_END,
    PUBLISHED_ON,
    SOURCE,
    STATUS,
    Audience,
    Kind,
    Status,
)

TO_TAKE_AWAY = (
    "quarter",
    AREA,
    INDICATOR,
    "title",
    "unit",
    "period",
    MONTHS,
    "value",
    *BOUNDS,
    "n",
    STATUS,
    SOURCE,
    PUBLISHED_ON,
)
EMBARGOED = "The figure may not be shown before its release."
MONTHS_TO_PUBLISH = 4  # official statistics to June come out in October; what was published later a pack cannot know


class Question(NamedTuple):
    """What is asked of some figures.

    Attributes
    ----------
    name : tuple of str
        What is asked: the same whatever the figures and the plan say.
    given : str
        The digest of all besides the figures that the answer follows from.
    """

    name: tuple[str, ...]
    given: str


def in_one_line(question: Question) -> str:
    """What is asked, as it is noted and kept.

    Examples
    --------
    >>> in_one_line(Question(("12.offences", "2015/16-Q1", "test"), "the digest of a plan"))
    '12.offences 2015/16-Q1 test'
    """
    return " ".join(question.name)


class Ahead(NamedTuple):
    """An answer worked out before anybody asked, and the question it will be found by.

    Attributes
    ----------
    measure : str
        The key of what it is about.
    area, state : str
        Of which place, and how it came out, for whoever looks at what is kept; empty where it has none.
    at : Quarter
    figures : str
        The digest of the figures it is of.
    question : Question
    answer : object
    """

    measure: str
    area: str
    at: Quarter
    state: str
    figures: str
    question: Question
    answer: Any


class Kept(Protocol):
    """Answers worked out before, of whatever figures: see `pccstats.sources.kept_answers`."""

    def find(self, measure: str, figures: str, question: Question) -> Any | None:
        """The answer to a question about a measure, asked of figures of that digest; None where none is kept."""


@dataclass(frozen=True)
class Observations(Once):
    """The tidy table of observations, checked, with its plan and exposures.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row an observation, columns of `pccstats.terms.words.OBSERVATIONS`; `period_end` is a monthly period. Where
        any figure was published with an interval, `lower` and `upper` too, in the unit readers see.
    plan : Plan
        The plan the indicators belong to.
    exposures : pandas.DataFrame
        Persons and households by area and year, with vintage and source.
    files : tuple of SourceFile
        What was read, the plan included.
    findings : tuple of Finding
        What the data-quality checks found.
    illustrative : frozenset of (str, str)
        Indicator and area of the figures that `real` left out.
    released_to : Audience or None
        Whom these are for, where what is withheld from them has been taken out; see `for_audience`.
    kept : Kept or None
        Where to look for answers that need not be worked out again; see `worked_out`.

    Where a figure was published more than once, `rows` gives every vintage and `series` the latest published.
    """

    frame: pd.DataFrame
    plan: Plan
    exposures: pd.DataFrame
    files: tuple[SourceFile, ...] = field(default=())
    findings: tuple[Finding, ...] = field(default=())
    illustrative: frozenset[tuple[str, str]] = frozenset()
    released_to: Audience | None = None
    kept: Kept | None = field(default=None, compare=False, repr=False)

    def for_audience(self, audience: Audience | str) -> Observations:
        """The observations as an audience may have them, with the plan, findings and files that go with them.

        Parameters
        ----------
        audience : {"internal", "public"}
            Nobody is given what is embargoed; the public is given nothing under a release restriction either, and
            neither is given what it could be read off: `docs/withholding.md` has the rules.

        Returns
        -------
        Observations
            A withheld figure keeps its row, empty and `embargoed`, so that nothing older takes its place; of measures
            under a release restriction the public is not even given the rows.

        Examples
        --------
        >>> import pccstats as pcc
        >>> public = pcc.read_observations("data/processed").for_audience("public")
        >>> public.has("12.offences"), len(public.rows("3.treatment_completions"))
        (True, 0)
        """
        seen = Audience(audience)
        if self.released_to in (seen, Audience.PUBLIC):
            return self
        withheld = self.withheld_from(seen)
        if withheld.is_nothing:
            return replace(self, released_to=seen)
        return replace(
            self,
            frame=withheld.left_of(self.frame),
            plan=withheld.left_of_plan(self.plan),
            findings=withheld.left_of_findings(self.findings, self.plan),
            files=withheld.left_of_files(self.files) if seen is Audience.PUBLIC else self.files,
            released_to=seen,
        )

    def withheld_from(self, audience: Audience) -> Withheld:
        """What an audience is not given of these observations."""
        return withheld_from(self.frame, self.plan, audience)

    @property
    def held_for_internal_use(self) -> tuple[str, ...]:
        """What readers call the measures with figures that are for internal use alone."""
        held = set(self.frame.loc[self.frame[NUMERATOR].notna(), INDICATOR])
        measures = (each for each in measures_of(self.plan) if each.key in held)
        return tuple(each.name for each in measures if not each.is_open_to(Audience.PUBLIC))

    def rows(self, indicator: str, area: str | None = None, months: int | None = None) -> pd.DataFrame:
        """The observations of an indicator, in one area and of one span where asked; earlier vintages first."""
        nothing = self.frame.iloc[:0]
        chosen = self._of_indicators.get(indicator, nothing)
        if area is not None:
            chosen = self._of_areas(indicator).get(area, nothing)
        if months is not None:
            chosen = chosen[chosen["months"] == months]
        return chosen.reset_index(drop=True)

    @cached_property
    def _of_indicators(self) -> dict[str, pd.DataFrame]:
        """The rows of each indicator, in their order, sorted out once: they are asked for hundreds of times a pack."""
        ordered = self.frame.sort_values(["period_end", "published_on"], kind="stable")
        return _sorted_out(ordered, INDICATOR)

    def _of_areas(self, indicator: str) -> dict[str, pd.DataFrame]:
        """The rows of an indicator in each area."""
        return self.once(("of areas", indicator), lambda: _sorted_out(self._of_indicators.get(indicator), AREA))

    def worked_out(self, measure: str, question: Question, answer: Callable[[], Answer]) -> Answer:
        """An answer about a measure: as it was kept when it was worked out of these very figures, else worked out."""
        found = self.kept_answer(measure, question)
        return answer() if found is None else cast("Answer", found)

    def kept_answer(self, measure: str, question: Question) -> Any | None:
        """An answer as it was kept; None where none is."""
        return None if self.kept is None else self.kept.find(measure, self.digest, question)

    @cached_property
    def digest(self) -> str:
        """One word for these figures and populations: any other figure, row or order gives another."""
        tables = self.once(("digest",), lambda: (digest_of_frame(self.frame), digest_of_frame(self.exposures)))
        return digest_of_answer((*tables, self.illustrative))

    @property
    def plan_digest(self) -> str:
        """The same of the plan, but for the texts of its themes and priorities, which no review of an indicator has."""
        said = {each.name: getattr(self.plan, each.name) for each in fields(self.plan) if each.name != "themes"}
        asked = [(priority.number, priority.indicators) for priority in self.plan.priorities]
        return digest_of_answer((said, asked))

    def focused_on(self, area: str) -> Observations:
        """The same figures with another area of the plan in focus; what was asked of them once stays known.

        Examples
        --------
        >>> import pccstats as pcc
        >>> data = pcc.read_observations("data/processed")
        >>> kent = data.focused_on("Kent")
        >>> kent.plan.focus, kent.once("asked", lambda: 1), data.once("asked", lambda: 2)
        ('Kent', 1, 1)
        """
        turned = replace(self, plan=self.plan.focused_on(area))
        for name in ("_of_indicators", "_answers"):  # rows and residents of an area are the same whatever is in focus
            turned.__dict__[name] = getattr(self, name)
        return turned

    def known_by(self, value: Any) -> Observations:
        """What had been published by the end of a month, figures, populations and findings alike.

        Whatever has no date of publication is taken as known.

        Examples
        --------
        >>> import pccstats as pcc
        >>> data = pcc.read_observations("data/processed")
        >>> then = data.known_by("2015-09")
        >>> [each.series("11.offences", until="2015-03", months=12).values.iloc[-1].item() for each in (data, then)]
        [59107.0, 59220.0]
        """
        limit = str(month(value))
        return replace(
            self,
            frame=_out_by(limit, self.frame),
            exposures=_out_by(limit, self.exposures),
            findings=tuple(found for found in self.findings if found.published_on[:7] <= limit),
        )

    def known_for(self, quarter: Quarter) -> Observations:
        """What had been published when the pack of a quarter is made.

        Examples
        --------
        >>> import pccstats as pcc
        >>> then = pcc.read_observations("data/processed").known_for(Quarter.parse("2015/16-Q1"))
        >>> then.frame["published_on"].max(), then.population("Leicestershire")
        ('2015-10', (1043400.0, 'mid-2014'))
        """
        return self.known_by(quarter.last_month + MONTHS_TO_PUBLISH)

    def known_to(self, audience: Audience | str, quarter: Quarter) -> Observations:
        """What the pack of a quarter may go by: released to its readers, published when it is made, and real.

        Examples
        --------
        >>> import pccstats as pcc
        >>> known = pcc.read_observations("data/processed").known_to("public", Quarter.parse("2015/16-Q1"))
        >>> known.frame["published_on"].max(), len(known.rows("3.treatment_completions"))
        ('2015-10', 0)
        """
        return self.for_audience(audience).known_for(quarter).real

    def is_as_known_in(self, later: Observations, value: Any) -> bool:
        """True where a later state of knowledge has the same rows up to a month, and the same populations.

        Examples
        --------
        >>> import pccstats as pcc
        >>> data = pcc.read_observations("data/processed")
        >>> july, october = data.known_by("2015-07"), data.known_by("2015-10")
        >>> july.is_as_known_in(july, "2015-03"), july.is_as_known_in(october, "2015-03")
        (True, False)
        """
        last = month(value)
        rows = [held.frame[held.frame["period_end"] <= last].reset_index(drop=True) for held in (self, later)]
        return rows[0].equals(rows[1]) and self.exposures.equals(later.exposures)

    @property
    def real(self) -> Observations:
        """The figures that somebody counted: without those that are illustrative, which may decide nothing."""
        invented = are_illustrative(self.frame)
        if not invented.any():
            return self
        left_out = self.frame.loc[invented, ["indicator", "area"]].itertuples(index=False, name=None)
        return replace(
            self,
            frame=self.frame[~invented].reset_index(drop=True),
            illustrative=self.illustrative | frozenset(left_out),
        )

    def to_take_away(self, quarter: Quarter, audience: Audience) -> pd.DataFrame:
        """The figures that the pack of a quarter is made from, for its readers: the latest of each, none invented.

        Parameters
        ----------
        quarter : Quarter
            Nothing later is given, nor what came out after its pack.
        audience : Audience
            The public is given nothing under a release restriction, and nothing embargoed.

        Returns
        -------
        pandas.DataFrame
            One row a figure, or the reason for none, with the columns `TO_TAKE_AWAY`: `quarter`, the quarter reported;
            `area`; `indicator` and `title`, its key and its words; `unit`; `period`, the last month covered, and
            `months`, how many; `value`, in the unit; `lower` and `upper`, the ends of the interval that it was
            published with, in the unit, empty where it had none; `n`, what a share or a rate is out of, empty where
            that is not published; `status`, `source`, `published_on`.

        Examples
        --------
        >>> import pccstats as pcc
        >>> data = pcc.read_observations("data/processed")
        >>> held = data.to_take_away(Quarter.parse("2015/16-Q1"), Audience.PUBLIC)
        >>> held[held["indicator"].eq("12.offences") & held["period"].eq("2015-06")]["value"].tolist()
        [4013.0]
        """
        measures = {measure.key: measure for measure in measures_of(self.plan)}
        rows = self.known_to(audience, quarter).frame
        rows = rows[rows[PERIOD_END] <= quarter.last_month]
        if audience is Audience.PUBLIC:
            rows = rows[rows[STATUS] != Status.EMBARGOED]
        rows = rows.sort_values([INDICATOR, AREA, PERIOD_END, MONTHS, PUBLISHED_ON], kind="stable")
        rows = rows.drop_duplicates([INDICATOR, AREA, PERIOD_END, MONTHS], keep="last", ignore_index=True)
        about = [measures[key] for key in rows[INDICATOR]]
        per = pd.Series([measure.kind.per for measure in about], dtype=float)
        share = per * rows[NUMERATOR] / rows[DENOMINATOR]
        shown = rows.assign(
            quarter=str(quarter),
            title=[measure.title for measure in about],
            unit=[measure.unit for measure in about],
            period=rows[PERIOD_END].astype(str),
            value=share.where(per.notna() & rows[DENOMINATOR].notna(), rows[NUMERATOR]),
            n=rows[DENOMINATOR].where(per.notna()),
            **{end: rows[end] if end in rows else float("nan") for end in BOUNDS},
        )
        return shown[list(TO_TAKE_AWAY)]

    def series(
        self, indicator: str, *, area: str | None = None, until: Any = None, months: int | None = None
    ) -> Series:
        """One indicator in one area as a series.

        Parameters
        ----------
        indicator : str
            Its key in the plan.
        area : str, optional
            The plan's own force by default.
        until : month, optional
            Leave out everything after this month.
        months : {1, 3, 12}, optional
            The span of each row; by default the finest there is.

        Raises
        ------
        RequestProblem
            If the plan does not know the indicator, or no figure is held for that area and span.

        Examples
        --------
        >>> import pccstats as pcc
        >>> data = pcc.read_observations("data/processed")
        >>> burglary = data.series("12.offences", area="Leicestershire", until="2015-06")
        >>> float(burglary.values.iloc[-1])
        4013.0
        """
        place = area or self.plan.focus
        last = None if until is None else month(until)
        known = ("series", indicator, place, last, months)
        series = self.once(known, lambda: self._series(self.plan.indicator(indicator), place, last, months))
        return replace(series, points=series.points.copy(deep=False))  # what one reader does to it no other sees

    def series_by_area(
        self, indicator: str, areas: Iterable[str], *, until: Any = None, months: int | None = None
    ) -> dict[str, Series]:
        """The same indicator in several areas; an area with no figures is left out of the answer."""
        held = (area for area in areas if area in self._of_areas(indicator))
        return {area: self.series(indicator, area=area, until=until, months=months) for area in held}

    def has(self, indicator: str, *, area: str | None = None, months: int | None = None, until: Any = None) -> bool:
        """True where at least one figure is held."""
        place, last = area or self.plan.focus, None if until is None else month(until)
        return self.once(("has", indicator, place, months, last), lambda: self._has(indicator, place, months, last))

    def _has(self, indicator: str, area: str, months: int | None, until: pd.Period | None) -> bool:
        rows = self.rows(indicator, area)
        is_held = rows[NUMERATOR].notna().to_numpy()
        if months is not None:
            is_held = is_held & (rows[MONTHS].to_numpy() == months)
        if until is not None:
            is_held = is_held & (rows[PERIOD_END].array.asi8 <= until.ordinal)
        return bool(is_held.any())

    def embargo(self, indicator: str, *, area: str | None = None, until: Any = None) -> str | None:
        """Why the latest figure of an indicator may not be shown, in a sentence; None where it may, or none is held.

        An older figure must not be shown in its place.
        """
        rows = self.rows(indicator, area or self.plan.focus)
        if not rows[STATUS].eq(Status.EMBARGOED).any():
            return None
        if until is not None:
            rows = rows[rows[PERIOD_END] <= month(until)]
        latest = rows[rows[PERIOD_END] == rows[PERIOD_END].max()]
        if latest.empty or latest[NUMERATOR].notna().any() or Status.EMBARGOED not in set(latest[STATUS]):
            return None
        note = next((text for text in latest["note"] if text), "").rstrip(".")
        return f"{note}." if note else self.plan.indicator(indicator).release_note or EMBARGOED

    def residents(self, area: str, column: str = "persons") -> tuple[Residents, ...]:
        """Persons (or households) living in an area by year, earliest first.

        A year of several vintages has the last by name, an estimate before a census. An area known only by its parts
        has the sums of theirs, where all are of one vintage.
        """
        return self.once(("residents", area, column), lambda: self._residents(area, column))

    def _residents(self, area: str, column: str) -> tuple[Residents, ...]:
        rows = self.once("exposures of areas", lambda: _sorted_out(self.exposures, AREA)).get(area, self.exposures[:0])
        rows = rows[rows[column].notna()]
        latest = rows.sort_values(["year", "vintage"], kind="stable").drop_duplicates("year", keep="last")
        if len(latest):
            years = zip(latest["year"], latest[column], latest["vintage"], strict=True)
            return tuple(Residents(int(year), float(number), str(vintage)) for year, number, vintage in years)
        parts = [{held.year: held for held in self.residents(p.name, column)} for p in self.plan.parts_of(area)]
        shared = sorted(set.intersection(*(set(part) for part in parts))) if parts else []
        sums = [(year, [part[year] for part in parts]) for year in shared]
        return tuple(
            Residents(year, sum(held.persons for held in of_year), of_year[0].vintage)
            for year, of_year in sums
            if len({held.vintage for held in of_year}) == 1
        )

    def population(
        self, area: str, column: str = "persons", *, window: Window | None = None
    ) -> tuple[float | None, str]:
        """Persons (or households) living in an area, and by which vintage: in a window, or by the latest held."""
        held = self.residents(area, column)
        if not held:
            return None, ""
        found = residents_in(held, window) if window is not None else held[-1]
        return found.persons, found.vintage

    def _series(self, about: Indicator, area: str, until: pd.Period | None, months: int | None) -> Series:
        rows = self.rows(about.key, area)
        ends, spans = rows[PERIOD_END].array.asi8, rows[MONTHS].to_numpy()
        places = np.arange(len(rows)) if until is None else np.flatnonzero(ends <= until.ordinal)
        if months is None and len(places):
            months = int(spans[places].min())
        places = places[spans[places] == months]
        if not len(places):
            raise RequestProblem(self._nothing_held(about.key, area, until, months))
        is_latest = np.append(np.diff(ends[places]) > 0, True)  # earlier vintages of a period stand before it
        return self._as_series(rows.iloc[places[is_latest]], about, area, int(months or 1))

    def _as_series(self, rows: pd.DataFrame, about: Indicator, area: str, months: int) -> Series:
        window = Window.ending(rows[PERIOD_END].array[-1], months)
        population, vintage = self.population(area, window=window)
        has_interval = LOWER in rows and bool(rows[LOWER].notna().any())
        return Series.of_checked(
            rows,
            interval=about.interval if has_interval else None,
            title=about.name,
            polarity=about.polarity,
            kind=about.kind,
            span_months=months,
            unit=about.unit,
            key=about.key,
            area=area,
            multiplier=about.kind.per if about.kind is Kind.RATE else 1.0,
            population=population,
            population_vintage=vintage,
            residents=self.residents(area),
            events=self.plan.events_for(about.key, area),
            baseline=about.baseline,
            horizon=about.horizon,
            footnotes=about.footnotes,
        )

    def _nothing_held(self, indicator: str, area: str, until: Any, months: int | None) -> str:
        held = self.rows(indicator)
        span = {1: "monthly ", 3: "quarterly ", MONTHS_IN_A_YEAR: "12-month "}.get(months or 0, "")
        before = f" to {until}" if until is not None else ""
        name = f"'{self._name(indicator)}'"
        if held.empty:
            return f"No figures are held for {name} in any area."
        nothing = f"No {span}figures are held for {name} in {area!r}{before}."
        own = held[held["area"] == area]
        if own.empty:
            return f"{nothing} There are figures for: {', '.join(sorted(held['area'].unique()))}."
        first = month_in_words(own["period_end"].min())
        lengths = " and ".join(f"{length}-month" for length in sorted(own["months"].unique()))
        return f"{nothing} Those held are {lengths} figures, the first to {first}."

    def _name(self, indicator: str) -> str:
        """What readers call a measure; its key where the plan has no such measure."""
        try:
            return self.plan.indicator(indicator).name
        except RequestProblem:
            return indicator


def _sorted_out(rows: pd.DataFrame | None, by: str) -> dict[str, pd.DataFrame]:
    """The rows of each name in a column, in their order."""
    return {} if rows is None else {str(name): of_it for name, of_it in rows.groupby(by, sort=False, observed=True)}


def _out_by(limit: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that had come out by a month."""
    if "published_on" not in rows.columns:
        return rows
    return rows[rows["published_on"].astype(str).str[:7] <= limit].reset_index(drop=True)


@dataclass(frozen=True)
class PartnershipReturn:
    """One quarterly return, read and found sound.

    Attributes
    ----------
    area : str
        The area of the plan it is for.
    quarter : Quarter
    observations : pandas.DataFrame
        Its figures, one row a month, in the columns of `pccstats.terms.words.OBSERVATIONS`, with the row of the
        spreadsheet beside them.
    judgements : pandas.DataFrame
        One row an objective: `objective`, `judgement`, `words`.
    summary : str
        The contextual summary, in Markdown; empty where none was written.
    """

    area: str
    quarter: Quarter
    observations: pd.DataFrame
    judgements: pd.DataFrame
    summary: str = ""
