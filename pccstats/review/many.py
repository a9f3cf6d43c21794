"""The verdicts of a plan read together: of so many tests some find a change by chance; what may be chance is weak.

All indicators of the plan are one family, whichever of them a page shows, so that a verdict is as strong on the page of
a theme as on the dashboard. Supporting measures are read together table by table.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from pccstats.methods.change.many import false_discovery
from pccstats.terms.plan import Plan
from pccstats.terms.results.change import Change, FalseDiscovery
from pccstats.terms.results.quarter import IndicatorReview
from pccstats.terms.words import State, Strength, counted

BESIDE = "answers against other baselines, up to a change of definition or from a second source"
APART = "signals (counted apart), ranks and projections"


class OneTest(NamedTuple):
    """What one indicator brings to the reading of all: its p (empty without a verdict), and if it may count."""

    key: str
    p_value: float
    is_counted: bool

    @classmethod
    def of(cls, key: str, state: State, strength: Strength, difference: Change | None) -> OneTest:
        """The test of a verdict; a state that says why there is none brings no p."""
        is_verdict = difference is not None and state.is_answer
        p_value = difference.p_value if difference is not None and is_verdict else math.nan
        return cls(key, p_value, strength.is_firm or not state.is_answer)


def own_test(review: IndicatorReview) -> OneTest:
    """The test of a verdict reviewed."""
    return OneTest.of(review.indicator.key, review.state, review.strength, review.change)


def read_together(tests: Iterable[OneTest], level: float) -> FalseDiscovery:
    """The tests of all verdicts that may be counted, by key."""
    return false_discovery({test.key: test.p_value for test in tests if test.is_counted}, level=level)


def for_readers(found: FalseDiscovery, tests: Sequence[OneTest], plan: Plan) -> FalseDiscovery:
    """The same under the names that readers know, with what is not in the count."""
    names = [plan.indicator(key).name for key in found.points["name"]]
    lacking = sum(not test.is_counted for test in tests)
    left_out = (
        f"{counted(lacking, 'verdict')} not counted for another reason (assumed, stale or expected)" if lacking else "",
        "supporting measures, whose verdicts are read together table by table" if plan.supporting else "",
        BESIDE,
        APART,
    )
    return replace(found, points=found.points.assign(name=names), left_out=tuple(filter(None, left_out)))


def with_weak(reviews: tuple[IndicatorReview, ...], found: FalseDiscovery) -> tuple[IndicatorReview, ...]:
    """The reviews, changes that do not stand when all tests are read together marked as weak."""
    weak = set(found.not_kept["name"])
    return tuple(with_strength(review, Strength.WEAK) if review.indicator.key in weak else review for review in reviews)


def with_strength(review: IndicatorReview, strength: Strength) -> IndicatorReview:
    """The review whose verdict will bear so much, wherever that verdict is said again."""
    baselines = replace(review.baselines, strength=strength) if review.baselines is not None else None
    return replace(review, strength=strength, baselines=baselines)


def read_by_table(reviews: tuple[IndicatorReview, ...], level: float) -> tuple[IndicatorReview, ...]:
    """The supporting measures, those weak that do not stand when the tests of one table are read together."""
    tables: dict[tuple[int | None, str], list[IndicatorReview]] = {}
    for review in reviews:
        tables.setdefault((review.indicator.priority, review.indicator.table), []).append(review)
    read = {
        review.indicator.key: review
        for table in tables.values()
        for review in with_weak(tuple(table), read_together(map(own_test, table), level))
    }
    return tuple(read[review.indicator.key] for review in reviews)
