"""Files read and checked: the plan, the sources and the observations made of them. Imports only `pccstats.terms`."""
