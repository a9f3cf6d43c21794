"""Small series that changes are tried on."""

import pandas as pd

from pccstats.terms.series import Series


def yearly(*pairs, **about):
    """Published 12-month figures: pairs of month and figure, or triples with a status."""
    frame = pd.DataFrame(
        [(end, value, *(rest or ("",))) for end, value, *rest in pairs], columns=["month", "n", "status"]
    )
    return Series.from_frame(frame, numerator="n", span_months=12, **about)


def monthly(values, first="2012-04", denominators=None, **about):
    """Figures month after month, with denominators where given."""
    months = pd.period_range(first, periods=len(values), freq="M")
    frame = pd.DataFrame({"month": months, "n": values})
    if denominators is not None:
        frame["d"] = denominators
    return Series.from_frame(frame, numerator="n", denominator="d" if denominators is not None else None, **about)
