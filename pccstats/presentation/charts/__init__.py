"""One module a kind of result; importing this package registers them all."""

from pccstats.presentation.charts import change, group_comparison, group_positions, projection, rolling_year  # noqa: F401 each registers itself
