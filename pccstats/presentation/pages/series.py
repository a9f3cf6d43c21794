"""One series by itself: each question with its chart first, then its sentences, its tables folded beneath."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from pccstats.presentation.markup import Markup, Part, rendered
from pccstats.presentation.pace import beside_its_level
from pccstats.presentation.pages.parts import Chart, Opening, chart_block
from pccstats.presentation.projection import backtest_table
from pccstats.presentation.states import Chip, review_label
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe
from pccstats.terms.periods import Window, month_in_words
from pccstats.terms.results.base import Result
from pccstats.terms.results.level import ExpectedLevel
from pccstats.terms.results.quarter import IndicatorReview
from pccstats.terms.words import capital, counted

READ_ALONE = "This is the verdict of one test. A pack reads the tests of all indicators together, and may find it weak."
MOST_FIGURES = 40  # of the latest, in the table of what is held


@dataclass(frozen=True)
class View(Part):
    """One question asked of a series: charts, what is said of them, why there is no answer, and what opens beneath.

    Attributes
    ----------
    charts : tuple of Chart
        Side by side where there is room.
    sentences, refusals : tuple of str
    verdict : Chip or None
    folds : tuple of Part
        Tables, each behind a line that opens.
    code : tuple of (str, str)
        Texts to be copied, each under its heading.
    """

    template: ClassVar[str] = "series-view.html.j2"
    charts: tuple[Chart, ...] = ()
    sentences: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    verdict: Chip | None = None
    folds: tuple[Part, ...] = ()
    code: tuple[tuple[str, str], ...] = ()


def workbench_style() -> Markup:
    """How the workbench looks in a notebook: the house's colours, on the light or dark page of the notebook."""
    return rendered("workbench-style.html.j2")


def sentence_of(words: str) -> Markup:
    """A sentence by itself."""
    return View(sentences=(words,)).to_html()


def heading_of(words: str) -> Markup:
    """The name of what stands beneath it."""
    return rendered("workbench-heading.html.j2", words=words)


def cell_of(content: str | Part, *, is_number: bool = False) -> Markup:
    """A cell of the list of series."""
    return rendered("workbench-cell.html.j2", content=content, is_number=is_number)


def level_view(review: IndicatorReview, usual: ExpectedLevel | None = None) -> View:
    """The expected level, with the level as a pack has it beside it where another was chosen."""
    level, pace = review.level, review.pace
    if level is None:
        why = _refusals(review, ("level",)) or ("Neither months nor quarters are held.",)
        return View(charts=_charts(review.rolling), sentences=_said(review.rolling), refusals=why)
    said = [describe(level)]
    if usual is not None:
        said.append(f"As in the pack: {describe(usual)}")
    if pace is not None:
        said.append(beside_its_level(pace, level.signal_within(pace.quarter)))
    return View(charts=_charts(level), sentences=tuple(said))


def change_view(review: IndicatorReview) -> View:
    """The change since the baseline, and whether other baselines would turn its verdict."""
    shown = [each for each in (review.change, review.baselines) if each is not None]
    return View(
        charts=_charts(*shown),
        sentences=tuple(dict.fromkeys((*map(describe, shown), *review.reasons, *([READ_ALONE] if shown else [])))),
        refusals=_refusals(review, ("change", "baselines")) or _silence(review, has_answer=bool(shown)),
        verdict=review_label(review),
    )


def peers_view(review: IndicatorReview) -> View:
    """The place among peers now and over time, and among the forces of the region."""
    shown = [each for each in (review.group, review.places, review.region) if each is not None]
    nobody = ("Nobody it could be set beside has figures of it.",)
    why = _refusals(review, ("group", "places", "region")) or (() if shown else nobody)
    return View(charts=_charts(*shown), sentences=tuple(map(describe, shown)), refusals=why)


def projection_view(review: IndicatorReview) -> View:
    """Where it is heading, and how well such projections did."""
    ahead = review.projection
    if ahead is None:
        why = _refusals(review, ("projection",)) or ("There is nothing to project it from.",)
        return View(refusals=why)
    folds = (Opening("How such projections did", (backtest_table(ahead),)),)
    return View(charts=_charts(ahead), sentences=(describe(ahead),), folds=folds)


def quality_view(review: IndicatorReview, rows: pd.DataFrame, found: pd.DataFrame) -> View:
    """What is held of it, by whom it was published and when, and what the checks and detectives found.

    Parameters
    ----------
    rows : pandas.DataFrame
        Its observations, every vintage.
    found : pandas.DataFrame
        The findings about it, columns `period_end`, `message`, `next_step`.
    """
    count = len(found)
    told = f"The checks and the detectives found {counted(count, 'thing') if count else 'nothing'} in it."
    found_table = TableSpec(
        "What the checks and the detectives found",
        (Column("period_end", "Period"), Column("message", "What"), Column("next_step", "What to do")),
        found.reset_index(drop=True),
    )
    return View(
        charts=_charts(review.recovered),
        sentences=(told, *_said(review.recovered)),
        folds=(
            *([Opening("What was found", (found_table,))] if count else []),
            Opening("The figures held, the latest first", (_held_table(rows),)),
        ),
    )


def _held_table(rows: pd.DataFrame) -> TableSpec:
    """The latest figures with their status, source and date."""
    latest = rows.iloc[::-1].head(MOST_FIGURES).reset_index(drop=True)
    windows = zip(latest["period_end"], latest["months"], strict=True)
    told = latest.assign(
        period=[capital(str(Window.ending(end, int(months)))) for end, months in windows],
        out=[month_in_words(date[:7]) if date else "" for date in latest["published_on"].astype(str)],
    )
    rest = len(rows) - len(latest)
    columns = (
        Column("period", "Period"),
        Column("numerator", "Figure", "number"),
        Column("denominator", "Out of", "number"),
        Column("status", "Status"),
        Column("source", "Source"),
        Column("out", "Published"),
        Column("note", "Note"),
    )
    return TableSpec("Figures as received", columns, told, notes=(f"{rest} earlier rows are held.",) if rest else ())


def code_view(code: str, plan_lines: str) -> View:
    """What was done, to be copied."""
    return View(code=(("As Python, run in the folder of this notebook", code), ("As lines of plan.toml", plan_lines)))


def refused_view(refusal: str) -> View:
    """A question that cannot be asked at all."""
    return View(refusals=(refusal,))


def _charts(*shown: Result | None) -> tuple[Chart, ...]:
    return tuple(chart_block(each) for each in shown if each is not None)


def _said(*shown: Result | None) -> tuple[str, ...]:
    return tuple(describe(each) for each in shown if each is not None)


def _refusals(review: IndicatorReview, questions: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(review.refusals[name] for name in questions if name in review.refusals))


def _silence(review: IndicatorReview, *, has_answer: bool) -> tuple[str, ...]:
    return () if has_answer or review.reasons else (f"{capital(review.verdict)}.",)
