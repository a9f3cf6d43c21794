"""The test whether a season is there."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

MONTHS = 12
NO_SPREAD = 1e-12


def season_p_value(level: Array, known: Flags, months: pd.PeriodIndex) -> Array:
    """The p-value that months differ by season, a steady drift allowed for.

    Two F tests, each at half the level: a yearly wave (two figures say it all, so it is found early) and factors of any
    shape. Both are made on ranks, so that one wild month cannot pass for a season.

    Parameters
    ----------
    level : array
        Figures relative to the level of their segment, series by months.
    known : array of bool
        Those that are asked.
    """
    calendar = np.asarray(months.month) - 1
    time = np.linspace(-1, 1, len(calendar))
    angle = 2 * np.pi * calendar / MONTHS
    drift = np.column_stack([np.ones(len(time)), time])
    wave = np.column_stack([drift, np.cos(angle), np.sin(angle)])
    factors = np.column_stack([drift, np.eye(MONTHS)[calendar][:, 1:]])
    scores = _normal_scores(level, known)
    free = known.sum(axis=1) - drift.shape[1]
    flat, waving, free_form = (_rest(scores, known.astype(float), terms) for terms in (drift, wave, factors))
    looks = [_f_test(flat - rest, extra, rest, free - extra) for rest, extra in ((waving, 2), (free_form, MONTHS - 1))]
    return np.asarray(np.minimum(2 * np.minimum(*looks), 1.0))


def _normal_scores(values: Array, known: Flags) -> Array:
    """Ranks written as normal deviates, so that one wild month cannot pass for a season; 0 where there is none."""
    order = np.where(known, values, np.inf).argsort(axis=1, kind="stable")
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, np.arange(1.0, values.shape[1] + 1)[None, :], axis=1)
    scores = special.ndtri(ranks / (known.sum(axis=1, keepdims=True) + 1))
    return np.where(known, scores, 0.0)


def _f_test(explained: Array, extra: int, rest: Array, free: NDArray[np.int64]) -> Array:
    usable = np.maximum(free, 1)
    spread = rest / usable
    certain = np.where(explained > NO_SPREAD, np.inf, 0.0)
    ratio = np.divide(explained / extra, spread, out=certain, where=spread > NO_SPREAD)
    return np.asarray(special.fdtrc(extra, usable, np.maximum(ratio, 0.0)))


def _rest(scores: Array, known: Array, terms: Array) -> Array:
    """Sum of squares that these terms leave unexplained; empty scores are 0."""
    if (known == known[0]).all():  # series rarely have gaps, and sorting them takes the longest
        patterns, which = known[:1], np.zeros(len(known), dtype=np.int64)
    else:
        patterns, which = np.unique(known, axis=0, return_inverse=True)
    squares = (terms * patterns[:, :, None]).transpose(0, 2, 1) @ terms
    squares = squares + NO_SPREAD * np.eye(terms.shape[1])  # a month that is never there must not stop the others
    fitted = np.einsum("sij,sj->si", np.linalg.inv(squares)[which], np.einsum("sm,mi->si", scores, terms))
    rest = scores - known * np.einsum("si,mi->sm", fitted, terms)
    return np.asarray((rest * rest).sum(axis=1))
