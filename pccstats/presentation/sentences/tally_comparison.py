"""A published tally and ours in a sentence, and what the difference says about the published method."""

from __future__ import annotations

from pccstats.presentation import numbers
from pccstats.presentation.describe import describe
from pccstats.terms.results.tally_comparison import TallyComparison


@describe.register
def describe_tally_comparison(result: TallyComparison) -> str:
    """`The paper counts 9 of 40 indicators as positive, 25 as no change and 6 as negative; our own tests, ...`."""
    if result.published is None:
        return f"No published tally is held for quarter {result.quarter}."
    positive, no_change, negative = result.published.counts
    ours = result.points["folded"].tolist()
    return (
        f"The paper counts {positive} of {result.published.indicators} indicators as positive, {no_change} as no "
        f"change and {negative} as negative; our own tests, folded the same way, give {ours[0]}, {ours[1]} "
        f"and {ours[2]}."
    )


def shares_in_words(result: TallyComparison) -> str:
    """The shares of those that have an answer: published without `no metric`, ours without the unanswered."""
    points = result.points
    published, folded = points["published_answered"], points["folded_answered"]
    without = result.published.without_measure if result.published else 0
    unanswered = int(points["folded"].sum() - folded.sum())
    return (
        f"Without the {without} indicators that have no metric the paper's shares are "
        f"{_shares(points['published_answered_per_cent'])} of {published.sum()}. Ours, without the {unanswered} that "
        f"cannot be answered, are {_shares(points['folded_answered_per_cent'])} of {folded.sum()}."
    )


def poisson_in_words(result: TallyComparison) -> str:
    """Whether plain Poisson could have been the published test of recorded crime; empty where nothing is said."""
    if not result.crimes["is_said_to_rise"].any():
        return ""
    named = _names(result, "is_said_to_rise")
    if result.poisson_agrees:
        return f"Of recorded crime the paper names {named} alone as rising; plain Poisson would flag just that."
    flagged = result.flagged_by_poisson
    more = flagged[~flagged["is_said_to_rise"]]
    too = numbers.listed(
        [
            f"{title[:1].lower()}{title[1:]} ({numbers.signed_per_cent(change)}, p {numbers.p_value(p)})"
            for title, change, p in zip(more["title"], more["change_pct"], more["p_value_poisson"], strict=True)
        ]
    )
    return (
        f"Its judgement of recorded crime cannot have been plain Poisson, where counts vary by chance alone: against "
        f"the baseline that would flag {too} too, and of recorded crime the paper says that only {named} is projected "
        "to rise."
    )


def allowance_in_words(result: TallyComparison) -> str:
    """Whether one allowance for over-dispersion, the same for every crime, could have been used."""
    if result.crimes.empty or result.poisson_agrees or not result.crimes["is_said_to_rise"].any():
        return ""
    least, most = numbers.plain(result.least_allowance, 1), numbers.plain(result.most_allowance, 1)
    named = _names(result, "is_said_to_rise")
    if result.least_allowance < result.most_allowance:
        return f"One allowance for all, {least} to {most} times chance, would flag {named} alone."
    return (
        f"Nor can it have been one allowance for more variation, the same for every crime: to pass all others it must "
        f"be {least} times chance or more, and beyond {most} times {named} passes too. It allowed each crime its own "
        "variation, or judged by something else than the change, such as a projection."
    )


def side_in_words(result: TallyComparison) -> str:
    """Whether totals made with no test at all are the published ones."""
    positive, no_change, negative = result.side_counts
    rule = (
        "Take no test: a printed figure on the good side of its baseline is positive, on the bad side negative; "
        "recorded crime goes by what the paper says of its projection; all else is no change. That gives "
        f"{positive}, {no_change} and {negative}"
    )
    if result.side_fits:
        return (
            f"{rule}: exactly the totals published. It is a reading that fits, not a record of what was done, and "
            "other readings may fit as well."
        )
    return f"{rule}, which are not the totals published."


def _shares(per_cents: object) -> str:
    positive, no_change, negative = (numbers.per_cent(share, 0) for share in per_cents)  # type: ignore[attr-defined]
    return f"{positive} positive, {no_change} no change and {negative} negative"


def _names(result: TallyComparison, column: str) -> str:
    titles = result.crimes.loc[result.crimes[column], "title"]
    return numbers.listed([f"{title[:1].lower()}{title[1:]}" for title in titles])
