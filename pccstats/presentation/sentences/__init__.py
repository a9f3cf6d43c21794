"""One module a kind of result; importing this package registers them all."""

from pccstats.presentation.sentences import (  # noqa: F401 each registers itself
    area_comparison,
    assessment,
    change,
    data_quality,
    expected_level,
    group_comparison,
    progress,
    projection,
    rebase_proposals,
    replay,
    rolling_year,
    tally_comparison,
    trend,
)
