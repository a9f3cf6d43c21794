"""Small data folders to read, and to break."""

from collections.abc import Callable
from pathlib import Path

import pytest

PLAN = """\
title = "A small plan"
focus = "Ours"
baseline = "2012/13"
horizon = "2017-03"
areas = [
  { name = "Ours", kind = "force" },
  { name = "Theirs", kind = "force" },
]

[[theme]]
number = 1
title = "Safer streets"
slug = "safer-streets"

[[theme.priority]]
number = 1
title = "Reduce burglary"

[[theme.priority.indicator]]
key = "1.offences"
title = "Burglary"
kind = "count"
unit = "offences"
polarity = "lower_is_better"

[[theme.priority.indicator]]
key = "1.satisfaction"
title = "Satisfaction"
kind = "survey"
unit = "% satisfied"
polarity = "higher_is_better"
"""

SOURCES = """\
[[source]]
file = "figures.csv"
reader = "tidy_csv"
label = "Figures"
"""

HEADER = "indicator,area,period_end,months,numerator,denominator,status,source,published_on,note\n"
ROWS = (
    "1.offences,Ours,2015-04,1,331,,,Crime system,,\n"
    "1.offences,Ours,2015-05,1,340,,,Crime system,,\n"
    "1.offences,Ours,2015-06,1,322,,,Crime system,,\n"
    "1.satisfaction,Ours,2015-06,12,410,500,,Survey,,\n"
)


@pytest.fixture
def plan_text() -> str:
    """A small plan that is in order."""
    return PLAN


@pytest.fixture
def rows() -> str:
    """A small table of observations that is in order."""
    return HEADER + ROWS


@pytest.fixture
def data_folder(tmp_path: Path) -> Callable[..., Path]:
    """Make a data folder; what is not given is in order, and None leaves a file out."""

    def make(
        plan: str | None = PLAN, sources: str | None = SOURCES, figures: str | bytes | None = HEADER + ROWS
    ) -> Path:
        raw = tmp_path / "data" / "raw"
        raw.mkdir(parents=True, exist_ok=True)
        for name, content in (("plan.toml", plan), ("sources.toml", sources), ("figures.csv", figures)):
            if content is not None:
                data = content if isinstance(content, bytes) else content.encode()
                (raw / name).write_bytes(data)
        return raw.parent

    return make
