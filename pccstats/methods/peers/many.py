"""Many comparisons at once: every force of a table among its peers, on every measure, in one call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

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
from pccstats.terms.choices import choice_problems
from pccstats.terms.errors import DataProblem, Problem, Refusals
from pccstats.terms.words import Polarity

FROM_YEARS = "the forces' own movement from the year before to this"
Groups = Mapping[str, Iterable[str]]


def compare_groups(
    frame: pd.DataFrame,
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
    frame : pandas.DataFrame
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
        return [name for name in (self.exposure, self.previous_exposure) if name]

    @property
    def numbers(self) -> list[str]:
        return [name for name in (self.numerator, self.exposure, self.previous, self.previous_exposure) if name]


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
        frame: pd.DataFrame,
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
        problems = [problem for one in given for problem in choice_problems(polarity=(one, Polarity))]
        absent = [name for name in (columns.by, columns.area, *columns.numbers) if name not in frame.columns]
        problems += [Problem(f"There is no column {name!r}.") for name in absent]
        if not absent:
            problems += _figure_problems(frame, columns)
            problems += _group_problems(set(frame[columns.area]), groups)
        if problems:
            refusals.note(DataProblem(problems))
        refusals.raise_any()
        tables = {
            name: frame.pivot(index=columns.by, columns=columns.area, values=name).astype(float)
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


def _figure_problems(frame: pd.DataFrame, columns: _Columns) -> Iterator[Problem]:
    """Rows that stand there twice, and figures that cannot be ones."""
    by, area = columns.by, columns.area
    for row in frame.loc[frame.duplicated([by, area]), [by, area]].itertuples(index=False, name=None):
        yield Problem("This measure and force stand there twice.", value=f"{row[0]}, {row[1]}")
    for name in columns.numbers:
        figures = pd.to_numeric(frame[name], errors="coerce")
        floor_broken = figures <= 0 if name in columns.exposures else figures < 0
        wrong = floor_broken | np.isinf(figures) | (figures.isna() & frame[name].notna())
        rule = "above zero" if name in columns.exposures else "zero or more"
        for _, place in frame[wrong].iterrows():
            where = f"{place[by]}, {place[area]}"
            yield Problem(f"A figure in {name!r} must be a number {rule}.", where, str(place[name]))


def _members_of(areas: Iterable[str], groups: Groups | None) -> list[list[str]]:
    """The members of every group by name, the force it is about included."""
    return [sorted(areas)] if groups is None else [sorted({focus, *peers}) for focus, peers in groups.items()]


def _group_problems(areas: set[str], groups: Groups | None) -> Iterator[Problem]:
    """Groups that are too small, and members that the table does not know."""
    wanted = _members_of(areas, groups)
    for names in wanted:
        if len(names) < FEWEST_MEMBERS:
            yield Problem(f"A group needs {FEWEST_MEMBERS} forces.", value=", ".join(names))
    for name in sorted({name for names in wanted for name in names} - areas):
        yield Problem("The table has no rows for this force.", value=name)


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
