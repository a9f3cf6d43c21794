"""Parts that pages share: charts with what stands about them, sentences that open, what has no figure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from pccstats.presentation.markup import Markup, Part
from pccstats.presentation.states import Chip, review_label
from pccstats.presentation.style import svg_of
from pccstats.presentation.synthesis import reason_of
from pccstats.presentation.table import TableSpec
from pccstats.presentation.take_away import TakeAway, note, take_away
from pccstats.presentation.verbs import draw, table_of
from pccstats.terms.plan import Indicator, Plan, Theme
from pccstats.terms.results.quarter import IndicatorReview


@dataclass(frozen=True)
class Chart(Part):
    """A finished chart with what stands about it on a page.

    Attributes
    ----------
    headline, subtitle : str
    drawing : Markup
    data : TableSpec, optional
        Its figures, which open beneath it.
    method : str
    is_wide : bool
    runs_in_time : bool
        The latest figure is at the right end, and a narrow page shows that end first.
    files : TakeAway, optional
        What a reader may take away of it.
    """

    template: ClassVar[str] = "figure.html.j2"
    headline: str
    subtitle: str
    drawing: Markup
    data: TableSpec | None = None
    method: str = ""
    is_wide: bool = False
    runs_in_time: bool = False
    files: TakeAway | None = None

    def to_html(self) -> Markup:
        """The piece as markup; where charts are gathered, it is one of them."""
        if self.files is not None:
            note(self.files)
        return super().to_html()


IN_TIME = ("expected_level", "rolling_year", "trend", "projection", "recovered_quarters", "rebase")


def chart_block(result: Any, *, is_wide: bool = False, has_data: bool = True, **options: Any) -> Chart:
    """The chart of a result with headline, subtitle, alt text and its data in a table that opens.

    The method is said once: by the notes of the table where they hold it. `has_data` is False for a second chart of one
    result, whose figures stand beneath the first.
    """
    data = table_of(result) if has_data else None
    method = "" if data is None or result.method in data.notes else result.method
    chart = drawn_block(result, data=data, method=method, is_wide=is_wide, **options)
    return replace(chart, runs_in_time=result.presented_by in IN_TIME)


def drawn_block(
    result: Any, *, data: TableSpec | None = None, method: str = "", is_wide: bool = False, **options: Any
) -> Chart:
    """The chart of a result with a table and a method that the page chooses."""
    figure: Any = draw(result, **options)
    files = take_away(result, figure, **options)
    return Chart(figure.headline, figure.subtitle, svg_of(figure), data, method, is_wide, files=files)


@dataclass(frozen=True)
class Opening(Part):
    """A sentence that opens to its charts and tables."""

    template: ClassVar[str] = "opening.html.j2"
    words: str
    content: tuple[Part, ...]
    kind: str = ""


@dataclass(frozen=True)
class Unanswered:
    """An indicator without a figure: what it is, and why nothing can be shown."""

    anchor: str
    name: str
    verdict: Chip
    reason: str


def unanswered(review: IndicatorReview) -> Unanswered:
    """An indicator without a figure as a page lists it."""
    return Unanswered(anchor(review.indicator), review.indicator.name, review_label(review), reason_of(review))


LEAST_YEARS = 8  # rolling years that make a line; a few published points are a table


def has_rolling_chart(review: IndicatorReview) -> bool:
    """True where there is no expected level to draw, and rolling years enough for a line."""
    return (
        review.level is None
        and review.rolling is not None
        and int(review.rolling.points["value"].notna().sum()) >= LEAST_YEARS
    )


def grain_of(review: IndicatorReview) -> str:
    """Whose figures the chart of an indicator draws and how fine they are: `official, by quarter`; months need none."""
    answer = review.level if review.level is not None else review.rolling if has_rolling_chart(review) else None
    if answer is None:
        return ""
    grain = "12-month totals" if review.level is None else GRAINS[review.level.about.span_months]
    whose = "" if answer.is_about(review.indicator.key) else "official"
    return ", ".join(part for part in (whose, grain) if part)


GRAINS = {1: "", 3: "by quarter", 12: "by year"}


def anchor(indicator: Indicator) -> str:
    """Where an indicator stands on its page: `indicator-12-offences`."""
    return "indicator-" + indicator.key.replace(".", "-").replace("_", "-").lower()


def page_name(theme: Theme) -> str:
    """The name of a theme's page, without its ending: `theme-1-offending`."""
    return f"theme-{theme.number}-{theme.slug}" if theme.slug else f"theme-{theme.number}"


def place_of(indicator: Indicator, plan: Plan, *, is_supporting: bool = False) -> str:
    """Where more is said of an indicator on the page of its theme; of a supporting measure, its priority's place."""
    theme = next(theme for theme in plan.themes if any(p.number == indicator.priority for p in theme.priorities))
    place = f"priority-{indicator.priority}" if is_supporting else anchor(indicator)
    return f"{page_name(theme)}.html#{place}"
