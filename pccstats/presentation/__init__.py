"""Results made readable: chart, table, sentence, page section. Computes no statistic; imports only `pccstats.terms`."""

from pccstats.presentation import (  # noqa: F401 each registers itself
    areas,
    change,
    data_quality,
    expected_level,
    group,
    projection,
    published,
    rebase,
    rolling_year,
    tally,
    targets,
    trend,
)
from pccstats.presentation.pages import quarter  # noqa: F401
