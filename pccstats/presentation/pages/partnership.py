"""The section of one partnership: its indicators, its own words, its objectives, what it printed of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pccstats.presentation import numbers
from pccstats.presentation.areas import interval_in_words, others_in_words, position_in_words
from pccstats.presentation.expected_level import small_line
from pccstats.presentation.markup import Markup, safe_markdown
from pccstats.presentation.states import inside_a_sentence, state_label
from pccstats.presentation.style import escaped
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.trend import trend_label
from pccstats.presentation.verbs import describe
from pccstats.terms.periods import month_in_words
from pccstats.terms.plan import Objective
from pccstats.terms.results.peers import AreaComparison
from pccstats.terms.results.quarter import PartnershipReview, PartnershipsReview
from pccstats.terms.words import State, capital, slug

HEADS = (
    ("indicator", "Indicator"),
    ("state-of", "Against its own past"),
    ("number", "Latest 12 months"),
    ("number change", "Change, 95% interval"),
    ("spark", "Last 36 months"),
    ("trend", "Six months"),
    ("others", "Against the others' change"),
    ("number", "Rate and position"),
)
LABEL = "Illustrative monthly split of published totals"


def all_partnerships(result: PartnershipsReview, commentary: Mapping[str, str] | None = None) -> Markup:
    """Every partnership, one section after another.

    Parameters
    ----------
    result : PartnershipsReview
        As `review_partnerships` gives it.
    commentary : mapping of str to str, optional
        Their own words by area, in Markdown, as `read_commentary` gives them.

    Returns
    -------
    Markup

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> page = pcc.all_partnerships(pcc.review_partnerships(plan, data, "2015/16-Q1"), {"Rutland": "All *quiet*."})
    >>> "<p>All <em>quiet</em>.</p>" in page
    True
    """
    words = commentary or {}
    if not result.reviews:
        return Markup(f"<p>{escaped(result.plan.focus)} has no partnerships or districts in the plan.</p>")
    sections = "".join(partnership_section(review, words.get(review.area.name, "")) for review in result.reviews)
    return Markup(f"{_label(result)}{_refusals(result)}{sections}")


def partnership_section(review: PartnershipReview, commentary: str = "") -> str:
    """One partnership as a section of the page."""
    return (
        f'<section class="partnership" id="{slug(review.area.name)}"><h2>{escaped(review.area.name)}</h2>'
        f"{_about(review)}{_verdict(review)}{_indicators(review)}{_own_words(review, commentary)}"
        f"{_objectives(review)}{_printed(review)}{_notes(review)}</section>"
    )


def _label(result: PartnershipsReview) -> str:
    return f'<p class="illustrative">{LABEL}</p>' if result.is_illustrative else ""


def _refusals(result: PartnershipsReview) -> str:
    names = {key: result.plan.indicator(key).name for key in result.refusals}
    return "".join(
        f'<p class="caveat">{escaped(f"{names[key]} is not compared: {why}")}</p>'
        for key, why in result.refusals.items()
    )


def _about(review: PartnershipReview) -> str:
    rows = [(c, c.row(review.area.name)) for c in review.comparisons]
    parts = [review.area.partnership] if review.area.partnership else []
    if review.parts:
        parts.append(f"Districts: {numbers.listed(review.parts)}")
    if rows and rows[0][0].residents_vintage:
        comparison, row = rows[0]
        parts.append(f"{numbers.plain(row.residents)} residents ({comparison.residents_vintage})")
    return f'<p class="subtitle">{escaped(". ".join(parts))}</p>' if parts else ""


def _verdict(review: PartnershipReview) -> str:
    said = escaped(describe(review))
    return f'<p class="verdict">{said}</p>' if review.comparisons else f"<p>{said}</p>"


def _indicators(review: PartnershipReview) -> str:
    if not review.comparisons:
        return ""
    head = "".join(f'<th scope="col" class="{kind}">{name}</th>' for kind, name in HEADS)
    rows = "".join(_indicator(review, comparison) for comparison in review.comparisons)
    caption = f"{review.area.name}: {review.comparisons[0].latest_window}"
    return (
        f'<div class="table"><table class="figures indicators partnership"><caption>{escaped(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _indicator(review: PartnershipReview, comparison: AreaComparison) -> str:
    row = comparison.row(review.area.name)
    trend = review.trends.get(comparison.key)
    base = f"{numbers.plain(row.baseline)} in {comparison.baseline_window}"
    rate = "" if pd.isna(row.rate) else f"{numbers.plain(row.rate, 1)} per 1,000 residents"
    share = f"{numbers.plain(row.share_latest, 1)}% of all"
    standing = position_in_words(row, len(comparison.points)) if rate else ""
    first, second = (rate, standing) if rate else (share, f"{numbers.plain(row.share_baseline, 1)}% before")
    return (
        f'<tr><th scope="row">{escaped(comparison.title)}{_small(comparison.unit)}</th>'
        f"<td>{own_past_label(row)}</td>"
        f'<td class="number">{numbers.plain(row.latest)}{_small(base)}</td>'
        f'<td class="number">{escaped(interval_in_words(row).split(" (")[0])}{_small(_interval(row))}</td>'
        f'<td class="spark">{_line(comparison, row)}</td>'
        f"<td>{trend_label(trend)}</td>"
        f"<td>{escaped(others_in_words(row))}</td>"
        f'<td class="number">{escaped(first)}{_small(second)}</td></tr>'
    )


def own_past_label(row: Any) -> str:
    """The verdict on an area's own change, with its shape; higher and lower where neither is better."""
    if row.own_past in set(State):
        return state_label(row.own_past, row.change_pct)
    shape = "▲" if row.own_past == "higher" else "▼"
    words = capital(str(row.own_past))
    return f'<span class="state"><span class="shape" aria-hidden="true">{shape}</span> {escaped(words)}</span>'


def _interval(row: Any) -> str:
    if pd.isna(row.change_pct_low):
        return ""
    return f"{numbers.signed_per_cent(row.change_pct_low)} to {numbers.signed_per_cent(row.change_pct_high)}"


def _line(comparison: AreaComparison, row: Any) -> str:
    months = comparison.months_of(row.area).rename(
        columns={"shown": "value", "lower": "lower_process_limit", "upper": "upper_process_limit"}
    )
    last = month_in_words(months["month"].iloc[-1])
    signals = f"signals {row.signals} it" if row.signals else "no signal"
    alt = f"{comparison.title} in {row.area}, 36 months to {last}, against its expected level: {signals} this quarter"
    return small_line(months, alt)


def _own_words(review: PartnershipReview, commentary: str) -> str:
    title = f"What {review.area.partnership or review.area.name} says"
    if not commentary:
        return '<p class="caveat">No contextual summary was received for this quarter.</p>'
    return f'<div class="reported"><h3>{escaped(title)}</h3>{safe_markdown(commentary)}</div>'


def _objectives(review: PartnershipReview) -> str:
    if not review.objectives:
        return ""
    items = "".join(f"<li>{escaped(o.words)}. {_shown_by(review, o)}</li>" for o in review.objectives)
    source = next((o.source for o in review.objectives if o.source), "")
    note = f'<p class="caveat">Objectives: {escaped(source)}, in short.</p>' if source else ""
    return f"<h3>Its own objectives</h3><ul>{items}</ul>{note}"


def _shown_by(review: PartnershipReview, objective: Objective) -> str:
    """The verdict of every indicator of an objective, or that nothing here shows it."""
    counted = {c.key: c for c in review.comparisons}
    told = []
    for key in objective.indicators:
        if key in counted:
            row = counted[key].row(review.area.name)
            words = f"{inside_a_sentence(counted[key].title)} {interval_in_words(row)}"
            told.append(f"{own_past_label(row)} {escaped(words)}")
        printed = review.figures[review.figures["indicator"] == key]
        if len(printed):
            last = printed.iloc[-1]
            told.append(escaped(f"{inside_a_sentence(last['title'])}: {_printed_figure(last)} in {last['window']}"))
    return capital("; ".join(told)) + "." if told else '<span class="subtitle">No figure here shows it.</span>'


def _printed(review: PartnershipReview) -> str:
    if review.figures.empty:
        return ""
    rows = review.figures.assign(figure=[_printed_figure(row) for _, row in review.figures.iterrows()])
    columns = (
        Column("title", "Printed by the partnership"),
        Column("window", "Period"),
        Column("figure", "Figure", "figure"),
        Column("unit", "Unit"),
        Column("note", "Note"),
    )
    source = "; ".join(dict.fromkeys(rows["source"]))
    return TableSpec("As printed, not tested", columns, rows, notes=(f"{source}.",)).to_html()


def _printed_figure(row: Any) -> str:
    if pd.isna(row["value"]):
        return str(row["words"]) or numbers.NO_FIGURE
    figure = numbers.plain(row["value"], 0 if float(row["value"]).is_integer() else 1)
    return f"{figure}%" if str(row["unit"]).startswith("%") else figure


def _notes(review: PartnershipReview) -> str:
    notes = []
    if review.held_back:
        notes.append(f"Held back from this pack under a release restriction: {numbers.listed(review.held_back)}.")
    if any(comparison.peers is None for comparison in review.comparisons):
        notes.append(
            "No rate and no position: the data folder gives no residents. In their place stands the share of the "
            "offences of all areas, now and in the baseline year."
        )
    return "".join(f'<p class="caveat">{escaped(note)}</p>' for note in notes)


def _small(text: str) -> str:
    return f'<span class="interval">{escaped(text)}</span>' if text else ""
