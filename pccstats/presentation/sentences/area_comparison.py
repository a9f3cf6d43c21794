"""Areas side by side in words."""

from __future__ import annotations

import pandas as pd

from pccstats.presentation import numbers
from pccstats.presentation.describe import describe
from pccstats.terms.results.area_comparison import AreaComparison
from pccstats.terms.words import PeerState, Polarity, Signal

MOST_NAMED = 4


@describe.register
def describe_areas(result: AreaComparison) -> str:
    """Which areas moved otherwise than all together, and which hold another rate than the others."""
    overall = numbers.signed_per_cent(result.overall_change_pct)
    since = f"from {result.baseline_window} to the {result.latest_window}"
    sentences = [f"{result.title} in {len(result.points)} areas together changed by {overall} {since}"]
    above, below = names_of(result, Signal.ABOVE), names_of(result, Signal.BELOW)
    if above:
        sentences.append(f"up by more than that, beyond what size and chance explain: {_some(above)}")
    if below:
        sentences.append(f"down, or up by less: {_some(below)}")
    if not above and not below:
        sentences.append("no area moved otherwise by more than size and chance explain")
    return "; ".join(sentences) + "."


def names_of(result: AreaComparison, signal: Signal) -> list[str]:
    """Areas outside the funnel of change on one side, the furthest first."""
    chosen = result.points[result.points["against_others"] == signal]
    return chosen.sort_values("against_others_pct", ascending=signal is Signal.BELOW)["area"].tolist()


def funnel_headline(result: AreaComparison) -> str:
    """Which areas stand out in the funnel of change, in some ten words."""
    above, below = names_of(result, Signal.ABOVE), names_of(result, Signal.BELOW)
    if not above and not below:
        return "No area moved otherwise than all together by more than chance"
    if not above:
        return f"{_some(below)} moved down against the others"
    return f"{_some(above)} moved up against the others" + (f", {_some(below)} down" if below else "")


def rates_headline(result: AreaComparison) -> str:
    """Which areas hold another rate than the others do among themselves."""
    words = {
        PeerState.WORSE_THAN_PEERS: "higher" if result.polarity is Polarity.LOWER_IS_BETTER else "lower",
        PeerState.BETTER_THAN_PEERS: "lower" if result.polarity is Polarity.LOWER_IS_BETTER else "higher",
        PeerState.ABOVE_PEERS: "higher",
        PeerState.BELOW_PEERS: "lower",
    }
    told = []
    for state, word in words.items():
        chosen = result.points.loc[result.points["against_peers"] == state, "area"].tolist()
        if chosen:
            told.append(f"{_some(chosen)} {'has' if len(chosen) == 1 else 'have'} a {word} rate than the others")
    return "; ".join(told) or "No area's rate stands apart by more than the others' do among themselves"


def months_headline(result: AreaComparison) -> str:
    """Which areas had months outside their own band in the latest quarter."""
    high = result.points.loc[result.points["signals"].str.contains("above"), "area"].tolist()
    low = result.points.loc[result.points["signals"].str.contains("below"), "area"].tolist()
    if not high and not low:
        return "Every area within its own expected level in the latest quarter"
    told = [f"above it in {_some(high)}" if high else "", f"below it in {_some(low)}" if low else ""]
    return "Against their own expected level, signals " + " and ".join(part for part in told if part)


def areas_alt_text(result: AreaComparison, kind: str) -> str:
    """The comparison for somebody who cannot see it, with every area's figures."""
    rows = [
        f"{area.area} {numbers.plain(area.latest)} ({numbers.signed_per_cent(area.change_pct)}"
        + (f", {numbers.plain(area.rate, 1)} per 1,000 residents" if pd.notna(area.rate) else "")
        + (f", signals {area.signals}" if area.signals else "")
        + ")"
        for area in result.areas
    ]
    return f"{kind}. {describe_areas(result)} {numbers.capital(result.unit)} in the {result.latest_window}: " + (
        "; ".join(rows) + "."
    )


def _some(names: list[str]) -> str:
    """Names in a sentence; beyond four, how many more."""
    if len(names) <= MOST_NAMED:
        return numbers.listed(names)
    return f"{', '.join(names[: MOST_NAMED - 1])} and {len(names) - MOST_NAMED + 1} more"
