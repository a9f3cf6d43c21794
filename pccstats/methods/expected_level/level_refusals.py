"""What an expected level cannot honestly be made of, each with the next step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pccstats.methods.expected_level.chart_families import FAMILIES, ChartFamily
from pccstats.methods.expected_level.level_core import Levels, Stretch
from pccstats.methods.expected_level.level_figures import Figures
from pccstats.methods.expected_level.level_options import LevelOptions
from pccstats.methods.expected_level.season import LEAST_YEARS, Season
from pccstats.terms.errors import MethodProblem, Problem
from pccstats.terms.periods import month_in_words
from pccstats.terms.series import Series
from pccstats.terms.words import Kind


def refuse_other_answers(series: object) -> None:
    """An answer of another method, a rolling year above all, is no series of months."""
    if isinstance(series, Series):
        return
    kind = type(series).__name__
    raise MethodProblem(
        Problem(
            f"An expected level is made of a Series of single months, and this is a {kind}. Rolling years overlap and "
            "so move together: limits on them would flag a third of the months in which nothing has changed.",
            next_step="Give the monthly series it was made from, or make one with Series.from_frame.",
        )
    )


def refuse_overlapping_totals(series: Series) -> None:
    """Limits belong on months: totals that overlap move together, and spans of unequal season mislead."""
    if series.span_months == 1:
        return
    if series.span_months == 12:
        raise MethodProblem(
            Problem(
                f"{series.title}: each figure covers 12 months. Rolling totals overlap and so move together: limits "
                "from moving ranges would flag about a third of the months of a process in which nothing has changed.",
                next_step="Chart the single months, and show the rolling year beside them (rolling_year).",
            )
        )
    raise MethodProblem(
        Problem(
            f"{series.title}: each figure covers {series.span_months} months, an expected level is set on single ones.",
            next_step="Give monthly figures.",
        )
    )


def refuse_kind(series: Series, options: LevelOptions) -> None:
    """Words and ranks have no expected level; a chart fits some kinds of figure only, and may want denominators."""
    refuse_chart_of_kind(series.title, series.kind, options)
    family = FAMILIES.get(options.chart)
    of_shares = family is not None and series.kind.is_proportion and family.has_exposure
    if (series.kind is Kind.RATE or of_shares) and not (series.points["denominator"] > 0).any():
        raise MethodProblem(
            Problem(
                f"{series.title}: no month has a denominator above nought.",
                next_step="Give the denominators, or chart the percentages as they are with chart='xmr'.",
            )
        )


def refuse_chart_of_kind(title: str, kind: Kind, options: LevelOptions) -> None:
    """A chart that cannot be drawn of this kind of figure is refused with those that can."""
    if kind in (Kind.QUALITATIVE, Kind.POSITION):
        raise MethodProblem(Problem(f"{title}: there is no expected level of {_KIND_WORDS[kind]}."))
    family = FAMILIES.get(options.chart)
    if family is not None and kind not in family.kinds:
        fitting = ", ".join(name for name, other in FAMILIES.items() if kind in other.kinds)
        raise MethodProblem(
            Problem(
                f"{title}: a {family.words} cannot be drawn of {_KIND_WORDS[kind]}.",
                next_step=f"Choose one of {fitting}.",
            )
        )


_KIND_WORDS = {
    Kind.COUNT: "counts",
    Kind.RATE: "rates",
    Kind.SHARE: "shares",
    Kind.SURVEY: "survey shares",
    Kind.MONEY: "amounts of money",
    Kind.QUALITATIVE: "judgements in words",
    Kind.POSITION: "positions in a group",
}


def refuse_empty(series: Series, figures: Figures) -> None:
    """A series without a single figure has no level."""
    if np.isnan(figures.value).all():
        raise MethodProblem(
            Problem(
                f"{series.title}: there is no figure in any month.",
                next_step="Check the numerators, and that denominators are above nought.",
            )
        )


def refuse_season(series: Series, options: LevelOptions, family: ChartFamily, season: Season) -> None:
    """A season that was asked for must be one that can be had."""
    if not options.seasonal or season.is_used[0]:
        return
    if not family.may_follow_season:
        fitting = ", ".join(name for name, other in FAMILIES.items() if other.may_follow_season)
        raise MethodProblem(
            Problem(f"{series.title}: a {family.words} has no season.", next_step=f"Choose one of {fitting}.")
        )
    raise MethodProblem(
        Problem(
            f"{series.title}: the season cannot be estimated. It takes {LEAST_YEARS} baseline years in which each "
            "calendar month has figures above nought.",
            next_step="Choose a longer baseline, or leave seasonal='auto'.",
        )
    )


def refuse_missing_limits(series: Series, levels: Levels, family: ChartFamily) -> None:
    """Every segment must have limits; each that has none is told with its months."""
    problems = []
    for stretch, part in zip(levels.stretches, levels.parts, strict=True):
        months = _in_words(series, stretch)
        if part.baseline_months[0] == 0:
            problems.append(
                Problem(
                    f"{series.title}: no month with a figure sets the limits from {months}.",
                    next_step="Choose a baseline that lies within the figures, or exclude fewer months.",
                )
            )
        elif family.asks_months and not family.plain and np.isnan(part.dispersion[0]):
            problems.append(
                Problem(
                    f"{series.title}: there are no two months in a row from {months}, and the {family.words} takes its "
                    "limits from the differences between them.",
                    next_step="Wait for another month, choose a baseline with more, or set the limits anew elsewhere.",
                )
            )
    if problems:
        raise MethodProblem(problems)


def _in_words(series: Series, stretch: Stretch) -> str:
    ends = series.points["period_end"]
    return f"{month_in_words(ends.iloc[stretch.start])} to {month_in_words(ends.iloc[stretch.stop - 1])}"


REFUSALS = (
    "",
    "no figure in any month",
    "no month with a figure sets the limits of a segment",
    "no two months in a row to take the limits from",
    "no three baseline years to estimate the season from",
)


def refused(
    figures: Figures, levels: Levels, family: ChartFamily, options: LevelOptions, present: NDArray[np.bool_]
) -> NDArray[np.int8]:
    """Why each of many series has no limits, as a place in `REFUSALS`; 0 where it has them."""
    reasons = np.zeros(len(present), dtype=np.int8)
    for stretch, part in zip(levels.stretches, levels.parts, strict=True):
        concerned = present[:, stretch.start : stretch.stop].any(axis=1)
        if family.asks_months and not family.plain:
            reasons[concerned & np.isnan(part.dispersion)] = 3
        reasons[concerned & (part.baseline_months == 0)] = 2
    if options.seasonal:
        reasons[~levels.season.is_used] = 4
    reasons[np.isnan(figures.value).all(axis=1)] = 1
    return reasons
