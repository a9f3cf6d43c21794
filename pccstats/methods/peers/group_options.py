"""The choices a comparison with peers is made by, checked once."""

from __future__ import annotations

from dataclasses import dataclass

from pccstats.methods.intervals import is_number
from pccstats.methods.peers.benchmarks import BENCHMARKS, MEAN_INCLUDING_OWN
from pccstats.methods.peers.peer_interval import ADDITIVE, OVERDISPERSION
from pccstats.terms.errors import MethodProblem, Problem

FEWEST_MEMBERS = 3  # two others are the least a spread can be taken from
FEWEST_SIMULATIONS = 200


@dataclass(frozen=True)
class GroupOptions:
    """How a comparison is made; see `compare_group` for what each choice means."""

    benchmark: str = MEAN_INCLUDING_OWN
    overdispersion: str = ADDITIVE
    confidence: float = 0.95
    per: float = 1000.0
    simulations: int = 2000
    seed: int = 20150630

    def problems(self) -> list[Problem]:
        """Every choice that is not on offer."""
        rules = (
            (self.benchmark in BENCHMARKS, "There is no such benchmark.", self.benchmark, BENCHMARKS),
            (
                self.overdispersion in OVERDISPERSION,
                "There is no such way with over-dispersion.",
                self.overdispersion,
                OVERDISPERSION,
            ),
        )
        found = [
            Problem(what, value=str(value), next_step=f"Choose one of: {', '.join(choices)}.")
            for is_kept, what, value, choices in rules
            if not is_kept
        ]
        if not (is_number(self.confidence) and 0 < self.confidence < 1):
            found.append(Problem("The confidence must lie between 0 and 1.", value=str(self.confidence)))
        if not (is_number(self.per) and self.per > 0):
            found.append(Problem("Rates are per a number above zero.", value=str(self.per)))
        if not (is_number(self.simulations) and self.simulations >= FEWEST_SIMULATIONS):
            found.append(Problem(f"At least {FEWEST_SIMULATIONS} simulations are needed.", value=str(self.simulations)))
        return found

    def check(self) -> None:
        """Refuse choices that are not on offer, all at once."""
        if found := self.problems():
            raise MethodProblem(found)
