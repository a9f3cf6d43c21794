"""The plan file: `plan.toml` read into the terms of `pccstats.terms.plan`, every fault in it reported at once."""

from pccstats.sources.plan.read import read_plan

__all__ = ["read_plan"]
