"""Files read and checked: the plan, the sources and the observations made of them. Imports only `pccstats.terms`."""

from pccstats.sources.plan import read_plan

__all__ = ["read_plan"]
