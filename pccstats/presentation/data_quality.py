"""The quality of the data as chart, sentence and tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pccstats.presentation import numbers
from pccstats.presentation.states import inside_a_sentence
from pccstats.presentation.style import DATA, HAIRLINE, INK, OTHERS, QUIET, finish, house_style, new_chart
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.periods import month_in_words, so_many_months
from pccstats.terms.results.published import DataQuality
from pccstats.terms.words import Status, capital, counted

MARKS = {  # what is held -> marker, fill, what the key says
    "months": ("s", DATA, "each month"),
    "part": ("s", "none", "some months"),
    "quarter": ("D", DATA, "the quarter"),
    "year": ("o", DATA, "12 months to its end"),
    "illustrative": (".", "none", "illustrative"),
    "without": ("x", OTHERS, "no figure"),
}
NAMES_WIDTH = 3.1
LONGEST_NAME = 46
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_ALIKE = "one row for all that is alike of one measure or one registered change"
MOST_NAMED = 4  # areas; of more only the number is said
HELD_WORDS = {
    "months": "each month",
    "part": "some of its months",
    "quarter": "the quarter as a whole",
    "year": "the 12 months to its end",
    **{status.value: status.in_words for status in Status},
    "illustrative": "illustrative months alone",
    "": "nothing",
}
SEVERITY_WORDS = {"refuse": "Stops the build", "flag": "Needs an answer", "note": "On record"}


ROW_HEIGHT, LEAST_HEIGHT = 0.2, 2.4


@draw.register
def draw_availability(result: DataQuality) -> Figure:
    """One row an indicator, one column a quarter, the finest figures held as a mark."""
    table = result.availability
    named = result.freshness.set_index("indicator")[["part", "name"]].reindex(table.index)
    names = [f"{part}  {_short(str(name))}" for part, name in zip(named["part"], named["name"], strict=True)]
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
                for held, (marker, fill, words) in MARKS.items() if len(_places(table.to_numpy(), held)[0])
            ],
            loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=6, frameon=False, fontsize=8, handletextpad=0.2,
            columnspacing=1.2,
        )  # fmt: skip
        known = int(result.freshness["latest"].notna().sum())
        return finish(
            figure,
            headline=_held(known, rows),
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


@describe.register
def describe_data_quality(result: DataQuality) -> str:
    """`Figures are held for 23 of 40 indicators, 21 to the end of the quarter; 22 findings need an answer, ...`."""
    count = result.summary().iloc[0]
    link = "; " if "," in result.flags_in_words() else " and "
    notes = f"{count['notes']} are on record" if count["notes"] != 1 else "1 is on record"
    return (
        f"{_held(int(count['with_figures']), int(count['indicators']))}, {count['up_to_date']} to the end of the "
        f"quarter; {result.flags_in_words()}{link}{notes}; {_revised(int(count['revisions']))}."
    )


def availability_in_words(result: DataQuality) -> str:
    """How many indicators have what, in the quarter the page is about: the alt text of the matrix."""
    latest = result.availability[str(result.quarter)]
    held = [f"{HELD_WORDS[str(grain)]} for {count}" for grain, count in latest.value_counts().items()]
    indicators, quarters = result.availability.shape
    return (
        f"{counted(indicators, 'indicator')} by {counted(quarters, 'quarter')}. In {result.quarter} there is "
        f"{numbers.listed(held)}."
    )


def _held(known: int, asked: int) -> str:
    return f"Figures are held for {known} of {counted(asked, 'indicator')}" if asked > 1 else _held_of_one(known)


def _held_of_one(known: int) -> str:
    return "Figures are held for the one indicator" if known else "No figures are held for the one indicator"


def _revised(count: int) -> str:
    if not count:
        return "no figure was published twice with different values"
    return f"{count} {'figure was' if count == 1 else 'figures were'} revised after publication"


@table_of.register
def findings_table(result: DataQuality) -> TableSpec:
    """Every finding, those that need an answer first."""
    points = result.points
    rows = points.assign(
        what=points["severity"].map(SEVERITY_WORDS),
        about=[_about(row) for row in points.to_dict("records")],
        words=points["message"],
        step=points["next_step"],
    )
    return TableSpec(
        title="Findings",
        subtitle=f"{len(rows)} in all",
        columns=(
            Column("what", "What it asks"),
            Column("about", "Where and when"),
            Column("words", "What was found"),
            Column("step", "Next step"),
        ),
        rows=rows,
        notes=(result.method,),
    )


def availability_table(result: DataQuality) -> TableSpec:
    """What is held, indicator by quarter, in words."""
    names = result.freshness.set_index("indicator")["name"]
    words = {held: capital(said) if held else "" for held, said in HELD_WORDS.items()}
    cells = result.availability.map(lambda held: words[held])
    columns = tuple(Column(quarter, quarter) for quarter in cells.columns)
    return TableSpec(
        title="Figures held, indicator by quarter",
        subtitle="the finest there are; empty where none are",
        columns=(Column("name", "Indicator"), *columns),
        rows=cells.assign(name=names.reindex(cells.index)),
    )


def freshness_table(result: DataQuality, *, is_current: bool | None = None) -> TableSpec:
    """The latest figure of each indicator, furthest behind first; only those up to date, or only the others."""
    chosen = result.freshness
    if is_current is not None:
        chosen = chosen[(chosen["months_behind"] <= 0) == is_current]
    fresh = chosen.sort_values("months_behind", ascending=False, na_position="first", kind="stable")
    rows = fresh.assign(
        month=[month_in_words(latest) if isinstance(latest, str) else "None held" for latest in fresh["latest"]],
        why=[row["source"] or row["reason"] for row in fresh.to_dict("records")],
        published=fresh["published_on"],
    )
    return TableSpec(
        title="How fresh the figures are",
        subtitle=f"months behind the end of {result.quarter}",
        columns=(
            Column("name", "Indicator"),
            Column("part", "Priority"),
            Column("month", "Latest figure ends"),
            Column("months_behind", "Months behind", "number"),
            Column("published", "Published", "figure"),
            Column("why", "Source, or why there is none"),
        ),
        rows=rows,
    )


def revisions_table(result: DataQuality) -> TableSpec:
    """Figures that were published with different values, largest change first."""
    table = result.revisions
    rows = table.assign(
        figure=[f"{row['indicator']}, {row['area']}" for row in table.to_dict("records")],
        period=[
            f"{so_many_months(row['months'])} to {month_in_words(row['period_end'])}"
            for row in table.to_dict("records")
        ],
    )
    return TableSpec(
        title="Figures revised after publication",
        subtitle="the latest is used; every one is kept",
        columns=(
            Column("figure", "Figure"),
            Column("period", "Period"),
            Column("first", "First published", "number"),
            Column("first_published", "On"),
            Column("latest", "Latest", "number"),
            Column("latest_published", "On"),
            Column("change", "Change", "signed"),
            Column("change_pct", "Change, %", "signed_per_cent", 2),
        ),
        rows=rows,
    )


def events_table(result: DataQuality) -> TableSpec:
    """Registered changes of recording, definition and organisation, earliest first."""
    events = result.events
    rows = events.assign(
        when=[month_in_words(at) for at in events["month"]],
        breaks=["Yes" if is_break else "No" for is_break in events["breaks_comparability"]],
        sure=["Inferred from figures" if is_inferred else "Documented" for is_inferred in events["is_inferred"]],
        touches=["; ".join(capital(name) for name in names) or "All" for names in events["touches"]],
    )
    return TableSpec(
        title="Registered changes",
        subtitle="no change is tested across one that breaks comparability",
        columns=(
            Column("when", "Month"),
            Column("title", "What changed"),
            Column("breaks", "Breaks comparability"),
            Column("sure", "How it is known"),
            Column("touches", "Indicators"),
            Column("source", "Source"),
        ),
        rows=rows,
    )


def concerns_table(result: DataQuality, chosen: pd.Series) -> TableSpec:
    """Of the findings chosen what a reader of the figures must know: what was found, and not what is to be done.

    One row a phenomenon: what is alike of several measures or months is told by the first, and the others are named.
    """
    elsewhere = _elsewhere(result)
    found = []
    for _, alike in result.points.loc[chosen].groupby(phenomena(result.points), sort=False):
        first = alike.iloc[0].to_dict()
        others = elsewhere.get((first["severity"], first["kind"]), "")
        words = " ".join(filter(None, (str(first["message"]), _also(alike, result), others)))
        found.append({"about": _place(first) or "All figures", "message": words})
    columns = (Column("about", "Where and when"), Column("message", "What was found"))
    rows = pd.DataFrame(found, columns=["about", "message"])
    return TableSpec("What was found and is not settled", columns, rows)


def phenomena(points: pd.DataFrame) -> pd.Series:
    """Which findings are of one phenomenon; what is of no measure and of nothing registered stands by itself."""
    return points["kind"].where(points["kind"] != points["rule"], points["message"])


def _also(alike: pd.DataFrame, result: DataQuality) -> str:
    """The other measures and months of one phenomenon, in a sentence; nothing where there are none."""
    first, rest = alike.iloc[0], alike.iloc[1:]
    names = result.freshness.set_index("indicator")["name"].to_dict()
    keys = [key for key in dict.fromkeys(rest["indicator"]) if key != first["indicator"]]
    others = [inside_a_sentence(str(names[key])) for key in keys if key in names]
    unnamed = len(keys) - len(others)
    others += [f"{counted(unnamed, 'supporting measure')}"] if unnamed else []
    ends = rest.loc[(rest["indicator"] == first["indicator"]) & (rest["period_end"] != ""), "period_end"]
    months = [month_in_words(end) for end in dict.fromkeys(ends)]
    said = [f"in {numbers.listed(others)}"] if others else []
    said += [f"in the figures to {numbers.listed(months)}"] if months else []
    return f"Also seen {', and '.join(said)}." if said else ""


def _elsewhere(result: DataQuality) -> dict[tuple[str, str], str]:
    """In how many other areas the same was found, in a sentence: then it is not the area's own."""
    points = result.points
    others = points[~points["area"].isin(("", result.focus)) & (points["kind"] != points["rule"])]
    if not result.focus:
        return {}
    once = others.drop_duplicates(["severity", "kind", "area"])
    areas = Counter(zip(once["severity"], once["kind"], strict=True))
    return {alike: f"The same was found in {counted(count, 'other area')}." for alike, count in areas.items()}


def phenomena_table(result: DataQuality, chosen: pd.Series) -> TableSpec:
    """Of the findings chosen one row a phenomenon: of one registered change or one measure, in whichever areas."""
    found = []
    for _, alike in result.points.loc[chosen].groupby("kind", sort=False):
        areas = list(dict.fromkeys(alike["area"]))
        first = alike.iloc[0]
        example = first["message"] if len(alike) == 1 else f"Such as in {_place(first.to_dict())}: {first['message']}"
        found.append(
            {
                "words": example,
                "areas": numbers.listed(areas) if len(areas) <= MOST_NAMED else counted(len(areas), "area"),
                "count": len(alike),
                "step": first["next_step"],
            }
        )
    rows = pd.DataFrame(found, columns=["words", "areas", "count", "step"]).sort_values(
        "count", ascending=False, kind="stable"
    )
    columns = (
        Column("words", "What was found"),
        Column("areas", "Where"),
        Column("count", "Times", "number"),
        Column("step", "Next step"),
    )
    return TableSpec(
        "Findings about other areas",
        columns,
        rows,
        _ALIKE,
    )


def _about(row: dict[Hashable, Any]) -> str:
    """The place and month of a finding, or its place in a file."""
    return _place(row) or str(row["where"]) or "All figures"


def _place(row: dict[Hashable, Any]) -> str:
    """The place and month of a finding; empty where it is of no one place."""
    end = str(row["period_end"])
    when = month_in_words(end) if _MONTH.fullmatch(end) else ""
    known = [str(part) for part in (row["area"], when) if part]
    return ", ".join(known)
