"""A tally as a published paper printed it: kept as printed, so that ours can stand beside it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PublishedTally:
    """How many indicators a paper counted as positive, as no change and as negative.

    Attributes
    ----------
    quarter : str
        The quarter the paper reports.
    positive, no_change, negative : int
        As printed.
    per_cent : tuple of float
        The same three as printed per cents.
    without_measure : int
        How many of `no_change` the paper says have no metric at all.
    judged_by_projection, said_to_rise : tuple of str
        Indicators that the paper judges by where they are heading, and those of them it says are heading up.
    source : str
        Document and paragraphs.
    """

    quarter: str
    positive: int
    no_change: int
    negative: int
    per_cent: tuple[float, float, float]
    without_measure: int = 0
    judged_by_projection: tuple[str, ...] = ()
    said_to_rise: tuple[str, ...] = ()
    source: str = ""

    @property
    def indicators(self) -> int:
        """How many indicators it counts."""
        return self.positive + self.no_change + self.negative

    @property
    def counts(self) -> tuple[int, int, int]:
        """Positive, no change, negative."""
        return self.positive, self.no_change, self.negative
