"""What the next quarter waits for: the figures each series should bring, which are late, and a file for each to write.

Nobody declares when figures come. Each series tells by its own past: how far its figures lie apart, and how many months
after its end a figure was published.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pandas as pd

from pccstats import sources
from pccstats.sources.folders import DataFolder
from pccstats.sources.own_words import FOLDER, name_of
from pccstats.terms.observations import Observations
from pccstats.terms.periods import Quarter, month, month_in_words
from pccstats.terms.plan import Plan, Priority
from pccstats.terms.release import measures_of
from pccstats.terms.words import AREA, INDICATOR, MONTHS, PERIOD_END, PUBLISHED_ON, counted, slug

_STEPS_LOOKED_AT = 8  # of the latest figures of a series: how it comes now, not how it came years ago
_SPANS = {1: "by month", 3: "by quarter", 12: "of 12 months"}
_HINT = """\
<!-- {title}
{asked}
Write in Markdown below these lines. While nothing stands there, nothing is shown. -->
"""


@dataclass(frozen=True)
class Awaited:
    """Series that come alike: the same file, span and last figure.

    Attributes
    ----------
    files : tuple of str
        Where they are read from.
    indicators : tuple of str
        Their keys.
    series : int
        How many there are: indicators by areas.
    span : int
        The months a figure covers.
    held_to : str
        The last month any figure of them ends in, `2015-06`.
    here, missing : tuple of str
        The months of the quarter in which a figure of theirs ends: those held, and those to come.
    due : str
        The month in which the last of the missing is usually out; empty where nothing tells.
    is_late : bool
        True where the first of the missing would usually be out by now.
    is_behind : bool
        True where figures of quarters before are missing already: nobody counts on them for this one.
    """

    files: tuple[str, ...]
    indicators: tuple[str, ...]
    series: int
    span: int
    held_to: str
    here: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    due: str = ""
    is_late: bool = False
    is_behind: bool = False

    @property
    def rows_to_come(self) -> int:
        """How many figures are still to come."""
        return self.series * len(self.missing)

    def __str__(self) -> str:
        names = ", ".join(self.indicators[:3]) + (
            f" and {len(self.indicators) - 3} more" if self.indicators[3:] else ""
        )
        where = ", ".join(self.files) or "no file"
        held = f"held to {month_in_words(month(self.held_to))}"
        return f"{where}: {names}, {_SPANS.get(self.span, f'of {self.span} months')}; {held}{self._to_come()}"

    def _to_come(self) -> str:
        if not self.missing:
            return ""
        months = ", ".join(month_in_words(month(each)) for each in self.missing)
        out = f"usually out by {month_in_words(month(self.due))}" if self.due else "nothing tells when they come out"
        return f"; to come: {months} ({counted(self.rows_to_come, 'figure')}, {out})"


@dataclass(frozen=True)
class NextQuarter:
    """What a quarter waits for.

    Attributes
    ----------
    quarter : str
    data : str
        The data folder.
    awaited : tuple of Awaited
        Series whose figures the quarter should bring.
    behind : tuple of Awaited
        Series that should have brought figures before this quarter began, and did not.
    others : tuple of Awaited
        Series that by their own past bring nothing in this quarter, or come at no usual time.
    never : tuple of str
        Keys of indicators without a single figure, and without a reason in the plan.
    missing_files : tuple of str
        What is said of files that are named and not there.
    can_be_reported : bool
        True where the figures reach the end of the quarter.
    written, kept : tuple of str
        Files for words: written now, and there already.
    """

    quarter: str
    data: str
    awaited: tuple[Awaited, ...] = ()
    behind: tuple[Awaited, ...] = ()
    others: tuple[Awaited, ...] = ()
    never: tuple[str, ...] = ()
    missing_files: tuple[str, ...] = ()
    can_be_reported: bool = False
    written: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    def in_words(self) -> Iterator[str]:
        """Line by line: what is here, what is to come, what is late, what to write, what to type."""
        late, here = ([each for each in self.awaited if bool(each.missing) is way] for way in (True, False))
        yield f"{self.quarter}: {counted(sum(each.rows_to_come for each in late), 'figure')} to come."
        yield from _listed("Here", here)
        yield from _listed("Late", [each for each in late if each.is_late])
        yield from _listed("To come", [each for each in late if not each.is_late])
        yield from _listed("Nothing new since long before: ask, or say in the plan why (`no_figure`)", self.behind)
        yield from _listed("Not expected in this quarter by their own past", self.others)
        yield from _listed("Without any figure", self.never)
        yield from _listed("Files that are not there", self.missing_files)
        if self.written:
            first, more = self.written[0], f" and {len(self.written) - 1} more" if self.written[1:] else ""
            yield f"To write in: {first}{more}"
        if self.kept:
            yield f"There already: {counted(len(self.kept), 'file')} to write in, left alone"
        if self.can_be_reported:
            yield "The figures reach the end of the quarter. Next:"
            yield f"    pccstats report {self.quarter} --data {self.data}"
        else:
            yield "The figures do not reach the end of the quarter, so there is no pack yet. When files have come:"
            yield f"    pccstats next {self.quarter} --data {self.data}"

    def as_json(self) -> str:
        """The same for programs."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False)


def prepare_quarter(
    quarter: Quarter, data: Path, source_dir: Path | None = None, today: pd.Period | None = None
) -> NextQuarter:
    """Say what a quarter waits for, and write the files that its commentary goes into; no file is written over.

    Parameters
    ----------
    quarter : Quarter
    data : Path
        The data folder; it is built, and so checked.
    source_dir : Path, optional
        Where the files named in sources.toml lie, when not in the data folder.
    today : pandas.Period, optional
        The month it is asked in; by default that of the clock.

    Returns
    -------
    NextQuarter

    Raises
    ------
    DataProblem
        If the plan or the data are wrong.
    OSError
        If the files cannot be written.
    """
    built = sources.build_data(data, source_dir)
    held = sources.read_observations(data)
    keys = [each.key for each in measures_of(held.plan)]
    files = {key: tuple(file.name for file in built.files if key in file.indicators) for key in keys}
    now = today if today is not None else month(datetime.now(UTC).strftime("%Y-%m"))
    found = list(_awaited(held, quarter, files, now))
    with_figures = {key for each in found for key in each.indicators}
    written, kept = _write_files(held.plan, quarter, DataFolder.find(data).raw)
    return NextQuarter(
        quarter=str(quarter),
        data=str(data),
        awaited=tuple(each for each in found if each.here or each.missing),
        behind=tuple(each for each in found if each.is_behind),
        others=tuple(each for each in found if not (each.here or each.missing or each.is_behind)),
        never=tuple(i.key for i in held.plan.indicators if i.no_figure is None and i.key not in with_figures),
        missing_files=tuple(str(each.problem) for each in built.findings if each.rule == "file_late"),
        can_be_reported=quarter.last_month <= built.last_month,
        written=written,
        kept=kept,
    )


def _awaited(
    held: Observations, quarter: Quarter, files: dict[str, tuple[str, ...]], now: pd.Period
) -> Iterator[Awaited]:
    """Series that come alike together, in the order of the plan."""
    closed = {each.key for each in measures_of(held.plan) if each.no_figure is not None}
    frame = held.frame[~held.frame[INDICATOR].isin(closed)]
    order = {key: place for place, key in enumerate(files)}
    alike: dict[Awaited, list[Awaited]] = {}
    for (key, span), rows in frame.groupby([INDICATOR, MONTHS], sort=False):
        one = _of_one(str(key), int(str(span)), files[str(key)], rows, quarter, now)
        alike.setdefault(replace(one, indicators=(), series=0), []).append(one)
    for group in alike.values():
        keys = sorted((one.indicators[0] for one in group), key=order.__getitem__)
        yield replace(group[0], indicators=tuple(keys), series=sum(one.series for one in group))


def _of_one(
    key: str, span: int, files: tuple[str, ...], rows: pd.DataFrame, quarter: Quarter, now: pd.Period
) -> Awaited:
    """What one indicator brings, all its areas together."""
    ends = sorted(set(rows[PERIOD_END]))
    step, last = _step(ends), ends[-1]
    is_behind = step is not None and last + step < quarter.first_month
    missing = list(_until(last + step, step, quarter.last_month)) if step is not None and not is_behind else []
    lag = _usual_lag(rows) if missing else None
    return Awaited(
        files=files,
        indicators=(key,),
        series=int(rows.loc[rows[PERIOD_END] == last, AREA].nunique()),
        span=span,
        held_to=str(last),
        here=tuple(str(end) for end in ends if quarter.first_month <= end <= quarter.last_month),
        missing=tuple(map(str, missing)),
        due=str(missing[-1] + lag) if lag is not None else "",
        is_late=lag is not None and missing[0] + lag < now,
        is_behind=is_behind,
    )


def _step(ends: Sequence[pd.Period]) -> int | None:
    """How many months the latest figures usually lie apart; None where nothing is usual."""
    latest = ends[-_STEPS_LOOKED_AT - 1 :]
    steps = [(later - before).n for before, later in pairwise(latest)]
    often = max(steps, key=lambda step: (steps.count(step), -step), default=0)
    return often if steps.count(often) * 2 > len(steps) else None


def _until(first: pd.Period, step: int, last: pd.Period) -> Iterator[pd.Period]:
    while first <= last:
        yield first
        first = first + step


def _usual_lag(rows: pd.DataFrame) -> int | None:
    """How many months after its end a figure usually came out, the middle of what rows say; None where none does."""
    dated = rows[rows[PUBLISHED_ON].astype(str) != ""]
    lags = sorted(
        (month(str(out)[:7]) - end).n for out, end in zip(dated[PUBLISHED_ON], dated[PERIOD_END], strict=True)
    )
    return max(0, int(lags[len(lags) // 2])) if lags else None


def _write_files(plan: Plan, quarter: Quarter, raw: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The files for words of the quarter: which were written, and which are there already."""
    place = raw / FOLDER / quarter.path_name
    wanted = {
        name_of(priority.number): _hint_on(priority, quarter) for theme in plan.themes for priority in theme.priorities
    }
    wanted |= {f"{slug(name)}.md": _hint_of(name, quarter) for name in _who_wrote_before(plan, quarter, raw)}
    kept = tuple(str(place / name) for name in wanted if (place / name).exists())
    place.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in wanted.items():
        if not (place / name).exists():
            (place / name).write_text(text, encoding="utf-8", newline="\n")
            written.append(str(place / name))
    return tuple(written), kept


def _hint_on(priority: Priority, quarter: Quarter) -> str:
    title = _harmless(f"{priority.number}. {priority.title}")
    measured = _harmless("; ".join(each.name for each in priority.indicators))
    return _HINT.format(title=title, asked=f"What do you say of it in {quarter}? Measured by: {measured}.")


def _hint_of(area: str, quarter: Quarter) -> str:
    return _HINT.format(title=_harmless(area), asked=f"What does the partnership say of {quarter}?")


def _harmless(text: str) -> str:
    """Words that cannot end the hint they stand in."""
    return text.replace("--", "-")


def _who_wrote_before(plan: Plan, quarter: Quarter, raw: Path) -> Iterable[str]:
    """The areas that have words of their own in the latest quarter before this one."""
    folders = sorted(path for path in (raw / FOLDER).glob("*") if path.is_dir() and path.name < quarter.path_name)
    names = {path.stem for path in folders[-1].glob("*.md")} if folders else set()
    return [area.name for area in plan.areas if slug(area.name) in names]


def _listed(heading: str, lines: Iterable[object]) -> Iterator[str]:
    lines = list(lines)
    if lines:
        yield f"{heading}:"
        yield from (f"  {line}" for line in lines)
