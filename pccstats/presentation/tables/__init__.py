"""One module a kind of result; importing this package registers them all."""

from pccstats.presentation.tables import group_comparison  # noqa: F401 each registers itself
