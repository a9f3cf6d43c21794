"""One module a kind of result; importing this package registers them all."""

from pccstats.presentation.tables import change, expected_level, group_comparison, projection, replay, rolling_year  # noqa: F401 each registers itself
