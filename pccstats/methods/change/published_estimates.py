"""Two estimates compared by the intervals that they were published with."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

from pccstats.methods.intervals import normal_quantile

NAME = "difference of two published estimates"
LOPSIDED = 1.5  # one side of an interval over the other: from here it is told that it was taken as even


@dataclass(frozen=True)
class Estimate:
    """A figure with the interval that it was published with.

    Attributes
    ----------
    value, lower, upper : float
        Of any unit, the lower end below the upper.
    confidence : float
        Of the interval, between 0 and 1.
    """

    value: float
    lower: float
    upper: float
    confidence: float = 0.95

    @property
    def standard_error(self) -> float:
        """What the interval tells of it: its width over twice the normal quantile of its confidence.

        Examples
        --------
        >>> round(Estimate(0.0, -1.96, 1.96).standard_error, 3)
        1.0
        """
        return (self.upper - self.lower) / (2 * normal_quantile(self.confidence))

    @property
    def is_lopsided(self) -> bool:
        """True where the figure lies well off the middle of its interval, which is then taken as even all the same."""
        sides = sorted((self.value - self.lower, self.upper - self.value))
        return sides[1] > LOPSIDED * sides[0]

    def on_log_scale(self) -> Estimate:
        """The same of the logarithm; figure and ends must be above nought."""
        return Estimate(math.log(self.value), math.log(self.lower), math.log(self.upper), self.confidence)


@dataclass(frozen=True)
class Difference:
    """Second less first, with the interval and the chance of such a difference where nothing changed."""

    difference: float
    lower: float
    upper: float
    p_value: float


def compare_estimates(
    first: Estimate, second: Estimate, *, confidence: float = 0.95, part_not_shared: float = 1.0
) -> Difference:
    """Has what two published estimates stand for changed, and by how much.

    Parameters
    ----------
    first, second : Estimate
        Of independent samples, on a scale on which their intervals are even: ratios as logarithms.
    confidence : float
        Of the interval given back, between 0 and 1.
    part_not_shared : float
        The part of each sample that the other does not have, above 0 and at most 1: the variance shrinks to it.

    Returns
    -------
    Difference

    Notes
    -----
    Standard errors s are the widths of the intervals over twice the normal quantile of their confidence; the difference
    d has the standard error √(s₁² + s₂²), and d over it is normal. All this is of normal theory: the samples must be
    large, as those of published surveys are.

    References
    ----------
    Altman DG, Bland JM (2003). Interaction revisited: the difference between two estimates. BMJ 326: 219.
    Altman DG, Bland JM (2011). How to obtain the P value from a confidence interval. BMJ 343: d2304.

    Examples
    --------
    The relative risks of the paper of 2003, on the scale of logarithms: their ratio is 0.76 (0.49 to 1.17).

    >>> women = Estimate(0.67, 0.46, 0.98), Estimate(0.88, 0.71, 1.08)
    >>> found = compare_estimates(women[1].on_log_scale(), women[0].on_log_scale())
    >>> [round(math.exp(number), 2) for number in (found.difference, found.lower, found.upper)]
    [0.76, 0.49, 1.17]
    """
    difference = second.value - first.value
    error = math.sqrt(part_not_shared) * math.hypot(first.standard_error, second.standard_error)
    reach = normal_quantile(confidence) * error
    p_value = 2 * float(special.ndtr(-abs(difference) / error))
    return Difference(difference, difference - reach, difference + reach, p_value)


def relative_limits(
    first: Estimate, second: Estimate, *, confidence: float = 0.95, part_not_shared: float = 1.0
) -> tuple[float, float]:
    """Second over first, as far down and up as it may be; both must be above nought.

    Notes
    -----
    The logarithm of the ratio, by the delta method: its standard error is √((s₁/E₁)² + (s₂/E₂)²).

    Examples
    --------
    >>> estimates = Estimate(50.0, 46.08, 53.92), Estimate(55.0, 51.08, 58.92)
    >>> [round(end, 3) for end in relative_limits(*estimates)]
    [0.989, 1.223]
    """
    relative = math.hypot(first.standard_error / first.value, second.standard_error / second.value)
    reach = normal_quantile(confidence) * math.sqrt(part_not_shared) * relative
    ratio = second.value / first.value
    return ratio * math.exp(-reach), ratio * math.exp(reach)
