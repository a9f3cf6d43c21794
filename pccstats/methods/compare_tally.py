"""A published tally beside ours: the same indicators counted both ways, and what the published way must have been."""

from __future__ import annotations

import pandas as pd

from pccstats.terms.errors import MethodProblem
from pccstats.terms.published_tally import PublishedTally
from pccstats.terms.results.assessment import IndicatorReview, QuarterAssessment
from pccstats.terms.results.tally_comparison import TallyComparison, TallyGroup
from pccstats.terms.words import Polarity, State

FLAGGED_BELOW = 0.05
FOLDED = {State.BETTER: TallyGroup.POSITIVE, State.WORSE: TallyGroup.NEGATIVE}  # every other state: no change
ANSWERED = (State.BETTER, State.NO_EVIDENCE_OF_CHANGE, State.WORSE)
WITHOUT_MEASURE = (State.NOT_COLLECTED, State.EMBARGOED)
CRIME_COLUMNS = [
    *("indicator", "title", "baseline", "latest", "change_pct", "p_value_poisson"),
    *("is_flagged", "is_said_to_rise", "dispersion_to_overturn"),
]


def compare_tally(assessment: QuarterAssessment) -> TallyComparison:
    """Say where a published tally and ours differ, and what the published judgement must have rested on.

    Parameters
    ----------
    assessment : QuarterAssessment
        Of the whole plan.

    Returns
    -------
    TallyComparison
        Without the published columns where the plan holds no published tally for this quarter.

    Raises
    ------
    MethodProblem
        If the assessment is of one theme only.

    Notes
    -----
    Only totals were published, so the two cannot be compared indicator by indicator; nothing is assumed to make them
    meet. Folding puts better in positive, worse in negative and all six other states in no change, as the published
    paper put indicators without a metric. Two readings are tried on the printed figures. *Plain Poisson*: would chance
    alone flag just the crimes said to rise? *Side of the baseline*: with no test at all, do figures on the good and on
    the bad side of their baseline number as many as published? A reading that fits is possible, not known.

    See Also
    --------
    assess : the eight states, test by test.
    change : over-dispersion, and how much of it would undo a finding.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> found = compare_tally(pcc.assess(plan, data, quarter="2015/16-Q1"))
    >>> found.points["published"].tolist(), found.points["published_answered_per_cent"].tolist()
    ([9, 25, 6], [36.0, 40.0, 24.0])
    >>> found.flagged_by_poisson["indicator"].tolist()
    ['13.offences', '14A.offences', '14B.offences']
    """
    if assessment.theme is not None:
        raise MethodProblem("A published tally is of the whole plan: assess it without a theme.")
    published = assessment.plan.published_tally
    if published is not None and published.quarter != str(assessment.quarter):
        published = None
    indicators = _indicators(assessment, published)
    return TallyComparison(
        points=_points(indicators, published),
        method=(
            "Ours: each indicator by its own test. Folded: better is positive, worse negative, every other state no "
            "change. Published: as printed."
        ),
        quarter=assessment.quarter,
        states=assessment.tally,
        indicators=indicators,
        crimes=_crimes(assessment, published),
        side_counts=_counts(indicators["by_side"].fillna(TallyGroup.NO_CHANGE.value)),
        published=published,
    )


def _indicators(assessment: QuarterAssessment, published: PublishedTally | None) -> pd.DataFrame:
    rows = pd.DataFrame(
        [
            {
                "indicator": review.indicator.key,
                "title": review.indicator.name,
                "state": review.state.value,
                "folded": FOLDED.get(review.state, TallyGroup.NO_CHANGE).value,
                "by_side": _by_side(review, published),
            }
            for review in assessment.reviews
        ],
        columns=["indicator", "title", "state", "folded", "by_side"],
    )
    return rows.assign(is_same=rows["folded"] == rows["by_side"].fillna(TallyGroup.NO_CHANGE.value))


def _by_side(review: IndicatorReview, published: PublishedTally | None) -> str | None:
    """The group of one indicator where no test is made; nothing where it has no metric."""
    key = review.indicator.key
    if review.indicator.no_figure in WITHOUT_MEASURE:
        return None
    if published is not None and key in published.judged_by_projection:
        return (TallyGroup.NEGATIVE if key in published.said_to_rise else TallyGroup.NO_CHANGE).value
    if review.baseline is None or review.latest is None or review.latest == review.baseline:
        return TallyGroup.NO_CHANGE.value
    is_up, is_good_up = review.latest > review.baseline, review.indicator.polarity is Polarity.HIGHER_IS_BETTER
    if review.indicator.polarity is Polarity.NEUTRAL:
        return TallyGroup.NO_CHANGE.value
    return (TallyGroup.POSITIVE if is_up == is_good_up else TallyGroup.NEGATIVE).value


def _points(indicators: pd.DataFrame, published: PublishedTally | None) -> pd.DataFrame:
    folded = _counts(indicators["folded"])
    answered = _counts(indicators.loc[indicators["state"].isin([state.value for state in ANSWERED]), "folded"])
    printed: tuple[int | None, ...] = (None, None, None)
    with_measure = printed
    if published is not None:
        printed = published.counts
        with_measure = (published.positive, published.no_change - published.without_measure, published.negative)
    return pd.DataFrame(
        {
            "group": [group.value for group in TallyGroup],
            "published": pd.array(printed, dtype="Int64"),
            "published_per_cent": published.per_cent if published else float("nan"),
            "folded": folded,
            "folded_per_cent": _per_cents(folded),
            "difference": pd.Series(folded, dtype="Int64") - pd.Series(printed, dtype="Int64"),
            "published_answered": pd.array(with_measure, dtype="Int64"),
            "published_answered_per_cent": _per_cents(with_measure),
            "folded_answered": answered,
            "folded_answered_per_cent": _per_cents(answered),
        }
    )


def _counts(groups: pd.Series) -> tuple[int, int, int]:
    positive, no_change, negative = (int((groups == group.value).sum()) for group in TallyGroup)
    return positive, no_change, negative


def _per_cents(counts: tuple[int | None, ...]) -> list[float]:
    known = pd.Series(counts, dtype=float)
    return list(100 * known / known.sum())


def _crimes(assessment: QuarterAssessment, published: PublishedTally | None) -> pd.DataFrame:
    """The indicators judged by projection, with what plain Poisson says of them against the baseline."""
    keys = published.judged_by_projection if published else ()
    tested = [(review, review.change) for review in map(assessment.review, keys) if review.change is not None]
    return pd.DataFrame(
        [
            {
                "indicator": review.indicator.key,
                "title": review.indicator.name,
                "baseline": change.baseline,
                "latest": change.latest,
                "change_pct": change.change_pct,
                "p_value_poisson": change.p_value_poisson,
                "is_flagged": bool(change.p_value_poisson < FLAGGED_BELOW and change.change > 0),
                "is_said_to_rise": bool(published and review.indicator.key in published.said_to_rise),
                "dispersion_to_overturn": change.dispersion_to_overturn,
            }
            for review, change in tested
        ],
        columns=CRIME_COLUMNS,
    )
