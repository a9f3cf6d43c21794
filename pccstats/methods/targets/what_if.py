"""How much of a change in recorded crime could be a change in recording alone."""

from __future__ import annotations

import math

import pandas as pd

from pccstats.methods.intervals import checked_confidence, normal_quantile
from pccstats.terms.errors import MethodProblem
from pccstats.terms.results.progress import RecordingWhatIf

MARGINS_AT = 0.95  # inspectors print their margins at this confidence


def what_if_recording(
    before: float,
    after: float,
    recorded_before_pct: float,
    recorded_after_pct: float,
    *,
    margin_before: float = 0.0,
    margin_after: float = 0.0,
    confidence: float = 0.95,
    title: str = "Recorded crime",
) -> RecordingWhatIf:
    """How much of a change between two recorded figures the recording rate alone would bring.

    Parameters
    ----------
    before, after : float
        The recorded figures [events, above nought].
    recorded_before_pct, recorded_after_pct : float
        Share of reported crimes that was recorded at each time [per cent, above 0 to 100], from an inspection.
    margin_before, margin_after : float
        Their printed margins [percentage points each side, at 95%].
    confidence : float
        Of the interval, between 0 and 1.
    title : str
        What was recorded, for sentences and charts.

    Returns
    -------
    RecordingWhatIf

    Raises
    ------
    MethodProblem
        If a figure or a share is out of range.

    Notes
    -----
    Recording alone multiplies by `after share / before share`; what is left is the recorded ratio over that. Interval
    on the log of the ratio, by the relative errors of the two shares. A what-if, not a finding: an inspection looks at
    some crimes of some months.

    References
    ----------
    HMIC (2014). Crime-recording: making the victim count. Recording rates with margins at 95%.

    Examples
    --------
    >>> answer = what_if_recording(100, 122, 75.8, 84.1, margin_before=1.94)
    >>> [round(number, 1) for number in (answer.recording_pct, answer.recording_low, answer.recording_high)]
    [10.9, 8.1, 13.8]
    >>> answer.could_be_recording_alone
    False
    """
    checked_confidence(confidence)
    _check(before, after, recorded_before_pct, recorded_after_pct, margin_before, margin_after)
    ratio = recorded_after_pct / recorded_before_pct
    errors = (margin_before / recorded_before_pct, margin_after / recorded_after_pct)
    reach = math.hypot(*errors) / normal_quantile(MARGINS_AT) * normal_quantile(confidence)
    low, high = ratio * math.exp(-reach), ratio * math.exp(reach)
    change = after / before
    parts = {
        "recording alone": [_pct(r) for r in (ratio, low, high)],
        "what is left": [_pct(change / r) for r in (ratio, high, low)],
    }
    points = pd.DataFrame([(part, *figures) for part, figures in parts.items()])
    points.columns = pd.Index(["part", "change_pct", "lower", "upper"])
    return RecordingWhatIf(
        points=points,
        method=(
            f"If {recorded_before_pct:g}% of reported crimes were recorded before and {recorded_after_pct:g}% after; "
            f"{100 * confidence:g}% interval from the margins of the two shares."
        ),
        title=title,
        before=float(before),
        after=float(after),
        recorded_before_pct=recorded_before_pct,
        recorded_after_pct=recorded_after_pct,
        change_pct=_pct(change),
        **dict(zip(("recording_pct", "recording_low", "recording_high"), parts["recording alone"], strict=True)),
        **dict(zip(("rest_pct", "rest_low", "rest_high"), parts["what is left"], strict=True)),
        confidence=confidence,
    )


def _pct(ratio: float) -> float:
    return 100 * (ratio - 1)


def _check(before: float, after: float, share_before: float, share_after: float, *margins: float) -> None:
    problems = [f"A recorded figure is above nought: found {figure:g}." for figure in (before, after) if not figure > 0]
    problems += [
        f"A recording rate is a per cent above 0 and up to 100: found {share:g}."
        for share in (share_before, share_after)
        if not 0 < share <= 100
    ]
    problems += [f"A margin is not negative: found {margin:g}." for margin in margins if not margin >= 0]
    if problems:
        raise MethodProblem(problems)
