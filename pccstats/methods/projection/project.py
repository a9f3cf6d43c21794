"""Where the 12 months to a horizon will come out, with an interval that is right as often as it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pccstats.methods.projection.backtest import Backtest, backtest, projected_years
from pccstats.methods.projection.combination import weights_of
from pccstats.methods.projection.projection_answer import Made, answer
from pccstats.methods.projection.projection_material import comparable, material_of
from pccstats.methods.projection.projection_request import (
    ProjectionRequest,
    history_problem,
    kind_problem,
    read_request,
)
from pccstats.methods.projection.projection_spread import reference_variance, spread_of
from pccstats.methods.projection.scales import Material
from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import MONTHS_IN_A_YEAR, month_in_words
from pccstats.terms.plan import Target
from pccstats.terms.results.projection import Projection
from pccstats.terms.series import Series, require_series

Array = NDArray[np.float64]


def project(
    series: Series,
    horizon: Any = None,
    since: Any = None,
    confidence: float = 0.95,
    *,
    sisters: Sequence[Series] = (),
    targets: Sequence[Target] = (),
    seed: int = 0,  # noqa: ARG001 nothing here is drawn at random; see the docstring
) -> Projection:
    """Where the 12 months ending at a horizon will come out, if things go on as they have.

    Parameters
    ----------
    series : Series
        Months, quarters, or published rolling years (monthly or quarterly) of counts, rates, or shares with their
        respondents: three years or more since the last registered break of comparability.
    horizon : month
        The last month of the year projected, at most three years after the last figure; by default the plan's.
    since : financial year, window or pair of months
        The 12 months compared with; by default the plan's baseline.
    confidence : float
        Of the interval and the state, between 0 and 1.
    sisters : sequence of Series
        The same measure elsewhere: their back-tests help to say how far such projections are out.
    targets : sequence of Target
        What the plan promised; each gets its chance of being met.
    seed : int
        Changes nothing: no number here is drawn at random. Taken so that all methods can be called alike.

    Returns
    -------
    Projection
        `points` has `month, period_end, kind, value, lower, upper, lower_80, upper_80`.

    Raises
    ------
    MethodProblem
        Listing every reason why no honest projection can be made: too little history (and how much is needed), no
        number of respondents, a horizon already known or too far ahead.

    Notes
    -----
    The mean of three models (seasonal naive with drift, damped trend, Theta), each tried from every earlier period of
    the series at the same distance; weights and interval come from those trials. The interval starts from what such
    projections of real series were out by, and the series' own trials stretch it or draw it in: on the scale of
    `log(actual / projected)`, `variance * (8 r + n m) / (8 + n)` with Student's t on `8 + n` degrees of freedom,
    where r = 1, n is the number of independent trials and m their mean square over what the reference allows.
    Twelve months are projected as one sum; limits of months are never added. A year from before a break of
    comparability is no baseline: the state is then `not_comparable`.
    It knows of nothing that has not happened yet; a break registered for later is named in the method. Do not use it
    across a known change of recording: see `what_if_recording`.

    References
    ----------
    Hyndman RJ, Athanasopoulos G (2021). Forecasting: Principles and Practice, 3rd ed., sections 5.10, 8.2, 13.4.
    Ashby M (2025). European Society of Criminology: ten methods on crime counts; combinations do best.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.period_range("2010-04", "2015-06", freq="M")
    >>> frame = pd.DataFrame({"month": months, "offences": 100.0})
    >>> steady = Series.from_frame(frame, numerator="offences", polarity="lower_is_better")
    >>> answer = project(steady, horizon="2017-03", since="2012/13")
    >>> round(answer.projected / 1200, 2), str(answer.state)
    (1.0, 'no_evidence_of_change')
    """
    require_series(series, *sisters)
    request = read_request(series, horizon, since, confidence)
    material = material_of(request.series)
    steps = request.months_ahead * material.year // MONTHS_IN_A_YEAR
    trials = backtest(material, steps)
    weights = weights_of(trials.errors, trials.independent_trials)
    path = _path(request, material, weights, steps)
    others = [_tried(sister, weights, steps, material.year) for sister in sisters]
    spread = spread_of(material, path, _standardised(material, trials, weights), others)
    made = Made(request, material, trials, weights, path, spread, confidence)
    return answer(made, targets)


def _path(request: ProjectionRequest, material: Material, weights: Array, steps: int) -> Array:
    """The combination's figure for the year to each period ahead."""
    path = weights @ projected_years(material, np.array([len(material)]), steps)[:, 0, :]
    if np.isnan(path[-1]):
        raise MethodProblem(
            f"The 12 months to {month_in_words(request.horizon)} hold a month already past that has no figure. Give "
            "the figure, or a later horizon."
        )
    return np.asarray(path)


def _standardised(material: Material, trials: Backtest, weights: Array) -> tuple[Array, float]:
    """Errors of the combination in back-tests over what the reference allows, and the trials they are worth."""
    projected = weights @ trials.projected
    allowed = reference_variance(material, projected, np.full(len(trials), trials.steps))
    return material.distance(trials.actual, projected) / np.sqrt(allowed), trials.independent_trials


def _tried(sister: Series, weights: Array, steps: int, year: int) -> tuple[Array, float]:
    """A sister's back-test errors; none where it could not be projected itself or is not of the same periods."""
    usable = comparable(sister)
    if kind_problem(sister) or history_problem(sister, usable) or (material := material_of(usable)).year != year:
        return np.empty(0), 0.0
    return _standardised(material, backtest(material, steps), weights)
