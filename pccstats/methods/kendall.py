"""Kendall's score of a short run of figures, and its exact chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import comb, factorial, prod

import numpy as np


def kendall_score(values: Sequence[float] | np.ndarray) -> int:
    """Pairs of figures of which the later is larger, less pairs of which it is smaller.

    Examples
    --------
    >>> kendall_score([3, 1, 4, 5])
    4
    """
    figures = np.asarray(values, dtype=float)
    differences = figures[None, :] - figures[:, None]
    return int(np.sign(np.triu(differences, 1)).sum())


def kendall_chance(values: Sequence[float] | np.ndarray) -> float:
    """The chance of a score at least so far from nought, either way, if every order of these figures is as likely.

    Exact, figures that are equal included: the orders of figures of which some are equal, counted by how many pairs
    stand the wrong way round, are the coefficients of a Gaussian multinomial.

    References
    ----------
    Kendall MG (1938). A new measure of rank correlation. Biometrika 30: 81-93.
    Mann HB (1945). Nonparametric tests against trend. Econometrica 13: 245-259.

    Examples
    --------
    >>> round(kendall_chance([1, 2, 3, 4, 5, 6]), 4), round(kendall_chance([1, 2, 3, 4, 6, 5]), 4)
    (0.0028, 0.0167)
    """
    ties = tuple(sorted(Counter(np.asarray(values, dtype=float).tolist()).values()))
    orders = orders_by_inversions(ties)
    untied = len(orders) - 1
    score = abs(kendall_score(values))
    far = sum(count for inversions, count in enumerate(orders) if abs(untied - 2 * inversions) >= score)
    return far / sum(orders)


def orders_by_inversions(ties: tuple[int, ...]) -> list[int]:
    """How many orders of the figures have 0, 1, 2 ... pairs the wrong way round.

    Parameters
    ----------
    ties : tuple of int
        How often each figure is there.

    Examples
    --------
    >>> orders_by_inversions((1, 1, 1)), orders_by_inversions((1, 2))
    ([1, 2, 2, 1], [1, 1, 1])
    """
    size = sum(ties)
    top = comb(size, 2)
    counts = [1] + [0] * top
    for length in range(2, size + 1):
        counts = _times(counts, length)
    for tie in ties:
        for length in range(2, tie + 1):
            counts = _divided(counts, length)
    untied = top - sum(comb(tie, 2) for tie in ties)
    kept = counts[: untied + 1]
    if sum(kept) != factorial(size) // prod(factorial(tie) for tie in ties):
        raise ArithmeticError("orders do not add up")  # a fault of ours, never of the figures
    return kept


def _times(counts: list[int], length: int) -> list[int]:
    """Multiply by 1 + q + ... + q^(length - 1)."""
    running, product = 0, []
    for place, count in enumerate(counts):
        running += count - (counts[place - length] if place >= length else 0)
        product.append(running)
    return product


def _divided(counts: list[int], length: int) -> list[int]:
    """Divide by 1 + q + ... + q^(length - 1)."""
    quotient: list[int] = []
    for place, count in enumerate(counts):
        quotient.append(count - sum(quotient[max(0, place - length + 1) : place]))
    return quotient
