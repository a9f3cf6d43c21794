"""One module a kind of result; importing this package registers them all."""

from pccstats.presentation.charts import group_comparison, group_positions  # noqa: F401 each registers itself
