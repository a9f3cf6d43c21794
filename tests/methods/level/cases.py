"""Series that the tests of the expected level are made of."""

import numpy as np
import pandas as pd

from pccstats.terms.series import Series

LIMITS = [
    "centre_line",
    "lower_process_limit",
    "upper_process_limit",
    "lower_warning_limit",
    "upper_warning_limit",
]


def series(numerator, denominator=None, first="2012-04", **about):
    """A monthly series."""
    frame = pd.DataFrame({"month": pd.period_range(first, periods=len(numerator), freq="M"), "events": numerator})
    if denominator is not None:
        frame["out_of"] = denominator
    name = None if denominator is None else "out_of"
    return Series.from_frame(frame, numerator="events", denominator=name, title="Case", **about)


def whole(level):
    """True where no limit of any month is empty."""
    return bool(np.isfinite(level.points[LIMITS].to_numpy(dtype=float)).all())
