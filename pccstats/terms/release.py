"""What an audience may see: the figures withheld from it, and all they could be read off.

A figure is withheld in one of three ways. `release = "internal"` keeps every figure of a measure from the public.
`no_figure = "embargoed"` keeps every figure of a measure from everybody, and the status `embargoed` the figure of one
row. With a figure go those that give it away: of the same measure and area whatever shares a month with it, the total
of which it is a part and the parts of which it is the total, and the official measure of the same thing.

Whoever is to see the rest is given it without what is withheld, so that nothing later can show it by mistake.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from typing import Any, cast

import pandas as pd

from pccstats.terms.errors import Finding, SourceFile
from pccstats.terms.plan import Indicator, Plan
from pccstats.terms.words import BOUNDS, Audience, State, Status

Place = tuple[str, str]  # the key of a measure, and an area
WITHHELD_TEXT = "Left out: it tells of a figure that is not released."
PROSE = ("footnotes", "note", "words")
REASONS = ("reason", "release_note", "source")  # these may name the measure: they say why it is withheld
OF_A_MEASURE = frozenset({"target", "targets", "assessment", "assessments"})  # entries of the plan on one measure
PLAIN_DIGITS = 4  # a number of so many digits is known again wherever it stands; a shorter one beside its priority
LEAST_DIGITS = 3
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Withheld:
    """What is withheld from an audience.

    Attributes
    ----------
    closed : frozenset of str
        Keys of measures that show this audience no figure at all.
    dropped : frozenset of str
        Those of them of which not even the rows are left.
    months : mapping
        By measure and area, the months of which no figure is shown, as ordinals.
    numbers : mapping
        The withheld figures as people write them, by the priority of their measure.
    names : frozenset of str
        What readers call the measures that are dropped.
    secrets : frozenset of str
        Keys of the measures of which a figure is held that is withheld.
    """

    closed: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    months: Mapping[Place, frozenset[int]] = field(default_factory=dict)
    numbers: Mapping[int | None, frozenset[str]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()

    @property
    def is_nothing(self) -> bool:
        return not self.closed and not self.months

    def hides(self, rows: pd.DataFrame) -> pd.Series:
        """True for the observations whose figure is withheld."""
        hidden = rows["indicator"].isin(self.closed)
        for (indicator, area), months in self.months.items():
            own = rows[(rows["indicator"] == indicator) & (rows["area"] == area)]
            shares = [not months.isdisjoint(_months_of(*each)) for each in _windows(own)]
            hidden.loc[own.index[shares]] = True
        return hidden

    def left_of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The observations that are left: a withheld one keeps its row, without its figure, as embargoed."""
        rows = frame[~frame["indicator"].isin(self.dropped)].reset_index(drop=True)
        hidden = self.hides(rows)
        is_told = rows["note"].map(self.holds).astype(bool)
        rows.loc[hidden, ["numerator", "denominator", *(end for end in BOUNDS if end in rows)]] = float("nan")
        rows.loc[hidden & (is_told | rows["status"].ne(Status.EMBARGOED)), "note"] = ""
        rows.loc[hidden, "status"] = Status.EMBARGOED.value
        return rows

    def holds(self, text: str, priority: int | None = None, *, is_of_any: bool = True) -> bool:
        """True of a text in which a withheld figure stands, with or without its thousands separated.

        Short numbers are looked for in texts on their own priority, and in those that may be on any.
        """
        found = {number.replace(",", "") for number in _NUMBER.findall(text)}
        if is_of_any:
            return any(found & numbers for numbers in self.numbers.values())
        long = (number for number in found if _digits(number) >= PLAIN_DIGITS)
        return bool(found & self.numbers.get(priority, frozenset())) or self.holds(" ".join(long))

    def tells(self, text: str, priority: int | None = None, *, is_of_any: bool = True) -> bool:
        """True of a text that names a measure under restriction, or quotes a withheld figure."""
        return any(name in text for name in self.names) or self.holds(text, priority, is_of_any=is_of_any)

    def left_of_findings(self, findings: Iterable[Finding], plan: Plan) -> tuple[Finding, ...]:
        """The findings that tell of no withheld figure: they are of other measures, and neither name nor quote one."""
        return tuple(found for found in findings if not self._is_told_by(found, plan))

    def _is_told_by(self, found: Finding, plan: Plan) -> bool:
        touched = {indicator for indicator, _ in self.months}
        if found.indicator in self.closed | touched:
            return True
        text = f"{found.message} {found.value} {found.next_step}"
        measures = {each.key: each.priority for each in measures_of(plan)}
        return self.tells(text, measures.get(found.indicator), is_of_any=False)

    def left_of_files(self, files: Iterable[SourceFile]) -> tuple[SourceFile, ...]:
        """The files that hold a figure that is shown; without the digest where they hold one that is not."""
        kept = (file for file in files if not file.indicators or not self.dropped.issuperset(file.indicators))
        return tuple(replace(file, sha256="") if self.secrets and self._could_tell(file) else file for file in kept)

    def _could_tell(self, file: SourceFile) -> bool:
        """True of a file whose digest could be tried on guesses: it holds a secret figure, or is the plan."""
        return file.rows is None or not self.secrets.isdisjoint(file.indicators)

    def left_of_plan(self, plan: Plan) -> Plan:
        """The plan without what carries a withheld figure.

        Targets and assessments of measures that are closed go, and so do their footnotes. Of all other prose what
        quotes a withheld figure.
        """
        return cast("Plan", self._left_of(plan, "", None))

    def left_of_file(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What the file of a plan holds, without the same."""
        return cast("dict[str, Any]", self._left_of(dict(values), "", None))

    def _left_of(self, value: Any, name: str, priority: int | None) -> Any:
        if isinstance(value, str) and not isinstance(value, Enum):
            asked = self.tells if name in PROSE else self.holds
            is_told = name in (*PROSE, *REASONS) and asked(value, priority, is_of_any=False)
            return WITHHELD_TEXT if is_told else value
        if isinstance(value, tuple | list):
            kept = [self._left_of(each, name, priority) for each in value if not self._is_on_closed(each, name)]
            return type(value)(kept)
        if isinstance(value, dict):
            inner = value.get("number", value.get("priority", priority)) if name == "priority" else priority
            return {key: self._left_of(each, key, inner) for key, each in value.items() if not self._goes(value, key)}
        if is_dataclass(value) and not isinstance(value, type) and type(value).__module__ == Plan.__module__:
            inner = getattr(value, "number", priority) if name == "priorities" else getattr(value, "priority", priority)
            changed = {
                each.name: () if self._goes(vars(value), each.name) else self._left_of(found, each.name, inner)
                for each in fields(value)
                if isinstance(found := getattr(value, each.name), str | tuple) or is_dataclass(found)
            }
            return replace(value, **changed)
        return value

    def _is_on_closed(self, entry: Any, name: str) -> bool:
        about = entry.get("indicator") if isinstance(entry, dict) else getattr(entry, "indicator", None)
        return name in OF_A_MEASURE and about in self.closed

    def _goes(self, entry: Mapping[str, Any], name: str) -> bool:
        return name == "footnotes" and entry.get("key") in self.closed


def withheld_from(frame: pd.DataFrame, plan: Plan, audience: Audience) -> Withheld:
    """Say what is withheld from an audience, of these observations of a plan.

    Examples
    --------
    >>> import pccstats as pcc
    >>> data = pcc.read_observations("data/processed")
    >>> sorted(withheld_from(data.frame, data.plan, Audience.PUBLIC).dropped)
    ['3.representations', '3.treatment_completions']
    """
    measures = measures_of(plan)
    frame = frame[frame["indicator"].isin({each.key for each in measures})]  # of others nothing can be asked
    dropped = frozenset(each.key for each in measures if not each.is_open_to(audience))
    closed = dropped | {each.key for each in measures if each.no_figure is State.EMBARGOED}
    secret = frame[frame["indicator"].isin(closed) | frame["status"].eq(Status.EMBARGOED)]
    if secret.empty and not closed:
        return Withheld()
    seeds: dict[Place, set[int]] = defaultdict(set)
    for row in secret.to_dict("records"):
        if row["indicator"] not in closed or pd.notna(row["numerator"]):
            seeds[row["indicator"], row["area"]].update(_months_of(row["period_end"], row["months"]))
    months = _with_what_gives_them_away(seeds, frame, plan)
    withheld = Withheld(closed, dropped, {place: found for place, found in months.items() if place[0] not in closed})
    hidden = frame[withheld.hides(frame) & frame["numerator"].notna()]
    own = hidden[hidden["indicator"].isin({indicator for indicator, _ in seeds})]
    return replace(
        withheld,
        secrets=frozenset(hidden["indicator"]),
        numbers=_as_written(own, plan),
        names=frozenset(name for each in measures if each.key in dropped for name in (each.key, each.title, each.name)),
    )


def measures_of(plan: Plan) -> tuple[Indicator, ...]:
    """Everything the plan measures, on the dashboard or beside it."""
    return (*(each for priority in plan.priorities for each in priority.indicators), *plan.supporting)


def _with_what_gives_them_away(
    seeds: Mapping[Place, Iterable[int]], frame: pd.DataFrame, plan: Plan
) -> dict[Place, frozenset[int]]:
    """The months of the secrets, and the same months wherever they could be read off.

    The area around goes where the others inside are known, and the area around that; the areas inside go, and those
    inside them. Areas beside one that is withheld may stay: without the whole they tell nothing of it. A measure that
    it is a part of goes as if it were itself the secret, since it may be known by other areas.
    """
    held = frozenset(frame[["indicator", "area"]].drop_duplicates().itertuples(index=False, name=None))
    found: dict[Place, set[int]] = defaultdict(set)
    reached: set[tuple[Place, str]] = set()
    for secret, months in seeds.items():
        waiting = [(secret, "both")]
        reached.clear()
        while waiting:
            place, way = waiting.pop()
            if (place, way) in reached:
                continue
            reached.add((place, way))
            found[place].update(months)
            waiting += [(twin, way) for twin in _twins(place, plan, held)]
            waiting += [(whole, "both") for whole in _wholes(place, plan, held)]
            if way != "down":
                waiting += [(around, "up") for around in _around(place, plan, held)]
            if way != "up":
                waiting += [(part, "down") for part in _parts(place, plan, held)]
    return {place: frozenset(months) for place, months in found.items()}


def _twins(place: Place, plan: Plan, held: frozenset[Place]) -> Iterator[Place]:
    """The official measure of the same thing, and the monthly count that anchors it."""
    indicator, area = place
    about = plan.indicator(indicator)
    for key in (about.peers, about.anchor):
        if key is not None and (key, area) in held:
            yield key, area


def _around(place: Place, plan: Plan, held: frozenset[Place]) -> Iterator[Place]:
    """The area around it, where all other areas inside that have figures."""
    indicator, area = place
    around = next((each.part_of for each in plan.areas if each.name == area), None)
    if around is not None and all((indicator, part.name) in held for part in plan.parts_of(around)):
        yield indicator, around


def _wholes(place: Place, plan: Plan, held: frozenset[Place]) -> Iterator[Place]:
    """What it is a part of, where the other parts have figures."""
    indicator, area = place
    whole = plan.indicator(indicator).part_of
    beside = [each.key for each in measures_of(plan) if each.part_of == whole and each.key != indicator]
    if whole is not None and beside and all((key, area) in held for key in beside):
        yield whole, area


def _parts(place: Place, plan: Plan, held: frozenset[Place]) -> list[Place]:
    """The areas inside it, where all of them have figures."""
    indicator, area = place
    parts = [(indicator, part.name) for part in plan.parts_of(area)]
    return parts if held.issuperset(parts) else []


def _windows(rows: pd.DataFrame) -> Iterator[tuple[pd.Period, int]]:
    yield from zip(rows["period_end"], rows["months"].astype(int), strict=True)


def _months_of(end: pd.Period, count: int) -> range:
    """The months of a window, as ordinals."""
    return range(end.ordinal - count + 1, end.ordinal + 1)


def _as_written(rows: pd.DataFrame, plan: Plan) -> dict[int | None, frozenset[str]]:
    """The figures of these rows, and the ends of their intervals, as people write them, by priority.

    Counts whole, shares to one and two decimals.
    """
    measures = {each.key: each for each in measures_of(plan)}
    found: dict[int | None, set[str]] = defaultdict(set)
    for row in rows.to_dict("records"):
        about, value = measures[row["indicator"]], row["numerator"]
        if about.kind.is_proportion and row["denominator"] > 0:
            value = 100 * value / row["denominator"]
        ends = [row[end] for end in BOUNDS if pd.notna(row.get(end))]
        written = {f"{number:{form}}" for number in (value, *ends) for form in (".10g", ".1f", ".2f")}
        texts = {*written, f"{row['numerator']:.10g}"}
        found[about.priority].update(text for text in texts if _digits(text) >= LEAST_DIGITS)
    return {priority: frozenset(texts) for priority, texts in found.items()}


def _digits(number: str) -> int:
    """How many digits tell something: 3 of 83.5, none of 0.0."""
    return len(number.replace(".", "").replace(",", "").lstrip("0"))
