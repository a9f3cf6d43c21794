"""What is held, indicator by quarter: a grid of marks that differ in shape."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pccstats.presentation.draw import draw
from pccstats.presentation.sentences.data_quality import availability_in_words
from pccstats.presentation.style import DATA, HAIRLINE, INK, OTHERS, QUIET, finish, house_style, new_chart
from pccstats.terms.results.data_quality import DataQuality

MARKS = {  # what is held -> marker, fill, what the key says
    "months": ("s", DATA, "each month"),
    "part": ("s", "none", "some months"),
    "quarter": ("D", DATA, "the quarter"),
    "year": ("o", DATA, "12 months to its end"),
    "illustrative": (".", "none", "illustrative"),
    "without": ("x", OTHERS, "no figure"),
}
ROW_HEIGHT, LEAST_HEIGHT = 0.2, 2.4
NAMES_WIDTH = 3.1
LONGEST_NAME = 46


@draw.register
def draw_availability(result: DataQuality) -> Figure:
    """One row an indicator, one column a quarter, the finest figures held as a mark."""
    table = result.availability
    named = result.freshness.set_index("indicator")["name"].reindex(table.index)
    names = [f"{str(key).partition('.')[0]}  {_short(str(name))}" for key, name in named.items()]
    with house_style():
        figure, axes = new_chart(height=max(LEAST_HEIGHT, ROW_HEIGHT * len(table) + 1.6))
        axes.grid(visible=False)
        rows, columns = table.shape
        for row in range(rows):
            axes.axhline(row, color=HAIRLINE, linewidth=0.5, zorder=0)
        for held, (marker, fill, _) in MARKS.items():
            at = _places(table.to_numpy(), held)
            edge = _edge(held)
            axes.plot(at[1], at[0], marker, color=edge, markerfacecolor=fill, markersize=5, zorder=3)
        axes.axvspan(columns - 1.5, columns - 0.5, color=HAIRLINE, alpha=0.35, zorder=0)
        axes.set_ylim(rows - 0.4, -0.6)
        axes.set_xlim(-0.6, columns - 0.4)
        axes.set_yticks(range(rows), names, fontsize=8, color=INK)
        axes.tick_params(axis="both", length=0)
        axes.set_xticks(range(columns), [quarter.partition("-")[2] for quarter in table.columns], fontsize=8)
        _financial_years(axes, list(table.columns))
        axes.legend(
            handles=[
                Line2D([], [], linestyle="", marker=marker, color=_edge(held),
                       markerfacecolor=fill, markersize=5, label=words)
                for held, (marker, fill, words) in MARKS.items()
            ],
            loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=6, frameon=False, fontsize=8, handletextpad=0.2,
            columnspacing=1.2,
        )  # fmt: skip
        known = int(result.freshness["latest"].notna().sum())
        return finish(
            figure,
            headline=f"Figures are held for {known} of {rows} indicators",
            subtitle="the finest figures held for each quarter; empty where nothing was sent; this quarter shaded",
            alt_text=availability_in_words(result),
            left=NAMES_WIDTH,
            right=0.2,
            bottom=0.6,
            above=0.3,
        )


def _edge(held: str) -> str:
    return OTHERS if held in ("illustrative", "without") else DATA


def _places(cells: np.ndarray, held: str) -> tuple[np.ndarray, ...]:
    if held != "without":
        return np.nonzero(cells == held)
    known = [name for name in MARKS if name != "without"]
    return np.nonzero((cells != "") & ~np.isin(cells.astype(str), known))


def _financial_years(axes: Axes, quarters: list[str]) -> None:
    """Each financial year once, under its quarters."""
    for year in dict.fromkeys(quarter.partition("-")[0] for quarter in quarters):
        places = [place for place, quarter in enumerate(quarters) if quarter.startswith(year)]
        axes.annotate(
            year, (sum(places) / len(places), 0), xycoords=("data", "axes fraction"), xytext=(0, -20),
            textcoords="offset points", ha="center", va="top", fontsize=8, color=QUIET, annotation_clip=False,
        )  # fmt: skip


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
