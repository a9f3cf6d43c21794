"""Many comparisons at once: measures by years, one call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from pccstats.methods.peers.comparison import (
    ADDITIVE,
    FEWEST_MEMBERS,
    MEAN_INCLUDING_OWN,
    GroupFigures,
    GroupOptions,
    compare_arrays,
    yardstick,
)
from pccstats.methods.peers.funnel import of_a_table, typical_of_counts
from pccstats.methods.peers.windows import PER_CENT
from pccstats.terms.errors import DataProblem, Problem
from pccstats.terms.words import Polarity

WHOLE = ("rank", "rank_low", "rank_high", "change_rank")
IN_UNITS = ("value", "previous", "benchmark", "lower", "upper", "lower_998", "upper_998", "peer_lower", "peer_upper")


def compare_groups(
    frame: pd.DataFrame,
    *,
    by: str = "measure",
    area: str = "area",
    numerator: str = "numerator",
    exposure: str = "exposure",
    previous: str | None = None,
    previous_exposure: str | None = None,
    groups: Mapping[str, Iterable[str]] | None = None,
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
    options.check()
    columns = [name for name in (numerator, exposure, previous, previous_exposure) if name]
    _check(frame, [by, area, *columns], exposures=[name for name in (exposure, previous_exposure) if name])
    tables = {name: frame.pivot(index=by, columns=area, values=name).astype(float) for name in columns}
    members = _membership(tables[numerator].columns, groups)
    answers = []
    for direction, measures in _by_polarity(tables[numerator].index, polarity).items():
        taken = {name: _taken(table.loc[measures], members) for name, table in tables.items()}
        figures = _figures(taken, numerator, exposure, previous, previous_exposure, share=share)
        arrays = compare_arrays(figures, direction, options, yardstick(figures, options))
        named = _named(figures.numerator, measures, tables[numerator].columns, members, groups)
        answers.append(_rows(arrays, named, PER_CENT if share else per))
    order = ["measure", "area"]
    return pd.concat(answers).sort_values(order, ignore_index=True).rename(columns={"measure": by})


def _check(frame: pd.DataFrame, columns: list[str], exposures: list[str]) -> None:
    """Refuse a table that cannot be compared, for every reason at once."""
    absent = [Problem(f"There is no column {name!r}.") for name in columns if name not in frame.columns]
    if absent:
        raise DataProblem(absent)
    by, area, *numbers = columns
    problems = [
        Problem("This measure and force stand there twice.", value=f"{row[0]}, {row[1]}")
        for row in frame.loc[frame.duplicated([by, area]), [by, area]].itertuples(index=False, name=None)
    ]
    for name in numbers:
        figures = pd.to_numeric(frame[name], errors="coerce")
        floor_broken = figures <= 0 if name in exposures else figures < 0
        wrong = floor_broken | np.isinf(figures) | (figures.isna() & frame[name].notna())
        rule = "above zero" if name in exposures else "zero or more"
        problems += [
            Problem(f"A figure in {name!r} must be a number {rule}.", f"{place[by]}, {place[area]}", str(place[name]))
            for _, place in frame[wrong].iterrows()
        ]
    if problems:
        raise DataProblem(problems)


def _membership(areas: pd.Index, groups: Mapping[str, Iterable[str]] | None) -> np.ndarray:
    """Places of the members among the areas, one row a comparison; -1 fills up the shorter groups."""
    if groups is None:
        wanted = [list(areas)]
    else:
        wanted = [sorted({focus, *peers}) for focus, peers in groups.items()]
    problems = [
        Problem(f"A group needs {FEWEST_MEMBERS} forces.", value=", ".join(names))
        for names in wanted
        if len(names) < FEWEST_MEMBERS
    ]
    unknown = sorted({name for names in wanted for name in names} - set(areas))
    problems += [Problem("The table has no rows for this force.", value=name) for name in unknown]
    if problems:
        raise DataProblem(problems)
    longest = max(len(names) for names in wanted)
    places = [[*areas.get_indexer(pd.Index(names)), *[-1] * (longest - len(names))] for names in wanted]
    return np.array(places)


def _by_polarity(
    measures: pd.Index, polarity: Polarity | str | Mapping[str, Polarity | str]
) -> dict[Polarity, list[str]]:
    """The measures of each polarity; one polarity may stand for all."""
    sorted_out: dict[Polarity, list[str]] = {}
    for measure in measures:
        chosen = polarity.get(measure, Polarity.NEUTRAL) if isinstance(polarity, Mapping) else polarity
        sorted_out.setdefault(Polarity(chosen), []).append(measure)
    return sorted_out


def _taken(table: pd.DataFrame, members: np.ndarray) -> np.ndarray:
    """Figures of the members of every comparison: measures by groups down, members across."""
    cube = table.to_numpy()[:, members]
    return np.where(members >= 0, cube, np.nan).reshape(-1, members.shape[1])


def _figures(
    taken: Mapping[str, np.ndarray],
    numerator: str,
    exposure: str,
    previous: str | None,
    previous_exposure: str | None,
    *,
    share: bool,
) -> GroupFigures:
    """The figures of every comparison, with the over-dispersion their two years show."""
    held = np.isfinite(taken[numerator]) & np.isfinite(taken[exposure])
    now, size = (np.where(held, taken[name], np.nan) for name in (numerator, exposure))
    before = taken[previous] if previous else np.full_like(now, np.nan)
    before_size = taken[previous_exposure] if previous_exposure else size
    sizes = np.stack([before_size, size], axis=-1) if share else None
    phi, freedom = of_a_table(np.stack([before, now], axis=-1), sizes)
    if not share:
        phi, freedom = typical_of_counts(now, phi, freedom)
    return GroupFigures(now, size, before / before_size, phi, freedom, is_share=share)


def _named(
    now: np.ndarray,
    measures: list[str],
    areas: pd.Index,
    members: np.ndarray,
    groups: Mapping[str, Iterable[str]] | None,
) -> pd.DataFrame:
    """Who each figure belongs to: measure, area, and how many members have one and which have none."""
    held = np.isfinite(now)
    every = np.tile(members, (len(measures), 1))
    names = np.where(every >= 0, areas.to_numpy(dtype=object)[every], "")
    wanting = [", ".join(row[lacks]) for row, lacks in zip(names, ~held & (every >= 0), strict=True)]
    focus = names if groups is None else np.tile(np.array(list(groups), dtype=object), len(measures))[:, None]
    return pd.DataFrame(
        {
            "measure": np.repeat(measures, now.size // len(measures)),
            "area": names.ravel(),
            "members": np.repeat(held.sum(axis=1), now.shape[1]),
            "missing": np.repeat(np.array(wanting, dtype=object), now.shape[1]),
            "is_wanted": (held & (names == focus)).ravel(),
        }
    )


def _rows(arrays: Mapping[str, np.ndarray], named: pd.DataFrame, scale: float) -> pd.DataFrame:
    """One row a measure and force that has a figure, in the units readers see."""
    columns = {name: (scale * array if name in IN_UNITS else array).ravel() for name, array in arrays.items()}
    rows = pd.DataFrame({**named, **columns})[named["is_wanted"].to_numpy()]
    rows["state"] = [str(state) for state in rows["state"]]
    front, back = ["measure", "area"], ["members", "missing"]
    return rows.astype(dict.fromkeys(WHOLE, "Int64"))[[*front, *arrays, *back]]
