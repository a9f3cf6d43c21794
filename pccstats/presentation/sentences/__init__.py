"""One module a kind of result; importing this package registers them all."""

from pccstats.presentation.sentences import group_comparison  # noqa: F401 each registers itself
