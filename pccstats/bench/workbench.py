"""The page of the workbench: a list to choose a series from, and the questions asked of it under controls."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import ipywidgets as widgets

from pccstats.bench.controls import Controls
from pccstats.bench.listed import ListOfSeries
from pccstats.bench.tried import Tried
from pccstats.presentation.pages.series import (
    View,
    change_view,
    code_view,
    heading_of,
    level_view,
    peers_view,
    projection_view,
    quality_view,
    refused_view,
    sentence_of,
    workbench_style,
)
from pccstats.review.data_quality import data_quality
from pccstats.review.indicator import Levelled, level_baseline, levelled
from pccstats.review.screen import places_held, screened
from pccstats.review.series import reviewed_series
from pccstats.terms.errors import PccStatsError
from pccstats.terms.observations import Observations
from pccstats.terms.periods import Quarter
from pccstats.terms.plan import Indicator
from pccstats.terms.results.published import DataQuality
from pccstats.terms.results.quarter import IndicatorReview
from pccstats.terms.results.screen import Screen
from pccstats.terms.words import Audience

LEVEL, CHANGE, PEERS, PROJECTION, QUALITY, DONE = (
    *("Expected level", "Change", "Peers", "Projection", "Data quality", "What I did"),
)
TABS = (LEVEL, CHANGE, PEERS, PROJECTION, QUALITY, DONE)
QUESTIONS = {
    LEVEL: ("level", "pace", "rolling"),
    CHANGE: ("change", "second_opinion", "baselines"),
    PEERS: ("change", "group", "region", "places"),
    PROJECTION: ("projection",),
    QUALITY: ("level",),
}
LOOKING = "The figures of all measures are being looked through; this takes some seconds, once."
NOTHING_HELD = "No figures are held of any measure, so there is nothing to look at."


def workbench(
    data: Observations,
    quarter: str | Quarter,
    *,
    audience: Audience | str = Audience.INTERNAL,
    folder: str = "../data",
) -> Workbench:
    """Open the workbench in a notebook: every series in the order of its signals, and one of them under controls.

    Parameters
    ----------
    data : Observations
        The figures, with their plan.
    quarter : str or Quarter
        `2015/16-Q1`; nothing later is looked at.
    audience : {"internal", "public"}
        For the public, figures under a release restriction are left out.
    folder : str
        The data folder, as the code to be copied names it.

    Returns
    -------
    Workbench
        The last line of a cell shows it. It opens with the plan's own area, on its strongest signal; `look_everywhere`
        adds all other areas. Nothing that is done in it changes the plan or the data.

    Raises
    ------
    RequestProblem
        For a quarter that does not exist.

    See Also
    --------
    screen_series, review_series : what it asks.

    Examples
    --------
    >>> import pccstats as pcc
    >>> bench = pcc.workbench(pcc.read_observations("data/processed"), "2015/16-Q1")
    >>> bench.tabs.titles[0], bench.tried.area
    ('Expected level', 'Leicestershire')
    """
    at = data.plan.quarter(quarter)
    return Workbench(data.known_to(audience, at), at, Audience(audience), folder)


class Workbench:
    """The widgets of the workbench, and the series that is looked at.

    Attributes
    ----------
    series : ListOfSeries
        The list to choose from.
    indicator, area : ipywidgets.Dropdown
        The same choice by name.
    controls : Controls
        What is chosen otherwise than a pack has it.
    tabs : ipywidgets.Tab
        One a question; only the one in front is worked out.
    page : ipywidgets.VBox
        All of it.
    """

    def __init__(self, known: Observations, at: Quarter, audience: Audience, folder: str) -> None:
        self._known, self._at, self._audience, self._folder = known, at, audience, folder
        self._is_being_set = False
        self._shown: dict[str, Hashable] = {}
        self._quality: DataQuality | None = None
        self._places = {each.key: areas for each, areas in places_held(known.plan, known, at).items()}
        self.series = ListOfSeries(self.look_at)
        self.controls = Controls(self._show)
        style, field = {"description_width": "initial"}, widgets.Layout(width="auto", max_width="100%")
        self.indicator = widgets.Dropdown(
            options=[(known.plan.indicator(key).name, key) for key in self._places],
            description="Series",
            style=style,
            layout=field,
        )
        self.area = widgets.Dropdown(description="Area", style=style, layout=field)
        self.heading = widgets.HTML()
        self.tabs = widgets.Tab(children=[widgets.HTML() for _ in TABS], titles=TABS)
        folded = widgets.Accordion(children=[self.controls.box], titles=("Try another baseline, limits or exclusions",))
        wraps = widgets.Layout(flex_flow="row wrap", align_items="center")
        self.page = widgets.VBox(
            [
                widgets.HTML(str(workbench_style())),
                self.series.box,
                self.heading,
                widgets.HBox([self.indicator, self.area], layout=wraps),
                folded,
                self.tabs,
            ]
        )
        self.page.add_class("pccstats-bench")
        self.indicator.observe(lambda change: self._by_name(change["new"], self.area.value), "value")
        self.area.observe(lambda change: self._by_name(self.indicator.value, change["new"]), "value")
        self.tabs.observe(lambda _: self._show(), "selected_index")
        self._open_with(screened(known.plan, known, at, areas=[known.plan.focus]))

    def _ipython_display_(self) -> None:
        from IPython.display import display  # noqa: PLC0415 a page that is shown has it

        display(self.page)  # type: ignore[no-untyped-call]

    @property
    def tried(self) -> Tried:
        """The series that is looked at, and how."""
        return Tried(
            indicator=self.indicator.value or "",
            area=self.area.value or self._known.plan.focus,
            quarter=self._at,
            audience=self._audience,
            **self.controls.chosen,
        )

    @property
    def code(self) -> str:
        """Python that gives the same answers."""
        return self.tried.as_code(self._folder)

    @property
    def plan_lines(self) -> str:
        """Lines of a plan by which every pack does the same."""
        held = self._levelled()
        return self.tried.as_plan_lines(held.series, is_recovered=held.recovered is not None)

    def look_everywhere(self) -> None:
        """Put the series of all other areas in the list too."""
        self.series.show(screened(self._known.plan, self._known, self._at))
        self.series.mark(self.indicator.value or "", self.area.value or "")

    def look_at(self, indicator: str, area: str) -> None:
        """Look at one series, as a pack has it."""
        self._is_being_set = True
        try:
            self.indicator.value = indicator
            self.area.options = self._places[indicator]
            self.area.value = area
        finally:
            self._is_being_set = False
        measure, held = self._measure, self._levelled()
        self.controls.set_for(held.series, _usual_baseline(held, self._at), measure.baseline, self._at)
        self.heading.value = str(heading_of(f"{measure.name}, {area}"))
        self.series.mark(indicator, area)
        self._show()

    def _open_with(self, screen: Screen) -> None:
        """The strongest signal, else the first series that can be judged, else the first that is held."""
        self.series.show(screen)
        if len(screen.points):
            first = screen.points.iloc[0]
            self.look_at(first["indicator"], first["area"])
        elif self._places:
            key, areas = next(iter(self._places.items()))
            self.look_at(key, areas[0])
        else:
            self.heading.value = str(sentence_of(NOTHING_HELD))

    def _by_name(self, indicator: str, area: str) -> None:
        """A series chosen by its name; where the area holds no figures of it, in the first that does."""
        if not self._is_being_set:
            areas = self._places[indicator]
            self.look_at(indicator, area if area in areas else areas[0])

    @property
    def _measure(self) -> Indicator:
        return self._known.plan.indicator(self.indicator.value)

    def _levelled(self) -> Levelled:
        return levelled(self._known.plan, self._known, self._measure, self._at, area=self.area.value)

    def _show(self) -> None:
        """Work out the tab in front, unless it shows this already."""
        name = TABS[self.tabs.selected_index or 0]
        tried = self.tried
        if not self._places or self._shown.get(name) == tried:
            return
        if name == QUALITY and self._quality is None:
            self.tabs.children[TABS.index(name)].value = str(sentence_of(LOOKING))
        try:
            view = self._view(name, tried)
        except PccStatsError as refusal:
            view = refused_view(str(refusal))
        self.tabs.children[TABS.index(name)].value = str(view.to_html())
        self._shown[name] = tried

    def _view(self, name: str, tried: Tried) -> View:
        if name == DONE:
            return code_view(self.code, self.plan_lines)
        review = self._review(name, tried.choices)
        if name == LEVEL:
            usual = self._review(name, {}).level if tried.sets_limits_otherwise else None
            return level_view(review, usual)
        if name == QUALITY:
            found = self._findings()
            about = found["indicator"].isin((tried.indicator, review.level.key if review.level else tried.indicator))
            here = about & found["area"].isin((tried.area, ""))
            return quality_view(review, self._known.rows(tried.indicator, tried.area), found[here])
        return {CHANGE: change_view, PEERS: peers_view, PROJECTION: projection_view}[name](review)

    def _review(self, name: str, choices: dict[str, Any]) -> IndicatorReview:
        return reviewed_series(
            self._known.plan,
            self._known,
            self._at,
            self.indicator.value,
            area=self.area.value,
            audience=self._audience,
            questions=QUESTIONS[name],
            **choices,
        )

    def _findings(self) -> Any:
        """What the checks and the detectives found in all figures, asked once."""
        if self._quality is None:
            self._quality = data_quality(self._known, self._at, audience=self._audience)
        return self._quality.points


def _usual_baseline(held: Levelled, at: Quarter) -> Any:
    """The months by which a pack sets the limits, where it can."""
    if held.series is None:
        return None
    try:
        return level_baseline(held.series, at)
    except PccStatsError:
        return None
