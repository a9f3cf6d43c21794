"""Answers about what has been published: quality of the data, workings replayed, tallies compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import pandas as pd

from pccstats.terms.errors import Finding, Severity
from pccstats.terms.periods import Quarter
from pccstats.terms.plan import PublishedTally
from pccstats.terms.results.base import Result
from pccstats.terms.words import Audience, Judgement, Worded

FINDING_COLUMNS = ("severity", "rule", "indicator", "area", "period_end", "message", "next_step", "where", "kind")
COVERAGE_COLUMNS = (
    *("indicator", "area", "period_end", "months", "held", "missing", "records", "official"),
    *("share", "usual", "tolerance", "coverage"),
)


@dataclass(frozen=True)
class DataQuality(Result, presented_by="data_quality"):
    """What is held, how fresh it is, and what was found in it, at the end of a quarter.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a finding: `severity, rule, indicator, area, period_end, message, next_step, where, kind`; findings of
        one `kind` are one phenomenon, seen in several measures, months or areas.
    quarter : Quarter
        The quarter whose end it is seen from.
    availability : pandas.DataFrame
        One row an indicator of the dashboard, one column a quarter (`2012/13-Q1`): `months`, `part`, `quarter`, `year`,
        `illustrative`, a status such as `embargoed`, or empty.
    freshness : pandas.DataFrame
        One row an indicator: `indicator, name, latest, months_behind, published_on, source, reason`; no latest figure
        where none is held.
    revisions : pandas.DataFrame
        One row a figure that was published more than once with different values.
    events : pandas.DataFrame
        One row a registered event: `month, title, breaks_comparability, is_inferred, touches, source`; `touches` are
        the names of what it touches.
    findings : tuple of Finding
        What `points` sets out.
    coverage : pandas.DataFrame
        Records by month beside official totals, as `pccstats.methods.coverage` has them, with `name`, what the measure
        is called, and `system`, where the records are from.
    focus : str
        The area whose pack it is: findings about other areas concern those it is compared with.
    audience : Audience
        Who reads it: what an analyst is asked to do is no business of the public.
    """

    points: pd.DataFrame
    method: str
    quarter: Quarter
    availability: pd.DataFrame
    freshness: pd.DataFrame
    revisions: pd.DataFrame
    events: pd.DataFrame
    findings: tuple[Finding, ...]
    coverage: pd.DataFrame = field(default_factory=partial(pd.DataFrame, columns=[*COVERAGE_COLUMNS, "name", "system"]))
    focus: str = ""
    audience: Audience = Audience.INTERNAL

    def by_place(self, findings: Iterable[Finding]) -> tuple[int, int, int]:
        """How many of the findings are about the plan's own area, about no one area, and about others."""
        areas = [found.area for found in findings]
        own, nowhere = areas.count(self.focus) if self.focus else 0, areas.count("")
        return own, nowhere, len(areas) - own - nowhere

    def flags_in_words(self) -> str:
        """How many findings need an answer; where some are about other areas, how many are the plan's own."""
        flags = [found for found in self.findings if found.severity is Severity.FLAG]
        need = "1 finding needs an answer" if len(flags) == 1 else f"{len(flags)} findings need an answer"
        own, nowhere, elsewhere = self.by_place(flags)
        if not elsewhere or not self.focus:
            return need
        if len(flags) == 1:
            return f"{need}, about another area"
        return f"{need}, {own or 'none'} of them about {self.focus}" + (
            f", {nowhere} about no one area" if nowhere else ""
        )

    def summary(self) -> pd.DataFrame:
        """How many indicators, findings of each severity, revisions and events there are, in one row."""
        count = {str(severity): sum(f.severity is severity for f in self.findings) for severity in Severity}
        held = self.freshness["latest"].notna()
        return pd.DataFrame(
            [
                {
                    "quarter": str(self.quarter),
                    "indicators": len(self.freshness),
                    "with_figures": int(held.sum()),
                    "up_to_date": int((self.freshness["months_behind"] <= 0).sum()),
                    "flags": count["flag"],
                    "notes": count["note"],
                    "revisions": len(self.revisions),
                    "events": len(self.events),
                }
            ]
        )


class Coverage(Worded):
    """What a share of an official total held by records says of them."""

    WHOLE = "whole", "every month, as usual"
    PARTIAL = "partial", "months missing; those held are as usual"
    UNUSUAL = "unusual", "not as usual"
    TOO_LITTLE = "too_little", "too little held to say"


class ReplayVerdict(Worded):
    """What working a published figure out again shows."""

    REPRODUCES = "reproduces", "reproduces"
    ONLY_TRUNCATED = "only_truncated", "only by cutting off digits"  # where half-up rounding gives another last digit
    DOES_NOT_FOLLOW = "does_not_follow", "does not follow"
    TEXT = "text", "words or information"  # or a conjecture: nothing printed to reproduce


@dataclass(frozen=True)
class Replay(Result, presented_by="published"):
    """Published figures worked out again from the numbers printed with them.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a figure: `id, document, place, priority, figure, working, published, computed, half_up, truncated,
        verdict, note`. Numbers are exact decimals, so that the last digit is never in doubt.
    rates : pandas.DataFrame
        One row a rate printed without its population: `figure, document, place, count, official, printed, fitting`
        (every population held that gives it), `population` (one that gives most of them), `persons`, `gives`,
        `is_cut_off`, and where none gives it the official year whose rate is nearest: `nearest`, `nearest_count`,
        `nearest_year`, `nearest_population`. Empty where none is held.
    """

    points: pd.DataFrame
    method: str
    rates: pd.DataFrame = field(default_factory=pd.DataFrame)

    def having(self, verdict: ReplayVerdict | str) -> pd.DataFrame:
        """The rows of one verdict."""
        return self.points[self.points["verdict"] == ReplayVerdict(verdict).value].reset_index(drop=True)

    def of_priority(self, number: int) -> Replay:
        """The figures that belong to one strategic priority."""
        return replace(self, points=self.points[self.points["priority"] == number].reset_index(drop=True))

    def summary(self) -> pd.DataFrame:
        """How many figures there are, and how many of each verdict, in one row."""
        counts = {verdict.value: int((self.points["verdict"] == verdict.value).sum()) for verdict in ReplayVerdict}
        return pd.DataFrame([{"figures": len(self.points), **counts}])


class TallyGroup(Worded):
    """The three words a published tally folds every indicator into."""

    POSITIVE = "positive", "positive", Judgement.BETTER
    NO_CHANGE = "no_change", "no change"
    NEGATIVE = "negative", "negative", Judgement.WORSE


@dataclass(frozen=True)
class TallyComparison(Result, presented_by="tally"):
    """A published tally, ours in nine states, and ours folded into the published three groups.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a group: `group, published, published_per_cent, folded, folded_per_cent, difference`, then
        `published_answered, published_answered_per_cent, folded_answered, folded_answered_per_cent`: the same without
        the indicators that have no metric (published) or no answer (ours). Published columns are empty where no tally
        was published for the quarter.
    states : Mapping of str to int
        Our tally in nine states.
    indicators : pandas.DataFrame
        One row an indicator: `indicator, title, state, strength, verdict, folded, by_side, is_same, is_only_uncounted`.
        `by_side` is the group it would be in under the rule of `side_counts`; empty where it has no metric.
        `is_only_uncounted`: our test says the same, and the two part only because its verdict is not counted.
    crimes : pandas.DataFrame
        One row an indicator judged by its projection: `indicator, title, baseline, latest, change_pct,
        p_value_poisson, is_flagged, is_said_to_rise, dispersion_to_overturn`.
    side_counts : tuple of int
        Positive, no change and negative under the simplest rule that uses no test: a printed figure on the good side of
        its baseline is positive, on the bad side negative; indicators judged by projection are negative where the paper
        says they rise and else no change; without two figures, no change.
    published : PublishedTally or None
    """

    points: pd.DataFrame
    method: str
    quarter: Quarter
    states: Mapping[str, int]
    indicators: pd.DataFrame
    crimes: pd.DataFrame
    side_counts: tuple[int, int, int]
    published: PublishedTally | None = None

    @property
    def side_fits(self) -> bool:
        """True where the rule without a test gives the published totals."""
        return self.published is not None and self.side_counts == self.published.counts

    @property
    def flagged_by_poisson(self) -> pd.DataFrame:
        """Crimes above the baseline by more than chance alone would explain."""
        return self.crimes[self.crimes["is_flagged"]]

    @property
    def poisson_agrees(self) -> bool:
        """True where chance alone would flag just the crimes the paper says rise."""
        return bool((self.crimes["is_flagged"] == self.crimes["is_said_to_rise"]).all())

    @property
    def least_allowance(self) -> float:
        """Times chance that counts must vary for no other crime than those said to rise to be flagged."""
        return float(self.crimes.loc[~self.crimes["is_said_to_rise"], "dispersion_to_overturn"].max())

    @property
    def most_allowance(self) -> float:
        """Times chance beyond which a crime said to rise would no longer be flagged."""
        return float(self.crimes.loc[self.crimes["is_said_to_rise"], "dispersion_to_overturn"].min())

    def summary(self) -> pd.DataFrame:
        """Published and folded totals in one row."""
        totals = {f"published_{row['group']}": row["published"] for _, row in self.points.iterrows()}
        ours = {f"folded_{row['group']}": row["folded"] for _, row in self.points.iterrows()}
        return pd.DataFrame([{**totals, **ours, "side_fits": self.side_fits}])
