"""Many comparisons at once: every force of a table among its peers, on every measure, in one call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pccstats.methods.peers.comparison import (
    ADDITIVE,
    FEWEST_MEMBERS,
    MEAN_INCLUDING_OWN,
    GroupFigures,
    GroupOptions,
    GroupsCompared,
    compare,
)
from pccstats.methods.peers.funnel import noise_of_a_year
from pccstats.terms.choices import choice_problems, switch_problems
from pccstats.terms.errors import Problem, Refusals
from pccstats.terms.frames import Faults, columns_in, numbers_in
from pccstats.terms.words import Polarity

FROM_YEARS = "the forces' own movement from the year before to this"
Groups = Mapping[str, Iterable[str]]


def compare_groups(
    frame: Any,
    *,
    by: str = "measure",
    area: str = "area",
    numerator: str = "numerator",
    exposure: str = "exposure",
    previous: str | None = None,
    previous_exposure: str | None = None,
    groups: Groups | None = None,
    polarity: Polarity | str | Mapping[str, Polarity | str] = Polarity.LOWER_IS_BETTER,
    share: bool = False,
    benchmark: str = MEAN_INCLUDING_OWN,
    per: float = 1000.0,
    confidence: float = 0.95,
    overdispersion: str = ADDITIVE,
    simulations: int = GroupOptions.simulations,
    seed: int = GroupOptions.seed,
) -> pd.DataFrame:
    """Compare every force with its peers on every measure.

    Answers what `compare_group` answers, for a whole table at once and with the same arithmetic.

    Parameters
    ----------
    frame : pandas.DataFrame, or a frame of polars, Arrow or another library that narwhals knows
        One row a measure and force, of 12-month figures; left untouched. Row order does not matter.
    by, area, numerator, exposure : str
        Columns with the measure, the force, the events (0 or more) and what they are out of (above 0: persons,
        households or respondents). An empty numerator is a missing member.
    previous, previous_exposure : str, optional
        Columns with the events of the 12 months before, and with what those are out of (the same exposure where not
        given); they give change, and the over-dispersion of a yearly figure.
    groups : mapping of str to iterables of str, optional
        The peers of each force. By default every force is set beside all the others. Groups need not be mutual.
    polarity : Polarity, or a mapping of measure to Polarity
    share : bool
        True where events are a part of the exposure (survey shares), printed in per cent.
    benchmark, per, confidence, overdispersion, simulations, seed
        As for `compare_group`.

    Returns
    -------
    pandas.DataFrame
        One row a measure and force that has a figure, in the order of measures and forces by name: `measure` (named as
        in `by`), `area`, `value`, `benchmark`, `lower`, `upper`, `lower_998`, `upper_998`, `z`, `peer_lower`,
        `peer_upper`, `rank`, `is_tied`, `rank_low`, `rank_high`, `previous`, `change_pct`, `change_rank`, `state`,
        `members` and `missing` (members with no figure, by name). The benchmark of a row is that force's own.

    Raises
    ------
    DataProblem
        Listing every fault: missing columns, repeated rows, negative figures, exposures that are not above zero,
        groups with under three members.

    See Also
    --------
    compare_group : the method, its formulas and references, for one force and measure.

    Examples
    --------
    >>> frame = pd.DataFrame({"measure": "robbery", "area": ["Ashby", "Barrow", "Corby"],
    ...                       "numerator": [80, 100, 120], "exposure": 100_000})
    >>> compare_groups(frame)[["area", "value", "rank", "state"]].to_numpy().tolist()[0]
    ['Ashby', 0.8, 1, 'in_line_with_peers']
    """
    options = GroupOptions(benchmark, overdispersion, confidence, per, simulations, seed)
    columns = _Columns(by, area, numerator, exposure, previous, previous_exposure)
    request = TableRequest.read(frame, columns, groups, polarity, options, share=share)
    answers = []
    for direction, measures in request.measures.items():
        figures = _figures(request, measures)
        answers.append(_rows(request, measures, figures, compare(figures, direction, options)))
    order = ["measure", "area"]
    return pd.concat(answers).sort_values(order, ignore_index=True).rename(columns={"measure": by})


@dataclass(frozen=True)
class _Columns:
    """What the frame calls its columns."""

    by: str
    area: str
    numerator: str
    exposure: str
    previous: str | None
    previous_exposure: str | None

    @property
    def exposures(self) -> list[str]:
        return [name for name in (self.exposure, self.previous_exposure) if name is not None]

    @property
    def by_part(self) -> dict[str, str]:
        """The columns by the part they play."""
        before = {"previous": self.previous, "previous_exposure": self.previous_exposure}
        if self.previous_exposure is self.exposure or str(self.previous_exposure) == str(self.exposure):
            del before["previous_exposure"]  # the same persons in both years
        needed = {"by": self.by, "area": self.area, "numerator": self.numerator, "exposure": self.exposure}
        return needed | {part: name for part, name in before.items() if name is not None}

    @property
    def numbers(self) -> list[str]:
        given = (self.numerator, self.exposure, self.previous, self.previous_exposure)
        return list(dict.fromkeys(name for name in given if name is not None))


@dataclass(frozen=True)
class TableRequest:
    """A table as it can be compared.

    Attributes
    ----------
    tables : mapping of str to pandas.DataFrame
        Each column of figures, measures down, forces across.
    members : array, (groups, longest group)
        Places of the members among the forces; -1 fills up the shorter groups.
    focuses : list of str, or None
        The force each group is about; None where all forces are one group and each is asked about.
    measures : mapping of Polarity to list of str
        The measures of each polarity.
    """

    columns: _Columns
    tables: Mapping[str, pd.DataFrame]
    members: np.ndarray
    focuses: list[str] | None
    measures: Mapping[Polarity, list[str]]
    share: bool

    @classmethod
    def read(
        cls,
        frame: Any,
        columns: _Columns,
        groups: Groups | None,
        polarity: Polarity | str | Mapping[str, Polarity | str],
        options: GroupOptions,
        *,
        share: bool,
    ) -> TableRequest:
        """Set out the figures by measure and force, and refuse at once whatever cannot be compared."""
        refusals = Refusals()
        refusals.ask(options.check)
        given = polarity.values() if isinstance(polarity, Mapping) else (polarity,)
        faults = Faults([problem for one in given for problem in choice_problems(polarity=(one, Polarity))])
        faults.problems += switch_problems(share=share)
        held = refusals.ask(lambda: _figures_held(frame, columns, groups, faults, is_share=share is True))
        refusals.raise_any()
        assert held is not None  # noqa: S101 nothing was refused
        tables = {
            name: held.pivot(index=columns.by, columns=columns.area, values=name).astype(float)
            for name in columns.numbers
        }
        figures = tables[columns.numerator]
        members = _places_of_members(figures.columns, groups)
        focuses = None if groups is None else list(groups)
        return cls(columns, tables, members, focuses, _by_polarity(figures.index, polarity), share)

    def taken(self, name: str, measures: list[str]) -> np.ndarray:
        """Figures of the members of every comparison: measures by groups down, members across."""
        cube = self.tables[name].loc[measures].to_numpy()[:, self.members]
        return np.where(self.members >= 0, cube, np.nan).reshape(-1, self.members.shape[1])


def _figures_held(
    frame: Any, columns: _Columns, groups: Groups | None, faults: Faults, *, is_share: bool
) -> pd.DataFrame:
    """The columns that are wanted, their figures as numbers; every fault of them and of the groups at once."""
    held = columns_in(frame, columns.by_part, (), faults)
    held = held.assign(**{name: numbers_in(held[name], faults) for name in columns.numbers})
    named = held[columns.by].notna() & held[columns.area].notna()
    for name in (columns.by, columns.area):
        if len({type(one) for one in held.loc[named, name]}) > 1:
            step = "Make all of them words."
            faults.note("Some names are words and some are numbers.", f"column {name!r}", step=step)
            faults.raise_any()
    faults.note_rows(~named.to_numpy(), held[columns.area], "A row has no measure or no force.", "Fill both columns.")
    faults.problems += _figure_problems(held, columns, is_share=is_share)
    faults.problems += _group_problems(set(held.loc[named, columns.area]), groups)
    faults.raise_any()
    return held


def _figure_problems(held: pd.DataFrame, columns: _Columns, *, is_share: bool) -> Iterator[Problem]:
    """Rows that stand there twice, exposures of nought, and parts above their whole."""
    by, area = columns.by, columns.area
    for row in held.loc[held.duplicated([by, area]), [by, area]].itertuples(index=False, name=None):
        step = "Add the rows up where each is a part; keep the one that holds where they are versions of one figure."
        yield Problem("This measure and force stand there twice.", "", f"{row[0]}, {row[1]}", step)
    for name in columns.exposures:
        for _, place in held[held[name] == 0].iterrows():
            where = f"{place[by]}, {place[area]}"
            yield Problem(f"A figure in {name!r} must be a number above zero.", where, str(place[name]))
    if is_share:
        for _, place in held[held[columns.numerator] > held[columns.exposure]].iterrows():
            value = f"{place[columns.numerator]:g} of {place[columns.exposure]:g}"
            yield Problem("The numerator is above the denominator.", f"{place[by]}, {place[area]}", value)


def _members_of(areas: Iterable[str], groups: Groups | None) -> list[list[str]]:
    """The members of every group by name, the force it is about included."""
    return [sorted(areas)] if groups is None else [sorted({focus, *peers}) for focus, peers in groups.items()]


def _group_problems(areas: set[str], groups: Groups | None) -> Iterator[Problem]:
    """Groups that are too small, or none at all, and members that the table does not know."""
    if groups is not None and not _are_groups(groups):
        step = "Give the peers of each force by its name: {'Leicestershire': ('Kent', ...), ...}."
        yield Problem("Groups are peers by force.", "groups", str(groups), step)
        return
    wanted = _members_of(areas, groups)
    for names in wanted:
        if len(names) < FEWEST_MEMBERS:
            yield Problem(f"A group needs {FEWEST_MEMBERS} forces.", value=", ".join(names))
    for name in sorted({name for names in wanted for name in names} - areas):
        yield Problem("The table has no rows for this force.", value=name)


def _are_groups(groups: Any) -> bool:
    if not isinstance(groups, Mapping) or not groups:
        return False
    are_lists = all(isinstance(peers, Iterable) and not isinstance(peers, str | bytes) for peers in groups.values())
    return are_lists and all(isinstance(name, str) for focus, peers in groups.items() for name in (focus, *peers))


def _places_of_members(areas: pd.Index, groups: Groups | None) -> np.ndarray:
    wanted = _members_of(areas, groups)
    longest = max(len(names) for names in wanted)
    return np.array([[*areas.get_indexer(pd.Index(names)), *[-1] * (longest - len(names))] for names in wanted])


def _by_polarity(
    measures: pd.Index, polarity: Polarity | str | Mapping[str, Polarity | str]
) -> dict[Polarity, list[str]]:
    """The measures of each polarity; one polarity may stand for all."""
    sorted_out: dict[Polarity, list[str]] = {}
    for measure in measures:
        chosen = polarity.get(measure, Polarity.NEUTRAL) if isinstance(polarity, Mapping) else polarity
        sorted_out.setdefault(Polarity(chosen), []).append(measure)
    return sorted_out


def _figures(request: TableRequest, measures: list[str]) -> GroupFigures:
    """The figures of every comparison, with the noise that their two years show."""
    columns = request.columns
    now, size = (request.taken(name, measures) for name in (columns.numerator, columns.exposure))
    held = np.isfinite(now) & np.isfinite(size)
    now, size = np.where(held, now, np.nan), np.where(held, size, np.nan)
    before = request.taken(columns.previous, measures) if columns.previous else np.full_like(now, np.nan)
    before_size = request.taken(columns.previous_exposure, measures) if columns.previous_exposure else size
    years = np.stack([np.stack([before, before_size], axis=-1), np.stack([now, size], axis=-1)], axis=-2)
    noise = noise_of_a_year(now, {FROM_YEARS: years}, share=request.share)
    return GroupFigures(now, size, before / before_size, noise, is_share=request.share)


def _rows(request: TableRequest, measures: list[str], figures: GroupFigures, found: GroupsCompared) -> pd.DataFrame:
    """One row a measure and force that has a figure and was asked about."""
    held, areas = np.isfinite(figures.numerator), request.tables[request.columns.numerator].columns
    places = np.tile(request.members, (len(measures), 1))
    names = np.where(places >= 0, areas.to_numpy(dtype=object)[places], "")
    wanting = [", ".join(row[lacks]) for row, lacks in zip(names, ~held & (places >= 0), strict=True)]
    is_focus = np.full(names.shape, fill_value=True)
    if request.focuses is not None:
        is_focus = names == np.tile(np.array(request.focuses, dtype=object), len(measures))[:, None]
    rows = found.rows()
    rows.insert(0, "measure", np.repeat(measures, held.size // len(measures)))
    rows.insert(1, "area", names.ravel())
    rows["members"] = np.repeat(held.sum(axis=1), held.shape[1])
    rows["missing"] = np.repeat(np.array(wanting, dtype=object), held.shape[1])
    asked: pd.DataFrame = rows.loc[(held & is_focus).ravel()]
    return asked
