"""The list to choose a series from: sorted, narrowed down and turned over by widgets."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as widgets
import pandas as pd

from pccstats.presentation.pages.series import cell_of, sentence_of
from pccstats.presentation.screen import figure_of, signal_chip
from pccstats.presentation.verbs import describe
from pccstats.terms.results.screen import Screen

ROWS = 10
EVERYWHERE, SIGNALS, EVERY_SERIES = "All areas", "Signals", "Every series"
BY_SIGNAL = "Signal"
ORDERS = {"Series": "title", "Area": "area", BY_SIGNAL: "", "How far (sigma)": "distance"}
HEADS = (*ORDERS, "Latest", "Expected level")
GRID = "minmax(9rem, 3fr) minmax(9.5rem, 2fr) minmax(9rem, 2.2fr) 5.5rem 5rem 6.5rem"


class ListOfSeries:
    """The series of a screen, ten at a time; a click on one gives it to whoever asked.

    Attributes
    ----------
    box : ipywidgets.VBox
    shows, where, named : ipywidgets widgets
        Which series are listed: with a signal or all, of one area or all, with these letters in their name.
    heads, names : list of ipywidgets.Button
        By which column the list is sorted; the series on the page.
    """

    def __init__(self, chosen: Callable[[str, str], None]) -> None:
        self._chosen, self._order, self._first = chosen, BY_SIGNAL, 0
        self._screen: Screen | None = None
        self._on_page: list[tuple[str, str]] = []
        narrow = widgets.Layout(width="auto", max_width="18rem")
        style = {"description_width": "initial"}
        self.told = widgets.HTML()
        self.shows = widgets.Dropdown(options=(SIGNALS, EVERY_SERIES), description="Show", layout=narrow, style=style)
        self.where = widgets.Dropdown(options=(EVERYWHERE,), description="in", layout=narrow, style=style)
        self.named = widgets.Text(placeholder="part of a name", description="Find", layout=narrow, style=style)
        self.heads = [widgets.Button(description=head, layout=widgets.Layout(width="auto")) for head in HEADS]
        for head, button in zip(HEADS, self.heads, strict=True):
            button.add_class("head")
            button.disabled = head not in ORDERS
            button.tooltip = f"Sort by {head.lower()}" if head in ORDERS else head
            button.on_click(partial(self._sort, head))
        self.names = [widgets.Button(layout=widgets.Layout(width="auto")) for _ in range(ROWS)]
        for place, button in enumerate(self.names):
            button.on_click(partial(self._choose, place))
        self._cells = [[widgets.HTML() for _ in HEADS[1:]] for _ in range(ROWS)]
        self._grid = widgets.GridBox(
            [*self.heads, *(each for name, row in zip(self.names, self._cells, strict=True) for each in (name, *row))],
            layout=widgets.Layout(grid_template_columns=GRID, width="100%", overflow="auto"),
        )
        self._grid.add_class("rows")
        self.earlier, self.later = widgets.Button(description="Earlier"), widgets.Button(description="More")
        self.place = widgets.HTML()
        self.earlier.on_click(lambda _: self._turn(-ROWS))
        self.later.on_click(lambda _: self._turn(ROWS))
        wraps = widgets.Layout(flex_flow="row wrap", align_items="center")
        self.box = widgets.VBox(
            [
                self.told,
                widgets.HBox([self.shows, self.where, self.named], layout=wraps),
                self._grid,
                widgets.HBox([self.earlier, self.later, self.place], layout=wraps),
            ]
        )
        for control in (self.shows, self.where, self.named):
            control.observe(lambda _: self._turn_to(0), "value")

    def show(self, screen: Screen) -> None:
        """List the series of a screen, from its first."""
        self._screen = screen
        self.told.value = str(sentence_of(describe(screen)))
        before = self.where.value
        areas = tuple(dict.fromkeys(screen.points["area"]))
        self.where.options = (
            EVERYWHERE,
            *(each for each in areas if each == screen.focus),
            *sorted(set(areas) - {screen.focus}),
        )
        self.where.value = before if before in self.where.options else EVERYWHERE
        if screen.signals.empty:
            self.shows.value = EVERY_SERIES
        self._turn_to(0)

    def mark(self, indicator: str, area: str) -> None:
        """Show which series is looked at."""
        for place, button in enumerate(self.names):
            is_it = place < len(self._on_page) and self._on_page[place] == (indicator, area)
            (button.add_class if is_it else button.remove_class)("chosen")

    @property
    def listed(self) -> pd.DataFrame:
        """The series as they are narrowed down and sorted."""
        if self._screen is None:
            return pd.DataFrame()
        points = self._screen.signals if self.shows.value == SIGNALS else self._screen.points
        if self.where.value != EVERYWHERE:
            points = points[points["area"] == self.where.value]
        if letters := self.named.value.strip():
            points = points[points["title"].str.contains(letters, case=False, regex=False)]
        column = ORDERS[self._order]
        found: pd.DataFrame = points.sort_values(column, kind="stable") if column else points
        return found

    def _sort(self, head: str, _: Any) -> None:
        self._order = head
        self._turn_to(0)

    def _turn(self, by: int) -> None:
        self._turn_to(self._first + by)

    def _turn_to(self, first: int) -> None:
        listed = self.listed
        self._first = min(max(first, 0), max(len(listed) - 1, 0) // ROWS * ROWS)
        page = listed.iloc[self._first : self._first + ROWS]
        self._on_page = list(zip(page["indicator"], page["area"], strict=True)) if len(page) else []
        for place, (button, cells) in enumerate(zip(self.names, self._cells, strict=True)):
            is_there = place < len(page)
            for widget in (button, *cells):
                widget.layout.display = None if is_there else "none"
            if is_there:
                self._write(page.iloc[place], button, cells)
        last = self._first + len(page)
        self.place.value = str(sentence_of(f"{self._first + 1} to {last} of {len(listed):,}" if last else "None found"))
        self.earlier.disabled, self.later.disabled = self._first == 0, last >= len(listed)

    def _write(self, row: pd.Series, button: widgets.Button, cells: list[widgets.HTML]) -> None:
        button.description = row["title"]
        button.tooltip = f"Look at {row['title']} in {row['area']}. {row['lacking']}".strip()
        told = (
            row["area"],
            signal_chip(row),
            *(figure_of(row, name) for name in ("distance", "latest", "centre_line")),
        )
        for place, (cell, words) in enumerate(zip(cells, told, strict=True)):
            cell.value = str(cell_of(words, is_number=place > 1))

    def _choose(self, place: int, _: Any) -> None:
        self._chosen(*self._on_page[place])
