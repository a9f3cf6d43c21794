"""Which chart suits the figures, and why: the choice that `chart="auto"` makes."""

from __future__ import annotations

from pccstats.methods.expected_level.chart_families import FAMILIES, ChartFamily
from pccstats.methods.expected_level.level_figures import Figures
from pccstats.terms.words import Kind


def chosen_family(chart: str, figures: Figures) -> tuple[ChartFamily, str]:
    """The chart asked for, or the one that suits the figures, with the reason.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> months = pd.period_range("2015-04", periods=2, freq="M")
    >>> counts = Figures(months, np.array([[31.0, 40.0]]), np.full((1, 2), np.nan), Kind.COUNT)
    >>> family, reason = chosen_family("auto", counts)
    >>> family.name, reason
    ('u_prime', 'counts of events in months of unequal length')
    """
    if chart != "auto":
        return FAMILIES[chart], "as asked"
    has_denominator = bool((figures.denominator > 0).any())
    if figures.kind is Kind.COUNT:
        return FAMILIES["u_prime"], "counts of events in months of unequal length"
    if figures.kind is Kind.RATE and has_denominator:
        return FAMILIES["u_prime"], "events over an exposure that varies"
    if figures.kind.is_proportion and has_denominator:
        return FAMILIES["p_prime"], "parts of a whole whose size varies"
    if figures.kind.is_proportion:
        return FAMILIES["xmr"], "percentages whose number of respondents is not known"
    return FAMILIES["xmr"], "amounts that are not counts of events"
