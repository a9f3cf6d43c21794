"""What may be chosen otherwise than a pack has it: baselines, limits set anew, figures left out, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets as widgets
import pandas as pd

from pccstats.terms.periods import MONTHS_IN_A_YEAR, FinancialYear, Quarter, Window, month_in_words, period_name
from pccstats.terms.series import Series
from pccstats.terms.words import capital

AS_IN_THE_PLAN = ""
A_DATE = ""
WIDE = {"description_width": "initial"}
FEWEST_FOR_A_BASELINE = 2


class Controls:
    """The choices for one series; set anew with every series.

    Attributes
    ----------
    box : ipywidgets.VBox
    baseline : ipywidgets.SelectionRangeSlider
        The first and the last period that set the limits.
    since : ipywidgets.Dropdown
        The year that the change and the projection are set beside.
    rebase, leave_out : ipywidgets.Dropdown
        A date is added to `rebased` or `left_out` when it is chosen.
    rebased, left_out : ipywidgets.TagsInput
        Dates as `2014-01`; a click on its cross takes one away.
    reason, note : ipywidgets.Text
    as_in_the_pack : ipywidgets.Button
        Takes every choice back.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed, self._is_being_set = changed, False
        self._usual: tuple[str, str] | None = None
        field = widgets.Layout(width="auto", min_width="15rem", max_width="100%")
        self.baseline = widgets.SelectionRangeSlider(
            options=[("–", "")] * 2,
            description="Limits set by",
            continuous_update=False,
            style=WIDE,
            layout=widgets.Layout(width="48rem", max_width="100%"),
        )
        self.since = widgets.Dropdown(options=[("–", "")], description="Change since", style=WIDE, layout=field)
        self.rebase = widgets.Dropdown(
            options=[("–", "")], description="Set limits anew from", style=WIDE, layout=field
        )
        self.leave_out = widgets.Dropdown(options=[("–", "")], description="Leave out", style=WIDE, layout=field)
        self.rebased, self.left_out = (
            widgets.TagsInput(value=[], allow_duplicates=False, layout=widgets.Layout(width="auto")) for _ in range(2)
        )
        self.reason, self.note = (
            widgets.Text(description=name, placeholder=hint, continuous_update=False, style=WIDE, layout=field)
            for name, hint in (("Reason", "what happened then"), ("Note", "what else to know"))
        )
        self.as_in_the_pack = widgets.Button(description="As in the pack", tooltip="Take every choice back")
        self.as_in_the_pack.on_click(lambda _: self._take_back())
        wraps = widgets.Layout(flex_flow="row wrap", align_items="center")
        self._of_limits = [self.baseline, self.rebase, self.leave_out]
        self.box = widgets.VBox(
            [
                widgets.HBox([self.baseline], layout=wraps),
                widgets.HBox([self.rebase, self.rebased], layout=wraps),
                widgets.HBox([self.leave_out, self.left_out], layout=wraps),
                widgets.HBox([self.reason, self.note], layout=wraps),
                widgets.HBox([self.since, self.as_in_the_pack], layout=wraps),
            ]
        )
        for chosen_from, into in ((self.rebase, self.rebased), (self.leave_out, self.left_out)):
            chosen_from.observe(lambda change, into=into: self._add(change, into), "value")
        for tags in (self.rebased, self.left_out):
            tags.layout.display = "none"
            tags.observe(lambda change: _hide_if_empty(change["owner"]), "value")
        for control in (self.baseline, self.since, self.rebased, self.left_out, self.reason, self.note):
            control.observe(lambda _: self._tell(), "value")

    @contextmanager
    def being_set(self) -> Iterator[None]:
        """While open, nobody is told of what changes."""
        before, self._is_being_set = self._is_being_set, True
        try:
            yield
        finally:
            self._is_being_set = before

    def set_for(self, series: Series | None, usual: Window | None, of_plan: Window, at: Quarter) -> None:
        """Offer the dates of a series, with the baselines that a pack takes; without limits nothing that sets them."""
        with self.being_set():
            self.rebased.value, self.left_out.value, self.reason.value, self.note.value = [], [], "", ""
            self._usual = None
            self._offer_limits(series, usual)
            years = _years(of_plan, series, at)
            self.since.options = [(f"{of_plan}, as in the plan", AS_IN_THE_PLAN), *((year, year) for year in years)]
            self.since.value = AS_IN_THE_PLAN

    def _offer_limits(self, series: Series | None, usual: Window | None) -> None:
        has_limits = series is not None and usual is not None and len(series) >= FEWEST_FOR_A_BASELINE
        for control in self._of_limits:
            control.layout.display = None if has_limits else "none"
        if series is None or usual is None or not has_limits:
            return
        span, ends = series.span_months, list(series.points["period_end"])
        starts = [end - (span - 1) for end in ends]
        self.baseline.index = (0, 0)
        self.baseline.options = [(capital(period_name(end, span)), str(end)) for end in ends]
        inside = [
            place
            for place, (first, last) in enumerate(zip(starts, ends, strict=True))
            if usual.first <= first and last <= usual.last
        ]
        self.baseline.index = (min(inside, default=0), max(inside, default=len(ends) - 1))
        self._usual = self._months
        shown = [first for first in starts if first > usual.first - MONTHS_IN_A_YEAR]
        dates = [("add a date", A_DATE), *((month_in_words(first), str(first)) for first in shown)]
        for dropdown, tags in ((self.rebase, self.rebased), (self.leave_out, self.left_out)):
            dropdown.options, dropdown.value = dates, A_DATE
            tags.allowed_tags = [value for _, value in dates[1:]]
        self._span = span

    @property
    def _months(self) -> tuple[str, str]:
        """The baseline as first and last month."""
        first, last = self.baseline.value
        return first, last

    @property
    def chosen(self) -> dict[str, Any]:
        """The choices as `Tried` has them."""
        has_limits = self._usual is not None
        months = self._months if has_limits else None
        return {
            "since": self.since.value or "",
            "baseline": None if months is None or months == self._usual else self._window(months),
            "rebase_at": tuple(sorted(self.rebased.value)) if has_limits else (),
            "exclude": tuple(sorted(self.left_out.value)) if has_limits else (),
            "reason": self.reason.value.strip(),
            "note": self.note.value.strip(),
        }

    def _window(self, ends: tuple[str, str]) -> tuple[str, str]:
        """From the first month of the first period to the last of the last."""
        return str(pd.Period(ends[0], freq="M") - (self._span - 1)), ends[1]

    def _add(self, change: Any, into: widgets.TagsInput) -> None:
        """A date that is chosen becomes one of the list, and the choice is open again."""
        if self._is_being_set or not change["new"]:
            return
        with self.being_set():
            change["owner"].value = A_DATE
            into.value = [*(each for each in into.value if each != change["new"]), change["new"]]
        self._tell()

    def _take_back(self) -> None:
        with self.being_set():
            self.rebased.value, self.left_out.value, self.reason.value, self.note.value = [], [], "", ""
            self.since.value = AS_IN_THE_PLAN
            if self._usual is not None:
                self.baseline.value = self._usual
        self._tell()

    def _tell(self) -> None:
        if not self._is_being_set:
            self._changed()


def _hide_if_empty(tags: widgets.TagsInput) -> None:
    """A list without dates would be an empty box."""
    tags.layout.display = None if tags.value else "none"


def _years(of_plan: Window, series: Series | None, at: Quarter) -> list[str]:
    """The whole years before the latest that the change may be set beside, besides the plan's own."""
    if series is None:
        return []
    first, latest = (
        FinancialYear.containing(series.first - (series.span_months - 1)),
        FinancialYear.containing(at.last_month),
    )
    if Window.read(str(first)).first < series.first - (series.span_months - 1):
        first = FinancialYear(first.start + 1, first.first)
    years = [str(FinancialYear(start, first.first)) for start in range(first.start, latest.start)]
    return [year for year in years if Window.read(year) != of_plan]
