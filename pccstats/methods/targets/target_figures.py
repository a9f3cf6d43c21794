"""The figure a target comes down to: a level, per cents of the baseline (compound), or points added to it."""

from __future__ import annotations

import math

from pccstats.terms.errors import MethodProblem
from pccstats.terms.plan import Target
from pccstats.terms.words import Polarity

LEVEL, PER_CENT_CHANGE, POINTS = "level", "per_cent_change", "points"
FORMS = (LEVEL, PER_CENT_CHANGE, POINTS)


def figure_to_reach(target: Target, baseline: float) -> float:
    """The figure a target asks for.

    Parameters
    ----------
    baseline : float
        The baseline's figure as readers see it: a count, a rate, or a per cent. A level needs none.

    Raises
    ------
    MethodProblem
        If the form is unknown, or the baseline is needed and not known.

    Examples
    --------
    >>> figure_to_reach(Target("t", "17.missing_storm", "hard", "per_cent_change", -25), 5929)
    4446.75
    >>> figure_to_reach(Target("t", "9.satisfaction", "outcome", "points", 3), 85.0)
    88.0
    >>> round(figure_to_reach(Target("t", "9.satisfaction", "outcome", "per_cent_change", 3), 85.0), 2)
    87.55
    """
    if target.form not in FORMS:
        raise MethodProblem(f"Target {target.key}: {target.form!r} is not one of {', '.join(FORMS)}.")
    if target.form == LEVEL:
        return float(target.amount)
    if math.isnan(baseline):
        raise MethodProblem(f"Target {target.key} is set against a baseline, and no figure of that baseline is held.")
    return baseline * (1 + target.amount / 100) if target.form == PER_CENT_CHANGE else baseline + target.amount


def is_at_most(target: Target, polarity: Polarity) -> bool:
    """True where the figure must come down to the target, False where it must come up to it."""
    if target.form != LEVEL and target.amount:
        return target.amount < 0
    return polarity is Polarity.LOWER_IS_BETTER


def is_met(figure: float, to_reach: float, *, at_most: bool) -> bool:
    """True where a figure does what the target asks; exactly reaching it is meeting it."""
    return figure <= to_reach if at_most else figure >= to_reach
