"""Rates and shares on a scale where a figure's standard error depends on the size of the force alone."""

from __future__ import annotations

import numpy as np


def stabilised(value: np.ndarray, *, share: bool) -> np.ndarray:
    """Square root of a rate, arcsine of the square root of a share; zero is a number like any other.

    References
    ----------
    Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance.
    Statistics in Medicine 24, 1185-1202, appendix.

    Examples
    --------
    >>> stabilised(np.array([0.0, 0.25]), share=False).tolist()
    [0.0, 0.5]
    """
    root: np.ndarray = np.sqrt(value)
    if share:
        root = np.arcsin(np.minimum(root, 1.0))
    return root


def unstabilised(height: np.ndarray, *, share: bool) -> np.ndarray:
    """Back to a rate or a share; what falls beyond the end of the scale is the end of the scale.

    Examples
    --------
    >>> unstabilised(np.array([-0.1, 0.5]), share=False).tolist()
    [0.0, 0.25]
    """
    root: np.ndarray = np.sin(np.clip(height, 0.0, np.pi / 2)) if share else np.maximum(height, 0.0)
    return root**2


def standard_error(size: np.ndarray) -> np.ndarray:
    """Standard error on that scale, of persons or respondents: 1 / (2 sqrt(n)) for rates and shares alike.

    Examples
    --------
    >>> standard_error(np.array([100.0])).tolist()
    [0.05]
    """
    error: np.ndarray = 0.5 / np.sqrt(size)
    return error
