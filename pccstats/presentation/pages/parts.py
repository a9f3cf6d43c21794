"""Parts that pages share: leads, verdicts, figures with their charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.numbers import capital, listed
from pccstats.presentation.states import STATE_WORDS, inside_a_sentence
from pccstats.presentation.style import escaped, svg_of
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import draw, table_of
from pccstats.terms.periods import Window
from pccstats.terms.plan import Indicator
from pccstats.terms.results.quarter import IndicatorReview, QuarterAssessment
from pccstats.terms.words import Kind, State, Status

Row = tuple[str, str]
# A neutral measure that changed is neither better nor worse: its state is qualitative, its change was tested.
JUDGED_BY_TEST = (State.BETTER, State.NO_EVIDENCE_OF_CHANGE, State.WORSE, State.QUALITATIVE)
MOST_NAMED = 5  # more names than this are a list, not a sentence
_JUDGED = (("Better", State.BETTER), ("Worse", State.WORSE))
_ANSWERED = (State.BETTER, State.NO_EVIDENCE_OF_CHANGE, State.WORSE)
_SMALL_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def figures_table(review: IndicatorReview) -> TableSpec:
    """The figures of one indicator, question by question."""
    rows = [*_held(review), *_changed(review), *_among_peers(review), *_ahead(review)]
    return TableSpec(
        title=review.indicator.name,
        subtitle=review.indicator.unit,
        columns=(Column("what", "Period or question"), Column("figure", "Figure", "figure")),
        rows=pd.DataFrame(rows, columns=["what", "figure"]),
    )


def figure_in_words(value: float | None, indicator: Indicator) -> str:
    """One figure as this indicator is written: `4,013`, `88.6%`, `£21.7m`."""
    if value is None or pd.isna(value):
        return numbers.NO_FIGURE
    if indicator.kind is Kind.MONEY:
        return f"£{numbers.plain(value, 1)}m"
    if indicator.kind.is_proportion:
        return numbers.per_cent(value, 1)
    return numbers.plain(value, 1 if indicator.kind is Kind.RATE else 0)


def change_in_words(review: IndicatorReview) -> str:
    """The change since the baseline, in the indicator's unit and in per cent: `+78 (+2.0%)`."""
    row = review.summary().iloc[0]
    if pd.isna(row["change"]):
        return numbers.NO_FIGURE
    kind = review.indicator.kind
    size = numbers.signed(row["change"], 0 if kind is Kind.COUNT else 1)
    unit = " points" if kind.is_proportion else ""
    return f"{size}{unit} ({numbers.signed_per_cent(row['change_pct'])})"


def interval_in_words(review: IndicatorReview) -> str:
    """The interval of the change, in the unit it was tested in: per cent, or points where the figure is a share."""
    change = review.change
    if change is None or review.state not in JUDGED_BY_TEST:
        return ""
    if review.indicator.kind.is_proportion:
        low, high, ending = change.points_low, change.points_high, " points"
    else:
        low, high, ending = change.change_pct_low, change.change_pct_high, "%"
    if pd.isna(low) or pd.isna(high):
        return ""
    first = numbers.signed_per_cent(low) if ending == "%" else numbers.signed(low, 1)
    return f"{first} to {numbers.signed(high, 1)}{ending}"


def position_in_words(review: IndicatorReview) -> str:
    """The rank among peers with its interval: `5th of 8 (4th to 6th)`."""
    if review.group is None:
        return ""
    row = review.group.summary().iloc[0]
    low, high = numbers.ordinal(row["rank_low"]), numbers.ordinal(row["rank_high"])
    return f"{numbers.ordinal(row['rank'])} of {int(row['members'])} ({low} to {high})"


def projection_in_words(review: IndicatorReview) -> str:
    """The projected figure with its interval."""
    if review.projection is None:
        return ""
    row = review.projection.summary().iloc[0]
    low, high = figure_in_words(row["lower"], review.indicator), figure_in_words(row["upper"], review.indicator)
    return f"{figure_in_words(row['projected'], review.indicator)} ({low} to {high})"


def _held(review: IndicatorReview) -> Iterator[Row]:
    indicator = review.indicator
    figure: Any
    is_revised: list[bool] = review.figures["window"].duplicated().tolist() if len(review.figures) else []
    for figure, is_later in zip(review.figures.itertuples(), is_revised, strict=True):
        name = capital(figure.window) + (", as revised later" if is_later else "")
        is_baseline = Window.ending(figure.period_end) == indicator.baseline
        yield f"{name} (baseline)" if is_baseline else name, held_in_words(figure, indicator)
    if review.figures.empty and review.change is not None:
        yield f"{indicator.baseline} (baseline)", figure_in_words(review.baseline, indicator)
        yield capital(review.latest_window), figure_in_words(review.latest, indicator)


def held_in_words(figure: Any, indicator: Indicator) -> str:
    """A figure held, or what stands in its place: a bound, or why there is none."""
    if pd.notna(figure.value):
        return figure_in_words(figure.value, indicator)
    return str(figure.note) if figure.status == Status.CENSORED else str(figure.status).replace("_", " ")


def _changed(review: IndicatorReview) -> Iterator[Row]:
    if (change := change_in_words(review)) != numbers.NO_FIGURE:
        yield f"Change since {review.indicator.baseline}", change
    if interval := interval_in_words(review):
        yield "95% interval of the change", interval


def _among_peers(review: IndicatorReview) -> Iterator[Row]:
    if position := position_in_words(review):
        yield "Position among similar forces", position
    published: Any
    for published in review.positions.itertuples():
        place = f"{numbers.ordinal(published.rank)} of {int(published.of)}"
        yield f"Published position, {Window.ending(published.period_end)}", place


def _ahead(review: IndicatorReview) -> Iterator[Row]:
    if projection := projection_in_words(review):
        yield f"Projected, {Window.ending(review.indicator.horizon)}", projection


def chart_block(result: Any, *, label: str = "", is_wide: bool = False, has_data: bool = True, **options: Any) -> str:
    """The chart of a result with headline, subtitle, alt text and its data in a table that opens.

    `has_data` is False for a second chart of one result, whose figures stand beneath the first.
    """
    figure = draw(result, **options)
    if not has_data:
        return figure_block(figure, label=label, is_wide=is_wide)
    return figure_block(figure, data=table_of(result).to_html(), method=result.method, label=label, is_wide=is_wide)


def figure_block(figure: Figure, *, data: str = "", method: str = "", label: str = "", is_wide: bool = False) -> str:
    """Any finished chart as a figure element; `label` is what must be known before it is read."""
    words: Any = figure
    known_first = f'<p class="illustrative">{escaped(label)}</p>' if label else ""
    how = f'<p class="method">{escaped(method)}</p>' if method else ""
    opened = (
        f'<details class="data"><summary>Figures and method of this chart</summary>{how}{data}</details>'
        if data or how
        else ""
    )
    return (
        f'<figure class="chart{" wide" if is_wide else ""}"><figcaption><strong>{escaped(words.headline)}</strong> '
        f'<span class="subtitle">{escaped(words.subtitle)}</span></figcaption>'
        f"{known_first}{svg_of(figure)}{opened}</figure>"
    )


def headline(assessment: QuarterAssessment) -> tuple[str, ...]:
    """Three sentences at most, each counting what it speaks of."""
    by_state = {state: [review for review in assessment.reviews if review.state is state] for state in State}
    total = len(assessment.reviews)
    if total == 1:
        only = assessment.reviews[0]
        return (f"One indicator, {inside_a_sentence(only.indicator.name)}: {STATE_WORDS[only.state].lower()}.",)
    judged = [_judged(word, by_state[state], total, assessment.plan.baseline) for word, state in _JUDGED]
    return (*judged, *_not_judged(by_state, total))


def caution(assessment: QuarterAssessment) -> str:
    """What must be known before any of it is quoted: how many answers rest on months that are no records."""
    resting = [review for review in assessment.reviews if review.is_illustrative]
    if not resting:
        return ""
    surveys = any(review.indicator.kind.is_proportion for review in resting)
    assumed = ", and the numbers of survey respondents are assumed" if surveys else ""
    return (
        f"For {_number(len(resting)).lower()} of the {len(assessment.reviews)} indicators tests, expected levels and "
        f"projections rest on an illustrative monthly split of published totals, not on records{assumed}. "
        "The totals are as published."
    )


def _not_judged(by_state: dict[State, list[IndicatorReview]], total: int) -> list[str]:
    steady = len(by_state[State.NO_EVIDENCE_OF_CHANGE])
    unanswered = {state: reviews for state, reviews in by_state.items() if reviews and state not in _ANSWERED}
    count = sum(len(reviews) for reviews in unanswered.values())
    first = f"{_number(steady)} {'shows' if steady == 1 else 'show'} no evidence of change" if steady else ""
    if not count:
        return [f"{first}."] if first else []
    kinds = listed([f"{len(reviews)} {STATE_WORDS[state].lower()}" for state, reviews in unanswered.items()])
    second = f"or {_number(count).lower()} of the {total} the question cannot be answered: {kinds}."
    return [f"{first}, and f{second}" if first else f"F{second}"]


def _judged(word: str, reviews: list[IndicatorReview], total: int, baseline: Window) -> str:
    since = str(baseline) if all(review.indicator.baseline == baseline for review in reviews) else "its baseline year"
    if not reviews:
        return f"{word} than in {since}: none of the {total} indicators, by a statistical test."
    names = [inside_a_sentence(review.indicator.name) for review in reviews]
    shown = names if len(names) <= MOST_NAMED else [*names[: MOST_NAMED - 1], f"{len(names) - MOST_NAMED + 1} more"]
    return f"{word} than in {since}: {_number(len(reviews)).lower()} of {total} indicators ({'; '.join(shown)})."


def _number(count: int) -> str:
    return (_SMALL_NUMBERS[count] if count < len(_SMALL_NUMBERS) else str(count)).capitalize()


def tally_bar(tally: Mapping[str, int]) -> str:
    """The tally as a stacked bar; the key names all eight states, those nobody is in included."""
    bar = "".join(
        f'<span class="part state-{state}" style="flex-grow:{count}"><b>{count}</b></span>'
        for state, count in tally.items()
        if count
    )
    key = "".join(
        f'<li class="{"some" if count else "none"}"><span class="swatch state-{state}" aria-hidden="true"></span>'
        f"<b>{count}</b> {escaped(STATE_WORDS[State(state)].lower())}</li>"
        for state, count in tally.items()
    )
    return f'<div class="tally" aria-hidden="true">{bar}</div><ul class="tally-key">{key}</ul>'
